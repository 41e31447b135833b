//! The one definition of how numbers are written in reports.

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

/// The exact number where it is short, and its decimal otherwise.
#[must_use]
pub fn decimal_or_fraction(value: &Rational, digits: usize) -> String {
    let exact = value.to_string();
    if exact.len() <= SHORT { exact } else { decimal(value, digits) }
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
        decimal(value, digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
