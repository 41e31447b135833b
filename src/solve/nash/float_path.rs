//! The Lemke–Howson path in machine numbers: a suggestion of where the exact one ends.
//!
//! The same pivots as in `lemke_howson`, on dense tableaux of floating-point numbers. Its
//! end is not believed: the supports are solved again in integers and the pair is looked at in full
//! (`leaf`). Where a pivot is not clear, as on degenerate games, or when rounding leads astray, there
//! is no end, or no equilibrium at it; then the exact path is followed from the start.

use crate::linear::lanes::{subtract_multiple, widest};

use super::evidence::Replies;
use super::labels::Mask;
use super::polyhedron::Labels;

/// Paths are usually a few times as long as there are labels.
const MOST_PIVOTS_PER_LABEL: usize = 40;
const TOLERANCE: f64 = 1e-11;
/// Ratios that differ by less may be equal.
const TIE: f64 = 1e-10;

/// One polytope {x ≥ 0 : Σ_i b_j(i) x_i + s_j = 1} with payoffs between 1 and 2.
struct Half {
    cells: Vec<f64>,
    stride: usize,
    rows: usize,
    first_slack: usize,
    row_labels: Vec<usize>,
    /// Position 0 is not used.
    column_labels: Vec<usize>,
    /// The column of a label, 0 for one that is basic.
    columns: Vec<usize>,
    pivot_row: Vec<f64>,
}

impl Half {
    fn new(replies: &Replies) -> Self {
        let Labels { own: (own_first, own), other: (other_first, other) } = replies.labels;
        let stride = (own + 1).next_multiple_of(4);
        let mut cells = vec![0.0; other * stride];
        for (j, row) in cells.chunks_exact_mut(stride).enumerate() {
            row[0] = 1.0;
            for (cell, payoff) in row[1..=own].iter_mut().zip(replies.scaled_payoffs(j)) {
                *cell = 1.0 + payoff;
            }
        }
        let mut columns = vec![0; own + other];
        (0..own).for_each(|i| columns[own_first + i] = i + 1);
        Half {
            cells,
            stride,
            rows: other,
            first_slack: other_first,
            row_labels: (other_first..other_first + other).collect(),
            column_labels: std::iter::once(0).chain(own_first..own_first + own).collect(),
            columns,
            pivot_row: Vec::new(),
        }
    }

    /// Lets a label enter; the label that leaves, or `None` when nothing does.
    fn enter(&mut self, label: usize) -> Option<usize> {
        let column = self.columns[label];
        let (mut best, mut least, mut second) = (None, f64::INFINITY, f64::INFINITY);
        for (row, cells) in self.cells.chunks_exact(self.stride).enumerate() {
            let entry = cells[column];
            if entry > TOLERANCE {
                let ratio = cells[0].max(0.0) / entry;
                if ratio < least {
                    (best, least, second) = (Some(row), ratio, least);
                } else {
                    second = second.min(ratio);
                }
            }
        }
        let row = if second - least > TIE * (1.0 + least) {
            best?
        } else {
            self.lexicographic_row(column, least)?
        };
        let stride = self.stride;
        let inverse = 1.0 / self.cells[row * stride + column];
        self.pivot_row.clear();
        self.pivot_row
            .extend(self.cells[row * stride..][..stride].iter().map(|cell| cell * inverse));
        self.pivot_row[column] = inverse;
        let (cells, pivots) = (&mut self.cells, &self.pivot_row);
        widest(|| {
            for (at, cells) in cells.chunks_exact_mut(stride).enumerate() {
                let factor = cells[column];
                if at != row && factor != 0.0 {
                    cells[column] = 0.0;
                    subtract_multiple(cells, factor, pivots);
                }
            }
        });
        self.cells[row * stride..][..stride].copy_from_slice(&self.pivot_row);
        let leaving = self.row_labels[row];
        self.row_labels[row] = label;
        self.column_labels[column] = leaving;
        self.columns[label] = 0;
        self.columns[leaving] = column;
        Some(leaving)
    }

    /// The row among those of about the least ratio that the perturbation of `lemke_howson` chooses;
    /// `None` when that is not clear either.
    fn lexicographic_row(&self, column: usize, least: f64) -> Option<usize> {
        let cell = |row: usize, column: usize| self.cells[row * self.stride + column];
        let mut tied: Vec<usize> = (0..self.rows)
            .filter(|&row| {
                let entry = cell(row, column);
                entry > TOLERANCE && cell(row, 0).max(0.0) / entry <= least + TIE * (1.0 + least)
            })
            .collect();
        // The variables that were basic at the start, each with a smaller perturbation.
        for label in self.first_slack..self.first_slack + self.rows {
            if tied.len() <= 1 {
                break;
            }
            match self.columns[label] {
                // Only the row of a basic variable has its perturbation, and with a plus sign.
                0 => tied.retain(|&row| self.row_labels[row] != label),
                perturbed => {
                    let ratio = |row: usize| cell(row, perturbed) / cell(row, column);
                    let least = tied.iter().map(|&row| ratio(row)).fold(f64::INFINITY, f64::min);
                    tied.retain(|&row| ratio(row) <= least + TIE * (1.0 + least.abs()));
                }
            }
        }
        (tied.len() == 1).then(|| tied[0])
    }

    /// The labels that are zero at the vertex, as far as the basis says.
    fn zero<const W: usize>(&self) -> Mask<W> {
        let mut zero = Mask::EMPTY;
        self.column_labels[1..].iter().for_each(|&label| zero.insert(label));
        zero
    }

    fn pivot_cost(&self) -> usize {
        self.rows * self.stride / 2
    }
}

/// The labels that are zero on each side where the path that drops a label ends; `None` when it does
/// not end in time. `step` is told the cost of each pivot, and may stop it.
pub(super) fn follow<E, const W: usize>(
    sides: &[Replies; 2],
    dropped: usize,
    mut step: impl FnMut(usize) -> Result<(), E>,
) -> Result<Option<[Mask<W>; 2]>, E> {
    let mut halves = [Half::new(&sides[0]), Half::new(&sides[1])];
    let labels = sides[0].labels.count();
    // The label enters where it is a strategy.
    let mut side = if sides[0].labels.is_slack(dropped) { 1 } else { 0 };
    let mut entering = dropped;
    for _ in 0..MOST_PIVOTS_PER_LABEL * labels {
        step(halves[side].pivot_cost())?;
        let Some(leaving) = halves[side].enter(entering) else { return Ok(None) };
        if leaving == dropped {
            return Ok(Some([halves[0].zero(), halves[1].zero()]));
        }
        entering = leaving;
        side = 1 - side;
    }
    Ok(None)
}
