//! Systematic ("comb") sampling: a lottery over allocations that has given marginals.
//!
//! The units are laid end to end on a line, each as long as its coverage, and a comb with teeth one
//! apart is dropped on it with its first tooth uniform in [0, 1): a unit is covered when a tooth hits
//! it, which has its length for a probability, at most one tooth hits each, and no more teeth hit
//! than the line is long, rounded up. What is hit changes only at the fractional parts of the joints,
//! so that T units need at most T + 1 allocations.
//! Source: Madow (1949); for security games Tsai, Yin, Kwak, Kempe, Kiekintveld & Tambe (2010).

use crate::game::security::Draw;
use crate::num::Rational;

/// The largest number of units, over all allocations, in a lottery that is listed.
pub const MOST_DRAWN: usize = 200_000;
/// The largest size of the probabilities of a lottery that is listed, in bits of all together.
const MOST_BITS: usize = 1 << 25;

/// A lottery over sets of units with these marginals, each in [0, 1]; `None` when it would hold more
/// than [`MOST_DRAWN`] units in all.
///
/// At most one more allocation than there are units, each of at most Σ marginals units, rounded up.
#[must_use]
pub fn lottery(marginals: &[Rational]) -> Option<Vec<Draw>> {
    // Each unit with its end on the line, and the fractional parts of the ends.
    let mut joints: Vec<Rational> = vec![Rational::ZERO];
    let mut places: Vec<(usize, Rational)> = Vec::new();
    let mut end = Rational::ZERO;
    let fraction =
        |value: &Rational| value - &Rational::from_integers(value.floor(), dashu_int::IBig::ONE);
    let teeth = marginals.iter().filter(|one| !one.is_zero()).count();
    // A quick look before any long sums: each allocation holds the sum of marginals, about.
    let mass: f64 = marginals.iter().map(Rational::to_f64).sum();
    if teeth as f64 * (mass + 1.0) > 4.0 * MOST_DRAWN as f64 {
        return None;
    }
    for (unit, length) in marginals.iter().enumerate() {
        if length.is_zero() {
            continue;
        }
        // Sums of long fractions grow at each step: no need to go on.
        if teeth.saturating_mul(end.bit_len()) > MOST_BITS {
            return None;
        }
        end += length;
        joints.push(fraction(&end));
        places.push((unit, end.clone()));
    }
    if joints.len().saturating_mul(end.bit_len()) > MOST_BITS {
        return None;
    }
    joints.sort();
    joints.dedup();
    let mut draws = Vec::with_capacity(joints.len());
    let mut listed = 0;
    for (at, first) in joints.iter().enumerate() {
        let next = joints.get(at + 1).cloned().unwrap_or(Rational::ONE);
        // The teeth stand at first, first + 1, …; the places lie end to end, none longer than 1.
        let mut tooth = first.clone();
        let mut units = Vec::new();
        loop {
            let hit = places.partition_point(|(_, end)| *end <= tooth);
            let Some((unit, _)) = places.get(hit) else { break };
            units.push(*unit);
            tooth += Rational::ONE;
        }
        listed += units.len();
        if listed > MOST_DRAWN {
            return None;
        }
        draws.push(Draw { units, probability: next - first });
    }
    // The same allocation may come back where two joints have the same fractional part.
    draws.sort_by(|a, b| a.units.cmp(&b.units));
    let mut merged: Vec<Draw> = Vec::with_capacity(draws.len());
    for draw in draws {
        match merged.last_mut() {
            Some(last) if last.units == draw.units => last.probability += draw.probability,
            _ => merged.push(draw),
        }
    }
    Some(merged)
}
