//! Commitment before several followers, and correlated commitment, as JSON, and from it.

use serde_json::{Value, json};

use crate::game::NormalForm;
use crate::game::answer::{
    CorrelatedCommitment, FollowedCommitment, FollowersBound, PureBeforeFollowers,
    SeveralFollowers, Subject,
};
use crate::num::Rational;

use super::Labels;
use super::cursor::Cursor;
use super::read::{Names, Read};
use super::write::{by_player, object, strategy};

/// The followers' actions in a profile, by player.
pub(super) fn replies(labels: &Labels, game: &NormalForm, leader: usize, base: usize) -> Value {
    let followers = (0..game.num_players()).filter(|&player| player != leader);
    object(followers.map(|player| {
        let action = &labels.actions[player][game.action_in(player, base)];
        (labels.players[player].clone(), json!(action))
    }))
}

/// The names of those who follow.
pub(super) fn followers(labels: &Labels, leader: usize) -> Value {
    let names = labels.players.iter().enumerate().filter(|(player, _)| *player != leader);
    names.map(|(_, name)| json!(name)).collect()
}

/// Puts the keys of pure commitments before several followers.
pub(super) fn write_pure(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &PureBeforeFollowers,
    put: &mut impl FnMut(&str, Value),
) {
    let followed = |one: &Option<FollowedCommitment>| {
        one.as_ref().map(|one| {
            json!({
                "commitment": strategy(labels, answer.leader, &one.commitment),
                "replies": replies(labels, subject.stage(), answer.leader, one.replies),
                "leader_value": one.payoffs[answer.leader],
                "payoffs": by_player(labels, &one.payoffs),
                "least": one.least,
            })
        })
    };
    put("equilibria", json!([]));
    put("leader", json!(labels.players[answer.leader]));
    put("followers", followers(labels, answer.leader));
    put("optimistic", json!(followed(&answer.optimistic)));
    put("pessimistic", json!(followed(&answer.pessimistic)));
}

/// Puts the keys of a commitment before several followers.
pub(super) fn write(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &SeveralFollowers,
    put: &mut impl FnMut(&str, Value),
) {
    let game = subject.stage();
    let replies = |base: usize| replies(labels, game, answer.leader, base);
    put("equilibria", json!([]));
    put("leader", json!(labels.players[answer.leader]));
    put("followers", followers(labels, answer.leader));
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
    super::correlated::write_device(labels, subject, &answer.device, put);
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

    /// The followers' profile: the index of the profile in which the leader plays his first action.
    pub(super) fn replies(&self, leader: usize, at: &Cursor<'_>, game: &NormalForm) -> Read<usize> {
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
    }

    fn followed(
        &self,
        leader: usize,
        one: &Cursor<'_>,
        game: &NormalForm,
    ) -> Read<FollowedCommitment> {
        let payoffs: Vec<Rational> = self.by_player(&one.key("payoffs")?)?;
        let stated = one.key("leader_value")?;
        if stated.rational()? != payoffs[leader] {
            return Err(stated.wrong("`leader_value` is the leader's payoff"));
        }
        Ok(FollowedCommitment {
            commitment: self.strategy(leader, &one.key("commitment")?)?,
            replies: self.replies(leader, &one.key("replies")?, game)?,
            payoffs,
            least: one.key("least")?.rational()?,
        })
    }

    /// The leader. The others, where they are listed beside, are all the other players in order.
    pub(super) fn leader_of_followers(&self, top: &Cursor<'_>) -> Read<usize> {
        let leader = self.player(&top.key("leader")?)?;
        if let Some(stated) = top.optional("followers")? {
            let list = stated.list()?;
            let listed = list.iter().map(|one| self.player(one)).collect::<Read<Vec<_>>>()?;
            let players = 0..self.labels.players.len();
            if !players.filter(|&player| player != leader).eq(listed) {
                return Err(stated.wrong("the followers are all players but the leader, in order"));
            }
        }
        Ok(leader)
    }

    pub(super) fn pure_before_followers(
        &self,
        top: &Cursor<'_>,
        game: &NormalForm,
    ) -> Read<PureBeforeFollowers> {
        self.no_equilibria(top)?;
        let leader = self.leader_of_followers(top)?;
        let followed = |one: Cursor<'_>| {
            if one.is_null() { Ok(None) } else { self.followed(leader, &one, game).map(Some) }
        };
        Ok(PureBeforeFollowers {
            leader,
            optimistic: followed(top.key("optimistic")?)?,
            pessimistic: followed(top.key("pessimistic")?)?,
        })
    }

    pub(super) fn several_followers(
        &self,
        top: &Cursor<'_>,
        game: &NormalForm,
    ) -> Read<SeveralFollowers> {
        self.no_equilibria(top)?;
        let leader = self.leader_of_followers(top)?;
        let replies = |at: &Cursor<'_>| self.replies(leader, at, game);
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
        let best = if top.key("commitment")?.is_null() {
            None
        } else {
            Some(self.followed(leader, top, game)?)
        };
        Ok(SeveralFollowers {
            leader,
            best,
            bounds: top.key("bounds")?.list()?.iter().map(bound).collect::<Read<_>>()?,
        })
    }
}
