//! The Lemke–Howson path in machine numbers: a suggestion of where the exact one ends.
//!
//! The same pivots as in `lemke_howson`, without a tableau: of each polytope
//! {x ≥ 0 : Σ_i b_j(i) x_i + s_j = 1} only the values of the basic variables are kept, and for each
//! pivot the column that entered, as it then was (the *product form of the inverse*, Dantzig &
//! Orchard-Hays 1954). The column that enters next is brought up to date by the columns before it. A
//! pivot so costs as many row updates as there were pivots since the last start, and not as many as
//! there are actions; when they become many more than the strategies in use the columns of these are
//! entered anew, which also removes what rounding has left.
//!
//! The end is not believed: its supports are solved again in integers and looked at in full
//! (`support_pair`). Where a pivot is not clear, as on degenerate games, or when rounding leads
//! astray, there is no end, or no equilibrium at it.

use crate::linear::lanes::{subtract_multiple, widest};

use super::columns::{Columns, LANES};
use super::polyhedron::Labels;

/// Entries that are not greater do not bound a step.
const TOLERANCE: f64 = 1e-10;
/// Ratios that differ by less may be equal.
const TIE: f64 = 1e-10;
/// Columns are entered anew when there are so many more than twice the strategies in use.
const SPARE_COLUMNS: usize = 24;

/// A variable became basic in a row.
struct Entered {
    row: usize,
    inverse: f64,
}

/// One polytope, at a vertex.
struct Half {
    labels: Labels,
    stride: usize,
    /// The values of the basic variables; zero in the rows of the padding.
    values: Vec<f64>,
    row_labels: Vec<usize>,
    /// How many strategies are basic.
    strategies: usize,
    /// The columns that entered, one after the other.
    columns: Vec<f64>,
    entered: Vec<Entered>,
    entering: Vec<f64>,
    ratios: Vec<f64>,
    perturbed: Vec<f64>,
}

/// The column of a label, brought up to date.
#[inline(always)]
fn bring_up_to_date(column: &mut [f64], columns: &[f64], entered: &[Entered]) {
    let before = columns.chunks_exact(column.len());
    for (before, Entered { row, inverse }) in before.zip(entered) {
        let entry = column[*row];
        if entry != 0.0 {
            let step = entry * inverse;
            subtract_multiple(column, step, before);
            column[*row] = step;
        }
    }
}

/// The quotients that bound the step, infinite where there is no bound, and the least.
#[inline(always)]
fn least_ratio(values: &[f64], column: &[f64], ratios: &mut [f64]) -> f64 {
    let mut least = [f64::INFINITY; LANES];
    let parts = values.as_chunks::<LANES>().0.iter().zip(column.as_chunks::<LANES>().0);
    for ((values, column), ratios) in parts.zip(ratios.as_chunks_mut::<LANES>().0) {
        for lane in 0..LANES {
            let value = if values[lane] > 0.0 { values[lane] } else { 0.0 };
            let ratio = value / column[lane];
            let ratio = if column[lane] > TOLERANCE { ratio } else { f64::INFINITY };
            ratios[lane] = ratio;
            least[lane] = if ratio < least[lane] { ratio } else { least[lane] };
        }
    }
    least.iter().fold(f64::INFINITY, |least, &next| if next < least { next } else { least })
}

/// How many of the ratios are at most this.
#[inline(always)]
fn count_up_to(ratios: &[f64], most: f64) -> usize {
    ratios.iter().map(|&ratio| usize::from(ratio <= most)).sum()
}

impl Half {
    fn new(labels: Labels, stride: usize) -> Self {
        let mut half = Half {
            labels,
            stride,
            values: vec![0.0; stride],
            row_labels: vec![0; labels.other.1],
            strategies: 0,
            columns: Vec::new(),
            entered: Vec::new(),
            entering: vec![0.0; stride],
            ratios: vec![0.0; stride],
            perturbed: vec![0.0; stride],
        };
        half.start();
        half
    }

    /// Goes to the vertex 0.
    fn start(&mut self) {
        let (first, rows) = self.labels.other;
        self.values[..rows].fill(1.0);
        self.values[rows..].fill(0.0);
        self.row_labels.iter_mut().enumerate().for_each(|(row, label)| *label = first + row);
        self.strategies = 0;
        self.columns.clear();
        self.entered.clear();
    }

    fn load(&mut self, label: usize, columns: &mut Columns<'_>) {
        if self.labels.is_slack(label) {
            self.entering.fill(0.0);
            self.entering[label - self.labels.other.0] = 1.0;
        } else {
            self.entering.copy_from_slice(columns.of_action(label - self.labels.own.0));
        }
    }

    /// Makes the variable of the column `entering` basic in a row.
    #[inline(always)]
    fn pivot(&mut self, row: usize) {
        let inverse = 1.0 / self.entering[row];
        let step = self.values[row] * inverse;
        subtract_multiple(&mut self.values, step, &self.entering);
        self.values[row] = step;
        self.columns.extend_from_slice(&self.entering);
        self.entered.push(Entered { row, inverse });
    }

    /// Lets a label enter; the label that leaves, or `None` when nothing does or it is not clear what.
    fn enter(&mut self, label: usize, columns: &mut Columns<'_>) -> Option<usize> {
        if self.entered.len() > 2 * self.strategies + SPARE_COLUMNS {
            self.start_anew(columns);
        }
        self.load(label, columns);
        let (least, tied) = widest(|| {
            bring_up_to_date(&mut self.entering, &self.columns, &self.entered);
            let least = least_ratio(&self.values, &self.entering, &mut self.ratios);
            (least, count_up_to(&self.ratios, least + TIE * (1.0 + least)))
        });
        if least == f64::INFINITY {
            return None;
        }
        let row = if tied == 1 {
            self.ratios.iter().position(|&ratio| ratio == least)?
        } else {
            self.lexicographic_row(least)?
        };
        // Only rounding can have made it negative.
        self.values[row] = self.values[row].max(0.0);
        widest(|| self.pivot(row));
        let leaving = std::mem::replace(&mut self.row_labels[row], label);
        self.strategies += usize::from(!self.labels.is_slack(label));
        self.strategies -= usize::from(!self.labels.is_slack(leaving));
        Some(leaving)
    }

    /// Enters the strategies in use from the vertex 0 on, each in the row where it is largest.
    fn start_anew(&mut self, columns: &mut Columns<'_>) {
        let (first, rows) = self.labels.other;
        let mut free = vec![true; rows];
        let mut strategies = Vec::with_capacity(self.strategies);
        for &label in &self.row_labels {
            if self.labels.is_slack(label) {
                free[label - first] = false;
            } else {
                strategies.push(label);
            }
        }
        let count = self.strategies;
        self.start();
        self.strategies = count;
        for label in strategies {
            self.load(label, columns);
            widest(|| bring_up_to_date(&mut self.entering, &self.columns, &self.entered));
            let size = |row: usize| self.entering[row].abs();
            let largest = (0..rows)
                .filter(|&row| free[row])
                .reduce(|best, row| if size(row) > size(best) { row } else { best });
            // There are as many rows as strategies.
            let Some(row) = largest else { return };
            free[row] = false;
            widest(|| self.pivot(row));
            self.row_labels[row] = label;
        }
    }

    /// The row among those of about the least ratio that the perturbation of `lemke_howson` chooses;
    /// `None` when that is not clear either.
    fn lexicographic_row(&mut self, least: f64) -> Option<usize> {
        let (first, rows) = self.labels.other;
        let most = least + TIE * (1.0 + least);
        let mut tied: Vec<usize> = (0..rows).filter(|&row| self.ratios[row] <= most).collect();
        // The variables that were basic at the start, each with a smaller perturbation.
        for slack in 0..rows {
            if tied.len() <= 1 {
                break;
            }
            if self.row_labels.contains(&(first + slack)) {
                // Only the row of a basic variable has its perturbation, and with a plus sign.
                tied.retain(|&row| self.row_labels[row] != first + slack);
                continue;
            }
            self.perturbed.fill(0.0);
            self.perturbed[slack] = 1.0;
            widest(|| bring_up_to_date(&mut self.perturbed, &self.columns, &self.entered));
            let ratio = |row: usize| self.perturbed[row] / self.entering[row];
            let least = tied.iter().map(|&row| ratio(row)).fold(f64::INFINITY, f64::min);
            tied.retain(|&row| ratio(row) <= least + TIE * (1.0 + least.abs()));
        }
        (tied.len() == 1).then(|| tied[0])
    }

    /// The player's actions that are basic, ascending.
    fn support(&self) -> Vec<usize> {
        let strategies = self.row_labels.iter().filter(|&&label| !self.labels.is_slack(label));
        let mut support: Vec<usize> = strategies.map(|label| label - self.labels.own.0).collect();
        support.sort_unstable();
        support
    }
}

/// Where a path is after a pivot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At a pair of vertices that lacks one label.
    Underway,
    /// At a pair with all labels.
    End,
    /// Nobody knows.
    Lost,
}

/// A path, or many one after the other in the same memory.
pub(super) struct FloatPath {
    halves: [Half; 2],
    dropped: usize,
    entering: usize,
    side: usize,
}

impl FloatPath {
    /// The path that drops label 0.
    pub(super) fn new(columns: &[Columns<'_>; 2]) -> Self {
        let halves = columns.each_ref().map(|columns| Half::new(columns.labels, columns.stride));
        FloatPath { halves, dropped: 0, entering: 0, side: 0 }
    }

    /// Goes to the start of the path that drops a label.
    pub(super) fn drop_label(&mut self, label: usize) {
        self.halves.iter_mut().for_each(Half::start);
        self.dropped = label;
        self.entering = label;
        // The label enters where it is a strategy.
        self.side = usize::from(self.halves[0].labels.is_slack(label));
    }

    /// One pivot.
    pub(super) fn step(&mut self, columns: &mut [Columns<'_>; 2]) -> Place {
        let side = self.side;
        match self.halves[side].enter(self.entering, &mut columns[side]) {
            None => Place::Lost,
            Some(leaving) if leaving == self.dropped => Place::End,
            Some(leaving) => {
                self.entering = leaving;
                self.side = 1 - side;
                Place::Underway
            }
        }
    }

    /// The cost of the next pivot, in units of the budget's clock.
    pub(super) fn step_cost(&self) -> usize {
        let half = &self.halves[self.side];
        half.stride * (half.entered.len() + LANES) / LANES
    }

    /// The actions in use of both players.
    pub(super) fn supports(&self) -> [Vec<usize>; 2] {
        self.halves.each_ref().map(Half::support)
    }
}
