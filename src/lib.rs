//! detente: a solver for deterrence equilibria.
pub mod game;
pub mod model;
pub mod num;
pub mod solve;
