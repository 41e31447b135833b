//! A dense tableau in machine numbers: fast, and trusted by nobody.
//!
//! Row r says b = t₀ − Σ_c t_c x_c for its basic variable b, as in [`crate::linear::Dictionary`], of
//! which this is the approximate copy. Columns are first those of variables that are free, then
//! those of slacks that are fixed at zero: these are never changed again, and their entries are the
//! multipliers that they have in a proof. Slacks are in units such that the payoffs have about the
//! range 1, so that one tolerance serves all.

use crate::linear::Dictionary;
use crate::linear::lanes::widest;

use super::evidence::Side;
use super::labels::Mask;
use super::node::Log;
use super::polyhedron::Labels;

/// Smaller numbers count as zero.
const TOLERANCE: f64 = 1e-9;
/// A pivot of size below this is not made where a larger one would do as well.
const LEAST_PIVOT: f64 = 1e-7;
/// Ratios that differ by less may be equal.
const TIE: f64 = 1e-12;
/// After this many pivots in one direction the entering column is chosen by Bland's rule.
const PIVOTS_BEFORE_BLAND: usize = 40;
/// And after this many the question is left open.
const MOST_PIVOTS: usize = 400;

/// Where a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    Row(usize),
    Column(usize),
    /// Fixed, or removed.
    Gone,
}

/// How far a variable can go down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Least {
    Zero,
    /// Positive in this row.
    Positive(usize),
    /// Too many pivots.
    Unclear,
}

/// What the search asks a tableau of a face, exact or not.
pub(super) trait Table: Clone + Send + Sync {
    /// The tableau of a dictionary of the face on which labels are zero.
    fn load<const W: usize>(side: &Side, dictionary: &Dictionary, zero: &Mask<W>) -> Self;
    /// Copies into the memory of this tableau.
    fn copy_from(&mut self, other: &Self);
    /// About how many bytes a copy takes.
    fn copy_size(&self) -> usize;
    /// The work of a pivot, in units of about a nanosecond.
    fn pivot_cost(&self) -> usize;
    fn row_label(&self, row: usize) -> usize;
    /// The labels that are zero at the vertex, without those that are fixed.
    fn zero_labels<const W: usize>(&self) -> Mask<W>;
    /// Whether the variable of a row is zero at the vertex.
    fn is_zero(&self, row: usize) -> bool;
    fn spot(&self, label: usize) -> Spot;
    /// The rows, ascending, with a positive constant and no positive entry, or with constant zero and
    /// no negative entry; free columns alone count.
    fn telling_rows(&self, rows: &mut Vec<usize>);
    /// Whether a free column with a positive entry in a row has a label that is such.
    fn any_positive(&self, row: usize, is: impl FnMut(usize) -> bool) -> bool;
    /// Removes the row of a variable that is never needed again; the last row takes its place.
    fn remove_row(&mut self, row: usize);
    /// Walks to a vertex at which the label is as small as possible, or zero; `visit` is called
    /// after each pivot.
    fn minimise<E>(
        &mut self,
        label: usize,
        visit: impl FnMut(&Self) -> Result<(), E>,
    ) -> Result<Least, E>;
    /// Whether a label that is zero at the vertex can rise, as far as pivots that do not move show
    /// it; when it cannot, its row shows why.
    fn can_rise<E>(
        &mut self,
        label: usize,
        visit: impl FnMut(&Self) -> Result<(), E>,
    ) -> Result<bool, E>;
    /// Fixes a label that is zero at the vertex.
    fn fix_label(&mut self, label: usize, is_slack: bool);
    /// How near each label is to zero, relative to how fast it can fall; zero where it is not basic.
    fn tightness(&self, by_label: &mut Vec<f64>);
    /// Proves that nothing has the labels `zero`, from a row with a positive constant and no
    /// positive entry, and writes it down; false when it is not exact enough.
    fn log_empty<const W: usize>(
        &self,
        side: &Side,
        at: usize,
        row: usize,
        zero: &Mask<W>,
        log: &mut Log<'_>,
    ) -> bool;
    /// Proves that the label of a row with constant zero and no negative entry vanishes where
    /// `zero` do, and those of positive entries; writes it down, with the labels in the scratch.
    fn log_vanishing<const W: usize>(
        &self,
        side: &Side,
        at: usize,
        row: usize,
        zero: &Mask<W>,
        log: &mut Log<'_>,
    ) -> bool;
}

/// A tableau in machine numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Tableau {
    /// Column by column; entries from the last row to the end of a column are zero.
    cells: Vec<f64>,
    /// The length of a column, a multiple of [`LANES`].
    stride: usize,
    rows: usize,
    /// Columns 1 to this are free.
    free: usize,
    /// Columns from there to before this are fixed slacks.
    width: usize,
    row_labels: Vec<u32>,
    /// Position 0 is not used.
    column_labels: Vec<u32>,
    places: Vec<i32>,
    /// The labels of the free columns, as bits.
    free_labels: Vec<u64>,
    /// The column of the last pivot, for the elimination.
    factors: Vec<f64>,
}

const GONE: i32 = 0;
/// So many rows are computed at a time.
const LANES: usize = 4;

impl Tableau {
    /// The approximate copy of a dictionary, in which the labels `zero` are fixed. A slack unit of
    /// the dictionary is `unit` of the tableau's.
    fn of<const W: usize>(
        dictionary: &Dictionary,
        labels: Labels,
        zero: &Mask<W>,
        unit: f64,
    ) -> Self {
        let mut columns: Vec<usize> = (1..=dictionary.columns())
            .filter(|&column| !zero.contains(dictionary.column_label(column)))
            .collect();
        let free = columns.len();
        columns.extend((1..=dictionary.columns()).filter(|&column| {
            let label = dictionary.column_label(column);
            zero.contains(label) && labels.is_slack(label)
        }));
        let rows: Vec<usize> = (0..dictionary.rows())
            .filter(|&row| !zero.contains(dictionary.row_label(row)))
            .collect();
        let width = columns.len() + 1;
        let stride = column_length(rows.len());
        let mut tableau = Tableau {
            cells: vec![0.0; width * stride],
            stride,
            rows: rows.len(),
            free,
            width,
            row_labels: rows.iter().map(|&row| dictionary.row_label(row) as u32).collect(),
            column_labels: std::iter::once(0)
                .chain(columns.iter().map(|&column| dictionary.column_label(column) as u32))
                .collect(),
            places: vec![GONE; labels.count()],
            free_labels: vec![0; labels.count().div_ceil(64)],
            factors: Vec::new(),
        };
        for (at, &row) in rows.iter().enumerate() {
            let scale = if labels.is_slack(dictionary.row_label(row)) { unit } else { 1.0 };
            tableau.cells[at] = (scale * dictionary.approximate(row, 0)).max(0.0);
            for (&column, place) in columns.iter().zip(1..) {
                let turned = labels.is_slack(dictionary.column_label(column));
                tableau.cells[place * stride + at] =
                    scale * dictionary.approximate(row, column) / if turned { unit } else { 1.0 };
            }
        }
        for row in 0..tableau.rows {
            tableau.set_row(row);
        }
        for column in 1..=free {
            tableau.set_column(column);
        }
        tableau
    }

    /// The entries of a column, with the zeros behind them.
    #[inline]
    fn column(&self, column: usize) -> &[f64] {
        &self.cells[column * self.stride..][..self.stride]
    }

    #[inline]
    fn cell(&self, row: usize, column: usize) -> f64 {
        self.cells[column * self.stride + row]
    }

    #[inline]
    fn constant(&self, row: usize) -> f64 {
        self.cells[row]
    }

    /// The entries of a row from column 1 on.
    #[inline]
    fn row(&self, row: usize) -> impl Iterator<Item = f64> + '_ {
        self.cells[self.stride + row..].iter().step_by(self.stride).copied()
    }

    /// The entries of a row with the labels of their columns, the free ones first; and how many
    /// are free.
    fn entries(&self, row: usize) -> (impl Iterator<Item = (usize, f64)> + '_, usize) {
        let labels = self.column_labels[1..self.width].iter().map(|&label| label as usize);
        (labels.zip(self.row(row)), self.free)
    }

    #[inline]
    fn set_row(&mut self, row: usize) {
        let label = self.row_labels[row] as usize;
        self.places[label] = row as i32 + 1;
        self.free_labels[label / 64] &= !(1 << (label % 64));
    }

    #[inline]
    fn set_column(&mut self, column: usize) {
        let label = self.column_labels[column] as usize;
        self.places[label] = -(column as i32);
        self.free_labels[label / 64] |= 1 << (label % 64);
    }

    /// Exchanges the variables of a row and of a free column.
    #[inline(always)]
    fn pivot(&mut self, row: usize, column: usize) {
        let Tableau { cells, stride, width, factors, .. } = self;
        let stride = *stride;
        factors.clear();
        factors.extend_from_slice(&cells[column * stride..][..stride]);
        let inverse = 1.0 / factors[row];
        // The row itself is divided and not eliminated.
        factors[row] = 0.0;
        let used = &mut cells[..*width * stride];
        match stride / LANES {
            1 => eliminate::<1>(used, factors, row, inverse),
            2 => eliminate::<2>(used, factors, row, inverse),
            3 => eliminate::<3>(used, factors, row, inverse),
            4 => eliminate::<4>(used, factors, row, inverse),
            5 => eliminate::<5>(used, factors, row, inverse),
            6 => eliminate::<6>(used, factors, row, inverse),
            _ => eliminate_long(used, factors, row, inverse),
        }
        let entering = cells[column * stride..][..stride].iter_mut();
        entering.zip(&*factors).for_each(|(cell, factor)| *cell = -(factor * inverse));
        cells[column * stride + row] = inverse;
        std::mem::swap(&mut self.row_labels[row], &mut self.column_labels[column]);
        self.set_row(row);
        self.set_column(column);
    }

    /// Fixes the variable of a free column at zero.
    fn fix(&mut self, column: usize, is_slack: bool) {
        let label = self.column_labels[column] as usize;
        self.places[label] = GONE;
        self.free_labels[label / 64] &= !(1 << (label % 64));
        let last = self.free;
        if column != last {
            self.swap_columns(column, last);
            self.set_column(column);
        }
        self.free = last - 1;
        if !is_slack {
            let end = self.width - 1;
            if last != end {
                self.swap_columns(last, end);
            }
            self.width = end;
        }
    }

    /// Exchanges a column with a later one.
    fn swap_columns(&mut self, first: usize, second: usize) {
        let (before, after) = self.cells.split_at_mut(second * self.stride);
        before[first * self.stride..][..self.stride].swap_with_slice(&mut after[..self.stride]);
        self.column_labels.swap(first, second);
    }

    /// The row that bounds the variable of a free column, the row `preferred` if that does, and
    /// the bound.
    #[inline(always)]
    fn leaving_row(&self, column: usize, preferred: Option<usize>) -> Option<(usize, f64)> {
        let (constants, entries) = (self.column(0), self.column(column));
        let mut least = [f64::INFINITY; LANES];
        let lanes = constants.as_chunks::<LANES>().0.iter().zip(entries.as_chunks::<LANES>().0);
        for (constants, entries) in lanes {
            let ratios: [f64; LANES] = std::array::from_fn(|k| {
                let constant = if constants[k] > 0.0 { constants[k] } else { 0.0 };
                let ratio = constant / entries[k];
                if entries[k] > TOLERANCE { ratio } else { f64::INFINITY }
            });
            least =
                std::array::from_fn(|k| if ratios[k] < least[k] { ratios[k] } else { least[k] });
        }
        let least = least.into_iter().reduce(|a, b| if a < b { a } else { b });
        let least = least.unwrap_or(f64::INFINITY);
        if least == f64::INFINITY {
            return None;
        }
        // Ratios up to this count as equal: of them the largest entry is the safest pivot.
        let most = least + TIE * (1.0 + least);
        if let Some(row) = preferred
            && entries[row] > TOLERANCE
            && constants[row] <= most * entries[row]
        {
            return Some((row, least));
        }
        let (mut best, mut size) = (None, TOLERANCE);
        for (row, (&constant, &entry)) in constants.iter().zip(entries).enumerate() {
            if entry > size && constant <= most * entry {
                (best, size) = (Some(row), entry);
            }
        }
        best.map(|row| (row, least))
    }

    /// The free column with the greatest positive entry of a row, or of least label after many
    /// pivots.
    fn entering(&self, row: usize, step: usize) -> Option<usize> {
        let cells = self.row(row).take(self.free).zip(1..);
        if step >= PIVOTS_BEFORE_BLAND {
            return cells
                .filter(|&(cell, _)| cell > TOLERANCE)
                .min_by_key(|&(_, column)| self.column_labels[column])
                .map(|(_, column)| column);
        }
        let (mut best, mut greatest) = (None, TOLERANCE);
        for (cell, column) in cells {
            if cell > greatest {
                (best, greatest) = (Some(column), cell);
            }
        }
        best
    }
}

impl Table for Tableau {
    fn load<const W: usize>(side: &Side, dictionary: &Dictionary, zero: &Mask<W>) -> Self {
        Tableau::of(dictionary, side.labels, zero, side.unit)
    }

    fn copy_from(&mut self, other: &Self) {
        self.stride = column_length(other.rows);
        (self.rows, self.free, self.width) = (other.rows, other.free, other.width);
        self.cells.clear();
        if self.stride == other.stride {
            self.cells.extend_from_slice(&other.cells[..other.width * other.stride]);
        } else {
            for column in other.cells.chunks_exact(other.stride).take(other.width) {
                self.cells.extend_from_slice(&column[..self.stride]);
            }
        }
        self.row_labels.clear();
        self.row_labels.extend_from_slice(&other.row_labels[..other.rows]);
        self.column_labels.clear();
        self.column_labels.extend_from_slice(&other.column_labels[..other.width]);
        self.places.clone_from(&other.places);
        self.free_labels.clone_from(&other.free_labels);
    }

    fn copy_size(&self) -> usize {
        8 * self.width * column_length(self.rows) + 4 * (self.rows + self.width + self.places.len())
    }

    fn pivot_cost(&self) -> usize {
        self.width * self.stride / 2 + 1
    }

    fn row_label(&self, row: usize) -> usize {
        self.row_labels[row] as usize
    }

    #[inline]
    fn zero_labels<const W: usize>(&self) -> Mask<W> {
        let mut zero = Mask::of_words(&self.free_labels);
        for (&constant, &label) in self.cells.iter().zip(&self.row_labels[..self.rows]) {
            if constant <= TOLERANCE {
                zero.insert(label as usize);
            }
        }
        zero
    }

    fn spot(&self, label: usize) -> Spot {
        match self.places[label] {
            GONE => Spot::Gone,
            row if row > 0 => Spot::Row(row as usize - 1),
            column => Spot::Column(-column as usize),
        }
    }

    fn telling_rows(&self, rows: &mut Vec<usize>) {
        widest(|| {
            rows.clear();
            let (constants, _) = self.column(0).as_chunks::<LANES>();
            for (chunk, constants) in constants.iter().enumerate() {
                let first = chunk * LANES;
                // What must not be positive for the row to tell.
                let signs = constants.map(|constant| if constant > TOLERANCE { 1.0 } else { -1.0 });
                let mut greatest = [f64::NEG_INFINITY; LANES];
                for column in self.cells.chunks_exact(self.stride).skip(1).take(self.free) {
                    if let Some(cells) = column[first..].first_chunk::<LANES>() {
                        for k in 0..LANES {
                            let cell = signs[k] * cells[k];
                            greatest[k] = if cell > greatest[k] { cell } else { greatest[k] };
                        }
                    }
                }
                let telling = greatest.iter().zip(first..self.rows);
                rows.extend(telling.filter(|&(&most, _)| most <= TOLERANCE).map(|(_, row)| row));
            }
        })
    }

    fn remove_row(&mut self, row: usize) {
        self.places[self.row_labels[row] as usize] = GONE;
        let last = self.rows - 1;
        for column in self.cells.chunks_exact_mut(self.stride).take(self.width) {
            column[row] = column[last];
            column[last] = 0.0;
        }
        if row != last {
            self.row_labels[row] = self.row_labels[last];
            self.set_row(row);
        }
        self.rows = last;
    }

    fn minimise<E>(
        &mut self,
        label: usize,
        mut visit: impl FnMut(&Self) -> Result<(), E>,
    ) -> Result<Least, E> {
        widest(|| {
            for step in 0..MOST_PIVOTS {
                let Spot::Row(row) = self.spot(label) else { return Ok(Least::Zero) };
                if self.constant(row) <= TOLERANCE {
                    return Ok(Least::Zero);
                }
                let Some(column) = self.entering(row, step) else {
                    return Ok(Least::Positive(row));
                };
                // The label's own row bounds the step.
                let Some((leaving, _)) = self.leaving_row(column, Some(row)) else {
                    return Ok(Least::Unclear);
                };
                self.pivot(leaving, column);
                visit(self)?;
            }
            Ok(Least::Unclear)
        })
    }

    fn can_rise<E>(
        &mut self,
        label: usize,
        mut visit: impl FnMut(&Self) -> Result<(), E>,
    ) -> Result<bool, E> {
        widest(|| {
            for _ in 0..MOST_PIVOTS {
                let column = match self.spot(label) {
                    Spot::Gone => return Ok(false),
                    Spot::Column(column) => column,
                    Spot::Row(row) if self.constant(row) > TOLERANCE => return Ok(true),
                    Spot::Row(row) => {
                        let falling = (1..=self.free)
                            .filter(|&column| self.cell(row, column) < -TOLERANCE)
                            .min_by_key(|&column| self.column_labels[column]);
                        match falling {
                            Some(column) => column,
                            None => return Ok(false),
                        }
                    }
                };
                match self.leaving_row(column, None) {
                    Some((row, bound)) if bound <= TOLERANCE => {
                        self.pivot(row, column);
                        visit(self)?;
                    }
                    _ => return Ok(true),
                }
            }
            Ok(true)
        })
    }

    fn fix_label(&mut self, label: usize, is_slack: bool) {
        if let Spot::Row(row) = self.spot(label) {
            // Zero in a degenerate basis: exchange it without a move.
            self.cells[row] = 0.0;
            let size = |column: usize| self.cell(row, column).abs();
            let largest = (1..=self.free)
                .max_by(|&c, &d| size(c).total_cmp(&size(d)))
                .filter(|&column| size(column) > LEAST_PIVOT);
            match largest {
                Some(column) => self.pivot(row, column),
                None => self.remove_row(row),
            }
        }
        if let Spot::Column(column) = self.spot(label) {
            self.fix(column, is_slack);
        }
    }

    fn tightness(&self, by_label: &mut Vec<f64>) {
        widest(|| {
            by_label.clear();
            by_label.resize(self.places.len(), 0.0);
            let (constants, _) = self.column(0).as_chunks::<LANES>();
            for (chunk, constants) in constants.iter().enumerate() {
                let first = chunk * LANES;
                let mut falls = [0.0; LANES];
                for column in self.cells.chunks_exact(self.stride).skip(1).take(self.free) {
                    if let Some(cells) = column[first..].first_chunk::<LANES>() {
                        for k in 0..LANES {
                            falls[k] += if cells[k] > TOLERANCE { cells[k] } else { 0.0 };
                        }
                    }
                }
                let rows = constants.iter().zip(falls);
                for ((constant, falls), &label) in
                    rows.zip(&self.row_labels[first.min(self.rows)..self.rows])
                {
                    by_label[label as usize] = constant.max(0.0) / falls.max(1e-6);
                }
            }
        })
    }

    #[inline]
    fn is_zero(&self, row: usize) -> bool {
        self.constant(row) <= TOLERANCE
    }

    fn any_positive(&self, row: usize, mut is: impl FnMut(usize) -> bool) -> bool {
        let (entries, free) = self.entries(row);
        let mut free = entries.take(free);
        free.any(|(label, entry)| entry > TOLERANCE && is(label))
    }

    fn log_empty<const W: usize>(
        &self,
        side: &Side,
        at: usize,
        row: usize,
        zero: &Mask<W>,
        log: &mut Log<'_>,
    ) -> bool {
        let (label, first) = (self.row_label(row), side.labels.other.0);
        let (entries, free) = self.entries(row);
        log.entries.clear();
        for (column, (label, entry)) in entries.enumerate() {
            // Those of free columns are not positive, but for rounding.
            if side.labels.is_slack(label) && (entry < -1e-12 || column >= free && entry > 1e-12) {
                log.entries.push((label - first, -entry));
            }
        }
        let least = self.constant(row);
        let proved = side.round_empty(label, zero, &log.entries, least, &mut log.scratch);
        if proved {
            log.tree.empty(at, label, &log.scratch.multipliers);
        }
        proved
    }

    fn log_vanishing<const W: usize>(
        &self,
        side: &Side,
        at: usize,
        row: usize,
        zero: &Mask<W>,
        log: &mut Log<'_>,
    ) -> bool {
        let (label, first) = (self.row_label(row), side.labels.other.0);
        let (entries, free) = self.entries(row);
        log.entries.clear();
        for (column, (label, entry)) in entries.enumerate() {
            if side.labels.is_slack(label) && (entry > 1e-6 || column >= free && entry < -1e-6) {
                log.entries.push((label - first, entry));
            }
        }
        if side.labels.is_slack(label) {
            log.entries.push((label - first, 1.0));
        }
        let proved = side.round_vanishing(zero, &log.entries, &mut log.scratch)
            && log.scratch.vanishing.contains(&label);
        if proved {
            log.tree.vanishing(at, &log.scratch.multipliers);
        }
        proved
    }
}

/// The length of a column, padded so that [`LANES`] rows are computed at a time; never zero.
fn column_length(rows: usize) -> usize {
    rows.max(1).next_multiple_of(LANES)
}

/// Subtracts from each column the factors times its entry in the row of the pivot over the pivot,
/// which becomes that entry. Columns of `K` times [`LANES`] rows: the factors stay in registers.
#[inline(always)]
fn eliminate<const K: usize>(cells: &mut [f64], factors: &[f64], row: usize, inverse: f64) {
    let (factors, _) = factors.as_chunks::<LANES>();
    let Some(factors) = factors.first_chunk::<K>() else { return };
    let (lanes, _) = cells.as_chunks_mut::<LANES>();
    for column in lanes.as_chunks_mut::<K>().0 {
        let multiple = column[row / LANES % K][row % LANES] * inverse;
        if multiple == 0.0 {
            continue;
        }
        for (cells, factors) in column.iter_mut().zip(factors) {
            // Written out, so that it is compiled to vectors wherever it is inlined.
            let ([a, b, c, d], [e, f, g, h]) = (*cells, factors);
            *cells = [a - e * multiple, b - f * multiple, c - g * multiple, d - h * multiple];
        }
        column[row / LANES % K][row % LANES] = multiple;
    }
}

/// The same for columns of any length.
#[inline(always)]
fn eliminate_long(cells: &mut [f64], factors: &[f64], row: usize, inverse: f64) {
    for column in cells.chunks_exact_mut(factors.len()) {
        let multiple = column[row] * inverse;
        if multiple == 0.0 {
            continue;
        }
        column.iter_mut().zip(factors).for_each(|(cell, factor)| *cell -= factor * multiple);
        column[row] = multiple;
    }
}
