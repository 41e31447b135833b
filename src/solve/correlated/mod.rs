//! Correlated and coarse correlated equilibria.

mod advice;
mod best;
mod coarse;
mod lift;
mod objective;
mod polygon;
mod program;
mod robust;
mod vertices;

pub use advice::advise;
pub use best::find_best_correlated_equilibrium;
pub(super) use best::find_obeyed_by;
pub use coarse::find_best_coarse_correlated_equilibrium;
pub(super) use objective::Goal;
pub use objective::ObjectiveError;
pub use polygon::{NotTwoPlayers, find_coarse_correlated_payoffs, find_correlated_payoffs};
pub use robust::{NothingToDisobey, find_most_robust_device};
pub use vertices::{TooManyVertices, enumerate_correlated_vertices};
