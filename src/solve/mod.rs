//! Solvers: one file for one method, in folders by concept.
//!
//! A solver is a function from a game, options and a [`Budget`] to an [`Outcome`]. It prints
//! nothing, reads no clock of its own, and keeps no state. Running out of budget is a status and
//! not an error: what was found until then is returned, and is right.

mod bayesian;
pub mod blotto;
mod budget;
pub mod chain;
mod commitment;
mod correlated;
mod dominance;
pub mod extensive;
pub mod inspection;
mod joint;
mod learning;
mod many;
mod meter;
mod multilinear;
pub mod nash;
mod outcome;
mod patience;
pub mod public;
mod quantal;
mod raised;
mod refinement;
pub mod repeated;
pub mod security;
pub mod stochastic;
mod structure;
mod symmetric;
#[cfg(test)]
pub(crate) mod testing;
mod watch;
mod zero_sum;

pub use bayesian::{
    BayesianCommitmentError, CommitmentMethod, find_bayesian_commitment,
    find_best_communication_equilibrium,
};
pub use budget::{Budget, Exhausted};
pub use commitment::{
    CommitmentError, FollowerErrors, find_commitment_before_followers, find_commitment_interval,
    find_correlated_commitment, find_credibility, find_matched_commitment, find_optimal_commitment,
    find_pure_commitment_before_followers, find_robust_commitment, find_sequential_commitment,
};
pub use correlated::{
    NotTwoPlayers, NothingToDisobey, ObjectiveError, TooManyVertices, advise,
    enumerate_correlated_vertices, find_best_coarse_correlated_equilibrium,
    find_best_correlated_equilibrium, find_coarse_correlated_payoffs, find_correlated_payoffs,
    find_most_robust_device,
};
pub use dominance::eliminate_strictly_dominated;
pub use learning::{
    FictitiousPlayOptions, LearnerOptions, Learners, LearningError, LearningOptions, LearningRule,
    Moves, PathRule, Response, StartError, learn, play_fictitiously, response_chain,
    runs_of_fictitious_play,
};
pub use many::{
    ManyMethod, enumerate_equilibria_by_supports, find_any_equilibrium_of_many,
    find_mixed_equilibrium_of_many, find_one_equilibrium_of_many, find_one_polymatrix_equilibrium,
};
pub use outcome::{Outcome, Status, Work};
pub use quantal::{QuantalError, QuantalOptions, trace_principal_branch};
pub use refinement::find_refinement;
pub use structure::find_structure;
pub use symmetric::{SymmetricError, find_symmetric_equilibria};
pub use watch::Watch;
pub use zero_sum::{
    BestResponses, FirstOrderMethod, FirstOrderOptions, Iteration, IterationError, OracleError,
    OracleSolution, SolutionOf, approximate_matrix_game, approximate_minimax, bracket_matrix_game,
    find_by_best_responses, solve_by_double_oracle, solve_minimax,
};
