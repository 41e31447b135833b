//! Checks a tree against the list of keys: unknown and missing keys, types, words of fixed lists.
//!
//! After this pass the lowering reads what has the right shape and passes over what has not, which
//! has been reported here.

use super::codes::Code;
use super::diagnostic::{Diagnostic, Sink};
use super::keys::{FILE, IN_PLACE_OF_PLAYERS, Key, OPERATORS, REPLACED, Section, Shape};
use super::span::Span;
use super::suggest::nearest;
use super::syntax::{Node, Table, Value};

/// The largest number of entries of a list.
pub const MOST_ENTRIES: usize = 10_000;

/// Checks a whole file; `false` when some list is so long that the file is not read further.
pub(crate) fn check(file: &Node, sink: &mut Sink) -> bool {
    let Some(table) = file.table() else { return false };
    section(table, &FILE, Span::new(0, 0), sink);
    !sink.has(Code::E030)
}

fn section(table: &Table, section: &Section, place: Span, sink: &mut Sink) {
    if sink.is_full() || !short_enough(table.entries.len(), place, sink) {
        return;
    }
    let names = || section.keys.iter().map(|key| key.name);
    for entry in &table.entries {
        if let Some(key) = section.keys.iter().find(|key| key.name == entry.key) {
            shape(&entry.value, key.shape, &format!("`{}`", key.name), sink);
        } else if let Some((what, rest)) = section.rest {
            let near = nearest(&entry.key, names()).filter(|near| !table_has(table, near));
            match (near, fits(&entry.value, rest)) {
                (Some(near), false) => unknown(&entry.key, entry.key_span, section, near, sink),
                _ => shape(&entry.value, rest, &format!("the {what} `{}`", entry.key), sink),
            }
        } else {
            sink.push(
                Diagnostic::new(
                    Code::E004,
                    entry.key_span,
                    format!("{} has no key `{}`", section.name, entry.key),
                    "unknown key",
                )
                .suggest(
                    &entry.key,
                    // A key that is near but there already is still worth naming.
                    names().filter(|name| {
                        !table_has(table, name) || nearest(&entry.key, names()) == Some(*name)
                    }),
                ),
            );
        }
    }
    // A file has either players or a game of another form.
    let whole = std::ptr::eq(section, &FILE);
    let instead = IN_PLACE_OF_PLAYERS.iter().find(|(key, _)| whole && table_has(table, key));
    let required = |key: &Key| match instead {
        Some((_, needed)) => {
            key.required && !REPLACED.contains(&key.name) || needed.contains(&key.name)
        }
        None => key.required,
    };
    for key in section.keys.iter().filter(|key| required(key) && !table_has(table, key.name)) {
        // A misspelt key is reported as such.
        let meant = table.entries.iter().any(|entry| {
            names().all(|name| name != entry.key) && nearest(&entry.key, names()) == Some(key.name)
        });
        if !meant {
            sink.push(
                Diagnostic::new(
                    Code::E005,
                    place,
                    format!("{} needs the key `{}`", section.name, key.name),
                    format!("`{}` is missing", key.name),
                )
                .help(format!("`{}`: {}", key.name, key.about)),
            );
        }
    }
}

fn unknown(key: &str, place: Span, section: &Section, near: &str, sink: &mut Sink) {
    sink.push(
        Diagnostic::new(
            Code::E004,
            place,
            format!("{} has no key `{key}`", section.name),
            "unknown key",
        )
        .help(format!("did you mean `{near}`?")),
    );
}

fn table_has(table: &Table, key: &str) -> bool {
    table.entry(key).is_some()
}

/// Whether the type of the value (and not what is inside it) is right.
fn fits(node: &Node, shape: Shape) -> bool {
    match (&node.value, shape) {
        (Value::Broken, _) => true,
        (_, Shape::Either(shapes)) => shapes.iter().any(|&shape| fits(node, shape)),
        (Value::Text(..), Shape::Text | Shape::Formula | Shape::Number | Shape::Choice(_))
        | (Value::Number(..), Shape::Count(..) | Shape::Number | Shape::Formula)
        | (Value::Flag(_), Shape::Flag)
        | (Value::List(_), Shape::Texts | Shape::List(_) | Shape::Range | Shape::Nested)
        | (Value::Table(_), Shape::Table(_) | Shape::Map(..) | Shape::Operator) => true,
        _ => false,
    }
}

/// What a shape is called in messages.
fn expected(shape: Shape) -> String {
    match shape {
        Shape::Text => "a text".into(),
        Shape::Texts => "a list of texts".into(),
        Shape::Flag => "true or false".into(),
        Shape::Count(..) => "a whole number".into(),
        Shape::Number => "a number, or a fraction as text such as \"1/3\"".into(),
        Shape::Formula => "a number or a formula as text".into(),
        Shape::Choice(words) => {
            words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" or ")
        }
        Shape::Range => "a list of two numbers, [least, largest]".into(),
        Shape::Table(section) => format!("a table with the keys of {}", section.name),
        Shape::Map(_, what) => format!("a table with a key for each {what}"),
        Shape::List(inner) => format!("a list, each entry {}", expected(*inner)),
        Shape::Nested => "nested lists of numbers".into(),
        Shape::Either(shapes) => {
            shapes.iter().map(|&shape| expected(shape)).collect::<Vec<_>>().join(", or ")
        }
        Shape::Operator => "a table with the key `op`".into(),
    }
}

fn shape(node: &Node, wanted: Shape, name: &str, sink: &mut Sink) {
    if sink.is_full() {
        return;
    }
    if !fits(node, wanted) {
        sink.push(wrong_type(node, wanted, name));
        return;
    }
    match (&node.value, wanted) {
        (Value::Broken, _) => {}
        (_, Shape::Either(shapes)) => {
            if let Some(&found) = shapes.iter().find(|&&shape| fits(node, shape)) {
                shape(node, found, name, sink);
            }
        }
        (Value::Table(table), Shape::Table(keys)) => section(table, keys, node.span, sink),
        (Value::Table(table), Shape::Operator) => operator(table, node.span, sink),
        (Value::Table(table), Shape::Map(inner, what))
            if short_enough(table.entries.len(), node.span, sink) =>
        {
            for entry in &table.entries {
                shape(&entry.value, *inner, &format!("the {what} `{}`", entry.key), sink);
            }
        }
        (Value::List(list), Shape::List(_) | Shape::Texts)
            if short_enough(list.len(), node.span, sink) =>
        {
            let inner = if let Shape::List(inner) = wanted { *inner } else { Shape::Text };
            for entry in list {
                shape(entry, inner, &format!("an entry of {name}"), sink);
            }
        }
        (Value::List(list), Shape::Nested) => {
            for entry in list {
                let inner = if entry.list().is_some() { Shape::Nested } else { Shape::Formula };
                shape(entry, inner, &format!("an entry of {name}"), sink);
            }
        }
        (Value::List(list), Shape::Range) => {
            if list.len() == 2 {
                for bound in list {
                    shape(bound, Shape::Number, &format!("a bound of {name}"), sink);
                }
            } else {
                sink.push(wrong_type(node, wanted, name));
            }
        }
        (Value::Text(text, _), Shape::Number) => {
            if let Err(error) = crate::num::parse_literal(text) {
                sink.push(Diagnostic::new(
                    Code::E008,
                    node.span,
                    error.to_string(),
                    "a number is expected here",
                ));
            }
        }
        (Value::Number(number, text), Shape::Count(least, most)) => {
            let (least, most) = (least.into(), most.into());
            if !number.is_integer() || number < &least || number > &most {
                sink.push(Diagnostic::new(
                    Code::E006,
                    node.span,
                    format!("{name} is a whole number between {least} and {most}: {text}"),
                    "not such a number",
                ));
            }
        }
        (Value::Text(text, _), Shape::Choice(words)) if !words.contains(&text.as_str()) => {
            sink.push(
                Diagnostic::new(
                    Code::E007,
                    node.span,
                    format!("{name} cannot be `{text}`"),
                    "not one of the possible words",
                )
                .suggest(text, words.iter().copied()),
            );
        }
        _ => {}
    }
}

fn short_enough(length: usize, place: Span, sink: &mut Sink) -> bool {
    if length > MOST_ENTRIES {
        sink.push(Diagnostic::new(
            Code::E030,
            place,
            format!("a list may have {MOST_ENTRIES} entries: this one has {length}"),
            "too many",
        ));
    }
    length <= MOST_ENTRIES
}

fn operator(table: &Table, place: Span, sink: &mut Sink) {
    let words = || OPERATORS.iter().map(|(word, _)| *word);
    match table.get("op") {
        None => {
            let list: Vec<&str> = words().collect();
            sink.push(
                Diagnostic::new(
                    Code::E005,
                    place,
                    "an operator needs the key `op`",
                    "`op` is missing",
                )
                .help(format!("`op` is one of {}", list.join(", "))),
            );
        }
        Some(node) => match node.text() {
            None => sink.push(wrong_type(node, Shape::Text, "`op`")),
            Some(word) => match OPERATORS.iter().find(|(known, _)| *known == word) {
                Some((_, keys)) => section(table, keys, place, sink),
                None => sink.push(
                    Diagnostic::new(
                        Code::E007,
                        node.span,
                        format!("there is no operator `{word}`"),
                        "unknown operator",
                    )
                    .suggest(word, words()),
                ),
            },
        },
    }
}

fn wrong_type(node: &Node, wanted: Shape, name: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::E006,
        node.span,
        format!("{name} is {}: {} found", expected(wanted), node.kind()),
        format!("{} is not expected here", node.kind()),
    );
    match (&node.value, wanted) {
        (Value::Number(_, text), Shape::Text) => {
            diagnostic.help(format!("write it between quotes: \"{text}\""))
        }
        (Value::Table(_), Shape::List(_)) => {
            diagnostic.help("write the heading with two brackets on each side: [[...]]")
        }
        (Value::Text(text, _), Shape::Texts) => diagnostic.help(format!("write [\"{text}\"]")),
        (Value::Text(text, _), Shape::Flag) if text == "true" || text == "false" => {
            diagnostic.help(format!("write {text} without quotes"))
        }
        (Value::Text(text, _), Shape::Count(..)) if text.parse::<u64>().is_ok() => {
            diagnostic.help(format!("write {text} without quotes"))
        }
        _ => diagnostic,
    }
}
