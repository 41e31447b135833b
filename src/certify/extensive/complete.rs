//! Counting the pure subgame-perfect equilibria of a tree again.

use std::collections::HashMap;

use crate::game::extensive::TreeAnswer;
use crate::game::{ExtensiveGame, MixedStrategy};
use crate::num::Rational;

use crate::certify::meter::{Meter, Spent};
use crate::certify::wording::count;
use crate::certify::{Completeness, Limits, Refutation};

use super::block::{Blocks, Values};

/// How many equilibria of a subgame pay what.
type Counts = HashMap<Vec<Rational>, u128>;

/// That a list of distinct pure subgame-perfect equilibria holds all of them.
pub(super) fn check(
    tree: &ExtensiveGame,
    answer: &TreeAnswer,
    blocks: &Blocks,
    limits: &Limits,
) -> Result<Completeness, Refutation> {
    if let Some(one) = answer
        .list
        .iter()
        .position(|one| one.profile.iter().any(|strategy| strategy.as_pure().is_none()))
    {
        return Err(Refutation::WrongList(format!("equilibrium {} is not pure", one + 1)));
    }
    let mut meter = Meter::new(limits);
    let number = match number_of_equilibria(tree, blocks, &mut meter) {
        Ok(number) => number,
        Err(Refutation::OutOfReach(reason)) => return Ok(Completeness::NotChecked(reason)),
        Err(other) => return Err(other),
    };
    let listed = answer.list.len() as u128;
    if number != listed {
        return Err(Refutation::Incomplete(format!(
            "{listed} pure subgame-perfect equilibria are listed, and there are {number}"
        )));
    }
    Ok(Completeness::Proved(format!(
        "the pure equilibria of {} counted again by the definition",
        count(blocks.roots.len(), "subgame were", "subgames were")
    )))
}

fn number_of_equilibria(
    tree: &ExtensiveGame,
    blocks: &Blocks,
    meter: &mut Meter,
) -> Result<u128, Refutation> {
    let mut counts: HashMap<usize, Counts> = HashMap::new();
    let mut values = Values::new(tree);
    // What stands outside the subgame that is examined plays no part.
    let sets = tree.information_sets();
    let mut profile: Vec<MixedStrategy> =
        sets.iter().map(|set| MixedStrategy::pure(0, set.actions.len())).collect();
    for &root in blocks.roots.iter().rev() {
        let found = of_subgame(tree, blocks, root, &counts, (&mut profile, &mut values), meter)?;
        counts.insert(root, found);
    }
    Ok(counts[&0].values().fold(0, |sum: u128, &one| sum.saturating_add(one)))
}

fn of_subgame(
    tree: &ExtensiveGame,
    blocks: &Blocks,
    root: usize,
    counts: &HashMap<usize, Counts>,
    (profile, values): (&mut [MixedStrategy], &mut Values),
    meter: &mut Meter,
) -> Result<Counts, Refutation> {
    let below = blocks.below(tree, root);
    let lists: Vec<Vec<(&Vec<Rational>, u128)>> = below
        .iter()
        .map(|at| counts[at].iter().map(|(paid, &number)| (paid, number)).collect())
        .collect();
    let mut found = Counts::new();
    if lists.iter().any(Vec::is_empty) {
        return Ok(found);
    }
    let sets = blocks.sets(tree, root);
    let information = tree.information_sets();
    let mut paid = vec![0; lists.len()];
    loop {
        let mut number = 1u128;
        for ((list, &at), &node) in lists.iter().zip(&paid).zip(&below) {
            values.of[node] = list[at].0.clone();
            number = number.saturating_mul(list[at].1);
        }
        let mut choice = vec![0; sets.len()];
        loop {
            for ((set, _), &action) in sets.iter().zip(&choice) {
                profile[*set] = MixedStrategy::pure(action, information[*set].actions.len());
            }
            meter.spend(1 + sets.len())?;
            if is_equilibrium(tree, blocks, root, profile, values, meter)? {
                let entry = found.entry(values.of[root].clone()).or_insert(0);
                *entry = entry.saturating_add(number);
            }
            let more = advance(&mut choice, |at| information[sets[at].0].actions.len());
            if !more {
                break;
            }
        }
        if !advance(&mut paid, |at| lists[at].len()) {
            return Ok(found);
        }
    }
}

/// The next combination of digits; whether there is one.
fn advance(digits: &mut [usize], sizes: impl Fn(usize) -> usize) -> bool {
    for (at, digit) in digits.iter_mut().enumerate() {
        *digit += 1;
        if *digit < sizes(at) {
            return true;
        }
        *digit = 0;
    }
    false
}

fn is_equilibrium(
    tree: &ExtensiveGame,
    blocks: &Blocks,
    root: usize,
    profile: &[MixedStrategy],
    values: &mut Values,
    meter: &mut Meter,
) -> Result<bool, Refutation> {
    values.evaluate(tree, blocks, root, profile, meter).map_err(|_: Spent| spent())?;
    for player in 0..tree.num_players() {
        let best = values.best(tree, blocks, root, profile, player, meter)?;
        if best > values.of[root][player] {
            return Ok(false);
        }
    }
    Ok(true)
}

fn spent() -> Refutation {
    Spent.into()
}
