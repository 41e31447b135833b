//! The rules of learning: what a player plays after what he has seen.
//!
//! *By beliefs.* The player believes that the others play the mixture of what they have played, and
//! answers it. The rounds may count alike, or recent ones more: each by its number (linear weights),
//! or each a factor times as much as the next one (geometric weights, with which the process
//! forgets; Cheung & Friedman 1997). Instead of a best response he may play the *logit* one,
//! probabilities in proportion to exp(λ u) (Fudenberg & Levine 1998, chapter 4), as a mixture or by
//! drawing an action. *Optimistic* play counts the last round twice, as a guess of the next one
//! (Rakhlin & Sridharan 2013).
//!
//! *By regrets.* Let R_a sum what always playing a would have given more than what was played.
//! Regret matching plays in proportion to the positive part of R (Hart & Mas-Colell 2000).
//! Regret matching⁺ cuts R off at zero in every round (Tammelin et al. 2015). The predictive form adds the
//! last round's regrets once more, as a guess, before it takes proportions (Farina, Kroer & Sandholm
//! 2021). All three leave no regret on average: of order 1/√rounds whatever the others do.
//!
//! Logit responses take the exponential function of the platform: on another one the last digits of
//! their course, and with them single draws, may differ. All else is the same bytes everywhere.

use crate::random::{split_mix, unit_of};

/// How players learn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LearningRule {
    /// Fictitious play in which recent rounds count more.
    Weighted {
        /// How much a round counts beside the next one, above 0 and at most 1; without it round t
        /// counts t times.
        factor: Option<f64>,
    },
    /// Fictitious play by logit responses.
    Smooth {
        /// The precision λ, in units of one over payoff.
        precision: f64,
    },
    /// Fictitious play by actions drawn from logit responses.
    Sampled {
        /// The precision λ, in units of one over payoff.
        precision: f64,
        /// Names the draws: the same seed gives the same course.
        seed: u64,
    },
    /// Fictitious play that counts the last round twice.
    Optimistic,
    /// Regret matching.
    RegretMatching,
    /// Regret matching⁺.
    RegretMatchingPlus,
    /// Predictive regret matching⁺.
    Predictive,
}

impl LearningRule {
    /// The name, as `--method` takes it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            LearningRule::Weighted { .. } => "weighted",
            LearningRule::Smooth { .. } => "smooth",
            LearningRule::Sampled { .. } => "sampled",
            LearningRule::Optimistic => "optimistic",
            LearningRule::RegretMatching => "rm",
            LearningRule::RegretMatchingPlus => "rm+",
            LearningRule::Predictive => "prm+",
        }
    }

    /// Whether it goes by regrets, and not by beliefs.
    #[must_use]
    pub fn is_by_regrets(&self) -> bool {
        use LearningRule::{Predictive, RegretMatching, RegretMatchingPlus};
        matches!(self, RegretMatching | RegretMatchingPlus | Predictive)
    }

    /// What is kept of sums so far when a round is added.
    pub(super) fn kept(&self) -> f64 {
        match self {
            LearningRule::Weighted { factor: Some(factor) } => *factor,
            _ => 1.0,
        }
    }
}

/// Regrets after a round with these values, in which `expected` was had, and what is played next.
pub(super) fn by_regrets(
    rule: &LearningRule,
    regrets: &mut [f64],
    values: &[f64],
    expected: f64,
    next: &mut [f64],
) {
    let (cut, guess) = match rule {
        LearningRule::RegretMatching => (f64::NEG_INFINITY, 0.0),
        LearningRule::Predictive => (0.0, 1.0),
        _ => (0.0, 0.0),
    };
    let mut sum = 0.0;
    for ((regret, value), next) in regrets.iter_mut().zip(values).zip(next.iter_mut()) {
        let instant = value - expected;
        *regret = (*regret + instant).max(cut);
        *next = (*regret + guess * instant).max(0.0);
        sum += *next;
    }
    if sum > 0.0 {
        next.iter_mut().for_each(|p| *p /= sum);
    } else {
        next.fill(1.0 / next.len() as f64);
    }
}

/// The position of the first of the greatest values.
pub(super) fn first_best<V: PartialOrd>(values: &[V]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}

/// The first best action.
pub(super) fn best_response(values: &[f64], next: &mut [f64]) {
    next.fill(0.0);
    next[first_best(values)] = 1.0;
}

/// Probabilities in proportion to exp(λ · value).
pub(super) fn logit(precision: f64, values: &[f64], next: &mut [f64]) {
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for (p, value) in next.iter_mut().zip(values) {
        *p = (precision * (value - most)).exp();
    }
    let sum: f64 = next.iter().sum();
    next.iter_mut().for_each(|p| *p /= sum);
}

/// Draws an action from a mixture, which becomes pure.
pub(super) fn draw(random: &mut u64, next: &mut [f64]) {
    let drawn = drawn_at(next, unit_of(split_mix(random)));
    next.fill(0.0);
    next[drawn] = 1.0;
}

/// The action at a place from 0 up to the sum of weights that are not negative.
pub(super) fn drawn_at(weights: &[f64], place: f64) -> usize {
    let mut left = place;
    for (action, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return action;
        }
    }
    // Rounding left something of the place.
    weights.iter().rposition(|&weight| weight > 0.0).unwrap_or(0)
}
