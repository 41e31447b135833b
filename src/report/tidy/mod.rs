//! What CSV files hold: one table for each result, one row for each observation, one name for each
//! column, and numbers only in columns of numbers (Wickham 2014, Tidy data).
//!
//! A comparison has a row for each scenario; an answer and shares have a row for each quantity, so
//! that the answers of all concepts fit in one file. Names are those of the files of a sweep:
//! `payoff.A`, `critical_discount.Moderate`, `cumulative.risk`. A discount factor that nothing
//! below infinity reaches is `inf`.

mod comparison;
mod shares;
mod solution;
mod tree;

pub use comparison::comparison;
pub use shares::shares;
pub use solution::{Solved, solutions};
pub use tree::tree;

use super::table::{Cell, Column, Row, Table};
use crate::game::answer::CriticalDiscount;
use crate::num::Notation;

/// One row, cell by cell under the names of the columns.
#[derive(Debug, Default)]
struct Record {
    names: Vec<String>,
    cells: Row,
}

impl Record {
    fn put(&mut self, name: impl Into<String>, cell: impl Into<Cell>) {
        self.names.push(name.into());
        self.cells.push(cell.into());
    }
}

/// The table of records that all have the same columns.
fn table(title: &str, records: Vec<Record>) -> Table {
    let names = records.first().map(|record| record.names.clone()).unwrap_or_default();
    let columns =
        names.into_iter().map(|name| Column::number(name.clone(), name, Notation::Exact)).collect();
    let mut table = Table::new(title, columns);
    for record in records {
        table.push(record.cells);
    }
    table
}

/// `true` or `false`.
fn truth(value: bool) -> Cell {
    Cell::text(if value { "true" } else { "false" })
}

/// A critical discount factor; infinite where no discount factor is enough.
fn critical(value: &CriticalDiscount) -> Cell {
    match value.number() {
        Some(number) => number.into(),
        None => Cell::text("never").in_files(f64::INFINITY),
    }
}
