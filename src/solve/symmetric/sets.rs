//! The maximal convex sets of symmetric equilibria: maximal cliques of a graph.
//!
//! The segment between two symmetric equilibria x and y consists of symmetric equilibria exactly when
//! at its middle each action is unplayed or best, that is unplayed at both or best against both. The
//! same holds for the hull of any number of them, and there it says the same for each pair: the maximal
//! convex sets are the hulls of the maximal cliques, found by the method of Bron & Kerbosch (1973)
//! with the pivot of Tomita, Tanaka & Takahashi (2006).

use crate::game::answer::Equilibrium;
use crate::num::Rational;

/// Vertices that lie on a segment of equilibria, beyond which they are not grouped.
const MOST_VERTICES: usize = 2000;
/// As many sets are listed.
const MOST_SETS: usize = 10_000;
/// Nodes of the search.
const MOST_NODES: usize = 1_000_000;

/// The maximal sets, each ascending, in lexicographic order; `None` when there are too many.
pub(super) fn maximal_sets(
    matrix: &[Vec<Rational>],
    list: &[Equilibrium],
) -> Option<Vec<Vec<usize>>> {
    let actions = matrix.len();
    // For each member which actions are not played, and which are best.
    let labels: Vec<(Vec<bool>, Vec<bool>)> = list
        .iter()
        .map(|one| {
            let x = one.profile[0].probabilities();
            let best = |row: &Vec<Rational>| {
                let sum: Rational =
                    row.iter().zip(x).filter(|(_, p)| !p.is_zero()).map(|(u, p)| u * p).sum();
                sum == one.payoffs[0]
            };
            (x.iter().map(Rational::is_zero).collect(), matrix.iter().map(best).collect())
        })
        .collect();
    // A vertex with n labels is the only point with them, and lies on no segment.
    let count = |at: usize| {
        let (unplayed, best) = &labels[at];
        unplayed.iter().chain(best).filter(|&&holds| holds).count()
    };
    let (more, alone): (Vec<usize>, Vec<usize>) =
        (0..list.len()).partition(|&at| count(at) > actions);
    if more.len() > MOST_VERTICES {
        return None;
    }
    let joined = |one: usize, two: usize| {
        let ((out, best), (other_out, other_best)) = (&labels[more[one]], &labels[more[two]]);
        (0..actions).all(|i| (out[i] && other_out[i]) || (best[i] && other_best[i]))
    };
    let near: Vec<Vec<bool>> = (0..more.len())
        .map(|one| (0..more.len()).map(|two| one != two && joined(one, two)).collect())
        .collect();
    let mut search = Search { near: &near, sets: Vec::new(), nodes: 0 };
    if !more.is_empty() {
        search.extend(&mut Vec::new(), (0..more.len()).collect(), Vec::new())?;
    }
    let mut sets: Vec<Vec<usize>> = alone.into_iter().map(|at| vec![at]).collect();
    for set in search.sets {
        let mut set: Vec<usize> = set.into_iter().map(|at| more[at]).collect();
        set.sort_unstable();
        sets.push(set);
    }
    sets.sort_unstable();
    Some(sets)
}

struct Search<'a> {
    near: &'a [Vec<bool>],
    sets: Vec<Vec<usize>>,
    nodes: usize,
}

impl Search<'_> {
    /// All maximal cliques that hold `clique`, some of `open`, and none of `past`.
    fn extend(
        &mut self,
        clique: &mut Vec<usize>,
        mut open: Vec<usize>,
        mut past: Vec<usize>,
    ) -> Option<()> {
        self.nodes += 1;
        if self.nodes > MOST_NODES || self.sets.len() > MOST_SETS {
            return None;
        }
        let near = self.near;
        let covers = |pivot: usize| open.iter().filter(|&&at| near[pivot][at]).count();
        let Some(pivot) = open.iter().chain(&past).copied().max_by_key(|&at| covers(at)) else {
            self.sets.push(clique.clone());
            return Some(());
        };
        let tried: Vec<usize> = open.iter().copied().filter(|&at| !near[pivot][at]).collect();
        for at in tried {
            let within =
                |list: &[usize]| list.iter().copied().filter(|&other| near[at][other]).collect();
            clique.push(at);
            self.extend(clique, within(&open), within(&past))?;
            clique.pop();
            open.retain(|&other| other != at);
            past.push(at);
        }
        Some(())
    }
}
