//! Maximal Nash subsets and connected components of the equilibria of a two-player game.
//!
//! The extreme equilibria are the edges of a bipartite graph whose nodes are the extreme strategies
//! of the two players. A maximal complete bipartite subgraph R × C is a *maximal Nash subset*: every
//! convex combination of R is an equilibrium with every convex combination of C. Two of them
//! meet when they share an extreme equilibrium, so that the connected components of the graph are
//! the connected components of the set of equilibria. Sources: Winkels (1979); Avis, Rosenberg,
//! Savani & von Stengel (2010), section 6.
//!
//! The branch and bound finds the maximal subsets themselves. For a method that finds pairs only
//! they are listed by closing one by one (Kuznetsov 1993): a set C of columns is closed when it holds
//! every common neighbour of its common neighbours, and each closed set is reached once, from the
//! one without its last column.

use crate::game::MixedStrategy;
use crate::game::answer::{self, Component};
use crate::solve::Exhausted;

use super::Meter;

/// There may be exponentially many maximal subsets: beyond this many they are not listed.
const MOST_SUBSETS: usize = 1 << 16;

/// A maximal Nash subset: positions of extreme strategies of player 0 and of player 1.
pub(super) type NashSubset = [Vec<usize>; 2];

/// The components of the equilibria given as sorted pairs (row, column), sorted by their first pair.
///
/// `subsets` are all maximal Nash subsets; with strategies in the order of the answer.
pub(super) fn components(
    pairs: &[(usize, usize)],
    rows: &[MixedStrategy],
    columns: &[MixedStrategy],
    mut subsets: Vec<NashSubset>,
) -> Vec<Component> {
    // Union–find over the rows: those of one subset are connected, and those of one column.
    let mut parents: Vec<usize> = (0..rows.len()).collect();
    fn root(parents: &mut [usize], mut at: usize) -> usize {
        while parents[at] != at {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        at
    }
    let mut row_of_column = vec![None; columns.len()];
    for &(row, column) in pairs {
        let first = *row_of_column[column].get_or_insert(row);
        let (a, b) = (root(&mut parents, row), root(&mut parents, first));
        parents[a] = b;
    }
    let mut position_of_root = vec![usize::MAX; parents.len()];
    let mut found: Vec<Component> = Vec::new();
    for (at, &(row, _)) in pairs.iter().enumerate() {
        let root = root(&mut parents, row);
        if position_of_root[root] == usize::MAX {
            position_of_root[root] = found.len();
            found.push(Component { members: Vec::new(), maximal_subsets: Vec::new() });
        }
        found[position_of_root[root]].members.push(at);
    }
    subsets.iter_mut().flatten().for_each(|side| side.sort_unstable());
    subsets.sort_unstable();
    for [r, c] in subsets {
        // No subset is empty, and its pairs are in the list.
        let component = position_of_root[root(&mut parents, r[0])];
        found[component].maximal_subsets.push(answer::NashSubset {
            rows: r.into_iter().map(|row| rows[row].clone()).collect(),
            columns: c.into_iter().map(|column| columns[column].clone()).collect(),
        });
    }
    found
}

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

/// The maximal complete bipartite subgraphs of a graph, each as ascending rows and columns.
pub(super) fn maximal_subsets(
    edges: &[(usize, usize)],
    meter: &mut Meter<'_>,
) -> Result<Vec<NashSubset>, Exhausted> {
    let distinct = |mut list: Vec<usize>| {
        list.sort_unstable();
        list.dedup();
        list
    };
    let rows = distinct(edges.iter().map(|edge| edge.0).collect());
    let columns = distinct(edges.iter().map(|edge| edge.1).collect());
    if rows.len() * columns.len() == edges.len() {
        return Ok(vec![[rows, columns]]);
    }
    // Closed sets are listed on the side with fewer nodes.
    if rows.len() < columns.len() {
        let turned: Vec<(usize, usize)> =
            edges.iter().map(|&(row, column)| (column, row)).collect();
        let subsets = maximal_subsets(&turned, meter)?;
        return Ok(subsets.into_iter().map(|[columns, rows]| [rows, columns]).collect());
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
        meter.node();
        meter.budget.check(meter.work.nodes)?;
        if members(&closed).next().is_some() {
            found.push([
                members(&common).map(|at| rows[at]).collect(),
                members(&closed).map(|at| columns[at]).collect(),
            ]);
            if found.len() > MOST_SUBSETS {
                return Err(meter.memory());
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
    Ok(found)
}
