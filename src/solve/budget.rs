//! How much a solver may spend: time, steps, and a flag to cancel from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Why a solver stopped early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Exhausted {
    /// The time limit was reached.
    #[error("the time limit was reached")]
    Time,
    /// The limit on the number of answers or steps was reached.
    #[error("the limit on the number of steps was reached")]
    Steps,
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The problem needs more memory than one computation may take.
    #[error("the problem is too large for the memory that one computation may take")]
    Memory,
}

/// A limit on time and steps. Cloning shares the cancel flag and the deadline.
#[derive(Debug, Clone, Default)]
pub struct Budget {
    deadline: Option<Instant>,
    /// When the check of what was found by the deadline is to end.
    check_deadline: Option<Instant>,
    steps: Option<u64>,
    cancelled: Option<Arc<AtomicBool>>,
}

impl Budget {
    /// No limit.
    #[must_use]
    pub fn unlimited() -> Self {
        Budget::default()
    }

    /// Stop after this much time from now. The check of what was found may take as long again.
    #[must_use]
    pub fn with_time(mut self, limit: Duration) -> Self {
        self.deadline = Instant::now().checked_add(limit);
        self.check_deadline = self.deadline.and_then(|deadline| deadline.checked_add(limit));
        self
    }

    /// When the check of what was found is to end; `None` without a limit on time.
    #[must_use]
    pub fn check_deadline(&self) -> Option<Instant> {
        self.check_deadline
    }

    /// Stop after this many steps (pivots, nodes or rounds, as the solver documents).
    #[must_use]
    pub fn with_steps(mut self, steps: u64) -> Self {
        self.steps = Some(steps);
        self
    }

    /// The same limits without that on steps: for parts of a solver whose steps are others.
    #[must_use]
    pub(crate) fn without_steps(&self) -> Self {
        Budget { steps: None, ..self.clone() }
    }

    /// The same limits with a part of the time that is left: for what others follow upon.
    #[must_use]
    pub(crate) fn with_part_of_time(&self, part: f64) -> Self {
        let deadline =
            self.time_left().and_then(|left| Instant::now().checked_add(left.mul_f64(part)));
        Budget { deadline: deadline.or(self.deadline), ..self.clone() }
    }

    /// Stop when the flag is raised.
    #[must_use]
    pub fn with_cancel(mut self, flag: Arc<AtomicBool>) -> Self {
        self.cancelled = Some(flag);
        self
    }

    /// Whether work may go on after `step` steps; cheap enough for every iteration of a loop, the
    /// clock is read at every 256th step only.
    ///
    /// # Errors
    /// [`Exhausted`] with the reason to stop.
    pub fn check(&self, step: u64) -> Result<(), Exhausted> {
        if self.steps.is_some_and(|limit| step >= limit) {
            return Err(Exhausted::Steps);
        }
        if step & 0xff == 0 { self.check_now(step) } else { Ok(()) }
    }

    /// As [`Budget::check`], with a look at the clock each time: for steps that can be long.
    ///
    /// # Errors
    /// [`Exhausted`] with the reason to stop.
    pub fn check_now(&self, step: u64) -> Result<(), Exhausted> {
        if self.steps.is_some_and(|limit| step >= limit) {
            return Err(Exhausted::Steps);
        }
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(Exhausted::Time);
        }
        if self.cancelled.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            return Err(Exhausted::Cancelled);
        }
        Ok(())
    }

    /// How many steps are left after `step` steps; `u64::MAX` without a limit.
    #[must_use]
    pub fn steps_after(&self, step: u64) -> u64 {
        self.steps.map_or(u64::MAX, |limit| limit.saturating_sub(step))
    }

    /// The time that is left; `None` without a limit.
    #[must_use]
    pub fn time_left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}
