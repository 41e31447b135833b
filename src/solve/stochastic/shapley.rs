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
use crate::linear::FloatProgram;
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

/// The name of the method.
const METHOD: &str = "shapley";
/// Residuals below this are zero.
const CLOSE: f64 = 1e-15;
/// Steps without a smaller residual after which machine numbers give no more.
const MOST_STALLED: u64 = 20;
/// Bounds of the value are wide when they are so far apart, on payoffs of range 1.
const WIDE: f64 = 1e-9;
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
/// matrix game in every state, by the simplex method in machine numbers. Where it is spent, or 200,000
/// iterations have been made, or the bounds are more than 10⁻⁹ of the range of payoffs apart, the
/// strategies found are returned with their bounds and [`Status::Partial`].
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
    let mut work = Work::default();
    let (answer, status) = solved(game, MOST_ITERATIONS, budget, &mut work.rounds);
    Ok(Outcome { answer, status, method: METHOD, work, warnings: Vec::new() })
}

/// [`solve_zero_sum`], after at most so many iterations.
fn solved(
    game: &StochasticGame,
    most: u64,
    budget: &Budget,
    steps: &mut u64,
) -> (Option<MarkovAnswer>, Status) {
    let floats = MixedGame::new(game);
    let unsolved = Status::Partial(Exhausted::Steps);
    let Some((chances, status)) = iterate(&floats, most, budget, steps) else {
        return (None, unsolved);
    };
    // Values are those of machine numbers to the last digits where nothing stopped the iteration.
    let found = polished(&floats, &chances, &mut HashMap::new());
    let equilibrium =
        found.and_then(|(chances, values, _)| finish(game, &floats, &chances, &values));
    let Some(equilibrium) = equilibrium else { return (None, unsolved) };
    // However the iteration ended: the value is known where both strategies guarantee it nearly.
    let range = floats.ranges[0].1;
    let wide = |(low, high): &(Rational, Rational)| (high - low).to_f64() > WIDE * range;
    let open = equilibrium.value.as_ref().is_none_or(|value| value.iter().any(wide));
    let status = if open && status == Status::Solved { unsolved } else { status };
    (Some(MarkovAnswer { equilibria: vec![equilibrium] }), status)
}

/// Strategies that are nearly optimal, in every state; `None` when a matrix game is not solved.
fn iterate(
    floats: &MixedGame,
    most: u64,
    budget: &Budget,
    steps: &mut u64,
) -> Option<(Chances, Status)> {
    let mut values = vec![0.5; floats.stages.len()];
    let mut applied = operator(floats, &values)?;
    let (mut least, mut since) = (f64::INFINITY, 0);
    loop {
        if let Err(reason) = budget.check_now(*steps) {
            return Some((applied.1, Status::Partial(reason)));
        }
        if *steps >= most {
            return Some((applied.1, Status::Partial(Exhausted::Steps)));
        }
        *steps += 1;
        let residual = distance(&values, &applied.0);
        // A contraction makes it smaller in every step, up to the precision of machine numbers.
        since = if residual < least { 0 } else { since + 1 };
        least = least.min(residual);
        if residual <= CLOSE || since >= MOST_STALLED {
            return Some((applied.1, Status::Solved));
        }
        let jump = floats.values(&applied.1);
        let jump: Option<Vec<f64>> = jump.map(|values| values.chunks(2).map(|v| v[0]).collect());
        let jumped = jump.and_then(|jump| Some((operator(floats, &jump)?, jump)));
        match jumped {
            Some((next, jump)) if distance(&jump, &next.0) < 0.9 * residual => {
                (values, applied) = (jump, next);
            }
            // Near the limits of machine numbers nothing is gained any more.
            _ if residual <= 64.0 * CLOSE => return Some((applied.1, Status::Solved)),
            _ => {
                let next = operator(floats, &applied.0)?;
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
fn operator(floats: &MixedGame, values: &[f64]) -> Option<(Vec<f64>, Chances)> {
    // The values of both players: scaled ones sum to one.
    let both: Vec<f64> = values.iter().flat_map(|&value| [value, 1.0 - value]).collect();
    let each = floats.stages.iter().enumerate().map(|(state, stage)| {
        let (m, n) = (stage.shape[0], stage.shape[1]);
        let row =
            |i: usize| (0..n).map(|j| floats.of_profile(state, i * n + j, 0, &both)).collect();
        let matrix: Vec<Vec<f64>> = (0..m).map(row).collect();
        let (value, mut row, column) = matrix_game(&matrix)?;
        row.extend(column);
        Some((value, row))
    });
    let each: Option<Vec<_>> = each.collect();
    Some(each?.into_iter().unzip())
}

/// The value and optimal strategies of a matrix game: the column player maximises Σ y subject to A y ≤ 1,
/// y ≥ 0, where A is the matrix shifted to be positive, and the multipliers are the strategy of the row
/// player. `None` when there are too many pivots.
fn matrix_game(matrix: &[Vec<f64>]) -> Option<(f64, Vec<f64>, Vec<f64>)> {
    let all = || matrix.iter().flatten().copied();
    let (low, high) =
        (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let width = if high > low { high - low } else { 1.0 };
    let mut program = FloatProgram::maximize(vec![1.0; matrix.first()?.len()]);
    for row in matrix {
        program.constrain(row.iter().map(|value| (value - low) / width + 1.0).enumerate(), 1.0);
    }
    let found = program.optimum(&|| true)?;
    let strategy = |weights: Vec<f64>| -> Vec<f64> {
        let total: f64 = weights.iter().sum();
        weights.into_iter().map(|weight| weight / total).collect()
    };
    let value = (1.0 / found.value - 1.0) * width + low;
    Some((value, strategy(found.dual), strategy(found.primal)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certify::{Limits, certify_markov};
    use crate::game::stochastic::StochasticState;
    use crate::game::{DiscountFactor, NormalForm};

    #[test]
    fn matrix_games_are_solved() {
        let game = |matrix: &[Vec<f64>]| matrix_game(matrix).unwrap();
        let (value, row, column) = game(&[vec![1.0, -1.0], vec![-1.0, 1.0]]);
        assert!(
            value.abs() < 1e-12 && (row[0] - 0.5).abs() < 1e-12 && (column[0] - 0.5).abs() < 1e-12
        );
        let (value, row, _) = game(&[vec![3.0, 1.0], vec![0.0, 2.0]]);
        assert!((value - 1.5).abs() < 1e-12 && (row[0] - 0.5).abs() < 1e-12);
        let (value, ..) = game(&[vec![7.0]]);
        assert!((value - 7.0).abs() < 1e-12);
    }

    #[test]
    fn where_the_iterations_are_spent_the_answer_is_partial_with_its_bound() {
        // Matching pennies in two states, with other stakes and another way to go on in each.
        let state = |name: &str, stake: i64, to: [usize; 4]| {
            let stage =
                NormalForm::from_integers(&[&[stake, -1], &[-2, 1]], &[&[-stake, 1], &[2, -1]]);
            let transitions = to.map(|to| vec![(to, Rational::ONE)]).to_vec();
            StochasticState { name: name.to_owned(), stage, transitions }
        };
        let discount = DiscountFactor::new(Rational::new(99, 100)).unwrap();
        let states = vec![state("low", 3, [0, 1, 1, 0]), state("high", 7, [1, 0, 0, 0])];
        let game = StochasticGame::new(states, discount, 0).unwrap();
        let width = |answer: &MarkovAnswer| {
            let value = answer.equilibria[0].value.clone().unwrap();
            value.iter().map(|(low, high)| (high - low).to_f64()).fold(0.0, f64::max)
        };
        let budget = Budget::unlimited();
        let (answer, status) = solved(&game, MOST_ITERATIONS, &budget, &mut 0);
        assert_eq!(status, Status::Solved);
        assert!(width(&answer.unwrap()) < 1e-11);
        let (answer, status) = solved(&game, 1, &budget, &mut 0);
        assert_eq!(status, Status::Partial(Exhausted::Steps));
        let answer = answer.unwrap();
        certify_markov(&game, &answer, &Limits::default()).unwrap();
        assert!(width(&answer) < 10.0);
    }
}
