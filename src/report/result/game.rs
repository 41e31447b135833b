//! Games as JSON (schema `detente/game/1`) and as model files.
//!
//! In the strategic form payoffs are nested lists, the first player's strategies outermost, one
//! table for each player. In the extensive form nodes stand in preorder; information sets, chance
//! moves and outcomes are named by their position in their lists, from 0.

use std::collections::HashSet;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::gambit::{GambitFile, Game};
use crate::game::extensive::unique_names;
use crate::game::{
    ChanceMove, ExtensiveGame, InformationSet, Move, NodeSpec, NormalForm, Player, TreeOutcome,
};
use crate::num::Rational;

use super::cursor::{Cursor, ResultError};

/// The schema that games name.
pub const GAME_SCHEMA: &str = "detente/game/1";

/// A game as JSON.
#[must_use]
pub fn game_json(file: &GambitFile) -> Value {
    let mut value = json!({
        "schema": GAME_SCHEMA,
        "detente": env!("CARGO_PKG_VERSION"),
        "title": file.title,
        "comment": file.comment,
    });
    let more = match &file.game {
        Game::Strategic(game) => strategic(game),
        Game::Extensive(tree) => extensive(tree),
    };
    if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
        value.extend(more);
    }
    value
}

fn strategic(game: &NormalForm) -> Value {
    let players: Vec<Value> = game
        .players()
        .iter()
        .map(|player| json!({ "name": player.name, "strategies": player.actions }))
        .collect();
    let tables: Vec<Value> =
        (0..game.num_players()).map(|player| nested(game, player, 0, 0)).collect();
    json!({ "form": "strategic", "players": players, "payoffs": tables })
}

/// The payoffs of a player, from the strategies of player `depth` on.
fn nested(game: &NormalForm, player: usize, depth: usize, base: usize) -> Value {
    if depth == game.num_players() {
        return json!(game.payoff(player, base));
    }
    (0..game.num_actions(depth))
        .map(|action| nested(game, player, depth + 1, base + action * game.stride(depth)))
        .collect()
}

fn extensive(tree: &ExtensiveGame) -> Value {
    let sets: Vec<Value> = tree
        .information_sets()
        .iter()
        .map(|set| json!({ "player": set.player, "label": set.label, "actions": set.actions }))
        .collect();
    let chance: Vec<Value> = tree
        .chance_moves()
        .iter()
        .map(|one| {
            json!({ "label": one.label, "actions": one.actions, "probabilities": one.probabilities })
        })
        .collect();
    let outcomes: Vec<Value> = tree
        .outcomes()
        .iter()
        .map(|one| json!({ "label": one.label, "payoffs": one.payoffs }))
        .collect();
    let nodes: Vec<Value> = tree
        .nodes()
        .iter()
        .map(|node| {
            let mut value = match node.at {
                Move::Terminal => json!({ "kind": "end" }),
                Move::Decision(set) => json!({ "kind": "decision", "information_set": set }),
                Move::Chance(chance) => json!({ "kind": "chance", "chance_move": chance }),
            };
            if !node.label.is_empty() {
                value["label"] = node.label.as_str().into();
            }
            if let Some(outcome) = node.outcome {
                value["outcome"] = outcome.into();
            }
            value
        })
        .collect();
    json!({
        "form": "extensive",
        "players": tree.players(),
        "information_sets": sets,
        "chance_moves": chance,
        "outcomes": outcomes,
        "nodes": nodes,
    })
}

type Read<T> = Result<T, ResultError>;

fn texts(at: &Cursor<'_>) -> Read<Vec<String>> {
    at.list()?.iter().map(|one| one.string().map(str::to_owned)).collect()
}

fn rationals(at: &Cursor<'_>) -> Read<Vec<Rational>> {
    at.list()?.iter().map(Cursor::rational).collect()
}

fn index(at: &Cursor<'_>) -> Read<usize> {
    usize::try_from(at.integer()?).map_err(|_| at.wrong("this number is too large"))
}

fn label(at: &Cursor<'_>) -> Read<String> {
    Ok(match at.optional("label")? {
        Some(label) => label.string()?.to_owned(),
        None => String::new(),
    })
}

/// Reads a game from JSON.
///
/// # Errors
/// A [`ResultError`] with the place in the file.
pub fn read_game(value: &Value) -> Read<GambitFile> {
    let top = Cursor::top(value);
    let schema = top.key("schema")?;
    if schema.string()? != GAME_SCHEMA {
        return Err(schema.wrong(format!("the schema of a game is `{GAME_SCHEMA}`")));
    }
    let text = |key: &str| -> Read<String> {
        Ok(match top.optional(key)? {
            Some(text) => text.string()?.to_owned(),
            None => String::new(),
        })
    };
    let form = top.key("form")?;
    let game = match form.string()? {
        "strategic" => Game::Strategic(read_strategic(&top)?),
        "extensive" => Game::Extensive(read_extensive(&top)?),
        _ => return Err(form.wrong("a form is `strategic` or `extensive`")),
    };
    Ok(GambitFile { title: text("title")?, comment: text("comment")?, game })
}

fn read_strategic(top: &Cursor<'_>) -> Read<NormalForm> {
    let list = top.key("players")?;
    let mut players = Vec::new();
    for one in list.list()? {
        let strategies = texts(&one.key("strategies")?)?;
        let strategies = unique_names(strategies.iter().map(String::as_str));
        players.push(Player { name: one.key("name")?.string()?.to_owned(), actions: strategies });
    }
    let names = unique_names(players.iter().map(|player| player.name.as_str()));
    players.iter_mut().zip(names).for_each(|(player, name)| player.name = name);
    let tables = top.key("payoffs")?;
    let sizes: Vec<usize> = players.iter().map(|player| player.actions.len()).collect();
    let mut payoffs = Vec::new();
    for table in tables.list()? {
        let mut flat = Vec::new();
        read_nested(&table, &sizes, &mut flat)?;
        payoffs.push(flat);
    }
    NormalForm::new(players, payoffs).map_err(|error| top.wrong(error.to_string()))
}

fn read_nested(at: &Cursor<'_>, sizes: &[usize], flat: &mut Vec<Rational>) -> Read<()> {
    let Some((&size, rest)) = sizes.split_first() else {
        flat.push(at.rational()?);
        return Ok(());
    };
    let list = at.list()?;
    if list.len() != size {
        return Err(at.wrong(format!("{size} entries are expected, and there are {}", list.len())));
    }
    list.iter().try_for_each(|one| read_nested(one, rest, flat))
}

fn read_extensive(top: &Cursor<'_>) -> Read<ExtensiveGame> {
    let mut sets = Vec::new();
    for one in top.key("information_sets")?.list()? {
        let actions = texts(&one.key("actions")?)?;
        let player = index(&one.key("player")?)?;
        sets.push(InformationSet { player, label: label(&one)?, actions, members: Vec::new() });
    }
    let mut chance = Vec::new();
    for one in top.key("chance_moves")?.list()? {
        chance.push(ChanceMove {
            label: label(&one)?,
            actions: texts(&one.key("actions")?)?,
            probabilities: rationals(&one.key("probabilities")?)?,
            members: Vec::new(),
        });
    }
    let mut outcomes = Vec::new();
    for one in top.key("outcomes")?.list()? {
        let payoffs = rationals(&one.key("payoffs")?)?;
        outcomes.push(TreeOutcome { label: label(&one)?, payoffs });
    }
    let mut nodes = Vec::new();
    for one in top.key("nodes")?.list()? {
        let kind = one.key("kind")?;
        let at = match kind.string()? {
            "end" => Move::Terminal,
            "decision" => Move::Decision(index(&one.key("information_set")?)?),
            "chance" => Move::Chance(index(&one.key("chance_move")?)?),
            _ => return Err(kind.wrong("a kind is `end`, `decision` or `chance`")),
        };
        let outcome = one.optional("outcome")?.map(|at| index(&at)).transpose()?;
        nodes.push(NodeSpec { label: label(&one)?, at, outcome });
    }
    ExtensiveGame::new(texts(&top.key("players")?)?, nodes, sets, chance, outcomes)
        .map_err(|error| top.key("nodes").map_or_else(|e| e, |at| at.wrong(error.to_string())))
}

/// Names that formulas of model files keep for themselves.
const RESERVED: &[&str] = &[
    "and", "or", "not", "if", "min", "max", "abs", "exp", "log", "sqrt", "payoff", "from", "to",
    "own", "other", "state", "true", "false", "table", "weights", "costs",
];
/// Names are cut to so many characters, with room for a number behind them.
const LONGEST_NAME: usize = 90;

/// A name that formulas of a model file can use.
fn identifier(name: &str) -> String {
    let mut id: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if !id.contains(|c: char| c.is_ascii_alphanumeric()) {
        id = "Player".to_owned();
    }
    if id.starts_with(|c: char| c.is_ascii_digit()) {
        id.insert(0, 'P');
    }
    if RESERVED.contains(&id.as_str()) {
        id.push('_');
    }
    id
}

/// Identifiers made unique by a number behind the later ones.
fn unique_ids(names: impl Iterator<Item = String>, between: &str) -> Vec<String> {
    let mut taken = HashSet::new();
    names
        .map(|name| {
            let mut id = name.clone();
            let mut count = 1;
            while !taken.insert(id.clone()) {
                count += 1;
                id = format!("{name}{between}{count}");
            }
            id
        })
        .collect()
}

/// A text as TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string().replace('\n', "\\n")
}

/// A basic string of one line.
fn one_line(text: &str) -> String {
    let plain: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain: String = plain.chars().filter(|c| !c.is_control()).collect();
    quoted(&plain)
}

/// A game in strategic form as a model file with payoff tables; `id` names the model.
#[must_use]
pub fn game_toml(game: &NormalForm, id: &str, title: &str, comment: &str, source: &str) -> String {
    let players = game.players();
    let ids = unique_ids(players.iter().map(|player| identifier(&player.name)), "_");
    let title = if title.trim().is_empty() { id } else { title };
    let mut text = format!("[model]\nid = {}\ntitle = {}\n", one_line(id), one_line(title));
    // Writing to a string cannot fail.
    let _ = writeln!(text, "sources = [{}]", one_line(source));
    if !comment.trim().is_empty() {
        let _ = writeln!(text, "description = {}", one_line(comment));
    }
    for (player, id) in players.iter().zip(&ids) {
        let _ = writeln!(text, "\n[[players]]\nid = {}", quoted(id));
        if *id != player.name {
            let _ = writeln!(text, "title = {}", one_line(&player.name));
        }
        let plain = player.actions.iter().map(|action| {
            let plain: String = action
                .chars()
                .take(LONGEST_NAME)
                .map(|c| if matches!(c, '.' | ',') || c.is_control() { '_' } else { c })
                .collect();
            let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
            if plain.is_empty() { "_".to_owned() } else { plain }
        });
        let actions: Vec<String> = unique_ids(plain, " ")
            .iter()
            .zip(&player.actions)
            .map(|(id, name)| {
                if id == name {
                    quoted(id)
                } else {
                    format!("{{ id = {}, title = {} }}", quoted(id), one_line(name))
                }
            })
            .collect();
        let _ = writeln!(text, "actions = [{}]", actions.join(", "));
    }
    text.push_str("\n[payoffs.table]\n");
    for (player, id) in ids.iter().enumerate() {
        let _ = write!(text, "{id} = ");
        toml_nested(game, player, 0, 0, &mut text);
        text.push('\n');
    }
    text
}

fn toml_nested(game: &NormalForm, player: usize, depth: usize, base: usize, text: &mut String) {
    if depth == game.num_players() {
        let payoff = game.payoff(player, base);
        let number = payoff.to_string();
        let integer = payoff.is_integer() && number.parse::<i64>().is_ok();
        text.push_str(&if integer { number } else { format!("\"{number}\"") });
        return;
    }
    text.push('[');
    for action in 0..game.num_actions(depth) {
        if action > 0 {
            text.push_str(", ");
        }
        toml_nested(game, player, depth + 1, base + action * game.stride(depth), text);
    }
    text.push(']');
}
