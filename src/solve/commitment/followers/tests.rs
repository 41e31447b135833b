use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, certify_several_followers};
use crate::game::Player;
use crate::solve::testing::any_game;
use crate::solve::{find_correlated_commitment, find_optimal_commitment};

fn solved(game: &NormalForm, leader: usize) -> SeveralFollowers {
    let found =
        find_commitment_before_followers(game, leader, LpMethod::Auto, &Budget::unlimited());
    let answer = found.unwrap().answer.unwrap();
    certify_several_followers(game, &answer, &Limits::default()).unwrap();
    answer
}

/// A game of two actions for each of three players, payoffs by profile index.
fn three(payoffs: [[i64; 8]; 3]) -> NormalForm {
    let actions = || vec!["a".to_owned(), "b".to_owned()];
    let players = ["L", "F", "G"].map(|name| Player::new(name, actions()));
    let payoffs = payoffs.map(|row| row.map(Rational::from).to_vec());
    NormalForm::new(players.to_vec(), payoffs.to_vec()).unwrap()
}

#[test]
fn patron_leads_two_clients_to_the_better_equilibrium() {
    // The clients coordinate, and gain by b only if the patron plays b often enough: both by b get
    // 3 against b and -1 against a, alone 0. He pays 1 for b, and gets 4 when both play b.
    let patron = [0, 0, 0, 4, -1, -1, -1, 3];
    let clients = [0, 0, -2, -1, 0, 0, -2, 3];
    let mirrored = [0, -2, 0, -1, 0, -2, 0, 3];
    let game = three([patron, clients, mirrored]);
    let best = solved(&game, 0).best.unwrap();
    assert_eq!(best.replies, game.profile_index(&[0, 1, 1]));
    // 3 x - (1 - x) = 0 at x = 1/4: 4 - 1/4.
    assert_eq!(best.commitment.probabilities()[1], Rational::new(1, 4));
    assert_eq!(best.payoffs[0], Rational::new(15, 4));
    // The clients may also stay with a.
    assert_eq!(best.least, Rational::new(-1, 4));
}

#[test]
fn followers_without_a_pure_equilibrium_are_said_to_have_none() {
    let pennies = [1, -1, -1, 1, 1, -1, -1, 1];
    let other = pennies.map(|payoff| -payoff);
    let answer = solved(&three([[0; 8], pennies, other]), 0);
    assert_eq!(answer.best, None);
}

#[test]
fn wrong_leaders_are_refused() {
    let game = NormalForm::from_integers(&[&[1]], &[&[1]]);
    let budget = Budget::unlimited();
    let refused = find_commitment_before_followers(&game, 2, LpMethod::Auto, &budget);
    assert_eq!(refused.unwrap_err(), CommitmentError::NoSuchPlayer { leader: 2, players: 2 });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn one_follower_is_commitment_of_two_players(
        game in any_game(2..3, 3),
        leader in 0usize..2,
    ) {
        let budget = Budget::unlimited();
        let one = find_optimal_commitment(&game, leader, true, LpMethod::Auto, &budget);
        let value = one.unwrap().answer.unwrap().leader_value;
        prop_assert_eq!(&solved(&game, leader).best.unwrap().payoffs[leader], &value);
        let correlated = find_correlated_commitment(&game, leader, LpMethod::Auto, &budget);
        prop_assert_eq!(correlated.unwrap().answer.unwrap().device.value, value);
    }

    /// No mixture of a grid does better, and advice in private is worth no less.
    #[test]
    fn no_commitment_of_a_grid_does_better(payoffs in prop::array::uniform3(prop::array::uniform8(-2i64..3))) {
        let game = three(payoffs);
        let best = solved(&game, 0).best;
        let mut most: Option<Rational> = None;
        for eighths in 0..=8 {
            let second = Rational::new(eighths, 8);
            let expected = |player: usize, base: usize| {
                (Rational::ONE - &second) * game.payoff(player, base)
                    + &second * game.payoff(player, base + game.stride(0))
            };
            for base in joint::others(&game, 0) {
                let stable = [1, 2].into_iter().all(|follower| {
                    let here = expected(follower, base);
                    (0..2).all(|action| expected(follower, game.deviation(base, follower, action)) <= here)
                });
                if stable {
                    most = most.max(Some(expected(0, base)));
                }
            }
        }
        let value = best.map(|one| one.payoffs[0].clone());
        prop_assert!(value >= most);
        let found = find_correlated_commitment(&game, 0, LpMethod::Auto, &Budget::unlimited());
        prop_assert!(Some(found.unwrap().answer.unwrap().device.value) >= value);
    }
}
