//! Commitment: a leader who moves first and is believed.

mod interval;
mod stackelberg;
mod view;

pub use interval::find_commitment_interval;
pub use stackelberg::{CommitmentError, find_optimal_commitment};
