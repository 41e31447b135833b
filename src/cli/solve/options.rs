//! The options of `detente solve` that speak of players and actions, or hold lists of numbers.

use crate::game::{DiscountFactor, Player};
use crate::num::{Rational, parse_literal};
use crate::study::solution::Options;

use super::super::common::Failure;
use super::{Arguments, objective, strategy};

/// What is asked for besides the concept, for a game with these players; `whole` is what has them.
pub(super) fn options(
    arguments: &Arguments,
    whole: &str,
    players: &[Player],
) -> Result<Options, Failure> {
    let names: Vec<&str> = players.iter().map(|player| player.name.as_str()).collect();
    let player = |name: &str| {
        names.iter().position(|player| *player == name).ok_or_else(|| {
            let near = crate::model::nearest(name, names.iter().copied())
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            Failure::wrong(format_args!("the {whole} has no player `{name}`{near}"))
        })
    };
    let leader = arguments.leader.as_deref().map(player).transpose()?;
    let of_leader = players.get(leader.unwrap_or(0));
    let actions: Vec<&str> =
        of_leader.iter().flat_map(|player| player.actions.iter().map(String::as_str)).collect();
    let fallback = |text: &str| strategy::strategy("--fallback", text, &actions);
    let objective = |text: &str| objective::objective(text, &names);
    Ok(Options {
        method: arguments.method.clone(),
        objective: arguments.objective.as_deref().map(objective).transpose()?,
        leader,
        fallback: arguments.fallback.as_deref().map(fallback).transpose()?,
        discount: arguments.discount.as_deref().map(discount).transpose()?,
        rounds: arguments.rounds,
        factor: arguments.factor.as_deref().map(factor).transpose()?,
        seed: arguments.seed,
        lambdas: lambdas(arguments)?,
        counts: arguments.counts.as_deref().map(counts).transpose()?,
        watch: None,
    })
}

/// The number of `--discount`.
pub(super) fn discount(text: &str) -> Result<DiscountFactor, Failure> {
    let value = parse_literal(text.trim())
        .map_err(|error| Failure::wrong(format_args!("--discount {text}: {error}")))?;
    DiscountFactor::new(value).ok_or_else(|| {
        Failure::wrong(format_args!(
            "--discount {text}: a discount factor is at least 0 and below 1, such as 0.95 or 19/20"
        ))
    })
}

/// The number of `--factor`.
fn factor(text: &str) -> Result<Rational, Failure> {
    parse_literal(text.trim())
        .map_err(|error| Failure::wrong(format_args!("--factor {text}: {error}")))
}

/// The numbers of `--lambda`.
pub(super) fn lambdas(arguments: &Arguments) -> Result<Vec<Rational>, Failure> {
    let Some(text) = &arguments.lambda else { return Ok(Vec::new()) };
    let number = |part: &str| {
        parse_literal(part.trim())
            .map_err(|error| Failure::wrong(format_args!("--lambda {text}: {error}")))
    };
    text.split(',').map(number).collect()
}

/// `3,7;5,5`: the counts of each player's actions.
fn counts(text: &str) -> Result<Vec<Vec<u64>>, Failure> {
    let count = |part: &str| {
        part.trim().parse::<u64>().map_err(|_| {
            Failure::wrong(format_args!(
                "--counts needs whole numbers joined by commas, and players joined by semicolons, such as `3,7;5,5`: {text}"
            ))
        })
    };
    text.split(';').map(|player| player.split(',').map(count).collect()).collect()
}
