//! Discounted games in changing states.

mod exact;
mod negotiation;
#[cfg(test)]
mod tests;
mod transfers;
mod values;

pub use negotiation::{NegotiationError, NegotiationOptions, negotiate};
pub use transfers::find_transfer_equilibrium;
