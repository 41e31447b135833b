//! Whether points lie in a polygon: by machine numbers where these decide.

use super::numbers::{Grid, UNITS};
use super::{Point, holds};

/// A polygon, with its corners in machine numbers too, in units of the ranges of payoffs.
pub(super) struct Outline<'a> {
    corners: &'a [Point],
    about: Vec<[f64; 2]>,
    grid: &'a Grid,
    /// The largest coordinate in size, and what areas of points with no larger ones are off at most.
    largest: f64,
    error: f64,
}

impl<'a> Outline<'a> {
    pub(super) fn new(grid: &'a Grid, corners: &'a [Point]) -> Self {
        let mut outline = Outline { corners, about: Vec::new(), grid, largest: 0.0, error: 0.0 };
        outline.about = corners.iter().map(|corner| outline.about(corner)).collect();
        let sizes = outline.about.iter().flatten().map(|x| x.abs());
        // The payoffs of the game lie between nought and one, and rounded up a little beyond.
        let largest = sizes.fold(1.0 + 1e-9, f64::max);
        // Coordinates are off by 2⁻⁵² of themselves, and four roundings follow.
        outline.largest = largest;
        outline.error = 64.0 * f64::EPSILON * largest * largest;
        outline
    }

    /// A point in units of the ranges of payoffs, up to a rounding.
    fn about(&self, point: &Point) -> [f64; 2] {
        [0, 1].map(|player| {
            let above = &point[player] - &self.grid.least[player];
            let units = above.checked_div(&self.grid.unit[player]);
            units.unwrap_or_default().to_f64() / UNITS as f64
        })
    }

    /// Twice the area of the triangle of a side with a point, for each side.
    fn sides<'b>(&'b self, point: &'b [f64; 2]) -> impl Iterator<Item = f64> + 'b {
        let next = self.about.iter().cycle().skip(1);
        self.about.iter().zip(next).map(|(from, to)| {
            let side = (to[0] - from[0]) * (point[1] - from[1]);
            side - (to[1] - from[1]) * (point[0] - from[0])
        })
    }

    /// Whether a point, known up to a rounding, lies outside; where it is close, nothing is said.
    pub(super) fn surely_lacks(&self, point: &[f64; 2]) -> bool {
        self.is_small(point) && self.sides(point).any(|side| side < -self.error)
    }

    /// Whether a point, known up to a rounding, lies within; where it is close, nothing is said.
    pub(super) fn surely_holds(&self, point: &[f64; 2]) -> bool {
        self.about.len() > 2
            && self.is_small(point)
            && self.sides(point).all(|side| side > self.error)
    }

    /// Whether its coordinates are as large as the corners' at most, for which `error` is stated.
    fn is_small(&self, point: &[f64; 2]) -> bool {
        self.error.is_finite() && point.iter().all(|x| x.abs() <= self.largest)
    }

    /// Whether a point lies within or on a side.
    pub(super) fn holds(&self, point: &Point) -> bool {
        self.surely_holds(&self.about(point)) || holds(self.corners, point)
    }

    /// [`Self::holds`], by fractions.
    pub(super) fn holds_exactly(&self, point: &Point) -> bool {
        holds(self.corners, point)
    }
}
