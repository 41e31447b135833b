//! Public perfect equilibria of repeated games with imperfect public monitoring: see
//! [`crate::game::public`].

mod envelope;
mod equilibria;
mod rewards;
#[cfg(test)]
mod tests;

pub use equilibria::{PublicFailure, find_public_equilibria};
