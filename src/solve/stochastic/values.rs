//! The game in machine numbers, and the values of decision problems on it.

use nalgebra::{DMatrix, DVector};

use crate::game::stochastic::StochasticGame;
use crate::solve::{Budget, Exhausted};

/// Values are taken as settled when they move by less than this part of the range of payoffs.
const SETTLED: f64 = 1e-15;
/// Sweeps between looks at the clock.
const SWEEPS: u64 = 64;
/// Of at most so many states the values of a choice are found by a linear system, so many times.
const MOST_JUMPING: usize = 400;
const MOST_JUMPS: u64 = 64;
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

    /// What a player gets at a profile by his best action, or all together at it when none is named.
    fn one(&self, player: Option<usize>, state: usize, profile: usize, values: &[f64]) -> f64 {
        match player {
            Some(player) => self.best(player, state, profile, values),
            None => self.joint(state, profile, values),
        }
    }

    /// The values and the choice in each state: the largest joint payoffs when no player is named, and
    /// otherwise the least to which he can be held. Swept in place until they settle; of not too many
    /// states the values of a choice are found at once.
    pub(super) fn solve(
        &self,
        left: &[Vec<usize>],
        values: &mut [f64],
        player: Option<usize>,
        budget: &Budget,
    ) -> Result<Vec<usize>, Exhausted> {
        let mut choice: Vec<usize> = left.iter().map(|profiles| profiles[0]).collect();
        let largest = player.is_none();
        let better = |new: f64, old: f64| if largest { new > old } else { new < old };
        let tolerance = SETTLED * self.scale * (1.0 - self.discount).max(1e-6);
        // Ties go to the first profile, whatever is rounded.
        let margin = if largest { 1e-13 * self.scale } else { -1e-13 * self.scale };
        for sweep in 0..MOST_SWEEPS {
            if sweep % SWEEPS == 0 {
                budget.check_now(0)?;
            }
            // Choices are looked at now and then; between, the values of the choice are swept.
            let choosing = sweep % 16 == 0;
            let mut moved = 0.0f64;
            for state in 0..left.len() {
                let mut value = self.one(player, state, choice[state], values);
                if choosing {
                    for &profile in &left[state] {
                        let other = self.one(player, state, profile, values);
                        if better(other, value + margin) {
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
            if choosing && sweep < MOST_JUMPS * 16 && left.len() <= MOST_JUMPING {
                self.jump(player, &choice, values);
            }
        }
        Ok(choice)
    }

    /// The values of a choice, by a linear system, with the best replies to it as they are now.
    fn jump(&self, player: Option<usize>, choice: &[usize], values: &mut [f64]) {
        let count = choice.len();
        let mut matrix = DMatrix::<f64>::identity(count, count);
        let mut right = DVector::<f64>::zeros(count);
        for (state, &profile) in choice.iter().enumerate() {
            let here = &self.states[state];
            let (at, payoff) = match player {
                None => (profile, here.joint[profile]),
                Some(player) => {
                    let total = |at: usize| {
                        (1.0 - self.discount) * here.payoffs[player][at]
                            + self.later(state, at, values)
                    };
                    let replies = here.deviations[player][profile].iter().copied();
                    let best = replies.max_by(|&a, &b| total(a).total_cmp(&total(b)));
                    let at = best.unwrap_or(profile);
                    (at, here.payoffs[player][at])
                }
            };
            for (to, p) in &here.next[at] {
                matrix[(state, *to)] -= self.discount * p;
            }
            right[state] = (1.0 - self.discount) * payoff;
        }
        if let Some(found) = matrix.lu().solve(&right)
            && found.iter().all(|value| value.is_finite())
        {
            values.copy_from_slice(found.as_slice());
        }
    }
}
