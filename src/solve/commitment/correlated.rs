//! Optimal correlated commitment: the leader advises the followers in private.
//!
//! The program of a correlated equilibrium without the constraints of the leader (Conitzer & Korzhyk
//! 2011): a linear program for any number of followers. With one follower the value is that of the
//! best mixed commitment; with several it is at least as much as any commitment that they see gives by
//! an equilibrium among themselves.

use crate::game::NormalForm;
use crate::game::answer::{CorrelatedCommitment, Objective};
use crate::linear::LpMethod;
use crate::solve::correlated::find_obeyed_by;
use crate::solve::meter::Meter;
use crate::solve::{Budget, Outcome};

use super::followers::accept_leader;
use super::stackelberg::CommitmentError;

/// The distribution over profiles that is best for the leader among those that every follower obeys,
/// with the multipliers that prove it.
///
/// Two players or more. One linear program with a variable for each profile and a row for each pair of
/// actions of each follower. The answer is `None` when the budget is spent or the program is too large.
///
/// # Errors
/// When the leader is not one of the players, or has nobody who follows him.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::linear::LpMethod;
/// use detente::solve::{Budget, find_correlated_commitment};
/// let game = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
/// let found = find_correlated_commitment(&game, 0, LpMethod::Auto, &Budget::unlimited()).unwrap();
/// assert_eq!(found.answer.unwrap().device.value.to_string(), "7/2");
/// ```
pub fn find_correlated_commitment(
    game: &NormalForm,
    leader: usize,
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<CorrelatedCommitment>>, CommitmentError> {
    accept_leader(game, leader)?;
    let meter = Meter::new(method, budget);
    let obeys = |player: usize| player != leader;
    let found = find_obeyed_by(game, &obeys, Objective::Player(leader), &meter);
    Ok(meter.outcome(found.map(|device| CorrelatedCommitment { leader, device })))
}

#[cfg(test)]
mod tests;
