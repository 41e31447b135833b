//! The inspection game of a model: solved, certified, and in strategic form.

use crate::certify::{Certificate, certify_inspection};
use crate::game::NormalForm;
use crate::game::inspection::{InspectionAnswer, InspectionGame};
use crate::model::Model;
use crate::num::Rational;
use crate::solve::inspection::{solve_inspections, solve_inspector_leadership};
use crate::solve::{Budget, Exhausted, Outcome, Status};

use super::solution::{QuestionError, limits};
use super::succinct::values;

/// What commands say that have no answer for a model with an inspection game.
pub const NOT_HERE: &str = "the model is an inspection game, and this is for models with players and payoffs: `detente solve`, or with `--concept stackelberg`, solves it";

/// The methods of inspection games under `nash` and `stackelberg`.
pub const METHODS: &[&str] = &["recursion"];
/// The concepts under which an inspection game is solved by recursion.
pub const CONCEPTS: &[&str] = &["nash", "stackelberg"];

/// An answer about an inspection game with its certificate.
#[derive(Debug, Clone)]
pub struct InspectionSolution {
    /// The answer.
    pub answer: InspectionAnswer,
    /// What was verified about it.
    pub certificate: Certificate,
    /// The method that was used.
    pub method: &'static str,
    /// What the user should know.
    pub warnings: Vec<String>,
}

fn wrong(error: impl std::fmt::Display) -> QuestionError {
    QuestionError::Wrong(error.to_string())
}

/// The inspection game of a model with parameters set.
///
/// # Errors
/// [`QuestionError::Wrong`] when the model has none, or its numbers are not defined or not rational.
pub fn inspection_game(
    model: &Model,
    set: &[(usize, Rational)],
) -> Result<InspectionGame, QuestionError> {
    let values = values(model, set)?;
    model.inspection_game(&values).map_err(|(_, reason)| QuestionError::Wrong(reason))
}

/// The inspection game of a model in reduced strategic form, for the concepts that need one.
///
/// # Errors
/// As [`inspection_game`]; and when it is too large.
pub(super) fn strategic_form(
    model: &Model,
    set: &[(usize, Rational)],
) -> Result<NormalForm, QuestionError> {
    inspection_game(model, set)?.strategic_form().map_err(|error| {
        wrong(format_args!(
            "the strategic form of this inspection game is too large: {error}; `--concept nash` without a method and `--concept stackelberg` do without it"
        ))
    })
}

/// The equilibrium of an inspection game, or with `leadership` what the inspector announces.
///
/// # Errors
/// A [`QuestionError`].
pub fn solve_inspection(
    game: &InspectionGame,
    leadership: bool,
    budget: &Budget,
) -> Result<InspectionSolution, QuestionError> {
    let found: Outcome<Option<InspectionAnswer>> = if leadership {
        solve_inspector_leadership(game, budget).map(|one| one.map(InspectionAnswer::Leadership))
    } else {
        solve_inspections(game, budget).map(|one| one.map(InspectionAnswer::Equilibrium))
    };
    let Outcome { answer, status, method, mut warnings, .. } = found;
    let answer = answer.ok_or_else(|| match status {
        Status::Partial(Exhausted::Memory) => wrong(
            "the exact probabilities have fractions of more than 9000 digits, or too many of them: take fewer periods or inspections, or let inspections cost nothing (`inspected` as `legal`), which keeps fractions short",
        ),
        _ => QuestionError::Unfinished,
    })?;
    let equilibrium = match &answer {
        InspectionAnswer::Equilibrium(answer) => answer,
        InspectionAnswer::Leadership(answer) => &answer.equilibrium,
    };
    if !equilibrium.unique {
        warnings.push(
            "some period has equilibria that pay different amounts: the one with the least probability of a violation is played there, and of these the one with the most inspections"
                .to_owned(),
        );
    }
    let certificate = certify_inspection(game, &answer, &limits(budget))?;
    Ok(InspectionSolution { answer, certificate, method, warnings })
}
