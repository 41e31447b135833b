//! The linear relation between payoffs that a memory-one strategy enforces.
//!
//! Let `x_t` be the probability that the player cooperates in period t, and `v_t` the distribution of its
//! outcome. Then `x_(t+1)` = p·`v_t`, so that with v = (1 − δ) Σ δ^t `v_t` the sum of δ `x_(t+1)` − `x_t` gives
//! v·(δ p + (1 − δ) `p_0` 1 − (1, 1, 0, 0)) = 0 whatever the other one does. Where this vector is a
//! combination of the payoffs (R, S, T, P), (R, T, S, P) and 1, both average payoffs obey the
//! same combination (Press & Dyson 2012 for δ = 1; Hilbe, Traulsen & Sigmund 2015).

use crate::game::{MatchLength, PayoffRelation, RepeatedStrategy};
use crate::num::Rational;

use super::trembling;

pub(super) fn relation(
    strategy: &RepeatedStrategy,
    stakes: &[Rational; 4],
    noise: &Rational,
    length: &MatchLength,
) -> Option<PayoffRelation> {
    let discount = match length {
        MatchLength::Average => Rational::ONE,
        MatchLength::Discounted(discount) => discount.value().clone(),
        MatchLength::Rounds(_) => return None,
    };
    let after = strategy.as_memory_one()?.map(|probability| trembling(probability, noise));
    let first = (Rational::ONE - &discount) * trembling(strategy.first(), noise);
    let zero_sum = |at: usize| {
        let before = if at < 2 { Rational::ONE } else { Rational::ZERO };
        &discount * &after[at] + &first - before
    };
    let [reward, sucker, temptation, punishment] = stakes;
    let span = temptation - sucker;
    // CD and DC: a (S - T) - b (S - T) is their difference.
    let difference = (zero_sum(2) - zero_sum(1)).checked_div(&span)?;
    // With sum c = a + b: c R + γ, c P + γ, and c (S + T) + 2 γ.
    let (both, none) = (zero_sum(0), zero_sum(3));
    let middle = zero_sum(1) + zero_sum(2);
    let mixed = sucker + temptation;
    let sum = if reward == punishment {
        let range = &mixed - Rational::from(2) * reward;
        (&middle - Rational::from(2) * &both).checked_div(&range)?
    } else {
        (&both - &none).checked_div(&(reward - punishment))?
    };
    let constant = &both - &sum * reward;
    let fits = &sum * punishment + &constant == none
        && &sum * &mixed + Rational::from(2) * &constant == middle;
    let half = Rational::new(1, 2);
    let (own, other) = ((&sum + &difference) * &half, (&sum - &difference) * &half);
    if !fits {
        return None;
    }
    let leading = if own.is_zero() { &other } else { &own };
    let scaled = |one: &Rational| one.checked_div(leading);
    Some(PayoffRelation {
        own: scaled(&own)?,
        other: scaled(&other)?,
        constant: scaled(&constant)?,
    })
}
