use proptest::prelude::*;

use super::*;
use crate::solve::testing::any_game;

fn refinement(game: &NormalForm) -> Refinement {
    find_refinement(game, &Budget::unlimited()).unwrap().answer.unwrap()
}

fn two(one: &[&[i64]], other: &[&[i64]]) -> Refinement {
    refinement(&NormalForm::from_integers(one, other))
}

fn marks(found: &Refinement) -> Vec<String> {
    let mark = |one: &Withstands| {
        [
            (one.strict, 's'),
            (one.quasi_strict, 'q'),
            (one.payoff_undominated, 'u'),
            (one.perfect, 'p'),
        ]
        .into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, letter)| letter)
        .collect()
    };
    found.withstands.iter().map(mark).collect()
}

#[test]
fn the_stag_is_payoff_undominated_and_the_hare_risk_dominant() {
    let hunt = two(&[&[4, 0], &[3, 2]], &[&[4, 3], &[0, 2]]);
    // Stag, the mixture, hare.
    assert_eq!(marks(&hunt), ["squp", "qp", "sqp"]);
    let risk = hunt.risk.unwrap();
    assert_eq!(risk.products, [Rational::ONE, Rational::from(4)]);
    assert_eq!(risk.dominant(), Some(2));
    // Battle of the sexes: neither.
    let battle = two(&[&[2, 0], &[0, 1]], &[&[1, 0], &[0, 2]]);
    assert_eq!(battle.risk.unwrap().dominant(), None);
}

#[test]
fn an_equilibrium_in_weakly_dominated_strategies_is_not_perfect() {
    // Selten (1975), as in van Damme (1991), figure 1.5.1: (2, 2) is an equilibrium by weak dominance.
    let found = two(&[&[1, 0], &[0, 0]], &[&[1, 0], &[0, 0]]);
    assert_eq!(marks(&found), ["squp", ""]);
    assert_eq!(found.standings[0][1].proof, Admissibility::Dominated(MixedStrategy::pure(0, 2)));
    assert_eq!(found.risk, None);
    // Entry deterrence: staying out before a threat to fight is not perfect, entry is.
    let entry = two(&[&[2, 0], &[1, 1]], &[&[1, 0], &[2, 2]]);
    assert_eq!(marks(&entry)[0], "squp");
    assert!(entry.withstands[1..].iter().all(|one| !one.perfect));
}

#[test]
fn a_game_whose_equilibria_are_all_equal_has_them_all_payoff_undominated() {
    let found = two(&[&[0, 0], &[0, 0]], &[&[0, 0], &[0, 0]]);
    assert_eq!(marks(&found), ["up", "up", "up", "up"]);
}

/// `y`, `n` or `?` for each equilibrium.
fn proper(found: &Refinement) -> String {
    let mark = |one: &Properness| match one.is_proper() {
        Some(true) => 'y',
        Some(false) => 'n',
        None => '?',
    };
    found.proper.iter().map(mark).collect()
}

#[test]
fn myersons_second_equilibrium_is_perfect_and_not_proper() {
    // Myerson (1978): adding a bad third action makes (2, 2) perfect; only (1, 1) is proper.
    let a: &[&[i64]] = &[&[1, 0, -9], &[0, 0, -7], &[-9, -7, -7]];
    let found = two(a, a);
    let at = |action: usize| {
        let pure = MixedStrategy::pure(action, 3);
        let is = |one: &crate::game::answer::Equilibrium| one.profile.iter().all(|x| *x == pure);
        found.equilibria.list.iter().position(is).unwrap()
    };
    assert_eq!([0, 1, 2].map(|k| found.withstands[at(k)].perfect), [true, true, false]);
    assert_eq!([0, 1, 2].map(|k| found.proper[at(k)].is_proper()), [true, false, false].map(Some));
}

#[test]
fn ties_everywhere_are_proper_and_many_are_not_decided() {
    assert_eq!(proper(&two(&[&[0, 0], &[0, 0]], &[&[0, 0], &[0, 0]])), "yyyy");
    let zeros = |size: usize| {
        let zeros = vec![vec![Rational::ZERO; size]; size];
        refinement(&NormalForm::bimatrix(&zeros, &zeros).unwrap())
    };
    assert!(zeros(5).proper.iter().all(|one| one.is_proper() == Some(true)));
    assert!(zeros(9).proper.iter().all(|one| *one == Properness::NotDecided));
}

#[test]
fn a_spent_budget_leaves_properness_open_and_the_rest_right() {
    let a: &[&[i64]] = &[&[1, 0, -9], &[0, 0, -7], &[-9, -7, -7]];
    let game = NormalForm::from_integers(a, a);
    let mut open = 0;
    for steps in 0..60 {
        let budget = Budget::unlimited().with_steps(steps);
        let outcome = find_refinement(&game, &budget).unwrap();
        let Some(answer) = outcome.answer else { continue };
        open += usize::from(answer.proper.contains(&Properness::NotDecided));
        assert_eq!(
            outcome.status == Status::Solved,
            !answer.proper.contains(&Properness::NotDecided)
        );
        let limits = crate::certify::Limits::default();
        assert!(crate::certify::certify_refinement(&game, &answer, &limits).is_ok());
    }
    assert!(open > 0);
}

#[test]
fn an_equilibrium_that_rests_on_an_empty_threat_is_not_proper() {
    // The column player stays out (R) for fear of the row player's second action, which costs the row
    // player too when the other comes in.
    let row: &[&[i64]] = &[&[2, 1], &[0, 1], &[1, 1]];
    let column: &[&[i64]] = &[&[1, 0], &[-1, 0], &[1, 0]];
    let found = two(row, column);
    for (one, stated) in found.equilibria.list.iter().zip(&found.proper) {
        // Coming in is the only proper one.
        assert_eq!(stated.is_proper(), Some(one.profile[1].as_pure() == Some(0)), "{one:?}");
    }
}

#[test]
fn three_players_are_refused() {
    let game = crate::solve::testing::game(&[1, 1, 1], &[vec![0], vec![0], vec![0]]);
    assert!(find_refinement(&game, &Budget::unlimited()).is_err());
}

/// Whether a pure strategy of two is weakly dominated by another pure one.
fn dominated_by_pure(matrix: &[Vec<Rational>], action: usize) -> bool {
    matrix.iter().any(|row| {
        let mine = &matrix[action];
        row != mine && row.iter().zip(mine).all(|(u, v)| u >= v)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// What is said passes the check that shares no code with this one; strict equilibria are
    /// quasi-strict and perfect, what pure domination shows is found, and with two actions nothing
    /// else dominates.
    #[test]
    fn refinements_are_certified(game in any_game(2..3, 3)) {
        let found = refinement(&game);
        let checked = crate::certify::certify_refinement(&game, &found, &crate::certify::Limits::default());
        prop_assert_eq!(checked.map(|_| ()), Ok(()));
        for (flags, stated) in found.withstands.iter().zip(&found.proper) {
            let is = stated.is_proper().unwrap();
            prop_assert!(flags.perfect || !is, "proper is perfect");
            prop_assert!(!flags.quasi_strict || is, "regular is proper");
            let small = game.shape().iter().all(|&actions| actions <= 2);
            prop_assert!(!small || is == flags.perfect, "with two actions perfect is proper");
        }
        let alone = found.equilibria.list.len() == 1;
        prop_assert!(!alone || found.proper[0].is_proper() == Some(true), "Myerson (1978)");
        prop_assert!(found.withstands.iter().any(|one| one.payoff_undominated));
        prop_assert!(found.withstands.iter().any(|one| one.perfect), "Selten (1975)");
        for one in &found.withstands {
            prop_assert!(!one.strict || (one.quasi_strict && one.perfect));
        }
        for player in 0..2 {
            let matrix = joint::payoff_matrix(&game, player);
            for standing in &found.standings[player] {
                let Some(action) = standing.strategy.as_pure() else { continue };
                let pure = dominated_by_pure(&matrix, action);
                prop_assert!(!pure || !standing.proof.is_undominated());
                prop_assert!(matrix.len() > 2 || pure != standing.proof.is_undominated());
            }
        }
    }

    /// The criterion agrees with the theorem on regular equilibria, which the solver takes on trust,
    /// and its trembles are nearly proper by the definition.
    #[test]
    fn trembles_are_nearly_proper_equilibria(game in any_game(2..3, 4)) {
        let found = refinement(&game);
        let matrices = [0, 1].map(|player| joint::payoff_matrix(&game, player));
        let budget = Budget::unlimited();
        let meter = Meter::new(LpMethod::Auto, &budget);
        for (at, one) in found.equilibria.list.iter().enumerate().take(8) {
            let judged = proper::judge(&matrices, &one.profile, &meter).unwrap();
            if judged == Properness::NotDecided {
                continue;
            }
            prop_assert_eq!(judged.is_proper(), found.proper[at].is_proper());
            let Properness::Trembles(trembles) = judged else { continue };
            let epsilon = Rational::new(1, 1_000_000_000);
            let play = |player: usize| -> Vec<Rational> {
                let mut sum = one.profile[player].probabilities().to_vec();
                let mut scale = Rational::ONE;
                for tremble in &trembles.strategies[player] {
                    scale = &scale * &epsilon;
                    for (sum, p) in sum.iter_mut().zip(tremble.probabilities()) {
                        *sum += &(&scale * p);
                    }
                }
                sum
            };
            let both = [play(0), play(1)];
            for player in 0..2 {
                let payoffs: Vec<Rational> =
                    matrices[player].iter().map(|row| against(row, &both[1 - player])).collect();
                let mixed = &both[player];
                prop_assert!(mixed.iter().all(Rational::is_positive));
                for i in 0..mixed.len() {
                    for j in 0..mixed.len() {
                        let rare = &mixed[i] * &Rational::from(1000);
                        prop_assert!(payoffs[i] >= payoffs[j] || rare <= mixed[j]);
                    }
                }
            }
        }
    }
}
