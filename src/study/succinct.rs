//! Models whose game stands in place of players and payoffs.

use crate::game::NormalForm;
use crate::model::{Model, Succinct};
use crate::num::Rational;

use super::solution::QuestionError;
use super::{blotto, inspection, security};

/// What commands say that have no answer for such a model, if it is one.
#[must_use]
pub fn not_here(model: &Model) -> Option<&'static str> {
    model.succinct().map(|kind| match kind {
        Succinct::Security => security::NOT_HERE,
        Succinct::Inspection => inspection::NOT_HERE,
        Succinct::Blotto => blotto::NOT_HERE,
    })
}

/// What such a model is called.
fn name(kind: Succinct) -> &'static str {
    match kind {
        Succinct::Security => "a security game",
        Succinct::Inspection => "an inspection game",
        Succinct::Blotto => "a Blotto game",
    }
}

/// The values of all parameters of a model with some of them set.
///
/// # Errors
/// [`QuestionError::Wrong`] when a derived one has no value.
pub(super) fn values(
    model: &Model,
    set: &[(usize, Rational)],
) -> Result<Vec<Rational>, QuestionError> {
    let mut values: Vec<Rational> = model.free_values();
    for (parameter, value) in set {
        values[*parameter] = value.clone();
    }
    model.derive(&mut values).map_err(|error| QuestionError::Wrong(error.to_string()))?;
    Ok(values)
}

/// The game of such a model in strategic form, for the concepts that need one; `None` for models with
/// players.
///
/// # Errors
/// When it is asked for with a horizon, the numbers have no value, or the form is too large.
pub(super) fn strategic_form(
    model: &Model,
    set: &[(usize, Rational)],
    with_horizon: bool,
) -> Result<Option<NormalForm>, QuestionError> {
    let Some(kind) = model.succinct() else { return Ok(None) };
    if with_horizon {
        return Err(QuestionError::Wrong(format!(
            "{} is not repeated: the model has no horizon",
            name(kind)
        )));
    }
    let form = match kind {
        Succinct::Security => security::strategic_form(model, set)?,
        Succinct::Inspection => inspection::strategic_form(model, set)?,
        Succinct::Blotto => blotto::strategic_form(model, set)?,
    };
    Ok(Some(form))
}
