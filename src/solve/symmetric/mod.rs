//! Symmetric equilibria of symmetric games of two players, and evolutionarily stable strategies.
//!
//! The search for the equilibria is in `solve/nash/symmetric.rs`, the decision whether a strategy is
//! evolutionarily stable in `stability.rs`, the grouping into convex sets in `sets.rs`.

use super::nash::enumerate_symmetric_vertices;
use super::{Budget, Exhausted, Outcome, Status};
use crate::game::NormalForm;
use crate::game::answer::{Evolutionary, Symmetric};
use crate::num::Rational;

mod sets;
mod stability;

/// Why a game has no symmetric equilibria to look for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SymmetricError {
    /// The notion is for two players.
    #[error("symmetric equilibria are found for two players, and the game has {0}")]
    NotTwoPlayers(usize),
    /// An exchange of the players changes the game.
    #[error(
        "the game is not symmetric: exchanging the players, with actions in the order of the file, \
         changes it"
    )]
    NotSymmetric,
}

/// All extreme symmetric equilibria of a symmetric game of two players, the convex sets that they
/// span, and which strategies are evolutionarily stable.
///
/// An evolutionarily stable strategy is always among them. Suppose that one, x, were not a vertex of
/// the best-response polyhedron: x is then strictly between two other points y, z of it at which all
/// is tight that is tight at x. So y plays only what x plays, and what is best against x is best
/// against y: both x and y are best replies to x and to y, and x does not get more against y than y
/// does.
///
/// Work: at most 2ⁿ faces of one polyhedron; for each equilibrium 2ʳ systems of linear equations with
/// r best replies that are not played, where a definite matrix does not decide at once. Steps of the
/// budget are pivots. When it is spent the list holds what was found, and what was not decided says so.
///
/// # Errors
/// A [`SymmetricError`].
///
/// ```
/// use detente::game::NormalForm;
/// use detente::solve::{Budget, find_symmetric_equilibria};
/// // Hawks and doves (Maynard Smith & Price 1973), a prize of 2 and wounds of 4.
/// let game = NormalForm::from_integers(&[&[-1, 2], &[0, 1]], &[&[-1, 0], &[2, 1]]);
/// let found = find_symmetric_equilibria(&game, &Budget::unlimited()).unwrap().answer;
/// assert_eq!(found.list[0].profile[0].probabilities()[0].to_string(), "1/2");
/// assert_eq!(found.stability[0].is_stable(), Some(true));
/// ```
pub fn find_symmetric_equilibria(
    game: &NormalForm,
    budget: &Budget,
) -> Result<Outcome<Symmetric>, SymmetricError> {
    let matrix = symmetric_matrix(game)?;
    let found = enumerate_symmetric_vertices(game, budget);
    let mut ended = found.ended;
    let mut warnings = Vec::new();
    let mut steps = found.work.pivots;
    let mut stability = Vec::with_capacity(found.list.len());
    for one in &found.list {
        let judged = stability::judge(&matrix, &one.profile[0], &mut |cost| {
            steps += cost;
            budget.check_now(steps)
        });
        stability.push(match judged {
            Ok(judged) => judged,
            Err(reason) => {
                ended = ended.and(Err(reason));
                Evolutionary::NotDecided
            }
        });
    }
    let complete = found.ended.is_ok();
    let sets = if complete { sets::maximal_sets(&matrix, &found.list) } else { None };
    if complete && sets.is_none() {
        warnings.push(
            "the symmetric equilibria are not grouped into convex sets: there are too many ways"
                .to_owned(),
        );
    }
    if ended == Err(Exhausted::Memory) {
        warnings.push("the search stopped because it would need too much memory".to_owned());
    }
    let answer = Symmetric { list: found.list, stability, complete, sets };
    let status = ended.map_or_else(Status::Partial, |()| Status::Solved);
    let mut work = found.work;
    work.pivots = steps;
    Ok(Outcome { answer, status, method: "branch-and-bound", work, warnings })
}

/// The payoffs of each action against each, of a game that is symmetric.
fn symmetric_matrix(game: &NormalForm) -> Result<Vec<Vec<Rational>>, SymmetricError> {
    if game.num_players() != 2 {
        return Err(SymmetricError::NotTwoPlayers(game.num_players()));
    }
    let [own, other] = [0, 1].map(|player| super::joint::payoff_matrix(game, player));
    if own == other { Ok(own) } else { Err(SymmetricError::NotSymmetric) }
}

#[cfg(test)]
mod tests;
