//! Learning: players who adapt to what they have seen.

mod accumulator;
mod beliefs;
mod fictitious_play;
mod learn;
mod pair;
mod process;
mod response;
mod rules;
mod several;
mod tables;

pub use beliefs::{LearnerOptions, Learners, PathRule};
pub use fictitious_play::{
    FictitiousPlayOptions, StartError, play_fictitiously, runs_of_fictitious_play,
};
pub(super) use learn::proved_value;
pub use learn::{LearningError, LearningOptions, learn};
pub use response::{Moves, Response, response_chain};
pub use rules::LearningRule;
pub(super) use tables::LARGEST;
