//! Bounds of the value of a matrix game in machine numbers.
//!
//! A strategy x of the row player secures min_j Σ_i x_i a_ij, and a strategy y of the column player
//! concedes at most max_i Σ_j a_ij y_j. For *any* two strategies the value lies between the two (von
//! Neumann 1928), so that nothing about how they were found matters, and it need not be near either.
//!
//! *Exact sums.* A finite machine number is an integer times a power of two, so that no product and
//! no sum here is rounded. Probabilities become integers below 2⁵³ over one power of two, or several
//! layers of shorter integers where some of them are no multiples of 2⁻⁵³; the integers of a layer sum
//! to at most 2⁵³. Entries become integers of 63 bits over one power of two if all of them can;
//! otherwise they are sorted by exponent into bins of twenty exponents, each with sums of its own
//! (one long accumulator for all exponents is the way of Kulisch & Miranker 1981). Either way sums stay below 2¹²⁶.

use dashu_int::IBig;

use crate::game::answer::MatrixBracket;
use crate::game::{Block, BlockBuffer, PayoffMatrix, PayoffSource};
use crate::num::Rational;

use super::meter::{Limits, Meter};
use super::wording::number;
use super::{Certificate, Completeness, Refutation};

/// Bits of the mantissa of a machine number, the hidden one included.
const MANTISSA: u32 = 53;
/// A machine number is its mantissa times 2^(exponent − this).
const LEAST: u32 = 1075;
/// The exponents of one bin.
const BIN: u32 = 20;

/// Checks that both strategies are distributions and prove the bounds that are stated.
///
/// Work: two products for each entry, in machine integers. Where probabilities are no multiples of
/// 2⁻⁵³ it is more by a factor of at most a hundred.
///
/// ```
/// use detente::certify::{Limits, certify_matrix_bracket};
/// use detente::game::PayoffMatrix;
/// use detente::solve::{Budget, bracket_matrix_game};
/// let game = PayoffMatrix::new(2, vec![1.0, -1.0, -1.0, 1.1]).unwrap();
/// let mut answer = bracket_matrix_game(&game, &Budget::unlimited()).answer;
/// assert!(certify_matrix_bracket(&game, &answer, &Limits::default()).is_ok());
/// answer.lower += 1e-14;
/// assert!(certify_matrix_bracket(&game, &answer, &Limits::default()).is_err());
/// ```
///
/// # Errors
/// A [`Refutation`] that names the row or the column and the numbers.
pub fn certify_matrix_bracket(
    matrix: &PayoffMatrix,
    answer: &MatrixBracket,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    certify_source_bracket(matrix, answer, limits)
}

/// As [`certify_matrix_bracket`], of a game that need not be in memory. Its rows are asked for two or
/// three times, in order.
///
/// # Errors
/// A [`Refutation`] that names the row or the column and the numbers, or says that rows could not be had.
pub fn certify_source_bracket(
    matrix: &dyn PayoffSource,
    answer: &MatrixBracket,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    let rows = Weights::of(&answer.row, matrix.rows(), "row")?;
    let columns = Weights::of(&answer.column, matrix.columns(), "column")?;
    for (name, bound) in [("lower", answer.lower), ("upper", answer.upper)] {
        if !bound.is_finite() {
            return Err(Refutation::Misfit(format!("the {name} bound is {bound}")));
        }
    }
    if answer.lower > answer.upper {
        return Err(Refutation::WrongNumber(format!(
            "the lower bound {:?} is above the upper bound {:?}",
            answer.lower, answer.upper
        )));
    }
    let [by_row, by_column] = sums(matrix, &rows, &columns, &mut meter)?;
    let least = by_column.iter().enumerate().min_by_key(|(_, sum)| *sum);
    if let Some((column, sum)) = least
        && *sum < rows.scaled(answer.lower)
    {
        return Err(Refutation::WrongNumber(format!(
            "the row player's strategy is said to secure {:?}, and gives {} against column {}",
            answer.lower,
            number(&rows.value(sum)),
            column + 1
        )));
    }
    let most = by_row.iter().enumerate().max_by_key(|(_, sum)| *sum);
    if let Some((row, sum)) = most
        && *sum > columns.scaled(answer.upper)
    {
        return Err(Refutation::NotOptimal(format!(
            "the column player's strategy is said to concede at most {:?}, and row {} gets {} \
             against it",
            answer.upper,
            row + 1,
            number(&columns.value(sum))
        )));
    }
    let checked = vec![
        format!("the row player's strategy secures {:?} against every column", answer.lower),
        format!("no row gets more than {:?} against the column player's", answer.upper),
    ];
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// Probabilities as integers: probability i is Σ_k layers[k][i] · 2^−(k + 1)·bits.
struct Weights {
    layers: Vec<Vec<i64>>,
    bits: u32,
}

impl Weights {
    /// Of a list that is a distribution over so many actions.
    fn of(probabilities: &[f64], actions: usize, whose: &str) -> Result<Self, Refutation> {
        let misfit = |text: String| Refutation::Misfit(format!("the {whose} player's {text}"));
        if probabilities.len() != actions {
            return Err(misfit(format!(
                "strategy has {} probabilities for {actions} actions",
                probabilities.len()
            )));
        }
        for (at, &probability) in probabilities.iter().enumerate() {
            let words = match probability {
                p if !p.is_finite() => "is no number",
                p if p < 0.0 => "is negative",
                p if p > 1.0 => "is above one",
                _ => continue,
            };
            return Err(misfit(format!("probability {} {words}: {probability:?}", at + 1)));
        }
        let mut weights = Weights { layers: Vec::new(), bits: MANTISSA };
        let mut rest = weights.split(probabilities);
        if rest.iter().any(|&rest| rest > 0.0) {
            // Shorter integers, so that they sum to no more than 2⁵³ whatever the probabilities.
            weights = Weights { layers: Vec::new(), bits: MANTISSA - actions.ilog2() - 1 };
            rest = weights.split(probabilities);
            while rest.iter().any(|&rest| rest > 0.0) {
                rest = weights.split(&rest);
            }
        }
        let mut sum = IBig::ZERO;
        for layer in &weights.layers {
            let all: i128 = layer.iter().map(|&integer| i128::from(integer)).sum();
            sum = (sum << weights.bits as usize) + IBig::from(all);
        }
        let one = IBig::ONE << weights.shift();
        if sum != one {
            let sum = number(&Rational::from_integers(sum, one));
            return Err(misfit(format!("probabilities sum to {sum} and not to 1")));
        }
        Ok(weights)
    }

    /// Another layer, and what is left, times 2^bits. Both are exact.
    fn split(&mut self, probabilities: &[f64]) -> Vec<f64> {
        let factor = (1u64 << self.bits) as f64;
        let layer = probabilities.iter().map(|probability| (probability * factor) as i64);
        self.layers.push(layer.collect());
        let scaled = probabilities.iter().map(|probability| probability * factor);
        scaled.map(|scaled| scaled - scaled.trunc()).collect()
    }

    /// The bits behind the point of probabilities.
    fn shift(&self) -> usize {
        self.bits as usize * self.layers.len()
    }

    /// A machine number in the unit of sums of entries with these weights.
    fn scaled(&self, number: f64) -> IBig {
        let (mantissa, exponent) = parts(number);
        IBig::from(mantissa) << (exponent as usize + self.shift())
    }

    /// A sum of entries with these weights.
    fn value(&self, sum: &IBig) -> Rational {
        Rational::from_integers(sum.clone(), IBig::ONE << (LEAST as usize + self.shift()))
    }
}

/// Mantissa, with its sign, and exponent: the number is mantissa · 2^(exponent − 1075), and the
/// exponent is from 1 to 2046.
#[inline]
fn parts(number: f64) -> (i64, u32) {
    let bits = number.to_bits();
    let field = (bits >> 52) as u32 & 0x7ff;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let mantissa = fraction | i64::from(field > 0) << 52;
    (if bits >> 63 == 0 { mantissa } else { -mantissa }, field.max(1))
}

/// Of each row Σ_j a_ij y_j, in the unit of the column player's weights, and of each column
/// Σ_i x_i a_ij, in that of the row player's.
fn sums(
    matrix: &dyn PayoffSource,
    rows: &Weights,
    columns: &Weights,
    meter: &mut Meter,
) -> Result<[Vec<IBig>; 2], Refutation> {
    let sizes = Sizes::of(matrix, meter)?;
    let greatest = parts(f64::from_bits(sizes.greatest)).1;
    let mut by_row = vec![IBig::ZERO; matrix.rows()];
    let mut by_column = vec![IBig::ZERO; matrix.columns()];
    let none = [vec![0; matrix.rows()], vec![0; matrix.columns()]];
    for layer in 0..rows.layers.len().max(columns.layers.len()) {
        let (x, y) = (rows.layers.get(layer), columns.layers.get(layer));
        let weights = [x.unwrap_or(&none[0]).as_slice(), y.unwrap_or(&none[1]).as_slice()];
        let sums = match in_one_bin(matrix, weights, greatest, meter)? {
            Some(sums) => sums,
            None => {
                let least = parts(f64::from_bits(sizes.least)).1;
                in_bins(matrix, weights, [least, greatest], meter)?
            }
        };
        if x.is_some() {
            add_layer(&mut by_column, rows.bits, &sums, 1);
        }
        if y.is_some() {
            add_layer(&mut by_row, columns.bits, &sums, 0);
        }
    }
    Ok([by_row, by_column])
}

/// The least and the greatest size of entries that are not zero, as bits: without their signs, machine
/// numbers are in the order of these. Both 0 where all are zero.
struct Sizes {
    least: u64,
    greatest: u64,
}

impl Sizes {
    fn of(matrix: &dyn PayoffSource, meter: &mut Meter) -> Result<Self, Refutation> {
        let (mut least, mut greatest) = (u64::MAX, 0);
        each_row(matrix, &mut |_, row| {
            meter.spend(row.len() / 4 + 1)?;
            for entry in row {
                let size = entry.abs().to_bits();
                greatest = size.max(greatest);
                // Zero becomes the greatest of all.
                least = size.wrapping_sub(1).min(least);
            }
            Ok(true)
        })?;
        if !f64::from_bits(greatest).is_finite() {
            return Err(Refutation::OutOfReach(
                "the game has a payoff that is not a finite number".to_owned(),
            ));
        }
        Ok(Sizes { least: if greatest == 0 { 0 } else { least + 1 }, greatest })
    }
}

/// Entries that are asked for at once.
const ENTRIES_AT_ONCE: usize = 1 << 16;

/// What is done with a row, by its number; whether to go on.
type RowWork<'a> = dyn FnMut(usize, &[f64]) -> Result<bool, Refutation> + 'a;

/// Calls `work` with each row in order until it says no, and returns what it said last.
fn each_row(matrix: &dyn PayoffSource, work: &mut RowWork<'_>) -> Result<bool, Refutation> {
    let (rows, columns) = (matrix.rows(), matrix.columns());
    let at_once = (ENTRIES_AT_ONCE / columns).max(1);
    let (mut buffer, mut copy) = (BlockBuffer::default(), Vec::new());
    for first in (0..rows).step_by(at_once) {
        let block = matrix.block(first..rows.min(first + at_once), &mut buffer);
        let entries = match block.map_err(|error| Refutation::OutOfReach(error.to_string()))? {
            Block::Double(entries) => entries,
            Block::Single(entries) => {
                copy.clear();
                copy.extend(entries.iter().copied().map(f64::from));
                &copy
            }
        };
        // Whoever made the source may have made it wrong.
        let count = (rows.min(first + at_once) - first) * columns;
        if entries.len() != count {
            return Err(Refutation::OutOfReach(format!(
                "rows from {first} on have {} entries instead of {count}",
                entries.len()
            )));
        }
        for (row, entries) in entries.chunks_exact(columns).enumerate() {
            if !work(first + row, entries)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Sums of products, in bins: the unit of bin q is 2^(lowest + 20 q − 1075).
struct Bins {
    lowest: u32,
    bins: usize,
    /// Of rows and of columns; for each one all bins.
    sums: [Vec<i128>; 2],
}

/// Sums of all layers so far, and one more.
fn add_layer(all: &mut [IBig], bits: u32, parts: &Bins, which: usize) {
    for (sum, bins) in all.iter_mut().zip(parts.sums[which].chunks_exact(parts.bins)) {
        let mut part = IBig::ZERO;
        for &bin in bins.iter().rev() {
            part = (part << BIN as usize) + IBig::from(bin);
        }
        *sum = (std::mem::take(sum) << bits as usize) + (part << parts.lowest as usize);
    }
}

/// The sums, where all entries are multiples of one power of two by integers of 63 bits.
fn in_one_bin(
    matrix: &dyn PayoffSource,
    weights: [&[i64]; 2],
    greatest: u32,
    meter: &mut Meter,
) -> Result<Option<Bins>, Refutation> {
    let head = greatest.min(u64::BITS - 1 - MANTISSA);
    let mut by_row = vec![0i128; matrix.rows()];
    let mut by_column = vec![0i128; matrix.columns()];
    let fits = each_row(matrix, &mut |row, entries| {
        meter.spend(2 * entries.len())?;
        let (sum, x) = (&mut by_row[row], weights[0][row]);
        let mut lost = 0;
        for ((&entry, &y), column) in entries.iter().zip(weights[1]).zip(&mut by_column) {
            let (mantissa, exponent) = parts(entry);
            let (long, shift) = (mantissa << head, (greatest - exponent).min(u64::BITS - 1));
            let integer = long >> shift;
            lost |= long ^ (integer << shift);
            *sum += i128::from(integer) * i128::from(y);
            *column += i128::from(integer) * i128::from(x);
        }
        Ok(lost == 0)
    })?;
    let bins = || Bins { lowest: greatest - head, bins: 1, sums: [by_row, by_column] };
    Ok(fits.then(bins))
}

/// The sums for any entries, whose exponents are in this range where they are not zero.
fn in_bins(
    matrix: &dyn PayoffSource,
    weights: [&[i64]; 2],
    [least, greatest]: [u32; 2],
    meter: &mut Meter,
) -> Result<Bins, Refutation> {
    let bins = ((greatest - least) / BIN) as usize + 1;
    let mut by_row = vec![0i128; matrix.rows() * bins];
    let mut by_column = vec![0i128; matrix.columns() * bins];
    each_row(matrix, &mut |row, entries| {
        meter.spend(2 * entries.len())?;
        let (sums, x) = (&mut by_row[row * bins..][..bins], weights[0][row]);
        let entries = entries.iter().zip(weights[1]);
        for ((&entry, &y), columns) in entries.zip(by_column.chunks_exact_mut(bins)) {
            let (mantissa, exponent) = parts(entry);
            if mantissa == 0 {
                continue;
            }
            let (bin, shift) = ((exponent - least) / BIN, (exponent - least) % BIN);
            let integer = i128::from(mantissa) << shift;
            sums[bin as usize] += integer * i128::from(y);
            columns[bin as usize] += integer * i128::from(x);
        }
        Ok(true)
    })?;
    Ok(Bins { lowest: least, bins, sums: [by_row, by_column] })
}

#[cfg(test)]
mod tests;
