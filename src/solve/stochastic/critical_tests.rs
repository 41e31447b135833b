use super::critical::{bracket_critical_profiles, bracket_with};
use super::transfers::find_transfer_equilibrium;
use crate::certify::{Limits, certify_critical_profiles, certify_transfers};
use crate::game::stochastic::{CriticalProfiles, StochasticGame, StochasticState};
use crate::game::{DiscountFactor, NormalForm};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Status};

/// The two-state prisoner's dilemma of Abreu, Brooks & Sannikov, as Goldlücke & Kranz solve it.
fn two_state_dilemma() -> StochasticGame {
    let third =
        |to_first: i64| vec![(0, Rational::new(to_first, 3)), (1, Rational::new(3 - to_first, 3))];
    let half = || vec![(0, Rational::new(1, 2)), (1, Rational::new(1, 2))];
    let state = |name: &str, more: i64, same: i64| {
        let table = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(|g| g + more));
        let (row, column) = (table([[2, -1], [3, 0]]), table([[2, 3], [-1, 0]]));
        let stage = NormalForm::from_integers(
            &[&row[0][..], &row[1][..]],
            &[&column[0][..], &column[1][..]],
        );
        let transitions = vec![third(same), half(), half(), third(same)];
        StochasticState { name: name.to_owned(), stage, transitions }
    };
    let discount = DiscountFactor::new(Rational::new(7, 10)).unwrap();
    StochasticGame::new(vec![state("low", 0, 1), state("high", 2, 2)], discount, 0).unwrap()
}

#[test]
fn cooperation_in_two_states_begins_at_the_published_discount_factor() {
    let game = two_state_dilemma();
    let found = bracket_critical_profiles(&game, &Budget::unlimited());
    assert_eq!(found.status, Status::Solved);
    let answer = found.answer.unwrap();
    certify_critical_profiles(&game, &answer, &Limits::default()).unwrap();
    // Published as "around 0.357"; the root of the binding constraint, by 40-digit arithmetic.
    let root: Rational = "0.3561072252245130902182764268648277".parse().unwrap();
    for state in 0..2 {
        let one =
            answer.brackets.iter().find(|one| (one.state, one.profile) == (state, 0)).unwrap();
        let at = |end: Option<usize>| answer.points[end.unwrap()].discount.value();
        assert!(*at(one.below) < root && root < *at(one.above));
        assert!((at(one.above) - at(one.below)).to_f64() < 1e-13);
        let both =
            answer.brackets.iter().find(|one| (one.state, one.profile) == (state, 3)).unwrap();
        assert!(both.below.is_none() && at(both.above).is_zero());
    }
    // Ends that are moved, and profiles that are not played, are refused.
    let refused = |change: &dyn Fn(&mut CriticalProfiles)| {
        let mut doctored = answer.clone();
        change(&mut doctored);
        assert!(certify_critical_profiles(&game, &doctored, &Limits::default()).is_err());
    };
    let moved = |at: &str| DiscountFactor::new(at.parse().unwrap()).unwrap();
    let first = answer.brackets.iter().position(|one| one.profile == 0).unwrap();
    let ends = &answer.brackets[first];
    let (below, above) = (ends.below.unwrap(), ends.above.unwrap());
    refused(&|answer| answer.points[below].discount = moved("0.3562"));
    refused(&|answer| answer.points[above].discount = moved("0.3561"));
    refused(&|answer| answer.brackets[first].profile = 3);
    refused(&|answer| answer.brackets[first].below = answer.brackets[first].above);
    refused(&|answer| answer.brackets[first].below = None);
    // Stopped early the brackets are wider, and right.
    let early = bracket_critical_profiles(&game, &Budget::unlimited().with_steps(25));
    assert_eq!(early.status, Status::Partial(Exhausted::Steps));
    let early = early.answer.unwrap();
    certify_critical_profiles(&game, &early, &Limits::default()).unwrap();
    for one in early.brackets.iter().filter(|one| one.below.is_some()) {
        let at = |end: Option<usize>| early.points[end.unwrap()].discount.value();
        let width = (at(one.above) - at(one.below)).to_f64();
        assert!((1e-13..=1.0 / 16.0).contains(&width), "{width}");
    }
}

#[test]
fn what_machine_numbers_leave_open_is_not_taken_for_gone() {
    // As with many states: no value is found in rationals, but those at discount factor 0.
    let game = two_state_dilemma();
    let found = bracket_with(&game, 0, &Budget::unlimited());
    assert_eq!(found.status, Status::Solved);
    assert_eq!(found.warnings.len(), 1, "{:?}", found.warnings);
    let answer = found.answer.unwrap();
    certify_critical_profiles(&game, &answer, &Limits::default()).unwrap();
    let root: Rational = "0.3561072252245130902182764268648277".parse().unwrap();
    for state in 0..2 {
        let one =
            answer.brackets.iter().find(|one| (one.state, one.profile) == (state, 0)).unwrap();
        let at = |end: Option<usize>| answer.points[end.unwrap()].discount.value();
        assert!(*at(one.below) < root && root < *at(one.above));
        let width = (at(one.above) - at(one.below)).to_f64();
        assert!((1e-13..1e-8).contains(&width), "{width}");
    }
}

/// A state without an equilibrium in pure strategies as long as players are impatient, beside one in
/// which two choices are always enforced.
fn without_equilibrium_at_first() -> StochasticGame {
    let cycle = NormalForm::from_integers(&[&[5, 1], &[6, 0]], &[&[5, 0], &[0, 1]]);
    let idle = NormalForm::from_integers(&[&[1, 1], &[0, 0]], &[&[0, 0], &[0, 0]]);
    let state = |name: &str, stage: NormalForm, to: usize| StochasticState {
        name: name.to_owned(),
        stage,
        transitions: vec![vec![(to, Rational::ONE)]; 4],
    };
    let discount = DiscountFactor::new(Rational::ZERO).unwrap();
    StochasticGame::new(vec![state("cycle", cycle, 0), state("idle", idle, 1)], discount, 0)
        .unwrap()
}

#[test]
fn where_there_is_no_equilibrium_no_profile_of_any_state_is_played() {
    let game = without_equilibrium_at_first();
    let none = find_transfer_equilibrium(&game, &Budget::unlimited());
    assert_eq!(none.status, Status::None);
    certify_transfers(&game, &none.answer.unwrap(), &Limits::default()).unwrap();
    let found = bracket_critical_profiles(&game, &Budget::unlimited());
    assert_eq!(found.status, Status::Solved);
    let answer = found.answer.unwrap();
    certify_critical_profiles(&game, &answer, &Limits::default()).unwrap();
    // In the first state the second row and column hold both players to 1. Ten together against the 2
    // of these make up for a gain of 1, of cooperation or of that punishment, from 1/9 on.
    let begins = Rational::new(1, 9);
    for one in &answer.brackets {
        let at = |end: Option<usize>| answer.points[end.unwrap()].discount.value();
        assert!(*at(one.below) < begins && begins <= *at(one.above), "{one:?}");
        assert!((at(one.above) - at(one.below)).to_f64() < 1e-13);
    }
    // The lower ends of the second state are shown by there being no equilibrium at all.
    assert!(answer.brackets.iter().any(|one| one.state == 1));
    let below = answer.brackets[0].below.unwrap();
    assert!(answer.points[below].answer.policies.is_none());
}
