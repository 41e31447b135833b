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
use crate::linear::lanes::{subtract_multiple, widest};

/// Updates that wait.
const BLOCK: usize = 16;
const LANES: usize = 8;
/// In tableaux with fewer entries few updates wait, and in those with fewer still none.
const ENTRIES_FOR_BLOCKS: usize = 2048;
const ENTRIES_FOR_FEW: usize = 512;
const FEW: usize = 4;
/// Tableaux of fewer cache lines are in the first cache as a whole.
const LINES_FOR_SETS: usize = 256;
/// The columns of one pass, so that what is subtracted stays in the first cache.
const TILE: usize = 32;
/// Reduced costs above −this are optimal; costs start at −1.
const OPTIMALITY: f64 = 1e-13;
/// Entries below this are no pivots.
const SMALLEST_PIVOT: f64 = 1e-9;
/// Smaller entries do not make a basis.
const SMALLEST_CRASH_PIVOT: f64 = 1e-6;
/// At this parameter the end of its way is reached.
const PARAMETER_AT_END: f64 = 1e-13;
/// The shift of the bounds, which are 1.
const SHIFT: f64 = 1e-7;
/// How far beyond the least ratio the ratio test looks for a larger pivot, relative.
const SLACK: f64 = 1e-9;
/// How far below zero a bound is negative once the shifts are gone.
const NEGATIVE: f64 = 1e-12;

/// Eight neighbours in each of the rows that wait.
type Waiting = [[f64; LANES]; BLOCK];

/// Where a number becomes negative.
#[derive(Clone, Copy)]
enum Place {
    Row(usize),
    Column(usize),
}

/// The number whose quotient by its entry is least, among nearly equal ones that with the largest entry.
fn least_ratio(all: impl Iterator<Item = (usize, f64, f64)>) -> Option<usize> {
    let (mut best, mut least, mut largest) = (None, f64::INFINITY, 0.0);
    for (at, number, entry) in all {
        if entry > SMALLEST_PIVOT {
            let ratio = number.max(0.0) / entry;
            if ratio < least - 1e-13 || ratio < least + 1e-13 && entry > largest {
                (best, least, largest) = (Some(at), ratio, entry);
            }
        }
    }
    best
}

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
    /// The rows with padding to whole lanes, in vectors with an entry a row.
    padded: usize,
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
    /// What is added to the costs times the parameter, see [`Tableau::optimize_by_parameter`].
    more_costs: Vec<f64>,
    weights: Vec<f64>,
    /// Variables from 0, then slacks.
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    /// Cell (i, j) lacks −Σ_k factors[k · padded + i] · waiting[j / LANES][k][j % LANES].
    factors: Vec<f64>,
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
        // Of large tableaux an odd number of cache lines: the entries of a column do not share a set of
        // the cache.
        let lines = columns.div_ceil(LANES);
        let lines = if lines * rows < LINES_FOR_SETS { lines } else { lines | 1 };
        let stride = lines * LANES;
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
        let padded = rows.div_ceil(LANES) * LANES;
        let shift = |at: usize| {
            // Multiples of the golden ratio modulo 1 are far apart: no two shifts are close.
            let step = (at as f64 + f64::from(round) * 0.377) * 0.618_033_988_749_895;
            1.0 + SHIFT * f64::from(1 + 9 * round) * (0.5 + step.fract())
        };
        let mut costs = vec![0.0; stride];
        costs[..columns].fill(-1.0);
        Tableau {
            rows,
            padded,
            columns,
            stride,
            bounds: [(0..padded).map(shift).collect(), vec![1.0; padded]],
            bound: 0,
            more_costs: vec![0.0; stride],
            costs,
            weights: vec![1.0; stride],
            basic: (columns..columns + rows).collect(),
            nonbasic: (0..columns).collect(),
            factors: vec![0.0; BLOCK * padded],
            waiting: vec![[[0.0; LANES]; BLOCK]; stride / LANES],
            count: 0,
            most_waiting: match cells.len() {
                0..ENTRIES_FOR_FEW => 1,
                ENTRIES_FOR_FEW..ENTRIES_FOR_BLOCKS => FEW,
                _ => BLOCK,
            },
            column: vec![0.0; padded],
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

    /// Makes a basis of rows and columns that are said to be in use, best first: each row with the
    /// column in which its entry is largest.
    pub(super) fn crash(
        &mut self,
        rows: &[usize],
        columns: &[usize],
        go_on: &mut dyn FnMut() -> bool,
    ) -> Ended {
        let mut free = columns.to_vec();
        for &row in rows {
            widest(|| self.load_row(row));
            let size = |column: usize| self.row[column].abs();
            let largest = (0..free.len()).max_by(|&a, &b| size(free[a]).total_cmp(&size(free[b])));
            let Some(at) = largest.filter(|&at| size(free[at]) > SMALLEST_CRASH_PIVOT) else {
                continue;
            };
            if !go_on() {
                return Ended::Stopped;
            }
            let column = free.swap_remove(at);
            widest(|| self.load_column(column));
            widest(|| self.pivot(row, column));
        }
        Ended::Optimal
    }

    /// From any basis to an optimum: positive numbers, large enough that the basis is optimal, are
    /// added to bounds and costs times a parameter, which then falls from 1 to 0 (the self-dual
    /// parametric method, Dantzig 1963, section 11.3). The numbers are all different, against ties.
    pub(super) fn optimize_by_parameter(&mut self, go_on: &mut dyn FnMut() -> bool) -> Ended {
        let random = |at: usize| ((at + 1) as f64 * 0.618_033_988_749_895).fract();
        let largest = |numbers: &[f64]| numbers.iter().fold(0.0f64, |most, x| most.max(x.abs()));
        let [more_bounds, bounds] = &mut self.bounds;
        let scale = largest(bounds);
        for (at, (more, &bound)) in more_bounds.iter_mut().zip(&*bounds).enumerate() {
            *more = if bound < 0.0 {
                -bound + 1e-2 * scale * random(at)
            } else {
                1e-3 * scale * random(at)
            };
        }
        let scale = largest(&self.costs[..self.columns]);
        let costs = self.costs[..self.columns].iter();
        for (at, (more, &cost)) in self.more_costs.iter_mut().zip(costs).enumerate() {
            *more = if cost < 0.0 {
                -cost + 1e-2 * scale * random(at)
            } else {
                1e-3 * scale * random(at)
            };
        }
        let most = self.pivots + 1000 + 10 * (self.rows + self.columns) as u64;
        let ended = loop {
            // The parameter at which the first number becomes negative.
            let (mut parameter, mut place) = (PARAMETER_AT_END, None);
            let bounds = self.bounds[1].iter().zip(&self.bounds[0]).zip(0..);
            for ((&bound, &more), row) in bounds {
                if more > 1e-14 && -bound > parameter * more {
                    (parameter, place) = (-bound / more, Some(Place::Row(row)));
                }
            }
            let costs = self.costs[..self.columns].iter().zip(&self.more_costs).zip(0..);
            for ((&cost, &more), column) in costs {
                if more > 1e-14 && -cost > parameter * more {
                    (parameter, place) = (-cost / more, Some(Place::Column(column)));
                }
            }
            let Some(place) = place else { break Ended::Optimal };
            if self.pivots >= most {
                break Ended::Stuck;
            }
            if !go_on() {
                break Ended::Stopped;
            }
            let exchange = match place {
                Place::Column(column) => {
                    widest(|| self.load_column(column));
                    let at = |row: usize| self.bounds[1][row] + parameter * self.bounds[0][row];
                    let entries = self.column.iter().copied().enumerate();
                    least_ratio(entries.map(|(row, entry)| (row, at(row), entry)))
                        .map(|row| (row, column))
                }
                Place::Row(row) => {
                    widest(|| self.load_row(row));
                    let at =
                        |column: usize| self.costs[column] + parameter * self.more_costs[column];
                    let entries = self.row[..self.columns].iter().copied().enumerate();
                    let column =
                        least_ratio(entries.map(|(column, entry)| (column, at(column), -entry)));
                    if let Some(column) = column {
                        widest(|| self.load_column(column));
                    }
                    column.map(|column| (row, column))
                }
            };
            let Some((row, column)) = exchange else { break Ended::Stuck };
            widest(|| self.pivot(row, column));
        };
        // From here on the bounds and costs as they are.
        self.more_costs.fill(0.0);
        self.bound = 1;
        ended
    }

    #[inline(always)]
    fn load_column(&mut self, column: usize) {
        let (block, lane) = (column / LANES, column % LANES);
        for (entry, cells) in self.column.iter_mut().zip(self.cells.chunks_exact(self.stride)) {
            *entry = cells[column];
        }
        for (k, factors) in self.factors.chunks_exact(self.padded).enumerate().take(self.count) {
            subtract_multiple(&mut self.column, self.waiting[block][k][lane], factors);
        }
    }

    #[inline(always)]
    fn load_row(&mut self, row: usize) {
        let count = self.count;
        let factors: [f64; BLOCK] = std::array::from_fn(|k| self.factors[k * self.padded + row]);
        let cells = self.cells[row * self.stride..][..self.stride].as_chunks::<LANES>().0;
        let entries = self.row.as_chunks_mut::<LANES>().0;
        for ((entries, cells), waiting) in entries.iter_mut().zip(cells).zip(&self.waiting) {
            let mut values = *cells;
            for (factor, waiting) in factors.iter().zip(waiting).take(count) {
                for lane in 0..LANES {
                    values[lane] -= factor * waiting[lane];
                }
            }
            *entries = values;
        }
    }

    /// The row that leaves for the column that is loaded.
    fn leaving(&self) -> Option<usize> {
        widest(|| leaving(&self.column, &self.bounds[self.bound]))
    }

    /// The row with the most negative bound.
    fn most_negative(&self) -> Option<usize> {
        let bounds = self.bounds[self.bound][..self.rows].iter().copied().enumerate();
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
        for costs in [&mut self.costs, &mut self.more_costs] {
            let cost = costs[column];
            if cost != 0.0 {
                for (own, entry) in costs.iter_mut().zip(&self.row) {
                    *own -= cost * entry;
                }
                costs[column] = -cost * inverse;
            }
        }
        for bounds in &mut self.bounds {
            let bound = bounds[row] * inverse;
            for (own, entry) in bounds.iter_mut().zip(&self.column) {
                *own -= bound * entry;
            }
            bounds[row] = bound;
        }
        // The row and the column are written, and what waits is not for them.
        self.cells[row * self.stride..][..self.stride].copy_from_slice(&self.row);
        self.factors.iter_mut().skip(row).step_by(self.padded).for_each(|factor| *factor = 0.0);
        let (block, lane) = (column / LANES, column % LANES);
        self.waiting[block].iter_mut().for_each(|waiting| waiting[lane] = 0.0);
        for (cells, entry) in self.cells.chunks_exact_mut(self.stride).zip(&self.column) {
            cells[column] = -entry * inverse;
        }
        self.cells[row * self.stride + column] = inverse;
        let k = self.count;
        let factors = &mut self.factors[k * self.padded..][..self.padded];
        factors.copy_from_slice(&self.column);
        factors[row] = 0.0;
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
        match self.most_waiting {
            1 => self.update_by::<1>(),
            FEW => self.update_by::<FEW>(),
            _ => self.update_by::<BLOCK>(),
        }
        self.count = 0;
    }

    #[inline(always)]
    fn update_by<const COUNT: usize>(&mut self) {
        let padded = self.padded;
        for (tile, waiting) in self.waiting.chunks(TILE).enumerate() {
            for (row, cells) in self.cells.chunks_exact_mut(self.stride).enumerate() {
                let factors: [f64; COUNT] = std::array::from_fn(|k| self.factors[k * padded + row]);
                let cells = &mut cells.as_chunks_mut::<LANES>().0[tile * TILE..];
                for (cells, waiting) in cells.iter_mut().zip(waiting) {
                    let mut values = *cells;
                    for k in 0..COUNT {
                        for lane in 0..LANES {
                            values[lane] -= factors[k] * waiting[k][lane];
                        }
                    }
                    *cells = values;
                }
            }
        }
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

/// The row with the largest entry among those whose quotients are about least. Entries of the padding
/// are zero.
#[inline(always)]
fn leaving(column: &[f64], bounds: &[f64]) -> Option<usize> {
    let chunks = || column.as_chunks::<LANES>().0.iter().zip(bounds.as_chunks::<LANES>().0);
    let mut least = [f64::INFINITY; LANES];
    for (entries, bounds) in chunks() {
        for lane in 0..LANES {
            let bound = if bounds[lane] > 0.0 { bounds[lane] } else { 0.0 };
            let ratio = bound / entries[lane];
            let ratio = if entries[lane] > SMALLEST_PIVOT { ratio } else { f64::INFINITY };
            least[lane] = if ratio < least[lane] { ratio } else { least[lane] };
        }
    }
    let least = least.iter().fold(f64::INFINITY, |least, &next| least.min(next));
    if least == f64::INFINITY {
        return None;
    }
    let most = least * (1.0 + SLACK) + f64::MIN_POSITIVE;
    first_largest(chunks(), |entry, bound| {
        let bound = if bound > 0.0 { bound } else { 0.0 };
        if bound <= most * entry { entry } else { 0.0 }
    })
    .filter(|&row| column[row] > SMALLEST_PIVOT)
}

/// Where what `score` makes of two numbers is largest and positive, the first of equals.
#[inline(always)]
fn first_largest<'a>(
    chunks: impl Iterator<Item = (&'a [f64; LANES], &'a [f64; LANES])>,
    score: impl Fn(f64, f64) -> f64,
) -> Option<usize> {
    let mut best = [0.0f64; LANES];
    let mut at = [usize::MAX; LANES];
    for (chunk, (one, other)) in chunks.enumerate() {
        for lane in 0..LANES {
            let score = score(one[lane], other[lane]);
            let better = score > best[lane];
            best[lane] = if better { score } else { best[lane] };
            at[lane] = if better { chunk } else { at[lane] };
        }
    }
    (0..LANES)
        .filter(|&lane| at[lane] != usize::MAX)
        .map(|lane| (best[lane], at[lane] * LANES + lane))
        .reduce(
            |one, other| {
                if other.0 > one.0 || other.0 == one.0 && other.1 < one.1 { other } else { one }
            },
        )
        .map(|(_, at)| at)
}

/// The column that promises most.
#[inline(always)]
fn entering(costs: &[f64], weights: &[f64]) -> Option<usize> {
    let chunks = costs.as_chunks::<LANES>().0.iter().zip(weights.as_chunks::<LANES>().0);
    first_largest(
        chunks,
        |cost, weight| {
            if cost < -OPTIMALITY { cost * cost / weight } else { 0.0 }
        },
    )
}
