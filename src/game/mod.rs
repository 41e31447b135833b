//! Games as plain data, and the answers that are claimed about them.
//!
//! A game knows no file and no solver. [`NormalForm`] is the centre: every model compiles to one
//! (with the data of its repetition beside it in [`RepeatedGame`]), every solver takes one, and
//! every claim in [`answer`] is a claim about one.

pub mod answer;
mod automaton;
pub mod bayesian;
pub mod blotto;
pub mod case_tree;
mod chain;
mod correlated;
mod credibility;
pub mod extensive;
mod followers;
pub mod inspection;
mod learning;
mod machine;
mod matched;
mod normal_form;
mod pact;
mod payoff_matrix;
mod payoff_source;
pub mod public;
mod refinement;
mod repeated;
pub mod repeated_payoffs;
pub mod repeated_polytopes;
mod robust;
pub mod security;
mod sequential;
pub mod stochastic;
mod strategy;
mod structure;
mod symmetric;
mod tournament;
mod triggers;

pub use automaton::{
    Automaton, AutomatonError, Incentive, Lottery, MOST_MACHINE_STATES, Machine, MachineState,
    Provenance, Rule, Stretch, StretchEnd, When,
};
pub use bayesian::{BayesianError, BayesianGame, TypedPlayer};
pub use chain::{Chain, ChainError, ChainOutcome, ChainParts, ChainValues, Step, profile_outcomes};
pub use credibility::believed_in_part;
pub use extensive::{
    ChanceMove, ExtensiveGame, InformationSet, Move, Node, NodeSpec, TreeError, TreeOutcome,
};
pub use learning::power_of_decay;
pub use machine::{PlayerMachine, PlayerMachineState};
pub use normal_form::{GameError, NormalForm, Player};
pub use pact::Pact;
pub use payoff_matrix::{MatrixError, PayoffMatrix};
pub use payoff_source::{
    Block, BlockBuffer, GeneratedPayoffs, PayoffSource, SinglePayoffs, SourceError,
    StreamedPayoffs, row_of,
};
pub use repeated::{Agreement, DiscountFactor, PunishmentRule, RepeatedGame};
pub use repeated_payoffs::RepeatedPayoffs;
pub use robust::seen_in_part;
pub use strategy::{MixedProfile, MixedStrategy, StrategyError};
pub use tournament::{
    Invasion, MOST_STRATEGIES, MOST_STRATEGY_STATES, MatchLength, PayoffRelation, RepeatedStrategy,
    StrategyState, Tournament, symmetric_stakes,
};
