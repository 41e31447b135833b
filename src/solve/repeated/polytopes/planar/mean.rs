//! The means of polygons, and what is left of them where players would rather deviate.

use super::{Float, Planar, Polygons};

/// A point of a sum of polygons: its corners with their chances, of which unused ones are zero.
#[derive(Clone, Copy)]
pub(super) struct Mixed {
    pub(super) at: Float,
    pub(super) parts: [(usize, f64); 4],
}

/// The mean of the polygons of the states that follow a play.
pub(super) struct Mean {
    pub(super) corners: Vec<Float>,
    /// The first corner of each polygon is 0; which polygon goes on at each corner but the first.
    turns: Vec<usize>,
}

impl Planar<'_> {
    /// Edges of polygons in the order of their angles, from the leftmost corners.
    pub(super) fn mean(&self, play: usize, polygons: &Polygons) -> Mean {
        let follows = &self.stages.chances[play];
        let mut at = [0.0, 0.0];
        let mut edges: Vec<(f64, usize, Float)> = Vec::new();
        for (place, (to, chance)) in follows.iter().enumerate() {
            let polygon = &polygons[*to];
            (0..2).for_each(|k| at[k] += chance * polygon[0][k]);
            for (corner, from) in polygon.iter().enumerate().filter(|_| polygon.len() > 1) {
                let next = &polygon[(corner + 1) % polygon.len()];
                let way = [0, 1].map(|k: usize| chance * (next[k] - from[k]));
                // From straight down, which comes last, to the left.
                let angle = way[1].atan2(way[0]);
                let down = -std::f64::consts::FRAC_PI_2;
                let angle = if angle <= down { angle + std::f64::consts::TAU } else { angle };
                // The edges of a polygon stay in their order.
                let before =
                    edges.last().filter(|last| last.1 == place).map_or(down, |last| last.0);
                edges.push((angle.max(before), place, way));
            }
        }
        edges.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut mean = Mean { corners: vec![at], turns: Vec::with_capacity(edges.len()) };
        // The last edge leads back.
        edges.pop();
        for (_, place, way) in edges {
            (0..2).for_each(|k| at[k] += way[k]);
            mean.corners.push(at);
            mean.turns.push(place);
        }
        mean
    }

    /// The corners of the states that follow, of which a corner of their mean is made.
    pub(super) fn combination(
        &self,
        play: usize,
        polygons: &Polygons,
        (mean, corner): (&Mean, usize),
    ) -> Vec<usize> {
        let follows = &self.stages.chances[play];
        let mut held = vec![0; follows.len()];
        mean.turns[..corner].iter().for_each(|&place| held[place] += 1);
        // Whoever went all the way round is at his first corner again.
        held.iter_mut().zip(follows).for_each(|(at, (to, _))| *at %= polygons[*to].len());
        held
    }
}

impl Mixed {
    pub(super) fn corner((at, point): (usize, &Float)) -> Self {
        let mut parts = [(0, 0.0); 4];
        parts[0] = (at, 1.0);
        Mixed { at: *point, parts }
    }

    /// The point on the way to another one, at a part of it. Each is a mixture of at most two.
    fn towards(&self, other: &Self, part: f64) -> Self {
        let at = [0, 1].map(|k: usize| self.at[k] + part * (other.at[k] - self.at[k]));
        let mut parts = [(0, 0.0); 4];
        let own = self.parts.iter().map(|one| (one.0, (1.0 - part) * one.1));
        let others = other.parts.iter().map(|one| (one.0, part * one.1));
        for (place, one) in own.chain(others).filter(|one| one.1 > 0.0).take(4).enumerate() {
            parts[place] = one;
        }
        Mixed { at, parts }
    }
}

/// The part of a polygon in which a player gets at least so much.
pub(super) fn cut(points: &[Mixed], player: usize, least: f64) -> Vec<Mixed> {
    let mut kept = Vec::with_capacity(points.len() + 1);
    for (at, point) in points.iter().enumerate() {
        let next = &points[(at + 1) % points.len()];
        let (over, ahead) = (point.at[player] - least, next.at[player] - least);
        if over >= 0.0 {
            kept.push(*point);
        }
        if (over > 0.0 && ahead < 0.0) || (over < 0.0 && ahead > 0.0) {
            kept.push(point.towards(next, over / (over - ahead)));
        }
    }
    kept
}
