//! Payoffs in machine numbers, by what the others play.

use crate::game::NormalForm;
use crate::linear::lanes::{subtract_multiple, widest};
use crate::solve::joint;

/// Payoffs whose squares, and sums over any number of rounds, are machine numbers.
pub(in crate::solve) const LARGEST: f64 = 1e100;

/// For each player a row for each joint action of the others, of his payoff to each own action.
pub(super) struct Tables {
    rows: Vec<Vec<f64>>,
    /// The numbers of actions.
    pub(super) shape: Vec<usize>,
}

impl Tables {
    /// `None` when a payoff is larger than [`LARGEST`].
    pub(super) fn of(game: &NormalForm) -> Option<Self> {
        let rows: Vec<Vec<f64>> = (0..game.num_players())
            .map(|player| {
                let (stride, actions) = (game.stride(player), game.num_actions(player));
                let payoff = |index: usize| game.payoff(player, index).to_f64();
                joint::others(game, player)
                    .into_iter()
                    .flat_map(|base| (0..actions).map(move |own| payoff(base + own * stride)))
                    .collect()
            })
            .collect();
        let fit = rows.iter().flatten().all(|payoff| payoff.abs() <= LARGEST);
        fit.then(|| Tables { rows, shape: game.shape() })
    }

    /// What a player gets for each own action against a profile. O(profiles), and O(actions) where all
    /// others play pure strategies.
    pub(super) fn values(&self, player: usize, profile: &[Vec<f64>]) -> Vec<f64> {
        let actions = self.shape[player];
        let mut values = vec![0.0; actions];
        for (place, weight) in self.joint(player, profile) {
            let row = &self.rows[player][place * actions..][..actions];
            widest(|| subtract_multiple(&mut values, -weight, row));
        }
        values
    }

    /// The joint actions of the others that are played, by place, and their probabilities.
    fn joint(&self, player: usize, profile: &[Vec<f64>]) -> Vec<(usize, f64)> {
        let mut joint = vec![(0, 1.0)];
        for (_, strategy) in profile.iter().enumerate().filter(|&(other, _)| other != player) {
            let played: Vec<(usize, f64)> =
                strategy.iter().copied().enumerate().filter(|&(_, p)| p > 0.0).collect();
            joint = joint
                .iter()
                .flat_map(|&(place, weight)| {
                    played
                        .iter()
                        .map(move |&(action, p)| (place * strategy.len() + action, weight * p))
                })
                .collect();
        }
        joint
    }
}

/// The expected value of values by action.
pub(super) fn expected(strategy: &[f64], values: &[f64]) -> f64 {
    strategy.iter().zip(values).map(|(p, value)| p * value).sum()
}
