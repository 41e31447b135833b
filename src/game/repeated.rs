//! A stage game played again and again, with agreements that a public signal guards.
//!
//! Each period the players play the stage game. While an *agreement* stands, everybody is to play
//! its profile. At the end of a period the agreement survives with probability `survival`, whatever
//! was played; a public signal then ends it with probability `false_alarm` when everybody complied,
//! and with probability `detection` of the deviating action when one player deviated. Once it has
//! ended, the punishment is played, and after each period of it the agreement stands again with
//! probability `renewal`: for ever, where that is 0. With `survival` = 1, `false_alarm` = 0 and `detection`
//! = 1 this is grim trigger under perfect monitoring (Friedman 1971); with a signal it is the
//! trigger strategy of Green & Porter (1984) with an infinite punishment.

use crate::num::Rational;

use super::{MixedProfile, NormalForm};

/// A discount factor: a number in [0, 1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DiscountFactor(Rational);

impl DiscountFactor {
    /// The discount factor of this value; `None` outside [0, 1).
    #[must_use]
    pub fn new(value: Rational) -> Option<Self> {
        (!value.is_negative() && value < Rational::ONE).then_some(DiscountFactor(value))
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> &Rational {
        &self.0
    }
}

/// A pure profile that the players may agree to play, and how well deviations from it are seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Its name.
    pub name: String,
    /// The action of each player.
    pub profile: Vec<usize>,
    /// `detection[i][d]`: the probability that the agreement ends at once when player i plays d
    /// instead; the entry of the agreed action itself is not used.
    pub detection: Vec<Vec<Rational>>,
}

/// What is played once an agreement has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PunishmentRule {
    /// For each player the stage equilibrium that is worst for him (the harshest Nash reversion).
    WorstEquilibrium,
    /// One given stage equilibrium for all.
    Equilibrium(MixedProfile),
}

/// A stage game with the data of its repetition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedGame {
    /// What is played each period.
    pub stage: NormalForm,
    /// The players' common discount factor, if the model fixes one.
    pub discount: Option<DiscountFactor>,
    /// The probability that an agreement outlives a period whatever is played, in (0, 1].
    pub survival: Rational,
    /// The probability that the signal ends the agreement though all complied, in [0, 1).
    pub false_alarm: Rational,
    /// The probability that an agreement that has ended stands again after a period, in [0, 1].
    pub renewal: Rational,
    /// The agreements to examine.
    pub agreements: Vec<Agreement>,
    /// What follows the end of an agreement.
    pub punishment: PunishmentRule,
    /// Whether the parties may pay one another at the start of each period of an agreement.
    pub transfers: bool,
}
