//! Agreements in which the parties pay one another at the start of each period.
//!
//! Payments t_i with Σ t_i = 0 are made before the actions are played, so that a deviation in the
//! action does not touch this period's. Whoever will not take part ends the agreement at once, so that
//! nobody gets less than V_i = P_i. Write w_i = R_i + t_i − P_i ≥ 0. The recursion gives
//! V_i − P_i = (1−δ) w_i / (1 − δk) with k = s(1−ε), and no deviation pays exactly when, with
//! h(δ) = δ/(1 − δk),
//!
//!   s(λ_d − ε) w_i h(δ) ≥ G_d for every deviation d of i.
//!
//! For κ_i = max(0, max over G_d > 0 of G_d/(λ_d − ε)) this asks w_i ≥ κ_i / (s h(δ)), and payments
//! that give it to all exist exactly when the sum does not exceed Σ B_i = Σ (R_i − P_i). Hence the
//! critical discount factor is Σκ / (s[(1−ε) Σκ + Σ B]). At it the payments are determined, and they
//! are checked here by the recursion. (If nobody gains by deviating no payments are needed, and then
//! only those who are asked to pay may refuse.) A deviation that is seen *less* often than compliance
//! bounds w_i from above; it may rule the agreement out for patient players.

use crate::game::answer::CriticalDiscount;
use crate::num::Rational;

use super::super::Refutation;
use super::super::wording::{number, player};
use super::{Deviation, Speaker, Terms, within_unit};

/// κ_i for each player; the deviation that gains though it is seen no more often, if there is one.
fn required(terms: &Terms) -> Result<Vec<Rational>, &Deviation> {
    let mut required = vec![Rational::ZERO; terms.agreed.len()];
    for deviation in terms.deviations.iter().filter(|one| one.gain.is_positive()) {
        if !deviation.sight.is_positive() {
            return Err(deviation);
        }
        let ratio = &deviation.gain / &deviation.sight;
        if ratio > required[deviation.player] {
            required[deviation.player] = ratio;
        }
    }
    Ok(required)
}

/// For each player the least |G|/(ε − λ) over deviations that are seen less often than compliance.
fn ceilings(terms: &Terms) -> Vec<Option<Rational>> {
    let mut ceilings: Vec<Option<Rational>> = vec![None; terms.agreed.len()];
    for deviation in terms.deviations.iter().filter(|one| one.sight.is_negative()) {
        let ratio = &deviation.gain / &deviation.sight;
        let ceiling = &mut ceilings[deviation.player];
        if ceiling.as_ref().is_none_or(|least| ratio < *least) {
            *ceiling = Some(ratio);
        }
    }
    ceilings
}

/// Whether payments exist for all discount factors near 1, given κ and that all its parts exist.
fn holds_in_the_limit(terms: &Terms, required: &[Rational]) -> bool {
    let total: Rational = (0..terms.agreed.len()).map(|at| terms.loss(at)).sum();
    // 1/(s h) in the limit.
    let scale = (Rational::ONE - terms.outlives()) / &terms.survival;
    let ceilings = ceilings(terms);
    if ceilings.iter().zip(required).any(|(top, low)| top.as_ref().is_some_and(|top| top < low)) {
        return false;
    }
    let most: Option<Rational> =
        ceilings.into_iter().map(|top| top.map(|top| top * &scale)).sum::<Option<Rational>>();
    if most.is_some_and(|most| most < total) {
        return false;
    }
    if required.iter().any(Rational::is_positive) {
        return true;
    }
    // Nobody gains: a player may get less than his punishment as far as he is not asked to pay and
    // his deviations cost him enough.
    let least: Rational = (0..terms.agreed.len())
        .map(|at| {
            let costs = terms
                .deviations
                .iter()
                .filter(|one| one.player == at && one.sight.is_positive())
                .map(|one| &one.gain / &one.sight * &scale);
            let refusal = terms.loss(at).min(Rational::ZERO);
            costs.fold(refusal, Rational::max)
        })
        .sum();
    least <= total
}

/// Checks the critical discount factor of an agreement with payments.
pub(super) fn check(
    terms: &Terms,
    claim: &CriticalDiscount,
    binding: Option<&Deviation>,
    speaker: &Speaker<'_>,
) -> Result<(), Refutation> {
    let unseen = |one: &Deviation| {
        Refutation::Deviation(format!(
            "{} gains {} and is seen no more often than compliance, so that no discount factor is \
             enough",
            speaker.deviation(one),
            number(&one.gain)
        ))
    };
    match (claim, binding) {
        (CriticalDiscount::Never, Some(binding)) => check_never(terms, binding, speaker),
        (CriticalDiscount::At(critical), Some(binding)) => {
            let required = required(terms).map_err(unseen)?;
            within_unit(critical, speaker)?;
            check_payments(terms, &required, critical, binding, speaker)?;
            check_limit(terms, &required, speaker)
        }
        _ => {
            let required = required(terms).map_err(unseen)?;
            check_limit(terms, &required, speaker)?;
            check_total(terms, &required, claim, speaker)?;
            match binding {
                Some(binding) => check_binds(&required, binding, speaker),
                None => Ok(()),
            }
        }
    }
}

fn check_limit(
    terms: &Terms,
    required: &[Rational],
    speaker: &Speaker<'_>,
) -> Result<(), Refutation> {
    if holds_in_the_limit(terms, required) {
        return Ok(());
    }
    Err(Refutation::Deviation(format!(
        "no payments keep patient players in agreement `{}`, so that no discount factor is enough",
        speaker.agreement.name
    )))
}

fn check_never(
    terms: &Terms,
    binding: &Deviation,
    speaker: &Speaker<'_>,
) -> Result<(), Refutation> {
    let total: Rational = (0..terms.agreed.len()).map(|at| terms.loss(at)).sum();
    let rules_out = if binding.gain.is_positive() {
        match required(terms) {
            _ if !binding.sight.is_positive() => true,
            Ok(required) => {
                check_binds(&required, binding, speaker)?;
                !total.is_positive() || !holds_in_the_limit(terms, &required)
            }
            Err(_) => false,
        }
    } else {
        required(terms).is_ok_and(|required| !holds_in_the_limit(terms, &required))
    };
    if rules_out {
        return Ok(());
    }
    Err(Refutation::NotOptimal(format!(
        "{} does not rule out every discount factor: it gains {}, is seen {} more often than \
         compliance, and the punishments cost the players {} together",
        speaker.deviation(binding),
        number(&binding.gain),
        number(&binding.sight),
        number(&total)
    )))
}

/// That a deviation attains κ_i > 0 of its player.
fn check_binds(
    required: &[Rational],
    binding: &Deviation,
    speaker: &Speaker<'_>,
) -> Result<(), Refutation> {
    let attained = binding.gain.is_positive()
        && binding
            .gain
            .checked_div(&binding.sight)
            .is_some_and(|ratio| ratio == required[binding.player]);
    if attained {
        return Ok(());
    }
    Err(Refutation::NotOptimal(format!(
        "{} is said to bind, and another deviation of the same player asks for more",
        speaker.deviation(binding)
    )))
}

/// The payments at the stated discount factor, and the recursion with them.
fn check_payments(
    terms: &Terms,
    required: &[Rational],
    critical: &Rational,
    binding: &Deviation,
    speaker: &Speaker<'_>,
) -> Result<(), Refutation> {
    let scale = (Rational::ONE - critical * &terms.outlives()) / (critical * &terms.survival);
    let payments: Vec<Rational> =
        required.iter().enumerate().map(|(at, kappa)| kappa * &scale - terms.loss(at)).collect();
    let sum: Rational = payments.iter().sum();
    if !sum.is_zero() {
        return Err(Refutation::WrongNumber(format!(
            "at the discount factor {} the payments that just deter every deviation from agreement \
             `{}` sum to {} and not to 0",
            number(critical),
            speaker.agreement.name,
            number(&sum)
        )));
    }
    let mut indifferent = false;
    for deviation in &terms.deviations {
        let at = deviation.player;
        let value = terms.value(at, &(&terms.agreed[at] + &payments[at]), critical);
        if value < terms.punished[at] {
            return Err(Refutation::Deviation(format!(
                "player {} would rather end agreement `{}` than take part in the payments",
                player(&speaker.game.stage, at),
                speaker.agreement.name
            )));
        }
        let payoff = &deviation.payoff + &payments[at];
        let other = terms.deviating(deviation, &payoff, &value, critical);
        if other > value {
            return Err(Refutation::Deviation(format!(
                "{} gives {} at the discount factor {}, and complying {}, payments included",
                speaker.deviation(deviation),
                number(&other),
                number(critical),
                number(&value)
            )));
        }
        indifferent |= std::ptr::eq(deviation, binding) && other == value;
    }
    if indifferent && binding.gain.is_positive() {
        return Ok(());
    }
    Err(Refutation::NotOptimal(format!(
        "{} is said to bind, and does not",
        speaker.deviation(binding)
    )))
}

/// Σκ (1 − δk)/(δ s) = Σ B at the stated threshold, which may be beyond 1.
fn check_total(
    terms: &Terms,
    required: &[Rational],
    claim: &CriticalDiscount,
    speaker: &Speaker<'_>,
) -> Result<(), Refutation> {
    let total: Rational = (0..terms.agreed.len()).map(|at| terms.loss(at)).sum();
    let kappa: Rational = required.iter().sum();
    let right = match claim {
        CriticalDiscount::Zero => kappa.is_zero(),
        CriticalDiscount::Never => kappa.is_positive() && !total.is_positive(),
        CriticalDiscount::At(value) | CriticalDiscount::AboveOne(value) => {
            let in_range = match claim {
                CriticalDiscount::At(_) => value.is_positive() && *value < Rational::ONE,
                _ => *value >= Rational::ONE,
            };
            in_range
                && kappa.is_positive()
                && total.is_positive()
                && kappa * (Rational::ONE - value * &terms.outlives())
                    == total * value * &terms.survival
        }
    };
    if right {
        return Ok(());
    }
    Err(Refutation::WrongNumber(format!(
        "the stated threshold of agreement `{}` with payments is not where they just suffice",
        speaker.agreement.name
    )))
}

/// Checks the lower bound from the minmax values.
pub(super) fn check_bound(
    terms: &Terms,
    claim: &CriticalDiscount,
    speaker: &Speaker<'_>,
) -> Result<(), Refutation> {
    match required(terms) {
        Err(_) if *claim == CriticalDiscount::Never => Ok(()),
        Err(one) => Err(Refutation::Deviation(format!(
            "{} gains and is seen no more often than compliance, so that no discount factor is enough",
            speaker.deviation(one)
        ))),
        Ok(required) => check_total(terms, &required, claim, speaker),
    }
}
