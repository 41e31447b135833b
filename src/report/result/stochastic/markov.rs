//! Markov perfect equilibria as JSON, and back.

use serde_json::{Map, Value, json};

use crate::game::stochastic::{MarkovAnswer, MarkovEquilibrium, StochasticGame};
use crate::game::{MixedProfile, MixedStrategy};
use crate::num::Rational;

use super::super::cursor::Cursor;
use super::{Read, Reader, by_player, by_state};

pub(super) fn write(game: &StochasticGame, answer: &MarkovAnswer) -> Value {
    answer.equilibria.iter().map(|one| equilibrium(game, one)).collect()
}

fn equilibrium(game: &StochasticGame, one: &MarkovEquilibrium) -> Value {
    let exact = one.is_exact();
    // Numbers within bounds are machine numbers, exactly.
    let number = |value: &Rational| if exact { json!(value) } else { json!(value.to_f64()) };
    let state = |at: usize| {
        let mut state = json!({
            "strategies": strategies(game, at, &one.strategies[at]),
            "payoffs": by_player(game, |player| number(&one.values[player][at])),
            "one_shot_regret": number(&one.one_shot_regret[at]),
        });
        if let Some(value) = &one.value {
            let (low, high) = &value[at];
            state["value"] = json!({ "lower": number(low), "upper": number(high) });
        }
        state
    };
    json!({
        "states": by_state(game, state),
        "regret": number(&one.regret),
        "payoff_error": number(&one.payoff_error),
    })
}

/// What the players play in a state, by the actions that have a probability.
pub(super) fn strategies(game: &StochasticGame, state: usize, profile: &MixedProfile) -> Value {
    by_player(game, |player| {
        let actions = &game.states()[state].stage.players()[player].actions;
        let strategy = &profile[player];
        let played = strategy.support().into_iter();
        let entry =
            |action: usize| (actions[action].clone(), json!(strategy.probabilities()[action]));
        Value::Object(played.map(entry).collect::<Map<_, _>>())
    })
}

/// An exact number, or a machine number, which is one too.
fn either(at: &Cursor<'_>) -> Read<Rational> {
    if let Ok(exact) = at.rational() {
        return Ok(exact);
    }
    let value = at.number()?.to_f64();
    Rational::from_f64_exactly(value).ok_or_else(|| at.wrong("it is not a finite number"))
}

impl Reader<'_> {
    pub(super) fn markov(&self, top: &Cursor<'_>) -> Read<MarkovAnswer> {
        let list = top.key("equilibria")?.list()?;
        let equilibria = list.iter().map(|one| self.equilibrium(one)).collect::<Read<Vec<_>>>()?;
        let answer = MarkovAnswer { equilibria };
        if (top.key("arithmetic")?.string()? == "exact") != answer.is_exact() {
            return Err(top.key("arithmetic")?.wrong("it is not that of the numbers"));
        }
        Ok(answer)
    }

    fn equilibrium(&self, at: &Cursor<'_>) -> Read<MarkovEquilibrium> {
        let states = at.key("states")?;
        if states.entries()?.len() != self.game.states().len() {
            return Err(states.wrong("it has an entry that is no state of the model"));
        }
        let values = |player: usize| {
            let key = self.game.player(player);
            self.states(&states, |_, one| either(&one.key("payoffs")?.key(key)?))
        };
        let bounds = self.states(&states, |_, one| {
            Ok(match one.optional("value")? {
                None => None,
                Some(value) => Some((either(&value.key("lower")?)?, either(&value.key("upper")?)?)),
            })
        })?;
        let value: Option<Vec<_>> = bounds.iter().cloned().collect();
        if value.is_none() && bounds.iter().any(Option::is_some) {
            return Err(states.wrong("some states have a value and others have none"));
        }
        Ok(MarkovEquilibrium {
            strategies: self
                .states(&states, |state, one| self.strategies(state, &one.key("strategies")?))?,
            values: (0..self.game.num_players()).map(values).collect::<Read<_>>()?,
            payoff_error: either(&at.key("payoff_error")?)?,
            one_shot_regret: self.states(&states, |_, one| either(&one.key("one_shot_regret")?))?,
            regret: either(&at.key("regret")?)?,
            value,
        })
    }

    pub(super) fn strategies(&self, state: usize, at: &Cursor<'_>) -> Read<MixedProfile> {
        let one = |player: usize| {
            let stated = at.key(self.game.player(player))?;
            let actions = &self.actions[state][player];
            let mut probabilities = vec![Rational::ZERO; actions.len()];
            for (name, value) in stated.entries()? {
                let action = actions.get(name).copied().ok_or_else(|| {
                    value.wrong(format!(
                        "{} has no action `{name}` in the state `{}`",
                        self.game.player(player),
                        self.game.states()[state].name
                    ))
                })?;
                probabilities[action] = value.rational()?;
            }
            MixedStrategy::new(probabilities).map_err(|error| stated.wrong(error.to_string()))
        };
        (0..self.game.num_players()).map(one).collect()
    }
}
