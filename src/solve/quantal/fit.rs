//! The likeliest λ for observed play.
//!
//! With counts n_a of actions the logarithm of the likelihood at a point of the branch is
//! Σ n_a ln p_a. It is evaluated along the path, and its maximum is refined between the neighbours
//! of the best point by golden-section search (McKelvey & Palfrey 1995 fit λ in this way).

use crate::game::NormalForm;
use crate::game::answer::LogitFit;
use crate::num::Rational;

use super::super::many::verdict::flat as flat_of;
use super::path::Point;
use super::residual::Enclosed;
use super::{QuantalError, Tracer, between};

pub(super) fn check_counts(game: &NormalForm, counts: &[Vec<u64>]) -> Result<(), QuantalError> {
    let shape: Vec<usize> = counts.iter().map(Vec::len).collect();
    if shape != game.shape() {
        return Err(QuantalError::Counts);
    }
    if counts.iter().flatten().all(|&count| count == 0) {
        return Err(QuantalError::NoCounts);
    }
    Ok(())
}

fn log_likelihood(counts: &[f64], point: &[f64]) -> f64 {
    counts.iter().zip(point).filter(|(n, _)| **n > 0.0).map(|(n, log)| n * log).sum()
}

impl Tracer<'_> {
    /// The likeliest point of the path that was traced.
    pub(super) fn fit(
        &mut self,
        counts: &[Vec<u64>],
        warnings: &mut Vec<String>,
    ) -> Option<LogitFit> {
        let flat: Vec<f64> = counts.iter().flatten().map(|&count| count as f64).collect();
        let last = self.form.num_actions();
        let value = |point: &Point| log_likelihood(&flat, point);
        let best = (0..self.path.len())
            .max_by(|&a, &b| value(&self.path[a]).total_cmp(&value(&self.path[b])))?;
        let mut point = self.path[best].clone();
        if best + 1 == self.path.len() {
            warnings.push(
                "the likelihood still rises at the end of the path: observed play is as near to \
                 the limit as the model allows, and λ is only a lower bound"
                    .to_owned(),
            );
        }
        let (mut a, mut b) = (best.saturating_sub(1), (best + 1).min(self.path.len() - 1));
        // Between turning points λ is a parameter of the branch.
        let rising = self.path[a][last] < self.path[best][last];
        if b > best && (self.path[best][last] < self.path[b][last]) != rising && a < best {
            a = best;
            b = best;
        }
        let curve = &mut self.walker.as_mut()?.curve;
        let (from, to) = (&self.path[a], &self.path[b]);
        let (mut low, mut high) = (from[last], to[last]);
        let middle = self.path[best].clone();
        let mut at = |lambda: f64| -> Option<(f64, Point)> {
            let far =
                if (lambda - middle[last]) * (to[last] - middle[last]) > 0.0 { to } else { from };
            let point = between(curve, &middle, far, lambda)?;
            Some((log_likelihood(&flat, &point), point))
        };
        let golden = (5f64.sqrt() - 1.0) / 2.0;
        for _ in 0..100 {
            if (high - low).abs() <= 1e-12 * high.abs().max(low.abs()) {
                break;
            }
            let (left, right) = (high - golden * (high - low), low + golden * (high - low));
            let (Some(l), Some(r)) = (at(left), at(right)) else { break };
            let better = if l.0 >= r.0 {
                high = right;
                l
            } else {
                low = left;
                r
            };
            if better.0 > value(&point) {
                point = better.1;
            }
        }
        // The point is settled again at the λ that is stated.
        let lambda = self.unscaled(point[last]);
        let exact = (&lambda * &self.unit).to_f64();
        let curve = &mut self.walker.as_mut()?.curve;
        let point = if exact == 0.0 { curve.start() } else { curve.settle(point, exact)? };
        let equilibrium = self.equilibrium(&Enclosed::new(self.game), &point, lambda);
        let stated: Vec<f64> = flat_of(&equilibrium.point.profile).iter().map(|p| p.ln()).collect();
        let log_likelihood = Rational::from_f64_exactly(log_likelihood(&flat, &stated))?;
        Some(LogitFit { counts: counts.to_vec(), equilibrium, log_likelihood })
    }
}
