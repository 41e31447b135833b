use super::*;
use crate::solve::{Budget, find_sequential_commitment};

fn game() -> NormalForm {
    NormalForm::from_integers(&[&[2, 4], &[1, 3], &[0, 0]], &[&[1, 1], &[0, 1], &[2, 2]])
}

fn check(change: impl Fn(&mut SequentialCommitment)) -> Result<Certificate, Refutation> {
    let found = find_sequential_commitment(&game(), &[0, 1], &Budget::unlimited());
    let mut answer = found.unwrap().answer.unwrap();
    change(&mut answer);
    certify_sequential(&game(), &answer, &Limits::default())
}

#[test]
fn doctored_outcomes_of_an_order_are_refused() {
    check(|_| ()).unwrap();
    let little = || Rational::new(1, 1_000_000_000);
    assert!(check(|answer| answer.order = vec![1, 0]).is_err());
    assert!(check(|answer| answer.order = vec![0, 0]).is_err());
    assert!(check(|answer| answer.order.clear()).is_err());
    assert!(check(|answer| answer.favourable.payoffs[1] += &little()).is_err());
    assert!(check(|answer| answer.favourable.payoffs.clear()).is_err());
    assert!(check(|answer| answer.favourable = answer.adverse.clone()).is_err());
    assert!(check(|answer| answer.adverse = answer.favourable.clone()).is_err());
    assert!(check(|answer| answer.adverse.profile = 99).is_err());
    assert!(check(|answer| answer.least[0] -= &little()).is_err());
    assert!(check(|answer| answer.most[1] += &little()).is_err());
    assert!(check(|answer| answer.most.push(little())).is_err());
    assert!(check(|answer| answer.outcomes.truncate(1)).is_err());
    assert!(check(|answer| answer.outcomes.reverse()).is_err());
}
