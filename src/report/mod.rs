//! What users read: tables and figures, in every format that detente writes.
//!
//! A [`Table`] holds typed cells, and a [`figure::Figure`] holds named data; neither knows how it
//! will be written. Each renderer is one pure function from such a value to text: [`text`] for
//! the terminal, [`csv`], [`json`], [`latex`] and [`markdown`] for files, [`figure`] for SVG.
//! [`tidy`] holds what CSV files hold: one table a result, with a row for each observation.
//! Nothing is computed here, numbers are written by [`crate::num::Notation`] alone, and equal
//! values give equal bytes.

pub mod bayesian;
pub mod blotto;
pub mod comparison;
pub mod csv;
pub mod figure;
pub mod inspection;
pub mod json;
pub mod latex;
pub mod markdown;
pub mod plots;
pub mod public;
pub mod result;
pub mod security;
pub mod shares;
pub mod simulation;
pub mod solution;
pub mod stochastic;
mod table;
pub mod text;
pub mod tidy;
pub mod titles;
pub mod tree;

pub use table::{
    Alignment, Cell, Column, Content, Direction, Group, Row, Sentence, Table, TableError, Verdict,
};
