//! Commitments in large security games in machine numbers: everything that is stated, bounded.
//!
//! Coverages are whole multiples of 2⁻⁵³ and are added exactly. For machine numbers u > c and a share
//! s in [0, 1] the computed u − (u − c) s is off by less than (|u| + |c|) 2⁻⁵⁰: three roundings of at
//! most 2⁻⁵³ each, of numbers that are at most 2 (|u| + |c|) (Higham 2002, chapter 3); comparisons
//! that this leaves open are made with exact numbers. The attacker cannot be held below the stated
//! floor k if some c_t ≥ k, or if Σ_{u_t ≥ k} (u_t − k)/(u_t − c_t), rounded down, is at least the
//! resources; then an attacked t has u_t ≥ k and is covered by (u_t − k)/(u_t − c_t) at most.

use crate::game::security::{LargeSecurityGame, SecurityBracket};
use crate::num::{Interval, Rational};

use super::meter::{Limits, Meter};
use super::{Certificate, Completeness, Refutation};

/// Checks a commitment and its bounds; O(T) for T targets.
///
/// # Errors
/// A [`Refutation`] that names the target, from 0, and the numbers.
pub fn certify_security_bracket(
    game: &LargeSecurityGame,
    answer: &SecurityBracket,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let targets = game.targets();
    let mut meter = Meter::for_passes(limits);
    meter.spend(targets.len().saturating_mul(8))?;
    let whole = 1u64 << 53;
    if answer.coverage.len() != targets.len() || answer.attacked >= targets.len() {
        return Err(Refutation::Misfit("it is not about as many targets".to_owned()));
    }
    if let Some(at) = answer.coverage.iter().position(|&units| units > whole) {
        return Err(Refutation::Misfit(format!("target {at} is covered more than surely")));
    }
    let used: u128 = answer.coverage.iter().map(|&units| u128::from(units)).sum();
    if used > game.resources() as u128 * u128::from(whole) {
        return Err(Refutation::Misfit("the coverage needs more than the resources".to_owned()));
    }
    if [answer.floor, answer.lower, answer.upper].iter().any(|bound| !bound.is_finite()) {
        return Err(Refutation::Misfit("a bound is not finite".to_owned()));
    }
    // The exact payoff of an attack from the covered and the uncovered one.
    let exact = |covered: f64, uncovered: f64, units: u64| -> Rational {
        let number = |value: f64| Rational::from_f64_exactly(value).unwrap_or_default();
        let (units, whole) = (Rational::from(units), Rational::from(whole));
        (number(covered) * &units + number(uncovered) * (&whole - &units)) / whole
    };
    let [dc, du, ac, au] = targets[answer.attacked];
    let own = exact(ac, au, answer.coverage[answer.attacked]);
    let enclosure = Interval::enclosing(&own);
    for (at, (&[_, _, c, u], &units)) in targets.iter().zip(&answer.coverage).enumerate() {
        let near = u - (u - c) * (units as f64 / whole as f64);
        let slack = (u.abs() + c.abs()) * (1.0 / (1u64 << 49) as f64) + f64::MIN_POSITIVE;
        let clear = near + slack < enclosure.lower();
        if !clear && exact(c, u, units) > own {
            return Err(Refutation::Deviation(format!(
                "an attack on target {at} is better for the attacker than one on {}",
                answer.attacked
            )));
        }
    }
    let value = exact(dc, du, answer.coverage[answer.attacked]);
    if Rational::from_f64_exactly(answer.lower).is_none_or(|lower| lower > value) {
        return Err(Refutation::WrongNumber(format!(
            "the defender is said to get {} or more, and gets {}",
            answer.lower,
            value.to_f64()
        )));
    }
    let floor = Interval::point(answer.floor);
    let (mut needed, mut full, mut above_floor) = (0u128, false, false);
    for (at, &[dc, du, c, u]) in targets.iter().enumerate() {
        full |= c >= answer.floor;
        if u < answer.floor {
            continue;
        }
        above_floor = true;
        let (above, below) = (Interval::point(u) - floor, Interval::point(u) - Interval::point(c));
        let Some(share) = above.checked_div(below) else {
            return Err(Refutation::OutOfReach(format!(
                "the attacker's payoffs at target {at} are too near one another"
            )));
        };
        // Rounded down to whole units.
        needed += (share.lower().clamp(0.0, 1.0) * whole as f64) as u128;
        let share = Interval::hull(share.lower().clamp(0.0, 1.0), share.upper().clamp(0.0, 1.0));
        let gain = Interval::point(dc) - Interval::point(du);
        let bound = (Interval::point(du) + gain * share).upper();
        // Within the rounding of the interval the exact bound decides.
        let exceeds = || {
            let number = |value: f64| Rational::from_f64_exactly(value).unwrap_or_default();
            let exact = (number(u) - number(answer.floor)) / (number(u) - number(c));
            let exact = exact.min(Rational::ONE);
            number(du) + (number(dc) - number(du)) * exact > number(answer.upper)
        };
        if bound > answer.upper && exceeds() {
            return Err(Refutation::NotOptimal(format!(
                "an attack on target {at} may give the defender {bound}, and no more than {} is claimed",
                answer.upper
            )));
        }
    }
    // To hold all below the floor each such target needs more than its share.
    let short = needed < game.resources() as u128 * u128::from(whole);
    if !above_floor || !full && short {
        return Err(Refutation::NotOptimal(format!(
            "the resources may hold the attacker below {}",
            answer.floor
        )));
    }
    Ok(Certificate {
        checked: vec![
            "the coverage is within the resources, exactly".to_owned(),
            format!("an attack on target {} is a best reply to it", answer.attacked),
            format!(
                "the defender gets {} or more, and {} or less with any coverage",
                answer.lower, answer.upper
            ),
        ],
        complete: Completeness::NotClaimed,
    })
}
