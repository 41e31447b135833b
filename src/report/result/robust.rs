//! Commitment against the worst of the replies that are nearly best as JSON, and from it.

use serde_json::{Map, Value, json};

use crate::game::NormalForm;
use crate::game::answer::{
    RobustBest, RobustCommitment, RobustEnd, RobustMultiplier, RobustStep, Subject,
};

use super::Labels;
use super::cursor::Cursor;
use super::followers::{followers, replies};
use super::read::{Names, Read};
use super::write::strategy;

/// Puts the keys of a commitment against the worst of near replies.
pub(super) fn write(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &RobustCommitment,
    put: &mut impl FnMut(&str, Value),
) {
    let end = |one: &RobustEnd| end(labels, subject.stage(), answer.leader, one);
    put("equilibria", json!([]));
    put("leader", json!(labels.players[answer.leader]));
    put("followers", followers(labels, answer.leader));
    put("alpha", json!(answer.alpha));
    put("epsilon", json!(answer.epsilon));
    if let Some(open) = &answer.open {
        put("open", end(open));
    }
    put("closed", end(&answer.closed));
    if let Some(optimistic) = &answer.optimistic {
        let mut keys = Map::new();
        super::followers::write(labels, subject, optimistic, &mut |key: &str, value| {
            keys.insert(key.to_owned(), value);
        });
        put("optimistic", Value::Object(keys));
    }
}

fn end(labels: &Labels, game: &NormalForm, leader: usize, one: &RobustEnd) -> Value {
    let replies = |profile: usize| replies(labels, game, leader, profile);
    let multipliers = |list: &[RobustMultiplier]| -> Value {
        let one = |one: &RobustMultiplier| {
            json!({
                "replies": replies(one.profile),
                "player": labels.players[one.follower],
                "deviation": labels.actions[one.follower][one.deviation],
                "multiplier": one.multiplier,
            })
        };
        list.iter().map(one).collect()
    };
    let step = |step: &RobustStep| match step {
        RobustStep::Split(profile) => json!({ "split": replies(*profile) }),
        RobustStep::Bound { bound, weights, multipliers: list } => {
            let weights = weights
                .iter()
                .map(|(profile, weight)| json!({ "replies": replies(*profile), "weight": weight }));
            json!({
                "bound": bound,
                "weights": weights.collect::<Vec<_>>(),
                "multipliers": multipliers(list),
            })
        }
        RobustStep::Never { multipliers: list } => json!({ "never": multipliers(list) }),
    };
    let best = one.best.as_ref();
    let mixed = |mixed| strategy(labels, leader, mixed);
    json!({
        "value": best.map(|best| &best.value),
        "commitment": best.map(|best| mixed(&best.commitment)),
        "attained": best.map(RobustBest::is_attained),
        "played": best.map(|best| mixed(&best.played)),
        "played_value": best.map(|best| &best.played_value),
        "bound": one.bound,
        "proof": one.proof.iter().map(step).collect::<Vec<_>>(),
    })
}

impl Names<'_> {
    pub(super) fn robust(&self, top: &Cursor<'_>, game: &NormalForm) -> Read<RobustCommitment> {
        self.no_equilibria(top)?;
        let leader = self.leader_of_followers(top)?;
        let optimistic = top.optional("optimistic")?;
        Ok(RobustCommitment {
            leader,
            alpha: top.key("alpha")?.rational()?,
            epsilon: top.key("epsilon")?.rational()?,
            closed: self.robust_end(leader, &top.key("closed")?, game)?,
            open: top
                .optional("open")?
                .map(|open| self.robust_end(leader, &open, game))
                .transpose()?,
            optimistic: optimistic.map(|one| self.several_followers(&one, game)).transpose()?,
        })
    }

    fn robust_end(&self, leader: usize, one: &Cursor<'_>, game: &NormalForm) -> Read<RobustEnd> {
        let multipliers = |list: Cursor<'_>| -> Read<Vec<RobustMultiplier>> {
            let one = |one: &Cursor<'_>| {
                let follower = self.player(&one.key("player")?)?;
                Ok(RobustMultiplier {
                    profile: self.replies(leader, &one.key("replies")?, game)?,
                    follower,
                    deviation: self.action(follower, &one.key("deviation")?)?,
                    multiplier: one.key("multiplier")?.rational()?,
                })
            };
            list.list()?.iter().map(one).collect()
        };
        let weight = |one: &Cursor<'_>| {
            let replies = self.replies(leader, &one.key("replies")?, game)?;
            Ok((replies, one.key("weight")?.rational()?))
        };
        let step = |one: &Cursor<'_>| -> Read<RobustStep> {
            if let Some(split) = one.optional("split")? {
                return Ok(RobustStep::Split(self.replies(leader, &split, game)?));
            }
            if let Some(never) = one.optional("never")? {
                return Ok(RobustStep::Never { multipliers: multipliers(never)? });
            }
            Ok(RobustStep::Bound {
                bound: one.key("bound")?.rational()?,
                weights: one.key("weights")?.list()?.iter().map(weight).collect::<Read<_>>()?,
                multipliers: multipliers(one.key("multipliers")?)?,
            })
        };
        let value = one.key("value")?;
        let best = if value.is_null() {
            None
        } else {
            let best = RobustBest {
                value: value.rational()?,
                commitment: self.strategy(leader, &one.key("commitment")?)?,
                played: self.strategy(leader, &one.key("played")?)?,
                played_value: one.key("played_value")?.rational()?,
            };
            let attained = one.key("attained")?;
            if attained.boolean()? != best.is_attained() {
                return Err(
                    attained.wrong("`attained` says whether what is played is the commitment")
                );
            }
            Some(best)
        };
        let bound = one.key("bound")?;
        Ok(RobustEnd {
            best,
            bound: if bound.is_null() { None } else { Some(bound.rational()?) },
            proof: one.key("proof")?.list()?.iter().map(step).collect::<Read<_>>()?,
        })
    }
}
