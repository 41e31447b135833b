//! A matrix game by one linear program.
//!
//! Add a constant to the payoffs so that all are positive. With U the matrix then, the program
//! maximise Σ z subject to U z ≤ 1, z ≥ 0 has the optimum 1/value; z and its multipliers, multiplied
//! by the value, are optimal strategies of the column and the row player (Dantzig 1951). The
//! program starts feasible and not degenerate. Of large matrices the basis is guessed by the simplex
//! method for matrix games (`tableau`) and confirmed exactly; any other way follows if it is wrong.

use super::bracket::likely_supports;
use crate::game::PayoffMatrix;
use crate::linear::{Basis, LinearProgram, Relation};
use crate::num::Rational;
use crate::solve::Exhausted;
use crate::solve::meter::Meter;

/// Matrices with fewer actions on a side are solved as any program.
const LARGE: usize = 24;

/// The value of a matrix game with an optimal strategy of each player.
#[derive(Debug, Clone)]
pub(in crate::solve) struct MatrixSolution {
    /// What the row player, who maximises, can secure.
    pub(in crate::solve) value: Rational,
    /// A strategy of the row player that secures it.
    pub(in crate::solve) row: Vec<Rational>,
    /// A strategy of the column player that lets the row player have no more.
    pub(in crate::solve) column: Vec<Rational>,
}

/// The solution of the game in which the row player receives the entries of a matrix, given by
/// rows. A saddle point is found without a linear program.
pub(in crate::solve) fn solve_matrix_game(
    matrix: &[Vec<Rational>],
    meter: &Meter<'_>,
) -> Result<MatrixSolution, Exhausted> {
    if let Some(saddle) = saddle_point(matrix) {
        return Ok(saddle);
    }
    let columns = matrix[0].len();
    let least = matrix.iter().flatten().min().cloned().unwrap_or_default();
    let shift = Rational::ONE - least;
    let mut program = LinearProgram::maximize(vec![Rational::ONE; columns]);
    for row in matrix {
        let positive = row.iter().map(|entry| entry + &shift).enumerate();
        program.constrain(positive, Relation::AtMost, Rational::ONE);
    }
    let guessed = guess(matrix, meter).and_then(|basis| meter.confirmed(&program, &basis));
    let optimum = match guessed {
        Some(optimum) => optimum,
        None => meter.optimum(&program)?,
    };
    // The optimum is positive: z = (1/max U, 0, …) is feasible.
    let scaled = |vector: &[Rational]| vector.iter().map(|x| x / &optimum.value).collect();
    Ok(MatrixSolution {
        value: Rational::ONE / &optimum.value - &shift,
        row: scaled(&optimum.dual),
        column: scaled(&optimum.primal),
    })
}

/// The basis that the simplex method for matrix games ends at, in machine numbers; of large matrices,
/// where it is quicker than that for any program.
fn guess(matrix: &[Vec<Rational>], meter: &Meter<'_>) -> Option<Basis> {
    let columns = matrix[0].len();
    if !meter.may_choose() || matrix.len().min(columns) < LARGE {
        return None;
    }
    let entries = matrix.iter().flatten().map(Rational::to_f64).collect();
    let floats = PayoffMatrix::new(columns, entries).ok()?;
    let [rows, columns] = likely_supports(&floats, &mut || meter.check().is_ok())?;
    Some(Basis { rows, columns })
}

/// The solution in pure strategies, if there is one.
fn saddle_point(matrix: &[Vec<Rational>]) -> Option<MatrixSolution> {
    let columns = matrix[0].len();
    let (row, secured) = matrix
        .iter()
        .map(|row| row.iter().min())
        .enumerate()
        .reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    let (column, conceded) = (0..columns)
        .map(|column| matrix.iter().map(|row| &row[column]).max())
        .enumerate()
        .reduce(|best, next| if next.1 < best.1 { next } else { best })?;
    if secured != conceded {
        return None;
    }
    let pure = |action: usize, actions: usize| {
        let mut strategy = vec![Rational::ZERO; actions];
        strategy[action] = Rational::ONE;
        strategy
    };
    Some(MatrixSolution {
        value: secured?.clone(),
        row: pure(row, matrix.len()),
        column: pure(column, columns),
    })
}
