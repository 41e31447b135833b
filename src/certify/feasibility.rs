//! Whether some belief makes an action a best response, by a small simplex in exact numbers.
//!
//! An action is strictly dominated by a mixed strategy exactly when no distribution over the
//! others' joint actions makes it a best response (Pearce 1984, lemma 3). For gains M_ab from
//! playing a instead, against the joint action b, a belief is μ ≥ 0 other than 0 with Mμ ≤ 0. The
//! program max Σμ subject to Mμ ≤ 0, Σμ ≤ 1 starts feasible at 0, and its value is 1 or 0; it is
//! enough to find one point with Σμ > 0. Bland's rule (1977) keeps it from cycling.

use crate::num::Rational;

use super::meter::{Meter, Spent};

/// Whether some μ ≥ 0 other than 0 has Mμ ≤ 0, for the rows `gains` of M.
pub(super) fn belief_exists(gains: &[Vec<Rational>], meter: &mut Meter) -> Result<bool, Spent> {
    let beliefs = gains.first().map_or(0, Vec::len);
    positive_exists(gains, vec![Rational::ONE; beliefs], meter)
}

/// Whether some μ ≥ 0 with Mμ ≤ 0, for the rows `gains` of M, makes the objective positive.
pub(super) fn positive_exists(
    gains: &[Vec<Rational>],
    mut objective: Vec<Rational>,
    meter: &mut Meter,
) -> Result<bool, Spent> {
    let beliefs = objective.len();
    let rows = gains.len() + 1;
    // Row r of the dictionary says: basic[r] = constant − Σ entries · nonbasic.
    let mut entries: Vec<Vec<Rational>> = gains.to_vec();
    entries.push(vec![Rational::ONE; beliefs]);
    let mut constants = vec![Rational::ZERO; rows];
    constants[rows - 1] = Rational::ONE;
    // Variables are numbered: beliefs first, then slacks.
    let mut nonbasic: Vec<usize> = (0..beliefs).collect();
    let mut basic: Vec<usize> = (beliefs..beliefs + rows).collect();
    loop {
        let entering = (0..beliefs)
            .filter(|&column| objective[column].is_positive())
            .min_by_key(|&column| nonbasic[column]);
        let Some(column) = entering else {
            return Ok(false);
        };
        meter.spend(rows * beliefs * 4)?;
        // The last row bounds every belief, so that some ratio exists.
        let ratios = (0..rows)
            .filter(|&row| entries[row][column].is_positive())
            .map(|row| (&constants[row] / &entries[row][column], basic[row], row));
        let Some((step, _, row)) = ratios.min() else {
            return Ok(true);
        };
        if step.is_positive() {
            return Ok(true);
        }
        pivot(&mut entries, &mut constants, &mut objective, row, column);
        std::mem::swap(&mut basic[row], &mut nonbasic[column]);
    }
}

/// Exchanges the basic variable of `row` with the nonbasic one of `column`.
fn pivot(
    entries: &mut [Vec<Rational>],
    constants: &mut [Rational],
    objective: &mut [Rational],
    row: usize,
    column: usize,
) {
    let lead = entries[row][column].clone();
    for (at, entry) in entries[row].iter_mut().enumerate() {
        *entry = if at == column { Rational::ONE / &lead } else { &*entry / &lead };
    }
    constants[row] = &constants[row] / &lead;
    let (pivot_row, pivot_constant) = (entries[row].clone(), constants[row].clone());
    for (at, other) in entries.iter_mut().enumerate().filter(|&(at, _)| at != row) {
        let factor = std::mem::replace(&mut other[column], Rational::ZERO);
        if factor.is_zero() {
            continue;
        }
        for (entry, lead) in other.iter_mut().zip(&pivot_row) {
            *entry -= &(&factor * lead);
        }
        constants[at] -= &(&factor * &pivot_constant);
    }
    let factor = std::mem::replace(&mut objective[column], Rational::ZERO);
    for (entry, lead) in objective.iter_mut().zip(&pivot_row) {
        *entry -= &(&factor * lead);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certify::Limits;

    fn exists(gains: &[&[i64]]) -> bool {
        let gains: Vec<Vec<Rational>> =
            gains.iter().map(|row| row.iter().map(|&x| Rational::from(x)).collect()).collect();
        belief_exists(&gains, &mut Meter::new(&Limits::default())).unwrap()
    }

    #[test]
    fn an_action_between_two_others_is_dominated_by_their_mixture() {
        // Against two columns: 3, 0 and 0, 3 and the middle 1, 1, which is never a best reply.
        assert!(!exists(&[&[2, -1], &[-1, 2]]));
        // With 2, 2 in the middle it is one at even odds.
        assert!(exists(&[&[1, -2], &[-2, 1]]));
        // Equality counts as a best reply.
        assert!(exists(&[&[1, -1], &[-1, 1]]));
    }

    #[test]
    fn a_pure_belief_may_be_needed() {
        assert!(exists(&[&[5, 0, 3], &[7, 0, 2]]));
        assert!(!exists(&[&[1, 1, 1]]));
        assert!(exists(&[&[0, 0]]));
    }
}
