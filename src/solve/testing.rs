//! Tests only: random games, small enough for brute force.

use proptest::prelude::*;

use crate::game::{NormalForm, Player};
use crate::num::Rational;

/// A game of this shape with these payoffs, player by player, by profile index.
pub(crate) fn game(shape: &[usize], payoffs: &[Vec<i64>]) -> NormalForm {
    let players = shape.iter().enumerate().map(|(player, &actions)| {
        Player::new(format!("P{player}"), (0..actions).map(|action| action.to_string()))
    });
    let tables = payoffs.iter().map(|table| table.iter().map(|&u| Rational::from(u)).collect());
    NormalForm::new(players.collect(), tables.collect()).unwrap()
}

/// Games with as many players and at most as many actions each, with small integer payoffs, so
/// that ties and dominated actions are frequent.
pub(crate) fn any_game(
    players: std::ops::Range<usize>,
    most_actions: usize,
) -> impl Strategy<Value = NormalForm> {
    prop::collection::vec(1..=most_actions, players).prop_flat_map(|shape| {
        let profiles = shape.iter().product::<usize>();
        let payoff = prop_oneof![4 => -4i64..5, 1 => Just(0)];
        let tables = prop::collection::vec(prop::collection::vec(payoff, profiles), shape.len());
        (Just(shape), tables).prop_map(|(shape, tables)| game(&shape, &tables))
    })
}

/// Reads a number written as an integer, a fraction or a decimal.
pub(crate) fn number(text: &str) -> Rational {
    text.parse().unwrap()
}

/// A game of two with the players, and their actions, in the other order.
pub(crate) fn exchanged(game: &NormalForm) -> NormalForm {
    let (m, n) = (game.num_actions(0), game.num_actions(1));
    let table = |player: usize| {
        (0..m * n).map(|at| game.payoff(player, at % m * n + at / m).clone()).collect()
    };
    let players = vec![game.players()[1].clone(), game.players()[0].clone()];
    NormalForm::new(players, vec![table(1), table(0)]).unwrap()
}

/// Payoffs times a positive number plus another, one pair for each player.
pub(crate) fn rescaled(game: &NormalForm, maps: &[(Rational, Rational)]) -> NormalForm {
    let tables = maps.iter().enumerate().map(|(player, (factor, shift))| {
        game.payoffs(player).iter().map(|u| u * factor + shift.clone()).collect()
    });
    NormalForm::new(game.players().to_vec(), tables.collect()).unwrap()
}
