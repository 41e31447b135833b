//! Levels in machine numbers, lowered until they come to rest.
//!
//! Plain steps lower what is left by the factor δ only. But what is generated is bounded linearly in the
//! levels: the multipliers of a profile price what follows each signal, and a price is made of two sides.
//! As long as these stay the same, the levels come to rest where a linear system says. Every few steps
//! that is tried (Newton's method, as policy iteration in Markov decision processes): levels there are
//! taken if they bound what they generate, if the same profiles generate something, and if the bounds lead
//! there from the levels before.

use nalgebra::{DMatrix, DVector};

use crate::solve::{Budget, Exhausted, Work};

use super::stage::{Bound, Float, Stage, dot, highest, within};
use crate::solve::repeated::payoffs::plane::hull;

/// The most steps.
const MOST_STEPS: usize = 2000;
/// Plain steps before levels at rest are tried for the first time, and the most between two tries.
const FIRST: usize = 3;
const LONGEST: usize = 24;
/// The parts of the way to levels at rest that are tried.
const PARTS: [f64; 4] = [1.0, 0.5, 0.125, 0.03125];
/// A smaller pivot says that levels come to rest nowhere.
const SINGULAR: f64 = 1e-9;
/// The most directions, over all steps.
const MOST_NODES: u64 = 100_000;

/// Levels step by step, in units.
pub(super) struct Descent {
    pub(super) levels: Vec<Vec<f64>>,
    /// The profiles that generate something within the levels.
    pub(super) alive: Vec<Vec<bool>>,
    /// Whether levels are where bounds come to rest, and no plain step from those before.
    pub(super) jumps: Vec<bool>,
    /// Why it ended before the levels came to rest.
    pub(super) stopped: Option<Exhausted>,
}

/// Which levels follow from which.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    /// By how much more than need be deviations are deterred; negative where conditions are looser.
    pub(super) tight: f64,
    /// By how much levels are above what is generated.
    pub(super) above: f64,
    /// The part by which what is generated is pulled to a point.
    pub(super) pull: f64,
    pub(super) middle: Float,
    /// Two points of the line on which all lies, if it does.
    pub(super) line: Option<(Float, Float)>,
    /// Points that belong to what is generated.
    pub(super) fixed: &'a [Float],
    /// Whether levels at rest are tried.
    pub(super) jumps: bool,
}

/// By how much levels are above what is generated, and conditions looser.
pub(super) fn loose(stage: &Stage) -> f64 {
    ((1.0 - stage.later) * 1e-7).clamp(1e-10, 1e-9)
}

impl Way<'_> {
    /// Levels that hold all that is generated.
    pub(super) fn outer(stage: &Stage) -> Self {
        let loose = loose(stage);
        Way {
            tight: -loose,
            above: loose,
            pull: 0.0,
            middle: [0.0, 0.0],
            line: None,
            fixed: &[],
            jumps: true,
        }
    }

    /// The polygon within levels, on the line.
    pub(super) fn corners(&self, directions: &[Float], levels: &[f64]) -> Vec<Float> {
        let corners = within(directions, levels);
        let Some((from, to)) = self.line else { return corners };
        let way = [to[0] - from[0], to[1] - from[1]];
        let length = dot(&way, &way);
        let on_line = |one: &Float| {
            let part = dot(&[one[0] - from[0], one[1] - from[1]], &way) / length;
            [0, 1].map(|k: usize| from[k] + part * way[k])
        };
        hull(corners.iter().map(on_line).collect())
    }
}

/// Lowers levels until they fall by no more than `still`.
pub(super) fn descend(
    stage: &Stage,
    directions: &[Float],
    start: Vec<f64>,
    still: f64,
    way: Way,
    (budget, work): (&Budget, &mut Work),
) -> Descent {
    let mut alive = vec![true; stage.profiles.len()];
    let mut descent = Descent {
        levels: vec![start.clone()],
        alive: Vec::new(),
        jumps: vec![false],
        stopped: None,
    };
    let began = work.nodes;
    let (mut before, mut pause, mut left) = (start, FIRST, FIRST);
    let mut next: Option<Option<Vec<Bound>>> = None;
    for count in 0.. {
        let found = match next.take() {
            Some(found) => Ok(found),
            None => bounds(stage, directions, &before, way, &mut alive, (budget, &mut *work)),
        };
        let found = match found {
            Ok(found) => found,
            Err(reason) => {
                descent.stopped = Some(reason);
                break;
            }
        };
        descent.alive.push(alive.clone());
        let Some(found) = found else { break };
        if count == MOST_STEPS || work.nodes - began > MOST_NODES {
            break;
        }
        let mut after: Vec<f64> =
            before.iter().zip(&found).map(|(&level, one)| level.min(one.at(&before))).collect();
        let moved = before.iter().zip(&after).map(|(a, b)| a - b).fold(0.0, f64::max);
        left = left.saturating_sub(1);
        if left == 0 && moved > still && way.jumps {
            pause = (2 * pause).min(LONGEST);
            let rest = at_rest(&before, &after, &found);
            // All the way, or as far as the bounds stay the same, if that is farther than plain steps lead.
            let parts = PARTS.iter().filter(|&&part| part > 2.0 * (1.0 - stage.later));
            for part in parts {
                let Some(rest) = &rest else { break };
                let ahead = after.iter().zip(rest);
                let levels: Vec<f64> = ahead.map(|(from, to)| from + part * (to - from)).collect();
                let mut same = alive.clone();
                let with = (budget, &mut *work);
                let tried = bounds(stage, directions, &levels, way, &mut same, with);
                let Ok(Some(tried)) = tried else { continue };
                if same == alive && leads(&before, &levels, &tried, way.above) {
                    after = levels;
                    next = Some(Some(tried));
                    pause = FIRST;
                    break;
                }
            }
            left = pause;
        }
        descent.levels.push(after.clone());
        descent.jumps.push(next.is_some());
        if moved <= still {
            descent.alive.push(alive);
            break;
        }
        before = after;
    }
    // The last levels may not have been looked at.
    if descent.alive.len() < descent.levels.len() {
        let last = descent.alive.last().cloned();
        descent.alive.push(last.unwrap_or_else(|| vec![true; stage.profiles.len()]));
    }
    descent
}

/// What bounds the values that are generated within levels, for each direction.
fn bounds(
    stage: &Stage,
    directions: &[Float],
    levels: &[f64],
    way: Way,
    alive: &mut [bool],
    (budget, work): (&Budget, &mut Work),
) -> Result<Option<Vec<Bound>>, Exhausted> {
    work.rounds += 1;
    let corners = way.corners(directions, levels);
    let Some(mut bounds) =
        stage.bounds(&corners, directions, levels, way.tight, alive, (budget, work))?
    else {
        return Ok(None);
    };
    for (one, direction) in bounds.iter_mut().zip(directions) {
        one.scale(1.0 - way.pull);
        one.today += way.above + way.pull * dot(direction, &way.middle);
        let least = highest(way.fixed, direction);
        if one.at(levels) < least {
            *one = Bound { today: least, by: Vec::new() };
        }
    }
    Ok(Some(bounds))
}

/// Where levels come to rest under bounds; none where that is not below `after` in some direction.
fn at_rest(before: &[f64], after: &[f64], bounds: &[Bound]) -> Option<Vec<f64>> {
    let count = before.len();
    let mut rows = DMatrix::identity(count, count);
    let mut right = DVector::zeros(count);
    for k in 0..count {
        if after[k] < before[k] {
            bounds[k].by.iter().for_each(|&(side, by)| rows[(k, side)] -= by);
            right[k] = bounds[k].today;
        } else {
            right[k] = after[k];
        }
    }
    let equations = rows.lu();
    if equations.u().diagonal().iter().any(|pivot: &f64| pivot.abs() < SINGULAR) {
        return None;
    }
    let levels = equations.solve(&right)?;
    let falls = levels.iter().zip(after).any(|(level, after)| level < after);
    let levels: Vec<f64> =
        levels.iter().zip(after).map(|(level, after)| level.min(*after)).collect();
    (falls && levels.iter().all(|level| level.is_finite())).then_some(levels)
}

/// Whether levels bound what they generate, and lead there from those before.
fn leads(before: &[f64], rest: &[f64], bounds: &[Bound], above: f64) -> bool {
    let little = (above / 2.0).max(1e-12);
    bounds.iter().enumerate().all(|(k, one)| {
        rest[k] == before[k] || (one.at(rest) <= rest[k] + little && one.at(before) < before[k])
    })
}
