use proptest::prelude::*;

use super::*;
use crate::solve::testing::any_game;

fn solved(game: &NormalForm, leader: usize, mixed: bool) -> Stackelberg {
    let outcome =
        find_optimal_commitment(game, leader, mixed, LpMethod::Auto, &Budget::unlimited());
    let answer = outcome.unwrap().answer.unwrap();
    assert_right(game, &answer);
    answer
}

/// Panics unless the reply is best and every bound is proved by its multipliers.
fn assert_right(game: &NormalForm, answer: &Stackelberg) {
    let view = View { game, leader: answer.leader };
    let x = answer.commitment.probabilities();
    let expected = |payoff: &dyn Fn(usize) -> Rational| -> Rational {
        x.iter().enumerate().map(|(action, x)| x * payoff(action)).sum()
    };
    let follower = |reply| expected(&|action| view.follower_payoff(action, reply).clone());
    assert_eq!(follower(answer.reply), answer.follower_value);
    assert!((0..view.replies()).all(|other| follower(other) <= answer.follower_value));
    let leader = expected(&|action| view.leader_payoff(action, answer.reply).clone());
    assert_eq!(leader, answer.leader_value);
    assert_eq!(answer.bounds.len(), view.replies());
    for (reply, bound) in answer.bounds.iter().enumerate() {
        assert_eq!(bound.reply, reply);
        assert!(bound.bound.as_ref().is_none_or(|bound| *bound <= answer.leader_value));
        if !answer.mixed {
            continue;
        }
        assert!(bound.multipliers.iter().all(|y| !y.is_negative()));
        for action in 0..view.actions() {
            let sum: Rational = (0..view.replies())
                .map(|other| {
                    let own = view.follower_payoff(action, reply);
                    &bound.multipliers[other] * (own - view.follower_payoff(action, other))
                })
                .sum();
            match &bound.bound {
                Some(bound) => assert!(view.leader_payoff(action, reply) + &sum <= *bound),
                None => assert!(sum.is_negative()),
            }
        }
    }
}

#[test]
fn only_two_players_and_their_leader_are_accepted() {
    let three = crate::solve::testing::game(&[1, 1, 1], &vec![vec![0]; 3]);
    let asked = |game: &NormalForm, leader| {
        find_optimal_commitment(game, leader, true, LpMethod::Auto, &Budget::unlimited())
            .unwrap_err()
    };
    assert_eq!(asked(&three, 0), CommitmentError::NotTwoPlayers(3));
    let two = NormalForm::from_integers(&[&[0]], &[&[0]]);
    assert_eq!(asked(&two, 2), CommitmentError::NoSuchLeader(2));
}

#[test]
fn reply_that_nothing_induces_is_refuted() {
    // The third reply is dominated by a mixture of the others only.
    let game = NormalForm::from_integers(&[&[0, 0, 9], &[0, 0, 9]], &[&[2, -1, 0], &[-1, 2, 0]]);
    let answer = solved(&game, 0, true);
    assert_eq!(answer.bounds[2].bound, None);
    assert_eq!(answer.leader_value, Rational::ZERO);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn mixed_commitment_is_proved_and_worth_at_least_the_pure(
        game in any_game(2..3, 5), leader in 0usize..2
    ) {
        let mixed = solved(&game, leader, true);
        let pure = solved(&game, leader, false);
        prop_assert!(mixed.leader_value >= pure.leader_value);
        prop_assert!(pure.commitment.as_pure().is_some());
        let view = View { game: &game, leader };
        let best = (0..view.actions())
            .flat_map(|action| (0..view.replies()).map(move |reply| (action, reply)))
            .filter(|&(action, reply)| view.is_best_reply(action, reply))
            .map(|(action, reply)| view.leader_payoff(action, reply).clone())
            .max();
        prop_assert_eq!(best, Some(pure.leader_value));
        // The single program over joint distributions has the same value (Conitzer & Korzhyk 2011).
        prop_assert_eq!(single_program(&view), mixed.leader_value);
    }
}

/// Maximise Σ p_ij A_ij subject to Σ_i p_ij (B_ij − B_ik) ≥ 0 for all j and k, Σ p = 1.
fn single_program(view: &View<'_>) -> Rational {
    use crate::linear::{Solution, simplex};
    let (m, n) = (view.actions(), view.replies());
    let cells = (0..m).flat_map(|i| (0..n).map(move |j| (i, j)));
    let mut program =
        LinearProgram::maximize(cells.map(|(i, j)| view.leader_payoff(i, j).clone()).collect());
    for j in 0..n {
        for k in (0..n).filter(|&k| k != j) {
            let row = (0..m)
                .map(|i| (i * n + j, view.follower_payoff(i, j) - view.follower_payoff(i, k)));
            program.constrain(row, Relation::AtLeast, Rational::ZERO);
        }
    }
    program.constrain((0..m * n).map(|at| (at, Rational::ONE)), Relation::Equal, Rational::ONE);
    match simplex::solve(&program, None, &|_| true).unwrap().solution {
        Solution::Optimal(optimum) => optimum.value,
        other => panic!("{other:?}"),
    }
}
