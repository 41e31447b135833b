//! Agreements in states: what is played while one is kept, what ends it, and what follows.

use crate::game::MixedProfile;
use crate::num::Rational;

/// An agreement in states, kept by the threat of its end.
///
/// While it is kept each state has an agreed profile. At the end of a period it lives on with a probability
/// that depends on whether somebody left it, as far as that is seen; once it has ended, stationary
/// strategies are played for ever. It is over, too, in states that it has no say in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pact {
    /// Its name.
    pub name: String,
    /// For each state the agreed profile, by index in its stage game; `None` where the agreement is over.
    pub profiles: Vec<Option<usize>>,
    /// The probability that it lives on after a period in which it was kept.
    pub stays: Rational,
    /// `[player][state][action]`: the same where he alone plays this action, by index in the state.
    pub stays_after: Vec<Vec<Vec<Rational>>>,
    /// The probability that it stands again after a period without it; where it is 0 its end is for good.
    pub renewed: Rational,
    /// What follows its end: for each state a mixed strategy of each player.
    pub fallback: Vec<MixedProfile>,
}

/// What an agreement gives, and what leaving it would. All numbers are exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PactValue {
    /// For each player and state what he gets from there on while it is kept.
    pub kept: Vec<Vec<Rational>>,
    /// For each player and state what he gets from there on once it has ended.
    pub after: Vec<Vec<Rational>>,
    /// The deviation in one period, by one player in one state in which it is kept, that gains the most;
    /// `None` where nobody has another action. Where the agreement is renewed, deviations after its end count
    /// too: what is best there depends on when it stands again.
    pub most: Option<PactDeviation>,
}

/// A deviation in one period from an agreement, or from what follows its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PactDeviation {
    /// Whose.
    pub player: usize,
    /// In which state.
    pub state: usize,
    /// Whether the agreement has ended.
    pub ended: bool,
    /// To which action, by index in the state.
    pub action: usize,
    /// What it gains, in discounted average payoffs; negative where it loses.
    pub gain: Rational,
}

impl PactValue {
    /// Whether nobody gains by leaving the agreement for one period: then, where the strategies that follow
    /// its end are an equilibrium, so is the agreement (the one-shot deviation principle). With renewal
    /// nobody gains after its end either, so that nothing else is needed.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.most.as_ref().is_none_or(|most| !most.gain.is_positive())
    }
}
