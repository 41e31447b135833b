//! Subgames without the subgames below them, their values and best replies.

use crate::game::extensive::Forgetting;
use crate::game::{ExtensiveGame, MixedStrategy, Move};
use crate::num::Rational;

use crate::certify::Refutation;
use crate::certify::meter::{Meter, Spent, weight};

/// A partition of the tree into parts that are examined one by one.
pub(super) struct Blocks {
    /// Their roots, ascending; the first is the root of the tree.
    pub(super) roots: Vec<usize>,
    /// By node: whether it is a root.
    is_root: Vec<bool>,
    /// Whether a player forgets.
    forgets: Option<Forgetting>,
}

impl Blocks {
    /// The tree as one part.
    pub(super) fn whole(tree: &ExtensiveGame) -> Self {
        Self::at(tree, vec![0])
    }

    fn at(tree: &ExtensiveGame, roots: Vec<usize>) -> Self {
        let mut is_root = vec![false; tree.nodes().len()];
        roots.iter().for_each(|&root| is_root[root] = true);
        Blocks { roots, is_root, forgets: tree.perfect_recall().err() }
    }

    /// The parts between the roots of subgames: nodes that no information set ties to anything
    /// outside their subtree.
    pub(super) fn subgames(tree: &ExtensiveGame, meter: &mut Meter) -> Result<Self, Spent> {
        let mut tied = vec![false; tree.nodes().len()];
        for set in tree.information_sets() {
            let Some(&last) = set.members.last().filter(|_| set.members.len() > 1) else {
                continue;
            };
            // Every node below the last common ancestor that leads to a member.
            for &member in &set.members {
                let mut at = member;
                loop {
                    meter.spend(1)?;
                    let node = tree.node(at);
                    let covers = at <= set.members[0] && last < node.end;
                    if covers && at != member {
                        break;
                    }
                    tied[at] = true;
                    match node.parent {
                        Some((parent, _)) => at = parent,
                        None => break,
                    }
                }
            }
        }
        tied[0] = false;
        let roots = (0..tree.nodes().len())
            .filter(|&node| node == 0 || !tied[node] && tree.node(node).at != Move::Terminal)
            .collect();
        Ok(Self::at(tree, roots))
    }

    /// Whether a part ends at a node, which begins another.
    fn ends(&self, node: usize, root: usize) -> bool {
        node != root && self.is_root[node]
    }

    /// The nodes of the part at a root, ascending, with the roots at which it ends.
    pub(super) fn nodes(&self, tree: &ExtensiveGame, root: usize) -> Vec<usize> {
        let mut nodes = Vec::new();
        let mut at = root;
        while at < tree.node(root).end {
            nodes.push(at);
            at = if self.ends(at, root) { tree.node(at).end } else { at + 1 };
        }
        nodes
    }

    /// The roots at which the part at a root ends.
    pub(super) fn below(&self, tree: &ExtensiveGame, root: usize) -> Vec<usize> {
        let mut nodes = self.nodes(tree, root);
        nodes.retain(|&node| self.ends(node, root));
        nodes
    }

    /// The information sets in the part at a root, in the order of their first nodes there, with
    /// their nodes there.
    pub(super) fn sets(&self, tree: &ExtensiveGame, root: usize) -> Vec<(usize, Vec<usize>)> {
        let mut sets: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut position = std::collections::HashMap::new();
        for node in self.nodes(tree, root) {
            if self.ends(node, root) {
                continue;
            }
            if let Move::Decision(set) = tree.node(node).at {
                let at = *position.entry(set).or_insert_with(|| {
                    sets.push((set, Vec::new()));
                    sets.len() - 1
                });
                sets[at].1.push(node);
            }
        }
        sets
    }
}

/// What each player gets from a node on, as far as it was computed.
pub(super) struct Values {
    /// By node and player.
    pub(super) of: Vec<Vec<Rational>>,
}

impl Values {
    pub(super) fn new(tree: &ExtensiveGame) -> Self {
        Values { of: vec![Vec::new(); tree.nodes().len()] }
    }

    /// The values in the part at a root, when those of the roots at which it ends are known.
    pub(super) fn evaluate(
        &mut self,
        tree: &ExtensiveGame,
        blocks: &Blocks,
        root: usize,
        profile: &[MixedStrategy],
        meter: &mut Meter,
    ) -> Result<(), Spent> {
        for &index in blocks.nodes(tree, root).iter().rev() {
            if blocks.ends(index, root) {
                continue;
            }
            let node = tree.node(index);
            let mut sum = match tree.payoffs_at(index) {
                Some(payoffs) => payoffs.to_vec(),
                None => vec![Rational::ZERO; tree.num_players()],
            };
            let probabilities = match node.at {
                Move::Terminal => &[][..],
                Move::Decision(set) => profile[set].probabilities(),
                Move::Chance(chance) => &tree.chance_moves()[chance].probabilities,
            };
            for (&child, probability) in node.children.iter().zip(probabilities) {
                if probability.is_zero() {
                    continue;
                }
                meter.spend(sum.len() * weight(probability))?;
                for (sum, value) in sum.iter_mut().zip(&self.of[child]) {
                    *sum += probability * value;
                }
            }
            self.of[index] = sum;
        }
        Ok(())
    }

    /// What one player can get at most from a root on by his choices in the part that begins there.
    pub(super) fn best(
        &self,
        tree: &ExtensiveGame,
        blocks: &Blocks,
        root: usize,
        profile: &[MixedStrategy],
        player: usize,
        meter: &mut Meter,
    ) -> Result<Rational, Refutation> {
        let mut own = blocks.sets(tree, root);
        own.retain(|(set, _)| tree.information_sets()[*set].player == player);
        if own.is_empty() {
            return Ok(self.of[root][player].clone());
        }
        let mut reply = Reply {
            tree,
            blocks,
            root,
            profile,
            player,
            known: self,
            chosen: std::collections::HashMap::new(),
            values: std::collections::HashMap::new(),
        };
        if blocks.forgets.is_none() {
            return Ok(reply.best_with_recall(&own, meter)?);
        }
        Ok(reply.best_of_all(&own, meter)?)
    }
}

/// A best reply of one player, under construction.
struct Reply<'a> {
    tree: &'a ExtensiveGame,
    blocks: &'a Blocks,
    root: usize,
    profile: &'a [MixedStrategy],
    player: usize,
    known: &'a Values,
    /// What he does at his information sets.
    chosen: std::collections::HashMap<usize, usize>,
    /// His values at nodes below which all is chosen.
    values: std::collections::HashMap<usize, Rational>,
}

impl Reply<'_> {
    fn is_own(&self, node: usize) -> Option<usize> {
        match self.tree.node(node).at {
            Move::Decision(set) if self.tree.information_sets()[set].player == self.player => {
                Some(set)
            }
            _ => None,
        }
    }

    /// The last information sets come first: with perfect recall all that can follow one begin
    /// after it.
    fn best_with_recall(
        &mut self,
        own: &[(usize, Vec<usize>)],
        meter: &mut Meter,
    ) -> Result<Rational, Spent> {
        // The probability that the others and chance lead to each node.
        let mut lead: std::collections::HashMap<usize, Rational> = std::collections::HashMap::new();
        for node in self.blocks.nodes(self.tree, self.root) {
            let probability = match self.tree.node(node).parent {
                Some((parent, action)) if node != self.root => {
                    meter.spend(1)?;
                    let before = &lead[&parent];
                    match self.tree.node(parent).at {
                        _ if self.is_own(parent).is_some() => before.clone(),
                        Move::Decision(set) => before * &self.profile[set].probabilities()[action],
                        Move::Chance(chance) => {
                            before * &self.tree.chance_moves()[chance].probabilities[action]
                        }
                        Move::Terminal => Rational::ZERO,
                    }
                }
                _ => Rational::ONE,
            };
            lead.insert(node, probability);
        }
        for (set, members) in own.iter().rev() {
            let mut best: Option<(Rational, usize)> = None;
            for action in 0..self.tree.information_sets()[*set].actions.len() {
                let mut sum = Rational::ZERO;
                for node in members {
                    if lead[node].is_zero() {
                        continue;
                    }
                    let value = self.value(self.tree.node(*node).children[action], meter)?;
                    sum += &lead[node] * &value;
                }
                if best.as_ref().is_none_or(|(known, _)| sum > *known) {
                    best = Some((sum, action));
                }
            }
            self.chosen.insert(*set, best.map_or(0, |(_, action)| action));
        }
        self.value(self.root, meter)
    }

    /// Every pure choice is tried.
    fn best_of_all(
        &mut self,
        own: &[(usize, Vec<usize>)],
        meter: &mut Meter,
    ) -> Result<Rational, Spent> {
        let mut best: Option<Rational> = None;
        own.iter().for_each(|(set, _)| {
            self.chosen.insert(*set, 0);
        });
        loop {
            self.values.clear();
            let value = self.value(self.root, meter)?;
            if best.as_ref().is_none_or(|known| value > *known) {
                best = Some(value);
            }
            let mut more = false;
            for (set, _) in own {
                let actions = self.tree.information_sets()[*set].actions.len();
                let action = self.chosen.entry(*set).or_insert(0);
                *action += 1;
                if *action < actions {
                    more = true;
                    break;
                }
                *action = 0;
            }
            if !more {
                return Ok(best.unwrap_or_default());
            }
        }
    }

    /// His value at a node below which all his choices are made.
    fn value(&mut self, node: usize, meter: &mut Meter) -> Result<Rational, Spent> {
        let mut open = vec![node];
        while let Some(&at) = open.last() {
            if self.values.contains_key(&at) {
                open.pop();
                continue;
            }
            meter.spend(1)?;
            if self.blocks.ends(at, self.root) {
                self.values.insert(at, self.known.of[at][self.player].clone());
                open.pop();
                continue;
            }
            let node = self.tree.node(at);
            let own = self.is_own(at).map(|set| self.chosen.get(&set).copied().unwrap_or(0));
            let probabilities = match node.at {
                Move::Terminal => &[][..],
                Move::Decision(set) => self.profile[set].probabilities(),
                Move::Chance(chance) => &self.tree.chance_moves()[chance].probabilities,
            };
            let ready = open.len();
            let follows = |action: usize| match own {
                Some(chosen) => action == chosen,
                None => !probabilities[action].is_zero(),
            };
            for (action, child) in node.children.iter().enumerate() {
                if follows(action) && !self.values.contains_key(child) {
                    open.push(*child);
                }
            }
            if open.len() > ready {
                continue;
            }
            let mut sum = match self.tree.payoffs_at(at) {
                Some(payoffs) => payoffs[self.player].clone(),
                None => Rational::ZERO,
            };
            for (action, child) in node.children.iter().enumerate() {
                if own.is_some_and(|chosen| chosen == action) {
                    sum += &self.values[child];
                } else if own.is_none() && !probabilities[action].is_zero() {
                    meter.spend(weight(&probabilities[action]))?;
                    sum += &probabilities[action] * &self.values[child];
                }
            }
            self.values.insert(at, sum);
            open.pop();
        }
        Ok(self.values[&node].clone())
    }
}
