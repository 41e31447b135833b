//! All extreme equilibria of games up to 3 × 3, by formulas.
//!
//! A vertex of a best-response polyhedron (see `polyhedron`) is a strategy x that is the only one
//! with its support and its set of best responses. With one action in the support it is pure. With
//! two, i and k, some pair of best responses a and b gives d·x_i + e·x_k = 0 for d = a_i − b_i and e =
//! a_k − b_k, and x is proportional to (|e|, |d|) when their signs are opposite. With three, x is
//! proportional to the cross product of the differences of all three replies. The pairs of vertices
//! that have all labels are the extreme equilibria, as in the general case: no assumption of
//! nondegeneracy is made.

use std::ops::{Mul, Sub};

use crate::game::NormalForm;
use crate::num::Rational;

use super::polyhedron::small_integers;

/// With payoffs, times their common denominator, below this all products fit 64 bits: a payoff
/// times a minor of differences, 2¹⁹ · 2 · 2²⁰ · 2²⁰, three times.
const SMALL_PAYOFF: u64 = 1 << 19;
/// And below this 128 bits.
const WIDE_PAYOFF: u64 = 1 << 36;

/// Extreme strategies of both players, and the pairs of their positions that are equilibria.
pub(super) struct SmallAnswer {
    pub(super) strategies: [Vec<Vec<Rational>>; 2],
    pub(super) pairs: Vec<(usize, usize)>,
}

/// The extreme equilibria; `None` when a player has more than three actions, or a payoff is too
/// long.
pub(super) fn extreme_equilibria_by_formula(game: &NormalForm) -> Option<SmallAnswer> {
    let (m, n) = (game.num_actions(0), game.num_actions(1));
    if m > 3 || n > 3 {
        return None;
    }
    let payoffs = [small_integers(game.payoffs(0))?, small_integers(game.payoffs(1))?];
    let greatest = payoffs.iter().flatten().map(|payoff| payoff.unsigned_abs()).max()?;
    if greatest < SMALL_PAYOFF {
        Some(answer::<i64>(&payoffs, m, n, |payoff| payoff, Rational::new))
    } else if greatest < WIDE_PAYOFF {
        let ratio = |p: i128, q: i128| Rational::from_integers(p.into(), q.into());
        Some(answer::<i128>(&payoffs, m, n, i128::from, ratio))
    } else {
        None
    }
}

/// An integer that is wide enough.
trait Integer: Copy + Default + Ord + Sub<Output = Self> + Mul<Output = Self> {
    fn plus(self, other: Self) -> Self {
        self - (Self::default() - other)
    }

    fn magnitude(self) -> Self {
        self.max(Self::default() - self)
    }
}

impl Integer for i64 {}
impl Integer for i128 {}

/// Weights of the actions, in proportion to the probabilities, and the labels as bits.
type Vertex<T> = ([T; 3], u8);

fn answer<T: Integer>(
    payoffs: &[Vec<i64>; 2],
    m: usize,
    n: usize,
    widen: impl Fn(i64) -> T,
    ratio: impl Fn(T, T) -> Rational,
) -> SmallAnswer {
    let mut replies = [[[T::default(); 3]; 3]; 2];
    for i in 0..m {
        for j in 0..n {
            replies[0][j][i] = widen(payoffs[1][i * n + j]);
            replies[1][i][j] = widen(payoffs[0][i * n + j]);
        }
    }
    let one = widen(1);
    let rows = vertices(&replies[0], one, (m, 0), (n, m));
    let columns = vertices(&replies[1], one, (n, m), (m, 0));
    let complete = (1u8 << (m + n)) - 1;
    // Only strategies of an equilibrium are numbered.
    let mut strategies = [Vec::new(), Vec::new()];
    let mut positions = [[None; MOST_VERTICES]; 2];
    let mut pairs = Vec::new();
    for (row, (x, labels)) in rows.iter().enumerate() {
        for (column, (y, others)) in columns.iter().enumerate() {
            if labels | others != complete {
                continue;
            }
            let mut position = |side: usize, vertex: usize, weights: &[T]| {
                *positions[side][vertex].get_or_insert_with(|| {
                    let sum = weights.iter().fold(T::default(), |sum, &weight| sum.plus(weight));
                    strategies[side].push(weights.iter().map(|&w| ratio(w, sum)).collect());
                    strategies[side].len() - 1
                })
            };
            pairs.push((position(0, row, &x[..m]), position(1, column, &y[..n])));
        }
    }
    SmallAnswer { strategies, pairs }
}

/// Three pure strategies, at most one mixture of two for each pair of actions and of replies, and
/// one of three.
const MOST_VERTICES: usize = 3 + 9 + 1;

/// The vertices for the replies' payoffs `replies[j][i]`; `own` and `other` are the numbers of
/// actions with the first label.
fn vertices<T: Integer>(
    replies: &[[T; 3]; 3],
    one: T,
    (own, own_first): (usize, usize),
    (other, other_first): (usize, usize),
) -> Vec<Vertex<T>> {
    let zero = T::default();
    let mut found: Vec<Vertex<T>> = Vec::with_capacity(MOST_VERTICES);
    // Adds a point at which reply `best` is meant to be a best response.
    let mut add = |weights: [T; 3], best: Option<usize>| {
        let value = replies.map(|reply| {
            (reply[0] * weights[0]).plus(reply[1] * weights[1]).plus(reply[2] * weights[2])
        });
        let greatest = value[1..other].iter().fold(value[0], |greatest, &next| greatest.max(next));
        if best.is_some_and(|best| value[best] < greatest) {
            return;
        }
        let mut labels = 0u8;
        for (i, &weight) in weights[..own].iter().enumerate() {
            labels |= u8::from(weight == zero) << (own_first + i);
        }
        for (j, &value) in value[..other].iter().enumerate() {
            labels |= u8::from(value == greatest) << (other_first + j);
        }
        // Different vertices have different labels.
        if found.iter().all(|(_, known)| *known != labels) {
            found.push((weights, labels));
        }
    };
    for i in 0..own {
        let mut weights = [zero; 3];
        weights[i] = one;
        add(weights, None);
    }
    for b in 1..other {
        for a in 0..b {
            for k in 1..own {
                for i in 0..k {
                    let d = replies[a][i] - replies[b][i];
                    let e = replies[a][k] - replies[b][k];
                    if d > zero && e < zero || d < zero && e > zero {
                        let mut weights = [zero; 3];
                        (weights[i], weights[k]) = (e.magnitude(), d.magnitude());
                        add(weights, Some(a));
                    }
                }
            }
        }
    }
    if own == 3 && other == 3 {
        let r: [T; 3] = std::array::from_fn(|i| replies[0][i] - replies[1][i]);
        let s: [T; 3] = std::array::from_fn(|i| replies[0][i] - replies[2][i]);
        let cross: [T; 3] = std::array::from_fn(|i| {
            let (j, k) = ((i + 1) % 3, (i + 2) % 3);
            r[j] * s[k] - r[k] * s[j]
        });
        if cross.iter().all(|&x| x > zero) || cross.iter().all(|&x| x < zero) {
            add(cross.map(T::magnitude), None);
        }
    }
    found
}
