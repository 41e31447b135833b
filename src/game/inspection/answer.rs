//! Answers about inspection games.

use crate::num::Rational;

use super::{InspectionPayoffs, InspectionState};

/// What is done in a state and what both get from there on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectionStage {
    /// What is left.
    pub state: InspectionState,
    /// The probability of an inspection.
    pub inspect: Rational,
    /// The probability of a violation.
    pub violate: Rational,
    /// What both expect from here on.
    pub values: InspectionPayoffs,
    /// In an equilibrium: whether all equilibria of the period, given what follows, pay the same. Under
    /// leadership: whether the inspectee has no other best reply.
    pub unique: bool,
}

/// An equilibrium in which both play an equilibrium of every period, given what follows: a subgame
/// perfect equilibrium of the game in which both know what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectionEquilibrium {
    /// Every state that can be reached, in the order of [`super::InspectionGame::states`].
    pub stages: Vec<InspectionStage>,
    /// Whether all equilibria of each stage pay the same, so that all subgame perfect equilibria do.
    pub unique: bool,
    /// Whether it is an equilibrium too where the inspector does not see violations that he does not
    /// detect: inspections cost nothing, and how often there is one does not depend on the number of
    /// violations that are left (von Stengel 2016).
    pub unobserved: bool,
}

/// Inspector leadership, period by period: the inspector announces the probability of an inspection,
/// and the inspectee chooses a best reply, ties broken for the inspector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectionLeadership {
    /// Every state that can be reached, in the order of [`super::InspectionGame::states`]; `violate`
    /// is 0 or 1.
    pub stages: Vec<InspectionStage>,
    /// The game without announcements, for comparison.
    pub equilibrium: InspectionEquilibrium,
}

impl InspectionEquilibrium {
    /// What both expect at the start.
    #[must_use]
    pub fn values(&self) -> InspectionPayoffs {
        self.stages.first().map(|stage| stage.values.clone()).unwrap_or_default()
    }
}

impl InspectionLeadership {
    /// What both expect at the start.
    #[must_use]
    pub fn values(&self) -> InspectionPayoffs {
        self.stages.first().map(|stage| stage.values.clone()).unwrap_or_default()
    }
}

/// An answer about an inspection game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InspectionAnswer {
    /// An equilibrium of simultaneous choice.
    Equilibrium(InspectionEquilibrium),
    /// What the inspector announces.
    Leadership(InspectionLeadership),
}
