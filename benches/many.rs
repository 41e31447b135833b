//! Games of more than two players, and logit branches.

#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use detente::game::{NormalForm, Player};
use detente::num::Rational;
use detente::solve::{
    Budget, ManyMethod, QuantalOptions, enumerate_equilibria_by_supports,
    find_one_equilibrium_of_many, trace_principal_branch,
};

/// A game with payoffs from 0 to 99 by a fixed sequence.
fn random_game(shape: &[usize], seed: u64) -> NormalForm {
    let mut state = 0x853c_49e6_748f_ea9bu64 ^ seed;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Rational::from(((state >> 40) % 100) as i64)
    };
    let players = shape.iter().enumerate().map(|(at, &actions)| {
        Player::new(at.to_string(), (0..actions).map(|action| action.to_string()))
    });
    let profiles: usize = shape.iter().product();
    let tables = shape.iter().map(|_| (0..profiles).map(|_| next()).collect()).collect();
    // One table for each player, with an entry for each profile.
    #[allow(clippy::unwrap_used)]
    NormalForm::new(players.collect(), tables).unwrap()
}

fn name(shape: &[usize]) -> String {
    shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("x")
}

fn one_equilibrium(c: &mut Criterion) {
    let mut group = c.benchmark_group("one-equilibrium-of-many");
    for shape in [vec![2; 3], vec![5; 3], vec![4; 4]] {
        // Ten games at a time, since their difficulty varies.
        let games: Vec<NormalForm> = (0..10).map(|seed| random_game(&shape, seed)).collect();
        for method in [ManyMethod::Ipa, ManyMethod::Logit] {
            let id = BenchmarkId::new(method.name(), format!("{}-ten", name(&shape)));
            group.bench_with_input(id, &games, |b, games| {
                b.iter(|| {
                    for game in games {
                        black_box(find_one_equilibrium_of_many(
                            black_box(game),
                            method,
                            &Budget::unlimited(),
                        ));
                    }
                });
            });
        }
    }
    group.finish();
}

fn all_equilibria(c: &mut Criterion) {
    let mut group = c.benchmark_group("all-equilibria-by-supports");
    group.sample_size(10);
    for shape in [vec![2; 3], vec![2; 4], vec![3; 3]] {
        let game = random_game(&shape, 1);
        group.bench_with_input(BenchmarkId::from_parameter(name(&shape)), &game, |b, game| {
            b.iter(|| enumerate_equilibria_by_supports(black_box(game), &Budget::unlimited()));
        });
    }
    group.finish();
}

fn logit_branch(c: &mut Criterion) {
    let mut group = c.benchmark_group("logit-branch");
    let options = QuantalOptions { lambdas: vec![Rational::new(1, 10)], counts: None };
    for shape in [vec![2; 2], vec![2; 3], vec![5; 3]] {
        let game = random_game(&shape, 1);
        group.bench_with_input(BenchmarkId::from_parameter(name(&shape)), &game, |b, game| {
            b.iter(|| trace_principal_branch(black_box(game), &options, &Budget::unlimited()));
        });
    }
    group.finish();
}

criterion_group!(benches, one_equilibrium, all_equilibria, logit_branch);
criterion_main!(benches);
