//! That an exact equilibrium lies near a stated profile, and only one, by Krawczyk's test.
//!
//! Within a support an equilibrium solves F(y) = 0, where y holds the probabilities of all played
//! actions but one of each player (the likeliest, whose probability is the rest), and F the payoffs
//! of these actions less that of the likeliest. For a box Y around m and any matrix C, if
//! K = m − C F(m) + (I − C F′(Y)) (Y − m) lies in the interior of Y, then F has exactly one zero in Y
//! (Krawczyk 1969; Moore, Kearfott & Cloud 2009, chapter 8). It is an equilibrium if all
//! probabilities are positive in Y and no other action is better anywhere in Y.

use crate::game::{MixedProfile, NormalForm};
use crate::num::{Interval, Rational};

use super::enclosed::payoffs;
use super::meter::{Meter, Spent};

/// Whether the test proves that exactly one equilibrium with the support of the profile has every
/// probability within `radius` of it.
pub(super) fn isolates(
    game: &NormalForm,
    profile: &MixedProfile,
    radius: &Rational,
    meter: &mut Meter,
) -> Result<bool, Spent> {
    let radius = Interval::enclosing(radius).lower();
    if radius <= 0.0 || radius >= 0.5 {
        return Ok(false);
    }
    // The played actions but the likeliest one, which is kept apart for each player.
    let mut unknowns = Vec::new();
    let mut reference = Vec::with_capacity(profile.len());
    for (player, strategy) in profile.iter().enumerate() {
        let probabilities = strategy.probabilities();
        let likeliest = (0..probabilities.len())
            .max_by(|&a, &b| probabilities[a].cmp(&probabilities[b]))
            .unwrap_or(0);
        reference.push(likeliest);
        let others = strategy.support().into_iter().filter(|&action| action != likeliest);
        unknowns.extend(others.map(|action| (player, action)));
    }
    let most = (0..profile.len())
        .map(|player| unknowns.iter().filter(|(one, _)| *one == player).count())
        .max()
        .unwrap_or(0);
    let half = (radius / most.max(1) as f64).next_down();
    let points: Vec<Vec<Interval>> = profile
        .iter()
        .map(|one| one.probabilities().iter().map(Interval::enclosing).collect())
        .collect();
    let mut boxes = points.clone();
    for &(player, action) in &unknowns {
        let stated = points[player][action];
        boxes[player][action] = Interval::hull(stated.lower() - half, stated.upper() + half);
    }
    for (player, &likeliest) in reference.iter().enumerate() {
        let rest = (0..boxes[player].len())
            .filter(|&action| action != likeliest)
            .fold(Interval::point(1.0), |rest, action| rest - boxes[player][action]);
        boxes[player][likeliest] = rest;
    }
    let positive = profile.iter().enumerate().all(|(player, strategy)| {
        strategy.support().into_iter().all(|action| boxes[player][action].lower() > 0.0)
    });
    if !positive {
        return Ok(false);
    }
    for (player, strategy) in profile.iter().enumerate() {
        let values = payoffs(game, player, None, &boxes, meter)?;
        let best = values[reference[player]];
        let unplayed =
            (0..values.len()).filter(|&action| strategy.probabilities()[action].is_zero());
        for action in unplayed {
            if (values[action] - best).upper() >= 0.0 {
                return Ok(false);
            }
        }
    }
    krawczyk(game, &unknowns, &reference, &points, &boxes, meter)
}

fn krawczyk(
    game: &NormalForm,
    unknowns: &[(usize, usize)],
    reference: &[usize],
    points: &[Vec<Interval>],
    boxes: &[Vec<Interval>],
    meter: &mut Meter,
) -> Result<bool, Spent> {
    let size = unknowns.len();
    let mut residual = Vec::with_capacity(size);
    let mut jacobian = vec![Interval::point(0.0); size * size];
    for player in 0..game.num_players() {
        let rows: Vec<usize> = (0..size).filter(|&k| unknowns[k].0 == player).collect();
        if rows.is_empty() {
            continue;
        }
        let values = payoffs(game, player, None, points, meter)?;
        residual.extend(rows.iter().map(|&k| values[unknowns[k].1] - values[reference[player]]));
        for other in (0..game.num_players()).filter(|&other| other != player) {
            let columns: Vec<usize> = (0..size).filter(|&k| unknowns[k].0 == other).collect();
            if columns.is_empty() {
                continue;
            }
            let pair = payoffs(game, player, Some(other), boxes, meter)?;
            let width = game.num_actions(other);
            let at = |own: usize, reply: usize| pair[own * width + reply];
            for &row in &rows {
                for &column in &columns {
                    let (own, reply) = (unknowns[row].1, unknowns[column].1);
                    let (own_reference, rest) = (reference[player], reference[other]);
                    // A probability moves at the cost of the likeliest action's.
                    jacobian[row * size + column] = (at(own, reply) - at(own_reference, reply))
                        - (at(own, rest) - at(own_reference, rest));
                }
            }
        }
    }
    meter.spend(4 * size * size * size)?;
    let middle: Vec<f64> = jacobian.iter().map(|entry| entry.midpoint()).collect();
    let Some(inverse) = inverse(middle, size) else { return Ok(false) };
    for row in 0..size {
        let weights = &inverse[row * size..(row + 1) * size];
        let mut image = Interval::point(0.0);
        for (&weight, &value) in weights.iter().zip(&residual) {
            image = image - Interval::point(weight) * value;
        }
        let own = |k: usize| {
            let (player, action) = unknowns[k];
            (points[player][action], boxes[player][action])
        };
        for column in 0..size {
            let mut entry = Interval::point(f64::from(u8::from(row == column)));
            for (k, &weight) in weights.iter().enumerate() {
                entry = entry - Interval::point(weight) * jacobian[k * size + column];
            }
            let (point, whole) = own(column);
            image = image + entry * (whole - point);
        }
        let (point, whole) = own(row);
        let image = point + image;
        if !(image.lower() > whole.lower() && image.upper() < whole.upper()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// An approximate inverse by Gauss–Jordan elimination with partial pivoting; any matrix would do.
fn inverse(mut matrix: Vec<f64>, size: usize) -> Option<Vec<f64>> {
    let mut inverse = vec![0.0; size * size];
    for k in 0..size {
        inverse[k * size + k] = 1.0;
    }
    for column in 0..size {
        let pivot = (column..size).max_by(|&a, &b| {
            matrix[a * size + column].abs().total_cmp(&matrix[b * size + column].abs())
        })?;
        let head = matrix[pivot * size + column];
        if head == 0.0 || !head.is_finite() {
            return None;
        }
        for k in 0..size {
            matrix.swap(pivot * size + k, column * size + k);
            inverse.swap(pivot * size + k, column * size + k);
            matrix[column * size + k] /= head;
            inverse[column * size + k] /= head;
        }
        for row in (0..size).filter(|&row| row != column) {
            let factor = matrix[row * size + column];
            for k in 0..size {
                matrix[row * size + k] -= factor * matrix[column * size + k];
                inverse[row * size + k] -= factor * inverse[column * size + k];
            }
        }
    }
    inverse.iter().all(|entry| entry.is_finite()).then_some(inverse)
}
