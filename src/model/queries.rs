//! Short questions that other rooms ask of a checked model.

use std::fmt;

use crate::num::{Rational, plain};

use super::{Expected, Horizon, MechanismRef, Model, Parameter, ParameterKind, Phase, Punishment};

impl Parameter {
    /// Whether the file gives it a value, and not a formula.
    #[must_use]
    pub fn is_free(&self) -> bool {
        matches!(self.kind, ParameterKind::Free { .. })
    }

    /// The range over which a study varies it.
    #[must_use]
    pub fn range(&self) -> Option<(&Rational, &Rational)> {
        match &self.kind {
            ParameterKind::Free { range: Some((low, high)), .. } => Some((low, high)),
            _ => None,
        }
    }
}

impl Model {
    /// The word for a period, such as `year`.
    #[must_use]
    pub fn period(&self) -> &str {
        match &self.horizon {
            Horizon::OneShot => "period",
            Horizon::Repeated(repetition) => &repetition.period,
            Horizon::States(stochastic) => &stochastic.period,
        }
    }

    /// Whether each player's deviation is punished by the stage equilibrium worst for him.
    #[must_use]
    pub fn punishes_by_worst_equilibrium(&self) -> bool {
        match &self.horizon {
            Horizon::Repeated(repetition) => repetition.punishment == Punishment::WorstEquilibrium,
            _ => false,
        }
    }

    /// The mechanisms that a list of mechanisms and bundles stands for, in order, each once.
    #[must_use]
    pub fn mechanisms_of(&self, list: &[MechanismRef]) -> Vec<usize> {
        let mut mechanisms = Vec::new();
        for entry in list {
            let part = match entry {
                MechanismRef::Mechanism(at) => std::slice::from_ref(at),
                MechanismRef::Bundle(at) => &self.bundles[*at].mechanisms,
            };
            for &mechanism in part {
                if !mechanisms.contains(&mechanism) {
                    mechanisms.push(mechanism);
                }
            }
        }
        mechanisms
    }
}

impl Phase {
    /// The phases in the order in which operators are applied.
    pub const ALL: [Phase; 5] =
        [Phase::Payoff, Phase::Actions, Phase::Information, Phase::Continuation, Phase::Concept];

    /// The word for it in model files and results.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Phase::Payoff => "payoff",
            Phase::Actions => "actions",
            Phase::Information => "information",
            Phase::Continuation => "continuation",
            Phase::Concept => "solution concept",
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Equals { value, tolerance } if tolerance.is_zero() => write!(f, "= {value}"),
            Expected::Equals { value, tolerance } => {
                write!(f, "= {} ± {}", plain(value), plain(tolerance))
            }
            Expected::AtLeast(bound) => write!(f, ">= {bound}"),
            Expected::AtMost(bound) => write!(f, "<= {bound}"),
            Expected::Above(bound) => write!(f, "> {bound}"),
            Expected::Below(bound) => write!(f, "< {bound}"),
            Expected::Is(text) => write!(f, "is `{text}`"),
            Expected::IsTrue(truth) => write!(f, "is {truth}"),
        }
    }
}
