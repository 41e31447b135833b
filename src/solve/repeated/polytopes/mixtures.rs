//! Mixtures of points, in machine numbers.

use super::kernel::{Vector, WIDEST, dot, maximize};

/// Points that are nearer to the mixtures of others are one of them.
const NEAR: f64 = 1e-11;

/// The mixture of points that is nearest to another one.
pub(super) struct Nearest {
    /// How far it is, in the largest coordinate.
    pub(super) away: f64,
    /// The direction in which the point lies beyond all mixtures.
    pub(super) beyond: Vector,
    /// Positions and probabilities.
    pub(super) mixture: Vec<(usize, f64)>,
}

/// The mixture of points that is nearest to another one. Coordinates count `scale` times.
pub(super) fn nearest(
    width: usize,
    scale: &Vector,
    points: &[Vector],
    point: &Vector,
) -> Option<Nearest> {
    // max h·p − α over α ≥ h·z for all points, with |h| ≤ 1 in the sum of coordinates.
    let mut normals = Vec::new();
    let mut bounds = Vec::new();
    for axis in 0..=width {
        for sign in [1.0, -1.0] {
            let mut normal = [0.0; WIDEST];
            normal[axis] = sign;
            normals.extend_from_slice(&normal[..=width]);
            bounds.push(if axis < width { 1.0 } else { 4.0 });
        }
    }
    for code in 0..1usize << width {
        normals.extend((0..width).map(|axis| if code >> axis & 1 == 0 { 1.0 } else { -1.0 }));
        normals.push(0.0);
        bounds.push(1.0);
    }
    let first = bounds.len();
    for one in points {
        normals.extend((0..width).map(|axis| scale[axis] * one[axis]));
        normals.push(-1.0);
        bounds.push(0.0);
    }
    let mut objective = [0.0; WIDEST];
    (0..width).for_each(|axis| objective[axis] = scale[axis] * point[axis]);
    objective[width] = -1.0;
    let found = maximize(width + 1, &normals, &bounds, &objective)?;
    let held = found.basis.iter().zip(&found.multipliers).take(width + 1);
    let mixture: Vec<(usize, f64)> = held
        .filter(|&(&row, _)| row >= first)
        .map(|(&row, &chance)| (row - first, chance))
        .collect();
    let mut beyond = [0.0; WIDEST];
    (0..width).for_each(|axis| beyond[axis] = found.point[axis] * scale[axis]);
    Some(Nearest { away: found.value, beyond, mixture })
}

/// A point of each of some sets, by position.
pub(super) type Combination = Vec<usize>;

/// The mixture of combinations that is nearest to a point.
pub(super) struct NearestSum {
    /// How far it is, in the largest coordinate.
    pub(super) away: f64,
    /// The combinations that it mixes.
    pub(super) held: Vec<Combination>,
}

/// Combinations that are tried at most.
const MOST_COMBINATIONS: usize = 400;

/// The mixture that is nearest to a point of what sets of points give together, each so many times. One
/// set is taken as it is; of the sum of more sets those points come in that are furthest towards the point.
pub(super) fn nearest_sum(
    width: usize,
    times: &[(usize, f64)],
    sets: &[Vec<Vector>],
    point: &Vector,
) -> Option<NearestSum> {
    let mut known: Vec<Combination> = match times {
        [(set, _)] => (0..sets[*set].len()).map(|at| vec![at]).collect(),
        _ => vec![vec![0; times.len()]],
    };
    let sum = |combination: &Combination| {
        let mut sum = [0.0; WIDEST];
        for (&(set, times), &at) in times.iter().zip(combination) {
            (0..width).for_each(|axis| sum[axis] += times * sets[set][at][axis]);
        }
        sum
    };
    let furthest = |direction: &Vector| -> Combination {
        let along = |one: &Vector| dot(&direction[..width], one);
        let best = |&(set, _): &(usize, f64)| {
            let all = sets[set].iter().enumerate();
            all.max_by(|one, other| along(one.1).total_cmp(&along(other.1))).map_or(0, |one| one.0)
        };
        times.iter().map(best).collect()
    };
    let mut points: Vec<Vector> = known.iter().map(sum).collect();
    let scale = [1.0; WIDEST];
    loop {
        let nearest = nearest(width, &scale, &points, point)?;
        let next = furthest(&nearest.beyond);
        let done = times.len() == 1 || nearest.away <= 1e-13 || known.len() >= MOST_COMBINATIONS;
        if done || known.contains(&next) {
            let held = nearest.mixture.iter().map(|&(at, _)| known[at].clone()).collect();
            return Some(NearestSum { away: nearest.away, held });
        }
        points.push(sum(&next));
        known.push(next);
    }
}

/// Positions of the points that are no mixtures of the others.
pub(super) fn extreme(width: usize, points: &[Vector]) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    for (at, point) in points.iter().enumerate() {
        let near = |&other: &usize| {
            (0..width).all(|axis| (point[axis] - points[other][axis]).abs() < NEAR)
        };
        if !kept.iter().any(near) {
            kept.push(at);
        }
    }
    let scale = [1.0; WIDEST];
    let mut at = 0;
    while kept.len() > 1 && at < kept.len() {
        let one = kept.remove(at);
        let others: Vec<Vector> = kept.iter().map(|&other| points[other]).collect();
        let away = nearest(width, &scale, &others, &points[one]);
        if away.is_some_and(|nearest| nearest.away > NEAR) {
            kept.insert(at, one);
            at += 1;
        }
    }
    kept
}
