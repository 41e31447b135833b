//! Equilibria of trees in behaviour strategies.
//!
//! Checked of each: that the strategies are distributions; that payoffs and beliefs are those that
//! follow from them (beliefs by Bayes' rule where play leads, none elsewhere); that the regret is
//! the largest gain of any player from any other strategy. With perfect recall the best reply is
//! found information set by information set, from the last to the first: those of one player form
//! a forest. Without, all his pure strategies are tried.
//!
//! Subgame perfection: no player gains in any subgame. Where nobody gains in the subgames below, a
//! deviation can gain only before it reaches them, so that each subgame is examined with the others
//! replaced by what the profile gives there (the principle of one-shot deviations).
//!
//! Completeness of all pure subgame-perfect equilibria: they are counted again. For each subgame,
//! and each way in which those below it can pay, every pure choice at its own information sets is
//! tried by the definition.

mod block;
mod complete;
#[cfg(test)]
mod tests;

use crate::game::extensive::{BehaviorEquilibrium, TreeAnswer, TreeNames, TreeScope};
use crate::game::{ExtensiveGame, MixedStrategy, Move};
use crate::num::Rational;

use super::expected::distribution;
use super::meter::Meter;
use super::wording::{count, number};
use super::{Certificate, Completeness, Limits, Refutation};

use block::{Blocks, Values};

/// Checks equilibria of a tree.
///
/// # Errors
/// The [`Refutation`] of the first thing that is wrong.
pub fn certify_tree(
    tree: &ExtensiveGame,
    answer: &TreeAnswer,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    let names = TreeNames::of(tree);
    let perfect = answer.scope.is_subgame_perfect();
    if let Some(at) =
        (1..answer.list.len()).find(|&at| answer.list[at - 1].profile <= answer.list[at].profile)
    {
        return Err(Refutation::WrongList(format!(
            "equilibrium {} is not after equilibrium {at} in order, or equal to it",
            at + 1
        )));
    }
    let blocks = if perfect { Blocks::subgames(tree, &mut meter)? } else { Blocks::whole(tree) };
    for one in &answer.list {
        check_equilibrium(tree, &names, &blocks, one, perfect, &mut meter)?;
    }
    let mut checked = vec![format!(
        "{}, with payoffs, beliefs and regrets recomputed in exact arithmetic",
        count(
            answer.list.len(),
            "equilibrium in behaviour strategies",
            "equilibria in behaviour strategies"
        )
    )];
    if perfect && !answer.list.is_empty() {
        checked.push(format!(
            "nobody gains by deviating in {}",
            count(blocks.roots.len(), "subgame", "subgames")
        ));
    }
    let complete = match answer.scope {
        TreeScope::AllPureSubgamePerfect => complete::check(tree, answer, &blocks, limits)?,
        TreeScope::SomeSubgamePerfect | TreeScope::SomeNash => Completeness::NotClaimed,
    };
    Ok(Certificate { checked, complete })
}

/// Checks that a behaviour profile has these payoffs, that no player gains more than `regret` by
/// any other strategy, and that one gains so much.
///
/// # Errors
/// The [`Refutation`] of the first thing that is wrong.
pub fn certify_behavior(
    tree: &ExtensiveGame,
    profile: &[MixedStrategy],
    payoffs: &[Rational],
    regret: &Rational,
    limits: &Limits,
) -> Result<(), Refutation> {
    let mut meter = Meter::for_passes(limits);
    let names = TreeNames::of(tree);
    check_profile(tree, &names, profile)?;
    let blocks = Blocks::whole(tree);
    check_values(tree, &names, &blocks, profile, payoffs, regret, &mut meter)
}

fn check_profile(
    tree: &ExtensiveGame,
    names: &TreeNames,
    profile: &[MixedStrategy],
) -> Result<(), Refutation> {
    let sets = tree.information_sets();
    if profile.len() != sets.len() {
        return Err(Refutation::Misfit(format!(
            "strategies at {} information sets, and there are {}",
            profile.len(),
            sets.len()
        )));
    }
    for (at, (set, strategy)) in sets.iter().zip(profile).enumerate() {
        let what = format!(
            "the strategy of player `{}` at `{}`",
            names.players[set.player], names.sets[at]
        );
        if strategy.len() != set.actions.len() {
            return Err(Refutation::Misfit(format!(
                "{what} has {} probabilities for {} actions",
                strategy.len(),
                set.actions.len()
            )));
        }
        distribution(strategy.probabilities(), &what)?;
    }
    Ok(())
}

fn check_equilibrium(
    tree: &ExtensiveGame,
    names: &TreeNames,
    blocks: &Blocks,
    one: &BehaviorEquilibrium,
    perfect: bool,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    check_profile(tree, names, &one.profile)?;
    check_beliefs(tree, names, one)?;
    if perfect && !one.regret.is_zero() {
        return Err(Refutation::WrongNumber(format!(
            "a subgame-perfect equilibrium has no regret, and {} is stated",
            number(&one.regret)
        )));
    }
    check_values(tree, names, blocks, &one.profile, &one.payoffs, &one.regret, meter)
}

/// The payoffs of the whole game, and the regret in every block, which is `regret` in the whole.
fn check_values(
    tree: &ExtensiveGame,
    names: &TreeNames,
    blocks: &Blocks,
    profile: &[MixedStrategy],
    payoffs: &[Rational],
    regret: &Rational,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    if payoffs.len() != tree.num_players() {
        return Err(Refutation::Misfit(format!(
            "{} payoffs for {} players",
            payoffs.len(),
            tree.num_players()
        )));
    }
    let mut values = Values::new(tree);
    let mut largest = Rational::ZERO;
    for &root in blocks.roots.iter().rev() {
        values.evaluate(tree, blocks, root, profile, meter)?;
        for player in 0..tree.num_players() {
            let best = values.best(tree, blocks, root, profile, player, meter)?;
            let gain = &best - &values.of[root][player];
            if gain > *regret {
                let place = if root == 0 {
                    String::new()
                } else {
                    format!(" in the subgame after `{}`", names.history(tree, root))
                };
                return Err(Refutation::Deviation(format!(
                    "player `{}` gains {} by deviating{place}, and {} is stated",
                    names.players[player],
                    number(&gain),
                    number(regret)
                )));
            }
            if root == 0 {
                largest = largest.max(gain);
            }
        }
    }
    for (player, (stated, found)) in payoffs.iter().zip(&values.of[0]).enumerate() {
        if stated != found {
            return Err(Refutation::WrongNumber(format!(
                "the payoff of player `{}` is {} and not {}",
                names.players[player],
                number(found),
                number(stated)
            )));
        }
    }
    if largest != *regret {
        return Err(Refutation::WrongNumber(format!(
            "the regret is {} and not {}",
            number(&largest),
            number(regret)
        )));
    }
    Ok(())
}

fn check_beliefs(
    tree: &ExtensiveGame,
    names: &TreeNames,
    one: &BehaviorEquilibrium,
) -> Result<(), Refutation> {
    let mut reach = vec![Rational::ONE; tree.nodes().len()];
    for (index, node) in tree.nodes().iter().enumerate() {
        let Some((parent, action)) = node.parent else { continue };
        let probability = match tree.node(parent).at {
            Move::Decision(set) => &one.profile[set].probabilities()[action],
            Move::Chance(chance) => &tree.chance_moves()[chance].probabilities[action],
            Move::Terminal => &Rational::ZERO,
        };
        reach[index] = &reach[parent] * probability;
    }
    let sets = tree.information_sets();
    if one.beliefs.len() != sets.len() {
        return Err(Refutation::Misfit(format!(
            "beliefs at {} information sets, and there are {}",
            one.beliefs.len(),
            sets.len()
        )));
    }
    for (at, (set, belief)) in sets.iter().zip(&one.beliefs).enumerate() {
        let total: Rational = set.members.iter().map(|&node| &reach[node]).sum();
        let place = || format!("`{}` of player `{}`", names.sets[at], names.players[set.player]);
        match belief {
            None if total.is_zero() => {}
            None => {
                return Err(Refutation::Misfit(format!("beliefs are missing at {}", place())));
            }
            Some(_) if total.is_zero() => {
                return Err(Refutation::Misfit(format!(
                    "{} is not reached, and beliefs are stated there",
                    place()
                )));
            }
            Some(belief) => {
                let right = belief.len() == set.members.len()
                    && belief
                        .iter()
                        .zip(&set.members)
                        .all(|(stated, &node)| stated * &total == reach[node]);
                if !right {
                    return Err(Refutation::WrongNumber(format!(
                        "the beliefs at {} do not follow from the strategies",
                        place()
                    )));
                }
            }
        }
    }
    Ok(())
}
