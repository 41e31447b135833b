//! Zero-sum games: values, optimal strategies, and security levels in any game.

mod bracket;
mod first_order;
mod matrix_game;
mod minimax;
mod tableau;

pub use bracket::bracket_matrix_game;
pub(super) use matrix_game::solve_matrix_game;
pub(super) use minimax::security_level;
pub use minimax::solve_minimax;
