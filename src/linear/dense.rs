//! A basis guessed by the simplex method on a dense tableau of machine numbers.
//!
//! For programs in canonical form (A x ≤ b, x ≥ 0, b ≥ 0), as those of games are. The entering
//! column has the steepest edge, whose norm is at hand in a dense tableau (Goldfarb & Reid 1977).
//! The bounds are shifted by tiny amounts so that there are no ties, which is how degenerate
//! programs are kept from cycling here (Charnes 1952), and the ratio test prefers large pivots
//! among nearly equal ratios (Harris 1973). Nothing that comes out is trusted: it is a guess.

use super::Basis;
use super::integer_form::IntegerForm;

/// Reduced costs above −this count as optimal, on rows and objective scaled to 1.
const OPTIMALITY: f64 = 1e-9;
/// Entries below this are no pivots.
const SMALLEST_PIVOT: f64 = 1e-9;
/// The shift of the bounds, relative to the largest bound.
const SHIFT: f64 = 1e-7;
/// How far beyond the least ratio the ratio test looks for a larger pivot, relative.
const SLACK: f64 = 1e-9;

/// A basis that is optimal as far as machine numbers can tell; `None` when they overflow, when the
/// program seems unbounded, when there are too many pivots, or when `go_on` says no.
///
/// `go_on` is asked before each pivot. O(rows × columns) a pivot.
pub(super) fn guess_basis(form: &IntegerForm, go_on: &dyn Fn() -> bool) -> Option<Basis> {
    let mut tableau = Dense::new(form)?;
    let most = 200 + 20 * (tableau.m + tableau.n);
    for _ in 0..most {
        let Some(column) = tableau.entering() else { return Some(tableau.basis()) };
        let row = tableau.leaving(column)?;
        if !go_on() {
            return None;
        }
        tableau.pivot(row, column);
    }
    None
}

struct Dense {
    m: usize,
    n: usize,
    /// Rows 0 to m are constraints, row m is the objective; the last column is the bound.
    entries: Vec<f64>,
    width: usize,
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    /// For each column 1 + the sum of squares of its entries in the constraints.
    norms: Vec<f64>,
    /// A copy of the pivot row.
    spare: Vec<f64>,
}

impl Dense {
    fn new(form: &IntegerForm) -> Option<Self> {
        let (m, n) = (form.rows.len(), form.objective.len());
        let width = n + 1;
        let mut entries = vec![0.0; (m + 1) * width];
        let mut largest_bound = 0.0f64;
        for (row, line) in form.rows.iter().zip(entries.chunks_exact_mut(width)) {
            for (variable, value) in &row.coefficients {
                line[*variable] = value.to_f64().value();
            }
            line[n] = row.bound.to_f64().value();
            let largest = line[..n].iter().fold(0.0f64, |most, x| most.max(x.abs()));
            if largest > 0.0 {
                line.iter_mut().for_each(|x| *x /= largest);
            }
            largest_bound = largest_bound.max(line[n]);
        }
        let shift = SHIFT * if largest_bound > 0.0 { largest_bound } else { 1.0 };
        let (constraints, objective) = entries.split_at_mut(m * width);
        for (row, line) in constraints.chunks_exact_mut(width).enumerate() {
            // Multiples of the golden ratio modulo 1 are far apart: no two shifts are close.
            line[n] += shift * (0.5 + (row as f64 * 0.618_033_988_749_895).fract());
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

    fn entering(&self) -> Option<usize> {
        let costs = &self.entries[self.m * self.width..][..self.n];
        let mut best: Option<(usize, f64)> = None;
        for (column, (&cost, &norm)) in costs.iter().zip(&self.norms).enumerate() {
            if cost < -OPTIMALITY {
                let steepness = cost * cost / norm;
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
                least = least.min(line[self.n].max(0.0) / line[column]);
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
                && line[self.n].max(0.0) <= most * entry
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
        pivot_row.iter_mut().for_each(|x| *x *= inverse);
        pivot_row[column] = inverse;
        self.spare.clear();
        self.spare.extend_from_slice(pivot_row);
        self.norms.fill(1.0);
        for (at, line) in self.entries.chunks_exact_mut(width).enumerate() {
            if at != row {
                let factor = line[column];
                if factor != 0.0 {
                    line[column] = 0.0;
                    for (x, pivot) in line.iter_mut().zip(&self.spare) {
                        *x -= factor * pivot;
                    }
                }
            }
            if at < self.m {
                for (norm, x) in self.norms.iter_mut().zip(line.iter()) {
                    *norm += x * x;
                }
            }
        }
        std::mem::swap(&mut self.basic[row], &mut self.nonbasic[column]);
    }

    fn basis(&self) -> Basis {
        let mut columns: Vec<usize> =
            self.basic.iter().copied().filter(|&variable| variable < self.n).collect();
        let mut rows: Vec<usize> =
            self.nonbasic.iter().filter_map(|variable| variable.checked_sub(self.n)).collect();
        columns.sort_unstable();
        rows.sort_unstable();
        Basis { columns, rows }
    }
}
