//! The chain of polygons, in rationals or in whole numbers that are rounded so that polygons grow.

use crate::num::Rational;

use super::{Point, Stage, holds};

/// Rationals of a chain are short up to so many times the length of payoffs and δ, and some bits.
const SHORT: (usize, usize) = (8, 128);
/// The most steps in rationals.
const MOST_STEPS: u32 = 20;
/// The range of a player's payoffs is so many units.
const UNITS: i64 = 1 << 50;
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
    fn difference(one: &Self::Number, other: &Self::Number) -> Self::Number;
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
    /// A number in units of the range of payoffs, nearly.
    fn about(&self, player: usize, value: &Self::Number) -> f64;
    /// About the size in bits.
    fn bits(value: &Self::Number) -> usize;
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

    fn difference(one: &Rational, other: &Rational) -> Rational {
        one - other
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
    least: Point,
    unit: Point,
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

    fn difference(one: &i64, other: &i64) -> i64 {
        one - other
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

    fn about(&self, _: usize, value: &i64) -> f64 {
        *value as f64 / UNITS as f64
    }

    fn bits(_: &i64) -> usize {
        0
    }
}

/// A profile that may still be played: payoffs g(a) rounded down and up, (1 − δ) g(a) alike, and the need.
struct Playable<N> {
    profile: usize,
    payoffs: [[N; 2]; 2],
    now: [[N; 2]; 2],
    need: [N; 2],
}

/// A polygon that holds all equilibrium payoffs, and numbers that none of them falls below.
pub(super) struct Chain<A: Arithmetic> {
    arithmetic: A,
    polygon: Vec<[A::Number; 2]>,
    threats: [A::Number; 2],
    alive: Vec<Playable<A::Number>>,
    steps: u32,
    short: usize,
}

impl<A: Arithmetic> Chain<A> {
    /// The hull of all payoffs.
    pub(super) fn start(arithmetic: A, stage: &Stage) -> Self {
        let profiles: Vec<usize> = (0..stage.payoffs.len()).collect();
        Self::with(arithmetic, stage, &profiles, &stage.payoffs, &stage.minmax)
    }

    /// Goes on from where another chain has come to. The payoffs of all profiles that may still be played are
    /// taken in again: the way to them has to lie in the first polygon, whatever is rounded.
    pub(super) fn resume<B: Arithmetic>(arithmetic: A, stage: &Stage, other: &Chain<B>) -> Self {
        let profiles: Vec<usize> = other.alive.iter().map(|one| one.profile).collect();
        let exact = |point: &[B::Number; 2]| {
            [0, 1].map(|player| other.arithmetic.payoff(player, &point[player]))
        };
        let mut polygon: Vec<Point> = other.polygon.iter().map(exact).collect();
        polygon.extend(profiles.iter().map(|&profile| stage.payoffs[profile].clone()));
        Self::with(arithmetic, stage, &profiles, &polygon, &exact(&other.threats))
    }

    fn with(
        arithmetic: A,
        stage: &Stage,
        profiles: &[usize],
        polygon: &[Point],
        threats: &Point,
    ) -> Self {
        let ends = |point: &Point| {
            [false, true].map(|up| {
                [0, 1].map(|player| arithmetic.payoff_in_units(player, &point[player], up))
            })
        };
        let alive = profiles.iter().filter_map(|&profile| {
            let need = stage.need(profile)?;
            let payoffs = ends(&stage.payoffs[profile]);
            // Numbers are payoffs above the origin, and so are (1 − δ) times one plus δ times another one.
            let now = [false, true].map(|up| {
                [0, 1].map(|player| {
                    let origin = arithmetic.origin(player);
                    let above = &stage.payoffs[profile][player] - &origin;
                    let value = origin + (Rational::ONE - &stage.discount) * above;
                    arithmetic.payoff_in_units(player, &value, up)
                })
            });
            let need = [0, 1].map(|player| arithmetic.difference_in_units(player, &need[player]));
            Some(Playable { profile, payoffs, now, need })
        });
        let alive = alive.collect();
        let corners = polygon.iter().map(ends).collect();
        let threats =
            [0, 1].map(|player| arithmetic.payoff_in_units(player, &threats[player], false));
        let given = stage.payoffs.iter().flatten().chain([&stage.discount]);
        let short = SHORT.0 * given.map(Rational::bit_len).max().unwrap_or(0) + SHORT.1;
        let polygon = hull_of_boxes::<A>(corners);
        Chain { polygon, arithmetic, threats, alive, steps: 0, short }
    }

    /// About the work of a step.
    pub(super) fn effort(&self) -> usize {
        (self.alive.len() + 1) * (self.polygon.len() + 8)
    }

    /// Whether numbers are short enough to go on.
    pub(super) fn is_short(&self) -> bool {
        A::ROUNDED
            || self.steps < MOST_STEPS
                && self.polygon.iter().flatten().all(|number| A::bits(number) <= self.short)
    }

    /// Makes the next polygon; returns whether anything changed.
    pub(super) fn step(&mut self) -> bool {
        self.steps += 1;
        let mut points = Vec::with_capacity(4 * self.polygon.len());
        let Chain { arithmetic, polygon, threats, alive, .. } = self;
        alive.retain(|one| {
            let before = points.len();
            let corner = [0, 1].map(|player| A::sum(&threats[player], &one.need[player]));
            let reaches = |end: &[A::Number; 2]| end[0] >= corner[0] && end[1] >= corner[1];
            if reaches(&one.payoffs[1]) {
                points.push(one.payoffs.clone());
            }
            if !reaches(&one.payoffs[0]) {
                for axis in 0..2 {
                    let Some((low, high)) = cut::<A>(polygon, axis, &corner[axis]) else {
                        continue;
                    };
                    let low = low.max(corner[1 - axis].clone());
                    if low > high {
                        continue;
                    }
                    let follow = |other: &A::Number, up: bool| {
                        let mut ends = one.now[usize::from(up)].clone();
                        for (coordinate, w) in [(axis, &corner[axis]), (1 - axis, other)] {
                            let later = arithmetic.later(w, up);
                            ends[coordinate] = A::sum(&ends[coordinate], &later);
                        }
                        ends
                    };
                    for other in [&low, &high] {
                        points.push([follow(other, false), follow(other, true)]);
                    }
                }
            }
            points.len() > before
        });
        let next = hull_of_boxes::<A>(points);
        let mut raised = self.threats.clone();
        for (player, threat) in raised.iter_mut().enumerate() {
            if let Some(least) = next.iter().map(|point| &point[player]).min()
                && least > threat
            {
                *threat = least.clone();
            }
        }
        let changed = next != self.polygon || raised != self.threats;
        self.polygon = next;
        self.threats = raised;
        changed
    }

    /// Whether the polygon lies in another one.
    pub(super) fn lies_in(&self, outer: &Outer) -> bool {
        let about =
            |point: &[A::Number; 2]| [0, 1].map(|axis| self.arithmetic.about(axis, &point[axis]));
        !self.polygon.iter().any(|point| outer.surely_lacks(&about(point)))
            && self.polygon.iter().all(|point| {
                let exact = [0, 1].map(|player| self.arithmetic.payoff(player, &point[player]));
                holds(outer.corners, &exact)
            })
    }
}

/// A polygon, with its corners in machine numbers too, in units of the ranges of payoffs.
pub(super) struct Outer<'a> {
    corners: &'a [Point],
    about: Vec<[f64; 2]>,
}

impl<'a> Outer<'a> {
    pub(super) fn new(stage: &Stage, corners: &'a [Point]) -> Self {
        let grid = Grid::new(stage);
        let about = |corner: &Point| {
            [0, 1].map(|player| {
                let units = (&corner[player] - &grid.least[player]).checked_div(&grid.unit[player]);
                units.unwrap_or_default().to_f64() / UNITS as f64
            })
        };
        Outer { corners, about: corners.iter().map(about).collect() }
    }

    /// Whether a point that is known up to some 1e-15 lies outside; where it is close, nothing is said.
    fn surely_lacks(&self, point: &[f64; 2]) -> bool {
        (0..self.about.len()).any(|at| {
            let (from, to) = (self.about[at], self.about[(at + 1) % self.about.len()]);
            let side = (to[0] - from[0]) * (point[1] - from[1]);
            side - (to[1] - from[1]) * (point[0] - from[0]) < -1e-14
        })
    }
}

/// A rectangle: its lower left and its upper right corner.
type Rectangle<A> = [[<A as Arithmetic>::Number; 2]; 2];

/// The extreme points of the hull of rectangles.
fn hull_of_boxes<A: Arithmetic>(mut boxes: Vec<Rectangle<A>>) -> Vec<[A::Number; 2]> {
    thin::<A>(&mut boxes);
    let mut corners = Vec::with_capacity(4 * boxes.len());
    for [low, high] in boxes {
        if low != high {
            corners.push([high[0].clone(), low[1].clone()]);
            corners.push([low[0].clone(), high[1].clone()]);
            corners.push(high);
        }
        corners.push(low);
    }
    hull::<A>(corners)
}

/// Leaves out rectangles that lie within a polygon of eight corners of others.
fn thin<A: Arithmetic>(boxes: &mut Vec<Rectangle<A>>) {
    if boxes.len() < 16 {
        return;
    }
    let height = |[low, _]: &&Rectangle<A>, direction: usize| match direction {
        0 => low[0].clone(),
        1 => low[1].clone(),
        2 => A::sum(&low[0], &low[1]),
        _ => A::difference(&low[0], &low[1]),
    };
    let mut around = Vec::with_capacity(8);
    for direction in 0..4 {
        let most = boxes.iter().max_by_key(|one| height(one, direction));
        let least = boxes.iter().min_by_key(|one| height(one, direction));
        around.extend(most.into_iter().chain(least).map(|[low, _]| low.clone()));
    }
    let around = hull::<A>(around);
    if around.len() > 2 {
        boxes.retain(|[low, high]| {
            // Of the corners the one that is furthest out in the direction of a side.
            let within = |at: usize| {
                let (from, to) = (&around[at], &around[(at + 1) % around.len()]);
                let x = if to[1] > from[1] { &high[0] } else { &low[0] };
                let y = if to[0] > from[0] { &low[1] } else { &high[1] };
                A::turns_left([from, to, &[x.clone(), y.clone()]])
            };
            !(0..around.len()).all(within)
        });
    }
}

/// The extreme points of the hull of points, counterclockwise.
fn hull<A: Arithmetic>(mut points: Vec<[A::Number; 2]>) -> Vec<[A::Number; 2]> {
    points.sort_unstable();
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let half = |points: &mut dyn Iterator<Item = &[A::Number; 2]>| {
        let mut side: Vec<[A::Number; 2]> = Vec::new();
        for point in points {
            while let [.., before, last] = &side[..]
                && !A::turns_left([before, last, point])
            {
                side.pop();
            }
            side.push(point.clone());
        }
        side.pop();
        side
    };
    let mut lower = half(&mut points.iter());
    lower.append(&mut half(&mut points.iter().rev()));
    lower
}

/// What a line on which one coordinate is `value` cuts out of a polygon: the least other coordinate,
/// rounded down, and the largest one, rounded up.
fn cut<A: Arithmetic>(
    polygon: &[[A::Number; 2]],
    axis: usize,
    value: &A::Number,
) -> Option<(A::Number, A::Number)> {
    let mut ends: Option<(A::Number, A::Number)> = None;
    let mut meet = |low: A::Number, high: A::Number| {
        ends = Some(match ends.take() {
            None => (low, high),
            Some((least, most)) => (least.min(low), most.max(high)),
        });
    };
    for (at, from) in polygon.iter().enumerate() {
        let to = &polygon[(at + 1) % polygon.len()];
        if from[axis] == *value {
            meet(from[1 - axis].clone(), from[1 - axis].clone());
        } else if (from[axis] < *value && to[axis] > *value)
            || (from[axis] > *value && to[axis] < *value)
        {
            let (from, to) = ([&from[axis], &from[1 - axis]], [&to[axis], &to[1 - axis]]);
            let (low, high) = A::between(from, to, value);
            meet(low, high);
        }
    }
    ends
}
