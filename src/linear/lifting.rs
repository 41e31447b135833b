//! Square linear systems over the integers, solved exactly by p-adic lifting (Dixon 1982).
//!
//! With C the inverse of the matrix modulo a prime p, each step finds one more digit of the p-adic
//! expansion of the solution: x ← C r mod p, r ← (r − M x)/p. The rational solution is recovered
//! from enough digits by the Euclidean algorithm (Wang 1981), one denominator for all. Work grows
//! with the size of the answer and not with that of all minors, as it does in elimination.

use dashu_base::{BitTest, DivRem, UnsignedAbs};
use dashu_int::{IBig, UBig};

use super::modular::{self, PRIME};

/// A solution n/d with one denominator d > 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommonFraction {
    pub(super) numerators: Vec<IBig>,
    pub(super) denominator: IBig,
}

/// A square integer matrix that is invertible modulo the prime.
pub(super) struct Lifting {
    size: usize,
    /// Row-major, and transposed.
    matrix: [Entries; 2],
    inverse: [Vec<u64>; 2],
}

/// Integers that fit 64 bits, with sums of products that fit 128, or any integers.
enum Entries {
    Small(Vec<i64>),
    Big(Vec<IBig>),
}

fn transposed<T: Clone>(matrix: &[T], size: usize) -> Vec<T> {
    (0..size * size).map(|at| matrix[at % size * size + at / size].clone()).collect()
}

fn residue(value: &IBig) -> u64 {
    let prime = IBig::from(PRIME);
    let remainder = value % &prime;
    let remainder = if remainder < IBig::ZERO { remainder + prime } else { remainder };
    // It is below the prime.
    u64::try_from(remainder).unwrap_or(0)
}

impl Lifting {
    /// Prepares a matrix, row-major; `None` when it is singular modulo the prime, or when `go_on`
    /// says no.
    pub(super) fn new(matrix: Vec<IBig>, size: usize, go_on: &dyn Fn() -> bool) -> Option<Self> {
        let inverse = modular::inverse(matrix.iter().map(residue).collect(), size, go_on)?;
        let inverse_transposed = transposed(&inverse, size);
        let bits = matrix.iter().map(|entry| entry.unsigned_abs().bit_len()).max().unwrap_or(0);
        // |r| stays below size·max|M|·2 and p·|r| + size·max|M|·p must fit 127 bits.
        let room = bits + (usize::BITS - size.leading_zeros()) as usize + 64;
        let small = if room < 126 {
            matrix.iter().map(|entry| i64::try_from(entry).ok()).collect::<Option<Vec<i64>>>()
        } else {
            None
        };
        let entries = match small {
            Some(small) => {
                let other = transposed(&small, size);
                [Entries::Small(small), Entries::Small(other)]
            }
            None => {
                let other = transposed(&matrix, size);
                [Entries::Big(matrix), Entries::Big(other)]
            }
        };
        Some(Lifting { size, matrix: entries, inverse: [inverse, inverse_transposed] })
    }

    /// The solution of M x = right, or of Mᵀ x = right.
    ///
    /// `None` when `go_on`, which is asked now and then, says no. Exact: the solution satisfies the
    /// system.
    pub(super) fn solve(
        &self,
        right: &[IBig],
        transpose: bool,
        go_on: &dyn Fn() -> bool,
    ) -> Option<CommonFraction> {
        let side = usize::from(transpose);
        let mut residual = Residual::new(right, &self.matrix[side]);
        let mut digits: Vec<Vec<u64>> = vec![Vec::new(); self.size];
        let mut modulus = IBig::ONE;
        let mut values = vec![IBig::ZERO; self.size];
        let mut block = 4;
        loop {
            // One block of digits, then an attempt to recover the fractions from all so far.
            digits.iter_mut().for_each(Vec::clear);
            for _ in 0..block {
                let residues = residual.residues();
                let next: Vec<u64> = self.inverse[side]
                    .chunks_exact(self.size)
                    .map(|row| modular::dot(row, &residues))
                    .collect();
                residual.advance(&next, &self.matrix[side], self.size);
                for (digits, digit) in digits.iter_mut().zip(next) {
                    digits.push(digit);
                }
            }
            if !go_on() {
                return None;
            }
            let prime = IBig::from(PRIME);
            for (value, digits) in values.iter_mut().zip(&digits) {
                let high = digits.iter().rev().fold(IBig::ZERO, |sum, &digit| sum * &prime + digit);
                *value += high * &modulus;
            }
            modulus *= prime.pow(block);
            if let Some(solution) = recovered(&values, &modulus)
                && self.satisfies(&solution, right, side)
            {
                return Some(solution);
            }
            block = (block * 3 / 2).max(4);
        }
    }

    fn satisfies(&self, solution: &CommonFraction, right: &[IBig], side: usize) -> bool {
        let product = |row: usize| -> IBig {
            let range = row * self.size..(row + 1) * self.size;
            match &self.matrix[side] {
                Entries::Small(entries) => entries[range]
                    .iter()
                    .zip(&solution.numerators)
                    .filter(|(entry, _)| **entry != 0)
                    .map(|(entry, x)| x * IBig::from(*entry))
                    .sum(),
                Entries::Big(entries) => entries[range]
                    .iter()
                    .zip(&solution.numerators)
                    .map(|(entry, x)| entry * x)
                    .sum(),
            }
        };
        right.iter().enumerate().all(|(row, b)| product(row) == b * &solution.denominator)
    }
}

/// The part of the right side that the digits so far leave, divided by the power of the prime.
enum Residual {
    Small(Vec<i128>),
    Big(Vec<IBig>),
}

impl Residual {
    fn new(right: &[IBig], matrix: &Entries) -> Self {
        // Beside entries of 64 bits a right side of 120 bits leaves room for the products.
        let small = |value: &IBig| {
            (value.unsigned_abs().bit_len() < 120).then(|| i128::try_from(value).ok()).flatten()
        };
        match (matrix, right.iter().map(small).collect()) {
            (Entries::Small(_), Some(small)) => Residual::Small(small),
            _ => Residual::Big(right.to_vec()),
        }
    }

    fn residues(&self) -> Vec<u64> {
        match self {
            Residual::Small(values) => {
                values.iter().map(|&value| modular::residue(value)).collect()
            }
            Residual::Big(values) => values.iter().map(residue).collect(),
        }
    }

    /// Subtracts the matrix times the digits, and divides by the prime, without remainder.
    fn advance(&mut self, digits: &[u64], matrix: &Entries, size: usize) {
        match (self, matrix) {
            (Residual::Small(values), Entries::Small(entries)) => {
                for (value, row) in values.iter_mut().zip(entries.chunks_exact(size)) {
                    let product: i128 = row
                        .iter()
                        .zip(digits)
                        .map(|(&entry, &digit)| i128::from(entry) * i128::from(digit))
                        .sum();
                    *value = modular::divide_by_prime(*value - product);
                }
            }
            (Residual::Big(values), Entries::Small(entries)) => {
                for (value, row) in values.iter_mut().zip(entries.chunks_exact(size)) {
                    let product: i128 = row
                        .iter()
                        .zip(digits)
                        .map(|(&entry, &digit)| i128::from(entry) * i128::from(digit))
                        .sum();
                    *value = (&*value - IBig::from(product)) / IBig::from(PRIME);
                }
            }
            (Residual::Big(values), Entries::Big(entries)) => {
                for (value, row) in values.iter_mut().zip(entries.chunks_exact(size)) {
                    let terms = row.iter().zip(digits).filter(|(entry, _)| !entry.is_zero());
                    let product: IBig = terms.map(|(entry, &digit)| entry * digit).sum();
                    *value = (&*value - product) / IBig::from(PRIME);
                }
            }
            // `new` makes small residuals for small matrices only.
            (Residual::Small(_), Entries::Big(_)) => {}
        }
    }
}

/// Fractions with one denominator that are congruent to the values, when they seem to be found:
/// numerators and denominator are far smaller than chance would have them.
fn recovered(values: &[IBig], modulus: &IBig) -> Option<CommonFraction> {
    let bits = modulus.unsigned_abs().bit_len();
    let limit = IBig::ONE << ((bits - 2) / 2);
    let half = modulus / IBig::from(2);
    let centred = |value: IBig| -> IBig {
        let rest = value % modulus;
        if rest > half {
            rest - modulus
        } else if rest < -&half {
            rest + modulus
        } else {
            rest
        }
    };
    let mut denominator = IBig::ONE;
    for value in values {
        let numerator = centred(value * &denominator);
        if magnitude(&numerator) >= limit {
            denominator *= denominator_of(&numerator, modulus, &limit)?;
            if denominator >= limit {
                return None;
            }
        }
    }
    let numerators: Vec<IBig> = values.iter().map(|value| centred(value * &denominator)).collect();
    let found = numerators.iter().all(|numerator| magnitude(numerator) < limit);
    found.then_some(CommonFraction { numerators, denominator })
}

fn magnitude(value: &IBig) -> IBig {
    IBig::from(value.unsigned_abs())
}

/// The denominator of the fraction congruent to a value, by the Euclidean algorithm stopped half
/// way.
fn denominator_of(value: &IBig, modulus: &IBig, limit: &IBig) -> Option<IBig> {
    let (mut older, mut newer) = (modulus.unsigned_abs(), residue_of(value, modulus));
    let (mut older_factor, mut newer_factor) = (UBig::ZERO, UBig::ONE);
    let limit = limit.unsigned_abs();
    while newer >= limit {
        let (quotient, rest) = (&older).div_rem(&newer);
        older = std::mem::replace(&mut newer, rest);
        let next = &older_factor + quotient * &newer_factor;
        older_factor = std::mem::replace(&mut newer_factor, next);
    }
    (newer_factor < limit).then(|| IBig::from(newer_factor))
}

fn residue_of(value: &IBig, modulus: &IBig) -> UBig {
    let rest = value % modulus;
    if rest < IBig::ZERO { (rest + modulus).unsigned_abs() } else { rest.unsigned_abs() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(matrix: &[IBig], right: &[IBig], transpose: bool) -> bool {
        let size = right.len();
        let Some(lifting) = Lifting::new(matrix.to_vec(), size, &|| true) else { return false };
        let solution = lifting.solve(right, transpose, &|| true).unwrap();
        assert!(solution.denominator > IBig::ZERO);
        for row in 0..size {
            let entry = |column: usize| {
                &matrix[if transpose { column * size + row } else { row * size + column }]
            };
            let sum: IBig =
                (0..size).map(|column| entry(column) * &solution.numerators[column]).sum();
            assert_eq!(sum, &right[row] * &solution.denominator);
        }
        true
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn solutions_satisfy_their_systems(
            size in 1usize..8, entries in prop::collection::vec(-50i64..50, 64),
            right in prop::collection::vec(-50i64..50, 8), scale in 0usize..3, transpose in any::<bool>(),
        ) {
            // Entries that fit one word, more than the small kernel takes, and many words.
            let factor = IBig::from(10).pow([0, 15, 60][scale]);
            let noise = |at: usize| if scale == 0 { IBig::ZERO } else { IBig::from(at * at % 7) };
            let matrix: Vec<IBig> =
                entries[..size * size].iter().enumerate().map(|(at, &x)| &factor * x + noise(at)).collect();
            let right: Vec<IBig> = right[..size].iter().map(|&b| &factor * b).collect();
            check(&matrix, &right, transpose);
        }
    }

    #[test]
    fn hilbert_system_is_solved_exactly() {
        // The Hilbert matrix of order 12, rows multiplied to integers; M x = (1, …, 1) has an
        // integer solution for the unscaled matrix.
        let size = 12;
        let scale: i64 = 5_354_228_880; // the least common multiple of 1, …, 23, over 1
        let matrix: Vec<IBig> = (0..size * size)
            .map(|at| IBig::from(scale) / IBig::from(at / size + at % size + 1))
            .collect();
        let right = vec![IBig::from(scale); size];
        assert!(check(&matrix, &right, false));
    }

    #[test]
    fn singular_matrix_is_refused() {
        let matrix = [1, 2, 2, 4].map(IBig::from).to_vec();
        assert!(Lifting::new(matrix, 2, &|| true).is_none());
    }
}
