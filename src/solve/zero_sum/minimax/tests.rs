use proptest::prelude::*;

use super::*;
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
