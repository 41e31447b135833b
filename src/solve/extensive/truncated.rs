//! A subgame with the subgames below it replaced by their values.

use std::collections::HashMap;

use crate::game::{ExtensiveGame, Move, NodeSpec, TreeOutcome};
use crate::num::Rational;

/// A subgame in which plays end where smaller subgames begin.
pub(super) struct Truncated {
    /// The game.
    pub(super) game: ExtensiveGame,
    /// Its information sets in the whole game.
    pub(super) sets: Vec<usize>,
}

/// The proper subgames directly below each root of a subgame, by root.
pub(super) fn direct_subgames(tree: &ExtensiveGame, roots: &[usize]) -> HashMap<usize, Vec<usize>> {
    let mut below: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut open: Vec<usize> = Vec::new();
    for &root in roots {
        while open.last().is_some_and(|&last| tree.node(last).end <= root) {
            open.pop();
        }
        if let Some(&parent) = open.last() {
            below.entry(parent).or_default().push(root);
        }
        open.push(root);
    }
    below
}

/// The subgame at `root`; `values` are what the subgames `below` it, ascending, are worth.
pub(super) fn truncate(
    tree: &ExtensiveGame,
    root: usize,
    below: &[usize],
    values: &[&[Rational]],
) -> Truncated {
    let mut nodes = Vec::new();
    let (mut sets, mut chance) = (Vec::new(), Vec::new());
    let (mut new_sets, mut new_chance) = (HashMap::new(), HashMap::new());
    let mut outcomes: Vec<TreeOutcome> = Vec::new();
    let mut index = root;
    let mut next = 0;
    let mut pays = |payoffs: &[Rational]| {
        outcomes.push(TreeOutcome { label: String::new(), payoffs: payoffs.to_vec() });
        outcomes.len() - 1
    };
    while index < tree.node(root).end {
        let node = tree.node(index);
        if below.get(next) == Some(&index) {
            let outcome = Some(pays(values[next]));
            nodes.push(NodeSpec { label: String::new(), at: Move::Terminal, outcome });
            index = node.end;
            next += 1;
            continue;
        }
        let at = match node.at {
            Move::Terminal => Move::Terminal,
            Move::Decision(set) => Move::Decision(*new_sets.entry(set).or_insert_with(|| {
                sets.push(set);
                sets.len() - 1
            })),
            Move::Chance(old) => Move::Chance(*new_chance.entry(old).or_insert_with(|| {
                chance.push(tree.chance_moves()[old].clone());
                chance.len() - 1
            })),
        };
        let outcome = tree.payoffs_at(index).map(&mut pays);
        nodes.push(NodeSpec { label: String::new(), at, outcome });
        index += 1;
    }
    let own = sets.iter().map(|&set| tree.information_sets()[set].clone()).collect();
    // A subtree with whole subtrees made leaves is a tree, and its parts are those of a game.
    #[allow(clippy::expect_used)]
    let game = ExtensiveGame::new(tree.players().to_vec(), nodes, own, chance, outcomes)
        .expect("a subgame is a game");
    Truncated { game, sets }
}
