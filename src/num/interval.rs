//! Certified enclosures of real numbers between two machine numbers.
//!
//! Each operation rounds to nearest and then steps outward by one machine number, which encloses
//! the exact result because rounding to nearest is off by half a step at most (IEEE 754). Results
//! that are provably exact (integers below 2^53) keep their width of zero.
//! Source: Moore, Kearfott & Cloud (2009), Introduction to Interval Analysis, chapters 2 and 3.

use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

use super::Rational;

/// A closed interval [lower, upper] of real numbers, lower ≤ upper; bounds may be infinite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    lower: f64,
    upper: f64,
}

/// The library functions exp and ln are off by at most one unit in the last place on the
/// platforms that Rust supports in practice; four steps leave a wide margin.
const LIBRARY_STEPS: u32 = 4;

#[inline]
fn down(value: f64) -> f64 {
    value.next_down()
}

#[inline]
fn up(value: f64) -> f64 {
    value.next_up()
}

impl Interval {
    /// The interval of one machine number.
    #[must_use]
    #[inline]
    pub fn point(value: f64) -> Self {
        Self::hull(value, value)
    }

    /// The interval between two machine numbers; NaN widens to the whole line.
    #[must_use]
    #[inline]
    pub fn hull(lower: f64, upper: f64) -> Self {
        if lower <= upper {
            Interval { lower, upper }
        } else {
            Interval { lower: f64::NEG_INFINITY, upper: f64::INFINITY }
        }
    }

    /// The narrowest interval that holds an exact number: a point when it is a machine number.
    #[must_use]
    pub fn enclosing(value: &Rational) -> Self {
        if let Some((p, q)) = value.as_small()
            && p.unsigned_abs() < 1 << 53
            && q < 1 << 53
        {
            // Both are machine numbers, and a fused multiplication tells the sign of the exact
            // rest nearest · q − p.
            if q == 1 {
                return Self::point(p as f64);
            }
            let (p, q) = (p as f64, q as f64);
            let nearest = p / q;
            let rest = nearest.mul_add(q, -p);
            return if rest == 0.0 {
                Self::point(nearest)
            } else if rest < 0.0 {
                Interval { lower: nearest, upper: up(nearest) }
            } else {
                Interval { lower: down(nearest), upper: nearest }
            };
        }
        let nearest = value.to_f64();
        if !nearest.is_finite() {
            return if value.is_negative() {
                Interval { lower: f64::NEG_INFINITY, upper: f64::MIN }
            } else {
                Interval { lower: f64::MAX, upper: f64::INFINITY }
            };
        }
        match Rational::from_f64_exactly(nearest).map(|exact| exact.cmp(value)) {
            Some(Ordering::Equal) => Self::point(nearest),
            Some(Ordering::Less) => Interval { lower: nearest, upper: up(nearest) },
            _ => Interval { lower: down(nearest), upper: nearest },
        }
    }

    /// The lower bound.
    #[must_use]
    pub fn lower(self) -> f64 {
        self.lower
    }

    /// The upper bound.
    #[must_use]
    pub fn upper(self) -> f64 {
        self.upper
    }

    /// A machine number in the middle.
    #[must_use]
    pub fn midpoint(self) -> f64 {
        if self.lower == self.upper {
            self.lower
        } else if self.lower.is_infinite() || self.upper.is_infinite() {
            if self.lower.is_infinite() && self.upper.is_infinite() {
                f64::NAN
            } else if self.lower.is_infinite() {
                self.upper
            } else {
                self.lower
            }
        } else {
            self.lower / 2.0 + self.upper / 2.0
        }
    }

    /// An upper bound on the distance of any point from [`Interval::midpoint`].
    #[must_use]
    pub fn radius(self) -> f64 {
        if self.lower == self.upper { 0.0 } else { up(self.upper - self.lower) }
    }

    /// Whether the number lies in the interval.
    #[must_use]
    #[inline]
    pub fn contains(self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }

    /// Steps outward, except where the rounded result is known to be exact.
    #[inline]
    fn outward(lower: f64, upper: f64) -> Self {
        Self::hull(down(lower), up(upper))
    }

    /// |x|.
    #[must_use]
    pub fn abs(self) -> Self {
        if self.lower >= 0.0 {
            self
        } else if self.upper <= 0.0 {
            -self
        } else {
            Interval { lower: 0.0, upper: self.upper.max(-self.lower) }
        }
    }

    /// x / y; `None` when y may be zero.
    #[must_use]
    #[inline]
    pub fn checked_div(self, divisor: Self) -> Option<Self> {
        if divisor.contains(0.0) {
            return None;
        }
        let (a, b, c, d) = (self.lower, self.upper, divisor.lower, divisor.upper);
        if a == 0.0 && b == 0.0 {
            return Some(Self::point(0.0));
        }
        let quotients = [a / c, a / d, b / c, b / d];
        Some(extent(quotients))
    }

    /// The integer power; `None` for a negative power of an interval that holds zero.
    #[must_use]
    pub fn pow(self, exponent: i32) -> Option<Self> {
        if exponent < 0 {
            return Self::point(1.0).checked_div(self.pow(-exponent)?);
        }
        if exponent == 0 {
            return Some(Self::point(1.0));
        }
        let base = if exponent % 2 == 0 { self.abs() } else { self };
        let (mut left, mut square, mut result) = (exponent, base, None::<Self>);
        while left > 0 {
            if left & 1 == 1 {
                result = Some(result.map_or(square, |so_far| so_far * square));
            }
            left >>= 1;
            if left > 0 {
                square = square * square;
            }
        }
        result
    }

    /// e^x.
    #[must_use]
    pub fn exp(self) -> Self {
        let (mut lower, mut upper) = (self.lower.exp(), self.upper.exp());
        for _ in 0..LIBRARY_STEPS {
            lower = down(lower);
            upper = up(upper);
        }
        Self::hull(lower.max(0.0), upper)
    }

    /// The natural logarithm; `None` unless the whole interval is positive.
    #[must_use]
    pub fn ln(self) -> Option<Self> {
        if self.lower <= 0.0 {
            return None;
        }
        let (mut lower, mut upper) = (self.lower.ln(), self.upper.ln());
        for _ in 0..LIBRARY_STEPS {
            lower = down(lower);
            upper = up(upper);
        }
        Some(Self::hull(lower, upper))
    }

    /// The square root (correctly rounded by IEEE 754); `None` when a part is negative.
    #[must_use]
    pub fn sqrt(self) -> Option<Self> {
        if self.lower < 0.0 {
            return None;
        }
        let root = Self::outward(self.lower.sqrt(), self.upper.sqrt());
        Some(Interval { lower: root.lower.max(0.0), upper: root.upper })
    }

    /// The order that every pair of numbers of the two intervals has; `None` when pairs differ.
    #[must_use]
    pub fn certified_order(self, other: Self) -> Option<Ordering> {
        if self.upper < other.lower {
            Some(Ordering::Less)
        } else if self.lower > other.upper {
            Some(Ordering::Greater)
        } else if self.lower == self.upper
            && self.lower == other.lower
            && other.lower == other.upper
        {
            Some(Ordering::Equal)
        } else {
            None
        }
    }
}

/// The outward hull of four rounded corner values; NaN (0 · ∞) widens to the whole line.
#[inline]
fn extent(corners: [f64; 4]) -> Interval {
    if corners.iter().any(|corner| corner.is_nan()) {
        return Interval { lower: f64::NEG_INFINITY, upper: f64::INFINITY };
    }
    let lower = corners.iter().copied().fold(f64::INFINITY, f64::min);
    let upper = corners.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Interval::outward(lower, upper)
}

/// Sums of machine integers of this size are exact.
const EXACT_INTEGER: f64 = 4_503_599_627_370_496.0;

#[inline]
fn is_small_integer(value: f64) -> bool {
    // The cast is exact in this range, and far cheaper than `trunc` without its instruction.
    value.abs() <= EXACT_INTEGER && value as i64 as f64 == value
}

impl Neg for Interval {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Interval { lower: -self.upper, upper: -self.lower }
    }
}

impl Add for Interval {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        if self.lower == self.upper && other.lower == other.upper {
            let (a, b) = (self.lower, other.lower);
            if a == 0.0 || b == 0.0 || (is_small_integer(a) && is_small_integer(b)) {
                return Self::point(a + b);
            }
        }
        Self::outward(self.lower + other.lower, self.upper + other.upper)
    }
}

impl Sub for Interval {
    type Output = Self;
    #[inline]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Interval {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        let (a, b, c, d) = (self.lower, self.upper, other.lower, other.upper);
        if (a == 0.0 && b == 0.0) || (c == 0.0 && d == 0.0) {
            // Zero times an unbounded enclosure of a finite number is zero.
            return Self::point(0.0);
        }
        if a == b && c == d {
            let product = a * c;
            let unit = a.abs() == 1.0 || c.abs() == 1.0;
            if unit
                || (is_small_integer(a) && is_small_integer(c) && product.abs() <= EXACT_INTEGER)
            {
                return Self::point(product);
            }
        }
        if a >= 0.0 && c >= 0.0 && b.is_finite() && d.is_finite() {
            return Self::hull(down(a * c).max(0.0), up(b * d));
        }
        extent([a * c, a * d, b * c, b * d])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holds(interval: Interval, exact: &Rational) -> bool {
        let above = |bound: f64| {
            bound == f64::NEG_INFINITY
                || Rational::from_f64_exactly(bound).is_some_and(|bound| &bound <= exact)
        };
        let below = |bound: f64| {
            bound == f64::INFINITY
                || Rational::from_f64_exactly(bound).is_some_and(|bound| &bound >= exact)
        };
        above(interval.lower()) && below(interval.upper())
    }

    fn any_fraction() -> impl Strategy<Value = Rational> {
        (-1_000_000i64..1_000_000, 1i64..100_000).prop_map(|(p, q)| Rational::new(p, q))
    }

    proptest! {
        #[test]
        fn every_operation_encloses_the_exact_result(a in any_fraction(), b in any_fraction(), n in 0i32..6) {
            let (x, y) = (Interval::enclosing(&a), Interval::enclosing(&b));
            prop_assert!(holds(x, &a));
            prop_assert!(holds(x + y, &(&a + &b)));
            prop_assert!(holds(x - y, &(&a - &b)));
            prop_assert!(holds(x * y, &(&a * &b)));
            prop_assert!(holds(x.abs(), &a.abs()));
            prop_assert!(holds(x.pow(n).unwrap(), &a.pow(n).unwrap()));
            if !b.is_zero() {
                prop_assert!(holds(x.checked_div(y).unwrap(), &(&a / &b)));
            }
            if let Some(order) = x.certified_order(y) {
                prop_assert_eq!(order, a.cmp(&b));
            }
        }
    }

    #[test]
    fn small_integers_stay_points() {
        let two = Interval::point(2.0);
        let three = Interval::point(3.0);
        assert_eq!((two + three).radius(), 0.0);
        assert_eq!((two * three).pow(2).unwrap(), Interval::point(36.0));
    }

    #[test]
    fn transcendental_functions_enclose_known_values() {
        assert!(Interval::point(1.0).exp().contains(std::f64::consts::E));
        assert!(Interval::point(2.0).ln().unwrap().contains(std::f64::consts::LN_2));
        assert!(Interval::point(2.0).sqrt().unwrap().contains(std::f64::consts::SQRT_2));
        assert!(Interval::hull(-1.0, 1.0).ln().is_none());
        assert!(Interval::hull(-1.0, 1.0).checked_div(Interval::hull(-1.0, 1.0)).is_none());
    }
}
