//! At which discount factors agreements in states are kept.
//!
//! An agreement and the threat that follows its end are a chain: the states after its end, and the states in
//! which it stands. Its values are quotients of polynomials of δ (see [`resolvent`](super::super::resolvent)), and so is
//! what a deviation in one period loses; on each interval that is claimed these have the sign that is claimed (see
//! [`bernstein`](super::super::bernstein)). Where none is negative, no deviation gains (the one-shot deviation
//! principle), and the agreement with its threat is a subgame-perfect equilibrium.

use crate::game::stochastic::{Pact, PactPatience, PactStretches, StochasticGame};
use crate::num::{Rational, scientific_up};

use super::super::bernstein::certify_stretches;
use super::super::meter::{Limits, Meter, weight};
use super::super::resolvent::{Coefficients, Resolvent, resolvent};
use super::super::wording::count;
use super::super::{Certificate, Completeness, Refutation};

/// Checks at which discount factors agreements are kept; the discount factor of the game is not looked at.
///
/// Work: for each agreement and threat the cube of the number of states, and for each deviation the square,
/// times what the longest number costs.
///
/// # Errors
/// A [`Refutation`] that names the agreement.
pub fn certify_pact_patience(
    game: &StochasticGame,
    answer: &PactPatience,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let misfit = |text: &str| Err(Refutation::Misfit(text.to_owned()));
    let lists = answer.threats.iter().map(|threat| &threat.found).chain([&answer.open]);
    for list in lists {
        let inside = |one: &Rational| one.is_positive() && *one < Rational::ONE;
        if !list.iter().all(inside) || list.windows(2).any(|pair| pair[0] >= pair[1]) {
            return misfit("the discount factors of a list do not rise, or leave (0, 1)");
        }
    }
    let (mut determined, mut all) = (0, 0);
    for own in &answer.agreements {
        if own.len() != answer.threats.len() {
            return misfit("there is not an entry for each threat");
        }
        for (one, threat) in own.iter().zip(&answer.threats) {
            if one.pact.fallback != threat.play {
                return misfit("an agreement ends in another threat than is listed");
            }
            let mut meter = Meter::for_passes(limits);
            let named = |no: Refutation| match no {
                Refutation::Deviation(text) => {
                    Refutation::Deviation(format!("`{}`: {text}", one.pact.name))
                }
                Refutation::NotOptimal(text) => {
                    Refutation::NotOptimal(format!("`{}`: {text}", one.pact.name))
                }
                other => other,
            };
            let slacks = Layers::new(game, &one.pact)?.slacks(limits, &mut meter)?;
            all += 1;
            determined += usize::from(one.kept.is_some());
            check(one, &slacks, &threat.found, &mut meter).map_err(named)?;
        }
    }
    let mut checked = vec![format!(
        "{}: at each discount factor that is listed no deviation in one period gains, from the agreement or from the threat, and below, between and above, up to the stated bounds, one does, exactly",
        count(determined, "agreement with its threat", "agreements with their threats")
    )];
    let lists = answer.agreements.iter().flatten();
    let lists = lists.flat_map(|one| [&one.held, &one.threat, &one.kept]).flatten().flatten();
    let ends = lists.flat_map(|one| std::iter::once(&one.from).chain(&one.to));
    let widths = ends.filter_map(|end| Some((&end.inside - end.outside.as_ref()?).abs()));
    let widest = widths.max().unwrap_or_default();
    checked.push(if widest.is_zero() {
        "every end is exact".to_owned()
    } else {
        format!("no end is further than {} from where it fails", scientific_up(&widest, 2))
    });
    if determined < all {
        checked.push(format!("{} are left open", all - determined));
    }
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// The slacks of deviations from the agreement, and from the threat.
struct Slacks {
    agreement: Vec<Coefficients>,
    threat: Vec<Coefficients>,
}

fn check(
    one: &PactStretches,
    slacks: &Slacks,
    found: &[Rational],
    meter: &mut Meter,
) -> Result<(), Refutation> {
    if let Some(held) = &one.held {
        certify_stretches(&slacks.agreement, held, meter)?;
    }
    if let Some(threat) = &one.threat {
        certify_stretches(&slacks.threat, threat, meter)?;
    }
    if let Some(kept) = &one.kept {
        let both: Vec<Coefficients> =
            slacks.agreement.iter().chain(&slacks.threat).cloned().collect();
        certify_stretches(&both, kept, meter)?;
    }
    // Where an agreement is renewed, what follows its end is another equilibrium than without it.
    for discount in found.iter().filter(|_| one.pact.renewed.is_zero()) {
        let value = |slack: &Coefficients| -> Rational {
            slack.iter().rev().fold(Rational::ZERO, |value, one| value * discount + one)
        };
        if slacks.threat.iter().any(|slack| value(slack).is_negative()) {
            return Err(Refutation::Deviation(format!(
                "at the discount factor {discount} the threat that is said to be found there is no equilibrium"
            )));
        }
    }
    Ok(())
}

/// Where play leads from a state: the states to come, each with its probability.
type Successors = Vec<(usize, Rational)>;

/// The states after the end, and the nodes in which the agreement stands.
struct Layers<'a> {
    game: &'a StochasticGame,
    pact: &'a Pact,
    /// For each state the node in which the agreement stands there.
    standing: Vec<Option<usize>>,
    nodes: usize,
}

impl<'a> Layers<'a> {
    fn new(game: &'a StochasticGame, pact: &'a Pact) -> Result<Self, Refutation> {
        let misfit = |text: &str| Err(Refutation::Misfit(text.to_owned()));
        let states = game.states().len();
        if pact.profiles.len() != states || pact.fallback.len() != states {
            return misfit("not a profile for each state");
        }
        let players = game.num_players();
        if pact.stays_after.len() != players {
            return misfit("not a probability for each deviation");
        }
        let mut nodes = states;
        let mut standing = Vec::with_capacity(states);
        for (at, state) in game.states().iter().enumerate() {
            let stage = &state.stage;
            if pact.profiles[at].is_some_and(|agreed| agreed >= stage.num_profiles()) {
                return misfit("an unknown profile");
            }
            let plays = &pact.fallback[at];
            let fits = |player: usize| {
                let actions = stage.num_actions(player);
                plays[player].probabilities().len() == actions
                    && pact.stays_after[player].get(at).is_some_and(|own| own.len() == actions)
            };
            if plays.len() != players || !(0..players).all(fits) {
                return misfit("not a strategy and a probability for each action");
            }
            standing.push(pact.profiles[at].map(|_| {
                nodes += 1;
                nodes - 1
            }));
        }
        Ok(Layers { game, pact, standing, nodes })
    }

    /// The profiles of a state that the threat leads to, where `forced` says what one player plays instead.
    fn threatened(&self, state: usize, forced: Option<(usize, usize)>) -> Successors {
        let stage = &self.game.states()[state].stage;
        let mut parts = Vec::new();
        for profile in 0..stage.num_profiles() {
            let mut probability = Rational::ONE;
            for (player, strategy) in self.pact.fallback[state].iter().enumerate() {
                let action = stage.action_in(player, profile);
                match forced {
                    Some((who, instead)) if who == player => {
                        if action != instead {
                            probability = Rational::ZERO;
                        }
                    }
                    _ => probability *= &strategy.probabilities()[action],
                }
                if probability.is_zero() {
                    break;
                }
            }
            if !probability.is_zero() {
                parts.push((profile, probability));
            }
        }
        parts
    }

    /// The nodes that follow these profiles of a state, where the agreement stands next with a probability.
    fn leads(&self, state: usize, profiles: &Successors, stands: &Rational) -> Successors {
        let mut sums = vec![Rational::ZERO; self.nodes];
        for (profile, weight) in profiles {
            for (to, probability) in &self.game.states()[state].transitions[*profile] {
                let whole = weight * probability;
                match self.standing[*to] {
                    None => sums[*to] += &whole,
                    Some(node) => {
                        sums[node] += &(&whole * stands);
                        sums[*to] += &(&whole * (Rational::ONE - stands));
                    }
                }
            }
        }
        sums.into_iter().enumerate().filter(|(_, one)| !one.is_zero()).collect()
    }

    fn pays(&self, player: usize, state: usize, profiles: &Successors) -> Rational {
        let stage = &self.game.states()[state].stage;
        profiles.iter().map(|(at, weight)| weight * stage.payoff(player, *at)).sum()
    }

    fn slacks(&self, limits: &Limits, meter: &mut Meter) -> Result<Slacks, Refutation> {
        let players = self.game.num_players();
        let mut next = vec![Vec::new(); self.nodes];
        let mut columns = vec![vec![Rational::ZERO; self.nodes]; players];
        for (state, agreed) in self.pact.profiles.iter().enumerate() {
            let renewed = self.pact.renewed.clone();
            let mut layers = vec![(state, self.threatened(state, None), renewed)];
            if let (Some(agreed), Some(node)) = (agreed, self.standing[state]) {
                layers.push((node, vec![(*agreed, Rational::ONE)], self.pact.stays.clone()));
            }
            for (node, profiles, stands) in layers {
                meter.spend(self.nodes + profiles.len())?;
                next[node] = self.leads(state, &profiles, &stands);
                for (player, column) in columns.iter_mut().enumerate() {
                    column[node] = self.pays(player, state, &profiles);
                }
            }
        }
        let next: Vec<Vec<(usize, &Rational)>> =
            next.iter().map(|own| own.iter().map(|(to, p)| (*to, p)).collect()).collect();
        let columns: Vec<Vec<&Rational>> = columns.iter().map(|own| own.iter().collect()).collect();
        let mut own = Meter::for_passes(limits);
        let found = resolvent(&next, &columns, self.nodes, &mut own)?;
        let mut slacks = Slacks { agreement: Vec::new(), threat: Vec::new() };
        for (state, agreed) in self.pact.profiles.iter().enumerate() {
            let stage = &self.game.states()[state].stage;
            for player in 0..players {
                for action in 0..stage.num_actions(player) {
                    let profiles = self.threatened(state, Some((player, action)));
                    let leads = self.leads(state, &profiles, &self.pact.renewed);
                    let pays = self.pays(player, state, &profiles);
                    let slack = loss(&found, player, state, (&pays, &leads), meter)?;
                    put(&mut slacks.threat, slack);
                    let (Some(agreed), Some(node)) = (*agreed, self.standing[state]) else {
                        continue;
                    };
                    if stage.action_in(player, agreed) == action {
                        continue;
                    }
                    let profiles = vec![(stage.deviation(agreed, player, action), Rational::ONE)];
                    let stays = &self.pact.stays_after[player][state][action];
                    let leads = self.leads(state, &profiles, stays);
                    let pays = self.pays(player, state, &profiles);
                    let slack = loss(&found, player, node, (&pays, &leads), meter)?;
                    put(&mut slacks.agreement, slack);
                }
            }
        }
        Ok(slacks)
    }
}

fn put(list: &mut Vec<Coefficients>, slack: Coefficients) {
    if !list.contains(&slack) {
        list.push(slack);
    }
}

/// What a player loses in a node by what pays so much and leads there, times det(I − δP)/(1 − δ).
fn loss(
    found: &Resolvent,
    player: usize,
    node: usize,
    (pays, leads): (&Rational, &Successors),
    meter: &mut Meter,
) -> Result<Coefficients, Refutation> {
    let Resolvent { numerators, determinant } = found;
    let own = &numerators[player];
    let longest = own.iter().flatten().chain(determinant).map(weight).max().unwrap_or(1);
    meter.spend((leads.len() + 2) * determinant.len() * longest)?;
    let mut slack = vec![Rational::ZERO; determinant.len()];
    for (sum, one) in slack.iter_mut().zip(&own[node]) {
        *sum += one;
    }
    for (sum, one) in slack.iter_mut().zip(determinant) {
        *sum -= &(one * pays);
    }
    for (to, probability) in leads {
        for (sum, one) in slack.iter_mut().skip(1).zip(&own[*to]) {
            *sum -= &(probability * one);
        }
    }
    Ok(slack)
}
