//! Studies: questions about a model that take more than one solution.
//!
//! A study knows no terminal: it takes a model and options, and returns data that `report` renders.
//! The one room that writes is [`journal`], whose files survive an interruption.

mod answers;
mod averages;
pub mod bayesian;
pub mod blotto;
pub mod boundary;
pub mod claims;
pub mod compare;
pub mod course;
pub mod design;
pub mod drivers;
pub mod evaluate;
pub mod inspection;
pub mod journal;
mod leadership;
mod number;
pub mod public;
pub mod scenario;
pub mod security;
mod settle;
pub mod shares;
pub mod simulate;
pub mod solution;
mod stage;
pub mod stochastic;
pub mod stream;
pub mod succinct;
pub mod sweep;
pub mod tree;
