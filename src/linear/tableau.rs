//! A dense tableau of integers over one common denominator, and the pivot that keeps it so.
//!
//! The tableau holds integers t and a denominator D > 0 and stands for the rational matrix t/D.
//! A pivot on (r, c) maps t_ij to (t_ij·t_rc − t_ic·t_rj)/D, a division without remainder because
//! entries are minors of the original matrix (Edmonds 1967, Bareiss 1968), and makes |t_rc| the
//! new denominator. Entries start as 64-bit integers; when one would overflow the whole tableau
//! widens to 128 bits, and from there to integers of any size.

use std::cmp::Ordering;

use dashu_int::IBig;

use super::wide::{Divisor64, Divisor128, compare_products_128};

/// A type that tableau entries can have.
trait Entry: Clone {
    /// What a division by the common denominator needs, prepared once for each pivot.
    type Divisor;
    fn from_big(value: &IBig) -> Option<Self>;
    fn to_big(&self) -> IBig;
    /// −1, 0 or 1.
    fn signum_of(&self) -> i32;
    /// The negative. Never overflows: the least machine integers are not used as entries.
    fn negated(&self) -> Self;
    fn divisor(value: &Self) -> Self::Divisor;
    /// (a·b − c·d) / divisor, or `None` when the result does not fit.
    fn combine(a: &Self, b: &Self, c: &Self, d: &Self, by: &Self::Divisor) -> Option<Self>;
    /// a·b compared with c·d.
    fn compare_products(a: &Self, b: &Self, c: &Self, d: &Self) -> Ordering;
    fn compare(&self, other: &Self) -> Ordering;
}

impl Entry for i64 {
    type Divisor = Divisor64;
    fn from_big(value: &IBig) -> Option<Self> {
        i64::try_from(value).ok().filter(|&value| value != i64::MIN)
    }
    fn to_big(&self) -> IBig {
        IBig::from(*self)
    }
    fn signum_of(&self) -> i32 {
        self.signum() as i32
    }
    fn negated(&self) -> Self {
        -self
    }
    fn divisor(value: &Self) -> Divisor64 {
        Divisor64::new(*value)
    }
    #[inline]
    fn combine(a: &Self, b: &Self, c: &Self, d: &Self, by: &Divisor64) -> Option<Self> {
        by.divide(i128::from(*a) * i128::from(*b) - i128::from(*c) * i128::from(*d))
    }
    fn compare_products(a: &Self, b: &Self, c: &Self, d: &Self) -> Ordering {
        (i128::from(*a) * i128::from(*b)).cmp(&(i128::from(*c) * i128::from(*d)))
    }
    fn compare(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

impl Entry for i128 {
    type Divisor = Divisor128;
    fn from_big(value: &IBig) -> Option<Self> {
        i128::try_from(value).ok().filter(|&value| value != i128::MIN)
    }
    fn to_big(&self) -> IBig {
        IBig::from(*self)
    }
    fn signum_of(&self) -> i32 {
        self.signum() as i32
    }
    fn negated(&self) -> Self {
        -self
    }
    fn divisor(value: &Self) -> Divisor128 {
        Divisor128::new(*value)
    }
    #[inline]
    fn combine(a: &Self, b: &Self, c: &Self, d: &Self, by: &Divisor128) -> Option<Self> {
        by.divide_difference(*a, *b, *c, *d)
    }
    fn compare_products(a: &Self, b: &Self, c: &Self, d: &Self) -> Ordering {
        compare_products_128(*a, *b, *c, *d)
    }
    fn compare(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

impl Entry for IBig {
    type Divisor = IBig;
    fn from_big(value: &IBig) -> Option<Self> {
        Some(value.clone())
    }
    fn to_big(&self) -> IBig {
        self.clone()
    }
    fn signum_of(&self) -> i32 {
        match self.cmp(&IBig::ZERO) {
            Ordering::Less => -1,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        }
    }
    fn negated(&self) -> Self {
        -self
    }
    fn divisor(value: &Self) -> IBig {
        value.clone()
    }
    fn combine(a: &Self, b: &Self, c: &Self, d: &Self, by: &IBig) -> Option<Self> {
        let numerator = if c.is_zero() || d.is_zero() { a * b } else { a * b - c * d };
        Some(if numerator.is_zero() || by.is_one() { numerator } else { numerator / by })
    }
    fn compare_products(a: &Self, b: &Self, c: &Self, d: &Self) -> Ordering {
        (a * b).cmp(&(c * d))
    }
    fn compare(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

/// Entries of one type, row-major.
#[derive(Debug, Clone)]
struct Grid<E> {
    entries: Vec<E>,
    /// The other half of a double buffer, so that a pivot that overflows leaves no trace.
    spare: Vec<E>,
    width: usize,
    denominator: E,
}

impl<E: Entry> Grid<E> {
    fn from_big(entries: &[IBig], width: usize, denominator: &IBig) -> Option<Self> {
        Some(Grid {
            entries: entries.iter().map(E::from_big).collect::<Option<_>>()?,
            spare: Vec::new(),
            width,
            denominator: E::from_big(denominator)?,
        })
    }

    fn at(&self, row: usize, column: usize) -> &E {
        &self.entries[row * self.width + column]
    }

    /// Pivots and returns true, or changes nothing and returns false when an entry overflows.
    fn pivot(&mut self, row: usize, column: usize) -> bool {
        let divisor = E::divisor(&self.denominator);
        let pivot = self.at(row, column).clone();
        let flip = pivot.signum_of() < 0;
        self.spare.clear();
        self.spare.reserve(self.entries.len());
        let pivot_row = &self.entries[row * self.width..(row + 1) * self.width];
        let zero = match E::from_big(&IBig::ZERO) {
            Some(zero) => zero,
            None => return false,
        };
        for (at, line) in self.entries.chunks_exact(self.width).enumerate() {
            let factor = &line[column];
            if at == row {
                self.spare.extend(line.iter().enumerate().map(|(j, entry)| {
                    let entry = if j == column { &self.denominator } else { entry };
                    if flip { entry.negated() } else { entry.clone() }
                }));
                continue;
            }
            for (j, (entry, other)) in line.iter().zip(pivot_row).enumerate() {
                let value = if j == column {
                    Some(factor.negated())
                } else if entry.signum_of() == 0
                    && (factor.signum_of() == 0 || other.signum_of() == 0)
                {
                    Some(zero.clone())
                } else {
                    E::combine(entry, &pivot, factor, other, &divisor)
                };
                match value {
                    Some(value) if flip => self.spare.push(value.negated()),
                    Some(value) => self.spare.push(value),
                    None => return false,
                }
            }
        }
        std::mem::swap(&mut self.entries, &mut self.spare);
        self.denominator = if flip { pivot.negated() } else { pivot };
        true
    }

    fn widened<W: Entry>(&self) -> Option<Grid<W>> {
        let entries: Vec<IBig> = self.entries.iter().map(E::to_big).collect();
        Grid::from_big(&entries, self.width, &self.denominator.to_big())
    }

    fn push_column(&mut self, mut entry: impl FnMut(usize, &E) -> E) {
        let mut entries = Vec::with_capacity(self.entries.len() + self.entries.len() / self.width);
        for (at, line) in self.entries.chunks_exact(self.width).enumerate() {
            entries.extend_from_slice(line);
            entries.push(entry(at, &self.denominator));
        }
        self.entries = entries;
        self.width += 1;
    }

    fn swap_remove_column(&mut self, column: usize) {
        let last = self.width - 1;
        let mut entries = Vec::with_capacity(self.entries.len());
        for line in self.entries.chunks_exact(self.width) {
            let start = entries.len();
            entries.extend_from_slice(&line[..last]);
            if column != last {
                entries[start + column] = line[last].clone();
            }
        }
        self.entries = entries;
        self.width = last;
    }
}

/// A tableau whose entries have the least width that holds them.
#[derive(Debug, Clone)]
pub(super) struct Tableau {
    grid: Width,
}

#[derive(Debug, Clone)]
enum Width {
    W64(Grid<i64>),
    W128(Grid<i128>),
    Big(Grid<IBig>),
}

macro_rules! on_grid {
    ($self:expr, $grid:ident => $body:expr) => {
        match $self {
            Width::W64($grid) => $body,
            Width::W128($grid) => $body,
            Width::Big($grid) => $body,
        }
    };
}

impl Tableau {
    /// The tableau of these entries, row-major, with denominator 1.
    pub(super) fn new(entries: &[IBig], width: usize) -> Self {
        let one = IBig::ONE;
        let grid = if let Some(grid) = Grid::from_big(entries, width, &one) {
            Width::W64(grid)
        } else if let Some(grid) = Grid::from_big(entries, width, &one) {
            Width::W128(grid)
        } else {
            let entries = entries.to_vec();
            Width::Big(Grid { entries, spare: Vec::new(), width, denominator: one })
        };
        Tableau { grid }
    }

    /// −1, 0 or 1.
    pub(super) fn sign(&self, row: usize, column: usize) -> i32 {
        on_grid!(&self.grid, grid => grid.at(row, column).signum_of())
    }

    /// The entry itself, without the denominator.
    pub(super) fn get(&self, row: usize, column: usize) -> IBig {
        on_grid!(&self.grid, grid => grid.at(row, column).to_big())
    }

    /// The common denominator, positive.
    pub(super) fn denominator(&self) -> IBig {
        on_grid!(&self.grid, grid => grid.denominator.to_big())
    }

    /// Two entries compared.
    pub(super) fn compare(&self, one: (usize, usize), other: (usize, usize)) -> Ordering {
        on_grid!(&self.grid, grid => grid.at(one.0, one.1).compare(grid.at(other.0, other.1)))
    }

    /// t(i, k)/t(i, c) compared with t(l, k)/t(l, c), where t(i, c) and t(l, c) are positive.
    pub(super) fn compare_ratios(&self, k: usize, c: usize, i: usize, l: usize) -> Ordering {
        on_grid!(&self.grid, grid => Entry::compare_products(
            grid.at(i, k), grid.at(l, c), grid.at(l, k), grid.at(i, c)))
    }

    /// Pivots on a non-zero entry, widening as needed.
    pub(super) fn pivot(&mut self, row: usize, column: usize) {
        loop {
            if on_grid!(&mut self.grid, grid => grid.pivot(row, column)) {
                return;
            }
            let wider = match &self.grid {
                Width::W64(grid) => grid.widened().map(Width::W128),
                Width::W128(grid) => grid.widened().map(Width::Big),
                Width::Big(_) => None,
            };
            // A wider type holds every number of a narrower one, and the widest never overflows.
            let Some(wider) = wider else { return };
            self.grid = wider;
        }
    }

    /// Appends a column whose entries are `sign(row)` times the denominator.
    pub(super) fn push_unit_column(&mut self, sign: impl Fn(usize) -> i32) {
        fn push<E: Entry>(grid: &mut Grid<E>, sign: impl Fn(usize) -> i32) {
            let Some(zero) = E::from_big(&IBig::ZERO) else { return };
            grid.push_column(|row, denominator| match sign(row) {
                0 => zero.clone(),
                1 => denominator.clone(),
                _ => denominator.negated(),
            });
        }
        on_grid!(&mut self.grid, grid => push(grid, sign));
    }

    /// Appends a row of zeros except for the denominator in one column.
    pub(super) fn push_unit_row(&mut self, column: usize) {
        fn push<E: Entry>(grid: &mut Grid<E>, column: usize) {
            let Some(zero) = E::from_big(&IBig::ZERO) else { return };
            let start = grid.entries.len();
            grid.entries.resize(start + grid.width, zero);
            grid.entries[start + column] = grid.denominator.clone();
        }
        on_grid!(&mut self.grid, grid => push(grid, column));
    }

    /// Removes the last row.
    pub(super) fn pop_row(&mut self) {
        on_grid!(&mut self.grid, grid => {
            let left = grid.entries.len() - grid.width;
            grid.entries.truncate(left);
        });
    }

    /// Removes a column; the last column takes its place.
    pub(super) fn swap_remove_column(&mut self, column: usize) {
        on_grid!(&mut self.grid, grid => grid.swap_remove_column(column));
    }
}
