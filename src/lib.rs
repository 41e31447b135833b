//! detente: a solver for deterrence equilibria.
pub mod certify;
pub mod cli;
pub mod game;
pub mod linear;
pub mod mechanism;
pub mod model;
pub mod num;
pub mod report;
pub mod solve;
pub mod study;

/// Compiles and runs the example of README.md with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
