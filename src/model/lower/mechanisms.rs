//! `[[mechanisms]]`, `[[bundles]]`, `[comparison]` and `[[types]]`.

use std::collections::HashMap;

use super::formulas::Scope;
use super::{Lower, id_of};
use crate::model::codes::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::formula::TapeBuilder;
use crate::model::formula::run::TapeRun;
use crate::model::program::Formula;
use crate::model::span::Span;
use crate::model::syntax::{Entry, Node, Table};
use crate::model::types::{
    Bundle, Comparison, Horizon, Mechanism, Operator, OperatorAction, Phase, PlayerType, Role,
};
use crate::num::Rational;

/// Over how many periods hazards are added up if the file does not say.
const YEARS: u32 = 10;

/// Positions by name.
pub(super) type Index<'m> = HashMap<&'m str, usize>;

/// The positions of mechanisms.
pub(super) fn index(mechanisms: &[Mechanism]) -> Index<'_> {
    let names = mechanisms.iter().map(|mechanism| mechanism.id.as_str());
    names.enumerate().map(|(at, name)| (name, at)).collect()
}

/// The names of an index in file order.
fn names_in_order<'m>(index: &Index<'m>) -> Vec<&'m str> {
    let mut names: Vec<(usize, &str)> = index.iter().map(|(name, at)| (*at, *name)).collect();
    names.sort_unstable();
    names.into_iter().map(|(_, name)| name).collect()
}

impl Lower<'_, '_> {
    pub(super) fn mechanisms(&mut self, list: &[Node]) -> Vec<Mechanism> {
        let mut seen = HashMap::new();
        let mut mechanisms = Vec::with_capacity(list.len());
        for node in list {
            let Some(table) = node.table() else { continue };
            let (id, span) = id_of(node).unwrap_or(("", node.span));
            if let Some(node) = table.get("id") {
                self.check_scenario(node, "a mechanism");
                self.unique(&mut seen, id, span, "the mechanism");
            }
            let mut cost: Vec<Option<Formula>> = self.players.iter().map(|_| None).collect();
            for entry in table.table("cost").map_or(&[][..], |table| &table.entries) {
                if let Some(player) = self.player_named(&entry.key, entry.key_span) {
                    cost[player] = self.formula(&entry.value, &[]);
                }
            }
            let operators =
                table.list("operators").iter().filter_map(|node| self.operator(node)).collect();
            let text = |key: &str| table.text(key).map(|text| text.trim().to_owned());
            mechanisms.push(Mechanism {
                id: id.to_owned(),
                title: text("title").unwrap_or_else(|| id.to_owned()),
                channel: text("channel").unwrap_or_default(),
                role: match table.text("role") {
                    Some("build-up") => Role::BuildUp,
                    Some("test") => Role::Test,
                    Some("lens") => Role::Lens,
                    _ => Role::Mechanism,
                },
                cost,
                operators,
                claims: table.texts("claims"),
                by_construction: text("by_construction"),
                note: text("note"),
                span,
            });
        }
        mechanisms
    }

    fn operator(&mut self, node: &Node) -> Option<Operator> {
        let table = node.table()?;
        let (phase, action) = match table.text("op")? {
            "set-parameter" => {
                let name = table.get("parameter")?;
                let parameter = self.free_parameter(name.text()?, name.span);
                let to = self.formula(table.get("to")?, &[]);
                let phase = match table.text("phase") {
                    Some("information") => Phase::Information,
                    Some("continuation") => Phase::Continuation,
                    _ => Phase::Payoff,
                };
                (phase, OperatorAction::SetParameter { parameter: parameter?, to: to? })
            }
            "remove-actions" => {
                let player = self.operator_player(table, "player")?;
                let actions = self.actions_to_remove(table, player, node.span)?;
                (Phase::Actions, OperatorAction::RemoveActions { player, actions })
            }
            "add-actions" => {
                let player = self.operator_player(table, "player")?;
                let names: Vec<&str> = table
                    .list("actions")
                    .iter()
                    .filter_map(|node| node.text().or_else(|| node.table()?.text("id")))
                    .collect();
                if names.is_empty() {
                    self.error(Code::E005, node.span, "add-actions needs an action", "none given");
                }
                let own = &self.players[player].actions;
                let actions = (0..own.len())
                    .filter(|&at| own[at].extra && names.contains(&own[at].id.as_str()))
                    .collect();
                (Phase::Actions, OperatorAction::AddActions { player, actions })
            }
            "set-signal" => {
                let read = |lower: &mut Self, key: &str| match table.get(key) {
                    None => Some(None),
                    Some(node) => lower.formula(node, &[key]).map(Some),
                };
                if table.get("false_alarm").is_none() && table.get("detection").is_none() {
                    self.error(
                        Code::E005,
                        node.span,
                        "set-signal needs `false_alarm` or `detection`",
                        "it changes nothing",
                    );
                    return None;
                }
                let false_alarm = read(self, "false_alarm");
                let detection = read(self, "detection");
                let action =
                    OperatorAction::SetSignal { false_alarm: false_alarm?, detection: detection? };
                (Phase::Information, action)
            }
            "set-survival" => {
                let to = self.formula(table.get("to")?, &["survival"])?;
                (Phase::Continuation, OperatorAction::SetSurvival { to })
            }
            "allow-transfers" => (Phase::Concept, OperatorAction::AllowTransfers),
            "allow-mediation" => (Phase::Concept, OperatorAction::AllowMediation),
            "give-leadership" => {
                let place = table.get("op").map_or(node.span, |op| op.span);
                let two = self.two_players("give-leadership", place, "one leads and one follows");
                let leader = self.operator_player(table, "leader").filter(|_| two)?;
                let mixed = table.text("commitment") == Some("mixed");
                let credibility = match table.get("credibility") {
                    Some(node) => Some(self.formula(node, &[])?),
                    None => None,
                };
                (Phase::Concept, OperatorAction::GiveLeadership { leader, mixed, credibility })
            }
            "choose-by" => {
                let player = self.operator_player(table, "player")?;
                let entry = table.entry("weights")?;
                let weights =
                    self.by_part(entry.value.table()?, entry.value.span, |lower, node| {
                        lower.formula(node, &[])
                    });
                let weights: Option<Vec<Formula>> = weights.into_iter().collect();
                (Phase::Concept, OperatorAction::ChooseBy { player, weights: weights? })
            }
            _ => return None,
        };
        Some(Operator { action, phase, span: node.span })
    }

    fn operator_player(&mut self, table: &Table, key: &str) -> Option<usize> {
        let node = table.get(key)?;
        self.player_named(node.text()?, node.span)
    }

    fn actions_to_remove(
        &mut self,
        table: &Table,
        player: usize,
        place: Span,
    ) -> Option<Vec<usize>> {
        let (list, condition) = (table.get("actions"), table.get("where"));
        let (mut actions, span) = match (list, condition) {
            (Some(list), None) => {
                let names = list.list()?;
                let found: Option<Vec<usize>> = names
                    .iter()
                    .map(|node| self.action_named(player, node.text()?, node.span))
                    .collect();
                (found?, list.span)
            }
            (None, Some(condition)) => (self.actions_where(condition, player)?, condition.span),
            (Some(_), Some(condition)) => {
                let message = "remove-actions has `actions` and `where`";
                self.error(Code::E032, condition.span, message, "only one of the two is possible");
                return None;
            }
            (None, None) => {
                let message = "remove-actions needs `actions` or `where`";
                self.error(Code::E032, place, message, "does not say which actions");
                return None;
            }
        };
        actions.sort_unstable();
        actions.dedup();
        let own = &self.players[player].actions;
        let left = (0..own.len()).filter(|at| !own[*at].extra && !actions.contains(at)).count();
        let id = self.players[player].id.clone();
        if actions.is_empty() {
            self.error(
                Code::E033,
                span,
                format!("no action of player `{id}` is removed"),
                "chooses no action",
            );
            return None;
        }
        if left == 0 {
            self.error(
                Code::E033,
                span,
                format!("all actions of player `{id}` are removed"),
                "leaves none",
            );
            return None;
        }
        Some(actions)
    }

    /// The actions for which a condition on their own attributes holds.
    fn actions_where(&mut self, node: &Node, player: usize) -> Option<Vec<usize>> {
        let source = self.formula_source(node)?;
        let count = self.players[player].actions.len();
        let mut builder = TapeBuilder::new(vec![count]);
        let before = self.parameter_used.clone();
        let root = self.compile(&mut builder, &source, Scope::Where { player })?;
        if self.parameter_used != before || builder.reads_parameters() {
            self.parameter_used = before;
            self.error(
                Code::E033,
                node.span,
                "a condition on actions cannot depend on parameters",
                "an attribute read here is a formula of parameters",
            );
            return None;
        }
        let tape = builder.finish(vec![root]);
        let mut run = TapeRun::<Rational>::new();
        let all = [(0..count).collect::<Vec<usize>>()];
        let values = run.run(&tape, &all, &[], &[]).map_err(|failure| (failure, 0));
        match values.and_then(|()| run.root(&tape, 0)) {
            Ok(values) => Some((0..count).filter(|&at| !values[at].is_zero()).collect()),
            Err((failure, at)) => {
                let action = &self.players[player].actions[at].id;
                let message =
                    format!("the condition has no value for `{action}`: {}", failure.kind);
                self.error(Code::E033, node.span, message, "no value");
                None
            }
        }
    }

    pub(super) fn bundles(&mut self, list: &[Node], mechanisms: &[Mechanism]) -> Vec<Bundle> {
        let mut seen: HashMap<String, Span> =
            mechanisms.iter().map(|mechanism| (mechanism.id.clone(), mechanism.span)).collect();
        let index = index(mechanisms);
        let mut bundles = Vec::with_capacity(list.len());
        for node in list {
            let Some(table) = node.table() else { continue };
            let (id, span) = id_of(node).unwrap_or(("", node.span));
            if let Some(node) = table.get("id") {
                self.check_scenario(node, "a bundle");
                self.unique(&mut seen, id, span, "the mechanism or bundle");
            }
            let members = table
                .list("mechanisms")
                .iter()
                .filter_map(|node| self.mechanism_named(node, &index))
                .collect();
            let text = |key: &str| table.text(key).map(|text| text.trim().to_owned());
            bundles.push(Bundle {
                id: id.to_owned(),
                title: text("title").unwrap_or_else(|| id.to_owned()),
                mechanisms: members,
                by_construction: text("by_construction"),
                note: text("note"),
                span,
            });
        }
        bundles
    }

    fn mechanism_named(&mut self, node: &Node, index: &Index<'_>) -> Option<usize> {
        let name = node.text()?;
        let found = index.get(name).copied();
        if found.is_none() && !self.sink.is_full() {
            let diagnostic = Diagnostic::new(
                Code::E022,
                node.span,
                format!("there is no mechanism `{name}`"),
                "unknown mechanism",
            )
            .suggest(name, names_in_order(index));
            self.sink.push(diagnostic);
        }
        found
    }

    pub(super) fn comparison(
        &mut self,
        table: Option<&Table>,
        mechanisms: &[Mechanism],
        horizon: &Horizon,
    ) -> Comparison {
        let empty = Table::default();
        let table = table.unwrap_or(&empty);
        let build_up = match table.get("build_up") {
            Some(node) => self.mechanism_named(node, &index(mechanisms)),
            None => mechanisms.iter().position(|mechanism| mechanism.role == Role::BuildUp),
        };
        let agreements = horizon.promises().map_or(&[][..], |promises| &promises.agreements);
        let agreement = table.get("agreement").and_then(|node| {
            let name = node.text()?;
            let found = agreements.iter().position(|agreement| agreement.id == name);
            if found.is_none() {
                let diagnostic = Diagnostic::new(
                    Code::E023,
                    node.span,
                    format!("there is no agreement `{name}`"),
                    "unknown agreement",
                )
                .suggest(name, agreements.iter().map(|agreement| agreement.id.as_str()));
                self.sink.push(diagnostic);
            }
            found
        });
        Comparison {
            baseline: table.text("baseline").unwrap_or("status quo").to_owned(),
            build_up,
            agreement,
            years: table
                .get("years")
                .and_then(Node::number)
                .and_then(|years| years.as_small())
                .and_then(|(years, _)| u32::try_from(years).ok())
                .unwrap_or(YEARS),
        }
    }

    pub(super) fn types(&mut self, list: &[Node]) -> Vec<PlayerType> {
        let mut seen = HashMap::new();
        let mut owners: HashMap<usize, usize> = HashMap::new();
        let mut types = Vec::with_capacity(list.len());
        for node in list {
            let Some(table) = node.table() else { continue };
            let (id, span) = id_of(node).unwrap_or(("", node.span));
            if let Some(node) = table.get("id") {
                self.check_label(node, "a type");
                self.unique(&mut seen, id, span, "the type");
            }
            let player = self.operator_player(table, "player");
            let probability = table.get("probability").and_then(|node| self.formula(node, &[]));
            let mut parameters = vec![];
            for entry in table.table("parameters").map_or(&[][..], |table| &table.entries) {
                let parameter = self.free_parameter(&entry.key, entry.key_span);
                let to = self.formula(&entry.value, &[]);
                if let (Some(parameter), Some(player)) = (parameter, player) {
                    let owner = *owners.entry(parameter).or_insert(player);
                    if owner != player {
                        self.types_disagree(entry, owner, player);
                    }
                }
                parameters.extend(parameter.zip(to));
            }
            if let (Some(player), Some(probability)) = (player, probability) {
                types.push(PlayerType {
                    id: id.to_owned(),
                    title: table.text("title").unwrap_or(id).to_owned(),
                    player,
                    probability,
                    parameters,
                });
            }
        }
        types
    }

    /// Reports a parameter that types of two players set: what it is when both do is not said.
    fn types_disagree(&mut self, entry: &Entry, one: usize, other: usize) {
        let name = |player: usize| self.players[player].id.clone();
        let message = format!(
            "the parameter `{}` is set by types of two players, {} and {}",
            entry.key,
            name(one),
            name(other)
        );
        let help = "give each player a parameter of his own, and combine them in a formula";
        self.sink.push(
            Diagnostic::new(Code::E034, entry.key_span, message, "set for another player before")
                .help(help),
        );
    }
}
