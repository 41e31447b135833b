//! What a profile of behaviour strategies leads to: payoffs, and beliefs by Bayes' rule.

use crate::game::extensive::{BehaviorEquilibrium, Beliefs};
use crate::game::{ExtensiveGame, MixedStrategy, Move};
use crate::num::Rational;

/// The probability of each node.
pub(super) fn reach(tree: &ExtensiveGame, profile: &[MixedStrategy]) -> Vec<Rational> {
    let mut reach: Vec<Rational> = Vec::with_capacity(tree.nodes().len());
    for node in tree.nodes() {
        let probability = match node.parent {
            None => Rational::ONE,
            Some((parent, _)) if reach[parent].is_zero() => Rational::ZERO,
            Some((parent, action)) => match tree.node(parent).at {
                Move::Decision(set) => &reach[parent] * &profile[set].probabilities()[action],
                Move::Chance(chance) => {
                    &reach[parent] * &tree.chance_moves()[chance].probabilities[action]
                }
                Move::Terminal => Rational::ZERO,
            },
        };
        reach.push(probability);
    }
    reach
}

/// The expected payoffs, given the probability of each node.
pub(super) fn payoffs(tree: &ExtensiveGame, reach: &[Rational]) -> Vec<Rational> {
    let mut payoffs = vec![Rational::ZERO; tree.num_players()];
    for (index, probability) in reach.iter().enumerate() {
        if let Some(paid) = tree.payoffs_at(index).filter(|_| !probability.is_zero()) {
            for (payoff, paid) in payoffs.iter_mut().zip(paid) {
                *payoff += probability * paid;
            }
        }
    }
    payoffs
}

fn beliefs(tree: &ExtensiveGame, reach: &[Rational]) -> Beliefs {
    tree.information_sets()
        .iter()
        .map(|set| {
            let sum: Rational = set.members.iter().map(|&node| &reach[node]).sum();
            sum.is_positive().then(|| set.members.iter().map(|&node| &reach[node] / &sum).collect())
        })
        .collect()
}

/// A profile with what is claimed of an equilibrium.
pub(super) fn equilibrium(
    tree: &ExtensiveGame,
    profile: Vec<MixedStrategy>,
) -> BehaviorEquilibrium {
    let reach = reach(tree, &profile);
    BehaviorEquilibrium {
        payoffs: payoffs(tree, &reach),
        beliefs: beliefs(tree, &reach),
        profile,
        regret: Rational::ZERO,
    }
}
