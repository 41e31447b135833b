//! Matrix games in machine numbers, with the bounds that the strategies prove: uniform n × n and
//! families with ties; and the exact check of the bounds. Times are of the processor.
//! `peers/matrix_games.py` times other programs on the same games.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use detente::certify::{Limits, certify_matrix_bracket, certify_minimax};
use detente::game::{NormalForm, PayoffMatrix, Player};
use detente::linear::LpMethod;
use detente::num::Rational;
use detente::solve::{Budget, bracket_matrix_game, solve_minimax};

mod matrices;

/// Time of this thread on a processor, which other work on the machine changes less than the clock;
/// the clock where the system does not tell.
fn processor_time(times: u64, mut work: impl FnMut()) -> Duration {
    let spent = || {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
    };
    let (before, clock) = (spent(), Instant::now());
    (0..times).for_each(|_| work());
    match (before, spent()) {
        (Some(before), Some(after)) if after > before => after - before,
        _ => clock.elapsed(),
    }
}

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
            bencher.iter_custom(|times| {
                processor_time(times, || {
                    black_box(bracket_matrix_game(black_box(&game), &Budget::unlimited()));
                })
            });
        });
    }
}

fn with_ties(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("zero-sum/ties");
    group.sample_size(10).warm_up_time(Duration::from_millis(100));
    group.measurement_time(Duration::from_millis(500));
    let mut bench = |name: &str, game: PayoffMatrix| {
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter_custom(|times| {
                processor_time(times, || {
                    black_box(bracket_matrix_game(black_box(&game), &Budget::unlimited()));
                })
            });
        });
    };
    let mut lines = String::new();
    for (name, game) in matrices::with_ties() {
        let answer = bracket_matrix_game(&game, &Budget::unlimited()).answer;
        assert!(certify_matrix_bracket(&game, &answer, &Limits::default()).is_ok(), "{name}");
        lines.push_str(&format!("{name} {:?} {:?}\n", answer.lower, answer.upper));
        bench(&name, game);
    }
    if let Some(path) = std::env::var_os("DETENTE_BOUNDS") {
        // Only for `peers/degenerate_games.py`, which says so if it is not there.
        let _ = std::fs::write(path, lines);
    }
}

/// The exact check of an answer: two products for each entry.
fn checked(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("zero-sum/checked");
    group.sample_size(10).warm_up_time(Duration::from_millis(100));
    group.measurement_time(Duration::from_millis(500));
    let uniform = [10, 100, 300].map(|size| (size.to_string(), matrices::uniform(size, size, 1)));
    let scaled = matrices::with_ties().into_iter().filter(|(name, _)| name.starts_with("times"));
    for (name, game) in uniform.into_iter().chain(scaled) {
        let answer = bracket_matrix_game(&game, &Budget::unlimited()).answer;
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter_custom(|times| {
                processor_time(times, || {
                    let _ = black_box(certify_matrix_bracket(
                        black_box(&game),
                        black_box(&answer),
                        &Limits::default(),
                    ));
                })
            });
        });
    }
}

/// The solution in exact numbers, and its check, of the integers 0 to 1000.
fn exact(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("zero-sum/exact");
    group.sample_size(10).warm_up_time(Duration::from_millis(100));
    group.measurement_time(Duration::from_millis(500));
    let long = std::env::args().any(|argument| argument == "--bench");
    for size in [10, 50, 100, 300, 1000] {
        if size > 100 && !long {
            continue;
        }
        let game = integers(size);
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher.iter_custom(|times| {
                processor_time(times, || {
                    let found = solve_minimax(&game, LpMethod::Auto, &Budget::unlimited());
                    let check = |answer| certify_minimax(&game, &answer, &Limits::default());
                    let _ = black_box(found.answer.map(check));
                })
            });
        });
    }
}

fn integers(size: usize) -> NormalForm {
    let table = matrices::uniform(size, size, 1);
    let first: Vec<Rational> =
        table.entries().iter().map(|u| Rational::from((1000.0 * u).round() as i64)).collect();
    let second = first.iter().map(|u| -u).collect();
    let player = |name: &str| Player::new(name, (0..size).map(|action| action.to_string()));
    // The tables have the right length.
    #[allow(clippy::unwrap_used)]
    NormalForm::new(vec![player("row"), player("column")], vec![first, second]).unwrap()
}

criterion_group!(benches, uniform, with_ties, checked, exact);
criterion_main!(benches);
