//! The numbers of a dictionary in one width, and the fraction-free pivot on them.
//!
//! Every entry is, up to sign, a minor of the first table, and the common denominator is the minor
//! of the current basis (Edmonds 1967, Bareiss 1968). A pivot therefore divides without remainder,
//! and an exact division needs no division instruction: for an odd d with d·u ≡ 1 (mod 2⁶⁴) the
//! quotient x/d is x·u modulo 2⁶⁴, whenever the quotient is known to fit (Jebelean 1993). Whether
//! it fits follows from the lengths in bits of the two rows that meet, kept for each row.

use std::cmp::Ordering;

use dashu_base::{Abs, BitTest};
use dashu_int::IBig;

/// An integer of one width.
pub(super) trait Cell: Clone + PartialEq {
    fn zero() -> Self;
    /// The least b with |x| < 2^b.
    fn bits(&self) -> u32;
    fn sign(&self) -> Ordering;
    fn negated(&self) -> Self;
    fn magnitude(&self) -> Self;
    /// The order of a·b and c·d.
    fn compare_products(a: &Self, b: &Self, c: &Self, d: &Self) -> Ordering;
    fn order(&self, other: &Self) -> Ordering;
    fn to_big(&self) -> IBig;
    fn approximate(&self) -> f64;
    /// Replaces each entry a of `row` by (a·scale − b·factor)/d, with b in `pivot_row`, and returns
    /// the greatest length in bits; `None`, with the row unchanged, when an entry does not fit.
    fn eliminate(row: &mut [Self], pivot_row: &[Self], step: &Step<Self>, bits: u32)
    -> Option<u32>;
}

/// What one pivot multiplies and divides by.
pub(super) struct Step<T> {
    /// |pivot|, the next denominator.
    scale: T,
    /// The entry to eliminate, with the sign of the pivot.
    factor: T,
    /// The denominator.
    denominator: T,
    /// The inverse of the odd part of the denominator modulo 2^width.
    inverse: T,
    /// The power of two in the denominator.
    shift: u32,
    /// The length in bits of the longest entry of the pivot row.
    pivot_bits: u32,
}

impl<T: Cell> Step<T> {
    /// A bound on the length of every entry of the eliminated row.
    fn bound(&self, bits: u32) -> u32 {
        let one = self.scale.bits() + bits;
        let product = match self.factor.sign() {
            Ordering::Equal => one,
            _ => one.max(self.factor.bits() + self.pivot_bits) + 1,
        };
        // |x| < 2^product and d ≥ 2^(bits − 1).
        (product + 1).saturating_sub(self.denominator.bits())
    }
}

macro_rules! machine_cell {
    ($int:ty, $unsigned:ty, $compare:expr, $checked:expr) => {
        impl Cell for $int {
            fn zero() -> Self {
                0
            }
            fn bits(&self) -> u32 {
                <$int>::BITS - self.unsigned_abs().leading_zeros()
            }
            fn sign(&self) -> Ordering {
                self.cmp(&0)
            }
            fn negated(&self) -> Self {
                // The least integer of the type never occurs: see `eliminate`.
                -self
            }
            fn magnitude(&self) -> Self {
                self.abs()
            }
            fn compare_products(a: &Self, b: &Self, c: &Self, d: &Self) -> Ordering {
                $compare(*a, *b, *c, *d)
            }
            fn order(&self, other: &Self) -> Ordering {
                self.cmp(other)
            }
            fn to_big(&self) -> IBig {
                IBig::from(*self)
            }
            fn approximate(&self) -> f64 {
                *self as f64
            }
            fn eliminate(
                row: &mut [Self],
                pivot_row: &[Self],
                step: &Step<Self>,
                bits: u32,
            ) -> Option<u32> {
                // Modular arithmetic loses the lowest `shift` bits of the range.
                if step.bound(bits) + step.shift >= <$int>::BITS {
                    let checked: fn(&mut [Self], &[Self], &Step<Self>) -> Option<u32> = $checked;
                    return checked(row, pivot_row, step);
                }
                let scale = step.scale.wrapping_mul(step.inverse);
                let factor = step.factor.wrapping_mul(step.inverse);
                let shift = step.shift;
                let mut ones: $unsigned = 0;
                if factor == 0 {
                    for entry in row {
                        *entry = entry.wrapping_mul(scale) >> shift;
                        ones |= entry.unsigned_abs();
                    }
                } else {
                    for (entry, &pivot) in row.iter_mut().zip(pivot_row) {
                        let product =
                            entry.wrapping_mul(scale).wrapping_sub(pivot.wrapping_mul(factor));
                        *entry = product >> shift;
                        ones |= entry.unsigned_abs();
                    }
                }
                Some(<$int>::BITS - ones.leading_zeros())
            }
        }
    };
}

machine_cell!(i64, u64, compare_small_products, eliminate_checked);
machine_cell!(i128, u128, compare_wide_products, |_, _, _| None);

fn compare_small_products(a: i64, b: i64, c: i64, d: i64) -> Ordering {
    (i128::from(a) * i128::from(b)).cmp(&(i128::from(c) * i128::from(d)))
}

fn compare_wide_products(a: i128, b: i128, c: i128, d: i128) -> Ordering {
    match (a.checked_mul(b), c.checked_mul(d)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => (IBig::from(a) * IBig::from(b)).cmp(&(IBig::from(c) * IBig::from(d))),
    }
}

/// The same elimination with products in 128 bits, for rows whose bound is too long though the
/// result may fit.
fn eliminate_checked(row: &mut [i64], pivot_row: &[i64], step: &Step<i64>) -> Option<u32> {
    let (scale, factor) = (i128::from(step.scale), i128::from(step.factor));
    let denominator = i128::from(step.denominator);
    // |a·scale − b·factor| ≤ 2·(2⁶³ − 1)² < 2¹²⁷.
    let product = |a: i64, b: i64| i128::from(a) * scale - i128::from(b) * factor;
    let quotient = |product: i128| ((product >> step.shift) as i64).wrapping_mul(step.inverse);
    let fits = row.iter().zip(pivot_row).all(|(&a, &b)| {
        let product = product(a, b);
        let quotient = quotient(product);
        quotient != i64::MIN && i128::from(quotient) * denominator == product
    });
    if !fits {
        return None;
    }
    let mut longest = 0;
    for (entry, &pivot) in row.iter_mut().zip(pivot_row) {
        *entry = quotient(product(*entry, pivot));
        longest = longest.max(entry.bits());
    }
    Some(longest)
}

impl Cell for IBig {
    fn zero() -> Self {
        IBig::ZERO
    }
    fn bits(&self) -> u32 {
        u32::try_from(self.bit_len()).unwrap_or(u32::MAX)
    }
    fn sign(&self) -> Ordering {
        self.cmp(&IBig::ZERO)
    }
    fn negated(&self) -> Self {
        -self
    }
    fn magnitude(&self) -> Self {
        self.clone().abs()
    }
    fn compare_products(a: &Self, b: &Self, c: &Self, d: &Self) -> Ordering {
        (a * b).cmp(&(c * d))
    }
    fn order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
    fn to_big(&self) -> IBig {
        self.clone()
    }
    fn approximate(&self) -> f64 {
        self.to_f64().value()
    }
    fn eliminate(
        row: &mut [Self],
        pivot_row: &[Self],
        step: &Step<Self>,
        _bits: u32,
    ) -> Option<u32> {
        let mut longest = 0;
        for (entry, pivot) in row.iter_mut().zip(pivot_row) {
            let product = if step.factor.is_zero() || pivot.is_zero() {
                &*entry * &step.scale
            } else {
                &*entry * &step.scale - pivot * &step.factor
            };
            *entry = product / &step.denominator;
            longest = longest.max(Cell::bits(entry));
        }
        Some(longest)
    }
}

/// The inverse of an odd number modulo 2¹²⁸ (Newton's iteration; each step doubles the right bits).
fn inverse_of_odd(odd: u128) -> u128 {
    let mut inverse = odd.wrapping_mul(3) ^ 2;
    for _ in 0..5 {
        inverse = inverse.wrapping_mul(2u128.wrapping_sub(odd.wrapping_mul(inverse)));
    }
    inverse
}

/// How to divide exactly by a positive integer of this width.
pub(super) trait ExactDivisor: Cell {
    /// The inverse of the odd part, and the power of two.
    fn exact_divisor(&self) -> (Self, u32);
}

impl ExactDivisor for i64 {
    fn exact_divisor(&self) -> (Self, u32) {
        let shift = self.trailing_zeros();
        (inverse_of_odd((*self >> shift) as u128) as i64, shift)
    }
}

impl ExactDivisor for i128 {
    fn exact_divisor(&self) -> (Self, u32) {
        let shift = self.trailing_zeros();
        (inverse_of_odd((*self >> shift) as u128) as i128, shift)
    }
}

impl ExactDivisor for IBig {
    fn exact_divisor(&self) -> (Self, u32) {
        (IBig::ZERO, 0)
    }
}

/// The entries of a dictionary over one common denominator, row-major.
#[derive(Debug)]
pub(super) struct Table<T> {
    pub(super) denominator: T,
    /// Entry (r, k) is `cells[r * stride + k]`; column 0 holds the constants.
    pub(super) cells: Vec<T>,
    pub(super) stride: usize,
    /// The number of columns in use, the constants included.
    pub(super) width: usize,
    /// For each row a bound on the length in bits of its entries.
    pub(super) bits: Vec<u32>,
    /// Room for a copy of the pivot row.
    scratch: Vec<T>,
}

impl<T: ExactDivisor> Table<T> {
    pub(super) fn new(denominator: T, cells: Vec<T>, stride: usize, width: usize) -> Self {
        let mut table =
            Table { denominator, cells, stride, width, bits: Vec::new(), scratch: Vec::new() };
        table.bits = table
            .cells
            .chunks_exact(stride)
            .map(|row| row[..width].iter().map(Cell::bits).max().unwrap_or(0))
            .collect();
        table
    }

    #[inline]
    pub(super) fn at(&self, row: usize, column: usize) -> &T {
        &self.cells[row * self.stride + column]
    }

    #[inline]
    pub(super) fn row(&self, row: usize) -> &[T] {
        &self.cells[row * self.stride..row * self.stride + self.width]
    }

    /// Eliminates column `column` from the rows from `first` on with the pivot row `row`; the row
    /// at which an entry did not fit is the error, and everything from it on is unchanged.
    pub(super) fn eliminate(
        &mut self,
        row: usize,
        column: usize,
        first: usize,
    ) -> Result<(), usize> {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        scratch.extend_from_slice(self.row(row));
        let pivot = scratch[column].clone();
        let negative = pivot.sign() == Ordering::Less;
        let (inverse, shift) = self.denominator.exact_divisor();
        let mut step = Step {
            scale: pivot.magnitude(),
            factor: T::zero(),
            denominator: self.denominator.clone(),
            inverse,
            shift,
            pivot_bits: self.bits[row],
        };
        let mut outcome = Ok(());
        for other in first..self.bits.len() {
            if other == row {
                continue;
            }
            let start = other * self.stride;
            let cells = &mut self.cells[start..start + self.width];
            let entry = cells[column].clone();
            let unchanged = entry.sign() == Ordering::Equal && step.scale == step.denominator;
            if unchanged {
                continue;
            }
            step.factor = if negative { entry.negated() } else { entry };
            match T::eliminate(cells, &scratch, &step, self.bits[other]) {
                Some(bits) => {
                    self.bits[other] = bits.max(step.factor.bits());
                    cells[column] = step.factor.negated();
                }
                None => {
                    outcome = Err(other);
                    break;
                }
            }
        }
        self.scratch = scratch;
        outcome
    }

    /// The last step of a pivot: the pivot row itself, and the denominator.
    pub(super) fn turn(&mut self, row: usize, column: usize) {
        let start = row * self.stride;
        let cells = &mut self.cells[start..start + self.width];
        let pivot = cells[column].clone();
        let mut incoming = self.denominator.clone();
        if pivot.sign() == Ordering::Less {
            for entry in &mut *cells {
                *entry = entry.negated();
            }
            incoming = incoming.negated();
        }
        self.bits[row] = self.bits[row].max(incoming.bits());
        cells[column] = incoming;
        self.denominator = pivot.magnitude();
    }

    /// The same numbers in another width, packed without unused columns.
    pub(super) fn converted<U: ExactDivisor>(&self, convert: impl Fn(&T) -> U) -> Table<U> {
        let mut cells = Vec::with_capacity(self.bits.len() * self.width);
        for row in 0..self.bits.len() {
            cells.extend(self.row(row).iter().map(&convert));
        }
        Table {
            denominator: convert(&self.denominator),
            cells,
            stride: self.width,
            width: self.width,
            bits: self.bits.clone(),
            scratch: Vec::new(),
        }
    }

    /// Copies `other` into this table's memory, packed.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.denominator = other.denominator.clone();
        self.stride = other.width;
        self.width = other.width;
        self.bits.clone_from(&other.bits);
        self.cells.clear();
        self.cells.reserve(other.bits.len() * other.width);
        for row in 0..other.bits.len() {
            self.cells.extend_from_slice(other.row(row));
        }
    }

    pub(super) fn remove_row(&mut self, row: usize) {
        let last = self.bits.len() - 1;
        for column in 0..self.width {
            self.cells.swap(row * self.stride + column, last * self.stride + column);
        }
        self.cells.truncate(last * self.stride);
        self.bits.swap_remove(row);
    }

    pub(super) fn remove_column(&mut self, column: usize) {
        self.width -= 1;
        for row in 0..self.bits.len() {
            self.cells.swap(row * self.stride + column, row * self.stride + self.width);
        }
    }
}

impl<T: ExactDivisor> Table<T> {
    /// Among `rows` those with a positive entry in `column` and the least ratio of entry `over` to
    /// entry `column`, in the order given, into `least`, which is empty at the start.
    pub(super) fn least_ratio_rows(
        &self,
        column: usize,
        over: usize,
        rows: impl Iterator<Item = usize>,
        least: &mut Vec<usize>,
    ) {
        for row in rows {
            let entry = self.at(row, column);
            if entry.sign() != Ordering::Greater {
                continue;
            }
            let Some(&best) = least.first() else {
                least.push(row);
                continue;
            };
            let order = T::compare_products(
                self.at(row, over),
                self.at(best, column),
                self.at(best, over),
                entry,
            );
            match order {
                Ordering::Less => {
                    least.clear();
                    least.push(row);
                }
                Ordering::Equal => least.push(row),
                Ordering::Greater => {}
            }
        }
    }

    /// The row that leaves when `column` is entered: least ratio, ties to `preferred` and then to
    /// the least label.
    pub(super) fn leaving_row(
        &self,
        column: usize,
        preferred: Option<usize>,
        labels: &[usize],
    ) -> Option<usize> {
        let rank = |row: usize| (Some(row) != preferred, labels[row]);
        let mut best: Option<usize> = None;
        for row in 0..labels.len() {
            let entry = self.at(row, column);
            if entry.sign() != Ordering::Greater {
                continue;
            }
            let better = best.is_none_or(|best| {
                let order = T::compare_products(
                    self.at(row, 0),
                    self.at(best, column),
                    self.at(best, 0),
                    entry,
                );
                order == Ordering::Less || order == Ordering::Equal && rank(row) < rank(best)
            });
            if better {
                best = Some(row);
            }
        }
        best
    }

    /// The column of the greatest entry of a row with this sign, the constant aside.
    pub(super) fn greatest(&self, row: usize, sign: Ordering) -> Option<usize> {
        let entries = self.row(row);
        let beyond = |a: &T, b: &T| match sign {
            Ordering::Less => a.order(b) == Ordering::Less,
            _ => a.order(b) == Ordering::Greater,
        };
        (1..self.width)
            .filter(|&at| entries[at].sign() == sign)
            .reduce(|best, at| if beyond(&entries[at], &entries[best]) { at } else { best })
    }

    pub(super) fn row_signs(&self, row: usize) -> RowSigns {
        let entries = self.row(row);
        let mut signs = RowSigns { constant: entries[0].sign(), positive: false, negative: false };
        for entry in &entries[1..] {
            match entry.sign() {
                Ordering::Greater => signs.positive = true,
                Ordering::Less => signs.negative = true,
                Ordering::Equal => {}
            }
        }
        signs
    }

    /// Constant over the sum of the positive entries.
    pub(super) fn tightness(&self, row: usize) -> f64 {
        let entries = self.row(row);
        let sum: f64 = entries[1..]
            .iter()
            .filter(|entry| entry.sign() == Ordering::Greater)
            .map(Cell::approximate)
            .sum();
        entries[0].approximate() / sum.max(f64::MIN_POSITIVE)
    }
}

/// Which signs occur in a row of a dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowSigns {
    /// The sign of the constant.
    pub constant: Ordering,
    /// Whether an entry of a column is positive: raising its variable lowers the basic one.
    pub positive: bool,
    /// Whether an entry of a column is negative: raising its variable raises the basic one.
    pub negative: bool,
}
