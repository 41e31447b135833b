//! Fictitious play.

#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use detente::game::NormalForm;
use detente::num::Rational;
use detente::solve::{Budget, FictitiousPlayOptions, play_fictitiously};

/// An n × n game with payoffs from 0 to 99, zero-sum or not, by a fixed sequence.
fn random_game(n: usize, zero_sum: bool) -> NormalForm {
    let mut state = 0x853c_49e6_748f_ea9bu64;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) % 100) as i64
    };
    let mut matrix = || -> Vec<Vec<Rational>> {
        (0..n).map(|_| (0..n).map(|_| Rational::from(next())).collect()).collect()
    };
    let a = matrix();
    let b = if zero_sum {
        a.iter().map(|row| row.iter().map(|u| -u).collect()).collect()
    } else {
        matrix()
    };
    // Both matrices are n × n.
    #[allow(clippy::unwrap_used)]
    NormalForm::bimatrix(&a, &b).unwrap()
}

fn fictitious_play(c: &mut Criterion) {
    let mut group = c.benchmark_group("fictitious-play-100k-rounds");
    group.sample_size(10);
    for (kind, zero_sum) in [("zero-sum", true), ("general", false)] {
        for (order, alternating) in [("simultaneous", false), ("alternating", true)] {
            for n in [10, 100] {
                let game = random_game(n, zero_sum);
                let options = FictitiousPlayOptions { alternating, rounds: 100_000, start: None };
                let id = BenchmarkId::new(format!("{kind}-{order}"), n);
                group.bench_with_input(id, &game, |b, game| {
                    b.iter(|| play_fictitiously(black_box(game), &options, &Budget::unlimited()));
                });
            }
        }
    }
    group.finish();
}

criterion_group!(benches, fictitious_play);
criterion_main!(benches);
