//! Repeated games with public signals: compiled, solved and certified.

use crate::certify::{
    Certificate, Refutation, certify_limit_payoffs, certify_public_equilibria,
    certify_public_payoffs,
};
use crate::game::DiscountFactor;
use crate::game::public::{PublicEquilibria, PublicForm, PublicGame, PublicLimit, PublicPayoffs};
use crate::mechanism::LogEntry;
use crate::model::{Horizon, Model, Workspace};
use crate::num::{NotDecided, Rational};
use crate::solve::public::{find_limit_payoffs, find_public_equilibria, find_public_payoffs};
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::evaluate::{EvaluationFailure, choice_payoffs};
use super::settle::situation_on;
use super::solution::{QuestionError, limits};
use super::stage::game_of;

/// The name of the concept.
pub const CONCEPT: &str = "public-perfect";
/// The method that is about the agreements of a model, and not about its signals.
pub const TRIGGER: &str = "trigger";
/// The methods for games with public signals.
pub const METHODS: &[&str] = &["transfers", "symmetric", "scores", "payoffs", TRIGGER];

/// Whether a question is about the agreements of a model, and not about its signals.
#[must_use]
pub fn by_triggers(concept: &str, method: Option<&str>) -> bool {
    concept == CONCEPT && method == Some(TRIGGER)
}

fn wrong(error: impl std::fmt::Display) -> QuestionError {
    QuestionError::Wrong(error.to_string())
}

/// A model with public signals as a game, and what mechanisms did to it.
#[derive(Debug, Clone)]
pub struct PublicProblem {
    /// The game.
    pub game: PublicGame,
    /// The discount factor, where one is given.
    pub discount: Option<DiscountFactor>,
    /// What was applied.
    pub log: Vec<LogEntry>,
}

/// Whether a model has public signals.
#[must_use]
pub fn has_signals(model: &Model) -> bool {
    matches!(&model.horizon, Horizon::Repeated(play) if !play.signals.is_empty())
}

/// The game with public signals of a model, under mechanisms, with parameters set; `discount` stands
/// for the discount factor of the model.
///
/// # Errors
/// [`QuestionError::Wrong`] when the model has no public signals, numbers that are not rational, or
/// probabilities that do not sum to one.
pub fn public_problem(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    discount: Option<&DiscountFactor>,
) -> Result<PublicProblem, QuestionError> {
    if !has_signals(model) {
        let about = "public perfect equilibria are about models with [horizon] of kind \"repeated\" and [[horizon.signals]], each with an `id` and a `probability` over the profile";
        return Err(if model.agreements().is_empty() {
            wrong(about)
        } else {
            wrong(format_args!(
                "{about}; this model has agreements and no signals: `--method {TRIGGER}` asks for how long a bad signal has to suspend them"
            ))
        });
    }
    if !model.types.is_empty() {
        return Err(wrong("repeated games whose players have types are not solved here"));
    }
    compile(model, set, mechanisms, discount).map_err(|failure| match failure.kind() {
        Some(NotDecided::NotRational) => wrong(
            "the payoffs and probabilities of a model with public signals must be rational, and these use exp, log or sqrt",
        ),
        _ => QuestionError::from(failure),
    })
}

fn compile(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    discount: Option<&DiscountFactor>,
) -> Result<PublicProblem, EvaluationFailure> {
    let situation = situation_on::<Rational>(model, set, mechanisms)?;
    let tables = model
        .tabulate(&situation.values, &situation.kept, &situation.costs)
        .map_err(EvaluationFailure::from)?;
    let stage = game_of(&situation, &choice_payoffs(&situation, &tables))?;
    let discount = match discount {
        Some(discount) => Some(discount.clone()),
        None => model
            .horizon_values(&situation.values, &situation.kept, &situation.horizon)
            .map_err(EvaluationFailure::from)?
            .discount
            .and_then(DiscountFactor::new),
    };
    let by_signal = model
        .signals(&mut Workspace::new(model), &situation.values, &situation.kept, 0)
        .map_err(EvaluationFailure::from)?;
    let names = match &model.horizon {
        Horizon::Repeated(play) => play.signals.iter().map(|signal| signal.id.clone()).collect(),
        _ => Vec::new(),
    };
    let probabilities = (0..stage.num_profiles())
        .map(|profile| by_signal.iter().map(|row| row[profile].clone()).collect())
        .collect();
    let game = PublicGame::new(stage, names, probabilities)
        .map_err(|error| EvaluationFailure::Situation(error.to_string()))?;
    Ok(PublicProblem { game, discount, log: situation.log })
}

/// An answer about a game with public signals.
#[derive(Debug, Clone, PartialEq)]
pub enum PublicAnswer {
    /// Equilibria with transfers, or strongly symmetric ones, for all discount factors.
    Equilibria(PublicEquilibria),
    /// What patient players get without transfers.
    Limit(PublicLimit),
    /// The payoffs of two players at one discount factor, without transfers.
    Payoffs(Box<PublicPayoffs>),
}

/// An answer with its certificate.
#[derive(Debug, Clone)]
pub struct PublicSolution {
    /// The answer.
    pub answer: PublicAnswer,
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

/// Checks an answer about a game with public signals.
///
/// # Errors
/// The [`Refutation`] of the first thing that is wrong.
pub fn certify_public(
    game: &PublicGame,
    answer: &PublicAnswer,
    limits: &crate::certify::Limits,
) -> Result<Certificate, Refutation> {
    match answer {
        PublicAnswer::Equilibria(answer) => certify_public_equilibria(game, answer, limits),
        PublicAnswer::Limit(answer) => certify_limit_payoffs(game, answer, limits),
        PublicAnswer::Payoffs(answer) => certify_public_payoffs(game, answer, limits),
    }
}

/// Solves a game with public signals by a method of [`METHODS`], the first where none is named, and
/// certifies the answer.
///
/// # Errors
/// A [`QuestionError`].
pub fn solve_public(
    problem: &PublicProblem,
    method: Option<&str>,
    budget: &Budget,
) -> Result<PublicSolution, QuestionError> {
    let method = method.unwrap_or(METHODS[0]);
    let form = match method {
        "transfers" => Some(PublicForm::Transfers),
        "symmetric" => Some(PublicForm::Symmetric),
        "scores" | "payoffs" => None,
        TRIGGER => {
            return Err(wrong("triggers suspend the agreements of a model, and not its signals"));
        }
        other => {
            return Err(wrong(format_args!(
                "the concept `public-perfect` has no method `{other}`; it has {}",
                METHODS.join(", ")
            )));
        }
    };
    let game = &problem.game;
    let found = match form {
        Some(form) => find_public_equilibria(game, form, problem.discount.as_ref(), budget)
            .map_err(wrong)?
            .map(|answer| answer.map(PublicAnswer::Equilibria)),
        None if method == "payoffs" => {
            let Some(discount) = &problem.discount else {
                return Err(wrong(
                    "the payoffs depend on the discount factor, and none is given: say --discount 9/10, or write `discount` in [horizon]",
                ));
            };
            let wrapped = |one| PublicAnswer::Payoffs(Box::new(one));
            find_public_payoffs(game, discount, budget)
                .map_err(wrong)?
                .map(|answer| answer.map(wrapped))
        }
        None => find_limit_payoffs(game, budget)
            .map_err(wrong)?
            .map(|answer| answer.map(PublicAnswer::Limit)),
    };
    let Outcome { answer, status, method, work, warnings } = found;
    let answer = answer.ok_or(match status {
        Status::Partial(reason @ Exhausted::Memory) => QuestionError::TooLarge(reason),
        _ => QuestionError::Unfinished,
    })?;
    let certificate = certify_public(&problem.game, &answer, &limits(budget))?;
    Ok(PublicSolution { answer, certificate, status, method, work, warnings })
}
