//! Nash equilibria: profiles in which nobody gains by deviating alone.
//!
//! | method | finds | players | arithmetic |
//! |---|---|---|---|
//! | [`enumerate_pure_equilibria`] | all pure equilibria | any | exact |
//! | [`enumerate_extreme_equilibria`] | all extreme equilibria, by branch and bound | 2 | floating, every step proved exactly |
//! | [`enumerate_extreme_equilibria_watched`] | the same, each told as soon as it is found | 2 | the same |
//! | [`enumerate_extreme_equilibria_by_vertices`] | the same, by vertices of polyhedra | 2 | exact |
//! | [`SmallGame`] | all extreme equilibria up to 3 × 3, millions a second | 2 | exact |
//! | [`find_any_equilibrium`] | one, the one that is quickest to find | 2 | floating, its end exact |
//! | [`find_one_equilibrium`] | one, by Lemke–Howson from a given label | 2 | floating, its end exact |
//!
//! The set of equilibria of a two-player game is a union of finitely many products of polytopes
//! (the maximal Nash subsets), whose pairs of vertices are the *extreme* equilibria: they say all
//! there is to say, also of a degenerate game with a continuum of equilibria (Winkels 1979).

use crate::game::NormalForm;
use crate::game::answer::Equilibria;
use crate::linear::Dictionary;

use super::{Budget, Exhausted, Outcome, Work};

mod all;
mod columns;
mod components;
mod evidence;
mod exact_table;
mod face;
mod float_path;
mod labels;
mod leaf;
mod lemke_howson;
mod node;
mod one;
mod polyhedron;
mod pure;
mod search;
mod small;
mod stream;
mod support_pair;
mod symmetric;
mod tableau;
mod vertices;

#[cfg(test)]
mod tests;

pub use all::{enumerate_extreme_equilibria, enumerate_extreme_equilibria_watched};
pub use lemke_howson::{find_equilibria_from_all_labels, find_one_equilibrium};
pub use one::find_any_equilibrium;
pub use pure::enumerate_pure_equilibria;
pub(super) use pure::find_pure_equilibrium;
pub use small::SmallGame;
pub(in crate::solve) use symmetric::enumerate_symmetric_vertices;
pub use vertices::enumerate_extreme_equilibria_by_vertices;

/// Why a method does not apply to a game.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NashError {
    /// The method is for two players.
    #[error("this method is for games of two players, and the game has {0}")]
    NotTwoPlayers(usize),
    /// There is no such label.
    #[error("a game with {labels} actions in all has no label {label}")]
    NoSuchLabel {
        /// The label asked for, from 0.
        label: usize,
        /// The number of labels.
        labels: usize,
    },
}

/// The most complete list of equilibria that is known how to make for a game: all extreme ones with
/// two players, and all pure ones with another number, with a warning.
#[must_use]
pub fn enumerate_equilibria(game: &NormalForm, budget: &Budget) -> Outcome<Equilibria> {
    match enumerate_extreme_equilibria(game, budget) {
        Ok(found) => found,
        Err(_) => {
            let mut found = enumerate_pure_equilibria(game, budget);
            found.warnings.push(format!(
                "the game has {} players: these are all equilibria in pure strategies, and there may be mixed ones",
                game.num_players()
            ));
            found
        }
    }
}

/// A budget, and what was spent of it.
struct Meter<'a> {
    budget: &'a Budget,
    work: Work,
    /// Units of arithmetic since the clock was last asked for.
    since_clock: usize,
    /// Whether a limit on memory ended the search.
    memory_full: bool,
    /// How often machine numbers did not suffice.
    fallbacks: u64,
}

/// So many units of arithmetic, of about a nanosecond each, may pass before the clock is read.
const UNITS_BETWEEN_CLOCKS: usize = 1 << 20;

impl<'a> Meter<'a> {
    fn new(budget: &'a Budget) -> Self {
        Meter { budget, work: Work::default(), since_clock: 0, memory_full: false, fallbacks: 0 }
    }

    /// Counts a pivot of a dictionary, which is a step of the budget.
    fn pivot(&mut self, dictionary: &Dictionary) -> Result<(), Exhausted> {
        self.step(dictionary.pivot_cost())
    }

    /// Counts a pivot of this many units of arithmetic.
    #[inline]
    fn step(&mut self, cost: usize) -> Result<(), Exhausted> {
        self.budget.check(self.work.pivots)?;
        self.work.pivots += 1;
        self.since_clock += cost;
        if self.since_clock > UNITS_BETWEEN_CLOCKS {
            self.since_clock = 0;
            // The clock is read at step 0; a limit on steps was respected above.
            self.budget.check(0)?;
        }
        Ok(())
    }

    /// Adds the work of another part of the same search.
    fn add(&mut self, other: &Meter<'_>) {
        self.work.pivots += other.work.pivots;
        self.work.nodes += other.work.nodes;
        self.fallbacks += other.fallbacks;
        self.memory_full |= other.memory_full;
    }

    /// Counts a node of a search.
    fn node(&mut self) {
        self.work.nodes += 1;
    }

    /// The reason to stop when memory would run out.
    fn memory(&mut self) -> Exhausted {
        self.memory_full = true;
        Exhausted::Steps
    }
}
