//! The communication equilibrium that is best for an objective, by one linear program.
//!
//! A mediator recommends a with probability μ(a | t) when the types t are reported. Type τ of player
//! i who reports ρ and, told b, plays δ(b), must not gain for any ρ and δ (Myerson 1982, Forges
//! 1986). The best δ chooses for each b by itself, so the strategies need not be enumerated: with
//! w(τ, ρ, b) for the most that he can make of being told b,
//!
//! w(τ, ρ, b) ≥ Σ p(t) μ(b, a₋ᵢ | ρ, t₋ᵢ) uᵢ(d, a₋ᵢ; t) for each d, and
//! Σ_b w(τ, ρ, b) ≤ Σ p(t) Σ_a μ(a | t) uᵢ(a; t),
//!
//! with sums over the t in which i has type τ. For ρ = τ this is obedience, b by b. Such μ form a
//! polytope, and a Bayesian equilibrium is in it, so that it is not empty. Payoffs are raised by a
//! constant that makes them positive, and μ is asked to have the same sum, at most 1, at each t:
//! zero is then feasible, and the optimum has the sum 1 by itself.

use crate::game::BayesianGame;
use crate::game::answer::Objective;
use crate::game::bayesian::{Communication, DishonestyMultiplier};
use crate::linear::{LinearProgram, LpMethod, Relation};
use crate::num::Rational;
use crate::solve::correlated::{Goal, ObjectiveError};
use crate::solve::meter::Meter;
use crate::solve::raised::Raise;
use crate::solve::{Budget, Exhausted, Outcome};

/// The largest number of coefficients of a program.
const MOST_COEFFICIENTS: usize = 1 << 21;

/// A communication equilibrium that is best for an objective, with multipliers that prove it.
///
/// Any number of players. With T type profiles and S action profiles the program has T·S variables
/// for μ and, for each player with k types and m actions, k(k − 1)m others; it has
/// k·m(m − 1) + k(k − 1)(m² + 1) rows for each player. The answer is `None` when the budget is spent
/// or the program is too large. In a game in which everybody has one type it is a best correlated
/// equilibrium.
///
/// # Errors
/// When the objective names a player who does not exist, or has too few or too many weights.
pub fn find_best_communication_equilibrium(
    game: &BayesianGame,
    objective: &Objective,
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<Communication>>, ObjectiveError> {
    let goal = Goal::of(objective, game.num_players())?;
    let meter = Meter::new(method, budget);
    Ok(meter.outcome(find(game, objective, &goal, &meter)))
}

/// The rows of a player's constraints, with what their multipliers are called.
type Named = (usize, usize, usize, usize, usize);

struct Poser<'a> {
    game: &'a BayesianGame,
    /// By player: what is added to his payoffs.
    shifts: Vec<Rational>,
    /// The number of variables for μ.
    told: usize,
}

impl Poser<'_> {
    fn variable(&self, types: usize, profile: usize) -> usize {
        types * self.game.num_profiles() + profile
    }

    fn raised(&self, player: usize, types: usize, profile: usize) -> Rational {
        self.game.payoff(player, types, profile) + &self.shifts[player]
    }

    /// The type profiles in which a player has a type, that have a positive probability.
    fn with(&self, player: usize, kind: usize) -> impl Iterator<Item = usize> {
        let game = self.game;
        (0..game.num_type_profiles()).filter(move |&types| {
            game.type_in(player, types) == kind && game.prior()[types].is_positive()
        })
    }

    /// The terms of what type `kind` gets by reporting `report` and playing `deviation` when told
    /// `told`.
    fn terms(
        &self,
        (player, kind, report, told, deviation): Named,
        sign: &Rational,
    ) -> Vec<(usize, Rational)> {
        let game = self.game;
        let mut terms = Vec::new();
        for types in self.with(player, kind) {
            let reported = game.with_type(types, player, report);
            for profile in 0..game.num_profiles() {
                if game.action_in(player, profile) == told {
                    let played = game.deviation(profile, player, deviation);
                    let value = &game.prior()[types] * self.raised(player, types, played);
                    terms.push((self.variable(reported, profile), sign * &value));
                }
            }
        }
        terms
    }
}

fn find(
    game: &BayesianGame,
    objective: &Objective,
    goal: &Goal,
    meter: &Meter<'_>,
) -> Result<Communication, Exhausted> {
    let (players, profiles) = (game.num_players(), game.num_profiles());
    let told = game.num_type_profiles() * profiles;
    let payoffs_of = |player: usize| {
        (0..game.num_type_profiles()).flat_map(move |types| {
            (0..profiles).map(move |profile| game.payoff(player, types, profile))
        })
    };
    let shifts: Vec<Rational> =
        (0..players).map(|player| Raise::of(payoffs_of(player)).shift).collect();
    let poser = Poser { game, shifts, told };
    // Variables: μ, then w for each (player, type, other report, told), then the smallest payoff.
    let mut guesses: Vec<(usize, usize, usize)> = Vec::new();
    let mut starts = Vec::new();
    let mut variables = told;
    let mut coefficients = told;
    for player in 0..players {
        let (kinds, actions) = (game.num_types(player), game.num_actions(player));
        for kind in 0..kinds {
            coefficients = coefficients.saturating_add(told / kinds * actions);
            for report in (0..kinds).filter(|&report| report != kind) {
                guesses.push((player, kind, report));
                starts.push(variables);
                variables += actions;
                coefficients = coefficients.saturating_add(told / kinds * (actions + 1));
            }
        }
    }
    if coefficients > MOST_COEFFICIENTS {
        return Err(Exhausted::Memory);
    }
    let smallest = matches!(goal, Goal::Smallest);
    let value_at = variables;
    variables += usize::from(smallest);
    let mut costs = vec![Rational::ZERO; variables];
    // Without a constant the objective would not be positive everywhere; that of the smallest payoff
    // is the same for all.
    let Raise { shift, unit } = match goal {
        Goal::Smallest => {
            let raise = Raise::of((0..players).flat_map(payoffs_of));
            costs[value_at] = raise.unit.clone();
            raise
        }
        Goal::Sum(weights) => {
            let sum = |types: usize, profile: usize| -> Rational {
                let terms = weights.iter().enumerate().filter(|(_, weight)| !weight.is_zero());
                terms.map(|(player, weight)| weight * game.payoff(player, types, profile)).sum()
            };
            let table: Vec<Rational> = (0..game.num_type_profiles())
                .flat_map(|types| (0..profiles).map(move |profile| (types, profile)))
                .map(|(types, profile)| sum(types, profile))
                .collect();
            let raise = Raise::of(table.iter());
            for (at, sum) in table.into_iter().enumerate() {
                costs[at] = &game.prior()[at / profiles] * (sum + &raise.shift);
            }
            raise
        }
    };
    let mut program = LinearProgram::maximize(costs);
    let mut names: Vec<Option<Named>> = Vec::new();
    let one = Rational::ONE;
    for player in 0..players {
        let actions = game.num_actions(player);
        for kind in 0..game.num_types(player) {
            if poser.with(player, kind).next().is_none() {
                continue;
            }
            for told in 0..actions {
                for deviation in (0..actions).filter(|&action| action != told) {
                    let name = (player, kind, kind, told, deviation);
                    let mut row = poser.terms(name, &one);
                    let obeyed = poser.terms((player, kind, kind, told, told), &one);
                    for (term, (_, obeyed)) in row.iter_mut().zip(obeyed) {
                        term.1 -= &obeyed;
                    }
                    // A deviation that never gains needs no constraint.
                    if row.iter().any(|(_, gain)| gain.is_positive()) {
                        program.constrain(row, Relation::AtMost, Rational::ZERO);
                        names.push(Some(name));
                    }
                }
            }
        }
    }
    for (&(player, kind, report), &start) in guesses.iter().zip(&starts) {
        let actions = game.num_actions(player);
        if poser.with(player, kind).next().is_none() {
            continue;
        }
        for told in 0..actions {
            for deviation in 0..actions {
                let name = (player, kind, report, told, deviation);
                let mut row = poser.terms(name, &one);
                row.push((start + told, -&one));
                program.constrain(row, Relation::AtMost, Rational::ZERO);
                names.push(Some(name));
            }
        }
        let mut row: Vec<(usize, Rational)> =
            (0..actions).map(|told| (start + told, one.clone())).collect();
        for types in poser.with(player, kind) {
            for profile in 0..profiles {
                let value = &game.prior()[types] * poser.raised(player, types, profile);
                row.push((poser.variable(types, profile), -value));
            }
        }
        program.constrain(row, Relation::AtMost, Rational::ZERO);
        names.push(None);
    }
    let at_smallest = names.len();
    if smallest {
        for player in 0..players {
            let mut row = vec![(value_at, unit.clone())];
            for types in 0..game.num_type_profiles() {
                for profile in 0..profiles {
                    let payoff = game.payoff(player, types, profile) + &shift;
                    let value = &game.prior()[types] * payoff;
                    row.push((poser.variable(types, profile), -value));
                }
            }
            program.constrain(row, Relation::AtMost, Rational::ZERO);
        }
    }
    let whole = |types: usize, sign: &Rational| -> Vec<(usize, Rational)> {
        (0..profiles).map(|profile| (types * profiles + profile, sign.clone())).collect()
    };
    for types in 1..game.num_type_profiles() {
        for sign in [one.clone(), -&one] {
            let mut row = whole(types, &sign);
            let other = -&sign;
            row.extend(whole(0, &other));
            program.constrain(row, Relation::AtMost, Rational::ZERO);
        }
    }
    program.constrain(whole(0, &one), Relation::AtMost, one.clone());
    let optimum = meter.optimum(&program)?;
    let recommendations: Vec<Vec<Rational>> =
        optimum.primal[..poser.told].chunks(profiles).map(<[Rational]>::to_vec).collect();
    let multipliers = multipliers(game, &names, &optimum.dual);
    let value = optimum.value - &shift;
    let (payoffs, type_payoffs) = payoffs(game, &recommendations);
    Ok(Communication {
        objective: objective.clone(),
        multipliers,
        payoffs,
        type_payoffs,
        recommendations,
        value: if objective.is_least() { -value } else { value },
        player_weights: if smallest {
            optimum.dual[at_smallest..at_smallest + players].to_vec()
        } else {
            Vec::new()
        },
    })
}

/// The multipliers that are not zero. Those of a type and another report have the same sum, that of
/// the row for honesty, for each thing that he may be told: what lacks is charged to obeying it.
fn multipliers(
    game: &BayesianGame,
    names: &[Option<Named>],
    dual: &[Rational],
) -> Vec<DishonestyMultiplier> {
    let mut all: Vec<DishonestyMultiplier> = Vec::new();
    // Where those of one type and report begin, up to the row for honesty.
    let mut start = 0;
    for (name, value) in names.iter().zip(dual) {
        match *name {
            Some((player, kind, report, told, deviation)) => {
                if report == kind {
                    start = all.len() + usize::from(!value.is_zero());
                }
                if !value.is_zero() {
                    let value = value.clone();
                    all.push(DishonestyMultiplier { player, kind, report, told, deviation, value });
                }
            }
            None => {
                let Some(&(player, kind, report)) =
                    all[start..].first().map(|one| (one.player, one.kind, one.report)).as_ref()
                else {
                    continue;
                };
                for told in 0..game.num_actions(player) {
                    let own = || all[start..].iter().filter(|one| one.told == told);
                    let lacking = value - own().map(|one| &one.value).sum::<Rational>();
                    if !lacking.is_positive() {
                        continue;
                    }
                    match all[start..]
                        .iter_mut()
                        .find(|one| (one.told, one.deviation) == (told, told))
                    {
                        Some(one) => one.value += lacking,
                        None => all.push(DishonestyMultiplier {
                            player,
                            kind,
                            report,
                            told,
                            deviation: told,
                            value: lacking,
                        }),
                    }
                }
                start = all.len();
            }
        }
    }
    all
}

/// The expected payoffs of the players, and those of their types.
fn payoffs(
    game: &BayesianGame,
    recommendations: &[Vec<Rational>],
) -> (Vec<Rational>, Vec<Vec<Rational>>) {
    let expected = |player: usize, types: usize| -> Rational {
        let told = recommendations[types].iter().enumerate().filter(|(_, p)| !p.is_zero());
        told.map(|(profile, p)| p * game.payoff(player, types, profile)).sum()
    };
    let of_types = |player: usize| -> Vec<Rational> {
        let mut sums = vec![Rational::ZERO; game.num_types(player)];
        for (types, probability) in game.prior().iter().enumerate() {
            if !probability.is_zero() {
                sums[game.type_in(player, types)] += probability * &expected(player, types);
            }
        }
        sums
    };
    let sums: Vec<Vec<Rational>> = (0..game.num_players()).map(of_types).collect();
    let payoffs = sums.iter().map(|sums| sums.iter().sum()).collect();
    let given = |player: usize| -> Vec<Rational> {
        let own = sums[player].iter().enumerate();
        own.map(|(kind, sum)| {
            sum.checked_div(&game.type_probability(player, kind)).unwrap_or_default()
        })
        .collect()
    };
    (payoffs, (0..game.num_players()).map(given).collect())
}
