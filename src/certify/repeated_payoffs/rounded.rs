//! The chain of polygons.

use crate::num::Rational;

use super::numbers::{Arithmetic, Playable};
use super::outline::Outline;
use super::{Point, Stage};

/// Rationals of a chain are short up to so many times the length of payoffs and δ, and some bits.
const SHORT: (usize, usize) = (8, 128);
/// The most steps in rationals.
const MOST_STEPS: u32 = 20;

/// A polygon that holds all equilibrium payoffs, and numbers that none of them falls below.
pub(super) struct Chain<A: Arithmetic> {
    arithmetic: A,
    polygon: Vec<[A::Number; 2]>,
    threats: [A::Number; 2],
    alive: Vec<Playable<A::Number>>,
    steps: u32,
    short: usize,
}

impl<A: Arithmetic> Chain<A> {
    /// The hull of all payoffs.
    pub(super) fn start(arithmetic: A, stage: &Stage) -> Self {
        let profiles: Vec<usize> = (0..stage.payoffs.len()).collect();
        Self::with(arithmetic, stage, &profiles, &stage.payoffs, &stage.minmax)
    }

    /// Goes on from where another chain has come to. The payoffs of all profiles that may still be played are
    /// taken in again: the way to them has to lie in the first polygon, whatever is rounded.
    pub(super) fn resume<B: Arithmetic>(arithmetic: A, stage: &Stage, other: &Chain<B>) -> Self {
        let profiles: Vec<usize> = other.alive.iter().map(|one| one.profile).collect();
        let exact = |point: &[B::Number; 2]| {
            [0, 1].map(|player| other.arithmetic.payoff(player, &point[player]))
        };
        let mut polygon: Vec<Point> = other.polygon.iter().map(exact).collect();
        polygon.extend(profiles.iter().map(|&profile| stage.payoffs[profile].clone()));
        Self::with(arithmetic, stage, &profiles, &polygon, &exact(&other.threats))
    }

    fn with(
        arithmetic: A,
        stage: &Stage,
        profiles: &[usize],
        polygon: &[Point],
        threats: &Point,
    ) -> Self {
        let ends = |point: &Point| {
            [false, true].map(|up| {
                [0, 1].map(|player| arithmetic.payoff_in_units(player, &point[player], up))
            })
        };
        let alive =
            profiles.iter().filter_map(|&profile| arithmetic.playable(stage, profile)).collect();
        let corners = polygon.iter().map(ends).collect();
        let threats =
            [0, 1].map(|player| arithmetic.payoff_in_units(player, &threats[player], false));
        let given = stage.payoffs.iter().flatten().chain([&stage.discount]);
        let short = SHORT.0 * given.map(Rational::bit_len).max().unwrap_or(0) + SHORT.1;
        let polygon = hull_of_boxes::<A>(corners);
        Chain { polygon, arithmetic, threats, alive, steps: 0, short }
    }

    /// About the work of a step.
    pub(super) fn effort(&self) -> usize {
        (self.alive.len() + 1) * (self.polygon.len() + 8)
    }

    /// Whether numbers are short enough to go on.
    pub(super) fn is_short(&self) -> bool {
        A::ROUNDED
            || self.steps < MOST_STEPS
                && self.polygon.iter().flatten().all(|number| A::bits(number) <= self.short)
    }

    /// Makes the next polygon; returns whether anything changed.
    pub(super) fn step(&mut self) -> bool {
        self.steps += 1;
        let mut points = Vec::with_capacity(4 * self.polygon.len());
        let Chain { arithmetic, polygon, threats, alive, .. } = self;
        alive.retain(|one| {
            let before = points.len();
            let corner = [0, 1].map(|player| A::sum(&threats[player], &one.need[player]));
            let reaches = |end: &[A::Number; 2]| end[0] >= corner[0] && end[1] >= corner[1];
            if reaches(&one.payoffs[1]) {
                points.push(one.payoffs.clone());
            }
            if !reaches(&one.payoffs[0]) {
                for axis in 0..2 {
                    let Some((low, high)) = cut::<A>(polygon, axis, &corner[axis]) else {
                        continue;
                    };
                    let low = low.max(corner[1 - axis].clone());
                    if low > high {
                        continue;
                    }
                    let follow = |other: &A::Number, up: bool| {
                        let mut ends = one.now[usize::from(up)].clone();
                        for (coordinate, w) in [(axis, &corner[axis]), (1 - axis, other)] {
                            let later = arithmetic.later(w, up);
                            ends[coordinate] = A::sum(&ends[coordinate], &later);
                        }
                        ends
                    };
                    for other in [&low, &high] {
                        points.push([follow(other, false), follow(other, true)]);
                    }
                }
            }
            points.len() > before
        });
        let next = hull_of_boxes::<A>(points);
        let mut raised = self.threats.clone();
        for (player, threat) in raised.iter_mut().enumerate() {
            if let Some(least) = next.iter().map(|point| &point[player]).min()
                && least > threat
            {
                *threat = least.clone();
            }
        }
        let changed = next != self.polygon || raised != self.threats;
        self.polygon = next;
        self.threats = raised;
        changed
    }

    /// Whether the polygon lies in another one.
    pub(super) fn lies_in(&self, outer: &Outline) -> bool {
        let points = || {
            self.polygon.iter().map(|point| {
                let about = [0, 1].map(|axis| self.arithmetic.about(axis, &point[axis]));
                (point, about)
            })
        };
        !points().any(|(_, about)| outer.surely_lacks(&about))
            && points().all(|(point, about)| {
                outer.surely_holds(&about)
                    || outer.holds_exactly(
                        &[0, 1].map(|player| self.arithmetic.payoff(player, &point[player])),
                    )
            })
    }
}

/// A rectangle: its lower left and its upper right corner.
type Rectangle<A> = [[<A as Arithmetic>::Number; 2]; 2];

/// The extreme points of the hull of rectangles.
fn hull_of_boxes<A: Arithmetic>(mut boxes: Vec<Rectangle<A>>) -> Vec<[A::Number; 2]> {
    thin::<A>(&mut boxes);
    let mut corners = Vec::with_capacity(4 * boxes.len());
    for [low, high] in boxes {
        if low != high {
            corners.push([high[0].clone(), low[1].clone()]);
            corners.push([low[0].clone(), high[1].clone()]);
            corners.push(high);
        }
        corners.push(low);
    }
    hull::<A>(corners)
}

/// Leaves out rectangles that lie within a polygon of eight corners of others.
fn thin<A: Arithmetic>(boxes: &mut Vec<Rectangle<A>>) {
    if boxes.len() < 16 {
        return;
    }
    let about = |point: &[A::Number; 2]| [0, 1].map(|axis| A::roughly(&point[axis]));
    let directions = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, 1], [1, -1], [-1, -1]];
    // Whichever are taken, what is left out lies within others.
    let places: Vec<[f64; 2]> = boxes.iter().map(|[low, _]| about(low)).collect();
    let furthest = |direction: [i8; 2]| {
        let [x, y] = direction.map(f64::from);
        let mut best = (f64::NEG_INFINITY, 0);
        for (at, place) in places.iter().enumerate() {
            let height = x * place[0] + y * place[1];
            if height > best.0 {
                best = (height, at);
            }
        }
        boxes[best.1][0].clone()
    };
    let around = hull::<A>(directions.into_iter().map(furthest).collect());
    if around.len() > 2 {
        let near: Vec<[f64; 2]> = around.iter().map(about).collect();
        let corners = boxes.iter().flatten().flatten().map(A::roughly);
        let largest = corners.fold(0.0, |most: f64, x| most.max(x.abs()));
        // Coordinates are off by a rounding, and four more follow.
        let unsure = 64.0 * f64::EPSILON * largest * largest;
        boxes.retain(|[low, high]| {
            // Of the corners the one that is furthest out in the direction of a side.
            let within = |at: usize| {
                let next = (at + 1) % around.len();
                let (from, to) = (&around[at], &around[next]);
                let x = if to[1] > from[1] { &high[0] } else { &low[0] };
                let y = if to[0] > from[0] { &low[1] } else { &high[1] };
                let ([x0, y0], [x1, y1]) = (near[at], near[next]);
                let area = (x1 - x0) * (A::roughly(y) - y0) - (y1 - y0) * (A::roughly(x) - x0);
                if area.abs() > unsure {
                    area > 0.0
                } else {
                    A::turns_left([from, to, &[x.clone(), y.clone()]])
                }
            };
            !(0..around.len()).all(within)
        });
    }
}

/// The extreme points of the hull of points, counterclockwise.
fn hull<A: Arithmetic>(mut points: Vec<[A::Number; 2]>) -> Vec<[A::Number; 2]> {
    points.sort_unstable();
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let half = |points: &mut dyn Iterator<Item = &[A::Number; 2]>| {
        let mut side: Vec<[A::Number; 2]> = Vec::new();
        for point in points {
            while let [.., before, last] = &side[..]
                && !A::turns_left([before, last, point])
            {
                side.pop();
            }
            side.push(point.clone());
        }
        side.pop();
        side
    };
    let mut lower = half(&mut points.iter());
    lower.append(&mut half(&mut points.iter().rev()));
    lower
}

/// What a line on which one coordinate is `value` cuts out of a polygon: the least other coordinate,
/// rounded down, and the largest one, rounded up.
fn cut<A: Arithmetic>(
    polygon: &[[A::Number; 2]],
    axis: usize,
    value: &A::Number,
) -> Option<(A::Number, A::Number)> {
    let mut ends: Option<(A::Number, A::Number)> = None;
    let mut meet = |low: A::Number, high: A::Number| {
        ends = Some(match ends.take() {
            None => (low, high),
            Some((least, most)) => (least.min(low), most.max(high)),
        });
    };
    for (at, from) in polygon.iter().enumerate() {
        let to = &polygon[(at + 1) % polygon.len()];
        if from[axis] == *value {
            meet(from[1 - axis].clone(), from[1 - axis].clone());
        } else if (from[axis] < *value && to[axis] > *value)
            || (from[axis] > *value && to[axis] < *value)
        {
            let (from, to) = ([&from[axis], &from[1 - axis]], [&to[axis], &to[1 - axis]]);
            let (low, high) = A::between(from, to, value);
            meet(low, high);
        }
    }
    ends
}
