//! `[parameters]`: values, ranges, and the order of derived ones.

use std::collections::HashMap;

use super::formulas::FormulaSource;
use super::{Lower, Symbol};
use crate::model::codes::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::keys::COLUMNS_OF_SWEEPS;
use crate::model::span::Span;
use crate::model::syntax::{Node, Table};
use crate::model::types::{Parameter, ParameterKind};
use crate::num::Rational;

/// Units whose numbers lie in [0, 1].
const UNIT_INTERVAL: &[&str] = &["probability", "share", "weight"];

/// The word in a unit that says that numbers lie in [0, 1].
pub(super) fn in_unit_interval(unit: &str) -> Option<&'static str> {
    UNIT_INTERVAL.iter().copied().find(|&word| {
        unit == word || unit.strip_prefix(word).is_some_and(|rest| rest.starts_with(' '))
    })
}

impl Lower<'_, '_> {
    pub(super) fn declare_parameters(&mut self, table: &Table) {
        for (at, entry) in table.entries.iter().enumerate() {
            self.check_identifier(&entry.key, entry.key_span, "a parameter");
            self.check_column(&entry.key, entry.key_span, "a parameter", &[COLUMNS_OF_SWEEPS]);
            self.declare(&entry.key, entry.key_span, Symbol::Parameter(at));
            self.parameter_names.push(entry.key.clone());
            let derived = entry.value.table().is_some_and(|table| table.get("formula").is_some());
            self.derived.push(derived);
            self.parameter_used.push(false);
        }
    }

    /// All parameters, and the derived ones in an order in which each reads only earlier ones.
    pub(super) fn parameters(&mut self, table: &Table) -> Option<(Vec<Parameter>, Vec<usize>)> {
        let mut list = Vec::with_capacity(table.entries.len());
        let mut sources: Vec<Option<FormulaSource>> = Vec::with_capacity(table.entries.len());
        let mut broken = false;
        for entry in &table.entries {
            let details = entry.value.table();
            let text =
                |key: &str| details.and_then(|details| details.text(key)).unwrap_or_default();
            let (unit, meaning, source) = (text("unit"), text("meaning"), text("source"));
            let mut formula_source = None;
            let kind = match details {
                None => {
                    entry.value.number().map(|value| ParameterKind::Free { value, range: None })
                }
                Some(details) => match (details.get("value"), details.get("formula")) {
                    (Some(value), None) => self.free(value, details, &entry.key, unit),
                    (None, Some(formula)) => {
                        formula_source = self.formula_source(formula);
                        if let Some(range) = details.entry("range") {
                            self.error(
                                Code::E034,
                                range.key_span,
                                format!(
                                    "the derived parameter `{}` cannot have a range",
                                    entry.key
                                ),
                                "its value follows from other parameters",
                            );
                        }
                        formula_source
                            .as_ref()
                            .and_then(|source| self.compiled(source, &[]))
                            .map(ParameterKind::Derived)
                    }
                    (Some(_), Some(formula)) => {
                        self.error(
                            Code::E032,
                            formula.span,
                            format!("the parameter `{}` has a value and a formula", entry.key),
                            "only one of `value` and `formula` is possible",
                        );
                        None
                    }
                    (None, None) => {
                        let misspelt = details.entries.iter().any(|inner| {
                            !["range", "unit", "meaning", "source"].contains(&inner.key.as_str())
                        });
                        if !misspelt {
                            let message =
                                format!("the parameter `{}` needs the key `value`", entry.key);
                            self.sink.push(
                                Diagnostic::new(
                                    Code::E005,
                                    entry.key_span,
                                    message,
                                    "`value` is missing",
                                )
                                .help("or give it a `formula` of other parameters"),
                            );
                        }
                        broken = true;
                        None
                    }
                },
            };
            sources.push(formula_source);
            match kind {
                Some(kind) => list.push(Parameter {
                    name: entry.key.clone(),
                    kind,
                    unit: unit.to_owned(),
                    meaning: meaning.to_owned(),
                    source: source.to_owned(),
                    span: entry.key_span,
                }),
                None => broken = true,
            }
        }
        let reads: Vec<Vec<usize>> = sources
            .iter()
            .map(|source| {
                source
                    .iter()
                    .flat_map(FormulaSource::names)
                    .filter_map(|name| match self.symbols.get(name) {
                        Some(&(Symbol::Parameter(at), _)) => Some(at),
                        _ => None,
                    })
                    .collect()
            })
            .collect();
        let order = order(&reads);
        let order = match order {
            Ok(order) => order,
            Err(circle) => {
                let names: Vec<(String, Span)> = circle
                    .iter()
                    .map(|&at| (table.entries[at].key.clone(), table.entries[at].key_span))
                    .collect();
                self.circle("the parameters", &names);
                return None;
            }
        };
        if broken || self.sink.has_errors() && list.len() != table.entries.len() {
            // Formulas refer to parameters by position: a list with gaps is of no use, but the
            // rest of the file is still read for its own errors.
            list.clear();
            for entry in &table.entries {
                list.push(Parameter {
                    name: entry.key.clone(),
                    kind: ParameterKind::Free { value: Rational::ZERO, range: None },
                    unit: String::new(),
                    meaning: String::new(),
                    source: String::new(),
                    span: entry.key_span,
                });
            }
        }
        let derived = order.into_iter().filter(|&at| self.derived[at]).collect();
        Some((list, derived))
    }

    fn free(
        &mut self,
        value: &Node,
        details: &Table,
        name: &str,
        unit: &str,
    ) -> Option<ParameterKind> {
        let number = value.number()?;
        let range = details.get("range").and_then(|node| {
            let [least, largest] = node.list()? else { return None };
            Some((least.number()?, largest.number()?, node.span))
        });
        if let Some((least, largest, span)) = &range {
            if least > largest {
                self.sink.push(
                    Diagnostic::new(
                        Code::E025,
                        *span,
                        format!("the range of `{name}` runs backwards: [{least}, {largest}]"),
                        "the least value comes first",
                    )
                    .help(format!("[{largest}, {least}]")),
                );
                return None;
            }
            if &number < least || &number > largest {
                self.sink.push(
                    Diagnostic::new(
                        Code::E025,
                        value.span,
                        format!("the value of `{name}` lies outside its range: {number}"),
                        format!("not between {least} and {largest}"),
                    )
                    .related(*span, "the range"),
                );
                return None;
            }
        }
        if let Some(word) = in_unit_interval(unit) {
            let outside = |number: &Rational| number.is_negative() || number > &Rational::ONE;
            if outside(&number) {
                self.sink.push(
                    Diagnostic::new(
                        Code::E026,
                        value.span,
                        format!("`{name}` is a {word} and lies outside [0, 1]: {number}"),
                        "not between 0 and 1",
                    )
                    .help("a per cent is written 0.01; or the unit is another"),
                );
                return None;
            }
            if let Some((least, largest, span)) = &range
                && (outside(least) || outside(largest))
            {
                self.sink.push(Diagnostic::new(
                    Code::W004,
                    *span,
                    format!("`{name}` is a {word}, and its range leaves [0, 1]"),
                    "goes beyond 0 or 1",
                ));
            }
        }
        Some(ParameterKind::Free {
            value: number,
            range: range.map(|(least, largest, _)| (least, largest)),
        })
    }

    /// Says that definitions go round in a circle.
    pub(super) fn circle(&mut self, what: &str, circle: &[(String, Span)]) {
        let Some((first, span)) = circle.first() else { return };
        let shown: Vec<&str> = circle
            .iter()
            .map(|(name, _)| name.as_str())
            .take(8)
            .chain((circle.len() > 8).then_some("..."))
            .chain(std::iter::once(first.as_str()))
            .collect();
        let message = if circle.len() == 1 {
            format!("`{first}` is defined by itself")
        } else {
            format!("{what} go round in a circle: {}", shown.join(" → "))
        };
        self.error(Code::E017, *span, message, "needs itself");
    }
}

/// An order in which everything comes after what it reads; or a circle.
pub(super) fn order(reads: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut missing: Vec<usize> = reads.iter().map(Vec::len).collect();
    let mut readers: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, list) in reads.iter().enumerate() {
        for &read in list {
            readers.entry(read).or_default().push(at);
        }
    }
    let mut order: Vec<usize> = (0..reads.len()).filter(|&at| missing[at] == 0).collect();
    let mut next = 0;
    while next < order.len() {
        for &reader in readers.get(&order[next]).map_or(&[][..], Vec::as_slice) {
            missing[reader] -= 1;
            if missing[reader] == 0 {
                order.push(reader);
            }
        }
        next += 1;
    }
    if order.len() == reads.len() {
        return Ok(order);
    }
    // Whatever is left reads something that is left: following that, a place comes again.
    let mut at = (0..reads.len()).find(|&at| missing[at] > 0).unwrap_or(0);
    let mut path = vec![];
    let mut seen = vec![false; reads.len()];
    while !seen[at] {
        seen[at] = true;
        path.push(at);
        match reads[at].iter().copied().find(|&read| missing[read] > 0) {
            Some(read) => at = read,
            None => break,
        }
    }
    let start = path.iter().position(|&step| step == at).unwrap_or(0);
    let mut circle = path.split_off(start);
    // Begin with what stands first in the file.
    if let Some(first) = (0..circle.len()).min_by_key(|&k| circle[k]) {
        circle.rotate_left(first);
    }
    Err(circle)
}
