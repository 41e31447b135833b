//! What stationary play of a game in states leads to: payoffs and outputs, and whether and when conflict
//! breaks out.

use crate::certify::{Play, certify_chain_values, certify_play, certify_within};
use crate::game::stochastic::Pact;
use crate::game::{ChainError, MixedProfile};
use crate::num::Rational;
use crate::solve::chain::{happens_within, values_for_ever};
use crate::solve::stochastic::chain_of_play;
use crate::solve::{Budget, Exhausted};

use super::solution::{QuestionError, limits};
use super::stochastic::StochasticProblem;

/// The most states of a game whose course is computed: its values are solutions of equations in exact
/// numbers.
pub const MOST_STATES: usize = 50;

/// What play leads to from the state in which the game begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// The discounted average payoff of each player, by true weights.
    pub payoffs: Vec<Rational>,
    /// The discounted average of each output.
    pub outputs: Vec<Rational>,
    /// Whether and when conflict breaks out; `None` where no state is one of conflict, or the game begins
    /// in one.
    pub conflict: Option<Conflict>,
}

/// Whether and when play first enters a state of conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The probability that it does within the periods asked about; `None` where that is not computed
    /// since its fractions would be too long.
    pub within: Option<Rational>,
    /// The probability that it ever does.
    pub ever: Rational,
    /// The expected number of periods until it does; `None` unless it is sure to.
    pub waiting: Option<Rational>,
}

/// The course of play in which each state has its mixed profile, or of an agreement until its end and what
/// is played then, exactly and certified; and what was verified, in plain sentences.
///
/// # Errors
/// [`QuestionError::Wrong`] for more than [`MOST_STATES`] states, and [`QuestionError::Unfinished`] when
/// the budget is spent.
pub fn course(
    problem: &StochasticProblem,
    play: &[MixedProfile],
    pact: Option<&Pact>,
    periods: u64,
    budget: &Budget,
) -> Result<(Course, Vec<String>), QuestionError> {
    let wrong = |error: ChainError| QuestionError::Wrong(error.to_string());
    let game = &problem.game;
    let states = game.states().len();
    if states > MOST_STATES {
        return Err(QuestionError::Wrong(format!(
            "what play leads to is computed for up to {MOST_STATES} states, and the game has {states}; `solve \
             --concept markov` and `--concept stochastic` have no such limit"
        )));
    }
    let discount = game.discount();
    let mut chain = chain_of_play(game, &problem.scored, play, pact).map_err(wrong)?;
    if !problem.conflict.is_empty() && !problem.conflict.contains(&game.start()) {
        let arrives: Vec<bool> = (0..chain.nodes().len())
            .map(|node| problem.conflict.contains(&(node % states)))
            .collect();
        chain = chain.with_arrival(&problem.conflict_name(), &arrives).map_err(wrong)?;
    }
    let chain = chain;
    let conflict = if chain.events().is_empty() { &[][..] } else { &problem.conflict };
    let scored = &problem.scored;
    let said = Play { game, scored, strategies: play, pact, conflict };
    let mut checked = certify_play(&said, &chain, &limits(budget))?.checked;
    let values =
        values_for_ever(&chain, Some(discount), budget).map_err(|_| QuestionError::Unfinished)?;
    checked.extend(certify_chain_values(&chain, Some(discount), &values)?.checked);
    let discounted = values.discounted.ok_or(QuestionError::Unfinished)?;
    let mut averages: Vec<Rational> =
        discounted.iter().map(|by_node| chain.from_start(by_node)).collect();
    let outputs = averages.split_off(game.num_players());
    let first = |list: Option<&Vec<Rational>>| list.map(|by_node| chain.from_start(by_node));
    let conflict = if chain.events().is_empty() {
        None
    } else {
        let within = match happens_within(&chain, 0, periods, budget) {
            Ok(within) => {
                let certificate = certify_within(&chain, 0, periods, &within, &limits(budget))?;
                checked.extend(certificate.checked);
                Some(within)
            }
            Err(Exhausted::Memory) => None,
            Err(_) => return Err(QuestionError::Unfinished),
        };
        let ever = values.eventually.first().and_then(Option::as_ref);
        let waiting = values.waiting.first().and_then(Option::as_ref);
        Some(Conflict {
            within,
            ever: first(ever).ok_or(QuestionError::Unfinished)?,
            waiting: waiting.and_then(|by_node| by_node[chain.start()[0].0].clone()),
        })
    };
    Ok((Course { payoffs: averages, outputs, conflict }, checked))
}
