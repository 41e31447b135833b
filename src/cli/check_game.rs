//! `detente check` on Gambit's files: what a game contains.

use serde_json::{Value, json};

use crate::gambit::Game;
use crate::game::extensive::TreeNames;
use crate::game::{ExtensiveGame, NormalForm};
use crate::model::sha256;

use super::input::GameSource;

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A few lines for people.
pub(super) fn text(source: &GameSource) -> String {
    let mut lines = vec![source.title()];
    match &source.file.game {
        Game::Strategic(game) => {
            lines.push("  strategic form".to_owned());
            lines.extend(players(game));
            lines.push(format!("  {}", counted(game.num_profiles(), "profile", "profiles")));
            if let Some(sum) = game.constant_sum() {
                lines.push(format!("  payoffs sum to {sum} in every profile"));
            }
        }
        Game::Extensive(tree) => tree_lines(source, tree, &mut lines),
    }
    lines.push(String::new());
    lines.join("\n")
}

fn players(game: &NormalForm) -> Vec<String> {
    const MOST: usize = 20;
    game.players()
        .iter()
        .map(|player| {
            let mut shown =
                player.actions.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
            if player.actions.len() > MOST {
                shown.push_str(&format!(" and {} more", player.actions.len() - MOST));
            }
            format!("  player {}: {shown}", player.name)
        })
        .collect()
}

fn tree_lines(source: &GameSource, tree: &ExtensiveGame, lines: &mut Vec<String>) {
    let names = TreeNames::of(tree);
    lines.push(format!(
        "  extensive form: {}, {}, {}",
        counted(tree.nodes().len(), "node", "nodes"),
        counted(tree.information_sets().len(), "information set", "information sets"),
        counted(tree.chance_moves().len(), "chance move", "chance moves"),
    ));
    for (player, name) in names.players.iter().enumerate() {
        let own = tree.sets_of(player);
        let sets = counted(own.len(), "information set", "information sets");
        lines.push(format!("  player {name}: {sets}"));
    }
    lines.push(match tree.perfect_recall() {
        Ok(()) => "  perfect recall".to_owned(),
        Err(forgets) => format!(
            "  imperfect recall: {} forgets at information set {}: `{}` and `{}` have different own histories",
            names.players[forgets.player],
            names.sets[forgets.set],
            names.history(tree, forgets.nodes.0),
            names.history(tree, forgets.nodes.1)
        ),
    });
    let information = if tree.has_perfect_information() { "perfect" } else { "imperfect" };
    let subgames = counted(tree.subgame_roots().len(), "subgame", "subgames");
    lines.push(format!("  {information} information, {subgames} with the whole game"));
    if let Some(sum) = tree.constant_sum() {
        lines.push(format!("  payoffs sum to {sum} at every end"));
    }
    match source.reduced() {
        Some(Ok(reduced)) => {
            let shape: Vec<String> = reduced.game.shape().iter().map(ToString::to_string).collect();
            lines.push(format!("  reduced strategic form: {}", shape.join(" × ")));
        }
        Some(Err(error)) => lines.push(format!("  {error}")),
        None => {}
    }
}

/// The same as JSON.
pub(super) fn json(source: &GameSource) -> Value {
    let mut value = json!({
        "schema": "detente/check/1",
        "detente": env!("CARGO_PKG_VERSION"),
        "command": "check",
        "model": { "name": source.title(), "title": source.file.title, "sha256": sha256(&source.text) },
    });
    let game = match &source.file.game {
        Game::Strategic(game) => json!({
            "form": "strategic",
            "players": game.players().iter().map(|player| json!({
                "id": player.name, "actions": player.actions,
            })).collect::<Vec<_>>(),
            "profiles": game.num_profiles(),
            "constant_sum": game.constant_sum(),
        }),
        Game::Extensive(tree) => {
            let names = TreeNames::of(tree);
            let shape = match source.reduced() {
                Some(Ok(reduced)) => json!(reduced.game.shape()),
                _ => Value::Null,
            };
            json!({
                "form": "extensive",
                "players": names.players.iter().enumerate().map(|(player, name)| json!({
                    "id": name, "information_sets": tree.sets_of(player).len(),
                })).collect::<Vec<_>>(),
                "nodes": tree.nodes().len(),
                "information_sets": tree.information_sets().len(),
                "chance_moves": tree.chance_moves().len(),
                "perfect_recall": tree.perfect_recall().is_ok(),
                "perfect_information": tree.has_perfect_information(),
                "subgames": tree.subgame_roots().len(),
                "constant_sum": tree.constant_sum(),
                "reduced_form": shape,
            })
        }
    };
    if let (Some(value), Value::Object(game)) = (value.as_object_mut(), game) {
        value.extend(game);
    }
    value
}
