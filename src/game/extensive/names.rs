//! Names under which the parts of a tree can be told apart, for messages and results.

use std::collections::HashSet;

use super::{ExtensiveGame, Move};

/// Names made unique: an empty one becomes its position from 1, and a number in brackets goes
/// behind those that repeat an earlier one.
#[must_use]
pub fn unique_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let names: Vec<&str> = names.into_iter().collect();
    let given: HashSet<&str> = names.iter().copied().collect();
    let mut taken: HashSet<String> = HashSet::with_capacity(names.len());
    let mut next: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    let mut unique = Vec::with_capacity(names.len());
    for (position, &name) in names.iter().enumerate() {
        let base = if name.is_empty() { (position + 1).to_string() } else { name.to_owned() };
        let mut label = base.clone();
        // An empty name must not take what another has, nor a repeated one what comes later.
        let mut free = !taken.contains(&label) && (!name.is_empty() || !given.contains(&*label));
        let count = next.entry(name).or_insert(2);
        while !free {
            label = format!("{base} ({count})");
            *count += 1;
            free = !taken.contains(&label) && !given.contains(&*label);
        }
        taken.insert(label.clone());
        unique.push(label);
    }
    unique
}

/// The names of a tree's players, information sets, actions and chance events, each unique within
/// its list: an information set within its player's, an action within its set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeNames {
    /// By player.
    pub players: Vec<String>,
    /// By information set.
    pub sets: Vec<String>,
    /// By information set and action.
    pub actions: Vec<Vec<String>>,
    /// By chance move and event.
    pub events: Vec<Vec<String>>,
}

impl TreeNames {
    /// The names of a game.
    #[must_use]
    pub fn of(game: &ExtensiveGame) -> Self {
        let actions = |list: &[String]| unique_names(list.iter().map(String::as_str));
        let mut sets = vec![String::new(); game.information_sets().len()];
        for player in 0..game.num_players() {
            let own = game.sets_of(player);
            let labels = own.iter().map(|&set| game.information_sets()[set].label.as_str());
            for (&set, name) in own.iter().zip(unique_names(labels)) {
                sets[set] = name;
            }
        }
        TreeNames {
            players: actions(game.players()),
            sets,
            actions: game.information_sets().iter().map(|set| actions(&set.actions)).collect(),
            events: game.chance_moves().iter().map(|chance| actions(&chance.actions)).collect(),
        }
    }

    /// The moves that lead to a node, such as `Red, Raise`; empty for the root, and the number of
    /// the node where there are more than a hundred.
    #[must_use]
    pub fn history(&self, game: &ExtensiveGame, node: usize) -> String {
        let mut moves = Vec::new();
        let mut at = node;
        while let Some((parent, action)) = game.node(at).parent {
            if moves.len() == 100 {
                return format!("node {node}");
            }
            moves.push(match game.node(parent).at {
                Move::Decision(set) => self.actions[set][action].as_str(),
                Move::Chance(chance) => self.events[chance][action].as_str(),
                Move::Terminal => "",
            });
            at = parent;
        }
        moves.reverse();
        moves.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_and_repeated_names_become_unique() {
        assert_eq!(unique_names(["a", "", "a", ""]), ["a", "2", "a (2)", "4"]);
        assert_eq!(unique_names(["2", ""]), ["2", "2 (2)"]);
        assert_eq!(unique_names(["", "1"]), ["1 (2)", "1"]);
        assert_eq!(unique_names(["a", "a", "a (2)"]), ["a", "a (3)", "a (2)"]);
        let many: Vec<&str> = std::iter::repeat_n("x", 20_000).collect();
        assert_eq!(unique_names(many)[19_999], "x (20000)");
    }

    #[test]
    fn names_made_unique_stay_as_they_are() {
        for names in [vec!["a", "", "a"], vec!["", "1", "1 (2)"], vec!["b", "b", "", "b (2)"]] {
            let once = unique_names(names);
            assert_eq!(unique_names(once.iter().map(String::as_str)), once);
        }
    }
}
