//! Arithmetic modulo the Mersenne prime 2⁶¹ − 1, and elimination without division.
//!
//! A rank or a determinant modulo a prime can only lose: full rank modulo the prime is full rank, and a
//! determinant below half the prime in size is told by its residue.

/// 2⁶¹ − 1.
pub(super) const PRIME: u64 = (1 << 61) - 1;

#[inline]
pub(super) fn subtract(a: u64, b: u64) -> u64 {
    if a >= b { a - b } else { a + PRIME - b }
}

#[inline]
pub(super) fn multiply(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    // 2⁶¹ is 1 modulo the prime.
    let sum = (product as u64 & PRIME) + (product >> 61) as u64;
    if sum >= PRIME { sum - PRIME } else { sum }
}

fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}

/// What one step of elimination did.
pub(super) struct Pivot {
    value: u64,
    /// Whether two rows were exchanged.
    swapped: bool,
    /// How many rows were multiplied by the pivot.
    scaled: u64,
}

/// Step `at` of an elimination: rows after row `at` are multiplied by the pivot, and multiples of row
/// `at` subtracted, so that their entries in column `at` vanish. `None` when the column has no
/// entry other than zero from row `at` on.
pub(super) fn eliminate(cells: &mut [u64], rows: usize, width: usize, at: usize) -> Option<Pivot> {
    let found = (at..rows).find(|&row| cells[row * width + at] != 0)?;
    if found != at {
        for column in at..width {
            cells.swap(found * width + column, at * width + column);
        }
    }
    let (done, rest) = cells.split_at_mut((at + 1) * width);
    let lead = &done[at * width + at..];
    let mut pivot = Pivot { value: lead[0], swapped: found != at, scaled: 0 };
    for row in rest.chunks_exact_mut(width).filter(|row| row[at] != 0) {
        let factor = row[at];
        for (cell, &lead) in row[at + 1..].iter_mut().zip(&lead[1..]) {
            *cell = subtract(multiply(*cell, pivot.value), multiply(factor, lead));
        }
        row[at] = 0;
        pivot.scaled += 1;
    }
    Some(pivot)
}

/// The determinant of a square matrix.
pub(super) fn determinant(cells: &mut [u64], size: usize) -> u64 {
    // The product of the pivots, and of what rows were multiplied by.
    let (mut product, mut scale, mut negative) = (1, 1, false);
    for at in 0..size {
        let Some(pivot) = eliminate(cells, size, size, at) else { return 0 };
        product = multiply(product, pivot.value);
        scale = multiply(scale, power(pivot.value, pivot.scaled));
        negative ^= pivot.swapped;
    }
    let size = multiply(product, power(scale, PRIME - 2));
    if negative { subtract(0, size) } else { size }
}
