//! Commitment: a leader who moves first and is believed.

mod stackelberg;

pub use stackelberg::{CommitmentError, find_optimal_commitment};
