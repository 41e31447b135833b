//! Text → TOML with places, as a small tree of our own.
//!
//! Numbers keep their text and become exact rationals; keys keep their order.

use toml::de::{DeTable, DeValue};

use crate::num::{Rational, parse_literal};

use super::codes::Code;
use super::diagnostic::{Diagnostic, Sink};
use super::span::Span;

/// The largest file, in bytes.
pub const LARGEST_FILE: usize = 4 << 20;
/// The largest depth of tables and arrays.
pub const DEEPEST_NESTING: usize = 32;

/// A value and its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// A TOML value.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// A text, and where its first character stands when the file shows it without escapes.
    Text(String, Option<usize>),
    /// A number, and its text.
    Number(Rational, String),
    Flag(bool),
    List(Vec<Node>),
    Table(Table),
    /// What has been reported already.
    Broken,
}

/// A table: its entries in file order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) entries: Vec<Entry>,
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Node,
}

impl Table {
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::text)
    }

    pub(crate) fn table(&self, key: &str) -> Option<&Table> {
        self.get(key).and_then(Node::table)
    }

    /// The elements of a list; none when the key is absent.
    pub(crate) fn list(&self, key: &str) -> &[Node] {
        self.get(key).and_then(Node::list).unwrap_or_default()
    }

    /// The texts of a list of texts.
    pub(crate) fn texts(&self, key: &str) -> Vec<String> {
        self.list(key).iter().filter_map(Node::text).map(str::to_owned).collect()
    }
}

impl Node {
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text, _) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    pub(crate) fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        match self.value {
            Value::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// A number, written as one or as text.
    pub(crate) fn number(&self) -> Option<Rational> {
        match &self.value {
            Value::Number(number, _) => Some(number.clone()),
            Value::Text(text, _) => parse_literal(text).ok(),
            _ => None,
        }
    }

    /// What the value is called in messages.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Text(..) => "a text",
            Value::Number(..) => "a number",
            Value::Flag(_) => "true or false",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Broken => "a value",
        }
    }
}

/// Reads TOML; `None` when there are errors, which are then in `sink`.
pub(crate) fn read(text: &str, sink: &mut Sink) -> Option<Node> {
    if text.len() > LARGEST_FILE {
        sink.push(
            Diagnostic::new(
                Code::E002,
                Span::new(0, 0),
                format!("the file has {} bytes, and the limit is {LARGEST_FILE}", text.len()),
                "too large",
            )
            .help("a model file holds a model; large tables of data belong elsewhere"),
        );
        return None;
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().map_or(Span::new(text.len(), text.len()), Span::from);
        let message = error.message();
        let (what, expected) = message.split_once(", expected ").unwrap_or((message, ""));
        let deep = what.contains("recursion");
        let label = match expected {
            "" => "here".to_owned(),
            "nothing" => "nothing is expected here".to_owned(),
            expected => format!("expected {expected}"),
        };
        if deep {
            sink.push(too_deep(span));
            continue;
        }
        let mut diagnostic =
            Diagnostic::new(Code::E001, span, format!("not valid TOML: {what}"), label);
        if what.contains("duplicate key") {
            diagnostic = diagnostic.help("merge the two, or rename one of them");
        } else if what.contains("string") || what.contains("quote") {
            diagnostic = diagnostic.help("texts stand between double quotes: \"...\"");
        }
        sink.push(diagnostic);
    }
    if !errors.is_empty() {
        return None;
    }
    let span = Span::from(document.span());
    Some(Node { span, value: table(document.into_inner(), text, 1, sink) })
}

fn table(table: DeTable<'_>, text: &str, depth: usize, sink: &mut Sink) -> Value {
    let entries = table
        .into_iter()
        .map(|(key, value)| {
            let key_span = Span::from(key.span());
            let span = Span::from(value.span());
            let value = convert(value.into_inner(), span, text, depth + 1, sink);
            Entry { key: key.into_inner().into_owned(), key_span, value: Node { span, value } }
        })
        .collect();
    Value::Table(Table { entries })
}

fn convert(value: DeValue<'_>, span: Span, text: &str, depth: usize, sink: &mut Sink) -> Value {
    if depth > DEEPEST_NESTING {
        sink.push(too_deep(span));
        return Value::Broken;
    }
    match value {
        DeValue::String(content) => {
            let inner = inner_start(text, span, &content);
            Value::Text(content.into_owned(), inner)
        }
        DeValue::Integer(integer) if integer.radix() == 10 => {
            number(integer.as_str(), span, text, sink)
        }
        DeValue::Integer(integer) => {
            match i128::from_str_radix(integer.as_str(), integer.radix()) {
                Ok(value) => Value::Number(Rational::from(value), slice(text, span).to_owned()),
                Err(_) => {
                    sink.push(Diagnostic::new(Code::E008, span, "the number is too large", "here"));
                    Value::Broken
                }
            }
        }
        DeValue::Float(float) => number(float.as_str(), span, text, sink),
        DeValue::Boolean(flag) => Value::Flag(flag),
        DeValue::Datetime(_) => {
            sink.push(
                Diagnostic::new(
                    Code::E006,
                    span,
                    "dates have no meaning in a model file",
                    "this is a date",
                )
                .help("write it as a text, between quotes"),
            );
            Value::Broken
        }
        DeValue::Array(array) => Value::List(
            array
                .into_iter()
                .map(|node| {
                    let span = Span::from(node.span());
                    Node { span, value: convert(node.into_inner(), span, text, depth + 1, sink) }
                })
                .collect(),
        ),
        DeValue::Table(inner) => table(inner, text, depth, sink),
    }
}

fn too_deep(span: Span) -> Diagnostic {
    let message = format!("tables and arrays may nest {DEEPEST_NESTING} levels deep");
    Diagnostic::new(Code::E003, span, message, "too deep here")
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).unwrap_or_default()
}

fn number(literal: &str, span: Span, text: &str, sink: &mut Sink) -> Value {
    match parse_literal(literal) {
        Ok(value) => Value::Number(value, slice(text, span).to_owned()),
        Err(error) => {
            sink.push(Diagnostic::new(Code::E008, span, error.to_string(), "not a number here"));
            Value::Broken
        }
    }
}

/// Where the content of a quoted text begins, when the file shows it as it is.
fn inner_start(text: &str, span: Span, content: &str) -> Option<usize> {
    let raw = slice(text, span);
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| raw.starts_with(quote))?;
    let mut start = span.start + quote.len();
    if quote.len() == 3 {
        start += if text[start..].starts_with("\r\n") {
            2
        } else {
            usize::from(text[start..].starts_with('\n'))
        };
    }
    text[start..].starts_with(content).then_some(start)
}
