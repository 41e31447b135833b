//! Optimal commitment of a leader: the follower's reply, the value, and the proof for each reply.
//!
//! Leader payoffs are A_ij and follower payoffs B_ij for leader action i and reply j. A commitment x
//! induces j when Σ_i x_i (B_ij − B_ik) ≥ 0 for every k; ties are broken for the leader (von Stengel
//! & Zamir 2010, Conitzer & Sandholm 2006). For y ≥ 0 and any x that induces j,
//! Σ_i x_i A_ij ≤ Σ_i x_i [A_ij + Σ_k y_k (B_ij − B_ik)] ≤ max_i [A_ij + Σ_k y_k (B_ij − B_ik)],
//! which is the bound that y proves. If Σ_k y_k (B_ij − B_ik) < 0 for every i, nothing induces j
//! (Farkas 1902). If no bound is above the leader's payoff, the commitment is optimal.

use crate::game::NormalForm;
use crate::game::answer::{ReplyBound, Stackelberg};
use crate::num::Rational;

use super::expected::{on_simplex, payoffs_by_action};
use super::guaranteed::check_guaranteed;
use super::meter::{Limits, Meter};
use super::minimax::check_level;
use super::wording::{action, number, player};
use super::{Certificate, Completeness, Refutation};

/// The payoffs by leader action and reply.
pub(super) struct Roles<'a> {
    pub(super) game: &'a NormalForm,
    pub(super) leader: usize,
    pub(super) follower: usize,
}

impl Roles<'_> {
    pub(super) fn payoff(&self, whose: usize, lead: usize, reply: usize) -> &Rational {
        let index = lead * self.game.stride(self.leader) + reply * self.game.stride(self.follower);
        self.game.payoff(whose, index)
    }
    pub(super) fn leads(&self) -> usize {
        self.game.num_actions(self.leader)
    }
    pub(super) fn replies(&self) -> usize {
        self.game.num_actions(self.follower)
    }
}

/// Checks a commitment: the reply is a best response, the payoffs are right, nothing does better.
///
/// Work: actions of the leader × the square of those of the follower.
///
/// # Errors
/// A [`Refutation`] that names the reply and the numbers.
pub fn certify_stackelberg(
    game: &NormalForm,
    answer: &Stackelberg,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    if game.num_players() != 2 || answer.leader > 1 {
        return Err(Refutation::Misfit("a leader and a follower are two players".to_owned()));
    }
    let roles = Roles { game, leader: answer.leader, follower: 1 - answer.leader };
    on_simplex(game, answer.leader, &answer.commitment)?;
    if answer.reply >= roles.replies() {
        return Err(Refutation::Misfit("the reply is no action of the follower".to_owned()));
    }
    let mut meter = Meter::for_passes(limits);
    meter.spend(roles.leads() * roles.replies() * (roles.replies() + 2))?;
    check_reply(&roles, answer, &mut meter)?;
    let how = if answer.mixed {
        check_bounds(&roles, answer)?;
        "for each reply the multipliers prove that no commitment inducing it gives the leader more"
    } else {
        if answer.commitment.as_pure().is_none() {
            return Err(Refutation::Misfit("a commitment said to be pure is mixed".to_owned()));
        }
        check_pure(&roles, answer)?;
        "no other pure commitment gives the leader more"
    };
    let mut checked = vec![
        format!(
            "{} of player {} is a best response to the commitment, and the payoffs are as stated",
            action(game, roles.follower, answer.reply),
            player(game, roles.follower)
        ),
        how.to_owned(),
    ];
    if let Some(guaranteed) = &answer.guaranteed {
        checked.push(check_guaranteed(&roles, answer, guaranteed, &mut meter)?);
    }
    if let Some(security) = &answer.security {
        if security.player != answer.leader {
            return Err(Refutation::Misfit(
                "the security level is not that of the leader".to_owned(),
            ));
        }
        checked.push(check_level(game, security, &mut meter)?);
    }
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

fn check_reply(
    roles: &Roles<'_>,
    answer: &Stackelberg,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let (game, follower) = (roles.game, roles.follower);
    let mut profile = game.pure_profile(&[0, 0]);
    profile[roles.leader] = answer.commitment.clone();
    let by_reply = payoffs_by_action(game, follower, &profile, meter)?;
    let stated = &by_reply[answer.reply];
    if let Some(better) = (0..by_reply.len()).find(|&reply| by_reply[reply] > *stated) {
        return Err(Refutation::Deviation(format!(
            "the reply {} gives player {} {}, and {} would give {}",
            action(game, follower, answer.reply),
            player(game, follower),
            number(stated),
            action(game, follower, better),
            number(&by_reply[better])
        )));
    }
    let lead: Rational = answer
        .commitment
        .probabilities()
        .iter()
        .enumerate()
        .map(|(own, p)| p * roles.payoff(roles.leader, own, answer.reply))
        .sum();
    for (at, stated, found) in
        [(roles.leader, &answer.leader_value, &lead), (follower, &answer.follower_value, stated)]
    {
        if stated != found {
            return Err(Refutation::WrongNumber(format!(
                "player {} is said to get {}, and gets {}",
                player(game, at),
                number(stated),
                number(found)
            )));
        }
    }
    Ok(())
}

fn check_bounds(roles: &Roles<'_>, answer: &Stackelberg) -> Result<(), Refutation> {
    one_for_each_reply(roles, answer)?;
    for bound in &answer.bounds {
        if let Some(stated) = proved_bound(roles, bound)?
            && stated > answer.leader_value
        {
            return Err(Refutation::NotOptimal(format!(
                "the bound of the reply {} is {}, above the leader's payoff {}",
                action(roles.game, roles.follower, bound.reply),
                number(&stated),
                number(&answer.leader_value)
            )));
        }
    }
    Ok(())
}

/// The bound of a reply, which is what its multipliers prove; `None` where they prove that nothing
/// induces it.
pub(super) fn proved_bound(
    roles: &Roles<'_>,
    bound: &ReplyBound,
) -> Result<Option<Rational>, Refutation> {
    if bound.reply >= roles.replies() {
        return Err(Refutation::Misfit("a bound is one of no reply".to_owned()));
    }
    let name = action(roles.game, roles.follower, bound.reply);
    if bound.multipliers.len() != roles.replies() {
        return Err(Refutation::Misfit(format!(
            "{} multipliers for the reply {name}, and there are {} replies",
            bound.multipliers.len(),
            roles.replies()
        )));
    }
    if let Some(negative) = bound.multipliers.iter().find(|y| y.is_negative()) {
        return Err(Refutation::NotOptimal(format!(
            "a multiplier of the reply {name} is negative: {}",
            number(negative)
        )));
    }
    let proved = (0..roles.leads()).map(|lead| {
        let constraints = constraint_sum(roles, bound, lead);
        match &bound.bound {
            Some(_) => constraints + roles.payoff(roles.leader, lead, bound.reply),
            None => constraints,
        }
    });
    // The leader has at least one action, so that there is a maximum.
    let proved = proved.max().unwrap_or_default();
    match &bound.bound {
        None if !proved.is_negative() => Err(Refutation::NotOptimal(format!(
            "the multipliers do not prove that no commitment induces {name}"
        ))),
        Some(stated) if *stated != proved => Err(Refutation::NotOptimal(format!(
            "the bound of the reply {name} is said to be {}, and its multipliers prove {}",
            number(stated),
            number(&proved)
        ))),
        stated => Ok(stated.clone()),
    }
}

/// Σ_k y_k (B_ij − B_ik) for leader action i.
fn constraint_sum(roles: &Roles<'_>, bound: &ReplyBound, lead: usize) -> Rational {
    let here = roles.payoff(roles.follower, lead, bound.reply);
    bound
        .multipliers
        .iter()
        .enumerate()
        .filter(|(_, y)| !y.is_zero())
        .map(|(other, y)| y * &(here - roles.payoff(roles.follower, lead, other)))
        .sum()
}

fn one_for_each_reply(roles: &Roles<'_>, answer: &Stackelberg) -> Result<(), Refutation> {
    let mut replies: Vec<usize> = answer.bounds.iter().map(|bound| bound.reply).collect();
    replies.sort_unstable();
    if replies == (0..roles.replies()).collect::<Vec<_>>() {
        Ok(())
    } else {
        Err(Refutation::Misfit("the bounds are not one for each reply of the follower".to_owned()))
    }
}

/// Every pure commitment with the replies to it; bounds, where stated, are the best for each reply.
fn check_pure(roles: &Roles<'_>, answer: &Stackelberg) -> Result<(), Refutation> {
    let mut best: Vec<Option<Rational>> = vec![None; roles.replies()];
    for lead in 0..roles.leads() {
        let follower = |reply: usize| roles.payoff(roles.follower, lead, reply);
        let most = (0..roles.replies()).map(follower).max();
        for reply in (0..roles.replies()).filter(|&reply| Some(follower(reply)) == most) {
            let payoff = roles.payoff(roles.leader, lead, reply);
            if *payoff > answer.leader_value {
                return Err(Refutation::NotOptimal(format!(
                    "the commitment {} with the reply {} gives the leader {}, and the stated one {}",
                    action(roles.game, roles.leader, lead),
                    action(roles.game, roles.follower, reply),
                    number(payoff),
                    number(&answer.leader_value)
                )));
            }
            if best[reply].as_ref().is_none_or(|best| best < payoff) {
                best[reply] = Some(payoff.clone());
            }
        }
    }
    if answer.bounds.is_empty() {
        return Ok(());
    }
    one_for_each_reply(roles, answer)?;
    for bound in &answer.bounds {
        let name = action(roles.game, roles.follower, bound.reply);
        if !bound.multipliers.is_empty() {
            return Err(Refutation::Misfit(
                "a bound on pure commitments has no multipliers".to_owned(),
            ));
        }
        if bound.bound != best[bound.reply] {
            let words = |value: &Option<Rational>| {
                value.as_ref().map_or("no commitment induces it".to_owned(), number)
            };
            return Err(Refutation::WrongNumber(format!(
                "the bound of the reply {name} is said to be: {}; it is: {}",
                words(&bound.bound),
                words(&best[bound.reply])
            )));
        }
    }
    Ok(())
}
