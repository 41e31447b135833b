//! How certificates and refutations name players, actions and numbers.

use crate::game::{MixedStrategy, NormalForm};
use crate::num::{Rational, decimal};

/// The longest fraction that is written in full.
const LONGEST: usize = 60;

/// The exact number, or its decimal where the fraction is long.
pub(super) fn number(value: &Rational) -> String {
    let exact = value.to_string();
    if exact.len() <= LONGEST { exact } else { format!("about {}", decimal(value, 15)) }
}

/// The name of a player in backticks.
pub(super) fn player(game: &NormalForm, player: usize) -> String {
    format!("`{}`", game.players()[player].name)
}

/// The name of an action in backticks.
pub(super) fn action(game: &NormalForm, player: usize, action: usize) -> String {
    format!("`{}`", game.players()[player].actions[action])
}

/// A mixed strategy by the names of the actions that are played.
pub(super) fn strategy(game: &NormalForm, player: usize, strategy: &MixedStrategy) -> String {
    let parts: Vec<String> = strategy
        .support()
        .into_iter()
        .map(|at| {
            let probability = &strategy.probabilities()[at];
            let name = action(game, player, at);
            if *probability == Rational::ONE {
                name
            } else {
                format!("{name} {}", number(probability))
            }
        })
        .collect();
    parts.join(", ")
}

/// A profile of mixed strategies.
pub(super) fn profile(game: &NormalForm, profile: &[MixedStrategy]) -> String {
    let parts: Vec<String> = profile
        .iter()
        .enumerate()
        .map(|(at, one)| format!("{}: {}", player(game, at), strategy(game, at, one)))
        .collect();
    parts.join("; ")
}

/// `1 equilibrium`, `2 equilibria`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
