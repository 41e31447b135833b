//! The model file: text → syntax → checked model → numbers.
//!
//! [`Model::read`] is pure: a file name and a text go in, and a checked [`Model`] or all
//! [`Diagnostics`] come out. After that no name is looked up again: formulas are compiled, and
//! [`Model::tabulate`] gives the payoffs and outputs on the grid of the kept actions in exact
//! numbers or certified intervals.
//!
//! The format is documented in docs/model-format.md; one list of keys (`keys`) drives the reader
//! and the JSON Schema alike.

mod automaton;
mod blotto;
mod codes;
mod diagnostic;
mod formula;
mod inspection;
pub(crate) mod keys;
pub mod library;
mod lower;
mod program;
mod queries;
pub mod schema;
mod security;
mod span;
mod structure;
mod suggest;
mod syntax;
mod types;

pub use automaton::read_automaton;
pub use codes::Code;
pub use diagnostic::{Diagnostic, Diagnostics, MOST_DIAGNOSTICS};
pub use formula::{DEEPEST_FORMULA, LONGEST_FORMULA};
pub(crate) use lower::sha256;
pub use lower::{MOST_ACTIONS, MOST_CELLS, MOST_PLAYERS, MOST_PROFILES};
pub use program::{EvaluationError, Formula, HorizonOverrides, HorizonValues, Tables, Workspace};
pub use security::MOST_RESOURCES;
pub use span::Span;
pub use structure::MOST_ENTRIES;
pub use suggest::{nearest, remedy};
pub use syntax::{DEEPEST_NESTING, LARGEST_FILE};
pub use types::*;

impl Model {
    /// Reads a model file.
    ///
    /// Pure: `file` is only the name for messages. Reading ends within seconds whatever the text
    /// is; the limits are the constants of this module.
    ///
    /// # Errors
    /// All that is wrong with the file, up to 20 together, each with its place.
    pub fn read(file: &str, text: &str) -> Result<Model, Diagnostics> {
        lower::read(file, text)
    }
}

#[cfg(test)]
mod tests;
