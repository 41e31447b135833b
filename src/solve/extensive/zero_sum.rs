//! Optimal strategies of a two-player tree of constant sum by one linear program.
//!
//! Minimise p₀ subject to Eᵀp ≥ Ay, Fy = f, y ≥ 0: the solution is the second player's optimal plan,
//! and the multipliers of the first rows are the first player's. Its size is that of the tree.
//! Source: von Stengel (1996), section 5; Koller & Megiddo (1992).

use crate::game::{ExtensiveGame, MixedStrategy};
use crate::linear::{LinearProgram, Relation};
use crate::num::Rational;
use crate::solve::Exhausted;
use crate::solve::meter::Meter;

use super::sequence::SequenceForm;

/// An equilibrium in behaviour strategies of a tree whose payoffs sum to a constant.
pub(super) fn solve(
    tree: &ExtensiveGame,
    form: &SequenceForm,
    meter: &Meter<'_>,
) -> Result<Vec<MixedStrategy>, Exhausted> {
    let [first, second] = &form.sides;
    let (n1, n2, m1) = (first.sequences, second.sequences, first.rows.len() + 1);
    let mut objective = vec![Rational::ZERO; n2 + m1];
    objective[n2] = -Rational::ONE;
    let mut program = LinearProgram::maximize(objective);
    (n2..n2 + m1).for_each(|variable| program.set_free(variable));
    let mut rows: Vec<Vec<(usize, Rational)>> = vec![Vec::new(); n1];
    for (&(i, j), cell) in &form.payoffs {
        rows[i].push((j, cell[0].clone()));
    }
    for (sequence, &row) in first.own_row().iter().enumerate() {
        rows[sequence].push((n2 + row, -Rational::ONE));
    }
    for (k, row) in first.rows.iter().enumerate() {
        rows[row.before].push((n2 + 1 + k, Rational::ONE));
    }
    for row in rows {
        program.constrain(row, Relation::AtMost, Rational::ZERO);
    }
    program.constrain([(0, Rational::ONE)], Relation::Equal, Rational::ONE);
    for row in &second.rows {
        let after = row.after.iter().map(|&sequence| (sequence, Rational::ONE));
        let all = after.chain([(row.before, -Rational::ONE)]);
        program.constrain(all, Relation::Equal, Rational::ZERO);
    }
    let optimum = meter.optimum(&program)?;
    Ok(form.profile(tree, [&optimum.dual[..n1], &optimum.primal[..n2]]))
}
