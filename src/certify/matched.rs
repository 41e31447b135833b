//! Commitment in which the leader loses by the follower's errors in proportion to what these cost.
//!
//! Let x induce the reply j and meet A_xj − A_xk ≤ β (B_xj − B_xk) for every reply k. For multipliers
//! y, z ≥ 0 the leader gets at most Σ_i x_i (A_ij + Σ y_k (B_ij − B_ik) + Σ z_k [β (B_ij − B_ik) − A_ij +
//! A_ik]), which is at most the largest of the brackets; if without A_ij in front all are below 0, there
//! is no such x (Farkas 1902).

use crate::game::NormalForm;
use crate::game::answer::{MatchedBest, MatchedBound, MatchedCommitment};
use crate::num::Rational;

use super::expected::on_simplex;
use super::meter::{Limits, Meter};
use super::wording::{action, number, player};
use super::{Certificate, Completeness, Refutation};

/// Checks a commitment whose losses are matched: the reply, the losses, the payoffs, and that no other
/// commitment is better.
///
/// Work: actions of the leader × the square of those of the follower.
///
/// # Errors
/// A [`Refutation`] that names the reply and the numbers.
pub fn certify_matched(
    game: &NormalForm,
    answer: &MatchedCommitment,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    if game.num_players() != 2 || answer.leader > 1 {
        return Err(Refutation::Misfit("a leader and a follower are two players".to_owned()));
    }
    if answer.beta.is_negative() {
        return Err(Refutation::Misfit("the factor of the losses is negative".to_owned()));
    }
    let roles =
        Roles { game, leader: answer.leader, follower: 1 - answer.leader, beta: &answer.beta };
    let replies = game.num_actions(roles.follower);
    Meter::for_passes(limits).spend(4 * (replies + 1) * game.num_profiles())?;
    let value = match &answer.best {
        Some(best) => {
            roles.check_best(best)?;
            Some(&best.leader_value)
        }
        None => None,
    };
    if answer.bounds.iter().map(|bound| bound.reply).ne(0..replies) {
        return Err(Refutation::Misfit("the bounds are not one for each reply".to_owned()));
    }
    for bound in &answer.bounds {
        let proved = roles.proved(bound)?;
        if proved.as_ref() > value {
            return Err(Refutation::NotOptimal(format!(
                "the bound where {} is the reply is above what the leader is said to get",
                action(game, roles.follower, bound.reply)
            )));
        }
    }
    let checked = match &answer.best {
        Some(best) => vec![
            format!(
                "{} is a best reply, and any other costs the leader at most {} times what it costs the follower",
                action(game, roles.follower, best.reply),
                number(&answer.beta)
            ),
            "for each reply the multipliers prove that no commitment of which that holds gives the leader more".to_owned(),
        ],
        None => vec![
            "for each reply the multipliers prove that no commitment that induces it meets the bound on the losses".to_owned(),
        ],
    };
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

struct Roles<'a> {
    game: &'a NormalForm,
    leader: usize,
    follower: usize,
    beta: &'a Rational,
}

impl Roles<'_> {
    fn payoff(&self, whose: usize, lead: usize, reply: usize) -> &Rational {
        let at = self.game.deviation(0, self.leader, lead);
        self.game.payoff(whose, self.game.deviation(at, self.follower, reply))
    }

    fn check_best(&self, best: &MatchedBest) -> Result<(), Refutation> {
        let (game, replies) = (self.game, self.game.num_actions(self.follower));
        on_simplex(game, self.leader, &best.commitment)?;
        if best.reply >= replies {
            return Err(Refutation::Misfit("the reply is no action of the follower".to_owned()));
        }
        let expected = |whose: usize, reply: usize| -> Rational {
            let played = best.commitment.probabilities().iter().enumerate();
            played.map(|(lead, x)| x * self.payoff(whose, lead, reply)).sum()
        };
        let own = expected(self.leader, best.reply);
        let theirs = expected(self.follower, best.reply);
        if (&own, &theirs) != (&best.leader_value, &best.follower_value) {
            return Err(Refutation::WrongNumber(format!(
                "{} gets {} by the commitment and the reply, and {} gets {}",
                player(game, self.leader),
                number(&own),
                player(game, self.follower),
                number(&theirs)
            )));
        }
        for other in 0..replies {
            let cost = &theirs - &expected(self.follower, other);
            let loss = &own - &expected(self.leader, other);
            if cost.is_negative() {
                return Err(Refutation::Deviation(format!(
                    "{} is a better reply than {}",
                    action(game, self.follower, other),
                    action(game, self.follower, best.reply)
                )));
            }
            if loss > self.beta * &cost {
                return Err(Refutation::Deviation(format!(
                    "by {} the leader loses {}, and the follower only {}",
                    action(game, self.follower, other),
                    number(&loss),
                    number(&cost)
                )));
            }
        }
        Ok(())
    }

    /// The bound that the multipliers prove; `None` where they prove that there is no such commitment.
    fn proved(&self, bound: &MatchedBound) -> Result<Option<Rational>, Refutation> {
        let replies = self.game.num_actions(self.follower);
        let reply = bound.reply;
        let all = bound.multipliers.iter().chain(&bound.losses);
        if (bound.multipliers.len(), bound.losses.len()) != (replies, replies)
            || all.into_iter().any(Rational::is_negative)
        {
            return Err(Refutation::NotOptimal(format!(
                "where {} is the reply a multiplier is missing, or negative",
                action(self.game, self.follower, reply)
            )));
        }
        let bracket = |lead: usize| -> Rational {
            let of = |whose: usize, reply: usize| self.payoff(whose, lead, reply);
            let terms = (0..replies).map(|other| {
                let cost = of(self.follower, reply) - of(self.follower, other);
                let loss = of(self.leader, reply) - of(self.leader, other);
                &bound.multipliers[other] * &cost
                    + &bound.losses[other] * &(self.beta * &cost - loss)
            });
            let sum: Rational = terms.sum();
            if bound.bound.is_some() { sum + of(self.leader, reply) } else { sum }
        };
        let proved = (0..self.game.num_actions(self.leader)).map(bracket).max().unwrap_or_default();
        match &bound.bound {
            None if proved.is_negative() => Ok(None),
            Some(stated) if *stated == proved => Ok(Some(proved)),
            _ => Err(Refutation::NotOptimal(format!(
                "where {} is the reply the multipliers prove {}",
                action(self.game, self.follower, reply),
                number(&proved)
            ))),
        }
    }
}

#[cfg(test)]
mod tests;
