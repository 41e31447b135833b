//! Payoffs of repeated games and equilibria of games in states, certificates included.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use detente::certify::{
    Limits, certify_repeated_payoffs, certify_state_polytopes, certify_transfers,
};
use detente::game::stochastic::StochasticGame;
use detente::game::{DiscountFactor, NormalForm};
use detente::model::{Model, library};
use detente::num::Rational;
use detente::solve::Budget;
use detente::solve::repeated::{find_repeated_payoffs, find_state_polytopes};
use detente::solve::stochastic::find_transfer_equilibrium;
use detente::study::stochastic::stochastic_problem;

fn certified_payoffs(game: &NormalForm, discount: &DiscountFactor) -> bool {
    let found = find_repeated_payoffs(game, discount, &Budget::unlimited());
    let answer = found.ok().and_then(|found| found.answer);
    answer.is_some_and(|answer| certify_repeated_payoffs(game, &answer, &Limits::default()).is_ok())
}

fn certified_transfers(game: &StochasticGame) -> bool {
    let answer = find_transfer_equilibrium(game, &Budget::unlimited()).answer;
    answer.is_some_and(|answer| certify_transfers(game, &answer, &Limits::default()).is_ok())
}

fn certified_polytopes(game: &StochasticGame) -> bool {
    let found = find_state_polytopes(game, &Budget::unlimited());
    let answer = found.ok().and_then(|found| found.answer);
    answer.is_some_and(|answer| certify_state_polytopes(game, &answer, &Limits::default()).is_ok())
}

/// The Cournot duopoly of Judd, Yeltekin & Conklin (2003) with fifteen quantities from 0 to 6.
fn cournot() -> Option<NormalForm> {
    let quantity = |k: i64| Rational::new(6 * k, 14);
    let profit = |own: i64, other: i64| {
        let price = (Rational::from(6) - quantity(own) - quantity(other)).max(Rational::ZERO);
        quantity(own) * (price - Rational::new(3, 5))
    };
    let rows = |of: fn(i64, i64) -> (i64, i64)| -> Vec<Vec<Rational>> {
        let row = |i: i64| (0..15).map(|j| profit(of(i, j).0, of(i, j).1)).collect();
        (0..15).map(row).collect()
    };
    NormalForm::bimatrix(&rows(|i, j| (i, j)), &rows(|i, j| (j, i))).ok()
}

/// Integers from 0 to 99 of a linear congruential generator, as `benches/peers/repeated_payoffs.py` draws them.
fn random(seed: u64) -> Option<NormalForm> {
    let mut state = seed;
    let mut draw = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        Rational::from((state >> 33) % 100)
    };
    let mut table =
        || -> Vec<Vec<Rational>> { (0..20).map(|_| (0..20).map(|_| draw()).collect()).collect() };
    NormalForm::bimatrix(&table(), &table()).ok()
}

fn repeated(criterion: &mut Criterion) {
    let factor = |p: i64, q: i64| DiscountFactor::new(Rational::new(p, q));
    let dilemma = NormalForm::from_integers(&[&[9, 1], &[10, 3]], &[&[9, 10], &[1, 3]]);
    let games = [
        ("dilemma", Some(dilemma), factor(3, 4)),
        ("cournot_15", cournot(), factor(4, 5)),
        ("random_20_at_1_2", random(1), factor(1, 2)),
        ("random_20_at_7_10", random(2), factor(7, 10)),
        ("random_20_at_9_10", random(3), factor(9, 10)),
        ("random_20_at_99_100", random(4), factor(99, 100)),
    ];
    for (name, game, discount) in games {
        let (Some(game), Some(discount)) = (game, discount) else { continue };
        criterion.bench_function(&format!("repeated_payoffs/{name}"), |bencher| {
            bencher.iter(|| certified_payoffs(black_box(&game), &discount));
        });
    }
}

fn states(criterion: &mut Criterion) {
    let find = |name: &str, discount: Option<(i64, i64)>| {
        let entry = library::find(name)?;
        let model = Model::read(entry.path, entry.text).ok()?;
        let discount = discount.and_then(|(p, q)| DiscountFactor::new(Rational::new(p, q)));
        stochastic_problem(&model, &[], &[], discount.as_ref()).ok()
    };
    if let Some(problem) = find("arms-race-kranz", None) {
        criterion.bench_function("transfers/arms_race", |bencher| {
            bencher.iter(|| certified_transfers(black_box(&problem.game)));
        });
    }
    let mut group = criterion.benchmark_group("payoffs_by_state");
    group.sample_size(10);
    for (name, model, discount) in [
        ("tension_and_war", "tension-and-war", None),
        ("tension_and_war_at_9_10", "tension-and-war", Some((9, 10))),
        ("flagship_in_states", "northeast-asia-tension", None),
        ("flagship_in_states_at_9_10", "northeast-asia-tension", Some((9, 10))),
    ] {
        let Some(problem) = find(model, discount) else { continue };
        group.bench_function(name, |bencher| {
            bencher.iter(|| certified_polytopes(black_box(&problem.game)));
        });
    }
    group.finish();
}

criterion_group!(benches, repeated, states);
criterion_main!(benches);
