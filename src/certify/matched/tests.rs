use super::*;
use crate::game::MixedStrategy;
use crate::linear::LpMethod;
use crate::solve::{Budget, find_matched_commitment};

fn game() -> NormalForm {
    NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]])
}

fn check(change: impl Fn(&mut MatchedCommitment)) -> Result<Certificate, Refutation> {
    let beta = Rational::from(4);
    let found = find_matched_commitment(&game(), 0, &beta, LpMethod::Auto, &Budget::unlimited());
    let mut answer = found.unwrap().answer.unwrap();
    change(&mut answer);
    certify_matched(&game(), &answer, &Limits::default())
}

fn best(answer: &mut MatchedCommitment) -> &mut MatchedBest {
    answer.best.as_mut().unwrap()
}

#[test]
fn doctored_commitments_with_matched_losses_are_refused() {
    check(|_| ()).unwrap();
    let little = || Rational::new(1, 1_000_000_000);
    assert!(check(|answer| answer.leader = 1).is_err());
    assert!(check(|answer| answer.leader = 2).is_err());
    assert!(check(|answer| answer.beta -= &little()).is_err());
    assert!(check(|answer| answer.beta += &little()).is_err());
    assert!(check(|answer| answer.beta = -Rational::ONE).is_err());
    assert!(check(|answer| best(answer).leader_value += &little()).is_err());
    assert!(check(|answer| best(answer).follower_value += &little()).is_err());
    assert!(check(|answer| best(answer).reply = 0).is_err());
    assert!(check(|answer| best(answer).reply = 7).is_err());
    assert!(check(|answer| best(answer).commitment = MixedStrategy::pure(0, 2)).is_err());
    assert!(check(|answer| answer.best = None).is_err());
    assert!(check(|answer| drop(answer.bounds.pop())).is_err());
    assert!(check(|answer| answer.bounds[1].bound = None).is_err());
    assert!(check(|answer| answer.bounds[1].losses.clear()).is_err());
    assert!(check(|answer| answer.bounds[1].losses[0] = -Rational::ONE).is_err());
    assert!(check(|answer| answer.bounds[1].multipliers[0] += &Rational::ONE).is_err());
}
