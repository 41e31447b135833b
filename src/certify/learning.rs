//! What a learning process ended at: the regrets of the mixtures that are stated.
//!
//! How the mixtures came about is not checked, and nothing is claimed of it. Each one is a distribution
//! with the stated payoffs and the stated regret, by the definition and exactly. A distribution p over
//! profiles has the regret max_i max_d Σ_s p(s) [u_i(d, s_−i) − u_i(s)], and at least 0: at 0 it is a
//! coarse correlated equilibrium (Moulin & Vial 1978).
//!
//! In a constant-sum game of two, with payoffs that sum to c, the first player's mixture x secures
//! c − max_b u_2(x, b), and the second player's y concedes max_a u_1(a, y): the value lies between (von
//! Neumann 1928).

use crate::game::NormalForm;
use crate::game::answer::{JointPlay, Learning};
use crate::num::Rational;

use super::device::{expected_payoffs, played};
use super::equilibria::check_one;
use super::expected::payoffs_by_action;
use super::integers::over_one;
use super::meter::{Limits, Meter};
use super::wording::{number, player};
use super::{Certificate, Completeness, Refutation};

/// Checks the payoffs and the regret of each mixture, of the joint distribution, and the bounds of the
/// value.
///
/// Work: for each mixture the product of the supports; for the joint distribution profiles × actions.
///
/// # Errors
/// A [`Refutation`] that names the rounds, the player and the numbers.
pub fn certify_learning(
    game: &NormalForm,
    answer: &Learning,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    let ascending = answer.course.windows(2).all(|pair| pair[0].rounds < pair[1].rounds);
    let ends = answer.course.last().is_some_and(|last| last.rounds == answer.rounds);
    if !ascending || !ends {
        return Err(Refutation::WrongList(
            "the rounds of the course do not ascend to the last one".to_owned(),
        ));
    }
    for point in &answer.course {
        check_one(game, &point.mixture, &mut meter)?;
    }
    let mut checked = vec![match answer.course.len() {
        1 => {
            "the mixture has the stated payoffs and, checked exactly, the stated regret".to_owned()
        }
        count => format!(
            "each of the {count} mixtures of the course has the stated payoffs and, checked \
             exactly, the stated regret"
        ),
    }];
    if let Some(joint) = &answer.joint {
        check_joint(game, joint, &mut meter)?;
        checked.push(
            "by no fixed action does any player gain more than is stated on the joint distribution"
                .to_owned(),
        );
    }
    if let Some(stated) = &answer.value {
        check_value(game, answer, stated, &mut meter)?;
        checked.push("the mixtures at the end prove the bounds of the value".to_owned());
    }
    let complete = Completeness::NotChecked(
        "how the mixtures came about is not checked: their regrets do not depend on it".to_owned(),
    );
    Ok(Certificate { checked, complete })
}

fn check_joint(game: &NormalForm, joint: &JointPlay, meter: &mut Meter) -> Result<(), Refutation> {
    let played = played(game, &joint.distribution, "the joint distribution")?;
    let payoffs = expected_payoffs(game, &joint.distribution);
    if payoffs != joint.payoffs {
        return Err(Refutation::WrongNumber(
            "the joint distribution does not give the stated payoffs".to_owned(),
        ));
    }
    let (probabilities, scale) = over_one(&joint.distribution);
    let mut regret = Rational::ZERO;
    for (at, own) in payoffs.iter().enumerate() {
        let actions = game.num_actions(at);
        meter.spend(2 * played.len() * actions)?;
        for deviation in 0..actions {
            let fixed: Rational = played
                .iter()
                .map(|&index| {
                    &probabilities[index] * game.payoff(at, game.deviation(index, at, deviation))
                })
                .sum();
            regret = regret.max(&(fixed / &scale) - own);
        }
    }
    if regret == joint.regret {
        return Ok(());
    }
    Err(Refutation::WrongNumber(format!(
        "the regret of the joint distribution is said to be {}, and is {}",
        number(&joint.regret),
        number(&regret)
    )))
}

fn check_value(
    game: &NormalForm,
    answer: &Learning,
    stated: &[Rational; 2],
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let (Some(sum), 2) = (game.constant_sum(), game.num_players()) else {
        return Err(Refutation::Misfit(
            "a value is stated, and the game is no constant-sum game of two".to_owned(),
        ));
    };
    let Some(last) = answer.course.last() else {
        return Err(Refutation::Misfit("nothing was played".to_owned()));
    };
    let mut most = Vec::new();
    for at in 0..2 {
        let values = payoffs_by_action(game, at, &last.mixture.profile, meter)?;
        most.push(values.into_iter().reduce(Rational::max).unwrap_or_default());
    }
    let proved = [sum - &most[1], most[0].clone()];
    for (name, (stated, proved)) in ["least", "most"].into_iter().zip(stated.iter().zip(&proved)) {
        if stated != proved {
            return Err(Refutation::WrongNumber(format!(
                "player {} is said to have at {name} {}, and the mixtures prove {}",
                player(game, 0),
                number(stated),
                number(proved)
            )));
        }
    }
    Ok(())
}
