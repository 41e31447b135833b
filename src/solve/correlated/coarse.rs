//! The coarse correlated equilibrium that is best for an objective, by one linear program.
//!
//! A distribution p over profiles is a coarse correlated equilibrium when, for each player i and
//! each action d, Σ p(s)·(uᵢ(s) − uᵢ(d, s₋ᵢ)) ≥ 0: before a profile is drawn, nobody wants to play d
//! whatever the others are told (Moulin & Vial 1978). These p are what play tends to when nobody
//! regrets any fixed action (Hannan 1957).
//!
//! A strictly dominated action may be played with positive probability: it is only the average over
//! all that a player is told that must not be beaten. So nothing is eliminated before. There is one
//! row for each player and action, and most rows of the [program](super::program) are full.

use super::objective::{Goal, ObjectiveError, expected_payoffs};
use super::program::{best_distribution, check_size};
use crate::game::NormalForm;
use crate::game::answer::{CoarseCorrelated, Objective};
use crate::linear::LpMethod;
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::{Budget, Exhausted, Outcome};

/// A coarse correlated equilibrium that is best for an objective, with multipliers that prove it.
///
/// Any number of players. With S profiles and kᵢ actions of player i the program has S variables
/// and Σ kᵢ rows. The answer is `None` when the budget is spent or the program is too large.
///
/// # Errors
/// When the objective names a player who does not exist, or has too few or too many weights.
///
/// ```
/// use detente::game::{NormalForm, answer::Objective};
/// use detente::linear::LpMethod;
/// use detente::solve::{Budget, find_best_coarse_correlated_equilibrium};
/// // Rock, paper, scissors, a win 2, in which a draw costs both 1: correlated equilibria draw a third
/// // of the time, and by letting a mediator play for them both avoid draws altogether.
/// let game = NormalForm::from_integers(
///     &[&[-1, -2, 2], &[2, -1, -2], &[-2, 2, -1]],
///     &[&[-1, 2, -2], &[-2, -1, 2], &[2, -2, -1]],
/// );
/// let outcome = find_best_coarse_correlated_equilibrium(
///     &game, &Objective::Welfare, LpMethod::Auto, &Budget::unlimited()).unwrap();
/// assert_eq!(outcome.answer.unwrap().value.to_string(), "0");
/// ```
pub fn find_best_coarse_correlated_equilibrium(
    game: &NormalForm,
    objective: &Objective,
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<CoarseCorrelated>>, ObjectiveError> {
    let goal = Goal::of(objective, game.num_players())?;
    let meter = Meter::new(method, budget);
    Ok(meter.outcome(find(game, objective, &goal, &meter)))
}

pub(super) fn find(
    game: &NormalForm,
    objective: &Objective,
    goal: &Goal,
    meter: &Meter<'_>,
) -> Result<CoarseCorrelated, Exhausted> {
    let profiles = game.num_profiles();
    check_size(profiles, game.shape().iter().sum())?;
    let (mut temptations, mut names) = (Vec::new(), Vec::new());
    for player in 0..game.num_players() {
        for deviation in 0..game.num_actions(player) {
            meter.check()?;
            let temptation: Vec<(usize, Rational)> = (0..profiles)
                .filter(|&index| game.action_in(player, index) != deviation)
                .map(|index| {
                    let other = game.deviation(index, player, deviation);
                    (index, game.payoff(player, other) - game.payoff(player, index))
                })
                .collect();
            // A deviation that never gains needs no constraint.
            if temptation.iter().any(|(_, gain)| gain.is_positive()) {
                temptations.push(temptation);
                names.push((player, deviation));
            }
        }
    }
    let best = best_distribution(game, goal, temptations, meter)?;
    let multipliers = names
        .into_iter()
        .zip(best.multipliers)
        .filter(|(_, multiplier)| !multiplier.is_zero())
        .map(|((player, deviation), multiplier)| (player, deviation, multiplier))
        .collect();
    Ok(CoarseCorrelated {
        objective: objective.clone(),
        payoffs: expected_payoffs(game, &best.distribution),
        distribution: best.distribution,
        value: if objective.is_least() { -best.value } else { best.value },
        player_weights: match goal {
            Goal::Sum(_) => Vec::new(),
            Goal::Smallest => best.weights,
        },
        multipliers,
    })
}

#[cfg(test)]
mod tests;
