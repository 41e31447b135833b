//! Polygons in machine numbers, rounded to fractions that generate themselves exactly.

use crate::game::public::GeneratedPoint;
use crate::num::Rational;
use crate::solve::repeated::payoffs::plane::{distance, holds, hull, inside};
use crate::solve::{Budget, Exhausted, Work};

use super::inner::{Inner, extreme, for_ever, payoffs};
use super::stage::{Exact, Float, Generated, Stage};

/// By how much more than need be deviations are deterred.
pub(super) const TIGHT: f64 = 1e-9;
/// Units of points and weights: 2^-36 and 2^-40.
pub(super) const POINTS: u32 = 36;
const WEIGHTS: u32 = 40;
/// How often corners are brought inside.
const MOST_CLIPS: usize = 4;

/// The multiple of 2^-`bits` nearest to a number.
pub(super) fn rounded(value: f64, bits: u32) -> Rational {
    let unit = (1u64 << bits) as f64;
    let count = Rational::from_f64_exactly((value * unit).round()).unwrap_or_default();
    count * Rational::new(1, 1i64 << bits)
}

/// The polygon, rounded, and what it generates, if that holds it. Corners that lie outside by less than
/// the pull are brought inside, since the others have that much to spare.
pub(super) fn exactly(
    stage: &Stage,
    polygon: &[Float],
    directions: &[Float],
    (pull, alive): (f64, &[bool]),
    (budget, work): (&Budget, &mut Work),
) -> Result<Option<Inner>, Exhausted> {
    let rest = for_ever(stage);
    // Equilibria of the stage game are corners as they are.
    let fixed: Vec<Float> = rest.iter().map(|one| stage.in_units(&one.payoffs)).collect();
    let mut polygon = polygon.to_vec();
    for _ in 0..MOST_CLIPS {
        let mut alive = alive.to_vec();
        let moved = polygon.iter().filter(|one| !fixed.contains(one)).copied();
        let moved: Vec<Float> = moved.collect();
        let Some(rounded) = in_span(stage, &moved, &alive) else { return Ok(None) };
        let base = hull(rounded.into_iter().chain(payoffs(&rest)).collect());
        let corners: Vec<Float> = base.iter().map(|one| stage.in_units(one)).collect();
        let with = (budget, &mut *work);
        let Some(found) = stage.generated(&corners, directions, TIGHT, &mut alive, with)? else {
            return Ok(None);
        };
        let exact = found.iter().filter_map(|one| generated(stage, &base, &one.1));
        let points = extreme(rest.iter().cloned().chain(exact).collect());
        let reached = payoffs(&points);
        if base.iter().all(|corner| holds(&reached, corner)) {
            return Ok(Some((base, points)));
        }
        let reached: Vec<Float> = reached.iter().map(|one| stage.in_units(one)).collect();
        let out = corners.iter().filter_map(|one| distance(&reached, one)).fold(0.0, f64::max);
        if out > pull / 4.0 || reached.len() < 3 {
            return Ok(None);
        }
        // What is cut is missing after each signal too.
        let deeper = (4.0 * out / (1.0 - stage.later)).min(pull / 4.0);
        polygon = inside(&corners, &reached, deeper);
    }
    Ok(None)
}

/// The hull of the payoffs of the profiles that are left and of equilibria.
pub(super) fn left(stage: &Stage, alive: &[bool]) -> Vec<Exact> {
    let is_left = |at: &usize| alive[*at] || stage.profiles[*at].is_equilibrium;
    hull((0..alive.len()).filter(is_left).map(|at| stage.payoffs(at)).collect())
}

/// Points rounded on the line or in the plane of the payoffs of the profiles that are left, on which all
/// that these generate lies.
fn in_span(stage: &Stage, polygon: &[Float], alive: &[bool]) -> Option<Vec<Exact>> {
    match &left(stage, alive)[..] {
        [] | [_] => None,
        [from, to] => {
            let (a, b) = (stage.in_units(from), stage.in_units(to));
            let way = [b[0] - a[0], b[1] - a[1]];
            let length = way[0] * way[0] + way[1] * way[1];
            let on_line = |one: &Float| {
                let ahead = (one[0] - a[0]) * way[0] + (one[1] - a[1]) * way[1];
                let part = rounded(ahead / length, POINTS);
                [0, 1].map(|k: usize| &from[k] + &part * (&to[k] - &from[k]))
            };
            Some(polygon.iter().map(on_line).collect())
        }
        _ => {
            let in_plane = |one: &Float| {
                [0, 1].map(|k: usize| &stage.least[k] + rounded(one[k], POINTS) * &stage.range[k])
            };
            Some(polygon.iter().map(in_plane).collect())
        }
    }
}

/// A point with rounded weights, if no deviation pays.
fn generated(stage: &Stage, base: &[Exact], one: &Generated) -> Option<GeneratedPoint> {
    let mut continuations = vec![Vec::new(); 2];
    for own in one.weights.chunks(base.len()) {
        let largest = (0..own.len()).max_by(|&a, &b| own[a].total_cmp(&own[b]))?;
        let mut point = base[largest].clone();
        let mut others = Rational::ZERO;
        for (at, &weight) in own.iter().enumerate().filter(|(_, weight)| **weight > 1e-11) {
            if at != largest {
                let weight = rounded(weight, WEIGHTS);
                for (k, value) in point.iter_mut().enumerate() {
                    *value += &(&weight * (&base[at][k] - &base[largest][k]));
                }
                others += &weight;
            }
        }
        if others > Rational::ONE {
            return None;
        }
        let [first, second] = point;
        continuations[0].push(first);
        continuations[1].push(second);
    }
    let (game, normal) = (stage.game, stage.game.stage());
    let now = Rational::ONE - stage.discount;
    let total = |player: usize, at: usize| {
        let after: Rational = game
            .distribution(at)
            .iter()
            .zip(&continuations[player])
            .map(|(share, value)| share * value)
            .sum();
        &now * normal.payoff(player, at) + stage.discount * after
    };
    let payoffs = [0, 1].map(|player: usize| total(player, one.profile));
    let deters = (0..2).all(|player: usize| {
        (0..normal.num_actions(player)).all(|action| {
            total(player, normal.deviation(one.profile, player, action)) <= payoffs[player]
        })
    });
    deters.then_some(GeneratedPoint { payoffs, profile: one.profile, continuations })
}
