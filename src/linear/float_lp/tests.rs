use proptest::prelude::*;

use super::*;
use crate::linear::check::assert_proved;
use crate::linear::simplex::tests::any_program;
use crate::linear::{Limits, Path, Solution, simplex, solve};
use crate::num::Rational;

fn value(solution: &Solution) -> Option<Rational> {
    match solution {
        Solution::Optimal(optimum) => Some(optimum.value.clone()),
        Solution::Infeasible { .. } | Solution::Unbounded { .. } => None,
    }
}

/// Solves with a basis from one back end, whatever would be chosen.
fn through(back_end: BackEnd, program: &LinearProgram) -> Solution {
    // A back end may go round in circles until its time is up.
    let time = Some(Duration::from_secs(1));
    let solution = match guess(back_end, program, time, &|| true) {
        Guess::Confirmed(optimum) => Solution::Optimal(optimum),
        Guess::Start(basis) => simplex::solve(program, Some(&basis), &|_| true).unwrap().solution,
        Guess::Nothing => simplex::solve(program, None, &|_| true).unwrap().solution,
    };
    assert_proved(program, &solution);
    solution
}

/// Programs in canonical form, degenerate more often than not.
fn any_canonical_program() -> impl Strategy<Value = LinearProgram> {
    (1usize..8, 1usize..8).prop_flat_map(|(n, m)| {
        let number = || prop_oneof![3 => -4i64..5, 1 => Just(0)];
        let bound = prop_oneof![2 => Just(0i64), 1 => 0i64..5];
        (
            prop::collection::vec(number(), n),
            prop::collection::vec((prop::collection::vec(number(), n), bound), m),
        )
            .prop_map(|(objective, rows)| {
                let objective = objective.into_iter().map(Rational::from).collect();
                let mut program = LinearProgram::maximize(objective);
                for (row, bound) in rows {
                    let row = row.into_iter().map(Rational::from).enumerate();
                    program.constrain(row, Relation::AtMost, Rational::from(bound));
                }
                program
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_back_end_leads_to_the_exact_value(program in any_program()) {
        let exact = value(&simplex::solve(&program, None, &|_| true).unwrap().solution);
        for back_end in [BackEnd::Microlp, BackEnd::Clarabel] {
            prop_assert_eq!(&value(&through(back_end, &program)), &exact);
        }
        let hinted = solve(&program, LpMethod::Hinted, &Limits::none()).unwrap();
        assert_proved(&program, &hinted.solution);
        prop_assert_eq!(value(&hinted.solution), exact);
    }

    #[test]
    fn dense_tableau_leads_to_the_exact_value(program in any_canonical_program()) {
        let exact = value(&simplex::solve(&program, None, &|_| true).unwrap().solution);
        let hinted = solve(&program, LpMethod::Hinted, &Limits::none()).unwrap();
        assert_proved(&program, &hinted.solution);
        prop_assert_eq!(value(&hinted.solution), exact);
    }
}

#[test]
fn confirmed_basis_needs_no_exact_pivot() {
    let n = 24;
    let mut program = LinearProgram::maximize(vec![Rational::ONE; n]);
    for i in 0..n {
        let row =
            (0..n).map(|j| (j, Rational::from(((i * i + 3 * i * j + j * j * 7) % 23 + 1) as i64)));
        program.constrain(row, Relation::AtMost, Rational::ONE);
    }
    let solved = solve(&program, LpMethod::Auto, &Limits::none()).unwrap();
    assert_proved(&program, &solved.solution);
    assert_eq!((solved.path, solved.pivots), (Path::HintConfirmed, 0));
    assert_eq!(
        value(&solved.solution),
        value(&simplex::solve(&program, None, &|_| true).unwrap().solution)
    );
}

#[test]
fn the_choice_says_why() {
    let program = |n: usize, bound: i64, relation| {
        let mut program = LinearProgram::maximize(vec![Rational::ONE; n]);
        for i in 0..n {
            program.constrain([(i, Rational::ONE)], relation, Rational::from(bound));
        }
        program
    };
    use Relation::{AtLeast, AtMost};
    let chosen = |program: &LinearProgram| choose_back_end(program, LpMethod::Auto).0;
    assert_eq!(chosen(&program(3, 1, AtMost)), BackEnd::Exact);
    assert_eq!(chosen(&program(40, 0, AtMost)), BackEnd::Dense);
    assert_eq!(chosen(&program(40, 1, AtLeast)), BackEnd::Microlp);
    assert_eq!(chosen(&program(40, 0, AtLeast)), BackEnd::Clarabel);
    let (_, why) = choose_back_end(&program(40, 0, AtMost), LpMethod::Exact);
    assert_eq!(why, "integers alone were asked for");
}

#[test]
fn numbers_beyond_machine_range_are_solved_all_the_same() {
    let huge: Rational = "1e400".parse().unwrap();
    let mut program = LinearProgram::maximize(vec![huge.clone(), Rational::ONE]);
    program.constrain([(0, huge.clone()), (1, Rational::ONE)], Relation::AtMost, huge.clone());
    let solved = solve(&program, LpMethod::Hinted, &Limits::none()).unwrap();
    assert_proved(&program, &solved.solution);
    assert_eq!(value(&solved.solution), Some(huge));
}
