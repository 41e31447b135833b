//! Public perfect equilibria of repeated games with imperfect public monitoring: see
//! [`crate::game::public`].

mod envelope;
mod equilibria;
mod limit;
mod payoffs;
mod rewards;
mod scores;
mod stop;
#[cfg(test)]
mod tests;

pub use equilibria::{PublicFailure, find_public_equilibria};
pub use limit::find_limit_payoffs;
pub use payoffs::{PayoffsFailure, find_public_payoffs};
