//! The class of a game for people: each property, whether it holds, and what shows it.

use crate::game::NormalForm;
use crate::game::answer::{
    Improvement, Interests, Monotone, Ordinal, PATTERNS, Potential, Structure,
};
use crate::num::{Notation, Rational};
use crate::report::table::{Cell, Column, Table};

use super::profile_name;

/// Profiles of a cycle beyond this many are not spelled out.
const MOST_SHOWN: usize = 8;

/// The table of properties; those that are not defined for the game are left out.
pub(super) fn table(game: &NormalForm, answer: &Structure, about: &str) -> Table {
    let mut table = Table::new(
        about,
        vec![
            Column::name("property", "property"),
            Column::text("holds", "holds"),
            Column::text("evidence", "how it shows"),
        ],
    );
    let mut row = |property: &str, holds: bool, evidence: String| {
        let holds = if holds { "yes" } else { "no" };
        table.push(vec![Cell::text(property), Cell::text(holds), Cell::text(evidence)]);
    };
    row("constant sum", answer.constant_sum.is_some(), sum(answer.constant_sum.as_ref()));
    if let [one, two] = game.players() {
        let competitive = answer.strictly_competitive.as_ref();
        let evidence = competitive.map_or_else(
            || "payoffs do not lie on one falling line".to_owned(),
            |(scale, shift)| {
                let [first, second] = [&one.name, &two.name];
                format!("payoff {second} = {} − {} × payoff {first}", short(shift), short(scale))
            },
        );
        row("strictly competitive", competitive.is_some(), evidence);
    }
    let (holds, evidence) = potential(game, &answer.potential);
    row("exact potential", holds, evidence);
    let (holds, evidence) = improvement(game, &answer.improvement);
    row("improving deviations end", holds, evidence);
    let monotone = answer.monotone.as_ref();
    let evidence = monotone
        .map_or_else(|| "in no order of the actions".to_owned(), |one| increasing(game, one));
    row("increasing differences", monotone.is_some(), evidence);
    let evidence = if answer.symmetric {
        "exchanging any two players changes nothing"
    } else {
        "exchanging players, with actions in this order, changes payoffs"
    };
    row("symmetric", answer.symmetric, evidence.to_owned());
    if game.num_players() > 2 {
        let evidence = if answer.polymatrix {
            "what a player gains by an action is a sum over pairs with each of the others"
        } else {
            "what some player gains by an action depends on two others together"
        };
        row("polymatrix", answer.polymatrix, evidence.to_owned());
    }
    row("dominance solvable", answer.is_dominance_solvable(), survivors(game, answer));
    if game.shape() == [2, 2] {
        let ordinal = answer.ordinal.as_ref();
        let evidence =
            ordinal.map_or_else(|| "payoffs tie".to_owned(), |ordinal| class(game, ordinal));
        row("strict ordinal game", ordinal.is_some(), evidence);
    }
    if let Some(ordinal) = &answer.ordinal {
        table.sentence(None, story(game, ordinal));
    }
    table
}

fn short(number: &Rational) -> String {
    Notation::Short(4).exact(number)
}

fn sum(constant: Option<&Rational>) -> String {
    constant.map_or_else(
        || "sums of payoffs differ between profiles".to_owned(),
        |sum| format!("payoffs sum to {} in every profile", short(sum)),
    )
}

/// Profiles one after the other.
fn walk(game: &NormalForm, profiles: &[usize]) -> String {
    let mut names: Vec<String> =
        profiles.iter().take(MOST_SHOWN).map(|&at| profile_name(game, at)).collect();
    if profiles.len() > MOST_SHOWN {
        names.push(format!("{} more", profiles.len() - MOST_SHOWN));
    }
    names.join(", ")
}

fn potential(game: &NormalForm, potential: &Potential) -> (bool, String) {
    match potential {
        Potential::Exact(values) => {
            let greatest = values.iter().enumerate().max_by_key(|&(at, value)| {
                // Of equal values the first one.
                (value, std::cmp::Reverse(at))
            });
            let evidence = greatest.map_or_else(String::new, |(at, value)| {
                format!(
                    "it gains what each deviating player gains: 0 at {}, greatest with {} at {}",
                    profile_name(game, 0),
                    short(value),
                    profile_name(game, at)
                )
            });
            (true, evidence)
        }
        Potential::Excluded(four) => {
            (false, format!("gains do not cancel on the way round {}", walk(game, four)))
        }
    }
}

fn improvement(game: &NormalForm, improvement: &Improvement) -> (bool, String) {
    match improvement {
        Improvement::Ends(steps) => {
            let most = steps.iter().max().copied().unwrap_or(0);
            (true, format!("in an equilibrium, after at most {most}"))
        }
        Improvement::Cycles(cycle) => {
            (false, format!("they can go round {} for ever", walk(game, cycle)))
        }
    }
}

fn increasing(game: &NormalForm, monotone: &Monotone) -> String {
    let turned: Vec<&str> = game
        .players()
        .iter()
        .zip(&monotone.reversed)
        .filter(|(_, turned)| **turned)
        .map(|(player, _)| player.name.as_str())
        .collect();
    let order = if turned.is_empty() {
        "in the order of the actions".to_owned()
    } else {
        format!("with the actions of {} in reverse order", turned.join(", "))
    };
    let [least, greatest] =
        monotone.extremes.each_ref().map(|end| profile_name(game, game.profile_index(end)));
    if least == greatest {
        format!("{order}; the only rationalizable profile is {least}")
    } else {
        format!("{order}; all that is rationalizable lies from {least} to {greatest}")
    }
}

fn survivors(game: &NormalForm, answer: &Structure) -> String {
    let rounds = answer.dominance.eliminations.last().map_or(0, |last| last.round);
    let left: Vec<String> = game
        .players()
        .iter()
        .zip(&answer.dominance.survivors)
        .map(|(player, left)| {
            let names: Vec<&str> =
                left.iter().map(|&action| player.actions[action].as_str()).collect();
            format!("{} {}", player.name, names.join(", "))
        })
        .collect();
    match rounds {
        0 => "no action is strictly dominated".to_owned(),
        1 => format!("after 1 round: {}", left.join("; ")),
        _ => format!("after {rounds} rounds: {}", left.join("; ")),
    }
}

fn class(game: &NormalForm, ordinal: &Ordinal) -> String {
    let [one, two] = ordinal.patterns.map(|at| PATTERNS[at]);
    let interests = match ordinal.interests() {
        Interests::NoConflict => "no conflict",
        Interests::Mixed => "mixed motives",
        Interests::Opposed => "complete opposition",
    };
    let (names, number) = (game.players(), ordinal.rapoport_guyer());
    if one == two {
        format!("{}, no. {number}, {interests}", one.0)
    } else {
        let [first, second] = [&names[0].name, &names[1].name];
        format!("{} for {first}, {} for {second}; no. {number}, {interests}", one.0, two.0)
    }
}

/// The letters, and what they stand for.
fn story(game: &NormalForm, ordinal: &Ordinal) -> String {
    let names = game.players();
    let part = |at: usize| {
        let letters: Vec<String> =
            PATTERNS[ordinal.patterns[at]].1.chars().map(String::from).collect();
        format!(
            "for {} {}, where C is {}",
            names[at].name,
            letters.join(" > "),
            names[at].actions[ordinal.conceding[at]]
        )
    };
    format!(
        "Payoffs fall {}, and {}. C is the action in the other's best outcome and D the other one; R, T, S and P are the payoffs of C against C, D against C, C against D, and D against D. The number is that of Rapoport & Guyer (1966).",
        part(0),
        part(1)
    )
}
