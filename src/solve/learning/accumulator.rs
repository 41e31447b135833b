//! The integers in which payoffs are stored and added up: machine words where they suffice.
//!
//! A payoff is stored in fewer bits than a sum takes ([`Entry`]), since a round of play with two
//! players does little but read two rows of payoffs, and rows that stay in the near caches are read
//! several times as fast. A row is added and the first of the greatest
//! sums found in one pass over whole vectors; rows are padded to [`Accumulator::LANES`], with sums
//! below all others.

use dashu_int::IBig;

/// An integer type that payoffs are added up in.
pub(super) trait Accumulator: Clone + Ord {
    /// Sums stand in whole multiples of this many.
    const LANES: usize;
    /// Whether sums of this size, and differences of two of them, fit.
    fn holds(largest: &IBig) -> bool;
    fn zero() -> Self;
    fn one() -> Self;
    /// Less than each sum that `holds`.
    fn lowest() -> Self;
    fn to_big(&self) -> IBig;
    /// Adds `times` times `other`.
    fn add_times(&mut self, other: &Self, times: u64);
    /// Adds the product of two numbers.
    fn add_product(&mut self, one: &Self, other: &Self);
}

/// A payoff as it is stored, to be added up in `S`.
pub(super) trait Entry<S>: Clone {
    fn of_word(word: i64) -> Self;
    fn of_big(value: &IBig) -> Self;
    /// Adds a row to the sums, and returns the first of the greatest.
    fn add_row(sums: &mut [S], row: &[Self]) -> usize;
    /// Writes the sums with `times` times the row added, and returns the first of the greatest.
    fn leap(sums: &[S], row: &[Self], times: u64, after: &mut [S]) -> usize;
}

/// Sums that go through the processor at once; a multiple of its lanes.
const LANES: usize = 16;

/// Sums among which the greatest is looked for once it is known that it is there; a multiple of
/// [`LANES`].
const TILE: usize = 256;

macro_rules! machine_accumulator {
    ($sum:ty) => {
        impl Accumulator for $sum {
            const LANES: usize = LANES;
            fn holds(largest: &IBig) -> bool {
                *largest < IBig::from(<$sum>::MAX / 4)
            }
            fn zero() -> Self {
                0
            }
            fn one() -> Self {
                1
            }
            fn lowest() -> Self {
                <$sum>::MIN / 2
            }
            fn to_big(&self) -> IBig {
                IBig::from(*self)
            }
            fn add_times(&mut self, other: &Self, times: u64) {
                // The product is bounded by the sum over all rounds, but `times` alone is not.
                *self += other.wrapping_mul(times as $sum);
            }
            #[inline]
            fn add_product(&mut self, one: &Self, other: &Self) {
                *self += one * other;
            }
        }
    };
}

macro_rules! machine_entry {
    ($payoff:ty, $sum:ty) => {
        impl Entry<$sum> for $payoff {
            // `holds`, and the size of the largest payoff, were asked before the types were chosen.
            fn of_word(word: i64) -> Self {
                word as $payoff
            }
            fn of_big(value: &IBig) -> Self {
                <$payoff>::try_from(value).unwrap_or(0)
            }

            // All that is read in a block is read before anything is written: the compiler cannot
            // know that the two do not overlap, and would go through it number by number.
            #[inline(always)]
            fn add_row(sums: &mut [$sum], row: &[Self]) -> usize {
                let (mut greatest, mut at) = (<$sum>::MIN, 0);
                let tiles = sums.chunks_mut(TILE).zip(row.chunks(TILE)).enumerate();
                for (tile, (sums, row)) in tiles {
                    let mut most = [<$sum>::MIN; LANES];
                    for (sums, row) in sums.chunks_exact_mut(LANES).zip(row.chunks_exact(LANES)) {
                        let mut added = [0; LANES];
                        for lane in 0..LANES {
                            added[lane] = sums[lane] + <$sum>::from(row[lane]);
                        }
                        for lane in 0..LANES {
                            most[lane] = most[lane].max(added[lane]);
                        }
                        sums.copy_from_slice(&added);
                    }
                    let most = most.iter().fold(<$sum>::MIN, |most, sum| most.max(*sum));
                    if most > greatest {
                        (greatest, at) = (most, tile * TILE);
                    }
                }
                at + first(&sums[at..], greatest)
            }

            #[inline(always)]
            fn leap(sums: &[$sum], row: &[Self], times: u64, after: &mut [$sum]) -> usize {
                // Plain passes: in blocks, the compiler would scatter what it writes to `after`.
                let times = times as $sum;
                for ((after, sum), payoff) in after.iter_mut().zip(sums).zip(row) {
                    *after = sum + times.wrapping_mul(<$sum>::from(*payoff));
                }
                first(after, after.iter().fold(<$sum>::MIN, |most, sum| most.max(*sum)))
            }
        }
    };
}

/// Where the first sum is that equals the greatest.
#[inline(always)]
fn first<S: Copy + Ord>(sums: &[S], greatest: S) -> usize {
    for (block, sums) in sums.chunks_exact(LANES).enumerate() {
        let mut found = false;
        for sum in sums {
            found |= *sum == greatest;
        }
        if found {
            let mut at = 0;
            for lane in (0..LANES).rev() {
                at = if sums[lane] == greatest { lane } else { at };
            }
            return block * LANES + at;
        }
    }
    0
}

machine_accumulator!(i32);
machine_accumulator!(i64);
machine_accumulator!(i128);
machine_entry!(i8, i32);
machine_entry!(i16, i32);
machine_entry!(i16, i64);
machine_entry!(i32, i64);
machine_entry!(i64, i64);
machine_entry!(i128, i128);

impl Accumulator for IBig {
    const LANES: usize = 1;
    fn holds(_largest: &IBig) -> bool {
        true
    }
    fn zero() -> Self {
        IBig::ZERO
    }
    fn one() -> Self {
        IBig::ONE
    }
    fn lowest() -> Self {
        IBig::ZERO
    }
    fn to_big(&self) -> IBig {
        self.clone()
    }
    fn add_times(&mut self, other: &Self, times: u64) {
        *self += other * IBig::from(times);
    }
    fn add_product(&mut self, one: &Self, other: &Self) {
        *self += one * other;
    }
}

impl Entry<IBig> for IBig {
    fn of_word(word: i64) -> Self {
        IBig::from(word)
    }
    fn of_big(value: &IBig) -> Self {
        value.clone()
    }
    fn add_row(sums: &mut [IBig], row: &[IBig]) -> usize {
        for (sum, payoff) in sums.iter_mut().zip(row) {
            *sum += payoff;
        }
        first_best(sums)
    }
    fn leap(sums: &[IBig], row: &[IBig], times: u64, after: &mut [IBig]) -> usize {
        let times = IBig::from(times);
        for ((sum, payoff), after) in sums.iter().zip(row).zip(after.iter_mut()) {
            *after = sum + payoff * &times;
        }
        first_best(after)
    }
}

/// The first of the greatest.
pub(super) fn first_best<S: Ord>(sums: &[S]) -> usize {
    let mut best = 0;
    for (action, sum) in sums.iter().enumerate().skip(1) {
        if *sum > sums[best] {
            best = action;
        }
    }
    best
}
