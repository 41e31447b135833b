//! What an exact number and a certified interval have in common.

use std::cmp::Ordering;
use std::fmt::Debug;

use super::{Interval, Rational};

/// Why an operation on a [`Scalar`] has no answer in that kind of number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotDecided {
    /// Two intervals overlap, so that their order is open; exact numbers never say this.
    #[error("the comparison is closer than machine arithmetic can decide")]
    TooClose,
    /// A divisor is zero, or an interval that contains zero.
    #[error("division by zero")]
    DivisionByZero,
    /// `exp`, `log` or `sqrt` of an exact number; evaluate with intervals instead.
    #[error("the result is not a rational number")]
    NotRational,
    /// Outside the domain: the logarithm or root of a negative number.
    #[error("the logarithm or square root of a number outside its domain")]
    Domain,
    /// A number grew beyond the limit on its size.
    #[error("a number grew beyond the limit on its size")]
    TooLarge,
}

/// A number on which formulas and games can be evaluated: [`Rational`] or [`Interval`].
///
/// Comparisons are certified: an interval answers only when every pair of numbers in the two
/// intervals agrees. What is decided on intervals is therefore true of the exact numbers.
pub trait Scalar: Clone + Debug + Send + Sync {
    /// The number, or the narrowest interval that holds it.
    fn constant(value: &Rational) -> Self;
    /// a + b.
    fn plus(&self, other: &Self) -> Self;
    /// a − b.
    fn minus(&self, other: &Self) -> Self;
    /// a · b.
    fn times(&self, other: &Self) -> Self;
    /// a / b.
    ///
    /// # Errors
    /// [`NotDecided::DivisionByZero`] when b is, or may be, zero.
    fn over(&self, other: &Self) -> Result<Self, NotDecided>;
    /// −a.
    fn negated(&self) -> Self;
    /// |a|.
    fn magnitude(&self) -> Self;
    /// a to an integer power.
    ///
    /// # Errors
    /// Division by zero for a negative power of zero; too large beyond the limit on size.
    fn power(&self, exponent: i32) -> Result<Self, NotDecided>;
    /// The smaller of two numbers; for intervals of every pair.
    fn smaller(&self, other: &Self) -> Self;
    /// The larger of two numbers; for intervals of every pair.
    fn larger(&self, other: &Self) -> Self;
    /// The certified order of two numbers.
    ///
    /// # Errors
    /// [`NotDecided::TooClose`] when intervals overlap (equal points compare equal).
    fn order(&self, other: &Self) -> Result<Ordering, NotDecided>;
    /// The order on which a formula may branch: of the numbers that are meant, where a number may
    /// stand for another.
    ///
    /// # Errors
    /// [`NotDecided::TooClose`] when it is not certain.
    fn certain_order(&self, other: &Self) -> Result<Ordering, NotDecided> {
        self.order(other)
    }
    /// e^a; never rational but at 0.
    ///
    /// # Errors
    /// [`NotDecided::NotRational`] for exact numbers.
    fn exponential(&self) -> Result<Self, NotDecided>;
    /// The natural logarithm.
    ///
    /// # Errors
    /// Not rational for exact numbers; domain for numbers that are not positive.
    fn logarithm(&self) -> Result<Self, NotDecided>;
    /// The square root.
    ///
    /// # Errors
    /// Not rational for exact numbers; domain for negative numbers.
    fn square_root(&self) -> Result<Self, NotDecided>;
    /// A machine number near the value, for display and plots.
    fn approximate(&self) -> f64;

    /// An interval that holds the number.
    fn enclosure(&self) -> Interval;
    /// The size of a number that widens, in bits; 0 for numbers of fixed size.
    fn size_in_bits(&self) -> usize {
        0
    }
    /// Zero.
    #[must_use]
    fn zero() -> Self {
        Self::constant(&Rational::ZERO)
    }
    /// One.
    #[must_use]
    fn one() -> Self {
        Self::constant(&Rational::ONE)
    }
    /// The certified sign against zero.
    ///
    /// # Errors
    /// [`NotDecided::TooClose`] when an interval holds zero and another number.
    fn sign(&self) -> Result<Ordering, NotDecided> {
        self.order(&Self::zero())
    }
}

/// Numerator and denominator together may have this many bits; formulas that go beyond are refused
/// rather than left to exhaust the memory.
const MOST_BITS: usize = 1 << 22;

impl Scalar for Rational {
    fn constant(value: &Rational) -> Self {
        value.clone()
    }
    fn plus(&self, other: &Self) -> Self {
        self + other
    }
    fn minus(&self, other: &Self) -> Self {
        self - other
    }
    fn times(&self, other: &Self) -> Self {
        self * other
    }
    fn over(&self, other: &Self) -> Result<Self, NotDecided> {
        self.checked_div(other).ok_or(NotDecided::DivisionByZero)
    }
    fn negated(&self) -> Self {
        -self
    }
    fn magnitude(&self) -> Self {
        self.abs()
    }
    fn power(&self, exponent: i32) -> Result<Self, NotDecided> {
        let bits = self.bit_len().saturating_mul(exponent.unsigned_abs() as usize);
        if bits > MOST_BITS {
            return Err(NotDecided::TooLarge);
        }
        self.pow(exponent).ok_or(NotDecided::DivisionByZero)
    }
    fn smaller(&self, other: &Self) -> Self {
        if other < self { other.clone() } else { self.clone() }
    }
    fn larger(&self, other: &Self) -> Self {
        if other > self { other.clone() } else { self.clone() }
    }
    fn order(&self, other: &Self) -> Result<Ordering, NotDecided> {
        Ok(self.cmp(other))
    }
    fn exponential(&self) -> Result<Self, NotDecided> {
        Err(NotDecided::NotRational)
    }
    fn logarithm(&self) -> Result<Self, NotDecided> {
        if self.is_positive() { Err(NotDecided::NotRational) } else { Err(NotDecided::Domain) }
    }
    fn square_root(&self) -> Result<Self, NotDecided> {
        if self.is_negative() { Err(NotDecided::Domain) } else { Err(NotDecided::NotRational) }
    }
    fn approximate(&self) -> f64 {
        self.to_f64()
    }
    fn enclosure(&self) -> Interval {
        Interval::enclosing(self)
    }
    fn size_in_bits(&self) -> usize {
        if self.as_small().is_some() { 0 } else { self.bit_len() }
    }
}

impl Scalar for Interval {
    fn constant(value: &Rational) -> Self {
        Interval::enclosing(value)
    }
    #[inline]
    fn plus(&self, other: &Self) -> Self {
        *self + *other
    }
    #[inline]
    fn minus(&self, other: &Self) -> Self {
        *self - *other
    }
    #[inline]
    fn times(&self, other: &Self) -> Self {
        *self * *other
    }
    #[inline]
    fn over(&self, other: &Self) -> Result<Self, NotDecided> {
        self.checked_div(*other).ok_or(NotDecided::DivisionByZero)
    }
    fn negated(&self) -> Self {
        -*self
    }
    fn magnitude(&self) -> Self {
        self.abs()
    }
    fn power(&self, exponent: i32) -> Result<Self, NotDecided> {
        self.pow(exponent).ok_or(NotDecided::DivisionByZero)
    }
    fn smaller(&self, other: &Self) -> Self {
        Interval::hull(self.lower().min(other.lower()), self.upper().min(other.upper()))
    }
    fn larger(&self, other: &Self) -> Self {
        Interval::hull(self.lower().max(other.lower()), self.upper().max(other.upper()))
    }
    fn order(&self, other: &Self) -> Result<Ordering, NotDecided> {
        self.certified_order(*other).ok_or(NotDecided::TooClose)
    }
    fn exponential(&self) -> Result<Self, NotDecided> {
        Ok(self.exp())
    }
    /// An enclosure that is partly outside the domain need not be of a number that is.
    fn logarithm(&self) -> Result<Self, NotDecided> {
        let outside = if self.upper() > 0.0 { NotDecided::TooClose } else { NotDecided::Domain };
        self.ln().ok_or(outside)
    }
    fn square_root(&self) -> Result<Self, NotDecided> {
        let outside = if self.upper() >= 0.0 { NotDecided::TooClose } else { NotDecided::Domain };
        self.sqrt().ok_or(outside)
    }
    fn approximate(&self) -> f64 {
        self.midpoint()
    }
    #[inline]
    fn enclosure(&self) -> Interval {
        *self
    }
    #[inline]
    fn zero() -> Self {
        Interval::point(0.0)
    }
    #[inline]
    fn one() -> Self {
        Interval::point(1.0)
    }
}
