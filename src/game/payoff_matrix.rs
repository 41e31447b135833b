//! Matrix games in machine numbers: what the row player receives from the column player.

use super::NormalForm;

/// A matrix game, row-major: entry (i, j) is what the row player, who maximises, receives from the
/// column player when they play i and j. Entries are finite.
#[derive(Debug, Clone, PartialEq)]
pub struct PayoffMatrix {
    columns: usize,
    entries: Vec<f64>,
}

/// A matrix that is no game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MatrixError {
    /// It has no row or no column.
    #[error("a matrix game has at least one row and one column")]
    Empty,
    /// The number of entries is not a multiple of the number of columns.
    #[error("{entries} entries do not fill rows of {columns}")]
    Ragged {
        /// The number of entries.
        entries: usize,
        /// The number of columns.
        columns: usize,
    },
    /// An entry is infinite or no number.
    #[error("the entry in row {row}, column {column} is not a finite number")]
    NotFinite {
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
    },
}

impl MatrixError {
    /// Whether entries fill rows of so many columns, and all are finite.
    pub(super) fn check<E>(
        columns: usize,
        entries: &[E],
        is_finite: impl Fn(&E) -> bool,
    ) -> Result<(), MatrixError> {
        if columns == 0 || entries.is_empty() {
            return Err(MatrixError::Empty);
        }
        if !entries.len().is_multiple_of(columns) {
            return Err(MatrixError::Ragged { entries: entries.len(), columns });
        }
        match entries.iter().position(|entry| !is_finite(entry)) {
            Some(at) => Err(MatrixError::NotFinite { row: at / columns, column: at % columns }),
            None => Ok(()),
        }
    }
}

impl PayoffMatrix {
    /// The game with these entries, one row after the other.
    ///
    /// # Errors
    /// [`MatrixError`].
    pub fn new(columns: usize, entries: Vec<f64>) -> Result<Self, MatrixError> {
        MatrixError::check(columns, &entries, |entry| entry.is_finite())?;
        Ok(PayoffMatrix { columns, entries })
    }

    /// The game of a player of two against the other, who wants the contrary; payoffs rounded to
    /// machine numbers.
    ///
    /// # Errors
    /// [`MatrixError::NotFinite`] when a payoff is beyond them.
    pub fn of_player(game: &NormalForm, player: usize) -> Result<Self, MatrixError> {
        let rows = game.num_actions(player);
        let columns = game.num_profiles() / rows;
        let mut entries = Vec::with_capacity(game.num_profiles());
        let stride = game.stride(player);
        for own in 0..rows {
            for index in 0..game.num_profiles() {
                if game.action_in(player, index) == 0 {
                    entries.push(game.payoff(player, index + own * stride).to_f64());
                }
            }
        }
        PayoffMatrix::new(columns, entries)
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.entries.len() / self.columns
    }

    /// The number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// All entries, row-major.
    #[must_use]
    pub fn entries(&self) -> &[f64] {
        &self.entries
    }

    /// One row.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn row(&self, row: usize) -> &[f64] {
        &self.entries[row * self.columns..][..self.columns]
    }

    /// The least and the greatest entry.
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        // Side by side, since each comparison waits for the one before it.
        const LANES: usize = 8;
        let (mut least, mut most) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
        let (chunks, rest) = self.entries.as_chunks::<LANES>();
        for chunk in chunks {
            for lane in 0..LANES {
                let x = chunk[lane];
                least[lane] = if x < least[lane] { x } else { least[lane] };
                most[lane] = if x > most[lane] { x } else { most[lane] };
            }
        }
        let least = least.iter().chain(rest).copied().fold(f64::INFINITY, f64::min);
        (least, most.iter().chain(rest).copied().fold(f64::NEG_INFINITY, f64::max))
    }
}
