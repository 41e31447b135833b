//! From which discount factor on equilibria with transfers play a profile.

use super::TransferEquilibrium;
use crate::game::DiscountFactor;

/// Brackets of critical discount factors of a game in states, with what proves them.
///
/// With more than one state a profile may be played at one discount factor and not at a higher one, so
/// that a bracket is of one place of change: both of its ends are certain all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriticalProfiles {
    /// What equilibria with transfers can do at some discount factors, in ascending order.
    pub points: Vec<CriticalPoint>,
    /// One for each profile of a state that is asked about.
    pub brackets: Vec<CriticalBracket>,
}

/// The equilibria at a discount factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriticalPoint {
    /// The discount factor.
    pub discount: DiscountFactor,
    /// What they can do.
    pub answer: TransferEquilibrium,
}

/// Where a profile begins to be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriticalBracket {
    /// The state.
    pub state: usize,
    /// The profile, by index in the stage game of the state.
    pub profile: usize,
    /// The point at which no equilibrium plays it in the state; `None` where one does at discount
    /// factor 0 already.
    pub below: Option<usize>,
    /// The point at which some equilibrium plays it there; `None` where none does at any discount
    /// factor that was tried.
    pub above: Option<usize>,
}
