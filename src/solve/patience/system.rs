//! Discounted values of a chain, in fractions.

use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

/// Values at one discount factor.
pub(in crate::solve) struct Solved {
    /// By node and player.
    pub(in crate::solve) values: Vec<Vec<Rational>>,
    /// The determinant of I − δP, which is positive.
    pub(in crate::solve) determinant: Rational,
}

/// v = (1 − δ) g + δ P v, where node n leads to others as `next[n]` says and pays `payoffs[n]`.
///
/// I − δP is diagonally dominant, so that elimination needs no other pivots than those of the diagonal. Work:
/// the cube of the number of nodes.
pub(in crate::solve) fn solve_system(
    next: &[Vec<(usize, Rational)>],
    payoffs: &[Vec<Rational>],
    discount: &Rational,
    budget: &Budget,
) -> Result<Solved, Exhausted> {
    let (count, players) = (next.len(), payoffs.first().map_or(0, Vec::len));
    let now = Rational::ONE - discount;
    let mut rows: Vec<Vec<Rational>> = (0..count)
        .map(|node| {
            let mut row = vec![Rational::ZERO; count + players];
            row[node] = Rational::ONE;
            for (to, probability) in &next[node] {
                row[*to] -= &(discount * probability);
            }
            for (player, payoff) in payoffs[node].iter().enumerate() {
                row[count + player] = &now * payoff;
            }
            row
        })
        .collect();
    let mut determinant = Rational::ONE;
    let mut steps = 0;
    for pivot in 0..count {
        determinant *= &rows[pivot][pivot];
        let inverse = rows[pivot][pivot].recip().unwrap_or_default();
        for entry in rows[pivot].iter_mut().skip(pivot) {
            *entry *= &inverse;
        }
        let pivot_row = rows[pivot].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            if at == pivot || row[pivot].is_zero() {
                continue;
            }
            steps += 1;
            budget.check(steps)?;
            let factor = row[pivot].clone();
            for (entry, by) in row.iter_mut().zip(&pivot_row).skip(pivot) {
                if !by.is_zero() {
                    *entry -= &(&factor * by);
                }
            }
        }
    }
    let values = rows.into_iter().map(|row| row[count..].to_vec()).collect();
    Ok(Solved { values, determinant })
}
