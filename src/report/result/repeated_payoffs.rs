//! The payoffs of a repeated game as JSON, and from it.

use serde_json::{Value, json};

use crate::game::answer::{CriticalDiscounts, Patience, RepeatedPayoffs, SustainedPoint};
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
    polygons(labels, game, answer, put);
}

/// Puts the critical discount factors, and the polygons that prove them.
pub(super) fn write_critical(
    labels: &Labels,
    game: &NormalForm,
    answer: &CriticalDiscounts,
    put: &mut impl FnMut(&str, Value),
) {
    put("equilibria", json!([]));
    let factor = |at: &Option<usize>| at.map(|at| answer.evidence[at].discount.value());
    let one = |(profile, patience): (usize, &Patience)| {
        let bounds = match patience {
            Patience::Any => json!({ "lower": "0", "upper": "0" }),
            Patience::None => Value::Null,
            Patience::Between { fails, holds } => {
                json!({ "lower": factor(fails), "upper": factor(holds) })
            }
        };
        (labels.joint(game.profile(profile).into_iter().enumerate()), bounds)
    };
    put("critical_discount", object(answer.profiles.iter().enumerate().map(one)));
    let evidence = |one: &RepeatedPayoffs| {
        let mut keys = serde_json::Map::new();
        polygons(labels, game, one, &mut |key: &str, value: Value| {
            keys.insert(key.to_owned(), value);
        });
        Value::Object(keys)
    };
    put("evidence", answer.evidence.iter().map(evidence).collect());
}

pub(super) fn polygons(
    labels: &Labels,
    game: &NormalForm,
    answer: &RepeatedPayoffs,
    put: &mut impl FnMut(&str, Value),
) {
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
        self.polygons(top, game)
    }

    pub(super) fn critical_discounts(
        &self,
        top: &Cursor<'_>,
        game: &NormalForm,
    ) -> Read<CriticalDiscounts> {
        self.no_equilibria(top)?;
        let list = top.key("evidence")?.list()?;
        let evidence = list
            .iter()
            .map(|one| self.polygons(one, game))
            .collect::<Read<Vec<RepeatedPayoffs>>>()?;
        let place = |at: &Cursor<'_>| -> Read<Option<usize>> {
            if at.is_null() {
                return Ok(None);
            }
            let factor = at.rational()?;
            let found = evidence.iter().position(|one| *one.discount.value() == factor);
            found.map(Some).ok_or_else(|| at.wrong("the evidence has no such discount factor"))
        };
        let all = top.key("critical_discount")?;
        let one = |profile: usize| {
            let name = self.labels.joint(game.profile(profile).into_iter().enumerate());
            let at = all.key(&name)?;
            if at.is_null() {
                return Ok(Patience::None);
            }
            let (lower, upper) = (at.key("lower")?, at.key("upper")?);
            if !upper.is_null() && upper.rational()?.is_zero() {
                return Ok(Patience::Any);
            }
            Ok(Patience::Between { fails: place(&lower)?, holds: place(&upper)? })
        };
        let profiles = (0..game.num_profiles()).map(one).collect::<Read<_>>()?;
        Ok(CriticalDiscounts { evidence, profiles })
    }

    pub(super) fn polygons(&self, top: &Cursor<'_>, game: &NormalForm) -> Read<RepeatedPayoffs> {
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
