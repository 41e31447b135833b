//! Exact division of products of machine integers without overflow and without a divide
//! instruction.
//!
//! The quotient of an exact division is determined modulo a power of two by the inverse of the odd
//! part of the divisor (Jebelean 1993), so a 128- or 256-bit numerator costs a few multiplications.

use std::cmp::Ordering;

/// The inverse of an odd number modulo 2^64, by Newton's iteration.
fn inverse_64(odd: u64) -> u64 {
    // Right to 5 bits, doubled in each step.
    let mut inverse = odd.wrapping_mul(3) ^ 2;
    for _ in 0..4 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(inverse)));
    }
    inverse
}

/// A positive 64-bit divisor of 128-bit numerators.
pub(super) struct Divisor64 {
    shift: u32,
    inverse: u64,
    most: u128,
}

impl Divisor64 {
    /// Prepares division by a positive number.
    pub(super) fn new(divisor: i64) -> Self {
        let shift = divisor.trailing_zeros();
        Divisor64 {
            shift,
            inverse: inverse_64((divisor >> shift) as u64),
            most: (i64::MAX as u128) * u128::from(divisor.unsigned_abs()),
        }
    }

    /// The quotient of an exact division, or `None` when it needs more than 64 bits.
    #[inline]
    pub(super) fn divide(&self, numerator: i128) -> Option<i64> {
        if numerator.unsigned_abs() > self.most {
            return None;
        }
        Some(((numerator >> self.shift) as u64).wrapping_mul(self.inverse) as i64)
    }
}

/// A signed 256-bit number in two's complement.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Wide {
    high: i128,
    low: u128,
}

impl Wide {
    #[inline]
    fn product(a: i128, b: i128) -> Self {
        if let (Ok(a), Ok(b)) = (i64::try_from(a), i64::try_from(b)) {
            let product = i128::from(a) * i128::from(b);
            return Wide { high: product >> 127, low: product as u128 };
        }
        let (x, y) = (a.unsigned_abs(), b.unsigned_abs());
        let mask = u128::from(u64::MAX);
        let (x1, x0, y1, y0) = (x >> 64, x & mask, y >> 64, y & mask);
        let (low, middle, other, high) = (x0 * y0, x0 * y1, x1 * y0, x1 * y1);
        let carry = (low >> 64) + (middle & mask) + (other & mask);
        let low = (low & mask) | (carry << 64);
        let high = high + (middle >> 64) + (other >> 64) + (carry >> 64);
        let product = Wide { high: high as i128, low };
        if (a < 0) != (b < 0) { product.negated() } else { product }
    }

    #[inline]
    fn negated(self) -> Self {
        let low = self.low.wrapping_neg();
        Wide { high: (!self.high).wrapping_add(i128::from(low == 0)), low }
    }

    #[inline]
    fn minus(self, other: Self) -> Self {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        let high = self.high.wrapping_sub(other.high).wrapping_sub(i128::from(borrow));
        Wide { high, low }
    }

    #[inline]
    fn magnitude(self) -> (u128, u128) {
        let value = if self.high < 0 { self.negated() } else { self };
        (value.high as u128, value.low)
    }
}

/// a·b compared with c·d.
pub(super) fn compare_products_128(a: i128, b: i128, c: i128, d: i128) -> Ordering {
    let (left, right) = (Wide::product(a, b), Wide::product(c, d));
    (left.high, left.low).cmp(&(right.high, right.low))
}

/// A positive 128-bit divisor of 256-bit numerators.
pub(super) struct Divisor128 {
    shift: u32,
    inverse: u128,
    most: (u128, u128),
}

impl Divisor128 {
    /// Prepares division by a positive number.
    pub(super) fn new(divisor: i128) -> Self {
        let shift = divisor.trailing_zeros();
        let odd = (divisor >> shift) as u128;
        let mut inverse = u128::from(inverse_64(odd as u64));
        inverse = inverse.wrapping_mul(2u128.wrapping_sub(odd.wrapping_mul(inverse)));
        Divisor128 { shift, inverse, most: Wide::product(i128::MAX, divisor).magnitude() }
    }

    /// (a·b − c·d) / divisor, or `None` when the quotient needs more than 128 bits.
    #[inline]
    pub(super) fn divide_difference(&self, a: i128, b: i128, c: i128, d: i128) -> Option<i128> {
        let numerator = Wide::product(a, b).minus(Wide::product(c, d));
        if numerator.magnitude() > self.most {
            return None;
        }
        let shifted = if self.shift == 0 {
            numerator.low
        } else {
            (numerator.low >> self.shift) | ((numerator.high as u128) << (128 - self.shift))
        };
        Some(shifted.wrapping_mul(self.inverse) as i128)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dashu_int::IBig;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn exact_quotients_of_128_bits_are_right(
            quotient in -(1i64 << 62)..(1i64 << 62), divisor in 1i64..i64::MAX, shift in 0u32..60,
        ) {
            let divisor = (divisor >> shift).max(1);
            let numerator = i128::from(quotient) * i128::from(divisor);
            prop_assert_eq!(Divisor64::new(divisor).divide(numerator), Some(quotient));
        }

        #[test]
        fn exact_quotients_of_256_bits_are_right_or_refused(
            a in any::<i128>(), b in any::<i128>(), c in any::<i128>(), d in any::<i128>(),
            shifts in prop::array::uniform4(0u32..127), divisor in 1i128..i128::MAX, down in 0u32..126,
        ) {
            let [a, b, c, d] = [a >> shifts[0], b >> shifts[1], c >> shifts[2], d >> shifts[3]]
                .map(|x| x.max(-i128::MAX));
            let exact = IBig::from(a) * IBig::from(b) - IBig::from(c) * IBig::from(d);
            prop_assert_eq!(
                compare_products_128(a, b, c, d),
                (IBig::from(a) * IBig::from(b)).cmp(&(IBig::from(c) * IBig::from(d)))
            );
            // Any numerator over 1, and multiples of a divisor over that divisor.
            let whole = Divisor128::new(1).divide_difference(a, b, c, d);
            prop_assert_eq!(whole.map(IBig::from), i128::try_from(&exact).ok().filter(|&x| x != i128::MIN).map(IBig::from));
            let divisor = (divisor >> down).max(1);
            let scaled = Divisor128::new(divisor).divide_difference(divisor, b, c, 0);
            prop_assert_eq!(scaled, Some(b));
        }
    }

    #[test]
    fn differences_that_cancel_are_exact() {
        let big = i128::MAX - 6;
        assert_eq!(Divisor128::new(4).divide_difference(big, big, big - 4, big), Some(big));
        assert_eq!(Divisor128::new(1).divide_difference(big, big, big, big), Some(0));
        assert_eq!(Divisor128::new(1).divide_difference(big, 2, 0, 0), None);
    }
}
