//! The numbers of which polygons are made: rationals, or whole numbers that are rounded so that polygons grow.

use crate::certify::integers::integer_payoffs;
use crate::game::NormalForm;
use crate::num::Rational;

use super::{Point, Stage};

/// The range of a player's payoffs is so many units.
pub(super) const UNITS: i64 = 1 << 50;
/// The discount factor is rounded to multiples of 2⁻⁶⁰.
const FRACTION: u32 = 60;

/// Numbers in which polygons are made, of which all lie between 0 and the number of units.
pub(super) trait Arithmetic {
    type Number: Clone + Ord;
    /// Whether numbers are rounded, and so always short.
    const ROUNDED: bool;
    /// A payoff of a player in units, rounded down or up.
    fn payoff_in_units(&self, player: usize, value: &Rational, up: bool) -> Self::Number;
    /// A difference of payoffs in units, rounded down.
    fn difference_in_units(&self, player: usize, value: &Rational) -> Self::Number;
    /// The payoff of a player that is the number 0.
    fn origin(&self, player: usize) -> Rational;
    /// A number in payoffs, exactly.
    fn payoff(&self, player: usize, value: &Self::Number) -> Rational;
    fn sum(one: &Self::Number, other: &Self::Number) -> Self::Number;
    /// δ times a number, rounded down or up.
    fn later(&self, value: &Self::Number, up: bool) -> Self::Number;
    /// The second coordinate at `x` of the line through two points with different first ones, rounded
    /// down and up.
    fn between(
        from: [&Self::Number; 2],
        to: [&Self::Number; 2],
        x: &Self::Number,
    ) -> (Self::Number, Self::Number);
    /// Whether three points turn to the left.
    fn turns_left(points: [&[Self::Number; 2]; 3]) -> bool;
    /// A profile in units; `None` where nothing deters from leaving it.
    fn playable(&self, stage: &Stage, profile: usize) -> Option<Playable<Self::Number>> {
        playable_by_fractions(self, stage, profile)
    }
    /// The number as a machine number, about.
    fn roughly(value: &Self::Number) -> f64;
    /// A number in units of the range of payoffs, nearly.
    fn about(&self, player: usize, value: &Self::Number) -> f64;
    /// About the size in bits.
    fn bits(value: &Self::Number) -> usize;
}

/// A profile that may still be played: payoffs g(a) rounded down and up, (1 − δ) g(a) alike, and by how much
/// a continuation has to exceed the threats, rounded down.
pub(super) struct Playable<N> {
    pub(super) profile: usize,
    pub(super) payoffs: [[N; 2]; 2],
    pub(super) now: [[N; 2]; 2],
    pub(super) need: [N; 2],
}

fn playable_by_fractions<A: Arithmetic + ?Sized>(
    arithmetic: &A,
    stage: &Stage,
    profile: usize,
) -> Option<Playable<A::Number>> {
    let ends = |of: &dyn Fn(usize) -> Rational| {
        let values = [of(0), of(1)];
        [false, true]
            .map(|up| [0, 1].map(|player| arithmetic.payoff_in_units(player, &values[player], up)))
    };
    let payoff = |player: usize| stage.payoffs[profile][player].clone();
    // Numbers are payoffs above the origin, and so are (1 − δ) times one plus δ times another one.
    let now = |player: usize| {
        let origin = arithmetic.origin(player);
        let above = &stage.payoffs[profile][player] - &origin;
        origin + (Rational::ONE - &stage.discount) * above
    };
    let need = stage.need(profile)?;
    let need = [0, 1].map(|player| arithmetic.difference_in_units(player, &need[player]));
    Some(Playable { profile, payoffs: ends(&payoff), now: ends(&now), need })
}

/// Rationals.
pub(super) struct Exact {
    discount: Rational,
    grid: Grid,
}

impl Exact {
    pub(super) fn new(stage: &Stage) -> Self {
        Exact { discount: stage.discount.clone(), grid: Grid::new(stage) }
    }
}

impl Arithmetic for Exact {
    type Number = Rational;
    const ROUNDED: bool = false;

    fn payoff_in_units(&self, _: usize, value: &Rational, _: bool) -> Rational {
        value.clone()
    }

    fn difference_in_units(&self, _: usize, value: &Rational) -> Rational {
        value.clone()
    }

    fn origin(&self, _: usize) -> Rational {
        Rational::ZERO
    }

    fn payoff(&self, _: usize, value: &Rational) -> Rational {
        value.clone()
    }

    fn sum(one: &Rational, other: &Rational) -> Rational {
        one + other
    }

    fn later(&self, value: &Rational, _: bool) -> Rational {
        &self.discount * value
    }

    fn between(from: [&Rational; 2], to: [&Rational; 2], x: &Rational) -> (Rational, Rational) {
        let part = (x - from[0]).checked_div(&(to[0] - from[0])).unwrap_or_default();
        let value = from[1] + part * (to[1] - from[1]);
        (value.clone(), value)
    }

    fn turns_left([a, b, c]: [&Point; 3]) -> bool {
        super::cross(a, b, c).is_positive()
    }

    fn roughly(value: &Rational) -> f64 {
        value.to_f64()
    }

    fn about(&self, player: usize, value: &Rational) -> f64 {
        let units = (value - &self.grid.least[player]).checked_div(&self.grid.unit[player]);
        units.unwrap_or_default().to_f64() / UNITS as f64
    }

    fn bits(value: &Rational) -> usize {
        value.bit_len()
    }
}

/// Whole units: at most 2⁵⁰, so that products of differences fit.
pub(super) struct Grid {
    pub(super) least: Point,
    pub(super) unit: Point,
    /// δ 2⁶⁰, rounded down and up.
    discount: [i64; 2],
}

impl Grid {
    pub(super) fn new(stage: &Stage) -> Self {
        let extreme = |player: usize, most: bool| {
            let all = stage.payoffs.iter().map(|point| &point[player]);
            if most { all.max() } else { all.min() }.cloned().unwrap_or_default()
        };
        let least = [0, 1].map(|player| extreme(player, false));
        let unit = [0, 1].map(|player| {
            let range = extreme(player, true) - &least[player];
            let range = if range.is_zero() { Rational::ONE } else { range };
            range * Rational::new(1, UNITS)
        });
        let scaled = &stage.discount * Rational::from(1i64 << FRACTION);
        let down = whole(&scaled, false);
        Grid { least, unit, discount: [down, whole(&scaled, true)] }
    }
}

/// The nearest whole number below or above; numbers are known to be small.
fn whole(value: &Rational, up: bool) -> i64 {
    let floor = if up { -(-value).floor() } else { value.floor() };
    i64::try_from(floor).unwrap_or(if value.is_negative() { i64::MIN } else { i64::MAX })
}

impl Arithmetic for Grid {
    type Number = i64;
    const ROUNDED: bool = true;

    fn payoff_in_units(&self, player: usize, value: &Rational, up: bool) -> i64 {
        let units = (value - &self.least[player]).checked_div(&self.unit[player]);
        whole(&units.unwrap_or_default(), up)
    }

    fn difference_in_units(&self, player: usize, value: &Rational) -> i64 {
        // Beyond what any continuation exceeds a threat by, all is the same.
        let units = value.checked_div(&self.unit[player]).unwrap_or_default();
        whole(&units, false).min(UNITS * 4)
    }

    fn origin(&self, player: usize) -> Rational {
        self.least[player].clone()
    }

    fn payoff(&self, player: usize, value: &i64) -> Rational {
        &self.least[player] + Rational::from(*value) * &self.unit[player]
    }

    fn sum(one: &i64, other: &i64) -> i64 {
        one + other
    }

    fn later(&self, value: &i64, up: bool) -> i64 {
        // Values are not negative but for roundings: then the other bound is the safe one.
        let factor = self.discount[usize::from(up == (*value >= 0))];
        let product = i128::from(*value) * i128::from(factor);
        // A shift rounds down.
        let carry = if up { (1 << FRACTION) - 1 } else { 0 };
        ((product + carry) >> FRACTION) as i64
    }

    fn between(from: [&i64; 2], to: [&i64; 2], x: &i64) -> (i64, i64) {
        let (from, to) = if from[0] < to[0] { (from, to) } else { (to, from) };
        // Differences are below 2⁵³, so that they are machine numbers; two roundings of a result below
        // 2⁵¹ and its fraction are less than 2.
        let slope = (to[1] - from[1]) as f64 / (to[0] - from[0]) as f64;
        let near = from[1] + (slope * (x - from[0]) as f64) as i64;
        (near - 2, near + 2)
    }

    fn turns_left([a, b, c]: [&[i64; 2]; 3]) -> bool {
        let product = |x: i64, y: i64| i128::from(x) * i128::from(y);
        product(b[0] - a[0], c[1] - a[1]) > product(b[1] - a[1], c[0] - a[0])
    }

    fn playable(&self, stage: &Stage, profile: usize) -> Option<Playable<i64>> {
        let whole = stage.whole.as_ref().and_then(|whole| whole.playable(profile));
        whole.or_else(|| playable_by_fractions(self, stage, profile))
    }

    fn roughly(value: &i64) -> f64 {
        *value as f64
    }

    fn about(&self, _: usize, value: &i64) -> f64 {
        *value as f64 / UNITS as f64
    }

    fn bits(_: &i64) -> usize {
        0
    }
}

/// A stage game in machine integers.
pub(super) struct Whole {
    players: [Own; 2],
    /// Numerator and denominator.
    discount: [i128; 2],
}

/// What a player gets above his least payoff, what he gains by leaving, and the range of his payoffs, over
/// their common denominator.
struct Own {
    above: Vec<i64>,
    gains: Vec<i64>,
    range: i128,
}

impl Whole {
    /// `None` where numbers are too long.
    pub(super) fn new(game: &NormalForm, discount: &Rational) -> Option<Self> {
        let (numerator, denominator) = discount.as_small()?;
        let own = |player: usize| {
            let (payoffs, unit) = integer_payoffs(game, player)?;
            let (least, most) = (*payoffs.iter().min()?, *payoffs.iter().max()?);
            let mut best = vec![i64::MIN; game.num_actions(1 - player)];
            for (profile, payoff) in payoffs.iter().enumerate() {
                let best = &mut best[game.action_in(1 - player, profile)];
                *best = (*best).max(*payoff);
            }
            let minus = |(profile, payoff): (usize, &i64)| {
                best[game.action_in(1 - player, profile)].checked_sub(*payoff)
            };
            let gains = payoffs.iter().enumerate().map(minus).collect::<Option<_>>()?;
            let above = payoffs.iter().map(|payoff| payoff.checked_sub(least));
            let range = if most == least { unit } else { most.checked_sub(least)? };
            Some(Own { above: above.collect::<Option<_>>()?, gains, range: range.into() })
        };
        Some(Whole {
            players: [own(0)?, own(1)?],
            discount: [numerator.into(), denominator.into()],
        })
    }

    fn playable(&self, profile: usize) -> Option<Playable<i64>> {
        let [numerator, denominator] = self.discount;
        let ends = |factor: i128, over: i128| {
            let of = |own: &Own, up| {
                let value = factor.checked_mul(own.above[profile].into())?;
                in_units(value, over.checked_mul(own.range)?, up)
            };
            let [first, second] = &self.players;
            Some([[of(first, false)?, of(second, false)?], [of(first, true)?, of(second, true)?]])
        };
        let need = |own: &Own| {
            let gain = i128::from(own.gains[profile]);
            if gain == 0 {
                return Some(0);
            }
            let value = gain.checked_mul(denominator - numerator)?;
            // Beyond what any continuation exceeds a threat by, all is the same.
            Some(in_units(value, own.range.checked_mul(numerator)?, false)?.min(UNITS * 4))
        };
        let [first, second] = &self.players;
        Some(Playable {
            profile,
            payoffs: ends(1, 1)?,
            now: ends(denominator - numerator, denominator)?,
            need: [need(first)?, need(second)?],
        })
    }
}

/// A quotient of numbers that are not negative, in units, rounded down or up; `None` where it is too long, or
/// by nought.
fn in_units(value: i128, over: i128, up: bool) -> Option<i64> {
    let scaled = value.checked_mul(UNITS.into())?;
    let down = scaled.checked_div(over)?;
    let more = up && scaled % over != 0;
    i64::try_from(down).ok()?.checked_add(more.into())
}
