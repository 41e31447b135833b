//! Polynomials of one variable with integer coefficients, and their roots in (0, 1) by Sturm's theorem.

use std::cmp::Ordering;

use dashu_base::{Abs, BitTest, DivEuclid, Gcd, Sign, Signed};
use dashu_int::IBig;

use crate::linear::coprime_integers;
use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

/// Leading coefficients longer than this are not looked into for fractions, in bits.
const LONGEST_LEADING: usize = 2000;

/// Coefficients from the constant one on, without a common divisor; the last is not 0. None for 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::solve) struct Polynomial(Vec<IBig>);

fn is_zero(number: &IBig) -> bool {
    *number == IBig::ZERO
}

impl Polynomial {
    /// A positive multiple of the polynomial, without a common divisor of the coefficients.
    fn primitive(mut coefficients: Vec<IBig>) -> Self {
        while coefficients.last().is_some_and(is_zero) {
            coefficients.pop();
        }
        let mut divisor = IBig::ZERO;
        for coefficient in coefficients.iter().filter(|one| !is_zero(one)) {
            divisor = if is_zero(&divisor) {
                coefficient.clone()
            } else {
                IBig::from((&divisor).gcd(coefficient))
            };
        }
        if divisor.sign() == Sign::Negative {
            divisor = -divisor;
        }
        if !is_zero(&divisor) && divisor != IBig::ONE {
            for coefficient in &mut coefficients {
                *coefficient = (&*coefficient).div_euclid(&divisor);
            }
        }
        Polynomial(coefficients)
    }

    /// The polynomial of δ with these values at δ = 0, 1/parts, 2/parts, …, up to a positive factor.
    pub(in crate::solve) fn through(values: &[Rational], parts: &Rational) -> Self {
        // Newton's form in t = parts · δ, by differences.
        let mut differences = values.to_vec();
        let mut leading = Vec::with_capacity(values.len());
        let mut order = 0u64;
        while let Some(first) = differences.first().cloned() {
            leading.push(first);
            order += 1;
            let divisor = Rational::from(order);
            let slope = |pair: &[Rational]| (&pair[1] - &pair[0]).checked_div(&divisor);
            differences = differences.windows(2).filter_map(slope).collect();
        }
        let mut coefficients: Vec<Rational> = Vec::new();
        for (order, one) in leading.iter().enumerate().rev() {
            // Times (t - order), and one more.
            let mut product = vec![Rational::ZERO; coefficients.len() + 1];
            for (power, coefficient) in coefficients.iter().enumerate() {
                product[power + 1] += coefficient;
                product[power] -= &(coefficient * Rational::from(order as u64));
            }
            product[0] += one;
            coefficients = product;
        }
        let mut scale = Rational::ONE;
        for coefficient in &mut coefficients {
            *coefficient *= &scale;
            scale *= parts;
        }
        Polynomial::primitive(coprime_integers(coefficients.iter()).0)
    }

    pub(in crate::solve) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn degree(&self) -> usize {
        self.0.len().saturating_sub(1)
    }

    /// The value at a fraction p/q, times a positive power of q.
    fn scaled(&self, at: &Rational) -> IBig {
        let (numerator, denominator) = (at.numerator(), at.denominator());
        let mut value = IBig::ZERO;
        let mut power = IBig::ONE;
        for coefficient in self.0.iter().rev() {
            value = value * &numerator + coefficient * &power;
            power *= &denominator;
        }
        value
    }

    /// The sign of the value: `Less` where it is negative.
    pub(in crate::solve) fn sign(&self, at: &Rational) -> Ordering {
        self.scaled(at).cmp(&IBig::ZERO)
    }

    fn derivative(&self) -> Self {
        let list = self.0.iter().enumerate().skip(1).map(|(power, one)| one * IBig::from(power));
        Polynomial::primitive(list.collect())
    }

    /// The remainder of a division, times a positive number.
    fn remainder(&self, divisor: &Self) -> Self {
        let Some(leading) = divisor.0.last() else { return self.clone() };
        let mut rest = self.0.clone();
        let negative = leading.is_negative();
        let size = if negative { -leading } else { leading.clone() };
        while rest.len() >= divisor.0.len() {
            let Some(top) = rest.pop() else { break };
            let shift = rest.len() + 1 - divisor.0.len();
            for coefficient in &mut rest {
                *coefficient *= &size;
            }
            let factor = if negative { -top } else { top };
            for (at, one) in divisor.0[..divisor.degree()].iter().enumerate() {
                rest[shift + at] -= &factor * one;
            }
        }
        Polynomial::primitive(rest)
    }

    /// The quotient of a division that leaves nothing, up to a positive factor.
    fn quotient(&self, divisor: &Self) -> Self {
        let Some(leading) = divisor.0.last() else { return self.clone() };
        let mut rest = self.0.clone();
        let mut found = vec![IBig::ZERO; rest.len().saturating_sub(divisor.degree())];
        let negative = leading.is_negative();
        let size = if negative { -leading } else { leading.clone() };
        for shift in (0..found.len()).rev() {
            for coefficient in rest.iter_mut().chain(found.iter_mut()) {
                *coefficient *= &size;
            }
            let top = rest[shift + divisor.degree()].clone().div_euclid(leading);
            for (at, one) in divisor.0.iter().enumerate() {
                rest[shift + at] -= &top * one;
            }
            found[shift] = top;
        }
        Polynomial::primitive(found)
    }

    /// The polynomial with each root once, and the greatest common divisor with its derivative.
    ///
    /// # Errors
    /// When the budget is spent, as in all that follows: each step can be long.
    pub(in crate::solve) fn without_repetition(
        &self,
        budget: &Budget,
    ) -> Result<(Self, Self), Exhausted> {
        let (mut one, mut other) = (self.clone(), self.derivative());
        while !other.is_zero() {
            budget.check_now(0)?;
            let rest = one.remainder(&other);
            one = std::mem::replace(&mut other, rest);
        }
        Ok(if one.degree() == 0 { (self.clone(), one) } else { (self.quotient(&one), one) })
    }

    /// Sturm's chain.
    fn chain(&self, budget: &Budget) -> Result<Vec<Polynomial>, Exhausted> {
        let mut chain = vec![self.clone(), self.derivative()];
        while let [.., before, last] = chain.as_slice() {
            budget.check_now(0)?;
            let rest = before.remainder(last);
            if last.is_zero() || rest.is_zero() {
                break;
            }
            let negated = rest.0.into_iter().map(|one| -one).collect();
            chain.push(Polynomial(negated));
        }
        chain.retain(|one| !one.is_zero());
        Ok(chain)
    }

    /// Whether a polynomial has a root in an open interval, at whose ends it has none.
    pub(in crate::solve) fn has_root_between(
        &self,
        low: &Rational,
        high: &Rational,
        budget: &Budget,
    ) -> Result<bool, Exhausted> {
        if self.degree() == 0 {
            return Ok(false);
        }
        let chain = self.without_repetition(budget)?.0.chain(budget)?;
        Ok(variations(&chain, low) > variations(&chain, high))
    }

    /// The only root between two numbers, if it is a fraction: then its denominator divides the leading
    /// coefficient.
    fn fraction(
        &self,
        low: &Rational,
        high: &Rational,
        budget: &Budget,
    ) -> Result<Option<Rational>, Exhausted> {
        let Some(leading) = self.0.last().filter(|one| one.bit_len() <= LONGEST_LEADING) else {
            return Ok(None);
        };
        let unit = Rational::from_integers(IBig::ONE, leading.clone().abs());
        let half = Rational::new(1, 2);
        let (mut low, mut high) = (low.clone(), high.clone());
        let rises = self.sign(&high);
        while &high - &low >= &unit * &half {
            budget.check_now(0)?;
            let middle = (&low + &high) * &half;
            let value = self.sign(&middle);
            if value == Ordering::Equal {
                return Ok(Some(middle));
            }
            if value == rises { high = middle } else { low = middle }
        }
        let count = high.checked_div(&unit).unwrap_or_default().floor();
        let root = Rational::from_integers(count, IBig::ONE) * &unit;
        Ok((root >= low && self.sign(&root) == Ordering::Equal).then_some(root))
    }

    /// The roots in (0, 1) of a polynomial without repeated ones: equal ends are the root itself.
    pub(in crate::solve) fn isolate(
        &self,
        halvings: u32,
        budget: &Budget,
    ) -> Result<Vec<(Rational, Rational)>, Exhausted> {
        let mut found = Vec::new();
        if self.degree() == 0 {
            return Ok(found);
        }
        let chain = self.chain(budget)?;
        let half = Rational::new(1, 2);
        let (zero, one) = (Rational::ZERO, Rational::ONE);
        let ends = (variations(&chain, &zero), variations(&chain, &one));
        // Roots in (low, high], with the variations at the ends.
        let mut open = vec![(zero, one, ends.0, ends.1, 0u32)];
        while let Some((low, high, before, after, depth)) = open.pop() {
            budget.check_now(0)?;
            if before <= after {
                continue;
            }
            let single = before - after == 1;
            if single && self.sign(&high) == Ordering::Equal {
                if high < Rational::ONE {
                    found.push((high.clone(), high));
                }
                continue;
            }
            if single && depth >= halvings {
                match self.fraction(&low, &high, budget)? {
                    Some(root) => found.push((root.clone(), root)),
                    None => found.push((low, high)),
                }
                continue;
            }
            let middle = (&low + &high) * &half;
            let at = variations(&chain, &middle);
            open.push((middle.clone(), high, at, after, depth + 1));
            open.push((low, middle, before, at, depth + 1));
        }
        found.sort();
        Ok(found)
    }
}

/// How often the signs of a chain change at a point.
fn variations(chain: &[Polynomial], at: &Rational) -> usize {
    let signs: Vec<bool> = chain
        .iter()
        .map(|one| one.scaled(at))
        .filter(|value| !is_zero(value))
        .map(|value| value.is_negative())
        .collect();
    signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
}
