//! Discounted games in changing states.

mod critical;
#[cfg(test)]
mod critical_tests;
mod exact;
mod finish;
mod homotopy;
mod markov;
#[cfg(test)]
mod markov_tests;
mod mixed;
mod negotiation;
mod pact;
#[cfg(test)]
mod pact_tests;
mod patience;
#[cfg(test)]
mod patience_tests;
mod shapley;
mod support;
#[cfg(test)]
mod tests;
mod transfers;
mod values;

pub use critical::bracket_critical_profiles;
pub use markov::{MarkovOptions, find_markov_equilibria};
pub use negotiation::{NegotiationError, NegotiationOptions, negotiate};
pub use pact::{chain_of_play, value_pact};
pub use patience::{PatienceError, find_pact_patience};
pub use shapley::{NotZeroSum, solve_zero_sum};
pub use transfers::find_transfer_equilibrium;
