//! The extreme points that bounds generate.

use crate::solve::{Budget, Exhausted};

use super::directions::Directions;
use super::kernel::{Vector, dot, maximize};
use super::mixtures::{extreme, nearest};
use super::outer::{Generated, Outer, ordered, vector};
use super::stage::Stages;

/// How far a corner lies beyond what is generated, and in which direction.
pub(super) type Beyond = (f64, Vector);

impl Outer {
    /// The points of a state that are generated and no mixtures of others, and the plays that begin them,
    /// as far as corners of the bounds lead to them; and the directions in which corners lie beyond them.
    /// For each corner, points are generated in the direction in which it is beyond those so far.
    pub(super) fn generated(
        &mut self,
        stages: &Stages,
        directions: &Directions,
        state: usize,
        corners: &[Vector],
        aim: f64,
        budget: &Budget,
    ) -> Result<(Vec<Generated>, Vec<Beyond>), Exhausted> {
        let width = stages.players;
        let scale = stages.each(|_| 1.0);
        let all: Vec<Vector> = self.points[state].iter().map(|point| point.0).collect();
        let mut points: Vec<Generated> =
            extreme(width, &all).into_iter().map(|at| self.points[state][at]).collect();
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
                let order = ordered(stages, state, normal);
                let levels = self.reach(stages, directions, &direction);
                let best = self.best(
                    stages,
                    directions,
                    normal,
                    &order,
                    &levels,
                    &mut std::collections::HashMap::new(),
                );
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
        let kept = extreme(width, &known).into_iter().map(|at| points[at]).collect();
        Ok((kept, beyond))
    }

    /// What the bounds of each state allow in a direction.
    fn reach(&self, stages: &Stages, directions: &Directions, direction: &Vector) -> Vec<f64> {
        let objective = vector(&direction[..stages.players]);
        let most = |levels: &Vec<f64>| {
            let found = maximize(stages.players, &directions.normals, levels, &objective);
            found.map_or(f64::INFINITY, |found| found.value)
        };
        self.levels.iter().map(most).collect()
    }
}
