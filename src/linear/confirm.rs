//! Whether a basis is optimal, decided exactly.
//!
//! The rows R and columns C of a basis determine x_C by A_RC x_C = b_R and the multipliers y_R by
//! y_R A_RC = c_C; all other variables and multipliers are zero. The basis is optimal exactly when
//! x is feasible and y is feasible for the dual. Two square systems and one pass over the program:
//! far less than the pivots that lead to the basis (Dhiflaoui et al. 2003; Applegate, Cook, Dash &
//! Espinoza 2007).

use dashu_int::IBig;

use super::integer_form::IntegerForm;
use super::lifting::{CommonFraction, Lifting};
use super::{Basis, LinearProgram, Optimum};
use crate::num::Rational;

/// Why a basis is not optimal. Labels are structural variables from 0 to n, then slacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not a basis, or the check was stopped.
    Singular,
    /// This basic variable is negative, and more so than any other.
    Negative(usize),
    /// The objective improves when this nonbasic variable is raised.
    Improving(usize),
}

/// The optimum that a basis determines, or why there is none; `go_on` is asked now and then.
pub(super) fn confirmed_optimum(
    program: &LinearProgram,
    form: &IntegerForm,
    basis: &Basis,
    go_on: &dyn Fn() -> bool,
) -> Result<Optimum, Fault> {
    let (m, n, size) = (form.rows.len(), form.objective.len(), basis.columns.len());
    if basis.rows.len() != size {
        return Err(Fault::Singular);
    }
    let mut place = vec![None; n];
    for (at, &column) in basis.columns.iter().enumerate() {
        *place.get_mut(column).ok_or(Fault::Singular)? = Some(at);
    }
    let (primal, dual) = if size == 0 {
        let none = CommonFraction { numerators: Vec::new(), denominator: IBig::ONE };
        (none.clone(), none)
    } else {
        let mut matrix = vec![IBig::ZERO; size * size];
        let mut bounds = Vec::with_capacity(size);
        for (row, line) in basis.rows.iter().zip(matrix.chunks_exact_mut(size)) {
            let row = form.rows.get(*row).ok_or(Fault::Singular)?;
            for (variable, value) in &row.coefficients {
                if let Some(at) = place[*variable] {
                    line[at] = value.clone();
                }
            }
            bounds.push(row.bound.clone());
        }
        let costs: Vec<IBig> =
            basis.columns.iter().map(|&column| form.objective[column].clone()).collect();
        let lifting = Lifting::new(matrix, size, go_on).ok_or(Fault::Singular)?;
        let solved = |right: &[IBig], transpose: bool| {
            lifting.solve(right, transpose, go_on).ok_or(Fault::Singular)
        };
        (solved(&bounds, false)?, solved(&costs, true)?)
    };
    let faults = negative_variables(program, form, basis, &place, &primal);
    if let Some((label, _)) = faults.into_iter().min_by(|one, other| one.1.total_cmp(&other.1)) {
        return Err(Fault::Negative(label));
    }
    let faults = improving_variables(program, form, basis, &dual);
    if let Some((label, _)) = faults.into_iter().min_by(|one, other| one.1.total_cmp(&other.1)) {
        return Err(Fault::Improving(label));
    }
    let mut multipliers = vec![Rational::ZERO; m];
    for (&row, y) in basis.rows.iter().zip(&dual.numerators) {
        multipliers[row] = fraction(y, &dual.denominator);
    }
    let scale = &form.objective_scale;
    let multipliers = form
        .unscaled(multipliers)
        .into_iter()
        .map(|multiplier| if multiplier.is_zero() { multiplier } else { multiplier / scale })
        .collect();
    let mut point = vec![Rational::ZERO; n];
    let mut value = IBig::ZERO;
    for (&column, x) in basis.columns.iter().zip(&primal.numerators) {
        value += x * &form.objective[column];
        point[column] = fraction(x, &primal.denominator);
    }
    Ok(Optimum {
        value: Rational::from_integers(value, primal.denominator) / scale,
        primal: point,
        dual: multipliers,
        basis: basis.clone(),
    })
}

/// The basic variables with a sign that they must not have, and roughly how far they are off.
fn negative_variables(
    program: &LinearProgram,
    form: &IntegerForm,
    basis: &Basis,
    place: &[Option<usize>],
    primal: &CommonFraction,
) -> Vec<(usize, f64)> {
    let zero = IBig::ZERO;
    let size = |value: &IBig| fraction(value, &primal.denominator).to_f64();
    let mut faults = Vec::new();
    for (&column, x) in basis.columns.iter().zip(&primal.numerators) {
        if *x < zero && !program.is_free(column) {
            faults.push((column, size(x)));
        }
    }
    let mut tight = vec![false; form.rows.len()];
    basis.rows.iter().for_each(|&row| tight[row] = true);
    for (index, row) in form.rows.iter().enumerate().filter(|&(index, _)| !tight[index]) {
        let mut slack = &row.bound * &primal.denominator;
        let mut largest = &zero;
        for (variable, value) in &row.coefficients {
            if let Some(at) = place[*variable] {
                slack -= value * &primal.numerators[at];
                largest = largest.max(value);
            }
        }
        if slack < zero || (row.equality && !slack.is_zero()) {
            faults.push((
                form.objective.len() + index,
                size(&slack) / (1.0 + largest.to_f64().value()),
            ));
        }
    }
    faults
}

/// The nonbasic variables that would improve the objective, and roughly by how much.
fn improving_variables(
    program: &LinearProgram,
    form: &IntegerForm,
    basis: &Basis,
    dual: &CommonFraction,
) -> Vec<(usize, f64)> {
    let zero = IBig::ZERO;
    let size = |value: &IBig| fraction(value, &dual.denominator).to_f64();
    let mut faults = Vec::new();
    let mut reduced: Vec<IBig> =
        form.objective.iter().map(|cost| -(cost * &dual.denominator)).collect();
    for (&index, y) in basis.rows.iter().zip(&dual.numerators).filter(|(_, y)| !y.is_zero()) {
        let row = &form.rows[index];
        if *y < zero && !row.equality {
            faults.push((form.objective.len() + index, size(y)));
        }
        for (variable, value) in &row.coefficients {
            reduced[*variable] += value * y;
        }
    }
    for (variable, cost) in reduced.iter().enumerate() {
        if *cost < zero || (program.is_free(variable) && !cost.is_zero()) {
            faults.push((variable, size(cost)));
        }
    }
    faults
}

fn fraction(numerator: &IBig, denominator: &IBig) -> Rational {
    if numerator.is_zero() {
        return Rational::ZERO;
    }
    Rational::from_integers(numerator.clone(), denominator.clone())
}
