//! Linear programs: exact, with certificates, and fast where floating point may guess.
//!
//! [`LinearProgram`] is the problem and [`Solution`] what is returned for it: an optimum with its
//! dual, or a proof that there is none. [`simplex`] solves it with integers alone.

#[cfg(test)]
pub(crate) mod check;
mod integer_form;
mod program;
pub mod simplex;
mod tableau;
mod wide;

pub use program::{
    Basis, Constraint, LinearProgram, LpError, Optimum, Path, Relation, Solution, Solved,
};
