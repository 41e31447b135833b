//! Passes over a matrix game by blocks of rows: products with vectors, on all threads.
//!
//! A pass multiplies each row with y, and at once adds multiples of the rows up, so that A y and Aᵀ x
//! come from one reading of the matrix. The multiple of a row may depend on its product with y:
//! four rows at a time are multiplied, weighed, and added while they are in the near caches.
//!
//! The rows are divided into parts that depend on their number only. Each part is added up by itself,
//! in one order, and the parts in order, so that the results are the same bytes whatever the number
//! of threads. Lanes are fixed too, and nothing is fused (see `lanes`).

use std::ops::Range;

use rayon::prelude::*;

use crate::game::{Block, BlockBuffer, PayoffSource, SourceError};
use crate::linear::lanes::widest;

/// Parts that the rows are divided into, at most.
const MOST_PARTS: usize = 32;
/// A part has this many rows at least.
const LEAST_ROWS: usize = 16;
/// Matrices with fewer entries are not worth a second thread.
const ENTRIES_FOR_THREADS: usize = 1 << 16;
/// Entries that are asked for at once where they are not in memory.
const ENTRIES_AT_ONCE: usize = 1 << 17;
/// Rows that go through the processor together.
const ROWS: usize = 4;
const LANES: usize = 8;

/// An entry as it is stored.
pub(super) trait Entry: Copy + Sync {
    fn number(self) -> f64;
}

impl Entry for f64 {
    #[inline(always)]
    fn number(self) -> f64 {
        self
    }
}

impl Entry for f32 {
    #[inline(always)]
    fn number(self) -> f64 {
        f64::from(self)
    }
}

/// What a part of the rows works with.
struct Part {
    rows: Range<usize>,
    buffer: BlockBuffer,
    sums: Vec<f64>,
    /// The sizes of the terms of what was last computed, by column and by row; empty where nobody asked.
    column_sizes: Vec<f64>,
    row_sizes: Vec<f64>,
}

/// What is done with a part: the source, the part, the values of its rows.
type PartWork<'a> =
    dyn Fn(&dyn PayoffSource, &mut Part, &mut [f64]) -> Result<(), SourceError> + Sync + 'a;

/// The products of a matrix with a mixture of columns and of its transpose with one of rows.
type Products = (Vec<f64>, Vec<f64>);

/// Passes over one matrix, with room for what they need.
pub(super) struct Passes<'a> {
    source: &'a dyn PayoffSource,
    parts: Vec<Part>,
    threads: bool,
}

/// How rows are weighed: the first row, their products, and where the weights go. Weights of zero save
/// the adding up.
pub(super) type Weigh<'a> = &'a (dyn Fn(usize, &[f64], &mut [f64]) + Sync);

impl<'a> Passes<'a> {
    pub(super) fn new(source: &'a dyn PayoffSource) -> Self {
        let (rows, columns) = (source.rows(), source.columns());
        let count = (rows / LEAST_ROWS).clamp(1, MOST_PARTS);
        let start = |part: usize| part * rows / count;
        let parts = (0..count)
            .map(|part| Part {
                rows: start(part)..start(part + 1),
                buffer: BlockBuffer::default(),
                sums: vec![0.0; columns],
                column_sizes: Vec::new(),
                row_sizes: Vec::new(),
            })
            .collect();
        Passes { source, parts, threads: rows * columns >= ENTRIES_FOR_THREADS }
    }

    pub(super) fn rows(&self) -> usize {
        self.source.rows()
    }

    pub(super) fn columns(&self) -> usize {
        self.source.columns()
    }

    /// Calls `work` with each part, the place of its rows in `values`, and adds the sums up.
    fn over_parts(
        &mut self,
        values: &mut [f64],
        sums: &mut [f64],
        work: &PartWork<'_>,
    ) -> Result<(), SourceError> {
        let source = self.source;
        let mut rest = values;
        let mut tasks = Vec::with_capacity(self.parts.len());
        for part in &mut self.parts {
            let (values, after) = rest.split_at_mut(part.rows.len().min(rest.len()));
            rest = after;
            tasks.push((part, values));
        }
        let run = |(part, values): (&mut Part, &mut [f64])| work(source, part, values);
        if self.threads {
            tasks.into_par_iter().map(run).collect::<Result<Vec<()>, _>>()?;
        } else {
            tasks.into_iter().try_for_each(run)?;
        }
        sums.fill(0.0);
        for part in &self.parts {
            widest(|| add(sums, &part.sums));
        }
        Ok(())
    }

    /// `values` ← A·y, and `sums` ← Aᵀ·w with the weights w that `weigh` gives.
    pub(super) fn both(
        &mut self,
        y: &[f64],
        values: &mut [f64],
        weigh: Weigh<'_>,
        sums: &mut [f64],
    ) -> Result<(), SourceError> {
        self.over_parts(values, sums, &|source, part, values| {
            let Part { rows, buffer, sums, .. } = part;
            sums.fill(0.0);
            each_block(source, rows.clone(), buffer, &mut |first, block| {
                let values = &mut values[first - rows.start..];
                match block {
                    Block::Double(entries) => {
                        widest(|| multiply_and_add(entries, y, first, values, weigh, sums));
                    }
                    Block::Single(entries) => {
                        widest(|| multiply_and_add(entries, y, first, values, weigh, sums));
                    }
                }
            })
        })
    }

    /// `values` ← A·y.
    pub(super) fn times(&mut self, y: &[f64], values: &mut [f64]) -> Result<(), SourceError> {
        let mut none = vec![0.0; self.columns()];
        self.both(y, values, &|_, _, weights| weights.fill(0.0), &mut none)
    }

    /// `sums` ← Aᵀ·x. Rows of weight zero are not read where they are in memory.
    pub(super) fn transposed_times(
        &mut self,
        x: &[f64],
        sums: &mut [f64],
    ) -> Result<(), SourceError> {
        self.over_parts(&mut [], sums, &|source, part, _| {
            let Part { rows, buffer, sums, .. } = part;
            sums.fill(0.0);
            each_block(source, rows.clone(), buffer, &mut |first, block| match block {
                Block::Double(entries) => widest(|| add_weighted(entries, &x[first..], sums)),
                Block::Single(entries) => widest(|| add_weighted(entries, &x[first..], sums)),
            })
        })
    }

    /// As [`Passes::both`] with given weights, and beside both the sums of the sizes of their terms.
    pub(super) fn both_with_sizes(
        &mut self,
        x: &[f64],
        y: &[f64],
    ) -> Result<[Products; 2], SourceError> {
        let (rows, columns) = (self.rows(), self.columns());
        let (mut values, mut sums) = (vec![0.0; rows], vec![0.0; columns]);
        self.over_parts(&mut values, &mut sums, &|source, part, values| {
            let Part { rows, buffer, sums, column_sizes, row_sizes } = part;
            sums.fill(0.0);
            column_sizes.clear();
            column_sizes.resize(columns, 0.0);
            row_sizes.clear();
            row_sizes.resize(rows.len(), 0.0);
            each_block(source, rows.clone(), buffer, &mut |first, block| {
                let at = first - rows.start;
                let (values, own) = (&mut values[at..], &mut row_sizes[at..]);
                let x = &x[first..];
                match block {
                    Block::Double(entries) => {
                        widest(|| with_sizes(entries, [x, y], [values, own], [sums, column_sizes]));
                    }
                    Block::Single(entries) => {
                        widest(|| with_sizes(entries, [x, y], [values, own], [sums, column_sizes]));
                    }
                }
            })
        })?;
        let mut column_sizes = vec![0.0; columns];
        let mut row_sizes = Vec::with_capacity(rows);
        for part in &self.parts {
            add(&mut column_sizes, &part.column_sizes);
            row_sizes.extend_from_slice(&part.row_sizes);
        }
        Ok([(values, row_sizes), (sums, column_sizes)])
    }
}

fn each_block(
    source: &dyn PayoffSource,
    rows: Range<usize>,
    buffer: &mut BlockBuffer,
    work: &mut dyn FnMut(usize, Block<'_>),
) -> Result<(), SourceError> {
    let at_once = (ENTRIES_AT_ONCE / source.columns()).max(ROWS).next_multiple_of(ROWS);
    let mut first = rows.start;
    while first < rows.end {
        let last = rows.end.min(first + at_once);
        work(first, source.block(first..last, buffer)?);
        first = last;
    }
    Ok(())
}

#[inline(always)]
fn add(sums: &mut [f64], more: &[f64]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

/// Some rows of a block; fewer at its end.
#[inline(always)]
fn groups<E>(entries: &[E], columns: usize) -> impl Iterator<Item = &[E]> {
    entries.chunks(ROWS * columns)
}

#[inline(always)]
fn multiply_and_add<E: Entry>(
    entries: &[E],
    y: &[f64],
    first: usize,
    values: &mut [f64],
    weigh: Weigh<'_>,
    sums: &mut [f64],
) {
    let columns = y.len();
    for (group, rows) in groups(entries, columns).enumerate() {
        let at = group * ROWS;
        let count = rows.len() / columns;
        let values = &mut values[at..at + count];
        if let Some(four) = split(rows, columns) {
            values.copy_from_slice(&dots(four, y));
        } else {
            for (value, row) in values.iter_mut().zip(rows.chunks_exact(columns)) {
                *value = dots([row], y)[0];
            }
        }
        let mut weights = [0.0; ROWS];
        weigh(first + at, values, &mut weights[..count]);
        add_rows(rows, &weights[..count], sums);
    }
}

#[inline(always)]
fn add_weighted<E: Entry>(entries: &[E], x: &[f64], sums: &mut [f64]) {
    let columns = sums.len();
    for (rows, weights) in groups(entries, columns).zip(x.chunks(ROWS)) {
        add_rows(rows, &weights[..rows.len() / columns], sums);
    }
}

/// Four rows, if there are as many.
#[inline(always)]
fn split<E>(rows: &[E], columns: usize) -> Option<[&[E]; ROWS]> {
    if rows.len() != ROWS * columns {
        return None;
    }
    Some(std::array::from_fn(|row| &rows[row * columns..][..columns]))
}

/// The products of rows with y, each in lanes.
#[inline(always)]
fn dots<E: Entry, const N: usize>(rows: [&[E]; N], y: &[f64]) -> [f64; N] {
    let mut sums = [[0.0f64; LANES]; N];
    let (y, rest) = y.as_chunks::<LANES>();
    let whole = y.len() * LANES;
    let chunks: [&[[E; LANES]]; N] = std::array::from_fn(|row| rows[row].as_chunks::<LANES>().0);
    for (at, y) in y.iter().enumerate() {
        for row in 0..N {
            let entries = &chunks[row][at];
            for lane in 0..LANES {
                sums[row][lane] += entries[lane].number() * y[lane];
            }
        }
    }
    std::array::from_fn(|row| {
        let more: f64 =
            rows[row][whole..].iter().zip(rest).map(|(entry, y)| entry.number() * y).sum();
        sums[row].iter().sum::<f64>() + more
    })
}

/// Adds multiples of rows, all of a group at once where none is zero.
#[inline(always)]
fn add_rows<E: Entry>(rows: &[E], weights: &[f64], sums: &mut [f64]) {
    let columns = sums.len();
    // Which rows matter, first.
    let mut used = [0usize; ROWS];
    let mut count = 0;
    for (row, &weight) in weights.iter().enumerate() {
        used[count] = row;
        count += usize::from(weight != 0.0);
    }
    let row = |at: usize| &rows[used[at] * columns..][..columns];
    let weight = |at: usize| weights[used[at]];
    match count {
        0 => {}
        1 => add_multiples([row(0)], [weight(0)], sums),
        2 => add_multiples([row(0), row(1)], [weight(0), weight(1)], sums),
        3 => add_multiples([row(0), row(1), row(2)], std::array::from_fn(weight), sums),
        _ => add_multiples([row(0), row(1), row(2), row(3)], std::array::from_fn(weight), sums),
    }
}

#[inline(always)]
fn add_multiples<E: Entry, const N: usize>(rows: [&[E]; N], weights: [f64; N], sums: &mut [f64]) {
    let whole = sums.len() / LANES * LANES;
    let chunks: [&[[E; LANES]]; N] = std::array::from_fn(|row| rows[row].as_chunks::<LANES>().0);
    for (at, sums) in sums.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let mut added = *sums;
        for row in 0..N {
            let entries = &chunks[row][at];
            for lane in 0..LANES {
                added[lane] += entries[lane].number() * weights[row];
            }
        }
        *sums = added;
    }
    for (at, sum) in sums.iter_mut().enumerate().skip(whole) {
        for row in 0..N {
            *sum += rows[row][at].number() * weights[row];
        }
    }
}

/// Products and sums with given weights, and the sums of the sizes of their terms.
#[inline(always)]
fn with_sizes<E: Entry>(
    entries: &[E],
    [x, y]: [&[f64]; 2],
    [values, row_sizes]: [&mut [f64]; 2],
    [sums, sizes]: [&mut [f64]; 2],
) {
    for (at, row) in entries.chunks_exact(y.len()).enumerate() {
        let weight = x[at];
        let (mut value, mut value_size) = ([0.0f64; LANES], [0.0f64; LANES]);
        for (column, entry) in row.iter().enumerate() {
            let product = entry.number() * y[column];
            value[column % LANES] += product;
            value_size[column % LANES] += product.abs();
            let product = entry.number() * weight;
            sums[column] += product;
            sizes[column] += product.abs();
        }
        values[at] = value.iter().sum();
        row_sizes[at] = value_size.iter().sum();
    }
}

#[cfg(test)]
mod tests;
