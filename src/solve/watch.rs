//! What a long search tells while it goes on.

use crate::game::answer::Equilibrium;

/// Somebody who watches an enumeration. Calls come from the threads of the search, one at a time for
/// equilibria, and the search waits for them.
pub trait Watch: Send + Sync {
    /// Whether equilibria are wanted as they are found, or the progress alone.
    fn wants_equilibria(&self) -> bool {
        true
    }

    /// An equilibrium, each one once.
    fn found(&self, equilibrium: &Equilibrium);

    /// After so many nodes this share of the search tree is done, from 0 to 1, when each branch
    /// counts for half of what it is a branch of. It never falls, and says nothing of the time left.
    fn progressed(&self, share: f64, nodes: u64) {
        let _ = (share, nodes);
    }
}

impl std::fmt::Debug for dyn Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}
