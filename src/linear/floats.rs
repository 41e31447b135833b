//! Programs in machine numbers, for searches that make exact what they use of the solution.
//!
//! The methods are those that guess the basis of an exact program; what comes out here is the guess.

use super::dense::Dense;
use super::revised::Revised;
use super::scaled::{ScaledProgram, ScaledRow, largest};

/// Rows × columns up to which the whole tableau is kept.
const MOST_DENSE: usize = 1 << 14;
/// Coefficients of the largest program.
const MOST_COEFFICIENTS: usize = 1 << 22;

/// Maximise c·x subject to A x ≤ b and x ≥ 0, with b ≥ 0.
pub(crate) struct FloatProgram {
    objective: Vec<f64>,
    rows: Vec<(Vec<(usize, f64)>, f64)>,
}

/// A solution that is optimal as far as machine numbers can tell, and its multipliers.
pub(crate) struct FloatOptimum {
    pub(crate) value: f64,
    pub(crate) primal: Vec<f64>,
    pub(crate) dual: Vec<f64>,
}

impl FloatProgram {
    pub(crate) fn maximize(objective: Vec<f64>) -> Self {
        FloatProgram { objective, rows: Vec::new() }
    }

    /// Adds a row by its coefficients that are not zero, and the bound, which is not negative.
    pub(crate) fn constrain(&mut self, row: impl IntoIterator<Item = (usize, f64)>, bound: f64) {
        self.rows.push((row.into_iter().filter(|(_, value)| *value != 0.0).collect(), bound));
    }

    /// The optimum; `None` when the program seems unbounded, is too large, needs too many pivots, or
    /// when `go_on`, which is asked before each pivot, says no.
    pub(crate) fn optimum(self, go_on: &dyn Fn() -> bool) -> Option<FloatOptimum> {
        let coefficients: usize = self.rows.iter().map(|(row, _)| row.len()).sum();
        if coefficients > MOST_COEFFICIENTS {
            return None;
        }
        let FloatProgram { objective, rows } = self;
        let (mut scales, mut scaled) = (Vec::with_capacity(rows.len()), Vec::new());
        for (mut coefficients, bound) in rows {
            let scale = largest(coefficients.iter().map(|&(_, value)| value));
            coefficients.iter_mut().for_each(|(_, value)| *value /= scale);
            scaled.push(ScaledRow { coefficients, bound: bound / scale });
            scales.push(scale);
        }
        let unit = largest(objective.iter().copied());
        let program = ScaledProgram {
            objective: objective.iter().map(|cost| cost / unit).collect(),
            rows: scaled,
        };
        if !program.is_finite() {
            return None;
        }
        let (primal, mut dual) = if scales.len() * objective.len() <= MOST_DENSE {
            let mut dense = Dense::new(program)?;
            dense.optimize(go_on).then(|| dense.solution())?
        } else {
            let mut revised = Revised::new(program);
            revised.optimize(go_on).then(|| revised.solution())?
        };
        dual.iter_mut().zip(scales).for_each(|(y, scale)| *y *= unit / scale);
        let value = primal.iter().zip(&objective).map(|(x, cost)| x * cost).sum();
        Some(FloatOptimum { value, primal, dual })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(copies: usize) -> FloatProgram {
        // Maximise 3x + 2y subject to x + y ≤ 4, x ≤ 3 and x − y ≤ 0, beside others of the kind.
        let mut program = FloatProgram::maximize([3.0, 2.0].repeat(copies));
        for at in (0..2 * copies).step_by(2) {
            program.constrain([(at, 10.0), (at + 1, 10.0)], 40.0);
            program.constrain([(at, 1.0)], 3.0);
            program.constrain([(at, 1.0), (at + 1, -1.0)], 0.0);
        }
        program
    }

    #[test]
    fn optimum_and_multipliers_of_small_and_of_large_programs() {
        for copies in [1, 60] {
            let found = program(copies).optimum(&|| true).unwrap();
            assert!((found.value - 10.0 * copies as f64).abs() < 1e-6);
            for at in 0..copies {
                assert!((found.primal[2 * at] - 2.0).abs() < 1e-6);
                assert!((found.dual[3 * at] - 0.25).abs() < 1e-6, "{}", found.dual[3 * at]);
                assert!((found.dual[3 * at + 2] - 0.5).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn a_program_without_bound_has_no_solution_and_a_stop_is_heard() {
        let mut unbounded = FloatProgram::maximize(vec![1.0, 0.0]);
        unbounded.constrain([(0, 1.0), (1, -1.0)], 1.0);
        assert!(unbounded.optimum(&|| true).is_none());
        assert!(program(1).optimum(&|| false).is_none());
    }
}
