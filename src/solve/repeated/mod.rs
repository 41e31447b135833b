//! Repeated games: what patience, sight and the survival of agreements sustain.

pub mod critical_discount;
mod grim;

pub use grim::{RepeatedFailure, stakes, sustain_agreements};
