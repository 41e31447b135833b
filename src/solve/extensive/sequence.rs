//! The sequence form of a tree with two players and perfect recall.
//!
//! A *sequence* of a player is a list of his own moves on a path from the root; a *realization plan*
//! gives each sequence the probability that the player's own moves make it, so that the empty one
//! has 1 and at each information set those of its actions sum to that of the sequence before it. A
//! pair of sequences has the payoffs of the plays that it allows, times the probability of chance.
//! Source: von Stengel (1996), section 3.

use std::collections::BTreeMap;

use crate::game::{ExtensiveGame, MixedStrategy, Move};
use crate::num::Rational;

/// One information set in the constraints of a player.
pub(super) struct PlanRow {
    /// The information set.
    pub(super) set: usize,
    /// The sequence that leads there.
    pub(super) before: usize,
    /// The sequences that its actions make.
    pub(super) after: Vec<usize>,
}

/// The sequences of one player.
pub(super) struct Side {
    /// Their number; 0 is the empty sequence.
    pub(super) sequences: usize,
    /// His information sets in order.
    pub(super) rows: Vec<PlanRow>,
}

impl Side {
    /// The row in which a sequence has coefficient 1: 0 for the empty one, 1 + k for row k.
    pub(super) fn own_row(&self) -> Vec<usize> {
        let mut own = vec![0; self.sequences];
        for (k, row) in self.rows.iter().enumerate() {
            row.after.iter().for_each(|&sequence| own[sequence] = 1 + k);
        }
        own
    }

    /// The behaviour strategies of a realization plan: where it does not lead, all actions get the
    /// same probability.
    pub(super) fn behavior(&self, plan: &[Rational], profile: &mut [Option<MixedStrategy>]) {
        for row in &self.rows {
            let mut weights: Vec<Rational> =
                row.after.iter().map(|&sequence| plan[sequence].clone()).collect();
            if weights.iter().all(Rational::is_zero) {
                weights.fill(Rational::ONE);
            }
            profile[row.set] = MixedStrategy::from_weights(&weights).ok();
        }
    }
}

/// The sequence form.
pub(super) struct SequenceForm {
    pub(super) sides: [Side; 2],
    /// The payoffs of both players for the pairs of sequences that allow a play.
    pub(super) payoffs: BTreeMap<(usize, usize), [Rational; 2]>,
}

impl SequenceForm {
    /// The sequence form of a tree of two players with perfect recall. Payoffs are shifted so that
    /// the greatest of each player is −1.
    pub(super) fn of(tree: &ExtensiveGame) -> Self {
        let histories = [tree.histories(0), tree.histories(1)];
        let sides = [0, 1].map(|player| {
            let steps = &histories[player].steps;
            let mut after: BTreeMap<(usize, usize), usize> = BTreeMap::new();
            for (sequence, step) in steps.iter().enumerate() {
                if let Some((_, set, action)) = step {
                    after.insert((*set, *action), sequence);
                }
            }
            let rows = tree
                .sets_of(player)
                .into_iter()
                .map(|set| {
                    let one = &tree.information_sets()[set];
                    PlanRow {
                        set,
                        before: histories[player].at[one.members[0]],
                        after: (0..one.actions.len()).map(|action| after[&(set, action)]).collect(),
                    }
                })
                .collect();
            Side { sequences: steps.len(), rows }
        });
        let totals = [tree.total_payoffs(0), tree.total_payoffs(1)];
        let ends: Vec<usize> =
            (0..tree.nodes().len()).filter(|&node| tree.node(node).at == Move::Terminal).collect();
        let shift = [0, 1].map(|player: usize| {
            let greatest = ends.iter().map(|&end| &totals[player][end]).max();
            greatest.map_or(Rational::ZERO, |greatest| greatest + &Rational::ONE)
        });
        let mut chance = vec![Rational::ONE; tree.nodes().len()];
        for (index, node) in tree.nodes().iter().enumerate() {
            if let Some((parent, action)) = node.parent {
                chance[index] = match tree.node(parent).at {
                    Move::Chance(at) => {
                        &chance[parent] * &tree.chance_moves()[at].probabilities[action]
                    }
                    _ => chance[parent].clone(),
                };
            }
        }
        let mut payoffs: BTreeMap<(usize, usize), [Rational; 2]> = BTreeMap::new();
        for end in ends {
            if chance[end].is_zero() {
                continue;
            }
            let pair = (histories[0].at[end], histories[1].at[end]);
            let cell = payoffs.entry(pair).or_default();
            for player in [0, 1] {
                cell[player] += &chance[end] * &(&totals[player][end] - &shift[player]);
            }
        }
        SequenceForm { sides, payoffs }
    }

    /// The profile of two realization plans.
    pub(super) fn profile(
        &self,
        tree: &ExtensiveGame,
        plans: [&[Rational]; 2],
    ) -> Vec<MixedStrategy> {
        let mut profile = vec![None; tree.information_sets().len()];
        for (side, plan) in self.sides.iter().zip(plans) {
            side.behavior(plan, &mut profile);
        }
        // Every information set belongs to one of the two.
        profile.into_iter().flatten().collect()
    }
}
