//! The polygons of Abreu & Sannikov (2014), each of which holds the next one and all equilibrium payoffs.

use super::plane::{Point, Real, hull, slice};

/// What the operator needs of a stage game at a discount factor.
#[derive(Debug, Clone)]
pub(super) struct Table<T> {
    /// The payoffs g(a) of each profile.
    pub(super) payoffs: Vec<Point<T>>,
    /// By how much a continuation has to exceed the threats to deter from leaving each profile,
    /// (1 − δ)/δ h(a); `None` where nothing deters, since δ = 0.
    pub(super) needs: Vec<Option<Point<T>>>,
    /// 1 − δ and δ.
    pub(super) now: T,
    pub(super) later: T,
}

/// A polygon that holds all equilibrium payoffs, and lower bounds on the threats.
#[derive(Debug, Clone)]
pub(super) struct Chain<'a, T> {
    table: &'a Table<T>,
    pub(super) polygon: Vec<Point<T>>,
    pub(super) threats: Point<T>,
    /// Profiles that may still be played.
    alive: Vec<usize>,
}

impl<'a, T: Real> Chain<'a, T> {
    /// The payoffs of all lotteries over profiles, with the pure minmax values as threats.
    pub(super) fn new(table: &'a Table<T>, minmax: Point<T>) -> Self {
        let alive = (0..table.payoffs.len()).filter(|&a| table.needs[a].is_some()).collect();
        Chain { table, polygon: hull(table.payoffs.clone()), threats: minmax, alive }
    }

    /// One step: a smaller polygon. Returns whether anything changed.
    ///
    /// An extreme point of the set V is g(a) itself, or its continuation just deters somebody. So a
    /// profile contributes g(a) where that deters, and otherwise the continuations in the polygon that
    /// just deter one player and deter the other one too.
    pub(super) fn step(&mut self) -> bool {
        let mut points = Vec::with_capacity(self.polygon.len() * 2);
        let (table, polygon, threats) = (self.table, &self.polygon, &self.threats);
        self.alive.retain(|&a| {
            let Some(need) = &table.needs[a] else { return false };
            let corner = [threats[0].plus(&need[0]), threats[1].plus(&need[1])];
            let payoff = &table.payoffs[a];
            if payoff[0] >= corner[0] && payoff[1] >= corner[1] {
                points.push(payoff.clone());
                return true;
            }
            let before = points.len();
            for axis in 0..2 {
                let Some((low, high)) = slice(polygon, axis, &corner[axis]) else { continue };
                let other = 1 - axis;
                let low = if low < corner[other] { corner[other].clone() } else { low };
                if low <= high {
                    for end in [low, high] {
                        let mut point = payoff.clone();
                        for (coordinate, w) in [(axis, &corner[axis]), (other, &end)] {
                            point[coordinate] =
                                table.now.times(&payoff[coordinate]).plus(&table.later.times(w));
                        }
                        points.push(point);
                    }
                }
            }
            points.len() > before
        });
        let next = hull(points);
        let mut threats = self.threats.clone();
        for (player, threat) in threats.iter_mut().enumerate() {
            for point in &next {
                // The first point sets the least.
                if next.iter().all(|other| point[player] <= other[player])
                    && point[player] > *threat
                {
                    *threat = point[player].clone();
                    break;
                }
            }
        }
        let changed = next != self.polygon || threats != self.threats;
        self.polygon = next;
        self.threats = threats;
        changed
    }
}
