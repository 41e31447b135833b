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
use super::lanes::widest;
use super::scaled::ScaledProgram;

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
/// Entries of the largest tableau: 128 MiB.
const MOST_ENTRIES: usize = 1 << 24;
/// The dense tableau of a program.
pub(super) struct Dense {
    n: usize,
    /// One line for each row; column n is the shifted bound, column n + 1 the bound itself.
    entries: Vec<f64>,
    /// The same for the objective.
    costs: Vec<f64>,
    width: usize,
    /// Which of the two columns of bounds counts.
    bound: usize,
    /// The variable of each line: structural ones from 0, then the slacks of all rows.
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    /// For each column 1 + the sum of squares of its entries.
    norms: Vec<f64>,
    /// A copy of the pivot row.
    spare: Vec<f64>,
}

impl Dense {
    /// The tableau of the basis of all slacks; `None` when it is too large.
    pub(super) fn new(program: ScaledProgram) -> Option<Self> {
        let ScaledProgram { rows, objective } = program;
        let n = objective.len();
        let width = n + 2;
        if rows.len().saturating_mul(width) > MOST_ENTRIES {
            return None;
        }
        let mut entries = vec![0.0; rows.len() * width];
        let mut norms = vec![1.0; width];
        let largest = rows.iter().map(|row| row.bound).fold(0.0, f64::max);
        let shift = SHIFT * if largest == 0.0 { 1.0 } else { largest };
        for (at, (row, line)) in rows.iter().zip(entries.chunks_exact_mut(width)).enumerate() {
            for &(variable, value) in &row.coefficients {
                line[variable] = value;
                norms[variable] += value * value;
            }
            // Multiples of the golden ratio modulo 1 are far apart: no two shifts are close.
            line[n] = row.bound + shift * (0.5 + (at as f64 * 0.618_033_988_749_895).fract());
            line[n + 1] = row.bound;
        }
        let costs = objective.iter().map(|cost| -cost).chain([0.0, 0.0]).collect();
        Some(Dense {
            n,
            entries,
            costs,
            width,
            bound: n,
            basic: (n..n + rows.len()).collect(),
            nonbasic: (0..n).collect(),
            norms,
            spare: Vec::new(),
        })
    }

    /// Pivots to a basis that is optimal as far as machine numbers can tell, and is then given by
    /// [`Dense::basis`]. False when the program seems unbounded, needs too many pivots, or when
    /// `go_on`, which is asked before each pivot, says no. O(rows × columns) a pivot.
    pub(super) fn optimize(&mut self, go_on: &dyn Fn() -> bool) -> bool {
        self.pivot_to_the_end(&mut self.most_pivots(), go_on)
    }

    fn most_pivots(&self) -> usize {
        200 + 20 * (self.basic.len() + self.n)
    }

    fn pivot_to_the_end(&mut self, pivots: &mut usize, go_on: &dyn Fn() -> bool) -> bool {
        loop {
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
            if *pivots == 0 || !go_on() {
                return false;
            }
            *pivots -= 1;
            self.pivot(row, column);
        }
    }

    /// Makes the pivot that mends a fault, and goes on from there; false when there is none.
    pub(super) fn repair(&mut self, fault: &Fault, go_on: &dyn Fn() -> bool) -> bool {
        self.bound = self.n + 1;
        let pivot = match *fault {
            Fault::Singular => None,
            Fault::Negative(label) => {
                let row = self.basic.iter().position(|&variable| variable == label);
                row.and_then(|row| self.entering_for(row).map(|column| (row, column)))
            }
            Fault::Improving(label) => {
                let column = self.nonbasic.iter().position(|&variable| variable == label);
                column.and_then(|column| self.leaving(column).map(|row| (row, column)))
            }
        };
        let Some((row, column)) = pivot else { return false };
        self.pivot(row, column);
        self.optimize(go_on)
    }

    /// The row with the most negative bound.
    fn most_negative(&self) -> Option<usize> {
        let mut worst: Option<(usize, f64)> = None;
        for (row, line) in self.entries.chunks_exact(self.width).enumerate() {
            let bound = line[self.bound];
            if bound < -NEGATIVE && worst.is_none_or(|(_, least)| bound < least) {
                worst = Some((row, bound));
            }
        }
        worst.map(|(row, _)| row)
    }

    /// The column that enters when the variable of a row must rise: the dual ratio test.
    fn entering_for(&self, row: usize) -> Option<usize> {
        let line = &self.entries[row * self.width..][..self.n];
        let candidates = || {
            let pairs = self.costs.iter().zip(line).enumerate();
            pairs.filter(|(_, (_, entry))| **entry < -SMALLEST_PIVOT)
        };
        let ratio = |cost: f64, entry: f64| cost.max(0.0) / -entry;
        let least = candidates()
            .map(|(_, (&cost, &entry))| ratio(cost, entry))
            .fold(f64::INFINITY, f64::min);
        let most = least * (1.0 + SLACK) + f64::MIN_POSITIVE;
        candidates()
            .filter(|(_, (cost, entry))| ratio(**cost, **entry) <= most)
            .min_by(|(_, (_, one)), (_, (_, other))| one.total_cmp(other))
            .map(|(column, _)| column)
    }

    fn entering(&self) -> Option<usize> {
        let mut best: Option<(usize, f64)> = None;
        for (column, (&cost, &norm)) in self.costs[..self.n].iter().zip(&self.norms).enumerate() {
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
        let lines = || self.entries.chunks_exact(self.width);
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
        let (entries, norms, spare) = (&mut self.entries, &mut self.norms, &self.spare);
        widest(|| subtract_pivot_row(entries, spare, (row, column), norms));
        let factor = std::mem::take(&mut self.costs[column]);
        self.costs.iter_mut().zip(&self.spare).for_each(|(x, pivot)| *x -= factor * pivot);
        std::mem::swap(&mut self.basic[row], &mut self.nonbasic[column]);
    }

    /// The values of the variables and the multipliers of the rows, of the scaled program.
    pub(super) fn solution(&self) -> (Vec<f64>, Vec<f64>) {
        let (mut primal, mut dual) = (vec![0.0; self.n], vec![0.0; self.basic.len()]);
        for (line, &variable) in self.entries.chunks_exact(self.width).zip(&self.basic) {
            if let Some(x) = primal.get_mut(variable) {
                *x = line[self.n + 1].max(0.0);
            }
        }
        for (&variable, cost) in self.nonbasic.iter().zip(&self.costs) {
            if let Some(row) = variable.checked_sub(self.n) {
                dual[row] = cost.max(0.0);
            }
        }
        (primal, dual)
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

/// Subtracts multiples of the pivot row from the others, so that their entries in the column vanish,
/// and keeps the norms of the columns up to date.
#[inline(always)]
fn subtract_pivot_row(
    entries: &mut [f64],
    pivot_row: &[f64],
    (row, column): (usize, usize),
    norms: &mut [f64],
) {
    for (at, line) in entries.chunks_exact_mut(pivot_row.len()).enumerate() {
        let factor = line[column];
        if at == row || factor == 0.0 {
            continue;
        }
        line[column] = 0.0;
        // The norms change by what the rows change; those of untouched rows stay.
        norms[column] -= factor * factor;
        for ((x, pivot), norm) in line.iter_mut().zip(pivot_row).zip(norms.iter_mut()) {
            let old = *x;
            *x -= factor * pivot;
            *norm += (*x - old) * (*x + old);
        }
    }
}
