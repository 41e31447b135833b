//! Critical discount factors of profiles of states as JSON, and back.

use serde_json::{Value, json};

use crate::game::stochastic::{CriticalBracket, CriticalPoint, CriticalProfiles, StochasticGame};

use super::super::cursor::Cursor;
use super::{Read, Reader, discount, profile, transfers};

/// One entry for each profile; an end is `null` where there is none.
pub(super) fn brackets(game: &StochasticGame, answer: &CriticalProfiles) -> Value {
    let discount = |at: usize| answer.points[at].discount.value();
    let one = |one: &CriticalBracket| {
        json!({
            "state": game.states()[one.state].name,
            "profile": profile(game, one.state, one.profile),
            "lower": one.below.map(discount),
            "upper": one.above.map(discount),
        })
    };
    answer.brackets.iter().map(one).collect()
}

/// The equilibria at the ends of brackets.
pub(super) fn points(game: &StochasticGame, answer: &CriticalProfiles) -> Value {
    let one = |point: &CriticalPoint| {
        let (states, rounds) = transfers(game, &point.answer);
        json!({ "discount": point.discount.value(), "states": states, "rounds": rounds })
    };
    answer.points.iter().map(one).collect()
}

impl Reader<'_> {
    pub(super) fn critical(&self, top: &Cursor<'_>) -> Read<CriticalProfiles> {
        let point = |at: &Cursor<'_>| {
            Ok(CriticalPoint { discount: discount(at)?, answer: self.transfers(at)? })
        };
        let points = top.key("points")?.list()?;
        let points = points.iter().map(point).collect::<Read<Vec<_>>>()?;
        let end = |at: &Cursor<'_>| {
            if at.is_null() {
                return Ok(None);
            }
            let value = at.rational()?;
            let found = points.iter().position(|point| *point.discount.value() == value);
            found.map(Some).ok_or_else(|| at.wrong("there is no point with this discount factor"))
        };
        let bracket = |at: &Cursor<'_>| {
            let state = at.key("state")?;
            let name = state.string()?;
            let position = self.game.states().iter().position(|state| state.name == name);
            let position = position.ok_or_else(|| state.wrong("there is no such state"))?;
            Ok(CriticalBracket {
                state: position,
                profile: self.profile(position, &at.key("profile")?)?,
                below: end(&at.key("lower")?)?,
                above: end(&at.key("upper")?)?,
            })
        };
        let list = top.key("critical_discount")?.list()?;
        let brackets = list.iter().map(bracket).collect::<Read<_>>()?;
        Ok(CriticalProfiles { points, brackets })
    }
}
