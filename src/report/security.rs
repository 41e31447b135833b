//! Answers about security games as tables.

use crate::game::security::{
    Draw, SecurityAnswer, SecurityCommitment, SecurityGame, SecurityProof, SecurityQuantal,
};
use crate::num::{Notation, Rational};

use super::table::{Cell, Column, Table};

/// Places of decimals.
const PLACES: usize = 4;
/// Targets and allocations beyond this many are counted and not printed one by one.
const MOST_LISTED: usize = 200;

/// What an answer is, for headings.
#[must_use]
pub fn heading(answer: &SecurityAnswer) -> &'static str {
    match answer {
        SecurityAnswer::Commitment(_) => {
            "the defender's optimal commitment (strong Stackelberg equilibrium)"
        }
        SecurityAnswer::Quantal(_) => "the best coverage against a quantal response",
    }
}

/// The tables that show an answer; `titles` are the names of the targets in reports.
#[must_use]
pub fn tables(
    game: &SecurityGame,
    titles: &[String],
    answer: &SecurityAnswer,
    about: &str,
) -> Vec<Table> {
    match answer {
        SecurityAnswer::Commitment(answer) => commitment(game, titles, answer, about),
        SecurityAnswer::Quantal(answer) => quantal(game, titles, answer, about),
    }
}

fn quantal(
    game: &SecurityGame,
    titles: &[String],
    answer: &SecurityQuantal,
    about: &str,
) -> Vec<Table> {
    let sides = game.sides();
    let number = |key: &str, header: String| Column::number(key, header, Notation::Short(PLACES));
    let columns = vec![
        Column::name("target", "target"),
        number("coverage", "coverage".to_owned()),
        number("attack", "attack".to_owned()),
        number("defender", format!("attack to {}", sides.defender)),
        number("attacker", format!("attack to {}", sides.attacker)),
    ];
    let mut table = Table::new(about, columns);
    for (at, target) in game.targets().iter().enumerate().take(MOST_LISTED) {
        let coverage = &answer.coverage[at];
        table.push(vec![
            titles.get(at).map_or(target.name.as_str(), String::as_str).into(),
            coverage.into(),
            answer.attack[at].into(),
            (&target.defender.at(coverage)).into(),
            (&target.attacker.at(coverage)).into(),
        ]);
    }
    let count = game.targets().len();
    if count > MOST_LISTED {
        let more = count - MOST_LISTED;
        table.sentence(None, format!("{more} more targets are in the result with --format json."));
    }
    table.sentence(
        Some("Value"),
        format!(
            "{} attacks with probabilities proportional to exp({} × his payoff), and {} gets {} or more; no coverage gives more than {}.",
            sides.attacker,
            answer.lambda,
            sides.defender,
            Notation::Short(9).float(answer.value.0),
            Notation::Short(9).float(answer.bound)
        ),
    );
    let mut tables = vec![table];
    tables.extend(
        answer
            .lottery
            .as_deref()
            .map(|lottery| allocations(game, lottery, Notation::Short(PLACES))),
    );
    tables
}

fn commitment(
    game: &SecurityGame,
    titles: &[String],
    answer: &SecurityCommitment,
    about: &str,
) -> Vec<Table> {
    let sides = game.sides();
    let number = |key: &str, header: String| Column::number(key, header, Notation::Beside(PLACES));
    let mut columns = vec![
        Column::name("target", "target"),
        number("coverage", "coverage".to_owned()),
        number("defender", format!("attack to {}", sides.defender)),
        number("attacker", format!("attack to {}", sides.attacker)),
        Column::text("reply", "reply"),
    ];
    if answer.nash.is_some() {
        columns.push(number("nash_attack", "Nash attack".to_owned()));
    }
    if answer.maximin.is_some() {
        columns.push(number("maximin_coverage", "maximin coverage".to_owned()));
    }
    let mut table = Table::new(about, columns);
    for (at, target) in game.targets().iter().enumerate().take(MOST_LISTED) {
        let coverage = &answer.coverage[at];
        let reply = if at == answer.attacked {
            "attacked"
        } else if answer.attack_set.binary_search(&at).is_ok() {
            "as good"
        } else {
            ""
        };
        let mut row: Vec<Cell> = vec![
            titles.get(at).map_or(target.name.as_str(), String::as_str).into(),
            coverage.into(),
            (&target.defender.at(coverage)).into(),
            (&target.attacker.at(coverage)).into(),
            reply.into(),
        ];
        row.extend(answer.nash.iter().map(|nash| Cell::from(&nash.attack[at])));
        row.extend(answer.maximin.iter().map(|one| Cell::from(&one.coverage[at])));
        table.push(row);
    }
    let count = game.targets().len();
    if count > MOST_LISTED {
        let more = count - MOST_LISTED;
        table.sentence(None, format!("{more} more targets are in the result with --format json."));
    }
    let name = |at: usize| {
        titles.get(at).map_or(game.targets()[at].name.as_str(), String::as_str).to_owned()
    };
    let shown = |value: &Rational| Notation::Beside(PLACES).exact(value);
    table.sentence(
        Some("Value"),
        format!(
            "{} gets {} and {} {}: {} is attacked, ties broken for {}; {}.",
            sides.defender,
            shown(&answer.defender_value),
            sides.attacker,
            shown(&answer.attacker_value),
            name(answer.attacked),
            sides.defender,
            match answer.attack_set.len() {
                1 => "it is the only best target".to_owned(),
                several => format!("{several} targets are equally good for {}", sides.attacker),
            }
        ),
    );
    let used: Rational = answer.coverage.iter().sum();
    if matches!(answer.proof, SecurityProof::Floor(_))
        && used < Rational::from(game.resources() as u64)
    {
        table.sentence(
            Some("Resources"),
            format!("{} of {} are used; more would not help.", shown(&used), game.resources()),
        );
    }
    if let (Some(nash), SecurityProof::Floor(_)) = (&answer.nash, &answer.proof) {
        table.sentence(
            Some("Nash"),
            format!(
                "the coverage is also a minimax and a Nash strategy: against the attacks of the column `Nash attack` {} gets {}.",
                sides.defender,
                shown(&nash.defender_value)
            ),
        );
    }
    if let Some(maximin) = &answer.maximin {
        table.sentence(
            Some("Maximin"),
            format!(
                "whatever is attacked, {} can be sure of {} and no more.",
                sides.defender,
                shown(&maximin.value)
            ),
        );
    }
    let mut tables = vec![table];
    let notation = Notation::Beside(PLACES);
    tables.extend(answer.lottery.as_deref().map(|lottery| allocations(game, lottery, notation)));
    tables
}

fn allocations(game: &SecurityGame, lottery: &[Draw], notation: Notation) -> Table {
    let mut table = Table::new(
        "Allocations to draw from",
        vec![
            Column::text("allocation", "allocation"),
            Column::number("probability", "probability", notation),
        ],
    );
    for draw in lottery.iter().take(MOST_LISTED) {
        table.push(vec![
            game.allocation_name(&draw.units).as_str().into(),
            (&draw.probability).into(),
        ]);
    }
    if lottery.len() > MOST_LISTED {
        let more = lottery.len() - MOST_LISTED;
        table.sentence(None, format!("{more} more are in the result with --format json."));
    }
    table
}
