//! Agreements that a bad signal suspends for some periods (Green & Porter 1984).
//!
//! While an agreement stands its profile is played. When the signal speaks of a violation — with
//! probability `false_alarm` if all complied, `detection` if one player deviated, as in
//! [`super::RepeatedGame`] — a stage equilibrium is played for T periods, and then the agreement stands
//! again. In each period, suspended or not, it survives with probability `survival`; otherwise the stage
//! equilibrium is played for ever.

use crate::num::Rational;

use super::{DiscountFactor, MixedProfile};

/// How long each agreement has to be suspended, at one discount factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triggers {
    /// The discount factor.
    pub discount: DiscountFactor,
    /// For each agreement, in order.
    pub agreements: Vec<Trigger>,
}

/// How long one agreement has to be suspended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// The position of the agreement.
    pub agreement: usize,
    /// The stage equilibrium that is played while it is suspended, by all alike.
    pub punishment: MixedProfile,
    /// What it gives each player.
    pub punishment_payoffs: Vec<Rational>,
    /// Some lengths, ascending, `forever` last.
    pub lengths: Vec<TriggerLength>,
    /// Whether some length up to `tried` periods, or for ever, keeps the agreement: the position of the
    /// shortest.
    pub best: Option<usize>,
    /// So many periods were tried.
    pub tried: u64,
}

/// What an agreement is worth when it is suspended for so long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriggerLength {
    /// The number of periods T; `None` for ever.
    pub periods: Option<u64>,
    /// The average payoff of each player while the agreement stands.
    pub payoffs: Vec<Rational>,
    /// The least that a player loses on average by a one-shot deviation; negative where one pays. `None`
    /// where nobody has another action.
    pub slack: Option<Rational>,
}

impl TriggerLength {
    /// Whether no deviation pays.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.slack.as_ref().is_none_or(|slack| !slack.is_negative())
    }
}
