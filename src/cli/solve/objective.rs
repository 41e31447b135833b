//! `--objective` of correlated and coarse correlated equilibria.

use crate::game::answer::Objective;
use crate::num::{Rational, parse_literal};

use super::super::common::Failure;
use super::Arguments;

/// The word for the correlated equilibrium with the largest slack.
const ROBUST: &str = "robust";
/// The concept that alone knows it.
const CORRELATED: &str = "correlated";

/// Whether the correlated equilibrium with the largest slack is asked for; a player of that name is
/// not.
pub(super) fn is_robust(arguments: &Arguments) -> Result<bool, Failure> {
    if arguments.objective.as_deref() != Some(ROBUST) {
        return Ok(false);
    }
    if arguments.all || arguments.concept == CORRELATED {
        return Ok(true);
    }
    Err(Failure::wrong(format_args!(
        "the objective `{ROBUST}` says nothing to the concept `{}`; it belongs to `--concept {CORRELATED}`",
        arguments.concept
    )))
}

/// The objective of these words, in a game with players of these names.
///
/// The words `welfare`, `min-welfare`, `egalitarian` and `robust` come before players of that name, and a
/// player's whole name before `min-` with a player's name and before weights.
pub(super) fn objective(text: &str, players: &[&str], concept: &str) -> Result<Objective, Failure> {
    let position = |name: &str| players.iter().position(|player| *player == name);
    match text {
        "welfare" => return Ok(Objective::Welfare),
        "min-welfare" => return Ok(Objective::LeastWelfare),
        "egalitarian" => return Ok(Objective::Egalitarian),
        _ => {}
    }
    if let Some(player) = position(text) {
        return Ok(Objective::Player(player));
    }
    if let Some(player) = text.strip_prefix("min-").and_then(position) {
        return Ok(Objective::LeastPlayer(player));
    }
    if text.contains(',') {
        let weight = |part: &str| {
            parse_literal(part)
                .map_err(|error| Failure::wrong(format_args!("--objective {text}: {error}")))
        };
        let weights: Result<Vec<Rational>, Failure> = text.split(',').map(weight).collect();
        return Ok(Objective::Weighted(weights?));
    }
    let minima = players.iter().map(|player| format!("min-{player}"));
    let robust = concept == CORRELATED;
    let known: Vec<String> = ["welfare", "min-welfare", "egalitarian"]
        .iter()
        .chain(robust.then_some(&ROBUST))
        .chain(players)
        .map(|name| (*name).to_owned())
        .chain(minima)
        .collect();
    let near = crate::model::nearest(text, known.iter().map(String::as_str))
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(Failure::wrong(format_args!(
        "there is no objective `{text}`; it can be {}, or one weight for each player such as `{}`{near}",
        known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        (1..=players.len()).map(|weight| weight.to_string()).collect::<Vec<_>>().join(",")
    )))
}
