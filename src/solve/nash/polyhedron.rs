//! The two best-response polyhedra of a two-player game, as dictionaries.
//!
//! For the strategies x of one player against the actions j of the other, with payoffs b_j(x) to
//! the other, the polyhedron is
//!
//! > P = {(x, v) : x ≥ 0, Σ x_i = 1, s_j = v − b_j(x) ≥ 0 for every j},
//!
//! so that v bounds what the other can get. The *labels* of a point are the i with x_i = 0 and the
//! j with s_j = 0 (best responses). A pair of points, one of each polyhedron, is an equilibrium
//! exactly when together they have all labels (Shapley 1974; von Stengel 2002, section 2): every
//! action is unplayed or a best response. The *extreme* equilibria are the pairs of vertices.
//!
//! *Labels*: 0 to m − 1 are the actions of player 0, m to m + n − 1 those of player 1. Side 0 is
//! the polyhedron of player 0's strategies (x are labels 0 to m − 1), side 1 that of player 1's.

use std::collections::HashSet;

use dashu_base::{Abs, Gcd};
use dashu_int::IBig;

use crate::game::{MixedStrategy, NormalForm};
use crate::linear::{Dictionary, Place};
use crate::num::Rational;
use crate::solve::Exhausted;

use super::Meter;
use super::labels::{LabelHashing, LabelSet};

/// The bases of one polyhedron that were visited may take this many bytes.
const MOST_MEMORY: usize = 1 << 28;

/// The labels of one side: its own strategies, and the slacks of the other player's actions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labels {
    /// The first label of the player's own actions, and their number.
    pub(super) own: (usize, usize),
    /// The first label of the other player's actions, and their number.
    pub(super) other: (usize, usize),
}

impl Labels {
    /// The labels of side 0 or 1 of an m × n game.
    pub(super) fn of_side(side: usize, m: usize, n: usize) -> Self {
        if side == 0 {
            Labels { own: (0, m), other: (m, n) }
        } else {
            Labels { own: (m, n), other: (0, m) }
        }
    }

    /// Whether the label is a slack, and not a strategy.
    pub(super) fn is_slack(&self, label: usize) -> bool {
        (self.other.0..self.other.0 + self.other.1).contains(&label)
    }

    /// The number of all labels.
    pub(super) fn count(&self) -> usize {
        self.own.1 + self.other.1
    }
}

/// The polyhedron of player `side`'s strategies, as a feasible dictionary at his first action.
///
/// The variables are the labels; v is eliminated. The slacks are in units of the least common
/// denominator of the payoff differences divided by their greatest common divisor, so that a
/// positive affine change of the payoffs does not change the dictionary.
pub(super) fn best_response_polyhedron(game: &NormalForm, side: usize) -> Dictionary {
    let labels = Labels::of_side(side, game.num_actions(0), game.num_actions(1));
    let ((own_first, own), (other_first, other)) = (labels.own, labels.other);
    let payoffs = game.payoffs(1 - side);
    let (own_stride, other_stride) = (game.stride(side), game.stride(1 - side));
    let payoff = |j: usize, i: usize| &payoffs[j * other_stride + i * own_stride];
    // The best response to action 0 is the slack that is zero at the start.
    let best = (1..other).fold(0, |best, j| if payoff(j, 0) > payoff(best, 0) { j } else { best });
    let mut rows = vec![own_first];
    rows.extend((0..other).filter(|&j| j != best).map(|j| other_first + j));
    let mut columns = vec![other_first + best];
    columns.extend((1..own).map(|i| own_first + i));
    let width = own + 1;

    if let Some(integers) = small_integers(payoffs) {
        // Differences stay below 2⁶¹, and differences of differences below 2⁶².
        let at = |j: usize, i: usize| integers[j * other_stride + i * own_stride];
        let mut divisor = 0u64;
        for j in (0..other).filter(|&j| j != best) {
            for i in 0..own {
                if divisor != 1 {
                    divisor = gcd(divisor, (at(best, i) - at(j, i)).unsigned_abs());
                }
            }
        }
        // A positive divisor of numbers below 2⁶¹ fits.
        let divisor = divisor.max(1) as i64;
        let mut entries = Vec::with_capacity(other * width);
        entries.extend([1, 0]);
        entries.extend((1..own).map(|_| 1));
        for j in (0..other).filter(|&j| j != best) {
            let difference = |i: usize| (at(best, i) - at(j, i)) / divisor;
            entries.extend([difference(0), -1]);
            entries.extend((1..own).map(|i| difference(0) - difference(i)));
        }
        return Dictionary::from_small(&entries, &rows, &columns);
    }

    let differences: Vec<Rational> = (0..other)
        .filter(|&j| j != best)
        .flat_map(|j| (0..own).map(move |i| payoff(best, i) - payoff(j, i)))
        .collect();
    let differences = coprime_integers(&differences);
    let mut entries = Vec::with_capacity(other * width);
    entries.extend([IBig::ONE, IBig::ZERO]);
    entries.extend((1..own).map(|_| IBig::ONE));
    for differences in differences.chunks_exact(own) {
        entries.extend([differences[0].clone(), IBig::NEG_ONE]);
        entries.extend(differences[1..].iter().map(|difference| &differences[0] - difference));
    }
    Dictionary::from_integers(entries, &rows, &columns)
}

/// The numbers times their least common denominator, when that is small.
pub(super) fn small_integers(numbers: &[Rational]) -> Option<Vec<i64>> {
    let mut multiple = 1u64;
    for number in numbers {
        // Denominators are positive.
        let denominator = number.as_small()?.1.unsigned_abs();
        if !multiple.is_multiple_of(denominator) {
            multiple = (multiple / gcd(multiple, denominator)).checked_mul(denominator)?;
            if multiple > 1 << 40 {
                return None;
            }
        }
    }
    numbers
        .iter()
        .map(|number| {
            let (p, q) = number.as_small()?;
            let integer =
                p.checked_mul(if q == 1 { multiple as i64 } else { multiple as i64 / q })?;
            (integer.unsigned_abs() < 1 << 60).then_some(integer)
        })
        .collect()
}

pub(super) fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The integers without common divisor that are proportional to these numbers.
pub(super) fn coprime_integers(numbers: &[Rational]) -> Vec<IBig> {
    let mut multiple = IBig::ONE;
    for number in numbers {
        let denominator = number.denominator();
        let divisor = IBig::from((&multiple).gcd(&denominator));
        multiple *= denominator / divisor;
    }
    let mut integers: Vec<IBig> = numbers
        .iter()
        .map(|number| number.numerator() * (&multiple / number.denominator()))
        .collect();
    let mut divisor = IBig::ZERO;
    for integer in &integers {
        if !integer.is_zero() {
            divisor = if divisor.is_zero() {
                integer.clone().abs()
            } else {
                IBig::from((&divisor).gcd(integer))
            };
        }
    }
    if !divisor.is_zero() && !divisor.is_one() {
        for integer in &mut integers {
            *integer /= &divisor;
        }
    }
    integers
}

/// The labels that are zero at the basic solution, with those that are zero throughout.
pub(super) fn zero_labels(dictionary: &Dictionary, throughout: &LabelSet) -> LabelSet {
    let mut zero = throughout.clone();
    for &label in dictionary.column_labels() {
        zero.insert(label);
    }
    for (row, &label) in dictionary.row_labels().iter().enumerate() {
        if dictionary.is_zero(row, 0) {
            zero.insert(label);
        }
    }
    zero
}

/// The strategy at the basic solution. A strategy that is not in the dictionary is zero, except
/// that one which is positive on a whole face must be kept there.
fn strategy_at(dictionary: &Dictionary, labels: Labels) -> Vec<Rational> {
    (labels.own.0..labels.own.0 + labels.own.1).map(|label| dictionary.value(label)).collect()
}

/// Calls `found` once for each vertex of the polyhedron of a feasible dictionary.
///
/// Depth-first search over the bases that are feasible when the constants of the first basis are
/// raised by ε, ε², … (lexicographic pivoting). The perturbed polyhedron is simple, every basis has
/// at most one neighbour in each column, the graph of its bases is connected, and each vertex is the
/// limit of at least one basis. Work: one pivot for each basis and one to return; the bases
/// visited are remembered. `throughout` are labels that are zero on the whole polyhedron though
/// not in the dictionary. `found` may stop the search.
pub(super) fn for_each_vertex(
    dictionary: &mut Dictionary,
    labels: Labels,
    throughout: &LabelSet,
    meter: &mut Meter<'_>,
    mut found: impl FnMut(LabelSet, &dyn Fn() -> Vec<Rational>) -> Result<(), Exhausted>,
) -> Result<(), Exhausted> {
    let order = dictionary.row_labels().to_vec();
    let rows = dictionary.rows();
    let mut basis = LabelSet::empty(labels.count());
    for &label in dictionary.column_labels() {
        basis.insert(label);
    }
    let most_bases = MOST_MEMORY / (std::mem::size_of::<LabelSet>() + labels.count() / 8);
    let mut visited = HashSet::<LabelSet, LabelHashing>::default();
    // How to return to the basis before, and the column to go on with there.
    let mut path: Vec<(usize, usize)> = Vec::new();
    found(zero_labels(dictionary, throughout), &|| strategy_at(dictionary, labels))?;
    visited.insert(basis.clone());
    let mut column = 1;
    loop {
        while column <= dictionary.columns() {
            if let Some(row) = dictionary.lexicographic_row(column, rows, &order) {
                let (entering, leaving) =
                    (dictionary.column_label(column), dictionary.row_label(row));
                basis.remove(entering);
                basis.insert(leaving);
                if visited.insert(basis.clone()) {
                    if visited.len() > most_bases {
                        return Err(meter.memory());
                    }
                    meter.pivot(dictionary)?;
                    dictionary.pivot(row, column);
                    found(zero_labels(dictionary, throughout), &|| {
                        strategy_at(dictionary, labels)
                    })?;
                    path.push((row, column));
                    column = 1;
                    continue;
                }
                basis.remove(leaving);
                basis.insert(entering);
            }
            column += 1;
        }
        let Some((row, back)) = path.pop() else { return Ok(()) };
        meter.pivot(dictionary)?;
        basis.remove(dictionary.column_label(back));
        basis.insert(dictionary.row_label(row));
        dictionary.pivot(row, back);
        column = back + 1;
    }
}

/// A mixed strategy from the coordinates of a vertex.
pub(super) fn mixed(strategy: Vec<Rational>) -> MixedStrategy {
    match MixedStrategy::new(strategy) {
        Ok(strategy) => strategy,
        // A basic solution of a feasible dictionary is non-negative, and its row Σx = 1 holds.
        #[allow(clippy::unreachable)]
        Err(error) => unreachable!("a vertex is a strategy: {error}"),
    }
}

/// Whether a variable is basic in a dictionary.
pub(super) fn basic_row(dictionary: &Dictionary, label: usize) -> Option<usize> {
    match dictionary.place(label) {
        Place::Row(row) => Some(row),
        Place::Column(_) | Place::Absent => None,
    }
}
