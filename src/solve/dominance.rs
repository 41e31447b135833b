//! Iterated elimination of strictly dominated actions, by mixed strategies.
//!
//! An action d is strictly dominated when some mixture of the others is better against every joint
//! action of the opponents; it is not exactly when some belief about the opponents makes d a best
//! response (Pearce 1984, Lemma 3, with correlated beliefs). Both are the two sides of one matrix
//! game, whose entry for the own action a and the joint action s is u(a, s) − u(d, s): a positive
//! value gives the dominating mixture, any other the belief.

use super::joint;
use super::meter::Meter;
use super::zero_sum::solve_matrix_game;
use super::{Budget, Exhausted, Outcome};
use crate::game::answer::{Dominance, Elimination};
use crate::game::{GameError, NormalForm};
use crate::linear::LpMethod;
use crate::num::Rational;

/// What survives the iterated elimination of strictly dominated actions, for any number of players.
///
/// In each round all actions go that are dominated by a mixture of the actions left. The survivors
/// do not depend on the order; each comes with a belief that makes it a best response. At most one
/// linear program for each action and round; pure dominators and best responses to pure joint
/// actions need none. The answer is `None` when the budget is spent.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::linear::LpMethod;
/// use detente::solve::{Budget, eliminate_strictly_dominated};
/// // The prisoner's dilemma.
/// let game = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
/// let outcome = eliminate_strictly_dominated(&game, LpMethod::Auto, &Budget::unlimited());
/// assert_eq!(outcome.answer.unwrap().survivors, [[1], [1]]);
/// ```
#[must_use]
pub fn eliminate_strictly_dominated(
    game: &NormalForm,
    method: LpMethod,
    budget: &Budget,
) -> Outcome<Option<Dominance>> {
    let meter = Meter::new(method, budget);
    meter.outcome(eliminate(game, &meter))
}

/// As [`eliminate_strictly_dominated`], within the work of another solver.
pub(super) fn eliminate(game: &NormalForm, meter: &Meter<'_>) -> Result<Dominance, Exhausted> {
    let mut survivors: Vec<Vec<usize>> =
        game.shape().into_iter().map(|actions| (0..actions).collect()).collect();
    let mut eliminations = Vec::new();
    for round in 1.. {
        let left = restricted(game, &survivors)?;
        let mut beliefs = Vec::with_capacity(game.num_players());
        let mut kept = Vec::with_capacity(game.num_players());
        for (player, actions) in survivors.iter().enumerate() {
            let matrix = joint::payoff_matrix(&left, player);
            let highest = column_maxima(&matrix);
            let (mut stay, mut reasons) = (Vec::new(), Vec::new());
            for (position, &action) in actions.iter().enumerate() {
                match judge(&matrix, &highest, position, meter)? {
                    Judgement::BestResponse(belief) => {
                        stay.push(action);
                        reasons.push(belief);
                    }
                    Judgement::Dominated(mixture) => {
                        let mut dominator = vec![Rational::ZERO; game.num_actions(player)];
                        for (&action, probability) in actions.iter().zip(mixture) {
                            dominator[action] = probability;
                        }
                        let dominated_by = joint::strategy(dominator);
                        eliminations.push(Elimination { round, player, action, dominated_by });
                    }
                }
            }
            kept.push(stay);
            beliefs.push(reasons);
        }
        if kept == survivors {
            return Ok(Dominance { eliminations, survivors, beliefs });
        }
        survivors = kept;
    }
    // Each round but the last removes an action.
    Err(Exhausted::Steps)
}

pub(super) fn restricted(game: &NormalForm, kept: &[Vec<usize>]) -> Result<NormalForm, Exhausted> {
    game.restricted(kept).map_err(|error| match error {
        GameError::TooLarge { .. } => Exhausted::Memory,
        // An action that is a best response to something is never eliminated.
        #[allow(clippy::panic)]
        other => panic!("every player keeps an action: {other}"),
    })
}

/// The row with the greatest entry of each column.
fn column_maxima(matrix: &[Vec<Rational>]) -> Vec<usize> {
    (0..matrix[0].len())
        .map(|column| {
            (1..matrix.len()).fold(0, |best, row| {
                if matrix[row][column] > matrix[best][column] { row } else { best }
            })
        })
        .collect()
}

enum Judgement {
    /// The action is a best response to this belief.
    BestResponse(Vec<Rational>),
    /// This mixture of actions is strictly better whatever the others do.
    Dominated(Vec<Rational>),
}

/// Whether the row `action` of a payoff matrix is strictly dominated by a mixture of the others.
fn judge(
    matrix: &[Vec<Rational>],
    highest: &[usize],
    action: usize,
    meter: &Meter<'_>,
) -> Result<Judgement, Exhausted> {
    let own = &matrix[action];
    let unit = |length: usize, at: usize| {
        let mut vector = vec![Rational::ZERO; length];
        vector[at] = Rational::ONE;
        vector
    };
    let equal = |(column, &best): (usize, &usize)| own[column] == matrix[best][column];
    if let Some(column) = highest.iter().enumerate().position(equal) {
        return Ok(Judgement::BestResponse(unit(own.len(), column)));
    }
    let better = |row: &Vec<Rational>| row.iter().zip(own).all(|(other, own)| other > own);
    if let Some(row) = matrix.iter().position(better) {
        return Ok(Judgement::Dominated(unit(matrix.len(), row)));
    }
    let gains: Vec<Vec<Rational>> = (0..matrix.len())
        .filter(|&row| row != action)
        .map(|row| matrix[row].iter().zip(own).map(|(other, own)| other - own).collect())
        .collect();
    let solution = solve_matrix_game(&gains, meter)?;
    if solution.value.is_positive() {
        let mut mixture = solution.row;
        mixture.insert(action, Rational::ZERO);
        return Ok(Judgement::Dominated(mixture));
    }
    Ok(Judgement::BestResponse(solution.column))
}

#[cfg(test)]
mod tests;
