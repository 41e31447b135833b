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
}
