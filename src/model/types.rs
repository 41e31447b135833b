//! The checked model: what a model file says, with every name resolved to a position.
//!
//! Positions count in file order: of parameters, players, actions of a player, mechanisms. A
//! player's actions include those that only a mechanism adds (flag `extra`), after the others.

mod succinct;

use std::collections::BTreeMap;

use crate::num::Rational;

use super::diagnostic::Diagnostic;
use super::program::{Formula, Program};
use super::span::Span;

pub use succinct::*;

/// A model file, checked.
#[derive(Debug, Clone)]
pub struct Model {
    /// Identity and sources.
    pub meta: Meta,
    /// The parameters, in file order.
    pub parameters: Vec<Parameter>,
    /// The players, in file order; the first is the leader where a concept needs one.
    pub players: Vec<PlayerSpec>,
    /// Named expressions over the profile, in file order.
    pub quantities: Vec<Quantity>,
    /// The parts of payoffs, such as values, interests and power; `["total"]` when undivided.
    pub parts: Vec<String>,
    /// The part that is charged with the cost of mechanisms.
    pub cost_part: usize,
    /// Whether and how the game is repeated.
    pub horizon: Horizon,
    /// The security game, in models that have one in place of players and payoffs.
    pub security: Option<SecuritySpec>,
    /// The inspection game, in models that have one in place of players and payoffs.
    pub inspection: Option<InspectionSpec>,
    /// The Blotto game, in models that have one in place of players and payoffs.
    pub blotto: Option<BlottoSpec>,
    /// Types of players, for games of incomplete information.
    pub types: Vec<PlayerType>,
    /// The mechanisms, tests and lenses, in file order.
    pub mechanisms: Vec<Mechanism>,
    /// Named lists of mechanisms.
    pub bundles: Vec<Bundle>,
    /// Named quantities to report.
    pub outputs: Vec<Output>,
    /// Assertions about computed quantities.
    pub claims: Vec<Claim>,
    /// How `compare` sets up its table.
    pub comparison: Comparison,
    /// The file.
    pub source: Source,
    /// What is odd but not wrong.
    pub warnings: Vec<Diagnostic>,
    pub(crate) program: Program,
}

/// Identity and sources of a model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    /// The name by which commands find it.
    pub id: String,
    /// One line for lists and headings.
    pub title: String,
    /// The version of the model, as text.
    pub version: String,
    /// What it is about and what its units are.
    pub description: String,
    /// Where its parts come from.
    pub sources: Vec<String>,
    /// The claims of the dilemma that it covers (D1, D2, …).
    pub claims: Vec<String>,
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name in formulas.
    pub name: String,
    /// A value of its own, or a formula of others.
    pub kind: ParameterKind,
    /// Its unit, as text.
    pub unit: String,
    /// What it stands for.
    pub meaning: String,
    /// Where its value comes from.
    pub source: String,
    /// Where its name stands in the file.
    pub span: Span,
}

/// Where the value of a parameter comes from.
#[derive(Debug, Clone)]
pub enum ParameterKind {
    /// A number that a user may set and a study may vary.
    Free {
        /// The base value.
        value: Rational,
        /// The least and the largest sensible value.
        range: Option<(Rational, Rational)>,
    },
    /// A formula of other parameters.
    Derived(Formula),
}

/// A player: a bloc, or a state.
#[derive(Debug, Clone)]
pub struct PlayerSpec {
    /// Its name in formulas.
    pub id: String,
    /// Its name in reports.
    pub title: String,
    /// The members of a bloc.
    pub members: Vec<Member>,
    /// The bloc to which a player at the level of members belongs.
    pub bloc: Option<String>,
    /// What it can do, those that only mechanisms add last.
    pub actions: Vec<ActionSpec>,
}

/// A member of a bloc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// A short name.
    pub id: String,
    /// Its name in reports.
    pub title: String,
}

/// An action and its attributes.
#[derive(Debug, Clone)]
pub struct ActionSpec {
    /// Its name, unique within the player.
    pub id: String,
    /// Its name in reports.
    pub title: String,
    /// Named numbers, or formulas of parameters.
    pub attributes: BTreeMap<String, Formula>,
    /// Whether only a mechanism adds it.
    pub extra: bool,
}

/// A named expression over the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// Its name in formulas.
    pub name: String,
    /// The formula as written.
    pub text: String,
    /// Where its name stands in the file.
    pub span: Span,
}

/// Whether and how the game is repeated.
#[derive(Debug, Clone)]
pub enum Horizon {
    /// Played once.
    OneShot,
    /// Played again and again with agreements that a public signal guards.
    Repeated(Repetition),
    /// Played again and again in changing states.
    States(Stochastic),
}

impl Horizon {
    /// What the players may agree on, in a game that goes on.
    #[must_use]
    pub fn promises(&self) -> Option<&Promises> {
        match self {
            Horizon::OneShot => None,
            Horizon::Repeated(repetition) => Some(&repetition.promises),
            Horizon::States(states) => Some(&states.promises),
        }
    }

    /// The discount factor, when the model fixes one.
    #[must_use]
    pub fn discount(&self) -> Option<&Formula> {
        match self {
            Horizon::OneShot => None,
            Horizon::Repeated(repetition) => repetition.discount.as_ref(),
            Horizon::States(states) => states.discount.as_ref(),
        }
    }
}

/// The data of a repeated game; numbers follow from the parameters.
#[derive(Debug, Clone)]
pub struct Repetition {
    /// What a period is, as text.
    pub period: String,
    /// The discount factor, when the model fixes one.
    pub discount: Option<Formula>,
    /// What the players may agree on.
    pub promises: Promises,
    /// What follows the end of an agreement.
    pub punishment: Punishment,
    /// Public signals, for imperfect public monitoring. Read and kept.
    pub signals: Vec<Signal>,
}

/// What the players of a game that goes on may agree on, and what ends it.
#[derive(Debug, Clone)]
pub struct Promises {
    /// The probability that an agreement outlives a period whatever is played (1 if absent).
    pub survival: Option<Formula>,
    /// The probability that the signal ends an agreement that was kept (0 if absent).
    pub false_alarm: Option<Formula>,
    /// The probability that an agreement that has ended stands again after a period (0 if absent).
    pub renewal: Option<Formula>,
    /// The text of the detection formula, for reports; 1 if absent.
    pub detection: Option<String>,
    /// The agreements to examine.
    pub agreements: Vec<AgreementSpec>,
}

/// A pure profile that the players may agree on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementSpec {
    /// Its name.
    pub id: String,
    /// Its name in reports.
    pub title: String,
    /// The action of each player.
    pub profile: Vec<usize>,
    /// Where its name stands in the file.
    pub span: Span,
}

/// What is played for ever once an agreement has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Punishment {
    /// For each player the stage equilibrium that is worst for him.
    WorstEquilibrium,
    /// The limit of simultaneous best replies from a profile, ties to the first action; where they
    /// cycle, the stage equilibrium of the least total payoff.
    BestReplyLimit {
        /// The action of each player to start from.
        start: Vec<usize>,
    },
    /// A given profile, which must be a stage equilibrium to be credible.
    Profile(Vec<usize>),
}

/// The data of a stochastic game.
#[derive(Debug, Clone)]
pub struct Stochastic {
    /// What a period is, as text.
    pub period: String,
    /// The discount factor, when the model fixes one.
    pub discount: Option<Formula>,
    /// The state in which play begins.
    pub start: usize,
    /// The states in which conflict has broken out; `None` where the model leaves it to what is never
    /// left, but for the first.
    pub conflict: Option<Vec<usize>>,
    /// The states.
    pub states: Vec<State>,
    /// What the players may agree on, alike in all states but those of conflict.
    pub promises: Promises,
    /// Public signals about what was played. Read and kept.
    pub signals: Vec<Signal>,
}

/// A state of a stochastic game.
#[derive(Debug, Clone)]
pub struct State {
    /// Its name.
    pub id: String,
    /// Its name in reports.
    pub title: String,
    /// Named numbers, which formulas read as `state.NAME`.
    pub attributes: BTreeMap<String, Formula>,
    /// The actions that each player has here; `None` for all.
    pub actions: Vec<Option<Vec<usize>>>,
    /// States that may follow, each with the text of its probability; the numbers come from
    /// [`Model::transitions`].
    pub transitions: Vec<(usize, String)>,
}

/// A public signal about what was played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Its name.
    pub id: String,
    /// Its name in reports.
    pub title: String,
    /// The text of its probability given the profile.
    pub probability: String,
}

/// A type of a player: a probability, and parameters that take other values for it.
#[derive(Debug, Clone)]
pub struct PlayerType {
    /// Its name.
    pub id: String,
    /// Its name in reports.
    pub title: String,
    /// The player whose type it is.
    pub player: usize,
    /// Its prior probability.
    pub probability: Formula,
    /// Parameters and their values for this type.
    pub parameters: Vec<(usize, Formula)>,
}

/// What role a mechanism plays in the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A cooperative security mechanism.
    Mechanism,
    /// The deterrence build-up against which mechanisms are held.
    BuildUp,
    /// A test of what happens where deterrence is given up.
    Test,
    /// A player who looks at some parts of his payoff only.
    Lens,
}

/// A mechanism: named changes to the game, with a cost.
#[derive(Debug, Clone)]
pub struct Mechanism {
    /// The name by which commands find it.
    pub id: String,
    /// One line for tables.
    pub title: String,
    /// The channel through which it works, as text.
    pub channel: String,
    /// Its role in the comparison.
    pub role: Role,
    /// The cost to each player per period, in units of the part that is charged.
    pub cost: Vec<Option<Formula>>,
    /// What it does, in file order.
    pub operators: Vec<Operator>,
    /// The claims of the dilemma that it bears on.
    pub claims: Vec<String>,
    /// What holds by construction, said openly.
    pub by_construction: Option<String>,
    /// A remark for reports.
    pub note: Option<String>,
    /// Where its name stands in the file.
    pub span: Span,
}

/// When an operator acts; mechanisms act in this order whatever the order in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Changes of parameters that payoffs read.
    Payoff,
    /// Actions removed and added.
    Actions,
    /// Accuracy of signals.
    Information,
    /// Survival of agreements.
    Continuation,
    /// Transfers, mediation, leadership, and by what a player chooses.
    Concept,
}

/// An operator and its place in the file.
#[derive(Debug, Clone)]
pub struct Operator {
    /// What it does.
    pub action: OperatorAction,
    /// When it acts.
    pub phase: Phase,
    /// Where it stands in the file.
    pub span: Span,
}

/// What an operator does to the game.
#[derive(Debug, Clone)]
pub enum OperatorAction {
    /// Gives a free parameter a new value.
    SetParameter {
        /// The parameter.
        parameter: usize,
        /// Its new value, which may use the current ones.
        to: Formula,
    },
    /// Takes actions from a player.
    RemoveActions {
        /// The player.
        player: usize,
        /// The actions, ascending.
        actions: Vec<usize>,
    },
    /// Gives a player actions that are declared `extra`.
    AddActions {
        /// The player.
        player: usize,
        /// The actions, ascending.
        actions: Vec<usize>,
    },
    /// Changes the accuracy of the public signal.
    SetSignal {
        /// The new probability of a false alarm; may use the current one as `false_alarm`.
        false_alarm: Option<Formula>,
        /// The new probability of detection of each deviation; may use the current one as
        /// `detection`.
        detection: Option<Formula>,
    },
    /// Changes the survival of agreements.
    SetSurvival {
        /// The new probability; may use the current one as `survival`.
        to: Formula,
    },
    /// Lets the parties of an agreement pay one another.
    AllowTransfers,
    /// Lets a mediator recommend actions in private.
    AllowMediation,
    /// Lets a player commit before the others reply.
    GiveLeadership {
        /// The player.
        leader: usize,
        /// Whether he may commit to a mixed strategy.
        mixed: bool,
        /// With what probability he is believed to keep to it; for sure if not said.
        credibility: Option<Formula>,
    },
    /// Lets a player choose by other weights than those he is scored by.
    ChooseBy {
        /// The player.
        player: usize,
        /// The weight of each part.
        weights: Vec<Formula>,
    },
}

/// A named list of mechanisms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The name by which commands find it.
    pub id: String,
    /// One line for tables.
    pub title: String,
    /// The mechanisms, in the order in which they act.
    pub mechanisms: Vec<usize>,
    /// What holds by construction, said openly.
    pub by_construction: Option<String>,
    /// A remark for reports.
    pub note: Option<String>,
    /// Where its name stands in the file.
    pub span: Span,
}

/// What kind of number an output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputKind {
    /// The probability of an event per period, which adds up over periods as a hazard does.
    Hazard,
    /// A probability.
    Probability,
    /// Any number.
    Level,
    /// A cost.
    Cost,
}

/// Which direction of an output is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
    /// Neither.
    None,
}

/// A named quantity to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The name by which commands find it.
    pub id: String,
    /// One line for tables.
    pub title: String,
    /// The formula as written.
    pub formula: String,
    /// What kind of number it is.
    pub kind: OutputKind,
    /// Which direction is better.
    pub better: Better,
    /// Its unit, as text.
    pub unit: String,
}

/// A mechanism or a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MechanismRef {
    /// A position among the mechanisms.
    Mechanism(usize),
    /// A position among the bundles.
    Bundle(usize),
}

/// An assertion about a computed quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its name.
    pub id: String,
    /// The claims of the dilemma that it covers.
    pub covers: Vec<String>,
    /// The quantity, as a dotted path.
    pub quantity: String,
    /// The parts of the path.
    pub path: Vec<String>,
    /// Parameters that differ from their base values.
    pub set: Vec<(usize, Rational)>,
    /// Mechanisms and bundles that are applied, in order.
    pub mechanisms: Vec<MechanismRef>,
    /// What is asserted.
    pub expected: Expected,
    /// The source.
    pub citation: String,
    /// Whether the number stands in the source; otherwise it was derived.
    pub published: bool,
    /// A remark.
    pub note: Option<String>,
    /// Where its quantity stands in the file.
    pub span: Span,
}

/// What a claim asserts of its quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Equal, up to the tolerance.
    Equals {
        /// The number.
        value: Rational,
        /// How far the quantity may be from it.
        tolerance: Rational,
    },
    /// This or more.
    AtLeast(Rational),
    /// This or less.
    AtMost(Rational),
    /// More than this.
    Above(Rational),
    /// Less than this.
    Below(Rational),
    /// This text.
    Is(String),
    /// This truth value.
    IsTrue(bool),
}

/// How `compare` sets up its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// What the game without mechanisms is called.
    pub baseline: String,
    /// The mechanism that is the build-up.
    pub build_up: Option<usize>,
    /// The agreement whose critical discount factor heads the table.
    pub agreement: Option<usize>,
    /// Over how many periods hazards are added up.
    pub years: u32,
}

/// The file from which a model was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name as given.
    pub file: String,
    /// Its text.
    pub text: String,
    /// The SHA-256 of its text, in hexadecimal.
    pub sha256: String,
}

impl Operator {
    /// The name of the operator in model files.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.action {
            OperatorAction::SetParameter { .. } => "set-parameter",
            OperatorAction::RemoveActions { .. } => "remove-actions",
            OperatorAction::AddActions { .. } => "add-actions",
            OperatorAction::SetSignal { .. } => "set-signal",
            OperatorAction::SetSurvival { .. } => "set-survival",
            OperatorAction::AllowTransfers => "allow-transfers",
            OperatorAction::AllowMediation => "allow-mediation",
            OperatorAction::GiveLeadership { .. } => "give-leadership",
            OperatorAction::ChooseBy { .. } => "choose-by",
        }
    }
}

impl Model {
    /// The position of the parameter of this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.name == name)
    }

    /// The position of the player of this name.
    #[must_use]
    pub fn player(&self, id: &str) -> Option<usize> {
        self.players.iter().position(|player| player.id == id)
    }

    /// The mechanism or bundle of this name.
    #[must_use]
    pub fn mechanism(&self, id: &str) -> Option<MechanismRef> {
        let mechanism = self.mechanisms.iter().position(|mechanism| mechanism.id == id);
        let bundle = || self.bundles.iter().position(|bundle| bundle.id == id);
        mechanism.map(MechanismRef::Mechanism).or_else(|| bundle().map(MechanismRef::Bundle))
    }

    /// The agreements of a game that goes on; none otherwise.
    #[must_use]
    pub fn agreements(&self) -> &[AgreementSpec] {
        self.horizon.promises().map_or(&[], |promises| &promises.agreements)
    }

    /// For each player the actions of the game without mechanisms.
    #[must_use]
    pub fn base_actions(&self) -> Vec<Vec<usize>> {
        self.players
            .iter()
            .map(|player| {
                (0..player.actions.len()).filter(|&at| !player.actions[at].extra).collect()
            })
            .collect()
    }
}
