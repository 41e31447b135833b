//! Tests only: whether a solution of a linear program proves itself.

use super::{LinearProgram, Relation, Solution};
use crate::num::Rational;

fn dot(coefficients: &[(usize, Rational)], point: &[Rational]) -> Rational {
    coefficients.iter().map(|(variable, value)| value * &point[*variable]).sum()
}

fn objective(program: &LinearProgram, point: &[Rational]) -> Rational {
    program.objective().iter().zip(point).map(|(c, x)| c * x).sum()
}

/// Panics unless the point satisfies all rows and signs.
pub(crate) fn assert_feasible(program: &LinearProgram, point: &[Rational]) {
    assert_eq!(point.len(), program.num_variables());
    for (variable, value) in point.iter().enumerate() {
        assert!(program.is_free(variable) || !value.is_negative(), "x{variable} = {value}");
    }
    for row in program.constraints() {
        let left = dot(&row.coefficients, point);
        let holds = match row.relation {
            Relation::AtMost => left <= row.bound,
            Relation::Equal => left == row.bound,
            Relation::AtLeast => left >= row.bound,
        };
        assert!(holds, "{row:?} at {point:?}");
    }
}

/// Panics unless the multipliers have the signs of the dual; returns y·A and y·b.
fn combination(program: &LinearProgram, multipliers: &[Rational]) -> (Vec<Rational>, Rational) {
    assert_eq!(multipliers.len(), program.num_constraints());
    let mut sums = vec![Rational::ZERO; program.num_variables()];
    let mut bound = Rational::ZERO;
    for (row, multiplier) in program.constraints().iter().zip(multipliers) {
        match row.relation {
            Relation::AtMost => assert!(!multiplier.is_negative()),
            Relation::AtLeast => assert!(!multiplier.is_positive()),
            Relation::Equal => {}
        }
        for (variable, value) in &row.coefficients {
            sums[*variable] += value * multiplier;
        }
        bound += &row.bound * multiplier;
    }
    (sums, bound)
}

/// Panics unless the solution is proved by what it carries.
pub(crate) fn assert_proved(program: &LinearProgram, solution: &Solution) {
    match solution {
        Solution::Optimal(optimum) => {
            assert_feasible(program, &optimum.primal);
            assert_eq!(objective(program, &optimum.primal), optimum.value);
            let (sums, bound) = combination(program, &optimum.dual);
            assert_eq!(bound, optimum.value);
            for (variable, (sum, c)) in sums.iter().zip(program.objective()).enumerate() {
                assert!(if program.is_free(variable) { sum == c } else { sum >= c });
            }
            assert_eq!(optimum.basis.columns.len(), optimum.basis.rows.len());
        }
        Solution::Infeasible { multipliers } => {
            let (sums, bound) = combination(program, multipliers);
            assert!(bound.is_negative());
            for (variable, sum) in sums.iter().enumerate() {
                assert!(if program.is_free(variable) { sum.is_zero() } else { !sum.is_negative() });
            }
        }
        Solution::Unbounded { point, ray } => {
            assert_feasible(program, point);
            assert!(objective(program, ray).is_positive());
            for far in [Rational::ONE, Rational::from(1_000_000)] {
                let moved: Vec<Rational> =
                    point.iter().zip(ray).map(|(x, d)| x + &(d * &far)).collect();
                assert_feasible(program, &moved);
            }
        }
    }
}
