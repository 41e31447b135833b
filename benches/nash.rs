//! Nash equilibria: pure of many players, all extreme ones and one of two players.
//!
//! Random games have payoffs uniform on the integers 0 to 100 from a fixed generator, tied ones 0
//! or 1; the others are in `families`. Sizes are in the ids.

mod families;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use detente::certify::{Limits, certify_equilibria};
use detente::game::answer::Equilibria;
use detente::game::{NormalForm, Player};
use detente::num::Rational;
use detente::solve::nash::{
    NashError, enumerate_extreme_equilibria, enumerate_extreme_equilibria_by_vertices,
    enumerate_pure_equilibria, find_any_equilibrium, find_one_equilibrium,
};
use detente::solve::{Budget, Outcome};

type Found = Result<Outcome<Equilibria>, NashError>;

use families::{Bimatrix, random};

/// A game of this shape; nothing here can be of another length than the shape says.
#[allow(clippy::unwrap_used)]
fn game(shape: &[usize], bound: u64, seed: u64) -> NormalForm {
    let mut next = random(seed);
    let players = shape
        .iter()
        .enumerate()
        .map(|(at, &actions)| Player::new(format!("P{at}"), (0..actions).map(|a| a.to_string())))
        .collect();
    let profiles: usize = shape.iter().product();
    let payoffs = shape
        .iter()
        .map(|_| (0..profiles).map(|_| Rational::from(next(bound))).collect())
        .collect();
    NormalForm::new(players, payoffs).unwrap()
}

fn pure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("nash/pure");
    for shape in [vec![2, 2], vec![16, 16], vec![4; 5], vec![1000, 1000]] {
        let game = game(&shape, 101, 1);
        let id = format!("{shape:?}");
        group.bench_function(BenchmarkId::from_parameter(id), |bencher| {
            bencher.iter(|| enumerate_pure_equilibria(black_box(&game), &Budget::unlimited()));
        });
    }
}

fn extreme(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("nash/extreme");
    group.sample_size(20).measurement_time(Duration::from_secs(3));
    for size in [2, 3, 5, 8, 10, 12, 14] {
        for seed in [1, 2] {
            let game = game(&[size, size], 101, seed);
            let id = format!("{size}x{size}/seed{seed}");
            group.bench_function(BenchmarkId::from_parameter(id), |bencher| {
                bencher
                    .iter(|| enumerate_extreme_equilibria(black_box(&game), &Budget::unlimited()));
            });
        }
    }
    for size in [4, 6, 8] {
        let game = game(&[size, size], 2, 1);
        group.bench_function(BenchmarkId::new("tied", format!("{size}x{size}")), |bencher| {
            bencher.iter(|| enumerate_extreme_equilibria(black_box(&game), &Budget::unlimited()));
        });
    }
    for size in [5, 8] {
        let game = game(&[size, size], 101, 1);
        group.bench_function(BenchmarkId::new("vertices", format!("{size}x{size}")), |bencher| {
            bencher.iter(|| {
                enumerate_extreme_equilibria_by_vertices(black_box(&game), &Budget::unlimited())
            });
        });
    }
}

/// Time of this thread on a processor, which other work on the machine changes less than the clock;
/// the clock where the system does not tell.
fn processor_time(work: impl FnOnce()) -> Duration {
    let spent = || {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
    };
    let (before, clock) = (spent(), Instant::now());
    work();
    match (before, spent()) {
        (Some(before), Some(after)) if after > before => after - before,
        _ => clock.elapsed(),
    }
}

/// All equilibria and the check of the proof that there are no others: what
/// `peers/lrsnash_times.py` compares, with the games written into `target/games` for it.
fn certified(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("nash/certified");
    group.sample_size(10).warm_up_time(Duration::from_millis(100));
    group.measurement_time(Duration::from_millis(500));
    let families = certified_games();
    let folder = std::path::Path::new("target/games");
    let written = std::fs::create_dir_all(folder).and_then(|()| {
        families.iter().try_for_each(|(name, _, text)| std::fs::write(folder.join(name), text))
    });
    if let Err(error) = written {
        eprintln!("the games are not written into {}: {error}", folder.display());
    }
    let mut bench = |id: String, game: NormalForm| {
        group.bench_function(BenchmarkId::from_parameter(id), |bencher| {
            bencher.iter_custom(|times| {
                processor_time(|| {
                    for _ in 0..times {
                        let found =
                            enumerate_extreme_equilibria(black_box(&game), &Budget::unlimited());
                        let checked = found.map(|found| {
                            certify_equilibria(&game, &found.answer, &Limits::default())
                        });
                        let _ = black_box(checked);
                    }
                })
            });
        });
    };
    for (name, bimatrix, _) in &families {
        bench(name.clone(), bimatrix.game());
    }
}

/// The games of the group `certified` by name: as they are solved here, and as `lrsnash` reads them.
fn certified_games() -> Vec<(String, Bimatrix, String)> {
    let mut games = Vec::new();
    let mut add = |name: String, bimatrix: Bimatrix| {
        let text = bimatrix.lrsnash();
        games.push((name, bimatrix, text));
    };
    let seeds = [1, 2, 3];
    for seed in seeds {
        for n in [5, 6, 8, 10, 12, 14, 16, 18, 20, 25] {
            add(format!("{n}x{n}-{seed}"), families::uniform(n, 101, seed));
        }
        for n in [6, 8, 10, 12, 14] {
            add(format!("tied-{n}x{n}-{seed}"), families::uniform(n, 2, seed));
            add(format!("tied-0-to-3-{n}x{n}-{seed}"), families::uniform(n, 4, seed));
        }
        for n in [6, 10, 14] {
            add(format!("covariant-{n}x{n}-{seed}"), families::covariant(n, 1, seed));
            add(format!("contravariant-{n}x{n}-{seed}"), families::covariant(n, -1, seed));
            add(format!("duplicates-{n}x{n}-{seed}"), families::duplicates(n, seed));
            add(format!("unit-vector-{n}x{n}-{seed}"), families::unit_vector(n, seed));
        }
        for n in [6, 8, 10] {
            add(format!("coordination-{n}x{n}-{seed}"), families::coordination(n, seed));
        }
    }
    for n in [6, 8, 10, 12] {
        add(format!("dual-cyclic-{n}x{n}"), families::dual_cyclic(n));
        add(format!("imitation-{n}x{n}"), families::imitation(n));
    }
    for n in [6, 10, 14] {
        add(format!("travellers-dilemma-{n}x{n}"), families::travellers_dilemma(n));
        add(format!("minimum-effort-{n}x{n}"), families::minimum_effort(n));
        add(format!("war-of-attrition-{n}x{n}"), families::war_of_attrition(n));
        add(format!("location-{n}x{n}"), families::location(n));
    }
    for n in [6, 8, 10] {
        add(format!("dispersion-{n}x{n}"), families::dispersion(n));
    }
    for (troops, n) in [(2, 6), (3, 10), (4, 15)] {
        add(format!("blotto-{n}x{n}"), families::blotto(troops));
    }
    for seed in seeds {
        for n in [5, 8, 10, 12] {
            let [digits, divided] = families::thirty_digits(n, seed);
            games.push((format!("thirty-digits-{n}x{n}-{seed}"), digits, divided.lrsnash()));
        }
    }
    games
}

/// The families of games of `one_equilibrium`, which `peers/one_equilibrium.py` makes again.
#[derive(Clone, Copy)]
enum Family {
    /// Payoffs uniform on the integers 0 to a million.
    Uniform,
    /// Sums of four uniform numbers, with correlation −0.8 between the players' payoffs.
    Covariant,
    /// The same with correlation −0.9999.
    NearZeroSum,
}

impl Family {
    const ALL: [(Self, &'static str); 3] = [
        (Family::Uniform, "uniform"),
        (Family::Covariant, "covariant"),
        (Family::NearZeroSum, "near-zero-sum"),
    ];

    #[allow(clippy::unwrap_used)]
    fn game(self, size: usize, seed: u64) -> NormalForm {
        let mut next = random(seed);
        let mut bell = || (0..4).map(|_| next(20_001) - 10_000).sum::<i64>();
        let cells: Vec<(i64, i64)> = match self {
            Family::Uniform => {
                let mut next = random(seed);
                (0..size * size).map(|_| (next(1_000_001), next(1_000_001))).collect()
            }
            Family::Covariant => (0..size * size)
                .map(|_| (bell(), bell()))
                .map(|(first, second)| (5 * first, 3 * second - 4 * first))
                .collect(),
            Family::NearZeroSum => (0..size * size)
                .map(|_| (bell(), bell()))
                .map(|(first, second)| (70 * first, second - 70 * first))
                .collect(),
        };
        let player = |name: &str| Player::new(name, (0..size).map(|action| action.to_string()));
        let payoffs = vec![
            cells.iter().map(|&(first, _)| Rational::from(first)).collect(),
            cells.iter().map(|&(_, second)| Rational::from(second)).collect(),
        ];
        NormalForm::new(vec![player("P0"), player("P1")], payoffs).unwrap()
    }
}

/// One equilibrium and its check, by the quickest means and by Lemke–Howson from the first label:
/// what `peers/one_equilibrium.py` compares. Games on which the latter takes long are left out of it.
fn one_equilibrium(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("nash/one");
    group.sample_size(10).warm_up_time(Duration::from_millis(30));
    group.measurement_time(Duration::from_millis(60));
    for (family, name) in Family::ALL {
        // Paths on covariant games grow beyond measure.
        let most = match family {
            Family::Uniform => 500,
            Family::Covariant => 100,
            Family::NearZeroSum => 200,
        };
        for size in [5, 10, 20, 50, 100, 200, 500].into_iter().filter(|&size| size <= most) {
            // Two in three random games have a pure equilibrium: few would not tell the median.
            let seeds = if matches!(family, Family::Uniform) && size <= 50 { 51 } else { 9 };
            for seed in 1..=seeds {
                let game = family.game(size, seed);
                let any = || find_any_equilibrium(black_box(&game), &Budget::unlimited());
                let first = || find_one_equilibrium(black_box(&game), 0, &Budget::unlimited());
                let mut bench = |method: &str, solve: &dyn Fn() -> Found| {
                    let id = format!("{method}/{name}-{size}-{seed}");
                    group.bench_function(BenchmarkId::from_parameter(id), |bencher| {
                        bencher.iter_custom(|times| {
                            processor_time(|| {
                                for _ in 0..times {
                                    let checked = solve().map(|found| {
                                        let limits = Limits::default();
                                        certify_equilibria(&game, &found.answer, &limits)
                                    });
                                    let _ = black_box(checked);
                                }
                            })
                        });
                    });
                };
                bench("any", &any);
                if size <= 50 {
                    bench("label", &first);
                }
            }
        }
    }
}

criterion_group!(benches, pure, extreme, certified, one_equilibrium);
criterion_main!(benches);
