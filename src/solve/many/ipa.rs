//! Iterated polymatrix approximation (Govindan & Wilson 2004, Journal of Economic Dynamics & Control 28).
//!
//! At a profile x every player's payoff is replaced by its linearisation in the others' strategies.
//! What comes out is a polymatrix game, in which payoffs are sums over pairs of players; its
//! equilibria solve a linear complementarity problem (Howson 1972), which Lemke's method solves.
//! The equilibrium found is the next x: Newton's method for complementarity problems (Josephy 1979),
//! so quick near an equilibrium and without guarantee far from one. Covering vectors and starting
//! points are varied until one run arrives.

use crate::solve::multilinear::{Multilinear, Scratch};
use crate::solve::{Budget, Exhausted};

use super::lemke::Lemke;
use super::polish::{polish, polish_quickly};

/// How many linearisations a run may take, and how many runs there may be.
const MOST_ROUNDS: usize = 25;
const MOST_RUNS: usize = 200;

/// With a regret below this, in parts of the range, singular equations are worth damped steps.
const NEAR: f64 = 1e-4;

/// An equilibrium in machine numbers; `None` when no run arrives at one.
pub(super) fn iterate_polymatrix(
    form: &Multilinear,
    budget: &Budget,
    rounds: &mut u64,
) -> Result<Option<Vec<f64>>, Exhausted> {
    let mut approximation = Approximation::new(form);
    let mut scratch = Scratch::default();
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut x = form.centroid();
    let mut next = x.clone();
    let mut support = vec![false; x.len()];
    for run in 0..MOST_RUNS {
        if run > 0 {
            numbers.profile(form, &mut x);
        }
        approximation.cover.iter_mut().for_each(|cover| *cover = 1.0 + numbers.next());
        support.fill(false);
        for _ in 0..MOST_ROUNDS {
            budget.check_now(*rounds)?;
            *rounds += 1;
            if !approximation.solve(form, &x, &mut scratch, &mut next) {
                break;
            }
            // Newton's method arrives from where the support does not change any more.
            let mut settled = true;
            for (played, &p) in support.iter_mut().zip(&next) {
                settled &= *played == (p > 1e-9);
                *played = p > 1e-9;
            }
            let found = if form.regret(&next, &mut scratch) < NEAR {
                polish(form, &next, &support, &mut scratch)
            } else if settled {
                polish_quickly(form, &next, &support, &mut scratch)
            } else {
                None
            };
            if found.is_some() {
                return Ok(found);
            }
            // Half steps calm the cycles that full ones may fall into.
            let step = if run % 2 == 0 { 1.0 } else { 0.5 };
            for (x, next) in x.iter_mut().zip(&next) {
                *x += step * (next - *x);
            }
        }
    }
    Ok(None)
}

/// The polymatrix game that approximates a game, as a complementarity problem.
struct Approximation {
    problem: Lemke,
    constants: Vec<f64>,
    cover: Vec<f64>,
    solution: Vec<f64>,
    values: Vec<f64>,
    pair: Vec<f64>,
}

impl Approximation {
    fn new(form: &Multilinear) -> Self {
        let (actions, players) = (form.num_actions(), form.num_players());
        let mut constants = vec![0.0; actions + players];
        constants[actions..].fill(-1.0);
        Approximation {
            problem: Lemke::new(actions + players),
            cover: vec![1.0; constants.len()],
            solution: vec![0.0; constants.len()],
            constants,
            values: vec![0.0; actions],
            pair: Vec::new(),
        }
    }

    /// Writes to `next` an equilibrium of the game linearised at x; false when none was found.
    fn solve(
        &mut self,
        form: &Multilinear,
        x: &[f64],
        scratch: &mut Scratch,
        next: &mut [f64],
    ) -> bool {
        let (actions, players) = (form.num_actions(), form.num_players());
        for player in 0..players {
            let own = form.offsets[player]..form.offsets[player + 1];
            let mut valued = false;
            for other in (0..players).filter(|&other| other != player) {
                let theirs = form.offsets[other]..form.offsets[other + 1];
                form.pair(player, other, x, scratch, &mut self.pair);
                let strategy = &x[theirs.clone()];
                for (row, a) in self.pair.chunks_exact(theirs.len()).zip(own.clone()) {
                    if !valued {
                        self.values[a] = row.iter().zip(strategy).map(|(u, p)| u * p).sum();
                    }
                    let costs = &mut self.problem.row(a)[theirs.clone()];
                    for (cost, payoff) in costs.iter_mut().zip(row) {
                        *cost = 2.0 - payoff;
                    }
                }
                valued = true;
            }
            for a in own.clone() {
                // The constant of the linearisation, as a cost that does not depend on own play.
                let cost = 1.0 + (players as f64 - 2.0) * self.values[a];
                let row = self.problem.row(a);
                row[own.clone()].fill(cost);
                row[actions..].fill(0.0);
                row[actions + player] = -1.0;
            }
            let row = self.problem.row(actions + player);
            row.fill(0.0);
            row[own].fill(1.0);
        }
        if !self.problem.solve(&self.constants, &self.cover, &mut self.solution) {
            return false;
        }
        next.copy_from_slice(&self.solution[..actions]);
        for player in 0..players {
            let own = &mut next[form.offsets[player]..form.offsets[player + 1]];
            let sum: f64 = own.iter().sum();
            if !(sum > 0.5 && sum < 2.0) {
                return false;
            }
            own.iter_mut().for_each(|p| *p /= sum);
        }
        true
    }
}

/// A fixed sequence of numbers in [0, 1) (Marsaglia 2003, xorshift).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// A profile that is uniform on the product of simplices.
    fn profile(&mut self, form: &Multilinear, x: &mut [f64]) {
        x.iter_mut().for_each(|p| *p = -(1.0 - self.next()).ln() + 1e-12);
        for player in 0..form.num_players() {
            let own = &mut x[form.offsets[player]..form.offsets[player + 1]];
            let sum: f64 = own.iter().sum();
            own.iter_mut().for_each(|p| *p /= sum);
        }
    }
}
