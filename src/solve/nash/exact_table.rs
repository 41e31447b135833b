//! A tableau of the search in exact arithmetic, for games on whose payoffs machine numbers fail.
//!
//! It answers the same questions as `tableau`, with a dictionary of integers, and what its rows
//! say is proof already. Columns of slacks that are fixed at zero stay, for their multipliers.

use std::cmp::Ordering;

use crate::linear::{Dictionary, Place};

use super::evidence::{Scratch, Side};
use super::labels::Mask;
use super::node::Log;
use super::tableau::{Least, Spot, Table};

/// After this many pivots in one direction the entering column is chosen by Bland's rule.
const PIVOTS_BEFORE_BLAND: usize = 40;

/// An exact tableau.
#[derive(Debug)]
pub(super) struct ExactTable {
    dictionary: Dictionary,
    /// By label, whether it is fixed at zero.
    fixed: Vec<bool>,
}

impl Clone for ExactTable {
    fn clone(&self) -> Self {
        ExactTable { dictionary: self.dictionary.clone(), fixed: self.fixed.clone() }
    }
}

impl ExactTable {
    fn free_columns(&self) -> impl Iterator<Item = usize> + '_ {
        (1..=self.dictionary.columns())
            .filter(|&column| !self.fixed[self.dictionary.column_label(column)])
    }

    /// The free column of least label with this sign in a row.
    fn least_label(&self, row: usize, sign: Ordering) -> Option<usize> {
        self.free_columns()
            .filter(|&column| self.dictionary.sign(row, column) == sign)
            .min_by_key(|&column| self.dictionary.column_label(column))
    }
}

impl Table for ExactTable {
    fn load<const W: usize>(side: &Side, dictionary: &Dictionary, zero: &Mask<W>) -> Self {
        let mut table = ExactTable {
            dictionary: dictionary.clone(),
            fixed: (0..side.labels.count()).map(|label| zero.contains(label)).collect(),
        };
        for label in zero.members() {
            match table.dictionary.place(label) {
                Place::Row(row) => table.dictionary.remove_row(row),
                Place::Column(column) if !side.labels.is_slack(label) => {
                    table.dictionary.remove_column(column);
                }
                _ => {}
            }
        }
        table
    }

    fn copy_from(&mut self, other: &Self) {
        self.dictionary.clone_from(&other.dictionary);
        self.fixed.clone_from(&other.fixed);
    }

    fn copy_size(&self) -> usize {
        self.dictionary.copy_size() + self.fixed.len()
    }

    fn pivot_cost(&self) -> usize {
        self.dictionary.pivot_cost()
    }

    fn row_label(&self, row: usize) -> usize {
        self.dictionary.row_label(row)
    }

    fn zero_labels<const W: usize>(&self) -> Mask<W> {
        let mut zero = Mask::EMPTY;
        self.free_columns().for_each(|column| zero.insert(self.dictionary.column_label(column)));
        let rows = 0..self.dictionary.rows();
        rows.filter(|&row| self.is_zero(row))
            .for_each(|row| zero.insert(self.dictionary.row_label(row)));
        zero
    }

    fn is_zero(&self, row: usize) -> bool {
        self.dictionary.is_zero(row, 0)
    }

    fn spot(&self, label: usize) -> Spot {
        match self.dictionary.place(label) {
            Place::Row(row) => Spot::Row(row),
            Place::Column(column) if !self.fixed[label] => Spot::Column(column),
            _ => Spot::Gone,
        }
    }

    fn telling_rows(&self, rows: &mut Vec<usize>) {
        rows.clear();
        rows.extend((0..self.dictionary.rows()).filter(|&row| {
            let against = if self.is_zero(row) { Ordering::Less } else { Ordering::Greater };
            self.free_columns().all(|column| self.dictionary.sign(row, column) != against)
        }));
    }

    fn any_positive(&self, row: usize, mut is: impl FnMut(usize) -> bool) -> bool {
        self.free_columns().any(|column| {
            self.dictionary.is_positive(row, column) && is(self.dictionary.column_label(column))
        })
    }

    fn remove_row(&mut self, row: usize) {
        self.dictionary.remove_row(row);
    }

    fn minimise<E>(
        &mut self,
        label: usize,
        mut visit: impl FnMut(&Self) -> Result<(), E>,
    ) -> Result<Least, E> {
        for step in 0.. {
            let Place::Row(row) = self.dictionary.place(label) else { break };
            if self.dictionary.is_zero(row, 0) {
                break;
            }
            let entering = if step < PIVOTS_BEFORE_BLAND {
                self.free_columns()
                    .filter(|&column| self.dictionary.is_positive(row, column))
                    .reduce(|best, next| match self.dictionary.compare((row, next), (row, best)) {
                        Ordering::Greater => next,
                        _ => best,
                    })
            } else {
                self.least_label(row, Ordering::Greater)
            };
            let Some(column) = entering else { return Ok(Least::Positive(row)) };
            // The label's own row bounds the step.
            let Some(leaving) = self.dictionary.leaving_row(column, Some(row)) else { break };
            self.dictionary.pivot(leaving, column);
            visit(self)?;
        }
        Ok(Least::Zero)
    }

    fn can_rise<E>(
        &mut self,
        label: usize,
        mut visit: impl FnMut(&Self) -> Result<(), E>,
    ) -> Result<bool, E> {
        loop {
            let column = match self.spot(label) {
                Spot::Gone => return Ok(false),
                Spot::Column(column) => column,
                Spot::Row(row) if self.dictionary.is_positive(row, 0) => return Ok(true),
                // Bland's rule: no cycle.
                Spot::Row(row) => match self.least_label(row, Ordering::Less) {
                    Some(column) => column,
                    None => return Ok(false),
                },
            };
            match self.dictionary.leaving_row(column, None) {
                Some(row) if self.dictionary.is_zero(row, 0) => {
                    self.dictionary.pivot(row, column);
                    visit(self)?;
                }
                _ => return Ok(true),
            }
        }
    }

    fn fix_label(&mut self, label: usize, is_slack: bool) {
        if let Place::Row(row) = self.dictionary.place(label) {
            let exchange =
                self.free_columns().find(|&column| !self.dictionary.is_zero(row, column));
            match exchange {
                Some(column) => self.dictionary.pivot(row, column),
                None => self.dictionary.remove_row(row),
            }
        }
        self.fixed[label] = true;
        if let Place::Column(column) = self.dictionary.place(label)
            && !is_slack
        {
            self.dictionary.remove_column(column);
        }
    }

    fn tightness(&self, by_label: &mut Vec<f64>) {
        by_label.clear();
        by_label.resize(self.fixed.len(), 0.0);
        for row in 0..self.dictionary.rows() {
            by_label[self.dictionary.row_label(row)] = self.dictionary.tightness(row);
        }
    }

    fn log_empty<const W: usize>(
        &self,
        side: &Side,
        at: usize,
        row: usize,
        _: &Mask<W>,
        log: &mut Log<'_>,
    ) -> bool {
        log.tree.empty_big(at, self.row_label(row), &side.multipliers(&self.dictionary, row, -1));
        true
    }

    fn log_vanishing<const W: usize>(
        &self,
        side: &Side,
        at: usize,
        row: usize,
        zero: &Mask<W>,
        log: &mut Log<'_>,
    ) -> bool {
        let multipliers = side.multipliers(&self.dictionary, row, 1);
        let Scratch { vanishing, .. } = &mut log.scratch;
        *vanishing = side.vanishing(&multipliers, zero);
        log.tree.vanishing_big(at, &multipliers);
        true
    }
}
