//! Why a search ends before its answer.

use std::cell::Cell;

use crate::linear::LpError;
use crate::solve::{Budget, Exhausted};

use super::PublicFailure;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Stop {
    /// A linear program was not solved.
    Program(LpError),
    /// A linear program had an outcome that it cannot have.
    Impossible,
}

impl From<LpError> for Stop {
    fn from(error: LpError) -> Self {
        Stop::Program(error)
    }
}

/// The budget of linear programs one after another, and why it was spent.
pub(super) struct Watch<'a> {
    budget: &'a Budget,
    reason: Cell<Option<Exhausted>>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(budget: &'a Budget) -> Self {
        Watch { budget, reason: Cell::new(None) }
    }

    fn noted(&self, found: Result<(), Exhausted>) -> bool {
        if let Err(reason) = found {
            self.reason.set(Some(reason));
        }
        found.is_ok()
    }

    /// Whether a program may go on after so many pivots.
    pub(super) fn go_on(&self, pivots: u64) -> bool {
        self.noted(self.budget.check(pivots))
    }

    /// Whether there may be another program after so many.
    pub(super) fn check(&self, programs: u64) -> Result<(), Stop> {
        if self.noted(self.budget.check_now(programs)) {
            Ok(())
        } else {
            Err(Stop::Program(LpError::Stopped))
        }
    }

    /// The limit that was reached.
    pub(super) fn reason(&self, stop: &Stop) -> Result<Exhausted, PublicFailure> {
        match stop {
            Stop::Program(LpError::TooLarge { .. }) => Ok(Exhausted::Memory),
            Stop::Program(LpError::Stopped) => Ok(self.reason.get().unwrap_or(Exhausted::Time)),
            Stop::Impossible => Err(PublicFailure::Impossible),
        }
    }
}
