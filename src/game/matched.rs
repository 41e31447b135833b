//! Commitment in which the leader loses by the follower's errors in proportion to what these cost.

use super::MixedStrategy;
use crate::num::Rational;

/// The best commitment of a leader whose loss, when the follower plays another reply than the best one,
/// is at most β times what the follower loses by it (MATCH; Pita, John, Maheswaran, Tambe & Kraus 2012).
///
/// With A and B the payoffs of leader and follower, the commitment x, and j the reply, for every other
/// reply k: A_xj − A_xk ≤ β (B_xj − B_xk), and B_xj ≥ B_xk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedCommitment {
    /// The leader, 0 or 1; the other player follows.
    pub leader: usize,
    /// The factor β, at least 0.
    pub beta: Rational,
    /// The best commitment; `None` when none meets the bound on the losses.
    pub best: Option<MatchedBest>,
    /// For each reply of the follower, in order, why no commitment that induces it and meets the bound on
    /// the losses is better.
    pub bounds: Vec<MatchedBound>,
}

/// A commitment, and what the follower does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedBest {
    /// What the leader commits to.
    pub commitment: MixedStrategy,
    /// The follower's best reply.
    pub reply: usize,
    /// The leader's payoff.
    pub leader_value: Rational,
    /// The follower's payoff.
    pub follower_value: Rational,
}

/// Why a reply j gives the leader no more than a bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedBound {
    /// The reply j.
    pub reply: usize,
    /// The bound; `None` when no commitment induces the reply and meets the bound on the losses.
    pub bound: Option<Rational>,
    /// Multipliers y_k ≥ 0 of B_xj ≥ B_xk.
    pub multipliers: Vec<Rational>,
    /// Multipliers z_k ≥ 0 of A_xj − A_xk ≤ β (B_xj − B_xk). The bound is max_i [A_ij + Σ y_k (B_ij −
    /// B_ik) + Σ z_k (β (B_ij − B_ik) − A_ij + A_ik)]; without A_ij in front it is below 0 where there
    /// is no bound.
    pub losses: Vec<Rational>,
}
