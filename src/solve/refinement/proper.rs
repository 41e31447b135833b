//! Whether an equilibrium of two players is proper (Myerson 1978), by orders of the actions.
//!
//! (x, y) is proper when it is a limit of totally mixed pairs (pᵉ, qᵉ), ε → 0, in which an action that
//! is worse than another has at most ε times its probability. Such a sequence exists exactly when the
//! actions of each player can be put into levels, the first of which holds the support, such that
//!
//! - for each k there is a strategy p with support X₁ ∪ … ∪ X_k against which the other player is
//!   indifferent within each of his levels and prefers none to an earlier one, weakly; x is such too;
//! - the same holds with the players exchanged.
//!
//! *If*: x + εp¹ + ε²p² + …, scaled, orders the other's actions as each of its parts does, and gives
//! each level ε times the probability of the one before. *Only if*: take for levels the classes of
//! equal payoff against pᵉ and qᵉ; there are finitely many orders, so that one occurs for a sequence of
//! ε. The strategies with the property on the other's payoffs are a polyhedral cone that does not
//! depend on ε; pᵉ is a combination of its extreme rays, and without the rays that reach beyond level k,
//! whose weights are at most a multiple of ε times each probability up to level k, it still has support
//! X₁ ∪ … ∪ X_k. (Lexicographic beliefs as in Blume, Brandenburger & Dekel 1991.)
//!
//! Since x and y are limits, an action that is worse against them is in a later level. So only ties
//! leave a choice, and one linear program decides for each order of one player and each union of
//! levels of the other.

use std::collections::BTreeMap;

use crate::game::MixedStrategy;
use crate::game::answer::{Properness, Trembles};
use crate::linear::{LinearProgram, Relation};
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::{Exhausted, joint};

use super::against;

/// Actions in levels, the best first.
type Levels = Vec<Vec<usize>>;

/// Decides for an equilibrium of the game in which each player has these payoffs (a row for each own
/// action).
pub(super) fn judge(
    matrices: &[Vec<Vec<Rational>>; 2],
    profile: &[MixedStrategy],
    meter: &Meter<'_>,
) -> Result<Properness, Exhausted> {
    let blocks = [0, 1].map(|own| blocks(&matrices[own], profile, own));
    let too_many = |(free, rest): &(Vec<usize>, Vec<Vec<usize>>)| {
        let counts = rest.iter().map(|block| weak_orders(block.len()));
        counts.fold(with_first(free.len()), usize::saturating_mul) > Properness::MOST_ORDERS
    };
    if blocks.iter().any(too_many) {
        return Ok(Properness::NotDecided);
    }
    let orders = [0, 1].map(|own| orders(&profile[own].support(), &blocks[own]));
    let mut known = [Known::new(), Known::new()];
    let mut tried = 0;
    for (first, rows) in orders[0].iter().enumerate() {
        for (second, columns) in orders[1].iter().enumerate() {
            tried += 1;
            if tried > Properness::MOST_ORDERS {
                return Ok(Properness::NotDecided);
            }
            let theirs = (second, columns);
            let Some(one) = chain(&matrices[1], rows, theirs, &mut known[0], meter)? else {
                continue;
            };
            let theirs = (first, rows);
            let Some(other) = chain(&matrices[0], columns, theirs, &mut known[1], meter)? else {
                continue;
            };
            let levels = [rows.clone(), columns.clone()];
            let trembles = Trembles { levels, strategies: [one, other] };
            return Ok(Properness::Trembles(Box::new(trembles)));
        }
    }
    Ok(Properness::No)
}

/// The strategy for each order of the other player's actions, by its position, and each support;
/// `None` where there is none.
type Known = BTreeMap<(usize, Vec<usize>), Option<MixedStrategy>>;

/// A strategy for each of a player's levels, where all exist, against which the other, with these
/// payoffs, ranks his actions by his levels.
fn chain(
    payoffs: &[Vec<Rational>],
    levels: &Levels,
    (order, theirs): (usize, &Levels),
    known: &mut Known,
    meter: &Meter<'_>,
) -> Result<Option<Vec<MixedStrategy>>, Exhausted> {
    let mut strategies = Vec::with_capacity(levels.len());
    let mut support: Vec<usize> = Vec::new();
    for level in levels {
        support.extend(level);
        support.sort_unstable();
        let key = (order, support.clone());
        let found = match known.get(&key) {
            Some(found) => found.clone(),
            None => {
                let found = tremble(payoffs, theirs, &support, meter)?;
                known.insert(key, found.clone());
                found
            }
        };
        let Some(strategy) = found else { return Ok(None) };
        strategies.push(strategy);
    }
    Ok(Some(strategies))
}

/// The best replies that are not played, and the other actions by what they give, the best first.
fn blocks(
    matrix: &[Vec<Rational>],
    profile: &[MixedStrategy],
    own: usize,
) -> (Vec<usize>, Vec<Vec<usize>>) {
    let other = profile[1 - own].probabilities();
    let mut by_payoff: BTreeMap<Rational, Vec<usize>> = BTreeMap::new();
    for (action, row) in matrix.iter().enumerate() {
        by_payoff.entry(against(row, other)).or_default().push(action);
    }
    let mut rest: Vec<Vec<usize>> = by_payoff.into_values().rev().collect();
    let mut best = if rest.is_empty() { Vec::new() } else { rest.remove(0) };
    best.retain(|&action| profile[own].probabilities()[action].is_zero());
    (best, rest)
}

fn choose(n: usize, k: usize) -> usize {
    (1..=k).fold(1usize, |product, i| product.saturating_mul(n + 1 - i) / i)
}

/// The number of ways to put so many actions into levels (Fubini's numbers).
fn weak_orders(count: usize) -> usize {
    let mut numbers = vec![1usize];
    // Beyond 12 there are more than ever are tried.
    for n in 1..=count.min(12) {
        let sum = (1..=n)
            .fold(0usize, |sum, k| sum.saturating_add(choose(n, k).saturating_mul(numbers[n - k])));
        numbers.push(sum);
    }
    numbers[count.min(12)]
}

/// The same where some of them may join a level that is there before.
fn with_first(count: usize) -> usize {
    let most = count.min(12);
    (0..=most).fold(0usize, |sum, joining| {
        sum.saturating_add(choose(most, joining).saturating_mul(weak_orders(most - joining)))
    })
}

/// All levels with the support in the first and worse blocks behind better ones.
fn orders(support: &[usize], (free, rest): &(Vec<usize>, Vec<Vec<usize>>)) -> Vec<Levels> {
    let mut all: Vec<Levels> = Vec::new();
    for joining in 0u32..1 << free.len() {
        let joins = |at: usize| joining >> at & 1 == 1;
        let mut first = support.to_vec();
        first.extend((0..free.len()).filter(|&at| joins(at)).map(|at| free[at]));
        first.sort_unstable();
        let left: Vec<usize> =
            (0..free.len()).filter(|&at| !joins(at)).map(|at| free[at]).collect();
        all.extend(all_weak_orders(&left).into_iter().map(|mut levels| {
            levels.insert(0, first.clone());
            levels
        }));
    }
    for block in rest {
        let next = all_weak_orders(block);
        all = all
            .iter()
            .flat_map(|levels| next.iter().map(|more| [&levels[..], &more[..]].concat()))
            .collect();
    }
    all
}

fn all_weak_orders(actions: &[usize]) -> Vec<Levels> {
    if actions.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for chosen in 1u32..1 << actions.len() {
        let part = |wanted: bool| -> Vec<usize> {
            let with = |&at: &usize| (chosen >> at & 1 == 1) == wanted;
            (0..actions.len()).filter(with).map(|at| actions[at]).collect()
        };
        let first = part(true);
        all.extend(all_weak_orders(&part(false)).into_iter().map(|mut levels| {
            levels.insert(0, first.clone());
            levels
        }));
    }
    all
}

/// A strategy with exactly this support against which the other player, with these payoffs, ranks
/// his actions as the levels do.
fn tremble(
    theirs: &[Vec<Rational>],
    levels: &Levels,
    support: &[usize],
    meter: &Meter<'_>,
) -> Result<Option<MixedStrategy>, Exhausted> {
    // p_i = t + s_i, with t as great as possible. The equilibrium strategy is feasible with t = 0.
    let mut objective = vec![Rational::ZERO; support.len() + 1];
    objective[0] = Rational::ONE;
    let mut program = LinearProgram::maximize(objective);
    let mut sum = vec![Rational::ONE; support.len() + 1];
    sum[0] = Rational::from(support.len() as u64);
    program.constrain(sum.into_iter().enumerate(), Relation::Equal, Rational::ONE);
    let mut order = |better: usize, worse: usize, relation: Relation| {
        let gaps: Vec<Rational> =
            support.iter().map(|&i| &theirs[better][i] - &theirs[worse][i]).collect();
        let total: Rational = gaps.iter().sum();
        let row = std::iter::once(total).chain(gaps).enumerate();
        program.constrain(row, relation, Rational::ZERO);
    };
    for (at, level) in levels.iter().enumerate() {
        for pair in level.windows(2) {
            order(pair[0], pair[1], Relation::Equal);
        }
        if let Some(next) = levels.get(at + 1) {
            order(level[0], next[0], Relation::AtLeast);
        }
    }
    let optimum = meter.optimum(&program)?;
    if !optimum.value.is_positive() {
        return Ok(None);
    }
    let own_actions = theirs[0].len();
    let mut probabilities = vec![Rational::ZERO; own_actions];
    for (&action, above) in support.iter().zip(&optimum.primal[1..]) {
        probabilities[action] = above + &optimum.primal[0];
    }
    Ok(Some(joint::strategy(probabilities)))
}
