//! Whole studies: reading a model, comparing, sweeping, reproducing, and the critical discount
//! factor alone. On one thread.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use detente::model::{Model, library};
use detente::num::Rational;
use detente::solve::Budget;
use detente::solve::repeated::critical_discount::{Guard, Stake, critical_discount};
use detente::solve::repeated::sustain_agreements;
use detente::study::claims::check_claims;
use detente::study::compare::compare;
use detente::study::design::Design;
use detente::study::scenario::{Kind, all_scenarios};
use detente::study::solution::problem;
use detente::study::sweep::Sweep;

const FLAGSHIP: &str = "northeast-asia";
/// Points of the chunk of a sweep that is timed.
const POINTS: u64 = 64;

/// A built-in model; a test of the library reads each of them.
#[allow(clippy::unwrap_used)]
fn model(id: &str) -> Model {
    let builtin = library::find(id).unwrap();
    Model::read(builtin.path, builtin.text).unwrap()
}

#[allow(clippy::unwrap_used)]
fn reading(criterion: &mut Criterion) {
    let builtin = library::find(FLAGSHIP).unwrap();
    criterion.bench_function("study/read/northeast-asia", |bencher| {
        bencher.iter(|| Model::read(builtin.path, black_box(builtin.text)));
    });
}

fn comparing(criterion: &mut Criterion) {
    for id in [FLAGSHIP, "noisy-monitoring"] {
        let model = model(id);
        let scenarios = all_scenarios(&model);
        criterion.bench_function(&format!("study/compare/{id}"), |bencher| {
            bencher.iter(|| compare(black_box(&model), &[], &scenarios, &Budget::unlimited()));
        });
    }
}

/// The first points of the sequence over all ranges, with every mechanism, bundle and test.
#[allow(clippy::unwrap_used)]
fn sweeping(criterion: &mut Criterion) {
    let model = model(FLAGSHIP);
    let (mut varied, mut ranges) = (Vec::new(), Vec::new());
    for (at, parameter) in model.parameters.iter().enumerate() {
        if let Some((low, high)) = parameter.range() {
            varied.push(at);
            ranges.push((parameter.name.clone(), low.to_f64(), high.to_f64()));
        }
    }
    let mut scenarios = all_scenarios(&model);
    scenarios.retain(|scenario| scenario.kind != Kind::Lens);
    let design = Design::sequence(ranges, POINTS).unwrap();
    let sweep = Sweep { model: &model, set: Vec::new(), design, varied, scenarios, facts: true };
    // One thread, so that the number is work and not the machine's width.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    criterion.bench_function(&format!("study/sweep/northeast-asia/{POINTS}-points"), |bencher| {
        bencher.iter(|| pool.install(|| sweep.cells(0, black_box(POINTS), &Budget::unlimited())));
    });
}

fn reproducing(criterion: &mut Criterion) {
    let models: Vec<Model> = library::all().iter().map(|entry| model(entry.id)).collect();
    criterion.bench_function("study/reproduce/all-claims", |bencher| {
        bencher.iter(|| models.iter().map(|model| check_claims(model).len()).sum::<usize>());
    });
}

/// The formula alone, for two players with three deviations each, and all agreements of the
/// flagship with their punishments and minmax bounds.
#[allow(clippy::unwrap_used)]
fn critical_discounts(criterion: &mut Criterion) {
    let exact = |numerator: i64, denominator: i64| Rational::new(numerator, denominator);
    let stake = |shift: i64| Stake {
        agreement: exact(3, 1),
        punishment: exact(-31_313, 10_360),
        deviations: (0..3)
            .map(|at| (at, exact(50 + shift + 7 * at as i64, 13), exact(1, 4)))
            .collect(),
    };
    let stakes = [stake(0), stake(3)];
    let (survival, false_alarm) = (exact(9, 10), exact(1, 10));
    let guard = Guard {
        renewal: None,
        survival: &survival,
        false_alarm: &false_alarm,
        transfers: false,
        and_beyond: true,
    };
    criterion.bench_function("study/critical-discount/formula", |bencher| {
        bencher.iter(|| critical_discount(black_box(&stakes), &guard));
    });
    let model = model(FLAGSHIP);
    let game = problem(&model, &[], &[], true, &Budget::unlimited()).unwrap().repeated.unwrap();
    criterion.bench_function("study/critical-discount/northeast-asia", |bencher| {
        bencher.iter(|| sustain_agreements(black_box(&game), &Budget::unlimited()));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    targets = reading, comparing, sweeping, reproducing, critical_discounts
}
criterion_main!(benches);
