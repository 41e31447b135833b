//! Results as text and data: what a user reads and what scripts read.

pub mod result;
