//! Expected payoffs in integers: probabilities over their common denominators, and no fraction reduced
//! on the way.

use std::cmp::Ordering;

use dashu_base::{DivEuclid, Gcd};
use dashu_int::IBig;

use crate::game::{MixedStrategy, NormalForm};
use crate::num::Rational;

use super::meter::{Meter, Spent};

/// Numbers over their least common denominator: the places and numerators of those that are not zero,
/// and the denominator.
pub(super) fn over_one_denominator(numbers: &[Rational]) -> (Vec<(usize, IBig)>, IBig) {
    let mut common = IBig::ONE;
    let used = || numbers.iter().enumerate().filter(|(_, number)| !number.is_zero());
    for (_, number) in used() {
        let denominator = number.denominator();
        // Most divide what is there, or the other way round.
        if (&denominator % &common).is_zero() {
            common = denominator;
        } else if !(&common % &denominator).is_zero() {
            let shared = IBig::from((&common).gcd(&denominator));
            common *= denominator / shared;
        }
    }
    let part = |(at, number): (usize, &Rational)| {
        (at, number.numerator() * (&common / number.denominator()))
    };
    (used().map(part).collect(), common)
}

/// Numbers times their least common denominator, and that, so that sums of them need no common divisor;
/// numbers that are small fractions stay as they are.
pub(super) fn over_one(numbers: &[Rational]) -> (Vec<Rational>, Rational) {
    if numbers.iter().all(|number| number.as_small().is_some()) {
        return (numbers.to_vec(), Rational::ONE);
    }
    let (parts, common) = over_one_denominator(numbers);
    let mut scaled = vec![Rational::ZERO; numbers.len()];
    for (at, part) in parts {
        scaled[at] = Rational::from_integers(part, IBig::ONE);
    }
    (scaled, Rational::from_integers(common, IBig::ONE))
}

/// The payoffs of a player over their common denominator; `None` when these are no machine integers.
pub(super) fn integer_payoffs(game: &NormalForm, at: usize) -> Option<(Vec<i64>, i64)> {
    let payoffs = game.payoffs(at);
    let mut common = 1i64;
    for payoff in payoffs {
        let (_, denominator) = payoff.as_small()?;
        if common % denominator != 0 {
            common = match denominator % common {
                0 => denominator,
                _ => common.checked_mul(denominator)?,
            };
        }
    }
    let integer = |payoff: &Rational| {
        let (numerator, denominator) = payoff.as_small()?;
        numerator.checked_mul(common / denominator)
    };
    Some((payoffs.iter().map(integer).collect::<Option<_>>()?, common))
}

/// The payoffs of a player over their common denominator.
pub(super) struct CommonUnit {
    unit: IBig,
    numerators: Numerators,
}

enum Numerators {
    /// Such that differences fit too.
    Small(Vec<i64>),
    Big(Vec<IBig>),
}

impl CommonUnit {
    pub(super) fn of(game: &NormalForm, at: usize) -> Self {
        const MOST: u64 = i64::MAX as u64 / 2;
        if let Some((payoffs, unit)) = integer_payoffs(game, at)
            && payoffs.iter().all(|payoff| payoff.unsigned_abs() <= MOST)
        {
            return CommonUnit { unit: unit.into(), numerators: Numerators::Small(payoffs) };
        }
        let (parts, unit) = over_one_denominator(game.payoffs(at));
        let mut numerators = vec![IBig::ZERO; game.num_profiles()];
        parts.into_iter().for_each(|(place, part)| numerators[place] = part);
        CommonUnit { unit, numerators: Numerators::Big(numerators) }
    }

    /// The denominator.
    pub(super) fn unit(&self) -> &IBig {
        &self.unit
    }

    /// Adds a multiple of the numerator at a profile.
    pub(super) fn add(&self, sum: &mut IBig, factor: &IBig, profile: usize) {
        match &self.numerators {
            Numerators::Small(payoffs) => *sum += factor * payoffs[profile],
            Numerators::Big(payoffs) => *sum += factor * &payoffs[profile],
        }
    }

    /// Adds a multiple of the numerator at one profile less that at another.
    pub(super) fn add_difference(&self, sum: &mut IBig, factor: &IBig, one: usize, other: usize) {
        match &self.numerators {
            Numerators::Small(payoffs) => {
                let difference = payoffs[one] - payoffs[other];
                if difference != 0 {
                    *sum += factor * difference;
                }
            }
            Numerators::Big(payoffs) => *sum += factor * (&payoffs[one] - &payoffs[other]),
        }
    }
}

/// Sums of one player's payoffs with weights, compared with a number; no fraction is reduced unless
/// the sum is asked for.
pub(super) struct Sums<'a> {
    game: &'a NormalForm,
    at: usize,
    /// The payoffs over their common denominator, when these are machine integers.
    integers: Option<(Vec<i64>, i64)>,
}

/// Weights for [`Sums`], with a number that sums are compared with.
pub(super) struct Weights<'a> {
    weights: &'a [Rational],
    parts: Vec<(usize, IBig)>,
    /// What a sum of parts and integer payoffs is to be divided by.
    scale: IBig,
    value: &'a Rational,
    /// The value in the units of such sums, rounded down, and whether it was rounded.
    floor: IBig,
    rounded: bool,
}

impl<'a> Sums<'a> {
    pub(super) fn new(game: &'a NormalForm, at: usize) -> Self {
        Sums { game, at, integers: integer_payoffs(game, at) }
    }

    pub(super) fn weights(&self, weights: &'a [Rational], value: &'a Rational) -> Weights<'a> {
        let (parts, common) = over_one_denominator(weights);
        let scale = common * self.integers.as_ref().map_or(1, |(_, unit)| *unit);
        let (whole, divisor) = (value.numerator() * &scale, value.denominator());
        let floor = whole.clone().div_euclid(&divisor);
        let rounded = &floor * &divisor != whole;
        Weights { weights, parts, scale, value, floor, rounded }
    }

    /// How the sum of the payoffs at some profiles, each times the weight of its place, compares with
    /// the value.
    pub(super) fn compare(
        &self,
        weights: &Weights<'_>,
        profile: impl Fn(usize) -> usize,
    ) -> Ordering {
        let Some((payoffs, _)) = &self.integers else {
            return self.sum(weights, profile).cmp(weights.value);
        };
        let sum: IBig =
            weights.parts.iter().map(|(place, part)| part * payoffs[profile(*place)]).sum();
        match sum.cmp(&weights.floor) {
            Ordering::Equal if weights.rounded => Ordering::Less,
            order => order,
        }
    }

    /// The sum itself.
    pub(super) fn sum(&self, weights: &Weights<'_>, profile: impl Fn(usize) -> usize) -> Rational {
        match &self.integers {
            Some((payoffs, _)) => {
                let terms = weights.parts.iter();
                let sum = terms.map(|(place, part)| part * payoffs[profile(*place)]).sum();
                Rational::from_integers(sum, weights.scale.clone())
            }
            None => {
                let terms = weights.weights.iter().enumerate().filter(|(_, w)| !w.is_zero());
                terms.map(|(place, w)| w * self.game.payoff(self.at, profile(place))).sum()
            }
        }
    }
}

/// What a player gets for each own action against the others' strategies, if his payoffs are machine
/// integers over one denominator.
pub(super) fn payoffs_by_action(
    game: &NormalForm,
    at: usize,
    profile: &[MixedStrategy],
    meter: &mut Meter,
) -> Result<Option<Vec<Rational>>, Spent> {
    let Some((payoffs, unit)) = integer_payoffs(game, at) else { return Ok(None) };
    let mut joint = vec![(0, IBig::ONE)];
    let mut scale = IBig::from(unit);
    for (other, strategy) in profile.iter().enumerate().filter(|&(other, _)| other != at) {
        let (parts, common) = over_one_denominator(strategy.probabilities());
        meter.spend(joint.len() * parts.len())?;
        scale *= common;
        joint = joint
            .iter()
            .flat_map(|(base, weight)| {
                parts
                    .iter()
                    .map(move |(action, part)| (base + action * game.stride(other), weight * part))
            })
            .collect();
    }
    meter.spend(joint.len() * game.num_actions(at))?;
    let values = (0..game.num_actions(at)).map(|action| {
        let shift = action * game.stride(at);
        let sum: IBig = joint.iter().map(|(base, weight)| weight * payoffs[base + shift]).sum();
        Rational::from_integers(sum, scale.clone())
    });
    Ok(Some(values.collect()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::expected::payoffs_by_action_in_fractions;
    use super::super::meter::Limits;
    use super::*;
    use crate::game::Player;

    proptest! {
        #[test]
        fn integers_and_fractions_give_the_same_payoffs(
            payoffs in prop::collection::vec((-99i64..100, 1i64..7), 36),
            weights in prop::collection::vec(0i64..20, 7),
            grid in any::<bool>(),
        ) {
            let players = [2usize, 3, 2].iter().enumerate().map(|(at, &actions)| {
                Player::new(at.to_string(), (0..actions).map(|action| action.to_string()))
            });
            let tables = payoffs.chunks(12).map(|table| {
                table.iter().map(|&(p, q)| Rational::new(p, q)).collect()
            });
            let game = NormalForm::new(players.collect(), tables.collect()).unwrap();
            let strategy = |weights: &[i64]| {
                let mut weights = weights.to_vec();
                weights[0] += 1;
                if grid {
                    weights[0] += (1 << 40) - weights.iter().sum::<i64>();
                }
                let sum: i64 = weights.iter().sum();
                MixedStrategy::new(weights.iter().map(|&w| Rational::new(w, sum)).collect()).unwrap()
            };
            let profile =
                [strategy(&weights[..2]), strategy(&weights[2..5]), strategy(&weights[5..])];
            let mut meter = Meter::for_passes(&Limits::default());
            for at in 0..3 {
                let found = payoffs_by_action(&game, at, &profile, &mut meter).unwrap();
                let expected =
                    payoffs_by_action_in_fractions(&game, at, &profile, &mut meter).unwrap();
                prop_assert_eq!(found, Some(expected));
            }
        }
    }
}
