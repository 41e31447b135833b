//! The options of `detente solve` that speak of players and actions, or hold lists of numbers.

use crate::game::{DiscountFactor, NormalForm, Player};
use crate::model::read_automaton;
use crate::num::{Rational, parse_literal};
use crate::study::solution::{Options, StrategyChoice};

use super::super::common::{Failure, colour_on_stderr, text_of};
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
    let order = arguments.order.as_deref().map(|text| order(text, &names, player)).transpose()?;
    let of_leader = players.get(leader.unwrap_or(0));
    let actions: Vec<&str> =
        of_leader.iter().flat_map(|player| player.actions.iter().map(String::as_str)).collect();
    let fallback = |text: &str| strategy::strategy("--fallback", text, &actions);
    let robust = objective::is_robust(arguments)?;
    let objective = |text: &str| objective::objective(text, &names, &arguments.concept);
    Ok(Options {
        method: arguments.method.clone(),
        objective: arguments.objective.as_deref().filter(|_| !robust).map(objective).transpose()?,
        robust,
        leader,
        order,
        alpha: number("--alpha", &arguments.alpha)?,
        epsilon: number("--epsilon", &arguments.epsilon)?,
        beta: number("--beta", &arguments.beta)?,
        fallback: arguments.fallback.as_deref().map(fallback).transpose()?,
        discount: arguments.discount.as_deref().map(discount).transpose()?,
        automaton: None,
        play: None,
        punish: arguments.punish.and_then(|periods| usize::try_from(periods).ok()),
        payoff: arguments.payoff.as_deref().map(payoff).transpose()?,
        noise: arguments.noise.as_deref().map(noise).transpose()?,
        strategies: arguments
            .strategies
            .as_deref()
            .map(strategies)
            .transpose()?
            .unwrap_or_default(),
        rounds: arguments.rounds,
        factor: arguments.factor.as_deref().map(factor).transpose()?,
        seed: arguments.seed,
        lambdas: lambdas(arguments)?,
        counts: arguments.counts.as_deref().map(counts).transpose()?,
        watch: None,
    })
}

/// The options that speak of the stage game: `--automaton` and `--play`. Of each agreement its id and the
/// names of its actions.
pub(super) fn on_stage(
    options: &mut Options,
    arguments: &Arguments,
    stage: &NormalForm,
    agreements: &[(&str, Vec<&str>)],
) -> Result<(), Failure> {
    if let Some(file) = &arguments.automaton {
        let (name, text) = text_of(file)?;
        let automaton = read_automaton(&name, &text, stage)
            .map_err(|diagnostics| Failure::Wrong(diagnostics.render(colour_on_stderr())))?;
        options.automaton = Some(automaton);
    }
    let Some(text) = &arguments.play else { return Ok(()) };
    let agreed = agreements.iter().find(|(id, _)| id == text);
    let names: Vec<&str> = match agreed {
        Some((_, names)) => names.clone(),
        None => text.split('|').map(str::trim).collect(),
    };
    if names.len() != stage.num_players() {
        let example = stage.profile_names(&stage.profile(0)).join("|");
        return Err(Failure::wrong(format_args!(
            "--play {text}: it needs an action for each of the {} players, joined by `|`, such as `{example}`, or the id of an agreement",
            stage.num_players()
        )));
    }
    let mut profile = Vec::with_capacity(names.len());
    for (player, name) in stage.players().iter().zip(names) {
        let actions = player.actions.iter().map(String::as_str);
        let at = actions.clone().position(|action| action == name).ok_or_else(|| {
            let remedy = crate::model::remedy(name, actions);
            Failure::wrong(format_args!(
                "--play {text}: {} has no action `{name}`{remedy}",
                player.name
            ))
        })?;
        profile.push(at);
    }
    options.play = Some(stage.profile_index(&profile));
    Ok(())
}

/// The number of an option.
fn number(option: &str, text: &Option<String>) -> Result<Option<Rational>, Failure> {
    let read = |text: &String| {
        parse_literal(text.trim())
            .map_err(|error| Failure::wrong(format_args!("{option} {text}: {error}")))
    };
    text.as_ref().map(read).transpose()
}

/// The players of `--order`; those not named follow. A player's whole name comes before a list.
fn order(
    text: &str,
    names: &[&str],
    player: impl Fn(&str) -> Result<usize, Failure>,
) -> Result<Vec<usize>, Failure> {
    let named = if names.contains(&text) {
        vec![player(text)?]
    } else {
        text.split(',').map(|name| player(name.trim())).collect::<Result<_, _>>()?
    };
    if let Some(at) = (1..named.len()).find(|&at| named[..at].contains(&named[at])) {
        return Err(Failure::wrong(format_args!(
            "--order {text}: `{}` stands there twice",
            names[named[at]]
        )));
    }
    let others = (0..names.len()).filter(|at| !named.contains(at));
    Ok(named.iter().copied().chain(others).collect())
}

/// The number of `--noise`.
fn noise(text: &str) -> Result<Rational, Failure> {
    parse_literal(text.trim())
        .map_err(|error| Failure::wrong(format_args!("--noise {text}: {error}")))
}

/// The strategies of `--strategies`: names, or `NAME=p:p:p:p` and `NAME=p:p:p:p:p`.
fn strategies(text: &str) -> Result<Vec<StrategyChoice>, Failure> {
    let one = |part: &str| {
        let Some((name, numbers)) = part.split_once('=') else {
            return Ok(StrategyChoice::Named(part.trim().to_owned()));
        };
        let number = |part: &str| {
            parse_literal(part.trim())
                .map_err(|error| Failure::wrong(format_args!("--strategies {part}: {error}")))
        };
        let list = numbers.split(':').map(number).collect::<Result<Vec<_>, _>>()?;
        let (first, after) = match list.as_slice() {
            [first, _, _, _] => (first.clone(), &list[..]),
            [first, after @ ..] if after.len() == 4 => (first.clone(), after),
            _ => {
                return Err(Failure::wrong(format_args!(
                    "--strategies {part}: a strategy has four probabilities of cooperation, after CC, CD, DC and DD, or five with that of the first period before them, joined by colons: {}",
                    list.len()
                )));
            }
        };
        let after = <[Rational; 4]>::try_from(after.to_vec()).unwrap_or_default();
        Ok(StrategyChoice::Given(name.trim().to_owned(), first, after))
    };
    text.split(',').map(one).collect()
}

/// The numbers of `--payoff`.
fn payoff(text: &str) -> Result<[Rational; 2], Failure> {
    let number = |part: &str| {
        parse_literal(part.trim())
            .map_err(|error| Failure::wrong(format_args!("--payoff {text}: {error}")))
    };
    let list = text.split(',').map(number).collect::<Result<Vec<_>, _>>()?;
    <[Rational; 2]>::try_from(list).map_err(|list| {
        Failure::wrong(format_args!(
            "--payoff {text}: a payoff for each of two players is needed, such as 5/2,2, and these are {}",
            list.len()
        ))
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
