//! Markov chains of play over time: sampled, and their expected values.

mod expected;
mod for_ever;
mod sampler;

pub use expected::{Expected, expected_over_time};
pub use for_ever::values_for_ever;
pub use sampler::{Course, PathRecord, Play, Sampler};

#[cfg(test)]
mod tests;
