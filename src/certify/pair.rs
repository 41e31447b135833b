//! Whether two strategies are an equilibrium, in integers and on their supports only.
//!
//! Probabilities are numerators over one denominator, and so are payoffs. What an action of the other
//! player gets against a strategy is then a sum of as many products as the strategy has actions in
//! use; payoffs against the others are not even read. Where the numerators are long the highest
//! digits are multiplied first: with x_i = 2^s·h_i + r_i, 0 ≤ r_i < 2^s, the sums Σ b_i h_i of two
//! actions that differ by more than 2·Σ max|b_i| differ in the same direction in full. The actions in
//! use, which must be equally good, and those near them are compared in all digits.

use dashu_base::{BitTest, Gcd, UnsignedAbs};
use dashu_int::{IBig, UBig};

use crate::game::answer::Equilibrium;
use crate::game::{MixedStrategy, NormalForm};
use crate::num::Rational;

use super::meter::{Meter, Spent};

/// Sums of products of a payoff and a numerator stay below this many binary digits.
const ROOM: usize = 126;
/// As many of the highest digits of a numerator are multiplied first, or fewer.
const HIGHEST: usize = 62;
/// With fewer than these the payoffs are too long for this file.
const FEWEST: usize = 24;
/// Denominators of payoffs may have this common multiple.
const MOST_MULTIPLE: i64 = 1 << 60;

/// Whether a profile of two players is an equilibrium with the stated payoffs and regret zero.
///
/// `false` where it is not, and where numbers are beyond this file: then the general check decides.
pub(super) fn is_equilibrium(
    game: &NormalForm,
    answer: &Equilibrium,
    meter: &mut Meter,
) -> Result<bool, Spent> {
    let [first, second] = answer.profile.as_slice() else { return Ok(false) };
    let fits = game.num_players() == 2
        && answer.payoffs.len() == 2
        && answer.regret.is_zero()
        && first.len() == game.num_actions(0)
        && second.len() == game.num_actions(1);
    if !fits {
        return Ok(false);
    }
    meter.spend(first.len() + second.len())?;
    let (Some(first), Some(second)) = (Weights::new(first), Weights::new(second)) else {
        return Ok(false);
    };
    Ok(are_best(game, 0, &first, &second.actions, &answer.payoffs[1], meter)?
        && are_best(game, 1, &second, &first.actions, &answer.payoffs[0], meter)?)
}

/// A strategy as numerators of the actions in use over one denominator.
struct Weights {
    actions: Vec<usize>,
    numbers: Numbers,
}

enum Numbers {
    /// Numerators and denominator are below 2⁶².
    Short(Vec<i64>, i64),
    Long(Vec<UBig>, UBig),
}

impl Weights {
    /// `None` for what is no distribution.
    fn new(strategy: &MixedStrategy) -> Option<Self> {
        let actions = strategy.support();
        let probabilities = actions.iter().map(|&action| &strategy.probabilities()[action]);
        if let Some((numerators, denominator)) = short_numerators(probabilities) {
            let sum: i128 = numerators.iter().map(|&numerator| i128::from(numerator)).sum();
            let fits = sum == i128::from(denominator) && numerators.iter().all(|&x| x >= 0);
            let numbers = Numbers::Short(numerators, denominator);
            return fits.then_some(Weights { actions, numbers });
        }
        let probabilities = || actions.iter().map(|&action| &strategy.probabilities()[action]);
        if probabilities().any(Rational::is_negative) {
            return None;
        }
        let mut denominator = UBig::ONE;
        for probability in probabilities() {
            let next = probability.denominator().unsigned_abs();
            // A remainder is much less work than a common divisor.
            if next != denominator && !(&denominator % &next).is_zero() {
                let shared = (&denominator).gcd(&next);
                denominator *= next / shared;
            }
        }
        let numerators: Vec<UBig> = probabilities()
            .map(|probability| {
                let own = probability.denominator().unsigned_abs();
                let numerator = probability.numerator().unsigned_abs();
                if own == denominator { numerator } else { numerator * (&denominator / own) }
            })
            .collect();
        let sum: UBig = numerators.iter().sum();
        (sum == denominator)
            .then(|| Weights { actions, numbers: Numbers::Long(numerators, denominator) })
    }
}

/// Numerators and their common denominator, if that and they are below 2⁶².
fn short_numerators<'p>(
    probabilities: impl Iterator<Item = &'p Rational> + Clone,
) -> Option<(Vec<i64>, i64)> {
    let mut common = 1i64;
    for probability in probabilities.clone() {
        let (_, q) = probability.as_small()?;
        if common % q != 0 {
            let shared = i64::try_from(common.unsigned_abs().gcd(q.unsigned_abs())).ok()?;
            common = common.checked_mul(q / shared).filter(|&common| common < 1 << HIGHEST)?;
        }
    }
    let numerators = probabilities.map(|probability| {
        let (p, q) = probability.as_small()?;
        // At most the denominator, for what is a probability.
        p.checked_mul(common / q).filter(|&p| p < 1 << HIGHEST)
    });
    Some((numerators.collect::<Option<_>>()?, common))
}

/// The payoffs of the other player against the actions in use, times a common multiple of their
/// denominators: row after row, one for each action in use.
struct Payoffs {
    cells: Vec<i64>,
    replies: usize,
    multiple: i64,
    greatest: u64,
}

impl Payoffs {
    /// `None` when they are too long.
    fn new(game: &NormalForm, side: usize, actions: &[usize]) -> Option<Self> {
        let replies = game.num_actions(1 - side);
        let payoffs = game.payoffs(1 - side);
        let step = game.stride(1 - side);
        let rows = || {
            actions.iter().flat_map(|&action| {
                payoffs[action * game.stride(side)..].iter().step_by(step).take(replies)
            })
        };
        let mut cells = Vec::with_capacity(actions.len() * replies);
        let mut multiple = 1i64;
        for payoff in rows() {
            match payoff.as_small()? {
                (p, 1) => cells.push(p),
                (_, q) => {
                    if multiple % q != 0 {
                        let shared = multiple.unsigned_abs().gcd(q.unsigned_abs());
                        multiple = multiple.checked_mul(q / i64::try_from(shared).ok()?)?;
                        if multiple > MOST_MULTIPLE {
                            return None;
                        }
                    }
                    cells.push(0);
                }
            }
        }
        if multiple != 1 {
            for (cell, payoff) in cells.iter_mut().zip(rows()) {
                let (p, q) = payoff.as_small()?;
                *cell = p.checked_mul(multiple / q)?;
            }
        }
        let greatest = cells.iter().fold(0, |size: u64, cell| size.max(cell.unsigned_abs()));
        Some(Payoffs { cells, replies, multiple, greatest })
    }

    fn at(&self, action: usize, reply: usize) -> i64 {
        self.cells[action * self.replies + reply]
    }
}

/// Whether the `replies` in use are best ones of the other player to the strategy of player `side`,
/// and give the stated payoff.
fn are_best(
    game: &NormalForm,
    side: usize,
    weights: &Weights,
    replies: &[usize],
    stated: &Rational,
    meter: &mut Meter,
) -> Result<bool, Spent> {
    let count = weights.actions.len();
    meter.spend(count * game.num_actions(1 - side))?;
    let Some(payoffs) = Payoffs::new(game, side, &weights.actions) else { return Ok(false) };
    let bits = (64 - payoffs.greatest.leading_zeros()) as usize;
    let highest = ROOM.saturating_sub(bits + count.bit_len()).min(HIGHEST);
    if highest < FEWEST {
        return Ok(false);
    }
    // The highest digits of the numerators, and how many others they have.
    let (heads, shift) = match &weights.numbers {
        Numbers::Short(numerators, denominator) if *denominator >> highest == 0 => {
            (numerators.iter().map(|&numerator| Some(numerator)).collect(), 0)
        }
        Numbers::Short(..) => return Ok(false),
        Numbers::Long(numerators, denominator) => {
            let shift = denominator.bit_len().saturating_sub(highest);
            // A numerator is at most the denominator.
            let heads = numerators.iter().map(|numerator| i64::try_from(numerator >> shift).ok());
            (heads.collect::<Option<Vec<i64>>>(), shift)
        }
    };
    let Some(heads) = heads else { return Ok(false) };
    let mut sums = vec![0i128; payoffs.replies];
    for (&head, row) in heads.iter().zip(payoffs.cells.chunks(payoffs.replies)) {
        for (sum, &payoff) in sums.iter_mut().zip(row) {
            *sum += i128::from(head) * i128::from(payoff);
        }
    }
    let best = replies[0];
    let margin = match shift {
        0 => 0,
        // Both are below 2⁶⁴.
        _ => 2 * count as i128 * i128::from(payoffs.greatest),
    };
    let digits = match &weights.numbers {
        Numbers::Long(numerators, _) if shift > 0 => Digits::new(numerators),
        _ => Digits::new(&[]),
    };
    let mut used = replies.iter().peekable();
    for (reply, sum) in sums.iter().enumerate() {
        let is_used = used.next_if_eq(&&reply).is_some();
        if reply == best {
            continue;
        }
        let gap = sums[best] - sum;
        let holds = if shift == 0 {
            gap == 0 || gap > 0 && !is_used
        } else if gap > margin {
            !is_used
        } else if gap < -margin {
            false
        } else {
            meter.spend(count * (1 + digits.length))?;
            let gain = |at: usize| payoffs.at(at, reply).checked_sub(payoffs.at(at, best));
            match digits.compare_with_zero(gain) {
                None | Some(std::cmp::Ordering::Greater) => false,
                Some(std::cmp::Ordering::Less) => !is_used,
                Some(std::cmp::Ordering::Equal) => true,
            }
        };
        if !holds {
            return Ok(false);
        }
    }
    Ok(match &weights.numbers {
        Numbers::Short(_, denominator) => {
            let value = IBig::from(sums[best]);
            let scale = i128::from(*denominator) * i128::from(payoffs.multiple);
            let stated_small = stated.as_small().map(|(p, q)| (i128::from(p), i128::from(q)));
            match stated_small {
                Some((p, 1)) if scale == 1 => p == sums[best],
                _ => stated.numerator() * IBig::from(scale) == value * stated.denominator(),
            }
        }
        Numbers::Long(numerators, denominator) => {
            let value: IBig = (numerators.iter().enumerate())
                .map(|(at, numerator)| IBig::from(numerator.clone()) * payoffs.at(at, best))
                .sum();
            let scale = IBig::from(denominator.clone()) * payoffs.multiple;
            stated.numerator() * scale == value * stated.denominator()
        }
    })
}

/// Numbers of several words.
struct Digits {
    words: Vec<u64>,
    /// The words of each number, the lowest first.
    length: usize,
}

impl Digits {
    fn new(numbers: &[UBig]) -> Self {
        let bits = numbers.iter().map(BitTest::bit_len).max().unwrap_or(0);
        let length = bits.div_ceil(64);
        let mut words = Vec::with_capacity(numbers.len() * length);
        for number in numbers {
            let start = words.len();
            words.extend(number.to_le_bytes().chunks(8).map(|bytes| {
                let mut word = [0; 8];
                word[..bytes.len()].copy_from_slice(bytes);
                u64::from_le_bytes(word)
            }));
            words.resize(start + length, 0);
        }
        Digits { words, length }
    }

    /// The sign of the sum of the numbers, each times a factor; `None` when a factor is missing.
    fn compare_with_zero(
        &self,
        factor: impl Fn(usize) -> Option<i64>,
    ) -> Option<std::cmp::Ordering> {
        // Fewer than 2⁶⁴ products of 64 bits more than a number.
        let mut sums = [vec![0u64; self.length + 2], vec![0u64; self.length + 2]];
        for (at, number) in self.words.chunks(self.length.max(1)).enumerate() {
            let factor = factor(at)?;
            let sum = &mut sums[usize::from(factor < 0)];
            let mut carry = 0u64;
            for (word, &digit) in sum.iter_mut().zip(number) {
                let next = u128::from(factor.unsigned_abs()) * u128::from(digit)
                    + u128::from(*word)
                    + u128::from(carry);
                *word = next as u64;
                carry = (next >> 64) as u64;
            }
            for word in &mut sum[self.length..] {
                let (next, overflows) = word.overflowing_add(carry);
                *word = next;
                carry = u64::from(overflows);
            }
        }
        let [positive, negative] = &sums;
        Some(positive.iter().rev().cmp(negative.iter().rev()))
    }
}
