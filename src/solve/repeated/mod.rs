//! Repeated games: what patience, sight and the survival of agreements sustain.

pub mod critical_discount;
mod grim;
mod payoffs;
mod polytopes;
mod pooled;

pub use grim::{RepeatedFailure, stakes, sustain_agreements};
pub use payoffs::{RepeatedPayoffsError, find_critical_discounts, find_repeated_payoffs};
pub use polytopes::{MOST_PLAYERS, RepeatedPolytopesError, find_repeated_polytopes};
