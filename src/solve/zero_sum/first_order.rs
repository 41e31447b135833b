//! Strategies of a matrix game that are nearly optimal, by primal–dual steps.
//!
//! With x the row player's strategy, y the column player's, and B the matrix less its mean, each round
//! sets x' = P(x + ηω·B y) and y' = P(y − (η/ω)·Bᵀ(2x' − x)), P the nearest distribution, with η below
//! 1/‖B‖ (Chambolle & Pock 2011). The average of the rounds is taken as a new start when its gap has
//! fallen by a factor, and the weight ω is adapted to how far both players moved (Applegate et al.
//! 2021, PDLP). The products of the averages are the averages of the products, so that all gaps are
//! known without a further pass over the matrix.

use crate::game::PayoffMatrix;
use crate::linear::lanes::{subtract_multiple, widest};

/// Rounds to estimate the norm.
const ROUNDS_FOR_NORM: usize = 12;
/// The step, of what the estimated norm allows.
const STEP: f64 = 0.9;
/// A new start when the gap is this part of what it was at the last one.
const RESTART: f64 = 0.2;
/// Or this part, and it rises again.
const RESTART_RISING: f64 = 0.8;
/// Or when the rounds since are this part of all.
const RESTART_LATE: f64 = 0.36;
const LANES: usize = 8;

/// Nearly optimal strategies.
pub(super) struct Nearly {
    pub(super) row: Vec<f64>,
    pub(super) column: Vec<f64>,
    /// What the row player gets from each row against `column`, less a constant.
    pub(super) row_values: Vec<f64>,
    /// What he gets in each column with `row`, less the same constant.
    pub(super) column_values: Vec<f64>,
}

impl Nearly {
    pub(super) fn gap(&self) -> f64 {
        gap(&self.row_values, &self.column_values)
    }
}

fn gap(row_values: &[f64], column_values: &[f64]) -> f64 {
    let most = row_values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    most - column_values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// A matrix less its mean, as what it does to vectors.
pub(super) trait Operator {
    /// Rows and columns.
    fn shape(&self) -> [usize; 2];
    /// An estimate of the norm, from below.
    fn norm(&self) -> f64;
    /// `values` ← B·y, where y sums to `sum`.
    fn times(&mut self, y: &[f64], sum: f64, values: &mut [f64]);
    /// `values` ← Bᵀ·x, where x sums to `sum`.
    fn transposed_times(&mut self, x: &[f64], sum: f64, values: &mut [f64]);
    /// Whether the last products could not be had.
    fn has_failed(&self) -> bool {
        false
    }
}

/// The matrix less its mean, as a pass over its rows.
pub(super) struct Centred<'a> {
    matrix: &'a PayoffMatrix,
    mean: f64,
    norm: f64,
}

impl<'a> Centred<'a> {
    pub(super) fn new(matrix: &'a PayoffMatrix) -> Self {
        // Quotients first, so that the sum of the largest numbers is finite.
        let count = matrix.entries().len() as f64;
        let mean = matrix.entries().iter().map(|entry| entry / count).sum::<f64>();
        let mut centred = Centred { matrix, mean, norm: 0.0 };
        centred.norm = norm(&mut &centred);
        centred
    }

    /// ‖B‖² summed over all singular values, as a multiple of the largest: about how many matter.
    pub(super) fn stable_rank(&self) -> f64 {
        let scaled = |entry: &f64| (entry - self.mean) / self.norm;
        self.matrix.entries().iter().map(|entry| scaled(entry) * scaled(entry)).sum()
    }
}

impl Operator for &Centred<'_> {
    fn shape(&self) -> [usize; 2] {
        [self.matrix.rows(), self.matrix.columns()]
    }

    fn norm(&self) -> f64 {
        self.norm
    }

    fn times(&mut self, y: &[f64], sum: f64, values: &mut [f64]) {
        let shift = self.mean * sum;
        for (row, value) in values.iter_mut().enumerate() {
            let entries = self.matrix.row(row);
            *value = widest(|| dot(entries, y)) - shift;
        }
    }

    fn transposed_times(&mut self, x: &[f64], sum: f64, values: &mut [f64]) {
        values.fill(-self.mean * sum);
        for (row, &weight) in x.iter().enumerate() {
            if weight != 0.0 {
                let entries = self.matrix.row(row);
                widest(|| subtract_multiple(values, -weight, entries));
            }
        }
    }
}

#[inline(always)]
fn dot(entries: &[f64], weights: &[f64]) -> f64 {
    let mut sums = [[0.0f64; LANES]; 4];
    let (entries, more) = entries.as_chunks::<LANES>();
    let (weights, rest) = weights.as_chunks::<LANES>();
    let (fours, last) = entries.as_chunks::<4>();
    let (weight_fours, weight_last) = weights.as_chunks::<4>();
    for (entries, weights) in fours.iter().zip(weight_fours) {
        for part in 0..4 {
            for lane in 0..LANES {
                sums[part][lane] += entries[part][lane] * weights[part][lane];
            }
        }
    }
    for (entries, weights) in last.iter().zip(weight_last) {
        for lane in 0..LANES {
            sums[0][lane] += entries[lane] * weights[lane];
        }
    }
    let rest: f64 = more.iter().zip(rest).map(|(entry, weight)| entry * weight).sum();
    sums.iter().flatten().sum::<f64>() + rest
}

/// The nearest distribution: what is above a threshold τ, less τ (Michelot 1986).
fn project(point: &mut [f64], active: &mut Vec<f64>) {
    active.clear();
    active.extend_from_slice(point);
    let threshold = |active: &[f64]| (active.iter().sum::<f64>() - 1.0) / active.len() as f64;
    let mut least = threshold(active);
    loop {
        let before = active.len();
        active.retain(|&x| x > least);
        if active.len() == before || active.is_empty() {
            break;
        }
        least = threshold(active);
    }
    point.iter_mut().for_each(|x| *x = (*x - least).max(0.0));
}

fn distance(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// What the averages since the last start are.
struct Averages {
    rounds: f64,
    row: Vec<f64>,
    column: Vec<f64>,
    row_values: Vec<f64>,
    column_values: Vec<f64>,
}

fn average(of: &mut [f64], new: &[f64], share: f64) {
    of.iter_mut().zip(new).for_each(|(of, new)| *of += share * (new - *of));
}

/// Goes on until the gap is at most `wanted`, for so many rounds at most, or until `go_on`, which is
/// told the gap in each round, says no. Returns the best strategies, and the rounds.
pub(super) fn approximate<B: Operator>(
    centred: &mut B,
    wanted: f64,
    most_rounds: usize,
    go_on: &mut dyn FnMut(u64, f64) -> bool,
) -> (Nearly, u64) {
    let [m, n] = centred.shape();
    let step = if centred.norm() > 0.0 { STEP / centred.norm() } else { 1.0 };
    let mut weight = 1.0f64;
    let (mut x, mut y) = (vec![1.0 / m as f64; m], vec![1.0 / n as f64; n]);
    let (mut by, mut bx) = (vec![0.0; m], vec![0.0; n]);
    centred.transposed_times(&x, 1.0, &mut bx);
    centred.times(&y, 1.0, &mut by);
    let mut best = Nearly {
        row: x.clone(),
        column: y.clone(),
        row_values: by.clone(),
        column_values: bx.clone(),
    };
    let mut average_of = Averages {
        rounds: 0.0,
        row: x.clone(),
        column: y.clone(),
        row_values: by.clone(),
        column_values: bx.clone(),
    };
    let (mut start_x, mut start_y) = (x.clone(), y.clone());
    let (mut start_gap, mut last_gap) = (best.gap(), f64::INFINITY);
    let (mut next, mut between, mut bbetween) = (vec![0.0; m], vec![0.0; m], vec![0.0; n]);
    let mut active = Vec::new();
    let mut done = 0;
    for round in 1..=most_rounds {
        if !go_on(done, best.gap()) || best.gap() <= wanted || centred.has_failed() {
            break;
        }
        done = round as u64;
        for ((next, x), by) in next.iter_mut().zip(&x).zip(&by) {
            *next = x + step * weight * by;
        }
        project(&mut next, &mut active);
        for ((between, next), x) in between.iter_mut().zip(&next).zip(&x) {
            *between = 2.0 * next - x;
        }
        centred.transposed_times(&between, 1.0, &mut bbetween);
        std::mem::swap(&mut x, &mut next);
        // Bᵀx' from Bᵀ(2x' − x) and Bᵀx.
        bx.iter_mut().zip(&bbetween).for_each(|(bx, between)| *bx = 0.5 * (*bx + between));
        for (y, between) in y.iter_mut().zip(&bbetween) {
            *y -= step / weight * between;
        }
        project(&mut y, &mut active);
        centred.times(&y, 1.0, &mut by);
        average_of.rounds += 1.0;
        let share = 1.0 / average_of.rounds;
        average(&mut average_of.row, &x, share);
        average(&mut average_of.column, &y, share);
        average(&mut average_of.row_values, &by, share);
        average(&mut average_of.column_values, &bx, share);
        let of_average = gap(&average_of.row_values, &average_of.column_values);
        let of_last = gap(&by, &bx);
        let averaged = of_average < of_last;
        let now = of_average.min(of_last);
        if now < best.gap() {
            let from = |average: &[f64], last: &[f64], to: &mut Vec<f64>| {
                to.copy_from_slice(if averaged { average } else { last });
            };
            from(&average_of.row, &x, &mut best.row);
            from(&average_of.column, &y, &mut best.column);
            from(&average_of.row_values, &by, &mut best.row_values);
            from(&average_of.column_values, &bx, &mut best.column_values);
        }
        let late = average_of.rounds >= RESTART_LATE * round as f64 && average_of.rounds > 100.0;
        if now <= RESTART * start_gap || now <= RESTART_RISING * start_gap && now > last_gap || late
        {
            if averaged {
                x.copy_from_slice(&average_of.row);
                y.copy_from_slice(&average_of.column);
                by.copy_from_slice(&average_of.row_values);
                bx.copy_from_slice(&average_of.column_values);
            }
            let (moved_x, moved_y) = (distance(&x, &start_x), distance(&y, &start_y));
            if moved_x > 1e-12 && moved_y > 1e-12 {
                weight = (0.5 * (moved_x / moved_y).ln() + 0.5 * weight.ln()).exp();
            }
            start_x.copy_from_slice(&x);
            start_y.copy_from_slice(&y);
            average_of.rounds = 0.0;
            (start_gap, last_gap) = (now, f64::INFINITY);
        } else {
            last_gap = now;
        }
    }
    (best, done)
}

/// An estimate of ‖B‖ from below, by the power method.
pub(super) fn norm<B: Operator>(centred: &mut B) -> f64 {
    let [rows, columns] = centred.shape();
    let mut right: Vec<f64> =
        (0..columns).map(|at| 0.5 + (at as f64 * 0.618_033_988_749_895).fract()).collect();
    let mut left = vec![0.0; rows];
    let mut square = 0.0;
    for _ in 0..ROUNDS_FOR_NORM {
        let size = right.iter().map(|x| x * x).sum::<f64>().sqrt();
        if size == 0.0 {
            return 0.0;
        }
        right.iter_mut().for_each(|x| *x /= size);
        let sum = right.iter().sum();
        centred.times(&right, sum, &mut left);
        let sum = left.iter().sum();
        centred.transposed_times(&left, sum, &mut right);
        square = right.iter().map(|x| x * x).sum::<f64>().sqrt();
    }
    square.sqrt()
}
