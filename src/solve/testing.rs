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
