//! What stationary play of a game in states leads to: payoffs and outputs, and whether and when conflict
//! breaks out.

use crate::certify::{certify_chain_values, certify_within};
use crate::game::{Chain, ChainOutcome, ChainParts, MixedProfile, Step};
use crate::num::Rational;
use crate::solve::chain::{happens_within, values_for_ever};
use crate::solve::{Budget, Exhausted};

use super::evaluate::Play;
use super::solution::{QuestionError, limits};
use super::stochastic::StochasticProblem;

/// The most states of a game whose course is computed: its values are solutions of equations in exact
/// numbers.
pub const MOST_STATES: usize = 100;

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

/// The course of play in which each state has its mixed profile, exactly and certified; and what was
/// verified, in plain sentences.
///
/// # Errors
/// [`QuestionError::Wrong`] for more than [`MOST_STATES`] states, and [`QuestionError::Unfinished`] when
/// the budget is spent.
pub fn course(
    problem: &StochasticProblem,
    play: &[MixedProfile],
    periods: u64,
    budget: &Budget,
) -> Result<(Course, Vec<String>), QuestionError> {
    let game = &problem.game;
    if play.len() > MOST_STATES {
        return Err(QuestionError::Wrong(format!(
            "what play leads to is computed for up to {MOST_STATES} states, and the game has {}",
            play.len()
        )));
    }
    let discount = game.discount();
    let chain = chain(problem, play)?;
    let values = values_for_ever(&chain, Some(discount));
    let mut checked = certify_chain_values(&chain, Some(discount), &values)?.checked;
    let discounted = values.discounted.ok_or(QuestionError::Unfinished)?;
    let mut averages: Vec<Rational> =
        discounted.iter().map(|by_state| chain.from_start(by_state)).collect();
    let outputs = averages.split_off(game.num_players());
    let first = |list: Option<&Vec<Rational>>| list.map(|by_state| chain.from_start(by_state));
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
            waiting: waiting.and_then(|by_state| by_state[game.start()].clone()),
        })
    };
    Ok((Course { payoffs: averages, outputs, conflict }, checked))
}

/// The states as nodes; what a state pays is what its play pays and scores on average, and entering a state
/// of conflict is an event.
fn chain(problem: &StochasticProblem, play: &[MixedProfile]) -> Result<Chain, QuestionError> {
    let game = &problem.game;
    let states = game.states().len();
    let (mut nodes, mut outcomes) = (Vec::with_capacity(states), Vec::with_capacity(states));
    for (state, profile) in play.iter().enumerate() {
        let here = &game.states()[state];
        let played = Play::of_profile(&here.stage, profile);
        let payoffs = problem.scored[state].iter().map(|table| played.expectation(table)).collect();
        outcomes.push(ChainOutcome { label: state, payoffs });
        let mut next = vec![Rational::ZERO; states];
        let mut follow = |profile: usize, weight: &Rational| {
            for (to, probability) in &here.transitions[profile] {
                next[*to] = &next[*to] + weight * probability;
            }
        };
        match &played {
            Play::Pure(profile) => follow(*profile, &Rational::ONE),
            Play::Mixed(parts) => parts.iter().for_each(|(at, weight)| follow(*at, weight)),
        }
        let steps = next.into_iter().enumerate().filter(|(_, probability)| !probability.is_zero());
        let step = |(next, probability)| Step { probability, outcome: state, next, events: 0 };
        nodes.push(steps.map(step).collect());
    }
    let quantities = problem.scored.first().map_or(0, Vec::len);
    let chain = Chain::new(ChainParts {
        players: (0..quantities).map(|at| at.to_string()).collect(),
        labels: game.states().iter().map(|state| state.name.clone()).collect(),
        outcomes,
        events: Vec::new(),
        nodes,
        start: vec![(game.start(), Rational::ONE)],
    });
    let chain = chain.map_err(|error| QuestionError::Wrong(error.to_string()))?;
    if problem.conflict.is_empty() || problem.conflict.contains(&game.start()) {
        return Ok(chain);
    }
    let arrives: Vec<bool> = (0..states).map(|state| problem.conflict.contains(&state)).collect();
    chain
        .with_arrival(&problem.conflict_name(), &arrives)
        .map_err(|error| QuestionError::Wrong(error.to_string()))
}
