//! Closed forms of the literature, the game as a tree and in strategic form, and doctored answers.

use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, Refutation, certify_inspection};
use crate::game::inspection::{InspectionAnswer, InspectionRules};
use crate::linear::LpMethod;
use crate::solve::{find_optimal_commitment, solve_minimax};

fn q(text: &str) -> Rational {
    text.parse().unwrap()
}

fn pair(inspector: &str, inspectee: &str) -> InspectionPayoffs {
    InspectionPayoffs { inspector: q(inspector), inspectee: q(inspectee) }
}

fn certified(game: &InspectionGame, answer: InspectionAnswer) {
    if let Err(error) = certify_inspection(game, &answer, &Limits::default()) {
        panic!("{error}\n{game:?}\n{answer:?}");
    }
}

fn solved(game: &InspectionGame) -> InspectionEquilibrium {
    let answer = solve_inspections(game, &Budget::unlimited()).answer.unwrap();
    certified(game, InspectionAnswer::Equilibrium(answer.clone()));
    answer
}

fn led(game: &InspectionGame) -> InspectionLeadership {
    let answer = solve_inspector_leadership(game, &Budget::unlimited()).answer.unwrap();
    certified(game, InspectionAnswer::Leadership(answer.clone()));
    answer
}

/// C(n, k).
fn choose(n: u32, k: u32) -> Rational {
    let factor = |i: u32| Rational::new(i64::from(n) - i64::from(i), i64::from(i) + 1);
    if k > n { Rational::ZERO } else { (0..k).map(factor).fold(Rational::ONE, |a, b| a * b) }
}

/// Σ_{i ≤ m} C(n, i) b^{m−i}.
fn sum(n: u32, m: u32, b: &Rational) -> Rational {
    (0..=m).map(|i| choose(n, i) * b.pow((m - i) as i32).unwrap()).sum()
}

/// A violation that is caught pays (caught, −b).
fn rules(caught: &str, b: &str) -> InspectionRules {
    InspectionRules { caught: pair(caught, &(-q(b)).to_string()), ..InspectionRules::dresher() }
}

/// Dresher (1962): v(n, m) = −C(n−1, m) / Σ_{i ≤ m} C(n, i).
#[test]
fn dreshers_closed_form_holds() {
    for n in 1..=20 {
        for m in 0..=n {
            let game = InspectionGame::new(n, m, InspectionRules::dresher()).unwrap();
            let expected = -(choose(n - 1, m) / sum(n, m, &Rational::ONE));
            assert_eq!(solved(&game).values().inspector, expected, "v({n}, {m})");
        }
    }
}

/// The values of von Stengel (2016): with stakes r_1, …, r_k, the first violation first, and b times the
/// stake for one that is caught, v(n, m, k) = −Σ_{i ≤ k} r_i C(n−i, m) / Σ_{i ≤ m} C(n, i) b^{m−i}.
#[test]
fn several_violations_of_different_stakes_have_the_closed_form() {
    let stakes: Vec<Rational> = ["1/2", "3", "1", "2"].map(q).to_vec();
    for b in ["1", "1/2", "3"] {
        for n in 1..=7u32 {
            for m in 0..=n {
                for k in 1..=stakes.len().min(n as usize) {
                    let own = stakes[..k].to_vec();
                    let game = InspectionGame::new(n, m, rules(b, b)).unwrap();
                    let game = game.with_stakes(own.clone()).unwrap();
                    let answer = solved(&game);
                    let lost: Rational = (1..).zip(&own).map(|(i, r)| choose(n - i, m) * r).sum();
                    let expected = -(lost / sum(n, m, &q(b)));
                    assert_eq!(answer.values().inspector, expected, "{n} {m} {k} {b}");
                    assert!(answer.unobserved || m == n, "{n} {m} {k} {b}");
                }
            }
        }
    }
}

/// Avenhaus, von Stengel & Zamir (2002), section 5: a caught violation pays (−a, −b), another one
/// (−1, 1). The inspectee gets the same with and without leadership, and acts legally under it as long
/// as inspections are left.
#[test]
fn leadership_leaves_the_inspectee_what_he_has_and_brings_legal_acts() {
    for (a, b) in [("1/2", "1"), ("2/5", "3"), ("0", "1/2")] {
        let (minus, b) = (-q(a), q(b));
        for n in 1..=8 {
            for m in 0..n {
                let game =
                    InspectionGame::new(n, m, rules(&minus.to_string(), &b.to_string())).unwrap();
                let answer = led(&game);
                let gain = choose(n - 1, m) / sum(n, m, &b);
                let loss = -(choose(n - 1, m) / sum(n, m, &minus));
                let without = answer.equilibrium.values();
                assert_eq!(without.inspectee, gain, "{n} {m}");
                assert_eq!(without.inspector, loss, "{n} {m}");
                assert_eq!(answer.values().inspectee, gain, "{n} {m}");
                assert!(answer.values().inspector >= loss, "{n} {m}");
                assert!(answer.equilibrium.unique, "{n} {m}");
                for (own, other) in answer.stages.iter().zip(&answer.equilibrium.stages) {
                    // Without inspections left it does not matter when.
                    let last = own.state.inspections == 0 && own.state.periods == 1;
                    assert_eq!(own.violate == Rational::ONE, last, "{:?}", own.state);
                    if own.state.inspections < own.state.periods {
                        assert_eq!(own.inspect, other.inspect, "{:?}", own.state);
                    }
                }
            }
        }
    }
}

/// The one-period game of the built-in model `inspection`: inspections cost 1/10, a caught violation
/// pays (−2/5, −3).
#[test]
fn one_period_with_a_cost_is_the_inspection_game_of_the_textbooks() {
    let rules = InspectionRules { inspected: pair("-1/10", "0"), ..rules("-2/5", "3") };
    let game = InspectionGame::new(1, 1, rules).unwrap();
    let answer = led(&game);
    let [own, other] = [&answer.stages[0], &answer.equilibrium.stages[0]];
    assert_eq!((&own.inspect, &own.violate), (&q("1/4"), &q("0")));
    assert_eq!((&other.inspect, &other.violate), (&q("1/4"), &q("1/7")));
    assert_eq!(own.values, pair("-1/40", "0"));
    assert_eq!(other.values, pair("-1/7", "0"));
    assert!(answer.equilibrium.unique && !own.unique);
}

#[test]
fn inspections_that_see_nothing_are_worth_nothing() {
    let game = InspectionGame::new(3, 2, InspectionRules::dresher()).unwrap();
    let game = game.with_detection(Rational::ZERO).unwrap();
    assert_eq!(solved(&game).values(), pair("-1", "1"));
}

/// One period, detection 3/4: the matrix is (0, 3/4 − 1/4; 0, −1).
#[test]
fn inspections_that_may_fail_are_worth_less() {
    let values: Vec<Rational> = ["1", "3/4", "1/2", "1/4"]
        .iter()
        .map(|p| {
            let game = InspectionGame::new(5, 2, InspectionRules::dresher()).unwrap();
            solved(&game.with_detection(q(p)).unwrap()).values().inspector
        })
        .collect();
    assert_eq!(values[0], q("-3/8"));
    assert!(values.windows(2).all(|pair| pair[0] > pair[1]), "{values:?}");
}

#[test]
fn a_thousand_periods_are_solved() {
    let game = InspectionGame::new(1000, 10, InspectionRules::dresher()).unwrap();
    let expected = -(choose(999, 10) / sum(1000, 10, &Rational::ONE));
    assert_eq!(solved(&game).values().inspector, expected);
}

#[test]
fn fractions_that_grow_beyond_use_stop_the_recursion() {
    let rules = InspectionRules { inspected: pair("-1/10", "1/10"), ..InspectionRules::dresher() };
    let game = InspectionGame::new(1000, 500, rules).unwrap();
    let found = solve_inspections(&game, &Budget::unlimited());
    assert_eq!(found.status, Status::Partial(Exhausted::Memory));
    assert!(found.answer.is_none());
}

#[test]
fn what_is_no_game_is_refused() {
    let rules = InspectionRules::dresher;
    assert!(InspectionGame::new(0, 0, rules()).is_err());
    assert!(InspectionGame::new(1_000_000, 0, rules()).is_err());
    assert!(InspectionGame::new(100_000, 50_000, rules()).is_err());
    let game = InspectionGame::new(5, 9, rules()).unwrap();
    assert_eq!(game.inspections(), 5);
    assert!(game.clone().with_stakes(vec![]).is_err());
    assert!(game.clone().with_stakes(vec![Rational::ZERO]).is_err());
    assert!(game.clone().with_detection(q("3/2")).is_err());
    assert!(game.with_detection(q("-1/2")).is_err());
    assert!(InspectionGame::new(60, 30, rules()).unwrap().tree().is_err());
}

#[test]
fn doctored_answers_are_refused() {
    let tiny = q("1/1000000000");
    let game = InspectionGame::new(4, 2, rules("-1/2", "1")).unwrap();
    let game = game.with_stakes(vec![Rational::ONE; 2]).unwrap();
    let right = solved(&game);
    let check = |answer: &InspectionEquilibrium| {
        certify_inspection(
            &game,
            &InspectionAnswer::Equilibrium(answer.clone()),
            &Limits::default(),
        )
    };
    for at in 0..right.stages.len() {
        let doctored: &[&dyn Fn(&mut InspectionStage)] = &[
            &|stage| stage.inspect += &tiny,
            &|stage| stage.violate = &stage.violate - &tiny,
            &|stage| stage.values.inspector += &tiny,
            &|stage| stage.values.inspectee += &tiny,
            &|stage| stage.unique = !stage.unique,
            &|stage| stage.state.violations += 1,
        ];
        for (which, change) in doctored.iter().enumerate() {
            let mut wrong = right.clone();
            change(&mut wrong.stages[at]);
            assert!(check(&wrong).is_err(), "stage {at}, change {which}");
        }
    }
    let mut wrong = right.clone();
    wrong.stages.pop();
    assert!(matches!(check(&wrong), Err(Refutation::WrongList(_))));
    let mut wrong = right.clone();
    wrong.unobserved = !wrong.unobserved;
    assert!(check(&wrong).is_err());
    let mut wrong = right;
    wrong.unique = !wrong.unique;
    assert!(check(&wrong).is_err());
}

/// A stage whose strategies are changed and whose value is made to fit is still refused.
#[test]
fn a_consistent_answer_that_is_no_equilibrium_is_refused() {
    let game = InspectionGame::new(1, 1, rules("-1/2", "1")).unwrap();
    let mut wrong = solved(&game);
    // All inspections and no violation pay 0; then an inspection is not needed, but does no harm: the
    // pair is an equilibrium only where the inspectee is deterred.
    wrong.stages[0].inspect = q("1/3");
    wrong.stages[0].values = pair("0", "0");
    let answer = InspectionAnswer::Equilibrium(wrong);
    let refused = certify_inspection(&game, &answer, &Limits::default());
    assert!(matches!(refused, Err(Refutation::Deviation(_))), "{refused:?}");
}

#[test]
fn doctored_announcements_are_refused() {
    let game = InspectionGame::new(3, 1, rules("-1/2", "1")).unwrap();
    let right = led(&game);
    let check = |answer: InspectionLeadership| {
        certify_inspection(&game, &InspectionAnswer::Leadership(answer), &Limits::default())
    };
    let tiny = q("1/1000000000");
    let doctored: &[&dyn Fn(&mut InspectionLeadership)] = &[
        &|answer| answer.stages[0].inspect += &tiny,
        &|answer| answer.stages[0].inspect = &answer.stages[0].inspect - &tiny,
        &|answer| answer.stages[0].violate = Rational::ONE,
        &|answer| answer.stages[0].violate = q("1/2"),
        &|answer| answer.stages[0].values.inspector += &tiny,
        &|answer| answer.stages[0].unique = true,
        &|answer| answer.equilibrium.stages[0].violate += &tiny,
    ];
    for (at, change) in doctored.iter().enumerate() {
        let mut wrong = right.clone();
        change(&mut wrong);
        assert!(check(wrong).is_err(), "change {at}");
    }
    // An announcement that deters with certainty and costs more than it need is not optimal.
    let rules = InspectionRules { inspected: pair("-1/10", "0"), ..rules("-2/5", "3") };
    let game = InspectionGame::new(1, 1, rules).unwrap();
    let mut wrong = led(&game);
    wrong.stages[0].inspect = q("1/2");
    wrong.stages[0].values = pair("-1/20", "0");
    wrong.stages[0].unique = true;
    let refused =
        certify_inspection(&game, &InspectionAnswer::Leadership(wrong), &Limits::default());
    assert!(matches!(refused, Err(Refutation::NotOptimal(_))), "{refused:?}");
}

fn small() -> impl Strategy<Value = Rational> {
    (-6i64..=6, 1i64..=3).prop_map(|(p, q)| Rational::new(p, q))
}

fn any_pair() -> impl Strategy<Value = InspectionPayoffs> {
    (small(), small()).prop_map(|(inspector, inspectee)| InspectionPayoffs { inspector, inspectee })
}

fn detections() -> impl Strategy<Value = Rational> {
    prop_oneof![Just(Rational::ONE), Just(Rational::ZERO), Just(Rational::new(3, 4))]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever the payoffs, every stage is certified, and the equilibrium is one of the game in
    /// strategic form when the game has one period.
    #[test]
    fn every_game_is_solved_and_certified(
        payoffs in [any_pair(), any_pair(), any_pair(), any_pair()],
        (n, m, k) in (1u32..=4, 0u32..=4, 1usize..=3),
        detection in detections(),
    ) {
        let [legal, inspected, caught, undetected] = payoffs;
        let rules = InspectionRules { legal, inspected, caught, undetected };
        let game = InspectionGame::new(n, m, rules).unwrap();
        let game = game.with_stakes(vec![Rational::ONE; k]).unwrap();
        led(&game.with_detection(detection).unwrap());
    }

    /// Zero-sum games have the value of their strategic form.
    #[test]
    fn the_value_is_that_of_the_strategic_form(
        payoffs in [small(), small(), small(), small()],
        (n, m, k) in (1u32..=3, 0u32..=2, 1usize..=2),
        detection in detections(),
    ) {
        let payoffs =
            payoffs.map(|x| InspectionPayoffs { inspectee: -&x, inspector: x });
        let [legal, inspected, caught, undetected] = payoffs;
        let rules = InspectionRules { legal, inspected, caught, undetected };
        let game = InspectionGame::new(n, m, rules).unwrap();
        let game = game.with_stakes(vec![Rational::ONE; k]).unwrap();
        let game = game.with_detection(detection).unwrap();
        let Ok(form) = game.strategic_form() else { return Ok(()) };
        if form.num_profiles() > 3000 { return Ok(()) }
        let found = solve_minimax(&form, LpMethod::Auto, &Budget::unlimited()).answer.unwrap();
        let answer = led(&game);
        prop_assert_eq!(&answer.equilibrium.values().inspector, &found.levels[0].value);
        // In a zero-sum game an announcement gives nothing away.
        prop_assert_eq!(&answer.values().inspector, &found.levels[0].value);
    }

    /// With these payoffs to announce period by period is as good as the best plan to which the
    /// inspector can commit at the beginning.
    #[test]
    fn a_commitment_at_the_start_gives_no_more(
        (a, b, c) in (0i64..=4, 1i64..=4, 0i64..=1),
        (n, m) in (1u32..=3, 0u32..=2),
    ) {
        let rules = InspectionRules {
            inspected: InspectionPayoffs { inspector: Rational::new(-c, 10), inspectee: Rational::ZERO },
            caught: InspectionPayoffs { inspector: Rational::new(-a, 5), inspectee: (-b).into() },
            ..InspectionRules::dresher()
        };
        let game = InspectionGame::new(n, m, rules).unwrap();
        let form = game.strategic_form().unwrap();
        let best = find_optimal_commitment(&form, 0, true, LpMethod::Auto, &Budget::unlimited());
        let best = best.unwrap().answer.unwrap().leader_value;
        let answer = led(&game);
        prop_assert_eq!(&answer.values().inspector, &best);
        prop_assert!(best >= answer.equilibrium.values().inspector);
    }

    /// Whatever the payoffs, a plan to which the inspector can commit at the beginning gives no less
    /// than announcements period by period; with odd payoffs it gives more.
    #[test]
    fn a_plan_at_the_start_gives_no_less(
        payoffs in [any_pair(), any_pair(), any_pair(), any_pair()],
        (n, m, k) in (1u32..=3, 0u32..=2, 1usize..=2),
    ) {
        let [legal, inspected, caught, undetected] = payoffs;
        let rules = InspectionRules { legal, inspected, caught, undetected };
        let game = InspectionGame::new(n, m, rules).unwrap();
        let game = game.with_stakes(vec![Rational::ONE; k]).unwrap();
        let Ok(form) = game.strategic_form() else { return Ok(()) };
        if form.num_profiles() > 1000 { return Ok(()) }
        let best = find_optimal_commitment(&form, 0, true, LpMethod::Auto, &Budget::unlimited());
        prop_assert!(led(&game).values().inspector <= best.unwrap().answer.unwrap().leader_value);
    }
}
