//! Commitment before followers of whom the leader expects the worst.
//!
//! What a commitment x gives is the least of Σ x_i u(i, s) over the near replies s to it: the profiles
//! of the followers in which nobody loses more than ε in what they see of x. With ε = 0 these are the
//! pure equilibria among the followers, and the leader is pessimistic about which they play (Coniglio,
//! Gatti & Marchesi 2020); with one follower and ε > 0 it is COBRA(α, ε) (Pita, Jain, Ordóñez, Tambe &
//! Kraus 2010). The greatest such payoff is found by the [search](search) over which profiles are near
//! replies.

mod search;
mod view;

use crate::game::answer::{RobustBest, RobustCommitment, RobustEnd};
use crate::game::{MixedStrategy, NormalForm, seen_in_part};
use crate::linear::LpMethod;
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::{Budget, Exhausted, Outcome, Status};

use super::followers::{accept_leader, find_commitment_before_followers};
use super::stackelberg::CommitmentError;
use search::{MOST_STEPS, search};
use view::Followers;

/// How followers see and choose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FollowerErrors {
    /// The weight of the uniform mixture in what they see of the commitment, in [0, 1].
    pub alpha: Rational,
    /// What a follower may lose, at least 0.
    pub epsilon: Rational,
}

/// The best commitment against the worst near reply: with replies at the margin against the leader,
/// and for one follower also with those as the leader likes (COBRA).
///
/// Two players or more. NP-hard for several followers, and not approximable within any polynomial
/// factor unless P = NP (Coniglio, Gatti & Marchesi 2020): the search takes exponentially many linear
/// programs in the worst case, of as many variables as the leader has actions, and stops when the budget
/// is spent with the best commitment so far and a bound. With `optimistic`, several followers and no
/// errors the optimistic commitment stands beside; with one follower it is the open end. The answer is
/// `None` when the budget is spent before, or the followers have more than 50,000 profiles.
///
/// # Errors
/// When the leader is not one of the players or has nobody who follows him; when α does not lie in
/// [0, 1] or ε is negative.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::linear::LpMethod;
/// use detente::num::Rational;
/// use detente::solve::{Budget, FollowerErrors, find_robust_commitment};
/// let game = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
/// let errors = FollowerErrors { epsilon: Rational::new(1, 2), ..FollowerErrors::default() };
/// let budget = Budget::unlimited();
/// let found = find_robust_commitment(&game, 0, &errors, false, LpMethod::Auto, &budget).unwrap();
/// // The second column is better by 1/2 where the first row has probability 1/4.
/// let best = found.answer.unwrap().open.unwrap().best.unwrap();
/// assert_eq!(best.value.to_string(), "13/4");
/// ```
pub fn find_robust_commitment(
    game: &NormalForm,
    leader: usize,
    errors: &FollowerErrors,
    optimistic: bool,
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<RobustCommitment>>, CommitmentError> {
    accept_leader(game, leader)?;
    let FollowerErrors { alpha, epsilon } = errors;
    if alpha.is_negative() || *alpha > Rational::ONE {
        return Err(CommitmentError::Alpha(alpha.clone()));
    }
    if epsilon.is_negative() {
        return Err(CommitmentError::NearReplies(epsilon.clone()));
    }
    let seen = seen_in_part(game, leader, alpha).map_err(|_| CommitmentError::Fallback)?;
    let meter = Meter::new(method, budget);
    let several = game.num_players() > 2;
    let optimistic = if optimistic && several && alpha.is_zero() && epsilon.is_zero() {
        let found = find_commitment_before_followers(game, leader, method, budget)?;
        if found.answer.is_none() {
            return Ok(found.map(|_| None));
        }
        found.answer
    } else {
        None
    };
    let followers = Followers::new(game, &seen, leader, epsilon);
    if followers.profiles.len() > MOST_STEPS {
        return Ok(meter.outcome(Err(Exhausted::Memory)));
    }
    let mut stopped: Option<Exhausted> = None;
    let mut end = |open: bool, start: Option<&RobustEnd>| {
        let start = start.and_then(|start| start.best.as_ref()).map(|best| &best.commitment);
        let (end, reason) = search(&followers, open, start, &meter);
        stopped = stopped.or(reason);
        end
    };
    let open = followers.single().map(|_| end(true, None));
    let closed = end(false, open.as_ref());
    let answer = RobustCommitment {
        leader,
        alpha: alpha.clone(),
        epsilon: epsilon.clone(),
        closed,
        open,
        optimistic,
    };
    let mut outcome = meter.outcome(Ok(answer));
    if let Some(reason) = stopped {
        outcome.status = Status::Partial(reason);
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests;
