//! The exact programs of commitment against types: all replies fixed, or some.

use crate::game::bayesian::ReplyMultiplier;
use crate::linear::{LinearProgram, Relation};
use crate::num::Rational;
use crate::solve::Exhausted;
use crate::solve::meter::Meter;

use super::view::View;

/// The largest number of coefficients of a program.
const MOST_COEFFICIENTS: usize = 1 << 20;

/// The optimum of a program of a case.
pub(super) struct CaseOptimum {
    /// The best commitment of the relaxation; `None` where nothing induces the replies.
    pub(super) commitment: Option<Vec<Rational>>,
    pub(super) multipliers: Vec<ReplyMultiplier>,
}

/// Maximises what the leader gets in a case: over commitments that induce the fixed replies, and for
/// the open types over splits of the commitment, as in the [relaxation](super::relaxation).
///
/// Payoffs are made positive by a constant and Σ x ≤ 1 is asked for: then zero is feasible, and is
/// the optimum exactly when nothing induces the replies; the multipliers are the proof in both cases.
/// `None` for a program of too many coefficients.
pub(super) fn solve_case(
    view: &View,
    fixed: &[Option<usize>],
    meter: &Meter<'_>,
) -> Result<Option<CaseOptimum>, Exhausted> {
    let (n, m) = (view.actions, view.replies);
    let open: Vec<usize> =
        view.active.iter().copied().filter(|&kind| fixed[kind].is_none()).collect();
    let size = n * m * m * (open.len() + 1);
    if size > MOST_COEFFICIENTS {
        return Ok(None);
    }
    let raised = |kind: usize, action: usize, reply: usize| {
        view.lead(kind, action, reply) + view.probability(kind) * &view.shift
    };
    // Variables: x_i, then z_ij for each open type.
    let part = |at: usize, action: usize, reply: usize| n + (at * n + action) * m + reply;
    let mut objective = vec![Rational::ZERO; n + open.len() * n * m];
    for &kind in &view.active {
        if let Some(reply) = fixed[kind] {
            for (action, objective) in objective.iter_mut().take(n).enumerate() {
                *objective += raised(kind, action, reply);
            }
        }
    }
    for (at, &kind) in open.iter().enumerate() {
        for action in 0..n {
            for reply in 0..m {
                objective[part(at, action, reply)] = raised(kind, action, reply);
            }
        }
    }
    let mut program = LinearProgram::maximize(objective);
    let mut names = Vec::new();
    for &kind in &view.active {
        let gain = |action: usize, other: usize, reply: usize| {
            view.follow(kind, action, other) - view.follow(kind, action, reply)
        };
        let at = open.iter().position(|&one| one == kind);
        for reply in (0..m).filter(|&reply| fixed[kind].is_none_or(|fixed| fixed == reply)) {
            for other in (0..m).filter(|&other| other != reply) {
                // What never gains needs no constraint.
                if !(0..n).any(|action| gain(action, other, reply).is_positive()) {
                    continue;
                }
                let row = (0..n).map(|action| {
                    let variable = at.map_or(action, |at| part(at, action, reply));
                    (variable, gain(action, other, reply))
                });
                program.constrain(row, Relation::AtMost, Rational::ZERO);
                names.push((kind, reply, other));
            }
        }
    }
    for at in 0..open.len() {
        for action in 0..n {
            for sign in [Rational::ONE, -Rational::ONE] {
                let parts = (0..m).map(|reply| (part(at, action, reply), sign.clone()));
                let whole = (action, -&sign);
                program.constrain(parts.chain([whole]), Relation::AtMost, Rational::ZERO);
            }
        }
    }
    program.constrain(
        (0..n).map(|action| (action, Rational::ONE)),
        Relation::AtMost,
        Rational::ONE,
    );
    let mut optimum = meter.optimum(&program)?;
    let multipliers = names
        .into_iter()
        .zip(optimum.dual)
        .filter(|(_, value)| !value.is_zero())
        .map(|((kind, reply, other), value)| ReplyMultiplier { kind, reply, other, value })
        .collect();
    optimum.primal.truncate(n);
    let commitment = optimum.value.is_positive().then_some(optimum.primal);
    Ok(Some(CaseOptimum { commitment, multipliers }))
}
