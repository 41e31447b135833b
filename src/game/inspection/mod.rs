//! Inspection games: an inspectee who may violate, and an inspector with few inspections.
//!
//! There are n periods, m inspections and k intended violations. In each period the inspector decides
//! whether to use an inspection, and the inspectee, at the same time, whether to act legally or to
//! violate. A violation in an inspected period is detected with probability p and ends the game; one
//! that is not detected is a success, and play goes on with one violation fewer. After each period
//! both know what was done, so that a state is what is left: (n, m, k). When no violation is left
//! legal periods follow.
//!
//! What a period pays to (inspector, inspectee) is added up: `legal` for a legal act, `inspected` for
//! a legal act that is inspected, `caught` and `undetected` for violations, both multiplied by the
//! *stake* of the violation. Nothing is paid in the periods after detection.
//! Source: Dresher (1962), k = 1, zero-sum; Maschler (1966), k = 1, payoffs of both; Avenhaus,
//! von Stengel & Zamir (2002), sections 4 and 5; von Stengel (2016), stakes and several violations.

mod answer;
mod tree;

pub use answer::{InspectionAnswer, InspectionEquilibrium, InspectionLeadership, InspectionStage};

use crate::num::Rational;

/// The largest number of periods.
pub const MOST_PERIODS: u32 = 100_000;
/// The largest number of states that are solved: at most periods × (inspections + 1) × violations.
pub const MOST_STATES: usize = 1_000_000;
/// The largest number of nodes of the game as a tree.
pub const MOST_NODES: usize = 100_000;

/// What both sides get.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InspectionPayoffs {
    /// The one who inspects.
    pub inspector: Rational,
    /// The one who is inspected.
    pub inspectee: Rational,
}

impl InspectionPayoffs {
    /// Integer payoffs of inspector and inspectee.
    #[must_use]
    pub fn from_integers(inspector: i64, inspectee: i64) -> Self {
        InspectionPayoffs { inspector: inspector.into(), inspectee: inspectee.into() }
    }

    /// The sum of both pairs, each side by itself.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        InspectionPayoffs {
            inspector: &self.inspector + &other.inspector,
            inspectee: &self.inspectee + &other.inspectee,
        }
    }

    /// Both multiplied by a number.
    #[must_use]
    pub fn times(&self, factor: &Rational) -> Self {
        InspectionPayoffs {
            inspector: &self.inspector * factor,
            inspectee: &self.inspectee * factor,
        }
    }
}

/// The payoffs of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectionRules {
    /// A legal act that is not inspected.
    pub legal: InspectionPayoffs,
    /// A legal act that is inspected: less for the inspector where inspections cost something.
    pub inspected: InspectionPayoffs,
    /// A violation that is detected, of stake one.
    pub caught: InspectionPayoffs,
    /// A violation that is not detected, of stake one.
    pub undetected: InspectionPayoffs,
}

impl InspectionRules {
    /// Dresher's zero-sum payoffs, to the inspector: +1 for a detected violation, −1 for another one,
    /// 0 for legal acts.
    #[must_use]
    pub fn dresher() -> Self {
        InspectionRules {
            legal: InspectionPayoffs::default(),
            inspected: InspectionPayoffs::default(),
            caught: InspectionPayoffs::from_integers(1, -1),
            undetected: InspectionPayoffs::from_integers(-1, 1),
        }
    }
}

/// What is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InspectionState {
    /// The periods, this one among them.
    pub periods: u32,
    /// The inspections, no more than the periods.
    pub inspections: u32,
    /// The violations, at least one.
    pub violations: u32,
}

/// The names of the two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectionSides {
    /// The one who inspects.
    pub inspector: String,
    /// The one who is inspected.
    pub inspectee: String,
}

impl Default for InspectionSides {
    fn default() -> Self {
        InspectionSides { inspector: "Inspector".to_owned(), inspectee: "Inspectee".to_owned() }
    }
}

/// Why there is no such inspection game.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InspectionError {
    /// There is no period.
    #[error("an inspection game needs a period")]
    NoPeriod,
    /// There are too many periods.
    #[error("an inspection game may have {MOST_PERIODS} periods: this one has {0}")]
    TooManyPeriods(u32),
    /// Nobody may violate.
    #[error("an inspection game needs a violation that may happen")]
    NoViolation,
    /// There are too many states.
    #[error(
        "{periods} periods, {inspections} inspections and {violations} violations make more than {MOST_STATES} states"
    )]
    TooManyStates {
        /// The number of periods.
        periods: u32,
        /// The number of inspections.
        inspections: u32,
        /// The number of violations.
        violations: u32,
    },
    /// The probability of detection is none.
    #[error("the probability that an inspection detects a violation is between 0 and 1: {0}")]
    BadDetection(Rational),
    /// A stake is not positive.
    #[error("a stake is a positive number: {0}")]
    BadStake(Rational),
    /// The tree would be too large.
    #[error("the game as a tree has more than {MOST_NODES} nodes")]
    TooManyNodes,
    /// The strategic form would be too large.
    #[error("{0}")]
    TooManyProfiles(String),
}

/// An inspection game of several periods.
///
/// ```
/// use detente::game::inspection::{InspectionGame, InspectionRules};
/// // Dresher (1962): four periods, two inspections, one violation.
/// let game = InspectionGame::new(4, 2, InspectionRules::dresher()).unwrap();
/// assert_eq!(game.states().len(), 8);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectionGame {
    sides: InspectionSides,
    periods: u32,
    inspections: u32,
    stakes: Vec<Rational>,
    detection: Rational,
    rules: InspectionRules,
}

impl InspectionGame {
    /// A game with one intended violation and inspections that detect for sure. Inspections beyond
    /// one for each period are dropped.
    ///
    /// # Errors
    /// When there is no period, more than [`MOST_PERIODS`], or more than [`MOST_STATES`] states.
    pub fn new(
        periods: u32,
        inspections: u32,
        rules: InspectionRules,
    ) -> Result<Self, InspectionError> {
        if periods == 0 {
            return Err(InspectionError::NoPeriod);
        }
        if periods > MOST_PERIODS {
            return Err(InspectionError::TooManyPeriods(periods));
        }
        InspectionGame {
            sides: InspectionSides::default(),
            periods,
            inspections: inspections.min(periods),
            stakes: vec![Rational::ONE],
            detection: Rational::ONE,
            rules,
        }
        .within_size()
    }

    fn within_size(self) -> Result<Self, InspectionError> {
        let (periods, inspections, violations) =
            (self.periods, self.inspections, self.violations());
        let states = u64::from(periods) * (u64::from(inspections) + 1);
        if states.saturating_mul(u64::from(violations)) > MOST_STATES as u64 {
            return Err(InspectionError::TooManyStates { periods, inspections, violations });
        }
        Ok(self)
    }

    /// The same game with as many intended violations as stakes, the first violation having the first
    /// stake. Those beyond one for each period are dropped.
    ///
    /// # Errors
    /// When there is none, one is not positive, or there are more than [`MOST_STATES`] states.
    pub fn with_stakes(mut self, mut stakes: Vec<Rational>) -> Result<Self, InspectionError> {
        if stakes.is_empty() {
            return Err(InspectionError::NoViolation);
        }
        if let Some(stake) = stakes.iter().find(|stake| !stake.is_positive()) {
            return Err(InspectionError::BadStake(stake.clone()));
        }
        stakes.truncate(self.periods as usize);
        self.stakes = stakes;
        self.within_size()
    }

    /// The same game where an inspection detects a violation with this probability.
    ///
    /// # Errors
    /// When it is no probability.
    pub fn with_detection(mut self, detection: Rational) -> Result<Self, InspectionError> {
        if detection.is_negative() || detection > Rational::ONE {
            return Err(InspectionError::BadDetection(detection));
        }
        self.detection = detection;
        Ok(self)
    }

    /// The same game with other names of the two sides.
    #[must_use]
    pub fn with_sides(mut self, sides: InspectionSides) -> Self {
        self.sides = sides;
        self
    }

    /// The names of the two sides.
    #[must_use]
    pub fn sides(&self) -> &InspectionSides {
        &self.sides
    }

    /// The number of periods.
    #[must_use]
    pub fn periods(&self) -> u32 {
        self.periods
    }

    /// The number of inspections, no more than the periods.
    #[must_use]
    pub fn inspections(&self) -> u32 {
        self.inspections
    }

    /// The number of intended violations, no more than the periods.
    #[must_use]
    pub fn violations(&self) -> u32 {
        // There are no more than periods, which are 32 bits.
        u32::try_from(self.stakes.len()).unwrap_or(u32::MAX)
    }

    /// The stake of each violation, first to last.
    #[must_use]
    pub fn stakes(&self) -> &[Rational] {
        &self.stakes
    }

    /// The stake of the next violation when so many are left.
    #[must_use]
    pub fn stake(&self, left: u32) -> &Rational {
        let done = self.stakes.len().saturating_sub(left as usize);
        &self.stakes[done.min(self.stakes.len() - 1)]
    }

    /// The probability that an inspection detects a violation.
    #[must_use]
    pub fn detection(&self) -> &Rational {
        &self.detection
    }

    /// What a period pays.
    #[must_use]
    pub fn rules(&self) -> &InspectionRules {
        &self.rules
    }

    /// The state at the beginning.
    #[must_use]
    pub fn start(&self) -> InspectionState {
        InspectionState {
            periods: self.periods,
            inspections: self.inspections,
            violations: self.violations(),
        }
    }

    /// What is left after a period in which there was or was not an inspection and a violation that
    /// was not detected; `None` where nothing is left to decide.
    #[must_use]
    pub fn next(
        &self,
        state: InspectionState,
        inspected: bool,
        violated: bool,
    ) -> Option<InspectionState> {
        let periods = state.periods.checked_sub(1).filter(|&left| left > 0)?;
        let violations =
            state.violations.checked_sub(u32::from(violated)).filter(|&left| left > 0)?;
        let inspections = state.inspections.checked_sub(u32::from(inspected))?.min(periods);
        Some(InspectionState { periods, inspections, violations })
    }

    /// What both get when no violation is left and so many periods are: legal acts, not inspected.
    #[must_use]
    pub fn legal_to_the_end(&self, periods: u32) -> InspectionPayoffs {
        self.rules.legal.times(&Rational::from(u64::from(periods)))
    }

    /// Whether a state can be reached from the start.
    #[must_use]
    pub fn is_reached(&self, state: InspectionState) -> bool {
        let start = self.start();
        if state.periods == 0 || state.periods > start.periods || state.violations == 0 {
            return false;
        }
        let elapsed = start.periods - state.periods;
        let full = state.inspections == state.periods;
        let used = match start.inspections.checked_sub(state.inspections) {
            // Inspections that no period is left for may be used or not.
            Some(_) if full => 0,
            Some(used) => used,
            None => return false,
        };
        let Some(done) = start.violations.checked_sub(state.violations) else { return false };
        // An undetected violation and an inspection share a period only where detection may fail.
        let together = if self.detection == Rational::ONE {
            u64::from(used) + u64::from(done)
        } else {
            u64::from(used.max(done))
        };
        together <= u64::from(elapsed) && state.inspections <= state.periods
    }

    /// The states that can be reached, the start first: periods, inspections and violations that are
    /// left, in descending order.
    #[must_use]
    pub fn states(&self) -> Vec<InspectionState> {
        let mut list = Vec::new();
        for periods in (1..=self.periods).rev() {
            for inspections in (0..=self.inspections.min(periods)).rev() {
                for violations in (1..=self.violations()).rev() {
                    let state = InspectionState { periods, inspections, violations };
                    if self.is_reached(state) {
                        list.push(state);
                    }
                }
            }
        }
        list
    }

    /// Whether both sides' payoffs add up to nothing at every end.
    #[must_use]
    pub fn is_zero_sum(&self) -> bool {
        let rules = &self.rules;
        [&rules.legal, &rules.inspected, &rules.caught, &rules.undetected]
            .iter()
            .all(|pair| (&pair.inspector + &pair.inspectee).is_zero())
    }
}
