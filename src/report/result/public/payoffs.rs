//! Payoffs at one discount factor as JSON, and back. A proof that is `null` is that of the step before.

use serde_json::{Value, json};

use crate::game::DiscountFactor;
use crate::game::public::{GeneratedPoint, Multipliers, OuterStep, PublicGame, PublicPayoffs};
use crate::num::Rational;

use super::super::cursor::Cursor;
use super::limit::{
    by_player, continuations, multipliers, pair, read_continuations, read_multipliers, read_players,
};
use super::{Read, profile_json, read_profile};

type Point = [Rational; 2];

pub(super) fn write(game: &PublicGame, answer: &PublicPayoffs, put: &mut impl FnMut(&str, Value)) {
    let point = |one: &Point| by_player(game, |player| json!(one[player]));
    put("discount", json!(answer.discount.value()));
    let inner = answer.inner.iter().map(|one| {
        json!({
            "payoffs": point(&one.payoffs),
            "profile": profile_json(game, one.profile),
            "continuations": continuations(game, &one.continuations),
        })
    });
    put("inner", inner.collect());
    put("base", answer.base.iter().map(point).collect());
    put("outer", answer.outer.iter().map(point).collect());
    put("directions", answer.directions.iter().map(point).collect());
    let mut before: Option<&OuterStep> = None;
    let mut steps = Vec::with_capacity(answer.steps.len());
    for step in &answer.steps {
        let proof = |k: usize, profile: usize| {
            let own = &step.proofs[k][profile];
            match before {
                Some(before) if before.proofs[k][profile] == *own => Value::Null,
                _ => json!({ "multipliers": multipliers(game, own) }),
            }
        };
        let proofs: Vec<Vec<Value>> = step
            .proofs
            .iter()
            .enumerate()
            .map(|(k, own)| (0..own.len()).map(|profile| proof(k, profile)).collect())
            .collect();
        steps.push(json!({ "limit": step.limit, "levels": step.levels, "proofs": proofs }));
        before = Some(step);
    }
    put("steps", Value::Array(steps));
    put("distance", json!(answer.distance));
}

pub(super) fn read(top: &Cursor<'_>, game: &PublicGame) -> Read<PublicPayoffs> {
    let at = top.key("discount")?;
    let discount = DiscountFactor::new(at.rational()?)
        .ok_or_else(|| at.wrong("a discount factor is at least 0 and below 1"))?;
    let point = |at: &Cursor<'_>| -> Read<Point> {
        pair(at, read_players(game, at, |_, at| at.rational())?)
    };
    let points =
        |key: &str| -> Read<Vec<Point>> { top.key(key)?.list()?.iter().map(point).collect() };
    let generated = |at: &Cursor<'_>| -> Read<GeneratedPoint> {
        Ok(GeneratedPoint {
            payoffs: point(&at.key("payoffs")?)?,
            profile: read_profile(game, &at.key("profile")?)?,
            continuations: read_continuations(game, at)?,
        })
    };
    let mut steps: Vec<OuterStep> = Vec::new();
    for step in top.key("steps")?.list()? {
        let before = steps.last();
        let proof = |k: usize, profile: usize, at: &Cursor<'_>| -> Read<Multipliers> {
            if !at.is_null() {
                return read_multipliers(game, at);
            }
            before
                .and_then(|before| before.proofs.get(k)?.get(profile).cloned())
                .ok_or_else(|| at.wrong("there is no step before with this proof"))
        };
        let levels = step.key("levels")?.list()?;
        let mut proofs = Vec::new();
        for (k, own) in step.key("proofs")?.list()?.iter().enumerate() {
            let list = own.list()?;
            let own = list.iter().enumerate().map(|(profile, at)| proof(k, profile, at));
            proofs.push(own.collect::<Read<Vec<_>>>()?);
        }
        steps.push(OuterStep {
            limit: step.key("limit")?.boolean()?,
            levels: levels.iter().map(Cursor::rational).collect::<Read<_>>()?,
            proofs,
        });
    }
    let distance = top.key("distance")?;
    let distance = if distance.is_null() { None } else { Some(distance.rational()?) };
    Ok(PublicPayoffs {
        discount,
        inner: top.key("inner")?.list()?.iter().map(generated).collect::<Read<_>>()?,
        base: points("base")?,
        outer: points("outer")?,
        directions: points("directions")?,
        steps,
        distance,
    })
}
