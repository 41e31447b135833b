//! A dense tableau in machine numbers: fast, and trusted by nobody.
//!
//! Row r says b = t₀ − Σ_c t_c x_c for its basic variable b, as in [`crate::linear::Dictionary`], of
//! which this is the approximate copy. Columns are first those of variables that are free, then
//! those of slacks that are fixed at zero: these are never changed again, and their entries are the
//! multipliers that they have in a proof. Slacks are in units such that the payoffs have about the
//! range 1, so that one tolerance serves all.

use crate::linear::Dictionary;

use super::evidence::Side;
use super::labels::Mask;
use super::node::Log;
use super::polyhedron::Labels;

/// Smaller numbers count as zero.
const TOLERANCE: f64 = 1e-9;
/// A pivot of size below this is not made where a larger one would do as well.
const LEAST_PIVOT: f64 = 1e-7;
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

/// The sign pattern of a row, its free columns alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs {
    pub(super) positive: bool,
    pub(super) negative: bool,
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
    fn rows(&self) -> usize;
    fn row_label(&self, row: usize) -> usize;
    fn for_each_free_label(&self, see: impl FnMut(usize));
    /// Whether the variable of a row is zero at the vertex.
    fn is_zero(&self, row: usize) -> bool;
    fn spot(&self, label: usize) -> Spot;
    fn signs(&self, row: usize) -> Signs;
    /// Whether a free column with a positive entry in a row has a label that is such.
    fn any_positive(&self, row: usize, is: impl FnMut(usize) -> bool) -> bool;
    /// Removes the row of a variable that is never needed again.
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
    /// How near the label is to zero, relative to how fast it can fall; zero when it is not basic.
    fn tightness(&self, label: usize) -> f64;
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
    cells: Vec<f64>,
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
    /// The row of the last pivot, for the elimination.
    pivot_row: Vec<f64>,
}

const GONE: i32 = 0;

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
        let stride = padded(width);
        let mut tableau = Tableau {
            cells: vec![0.0; rows.len() * stride],
            stride,
            rows: rows.len(),
            free,
            width,
            row_labels: rows.iter().map(|&row| dictionary.row_label(row) as u32).collect(),
            column_labels: std::iter::once(0)
                .chain(columns.iter().map(|&column| dictionary.column_label(column) as u32))
                .collect(),
            places: vec![GONE; labels.count()],
            pivot_row: Vec::new(),
        };
        for (at, &row) in rows.iter().enumerate() {
            let scale = if labels.is_slack(dictionary.row_label(row)) { unit } else { 1.0 };
            let cells = &mut tableau.cells[at * stride..][..stride];
            cells[0] = (scale * dictionary.approximate(row, 0)).max(0.0);
            for (cell, &column) in cells[1..].iter_mut().zip(&columns) {
                let turned = labels.is_slack(dictionary.column_label(column));
                *cell =
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

    #[inline]
    fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.stride..][..self.stride]
    }

    #[inline]
    fn constant(&self, row: usize) -> f64 {
        self.cells[row * self.stride]
    }

    /// The entries of a row with the labels of their columns, the free ones first; and how many
    /// are free.
    fn entries(&self, row: usize) -> (impl Iterator<Item = (usize, f64)> + '_, usize) {
        let labels = self.column_labels[1..self.width].iter().map(|&label| label as usize);
        (labels.zip(self.row(row)[1..].iter().copied()), self.free)
    }

    fn set_row(&mut self, row: usize) {
        self.places[self.row_labels[row] as usize] = row as i32 + 1;
    }

    fn set_column(&mut self, column: usize) {
        self.places[self.column_labels[column] as usize] = -(column as i32);
    }

    /// Exchanges the variables of a row and of a free column.
    fn pivot(&mut self, row: usize, column: usize) {
        let Tableau { cells, stride, rows, pivot_row, .. } = self;
        let stride = *stride;
        let inverse = 1.0 / cells[row * stride + column];
        pivot_row.clear();
        pivot_row.extend(cells[row * stride..][..stride].iter().map(|cell| cell * inverse));
        pivot_row[column] = inverse;
        for (at, cells) in cells.chunks_exact_mut(stride).take(*rows).enumerate() {
            let factor = cells[column];
            if at == row || factor == 0.0 {
                continue;
            }
            cells[column] = 0.0;
            let (fours, _) = cells.as_chunks_mut::<4>();
            for (cells, pivots) in fours.iter_mut().zip(pivot_row.as_chunks::<4>().0) {
                for (cell, pivot) in cells.iter_mut().zip(pivots) {
                    *cell -= factor * pivot;
                }
            }
        }
        cells[row * stride..][..stride].copy_from_slice(pivot_row);
        std::mem::swap(&mut self.row_labels[row], &mut self.column_labels[column]);
        self.set_row(row);
        self.set_column(column);
    }

    /// Fixes the variable of a free column at zero.
    fn fix(&mut self, column: usize, is_slack: bool) {
        self.places[self.column_labels[column] as usize] = GONE;
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
            // What is beyond the width only has to be finite.
            self.width = end;
        }
    }

    fn swap_columns(&mut self, first: usize, second: usize) {
        for row in self.cells.chunks_exact_mut(self.stride).take(self.rows) {
            row.swap(first, second);
        }
        self.column_labels.swap(first, second);
    }

    /// The row that bounds the variable of a free column, the row `preferred` if that does, and
    /// the bound.
    fn leaving_row(&self, column: usize, preferred: Option<usize>) -> Option<(usize, f64)> {
        let ratio = |row: usize| {
            let entry = self.cells[row * self.stride + column];
            (entry > TOLERANCE).then(|| (self.constant(row).max(0.0) / entry, entry))
        };
        let mut best =
            preferred.and_then(|row| ratio(row).map(|(bound, entry)| (row, bound, entry)));
        for row in 0..self.rows {
            let Some((bound, entry)) = ratio(row) else { continue };
            let better = match best {
                None => true,
                Some((at, least, size)) => {
                    bound < least - 1e-12
                        || Some(at) != preferred && bound <= least + 1e-12 && entry > size
                }
            };
            if better {
                best = Some((row, bound, entry));
            }
        }
        best.map(|(row, bound, _)| (row, bound))
    }

    /// The free column with the greatest positive entry of a row, or of least label after many
    /// pivots.
    fn entering(&self, row: usize, step: usize) -> Option<usize> {
        let cells = &self.row(row)[..=self.free];
        if step >= PIVOTS_BEFORE_BLAND {
            return (1..=self.free)
                .filter(|&column| cells[column] > TOLERANCE)
                .min_by_key(|&column| self.column_labels[column]);
        }
        let (mut best, mut greatest) = (None, TOLERANCE);
        for (column, &cell) in cells.iter().enumerate().skip(1) {
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
        self.stride = padded(other.width);
        (self.rows, self.free, self.width) = (other.rows, other.free, other.width);
        self.cells.clear();
        if self.stride == other.stride {
            self.cells.extend_from_slice(&other.cells[..other.rows * other.stride]);
        } else {
            for row in other.cells.chunks_exact(other.stride).take(other.rows) {
                self.cells.extend_from_slice(&row[..self.stride]);
            }
        }
        self.row_labels.clear();
        self.row_labels.extend_from_slice(&other.row_labels[..other.rows]);
        self.column_labels.clear();
        self.column_labels.extend_from_slice(&other.column_labels[..other.width]);
        self.places.clone_from(&other.places);
    }

    fn copy_size(&self) -> usize {
        8 * self.rows * padded(self.width) + 4 * (self.rows + self.width + self.places.len())
    }

    fn pivot_cost(&self) -> usize {
        self.rows * self.stride / 2 + 1
    }

    fn rows(&self) -> usize {
        self.rows
    }

    fn row_label(&self, row: usize) -> usize {
        self.row_labels[row] as usize
    }

    fn spot(&self, label: usize) -> Spot {
        match self.places[label] {
            GONE => Spot::Gone,
            row if row > 0 => Spot::Row(row as usize - 1),
            column => Spot::Column(-column as usize),
        }
    }

    fn signs(&self, row: usize) -> Signs {
        let (mut positive, mut negative) = (false, false);
        for &cell in &self.row(row)[1..=self.free] {
            positive |= cell > TOLERANCE;
            negative |= cell < -TOLERANCE;
        }
        Signs { positive, negative }
    }

    fn remove_row(&mut self, row: usize) {
        self.places[self.row_labels[row] as usize] = GONE;
        let last = self.rows - 1;
        if row != last {
            let stride = self.stride;
            self.cells.copy_within(last * stride..(last + 1) * stride, row * stride);
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
        for step in 0..MOST_PIVOTS {
            let Spot::Row(row) = self.spot(label) else { return Ok(Least::Zero) };
            if self.constant(row) <= TOLERANCE {
                return Ok(Least::Zero);
            }
            let Some(column) = self.entering(row, step) else { return Ok(Least::Positive(row)) };
            // The label's own row bounds the step.
            let Some((leaving, _)) = self.leaving_row(column, Some(row)) else {
                return Ok(Least::Unclear);
            };
            self.pivot(leaving, column);
            visit(self)?;
        }
        Ok(Least::Unclear)
    }

    fn can_rise<E>(
        &mut self,
        label: usize,
        mut visit: impl FnMut(&Self) -> Result<(), E>,
    ) -> Result<bool, E> {
        for _ in 0..MOST_PIVOTS {
            let column = match self.spot(label) {
                Spot::Gone => return Ok(false),
                Spot::Column(column) => column,
                Spot::Row(row) if self.constant(row) > TOLERANCE => return Ok(true),
                Spot::Row(row) => {
                    let cells = self.row(row);
                    let falling = (1..=self.free)
                        .filter(|&column| cells[column] < -TOLERANCE)
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
    }

    fn fix_label(&mut self, label: usize, is_slack: bool) {
        if let Spot::Row(row) = self.spot(label) {
            // Zero in a degenerate basis: exchange it without a move.
            self.cells[row * self.stride] = 0.0;
            let cells = self.row(row);
            let largest = (1..=self.free)
                .max_by(|&c, &d| cells[c].abs().total_cmp(&cells[d].abs()))
                .filter(|&column| cells[column].abs() > LEAST_PIVOT);
            match largest {
                Some(column) => self.pivot(row, column),
                None => self.remove_row(row),
            }
        }
        if let Spot::Column(column) = self.spot(label) {
            self.fix(column, is_slack);
        }
    }

    fn tightness(&self, label: usize) -> f64 {
        let Spot::Row(row) = self.spot(label) else { return 0.0 };
        let cells = &self.row(row)[..=self.free];
        let falls: f64 = cells[1..].iter().filter(|&&cell| cell > TOLERANCE).sum();
        cells[0].max(0.0) / falls.max(1e-6)
    }

    fn for_each_free_label(&self, mut see: impl FnMut(usize)) {
        self.column_labels[1..=self.free].iter().for_each(|&label| see(label as usize));
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

/// Rows are padded so that four entries are computed at a time.
fn padded(width: usize) -> usize {
    width.next_multiple_of(4)
}
