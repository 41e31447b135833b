//! Expected payoffs, straight from the definition, for any number of players.

use crate::game::{MixedStrategy, NormalForm};
use crate::num::Rational;

use super::Refutation;
use super::integers;
use super::meter::{Meter, Spent};
use super::wording::{number, player};

/// That a profile has a strategy of the right length for each player, each on the simplex.
pub(super) fn fits(game: &NormalForm, profile: &[MixedStrategy]) -> Result<(), Refutation> {
    if profile.len() != game.num_players() {
        return Err(Refutation::Misfit(format!(
            "a profile of {} strategies, and there are {} players",
            profile.len(),
            game.num_players()
        )));
    }
    for (at, strategy) in profile.iter().enumerate() {
        on_simplex(game, at, strategy)?;
    }
    Ok(())
}

/// That a vector is a mixed strategy of one player.
pub(super) fn on_simplex(
    game: &NormalForm,
    at: usize,
    strategy: &MixedStrategy,
) -> Result<(), Refutation> {
    if strategy.len() != game.num_actions(at) {
        return Err(Refutation::Misfit(format!(
            "a strategy of {} actions for player {}, who has {}",
            strategy.len(),
            player(game, at),
            game.num_actions(at)
        )));
    }
    distribution(strategy.probabilities(), &format!("the strategy of player {}", player(game, at)))
}

/// That numbers are non-negative and sum to one.
pub(super) fn distribution(values: &[Rational], what: &str) -> Result<(), Refutation> {
    if let Some(negative) = values.iter().find(|value| value.is_negative()) {
        return Err(Refutation::Misfit(format!(
            "{what} has the negative probability {}",
            number(negative)
        )));
    }
    let sum: Rational = if values.iter().all(|value| value.as_small().is_some()) {
        values.iter().sum()
    } else {
        let (parts, common) = integers::over_one_denominator(values);
        Rational::from_integers(parts.iter().map(|(_, part)| part).sum(), common)
    };
    if sum == Rational::ONE {
        Ok(())
    } else {
        Err(Refutation::Misfit(format!("the probabilities of {what} sum to {}", number(&sum))))
    }
}

/// The joint actions of all players but one that have positive probability: the profile index with
/// that player's action at 0, and the probability.
fn joint(
    game: &NormalForm,
    without: usize,
    profile: &[MixedStrategy],
    meter: &mut Meter,
) -> Result<Vec<(usize, Rational)>, Spent> {
    let mut joint = vec![(0, Rational::ONE)];
    for (other, strategy) in profile.iter().enumerate().filter(|&(other, _)| other != without) {
        let support = strategy.support();
        meter.spend(joint.len() * support.len())?;
        joint = joint
            .iter()
            .flat_map(|(base, weight)| {
                support.iter().map(move |&action| {
                    let probability = &strategy.probabilities()[action];
                    (base + action * game.stride(other), weight * probability)
                })
            })
            .collect();
    }
    Ok(joint)
}

/// The payoff of one player for each own action against the others' strategies.
pub(super) fn payoffs_by_action(
    game: &NormalForm,
    at: usize,
    profile: &[MixedStrategy],
    meter: &mut Meter,
) -> Result<Vec<Rational>, Spent> {
    match integers::payoffs_by_action(game, at, profile, meter)? {
        Some(payoffs) => Ok(payoffs),
        None => payoffs_by_action_in_fractions(game, at, profile, meter),
    }
}

/// The same by the definition, whatever the payoffs.
pub(super) fn payoffs_by_action_in_fractions(
    game: &NormalForm,
    at: usize,
    profile: &[MixedStrategy],
    meter: &mut Meter,
) -> Result<Vec<Rational>, Spent> {
    let joint = joint(game, at, profile, meter)?;
    meter.spend(joint.len() * game.num_actions(at))?;
    Ok((0..game.num_actions(at))
        .map(|action| {
            let shift = action * game.stride(at);
            joint.iter().map(|(base, weight)| weight * game.payoff(at, base + shift)).sum()
        })
        .collect())
}

/// What a profile gives one player, and what the best action instead would give.
pub(super) struct Standing {
    pub(super) payoff: Rational,
    pub(super) best: Rational,
    pub(super) best_action: usize,
}

impl Standing {
    pub(super) fn gain(&self) -> Rational {
        &self.best - &self.payoff
    }
}

/// The standing of one player in a profile that fits the game.
pub(super) fn standing(
    game: &NormalForm,
    at: usize,
    profile: &[MixedStrategy],
    meter: &mut Meter,
) -> Result<Standing, Spent> {
    let by_action = payoffs_by_action(game, at, profile, meter)?;
    let payoff =
        profile[at].probabilities().iter().zip(&by_action).map(|(p, value)| p * value).sum();
    let mut best_action = 0;
    for action in 1..by_action.len() {
        if by_action[action] > by_action[best_action] {
            best_action = action;
        }
    }
    Ok(Standing { payoff, best: by_action[best_action].clone(), best_action })
}

/// The joint actions of all players but one, each player keeping only some actions: profile indices
/// with the left-out player's action at 0, row-major in the order of the others.
pub(super) fn joint_actions(game: &NormalForm, without: usize, kept: &[Vec<usize>]) -> Vec<usize> {
    let mut joint = vec![0];
    for (other, actions) in kept.iter().enumerate().filter(|&(other, _)| other != without) {
        let stride = game.stride(other);
        joint = joint
            .iter()
            .flat_map(|&base| actions.iter().map(move |&action| base + action * stride))
            .collect();
    }
    joint
}

/// All actions of each player.
pub(super) fn all_actions(game: &NormalForm) -> Vec<Vec<usize>> {
    game.shape().into_iter().map(|actions| (0..actions).collect()).collect()
}
