//! How much work a check may do: counted, so that every run decides alike; and, where somebody sets a
//! limit on time, the clock.

use std::time::Instant;

use crate::num::Rational;

use super::Refutation;

/// The clock is read once in this many units of work, some milliseconds.
const UNITS_BETWEEN_LOOKS: u64 = 1 << 18;

/// Limits on the work of a check.
///
/// Without a deadline both are counts, so that the same claim gives the same certificate on every
/// machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Units of work, each about one operation on an exact number (some nanoseconds).
    pub work: u64,
    /// The number of rounds of fictitious play that are played again.
    pub rounds: u64,
    /// When to stop whatever is left, if anybody asks for that.
    pub deadline: Option<Instant>,
}

impl Default for Limits {
    /// Work for about two seconds, a million rounds, and no deadline.
    fn default() -> Self {
        Limits { work: 100_000_000, rounds: 1_000_000, deadline: None }
    }
}

/// The work or the time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spent;

impl From<Spent> for Refutation {
    fn from(_: Spent) -> Self {
        Refutation::OutOfReach("it needs more work or time than its limit allows".into())
    }
}

/// What is left of the work.
#[derive(Debug, Clone)]
pub(super) struct Meter {
    left: u64,
    deadline: Option<Instant>,
    /// When this much work is left the clock is read.
    look: u64,
}

impl Meter {
    pub(super) fn new(limits: &Limits) -> Self {
        Meter::with_work(limits, limits.work)
    }

    /// For checks that pass over the game a few times, which are never long beside reading it.
    pub(super) fn for_passes(limits: &Limits) -> Self {
        Meter::with_work(limits, limits.work.saturating_mul(32))
    }

    fn with_work(limits: &Limits, work: u64) -> Self {
        Meter { left: work, deadline: limits.deadline, look: work }
    }

    /// Takes some units, or says that they are not there.
    pub(super) fn spend(&mut self, units: usize) -> Result<(), Spent> {
        match self.left.checked_sub(units as u64) {
            Some(left) if left > self.look || !self.is_late(left) => {
                self.left = left;
                Ok(())
            }
            _ => {
                self.left = 0;
                self.look = 0;
                Err(Spent)
            }
        }
    }

    fn is_late(&mut self, left: u64) -> bool {
        self.look = left.saturating_sub(UNITS_BETWEEN_LOOKS);
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// The work of one operation on a number of this size, in units of one on a machine number.
pub(super) fn weight(number: &Rational) -> usize {
    let words = number.bit_len() / 64;
    // Products and divisions of long numbers take time beyond proportion.
    1 + words / 2 + words * words / 16
}
