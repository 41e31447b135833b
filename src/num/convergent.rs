//! Short fractions near a number, by continued fractions.

use dashu_int::IBig;

use super::Rational;

/// The first convergent of the continued fraction of `value` that is within `error` of it; `None` when
/// its denominator is larger than `largest`.
///
/// A convergent p/q is nearer to the number than any fraction with a denominator up to q (Khinchin 1964,
/// theorem 17). Steps: at most some 1.44 times the bits of `largest`.
///
/// ```
/// use detente::num::{Rational, convergent_near};
/// let about = Rational::from_f64_exactly(0.333_333_333_333).unwrap();
/// let error = Rational::new(1, 1_000_000_000);
/// assert_eq!(convergent_near(&about, &error, &1000.into()), Some(Rational::new(1, 3)));
/// assert_eq!(convergent_near(&about, &Rational::ZERO, &1000.into()), None);
/// ```
#[must_use]
pub fn convergent_near(value: &Rational, error: &Rational, largest: &IBig) -> Option<Rational> {
    let (mut before, mut last) = ((IBig::ZERO, IBig::ONE), (IBig::ONE, IBig::ZERO));
    let mut rest = value.clone();
    loop {
        let whole = rest.floor();
        let next = (&whole * &last.0 + &before.0, &whole * &last.1 + &before.1);
        if next.1 > *largest {
            return None;
        }
        let fraction = Rational::from_integers(next.0.clone(), next.1.clone());
        if (&fraction - value).abs() <= *error {
            return Some(fraction);
        }
        // Where nothing is left the fraction is the number, and was near enough.
        rest = (rest - Rational::from_integers(whole, IBig::ONE)).recip()?;
        (before, last) = (last, next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn convergents_of_pi() {
        let pi = Rational::from_f64_exactly(std::f64::consts::PI).unwrap();
        for (places, expected) in [(1, (22, 7)), (3, (333, 106)), (6, (355, 113))] {
            let error = Rational::from(10).pow(-places).unwrap();
            let near = |largest: i64| convergent_near(&pi, &error, &largest.into());
            assert_eq!(near(1000), Some(Rational::new(expected.0, expected.1)));
            assert_eq!(near(expected.1 - 1), None);
        }
        assert_eq!(
            convergent_near(&-&pi, &Rational::new(1, 10), &10.into()),
            Some(Rational::new(-22, 7))
        );
    }

    proptest! {
        #[test]
        fn a_fraction_is_found_again_in_its_machine_number(p in 0i64..10_000, q in 1i64..10_000) {
            // Fractions with such denominators are further apart.
            let error = Rational::new(1, 100_000_000_000);
            let about = Rational::from_f64_exactly(p as f64 / q as f64).unwrap();
            prop_assert_eq!(convergent_near(&about, &error, &q.into()), Some(Rational::new(p, q)));
        }
    }
}
