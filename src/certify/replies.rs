//! Best replies to the strategies of a list of two players, in integers.
//!
//! Payoffs are multiplied by their least common denominator, and so are the probabilities of a
//! strategy. What each strategy of a list gives to every action of the other player is then a sum of
//! products of integers, computed once for each strategy and not for each member of the list.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use dashu_base::Gcd;
use dashu_int::IBig;

use crate::game::answer::Equilibrium;
use crate::game::case_tree::StepMultipliers;
use crate::game::{MixedStrategy, NormalForm};
use crate::num::Rational;

use super::bits::Bits;
use super::meter::{Meter, Spent};

/// The payoffs of one player against the strategies of the other, side 0 or 1.
pub(super) struct Replies {
    /// The number of actions of the player whose strategies are looked at, and of the other.
    pub(super) own: usize,
    pub(super) other: usize,
    /// Row j: the other's payoffs from j against each own action, times the denominator.
    table: Table,
    denominator: IBig,
    /// The least entry.
    least: IBig,
}

enum Table {
    Small {
        entries: Vec<i64>,
        /// The same, exact when `bits` is at most 53.
        floats: Vec<f64>,
        /// An upper bound of the binary digits of an entry.
        bits: u32,
    },
    Big(Vec<IBig>),
}

/// Integers of so many binary digits are machine numbers without rounding.
const EXACT_BITS: u32 = 53;

/// The sign of an integer.
fn sign(value: &IBig) -> i32 {
    value.cmp(&IBig::ZERO) as i32
}

/// The least common multiple of the denominators.
fn common_denominator<'a>(numbers: impl Iterator<Item = &'a Rational>) -> IBig {
    let mut common = IBig::ONE;
    for number in numbers.filter(|number| !number.is_integer()) {
        let denominator = number.denominator();
        let shared = IBig::from((&common).gcd(&denominator));
        common *= denominator / shared;
    }
    common
}

fn times(number: &Rational, common: &IBig) -> IBig {
    if number.is_zero() {
        return IBig::ZERO;
    }
    number.numerator() * (common / number.denominator())
}

impl Replies {
    /// To the strategies of player `side`.
    pub(super) fn new(game: &NormalForm, side: usize) -> Self {
        let other_player = 1 - side;
        let (own, other) = (game.num_actions(side), game.num_actions(other_player));
        let payoffs = game.payoffs(other_player);
        let at =
            |j: usize, i: usize| &payoffs[j * game.stride(other_player) + i * game.stride(side)];
        let cells = || (0..other).flat_map(|j| (0..own).map(move |i| (j, i)));
        let small: Option<Vec<i64>> = cells()
            .map(|(j, i)| at(j, i).as_small().filter(|&(_, q)| q == 1).map(|(p, _)| p))
            .collect();
        let (denominator, entries) = match small {
            Some(entries) => (IBig::ONE, Ok(entries)),
            None => {
                let common = common_denominator(payoffs.iter());
                let entries: Vec<IBig> = cells().map(|(j, i)| times(at(j, i), &common)).collect();
                let small = entries.iter().map(|entry| i64::try_from(entry).ok()).collect();
                (common, Option::<Vec<i64>>::ok_or(small, entries))
            }
        };
        let table = match entries {
            Ok(entries) => {
                let bits = |entry: &i64| 64 - entry.unsigned_abs().leading_zeros();
                let bits = entries.iter().map(bits).max().unwrap_or(0);
                let floats = entries.iter().map(|&entry| entry as f64).collect();
                Table::Small { entries, floats, bits }
            }
            Err(entries) => Table::Big(entries),
        };
        let least = match &table {
            Table::Small { entries, .. } => IBig::from(entries.iter().min().copied().unwrap_or(0)),
            Table::Big(entries) => entries.iter().min().cloned().unwrap_or_default(),
        };
        Replies { own, other, table, denominator, least }
    }

    /// The payoff from action `j` against action `i`, times the denominator.
    pub(super) fn payoff(&self, j: usize, i: usize) -> IBig {
        match &self.table {
            Table::Small { entries, .. } => IBig::from(entries[j * self.own + i]),
            Table::Big(entries) => entries[j * self.own + i].clone(),
        }
    }

    /// The payoffs as machine integers, a row for each action of the other player, if they fit.
    pub(super) fn small(&self) -> Option<&[i64]> {
        match &self.table {
            Table::Small { entries, .. } => Some(entries),
            Table::Big(_) => None,
        }
    }

    /// The least payoff.
    pub(super) fn least(&self) -> &IBig {
        &self.least
    }

    /// The same as [`Replies::payoff`] modulo a prime below 2⁶².
    pub(super) fn residue(&self, j: usize, i: usize, prime: u64) -> u64 {
        match &self.table {
            Table::Small { entries, .. } => {
                entries[j * self.own + i].rem_euclid(prime as i64) as u64
            }
            Table::Big(entries) => {
                let prime = IBig::from(prime);
                let rest = &entries[j * self.own + i] % &prime;
                let rest = if sign(&rest) < 0 { rest + prime } else { rest };
                u64::try_from(rest).unwrap_or(0)
            }
        }
    }

    /// Calls `see` with each own action i and the sign of Σ_j λ_j b_j(i), until it is false.
    pub(super) fn signs(
        &self,
        multipliers: &StepMultipliers,
        scratch: &mut Vec<f64>,
        mut see: impl FnMut(usize, i32) -> bool,
    ) -> bool {
        let own = self.own;
        match (&self.table, multipliers) {
            (Table::Small { entries, floats, bits }, StepMultipliers::Small(multipliers)) => {
                let size =
                    multipliers.iter().fold(0, |size, (_, value)| size | value.unsigned_abs());
                let size = 64 - size.leading_zeros();
                let count = usize::BITS - multipliers.len().leading_zeros();
                if bits + size + count <= EXACT_BITS {
                    // Every sum on the way is an integer below 2⁵³, which has no rounding.
                    scratch.clear();
                    scratch.resize(own, 0.0);
                    for &(j, multiplier) in multipliers {
                        let multiplier = multiplier as f64;
                        for (sum, entry) in scratch.iter_mut().zip(&floats[j * own..][..own]) {
                            *sum += multiplier * entry;
                        }
                    }
                    let sign = |sum: f64| i32::from(sum > 0.0) - i32::from(sum < 0.0);
                    return scratch.iter().enumerate().all(|(i, &sum)| see(i, sign(sum)));
                }
                // Below 2⁶² · 2⁶⁴ each, and few.
                (0..own).all(|i| {
                    let sum: Option<i128> =
                        multipliers.iter().try_fold(0i128, |sum, &(j, value)| {
                            sum.checked_add(i128::from(value) * i128::from(entries[j * own + i]))
                        });
                    match sum {
                        Some(sum) => see(i, sum.signum() as i32),
                        None => see(
                            i,
                            self.big_sign(
                                i,
                                multipliers.iter().map(|&(j, value)| (j, IBig::from(value))),
                            ),
                        ),
                    }
                })
            }
            (_, StepMultipliers::Small(multipliers)) => (0..own).all(|i| {
                let multipliers = multipliers.iter().map(|&(j, value)| (j, IBig::from(value)));
                see(i, self.big_sign(i, multipliers))
            }),
            (_, StepMultipliers::Big(multipliers)) => (0..own).all(|i| {
                see(i, self.big_sign(i, multipliers.iter().map(|(j, value)| (*j, value.clone()))))
            }),
        }
    }

    /// The sign of Σ_j λ_j b_j(i).
    fn big_sign(&self, i: usize, multipliers: impl Iterator<Item = (usize, IBig)>) -> i32 {
        sign(&multipliers.map(|(j, value)| value * self.payoff(j, i)).sum())
    }

    /// The best payoff against a strategy, and the actions that give it.
    fn best(&self, weights: &[(usize, IBig)], denominator: &IBig) -> (Rational, Vec<usize>) {
        let narrow = match &self.table {
            Table::Small { entries, bits, .. } => {
                let most =
                    127u32.saturating_sub(bits + usize::BITS - weights.len().leading_zeros());
                let narrow: Option<Vec<(usize, i128)>> = weights
                    .iter()
                    .map(|(i, weight)| {
                        let weight = i128::try_from(weight).ok()?;
                        (128 - weight.leading_zeros() < most).then_some((*i, weight))
                    })
                    .collect();
                narrow.map(|weights| (entries, weights))
            }
            Table::Big(_) => None,
        };
        let (greatest, best) = match narrow {
            Some((entries, weights)) => {
                let values: Vec<i128> = (0..self.other)
                    .map(|j| {
                        let row = &entries[j * self.own..][..self.own];
                        weights.iter().map(|&(i, weight)| weight * i128::from(row[i])).sum()
                    })
                    .collect();
                let (greatest, best) = greatest(&values);
                (IBig::from(greatest), best)
            }
            None => {
                let values: Vec<IBig> = (0..self.other)
                    .map(|j| weights.iter().map(|(i, weight)| weight * self.payoff(j, *i)).sum())
                    .collect();
                greatest(&values)
            }
        };
        (Rational::from_integers(greatest, denominator * &self.denominator), best)
    }
}

/// The greatest value and where it is; there is one at least.
fn greatest<T: Ord + Clone + Default>(values: &[T]) -> (T, Vec<usize>) {
    let greatest = values.iter().max().cloned().unwrap_or_default();
    let best = (0..values.len()).filter(|&at| values[at] == greatest).collect();
    (greatest, best)
}

/// One strategy of a list, and what follows from it.
pub(super) struct Known {
    /// The labels that are zero at it: own actions that are not played, and best replies.
    pub(super) zero: Bits,
    /// What a best reply gives.
    pub(super) best: Rational,
    pub(super) support: Vec<usize>,
    pub(super) replies: Vec<usize>,
}

/// The distinct strategies of one player in a list.
pub(super) struct Strategies<'a> {
    pub(super) known: Vec<Known>,
    pub(super) numbers: BTreeMap<&'a MixedStrategy, usize>,
    /// The number of the strategy of each member of the list.
    pub(super) of_member: Vec<usize>,
}

impl<'a> Strategies<'a> {
    /// Of player `side`; strategies fit the game and are distributions.
    pub(super) fn new(
        list: &'a [Equilibrium],
        side: usize,
        replies: &Replies,
        meter: &mut Meter,
    ) -> Result<Self, Spent> {
        let mut strategies = Strategies {
            known: Vec::new(),
            numbers: BTreeMap::new(),
            of_member: Vec::with_capacity(list.len()),
        };
        // Labels are numbered with player 0's actions first.
        let labels = replies.own + replies.other;
        let (own_first, other_first) =
            if side == 0 { (0, replies.own) } else { (replies.other, 0) };
        for member in list {
            let strategy = &member.profile[side];
            let number = match strategies.numbers.entry(strategy) {
                Entry::Occupied(known) => {
                    strategies.of_member.push(*known.get());
                    continue;
                }
                Entry::Vacant(new) => *new.insert(strategies.known.len()),
            };
            strategies.of_member.push(number);
            let probabilities = strategy.probabilities();
            let support = strategy.support();
            meter.spend(support.len() * replies.other)?;
            let denominator = common_denominator(probabilities.iter());
            let weights: Vec<(usize, IBig)> =
                support.iter().map(|&i| (i, times(&probabilities[i], &denominator))).collect();
            let (best, best_replies) = replies.best(&weights, &denominator);
            let unplayed =
                (0..replies.own).filter(|&i| probabilities[i].is_zero()).map(|i| own_first + i);
            let zero =
                Bits::of(labels, unplayed.chain(best_replies.iter().map(|&j| other_first + j)));
            strategies.known.push(Known { zero, best, support, replies: best_replies });
        }
        Ok(strategies)
    }
}
