//! Matrices modulo the Mersenne prime 2^61 − 1.

/// The prime.
pub(super) const PRIME: u64 = (1 << 61) - 1;

/// A number below 2^125 modulo the prime.
#[inline]
fn reduce(value: u128) -> u64 {
    let folded = (value & u128::from(PRIME)) + (value >> 61);
    let folded = (folded as u64 & PRIME) + (folded >> 61) as u64;
    if folded >= PRIME { folded - PRIME } else { folded }
}

/// A number of magnitude below 2^125 modulo the prime.
#[inline]
pub(super) fn residue(value: i128) -> u64 {
    let residue = reduce(value.unsigned_abs());
    if value < 0 && residue != 0 { PRIME - residue } else { residue }
}

/// A multiple of the prime divided by it.
#[inline]
pub(super) fn divide_by_prime(multiple: i128) -> i128 {
    // (2^61 − 1)·(1 + 2^61 + 2^122) = 2^183 − 1, which is −1 modulo 2^128.
    const INVERSE: i128 = -(1 + (1 << 61) + (1 << 122));
    multiple.wrapping_mul(INVERSE)
}

/// The product of two numbers below the prime.
#[inline]
fn multiply(a: u64, b: u64) -> u64 {
    reduce(u128::from(a) * u128::from(b))
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

/// a·x + b·y + … for two equally long lists of numbers below the prime.
pub(super) fn dot(one: &[u64], other: &[u64]) -> u64 {
    let mut sum = 0u64;
    // Each product is below 2^122: eight of them stay below 2^125.
    for (one, other) in one.chunks(8).zip(other.chunks(8)) {
        let products: u128 =
            one.iter().zip(other).map(|(&a, &b)| u128::from(a) * u128::from(b)).sum();
        sum = reduce(products + u128::from(sum));
    }
    sum
}

/// The inverse of a square matrix, row-major; `None` when it is singular modulo the prime, or when
/// `go_on`, which is asked once for each row, says no.
///
/// Gauss–Jordan elimination in place, with the row exchanges undone at the end.
pub(super) fn inverse(
    mut matrix: Vec<u64>,
    size: usize,
    go_on: &dyn Fn() -> bool,
) -> Option<Vec<u64>> {
    let mut exchanges = Vec::with_capacity(size);
    let mut pivot_row = vec![0; size];
    for k in 0..size {
        if !go_on() {
            return None;
        }
        let pivot = (k..size).find(|&row| matrix[row * size + k] != 0)?;
        exchanges.push(pivot);
        if pivot != k {
            for column in 0..size {
                matrix.swap(k * size + column, pivot * size + column);
            }
        }
        let scale = power(matrix[k * size + k], PRIME - 2);
        matrix[k * size + k] = 1;
        for entry in &mut matrix[k * size..(k + 1) * size] {
            *entry = multiply(*entry, scale);
        }
        pivot_row.copy_from_slice(&matrix[k * size..(k + 1) * size]);
        for (row, line) in matrix.chunks_exact_mut(size).enumerate() {
            if row == k || line[k] == 0 {
                continue;
            }
            let factor = PRIME - line[k];
            line[k] = 0;
            for (entry, &pivot) in line.iter_mut().zip(&pivot_row) {
                *entry = reduce(u128::from(factor) * u128::from(pivot) + u128::from(*entry));
            }
        }
    }
    for (k, &pivot) in exchanges.iter().enumerate().rev() {
        if pivot != k {
            for line in matrix.chunks_exact_mut(size) {
                line.swap(k, pivot);
            }
        }
    }
    Some(matrix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn inverse_times_matrix_is_one(size in 1usize..7, seed in prop::collection::vec(0..PRIME, 36), zero in 0usize..36) {
            let mut matrix = seed[..size * size].to_vec();
            matrix[zero % (size * size)] = 0;
            let Some(inverse) = inverse(matrix.clone(), size, &|| true) else { return Ok(()) };
            for i in 0..size {
                for j in 0..size {
                    let column: Vec<u64> = (0..size).map(|k| matrix[k * size + j]).collect();
                    let product = dot(&inverse[i * size..(i + 1) * size], &column);
                    prop_assert_eq!(product, u64::from(i == j));
                }
            }
        }
    }

    #[test]
    fn reduction_is_right_at_the_ends() {
        let largest = PRIME - 1;
        let expected = (u128::from(largest) * u128::from(largest) % u128::from(PRIME)) as u64;
        assert_eq!(multiply(largest, largest), expected);
        assert_eq!(dot(&[largest; 9], &[largest; 9]), 9);
        assert_eq!(residue(-1), PRIME - 1);
        assert_eq!(residue(i128::from(PRIME) * -77), 0);
        for quotient in [0, 1, -1, 1 << 60, -(1 << 63)] {
            assert_eq!(divide_by_prime(i128::from(PRIME) * quotient), quotient);
        }
        assert_eq!(inverse(vec![1, 2, 2, 4], 2, &|| true), None);
    }
}
