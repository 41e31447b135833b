use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, certify_credibility};
use crate::solve::testing::any_game;
use crate::solve::{find_optimal_commitment, nash};

fn solved(
    game: &NormalForm,
    leader: usize,
    fallback: &MixedStrategy,
    without: &Rational,
    at: &[Rational],
) -> Credibility {
    let budget = Budget::unlimited();
    let found = find_credibility(game, leader, fallback, without, at, LpMethod::Auto, &budget);
    let answer = found.unwrap().answer.unwrap();
    certify_credibility(game, &answer, &Limits::default()).unwrap();
    answer
}

fn fraction(numerator: i64, denominator: i64) -> Rational {
    Rational::new(numerator, denominator)
}

#[test]
fn value_by_credibility_in_the_game_of_conitzer_and_sandholm() {
    // z on the second row must be at least 1/2 for the second column; with the fallback on the first
    // row it is at most q. From q = 1/2 on the leader gets 7/2, below he gets 2 - z <= 2.
    let game = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
    let at: Vec<Rational> = [0, 1, 2, 3, 4].map(|quarter| fraction(quarter, 4)).to_vec();
    let answer = solved(&game, 0, &MixedStrategy::pure(0, 2), &Rational::from(2), &at);
    let values: Vec<String> =
        answer.points.iter().map(|point| point.optimum.leader_value.to_string()).collect();
    assert_eq!(values, ["2", "2", "7/2", "7/2", "7/2"]);
    assert_eq!(answer.everything.credibility, fraction(1, 2));
    assert_eq!(answer.something.unwrap().credibility, fraction(1, 2));
}

#[test]
fn threat_that_hurts_both_needs_credibility() {
    // An entrant stays out (0, 2) where he expects a fight (-1, -1) with at least 1/2: an incumbent
    // who would give way (1, 1) is believed to fight often enough from q = 1/2 on.
    let game = NormalForm::from_integers(&[&[-1, 2], &[1, 2]], &[&[-1, 0], &[1, 0]]);
    let answer = solved(&game, 0, &MixedStrategy::pure(1, 2), &Rational::ONE, &[]);
    assert_eq!(answer.everything.credibility, fraction(1, 2));
    let something = answer.something.unwrap();
    assert_eq!(something.credibility, fraction(1, 2));
    assert_eq!(something.reply, 1);
    assert_eq!(something.commitment, MixedStrategy::pure(0, 2));
}

#[test]
fn commitment_may_be_worth_nothing() {
    let dilemma = NormalForm::from_integers(&[&[2, 0], &[3, 1]], &[&[2, 3], &[0, 1]]);
    let answer = solved(&dilemma, 0, &MixedStrategy::pure(1, 2), &Rational::ONE, &[]);
    assert_eq!(answer.something, None);
    assert!(answer.everything.credibility.is_zero());
}

#[test]
fn wrong_questions_are_refused() {
    let game = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
    let ask = |leader: usize, actions: usize, at: Rational| {
        let fallback = MixedStrategy::pure(0, actions);
        let budget = Budget::unlimited();
        find_credibility(&game, leader, &fallback, &Rational::ZERO, &[at], LpMethod::Auto, &budget)
            .unwrap_err()
    };
    assert_eq!(ask(2, 2, Rational::ONE), CommitmentError::NoSuchLeader(2));
    assert_eq!(ask(0, 3, Rational::ONE), CommitmentError::Fallback);
    let two = Rational::from(2);
    assert_eq!(ask(0, 2, two.clone()), CommitmentError::Credibility(two));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// At a threshold commitment is worth what it says, and a little below it is not; the value does
    /// not fall in the credibility, and is that of commitment at 1.
    #[test]
    fn thresholds_are_where_the_value_changes(
        game in any_game(2..3, 3),
        leader in 0usize..2,
    ) {
        let budget = Budget::unlimited();
        let equilibria = nash::enumerate_equilibria(&game, &budget).answer.list;
        let best = equilibria.iter().max_by_key(|one| one.payoffs[leader].clone()).unwrap();
        let (fallback, without) = (&best.profile[leader], &best.payoffs[leader]);
        let tenths: Vec<Rational> = (0..=10).map(|tenth| fraction(tenth, 10)).collect();
        let answer = solved(&game, leader, fallback, without, &tenths);
        let values: Vec<&Rational> =
            answer.points.iter().map(|point| &point.optimum.leader_value).collect();
        prop_assert!(values.windows(2).all(|two| two[0] <= two[1]));
        let commitment = find_optimal_commitment(&game, leader, true, LpMethod::Auto, &budget);
        let most = commitment.unwrap().answer.unwrap().leader_value;
        prop_assert_eq!(&most, *values.last().unwrap());
        let value_at = |q: &Rational| {
            let found = solved(&game, leader, fallback, without, std::slice::from_ref(q));
            let point = found.points.iter().find(|point| point.credibility == *q).unwrap();
            point.optimum.leader_value.clone()
        };
        let step = fraction(1, 1_000_000);
        let everything = &answer.everything.credibility;
        prop_assert_eq!(value_at(everything), most.clone());
        if *everything >= step {
            prop_assert!(value_at(&(everything - &step)) < most);
        }
        match &answer.something {
            None => prop_assert!(most <= *without),
            Some(threshold) => {
                let q = &threshold.credibility;
                if *q <= Rational::ONE - &step {
                    prop_assert!(value_at(&(q + &step)) > *without);
                }
                if *q >= step {
                    prop_assert!(value_at(&(q - &step)) <= *without);
                }
            }
        }
    }
}
