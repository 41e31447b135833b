//! A rational number that starts as a pair of machine integers and widens without overflow.
//!
//! Almost every payoff of a model file, and every probability that follows from it, fits a 64-bit
//! numerator and denominator. Those are kept in place; a result that does not fit moves to a big
//! rational (`dashu`), and a big result that fits again moves back, so that equal numbers always
//! have equal representations.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::iter::{Product, Sum};
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

use dashu_base::{Abs, BitTest, UnsignedAbs};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::literal::{LiteralError, parse_literal};

/// An exact rational number p/q in lowest terms with q > 0.
///
/// Arithmetic never overflows and never rounds. Division by zero is a programming error for the
/// operator `/`; use [`Rational::checked_div`] where the divisor comes from a user.
///
/// ```
/// use detente::num::Rational;
/// let tenth: Rational = "0.1".parse().unwrap();
/// assert_eq!(tenth, Rational::new(1, 10));
/// assert_eq!((tenth * Rational::from(3)).to_string(), "3/10");
/// ```
#[derive(Clone)]
pub struct Rational(Repr);

#[derive(Clone)]
enum Repr {
    /// In lowest terms, denominator positive, numerator not `i64::MIN`.
    Small(i64, i64),
    /// In lowest terms; never representable as `Small`.
    Big(Box<RBig>),
}

use Repr::{Big, Small};

fn gcd(mut a: u128, mut b: u128) -> u128 {
    // The binary algorithm on 64-bit words as soon as both fit: division of u128 is slow.
    while b != 0 {
        if let (Ok(x), Ok(y)) = (u64::try_from(a), u64::try_from(b)) {
            return u128::from(gcd_u64(x, y));
        }
        (a, b) = (b, a % b);
    }
    a
}

fn gcd_u64(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    loop {
        b >>= b.trailing_zeros();
        if a > b {
            std::mem::swap(&mut a, &mut b);
        }
        b -= a;
        if b == 0 {
            return a << shift;
        }
    }
}

impl Rational {
    /// Zero.
    pub const ZERO: Rational = Rational(Small(0, 1));
    /// One.
    pub const ONE: Rational = Rational(Small(1, 1));

    /// The fraction `numerator / denominator`, reduced.
    ///
    /// # Panics
    /// When `denominator` is zero, as integer division does.
    #[must_use]
    pub fn new(numerator: i64, denominator: i64) -> Self {
        assert!(denominator != 0, "the denominator of a fraction is not zero");
        Self::from_wide(i128::from(numerator), i128::from(denominator))
    }

    /// Reduces a fraction of wide integers; the denominator is not zero.
    fn from_wide(mut numerator: i128, mut denominator: i128) -> Self {
        if denominator < 0 {
            // Products of two i64 never reach i128::MIN, so that negation is safe.
            numerator = -numerator;
            denominator = -denominator;
        }
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs());
        if divisor > 1 {
            // The divisor divides a positive i128, hence fits i128.
            numerator /= divisor as i128;
            denominator /= divisor as i128;
        }
        Self::from_reduced_wide(numerator, denominator)
    }

    fn from_reduced_wide(numerator: i128, denominator: i128) -> Self {
        match (i64::try_from(numerator), i64::try_from(denominator)) {
            (Ok(p), Ok(q)) if p != i64::MIN => Rational(Small(p, q)),
            _ => Rational(Big(Box::new(RBig::from_parts(
                IBig::from(numerator),
                UBig::from(denominator.unsigned_abs()),
            )))),
        }
    }

    fn from_rbig(value: RBig) -> Self {
        if value.numerator().bit_len() < 64 && value.denominator().bit_len() < 64 {
            let p = i64::try_from(value.numerator());
            let q = i64::try_from(value.denominator());
            if let (Ok(p), Ok(q)) = (p, q) {
                return Rational(Small(p, q));
            }
        }
        Rational(Big(Box::new(value)))
    }

    fn to_rbig(&self) -> RBig {
        match &self.0 {
            Small(p, q) => RBig::from_parts(IBig::from(*p), UBig::from(q.unsigned_abs())),
            Big(value) => (**value).clone(),
        }
    }

    /// The fraction of two big integers, reduced.
    ///
    /// # Panics
    /// When `denominator` is zero.
    #[must_use]
    pub fn from_integers(numerator: IBig, denominator: IBig) -> Self {
        Self::from_rbig(RBig::from_parts_signed(numerator, denominator))
    }

    /// The exact value of a finite machine number; `None` for infinities and NaN.
    #[must_use]
    pub fn from_f64_exactly(value: f64) -> Option<Self> {
        RBig::try_from(value).ok().map(Self::from_rbig)
    }

    /// The nearest machine number (ties to even); infinite when out of range.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Small(p, 1) => *p as f64,
            Small(p, q) if p.unsigned_abs() < 1 << 53 && *q < 1 << 53 => *p as f64 / *q as f64,
            _ => self.to_rbig().to_f64().value(),
        }
    }

    /// The numerator of the reduced fraction, with the sign.
    #[must_use]
    pub fn numerator(&self) -> IBig {
        match &self.0 {
            Small(p, _) => IBig::from(*p),
            Big(value) => value.numerator().clone(),
        }
    }

    /// The denominator of the reduced fraction, positive.
    #[must_use]
    pub fn denominator(&self) -> IBig {
        match &self.0 {
            Small(_, q) => IBig::from(*q),
            Big(value) => IBig::from(value.denominator().clone()),
        }
    }

    /// Numerator and denominator when both fit 64 bits.
    #[must_use]
    pub fn as_small(&self) -> Option<(i64, i64)> {
        match &self.0 {
            Small(p, q) => Some((*p, *q)),
            Big(_) => None,
        }
    }

    /// Whether the number is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Small(0, _))
    }

    /// Whether the number is an integer.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Small(_, q) => *q == 1,
            Big(value) => value.denominator().is_one(),
        }
    }

    /// −1, 0 or 1.
    #[must_use]
    pub fn signum(&self) -> i32 {
        match &self.0 {
            Small(p, _) => p.signum() as i32,
            Big(value) => match value.numerator().cmp(&IBig::ZERO) {
                Ordering::Less => -1,
                Ordering::Equal => 0,
                Ordering::Greater => 1,
            },
        }
    }

    /// Whether the number is greater than zero.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.signum() > 0
    }

    /// Whether the number is less than zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.signum() < 0
    }

    /// The absolute value.
    #[must_use]
    pub fn abs(&self) -> Self {
        match &self.0 {
            Small(p, q) => Rational(Small(p.abs(), *q)),
            Big(value) => Rational(Big(Box::new((**value).clone().abs()))),
        }
    }

    /// 1/x, or `None` for zero.
    #[must_use]
    pub fn recip(&self) -> Option<Self> {
        Rational::ONE.checked_div(self)
    }

    /// x/y, or `None` when y is zero.
    #[must_use]
    pub fn checked_div(&self, divisor: &Self) -> Option<Self> {
        if divisor.is_zero() { None } else { Some(divide(self, divisor)) }
    }

    /// The integer power; `None` for a negative power of zero.
    #[must_use]
    pub fn pow(&self, exponent: i32) -> Option<Self> {
        let base = if exponent < 0 { self.recip()? } else { self.clone() };
        let mut left = exponent.unsigned_abs();
        let (mut square, mut result) = (base, Rational::ONE);
        while left > 0 {
            if left & 1 == 1 {
                result = &result * &square;
            }
            left >>= 1;
            if left > 0 {
                square = &square * &square;
            }
        }
        Some(result)
    }

    /// The largest integer that is not above the number.
    #[must_use]
    pub fn floor(&self) -> IBig {
        match &self.0 {
            Small(p, q) => IBig::from(p.div_euclid(*q)),
            Big(value) => value.floor(),
        }
    }

    /// The number of bits of numerator and denominator together, a measure of its size.
    #[must_use]
    pub fn bit_len(&self) -> usize {
        match &self.0 {
            Small(p, q) => (128 - p.unsigned_abs().leading_zeros() - q.leading_zeros()) as usize,
            Big(value) => {
                value.numerator().unsigned_abs().bit_len() + value.denominator().bit_len()
            }
        }
    }

    /// The smaller of two numbers.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        if other < self { other } else { self }
    }

    /// The larger of two numbers.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        if other > self { other } else { self }
    }
}

fn add(a: &Rational, b: &Rational) -> Rational {
    if let (Small(p, q), Small(r, s)) = (&a.0, &b.0) {
        if q == s {
            let sum = i128::from(*p) + i128::from(*r);
            return if *q == 1 {
                Rational::from_reduced_wide(sum, 1)
            } else {
                Rational::from_wide(sum, i128::from(*q))
            };
        }
        let (p, q, r, s) = (i128::from(*p), i128::from(*q), i128::from(*r), i128::from(*s));
        // |p·s| and |r·q| are below 2^126, so that their sum fits.
        return Rational::from_wide(p * s + r * q, q * s);
    }
    Rational::from_rbig(a.to_rbig() + b.to_rbig())
}

fn multiply(a: &Rational, b: &Rational) -> Rational {
    if let (Small(p, q), Small(r, s)) = (&a.0, &b.0) {
        if *q == 1 && *s == 1 {
            return Rational::from_reduced_wide(i128::from(*p) * i128::from(*r), 1);
        }
        // Cross-reduction keeps the factors small and leaves the product in lowest terms.
        let g = gcd_u64(p.unsigned_abs(), s.unsigned_abs()).max(1) as i64;
        let h = gcd_u64(r.unsigned_abs(), q.unsigned_abs()).max(1) as i64;
        if *p == 0 || *r == 0 {
            return Rational::ZERO;
        }
        return Rational::from_reduced_wide(
            i128::from(p / g) * i128::from(r / h),
            i128::from(q / h) * i128::from(s / g),
        );
    }
    Rational::from_rbig(a.to_rbig() * b.to_rbig())
}

fn divide(a: &Rational, b: &Rational) -> Rational {
    assert!(!b.is_zero(), "the divisor is not zero");
    if let (Small(..), Small(r, s)) = (&a.0, &b.0) {
        let inverse = if *r < 0 { Small(-s, -r) } else { Small(*s, *r) };
        return multiply(a, &Rational(inverse));
    }
    Rational::from_rbig(a.to_rbig() / b.to_rbig())
}

impl Neg for &Rational {
    type Output = Rational;
    fn neg(self) -> Rational {
        match &self.0 {
            Small(p, q) => Rational(Small(-p, *q)),
            Big(value) => Rational(Big(Box::new(-(**value).clone()))),
        }
    }
}

impl Neg for Rational {
    type Output = Rational;
    fn neg(self) -> Rational {
        -&self
    }
}

fn subtract(a: &Rational, b: &Rational) -> Rational {
    add(a, &-b)
}

macro_rules! operator {
    ($trait:ident, $method:ident, $function:ident) => {
        impl $trait<&Rational> for &Rational {
            type Output = Rational;
            fn $method(self, other: &Rational) -> Rational {
                $function(self, other)
            }
        }
        impl $trait<Rational> for Rational {
            type Output = Rational;
            fn $method(self, other: Rational) -> Rational {
                $function(&self, &other)
            }
        }
        impl $trait<&Rational> for Rational {
            type Output = Rational;
            fn $method(self, other: &Rational) -> Rational {
                $function(&self, other)
            }
        }
        impl $trait<Rational> for &Rational {
            type Output = Rational;
            fn $method(self, other: Rational) -> Rational {
                $function(self, &other)
            }
        }
    };
}

operator!(Add, add, add);
operator!(Sub, sub, subtract);
operator!(Mul, mul, multiply);
operator!(Div, div, divide);

impl AddAssign<&Rational> for Rational {
    fn add_assign(&mut self, other: &Rational) {
        *self = add(self, other);
    }
}

impl AddAssign for Rational {
    fn add_assign(&mut self, other: Rational) {
        *self = add(self, &other);
    }
}

impl SubAssign<&Rational> for Rational {
    fn sub_assign(&mut self, other: &Rational) {
        *self = subtract(self, other);
    }
}

impl MulAssign<&Rational> for Rational {
    fn mul_assign(&mut self, other: &Rational) {
        *self = multiply(self, other);
    }
}

impl Sum for Rational {
    fn sum<I: Iterator<Item = Rational>>(terms: I) -> Rational {
        terms.fold(Rational::ZERO, |total, term| add(&total, &term))
    }
}

impl<'a> Sum<&'a Rational> for Rational {
    fn sum<I: Iterator<Item = &'a Rational>>(terms: I) -> Rational {
        terms.fold(Rational::ZERO, |total, term| add(&total, term))
    }
}

impl Product for Rational {
    fn product<I: Iterator<Item = Rational>>(factors: I) -> Rational {
        factors.fold(Rational::ONE, |total, factor| multiply(&total, &factor))
    }
}

impl PartialEq for Rational {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Small(p, q), Small(r, s)) => p == r && q == s,
            (Big(a), Big(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Rational {}

impl Ord for Rational {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Small(p, q), Small(r, s)) => {
                (i128::from(*p) * i128::from(*s)).cmp(&(i128::from(*r) * i128::from(*q)))
            }
            (Big(a), Big(b)) => a.cmp(b),
            _ => self.to_rbig().cmp(&other.to_rbig()),
        }
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Rational {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Small(p, q) => (p, q).hash(state),
            Big(value) => value.hash(state),
        }
    }
}

impl Default for Rational {
    fn default() -> Self {
        Rational::ZERO
    }
}

macro_rules! from_integer {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Rational {
            fn from(value: $integer) -> Self {
                Rational::from_rbig(RBig::from(IBig::from(value)))
            }
        }
    )*};
}

from_integer!(u64, i128, usize, IBig);

impl From<i64> for Rational {
    fn from(value: i64) -> Self {
        Rational::from_reduced_wide(i128::from(value), 1)
    }
}

impl From<i32> for Rational {
    fn from(value: i32) -> Self {
        Rational(Small(i64::from(value), 1))
    }
}

impl FromStr for Rational {
    type Err = LiteralError;
    /// Reads an integer, a decimal with optional exponent, or a fraction of two such numbers.
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        parse_literal(text)
    }
}

impl fmt::Display for Rational {
    /// `p` for an integer, `p/q` otherwise.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match &self.0 {
            Small(p, 1) => p.to_string(),
            Small(p, q) => format!("{p}/{q}"),
            Big(value) if value.denominator().is_one() => value.numerator().to_string(),
            Big(value) => format!("{}/{}", value.numerator(), value.denominator()),
        };
        f.pad(&text)
    }
}

impl fmt::Debug for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Rational {
    /// As the string `"p"` or `"p/q"`, which no reader of JSON can round.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rational {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn big(value: &Rational) -> RBig {
        value.to_rbig()
    }

    fn any_rational() -> impl Strategy<Value = Rational> {
        prop_oneof![
            (-50i64..50, 1i64..50).prop_map(|(p, q)| Rational::new(p, q)),
            (any::<i64>(), 1i64..=i64::MAX).prop_map(|(p, q)| Rational::new(p, q)),
            (any::<i64>(), 1i64..=i64::MAX, any::<i64>()).prop_map(|(p, q, r)| {
                Rational::new(p, q) * Rational::from(r) + Rational::new(r | 1, q)
            }),
        ]
    }

    proptest! {
        #[test]
        fn arithmetic_equals_that_of_big_rationals(a in any_rational(), b in any_rational()) {
            prop_assert_eq!(big(&(&a + &b)), big(&a) + big(&b));
            prop_assert_eq!(big(&(&a - &b)), big(&a) - big(&b));
            prop_assert_eq!(big(&(&a * &b)), big(&a) * big(&b));
            if !b.is_zero() {
                prop_assert_eq!(big(&(&a / &b)), big(&a) / big(&b));
            }
            prop_assert_eq!(a.cmp(&b), big(&a).cmp(&big(&b)));
        }

        #[test]
        fn equal_numbers_have_one_representation(a in any_rational(), b in any_rational()) {
            let there_and_back = &(&a + &b) - &b;
            prop_assert_eq!(&there_and_back, &a);
            prop_assert_eq!(there_and_back.as_small().is_some(), a.as_small().is_some());
        }

        #[test]
        fn text_reads_back_as_the_same_number(a in any_rational()) {
            prop_assert_eq!(a.to_string().parse::<Rational>().unwrap(), a);
        }

        #[test]
        fn machine_numbers_are_exact(value in proptest::num::f64::NORMAL) {
            prop_assert_eq!(Rational::from_f64_exactly(value).unwrap().to_f64(), value);
        }
    }

    #[test]
    fn extreme_integers_widen_and_come_back() {
        let least = Rational::from(i64::MIN);
        assert_eq!(least.to_string(), "-9223372036854775808");
        assert_eq!((-&least).to_string(), "9223372036854775808");
        assert_eq!(&(&least + &Rational::ONE) - &Rational::ONE, least);
        assert_eq!((&least / &least), Rational::ONE);
        assert_eq!(least.abs(), -&least);
    }

    #[test]
    fn powers_and_floors() {
        assert_eq!(Rational::new(-2, 3).pow(3).unwrap(), Rational::new(-8, 27));
        assert_eq!(Rational::new(-2, 3).pow(-2).unwrap(), Rational::new(9, 4));
        assert!(Rational::ZERO.pow(-1).is_none());
        assert_eq!(Rational::ZERO.pow(0).unwrap(), Rational::ONE);
        assert_eq!(Rational::new(-7, 2).floor(), IBig::from(-4));
    }
}
