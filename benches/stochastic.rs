//! Markov perfect equilibria of games in states, certificates included.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use detente::certify::{Limits, certify_markov};
use detente::game::stochastic::{StochasticGame, StochasticState};
use detente::game::{DiscountFactor, NormalForm, Player};
use detente::num::Rational;
use detente::solve::Budget;
use detente::solve::stochastic::{MarkovOptions, find_markov_equilibria, solve_zero_sum};

/// Payoffs 0, 1/100, ..., 1 and transitions to all states, by a fixed sequence.
fn random_game(
    states: usize,
    players: usize,
    actions: usize,
    zero_sum: bool,
) -> Option<StochasticGame> {
    let mut seed = 20_u64;
    let mut below = |bound: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 33) % bound) as i64
    };
    let profiles = actions.pow(players as u32);
    let mut list = Vec::new();
    for at in 0..states {
        let names =
            (0..players).map(|i| Player::new(format!("P{i}"), (0..actions).map(|a| a.to_string())));
        let mut payoffs: Vec<Vec<Rational>> = (0..players)
            .map(|_| (0..profiles).map(|_| Rational::new(below(101), 100)).collect())
            .collect();
        if zero_sum {
            payoffs[1] = payoffs[0].iter().map(|g| -g).collect();
        }
        let mut transitions = Vec::new();
        for _ in 0..profiles {
            let weights: Vec<i64> = (0..states).map(|_| 1 + below(99)).collect();
            let total: i64 = weights.iter().sum();
            let row = weights.iter().enumerate().map(|(to, &w)| (to, Rational::new(w, total)));
            transitions.push(row.collect());
        }
        let stage = NormalForm::new(names.collect(), payoffs).ok()?;
        list.push(StochasticState { name: format!("s{at}"), stage, transitions });
    }
    StochasticGame::new(list, DiscountFactor::new(Rational::new(19, 20))?, 0).ok()
}

fn certified(game: &StochasticGame) -> bool {
    let found = find_markov_equilibria(game, &MarkovOptions::default(), &Budget::unlimited());
    found.answer.is_some_and(|answer| certify_markov(game, &answer, &Limits::default()).is_ok())
}

fn certified_value(game: &StochasticGame) -> bool {
    let found = solve_zero_sum(game, &Budget::unlimited()).ok().and_then(|found| found.answer);
    found.is_some_and(|answer| certify_markov(game, &answer, &Limits::default()).is_ok())
}

fn markov(criterion: &mut Criterion) {
    for (states, players, actions) in [(20, 2, 3), (64, 2, 4), (5, 4, 2)] {
        let Some(game) = random_game(states, players, actions, false) else { continue };
        let name = format!("markov/{states}_states_{players}_players_{actions}_actions");
        criterion.bench_function(&name, |bencher| bencher.iter(|| certified(black_box(&game))));
    }
    let Some(game) = random_game(20, 2, 5, true) else { return };
    criterion.bench_function("shapley/20_states_5_actions", |bencher| {
        bencher.iter(|| certified_value(black_box(&game)));
    });
}

criterion_group!(benches, markov);
criterion_main!(benches);
