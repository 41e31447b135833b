//! Published and independently computed values: commitment, zero-sum games, correlated equilibria.

// The data are part of the test: what cannot be read must stop it.
#![allow(clippy::unwrap_used)]

use detente::certify::{Limits, certify_stackelberg};
use detente::game::NormalForm;
use detente::game::answer::{Correlated, Guaranteed, Minimax, Objective, Stackelberg};
use detente::linear::LpMethod;
use detente::num::Rational;
use detente::solve::{
    Budget, find_best_correlated_equilibrium, find_commitment_interval, find_optimal_commitment,
    solve_minimax,
};
use serde_json::Value;

fn cases() -> Value {
    serde_json::from_str(include_str!("data/commitment.json")).unwrap()
}

fn number(value: &Value) -> Rational {
    match value {
        Value::String(text) => text.parse().unwrap(),
        other => other.to_string().parse().unwrap(),
    }
}

fn numbers(value: &Value) -> Vec<Rational> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn matrix(value: &Value) -> Vec<Vec<Rational>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

fn list<'a>(cases: &'a Value, key: &str) -> &'a [Value] {
    cases[key].as_array().unwrap()
}

fn assert_close(exact: &Rational, expected: &Value, what: &str) {
    let (exact, expected) = (exact.to_f64(), expected.as_f64().unwrap());
    assert!((exact - expected).abs() < 1e-9, "{what}: {exact} and not {expected}");
}

fn commitment(game: &NormalForm, leader: usize, mixed: bool) -> Stackelberg {
    let outcome =
        find_optimal_commitment(game, leader, mixed, LpMethod::Auto, &Budget::unlimited());
    let answer = outcome.unwrap().answer.unwrap();
    let best = answer.bounds.iter().filter_map(|bound| bound.bound.clone()).max().unwrap();
    assert_eq!(best, answer.leader_value);
    answer
}

/// What is guaranteed, beside a strong commitment that is as it is without that question.
fn guaranteed(game: &NormalForm, leader: usize, mixed: bool) -> Guaranteed {
    let (epsilon, budget) = (Rational::new(1, 50), Budget::unlimited());
    let outcome =
        find_commitment_interval(game, leader, mixed, &epsilon, LpMethod::Auto, &budget).unwrap();
    let answer = outcome.answer.unwrap();
    certify_stackelberg(game, &answer, &Limits::default()).unwrap();
    assert_eq!(answer.security.as_ref(), Some(&minimax(game).levels[leader]));
    let strong = commitment(game, leader, mixed);
    let found = answer.guaranteed.clone().unwrap();
    assert_eq!(Stackelberg { guaranteed: None, security: None, ..answer }, strong);
    found
}

fn correlated(game: &NormalForm, objective: Objective) -> Correlated {
    find_best_correlated_equilibrium(game, &objective, LpMethod::Auto, &Budget::unlimited())
        .unwrap()
        .answer
        .unwrap()
}

fn minimax(game: &NormalForm) -> Minimax {
    let minimax = solve_minimax(game, LpMethod::Auto, &Budget::unlimited()).answer.unwrap();
    for level in &minimax.levels {
        let own = game.num_actions(level.player);
        let others = game.num_profiles() / own;
        let at = |action: usize, other: usize| {
            let index =
                if level.player == 0 { action * others + other } else { other * own + action };
            game.payoff(level.player, index)
        };
        for other in 0..others {
            let strategy = level.strategy.probabilities().iter().enumerate();
            let payoff: Rational = strategy.map(|(action, x)| x * at(action, other)).sum();
            assert!(payoff >= level.value);
        }
        for action in 0..own {
            let punishment = level.punishment.iter().enumerate();
            let payoff: Rational = punishment.map(|(other, y)| y * at(action, other)).sum();
            assert!(payoff <= level.value);
        }
    }
    minimax
}

fn zero_sum(a: &[Vec<Rational>]) -> NormalForm {
    let b: Vec<Vec<Rational>> = a.iter().map(|row| row.iter().map(|u| -u).collect()).collect();
    NormalForm::bimatrix(a, &b).unwrap()
}

#[test]
fn commitments_and_devices_of_the_classic_games_are_as_listed() {
    let cases = cases();
    for case in list(&cases, "bimatrix") {
        let game = NormalForm::bimatrix(&matrix(&case["A"]), &matrix(&case["B"])).unwrap();
        let row = commitment(&game, 0, true);
        assert_eq!(row.leader_value, number(&case["leader_row"]), "{}", case["id"]);
        if let Some(column) = case.get("leader_column") {
            let column_leads = commitment(&game, 1, true).leader_value;
            assert_eq!(column_leads, number(column), "{}", case["id"]);
        }
        if let Some(strategy) = case.get("commitment") {
            assert_eq!(row.commitment.probabilities(), numbers(strategy), "{}", case["id"]);
        }
        if let Some(reply) = case.get("reply") {
            assert_eq!(row.reply as u64, reply.as_u64().unwrap(), "{}", case["id"]);
        }
        if let Some(pure) = case.get("pure_row") {
            assert_eq!(commitment(&game, 0, false).leader_value, number(pure), "{}", case["id"]);
        }
        if let Some(low) = case.get("guaranteed_row") {
            assert_eq!(guaranteed(&game, 0, true).value, number(low), "{}", case["id"]);
        }
        if let Some(per_reply) = case.get("per_reply") {
            let bounds: Vec<_> = row.bounds.iter().map(|b| b.bound.clone().unwrap()).collect();
            assert_eq!(bounds, numbers(per_reply), "{}", case["id"]);
        }
        if let Some(most) = case.get("welfare_max") {
            let least = Objective::Weighted(vec![-Rational::ONE, -Rational::ONE]);
            assert_eq!(correlated(&game, Objective::Welfare).value, number(most), "{}", case["id"]);
            assert_eq!(-correlated(&game, least).value, number(&case["welfare_min"]));
        }
        if let Some(value) = case.get("value") {
            let minimax = minimax(&game);
            assert!(minimax.constant_sum.is_some(), "{}", case["id"]);
            assert_eq!(minimax.levels[0].value, number(value), "{}", case["id"]);
        }
    }
}

#[test]
fn zero_sum_games_have_their_published_values() {
    let cases = cases();
    for case in list(&cases, "zero_sum") {
        let minimax = minimax(&zero_sum(&matrix(&case["matrix"])));
        assert_eq!(minimax.levels[0].value, number(&case["value"]), "{}", case["id"]);
        assert_eq!(minimax.levels[1].value, -number(&case["value"]), "{}", case["id"]);
        for (key, level) in [("row", &minimax.levels[0]), ("column", &minimax.levels[1])] {
            if let Some(strategy) = case.get(key) {
                assert_eq!(level.strategy.probabilities(), numbers(strategy), "{}", case["id"]);
            }
        }
    }
}

/// All ways to place some forces on some fields.
fn placements(forces: i64, fields: u64) -> Vec<Vec<i64>> {
    if fields == 1 {
        return vec![vec![forces]];
    }
    let mut all = Vec::new();
    for first in 0..=forces {
        for mut rest in placements(forces - first, fields - 1) {
            rest.insert(0, first);
            all.push(rest);
        }
    }
    all
}

#[test]
fn blotto_games_have_their_computed_values() {
    let cases = cases();
    for case in list(&cases, "blotto") {
        let forces: Vec<i64> =
            case["forces"].as_array().unwrap().iter().map(|n| n.as_i64().unwrap()).collect();
        let fields = case["fields"].as_u64().unwrap();
        let (ours, theirs) = (placements(forces[0], fields), placements(forces[1], fields));
        let net = |one: &Vec<i64>, other: &Vec<i64>| -> i64 {
            one.iter().zip(other).map(|(x, y)| (x - y).signum()).sum()
        };
        for (key, sign) in [("net_fields", false), ("majority", true)] {
            let payoff = |one, other| {
                let net = net(one, other);
                Rational::from(if sign { net.signum() } else { net })
            };
            let table: Vec<Vec<Rational>> = ours
                .iter()
                .map(|one| theirs.iter().map(|other| payoff(one, other)).collect())
                .collect();
            let value = &minimax(&zero_sum(&table)).levels[0].value;
            assert_close(value, &case[key], &format!("{forces:?} {key}"));
        }
    }
}

#[test]
fn dreshers_inspection_game_has_the_closed_form() {
    // v(n, k) = val [[−1, 1], [v(n−1, k−1), v(n−1, k)]] = C(n−1, k) / Σ_{i ≤ k} C(n, i), from
    // v(n, 0) = 1 and v(n, n) = 0 (Dresher 1962; Avenhaus, von Stengel & Zamir 2002).
    let choose = |n: i64, k: i64| (1..=k).fold(1i64, |c, i| c * (n - k + i) / i);
    let mut last: Vec<Rational> = vec![Rational::ONE, Rational::ZERO];
    for n in 2i64..=8 {
        let mut next = vec![Rational::ONE];
        for k in 1..n as usize {
            let table = vec![
                vec![-Rational::ONE, Rational::ONE],
                vec![last[k - 1].clone(), last[k].clone()],
            ];
            let value = minimax(&zero_sum(&table)).levels[0].value.clone();
            let k = k as i64;
            let cumulated: i64 = (0..=k).map(|i| choose(n, i)).sum();
            assert_eq!(value, Rational::new(choose(n - 1, k), cumulated), "v({n}, {k})");
            next.push(value);
        }
        next.push(Rational::ZERO);
        last = next;
    }
}

#[test]
fn conitzer_and_sandholms_strict_commitment_is_49_to_51() {
    // Korzhyk, Conitzer & Parr (2010), figure 1: 49% and 51% give 3.49, with a strict reply.
    let game = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
    let found = guaranteed(&game, 0, true);
    let played = found.epsilon_commitment.probabilities();
    assert_eq!(played, [Rational::new(49, 100), Rational::new(51, 100)]);
    assert_eq!(found.epsilon_value, Rational::new(349, 100));
    assert_eq!(guaranteed(&game, 0, false).value, Rational::from(3));
}

#[test]
fn random_games_agree_with_an_independent_solver() {
    let cases = cases();
    for (at, case) in list(&cases, "random").iter().enumerate() {
        let game = NormalForm::bimatrix(&matrix(&case["A"]), &matrix(&case["B"])).unwrap();
        let mixed = commitment(&game, 0, true).leader_value;
        let pure = commitment(&game, 0, false).leader_value;
        let device = correlated(&game, Objective::Player(0)).value;
        let secured = minimax(&game).levels[0].value.clone();
        assert_close(&mixed, &case["mixed"], &format!("mixed commitment of case {at}"));
        assert_close(&pure, &case["pure"], &format!("pure commitment of case {at}"));
        assert_close(&device, &case["correlated"], &format!("correlated of case {at}"));
        assert_close(&secured, &case["maximin"], &format!("maximin of case {at}"));
        // Commitment is at least worth the best device (von Stengel & Zamir 2010).
        assert!(mixed >= pure && mixed >= device && mixed >= secured);
        let (low, pure_low) = (guaranteed(&game, 0, true).value, guaranteed(&game, 0, false).value);
        assert_close(&low, &case["guaranteed"], &format!("guaranteed in case {at}"));
        assert_close(
            &pure_low,
            &case["pure_guaranteed"],
            &format!("pure, guaranteed in case {at}"),
        );
        assert!(low <= mixed && low >= pure_low && low >= secured);
    }
}

#[test]
fn restraint_is_the_best_commitment_in_the_flagship() {
    let case = &cases()["flagship"];
    let game = NormalForm::bimatrix(&matrix(&case["A"]), &matrix(&case["B"])).unwrap();
    let pure = commitment(&game, 0, false);
    assert_eq!(pure.leader_value, number(&case["pure"]));
    assert_eq!(pure.commitment.as_pure(), Some(1));
    let mixed = commitment(&game, 0, true);
    assert_eq!(mixed.leader_value, number(&case["mixed"]));
    assert_eq!(mixed.commitment.probabilities(), numbers(&case["commitment"]));
    assert_eq!(mixed.reply, 2);
    assert_eq!(mixed.follower_value, number(&case["follower"]));
}
