//! The outer polytope: its faces and its corners, exactly, and how near the inner one is.

use crate::game::repeated_polytopes::OuterCorner;
use crate::game::stochastic::{StateCorner, StatePolytope};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

use super::corners::corners;
use super::directions::Directions;
use super::kernel::{Vector, maximize};
use super::mixtures::nearest;
use super::outer::vector;
use super::stage::Stages;

/// Bounds that others imply up to this are no faces.
const IMPLIED: f64 = 1e-12;
/// Decimal places of the bounds, in units of the ranges.
const DIGITS: i32 = 12;

/// The polytope of bounds that are a little wider.
pub(super) struct Faces {
    /// The bounds in all directions, in units of the ranges and of the largest coefficient.
    levels: Vec<Rational>,
    /// The directions in which they bound it.
    pub(super) faces: Vec<usize>,
    /// Its corners, in units of the ranges.
    corners: Vec<Vec<Rational>>,
}

impl Faces {
    /// That of bounds which are wider by a margin.
    ///
    /// # Errors
    /// When there are too many corners, or the budget is spent.
    pub(super) fn new(
        stages: &Stages,
        directions: &Directions,
        bounds: &[f64],
        margin: f64,
        budget: &Budget,
    ) -> Result<Self, Exhausted> {
        let (faces, levels) = widened(stages, directions, bounds, margin);
        let mut levels: Vec<Rational> = levels.iter().map(|&level| rounded_up(level)).collect();
        let corners = corners_of(stages, directions, &faces, &levels, budget)?;
        // Directions that bound nothing must not cut a corner off by a rounding.
        for at in (0..directions.len()).filter(|at| !faces.contains(at)) {
            let reach = corners.iter().map(|corner| -> Rational {
                let whole = directions.whole(at).iter();
                whole.zip(corner).map(|(&h, x)| Rational::from(h) * x).sum()
            });
            let largest = largest(directions, at);
            if let Some(reach) = reach.max().and_then(|reach| reach.checked_div(&largest)) {
                levels[at] = reach.max(levels[at].clone());
            }
        }
        Ok(Faces { levels, faces, corners })
    }

    /// The corners in machine numbers.
    pub(super) fn about(&self, stages: &Stages) -> Vec<Vector> {
        let about = |corner: &Vec<Rational>| stages.each(|player| corner[player].to_f64());
        self.corners.iter().map(about).collect()
    }

    /// The polytopes of a state with these corners inside.
    pub(super) fn around(
        &self,
        stages: &Stages,
        directions: &Directions,
        inner: Vec<StateCorner>,
    ) -> StatePolytope {
        let near: Vec<Vector> = inner.iter().map(|one| stages.normalized(&one.payoffs)).collect();
        let levels = (0..directions.len()).map(|at| self.level(stages, directions, at)).collect();
        let mut answer = StatePolytope { inner, levels, outer: Vec::new(), distance: None };
        let mut distance: Option<Rational> = None;
        for (corner, about) in self.corners.iter().zip(self.about(stages)) {
            let all = corner.iter().zip(&stages.range).zip(&stages.least);
            let payoffs: Vec<Rational> = all.map(|((x, range), least)| least + x * range).collect();
            let mut lottery = Vec::new();
            let nearest = nearest(stages.players, &stages.relative, &near, &about);
            if let Some(nearest) = nearest.filter(|_| !near.is_empty()) {
                lottery = chances(&nearest.mixture);
                let mean = answer.mean(&lottery);
                let off = mean.iter().zip(&payoffs).map(|(one, other)| (one - other).abs());
                distance = off.chain(distance).max();
            }
            answer.outer.push(OuterCorner { payoffs, near: lottery });
        }
        answer.outer.sort_by(|one, other| one.payoffs.cmp(&other.payoffs));
        answer.distance = distance;
        answer
    }

    /// A bound in payoffs: Σ h (v − least) / range ≤ c.
    fn level(&self, stages: &Stages, directions: &Directions, at: usize) -> Rational {
        let direction = in_payoffs(stages, directions, at);
        let from: Rational = direction.iter().zip(&stages.least).map(|(x, least)| x * least).sum();
        &self.levels[at] * largest(directions, at) + from
    }
}

/// The coefficients of a direction for payoffs that are not in units of their ranges.
pub(super) fn in_payoffs(stages: &Stages, directions: &Directions, at: usize) -> Vec<Rational> {
    let whole = directions.whole(at).iter().map(|&x| Rational::from(x));
    whole.zip(&stages.range).map(|(x, range)| x.checked_div(range).unwrap_or_default()).collect()
}

/// The corners of the polytope with these faces, in units of the ranges.
fn corners_of(
    stages: &Stages,
    directions: &Directions,
    faces: &[usize],
    levels: &[Rational],
    budget: &Budget,
) -> Result<Vec<Vec<Rational>>, Exhausted> {
    // x ≥ 0 from the least payoffs on, and h·x ≤ c for the other faces.
    let low: Vec<Rational> = (0..stages.players).map(|player| -&levels[2 * player + 1]).collect();
    let mut rows = Vec::new();
    for &face in faces {
        if face < 2 * stages.players && face % 2 == 1 {
            continue;
        }
        let whole: Vec<Rational> =
            directions.whole(face).iter().map(|&x| Rational::from(x)).collect();
        let reach = &levels[face] * largest(directions, face)
            - whole.iter().zip(&low).map(|(x, low)| x * low).sum::<Rational>();
        rows.push((whole, reach));
    }
    let corners = corners(stages.players, &rows, budget)?;
    let from_least = |corner: Vec<Rational>| -> Vec<Rational> {
        corner.into_iter().zip(&low).map(|(x, low)| x + low).collect()
    };
    Ok(corners.into_iter().map(from_least).collect())
}

/// Which directions bound the polytope, and all levels, wider by a margin; those of directions that do not
/// bound it are what the others imply.
fn widened(
    stages: &Stages,
    directions: &Directions,
    bounds: &[f64],
    margin: f64,
) -> (Vec<usize>, Vec<f64>) {
    let width = stages.players;
    let mut kept: Vec<bool> = vec![true; directions.len()];
    let rows = |kept: &[bool], levels: &[f64]| -> (Vec<f64>, Vec<f64>) {
        let all = (0..directions.len()).filter(|&at| kept[at]);
        all.map(|at| (directions.normal(at), levels[at])).fold(
            (Vec::new(), Vec::new()),
            |(mut normals, mut bounds), (normal, level)| {
                normals.extend_from_slice(normal);
                bounds.push(level);
                (normals, bounds)
            },
        )
    };
    for at in 2 * width..directions.len() {
        kept[at] = false;
        let (normals, ends) = rows(&kept, bounds);
        let implied = maximize(width, &normals, &ends, &vector(directions.normal(at)));
        kept[at] = implied.is_none_or(|found| found.value > bounds[at] + IMPLIED);
    }
    let mut levels: Vec<f64> = bounds
        .iter()
        .enumerate()
        .map(|(at, level)| {
            let size: f64 = directions.normal(at).iter().map(|x| x.abs()).sum();
            level + margin * size
        })
        .collect();
    let (normals, ends) = rows(&kept, &levels);
    for at in (0..directions.len()).filter(|&at| !kept[at]) {
        if let Some(found) = maximize(width, &normals, &ends, &vector(directions.normal(at))) {
            levels[at] = found.value + margin;
        }
    }
    ((0..directions.len()).filter(|&at| kept[at]).collect(), levels)
}

/// A bound to decimal places, above.
fn rounded_up(level: f64) -> Rational {
    let unit = Rational::from(10).pow(-DIGITS).unwrap_or(Rational::ONE);
    let exact = Rational::from_f64_exactly(level).unwrap_or_default();
    let count = exact.checked_div(&unit).unwrap_or_default().floor();
    (Rational::from_integers(count, 1.into()) + Rational::ONE) * unit
}

/// The largest coefficient of a direction.
fn largest(directions: &Directions, at: usize) -> Rational {
    Rational::from(directions.whole(at).iter().map(|x| x.abs()).max().unwrap_or(1))
}

/// Probabilities to twelve decimal places that sum to one.
fn chances(held: &[(usize, f64)]) -> Vec<(usize, Rational)> {
    let whole = 1_000_000_000_000i64;
    let mut counts: Vec<(usize, i64)> = held
        .iter()
        .map(|&(at, chance)| (at, (chance.clamp(0.0, 1.0) * whole as f64).round() as i64))
        .collect();
    let left = whole - counts.iter().map(|count| count.1).sum::<i64>();
    if let Some(most) = counts.iter_mut().max_by_key(|count| count.1) {
        most.1 += left;
    }
    counts
        .into_iter()
        .filter(|count| count.1 > 0)
        .map(|(at, count)| (at, Rational::new(count, whole)))
        .collect()
}
