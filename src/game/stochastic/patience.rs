//! At which discount factors agreements in states are kept.

use super::Pact;
use crate::game::{MixedProfile, Stretch};
use crate::num::Rational;

/// At which discount factors agreements hold, with each of some threats.
///
/// A threat is what is played without promises: stationary strategies, an equilibrium at some discount
/// factors and not at others. Both that it is one and that the agreement holds are polynomial inequalities
/// in the discount factor, so that all places of change are known; which of several equilibria follows the
/// end of an agreement is not for the model to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PactPatience {
    /// The threats, in the order in which they were found.
    pub threats: Vec<Threat>,
    /// The discount factors, ascending, at which no exact equilibrium was found.
    pub open: Vec<Rational>,
    /// For each agreement that can be played in some state one entry for each threat.
    pub agreements: Vec<Vec<PactStretches>>,
}

/// What is played without promises at some discount factors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threat {
    /// For each state a mixed strategy of each player.
    pub play: Vec<MixedProfile>,
    /// The discount factors, ascending, at which it was found.
    pub found: Vec<Rational>,
}

/// The discount factors at which one agreement is kept by one threat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PactStretches {
    /// The agreement and the threat.
    pub pact: Pact,
    /// Where nobody gains by leaving the agreement, whether or not the threat is an equilibrium; `None`
    /// where that is not determined, as below.
    pub held: Option<Vec<Stretch>>,
    /// Where nobody gains by playing otherwise after its end.
    pub threat: Option<Vec<Stretch>>,
    /// Where both is so: the agreement with this threat is a subgame-perfect equilibrium.
    pub kept: Option<Vec<Stretch>>,
}
