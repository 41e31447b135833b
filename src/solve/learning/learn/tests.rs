use super::*;
use crate::certify::{Limits, certify_learning};
use crate::solve::{FictitiousPlayOptions, play_fictitiously, runs_of_fictitious_play};

/// A zero-sum game of 3 × 3 with the value 0 and the optimal strategy (1/3, 1/2, 1/6) of both.
fn rates() -> NormalForm {
    NormalForm::from_integers(
        &[&[0, -1, 3], &[1, 0, -2], &[-3, 2, 0]],
        &[&[0, 1, -3], &[-1, 0, 2], &[3, -2, 0]],
    )
}

/// Shapley (1964).
fn shapley() -> NormalForm {
    NormalForm::from_integers(
        &[&[1, 0, 0], &[0, 1, 0], &[0, 0, 1]],
        &[&[0, 1, 0], &[0, 0, 1], &[1, 0, 0]],
    )
}

fn learned(game: &NormalForm, options: &LearningOptions) -> Learning {
    let found = learn(game, options, &Budget::unlimited()).unwrap().answer;
    certify_learning(game, &found, &Limits::default()).unwrap();
    found
}

fn gap(found: &Learning) -> f64 {
    let [lower, upper] = found.value.as_ref().unwrap();
    (upper - lower).to_f64()
}

#[test]
fn gaps_after_ten_thousand_rounds_have_the_known_order() {
    let game = rates();
    let usual = |rule| LearningOptions::usual(rule, &game);
    let at_once = LearningOptions {
        alternating: false,
        averaging: 0,
        ..usual(LearningRule::RegretMatchingPlus)
    };
    for (options, known) in [
        (usual(LearningRule::RegretMatching), 0.0237),
        (at_once, 0.00499),
        (usual(LearningRule::RegretMatchingPlus), 0.00023),
        (usual(LearningRule::Predictive), 1.43e-7),
    ] {
        let gap = gap(&learned(&game, &options));
        let may_be_better = options.rule == LearningRule::Predictive;
        assert!(
            gap < 4.0 * known && (may_be_better || gap > known / 30.0),
            "{:?}: {gap}, known {known}",
            options.rule
        );
    }
    for (alternating, known) in [(false, 0.02), (true, 0.0003)] {
        let options = FictitiousPlayOptions { alternating, ..Default::default() };
        let play = play_fictitiously(&game, &options, &Budget::unlimited()).unwrap().answer;
        let [lower, upper] = proved_value(&game, &play.mixture);
        let gap = (&upper - &lower).to_f64();
        assert!(gap < 4.0 * known && gap > known / 30.0, "{alternating}: {gap}, known {known}");
    }
}

#[test]
fn runs_in_the_game_of_shapley_grow_by_the_root_of_its_cubic() {
    let options = FictitiousPlayOptions { rounds: 400_000, ..Default::default() };
    let budget = Budget::unlimited();
    let runs = runs_of_fictitious_play(&shapley(), &options, &budget).unwrap().answer;
    let known = [8639, 12662, 18558, 27199, 39863, 58423, 85624, 125_489];
    let tail = &runs[runs.len() - known.len()..];
    let ratio = tail[7] as f64 / tail[6] as f64;
    assert!((ratio - 1.46557).abs() < 1e-3, "{tail:?}");
    assert_eq!(tail, known);
    let play = play_fictitiously(&shapley(), &options, &budget).unwrap().answer;
    let course: Vec<(u64, f64)> =
        play.course.iter().map(|(rounds, regret)| (*rounds, regret.to_f64())).collect();
    assert!(crate::game::power_of_decay(&course).unwrap() > -0.25, "{course:?}");
}

#[test]
fn play_without_regret_is_coarsely_correlated_where_mixtures_are_no_equilibrium() {
    let three = {
        let player = |name: &str| crate::game::Player::new(name, ["a", "b"].map(str::to_owned));
        let payoffs = |shift: i64| {
            (0..8).map(|index: i64| Rational::from((index * (5 + shift) + shift) % 7)).collect()
        };
        let players = vec![player("one"), player("two"), player("three")];
        NormalForm::new(players, vec![payoffs(1), payoffs(2), payoffs(4)]).unwrap()
    };
    for game in [shapley(), three] {
        for rule in [
            LearningRule::RegretMatching,
            LearningRule::RegretMatchingPlus,
            LearningRule::Predictive,
        ] {
            let found = learned(&game, &LearningOptions::usual(rule, &game));
            let joint = found.joint.unwrap();
            assert!(joint.regret.to_f64() < 0.03, "{rule:?}: {}", joint.regret.to_f64());
            assert!(found.value.is_none());
        }
    }
}

#[test]
fn variants_of_fictitious_play_come_near_in_a_zero_sum_game() {
    let game = rates();
    for (rule, near) in [
        (LearningRule::Weighted { factor: None }, 0.03),
        (LearningRule::Weighted { factor: Some(0.999) }, 0.1),
        (LearningRule::Optimistic, 0.02),
        (LearningRule::Smooth { precision: 50.0 }, 0.06),
        (LearningRule::Sampled { precision: 50.0, seed: 1 }, 0.12),
    ] {
        let found = learned(&game, &LearningOptions::usual(rule, &game));
        assert!(gap(&found) < near, "{rule:?}: {}", gap(&found));
    }
}

#[test]
fn equal_weights_are_fictitious_play() {
    let game = rates();
    let rule = LearningRule::Weighted { factor: Some(1.0) };
    let options = LearningOptions { rounds: 500, ..LearningOptions::usual(rule, &game) };
    let found = learned(&game, &options);
    let options = FictitiousPlayOptions { rounds: 500, ..Default::default() };
    let play = play_fictitiously(&game, &options, &Budget::unlimited()).unwrap().answer;
    for (point, (rounds, regret)) in found.course.iter().zip(&play.course) {
        assert_eq!(point.rounds, *rounds);
        assert!((&point.mixture.regret - regret).to_f64().abs() < 1e-12);
    }
}

#[test]
fn smooth_play_comes_to_the_logit_equilibrium_and_says_its_regret() {
    // Matching pennies with one stake of two: the logit equilibrium is not an equilibrium.
    let game = NormalForm::from_integers(&[&[2, -1], &[-1, 1]], &[&[-2, 1], &[1, -1]]);
    let rule = LearningRule::Smooth { precision: 2.0 };
    let found = learned(&game, &LearningOptions::usual(rule, &game));
    let last = &found.course.last().unwrap().mixture;
    let [x, y] = [0, 1].map(|player| last.profile[player].probabilities()[0].to_f64());
    let logit = |gain: f64| 1.0 / (1.0 + (-2.0 * gain).exp());
    assert!((x - logit(5.0 * y - 2.0)).abs() < 0.01);
    assert!((y - logit(2.0 - 5.0 * x)).abs() < 0.01);
    assert!(last.regret.to_f64() > 0.01);
}

#[test]
fn draws_are_the_same_for_the_same_seed_and_others_for_another() {
    let game = rates();
    let options = |seed| {
        let rule = LearningRule::Sampled { precision: 1.0, seed };
        LearningOptions { rounds: 200, ..LearningOptions::usual(rule, &game) }
    };
    assert_eq!(learned(&game, &options(7)), learned(&game, &options(7)));
    assert_ne!(learned(&game, &options(7)), learned(&game, &options(8)));
}

#[test]
fn a_wrong_regret_value_or_joint_distribution_is_refused() {
    let refused = |game: &NormalForm, answer: &Learning| {
        assert!(certify_learning(game, answer, &Limits::default()).is_err());
    };
    let game = rates();
    let options = LearningOptions::usual(LearningRule::Predictive, &game);
    let right = learned(&game, &LearningOptions { rounds: 20, ..options });
    let tiny = Rational::new(1, 1 << 60);
    let mut wrong = right.clone();
    wrong.course[1].mixture.regret = &wrong.course[1].mixture.regret - &tiny;
    refused(&game, &wrong);
    let mut wrong = right.clone();
    let [lower, upper] = wrong.value.take().unwrap();
    wrong.value = Some([&lower + &tiny, upper]);
    refused(&game, &wrong);
    let mut wrong = right;
    wrong.rounds += 1;
    refused(&game, &wrong);
    let game = shapley();
    let options = LearningOptions::usual(LearningRule::RegretMatching, &game);
    let right = learned(&game, &LearningOptions { rounds: 20, ..options });
    let mut wrong = right.clone();
    wrong.joint.as_mut().unwrap().regret -= &tiny;
    refused(&game, &wrong);
    let mut wrong = right;
    wrong.joint.as_mut().unwrap().payoffs[0] += &tiny;
    refused(&game, &wrong);
}

#[test]
fn limits_are_heard_and_wrong_parameters_are_named() {
    let game = rates();
    let options = LearningOptions::usual(LearningRule::Predictive, &game);
    let found = learn(&game, &options, &Budget::unlimited().with_steps(30)).unwrap();
    assert!(matches!(found.status, Status::Partial(_)));
    assert_eq!(found.answer.rounds, 30);
    certify_learning(&game, &found.answer, &Limits::default()).unwrap();
    let enough = LearningOptions { enough: Some(1e-3), ..options };
    assert!(learned(&game, &enough).rounds < 10_000);
    let large = vec![vec![Rational::new(10, 1).pow(101).unwrap(), Rational::ZERO]; 2];
    let large = NormalForm::bimatrix(&large, &large).unwrap();
    let options = LearningOptions::usual(LearningRule::Optimistic, &large);
    let refused = learn(&large, &options, &Budget::unlimited());
    assert_eq!(refused.unwrap_err(), LearningError::TooLarge);
    for (rule, error) in [
        (LearningRule::Smooth { precision: 0.0 }, LearningError::Precision),
        (LearningRule::Weighted { factor: Some(1.5) }, LearningError::Factor),
    ] {
        let options = LearningOptions::usual(rule, &game);
        assert_eq!(learn(&game, &options, &Budget::unlimited()).unwrap_err(), error);
    }
}
