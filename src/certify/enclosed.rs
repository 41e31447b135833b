//! Expected payoffs enclosed by intervals, for any number of players.

use crate::game::NormalForm;
use crate::num::Interval;

use super::meter::{Meter, Spent};

/// The payoff of `player` for each own action and, where `kept` names another player, for each of
/// his actions too (row-major, own action first), against strategies that lie in intervals.
pub(super) fn payoffs(
    game: &NormalForm,
    player: usize,
    kept: Option<usize>,
    strategies: &[Vec<Interval>],
    meter: &mut Meter,
) -> Result<Vec<Interval>, Spent> {
    let columns = kept.map_or(1, |other| game.num_actions(other));
    let mut sums = vec![Interval::point(0.0); game.num_actions(player) * columns];
    meter.spend(game.num_profiles() * 2)?;
    for index in 0..game.num_profiles() {
        let mut weight = Interval::point(1.0);
        for (other, strategy) in strategies.iter().enumerate() {
            if other != player && Some(other) != kept {
                weight = weight * strategy[game.action_in(other, index)];
            }
        }
        if weight == Interval::point(0.0) {
            continue;
        }
        let column = kept.map_or(0, |other| game.action_in(other, index));
        let at = game.action_in(player, index) * columns + column;
        sums[at] = sums[at] + weight * Interval::enclosing(game.payoff(player, index));
    }
    Ok(sums)
}
