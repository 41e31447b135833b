//! The pair of strategies on given supports that makes both players indifferent, exactly.
//!
//! With as many actions of one player as of the other the strategy x of one solves
//! Σ_i b_j(i) x_i = v for every action j of the other: as many equations as unknowns. Short integers
//! are eliminated without fractions modulo a power of two (`crate::linear::wrapping`), longer ones
//! solved by p-adic lifting (`crate::linear::lifting`). That no other action is a better reply is shown by machine
//! numbers with a bound on their error, and by fractions where that does not decide.

use dashu_int::IBig;

use crate::game::answer::Equilibrium;
use crate::game::{MixedStrategy, NormalForm};
use crate::linear::solve_square;
use crate::linear::wrapping::{self, NullVector};
use crate::num::Rational;

use super::columns::float;

/// What was found on a pair of supports.
pub(super) struct SupportPair {
    pub(super) equilibrium: Equilibrium,
    /// Whether every action of the supports is played and every other is a worse reply, so that this
    /// is the only equilibrium here.
    pub(super) is_strict: bool,
}

/// The equilibrium on supports of the same size, sorted; `None` when there is none, or the equations
/// have many solutions.
pub(super) fn on_supports(game: &NormalForm, supports: &[Vec<usize>; 2]) -> Option<SupportPair> {
    if supports[0].len() != supports[1].len() || supports[0].is_empty() {
        return None;
    }
    let first = mix(game, 0, supports)?;
    let second = mix(game, 1, supports)?;
    let is_strict = first.is_strict && second.is_strict;
    let equilibrium = Equilibrium {
        payoffs: vec![second.value, first.value],
        profile: vec![first.strategy, second.strategy],
        regret: Rational::ZERO,
    };
    Some(SupportPair { equilibrium, is_strict })
}

struct Mix {
    strategy: MixedStrategy,
    /// What the other player gets.
    value: Rational,
    is_strict: bool,
}

/// The other player's payoffs.
struct Table<'a> {
    payoffs: &'a [Rational],
    own_stride: usize,
    other_stride: usize,
}

impl Table<'_> {
    fn at(&self, reply: usize, action: usize) -> &Rational {
        &self.payoffs[reply * self.other_stride + action * self.own_stride]
    }
}

/// The strategy of player `side` that makes the other one's support best replies.
fn mix(game: &NormalForm, side: usize, supports: &[Vec<usize>; 2]) -> Option<Mix> {
    let table = Table {
        payoffs: game.payoffs(1 - side),
        own_stride: game.stride(side),
        other_stride: game.stride(1 - side),
    };
    let (own, replies) = (&supports[side], &supports[1 - side]);
    let weights = weights(&table, own, replies)?;
    let sum: IBig = weights.iter().sum();
    let (mut positive, mut negative) = (false, false);
    for weight in &weights {
        positive |= *weight > IBig::ZERO;
        negative |= *weight < IBig::ZERO;
    }
    if positive && negative || sum.is_zero() {
        return None;
    }
    let mut dense = vec![IBig::ZERO; game.num_actions(side)];
    for (&action, weight) in own.iter().zip(&weights) {
        dense[action] = if negative { -weight } else { weight.clone() };
    }
    let strategy = MixedStrategy::from_integers(&dense).ok()?;
    let probabilities = strategy.probabilities();
    let all_played = weights.iter().all(|weight| !weight.is_zero());
    let value = |reply: usize| -> Rational {
        let (mut integer, mut rest) = (IBig::ZERO, Rational::ZERO);
        for (&action, weight) in own.iter().zip(&weights) {
            match table.at(reply, action).as_small() {
                Some((p, 1)) => integer += weight * p,
                _ => rest = &rest + &(table.at(reply, action) * &share(weight, &sum)),
            }
        }
        &Rational::from_integers(integer, sum.clone()) + &rest
    };
    let best = value(replies[0]);
    let rough: Vec<f64> = own.iter().map(|&action| float(&probabilities[action])).collect();
    let (mut is_strict, mut at) = (all_played, 0);
    let (highest, error) = rough_value(&table, replies[0], own, &rough);
    for reply in 0..game.num_actions(1 - side) {
        if replies.get(at) == Some(&reply) {
            at += 1;
            continue;
        }
        let (rough, other_error) = rough_value(&table, reply, own, &rough);
        if highest - rough > error + other_error {
            continue;
        }
        match value(reply).cmp(&best) {
            std::cmp::Ordering::Greater => return None,
            std::cmp::Ordering::Equal => is_strict = false,
            std::cmp::Ordering::Less => {}
        }
    }
    Some(Mix { strategy, value: best, is_strict })
}

fn share(weight: &IBig, sum: &IBig) -> Rational {
    match (i64::try_from(weight), i64::try_from(sum)) {
        (Ok(weight), Ok(sum)) => Rational::new(weight, sum),
        _ => Rational::from_integers(weight.clone(), sum.clone()),
    }
}

/// Σ_i b_j(i) x_i in machine numbers, and a bound on its error: probabilities and payoffs are the
/// nearest machine numbers or beside them, and each product and sum is rounded once.
fn rough_value(table: &Table<'_>, reply: usize, own: &[usize], rough: &[f64]) -> (f64, f64) {
    let (mut sum, mut size) = (0.0f64, 0.0f64);
    for (&action, probability) in own.iter().zip(rough) {
        let term = probability * float(table.at(reply, action));
        sum += term;
        size += term.abs();
    }
    // Smaller than any payoff that is not zero would underflow: then the bound is not one, and it
    // is made one by the least normal number.
    (sum, (own.len() + 8) as f64 * f64::EPSILON * size + f64::MIN_POSITIVE)
}

/// Weights in proportion to the probabilities; `None` when there is not one solution.
fn weights(table: &Table<'_>, own: &[usize], replies: &[usize]) -> Option<Vec<IBig>> {
    if own.len() == 1 {
        return Some(vec![IBig::ONE]);
    }
    let cells =
        replies.iter().flat_map(|&reply| own.iter().map(move |&action| table.at(reply, action)));
    let whole: Option<Vec<i64>> = cells
        .clone()
        .map(|cell| cell.as_small().filter(|&(_, q)| q == 1).map(|(p, _)| p))
        .collect();
    if let Some(integers) = &whole {
        match wrapping::null_vector(integers, own.len()) {
            NullVector::Found(weights) => return Some(weights),
            NullVector::Many => return None,
            NullVector::TooLong => {}
        }
    }
    let cells: Vec<Rational> = cells.cloned().collect();
    // Shifted so that v is not zero: a constant for each action, which all replies get.
    let least: Vec<&Rational> = (0..own.len())
        .map(|i| cells.iter().skip(i).step_by(own.len()).fold(&cells[i], |a, b| a.min(b)))
        .collect();
    let mut shifted = Vec::with_capacity(cells.len());
    for row in cells.chunks_exact(own.len()) {
        shifted.extend(row.iter().zip(&least).map(|(cell, least)| cell - *least));
    }
    let mut integers = super::polyhedron::coprime_integers(&shifted);
    integers.iter_mut().for_each(|integer| *integer += IBig::ONE);
    solve_square(integers, &vec![IBig::ONE; own.len()])
}
