//! The ordinal class of a strict 2 × 2 game.

use crate::game::NormalForm;
use crate::game::answer::{Ordinal, PATTERNS};

/// The class of a game of two players with two actions each; `None` for others and with ties.
pub(super) fn classify(game: &NormalForm) -> Option<Ordinal> {
    if game.shape() != [2, 2] {
        return None;
    }
    let best = |player: usize| (0..4).max_by_key(|&at| game.payoff(player, at)).unwrap_or(0);
    // A player's C is his action where the other does best.
    let conceding = [game.action_in(0, best(1)), game.action_in(1, best(0))];
    let mut patterns = [0; 2];
    for (player, pattern) in patterns.iter_mut().enumerate() {
        let other = 1 - player;
        let payoff = |letter: u8| {
            let (own, others) = match letter {
                b'R' => (conceding[player], conceding[other]),
                b'T' => (1 - conceding[player], conceding[other]),
                b'S' => (conceding[player], 1 - conceding[other]),
                _ => (1 - conceding[player], 1 - conceding[other]),
            };
            let mut profile = [0; 2];
            (profile[player], profile[other]) = (own, others);
            game.payoff(player, game.profile_index(&profile))
        };
        let falls =
            |order: &str| order.as_bytes().windows(2).all(|pair| payoff(pair[0]) > payoff(pair[1]));
        *pattern = PATTERNS.iter().position(|(_, order)| falls(order))?;
    }
    Some(Ordinal { patterns, conceding })
}
