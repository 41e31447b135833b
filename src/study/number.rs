//! The numbers on which a study can run: exact rationals, certified intervals, and rationals that
//! stand for real numbers.

use crate::num::{Interval, Rational, Rounded, Scalar};

/// A number that an evaluation can run on.
pub trait Number: Scalar {
    /// Whether arithmetic on this number is exact.
    const EXACT: bool;
    /// Whether the exact numbers stand for real ones that are not rational.
    const ROUNDED: bool = false;
    /// The number itself when exact, and otherwise a rational of few digits beside it.
    fn nearby(&self) -> Rational;
    /// The number that a machine number is.
    fn of_machine(value: f64) -> Self;
    /// An upper bound on the distance from the number to what `approximate` shows, apart from the
    /// rounding of the display itself.
    fn width(&self) -> f64;
}

impl Number for Rational {
    const EXACT: bool = true;
    fn nearby(&self) -> Rational {
        self.clone()
    }
    fn of_machine(value: f64) -> Self {
        // Designs and options hold finite numbers only.
        Rational::from_f64_exactly(value).unwrap_or(Rational::ZERO)
    }
    fn width(&self) -> f64 {
        0.0
    }
}

impl Number for Interval {
    const EXACT: bool = false;
    fn nearby(&self) -> Rational {
        // Payoffs of a model are of the order of 1 to 1000: 2^-36 is about 1e-11.
        let scaled = (self.midpoint() * f64::from(1u32 << 18) * f64::from(1u32 << 18)).round();
        if scaled.abs() < 9e18 {
            Rational::new(scaled as i64, 1 << 36)
        } else {
            Rational::from_f64_exactly(self.midpoint()).unwrap_or(Rational::ZERO)
        }
    }
    fn of_machine(value: f64) -> Self {
        Interval::point(value)
    }
    fn width(&self) -> f64 {
        self.radius()
    }
}

impl Number for Rounded {
    const EXACT: bool = true;
    const ROUNDED: bool = true;
    fn nearby(&self) -> Rational {
        self.value().clone()
    }
    fn of_machine(value: f64) -> Self {
        Self::constant(&Rational::of_machine(value))
    }
    fn width(&self) -> f64 {
        self.distance()
    }
}
