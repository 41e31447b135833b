//! Matrix games that are too large for pivots, by first-order methods on a source of rows.
//!
//! | method | how | passes a round |
//! |---|---|---|
//! | predictive regret matching⁺ | `predictive` | one |
//! | primal–dual steps with restarts | `first_order`, the core of PDLP | two |
//!
//! The first needs no step size and is quick to a gap of some 10⁻⁴ of the range; the second overtakes
//! it beyond, at a linear rate. Whatever the method: the bounds of the answer are evaluated anew on the
//! rows of the source, with all that rounding may add, as those of `bracket` are.

use super::bracket::{probabilities, wrong_by};
use super::first_order::{self, Nearly, Operator};
use super::passes::Passes;
use super::predictive;
use crate::game::answer::MatrixBracket;
use crate::game::{PayoffSource, SourceError};
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

/// How a large matrix game is solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstOrderMethod {
    /// Predictive regret matching⁺ in turn, with quadratic weights (Farina, Kroer & Sandholm 2021).
    Predictive,
    /// Primal–dual hybrid gradient with restarts (Chambolle & Pock 2011; Applegate et al. 2021).
    PrimalDual,
}

impl FirstOrderMethod {
    /// The name, as `--method` takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            FirstOrderMethod::Predictive => "prm+",
            FirstOrderMethod::PrimalDual => "pdhg",
        }
    }
}

/// What is wanted, and when to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FirstOrderOptions {
    /// The method.
    pub method: FirstOrderMethod,
    /// How far apart the bounds of the value may be.
    pub gap: f64,
    /// The number of rounds, at most.
    pub rounds: u64,
}

impl Default for FirstOrderOptions {
    fn default() -> Self {
        FirstOrderOptions { method: FirstOrderMethod::Predictive, gap: 1e-4, rounds: 100_000 }
    }
}

/// Strategies of both players of a large matrix game that are within a gap of optimal, and bounds of
/// the value that they prove.
///
/// `watch` is told, round by round, the number of rounds and the gap max(A y) − min(Aᵀ x) of the best
/// strategies so far as it stands in machine numbers; when it says no, or the budget is spent (a step is
/// a round), the status is `Partial`, and the bounds are those of the strategies so far. The answer is
/// the same bytes whatever the number of threads.
///
/// Work: a round takes 4 · rows · columns operations and one or two readings of the matrix. The gap
/// falls about as one over the number of rounds; `gap` is in units of payoff.
///
/// ```
/// use detente::game::GeneratedPayoffs;
/// use detente::solve::{Budget, FirstOrderOptions, approximate_matrix_game};
/// // Each takes a number up to 300; the row player wins what he is above, up to 20, and else loses 10.
/// let game = GeneratedPayoffs::new(300, 300, |row, entries: &mut [f64]| {
///     for (column, entry) in entries.iter_mut().enumerate() {
///         let above = row as f64 - column as f64;
///         *entry = if (0.0..=20.0).contains(&above) { above } else { -10.0 };
///     }
/// });
/// let options = FirstOrderOptions { gap: 0.05, ..Default::default() };
/// let found = approximate_matrix_game(&game, &options, &Budget::unlimited(), &mut |_, _| true);
/// let found = found.unwrap().answer;
/// assert!(found.upper - found.lower < 0.0501);
/// ```
///
/// # Errors
/// When rows could not be had.
pub fn approximate_matrix_game(
    source: &dyn PayoffSource,
    options: &FirstOrderOptions,
    budget: &Budget,
    watch: &mut dyn FnMut(u64, f64) -> bool,
) -> Result<Outcome<MatrixBracket>, SourceError> {
    let mut passes = Passes::new(source);
    let mut reason = None;
    let mut go_on = |round: u64, gap: f64| {
        reason = budget.check_now(round).err();
        if reason.is_none() && !watch(round, gap) {
            reason = Some(Exhausted::Cancelled);
        }
        reason.is_none()
    };
    let (nearly, rounds) = match options.method {
        FirstOrderMethod::Predictive => {
            predictive::approximate(&mut passes, options.gap, options.rounds.max(1), &mut go_on)?
        }
        FirstOrderMethod::PrimalDual => {
            let mut operator = Shifted::new(passes)?;
            let rounds = usize::try_from(options.rounds).unwrap_or(usize::MAX);
            let found = first_order::approximate(&mut operator, options.gap, rounds, &mut go_on);
            if let Some(error) = operator.error {
                return Err(error);
            }
            passes = operator.passes;
            found
        }
    };
    let reached = nearly.gap() <= options.gap;
    let Nearly { row, column, .. } = nearly;
    let (answer, size) = bounded(&mut passes, &row, &column)?;
    // The averages that the gap was taken of are sums over rounds.
    let rounding =
        4.0 * wrong_by(row.len() + column.len(), size) + 2.0 * f64::EPSILON * size * rounds as f64;
    // What is said is what is proved; the gap in machine numbers only says when to stop.
    let width = answer.upper - answer.lower;
    let mut warnings = Vec::new();
    let status = if width <= options.gap {
        Status::Solved
    } else if reached && rounding.is_finite() && width - options.gap <= rounding {
        warnings.push(left_by_rounding(width));
        Status::Solved
    } else {
        Status::Partial(reason.unwrap_or(Exhausted::Steps))
    };
    let work = Work { rounds, ..Work::default() };
    Ok(Outcome { answer, status, method: options.method.name(), work, warnings })
}

pub(super) fn left_by_rounding(width: f64) -> String {
    format!("the bounds are {width:e} apart, and what is left is rounding")
}

/// What two strategies, given by weights, prove; and the largest sum of the sizes of products.
pub(super) fn bounded(
    passes: &mut Passes<'_>,
    row: &[f64],
    column: &[f64],
) -> Result<(MatrixBracket, f64), SourceError> {
    let (row, column) = (probabilities(row), probabilities(column));
    let [rows, columns] = passes.both_with_sizes(&row, &column)?;
    // Sums beyond machine numbers prove nothing.
    let (mut upper, mut lower) = (f64::NEG_INFINITY, f64::INFINITY);
    for (sum, &size) in rows.0.iter().zip(&rows.1) {
        let most = sum + wrong_by(column.len(), size);
        upper = if most.is_nan() { f64::INFINITY } else { upper.max(most) };
    }
    for (sum, &size) in columns.0.iter().zip(&columns.1) {
        let least = sum - wrong_by(row.len(), size);
        lower = if least.is_nan() { f64::NEG_INFINITY } else { lower.min(least) };
    }
    let size = rows.1.iter().chain(&columns.1).copied().fold(0.0, f64::max);
    Ok((MatrixBracket { row, column, lower, upper }, size))
}

/// The matrix of a source less its mean.
struct Shifted<'a> {
    passes: Passes<'a>,
    mean: f64,
    norm: f64,
    error: Option<SourceError>,
}

impl<'a> Shifted<'a> {
    fn new(mut passes: Passes<'a>) -> Result<Self, SourceError> {
        let (rows, columns) = (passes.rows(), passes.columns());
        let mut means = vec![0.0; rows];
        passes.times(&vec![1.0 / columns as f64; columns], &mut means)?;
        let mean = means.iter().map(|mean| mean / rows as f64).sum();
        let mut shifted = Shifted { passes, mean, norm: 0.0, error: None };
        shifted.norm = first_order::norm(&mut shifted);
        match shifted.error {
            Some(error) => Err(error),
            None => Ok(shifted),
        }
    }

    fn keep(&mut self, result: Result<(), SourceError>) {
        if let Err(error) = result {
            self.error.get_or_insert(error);
        }
    }
}

impl Operator for Shifted<'_> {
    fn shape(&self) -> [usize; 2] {
        [self.passes.rows(), self.passes.columns()]
    }

    fn norm(&self) -> f64 {
        self.norm
    }

    fn times(&mut self, y: &[f64], sum: f64, values: &mut [f64]) {
        let result = self.passes.times(y, values);
        self.keep(result);
        values.iter_mut().for_each(|value| *value -= self.mean * sum);
    }

    fn transposed_times(&mut self, x: &[f64], sum: f64, values: &mut [f64]) {
        let result = self.passes.transposed_times(x, values);
        self.keep(result);
        values.iter_mut().for_each(|value| *value -= self.mean * sum);
    }

    fn has_failed(&self) -> bool {
        self.error.is_some()
    }
}

#[cfg(test)]
mod tests;
