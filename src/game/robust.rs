//! Commitment before followers of whom the leader expects the worst.
//!
//! The followers see the commitment x as z = α u + (1 − α) x, where u is the uniform mixture of the
//! leader's actions, and reply by a profile s of pure strategies in which nobody believes that he loses
//! more than ε by not deviating: Σ z_i [u_f(i, s) − u_f(i, s with the deviation)] + ε ≥ 0 for each
//! follower f and each deviation. These profiles are *near replies* to x. With one follower they are
//! the replies within ε of the best one; with ε = 0 the pure equilibria among the followers.

use super::answer::SeveralFollowers;
use super::{GameError, MixedStrategy, NormalForm, believed_in_part};
use crate::num::Rational;

/// What a leader can count on by a mixed commitment when the followers choose, of their near replies,
/// the one that is worst for him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobustCommitment {
    /// The leader; all other players follow.
    pub leader: usize,
    /// The weight α of the uniform mixture in what the followers see, in [0, 1].
    pub alpha: Rational,
    /// What a follower may believe to lose, ε ≥ 0.
    pub epsilon: Rational,
    /// The worst of all near replies, those included in which somebody loses just ε. The greatest payoff
    /// need not be attained: it is the supremum.
    pub closed: RobustEnd,
    /// With one follower: replies that lose just ε, and with ε = 0 ties of the best ones, are chosen as
    /// the leader likes: COBRA(α, ε). The greatest payoff is attained.
    pub open: Option<RobustEnd>,
    /// Where asked, with several followers and α = ε = 0: the best commitment if the followers choose the equilibrium that is
    /// best for the leader.
    pub optimistic: Option<SeveralFollowers>,
}

/// The greatest payoff that the leader can count on, with the proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobustEnd {
    /// What the best commitment that was found gives, or is approached near it; `None` where none was
    /// found.
    pub best: Option<RobustBest>,
    /// No commitment makes sure of more. It is the value of `best` where that is proved to be the
    /// greatest, and more where a limit stopped the search; `None` where no commitment has a near
    /// reply.
    pub bound: Option<Rational>,
    /// The proof of the bound by cases.
    pub proof: Vec<RobustStep>,
}

impl RobustEnd {
    /// Whether the value is claimed to be the greatest.
    #[must_use]
    pub fn is_solved(&self) -> bool {
        self.best.as_ref().map(|best| &best.value) == self.bound.as_ref()
    }
}

/// A commitment of which the leader can expect so much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobustBest {
    /// What it gives; or what is approached by commitments from `played` to it, but not reached.
    pub value: Rational,
    /// The commitment x*.
    pub commitment: MixedStrategy,
    /// The commitment to play: x* where it gives the value, else one near it.
    pub played: MixedStrategy,
    /// What that gives against the worst near reply to it.
    pub played_value: Rational,
}

impl RobustBest {
    /// Whether some commitment gives the value itself.
    #[must_use]
    pub fn is_attained(&self) -> bool {
        self.value == self.played_value && self.commitment == self.played
    }
}

/// A step of the proof that no commitment makes sure of more than a bound.
///
/// A *case* says of some profiles of the followers whether they are near replies. There is one first
/// case for each profile, in the order of profile indices: it is a near reply; with one follower, a
/// best reply. Each step is about the case that comes first of those that are left. Profiles stand as
/// the index of the profile in which the leader plays his first action.
///
/// Let g(i) = v_f(i, s) − v_f(i, s with the deviation) + ε be what follower f gains by s over a
/// deviation in what he sees of action i; without ε in the first profile of a case with one follower. In
/// a case in which s is a near reply, Σ x_i g(i) ≥ 0 for each deviation; with one follower, and unless s
/// is the first profile, that to the first profile is enough. In a case in which it is not, Σ x_i g(i)
/// < 0 for one deviation (≤ 0 in the open end).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RobustStep {
    /// Opens a case in which this profile is a near reply, and after it one for each follower and each of
    /// his deviations, in order, in which that is better by more than ε; with one follower only for the
    /// deviation to the first profile of the case. They come next.
    Split(usize),
    /// No commitment of the case makes sure of more than `bound`: max_i [Σ w_s u(i, s) + Σ y (± g(i))],
    /// where u is the leader's payoff, s near replies of the case, and the sign + for these and − for the
    /// others.
    Bound {
        /// The bound.
        bound: Rational,
        /// Weights w_s ≥ 0 of near replies, of sum 1.
        weights: Vec<(usize, Rational)>,
        /// The multipliers y ≥ 0.
        multipliers: Vec<RobustMultiplier>,
    },
    /// There is no commitment in the case: Σ y (± g(i)) < 0 for every i; or ≤ 0, where a profile that is
    /// no near reply has a positive multiplier, in the closed end.
    Never {
        /// The multipliers y ≥ 0.
        multipliers: Vec<RobustMultiplier>,
    },
}

/// The multiplier of a deviation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobustMultiplier {
    /// The profile s of the followers.
    pub profile: usize,
    /// Who deviates.
    pub follower: usize,
    /// To which action.
    pub deviation: usize,
    /// The multiplier.
    pub multiplier: Rational,
}

/// The game as the followers see it: each action of the leader is the uniform mixture with weight α,
/// and itself otherwise. Payoffs of all players, of the leader too, who knows better.
///
/// # Errors
/// None for an α in [0, 1] and a leader who is a player of the game; an error of the game that is made
/// is passed on.
pub fn seen_in_part(
    game: &NormalForm,
    leader: usize,
    alpha: &Rational,
) -> Result<NormalForm, GameError> {
    let actions = game.num_actions(leader);
    let weights = vec![Rational::ONE; actions];
    let uniform =
        MixedStrategy::from_weights(&weights).unwrap_or_else(|_| MixedStrategy::pure(0, actions));
    believed_in_part(game, leader, &uniform, &(Rational::ONE - alpha))
}
