//! The leaves of the search: pairs of faces on which every label is zero on one replies.
//!
//! In most games both faces of a leaf are single points. Such a point is the only solution of as
//! many independent equations as it has positive weights: between any two best responses the
//! other player is indifferent. They are solved by fraction-free elimination, and the point is
//! looked at in full: its weights are not negative, and nothing beats the best responses.

use dashu_base::{Abs, Gcd};
use dashu_int::IBig;

use crate::linear::Dictionary;
use crate::num::Rational;

use super::evidence::Replies;
use super::labels::Mask;

/// The only point of a face.
#[derive(Debug, Clone)]
pub(super) struct Point<const W: usize> {
    pub(super) strategy: Vec<Rational>,
    /// All labels that are zero there.
    pub(super) zero: Mask<W>,
}

/// What the equations of a face say.
pub(super) enum Face<const W: usize> {
    Point(Point<W>),
    /// Their only solution is not in the polyhedron, or there is none.
    Empty,
    /// They have many solutions.
    Unclear,
}

/// Solves the equations of the face on which the labels `zero` are zero.
pub(super) fn solve<const W: usize>(replies: &Replies, zero: &Mask<W>) -> Face<W> {
    let ((own_first, own), (other_first, other)) = (replies.labels.own, replies.labels.other);
    let support: Vec<usize> = (0..own).filter(|&i| !zero.contains(own_first + i)).collect();
    let best: Vec<usize> = (0..other).filter(|&j| zero.contains(other_first + j)).collect();
    if support.is_empty() {
        return Face::Empty;
    }
    if support.len() == 1 {
        return pure(replies, zero, support[0], &best);
    }
    if best.len() < support.len() {
        return Face::Unclear;
    }
    let Some(weights) = null_vector(replies, &support, &best) else { return Face::Unclear };
    let Some(weights) = weights else { return Face::Empty };
    // A common sign is a scale.
    if weights.iter().any(|weight| *weight < IBig::ZERO)
        && weights.iter().any(|weight| *weight > IBig::ZERO)
    {
        return Face::Empty;
    }
    let weights: Vec<IBig> = weights.into_iter().map(IBig::abs).collect();
    check(replies, zero, &support, &best, weights)
}

fn pure<const W: usize>(
    replies: &Replies,
    zero: &Mask<W>,
    action: usize,
    best: &[usize],
) -> Face<W> {
    check(replies, zero, &[action], best, vec![IBig::ONE])
}

/// The vector, up to scale, of which all rows Σ_i (b_j(i) − b_first(i)) w_i vanish: `None` when
/// there are several, `Some(None)` when only zero is one.
#[allow(clippy::option_option)]
fn null_vector(replies: &Replies, support: &[usize], best: &[usize]) -> Option<Option<Vec<IBig>>> {
    let (k, equations) = (support.len(), best.len() - 1);
    let columns: Vec<usize> = (0..k).collect();
    let rows: Vec<usize> = (k..k + equations).collect();
    let own = replies.labels.own.1;
    let mut dictionary = match replies.small_payoffs() {
        Some(payoffs) => {
            let mut entries = Vec::with_capacity(equations * (k + 1));
            let first = &payoffs[best[0] * own..][..own];
            for &j in &best[1..] {
                let row = &payoffs[j * own..][..own];
                entries.push(0);
                // Both are non-negative and below 2⁶².
                entries.extend(support.iter().map(|&i| row[i] - first[i]));
            }
            Dictionary::from_small(&entries, &rows, &columns)
        }
        None => {
            let mut entries = Vec::with_capacity(equations * (k + 1));
            for &j in &best[1..] {
                entries.push(IBig::ZERO);
                entries.extend(
                    support.iter().map(|&i| replies.payoff(j, i) - replies.payoff(best[0], i)),
                );
            }
            Dictionary::from_integers(entries, &rows, &columns)
        }
    };
    // Each equation that is not a consequence of those before makes one weight basic.
    let mut row = 0;
    while row < dictionary.rows() {
        match (1..=dictionary.columns()).find(|&column| !dictionary.is_zero(row, column)) {
            Some(column) => {
                dictionary.pivot(row, column);
                dictionary.remove_column(column);
                row += 1;
            }
            None => dictionary.remove_row(row),
        }
    }
    match dictionary.columns() {
        0 => Some(None),
        1 => {
            let mut weights = vec![IBig::ZERO; k];
            weights[dictionary.column_label(1)] = dictionary.denominator();
            for row in 0..dictionary.rows() {
                weights[dictionary.row_label(row)] = -dictionary.integer(row, 1);
            }
            Some(Some(weights))
        }
        _ => None,
    }
}

/// Looks at the point with these weights: nothing may beat the best responses.
fn check<const W: usize>(
    replies: &Replies,
    zero: &Mask<W>,
    support: &[usize],
    best: &[usize],
    mut weights: Vec<IBig>,
) -> Face<W> {
    let ((own_first, own), (other_first, other)) = (replies.labels.own, replies.labels.other);
    let mut divisor = weights[0].clone();
    for weight in &weights[1..] {
        if divisor.is_one() {
            break;
        }
        if !weight.is_zero() {
            divisor =
                if divisor.is_zero() { weight.clone() } else { IBig::from((&divisor).gcd(weight)) };
        }
    }
    if !divisor.is_one() {
        weights.iter_mut().for_each(|weight| *weight /= &divisor);
    }
    let mut labels = *zero;
    for (&i, weight) in support.iter().zip(&weights) {
        if weight.is_zero() {
            labels.insert(own_first + i);
        }
    }
    let wide: Option<Vec<i128>> = weights
        .iter()
        .map(|weight| i128::try_from(weight).ok().filter(|&weight| weight < 1 << 62))
        .collect();
    let fits = match (replies.small_payoffs(), &wide) {
        (Some(payoffs), Some(wide)) => {
            // A product is below 2¹²⁴, and the sum is of at most eight.
            let value = |j: usize| -> Option<i128> {
                let row = &payoffs[j * own..][..own];
                support.iter().zip(wide).try_fold(0i128, |sum, (&i, &weight)| {
                    sum.checked_add(weight * i128::from(row[i]))
                })
            };
            let values: Option<Vec<i128>> = (0..other).map(value).collect();
            values.map(|values| best_replies(&values, best, other_first, &mut labels))
        }
        _ => None,
    };
    let holds = fits.unwrap_or_else(|| {
        let value = |j: usize| -> IBig {
            support.iter().zip(&weights).map(|(&i, weight)| weight * replies.payoff(j, i)).sum()
        };
        let values: Vec<IBig> = (0..other).map(value).collect();
        best_replies(&values, best, other_first, &mut labels)
    });
    if !holds {
        return Face::Empty;
    }
    let sum: IBig = weights.iter().sum();
    let mut strategy = vec![Rational::ZERO; own];
    match i64::try_from(&sum) {
        Ok(sum) => {
            for (&i, weight) in support.iter().zip(&weights) {
                // Each is at most the sum.
                strategy[i] = Rational::new(i64::try_from(weight).unwrap_or(0), sum);
            }
        }
        Err(_) => {
            for (&i, weight) in support.iter().zip(weights) {
                strategy[i] = Rational::from_integers(weight, sum.clone());
            }
        }
    }
    Face::Point(Point { strategy, zero: labels })
}

/// Whether the stated best responses are, and none beats them; all that are join the labels.
fn best_replies<T: Ord, const W: usize>(
    values: &[T],
    best: &[usize],
    other_first: usize,
    labels: &mut Mask<W>,
) -> bool {
    let greatest = values.iter().max();
    if best.iter().any(|&j| Some(&values[j]) != greatest) {
        return false;
    }
    for (j, value) in values.iter().enumerate() {
        if Some(value) == greatest {
            labels.insert(other_first + j);
        }
    }
    true
}
