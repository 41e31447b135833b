//! The others' joint actions: row-major in the order of the players without one.

use crate::game::{MixedStrategy, NormalForm};
use crate::num::Rational;

/// For each joint action of the others the index of the profile in which `player` plays action 0.
pub(super) fn others(game: &NormalForm, player: usize) -> Vec<usize> {
    let mut indices = vec![0];
    for other in (0..game.num_players()).filter(|&other| other != player) {
        let stride = game.stride(other);
        indices = indices
            .iter()
            .flat_map(|&base| {
                (0..game.num_actions(other)).map(move |action| base + action * stride)
            })
            .collect();
    }
    indices
}

/// The payoffs of a player: a row for each own action, a column for each joint action of the others.
pub(super) fn payoff_matrix(game: &NormalForm, player: usize) -> Vec<Vec<Rational>> {
    let others = others(game, player);
    let stride = game.stride(player);
    (0..game.num_actions(player))
        .map(|action| {
            others.iter().map(|&base| game.payoff(player, base + action * stride).clone()).collect()
        })
        .collect()
}

/// A solution of a linear program as a mixed strategy.
pub(super) fn strategy(probabilities: Vec<Rational>) -> MixedStrategy {
    match MixedStrategy::new(probabilities) {
        Ok(strategy) => strategy,
        // The constraints of the program that gave it say that it is on the simplex.
        #[allow(clippy::panic)]
        Err(error) => panic!("an optimal strategy is on the simplex: {error}"),
    }
}
