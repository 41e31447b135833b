//! Solvers by linear programs: minimax, correlated equilibrium, commitment, dominance; and the
//! structure of a game, of which dominance is a part.

#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use detente::game::answer::Objective;
use detente::game::{NormalForm, Player};
use detente::linear::LpMethod;
use detente::num::Rational;
use detente::solve::{
    Budget, eliminate_strictly_dominated, find_best_correlated_equilibrium,
    find_optimal_commitment, find_structure, solve_minimax,
};

/// A game with payoffs drawn uniformly from 0 to 99, by a fixed sequence (SplitMix64).
fn random_game(shape: &[usize], seed: u64) -> NormalForm {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % 100) as i64
    };
    let players: Vec<Player> = shape
        .iter()
        .enumerate()
        .map(|(i, &n)| Player::new(i.to_string(), (0..n).map(|a| a.to_string())))
        .collect();
    let profiles = shape.iter().product::<usize>();
    let payoffs =
        (0..shape.len()).map(|_| (0..profiles).map(|_| Rational::from(next())).collect()).collect();
    // The shapes below are small and the tables have the right length.
    #[allow(clippy::unwrap_used)]
    NormalForm::new(players, payoffs).unwrap()
}

const METHODS: [(&str, LpMethod); 3] =
    [("auto", LpMethod::Auto), ("exact", LpMethod::Exact), ("hinted", LpMethod::Hinted)];

fn minimax(c: &mut Criterion) {
    let mut group = c.benchmark_group("minimax");
    group.sample_size(10);
    for n in [2, 5, 10, 20, 50, 100] {
        let game = random_game(&[n, n], 1);
        for (name, method) in METHODS {
            if name == "exact" && n > 50 {
                continue;
            }
            group.bench_with_input(BenchmarkId::new(name, n), &game, |b, game| {
                b.iter(|| solve_minimax(black_box(game), method, &Budget::unlimited()));
            });
        }
    }
    group.finish();
}

fn correlated(c: &mut Criterion) {
    let mut group = c.benchmark_group("correlated-welfare");
    group.sample_size(10);
    for shape in [vec![3, 3], vec![5, 5], vec![8, 8], vec![12, 12], vec![20, 20], vec![4, 4, 4]] {
        let game = random_game(&shape, 2);
        let size = shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("x");
        for (name, method) in METHODS.into_iter().chain([("good-lp", LpMethod::GoodLp)]) {
            let slow = matches!(name, "exact" | "good-lp");
            if slow && game.num_profiles() > 100 {
                continue;
            }
            group.bench_with_input(BenchmarkId::new(name, &size), &game, |b, game| {
                b.iter(|| {
                    let budget = Budget::unlimited();
                    let objective = Objective::Welfare;
                    find_best_correlated_equilibrium(black_box(game), &objective, method, &budget)
                });
            });
        }
    }
    group.finish();
}

fn commitment(c: &mut Criterion) {
    let mut group = c.benchmark_group("commitment-mixed");
    group.sample_size(10);
    for n in [2, 5, 10, 20, 50] {
        let game = random_game(&[n, n], 3);
        for (name, method) in METHODS {
            if name == "exact" && n > 20 {
                continue;
            }
            group.bench_with_input(BenchmarkId::new(name, n), &game, |b, game| {
                b.iter(|| {
                    find_optimal_commitment(black_box(game), 0, true, method, &Budget::unlimited())
                });
            });
        }
    }
    group.finish();
}

fn dominance(c: &mut Criterion) {
    let mut group = c.benchmark_group("dominance");
    group.sample_size(10);
    for shape in [vec![5, 5], vec![20, 20], vec![20, 3], vec![50, 5], vec![5, 5, 5]] {
        let game = random_game(&shape, 4);
        let size = shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("x");
        for (name, method) in METHODS {
            group.bench_with_input(BenchmarkId::new(name, &size), &game, |b, game| {
                b.iter(|| {
                    eliminate_strictly_dominated(black_box(game), method, &Budget::unlimited())
                });
            });
        }
    }
    group.finish();
}

/// Games with a potential, in which nothing is refuted early, beside random ones.
fn structure(c: &mut Criterion) {
    let mut group = c.benchmark_group("structure");
    group.sample_size(10);
    for shape in [vec![2, 2], vec![5, 5], vec![20, 20], vec![50, 50], vec![5, 5, 5]] {
        let random = random_game(&shape, 5);
        let common = vec![random.payoffs(0).to_vec(); shape.len()];
        // The tables are those of a game.
        #[allow(clippy::unwrap_used)]
        let team = NormalForm::new(random.players().to_vec(), common).unwrap();
        let size = shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("x");
        for (name, game) in [("random", &random), ("team", &team)] {
            group.bench_with_input(BenchmarkId::new(name, &size), game, |b, game| {
                b.iter(|| find_structure(black_box(game), &Budget::unlimited()));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, minimax, correlated, commitment, dominance, structure);
criterion_main!(benches);
