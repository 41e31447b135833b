//! That polynomials of the discount factor have the sign that is claimed.
//!
//! With P the transition matrix of a chain, (I − δP)⁻¹ is a quotient of polynomials of δ: see
//! [`resolvent`](super::resolvent). So the slack of a deviation times det(I − δP)/(1 − δ), which is positive
//! on [0, 1), is a polynomial of δ. On an interval a polynomial has the sign of its coefficients in Bernstein's basis
//! where these agree (Lane & Riesenfeld 1981); where they do not, the interval is halved (de Casteljau).

use crate::game::{Stretch, StretchEnd};
use crate::num::Rational;

use super::Refutation;
use super::meter::{Meter, weight, weight_of};
use super::resolvent::Coefficients;

/// Intervals are halved so often at most.
const DEEPEST: u32 = 200;

/// Checks that no slack is negative at the factors of the stretches, and that one is elsewhere.
pub(super) fn certify_stretches(
    slacks: &[Coefficients],
    stretches: &[Stretch],
    meter: &mut Meter,
) -> Result<(), Refutation> {
    // From where on, up to the next stretch, somebody has to gain: without this point where it is a
    // stretch's own end.
    let mut from = Rational::ZERO;
    let mut open = false;
    for (at, stretch) in stretches.iter().enumerate() {
        let last = at + 1 == stretches.len();
        let to = match &stretch.to {
            Some(end) => end.inside.clone(),
            None if last => Rational::ONE,
            None => return Err(wrong("only the last stretch reaches up to 1")),
        };
        let lower = &stretch.from;
        ordered(&from, lower, &to, stretch.to.as_ref())?;
        if let Some(outside) = &lower.outside {
            gains(slacks, &from, outside, open, meter)?;
        } else if from < lower.inside {
            gains(slacks, &from, &lower.inside, open, meter)?;
        }
        for slack in slacks {
            if !is_nonnegative(slack, &lower.inside, &to, meter)? {
                return Err(Refutation::Deviation(format!(
                    "a deviation pays at a discount factor from {} on",
                    lower.inside
                )));
            }
        }
        match &stretch.to {
            None => return Ok(()),
            Some(StretchEnd { inside, outside }) => {
                open = outside.is_none();
                from = outside.clone().unwrap_or_else(|| inside.clone());
            }
        }
    }
    gains(slacks, &from, &Rational::ONE, open, meter)
}

fn wrong(what: &str) -> Refutation {
    Refutation::WrongList(what.to_owned())
}

/// Whether the ends follow one another within [0, 1).
fn ordered(
    from: &Rational,
    lower: &StretchEnd,
    to: &Rational,
    upper: Option<&StretchEnd>,
) -> Result<(), Refutation> {
    let lower_fits = match &lower.outside {
        Some(outside) => from <= outside && *outside < lower.inside,
        None => *from <= lower.inside,
    };
    let upper_fits = upper.is_none_or(|upper| {
        upper.inside < Rational::ONE
            && upper
                .outside
                .as_ref()
                .is_none_or(|outside| upper.inside < *outside && *outside < Rational::ONE)
    });
    if lower_fits && upper_fits && lower.inside <= *to && lower.inside < Rational::ONE {
        Ok(())
    } else {
        Err(wrong("the stretches of discount factors are not ascending"))
    }
}

/// The coefficients in Bernstein's basis on an interval.
fn on_interval(
    polynomial: &Coefficients,
    low: &Rational,
    high: &Rational,
    meter: &mut Meter,
) -> Result<Coefficients, Refutation> {
    let count = polynomial.len();
    let bits = polynomial.iter().map(Rational::bit_len).max().unwrap_or(0);
    let ends = low.bit_len().saturating_add(high.bit_len()).saturating_mul(count);
    let longest = weight_of(bits.saturating_add(ends));
    meter.spend((count * count).saturating_mul(longest))?;
    // p(low + width · t), by Horner's rule.
    let width = high - low;
    let mut moved: Coefficients = Vec::with_capacity(polynomial.len());
    for coefficient in polynomial.iter().rev() {
        let mut next = vec![Rational::ZERO; moved.len() + 1];
        for (power, one) in moved.iter().enumerate() {
            next[power] += &(one * low);
            next[power + 1] += &(one * &width);
        }
        next[0] += coefficient;
        moved = next;
    }
    let degree = moved.len().saturating_sub(1);
    Ok((0..=degree)
        .map(|at| {
            // Σ over i of C(at, i)/C(degree, i) · moved[i].
            let mut share = Rational::ONE;
            let mut sum = Rational::ZERO;
            for (power, one) in moved.iter().enumerate().take(at + 1) {
                sum += &(&share * one);
                let part = Rational::from((at - power) as u64);
                let whole = Rational::from((degree - power) as u64);
                share = share * part.checked_div(&whole).unwrap_or_default();
            }
            sum
        })
        .collect())
}

/// Both halves of an interval's coefficients.
fn halved(coefficients: &Coefficients) -> (Coefficients, Coefficients) {
    let half = Rational::new(1, 2);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let mut row = coefficients.clone();
    while let (Some(first), Some(last)) = (row.first(), row.last()) {
        left.push(first.clone());
        right.push(last.clone());
        row = row.windows(2).map(|pair| (&pair[0] + &pair[1]) * &half).collect();
    }
    right.reverse();
    (left, right)
}

fn cost(coefficients: &Coefficients) -> usize {
    let longest = coefficients.iter().map(weight).max().unwrap_or(1);
    coefficients.len() * coefficients.len() * longest
}

/// Whether a polynomial is at least 0 on a closed interval.
fn is_nonnegative(
    polynomial: &Coefficients,
    low: &Rational,
    high: &Rational,
    meter: &mut Meter,
) -> Result<bool, Refutation> {
    let mut open = vec![(on_interval(polynomial, low, high, meter)?, 0)];
    while let Some((coefficients, depth)) = open.pop() {
        meter.spend(cost(&coefficients))?;
        if coefficients.iter().all(|one| !one.is_negative()) {
            continue;
        }
        let ends = [coefficients.first(), coefficients.last()];
        if depth > DEEPEST || ends.into_iter().flatten().any(Rational::is_negative) {
            return Ok(false);
        }
        let (left, right) = halved(&coefficients);
        open.push((right, depth + 1));
        open.push((left, depth + 1));
    }
    Ok(true)
}

/// That at each point between two, some polynomial is negative: the first point is left out if it is
/// `open`, and the last one always.
fn gains(
    slacks: &[Coefficients],
    low: &Rational,
    high: &Rational,
    open: bool,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let refuted = || {
        Refutation::NotOptimal(format!(
            "no deviation pays at some discount factor between {low} and {high}"
        ))
    };
    let negative_at = |point: &Rational| {
        slacks.iter().any(|slack| {
            let value = slack
                .iter()
                .rev()
                .fold(Rational::ZERO, |value, coefficient| value * point + coefficient);
            value.is_negative()
        })
    };
    if !open && !negative_at(low) {
        return Err(refuted());
    }
    if low == high {
        return Ok(());
    }
    let all: Vec<Coefficients> = slacks
        .iter()
        .map(|slack| on_interval(slack, low, high, meter))
        .collect::<Result<_, _>>()?;
    let mut left = vec![(all, 0)];
    while let Some((all, depth)) = left.pop() {
        meter.spend(all.iter().map(cost).sum())?;
        // Negative inside the interval: none is positive, and one is not 0.
        let negative = |one: &Coefficients| {
            one.iter().all(|one| !one.is_positive()) && one.iter().any(Rational::is_negative)
        };
        // At the point where both halves meet one has to be negative, too.
        if all.iter().any(negative) {
            continue;
        }
        let halves: Vec<_> = all.iter().map(halved).collect();
        let meets = halves.iter().any(|(one, _)| one.last().is_some_and(Rational::is_negative));
        if depth > DEEPEST || !meets {
            return Err(refuted());
        }
        let (first, second): (Vec<_>, Vec<_>) = halves.into_iter().unzip();
        left.push((second, depth + 1));
        left.push((first, depth + 1));
    }
    Ok(())
}
