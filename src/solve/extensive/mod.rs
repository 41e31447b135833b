//! Games in extensive form: subgame-perfect equilibria, and the sequence form of two players.
//!
//! Subgames are solved from the last to the first, each with the values of those below it in their
//! place (Kuhn 1953; Selten 1965). Within a subgame either all equilibria in pure strategies are
//! listed, or one equilibrium in behaviour strategies is found by the sequence form, whose size is
//! that of the tree (von Stengel 1996; Koller, Megiddo & von Stengel 1996).

mod backward;
mod evaluate;
mod lemke;
mod perfect;
mod sequence;
mod truncated;
mod zero_sum;

#[cfg(test)]
mod tests;

pub use backward::{MOST_LISTED, enumerate_pure_subgame_perfect};
pub use perfect::{find_nash_by_sequence_form, find_subgame_perfect_by_sequence_form};

use crate::game::extensive::Forgetting;

/// Why a method does not apply to a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeMethodError {
    /// The sequence form is for two players.
    #[error("the sequence form is for two players, and the game has {0}")]
    NotTwoPlayers(usize),
    /// A player forgets.
    #[error(
        "the sequence form needs perfect recall: player {} forgets what he knew or did at his information set {}",
        .0.player + 1, .0.set + 1
    )]
    Forgets(Forgetting),
}
