//! Polygons that generate themselves, exactly.

use crate::game::public::GeneratedPoint;
use crate::num::Rational;
use crate::solve::repeated::payoffs::plane::{holds, hull};
use crate::solve::{Budget, Exhausted, Work};

use super::stage::{Exact, Float, Generated, Stage, highest, turned};

/// By which part points are pulled to the middle.
const PULLS: [f64; 7] = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 5e-2];
/// By how much more than need be deviations are deterred.
const TIGHT: f64 = 1e-9;
/// Units of points and weights: 2^-36 and 2^-40.
const POINTS: u32 = 36;
const WEIGHTS: u32 = 40;
/// The most steps of a polygon.
const MOST_STEPS: usize = 600;

/// What generates an inner polygon, and its corners.
pub(super) type Inner = (Vec<Exact>, Vec<GeneratedPoint>);

/// The multiple of 2^-`bits` nearest to a number.
pub(super) fn rounded(value: f64, bits: u32) -> Rational {
    let unit = (1u64 << bits) as f64;
    let count = Rational::from_f64_exactly((value * unit).round()).unwrap_or_default();
    count * Rational::new(1, 1i64 << bits)
}

/// The pure equilibria of the stage game for ever.
pub(super) fn for_ever(stage: &Stage) -> Vec<GeneratedPoint> {
    let of = |profile: usize| {
        let payoffs = stage.payoffs(profile);
        let continuations = payoffs.iter().map(|own| vec![own.clone(); stage.signals]).collect();
        GeneratedPoint { payoffs, profile, continuations }
    };
    extreme(stage.equilibria().map(of).collect())
}

/// Those that are corners of the hull of all, counterclockwise from the least.
fn extreme(points: Vec<GeneratedPoint>) -> Vec<GeneratedPoint> {
    let corners = hull(points.iter().map(|one| one.payoffs.clone()).collect());
    let with = |corner: Exact| points.iter().find(|one| one.payoffs == corner).cloned();
    corners.into_iter().filter_map(with).collect()
}

fn payoffs(points: &[GeneratedPoint]) -> Vec<Exact> {
    points.iter().map(|one| one.payoffs.clone()).collect()
}

/// The largest polygon that is found to generate itself, with the pure equilibria of the stage game.
pub(super) fn inner(
    stage: &Stage,
    outer: &[Float],
    directions: &[Float],
    alive: &[bool],
    budget: &Budget,
    work: &mut Work,
) -> Result<Inner, Exhausted> {
    let rest = for_ever(stage);
    let directions = turned(directions);
    for pull in PULLS {
        if let Some(found) = pulled(stage, outer, &directions, alive, pull, (budget, &mut *work))? {
            return Ok(found);
        }
    }
    Ok((payoffs(&rest), rest))
}

fn pulled(
    stage: &Stage,
    outer: &[Float],
    directions: &[Float],
    alive: &[bool],
    pull: f64,
    (budget, work): (&Budget, &mut Work),
) -> Result<Option<Inner>, Exhausted> {
    let mut alive = alive.to_vec();
    let rest = for_ever(stage);
    let fixed: Vec<Float> = rest.iter().map(|one| stage.in_units(&one.payoffs)).collect();
    let mut polygon = outer.to_vec();
    for _ in 0..MOST_STEPS {
        let with = (budget, &mut *work);
        let Some(found) = stage.generated(&polygon, directions, TIGHT, &mut alive, with)? else {
            return Ok(None);
        };
        let points: Vec<Float> = found.iter().map(|one| one.1.payoffs).collect();
        let points = hull(points.into_iter().chain(fixed.iter().copied()).collect());
        let count = points.len() as f64;
        let middle = [0, 1].map(|k: usize| points.iter().map(|one| one[k]).sum::<f64>() / count);
        let nearer =
            points.iter().map(|one| [0, 1].map(|k: usize| one[k] + pull * (middle[k] - one[k])));
        let next = hull(nearer.chain(fixed.iter().copied()).collect());
        let moved = directions
            .iter()
            .map(|one| highest(&polygon, one) - highest(&next, one))
            .fold(0.0, f64::max);
        polygon = next;
        if polygon.len() < 2 {
            return Ok(None);
        }
        if moved < pull / 4.0 {
            let found = exactly(stage, &polygon, directions, &mut alive, (budget, &mut *work))?;
            if found.is_some() || moved < pull * 1e-4 {
                return Ok(found);
            }
        }
    }
    Ok(None)
}

/// The polygon, rounded, and what it generates, if that holds it.
fn exactly(
    stage: &Stage,
    polygon: &[Float],
    directions: &[Float],
    alive: &mut [bool],
    (budget, work): (&Budget, &mut Work),
) -> Result<Option<Inner>, Exhausted> {
    let mut points = for_ever(stage);
    // Equilibria of the stage game are corners as they are.
    let fixed: Vec<Float> = points.iter().map(|one| stage.in_units(&one.payoffs)).collect();
    let moved: Vec<Float> = polygon.iter().filter(|one| !fixed.contains(one)).copied().collect();
    let Some(rounded) = in_span(stage, &moved, alive) else { return Ok(None) };
    let base = hull(rounded.into_iter().chain(payoffs(&points)).collect());
    let corners: Vec<Float> = base.iter().map(|one| stage.in_units(one)).collect();
    let with = (budget, &mut *work);
    let Some(found) = stage.generated(&corners, directions, TIGHT, alive, with)? else {
        return Ok(None);
    };
    points.extend(found.iter().filter_map(|one| generated(stage, &base, &one.1)));
    let points = extreme(points);
    let polygon = payoffs(&points);
    Ok(base.iter().all(|corner| holds(&polygon, corner)).then_some((base, points)))
}

/// Points rounded on the line or in the plane of the payoffs of the profiles that are left, on which all
/// that these generate lies.
fn in_span(stage: &Stage, polygon: &[Float], alive: &[bool]) -> Option<Vec<Exact>> {
    let left = (0..alive.len()).filter(|&at| alive[at]).map(|at| stage.payoffs(at));
    let around = hull(left.collect());
    match &around[..] {
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
