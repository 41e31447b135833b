//! Maximal Nash subsets and connected components of the equilibria of a two-player game.
//!
//! The extreme equilibria are the edges of a bipartite graph whose nodes are the extreme strategies
//! of the two players. A maximal complete bipartite subgraph R × C is a *maximal Nash subset*: every
//! convex combination of R is an equilibrium with every convex combination of C. Two of them
//! meet when they share an extreme equilibrium, so that the connected components of the graph are
//! the connected components of the set of equilibria. Sources: Winkels (1979); Avis, Rosenberg,
//! Savani & von Stengel (2010), section 6.
//!
//! The subgraphs are listed by closing one by one (Kuznetsov 1993): a set C of columns is closed
//! when it holds every common neighbour of its common neighbours, and each closed set is reached
//! once, from the one without its last column.

use crate::game::MixedStrategy;
use crate::game::answer::{Component, NashSubset};
use crate::solve::Budget;

/// There may be exponentially many maximal subsets: beyond this many they are not listed.
const MOST_SUBSETS: usize = 1 << 16;

/// A set of positions, as bits.
type Bits = Vec<u64>;

fn insert(bits: &mut Bits, at: usize) {
    bits[at / 64] |= 1 << (at % 64);
}

fn contains(bits: &Bits, at: usize) -> bool {
    bits[at / 64] >> (at % 64) & 1 != 0
}

fn members(bits: &Bits) -> impl Iterator<Item = usize> {
    (0..64 * bits.len()).filter(|&at| contains(bits, at))
}

/// The components of these pairs (row, column), sorted by their first pair; `None` when a limit was
/// reached.
pub(super) fn components(
    pairs: &[(usize, usize)],
    rows: &[MixedStrategy],
    columns: &[MixedStrategy],
    budget: &Budget,
) -> Option<Vec<Component>> {
    // Connected components by union–find over rows and columns.
    let mut parents: Vec<usize> = (0..rows.len() + columns.len()).collect();
    fn root(parents: &mut [usize], mut at: usize) -> usize {
        while parents[at] != at {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        at
    }
    for &(row, column) in pairs {
        let (a, b) = (root(&mut parents, row), root(&mut parents, rows.len() + column));
        parents[a] = b;
    }
    let mut position_of_root = vec![usize::MAX; parents.len()];
    let mut members: Vec<Vec<usize>> = Vec::new();
    for (at, &(row, _)) in pairs.iter().enumerate() {
        let root = root(&mut parents, row);
        if position_of_root[root] == usize::MAX {
            position_of_root[root] = members.len();
            members.push(Vec::new());
        }
        members[position_of_root[root]].push(at);
    }
    let mut steps = 0;
    members
        .into_iter()
        .map(|members| {
            let edges: Vec<(usize, usize)> = members.iter().map(|&at| pairs[at]).collect();
            let maximal_subsets = maximal_subsets(&edges, budget, &mut steps)?
                .into_iter()
                .map(|(r, c)| NashSubset {
                    rows: r.into_iter().map(|row| rows[row].clone()).collect(),
                    columns: c.into_iter().map(|column| columns[column].clone()).collect(),
                })
                .collect();
            Some(Component { members, maximal_subsets })
        })
        .collect()
}

/// The maximal complete bipartite subgraphs of a connected graph, each as ascending rows and
/// columns, sorted.
fn maximal_subsets(
    edges: &[(usize, usize)],
    budget: &Budget,
    steps: &mut u64,
) -> Option<Vec<(Vec<usize>, Vec<usize>)>> {
    let distinct = |mut list: Vec<usize>| {
        list.sort_unstable();
        list.dedup();
        list
    };
    let rows = distinct(edges.iter().map(|edge| edge.0).collect());
    let columns = distinct(edges.iter().map(|edge| edge.1).collect());
    if rows.len() * columns.len() == edges.len() {
        return Some(vec![(rows, columns)]);
    }
    // Closed sets are listed on the side with fewer nodes.
    if rows.len() < columns.len() {
        let turned: Vec<(usize, usize)> =
            edges.iter().map(|&(row, column)| (column, row)).collect();
        let mut subsets: Vec<(Vec<usize>, Vec<usize>)> = maximal_subsets(&turned, budget, steps)?
            .into_iter()
            .map(|(columns, rows)| (rows, columns))
            .collect();
        subsets.sort_unstable();
        return Some(subsets);
    }
    // An edge's ends are in the lists.
    let position = |list: &[usize], node: usize| list.binary_search(&node).unwrap_or(0);
    let mut rows_of = vec![vec![0; rows.len().div_ceil(64)]; columns.len()];
    for &(row, column) in edges {
        insert(&mut rows_of[position(&columns, column)], position(&rows, row));
    }
    let mut found = Vec::new();
    let mut all_rows = vec![0; rows.len().div_ceil(64)];
    (0..rows.len()).for_each(|at| insert(&mut all_rows, at));
    let none = vec![0; columns.len().div_ceil(64)];
    // A closed set of columns with its common rows, and the column from which on to extend it.
    let mut open: Vec<(Bits, Bits, usize)> = vec![(none, all_rows, 0)];
    while let Some((closed, common, from)) = open.pop() {
        budget.check(*steps).ok()?;
        *steps += 1;
        if members(&closed).next().is_some() {
            found.push((
                members(&common).map(|at| rows[at]).collect(),
                members(&closed).map(|at| columns[at]).collect(),
            ));
            if found.len() > MOST_SUBSETS {
                return None;
            }
        }
        for column in from..columns.len() {
            if contains(&closed, column) {
                continue;
            }
            let smaller: Bits = common.iter().zip(&rows_of[column]).map(|(a, b)| a & b).collect();
            if smaller.iter().all(|&word| word == 0) {
                continue;
            }
            let mut larger = closed.clone();
            let mut canonical = true;
            for (other, neighbours) in rows_of.iter().enumerate() {
                if smaller.iter().zip(neighbours).all(|(a, b)| a & !b == 0) {
                    // A column before the new one that was not there: reached elsewhere.
                    canonical &= other >= column || contains(&closed, other);
                    insert(&mut larger, other);
                }
            }
            if canonical {
                open.push((larger, smaller, column + 1));
            }
        }
    }
    found.sort_unstable();
    Some(found)
}
