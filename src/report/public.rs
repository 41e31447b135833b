//! Answers about games with public signals as tables.

mod limit;
mod payoffs;

use crate::game::public::{LiquidityRow, PublicEquilibria, PublicForm, PublicGame};
use crate::num::Notation;
use crate::study::public::PublicAnswer;

use super::solution::factor_text;
use super::table::{Cell, Column, Table};

/// Places of decimals.
const PLACES: usize = 6;
/// Rows beyond this many are counted and not printed one by one.
const MOST_LISTED: usize = 100;

/// What an answer is, for headings.
#[must_use]
pub fn heading(answer: &PublicAnswer) -> &'static str {
    match answer {
        PublicAnswer::Equilibria(answer) => match answer.form {
            PublicForm::Transfers => "public perfect equilibria with transfers",
            PublicForm::Symmetric => "strongly symmetric public perfect equilibria",
        },
        PublicAnswer::Limit(_) => "payoffs of public perfect equilibria of patient players",
        PublicAnswer::Payoffs(_) => "payoffs of public perfect equilibria",
    }
}

/// The tables that show an answer; `about` says what it is an answer to.
#[must_use]
pub fn tables(game: &PublicGame, answer: &PublicAnswer, about: &str) -> Vec<Table> {
    match answer {
        PublicAnswer::Equilibria(answer) => equilibria(game, answer, about),
        PublicAnswer::Limit(answer) => limit::tables(game, answer, about),
        PublicAnswer::Payoffs(answer) => payoffs::tables(game, answer, about),
    }
}

fn profile(game: &PublicGame, profile: usize) -> String {
    game.stage().profile_names(&game.stage().profile(profile)).join("/")
}

/// The columns of a row of liquidity behind its first one.
fn columns(game: &PublicGame, form: PublicForm) -> Vec<Column> {
    let number =
        |key: String, header: String| Column::number(key, header, Notation::Beside(PLACES));
    let mut columns = vec![number("liquidity".into(), "liquidity".into())];
    match form {
        PublicForm::Transfers => {
            columns.push(number("joint".into(), "joint payoff".into()));
            for player in game.stage().players() {
                let name = &player.name;
                columns.push(number(format!("worst_{name}"), format!("worst {name}")));
            }
            columns.push(Column::text("played", "played"));
            for player in game.stage().players() {
                let name = &player.name;
                columns.push(Column::text(format!("punishing_{name}"), format!("punishes {name}")));
            }
        }
        PublicForm::Symmetric => {
            columns.push(number("joint".into(), "best".into()));
            columns.push(number("worst".into(), "worst".into()));
            columns.push(Column::text("played", "played"));
            columns.push(Column::text("punishing", "punishes"));
        }
    }
    columns
}

fn cells(game: &PublicGame, row: &LiquidityRow) -> Vec<Cell> {
    let mut cells: Vec<Cell> = vec![(&row.liquidity).into(), (&row.joint).into()];
    cells.extend(row.worst.iter().map(Cell::from));
    cells.push(profile(game, row.played).as_str().into());
    cells.extend(row.punishing.iter().map(|&one| Cell::from(profile(game, one).as_str())));
    cells
}

fn equilibria(game: &PublicGame, answer: &PublicEquilibria, about: &str) -> Vec<Table> {
    let first = Column::number("discount", "from δ on", Notation::Exact);
    let mut all = vec![first];
    all.extend(columns(game, answer.form));
    let mut table = Table::new(about, all);
    let optimal: Vec<&LiquidityRow> = answer.rows.iter().filter(|row| row.optimal).collect();
    for row in optimal.iter().take(MOST_LISTED) {
        let from = row.discount.as_ref().map_or_else(String::new, factor_text);
        let mut line = vec![Cell::text(from)];
        line.extend(cells(game, row));
        table.push(line);
    }
    if optimal.is_empty() {
        table.sentence(
            None,
            "There is no such equilibrium in pure strategies, whatever the discount factor.",
        );
        return vec![table];
    }
    table.sentence(
        None,
        match answer.form {
            PublicForm::Transfers => {
                "From a row's discount factor on, all payoffs that give each player at least his worst and together at most the joint payoff are those of public perfect equilibria in pure strategies with payments between the players (money may be burned). Where a payoff grows with liquidity from one row to the next, it does so with the discount factor."
            }
            PublicForm::Symmetric => {
                "From a row's discount factor on, the payoffs of each player from worst to best are those of public perfect equilibria in which all do the same after every history (pure strategies, public lottery). Where a payoff changes with liquidity from one row to the next, it does so with the discount factor."
            }
        },
    );
    let more = optimal.len().saturating_sub(MOST_LISTED);
    if more > 0 {
        table.sentence(None, format!("{more} more rows are in the result with --format json."));
    }
    let mut tables = vec![table];
    if let Some(at) = &answer.at {
        let factor = factor_text(at.discount.value());
        let about = format!("At discount factor {factor}");
        let mut table = Table::new(&about, columns(game, answer.form));
        match &at.row {
            Some(row) => table.push(cells(game, row)),
            None => table.sentence(None, "There is no such equilibrium in pure strategies."),
        }
        tables.push(table);
    }
    tables
}
