//! detente: a solver for deterrence equilibria.
pub mod game;
pub mod linear;
pub mod num;
pub mod solve;
