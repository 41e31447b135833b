//! The index of equilibria: a test that finds many incomplete lists, and proves none complete.
//!
//! A nondegenerate equilibrium (x, y) plays k actions on each side, every best reply is played, and
//! the payoffs A and B on its supports, made positive by adding a constant, have determinants
//! other than zero. Its index is (−1)^(k+1) · sign(det A · det B), which is +1 or −1 (Shapley 1974).
//! The indices of the components of all equilibria sum to +1. So if every listed equilibrium is
//! nondegenerate and the sum is not 1, some are missing; if it is 1, those that might be missing
//! have indices that sum to zero.

use dashu_base::BitTest;
use dashu_int::IBig;
use rayon::prelude::*;

use crate::num::Rational;

use super::equilibria::MEMBERS_FOR_TASKS;
use super::mersenne;
use super::meter::Meter;
use super::replies::{Known, Replies};
use super::{Completeness, Refutation};

/// Whether the indices of a list of equilibria of two players can be those of all of them; each
/// member by what is known of its strategies.
pub(super) fn check_index<'a>(
    replies: &[Replies; 2],
    count: usize,
    member: impl Fn(usize) -> [&'a Known; 2] + Sync,
    meter: &mut Meter,
) -> Result<Completeness, Refutation> {
    let indices: Option<Vec<i32>> = if (0..count).all(|at| is_regular(&member(at))) {
        // Two determinants each.
        (0..count).try_for_each(|at| meter.spend(4 * member(at)[0].support.len().pow(3)))?;
        let members = (0..count).into_par_iter().with_min_len(MEMBERS_FOR_TASKS);
        members.map(|at| index(replies, member(at))).collect()
    } else {
        None
    };
    let Some(indices) = indices else {
        return Ok(Completeness::NotChecked(
            "the game is too large for an enumeration within the limit, and a degenerate \
             equilibrium keeps the indices from deciding"
                .to_owned(),
        ));
    };
    let sum: i64 = indices.into_iter().map(i64::from).sum();
    if sum == 1 {
        return Ok(Completeness::Consistent(format!(
            "the game is too large for an enumeration within the limit; the indices of the {count} \
             equilibria sum to +1, as those of a complete list do"
        )));
    }
    Err(Refutation::Incomplete(format!(
        "the indices of the {count} equilibria, all nondegenerate, sum to {sum}; those of all \
         equilibria sum to 1"
    )))
}

/// Whether both play the same number of actions, and all best replies.
fn is_regular([x, y]: &[&Known; 2]) -> bool {
    x.support.len() == y.support.len() && x.replies == y.support && y.replies == x.support
}

/// The index of a nondegenerate equilibrium of two players; `None` for a degenerate one.
pub(super) fn index(replies: &[Replies; 2], pair: [&Known; 2]) -> Option<i32> {
    if !is_regular(&pair) {
        return None;
    }
    let [x, y] = pair;
    let size = x.support.len();
    let mut sign = 1;
    for (replies, strategy) in replies.iter().zip([x, y]) {
        sign *= determinant_sign(replies, &strategy.replies, &strategy.support);
    }
    let parity = if size % 2 == 1 { 1 } else { -1 };
    (sign != 0).then_some(parity * sign)
}

/// The greatest primes below 2³¹.
const PRIMES: [u64; 48] = [
    2_147_483_647,
    2_147_483_629,
    2_147_483_587,
    2_147_483_579,
    2_147_483_563,
    2_147_483_549,
    2_147_483_543,
    2_147_483_497,
    2_147_483_489,
    2_147_483_477,
    2_147_483_423,
    2_147_483_399,
    2_147_483_353,
    2_147_483_323,
    2_147_483_269,
    2_147_483_249,
    2_147_483_237,
    2_147_483_179,
    2_147_483_171,
    2_147_483_137,
    2_147_483_123,
    2_147_483_077,
    2_147_483_069,
    2_147_483_059,
    2_147_483_053,
    2_147_483_033,
    2_147_483_029,
    2_147_482_951,
    2_147_482_949,
    2_147_482_943,
    2_147_482_937,
    2_147_482_921,
    2_147_482_877,
    2_147_482_873,
    2_147_482_867,
    2_147_482_859,
    2_147_482_819,
    2_147_482_817,
    2_147_482_811,
    2_147_482_801,
    2_147_482_763,
    2_147_482_739,
    2_147_482_697,
    2_147_482_693,
    2_147_482_681,
    2_147_482_663,
    2_147_482_661,
    2_147_482_621,
];

/// The sign of the determinant of the payoffs of some replies to some actions, all made positive by
/// adding a constant.
///
/// The determinant is computed modulo so many primes that their product is more than four times the
/// bound of Hadamard (1893), and its sign read off from the last digit in the mixed radix of the
/// primes (Garner 1959). When the payoffs are too long for that, by elimination in fractions.
fn determinant_sign(replies: &Replies, best: &[usize], support: &[usize]) -> i32 {
    let size = support.len();
    // With every payoff at least one, the payoff at the equilibrium is positive.
    let least = replies.least();
    if let Some(sign) = small_determinant_sign(replies, best, support) {
        return sign;
    }
    let entry = |j: usize, i: usize| replies.payoff(j, i) - least + IBig::ONE;
    let matrix: Vec<Vec<IBig>> =
        best.iter().map(|&j| support.iter().map(|&i| entry(j, i)).collect()).collect();
    let bits = matrix.iter().flatten().map(BitTest::bit_len).max().unwrap_or(0);
    // Each row is at most √size · 2^bits long.
    let bound = size * bits + size * (usize::BITS - size.leading_zeros()) as usize / 2 + size + 3;
    // A prime has more than 30.9 bits.
    let needed = bound / 30 + 1;
    if needed > PRIMES.len() {
        let rows = matrix.into_iter();
        return sign_by_fractions(
            rows.map(|row| row.into_iter().map(Rational::from).collect()).collect(),
        );
    }
    let mut residues = Vec::with_capacity(needed);
    let small: Option<Vec<i64>> =
        matrix.iter().flatten().map(|entry| i64::try_from(entry).ok()).collect();
    for &prime in &PRIMES[..needed] {
        let mut cells: Vec<u64> = match &small {
            Some(cells) => cells.iter().map(|&cell| cell as u64 % prime).collect(),
            None => matrix
                .iter()
                .flatten()
                .map(|cell| u64::try_from(cell % IBig::from(prime)).unwrap_or(0))
                .collect(),
        };
        residues.push(determinant_modulo(&mut cells, size, prime));
    }
    // Digits v with determinant = v₀ + v₁ p₀ + v₂ p₀ p₁ + … modulo the product.
    let mut digits: Vec<u64> = Vec::with_capacity(needed);
    for (at, &residue) in residues.iter().enumerate() {
        let prime = PRIMES[at];
        let (mut value, mut radix) = (0u64, 1u64);
        for (digit, other) in digits.iter().zip(PRIMES) {
            value = (value + digit * radix) % prime;
            radix = radix * (other % prime) % prime;
        }
        digits.push((residue + prime - value) % prime * power(radix, prime - 2, prime) % prime);
    }
    let last = digits[needed - 1];
    if digits.iter().all(|&digit| digit == 0) {
        0
    } else if last < PRIMES[needed - 1] / 2 {
        1
    } else {
        -1
    }
}

/// The same where the bound is below half of one prime.
fn small_determinant_sign(replies: &Replies, best: &[usize], support: &[usize]) -> Option<i32> {
    let (entries, size) = (replies.small()?, support.len());
    let least = i64::try_from(replies.least()).ok()?;
    let mut cells = Vec::with_capacity(size * size);
    // The square of the bound: the product of the squared lengths of the rows.
    let mut bound = 1.0;
    for &j in best {
        let row = &entries[j * replies.own..][..replies.own];
        let mut square = 0u128;
        for &i in support {
            let cell = row[i].checked_sub(least).filter(|&cell| cell < 1 << 59)? as u64 + 1;
            square += u128::from(cell) * u128::from(cell);
            cells.push(cell);
        }
        bound *= square as f64;
    }
    // Half the prime is 2⁶⁰: what the product was rounded by is far less than the rest.
    if bound >= 2f64.powi(118) {
        return None;
    }
    Some(match mersenne::determinant(&mut cells, size) {
        0 => 0,
        small if small < mersenne::PRIME / 2 => 1,
        _ => -1,
    })
}

/// The determinant of a square matrix modulo a prime below 2³¹.
fn determinant_modulo(cells: &mut [u64], size: usize, prime: u64) -> u64 {
    let mut determinant = 1;
    for at in 0..size {
        let Some(pivot) = (at..size).find(|&row| cells[row * size + at] != 0) else { return 0 };
        if pivot != at {
            for column in at..size {
                cells.swap(pivot * size + column, at * size + column);
            }
            determinant = prime - determinant;
        }
        let lead = cells[at * size + at];
        determinant = determinant * lead % prime;
        let inverse = power(lead, prime - 2, prime);
        let (done, rest) = cells.split_at_mut((at + 1) * size);
        let lead = &done[at * size..];
        for row in rest.chunks_exact_mut(size) {
            let factor = prime - row[at] * inverse % prime;
            for column in at + 1..size {
                row[column] = (row[column] + factor * lead[column]) % prime;
            }
        }
    }
    determinant
}

fn power(mut base: u64, mut exponent: u64, prime: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % prime;
        }
        base = base * base % prime;
        exponent >>= 1;
    }
    result
}

/// The sign of the determinant of a square matrix.
fn sign_by_fractions(mut rows: Vec<Vec<Rational>>) -> i32 {
    let size = rows.len();
    let mut sign = 1;
    for column in 0..size {
        let Some(pivot) = (column..size).find(|&row| !rows[row][column].is_zero()) else {
            return 0;
        };
        if pivot != column {
            rows.swap(pivot, column);
            sign = -sign;
        }
        let (done, rest) = rows.split_at_mut(column + 1);
        let lead = &done[column];
        sign *= lead[column].signum();
        for row in rest.iter_mut().filter(|row| !row[column].is_zero()) {
            let factor = &row[column] / &lead[column];
            for k in column..size {
                let change = &factor * &lead[k];
                row[k] -= &change;
            }
        }
    }
    sign
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certify::Limits;
    use crate::certify::replies::Strategies;
    use crate::game::answer::Equilibrium;
    use crate::game::{MixedStrategy, NormalForm};

    #[test]
    fn indices_of_a_coordination_game_are_plus_minus_plus() {
        let game = NormalForm::from_integers(&[&[2, 0], &[0, 1]], &[&[2, 0], &[0, 1]]);
        let of = |x: &[(i64, i64)]| {
            let one =
                MixedStrategy::new(x.iter().map(|&(p, q)| Rational::new(p, q)).collect()).unwrap();
            let list = [Equilibrium {
                profile: vec![one.clone(), one],
                payoffs: vec![],
                regret: Rational::ZERO,
            }];
            let mut meter = Meter::new(&Limits::default());
            let replies = [Replies::new(&game, 0), Replies::new(&game, 1)];
            let known =
                [0, 1].map(|at| Strategies::new(&list, at, &replies[at], &mut meter).unwrap());
            index(&replies, [&known[0].known[0], &known[1].known[0]])
        };
        assert_eq!(of(&[(1, 1), (0, 1)]), Some(1));
        assert_eq!(of(&[(0, 1), (1, 1)]), Some(1));
        assert_eq!(of(&[(1, 3), (2, 3)]), Some(-1));
    }

    #[test]
    fn signs_modulo_primes_are_those_of_fractions() {
        let mut seed = 7u64;
        let mut next = |bits: u32| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 1) as i64 >> (63 - bits)
        };
        for size in 1..9 {
            for bits in [1, 2, 7, 30, 62] {
                let table: Vec<Vec<Rational>> = (0..size)
                    .map(|_| (0..size).map(|_| Rational::from(next(bits))).collect())
                    .collect();
                let game = NormalForm::bimatrix(&table, &table).unwrap();
                let replies = Replies::new(&game, 1);
                let all: Vec<usize> = (0..size).collect();
                let shift = Rational::ONE - table.iter().flatten().min().unwrap();
                let shifted =
                    table.iter().map(|row| row.iter().map(|x| x + &shift).collect()).collect();
                assert_eq!(determinant_sign(&replies, &all, &all), sign_by_fractions(shifted));
            }
        }
    }
}
