//! Commitment before several followers, and correlated commitment, as JSON, and from it.

use serde_json::{Value, json};

use crate::game::NormalForm;
use crate::game::answer::{
    CorrelatedCommitment, FollowedCommitment, FollowersBound, SeveralFollowers, Subject,
};
use crate::num::Rational;

use super::Labels;
use super::cursor::Cursor;
use super::read::{Names, Read};
use super::write::{by_player, object, strategy};

/// Puts the keys of a commitment before several followers.
pub(super) fn write(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &SeveralFollowers,
    put: &mut impl FnMut(&str, Value),
) {
    let game = subject.stage();
    let followers: Vec<usize> =
        (0..game.num_players()).filter(|&player| player != answer.leader).collect();
    let replies = |base: usize| {
        object(followers.iter().map(|&player| {
            let action = &labels.actions[player][game.action_in(player, base)];
            (labels.players[player].clone(), json!(action))
        }))
    };
    put("equilibria", json!([]));
    put("leader", json!(labels.players[answer.leader]));
    put("followers", followers.iter().map(|&player| json!(labels.players[player])).collect());
    let best = answer.best.as_ref();
    put("commitment", json!(best.map(|one| strategy(labels, answer.leader, &one.commitment))));
    put("replies", json!(best.map(|one| replies(one.replies))));
    put("leader_value", json!(best.map(|one| &one.payoffs[answer.leader])));
    put("payoffs", json!(best.map(|one| by_player(labels, &one.payoffs))));
    put("least", json!(best.map(|one| &one.least)));
    let bound = |bound: &FollowersBound| {
        let multiplier = |(player, deviation, multiplier): &(usize, usize, Rational)| {
            json!({
                "player": labels.players[*player],
                "deviation": labels.actions[*player][*deviation],
                "multiplier": multiplier,
            })
        };
        json!({
            "replies": replies(bound.replies),
            "bound": bound.bound,
            "multipliers": bound.multipliers.iter().map(multiplier).collect::<Vec<_>>(),
        })
    };
    put("bounds", answer.bounds.iter().map(bound).collect());
}

/// Puts the keys of a correlated commitment.
pub(super) fn write_correlated(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &CorrelatedCommitment,
    put: &mut impl FnMut(&str, Value),
) {
    super::correlated::write(labels, subject, &answer.device, put);
    put("leader", json!(labels.players[answer.leader]));
    put("leader_value", json!(answer.device.value));
}

impl Names<'_> {
    pub(super) fn correlated_commitment(
        &self,
        top: &Cursor<'_>,
        subject: Subject<'_>,
    ) -> Read<CorrelatedCommitment> {
        let device = self.correlated(top, subject)?;
        let stated = top.key("leader_value")?;
        if stated.rational()? != device.value {
            return Err(stated.wrong("`leader_value` is the `value` of the distribution"));
        }
        Ok(CorrelatedCommitment { leader: self.player(&top.key("leader")?)?, device })
    }

    pub(super) fn several_followers(
        &self,
        top: &Cursor<'_>,
        game: &NormalForm,
    ) -> Read<SeveralFollowers> {
        self.no_equilibria(top)?;
        let leader = self.player(&top.key("leader")?)?;
        let replies = |at: &Cursor<'_>| -> Read<usize> {
            let mut profile = vec![0; game.num_players()];
            let followers = game.num_players() - 1;
            let entries = at.entries()?;
            if entries.len() != followers {
                return Err(at.wrong(format!("there are {followers} followers who reply")));
            }
            for (name, action) in entries {
                let player = self.find(&action, "player", name, &self.labels.players)?;
                if player == leader {
                    return Err(action.wrong("the leader does not reply"));
                }
                profile[player] = self.action(player, &action)?;
            }
            Ok(game.profile_index(&profile))
        };
        let bound = |one: &Cursor<'_>| {
            let bound = one.key("bound")?;
            let multiplier = |one: &Cursor<'_>| {
                let player = self.player(&one.key("player")?)?;
                let deviation = self.action(player, &one.key("deviation")?)?;
                Ok((player, deviation, one.key("multiplier")?.rational()?))
            };
            Ok(FollowersBound {
                replies: replies(&one.key("replies")?)?,
                bound: if bound.is_null() { None } else { Some(bound.rational()?) },
                multipliers: one
                    .key("multipliers")?
                    .list()?
                    .iter()
                    .map(multiplier)
                    .collect::<Read<_>>()?,
            })
        };
        let commitment = top.key("commitment")?;
        let best = if commitment.is_null() {
            None
        } else {
            let payoffs: Vec<Rational> = self.by_player(&top.key("payoffs")?)?;
            let stated = top.key("leader_value")?;
            if stated.rational()? != payoffs[leader] {
                return Err(stated.wrong("`leader_value` is the leader's payoff"));
            }
            Some(FollowedCommitment {
                commitment: self.strategy(leader, &commitment)?,
                replies: replies(&top.key("replies")?)?,
                payoffs,
                least: top.key("least")?.rational()?,
            })
        };
        Ok(SeveralFollowers {
            leader,
            best,
            bounds: top.key("bounds")?.list()?.iter().map(bound).collect::<Read<_>>()?,
        })
    }
}
