//! What one division gives against another, over all assignments of groups to fields.
//!
//! In a class of c fields the groups of both sides meet by a random one-to-one map, which has c! forms.
//! Where the payoff is a sum over fields each pair meets with probability 1/c. A majority depends on
//! how many are won and lost together, which is counted level by level: at each number of soldiers,
//! ascending, the groups of that size tie with each other, beat groups of the other side that were left
//! over from lower levels, or are left over themselves; the state is the number left over and the net
//! number of fields won. It takes O(c⁵) steps a level and never lists a map.

use std::collections::BTreeMap;

use dashu_int::IBig;

use crate::game::blotto::BlottoGame;
use crate::num::Rational;
use crate::solve::Exhausted;

/// The largest number of different sums of values.
const MOST_SUMS: usize = 100_000;

/// What side 0 expects from division `x` against `y`.
///
/// # Errors
/// When the values of classes have too many different sums.
pub(super) fn expected_payoff(
    game: &BlottoGame,
    x: &[u32],
    y: &[u32],
) -> Result<Rational, Exhausted> {
    if game.payoff().is_additive() {
        Ok(sum_of_fields(game, x, y))
    } else {
        sign_of_sum(game, x, y)
    }
}

/// The sizes of groups and how many there are of each.
fn levels(part: &[u32]) -> impl Iterator<Item = (u32, usize)> {
    part.chunk_by(|a, b| a == b).map(|group| (group[0], group.len()))
}

fn sum_of_fields(game: &BlottoGame, x: &[u32], y: &[u32]) -> Rational {
    let mut total = Rational::ZERO;
    for ((own, other), class) in game.parts(x).zip(game.parts(y)).zip(game.classes()) {
        let mut sum = Rational::ZERO;
        for (size, count) in levels(own) {
            for (against, times) in levels(other) {
                let pays = game.on_field(&class.value, size, against);
                sum += &(pays * Rational::from((count * times) as u64));
            }
        }
        total += &(sum / Rational::from(class.fields.len() as u64));
    }
    total
}

fn sign_of_sum(game: &BlottoGame, x: &[u32], y: &[u32]) -> Result<Rational, Exhausted> {
    let mut sums: BTreeMap<Rational, IBig> = BTreeMap::from([(Rational::ZERO, IBig::ONE)]);
    for ((own, other), class) in game.parts(x).zip(game.parts(y)).zip(game.classes()) {
        let counts = count_net_wins(own, other);
        let mut next: BTreeMap<Rational, IBig> = BTreeMap::new();
        for (sum, ways) in &sums {
            for (net, count) in &counts {
                let key = sum + &(&class.value * &Rational::from(*net));
                *next.entry(key).or_default() += ways * count;
            }
        }
        if next.len() > MOST_SUMS {
            return Err(Exhausted::Memory);
        }
        sums = next;
    }
    let all: IBig = sums.values().sum();
    let net: IBig = sums.iter().map(|(sum, ways)| ways * IBig::from(sum.signum())).sum();
    Ok(Rational::from_integers(net, all))
}

/// C(n, k) · k!, the number of ways to draw k of n in order.
fn falling(n: usize, k: usize) -> IBig {
    (0..k).map(|i| IBig::from(n - i)).product()
}

/// C(n, k).
fn choose(n: usize, k: usize) -> IBig {
    falling(n, k) / falling(k, k)
}

/// In how many of the one-to-one maps between the groups of both sides, descending and as many on each,
/// the fields won less those lost are how many.
pub(super) fn count_net_wins(own: &[u32], other: &[u32]) -> BTreeMap<i64, IBig> {
    let mut sizes: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    levels(own).for_each(|(size, count)| sizes.entry(size).or_default().0 += count);
    levels(other).for_each(|(size, count)| sizes.entry(size).or_default().1 += count);
    // (own groups left over, others left over, net fields won) → ways.
    let mut ways: BTreeMap<(usize, usize, i64), IBig> = BTreeMap::from([((0, 0, 0), IBig::ONE)]);
    for &(a, b) in sizes.values() {
        let mut next: BTreeMap<(usize, usize, i64), IBig> = BTreeMap::new();
        for (&(own_left, other_left, net), count) in &ways {
            for ties in 0..=a.min(b) {
                let tied = count * choose(a, ties) * falling(b, ties);
                for wins in 0..=(a - ties).min(other_left) {
                    let won = &tied * choose(a - ties, wins) * falling(other_left, wins);
                    for losses in 0..=(b - ties).min(own_left) {
                        let lost = &won * choose(b - ties, losses) * falling(own_left, losses);
                        let state = (
                            own_left - losses + (a - ties - wins),
                            other_left - wins + (b - ties - losses),
                            net + wins as i64 - losses as i64,
                        );
                        *next.entry(state).or_default() += lost;
                    }
                }
            }
        }
        ways = next;
    }
    // As many on each side: what is left over at the end would be left over on both.
    let met = ways.into_iter().filter(|((own, other, _), _)| *own == 0 && *other == 0);
    met.map(|((_, _, net), count)| (net, count)).collect()
}
