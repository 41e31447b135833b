//! The payoffs of equilibria without transfers, by state, as JSON, and back.

use serde_json::{Map, Value, json};

use crate::game::repeated_polytopes::OuterCorner;
use crate::game::stochastic::{StateCorner, StatePolytope, StatePolytopes, StochasticGame};
use crate::num::Rational;

use super::super::cursor::Cursor;
use super::super::repeated_polytopes::{lottery, read_lottery};
use super::{Read, Reader, by_player, by_state, profile};

/// The directions of the bounds.
pub(super) fn directions(game: &StochasticGame, answer: &StatePolytopes) -> Value {
    answer.directions.iter().map(|direction| numbers(game, direction)).collect()
}

/// The polytopes of each state.
pub(super) fn states(game: &StochasticGame, answer: &StatePolytopes) -> Value {
    by_state(game, |state| {
        let StatePolytope { inner, levels, outer, distance } = &answer.states[state];
        let corner = |one: &StateCorner| {
            let follows = one
                .continuation
                .iter()
                .map(|(to, follows)| (game.states()[*to].name.clone(), lottery(follows)));
            json!({
                "payoffs": numbers(game, &one.payoffs),
                "profile": profile(game, state, one.profile),
                "continuation": Value::Object(follows.collect::<Map<String, Value>>()),
            })
        };
        let around = |corner: &OuterCorner| json!({ "payoffs": numbers(game, &corner.payoffs), "near": lottery(&corner.near) });
        let mut value = json!({
            "inner": inner.iter().map(corner).collect::<Value>(),
            "levels": levels,
            "outer": outer.iter().map(around).collect::<Value>(),
        });
        if let Some(distance) = distance {
            value["distance"] = json!(distance);
        }
        value
    })
}

fn numbers(game: &StochasticGame, all: &[Rational]) -> Value {
    by_player(game, |player| json!(all[player]))
}

impl Reader<'_> {
    pub(super) fn payoffs(&self, top: &Cursor<'_>) -> Read<StatePolytopes> {
        let states = self.states(&top.key("states")?, |state, at| {
            let corner = |one: &Cursor<'_>| {
                let follows = one.key("continuation")?;
                let mut continuation = Vec::new();
                for (to, state) in self.game.states().iter().enumerate() {
                    if let Some(at) = follows.optional(&state.name)? {
                        continuation.push((to, read_lottery(&at)?));
                    }
                }
                Ok(StateCorner {
                    payoffs: self.numbers(&one.key("payoffs")?)?,
                    profile: self.profile(state, &one.key("profile")?)?,
                    continuation,
                })
            };
            let around = |one: &Cursor<'_>| {
                Ok(OuterCorner {
                    payoffs: self.numbers(&one.key("payoffs")?)?,
                    near: read_lottery(&one.key("near")?)?,
                })
            };
            let levels = at.key("levels")?.list()?;
            Ok(StatePolytope {
                inner: at.key("inner")?.list()?.iter().map(corner).collect::<Read<_>>()?,
                levels: levels.iter().map(Cursor::rational).collect::<Read<_>>()?,
                outer: at.key("outer")?.list()?.iter().map(around).collect::<Read<_>>()?,
                distance: at.optional("distance")?.map(|at| at.rational()).transpose()?,
            })
        })?;
        let directions = top.key("directions")?.list()?;
        Ok(StatePolytopes {
            discount: super::discount(top)?,
            directions: directions.iter().map(|at| self.numbers(at)).collect::<Read<_>>()?,
            states,
        })
    }

    /// A number for each player.
    fn numbers(&self, at: &Cursor<'_>) -> Read<Vec<Rational>> {
        let players = 0..self.game.num_players();
        players.map(|player| at.key(self.game.player(player))?.rational()).collect()
    }
}
