//! The data of a repeated game, and the punishments: stage equilibria, the worst for each player.
//!
//! The least payoff of a player over all equilibria is attained at an extreme one, since on a maximal
//! Nash subset his payoff is bilinear. With two players all extreme equilibria are enumerated again;
//! with more, only the pure ones are, and the certificate says so.

use crate::game::answer::Repeated;
use crate::game::{PunishmentRule, RepeatedGame};
use crate::num::Rational;

use super::super::equilibria::{worst_payoffs, worst_pure_payoffs};
use super::super::expected::{fits, standing};
use super::super::meter::{Limits, Meter};
use super::super::wording::{action, number, player, profile};
use super::super::{Completeness, Refutation};

/// That the numbers of the repeated game are probabilities and its profiles exist.
pub(in crate::certify) fn check_data(game: &RepeatedGame) -> Result<(), Refutation> {
    let wrong = |text: String| Err(Refutation::Misfit(text));
    let probability = |value: &Rational| !value.is_negative() && *value <= Rational::ONE;
    if !probability(&game.survival) || game.survival.is_zero() {
        return wrong(format!("the survival {} is not in (0, 1]", number(&game.survival)));
    }
    if !probability(&game.false_alarm) || game.false_alarm == Rational::ONE {
        return wrong(format!("the false alarm {} is not in [0, 1)", number(&game.false_alarm)));
    }
    if !probability(&game.renewal) {
        return wrong(format!("the renewal {} is not in [0, 1]", number(&game.renewal)));
    }
    let shape = game.stage.shape();
    for agreement in &game.agreements {
        let profile_fits = agreement.profile.len() == shape.len()
            && agreement.profile.iter().zip(&shape).all(|(action, actions)| action < actions);
        let detection_fits = agreement.detection.len() == shape.len()
            && agreement.detection.iter().zip(&shape).all(|(row, &actions)| row.len() == actions);
        if !profile_fits || !detection_fits {
            return wrong(format!("agreement `{}` has another shape", agreement.name));
        }
        for (at, row) in agreement.detection.iter().enumerate() {
            let bad =
                (0..row.len()).find(|&own| own != agreement.profile[at] && !probability(&row[own]));
            if let Some(own) = bad {
                return wrong(format!(
                    "the detection of {} of player {} in agreement `{}` is {}",
                    action(&game.stage, at, own),
                    player(&game.stage, at),
                    agreement.name,
                    number(&row[own])
                ));
            }
        }
    }
    Ok(())
}

/// That each punishment is a stage equilibrium, the given one if one is given, with its payoff.
pub(super) fn check_punishments(
    game: &RepeatedGame,
    answer: &Repeated,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let stage = &game.stage;
    let players = stage.num_players();
    if answer.punishments.len() != players || answer.punishment_payoffs.len() != players {
        return Err(Refutation::Misfit("the punishments are not one for each player".to_owned()));
    }
    for (punished, strategies) in answer.punishments.iter().enumerate() {
        fits(stage, strategies)?;
        let whose = player(stage, punished);
        if let PunishmentRule::Equilibrium(given) = &game.punishment
            && strategies != given
        {
            return Err(Refutation::Misfit(format!(
                "the punishment of player {whose} is not the one that the game fixes"
            )));
        }
        for at in 0..players {
            let standing = standing(stage, at, strategies, meter)?;
            if standing.gain().is_positive() {
                return Err(Refutation::Deviation(format!(
                    "the punishment of player {whose} is no stage equilibrium: player {} gains {} by \
                     {} when {}",
                    player(stage, at),
                    number(&standing.gain()),
                    action(stage, at, standing.best_action),
                    profile(stage, strategies)
                )));
            }
            if at == punished && standing.payoff != answer.punishment_payoffs[at] {
                return Err(Refutation::WrongNumber(format!(
                    "player {whose} is said to get {} in his punishment, and gets {}",
                    number(&answer.punishment_payoffs[at]),
                    number(&standing.payoff)
                )));
            }
        }
    }
    Ok(())
}

/// Whether a punishment that is to be the worst stage equilibrium is.
pub(super) fn check_harshness(
    game: &RepeatedGame,
    answer: &Repeated,
    limits: &Limits,
) -> Result<Completeness, Refutation> {
    if game.punishment != PunishmentRule::WorstEquilibrium {
        return Ok(Completeness::NotClaimed);
    }
    let stage = &game.stage;
    let mut meter = Meter::new(limits);
    if stage.num_players() == 2 {
        if let Ok(worst) = worst_payoffs(stage, &mut meter) {
            check_least(game, answer, &worst)?;
            return Ok(Completeness::Proved(
                "no stage equilibrium is worse for the punished player, by an enumeration of all of \
                 them"
                    .to_owned(),
            ));
        }
        meter = Meter::new(limits);
    }
    let reason = if stage.num_players() == 2 {
        "the stage game is too large for an enumeration of its equilibria within the limit"
    } else {
        "with more than two players the mixed stage equilibria are not enumerated"
    };
    match worst_pure_payoffs(stage, &mut meter) {
        Ok(worst) => {
            if let Some(worst) = worst {
                check_least(game, answer, &worst)?;
            }
            Ok(Completeness::NotChecked(format!(
                "{reason}: no pure one is worse for the punished player, a mixed one may be"
            )))
        }
        Err(_) => Ok(Completeness::NotChecked(reason.to_owned())),
    }
}

fn check_least(
    game: &RepeatedGame,
    answer: &Repeated,
    worst: &[Rational],
) -> Result<(), Refutation> {
    for (at, (stated, worst)) in answer.punishment_payoffs.iter().zip(worst).enumerate() {
        if worst < stated {
            return Err(Refutation::Incomplete(format!(
                "a stage equilibrium gives player {} {}, less than his punishment's {}",
                player(&game.stage, at),
                number(worst),
                number(stated)
            )));
        }
    }
    Ok(())
}
