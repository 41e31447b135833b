//! The symmetric equilibria of a symmetric game of two players, and which of their strategies are
//! evolutionarily stable.
//!
//! A game of two players is *symmetric* when both have the same actions, in the order of the game's
//! lists, and the second player's payoffs are the transpose of the first's: with A the payoffs of an
//! action (row) against an action (column), B = Aᵀ. A strategy x is a *symmetric equilibrium* when it
//! is a best reply to itself. These strategies are the points of the polytope
//! {x : x ≥ 0, Σ x_i = 1, v = max (Ax)_i} at which each action is unplayed or best, a union of faces
//! of the polyhedron {(x, v) : x ≥ 0, Σ x_i = 1, v ≥ (Ax)_i}; its vertices are the *extreme* ones.

use super::MixedStrategy;
use super::answer::Equilibrium;

/// The extreme symmetric equilibria of a symmetric game of two players.
///
/// A pair (x, x) is one exactly when it is an extreme equilibrium of the game with both strategies
/// the same, since the two best-response polyhedra are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symmetric {
    /// The equilibria, both strategies the same, in lexicographic order of the strategy, greatest
    /// first.
    pub list: Vec<Equilibrium>,
    /// Whether each strategy is evolutionarily stable.
    pub stability: Vec<Evolutionary>,
    /// Whether every extreme symmetric equilibrium is in the list.
    pub complete: bool,
    /// The maximal convex sets of symmetric equilibria, each by the positions of its vertices in the
    /// list, ascending: the set of all symmetric equilibria is their union. `None` when the list is
    /// not complete or there are too many.
    pub sets: Option<Vec<Vec<usize>>>,
}

impl Symmetric {
    /// For each member of the list the connected component of the set of symmetric equilibria that
    /// it belongs to, numbered from 0 in the order of the list.
    #[must_use]
    pub fn components(&self) -> Option<Vec<usize>> {
        let sets = self.sets.as_ref()?;
        let mut first: Vec<usize> = (0..self.list.len()).collect();
        fn root(first: &[usize], mut at: usize) -> usize {
            while let Some(&next) = first.get(at).filter(|&&next| next != at) {
                at = next;
            }
            at
        }
        for set in sets {
            for pair in set.windows(2) {
                let (one, two) = (root(&first, pair[0]), root(&first, pair[1]));
                if let Some(higher) = first.get_mut(one.max(two)) {
                    *higher = one.min(two);
                }
            }
        }
        let mut numbers = vec![None; first.len()];
        let mut count = 0;
        Some(
            (0..first.len())
                .map(|at| {
                    *numbers[root(&first, at)].get_or_insert_with(|| {
                        count += 1;
                        count - 1
                    })
                })
                .collect(),
        )
    }
}

/// Whether a strategy x is evolutionarily stable (Maynard Smith & Price 1973): no other strategy is
/// better against x, and against any other best reply y to x, x gets more than y does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evolutionary {
    /// It is.
    Stable,
    /// It is not: this other best reply gets at least as much against itself as the strategy gets
    /// against it.
    Invaded(MixedStrategy),
    /// The number of best replies that are not played is beyond [`Evolutionary::MOST_UNPLAYED`] and
    /// no quick proof was found, or the limit on time was reached.
    NotDecided,
}

impl Evolutionary {
    /// Up to so many best replies that the strategy does not play the question is always decided; the
    /// work doubles with each.
    pub const MOST_UNPLAYED: usize = 12;

    /// Whether it is stable, where that is known.
    #[must_use]
    pub fn is_stable(&self) -> Option<bool> {
        match self {
            Evolutionary::Stable => Some(true),
            Evolutionary::Invaded(_) => Some(false),
            Evolutionary::NotDecided => None,
        }
    }
}
