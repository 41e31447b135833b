//! Tree → checked model: names resolved, formulas compiled, everything evaluated once at the base.

mod baseline;
mod claims;
mod formulas;
mod horizon;
mod mechanisms;
mod names;
mod parameters;
mod payoffs;
mod players;
mod security;
mod succinct;

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::codes::Code;
use super::diagnostic::{Diagnostic, Diagnostics, Sink};
use super::formula::TapeBuilder;
use super::program::Program;
use super::span::Span;
use super::structure;
use super::syntax::{self, Entry, Node, Table};
use super::types::{Meta, Model, Source};
use formulas::FormulaSource;

/// The largest number of pure profiles of a model whose payoffs are formulas.
pub const MOST_PROFILES: usize = 1_000_000;
/// The largest number of players.
pub const MOST_PLAYERS: usize = 32;
/// The largest number of actions of one player.
pub const MOST_ACTIONS: usize = 1000;
/// The largest number of cells that formulas may need at once.
pub const MOST_CELLS: usize = 1 << 24;

/// Reads a model file.
pub(crate) fn read(file: &str, text: &str) -> Result<Model, Diagnostics> {
    let mut sink = Sink::default();
    let model = syntax::read(text, &mut sink).and_then(|tree| {
        if !structure::check(&tree, &mut sink) {
            return None;
        }
        let table = tree.table()?;
        let mut lower = Lower::new(text, &mut sink);
        let model = lower.model(file, table);
        // What a broken file reads or does not read says little.
        if let (Some(model), false) = (&model, lower.sink.has_errors()) {
            lower.warn_of_what_is_not_used(model);
        }
        model
    });
    let warnings = sink.finish(file, text)?;
    match model {
        Some(model) => Ok(Model { warnings, ..model }),
        // Without a model there is an error; this line keeps the promise if one is ever forgotten.
        None => Err(unexplained(file, text)),
    }
}

fn unexplained(file: &str, text: &str) -> Diagnostics {
    let mut sink = Sink::default();
    sink.push(Diagnostic::new(Code::E034, Span::default(), "the file holds no model", "here"));
    match sink.finish(file, text) {
        Err(diagnostics) => diagnostics,
        Ok(list) => Diagnostics { file: file.to_owned(), text: text.to_owned(), list, omitted: 0 },
    }
}

/// What a name in a formula stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symbol {
    Parameter(usize),
    Quantity(usize),
    Player(usize),
}

/// An action while the file is read.
struct Action {
    id: String,
    title: String,
    span: Span,
    attributes: HashMap<String, FormulaSource>,
    extra: bool,
}

/// A player while the file is read.
struct PlayerNames {
    id: String,
    actions: Vec<Action>,
    /// Positions of actions by name.
    index: HashMap<String, usize>,
}

/// The state of the reading.
struct Lower<'t, 's> {
    text: &'t str,
    sink: &'s mut Sink,
    symbols: HashMap<String, (Symbol, Span)>,
    parameter_names: Vec<String>,
    /// Whether a parameter has a formula.
    derived: Vec<bool>,
    quantity_names: Vec<String>,
    players: Vec<PlayerNames>,
    parts: Vec<String>,
    parameter_used: Vec<bool>,
    quantity_used: Vec<bool>,
    /// Attributes that only some actions of a player have, which has been reported.
    lacking: HashSet<(usize, String)>,
}

impl<'t, 's> Lower<'t, 's> {
    fn new(text: &'t str, sink: &'s mut Sink) -> Self {
        Lower {
            text,
            sink,
            symbols: HashMap::new(),
            parameter_names: vec![],
            derived: vec![],
            quantity_names: vec![],
            players: vec![],
            parts: vec![],
            parameter_used: vec![],
            quantity_used: vec![],
            lacking: HashSet::new(),
        }
    }

    fn error(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
    ) {
        self.sink.push(Diagnostic::new(code, span, message, label));
    }

    /// The whole model; `None` when something is wrong, which is then in the sink.
    fn model(&mut self, file: &str, table: &Table) -> Option<Model> {
        let meta = self.meta(table.table("model"));
        let empty = Table::default();
        let parameter_table = table.table("parameters").unwrap_or(&empty);
        let quantity_table = table.table("quantities").unwrap_or(&empty);
        self.declare_parameters(parameter_table);
        if succinct::is_one(table) {
            return self.succinct_model(file, table, meta, parameter_table);
        }
        let player_specs = self.declare_players(table.list("players"));
        self.declare_quantities(quantity_table);
        let payoff_table = table.table("payoffs").unwrap_or(&empty);
        self.declare_parts(payoff_table);
        self.declare_extra_actions(table.list("mechanisms"));
        if self.players.is_empty() || !self.size_is_bearable(table) {
            return None;
        }

        let (parameters, derived) = self.parameters(parameter_table)?;
        let states = horizon::declared_states(table.table("horizon"));
        let mut axes: Vec<usize> = self.players.iter().map(|player| player.actions.len()).collect();
        if !states.is_empty() {
            axes.push(states.len());
        }
        let mut builder = TapeBuilder::new(axes);
        let state_nodes = self.states_for_formulas(&states);
        let quantities = self.quantities(quantity_table, &mut builder, &state_nodes);
        let payoffs =
            self.payoffs(table.entry("payoffs"), table, &mut builder, &quantities, &state_nodes);
        let outputs =
            self.outputs(table.list("outputs"), &mut builder, &quantities, &payoffs, &state_nodes);
        let horizon = self.horizon(table.entry("horizon"), &mut builder, &quantities, &state_nodes);
        let players = self.player_specs(player_specs);
        let mechanisms = self.mechanisms(table.list("mechanisms"));
        let bundles = self.bundles(table.list("bundles"), &mechanisms);
        let comparison = self.comparison(table.table("comparison"), &mechanisms, &horizon.horizon);
        let types = self.types(table.list("types"));
        let claims = self.claims(table.list("claims"), &mechanisms, &bundles);
        if self.sink.has_errors() {
            return None;
        }

        let (mut roots, mut nodes) = (super::program::Roots::default(), vec![]);
        payoffs.collect(&mut roots, &mut nodes);
        outputs.collect(&mut roots, &mut nodes);
        horizon.collect(&mut roots, &mut nodes);
        let profile = builder.finish(nodes);
        let program = Program {
            derived,
            profile,
            roots,
            detection: horizon.detection,
            has_states: !states.is_empty(),
            exact: true,
        };
        let mut model = Model {
            meta,
            parameters,
            players,
            quantities: quantities.list,
            parts: self.parts.clone(),
            cost_part: payoffs.cost_part,
            horizon: horizon.horizon,
            security: None,
            inspection: None,
            blotto: None,
            types,
            mechanisms,
            bundles,
            outputs: outputs.list,
            claims,
            comparison,
            source: Source {
                file: file.to_owned(),
                text: self.text.to_owned(),
                sha256: sha256(self.text),
            },
            warnings: vec![],
            program,
        };
        self.check_at_base(&mut model, &baseline::Places::of(table));
        (!self.sink.has_errors()).then_some(model)
    }

    fn meta(&mut self, table: Option<&Table>) -> Meta {
        let Some(table) = table else { return Meta::default() };
        let text = |key: &str| table.text(key).unwrap_or_default().trim().to_owned();
        if let Some(node) = table.get("id") {
            self.check_label(node, "a model");
        }
        Meta {
            id: text("id"),
            title: text("title"),
            version: text("version"),
            description: text("description"),
            sources: table.texts("sources"),
            claims: table.texts("claims"),
        }
    }

    /// Whether the numbers of players, actions and profiles are within the limits.
    fn size_is_bearable(&mut self, table: &Table) -> bool {
        let place = table.entry("players").map_or(Span::default(), |entry| entry.key_span);
        let mut profiles = 1usize;
        for player in &self.players {
            profiles = profiles.saturating_mul(player.actions.len().max(1));
        }
        if self.players.len() > MOST_PLAYERS {
            self.error(
                Code::E030,
                place,
                format!(
                    "a model may have {MOST_PLAYERS} players: this one has {}",
                    self.players.len()
                ),
                "too many players",
            );
            return false;
        }
        let large: Vec<(Span, String, usize)> = self
            .players
            .iter()
            .filter(|player| player.actions.len() > MOST_ACTIONS)
            .map(|player| (player.actions[0].span, player.id.clone(), player.actions.len()))
            .collect();
        for (span, id, count) in &large {
            self.error(
                Code::E030,
                *span,
                format!("a player may have {MOST_ACTIONS} actions: `{id}` has {count}"),
                "too many actions",
            );
        }
        if large.is_empty() && profiles > MOST_PROFILES {
            let counts: Vec<String> =
                self.players.iter().map(|player| player.actions.len().to_string()).collect();
            self.error(
                Code::E030,
                place,
                format!(
                    "a model may have {MOST_PROFILES} profiles: this one has {}",
                    counts.join(" × ")
                ),
                "too many profiles",
            );
            return false;
        }
        large.is_empty()
    }

    fn warn_of_what_is_not_used(&mut self, model: &Model) {
        for (at, parameter) in model.parameters.iter().enumerate() {
            if !self.parameter_used[at] {
                self.sink.push(Diagnostic::new(
                    Code::W001,
                    parameter.span,
                    format!("the parameter `{}` is not used", parameter.name),
                    "no formula reads it",
                ));
            }
        }
        for (at, quantity) in model.quantities.iter().enumerate() {
            if !self.quantity_used[at] {
                self.sink.push(Diagnostic::new(
                    Code::W002,
                    quantity.span,
                    format!("the quantity `{}` is not used", quantity.name),
                    "no formula reads it",
                ));
            }
        }
    }
}

/// The SHA-256 of a text in hexadecimal, by which results name what they were read from.
pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The id of a table, and its place.
fn id_of(node: &Node) -> Option<(&str, Span)> {
    let entry: &Entry = node.table()?.entry("id")?;
    Some((entry.value.text()?, entry.value.span))
}
