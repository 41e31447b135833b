//! Games of incomplete information: commitment against types, and communication equilibria.

#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use detente::certify::{Limits, certify_bayesian_commitment};
use detente::game::answer::Objective;
use detente::game::{BayesianGame, NormalForm, TypedPlayer};
use detente::linear::LpMethod;
use detente::num::Rational;
use detente::solve::{
    Budget, CommitmentMethod, find_bayesian_commitment, find_best_communication_equilibrium,
};

/// Numbers from 0 to 99 by a fixed sequence (SplitMix64).
fn numbers(seed: u64) -> impl FnMut() -> Rational {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Rational::from(((z ^ (z >> 31)) % 100) as i64)
    }
}

/// A leader of `n` actions against a follower of as many, of equally likely types.
fn against_types(types: usize, n: usize, seed: u64) -> BayesianGame {
    let mut next = numbers(seed);
    let mut table = || (0..n).map(|_| (0..n).map(|_| next()).collect()).collect();
    let games: Vec<(Rational, NormalForm)> = (0..types)
        .map(|_| {
            let (a, b): (Vec<Vec<Rational>>, Vec<Vec<Rational>>) = (table(), table());
            // Both tables are n × n.
            #[allow(clippy::unwrap_used)]
            let game = NormalForm::bimatrix(&a, &b).unwrap();
            (Rational::new(1, types as i64), game)
        })
        .collect();
    // The probabilities sum to one, and all games have one shape.
    #[allow(clippy::unwrap_used)]
    BayesianGame::against_types(&games).unwrap()
}

/// Two players with as many types and actions, all type profiles equally likely.
fn symmetric_sizes(types: usize, actions: usize, seed: u64) -> BayesianGame {
    let mut next = numbers(seed);
    let names = |count: usize| (0..count).map(|at| at.to_string()).collect();
    let player = |name: &str| TypedPlayer {
        name: name.to_owned(),
        actions: names(actions),
        types: names(types),
    };
    let profiles = types * types;
    let prior = vec![Rational::new(1, profiles as i64); profiles];
    let mut tables =
        || (0..profiles).map(|_| (0..actions * actions).map(|_| next()).collect()).collect();
    let payoffs = vec![tables(), tables()];
    // The tables have the right length.
    #[allow(clippy::unwrap_used)]
    BayesianGame::new(vec![player("A"), player("B")], prior, payoffs).unwrap()
}

fn commitment(c: &mut Criterion) {
    let mut group = c.benchmark_group("commitment-types-5x5");
    group.sample_size(10);
    for types in [2, 4, 6, 8, 10] {
        let game = against_types(types, 5, 1);
        let method = CommitmentMethod::BranchAndBound;
        group.bench_with_input(BenchmarkId::new("branch-and-bound", types), &game, |b, game| {
            b.iter(|| find_bayesian_commitment(black_box(game), 0, method, &Budget::unlimited()));
        });
        let Ok(found) = find_bayesian_commitment(&game, 0, method, &Budget::unlimited()) else {
            continue;
        };
        group.bench_with_input(BenchmarkId::new("check", types), &game, |b, game| {
            b.iter(|| certify_bayesian_commitment(game, &found.answer, &Limits::default()));
        });
        if types <= 4 {
            let method = CommitmentMethod::Dobss;
            group.bench_with_input(BenchmarkId::new("dobss", types), &game, |b, game| {
                b.iter(|| {
                    find_bayesian_commitment(black_box(game), 0, method, &Budget::unlimited())
                });
            });
        }
    }
    group.finish();
}

fn communication(c: &mut Criterion) {
    let mut group = c.benchmark_group("communication-welfare");
    group.sample_size(10);
    for (types, actions) in [(2, 2), (2, 3), (3, 3), (3, 4)] {
        let game = symmetric_sizes(types, actions, 1);
        let size = format!("{types}x{actions}");
        group.bench_with_input(BenchmarkId::new("auto", size), &game, |b, game| {
            b.iter(|| {
                find_best_communication_equilibrium(
                    black_box(game),
                    &Objective::Welfare,
                    LpMethod::Auto,
                    &Budget::unlimited(),
                )
            });
        });
    }
    group.finish();
}

criterion_group!(benches, commitment, communication);
criterion_main!(benches);
