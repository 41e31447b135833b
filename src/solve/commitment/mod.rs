//! Commitment: a leader who moves first and is believed.

mod correlated;
mod credibility;
mod followers;
mod interval;
mod stackelberg;
mod view;

pub use correlated::find_correlated_commitment;
pub use credibility::find_credibility;
pub use followers::find_commitment_before_followers;
pub use interval::find_commitment_interval;
pub use stackelberg::{CommitmentError, find_optimal_commitment};
