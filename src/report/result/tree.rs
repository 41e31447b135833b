//! Answers about trees as JSON, and back.
//!
//! `behavior` is keyed by player, information set and action, `beliefs` by player, information set
//! and the moves that lead to each node; actions that are not played and information sets that are
//! not reached are left out. Names are those of [`TreeNames`].

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::certify::Certificate;
use crate::game::extensive::{
    BehaviorEquilibrium, BehaviorProfile, Beliefs, TreeAnswer, TreeNames, TreeScope, unique_names,
};
use crate::game::{ExtensiveGame, MixedStrategy};
use crate::num::Rational;
use crate::solve::Status;

use super::cursor::{Cursor, ResultError};
use super::labels::position;
use super::{Header, certificate_json, put_header, read_header};

type Read<T> = Result<T, ResultError>;

/// Whether a list is known to hold every equilibrium of its concept, mixed ones included: with
/// perfect information a single pure one is the only one.
#[must_use]
pub fn is_complete_tree(tree: &ExtensiveGame, status: Status, answer: &TreeAnswer) -> bool {
    answer.scope == TreeScope::AllPureSubgamePerfect
        && status == Status::Solved
        && answer.list.len() == 1
        && tree.has_perfect_information()
}

fn scope_name(scope: TreeScope) -> &'static str {
    match scope {
        TreeScope::AllPureSubgamePerfect => "all-pure-subgame-perfect",
        TreeScope::SomeSubgamePerfect => "some-subgame-perfect",
        TreeScope::SomeNash => "some-nash",
    }
}

/// The result as JSON.
#[must_use]
pub fn write_tree(
    header: &Header,
    tree: &ExtensiveGame,
    answer: &TreeAnswer,
    certificate: Option<&Certificate>,
) -> Value {
    let mut result = Map::new();
    let mut put = |key: &str, value: Value| {
        result.insert(key.to_owned(), value);
    };
    put_header(header, is_complete_tree(tree, header.status, answer), true, &mut put);
    put("form", json!("extensive"));
    put("scope", json!(scope_name(answer.scope)));
    let names = TreeNames::of(tree);
    put("equilibria", answer.list.iter().map(|one| equilibrium(tree, &names, one)).collect());
    if let Some(certificate) = certificate {
        put("certificate", certificate_json(certificate));
    }
    put("warnings", json!(header.warnings));
    Value::Object(result)
}

fn equilibrium(tree: &ExtensiveGame, names: &TreeNames, one: &BehaviorEquilibrium) -> Value {
    let payoffs: Map<String, Value> =
        names.players.iter().cloned().zip(one.payoffs.iter().map(|payoff| json!(payoff))).collect();
    json!({
        "behavior": behavior_json(tree, names, &one.profile),
        "payoffs": payoffs,
        "regret": one.regret,
        "beliefs": by_set(tree, names, |set| {
            let belief = one.beliefs[set].as_ref()?;
            Some(distribution(&node_names(tree, names, set), belief))
        }),
    })
}

/// A behaviour profile as JSON.
#[must_use]
pub fn behavior_json(tree: &ExtensiveGame, names: &TreeNames, profile: &[MixedStrategy]) -> Value {
    by_set(tree, names, |set| Some(distribution(&names.actions[set], profile[set].probabilities())))
}

fn distribution(names: &[String], values: &[Rational]) -> Value {
    let played = names.iter().zip(values).filter(|(_, value)| !value.is_zero());
    Value::Object(played.map(|(name, value)| (name.clone(), json!(value))).collect())
}

/// An object by player and information set.
fn by_set(
    tree: &ExtensiveGame,
    names: &TreeNames,
    value: impl Fn(usize) -> Option<Value>,
) -> Value {
    let of_player = |player: usize| {
        let own = tree.sets_of(player);
        let entries =
            own.into_iter().filter_map(|set| Some((names.sets[set].clone(), value(set)?)));
        Value::Object(entries.collect())
    };
    let players = names.players.iter().cloned().enumerate();
    Value::Object(players.map(|(player, name)| (name, of_player(player))).collect())
}

/// The names of the nodes of an information set: the moves that lead there.
fn node_names(tree: &ExtensiveGame, names: &TreeNames, set: usize) -> Vec<String> {
    let histories: Vec<String> = tree.information_sets()[set]
        .members
        .iter()
        .map(|&node| match names.history(tree, node) {
            text if text.is_empty() => "(start)".to_owned(),
            text => text,
        })
        .collect();
    unique_names(histories.iter().map(String::as_str))
}

/// Reads the answer of a result about a tree.
///
/// # Errors
/// A [`ResultError`] with the place in the file.
pub fn read_tree(result: &Value, tree: &ExtensiveGame) -> Read<TreeAnswer> {
    let header = read_header(result)?;
    let top = Cursor::top(result);
    let names = TreeNames::of(tree);
    let scope = top.key("scope")?;
    let all =
        [TreeScope::AllPureSubgamePerfect, TreeScope::SomeSubgamePerfect, TreeScope::SomeNash];
    let text = scope.string()?;
    let Some(scope) = all.into_iter().find(|&one| scope_name(one) == text) else {
        let known = all.map(|one| format!("`{}`", scope_name(one))).join(", ");
        return Err(scope.wrong(format!("a scope is one of {known}")));
    };
    let concept = if scope.is_subgame_perfect() { "subgame-perfect" } else { "nash" };
    if header.concept != concept {
        return Err(top.key("concept")?.wrong("the concept does not agree with the scope"));
    }
    let list = top.key("equilibria")?.list()?;
    let list =
        list.iter().map(|one| read_equilibrium(one, tree, &names)).collect::<Read<Vec<_>>>()?;
    let answer = TreeAnswer { list, scope };
    let complete = top.key("complete")?;
    if complete.boolean()? != is_complete_tree(tree, header.status, &answer) {
        return Err(
            complete.wrong("`complete` does not agree with the game, the status and the scope")
        );
    }
    let none = answer.list.is_empty() && scope == TreeScope::AllPureSubgamePerfect;
    if (header.status == Status::None) != none {
        return Err(top.key("status")?.wrong("the status does not agree with the list"));
    }
    Ok(answer)
}

fn read_equilibrium(
    at: &Cursor<'_>,
    tree: &ExtensiveGame,
    names: &TreeNames,
) -> Read<BehaviorEquilibrium> {
    let profile = read_behavior(&at.key("behavior")?, tree, names)?;
    let mut payoffs = Vec::new();
    let stated = at.key("payoffs")?;
    for name in &names.players {
        payoffs.push(stated.key(name)?.rational()?);
    }
    let beliefs = at.key("beliefs")?;
    let mut list: Beliefs = Vec::new();
    let players: HashMap<usize, Cursor<'_>> = named(&beliefs, "player", &names.players)?;
    for (set, information) in tree.information_sets().iter().enumerate() {
        let own = players.get(&information.player);
        let stated = own.map(|own| own.optional(&names.sets[set])).transpose()?.flatten();
        list.push(match stated {
            None => None,
            Some(stated) => Some(read_numbers(&stated, "node", &node_names(tree, names, set))?),
        });
    }
    Ok(BehaviorEquilibrium {
        profile,
        payoffs,
        regret: at.key("regret")?.rational()?,
        beliefs: list,
    })
}

/// The behaviour profile of an equilibrium of a result.
fn read_behavior(
    at: &Cursor<'_>,
    tree: &ExtensiveGame,
    names: &TreeNames,
) -> Read<BehaviorProfile> {
    let players = named(at, "player", &names.players)?;
    let mut profile = Vec::with_capacity(tree.information_sets().len());
    for (set, information) in tree.information_sets().iter().enumerate() {
        let Some(own) = players.get(&information.player) else {
            let name = &names.players[information.player];
            return Err(at.wrong(format!("the player `{name}` is missing")));
        };
        let stated = own.key(&names.sets[set])?;
        let values = read_numbers(&stated, "action", &names.actions[set])?;
        profile.push(MixedStrategy::new(values).map_err(|error| stated.wrong(error.to_string()))?);
    }
    Ok(profile)
}

/// The behaviour profiles that stand beside the equilibria of the reduced strategic form.
///
/// # Errors
/// A [`ResultError`] with the place in the file.
pub fn read_behaviors(result: &Value, tree: &ExtensiveGame) -> Read<Vec<Option<BehaviorProfile>>> {
    let top = Cursor::top(result);
    let names = TreeNames::of(tree);
    let Some(list) = top.optional("equilibria")? else { return Ok(Vec::new()) };
    list.list()?
        .iter()
        .map(|one| one.optional("behavior")?.map(|at| read_behavior(&at, tree, &names)).transpose())
        .collect()
}

/// The entries of an object by the positions of their names.
fn named<'a>(at: &Cursor<'a>, what: &str, known: &[String]) -> Read<HashMap<usize, Cursor<'a>>> {
    let mut found = HashMap::new();
    for (name, value) in at.entries()? {
        let place = position(what, name, known).map_err(|text| value.wrong(text))?;
        found.insert(place, value);
    }
    Ok(found)
}

fn read_numbers(at: &Cursor<'_>, what: &str, known: &[String]) -> Read<Vec<Rational>> {
    let mut values = vec![Rational::ZERO; known.len()];
    for (place, value) in named(at, what, known)? {
        values[place] = value.rational()?;
    }
    Ok(values)
}
