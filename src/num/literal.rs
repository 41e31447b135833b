//! Number literals, read exactly: `3`, `-0.1`, `1.5e-3`, `2/3`, `0.5/1e2`.

use dashu_int::{IBig, UBig};

use super::Rational;

/// The largest exponent that a literal may have: 10^4096 is far beyond any payoff, and larger ones
/// would let a few characters of input ask for gigabytes.
const LARGEST_EXPONENT: i64 = 4096;
/// The largest number of characters of a literal.
const LONGEST: usize = 10_000;

/// Why a text is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LiteralError {
    /// There is nothing to read.
    #[error("a number is expected here, but the text is empty")]
    Empty,
    /// The text is no integer, decimal or fraction.
    #[error(
        "`{0}` is not a number: write an integer, a decimal such as 0.25 or 1e-3, or a fraction such as 2/3"
    )]
    NotANumber(String),
    /// The denominator of a fraction is zero.
    #[error("the denominator of `{0}` is zero")]
    ZeroDenominator(String),
    /// The exponent is larger than the limit.
    #[error("the exponent of `{0}` is beyond the limit of {LARGEST_EXPONENT}")]
    ExponentTooLarge(String),
    /// The text is longer than the limit.
    #[error("a number of {0} characters is beyond the limit of {LONGEST}")]
    TooLong(usize),
}

/// Reads an integer, a decimal with an optional exponent, or a fraction of two of these, exactly.
///
/// Underscores between digits and a leading `+` are accepted, as TOML does. Infinity and NaN are
/// not numbers here.
///
/// # Errors
/// A [`LiteralError`] that says what is wrong with the text.
pub fn parse_literal(text: &str) -> Result<Rational, LiteralError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(LiteralError::Empty);
    }
    if text.len() > LONGEST {
        return Err(LiteralError::TooLong(text.len()));
    }
    match text.split_once('/') {
        None => decimal(text, text),
        Some((above, below)) => {
            let numerator = decimal(above.trim(), text)?;
            let denominator = decimal(below.trim(), text)?;
            numerator
                .checked_div(&denominator)
                .ok_or_else(|| LiteralError::ZeroDenominator(shorten(text)))
        }
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 40 {
        text.to_owned()
    } else {
        text.chars().take(37).chain("...".chars()).collect()
    }
}

/// One decimal number; `whole` is the literal that it is part of, for messages.
fn decimal(text: &str, whole: &str) -> Result<Rational, LiteralError> {
    let wrong = || LiteralError::NotANumber(shorten(whole));
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        None => (unsigned, 0),
        Some(at) => {
            let digits = &unsigned[at + 1..];
            let plain = digits.strip_prefix(['-', '+']).unwrap_or(digits);
            if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(wrong());
            }
            // All digits, so that only size can make this fail.
            let value: i64 =
                digits.parse().map_err(|_| LiteralError::ExponentTooLarge(shorten(whole)))?;
            (&unsigned[..at], value)
        }
    };
    if exponent.abs() > LARGEST_EXPONENT {
        return Err(LiteralError::ExponentTooLarge(shorten(whole)));
    }
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_point = mantissa.contains('.');
    if integer.is_empty() && fraction.is_empty() {
        return Err(wrong());
    }
    let mut digits = String::with_capacity(mantissa.len());
    let mut decimals: i64 = 0;
    for (part, after_point) in [(integer, false), (fraction, true)] {
        if part.starts_with('_') || part.ends_with('_') || part.contains("__") {
            return Err(wrong());
        }
        if after_point && has_point && part.contains('.') {
            return Err(wrong());
        }
        for character in part.chars() {
            match character {
                '0'..='9' => {
                    digits.push(character);
                    decimals += i64::from(after_point);
                }
                '_' => {}
                _ => return Err(wrong()),
            }
        }
    }
    let value = UBig::from_str_radix(&digits, 10).map_err(|_| wrong())?;
    let mut value = IBig::from(value);
    if negative {
        value = -value;
    }
    let scale = exponent - decimals;
    // |scale| is at most LARGEST_EXPONENT + LONGEST, which fits usize.
    let power = IBig::from(10).pow(scale.unsigned_abs() as usize);
    Ok(if scale >= 0 {
        Rational::from(value * power)
    } else {
        Rational::from_integers(value, power)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_exactly() {
        for (text, expected) in [
            ("0.1", Rational::new(1, 10)),
            ("-0.125", Rational::new(-1, 8)),
            ("+3", Rational::from(3)),
            (".5", Rational::new(1, 2)),
            ("5.", Rational::from(5)),
            ("1e-3", Rational::new(1, 1000)),
            ("1.5E+2", Rational::from(150)),
            (" 2 / 6 ", Rational::new(1, 3)),
            ("1_000.5", Rational::new(2001, 2)),
            ("0.5/0.25", Rational::from(2)),
            ("-0", Rational::ZERO),
        ] {
            assert_eq!(parse_literal(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "", " ", "abc", "1..2", "1.2.3", "--1", "1/", "/2", "1/2/3", "nan", "inf", "1e", "e5",
            "0x10", "1__0", "_1", ".", "1e1.5", "1 2",
        ] {
            assert!(parse_literal(text).is_err(), "{text:?}");
        }
        assert_eq!(parse_literal("1/0"), Err(LiteralError::ZeroDenominator("1/0".into())));
        assert!(matches!(parse_literal("1e999999999"), Err(LiteralError::ExponentTooLarge(_))));
        assert!(matches!(
            parse_literal("1e99999999999999999999"),
            Err(LiteralError::ExponentTooLarge(_))
        ));
        assert!(matches!(parse_literal(&"9".repeat(20_000)), Err(LiteralError::TooLong(_))));
    }
}
