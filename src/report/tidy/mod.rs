//! What CSV files hold: one table for each result, one row for each observation, one name for each
//! column, and numbers only in columns of numbers (Wickham 2014, Tidy data).
//!
//! A comparison has a row for each scenario; an answer and shares have a row for each quantity, so
//! that the answers of all concepts fit in one file. Names are those of the files of a sweep:
//! `payoff.A`, `critical_discount.Moderate`, `cumulative.risk`. A discount factor that nothing
//! below infinity reaches is `inf`.

mod automaton;
mod bayesian;
mod blotto;
mod commitment;
mod comparison;
mod correlated;
mod inspection;
mod public;
mod security;
mod shares;
mod solution;
mod states;
mod stochastic;
mod tournament;
mod tree;

pub use bayesian::bayesian;
pub use blotto::blotto;
pub use comparison::comparison;
pub use inspection::inspection;
pub use public::public;
pub use security::security;
pub use shares::shares;
pub use solution::{Solved, solutions};
pub use states::states_compared;
pub use stochastic::stochastic;
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

#[cfg(test)]
mod tests {
    use crate::model::Model;
    use crate::model::keys::{COLUMNS_OF_COMPARISONS, COLUMNS_OF_SWEEPS};
    use crate::num::Rational;
    use crate::solve::Budget;
    use crate::study::compare::compare;
    use crate::study::design::{Axis, Design};
    use crate::study::scenario::all_scenarios;
    use crate::study::sweep::Sweep;

    #[test]
    fn every_column_without_a_point_is_the_models_or_reserved() {
        let text = include_str!("../../../models/northeast-asia.toml");
        let model = Model::read("northeast-asia.toml", text).unwrap();
        let scenarios = all_scenarios(&model)[..2].to_vec();
        let result = compare(&model, &[], &scenarios, &Budget::unlimited()).unwrap();
        let columns: Vec<String> = super::comparison(&model, &result)
            .columns()
            .iter()
            .map(|column| column.key.clone())
            .collect();
        let output = |name: &String| model.outputs.iter().any(|output| output.id == *name);
        let both = [COLUMNS_OF_SWEEPS, COLUMNS_OF_COMPARISONS].concat();
        for name in columns.iter().filter(|name| !name.contains('.') && !output(name)) {
            assert!(both.contains(&name.as_str()), "{name}");
        }
        let axis = Axis::parse("g=0,1").unwrap();
        let set: Vec<(usize, Rational)> = Vec::new();
        let varied = model.parameters.iter().position(|one| one.name == "g").into_iter().collect();
        let design = Design::grid(vec![axis]).unwrap();
        let sweep = Sweep { model: &model, set, design, varied, scenarios, facts: false };
        let columns = sweep.columns();
        let own = |name: &&String| !name.contains('.') && !output(name) && *name != "g";
        for name in columns.iter().filter(own) {
            assert!(COLUMNS_OF_SWEEPS.contains(&name.as_str()), "{name}");
        }
    }
}
