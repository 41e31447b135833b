//! Games of incomplete information: commitment against types, and communication equilibria.

mod commitment;
mod communication;
mod dobss;
mod exact;
mod relaxation;
#[cfg(test)]
mod tests;
mod view;

pub use commitment::{CommitmentMethod, find_bayesian_commitment};
pub use communication::find_best_communication_equilibrium;
pub use view::BayesianCommitmentError;
