//! The game in machine numbers, and the values of decision problems on it.

use crate::game::stochastic::StochasticGame;
use crate::solve::{Budget, Exhausted};

/// Values are taken as settled when they move by less than this part of the range of payoffs.
const SETTLED: f64 = 1e-15;
/// Sweeps between looks at the clock.
const SWEEPS: u64 = 64;
/// The most sweeps: for δ so near 1 that more would be needed, bounds are wider.
const MOST_SWEEPS: u64 = 20_000_000;

/// A state in machine numbers.
#[derive(Debug, Clone)]
pub(super) struct State {
    /// The sum of payoffs of each profile.
    pub(super) joint: Vec<f64>,
    /// `[player][profile]`.
    pub(super) payoffs: Vec<Vec<f64>>,
    /// For each profile what may follow.
    pub(super) next: Vec<Vec<(usize, f64)>>,
    /// `[player][profile]`: the profiles in which the player plays something else, himself included.
    pub(super) deviations: Vec<Vec<Vec<usize>>>,
}

/// A game in machine numbers.
#[derive(Debug, Clone)]
pub(super) struct Game {
    pub(super) states: Vec<State>,
    pub(super) players: usize,
    pub(super) discount: f64,
    /// The largest payoff in absolute value, at least a little.
    pub(super) scale: f64,
}

impl Game {
    pub(super) fn new(game: &StochasticGame) -> Self {
        let players = game.num_players();
        let states: Vec<State> = game
            .states()
            .iter()
            .map(|state| {
                let stage = &state.stage;
                let profiles = 0..stage.num_profiles();
                let payoffs: Vec<Vec<f64>> = (0..players)
                    .map(|player| stage.payoffs(player).iter().map(|u| u.to_f64()).collect())
                    .collect();
                let joint = profiles
                    .clone()
                    .map(|at| payoffs.iter().map(|payoffs| payoffs[at]).sum())
                    .collect();
                let next = state
                    .transitions
                    .iter()
                    .map(|row| row.iter().map(|(to, p)| (*to, p.to_f64())).collect())
                    .collect();
                let deviations = (0..players)
                    .map(|player| {
                        let others = |at: usize| {
                            (0..stage.num_actions(player))
                                .map(|action| stage.deviation(at, player, action))
                                .collect()
                        };
                        profiles.clone().map(others).collect()
                    })
                    .collect();
                State { joint, payoffs, next, deviations }
            })
            .collect();
        let all = states.iter().flat_map(|state| state.payoffs.iter().flatten());
        let scale = all.fold(f64::MIN_POSITIVE, |most, payoff| most.max(payoff.abs()));
        Game { states, players, discount: game.discount().value().to_f64(), scale }
    }

    /// δ times what is expected to follow a profile.
    pub(super) fn later(&self, state: usize, profile: usize, values: &[f64]) -> f64 {
        let next = &self.states[state].next[profile];
        self.discount * next.iter().map(|(to, p)| p * values[*to]).sum::<f64>()
    }

    /// (1 − δ) G + δ E U at a profile.
    pub(super) fn joint(&self, state: usize, profile: usize, values: &[f64]) -> f64 {
        (1.0 - self.discount) * self.states[state].joint[profile]
            + self.later(state, profile, values)
    }

    /// The best that a player gets at a profile by his own action, with `values` to follow.
    pub(super) fn best(&self, player: usize, state: usize, profile: usize, values: &[f64]) -> f64 {
        let here = &self.states[state];
        let one = |&at: &usize| {
            (1.0 - self.discount) * here.payoffs[player][at] + self.later(state, at, values)
        };
        here.deviations[player][profile].iter().map(one).fold(f64::NEG_INFINITY, f64::max)
    }

    /// The values of a decision problem and the choice in each state: the best, or the worst, of what
    /// `one` says of each profile that is left. Swept in place until they settle.
    pub(super) fn solve(
        &self,
        left: &[Vec<usize>],
        values: &mut [f64],
        largest: bool,
        one: impl Fn(usize, usize, &[f64]) -> f64,
        budget: &Budget,
    ) -> Result<Vec<usize>, Exhausted> {
        let mut choice: Vec<usize> = left.iter().map(|profiles| profiles[0]).collect();
        let better = |new: f64, old: f64| if largest { new > old } else { new < old };
        let tolerance = SETTLED * self.scale * (1.0 - self.discount).max(1e-6);
        for sweep in 0..MOST_SWEEPS {
            if sweep % SWEEPS == 0 {
                budget.check_now(0)?;
            }
            // Choices are looked at now and then; between, the values of the choice are swept.
            let choosing = sweep % 16 == 0;
            let mut moved = 0.0f64;
            for state in 0..left.len() {
                let mut value = one(state, choice[state], values);
                if choosing {
                    for &profile in &left[state] {
                        let other = one(state, profile, values);
                        // Ties go to the first profile, whatever is rounded.
                        let margin = 1e-13 * self.scale;
                        if better(other, if largest { value + margin } else { value - margin }) {
                            (value, choice[state]) = (other, profile);
                        }
                    }
                }
                moved = moved.max((value - values[state]).abs());
                values[state] = value;
            }
            if choosing && moved <= tolerance.max(f64::EPSILON * self.scale) {
                break;
            }
        }
        Ok(choice)
    }
}
