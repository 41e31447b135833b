//! Multipliers that prove the steps of the search, exact.
//!
//! The rows of a tableau in machine numbers suggest multipliers; they are rounded to integers over
//! a power of two, and what has to be shown ([`crate::game::case_tree`]) is evaluated on the payoffs
//! themselves without rounding. When that fails, the question is decided by exact pivoting, which
//! either gives exact multipliers or a point that disproves the suggestion. So a proof is never
//! missing where the search claims one, and no claim rests on machine numbers.

use dashu_base::{Abs, BitTest, Gcd};
use dashu_int::IBig;

use crate::game::NormalForm;
use crate::game::case_tree::Multipliers;
use crate::linear::{Dictionary, Place};
use crate::solve::Exhausted;

use super::Meter;
use super::labels::Mask;
use super::polyhedron::{Labels, best_response_polyhedron, coprime_integers, gcd, small_integers};

/// After this many pivots in one direction the entering column is chosen by Bland's rule.
const PIVOTS_BEFORE_BLAND: usize = 40;
/// Multipliers are at most this, so that they are exact as machine numbers.
const MOST: f64 = (1u64 << 50) as f64;
/// Integers up to this are sums of machine numbers without rounding.
const EXACT: f64 = (1u64 << 53) as f64;
/// Payoffs that differ in later binary digits than this are not told apart by machine numbers, with
/// room for pivots to lose some.
const DIGITS: usize = 27;
/// Small denominators that are tried for multipliers that must be exact.
const DENOMINATORS: std::ops::RangeInclusive<i64> = 1..=60;

/// The payoffs of one player against a strategy of the other, as integers that say the same.
enum Payoffs {
    /// Below 2⁶², and as machine numbers, exact when `greatest` is below 2⁵³.
    Small {
        integers: Vec<i64>,
        floats: Vec<f64>,
        greatest: f64,
    },
    Big(Vec<IBig>),
}

/// What one player gets against the strategies of the other, in integers.
pub(super) struct Replies {
    pub(super) labels: Labels,
    /// Row j has the other player's payoffs from his action j: own actions across. Each column is
    /// shifted to have least entry zero, and all are divided by their common divisor.
    payoffs: Payoffs,
}

/// What is needed to prove things about one best-response polyhedron.
pub(super) struct Side {
    pub(super) labels: Labels,
    pub(super) replies: Replies,
    /// The exact dictionary at the first action.
    pub(super) whole: Dictionary,
    /// The unit of the slacks of tableaux.
    pub(super) unit: f64,
}

/// What exact pivoting found out.
pub(super) enum Decided {
    /// The claim holds.
    Proved(Multipliers),
    /// It does not; a dictionary of the face shows it.
    Disproved(Box<Dictionary>),
}

impl Replies {
    /// To the strategies of player `side`.
    pub(super) fn new(game: &NormalForm, side: usize) -> Self {
        let labels = Labels::of_side(side, game.num_actions(0), game.num_actions(1));
        Replies { labels, payoffs: integers(game, side, labels) }
    }

    /// The other player's payoff from action `j` against action `i`.
    pub(super) fn payoff(&self, j: usize, i: usize) -> IBig {
        let at = j * self.labels.own.1 + i;
        match &self.payoffs {
            Payoffs::Small { integers, .. } => IBig::from(integers[at]),
            Payoffs::Big(integers) => integers[at].clone(),
        }
    }

    /// Whether machine numbers can tell the payoffs apart: whether what the other player gets from
    /// different actions against the same one differs, where it does, by enough of the whole.
    pub(super) fn is_well_scaled(&self) -> bool {
        let own = self.labels.own.1;
        match &self.payoffs {
            Payoffs::Small { integers, .. } => {
                let bits = |x: &i64| 64 - x.leading_zeros() as usize;
                apart(integers, own, |high, low| high - low, bits)
            }
            Payoffs::Big(integers) => apart(integers, own, |high, low| high - low, IBig::bit_len),
        }
    }

    /// The payoffs as machine integers, a row for each action of the other player.
    pub(super) fn small_payoffs(&self) -> Option<&[i64]> {
        match &self.payoffs {
            Payoffs::Small { integers, .. } => Some(integers),
            Payoffs::Big(_) => None,
        }
    }

    /// The signs of Σ_j λ_j b_j(i) for each own action i, by `see(i, sign)` until that is false.
    fn sums(
        &self,
        multipliers: &[(usize, i64)],
        scratch: &mut Vec<f64>,
        mut see: impl FnMut(usize, i32) -> bool,
    ) -> bool {
        let own = self.labels.own.1;
        match &self.payoffs {
            Payoffs::Small { floats, integers, greatest } => {
                let size: f64 =
                    multipliers.iter().map(|&(_, value)| value.unsigned_abs() as f64).sum();
                if size * greatest < EXACT {
                    scratch.clear();
                    scratch.resize(own, 0.0);
                    for &(j, value) in multipliers {
                        let value = value as f64;
                        for (sum, payoff) in scratch.iter_mut().zip(&floats[j * own..][..own]) {
                            *sum += value * payoff;
                        }
                    }
                    (0..own)
                        .all(|i| see(i, i32::from(scratch[i] > 0.0) - i32::from(scratch[i] < 0.0)))
                } else {
                    // Below 2⁵⁰ · 2⁶² each, and fewer than 2¹⁵ of them.
                    (0..own).all(|i| {
                        let sum: i128 = multipliers
                            .iter()
                            .map(|&(j, value)| {
                                i128::from(value) * i128::from(integers[j * own + i])
                            })
                            .sum();
                        see(i, sum.signum() as i32)
                    })
                }
            }
            Payoffs::Big(integers) => (0..own).all(|i| {
                let sum: IBig = multipliers
                    .iter()
                    .map(|&(j, value)| IBig::from(value) * &integers[j * own + i])
                    .sum();
                see(i, sum.cmp(&IBig::ZERO) as i32)
            }),
        }
    }
}

impl Side {
    pub(super) fn new(game: &NormalForm, side: usize) -> Self {
        let labels = Labels::of_side(side, game.num_actions(0), game.num_actions(1));
        let whole = best_response_polyhedron(game, side);
        let mut greatest = 1.0f64;
        for row in (0..whole.rows()).filter(|&row| labels.is_slack(whole.row_label(row))) {
            for column in 0..=whole.columns() {
                if column == 0 || !labels.is_slack(whole.column_label(column)) {
                    greatest = greatest.max(whole.approximate(row, column).abs());
                }
            }
        }
        // A power of two, so that the division does not round.
        let unit = 0.5f64.powi(greatest.log2().ceil().clamp(0.0, 1000.0) as i32);
        Side { labels, replies: Replies::new(game, side), whole, unit }
    }

    /// Whether the multipliers, which sum to zero and are non-negative where they must be, prove
    /// that no point has the labels `zero`.
    fn prove_empty<const W: usize>(
        &self,
        multipliers: &[(usize, i64)],
        zero: &Mask<W>,
        scratch: &mut Vec<f64>,
    ) -> bool {
        let first = self.labels.own.0;
        self.replies.sums(multipliers, scratch, |i, sign| sign > 0 || zero.contains(first + i))
    }

    /// Multipliers that prove that nothing has the labels `zero`, among them `label`, from a row
    /// that says so: rounded, and checked.
    ///
    /// `entries` are the coefficients of the other slacks, of which those of free columns are to be
    /// non-negative, and `least` the constant of the row.
    pub(super) fn round_empty<const W: usize>(
        &self,
        label: usize,
        zero: &Mask<W>,
        entries: &[(usize, f64)],
        least: f64,
        scratch: &mut Scratch,
    ) -> bool {
        let largest = entries.iter().fold(0.0f64, |size, &(_, value)| size.max(value.abs()));
        // Each multiplier is wrong by a half and the last by half their number, times a payoff of
        // about one.
        let needed = (entries.len() + 1) as f64 / least;
        let mut scale = 2f64.powi(needed.log2().ceil().clamp(0.0, 900.0) as i32);
        let other_first = self.labels.other.0;
        // The multiplier that makes the sum zero: of the label, or of a slack that is fixed.
        let balance = if self.labels.is_slack(label) {
            Some(label - other_first)
        } else {
            zero.members()
                .find(|&label| self.labels.is_slack(label))
                .map(|label| label - other_first)
        };
        for _ in 0..3 {
            if largest * scale > MOST {
                return false;
            }
            scratch.multipliers.clear();
            let mut sum = 0i64;
            for &(j, value) in entries {
                // Below 2⁵⁰ in size.
                let rounded = (value * scale).round() as i64;
                if rounded != 0 {
                    sum += rounded;
                    scratch.multipliers.push((j, rounded));
                }
            }
            match balance {
                Some(j) if sum != 0 => {
                    match scratch.multipliers.iter_mut().find(|(at, _)| *at == j) {
                        Some((_, value)) => *value -= sum,
                        None => scratch.multipliers.push((j, -sum)),
                    }
                }
                None if sum != 0 => return false,
                _ => {}
            }
            let Scratch { multipliers, sums, .. } = scratch;
            if self.prove_empty(multipliers, zero, sums) {
                return true;
            }
            scale *= 4096.0;
        }
        false
    }

    /// The same for labels that vanish where `zero` do, from a row with constant zero and
    /// coefficients of one sign: fractions of small denominators only. On success the labels are in
    /// `scratch.vanishing`.
    pub(super) fn round_vanishing<const W: usize>(
        &self,
        zero: &Mask<W>,
        entries: &[(usize, f64)],
        scratch: &mut Scratch,
    ) -> bool {
        for denominator in DENOMINATORS {
            let scale = denominator as f64;
            let near = |&(_, value): &(usize, f64)| {
                let scaled = value * scale;
                (scaled - scaled.round()).abs() < 1e-5 && scaled.abs() < 1e9
            };
            if !entries.iter().all(near) {
                continue;
            }
            scratch.multipliers.clear();
            scratch.multipliers.extend(
                entries
                    .iter()
                    .map(|&(j, value)| (j, (value * scale).round() as i64))
                    .filter(|&(_, value)| value != 0),
            );
            let Scratch { multipliers, sums, vanishing } = scratch;
            return multipliers.iter().map(|&(_, value)| value).sum::<i64>() == 0
                && self.shows_vanishing(multipliers, zero, sums, vanishing);
        }
        false
    }

    fn shows_vanishing<const W: usize>(
        &self,
        multipliers: &[(usize, i64)],
        zero: &Mask<W>,
        sums: &mut Vec<f64>,
        vanishing: &mut Vec<usize>,
    ) -> bool {
        vanishing.clear();
        let (own_first, other_first) = (self.labels.own.0, self.labels.other.0);
        for &(j, value) in multipliers.iter().filter(|&&(j, _)| !zero.contains(other_first + j)) {
            if value < 0 {
                return false;
            }
            vanishing.push(other_first + j);
        }
        self.replies.sums(multipliers, sums, |i, sign| {
            let label = own_first + i;
            if zero.contains(label) {
                return true;
            }
            if sign > 0 {
                vanishing.push(label);
            }
            sign >= 0
        })
    }

    /// A dictionary of the face on which labels are zero, or multipliers that prove it empty. The
    /// labels stay in the dictionary, non-basic or, where their row is zero on the face, basic.
    pub(super) fn exact_face<const W: usize>(
        &self,
        zero: &Mask<W>,
        meter: &mut Meter<'_>,
    ) -> Result<Decided, Exhausted> {
        let mut dictionary = self.whole.clone();
        let mut fixed = Mask::<W>::EMPTY;
        for label in zero.members() {
            for step in 0.. {
                let Place::Row(row) = dictionary.place(label) else { break };
                if dictionary.is_zero(row, 0) {
                    let free = |column: &usize| {
                        !fixed.contains(dictionary.column_label(*column))
                            && !dictionary.is_zero(row, *column)
                    };
                    if let Some(column) = (1..=dictionary.columns()).find(free) {
                        meter.pivot(&dictionary)?;
                        dictionary.pivot(row, column);
                    }
                    break;
                }
                let falling = (1..=dictionary.columns()).filter(|&column| {
                    dictionary.is_positive(row, column)
                        && !fixed.contains(dictionary.column_label(column))
                });
                let column = if step < PIVOTS_BEFORE_BLAND {
                    falling.reduce(|best, next| {
                        if dictionary.compare((row, next), (row, best)).is_gt() {
                            next
                        } else {
                            best
                        }
                    })
                } else {
                    falling.min_by_key(|&column| dictionary.column_label(column))
                };
                let Some(column) = column else {
                    return Ok(Decided::Proved(self.multipliers(&dictionary, row, -1)));
                };
                // The label's own row bounds the step.
                let Some(leaving) = dictionary.leaving_row(column, Some(row)) else { break };
                meter.pivot(&dictionary)?;
                dictionary.pivot(leaving, column);
            }
            fixed.insert(label);
        }
        Ok(Decided::Disproved(Box::new(dictionary)))
    }

    /// Whether a label is zero wherever others are, with multipliers or a dictionary of the face in
    /// which it is not. The face is not empty.
    pub(super) fn exact_vanishing<const W: usize>(
        &self,
        label: usize,
        zero: &Mask<W>,
        meter: &mut Meter<'_>,
    ) -> Result<Option<Decided>, Exhausted> {
        let Decided::Disproved(mut dictionary) = self.exact_face(zero, meter)? else {
            return Ok(None);
        };
        loop {
            let column = match dictionary.place(label) {
                Place::Column(column) => column,
                Place::Row(row) if dictionary.is_positive(row, 0) => break,
                Place::Row(row) => {
                    let rising = (1..=dictionary.columns())
                        .filter(|&column| {
                            dictionary.is_negative(row, column)
                                && !zero.contains(dictionary.column_label(column))
                        })
                        .min_by_key(|&column| dictionary.column_label(column));
                    match rising {
                        Some(column) => column,
                        None => {
                            return Ok(Some(Decided::Proved(self.multipliers(
                                &dictionary,
                                row,
                                1,
                            ))));
                        }
                    }
                }
                Place::Absent => break,
            };
            // Bland's rule: no cycle. A fixed label may be basic, and then it bounds no step.
            match dictionary.leaving_row(column, None) {
                Some(row) => {
                    meter.pivot(&dictionary)?;
                    dictionary.pivot(row, column);
                }
                None => break,
            }
        }
        Ok(Some(Decided::Disproved(dictionary)))
    }

    /// The multipliers of the slacks in a row, times a sign, without a common divisor.
    pub(super) fn multipliers(&self, dictionary: &Dictionary, row: usize, sign: i8) -> Multipliers {
        let first = self.labels.other.0;
        let mut found: Multipliers = Vec::new();
        let mut divisor = IBig::ZERO;
        let mut add = |label: usize, value: IBig| {
            if self.labels.is_slack(label) && !value.is_zero() {
                divisor = if divisor.is_zero() {
                    value.clone().abs()
                } else {
                    IBig::from((&divisor).gcd(&value))
                };
                found.push((label - first, value * IBig::from(sign)));
            }
        };
        for column in 1..=dictionary.columns() {
            add(dictionary.column_label(column), dictionary.integer(row, column));
        }
        add(dictionary.row_label(row), dictionary.denominator());
        for (_, value) in &mut found {
            *value /= &divisor;
        }
        found
    }

    /// The labels that multipliers show to vanish where `zero` do.
    pub(super) fn vanishing<const W: usize>(
        &self,
        multipliers: &Multipliers,
        zero: &Mask<W>,
    ) -> Vec<usize> {
        let ((own_first, own), other_first) = (self.labels.own, self.labels.other.0);
        let slacks = multipliers.iter().map(|(j, _)| other_first + j);
        let positive = |i: &usize| {
            let sum: IBig =
                multipliers.iter().map(|(j, value)| value * self.replies.payoff(*j, *i)).sum();
            // Zero counts as positive with `is_positive`.
            sum > IBig::ZERO
        };
        let strategies = (0..own).filter(positive).map(|i| own_first + i);
        slacks.chain(strategies).filter(|&label| !zero.contains(label)).collect()
    }
}

/// Whether different entries of each column differ by at least 2^−[`DIGITS`] of the greatest.
fn apart<T: Ord>(
    entries: &[T],
    columns: usize,
    gap: impl Fn(&T, &T) -> T,
    bits: impl Fn(&T) -> usize,
) -> bool {
    let greatest = entries.iter().map(&bits).max().unwrap_or(0);
    (0..columns).all(|i| {
        let mut column: Vec<&T> = entries.iter().skip(i).step_by(columns).collect();
        column.sort_unstable();
        let gaps = column.windows(2).map(|pair| bits(&gap(pair[1], pair[0])));
        gaps.filter(|&gap| gap > 0).all(|gap| gap + DIGITS >= greatest)
    })
}

/// Memory that is used again and again.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) multipliers: Vec<(usize, i64)>,
    pub(super) vanishing: Vec<usize>,
    sums: Vec<f64>,
}

fn integers(game: &NormalForm, side: usize, labels: Labels) -> Payoffs {
    let (own, other) = (labels.own.1, labels.other.1);
    let payoffs = game.payoffs(1 - side);
    let (own_stride, other_stride) = (game.stride(side), game.stride(1 - side));
    if let Some(small) = small_integers(payoffs) {
        let at = |j: usize, i: usize| small[j * other_stride + i * own_stride];
        let mut integers = vec![0i64; own * other];
        let mut divisor = 0u64;
        for i in 0..own {
            let least = (1..other).fold(at(0, i), |least, j| least.min(at(j, i)));
            for j in 0..other {
                // Below 2⁶¹.
                let difference = at(j, i) - least;
                integers[j * own + i] = difference;
                if divisor != 1 {
                    divisor = gcd(divisor, difference.unsigned_abs());
                }
            }
        }
        let divisor = divisor.max(1) as i64;
        integers.iter_mut().for_each(|entry| *entry /= divisor);
        let floats: Vec<f64> = integers.iter().map(|&entry| entry as f64).collect();
        let greatest = floats.iter().fold(1.0f64, |greatest, &entry| greatest.max(entry));
        return Payoffs::Small { integers, floats, greatest };
    }
    let mut differences = vec![crate::num::Rational::ZERO; own * other];
    for i in 0..own {
        let at = |j: usize| &payoffs[j * other_stride + i * own_stride];
        let least = (1..other).map(at).fold(at(0), |least, next| least.min(next));
        for j in 0..other {
            differences[j * own + i] = at(j) - least;
        }
    }
    Payoffs::Big(coprime_integers(&differences))
}
