//! The value of a constant-sum game of two by iteration, between bounds that are exact.

use super::approximate::{FirstOrderMethod, FirstOrderOptions, approximate_matrix_game};
use super::double_oracle::solve_by_double_oracle;
use crate::game::answer::{Equilibrium, Learning, LearningPoint};
use crate::game::{NormalForm, PayoffMatrix};
use crate::solve::learning::{LARGEST, proved_value};
use crate::solve::many::verdict::{evaluate, on_grid};
use crate::solve::{Budget, Outcome, Status};

/// How the value is come near to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Iteration {
    /// By a first-order method.
    FirstOrder(FirstOrderMethod),
    /// By double oracle.
    DoubleOracle,
}

/// Why a game is not solved by iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IterationError {
    /// It is no constant-sum game of two players.
    #[error(
        "iteration is for constant-sum games of two players, and this is none: without --method each player's security level is found by linear programs"
    )]
    NotConstantSum,
    /// A payoff is larger than 10¹⁰⁰.
    #[error("a payoff is larger than 1e100: sums over rounds would be beyond machine numbers")]
    TooLarge,
}

/// How far apart the bounds may be at the end, relative to the range of payoffs.
const GAP: f64 = 1e-9;

/// Mixtures of both players of a constant-sum game of two, found by iteration of at most so many
/// rounds, with their exact regret and the exact bounds of the value that they prove.
///
/// It ends when the bounds are within 10⁻⁹ of the range of payoffs, or after the rounds.
///
/// # Errors
/// [`IterationError`].
pub fn approximate_minimax(
    game: &NormalForm,
    how: Iteration,
    rounds: u64,
    budget: &Budget,
) -> Result<Outcome<Learning>, IterationError> {
    if game.num_players() != 2 || game.constant_sum().is_none() {
        return Err(IterationError::NotConstantSum);
    }
    let matrix = PayoffMatrix::of_player(game, 0).map_err(|_| IterationError::TooLarge)?;
    let (least, most) = matrix.range();
    if least < -LARGEST || most > LARGEST {
        return Err(IterationError::TooLarge);
    }
    let gap = GAP * (most / 2.0 - least / 2.0) * 2.0;
    let (mut reached, rounds) = (false, rounds.max(1));
    let mut watch = |round: u64, _: f64| {
        reached = round >= rounds;
        !reached
    };
    // The matrix is in memory, and nothing can fail to be read.
    let found = match how {
        Iteration::FirstOrder(method) => {
            let options = FirstOrderOptions { method, gap, rounds: u64::MAX };
            approximate_matrix_game(&matrix, &options, budget, &mut watch)
        }
        Iteration::DoubleOracle => solve_by_double_oracle(&matrix, gap, budget, &mut watch),
    };
    let Outcome { answer, status, method, work, warnings } =
        found.map_err(|_| IterationError::TooLarge)?;
    let profile = on_grid(&game.shape(), &[answer.row, answer.column].concat());
    let (payoffs, regret) = evaluate(game, &profile);
    let mixture = Equilibrium { profile, payoffs, regret };
    let value = Some(proved_value(game, &mixture));
    let course = vec![LearningPoint { rounds: work.rounds, mixture }];
    let answer = Learning { rounds: work.rounds, course, joint: None, value };
    // The rounds that were asked for are no limit that stopped it.
    let status = if reached { Status::Solved } else { status };
    Ok(Outcome { answer, status, method, work, warnings })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certify::{Limits, certify_learning};

    #[test]
    fn every_iteration_encloses_the_value_of_a_game() {
        // The value is 0, and the sum of payoffs 10.
        let game = NormalForm::from_integers(
            &[&[0, -1, 3], &[1, 0, -2], &[-3, 2, 0]],
            &[&[10, 11, 7], &[9, 10, 12], &[13, 8, 10]],
        );
        let first_order = [FirstOrderMethod::Predictive, FirstOrderMethod::PrimalDual];
        let all =
            first_order.map(Iteration::FirstOrder).into_iter().chain([Iteration::DoubleOracle]);
        for how in all {
            let found = approximate_minimax(&game, how, 20_000, &Budget::unlimited()).unwrap();
            assert_eq!(found.status, Status::Solved);
            certify_learning(&game, &found.answer, &Limits::default()).unwrap();
            let [lower, upper] = found.answer.value.unwrap();
            assert!(!lower.is_positive() && !upper.is_negative());
            assert!((&upper - &lower).to_f64() < 1e-7, "{how:?}");
        }
        let chicken = NormalForm::from_integers(&[&[0, 7], &[2, 6]], &[&[0, 2], &[7, 6]]);
        let refused =
            approximate_minimax(&chicken, Iteration::DoubleOracle, 9, &Budget::unlimited());
        assert_eq!(refused.unwrap_err(), IterationError::NotConstantSum);
    }
}
