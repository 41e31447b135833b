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

/// The optimum that a basis determines; `None` when the basis is not optimal, is singular, or when
/// `go_on` says no.
pub(super) fn confirmed_optimum(
    program: &LinearProgram,
    form: &IntegerForm,
    basis: &Basis,
    go_on: &dyn Fn() -> bool,
) -> Option<Optimum> {
    let (m, n, size) = (form.rows.len(), form.objective.len(), basis.columns.len());
    if basis.rows.len() != size {
        return None;
    }
    let mut place = vec![None; n];
    for (at, &column) in basis.columns.iter().enumerate() {
        *place.get_mut(column)? = Some(at);
    }
    let (primal, dual) = if size == 0 {
        let none = CommonFraction { numerators: Vec::new(), denominator: IBig::ONE };
        (none.clone(), none)
    } else {
        let mut matrix = vec![IBig::ZERO; size * size];
        let mut bounds = Vec::with_capacity(size);
        for (row, line) in basis.rows.iter().zip(matrix.chunks_exact_mut(size)) {
            let row = form.rows.get(*row)?;
            for (variable, value) in &row.coefficients {
                if let Some(at) = place[*variable] {
                    line[at] = value.clone();
                }
            }
            bounds.push(row.bound.clone());
        }
        let costs: Vec<IBig> =
            basis.columns.iter().map(|&column| form.objective[column].clone()).collect();
        let lifting = Lifting::new(matrix, size)?;
        (lifting.solve(&bounds, false, go_on)?, lifting.solve(&costs, true, go_on)?)
    };
    // Variables have the sign that they must have, and the rows that are not tight hold.
    let negative = |value: &IBig| *value < IBig::ZERO;
    let signs = basis.columns.iter().zip(&primal.numerators);
    if signs.into_iter().any(|(&column, x)| negative(x) && !program.is_free(column)) {
        return None;
    }
    let mut tight = vec![false; m];
    basis.rows.iter().for_each(|&row| tight[row] = true);
    for (row, _) in form.rows.iter().zip(&tight).filter(|(_, tight)| !**tight) {
        let terms = row.coefficients.iter().filter_map(|(variable, value)| {
            place[*variable].map(|at| value * &primal.numerators[at])
        });
        let left: IBig = terms.sum();
        let right = &row.bound * &primal.denominator;
        if left > right || (row.equality && left != right) {
            return None;
        }
    }
    // Multipliers of inequalities are not negative, and no column outside improves.
    let signs = basis.rows.iter().zip(&dual.numerators);
    if signs.into_iter().any(|(&row, y)| negative(y) && !form.rows[row].equality) {
        return None;
    }
    let mut reduced: Vec<IBig> =
        form.objective.iter().map(|cost| -(cost * &dual.denominator)).collect();
    for (&row, y) in basis.rows.iter().zip(&dual.numerators).filter(|(_, y)| !y.is_zero()) {
        for (variable, value) in &form.rows[row].coefficients {
            reduced[*variable] += value * y;
        }
    }
    for (variable, cost) in reduced.iter().enumerate() {
        if negative(cost) || (program.is_free(variable) && !cost.is_zero()) {
            return None;
        }
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
    Some(Optimum {
        value: Rational::from_integers(value, primal.denominator) / scale,
        primal: point,
        dual: multipliers,
        basis: basis.clone(),
    })
}

fn fraction(numerator: &IBig, denominator: &IBig) -> Rational {
    if numerator.is_zero() {
        return Rational::ZERO;
    }
    Rational::from_integers(numerator.clone(), denominator.clone())
}
