//! Answers of solvers, each certified before a study sees it.
//!
//! No other file of a study calls a solver and keeps what it says unchecked.

use crate::certify::{self, Certificate, Refutation};
use crate::game::answer::{
    Correlated, Dominance, Equilibria, Minimax, Objective, Repeated, Stackelberg,
};
use crate::game::{NormalForm, RepeatedGame};
use crate::linear::LpMethod;
use crate::solve::repeated::sustain_agreements;
use crate::solve::{
    Budget, Outcome, Status, eliminate_strictly_dominated, find_best_correlated_equilibrium,
    find_optimal_commitment, nash, solve_minimax,
};

use super::solution::{QuestionError, limits};

/// An outcome, and what was verified of its answer, in plain sentences.
#[derive(Debug, Clone)]
pub(super) struct Answered<T> {
    pub(super) outcome: Outcome<T>,
    pub(super) checked: Vec<String>,
}

impl<T> Answered<T> {
    /// The answer of a search that ran to its end.
    pub(super) fn complete(self) -> Result<T, QuestionError> {
        match self.outcome.status {
            Status::Partial(_) => Err(QuestionError::Unfinished),
            _ => Ok(self.outcome.answer),
        }
    }
}

impl<T> Answered<Option<T>> {
    /// The answer of a search that had no limit.
    pub(super) fn finished(self) -> Result<T, QuestionError> {
        self.outcome.answer.ok_or(QuestionError::Unfinished)
    }
}

type Checked<T> = Result<Answered<T>, QuestionError>;

fn certified<T>(
    outcome: Outcome<T>,
    check: impl FnOnce(&T) -> Result<Certificate, Refutation>,
) -> Checked<T> {
    let certificate = check(&outcome.answer)?;
    let mut checked = certificate.checked;
    checked.extend(certificate.complete.reason().map(str::to_owned));
    Ok(Answered { outcome, checked })
}

/// What a search with a limit left: nothing, or an answer to check.
fn if_any<T>(
    outcome: Outcome<Option<T>>,
    check: impl FnOnce(&T) -> Result<Certificate, Refutation>,
) -> Checked<Option<T>> {
    if outcome.answer.is_none() {
        return Ok(Answered { outcome, checked: Vec::new() });
    }
    certified(outcome, |answer| match answer {
        Some(answer) => check(answer),
        // Excluded above.
        None => Err(Refutation::OutOfReach("there is no answer".to_owned())),
    })
}

fn wrong(error: impl std::fmt::Display) -> QuestionError {
    QuestionError::Wrong(error.to_string())
}

/// The equilibria of a stage game: all extreme ones of two players, pure ones of more.
pub(super) fn equilibria(game: &NormalForm, budget: &Budget) -> Checked<Equilibria> {
    let found = nash::enumerate_equilibria(game, budget);
    certified(found, |answer| certify::certify_equilibria(game, answer, &limits(budget)))
}

/// The equilibria in pure strategies.
pub(super) fn pure_equilibria(game: &NormalForm, budget: &Budget) -> Checked<Equilibria> {
    let found = nash::enumerate_pure_equilibria(game, budget);
    certified(found, |answer| certify::certify_equilibria(game, answer, &limits(budget)))
}

/// Security levels.
pub(super) fn minimax(game: &NormalForm, budget: &Budget) -> Checked<Option<Minimax>> {
    let found = solve_minimax(game, LpMethod::Auto, budget);
    if_any(found, |answer| certify::certify_minimax(game, answer, &limits(budget)))
}

/// The correlated equilibrium of the largest joint payoff.
pub(super) fn correlated(game: &NormalForm, budget: &Budget) -> Checked<Option<Correlated>> {
    let welfare = &Objective::Welfare;
    let found = find_best_correlated_equilibrium(game, welfare, LpMethod::Auto, budget);
    if_any(found.map_err(wrong)?, |answer| {
        certify::certify_correlated(game, answer, &limits(budget))
    })
}

/// The optimal commitment of one of two players.
pub(super) fn commitment(
    game: &NormalForm,
    leader: usize,
    mixed: bool,
    budget: &Budget,
) -> Checked<Option<Stackelberg>> {
    let found = find_optimal_commitment(game, leader, mixed, LpMethod::Auto, budget);
    if_any(found.map_err(wrong)?, |answer| {
        certify::certify_stackelberg(game, answer, &limits(budget))
    })
}

/// Iterated strict dominance.
pub(super) fn dominance(game: &NormalForm, budget: &Budget) -> Checked<Option<Dominance>> {
    let found = eliminate_strictly_dominated(game, LpMethod::Auto, budget);
    if_any(found, |answer| certify::certify_dominance(game, answer, &limits(budget)))
}

/// What sustains the agreements of a repeated game.
pub(super) fn agreements(game: &RepeatedGame, budget: &Budget) -> Checked<Repeated> {
    let found = sustain_agreements(game, budget).map_err(wrong)?;
    certified(found, |answer| certify::certify_repeated(game, answer, &limits(budget)))
}
