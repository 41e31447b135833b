//! What a commitment guarantees with ties broken against the leader.
//!
//! Let X(j) be the commitments to which j is a best reply, and E(j) the replies that pay the
//! follower the same as j throughout. L is right (von Stengel & Zamir 2010) when
//!
//! - *it is approached*: x* induces j and gives the leader at least L against every e ∈ E(j), and to
//!   some commitment all replies outside E(j) are strictly worse than j, and so they are on the way
//!   from x* to it;
//! - *no more is*: for every class E(j), weights z ≥ 0 of sum 1 on it and y ≥ 0 bound the worst
//!   payoff over X(j), min_e A_xe ≤ max_i [Σ_e z_e A_ie + Σ_k y_k (B_ij − B_ik)] ≤ L; or y ≥ 0 of
//!   sum 1 outside E(j) has Σ_k y_k (B_ij − B_ik) ≤ 0 for every i, so that to no commitment all
//!   others are strictly worse (Gordan 1873). A bound of the strong commitment for one of the
//!   replies of the class that is at most L is such a proof too.

use crate::game::answer::{ClassBound, Guaranteed, Stackelberg};
use crate::num::Rational;

use super::Refutation;
use super::expected::{on_simplex, payoffs_by_action};
use super::meter::Meter;
use super::stackelberg::Roles;
use super::wording::{action, number, player};

/// Checks what is guaranteed, given that the bounds of the strong commitment hold. Says what is
/// shown.
pub(super) fn check_guaranteed(
    roles: &Roles<'_>,
    answer: &Stackelberg,
    guaranteed: &Guaranteed,
    meter: &mut Meter,
) -> Result<String, Refutation> {
    let game = roles.game;
    on_simplex(game, roles.leader, &guaranteed.commitment)?;
    on_simplex(game, roles.leader, &guaranteed.epsilon_commitment)?;
    if guaranteed.reply >= roles.replies() {
        return Err(Refutation::Misfit("the reply is no action of the follower".to_owned()));
    }
    meter
        .spend(roles.leads() * roles.replies() * (guaranteed.bounds.len() + roles.replies() + 8))?;
    if answer.mixed {
        check_approach(roles, guaranteed, meter)?;
        check_classes(roles, answer, guaranteed)?;
    } else {
        check_pure(roles, guaranteed)?;
    }
    check_mixture(roles, guaranteed, meter)?;
    Ok(if answer.mixed {
        format!(
            "with ties broken against the leader {} is approached at commitments that make the \
             reply strictly best, and no region of commitments with inner points guarantees more",
            number(&guaranteed.value)
        )
    } else {
        format!(
            "the worst best replies to pure commitments leave the leader at most {}",
            number(&guaranteed.value)
        )
    })
}

/// The expected payoff of one player for each reply to a commitment.
fn by_reply(
    roles: &Roles<'_>,
    whose: usize,
    commitment: &crate::game::MixedStrategy,
    meter: &mut Meter,
) -> Result<Vec<Rational>, Refutation> {
    if whose == roles.follower {
        let mut profile = roles.game.pure_profile(&[0, 0]);
        profile[roles.leader] = commitment.clone();
        return Ok(payoffs_by_action(roles.game, whose, &profile, meter)?);
    }
    let support = commitment.support();
    meter.spend(support.len() * roles.replies())?;
    let x = commitment.probabilities();
    let payoff =
        |reply| support.iter().map(|&lead| &x[lead] * roles.payoff(whose, lead, reply)).sum();
    Ok((0..roles.replies()).map(payoff).collect())
}

fn equal(roles: &Roles<'_>, one: usize, other: usize) -> bool {
    (0..roles.leads()).all(|lead| {
        roles.payoff(roles.follower, lead, one) == roles.payoff(roles.follower, lead, other)
    })
}

/// That x* induces the reply and gives L at worst in its class, and the interior point is inside.
fn check_approach(
    roles: &Roles<'_>,
    guaranteed: &Guaranteed,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let (game, reply) = (roles.game, guaranteed.reply);
    let name = action(game, roles.follower, reply);
    let follower = by_reply(roles, roles.follower, &guaranteed.commitment, meter)?;
    if let Some(better) = (0..roles.replies()).find(|&other| follower[other] > follower[reply]) {
        return Err(Refutation::Deviation(format!(
            "the commitment that is approached is said to induce {name}, and {} is better for the \
             follower",
            action(game, roles.follower, better)
        )));
    }
    let in_class: Vec<bool> =
        (0..roles.replies()).map(|other| equal(roles, reply, other)).collect();
    let leader = by_reply(roles, roles.leader, &guaranteed.commitment, meter)?;
    let worst = (0..roles.replies()).filter(|&at| in_class[at]).map(|at| &leader[at]).min();
    if worst != Some(&guaranteed.value) {
        return Err(Refutation::WrongNumber(format!(
            "the guaranteed payoff is said to be {}, and the commitment that is approached gives {}",
            number(&guaranteed.value),
            worst.map_or_else(String::new, number)
        )));
    }
    let Some(interior) = &guaranteed.interior else {
        return Err(Refutation::Misfit("no commitment makes the reply strictly best".to_owned()));
    };
    on_simplex(game, roles.leader, interior)?;
    let follower = by_reply(roles, roles.follower, interior, meter)?;
    let tied = (0..roles.replies()).find(|&at| !in_class[at] && follower[at] >= follower[reply]);
    if let Some(other) = tied {
        return Err(Refutation::Deviation(format!(
            "the interior commitment is said to make {name} strictly best, and {} is as good",
            action(game, roles.follower, other)
        )));
    }
    Ok(())
}

/// That each class guarantees no more than L, or is nowhere strictly best.
fn check_classes(
    roles: &Roles<'_>,
    answer: &Stackelberg,
    guaranteed: &Guaranteed,
) -> Result<(), Refutation> {
    for (at, bound) in guaranteed.bounds.iter().enumerate() {
        let known = bound.reply < roles.replies()
            && bound.weights.len() == roles.replies()
            && bound.multipliers.len() == roles.replies();
        if !known || guaranteed.bounds[..at].iter().any(|one| one.reply == bound.reply) {
            return Err(Refutation::Misfit(
                "the bounds on what is guaranteed are not for different replies of the follower"
                    .to_owned(),
            ));
        }
        check_class(roles, guaranteed, bound)?;
    }
    let mut open: Vec<usize> = (0..roles.replies()).collect();
    let proved = answer
        .bounds
        .iter()
        .filter(|one| one.bound.as_ref().is_none_or(|bound| *bound <= guaranteed.value))
        .map(|one| one.reply)
        .chain(guaranteed.bounds.iter().map(|one| one.reply));
    for reply in proved {
        if open.contains(&reply) {
            open.retain(|&other| !equal(roles, reply, other));
        }
    }
    match open.first() {
        None => Ok(()),
        Some(&reply) => Err(Refutation::NotOptimal(format!(
            "nothing proves that the reply {} guarantees the leader no more than {}",
            action(roles.game, roles.follower, reply),
            number(&guaranteed.value)
        ))),
    }
}

fn check_class(
    roles: &Roles<'_>,
    guaranteed: &Guaranteed,
    bound: &ClassBound,
) -> Result<(), Refutation> {
    let reply = bound.reply;
    let name = action(roles.game, roles.follower, reply);
    let wrong = |what: String| Err(Refutation::NotOptimal(what));
    if bound.weights.iter().chain(&bound.multipliers).any(Rational::is_negative) {
        return wrong(format!("a multiplier of what {name} guarantees is negative"));
    }
    let weight: Rational = bound.weights.iter().sum();
    let outside = |(at, weight): (usize, &Rational)| !weight.is_zero() && !equal(roles, reply, at);
    let proved = (0..roles.leads()).map(|lead| -> Rational {
        let here = roles.payoff(roles.follower, lead, reply);
        let constraints = terms(&bound.multipliers)
            .map(|(other, y)| y * &(here - roles.payoff(roles.follower, lead, other)));
        let payoffs = terms(&bound.weights).map(|(at, z)| z * roles.payoff(roles.leader, lead, at));
        constraints.chain(payoffs).sum()
    });
    let proved = proved.max().unwrap_or_default();
    match &bound.bound {
        Some(_) if weight != Rational::ONE || bound.weights.iter().enumerate().any(outside) => {
            wrong(format!("the weights of the replies payoff-equal to {name} are none of sum 1"))
        }
        Some(stated) if *stated != proved => wrong(format!(
            "{name} is said to guarantee at most {}, and its multipliers prove {}",
            number(stated),
            number(&proved)
        )),
        Some(stated) if *stated > guaranteed.value => wrong(format!(
            "the bound on what {name} guarantees is {}, above the guaranteed payoff {}",
            number(stated),
            number(&guaranteed.value)
        )),
        Some(_) => Ok(()),
        None => {
            let sum: Rational = terms(&bound.multipliers)
                .filter(|&(at, _)| !equal(roles, reply, at))
                .map(|(_, y)| y)
                .sum();
            let all: Rational = bound.multipliers.iter().sum();
            if !weight.is_zero() || sum != Rational::ONE || all != sum || proved.is_positive() {
                return wrong(format!(
                    "the multipliers do not prove that no commitment makes {name} strictly best"
                ));
            }
            Ok(())
        }
    }
}

/// What is not zero, with its position.
fn terms(values: &[Rational]) -> impl Iterator<Item = (usize, &Rational)> {
    values.iter().enumerate().filter(|(_, value)| !value.is_zero())
}

/// Every pure commitment with the worst best reply to it.
fn check_pure(roles: &Roles<'_>, guaranteed: &Guaranteed) -> Result<(), Refutation> {
    let Some(chosen) = guaranteed.commitment.as_pure() else {
        return Err(Refutation::Misfit("a commitment said to be pure is mixed".to_owned()));
    };
    if guaranteed.interior.is_some() || !guaranteed.bounds.is_empty() {
        return Err(Refutation::Misfit(
            "a pure commitment is played as it is, and no multipliers bound what it guarantees"
                .to_owned(),
        ));
    }
    for lead in 0..roles.leads() {
        let follower = |reply: usize| roles.payoff(roles.follower, lead, reply);
        let most = (0..roles.replies()).map(follower).max();
        let best = (0..roles.replies()).filter(|&reply| Some(follower(reply)) == most);
        let payoffs = best.map(|reply| (roles.payoff(roles.leader, lead, reply), reply));
        let worst = payoffs.clone().map(|(payoff, _)| payoff).min();
        let is_stated = worst == Some(&guaranteed.value);
        let by_reply = || payoffs.clone().any(|pair| pair == (&guaranteed.value, guaranteed.reply));
        if lead == chosen && !(is_stated && by_reply()) {
            return Err(Refutation::WrongNumber(format!(
                "{} is said to guarantee {} with the reply {}, and guarantees {}",
                action(roles.game, roles.leader, lead),
                number(&guaranteed.value),
                action(roles.game, roles.follower, guaranteed.reply),
                worst.map_or_else(String::new, number)
            )));
        }
        if let Some(worst) = worst.filter(|&worst| *worst > guaranteed.value) {
            return Err(Refutation::NotOptimal(format!(
                "the commitment {} guarantees {}, and the stated one {}",
                action(roles.game, roles.leader, lead),
                number(worst),
                number(&guaranteed.value)
            )));
        }
    }
    Ok(())
}

/// That the commitment to be played is the mixture that it is said to be, and its worst payoff.
fn check_mixture(
    roles: &Roles<'_>,
    guaranteed: &Guaranteed,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let epsilon = &guaranteed.epsilon;
    // There is no weight to choose where there is nothing else to mix with.
    let is_other = guaranteed.interior.as_ref().is_some_and(|one| *one != guaranteed.commitment);
    let most = if is_other { Rational::ONE } else { Rational::ZERO };
    if epsilon.is_negative() || *epsilon > most {
        return Err(Refutation::Misfit(format!(
            "the weight of the interior commitment is {}",
            number(epsilon)
        )));
    }
    let rest = Rational::ONE - epsilon;
    let inside = guaranteed.interior.as_ref().unwrap_or(&guaranteed.commitment).probabilities();
    let near = guaranteed.commitment.probabilities();
    let stated = guaranteed.epsilon_commitment.probabilities();
    let is_mixture =
        (0..stated.len()).all(|lead| stated[lead] == &rest * &near[lead] + epsilon * &inside[lead]);
    if !is_mixture {
        return Err(Refutation::Misfit(
            "the commitment to be played is not the stated mixture of the other two".to_owned(),
        ));
    }
    let follower = by_reply(roles, roles.follower, &guaranteed.epsilon_commitment, meter)?;
    let leader = by_reply(roles, roles.leader, &guaranteed.epsilon_commitment, meter)?;
    let most = follower.iter().max();
    let worst =
        (0..roles.replies()).filter(|&at| Some(&follower[at]) == most).map(|at| &leader[at]).min();
    if worst == Some(&guaranteed.epsilon_value) {
        return Ok(());
    }
    Err(Refutation::WrongNumber(format!(
        "the commitment to be played is said to give player {} at least {}, and gives {}",
        player(roles.game, roles.leader),
        number(&guaranteed.epsilon_value),
        worst.map_or_else(String::new, number)
    )))
}
