//! Standard deviations among sample paths of a chain, in machine numbers.
//!
//! The mean and the variance of what is still to come are carried backward from the last period (Sobel
//! 1982): with means m and variances V of what follows, a node has m' = Σ p (r + λ m) and
//! V' = Σ p (λ² V + (r + λ m − m')²). These are central moments, so that nothing cancels over long
//! paths. Work: periods × steps × numbers.

use crate::game::Chain;
use crate::solve::{Budget, Exhausted};

/// The steps of a chain in machine numbers, node by node.
struct Steps {
    offsets: Vec<usize>,
    /// The probability, the outcome, the next node and the events of each.
    steps: Vec<(f64, usize, usize, u8)>,
}

impl Steps {
    fn new(chain: &Chain) -> Self {
        let mut offsets = vec![0];
        let mut steps = Vec::with_capacity(chain.num_steps());
        for node in chain.nodes() {
            steps.extend(
                node.iter()
                    .map(|step| (step.probability.to_f64(), step.outcome, step.next, step.events)),
            );
            offsets.push(steps.len());
        }
        Steps { offsets, steps }
    }

    fn of(&self, node: usize) -> &[(f64, usize, usize, u8)] {
        &self.steps[self.offsets[node]..self.offsets[node + 1]]
    }
}

/// The standard deviation over where the first period begins.
fn at_start(chain: &Chain, mean: impl Fn(usize) -> f64, variance: impl Fn(usize) -> f64) -> f64 {
    let start = || chain.start().iter().map(|(node, p)| (*node, p.to_f64()));
    let middle: f64 = start().map(|(node, p)| p * mean(node)).sum();
    let sum: f64 =
        start().map(|(node, p)| p * (variance(node) + (mean(node) - middle).powi(2))).sum();
    sum.max(0.0).sqrt()
}

/// For each reward, by outcome, the standard deviation among paths of its mean a period, or of its
/// sum discounted by a factor δ with the weights (1 − δ) δ^(t−1). All are carried side by side.
///
/// # Errors
/// [`Exhausted`] when the budget ends first.
pub(super) fn spreads_of_sums(
    chain: &Chain,
    rewards: &[Vec<f64>],
    periods: u64,
    factor: Option<f64>,
    budget: &Budget,
) -> Result<Vec<f64>, Exhausted> {
    let (now, later) = match factor {
        Some(factor) => (1.0 - factor, factor),
        None => (1.0 / periods as f64, 1.0),
    };
    let (count, nodes) = (rewards.len(), chain.nodes().len());
    let flat = Steps::new(chain);
    // Outcome by outcome, from the first one: a constant changes no spread.
    let paid: Vec<f64> = (0..chain.outcomes().len())
        .flat_map(|outcome| rewards.iter().map(move |by| now * (by[outcome] - by[0])))
        .collect();
    let (mut means, mut spreads) = (vec![0.0; nodes * count], vec![0.0; nodes * count]);
    let (mut next_means, mut next_spreads) = (means.clone(), spreads.clone());
    // What is discounted by less than this adds nothing more.
    let mut reach = 1.0;
    for period in 0..periods {
        budget.check(period)?;
        for node in 0..nodes {
            let own = node * count..(node + 1) * count;
            let (mean, spread) = (&mut next_means[own.clone()], &mut next_spreads[own]);
            mean.fill(0.0);
            spread.fill(0.0);
            for &(probability, outcome, next, _) in flat.of(node) {
                let (paid, after) = (&paid[outcome * count..], &means[next * count..]);
                for (at, mean) in mean.iter_mut().enumerate() {
                    *mean += probability * (paid[at] + later * after[at]);
                }
            }
            for &(probability, outcome, next, _) in flat.of(node) {
                let (paid, after) = (&paid[outcome * count..], &means[next * count..]);
                let rest = &spreads[next * count..];
                for (at, spread) in spread.iter_mut().enumerate() {
                    let apart = paid[at] + later * after[at] - mean[at];
                    *spread += probability * (later * later * rest[at] + apart * apart);
                }
            }
        }
        // Only differences of means between nodes matter: they stay small, where means would grow.
        let first = next_means[..count].to_vec();
        for means in next_means.chunks_exact_mut(count) {
            means.iter_mut().zip(&first).for_each(|(mean, first)| *mean -= first);
        }
        std::mem::swap(&mut means, &mut next_means);
        std::mem::swap(&mut spreads, &mut next_spreads);
        reach *= later;
        if reach < 1e-20 {
            break;
        }
    }
    let sizes = rewards.iter().map(|by| by.iter().fold(0.0, |most, r| f64::max(most, r.abs())));
    let all = sizes.enumerate().map(|(at, size)| {
        let own = |node: usize| node * count + at;
        let found = at_start(chain, |node| means[own(node)], |node| spreads[own(node)]);
        // Dust of rounding is no spread.
        if found > 1e-13 * size { found } else { 0.0 }
    });
    Ok(all.collect())
}

/// The standard deviation among paths of the number of periods until an event, or until the end.
///
/// # Errors
/// [`Exhausted`] when the budget ends first.
pub(super) fn spread_of_times(
    chain: &Chain,
    bit: u8,
    periods: u64,
    budget: &Budget,
) -> Result<f64, Exhausted> {
    let flat = Steps::new(chain);
    let nodes = chain.nodes().len();
    let (mut means, mut spreads) = (vec![0.0; nodes], vec![0.0; nodes]);
    let (mut next_means, mut next_spreads) = (means.clone(), spreads.clone());
    for period in 0..periods {
        budget.check(period)?;
        for node in 0..nodes {
            // This period, and those that follow unless it happens.
            let after = |next: usize, events: u8, of: &[f64]| {
                if events & bit == 0 { of[next] } else { 0.0 }
            };
            let rest: f64 = (flat.of(node).iter())
                .map(|&(probability, _, next, events)| probability * after(next, events, &means))
                .sum();
            let spread = flat.of(node).iter().map(|&(probability, _, next, events)| {
                let apart = after(next, events, &means) - rest;
                probability * (after(next, events, &spreads) + apart * apart)
            });
            next_spreads[node] = spread.sum();
            next_means[node] = 1.0 + rest;
        }
        std::mem::swap(&mut means, &mut next_means);
        std::mem::swap(&mut spreads, &mut next_spreads);
    }
    let found = at_start(chain, |node| means[node], |node| spreads[node]);
    // Dust of rounding is no spread.
    Ok(if found > 1e-13 * periods as f64 { found } else { 0.0 })
}
