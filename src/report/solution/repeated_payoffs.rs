//! The payoffs of a repeated game as tables for people.

use super::{PLACES, profile_name, rounded_up};
use crate::game::NormalForm;
use crate::game::answer::{CriticalDiscounts, RepeatedPayoffs};
use crate::num::{Notation, Rational};
use crate::report::table::{Cell, Column, Table};

pub(super) fn tables(game: &NormalForm, answer: &RepeatedPayoffs, about: &str) -> Vec<Table> {
    let discount = crate::report::solution::factor_text(answer.discount.value());
    let about = format!("{about}, at discount factor {discount}");
    if answer.outer.is_empty() {
        let mut table = Table::new(about, Vec::new());
        table.sentence(None, "There is no subgame-perfect equilibrium in pure strategies.");
        return vec![table];
    }
    let mut tables = vec![sustained(game, answer, about)];
    if !answer.is_exact() {
        tables.push(bounds(game, answer));
    }
    if let Some(last) = tables.last_mut() {
        last.sentence(None, meaning(answer));
    }
    tables
}

/// From which discount factor on each profile is sustained, the least patience first.
pub(super) fn critical(game: &NormalForm, answer: &CriticalDiscounts, about: &str) -> Table {
    let mut columns = vec![Column::name("profile", "played for ever")];
    columns.extend(payoff_columns(game, "payoff", "payoff"));
    columns.push(Column::text("from", "sustained from"));
    columns.push(Column::text("not", "not at"));
    let mut table = Table::new(about, columns);
    let mut order: Vec<(usize, Option<(Rational, Rational)>)> =
        (0..answer.profiles.len()).map(|at| (at, answer.bounds(at))).collect();
    order.sort_by(|(_, one), (_, other)| match (one, other) {
        (Some(one), Some(other)) => one.1.cmp(&other.1).then_with(|| one.0.cmp(&other.0)),
        (one, other) => other.is_some().cmp(&one.is_some()),
    });
    let never = order.iter().filter(|(_, bounds)| bounds.is_none()).count();
    for (at, bounds) in order.into_iter().take(super::MOST_LISTED) {
        let Some((fails, holds)) = bounds else { continue };
        let mut cells = vec![Cell::text(profile_name(game, at))];
        cells.extend((0..2).map(|player| Cell::from(game.payoff(player, at))));
        let any = holds.is_zero();
        let from = if holds == Rational::ONE { "?".to_owned() } else { shown(&holds) };
        cells.push(Cell::text(from));
        cells.push(Cell::text(if any || fails.is_zero() { String::new() } else { shown(&fails) }));
        table.push(cells);
    }
    table.sentence(
        None,
        "Each is sustained from its discount factor on by the worst equilibria there (pure strategies, a public lottery), and not at the second number nor below.",
    );
    if never > 0 {
        table.sentence(
            None,
            format!("The other {never} are sustained by no discount factor: somebody who gains by leaving gets no more than his pure minmax value."),
        );
    }
    table
}

/// A discount factor.
fn shown(value: &Rational) -> String {
    Notation::Short(12).exact(value)
}

/// One column for each player's payoff.
fn payoff_columns(game: &NormalForm, key: &str, header: &str) -> Vec<Column> {
    let column = |name: &String| {
        let header = format!("{header} {name}");
        Column::number(format!("{key}_{name}"), header, Notation::Beside(PLACES))
    };
    game.players().iter().map(|player| column(&player.name)).collect()
}

/// The corners of the inner polygon, and how each begins.
fn sustained(game: &NormalForm, answer: &RepeatedPayoffs, about: String) -> Table {
    let mut columns = vec![Column::name("corner", "corner")];
    columns.extend(payoff_columns(game, "payoff", "payoff"));
    columns.push(Column::text("played", "played first"));
    columns.extend(payoff_columns(game, "continuation", "then"));
    let mut table = Table::new(about, columns);
    for (at, one) in answer.inner.iter().enumerate() {
        let mut cells = vec![Cell::text((at + 1).to_string())];
        cells.extend(one.payoffs.iter().map(Cell::from));
        cells.push(Cell::text(profile_name(game, one.profile)));
        cells.extend(one.continuation.iter().map(Cell::from));
        table.push(cells);
    }
    if let Some(threats) = answer.threats() {
        let held: Vec<String> = game
            .players()
            .iter()
            .zip(&threats)
            .map(|(player, worst)| {
                format!("{} {}", player.name, Notation::Beside(PLACES).exact(worst))
            })
            .collect();
        table.sentence(
            None,
            format!(
                "Who deviates gets his worst payoff in the polygon from then on: {}.",
                held.join(", ")
            ),
        );
    }
    table
}

/// The corners of the outer polygon.
fn bounds(game: &NormalForm, answer: &RepeatedPayoffs) -> Table {
    let mut columns = vec![Column::name("corner", "corner")];
    columns.extend(payoff_columns(game, "payoff", "payoff"));
    let mut table = Table::new("No equilibrium pays a point outside these corners", columns);
    for (at, corner) in answer.outer.iter().enumerate() {
        let mut cells = vec![Cell::text((at + 1).to_string())];
        cells.extend(corner.iter().map(Cell::from));
        table.push(cells);
    }
    table
}

fn meaning(answer: &RepeatedPayoffs) -> String {
    let what = "Players use pure strategies, see all that was played, and may follow a public lottery; payoffs are discounted averages.";
    let corners = match answer.inner.len() {
        1 => "is this point",
        2 => "are the points between these two",
        _ => "are the points of this polygon",
    };
    match &answer.distance {
        Some(distance) if distance.is_zero() => {
            format!("Exactly the payoffs of subgame-perfect equilibria {corners}. {what}")
        }
        Some(distance) => format!(
            "All points of the first polygon are payoffs of subgame-perfect equilibria, and none lies outside the second one, which reaches at most {} further. {what}",
            rounded_up(distance)
        ),
        None => format!(
            "No subgame-perfect equilibrium is known, and none pays a point outside the corners. {what}"
        ),
    }
}
