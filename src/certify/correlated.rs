//! Correlated equilibria: obedience, value, and the dual proof that no other is better.
//!
//! A distribution p over profiles is a correlated equilibrium when, for each player i, action a and
//! deviation d, the gain Σ_{s: s_i = a} p(s) [u_i(d, s_−i) − u_i(s)] is at most zero (Aumann 1974).
//! Let w(s) be the objective in profile s, and let y_{iad} ≥ 0. If in every profile s
//!
//!   w(s) + Σ_{i, d} y_{i s_i d} [u_i(s) − u_i(d, s_−i)] ≤ v,
//!
//! then every correlated equilibrium has Σ_s p(s) w(s) ≤ v: the weighted sum over s adds to the
//! objective only terms that obedience makes non-negative.

use std::collections::BTreeSet;

use crate::game::NormalForm;
use crate::game::answer::{Correlated, Objective};
use crate::num::Rational;

use super::expected::distribution;
use super::meter::{Limits, Meter};
use super::wording::{action, number, player};
use super::{Certificate, Completeness, Refutation};

/// Checks a correlated equilibrium, its payoffs, and that none is better for the objective.
///
/// Work: profiles × (actions of all players + multipliers of one profile).
///
/// # Errors
/// A [`Refutation`] that names the player, the actions and the numbers.
pub fn certify_correlated(
    game: &NormalForm,
    answer: &Correlated,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::new(limits);
    check_obedience(game, &answer.distribution, &mut meter)?;
    check_payoffs(game, answer)?;
    check_bound(game, answer, &mut meter)?;
    let checked = vec![
        "the distribution obeys every incentive constraint, exactly".to_owned(),
        format!(
            "the multipliers prove that no correlated equilibrium gives the objective more than {}",
            number(&answer.value)
        ),
    ];
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

fn check_obedience(
    game: &NormalForm,
    probabilities: &[Rational],
    meter: &mut Meter,
) -> Result<(), Refutation> {
    if probabilities.len() != game.num_profiles() {
        return Err(Refutation::Misfit(format!(
            "{} probabilities for {} profiles",
            probabilities.len(),
            game.num_profiles()
        )));
    }
    distribution(probabilities, "the correlated distribution")?;
    let played: Vec<usize> =
        (0..probabilities.len()).filter(|&index| !probabilities[index].is_zero()).collect();
    for at in 0..game.num_players() {
        let actions = game.num_actions(at);
        meter.spend(2 * played.len() * actions)?;
        // gains[a][d] sums over the played profiles in which the player is told a.
        let mut gains = vec![vec![Rational::ZERO; actions]; actions];
        for &index in &played {
            let told = game.action_in(at, index);
            for (deviation, gain) in gains[told].iter_mut().enumerate() {
                let change =
                    game.payoff(at, game.deviation(index, at, deviation)) - game.payoff(at, index);
                *gain += &(&probabilities[index] * &change);
            }
        }
        for (told, gains) in gains.iter().enumerate() {
            if let Some(deviation) = gains.iter().position(Rational::is_positive) {
                return Err(Refutation::Deviation(format!(
                    "player {}, told to play {}, gains {} by playing {}",
                    player(game, at),
                    action(game, at, told),
                    number(&gains[deviation]),
                    action(game, at, deviation)
                )));
            }
        }
    }
    Ok(())
}

fn check_payoffs(game: &NormalForm, answer: &Correlated) -> Result<(), Refutation> {
    if answer.payoffs.len() != game.num_players() {
        return Err(Refutation::Misfit(format!(
            "{} payoffs for {} players",
            answer.payoffs.len(),
            game.num_players()
        )));
    }
    for (at, stated) in answer.payoffs.iter().enumerate() {
        let payoff: Rational = answer
            .distribution
            .iter()
            .zip(game.payoffs(at))
            .filter(|(probability, _)| !probability.is_zero())
            .map(|(probability, payoff)| probability * payoff)
            .sum();
        if payoff != *stated {
            return Err(Refutation::WrongNumber(format!(
                "player {} is said to get {}, and gets {}",
                player(game, at),
                number(stated),
                number(&payoff)
            )));
        }
    }
    let weights = weights(game, &answer.objective)?;
    let value: Rational =
        weights.iter().zip(&answer.payoffs).map(|(weight, payoff)| weight * payoff).sum();
    if value != answer.value {
        return Err(Refutation::WrongNumber(format!(
            "the objective is said to be {}, and is {}",
            number(&answer.value),
            number(&value)
        )));
    }
    Ok(())
}

/// The weight of each player's payoff in the objective.
fn weights(game: &NormalForm, objective: &Objective) -> Result<Vec<Rational>, Refutation> {
    let players = game.num_players();
    match objective {
        Objective::Welfare => Ok(vec![Rational::ONE; players]),
        Objective::Player(only) if *only < players => {
            let mut weights = vec![Rational::ZERO; players];
            weights[*only] = Rational::ONE;
            Ok(weights)
        }
        Objective::Weighted(weights) if weights.len() == players => Ok(weights.clone()),
        _ => Err(Refutation::Misfit("the objective names players that do not exist".to_owned())),
    }
}

fn check_bound(
    game: &NormalForm,
    answer: &Correlated,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let mut seen = BTreeSet::new();
    for (at, told, deviation, multiplier) in &answer.multipliers {
        let known = *at < game.num_players()
            && *told < game.num_actions(*at)
            && *deviation < game.num_actions(*at)
            && told != deviation;
        if !known || !seen.insert((*at, *told, *deviation)) {
            return Err(Refutation::Misfit(
                "a multiplier names no obedience constraint, or one that another names".to_owned(),
            ));
        }
        if multiplier.is_negative() {
            return Err(Refutation::NotOptimal(format!(
                "the multiplier of player {}, told {}, for {} is negative: {}",
                player(game, *at),
                action(game, *at, *told),
                action(game, *at, *deviation),
                number(multiplier)
            )));
        }
    }
    let weights = weights(game, &answer.objective)?;
    meter.spend(game.num_profiles() * (game.num_players() + answer.multipliers.len()))?;
    for index in 0..game.num_profiles() {
        let mut total: Rational =
            weights.iter().enumerate().map(|(at, weight)| weight * game.payoff(at, index)).sum();
        for (at, told, deviation, multiplier) in &answer.multipliers {
            if game.action_in(*at, index) == *told {
                let loss = game.payoff(*at, index)
                    - game.payoff(*at, game.deviation(index, *at, *deviation));
                total += &(multiplier * &loss);
            }
        }
        if total > answer.value {
            let names: Vec<String> = game
                .profile(index)
                .iter()
                .enumerate()
                .map(|(at, &own)| action(game, at, own))
                .collect();
            return Err(Refutation::NotOptimal(format!(
                "the multipliers give {} in the profile {}, above the value {}",
                number(&total),
                names.join(", "),
                number(&answer.value)
            )));
        }
    }
    Ok(())
}
