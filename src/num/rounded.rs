//! Rationals that stand for real numbers, with an enclosure of what they stand for.
//!
//! Formulas with `exp`, `log` or `sqrt` have no rational values. On [`Rounded`] numbers they are
//! evaluated all the same: the result of each such function is rounded to a machine number, and all
//! else is exact, so that every later step works on one definite game. Beside it runs the interval
//! of the true number, which says how far that game is from the one of the file.

use std::cmp::Ordering;

use super::{Interval, NotDecided, Rational, Scalar};

/// A rational number and an interval that holds the real number it stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Rounded {
    value: Rational,
    /// `None` while the number is the rational itself.
    around: Option<Interval>,
}

impl Rounded {
    /// The rational number.
    #[must_use]
    pub fn value(&self) -> &Rational {
        &self.value
    }

    /// An upper bound on the distance between the rational and the real number, infinite when the
    /// enclosure is.
    #[must_use]
    pub fn distance(&self) -> f64 {
        let Some(around) = self.around else { return 0.0 };
        let end = |end: f64| {
            Rational::from_f64_exactly(end).map_or(f64::INFINITY, |end| {
                let distance = (end - &self.value).abs();
                if distance.is_zero() { 0.0 } else { distance.to_f64().next_up() }
            })
        };
        end(around.lower()).max(end(around.upper()))
    }

    fn around(&self) -> Interval {
        self.around.unwrap_or_else(|| Interval::enclosing(&self.value))
    }

    fn join(
        &self,
        other: &Self,
        exact: impl Fn(&Rational, &Rational) -> Rational,
        near: impl Fn(&Interval, &Interval) -> Interval,
    ) -> Self {
        let rounded = self.around.is_some() || other.around.is_some();
        Rounded {
            value: exact(&self.value, &other.value),
            around: rounded.then(|| near(&self.around(), &other.around())),
        }
    }

    /// A function without rational values: of the number itself rounded, of its enclosure enclosed.
    fn rounded(
        &self,
        function: impl Fn(&Interval) -> Result<Interval, NotDecided>,
    ) -> Result<Self, NotDecided> {
        let around = function(&self.around())?;
        let near = function(&Interval::enclosing(&self.value))?;
        let value = Rational::from_f64_exactly(near.midpoint()).ok_or(NotDecided::TooLarge)?;
        Ok(Rounded { value, around: Some(around) })
    }
}

impl Scalar for Rounded {
    fn constant(value: &Rational) -> Self {
        Rounded { value: value.clone(), around: None }
    }
    fn plus(&self, other: &Self) -> Self {
        self.join(other, Rational::plus, Interval::plus)
    }
    fn minus(&self, other: &Self) -> Self {
        self.join(other, Rational::minus, Interval::minus)
    }
    fn times(&self, other: &Self) -> Self {
        self.join(other, Rational::times, Interval::times)
    }
    fn over(&self, other: &Self) -> Result<Self, NotDecided> {
        let value = self.value.over(&other.value)?;
        let rounded = self.around.is_some() || other.around.is_some();
        let around = rounded.then(|| self.around().over(&other.around())).transpose()?;
        Ok(Rounded { value, around })
    }
    fn negated(&self) -> Self {
        Rounded { value: self.value.negated(), around: self.around.map(|around| around.negated()) }
    }
    fn magnitude(&self) -> Self {
        Rounded {
            value: self.value.magnitude(),
            around: self.around.map(|around| around.magnitude()),
        }
    }
    fn power(&self, exponent: i32) -> Result<Self, NotDecided> {
        Ok(Rounded {
            value: self.value.power(exponent)?,
            around: self.around.map(|around| around.power(exponent)).transpose()?,
        })
    }
    fn smaller(&self, other: &Self) -> Self {
        self.join(other, Rational::smaller, Interval::smaller)
    }
    fn larger(&self, other: &Self) -> Self {
        self.join(other, Rational::larger, Interval::larger)
    }
    /// The order of the rationals, which is always decided: it is their game that is solved.
    fn order(&self, other: &Self) -> Result<Ordering, NotDecided> {
        Ok(self.value.cmp(&other.value))
    }
    /// The order of the real numbers, where that is certain.
    fn certain_order(&self, other: &Self) -> Result<Ordering, NotDecided> {
        if self.around.is_none() && other.around.is_none() {
            return self.order(other);
        }
        self.around().order(&other.around())
    }
    fn exponential(&self) -> Result<Self, NotDecided> {
        if self.around.is_none() && self.value.is_zero() {
            return Ok(Self::one());
        }
        self.rounded(Interval::exponential)
    }
    fn logarithm(&self) -> Result<Self, NotDecided> {
        if self.around.is_none() && self.value == Rational::ONE {
            return Ok(Self::zero());
        }
        self.rounded(Interval::logarithm)
    }
    fn square_root(&self) -> Result<Self, NotDecided> {
        if self.around.is_none() && self.value.is_zero() {
            return Ok(Self::zero());
        }
        self.rounded(Interval::square_root)
    }
    fn approximate(&self) -> f64 {
        self.value.to_f64()
    }
    /// That of the rational, by which everything is decided.
    fn enclosure(&self) -> Interval {
        Interval::enclosing(&self.value)
    }
    fn size_in_bits(&self) -> usize {
        self.value.size_in_bits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rational_formulas_stay_exact() {
        let third = Rounded::constant(&Rational::new(1, 3));
        let sum = third.plus(&third).plus(&third);
        assert_eq!(*sum.value(), Rational::ONE);
        assert_eq!(sum.distance(), 0.0);
        assert_eq!(Rounded::zero().exponential().unwrap(), Rounded::one());
    }

    #[test]
    fn functions_keep_their_domains() {
        let below = Rounded::constant(&Rational::from(-1));
        assert_eq!(below.logarithm(), Err(NotDecided::Domain));
        assert_eq!(below.square_root(), Err(NotDecided::Domain));
        assert_eq!(below.over(&Rounded::zero()), Err(NotDecided::DivisionByZero));
    }

    #[test]
    fn a_comparison_of_formulas_is_certain_or_left_open() {
        let root = Rounded::constant(&Rational::from(2)).square_root().unwrap();
        let two = Rounded::constant(&Rational::from(2));
        assert_eq!(root.times(&root).certain_order(&two), Err(NotDecided::TooClose));
        assert_eq!(root.certain_order(&two), Ok(Ordering::Less));
        let third = Rounded::constant(&Rational::new(1, 3));
        assert_eq!(third.minus(&third).square_root().unwrap(), Rounded::zero());
    }

    proptest! {
        #[test]
        fn distance_bounds_the_rounding(p in 1i64..1000, q in 1i64..1000) {
            let x = Rounded::constant(&Rational::new(p, q));
            let y = x.logarithm().unwrap().times(&x.square_root().unwrap());
            let truth = (p as f64 / q as f64).ln() * (p as f64 / q as f64).sqrt();
            prop_assert!(y.distance() < 1e-10);
            prop_assert!((y.approximate() - truth).abs() <= y.distance() + 1e-12);
        }
    }
}
