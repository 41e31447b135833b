//! Payoffs and probabilities in whole numbers, rounded to the safe side.

use dashu_int::IBig;

use crate::num::Rational;

use super::super::Refutation;
use super::super::meter::Meter;
use super::bounds::Row;
use super::program::WIDEST;
use super::stages::Stages;

/// The range of a player's payoffs is so many units, and each unit so many parts.
pub(super) const UNITS: i64 = 1 << 36;
const PARTS: u32 = 24;
/// Factors are rounded to multiples of 2⁻⁶⁰, and those that may be large to multiples of 2⁻⁴⁰.
const FRACTION: u32 = 60;
const COARSE: u32 = 40;
/// Coefficients of directions are below this.
const LARGEST: i64 = 1 << 24;

/// A factor times 2⁶⁰, rounded down and up.
pub(super) type Part = [i128; 2];
/// A factor for each state that may follow.
type Row60 = Vec<(usize, Part)>;

/// Payoffs in units of their ranges over all states, and factors.
pub(super) struct Scale {
    least: Vec<Rational>,
    range: Vec<Rational>,
    /// The payoffs of all profiles in parts of units, rounded down and up.
    parts: Vec<Vec<Part>>,
    /// (1 − δ)/δ times these; none at δ = 0.
    needs: Option<Vec<Vec<Part>>>,
    /// 1 − δ, δ and δ/(1 − δ).
    pub(super) now: Part,
    pub(super) later: Part,
    ahead: i128,
    /// τ and δ τ by profile.
    pub(super) chances: Vec<Row60>,
    pub(super) discounted: Vec<Row60>,
    /// 1/(1 − δ τ) of the profile's own state times 2⁴⁰; 1 where it does not follow.
    alone: Vec<Part>,
}

impl Scale {
    pub(super) fn new(stages: &Stages) -> Result<Self, Refutation> {
        let extreme = |player: usize, most: bool| {
            let all = stages.payoffs.iter().map(|point| &point[player]);
            if most { all.max() } else { all.min() }.cloned().unwrap_or_default()
        };
        let players = 0..stages.players;
        let least: Vec<Rational> = players.clone().map(|player| extreme(player, false)).collect();
        let range: Vec<Rational> = players
            .map(|player| {
                let range = extreme(player, true) - &least[player];
                if range.is_zero() { Rational::ONE } else { range }
            })
            .collect();
        let discount = &stages.discount;
        let now = Rational::ONE - discount;
        let factor = now.checked_div(discount);
        let largest = Rational::from(1i64 << 56);
        if factor.as_ref().is_some_and(|factor| *factor > largest) {
            return Err(Refutation::OutOfReach(
                "bounds are not checked at discount factors between 0 and 2^-56".to_owned(),
            ));
        }
        let ahead = down(&(discount.checked_div(&now).unwrap_or_default() * power(COARSE)));
        let row = |row: &Vec<(usize, Rational)>, times: &Rational| -> Row60 {
            row.iter().map(|(to, chance)| (*to, part(&(chance * times), FRACTION))).collect()
        };
        let own = |(profile, row): (usize, &Vec<(usize, Rational)>)| {
            let own = row.iter().find(|one| one.0 == stages.state[profile]);
            let rest = Rational::ONE - own.map_or(Rational::ZERO, |own| &own.1 * discount);
            part(&rest.recip().unwrap_or_default(), COARSE)
        };
        let follows = &stages.follows;
        let mut scale = Scale {
            least,
            range,
            parts: Vec::new(),
            needs: None,
            now: part(&now, FRACTION),
            later: part(discount, FRACTION),
            ahead,
            chances: follows.iter().map(|one| row(one, &Rational::ONE)).collect(),
            discounted: follows.iter().map(|one| row(one, discount)).collect(),
            alone: follows.iter().enumerate().map(own).collect(),
        };
        let in_parts = |times: &Rational| -> Vec<Vec<Part>> {
            let both = |(player, payoff): (usize, &Rational)| {
                part(&(scale.units(player, payoff) * times), PARTS)
            };
            let all = stages.payoffs.iter();
            all.map(|payoffs| payoffs.iter().enumerate().map(both).collect()).collect()
        };
        let (parts, needs) = (in_parts(&Rational::ONE), factor.map(|factor| in_parts(&factor)));
        (scale.parts, scale.needs) = (parts, needs);
        Ok(scale)
    }

    fn units(&self, player: usize, payoff: &Rational) -> Rational {
        let above = (payoff - &self.least[player]).checked_div(&self.range[player]);
        above.unwrap_or_default() * Rational::from(UNITS)
    }

    /// Lower bounds of what the players can be held to, by state: the least of the best replies' payoffs,
    /// with such bounds to follow. They rise to it, in parts, faster by what all states rise by at least
    /// (MacQueen 1966).
    pub(super) fn held_to(
        &self,
        stages: &Stages,
        steps: usize,
        meter: &mut Meter,
    ) -> Result<Vec<Vec<i128>>, Refutation> {
        let states = stages.states();
        let mut all = vec![vec![0; stages.players]; states];
        for player in 0..stages.players {
            let mut held = vec![0i128; states];
            for _ in 0..steps {
                let mut next = vec![i128::MAX; states];
                for set in &stages.sets[player] {
                    meter.spend(set.len() * 8)?;
                    let value = |&profile: &usize| {
                        let follows = self.discounted[profile].iter();
                        let later: i128 = follows.map(|(to, part)| below(held[*to], part)).sum();
                        below(self.parts[profile][player][0], &self.now) + later
                    };
                    let best = set.iter().map(value).max().unwrap_or(0);
                    let next = &mut next[stages.state[set[0]]];
                    *next = best.min(*next);
                }
                let rises = next.iter().zip(&held).map(|(next, held)| next - held);
                let least = rises.min().unwrap_or(0).max(0);
                let more = least.checked_mul(self.ahead).map_or(0, |more| more >> COARSE);
                let mut risen = 0;
                for (held, next) in held.iter_mut().zip(next) {
                    risen = risen.max(next + more - *held);
                    *held = (*held).max(next + more);
                }
                if risen <= 1 << (PARTS / 2) {
                    break;
                }
            }
            for (all, held) in all.iter_mut().zip(held) {
                all[player] = held >> PARTS;
            }
        }
        Ok(all)
    }

    /// What the continuation after each profile has to pay each player on average so that he does not
    /// leave it, when no less than the threats follows, in units, rounded down.
    pub(super) fn deters(&self, stages: &Stages, threats: &[Vec<i128>]) -> Vec<Vec<i128>> {
        let mut all = vec![vec![0; stages.players]; stages.payoffs.len()];
        for player in 0..stages.players {
            let held = |profile: usize| -> i128 {
                let parts = self.chances[profile].iter();
                parts.map(|(to, part)| below(threats[*to][player] << PARTS, part)).sum()
            };
            for set in &stages.sets[player] {
                let most = set.iter().map(|&one| &stages.payoffs[one][player]).max();
                let best = set.iter().map(|&one| {
                    self.needs.as_ref().map_or(0, |needs| needs[one][player][0]) + held(one)
                });
                let best = best.max().unwrap_or(0);
                for &profile in set {
                    let own = held(profile);
                    let units = match &self.needs {
                        Some(needs) => own.max(best - needs[profile][player][1]) >> PARTS,
                        // Nothing follows: who gains is not deterred.
                        None if most
                            .is_some_and(|most| stages.payoffs[profile][player] < *most) =>
                        {
                            4 * i128::from(UNITS)
                        }
                        None => own >> PARTS,
                    };
                    all[profile][player] = units.min(4 * i128::from(UNITS));
                }
            }
        }
        all
    }

    /// A value that is what other states and the present give, and itself where its state follows: a bound
    /// of it, where numbers are not too long.
    pub(super) fn alone(&self, profile: usize, others: i128) -> Option<i128> {
        let part = self.alone[profile][usize::from(others >= 0)];
        Some((others.checked_mul(part)?.checked_add((1 << COARSE) - 1)?) >> COARSE)
    }

    /// Whole coefficients for the direction of stated bounds, and their levels in units, rounded down.
    pub(super) fn stated(
        &self,
        direction: &[Rational],
        levels: &[Option<&Rational>],
    ) -> Result<(Vec<i64>, Vec<Option<i128>>), Refutation> {
        let wide: Vec<Rational> =
            direction.iter().zip(&self.range).map(|(x, range)| x * range).collect();
        let largest = wide.iter().map(Rational::abs).max().unwrap_or_default();
        let Some(mut factor) = largest.recip() else {
            return Err(Refutation::Misfit("a bound has no direction".to_owned()));
        };
        // The least common denominator makes all coefficients whole.
        let mut common = IBig::ONE;
        for x in &wide {
            let denominator = (x * &factor).denominator();
            common *= Rational::from_integers(denominator, common.clone()).numerator();
        }
        factor = factor * Rational::from_integers(common, IBig::ONE);
        let whole: Option<Vec<i64>> = wide
            .iter()
            .map(|x| i64::try_from((x * &factor).floor()).ok().filter(|x| x.abs() < LARGEST))
            .collect();
        let Some(whole) = whole else {
            return Err(Refutation::OutOfReach(
                "the direction of a bound has too long coefficients".to_owned(),
            ));
        };
        let from: Rational = direction.iter().zip(&self.least).map(|(x, least)| x * least).sum();
        let level = |level: &Rational| down(&((level - &from) * &factor * Rational::from(UNITS)));
        Ok((whole, levels.iter().map(|one| one.map(level)).collect()))
    }

    /// The bounds in a direction with which every state begins: the best payoffs of all of them.
    pub(super) fn row(&self, stages: &Stages, whole: Vec<i64>) -> Row {
        let largest = whole.iter().map(|x| x.abs()).max().unwrap_or(1) as f64;
        let mut normal = [0.0; WIDEST];
        normal.iter_mut().zip(&whole).for_each(|(x, &whole)| *x = whole as f64 / largest);
        let value = |parts: &Vec<Part>| -> i128 {
            let terms = whole.iter().zip(parts);
            let most: i128 =
                terms.map(|(&h, part)| i128::from(h) * part[usize::from(h >= 0)]).sum();
            (most + ((1 << PARTS) - 1)) >> PARTS
        };
        let own: Vec<i128> = self.parts.iter().map(value).collect();
        let ordered = |range: &std::ops::Range<usize>| {
            let mut order: Vec<u32> = range.clone().map(|profile| profile as u32).collect();
            order.sort_by(|&a, &b| own[b as usize].cmp(&own[a as usize]).then(a.cmp(&b)));
            order
        };
        let order = stages.profiles.iter().map(ordered).collect();
        let level = own.iter().max().copied().unwrap_or(0);
        let states = stages.states();
        Row {
            whole,
            normal,
            largest,
            stated: vec![None; states],
            level: vec![level; states],
            own,
            order,
        }
    }
}

/// A number times a factor, rounded up.
pub(super) fn up(value: i128, part: &Part) -> i128 {
    let product = value * part[usize::from(value >= 0)];
    (product + ((1 << FRACTION) - 1)) >> FRACTION
}

/// A number times a factor that is at most 1, rounded down.
fn below(value: i128, part: &Part) -> i128 {
    // Numbers in parts are too long for one multiplication.
    let part = part[usize::from(value < 0)];
    let (high, low) = (value >> PARTS, value & ((1 << PARTS) - 1));
    ((high * part) >> (FRACTION - PARTS)) + ((low * part) >> FRACTION)
}

fn power(exponent: u32) -> Rational {
    Rational::from(1i64 << exponent)
}

/// A number times a power of two, rounded down and up.
fn part(value: &Rational, exponent: u32) -> Part {
    let scaled = value * power(exponent);
    [down(&scaled), -down(&-scaled)]
}

/// The whole number below; numbers are known to be small.
fn down(value: &Rational) -> i128 {
    let most = i128::MAX >> 3;
    i128::try_from(value.floor()).unwrap_or(if value.is_negative() { -most } else { most })
}
