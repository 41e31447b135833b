use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, certify_coarse_correlated_payoffs, certify_correlated_payoffs};
use crate::solve::testing::any_game;
use crate::solve::{find_best_coarse_correlated_equilibrium, find_best_correlated_equilibrium};

fn correlated(game: &NormalForm) -> PayoffPolygon<Obedience> {
    let found = find_correlated_payoffs(game, LpMethod::Auto, &Budget::unlimited()).unwrap();
    let polygon = found.answer.unwrap();
    certify_correlated_payoffs(game, &polygon, &Limits::default()).unwrap();
    polygon
}

fn coarse(game: &NormalForm) -> PayoffPolygon<Participation> {
    let found = find_coarse_correlated_payoffs(game, LpMethod::Auto, &Budget::unlimited()).unwrap();
    let polygon = found.answer.unwrap();
    certify_coarse_correlated_payoffs(game, &polygon, &Limits::default()).unwrap();
    polygon
}

fn corners<M>(polygon: &PayoffPolygon<M>) -> Vec<String> {
    let shown = |vertex: &PolygonVertex| format!("{} {}", vertex.payoffs[0], vertex.payoffs[1]);
    polygon.vertices.iter().map(shown).collect()
}

#[test]
fn chicken_has_four_corners() {
    // Aumann (1974): the two pure equilibria, the best mixture for both and the worst one.
    let game = NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
    let polygon = correlated(&game);
    assert_eq!(corners(&polygon), ["2 7", "18/5 18/5", "7 2", "21/4 21/4"]);
}

#[test]
fn dilemma_has_a_point() {
    let game = NormalForm::from_integers(&[&[2, 0], &[3, 1]], &[&[2, 3], &[0, 1]]);
    assert_eq!(corners(&correlated(&game)), ["1 1"]);
    assert_eq!(corners(&coarse(&game)), ["1 1"]);
}

#[test]
fn zero_sum_games_have_a_point_and_indifference_a_segment() {
    let pennies = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    assert_eq!(corners(&correlated(&pennies)), ["0 0"]);
    // The second player alone chooses, and does not care.
    let upright = NormalForm::from_integers(&[&[1, 1]], &[&[0, 3]]);
    assert_eq!(corners(&correlated(&upright)), ["1 3"]);
    let level = NormalForm::from_integers(&[&[0, 1, 5]], &[&[2, 2, 2]]);
    assert_eq!(corners(&correlated(&level)), ["0 2", "5 2"]);
    let steep = NormalForm::from_integers(&[&[2], &[2], &[2]], &[&[0], &[1], &[5]]);
    assert_eq!(corners(&correlated(&steep)), ["2 0", "2 5"]);
    let common = NormalForm::from_integers(&[&[3, 0], &[0, 1]], &[&[3, 0], &[0, 1]]);
    assert_eq!(corners(&correlated(&common)), ["3/4 3/4", "3 3"]);
}

#[test]
fn three_players_are_refused() {
    let actions = || vec!["a".to_owned(), "b".to_owned()];
    let players = ["A", "B", "C"].map(|name| crate::game::Player::new(name, actions()));
    let payoffs = vec![vec![Rational::ZERO; 8]; 3];
    let game = NormalForm::new(players.to_vec(), payoffs).unwrap();
    let refused = find_correlated_payoffs(&game, LpMethod::Auto, &Budget::unlimited());
    assert_eq!(refused.unwrap_err(), NotTwoPlayers(3));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// In any direction the best equilibrium is as good as the best corner, and coarse equilibria
    /// give all that correlated ones give.
    #[test]
    fn polygon_is_the_support_in_every_direction(
        game in any_game(2..3, 3),
        direction in (-3i64..4, -3i64..4),
    ) {
        let weights = axis(direction.0, direction.1);
        let objective = Objective::Weighted(weights.to_vec());
        let budget = Budget::unlimited();
        let best = find_best_correlated_equilibrium(&game, &objective, LpMethod::Auto, &budget);
        let polygon = correlated(&game);
        let most = polygon.vertices.iter().map(|vertex| along(&weights, vertex)).max();
        prop_assert_eq!(Some(best.unwrap().answer.unwrap().value), most.clone());
        let best = find_best_coarse_correlated_equilibrium(&game, &objective, LpMethod::Auto, &budget);
        let polygon = coarse(&game);
        let coarse_most = polygon.vertices.iter().map(|vertex| along(&weights, vertex)).max();
        prop_assert_eq!(Some(best.unwrap().answer.unwrap().value), coarse_most.clone());
        prop_assert!(coarse_most >= most);
    }
}
