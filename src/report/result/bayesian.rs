//! Answers about games of incomplete information as JSON, and back.

use serde_json::{Map, Value, json};

use crate::certify::Certificate;
use crate::game::bayesian::{
    BayesianAnswer, BayesianCommitment, CommitmentStep, Communication, DishonestyMultiplier,
    ReplyMultiplier,
};
use crate::game::extensive::unique_names;
use crate::game::{BayesianGame, MixedStrategy};
use crate::num::Rational;
use crate::solve::Status;

use super::cursor::{Cursor, ResultError};
use super::labels::{Labels, position, split_joint};
use super::read::Names;
use super::write::{by_player, object};
use super::{Header, certificate_json, correlated, put_header, read_header};

type Read<T> = Result<T, ResultError>;

/// The names of players, actions and types in a result, each unique.
struct TypedLabels {
    labels: Labels,
    types: Vec<Vec<String>>,
}

impl TypedLabels {
    fn of(game: &BayesianGame) -> Self {
        let players = game.players();
        let unique = |names: &[String]| unique_names(names.iter().map(String::as_str));
        let types = |names: &[String]| {
            let named = names.iter().map(|name| if name.is_empty() { "any" } else { name });
            unique_names(named)
        };
        TypedLabels {
            labels: Labels {
                players: unique_names(players.iter().map(|player| player.name.as_str())),
                actions: players.iter().map(|player| unique(&player.actions)).collect(),
                agreements: Vec::new(),
            },
            types: players.iter().map(|player| types(&player.types)).collect(),
        }
    }

    /// The key of a type profile: the names of all types joined by `|`.
    fn of_types(&self, game: &BayesianGame, types: usize) -> String {
        let as_actions =
            Labels { players: Vec::new(), actions: self.types.clone(), agreements: Vec::new() };
        let parts = (0..game.num_players()).map(|player| (player, game.type_in(player, types)));
        as_actions.joint(parts)
    }

    fn of_profile(&self, game: &BayesianGame, profile: usize) -> String {
        let parts = (0..game.num_players()).map(|player| (player, game.action_in(player, profile)));
        self.labels.joint(parts)
    }
}

/// The result as JSON.
#[must_use]
pub fn write_bayesian(
    header: &Header,
    game: &BayesianGame,
    answer: &BayesianAnswer,
    certificate: Option<&Certificate>,
) -> Value {
    let mut result = Map::new();
    let mut put = |key: &str, value: Value| {
        result.insert(key.to_owned(), value);
    };
    put_header(header, false, true, &mut put);
    put("form", json!("bayesian"));
    put("equilibria", json!([]));
    match answer {
        BayesianAnswer::Commitment(answer) => write_commitment(game, answer, &mut put),
        BayesianAnswer::Communication(answer) => write_communication(game, answer, &mut put),
    }
    if let Some(certificate) = certificate {
        put("certificate", certificate_json(certificate));
    }
    put("warnings", json!(header.warnings));
    Value::Object(result)
}

fn named(names: &[String], values: &[Rational]) -> Value {
    object(names.iter().cloned().zip(values.iter().map(|value| json!(value))))
}

fn write_commitment(
    game: &BayesianGame,
    answer: &BayesianCommitment,
    put: &mut impl FnMut(&str, Value),
) {
    let (leader, follower) = (answer.leader, 1 - answer.leader);
    let Ok(led) = game.ex_ante(&[leader == 0, leader == 1]) else { return };
    let TypedLabels { labels, types } = TypedLabels::of(&led);
    let (kinds, replies) = (&types[follower], &labels.actions[follower]);
    put("leader", json!(labels.players[leader]));
    put("mixed", json!(answer.mixed));
    let played = labels.actions[leader].iter().zip(answer.commitment.probabilities());
    let played = played.filter(|(_, value)| !value.is_zero());
    put("commitment", object(played.map(|(name, value)| (name.clone(), json!(value)))));
    let chosen = kinds.iter().zip(&answer.replies);
    put("replies", object(chosen.map(|(kind, &reply)| (kind.clone(), json!(replies[reply])))));
    put("leader_value", json!(answer.leader_value));
    put("follower_value", json!(answer.follower_value));
    put("leader_values", named(kinds, &answer.leader_values));
    put("follower_values", named(kinds, &answer.follower_values));
    put("bound", json!(answer.bound));
    let multiplier = |one: &ReplyMultiplier| {
        json!({
            "type": kinds[one.kind],
            "reply": replies[one.reply],
            "other": replies[one.other],
            "multiplier": one.value,
        })
    };
    let step = |step: &CommitmentStep| match step {
        CommitmentStep::Split(kind) => json!({ "split": kinds[*kind] }),
        CommitmentStep::Bound(list) => {
            json!({ "multipliers": list.iter().map(multiplier).collect::<Vec<_>>() })
        }
    };
    put("proof", answer.proof.iter().map(step).collect());
}

fn write_communication(
    game: &BayesianGame,
    answer: &Communication,
    put: &mut impl FnMut(&str, Value),
) {
    let typed = TypedLabels::of(game);
    let TypedLabels { labels, types } = &typed;
    put("objective", correlated::objective(labels, &answer.objective));
    put("value", json!(answer.value));
    put("payoffs", by_player(labels, &answer.payoffs));
    let of_types = labels.players.iter().zip(types).zip(&answer.type_payoffs);
    let of_types = of_types.map(|((name, types), values)| (name.clone(), named(types, values)));
    put("type_payoffs", object(of_types));
    let told = answer.recommendations.iter().enumerate().map(|(at, probabilities)| {
        let played = probabilities.iter().enumerate().filter(|(_, value)| !value.is_zero());
        let played = played.map(|(profile, value)| (typed.of_profile(game, profile), json!(value)));
        (typed.of_types(game, at), object(played))
    });
    put("recommendations", object(told));
    if !answer.player_weights.is_empty() {
        put("player_weights", by_player(labels, &answer.player_weights));
    }
    let dual = answer.multipliers.iter().map(|one| {
        json!({
            "player": labels.players[one.player],
            "type": types[one.player][one.kind],
            "report": types[one.player][one.report],
            "told": labels.actions[one.player][one.told],
            "deviation": labels.actions[one.player][one.deviation],
            "multiplier": one.value,
        })
    });
    put("dual", dual.collect());
}

/// Reads the answer of a result about a game of incomplete information.
///
/// # Errors
/// A [`ResultError`] with the place in the file.
pub fn read_bayesian(result: &Value, game: &BayesianGame) -> Read<BayesianAnswer> {
    let header = read_header(result)?;
    let top = Cursor::top(result);
    let complete = top.key("complete")?;
    if complete.boolean()? {
        return Err(complete.wrong("an answer that is best may not be the only one"));
    }
    match header.concept.as_str() {
        "stackelberg" => {
            let answer = read_commitment(&top, game)?;
            let partial = matches!(header.status, Status::Partial(_));
            if answer.is_optimal() == partial || header.status == Status::None {
                return Err(top
                    .key("status")?
                    .wrong("the status does not agree with the bound and the value"));
            }
            Ok(BayesianAnswer::Commitment(answer))
        }
        "communication" => Ok(BayesianAnswer::Communication(read_communication(&top, game)?)),
        other => Err(top
            .key("concept")?
            .wrong(format!("results of the concept `{other}` are not about types"))),
    }
}

fn find(at: &Cursor<'_>, what: &str, known: &[String]) -> Read<usize> {
    position(what, at.string()?, known).map_err(|text| at.wrong(text))
}

fn read_commitment(top: &Cursor<'_>, game: &BayesianGame) -> Read<BayesianCommitment> {
    let typed = TypedLabels::of(game);
    let leader_at = top.key("leader")?;
    let leader = find(&leader_at, "player", &typed.labels.players)?;
    if game.num_players() != 2 {
        return Err(leader_at.wrong("a leader and a follower are two players"));
    }
    let led = game
        .ex_ante(&[leader == 0, leader == 1])
        .map_err(|error| leader_at.wrong(error.to_string()))?;
    let TypedLabels { labels, types } = TypedLabels::of(&led);
    let names = Names { labels: &labels };
    let follower = 1 - leader;
    let (kinds, replies) = (&types[follower], &labels.actions[follower]);
    let commitment = top.key("commitment")?;
    let probabilities = names.numbers(&commitment, "action", &labels.actions[leader])?;
    let probabilities =
        MixedStrategy::new(probabilities).map_err(|error| commitment.wrong(error.to_string()))?;
    let values = |key: &str| {
        names.each(&top.key(key)?, "type", kinds, |_, value: &Cursor<'_>| value.rational())
    };
    let multiplier = |one: &Cursor<'_>| -> Read<ReplyMultiplier> {
        Ok(ReplyMultiplier {
            kind: find(&one.key("type")?, "type", kinds)?,
            reply: find(&one.key("reply")?, "action", replies)?,
            other: find(&one.key("other")?, "action", replies)?,
            value: one.key("multiplier")?.rational()?,
        })
    };
    let step = |one: &Cursor<'_>| -> Read<CommitmentStep> {
        if let Some(kind) = one.optional("split")? {
            return Ok(CommitmentStep::Split(find(&kind, "type", kinds)?));
        }
        let list = one.key("multipliers")?.list()?;
        Ok(CommitmentStep::Bound(list.iter().map(multiplier).collect::<Read<_>>()?))
    };
    Ok(BayesianCommitment {
        leader,
        mixed: top.key("mixed")?.boolean()?,
        commitment: probabilities,
        replies: names
            .each(&top.key("replies")?, "type", kinds, |_, value| find(value, "action", replies))?,
        leader_value: top.key("leader_value")?.rational()?,
        follower_value: top.key("follower_value")?.rational()?,
        leader_values: values("leader_values")?,
        follower_values: values("follower_values")?,
        bound: top.key("bound")?.rational()?,
        proof: top.key("proof")?.list()?.iter().map(step).collect::<Read<_>>()?,
    })
}

fn read_communication(top: &Cursor<'_>, game: &BayesianGame) -> Read<Communication> {
    let typed = TypedLabels::of(game);
    let TypedLabels { labels, types } = &typed;
    let names = Names { labels };
    let mut recommendations =
        vec![vec![Rational::ZERO; game.num_profiles()]; game.num_type_profiles()];
    let joint = |at: &Cursor<'_>, key: &str, what: &str, known: &[Vec<String>]| -> Read<usize> {
        let parts = split_joint(key);
        if parts.len() != known.len() {
            return Err(at.wrong(format!("`{key}` does not name one {what} of each player")));
        }
        let mut index = 0;
        for (part, known) in parts.iter().zip(known) {
            let at = position(what, part, known).map_err(|text| at.wrong(text))?;
            index = index * known.len() + at;
        }
        Ok(index)
    };
    for (key, told) in top.key("recommendations")?.entries()? {
        let row = joint(&told, key, "type", types)?;
        for (key, value) in told.entries()? {
            recommendations[row][joint(&value, key, "action", &labels.actions)?] =
                value.rational()?;
        }
    }
    let type_payoffs =
        names.each(&top.key("type_payoffs")?, "player", &labels.players, |player, of| {
            names.each(of, "type", &types[player], |_, value| value.rational())
        })?;
    let multiplier = |one: &Cursor<'_>| -> Read<DishonestyMultiplier> {
        let player = names.player(&one.key("player")?)?;
        Ok(DishonestyMultiplier {
            player,
            kind: find(&one.key("type")?, "type", &types[player])?,
            report: find(&one.key("report")?, "type", &types[player])?,
            told: names.action(player, &one.key("told")?)?,
            deviation: names.action(player, &one.key("deviation")?)?,
            value: one.key("multiplier")?.rational()?,
        })
    };
    Ok(Communication {
        objective: names.objective(top)?,
        recommendations,
        payoffs: names.by_player(&top.key("payoffs")?)?,
        type_payoffs,
        value: top.key("value")?.rational()?,
        player_weights: names.player_weights(top)?,
        multipliers: top.key("dual")?.list()?.iter().map(multiplier).collect::<Read<_>>()?,
    })
}
