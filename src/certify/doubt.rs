//! Checks on any kind of number: they may refute, and on intervals they may be unable to tell.

use std::cmp::Ordering;

use crate::num::{NotDecided, Scalar};

use super::Refutation;

/// Why a claim about numbers of any kind is not certified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// Intervals leave the check open: repeat it on exact numbers, which never say this.
    #[error("{0}")]
    Open(#[from] NotDecided),
    /// The claim is wrong.
    #[error("{0}")]
    Refuted(#[from] Refutation),
}

/// A refutation that speaks of a profitable deviation.
pub(super) fn deviation(text: impl Into<String>) -> Doubt {
    Refutation::Deviation(text.into()).into()
}

/// A refutation that speaks of a wrong number.
pub(super) fn wrong(text: impl Into<String>) -> Doubt {
    Refutation::WrongNumber(text.into()).into()
}

/// A refutation that speaks of something better.
pub(super) fn better(text: impl Into<String>) -> Doubt {
    Refutation::NotOptimal(text.into()).into()
}

/// The position of one player's action in a row-major profile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    stride: usize,
    count: usize,
}

impl Axis {
    pub(super) fn of(shape: &[usize], player: usize) -> Self {
        Axis { stride: shape[player + 1..].iter().product(), count: shape[player] }
    }

    pub(super) fn action(self, profile: usize) -> usize {
        profile / self.stride % self.count
    }

    /// The profile with another action of this player.
    pub(super) fn with(self, profile: usize, action: usize) -> usize {
        profile - self.action(profile) * self.stride + action * self.stride
    }

    /// The profiles that differ from this one by another action of this player.
    pub(super) fn deviations(self, profile: usize) -> impl Iterator<Item = (usize, usize)> {
        let own = self.action(profile);
        (0..self.count)
            .filter(move |&action| action != own)
            .map(move |action| (action, self.with(profile, action)))
    }
}

/// Whether a number is at least another.
pub(super) fn at_least<S: Scalar>(one: &S, other: &S) -> Result<bool, NotDecided> {
    Ok(one.order(other)? != Ordering::Less)
}

/// Whether a number is positive.
pub(super) fn positive<S: Scalar>(number: &S) -> Result<bool, NotDecided> {
    Ok(number.sign()? == Ordering::Greater)
}
