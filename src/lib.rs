//! detente: a solver for deterrence equilibria.
pub mod certify;
pub mod game;
pub mod num;
pub mod report;
pub mod solve;
