//! Commitment: a leader who moves first and is believed.

mod correlated;
mod credibility;
mod followers;
mod interval;
mod matched;
mod pure_followers;
mod robust;
mod sequential;
mod stackelberg;
mod view;

pub use correlated::find_correlated_commitment;
pub use credibility::find_credibility;
pub use followers::find_commitment_before_followers;
pub use interval::find_commitment_interval;
pub use matched::find_matched_commitment;
pub use pure_followers::find_pure_commitment_before_followers;
pub use robust::{FollowerErrors, find_robust_commitment};
pub use sequential::find_sequential_commitment;
pub use stackelberg::{CommitmentError, find_optimal_commitment};
