//! `[horizon]`: one shot, repeated, or states.

use std::collections::{BTreeMap, HashMap};

use super::formulas::{FormulaSource, Scope, StateNames};
use super::payoffs::Quantities;
use super::{Lower, id_of};
use crate::model::codes::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::formula::{NodeId, Tape, TapeBuilder};
use crate::model::program::Roots;
use crate::model::span::Span;
use crate::model::syntax::{Entry, Node, Table};
use crate::model::types::{
    AgreementSpec, Horizon, Promises, Punishment, Repetition, Signal, State, Stochastic,
};
use crate::num::Rational;

/// The horizon, with the nodes and tapes that belong to it.
pub(super) struct HorizonParts {
    pub(super) horizon: Horizon,
    pub(super) detection: Vec<Tape>,
    transitions: Vec<Vec<NodeId>>,
    signals: Vec<NodeId>,
}

impl HorizonParts {
    /// Lists the nodes as roots of the tape over the profile.
    pub(super) fn collect(&self, roots: &mut Roots, nodes: &mut Vec<NodeId>) {
        let mut add = |node: NodeId| {
            nodes.push(node);
            nodes.len() - 1
        };
        roots.transitions = self
            .transitions
            .iter()
            .map(|row| row.iter().map(|&node| add(node)).collect())
            .collect();
        roots.signals = self.signals.iter().map(|&node| add(node)).collect();
    }
}

/// The tables of states, when the horizon has the kind `states`.
pub(super) fn declared_states(horizon: Option<&Table>) -> Vec<&Node> {
    match horizon {
        Some(table) if table.text("kind") == Some("states") => {
            table.list("states").iter().filter(|node| node.table().is_some()).collect()
        }
        _ => vec![],
    }
}

/// Keys of a state that are not attributes.
const STATE_KEYS: &[&str] = &["id", "title", "actions", "transitions"];

impl Lower<'_, '_> {
    /// The attributes of states, for formulas that read them.
    pub(super) fn states_for_formulas(&mut self, states: &[&Node]) -> StateNames {
        let mut names = StateNames::default();
        for node in states {
            let Some(table) = node.table() else { continue };
            let mut attributes: HashMap<String, FormulaSource> = HashMap::new();
            for entry in &table.entries {
                if STATE_KEYS.contains(&entry.key.as_str()) {
                    continue;
                }
                self.check_identifier(&entry.key, entry.key_span, "an attribute");
                if let Some(source) = self.formula_source(&entry.value) {
                    attributes.insert(entry.key.clone(), source);
                }
            }
            let position = names.states.len();
            names.index.insert(table.text("id").unwrap_or_default().to_owned(), position);
            names.states.push((table.text("id").unwrap_or_default().to_owned(), attributes));
        }
        names
    }

    pub(super) fn horizon(
        &mut self,
        entry: Option<&Entry>,
        builder: &mut TapeBuilder,
        quantities: &Quantities,
        states: &StateNames,
    ) -> HorizonParts {
        let mut parts = HorizonParts {
            horizon: Horizon::OneShot,
            detection: vec![],
            transitions: vec![],
            signals: vec![],
        };
        let Some((entry, table)) = entry.and_then(|entry| Some((entry, entry.value.table()?)))
        else {
            return parts;
        };
        let allowed: &[&str] = match table.text("kind") {
            Some("one-shot") => &["kind"],
            Some("repeated") => &[
                "kind",
                "period",
                "discount",
                "survival",
                "false_alarm",
                "renewal",
                "detection",
                "punishment",
                "agreements",
                "signals",
            ],
            Some("states") => &[
                "kind",
                "period",
                "discount",
                "survival",
                "false_alarm",
                "renewal",
                "detection",
                "agreements",
                "start",
                "conflict",
                "states",
                "signals",
            ],
            _ => return parts,
        };
        let kind = table.text("kind").unwrap_or_default().to_owned();
        for entry in &table.entries {
            let known = [
                "period",
                "discount",
                "survival",
                "false_alarm",
                "renewal",
                "detection",
                "punishment",
                "agreements",
                "signals",
                "start",
                "conflict",
                "states",
            ];
            if known.contains(&entry.key.as_str()) && !allowed.contains(&entry.key.as_str()) {
                self.error(
                    Code::W003,
                    entry.key_span,
                    format!("`{}` has no effect in a horizon of kind {kind}", entry.key),
                    "not used",
                );
            }
        }
        let scope = Scope::Profile { quantities: &quantities.nodes, payoffs: None, states };
        match kind.as_str() {
            "repeated" => parts.horizon = self.repeated(table, builder, scope, &mut parts),
            "states" => self.stochastic(entry, table, builder, scope, &mut parts),
            _ => {}
        }
        parts
    }

    fn repeated(
        &mut self,
        table: &Table,
        builder: &mut TapeBuilder,
        scope: Scope<'_>,
        parts: &mut HorizonParts,
    ) -> Horizon {
        let promises = self.promises(table, parts);
        let signals = self.signals(table.list("signals"), builder, scope, parts);
        Horizon::Repeated(Repetition {
            period: table.text("period").unwrap_or("period").to_owned(),
            discount: table.get("discount").and_then(|node| self.formula(node, &[])),
            promises,
            punishment: self.punishment(table.get("punishment")),
            signals,
        })
    }

    fn promises(&mut self, table: &Table, parts: &mut HorizonParts) -> Promises {
        let agreements = self.agreements(table.list("agreements"));
        let profiles: Vec<Vec<usize>> =
            agreements.iter().map(|agreement| agreement.profile.clone()).collect();
        let detection = table.get("detection");
        parts.detection = self.detection(detection, &profiles);
        let mut number = |key: &str| table.get(key).and_then(|node| self.formula(node, &[]));
        Promises {
            survival: number("survival"),
            false_alarm: number("false_alarm"),
            renewal: number("renewal"),
            detection: detection.map(|node| match &node.value {
                crate::model::syntax::Value::Number(_, text) => text.clone(),
                _ => node.text().unwrap_or_default().to_owned(),
            }),
            agreements,
        }
    }

    fn agreements(&mut self, list: &[Node]) -> Vec<AgreementSpec> {
        let mut seen = HashMap::new();
        let mut agreements = Vec::with_capacity(list.len());
        for node in list {
            let Some(table) = node.table() else { continue };
            let (id, span) = id_of(node).unwrap_or(("", node.span));
            if let Some(node) = table.get("id") {
                self.check_agreement(node);
                self.unique(&mut seen, id, span, "the agreement");
            }
            if let Some(profile) = table.get("profile").and_then(|node| self.profile(node)) {
                agreements.push(AgreementSpec {
                    id: id.to_owned(),
                    title: table.text("title").unwrap_or(id).to_owned(),
                    profile,
                    span,
                });
            }
        }
        agreements
    }

    /// For each player the tape of detection over (agreements, his actions).
    fn detection(&mut self, node: Option<&Node>, agreements: &[Vec<usize>]) -> Vec<Tape> {
        let source = match node {
            Some(node) => match self.formula_source(node) {
                Some(source) => Some(source),
                None => return vec![],
            },
            None => None,
        };
        // Without agreements the formula is still checked, at a profile of first actions.
        let checked = if agreements.is_empty() {
            vec![vec![0; self.players.len()]]
        } else {
            agreements.to_vec()
        };
        let mut tapes = Vec::with_capacity(self.players.len());
        for deviator in 0..self.players.len() {
            let actions = self.players[deviator].actions.len();
            let mut builder = TapeBuilder::new(vec![checked.len(), actions]);
            let root = match &source {
                None => Some(builder.constant(Rational::ONE, Span::default())),
                Some(source) => {
                    let scope = Scope::Detection { deviator, agreements: &checked };
                    self.compile(&mut builder, source, scope)
                }
            };
            match root {
                Some(root) => tapes.push(builder.finish(vec![root])),
                // The same error would come for each player.
                None => return vec![],
            }
        }
        if agreements.is_empty() { vec![] } else { tapes }
    }

    fn punishment(&mut self, node: Option<&Node>) -> Punishment {
        let Some(table) = node.and_then(Node::table) else { return Punishment::WorstEquilibrium };
        let place = node.map_or(Span::default(), |node| node.span);
        let (needed, other) = match table.text("rule") {
            Some("best-reply-limit") => ("start", "profile"),
            Some("profile") => ("profile", "start"),
            _ => ("", ""),
        };
        for key in ["start", "profile"] {
            if let Some(entry) = table.entry(key)
                && (needed.is_empty() || key == other)
            {
                let rule = table.text("rule").unwrap_or_default();
                let message = format!("`{key}` has no effect with the rule {rule}");
                self.error(Code::W003, entry.key_span, message, "not used");
            }
        }
        if needed.is_empty() {
            return Punishment::WorstEquilibrium;
        }
        let Some(node) = table.get(needed) else {
            let rule = table.text("rule").unwrap_or_default();
            let message = format!("the rule {rule} needs the key `{needed}`");
            self.sink.push(
                Diagnostic::new(Code::E005, place, message, format!("`{needed}` is missing"))
                    .help(format!("{needed} = {{ {} }}", self.some_profile())),
            );
            return Punishment::WorstEquilibrium;
        };
        match self.profile(node) {
            Some(start) if needed == "start" => Punishment::BestReplyLimit { start },
            Some(profile) => Punishment::Profile(profile),
            None => Punishment::WorstEquilibrium,
        }
    }

    fn some_profile(&self) -> String {
        let parts: Vec<String> = self
            .players
            .iter()
            .map(|player| {
                let action = player.actions.first().map_or("...", |action| action.id.as_str());
                format!("{} = \"{action}\"", player.id)
            })
            .collect();
        parts.join(", ")
    }

    fn signals(
        &mut self,
        list: &[Node],
        builder: &mut TapeBuilder,
        scope: Scope<'_>,
        parts: &mut HorizonParts,
    ) -> Vec<Signal> {
        let mut seen = HashMap::new();
        let mut signals = Vec::with_capacity(list.len());
        for node in list {
            let Some(table) = node.table() else { continue };
            let (id, span) = id_of(node).unwrap_or(("", node.span));
            if let Some(node) = table.get("id") {
                self.check_label(node, "a signal");
                self.unique(&mut seen, id, span, "the signal");
            }
            let Some(source) = table.get("probability").and_then(|node| self.formula_source(node))
            else {
                continue;
            };
            if let Some(root) = self.compile(builder, &source, scope) {
                parts.signals.push(root);
                signals.push(Signal {
                    id: id.to_owned(),
                    title: table.text("title").unwrap_or(id).to_owned(),
                    probability: source.text,
                });
            }
        }
        signals
    }

    fn stochastic(
        &mut self,
        entry: &Entry,
        table: &Table,
        builder: &mut TapeBuilder,
        scope: Scope<'_>,
        parts: &mut HorizonParts,
    ) {
        let Scope::Profile { states: names, .. } = scope else { return };
        let list = declared_states(Some(table));
        if list.is_empty() {
            if table.get("states").is_none_or(|node| node.list().is_some()) {
                let message = "a horizon of kind states needs [[horizon.states]]";
                self.error(Code::E005, entry.key_span, message, "`states` is missing");
            }
            return;
        }
        let mut seen = HashMap::new();
        for node in &list {
            if let Some((id, span)) = id_of(node) {
                if let Some(node) = node.table().and_then(|table| table.get("id")) {
                    self.check_label(node, "a state");
                }
                self.unique(&mut seen, id, span, "the state");
            }
        }
        let mut states = Vec::with_capacity(list.len());
        for (at, node) in list.iter().enumerate() {
            let Some(table) = node.table() else { continue };
            let mut attributes = BTreeMap::new();
            for (name, source) in &names.states[at].1 {
                if let Some(formula) = self.compiled(source, &[]) {
                    attributes.insert(name.clone(), formula);
                }
            }
            let id = names.states[at].0.clone();
            let mut roots = vec![];
            let mut transitions = vec![];
            let rows = table.table("transitions").map_or(&[][..], |table| &table.entries);
            for row in rows {
                let to = self.state_named(&row.key, row.key_span, names);
                let root = self
                    .formula_source(&row.value)
                    .and_then(|source| Some((self.compile(builder, &source, scope)?, source.text)));
                if let (Some(to), Some((root, text))) = (to, root) {
                    roots.push(root);
                    transitions.push((to, text));
                }
            }
            parts.transitions.push(roots);
            let actions = self.state_actions(table);
            states.push(State {
                title: table.text("title").unwrap_or(&id).to_owned(),
                id,
                attributes,
                actions,
                transitions,
            });
        }
        let start = match table.get("start") {
            None => 0,
            Some(node) => {
                let name = node.text().unwrap_or_default();
                self.state_named(name, node.span, names).unwrap_or(0)
            }
        };
        let conflict = table.get("conflict").and_then(Node::list).map(|list| {
            let named = list.iter().filter_map(|node| {
                self.state_named(node.text().unwrap_or_default(), node.span, names)
            });
            let mut conflict: Vec<usize> = named.collect();
            conflict.sort_unstable();
            conflict.dedup();
            conflict
        });
        let promises = self.promises(table, parts);
        let signals = self.signals(table.list("signals"), builder, scope, parts);
        let discount = table.get("discount").and_then(|node| self.formula(node, &[]));
        parts.horizon = Horizon::States(Stochastic {
            period: table.text("period").unwrap_or("period").to_owned(),
            discount,
            start,
            conflict,
            states,
            promises,
            signals,
        });
    }

    fn state_named(&mut self, name: &str, span: Span, names: &StateNames) -> Option<usize> {
        let found = names.index.get(name).copied();
        if found.is_none() && !self.sink.is_full() {
            let diagnostic = Diagnostic::new(
                Code::E036,
                span,
                format!("there is no state `{name}`"),
                "unknown state",
            )
            .suggest(name, names.states.iter().map(|(id, _)| id.as_str()));
            self.sink.push(diagnostic);
        }
        found
    }

    fn state_actions(&mut self, table: &Table) -> Vec<Option<Vec<usize>>> {
        let mut list = vec![None; self.players.len()];
        for entry in table.table("actions").map_or(&[][..], |table| &table.entries) {
            let Some(player) = self.player_named(&entry.key, entry.key_span) else { continue };
            let mut actions: Vec<usize> = entry
                .value
                .list()
                .unwrap_or_default()
                .iter()
                .filter_map(|node| self.action_named(player, node.text()?, node.span))
                .collect();
            actions.sort_unstable();
            actions.dedup();
            if actions.is_empty() && entry.value.list().is_some_and(<[_]>::is_empty) {
                let message = format!("player `{}` needs an action in every state", entry.key);
                self.error(Code::E005, entry.value.span, message, "the list is empty");
            }
            list[player] = Some(actions);
        }
        list
    }
}
