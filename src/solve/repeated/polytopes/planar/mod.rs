//! Polygons of two players by their corners.
//!
//! For two players what a play generates is a polygon that can be written down: the mean of the polygons of
//! the states that follow (a Minkowski sum, whose edges are theirs in the order of their angles), cut where
//! a player would rather deviate. No directions are chosen, so that nothing is lost between them.
//!
//! From bounds the polygons shrink to what they generate, pulled a little to their middles, until they
//! generate themselves with room to be rounded. What such polygons generate holds them and generates itself
//! too (Abreu, Pearce & Stacchetti 1990): so they grow again, to nearly the largest.

mod fractions;
mod mean;

use crate::game::stochastic::StateCorner;
use crate::num::Rational;
use crate::solve::repeated::payoffs::plane::{Point, distance, fewer, hull};
use crate::solve::{Budget, Exhausted};

use super::exact::Inner;
use super::flat::Flat;
use super::stage::Stages;
use fractions::pair;
use mean::{Mixed, cut};

/// By how much more than need be deviations are deterred within inner polygons, in units of the ranges.
pub(super) const TIGHT: f64 = 1e-9;
/// Numbers that are as good as equal.
const NEAR: f64 = 1e-12;
/// By which part polygons are pulled to their middles.
const PULLS: [f64; 8] = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2, 1e-1];
/// Growth that counts as rest, at first, and where that fails, and by how much corners that are left out on
/// the way up may lie beyond the others: less than that, or there is no rest. Both in units of 10 (1 − δ)
/// where that is less.
const LITTLE: [f64; 2] = [2e-8, 1e-9];
const THIN: [f64; 2] = [1e-8, 1e-10];
/// The most polygons on the way up that are remembered.
const MOST_KEPT: usize = 64;
/// The most steps down and up.
const MOST_STEPS: usize = 3000;
/// Steps that show where bounds are too wide.
const FEW_STEPS: usize = 30;

pub(super) type Float = Point<f64>;
/// Corners by state, counterclockwise; none where no equilibrium begins.
pub(super) type Polygons = Vec<Vec<Float>>;

/// A point that a play generates.
#[derive(Clone)]
struct Generated {
    payoffs: Float,
    play: usize,
    /// Corners of the states that follow, one each, with chances.
    follows: Vec<(Vec<usize>, f64)>,
}

/// Looks for polygons of all states that generate themselves.
pub(super) struct Planar<'a> {
    stages: &'a Stages,
    /// The plays that may be played.
    plays: Vec<usize>,
    live: &'a [bool],
    flats: &'a [Flat],
    /// Corners that generate themselves, which are kept as they are.
    known: &'a Inner,
    /// The same in units.
    fixed: Polygons,
    /// By how much more than need be deviations are deterred.
    tight: f64,
    budget: &'a Budget,
}

/// What bounds come to in a few steps.
pub(super) struct Lowered {
    /// The corners of what the last polygons generate, with their plays; none where nothing is generated.
    pub(super) points: Option<Vec<Vec<(Float, usize)>>>,
    /// The bounds, and the polygons of all steps.
    pub(super) polygons: Vec<Polygons>,
}

impl<'a> Planar<'a> {
    pub(super) fn new(
        stages: &'a Stages,
        (alive, live): (&[bool], &'a [bool]),
        (flats, known): (&'a [Flat], &'a Inner),
        tight: f64,
        budget: &'a Budget,
    ) -> Self {
        let leads = |play: &usize| stages.chances[*play].iter().all(|(to, _)| live[*to]);
        let plays = (0..alive.len()).filter(|&play| alive[play] && live[stages.state[play]]);
        let plays = plays.filter(leads).collect();
        Planar { stages, plays, live, flats, known, fixed: about(stages, known), tight, budget }
    }

    /// Lowers bounds to what they generate for a few periods, or until they rest but for what is left out:
    /// corners within `little` of a line between others.
    pub(super) fn lowered(&self, bounds: Polygons, little: f64) -> Result<Lowered, Exhausted> {
        let mut all: Vec<Polygons> = vec![bounds];
        for _ in 0..FEW_STEPS {
            let Some(last) = all.last() else { break };
            let Some(next) = self.step(last)? else {
                return Ok(Lowered { points: None, polygons: all });
            };
            let next: Polygons = next.iter().map(|polygon| fewer(polygon, little)).collect();
            let moved = farthest(&next, last);
            all.push(next);
            if moved <= little / 64.0 {
                break;
            }
        }
        let corners = |found: Vec<Generated>| {
            let extreme = hull(found.iter().map(|one| one.payoffs).collect());
            let play = |corner: &Float| {
                let first = found.iter().find(|one| one.payoffs == *corner);
                (*corner, first.map_or(0, |one| one.play))
            };
            extreme.iter().map(play).collect()
        };
        let last = all.last().map(|last| self.generated(last, false)).transpose()?;
        let points = last.map(|found| found.into_iter().map(corners).collect());
        Ok(Lowered { points, polygons: all })
    }

    /// Polygons that hold what is known too.
    fn with_known(&self, polygons: Polygons) -> Polygons {
        let all = polygons.into_iter().zip(&self.fixed);
        all.map(|(polygon, fixed)| hull(polygon.into_iter().chain(fixed.iter().copied()).collect()))
            .collect()
    }

    /// Puts the largest polygons found that generate themselves within bounds into `inner`, where it holds
    /// what is known. When the budget is spent, those so far are there.
    pub(super) fn inner(&self, bounds: &Polygons, inner: &mut Inner) -> Result<(), Exhausted> {
        for pull in PULLS {
            if let Some(found) = self.shrunk(bounds.clone(), pull)? {
                *inner = found;
                *inner = self.grown(inner.clone())?;
                return Ok(());
            }
        }
        if self.everywhere(&self.fixed) {
            *inner = self.grown(inner.clone())?;
        }
        Ok(())
    }

    /// Polygons that generate themselves, from bounds that are lowered to what they generate, pulled.
    fn shrunk(&self, mut polygons: Polygons, pull: f64) -> Result<Option<Inner>, Exhausted> {
        let mut next_try = pull / 4.0;
        let step = |polygons: &Polygons| {
            let nearer = |polygon: Vec<Float>| {
                let count = polygon.len().max(1) as f64;
                let middle =
                    [0, 1].map(|k: usize| polygon.iter().map(|one| one[k]).sum::<f64>() / count);
                let near =
                    |one: &Float| [0, 1].map(|k: usize| one[k] + pull * (middle[k] - one[k]));
                fewer(&hull(polygon.iter().map(near).collect()), pull / 64.0)
            };
            let next = self.step(polygons)?;
            Ok(next.map(|next| self.with_known(next.into_iter().map(nearer).collect())))
        };
        for _ in 0..MOST_STEPS {
            let Some(next) = step(&polygons)? else { return Ok(None) };
            let moved = farthest(&next, &polygons);
            polygons = next;
            if moved < next_try {
                next_try = moved / 2.0;
                let found = self.brought_inside(&polygons, pull / 4.0, false)?;
                if found.is_some() || moved < pull * 1e-4 {
                    return Ok(found);
                }
            }
        }
        Ok(None)
    }

    /// Larger polygons that generate themselves, if they are found: with few corners, or else with all.
    fn grown(&self, inner: Inner) -> Result<Inner, Exhausted> {
        let unit = (10.0 * (1.0 - self.stages.discount.to_f64())).min(1.0);
        for (attempt, (thin, little)) in THIN.into_iter().zip(LITTLE).enumerate() {
            let mut polygons = about(self.stages, &inner);
            let mut all: Vec<(Polygons, f64)> = Vec::new();
            for _ in 0..MOST_STEPS {
                let Some(generated) = self.step(&polygons)? else { break };
                let growth = farthest(&polygons, &generated);
                let little_off = (growth / 1024.0).max(thin * unit);
                polygons = generated.iter().map(|polygon| fewer(polygon, little_off)).collect();
                polygons = self.with_known(polygons);
                if all.len() == MOST_KEPT {
                    let mut number = 0;
                    all.retain(|_| {
                        number += 1;
                        number % 2 == 0
                    });
                }
                all.push((polygons.clone(), growth));
                if growth < little * unit {
                    break;
                }
            }
            // The last ones may lie out by more than there is room, and earlier ones have more. Coarse ones
            // are not worth going far back.
            let last = all.len().saturating_sub(1);
            let places = [last, last - last / 8, last / 2];
            for &at in &places[..attempt + 2] {
                let Some((polygons, growth)) = all.get(at) else { break };
                if let Some(found) = self.brought_inside(polygons, *growth, true)? {
                    return Ok(found);
                }
            }
        }
        Ok(inner)
    }

    /// Whether there are points in all states in which equilibria begin.
    fn everywhere(&self, polygons: &Polygons) -> bool {
        polygons.iter().zip(self.live).all(|(polygon, live)| !live || !polygon.is_empty())
    }

    /// What polygons generate; none where nothing is left in a state in which equilibria begin.
    fn step(&self, polygons: &Polygons) -> Result<Option<Polygons>, Exhausted> {
        if !self.everywhere(polygons) {
            return Ok(None);
        }
        let found = self.generated(polygons, false)?;
        let points = |points: Vec<Generated>| points.iter().map(|one| one.payoffs).collect();
        let next: Polygons = found.into_iter().map(|found| hull(points(found))).collect();
        Ok(self.everywhere(&next).then_some(next))
    }

    /// The corners of what each play generates from polygons, by state; on demand with what follows.
    fn generated(
        &self,
        polygons: &Polygons,
        with_follows: bool,
    ) -> Result<Vec<Vec<Generated>>, Exhausted> {
        let stages = self.stages;
        self.budget.check_now(0)?;
        let discount = stages.discount.to_f64();
        let least = |polygon: &Vec<Float>, player: usize| {
            polygon.iter().map(|one| one[player]).fold(f64::INFINITY, f64::min)
        };
        let threats: Vec<_> = polygons
            .iter()
            .map(|polygon| {
                stages.each(|player| if polygon.is_empty() { 0.0 } else { least(polygon, player) })
            })
            .collect();
        let tempted = stages.temptations(discount, &threats);
        let mut found: Vec<Vec<Generated>> = vec![Vec::new(); stages.states];
        for &play in &self.plays {
            let own = &stages.floats[play];
            let mean = self.mean(play, polygons);
            let needs = [0, 1].map(|player: usize| {
                let gains = tempted[play][player] - (1.0 - discount) * own[player];
                if discount > 0.0 {
                    gains / discount
                } else if gains > 0.0 {
                    f64::INFINITY
                } else {
                    f64::NEG_INFINITY
                }
            });
            let mut points: Vec<Mixed> =
                mean.corners.iter().enumerate().map(Mixed::corner).collect();
            // A corner may deter by just as much as need be: that is looked at exactly.
            let just = |point: &Mixed| {
                (0..2).all(|player| point.at[player] >= needs[player] - NEAR)
                    && (0..2).any(|player| point.at[player] < needs[player] + self.tight)
            };
            let just: Vec<Mixed> = points.iter().filter(|point| just(point)).copied().collect();
            for (player, needs) in needs.into_iter().enumerate() {
                // Where all that follows deters there is nothing to cut.
                if least(&mean.corners, player) < needs - NEAR {
                    points = cut(&points, player, needs + self.tight);
                }
            }
            points.extend(just);
            for point in points {
                let payoffs =
                    [0, 1].map(|k: usize| (1.0 - discount) * own[k] + discount * point.at[k]);
                let held = point.parts.iter().filter(|part| with_follows && part.1 > 0.0);
                let follows =
                    held.map(|part| (self.combination(play, polygons, (&mean, part.0)), part.1));
                let follows = follows.collect();
                found[stages.state[play]].push(Generated { payoffs, play, follows });
            }
        }
        Ok(found)
    }
}

/// The polygons of corners, in units of the ranges.
fn about(stages: &Stages, inner: &Inner) -> Polygons {
    let points = |all: &Vec<StateCorner>| all.iter().map(pair).collect();
    let exact: Vec<Vec<Point<Rational>>> = inner.iter().map(points).collect();
    in_units(stages, &exact).into_iter().map(hull).collect()
}

/// The directions in which polygons have edges, the longest edges first.
pub(super) fn normals(stages: &Stages, inner: &Inner) -> Vec<Float> {
    let mut all: Vec<(Float, f64)> =
        about(stages, inner).iter().flat_map(|polygon| outwards(polygon)).collect();
    all.sort_by(|one, other| other.1.total_cmp(&one.1));
    all.into_iter().map(|one| one.0).collect()
}

/// How far a polygon reaches in a direction.
pub(super) fn height(polygon: &[Float], normal: &Float) -> f64 {
    let all = polygon.iter().map(|one| normal[0] * one[0] + normal[1] * one[1]);
    all.fold(f64::NEG_INFINITY, f64::max)
}

/// The outward normals of the edges of a polygon, and their lengths.
pub(super) fn outwards(polygon: &[Float]) -> Vec<(Float, f64)> {
    let side = |(at, from): (usize, &Float)| {
        let to = &polygon[(at + 1) % polygon.len()];
        let outwards = [to[1] - from[1], from[0] - to[0]];
        let length = outwards[0].hypot(outwards[1]);
        (outwards.map(|part| part / length), length)
    };
    polygon.iter().enumerate().filter(|_| polygon.len() > 1).map(side).collect()
}

fn in_units(stages: &Stages, points: &[Vec<Point<Rational>>]) -> Polygons {
    let near = |one: &Point<Rational>| {
        let near = stages.normalized(one);
        [near[0], near[1]]
    };
    points.iter().map(|points| points.iter().map(near).collect()).collect()
}

/// How far corners lie at most outside polygons.
pub(super) fn farthest(polygons: &Polygons, corners: &Polygons) -> f64 {
    let all = polygons.iter().zip(corners);
    all.flat_map(|(polygon, corners)| corners.iter().filter_map(|one| distance(polygon, one)))
        .fold(0.0, f64::max)
}
