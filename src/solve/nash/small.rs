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

/// A game of up to 3 × 3 actions with small integer payoffs, for programs that solve millions.
///
/// ```
/// use detente::solve::nash::SmallGame;
/// // The stag hunt: both hunt, both forage, or each hunts with probability 2/3.
/// let game = SmallGame::new([[3, 0], [2, 2]], [[3, 2], [0, 2]]).unwrap();
/// let mut found = Vec::new();
/// game.for_each_extreme_equilibrium(|x, y| found.push((*x, *y)));
/// assert_eq!(found, [([1, 0], [1, 0]), ([0, 1], [0, 1]), ([2, 1], [2, 1])]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmallGame<const M: usize, const N: usize> {
    /// What player 1 gets from reply j to action i, and player 0 from i to j, rows by reply.
    replies: [[[i64; 3]; 3]; 2],
}

impl<const M: usize, const N: usize> SmallGame<M, N> {
    /// The game with payoffs `a[i][j]` of player 0 and `b[i][j]` of player 1; `None` when one is not
    /// below 2¹⁹ in size. More than three actions do not compile.
    #[must_use]
    #[inline]
    pub fn new(a: [[i32; N]; M], b: [[i32; N]; M]) -> Option<Self> {
        const { assert!(M >= 1 && N >= 1 && M <= 3 && N <= 3) };
        let mut replies = [[[0; 3]; 3]; 2];
        let mut largest = 0;
        for i in 0..M {
            for j in 0..N {
                replies[0][j][i] = i64::from(b[i][j]);
                replies[1][i][j] = i64::from(a[i][j]);
                largest |= a[i][j].unsigned_abs() | b[i][j].unsigned_abs();
            }
        }
        (u64::from(largest) < SMALL_PAYOFF).then_some(SmallGame { replies })
    }

    /// Calls `found` with each extreme equilibrium, once, as weights in proportion to the
    /// probabilities of either player. None is missing, degenerate games included.
    ///
    /// Every pair is checked by the definition before it is reported: each action is unplayed or
    /// gives as much as any other, in exact integers. That there is no other follows from the
    /// formulas, which give every vertex of the best-response polyhedra (head of the file).
    #[inline]
    pub fn for_each_extreme_equilibrium(&self, mut found: impl FnMut(&[i64; M], &[i64; N])) {
        let report = |_: usize, _: usize, x: &[i64; 3], y: &[i64; 3]| {
            found(&std::array::from_fn(|i| x[i]), &std::array::from_fn(|j| y[j]));
        };
        if M == 2 && N == 2 {
            for_each_pair_of_two(&self.replies, report);
        } else {
            for_each_pair(&self.replies, 1, M, N, report);
        }
    }
}

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
    // Only strategies of an equilibrium are numbered.
    let mut strategies = [Vec::new(), Vec::new()];
    let mut positions = [[None; MOST_VERTICES]; 2];
    let mut pairs = Vec::new();
    for_each_pair(&replies, widen(1), m, n, |row, column, x, y| {
        let mut position = |side: usize, vertex: usize, weights: &[T]| {
            *positions[side][vertex].get_or_insert_with(|| {
                let sum = weights.iter().fold(T::default(), |sum, &weight| sum.plus(weight));
                strategies[side].push(weights.iter().map(|&w| ratio(w, sum)).collect());
                strategies[side].len() - 1
            })
        };
        pairs.push((position(0, row, &x[..m]), position(1, column, &y[..n])));
    });
    SmallAnswer { strategies, pairs }
}

/// Three pure strategies, at most one mixture of two for each pair of actions and of replies, and
/// one of three.
const MOST_VERTICES: usize = 3 + 9 + 1;

/// The pairs of vertices that have all labels, with their positions.
#[inline(always)]
fn for_each_pair<T: Integer>(
    replies: &[[[T; 3]; 3]; 2],
    one: T,
    m: usize,
    n: usize,
    mut found: impl FnMut(usize, usize, &[T; 3], &[T; 3]),
) {
    let none = ([T::default(); 3], 0);
    let (mut rows, mut columns) = ([none; MOST_VERTICES], [none; MOST_VERTICES]);
    let row_count = vertices(&replies[0], one, (m, 0), (n, m), &mut rows);
    let column_count = vertices(&replies[1], one, (n, m), (m, 0), &mut columns);
    let complete = (1u8 << (m + n)) - 1;
    for (row, (x, labels)) in rows.iter().take(row_count).enumerate() {
        for (column, (y, others)) in columns.iter().take(column_count).enumerate() {
            if labels | others == complete {
                found(row, column, x, y);
            }
        }
    }
}

/// The same for 2 × 2, where a vertex is pure or makes the other player indifferent.
#[inline(always)]
fn for_each_pair_of_two(
    replies: &[[[i64; 3]; 3]; 2],
    mut found: impl FnMut(usize, usize, &[i64; 3], &[i64; 3]),
) {
    // By how much the first reply is better than the second against either action.
    let [rows, columns] = replies.each_ref().map(|[first, second, _]| {
        let [d, e] = [first[0] - second[0], first[1] - second[1]];
        let replies = |gain: i64| u8::from(gain >= 0) << 2 | u8::from(gain <= 0) << 3;
        // Own actions unplayed are bits 0 and 1, best replies bits 2 and 3.
        let vertices =
            [([1, 0, 0], 2 | replies(d)), ([0, 1, 0], 1 | replies(e)), ([e.abs(), d.abs(), 0], 12)];
        let mixes = d > 0 && e < 0 || d < 0 && e > 0;
        (vertices, 2 + usize::from(mixes))
    });
    for (row, (x, labels)) in rows.0.iter().take(rows.1).enumerate() {
        for (column, (y, others)) in columns.0.iter().take(columns.1).enumerate() {
            if labels | others >> 2 | (others & 3) << 2 == 15 {
                found(row, column, x, y);
            }
        }
    }
}

/// The vertices for the replies' payoffs `replies[j][i]`, and their number; `own` and `other` are the
/// numbers of actions with the first label.
#[inline(always)]
fn vertices<T: Integer>(
    replies: &[[T; 3]; 3],
    one: T,
    (own, own_first): (usize, usize),
    (other, other_first): (usize, usize),
    found: &mut [Vertex<T>; MOST_VERTICES],
) -> usize {
    let zero = T::default();
    let mut count = 0;
    // Adds a point at which reply `best` is meant to be a best response.
    let mut add = |weights: [T; 3], best: Option<usize>| {
        let value =
            replies.map(|reply| (0..own).fold(zero, |sum, i| sum.plus(reply[i] * weights[i])));
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
        if found[..count].iter().all(|(_, known)| *known != labels) {
            found[count] = (weights, labels);
            count += 1;
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
    count
}
