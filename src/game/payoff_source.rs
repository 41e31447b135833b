//! Matrix games that need not be in memory: payoffs by blocks of rows.
//!
//! A method that only multiplies the matrix with vectors needs one pass over the rows at a time. So the
//! rows may lie in memory, in eight or four bytes an entry, be read from a stream, or be made anew
//! whenever they are asked for.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Mutex;

use super::payoff_matrix::{MatrixError, PayoffMatrix};

/// Payoffs that could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The stream could not be read.
    #[error("the payoffs could not be read: {0}")]
    Read(#[from] std::io::Error),
    /// The matrix is none.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// A row has an entry that is infinite or no number.
    #[error("row {row} has an entry that is not a finite number")]
    NotFinite {
        /// The row, from 0.
        row: usize,
    },
}

/// Some whole rows, one after the other.
#[derive(Debug, Clone, Copy)]
pub enum Block<'a> {
    /// Entries of eight bytes.
    Double(&'a [f64]),
    /// Entries of four bytes.
    Single(&'a [f32]),
}

/// Where a source may put what it reads or makes, so that nothing is allocated again.
#[derive(Debug, Default)]
pub struct BlockBuffer {
    entries: Vec<f64>,
    bytes: Vec<u8>,
}

impl BlockBuffer {
    /// Room for so many entries, with what was there before.
    pub fn entries(&mut self, count: usize) -> &mut [f64] {
        self.entries.resize(count, 0.0);
        &mut self.entries
    }
}

/// A matrix game by blocks of rows: entry (i, j) is what the row player, who maximises, receives.
/// Blocks are asked for by several threads at once, and are to be the same each time.
pub trait PayoffSource: Sync {
    /// The number of rows, at least one.
    fn rows(&self) -> usize;

    /// The number of columns, at least one.
    fn columns(&self) -> usize;

    /// Some rows. What is not in memory goes through the buffer.
    ///
    /// # Errors
    /// [`SourceError`].
    fn block<'a>(
        &'a self,
        rows: Range<usize>,
        buffer: &'a mut BlockBuffer,
    ) -> Result<Block<'a>, SourceError>;
}

/// One row of a source, as a copy.
///
/// # Errors
/// [`SourceError`].
pub fn row_of(source: &dyn PayoffSource, row: usize) -> Result<Vec<f64>, SourceError> {
    let mut buffer = BlockBuffer::default();
    Ok(match source.block(row..row + 1, &mut buffer)? {
        Block::Double(entries) => entries.to_vec(),
        Block::Single(entries) => entries.iter().copied().map(f64::from).collect(),
    })
}

impl PayoffSource for PayoffMatrix {
    fn rows(&self) -> usize {
        PayoffMatrix::rows(self)
    }

    fn columns(&self) -> usize {
        PayoffMatrix::columns(self)
    }

    fn block<'a>(
        &'a self,
        rows: Range<usize>,
        _: &'a mut BlockBuffer,
    ) -> Result<Block<'a>, SourceError> {
        let columns = PayoffMatrix::columns(self);
        Ok(Block::Double(&self.entries()[rows.start * columns..rows.end * columns]))
    }
}

/// A matrix game in memory with four bytes an entry. It is the game of these numbers: what was rounded
/// to get them is not its concern.
#[derive(Debug, Clone, PartialEq)]
pub struct SinglePayoffs {
    columns: usize,
    entries: Vec<f32>,
}

impl SinglePayoffs {
    /// The game with these entries, one row after the other.
    ///
    /// # Errors
    /// [`MatrixError`].
    pub fn new(columns: usize, entries: Vec<f32>) -> Result<Self, MatrixError> {
        MatrixError::check(columns, &entries, |entry| entry.is_finite())?;
        Ok(SinglePayoffs { columns, entries })
    }
}

impl PayoffSource for SinglePayoffs {
    fn rows(&self) -> usize {
        self.entries.len() / self.columns
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn block<'a>(
        &'a self,
        rows: Range<usize>,
        _: &'a mut BlockBuffer,
    ) -> Result<Block<'a>, SourceError> {
        Ok(Block::Single(&self.entries[rows.start * self.columns..rows.end * self.columns]))
    }
}

/// A matrix game whose rows are made when they are asked for.
///
/// ```
/// use detente::game::{GeneratedPayoffs, PayoffSource};
/// // A duel in time: who fires later hits better, and who fires first may miss.
/// let game = GeneratedPayoffs::new(1000, 1000, |row, entries: &mut [f64]| {
///     for (column, entry) in entries.iter_mut().enumerate() {
///         *entry = (row as f64 - column as f64).signum() * row.min(column) as f64;
///     }
/// });
/// assert_eq!(game.rows(), 1000);
/// ```
#[derive(Debug, Clone)]
pub struct GeneratedPayoffs<F> {
    rows: usize,
    columns: usize,
    fill: F,
}

impl<F: Fn(usize, &mut [f64]) + Sync> GeneratedPayoffs<F> {
    /// A game of so many rows and columns, at least one of each, in which `fill` writes the entries of
    /// a row, always the same.
    pub fn new(rows: usize, columns: usize, fill: F) -> Self {
        GeneratedPayoffs { rows: rows.max(1), columns: columns.max(1), fill }
    }
}

impl<F: Fn(usize, &mut [f64]) + Sync> PayoffSource for GeneratedPayoffs<F> {
    fn rows(&self) -> usize {
        self.rows
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn block<'a>(
        &'a self,
        rows: Range<usize>,
        buffer: &'a mut BlockBuffer,
    ) -> Result<Block<'a>, SourceError> {
        let entries = buffer.entries(rows.len() * self.columns);
        for (row, entries) in rows.zip(entries.chunks_exact_mut(self.columns)) {
            (self.fill)(row, entries);
            if entries.iter().any(|entry| !entry.is_finite()) {
                return Err(SourceError::NotFinite { row });
            }
        }
        Ok(Block::Double(entries))
    }
}

/// A matrix game in a stream that can be read from any place, such as a file: machine numbers of eight
/// bytes, the least significant first, one row after the other, and nothing else.
#[derive(Debug)]
pub struct StreamedPayoffs<R> {
    rows: usize,
    columns: usize,
    stream: Mutex<R>,
}

/// Bytes of an entry.
const BYTES: usize = 8;

impl<R: Read + Seek + Send> StreamedPayoffs<R> {
    /// The game in a stream, with so many columns and as many rows as there are.
    ///
    /// # Errors
    /// When the stream cannot be measured, is empty or does not end with a row.
    pub fn new(columns: usize, mut stream: R) -> Result<Self, SourceError> {
        let bytes = stream.seek(SeekFrom::End(0))?;
        let entries = usize::try_from(bytes).unwrap_or(usize::MAX) / BYTES;
        if columns == 0 || entries == 0 {
            return Err(MatrixError::Empty.into());
        }
        if !entries.is_multiple_of(columns) || !bytes.is_multiple_of(BYTES as u64) {
            return Err(MatrixError::Ragged { entries, columns }.into());
        }
        Ok(StreamedPayoffs { rows: entries / columns, columns, stream: Mutex::new(stream) })
    }
}

impl<R: Read + Seek + Send> PayoffSource for StreamedPayoffs<R> {
    fn rows(&self) -> usize {
        self.rows
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn block<'a>(
        &'a self,
        rows: Range<usize>,
        buffer: &'a mut BlockBuffer,
    ) -> Result<Block<'a>, SourceError> {
        let count = rows.len() * self.columns;
        buffer.bytes.resize(count * BYTES, 0);
        {
            // A reader that panicked leaves nothing half done: each read begins with a seek.
            let mut stream = self.stream.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            stream.seek(SeekFrom::Start((rows.start * self.columns * BYTES) as u64))?;
            stream.read_exact(&mut buffer.bytes)?;
        }
        buffer.entries.resize(count, 0.0);
        let (words, _) = buffer.bytes.as_chunks::<BYTES>();
        for (entry, word) in buffer.entries.iter_mut().zip(words) {
            *entry = f64::from_le_bytes(*word);
        }
        match buffer.entries.iter().position(|entry| !entry.is_finite()) {
            Some(at) => Err(SourceError::NotFinite { row: rows.start + at / self.columns }),
            None => Ok(Block::Double(&buffer.entries)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn rows(source: &dyn PayoffSource, rows: Range<usize>) -> Result<Vec<f64>, SourceError> {
        rows.map(|row| row_of(source, row)).collect::<Result<Vec<_>, _>>().map(|all| all.concat())
    }

    #[test]
    fn all_sources_have_the_same_rows() {
        let entry = |row: usize, column: usize| row as f64 - 0.25 * column as f64;
        let all: Vec<f64> = (0..15).map(|at| entry(at / 3, at % 3)).collect();
        let bytes: Vec<u8> = all.iter().flat_map(|entry| entry.to_le_bytes()).collect();
        let fill = |row: usize, entries: &mut [f64]| {
            entries.iter_mut().enumerate().for_each(|(column, e)| *e = entry(row, column));
        };
        let sources: [Box<dyn PayoffSource>; 4] = [
            Box::new(PayoffMatrix::new(3, all.clone()).unwrap()),
            Box::new(SinglePayoffs::new(3, all.iter().map(|&e| e as f32).collect()).unwrap()),
            Box::new(GeneratedPayoffs::new(5, 3, fill)),
            Box::new(StreamedPayoffs::new(3, Cursor::new(bytes)).unwrap()),
        ];
        for source in sources {
            assert_eq!((source.rows(), source.columns()), (5, 3));
            assert_eq!(rows(source.as_ref(), 1..4).unwrap(), all[3..12]);
        }
    }

    #[test]
    fn what_is_no_matrix_is_refused() {
        assert!(StreamedPayoffs::new(3, Cursor::new(vec![0u8; 32])).is_err());
        assert!(StreamedPayoffs::new(3, Cursor::new(vec![0u8; 25])).is_err());
        assert!(StreamedPayoffs::new(1, Cursor::new(Vec::<u8>::new())).is_err());
        assert!(SinglePayoffs::new(2, vec![0.0; 3]).is_err());
        assert!(SinglePayoffs::new(1, vec![f32::NAN]).is_err());
        let infinite = GeneratedPayoffs::new(2, 2, |_, entries: &mut [f64]| entries.fill(f64::NAN));
        assert!(matches!(rows(&infinite, 1..2), Err(SourceError::NotFinite { row: 1 })));
    }
}
