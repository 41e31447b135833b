//! A matrix game in machine numbers, with bounds of its value that hold in spite of rounding.
//!
//! A saddle point in pure strategies is looked for first. Otherwise the simplex method (`tableau`)
//! gives supports and strategies. Where the bounds that these prove are too far apart, the equations
//! of indifference on the supports are solved anew from the original matrix, with one step of
//! refinement (Wilkinson 1963); then the whole is done again with other shifts, and with the players
//! exchanged. The best pair is returned, and what it proves.
//!
//! *Bounds.* Strategies are rounded to multiples of 2⁻⁵³ that sum to one exactly. The row player
//! then secures min_j Σ_i x_i a_ij, and concedes nothing to rounding: of each sum of n products
//! in machine numbers the most that it can be wrong, (n + 2)·2⁻⁵³·Σ|x_i a_ij| (Higham 2002,
//! section 3.1), is taken off. So both bounds are true of the exact game that the entries define.

use nalgebra::{DMatrix, DVector};

use crate::game::PayoffMatrix;
use crate::game::answer::MatrixBracket;
use crate::linear::lanes::widest;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::first_order::{self, Centred};
use super::tableau::{Ended, Tableau};

/// Bounds that are nearer than this, relative to the largest entry, are not improved.
const NEAR: f64 = 2e-14;
/// How often the whole is done again, with the players as they are and exchanged.
const ROUNDS: u32 = 2;
/// Supports that are larger are not solved again: the elimination would take longer than the pivots.
const MOST_REFINED: usize = 2000;

/// Strategies of both players of a matrix game, and bounds of its value that they prove.
///
/// The bounds are usually some 10⁻¹⁵ apart relative to the largest entry, plus what rounding may add,
/// 10⁻¹⁶ for each action; they hold in any case. With a budget that ends the pivots the status is
/// `Partial`, and the bounds are those of the strategies so far. Steps of the budget are pivots.
///
/// Work: a pivot takes rows × columns operations, and uniform n × n games take about 1.5 n pivots.
///
/// ```
/// use detente::game::PayoffMatrix;
/// use detente::solve::{Budget, bracket_matrix_game};
/// // Matching pennies with a stake of one tenth on the second side.
/// let game = PayoffMatrix::new(2, vec![1.0, -1.0, -1.0, 1.1]).unwrap();
/// let found = bracket_matrix_game(&game, &Budget::unlimited()).answer;
/// assert!(found.lower <= 0.1 / 4.1 && 0.1 / 4.1 <= found.upper);
/// assert!(found.upper - found.lower < 1e-14);
/// assert!((found.row[0] - 2.1 / 4.1).abs() < 1e-14);
/// ```
///
/// Sources: Dantzig (1951); see `tableau` for those of the method.
#[must_use]
pub fn bracket_matrix_game(matrix: &PayoffMatrix, budget: &Budget) -> Outcome<MatrixBracket> {
    let mut work = Work::default();
    if let Some((row, column)) = saddle_point(matrix) {
        let value = matrix.row(row)[column];
        let pure =
            |at: usize, actions: usize| (0..actions).map(move |i| f64::from(u8::from(i == at)));
        let answer = MatrixBracket {
            row: pure(row, matrix.rows()).collect(),
            column: pure(column, matrix.columns()).collect(),
            lower: value,
            upper: value,
        };
        return Outcome::solved(answer, "saddle-point", work);
    }
    let (least, most) = matrix.range();
    // And as far apart as rounding may make them.
    let actions = (matrix.rows() + matrix.columns()) as f64;
    let near = (NEAR + actions * f64::EPSILON) * least.abs().max(most.abs());
    let mut warnings = Vec::new();
    let mut best: Option<MatrixBracket> = None;
    let mut turned = None;
    let mut status = Status::Solved;
    'rounds: for round in 0..ROUNDS {
        for exchange in [false, true] {
            let game: &PayoffMatrix =
                if exchange { turned.get_or_insert_with(|| exchanged(matrix)) } else { matrix };
            let mut tableau = Tableau::new(game, round);
            let (mut pivots, mut reason) = (work.pivots, None);
            let mut go_on = || {
                pivots += 1;
                reason = budget.check_now(pivots).err();
                reason.is_none()
            };
            if round == 0 && !exchange && matrix.rows().min(matrix.columns()) >= LARGE {
                start_near(matrix, &mut tableau, most - least, &mut go_on);
            }
            let ended = tableau.optimize(&mut go_on);
            work.pivots += tableau.pivots;
            let mut keep = |strategies: [Vec<f64>; 2]| {
                let [mut row, mut column] = strategies;
                if exchange {
                    std::mem::swap(&mut row, &mut column);
                }
                let found = bracket(matrix, &row, &column);
                let width = found.upper - found.lower;
                if best.as_ref().is_none_or(|best| width < best.upper - best.lower) {
                    best = Some(found);
                }
                width <= near
            };
            let done = keep(tableau.strategies());
            if ended == Ended::Stopped {
                status = Status::Partial(reason.unwrap_or(Exhausted::Cancelled));
                break 'rounds;
            }
            if done || refined(game, &tableau.support()).is_some_and(keep) {
                break 'rounds;
            }
            // The bounds of large games are as far apart as rounding makes them.
            let width = best.as_ref().map_or(f64::INFINITY, |best| best.upper - best.lower);
            if width <= GOOD * least.abs().max(most.abs()) && ended == Ended::Optimal {
                break 'rounds;
            }
        }
    }
    let width = best.as_ref().map_or(f64::INFINITY, |best| best.upper - best.lower);
    if status == Status::Solved && width > GOOD * least.abs().max(most.abs()) {
        warnings.push(format!("the bounds of the value are {width:e} apart"));
    }
    let answer = best.unwrap_or_else(|| {
        let even = |actions: usize| vec![1.0; actions];
        bracket(matrix, &even(matrix.rows()), &even(matrix.columns()))
    });
    Outcome { answer, status, method: "game-simplex", work, warnings }
}

/// The actions that seem to be in use in an optimum, as many of one player as of the other.
pub(super) fn likely_supports(
    matrix: &PayoffMatrix,
    go_on: &mut dyn FnMut() -> bool,
) -> Option<[Vec<usize>; 2]> {
    let (least, most) = matrix.range();
    let mut tableau = Tableau::new(matrix, 0);
    if matrix.rows().min(matrix.columns()) >= LARGE {
        start_near(matrix, &mut tableau, most - least, go_on);
    }
    (tableau.optimize(go_on) == Ended::Optimal).then(|| tableau.support())
}

/// Games with so many actions on both sides are brought near an optimum first.
const LARGE: usize = 200;
/// How near, relative to the range of the entries, and in how many rounds at most.
const NEARLY: f64 = 3e-3;
const NEARER: f64 = 1e-3;
const VERY_LARGE: usize = 500;
/// Stable ranks below this share of the number of actions are low.
const LOW_RANK: f64 = 0.1;
const MOST_ROUNDS: usize = 2000;
/// Bounds that are farther apart, relative to the largest entry, are worth another round.
const GOOD: f64 = 1e-12;

/// Brings a tableau near an optimum: strategies that are nearly optimal, a basis of what they use, and
/// from there by a parameter. It need not succeed. Of a matrix of low rank the tableau stays as it is:
/// few pivots lead from there to the optimum.
fn start_near(
    matrix: &PayoffMatrix,
    tableau: &mut Tableau,
    range: f64,
    go_on: &mut dyn FnMut() -> bool,
) {
    let actions = matrix.rows().min(matrix.columns());
    let centred = Centred::new(matrix);
    if centred.stable_rank() < LOW_RANK * actions as f64 {
        return;
    }
    let near = if actions < VERY_LARGE { NEARLY } else { NEARER };
    let (nearly, _) =
        first_order::approximate(&mut &centred, near * range, MOST_ROUNDS, &mut |_, _| go_on());
    let most = nearly.row_values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let least = nearly.column_values.iter().copied().fold(f64::INFINITY, f64::min);
    let value = 0.5 * (most + least);
    let lost = |values: &[f64], sign: f64| values.iter().map(|x| sign * (value - x)).collect();
    let rows = in_use(&nearly.row, lost(&nearly.row_values, 1.0));
    let columns = in_use(&nearly.column, lost(&nearly.column_values, -1.0));
    let size = usize::midpoint(rows.count, columns.count);
    let first = |used: &Used| used.order[..size.min(used.order.len())].to_vec();
    if tableau.crash(&first(&rows), &first(&columns), go_on) == Ended::Optimal {
        tableau.optimize_by_parameter(go_on);
    }
}

/// Actions in the order in which they seem to be in use, and how many are.
struct Used {
    order: Vec<usize>,
    count: usize,
}

/// By the weight less what is lost by the action, each relative to the greatest.
fn in_use(weights: &[f64], lost: Vec<f64>) -> Used {
    let greatest = |numbers: &[f64]| numbers.iter().fold(f64::MIN_POSITIVE, |most, &x| most.max(x));
    let (of_weights, of_lost) = (greatest(weights), greatest(&lost));
    let scores: Vec<f64> = weights
        .iter()
        .zip(&lost)
        .map(|(weight, lost)| weight / of_weights - lost / of_lost)
        .collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|&one, &other| scores[other].total_cmp(&scores[one]));
    let count = scores.iter().zip(weights).filter(|&(&score, &x)| score > 0.0 && x > 1e-9).count();
    Used { order, count }
}

/// An entry that is least in its row and greatest in its column.
fn saddle_point(matrix: &PayoffMatrix) -> Option<(usize, usize)> {
    let mut greatest = vec![f64::NEG_INFINITY; matrix.columns()];
    let mut secured = (f64::NEG_INFINITY, 0);
    for row in 0..matrix.rows() {
        let entries = matrix.row(row);
        let least = widest(|| {
            raise(&mut greatest, entries);
            least_of(entries)
        });
        if least > secured.0 {
            secured = (least, row);
        }
    }
    let (value, row) = secured;
    let column = greatest.iter().position(|&most| most == value)?;
    (matrix.row(row)[column] == value).then_some((row, column))
}

/// The least of some numbers, in lanes: each comparison would wait for the one before it.
#[inline(always)]
fn least_of(entries: &[f64]) -> f64 {
    const LANES: usize = 8;
    let mut least = [f64::INFINITY; LANES];
    let (chunks, rest) = entries.as_chunks::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            least[lane] = if chunk[lane] < least[lane] { chunk[lane] } else { least[lane] };
        }
    }
    least.iter().chain(rest).fold(f64::INFINITY, |least, &x| if x < least { x } else { least })
}

#[inline(always)]
fn raise(greatest: &mut [f64], entries: &[f64]) {
    for (most, &entry) in greatest.iter_mut().zip(entries) {
        *most = if entry > *most { entry } else { *most };
    }
}

/// The same game with the players exchanged.
fn exchanged(matrix: &PayoffMatrix) -> PayoffMatrix {
    let (rows, columns) = (matrix.rows(), matrix.columns());
    let entries = (0..columns).flat_map(|j| (0..rows).map(move |i| -matrix.row(i)[j])).collect();
    // Finite as before.
    PayoffMatrix::new(rows, entries).unwrap_or_else(|_| matrix.clone())
}

/// Probabilities in proportion to weights, multiples of 2⁻⁵³ that sum to one exactly.
pub(super) fn probabilities(weights: &[f64]) -> Vec<f64> {
    const ONE: i64 = 1 << 53;
    let sum: f64 = weights.iter().sum();
    if !(sum.is_finite() && sum > 0.0) {
        return probabilities(&vec![1.0; weights.len()]);
    }
    let mut integers: Vec<i64> =
        weights.iter().map(|weight| (weight / sum * ONE as f64).round() as i64).collect();
    let rest = ONE - integers.iter().sum::<i64>();
    if let Some(largest) = integers.iter_mut().max() {
        *largest += rest;
    }
    integers.into_iter().map(|integer| integer as f64 / ONE as f64).collect()
}

/// What two strategies, given by weights, prove.
fn bracket(matrix: &PayoffMatrix, row: &[f64], column: &[f64]) -> MatrixBracket {
    let (row, column) = (probabilities(row), probabilities(column));
    let (mut sums, mut sizes) = (vec![0.0; matrix.columns()], vec![0.0; matrix.columns()]);
    let mut upper = f64::NEG_INFINITY;
    for (i, &probability) in row.iter().enumerate() {
        let entries = matrix.row(i);
        if probability > 0.0 {
            widest(|| add_row(&mut sums, &mut sizes, probability, entries));
        }
        let (sum, size) = widest(|| product(entries, &column));
        let most = sum + wrong_by(matrix.columns(), size);
        upper = if most.is_nan() { f64::INFINITY } else { upper.max(most) };
    }
    let mut lower = f64::INFINITY;
    for (sum, &size) in sums.iter().zip(&sizes) {
        let least = sum - wrong_by(matrix.rows(), size);
        lower = if least.is_nan() { f64::NEG_INFINITY } else { lower.min(least) };
    }
    // Any strategy secures the least entry and concedes no more than the greatest, also where sums
    // are beyond machine numbers.
    let (least, most) = matrix.range();
    MatrixBracket { row, column, lower: lower.max(least), upper: upper.min(most) }
}

/// How much a sum of products can be wrong by, when the sum of their sizes was computed alike; with
/// what this and the last subtraction are rounded by.
pub(super) fn wrong_by(terms: usize, size: f64) -> f64 {
    (terms + 4) as f64 * (f64::EPSILON / 2.0) * size * 1.000_001 + f64::MIN_POSITIVE
}

#[inline(always)]
fn add_row(sums: &mut [f64], sizes: &mut [f64], probability: f64, entries: &[f64]) {
    for ((sum, size), entry) in sums.iter_mut().zip(sizes).zip(entries) {
        let product = probability * entry;
        *sum += product;
        *size += product.abs();
    }
}

/// The sum of products and that of their sizes, in eight parts.
#[inline(always)]
fn product(entries: &[f64], weights: &[f64]) -> (f64, f64) {
    const LANES: usize = 8;
    let (mut sums, mut sizes) = ([0.0f64; LANES], [0.0f64; LANES]);
    let (entries, more) = entries.as_chunks::<LANES>();
    let (weights, rest) = weights.as_chunks::<LANES>();
    for (entries, weights) in entries.iter().zip(weights) {
        for lane in 0..LANES {
            let product = entries[lane] * weights[lane];
            sums[lane] += product;
            sizes[lane] += product.abs();
        }
    }
    for ((entry, weight), lane) in more.iter().zip(rest).zip(0..) {
        let product: f64 = entry * weight;
        let lane: usize = lane;
        sums[lane] += product;
        sizes[lane] += product.abs();
    }
    (sums.iter().sum(), sizes.iter().sum())
}

/// The strategies that make both indifferent on supports, from the matrix itself.
fn refined(matrix: &PayoffMatrix, support: &[Vec<usize>; 2]) -> Option<[Vec<f64>; 2]> {
    let [rows, columns] = support;
    let size = rows.len();
    if size != columns.len() || size == 0 || size > MOST_REFINED {
        return None;
    }
    let (least, most) = matrix.range();
    let range = (most / 2.0 - least / 2.0) * 2.0;
    let table = DMatrix::from_fn(size, size, |i, j| {
        1.0 + (matrix.row(rows[i])[columns[j]] - least) / range
    });
    let ones = DVector::from_element(size, 1.0);
    let solve = |table: &DMatrix<f64>| -> Option<DVector<f64>> {
        let factors = table.clone().lu();
        let mut solution = factors.solve(&ones)?;
        let residual = &ones - table * &solution;
        solution += factors.solve(&residual)?;
        Some(solution)
    };
    let (y, x) = (solve(&table)?, solve(&table.transpose())?);
    let spread = |support: &[usize], weights: &DVector<f64>, actions: usize| {
        let mut all = vec![0.0; actions];
        for (&at, &weight) in support.iter().zip(weights.iter()) {
            all[at] = weight.max(0.0);
        }
        all
    };
    Some([spread(rows, &x, matrix.rows()), spread(columns, &y, matrix.columns())])
}

#[cfg(test)]
mod tests;
