//! The extreme equilibria of a leaf of the search as soon as it is reached.
//!
//! A leaf is a pair of faces, enlarged to the maximal Nash subset that holds it, of which each pair of
//! vertices is an extreme equilibrium. Subsets share vertices, and leaves share subsets: what was
//! told already is remembered, so that each equilibrium is told once. The final list is made
//! afterwards as it is without anybody who watches, in the order of the tree, so that it does not
//! depend on the threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::game::NormalForm;
use crate::num::Rational;
use crate::solve::{Budget, Watch};

use super::Meter;
use super::all::{Found, SeenSubsets, equilibrium};
use super::labels::LabelSet;
use super::polyhedron::mixed;

/// The share of the root, so that shares of 2⁻⁶² are counted without rounding.
const WHOLE: u64 = 1 << 62;
/// Progress is told after so many closed cases.
const CASES_BETWEEN_TELLING: u64 = 64;

/// What a search tells of its leaves.
pub(super) struct Stream<'a> {
    game: &'a NormalForm,
    watch: &'a dyn Watch,
    state: Mutex<State<'a>>,
    /// The share of the tree that is done, in parts of [`WHOLE`].
    done: AtomicU64,
    closed: AtomicU64,
}

struct State<'a> {
    found: Found,
    seen: SeenSubsets,
    meter: Meter<'a>,
}

impl<'a> Stream<'a> {
    pub(super) fn new(game: &'a NormalForm, budget: &'a Budget, watch: &'a dyn Watch) -> Self {
        let state = State {
            found: Found::telling(game),
            seen: SeenSubsets::default(),
            meter: Meter::new(budget),
        };
        Stream {
            game,
            watch,
            state: Mutex::new(state),
            done: AtomicU64::new(0),
            closed: AtomicU64::new(0),
        }
    }

    /// A case at a depth is closed.
    pub(super) fn close(&self, depth: usize) {
        let share = WHOLE.checked_shr(depth as u32).unwrap_or(0);
        let done = self.done.fetch_add(share, Ordering::Relaxed) + share;
        let closed = self.closed.fetch_add(1, Ordering::Relaxed) + 1;
        if closed.is_multiple_of(CASES_BETWEEN_TELLING) || done == WHOLE {
            // A tree has one node less than twice its leaves, of which these are closed.
            self.watch.progressed(done as f64 / WHOLE as f64, 2 * closed - 1);
        }
    }

    /// A leaf: its labels, and its points if both faces are points.
    pub(super) fn leaf(
        &self,
        zero: impl FnOnce() -> [LabelSet; 2],
        points: Option<[(LabelSet, Vec<Rational>); 2]>,
    ) {
        if !self.watch.wants_equilibria() {
            return;
        }
        // A watcher that panicked is told nothing more.
        let Ok(mut state) = self.state.lock() else { return };
        let State { found, seen, meter } = &mut *state;
        // A limit that ends this ends the search as well, which says so.
        let _ = match points {
            Some(points) => found.add_points(points),
            None => seen.add(self.game, &zero(), found, meter),
        };
        for (row, column) in found.take_new() {
            let [row, column] = [(0, row), (1, column)]
                .map(|(side, at)| mixed(found.vertices[side].strategy(at).to_vec()));
            self.watch.found(&equilibrium(self.game, &row, &column));
        }
    }
}
