use proptest::prelude::*;

use super::*;
use crate::num::{Interval, Rational};
use crate::solve::repeated::critical_discount::{
    Guard, Stake, critical_discount, holds_at, sustained_at,
};

fn tables(numbers: &[[i64; 4]; 2]) -> Vec<Vec<Rational>> {
    numbers.iter().map(|table| table.iter().map(|&x| Rational::from(x)).collect()).collect()
}

struct Case {
    payoffs: Vec<Vec<Rational>>,
    punishments: Vec<Rational>,
    detection: Vec<Vec<Rational>>,
    survival: Rational,
    false_alarm: Rational,
    renewal: Option<Rational>,
    transfers: bool,
}

impl Case {
    fn pact(&self) -> Pact<'_, Rational> {
        Pact {
            shape: &[2, 2],
            payoffs: &self.payoffs,
            profile: 0,
            punishments: &self.punishments,
            detection: &self.detection,
            survival: &self.survival,
            false_alarm: &self.false_alarm,
            renewal: self.renewal.as_ref(),
            transfers: self.transfers,
        }
    }

    fn stakes(&self) -> Vec<Stake<Rational>> {
        [2, 1]
            .iter()
            .enumerate()
            .map(|(player, &other)| Stake {
                agreement: self.payoffs[player][0].clone(),
                punishment: self.punishments[player].clone(),
                deviations: vec![(
                    1,
                    self.payoffs[player][other].clone(),
                    self.detection[player][1].clone(),
                )],
            })
            .collect()
    }

    fn guard(&self, transfers: bool) -> Guard<'_, Rational> {
        let (survival, false_alarm) = (&self.survival, &self.false_alarm);
        let renewal = self.renewal.as_ref();
        Guard { survival, false_alarm, renewal, transfers, and_beyond: true }
    }

    fn solved(&self) -> CriticalDiscount {
        critical_discount(&self.stakes(), &self.guard(self.transfers)).unwrap().0
    }
}

fn dilemma(detection: Rational, false_alarm: Rational) -> Case {
    Case {
        payoffs: tables(&[[3, 0, 5, 1], [3, 5, 0, 1]]),
        punishments: vec![Rational::ONE; 2],
        detection: vec![vec![Rational::ONE, detection]; 2],
        survival: Rational::ONE,
        false_alarm,
        renewal: None,
        transfers: false,
    }
}

#[test]
fn thresholds_of_the_literature_pass_and_moved_ones_do_not() {
    // Friedman (1971): (T−R)/(T−P); with a signal (ε, λ) = (1/20, 4/5): 10/17.
    let (zero, tiny) = (Rational::ZERO, Rational::new(1, 1_000_000_000));
    for (case, value) in [
        (dilemma(Rational::ONE, Rational::ZERO), Rational::new(1, 2)),
        (dilemma(Rational::new(4, 5), Rational::new(1, 20)), Rational::new(10, 17)),
    ] {
        let check = |value: &Rational| {
            certify_critical_discount(&case.pact(), &CriticalDiscount::At(value.clone()), &zero)
        };
        assert_eq!(check(&value), Ok(()));
        assert!(matches!(check(&(&value + &tiny)), Err(Doubt::Refuted(_))));
        assert!(matches!(check(&(&value - &tiny)), Err(Doubt::Refuted(_))));
        for wrong in [CriticalDiscount::Zero, CriticalDiscount::Never] {
            let refuted = certify_critical_discount(&case.pact(), &wrong, &zero);
            assert!(matches!(refuted, Err(Doubt::Refuted(_))), "{wrong:?}");
        }
    }
}

#[test]
fn averages_and_hazards_are_recomputed() {
    let number = |p: i64, q: i64| Rational::new(p, q);
    let (discount, outlives) = (number(9, 10), number(4, 5));
    let course = Course { discount: Some(&discount), outlives: &outlives, renewal: None };
    // (1−δ)/(1−δk) = 5/14 of the time inside.
    let average = (number(5, 14) * number(3, 1)) + (number(9, 14) * number(1, 1));
    let check = |average: &Rational| {
        certify_average(&course, &number(3, 1), &Rational::ONE, average, &Rational::ZERO)
    };
    assert_eq!(check(&average), Ok(()));
    assert!(check(&(average + number(1, 1_000_000))).is_err());
    // Two periods: 1 − (9/10)(4/5·9/10 + 1/5·1/2) = 1 − 369/500.
    let hazards = (&number(1, 10), &number(1, 2));
    let hazard =
        |stated: &Rational| certify_hazard(&course, hazards, true, 2, stated, &Rational::ZERO);
    assert_eq!(hazard(&number(131, 500)), Ok(()));
    assert!(hazard(&number(132, 500)).is_err());
    let after = certify_hazard(&course, hazards, false, 2, &number(3, 4), &Rational::ZERO);
    assert_eq!(after, Ok(()));
}

/// With renewal by a third: the two values by elimination, and two periods by all paths.
#[test]
fn averages_and_hazards_with_renewal_are_those_of_two_equations() {
    let number = |p: i64, q: i64| Rational::new(p, q);
    let (discount, outlives, renewal) = (number(9, 10), number(4, 5), number(1, 3));
    let course = Course { discount: Some(&discount), outlives: &outlives, renewal: Some(&renewal) };
    // (1 − δk) V − δ(1−k) W = (1−δ) 3 and −δρ V + (1 − δ(1−ρ)) W = 1−δ.
    let (a, b) = (number(28, 100), number(-18, 100));
    let (c, d) = (number(-3, 10), number(4, 10));
    let determinant = &a * &d - &b * &c;
    let average = (number(3, 10) * &d - &b * number(1, 10)) / determinant;
    let check = |average: &Rational| {
        certify_average(&course, &number(3, 1), &Rational::ONE, average, &Rational::ZERO)
    };
    assert_eq!(check(&average), Ok(()));
    assert!(check(&(average + number(1, 1_000_000))).is_err());
    // Spared for two periods: 9/10 (4/5·9/10 + 1/5·1/2), and 1/2 (1/3·9/10 + 2/3·1/2) after the end.
    let hazards = (&number(1, 10), &number(1, 2));
    let hazard = |kept: bool, stated: &Rational| {
        certify_hazard(&course, hazards, kept, 2, stated, &Rational::ZERO)
    };
    assert_eq!(hazard(true, &number(131, 500)), Ok(()));
    assert_eq!(hazard(false, &(Rational::ONE - number(19, 60))), Ok(()));
    // Within three periods it counts that the agreement may stand again.
    let third = Rational::ONE
        - number(9, 10) * (number(4, 5) * number(369, 500) + number(1, 5) * number(19, 60));
    let three = certify_hazard(&course, hazards, true, 3, &third, &Rational::ZERO);
    assert_eq!(three, Ok(()));
}

/// Row gains by deviating; Column is worse off than after the end, and loses by every deviation, so
/// that he stays. To ask for his consent to payments that nobody makes would end the agreement.
#[test]
fn payments_never_raise_the_threshold() {
    let mut case = dilemma(Rational::ONE, Rational::ZERO);
    case.survival = Rational::new(1, 2);
    case.payoffs = tables(&[[3, 0, 4, 1], [0, -9, 0, 1]]);
    let alone = case.solved();
    // G/(s(G + B)) = 1/(1/2·(1 + 2)); Column's deviation costs 9, and ends what costs him 1.
    assert_eq!(alone, CriticalDiscount::At(Rational::new(2, 3)));
    case.transfers = true;
    assert_eq!(case.solved(), alone);
    assert_eq!(certify_critical_discount(&case.pact(), &alone, &Rational::ZERO), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]
    /// The check by courses beside the number against the formula of the solver.
    #[test]
    fn solved_thresholds_pass_and_others_do_not(
        one in prop::array::uniform4(-6i64..7), two in prop::array::uniform4(-6i64..7),
        punished in prop::array::uniform2(-6i64..7), seen in prop::array::uniform2(0i64..=6),
        alarm in 0i64..5, survival in 2i64..=4, renewed in prop::option::of(0i64..=6),
        transfers in any::<bool>()
    ) {
        let detection = seen.iter().map(|&l| vec![Rational::ONE, Rational::new(l, 6)]).collect();
        let case = Case {
            payoffs: tables(&[one, two]),
            punishments: punished.iter().map(|&p| Rational::from(p)).collect(),
            detection,
            survival: Rational::new(survival, 4),
            false_alarm: Rational::new(alarm, 6),
            renewal: renewed.map(|part| Rational::new(part, 6)),
            transfers,
        };
        let solved = case.solved();
        let zero = Rational::ZERO;
        prop_assert_eq!(certify_critical_discount(&case.pact(), &solved, &zero), Ok(()));
        if let CriticalDiscount::At(value) = &solved {
            for factor in [Rational::new(999, 1000), Rational::new(1001, 1000)] {
                let moved = CriticalDiscount::At(value * &factor);
                prop_assert!(certify_critical_discount(&case.pact(), &moved, &zero).is_err());
            }
        }
        // Whether it holds at a discount factor, by both; payments only help.
        for sixteenths in 0..16 {
            let discount = Rational::new(sixteenths, 16);
            let holds = holds_at(&solved, &case.stakes(), &case.guard(transfers), &discount).unwrap();
            prop_assert_eq!(certify_kept(&case.pact(), &solved, &discount, holds), Ok(()));
            prop_assert!(certify_kept(&case.pact(), &solved, &discount, !holds).is_err());
            prop_assert_eq!(keeps(&Terms::new(&case.pact()), &discount), Ok(holds));
            let [without, with] = [false, true]
                .map(|paid| sustained_at(&case.stakes(), &case.guard(paid), &discount).unwrap());
            prop_assert!(with || !without);
            prop_assert_eq!(holds, if transfers { with } else { without });
        }
        // The same on intervals is decided the same way, or left open.
        let near = |tables: &[Vec<Rational>]| -> Vec<Vec<Interval>> {
            tables.iter().map(|t| t.iter().map(Interval::enclosing).collect()).collect()
        };
        let (payoffs, detection) = (near(&case.payoffs), near(&case.detection));
        let punishments: Vec<Interval> = case.punishments.iter().map(Interval::enclosing).collect();
        let (survival, false_alarm) =
            (Interval::enclosing(&case.survival), Interval::enclosing(&case.false_alarm));
        let renewal = case.renewal.as_ref().map(Interval::enclosing);
        let pact = Pact {
            renewal: renewal.as_ref(),
            shape: &[2, 2], payoffs: &payoffs, profile: 0, punishments: &punishments,
            detection: &detection, survival: &survival, false_alarm: &false_alarm, transfers,
        };
        let margin = Interval::point(1e-9);
        let claim = solved.map(Interval::enclosing);
        let outcome = certify_critical_discount(&pact, &claim, &margin);
        prop_assert!(!matches!(outcome, Err(Doubt::Refuted(_))), "{outcome:?}");
    }
}
