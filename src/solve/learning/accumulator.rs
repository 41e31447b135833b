//! The integers in which payoffs are added up: machine words where they suffice for every round.

use dashu_int::IBig;

/// An integer type that payoffs are added up in.
pub(super) trait Accumulator: Clone + Ord {
    /// Whether sums of this size, and differences of two of them, fit.
    fn holds(largest: &IBig) -> bool;
    fn from_big(value: &IBig) -> Self;
    fn to_big(&self) -> IBig;
    fn add(&mut self, other: &Self);
    /// Adds `times` times `other`.
    fn add_times(&mut self, other: &Self, times: u64);
    /// The largest k with k·rate ≤ gap for positive numbers, capped at `u64::MAX`.
    fn times_within(gap: &Self, rate: &Self) -> u64;
    fn minus(&self, other: &Self) -> Self;
    /// Adds the product of two numbers.
    fn add_product(&mut self, one: &Self, other: &Self);
}

macro_rules! machine_accumulator {
    ($int:ty) => {
        impl Accumulator for $int {
            fn holds(largest: &IBig) -> bool {
                *largest < IBig::from(<$int>::MAX / 4)
            }
            fn from_big(value: &IBig) -> Self {
                // `holds` was asked for a bound on all numbers before the type was chosen.
                <$int>::try_from(value).unwrap_or(0)
            }
            fn to_big(&self) -> IBig {
                IBig::from(*self)
            }
            #[inline]
            fn add(&mut self, other: &Self) {
                *self += other;
            }
            fn add_times(&mut self, other: &Self, times: u64) {
                // The product is bounded by the sum over all rounds, but `times` alone is not.
                *self += other.wrapping_mul(times as $int);
            }
            fn times_within(gap: &Self, rate: &Self) -> u64 {
                u64::try_from(gap / rate).unwrap_or(u64::MAX)
            }
            #[inline]
            fn minus(&self, other: &Self) -> Self {
                self - other
            }
            #[inline]
            fn add_product(&mut self, one: &Self, other: &Self) {
                *self += one * other;
            }
        }
    };
}

machine_accumulator!(i64);
machine_accumulator!(i128);

impl Accumulator for IBig {
    fn holds(_largest: &IBig) -> bool {
        true
    }
    fn from_big(value: &IBig) -> Self {
        value.clone()
    }
    fn to_big(&self) -> IBig {
        self.clone()
    }
    fn add(&mut self, other: &Self) {
        *self += other;
    }
    fn add_times(&mut self, other: &Self, times: u64) {
        *self += other * IBig::from(times);
    }
    fn times_within(gap: &Self, rate: &Self) -> u64 {
        u64::try_from(gap / rate).unwrap_or(u64::MAX)
    }
    fn minus(&self, other: &Self) -> Self {
        self - other
    }
    fn add_product(&mut self, one: &Self, other: &Self) {
        *self += one * other;
    }
}
