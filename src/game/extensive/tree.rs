//! The tree itself, valid by construction.

use crate::num::Rational;

/// What happens at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The play ends.
    Terminal,
    /// Chance moves, as the chance move of this index says.
    Chance(usize),
    /// The player of this information set moves.
    Decision(usize),
}

/// A node as [`ExtensiveGame::new`] takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeSpec {
    /// Its label, which may be empty.
    pub label: String,
    /// What happens there.
    pub at: Move,
    /// The outcome that is added there, if any.
    pub outcome: Option<usize>,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its label, which may be empty.
    pub label: String,
    /// What happens there.
    pub at: Move,
    /// The outcome that is added there, if any.
    pub outcome: Option<usize>,
    /// The parent and the action that leads here; `None` for the root.
    pub parent: Option<(usize, usize)>,
    /// The children in the order of the actions.
    pub children: Vec<usize>,
    /// The first node after the subtree of this one.
    pub end: usize,
}

/// An information set: nodes that one player cannot tell apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InformationSet {
    /// The player who moves.
    pub player: usize,
    /// Its label, which may be empty.
    pub label: String,
    /// The labels of the actions, at least one.
    pub actions: Vec<String>,
    /// Its nodes, ascending.
    pub members: Vec<usize>,
}

/// A move of chance, at one node or at several alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChanceMove {
    /// Its label, which may be empty.
    pub label: String,
    /// The labels of the events, at least one.
    pub actions: Vec<String>,
    /// Their probabilities, non-negative and of sum one.
    pub probabilities: Vec<Rational>,
    /// Its nodes, ascending.
    pub members: Vec<usize>,
}

/// What is paid where an outcome stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeOutcome {
    /// Its label, which may be empty.
    pub label: String,
    /// The payoff of each player.
    pub payoffs: Vec<Rational>,
}

/// Why data are not a game in extensive form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// There is no player.
    #[error("a game needs at least one player")]
    NoPlayers,
    /// The list of nodes ends before every node has its children.
    #[error("the tree is not complete: node {0} lacks a child")]
    Incomplete(usize),
    /// There are nodes after the tree is complete.
    #[error("node {0} stands after the end of the tree")]
    Surplus(usize),
    /// A node, set or outcome names something that does not exist.
    #[error("{what} {index} does not exist")]
    Unknown {
        /// What is named.
        what: &'static str,
        /// Its number.
        index: usize,
    },
    /// Somebody has nothing to choose.
    #[error("{0} has no actions")]
    NoActions(&'static str),
    /// An outcome has the wrong number of payoffs.
    #[error("outcome {outcome} has {found} payoffs, and there are {expected} players")]
    Payoffs {
        /// The outcome.
        outcome: usize,
        /// The number of players.
        expected: usize,
        /// The number of payoffs.
        found: usize,
    },
    /// The probabilities of chance are not a distribution.
    #[error("the probabilities of chance move {0} are not a distribution")]
    Probabilities(usize),
}

/// A finite game in extensive form with exact payoffs, valid by construction.
///
/// Information sets, chance moves and outcomes are numbered in the order in which they first occur
/// in the tree; those that occur nowhere are dropped.
///
/// ```
/// use detente::game::{ExtensiveGame, InformationSet, Move, NodeSpec, TreeOutcome};
/// use detente::num::Rational;
/// // One player chooses between 1 and 2.
/// let set = InformationSet {
///     player: 0, label: String::new(), actions: vec!["one".into(), "two".into()], members: vec![],
/// };
/// let pays = |x: i64| TreeOutcome { label: String::new(), payoffs: vec![Rational::from(x)] };
/// let node = |at, outcome| NodeSpec { label: String::new(), at, outcome };
/// let nodes = vec![
///     node(Move::Decision(0), None), node(Move::Terminal, Some(0)), node(Move::Terminal, Some(1)),
/// ];
/// let game =
///     ExtensiveGame::new(vec!["A".into()], nodes, vec![set], vec![], vec![pays(1), pays(2)])
///         .unwrap();
/// assert_eq!(game.node(0).children, [1, 2]);
/// assert!(game.perfect_recall().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensiveGame {
    players: Vec<String>,
    nodes: Vec<Node>,
    sets: Vec<InformationSet>,
    chance: Vec<ChanceMove>,
    outcomes: Vec<TreeOutcome>,
}

/// Renumbers things by first occurrence; `fresh[old]` is the new number.
struct Renumbered<T> {
    fresh: Vec<Option<usize>>,
    list: Vec<T>,
}

impl<T: Clone> Renumbered<T> {
    fn new(count: usize) -> Self {
        Renumbered { fresh: vec![None; count], list: Vec::new() }
    }

    fn number(&mut self, what: &'static str, old: usize, all: &[T]) -> Result<usize, TreeError> {
        let slot = self.fresh.get_mut(old).ok_or(TreeError::Unknown { what, index: old })?;
        Ok(*slot.get_or_insert_with(|| {
            self.list.push(all[old].clone());
            self.list.len() - 1
        }))
    }
}

impl ExtensiveGame {
    /// The game of these parts; `nodes` lists the tree in preorder. The members of information sets
    /// and chance moves are found here and need not be given.
    ///
    /// # Errors
    /// A [`TreeError`] when the data do not fit together.
    pub fn new(
        players: Vec<String>,
        nodes: Vec<NodeSpec>,
        sets: Vec<InformationSet>,
        chance: Vec<ChanceMove>,
        outcomes: Vec<TreeOutcome>,
    ) -> Result<Self, TreeError> {
        if players.is_empty() {
            return Err(TreeError::NoPlayers);
        }
        let mut fresh_sets = Renumbered::new(sets.len());
        let mut fresh_chance = Renumbered::new(chance.len());
        let mut fresh_outcomes = Renumbered::new(outcomes.len());
        let mut tree: Vec<Node> = Vec::with_capacity(nodes.len());
        // Nodes that wait for children, with the number of children they will have.
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (index, spec) in nodes.into_iter().enumerate() {
            let parent = match open.last() {
                None if index > 0 => return Err(TreeError::Surplus(index)),
                None => None,
                Some(&(parent, _)) => Some((parent, tree[parent].children.len())),
            };
            let (at, children) = match spec.at {
                Move::Terminal => (Move::Terminal, 0),
                Move::Chance(old) => {
                    let new = fresh_chance.number("chance move", old, &chance)?;
                    (Move::Chance(new), chance[old].actions.len())
                }
                Move::Decision(old) => {
                    let new = fresh_sets.number("information set", old, &sets)?;
                    (Move::Decision(new), sets[old].actions.len())
                }
            };
            if children == 0 && at != Move::Terminal {
                return Err(TreeError::NoActions("a node"));
            }
            let outcome = match spec.outcome {
                None => None,
                Some(old) => Some(fresh_outcomes.number("outcome", old, &outcomes)?),
            };
            if let Some((parent, _)) = parent {
                tree[parent].children.push(index);
            }
            tree.push(Node {
                label: spec.label,
                at,
                outcome,
                parent,
                // Not reserved: a file could promise far more children than it has.
                children: Vec::new(),
                end: index + 1,
            });
            if children > 0 {
                open.push((index, children));
                continue;
            }
            // The play ends here, and with it every subtree of which this was the last child.
            while let Some(&(last, wanted)) = open.last() {
                if tree[last].children.len() < wanted {
                    break;
                }
                tree[last].end = index + 1;
                open.pop();
            }
        }
        if tree.is_empty() {
            return Err(TreeError::Incomplete(0));
        }
        if let Some(&(last, _)) = open.last() {
            return Err(TreeError::Incomplete(last));
        }
        let mut game = ExtensiveGame {
            players,
            nodes: tree,
            sets: fresh_sets.list,
            chance: fresh_chance.list,
            outcomes: fresh_outcomes.list,
        };
        game.check()?;
        game.find_members();
        Ok(game)
    }

    fn check(&self) -> Result<(), TreeError> {
        for set in &self.sets {
            if set.player >= self.players.len() {
                return Err(TreeError::Unknown { what: "player", index: set.player });
            }
        }
        for (index, chance) in self.chance.iter().enumerate() {
            let sum: Rational = chance.probabilities.iter().sum();
            if chance.probabilities.len() != chance.actions.len()
                || chance.probabilities.iter().any(Rational::is_negative)
                || sum != Rational::ONE
            {
                return Err(TreeError::Probabilities(index));
            }
        }
        for (outcome, one) in self.outcomes.iter().enumerate() {
            if one.payoffs.len() != self.players.len() {
                return Err(TreeError::Payoffs {
                    outcome,
                    expected: self.players.len(),
                    found: one.payoffs.len(),
                });
            }
        }
        Ok(())
    }

    fn find_members(&mut self) {
        self.sets.iter_mut().for_each(|set| set.members.clear());
        self.chance.iter_mut().for_each(|chance| chance.members.clear());
        for (index, node) in self.nodes.iter().enumerate() {
            match node.at {
                Move::Terminal => {}
                Move::Chance(chance) => self.chance[chance].members.push(index),
                Move::Decision(set) => self.sets[set].members.push(index),
            }
        }
    }

    /// The names of the players as given, in order.
    #[must_use]
    pub fn players(&self) -> &[String] {
        &self.players
    }

    /// The number of players.
    #[must_use]
    pub fn num_players(&self) -> usize {
        self.players.len()
    }

    /// The nodes in preorder.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// One node.
    #[must_use]
    pub fn node(&self, index: usize) -> &Node {
        &self.nodes[index]
    }

    /// The information sets in the order of their first nodes.
    #[must_use]
    pub fn information_sets(&self) -> &[InformationSet] {
        &self.sets
    }

    /// The information sets of one player, ascending.
    #[must_use]
    pub fn sets_of(&self, player: usize) -> Vec<usize> {
        (0..self.sets.len()).filter(|&set| self.sets[set].player == player).collect()
    }

    /// The chance moves in the order of their first nodes.
    #[must_use]
    pub fn chance_moves(&self) -> &[ChanceMove] {
        &self.chance
    }

    /// The outcomes in the order of their first nodes.
    #[must_use]
    pub fn outcomes(&self) -> &[TreeOutcome] {
        &self.outcomes
    }

    /// The payoffs that are added at a node; `None` for nothing.
    #[must_use]
    pub fn payoffs_at(&self, node: usize) -> Option<&[Rational]> {
        self.nodes[node].outcome.map(|outcome| self.outcomes[outcome].payoffs.as_slice())
    }

    /// The payoff of one player at the end of each play, by node; zero at nodes that are no end.
    #[must_use]
    pub fn total_payoffs(&self, player: usize) -> Vec<Rational> {
        let mut total: Vec<Rational> = Vec::with_capacity(self.nodes.len());
        for (index, node) in self.nodes.iter().enumerate() {
            let mut sum = match node.parent {
                None => Rational::ZERO,
                Some((parent, _)) => total[parent].clone(),
            };
            if let Some(payoffs) = self.payoffs_at(index) {
                sum += &payoffs[player];
            }
            total.push(sum);
        }
        for (sum, node) in total.iter_mut().zip(&self.nodes) {
            if node.at != Move::Terminal {
                *sum = Rational::ZERO;
            }
        }
        total
    }

    /// The constant that the players' payoffs sum to at the end of every play, if they do.
    #[must_use]
    pub fn constant_sum(&self) -> Option<Rational> {
        let mut sums = vec![Rational::ZERO; self.nodes.len()];
        let mut constant = None;
        for (index, node) in self.nodes.iter().enumerate() {
            let mut sum = node.parent.map_or(Rational::ZERO, |(parent, _)| sums[parent].clone());
            if let Some(payoffs) = self.payoffs_at(index) {
                payoffs.iter().for_each(|payoff| sum += payoff);
            }
            if node.at == Move::Terminal {
                match &constant {
                    None => constant = Some(sum.clone()),
                    Some(known) if *known != sum => return None,
                    Some(_) => {}
                }
            }
            sums[index] = sum;
        }
        constant
    }

    /// Whether nobody ever moves without knowing all that happened (all information sets have one
    /// node).
    #[must_use]
    pub fn has_perfect_information(&self) -> bool {
        self.sets.iter().all(|set| set.members.len() == 1)
    }

    /// The roots of proper subgames and of the game, ascending: nodes whose subtree holds every
    /// information set that it meets entirely (Selten 1965). Ends of plays are not listed.
    #[must_use]
    pub fn subgame_roots(&self) -> Vec<usize> {
        // A node strictly inside its subtree's block is unsafe when a set reaches beyond the block.
        let spans: Vec<(usize, usize)> = self
            .sets
            .iter()
            .map(|set| (set.members[0], *set.members.last().unwrap_or(&set.members[0])))
            .collect();
        // Of the sets below each node: the first member anywhere, and the last.
        let mut reach: Vec<(usize, usize)> = (0..self.nodes.len()).map(|n| (n, n)).collect();
        for index in (0..self.nodes.len()).rev() {
            if let Move::Decision(set) = self.nodes[index].at {
                reach[index].0 = reach[index].0.min(spans[set].0);
                reach[index].1 = reach[index].1.max(spans[set].1);
            }
            if let Some((parent, _)) = self.nodes[index].parent {
                let (low, high) = reach[index];
                reach[parent].0 = reach[parent].0.min(low);
                reach[parent].1 = reach[parent].1.max(high);
            }
        }
        (0..self.nodes.len())
            .filter(|&index| {
                let node = &self.nodes[index];
                // Who begins a subgame knows where he is.
                let known = match node.at {
                    Move::Terminal => false,
                    Move::Chance(_) => true,
                    Move::Decision(set) => index == 0 || self.sets[set].members.len() == 1,
                };
                known && reach[index].0 >= index && reach[index].1 < node.end
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(at: Move, outcome: Option<usize>) -> NodeSpec {
        NodeSpec { label: String::new(), at, outcome }
    }

    fn set(player: usize, actions: &[&str]) -> InformationSet {
        InformationSet {
            player,
            label: String::new(),
            actions: actions.iter().map(|&a| a.to_owned()).collect(),
            members: Vec::new(),
        }
    }

    fn pays(payoffs: &[i64]) -> TreeOutcome {
        TreeOutcome {
            label: String::new(),
            payoffs: payoffs.iter().map(|&x| Rational::from(x)).collect(),
        }
    }

    #[test]
    fn subtrees_are_blocks_and_outcomes_add_up() {
        // A moves left (outcome 0) or right, where B moves after A's stage outcome.
        let nodes = vec![
            node(Move::Decision(1), None),
            node(Move::Terminal, Some(0)),
            node(Move::Decision(0), Some(1)),
            node(Move::Terminal, Some(2)),
            node(Move::Terminal, None),
        ];
        let game = ExtensiveGame::new(
            vec!["A".into(), "B".into()],
            nodes,
            vec![set(1, &["l", "r"]), set(0, &["L", "R"])],
            vec![],
            vec![pays(&[1, 2]), pays(&[10, 20]), pays(&[3, 0])],
        )
        .unwrap();
        assert_eq!(game.information_sets()[0].player, 0, "numbered by first occurrence");
        assert_eq!(game.node(0).end, 5);
        assert_eq!(game.node(2).end, 5);
        assert_eq!(game.node(2).parent, Some((0, 1)));
        let total = game.total_payoffs(0);
        assert_eq!(total[3], Rational::from(13));
        assert_eq!(total[4], Rational::from(10));
        assert_eq!(game.subgame_roots(), [0, 2]);
        assert!(game.has_perfect_information());
    }

    #[test]
    fn what_is_no_tree_is_refused() {
        let one = |nodes| {
            ExtensiveGame::new(
                vec!["A".into()],
                nodes,
                vec![set(0, &["l", "r"])],
                vec![],
                vec![pays(&[1])],
            )
        };
        let decision = || node(Move::Decision(0), None);
        let end = || node(Move::Terminal, Some(0));
        assert!(one(vec![decision(), end(), end()]).is_ok());
        assert_eq!(one(vec![decision(), end()]), Err(TreeError::Incomplete(0)));
        assert_eq!(one(vec![]), Err(TreeError::Incomplete(0)));
        assert_eq!(one(vec![decision(), end(), end(), end()]), Err(TreeError::Surplus(3)));
        assert!(one(vec![node(Move::Decision(7), None)]).is_err());
        assert!(one(vec![node(Move::Terminal, Some(3))]).is_err());
    }
}
