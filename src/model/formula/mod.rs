//! The formula language: text → tokens → tree → tape → numbers.
//!
//! A formula is read into a [`parser::Tree`], in which every node keeps its place. When the file is
//! read, all names are resolved and all formulas over the profile go into one [`Tape`]: a list of
//! operations in which every operation refers to earlier ones, equal operations are shared, and
//! constants are folded. An operation knows the axes (players) on which it depends and is evaluated
//! on the grid of those alone. The same tape serves every [`Scalar`](crate::num::Scalar).
//!
//! Failure is a value: an operation without an answer (1/0) marks its cell, the mark passes on to
//! what uses it, and only an `if`, `and` or `or` that does not need the cell stops it.

pub(crate) mod build;
pub(crate) mod lexer;
pub(crate) mod parser;
pub(crate) mod run;
pub(crate) mod tape;

pub(crate) use build::TapeBuilder;
pub(crate) use parser::{Tree, parse};
pub(crate) use run::TapeRun;
pub(crate) use tape::{NodeId, Tape};

use super::span::Span;

/// The largest number of characters of a formula.
pub const LONGEST_FORMULA: usize = 4096;
/// The largest depth of brackets, calls and signs in a formula.
pub const DEEPEST_FORMULA: usize = 64;

/// What is wrong with the text of a formula; places count from its first byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormulaError {
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) label: String,
    pub(crate) help: Option<String>,
    /// Whether a limit was reached, and not the grammar broken.
    pub(crate) limit: bool,
}

impl FormulaError {
    fn new(span: Span, message: String, label: impl Into<String>) -> Self {
        FormulaError { span, message, label: label.into(), help: None, limit: false }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn limit(mut self) -> Self {
        self.limit = true;
        self
    }
}
