//! Security levels: what each player can guarantee, and what the others can hold him down to.

use super::solve_matrix_game;
use crate::game::NormalForm;
use crate::game::answer::{Minimax, SecurityLevel};
use crate::linear::LpMethod;
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::{Budget, Exhausted, Outcome, joint};

/// The security level of each player, with a strategy that secures it and a correlated strategy of
/// the others that concedes no more: the two solutions of one matrix game a player, in which his
/// opponent chooses the joint action of all others (von Neumann 1928; Dantzig 1951).
///
/// With three players or more the level is the minmax in *correlated* strategies, which is at most
/// the minmax in independent ones. In a constant-sum game of two the levels solve the game.
/// Polynomial in the number of profiles in practice. The answer is `None` when the budget is spent
/// or a player's matrix is too large.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::linear::LpMethod;
/// use detente::solve::{Budget, solve_minimax};
/// // Matching pennies.
/// let game = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
/// let minimax = solve_minimax(&game, LpMethod::Auto, &Budget::unlimited()).answer.unwrap();
/// assert_eq!(minimax.levels[0].value.to_string(), "0");
/// assert_eq!(minimax.levels[0].strategy.probabilities()[1].to_string(), "1/2");
/// ```
#[must_use]
pub fn solve_minimax(
    game: &NormalForm,
    method: LpMethod,
    budget: &Budget,
) -> Outcome<Option<Minimax>> {
    let meter = Meter::new(method, budget);
    let constant_sum = game.constant_sum();
    let levels = match &constant_sum {
        Some(sum) if game.num_players() == 2 => both_levels(game, sum, &meter),
        _ => (0..game.num_players()).map(|player| security_level(game, player, &meter)).collect(),
    };
    meter.outcome(levels.map(|levels| Minimax { levels, constant_sum }))
}

/// The levels of a constant-sum game of two: each optimal strategy is the other's punishment.
fn both_levels(
    game: &NormalForm,
    sum: &Rational,
    meter: &Meter<'_>,
) -> Result<Vec<SecurityLevel>, Exhausted> {
    let first = security_level(game, 0, meter)?;
    let second = SecurityLevel {
        player: 1,
        value: sum - &first.value,
        strategy: joint::strategy(first.punishment.clone()),
        punishment: first.strategy.probabilities().to_vec(),
    };
    Ok(vec![first, second])
}

/// What one player can secure, and what holds him down to it.
pub(in crate::solve) fn security_level(
    game: &NormalForm,
    player: usize,
    meter: &Meter<'_>,
) -> Result<SecurityLevel, Exhausted> {
    let matrix = joint::payoff_matrix(game, player);
    let solution = solve_matrix_game(&matrix, meter)?;
    Ok(SecurityLevel {
        player,
        value: solution.value,
        strategy: joint::strategy(solution.row),
        punishment: solution.column,
    })
}

#[cfg(test)]
mod tests;
