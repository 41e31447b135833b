//! The shortest suspension of an agreement that keeps it: triggers of Green & Porter (1984).
//!
//! With `B_i` = `R_i` − `P_i`, what the agreement gives above the stage equilibrium, κ = δs, and
//! q = 1 − κ^T, the average payoff while it stands exceeds `P_i` by
//! `Δ_i` = (1 − δ) `B_i` / (1 − κ (1 − ε q)), and a deviation d with gain G does not pay iff
//! κ (λ_d − ε) q `Δ_i` ≥ (1 − δ) G. With q = 1 this is the condition for a punishment for ever. With a
//! common denominator it is κ q ((λ_d − ε) `B_i` − ε G) ≥ (1 − κ) G, linear in q: so the q that hold form
//! an interval, and the shortest length that reaches it is found by halving.

use crate::game::answer::{Trigger, TriggerLength, Triggers};
use crate::game::{DiscountFactor, MixedProfile, PunishmentRule, RepeatedGame};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status};

use super::grim::{RepeatedFailure, expected_payoff, sustain_agreements};

#[cfg(test)]
mod tests;

/// The most periods that are tried.
const MOST_PERIODS: u64 = 1000;
/// Powers of the discount factor are not made beyond so many bits.
const MOST_BITS: usize = 1 << 13;
/// So many of the shortest lengths are told.
const SHOWN: u64 = 8;

/// The shortest suspensions, in periods, that keep the agreements of a repeated game.
///
/// The punishment is one stage equilibrium for all: the game's own, or of those that are worst for some
/// player the one with which the agreement is kept and gives most. Up to 1000 periods are tried, and for
/// ever.
///
/// # Errors
/// [`RepeatedFailure`] as [`sustain_agreements`], and for agreements with payments.
pub fn find_triggers(
    game: &RepeatedGame,
    discount: &DiscountFactor,
    budget: &Budget,
) -> Result<Outcome<Option<Triggers>>, RepeatedFailure> {
    if game.transfers {
        return Err(RepeatedFailure::Payments);
    }
    if !game.renewal.is_zero() {
        return Err(RepeatedFailure::Renewal);
    }
    let found = sustain_agreements(game, budget)?;
    let mut candidates: Vec<MixedProfile> = Vec::new();
    match &game.punishment {
        PunishmentRule::Equilibrium(profile) => candidates.push(profile.clone()),
        PunishmentRule::WorstEquilibrium => {
            for profile in found.answer.punishments {
                if !candidates.contains(&profile) {
                    candidates.push(profile);
                }
            }
        }
    }
    let mut work = found.work;
    let mut agreements = Vec::with_capacity(game.agreements.len());
    for at in 0..game.agreements.len() {
        let mut best: Option<Trigger> = None;
        for punishment in &candidates {
            work.nodes += 1;
            let own = match trigger(game, discount.value(), at, punishment, budget) {
                Ok(own) => own,
                Err(reason) => {
                    return Ok(Outcome {
                        answer: None,
                        status: Status::Partial(reason),
                        method: "trigger",
                        work,
                        warnings: found.warnings,
                    });
                }
            };
            if best.as_ref().is_none_or(|best| worth(&own) > worth(best)) {
                best = Some(own);
            }
        }
        agreements.extend(best);
    }
    let answer = Some(Triggers { discount: discount.clone(), agreements });
    Ok(Outcome {
        answer,
        status: Status::Solved,
        method: "trigger",
        work,
        warnings: found.warnings,
    })
}

/// The joint payoff of a trigger that holds.
fn worth(trigger: &Trigger) -> Option<Rational> {
    trigger.best.map(|at| trigger.lengths[at].payoffs.iter().sum())
}

/// One agreement, one punishment.
struct Terms<'a> {
    game: &'a RepeatedGame,
    discount: &'a Rational,
    /// κ = δs.
    kept: Rational,
    /// P and B.
    punished: Vec<Rational>,
    loss: Vec<Rational>,
    /// For each deviation the player, G, and λ − ε.
    deviations: Vec<(usize, Rational, Rational)>,
}

impl Terms<'_> {
    /// The least q at which no deviation pays, and the greatest where there is one; `None` where at every
    /// q one pays.
    fn shares(&self) -> Option<(Rational, Option<Rational>)> {
        let now = Rational::ONE - &self.kept;
        let (mut least, mut most) = (Rational::ZERO, None::<Rational>);
        for (player, gain, sight) in &self.deviations {
            let later = sight * &self.loss[*player] - &self.game.false_alarm * gain;
            let (slope, need) = (&self.kept * later, &now * gain);
            if slope.is_zero() {
                if need.is_positive() {
                    return None;
                }
                continue;
            }
            let at = need / &slope;
            if slope.is_positive() {
                least = least.max(at);
            } else if most.as_ref().is_none_or(|most| at < *most) {
                most = Some(at);
            }
        }
        Some((least, most))
    }

    fn length(&self, periods: Option<u64>, share: &Rational) -> TriggerLength {
        let present = Rational::ONE - self.discount;
        let stays = Rational::ONE - &self.game.false_alarm * share;
        let whole = Rational::ONE - &self.kept * stays;
        let over: Vec<Rational> = self.loss.iter().map(|loss| &present * loss / &whole).collect();
        let slack = self.deviations.iter().map(|(player, gain, sight)| {
            &self.kept * sight * share * &over[*player] - &present * gain
        });
        TriggerLength {
            periods,
            slack: slack.min(),
            payoffs: self.punished.iter().zip(&over).map(|(one, over)| one + over).collect(),
        }
    }
}

fn trigger(
    game: &RepeatedGame,
    discount: &Rational,
    at: usize,
    punishment: &MixedProfile,
    budget: &Budget,
) -> Result<Trigger, Exhausted> {
    let (stage, agreement) = (&game.stage, &game.agreements[at]);
    let profile = stage.profile_index(&agreement.profile);
    let players = 0..stage.num_players();
    let punished: Vec<Rational> =
        players.clone().map(|player| expected_payoff(stage, player, punishment)).collect();
    let mut deviations = Vec::new();
    for player in players {
        for action in 0..stage.num_actions(player) {
            if action == agreement.profile[player] {
                continue;
            }
            let to = stage.payoff(player, stage.deviation(profile, player, action));
            let gain = to - stage.payoff(player, profile);
            let sight = &agreement.detection[player][action] - &game.false_alarm;
            deviations.push((player, gain, sight));
        }
    }
    let terms = Terms {
        game,
        discount,
        kept: discount * &game.survival,
        loss: punished
            .iter()
            .enumerate()
            .map(|(player, own)| stage.payoff(player, profile) - own)
            .collect(),
        punished: punished.clone(),
        deviations,
    };
    let long = terms.kept.bit_len().max(1);
    let tried = MOST_PERIODS.min((MOST_BITS / long) as u64).max(1);
    budget.check_now(tried)?;
    // κ^T, with T at most 1000.
    let power = |periods: u64| terms.kept.pow(periods as i32).unwrap_or_default();
    let share = |periods: u64| Rational::ONE - power(periods);
    let first = terms.shares().and_then(|(least, most)| {
        let enough = |periods: &u64| share(*periods) >= least;
        let (mut below, mut above) = (0, tried);
        if !enough(&above) {
            return None;
        }
        while above - below > 1 {
            let middle = below.midpoint(above);
            if enough(&middle) { above = middle } else { below = middle }
        }
        most.is_none_or(|most| share(above) <= most).then_some(above)
    });
    let told = first.map_or(SHOWN, |first| first.min(SHOWN)).min(tried);
    let mut lengths: Vec<TriggerLength> =
        (1..=told).map(|periods| terms.length(Some(periods), &share(periods))).collect();
    if let Some(first) = first.filter(|first| *first > told) {
        lengths.push(terms.length(Some(first), &share(first)));
    }
    let mut shortest = first.map(|_| lengths.len() - 1);
    let forever = terms.length(None, &Rational::ONE);
    if shortest.is_none() && forever.holds() {
        shortest = Some(lengths.len());
    }
    lengths.push(forever);
    Ok(Trigger {
        agreement: at,
        punishment: punishment.clone(),
        punishment_payoffs: punished,
        lengths,
        best: shortest,
        tried,
    })
}
