//! The security game of a model: solved, certified, and in strategic form.

use crate::certify::{Certificate, Limits, Refutation, certify_security, certify_security_quantal};
use crate::game::NormalForm;
use crate::game::security::{SecurityAnswer, SecurityGame};
use crate::linear::LpMethod;
use crate::model::Model;
use crate::num::Rational;
use crate::solve::security::{
    find_commitment_by_linear_programs, find_commitment_by_origami, find_quantal_commitment,
};
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::solution::{QuestionError, limits};

/// What commands say that have no answer for a model with a security game.
pub const NOT_HERE: &str = "the model is a security game, and this is for models with players and payoffs: `detente solve --concept stackelberg` solves it";

/// The methods of security games under `stackelberg`, the default first: ORIGAMI where it applies.
pub const METHODS: &[&str] = &["origami", "linear-programs", "quantal"];

/// An answer about a security game with its certificate.
#[derive(Debug, Clone)]
pub struct SecuritySolution {
    /// The answer.
    pub answer: SecurityAnswer,
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

fn wrong(error: impl std::fmt::Display) -> QuestionError {
    QuestionError::Wrong(error.to_string())
}

/// The security game of a model with parameters set.
///
/// # Errors
/// [`QuestionError::Wrong`] when the model has none, or its numbers are not defined or not rational.
pub fn security_game(
    model: &Model,
    set: &[(usize, Rational)],
) -> Result<SecurityGame, QuestionError> {
    let values = super::succinct::values(model, set)?;
    model.security_game(&values).map_err(|(_, reason)| QuestionError::Wrong(reason))
}

/// The security game of a model in strategic form, for the concepts that need one.
///
/// # Errors
/// As [`security_game`]; and when there are too many allocations.
pub(super) fn strategic_form(
    model: &Model,
    set: &[(usize, Rational)],
) -> Result<NormalForm, QuestionError> {
    security_game(model, set)?.strategic_form().map_err(|error| {
        wrong(format_args!(
            "the strategic form of this security game is too large: {error}; `--concept stackelberg` does without it"
        ))
    })
}

/// Checks an answer of either kind.
///
/// # Errors
/// A [`Refutation`].
pub fn certify_security_answer(
    game: &SecurityGame,
    answer: &SecurityAnswer,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    match answer {
        SecurityAnswer::Commitment(answer) => certify_security(game, answer, limits),
        SecurityAnswer::Quantal(answer) => certify_security_quantal(game, answer, limits),
    }
}

/// The defender's optimal commitment: by `method`, or without one by ORIGAMI where it applies and by
/// linear programs elsewhere; with `lambda` against a quantal response of that precision.
///
/// # Errors
/// A [`QuestionError`].
pub fn solve_security(
    game: &SecurityGame,
    method: Option<&str>,
    lambda: Option<&Rational>,
    budget: &Budget,
) -> Result<SecuritySolution, QuestionError> {
    let commitment =
        |found: Outcome<Option<_>>| found.map(|one| one.map(SecurityAnswer::Commitment));
    let found = match method {
        None | Some("quantal") if lambda.is_some() || method.is_some() => {
            let lambda = lambda.ok_or_else(|| {
                wrong(
                    "the method `quantal` needs the precision of the attacker's choice: --lambda L",
                )
            })?;
            find_quantal_commitment(game, lambda, budget)
                .map_err(wrong)?
                .map(|one| one.map(SecurityAnswer::Quantal))
        }
        Some(other) if lambda.is_some() => {
            return Err(wrong(format_args!(
                "--lambda is for an attacker who errs, `--method quantal`, and says nothing to `{other}`"
            )));
        }
        Some("origami") => commitment(find_commitment_by_origami(game, budget).map_err(wrong)?),
        None if game.schedules().is_none() && game.coverage_helps() => {
            commitment(find_commitment_by_origami(game, budget).map_err(wrong)?)
        }
        None | Some("linear-programs") => {
            let found = find_commitment_by_linear_programs(game, LpMethod::Auto, budget);
            commitment(found.map_err(wrong)?)
        }
        Some(other) => {
            return Err(wrong(format_args!(
                "a security game has no method `{other}`; it has {}",
                METHODS.join(", ")
            )));
        }
    };
    let Outcome { answer, status, method, work, mut warnings } = found;
    let mut answer = answer.ok_or(match status {
        Status::Partial(reason @ Exhausted::Memory) => QuestionError::TooLarge(reason),
        _ => QuestionError::Unfinished,
    })?;
    within_reading(&mut answer, &mut warnings)?;
    let lottery = match &answer {
        SecurityAnswer::Commitment(answer) => &answer.lottery,
        SecurityAnswer::Quantal(answer) => &answer.lottery,
    };
    if lottery.is_none() {
        warnings.push(
            "the lottery over allocations is too long to list: the coverage alone is given"
                .to_owned(),
        );
    }
    let certificate = certify_security_answer(game, &answer, &limits(budget))?;
    Ok(SecuritySolution { answer, certificate, status, method, work, warnings })
}

/// The longest number of a result, in bits: some 9000 digits, which is what results are read with.
const LONGEST: usize = 30_000;

/// Leaves out what no result is read with: parts that are more than was asked for, with a warning.
fn within_reading(
    answer: &mut SecurityAnswer,
    warnings: &mut Vec<String>,
) -> Result<(), QuestionError> {
    let SecurityAnswer::Commitment(answer) = answer else { return Ok(()) };
    let long = |numbers: &[Rational]| numbers.iter().any(|number| number.bit_len() > LONGEST);
    if long(&answer.coverage) {
        return Err(wrong(
            "the exact coverage has fractions of more than 9000 digits, since the denominators of the payoffs multiply up: round them to few digits, or use the library's bracket_security_game",
        ));
    }
    let mut left_out = |what: &str| {
        warnings.push(format!("{what} has fractions of more than 9000 digits: it is left out"));
    };
    if answer.nash.as_ref().is_some_and(|nash| long(&nash.attack)) {
        answer.nash = None;
        left_out("the attacker's lottery of the equilibrium");
    }
    let maximin = answer.maximin.as_ref();
    if maximin.is_some_and(|maximin| long(&maximin.coverage) || maximin.value.bit_len() > LONGEST) {
        answer.maximin = None;
        left_out("the maximin coverage");
    }
    Ok(())
}
