//! Zero-sum games in states: Shapley's iteration, hastened by evaluation of the strategies.
//!
//! Shapley's operator takes v to the values of the matrix games (1 − δ) g(x, ·) + δ E v(x') and is a
//! contraction of modulus δ, so that its fixed point is within residual/(1 − δ). After each
//! application v may also be replaced by the payoffs of the optimal strategies that were found
//! (Pollatschek & Avi-Itzhak); that step is taken where it makes the residual smaller, and Shapley's
//! own elsewhere, so that the iteration always converges.
//!
//! Source: Shapley (1953), "Stochastic games"; Pollatschek & Avi-Itzhak (1969); Filar & Vrieze (1997),
//! chapter 3.

use std::collections::HashMap;

use super::finish::finish;
use super::mixed::{Chances, MixedGame};
use super::support::polished;
use crate::game::stochastic::{MarkovAnswer, StochasticGame};
use crate::solve::{Budget, Outcome, Status, Work};

/// The name of the method.
const METHOD: &str = "shapley";
/// Residuals below this are zero.
const CLOSE: f64 = 1e-15;
/// The number of iterations after which what was found is returned, with its bound.
const MOST_ITERATIONS: u64 = 200_000;

/// The game is not one of two players whose payoffs have a constant sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Shapley's iteration is for two players whose payoffs have a constant sum in all states")]
pub struct NotZeroSum;

/// Optimal stationary strategies and bounds of the value in every state.
///
/// The bounds are exact: each is what one of the two strategies guarantees. They are equal where the
/// value is rational and not too long. A step of the budget is an application of Shapley's operator: one
/// matrix game in every state; where it is spent the strategies found so far are returned with
/// [`Status::Partial`].
///
/// # Errors
/// [`NotZeroSum`].
pub fn solve_zero_sum(
    game: &StochasticGame,
    budget: &Budget,
) -> Result<Outcome<Option<MarkovAnswer>>, NotZeroSum> {
    if game.constant_sum().is_none() {
        return Err(NotZeroSum);
    }
    let floats = MixedGame::new(game);
    let mut work = Work::default();
    let (chances, mut status) = iterate(&floats, budget, &mut work.rounds);
    // Values are those of machine numbers to the last digits where nothing stopped the iteration.
    let found = polished(&floats, &chances, &mut HashMap::new());
    let equilibrium =
        found.and_then(|(chances, values, _)| finish(game, &floats, &chances, &values));
    if equilibrium.is_none() {
        status = Status::Partial(crate::solve::Exhausted::Steps);
    }
    let answer = equilibrium.map(|equilibrium| MarkovAnswer { equilibria: vec![equilibrium] });
    Ok(Outcome { answer, status, method: METHOD, work, warnings: Vec::new() })
}

/// Strategies that are nearly optimal, in every state.
fn iterate(floats: &MixedGame, budget: &Budget, steps: &mut u64) -> (Chances, Status) {
    let mut values = vec![0.5; floats.stages.len()];
    let mut applied = operator(floats, &values);
    loop {
        if let Err(reason) = budget.check_now(*steps) {
            return (applied.1, Status::Partial(reason));
        }
        *steps += 1;
        let residual = distance(&values, &applied.0);
        if residual <= CLOSE || *steps >= MOST_ITERATIONS {
            return (applied.1, Status::Solved);
        }
        let jump = floats.values(&applied.1);
        let jump: Option<Vec<f64>> = jump.map(|values| values.chunks(2).map(|v| v[0]).collect());
        let jumped = jump.map(|jump| (operator(floats, &jump), jump));
        match jumped {
            Some((next, jump)) if distance(&jump, &next.0) < 0.9 * residual => {
                (values, applied) = (jump, next);
            }
            // Near the limits of machine numbers nothing is gained any more.
            _ if residual <= 64.0 * CLOSE => return (applied.1, Status::Solved),
            _ => {
                let next = operator(floats, &applied.0);
                values = std::mem::replace(&mut applied, next).0;
            }
        }
    }
}

fn distance(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// Shapley's operator on the values of the first player, and the optimal strategies of its matrix
/// games.
fn operator(floats: &MixedGame, values: &[f64]) -> (Vec<f64>, Chances) {
    // The values of both players: scaled ones sum to one.
    let both: Vec<f64> = values.iter().flat_map(|&value| [value, 1.0 - value]).collect();
    let each = floats.stages.iter().enumerate().map(|(state, stage)| {
        let (m, n) = (stage.shape[0], stage.shape[1]);
        let row =
            |i: usize| (0..n).map(|j| floats.of_profile(state, i * n + j, 0, &both)).collect();
        let matrix: Vec<Vec<f64>> = (0..m).map(row).collect();
        let (value, mut row, column) = matrix_game(&matrix);
        row.extend(column);
        (value, row)
    });
    each.unzip()
}

/// The value and optimal strategies of a matrix game, by the simplex method with Bland's rule: the
/// column player maximises Σ y subject to A y ≤ 1, y ≥ 0, where A is the matrix shifted to be positive.
fn matrix_game(matrix: &[Vec<f64>]) -> (f64, Vec<f64>, Vec<f64>) {
    let (m, n) = (matrix.len(), matrix[0].len());
    let all = || matrix.iter().flatten().copied();
    let (low, high) =
        (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let width = if high > low { high - low } else { 1.0 };
    // Columns: y, slacks, right-hand side. The last row is the objective.
    let mut tableau = vec![vec![0.0; n + m + 1]; m + 1];
    for (i, row) in matrix.iter().enumerate() {
        for (j, &value) in row.iter().enumerate() {
            tableau[i][j] = (value - low) / width + 1.0;
        }
        tableau[i][n + i] = 1.0;
        tableau[i][n + m] = 1.0;
    }
    tableau[m][..n].fill(-1.0);
    let mut basis: Vec<usize> = (n..n + m).collect();
    for _ in 0..64 * (m + n) {
        let Some(enter) = (0..n + m).find(|&column| tableau[m][column] < -1e-13) else { break };
        let mut leave: Option<(usize, f64)> = None;
        for row in (0..m).filter(|&row| tableau[row][enter] > 1e-13) {
            let ratio = tableau[row][n + m] / tableau[row][enter];
            let better = leave.is_none_or(|(other, least)| {
                ratio < least - 1e-15
                    || ((ratio - least).abs() <= 1e-15 && basis[row] < basis[other])
            });
            if better {
                leave = Some((row, ratio));
            }
        }
        let Some((row, _)) = leave else { break };
        let pivot = tableau[row][enter];
        tableau[row].iter_mut().for_each(|entry| *entry /= pivot);
        let chosen = tableau[row].clone();
        for (at, other) in tableau.iter_mut().enumerate() {
            let factor = other[enter];
            if at != row && factor != 0.0 {
                other.iter_mut().zip(&chosen).for_each(|(entry, of)| *entry -= factor * of);
            }
        }
        basis[row] = enter;
    }
    let total = tableau[m][n + m];
    let mut column = vec![0.0; n];
    for (row, &variable) in basis.iter().enumerate() {
        if variable < n {
            column[variable] = (tableau[row][n + m] / total).max(0.0);
        }
    }
    let row: Vec<f64> = (0..m).map(|i| (tableau[m][n + i] / total).max(0.0)).collect();
    ((1.0 / total - 1.0) * width + low, row, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matrix_games_are_solved() {
        let (value, row, column) = matrix_game(&[vec![1.0, -1.0], vec![-1.0, 1.0]]);
        assert!(
            value.abs() < 1e-12 && (row[0] - 0.5).abs() < 1e-12 && (column[0] - 0.5).abs() < 1e-12
        );
        let (value, row, _) = matrix_game(&[vec![3.0, 1.0], vec![0.0, 2.0]]);
        assert!((value - 1.5).abs() < 1e-12 && (row[0] - 0.5).abs() < 1e-12);
        let (value, ..) = matrix_game(&[vec![7.0]]);
        assert!((value - 7.0).abs() < 1e-12);
    }
}
