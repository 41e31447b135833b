//! Commitment before several followers, who reply by a pure equilibrium among themselves.
//!
//! The followers' profile s is an equilibrium among them at the commitment x when for each follower f
//! and deviation d, Σ xᵢ (u_f(i, s_d) − u_f(i, s)) ≤ 0: linear in x, since the others' actions are
//! pure. So the best commitment that makes s an equilibrium is a linear program, and the best over all
//! s is the answer (Conitzer & Sandholm 2006, for one follower; Coniglio, Gatti & Marchesi 2020 for
//! several, who show that the pessimistic case is much harder).

use crate::game::NormalForm;
use crate::game::answer::{FollowedCommitment, FollowersBound, SeveralFollowers};
use crate::linear::{LinearProgram, LpMethod, Relation};
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::raised::Raise;
use crate::solve::{Budget, Exhausted, Outcome, joint};

use super::stackelberg::CommitmentError;

/// The best commitment of a leader before followers who reply by an equilibrium in pure strategies
/// among themselves, ties broken for the leader, with a proof for each of their profiles.
///
/// Two players or more. One linear program for each profile of the followers, of as many variables as
/// the leader has actions, save those at which the leader's greatest payoff is no better than what is
/// known. Among equally good profiles the first is taken. The answer is `None` when the budget is
/// spent.
///
/// # Errors
/// When the leader is not one of the players, or has nobody who follows him.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::linear::LpMethod;
/// use detente::solve::{Budget, find_commitment_before_followers};
/// let game = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
/// let found =
///     find_commitment_before_followers(&game, 0, LpMethod::Auto, &Budget::unlimited()).unwrap();
/// assert_eq!(found.answer.unwrap().best.unwrap().payoffs[0].to_string(), "7/2");
/// ```
pub fn find_commitment_before_followers(
    game: &NormalForm,
    leader: usize,
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<SeveralFollowers>>, CommitmentError> {
    accept_leader(game, leader)?;
    let meter = Meter::new(method, budget);
    Ok(meter.outcome(find(game, leader, &meter)))
}

/// That the leader is a player, and somebody follows him.
pub(super) fn accept_leader(game: &NormalForm, leader: usize) -> Result<(), CommitmentError> {
    let players = game.num_players();
    if players < 2 {
        return Err(CommitmentError::NobodyFollows);
    }
    if leader >= players {
        return Err(CommitmentError::NoSuchPlayer { leader, players });
    }
    Ok(())
}

fn find(
    game: &NormalForm,
    leader: usize,
    meter: &Meter<'_>,
) -> Result<SeveralFollowers, Exhausted> {
    let stride = game.stride(leader);
    let profiles = joint::others(game, leader);
    let greatest = |base: usize| -> Rational {
        let payoffs =
            (0..game.num_actions(leader)).map(|action| game.payoff(leader, base + action * stride));
        payoffs.max().cloned().unwrap_or_default()
    };
    // Those that promise most come first, and the rest may need no program.
    let mut order: Vec<(Rational, usize)> =
        profiles.iter().map(|&base| (greatest(base), base)).collect();
    order.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut best: Option<(Rational, usize, Vec<Rational>)> = None;
    let mut bounds = Vec::with_capacity(profiles.len());
    for (greatest, base) in order {
        meter.check()?;
        let is_beaten = |bound: &Rational| {
            best.as_ref()
                .is_some_and(|(value, first, _)| bound < value || (bound == value && *first < base))
        };
        if is_beaten(&greatest) {
            let bound = Some(greatest);
            bounds.push(FollowersBound { replies: base, bound, multipliers: Vec::new() });
            continue;
        }
        let (bound, commitment) = best_for(game, leader, base, meter)?;
        if let (Some(value), Some(commitment)) = (&bound.bound, commitment)
            && !is_beaten(value)
        {
            best = Some((value.clone(), base, commitment));
        }
        bounds.push(bound);
    }
    bounds.sort_by_key(|bound| bound.replies);
    let best = best.map(|(_, replies, commitment)| {
        let expected = |player: usize, base: usize| -> Rational {
            let played = commitment.iter().enumerate().filter(|(_, x)| !x.is_zero());
            played.map(|(action, x)| x * game.payoff(player, base + action * stride)).sum()
        };
        let is_equilibrium = |base: usize| {
            followers(game, leader).all(|follower| {
                let here = expected(follower, base);
                (0..game.num_actions(follower)).all(|deviation| {
                    expected(follower, game.deviation(base, follower, deviation)) <= here
                })
            })
        };
        let equilibria = profiles.iter().filter(|&&base| is_equilibrium(base));
        let least = equilibria.map(|&base| expected(leader, base)).min();
        FollowedCommitment {
            replies,
            payoffs: (0..game.num_players()).map(|player| expected(player, replies)).collect(),
            least: least.unwrap_or_default(),
            commitment: joint::strategy(commitment),
        }
    });
    Ok(SeveralFollowers { leader, best, bounds })
}

fn followers(game: &NormalForm, leader: usize) -> impl Iterator<Item = usize> {
    (0..game.num_players()).filter(move |&player| player != leader)
}

/// The best commitment that makes a profile an equilibrium among the followers, if any does, and the
/// proof.
fn best_for(
    game: &NormalForm,
    leader: usize,
    base: usize,
    meter: &Meter<'_>,
) -> Result<(FollowersBound, Option<Vec<Rational>>), Exhausted> {
    let (actions, stride) = (game.num_actions(leader), game.stride(leader));
    let payoff = |action: usize| game.payoff(leader, base + action * stride);
    // As for one follower: payoffs are made positive, and x = 0 is a feasible start.
    let Raise { shift, .. } = Raise::of((0..actions).map(payoff));
    let mut program =
        LinearProgram::maximize((0..actions).map(|action| payoff(action) + &shift).collect());
    let mut deviations = Vec::new();
    for follower in followers(game, leader) {
        let own = game.action_in(follower, base);
        for deviation in (0..game.num_actions(follower)).filter(|&action| action != own) {
            let other = game.deviation(base, follower, deviation);
            let gain = |action: usize| {
                game.payoff(follower, other + action * stride)
                    - game.payoff(follower, base + action * stride)
            };
            let gains: Vec<Rational> = (0..actions).map(gain).collect();
            if gains.iter().any(Rational::is_positive) {
                program.constrain(gains.into_iter().enumerate(), Relation::AtMost, Rational::ZERO);
                deviations.push((follower, deviation));
            }
        }
    }
    let total = (0..actions).map(|action| (action, Rational::ONE));
    program.constrain(total, Relation::AtMost, Rational::ONE);
    let optimum = meter.optimum(&program)?;
    let multipliers = deviations
        .into_iter()
        .zip(&optimum.dual)
        .filter(|(_, multiplier)| !multiplier.is_zero())
        .map(|((follower, deviation), multiplier)| (follower, deviation, multiplier.clone()))
        .collect();
    let possible = optimum.value.is_positive();
    let bound = possible.then(|| optimum.value - &shift);
    Ok((FollowersBound { replies: base, bound, multipliers }, possible.then_some(optimum.primal)))
}

#[cfg(test)]
mod tests;
