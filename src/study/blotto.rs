//! The Blotto game of a model: solved, certified, and in strategic form.

use crate::certify::{Certificate, certify_blotto};
use crate::game::NormalForm;
use crate::game::blotto::{BlottoGame, BlottoSolution};
use crate::model::Model;
use crate::num::Rational;
use crate::solve::blotto::{solve_blotto_by_best_replies, solve_blotto_by_reduction};
use crate::solve::{Budget, Exhausted, Outcome, Status};

use super::solution::{QuestionError, limits};
use super::succinct::values;

/// What commands say that have no answer for a model with a Blotto game.
pub const NOT_HERE: &str = "the model is a Blotto game, and this is for models with players and payoffs: `detente solve` solves it";

/// The methods of Blotto games under `minimax` and `nash`.
pub const METHODS: &[&str] = &["symmetric-reduction", "best-replies"];
/// The concepts under which a Blotto game is solved by its own methods.
pub const CONCEPTS: &[&str] = &["minimax", "nash"];

/// Without a method, games of more pairs of divisions are solved by best replies where that applies.
const MANY_PAIRS: usize = 10_000;
/// The longest number of a result, in bits: some 9000 digits.
const LONGEST: usize = 30_000;

/// An answer about a Blotto game with its certificate.
#[derive(Debug, Clone)]
pub struct BlottoStudy {
    /// The answer.
    pub answer: BlottoSolution,
    /// What was verified about it.
    pub certificate: Certificate,
    /// The method that was used.
    pub method: &'static str,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// The Blotto game of a model with parameters set.
///
/// # Errors
/// [`QuestionError::Wrong`] when the model has none, or its numbers are not defined or not rational.
pub fn blotto_game(model: &Model, set: &[(usize, Rational)]) -> Result<BlottoGame, QuestionError> {
    let values = values(model, set)?;
    model.blotto_game(&values).map_err(|(_, reason)| QuestionError::Wrong(reason))
}

/// The Blotto game of a model in strategic form, for the concepts that need one.
///
/// # Errors
/// As [`blotto_game`]; and when it is too large.
pub(super) fn strategic_form(
    model: &Model,
    set: &[(usize, Rational)],
) -> Result<NormalForm, QuestionError> {
    blotto_game(model, set)?.strategic_form().map_err(|error| {
        QuestionError::Wrong(format!(
            "the strategic form of this Blotto game is too large: {error}; `--concept minimax` without a method does without it"
        ))
    })
}

/// The value of a Blotto game and optimal strategies of both sides: by `method`, or without one by all
/// divisions where they are few and by best replies where they are many and the payoff is a sum over
/// fields.
///
/// # Errors
/// A [`QuestionError`].
pub fn solve_blotto(
    game: &BlottoGame,
    method: Option<&str>,
    budget: &Budget,
) -> Result<BlottoStudy, QuestionError> {
    let wrong = |error: crate::solve::blotto::BlottoMethodError| {
        QuestionError::Wrong(format!("this Blotto game cannot be solved so: {error}"))
    };
    let found = match method {
        Some("symmetric-reduction") => solve_blotto_by_reduction(game, budget).map_err(wrong)?,
        Some("best-replies") => solve_blotto_by_best_replies(game, budget).map_err(wrong)?,
        Some(other) => {
            return Err(QuestionError::Wrong(format!(
                "a Blotto game has no method `{other}`; it has {}",
                METHODS.join(", ")
            )));
        }
        None if game.payoff().is_additive() && has_many_pairs(game) => {
            solve_blotto_by_best_replies(game, budget).map_err(wrong)?
        }
        None => solve_blotto_by_reduction(game, budget).map_err(wrong)?,
    };
    let Outcome { answer, status, method, warnings, .. } = found;
    let answer = answer.ok_or(match status {
        Status::Partial(reason @ Exhausted::Memory) => QuestionError::TooLarge(reason),
        _ => QuestionError::Unfinished,
    })?;
    let numbers = answer.lotteries.iter().flatten().map(|(_, probability)| probability);
    if numbers.chain([&answer.value]).any(|number| number.bit_len() > LONGEST) {
        return Err(QuestionError::Wrong(
            "the exact probabilities have fractions of more than 9000 digits: take fewer soldiers or fields, or values of few digits".to_owned(),
        ));
    }
    let certificate = certify_blotto(game, &answer, &limits(budget))?;
    Ok(BlottoStudy { answer, certificate, method, warnings })
}

/// Whether the divisions of both sides make many pairs.
fn has_many_pairs(game: &BlottoGame) -> bool {
    let number = |side: usize| game.divisions(side).map_or(usize::MAX, |list| list.len());
    number(0).saturating_mul(number(1)) > MANY_PAIRS
}
