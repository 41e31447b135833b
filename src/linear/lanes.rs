//! Loops over rows of machine numbers, as wide as the processor allows.
//!
//! The same program runs on processors that do two, four or eight floating-point operations at once.
//! [`widest`] runs a piece of work compiled for each of these and chooses at run time, so that one
//! binary is fast everywhere. The results are the same bytes on every machine: each element goes
//! through the same multiplications, subtractions and comparisons, each of them rounded, whatever the
//! number of lanes; products and differences are never fused, and no sum is taken across a row.

use pulp::{Arch, Simd, WithSimd};

/// Runs a piece of work with the widest instructions of this processor.
///
/// What is to use them must be inlined into the closure: functions marked `#[inline(always)]`, as
/// those of this file. Entering costs a few nanoseconds, so that a whole pivot is one piece of work
/// and not each row.
#[inline(always)]
pub(crate) fn widest<R>(work: impl FnOnce() -> R) -> R {
    Arch::new().dispatch(Work(work))
}

struct Work<F>(F);

impl<R, F: FnOnce() -> R> WithSimd for Work<F> {
    type Output = R;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> R {
        (self.0)()
    }
}

/// row ← row − factor · pivot, element by element.
#[inline(always)]
pub(crate) fn subtract_multiple(row: &mut [f64], factor: f64, pivot: &[f64]) {
    for (cell, pivot) in row.iter_mut().zip(pivot) {
        *cell -= factor * pivot;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_rows_are_the_same_as_single_elements() {
        for length in [0, 1, 3, 4, 7, 8, 15, 16, 31, 100] {
            let pivot: Vec<f64> = (0..length).map(|k| 1.0 / f64::from(k + 3)).collect();
            let mut row: Vec<f64> = (0..length).map(|k| f64::from(k).sqrt()).collect();
            let single: Vec<f64> =
                row.iter().zip(&pivot).map(|(cell, pivot)| cell - 0.7 * pivot).collect();
            widest(|| subtract_multiple(&mut row, 0.7, &pivot));
            assert_eq!(row, single);
        }
    }
}
