//! Markov chains of play over time: sampled, and their expected values.

mod expected;
mod for_ever;
mod sampler;
mod within;

pub use expected::{Expected, expected_over_time};
pub use for_ever::values_for_ever;
pub use sampler::{Course, PathRecord, Play, Sampler};
pub use within::happens_within;

#[cfg(test)]
mod tests;
