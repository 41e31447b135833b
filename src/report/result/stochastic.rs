//! Answers about games in states as JSON, and back. Objects are keyed by the names of states.

mod agreements;
mod critical;
mod markov;
mod payoffs;

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::certify::Certificate;
use crate::game::DiscountFactor;
use crate::game::stochastic::{
    Negotiation, Pact, Policies, Round, StochasticGame, TransferEquilibrium,
};
use crate::num::Rational;
use crate::study::stochastic::StochasticAnswer;

use super::cursor::{Cursor, ResultError};
use super::{Header, certificate_json, put_header};

type Read<T> = Result<T, ResultError>;

/// The result as JSON.
#[must_use]
pub fn write_stochastic(
    header: &Header,
    game: &StochasticGame,
    answer: &StochasticAnswer,
    certificate: Option<&Certificate>,
) -> Value {
    let mut result = Map::new();
    let mut put = |key: &str, value: Value| {
        result.insert(key.to_owned(), value);
    };
    let complete = certificate.is_some_and(|certificate| certificate.complete.is_proved());
    let exact = match answer {
        StochasticAnswer::Transfers(_)
        | StochasticAnswer::Critical(_)
        | StochasticAnswer::Agreements(_)
        | StochasticAnswer::Payoffs(_) => true,
        StochasticAnswer::Negotiation(_) => false,
        StochasticAnswer::Markov(answer) => answer.is_exact(),
    };
    put_header(header, complete, exact, &mut put);
    put("form", json!("stochastic"));
    if !matches!(answer, StochasticAnswer::Critical(_) | StochasticAnswer::Agreements(_)) {
        put("discount", json!(game.discount().value()));
    }
    put("start", json!(game.states()[game.start()].name));
    match answer {
        StochasticAnswer::Transfers(answer) => {
            let (states, rounds) = transfers(game, answer);
            put("states", states);
            put("rounds", rounds);
        }
        StochasticAnswer::Negotiation(answer) => {
            put("negotiation", negotiation(game, answer));
            put("states", negotiated(game, answer));
            let (states, rounds) = transfers(game, &answer.without);
            put("without", json!({ "states": states, "rounds": rounds }));
        }
        StochasticAnswer::Markov(answer) => put("equilibria", markov::write(game, answer)),
        StochasticAnswer::Critical(answer) => {
            put("critical_discount", critical::brackets(game, answer));
            put("points", critical::points(game, answer));
        }
        StochasticAnswer::Agreements(answer) => {
            put("threats", agreements::threats(game, answer));
            put("open", json!(answer.open));
            put("agreements", agreements::agreements(answer));
        }
        StochasticAnswer::Payoffs(answer) => {
            put("directions", payoffs::directions(game, answer));
            put("states", payoffs::states(game, answer));
        }
    }
    if let Some(certificate) = certificate {
        put("certificate", certificate_json(certificate));
    }
    put("warnings", json!(header.warnings));
    Value::Object(result)
}

/// One value for each state.
fn by_state(game: &StochasticGame, value: impl Fn(usize) -> Value) -> Value {
    let states = game.states().iter().enumerate();
    Value::Object(states.map(|(at, state)| (state.name.clone(), value(at))).collect())
}

/// One value for each player.
fn by_player(game: &StochasticGame, value: impl Fn(usize) -> Value) -> Value {
    let players = 0..game.num_players();
    Value::Object(players.map(|at| (game.player(at).to_owned(), value(at))).collect())
}

fn profile(game: &StochasticGame, state: usize, profile: usize) -> Value {
    let stage = &game.states()[state].stage;
    let actions = stage.profile(profile);
    let names: Vec<String> = stage.profile_names(&actions).into_iter().map(str::to_owned).collect();
    by_player(game, |player| json!(names[player]))
}

fn transfers(game: &StochasticGame, answer: &TransferEquilibrium) -> (Value, Value) {
    let states = match &answer.policies {
        None => Value::Null,
        Some(policies) => by_state(game, |state| {
            json!({
                "joint": policies.joint[state],
                "worst": by_player(game, |player| json!(policies.worst[player][state])),
                "played": profile(game, state, policies.played[state]),
                "punishing": by_player(game, |player| {
                    profile(game, state, policies.punishing[player][state])
                }),
            })
        }),
    };
    let round = |round: &Round| {
        by_state(game, |state| {
            json!({
                "joint": round.joint[state],
                "worst": by_player(game, |player| json!(round.worst[player][state])),
            })
        })
    };
    (states, answer.rounds.iter().map(round).collect())
}

fn negotiation(game: &StochasticGame, answer: &Negotiation) -> Value {
    json!({
        "probability": answer.probability,
        "weights": by_player(game, |player| json!(answer.weights[player])),
        "periods": answer.periods,
        "error": answer.error,
        "closest": answer.closest,
    })
}

fn negotiated(game: &StochasticGame, answer: &Negotiation) -> Value {
    by_state(game, |state| {
        json!({
            "joint": answer.joint[state],
            "worst": by_player(game, |player| json!(answer.worst[player][state])),
            "shares": by_player(game, |player| json!(answer.shares[player][state])),
            "played": profile(game, state, answer.played[state]),
            "punishing": by_player(game, |player| {
                profile(game, state, answer.punishing[player][state])
            }),
        })
    })
}

/// Reads the discount factor of a result about a game in states; 0 where the result is about all.
///
/// # Errors
/// A [`ResultError`] with the place in the file.
pub fn read_discount(result: &Value) -> Read<DiscountFactor> {
    let top = Cursor::top(result);
    if top.key("concept")?.string()? == "critical-discount" {
        return DiscountFactor::new(Rational::ZERO).ok_or_else(|| top.wrong("no discount factor"));
    }
    discount(&top)
}

/// The discount factor under `discount`.
fn discount(at: &Cursor<'_>) -> Read<DiscountFactor> {
    let at = at.key("discount")?;
    DiscountFactor::new(at.rational()?)
        .ok_or_else(|| at.wrong("a discount factor is at least 0 and below 1"))
}

/// Reads the answer of a result about a game in states; `pacts` are the agreements of the model.
///
/// # Errors
/// A [`ResultError`] with the place in the file.
pub fn read_stochastic(
    result: &Value,
    game: &StochasticGame,
    pacts: &[Pact],
) -> Read<StochasticAnswer> {
    let top = Cursor::top(result);
    let reader = Reader::new(game);
    match top.key("concept")?.string()? {
        "stochastic" => {}
        "markov" => return Ok(StochasticAnswer::Markov(reader.markov(&top)?)),
        "critical-discount" if top.key("method")?.string()? == "agreements" => {
            return Ok(StochasticAnswer::Agreements(reader.agreements(&top, pacts)?));
        }
        "critical-discount" => return Ok(StochasticAnswer::Critical(reader.critical(&top)?)),
        "repeated-payoffs" => return Ok(StochasticAnswer::Payoffs(reader.payoffs(&top)?)),
        _ => {
            return Err(top.key("concept")?.wrong(
                "games in states are solved under `stochastic`, `markov`, `critical-discount` or `repeated-payoffs`",
            ));
        }
    }
    let Some(options) = top.optional("negotiation")? else {
        if top.key("arithmetic")?.string()? != "exact" {
            return Err(top.key("arithmetic")?.wrong("equilibria with transfers are exact"));
        }
        return Ok(StochasticAnswer::Transfers(reader.transfers(&top)?));
    };
    let float = |at: &Cursor<'_>| Ok(at.number()?.to_f64());
    let states = top.key("states")?;
    let column = |key: &str, player: usize| -> Read<Vec<f64>> {
        reader.states(&states, |_, at| float(&at.key(key)?.key(game.player(player))?))
    };
    let players = || 0..game.num_players();
    Ok(StochasticAnswer::Negotiation(Box::new(Negotiation {
        weights: players()
            .map(|player| options.key("weights")?.key(game.player(player))?.rational())
            .collect::<Read<_>>()?,
        probability: options.key("probability")?.rational()?,
        periods: options.key("periods")?.integer()?,
        without: reader.transfers(&top.key("without")?)?,
        played: reader.states(&states, |state, at| reader.profile(state, &at.key("played")?))?,
        punishing: reader.punishing(&states)?,
        joint: reader.states(&states, |_, at| float(&at.key("joint")?))?,
        worst: players().map(|player| column("worst", player)).collect::<Read<_>>()?,
        shares: players().map(|player| column("shares", player)).collect::<Read<_>>()?,
        error: float(&options.key("error")?)?,
        closest: float(&options.key("closest")?)?,
    })))
}

struct Reader<'a> {
    game: &'a StochasticGame,
    /// For each state and player the positions of his actions.
    actions: Vec<Vec<HashMap<&'a str, usize>>>,
}

impl<'a> Reader<'a> {
    fn new(game: &'a StochasticGame) -> Self {
        let positions = |names: &'a [String]| -> HashMap<&'a str, usize> {
            names.iter().map(String::as_str).zip(0..).collect()
        };
        let actions = game
            .states()
            .iter()
            .map(|state| {
                state.stage.players().iter().map(|player| positions(&player.actions)).collect()
            })
            .collect();
        Reader { game, actions }
    }

    /// One value for each state.
    fn states<T>(
        &self,
        at: &Cursor<'_>,
        read: impl Fn(usize, &Cursor<'_>) -> Read<T>,
    ) -> Read<Vec<T>> {
        let states = self.game.states().iter().enumerate();
        states.map(|(state, one)| read(state, &at.key(&one.name)?)).collect()
    }

    fn profile(&self, state: usize, at: &Cursor<'_>) -> Read<usize> {
        let mut profile = Vec::new();
        for player in 0..self.game.num_players() {
            let action = at.key(self.game.player(player))?;
            let name = action.string()?;
            let found = self.actions[state][player].get(name).copied();
            profile.push(found.ok_or_else(|| {
                action.wrong(format!(
                    "{} has no action `{name}` in the state `{}`",
                    self.game.player(player),
                    self.game.states()[state].name
                ))
            })?);
        }
        Ok(self.game.states()[state].stage.profile_index(&profile))
    }

    fn punishing(&self, states: &Cursor<'_>) -> Read<Vec<Vec<usize>>> {
        let policy = |player: usize| {
            self.states(states, |state, at| {
                self.profile(state, &at.key("punishing")?.key(self.game.player(player))?)
            })
        };
        (0..self.game.num_players()).map(policy).collect()
    }

    fn worst(&self, states: &Cursor<'_>) -> Read<Vec<Vec<Rational>>> {
        let column = |player: usize| {
            self.states(states, |_, at| at.key("worst")?.key(self.game.player(player))?.rational())
        };
        (0..self.game.num_players()).map(column).collect()
    }

    fn joint(&self, states: &Cursor<'_>) -> Read<Vec<Rational>> {
        self.states(states, |_, at| at.key("joint")?.rational())
    }

    fn transfers(&self, top: &Cursor<'_>) -> Read<TransferEquilibrium> {
        let states = top.key("states")?;
        let policies = if states.is_null() {
            None
        } else {
            Some(Policies {
                played: self
                    .states(&states, |state, at| self.profile(state, &at.key("played")?))?,
                punishing: self.punishing(&states)?,
                joint: self.joint(&states)?,
                worst: self.worst(&states)?,
            })
        };
        let round = |at: &Cursor<'_>| Ok(Round { joint: self.joint(at)?, worst: self.worst(at)? });
        let rounds = top.key("rounds")?.list()?;
        Ok(TransferEquilibrium { policies, rounds: rounds.iter().map(round).collect::<Read<_>>()? })
    }
}
