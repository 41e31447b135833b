//! What agreements in states give, and what leaving them would.
//!
//! After the end stationary strategies give V = (1 − δ) g + δ P V. While the agreement is kept it gives
//! K = (1 − δ) g + δ P (q K + (1 − q) V), with the probability q that it lives on. Where it is renewed after a
//! period without it with probability ρ, V = (1 − δ) g + δ P (ρ K + (1 − ρ) V). A deviation in one period
//! gives the same with what it pays, leads to, and leaves of q; where none gains, no other does (the
//! one-shot deviation principle, Blackwell 1965, Theorem 6). This is the trigger strategy of repeated games
//! (Friedman 1971; with noise Green & Porter 1984) carried over to states, with a Markov perfect
//! equilibrium in the place of the stage equilibrium.

use crate::game::stochastic::{Pact, PactDeviation, PactValue, StochasticGame};
use crate::game::{Chain, ChainError, ChainOutcome, ChainParts, MixedProfile, MixedStrategy, Step};
use crate::num::Rational;
use crate::solve::chain::values_for_ever;
use crate::solve::{Budget, Exhausted};

/// The chain of a game in states in which each state has its mixed profile, or with an agreement: its
/// nodes are the states, and beyond them, with an agreement, the states while it is kept. Play begins in
/// the last node that the first state has.
///
/// `scored` are the numbers that outcomes pay, by state, quantity and profile. A node has one outcome, of
/// what it pays on average, by which the state is known.
///
/// # Errors
/// A [`ChainError`] when there are too many nodes.
pub fn chain_of_play(
    game: &StochasticGame,
    scored: &[Vec<Vec<Rational>>],
    play: &[MixedProfile],
    pact: Option<&Pact>,
) -> Result<Chain, ChainError> {
    let states = game.states().len();
    let (mut nodes, mut outcomes) = (Vec::<Vec<Step>>::new(), Vec::new());
    for (state, profile) in play.iter().enumerate() {
        let parts = product(game, state, profile);
        outcomes.push(outcome(state, &scored[state], &parts));
        let next = next(game, state, &parts).into_iter().enumerate();
        let renewed = pact.map_or(Rational::ZERO, |pact| pact.renewed.clone());
        let step = |(next, probability)| Step { probability, outcome: state, next, events: 0 };
        let ways = next.flat_map(|(to, probability)| {
            let again = &probability * &renewed;
            [(to, probability - &again), (states + to, again)]
        });
        nodes.push(ways.filter(|(_, probability)| !probability.is_zero()).map(step).collect());
    }
    for (state, agreed) in pact.iter().flat_map(|pact| pact.profiles.iter().enumerate()) {
        let (Some(pact), Some(agreed)) = (pact, agreed) else {
            // Over: as after the end.
            outcomes.push(outcomes[state].clone());
            nodes.push(nodes[state].clone());
            continue;
        };
        let parts = vec![(*agreed, Rational::ONE)];
        let at = outcomes.len();
        outcomes.push(outcome(state, &scored[state], &parts));
        let ends = Rational::ONE - &pact.stays;
        let mut steps = Vec::new();
        for (to, probability) in next(game, state, &parts).into_iter().enumerate() {
            for (node, part) in [(states + to, &pact.stays), (to, &ends)] {
                let probability = &probability * part;
                if !probability.is_zero() {
                    steps.push(Step { probability, outcome: at, next: node, events: 0 });
                }
            }
        }
        nodes.push(steps);
    }
    let quantities = scored.first().map_or(0, Vec::len);
    let first = if pact.is_some() { states + game.start() } else { game.start() };
    Chain::new(ChainParts {
        players: (0..quantities).map(|at| at.to_string()).collect(),
        labels: game.states().iter().map(|state| state.name.clone()).collect(),
        outcomes,
        events: Vec::new(),
        nodes,
        start: vec![(first, Rational::ONE)],
    })
}

/// The profiles that a mixed profile of a state may lead to, with their probabilities.
pub(super) fn product(
    game: &StochasticGame,
    state: usize,
    profile: &MixedProfile,
) -> Vec<(usize, Rational)> {
    let stage = &game.states()[state].stage;
    let mut parts = vec![(0, Rational::ONE)];
    for (player, strategy) in profile.iter().enumerate() {
        let with = |(index, weight): (usize, Rational)| {
            let stride = stage.stride(player);
            strategy.support().into_iter().map(move |action| {
                (index + action * stride, &weight * &strategy.probabilities()[action])
            })
        };
        parts = parts.into_iter().flat_map(with).collect();
    }
    parts
}

fn outcome(state: usize, scored: &[Vec<Rational>], parts: &[(usize, Rational)]) -> ChainOutcome {
    let average =
        |table: &Vec<Rational>| parts.iter().map(|(at, weight)| weight * &table[*at]).sum();
    ChainOutcome { label: state, payoffs: scored.iter().map(average).collect() }
}

/// The probability of each state to follow.
pub(super) fn next(
    game: &StochasticGame,
    state: usize,
    parts: &[(usize, Rational)],
) -> Vec<Rational> {
    let mut next = vec![Rational::ZERO; game.states().len()];
    for (profile, weight) in parts {
        for (to, probability) in &game.states()[state].transitions[*profile] {
            next[*to] = &next[*to] + weight * probability;
        }
    }
    next
}

/// What an agreement gives, and what leaving it would.
///
/// # Errors
/// [`Exhausted::Memory`] for more than fifty states, whose equations are not solved in exact numbers, and
/// what the budget says.
pub fn value_pact(
    game: &StochasticGame,
    pact: &Pact,
    budget: &Budget,
) -> Result<PactValue, Exhausted> {
    let states = game.states().len();
    let scored: Vec<Vec<Vec<Rational>>> = game
        .states()
        .iter()
        .map(|state| (0..game.num_players()).map(|i| state.stage.payoffs(i).to_vec()).collect())
        .collect();
    let chain =
        chain_of_play(game, &scored, &pact.fallback, Some(pact)).map_err(|_| Exhausted::Memory)?;
    let found = values_for_ever(&chain, Some(game.discount()), budget)?;
    let mut after = found.discounted.ok_or(Exhausted::Memory)?;
    let kept: Vec<Vec<Rational>> = after.iter_mut().map(|own| own.split_off(states)).collect();
    let mut most: Option<PactDeviation> = None;
    let mut tried = |deviation: PactDeviation| {
        if most.as_ref().is_none_or(|most| deviation.gain > most.gain) {
            most = Some(deviation);
        }
    };
    let worth = |player: usize, state: usize, parts: &[(usize, Rational)], stands: &Rational| {
        let (later, now) = (game.discount().value(), Rational::ONE - game.discount().value());
        let expected = |values: &[Rational]| -> Rational {
            next(game, state, parts).iter().zip(values).map(|(p, value)| p * value).sum()
        };
        let stage = &game.states()[state].stage;
        let pays: Rational = parts.iter().map(|(at, p)| p * stage.payoff(player, *at)).sum();
        let (stood, ended) = (expected(&kept[player]), expected(&after[player]));
        now * pays + later * (stands * stood + (Rational::ONE - stands) * ended)
    };
    for (state, agreed) in pact.profiles.iter().enumerate() {
        let stage = &game.states()[state].stage;
        for (player, own) in kept.iter().enumerate() {
            for action in 0..stage.num_actions(player) {
                if let Some(agreed) = *agreed
                    && stage.action_in(player, agreed) != action
                {
                    let parts = [(stage.deviation(agreed, player, action), Rational::ONE)];
                    let stays = &pact.stays_after[player][state][action];
                    let gain = worth(player, state, &parts, stays) - &own[state];
                    tried(PactDeviation { player, state, ended: false, action, gain });
                }
            }
        }
    }
    if pact.renewed.is_positive() {
        for (state, profile) in pact.fallback.iter().enumerate() {
            budget.check_now(0)?;
            for (player, own) in profile.iter().enumerate() {
                for action in (0..own.len()).filter(|&action| own.as_pure() != Some(action)) {
                    let mut other = profile.clone();
                    other[player] = MixedStrategy::pure(action, own.len());
                    let parts = product(game, state, &other);
                    let gain = worth(player, state, &parts, &pact.renewed) - &after[player][state];
                    tried(PactDeviation { player, state, ended: true, action, gain });
                }
            }
        }
    }
    Ok(PactValue { kept, after, most })
}
