//! Vectors, most of them of the plane of two players' payoffs.

use crate::num::Rational;

/// Σ a b.
pub(super) fn dot(a: &[Rational], b: &[Rational]) -> Rational {
    a.iter().zip(b).map(|(one, other)| one * other).sum()
}

/// Positive where b is counterclockwise from a, by less than half a turn.
pub(super) fn turn(a: &[Rational; 2], b: &[Rational; 2]) -> Rational {
    &a[0] * &b[1] - &a[1] * &b[0]
}

/// Whether two directions are the same but for their lengths.
pub(super) fn parallel(a: &[Rational; 2], b: &[Rational; 2]) -> bool {
    turn(a, b).is_zero() && dot(a, b).is_positive()
}
