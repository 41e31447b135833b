//! The lowest level to which coverage can press the greatest of several payoffs.
//!
//! Payoff t falls from u_t to c_t < u_t as its coverage grows from 0 to 1; with w_t = 1/(u_t − c_t)
//! the coverage (u_t − k) w_t brings it down to k. With R resources the lowest common level over the
//! i targets of greatest u_t is k_i = max((Σ u_t w_t − R) / Σ w_t, max c_t), and the lowest of all is
//! k_i at the first i with k_i ≥ u_{i+1}. Source: Kiekintveld et al. (2009), section 5 (ORIGAMI).

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
    // Σ u w − R and Σ w over the first targets, and the greatest c among them.
    let mut excess = -Rational::from(resources as u64);
    let mut total = Rational::ZERO;
    let mut highest: Option<usize> = None;
    for (taken, &at) in order.iter().enumerate() {
        budget.check(taken as u64)?;
        let w = weight(at);
        excess += &uncovered[at] * &w;
        total += w;
        if highest.is_none_or(|highest| covered[at] > covered[highest]) {
            highest = Some(at);
        }
        let next = order.get(taken + 1).map(|&next| &uncovered[next]);
        // k_i ≥ u_{i+1}, without a division.
        let full = highest.map(|highest| &covered[highest]);
        let ends = next
            .is_none_or(|next| excess >= &total * next || full.is_some_and(|full| full >= next));
        if ends {
            let shared = excess.checked_div(&total).unwrap_or_default();
            if let (Some(highest), Some(full)) = (highest, full)
                && *full >= shared
            {
                return Ok(Level {
                    level: full.clone(),
                    weights: vec![(highest, Rational::ONE)],
                    by_full_cover: true,
                });
            }
            let mut weights: Vec<(usize, Rational)> =
                order[..=taken].iter().map(|&at| (at, weight(at))).collect();
            weights.sort_by_key(|(at, _)| *at);
            return Ok(Level { level: shared, weights, by_full_cover: false });
        }
    }
    // There is at least one payoff, and the last one ends the loop.
    Ok(Level { level: Rational::ZERO, weights: Vec::new(), by_full_cover: false })
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
