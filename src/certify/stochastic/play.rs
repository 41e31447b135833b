//! That a chain is the play of strategies, or of an agreement and what follows its end, in a game in states.
//!
//! Node n stands for state n without an agreement, and node S + n for it while one is kept. Of each node the
//! probabilities of those that follow, whether conflict begins on the way, and the expected numbers of a
//! period are computed here anew, by a sum over all profiles of the state.

use std::collections::BTreeMap;

use crate::game::stochastic::{Pact, StochasticGame};
use crate::game::{Chain, MixedProfile};
use crate::num::Rational;

use crate::certify::meter::{Meter, weight};
use crate::certify::{Certificate, Completeness, Limits, Refutation};

/// The play that a chain is said to be.
#[derive(Debug, Clone, Copy)]
pub struct Play<'a> {
    /// The game by which the players choose.
    pub game: &'a StochasticGame,
    /// The numbers that are averaged, by state, number and profile.
    pub scored: &'a [Vec<Vec<Rational>>],
    /// For each state a mixed strategy of each player.
    pub strategies: &'a [MixedProfile],
    /// The agreement that is kept at first.
    pub pact: Option<&'a Pact>,
    /// The states whose first entry is the event of the chain; none where it has no event.
    pub conflict: &'a [usize],
}

/// Checks that a chain is what it is said to be.
///
/// # Errors
/// The [`Refutation`] of the first node that is not.
pub fn certify_play(
    play: &Play,
    chain: &Chain,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let states = play.game.states().len();
    let nodes = if play.pact.is_some() { 2 * states } else { states };
    let misfit = |what: &str| Err(Refutation::Misfit(what.to_owned()));
    let per_state = [play.scored.len(), play.strategies.len()];
    let agreed = play.pact.map_or(states, |pact| pact.profiles.len());
    if per_state != [states; 2] || agreed != states || chain.nodes().len() != nodes {
        return misfit("a chain of other states than the game has");
    }
    if chain.events().len() != usize::from(!play.conflict.is_empty()) {
        return misfit("a chain of other events than conflict");
    }
    let first = nodes - states + play.game.start();
    if chain.start() != [(first, Rational::ONE)] {
        return misfit("a chain that begins elsewhere than the game");
    }
    let mut meter = Meter::new(limits);
    for node in 0..nodes {
        check_node(play, chain, node, &mut meter)?;
    }
    Ok(Certificate {
        checked: vec![
            "what follows each state, and what it pays on average, are those of the strategies, exactly"
                .to_owned(),
        ],
        complete: Completeness::NotClaimed,
    })
}

/// What follows a node, and with what events.
type Following = BTreeMap<(usize, u8), Rational>;

fn check_node(
    play: &Play,
    chain: &Chain,
    node: usize,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let states = play.game.states().len();
    let (state, kept) = (node % states, node >= states);
    let here = &play.game.states()[state];
    let pact = play.pact.filter(|pact| kept && pact.profiles[state].is_some());
    let wrong = |what: &str| {
        let which = if pact.is_some() { " while the agreement is kept" } else { "" };
        Err(Refutation::WrongNumber(format!("state `{}`{which}: {what}", here.name)))
    };
    let mut expected: Vec<Rational> = vec![Rational::ZERO; play.scored[state].len()];
    let mut following = Following::new();
    for profile in 0..here.stage.num_profiles() {
        let weight_of = match pact {
            Some(pact) if pact.profiles[state] == Some(profile) => Rational::ONE,
            Some(_) => continue,
            None => {
                let actions = here.stage.profile(profile);
                let chances = actions.iter().zip(&play.strategies[state]);
                let chances = chances.map(|(&action, own)| own.probabilities().get(action));
                let product = chances.map(|p| p.cloned().unwrap_or_default());
                product.fold(Rational::ONE, |all, p| all * p)
            }
        };
        if weight_of.is_zero() {
            continue;
        }
        for (sum, table) in expected.iter_mut().zip(&play.scored[state]) {
            let value = table.get(profile).cloned().unwrap_or_default();
            *sum = &*sum + &weight_of * value;
            meter.spend(weight(sum))?;
        }
        for (to, probability) in &here.transitions[profile] {
            let probability = &weight_of * probability;
            let begins = !play.conflict.contains(&state) && play.conflict.contains(to);
            let events = u8::from(begins);
            let mut lead = |next: usize, probability: Rational| {
                let sum = following.entry((next, events)).or_default();
                *sum = &*sum + probability;
            };
            match pact {
                Some(pact) => {
                    lead(states + to, &probability * &pact.stays);
                    lead(*to, &probability * (Rational::ONE - &pact.stays));
                }
                None => {
                    let renewed = play.pact.map_or(Rational::ZERO, |pact| pact.renewed.clone());
                    lead(*to, &probability * (Rational::ONE - &renewed));
                    if play.pact.is_some() {
                        lead(states + to, probability * renewed);
                    }
                }
            }
        }
    }
    following.retain(|_, probability| !probability.is_zero());
    let mut stated = Following::new();
    let mut average: Vec<Rational> = vec![Rational::ZERO; expected.len()];
    for step in &chain.nodes()[node] {
        let sum = stated.entry((step.next, step.events)).or_default();
        *sum = &*sum + &step.probability;
        let payoffs = &chain.outcomes()[step.outcome].payoffs;
        if payoffs.len() != average.len() {
            return wrong("other numbers are averaged than the game has");
        }
        for (sum, payoff) in average.iter_mut().zip(payoffs) {
            *sum = &*sum + &step.probability * payoff;
            meter.spend(weight(sum))?;
        }
    }
    stated.retain(|_, probability| !probability.is_zero());
    if stated != following {
        return wrong("other states follow than by the strategies");
    }
    if average != expected {
        return wrong("it pays something else than by the strategies");
    }
    Ok(())
}
