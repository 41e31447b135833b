use super::*;
use crate::linear::LpMethod;
use crate::solve::{Budget, find_credibility};

fn game() -> NormalForm {
    NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]])
}

fn solved() -> Credibility {
    let (fallback, without) = (MixedStrategy::pure(0, 2), Rational::from(2));
    let (method, budget) = (LpMethod::Auto, Budget::unlimited());
    let at = [Rational::new(1, 4)];
    let found = find_credibility(&game(), 0, &fallback, &without, &at, method, &budget);
    found.unwrap().answer.unwrap()
}

fn check(change: impl Fn(&mut Credibility)) -> Result<Certificate, Refutation> {
    let mut answer = solved();
    change(&mut answer);
    certify_credibility(&game(), &answer, &Limits::default())
}

#[test]
fn right_answer_passes() {
    check(|_| ()).unwrap();
}

#[test]
fn thresholds_too_low_and_too_high_are_noticed() {
    let little = || Rational::new(1, 1_000_000_000);
    assert!(check(|answer| answer.everything.credibility -= &little()).is_err());
    assert!(check(|answer| answer.everything.credibility += &little()).is_err());
    let first = |answer: &mut Credibility, by: Rational| {
        answer.something.as_mut().unwrap().credibility += &by;
    };
    assert!(check(|answer| first(answer, little())).is_err());
    assert!(check(|answer| first(answer, -little())).is_err());
    assert!(check(|answer| answer.something = None).is_err());
    assert!(check(|answer| answer.without = Rational::from(3)).is_err());
}

#[test]
fn wrong_witnesses_and_proofs_are_noticed() {
    let wrong = MixedStrategy::pure(0, 2);
    assert!(check(|answer| answer.everything.commitment = wrong.clone()).is_err());
    assert!(check(|answer| answer.everything.reply = 0).is_err());
    let beyond = |answer: &mut Credibility, beyond| {
        answer.something.as_mut().unwrap().beyond = beyond;
    };
    assert!(check(|answer| beyond(answer, Some(wrong.clone()))).is_err());
    assert!(check(|answer| beyond(answer, None)).is_err());
    assert!(check(|answer| drop(answer.everything.bounds.pop())).is_err());
    let raise = |answer: &mut Credibility| {
        for bound in &mut answer.everything.bounds {
            if let ThresholdBound::From { weight, .. } = bound {
                *weight += &Rational::ONE;
            }
        }
    };
    assert!(check(raise).is_err());
    assert!(check(|answer| answer.fallback = MixedStrategy::pure(1, 2)).is_err());
}

#[test]
fn points_are_checked() {
    assert!(check(|answer| drop(answer.points.pop())).is_err());
    assert!(check(|answer| answer.points.reverse()).is_err());
    assert!(check(|answer| answer.points[0].credibility = Rational::new(1, 2)).is_err());
    assert!(
        check(|answer| {
            answer.points[0].optimum.leader_value += &Rational::new(1, 1000);
        })
        .is_err()
    );
}
