//! Linear algebra and linear programs: exact, with certificates, and fast where floating point may
//! guess.
//!
//! [`Dictionary`] is the integer-pivoting dictionary that everything exact stands on.
//! [`LinearProgram`] is a problem and [`Solution`] what is returned for it: an optimum with its
//! dual, or a proof that there is none. [`solve`] finds it: small programs with [`simplex`], in
//! integers alone; larger ones by a basis guessed in floating point, at the back end that
//! [`choose_back_end`] names, which is then confirmed exactly or is where the exact pivots start.

#[cfg(test)]
pub(crate) mod check;
mod confirm;
mod dense;
mod dictionary;
mod float_lp;
mod floats;
mod integer_form;
pub(crate) mod lanes;
mod lifting;
mod modular;
mod program;
mod revised;
mod scaled;
pub mod simplex;
pub(crate) mod wrapping;

use std::time::Duration;

use dashu_int::IBig;
use float_lp::Guess;
pub(crate) use floats::FloatProgram;
pub(crate) use integer_form::{coprime_integers, coprime_words};

pub use dictionary::{Dictionary, Place, RowSigns};
pub use float_lp::{BackEnd, choose_back_end};
pub use program::{
    Basis, Constraint, LinearProgram, LpError, LpMethod, Optimum, Path, Relation, Solution, Solved,
};

/// Numbers in proportion to the solution of a square system of integers, row-major; `None` when the
/// matrix is singular, and for one in 2⁶¹ of the others (see `lifting`).
pub(crate) fn solve_square(matrix: Vec<IBig>, right: &[IBig]) -> Option<Vec<IBig>> {
    let lifting = lifting::Lifting::new(matrix, right.len(), &|| true)?;
    Some(lifting.solve(right, false, &|| true)?.numerators)
}

/// The solution of a square system of integers, row-major, with one denominator; `None` where
/// [`solve_square`] has none.
pub(crate) fn solve_square_with_denominator(
    matrix: Vec<IBig>,
    right: &[IBig],
) -> Option<(Vec<IBig>, IBig)> {
    let lifting = lifting::Lifting::new(matrix, right.len(), &|| true)?;
    let found = lifting.solve(right, false, &|| true)?;
    Some((found.numerators, found.denominator))
}

/// When to stop.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// Asked again and again, with the number of exact pivots so far, whether to go on.
    pub go_on: &'a dyn Fn(u64) -> bool,
    /// The time that a back end may take which cannot ask.
    pub time: Option<Duration>,
}

impl Limits<'_> {
    /// No limit.
    #[must_use]
    pub fn none() -> Self {
        Limits { go_on: &|_| true, time: None }
    }
}

/// The optimum that a basis determines, if it is optimal, exact and with its proof.
///
/// Two square systems of the size of the basis and one pass over the program.
#[must_use]
pub fn confirm(program: &LinearProgram, basis: &Basis, limits: &Limits<'_>) -> Option<Optimum> {
    let form = integer_form::IntegerForm::new(program);
    confirm::confirmed_optimum(program, &form, basis, &|| (limits.go_on)(0)).ok()
}

/// The solution of a linear program, exact, with its proof, by the way that `method` asks for.
///
/// # Errors
/// As [`simplex::solve`].
pub fn solve(
    program: &LinearProgram,
    method: LpMethod,
    limits: &Limits<'_>,
) -> Result<Solved, LpError> {
    let go_on = || (limits.go_on)(0);
    let (back_end, _) = choose_back_end(program, method);
    if back_end == BackEnd::Exact {
        return simplex::solve(program, None, limits.go_on);
    }
    let confirmed =
        |optimum, path| Solved { solution: Solution::Optimal(optimum), path, pivots: 0 };
    let start = match float_lp::guess(back_end, program, limits.time, &go_on) {
        Guess::Confirmed(optimum) => return Ok(confirmed(optimum, Path::HintConfirmed)),
        Guess::Start(basis) => Some(basis),
        Guess::Nothing => None,
    };
    // A point of a general solver need not name its basis: the dense tableau then finds one.
    if back_end != BackEnd::Dense
        && choose_back_end(program, LpMethod::Hinted).0 == BackEnd::Dense
        && let Guess::Confirmed(optimum) =
            float_lp::guess(BackEnd::Dense, program, limits.time, &go_on)
    {
        return Ok(confirmed(optimum, Path::HintRepaired));
    }
    if !go_on() {
        return Err(LpError::Stopped);
    }
    simplex::solve(program, start.as_ref(), limits.go_on)
}
