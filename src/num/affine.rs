//! Affine functions of one variable as numbers.
//!
//! Evaluating a formula on [`Affine`] numbers instead of rationals, with one parameter as the
//! variable, gives the formula as an affine function of that parameter, exactly, or the word that
//! it is not one. It is forward differentiation of first order (Griewank & Walther 2008) that
//! refuses curvature instead of dropping it, so that thresholds found with it hold everywhere.

use std::cmp::Ordering;

use super::{Interval, NotDecided, Rational, Scalar};

/// The function x ↦ constant + slope · x, or the mark that a result is no affine function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affine(Option<(Rational, Rational)>);

impl Affine {
    /// The variable itself.
    #[must_use]
    pub fn variable() -> Self {
        Affine(Some((Rational::ZERO, Rational::ONE)))
    }

    /// Constant and slope; `None` when the number is not an affine function of the variable.
    #[must_use]
    pub fn parts(&self) -> Option<(&Rational, &Rational)> {
        self.0.as_ref().map(|(constant, slope)| (constant, slope))
    }

    fn join(&self, other: &Self, slopes: impl Fn(&Rational, &Rational) -> Rational) -> Self {
        Affine(
            self.0
                .as_ref()
                .zip(other.0.as_ref())
                .map(|((a, b), (c, d))| (slopes(a, c), slopes(b, d))),
        )
    }

    fn constant_part(&self) -> Option<&Rational> {
        self.0.as_ref().filter(|(_, slope)| slope.is_zero()).map(|(constant, _)| constant)
    }

    /// Applies a function that is only known on constants.
    fn on_constants(
        &self,
        other: &Self,
        function: impl Fn(&Rational, &Rational) -> Rational,
    ) -> Self {
        let both = self.constant_part().zip(other.constant_part());
        Affine(both.map(|(a, b)| (function(a, b), Rational::ZERO)))
    }
}

impl Scalar for Affine {
    fn constant(value: &Rational) -> Self {
        Affine(Some((value.clone(), Rational::ZERO)))
    }
    fn plus(&self, other: &Self) -> Self {
        self.join(other, |a, b| a + b)
    }
    fn minus(&self, other: &Self) -> Self {
        self.join(other, |a, b| a - b)
    }
    fn times(&self, other: &Self) -> Self {
        let scaled = |by: &Rational, function: &Self| {
            Affine(function.0.as_ref().map(|(constant, slope)| (by * constant, by * slope)))
        };
        match (self.constant_part(), other.constant_part()) {
            (Some(factor), _) => scaled(factor, other),
            (_, Some(factor)) => scaled(factor, self),
            _ => Affine(None),
        }
    }
    fn over(&self, other: &Self) -> Result<Self, NotDecided> {
        match other.constant_part() {
            Some(divisor) => {
                let inverse = divisor.recip().ok_or(NotDecided::DivisionByZero)?;
                Ok(self.times(&Self::constant(&inverse)))
            }
            None => Ok(Affine(None)),
        }
    }
    fn negated(&self) -> Self {
        Self::zero().minus(self)
    }
    fn magnitude(&self) -> Self {
        self.on_constants(self, |a, _| a.abs())
    }
    fn power(&self, exponent: i32) -> Result<Self, NotDecided> {
        match (self.constant_part(), exponent) {
            (Some(base), _) => Ok(Self::constant(&base.power(exponent)?)),
            (None, 0) => Ok(Self::one()),
            (None, 1) => Ok(self.clone()),
            _ => Ok(Affine(None)),
        }
    }
    fn smaller(&self, other: &Self) -> Self {
        self.on_constants(other, |a, b| a.clone().min(b.clone()))
    }
    fn larger(&self, other: &Self) -> Self {
        self.on_constants(other, |a, b| a.clone().max(b.clone()))
    }
    fn order(&self, other: &Self) -> Result<Ordering, NotDecided> {
        // Parallel functions have one order everywhere; others have one only on one side.
        let difference = self.minus(other);
        difference
            .constant_part()
            .map(|constant| constant.cmp(&Rational::ZERO))
            .ok_or(NotDecided::TooClose)
    }
    fn exponential(&self) -> Result<Self, NotDecided> {
        Err(NotDecided::NotRational)
    }
    fn logarithm(&self) -> Result<Self, NotDecided> {
        Err(NotDecided::NotRational)
    }
    fn square_root(&self) -> Result<Self, NotDecided> {
        Err(NotDecided::NotRational)
    }
    fn approximate(&self) -> f64 {
        self.constant_part().map_or(f64::NAN, Rational::to_f64)
    }
    fn enclosure(&self) -> Interval {
        let anything = || Interval::hull(f64::NEG_INFINITY, f64::INFINITY);
        self.constant_part().map_or_else(anything, Interval::enclosing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn affine_formulas_stay_affine_and_others_are_refused() {
        let x = Affine::variable();
        let three = Affine::constant(&Rational::from(3));
        let line =
            x.times(&three).minus(&three.over(&Affine::constant(&Rational::from(2))).unwrap());
        assert_eq!(line.parts(), Some((&Rational::new(-3, 2), &Rational::from(3))));
        assert!(x.times(&x).parts().is_none());
        assert!(three.over(&x).unwrap().parts().is_none());
        assert!(x.order(&three).is_err());
        assert_eq!(x.plus(&three).order(&x).unwrap(), Ordering::Greater);
    }
}
