//! Periods of sample paths: an agreement, machines with noise, logit responses on the flagship, and
//! learners. `cargo bench --bench simulate`; throughput is in periods.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use detente::model::{Model, library};
use detente::random::PathRandom;
use detente::solve::Budget;
use detente::solve::chain::{Course, PathRecord, expected_over_time};
use detente::study::simulate::{Plan, prepare};

const PERIODS: u64 = 1_000_000;

fn plans() -> Vec<(&'static str, &'static str, Plan)> {
    let plan = |play: &str, noise: Option<&str>, lambda: Option<&str>| Plan {
        play: vec![play.to_owned()],
        noise: noise.map(str::to_owned),
        lambda: lambda.map(str::to_owned),
        periods: PERIODS,
        paths: 1,
        seed: 1,
        ..Plan::default()
    };
    vec![
        ("agreement", "northeast-asia", plan("agreement", None, None)),
        ("tit_for_tat", "prisoners-dilemma", plan("tit-for-tat", Some("0.01"), None)),
        ("logit_flagship", "northeast-asia", plan("logit", None, Some("2"))),
        ("fictitious_play", "prisoners-dilemma", plan("fictitious-play", None, Some("2"))),
        ("regret_matching", "northeast-asia", plan("regret-matching", None, None)),
    ]
}

fn simulate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("simulate");
    group.throughput(Throughput::Elements(PERIODS));
    group.sample_size(10);
    for (name, model, plan) in plans() {
        let model = library::find(model).and_then(|one| Model::read(one.path, one.text).ok());
        let Some(model) = model else { continue };
        let Ok(prepared) = prepare(&model, &[], &[], &plan, &Budget::unlimited()) else { continue };
        let discount = prepared.discount.as_ref().map(|discount| discount.value().to_f64());
        let course = Course::new(PERIODS, vec![PERIODS], discount);
        let mut record = PathRecord::default();
        let mut path = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                path += 1;
                let mut random = PathRandom::new(1, path);
                let walk = black_box(prepared.walk.as_ref());
                walk.walk(&course, &mut random, &Budget::unlimited(), &mut record).is_ok()
            });
        });
        if let (Some(chain), "tit_for_tat") = (&prepared.chain, name) {
            group.bench_function("expected_values_tit_for_tat", |bencher| {
                let budget = Budget::unlimited();
                bencher.iter(|| {
                    expected_over_time(black_box(chain), PERIODS, &[], None, &[], &budget).is_ok()
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, simulate);
criterion_main!(benches);
