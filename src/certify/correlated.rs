//! Correlated equilibria: obedience, value, and the dual proof that no other is better.
//!
//! A distribution p over profiles is a correlated equilibrium when, for each player i, action a and
//! deviation d, the gain Σ_{s: s_i = a} p(s) [u_i(d, s_−i) − u_i(s)] is at most zero (Aumann 1974).
//! Let w(s) be the weighted
//! sum of payoffs that is [bounded](super::device) in profile s, and let y_{iad} ≥ 0. If in every profile s
//!
//!   w(s) + Σ_{i, d} y_{i s_i d} [u_i(s) − u_i(d, s_−i)] ≤ v,
//!
//! then every correlated equilibrium has Σ_s p(s) w(s) ≤ v: the weighted sum over s adds to the
//! objective only terms that obedience makes non-negative.

use dashu_base::DivEuclid;
use dashu_int::IBig;

use crate::game::NormalForm;
use crate::game::answer::Correlated;
use crate::num::Rational;

use super::device::{Device, named_once, played};
use super::integers::{CommonUnit, over_one_denominator};
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
    let mut meter = Meter::for_passes(limits);
    let device = Device::of(answer);
    check_obedience(game, &answer.distribution, &mut meter)?;
    device.check_payoffs(game)?;
    check_bound(game, answer, &device, &mut meter)?;
    let checked = vec![
        "the distribution obeys every incentive constraint, exactly".to_owned(),
        device.proved("correlated equilibrium"),
    ];
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// That nobody gains by disobeying.
pub(super) fn check_obedience(
    game: &NormalForm,
    probabilities: &[Rational],
    meter: &mut Meter,
) -> Result<(), Refutation> {
    check_obedience_of(0..game.num_players(), game, probabilities, meter)
}

/// That none of some players gains by disobeying.
pub(super) fn check_obedience_of(
    players: impl Iterator<Item = usize>,
    game: &NormalForm,
    probabilities: &[Rational],
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let played = played(game, probabilities, "the correlated distribution")?;
    let (parts, scale) = over_one_denominator(probabilities);
    for at in players {
        let actions = game.num_actions(at);
        meter.spend(2 * played.len() * actions)?;
        let payoffs = CommonUnit::of(game, at);
        // gains[a][d] sums over the played profiles in which the player is told a.
        let mut gains = vec![vec![IBig::ZERO; actions]; actions];
        for (index, probability) in &parts {
            let told = game.action_in(at, *index);
            for (deviation, gain) in gains[told].iter_mut().enumerate() {
                let other = game.deviation(*index, at, deviation);
                payoffs.add_difference(gain, probability, other, *index);
            }
        }
        for (told, gains) in gains.iter().enumerate() {
            if let Some(deviation) = gains.iter().position(|gain| *gain > IBig::ZERO) {
                let gain = gains[deviation].clone();
                return Err(Refutation::Deviation(format!(
                    "player {}, told to play {}, gains {} by playing {}",
                    player(game, at),
                    action(game, at, told),
                    number(&Rational::from_integers(gain, &scale * payoffs.unit())),
                    action(game, at, deviation)
                )));
            }
        }
    }
    Ok(())
}

/// That the multipliers bound the objective of every distribution that is obeyed.
pub(super) fn check_bound(
    game: &NormalForm,
    answer: &Correlated,
    device: &Device<'_>,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let players = game.num_players();
    named_once(game, &answer.multipliers)?;
    let multipliers: Vec<Rational> =
        answer.multipliers.iter().map(|(_, _, _, multiplier)| multiplier.clone()).collect();
    // All in one unit: payoffs, the weights of the objective, and multipliers.
    let payoffs: Vec<CommonUnit> = (0..players).map(|at| CommonUnit::of(game, at)).collect();
    let in_units = |at: usize, factor: &Rational| {
        factor / &Rational::from_integers(payoffs[at].unit().clone(), IBig::ONE)
    };
    let weights = device.weights(game)?;
    let factors: Vec<Rational> = weights
        .iter()
        .enumerate()
        .map(|(at, weight)| in_units(at, weight))
        .chain(
            answer.multipliers.iter().zip(&multipliers).map(|((at, ..), one)| in_units(*at, one)),
        )
        .collect();
    let (parts, scale) = over_one_denominator(&factors);
    let bound = device.bound();
    // A sum of integers is above the bound exactly when it is above the integer below that.
    let most = (bound.numerator() * &scale).div_euclid(bound.denominator());
    // By player and recommendation: in each profile only those of the played actions count.
    let mut by_told: Vec<Vec<Vec<(usize, &IBig)>>> =
        game.shape().into_iter().map(|actions| vec![Vec::new(); actions]).collect();
    let mut objective: Vec<(usize, &IBig)> = Vec::new();
    let mut terms = game.num_profiles() * players;
    for (place, part) in &parts {
        match place.checked_sub(players) {
            None => objective.push((*place, part)),
            Some(place) => {
                let (at, told, deviation, _) = answer.multipliers[place];
                by_told[at][told].push((deviation, part));
                terms += game.num_profiles() / game.num_actions(at);
            }
        }
    }
    meter.spend(terms)?;
    for index in 0..game.num_profiles() {
        let mut total = IBig::ZERO;
        for (at, weight) in &objective {
            payoffs[*at].add(&mut total, weight, index);
        }
        for (at, by_told) in by_told.iter().enumerate() {
            for (deviation, multiplier) in &by_told[game.action_in(at, index)] {
                let other = game.deviation(index, at, *deviation);
                payoffs[at].add_difference(&mut total, multiplier, index, other);
            }
        }
        if total > most {
            let total = Rational::from_integers(total, scale);
            return Err(device.not_bounded(game, index, &total));
        }
    }
    Ok(())
}
