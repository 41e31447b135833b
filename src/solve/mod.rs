//! Solvers: one file for one method, in folders by concept.
//!
//! A solver is a function from a game, options and a [`Budget`] to an [`Outcome`]. It prints
//! nothing, reads no clock of its own, and keeps no state. Running out of budget is a status and
//! not an error: what was found until then is returned, and is right.

mod budget;
mod joint;
mod meter;
pub mod nash;
mod outcome;
mod zero_sum;

pub mod repeated;
pub use budget::{Budget, Exhausted};
pub use outcome::{Outcome, Status, Work};
pub use zero_sum::solve_minimax;
