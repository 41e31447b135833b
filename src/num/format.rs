//! The one definition of how numbers are written in reports.
//!
//! Every decimal is rounded half away from zero from the exact value, machine numbers included
//! (each of them is a fraction). A number that is not zero is never written as zero: what the
//! asked digits cannot show is written in scientific notation.

use super::Rational;

/// The longest fraction, in characters, that is printed beside or instead of its decimal.
const SHORT: usize = 11;

/// A decimal with `digits` places after the point, correctly rounded (half away from zero) from
/// the exact value, and without a negative zero.
///
/// ```
/// use detente::num::{Rational, decimal};
/// assert_eq!(decimal(&Rational::new(-2, 3), 4), "-0.6667");
/// assert_eq!(decimal(&Rational::new(-1, 100_000), 4), "0.0000");
/// ```
#[must_use]
pub fn decimal(value: &Rational, digits: usize) -> String {
    let scale = Rational::from(dashu_int::IBig::from(10).pow(digits));
    let half = Rational::new(1, 2);
    let scaled = (value.abs() * scale + half).floor().to_string();
    let padded = format!("{scaled:0>width$}", width = digits + 1);
    let (integer, fraction) = padded.split_at(padded.len() - digits);
    let zero = scaled.bytes().all(|byte| byte == b'0');
    let sign = if value.is_negative() && !zero { "-" } else { "" };
    if digits == 0 { format!("{sign}{integer}") } else { format!("{sign}{integer}.{fraction}") }
}

/// The exact number: as a decimal where that ends within fifteen places, and as a fraction otherwise.
///
/// ```
/// use detente::num::{Rational, plain};
/// assert_eq!(plain(&Rational::new(-425_081, 1_000_000)), "-0.425081");
/// assert_eq!(plain(&Rational::new(1, 3)), "1/3");
/// ```
#[must_use]
pub fn plain(value: &Rational) -> String {
    let places = (0..=15).find(|&places| {
        (value * Rational::from(dashu_int::IBig::from(10).pow(places))).is_integer()
    });
    places.map_or_else(|| value.to_string(), |places| decimal(value, places))
}

/// The exact number where it is short, and its decimal otherwise.
#[must_use]
pub fn decimal_or_fraction(value: &Rational, digits: usize) -> String {
    let exact = value.to_string();
    if exact.len() <= SHORT { exact } else { honest_decimal(value, digits) }
}

/// `2/3 (0.6667)`: the exact fraction beside its decimal where the fraction is short; an integer
/// alone; the decimal alone where the fraction is long.
#[must_use]
pub fn exact_beside_decimal(value: &Rational, digits: usize) -> String {
    let exact = value.to_string();
    if value.is_integer() && exact.len() <= 2 * SHORT {
        exact
    } else if exact.len() <= SHORT {
        format!("{exact} ({})", decimal(value, digits))
    } else {
        honest_decimal(value, digits)
    }
}

/// The longest run of digits that [`abridge`] leaves as it is.
const LONGEST_RUN: usize = 40;

/// Text in which no number has more than 40 digits in a row: of longer ones the first six and
/// their count are left, `100000…(4001 digits)`.
///
/// ```
/// use detente::num::abridge;
/// assert_eq!(abridge("at most 1/3"), "at most 1/3");
/// assert_eq!(abridge(&format!("={}.", "7".repeat(50))), "=777777…(50 digits).");
/// ```
#[must_use]
pub fn abridge(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let length = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(length);
        out.push_str(before);
        if length > LONGEST_RUN {
            out.push_str(&format!("{}…({length} digits)", &digits[..6]));
        } else {
            out.push_str(digits);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// `digits` significant digits times a power of ten, `-3.02e-9`, rounded from the exact value.
///
/// ```
/// use detente::num::{Rational, scientific};
/// assert_eq!(scientific(&Rational::new(1, 3_000_000), 3), "3.33e-7");
/// ```
#[must_use]
pub fn scientific(value: &Rational, digits: usize) -> String {
    let places = digits.max(1) - 1;
    if value.is_zero() {
        return format!("{}e0", decimal(value, places));
    }
    let size = value.abs();
    let mut exponent = exponent(&size);
    let mantissa = |exponent: i32| size.checked_div(&power(exponent)).unwrap_or(Rational::ONE);
    let mut text = decimal(&mantissa(exponent), places);
    if text.starts_with("10") {
        exponent += 1;
        text = decimal(&mantissa(exponent), places);
    }
    let sign = if value.is_negative() { "-" } else { "" };
    format!("{sign}{text}e{exponent}")
}

/// A power of ten.
fn power(exponent: i32) -> Rational {
    // It is not zero, so that the negative one exists.
    Rational::from(10).pow(exponent).unwrap_or(Rational::ONE)
}

/// The exponent of a positive number in scientific notation.
fn exponent(size: &Rational) -> i32 {
    let length = |integer: dashu_int::IBig| {
        // A sign never occurs: both integers are absolute.
        i32::try_from(integer.to_string().len()).unwrap_or(i32::MAX / 4)
    };
    // The number of digits gives it, or one more than it.
    let exponent = length(size.numerator()) - length(size.denominator());
    if *size < power(exponent) { exponent - 1 } else { exponent }
}

/// The largest decimal with `places` places that is not above a number.
///
/// ```
/// use detente::num::{Rational, rounded_down};
/// assert_eq!(rounded_down(&Rational::new(-1, 3), 2), Rational::new(-34, 100));
/// ```
#[must_use]
pub fn rounded_down(value: &Rational, places: i32) -> Rational {
    let unit = power(-places);
    let count = value.checked_div(&unit).unwrap_or_default().floor();
    Rational::from_integers(count, dashu_int::IBig::ONE) * unit
}

/// The least decimal with `places` places that is not below a number.
///
/// ```
/// use detente::num::{Rational, rounded_up};
/// assert_eq!(rounded_up(&Rational::new(1, 3), 2), Rational::new(34, 100));
/// ```
#[must_use]
pub fn rounded_up(value: &Rational, places: i32) -> Rational {
    -rounded_down(&-value, places)
}

/// An upper bound as a decimal that is one too: `digits` significant digits, rounded up, times a power of
/// ten; `0` for zero.
///
/// ```
/// use detente::num::{Rational, scientific_up};
/// assert_eq!(scientific_up(&Rational::new(1, 3_000_000), 2), "3.4e-7");
/// assert_eq!(scientific_up(&Rational::new(999, 1000), 2), "1.0e0");
/// ```
#[must_use]
pub fn scientific_up(value: &Rational, digits: usize) -> String {
    if value.is_zero() {
        return "0".to_owned();
    }
    let places = i32::try_from(digits.max(1) - 1).unwrap_or(i32::MAX / 4);
    scientific(&rounded_up(value, places - exponent(&value.abs())), digits)
}

/// Decimals of numbers from here on are written in scientific notation.
const LARGEST_PLAIN: i64 = 1_000_000_000_000_000;

/// A decimal with `digits` places; in scientific notation where those places would show a number
/// that is not zero as zero, or where it has more than 15 digits before the point.
#[must_use]
pub fn honest_decimal(value: &Rational, digits: usize) -> String {
    if value.abs() >= Rational::from(LARGEST_PLAIN) {
        return scientific(value, digits.max(2));
    }
    let text = decimal(value, digits);
    let shows_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'-'));
    if shows_zero && !value.is_zero() { scientific(value, 2) } else { text }
}

/// How the numbers of a column or an axis are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// A decimal with this many places, as [`honest_decimal`].
    Places(usize),
    /// `2/3 (0.6667)`, as [`exact_beside_decimal`].
    Beside(usize),
    /// The fraction where it is short and the decimal otherwise, as [`decimal_or_fraction`].
    Short(usize),
    /// The fraction at any length.
    Exact,
    /// A hundred times the number with this many places and a percent sign: `3.47 %`.
    Percent(usize),
    /// At least this many significant digits, without trailing zeros; in scientific notation
    /// outside [10^-4, 10^7).
    Significant(usize),
}

impl Notation {
    /// An exact number in this notation.
    #[must_use]
    pub fn exact(self, value: &Rational) -> String {
        match self {
            Notation::Places(digits) => honest_decimal(value, digits),
            Notation::Beside(digits) => exact_beside_decimal(value, digits),
            Notation::Short(digits) => decimal_or_fraction(value, digits),
            Notation::Exact => value.to_string(),
            Notation::Percent(digits) => {
                format!("{} %", honest_decimal(&(value * Rational::from(100)), digits))
            }
            Notation::Significant(digits) => significant(value, digits),
        }
    }

    /// A machine number in this notation, and never as a fraction; `not a number`, `infinite` and
    /// `-infinite` are written in words.
    #[must_use]
    pub fn float(self, value: f64) -> String {
        let Some(exact) = Rational::from_f64_exactly(value) else {
            return if value.is_nan() {
                "not a number".into()
            } else if value > 0.0 {
                "infinite".into()
            } else {
                "-infinite".into()
            };
        };
        match self {
            Notation::Places(digits) | Notation::Beside(digits) | Notation::Short(digits) => {
                honest_decimal(&exact, digits)
            }
            Notation::Exact => shortest(value),
            Notation::Percent(_) | Notation::Significant(_) => self.exact(&exact),
        }
    }
}

/// The shortest decimal that reads back as the same machine number, for files that other programs
/// read: `0.1`, `1e-9`, `NaN`, `inf`.
#[must_use]
pub fn shortest(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".into()
    } else if value.is_finite() && !(1e-5..1e16).contains(&size) {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

fn significant(value: &Rational, digits: usize) -> String {
    let text = scientific(value, digits);
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trimmed = |text: &str| {
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_string()
        } else {
            text.to_string()
        }
    };
    if value.is_zero() {
        "0".into()
    } else if (-4..7).contains(&exponent) {
        let places = i32::try_from(digits.max(1)).unwrap_or(i32::MAX) - 1 - exponent;
        trimmed(&decimal(value, usize::try_from(places).unwrap_or(0)))
    } else {
        format!("{}e{exponent}", trimmed(mantissa))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scientific_notation_rounds_up_into_the_next_power() {
        for (p, q, digits, text) in [
            (1, 3_000_000, 3, "3.33e-7"),
            (999_999, 1, 3, "1.00e6"),
            (-12_345, 1, 2, "-1.2e4"),
            (1, 1, 1, "1e0"),
            (1, 10, 2, "1.0e-1"),
            (99, 1000, 1, "1e-1"),
            (0, 1, 3, "0.00e0"),
        ] {
            assert_eq!(scientific(&Rational::new(p, q), digits), text);
        }
        let huge = Rational::from(10).pow(400).unwrap();
        assert_eq!(scientific(&huge, 2), "1.0e400");
        assert_eq!(scientific(&huge.recip().unwrap(), 2), "1.0e-400");
    }

    #[test]
    fn what_is_not_zero_is_never_shown_as_zero() {
        assert_eq!(Notation::Places(4).exact(&Rational::new(1, 1_000_000)), "1.0e-6");
        assert_eq!(Notation::Places(4).exact(&Rational::ZERO), "0.0000");
        assert_eq!(Notation::Percent(2).exact(&Rational::new(9, 259)), "3.47 %");
        assert_eq!(Notation::Places(1).float(1e300), "1.0e300");
        let huge = Rational::from(10).pow(4000).unwrap();
        for notation in [Notation::Beside(4), Notation::Short(4)] {
            assert_eq!(notation.exact(&huge), "1.000e4000");
            assert_eq!(notation.exact(&huge.recip().unwrap()), "1.0e-4000");
        }
        assert_eq!(Notation::Places(1).float(f64::NAN), "not a number");
    }

    #[test]
    fn significant_digits_stay_plain_near_one() {
        for (value, text) in [
            (0.0, "0"),
            (0.034_749_034_7, "0.03475"),
            (1234.0, "1234"),
            (1_234_567.0, "1234567"),
            (12_345_678.0, "1.235e7"),
            (0.000_012_3, "1.23e-5"),
            (-0.5, "-0.5"),
            (5e-324, "4.941e-324"),
        ] {
            assert_eq!(Notation::Significant(4).float(value), text);
        }
    }

    #[test]
    fn shortest_decimals_read_back_as_the_same_number() {
        for value in [0.1, -1e-9, 1e300, 5e-324, 123_456.75, f64::INFINITY] {
            assert_eq!(shortest(value).parse::<f64>().unwrap(), value);
        }
    }

    #[test]
    fn decimals_are_rounded_from_the_exact_value() {
        for (p, q, digits, text) in [
            (1, 8, 2, "0.13"),
            (-1, 8, 2, "-0.13"),
            (1, 3, 0, "0"),
            (2, 3, 0, "1"),
            (999_999, 1_000_000, 3, "1.000"),
            (-12345, 100, 1, "-123.5"),
            (5, 1, 3, "5.000"),
        ] {
            assert_eq!(decimal(&Rational::new(p, q), digits), text);
        }
    }

    #[test]
    fn short_fractions_stand_beside_their_decimal() {
        assert_eq!(exact_beside_decimal(&Rational::new(2, 3), 4), "2/3 (0.6667)");
        assert_eq!(exact_beside_decimal(&Rational::from(7), 4), "7");
        assert_eq!(exact_beside_decimal(&Rational::new(-31_313, 10_360), 4), "-3.0225");
    }
}
