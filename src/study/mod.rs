//! Studies: questions about a model that take more than one solution.
//!
//! A study knows no terminal: it takes a model and options, and returns data that `report` renders.

pub mod design;
pub mod evaluate;
mod number;
pub mod scenario;
mod stage;
pub mod sweep;
