//! The correlated equilibrium that is best for an objective, by one linear program.
//!
//! A distribution p over profiles is a correlated equilibrium when it is *obedient*: for each
//! player i, each action a that he may be told and each deviation d,
//! Σ p(a, s₋ᵢ)·(uᵢ(a, s₋ᵢ) − uᵢ(d, s₋ᵢ)) ≥ 0 (Aumann 1974, 1987). Such p form a polytope that is
//! never empty (Hart & Schmeidler 1989). Actions that iterated strict dominance removes have
//! probability zero, so the program is posed for what is left, and its multipliers are
//! [lifted](super::lift) to the whole game.
//!
//! The program adds a constant to the objective that makes it positive everywhere and asks for
//! Σ p ≤ 1: then p = 0 is a feasible start, and the optimum has Σ p = 1 by itself.

use super::lift;
use crate::game::NormalForm;
use crate::game::answer::{Correlated, Objective};
use crate::linear::{LinearProgram, LpMethod, Relation};
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::{Budget, Exhausted, Outcome, dominance};

/// The largest number of coefficients of the program.
const MOST_COEFFICIENTS: usize = 1 << 22;

/// Why an objective does not fit a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ObjectiveError {
    /// The player does not exist.
    #[error("there is no player {player}: the game has {players}")]
    NoSuchPlayer {
        /// The player asked for, from 0.
        player: usize,
        /// The number of players.
        players: usize,
    },
    /// There is not one weight for each player.
    #[error("a weighted objective needs {players} weights, one for each player: {found}")]
    Weights {
        /// The number of players.
        players: usize,
        /// The number of weights.
        found: usize,
    },
}

/// The weight of each player's payoff in an objective.
fn weights(objective: &Objective, players: usize) -> Result<Vec<Rational>, ObjectiveError> {
    match objective {
        Objective::Welfare => Ok(vec![Rational::ONE; players]),
        Objective::Player(player) if *player < players => {
            let mut weights = vec![Rational::ZERO; players];
            weights[*player] = Rational::ONE;
            Ok(weights)
        }
        Objective::Player(player) => Err(ObjectiveError::NoSuchPlayer { player: *player, players }),
        Objective::Weighted(weights) if weights.len() == players => Ok(weights.clone()),
        Objective::Weighted(weights) => {
            Err(ObjectiveError::Weights { players, found: weights.len() })
        }
    }
}

/// A correlated equilibrium that maximises an objective, with multipliers that prove it.
///
/// Any number of players. With S profiles and sᵢ actions after elimination the program has S
/// variables and Σ sᵢ(sᵢ − 1) rows. The answer is `None` when the budget is spent or the program is
/// too large.
///
/// # Errors
/// When the objective names a player who does not exist, or has too few or too many weights.
///
/// ```
/// use detente::game::{NormalForm, answer::Objective};
/// use detente::linear::LpMethod;
/// use detente::solve::{Budget, find_best_correlated_equilibrium};
/// // Aumann's game of chicken (1974): 21/4 each, more than any mixture of its equilibria.
/// let game = NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
/// let outcome = find_best_correlated_equilibrium(
///     &game, &Objective::Welfare, LpMethod::Auto, &Budget::unlimited()).unwrap();
/// let best = outcome.answer.unwrap();
/// assert_eq!(best.payoffs[0].to_string(), "21/4");
/// assert_eq!(best.distribution[0].to_string(), "1/2");
/// ```
pub fn find_best_correlated_equilibrium(
    game: &NormalForm,
    objective: &Objective,
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<Correlated>>, ObjectiveError> {
    let weights = weights(objective, game.num_players())?;
    let meter = Meter::new(method, budget);
    Ok(meter.outcome(find(game, objective, &weights, &meter)))
}

fn find(
    game: &NormalForm,
    objective: &Objective,
    weights: &[Rational],
    meter: &Meter<'_>,
) -> Result<Correlated, Exhausted> {
    let dominance = dominance::eliminate(game, meter)?;
    let kept = &dominance.survivors;
    let small = dominance::restricted(game, kept)?;
    let solution = find_in_reduced(&small, &weighted_sums(&small, weights), meter)?;
    let mut distribution = vec![Rational::ZERO; game.num_profiles()];
    for (index, probability) in solution.distribution.into_iter().enumerate() {
        let profile: Vec<usize> =
            small.profile(index).iter().zip(kept).map(|(&action, kept)| kept[action]).collect();
        distribution[game.profile_index(&profile)] = probability;
    }
    let multipliers = lift::lifted(
        game,
        &weighted_sums(game, weights),
        &dominance,
        &solution.multipliers,
        &solution.value,
    );
    let expected = |player: usize| {
        let terms = game.payoffs(player).iter().zip(&distribution);
        terms.filter(|(_, p)| !p.is_zero()).map(|(u, p)| u * p).sum()
    };
    Ok(Correlated {
        objective: objective.clone(),
        payoffs: (0..game.num_players()).map(expected).collect(),
        distribution,
        value: solution.value,
        multipliers,
    })
}

/// The objective at each profile.
fn weighted_sums(game: &NormalForm, weights: &[Rational]) -> Vec<Rational> {
    (0..game.num_profiles())
        .map(|index| {
            let terms = weights.iter().enumerate().filter(|(_, weight)| !weight.is_zero());
            terms.map(|(player, weight)| weight * game.payoff(player, index)).sum()
        })
        .collect()
}

/// An obedience constraint (player, told, deviation) with its multiplier.
pub(super) type Multiplier = (usize, usize, usize, Rational);

struct Reduced {
    distribution: Vec<Rational>,
    value: Rational,
    multipliers: Vec<Multiplier>,
}

/// The program for a game without strictly dominated actions.
fn find_in_reduced(
    game: &NormalForm,
    objective: &[Rational],
    meter: &Meter<'_>,
) -> Result<Reduced, Exhausted> {
    let profiles = game.num_profiles();
    let deviations: usize = game.shape().iter().map(|actions| actions - 1).sum();
    if profiles.saturating_mul(deviations + 1) > MOST_COEFFICIENTS {
        return Err(Exhausted::Memory);
    }
    let least = objective.iter().min().cloned().unwrap_or_default();
    let shift = Rational::ONE - least;
    let mut program = LinearProgram::maximize(objective.iter().map(|w| w + &shift).collect());
    let mut names = Vec::new();
    for player in 0..game.num_players() {
        for told in 0..game.num_actions(player) {
            for deviation in (0..game.num_actions(player)).filter(|&action| action != told) {
                let temptation: Vec<(usize, Rational)> = (0..profiles)
                    .filter(|&index| game.action_in(player, index) == told)
                    .map(|index| {
                        let other = game.deviation(index, player, deviation);
                        (index, game.payoff(player, other) - game.payoff(player, index))
                    })
                    .collect();
                // A deviation that never gains needs no constraint.
                if temptation.iter().any(|(_, gain)| gain.is_positive()) {
                    program.constrain(temptation, Relation::AtMost, Rational::ZERO);
                    names.push((player, told, deviation));
                }
            }
        }
    }
    let total = (0..profiles).map(|index| (index, Rational::ONE));
    program.constrain(total, Relation::AtMost, Rational::ONE);
    let optimum = meter.optimum(&program)?;
    let multipliers = names
        .into_iter()
        .zip(optimum.dual)
        .filter(|(_, multiplier)| !multiplier.is_zero())
        .map(|((player, told, deviation), multiplier)| (player, told, deviation, multiplier))
        .collect();
    Ok(Reduced { distribution: optimum.primal, value: optimum.value - &shift, multipliers })
}

#[cfg(test)]
mod tests;
