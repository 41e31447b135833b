//! Games of more than two players, and logit branches.
//!
//! With the variable `DETENTE_GAMES` set to a folder of `.nfg` files, one equilibrium of each is timed
//! instead, and printed as a line of JSON: what `peers/many_players.py` compares.

#![allow(missing_docs)]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, criterion_group};
use detente::certify::{Limits, certify_approximate};
use detente::gambit;
use detente::game::answer::Approximate;
use detente::game::{NormalForm, Player};
use detente::num::Rational;
use detente::solve::{
    Budget, ManyMethod, Outcome, QuantalOptions, enumerate_equilibria_by_supports,
    find_any_equilibrium_of_many, find_one_equilibrium_of_many, trace_principal_branch,
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

/// Time of this thread on a processor; the clock where the system does not tell.
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

/// Seconds of processor time that `work` takes, the mean over a tenth of a second.
fn seconds(mut work: impl FnMut()) -> f64 {
    let clock = Instant::now();
    work();
    let times = (0.1 / clock.elapsed().as_secs_f64().max(1e-7)).clamp(1.0, 1e5) as u32;
    processor_time(|| (0..times).for_each(|_| work())).as_secs_f64() / f64::from(times)
}

/// The time of a method and the profile that it finds.
fn timed(solve: impl Fn() -> Outcome<Approximate>) -> serde_json::Value {
    let profile: Option<Vec<Vec<f64>>> = solve().answer.list.first().map(|one| {
        one.profile
            .iter()
            .map(|strategy| strategy.probabilities().iter().map(Rational::to_f64).collect())
            .collect()
    });
    let time = seconds(|| {
        black_box(solve());
    });
    serde_json::json!({ "time": time, "profile": profile })
}

/// Solves every game of a folder, by name, and prints what it took.
fn time_folder(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut files: Vec<_> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    for path in files {
        let name = path.display().to_string();
        let read = gambit::read(&name, &std::fs::read_to_string(&path)?, None);
        let Some(gambit::Game::Strategic(game)) = read.ok().map(|file| file.game) else {
            return Err(format!("no game in strategic form: {name}").into());
        };
        let unlimited = Budget::unlimited();
        let found = find_any_equilibrium_of_many(&game, &unlimited);
        let check = || certify_approximate(&game, &found.answer, &Limits::default());
        check()?;
        let by = |method| find_one_equilibrium_of_many(&game, method, &unlimited);
        println!(
            "{}",
            serde_json::json!({
                "file": path.file_name().map(|name| name.to_string_lossy().into_owned()),
                "method": found.method,
                "certify": seconds(|| drop(black_box(check()))),
                "any": timed(|| find_any_equilibrium_of_many(&game, &unlimited)),
                "ipa": timed(|| by(ManyMethod::Ipa)),
                "logit": timed(|| by(ManyMethod::Logit)),
            })
        );
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if let Some(folder) = std::env::var_os("DETENTE_GAMES") {
        return time_folder(Path::new(&folder));
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
    Ok(())
}
