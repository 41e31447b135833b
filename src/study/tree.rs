//! One question about one tree, solved and certified.

use crate::certify::{Certificate, certify_tree};
use crate::game::ExtensiveGame;
use crate::game::extensive::{TreeAnswer, TreeNames};
use crate::solve::extensive::{
    MOST_LISTED, TreeMethodError, enumerate_pure_subgame_perfect, find_nash_by_sequence_form,
    find_subgame_perfect_by_sequence_form,
};
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::solution::{QuestionError, limits};

/// An answer about a tree with its certificate.
#[derive(Debug, Clone)]
pub struct TreeSolution {
    /// The answer.
    pub answer: TreeAnswer,
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

/// Why the sequence form does not apply, with names.
fn misfit(tree: &ExtensiveGame, error: TreeMethodError) -> QuestionError {
    match error {
        TreeMethodError::NotTwoPlayers(_) => wrong(error),
        TreeMethodError::Forgets(forgets) => {
            let names = TreeNames::of(tree);
            wrong(format_args!(
                "the sequence form needs perfect recall, and player `{}` forgets at information set `{}` what he knew or did",
                names.players[forgets.player], names.sets[forgets.set]
            ))
        }
    }
}

/// Subgame-perfect equilibria of a tree: by `method`, or without one all in pure strategies, and
/// where there is none, or too many to look for, one in behaviour strategies if there are two players
/// with perfect recall.
///
/// # Errors
/// A [`QuestionError`].
pub fn solve_subgame_perfect(
    tree: &ExtensiveGame,
    method: Option<&str>,
    budget: &Budget,
) -> Result<TreeSolution, QuestionError> {
    match method {
        Some("sequence-form") => certified(
            tree,
            budget,
            find_subgame_perfect_by_sequence_form(tree, budget)
                .map_err(|error| misfit(tree, error))?,
        ),
        Some("backward-induction") => {
            certified(tree, budget, enumerate_pure_subgame_perfect(tree, budget))
        }
        Some(other) => Err(wrong(format_args!(
            "the concept `subgame-perfect` has no method `{other}`; it has backward-induction, sequence-form"
        ))),
        None => {
            let pure = enumerate_pure_subgame_perfect(tree, budget);
            let reason = match pure.status {
                Status::None => "there is none in pure strategies",
                Status::Partial(Exhausted::Memory) if pure.answer.list.is_empty() => {
                    "a subgame is too large to list those in pure strategies"
                }
                _ => return certified(tree, budget, pure),
            };
            match find_subgame_perfect_by_sequence_form(tree, budget) {
                Ok(mut mixed) => {
                    mixed.warnings.push(format!(
                        "{reason}: one equilibrium in behaviour strategies is given, and there may be others"
                    ));
                    certified(tree, budget, mixed)
                }
                Err(_) => certified(tree, budget, pure),
            }
        }
    }
}

/// One Nash equilibrium of a tree in behaviour strategies.
///
/// # Errors
/// A [`QuestionError`].
pub fn solve_nash_by_sequence_form(
    tree: &ExtensiveGame,
    budget: &Budget,
) -> Result<TreeSolution, QuestionError> {
    certified(
        tree,
        budget,
        find_nash_by_sequence_form(tree, budget).map_err(|error| misfit(tree, error))?,
    )
}

fn certified(
    tree: &ExtensiveGame,
    budget: &Budget,
    mut found: Outcome<TreeAnswer>,
) -> Result<TreeSolution, QuestionError> {
    if found.answer.list.len() >= MOST_LISTED {
        found
            .warnings
            .push(format!("only {MOST_LISTED} equilibria are listed, and there are more"));
    }
    let certificate = certify_tree(tree, &found.answer, &limits(budget))?;
    Ok(TreeSolution {
        answer: found.answer,
        certificate,
        status: found.status,
        method: found.method,
        work: found.work,
        warnings: found.warnings,
    })
}
