//! Answers about trees with a row for each number.

use crate::game::ExtensiveGame;
use crate::game::extensive::{TreeAnswer, TreeNames};
use crate::num::Rational;
use crate::report::table::Table;

use super::{Record, table};

/// The columns of [`super::solutions`]. The item of a probability is an information set and an
/// action, as `red card: raise`; that of a belief an information set and the moves before.
#[must_use]
pub fn tree(concept: &str, method: &str, game: &ExtensiveGame, answer: &TreeAnswer) -> Table {
    let names = TreeNames::of(game);
    let sets = game.information_sets();
    let mut records = Vec::new();
    for (at, one) in answer.list.iter().enumerate() {
        let mut push =
            |quantity: &str, player: Option<usize>, item: Option<&str>, value: &Rational| {
                let mut record = Record::default();
                record.put("concept", concept);
                record.put("method", method);
                record.put("number", Some(Rational::from(at as u64 + 1)));
                record.put("component", None::<Rational>);
                record.put("quantity", quantity);
                record.put("player", player.map(|player| names.players[player].as_str()));
                record.put("item", item);
                record.put("value", value);
                record.put("exact", Some(value.to_string()));
                records.push(record);
            };
        for (set, strategy) in one.profile.iter().enumerate() {
            for (action, value) in names.actions[set].iter().zip(strategy.probabilities()) {
                let item = format!("{}: {action}", names.sets[set]);
                push("probability", Some(sets[set].player), Some(&item), value);
            }
        }
        for (player, payoff) in one.payoffs.iter().enumerate() {
            push("payoff", Some(player), None, payoff);
        }
        push("regret", None, None, &one.regret);
        for (set, belief) in one.beliefs.iter().enumerate() {
            for (&node, value) in sets[set].members.iter().zip(belief.iter().flatten()) {
                let item = format!("{}: {}", names.sets[set], names.history(game, node));
                push("belief", Some(sets[set].player), Some(&item), value);
            }
        }
    }
    table("Solutions", records)
}
