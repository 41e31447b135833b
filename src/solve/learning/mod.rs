//! Learning: players who adapt to what they have seen.

mod accumulator;
mod fictitious_play;
mod pair;
mod process;
mod several;

pub use fictitious_play::{FictitiousPlayOptions, StartError, play_fictitiously};
