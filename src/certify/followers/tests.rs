use super::*;
use crate::game::MixedStrategy;
use crate::linear::LpMethod;
use crate::solve::{Budget, find_commitment_before_followers, find_correlated_commitment};

fn game() -> NormalForm {
    NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]])
}

fn check(change: impl Fn(&mut SeveralFollowers)) -> Result<Certificate, Refutation> {
    let found = find_commitment_before_followers(&game(), 0, LpMethod::Auto, &Budget::unlimited());
    let mut answer = found.unwrap().answer.unwrap();
    change(&mut answer);
    certify_several_followers(&game(), &answer, &Limits::default())
}

fn correlated(change: impl Fn(&mut CorrelatedCommitment)) -> Result<Certificate, Refutation> {
    let found = find_correlated_commitment(&game(), 0, LpMethod::Auto, &Budget::unlimited());
    let mut answer = found.unwrap().answer.unwrap();
    change(&mut answer);
    certify_correlated_commitment(&game(), &answer, &Limits::default())
}

#[test]
fn doctored_commitments_are_refused() {
    check(|_| ()).unwrap();
    let little = || Rational::new(1, 1_000_000_000);
    assert!(check(|answer| answer.best.as_mut().unwrap().payoffs[0] += &little()).is_err());
    assert!(check(|answer| answer.best.as_mut().unwrap().least -= &little()).is_err());
    assert!(check(|answer| answer.best.as_mut().unwrap().replies = 0).is_err());
    let other = MixedStrategy::pure(1, 2);
    assert!(check(|answer| answer.best.as_mut().unwrap().commitment = other.clone()).is_err());
    assert!(check(|answer| answer.best = None).is_err());
    assert!(check(|answer| drop(answer.bounds.pop())).is_err());
    assert!(check(|answer| answer.bounds[1].bound = None).is_err());
    assert!(check(|answer| answer.bounds[1].multipliers.clear()).is_err());
}

#[test]
fn doctored_devices_are_refused() {
    correlated(|_| ()).unwrap();
    assert!(correlated(|answer| answer.leader = 1).is_err());
    assert!(correlated(|answer| answer.device.value += &Rational::ONE).is_err());
    assert!(correlated(|answer| answer.device.multipliers.clear()).is_err());
    assert!(correlated(|answer| answer.device.distribution.rotate_left(1)).is_err());
    assert!(correlated(|answer| answer.device.objective = Objective::Welfare).is_err());
}
