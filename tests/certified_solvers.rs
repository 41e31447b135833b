//! What the solvers by linear programs and by learning answer passes the separate certifier.

// A game that cannot be built must stop the test.
#![allow(clippy::unwrap_used, clippy::panic)]

use detente::certify::{Limits, certify};
use detente::game::answer::{Advised, Answer, Objective, Subject};
use detente::game::{NormalForm, Player};
use detente::linear::LpMethod;
use detente::num::Rational;
use detente::solve::{
    Budget, FictitiousPlayOptions, advise, eliminate_strictly_dominated,
    find_best_coarse_correlated_equilibrium, find_best_correlated_equilibrium,
    find_commitment_interval, play_fictitiously, solve_minimax,
};
use proptest::prelude::*;

/// Games of one to three players with small integer payoffs, some divided by a common number.
fn any_game() -> impl Strategy<Value = NormalForm> {
    let shape = prop_oneof![
        1 => prop::collection::vec(1usize..6, 1),
        6 => prop::collection::vec(1usize..7, 2),
        3 => prop::collection::vec(1usize..4, 3),
    ];
    shape.prop_flat_map(|shape| {
        let profiles = shape.iter().product::<usize>();
        let table = prop::collection::vec(-5i64..6, profiles);
        let tables = prop::collection::vec(table, shape.len());
        (Just(shape), tables, 1i64..4).prop_map(|(shape, tables, divisor)| {
            let players = shape.iter().enumerate().map(|(player, &actions)| {
                Player::new(format!("P{player}"), (0..actions).map(|action| action.to_string()))
            });
            let tables = tables
                .into_iter()
                .map(|table| table.into_iter().map(|u| Rational::new(u, divisor)).collect());
            NormalForm::new(players.collect(), tables.collect()).unwrap()
        })
    })
}

fn assert_certified(game: &NormalForm, answer: Answer) {
    if let Err(refutation) = certify(Subject::OneShot(game), &answer, &Limits::default()) {
        panic!("{refutation}: {answer:?}");
    }
}

fn check_all(game: &NormalForm, method: LpMethod) {
    let budget = Budget::unlimited();
    assert_certified(game, Answer::Minimax(solve_minimax(game, method, &budget).answer.unwrap()));
    let dominance = eliminate_strictly_dominated(game, method, &budget).answer.unwrap();
    assert_certified(game, Answer::Dominance(dominance));
    let players = game.num_players();
    let mixed_weights = (0..players).map(|player| Rational::from(2 - 3 * player as i64)).collect();
    let objectives = [
        Objective::Welfare,
        Objective::Player(players - 1),
        Objective::Weighted(mixed_weights),
        Objective::Egalitarian,
        Objective::LeastPlayer(players - 1),
    ];
    for objective in &objectives {
        let outcome = find_best_correlated_equilibrium(game, objective, method, &budget).unwrap();
        let fine = outcome.answer.unwrap();
        let outcome =
            find_best_coarse_correlated_equilibrium(game, objective, method, &budget).unwrap();
        let coarse = outcome.answer.unwrap();
        if game.shape().iter().all(|&actions| actions <= 2) {
            assert_eq!(coarse.value, fine.value, "with two actions each both are the same");
        }
        let advice = advise(game, &fine.distribution);
        assert_certified(game, Answer::Correlated(Advised { device: fine, advice }));
        assert_certified(game, Answer::CoarseCorrelated(coarse));
    }
    if players == 2 {
        for (leader, mixed) in [(0, false), (0, true), (1, false), (1, true)] {
            let outcome = find_commitment_interval(
                game,
                leader,
                mixed,
                &Rational::new(1, 7),
                method,
                &budget,
            )
            .unwrap();
            assert_certified(game, Answer::Stackelberg(outcome.answer.unwrap()));
        }
    }
    for alternating in [false, true] {
        let options = FictitiousPlayOptions { alternating, rounds: 333, start: None };
        let play = play_fictitiously(game, &options, &budget).unwrap().answer;
        assert_certified(game, Answer::FictitiousPlay(play));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_answer_is_certified(game in any_game()) {
        for method in [LpMethod::Auto, LpMethod::Exact, LpMethod::Hinted] {
            check_all(&game, method);
        }
    }
}

#[test]
fn larger_answers_are_certified() {
    // Payoffs from a fixed sequence; the programs are solved through a guessed basis.
    let mut state = 17u64;
    let mut table = |profiles: usize| -> Vec<Rational> {
        (0..profiles)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                Rational::new((state >> 33) as i64 % 1000, 1 + (state >> 60) as i64)
            })
            .collect()
    };
    for shape in [vec![11, 12], vec![3, 4, 5], vec![2, 2, 2, 2, 2]] {
        let players = shape.iter().enumerate().map(|(player, &actions)| {
            Player::new(format!("P{player}"), (0..actions).map(|action| action.to_string()))
        });
        let profiles = shape.iter().product();
        let tables = shape.iter().map(|_| table(profiles)).collect();
        check_all(&NormalForm::new(players.collect(), tables).unwrap(), LpMethod::Auto);
    }
}
