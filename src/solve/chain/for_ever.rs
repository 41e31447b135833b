//! What a chain leads to for ever, exactly: discounted values, the only long-run distribution, and
//! whether and when events happen.
//!
//! Each is the solution of a system of linear equations (Puterman 1994, chapters 6 and 8; Kemeny &
//! Snell 1960, chapter 3), which is solved in integers. [`crate::certify::certify_chain_values`]
//! puts the solutions back into the equations.

use dashu_int::IBig;

use crate::game::{Chain, ChainValues, DiscountFactor};
use crate::linear::{coprime_integers, solve_square_with_denominator};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

/// Systems of more unknowns are not solved: their fractions would be long.
const MOST_UNKNOWNS: usize = 100;

/// The values for ever of a chain of at most a hundred nodes; what is not found is left out. The
/// clock is read before each system of equations.
///
/// # Errors
/// [`Exhausted`] when the budget ends first.
pub fn values_for_ever(
    chain: &Chain,
    discount: Option<&DiscountFactor>,
    budget: &Budget,
) -> Result<ChainValues, Exhausted> {
    let mut values = ChainValues::default();
    let nodes = chain.nodes().len();
    if nodes > MOST_UNKNOWNS {
        return Ok(values);
    }
    if let Some(discount) = discount {
        values.discounted = discounted(chain, discount.value(), budget)?;
    }
    budget.check_now(0)?;
    values.stationary = stationary(chain);
    for event in 0..chain.events().len() {
        budget.check_now(0)?;
        let found = arrival(chain, 1 << event);
        values.eventually.push(found.as_ref().map(|(probability, _)| probability.clone()));
        values.waiting.push(found.map(|(_, waiting)| waiting));
    }
    Ok(values)
}

/// The solution of a square system, row by row.
fn solve(rows: Vec<Vec<Rational>>, right: Vec<Rational>) -> Option<Vec<Rational>> {
    if right.is_empty() {
        return Some(Vec::new());
    }
    let mut matrix: Vec<IBig> = Vec::with_capacity(right.len() * right.len());
    let mut sides = Vec::with_capacity(right.len());
    for (mut row, side) in rows.into_iter().zip(right) {
        row.push(side);
        let (mut integers, _) = coprime_integers(row.iter());
        sides.push(integers.pop()?);
        matrix.append(&mut integers);
    }
    let (numerators, denominator) = solve_square_with_denominator(matrix, &sides)?;
    Some(
        numerators
            .into_iter()
            .map(|numerator| Rational::from_integers(numerator, denominator.clone()))
            .collect(),
    )
}

/// v = (1 − δ) r + δ P v, for each player.
fn discounted(
    chain: &Chain,
    discount: &Rational,
    budget: &Budget,
) -> Result<Option<Vec<Vec<Rational>>>, Exhausted> {
    let size = chain.nodes().len();
    let mut rows = vec![vec![Rational::ZERO; size]; size];
    for (at, node) in chain.nodes().iter().enumerate() {
        rows[at][at] = Rational::ONE;
        for step in node {
            rows[at][step.next] = &rows[at][step.next] - discount * &step.probability;
        }
    }
    let now = Rational::ONE - discount;
    (0..chain.players().len())
        .map(|player| {
            budget.check_now(0)?;
            let right = chain.nodes().iter().map(|node| {
                let paid = node.iter().map(|step| {
                    &step.probability * &chain.outcomes()[step.outcome].payoffs[player]
                });
                &now * paid.sum::<Rational>()
            });
            Ok(solve(rows.clone(), right.collect()))
        })
        .collect()
}

/// Which nodes are reached from some.
fn reached(chain: &Chain, from: impl Iterator<Item = usize>) -> Vec<bool> {
    let mut seen = vec![false; chain.nodes().len()];
    let mut left: Vec<usize> = from.collect();
    while let Some(node) = left.pop() {
        if !std::mem::replace(&mut seen[node], true) {
            left.extend(chain.nodes()[node].iter().map(|step| step.next));
        }
    }
    seen
}

/// The distribution π = πP of the only class of nodes that play settles in, if there is one.
fn stationary(chain: &Chain) -> Option<Vec<Rational>> {
    let nodes = chain.nodes().len();
    let reach: Vec<Vec<bool>> =
        (0..nodes).map(|node| reached(chain, std::iter::once(node))).collect();
    let from_start = reached(chain, chain.start().iter().map(|(node, _)| *node));
    // A node that every node within reach leads to.
    let home = (0..nodes).find(|&home| {
        from_start[home] && (0..nodes).all(|node| !from_start[node] || reach[node][home])
    })?;
    let class: Vec<usize> = (0..nodes).filter(|&node| reach[home][node]).collect();
    let place = |node: usize| class.binary_search(&node).ok();
    let size = class.len();
    // One equation says that probabilities sum to one, in place of one of the others.
    let mut rows = vec![vec![Rational::ZERO; size]; size];
    for (from, &node) in class.iter().enumerate() {
        rows[from][from] = &rows[from][from] - Rational::ONE;
        for step in &chain.nodes()[node] {
            let to = place(step.next)?;
            rows[to][from] = &rows[to][from] + &step.probability;
        }
    }
    rows[size - 1].fill(Rational::ONE);
    let mut right = vec![Rational::ZERO; size];
    right[size - 1] = Rational::ONE;
    let solution = solve(rows, right)?;
    let mut all = vec![Rational::ZERO; nodes];
    for (node, probability) in class.into_iter().zip(solution) {
        all[node] = probability;
    }
    Some(all)
}

/// By node the probability that an event ever happens, and where that is one the expected number
/// of periods until it does.
type Arrival = (Vec<Rational>, Vec<Option<Rational>>);

fn arrival(chain: &Chain, bit: u8) -> Option<Arrival> {
    let nodes = chain.nodes();
    // Nodes from which the event can happen, backward from steps that set it off.
    let mut possible: Vec<bool> =
        nodes.iter().map(|node| node.iter().any(|step| step.events & bit != 0)).collect();
    loop {
        let more: Vec<usize> = (0..nodes.len())
            .filter(|&at| !possible[at] && nodes[at].iter().any(|step| possible[step.next]))
            .collect();
        if more.is_empty() {
            break;
        }
        more.into_iter().for_each(|at| possible[at] = true);
    }
    let open: Vec<usize> = (0..nodes.len()).filter(|&at| possible[at]).collect();
    let system = |open: &[usize], right: &dyn Fn(usize) -> Rational| {
        let rows = open.iter().map(|&at| {
            let mut row = vec![Rational::ZERO; open.len()];
            if let Ok(place) = open.binary_search(&at) {
                row[place] = Rational::ONE;
            }
            for step in nodes[at].iter().filter(|step| step.events & bit == 0) {
                if let Ok(place) = open.binary_search(&step.next) {
                    row[place] = &row[place] - &step.probability;
                }
            }
            row
        });
        solve(rows.collect(), open.iter().map(|&at| right(at)).collect())
    };
    let at_once = |at: usize| -> Rational {
        let sets_off = nodes[at].iter().filter(|step| step.events & bit != 0);
        sets_off.map(|step| &step.probability).sum()
    };
    let mut probability = vec![Rational::ZERO; nodes.len()];
    for (&at, value) in open.iter().zip(system(&open, &at_once)?) {
        probability[at] = value;
    }
    let sure: Vec<usize> =
        open.into_iter().filter(|&at| probability[at] == Rational::ONE).collect();
    let mut waiting = vec![None; nodes.len()];
    for (&at, value) in sure.iter().zip(system(&sure, &|_| Rational::ONE)?) {
        waiting[at] = Some(value);
    }
    Some((probability, waiting))
}
