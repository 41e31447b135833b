//! What is wrong with a model file, said so that a person can mend it.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::num::abridge;

use super::codes::Code;
use super::span::{Span, line_and_column};

/// The largest number of diagnostics that are shown together.
pub const MOST_DIAGNOSTICS: usize = 20;
/// Lines longer than this, in bytes, are shown in part.
const LONGEST_LINE: usize = 200;
/// So much of a long line is shown before and after the place.
const SHOWN_BEFORE: usize = 60;
/// See [`SHOWN_BEFORE`].
const SHOWN_AFTER: usize = 80;

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
            message: abridge(&message.into()),
            span,
            label: abridge(&label.into()),
            related: None,
            help: None,
            line: 0,
            column: 0,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(abridge(&help.into()));
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
        let mut group =
            Group::with_title(level.primary_title(printable(&self.message)).id(self.code.name()));
        let primary = Mark { span: self.span, label: &self.label, kind: AnnotationKind::Primary };
        let context = self.related.as_ref().map(|(span, label)| Mark {
            span: *span,
            label,
            kind: AnnotationKind::Context,
        });
        match context {
            None => group = shown(group, &file, text, &[primary]),
            Some(context) if near(text, self.span, context.span) => {
                group = shown(group, &file, text, &[primary, context]);
            }
            Some(context) => {
                group = shown(group, &file, text, &[primary]);
                group = shown(group, &file, text, &[context]);
            }
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

/// A place to point at.
struct Mark<'d> {
    span: Span,
    label: &'d str,
    kind: AnnotationKind,
}

/// Whether two places are few enough lines apart to be shown in one excerpt.
fn near(text: &str, a: Span, b: Span) -> bool {
    let (from, to) = (a.start.min(b.start), a.start.max(b.start));
    text.get(from..to).is_some_and(|between| {
        between.len() < 40 * LONGEST_LINE
            && between.lines().all(|line| line.len() <= LONGEST_LINE)
            && line_around(text, from).len() <= LONGEST_LINE
            && line_around(text, to).len() <= LONGEST_LINE
    })
}

/// The bytes of the line that holds a byte, without its end.
fn line_around(text: &str, at: usize) -> std::ops::Range<usize> {
    let from = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let mut to = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    if to > from.max(at) && text.as_bytes()[to - 1] == b'\r' {
        to -= 1;
    }
    from..to
}

/// The character boundary at or before a byte.
fn boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Adds the lines of some places with their marks; of a long line only the part around the place.
fn shown<'g>(group: Group<'g>, file: &str, text: &str, marks: &[Mark<'_>]) -> Group<'g> {
    let starts: Vec<usize> = marks.iter().map(|mark| boundary(text, mark.span.start)).collect();
    let lines: Vec<_> = starts.iter().map(|&start| line_around(text, start)).collect();
    let mut from = lines.iter().map(|line| line.start).min().unwrap_or(0);
    let mut to = lines.iter().map(|line| line.end).max().unwrap_or(0);
    let (line, column) = line_and_column(text, starts.first().copied().unwrap_or(0));
    let first_line = line_and_column(text, from).0;
    let cut = marks.len() == 1 && to - from > LONGEST_LINE;
    let mut before = "";
    if cut {
        let start = starts[0];
        let left = boundary(text, start.saturating_sub(SHOWN_BEFORE));
        if left > from {
            from = left;
            before = "… ";
        }
        to = to.min(boundary(text, start + SHOWN_AFTER));
    }
    let source = format!("{before}{}", printable_same_length(&text[from..to]));
    let mut snippet = Snippet::source(source).line_start(first_line);
    for ((mark, &start), line) in marks.iter().zip(&starts).zip(&lines) {
        // A place that covers several lines is marked on its first.
        let end = boundary(text, mark.span.end).clamp(start, line.end.min(to).max(start));
        let shift = |at: usize| at - from + before.len();
        let label = printable(mark.label);
        snippet = snippet.annotation(mark.kind.span(shift(start)..shift(end)).label(label));
    }
    if cut {
        // The column within the excerpt is not that of the file.
        let origin = Origin::path(file.to_owned()).line(line).char_column(column);
        group.element(origin).element(snippet)
    } else {
        group.element(snippet.path(file.to_owned()))
    }
}

/// Like [`printable`], but each character keeps its length in bytes.
fn printable_same_length(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let plain = !c.is_control() || c == '\t' || c == '\n';
            let count = if plain { 1 } else { c.len_utf8() };
            std::iter::repeat_n(
                if plain {
                    c
                } else if c == '\r' {
                    ' '
                } else {
                    '?'
                },
                count,
            )
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
    /// How many more there are, at least.
    pub omitted: usize,
}

impl Diagnostics {
    /// One error that ended the reading of a file.
    pub(crate) fn of(file: &str, text: &str, mut error: Diagnostic) -> Self {
        (error.line, error.column) = line_and_column(text, error.span.start);
        let (file, text) = (file.to_owned(), text.to_owned());
        Diagnostics { file, text, list: vec![error], omitted: 0 }
    }

    /// All diagnostics in the look of the Rust compiler, and a line that counts them.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let mut parts: Vec<String> = self
            .list
            .iter()
            .map(|diagnostic| diagnostic.render(&self.file, &self.text, colour))
            .collect();
        let total = self.list.len() + self.omitted;
        let count = match total {
            1 => "1 error".to_owned(),
            total if total >= MOST_COLLECTED => format!("at least {MOST_COLLECTED} errors"),
            total => format!("{total} errors"),
        };
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
const MOST_COLLECTED: usize = 200;

impl Sink {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        let list = if diagnostic.code.is_warning() { &mut self.warnings } else { &mut self.errors };
        if list.len() < MOST_COLLECTED {
            list.push(diagnostic);
        } else if !diagnostic.code.is_warning() {
            self.dropped += 1;
        }
    }

    /// Whether so much is wrong that looking for more is idle. Without this, a large file that is
    /// wrong all over would cost a search for near names at each place.
    pub(crate) fn is_full(&self) -> bool {
        self.errors.len() >= MOST_COLLECTED
    }

    /// Whether an error of this code was found.
    pub(crate) fn has(&self, code: Code) -> bool {
        self.errors.iter().any(|error| error.code == code)
    }

    /// A point to which [`Sink::roll_back`] returns.
    pub(crate) fn mark(&self) -> (usize, usize) {
        (self.errors.len(), self.warnings.len())
    }

    /// Forgets what came after the mark.
    pub(crate) fn roll_back(&mut self, (errors, warnings): (usize, usize)) {
        self.errors.truncate(errors);
        self.warnings.truncate(warnings);
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
