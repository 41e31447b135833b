use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, certify_correlated_commitment};
use crate::game::Player;
use crate::num::Rational;
use crate::solve::find_best_correlated_equilibrium;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whoever is freed from obedience can do no worse than in any correlated equilibrium.
    #[test]
    fn commitment_is_worth_at_least_a_correlated_equilibrium(
        entries in prop::array::uniform3(prop::collection::vec(-3i64..4, 12)),
        leader in 0usize..3,
    ) {
        let players = [("A", 2), ("B", 3), ("C", 2)].map(|(name, actions)| {
            Player::new(name, (0..actions).map(|action: i32| action.to_string()).collect::<Vec<String>>())
        });
        let payoffs = entries.map(|row| row.into_iter().map(Rational::from).collect());
        let game = NormalForm::new(players.to_vec(), payoffs.to_vec()).unwrap();
        let budget = Budget::unlimited();
        let found = find_correlated_commitment(&game, leader, LpMethod::Auto, &budget);
        let answer = found.unwrap().answer.unwrap();
        certify_correlated_commitment(&game, &answer, &Limits::default()).unwrap();
        let objective = Objective::Player(leader);
        let best = find_best_correlated_equilibrium(&game, &objective, LpMethod::Auto, &budget);
        prop_assert!(answer.device.value >= best.unwrap().answer.unwrap().value);
    }
}
