//! The table of a noisy agreement with its closed forms, and agreement with punishments for ever.

use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, certify_triggers};
use crate::game::{Agreement, NormalForm, Player};

fn exact(text: &str) -> Rational {
    text.parse().unwrap()
}

fn factor(text: &str) -> DiscountFactor {
    DiscountFactor::new(exact(text)).unwrap()
}

/// A prisoner's dilemma with T = 5, R = 3, P = 1, S = 0, whose alarm is false with probability ε and right
/// with λ.
fn dilemma(false_alarm: &str, detection: &str, survival: &str) -> RepeatedGame {
    let numbers = |text: &str| text.split(' ').map(exact).collect();
    let players = vec![Player::new("Row", ["C", "D"]), Player::new("Column", ["C", "D"])];
    let stage = NormalForm::new(players, vec![numbers("3 0 5 1"), numbers("3 5 0 1")]).unwrap();
    RepeatedGame {
        stage,
        discount: None,
        survival: exact(survival),
        renewal: Rational::ZERO,
        false_alarm: exact(false_alarm),
        agreements: vec![Agreement {
            name: "Restraint".to_owned(),
            profile: vec![0, 0],
            detection: vec![vec![exact(detection); 2]; 2],
        }],
        punishment: PunishmentRule::WorstEquilibrium,
        transfers: false,
    }
}

/// Solved and certified.
fn solved(game: &RepeatedGame, discount: &DiscountFactor) -> Triggers {
    let found = find_triggers(game, discount, &Budget::unlimited()).unwrap().answer.unwrap();
    let certificate = certify_triggers(game, &found, &Limits::default());
    assert!(certificate.is_ok(), "{certificate:?}");
    found
}

/// ε, λ, δ* for ever, and the average payoff at δ = 9/10 with T = 5, R = 3, P = 1, S = 0:
/// δ* = (T − R) / ((T − R)(1 − ε) + (λ − ε)(R − P)).
const TABLE: [(&str, &str, f64, f64); 15] = [
    ("0", "1", 0.5, 3.0),
    ("0", "0.8", 0.555555555556, 3.0),
    ("0", "0.5", 0.666666666667, 3.0),
    ("0.02", "1", 0.510204081633, 2.694915254237),
    ("0.02", "0.8", 0.568181818182, 2.694915254237),
    ("0.02", "0.5", 0.684931506849, 2.694915254237),
    ("0.05", "1", 0.526315789474, 2.379310344828),
    ("0.05", "0.8", 0.588235294118, 2.379310344828),
    ("0.05", "0.5", 0.714285714286, 2.379310344828),
    ("0.1", "1", 0.555555555556, 2.052631578947),
    ("0.1", "0.8", 0.625, 2.052631578947),
    ("0.1", "0.5", 0.769230769231, 2.052631578947),
    ("0.2", "1", 0.625, 1.714285714286),
    ("0.2", "0.8", 0.714285714286, 1.714285714286),
    ("0.2", "0.5", 0.909090909091, 1.714285714286),
];

#[test]
fn a_suspension_for_ever_is_the_agreement_of_repeated() {
    for (alarm, detection, critical, value) in TABLE {
        let game = dilemma(alarm, detection, "1");
        let found = sustain_agreements(&game, &Budget::unlimited()).unwrap().answer;
        let known = found.agreements[0].critical.number().unwrap().clone();
        assert!((known.to_f64() - critical).abs() < 1e-11);
        let forever = |at: &Rational| {
            let found = solved(&game, &DiscountFactor::new(at.clone()).unwrap());
            found.agreements[0].lengths.last().unwrap().clone()
        };
        assert_eq!(forever(&known).slack, Some(Rational::ZERO), "{alarm} {detection}");
        assert!(!forever(&(&known - exact("1e-9"))).holds());
        assert!(forever(&(&known + exact("1e-9"))).holds());
        let payoff = forever(&exact("0.9")).payoffs[0].to_f64();
        assert!((payoff - value).abs() < 1e-11, "{alarm} {detection}: {payoff}");
    }
}

#[test]
fn two_periods_are_enough_where_the_alarm_is_good() {
    let found = solved(&dilemma("0.05", "0.8", "1"), &factor("0.9"));
    let one = &found.agreements[0];
    let best = &one.lengths[one.best.unwrap()];
    assert_eq!(best.periods, Some(2));
    assert!((best.payoffs[0].to_f64() - 2.842468908337).abs() < 1e-11);
    // Turnover makes the future worth less: then two are not enough: κ = 0.72, and
    // q = 0.56/1.008 is reached by three.
    let found = solved(&dilemma("0.05", "0.8", "0.8"), &factor("0.9"));
    let one = &found.agreements[0];
    assert_eq!(one.lengths[one.best.unwrap()].periods, Some(3));
}

#[test]
fn payments_and_impatience_are_heard() {
    let mut game = dilemma("0.05", "0.8", "1");
    let one = &solved(&game, &factor("1/2")).agreements[0];
    assert_eq!((one.best, one.tried), (None, MOST_PERIODS));
    // At the critical factor itself no finite suspension is enough.
    let one = &solved(&game, &factor("10/17")).agreements[0];
    assert_eq!(one.lengths[one.best.unwrap()].periods, None);
    game.transfers = true;
    let refused = find_triggers(&game, &factor("1/2"), &Budget::unlimited());
    assert_eq!(refused.err(), Some(RepeatedFailure::Payments));
}

#[test]
fn what_is_changed_is_refused() {
    let game = dilemma("0.05", "0.8", "0.9");
    let right = solved(&game, &factor("0.9"));
    let refused = |change: &dyn Fn(&mut Trigger)| {
        let mut wrong = right.clone();
        change(&mut wrong.agreements[0]);
        assert_ne!(wrong, right);
        assert!(certify_triggers(&game, &wrong, &Limits::default()).is_err());
    };
    let little = exact("1e-9");
    refused(&|one| one.lengths[0].payoffs[0] += little.clone());
    refused(&|one| *one.lengths[0].slack.as_mut().unwrap() += little.clone());
    refused(&|one| one.best = None);
    refused(&|one| one.best = Some(0));
    refused(&|one| one.best = Some(one.lengths.len() - 1));
    refused(&|one| drop(one.lengths.pop()));
    refused(&|one| one.lengths[1].periods = Some(1 << 40));
    refused(&|one| one.lengths[0].periods = Some(0));
    refused(&|one| one.punishment = game.stage.pure_profile(&[0, 0]));
    refused(&|one| one.punishment_payoffs[0] += little.clone());
    // More periods than anybody can have tried.
    let never = solved(&game, &factor("1/2"));
    for tried in [1 << 13, u64::MAX] {
        let mut wrong = never.clone();
        wrong.agreements[0].tried = tried;
        let error = certify_triggers(&game, &wrong, &Limits::default()).unwrap_err();
        assert!(error.to_string().contains("periods are too many"), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_shortest_length_is_found_and_is_worth_most(
        alarm in 0i64..=9,
        sight in 0i64..=10,
        survival in 8i64..=10,
        discount in 1i64..=95,
    ) {
        let text = |numerator: i64, denominator: i64| Rational::new(numerator, denominator).to_string();
        let game = dilemma(&text(alarm, 10), &text(sight, 10), &text(survival, 10));
        let found = solved(&game, &factor(&text(discount, 100)));
        let one = &found.agreements[0];
        for two in one.lengths.windows(2) {
            prop_assert!(two[0].payoffs[0] >= two[1].payoffs[0]);
        }
        let first = one.lengths.iter().position(TriggerLength::holds);
        prop_assert_eq!(first, one.best);
    }
}

/// An agreement comes back after some periods or at random, and not in both ways.
#[test]
fn agreements_that_are_renewed_are_not_suspended() {
    let game = dilemma("0", "1", "1");
    let discount = DiscountFactor::new(Rational::new(9, 10)).unwrap();
    let found = find_triggers(&game, &discount, &Budget::unlimited()).unwrap().answer.unwrap();
    let renewed = RepeatedGame { renewal: Rational::new(1, 10), ..game };
    let refused = find_triggers(&renewed, &discount, &Budget::unlimited());
    assert_eq!(refused.map(|_| ()).unwrap_err(), RepeatedFailure::Renewal);
    assert!(certify_triggers(&renewed, &found, &Limits::default()).is_err());
}
