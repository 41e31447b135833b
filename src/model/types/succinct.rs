//! Games that stand in place of players and payoffs, with formulas for numbers.

use crate::game::blotto::BlottoPayoff;
use crate::model::program::Formula;

/// A security game whose numbers follow from the parameters.
#[derive(Debug, Clone)]
pub struct SecuritySpec {
    /// The name of the one who covers targets.
    pub defender: String,
    /// The name of the one who attacks.
    pub attacker: String,
    /// The number of resources.
    pub resources: Formula,
    /// The targets, in file order.
    pub targets: Vec<TargetSpec>,
    /// The schedules, where resources cover several targets: names, and targets ascending.
    pub schedules: Option<Vec<(String, Vec<usize>)>>,
}

/// A target of a security game.
#[derive(Debug, Clone)]
pub struct TargetSpec {
    /// Its name.
    pub id: String,
    /// Its name in reports.
    pub title: String,
    /// What an attack is worth to the defender when the target is covered, and when not.
    pub defender: (Formula, Formula),
    /// What it is worth to the attacker, likewise.
    pub attacker: (Formula, Formula),
}

/// What inspector and inspectee get, as formulas.
#[derive(Debug, Clone)]
pub struct InspectionPayoffSpec {
    /// To the inspector.
    pub inspector: Formula,
    /// To the inspectee.
    pub inspectee: Formula,
}

/// An inspection game whose numbers follow from the parameters.
#[derive(Debug, Clone)]
pub struct InspectionSpec {
    /// The name of the one who inspects.
    pub inspector: String,
    /// The name of the one who is inspected.
    pub inspectee: String,
    /// The number of periods.
    pub periods: Formula,
    /// The number of inspections.
    pub inspections: Formula,
    /// The number of intended violations, where it is said.
    pub violations: Option<Formula>,
    /// What each violation counts, where it is said.
    pub stakes: Option<Vec<Formula>>,
    /// The probability that an inspection detects a violation, where it is said.
    pub detection: Option<Formula>,
    /// What a legal act pays, where it is said.
    pub legal: Option<InspectionPayoffSpec>,
    /// What a legal act that is inspected pays, where it is said.
    pub inspected: Option<InspectionPayoffSpec>,
    /// What a violation pays that is detected.
    pub caught: InspectionPayoffSpec,
    /// What a violation pays that is not detected.
    pub undetected: InspectionPayoffSpec,
}

/// A Blotto game whose numbers follow from the parameters.
#[derive(Debug, Clone)]
pub struct BlottoSpec {
    /// The names of the two sides.
    pub sides: [String; 2],
    /// The number of soldiers of each side.
    pub soldiers: [Formula; 2],
    /// The number of fields, where it is said.
    pub fields: Option<Formula>,
    /// The value of each field, where it is said.
    pub values: Option<Vec<Formula>>,
    /// What the sides play for.
    pub payoff: BlottoPayoff,
}

/// The games that a model may have in place of players and payoffs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Succinct {
    /// A security game.
    Security,
    /// An inspection game.
    Inspection,
    /// A Blotto game.
    Blotto,
}
