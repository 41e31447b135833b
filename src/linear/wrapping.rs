//! Elimination without fractions in integers of a fixed length, modulo a power of two.
//!
//! All intermediate numbers of fraction-free elimination are minors of the matrix (Bareiss 1968), and
//! Hadamard's inequality (1893) bounds them beforehand by the product of the lengths of the rows. In
//! integers that are long enough for the bound nothing needs to be watched: products may wrap around,
//! and the divisions, which leave no remainder, are multiplications by an inverse modulo the power of
//! two (Jebelean 1993).

use dashu_int::{IBig, UBig};

/// The vectors that all differences of two rows of a matrix are orthogonal to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NullVector {
    /// They are the multiples of this one.
    Found(Vec<IBig>),
    /// There are more.
    Many,
    /// The numbers are too long for this file.
    TooLong,
}

/// Elimination in integers of one length.
type Eliminate = fn(&[i64], usize, f64) -> NullVector;

/// Of a square matrix, row-major.
pub(crate) fn null_vector(matrix: &[i64], size: usize) -> NullVector {
    // The product of the lengths of the rows, in binary digits.
    let mut bits = 0.0f64;
    for row in matrix.chunks_exact(size).skip(1) {
        let mut square = 0.0f64;
        for (&cell, &first) in row.iter().zip(matrix) {
            let difference = cell as f64 - first as f64;
            square += difference * difference;
        }
        bits += 0.5 * square.max(1.0).log2();
    }
    // One for the sign and one for rounding here, and some that divisions lose.
    let needed = bits + 2.0;
    let lengths: [(f64, Eliminate); 6] = [
        (128.0, eliminate::<2>),
        (192.0, eliminate::<3>),
        (256.0, eliminate::<4>),
        (320.0, eliminate::<5>),
        (384.0, eliminate::<6>),
        (512.0, eliminate::<8>),
    ];
    for (length, eliminate) in lengths {
        if needed <= length {
            match eliminate(matrix, size, length - needed) {
                NullVector::TooLong => {}
                found => return found,
            }
        }
    }
    NullVector::TooLong
}

/// An integer modulo 2^(64·L), the lowest word first; the highest digit is the sign.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Wrapping<const L: usize>([u64; L]);

impl<const L: usize> Wrapping<L> {
    const ZERO: Self = Wrapping([0; L]);

    fn new(value: i128) -> Self {
        let mut words = [if value < 0 { u64::MAX } else { 0 }; L];
        for (at, word) in words.iter_mut().take(2).enumerate() {
            *word = (value >> (64 * at)) as u64;
        }
        Wrapping(words)
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        let mut words = self.0;
        let mut borrow = false;
        for (word, other) in words.iter_mut().zip(other.0) {
            let (less, first) = word.overflowing_sub(other);
            let (less, second) = less.overflowing_sub(u64::from(borrow));
            *word = less;
            borrow = first | second;
        }
        Wrapping(words)
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        let mut words = [0u64; L];
        for (at, &factor) in self.0.iter().enumerate() {
            let mut carry = 0u64;
            for (word, &other) in words[at..].iter_mut().zip(&other.0) {
                let next =
                    u128::from(factor) * u128::from(other) + u128::from(*word) + u128::from(carry);
                *word = next as u64;
                carry = (next >> 64) as u64;
            }
        }
        Wrapping(words)
    }

    fn trailing_zeros(self) -> u32 {
        let mut zeros = 0;
        for word in self.0 {
            zeros += word.trailing_zeros();
            if word != 0 {
                break;
            }
        }
        zeros
    }

    /// Divides by 2^zeros, fewer than 64, with a digit of the sign from above.
    #[inline(always)]
    fn shifted_right(self, zeros: u32) -> Self {
        if zeros == 0 {
            return self;
        }
        let sign = ((self.0[L - 1] as i64) >> 63) as u64;
        let above = self.0[1..].iter().copied().chain([sign]);
        let mut words = self.0;
        for (word, above) in words.iter_mut().zip(above) {
            *word = *word >> zeros | above << (64 - zeros);
        }
        Wrapping(words)
    }

    /// Makes the highest digits, as many, those of the sign.
    #[inline(always)]
    fn extended(mut self, zeros: u32) -> Self {
        let highest = &mut self.0[L - 1];
        *highest = ((*highest << zeros) as i64 >> zeros) as u64;
        self
    }

    fn to_big(self) -> IBig {
        let negative = self.0[L - 1] >> 63 != 0;
        let size = if negative { Self::ZERO.minus(self) } else { self };
        let bytes: Vec<u8> = size.0.iter().flat_map(|word| word.to_le_bytes()).collect();
        let size = IBig::from(UBig::from_le_bytes(&bytes));
        if negative { -size } else { size }
    }
}

/// Divides multiples of a number that is not zero.
struct Divisor<const L: usize> {
    zeros: u32,
    inverse: Wrapping<L>,
}

impl<const L: usize> Divisor<L> {
    fn new(divisor: Wrapping<L>, zeros: u32) -> Self {
        let odd = divisor.shifted_right(zeros);
        // Newton's iteration doubles the number of digits that are right, from three.
        let mut inverse = odd;
        let mut right = 3;
        while right < 64 * L {
            inverse = inverse.times(Wrapping::new(2).minus(odd.times(inverse)));
            right *= 2;
        }
        Divisor { zeros, inverse }
    }

    #[inline(always)]
    fn divide(&self, multiple: Wrapping<L>) -> Wrapping<L> {
        multiple.shifted_right(self.zeros).times(self.inverse).extended(self.zeros)
    }
}

/// Elimination in integers that leave room for so many digits.
fn eliminate<const L: usize>(matrix: &[i64], size: usize, room: f64) -> NullVector {
    let rows = size - 1;
    let mut cells: Vec<Wrapping<L>> = Vec::with_capacity(rows * size);
    for row in matrix.chunks_exact(size).skip(1) {
        let differences =
            row.iter().zip(matrix).map(|(&cell, &first)| i128::from(cell) - i128::from(first));
        cells.extend(differences.map(Wrapping::new));
    }
    // The columns in the order in which they are used, the others behind.
    let mut order: Vec<usize> = (0..size).collect();
    let mut divisors: Vec<Divisor<L>> = vec![Divisor { zeros: 0, inverse: Wrapping::new(1) }];
    for step in 0..rows {
        let at = |row: usize, column: usize| row * size + column;
        let free = (step..size).find(|&k| cells[at(step, order[k])] != Wrapping::ZERO);
        let Some(free) = free else { return NullVector::Many };
        order.swap(step, free);
        let pivot = cells[at(step, order[step])];
        // A division loses as many of the highest digits as the divisor has zeros at the end.
        let zeros = pivot.trailing_zeros();
        if f64::from(zeros) > room || zeros > 63 {
            return NullVector::TooLong;
        }
        for row in step + 1..rows {
            let factor = cells[at(row, order[step])];
            for &column in &order[step + 1..] {
                let product = pivot
                    .times(cells[at(row, column)])
                    .minus(factor.times(cells[at(step, column)]));
                cells[at(row, column)] = divisors[step].divide(product);
            }
        }
        divisors.push(Divisor::new(pivot, zeros));
    }
    // All are minors again: the free one is the last pivot.
    let mut weights = vec![Wrapping::<L>::new(1); size];
    if rows > 0 {
        weights[order[rows]] = cells[(rows - 1) * size + order[rows - 1]];
    }
    for step in (0..rows).rev() {
        let mut sum = Wrapping::ZERO;
        for &column in &order[step + 1..] {
            sum = sum.minus(cells[step * size + column].times(weights[column]));
        }
        weights[order[step]] = divisors[step + 1].divide(sum);
    }
    NullVector::Found(weights.into_iter().map(Wrapping::to_big).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn differences_of_rows_are_orthogonal_to_the_vector(
            size in 1usize..12,
            entries in prop::collection::vec(any::<i64>(), 144),
            shift in 0u32..63,
            even in any::<bool>(),
        ) {
            let matrix: Vec<i64> = entries[..size * size]
                .iter()
                .map(|entry| (entry >> shift) & if even { !7 } else { !0 })
                .collect();
            let NullVector::Found(vector) = null_vector(&matrix, size) else { return Ok(()) };
            prop_assert!(vector.iter().any(|entry| !entry.is_zero()));
            let value = |row: usize| -> IBig {
                let row = &matrix[row * size..][..size];
                row.iter().zip(&vector).map(|(&cell, weight)| weight * IBig::from(cell)).sum()
            };
            for row in 1..size {
                prop_assert_eq!(value(row), value(0));
            }
        }
    }

    #[test]
    fn lengths_and_ranks_are_told_apart() {
        let two = null_vector(&[3, 0, 0, 2], 2);
        let NullVector::Found(vector) = two else { unreachable!("it has one") };
        assert_eq!(&vector[0] * IBig::from(3), &vector[1] * IBig::from(2));
        assert_eq!(null_vector(&[1, 2, 3, 1, 2, 3, 4, 5, 6], 3), NullVector::Many);
        // Nine rows of 63 digits are more than 512.
        let long: Vec<i64> = (0..100).map(|k| if k % 11 == 0 { i64::MAX } else { k }).collect();
        assert_eq!(null_vector(&long, 10), NullVector::TooLong);
    }
}
