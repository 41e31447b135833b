//! Correlated equilibria.

mod best;
mod lift;

pub use best::{ObjectiveError, find_best_correlated_equilibrium};
