//! Zero-sum games: values, optimal strategies, and security levels in any game.

mod matrix_game;
mod minimax;

pub(super) use matrix_game::solve_matrix_game;
pub use minimax::solve_minimax;
