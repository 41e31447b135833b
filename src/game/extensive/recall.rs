//! What a player remembers: his own earlier moves, and whether he forgets any (Kuhn 1953).

use std::collections::HashMap;

use super::{ExtensiveGame, Move};

/// An information set at which a player has forgotten what he knew or did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgetting {
    /// The player.
    pub player: usize,
    /// The information set: two of its nodes have different own histories.
    pub set: usize,
    /// The two nodes.
    pub nodes: (usize, usize),
}

/// The own histories of one player: which of his own moves lead to each node.
///
/// With perfect recall these are the *sequences* of the sequence form (von Stengel 1996): number 0
/// is the empty one, and any other extends an earlier one by an action at an information set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histories {
    /// By history: the one that it extends, the information set and the action; `None` for the
    /// empty one.
    pub steps: Vec<Option<(usize, usize, usize)>>,
    /// By node: the history that leads there.
    pub at: Vec<usize>,
}

impl ExtensiveGame {
    /// The own histories of one player, numbered in preorder.
    #[must_use]
    pub fn histories(&self, player: usize) -> Histories {
        let mut steps = vec![None];
        let mut known: HashMap<(usize, usize, usize), usize> = HashMap::new();
        let mut at = Vec::with_capacity(self.nodes().len());
        for node in self.nodes() {
            let history = match node.parent {
                None => 0,
                Some((parent, action)) => match self.node(parent).at {
                    Move::Decision(set) if self.information_sets()[set].player == player => {
                        let step = (at[parent], set, action);
                        *known.entry(step).or_insert_with(|| {
                            steps.push(Some(step));
                            steps.len() - 1
                        })
                    }
                    _ => at[parent],
                },
            };
            at.push(history);
        }
        Histories { steps, at }
    }

    /// That no player ever forgets what he knew or did: all nodes of an information set have the
    /// same own history.
    ///
    /// # Errors
    /// The first information set, by player, where this fails.
    pub fn perfect_recall(&self) -> Result<(), Forgetting> {
        for player in 0..self.num_players() {
            let histories = self.histories(player);
            for set in self.sets_of(player) {
                let members = &self.information_sets()[set].members;
                let first = members[0];
                let other = members.iter().find(|&&node| histories.at[node] != histories.at[first]);
                if let Some(&other) = other {
                    return Err(Forgetting { player, set, nodes: (first, other) });
                }
            }
        }
        Ok(())
    }
}
