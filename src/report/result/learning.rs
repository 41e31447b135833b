//! What learning ended at as JSON, and from it.

use serde_json::{Value, json};

use crate::game::answer::{JointPlay, Learning, LearningPoint, Subject};

use super::Labels;
use super::correlated::distribution;
use super::cursor::Cursor;
use super::read::{Names, Read};
use super::write::{by_player, equilibrium};

/// Puts the keys of an answer about learning.
pub(super) fn write(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &Learning,
    put: &mut impl FnMut(&str, Value),
) {
    put("equilibria", json!([]));
    put("rounds", json!(answer.rounds));
    let point = |point: &LearningPoint| json!({ "rounds": point.rounds, "mixture": equilibrium(labels, &point.mixture) });
    put("course", answer.course.iter().map(point).collect());
    if let Some([lower, upper]) = &answer.value {
        put("value_between", json!([lower, upper]));
    }
    if let Some(joint) = &answer.joint {
        put(
            "joint",
            json!({
                "distribution": distribution(labels, subject.stage(), &joint.distribution),
                "payoffs": by_player(labels, &joint.payoffs),
                "regret": joint.regret,
            }),
        );
    }
}

impl Names<'_> {
    pub(super) fn learning(&self, top: &Cursor<'_>, subject: Subject<'_>) -> Read<Learning> {
        self.no_equilibria(top)?;
        let point = |one: &Cursor<'_>| {
            let mixture = self.equilibrium(&one.key("mixture")?)?;
            Ok(LearningPoint { rounds: one.key("rounds")?.integer()?, mixture })
        };
        let joint = |one: Cursor<'_>| {
            Ok(JointPlay {
                distribution: self.distribution(&one, subject.stage())?,
                payoffs: self.by_player(&one.key("payoffs")?)?,
                regret: one.key("regret")?.rational()?,
            })
        };
        let value = match top.optional("value_between")? {
            None => None,
            Some(pair) => match pair.list()?.as_slice() {
                [lower, upper] => Some([lower.rational()?, upper.rational()?]),
                _ => return Err(pair.wrong("two bounds are needed, the lower one first")),
            },
        };
        Ok(Learning {
            rounds: top.key("rounds")?.integer()?,
            course: top.key("course")?.list()?.iter().map(point).collect::<Read<_>>()?,
            joint: top.optional("joint")?.map(joint).transpose()?,
            value,
        })
    }
}
