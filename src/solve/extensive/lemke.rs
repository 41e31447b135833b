//! One equilibrium of a two-player tree by Lemke's algorithm on the sequence form.
//!
//! Realization plans x and y with dual variables p and q are an equilibrium when Ex = e, Fy = f,
//! Eᵀp ≥ Ay with equality where x is positive, and Fᵀq ≥ Bᵀx with equality where y is. With p and q
//! written as differences of non-negative variables this is a linear complementarity problem
//! w = b + Mz, w, z ≥ 0, wᵀz = 0. With negative payoffs Lemke's path from the ray of the covering
//! vector (1, …, 1) ends at a solution and at no other ray. Ties are broken lexicographically, so
//! that it cannot cycle; the numbers are integers over one denominator.
//! Source: Koller, Megiddo & von Stengel (1996), theorem 4.1 and section 5; Lemke (1965).

use dashu_int::IBig;

use crate::game::{ExtensiveGame, MixedStrategy};
use crate::linear::{Dictionary, Place, coprime_integers};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

use super::sequence::SequenceForm;

/// The largest number of entries of the tableau.
const MOST_ENTRIES: usize = 1 << 23;

/// An equilibrium in behaviour strategies; adds the pivots it took to `pivots`.
pub(super) fn solve(
    tree: &ExtensiveGame,
    form: &SequenceForm,
    budget: &Budget,
    pivots: &mut u64,
) -> Result<Vec<MixedStrategy>, Exhausted> {
    let [first, second] = &form.sides;
    let (n1, n2) = (first.sequences, second.sequences);
    let (m1, m2) = (first.rows.len() + 1, second.rows.len() + 1);
    // x, y, p', p'', q', q''.
    let (at_y, at_p, at_q) = (n1, n1 + n2, n1 + n2 + 2 * m1);
    let size = at_q + 2 * m2;
    let width = size + 2;
    if size.saturating_mul(width) > MOST_ENTRIES {
        return Err(Exhausted::Memory);
    }
    // Row i holds b_i, then −M_ij, then −1 for the covering variable.
    let mut entries = vec![IBig::ZERO; size * width];
    let cover = width - 1;
    for row in 0..size {
        entries[row * width + cover] = -IBig::ONE;
    }
    let keys: Vec<(usize, usize)> = form.payoffs.keys().copied().collect();
    for player in [0, 1] {
        let values: Vec<&Rational> = form.payoffs.values().map(|cell| &cell[player]).collect();
        let (integers, _) = coprime_integers(values.iter().copied());
        for (&(i, j), integer) in keys.iter().zip(integers) {
            // The row of x_i has +A y, that of y_j has +Bᵀx: −M = A there.
            let (row, column) = if player == 0 { (i, at_y + j) } else { (at_y + j, i) };
            entries[row * width + 1 + column] = integer;
        }
    }
    for (side, from, dual, rows) in [(first, 0, at_p, m1), (second, at_y, at_q, m2)] {
        let own = side.own_row();
        let mut put = |row: usize, sequence: usize, sign: i8| {
            // E has `sign` at (row, sequence): M has Eᵀ and −Eᵀ beside the sequence, −E and E below.
            let (plus, minus) = (dual + row, dual + rows + row);
            let (sequence, sign) = (from + sequence, IBig::from(sign));
            entries[sequence * width + 1 + plus] = -&sign;
            entries[sequence * width + 1 + minus] = sign.clone();
            entries[plus * width + 1 + sequence] = sign.clone();
            entries[minus * width + 1 + sequence] = -sign;
        };
        for (sequence, &row) in own.iter().enumerate() {
            put(row, sequence, 1);
        }
        for (k, row) in side.rows.iter().enumerate() {
            put(1 + k, row.before, -1);
        }
        entries[dual * width] = IBig::ONE;
        entries[(dual + rows) * width] = -IBig::ONE;
    }
    // Labels: w from 0, z from `size`, the covering variable last.
    let rows: Vec<usize> = (0..size).collect();
    let columns: Vec<usize> = (size..=2 * size).collect();
    let order = rows.clone();
    let mut dictionary = Dictionary::from_integers(entries, &rows, &columns);
    let covering = 2 * size;
    // The covering variable enters where b is least: among ties at the last row, whose
    // perturbation is least.
    let mut row = at_q + m2;
    let mut column = width - 1;
    loop {
        budget.check(*pivots)?;
        let leaving = dictionary.row_label(row);
        dictionary.pivot(row, column);
        *pivots += 1;
        if leaving == covering || dictionary.value(covering).is_zero() {
            break;
        }
        let entering = if leaving < size { leaving + size } else { leaving - size };
        column = match dictionary.place(entering) {
            Place::Column(column) => column,
            // Of a complementary pair at most one is basic, and the other of this pair just left.
            #[allow(clippy::unreachable)]
            _ => unreachable!("the complement of what leaves is non-basic"),
        };
        // The theorem excludes a ray.
        #[allow(clippy::unreachable)]
        let Some(next) = dictionary.lexicographic_row(column, size, &order) else {
            unreachable!("Lemke's path on a sequence form ends at no ray")
        };
        row = next;
    }
    let plan = |from: usize, count: usize| -> Vec<Rational> {
        (from..from + count).map(|at| dictionary.value(size + at)).collect()
    };
    Ok(form.profile(tree, [&plan(0, n1), &plan(at_y, n2)]))
}
