//! Security levels: what a player can secure, and what the others can hold him down to.
//!
//! A strategy x of player i *secures* v when Σ_a x_a u_i(a, b) ≥ v for every joint action b of the
//! others. A distribution y over their joint actions *holds him down* to v when
//! Σ_b y_b u_i(a, b) ≤ v for every own action a. If both are true of the same v, it is the value: no
//! strategy secures more, since against y none gets more (von Neumann 1928).

use crate::game::NormalForm;
use crate::game::answer::{Minimax, SecurityLevel};
use crate::num::Rational;

use super::expected::{all_actions, distribution, joint_actions, on_simplex};
use super::integers::Sums;
use super::meter::{Limits, Meter};
use super::wording::{action, number, player};
use super::{Certificate, Completeness, Refutation};

/// Checks the security level of each player, from both sides, and the constant sum.
///
/// Work: players × profiles.
///
/// # Errors
/// A [`Refutation`] that names the player and the numbers.
pub fn certify_minimax(
    game: &NormalForm,
    answer: &Minimax,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    let mut checked = check_levels(game, &answer.levels, &mut meter)?;
    let sum = |index: usize| -> Rational {
        (0..game.num_players()).map(|at| game.payoff(at, index)).sum()
    };
    meter.spend(game.num_players() * game.num_profiles())?;
    let first = sum(0);
    let constant = (1..game.num_profiles()).all(|index| sum(index) == first).then_some(first);
    if constant != answer.constant_sum {
        let words = |sum: &Option<Rational>| {
            sum.as_ref().map_or("no constant sum".to_owned(), |sum| {
                format!("the constant sum {}", number(sum))
            })
        };
        return Err(Refutation::WrongNumber(format!(
            "the answer states {}, and the payoffs have {}",
            words(&answer.constant_sum),
            words(&constant)
        )));
    }
    if let Some(constant) = constant {
        checked.push(format!("the payoffs sum to {} in every profile", number(&constant)));
    }
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// Checks one entry for each player, in order.
pub(super) fn check_levels(
    game: &NormalForm,
    levels: &[SecurityLevel],
    meter: &mut Meter,
) -> Result<Vec<String>, Refutation> {
    if levels.len() != game.num_players()
        || levels.iter().enumerate().any(|(at, level)| level.player != at)
    {
        return Err(Refutation::Misfit(
            "the security levels are not one for each player in order".to_owned(),
        ));
    }
    levels.iter().map(|level| check_level(game, level, meter)).collect()
}

/// Checks the security level of one player, from both sides.
pub(super) fn check_level(
    game: &NormalForm,
    level: &SecurityLevel,
    meter: &mut Meter,
) -> Result<String, Refutation> {
    let at = level.player;
    let name = player(game, at);
    on_simplex(game, at, &level.strategy)?;
    let joint = joint_actions(game, at, &all_actions(game));
    if level.punishment.len() != joint.len() {
        return Err(Refutation::Misfit(format!(
            "the punishment of player {name} has {} probabilities, and the others have {} joint \
             actions",
            level.punishment.len(),
            joint.len()
        )));
    }
    distribution(&level.punishment, &format!("the punishment of player {name}"))?;
    meter.spend(2 * joint.len() * game.num_actions(at))?;
    let sums = Sums::new(game, at);
    let stride = game.stride(at);
    let strategy = sums.weights(level.strategy.probabilities(), &level.value);
    for &base in &joint {
        let profile = |own: usize| base + own * stride;
        if sums.compare(&strategy, profile).is_lt() {
            return Err(Refutation::WrongNumber(format!(
                "the strategy of player {name} is said to secure {}, and gives {} against {}",
                number(&level.value),
                number(&sums.sum(&strategy, profile)),
                others(game, at, base)
            )));
        }
    }
    let punishment = sums.weights(&level.punishment, &level.value);
    for own in 0..game.num_actions(at) {
        let profile = |place: usize| joint[place] + own * stride;
        if sums.compare(&punishment, profile).is_gt() {
            return Err(Refutation::NotOptimal(format!(
                "the punishment of player {name} is said to hold him down to {}, and {} gives him {}",
                number(&level.value),
                action(game, at, own),
                number(&sums.sum(&punishment, profile))
            )));
        }
    }
    Ok(format!(
        "player {name} secures {} with the stated strategy, and the others hold him down to it with \
         the stated punishment",
        number(&level.value)
    ))
}

/// The names of the actions of all but one player in a profile.
fn others(game: &NormalForm, without: usize, index: usize) -> String {
    let names: Vec<String> = (0..game.num_players())
        .filter(|&at| at != without)
        .map(|at| action(game, at, game.action_in(at, index)))
        .collect();
    names.join(", ")
}
