//! Repeated games: what patience, sight and the survival of agreements sustain.

mod automaton;
pub mod critical_discount;
mod grim;
pub(in crate::solve) mod payoffs;
mod polytopes;
mod pooled;
mod tournament;
mod triggers;

pub use automaton::{
    BestMachine, MachineError, OptimalTarget, Punishing, Reversion, Sticks, evaluate_automaton,
    find_carrot_and_stick, find_optimal_automaton,
};
pub use grim::{RepeatedFailure, stakes, sustain_agreements};
pub use payoffs::{RepeatedPayoffsError, find_critical_discounts, find_repeated_payoffs};
pub use polytopes::{
    MOST_PLAYERS, RepeatedPolytopesError, find_repeated_polytopes, find_state_polytopes,
};
pub use tournament::{
    MOST_ROUNDS, NAMES, StrategyError, TournamentError, find_cooperation, named_strategy,
    play_tournament, usual_strategies,
};
pub use triggers::find_triggers;
