//! The outer polytope: bounds in each direction that fall until they rest.

use crate::solve::{Budget, Exhausted, Work};

use super::directions::Directions;
use super::kernel::{Vector, WIDEST, dot, maximize};
use super::mixtures::{extreme, nearest};
use super::stage::Stage;

/// Sweeps after which the bounds are taken as they are, though they still fall.
const MOST_SWEEPS: u64 = 100_000;

/// A point that is generated, and the profile that begins it.
pub(super) type Generated = (Vector, usize);
/// How far a corner lies beyond what is generated, and in which direction.
pub(super) type Beyond = (f64, Vector);

/// Bounds of the payoffs of all equilibria, in machine numbers.
#[derive(Clone)]
pub(super) struct Outer {
    discount: f64,
    needs: Vec<Option<Vector>>,
    /// The bound in each direction.
    pub(super) levels: Vec<f64>,
    /// The best point that is generated in each direction, and the profile that begins it.
    points: Vec<Generated>,
    /// Lower bounds on the threats.
    threats: Vector,
    /// Whether each profile may still be played.
    pub(super) alive: Vec<bool>,
    /// For each direction, the profiles from the best to the worst.
    order: Vec<Vec<u32>>,
}

impl Outer {
    /// The payoffs of all profiles, at a discount factor and with needs and minmax values that are smaller
    /// by `looser`.
    pub(super) fn new(stage: &Stage, directions: &Directions, discount: f64, looser: f64) -> Self {
        let needs = stage.needs(discount, looser);
        let alive = needs.iter().map(Option::is_some).collect();
        let threats = stage.each(|player| stage.float_minmax[player] - looser);
        let mut outer = Outer {
            discount,
            needs,
            levels: Vec::new(),
            points: Vec::new(),
            threats,
            alive,
            order: Vec::new(),
        };
        outer.extend(stage, directions);
        outer
    }

    /// Takes in directions that were added.
    pub(super) fn extend(&mut self, stage: &Stage, directions: &Directions) {
        for at in self.levels.len()..directions.len() {
            let normal = directions.normal(at);
            let value = |a: u32| dot(normal, &stage.floats[a as usize]);
            let mut order: Vec<u32> = (0..stage.floats.len() as u32).collect();
            order.sort_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
            self.levels.push(value(order[0]));
            self.points.push((stage.floats[order[0] as usize], order[0] as usize));
            self.order.push(order);
        }
    }

    /// Forgets directions as [`Directions::retain`] does.
    pub(super) fn retain(&mut self, kept: &[bool]) {
        keep(&mut self.levels, kept);
        keep(&mut self.points, kept);
        keep(&mut self.order, kept);
    }

    /// Lowers the bounds until they fall by no more than `still`. Returns whether any payoffs are left.
    pub(super) fn settle(
        &mut self,
        stage: &Stage,
        directions: &Directions,
        still: f64,
        budget: &Budget,
        work: &mut Work,
    ) -> Result<bool, Exhausted> {
        let width = stage.players;
        for _ in 0..MOST_SWEEPS {
            budget.check_now(work.rounds)?;
            work.rounds += 1;
            let mut fallen: f64 = 0.0;
            let mut rows = self.levels.clone();
            for at in 0..directions.len() {
                let Some((level, point)) = self.best(stage, directions, at, &mut rows) else {
                    return Ok(false);
                };
                self.points[at] = point;
                if level < self.levels[at] {
                    fallen = fallen.max(self.levels[at] - level);
                    self.levels[at] = level;
                    rows[at] = level;
                }
            }
            for player in 0..width {
                let least = -self.levels[2 * player + 1];
                fallen = fallen.max(least - self.threats[player]);
                self.threats[player] = self.threats[player].max(least);
            }
            if fallen <= still {
                break;
            }
        }
        Ok(true)
    }

    /// The most that is generated in the direction at a position.
    fn best(
        &mut self,
        stage: &Stage,
        directions: &Directions,
        at: usize,
        rows: &mut [f64],
    ) -> Option<(f64, Generated)> {
        let order = std::mem::take(&mut self.order[at]);
        let level = self.levels[at];
        let best = self.best_in(stage, directions, directions.normal(at), &order, level, rows);
        self.order[at] = order;
        best
    }

    /// The most that is generated in a direction in which continuations reach no further than a level, with
    /// profiles from the best to the worst. With v = (1 − δ) g + δ w the best in it, w is no better than
    /// v, so that v is no better than g.
    fn best_in(
        &mut self,
        stage: &Stage,
        directions: &Directions,
        normal: &[f64],
        order: &[u32],
        level: f64,
        rows: &mut [f64],
    ) -> Option<(f64, Generated)> {
        let width = stage.players;
        let (now, later) = (1.0 - self.discount, self.discount);
        let objective = vector(normal);
        let mut best: Option<(f64, Generated)> = None;
        for &profile in order {
            let profile = profile as usize;
            let payoffs = &stage.floats[profile];
            let own = dot(normal, payoffs);
            let most = own.min(now * own + later * level);
            if best.as_ref().is_some_and(|(best, _)| most <= *best) {
                break;
            }
            if !self.alive[profile] {
                continue;
            }
            let Some(need) = &self.needs[profile] else { continue };
            let corner = stage.each(|player| self.threats[player] + need[player]);
            // Own payoffs that deter are best.
            let rests = (0..width).all(|player| payoffs[player] >= corner[player]) && level >= own;
            let (value, point) = if rests {
                (own, *payoffs)
            } else {
                for player in 0..width {
                    rows[2 * player + 1] = self.levels[2 * player + 1].min(-corner[player]);
                }
                let found = maximize(width, &directions.normals, rows, &objective);
                for player in 0..width {
                    rows[2 * player + 1] = self.levels[2 * player + 1];
                }
                let Some(found) = found else {
                    self.alive[profile] = false;
                    continue;
                };
                let point =
                    stage.each(|player| now * payoffs[player] + later * found.point[player]);
                (own.min(now * own + later * found.value), point)
            };
            if best.as_ref().is_none_or(|(best, _)| value > *best) {
                best = Some((value, (point, profile)));
            }
        }
        best
    }

    /// The points that are generated and no mixtures of others, and the profiles that begin them, as far as
    /// corners of the bounds lead to them; and the directions in which corners lie beyond them, the furthest
    /// first. For each corner, points are generated in the direction in which it is beyond those so far.
    pub(super) fn generated(
        &mut self,
        stage: &Stage,
        directions: &Directions,
        corners: &[Vector],
        aim: f64,
        budget: &Budget,
    ) -> Result<(Vec<Generated>, Vec<Beyond>), Exhausted> {
        let width = stage.players;
        let scale = stage.each(|_| 1.0);
        let mut rows = self.levels.clone();
        let all: Vec<Vector> = self.points.iter().map(|point| point.0).collect();
        let mut points: Vec<Generated> =
            extreme(width, &all).into_iter().map(|at| self.points[at]).collect();
        let mut known: Vec<Vector> = points.iter().map(|point| point.0).collect();
        let mut beyond: Vec<Beyond> = Vec::new();
        for corner in corners {
            budget.check_now(0)?;
            while let Some(near) = nearest(width, &scale, &known, corner) {
                let (away, direction) = (near.away, near.beyond);
                if away <= aim {
                    break;
                }
                let normal = &direction[..width];
                let value = |a: u32| dot(normal, &stage.floats[a as usize]);
                let mut order: Vec<u32> = (0..stage.floats.len() as u32).collect();
                order.sort_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
                let best =
                    self.best_in(stage, directions, normal, &order, f64::INFINITY, &mut rows);
                let farthest =
                    known.iter().map(|one| dot(normal, one)).fold(f64::NEG_INFINITY, f64::max);
                let Some((level, one)) = best else { break };
                if dot(normal, &one.0) > farthest + aim / 8.0 {
                    points.push(one);
                    known.push(one.0);
                } else {
                    if dot(normal, corner) > level + aim / 8.0 {
                        beyond.push((away, direction));
                    }
                    break;
                }
            }
        }
        beyond.sort_by(|one, other| other.0.total_cmp(&one.0));
        let kept = extreme(width, &known).into_iter().map(|at| points[at]).collect();
        Ok((kept, beyond))
    }
}

/// Keeps what is marked.
fn keep<T>(all: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    all.retain(|_| kept.next().is_some_and(|&kept| kept));
}

/// A direction as a vector.
pub(super) fn vector(direction: &[f64]) -> Vector {
    let mut all = [0.0; WIDEST];
    all[..direction.len()].copy_from_slice(direction);
    all
}
