//! The integer-pivoting dictionary: linear equations solved for a basis, without fractions.
//!
//! A dictionary expresses basic variables by non-basic ones. Over the common denominator d > 0, the
//! row of the basic variable b reads
//!
//! > d·b + Σ_c t_{b,c} · x_c = t_{b,0},
//!
//! so that at the basic solution (all non-basic variables zero) b = t_{b,0}/d. All t and d are
//! integers for ever: they are minors of the first table (Edmonds 1967; Bareiss 1968; Avis 2000 for
//! lrs). Lemke–Howson, the exact simplex and the enumeration of vertices all pivot on it.
//!
//! Entries are 64-bit integers until one does not fit, then 128-bit, then of any size, for the
//! whole dictionary at once; and they come back as soon as all fit again. No result depends on the
//! width. See `table` for the arithmetic.
//!
//! *Conventions.* Variables are numbered by labels 0, 1, 2, …. Column 0 of a row is the constant,
//! columns 1 to [`Dictionary::columns`] belong to non-basic variables. To *raise* a non-basic
//! variable lowers the basic ones with a positive entry in its column.

use std::cmp::Ordering;

use dashu_int::IBig;

use crate::num::Rational;

mod table;

#[cfg(test)]
mod tests;

pub use table::RowSigns;
use table::Table;

/// The numbers, in the width that they need.
#[derive(Debug)]
enum Numbers {
    Small(Table<i64>),
    Wide(Table<i128>),
    Big(Table<IBig>),
}

use Numbers::{Big, Small, Wide};

/// Runs one expression on the table, whatever its width.
macro_rules! on_table {
    ($numbers:expr, $table:ident => $body:expr) => {
        match $numbers {
            Small($table) => $body,
            Wide($table) => $body,
            Big($table) => $body,
        }
    };
}

/// A number of this many bits or fewer is stored in 64 bits again, with room to grow.
const NARROW_SMALL: u32 = 48;
/// A number of this many bits or fewer is stored in 128 bits again, with room to grow.
const NARROW_WIDE: u32 = 104;

/// Where a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Basic, in this row (from 0).
    Row(usize),
    /// Non-basic, in this column (from 1).
    Column(usize),
    /// Not in the dictionary, or removed from it.
    Absent,
}

/// A system of linear equations solved for a basis, exact, over one denominator.
///
/// A pivot costs rows × columns multiplications. Memory: one integer for each entry.
///
/// ```
/// use detente::linear::{Dictionary, Place};
/// // x1 + 2 x2 + s3 = 4, 3 x1 + x2 + s4 = 6; variables 0, 1 are x, variables 2, 3 the slacks.
/// let mut dictionary = Dictionary::from_small(&[4, 1, 2, 6, 3, 1], &[2, 3], &[0, 1]);
/// dictionary.pivot(1, 1); // x1 enters, s4 leaves
/// assert_eq!(dictionary.place(0), Place::Row(1));
/// assert_eq!(dictionary.value(0).to_string(), "2");
/// dictionary.pivot(0, 2); // x2 enters, s3 leaves
/// assert_eq!(dictionary.value(1).to_string(), "6/5");
/// ```
#[derive(Debug)]
pub struct Dictionary {
    numbers: Numbers,
    row_labels: Vec<usize>,
    /// Position 0 is not used.
    column_labels: Vec<usize>,
    places: Vec<Place>,
}

impl Dictionary {
    /// The dictionary with these integer rows, each a constant followed by one entry for each
    /// column; denominator 1. Row r belongs to the basic variable `rows[r]`, column c ≥ 1 to the
    /// non-basic variable `columns[c − 1]`.
    ///
    /// # Panics
    /// When the number of entries is not rows × (columns + 1), or a label occurs twice.
    #[must_use]
    pub fn from_small(entries: &[i64], rows: &[usize], columns: &[usize]) -> Self {
        let width = columns.len() + 1;
        assert_eq!(entries.len(), rows.len() * width, "a dictionary of rows × (columns + 1)");
        if entries.contains(&i64::MIN) {
            // Its magnitude does not fit.
            let wide = entries.iter().map(|&entry| i128::from(entry)).collect();
            return Self::labelled(Wide(Table::new(1, wide, width, width)), rows, columns);
        }
        Self::labelled(Small(Table::new(1, entries.to_vec(), width, width)), rows, columns)
    }

    /// As [`Dictionary::from_small`], for integers of any size.
    ///
    /// # Panics
    /// As [`Dictionary::from_small`].
    #[must_use]
    pub fn from_integers(entries: Vec<IBig>, rows: &[usize], columns: &[usize]) -> Self {
        let width = columns.len() + 1;
        assert_eq!(entries.len(), rows.len() * width, "a dictionary of rows × (columns + 1)");
        let table = Table::new(IBig::ONE, entries, width, width);
        let mut dictionary = Self::labelled(Big(table), rows, columns);
        dictionary.narrow();
        dictionary
    }

    fn labelled(numbers: Numbers, rows: &[usize], columns: &[usize]) -> Self {
        let labels = rows.iter().chain(columns).max().map_or(0, |&label| label + 1);
        let mut places = vec![Place::Absent; labels];
        for (row, &label) in rows.iter().enumerate() {
            assert_eq!(places[label], Place::Absent, "each label belongs to one variable");
            places[label] = Place::Row(row);
        }
        let mut column_labels = vec![usize::MAX];
        for (column, &label) in columns.iter().enumerate() {
            assert_eq!(places[label], Place::Absent, "each label belongs to one variable");
            places[label] = Place::Column(column + 1);
            column_labels.push(label);
        }
        Dictionary { numbers, row_labels: rows.to_vec(), column_labels, places }
    }

    /// The number of rows, which is the number of basic variables.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.row_labels.len()
    }

    /// The number of non-basic variables; their columns are 1 to this number, inclusive.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.column_labels.len() - 1
    }

    /// The basic variable of a row.
    #[must_use]
    pub fn row_label(&self, row: usize) -> usize {
        self.row_labels[row]
    }

    /// The non-basic variable of a column ≥ 1.
    #[must_use]
    pub fn column_label(&self, column: usize) -> usize {
        self.column_labels[column]
    }

    /// The labels of the basic variables, by row.
    #[must_use]
    pub fn row_labels(&self) -> &[usize] {
        &self.row_labels
    }

    /// The labels of the non-basic variables, by column from column 1 on.
    #[must_use]
    pub fn column_labels(&self) -> &[usize] {
        &self.column_labels[1..]
    }

    /// Where a variable is.
    #[inline]
    #[must_use]
    pub fn place(&self, label: usize) -> Place {
        self.places.get(label).copied().unwrap_or(Place::Absent)
    }

    /// The sign of an entry; column 0 is the constant.
    #[inline]
    #[must_use]
    pub fn sign(&self, row: usize, column: usize) -> Ordering {
        use table::Cell;
        on_table!(&self.numbers, table => Cell::sign(table.at(row, column)))
    }

    /// Whether an entry is positive.
    #[inline]
    #[must_use]
    pub fn is_positive(&self, row: usize, column: usize) -> bool {
        self.sign(row, column) == Ordering::Greater
    }

    /// Whether an entry is negative.
    #[inline]
    #[must_use]
    pub fn is_negative(&self, row: usize, column: usize) -> bool {
        self.sign(row, column) == Ordering::Less
    }

    /// Whether an entry is zero.
    #[inline]
    #[must_use]
    pub fn is_zero(&self, row: usize, column: usize) -> bool {
        self.sign(row, column) == Ordering::Equal
    }

    /// The order of two entries, each given as (row, column).
    #[must_use]
    pub fn compare(&self, first: (usize, usize), second: (usize, usize)) -> Ordering {
        use table::Cell;
        on_table!(&self.numbers, table =>
            table.at(first.0, first.1).order(table.at(second.0, second.1)))
    }

    /// The order of the products of entries (r, i)·(s, j) and (r, j)·(s, i): for positive (r, j)
    /// and (s, j) it is the order of the ratios (r, i)/(r, j) and (s, i)/(s, j).
    #[must_use]
    pub fn compare_ratios(&self, r: usize, s: usize, i: usize, j: usize) -> Ordering {
        use table::Cell;
        on_table!(&self.numbers, table =>
            Cell::compare_products(table.at(r, i), table.at(s, j), table.at(s, i), table.at(r, j)))
    }

    /// An entry as a machine number over the common denominator; near, not exact.
    #[must_use]
    pub fn approximate(&self, row: usize, column: usize) -> f64 {
        use table::Cell;
        on_table!(&self.numbers, table =>
            table.at(row, column).approximate() / table.denominator.approximate())
    }

    /// An entry before division by the denominator.
    #[must_use]
    pub fn integer(&self, row: usize, column: usize) -> IBig {
        use table::Cell;
        on_table!(&self.numbers, table => table.at(row, column).to_big())
    }

    /// The common denominator, positive.
    #[must_use]
    pub fn denominator(&self) -> IBig {
        use table::Cell;
        on_table!(&self.numbers, table => table.denominator.to_big())
    }

    /// The exact entry t/d.
    #[must_use]
    pub fn entry(&self, row: usize, column: usize) -> Rational {
        match &self.numbers {
            // The least 64-bit integer never occurs, and the denominator is positive.
            Small(table) => Rational::new(*table.at(row, column), table.denominator),
            _ => Rational::from_integers(self.integer(row, column), self.denominator()),
        }
    }

    /// The exact value of a variable at the basic solution; zero when it is not basic.
    #[must_use]
    pub fn value(&self, label: usize) -> Rational {
        match self.place(label) {
            Place::Row(row) => self.entry(row, 0),
            Place::Column(_) | Place::Absent => Rational::ZERO,
        }
    }

    /// About how long a pivot takes, in nanoseconds: for budgets of time.
    #[must_use]
    pub fn pivot_cost(&self) -> usize {
        let cost = match &self.numbers {
            Small(_) => 2,
            Wide(_) => 8,
            // Long numbers: a multiplication and a division on the heap.
            Big(table) => 256 + table.bits.first().map_or(0, |&bits| bits as usize),
        };
        self.rows() * (self.columns() + 1) * cost
    }

    /// About how many bytes a copy takes.
    #[must_use]
    pub fn copy_size(&self) -> usize {
        let size = match &self.numbers {
            Small(_) => 8,
            Wide(_) => 16,
            Big(table) => 48 + table.bits.first().map_or(0, |&bits| bits as usize / 8),
        };
        self.rows() * (self.columns() + 1) * size
    }

    /// Whether all constants are at least zero.
    #[must_use]
    pub fn is_feasible(&self) -> bool {
        (0..self.rows()).all(|row| !self.is_negative(row, 0))
    }

    /// The variable of column `column` enters the basis, the one of row `row` leaves.
    ///
    /// # Panics
    /// When the entry is zero.
    pub fn pivot(&mut self, row: usize, column: usize) {
        assert!(!self.is_zero(row, column), "the pivot is not zero");
        let mut first = 0;
        while let Err(at) =
            on_table!(&mut self.numbers, table => table.eliminate(row, column, first))
        {
            // Rows before `at` are done, the others are untouched: go on in the next width.
            self.widen();
            first = at;
        }
        on_table!(&mut self.numbers, table => table.turn(row, column));
        let (entering, leaving) = (self.column_labels[column], self.row_labels[row]);
        self.row_labels[row] = entering;
        self.column_labels[column] = leaving;
        self.places[entering] = Place::Row(row);
        self.places[leaving] = Place::Column(column);
        if !matches!(self.numbers, Small(_)) {
            self.narrow();
        }
    }

    fn widen(&mut self) {
        let wider = match &self.numbers {
            Small(table) => Wide(table.converted(|&entry| i128::from(entry))),
            Wide(table) => Big(table.converted(|&entry| IBig::from(entry))),
            Big(_) => return,
        };
        self.numbers = wider;
    }

    fn narrow(&mut self) {
        use table::Cell;
        // The bounds for the rows can be long where the entries are not, but the next elimination
        // makes them right again.
        let longest = on_table!(&self.numbers, table =>
            table.bits.iter().copied().max().unwrap_or(0).max(Cell::bits(&table.denominator)));
        // Every entry is shorter than the bound, so that the conversions cannot fail.
        let narrower = match &self.numbers {
            Wide(table) if longest <= NARROW_SMALL => Small(table.converted(|&entry| entry as i64)),
            Big(table) if longest <= NARROW_SMALL => {
                Small(table.converted(|entry| i64::try_from(entry).unwrap_or(0)))
            }
            Big(table) if longest <= NARROW_WIDE => {
                Wide(table.converted(|entry| i128::try_from(entry).unwrap_or(0)))
            }
            _ => return,
        };
        self.numbers = narrower;
    }

    /// Drops a row and its basic variable; the last row takes its place.
    pub fn remove_row(&mut self, row: usize) {
        on_table!(&mut self.numbers, table => table.remove_row(row));
        self.places[self.row_labels[row]] = Place::Absent;
        self.row_labels.swap_remove(row);
        if let Some(&moved) = self.row_labels.get(row) {
            self.places[moved] = Place::Row(row);
        }
    }

    /// Fixes the non-basic variable of a column at zero for ever; the last column takes its place.
    pub fn remove_column(&mut self, column: usize) {
        on_table!(&mut self.numbers, table => table.remove_column(column));
        self.places[self.column_labels[column]] = Place::Absent;
        self.column_labels.swap_remove(column);
        if let Some(&moved) = self.column_labels.get(column) {
            self.places[moved] = Place::Column(column);
        }
    }

    /// The rows from 0 to `rows` (exclusive) with a positive entry in `column` and the least ratio
    /// of constant to entry, ascending: where the basis meets its first bound as the variable is
    /// raised. Empty when nothing bounds it.
    #[must_use]
    pub fn blocking_rows(&self, column: usize, rows: usize) -> Vec<usize> {
        let mut blocking: Vec<usize> = Vec::new();
        on_table!(&self.numbers, table => table.least_ratio_rows(column, 0, 0..rows, &mut blocking));
        blocking
    }

    /// The row that leaves when the variable of `column` is raised, by the least ratio of constant
    /// to entry among the rows from 0 to `rows` (exclusive); ties go to the least label (Bland
    /// 1977). `None` when nothing bounds the variable.
    #[must_use]
    pub fn bland_row(&self, column: usize, rows: usize) -> Option<usize> {
        self.blocking_rows(column, rows).into_iter().min_by_key(|&row| self.row_labels[row])
    }

    /// The row that leaves when the variable of `column` is raised, among all rows: the least ratio,
    /// ties to `preferred` if it is among them, and then to the least label (Bland 1977).
    #[must_use]
    pub fn leaving_row(&self, column: usize, preferred: Option<usize>) -> Option<usize> {
        on_table!(&self.numbers, table => table.leaving_row(column, preferred, &self.row_labels))
    }

    /// The column with the greatest positive entry of a row, the constant aside.
    #[must_use]
    pub fn most_positive(&self, row: usize) -> Option<usize> {
        on_table!(&self.numbers, table => table.greatest(row, Ordering::Greater))
    }

    /// The column with the least negative entry of a row, the constant aside.
    #[must_use]
    pub fn most_negative(&self, row: usize) -> Option<usize> {
        on_table!(&self.numbers, table => table.greatest(row, Ordering::Less))
    }

    /// The column of least label whose entry in a row has this sign (Bland 1977).
    #[must_use]
    pub fn bland_column(&self, row: usize, sign: Ordering) -> Option<usize> {
        (1..=self.columns())
            .filter(|&column| self.sign(row, column) == sign)
            .min_by_key(|&column| self.column_labels[column])
    }

    /// Which signs occur in a row.
    #[must_use]
    pub fn row_signs(&self, row: usize) -> RowSigns {
        on_table!(&self.numbers, table => table.row_signs(row))
    }

    /// The constant of a row over the sum of its positive entries, as a machine number; infinite
    /// or large when there are none. For choices that need no certainty.
    #[must_use]
    pub fn tightness(&self, row: usize) -> f64 {
        on_table!(&self.numbers, table => table.tightness(row))
    }

    /// The row that leaves when the variable of `column` is raised, ties broken lexicographically:
    /// as if the first listed variable were to be at least −ε, the next at least −ε², and so on,
    /// for an infinitesimal ε > 0 (Dantzig, Orden & Wolfe 1955). `None` when nothing bounds it.
    ///
    /// When `order` lists the variables that were basic in some feasible dictionary, and every later
    /// pivot row comes from this rule with the same `order` and no column of a listed variable is
    /// removed, the row is unique and no basis recurs along a path of improving pivots.
    #[must_use]
    pub fn lexicographic_row(&self, column: usize, rows: usize, order: &[usize]) -> Option<usize> {
        let mut tied = self.blocking_rows(column, rows);
        let mut next = Vec::new();
        for &label in order {
            if tied.len() <= 1 {
                break;
            }
            match self.place(label) {
                // Only the row of a basic variable has its perturbation, and with a plus sign.
                Place::Row(row) => tied.retain(|&candidate| candidate != row),
                Place::Column(perturbed) => {
                    next.clear();
                    on_table!(&self.numbers, table => table.least_ratio_rows(
                        column, perturbed, tied.iter().copied(), &mut next));
                    std::mem::swap(&mut tied, &mut next);
                }
                Place::Absent => {}
            }
        }
        tied.first().copied()
    }
}

impl Clone for Dictionary {
    fn clone(&self) -> Self {
        Dictionary {
            numbers: match &self.numbers {
                Small(table) => Small(table.converted(|&entry| entry)),
                Wide(table) => Wide(table.converted(|&entry| entry)),
                Big(table) => Big(table.converted(IBig::clone)),
            },
            row_labels: self.row_labels.clone(),
            column_labels: self.column_labels.clone(),
            places: self.places.clone(),
        }
    }

    /// Copies into the memory of this dictionary where the widths agree.
    fn clone_from(&mut self, source: &Self) {
        match (&mut self.numbers, &source.numbers) {
            (Small(table), Small(other)) => table.copy_from(other),
            (Wide(table), Wide(other)) => table.copy_from(other),
            (Big(table), Big(other)) => table.copy_from(other),
            (numbers, Small(other)) => *numbers = Small(other.converted(|&entry| entry)),
            (numbers, Wide(other)) => *numbers = Wide(other.converted(|&entry| entry)),
            (numbers, Big(other)) => *numbers = Big(other.converted(IBig::clone)),
        }
        self.row_labels.clone_from(&source.row_labels);
        self.column_labels.clone_from(&source.column_labels);
        self.places.clone_from(&source.places);
    }
}
