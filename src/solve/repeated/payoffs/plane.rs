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
pub(in crate::solve) fn turn<T: Real>(a: &Point<T>, b: &Point<T>, c: &Point<T>) -> T {
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

/// How far a point is from a polygon, whose corners are in order counterclockwise: the larger difference of
/// coordinates from the point of the polygon that is nearest by Euclid.
///
/// From an edge that the point lies beyond, edges are followed while they come nearer.
pub(in crate::solve) fn distance<T: Real>(polygon: &[Point<T>], point: &Point<T>) -> Option<T> {
    let count = polygon.len();
    let start = match count {
        0 => return None,
        1 => 0,
        2 if holds(polygon, point) => return Some(T::zero()),
        2 => 0,
        _ => match beyond(polygon, point) {
            Some(edge) => edge,
            None => return Some(T::zero()),
        },
    };
    let mut best = off_edge(polygon, start, point);
    for step in [1, count - 1] {
        let mut at = start;
        for _ in 1..count {
            at = (at + step) % count;
            let next = off_edge(polygon, at, point);
            if next.0 > best.0 {
                break;
            }
            best = next;
        }
    }
    Some(best.1)
}

/// The edge of a polygon beyond which a point lies, by the number of its first corner; none where it lies
/// inside. The triangles with the first corner are in the order of their angles.
fn beyond<T: Real>(polygon: &[Point<T>], point: &Point<T>) -> Option<usize> {
    let outside = |at: usize| {
        let next = (at + 1) % polygon.len();
        turn(&polygon[at], &polygon[next], point) < T::zero()
    };
    let others = &polygon[1..];
    let passed = others.partition_point(|one| turn(&polygon[0], one, point) >= T::zero());
    let edges = if passed == others.len() { [passed, passed - 1] } else { [passed; 2] };
    edges.into_iter().find(|&edge| outside(edge))
}

/// How far a point is from an edge: the squared distance, and the larger difference of coordinates.
fn off_edge<T: Real>(polygon: &[Point<T>], at: usize, point: &Point<T>) -> (T, T) {
    let (from, to) = (&polygon[at], &polygon[(at + 1) % polygon.len()]);
    let way = [to[0].minus(&from[0]), to[1].minus(&from[1])];
    let length = way[0].times(&way[0]).plus(&way[1].times(&way[1]));
    let ahead = point[0].minus(&from[0]).times(&way[0]);
    let ahead = ahead.plus(&point[1].minus(&from[1]).times(&way[1]));
    let near = if length <= T::zero() || ahead <= T::zero() {
        from.clone()
    } else if ahead >= length {
        to.clone()
    } else {
        let part = ahead.over(&length);
        [0, 1].map(|axis| from[axis].plus(&way[axis].times(&part)))
    };
    let apart = [point[0].minus(&near[0]), point[1].minus(&near[1])];
    let square = apart[0].times(&apart[0]).plus(&apart[1].times(&apart[1]));
    let [x, y] = apart.map(|x| if x < T::zero() { T::zero().minus(&x) } else { x });
    (square, if x > y { x } else { y })
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

/// A polygon of fewer of its corners, which come no farther than `little` from all that are left out.
pub(in crate::solve) fn fewer(corners: &[Point<f64>], little: f64) -> Vec<Point<f64>> {
    let count = corners.len();
    if count < 3 {
        return corners.to_vec();
    }
    let left_out = |from: usize, to: usize| {
        let ends = [corners[from], corners[to % count]];
        let off = |one: &Point<f64>| distance(&ends, one).is_some_and(|off| off < little);
        corners[from + 1..to].iter().all(off)
    };
    let mut kept = vec![corners[0]];
    let mut at = 0;
    while at < count {
        let mut next = at + 1;
        while next < count && left_out(at, next + 1) {
            next += 1;
        }
        kept.extend(corners.get(next));
        at = next;
    }
    if kept.len() < 2 {
        let far = |one: &&Point<f64>| (one[0] - corners[0][0]).hypot(one[1] - corners[0][1]);
        kept.extend(corners.iter().max_by(|a, b| far(a).total_cmp(&far(b))));
    }
    kept
}
