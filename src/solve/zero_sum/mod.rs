//! Zero-sum games: values, optimal strategies, and security levels in any game.

mod approximate;
mod bracket;
mod double_oracle;
mod first_order;
mod iterated;
mod matrix_game;
mod minimax;
mod passes;
mod predictive;
mod tableau;

pub use approximate::{FirstOrderMethod, FirstOrderOptions, approximate_matrix_game};
pub use bracket::bracket_matrix_game;
pub use double_oracle::{
    BestResponses, OracleError, OracleSolution, SolutionOf, find_by_best_responses,
    solve_by_double_oracle,
};
pub use iterated::{Iteration, IterationError, approximate_minimax};
pub(super) use matrix_game::{MatrixSolution, solve_matrix_game};
pub(super) use minimax::security_level;
pub use minimax::solve_minimax;
