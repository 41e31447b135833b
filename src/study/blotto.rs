//! The Blotto game of a model: solved, certified, and in strategic form.

use crate::game::NormalForm;
use crate::game::blotto::BlottoGame;
use crate::model::Model;
use crate::num::Rational;

use super::solution::QuestionError;
use super::succinct::values;

/// What commands say that have no answer for a model with a Blotto game.
pub const NOT_HERE: &str = "the model is a Blotto game, and this is for models with players and payoffs: `detente solve` solves it";

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
