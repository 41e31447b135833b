//! Random trees with perfect recall, for tests.

use std::collections::HashMap;

use proptest::prelude::*;

use super::{ChanceMove, ExtensiveGame, InformationSet, Move, NodeSpec, TreeOutcome};
use crate::num::Rational;

/// A player's own moves.
type Moves = Vec<(usize, usize)>;

/// A tree of `players` players in which nobody forgets: nodes with the same own history may share an
/// information set. `zero_sum` makes the payoffs of two players opposite.
pub(crate) fn tree(players: usize, moves: &[(u8, u8)], zero_sum: bool) -> ExtensiveGame {
    let chance: Vec<ChanceMove> = vec![ChanceMove {
        label: String::new(),
        actions: vec!["a".into(), "b".into()],
        probabilities: vec![Rational::new(1, 3), Rational::new(2, 3)],
        members: vec![],
    }];
    let mut sets: Vec<InformationSet> = Vec::new();
    let mut known: HashMap<(usize, Moves, usize, u8), usize> = HashMap::new();
    let mut outcomes = Vec::new();
    let mut nodes = Vec::new();
    let mut open: Vec<Vec<Moves>> = vec![vec![Vec::new(); players]];
    let mut choices = moves.iter();
    while let Some(history) = open.pop() {
        let (kind, which) = choices.next().copied().unwrap_or((0, nodes.len() as u8));
        let mut push = |count: usize, step: Option<(usize, usize)>| {
            for action in (0..count).rev() {
                let mut next = history.clone();
                if let Some((player, set)) = step {
                    next[player].push((set, action));
                }
                open.push(next);
            }
        };
        let at = match kind % 8 {
            0 | 1 if !nodes.is_empty() => Move::Terminal,
            2 => {
                push(2, None);
                Move::Chance(0)
            }
            _ => {
                let player = usize::from(which) % players;
                let actions = 2 + usize::from(which / 7) % 2;
                let key = (player, history[player].clone(), actions, which / 64);
                let set = *known.entry(key).or_insert_with(|| {
                    sets.push(InformationSet {
                        player,
                        label: String::new(),
                        actions: (0..actions).map(|a| a.to_string()).collect(),
                        members: vec![],
                    });
                    sets.len() - 1
                });
                push(actions, Some((player, set)));
                Move::Decision(set)
            }
        };
        let outcome = (at == Move::Terminal || kind > 200).then(|| {
            let number = |k: u8| Rational::from(i64::from(which.wrapping_mul(k) % 7) - 3);
            let mut payoffs: Vec<Rational> =
                (0..players).map(|k| number(2 * k as u8 + 1)).collect();
            if zero_sum {
                payoffs[1] = -&payoffs[0];
            }
            outcomes.push(TreeOutcome { label: String::new(), payoffs });
            outcomes.len() - 1
        });
        nodes.push(NodeSpec { label: String::new(), at, outcome });
    }
    let names = (0..players).map(|k| format!("P{k}")).collect();
    ExtensiveGame::new(names, nodes, sets, chance, outcomes).unwrap()
}

pub(crate) fn any_tree(
    players: usize,
    longest: usize,
    zero_sum: bool,
) -> impl Strategy<Value = ExtensiveGame> {
    proptest::collection::vec(any::<(u8, u8)>(), 1..longest)
        .prop_map(move |moves| tree(players, &moves, zero_sum))
}
