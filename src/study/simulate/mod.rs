//! Simulation: sample paths of play over time, beside what is expected exactly.
//!
//! A [`Plan`] says what to play; [`prepare`] turns a model and a plan into a chain, or into learners
//! whose whole past counts; [`simulate`] walks the paths and adds them up, and [`compare`] holds the
//! sums against the expected values, which are computed from the chain and certified. Each path has
//! random numbers of its own, named by the seed and its number, and paths are added up in blocks whose
//! size depends on their length alone: the same plan gives the same bytes on any number of threads.

mod agreements;
mod learning;
mod plan;
mod plays;
mod states;
mod strategies;
mod tally;

use rayon::prelude::*;

use crate::certify::{Certificate, certify_chain_values};
use crate::game::ChainValues;
use crate::num::Interval;
use crate::random::PathRandom;
use crate::solve::chain::{
    Course, Expected, PathRecord, Play, expected_over_time, values_for_ever,
};
use crate::solve::{Budget, Exhausted, Status};
use crate::study::solution::QuestionError;

pub use plan::{PLAYS, Plan, PlayName, STRATEGIES};
pub use plays::{Prepared, prepare};
pub use tally::{
    MOST_SHARES, Moments, NORMAL_95, PathRow, Quantile, Tally, Times, quantile, wilson,
};

/// The probabilities of the quantiles of times that are stated.
pub const QUANTILES: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];

/// So many paths are kept one by one, so that a result can be checked by a few of them.
pub const SAMPLE: u64 = 8;

/// Exact expectations take about this many operations at most.
const MOST_WORK: u64 = 400_000_000;

/// Paths of a simulation, added up.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// The periods in which paths were looked at.
    pub looks: Vec<u64>,
    /// What the paths came to.
    pub tally: Tally,
    /// The first paths, one by one.
    pub sample: Vec<PathRow>,
    /// Whether all paths were walked.
    pub status: Status,
}

/// What is expected, exactly or in certified intervals.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Over the periods that are simulated; `None` where that would take too long.
    pub over_time: Option<Expected>,
    /// For ever.
    pub for_ever: ChainValues,
    /// What was verified of it.
    pub certificate: Certificate,
}

/// The periods in which paths of a length are looked at: all of few, about fifty of many, and the
/// last one.
#[must_use]
pub fn looks(periods: u64, labels: usize) -> Vec<u64> {
    const MANY: u64 = 50;
    let mut list: Vec<u64> = if labels > 2000 {
        vec![1, periods]
    } else if periods <= MANY {
        (1..=periods).collect()
    } else {
        // No product overflows: periods are below 2^40.
        let even = (1..=MANY).map(|at| at * periods / MANY);
        [1, 2, 5, 10].into_iter().filter(|&look| look < periods).chain(even).collect()
    };
    list.sort_unstable();
    list.dedup();
    list
}

/// The paths of one block: it depends on the length of a path alone.
fn block(periods: u64) -> u64 {
    ((1 << 21) / periods).clamp(1, 512)
}

/// Walks the paths of a plan on the threads of the pool in which it is called. After each batch
/// `each` gets the rows of its paths in order, where `rows` asks for them, and the number of paths
/// that are done.
///
/// # Errors
/// What `each` returns.
pub fn simulate<E>(
    prepared: &Prepared,
    plan: &Plan,
    rows: bool,
    budget: &Budget,
    mut each: impl FnMut(&[PathRow], u64) -> Result<(), E>,
) -> Result<Simulation, E> {
    let walk = prepared.walk.as_ref();
    let looks = looks(plan.periods, walk.labels().len());
    let discount = prepared.discount.as_ref().map(|discount| discount.value().to_f64());
    let course = Course::new(plan.periods, looks.clone(), discount);
    let mut tally = Tally::new(walk, looks.len(), discount.is_some());
    let mut sample = Vec::new();
    let size = block(plan.periods);
    let blocks = plan.paths.div_ceil(size);
    let batch = 8 * rayon::current_num_threads().max(1) as u64;
    let mut from = 0;
    let mut status = Status::Solved;
    'batches: while from < blocks {
        let to = blocks.min(from + batch);
        let found: Vec<Result<(Tally, Vec<PathRow>), Exhausted>> = (from..to)
            .into_par_iter()
            .map(|at| {
                budget.check_now(0)?;
                let paths = at * size..plan.paths.min((at + 1) * size);
                walk_block(walk, &course, plan.seed, paths, rows, budget)
            })
            .collect();
        for one in found {
            match one {
                Ok((part, kept)) => {
                    tally.merge(&part);
                    let first = kept.iter().filter(|row| row.path < SAMPLE);
                    sample.extend(first.cloned());
                    each(if rows { &kept } else { &[] }, tally.paths)?;
                }
                Err(reason) => {
                    status = Status::Partial(reason);
                    break 'batches;
                }
            }
        }
        from = to;
    }
    Ok(Simulation { looks, tally, sample, status })
}

fn walk_block(
    walk: &dyn Play,
    course: &Course,
    seed: u64,
    paths: std::ops::Range<u64>,
    rows: bool,
    budget: &Budget,
) -> Result<(Tally, Vec<PathRow>), Exhausted> {
    let mut tally = Tally::new(walk, course.looks().len(), course.discount().is_some());
    let mut record = PathRecord::default();
    let mut kept = Vec::new();
    for path in paths {
        let mut random = PathRandom::new(seed, path);
        walk.walk(course, &mut random, budget, &mut record)?;
        let row = tally.add(walk, course.looks(), course.periods(), path, &record);
        if rows || path < SAMPLE {
            kept.push(row);
        }
    }
    Ok((tally, kept))
}

/// What is expected of a plan, certified; `None` where the whole past counts.
///
/// # Errors
/// [`QuestionError::NotCertified`] when a value does not pass its check.
pub fn reference(
    prepared: &Prepared,
    plan: &Plan,
    budget: &Budget,
) -> Result<Option<Reference>, QuestionError> {
    let Some(chain) = &prepared.chain else { return Ok(None) };
    let discount = prepared.discount.as_ref();
    let for_ever = values_for_ever(chain, discount);
    let certificate = certify_chain_values(chain, discount, &for_ever)?;
    let passes = 3 * chain.players().len() + chain.events().len() + 6;
    let work = plan.periods.saturating_mul((chain.num_steps() * passes) as u64);
    let over_time = if work > MOST_WORK {
        None
    } else {
        let looks = looks(plan.periods, chain.labels().len());
        let factor = discount.map(crate::game::DiscountFactor::value);
        let found = expected_over_time(chain, plan.periods, &looks, factor, &QUANTILES, budget);
        found.ok()
    };
    Ok(Some(Reference { over_time, for_ever, certificate }))
}

/// What a number of a simulation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// The payoff a period of a player, or of all together.
    Average(Option<usize>),
    /// The discounted payoff, likewise.
    Discounted(Option<usize>),
    /// The share of periods with a label.
    Share(usize),
    /// The share of paths in which an event happened.
    Event(usize),
    /// The number of periods until an event, or the end.
    Waiting(usize),
}

/// A number of a simulation beside what is expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What it is about.
    pub quantity: Quantity,
    /// The mean, or share, of the paths.
    pub found: f64,
    /// Its 95 % interval: normal, of shares of paths Wilson's.
    pub interval: Option<[f64; 2]>,
    /// The expected value.
    pub expected: Option<Interval>,
    /// The distance in standard errors of the expected distribution; `None` where nothing is
    /// expected or nothing varies, and then `apart` says whether they differ.
    pub z: Option<f64>,
    /// Whether the two differ though nothing varies.
    pub apart: bool,
}

/// Every number of a simulation, beside what is expected where that is known.
#[must_use]
pub fn compare(simulation: &Simulation, reference: Option<&Reference>) -> Vec<Comparison> {
    let tally = &simulation.tally;
    let expected = reference.and_then(|reference| reference.over_time.as_ref());
    let paths = tally.paths as f64;
    let mut list = Vec::new();
    let mut mean = |quantity, moments: &Moments, expected: Option<(Interval, Option<f64>)>| {
        let own = moments.error();
        let interval = own
            .map(|error| [moments.mean() - NORMAL_95 * error, moments.mean() + NORMAL_95 * error]);
        let error = match expected {
            Some((_, Some(spread))) => Some(spread / paths.sqrt()),
            _ => own,
        };
        let value = expected.map(|(value, _)| value);
        list.push(held(quantity, moments.mean(), interval, value, error));
    };
    let players = tally.average.len().saturating_sub(1);
    let player = |at: usize| (at < players).then_some(at);
    for (at, moments) in tally.average.iter().enumerate() {
        let known = expected.map(|one| (one.average[at], one.average_spread.get(at).copied()));
        mean(Quantity::Average(player(at)), moments, known);
    }
    for (at, moments) in tally.discounted.iter().enumerate() {
        let known =
            expected.map(|one| (one.discounted[at], one.discounted_spread.get(at).copied()));
        mean(Quantity::Discounted(player(at)), moments, known);
    }
    for (at, moments) in tally.shares.iter().enumerate() {
        // What is neither seen nor expected is not told.
        let known = expected.map(|one| (one.labels[at], one.labels_spread.get(at).copied()));
        if tally.labels[at] > 0 || known.is_some_and(|(value, _)| value.upper() > 1e-12) {
            mean(Quantity::Share(at), moments, known);
        }
    }
    for (at, moments) in tally.waiting.iter().enumerate() {
        let known = expected.map(|one| (one.waiting[at], one.waiting_spread.get(at).copied()));
        mean(Quantity::Waiting(at), moments, known);
    }
    for (at, times) in tally.times.iter().enumerate() {
        let (share, interval) = wilson(times.len(), tally.paths);
        let value = expected.map(|one| one.events[at]);
        let error = value.map(|value| {
            let p = value.midpoint().clamp(0.0, 1.0);
            (p * (1.0 - p) / paths).sqrt()
        });
        list.push(held(Quantity::Event(at), share, Some(interval), value, error));
    }
    list
}

fn held(
    quantity: Quantity,
    found: f64,
    interval: Option<[f64; 2]>,
    expected: Option<Interval>,
    error: Option<f64>,
) -> Comparison {
    let mut one = Comparison { quantity, found, interval, expected, z: None, apart: false };
    let Some(value) = expected else { return one };
    let distance = found - value.midpoint();
    // Sums of machine numbers over many periods are off by about this much.
    let dust = 1e-9 * (1.0 + value.midpoint().abs()) + value.radius();
    match error {
        Some(error) if error > dust => one.z = Some(distance / error),
        _ if distance.abs() > 1e3 * dust => one.apart = true,
        _ => {}
    }
    one
}

#[cfg(test)]
mod tests;
