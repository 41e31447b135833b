//! A table of typed cells, before anyone decides how it is written.
//!
//! Columns say how their numbers are written and aligned; rows come in groups that may have a
//! title; footnotes and sentences stand below. A cell keeps its exact number, so that the terminal
//! can show four places and a CSV file the whole fraction.

use crate::num::{Notation, Rational, abridge};

/// Where the text of a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// At the left edge; only such columns are broken over several lines.
    Left,
    /// At the right edge.
    Right,
    /// Decimal point under decimal point.
    Decimal,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name in CSV and JSON: lower case, words joined by `_`, unique in the table.
    pub key: String,
    /// The name that people read.
    pub header: String,
    /// The unit, shown under the header.
    pub unit: Option<String>,
    /// How numbers are written.
    pub notation: Notation,
    /// Where the text stands.
    pub alignment: Alignment,
    /// Whether the column names its row. Such columns come first, and are repeated when a table
    /// is too wide for one block.
    pub names_row: bool,
}

impl Column {
    /// A column of text that names its row.
    pub fn name(key: impl Into<String>, header: impl Into<String>) -> Self {
        Column { names_row: true, ..Column::text(key, header) }
    }

    /// A column of text.
    pub fn text(key: impl Into<String>, header: impl Into<String>) -> Self {
        Column {
            key: key.into(),
            header: header.into(),
            unit: None,
            notation: Notation::Short(4),
            alignment: Alignment::Left,
            names_row: false,
        }
    }

    /// A column of numbers, aligned on the decimal point.
    pub fn number(key: impl Into<String>, header: impl Into<String>, notation: Notation) -> Self {
        Column { notation, alignment: Alignment::Decimal, ..Column::text(key, header) }
    }

    /// The same column with a unit.
    #[must_use]
    pub fn with_unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }
}

/// Which way a quantity moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It fell.
    Lower,
    /// It stayed the same, exactly.
    Same,
    /// It rose.
    Higher,
}

/// Whether a change is to the good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// To the good.
    Better,
    /// To the bad.
    Worse,
    /// Neither, or the quantity has no good direction.
    Neutral,
}

impl Direction {
    /// The word: `lower`, `same` or `higher`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Direction::Lower => "lower",
            Direction::Same => "same",
            Direction::Higher => "higher",
        }
    }

    /// The arrow: `↓`, `=` or `↑`.
    #[must_use]
    pub fn arrow(self) -> &'static str {
        match self {
            Direction::Lower => "↓",
            Direction::Same => "=",
            Direction::Higher => "↑",
        }
    }
}

impl Verdict {
    /// The word: `better`, `worse`, or nothing.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Better => "better",
            Verdict::Worse => "worse",
            Verdict::Neutral => "",
        }
    }
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Words.
    Text(String),
    /// An exact number.
    Exact(Rational),
    /// A machine number, which is not claimed to be exact.
    Float(f64),
    /// The sign of a change and what to think of it; never by colour alone.
    Change(Direction, Verdict),
    /// There is no value here: written `–`, and left empty in files.
    Missing,
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What it holds.
    pub content: Content,
    /// Another notation than the column's.
    pub notation: Option<Notation>,
    /// The position of a footnote in [`Table::footnotes`].
    pub footnote: Option<usize>,
    /// Coloured on a terminal; the text must say it too.
    pub verdict: Verdict,
    /// The number that CSV files hold in place of words, so that a column of numbers stays one.
    pub in_files: Option<f64>,
}

impl Cell {
    fn new(content: Content) -> Self {
        Cell { content, notation: None, footnote: None, verdict: Verdict::Neutral, in_files: None }
    }

    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Cell::new(Content::Text(text.into()))
    }

    /// No value.
    #[must_use]
    pub fn missing() -> Self {
        Cell::new(Content::Missing)
    }

    /// The sign of a change.
    #[must_use]
    pub fn change(direction: Direction, verdict: Verdict) -> Self {
        Cell { verdict, ..Cell::new(Content::Change(direction, verdict)) }
    }

    /// The same cell in another notation than its column's.
    #[must_use]
    pub fn with_notation(mut self, notation: Notation) -> Self {
        self.notation = Some(notation);
        self
    }

    /// The same cell with a mark that points to a footnote.
    #[must_use]
    pub fn with_footnote(mut self, position: usize) -> Self {
        self.footnote = Some(position);
        self
    }

    /// The same cell, which CSV files hold as this number: `inf` for `never`.
    #[must_use]
    pub fn in_files(mut self, value: f64) -> Self {
        self.in_files = Some(value);
        self
    }

    /// The same cell, coloured on a terminal.
    #[must_use]
    pub fn with_verdict(mut self, verdict: Verdict) -> Self {
        self.verdict = verdict;
        self
    }
}

impl From<Rational> for Cell {
    fn from(value: Rational) -> Self {
        Cell::new(Content::Exact(value))
    }
}

impl From<&Rational> for Cell {
    fn from(value: &Rational) -> Self {
        Cell::new(Content::Exact(value.clone()))
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Cell::new(Content::Float(value))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::text(text)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::text(text)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or_else(Cell::missing, Into::into)
    }
}

/// One row: a cell for every column.
pub type Row = Vec<Cell>;

/// Rows that belong together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    /// The title above them.
    pub title: Option<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A sentence below the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// What it is about, set apart from the text: `hotline`.
    pub about: Option<String>,
    /// The sentence.
    pub text: String,
}

/// A table that cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// A row has another number of cells than the table has columns.
    #[error("a row has {cells} cells, the table has {columns} columns")]
    Ragged {
        /// Cells of the row.
        cells: usize,
        /// Columns of the table.
        columns: usize,
    },
}

/// A table: columns, groups of rows, and what stands below.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The title above the table; may be empty.
    pub title: String,
    columns: Vec<Column>,
    groups: Vec<Group>,
    /// Numbered a, b, c, … in this order.
    pub footnotes: Vec<String>,
    /// Plain sentences below the footnotes.
    pub sentences: Vec<Sentence>,
}

impl Table {
    /// A table without rows.
    pub fn new(title: impl Into<String>, columns: Vec<Column>) -> Self {
        Table { title: title.into(), columns, ..Table::default() }
    }

    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The groups of rows.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The number of rows of all groups.
    #[must_use]
    pub fn len(&self) -> usize {
        self.groups.iter().map(|group| group.rows.len()).sum()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Starts a group: the rows that follow belong to it.
    pub fn start_group(&mut self, title: impl Into<String>) {
        self.groups.push(Group { title: Some(title.into()), rows: Vec::new() });
    }

    /// Adds a row to the last group.
    ///
    /// # Errors
    /// [`TableError::Ragged`] when the row has not one cell for each column; the table is then
    /// unchanged.
    pub fn try_push(&mut self, row: Row) -> Result<(), TableError> {
        if row.len() != self.columns.len() {
            return Err(TableError::Ragged { cells: row.len(), columns: self.columns.len() });
        }
        if let Some(group) = self.groups.last_mut() {
            group.rows.push(row);
        } else {
            self.groups.push(Group { title: None, rows: vec![row] });
        }
        Ok(())
    }

    /// Adds a row to the last group; a row that is too short is filled with missing cells, and
    /// cells beyond the last column are dropped.
    pub fn push(&mut self, mut row: Row) {
        debug_assert_eq!(row.len(), self.columns.len(), "one cell for each column");
        row.resize(self.columns.len(), Cell::missing());
        // The row has now the right length, so that adding it cannot fail.
        let _ = self.try_push(row);
    }

    /// Adds a footnote and returns its position for [`Cell::with_footnote`]; an equal footnote is
    /// used again.
    pub fn footnote(&mut self, text: impl Into<String>) -> usize {
        let text = text.into();
        if let Some(position) = self.footnotes.iter().position(|known| *known == text) {
            return position;
        }
        self.footnotes.push(text);
        self.footnotes.len() - 1
    }

    /// Adds a sentence below the table.
    pub fn sentence(&mut self, about: Option<&str>, text: impl Into<String>) {
        self.sentences.push(Sentence { about: about.map(Into::into), text: text.into() });
    }
}

/// The mark of a footnote: a, b, …, z, aa, ab, …
pub(super) fn footnote_mark(position: usize) -> String {
    let mut mark = Vec::new();
    let mut left = position + 1;
    while left > 0 {
        left -= 1;
        // A remainder below 26.
        mark.push(b'a' + (left % 26) as u8);
        left /= 26;
    }
    mark.iter().rev().map(|&byte| byte as char).collect()
}

/// The words of a cell as people read them, without footnote mark.
pub(super) fn cell_text(cell: &Cell, column: &Column) -> String {
    let notation = cell.notation.unwrap_or(column.notation);
    match &cell.content {
        Content::Text(text) => abridge(&one_line(text)),
        Content::Exact(value) => notation.exact(value),
        Content::Float(value) => notation.float(*value),
        Content::Change(direction, verdict) => match (direction, verdict) {
            (Direction::Same, _) => "= same".into(),
            (_, Verdict::Neutral) => format!("{} {}", direction.arrow(), direction.word()),
            _ => format!("{} {}", direction.arrow(), verdict.word()),
        },
        Content::Missing => "–".into(),
    }
}

/// Text on one line and without control characters, which could otherwise command a terminal.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_whitespace() {
            if !line.ends_with(' ') {
                line.push(' ');
            }
        } else if !character.is_control() && !is_bidirectional_control(character) {
            line.push(character);
        }
    }
    line.trim().to_string()
}

/// Marks that reorder the text around them, and would let a file disguise what it says.
fn is_bidirectional_control(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footnotes_are_lettered_like_columns_of_a_spreadsheet() {
        let marks: Vec<String> = [0, 1, 25, 26, 27, 701, 702].map(footnote_mark).to_vec();
        assert_eq!(marks, ["a", "b", "z", "aa", "ab", "zz", "aaa"]);
    }

    #[test]
    fn equal_footnotes_are_kept_once() {
        let mut table = Table::new("", vec![Column::name("a", "A")]);
        assert_eq!(table.footnote("x"), 0);
        assert_eq!(table.footnote("y"), 1);
        assert_eq!(table.footnote("x"), 0);
    }

    #[test]
    fn ragged_rows_are_refused() {
        let mut table = Table::new("", vec![Column::name("a", "A")]);
        let error = table.try_push(vec!["x".into(), "y".into()]).unwrap_err();
        assert_eq!(error.to_string(), "a row has 2 cells, the table has 1 columns");
        assert!(table.is_empty());
    }

    #[test]
    fn text_cannot_command_the_terminal() {
        assert_eq!(one_line("a\u{1b}[31m\n\tb\u{202e}c "), "a[31m bc");
    }
}
