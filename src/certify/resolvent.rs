//! The inverse of I − δP as a quotient of polynomials of δ.
//!
//! Faddeev's and `LeVerrier`'s recursion gives det(I − δP) = Σ `c_k` δ^k and adj(I − δP) = Σ `B_k` δ^k:
//! `B_0` = I, `c_0` = 1, `c_k` = −tr(P `B_(k−1)`)/k, `B_k` = P `B_(k−1)` + `c_k` I (Faddeev & Sominskii 1949).

use crate::num::Rational;

use super::Refutation;
use super::meter::{Meter, weight};

/// Coefficients from the constant one on.
pub(super) type Coefficients = Vec<Rational>;

/// The determinant, and products with the adjugate.
pub(super) struct Resolvent {
    /// `numerators[i][s]`: row s of the adjugate times the i-th column.
    pub(super) numerators: Vec<Vec<Coefficients>>,
    /// det(I − δP).
    pub(super) determinant: Coefficients,
}

/// The first `rows` rows of adj(I − δP) times some columns, and det(I − δP).
///
/// `next` says for each state where it leads and with what probability. Work: for each state a product of
/// P with a matrix, times what the longest number costs.
pub(super) fn resolvent(
    next: &[Vec<(usize, &Rational)>],
    columns: &[Vec<&Rational>],
    rows: usize,
    meter: &mut Meter,
) -> Result<Resolvent, Refutation> {
    let size = next.len();
    let edges: usize = next.iter().map(Vec::len).sum();
    let given = next.iter().flatten().map(|(_, share)| weight(share));
    let given = given.chain(columns.iter().flatten().map(|one| weight(one))).max().unwrap_or(1);
    let mut numerators = vec![vec![Coefficients::new(); rows]; columns.len()];
    let mut determinant = vec![Rational::ONE];
    let mut matrix: Vec<Vec<Rational>> = (0..size)
        .map(|row| (0..size).map(|at| Rational::from(u64::from(at == row))).collect())
        .collect();
    for order in 1..=size {
        let longest = matrix.iter().flatten().map(weight).max().unwrap_or(1).max(given);
        let products = edges.saturating_add(size).saturating_add(rows * columns.len());
        meter.spend(products.saturating_mul(size).saturating_mul(longest))?;
        for (column, of_column) in columns.iter().zip(&mut numerators) {
            for (row, numerator) in of_column.iter_mut().enumerate() {
                let terms = matrix[row].iter().zip(column).filter(|(entry, _)| !entry.is_zero());
                numerator.push(terms.map(|(entry, one)| entry * *one).sum());
            }
        }
        let mut product = vec![vec![Rational::ZERO; size]; size];
        for (row, next) in product.iter_mut().zip(next) {
            for &(to, share) in next {
                for (sum, entry) in row.iter_mut().zip(&matrix[to]) {
                    if !entry.is_zero() {
                        *sum += &(share * entry);
                    }
                }
            }
        }
        let trace: Rational = product.iter().enumerate().map(|(at, row)| &row[at]).sum();
        let next = -trace.checked_div(&Rational::from(order as u64)).unwrap_or_default();
        for (at, row) in product.iter_mut().enumerate() {
            row[at] += &next;
        }
        determinant.push(next);
        matrix = product;
    }
    Ok(Resolvent { numerators, determinant })
}
