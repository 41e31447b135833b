//! Games in states: compiled, solved and certified.

use crate::certify::{
    Certificate, Refutation, certify_critical_profiles, certify_markov, certify_negotiation,
    certify_state_polytopes, certify_transfers,
};
use crate::game::stochastic::{
    CriticalProfiles, MarkovAnswer, Negotiation, StatePolytopes, StochasticError, StochasticGame,
    StochasticState, TransferEquilibrium,
};
use crate::game::{DiscountFactor, NormalForm, Player};
use crate::mechanism::{LogEntry, Situation};
use crate::model::{Horizon, Model, Stochastic, Workspace};
use crate::num::{NotDecided, Rational};
use crate::solve::repeated::find_state_polytopes;
use crate::solve::stochastic::{
    MarkovOptions, NegotiationOptions, bracket_critical_profiles, find_markov_equilibria,
    find_transfer_equilibrium, negotiate, solve_zero_sum,
};
use crate::solve::{Budget, Outcome, Status, Work};

use super::evaluate::{EvaluationFailure, choice_payoffs};
use super::settle::situation_on;
use super::solution::{QuestionError, limits};

/// The concepts of games in states.
pub const CONCEPTS: &[&str] = &["stochastic", "markov", "critical-discount", "repeated-payoffs"];
/// The methods for equilibria with transfers.
pub const METHODS: &[&str] = &["transfers", "negotiation"];
/// The methods for Markov perfect equilibria.
pub const MARKOV_METHODS: &[&str] = &["homotopy", "shapley"];
/// The methods for all payoffs without transfers.
pub const PAYOFF_METHODS: &[&str] = &["yeltekin-cai-judd"];

fn wrong(error: impl std::fmt::Display) -> QuestionError {
    QuestionError::Wrong(error.to_string())
}

/// A model in states as a game, and what mechanisms did to it.
#[derive(Debug, Clone)]
pub struct StochasticProblem {
    /// The game.
    pub game: StochasticGame,
    /// What was applied.
    pub log: Vec<LogEntry>,
}

/// The game in states of a model, under mechanisms, with parameters set; `discount` stands for the
/// discount factor of the model.
///
/// # Errors
/// [`QuestionError::Wrong`] when the model has no states, no discount factor, numbers that are not
/// rational, or probabilities that do not sum to one.
pub fn stochastic_problem(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    discount: Option<&DiscountFactor>,
) -> Result<StochasticProblem, QuestionError> {
    let Horizon::States(states) = &model.horizon else {
        return Err(wrong(
            "the model has no states: write [horizon] with kind = \"states\" and [[horizon.states]]",
        ));
    };
    if !model.types.is_empty() {
        return Err(wrong("games in states whose players have types are not solved here"));
    }
    compile(model, states, set, mechanisms, discount).map_err(|failure| match failure.kind() {
        Some(NotDecided::NotRational) => wrong(
            "the payoffs and probabilities of a model with states must be rational, and these use exp, log or sqrt",
        ),
        _ => QuestionError::from(failure),
    })
}

fn said(error: &StochasticError) -> EvaluationFailure {
    EvaluationFailure::Situation(error.to_string())
}

fn compile(
    model: &Model,
    states: &Stochastic,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    discount: Option<&DiscountFactor>,
) -> Result<StochasticProblem, EvaluationFailure> {
    let situation = situation_on::<Rational>(model, set, mechanisms)?;
    let discount = match (discount, &states.discount) {
        (Some(discount), _) => discount.clone(),
        (None, Some(formula)) => {
            let value =
                model.evaluate(formula, &situation.values).map_err(EvaluationFailure::from)?;
            DiscountFactor::new(value.clone()).ok_or_else(|| {
                EvaluationFailure::Situation(format!(
                    "the discount factor is {value}, and has to lie in [0, 1)"
                ))
            })?
        }
        (None, None) => {
            return Err(EvaluationFailure::Situation(
                "the model has no discount factor: say --discount 9/10, or write `discount` in [horizon]"
                    .to_owned(),
            ));
        }
    };
    let mut workspace = Workspace::new(model);
    let list = (0..states.states.len())
        .map(|state| compile_state(model, states, state, &situation, &mut workspace));
    let list = list.collect::<Result<Vec<_>, _>>()?;
    let game = StochasticGame::new(list, discount, states.start).map_err(|error| said(&error))?;
    Ok(StochasticProblem { game, log: situation.log })
}

/// One state, with the actions that its players have in it and that mechanisms leave them.
fn compile_state(
    model: &Model,
    states: &Stochastic,
    state: usize,
    situation: &Situation<'_, Rational>,
    workspace: &mut Workspace<Rational>,
) -> Result<StochasticState, EvaluationFailure> {
    let spec = &states.states[state];
    let mut here = situation.clone();
    for (player, kept) in here.kept.iter_mut().enumerate() {
        if let Some(own) = &spec.actions[player] {
            let extra = |action: &usize| model.players[player].actions[*action].extra;
            kept.retain(|action| own.contains(action) || extra(action));
        }
        if kept.is_empty() {
            return Err(EvaluationFailure::Situation(format!(
                "no action is left to {} in the state {}",
                model.players[player].id, spec.id
            )));
        }
    }
    let tables = model
        .tabulate_state(workspace, &here.values, &here.kept, &here.costs, state)
        .map_err(EvaluationFailure::from)?;
    let payoffs = choice_payoffs(&here, &tables);
    let players = model.players.iter().zip(&here.kept).map(|(player, kept)| {
        Player::new(&player.id, kept.iter().map(|&action| player.actions[action].id.as_str()))
    });
    let stage = NormalForm::new(players.collect(), payoffs)
        .map_err(|error| EvaluationFailure::Situation(error.to_string()))?;
    let rows = model
        .transitions(workspace, &here.values, &here.kept, state)
        .map_err(EvaluationFailure::from)?;
    let mut transitions = vec![Vec::new(); stage.num_profiles()];
    for ((to, _), row) in spec.transitions.iter().zip(rows) {
        for (profile, probability) in row.into_iter().enumerate() {
            if !probability.is_zero() {
                transitions[profile].push((*to, probability));
            }
        }
    }
    Ok(StochasticState { name: spec.id.clone(), stage, transitions })
}

/// An answer about a game in states.
#[derive(Debug, Clone, PartialEq)]
pub enum StochasticAnswer {
    /// Equilibria with transfers.
    Transfers(TransferEquilibrium),
    /// A repeated negotiation equilibrium.
    Negotiation(Box<Negotiation>),
    /// Markov perfect equilibria, or the value and optimal strategies of a zero-sum game.
    Markov(MarkovAnswer),
    /// From which discount factor on profiles are played in equilibria with transfers.
    Critical(CriticalProfiles),
    /// All payoffs of equilibria without transfers, by state.
    Payoffs(StatePolytopes),
}

/// What is asked about a game in states.
#[derive(Debug, Clone)]
pub enum StochasticQuestion {
    /// Equilibria with transfers.
    Transfers,
    /// A repeated negotiation equilibrium.
    Negotiation(NegotiationOptions),
    /// Markov perfect equilibria, by a method of [`MARKOV_METHODS`]; without one by Shapley's iteration
    /// where payoffs have a constant sum and one path is enough.
    Markov {
        /// The method.
        method: Option<String>,
        /// From where paths begin.
        options: MarkovOptions,
    },
    /// Critical discount factors of profiles.
    Critical,
    /// All payoffs of equilibria without transfers.
    Payoffs,
}

/// An answer with its certificate.
#[derive(Debug, Clone)]
pub struct StochasticSolution {
    /// The answer.
    pub answer: StochasticAnswer,
    /// What was verified about it.
    pub certificate: Certificate,
    /// How the solver ended.
    pub status: Status,
    /// The method that was used.
    pub method: &'static str,
    /// What it cost.
    pub work: Work,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Checks an answer about a game in states.
///
/// # Errors
/// The [`Refutation`] of the first thing that is wrong.
pub fn certify_stochastic(
    game: &StochasticGame,
    answer: &StochasticAnswer,
    limits: &crate::certify::Limits,
) -> Result<Certificate, Refutation> {
    match answer {
        StochasticAnswer::Transfers(answer) => certify_transfers(game, answer, limits),
        StochasticAnswer::Negotiation(answer) => certify_negotiation(game, answer, limits),
        StochasticAnswer::Markov(answer) => certify_markov(game, answer, limits),
        StochasticAnswer::Critical(answer) => certify_critical_profiles(game, answer, limits),
        StochasticAnswer::Payoffs(answer) => certify_state_polytopes(game, answer, limits),
    }
}

/// Solves a game in states, and certifies the answer.
///
/// # Errors
/// A [`QuestionError`].
pub fn solve_stochastic(
    game: &StochasticGame,
    question: &StochasticQuestion,
    budget: &Budget,
) -> Result<StochasticSolution, QuestionError> {
    let Outcome { answer, status, method, work, warnings } =
        match question {
            StochasticQuestion::Transfers => find_transfer_equilibrium(game, budget)
                .map(|one| one.map(StochasticAnswer::Transfers)),
            StochasticQuestion::Negotiation(options) => negotiate(game, options, budget)
                .map_err(wrong)?
                .map(|one| one.map(|one| StochasticAnswer::Negotiation(Box::new(one)))),
            StochasticQuestion::Markov { method, options } => {
                let by_value = match method.as_deref() {
                    None => options.starts == 1 && game.constant_sum().is_some(),
                    Some(method) => method == "shapley",
                };
                let found = if by_value {
                    solve_zero_sum(game, budget).map_err(wrong)?
                } else {
                    find_markov_equilibria(game, options, budget)
                };
                found.map(|one| one.map(StochasticAnswer::Markov))
            }
            StochasticQuestion::Critical => bracket_critical_profiles(game, budget)
                .map(|one| one.map(StochasticAnswer::Critical)),
            StochasticQuestion::Payoffs => find_state_polytopes(game, budget)
                .map_err(wrong)?
                .map(|one| one.map(StochasticAnswer::Payoffs)),
        };
    let answer = answer.ok_or(QuestionError::Unfinished)?;
    let certificate = certify_stochastic(game, &answer, &limits(budget))?;
    Ok(StochasticSolution { answer, certificate, status, method, work, warnings })
}
