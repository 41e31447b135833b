//! Security games: ORIGAMI exact and in machine numbers with its check, and the linear programs.
//! Payoffs are as in Kiekintveld et al. (2009), section 6: uniform integers, rewards from 1 to 10 and
//! penalties from −10 to −1. `peers/security.py` times other programs on such games.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use detente::certify::{Limits, certify_security, certify_security_bracket};
use detente::game::security::{LargeSecurityGame, SecurityGame, Target};
use detente::linear::LpMethod;
use detente::solve::Budget;
use detente::solve::security::{
    bracket_security_game, find_commitment_by_linear_programs, find_commitment_by_origami,
};

/// A generator (splitmix) without dependencies.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn integer(&mut self) -> i64 {
        1 + (self.next() % 10) as i64
    }

    fn real(&mut self) -> f64 {
        1.0 + 9.0 * (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn exact(targets: usize, resources: usize) -> SecurityGame {
    let mut random = Random(1);
    let mut target = |at: usize| {
        let mut pair = || (random.integer(), -random.integer());
        let (defender, (reward, penalty)) = (pair(), pair());
        Target::from_integers(&format!("t{at}"), defender, (penalty, reward))
    };
    let targets: Vec<Target> = (0..targets).map(&mut target).collect();
    match SecurityGame::new(targets, resources) {
        Ok(game) => game,
        Err(error) => unreachable!("{error}"),
    }
}

fn real(targets: usize, resources: usize) -> LargeSecurityGame {
    let mut random = Random(1);
    let targets: Vec<[f64; 4]> = (0..targets)
        .map(|_| [random.real(), -random.real(), -random.real(), random.real()])
        .collect();
    match LargeSecurityGame::new(targets, resources) {
        Ok(game) => game,
        Err(error) => unreachable!("{error}"),
    }
}

fn large(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("security/float");
    group.sample_size(10).warm_up_time(Duration::from_millis(100));
    group.measurement_time(Duration::from_millis(500));
    let long = std::env::args().any(|argument| argument == "--bench");
    for (targets, resources) in [(3_000, 25), (40_000, 1_000), (1_000_000, 10_000)] {
        if targets > 100_000 && !long {
            continue;
        }
        let game = real(targets, resources);
        group.bench_function(BenchmarkId::new("solve", targets), |bencher| {
            bencher.iter(|| bracket_security_game(black_box(&game), &Budget::unlimited()));
        });
        let Some(answer) = bracket_security_game(&game, &Budget::unlimited()).answer else {
            continue;
        };
        group.bench_function(BenchmarkId::new("check", targets), |bencher| {
            bencher
                .iter(|| certify_security_bracket(&game, black_box(&answer), &Limits::default()));
        });
    }
}

fn in_fractions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("security/exact");
    group.sample_size(10).warm_up_time(Duration::from_millis(100));
    group.measurement_time(Duration::from_millis(500));
    let long = std::env::args().any(|argument| argument == "--bench");
    for (targets, resources) in [(100, 10), (3_000, 25), (40_000, 1_000), (1_000_000, 10_000)] {
        if targets > 5_000 && !long {
            continue;
        }
        let game = exact(targets, resources);
        let solve = || find_commitment_by_origami(&game, &Budget::unlimited());
        group.bench_function(BenchmarkId::new("origami", targets), |bencher| bencher.iter(solve));
        let Ok(Some(answer)) = solve().map(|found| found.answer) else { continue };
        group.bench_function(BenchmarkId::new("check", targets), |bencher| {
            bencher.iter(|| certify_security(&game, black_box(&answer), &Limits::default()));
        });
    }
    for (targets, resources) in [(10, 2), (50, 5), (100, 10)] {
        if targets > 50 && !long {
            continue;
        }
        let game = exact(targets, resources);
        group.bench_function(BenchmarkId::new("linear-programs", targets), |bencher| {
            bencher.iter(|| {
                find_commitment_by_linear_programs(&game, LpMethod::Auto, &Budget::unlimited())
            });
        });
    }
}

criterion_group!(benches, large, in_fractions);
criterion_main!(benches);
