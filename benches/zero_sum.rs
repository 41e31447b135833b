//! Matrix games in machine numbers, with the bounds that the strategies prove: uniform n × n and
//! families with ties. `peers/matrix_games.py` times other programs on the same games.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use detente::game::PayoffMatrix;
use detente::solve::{Budget, bracket_matrix_game};

mod matrices;

fn uniform(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("zero-sum/uniform");
    group.sample_size(10).warm_up_time(Duration::from_millis(100));
    group.measurement_time(Duration::from_millis(500));
    let long = std::env::args().any(|argument| argument == "--bench");
    for size in [10, 50, 100, 300, 1000, 2000, 3000] {
        if size > 300 && !long {
            continue;
        }
        let game = matrices::uniform(size, size, 1);
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher.iter(|| bracket_matrix_game(black_box(&game), &Budget::unlimited()));
        });
    }
}

fn with_ties(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("zero-sum/ties");
    group.sample_size(10).warm_up_time(Duration::from_millis(100));
    group.measurement_time(Duration::from_millis(500));
    let mut bench = |name: &str, game: PayoffMatrix| {
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| bracket_matrix_game(black_box(&game), &Budget::unlimited()));
        });
    };
    for (name, game) in matrices::with_ties() {
        bench(&name, game);
    }
}

criterion_group!(benches, uniform, with_ties);
criterion_main!(benches);
