//! Mixed play of a game in states in machine numbers: what actions are worth, and how that changes.
//!
//! The payoffs of each player are scaled to [0, 1], and then times 1 − δ, so that the values V of
//! strategies lie in [0, 1] and what player i gets by an action a in state x is
//! Q(x, i, a) = E[(1 − δ) `g_i` + δ `V_i`(x')] when the others play σ.

use nalgebra::{DMatrix, DVector};

use crate::game::stochastic::StochasticGame;

/// Actions of all players of a state, one behind the other.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    /// The number of actions of each player.
    pub(super) shape: Vec<usize>,
    /// Where the actions of each player begin.
    pub(super) offsets: Vec<usize>,
    /// How many actions there are together.
    pub(super) actions: usize,
    /// For each profile the positions of its actions, one for each player.
    profiles: Vec<usize>,
    /// `[profile * players + player]`: scaled payoffs times 1 − δ.
    payoffs: Vec<f64>,
    /// For each profile what may follow.
    next: Vec<Vec<(usize, f64)>>,
}

/// The game with payoffs scaled.
#[derive(Debug, Clone)]
pub(super) struct MixedGame {
    pub(super) stages: Vec<Stage>,
    pub(super) discount: f64,
    pub(super) players: usize,
    /// The least payoff of each player, and the range of his payoffs.
    pub(super) ranges: Vec<(f64, f64)>,
}

/// Strategies in machine numbers: for each state the chances of all actions, players in order.
pub(super) type Chances = Vec<Vec<f64>>;

/// What the actions of a state are worth, and the derivatives of that.
pub(super) struct Worths {
    pub(super) worth: Vec<f64>,
    /// Rows: actions. Columns: the chances of the other players' actions.
    pub(super) by_chances: DMatrix<f64>,
    /// Rows: actions. Columns: states; by the value of the action's own player.
    pub(super) by_values: DMatrix<f64>,
}

impl MixedGame {
    pub(super) fn new(game: &StochasticGame) -> Self {
        let players = game.num_players();
        let discount = game.discount().value().to_f64();
        let payoffs = |player: usize| {
            game.states()
                .iter()
                .flat_map(move |state| state.stage.payoffs(player).iter().map(|g| g.to_f64()))
        };
        let ranges: Vec<(f64, f64)> = (0..players)
            .map(|player| {
                let low = payoffs(player).fold(f64::INFINITY, f64::min);
                let high = payoffs(player).fold(f64::NEG_INFINITY, f64::max);
                (low, if high > low { high - low } else { 1.0 })
            })
            .collect();
        let stages = game.states().iter().map(|state| {
            let stage = &state.stage;
            let shape: Vec<usize> = (0..players).map(|player| stage.num_actions(player)).collect();
            let offsets: Vec<usize> =
                (0..players).map(|player| shape[..player].iter().sum()).collect();
            let count = stage.num_profiles();
            let (mut profiles, mut payoffs) = (Vec::new(), Vec::new());
            for profile in 0..count {
                for player in 0..players {
                    profiles.push(offsets[player] + stage.action_in(player, profile));
                    let (low, range) = ranges[player];
                    let scaled = (stage.payoff(player, profile).to_f64() - low) / range;
                    payoffs.push((1.0 - discount) * scaled);
                }
            }
            let row = |row: &Vec<(usize, crate::num::Rational)>| {
                row.iter().map(|(to, p)| (*to, p.to_f64())).collect()
            };
            let next = state.transitions.iter().map(row).collect();
            Stage { actions: shape.iter().sum(), shape, offsets, profiles, payoffs, next }
        });
        let stages = stages.collect();
        MixedGame { stages, discount, players, ranges }
    }

    /// The number of values: one for each state and player, at state × players + player.
    pub(super) fn rows(&self) -> usize {
        self.stages.len() * self.players
    }

    /// The positions of a player's actions among those of a state.
    pub(super) fn own(&self, state: usize, player: usize) -> std::ops::Range<usize> {
        let stage = &self.stages[state];
        stage.offsets[player]..stage.offsets[player] + stage.shape[player]
    }

    /// What follows a profile, for one player, without the chance of it.
    fn total(&self, stage: &Stage, profile: usize, player: usize, values: &[f64]) -> f64 {
        let row = stage.next[profile].iter();
        let later: f64 = row.map(|(to, p)| p * values[to * self.players + player]).sum();
        stage.payoffs[profile * self.players + player] + self.discount * later
    }

    /// What a profile gives a player, now and later.
    pub(super) fn of_profile(
        &self,
        state: usize,
        profile: usize,
        player: usize,
        values: &[f64],
    ) -> f64 {
        self.total(&self.stages[state], profile, player, values)
    }

    /// What each action is worth against these chances.
    pub(super) fn worth(&self, state: usize, chances: &[f64], values: &[f64]) -> Vec<f64> {
        let stage = &self.stages[state];
        let mut worth = vec![0.0; stage.actions];
        for (profile, played) in stage.profiles.chunks_exact(self.players).enumerate() {
            for player in 0..self.players {
                let chance = product_without(played, chances, player, player);
                if chance != 0.0 {
                    worth[played[player]] += chance * self.total(stage, profile, player, values);
                }
            }
        }
        worth
    }

    /// The same with derivatives.
    pub(super) fn worths(&self, state: usize, chances: &[f64], values: &[f64]) -> Worths {
        let (stage, players) = (&self.stages[state], self.players);
        let mut worth = vec![0.0; stage.actions];
        let mut by_chances = DMatrix::zeros(stage.actions, stage.actions);
        let mut by_values = DMatrix::zeros(stage.actions, self.stages.len());
        for (profile, played) in stage.profiles.chunks_exact(players).enumerate() {
            for player in 0..players {
                let total = self.total(stage, profile, player, values);
                let own = played[player];
                let chance = product_without(played, chances, player, player);
                if chance != 0.0 {
                    worth[own] += chance * total;
                    for (to, p) in &stage.next[profile] {
                        by_values[(own, *to)] += chance * self.discount * p;
                    }
                }
                for other in (0..players).filter(|&other| other != player) {
                    by_chances[(own, played[other])] +=
                        product_without(played, chances, player, other) * total;
                }
            }
        }
        Worths { worth, by_chances, by_values }
    }

    /// The values of strategies, by a linear system.
    pub(super) fn values(&self, chances: &Chances) -> Option<Vec<f64>> {
        let (count, players) = (self.stages.len(), self.players);
        let mut matrix = DMatrix::<f64>::identity(count, count);
        let mut right = DMatrix::<f64>::zeros(count, players);
        for (state, stage) in self.stages.iter().enumerate() {
            for (profile, played) in stage.profiles.chunks_exact(players).enumerate() {
                let chance: f64 = played.iter().map(|&at| chances[state][at]).product();
                if chance == 0.0 {
                    continue;
                }
                for player in 0..players {
                    right[(state, player)] += chance * stage.payoffs[profile * players + player];
                }
                for (to, p) in &stage.next[profile] {
                    matrix[(state, *to)] -= self.discount * chance * p;
                }
            }
        }
        let solved = matrix.lu().solve(&right)?;
        let values: Vec<f64> =
            (0..count * players).map(|row| solved[(row / players, row % players)]).collect();
        values.iter().all(|value| value.is_finite()).then_some(values)
    }

    /// What one deviation gains at most against strategies with these values, in any state.
    pub(super) fn regret(&self, chances: &Chances, values: &[f64]) -> f64 {
        let mut most = 0.0f64;
        for (state, here) in chances.iter().enumerate() {
            let worth = self.worth(state, here, values);
            for player in 0..self.players {
                let best = self.own(state, player).map(|own| worth[own]).fold(0.0, f64::max);
                most = most.max(best - values[state * self.players + player]);
            }
        }
        most
    }

    /// A value in the units of the game.
    pub(super) fn unscaled(&self, player: usize, value: f64) -> f64 {
        let (low, range) = self.ranges[player];
        low + range * value
    }
}

/// The product of the chances of a profile's actions, those of two players left out.
fn product_without(played: &[usize], chances: &[f64], one: usize, other: usize) -> f64 {
    let mut product = 1.0;
    for (player, &at) in played.iter().enumerate() {
        if player != one && player != other {
            product *= chances[at];
        }
    }
    product
}

/// The shortest solution of a square system; by least squares where it is singular and not large.
pub(super) fn shortest(
    matrix: DMatrix<f64>,
    right: &DVector<f64>,
    most: usize,
) -> Option<DVector<f64>> {
    let sound = |change: &DVector<f64>| change.iter().all(|entry| entry.abs() < 1e6);
    let regular = matrix.clone().lu().solve(right).filter(sound);
    if regular.is_some() || right.len() > most {
        return regular;
    }
    matrix.svd(true, true).solve(right, 1e-10).ok().filter(sound)
}
