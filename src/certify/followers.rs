//! Commitment before several followers, and correlated commitment.
//!
//! The followers' profile s is an equilibrium among them at the commitment x when
//! Σ_i x_i [u_f(i, s) − u_f(i, s_d)] ≥ 0 for each follower f and deviation d. For multipliers y ≥ 0
//! and any such x the leader gets at most Σ_i x_i (u(i, s) + Σ y [u_f(i, s) − u_f(i, s_d)]), which is
//! at most the largest of the brackets; if Σ y [..] is below 0 for every i, there is no such x (Farkas
//! 1902). If no profile has a bound above what the leader gets, his commitment is optimal.

use crate::game::NormalForm;
use crate::game::answer::{
    CorrelatedCommitment, FollowedCommitment, FollowersBound, Objective, PureBeforeFollowers,
    SeveralFollowers,
};
use crate::num::Rational;

use super::correlated::{check_bound, check_obedience_of};
use super::device::Device;
use super::expected::on_simplex;
use super::meter::{Limits, Meter};
use super::wording::{action, number, player};
use super::{Certificate, Completeness, Refutation};

fn accept(game: &NormalForm, leader: usize) -> Result<(), Refutation> {
    if game.num_players() < 2 || leader >= game.num_players() {
        return Err(Refutation::Misfit("a leader is a player whom others follow".to_owned()));
    }
    Ok(())
}

/// Checks a commitment before several followers: that they reply by an equilibrium, the payoffs, and
/// that no other commitment is better.
///
/// Work: profiles × the sum of the followers' actions.
///
/// # Errors
/// A [`Refutation`] that names the follower, the actions and the numbers.
pub fn certify_several_followers(
    game: &NormalForm,
    answer: &SeveralFollowers,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    accept(game, answer.leader)?;
    let deviations: usize = game.shape().iter().sum();
    Meter::for_passes(limits).spend(2 * game.num_profiles() * (deviations + 2))?;
    let bases: Vec<usize> = (0..game.num_profiles())
        .filter(|&index| game.action_in(answer.leader, index) == 0)
        .collect();
    let value = match &answer.best {
        Some(best) => Some(check_best(game, answer.leader, best, &bases)?),
        None => None,
    };
    if answer.bounds.iter().map(|bound| bound.replies).ne(bases.iter().copied()) {
        return Err(Refutation::Misfit(
            "the bounds are not one for each profile of the followers".to_owned(),
        ));
    }
    for bound in &answer.bounds {
        let proved = proved_bound(game, answer.leader, bound)?;
        if let Some(proved) = proved
            && value.as_ref().is_none_or(|value| proved > *value)
        {
            return Err(Refutation::NotOptimal(format!(
                "the bound where the followers play {} is {}, above what the leader is said to get",
                replies(game, answer.leader, bound.replies),
                number(&proved)
            )));
        }
    }
    let checked = match &answer.best {
        Some(best) => vec![
            format!(
                "{} is an equilibrium among the followers, and the payoffs are as stated",
                replies(game, answer.leader, best.replies)
            ),
            "for each of their profiles the multipliers prove that no commitment under which it is an equilibrium gives the leader more".to_owned(),
        ],
        None => vec![
            "for each profile of the followers the multipliers prove that no commitment makes it an equilibrium".to_owned(),
        ],
    };
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// The names of the followers' actions.
fn replies(game: &NormalForm, leader: usize, base: usize) -> String {
    let followers = (0..game.num_players()).filter(|&at| at != leader);
    let names = followers.map(|at| action(game, at, game.action_in(at, base)));
    names.collect::<Vec<_>>().join("/")
}

/// That the replies are an equilibrium among the followers, and the numbers; the leader's payoff.
fn check_best(
    game: &NormalForm,
    leader: usize,
    best: &FollowedCommitment,
    bases: &[usize],
) -> Result<Rational, Refutation> {
    on_simplex(game, leader, &best.commitment)?;
    if !bases.contains(&best.replies) {
        return Err(Refutation::Misfit("the replies are no profile of the followers".to_owned()));
    }
    let expected = |whose: usize, base: usize| -> Rational {
        let played = best.commitment.probabilities().iter().enumerate();
        let played = played.filter(|(_, x)| !x.is_zero());
        played.map(|(lead, x)| x * game.payoff(whose, game.deviation(base, leader, lead))).sum()
    };
    let deviation_that_gains = |base: usize| {
        (0..game.num_players()).filter(|&at| at != leader).find_map(|at| {
            let here = expected(at, base);
            (0..game.num_actions(at))
                .find(|&other| expected(at, game.deviation(base, at, other)) > here)
                .map(|other| (at, other))
        })
    };
    if let Some((at, other)) = deviation_that_gains(best.replies) {
        return Err(Refutation::Deviation(format!(
            "player {} gains by {} where the followers are said to play {}",
            player(game, at),
            action(game, at, other),
            replies(game, leader, best.replies)
        )));
    }
    let payoffs: Vec<Rational> =
        (0..game.num_players()).map(|at| expected(at, best.replies)).collect();
    if payoffs != best.payoffs {
        return Err(Refutation::WrongNumber(
            "the payoffs are not those of the commitment and the replies".to_owned(),
        ));
    }
    let equilibria = bases.iter().filter(|&&base| deviation_that_gains(base).is_none());
    let least = equilibria.map(|&base| expected(leader, base)).min();
    if least.as_ref() != Some(&best.least) {
        return Err(Refutation::WrongNumber(format!(
            "the least that the leader gets at this commitment is said to be {}",
            number(&best.least)
        )));
    }
    Ok(payoffs[leader].clone())
}

/// The bound that the multipliers prove; `None` where they prove that there is no equilibrium.
fn proved_bound(
    game: &NormalForm,
    leader: usize,
    bound: &FollowersBound,
) -> Result<Option<Rational>, Refutation> {
    let base = bound.replies;
    for (at, other, multiplier) in &bound.multipliers {
        let known = *at < game.num_players() && *at != leader && *other < game.num_actions(*at);
        if !known || multiplier.is_negative() {
            return Err(Refutation::NotOptimal(format!(
                "where the followers play {} a multiplier names no deviation, or is negative",
                replies(game, leader, base)
            )));
        }
    }
    let proved = (0..game.num_actions(leader)).map(|lead| {
        let index = game.deviation(base, leader, lead);
        let terms = bound.multipliers.iter().map(|(at, other, multiplier)| {
            let elsewhere = game.payoff(*at, game.deviation(index, *at, *other));
            multiplier * &(game.payoff(*at, index) - elsewhere)
        });
        let sum: Rational = terms.sum();
        if bound.bound.is_some() { sum + game.payoff(leader, index) } else { sum }
    });
    // The leader has at least one action, so that there is a maximum.
    let proved = proved.max().unwrap_or_default();
    match &bound.bound {
        None if proved.is_negative() => Ok(None),
        Some(stated) if *stated == proved => Ok(Some(proved)),
        _ => Err(Refutation::NotOptimal(format!(
            "where the followers play {} the multipliers prove {}",
            replies(game, leader, base),
            number(&proved)
        ))),
    }
}

/// Checks pure commitments before several followers: that they reply by an equilibrium, the payoffs,
/// and, by examining every action, that none is better in the one sense and in the other.
///
/// Work: profiles × the sum of the followers' actions.
///
/// # Errors
/// A [`Refutation`] that names the follower, the actions and the numbers.
pub fn certify_pure_before_followers(
    game: &NormalForm,
    answer: &PureBeforeFollowers,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let PureBeforeFollowers { leader, optimistic, pessimistic } = answer;
    accept(game, *leader)?;
    let deviations: usize = game.shape().iter().sum();
    Meter::for_passes(limits).spend(4 * game.num_profiles() * (deviations + 2))?;
    let bases: Vec<usize> =
        (0..game.num_profiles()).filter(|&index| game.action_in(*leader, index) == 0).collect();
    let is_stable = |index: usize| {
        (0..game.num_players()).filter(|at| at != leader).all(|at| {
            let own = game.payoff(at, index);
            let others = 0..game.num_actions(at);
            others
                .map(|other| game.deviation(index, at, other))
                .all(|to| game.payoff(at, to) <= own)
        })
    };
    let of_action = |lead: usize| {
        let stable = bases.iter().map(move |&base| game.deviation(base, *leader, lead));
        let stable = stable.filter(|&index| is_stable(index));
        stable.map(|index| game.payoff(*leader, index)).collect::<Vec<_>>()
    };
    let by_action: Vec<Vec<&Rational>> = (0..game.num_actions(*leader))
        .map(of_action)
        .filter(|payoffs| !payoffs.is_empty())
        .collect();
    let most = by_action.iter().filter_map(|payoffs| payoffs.iter().max()).max();
    let least = by_action.iter().filter_map(|payoffs| payoffs.iter().min()).max();
    for (one, best, how) in [(optimistic, most, "best"), (pessimistic, least, "worst")] {
        let value = match one {
            Some(one) if one.commitment.as_pure().is_none() => {
                return Err(Refutation::Misfit("the commitment is not one action".to_owned()));
            }
            Some(one) => Some(check_best(game, *leader, one, &bases)?),
            None => None,
        };
        if value.as_ref() != best.copied() {
            return Err(Refutation::NotOptimal(format!(
                "if the followers reply by the equilibrium that is {how} for the leader, he can get {}",
                best.map_or_else(|| "nothing".to_owned(), |best| number(best))
            )));
        }
    }
    if pessimistic.as_ref().is_some_and(|one| one.payoffs[*leader] != one.least) {
        return Err(Refutation::WrongNumber(
            "the followers do not reply by the equilibrium that is worst for the leader".to_owned(),
        ));
    }
    let checked = vec![
        "every action of the leader, and every equilibrium in pure strategies of the followers after it, is examined"
            .to_owned(),
    ];
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// Checks a correlated commitment: that the followers obey, the payoffs, and that none is better for
/// the leader.
///
/// Work: as for [`certify_correlated`](super::certify_correlated).
///
/// # Errors
/// A [`Refutation`] that names the follower, the actions and the numbers.
pub fn certify_correlated_commitment(
    game: &NormalForm,
    answer: &CorrelatedCommitment,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let leader = answer.leader;
    accept(game, leader)?;
    if answer.device.objective != Objective::Player(leader) {
        return Err(Refutation::Misfit("it is not best for the leader".to_owned()));
    }
    if answer.device.multipliers.iter().any(|(at, ..)| *at == leader) {
        return Err(Refutation::Misfit("the leader obeys no constraint".to_owned()));
    }
    let mut meter = Meter::for_passes(limits);
    let device = Device::of(&answer.device);
    let followers = (0..game.num_players()).filter(|&at| at != leader);
    check_obedience_of(followers, game, &answer.device.distribution, &mut meter)?;
    device.check_payoffs(game)?;
    check_bound(game, &answer.device, &device, &mut meter)?;
    let checked =
        vec!["every follower obeys, exactly".to_owned(), device.proved("correlated commitment")];
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

#[cfg(test)]
mod tests;
