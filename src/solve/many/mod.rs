//! Nash equilibria of more than two players.
//!
//! They need not be rational, so that a profile is stated in machine numbers, with its regret
//! evaluated exactly and rounded up (see [`verdict`]); where simple fractions are an equilibrium,
//! those are stated, and are exact.

mod polish;
pub(super) mod verdict;

pub(super) use polish::polish;
