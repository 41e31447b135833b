//! The simplex method on the dense tableau of a matrix game, in machine numbers.
//!
//! The program is maximise Σ z subject to B z ≤ 1, z ≥ 0, for a positive matrix B (`matrix_game`). All
//! entries of its tableau are kept, which for a full matrix is the least work a pivot. What makes it
//! fast is the order of that work:
//!
//! - *Pricing*: Devex reference weights (Harris 1973), which need one row a pivot.
//! - *Delayed updates*: a pivot changes the tableau by a matrix of rank one. Only its row and its column
//!   are written at once; the rest waits, and several updates are made in one pass, so that large
//!   tableaux are not bound by memory. Rows and columns that are looked at in between are brought up
//!   to date one by one. Each entry goes through the same operations in the same order as without.
//! - *Ties*: the bounds are shifted by tiny amounts that all differ (Charnes 1952), and among nearly
//!   equal ratios the largest pivot is taken (Harris 1973). At the optimum the shifts are taken back,
//!   and where that makes a variable negative dual pivots follow (Lemke 1954).
//!
//! The end is a suggestion: what it is worth is evaluated on the original matrix (`bracket`).

use crate::game::PayoffMatrix;
use crate::linear::lanes::widest;

/// Updates that wait.
const BLOCK: usize = 16;
const LANES: usize = 8;
/// Tableaux with fewer entries are updated at once.
const ENTRIES_FOR_BLOCKS: usize = 2048;
/// The columns of one pass, so that what is subtracted stays in the first cache.
const TILE: usize = 32;
/// Reduced costs above −this are optimal; costs start at −1.
const OPTIMALITY: f64 = 1e-13;
/// Entries below this are no pivots.
const SMALLEST_PIVOT: f64 = 1e-9;
/// The shift of the bounds, which are 1.
const SHIFT: f64 = 1e-7;
/// How far beyond the least ratio the ratio test looks for a larger pivot, relative.
const SLACK: f64 = 1e-9;
/// How far below zero a bound is negative once the shifts are gone.
const NEGATIVE: f64 = 1e-12;

/// Eight neighbours in each of the rows that wait.
type Waiting = [[f64; LANES]; BLOCK];

/// How the pivots ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// At an optimum, as far as machine numbers can tell.
    Optimal,
    /// There is no pivot, or there were too many.
    Stuck,
    /// The caller asked to stop.
    Stopped,
}

/// The tableau.
pub(super) struct Tableau {
    rows: usize,
    columns: usize,
    stride: usize,
    /// Row-major; without the updates that wait.
    cells: Vec<f64>,
    /// The shifted bounds, and the bounds.
    bounds: [Vec<f64>; 2],
    /// Which of the two counts.
    bound: usize,
    /// Reduced costs, zero in the padding.
    costs: Vec<f64>,
    weights: Vec<f64>,
    /// Variables from 0, then slacks.
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    /// Cell (i, j) lacks −Σ_k factors[i][k] · waiting[j / LANES][k][j % LANES].
    factors: Vec<[f64; BLOCK]>,
    waiting: Vec<Waiting>,
    count: usize,
    most_waiting: usize,
    /// A column and a row that were brought up to date.
    column: Vec<f64>,
    row: Vec<f64>,
    pub(super) pivots: u64,
}

impl Tableau {
    /// For the matrix with its entries mapped onto 1 to 2; `round` varies the shifts.
    pub(super) fn new(matrix: &PayoffMatrix, round: u32) -> Self {
        let (rows, columns) = (matrix.rows(), matrix.columns());
        // An odd number of cache lines: the entries of a column do not share a set of the cache.
        let stride = (columns.div_ceil(LANES) | 1) * LANES;
        let (least, most) = matrix.range();
        // Halves, so that the difference of the largest numbers is one.
        let range = most / 2.0 - least / 2.0;
        let unit = if range > 0.0 { 0.5 / range } else { 0.0 };
        let mut cells = vec![0.0; rows * stride];
        for (row, cells) in cells.chunks_exact_mut(stride).enumerate() {
            for (cell, entry) in cells.iter_mut().zip(matrix.row(row)) {
                *cell = 1.0 + (entry - least) * unit;
            }
        }
        let shift = |at: usize| {
            // Multiples of the golden ratio modulo 1 are far apart: no two shifts are close.
            let step = (at as f64 + f64::from(round) * 0.377) * 0.618_033_988_749_895;
            1.0 + SHIFT * f64::from(1 + 9 * round) * (0.5 + step.fract())
        };
        let mut costs = vec![0.0; stride];
        costs[..columns].fill(-1.0);
        Tableau {
            rows,
            columns,
            stride,
            bounds: [(0..rows).map(shift).collect(), vec![1.0; rows]],
            bound: 0,
            costs,
            weights: vec![1.0; stride],
            basic: (columns..columns + rows).collect(),
            nonbasic: (0..columns).collect(),
            factors: vec![[0.0; BLOCK]; rows],
            waiting: vec![[[0.0; LANES]; BLOCK]; stride / LANES],
            count: 0,
            most_waiting: if cells.len() < ENTRIES_FOR_BLOCKS { 1 } else { BLOCK },
            column: vec![0.0; rows],
            row: vec![0.0; stride],
            pivots: 0,
            cells,
        }
    }

    /// Pivots to an optimum; `go_on` is asked before each pivot.
    pub(super) fn optimize(&mut self, go_on: &mut dyn FnMut() -> bool) -> Ended {
        let most = 1000 + 40 * (self.rows + self.columns) as u64;
        loop {
            let row = match widest(|| entering(&self.costs, &self.weights)) {
                Some(column) => {
                    widest(|| self.load_column(column));
                    self.leaving().map(|row| (row, column))
                }
                None if self.bound == 0 => {
                    self.bound = 1;
                    continue;
                }
                None => match self.most_negative() {
                    Some(row) => {
                        widest(|| self.load_row(row));
                        let column = self.entering_for();
                        if let Some(column) = column {
                            widest(|| self.load_column(column));
                        }
                        column.map(|column| (row, column))
                    }
                    None => return Ended::Optimal,
                },
            };
            let Some((row, column)) = row else { return Ended::Stuck };
            if self.pivots >= most {
                return Ended::Stuck;
            }
            if !go_on() {
                return Ended::Stopped;
            }
            widest(|| self.pivot(row, column));
        }
    }

    #[inline(always)]
    fn load_column(&mut self, column: usize) {
        let (block, lane) = (column / LANES, column % LANES);
        let waiting: [f64; BLOCK] = std::array::from_fn(|k| self.waiting[block][k][lane]);
        let cells = self.cells.chunks_exact(self.stride);
        for ((entry, cells), factors) in self.column.iter_mut().zip(cells).zip(&self.factors) {
            let mut value = cells[column];
            for k in 0..BLOCK {
                value -= factors[k] * waiting[k];
            }
            *entry = value;
        }
    }

    #[inline(always)]
    fn load_row(&mut self, row: usize) {
        let factors = self.factors[row];
        let cells = self.cells[row * self.stride..][..self.stride].as_chunks::<LANES>().0;
        let entries = self.row.as_chunks_mut::<LANES>().0;
        for ((entries, cells), waiting) in entries.iter_mut().zip(cells).zip(&self.waiting) {
            let mut values = *cells;
            for k in 0..BLOCK {
                for lane in 0..LANES {
                    values[lane] -= factors[k] * waiting[k][lane];
                }
            }
            *entries = values;
        }
    }

    /// The row that leaves for the column that is loaded.
    fn leaving(&self) -> Option<usize> {
        let bounds = &self.bounds[self.bound];
        let mut least = f64::INFINITY;
        for (&entry, &bound) in self.column.iter().zip(bounds) {
            if entry > SMALLEST_PIVOT {
                let ratio = bound.max(0.0) / entry;
                least = if ratio < least { ratio } else { least };
            }
        }
        if least == f64::INFINITY {
            return None;
        }
        let most = least * (1.0 + SLACK) + f64::MIN_POSITIVE;
        let mut best: Option<(usize, f64)> = None;
        for (row, (&entry, &bound)) in self.column.iter().zip(bounds).enumerate() {
            if entry > SMALLEST_PIVOT
                && bound.max(0.0) <= most * entry
                && best.is_none_or(|(_, largest)| entry > largest)
            {
                best = Some((row, entry));
            }
        }
        best.map(|(row, _)| row)
    }

    /// The row with the most negative bound.
    fn most_negative(&self) -> Option<usize> {
        let bounds = self.bounds[self.bound].iter().copied().enumerate();
        bounds
            .filter(|&(_, bound)| bound < -NEGATIVE)
            .min_by(|one, other| one.1.total_cmp(&other.1))
            .map(|(row, _)| row)
    }

    /// The column that enters when the variable of the row that is loaded must rise.
    fn entering_for(&self) -> Option<usize> {
        let candidates = || {
            let pairs = self.costs[..self.columns].iter().zip(&self.row).enumerate();
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

    /// Exchanges the variables of a row and of a column, which is loaded.
    #[inline(always)]
    fn pivot(&mut self, row: usize, column: usize) {
        self.load_row(row);
        let inverse = 1.0 / self.column[row];
        self.row.iter_mut().for_each(|entry| *entry *= inverse);
        self.row[column] = 0.0;
        // Devex: what the reference framework gives for the exchanged variables.
        let weight = self.weights[column];
        for (own, entry) in self.weights.iter_mut().zip(&self.row) {
            let other = entry * entry * weight;
            *own = if other > *own { other } else { *own };
        }
        self.weights[column] = (weight * inverse * inverse).max(1.0);
        let cost = self.costs[column];
        for (own, entry) in self.costs.iter_mut().zip(&self.row) {
            *own -= cost * entry;
        }
        self.costs[column] = -cost * inverse;
        for bounds in &mut self.bounds {
            let bound = bounds[row] * inverse;
            for (own, entry) in bounds.iter_mut().zip(&self.column) {
                *own -= bound * entry;
            }
            bounds[row] = bound;
        }
        // The row and the column are written, and what waits is not for them.
        self.cells[row * self.stride..][..self.stride].copy_from_slice(&self.row);
        self.factors[row] = [0.0; BLOCK];
        let (block, lane) = (column / LANES, column % LANES);
        self.waiting[block].iter_mut().for_each(|waiting| waiting[lane] = 0.0);
        let k = self.count;
        let cells = self.cells.chunks_exact_mut(self.stride);
        for ((cells, entry), factors) in cells.zip(&self.column).zip(&mut self.factors) {
            cells[column] = -entry * inverse;
            factors[k] = *entry;
        }
        self.cells[row * self.stride + column] = inverse;
        self.factors[row][k] = 0.0;
        for (waiting, entries) in self.waiting.iter_mut().zip(self.row.as_chunks::<LANES>().0) {
            waiting[k] = *entries;
        }
        self.count += 1;
        if self.count == self.most_waiting {
            self.update();
        }
        std::mem::swap(&mut self.basic[row], &mut self.nonbasic[column]);
        self.pivots += 1;
    }

    /// Makes the updates that wait.
    #[inline(always)]
    fn update(&mut self) {
        if self.count == 1 {
            for (cells, factors) in self.cells.chunks_exact_mut(self.stride).zip(&self.factors) {
                let cells = cells.as_chunks_mut::<LANES>().0;
                for (cells, waiting) in cells.iter_mut().zip(&self.waiting) {
                    for lane in 0..LANES {
                        cells[lane] -= factors[0] * waiting[0][lane];
                    }
                }
            }
        } else {
            for (tile, waiting) in self.waiting.chunks(TILE).enumerate() {
                let rows = self.cells.chunks_exact_mut(self.stride).zip(&self.factors);
                for (cells, factors) in rows {
                    let cells = &mut cells.as_chunks_mut::<LANES>().0[tile * TILE..];
                    for (cells, waiting) in cells.iter_mut().zip(waiting) {
                        let mut values = *cells;
                        for k in 0..BLOCK {
                            for lane in 0..LANES {
                                values[lane] -= factors[k] * waiting[k][lane];
                            }
                        }
                        *cells = values;
                    }
                }
            }
        }
        self.factors.iter_mut().for_each(|factors| *factors = [0.0; BLOCK]);
        self.waiting.iter_mut().for_each(|waiting| *waiting = [[0.0; LANES]; BLOCK]);
        self.count = 0;
    }

    /// What the basis makes of the players' strategies, in proportion: the row player's from the
    /// reduced costs, the column player's from the bounds.
    pub(super) fn strategies(&self) -> [Vec<f64>; 2] {
        let (mut rows, mut columns) = (vec![0.0; self.rows], vec![0.0; self.columns]);
        for (&variable, &bound) in self.basic.iter().zip(&self.bounds[1]) {
            if variable < self.columns {
                columns[variable] = bound.max(0.0);
            }
        }
        for (&variable, &cost) in self.nonbasic.iter().zip(&self.costs) {
            if variable >= self.columns {
                rows[variable - self.columns] = cost.max(0.0);
            }
        }
        [rows, columns]
    }

    /// The rows and columns of the basis, ascending: as many of one as of the other.
    pub(super) fn support(&self) -> [Vec<usize>; 2] {
        let mut rows: Vec<usize> =
            self.nonbasic.iter().filter_map(|&at| at.checked_sub(self.columns)).collect();
        let mut columns: Vec<usize> =
            self.basic.iter().copied().filter(|&at| at < self.columns).collect();
        rows.sort_unstable();
        columns.sort_unstable();
        [rows, columns]
    }
}

/// The column that promises most.
#[inline(always)]
fn entering(costs: &[f64], weights: &[f64]) -> Option<usize> {
    let mut best = [0.0f64; LANES];
    let mut at = [usize::MAX; LANES];
    let chunks = costs.as_chunks::<LANES>().0.iter().zip(weights.as_chunks::<LANES>().0);
    for (chunk, (costs, weights)) in chunks.enumerate() {
        for lane in 0..LANES {
            let promise = costs[lane] * costs[lane] / weights[lane];
            let better = costs[lane] < -OPTIMALITY && promise > best[lane];
            best[lane] = if better { promise } else { best[lane] };
            at[lane] = if better { chunk } else { at[lane] };
        }
    }
    let lanes = (0..LANES).filter(|&lane| at[lane] != usize::MAX);
    // The first of equals.
    lanes
        .map(|lane| (best[lane], at[lane] * LANES + lane))
        .reduce(
            |one, other| {
                if other.0 > one.0 || other.0 == one.0 && other.1 < one.1 { other } else { one }
            },
        )
        .map(|(_, column)| column)
}
