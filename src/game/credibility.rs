//! How far a commitment must be believed to be worth something.
//!
//! A leader commits to a mixed strategy x, and the follower believes with probability q, the
//! *credibility*, that he keeps to it; otherwise he is expected to play the fallback y, which is what
//! he would do without any commitment. So the follower replies to z = q x + (1 − q) y, and that is
//! what is played. With q = 1 this is commitment; with q = 0 there is none. What the leader can reach
//! does not fall in q, since the mixtures that he can offer are among those of any larger q.

use super::answer::{ReplyBound, Stackelberg};
use super::{GameError, MixedStrategy, NormalForm};
use crate::num::Rational;

/// What a commitment is worth by its credibility, and the credibility from which on it is worth
/// anything, and all that it can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credibility {
    /// The leader, 0 or 1; the other player follows.
    pub leader: usize,
    /// What the leader is expected to play where he does not keep to the commitment.
    pub fallback: MixedStrategy,
    /// What the leader gets without commitment.
    pub without: Rational,
    /// The optimal commitment at some values of the credibility, ascending, the last of which is 1:
    /// each in the game in which the leader's action i stands for the mixture of i, with weight q, and
    /// the fallback.
    pub points: Vec<CredibilityPoint>,
    /// The infimum of the credibilities at which a commitment gives more than `without`; `None`
    /// where no commitment does even if it is believed.
    pub something: Option<Threshold>,
    /// The least credibility at which a commitment gives as much as one that is believed for sure.
    pub everything: Threshold,
}

/// The optimal commitment at one credibility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredibilityPoint {
    /// The credibility q in [0, 1].
    pub credibility: Rational,
    /// The optimal commitment; payoffs are expectations over what is kept to and what is not.
    pub optimum: Stackelberg,
}

/// The credibility at which a payoff of the leader comes into reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threshold {
    /// The credibility.
    pub credibility: Rational,
    /// A commitment that reaches the payoff there.
    pub commitment: MixedStrategy,
    /// The follower's reply, ties broken for the leader.
    pub reply: usize,
    /// For the first threshold a commitment that gives more by the same reply when it is believed.
    /// Mixtures of both commitments then give more at any credibility above the threshold.
    pub beyond: Option<MixedStrategy>,
    /// Why no smaller credibility will do: one proof for each reply.
    pub bounds: Vec<ThresholdBound>,
}

/// Why a reply does not give the leader a payoff v at a smaller credibility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThresholdBound {
    /// No commitment that induces the reply gives so much, even if it is believed.
    Never(ReplyBound),
    /// The credibility is at least a number.
    From {
        /// The reply j.
        reply: usize,
        /// The number that is proved.
        at_least: Rational,
        /// The multiplier s ≥ 0 of the leader's payoff.
        weight: Rational,
        /// The multiplier t_k ≥ 0 of each reply k of the follower that is no better than j.
        multipliers: Vec<Rational>,
    },
}

/// The game in which each action i of the leader stands for i with probability q and the fallback
/// otherwise: commitment in it is commitment with credibility q in the game itself.
///
/// # Errors
/// When the fallback has not one probability for each action of the leader.
pub fn believed_in_part(
    game: &NormalForm,
    leader: usize,
    fallback: &MixedStrategy,
    credibility: &Rational,
) -> Result<NormalForm, GameError> {
    let rest = Rational::ONE - credibility;
    let payoffs = (0..game.num_players()).map(|player| {
        let payoff = |index: usize| {
            let otherwise: Rational = fallback
                .probabilities()
                .iter()
                .enumerate()
                .filter(|(_, y)| !y.is_zero())
                .map(|(action, y)| y * game.payoff(player, game.deviation(index, leader, action)))
                .sum();
            credibility * game.payoff(player, index) + &rest * &otherwise
        };
        (0..game.num_profiles()).map(payoff).collect()
    });
    NormalForm::new(game.players().to_vec(), payoffs.collect())
}
