use proptest::prelude::*;

use super::*;
use crate::game::Player;
use crate::solve::testing::{any_game, game};

fn solved(game: &NormalForm) -> Minimax {
    let minimax = solve_minimax(game, LpMethod::Auto, &Budget::unlimited()).answer.unwrap();
    for level in &minimax.levels {
        let matrix = joint::payoff_matrix(game, level.player);
        assert_eq!(level.punishment.iter().sum::<Rational>(), Rational::ONE);
        assert!(level.punishment.iter().all(|y| !y.is_negative()));
        for column in 0..matrix[0].len() {
            let strategy = level.strategy.probabilities().iter().zip(&matrix);
            assert!(strategy.map(|(x, row)| x * &row[column]).sum::<Rational>() >= level.value);
        }
        for row in &matrix {
            let payoff: Rational = row.iter().zip(&level.punishment).map(|(u, y)| u * y).sum();
            assert!(payoff <= level.value);
        }
    }
    minimax
}

#[test]
fn others_who_correlate_punish_harder_than_alone() {
    // Player 0 loses 1 when both others play the action that he plays.
    let own = vec![-1, 0, 0, 0, 0, 0, 0, -1];
    let game = game(&[2, 2, 2], &[own, vec![0; 8], vec![0; 8]]);
    let minimax = solved(&game);
    assert_eq!(minimax.levels[0].value, Rational::new(-1, 2));
    assert_eq!(minimax.constant_sum, None);
    // In independent strategies they could do no better than −1/4.
    assert_eq!(minimax.levels[0].punishment[0], Rational::new(1, 2));
    assert_eq!(minimax.levels[0].punishment[3], Rational::new(1, 2));
}

#[test]
fn one_player_secures_his_best_payoff() {
    let alone = game(&[3], &[vec![4, 9, 2]]);
    assert_eq!(solved(&alone).levels[0].value, Rational::from(9));
}

proptest! {
    #[test]
    fn levels_are_proved_for_any_number_of_players(game in any_game(1..4, 4)) {
        solved(&game);
    }

    #[test]
    fn levels_of_a_constant_sum_game_sum_to_the_constant(game in any_game(2..3, 5), sum in -5i64..6) {
        let sum = Rational::from(sum);
        let other = game.payoffs(0).iter().map(|u| &sum - u).collect();
        let tables = vec![game.payoffs(0).to_vec(), other];
        let game = NormalForm::new(game.players().to_vec(), tables).unwrap();
        let minimax = solved(&game);
        prop_assert_eq!(&minimax.levels[0].value + &minimax.levels[1].value, sum.clone());
        prop_assert_eq!(minimax.constant_sum, Some(sum));
    }

    #[test]
    fn levels_follow_an_affine_change(game in any_game(2..3, 5), shift in -9i64..9) {
        let payoffs = |player: usize| -> Vec<Rational> {
            let moved = |u| u * Rational::new(3, 7) + Rational::from(shift);
            game.payoffs(player).iter().map(moved).collect()
        };
        let moved = NormalForm::new(game.players().to_vec(), vec![payoffs(0), payoffs(1)]).unwrap();
        for (before, after) in solved(&game).levels.iter().zip(&solved(&moved).levels) {
            let expected = &before.value * Rational::new(3, 7) + Rational::from(shift);
            prop_assert_eq!(&expected, &after.value);
        }
    }
}

/// Payoffs of a large constant-sum game, by a family in which machine numbers have a hard time.
fn large(family: usize, rows: usize, columns: usize, seed: u64) -> Vec<Rational> {
    let mut state = seed;
    let mut below = |most: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((state >> 33) % most).unwrap()
    };
    let (left, right): (Vec<i64>, Vec<i64>) =
        ((0..rows).map(|_| below(7) - 3).collect(), (0..columns).map(|_| below(7) - 3).collect());
    let table: Vec<i64> = (0..rows * columns).map(|_| below(2001) - 1000).collect();
    (0..rows * columns)
        .map(|at| {
            let (i, j, u) = (at / columns, at % columns, table[at]);
            match family {
                0 => Rational::from(u),
                // Ties: −1, 0, 1.
                1 => Rational::from(u % 2),
                // Each row and each column twice.
                2 => Rational::from(table[(i / 2) * columns + j / 2]),
                // Rank two.
                3 => Rational::from(left[i] * right[j] + left[(i + 5) % rows]),
                // Columns of very different size.
                4 => Rational::from(u) * Rational::from(10).pow(j as i32 % 13 - 6).unwrap(),
                // The identity: every action is used.
                _ => Rational::from(i64::from(i == j)),
            }
        })
        .collect()
}

/// The constant-sum game of a matrix.
fn matrix_game(rows: usize, columns: usize, first: Vec<Rational>) -> NormalForm {
    let second = first.iter().map(|u| -u).collect();
    let player =
        |name: &str, actions: usize| Player::new(name, (0..actions).map(|a| a.to_string()));
    let players = vec![player("row", rows), player("column", columns)];
    NormalForm::new(players, vec![first, second]).unwrap()
}

#[test]
fn large_and_degenerate_games_are_proved() {
    for family in 0..6 {
        for (rows, columns) in [(24, 24), (40, 30), (26, 61)] {
            let first = large(family, rows, columns, 7 + family as u64);
            let game = matrix_game(rows, columns, first);
            let minimax = solved(&game);
            let exact = solve_minimax(&game, LpMethod::Exact, &Budget::unlimited()).answer.unwrap();
            assert_eq!(minimax.levels[0].value, exact.levels[0].value, "{family} {rows} {columns}");
        }
    }
}

#[test]
fn a_large_game_is_solved_by_a_basis_that_is_confirmed() {
    let game = matrix_game(50, 50, large(0, 50, 50, 3));
    let outcome = solve_minimax(&game, LpMethod::Auto, &Budget::unlimited());
    assert_eq!(outcome.work.pivots, 0);
    assert_eq!(outcome.work.nodes, 1);
}
