//! The payoffs of a repeated game of several players as JSON, and from it.

use serde_json::{Value, json};

use crate::game::answer::{OuterCorner, PayoffBound, RepeatedPolytopes, SustainedCorner};
use crate::game::repeated_polytopes::Lottery;
use crate::game::{DiscountFactor, NormalForm};

use super::Labels;
use super::cursor::Cursor;
use super::read::{Names, Read, index};
use super::write::{by_player, object};

/// Puts the keys of the polytopes.
pub(super) fn write(
    labels: &Labels,
    game: &NormalForm,
    answer: &RepeatedPolytopes,
    put: &mut impl FnMut(&str, Value),
) {
    put("equilibria", json!([]));
    put("discount", json!(answer.discount.value()));
    let sustained = |one: &SustainedCorner| {
        let actions = game.profile(one.profile).into_iter().enumerate();
        let played = actions.map(|(player, action)| {
            (labels.players[player].clone(), json!(labels.actions[player][action]))
        });
        json!({
            "payoffs": by_player(labels, &one.payoffs),
            "profile": object(played),
            "continuation": lottery(&one.continuation),
        })
    };
    put("inner", answer.inner.iter().map(sustained).collect());
    let bound = |bound: &PayoffBound| json!({ "direction": by_player(labels, &bound.direction), "level": bound.level });
    put("bounds", answer.bounds.iter().map(bound).collect());
    let corner = |corner: &OuterCorner| json!({ "payoffs": by_player(labels, &corner.payoffs), "near": lottery(&corner.near) });
    put("outer", answer.outer.iter().map(corner).collect());
    if let Some(distance) = &answer.distance {
        put("distance", json!(distance));
    }
}

/// Corners are numbered from 1.
pub(super) fn lottery(lottery: &Lottery) -> Value {
    let one = |(at, chance): &(usize, _)| json!({ "corner": at + 1, "probability": chance });
    lottery.iter().map(one).collect()
}

impl Names<'_> {
    pub(super) fn repeated_polytopes(
        &self,
        top: &Cursor<'_>,
        game: &NormalForm,
    ) -> Read<RepeatedPolytopes> {
        self.no_equilibria(top)?;
        let at = top.key("discount")?;
        let discount = DiscountFactor::new(at.rational()?)
            .ok_or_else(|| at.wrong("a discount factor is at least 0 and below 1".to_owned()))?;
        let sustained = |one: &Cursor<'_>| {
            let profile =
                self.each(&one.key("profile")?, "player", &self.labels.players, |player, at| {
                    self.action(player, at)
                })?;
            Ok(SustainedCorner {
                payoffs: self.by_player(&one.key("payoffs")?)?,
                profile: game.profile_index(&profile),
                continuation: read_lottery(&one.key("continuation")?)?,
            })
        };
        let bound = |one: &Cursor<'_>| {
            Ok(PayoffBound {
                direction: self.by_player(&one.key("direction")?)?,
                level: one.key("level")?.rational()?,
            })
        };
        let corner = |one: &Cursor<'_>| {
            Ok(OuterCorner {
                payoffs: self.by_player(&one.key("payoffs")?)?,
                near: read_lottery(&one.key("near")?)?,
            })
        };
        Ok(RepeatedPolytopes {
            discount,
            inner: top.key("inner")?.list()?.iter().map(sustained).collect::<Read<_>>()?,
            bounds: top.key("bounds")?.list()?.iter().map(bound).collect::<Read<_>>()?,
            outer: top.key("outer")?.list()?.iter().map(corner).collect::<Read<_>>()?,
            distance: top.optional("distance")?.map(|at| at.rational()).transpose()?,
        })
    }
}

pub(super) fn read_lottery(at: &Cursor<'_>) -> Read<Lottery> {
    let one = |one: &Cursor<'_>| {
        let at = one.key("corner")?;
        let corner = index(&at)?
            .checked_sub(1)
            .ok_or_else(|| at.wrong("corners are numbered from 1".to_owned()))?;
        Ok((corner, one.key("probability")?.rational()?))
    };
    at.list()?.iter().map(one).collect()
}
