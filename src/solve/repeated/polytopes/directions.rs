//! The directions in which the payoffs of equilibria are bounded, in units of the ranges of payoffs.

use std::collections::HashSet;

use super::kernel::Vector;

/// Directions with small whole coefficients. The first are e₀, −e₀, e₁, −e₁, ...
#[derive(Clone)]
pub(super) struct Directions {
    players: usize,
    all: Vec<Vec<i64>>,
    known: HashSet<Vec<i64>>,
    /// All of them, one after the other, in machine numbers whose largest is 1.
    pub(super) normals: Vec<f64>,
    /// The number of those that are always there.
    pub(super) base: usize,
}

/// Directions that are near ones with so small coefficients are taken to be these.
const SIMPLE: i64 = 64;

impl Directions {
    /// At first the axes; all vectors of −1, 0 and 1 for up to four players, and beyond those that touch two
    /// players or all of them alike.
    pub(super) fn new(players: usize) -> Self {
        let mut directions = Self::at_first(players);
        directions.base = directions.len();
        directions
    }

    fn at_first(players: usize) -> Self {
        let mut directions = Directions {
            players,
            all: Vec::new(),
            known: HashSet::new(),
            normals: Vec::new(),
            base: 0,
        };
        for player in 0..players {
            for sign in [1, -1] {
                let mut axis = vec![0; players];
                axis[player] = sign;
                directions.add_whole(axis);
            }
        }
        if players <= 4 {
            for code in 0..3i64.pow(players as u32) {
                let sign = |player: usize| code / 3i64.pow(player as u32) % 3 - 1;
                directions.add_whole((0..players).map(sign).collect());
            }
            return directions;
        }
        for one in 0..players {
            for other in 0..one {
                for signs in [[1, 1], [1, -1], [-1, 1], [-1, -1]] {
                    let mut pair = vec![0; players];
                    (pair[one], pair[other]) = (signs[0], signs[1]);
                    directions.add_whole(pair);
                }
            }
        }
        directions.add_whole(vec![1; players]);
        directions.add_whole(vec![-1; players]);
        directions
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The coefficients of a direction.
    pub(super) fn whole(&self, at: usize) -> &[i64] {
        &self.all[at]
    }

    pub(super) fn normal(&self, at: usize) -> &[f64] {
        &self.normals[at * self.players..][..self.players]
    }

    /// Adds a direction near this one; returns whether it is new.
    pub(super) fn add(&mut self, direction: &Vector) -> bool {
        let direction = &direction[..self.players];
        let largest = direction.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        if largest < 1e-9 {
            return false;
        }
        let times = |scale: i64| -> Vec<i64> {
            direction.iter().map(|x| (x / largest * scale as f64).round() as i64).collect()
        };
        let close = |scale: &i64| {
            direction.iter().zip(times(*scale)).all(|(x, whole)| {
                (x / largest - whole as f64 / *scale as f64).abs() < 1e-7 / *scale as f64
            })
        };
        let scale = (1..=SIMPLE).find(close).unwrap_or(1 << (66 / self.players).min(22));
        self.add_whole(times(scale))
    }

    /// Keeps those that are marked.
    pub(super) fn retain(&mut self, kept: &[bool]) {
        let all = std::mem::take(&mut self.all);
        self.known.clear();
        self.normals.clear();
        for (direction, _) in all.into_iter().zip(kept).filter(|(_, kept)| **kept) {
            self.add_whole(direction);
        }
    }

    fn add_whole(&mut self, mut direction: Vec<i64>) -> bool {
        let divisor = direction.iter().fold(0, |divisor, &x| gcd(divisor, x.abs()));
        if divisor == 0 {
            return false;
        }
        direction.iter_mut().for_each(|x| *x /= divisor);
        if !self.known.insert(direction.clone()) {
            return false;
        }
        let largest = direction.iter().map(|x| x.abs()).max().unwrap_or(1) as f64;
        self.normals.extend(direction.iter().map(|&x| x as f64 / largest));
        self.all.push(direction);
        true
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
