//! `[quantities]`, `[payoffs]` and `[[outputs]]`.

use std::collections::HashMap;

use super::formulas::{FormulaSource, Scope, StateNames};
use super::parameters::order;
use super::{Lower, MOST_PROFILES, Symbol};
use crate::model::codes::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::formula::tape::Op;
use crate::model::formula::{NodeId, TapeBuilder};
use crate::model::program::Roots;
use crate::model::span::Span;
use crate::model::syntax::{Entry, Node, Table, Value};
use crate::model::types::{Better, Output, OutputKind, Quantity};
use crate::num::Rational;

/// The quantities and their nodes.
pub(super) struct Quantities {
    pub(super) list: Vec<Quantity>,
    pub(super) nodes: Vec<Option<NodeId>>,
}

/// The nodes of payoffs.
pub(super) struct PayoffNodes {
    /// `[player][part]`, costs subtracted.
    pub(super) parts: Vec<Vec<Option<NodeId>>>,
    pub(super) payoffs: Vec<Option<NodeId>>,
    weights: Vec<Vec<Option<NodeId>>>,
    pub(super) cost_part: usize,
}

/// The outputs and their nodes.
pub(super) struct Outputs {
    pub(super) list: Vec<Output>,
    nodes: Vec<NodeId>,
}

fn add(nodes: &mut Vec<NodeId>, node: NodeId) -> usize {
    nodes.push(node);
    nodes.len() - 1
}

impl PayoffNodes {
    /// Lists the nodes as roots of the tape.
    pub(super) fn collect(&self, roots: &mut Roots, nodes: &mut Vec<NodeId>) {
        let mut table = |list: &[Vec<Option<NodeId>>]| {
            list.iter()
                .map(|row| row.iter().flatten().map(|&node| add(nodes, node)).collect())
                .collect()
        };
        roots.parts = table(&self.parts);
        roots.weights = table(&self.weights);
        roots.payoffs = self.payoffs.iter().flatten().map(|&node| add(nodes, node)).collect();
    }
}

impl Outputs {
    /// Lists the nodes as roots of the tape.
    pub(super) fn collect(&self, roots: &mut Roots, nodes: &mut Vec<NodeId>) {
        roots.outputs = self.nodes.iter().map(|&node| add(nodes, node)).collect();
    }
}

impl Lower<'_, '_> {
    pub(super) fn declare_quantities(&mut self, table: &Table) {
        for (at, entry) in table.entries.iter().enumerate() {
            self.check_identifier(&entry.key, entry.key_span, "a quantity");
            self.declare(&entry.key, entry.key_span, Symbol::Quantity(at));
            self.quantity_names.push(entry.key.clone());
            self.quantity_used.push(false);
        }
    }

    pub(super) fn quantities(
        &mut self,
        table: &Table,
        builder: &mut TapeBuilder,
        states: &StateNames,
    ) -> Quantities {
        let sources: Vec<Option<FormulaSource>> =
            table.entries.iter().map(|entry| self.formula_source(&entry.value)).collect();
        let list = table
            .entries
            .iter()
            .zip(&sources)
            .map(|(entry, source)| Quantity {
                name: entry.key.clone(),
                text: source.as_ref().map_or(String::new(), |source| source.text.clone()),
                span: entry.key_span,
            })
            .collect();
        let reads: Vec<Vec<usize>> = sources
            .iter()
            .map(|source| {
                let names = source.iter().flat_map(FormulaSource::names);
                names
                    .filter_map(|name| match self.symbols.get(name) {
                        Some(&(Symbol::Quantity(at), _)) => Some(at),
                        _ => None,
                    })
                    .collect()
            })
            .collect();
        let mut nodes: Vec<Option<NodeId>> = vec![None; sources.len()];
        match order(&reads) {
            Ok(order) => {
                for at in order {
                    if let Some(source) = &sources[at] {
                        let scope = Scope::Profile { quantities: &nodes, payoffs: None, states };
                        nodes[at] = self.compile(builder, source, scope);
                    }
                }
            }
            Err(circle) => {
                let names: Vec<(String, Span)> = circle
                    .iter()
                    .map(|&at| (table.entries[at].key.clone(), table.entries[at].key_span))
                    .collect();
                self.circle("the quantities", &names);
            }
        }
        Quantities { list, nodes }
    }

    /// The names of the parts: the keys of `weights`, or `total` alone.
    pub(super) fn declare_parts(&mut self, payoffs: &Table) {
        let weights = payoffs.table("weights");
        let by_player =
            weights.and_then(|table| table.entries.iter().find_map(|entry| entry.value.table()));
        self.parts = match by_player.or(weights) {
            Some(table) => {
                for entry in &table.entries {
                    if self.check_identifier(&entry.key, entry.key_span, "a part")
                        && let Some(&(_, first)) = self.symbols.get(&entry.key)
                    {
                        let message = format!("the name `{}` is given twice", entry.key);
                        self.sink.push(
                            Diagnostic::new(Code::E010, entry.key_span, message, "here to a part")
                                .related(first, "first here"),
                        );
                    }
                }
                table.entries.iter().map(|entry| entry.key.clone()).collect()
            }
            None => vec!["total".into()],
        };
    }

    pub(super) fn payoffs(
        &mut self,
        entry: Option<&Entry>,
        file: &Table,
        builder: &mut TapeBuilder,
        quantities: &Quantities,
        states: &StateNames,
    ) -> PayoffNodes {
        let (players, parts) = (self.players.len(), self.parts.len());
        let mut nodes = PayoffNodes {
            parts: vec![vec![None; parts]; players],
            payoffs: vec![None; players],
            weights: vec![vec![None; parts]; players],
            cost_part: 0,
        };
        let Some((table, place)) =
            entry.and_then(|entry| Some((entry.value.table()?, entry.key_span)))
        else {
            return nodes;
        };
        self.weights(table, builder, &mut nodes);
        nodes.cost_part = self.cost_part(table, place, file);
        if let Some(tables) = table.entry("table") {
            if table.get("weights").is_some() {
                self.error(
                    Code::E034,
                    tables.key_span,
                    "[payoffs] has `table` and `weights`: a table is the whole payoff",
                    "here",
                );
            }
            for entry in tables.value.table().map_or(&[][..], |table| &table.entries) {
                if let Some(player) = self.player_named(&entry.key, entry.key_span) {
                    nodes.parts[player][0] = self.payoff_table(&entry.value, builder);
                }
            }
            self.all_players_have(tables, place);
        }
        for entry in &table.entries {
            if ["weights", "costs", "table"].contains(&entry.key.as_str()) {
                continue;
            }
            let Some(player) = self.player_named(&entry.key, entry.key_span) else { continue };
            if table.get("table").is_some() {
                let id = &entry.key;
                let message = format!("the payoff of `{id}` is given twice");
                self.error(Code::E034, entry.key_span, message, "[payoffs.table] gives it as well");
                continue;
            }
            let Some(own) = entry.value.table() else { continue };
            self.player_parts(player, own, entry.key_span, builder, quantities, states, &mut nodes);
        }
        if table.get("table").is_none() {
            for player in 0..players {
                let id = self.players[player].id.clone();
                if !id.is_empty() && table.get(&id).is_none() {
                    let message = format!("player `{id}` has no payoffs");
                    let label = format!("[payoffs.{id}] is missing");
                    self.error(Code::E005, place, message, label);
                }
            }
        }
        self.charge_and_weigh(builder, &mut nodes, place);
        nodes
    }

    fn all_players_have(&mut self, tables: &Entry, place: Span) {
        let Some(table) = tables.value.table() else { return };
        for player in 0..self.players.len() {
            let id = self.players[player].id.clone();
            if !id.is_empty() && table.get(&id).is_none() {
                let message = format!("player `{id}` has no payoff table");
                self.error(Code::E005, place, message, format!("`{id}` is missing in `table`"));
            }
        }
    }

    /// The parts of one player.
    #[allow(clippy::too_many_arguments)]
    fn player_parts(
        &mut self,
        player: usize,
        own: &Table,
        place: Span,
        builder: &mut TapeBuilder,
        quantities: &Quantities,
        states: &StateNames,
        nodes: &mut PayoffNodes,
    ) {
        for entry in &own.entries {
            let Some(part) = self.parts.iter().position(|part| *part == entry.key) else {
                let parts: Vec<&str> = self.parts.iter().map(String::as_str).collect();
                let diagnostic = Diagnostic::new(
                    Code::E031,
                    entry.key_span,
                    format!("there is no part `{}` of payoffs", entry.key),
                    "unknown part",
                );
                let diagnostic = if parts == ["total"] {
                    diagnostic.help(
                        "payoffs in parts need `weights` under [payoffs]; otherwise write `total`",
                    )
                } else {
                    diagnostic.suggest(&entry.key, parts)
                };
                self.sink.push(diagnostic);
                continue;
            };
            nodes.parts[player][part] = match &entry.value.value {
                Value::Table(table) => {
                    table.get("table").and_then(|node| self.payoff_table(node, builder))
                }
                _ => self.formula_source(&entry.value).and_then(|source| {
                    let scope =
                        Scope::Profile { quantities: &quantities.nodes, payoffs: None, states };
                    self.compile(builder, &source, scope)
                }),
            };
        }
        for part in self.parts.clone() {
            let misspelt = own.entries.iter().any(|entry| !self.parts.contains(&entry.key));
            if own.get(&part).is_none() && !misspelt {
                let id = &self.players[player].id;
                let message = format!("player `{id}` has no part `{part}` of the payoff");
                self.sink.push(
                    Diagnostic::new(Code::E005, place, message, format!("`{part}` is missing"))
                        .help(format!("write `{part} = 0` where it does not matter")),
                );
            }
        }
    }

    fn weights(&mut self, table: &Table, builder: &mut TapeBuilder, nodes: &mut PayoffNodes) {
        let Some(weights) = table.entry("weights") else {
            let one = builder.constant(Rational::ONE, Span::default());
            for row in &mut nodes.weights {
                row.fill(Some(one));
            }
            return;
        };
        let Some(list) = weights.value.table() else { return };
        let by_player = list.entries.iter().any(|entry| entry.value.table().is_some());
        if !by_player {
            let row: Vec<Option<NodeId>> =
                list.entries.iter().map(|entry| self.weight(&entry.value, builder)).collect();
            for own in &mut nodes.weights {
                own.clone_from(&row);
            }
            return;
        }
        let mut given = vec![false; self.players.len()];
        for entry in &list.entries {
            let Some(player) = self.player_named(&entry.key, entry.key_span) else { continue };
            let Some(own) = entry.value.table() else {
                let message = format!("the weights of `{}` are a table of parts", entry.key);
                self.error(Code::E006, entry.value.span, message, "a table is expected here");
                continue;
            };
            given[player] = true;
            nodes.weights[player] =
                self.by_part(own, entry.key_span, |lower, node| lower.weight(node, builder));
        }
        for (player, given) in given.into_iter().enumerate() {
            if !given {
                let message = format!("player `{}` has no weights", self.players[player].id);
                self.error(Code::E005, weights.key_span, message, "missing here");
            }
        }
    }

    fn weight(&mut self, node: &Node, builder: &mut TapeBuilder) -> Option<NodeId> {
        let source = self.formula_source(node)?;
        self.compile(builder, &source, Scope::Parameters { inputs: &[] })
    }

    /// Something for each part, from a table with a key for each.
    pub(super) fn by_part<T>(
        &mut self,
        table: &Table,
        place: Span,
        mut read: impl FnMut(&mut Self, &Node) -> Option<T>,
    ) -> Vec<Option<T>> {
        let mut list: Vec<Option<T>> = self.parts.iter().map(|_| None).collect();
        let mut wrong = false;
        for entry in &table.entries {
            match self.parts.iter().position(|part| *part == entry.key) {
                Some(part) => list[part] = read(self, &entry.value),
                None => {
                    wrong = true;
                    let diagnostic = Diagnostic::new(
                        Code::E031,
                        entry.key_span,
                        format!("there is no part `{}` of payoffs", entry.key),
                        "unknown part",
                    )
                    .suggest(&entry.key, self.parts.iter().map(String::as_str));
                    self.sink.push(diagnostic);
                }
            }
        }
        for part in self.parts.clone() {
            if table.get(&part).is_none() && !wrong {
                let message = format!("the part `{part}` has no weight");
                self.error(Code::E005, place, message, format!("`{part}` is missing"));
            }
        }
        list
    }

    /// The part that is charged with costs.
    fn cost_part(&mut self, table: &Table, place: Span, file: &Table) -> usize {
        if let Some(node) = table.get("costs") {
            let Some(name) = node.text() else { return 0 };
            if let Some(part) = self.parts.iter().position(|part| part == name) {
                return part;
            }
            let diagnostic = Diagnostic::new(
                Code::E031,
                node.span,
                format!("there is no part `{name}` of payoffs"),
                "unknown part",
            )
            .suggest(name, self.parts.iter().map(String::as_str));
            self.sink.push(diagnostic);
            return 0;
        }
        if let Some(part) = self.parts.iter().position(|part| part == "interests") {
            return part;
        }
        let charged = file
            .list("mechanisms")
            .iter()
            .filter_map(Node::table)
            .any(|mechanism| mechanism.get("cost").is_some());
        if self.parts.len() > 1 && charged {
            self.sink.push(
                Diagnostic::new(
                    Code::E005,
                    place,
                    "mechanisms have costs, and [payoffs] does not say which part is charged",
                    "`costs` is missing",
                )
                .help(format!("for instance costs = \"{}\"", self.parts[0])),
            );
        }
        0
    }

    /// A payoff table: nested arrays, first player outermost.
    fn payoff_table(&mut self, node: &Node, builder: &mut TapeBuilder) -> Option<NodeId> {
        if self.players.iter().any(|player| player.actions.iter().any(|action| action.extra)) {
            self.sink.push(
                Diagnostic::new(
                    Code::E034,
                    node.span,
                    "a payoff table cannot be used where a mechanism adds actions",
                    "has no entries for added actions",
                )
                .help("write the payoff as a formula over attributes"),
            );
            return None;
        }
        let shape: Vec<usize> = self.players.iter().map(|player| player.actions.len()).collect();
        let size = shape.iter().fold(1usize, |size, &count| size.saturating_mul(count));
        let mut sources = Vec::with_capacity(size.min(MOST_PROFILES));
        self.table_entries(node, &shape, 0, &mut sources)?;
        let cells = self.cells(builder, &sources)?;
        let axes = (0..shape.len()).fold(0, |axes, player| axes | 1 << player);
        Some(builder.gather(axes, cells, node.span))
    }

    fn table_entries(
        &mut self,
        node: &Node,
        shape: &[usize],
        player: usize,
        sources: &mut Vec<FormulaSource>,
    ) -> Option<()> {
        let Some(&count) = shape.get(player) else {
            if node.list().is_some() {
                let message = format!("the table nests deeper than {} levels", shape.len());
                let label = "a number is expected here: one level for each player";
                self.error(Code::E029, node.span, message, label);
                return None;
            }
            sources.push(self.formula_source(node)?);
            return Some(());
        };
        let id = self.players[player].id.clone();
        let Some(list) = node.list() else {
            let message = format!("the table is not deep enough: player `{id}` has no level");
            self.error(Code::E029, node.span, message, "a list is expected here");
            return None;
        };
        if list.len() != count {
            let actions: Vec<&str> = self.players[player]
                .actions
                .iter()
                .take(6)
                .map(|action| action.id.as_str())
                .chain((count > 6).then_some("..."))
                .collect();
            let message =
                format!("player `{id}` has {count} actions; entries found: {}", list.len());
            let diagnostic =
                Diagnostic::new(Code::E029, node.span, message, "wrong number of entries")
                    .help(format!("one entry for each of {}", actions.join(", ")));
            self.sink.push(diagnostic);
            return None;
        }
        let mut fine = Some(());
        for entry in list {
            // Two players' tables show all ragged rows at once.
            fine = self.table_entries(entry, shape, player + 1, sources).and(fine);
        }
        fine
    }

    /// Subtracts costs from the charged part, and adds up payoffs.
    fn charge_and_weigh(
        &mut self,
        builder: &mut TapeBuilder,
        nodes: &mut PayoffNodes,
        place: Span,
    ) {
        for player in 0..self.players.len() {
            let cost = builder.input(player, place);
            if let Some(part) = &mut nodes.parts[player][nodes.cost_part] {
                *part = builder.operation(Op::Subtract(*part, cost), place);
            }
            let mut sum = None;
            for (&part, &weight) in nodes.parts[player].iter().zip(&nodes.weights[player]) {
                let (Some(part), Some(weight)) = (part, weight) else {
                    sum = None;
                    break;
                };
                let weighted = builder.operation(Op::Multiply(weight, part), place);
                sum = Some(match sum {
                    None => weighted,
                    Some(sum) => builder.operation(Op::Add(sum, weighted), place),
                });
            }
            nodes.payoffs[player] = sum;
        }
    }

    pub(super) fn outputs(
        &mut self,
        list: &[Node],
        builder: &mut TapeBuilder,
        quantities: &Quantities,
        payoffs: &PayoffNodes,
        states: &StateNames,
    ) -> Outputs {
        let mut outputs = Outputs { list: vec![], nodes: vec![] };
        let mut seen = HashMap::new();
        for node in list {
            let Some(table) = node.table() else { continue };
            let id = table.text("id").unwrap_or_default();
            if let Some(node) = table.get("id") {
                self.check_label(node, "an output");
                self.unique(&mut seen, id, node.span, "the output");
                self.check_output_column(id, node.span);
            }
            let Some(source) = table.get("formula").and_then(|node| self.formula_source(node))
            else {
                continue;
            };
            let scope =
                Scope::Profile { quantities: &quantities.nodes, payoffs: Some(payoffs), states };
            let Some(root) = self.compile(builder, &source, scope) else { continue };
            outputs.nodes.push(root);
            outputs.list.push(Output {
                id: id.to_owned(),
                title: table.text("title").unwrap_or(id).to_owned(),
                formula: source.text,
                kind: match table.text("kind") {
                    Some("hazard") => OutputKind::Hazard,
                    Some("probability") => OutputKind::Probability,
                    Some("cost") => OutputKind::Cost,
                    _ => OutputKind::Level,
                },
                better: match table.text("better") {
                    Some("lower") => Better::Lower,
                    Some("higher") => Better::Higher,
                    _ => Better::None,
                },
                unit: table.text("unit").unwrap_or_default().to_owned(),
            });
        }
        outputs
    }
}
