//! The critical discount factor of an agreement under permanent punishment.
//!
//! While the agreement stands, player i gets R_i a period and V_i on average, with
//! V_i = (1−δ)R_i + δ[s(1−ε)V_i + (1−s(1−ε))P_i], where s is the survival of the agreement, ε the
//! false alarm and P_i the punishment. A deviation d gains G_d today and is seen with probability
//! λ_d instead of ε. It does not pay iff (1−δ)G_d ≤ δs(λ_d−ε)(V_i−P_i), which solves to
//!
//! δ ≥ G_d / { s·[(1−ε)G_d + (λ_d−ε)B_i] },  B_i = R_i − P_i.
//!
//! With s = 1, ε = 0 and λ = 1 this is (T−R)/(T−P) of Friedman (1971); with a signal it is the
//! condition of Green & Porter (1984) for an infinite punishment; s is the survival of agreements
//! under turnover (McGillivray & Smith 2000). When no deviation gains, the factor is 0; when
//! (λ_d−ε)B_i ≤ 0 for a deviation that gains, no discount factor is enough. The factor is the least from
//! which *on* the agreement is sustained: a player who prefers the punishment, and can bring it about
//! at a small loss, ends the agreement when he is patient, and then no discount factor is enough
//! either. That is so iff (λ_d−ε)B_i < 0 and s(λ_d−ε)B_i/(1−s(1−ε)) < G_d ≤ 0, the limit δ → 1.
//!
//! *Renewal.* Where an agreement that has ended stands again after a period with probability ρ, as it does
//! when a new government takes up what the old one broke off, a player gets D_i after its end, with
//! D_i = (1−δ)P_i + δ[ρV_i + (1−ρ)D_i]. Then V_i − D_i = (1−δ)B_i / (1 − δ(s(1−ε) − ρ)), so that ρ takes the
//! place of a part of s(1−ε): δ ≥ G_d / { s·[(1−ε)G_d + (λ_d−ε)B_i] − ρG_d } (collapse that heals, McGillivray &
//! Smith 2000). Where this is not positive, no number is a threshold.
//!
//! With transfers the players' constraints are pooled, see `pooled`.

use std::cmp::Ordering;

use crate::game::answer::{BindingDeviation, CriticalDiscount};
use crate::num::{NotDecided, Scalar};

use super::pooled;

/// How an agreement is guarded: survival, false alarm, and whether payments are allowed.
#[derive(Debug, Clone)]
pub struct Guard<'a, S> {
    /// The probability that the agreement outlives a period whatever is played, in (0, 1].
    pub survival: &'a S,
    /// The probability that compliance is taken for a violation, in [0, 1).
    pub false_alarm: &'a S,
    /// The probability that it stands again after a period without it; `None` where its end is for good.
    pub renewal: Option<&'a S>,
    /// Whether the parties may pay one another.
    pub transfers: bool,
    /// Whether the agreement must also hold at every larger discount factor. A lower bound for any
    /// punishment must not ask that: a milder punishment may well keep patient players in, and deter
    /// deviations that are seen less often than compliance.
    pub and_beyond: bool,
}

impl<S: Scalar> Guard<'_, S> {
    /// 1 − δ(s(1−ε) − ρ): how far a period's difference between standing and ended does not carry over.
    pub(super) fn room(&self, discount: &S) -> S {
        let stays = self.survival.times(&S::one().minus(self.false_alarm));
        let room = S::one().minus(&discount.times(&stays));
        self.renewal.map_or(room.clone(), |renewal| room.plus(&discount.times(renewal)))
    }

    /// What a threshold divides a gain by, less what renewal takes off for it; `None` where that leaves
    /// nothing, so that no discount factor deters.
    pub(super) fn softened(&self, needed: S, gain: &S) -> Result<Option<S>, NotDecided> {
        let Some(renewal) = self.renewal else { return Ok(Some(needed)) };
        let needed = needed.minus(&renewal.times(gain));
        Ok(needed.sign()?.is_gt().then_some(needed))
    }
}

/// What one player gets under the agreement, in his punishment, and from his deviations.
#[derive(Debug, Clone)]
pub struct Stake<S> {
    /// R: the payoff under the agreement.
    pub agreement: S,
    /// P: the average payoff once the agreement has ended.
    pub punishment: S,
    /// For each action but the agreed one: the action, the payoff of deviating to it today, and
    /// the probability that it ends the agreement.
    pub deviations: Vec<(usize, S, S)>,
}

impl<S> Stake<S> {
    /// The same in another kind of number.
    #[must_use]
    pub fn map<T>(&self, number: impl Fn(&S) -> T) -> Stake<T> {
        Stake {
            agreement: number(&self.agreement),
            punishment: number(&self.punishment),
            deviations: self
                .deviations
                .iter()
                .map(|(action, payoff, detection)| (*action, number(payoff), number(detection)))
                .collect(),
        }
    }
}

/// The least discount factor at which no player gains by a one-shot deviation, and the deviation
/// that sets it.
///
/// Of several deviations with the same factor the first one is named, in the order of players and
/// actions; intervals that overlap leave the name open. Linear in the number of deviations.
///
/// # Errors
/// [`NotDecided`] when intervals leave the sign of a gain or loss open; never on exact numbers.
pub fn critical_discount<S: Scalar>(
    stakes: &[Stake<S>],
    guard: &Guard<'_, S>,
) -> Result<(CriticalDiscount<S>, Option<BindingDeviation>), NotDecided> {
    if guard.transfers {
        return pooled::critical_discount(stakes, guard);
    }
    let compliance = S::one().minus(guard.false_alarm);
    let mut greatest: Option<S> = None;
    let mut binding = None;
    for (player, stake) in stakes.iter().enumerate() {
        let loss = stake.agreement.minus(&stake.punishment);
        for (action, payoff, detection) in &stake.deviations {
            let gain = payoff.minus(&stake.agreement);
            let named = Some(BindingDeviation { player, action: *action });
            let seen = detection.minus(guard.false_alarm);
            if gain.sign()?.is_le() {
                if guard.and_beyond && pays_in_the_limit(&gain, &seen, &loss, guard)? {
                    return Ok((CriticalDiscount::Never, named));
                }
                continue;
            }
            let (seen_sign, loss_sign) = (seen.sign()?, loss.sign()?);
            if !guard.and_beyond && seen_sign.is_lt() {
                // A milder punishment may deter it, if nothing else has to be deterred.
                if is_tempted_openly(stake, guard.false_alarm)? {
                    return Ok((CriticalDiscount::Never, named));
                }
                continue;
            }
            if seen_sign.is_eq() || seen_sign != loss_sign {
                return Ok((CriticalDiscount::Never, named));
            }
            let needed = compliance.times(&gain).plus(&seen.times(&loss));
            let Some(needed) = guard.softened(guard.survival.times(&needed), &gain)? else {
                return Ok((CriticalDiscount::Never, named));
            };
            let factor = gain.over(&needed)?;
            match &greatest {
                None => (greatest, binding) = (Some(factor), named),
                Some(so_far) => match factor.order(so_far) {
                    // The larger of the two also in what encloses them: rounded numbers are in
                    // order though the real ones need not be.
                    Ok(Ordering::Greater) => {
                        (greatest, binding) = (Some(factor.larger(so_far)), named);
                    }
                    Ok(_) => greatest = Some(so_far.larger(&factor)),
                    Err(NotDecided::TooClose) => {
                        (greatest, binding) = (Some(factor.larger(so_far)), None);
                    }
                    Err(other) => return Err(other),
                },
            }
        }
    }
    Ok((classify(greatest)?, binding))
}

/// Whether no player gains by a one-shot deviation at a discount factor in [0, 1).
///
/// This says nothing of larger discount factors: who prefers the punishment may keep an agreement only
/// while he is *not* patient. Linear in the number of deviations.
///
/// # Errors
/// [`NotDecided`] when intervals leave it open; never on exact numbers.
pub fn sustained_at<S: Scalar>(
    stakes: &[Stake<S>],
    guard: &Guard<'_, S>,
    discount: &S,
) -> Result<bool, NotDecided> {
    if guard.transfers {
        return pooled::sustained_at(stakes, guard, discount);
    }
    let room = guard.room(discount);
    let weight = discount.times(guard.survival);
    for stake in stakes {
        let loss = stake.agreement.minus(&stake.punishment);
        for (_, payoff, detection) in &stake.deviations {
            let gain = payoff.minus(&stake.agreement);
            let punished = weight.times(&detection.minus(guard.false_alarm)).times(&loss);
            if room.times(&gain).order(&punished)?.is_gt() {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// [`sustained_at`] for an agreement whose critical discount factor is known.
///
/// # Errors
/// As [`sustained_at`].
pub fn holds_at<S: Scalar>(
    critical: &CriticalDiscount<S>,
    stakes: &[Stake<S>],
    guard: &Guard<'_, S>,
    discount: &S,
) -> Result<bool, NotDecided> {
    match critical.allows(discount)? {
        Some(holds) => Ok(holds),
        None => sustained_at(stakes, guard, discount),
    }
}

/// Whether a player gains by a deviation that is seen more often than compliance.
pub(super) fn is_tempted_openly<S: Scalar>(
    stake: &Stake<S>,
    false_alarm: &S,
) -> Result<bool, NotDecided> {
    for (_, payoff, detection) in &stake.deviations {
        if payoff.order(&stake.agreement)?.is_gt() && detection.order(false_alarm)?.is_gt() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a deviation that costs something today pays for players who are patient enough.
fn pays_in_the_limit<S: Scalar>(
    gain: &S,
    seen: &S,
    loss: &S,
    guard: &Guard<'_, S>,
) -> Result<bool, NotDecided> {
    // Most deviations are punished: two signs tell, and nothing is multiplied.
    let (seen_sign, loss_sign) = (seen.sign()?, loss.sign()?);
    if seen_sign.is_eq() || loss_sign.is_eq() || seen_sign == loss_sign {
        return Ok(false);
    }
    let ends = guard.room(&S::one());
    if ends.sign()?.is_eq() {
        return Ok(true);
    }
    let change = guard.survival.times(seen).times(loss);
    Ok(change.order(&gain.times(&ends))?.is_lt())
}

pub(super) fn classify<S: Scalar>(factor: Option<S>) -> Result<CriticalDiscount<S>, NotDecided> {
    Ok(match factor {
        None => CriticalDiscount::Zero,
        Some(factor) if factor.order(&S::one())?.is_ge() => CriticalDiscount::AboveOne(factor),
        Some(factor) => CriticalDiscount::At(factor),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{Interval, Rational};
    use proptest::prelude::*;

    fn exact(p: i64, q: i64) -> Rational {
        Rational::new(p, q)
    }

    fn prisoner(t: Rational, r: Rational, p: Rational, detection: Rational) -> Stake<Rational> {
        Stake { agreement: r, punishment: p, deviations: vec![(1, t, detection)] }
    }

    #[test]
    fn friedman_grim_threshold_is_one_half() {
        let stake = prisoner(exact(5, 1), exact(3, 1), exact(1, 1), Rational::ONE);
        let (zero, one) = (Rational::ZERO, Rational::ONE);
        let guard = Guard {
            survival: &one,
            false_alarm: &zero,
            renewal: None,
            transfers: false,
            and_beyond: true,
        };
        let (critical, binding) = critical_discount(&[stake.clone(), stake], &guard).unwrap();
        assert_eq!(critical, CriticalDiscount::At(exact(1, 2)));
        assert_eq!(binding, Some(BindingDeviation { player: 0, action: 1 }));
    }

    #[test]
    fn monitoring_thresholds_of_downs_and_rocke_reduction() {
        // LITERATURE A15: (5,3,1) with (ε, λ) = (1/20, 4/5) and (1/20, 1/2).
        let one = Rational::ONE;
        for (lambda, expected) in [(exact(4, 5), exact(10, 17)), (exact(1, 2), exact(5, 7))] {
            let stake = prisoner(exact(5, 1), exact(3, 1), exact(1, 1), lambda);
            let alarm = exact(1, 20);
            let guard = Guard {
                survival: &one,
                false_alarm: &alarm,
                renewal: None,
                transfers: false,
                and_beyond: true,
            };
            let (critical, _) = critical_discount(&[stake], &guard).unwrap();
            assert_eq!(critical, CriticalDiscount::At(expected));
        }
    }

    #[test]
    fn collapse_that_heals_weakens_the_threat() {
        // LITERATURE A16 (ii): (T−R)/[(T−R)(1−q−ρ)+(1−q)(R−P)] with (T,R,P) = (5,3,1).
        let (zero, lives) = (Rational::ZERO, exact(433, 500));
        let mut before = Rational::ZERO;
        for part in 0..=8 {
            let renewal = exact(part, 16);
            let guard = Guard {
                survival: &lives,
                false_alarm: &zero,
                renewal: Some(&renewal),
                transfers: false,
                and_beyond: true,
            };
            let stake = prisoner(exact(5, 1), exact(3, 1), exact(1, 1), Rational::ONE);
            let found = critical_discount(&[stake], &guard).unwrap().0.number().unwrap();
            let expected = exact(2, 1) / (exact(2, 1) * (&lives - &renewal) + &lives * exact(2, 1));
            assert_eq!(found, expected);
            assert!(found > before);
            before = found;
        }
        // A gain of 30 with ρ = 1: what is left of the punishment never deters it.
        let (one, greedy) =
            (Rational::ONE, prisoner(exact(33, 1), exact(3, 1), exact(1, 1), exact(1, 4)));
        let guard = Guard {
            survival: &exact(1, 2),
            false_alarm: &zero,
            renewal: Some(&one),
            transfers: false,
            and_beyond: true,
        };
        assert_eq!(critical_discount(&[greedy], &guard).unwrap().0, CriticalDiscount::Never);
    }

    #[test]
    fn a_punishment_that_is_no_worse_sustains_nothing() {
        let (zero, one) = (Rational::ZERO, Rational::ONE);
        let guard = Guard {
            survival: &one,
            false_alarm: &zero,
            renewal: None,
            transfers: false,
            and_beyond: true,
        };
        let tempted = prisoner(exact(5, 1), exact(3, 1), exact(3, 1), Rational::ONE);
        assert_eq!(critical_discount(&[tempted], &guard).unwrap().0, CriticalDiscount::Never);
        let content = prisoner(exact(2, 1), exact(3, 1), exact(1, 1), Rational::ONE);
        assert_eq!(critical_discount(&[content], &guard).unwrap().0, CriticalDiscount::Zero);
    }

    #[test]
    fn a_patient_player_who_prefers_the_punishment_ends_the_agreement() {
        let (zero, one) = (Rational::ZERO, Rational::ONE);
        let guard = Guard {
            survival: &one,
            false_alarm: &zero,
            renewal: None,
            transfers: false,
            and_beyond: true,
        };
        let restless = prisoner(exact(2, 1), exact(3, 1), exact(4, 1), Rational::ONE);
        let (critical, binding) = critical_discount(&[restless], &guard).unwrap();
        assert_eq!(critical, CriticalDiscount::Never);
        assert!(binding.is_some());
    }

    #[test]
    fn transfers_pool_the_constraints() {
        // LITERATURE A31: (5,4,1) and (5,2.2,1) at δ = 3/5 need a payment between 0.4 and 1.4.
        let (zero, one) = (Rational::ZERO, Rational::ONE);
        let strong = prisoner(exact(5, 1), exact(4, 1), exact(1, 1), Rational::ONE);
        let weak = prisoner(exact(5, 1), exact(11, 5), exact(1, 1), Rational::ONE);
        let alone = Guard {
            survival: &one,
            false_alarm: &zero,
            renewal: None,
            transfers: false,
            and_beyond: true,
        };
        let paid = Guard {
            survival: &one,
            false_alarm: &zero,
            renewal: None,
            transfers: true,
            and_beyond: true,
        };
        let stakes = [strong, weak];
        let threshold = |guard| critical_discount(&stakes, guard).unwrap().0.number().unwrap();
        assert_eq!(threshold(&alone), exact(7, 10));
        // Gains 1 and 2.8, losses 3 and 1.2: 3.8 / (3.8 + 4.2).
        assert_eq!(threshold(&paid), exact(19, 40));
    }

    proptest! {
        /// The formula against the value recursion that it comes from.
        #[test]
        fn critical_factor_makes_the_best_deviation_indifferent(
            gain in 1i64..40, loss in 1i64..40, alarm in 0i64..9, seen in 1i64..10, survival in 5i64..=10
        ) {
            let (s, e) = (exact(survival, 10), exact(alarm, 20));
            let l = &e + &(exact(seen, 10) * (Rational::ONE - &e));
            let stake = prisoner(exact(gain + loss, 1), exact(loss, 1), Rational::ZERO, l.clone());
            let guard = Guard { survival: &s, false_alarm: &e, renewal: None, transfers: false, and_beyond: true };
            let d = critical_discount(&[stake], &guard).unwrap().0.number().unwrap();
            if d < Rational::ONE {
                let stay = &s * &(Rational::ONE - &e);
                let v = (Rational::ONE - &d) * exact(loss, 1) / (Rational::ONE - &d * &stay);
                let deviate = (Rational::ONE - &d) * exact(gain + loss, 1)
                    + &d * &s * (Rational::ONE - l) * &v;
                prop_assert_eq!(deviate, v);
            }
        }

        #[test]
        fn intervals_enclose_the_exact_factor(t in 31i64..60, p in -20i64..10) {
            let stake = prisoner(exact(t, 10), exact(3, 1), exact(p, 10), exact(4, 5));
            let (e, s) = (exact(1, 20), exact(9, 10));
            let near = |x: &Rational| Interval::enclosing(x);
            let near_stake = Stake {
                agreement: near(&stake.agreement),
                punishment: near(&stake.punishment),
                deviations: stake.deviations.iter().map(|(a, x, l)| (*a, near(x), near(l))).collect(),
            };
            let guard = Guard { survival: &s, false_alarm: &e, renewal: None, transfers: false, and_beyond: true };
            let (near_s, near_e) = (near(&s), near(&e));
            let near_guard = Guard { survival: &near_s, false_alarm: &near_e, renewal: None, transfers: false, and_beyond: true };
            let exact_factor = critical_discount(&[stake], &guard).unwrap().0.number().unwrap();
            if let Ok((factor, _)) = critical_discount(&[near_stake], &near_guard) {
                prop_assert!(factor.number().unwrap().contains(exact_factor.to_f64()));
            }
        }
    }
}
