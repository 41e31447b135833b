//! Commitment of all players to actions, one after the other.

use crate::num::Rational;

/// What happens when the players commit to actions in a fixed order, each knowing what those before
/// him committed to: the outcomes of the subgame-perfect equilibria, in pure strategies, of the tree
/// in which they move in that order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequentialCommitment {
    /// All players, the first one to commit first.
    pub order: Vec<usize>,
    /// Each player breaks ties for the players before him, the nearest first.
    pub favourable: SequentialOutcome,
    /// Each player breaks ties against the players before him, the nearest first.
    pub adverse: SequentialOutcome,
    /// The least that each player gets in any of the outcomes.
    pub least: Vec<Rational>,
    /// The most that each player gets in any of the outcomes.
    pub most: Vec<Rational>,
    /// The outcomes that are left whatever way ties are broken: profile indices, ascending.
    pub outcomes: Vec<usize>,
}

/// What is played, and what it gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequentialOutcome {
    /// The profile index.
    pub profile: usize,
    /// The payoff of each player.
    pub payoffs: Vec<Rational>,
}
