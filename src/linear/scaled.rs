//! A program in machine numbers, scaled for the methods that guess a basis.

use super::integer_form::IntegerForm;

/// A row of a program, scaled so that its largest coefficient is 1.
pub(super) struct ScaledRow {
    /// The nonzero coefficients by variable.
    pub(super) coefficients: Vec<(usize, f64)>,
    pub(super) bound: f64,
}

/// A program in canonical form: maximize c·x over A x ≤ b, x ≥ 0, where b ≥ 0.
pub(super) struct ScaledProgram {
    pub(super) rows: Vec<ScaledRow>,
    /// The objective c, scaled so that its largest coefficient is 1.
    pub(super) objective: Vec<f64>,
}

/// The largest of some numbers without their signs, or 1 when all are zero.
pub(super) fn largest(values: impl Iterator<Item = f64>) -> f64 {
    let largest = values.fold(0.0f64, |most, x| most.max(x.abs()));
    if largest == 0.0 { 1.0 } else { largest }
}

impl ScaledProgram {
    /// The program of an integer form; `None` when a number is too large for the machine.
    pub(super) fn new(form: &IntegerForm) -> Option<Self> {
        let rows: Vec<ScaledRow> = form
            .rows
            .iter()
            .map(|row| {
                let mut coefficients: Vec<(usize, f64)> = row
                    .coefficients
                    .iter()
                    .map(|(variable, value)| (*variable, value.to_f64().value()))
                    .collect();
                let scale = largest(coefficients.iter().map(|&(_, value)| value));
                coefficients.iter_mut().for_each(|(_, value)| *value /= scale);
                ScaledRow { coefficients, bound: row.bound.to_f64().value() / scale }
            })
            .collect();
        let mut objective: Vec<f64> =
            form.objective.iter().map(|cost| cost.to_f64().value()).collect();
        let scale = largest(objective.iter().copied());
        objective.iter_mut().for_each(|cost| *cost /= scale);
        let program = ScaledProgram { rows, objective };
        program.is_finite().then_some(program)
    }

    /// Whether all numbers are.
    pub(super) fn is_finite(&self) -> bool {
        let numbers = self
            .rows
            .iter()
            .flat_map(|row| row.coefficients.iter().map(|(_, value)| value).chain([&row.bound]));
        numbers.chain(&self.objective).all(|x| x.is_finite())
    }
}
