//! Critical discount factors of agreements, by the value recursion.
//!
//! While an agreement stands, player i gets R_i a period; it outlives a period with probability
//! s(1−ε) if all comply, and s(1−λ_d) if somebody plays d instead (s the survival, ε the false alarm,
//! λ_d the detection). Once it has ended he gets P_i, his payoff in his own punishment, for ever. His
//! average discounted value V_i and what a one-shot deviation with stage payoff D gives him are
//!
//!   V_i = (1−δ) R_i + δ [s(1−ε) V_i + (1 − s(1−ε)) P_i],
//!   (1−δ) D + δ [s(1−λ_d) V_i + (1 − s(1−λ_d)) P_i].
//!
//! With renewal by ρ, W_i = (1−δ) P_i + δ [ρ V_i + (1−ρ) W_i] stands in the place of P_i after the end, and
//! s(1−ε) − ρ in the place of s(1−ε) in h below; both values are the solution of two linear equations.
//! Then a gain is out of reach of any discount factor, too, where s(λ_d − ε) B_i + (s(1−ε) − ρ) G ≤ 0.
//!
//! The agreement is sustained at δ when no deviation of any player gives more than V_i. The *critical
//! discount factor* is the least from which on it is sustained. With gain G = D − R_i and loss
//! B_i = R_i − P_i, the advantage of complying over a deviation is (1−δ) times
//!
//!   a_d(δ) = s(λ_d − ε) B_i h(δ) − G,  h(δ) = δ / (1 − δ s(1−ε)),
//!
//! and h rises. So each deviation has a threshold above which it does not pay, or below which, or
//! none; one with a_d < 0 in the limit δ → 1 rules the agreement out. What is stated is checked by
//! the recursion at the stated number, and the direction by the sign of (λ_d − ε) B_i.

mod punishments;
mod transfers;

use crate::game::answer::{BindingDeviation, CriticalDiscount, Repeated, Sustained};
use crate::game::{Agreement, RepeatedGame};
use crate::num::Rational;

use super::meter::{Limits, Meter};
use super::minimax::check_levels;
use super::wording::{action, number, player};
use super::{Certificate, Refutation};

pub(super) use punishments::check_data;

/// Checks every critical discount factor, the punishments and the bounds of a repeated game.
///
/// Work: deviations of each agreement; for the claim that a punishment is the worst stage
/// equilibrium of two players, an enumeration of all of them.
///
/// # Errors
/// A [`Refutation`] that names the agreement, the player, the deviation and the numbers.
pub fn certify_repeated(
    game: &RepeatedGame,
    answer: &Repeated,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    check_data(game)?;
    let mut meter = Meter::new(limits);
    let mut checked = Vec::new();
    punishments::check_punishments(game, answer, &mut meter)?;
    checked.push("each punishment is a stage equilibrium with the stated payoff".to_owned());
    let complete = punishments::check_harshness(game, answer, limits)?;
    check_levels(&game.stage, &answer.minmax, &mut meter)?;
    checked.push("each player's minmax value is proved from both sides".to_owned());
    if answer.agreements.len() != game.agreements.len()
        || answer.agreements.iter().enumerate().any(|(at, one)| one.agreement != at)
    {
        return Err(Refutation::Misfit(
            "the answers are not one for each agreement in order".to_owned(),
        ));
    }
    let minmax: Vec<Rational> = answer.minmax.iter().map(|level| level.value.clone()).collect();
    for stated in &answer.agreements {
        let agreement = &game.agreements[stated.agreement];
        let grim = Terms::new(game, agreement, &answer.punishment_payoffs);
        check_critical(game, agreement, &grim, stated)?;
        check_holds(game, agreement, &grim, stated)?;
        let bound = Terms::new(game, agreement, &minmax).with_any_punishment();
        check_bound(game, agreement, bound.as_ref(), &stated.minmax_bound)?;
        checked.push(format!(
            "agreement `{}`: {}; {}",
            agreement.name,
            in_words(&stated.critical),
            bound_in_words(&stated.minmax_bound)
        ));
    }
    Ok(Certificate { checked, complete })
}

fn in_words(critical: &CriticalDiscount) -> String {
    match critical {
        CriticalDiscount::Zero => "no one-shot deviation pays at any discount factor".to_owned(),
        CriticalDiscount::At(value) => format!(
            "at the discount factor {} the binding deviation is exactly indifferent, no other pays, \
             below it it pays, above it none does",
            number(value)
        ),
        CriticalDiscount::AboveOne(value) => {
            format!(
                "the binding deviation pays at every discount factor (threshold {})",
                number(value)
            )
        }
        CriticalDiscount::Never => {
            "from no discount factor on is it kept: the binding deviation pays however patient the \
             players are, or for all who are patient enough"
                .to_owned()
        }
    }
}

fn bound_in_words(bound: &CriticalDiscount) -> String {
    match bound {
        CriticalDiscount::Zero => "no bound above 0 follows from the minmax values".to_owned(),
        CriticalDiscount::At(value) => {
            format!("with minmax values as punishments the threshold is {}", number(value))
        }
        CriticalDiscount::AboveOne(value) => format!(
            "with minmax values as punishments the threshold is {}, so that no punishment is enough",
            number(value)
        ),
        CriticalDiscount::Never => "not even minmax values as punishments are enough".to_owned(),
    }
}

/// One deviation of one player from an agreement.
pub(super) struct Deviation {
    player: usize,
    action: usize,
    /// The stage payoff D.
    payoff: Rational,
    /// The gain G = D − R.
    gain: Rational,
    /// λ_d − ε.
    sight: Rational,
}

/// The numbers of one agreement and what follows its end.
pub(super) struct Terms {
    survival: Rational,
    false_alarm: Rational,
    renewal: Rational,
    transfers: bool,
    /// R_i.
    agreed: Vec<Rational>,
    /// P_i.
    punished: Vec<Rational>,
    deviations: Vec<Deviation>,
}

impl Terms {
    fn new(game: &RepeatedGame, agreement: &Agreement, punished: &[Rational]) -> Self {
        let stage = &game.stage;
        let index = stage.profile_index(&agreement.profile);
        let mut deviations = Vec::new();
        for (at, row) in agreement.detection.iter().enumerate() {
            for own in (0..row.len()).filter(|&own| own != agreement.profile[at]) {
                let payoff = stage.payoff(at, stage.deviation(index, at, own)).clone();
                let gain = &payoff - stage.payoff(at, index);
                let sight = &row[own] - &game.false_alarm;
                deviations.push(Deviation { player: at, action: own, payoff, gain, sight });
            }
        }
        Terms {
            survival: game.survival.clone(),
            false_alarm: game.false_alarm.clone(),
            renewal: game.renewal.clone(),
            transfers: game.transfers,
            agreed: (0..stage.num_players()).map(|at| stage.payoff(at, index).clone()).collect(),
            punished: punished.to_vec(),
            deviations,
        }
    }

    /// k = s(1−ε): the probability that the agreement outlives a period of compliance.
    fn outlives(&self) -> Rational {
        &self.survival * &(Rational::ONE - &self.false_alarm)
    }

    /// B_i = R_i − P_i.
    fn loss(&self, player: usize) -> Rational {
        &self.agreed[player] - &self.punished[player]
    }

    /// s(1−ε) − ρ.
    fn carries(&self) -> Rational {
        self.outlives() - &self.renewal
    }

    /// V and W with R for the agreement's payoff: the solution of the recursions at δ < 1, which are
    /// (1 − δk) V − δ(1−k) W = (1−δ) R and −δρ V + (1 − δ(1−ρ)) W = (1−δ) P, by Cramer's rule.
    fn values(
        &self,
        player: usize,
        agreed: &Rational,
        discount: &Rational,
    ) -> (Rational, Rational) {
        let (k, one) = (self.outlives(), Rational::ONE);
        let (stays, ends) = (&one - discount * &k, discount * &(&one - &k));
        let again = discount * &self.renewal;
        let out = &one - discount * &(&one - &self.renewal);
        let today = &one - discount;
        let (inside, after) = (&today * agreed, &today * &self.punished[player]);
        let determinant = &stays * &out - &ends * &again;
        let value = (&inside * &out + &ends * &after) / &determinant;
        let ended = (&stays * &after + &again * &inside) / &determinant;
        (value, ended)
    }

    /// The value of a one-shot deviation that gives `payoff` today, when compliance is worth `value`, and
    /// what follows the end `ended`.
    fn deviating(
        &self,
        deviation: &Deviation,
        payoff: &Rational,
        (value, ended): &(Rational, Rational),
        discount: &Rational,
    ) -> Rational {
        let one = Rational::ONE;
        let detection = &deviation.sight + &self.false_alarm;
        let stands = &self.survival * &(&one - &detection);
        let ended = (&one - &stands) * ended;
        (&one - discount) * payoff + discount * &(stands * value + ended)
    }

    /// (λ_d − ε) B_i: positive if patience makes the deviation less attractive.
    fn slope(&self, deviation: &Deviation) -> Rational {
        &deviation.sight * &self.loss(deviation.player)
    }

    /// s(λ_d − ε) B_i h(δ) − G at a number that may be 1 or more; `None` where h is not finite.
    fn advantage(&self, deviation: &Deviation, discount: &Rational) -> Option<Rational> {
        let room = Rational::ONE - discount * &self.carries();
        if !room.is_positive() {
            return None;
        }
        let weight = &self.survival * &self.slope(deviation) * discount / room;
        Some(weight - &deviation.gain)
    }

    /// Whether a deviation pays in the limit of patience, so that no discount factor is enough.
    fn pays_in_the_limit(&self, deviation: &Deviation) -> bool {
        self.slope(deviation).is_negative()
            && self.advantage(deviation, &Rational::ONE).is_none_or(|a| a.is_negative())
    }

    /// Whether a gain goes unpunished: patience does not make the deviation less attractive.
    fn goes_unpunished(&self, deviation: &Deviation) -> bool {
        let rises = &self.survival * &self.slope(deviation) + self.carries() * &deviation.gain;
        let outrun = self.renewal.is_positive() && !rises.is_positive();
        deviation.gain.is_positive() && (outrun || !self.slope(deviation).is_positive())
    }

    /// What any punishment, milder ones too, has to deter: a gain that is seen less often than
    /// compliance is deterred by a punishment that is better than the agreement. `None` if a player
    /// has such a gain and one that is seen more often, which no punishment deters both.
    fn with_any_punishment(mut self) -> Option<Self> {
        let gains = |one: &Deviation, seen: bool| {
            one.gain.is_positive()
                && if seen { one.sight.is_positive() } else { one.sight.is_negative() }
        };
        let torn = self.deviations.iter().any(|one| {
            let of_same = |other: &Deviation| other.player == one.player && gains(other, true);
            gains(one, false) && self.deviations.iter().any(of_same)
        });
        self.deviations.retain(|one| !one.sight.is_negative());
        (!torn).then_some(self)
    }

    fn find(&self, binding: &BindingDeviation) -> Option<&Deviation> {
        self.deviations
            .iter()
            .find(|one| one.player == binding.player && one.action == binding.action)
    }
}

/// Words for one deviation of one agreement.
pub(super) struct Speaker<'a> {
    game: &'a RepeatedGame,
    agreement: &'a Agreement,
}

impl Speaker<'_> {
    fn deviation(&self, deviation: &Deviation) -> String {
        format!(
            "the deviation of player {} to {} from agreement `{}`",
            player(&self.game.stage, deviation.player),
            action(&self.game.stage, deviation.player, deviation.action),
            self.agreement.name
        )
    }
}

/// Checks the critical discount factor of one agreement with its punishment.
fn check_critical(
    game: &RepeatedGame,
    agreement: &Agreement,
    terms: &Terms,
    stated: &Sustained,
) -> Result<(), Refutation> {
    let speaker = Speaker { game, agreement };
    let binding = match (&stated.binding, &stated.critical) {
        (None, CriticalDiscount::Zero) => None,
        (Some(_), CriticalDiscount::Zero) => {
            return Err(Refutation::Misfit(format!(
                "agreement `{}` has a binding deviation, and the discount factor 0",
                agreement.name
            )));
        }
        (Some(binding), _) => match terms.find(binding) {
            Some(found) => Some(found),
            None => {
                return Err(Refutation::Misfit(format!(
                    "the binding deviation of agreement `{}` is no deviation from it",
                    agreement.name
                )));
            }
        },
        (None, _) => {
            return Err(Refutation::Misfit(format!(
                "agreement `{}` has no binding deviation",
                agreement.name
            )));
        }
    };
    if terms.transfers {
        return transfers::check(terms, &stated.critical, binding, &speaker);
    }
    if stated.critical != CriticalDiscount::Never
        && let Some(one) = terms.deviations.iter().find(|one| terms.pays_in_the_limit(one))
    {
        return Err(Refutation::Deviation(format!(
            "{} pays for patient players, so that no discount factor is enough: the player \
                 prefers the punishment, or is seen less often when deviating",
            speaker.deviation(one)
        )));
    }
    match (&stated.critical, binding) {
        (CriticalDiscount::At(critical), Some(binding)) => {
            check_by_recursion(terms, critical, binding, &speaker)
        }
        (CriticalDiscount::Never, Some(binding)) => {
            if terms.goes_unpunished(binding) || terms.pays_in_the_limit(binding) {
                Ok(())
            } else {
                Err(Refutation::NotOptimal(format!(
                    "{} does not rule out every discount factor: it gains {}, is seen {} more often \
                     than compliance, and its punishment costs {}",
                    speaker.deviation(binding),
                    number(&binding.gain),
                    number(&binding.sight),
                    number(&terms.loss(binding.player))
                )))
            }
        }
        (claim, _) => check_threshold(terms, claim, binding, &speaker),
    }
}

/// Whether it holds at the game's discount factor, by the recursion there.
fn check_holds(
    game: &RepeatedGame,
    agreement: &Agreement,
    terms: &Terms,
    stated: &Sustained,
) -> Result<(), Refutation> {
    let holds = game.discount.as_ref().map(|discount| {
        let discount = discount.value();
        if terms.transfers {
            return transfers::holds(terms, discount);
        }
        terms.deviations.iter().all(|one| {
            let values = terms.values(one.player, &terms.agreed[one.player], discount);
            terms.deviating(one, &one.payoff, &values, discount) <= values.0
        })
    });
    if stated.holds == holds {
        return Ok(());
    }
    Err(match (stated.holds, holds) {
        (Some(true), Some(_)) => Refutation::Deviation(format!(
            "agreement `{}` is said to hold at the game's discount factor, and somebody gains by \
             deviating",
            agreement.name
        )),
        (Some(false), Some(_)) => Refutation::NotOptimal(format!(
            "agreement `{}` is said not to hold at the game's discount factor, and nobody gains by \
             deviating",
            agreement.name
        )),
        _ => Refutation::Misfit(format!(
            "whether agreement `{}` holds should be told if and only if there is a discount factor",
            agreement.name
        )),
    })
}

/// The check of a critical discount factor in (0, 1), by values at it and below it.
fn check_by_recursion(
    terms: &Terms,
    critical: &Rational,
    binding: &Deviation,
    speaker: &Speaker<'_>,
) -> Result<(), Refutation> {
    within_unit(critical, speaker)?;
    let at = |deviation: &Deviation, discount: &Rational| {
        let values = terms.values(deviation.player, &terms.agreed[deviation.player], discount);
        let other = terms.deviating(deviation, &deviation.payoff, &values, discount);
        (values.0, other)
    };
    for deviation in &terms.deviations {
        let (value, other) = at(deviation, critical);
        if other > value {
            return Err(Refutation::Deviation(format!(
                "{} gives {} at the discount factor {}, and complying {}",
                speaker.deviation(deviation),
                number(&other),
                number(critical),
                number(&value)
            )));
        }
    }
    let (value, other) = at(binding, critical);
    if value != other {
        return Err(Refutation::NotOptimal(format!(
            "{} is said to bind, and at the discount factor {} it gives {} where complying gives {}",
            speaker.deviation(binding),
            number(critical),
            number(&other),
            number(&value)
        )));
    }
    // Indifference at a point of (0, 1) with a rising advantage: it pays just below.
    let below = critical * &Rational::new((1 << 30) - 1, 1 << 30);
    let (value, other) = at(binding, &below);
    if terms.slope(binding).is_positive() && other > value {
        Ok(())
    } else {
        Err(Refutation::NotOptimal(format!(
            "{} does not pay below the discount factor {} either, so that it is not the least",
            speaker.deviation(binding),
            number(critical)
        )))
    }
}

pub(super) fn within_unit(critical: &Rational, speaker: &Speaker<'_>) -> Result<(), Refutation> {
    if critical.is_positive() && *critical < Rational::ONE {
        return Ok(());
    }
    Err(Refutation::Misfit(format!(
        "the critical discount factor {} of agreement `{}` is not between 0 and 1",
        number(critical),
        speaker.agreement.name
    )))
}

/// The check of a threshold by the advantages per unit of 1 − δ, which are defined beyond 1 too.
///
/// With a binding deviation only that one may set the threshold; without, any may.
fn check_threshold(
    terms: &Terms,
    claim: &CriticalDiscount,
    binding: Option<&Deviation>,
    speaker: &Speaker<'_>,
) -> Result<(), Refutation> {
    if let Some(one) = terms.deviations.iter().find(|one| terms.goes_unpunished(one)) {
        return Err(Refutation::Deviation(format!(
            "{} gains {} and goes unpunished, so that no discount factor is enough",
            speaker.deviation(one),
            number(&one.gain)
        )));
    }
    let (threshold, in_range) = match claim {
        CriticalDiscount::Zero => {
            return match terms.deviations.iter().find(|one| one.gain.is_positive()) {
                None => Ok(()),
                Some(one) => Err(Refutation::Deviation(format!(
                    "{} gains {}, so that the discount factor 0 is not enough",
                    speaker.deviation(one),
                    number(&one.gain)
                ))),
            };
        }
        CriticalDiscount::Never => {
            return Err(Refutation::NotOptimal(format!(
                "no deviation from agreement `{}` rules out every discount factor",
                speaker.agreement.name
            )));
        }
        CriticalDiscount::At(value) => (value, value.is_positive() && *value < Rational::ONE),
        CriticalDiscount::AboveOne(value) => (value, *value >= Rational::ONE),
    };
    if !in_range {
        return Err(Refutation::Misfit(format!(
            "the threshold {} of agreement `{}` is on the wrong side of 1",
            number(threshold),
            speaker.agreement.name
        )));
    }
    let mut reached = false;
    for deviation in terms.deviations.iter().filter(|one| one.gain.is_positive()) {
        let advantage = terms.advantage(deviation, threshold);
        match advantage.as_ref().map(Rational::signum) {
            Some(-1) | None => {
                return Err(Refutation::Deviation(format!(
                    "{} still pays at the stated threshold {}",
                    speaker.deviation(deviation),
                    number(threshold)
                )));
            }
            Some(0) => reached |= binding.is_none_or(|binding| std::ptr::eq(binding, deviation)),
            Some(_) => {}
        }
    }
    if reached {
        Ok(())
    } else {
        Err(Refutation::NotOptimal(format!(
            "the deviation that is to set the threshold {} of agreement `{}` has another one",
            number(threshold),
            speaker.agreement.name
        )))
    }
}

/// Checks the lower bound from the minmax values.
fn check_bound(
    game: &RepeatedGame,
    agreement: &Agreement,
    terms: Option<&Terms>,
    claim: &CriticalDiscount,
) -> Result<(), Refutation> {
    let speaker = Speaker { game, agreement };
    let Some(terms) = terms else {
        return match claim {
            CriticalDiscount::Never => Ok(()),
            _ => Err(Refutation::Deviation(format!(
                "no punishment deters both a gain that is seen more often than compliance with \
                 agreement `{}` and one that is seen less often",
                agreement.name
            ))),
        };
    };
    let within = |text: String| format!("in the minmax bound, {text}");
    let outcome = if terms.transfers {
        transfers::check_bound(terms, claim, &speaker)
    } else if *claim == CriticalDiscount::Never
        && terms.deviations.iter().any(|one| terms.goes_unpunished(one))
    {
        Ok(())
    } else {
        check_threshold(terms, claim, None, &speaker)
    };
    outcome.map_err(|error| match error {
        Refutation::Misfit(text) => Refutation::Misfit(within(text)),
        Refutation::WrongNumber(text) => Refutation::WrongNumber(within(text)),
        Refutation::Deviation(text) => Refutation::Deviation(within(text)),
        Refutation::NotOptimal(text) => Refutation::NotOptimal(within(text)),
        other => other,
    })
}
