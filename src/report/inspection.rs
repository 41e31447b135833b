//! Answers about inspection games as tables.

use crate::game::inspection::{
    InspectionAnswer, InspectionEquilibrium, InspectionGame, InspectionLeadership,
    InspectionPayoffs, InspectionStage,
};
use crate::num::{Notation, Rational};

use super::table::{Cell, Column, Table};

/// Places of decimals.
const PLACES: usize = 4;
/// States beyond this many are counted and not printed one by one.
const MOST_LISTED: usize = 200;

/// What an answer is, for headings.
#[must_use]
pub fn heading(answer: &InspectionAnswer) -> &'static str {
    match answer {
        InspectionAnswer::Equilibrium(_) => "equilibrium, period by period",
        InspectionAnswer::Leadership(_) => "inspector leadership, period by period",
    }
}

/// The tables that show an answer.
#[must_use]
pub fn tables(game: &InspectionGame, answer: &InspectionAnswer, about: &str) -> Vec<Table> {
    match answer {
        InspectionAnswer::Equilibrium(answer) => vec![equilibrium(game, answer, about)],
        InspectionAnswer::Leadership(answer) => leadership(game, answer, about),
    }
}

fn number(key: &str, header: impl Into<String>) -> Column {
    Column::number(key, header, Notation::Beside(PLACES))
}

fn shown(value: &Rational) -> String {
    Notation::Beside(PLACES).exact(value)
}

/// The columns that say what is left.
fn what_is_left(game: &InspectionGame) -> Vec<Column> {
    let count = |key: &str, header: &str| Column::number(key, header, Notation::Short(0));
    let mut columns =
        vec![count("periods", "periods left"), count("inspections", "inspections left")];
    if game.violations() > 1 {
        columns.push(count("violations", "violations left"));
    }
    columns
}

fn left(game: &InspectionGame, stage: &InspectionStage) -> Vec<Cell> {
    let count = |number: u32| Cell::from(&Rational::from(u64::from(number)));
    let state = &stage.state;
    let mut row = vec![count(state.periods), count(state.inspections)];
    if game.violations() > 1 {
        row.push(count(state.violations));
    }
    row
}

/// `2 more states`.
fn count_of_more(table: &mut Table, count: usize) {
    if count > MOST_LISTED {
        let more = count - MOST_LISTED;
        table.sentence(None, format!("{more} more states are in the result with --format json."));
    }
}

fn both(game: &InspectionGame, values: &InspectionPayoffs) -> String {
    let sides = game.sides();
    format!(
        "{} expects {} and {} {}",
        sides.inspector,
        shown(&values.inspector),
        sides.inspectee,
        shown(&values.inspectee)
    )
}

fn equilibrium(game: &InspectionGame, answer: &InspectionEquilibrium, about: &str) -> Table {
    let sides = game.sides();
    let mut columns = what_is_left(game);
    columns.push(number("inspect", "inspection"));
    columns.push(number("violate", "violation"));
    columns.push(number("inspector", sides.inspector.as_str()));
    columns.push(number("inspectee", sides.inspectee.as_str()));
    let mut table = Table::new(about, columns);
    for stage in answer.stages.iter().take(MOST_LISTED) {
        let mut row = left(game, stage);
        let values = &stage.values;
        let numbers = [&stage.inspect, &stage.violate, &values.inspector, &values.inspectee];
        row.extend(numbers.map(Cell::from));
        table.push(row);
    }
    count_of_more(&mut table, answer.stages.len());
    let kind = if game.is_zero_sum() { "; the game is zero-sum" } else { "" };
    table.sentence(Some("Value"), format!("{}{kind}.", both(game, &answer.values())));
    if answer.unique && !game.is_zero_sum() {
        table.sentence(Some("Unique"), "all subgame perfect equilibria pay the same.");
    }
    if answer.unobserved && game.violations() > 1 {
        table.sentence(
            Some("Unobserved"),
            format!(
                "how often there is an inspection does not depend on the violations that are left, so that this is an equilibrium too where {} does not see violations without detecting them.",
                sides.inspector
            ),
        );
    }
    table
}

fn leadership(game: &InspectionGame, answer: &InspectionLeadership, about: &str) -> Vec<Table> {
    let sides = game.sides();
    let mut columns = what_is_left(game);
    columns.push(number("inspect", "announced inspection"));
    columns.push(Column::text("reply", "reply"));
    columns.push(number("inspector", sides.inspector.as_str()));
    columns.push(number("inspectee", sides.inspectee.as_str()));
    let mut table = Table::new(about, columns);
    for stage in answer.stages.iter().take(MOST_LISTED) {
        let mut row = left(game, stage);
        row.push((&stage.inspect).into());
        let reply = match (stage.violate.is_zero(), stage.unique) {
            (true, true) => "legal",
            (true, false) => "legal (indifferent)",
            (false, true) => "violation",
            (false, false) => "violation (indifferent)",
        };
        row.push(reply.into());
        row.extend([&stage.values.inspector, &stage.values.inspectee].map(Cell::from));
        table.push(row);
    }
    count_of_more(&mut table, answer.stages.len());
    let (with, without) = (answer.values(), answer.equilibrium.values());
    table.sentence(Some("Value"), format!("{}.", both(game, &with)));
    table.sentence(
        Some("Leadership"),
        format!(
            "is worth {} to {} and {} to {}, beside the equilibrium below.",
            shown(&(&with.inspector - &without.inspector)),
            sides.inspector,
            shown(&(&with.inspectee - &without.inspectee)),
            sides.inspectee
        ),
    );
    if answer.stages.iter().any(|stage| !stage.unique) {
        table.sentence(
            Some("Ties"),
            format!(
                "where {} is indifferent he does what {} prefers.",
                sides.inspectee, sides.inspector
            ),
        );
    }
    vec![table, equilibrium(game, &answer.equilibrium, "Without announcements")]
}
