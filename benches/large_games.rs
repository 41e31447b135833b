//! Zero-sum games that are too large for pivots: passes over the matrix beside plain reading of it, and
//! the time to a gap.
//!
//! The games are uniform, n × n. `reading` adds up the entries on one thread; `pass` is a round of
//! predictive regret matching⁺, which multiplies the matrix with two vectors in one pass. On one thread
//! passes and readings are timed in turn, in processor time; times to a gap are of one thread too, and
//! in readings.
//!
//!   cargo bench --bench large_games -- SIZE …

use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use detente::game::{GeneratedPayoffs, PayoffSource, SinglePayoffs, StreamedPayoffs};
use detente::solve::{
    Budget, FirstOrderMethod, FirstOrderOptions, approximate_matrix_game, solve_by_double_oracle,
};
use pulp::{Arch, Simd, WithSimd};

#[allow(dead_code)]
mod matrices;

/// The sum of numbers, as wide as the processor allows.
struct Sum<'a>(&'a [f64]);

impl WithSimd for Sum<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let mut sums = [0.0f64; 64];
        let (chunks, rest) = self.0.as_chunks::<64>();
        for chunk in chunks {
            for (sum, entry) in sums.iter_mut().zip(chunk) {
                *sum += entry;
            }
        }
        sums.iter().chain(rest).sum()
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// What this thread has used of a processor so far; the clock where the system does not say.
fn used(start: Instant) -> Duration {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let used = said.and_then(|text| text.split(' ').next()?.parse().ok());
    used.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// One plain reading of the matrix, in processor time.
fn read_once(entries: &[f64], start: Instant) -> Duration {
    let before = used(start);
    black_box(Arch::new().dispatch(Sum(black_box(entries))));
    used(start).saturating_sub(before)
}

#[allow(clippy::unwrap_used)]
fn on_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

/// One pass by the clock, of a few.
#[allow(clippy::unwrap_used)]
fn pass(source: &dyn PayoffSource, threads: usize) -> Duration {
    on_threads(threads, || {
        let (mut times, mut last) = (Vec::new(), Instant::now());
        let options = FirstOrderOptions { gap: 0.0, rounds: 30, ..Default::default() };
        let mut watch = |round: u64, _: f64| {
            if round > 10 {
                times.push(last.elapsed());
            }
            last = Instant::now();
            true
        };
        approximate_matrix_game(source, &options, &Budget::unlimited(), &mut watch).unwrap();
        median(times)
    })
}

/// A pass and a plain reading on one thread, in turn, so that what else the machine does slows both
/// alike: the medians of both, and of their ratios, in processor time.
#[allow(clippy::unwrap_used)]
fn beside_reading(source: &dyn PayoffSource, entries: &[f64]) -> (Duration, Duration, f64) {
    on_threads(1, || {
        let start = Instant::now();
        let (mut passes, mut readings, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        let options = FirstOrderOptions { gap: 0.0, rounds: 40, ..Default::default() };
        let mut last = used(start);
        let mut watch = |_: u64, _: f64| {
            let pass = used(start).saturating_sub(last);
            let reading = read_once(entries, start);
            ratios.push(reading.as_secs_f64() / pass.as_secs_f64());
            passes.push(pass);
            readings.push(reading);
            last = used(start);
            true
        };
        approximate_matrix_game(source, &options, &Budget::unlimited(), &mut watch).unwrap();
        ratios.sort_by(f64::total_cmp);
        (median(passes), median(readings), ratios[ratios.len() / 2])
    })
}

fn milliseconds(time: Duration) -> f64 {
    1e3 * time.as_secs_f64()
}

#[allow(clippy::unwrap_used)]
fn to_a_gap(source: &dyn PayoffSource, read: Duration) {
    for method in [FirstOrderMethod::Predictive, FirstOrderMethod::PrimalDual] {
        let start = Instant::now();
        let before = used(start);
        let spent = || used(start).saturating_sub(before);
        let mut reached = Vec::new();
        let mut watch = |round: u64, gap: f64| {
            for wanted in [1e-2, 1e-3, 1e-4] {
                if gap <= wanted && !reached.iter().any(|&(done, _, _)| done == wanted) {
                    reached.push((wanted, round, spent()));
                }
            }
            true
        };
        let budget = Budget::unlimited().with_time(Duration::from_secs(240));
        let options = FirstOrderOptions { method, gap: 9.9e-5, ..Default::default() };
        let found = approximate_matrix_game(source, &options, &budget, &mut watch).unwrap();
        for (wanted, round, time) in reached {
            println!(
                "  {:5} gap {wanted:e}: {round} rounds, {:.0} ms, {:.1} times 100 readings",
                method.name(),
                milliseconds(time),
                time.as_secs_f64() / (100.0 * read.as_secs_f64())
            );
        }
        println!(
            "  {:5} proved: {} to {} after {} rounds, {:.0} ms in all",
            method.name(),
            found.answer.lower,
            found.answer.upper,
            found.work.rounds,
            milliseconds(spent())
        );
    }
}

fn one(size: usize) {
    let game = matrices::uniform(size, size, 1);
    let bytes = (8 * size * size) as f64;
    let speed = |time: Duration| 1e-9 * bytes / time.as_secs_f64();
    println!("{size} × {size}, {:.0} MB", 1e-6 * bytes);
    let (one, read, ratio) = beside_reading(&game, game.entries());
    println!("  reading, one thread: {:.2} ms, {:.1} GB/s", milliseconds(read), speed(read));
    println!(
        "  pass, one thread: {:.2} ms, {:.1} GB/s, {:.0} % of reading",
        milliseconds(one),
        speed(one),
        100.0 * ratio
    );
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let time = pass(&game, threads);
    println!(
        "  pass, {threads} threads, by the clock: {:.2} ms, {:.1} GB/s",
        milliseconds(time),
        speed(time)
    );
    on_threads(1, || to_a_gap(&game, read));
}

/// The other sources, and double oracle on a game whose optimal mixtures are on few actions.
#[allow(clippy::unwrap_used)]
fn sources(size: usize) {
    let game = matrices::uniform(size, size, 1);
    let single = game.entries().iter().map(|&entry| entry as f32).collect();
    let single = SinglePayoffs::new(size, single).unwrap();
    let path = std::env::temp_dir().join(format!("detente-large-games-{}", std::process::id()));
    let bytes: Vec<u8> = game.entries().iter().flat_map(|entry| entry.to_le_bytes()).collect();
    std::fs::File::create(&path).unwrap().write_all(&bytes).unwrap();
    drop(bytes);
    let streamed = StreamedPayoffs::new(size, std::fs::File::open(&path).unwrap()).unwrap();
    // A duel on a grid of times: who fires first hits with a chance that grows with time.
    let duel = GeneratedPayoffs::new(size, size, move |row, entries: &mut [f64]| {
        let chance = |at: usize| at as f64 / (size - 1) as f64;
        let x = chance(row);
        for (column, entry) in entries.iter_mut().enumerate() {
            let y = chance(column);
            *entry = match row.cmp(&column) {
                std::cmp::Ordering::Less => x - (1.0 - x) * y,
                std::cmp::Ordering::Equal => 0.0,
                std::cmp::Ordering::Greater => -y + (1.0 - y) * x,
            };
        }
    });
    println!("sources, {size} × {size}, all threads");
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    let named: [(&str, &dyn PayoffSource); 4] = [
        ("eight bytes", &game),
        ("four bytes", &single),
        ("stream", &streamed),
        ("made anew", &duel),
    ];
    for (name, source) in named {
        println!("  pass, {name}: {:.2} ms", milliseconds(pass(source, all)));
    }
    let start = Instant::now();
    let budget = Budget::unlimited().with_time(Duration::from_secs(60));
    let found = solve_by_double_oracle(&duel, 1e-6, &budget, &mut |_, _| true).unwrap();
    println!(
        "  duel by double oracle: {} to {}, {} rounds, {:.0} ms",
        found.answer.lower,
        found.answer.upper,
        found.work.rounds,
        milliseconds(start.elapsed())
    );
    let _ = std::fs::remove_file(&path);
}

fn main() {
    let sizes: Vec<usize> =
        std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let measured = std::env::args().any(|argument| argument == "--bench");
    match (sizes.is_empty(), measured) {
        (false, _) => sizes.into_iter().for_each(one),
        (true, true) => {
            [1000, 3000, 10_000].into_iter().for_each(one);
            sources(4000);
        }
        (true, false) => {
            one(50);
            sources(60);
        }
    }
}
