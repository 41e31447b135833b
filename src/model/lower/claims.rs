//! `[[claims]]`.

use std::collections::HashMap;

use super::{Lower, id_of};
use crate::model::codes::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::keys::{ASSERTIONS, QUANTITIES_OF_CLAIMS, QUANTITIES_OF_TWO};
use crate::model::span::Span;
use crate::model::syntax::{Node, Table};
use crate::model::types::{Bundle, Claim, Expected, Mechanism, MechanismRef};
use crate::num::Rational;

impl Lower<'_, '_> {
    pub(super) fn claims(
        &mut self,
        list: &[Node],
        mechanisms: &[Mechanism],
        bundles: &[Bundle],
    ) -> Vec<Claim> {
        let names: HashMap<&str, MechanismRef> = bundles
            .iter()
            .enumerate()
            .map(|(at, bundle)| (bundle.id.as_str(), MechanismRef::Bundle(at)))
            .chain(
                mechanisms
                    .iter()
                    .enumerate()
                    .map(|(at, mechanism)| (mechanism.id.as_str(), MechanismRef::Mechanism(at))),
            )
            .collect();
        let mut seen = HashMap::new();
        let mut claims = Vec::with_capacity(list.len());
        for node in list {
            let Some(table) = node.table() else { continue };
            let (id, span) = id_of(node).unwrap_or(("", node.span));
            if let Some(node) = table.get("id") {
                self.check_label(node, "a claim");
                self.unique(&mut seen, id, span, "the claim");
            }
            let applied = table
                .list("mechanisms")
                .iter()
                .filter_map(|node| self.applied(node, &names, mechanisms, bundles))
                .collect();
            let mut set = vec![];
            for entry in table.table("set").map_or(&[][..], |table| &table.entries) {
                let parameter = self.free_parameter(&entry.key, entry.key_span);
                set.extend(parameter.zip(entry.value.number()));
            }
            let expected = self.expected(table, node.span);
            let quantity = table.get("quantity").and_then(|node| self.quantity_of_claim(node));
            if let (Some(expected), Some((quantity, path, place))) = (expected, quantity) {
                claims.push(Claim {
                    id: id.to_owned(),
                    covers: table.texts("covers"),
                    quantity,
                    path,
                    set,
                    mechanisms: applied,
                    expected,
                    citation: table.text("citation").unwrap_or_default().to_owned(),
                    published: table.get("published").and_then(Node::flag).unwrap_or(true),
                    note: table.text("note").map(|note| note.trim().to_owned()),
                    span: place,
                });
            }
        }
        claims
    }

    fn applied(
        &mut self,
        node: &Node,
        index: &HashMap<&str, MechanismRef>,
        mechanisms: &[Mechanism],
        bundles: &[Bundle],
    ) -> Option<MechanismRef> {
        let name = node.text()?;
        let found = index.get(name).copied();
        if found.is_none() && !self.sink.is_full() {
            let names = mechanisms
                .iter()
                .map(|mechanism| mechanism.id.as_str())
                .chain(bundles.iter().map(|bundle| bundle.id.as_str()));
            let diagnostic = Diagnostic::new(
                Code::E022,
                node.span,
                format!("there is no mechanism or bundle `{name}`"),
                "unknown mechanism",
            )
            .suggest(name, names);
            self.sink.push(diagnostic);
        }
        found
    }

    fn quantity_of_claim(&mut self, node: &Node) -> Option<(String, Vec<String>, Span)> {
        let text = node.text()?;
        let path: Vec<String> = text.split('.').map(|part| part.trim().to_owned()).collect();
        let head = path.first().map_or("", String::as_str);
        if !QUANTITIES_OF_CLAIMS.contains(&head) {
            if self.sink.is_full() {
                return None;
            }
            let diagnostic = Diagnostic::new(
                Code::E035,
                node.span,
                format!("there is no quantity `{head}` of claims"),
                "unknown quantity",
            )
            .help(format!("the first word is one of {}", QUANTITIES_OF_CLAIMS.join(", ")))
            .suggest(head, QUANTITIES_OF_CLAIMS.iter().copied());
            self.sink.push(diagnostic);
            return None;
        }
        if QUANTITIES_OF_TWO.contains(&head)
            && !self.two_players(&format!("`{head}`"), node.span, "defined for two players")
        {
            return None;
        }
        if path.iter().any(String::is_empty) {
            let message = format!("the quantity `{text}` has an empty part");
            self.error(Code::E035, node.span, message, "two points, or one at an end");
            return None;
        }
        Some((text.to_owned(), path, node.span))
    }

    fn expected(&mut self, table: &Table, place: Span) -> Option<Expected> {
        let given: Vec<&str> =
            ASSERTIONS.iter().copied().filter(|key| table.get(key).is_some()).collect();
        let key = match given.as_slice() {
            [key] => *key,
            [] => {
                let message = "a claim needs one of the keys that say what is claimed";
                self.sink.push(
                    Diagnostic::new(Code::E032, place, message, "claims nothing")
                        .help(format!("one of {}", ASSERTIONS.join(", "))),
                );
                return None;
            }
            [first, second, ..] => {
                let span = table.entry(second).map_or(place, |entry| entry.key_span);
                let message = format!("a claim cannot have both `{first}` and `{second}`");
                self.error(Code::E032, span, message, "write a second claim");
                return None;
            }
        };
        let node = table.get(key)?;
        if let (Some(entry), false) = (table.entry("tolerance"), key == "equals") {
            let message = format!("`tolerance` has no effect with `{key}`");
            self.error(Code::W003, entry.key_span, message, "not used");
        }
        Some(match key {
            "equals" => {
                let tolerance = table.get("tolerance").and_then(|node| {
                    let value = node.number()?;
                    if value.is_negative() {
                        let message = format!("a tolerance cannot be negative: {value}");
                        self.error(Code::E025, node.span, message, "0 or more");
                    }
                    Some(value)
                });
                Expected::Equals {
                    value: node.number()?,
                    tolerance: tolerance.unwrap_or(Rational::ZERO),
                }
            }
            "at_least" => Expected::AtLeast(node.number()?),
            "at_most" => Expected::AtMost(node.number()?),
            "above" => Expected::Above(node.number()?),
            "below" => Expected::Below(node.number()?),
            "is" => Expected::Is(node.text()?.to_owned()),
            _ => Expected::IsTrue(node.flag()?),
        })
    }
}
