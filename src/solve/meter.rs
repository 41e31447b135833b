//! What the solvers by linear programs share: the count of work against a budget.

use std::cell::Cell;

use super::{Budget, Exhausted, Outcome, Status, Work};
use crate::linear::{
    self, Basis, Limits, LinearProgram, LpError, LpMethod, Optimum, Path, Solution,
};

/// Solves linear programs, adds up what they cost, and stops when the budget is spent. A step of
/// the budget is an exact pivot.
pub(super) struct Meter<'a> {
    budget: &'a Budget,
    method: LpMethod,
    pivots: Cell<u64>,
    programs: Cell<u64>,
    path: Cell<Path>,
    reason: Cell<Option<Exhausted>>,
}

impl<'a> Meter<'a> {
    pub(super) fn new(method: LpMethod, budget: &'a Budget) -> Self {
        Meter {
            budget,
            method,
            pivots: Cell::new(0),
            programs: Cell::new(0),
            path: Cell::new(Path::Exact),
            reason: Cell::new(None),
        }
    }

    /// Whether the budget allows more work.
    pub(super) fn check(&self) -> Result<(), Exhausted> {
        self.budget.check_now(self.pivots.get())
    }

    /// The optimum of a program that is known to have one.
    ///
    /// # Errors
    /// When the budget is spent or the program is too large.
    pub(super) fn optimum(&self, program: &LinearProgram) -> Result<Optimum, Exhausted> {
        self.check()?;
        let before = self.pivots.get();
        let go_on = |pivots: u64| match self.budget.check_now(before + pivots) {
            Ok(()) => true,
            Err(reason) => {
                self.reason.set(Some(reason));
                false
            }
        };
        let limits = Limits { go_on: &go_on, time: self.budget.time_left() };
        let solved = linear::solve(program, self.method, &limits).map_err(|error| match error {
            LpError::Stopped => self.reason.get().unwrap_or(Exhausted::Cancelled),
            LpError::TooLarge { .. } => Exhausted::Memory,
        })?;
        self.pivots.set(before + solved.pivots);
        self.programs.set(self.programs.get() + 1);
        self.path.set(self.path.get().max(solved.path));
        match solved.solution {
            Solution::Optimal(optimum) => Ok(optimum),
            // Every caller poses a program that is feasible and bounded.
            #[allow(clippy::panic)]
            other => panic!("a program of a game has an optimum, found {other:?}"),
        }
    }

    /// The optimum that a guessed basis determines, if the guess is right and the budget allows it.
    pub(super) fn confirmed(&self, program: &LinearProgram, basis: &Basis) -> Option<Optimum> {
        let go_on = |_| self.check().is_ok();
        let optimum = linear::confirm(program, basis, &Limits { go_on: &go_on, time: None })?;
        self.programs.set(self.programs.get() + 1);
        self.path.set(self.path.get().max(Path::HintConfirmed));
        Some(optimum)
    }

    /// Whether the method is the solver's choice.
    pub(super) fn may_choose(&self) -> bool {
        self.method == LpMethod::Auto
    }

    /// The outcome for an answer, or for the reason why there is none.
    pub(super) fn outcome<T>(&self, answer: Result<T, Exhausted>) -> Outcome<Option<T>> {
        let (answer, status) = match answer {
            Ok(answer) => (Some(answer), Status::Solved),
            Err(reason) => (None, Status::Partial(reason)),
        };
        Outcome {
            answer,
            status,
            method: self.path.get().name(),
            work: Work { pivots: self.pivots.get(), nodes: self.programs.get(), rounds: 0 },
            warnings: Vec::new(),
        }
    }
}
