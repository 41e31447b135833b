//! What a commitment is worth by its credibility as JSON, and from it.

use serde_json::{Map, Value, json};

use crate::game::answer::{
    Credibility, CredibilityPoint, ReplyBound, Stackelberg, Threshold, ThresholdBound,
};

use super::Labels;
use super::cursor::Cursor;
use super::read::{Names, Read};
use super::write::{distribution, stackelberg, strategy};

/// Puts the keys of an answer about credibility.
pub(super) fn write(labels: &Labels, answer: &Credibility, put: &mut impl FnMut(&str, Value)) {
    put("equilibria", json!([]));
    put("leader", json!(labels.players[answer.leader]));
    put("fallback", strategy(labels, answer.leader, &answer.fallback));
    put("without", json!(answer.without));
    let something = answer.something.as_ref().map(|one| threshold(labels, answer, one));
    put("something", json!(something));
    put("everything", threshold(labels, answer, &answer.everything));
    let point = |point: &CredibilityPoint| {
        let mut keys = Map::new();
        keys.insert("credibility".to_owned(), json!(point.credibility));
        stackelberg(labels, &point.optimum, &mut |key: &str, value| {
            if key != "equilibria" {
                keys.insert(key.to_owned(), value);
            }
        });
        Value::Object(keys)
    };
    put("points", answer.points.iter().map(point).collect());
}

fn threshold(labels: &Labels, answer: &Credibility, one: &Threshold) -> Value {
    let replies = &labels.actions[1 - answer.leader.min(1)];
    let bound = |bound: &ThresholdBound| match bound {
        ThresholdBound::Never(bound) => json!({
            "reply": replies[bound.reply],
            "bound": bound.bound,
            "multipliers": distribution(replies.clone(), &bound.multipliers),
        }),
        ThresholdBound::From { reply, at_least, weight, multipliers } => json!({
            "reply": replies[*reply],
            "at_least": at_least,
            "weight": weight,
            "multipliers": distribution(replies.clone(), multipliers),
        }),
    };
    json!({
        "credibility": one.credibility,
        "commitment": strategy(labels, answer.leader, &one.commitment),
        "reply": replies[one.reply],
        "beyond": one.beyond.as_ref().map(|beyond| strategy(labels, answer.leader, beyond)),
        "bounds": one.bounds.iter().map(bound).collect::<Vec<_>>(),
    })
}

impl Names<'_> {
    pub(super) fn credibility(&self, top: &Cursor<'_>) -> Read<Credibility> {
        self.no_equilibria(top)?;
        let leader = self.player(&top.key("leader")?)?;
        if self.labels.players.len() != 2 {
            return Err(top.key("leader")?.wrong("a leader and a follower are two players"));
        }
        let something = top.key("something")?;
        let point = |one: &Cursor<'_>| -> Read<CredibilityPoint> {
            let optimum: Stackelberg = self.stackelberg(one)?;
            Ok(CredibilityPoint { credibility: one.key("credibility")?.rational()?, optimum })
        };
        Ok(Credibility {
            leader,
            fallback: self.strategy(leader, &top.key("fallback")?)?,
            without: top.key("without")?.rational()?,
            points: top.key("points")?.list()?.iter().map(point).collect::<Read<_>>()?,
            something: if something.is_null() {
                None
            } else {
                Some(self.threshold(leader, &something)?)
            },
            everything: self.threshold(leader, &top.key("everything")?)?,
        })
    }

    fn threshold(&self, leader: usize, one: &Cursor<'_>) -> Read<Threshold> {
        let follower = 1 - leader;
        let bound = |one: &Cursor<'_>| {
            let reply = self.action(follower, &one.key("reply")?)?;
            let replies = &self.labels.actions[follower];
            let multipliers = self.numbers(&one.key("multipliers")?, "reply", replies)?;
            if let Some(at_least) = one.optional("at_least")? {
                return Ok(ThresholdBound::From {
                    reply,
                    at_least: at_least.rational()?,
                    weight: one.key("weight")?.rational()?,
                    multipliers,
                });
            }
            let bound = one.key("bound")?;
            let bound = if bound.is_null() { None } else { Some(bound.rational()?) };
            Ok(ThresholdBound::Never(ReplyBound { reply, bound, multipliers }))
        };
        let beyond = one.key("beyond")?;
        Ok(Threshold {
            credibility: one.key("credibility")?.rational()?,
            commitment: self.strategy(leader, &one.key("commitment")?)?,
            reply: self.action(follower, &one.key("reply")?)?,
            beyond: if beyond.is_null() { None } else { Some(self.strategy(leader, &beyond)?) },
            bounds: one.key("bounds")?.list()?.iter().map(bound).collect::<Read<_>>()?,
        })
    }
}
