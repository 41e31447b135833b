//! Payoffs at one discount factor as tables.

use crate::game::public::{PublicGame, PublicPayoffs};
use crate::num::{Notation, Rational, decimal, rounded_up, scientific_up};
use crate::report::solution::factor_text;
use crate::report::table::{Cell, Column, Table};

use super::{PLACES, profile};

/// Corners of the outer polygon beyond this many are counted: many differ by less than machine numbers do.
const MOST_LISTED: usize = 16;

fn columns(game: &PublicGame) -> Vec<Column> {
    let mut columns = vec![Column::name("corner", "corner")];
    columns.extend(game.stage().players().iter().map(|player| {
        let (key, header) = (format!("payoff_{}", player.name), format!("payoff {}", player.name));
        Column::number(key, header, Notation::Places(PLACES))
    }));
    columns
}

pub(super) fn tables(game: &PublicGame, answer: &PublicPayoffs, about: &str) -> Vec<Table> {
    let about = format!("{about}, at discount factor {}", factor_text(answer.discount.value()));
    if answer.outer.is_empty() {
        let mut table = Table::new(about, Vec::new());
        table.sentence(None, "There is no public perfect equilibrium in pure strategies.");
        return vec![table];
    }
    let mut all = columns(game);
    all.push(Column::text("played", "played first"));
    let mut inner = Table::new(about, all);
    for (at, one) in answer.inner.iter().enumerate() {
        let mut cells = vec![Cell::text((at + 1).to_string())];
        cells.extend(one.payoffs.iter().map(Cell::from));
        cells.push(Cell::text(profile(game, one.profile)));
        inner.push(cells);
    }
    inner.sentence(
        None,
        "All payoffs of this polygon are those of public perfect equilibria in pure strategies without payments, with a public lottery.",
    );
    let mut outer = Table::new("No equilibrium gives payoffs outside this polygon", columns(game));
    for (at, corner) in answer.outer.iter().enumerate().take(MOST_LISTED) {
        let mut cells = vec![Cell::text((at + 1).to_string())];
        cells.extend(corner.iter().map(Cell::from));
        outer.push(cells);
    }
    let more = answer.outer.len().saturating_sub(MOST_LISTED);
    if more > 0 {
        outer.sentence(None, format!("{more} more corners are in the result as JSON."));
    }
    if let Some(distance) = &answer.distance {
        outer.sentence(
            None,
            format!(
                "It is nowhere farther than {} from the first one, in either payoff. Mixed strategies may reach more.",
                if *distance < Rational::new(1, 100) {
                    scientific_up(distance, 2)
                } else {
                    decimal(&rounded_up(distance, 2), 2)
                }
            ),
        );
    }
    vec![inner, outer]
}
