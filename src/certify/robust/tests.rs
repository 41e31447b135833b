use super::*;
use crate::game::MixedStrategy;
use crate::linear::LpMethod;
use crate::solve::{Budget, FollowerErrors, find_robust_commitment};

fn game() -> NormalForm {
    NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]])
}

fn answer(epsilon: Rational) -> RobustCommitment {
    let errors = FollowerErrors { alpha: Rational::ZERO, epsilon };
    let budget = Budget::unlimited();
    find_robust_commitment(&game(), 0, &errors, true, LpMethod::Auto, &budget)
        .unwrap()
        .answer
        .unwrap()
}

fn check(
    epsilon: &Rational,
    change: impl Fn(&mut RobustCommitment),
) -> Result<Certificate, Refutation> {
    let mut answer = answer(epsilon.clone());
    change(&mut answer);
    certify_robust(&game(), &answer, &Limits::default())
}

fn best(end: &mut RobustEnd) -> &mut RobustBest {
    end.best.as_mut().unwrap()
}

#[test]
fn doctored_commitments_against_the_worst_are_refused() {
    let little = || Rational::new(1, 1_000_000_000);
    for epsilon in [Rational::ZERO, Rational::new(1, 2)] {
        let check = |change: fn(&mut RobustCommitment)| check(&epsilon, change);
        check(|_| ()).unwrap();
        assert!(check(|answer| answer.leader = 1).is_err());
        assert!(check(|answer| answer.leader = 2).is_err());
        assert!(check(|answer| answer.alpha = Rational::new(-1, 2)).is_err());
        assert!(check(|answer| answer.epsilon = Rational::new(3, 4)).is_err());
        assert!(check(|answer| answer.open = None).is_err());
        // Without a commitment the bound still holds, and no more is said; that there is none does not.
        let only_bound = check(|answer| answer.closed.best = None).unwrap();
        assert!(
            only_bound.checked.iter().any(|text| text.contains("shows that no commitment makes"))
        );
        assert!(
            check(|answer| {
                answer.closed.best = None;
                answer.closed.bound = None;
            })
            .is_err()
        );
        assert!(check(|answer| answer.closed.bound = None).is_err());
        assert!(check(|answer| drop(answer.closed.proof.pop())).is_err());
        assert!(check(|answer| answer.closed.proof.push(RobustStep::Split(0))).is_err());
        assert!(check(|answer| answer.closed.proof.rotate_left(1)).is_err());
        assert!(check(|answer| best(&mut answer.closed).played_value = Rational::from(4)).is_err());
        let pure = || MixedStrategy::pure(0, 2);
        assert!(
            check(|answer| best(&mut answer.closed).commitment = MixedStrategy::pure(0, 2))
                .is_err()
        );
        let change = |answer: &mut RobustCommitment| best(&mut answer.closed).played = pure();
        let mut doctored = answer(epsilon.clone());
        change(&mut doctored);
        assert!(certify_robust(&game(), &doctored, &Limits::default()).is_err());
    }
    let zero = Rational::ZERO;
    for up in [little(), -little()] {
        let changed = |change: &dyn Fn(&mut RobustCommitment)| check(&zero, change).is_err();
        assert!(changed(&|answer| best(&mut answer.closed).value += &up));
        assert!(changed(&|answer| {
            best(&mut answer.closed).value += &up;
            answer.closed.bound = answer.closed.best.as_ref().map(|best| best.value.clone());
        }));
        assert!(changed(&|answer| {
            let end = answer.open.as_mut().unwrap();
            best(end).value += &up;
            best(end).played_value += &up;
            end.bound = end.best.as_ref().map(|best| best.value.clone());
        }));
    }
}

#[test]
fn doctored_multipliers_are_refused() {
    let zero = Rational::ZERO;
    let steps = answer(zero.clone()).closed.proof.len();
    for at in 0..steps {
        let changed = |change: &dyn Fn(&mut RobustStep)| {
            let mut answer = answer(zero.clone());
            let before = answer.closed.proof[at].clone();
            change(&mut answer.closed.proof[at]);
            let is_same = answer.closed.proof[at] == before;
            is_same || certify_robust(&game(), &answer, &Limits::default()).is_err()
        };
        assert!(changed(&|step| match step {
            RobustStep::Bound { bound, .. } => *bound -= &Rational::ONE,
            RobustStep::Never { multipliers } => multipliers.clear(),
            RobustStep::Split(profile) => *profile += 1,
        }));
        assert!(changed(&|step| match step {
            RobustStep::Bound { weights, .. } => weights.clear(),
            RobustStep::Never { multipliers } => multipliers[0].multiplier = -Rational::ONE,
            RobustStep::Split(profile) => *profile = 77,
        }));
        assert!(changed(&|step| match step {
            RobustStep::Bound { multipliers, .. } | RobustStep::Never { multipliers } => {
                multipliers.iter_mut().for_each(|one| one.deviation += 9);
            }
            RobustStep::Split(_) => *step = RobustStep::Never { multipliers: Vec::new() },
        }));
    }
}

#[test]
fn doctored_optimism_is_refused() {
    // Each follower gains by what the leader does, and both do better together.
    let actions = || vec!["a".to_owned(), "b".to_owned()];
    let players = ["L", "F", "G"].map(|name| crate::game::Player::new(name, actions()));
    let payoffs: [[i64; 8]; 3] =
        [[0, 0, 0, 4, -1, -1, -1, 3], [0, 0, -2, -1, 0, 0, 1, 3], [0, -2, 0, -1, 0, 1, 0, 3]];
    let tables = payoffs.map(|row| row.map(Rational::from).to_vec());
    let game = NormalForm::new(players.to_vec(), tables.to_vec()).unwrap();
    let (errors, budget) = (FollowerErrors::default(), Budget::unlimited());
    let found = find_robust_commitment(&game, 0, &errors, true, LpMethod::Auto, &budget);
    let right = found.unwrap().answer.unwrap();
    let check = |change: &dyn Fn(&mut RobustCommitment)| {
        let mut answer = right.clone();
        change(&mut answer);
        certify_robust(&game, &answer, &Limits::default())
    };
    check(&|_| ()).unwrap();
    let little = || Rational::new(1, 1_000_000_000);
    assert!(
        check(&|answer| {
            let optimistic = answer.optimistic.as_mut().unwrap();
            optimistic.best.as_mut().unwrap().payoffs[0] += &little();
        })
        .is_err()
    );
    assert!(check(&|answer| answer.optimistic.as_mut().unwrap().leader = 1).is_err());
    assert!(check(&|answer| answer.open = Some(answer.closed.clone())).is_err());
    assert!(
        check(&|answer| {
            best(&mut answer.closed).value += &little();
            answer.closed.bound = answer.closed.best.as_ref().map(|best| best.value.clone());
        })
        .is_err()
    );
    for at in 0..right.closed.proof.len() {
        assert!(check(&|answer| drop(answer.closed.proof.remove(at))).is_err());
    }
}
