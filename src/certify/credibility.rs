//! What a commitment is worth by its credibility: the optimum at each, and both thresholds.
//!
//! With credibility q and fallback y the leader plays z = w + (1 − q) y with w ≥ 0 and Σ w = q. Let
//! a = y A_j and D_k = y (B_j − B_k). If z induces j and gives the leader at least v, then for any
//! s ≥ 0 and t ≥ 0 with s (A_ij − a) + Σ_k t_k [(B_ij − B_ik) − D_k] ≤ 1 for every action i,
//!
//!   q = Σ_i w_i ≥ Σ_i w_i (s (A_ij − a) + Σ_k t_k [(B_ij − B_ik) − D_k]) ≥ s (v − a) − Σ_k t_k D_k,
//!
//! which is the bound that s and t prove. A reply that gives at most v even when the commitment is
//! believed for sure gives no more at a smaller credibility, since every z then is a commitment too.
//!
//! Just above the first threshold the leader gets more than v: the mixture of the commitment at the
//! threshold, where he gets v by the reply j, with the one that gives him more by the same reply when
//! it is believed, induces j, and gives more.

use crate::game::answer::{Credibility, ReplyBound, Stackelberg, Threshold, ThresholdBound};
use crate::game::{MixedStrategy, NormalForm, believed_in_part};
use crate::num::Rational;

use super::expected::on_simplex;
use super::meter::{Limits, Meter};
use super::stackelberg::{Roles, certify_stackelberg, proved_bound};
use super::wording::{action, number, player};
use super::{Certificate, Completeness, Refutation};

/// Checks the optimal commitment at each credibility, and both thresholds.
///
/// Work: for each credibility and each threshold, actions of the leader × the square of those of the
/// follower.
///
/// # Errors
/// A [`Refutation`] that names the credibility, the reply and the numbers.
pub fn certify_credibility(
    game: &NormalForm,
    answer: &Credibility,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    if game.num_players() != 2 || answer.leader > 1 {
        return Err(Refutation::Misfit("a leader and a follower are two players".to_owned()));
    }
    let roles = Roles { game, leader: answer.leader, follower: 1 - answer.leader };
    on_simplex(game, answer.leader, &answer.fallback)?;
    check_without(&roles, answer)?;
    let ordered = answer.points.windows(2).all(|two| two[0].credibility < two[1].credibility);
    let from_zero = answer.points.first().is_some_and(|point| !point.credibility.is_negative());
    let believed = answer.points.last().filter(|point| point.credibility == Rational::ONE);
    let (true, true, Some(believed)) = (ordered, from_zero, believed) else {
        return Err(Refutation::Misfit(
            "the credibilities do not ascend from 0 or more to 1".to_owned(),
        ));
    };
    for point in &answer.points {
        let Stackelberg { leader, mixed, guaranteed, security, .. } = &point.optimum;
        if *leader != answer.leader || !mixed || guaranteed.is_some() || security.is_some() {
            return Err(Refutation::Misfit(
                "the optimum at a credibility is one mixed commitment of the leader".to_owned(),
            ));
        }
        let partly = believed_in_part(game, answer.leader, &answer.fallback, &point.credibility)
            .map_err(|error| Refutation::Misfit(error.to_string()))?;
        certify_stackelberg(&partly, &point.optimum, limits)?;
    }
    let most = &believed.optimum.leader_value;
    let mut meter = Meter::for_passes(limits);
    let checked_first = match &answer.something {
        None if *most > answer.without => {
            return Err(Refutation::NotOptimal(format!(
                "commitment is said to give player {} no more than {}, and gives {}",
                player(game, answer.leader),
                number(&answer.without),
                number(most)
            )));
        }
        None => "no commitment gives the leader more than he gets without".to_owned(),
        Some(threshold) => {
            check_threshold(&roles, answer, threshold, &answer.without, false, &mut meter)?;
            "below the first threshold no commitment gives the leader more than he gets without, above it one does".to_owned()
        }
    };
    check_threshold(&roles, answer, &answer.everything, most, true, &mut meter)?;
    let checked = vec![
        "the fallback gives the leader what he gets without commitment against a best reply"
            .to_owned(),
        format!("the commitment at each of {} credibilities is optimal", answer.points.len()),
        checked_first,
        "at no credibility below the second threshold does commitment give all that it can"
            .to_owned(),
    ];
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// That the fallback gives the leader what he is said to get without commitment, against some best
/// reply, pure or mixed, of the follower.
fn check_without(roles: &Roles<'_>, answer: &Credibility) -> Result<(), Refutation> {
    let expected = |whose: usize, reply: usize| -> Rational {
        let played = answer.fallback.probabilities().iter().enumerate();
        played.map(|(lead, y)| y * roles.payoff(whose, lead, reply)).sum()
    };
    let most = (0..roles.replies()).map(|reply| expected(roles.follower, reply)).max();
    let best = || {
        (0..roles.replies())
            .filter(|&reply| Some(expected(roles.follower, reply)) == most)
            .map(|reply| expected(roles.leader, reply))
    };
    let within = best().min().is_some_and(|least| least <= answer.without)
        && best().max().is_some_and(|most| most >= answer.without);
    if within {
        Ok(())
    } else {
        Err(Refutation::WrongNumber(format!(
            "no best reply to the fallback gives player {} the {} that he is said to get without commitment",
            player(roles.game, roles.leader),
            number(&answer.without)
        )))
    }
}

/// That the target is reached at a threshold (by a reply that gives more when believed, or, where
/// `attained`, as much), and at no smaller credibility.
fn check_threshold(
    roles: &Roles<'_>,
    answer: &Credibility,
    threshold: &Threshold,
    target: &Rational,
    attained: bool,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let game = roles.game;
    let Threshold { credibility, commitment, reply, bounds, .. } = threshold;
    on_simplex(game, roles.leader, commitment)?;
    if *reply >= roles.replies() || credibility.is_negative() || *credibility > Rational::ONE {
        return Err(Refutation::Misfit("a threshold names a credibility and a reply".to_owned()));
    }
    meter.spend(2 * roles.leads() * roles.replies() * (roles.replies() + 2))?;
    let rest = Rational::ONE - credibility;
    let played: Vec<Rational> = commitment
        .probabilities()
        .iter()
        .zip(answer.fallback.probabilities())
        .map(|(x, y)| credibility * x + &rest * y)
        .collect();
    let expected = |whose: usize, reply: usize| -> Rational {
        played.iter().enumerate().map(|(lead, z)| z * roles.payoff(whose, lead, reply)).sum()
    };
    let follower = expected(roles.follower, *reply);
    if (0..roles.replies()).any(|other| expected(roles.follower, other) > follower) {
        return Err(Refutation::Deviation(format!(
            "{} is no best response to the commitment at the threshold {}",
            action(game, roles.follower, *reply),
            number(credibility)
        )));
    }
    if expected(roles.leader, *reply) < *target {
        return Err(Refutation::WrongNumber(format!(
            "at the threshold {} the leader gets less than {}",
            number(credibility),
            number(target)
        )));
    }
    let mut replies: Vec<usize> = bounds.iter().map(reply_of).collect();
    replies.sort_unstable();
    if replies != (0..roles.replies()).collect::<Vec<_>>() {
        return Err(Refutation::Misfit(
            "the bounds are not one for each reply of the follower".to_owned(),
        ));
    }
    for bound in bounds {
        check_bound(roles, answer, bound, credibility, target, attained)?;
    }
    match (&threshold.beyond, attained) {
        (None, true) => Ok(()),
        (Some(beyond), false) => check_beyond(roles, beyond, *reply, target),
        _ => Err(Refutation::Misfit(
            "a commitment beyond the threshold belongs to the first one".to_owned(),
        )),
    }
}

/// That a commitment induces the reply when it is believed, and gives more than the target.
fn check_beyond(
    roles: &Roles<'_>,
    beyond: &MixedStrategy,
    reply: usize,
    target: &Rational,
) -> Result<(), Refutation> {
    on_simplex(roles.game, roles.leader, beyond)?;
    let expected = |whose: usize, reply: usize| -> Rational {
        let played = beyond.probabilities().iter().enumerate();
        played.map(|(lead, x)| x * roles.payoff(whose, lead, reply)).sum()
    };
    let follower = expected(roles.follower, reply);
    if expected(roles.leader, reply) <= *target
        || (0..roles.replies()).any(|other| expected(roles.follower, other) > follower)
    {
        return Err(Refutation::NotOptimal(format!(
            "the commitment beyond the threshold does not give the leader more than {} by {}",
            number(target),
            action(roles.game, roles.follower, reply)
        )));
    }
    Ok(())
}

fn reply_of(bound: &ThresholdBound) -> usize {
    match bound {
        ThresholdBound::Never(ReplyBound { reply, .. }) | ThresholdBound::From { reply, .. } => {
            *reply
        }
    }
}

fn check_bound(
    roles: &Roles<'_>,
    answer: &Credibility,
    bound: &ThresholdBound,
    credibility: &Rational,
    target: &Rational,
    attained: bool,
) -> Result<(), Refutation> {
    let name = action(roles.game, roles.follower, reply_of(bound));
    let (reply, at_least, weight, multipliers) = match bound {
        ThresholdBound::Never(bound) => {
            let below = match proved_bound(roles, bound)? {
                None => true,
                Some(most) if attained => most < *target,
                Some(most) => most <= *target,
            };
            return if below {
                Ok(())
            } else {
                Err(Refutation::NotOptimal(format!(
                    "the reply {name} may give the leader {} when he is believed",
                    number(target)
                )))
            };
        }
        ThresholdBound::From { reply, at_least, weight, multipliers } => {
            (*reply, at_least, weight, multipliers)
        }
    };
    if multipliers.len() != roles.replies() {
        return Err(Refutation::Misfit(format!(
            "{} multipliers for the reply {name}, and there are {} replies",
            multipliers.len(),
            roles.replies()
        )));
    }
    if let Some(negative) = multipliers.iter().chain([weight]).find(|y| y.is_negative()) {
        return Err(Refutation::NotOptimal(format!(
            "a multiplier of the reply {name} is negative: {}",
            number(negative)
        )));
    }
    // s A_ij + Σ_k t_k (B_ij − B_ik) for each action, and its mean under the fallback.
    let sums: Vec<Rational> = (0..roles.leads())
        .map(|lead| {
            let here = roles.payoff(roles.follower, lead, reply);
            let terms = multipliers.iter().enumerate().filter(|(_, y)| !y.is_zero());
            let sum: Rational = terms
                .map(|(other, y)| y * &(here - roles.payoff(roles.follower, lead, other)))
                .sum();
            sum + weight * roles.payoff(roles.leader, lead, reply)
        })
        .collect();
    let otherwise: Rational =
        answer.fallback.probabilities().iter().zip(&sums).map(|(y, sum)| y * sum).sum();
    if sums.iter().any(|sum| sum - &otherwise > Rational::ONE) {
        return Err(Refutation::NotOptimal(format!(
            "the multipliers of the reply {name} prove nothing about the credibility"
        )));
    }
    let proved = weight * target - &otherwise;
    if *at_least > proved || at_least < credibility {
        return Err(Refutation::NotOptimal(format!(
            "the reply {name} is said to need a credibility of {}, at or above the threshold {}, and its multipliers prove {}",
            number(at_least),
            number(credibility),
            number(&proved)
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
