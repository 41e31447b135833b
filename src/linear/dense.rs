//! A basis guessed by the simplex method on a dense tableau of machine numbers.
//!
//! For programs in canonical form (A x ≤ b, x ≥ 0, b ≥ 0), as those of games are. The entering
//! column has the steepest edge, whose norm is at hand in a dense tableau (Goldfarb & Reid 1977).
//! The bounds are shifted by tiny amounts so that there are no ties, which is how degenerate
//! programs are kept from cycling here (Charnes 1952), and the ratio test prefers large pivots
//! among nearly equal ratios (Harris 1973). At the optimum the shifts are taken back, and where
//! that makes a variable negative, dual pivots follow (Lemke 1954).
//!
//! Most rows of the program for a correlated equilibrium have bound zero, and few of them matter.
//! [`Dense::optimize_lazily`] begins without such rows, adds those that its optimum violates, and
//! goes on with dual pivots: the tableau stays small (Dantzig, Fulkerson & Johnson 1954).
//!
//! Nothing that comes out is trusted: it is a guess. When the exact check finds a variable or a
//! multiplier with the wrong sign, it says so, and [`Dense::repair`] makes the pivot that follows
//! from it, so that machine numbers choose among columns and exact ones decide the signs.

use super::Basis;
use super::confirm::Fault;
use super::integer_form::IntegerForm;
use super::lanes::widest;

/// Reduced costs above −this count as optimal, on rows and objective scaled to 1.
const OPTIMALITY: f64 = 1e-9;
/// Entries below this are no pivots.
const SMALLEST_PIVOT: f64 = 1e-9;
/// The shift of the bounds, relative to the largest bound.
const SHIFT: f64 = 1e-7;
/// How far beyond the least ratio the ratio test looks for a larger pivot, relative.
const SLACK: f64 = 1e-9;
/// How far below zero a bound is negative once the shifts are gone: at first, and at last. Some
/// correlated equilibria need probabilities that are smaller than the first.
const NEGATIVE: f64 = 1e-10;
const LEAST_NEGATIVE: f64 = 1e-16;
/// Entries of the largest tableau: 128 MiB.
const MOST_ENTRIES: usize = 1 << 24;
/// How many violated rows are added at a time.
const ROWS_AT_A_TIME: usize = 16;

/// After so many pivots rounding may have changed a tableau.
const MOST_PIVOTS_OF_A_TABLEAU: usize = 200;

/// A row of the program, scaled so that its largest coefficient is 1.
struct ScaledRow {
    coefficients: Vec<(usize, f64)>,
    /// The shifted bound and the bound itself.
    bounds: [f64; 2],
}

/// The dense tableau of a program, or of some of its rows.
pub(super) struct Dense {
    rows: Vec<ScaledRow>,
    n: usize,
    /// One line for each row in the tableau; column n is the shifted bound, column n + 1 the bound
    /// itself.
    entries: Vec<f64>,
    /// The same for the objective.
    costs: Vec<f64>,
    width: usize,
    /// Which of the two columns of bounds counts.
    bound: usize,
    /// The variable of each line: structural ones from 0, then the slacks of all rows.
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    /// Which rows of the program are in the tableau.
    present: Vec<bool>,
    /// For each column 1 + the sum of squares of its entries.
    norms: Vec<f64>,
    /// A copy of the pivot row.
    spare: Vec<f64>,
    /// The costs of the program.
    objective: Vec<f64>,
    pivots_since_made: usize,
    /// How far below zero a bound is negative.
    negative: f64,
}

impl Dense {
    /// The tableau without rows; `None` when a number is too large for it.
    pub(super) fn new(form: &IntegerForm) -> Option<Self> {
        let n = form.objective.len();
        let largest = |values: &mut dyn Iterator<Item = f64>| {
            let largest = values.fold(0.0f64, |most, x| most.max(x.abs()));
            if largest == 0.0 { 1.0 } else { largest }
        };
        let mut rows: Vec<ScaledRow> = form
            .rows
            .iter()
            .map(|row| {
                let mut coefficients: Vec<(usize, f64)> = row
                    .coefficients
                    .iter()
                    .map(|(variable, value)| (*variable, value.to_f64().value()))
                    .collect();
                let scale = largest(&mut coefficients.iter().map(|&(_, value)| value));
                coefficients.iter_mut().for_each(|(_, value)| *value /= scale);
                ScaledRow { coefficients, bounds: [row.bound.to_f64().value() / scale; 2] }
            })
            .collect();
        let shift = SHIFT * largest(&mut rows.iter().map(|row| row.bounds[1]));
        for (at, row) in rows.iter_mut().enumerate() {
            // Multiples of the golden ratio modulo 1 are far apart: no two shifts are close.
            row.bounds[0] += shift * (0.5 + (at as f64 * 0.618_033_988_749_895).fract());
        }
        let mut costs: Vec<f64> = form.objective.iter().map(|c| -c.to_f64().value()).collect();
        let scale = largest(&mut costs.iter().copied());
        costs.iter_mut().for_each(|cost| *cost /= scale);
        costs.extend([0.0, 0.0]);
        let numbers = rows.iter().flat_map(|row| {
            row.bounds.iter().chain(row.coefficients.iter().map(|(_, value)| value))
        });
        if !numbers.chain(&costs).all(|x| x.is_finite()) {
            return None;
        }
        Some(Dense {
            present: vec![false; rows.len()],
            rows,
            n,
            entries: Vec::new(),
            objective: costs.clone(),
            pivots_since_made: 0,
            negative: NEGATIVE,
            costs,
            width: n + 2,
            bound: n,
            basic: Vec::new(),
            nonbasic: (0..n).collect(),
            norms: vec![1.0; n + 2],
            spare: Vec::new(),
        })
    }

    /// Pivots to a basis that is optimal as far as machine numbers can tell, and is then given by
    /// [`Dense::basis`]. False when the program seems unbounded, does not fit, needs too many pivots,
    /// or when `go_on`, which is asked before each pivot, says no. O(rows × columns) a pivot.
    pub(super) fn optimize(&mut self, go_on: &dyn Fn() -> bool) -> bool {
        (0..self.rows.len()).all(|row| self.add_row(row))
            && self.pivot_to_the_end(&mut self.most_pivots(), go_on)
    }

    /// As [`Dense::optimize`], beginning with the rows whose bound is not zero.
    pub(super) fn optimize_lazily(&mut self, go_on: &dyn Fn() -> bool) -> bool {
        for row in 0..self.rows.len() {
            if self.rows[row].bounds[1] != 0.0 && !self.add_row(row) {
                return false;
            }
        }
        self.resume(go_on)
    }

    /// Goes on from the basis of the tableau, and adds rows that its optimum violates.
    pub(super) fn resume(&mut self, go_on: &dyn Fn() -> bool) -> bool {
        let mut pivots = self.most_pivots();
        loop {
            if !self.pivot_to_the_end(&mut pivots, go_on) {
                return false;
            }
            if self.pivots_since_made > MOST_PIVOTS_OF_A_TABLEAU {
                if !self.make_anew() {
                    return false;
                }
                continue;
            }
            let violated = self.violated_rows();
            if violated.is_empty() {
                return true;
            }
            if !violated.into_iter().all(|row| self.add_row(row)) {
                return false;
            }
        }
    }

    /// Takes smaller numbers for negative than before, in a tableau that is made anew, and goes on;
    /// false when that leads nowhere, or was done enough.
    pub(super) fn sharpen(&mut self, go_on: &dyn Fn() -> bool) -> bool {
        if self.negative <= LEAST_NEGATIVE {
            return false;
        }
        self.negative = (1e-3 * self.negative).max(LEAST_NEGATIVE);
        let before = self.basis();
        self.make_anew() && self.resume(go_on) && self.basis() != before
    }

    /// Makes the tableau of the same basis and the same rows anew from the program, without what
    /// rounding has done to it; false, and nothing is changed, when the basis seems singular.
    fn make_anew(&mut self) -> bool {
        let mut anew = Dense {
            rows: std::mem::take(&mut self.rows),
            entries: Vec::with_capacity(self.entries.len()),
            costs: self.objective.clone(),
            bound: self.n + 1,
            basic: Vec::with_capacity(self.basic.len()),
            nonbasic: (0..self.n).collect(),
            present: vec![false; self.present.len()],
            norms: vec![1.0; self.width],
            spare: std::mem::take(&mut self.spare),
            objective: std::mem::take(&mut self.objective),
            pivots_since_made: 0,
            ..*self
        };
        let made = anew.take_over(&self.basis(), &self.present);
        if made {
            *self = anew;
        } else {
            self.rows = anew.rows;
            self.spare = anew.spare;
            self.objective = anew.objective;
        }
        made
    }

    /// Makes an empty tableau one of a basis, with these rows.
    fn take_over(&mut self, basis: &Basis, present: &[bool]) -> bool {
        if !basis.rows.iter().all(|&row| self.add_row(row)) {
            return false;
        }
        for &column in &basis.columns {
            // A pivot leaves the other structural variables where they are.
            let entry = |row: usize| self.entries[row * self.width + column].abs();
            let waiting = (0..self.basic.len()).filter(|&row| self.basic[row] >= self.n);
            match waiting.max_by(|&one, &other| entry(one).total_cmp(&entry(other))) {
                Some(row) if entry(row) > SMALLEST_PIVOT => self.pivot(row, column),
                _ => return false,
            }
        }
        self.pivots_since_made = 0;
        (0..present.len()).all(|row| !present[row] || self.present[row] || self.add_row(row))
    }

    fn most_pivots(&self) -> usize {
        200 + 20 * (self.rows.len() + self.n)
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

    /// Makes the pivot that mends a fault; false when there is none.
    pub(super) fn repair(&mut self, fault: &Fault) -> bool {
        self.bound = self.n + 1;
        let pivot = match *fault {
            Fault::Singular => None,
            Fault::Negative(label) => {
                if let Some(row) = label.checked_sub(self.n)
                    && !self.present[row]
                    && !self.add_row(row)
                {
                    return false;
                }
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
        true
    }

    /// Appends a row of the program, written in the variables that are not basic now; false when
    /// it does not fit.
    fn add_row(&mut self, row: usize) -> bool {
        if self.entries.len() + self.width > MOST_ENTRIES {
            return false;
        }
        let mut place = vec![None; self.n];
        for (at, &variable) in self.basic.iter().enumerate() {
            if let Some(place) = place.get_mut(variable) {
                *place = Some(at);
            }
        }
        let mut line = vec![0.0; self.width];
        line[self.n..].copy_from_slice(&self.rows[row].bounds);
        let mut column_of = vec![usize::MAX; self.n];
        for (column, &variable) in self.nonbasic.iter().enumerate() {
            if let Some(column_of) = column_of.get_mut(variable) {
                *column_of = column;
            }
        }
        for &(variable, value) in &self.rows[row].coefficients {
            match place[variable] {
                None => line[column_of[variable]] += value,
                Some(at) => {
                    let basic = &self.entries[at * self.width..][..self.width];
                    line.iter_mut().zip(basic).for_each(|(x, entry)| *x -= value * entry);
                }
            }
        }
        for (norm, x) in self.norms.iter_mut().zip(&line) {
            *norm += x * x;
        }
        self.entries.extend_from_slice(&line);
        self.basic.push(self.n + row);
        self.present[row] = true;
        true
    }

    /// The rows outside the tableau that its solution violates most.
    fn violated_rows(&self) -> Vec<usize> {
        let mut point = vec![0.0; self.n];
        for (line, &variable) in self.entries.chunks_exact(self.width).zip(&self.basic) {
            if let Some(x) = point.get_mut(variable) {
                *x = line[self.n + 1];
            }
        }
        let mut violated: Vec<(usize, f64)> = Vec::new();
        for (at, row) in self.rows.iter().enumerate().filter(|&(at, _)| !self.present[at]) {
            let left: f64 =
                row.coefficients.iter().map(|&(variable, value)| value * point[variable]).sum();
            if left > row.bounds[1] + self.negative {
                violated.push((at, left - row.bounds[1]));
            }
        }
        violated.sort_by(|one, other| other.1.total_cmp(&one.1));
        violated.truncate(ROWS_AT_A_TIME);
        violated.into_iter().map(|(row, _)| row).collect()
    }

    /// The row with the most negative bound.
    fn most_negative(&self) -> Option<usize> {
        let mut worst: Option<(usize, f64)> = None;
        for (row, line) in self.entries.chunks_exact(self.width).enumerate() {
            let bound = line[self.bound];
            if bound < -self.negative && worst.is_none_or(|(_, least)| bound < least) {
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
        self.pivots_since_made += 1;
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
