//! Markov chains of play over time: made of machines, sampled, and their expected values.

mod build;
mod expected;
mod for_ever;
mod sampler;
mod spread;
mod within;

pub use build::{BuildError, play_machines};
pub use expected::{Expected, expected_over_time, work_over_time};
pub use for_ever::values_for_ever;
pub use sampler::{Counted, Course, PathRecord, Play, Sampler};
pub use within::happens_within;

#[cfg(test)]
mod tests;
