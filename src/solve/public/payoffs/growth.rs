//! A polygon that generates itself, grown to nearly the largest.
//!
//! What generates itself lies within what it generates, which therefore generates itself too and more
//! (Abreu, Pearce & Stacchetti 1990, theorem 1, and monotonicity). From any such polygon steps lead up to
//! one that rests, each by the factor δ of what is left; they are stretched as long as what is reached
//! still generates itself.

use crate::solve::repeated::payoffs::plane::{distance, fewer, hull};
use crate::solve::{Budget, Work};

use super::exact::{TIGHT, exactly};
use super::inner::{Inner, for_ever, payoffs};
use super::stage::{Float, Stage, dot, highest};

/// The most directions, over all steps.
const MOST_NODES: u64 = 20_000;
/// By how much less, in units, a step counts as rest.
const LITTLE: f64 = 1e-8;
/// By how much stretched steps may miss what is generated; then earlier ones are tried as fractions.
const MISS: f64 = 1e-10;
/// The least by which steps are stretched.
const LEAST: f64 = 1.5;
/// How many of the last polygons are tried as fractions.
const LAST: usize = 4;

/// A larger polygon that generates itself and that holds what this one does, or this one.
pub(super) fn grown(
    stage: &Stage,
    inner: Inner,
    directions: &[Float],
    alive: &[bool],
    (budget, work): (&Budget, &mut Work),
) -> Inner {
    let fixed: Vec<Float> =
        for_ever(stage).iter().map(|one| stage.in_units(&one.payoffs)).collect();
    let most = work.nodes + MOST_NODES;
    // What a polygon generates, as long as there is time.
    let mut next = |polygon: &[Float]| -> Option<Vec<Float>> {
        if work.nodes > most {
            return None;
        }
        let mut alive = alive.to_vec();
        let with = (budget, &mut *work);
        let found = stage.generated(polygon, directions, TIGHT, &mut alive, with).ok()??;
        let points = found.iter().map(|one| one.1.payoffs).chain(fixed.iter().copied());
        Some(hull(points.collect()))
    };
    let mut polygon: Vec<Float> = payoffs(&inner.1).iter().map(|one| stage.in_units(one)).collect();
    let (mut tried, mut stretch) = (Vec::new(), LEAST);
    while let Some(reached) = next(&polygon) {
        let growth = directions
            .iter()
            .map(|one| highest(&reached, one) - highest(&polygon, one))
            .fold(0.0, f64::max);
        if growth < LITTLE {
            break;
        }
        let farther = |one: &Float| {
            let (from, to) = (farthest(&polygon, one)?, farthest(&reached, one)?);
            Some([0, 1].map(|k: usize| from[k] + stretch * (to[k] - from[k])))
        };
        let ahead = directions.iter().filter_map(farther).chain(fixed.iter().copied());
        let far = hull(ahead.collect());
        let beyond = next(&far).filter(|beyond| {
            far.iter().all(|one| distance(beyond, one).is_some_and(|away| away < MISS))
        });
        let thin = |polygon: &[Float]| fewer(polygon, growth / 16.0);
        tried.push((thin(&reached), growth));
        polygon = match beyond {
            Some(beyond) => {
                stretch *= 2.0;
                tried.push((far, growth));
                thin(&beyond)
            }
            None => {
                stretch = (stretch / 2.0).max(LEAST);
                thin(&reached)
            }
        };
    }
    for (polygon, growth) in tried.iter().rev().take(LAST) {
        let with = (budget, &mut *work);
        if let Ok(Some(found)) = exactly(stage, polygon, directions, (*growth, alive), with) {
            return found;
        }
    }
    inner
}

/// The corner of a polygon that lies farthest in a direction.
fn farthest(polygon: &[Float], direction: &Float) -> Option<Float> {
    polygon.iter().max_by(|a, b| dot(direction, a).total_cmp(&dot(direction, b))).copied()
}
