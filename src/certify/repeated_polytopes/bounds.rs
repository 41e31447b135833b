//! Bounds that the payoffs of all equilibria satisfy, made anew until they are within the stated ones.
//!
//! The set V of equilibrium payoffs is compact and convex. Its best point in a direction h is
//! v = (1 − δ) g(a) + δ w for some profile a and w in V with w ≥ c = u + (1 − δ)/δ h(a), where no
//! equilibrium pays less than u. Since h·w ≤ h·v, also h·v ≤ h·g(a). So, with bounds h'·x ≤ C' that hold on V,
//! h·v ≤ min(h·g(a), (1 − δ) h·g(a) + δ max h·w), the maximum over the w ≥ c within the bounds, for the best a;
//! this is the new bound. A profile for which no such w exists is never played.
//!
//! The maximum is bounded by duality: for all y ≥ 0, with the rest r = h − Σ y h', which the bounds of
//! single payoffs cover, h·w ≤ Σ y C' + |r|·(bounds of single payoffs). Which y are good is found in machine
//! numbers; whatever they are, the bound is evaluated in whole numbers and rounded up.

use dashu_int::IBig;

use crate::game::repeated_polytopes::PayoffBound;
use crate::num::Rational;

use super::super::Refutation;
use super::super::meter::Meter;
use super::Stage;

/// The most players.
const WIDEST: usize = 8;
/// The most directions, and the most directions times profiles.
const MOST: (usize, usize) = (4096, 1 << 24);
/// The range of a player's payoffs is so many units, and each unit so many parts.
const UNITS: i64 = 1 << 36;
const PARTS: u32 = 24;
/// The discount factor is rounded to multiples of 2⁻⁶⁰.
const FRACTION: u32 = 60;
/// Multipliers are rounded to this part of the largest that matters.
const FINE: i32 = 50;
/// Coefficients of directions are below this.
const LARGEST: i64 = 1 << 24;
/// The most pivots for one bound.
const MOST_PIVOTS: usize = 300;
/// What is exceeded by less is not.
const NEARLY: f64 = 1e-13;

/// Numbers for the players.
type Vector = [f64; WIDEST];

/// A direction with whole coefficients in units of the ranges, and the bound in it.
struct Row {
    whole: Vec<i64>,
    /// The same with the largest coefficient 1, and that coefficient.
    normal: Vector,
    largest: f64,
    /// What the stated level is, rounded down; none for rows that the chain adds.
    stated: Option<i128>,
    level: i128,
    /// h·g(a) by profile, rounded up, and the profiles, the best first.
    own: Vec<i128>,
    order: Vec<u32>,
}

/// Bounds that hold for all equilibrium payoffs.
pub(super) struct Bounds {
    players: usize,
    profiles: usize,
    /// At first the upper and the lower bound of each payoff.
    rows: Vec<Row>,
    /// Their levels in machine numbers, in units of ranges and of the largest coefficient.
    about: Vec<f64>,
    /// What must be exceeded by the continuation after each profile, above the threats, rounded down.
    needs: Vec<Vec<i128>>,
    threats: Vec<i128>,
    alive: Vec<bool>,
    /// 2⁶⁰ times 1 − δ and δ, rounded down and up.
    now: [i128; 2],
    later: [i128; 2],
    /// The last basis for each row and profile.
    bases: Vec<[u16; WIDEST]>,
}

impl Bounds {
    /// The bounds that the payoffs of all profiles satisfy, in the stated directions, or, without any, in
    /// those of all signs.
    pub(super) fn new(
        stage: &Stage,
        bounds: &[PayoffBound],
        meter: &mut Meter,
    ) -> Result<Self, Refutation> {
        let (players, profiles) = (stage.minmax.len(), stage.payoffs.len());
        let signs = if bounds.is_empty() { 3usize.pow(players.min(WIDEST) as u32) } else { 0 };
        let directions = 2 * players + bounds.len() + signs;
        if players > WIDEST || directions > 2 * MOST.0 || directions * profiles > MOST.1 {
            return Err(Refutation::OutOfReach(format!(
                "bounds are checked for up to {WIDEST} players, {} directions, and {} directions times profiles",
                2 * MOST.0,
                MOST.1
            )));
        }
        let scale = Scale::new(stage);
        let mut rows = Vec::new();
        for player in 0..players {
            for sign in [1, -1] {
                rows.push(scale.row(axis(players, player, sign), None));
            }
        }
        for bound in bounds {
            meter.spend(profiles * players * 4)?;
            let (whole, stated) = scale.stated(bound)?;
            match rows[..2 * players].iter_mut().find(|row| row.whole == whole) {
                Some(row) => {
                    row.stated = Some(row.stated.map_or(stated, |known| known.min(stated)))
                }
                None => rows.push(scale.row(whole, Some(stated))),
            }
        }
        for code in 0..signs as i64 {
            let sign = |player: usize| code / 3i64.pow(player as u32) % 3 - 1;
            let whole: Vec<i64> = (0..players).map(sign).collect();
            if whole.iter().filter(|&&x| x != 0).count() > 1 {
                meter.spend(profiles * players * 4)?;
                rows.push(scale.row(whole, None));
            }
        }
        let both = |part: &Rational| {
            let scaled = part * Rational::from(1i64 << FRACTION);
            [down(&scaled), -down(&-scaled)]
        };
        let start = std::array::from_fn(|axis| 2 * axis as u16);
        Ok(Bounds {
            players,
            profiles,
            about: rows.iter().map(Row::about).collect(),
            bases: vec![start; rows.len() * profiles],
            rows,
            needs: scale.needs(stage),
            threats: (0..players)
                .map(|player| down(&scale.units(player, &stage.minmax[player])))
                .collect(),
            alive: vec![true; profiles],
            now: both(&(Rational::ONE - &stage.discount)),
            later: both(&stage.discount),
        })
    }

    /// Makes bounds until all are within those that are stated; without any, until no profile can be played.
    pub(super) fn descend(mut self, meter: &mut Meter) -> Result<(), Refutation> {
        loop {
            let before: Vec<i128> = self.rows.iter().map(|row| row.level).collect();
            let threats = self.threats.clone();
            for at in 0..self.rows.len() {
                let Some(level) = self.best(at, meter)? else { return Ok(()) };
                let row = &mut self.rows[at];
                row.level = row.level.min(level);
                self.about[at] = row.about();
            }
            for player in 0..self.players {
                let least = -self.rows[2 * player + 1].level;
                self.threats[player] = self.threats[player].max(least);
            }
            let mut stated = self.rows.iter().filter_map(|row| Some((row.stated?, row.level)));
            let any = self.rows.iter().any(|row| row.stated.is_some());
            if any && stated.all(|(stated, level)| level <= stated) {
                return Ok(());
            }
            let moved = self.rows.iter().zip(&before).any(|(row, before)| row.level < *before);
            if !moved && self.threats == threats {
                return Err(Refutation::NotOptimal(
                    "there may be equilibrium payoffs outside the outer polytope: the bounds that hold for all of them come to rest beyond it".to_owned(),
                ));
            }
        }
    }

    /// The new bound in a direction; none when no profile can be played.
    fn best(&mut self, at: usize, meter: &mut Meter) -> Result<Option<i128>, Refutation> {
        let mut best: Option<i128> = None;
        for position in 0..self.profiles {
            let row = &self.rows[at];
            let profile = row.order[position] as usize;
            let own = row.own[profile];
            let most = own.min(up(own, &self.now) + up(row.level, &self.later));
            if best.is_some_and(|best| most <= best) {
                break;
            }
            if !self.alive[profile] {
                continue;
            }
            match self.follows(at, profile, meter)? {
                Follows::Nothing => self.alive[profile] = false,
                Follows::AtMost(level) => {
                    let value = own.min(up(own, &self.now) + up(level, &self.later));
                    best = Some(best.map_or(value, |best| best.max(value)));
                }
            }
        }
        Ok(best)
    }

    /// The bound of a row among continuations that deter from leaving a profile.
    fn bound(&self, row: usize, profile: usize) -> i128 {
        if row < 2 * self.players && row % 2 == 1 {
            let player = row / 2;
            let corner = self.threats[player] + self.needs[profile][player];
            return self.rows[row].level.min(-corner);
        }
        self.rows[row].level
    }

    /// What the continuations that deter from leaving a profile reach in a direction.
    fn follows(
        &mut self,
        at: usize,
        profile: usize,
        meter: &mut Meter,
    ) -> Result<Follows, Refutation> {
        let place = at * self.profiles + profile;
        let width = self.players;
        // Only the lower bounds of single payoffs depend on the profile.
        let lower: Vec<f64> = (0..width)
            .map(|player| {
                let row = 2 * player + 1;
                let bound = self.bound(row, profile) as f64 / UNITS as f64;
                std::mem::replace(&mut self.about[row], bound)
            })
            .collect();
        let mut basis = self.bases[place].map(usize::from);
        let aim = self.rows[at].normal;
        // The first basis is that of the single payoffs, by their signs.
        if (0..width).all(|axis| basis[axis] / 2 == axis) {
            (0..width).for_each(|axis| basis[axis] = 2 * axis + usize::from(aim[axis] < 0.0));
        }
        let (found, pivots) = multipliers(&self.rows, width, &self.about, &aim, &mut basis);
        (0..width).for_each(|player| self.about[2 * player + 1] = lower[player]);
        meter.spend((pivots + 1) * self.rows.len() * self.players)?;
        self.bases[place] = basis.map(|row| row as u16);
        let Row { whole, largest, level, .. } = &self.rows[at];
        // No payoffs within their ranges are lower in this direction.
        let lowest = -i128::from(UNITS) * whole.iter().map(|x| i128::from(x.abs())).sum::<i128>();
        Ok(match found {
            Found::Optimum(chosen) => {
                let held: Vec<(usize, f64)> =
                    (0..width).map(|axis| (basis[axis], chosen[axis])).collect();
                match self.proved(whole, *largest, &held, profile) {
                    Some(proved) if proved < lowest => Follows::Nothing,
                    proved => Follows::AtMost(proved.map_or(*level, |proved| proved.min(*level))),
                }
            }
            Found::Nothing(row, part) => {
                let mut held = vec![(row, 1.0)];
                held.extend((0..width).map(|axis| (basis[axis], -part[axis])));
                match self.proved(&vec![0; width], 1.0, &held, profile) {
                    Some(proved) if proved < 0 => Follows::Nothing,
                    _ => Follows::AtMost(*level),
                }
            }
        })
    }

    /// A bound of h·w by multipliers of rows with the largest coefficient 1, rounded up; none when numbers
    /// are too long.
    fn proved(
        &self,
        whole: &[i64],
        largest: f64,
        held: &[(usize, f64)],
        profile: usize,
    ) -> Option<i128> {
        let widest = held.iter().map(|held| self.rows[held.0].largest).fold(1.0, f64::max);
        let exponent = FINE + (widest / largest).log2().ceil().max(0.0) as i32;
        let mut rest: Vec<i128> = whole
            .iter()
            .map(|&x| i128::from(x).checked_mul(1i128 << exponent))
            .collect::<Option<_>>()?;
        let mut sum: i128 = 0;
        for &(row, times) in held {
            let scaled = times * largest / self.rows[row].largest * f64::from(exponent).exp2();
            if scaled > 1e30 {
                return None;
            }
            // Negative ones are noise.
            let times = scaled.max(0.0) as i128;
            sum = sum.checked_add(times.checked_mul(self.bound(row, profile))?)?;
            for (rest, &x) in rest.iter_mut().zip(&self.rows[row].whole) {
                *rest = rest.checked_sub(times.checked_mul(i128::from(x))?)?;
            }
        }
        for (player, rest) in rest.into_iter().enumerate() {
            let row = 2 * player + usize::from(rest < 0);
            sum = sum.checked_add(rest.abs().checked_mul(self.bound(row, profile))?)?;
        }
        let carry = (1i128 << exponent) - 1;
        Some(sum.checked_add(carry)? >> exponent)
    }
}

/// What continuations reach.
enum Follows {
    AtMost(i128),
    /// There is none.
    Nothing,
}

/// Multipliers of the rows of a basis.
enum Found {
    /// With which they make the direction, the best that was found.
    Optimum(Vector),
    /// With which they make a row that is exceeded, none of them positive: nothing is within all rows.
    Nothing(usize, Vector),
}

/// Moves a basis whose multipliers are not negative to where no row is exceeded; with the number of pivots.
fn multipliers(
    rows: &[Row],
    width: usize,
    bounds: &[f64],
    aim: &Vector,
    basis: &mut [usize; WIDEST],
) -> (Found, usize) {
    let mut chosen = [0.0; WIDEST];
    let mut pivots = 0;
    while pivots < MOST_PIVOTS {
        pivots += 1;
        let held: Vec<Vector> = basis[..width].iter().map(|&row| rows[row].normal).collect();
        let columns: Vec<Vector> = (0..width)
            .map(|column| {
                let mut line = [0.0; WIDEST];
                (0..width).for_each(|row| line[row] = held[row][column]);
                line
            })
            .collect();
        let Some(found) = solve(width, columns.clone(), *aim) else { break };
        chosen = found;
        let mut right = [0.0; WIDEST];
        (0..width).for_each(|row| right[row] = bounds[basis[row]]);
        let Some(point) = solve(width, held, right) else { break };
        let mut worst = (NEARLY, None);
        for (at, row) in rows.iter().enumerate() {
            let along: f64 = (0..width).map(|axis| row.normal[axis] * point[axis]).sum();
            if along - bounds[at] > worst.0 {
                worst = (along - bounds[at], Some(at));
            }
        }
        let Some(row) = worst.1 else { break };
        let Some(part) = solve(width, columns, rows[row].normal) else { break };
        // The ratio that keeps all multipliers from being negative; of equal ones the largest pivot.
        let mut out: Option<usize> = None;
        for axis in (0..width).filter(|&axis| part[axis] > 1e-10) {
            let better = out.is_none_or(|best| {
                let one = chosen[axis].max(0.0) * part[best];
                let other = chosen[best].max(0.0) * part[axis];
                one < other - 1e-14 || one <= other + 1e-14 && part[axis] > part[best]
            });
            if better {
                out = Some(axis);
            }
        }
        match out {
            Some(out) => basis[out] = row,
            None => return (Found::Nothing(row, part), pivots),
        }
    }
    (Found::Optimum(chosen), pivots)
}

/// The solution of as many equations, by elimination with the largest pivots; none when these vanish.
fn solve(width: usize, mut lines: Vec<Vector>, mut right: Vector) -> Option<Vector> {
    for column in 0..width {
        let largest = (column..width)
            .max_by(|&a, &b| lines[a][column].abs().total_cmp(&lines[b][column].abs()))?;
        if lines[largest][column].abs() < 1e-13 {
            return None;
        }
        lines.swap(column, largest);
        right.swap(column, largest);
        let pivot = lines[column];
        for row in column + 1..width {
            let times = lines[row][column] / pivot[column];
            (column..width).for_each(|at| lines[row][at] -= times * pivot[at]);
            right[row] -= times * right[column];
        }
    }
    for row in (0..width).rev() {
        let rest: f64 = (row + 1..width).map(|at| lines[row][at] * right[at]).sum();
        right[row] = (right[row] - rest) / lines[row][row];
    }
    Some(right)
}

impl Row {
    fn about(&self) -> f64 {
        self.level as f64 / UNITS as f64 / self.largest
    }
}

/// A part of 2⁶⁰, of which the bounds are given, times a number, rounded up.
fn up(value: i128, part: &[i128; 2]) -> i128 {
    let product = value * part[usize::from(value >= 0)];
    (product + ((1 << FRACTION) - 1)) >> FRACTION
}

/// The direction of one player's payoff.
fn axis(players: usize, player: usize, sign: i64) -> Vec<i64> {
    let mut whole = vec![0; players];
    whole[player] = sign;
    whole
}

/// Payoffs in units of their ranges.
struct Scale {
    least: Vec<Rational>,
    range: Vec<Rational>,
    /// The payoffs of all profiles in parts of units, rounded down and up.
    parts: Vec<Vec<[i128; 2]>>,
}

impl Scale {
    fn new(stage: &Stage) -> Self {
        let extreme = |player: usize, most: bool| {
            let all = stage.payoffs.iter().map(|point| &point[player]);
            if most { all.max() } else { all.min() }.cloned().unwrap_or_default()
        };
        let players = 0..stage.minmax.len();
        let least: Vec<Rational> = players.clone().map(|player| extreme(player, false)).collect();
        let range = players
            .map(|player| {
                let range = extreme(player, true) - &least[player];
                if range.is_zero() { Rational::ONE } else { range }
            })
            .collect();
        let mut scale = Scale { least, range, parts: Vec::new() };
        let both = |(player, payoff): (usize, &Rational)| {
            let parts = scale.units(player, payoff) * Rational::from(1i64 << PARTS);
            [down(&parts), -down(&-parts)]
        };
        let parts = stage.payoffs.iter();
        scale.parts = parts.map(|payoffs| payoffs.iter().enumerate().map(both).collect()).collect();
        scale
    }

    fn units(&self, player: usize, payoff: &Rational) -> Rational {
        let above = (payoff - &self.least[player]).checked_div(&self.range[player]);
        above.unwrap_or_default() * Rational::from(UNITS)
    }

    /// What the continuation after each profile must exceed the threats by, in units, rounded down.
    fn needs(&self, stage: &Stage) -> Vec<Vec<i128>> {
        let factor = (Rational::ONE - &stage.discount).checked_div(&stage.discount);
        let need = |(gain, range): (&Rational, &Rational)| {
            let need = match &factor {
                Some(factor) => factor * gain,
                // Nothing follows: who gains is not deterred.
                None if gain.is_zero() => Rational::ZERO,
                None => Rational::from(4) * range,
            };
            let units = need.checked_div(range).unwrap_or_default() * Rational::from(UNITS);
            down(&units).min(4 * i128::from(UNITS))
        };
        stage.gains.iter().map(|gains| gains.iter().zip(&self.range).map(need).collect()).collect()
    }

    /// Whole coefficients for a stated bound, and its level in units, rounded down.
    fn stated(&self, bound: &PayoffBound) -> Result<(Vec<i64>, i128), Refutation> {
        let wide: Vec<Rational> =
            bound.direction.iter().zip(&self.range).map(|(x, range)| x * range).collect();
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
        let from: Rational =
            bound.direction.iter().zip(&self.least).map(|(x, least)| x * least).sum();
        let level = (&bound.level - from) * factor * Rational::from(UNITS);
        Ok((whole, down(&level)))
    }

    fn row(&self, whole: Vec<i64>, stated: Option<i128>) -> Row {
        let largest = whole.iter().map(|x| x.abs()).max().unwrap_or(1) as f64;
        let mut normal = [0.0; WIDEST];
        normal.iter_mut().zip(&whole).for_each(|(x, &whole)| *x = whole as f64 / largest);
        let value = |parts: &Vec<[i128; 2]>| -> i128 {
            let terms = whole.iter().zip(parts);
            let most: i128 =
                terms.map(|(&h, part)| i128::from(h) * part[usize::from(h >= 0)]).sum();
            (most + ((1 << PARTS) - 1)) >> PARTS
        };
        let own: Vec<i128> = self.parts.iter().map(value).collect();
        let mut order: Vec<u32> = (0..own.len() as u32).collect();
        order.sort_by(|&a, &b| own[b as usize].cmp(&own[a as usize]).then(a.cmp(&b)));
        let level = order.first().map_or(0, |&most| own[most as usize]);
        Row { whole, normal, largest, stated, level, own, order }
    }
}

/// The whole number below; numbers are known to be small.
fn down(value: &Rational) -> i128 {
    let most = i128::from(i64::MAX) << 40;
    i128::try_from(value.floor()).unwrap_or(if value.is_negative() { -most } else { most })
}
