//! The most robust correlated equilibrium: its slack, and that none has more than the bound.
//!
//! The slack of a distribution p is the least of Σ p(s) [u_i(s) − u_i(d, s_−i)] / P(i, a), the sum over
//! the profiles with s_i = a, over all (i, a, d) with P(i, a) = Σ_{s: s_i = a} p(s) > 0. Let p have a
//! slack t above the bound b. For multipliers y ≥ 0, with the losses ℓ_{iad}(s) = u_i(s) − u_i(d, s_−i),
//!
//!   0 ≤ Σ y_{iad} Σ_{s: s_i = a} p(s) [ℓ_{iad}(s) − t] = Σ_s p(s) [Σ_{i,d} y_{i s_i d} ℓ_{i s_i d}(s) − t w(s)],
//!
//! w(s) = Σ_{i,d} y_{i s_i d}. If the inner sum is at most b w(s) in all profiles that p may use, the
//! right side is at most (b − t) Σ p(s) w(s), so that p(s) = 0 wherever w(s) > 0: those profiles are
//! left out for the next round. When the rounds leave none, no such p exists.

use crate::game::NormalForm;
use crate::game::answer::{Advised, Obedience, RobustDevice};
use crate::num::Rational;

use super::advice::{ADVICE, check_advice};
use super::device::{expected_payoffs, named_once};
use super::meter::{Limits, Meter};
use super::wording::{action, number, player};
use super::{Certificate, Completeness, Refutation};

/// Checks the most robust correlated equilibrium, what it means to each player, and that none has more
/// slack than the bound.
///
/// Work: profiles × (actions of all players + multipliers of one profile) for each round.
///
/// # Errors
/// A [`Refutation`] that names the player, the actions and the numbers.
pub fn certify_robust_device(
    game: &NormalForm,
    answer: &Advised<RobustDevice>,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let Advised { device, advice } = answer;
    let mut meter = Meter::for_passes(limits);
    check_advice(game, &device.distribution, advice, &mut meter)?;
    let payoffs = expected_payoffs(game, &device.distribution);
    if payoffs != device.payoffs {
        let all = |payoffs: &[Rational]| payoffs.iter().map(number).collect::<Vec<_>>().join(", ");
        return Err(Refutation::WrongNumber(format!(
            "the payoffs are said to be {}, and are {}",
            all(&device.payoffs),
            all(&payoffs)
        )));
    }
    let losses = advice.iter().filter_map(|one| Some((one, &one.deviation.as_ref()?.1)));
    let Some((one, least)) = losses.reduce(|best, next| if next.1 < best.1 { next } else { best })
    else {
        return Err(Refutation::Misfit("nobody has an action to disobey with".to_owned()));
    };
    if least.is_negative() {
        return Err(Refutation::Deviation(format!(
            "player {}, told to play {}, gains {}",
            player(game, one.player),
            action(game, one.player, one.told),
            number(&-least)
        )));
    }
    if *least != device.slack {
        return Err(Refutation::WrongNumber(format!(
            "the slack is said to be {}, and is {}",
            number(&device.slack),
            number(least)
        )));
    }
    check_rounds(game, device, &mut meter)?;
    let proved = if device.bound == device.slack {
        format!(
            "the rounds prove that no correlated equilibrium has more slack than {}",
            number(least)
        )
    } else {
        format!(
            "the rounds prove that no correlated equilibrium has more slack than {}, next to its own, {}",
            number(&device.bound),
            number(least)
        )
    };
    let checked = vec![
        "whoever is told anything loses at least the slack by every other action, exactly"
            .to_owned(),
        proved,
        ADVICE.to_owned(),
    ];
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// That the rounds leave no profile.
fn check_rounds(
    game: &NormalForm,
    device: &RobustDevice,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let mut left: Vec<usize> = (0..game.num_profiles()).collect();
    for round in &device.rounds {
        let by_told = by_told(game, round)?;
        let before = std::mem::take(&mut left);
        for index in before {
            meter.spend(game.num_players())?;
            let (mut losses, mut weight) = (Rational::ZERO, Rational::ZERO);
            for (at, by_told) in by_told.iter().enumerate() {
                let multipliers = &by_told[game.action_in(at, index)];
                meter.spend(4 * multipliers.len())?;
                for (deviation, multiplier) in multipliers {
                    let other = game.deviation(index, at, *deviation);
                    losses += *multiplier * (game.payoff(at, index) - game.payoff(at, other));
                    weight += *multiplier;
                }
            }
            if losses > &device.bound * &weight {
                return Err(Refutation::NotOptimal(format!(
                    "the multipliers of a round make more than {} of the losses in the profile {}: {}",
                    number(&device.bound),
                    game.profile_names(&game.profile(index)).join(", "),
                    number(&(losses / weight))
                )));
            }
            if weight.is_zero() {
                left.push(index);
            }
        }
    }
    match left.first() {
        None => Ok(()),
        Some(&index) => Err(Refutation::NotOptimal(format!(
            "the rounds do not exclude the profile {}",
            game.profile_names(&game.profile(index)).join(", ")
        ))),
    }
}

/// By player and recommendation the deviations with a multiplier.
type ByTold<'a> = Vec<Vec<Vec<(usize, &'a Rational)>>>;

fn by_told<'a>(game: &NormalForm, round: &'a [Obedience]) -> Result<ByTold<'a>, Refutation> {
    let mut by_told: ByTold<'_> =
        game.shape().into_iter().map(|actions| vec![Vec::new(); actions]).collect();
    named_once(game, round)?;
    for (at, told, deviation, multiplier) in round {
        by_told[*at][*told].push((*deviation, multiplier));
    }
    Ok(by_told)
}

#[cfg(test)]
mod tests;
