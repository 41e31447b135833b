//! Learning: players who adapt to what they have seen.

mod accumulator;
mod fictitious_play;
mod learn;
mod learners;
mod pair;
mod process;
mod response;
mod rules;
mod several;
mod tables;

pub use fictitious_play::{
    FictitiousPlayOptions, StartError, play_fictitiously, runs_of_fictitious_play,
};
pub(super) use learn::proved_value;
pub use learn::{LearningError, LearningOptions, learn};
pub use learners::{LearnerOptions, Learners, PathRule};
pub use response::{Moves, Response, response_chain};
pub use rules::LearningRule;
pub(super) use tables::LARGEST;
