//! Bounds that nearly generate themselves: directions are added where they reach beyond what they generate.

use crate::solve::Exhausted;
use crate::solve::repeated::payoffs::plane::hull;

use super::directions::Directions;
use super::exact;
use super::faces::Faces;
use super::generated::Beyond;
use super::outer::{Generated, Outer, Pull, vector, wider_polygon};
use super::planar::{self, Float, Planar, Polygons, farthest};
use super::search::{LOOSE, MARGIN, Search};
use super::stage::Stages;

/// The most directions.
pub(super) const MOST_DIRECTIONS: usize = 360;
/// The same with more than two players in more than one state.
const FEWER_DIRECTIONS: usize = 160;
/// Directions that are remembered when they no longer bound anything.
const MOST_TRIED: usize = 720;
/// Directions that are added at a time, at most, and with polygons, which show the best ones.
const ADDED: usize = 60;
const ADDED_PLANAR: usize = 24;
/// A gap that is noise.
const TINY: f64 = 1e-9;
/// Rounds of adding directions after the gap is as small as was to be, for sets that come out exactly.
const FURTHER: u32 = 6;
/// With fewer directions a round takes so little time that four times as many are made.
const FEW: usize = 64;
/// The most rounds of adding directions.
const MOST_ROUNDS: usize = 200;
/// Rounds of adding directions without a gap that is smaller by a tenth, after which no more are added.
const STALLED: u32 = 12;
/// The same for polygons, whose edges show the directions.
const STALLED_PLANAR: u32 = 6;
/// Bounds rest when they fall by no more than this part of the gap.
const ROUGH: f64 = 1e-4;
/// Corners of polygons matter by more than this part of the gap.
const FINE: f64 = 1.0 / 256.0;

/// Bounds that nearly generate themselves.
pub(super) struct Refined {
    pub(super) directions: Directions,
    /// The extreme points that they generate in each state, and the plays that begin these.
    pub(super) points: Vec<Vec<Generated>>,
    /// How far the bounds reach beyond these points.
    pub(super) gap: f64,
}

impl Refined {
    /// The plays that begin the points.
    pub(super) fn first(&self) -> exact::First {
        let plays = |points: &Vec<Generated>| points.iter().map(|one| one.1).collect();
        self.points.iter().map(plays).collect()
    }
}

/// The conditions under which bounds are made.
pub(super) struct Conditions {
    pub(super) discount: f64,
    pub(super) looser: f64,
    pub(super) pull: Option<Pull>,
}

impl Search<'_> {
    /// Lowers bounds until they rest, up to noise or `roughly`.
    pub(super) fn settle(
        &mut self,
        outer: &mut Outer,
        directions: &Directions,
        factor: f64,
        roughly: f64,
    ) -> Result<bool, Exhausted> {
        let still = (1.0 - factor) * (LOOSE / 16.0).max(roughly);
        outer.settle(self.stages, directions, still, self.budget, &mut self.work)
    }

    /// Bounds in so many directions that they generate themselves up to `aim`; none when nothing is left
    /// within them. All directions that were there are added to those that were `tried`.
    pub(super) fn refined(
        &mut self,
        conditions: &Conditions,
        aim: f64,
        mut directions: Directions,
        tried: &mut Directions,
    ) -> Result<Option<Refined>, Exhausted> {
        let Conditions { discount, looser, pull } = conditions;
        let stages = self.stages;
        let mut outer = Outer::new(stages, &directions, *discount, *looser, pull.clone());
        let mut best: Option<Refined> = None;
        let (mut stalled, mut further) = (0, 0);
        let mut rough = if stages.states == 1 { 0.0 } else { ROUGH };
        let wide = stages.states > 1 && stages.players > 2;
        let most_directions = if wide { FEWER_DIRECTIONS } else { MOST_DIRECTIONS };
        let (most_added, patience) = match self.planar() {
            true => (ADDED_PLANAR, STALLED_PLANAR),
            false => (ADDED, STALLED),
        };
        let tiny = TINY + 4.0 * MARGIN;
        for _ in 0..MOST_ROUNDS {
            // Where many directions are to come, the first need not be exact.
            let known = best.as_ref().map_or(1e-2, |best| best.gap.min(1.0));
            let roughly = known * rough;
            if !self.settle(&mut outer, &directions, *discount, roughly)? {
                return Ok(None);
            }
            let found = if self.planar() {
                self.lowered(&mut outer, &directions, *looser, (aim, known))
            } else {
                self.generated(&mut outer, &directions, tiny)
            };
            let found = match found {
                Ok(found) => found,
                // The bounds so far have to do.
                Err(Exhausted::Memory) if best.is_some() => break,
                Err(reason) => return Err(reason),
            };
            let gap = found.gap.max(tiny);
            let least = best.as_ref().map_or(f64::INFINITY, |best| best.gap);
            // Directions that come nearer to those of faces step by step take many rounds.
            let part = if stages.states > 1 && directions.len() < FEW { 0.98 } else { 0.9 };
            stalled = if gap < part * least { 0 } else { stalled + 1 };
            if stalled > 0 && self.planar() {
                // What moves by little may be on its way.
                rough /= 64.0;
            }
            // Polygons come nearer even where more is seen of how far they are.
            if gap < least || best.is_none() || self.planar() {
                let directions = directions.clone();
                best = Some(Refined { directions, points: found.points, gap });
            }
            further += u32::from(gap <= aim);
            let most = if directions.len() < FEW { 4 * FURTHER } else { FURTHER };
            if gap <= tiny || further > most || stalled >= patience {
                break;
            }
            // Directions in which nothing is bounded make room.
            directions.retain(&found.kept);
            outer.retain(&found.kept);
            let mut added = 0;
            for (_, direction) in found.beyond {
                if added >= most_added || directions.len() >= most_directions {
                    break;
                }
                added += usize::from(directions.add(&direction));
                if tried.len() < MOST_TRIED {
                    tried.add(&direction);
                }
            }
            if added == 0 {
                // Corners are beyond what bounds that still fall generate.
                if rough == 0.0 {
                    break;
                }
                rough = 0.0;
            }
            outer.extend(stages, &directions);
        }
        Ok(best)
    }

    /// What bounds generate in all states.
    fn generated(
        &self,
        outer: &mut Outer,
        directions: &Directions,
        tiny: f64,
    ) -> Result<Found, Exhausted> {
        let stages = self.stages;
        let mut found = Found::nothing(stages, directions);
        for state in (0..stages.states).filter(|&state| outer.live[state]).collect::<Vec<_>>() {
            let levels = &outer.levels[state];
            let faces = Faces::new(stages, directions, levels, MARGIN, self.budget)?;
            faces.faces.iter().for_each(|&face| found.kept[face] = true);
            let corners = faces.about(stages);
            let (points, beyond) =
                outer.generated(stages, directions, state, &corners, tiny, self.budget)?;
            found.points[state] = points;
            found.beyond.extend(beyond);
        }
        found.beyond.sort_by(|one, other| other.0.total_cmp(&one.0));
        found.gap = found.beyond.first().map_or(tiny, |one| one.0);
        Ok(found)
    }

    /// The same for two players: what polygons come to from the bounds. They show in which directions these
    /// are too wide.
    fn lowered(
        &self,
        outer: &mut Outer,
        directions: &Directions,
        looser: f64,
        (aim, known): (f64, f64),
    ) -> Result<Found, Exhausted> {
        let stages = self.stages;
        let mut found = Found::nothing(stages, directions);
        let mut bounds = vec![Vec::new(); stages.states];
        for state in (0..stages.states).filter(|&state| outer.live[state]) {
            let (corners, faces) = wider_polygon(directions, &outer.levels[state], MARGIN);
            faces.iter().for_each(|&face| found.kept[face] = true);
            bounds[state] = hull(corners);
        }
        let little = (aim * (1.0 - stages.discount.to_f64()) / 4.0).max(known.min(0.01) * FINE);
        let none = vec![Vec::new(); stages.states];
        let of = (&outer.alive[..], &outer.live[..]);
        let planar = Planar::new(stages, of, (&[], &none), -looser, self.budget);
        let lowered = planar.lowered(bounds.clone(), little)?;
        let Some(last) = lowered.polygons.last() else { return Ok(found) };
        let doubled = std::iter::successors(Some(1), |step| Some(2 * step));
        let on_the_way = doubled.map_while(|step| lowered.polygons.get(step));
        let all: Vec<&Polygons> = std::iter::once(last).chain(on_the_way).collect();
        let beyond = too_wide(&bounds, &all, aim);
        let Some(points) = lowered.points else {
            // Nothing is left: bounds in the directions on the way show it too.
            let mut found = self.generated(outer, directions, aim)?;
            found.beyond.extend(beyond);
            found.gap = f64::INFINITY;
            return Ok(found);
        };
        let reached: Polygons =
            points.iter().map(|all| all.iter().map(|one| one.0).collect()).collect();
        found.gap = farthest(&reached, &bounds);
        found.beyond = beyond;
        let point = |(corner, play): (Float, usize)| (vector(&corner), play);
        found.points = points.into_iter().map(|all| all.into_iter().map(point).collect()).collect();
        Ok(found)
    }
}

/// What bounds generate.
struct Found {
    /// By state.
    points: Vec<Vec<Generated>>,
    /// How far corners are beyond that, at most.
    gap: f64,
    /// The directions in which bounds are too wide, the first ones most.
    beyond: Vec<Beyond>,
    /// The directions in which there are faces, or that are always there.
    kept: Vec<bool>,
}

impl Found {
    fn nothing(stages: &Stages, directions: &Directions) -> Self {
        Found {
            points: vec![Vec::new(); stages.states],
            gap: 0.0,
            beyond: Vec::new(),
            kept: (0..directions.len()).map(|at| at < directions.base).collect(),
        }
    }
}

/// The directions of the edges of polygons in which bounds reach further beyond them: from each in turn that
/// where most would be cut off.
fn too_wide(bounds: &Polygons, all: &[&Polygons], aim: f64) -> Vec<Beyond> {
    let edges = |polygons: &&Polygons| {
        let mut edges: Vec<Beyond> = Vec::new();
        for (bounds, polygon) in bounds.iter().zip(*polygons) {
            for (normal, length) in planar::outwards(polygon) {
                let excess = planar::height(bounds, &normal) - planar::height(polygon, &normal);
                if excess > aim / 8.0 {
                    edges.push((excess * length, vector(&normal)));
                }
            }
        }
        edges.sort_by(|one, other| other.0.total_cmp(&one.0));
        edges
    };
    let edges: Vec<Vec<Beyond>> = all.iter().map(edges).collect();
    let most = edges.iter().map(Vec::len).max().unwrap_or(0);
    (0..most).flat_map(|at| edges.iter().filter_map(move |edges| edges.get(at)).copied()).collect()
}
