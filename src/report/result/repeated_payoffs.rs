//! The payoffs of a repeated game as JSON, and from it.

use serde_json::{Value, json};

use crate::game::answer::{RepeatedPayoffs, SustainedPoint};
use crate::game::{DiscountFactor, NormalForm};
use crate::num::Rational;

use super::Labels;
use super::cursor::Cursor;
use super::read::{Names, Read};
use super::write::{by_player, object};

/// Puts the keys of the polygons.
pub(super) fn write(
    labels: &Labels,
    game: &NormalForm,
    answer: &RepeatedPayoffs,
    put: &mut impl FnMut(&str, Value),
) {
    put("equilibria", json!([]));
    put("discount", json!(answer.discount.value()));
    let sustained = |one: &SustainedPoint| {
        let actions = game.profile(one.profile).into_iter().enumerate();
        let played = actions.map(|(player, action)| {
            (labels.players[player].clone(), json!(labels.actions[player][action]))
        });
        json!({
            "payoffs": by_player(labels, &one.payoffs),
            "profile": object(played),
            "continuation": by_player(labels, &one.continuation),
        })
    };
    put("inner", answer.inner.iter().map(sustained).collect());
    put("outer", answer.outer.iter().map(|corner| by_player(labels, corner)).collect());
    if let Some(distance) = &answer.distance {
        put("distance", json!(distance));
    }
}

impl Names<'_> {
    pub(super) fn repeated_payoffs(
        &self,
        top: &Cursor<'_>,
        game: &NormalForm,
    ) -> Read<RepeatedPayoffs> {
        self.no_equilibria(top)?;
        let at = top.key("discount")?;
        let discount = DiscountFactor::new(at.rational()?)
            .ok_or_else(|| at.wrong("a discount factor is at least 0 and below 1".to_owned()))?;
        let sustained = |one: &Cursor<'_>| {
            let profile =
                self.each(&one.key("profile")?, "player", &self.labels.players, |player, at| {
                    self.action(player, at)
                })?;
            Ok(SustainedPoint {
                payoffs: self.pair(&one.key("payoffs")?)?,
                profile: game.profile_index(&profile),
                continuation: self.pair(&one.key("continuation")?)?,
            })
        };
        let outer = top.key("outer")?.list()?;
        Ok(RepeatedPayoffs {
            discount,
            inner: top.key("inner")?.list()?.iter().map(sustained).collect::<Read<_>>()?,
            outer: outer.iter().map(|corner| self.pair(corner)).collect::<Read<_>>()?,
            distance: top.optional("distance")?.map(|at| at.rational()).transpose()?,
        })
    }

    /// A number for each of two players.
    fn pair(&self, at: &Cursor<'_>) -> Read<[Rational; 2]> {
        <[Rational; 2]>::try_from(self.by_player(at)?).map_err(|all| {
            at.wrong(format!("polygons are of two players, and there are {}", all.len()))
        })
    }
}
