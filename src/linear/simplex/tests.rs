use super::*;
use crate::linear::Relation;
use crate::linear::check::assert_proved;
use proptest::prelude::*;

fn solved(program: &LinearProgram) -> Solution {
    let solved = solve(program, None, &|pivots| pivots < 100_000).unwrap();
    assert_proved(program, &solved.solution);
    solved.solution
}

fn program(objective: &[i64], rows: &[(&[i64], Relation, i64)], free: &[usize]) -> LinearProgram {
    let mut program =
        LinearProgram::maximize(objective.iter().map(|&c| Rational::from(c)).collect());
    for (coefficients, relation, bound) in rows {
        let coefficients = coefficients.iter().map(|&a| Rational::from(a)).enumerate();
        program.constrain(coefficients, *relation, Rational::from(*bound));
    }
    free.iter().for_each(|&variable| program.set_free(variable));
    program
}

use Relation::{AtLeast, AtMost, Equal};

fn value(solution: &Solution) -> String {
    match solution {
        Solution::Optimal(optimum) => optimum.value.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn textbook_program_has_the_printed_optimum() {
    // Chvátal (1983), p. 13.
    let rows: [(&[i64], _, _); 3] =
        [(&[2, 3, 1], AtMost, 5), (&[4, 1, 2], AtMost, 11), (&[3, 4, 2], AtMost, 8)];
    assert_eq!(value(&solved(&program(&[5, 4, 3], &rows, &[]))), "13");
}

#[test]
fn first_phase_finds_a_start() {
    // Chvátal (1983), p. 39.
    let rows: [(&[i64], _, _); 3] =
        [(&[2, -1, 2], AtMost, 4), (&[2, -3, 1], AtMost, -5), (&[-1, 1, -2], AtMost, -1)];
    assert_eq!(value(&solved(&program(&[1, -1, 1], &rows, &[]))), "3/5");
}

#[test]
fn degenerate_program_does_not_cycle() {
    // Beale (1955), on which the largest-coefficient rule cycles: maximum 1/20.
    let fraction = |p, q| Rational::new(p, q);
    let mut beale = LinearProgram::maximize(vec![
        fraction(3, 4),
        fraction(-150, 1),
        fraction(1, 50),
        fraction(-6, 1),
    ]);
    let rows = [
        [fraction(1, 4), fraction(-60, 1), fraction(-1, 25), fraction(9, 1)],
        [fraction(1, 2), fraction(-90, 1), fraction(-1, 50), fraction(3, 1)],
    ];
    for row in rows {
        beale.constrain(row.into_iter().enumerate(), AtMost, Rational::ZERO);
    }
    beale.constrain([(2, Rational::ONE)], AtMost, Rational::ONE);
    assert_eq!(value(&solved(&beale)), "1/20");
}

#[test]
fn equalities_and_free_variables_are_handled() {
    // min |x − 3| + 2 with y ≥ ±(x − 3), as −y; x free, doubled equality.
    let rows: [(&[i64], _, _); 4] =
        [(&[1, -1], AtMost, 3), (&[-1, -1], AtMost, -3), (&[1, 1], Equal, 5), (&[2, 2], Equal, 10)];
    assert_eq!(value(&solved(&program(&[0, -1], &rows, &[0]))), "-1");
    assert_eq!(value(&solved(&program(&[0, -1], &rows[..2], &[0]))), "0");
}

#[test]
fn programs_without_optimum_are_proved_to_have_none() {
    let contradiction: [(&[i64], _, _); 2] = [(&[1, 1], AtMost, 1), (&[1, 1], AtLeast, 2)];
    let infeasible = solved(&program(&[1, 0], &contradiction, &[]));
    assert!(matches!(infeasible, Solution::Infeasible { .. }));
    let equalities: [(&[i64], _, _); 2] = [(&[1, 1], Equal, 1), (&[2, 2], Equal, 3)];
    let infeasible = solved(&program(&[1, 0], &equalities, &[0, 1]));
    assert!(matches!(infeasible, Solution::Infeasible { .. }));
    let open: [(&[i64], _, _); 1] = [(&[1, -1], AtMost, 1)];
    assert!(matches!(solved(&program(&[1, 0], &open, &[])), Solution::Unbounded { .. }));
    assert!(matches!(solved(&program(&[0, 1], &[], &[1])), Solution::Unbounded { .. }));
    assert!(matches!(solved(&program(&[0, -1], &[], &[1])), Solution::Unbounded { .. }));
}

#[test]
fn klee_minty_cube_stops_at_the_limit_of_pivots() {
    // maximise Σ 10^(n−j) x_j, 2 Σ_{j<i} 10^(i−j) x_j + x_i ≤ 100^(i−1); optimum 100^(n−1).
    let n = 8;
    let power = |base: i64, exponent: usize| Rational::from(base.pow(exponent as u32));
    let objective = (1..=n).map(|j| power(10, n - j)).collect();
    let mut cube = LinearProgram::maximize(objective);
    for i in 1..=n {
        let row = (1..i)
            .map(|j| (j - 1, Rational::from(2) * power(10, i - j)))
            .chain([(i - 1, Rational::ONE)]);
        cube.constrain(row, AtMost, power(100, i - 1));
    }
    assert_eq!(solve(&cube, None, &|pivots| pivots < 100), Err(LpError::Stopped));
    assert_eq!(value(&solved(&cube)), power(100, n - 1).to_string());
}

/// The best vertex by trying every set of n tight rows.
fn best_vertex(program: &LinearProgram) -> Option<Rational> {
    let n = program.num_variables();
    let mut planes: Vec<(Vec<Rational>, Rational)> = program
        .constraints()
        .iter()
        .map(|row| {
            let mut normal = vec![Rational::ZERO; n];
            row.coefficients.iter().for_each(|(j, a)| normal[*j] = a.clone());
            (normal, row.bound.clone())
        })
        .collect();
    for j in (0..n).filter(|&j| !program.is_free(j)) {
        let mut normal = vec![Rational::ZERO; n];
        normal[j] = Rational::ONE;
        planes.push((normal, Rational::ZERO));
    }
    let mut best: Option<Rational> = None;
    for set in 0u32..1 << planes.len() {
        if set.count_ones() as usize != n {
            continue;
        }
        let chosen = (0..planes.len()).filter(|&i| set >> i & 1 == 1);
        let Some(point) = solve_square(chosen.map(|i| planes[i].clone()).collect()) else {
            continue;
        };
        let feasible = program.constraints().iter().all(|row| {
            let left: Rational = row.coefficients.iter().map(|(j, a)| a * &point[*j]).sum();
            match row.relation {
                AtMost => left <= row.bound,
                Equal => left == row.bound,
                AtLeast => left >= row.bound,
            }
        }) && (0..n).all(|j| program.is_free(j) || !point[j].is_negative());
        let value: Rational = program.objective().iter().zip(&point).map(|(c, x)| c * x).sum();
        if feasible && best.as_ref().is_none_or(|best| *best < value) {
            best = Some(value);
        }
    }
    best
}

fn solve_square(mut system: Vec<(Vec<Rational>, Rational)>) -> Option<Vec<Rational>> {
    let n = system.len();
    for k in 0..n {
        let pivot = (k..n).find(|&i| !system[i].0[k].is_zero())?;
        system.swap(k, pivot);
        for i in (0..n).filter(|&i| i != k) {
            let factor = &system[i].0[k] / &system[k].0[k];
            let (line, bound) = system[k].clone();
            system[i].0.iter_mut().zip(&line).for_each(|(x, y)| *x -= &(&factor * y));
            system[i].1 -= &(&factor * &bound);
        }
    }
    Some((0..n).map(|k| &system[k].1 / &system[k].0[k]).collect())
}

pub(crate) fn any_program() -> impl Strategy<Value = LinearProgram> {
    let number = || prop_oneof![3 => -4i64..5, 1 => Just(0)];
    (1usize..4, 0usize..5).prop_flat_map(move |(n, m)| {
        let relation = prop_oneof![3 => Just(AtMost), 1 => Just(Equal), 1 => Just(AtLeast)];
        let row = (prop::collection::vec(number(), n), relation, number(), 1i64..4);
        (
            prop::collection::vec(number(), n),
            prop::collection::vec(row, m),
            prop::collection::vec(prop::bool::weighted(0.2), n),
        )
            .prop_map(|(objective, rows, free)| {
                let objective = objective.into_iter().map(Rational::from).collect();
                let mut program = LinearProgram::maximize(objective);
                for (coefficients, relation, bound, divisor) in rows {
                    let row = coefficients.into_iter().map(|a| Rational::new(a, divisor));
                    program.constrain(row.enumerate(), relation, Rational::from(bound));
                }
                (0..free.len()).filter(|&j| free[j]).for_each(|j| program.set_free(j));
                program
            })
    })
}

proptest! {
    #[test]
    fn every_solution_proves_itself_and_is_the_best_vertex(program in any_program()) {
        match solved(&program) {
            Solution::Optimal(optimum) => {
                // Without enough planes there may be no vertex at all.
                if let Some(best) = best_vertex(&program) {
                    prop_assert_eq!(best, optimum.value.clone());
                }
                let again = solve(&program, Some(&optimum.basis), &|_| true).unwrap();
                assert_proved(&program, &again.solution);
                let Solution::Optimal(again) = again.solution else { panic!() };
                prop_assert_eq!(again.value, optimum.value);
            }
            Solution::Infeasible { .. } => prop_assert_eq!(best_vertex(&program), None),
            Solution::Unbounded { .. } => {}
        }
    }

    #[test]
    fn any_start_leads_to_the_same_value(
        program in any_program(),
        columns in prop::collection::vec(0usize..5, 0..4),
        rows in prop::collection::vec(0usize..6, 0..4),
    ) {
        let other = solve(&program, Some(&Basis { columns, rows }), &|_| true).unwrap().solution;
        assert_proved(&program, &other);
        let value = |solution| match solution {
            Solution::Optimal(optimum) => Some(optimum.value),
            _ => None,
        };
        prop_assert_eq!(value(other), value(solved(&program)));
    }
}
