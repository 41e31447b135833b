//! Coarse correlated equilibria: no fixed action gains, value, and the dual proof of optimality.
//!
//! A distribution p over profiles is a coarse correlated equilibrium when, for each player i and each
//! action d, Σ_s p(s) u_i(d, s_−i) ≤ Σ_s p(s) u_i(s) (Moulin & Vial 1978). Let w(s) be the weighted
//! sum of payoffs that is bounded, and let y_{id} ≥ 0. If in every profile s
//!
//!   w(s) + Σ_{i, d} y_{id} [u_i(s) − u_i(d, s_−i)] ≤ v,
//!
//! then every coarse correlated equilibrium has Σ_s p(s) w(s) ≤ v. The bracket is
//! Y_i u_i(s) − Σ_d y_{id} u_i(d, s_−i) with Y_i = Σ_d y_{id}, and the second sum is the same for all
//! actions of player i: it is taken once.

use std::collections::BTreeSet;

use crate::game::NormalForm;
use crate::game::answer::CoarseCorrelated;
use crate::num::Rational;

use super::device::{Device, played};
use super::integers::over_one;
use super::meter::{Limits, Meter};
use super::wording::{action, number, player};
use super::{Certificate, Completeness, Refutation};

/// Checks a coarse correlated equilibrium, its payoffs, and that none is better for the objective.
///
/// Work: played profiles × actions of all players, and profiles × players.
///
/// # Errors
/// A [`Refutation`] that names the player, the action and the numbers.
pub fn certify_coarse_correlated(
    game: &NormalForm,
    answer: &CoarseCorrelated,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    let device = Device::of(answer);
    check_deviations(game, &answer.distribution, &mut meter)?;
    device.check_payoffs(game)?;
    check_bound(game, answer, &device, &mut meter)?;
    let checked = vec![
        "no player gains by any fixed action, exactly".to_owned(),
        device.proved("coarse correlated equilibrium"),
    ];
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// That nobody gains by any fixed action.
pub(super) fn check_deviations(
    game: &NormalForm,
    probabilities: &[Rational],
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let played = played(game, probabilities, "the coarse correlated distribution")?;
    let (probabilities, scale) = over_one(probabilities);
    for at in 0..game.num_players() {
        let actions = game.num_actions(at);
        meter.spend(2 * played.len() * (actions + 1))?;
        let own: Rational =
            played.iter().map(|&index| &probabilities[index] * game.payoff(at, index)).sum();
        for deviation in 0..actions {
            let fixed: Rational = played
                .iter()
                .map(|&index| {
                    &probabilities[index] * game.payoff(at, game.deviation(index, at, deviation))
                })
                .sum();
            if fixed > own {
                return Err(Refutation::Deviation(format!(
                    "player {} gains {} by always playing {}",
                    player(game, at),
                    number(&((fixed - own) / &scale)),
                    action(game, at, deviation)
                )));
            }
        }
    }
    Ok(())
}

fn check_bound(
    game: &NormalForm,
    answer: &CoarseCorrelated,
    device: &Device<'_>,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let mut seen = BTreeSet::new();
    for (at, deviation, multiplier) in &answer.multipliers {
        let known = *at < game.num_players() && *deviation < game.num_actions(*at);
        if !known || !seen.insert((*at, *deviation)) {
            return Err(Refutation::Misfit(
                "a multiplier names no action of a player, or one that another names".to_owned(),
            ));
        }
        if multiplier.is_negative() {
            return Err(Refutation::NotOptimal(format!(
                "the multiplier of player {} for always playing {} is negative: {}",
                player(game, *at),
                action(game, *at, *deviation),
                number(multiplier)
            )));
        }
    }
    let multipliers: Vec<Rational> =
        answer.multipliers.iter().map(|(_, _, multiplier)| multiplier.clone()).collect();
    let (scaled, scale) = over_one(&multipliers);
    let weights: Vec<Rational> =
        device.weights(game)?.iter().map(|weight| weight * &scale).collect();
    let mut totals = vec![Rational::ZERO; game.num_profiles()];
    for (at, weight) in weights.iter().enumerate() {
        let multipliers: Vec<(usize, &Rational)> = answer
            .multipliers
            .iter()
            .zip(&scaled)
            .filter(|((one, _, _), _)| *one == at)
            .map(|((_, deviation, _), multiplier)| (*deviation, multiplier))
            .collect();
        let factor: Rational =
            weight + multipliers.iter().map(|(_, multiplier)| *multiplier).sum::<Rational>();
        let others = game.num_profiles() / game.num_actions(at);
        meter.spend(2 * game.num_profiles() + others * multipliers.len())?;
        // What the multipliers give for each joint action of the others, where the own one is 0.
        let mut fixed = vec![Rational::ZERO; game.num_profiles()];
        for (index, fixed) in fixed.iter_mut().enumerate() {
            if game.action_in(at, index) == 0 {
                for (deviation, multiplier) in &multipliers {
                    let other = game.deviation(index, at, *deviation);
                    *fixed += &(*multiplier * game.payoff(at, other));
                }
            }
        }
        for (index, total) in totals.iter_mut().enumerate() {
            let base = game.deviation(index, at, 0);
            *total += &(&(&factor * game.payoff(at, index)) - &fixed[base]);
        }
    }
    let bound = device.bound() * &scale;
    match totals.iter().position(|total| *total > bound) {
        None => Ok(()),
        Some(index) => Err(device.not_bounded(game, index, &(&totals[index] / &scale))),
    }
}
