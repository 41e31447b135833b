//! What is wrong with a model file, said so that a person can mend it.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::codes::Code;
use super::span::{Span, line_and_column};

/// The largest number of diagnostics that are shown together.
pub const MOST_DIAGNOSTICS: usize = 20;
/// Lines longer than this are shown in part.
const LONGEST_LINE: usize = 400;

/// One thing that is wrong, or odd, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its code.
    pub code: Code,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The place.
    pub span: Span,
    /// What stands under the caret.
    pub label: String,
    /// Another place that matters, and what it is.
    pub related: Option<(Span, String)>,
    /// What would be right.
    pub help: Option<String>,
    /// The line of the place, from 1.
    pub line: usize,
    /// The column of the place in characters, from 1.
    pub column: usize,
}

impl Diagnostic {
    pub(crate) fn new(
        code: Code,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Diagnostic {
            code,
            message: message.into(),
            span,
            label: label.into(),
            related: None,
            help: None,
            line: 0,
            column: 0,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// `did you mean …?` for the nearest name; otherwise the list, where it is short.
    pub(crate) fn suggest<'n>(
        mut self,
        wrong: &str,
        candidates: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        let list: Vec<&str> = candidates.into_iter().collect();
        self.help = match super::suggest::nearest(wrong, list.iter().copied()) {
            Some(close) => Some(format!("did you mean `{close}`?")),
            None if list.is_empty() || list.len() > 12 => self.help,
            None => Some(format!(
                "possible here: {}",
                list.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            )),
        };
        self
    }

    pub(crate) fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related = Some((span, label.into()));
        self
    }

    /// The diagnostic in the look of the Rust compiler.
    #[must_use]
    pub fn render(&self, file: &str, text: &str, colour: bool) -> String {
        let level = if self.code.is_warning() { Level::WARNING } else { Level::ERROR };
        let file = printable(file);
        let (excerpt, first_line, span) = excerpt(text, self.span);
        let mut group = level
            .primary_title(printable(&self.message))
            .id(self.code.name())
            .element(Origin::path(file.as_str()).line(self.line).char_column(self.column))
            .element(
                Snippet::source(excerpt)
                    .line_start(first_line)
                    .annotation(AnnotationKind::Primary.span(span).label(printable(&self.label))),
            );
        if let Some((place, label)) = &self.related {
            let (line, column) = line_and_column(text, place.start);
            let (excerpt, first_line, span) = self::excerpt(text, *place);
            group =
                group.element(Origin::path(file.as_str()).line(line).char_column(column)).element(
                    Snippet::source(excerpt)
                        .line_start(first_line)
                        .annotation(AnnotationKind::Context.span(span).label(printable(label))),
                );
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(printable(help)));
        }
        let report: [Group<'_>; 1] = [group];
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let rendered = renderer.render(&report);
        rendered.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }
}

/// Text without control characters, which a terminal might obey.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
}

/// The line (or the part of a long line) that holds the start of a span; its number; and the span
/// within it.
fn excerpt(text: &str, span: Span) -> (String, usize, std::ops::Range<usize>) {
    let boundary = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(span.start);
    let end = boundary(span.end.max(start));
    let first_line = text[..start].bytes().filter(|&b| b == b'\n').count() + 1;
    let mut from = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let mut to = text[start..].find('\n').map_or(text.len(), |at| start + at);
    if to > from && text.as_bytes()[to - 1] == b'\r' && to - 1 >= start {
        to -= 1;
    }
    if to - from > LONGEST_LINE {
        from = from.max(boundary(start.saturating_sub(LONGEST_LINE / 4)));
        to = to.min(boundary(start + LONGEST_LINE / 2));
    }
    let end = end.clamp(start, to.max(start));
    (printable_same_length(&text[from..to.max(from)]), first_line, start - from..end - from)
}

/// Like [`printable`], but each character keeps its length in bytes.
fn printable_same_length(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let plain = !c.is_control() || c == '\t';
            let count = if plain { 1 } else { c.len_utf8() };
            std::iter::repeat_n(if plain { c } else { '?' }, count)
        })
        .collect()
}

/// All that is wrong with a model file, in the order of the places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostics {
    /// The name of the file as given.
    pub file: String,
    /// Its text.
    pub text: String,
    /// At most [`MOST_DIAGNOSTICS`] errors.
    pub list: Vec<Diagnostic>,
    /// How many more there are.
    pub omitted: usize,
}

impl Diagnostics {
    /// All diagnostics in the look of the Rust compiler, and a line that counts them.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let mut parts: Vec<String> = self
            .list
            .iter()
            .map(|diagnostic| diagnostic.render(&self.file, &self.text, colour))
            .collect();
        let total = self.list.len() + self.omitted;
        let count = if total == 1 { "1 error".to_owned() } else { format!("{total} errors") };
        let shown = match self.omitted {
            0 => String::new(),
            _ => format!("; the first {} are shown", self.list.len()),
        };
        parts.push(format!("{}: {count}{shown}", printable(&self.file)));
        parts.join("\n\n")
    }
}

impl std::fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}

/// Collects diagnostics while a file is read.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
    /// Errors beyond what is worth keeping.
    dropped: usize,
}

/// So many errors are collected, sorted by place, before the first ones are shown.
const MOST_COLLECTED: usize = 2000;

impl Sink {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        let list = if diagnostic.code.is_warning() { &mut self.warnings } else { &mut self.errors };
        if list.len() < MOST_COLLECTED {
            list.push(diagnostic);
        } else if !diagnostic.code.is_warning() {
            self.dropped += 1;
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// All errors, or else all warnings.
    pub(crate) fn finish(self, file: &str, text: &str) -> Result<Vec<Diagnostic>, Diagnostics> {
        let sorted = |mut list: Vec<Diagnostic>| {
            list.sort_by_key(|diagnostic| diagnostic.span.start);
            list.dedup();
            list
        };
        let placed = |list: &mut Vec<Diagnostic>| {
            list.truncate(MOST_DIAGNOSTICS);
            for diagnostic in list {
                (diagnostic.line, diagnostic.column) = line_and_column(text, diagnostic.span.start);
            }
        };
        if self.errors.is_empty() {
            let mut warnings = sorted(self.warnings);
            placed(&mut warnings);
            return Ok(warnings);
        }
        let mut list = sorted(self.errors);
        let omitted = list.len().saturating_sub(MOST_DIAGNOSTICS) + self.dropped;
        placed(&mut list);
        Err(Diagnostics { file: file.to_owned(), text: text.to_owned(), list, omitted })
    }
}
