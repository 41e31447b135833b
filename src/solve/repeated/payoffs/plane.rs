//! Convex polygons of the plane, over machine numbers or rationals.

use crate::num::Rational;

/// A number that polygons are made of.
pub(in crate::solve) trait Real: Clone + PartialOrd {
    fn plus(&self, other: &Self) -> Self;
    fn minus(&self, other: &Self) -> Self;
    fn times(&self, other: &Self) -> Self;
    /// The quotient, where the divisor is known not to be zero.
    fn over(&self, divisor: &Self) -> Self;
    fn zero() -> Self;
    fn order(&self, other: &Self) -> std::cmp::Ordering;
    /// The nearest machine number.
    fn near(&self) -> f64;
}

impl Real for f64 {
    fn plus(&self, other: &Self) -> Self {
        self + other
    }
    fn minus(&self, other: &Self) -> Self {
        self - other
    }
    fn times(&self, other: &Self) -> Self {
        self * other
    }
    fn over(&self, divisor: &Self) -> Self {
        self / divisor
    }
    fn zero() -> Self {
        0.0
    }
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        self.total_cmp(other)
    }
    fn near(&self) -> f64 {
        *self
    }
}

impl Real for Rational {
    fn plus(&self, other: &Self) -> Self {
        self + other
    }
    fn minus(&self, other: &Self) -> Self {
        self - other
    }
    fn times(&self, other: &Self) -> Self {
        self * other
    }
    fn over(&self, divisor: &Self) -> Self {
        self.checked_div(divisor).unwrap_or_default()
    }
    fn zero() -> Self {
        Rational::ZERO
    }
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        self.cmp(other)
    }
    fn near(&self) -> f64 {
        self.to_f64()
    }
}

/// A point: a payoff for each of two players.
pub(in crate::solve) type Point<T> = [T; 2];

/// Twice the area of a triangle, positive where it turns to the left.
fn turn<T: Real>(a: &Point<T>, b: &Point<T>, c: &Point<T>) -> T {
    let ahead = b[0].minus(&a[0]).times(&c[1].minus(&a[1]));
    ahead.minus(&b[1].minus(&a[1]).times(&c[0].minus(&a[0])))
}

/// The extreme points of the convex hull, counterclockwise from the leftmost (and of these lowest) one
/// (Andrew 1979). A segment has two, a point one.
pub(in crate::solve) fn hull<T: Real>(mut points: Vec<Point<T>>) -> Vec<Point<T>> {
    thin(&mut points);
    points.sort_by(|a, b| a[0].order(&b[0]).then_with(|| a[1].order(&b[1])));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let mut chain: Vec<Point<T>> = Vec::with_capacity(points.len() + 1);
    let add = |chain: &mut Vec<Point<T>>, point: &Point<T>, floor: usize| {
        while chain.len() > floor
            && turn(&chain[chain.len() - 2], &chain[chain.len() - 1], point) <= T::zero()
        {
            chain.pop();
        }
        chain.push(point.clone());
    };
    for point in &points {
        add(&mut chain, point, 1);
    }
    let lower = chain.len();
    for point in points.iter().rev().skip(1) {
        add(&mut chain, point, lower);
    }
    chain.pop();
    chain
}

/// Leaves out points that lie within a polygon of eight others.
fn thin<T: Real>(points: &mut Vec<Point<T>>) {
    if points.len() < 32 {
        return;
    }
    let height = |point: &Point<T>, direction: usize| match direction {
        0 => point[0].clone(),
        1 => point[1].clone(),
        2 => point[0].plus(&point[1]),
        _ => point[0].minus(&point[1]),
    };
    let mut around = Vec::with_capacity(8);
    for direction in 0..4 {
        let by = |a: &&Point<T>, b: &&Point<T>| height(a, direction).order(&height(b, direction));
        around
            .extend(points.iter().max_by(by).into_iter().chain(points.iter().min_by(by)).cloned());
    }
    let around = hull(around);
    if around.len() > 2 {
        let about = |point: &Point<T>| [point[0].near(), point[1].near()];
        let near: Vec<Point<f64>> = around.iter().map(about).collect();
        let largest = near.iter().flatten().fold(0.0, |most: f64, x| most.max(x.abs()));
        // What machine numbers may be off by at most: points lie within the bounds of the eight.
        let unsure = 64.0 * f64::EPSILON * largest * largest;
        points.retain(|point| {
            let place = about(point);
            let within = |at: usize| {
                let next = (at + 1) % around.len();
                let area = turn(&near[at], &near[next], &place);
                if area.abs() > unsure {
                    area > 0.0
                } else {
                    turn(&around[at], &around[next], point) > T::zero()
                }
            };
            !(0..around.len()).all(within)
        });
    }
}

/// The part of a polygon on the line where a coordinate has a value: the least and the largest other
/// coordinate. `None` where the line misses it.
pub(in crate::solve) fn slice<T: Real>(
    polygon: &[Point<T>],
    axis: usize,
    value: &T,
) -> Option<(T, T)> {
    let mut found: Option<(T, T)> = None;
    let mut meet = |other: T| {
        found = Some(match found.take() {
            None => (other.clone(), other),
            Some((low, high)) if other < low => (other, high),
            Some((low, high)) if other > high => (low, other),
            Some(both) => both,
        });
    };
    for (at, from) in polygon.iter().enumerate() {
        let to = &polygon[(at + 1) % polygon.len()];
        if from[axis] == *value {
            meet(from[1 - axis].clone());
        } else if (from[axis] < *value) != (to[axis] < *value) && to[axis] != *value {
            let part = value.minus(&from[axis]).over(&to[axis].minus(&from[axis]));
            meet(from[1 - axis].plus(&to[1 - axis].minus(&from[1 - axis]).times(&part)));
        }
    }
    found
}

/// Whether a point lies in a polygon or on its edge.
pub(in crate::solve) fn holds<T: Real>(polygon: &[Point<T>], point: &Point<T>) -> bool {
    match polygon {
        [] => false,
        [only] => only == point,
        [from, to] => {
            turn(from, to, point) == T::zero()
                && (0..2).all(|axis| {
                    let (low, high) = ordered(&from[axis], &to[axis]);
                    *low <= point[axis] && point[axis] <= *high
                })
        }
        _ => polygon
            .iter()
            .enumerate()
            .all(|(at, from)| turn(from, &polygon[(at + 1) % polygon.len()], point) >= T::zero()),
    }
}

fn ordered<'a, T: Real>(a: &'a T, b: &'a T) -> (&'a T, &'a T) {
    if a <= b { (a, b) } else { (b, a) }
}

/// How far a point is from a polygon: the larger difference of coordinates from the point of the
/// polygon that is nearest by Euclid.
pub(in crate::solve) fn distance<T: Real>(polygon: &[Point<T>], point: &Point<T>) -> Option<T> {
    if holds(polygon, point) {
        return Some(T::zero());
    }
    let mut least: Option<(T, T)> = None;
    for (at, from) in polygon.iter().enumerate() {
        let to = &polygon[(at + 1) % polygon.len()];
        let way = [to[0].minus(&from[0]), to[1].minus(&from[1])];
        let length = way[0].times(&way[0]).plus(&way[1].times(&way[1]));
        let mut near = from.clone();
        if length > T::zero() {
            let ahead = point[0].minus(&from[0]).times(&way[0]);
            let ahead = ahead.plus(&point[1].minus(&from[1]).times(&way[1])).over(&length);
            if ahead > T::zero() {
                let ahead = if ahead > length.over(&length) { length.over(&length) } else { ahead };
                near = [0, 1].map(|axis| from[axis].plus(&way[axis].times(&ahead)));
            }
        }
        let apart = [point[0].minus(&near[0]), point[1].minus(&near[1])];
        let square = apart[0].times(&apart[0]).plus(&apart[1].times(&apart[1]));
        let size = apart.map(|x| if x < T::zero() { T::zero().minus(&x) } else { x });
        let [x, y] = size;
        let larger = if x > y { x } else { y };
        if least.as_ref().is_none_or(|(best, _)| square < *best) {
            least = Some((square, larger));
        }
    }
    least.map(|(_, larger)| larger)
}

/// The part of a polygon within a half-plane.
pub(in crate::solve) fn cut(
    corners: &[Point<f64>],
    direction: &Point<f64>,
    level: f64,
) -> Vec<Point<f64>> {
    let over: Vec<f64> = corners
        .iter()
        .map(|corner| direction[0] * corner[0] + direction[1] * corner[1] - level)
        .collect();
    let mut kept = Vec::with_capacity(corners.len() + 1);
    for (at, corner) in corners.iter().enumerate() {
        let next = (at + 1) % corners.len();
        if over[at] <= 0.0 {
            kept.push(*corner);
        }
        if (over[at] > 0.0 && over[next] < 0.0) || (over[at] < 0.0 && over[next] > 0.0) {
            let share = over[at] / (over[at] - over[next]);
            kept.push([0, 1].map(|k: usize| corner[k] + share * (corners[next][k] - corner[k])));
        }
    }
    kept
}

/// A polygon, brought inside another one: past the edges of that over which it reaches it is cut, so much
/// deeper.
pub(in crate::solve) fn inside(
    polygon: &[Point<f64>],
    within: &[Point<f64>],
    deeper: f64,
) -> Vec<Point<f64>> {
    let mut polygon = polygon.to_vec();
    for (at, from) in within.iter().enumerate() {
        let to = &within[(at + 1) % within.len()];
        let outwards = [to[1] - from[1], from[0] - to[0]];
        let length = outwards[0].hypot(outwards[1]);
        let outwards = outwards.map(|part| part / length);
        let height = |one: &Point<f64>| outwards[0] * one[0] + outwards[1] * one[1];
        if polygon.iter().any(|corner| height(corner) > height(from)) {
            polygon = cut(&polygon, &outwards, height(from) - deeper);
        }
    }
    hull(polygon)
}

/// A polygon without corners that lie within `little` of the line between those beside them.
pub(in crate::solve) fn fewer(corners: &[Point<f64>], little: f64) -> Vec<Point<f64>> {
    let mut kept = corners.to_vec();
    let mut at = 0;
    while kept.len() > 2 && at < kept.len() {
        let count = kept.len();
        let (before, next) = (kept[(at + count - 1) % count], kept[(at + 1) % count]);
        if distance(&[before, next], &kept[at]).is_some_and(|away| away < little) {
            kept.remove(at);
            // Its neighbour stays, so that no corner moves by more.
        }
        at += 1;
    }
    kept
}
