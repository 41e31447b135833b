//! Repeated games: what patience, sight and the survival of agreements sustain.

pub mod critical_discount;
mod grim;
mod payoffs;
mod pooled;
mod trigger;

pub use grim::{RepeatedFailure, stakes, sustain_agreements};
pub use payoffs::{RepeatedPayoffsError, find_critical_discounts, find_repeated_payoffs};
pub use trigger::find_triggers;
