use super::*;
use crate::game::Player;
use proptest::prelude::*;

fn trace(game: &NormalForm, lambdas: &[Rational]) -> Outcome<Quantal> {
    let options = QuantalOptions { lambdas: lambdas.to_vec(), counts: None };
    trace_principal_branch(game, &options, &Budget::unlimited()).unwrap()
}

fn probability(point: &LogitPoint, player: usize, action: usize) -> f64 {
    point.profile[player].probabilities()[action].to_f64()
}

/// p solves p = 1 / (1 + exp(−λ (difference of payoffs))) by bisection.
fn fixed_point(response: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if response(middle) > middle { low = middle } else { high = middle }
    }
    low
}

#[test]
fn asymmetric_matching_pennies_as_in_mckelvey_and_palfrey() {
    // Ochs's game with 9 for (up, left): the equilibrium is row 1/2, column 1/10.
    let game = NormalForm::from_integers(&[&[9, 0], &[0, 1]], &[&[0, 1], &[1, 0]]);
    for lambda in [Rational::new(1, 2), Rational::from(1), Rational::from(5), Rational::from(50)] {
        let found = trace(&game, std::slice::from_ref(&lambda)).answer;
        let l = lambda.to_f64();
        let logit = |difference: f64| 1.0 / (1.0 + (-l * difference).exp());
        // Column plays left with logit(λ (1 − 2p)) against p, and row answers q with logit(λ (10q − 1)).
        let p = fixed_point(|p| logit(10.0 * logit(1.0 - 2.0 * p) - 1.0));
        let q = logit(1.0 - 2.0 * p);
        let point = &found.points[0].point;
        assert!((probability(point, 0, 0) - p).abs() < 1e-10, "{l}");
        assert!((probability(point, 1, 0) - q).abs() < 1e-10, "{l}");
        assert!(point.residual.to_f64() < 1e-11);
        let limit = found.limit.unwrap();
        assert!(limit.regret.is_zero());
        assert_eq!(limit.profile[1].probabilities()[0], Rational::new(1, 10));
    }
}

#[test]
fn stag_hunt_goes_to_the_risk_dominant_equilibrium() {
    let game = NormalForm::from_integers(&[&[4, 0], &[3, 2]], &[&[4, 3], &[0, 2]]);
    let found = trace(&game, &[]);
    assert_eq!(found.status, Status::Solved);
    let limit = found.answer.limit.unwrap();
    assert_eq!(limit.profile, game.pure_profile(&[1, 1]));
    assert!(found.answer.events.is_empty());
    assert!(found.answer.path.iter().all(|point| point.residual.to_f64() < 1e-6));
}

#[test]
fn a_symmetric_coordination_game_has_a_bifurcation_at_the_known_precision() {
    // Payoff 1 where both do the same: with p = 1/2 + e the response is 1/2 + λ e / 2 to first
    // order, so branches fork off at λ = 2.
    let game = NormalForm::from_integers(&[&[1, 0], &[0, 1]], &[&[1, 0], &[0, 1]]);
    let found = trace(&game, &[Rational::from(3)]).answer;
    assert_eq!(found.events.len(), 1);
    assert_eq!(found.events[0].kind, BranchEventKind::Bifurcation);
    assert!((found.events[0].lambda.to_f64() - 2.0).abs() < 1e-3);
    assert!((probability(&found.points[0].point, 0, 0) - 0.5).abs() < 1e-12);
    assert_eq!(found.limit.unwrap().profile[0].probabilities()[0], Rational::new(1, 2));
}

#[test]
fn the_unit_of_payoffs_does_not_matter() {
    let million = NormalForm::from_integers(
        &[&[9_000_000, 0], &[0, 1_000_000]],
        &[&[0, 1_000_000], &[1_000_000, 0]],
    );
    let one = NormalForm::from_integers(&[&[9, 0], &[0, 1]], &[&[0, 1], &[1, 0]]);
    let a = trace(&million, &[Rational::new(1, 1_000_000)]).answer;
    let b = trace(&one, &[Rational::ONE]).answer;
    let (a, b) = (&a.points[0].point, &b.points[0].point);
    assert!((probability(a, 0, 0) - probability(b, 0, 0)).abs() < 1e-12);
}

#[test]
fn the_likeliest_precision_is_the_one_that_made_the_data() {
    let game = NormalForm::from_integers(&[&[9, 0], &[0, 1]], &[&[0, 1], &[1, 0]]);
    let truth = trace(&game, &[Rational::new(3, 2)]).answer;
    let counts = truth.points[0]
        .point
        .profile
        .iter()
        .map(|one| one.probabilities().iter().map(|p| (p.to_f64() * 1e12) as u64).collect())
        .collect();
    let options = QuantalOptions { lambdas: Vec::new(), counts: Some(counts) };
    let found = trace_principal_branch(&game, &options, &Budget::unlimited()).unwrap().answer;
    let lambda = found.fit.unwrap().equilibrium.point.lambda.to_f64();
    assert!((lambda - 1.5).abs() < 1e-4, "{lambda}");
}

#[test]
fn bad_questions_are_refused() {
    let game = NormalForm::from_integers(&[&[1, 0], &[0, 1]], &[&[1, 0], &[0, 1]]);
    let ask = |lambdas: Vec<Rational>, counts: Option<Vec<Vec<u64>>>| {
        let options = QuantalOptions { lambdas, counts };
        trace_principal_branch(&game, &options, &Budget::unlimited()).map(|_| ()).unwrap_err()
    };
    assert!(matches!(ask(vec![Rational::from(-1)], None), QuantalError::Negative(_)));
    assert!(matches!(ask(vec![Rational::from(i64::MAX)], None), QuantalError::TooLarge(_)));
    assert_eq!(ask(vec![], Some(vec![vec![1]])), QuantalError::Counts);
    assert_eq!(ask(vec![], Some(vec![vec![0, 0]; 2])), QuantalError::NoCounts);
}

#[test]
fn constant_payoffs_stay_at_the_centre() {
    let game = NormalForm::from_integers(&[&[7, 7], &[7, 7]], &[&[7, 7], &[7, 7]]);
    let found = trace(&game, &[Rational::from(10)]).answer;
    assert!((probability(&found.points[0].point, 1, 1) - 0.5).abs() < 1e-15);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn every_branch_of_a_random_game_is_followed(
        payoffs in proptest::collection::vec(-20i64..21, 36),
    ) {
        let players = [2, 2, 3].iter().enumerate().map(|(at, &s)| {
            Player::new(at.to_string(), (0..s).map(|a: i32| a.to_string()))
        });
        let tables = payoffs.chunks(12).map(|c| c.iter().map(|&u| Rational::from(u)).collect());
        let game = NormalForm::new(players.collect(), tables.collect()).unwrap();
        let lambda = Rational::new(1, 4);
        let found = trace(&game, &[Rational::ZERO, lambda]);
        prop_assert_eq!(found.answer.points.len(), 2);
        prop_assert!(found.answer.points.iter().all(|one| one.point.residual.to_f64() < 1e-11));
        prop_assert!(found.answer.path.iter().all(|one| one.residual.to_f64() < 1e-5));
        let limit = found.answer.limit;
        prop_assert!(limit.is_some(), "{:?}", found.warnings);
        prop_assert!(limit.unwrap().regret.to_f64() < 1e-12);
    }
}

#[test]
fn a_walk_that_jumps_to_a_loop_is_told_and_taken_again_with_shorter_steps() {
    // Payoffs by a fixed sequence, of which long steps from one branch to a closed one are known.
    let mut state = 4 * 77 + 4u64;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Rational::from((state >> 33) as i64 % 100)
    };
    for _ in 0..364 * 4 * 256 {
        next();
    }
    let players =
        (0..4).map(|at| Player::new(at.to_string(), ["a", "b", "c", "d"])).collect::<Vec<_>>();
    let tables = (0..4).map(|_| (0..256).map(|_| next()).collect()).collect();
    let game = NormalForm::new(players, tables).unwrap();
    let budget = Budget::unlimited().with_steps(5000);
    let found = trace_principal_branch(&game, &QuantalOptions::default(), &budget).unwrap();
    assert_eq!(found.status, Status::Solved, "{:?}", found.warnings);
    let limit = found.answer.limit.unwrap();
    assert!(limit.regret <= Rational::new(1, 10_000_000_000));
}

#[test]
fn a_walk_ends_where_steps_are_lost_among_the_digits_of_lambda() {
    let game = NormalForm::from_integers(
        &[&[17, -14, 1, -20], &[-15, 1, -16, -16], &[10, -12, -10, -16], &[-15, -4, -16, -17]],
        &[&[-20, -6, -6, -6], &[13, -19, 3, 5], &[-11, 2, 3, 6], &[-11, 1, 13, -3]],
    );
    let found = trace(&game, &[]);
    assert!(found.work.rounds < 1000, "{}", found.work.rounds);
    assert!(found.answer.limit.unwrap().regret.is_zero());
}
