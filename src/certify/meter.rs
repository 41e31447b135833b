//! How much work a check may do: counted, so that every run decides alike; and, where somebody sets a
//! limit on time, the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::num::Rational;

use super::Refutation;

/// The clock is read once in this many units of work, some milliseconds.
const UNITS_BETWEEN_LOOKS: u64 = 1 << 18;
/// Threads that share what is left take so many units at a time.
const UNITS_AT_A_TIME: u64 = 1 << 16;

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
    /// What is left for all threads of a check, beside `left` for this one.
    shared: Option<Arc<AtomicU64>>,
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
        Meter { left: work, deadline: limits.deadline, look: work, shared: None }
    }

    /// Takes some units, or says that they are not there.
    #[inline]
    pub(super) fn spend(&mut self, units: usize) -> Result<(), Spent> {
        match self.left.checked_sub(units as u64) {
            Some(left) if left > self.look => {
                self.left = left;
                Ok(())
            }
            left => self.spend_and_look(left, units as u64),
        }
    }

    fn spend_and_look(&mut self, left: Option<u64>, units: u64) -> Result<(), Spent> {
        let left = left.or_else(|| Some(self.left + self.take_shared(units - self.left)? - units));
        match left {
            Some(left) if !self.is_late(left) => {
                self.left = left;
                Ok(())
            }
            _ => {
                self.left = 0;
                self.look = 0;
                self.shared = None;
                Err(Spent)
            }
        }
    }

    /// Takes at least so many units from what threads share.
    fn take_shared(&self, least: u64) -> Option<u64> {
        let shared = self.shared.as_ref()?;
        let taken = |left: u64| least.max(UNITS_AT_A_TIME.min(left));
        let before = shared.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(taken(left))
        });
        before.ok().map(taken)
    }

    /// Another meter, for another thread: what is left is for both.
    pub(super) fn fork(&mut self) -> Meter {
        let shared = match &self.shared {
            Some(shared) => Arc::clone(shared),
            None => Arc::new(AtomicU64::new(std::mem::take(&mut self.left))),
        };
        self.shared = Some(Arc::clone(&shared));
        self.look = 0;
        Meter { left: 0, deadline: self.deadline, look: 0, shared: Some(shared) }
    }

    /// What another thread left over is there again.
    pub(super) fn join(&mut self, other: Meter) {
        match &self.shared {
            Some(shared) => {
                shared.fetch_add(other.left, Ordering::Relaxed);
            }
            None => self.left = 0,
        }
    }

    fn is_late(&mut self, left: u64) -> bool {
        self.look = left.saturating_sub(UNITS_BETWEEN_LOOKS);
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// The work of one operation on a number of this size, in units of one on a machine number.
pub(super) fn weight(number: &Rational) -> usize {
    weight_of(number.bit_len())
}

/// The same for a number of so many bits.
pub(super) fn weight_of(bits: usize) -> usize {
    let words = bits / 64;
    // Products and divisions of long numbers take time beyond proportion.
    (1 + words / 2).saturating_add(words.saturating_mul(words) / 16)
}
