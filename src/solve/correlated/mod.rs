//! Correlated and coarse correlated equilibria.

mod best;
mod coarse;
mod lift;
mod objective;
mod program;

pub use best::find_best_correlated_equilibrium;
pub use coarse::find_best_coarse_correlated_equilibrium;
pub(super) use objective::Goal;
pub use objective::ObjectiveError;
