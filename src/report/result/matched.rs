//! Commitment with matched losses as JSON, and from it.

use serde_json::{Value, json};

use crate::game::answer::{MatchedBest, MatchedBound, MatchedCommitment};

use super::Labels;
use super::cursor::Cursor;
use super::read::{Names, Read};
use super::write::{distribution, strategy};

/// Puts the keys of a commitment with matched losses.
pub(super) fn write(
    labels: &Labels,
    answer: &MatchedCommitment,
    put: &mut impl FnMut(&str, Value),
) {
    let replies = &labels.actions[1 - answer.leader.min(1)];
    let best = answer.best.as_ref();
    let bound = |one: &MatchedBound| {
        json!({
            "reply": replies[one.reply],
            "bound": one.bound,
            "multipliers": distribution(replies.clone(), &one.multipliers),
            "losses": distribution(replies.clone(), &one.losses),
        })
    };
    put("equilibria", json!([]));
    put("leader", json!(labels.players[answer.leader]));
    put("beta", json!(answer.beta));
    put("commitment", json!(best.map(|one| strategy(labels, answer.leader, &one.commitment))));
    put("reply", json!(best.map(|one| &replies[one.reply])));
    put("leader_value", json!(best.map(|one| &one.leader_value)));
    put("follower_value", json!(best.map(|one| &one.follower_value)));
    put("bounds", answer.bounds.iter().map(bound).collect());
}

impl Names<'_> {
    pub(super) fn matched(&self, top: &Cursor<'_>) -> Read<MatchedCommitment> {
        self.no_equilibria(top)?;
        let leader = self.player(&top.key("leader")?)?;
        if self.labels.players.len() != 2 {
            return Err(top.key("leader")?.wrong("a leader and a follower are two players"));
        }
        let follower = 1 - leader;
        let replies = &self.labels.actions[follower];
        let bound = |one: &Cursor<'_>| {
            let bound = one.key("bound")?;
            Ok(MatchedBound {
                reply: self.action(follower, &one.key("reply")?)?,
                bound: if bound.is_null() { None } else { Some(bound.rational()?) },
                multipliers: self.numbers(&one.key("multipliers")?, "reply", replies)?,
                losses: self.numbers(&one.key("losses")?, "reply", replies)?,
            })
        };
        let commitment = top.key("commitment")?;
        let best = if commitment.is_null() {
            None
        } else {
            Some(MatchedBest {
                commitment: self.strategy(leader, &commitment)?,
                reply: self.action(follower, &top.key("reply")?)?,
                leader_value: top.key("leader_value")?.rational()?,
                follower_value: top.key("follower_value")?.rational()?,
            })
        };
        Ok(MatchedCommitment {
            leader,
            beta: top.key("beta")?.rational()?,
            best,
            bounds: top.key("bounds")?.list()?.iter().map(bound).collect::<Read<_>>()?,
        })
    }
}
