//! The lowest level to which coverage can press the greatest of several payoffs.
//!
//! Payoff t falls from u_t to c_t < u_t as its coverage grows from 0 to 1; with w_t = 1/(u_t − c_t)
//! the coverage (u_t − k) w_t brings it down to k. With R resources the lowest common level over the
//! i targets of greatest u_t is k_i = max((Σ u_t w_t − R) / Σ w_t, max c_t), and the lowest of all is
//! k_i at the first i with k_i ≥ u_{i+1}; since c_t < u_t ≤ k beyond, the greatest c_t of all will do. Source: Kiekintveld et al. (2009), section 5 (ORIGAMI).

use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

/// The level, and why it is not lower.
pub(super) struct Level {
    pub(super) level: Rational,
    /// Weights whose mean of the payoffs is at least the level, whatever the coverage.
    pub(super) weights: Vec<(usize, Rational)>,
    /// Whether a single payoff, covered for sure, is what holds the level up.
    pub(super) by_full_cover: bool,
}

/// The lowest level; O(T log T) operations on exact numbers. There is at least one payoff.
pub(super) fn lowest_level(
    uncovered: &[Rational],
    covered: &[Rational],
    resources: usize,
    budget: &Budget,
) -> Result<Level, Exhausted> {
    let mut order: Vec<usize> = (0..uncovered.len()).collect();
    order.sort_by(|&a, &b| uncovered[b].cmp(&uncovered[a]));
    let weight =
        |at: usize| Rational::ONE.checked_div(&(&uncovered[at] - &covered[at])).unwrap_or_default();
    let resources = Rational::from(resources as u64);
    // The lowest level of the first targets alone, Σ (u w) less the resources, over Σ w.
    let shared = |taken: usize| {
        let first = &order[..taken];
        let products: Vec<Rational> = first.iter().map(|&at| &uncovered[at] * weight(at)).collect();
        let weights: Vec<Rational> = first.iter().map(|&at| weight(at)).collect();
        (balanced_sum(&products) - &resources).checked_div(&balanced_sum(&weights))
    };
    let (mut taken, mut level) = (0, None);
    // Machine numbers guess how many targets; it is right when the level lies between the last of
    // them and the next one.
    let guess = guess(&order, uncovered, covered, resources.to_f64());
    budget.check_now(0)?;
    if let Some(value) = shared(guess) {
        let next = order.get(guess).map(|&next| &uncovered[next]);
        if value <= uncovered[order[guess - 1]] && next.is_none_or(|next| value >= *next) {
            (taken, level) = (guess, Some(value));
        }
    }
    if level.is_none() {
        let (mut excess, mut total) = (-&resources, Rational::ZERO);
        for (at, &target) in order.iter().enumerate() {
            budget.check(at as u64)?;
            let w = weight(target);
            excess += &uncovered[target] * &w;
            total += w;
            // k_i ≥ u_{i+1}, without a division.
            let next = order.get(at + 1).map(|&next| &uncovered[next]);
            if next.is_none_or(|next| excess >= &total * next) {
                (taken, level) = (at + 1, excess.checked_div(&total));
                break;
            }
        }
    }
    let level = level.unwrap_or_default();
    let highest = (0..covered.len()).max_by(|&a, &b| covered[a].cmp(&covered[b]).then(b.cmp(&a)));
    if let Some(highest) = highest.filter(|&highest| covered[highest] >= level) {
        return Ok(Level {
            level: covered[highest].clone(),
            weights: vec![(highest, Rational::ONE)],
            by_full_cover: true,
        });
    }
    let mut weights: Vec<(usize, Rational)> =
        order[..taken].iter().map(|&at| (at, weight(at))).collect();
    weights.sort_by_key(|(at, _)| *at);
    Ok(Level { level, weights, by_full_cover: false })
}

/// The number of first targets in `order` that share the level, at least one, in machine numbers.
fn guess(order: &[usize], uncovered: &[Rational], covered: &[Rational], resources: f64) -> usize {
    let (mut excess, mut total) = (-resources, 0.0);
    for (at, &target) in order.iter().enumerate() {
        let (u, c) = (uncovered[target].to_f64(), covered[target].to_f64());
        excess += u / (u - c);
        total += 1.0 / (u - c);
        let next = order.get(at + 1).map(|&next| uncovered[next].to_f64());
        if next.is_none_or(|next| excess >= total * next) {
            return at + 1;
        }
    }
    order.len().max(1)
}

/// The sum by halves, so that long denominators meet late.
pub(super) fn balanced_sum(numbers: &[Rational]) -> Rational {
    if numbers.len() <= 8 {
        return numbers.iter().sum();
    }
    let (first, second) = numbers.split_at(numbers.len() / 2);
    balanced_sum(first) + balanced_sum(second)
}

/// The coverage that brings every payoff down to the level.
pub(super) fn coverage_at(
    level: &Rational,
    uncovered: &[Rational],
    covered: &[Rational],
) -> Vec<Rational> {
    uncovered
        .iter()
        .zip(covered)
        .map(|(u, c)| {
            if u > level {
                (u - level).checked_div(&(u - c)).unwrap_or_default()
            } else {
                Rational::ZERO
            }
        })
        .collect()
}
