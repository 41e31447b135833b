//! `[security]` and `[[targets]]`: a security game in place of players and payoffs.

use std::collections::{HashMap, HashSet};

use super::{Lower, id_of};
use crate::model::codes::Code;
use crate::model::program::Formula;
use crate::model::span::Span;
use crate::model::syntax::{Entry, Node, Table};
use crate::model::types::{SecuritySpec, TargetSpec};

/// How many wrong names get a suggestion.
const MOST_SUGGESTIONS: usize = 20;

const NO_TARGET: &str = "a security game needs a target";

impl Lower<'_, '_> {
    /// The security game of a file that has one.
    pub(super) fn security_spec(&mut self, file: &Table, entry: &Entry) -> Option<SecuritySpec> {
        let targets = (file.list("targets"), file.get("targets").is_some());
        self.security(entry.value.table()?, targets, entry.key_span)
    }

    fn security(
        &mut self,
        table: &Table,
        (targets, named): (&[Node], bool),
        place: Span,
    ) -> Option<SecuritySpec> {
        let name = |key: &str, otherwise: &str| table.text(key).unwrap_or(otherwise).to_owned();
        let (defender, attacker) = (name("defender", "Defender"), name("attacker", "Attacker"));
        for key in ["defender", "attacker"] {
            if let Some(node) = table.get(key) {
                self.check_label(node, "a side");
            }
        }
        if defender == attacker {
            let message = format!("defender and attacker have the same name: `{defender}`");
            self.error(Code::E010, place, message, "two sides need two names");
        }
        if targets.is_empty() && named {
            self.error(Code::E005, place, NO_TARGET, "the list of targets is empty");
        }
        let resources = table.get("resources").and_then(|node| self.formula(node, &[]));
        let mut seen = HashMap::new();
        let mut index: HashMap<String, usize> = HashMap::new();
        let mut list = Vec::with_capacity(targets.len());
        for node in targets {
            let Some(own) = node.table() else { continue };
            let (id, span) = id_of(node).unwrap_or(("", node.span));
            if let Some(node) = own.get("id") {
                self.check_unit(node, "a target");
            }
            self.unique(&mut seen, id, span, "the target");
            index.insert(id.to_owned(), list.len());
            let title = own.text("title").unwrap_or(id).to_owned();
            let side = |lower: &mut Self, key: &str| -> Option<(Formula, Formula)> {
                let side = own.table(key)?;
                let covered = side.get("covered").and_then(|node| lower.formula(node, &[]));
                let uncovered = side.get("uncovered").and_then(|node| lower.formula(node, &[]));
                Some((covered?, uncovered?))
            };
            let (defender, attacker) = (side(self, "defender"), side(self, "attacker"));
            if let (Some(defender), Some(attacker)) = (defender, attacker) {
                list.push(TargetSpec { id: id.to_owned(), title, defender, attacker });
            }
        }
        let schedules = table.get("schedules").map(|_| self.schedules(table, &index));
        Some(SecuritySpec { defender, attacker, resources: resources?, targets: list, schedules })
    }

    fn schedules(
        &mut self,
        table: &Table,
        index: &HashMap<String, usize>,
    ) -> Vec<(String, Vec<usize>)> {
        let mut seen = HashMap::new();
        let mut list = Vec::new();
        let mut suggestions = MOST_SUGGESTIONS;
        for node in table.list("schedules") {
            let Some(own) = node.table() else { continue };
            let (id, span) = id_of(node).unwrap_or(("", node.span));
            if let Some(node) = own.get("id") {
                self.check_unit(node, "a schedule");
            }
            self.unique(&mut seen, id, span, "the schedule");
            let (mut targets, mut named) = (Vec::new(), HashSet::new());
            for name in own.list("targets") {
                let Some(text) = name.text() else { continue };
                match index.get(text) {
                    Some(&target) if !named.insert(target) => self.error(
                        Code::E010,
                        name.span,
                        format!("the schedule `{id}` names the target `{text}` twice"),
                        "named before",
                    ),
                    Some(&target) => targets.push(target),
                    None => {
                        // Not all errors are shown, and to suggest takes a look at all targets.
                        let known = index.keys().map(String::as_str).filter(|_| suggestions > 0);
                        let near = crate::model::nearest(text, known)
                            .map_or_else(String::new, |near| format!(": did you mean `{near}`?"));
                        suggestions = suggestions.saturating_sub(1);
                        self.error(
                            Code::E034,
                            name.span,
                            format!("there is no target `{text}`"),
                            format!("not one of [[targets]]{near}"),
                        );
                    }
                }
            }
            if own.list("targets").is_empty() {
                let message = format!("the schedule `{id}` needs a target");
                self.error(Code::E005, node.span, message, "covers nothing");
            }
            targets.sort_unstable();
            list.push((id.to_owned(), targets));
        }
        list
    }

    /// A name that stands beside others in the name of an allocation.
    fn check_unit(&mut self, node: &Node, what: &str) {
        let Some(name) = node.text().filter(|_| self.check_label(node, what)) else { return };
        if name.contains(" + ") || name == crate::game::security::NOTHING {
            self.error(
                Code::E009,
                node.span,
                format!("`{name}` cannot be the name of {what}"),
                "allocations are named by what they cover, joined by ` + `, or `(nothing)`",
            );
        }
    }
}
