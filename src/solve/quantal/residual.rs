//! How far a profile is from the logit response to itself, bounded by interval arithmetic.

use crate::game::{MixedStrategy, NormalForm};
use crate::num::{Interval, Rational};

/// A game whose payoffs are enclosed by intervals.
pub(super) struct Enclosed {
    shape: Vec<usize>,
    tables: Vec<Vec<Interval>>,
}

impl Enclosed {
    pub(super) fn new(game: &NormalForm) -> Self {
        let tables = (0..game.num_players())
            .map(|player| game.payoffs(player).iter().map(Interval::enclosing).collect())
            .collect();
        Enclosed { shape: game.shape(), tables }
    }

    /// The payoffs of a player's actions against the others' strategies.
    fn values(&self, player: usize, profile: &[Vec<Interval>]) -> Vec<Interval> {
        let mut tensor = self.tables[player].clone();
        let mut inner = 1;
        for axis in (0..self.shape.len()).rev() {
            let actions = self.shape[axis];
            if axis == player {
                inner *= actions;
                continue;
            }
            tensor = tensor
                .chunks_exact(actions * inner)
                .flat_map(|block| {
                    (0..inner).map(|k| {
                        (0..actions).fold(Interval::point(0.0), |sum, a| {
                            sum + profile[axis][a] * block[a * inner + k]
                        })
                    })
                })
                .collect();
        }
        tensor
    }

    /// An upper bound on the largest difference between a probability and the one that the logit
    /// response to the profile gives the action. Twice the interval's bound is stated, so that
    /// another order of summation does not come out above it.
    pub(super) fn residual(&self, lambda: &Rational, profile: &[MixedStrategy]) -> Rational {
        let lambda = Interval::enclosing(lambda);
        let profile: Vec<Vec<Interval>> = profile
            .iter()
            .map(|one| one.probabilities().iter().map(Interval::enclosing).collect())
            .collect();
        let mut worst = 0.0f64;
        for (player, stated) in profile.iter().enumerate() {
            let values = self.values(player, &profile);
            let top = values.iter().map(|u| u.upper()).fold(f64::NEG_INFINITY, f64::max);
            let weights: Vec<Interval> =
                values.iter().map(|&u| (lambda * (u - Interval::point(top))).exp()).collect();
            let sum = weights.iter().fold(Interval::point(0.0), |sum, &w| sum + w);
            for (&weight, &stated) in weights.iter().zip(stated) {
                let distance = weight
                    .checked_div(sum)
                    .map_or(f64::INFINITY, |response| (response - stated).abs().upper());
                // A difference of probabilities is at most one.
                worst = worst.max(if distance <= 1.0 { distance } else { 1.0 });
            }
        }
        Rational::from_f64_exactly((2.0 * worst + 1e-16).min(1.0)).unwrap_or(Rational::ONE)
    }
}
