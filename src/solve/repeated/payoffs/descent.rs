//! The polygons of Abreu & Sannikov (2014) in machine numbers, and the jump to where they come to rest.
//!
//! The steps are those of [`super::chain`]. Each corner of the next polygon lies on an edge of the last one
//! or at the threats, so that near the end, where corners are made in the same way from step to step, a step
//! is a smooth map of the corners and the threats. Newton's method finds its fixed point in a few steps,
//! where steps alone come nearer by the factor δ each. It is taken if the corners are made in the same way
//! there as before the jump, and if the jump is no longer than what steps would have made up for: a smaller
//! polygon that generates itself as well is then not mistaken for it.

use nalgebra::{DMatrix, DVector};

use super::chain::Table;
use super::plane::Point;

/// A jump is at most so many times as long as the last step and all later ones, if each were δ of the one
/// before.
const LONGEST_JUMP: f64 = 8.0;
/// Steps of Newton's method before it is given up.
const MOST_JUMPS: u32 = 8;
/// What Newton's method leaves, in units of the range of payoffs.
const STILL: f64 = 1e-14;
/// Steps before the first jump: what comes to rest within fewer is tried exactly.
const FIRST_JUMP: u64 = super::MOST_EXACT_STEPS + 1;
/// A hull of fewer points is made at once.
const FEW: usize = 24;

/// How a corner is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Origin {
    profile: u32,
    /// The player who is just deterred.
    axis: u8,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    /// From the payoffs of the profile itself.
    #[default]
    Payoffs,
    /// From the continuation that just deters both.
    Corner,
    /// From the continuation on the edge of the last polygon that begins at this corner.
    Edge(u32),
}

/// A polygon with how its corners are made.
#[derive(Debug, Clone, Default)]
pub(super) struct Outline {
    pub(super) corners: Vec<Point<f64>>,
    origins: Vec<Origin>,
}

/// A polygon that holds all equilibrium payoffs nearly, and lower bounds on the threats.
#[derive(Debug, Clone)]
pub(super) struct Descent {
    pub(super) outline: Outline,
    pub(super) threats: Point<f64>,
    /// Profiles that may still be played.
    alive: Vec<usize>,
    /// What no threat is below.
    minmax: Point<f64>,
    steps: u64,
    next_jump: u64,
}

impl Descent {
    /// The payoffs of all lotteries over profiles, with the pure minmax values as threats.
    pub(super) fn new(table: &Table<f64>, minmax: Point<f64>) -> Self {
        let alive = (0..table.payoffs.len()).filter(|&a| table.needs[a].is_some()).collect();
        let all = table.payoffs.iter().map(|&payoff| (payoff, Origin::default())).collect();
        let outline = hull(all, &[]);
        Descent { outline, threats: minmax, alive, minmax, steps: 0, next_jump: FIRST_JUMP }
    }

    /// Goes on from where another descent came to rest, under conditions that are stricter. The way is short,
    /// so that it is jumped at once.
    pub(super) fn resume(other: &Descent, minmax: Point<f64>) -> Self {
        let threats = [0, 1].map(|player: usize| other.threats[player].max(minmax[player]));
        Descent { threats, minmax, steps: 0, next_jump: 1, ..other.clone() }
    }

    /// One step, and a jump now and then. Returns how far the corners and threats moved at most; infinity
    /// where there are more or fewer corners, and zero where the fixed point is reached by a jump.
    pub(super) fn advance(&mut self, table: &Table<f64>) -> f64 {
        self.steps += 1;
        let (next, alive) = self.follow(table, &self.outline.corners, &self.threats);
        self.alive = alive;
        let threats = self.raised(&next, &self.threats);
        let moved = apart(&next.corners, &self.outline.corners)
            .max(threats[0] - self.threats[0])
            .max(threats[1] - self.threats[1]);
        (self.outline, self.threats) = (next, threats);
        if self.steps >= self.next_jump && moved.is_finite() && moved > 0.0 {
            let longest = LONGEST_JUMP * moved / table.now.max(f64::MIN_POSITIVE);
            if let Some((outline, threats)) = self.jump(table, longest) {
                (self.outline, self.threats) = (outline, threats);
                return 0.0;
            }
            self.next_jump = self.steps + 1 + self.steps / 4;
        }
        moved
    }

    /// Threats at least as large as the least payoffs of a polygon.
    fn raised(&self, next: &Outline, threats: &Point<f64>) -> Point<f64> {
        [0, 1].map(|player| {
            let least = least(&next.corners, player).map_or(f64::NEG_INFINITY, |(_, least)| least);
            threats[player].max(least)
        })
    }

    /// The polygon that follows one, and the profiles that may still be played.
    fn follow(
        &self,
        table: &Table<f64>,
        polygon: &[Point<f64>],
        threats: &Point<f64>,
    ) -> (Outline, Vec<usize>) {
        let mut points: Vec<(Point<f64>, Origin)> = Vec::with_capacity(self.alive.len() * 2);
        let mut alive = Vec::with_capacity(self.alive.len());
        for &a in &self.alive {
            let Some(need) = &table.needs[a] else { continue };
            let corner = [threats[0] + need[0], threats[1] + need[1]];
            let payoff = &table.payoffs[a];
            let origin = Origin { profile: a as u32, ..Origin::default() };
            if payoff[0] >= corner[0] && payoff[1] >= corner[1] {
                points.push((*payoff, origin));
                alive.push(a);
                continue;
            }
            let before = points.len();
            for axis in 0..2 {
                let other = 1 - axis;
                let Some([low, high]) = slice(polygon, axis, corner[axis]) else { continue };
                let low = if low.0 < corner[other] { (corner[other], Kind::Corner) } else { low };
                if low.0 <= high.0 {
                    for (end, kind) in [low, high] {
                        let mut point = [0.0; 2];
                        point[axis] = table.now * payoff[axis] + table.later * corner[axis];
                        point[other] = table.now * payoff[other] + table.later * end;
                        points.push((point, Origin { axis: axis as u8, kind, ..origin }));
                    }
                }
            }
            if points.len() > before {
                alive.push(a);
            }
        }
        (hull(points, polygon), alive)
    }

    /// The fixed point of a step by Newton's method.
    fn jump(&self, table: &Table<f64>, longest: f64) -> Option<(Outline, Point<f64>)> {
        let (mut corners, mut threats) = (self.outline.corners.clone(), self.threats);
        let count = corners.len();
        let size = 2 * count + 2;
        let mut last = f64::INFINITY;
        let mut first: Option<Vec<Origin>> = None;
        for _ in 0..MOST_JUMPS {
            let (next, _) = self.follow(table, &corners, &threats);
            if next.corners.len() != count || count == 0 {
                return None;
            }
            // The threats that follow, and the corners that they are read off.
            let mut new_threats = self.minmax;
            let mut read_off = [None; 2];
            for player in 0..2 {
                let (at, least) = least(&next.corners, player)?;
                if least >= self.minmax[player] {
                    new_threats[player] = least;
                    read_off[player] = Some(at);
                }
            }
            let mut change: Vec<f64> = Vec::with_capacity(size);
            for (new, old) in next.corners.iter().zip(&corners) {
                change.extend([new[0] - old[0], new[1] - old[1]]);
            }
            change.extend([new_threats[0] - threats[0], new_threats[1] - threats[1]]);
            let residual = change.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
            let same_as_before = *first.get_or_insert_with(|| next.origins.clone()) == next.origins;
            if residual <= STILL && residual >= last * 0.5 || residual <= STILL / 32.0 {
                let jumped = apart(&next.corners, &self.outline.corners);
                return (same_as_before && jumped <= longest).then_some((next, new_threats));
            }
            if residual >= last {
                return None;
            }
            last = residual;
            let derivative = self.derivative(table, &corners, &threats, &next, &read_off);
            let equations = DMatrix::identity(size, size) - derivative;
            let change = equations.lu().solve(&DVector::from_vec(change))?;
            for (corner, by) in corners.iter_mut().zip(change.as_slice().chunks_exact(2)) {
                *corner = [corner[0] + by[0], corner[1] + by[1]];
            }
            threats = [threats[0] + change[2 * count], threats[1] + change[2 * count + 1]];
        }
        None
    }

    /// The derivative of a step with respect to corners and threats.
    fn derivative(
        &self,
        table: &Table<f64>,
        corners: &[Point<f64>],
        threats: &Point<f64>,
        next: &Outline,
        read_off: &[Option<usize>; 2],
    ) -> DMatrix<f64> {
        let count = corners.len();
        let size = 2 * count + 2;
        let mut rows = DMatrix::zeros(size, size);
        let later = table.later;
        for (at, origin) in next.origins.iter().enumerate() {
            let axis = usize::from(origin.axis);
            let other = 1 - axis;
            let need = table.needs[origin.profile as usize].map_or(0.0, |need| need[axis]);
            let level = threats[axis] + need;
            let mut set = |own: usize, of: usize, value: f64| {
                rows[(2 * at + own, of)] += value;
            };
            match origin.kind {
                Kind::Payoffs => {}
                Kind::Corner => {
                    set(0, 2 * count, later);
                    set(1, 2 * count + 1, later);
                }
                Kind::Edge(begin) => {
                    let begin = begin as usize;
                    let end = (begin + 1) % count;
                    let (from, to) = (&corners[begin], &corners[end]);
                    set(axis, 2 * count + axis, later);
                    if from[axis] == level {
                        set(other, 2 * begin + other, later);
                        continue;
                    }
                    let part = (level - from[axis]) / (to[axis] - from[axis]);
                    let slope = (to[other] - from[other]) / (to[axis] - from[axis]);
                    set(other, 2 * begin + other, later * (1.0 - part));
                    set(other, 2 * end + other, later * part);
                    set(other, 2 * count + axis, later * slope);
                    set(other, 2 * begin + axis, -later * slope * (1.0 - part));
                    set(other, 2 * end + axis, -later * slope * part);
                }
            }
        }
        for (player, at) in read_off.iter().enumerate() {
            if let Some(at) = at {
                let row = rows.row(2 * at + player).into_owned();
                rows.set_row(2 * count + player, &row);
            }
        }
        rows
    }
}

/// The corner with the least coordinate, and that.
fn least(corners: &[Point<f64>], axis: usize) -> Option<(usize, f64)> {
    let values = corners.iter().map(|corner| corner[axis]).enumerate();
    values.min_by(|(_, one), (_, other)| one.total_cmp(other))
}

/// The largest difference of coordinates of corners; infinite where their numbers differ.
fn apart(one: &[Point<f64>], other: &[Point<f64>]) -> f64 {
    if one.len() != other.len() {
        return f64::INFINITY;
    }
    let pairs = one.iter().flatten().zip(other.iter().flatten());
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// The least and the largest other coordinate where a coordinate has a value, and the edges that they are on.
fn slice(polygon: &[Point<f64>], axis: usize, value: f64) -> Option<[(f64, Kind); 2]> {
    let other = 1 - axis;
    let mut ends = [(f64::INFINITY, 0), (f64::NEG_INFINITY, 0)];
    let mut from = polygon.last()?;
    let mut edge = polygon.len() - 1;
    for (at, to) in polygon.iter().enumerate() {
        let met = if from[axis] == value {
            Some(from[other])
        } else if (from[axis] < value) != (to[axis] < value) && to[axis] != value {
            let part = (value - from[axis]) / (to[axis] - from[axis]);
            Some(from[other] + (to[other] - from[other]) * part)
        } else {
            None
        };
        if let Some(met) = met {
            if met < ends[0].0 {
                ends[0] = (met, edge);
            }
            if met > ends[1].0 {
                ends[1] = (met, edge);
            }
        }
        (from, edge) = (to, at);
    }
    let [low, high] = ends;
    (low.0 <= high.0).then(|| [low, high].map(|(value, edge)| (value, Kind::Edge(edge as u32))))
}

/// Twice the area of a triangle, positive where it turns to the left.
fn turn(a: &Point<f64>, b: &Point<f64>, c: &Point<f64>) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// The extreme points, counterclockwise from the leftmost (and of these lowest) one. What lies within the
/// points that are furthest out in the directions of the sides of `like` is left out before they are sorted.
fn hull(mut points: Vec<(Point<f64>, Origin)>, like: &[Point<f64>]) -> Outline {
    if points.len() >= FEW && like.len() > 2 {
        let side = |at: usize| {
            let (from, to) = (like[at], like[(at + 1) % like.len()]);
            [to[1] - from[1], from[0] - to[0]]
        };
        let mut furthest = Vec::with_capacity(like.len());
        for at in 0..like.len() {
            let [x, y] = side(at);
            let mut best = (f64::NEG_INFINITY, 0);
            for (index, (point, _)) in points.iter().enumerate() {
                let height = x * point[0] + y * point[1];
                if height > best.0 {
                    best = (height, index);
                }
            }
            furthest.push(points[best.1]);
        }
        let around = sorted_hull(furthest).corners;
        if around.len() > 2 {
            points.retain(|(point, _)| {
                let mut from = &around[around.len() - 1];
                around.iter().any(|to| turn(std::mem::replace(&mut from, to), to, point) <= 0.0)
            });
        }
    }
    sorted_hull(points)
}

fn sorted_hull(mut points: Vec<(Point<f64>, Origin)>) -> Outline {
    points.sort_unstable_by(|(a, one), (b, other)| {
        a[0].total_cmp(&b[0])
            .then_with(|| a[1].total_cmp(&b[1]))
            .then_with(|| one.profile.cmp(&other.profile))
            .then_with(|| one.axis.cmp(&other.axis))
    });
    points.dedup_by(|(a, _), (b, _)| a == b);
    if points.len() > 2 {
        let mut chain: Vec<(Point<f64>, Origin)> = Vec::with_capacity(points.len() + 1);
        let add = |chain: &mut Vec<(Point<f64>, Origin)>, point: &(Point<f64>, Origin), floor| {
            while let [.., before, last] = &chain[..]
                && chain.len() > floor
                && turn(&before.0, &last.0, &point.0) <= 0.0
            {
                chain.pop();
            }
            chain.push(*point);
        };
        for point in &points {
            add(&mut chain, point, 1);
        }
        let lower = chain.len();
        for point in points.iter().rev().skip(1) {
            add(&mut chain, point, lower);
        }
        chain.pop();
        points = chain;
    }
    let (corners, origins) = points.into_iter().unzip();
    Outline { corners, origins }
}
