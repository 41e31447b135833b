//! How much work a check may do: counted, and not timed, so that every run decides alike.

use super::Refutation;

/// Limits on the work of a check.
///
/// Both are counts, so that the same claim gives the same certificate on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Units of work, each about one operation on an exact number (some nanoseconds).
    pub work: u64,
    /// The number of rounds of fictitious play that are played again.
    pub rounds: u64,
}

impl Default for Limits {
    /// Work for about two seconds, and a million rounds.
    fn default() -> Self {
        Limits { work: 100_000_000, rounds: 1_000_000 }
    }
}

/// The work ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spent;

impl From<Spent> for Refutation {
    fn from(_: Spent) -> Self {
        Refutation::OutOfReach("the game is too large for the limit on the work of a check".into())
    }
}

/// What is left of the work.
#[derive(Debug, Clone)]
pub(super) struct Meter {
    left: u64,
}

impl Meter {
    pub(super) fn new(limits: &Limits) -> Self {
        Meter { left: limits.work }
    }

    /// Takes some units, or says that they are not there.
    pub(super) fn spend(&mut self, units: usize) -> Result<(), Spent> {
        match self.left.checked_sub(units as u64) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(Spent)
            }
        }
    }
}
