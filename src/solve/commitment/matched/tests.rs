use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, certify_matched};
use crate::solve::testing::{any_game, number};
use crate::solve::{find_commitment_interval, solve_minimax};

fn solved(game: &NormalForm, leader: usize, beta: &Rational) -> MatchedCommitment {
    let found = find_matched_commitment(game, leader, beta, LpMethod::Auto, &Budget::unlimited());
    let answer = found.unwrap().answer.unwrap();
    certify_matched(game, &answer, &Limits::default()).unwrap();
    answer
}

fn value(answer: &MatchedCommitment) -> Option<Rational> {
    answer.best.as_ref().map(|best| best.leader_value.clone())
}

#[test]
fn the_example_of_conitzer_and_sandholm_by_factor() {
    // The second column gives the leader 2 more than the first, and the follower 1 − 2p: 2 ≤ β (1 − 2p).
    let game = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
    let at = |beta: &str| value(&solved(&game, 0, &number(beta)));
    assert_eq!(at("4"), Some(number("13/4")));
    assert_eq!(at("100"), Some(number("349/100")));
    assert_eq!(at("2"), Some(number("3")));
    // Below 2 only the first column is left, by which no error costs the leader anything.
    assert_eq!(at("199/100"), Some(number("2")));
    assert_eq!(at("0"), Some(number("2")));
}

#[test]
fn there_may_be_no_commitment_that_matches() {
    // One action; the follower's better reply is the leader's better one too.
    let game = NormalForm::from_integers(&[&[1, 0]], &[&[1, 0]]);
    assert_eq!(value(&solved(&game, 0, &number("1/2"))), None);
    assert_eq!(value(&solved(&game, 0, &number("1"))), Some(Rational::ONE));
}

#[test]
fn wrong_calls_are_refused() {
    let game = NormalForm::from_integers(&[&[1, 0]], &[&[1, 0]]);
    let find = |leader: usize, beta: Rational| {
        let budget = Budget::unlimited();
        find_matched_commitment(&game, leader, &beta, LpMethod::Auto, &budget).unwrap_err()
    };
    assert_eq!(find(0, number("-1")), CommitmentError::Beta(number("-1")));
    assert_eq!(find(2, number("1")), CommitmentError::NoSuchLeader(2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_commitment_of_a_grid_matches_better(
        game in any_game(2..3, 3),
        leader in 0usize..2,
        beta in prop::sample::select(vec!["0", "1/2", "1", "3"]),
    ) {
        let beta = number(beta);
        let most = value(&solved(&game, leader, &beta));
        let view = View { game: &game, leader };
        for cut in 0..=12 {
            for rest in 0..=12 - cut {
                let shares = [cut, rest, 12 - cut - rest];
                let actions = view.actions();
                if actions < 3 && shares[actions..].iter().any(|share| *share > 0) {
                    continue;
                }
                let expected = |payoff: &dyn Fn(usize) -> Rational| -> Rational {
                    (0..actions).map(|i| Rational::new(shares[i], 12) * payoff(i)).sum()
                };
                let of = |reply: usize| (
                    expected(&|i| view.leader_payoff(i, reply).clone()),
                    expected(&|i| view.follower_payoff(i, reply).clone()),
                );
                for reply in 0..view.replies() {
                    let (own, theirs) = of(reply);
                    let meets = (0..view.replies()).map(of).all(|(a, b)| {
                        theirs >= b && &own - &a <= &beta * &(&theirs - &b)
                    });
                    prop_assert!(!meets || most.as_ref().is_some_and(|most| *most >= own));
                }
            }
        }
    }

    #[test]
    fn the_value_rises_to_what_is_guaranteed(game in any_game(2..3, 4), leader in 0usize..2) {
        let (lp, budget) = (LpMethod::Auto, Budget::unlimited());
        let interval =
            find_commitment_interval(&game, leader, true, &Rational::new(1, 100), lp, &budget);
        let interval = interval.unwrap().answer.unwrap();
        let (low, maximin) = (interval.guaranteed.unwrap().value, interval.security.unwrap().value);
        let mut last = None;
        for beta in ["0", "1/2", "1", "5", "1000000000000"] {
            let next = value(&solved(&game, leader, &number(beta)));
            prop_assert!(next >= last && next <= Some(low.clone()));
            if beta == "0" {
                prop_assert!(next <= Some(maximin.clone()));
            }
            last = next;
        }
        prop_assert!(last.unwrap() >= low - number("1/1000000"));
    }

    #[test]
    fn games_of_constant_sum_give_their_value(game in any_game(2..3, 4), beta in 0i64..3) {
        let theirs = game.payoffs(0).iter().map(|u| -u).collect();
        let tables = vec![game.payoffs(0).to_vec(), theirs];
        let game = NormalForm::new(game.players().to_vec(), tables).unwrap();
        let levels = solve_minimax(&game, LpMethod::Auto, &Budget::unlimited()).answer.unwrap().levels;
        prop_assert_eq!(value(&solved(&game, 0, &Rational::from(beta))), Some(levels[0].value.clone()));
    }
}
