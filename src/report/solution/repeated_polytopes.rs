//! The payoffs of a repeated game of several players as tables for people.

use super::{MOST_LISTED, PLACES, bound_cell, profile_name, rounded_up};
use crate::game::NormalForm;
use crate::game::answer::RepeatedPolytopes;
use crate::num::{Notation, Rational};
use crate::report::table::{Cell, Column, Table};

pub(super) fn tables(game: &NormalForm, answer: &RepeatedPolytopes, about: &str) -> Vec<Table> {
    let discount = crate::report::solution::factor_text(answer.discount.value());
    let about = format!("{about}, at discount factor {discount}");
    if answer.outer.is_empty() {
        let mut table = Table::new(about, Vec::new());
        table.sentence(None, "There is no subgame-perfect equilibrium in pure strategies.");
        return vec![table];
    }
    let mut tables = vec![ranges(game, answer, about)];
    if !answer.inner.is_empty() {
        tables.push(corners(game, answer));
    }
    if let Some(last) = tables.last_mut() {
        last.sentence(None, meaning(answer));
    }
    tables
}

/// The least and the most that each player gets, and all together.
fn ranges(game: &NormalForm, answer: &RepeatedPolytopes, about: String) -> Table {
    let mut columns = vec![Column::name("player", "player")];
    let numbers = [
        ("least", "least sustained"),
        ("not_below", "not below"),
        ("most", "most sustained"),
        ("not_above", "not above"),
    ];
    columns
        .extend(numbers.map(|(key, header)| Column::number(key, header, Notation::Beside(PLACES))));
    let mut table = Table::new(about, columns);
    let players = game.num_players();
    let own = |player: usize| move |point: &[Rational]| point[player].clone();
    for player in 0..players {
        table.push(row(&game.players()[player].name, answer, own(player)));
    }
    table.push(row("sum", answer, |point: &[Rational]| point.iter().sum()));
    table
}

fn row(name: &str, answer: &RepeatedPolytopes, of: impl Fn(&[Rational]) -> Rational) -> Vec<Cell> {
    let inner: Vec<Rational> = answer.inner.iter().map(|one| of(&one.payoffs)).collect();
    let outer: Vec<Rational> = answer.outer.iter().map(|one| of(&one.payoffs)).collect();
    let number = |value: Option<&Rational>| bound_cell(value, PLACES);
    vec![
        Cell::text(name.to_owned()),
        number(inner.iter().min()),
        number(outer.iter().min()),
        number(inner.iter().max()),
        number(outer.iter().max()),
    ]
}

/// The corners of the inner polytope, and how each begins.
fn corners(game: &NormalForm, answer: &RepeatedPolytopes) -> Table {
    let mut columns = vec![Column::name("corner", "corner")];
    columns.extend(game.players().iter().map(|player| {
        let header = format!("payoff {}", player.name);
        Column::number(format!("payoff_{}", player.name), header, Notation::Beside(PLACES))
    }));
    columns.push(Column::text("played", "played first"));
    let mut table = Table::new("Payoffs that are sustained, and all their mixtures", columns);
    for (at, one) in answer.inner.iter().enumerate().take(MOST_LISTED) {
        let mut cells = vec![Cell::text((at + 1).to_string())];
        cells.extend(one.payoffs.iter().map(Cell::from));
        cells.push(Cell::text(profile_name(game, one.profile)));
        table.push(cells);
    }
    let more = answer.inner.len().saturating_sub(MOST_LISTED);
    if more > 0 {
        table.sentence(None, format!("{more} more corners are in the result as JSON."));
    }
    table
}

fn meaning(answer: &RepeatedPolytopes) -> String {
    let what = "Players use pure strategies, see all that was played, and may follow a public lottery; payoffs are discounted averages. Who deviates gets his least sustained payoff from then on.";
    match &answer.distance {
        Some(distance) => format!(
            "All mixtures of the corners are payoffs of subgame-perfect equilibria, and no equilibrium pays a point that is further than {} from them in some coordinate ({} bounds, {} corners). {what}",
            rounded_up(distance),
            answer.bounds.len(),
            answer.outer.len()
        ),
        None => format!(
            "No subgame-perfect equilibrium is known, and none pays a point outside {} bounds. {what}",
            answer.bounds.len()
        ),
    }
}
