//! Commitment of one leader who several followers see, or take advice from.

use super::MixedStrategy;
use super::correlated::Correlated;
use crate::num::Rational;

/// The best commitment of a leader to a mixed strategy, to which the followers reply by an
/// equilibrium in pure strategies among themselves; of several equilibria the one that is best for
/// the leader (optimistic).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeveralFollowers {
    /// The leader; all other players follow.
    pub leader: usize,
    /// The best commitment; `None` when no commitment leaves the followers with an equilibrium in
    /// pure strategies.
    pub best: Option<FollowedCommitment>,
    /// For each profile of the followers, in the order of profile indices, why no commitment that
    /// makes it an equilibrium among them is better.
    pub bounds: Vec<FollowersBound>,
}

/// The best actions of a leader to commit to before followers who reply by an equilibrium in pure
/// strategies among themselves; `None` where no action leaves them with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PureBeforeFollowers {
    /// The leader; all other players follow.
    pub leader: usize,
    /// If of several equilibria the one that is best for the leader is played.
    pub optimistic: Option<FollowedCommitment>,
    /// If the one that is worst for him is played.
    pub pessimistic: Option<FollowedCommitment>,
}

/// A commitment, and what the followers do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowedCommitment {
    /// What the leader commits to.
    pub commitment: MixedStrategy,
    /// The followers' replies: the index of the profile in which the leader plays his first action.
    pub replies: usize,
    /// The expected payoffs of all players.
    pub payoffs: Vec<Rational>,
    /// The least that the leader gets in an equilibrium in pure strategies of the followers at this
    /// commitment: what it is worth if they do not choose as he would.
    pub least: Rational,
}

/// Why the commitments under which a profile of the followers is an equilibrium among them give the
/// leader no more than a bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowersBound {
    /// The followers' profile, as in [`FollowedCommitment::replies`].
    pub replies: usize,
    /// The bound; `None` when no commitment makes the profile an equilibrium.
    pub bound: Option<Rational>,
    /// Multipliers, each after the follower and the deviation that it is of; none is negative.
    /// With them max_i [u(i, s) + Σ y (u_f(i, s) − u_f(i, s with the deviation))] is the bound, where
    /// u is the leader's payoff; without u it is below 0 where there is no bound.
    pub multipliers: Vec<(usize, usize, Rational)>,
}

/// The best *correlated* commitment of a leader to several followers: he draws a profile from a
/// distribution that all know, plays his part of it, and tells each follower his own, who does not
/// gain by playing another action. The leader himself obeys no constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrelatedCommitment {
    /// The leader; all other players follow.
    pub leader: usize,
    /// The distribution, best for the leader, with multipliers of the followers' constraints.
    pub device: Correlated,
}
