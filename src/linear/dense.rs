//! A basis guessed by the simplex method on a dense tableau of machine numbers.
//!
//! For programs in canonical form (A x ≤ b, x ≥ 0, b ≥ 0), as those of games are. The entering
//! column has the steepest edge, whose norm is at hand in a dense tableau (Goldfarb & Reid 1977).
//! The bounds are shifted by tiny amounts so that there are no ties, which is how degenerate
//! programs are kept from cycling here (Charnes 1952), and the ratio test prefers large pivots
//! among nearly equal ratios (Harris 1973). At the optimum the shifts are taken back, and where
//! that makes a variable negative, dual pivots follow (Lemke 1954).
//!
//! Nothing that comes out is trusted: it is a guess. When the exact check finds a variable or a
//! multiplier with the wrong sign, it says so, and [`Dense::repair`] makes the pivot that follows
//! from it, so that machine numbers choose among columns and exact ones decide the signs.

use super::Basis;
use super::confirm::Fault;
use super::integer_form::IntegerForm;

/// Reduced costs above −this count as optimal, on rows and objective scaled to 1.
const OPTIMALITY: f64 = 1e-9;
/// Entries below this are no pivots.
const SMALLEST_PIVOT: f64 = 1e-9;
/// The shift of the bounds, relative to the largest bound.
const SHIFT: f64 = 1e-7;
/// How far beyond the least ratio the ratio test looks for a larger pivot, relative.
const SLACK: f64 = 1e-9;

/// How far below zero a bound is negative once the shifts are gone.
const NEGATIVE: f64 = 1e-10;

/// The dense tableau of a program.
pub(super) struct Dense {
    m: usize,
    n: usize,
    /// Rows 0 to m are constraints, row m is the objective; column n is the shifted bound, column
    /// n + 1 the bound itself.
    entries: Vec<f64>,
    width: usize,
    /// Which of the two columns counts.
    bound: usize,
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    /// For each column 1 + the sum of squares of its entries in the constraints.
    norms: Vec<f64>,
    /// A copy of the pivot row.
    spare: Vec<f64>,
}

impl Dense {
    /// The tableau at the slack basis; `None` when a number is too large for it.
    pub(super) fn new(form: &IntegerForm) -> Option<Self> {
        let (m, n) = (form.rows.len(), form.objective.len());
        let width = n + 2;
        let mut entries = vec![0.0; (m + 1) * width];
        let mut largest_bound = 0.0f64;
        for (row, line) in form.rows.iter().zip(entries.chunks_exact_mut(width)) {
            for (variable, value) in &row.coefficients {
                line[*variable] = value.to_f64().value();
            }
            line[n + 1] = row.bound.to_f64().value();
            let largest = line[..n].iter().fold(0.0f64, |most, x| most.max(x.abs()));
            if largest > 0.0 {
                line.iter_mut().for_each(|x| *x /= largest);
            }
            largest_bound = largest_bound.max(line[n + 1]);
        }
        let shift = SHIFT * if largest_bound > 0.0 { largest_bound } else { 1.0 };
        let (constraints, objective) = entries.split_at_mut(m * width);
        for (row, line) in constraints.chunks_exact_mut(width).enumerate() {
            // Multiples of the golden ratio modulo 1 are far apart: no two shifts are close.
            line[n] = line[n + 1] + shift * (0.5 + (row as f64 * 0.618_033_988_749_895).fract());
        }
        for (entry, value) in objective.iter_mut().zip(&form.objective) {
            *entry = -value.to_f64().value();
        }
        let largest = objective.iter().fold(0.0f64, |most, x| most.max(x.abs()));
        if largest > 0.0 {
            objective.iter_mut().for_each(|x| *x /= largest);
        }
        if entries.iter().any(|x| !x.is_finite()) {
            return None;
        }
        let mut dense = Dense {
            m,
            n,
            entries,
            width,
            bound: n,
            basic: (n..n + m).collect(),
            nonbasic: (0..n).collect(),
            norms: vec![1.0; width],
            spare: Vec::new(),
        };
        for line in dense.entries[..m * width].chunks_exact(width) {
            for (norm, x) in dense.norms.iter_mut().zip(line) {
                *norm += x * x;
            }
        }
        Some(dense)
    }

    /// Pivots to a basis that is optimal as far as machine numbers can tell, and is then given by
    /// [`Dense::basis`]. False when the program seems unbounded, when there are too many pivots, or
    /// when `go_on`, which is asked before each pivot, says no. O(rows × columns) a pivot.
    pub(super) fn optimize(&mut self, go_on: &dyn Fn() -> bool) -> bool {
        let most = 200 + 20 * (self.m + self.n);
        for _ in 0..most {
            let next = match self.entering() {
                Some(column) => self.leaving(column).map(|row| (row, column)),
                None if self.bound == self.n => {
                    self.bound = self.n + 1;
                    continue;
                }
                None => match self.most_negative() {
                    Some(row) => self.entering_for(row).map(|column| (row, column)),
                    None => return true,
                },
            };
            let Some((row, column)) = next else { return false };
            if !go_on() {
                return false;
            }
            self.pivot(row, column);
        }
        false
    }

    /// Makes the pivot that mends a fault; false when there is none.
    pub(super) fn repair(&mut self, fault: &Fault) -> bool {
        let pivot = match *fault {
            Fault::Singular => None,
            Fault::Negative(label) => self
                .basic
                .iter()
                .position(|&variable| variable == label)
                .and_then(|row| self.entering_for(row).map(|column| (row, column))),
            Fault::Improving(label) => self
                .nonbasic
                .iter()
                .position(|&variable| variable == label)
                .and_then(|column| self.leaving(column).map(|row| (row, column))),
        };
        let Some((row, column)) = pivot else { return false };
        self.pivot(row, column);
        true
    }

    /// The row with the most negative bound.
    fn most_negative(&self) -> Option<usize> {
        let bounds = self.entries[..self.m * self.width].chunks_exact(self.width);
        let mut worst: Option<(usize, f64)> = None;
        for (row, line) in bounds.enumerate() {
            let bound = line[self.bound];
            if bound < -NEGATIVE && worst.is_none_or(|(_, least)| bound < least) {
                worst = Some((row, bound));
            }
        }
        worst.map(|(row, _)| row)
    }

    /// The column that enters when the variable of a row must rise: the dual ratio test.
    fn entering_for(&self, row: usize) -> Option<usize> {
        let costs = &self.entries[self.m * self.width..][..self.n];
        let line = &self.entries[row * self.width..][..self.n];
        let ratio = |(&cost, &entry): (&f64, &f64)| cost.max(0.0) / -entry;
        let candidates =
            || costs.iter().zip(line).enumerate().filter(|(_, (_, x))| **x < -SMALLEST_PIVOT);
        let least = candidates().map(|(_, pair)| ratio(pair)).fold(f64::INFINITY, f64::min);
        candidates()
            .filter(|&(_, pair)| ratio(pair) <= least * (1.0 + SLACK) + f64::MIN_POSITIVE)
            .min_by(|(_, (_, one)), (_, (_, other))| one.total_cmp(other))
            .map(|(column, _)| column)
    }

    fn entering(&self) -> Option<usize> {
        let costs = &self.entries[self.m * self.width..][..self.n];
        let mut best: Option<(usize, f64)> = None;
        for (column, (&cost, &norm)) in costs.iter().zip(&self.norms).enumerate() {
            if cost < -OPTIMALITY {
                let steepness = cost * cost / norm.max(1.0);
                if best.is_none_or(|(_, most)| steepness > most) {
                    best = Some((column, steepness));
                }
            }
        }
        best.map(|(column, _)| column)
    }

    fn leaving(&self, column: usize) -> Option<usize> {
        let lines = || self.entries[..self.m * self.width].chunks_exact(self.width);
        let mut least = f64::INFINITY;
        for line in lines() {
            if line[column] > SMALLEST_PIVOT {
                least = least.min(line[self.bound].max(0.0) / line[column]);
            }
        }
        if least == f64::INFINITY {
            return None;
        }
        let most = least * (1.0 + SLACK) + f64::MIN_POSITIVE;
        let mut best: Option<(usize, f64)> = None;
        for (row, line) in lines().enumerate() {
            let entry = line[column];
            if entry > SMALLEST_PIVOT
                && line[self.bound].max(0.0) <= most * entry
                && best.is_none_or(|(_, largest)| entry > largest)
            {
                best = Some((row, entry));
            }
        }
        best.map(|(row, _)| row)
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let width = self.width;
        let inverse = 1.0 / self.entries[row * width + column];
        let pivot_row = &mut self.entries[row * width..][..width];
        for (at, (x, norm)) in pivot_row.iter_mut().zip(&mut self.norms).enumerate() {
            let old = *x;
            *x = if at == column { inverse } else { old * inverse };
            *norm += (*x - old) * (*x + old);
        }
        self.spare.clear();
        self.spare.extend_from_slice(pivot_row);
        for (at, line) in self.entries.chunks_exact_mut(width).enumerate() {
            let factor = line[column];
            if at == row || factor == 0.0 {
                continue;
            }
            line[column] = 0.0;
            if at < self.m {
                // The norms change by what the rows change; those of untouched rows stay.
                self.norms[column] -= factor * factor;
                for ((x, pivot), norm) in line.iter_mut().zip(&self.spare).zip(&mut self.norms) {
                    let old = *x;
                    *x -= factor * pivot;
                    *norm += (*x - old) * (*x + old);
                }
            } else {
                line.iter_mut().zip(&self.spare).for_each(|(x, pivot)| *x -= factor * pivot);
            }
        }
        std::mem::swap(&mut self.basic[row], &mut self.nonbasic[column]);
    }

    /// The basis that the pivots have led to.
    pub(super) fn basis(&self) -> Basis {
        let mut columns: Vec<usize> =
            self.basic.iter().copied().filter(|&variable| variable < self.n).collect();
        let mut rows: Vec<usize> =
            self.nonbasic.iter().filter_map(|variable| variable.checked_sub(self.n)).collect();
        columns.sort_unstable();
        rows.sort_unstable();
        Basis { columns, rows }
    }
}
