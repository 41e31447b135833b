//! Mechanisms as operators: pure functions from one situation to the next.
//!
//! A [`Situation`] is a model at given parameter values together with everything a mechanism can
//! change: the actions that are left, costs, the public signal, the survival of agreements, and
//! what the solution concept may use (transfers, mediation, leadership, distorted weights).
//! Operators are applied in the order payoff → actions → information → continuation → solution
//! concept, whatever the order of the mechanisms in a bundle, and within one phase in the order of
//! the file. Each step is logged, so that a result can say what was done.
//!
//! This room rests on `model`, since what an operator changes is named in the model file.

mod apply;
mod situation;

pub use apply::{apply_mechanisms, apply_operator};
pub use situation::{Leadership, LogEntry, Situation};
