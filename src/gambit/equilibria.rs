//! Equilibria as Gambit's command-line tools print them, for scripts that read those.
//!
//! A line is `NE` and then the probabilities, separated by commas: player by player, strategy by
//! strategy, for mixed strategies; player by player, information set by information set, action by
//! action, for behaviour strategies.

use crate::game::{ExtensiveGame, MixedStrategy};

fn line<'a>(strategies: impl Iterator<Item = &'a MixedStrategy>) -> String {
    let mut line = "NE".to_owned();
    for probability in strategies.flat_map(MixedStrategy::probabilities) {
        line.push(',');
        line.push_str(&probability.to_string());
    }
    line
}

/// The line of a profile of mixed strategies, exact.
#[must_use]
pub fn strategy_line(profile: &[MixedStrategy]) -> String {
    line(profile.iter())
}

/// The line of a profile of behaviour strategies, by information set, exact.
#[must_use]
pub fn behavior_line(game: &ExtensiveGame, profile: &[MixedStrategy]) -> String {
    line((0..game.num_players()).flat_map(|player| game.sets_of(player)).map(|set| &profile[set]))
}
