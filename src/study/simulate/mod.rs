//! Simulation: sample paths of play over time, beside what is expected exactly.
//!
//! A [`Plan`] says what to play; [`prepare`] turns a model and a plan into a chain, or into learners
//! whose whole past counts; [`simulate`] walks the paths and adds them up, and [`compare`] holds the
//! sums against the expected values, which are computed from the chain and certified. Each path has
//! random numbers of its own, named by the seed and its number, and paths are added up in blocks whose
//! size depends on their length alone: the same plan gives the same bytes on any number of threads.

mod agreements;
mod compare;
mod expectation;
mod learning;
mod plan;
mod plays;
mod states;
mod strategies;
mod tally;
mod times;

use rayon::prelude::*;

use crate::random::PathRandom;
use crate::solve::chain::{Course, PathRecord, Play};
use crate::solve::{Budget, Exhausted, Status};

pub use compare::{Agreement, Comparison, Quantity, Sum, agreement, compare, hold, quantities};
pub use expectation::{Asked, Missing, Reference, reference};
pub use plan::{PLAYS, Plan, PlayName, STRATEGIES};
pub use plays::{Prepared, prepare};
pub use tally::{MOST_SHARES, Moments, NORMAL_95, PathRow, Tally, wilson};
pub use times::{QUANTILES, Quantile, Times, quantile};

/// So many paths are kept one by one, so that a result can be checked by a few of them.
pub const SAMPLE: u64 = 8;

/// The sums of the blocks that are walked at a time take about this many bytes at most, where there is
/// one for each thread.
const MOST_BYTES: usize = 1 << 28;

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
    let looks = looks(plan.periods, walk.counted().labels.len());
    let discount = prepared.discount.as_ref().map(|discount| discount.value().to_f64());
    let course = Course::new(plan.periods, looks.clone(), discount);
    let mut tally = Tally::new(walk, looks.len(), discount.is_some());
    let mut sample = Vec::new();
    let size = block(plan.periods);
    let blocks = plan.paths.div_ceil(size);
    let threads = rayon::current_num_threads().max(1);
    // Several blocks for each thread, as they take different times, unless memory is short.
    let batch = (MOST_BYTES / Tally::bytes(walk, looks.len()).max(1)).clamp(threads, 8 * threads);
    let batch = batch as u64;
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
        tally.add(walk, course, &record);
        if rows || path < SAMPLE {
            kept.push(PathRow::new(walk, course.periods(), path, &record));
        }
    }
    Ok((tally, kept))
}

#[cfg(test)]
mod tests;
