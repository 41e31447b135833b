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

use super::lemke::complementary_solution;
use super::polish::polish;

/// How many linearisations a run may take, and how many runs there may be.
const MOST_ROUNDS: usize = 25;
const MOST_RUNS: usize = 200;

/// An equilibrium in machine numbers; `None` when no run arrives at one.
pub(super) fn iterate_polymatrix(
    form: &Multilinear,
    budget: &Budget,
    rounds: &mut u64,
) -> Result<Option<Vec<f64>>, Exhausted> {
    let mut scratch = Scratch::default();
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for run in 0..MOST_RUNS {
        let mut x = if run == 0 { form.centroid() } else { numbers.profile(form) };
        let cover: Vec<f64> =
            (0..form.num_actions() + form.num_players()).map(|_| 1.0 + numbers.next()).collect();
        for _ in 0..MOST_ROUNDS {
            budget.check_now(*rounds)?;
            *rounds += 1;
            let Some(next) = solve_linearised(form, &x, &cover, &mut scratch) else { break };
            let support: Vec<bool> = next.iter().map(|&p| p > 1e-9).collect();
            if let Some(found) = polish(form, &next, &support, &mut scratch) {
                return Ok(Some(found));
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

/// An equilibrium of the polymatrix game that approximates the game at x.
fn solve_linearised(
    form: &Multilinear,
    x: &[f64],
    cover: &[f64],
    scratch: &mut Scratch,
) -> Option<Vec<f64>> {
    let (actions, players) = (form.num_actions(), form.num_players());
    let size = actions + players;
    let values = form.all_values(x, scratch);
    let mut matrix = vec![0.0; size * size];
    let mut pair = Vec::new();
    for player in 0..players {
        let own = form.offsets[player]..form.offsets[player + 1];
        for other in 0..players {
            let theirs = form.offsets[other]..form.offsets[other + 1];
            if other == player {
                // The constant of the linearisation, as a cost that does not depend on own play.
                for a in own.clone() {
                    let cost = 1.0 + (players as f64 - 2.0) * values[a];
                    matrix[a * size + theirs.start..a * size + theirs.end].fill(cost);
                }
                continue;
            }
            form.pair(player, other, x, scratch, &mut pair);
            for (row, a) in pair.chunks_exact(form.shape[other]).zip(own.clone()) {
                for (payoff, b) in row.iter().zip(theirs.clone()) {
                    matrix[a * size + b] = 2.0 - payoff;
                }
            }
        }
        for a in own {
            matrix[a * size + actions + player] = -1.0;
            matrix[(actions + player) * size + a] = 1.0;
        }
    }
    let mut constants = vec![0.0; size];
    constants[actions..].fill(-1.0);
    let mut found = complementary_solution(&matrix, &constants, cover)?;
    found.truncate(actions);
    for player in 0..players {
        let own = form.offsets[player]..form.offsets[player + 1];
        let sum: f64 = found[own.clone()].iter().sum();
        if !(sum > 0.5 && sum < 2.0) {
            return None;
        }
        found[own].iter_mut().for_each(|p| *p /= sum);
    }
    Some(found)
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
    fn profile(&mut self, form: &Multilinear) -> Vec<f64> {
        let mut x: Vec<f64> =
            (0..form.num_actions()).map(|_| -(1.0 - self.next()).ln() + 1e-12).collect();
        for player in 0..form.num_players() {
            let own = form.offsets[player]..form.offsets[player + 1];
            let sum: f64 = x[own.clone()].iter().sum();
            x[own].iter_mut().for_each(|p| *p /= sum);
        }
        x
    }
}
