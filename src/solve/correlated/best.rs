//! The correlated equilibrium that is best for an objective, by one linear program.
//!
//! A distribution p over profiles is a correlated equilibrium when it is *obedient*: for each
//! player i, each action a that he may be told and each deviation d,
//! Σ p(a, s₋ᵢ)·(uᵢ(a, s₋ᵢ) − uᵢ(d, s₋ᵢ)) ≥ 0 (Aumann 1974, 1987). Such p form a polytope that is
//! never empty (Hart & Schmeidler 1989). Actions that iterated strict dominance removes have
//! probability zero, so the [program](super::program) is posed for what is left, and its
//! multipliers are [lifted](super::lift) to the whole game.

use super::lift;
use super::objective::{Goal, ObjectiveError, expected_payoffs, weighted_sums};
use super::program::{best_distribution, check_size};
use crate::game::NormalForm;
use crate::game::answer::{Correlated, Objective};
use crate::linear::LpMethod;
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::{Budget, Exhausted, Outcome, dominance};

/// A correlated equilibrium that is best for an objective, with multipliers that prove it.
///
/// Any number of players. With S profiles and sᵢ actions after elimination the program has S
/// variables and Σ sᵢ(sᵢ − 1) rows. The answer is `None` when the budget is spent or the program is
/// too large.
///
/// # Errors
/// When the objective names a player who does not exist, or has too few or too many weights.
///
/// ```
/// use detente::game::{NormalForm, answer::Objective};
/// use detente::linear::LpMethod;
/// use detente::solve::{Budget, find_best_correlated_equilibrium};
/// // Aumann's game of chicken (1974): 21/4 each, more than any mixture of its equilibria.
/// let game = NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
/// let outcome = find_best_correlated_equilibrium(
///     &game, &Objective::Welfare, LpMethod::Auto, &Budget::unlimited()).unwrap();
/// let best = outcome.answer.unwrap();
/// assert_eq!(best.payoffs[0].to_string(), "21/4");
/// assert_eq!(best.distribution[0].to_string(), "1/2");
/// ```
pub fn find_best_correlated_equilibrium(
    game: &NormalForm,
    objective: &Objective,
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<Correlated>>, ObjectiveError> {
    let goal = Goal::of(objective, game.num_players())?;
    let meter = Meter::new(method, budget);
    Ok(meter.outcome(find(game, objective, &goal, &meter)))
}

pub(super) fn find(
    game: &NormalForm,
    objective: &Objective,
    goal: &Goal,
    meter: &Meter<'_>,
) -> Result<Correlated, Exhausted> {
    let dominance = dominance::eliminate(game, meter)?;
    let kept = &dominance.survivors;
    let small = dominance::restricted(game, kept)?;
    let solution = find_obeyed(&small, &|_| true, goal, meter)?;
    let mut distribution = vec![Rational::ZERO; game.num_profiles()];
    for (index, probability) in solution.distribution.into_iter().enumerate() {
        let profile: Vec<usize> =
            small.profile(index).iter().zip(kept).map(|(&action, kept)| kept[action]).collect();
        distribution[game.profile_index(&profile)] = probability;
    }
    let multipliers = lift::lifted(
        game,
        &weighted_sums(game, &solution.weights),
        &dominance,
        &solution.multipliers,
        &solution.value,
    );
    Ok(Correlated {
        objective: objective.clone(),
        payoffs: expected_payoffs(game, &distribution),
        distribution,
        value: if objective.is_least() { -solution.value } else { solution.value },
        player_weights: match goal {
            Goal::Sum(_) => Vec::new(),
            Goal::Smallest => solution.weights,
        },
        multipliers,
    })
}

/// An obedience constraint (player, told, deviation) with its multiplier.
pub(super) type Multiplier = (usize, usize, usize, Rational);

struct Reduced {
    distribution: Vec<Rational>,
    value: Rational,
    weights: Vec<Rational>,
    multipliers: Vec<Multiplier>,
}

/// The best distribution that some of the players obey, whatever the others would rather do.
pub(in crate::solve) fn find_obeyed_by(
    game: &NormalForm,
    obeys: &dyn Fn(usize) -> bool,
    objective: Objective,
    meter: &Meter<'_>,
) -> Result<Correlated, Exhausted> {
    // The objective names players of the game.
    let goal = Goal::of(&objective, game.num_players()).map_err(|_| Exhausted::Memory)?;
    let solution = find_obeyed(game, obeys, &goal, meter)?;
    Ok(Correlated {
        payoffs: expected_payoffs(game, &solution.distribution),
        distribution: solution.distribution,
        value: if objective.is_least() { -solution.value } else { solution.value },
        player_weights: match goal {
            Goal::Sum(_) => Vec::new(),
            Goal::Smallest => solution.weights,
        },
        multipliers: solution.multipliers,
        objective,
    })
}

/// The program for a game, with the constraints of those players who obey.
fn find_obeyed(
    game: &NormalForm,
    obeys: &dyn Fn(usize) -> bool,
    goal: &Goal,
    meter: &Meter<'_>,
) -> Result<Reduced, Exhausted> {
    let profiles = game.num_profiles();
    let deviations: usize = game.shape().iter().map(|actions| actions - 1).sum();
    check_size(profiles, deviations)?;
    let (mut temptations, mut names) = (Vec::new(), Vec::new());
    for player in (0..game.num_players()).filter(|&player| obeys(player)) {
        for told in 0..game.num_actions(player) {
            let of_told: Vec<usize> =
                (0..profiles).filter(|&index| game.action_in(player, index) == told).collect();
            for deviation in (0..game.num_actions(player)).filter(|&action| action != told) {
                let temptation: Vec<(usize, Rational)> = of_told
                    .iter()
                    .map(|&index| {
                        let other = game.deviation(index, player, deviation);
                        (index, game.payoff(player, other) - game.payoff(player, index))
                    })
                    .collect();
                // A deviation that never gains needs no constraint.
                if temptation.iter().any(|(_, gain)| gain.is_positive()) {
                    temptations.push(temptation);
                    names.push((player, told, deviation));
                }
            }
        }
    }
    let best = best_distribution(game, goal, temptations, meter)?;
    let multipliers = names
        .into_iter()
        .zip(best.multipliers)
        .filter(|(_, multiplier)| !multiplier.is_zero())
        .map(|((player, told, deviation), multiplier)| (player, told, deviation, multiplier))
        .collect();
    Ok(Reduced {
        distribution: best.distribution,
        value: best.value,
        weights: best.weights,
        multipliers,
    })
}

#[cfg(test)]
mod tests;
