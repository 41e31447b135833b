//! Published values, the whole game in strategic form, assignments one by one, and doctored answers.

use proptest::prelude::*;

use super::assignments::count_net_wins;
use super::*;
use crate::certify::{Limits, Refutation, certify_blotto};
use crate::game::blotto::BlottoPayoff;
use crate::solve::solve_minimax;

fn game(soldiers: [u32; 2], fields: usize, payoff: BlottoPayoff) -> BlottoGame {
    BlottoGame::new(soldiers, vec![Rational::ONE; fields], payoff).unwrap()
}

fn certified(game: &BlottoGame, answer: BlottoSolution) -> BlottoSolution {
    if let Err(error) = certify_blotto(game, &answer, &Limits::default()) {
        panic!("{error}\n{game:?}\n{answer:?}");
    }
    answer
}

fn reduced(game: &BlottoGame) -> BlottoSolution {
    let found = solve_blotto_by_reduction(game, &Budget::unlimited()).unwrap();
    certified(game, found.answer.unwrap())
}

fn by_replies(game: &BlottoGame) -> BlottoSolution {
    let found = solve_blotto_by_best_replies(game, &Budget::unlimited()).unwrap();
    certified(game, found.answer.unwrap())
}

/// McDonald & Tukey (1949) and Dresher (1961), four regiments against three on two posts: 14/9, by
/// (4, 0) and (0, 4) with 4/9 each and (2, 2) with 1/9.
#[test]
fn four_regiments_capture_14_9_from_three() {
    let game = game([4, 3], 2, BlottoPayoff::Captures);
    let answer = reduced(&game);
    assert_eq!(answer.value, Rational::new(14, 9));
    let drawn = vec![(vec![4, 0], Rational::new(8, 9)), (vec![2, 2], Rational::new(1, 9))];
    assert_eq!(answer.lotteries[0], drawn);
    assert_eq!(by_replies(&game).value, Rational::new(14, 9));
}

/// Values by linear programs over all strategies: soldiers of both sides on three fields, net fields
/// and majority.
#[test]
fn values_on_three_fields_are_those_of_the_whole_game() {
    let cases = [
        ([5, 5], (0, 1), (0, 1)),
        ([6, 5], (4, 9), (4, 9)),
        ([6, 6], (0, 1), (0, 1)),
        ([7, 6], (1, 3), (1, 3)),
        ([8, 6], (2, 3), (13, 21)),
        ([5, 4], (1, 2), (1, 2)),
        ([6, 4], (1, 1), (1, 1)),
        ([12, 10], (62, 129), (12, 29)),
        ([10, 8], (5, 9), (7, 15)),
    ];
    for (soldiers, net, majority) in cases {
        let nets = game(soldiers, 3, BlottoPayoff::NetFields);
        assert_eq!(reduced(&nets).value, Rational::new(net.0, net.1), "{soldiers:?}");
        assert_eq!(by_replies(&nets).value, Rational::new(net.0, net.1), "{soldiers:?}");
        let majorities = game(soldiers, 3, BlottoPayoff::Majority);
        let value = reduced(&majorities).value;
        assert_eq!(value, Rational::new(majority.0, majority.1), "{soldiers:?}");
    }
}

#[test]
fn twelve_soldiers_on_four_fields_have_34_divisions_and_the_value_0() {
    for payoff in BlottoPayoff::ALL {
        let game = game([12, 12], 4, payoff);
        assert_eq!(game.divisions(0).unwrap().len(), 34);
        assert!(reduced(&game).value.is_zero());
    }
}

/// All one-to-one maps, one by one.
fn maps(own: &[u32], other: &[u32]) -> std::collections::BTreeMap<i64, u64> {
    fn go(own: &[u32], left: &[u32], net: i64, counts: &mut std::collections::BTreeMap<i64, u64>) {
        let Some((&first, rest)) = own.split_first() else {
            *counts.entry(net).or_default() += 1;
            return;
        };
        for at in 0..left.len() {
            let mut others = left.to_vec();
            let met = others.remove(at);
            go(rest, &others, net + i64::from(first > met) - i64::from(first < met), counts);
        }
    }
    let mut counts = std::collections::BTreeMap::new();
    go(own, other, 0, &mut counts);
    counts
}

#[test]
fn doctored_answers_are_refused() {
    let tiny = Rational::new(1, 1_000_000_000);
    for payoff in BlottoPayoff::ALL {
        let game = game([6, 5], 3, payoff);
        let right = reduced(&game);
        let check = |answer: &BlottoSolution| certify_blotto(&game, answer, &Limits::default());
        let doctored: &[&dyn Fn(&mut BlottoSolution)] = &[
            &|answer| answer.value += &tiny,
            &|answer| answer.value = &answer.value - &tiny,
            &|answer| answer.lotteries[0][0].1 += &tiny,
            &|answer| {
                answer.lotteries[1].pop();
            },
            &|answer| answer.lotteries[0][0].0[0] += 1,
            &|answer| answer.lotteries[0].reverse(),
            &|answer| answer.marginals[1][0][0] += &tiny,
            &|answer| {
                answer.marginals[1].pop();
            },
        ];
        for (at, change) in doctored.iter().enumerate() {
            let mut wrong = right.clone();
            change(&mut wrong);
            assert!(check(&wrong).is_err(), "{payoff:?}, change {at}");
        }
        // A consistent lottery that is not optimal.
        let mut wrong = right.clone();
        wrong.lotteries[0] = vec![(vec![2, 2, 2], Rational::ONE)];
        wrong.marginals[0] = vec![vec![Rational::ZERO; 7]];
        wrong.marginals[0][0][2] = Rational::ONE;
        let refused = check(&wrong);
        assert!(matches!(refused, Err(Refutation::Deviation(_))), "{refused:?}");
    }
}

#[test]
fn what_does_not_apply_is_refused() {
    let majority = game([5, 5], 3, BlottoPayoff::Majority);
    let budget = Budget::unlimited();
    assert_eq!(
        solve_blotto_by_best_replies(&majority, &budget).unwrap_err(),
        BlottoMethodError::NotAdditive
    );
    let many = game([10_000, 9_000], 50, BlottoPayoff::NetFields);
    assert!(solve_blotto_by_reduction(&many, &budget).is_err());
    assert!(solve_blotto_by_best_replies(&many, &budget).is_err());
    let stopped = game([40, 39], 4, BlottoPayoff::NetFields);
    let budget = Budget::unlimited().with_time(std::time::Duration::ZERO);
    assert!(solve_blotto_by_best_replies(&stopped, &budget).unwrap().answer.is_none());
}

fn payoffs() -> impl Strategy<Value = BlottoPayoff> {
    prop::sample::select(BlottoPayoff::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn maps_are_counted_as_one_by_one(
        groups in prop::collection::vec((0u32..4, 0u32..4), 1..=6),
    ) {
        let (mut own, mut other): (Vec<u32>, Vec<u32>) = groups.into_iter().unzip();
        own.sort_unstable_by(|a, b| b.cmp(a));
        other.sort_unstable_by(|a, b| b.cmp(a));
        let counted: Vec<(i64, String)> =
            count_net_wins(&own, &other).into_iter().map(|(net, n)| (net, n.to_string())).collect();
        let listed: Vec<(i64, String)> =
            maps(&own, &other).into_iter().map(|(net, n)| (net, n.to_string())).collect();
        prop_assert_eq!(counted, listed);
    }

    /// The reduced game has the value of the whole game, whatever the values of fields.
    #[test]
    fn the_value_is_that_of_the_whole_game(
        soldiers in [0u32..=5, 0u32..=5],
        values in prop::collection::vec(1i64..=2, 1..=4),
        payoff in payoffs(),
    ) {
        let values = values.into_iter().map(Rational::from).collect();
        let game = BlottoGame::new(soldiers, values, payoff).unwrap();
        let Ok(form) = game.strategic_form() else { return Ok(()) };
        if form.num_profiles() > 1000 { return Ok(()) }
        let found = solve_minimax(&form, LpMethod::Auto, &Budget::unlimited()).answer.unwrap();
        let answer = reduced(&game);
        prop_assert_eq!(&answer.value, &found.levels[0].value);
        if payoff.is_additive() {
            prop_assert_eq!(by_replies(&game).value, answer.value);
        }
    }
}
