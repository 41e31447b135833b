//! All payoffs of subgame-perfect equilibria of a repeated game of two players.
//!
//! From the payoffs of all lotteries over profiles the operator of Abreu & Sannikov (2014) makes ever
//! smaller polygons, all of which hold the set V of equilibrium payoffs, with at most four points for
//! each profile. Where that ends in rationals the last polygon is V. Otherwise it is done in machine
//! numbers, with conditions that are a little looser, and the last polygon, a little larger, is the outer
//! one. For the inner one the same is done at a discount factor that is a little smaller. V is
//! monotone in δ, since w can be mixed with v; and at the larger factor nobody whom a threat can hurt
//! is just deterred. That leaves room to round the polygon, moved towards its middle, to
//! decimals, and to find that it generates itself exactly.
//!
//! Source: Abreu & Sannikov (2014), "An algorithm for two-player repeated games with perfect
//! monitoring", Theoretical Economics 9(2); monotone in δ: Abreu, Pearce & Stacchetti (1990), theorem 6.

mod chain;
mod descent;
mod inner;
mod patience;
pub(in crate::solve) mod plane;
#[cfg(test)]
mod tests;

use crate::game::repeated_payoffs::{RepeatedPayoffs, SustainedPoint};
use crate::game::{DiscountFactor, NormalForm};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

pub use patience::find_critical_discounts;

use chain::{Chain, Table};
use descent::Descent;
use plane::{Point, distance, hull};

/// Why a game has no polygons of payoffs here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RepeatedPayoffsError {
    /// The polygon is one of two payoffs.
    #[error(
        "the payoffs of the repeated game form a polygon for two players, and the game has {0}"
    )]
    NotTwoPlayers(usize),
}

/// Steps with rationals that are tried before machine numbers are taken for the answer.
const MOST_EXACT_STEPS: u64 = 16;
/// The longest rational for which that goes on: so many times the length of payoffs and δ, and some bits.
const LONGEST: (usize, usize) = (6, 96);
/// Steps after which the polygon is taken as it is, though it still shrinks.
const MOST_STEPS: u64 = 100_000;
/// What is looser about the conditions of the outer polygon, in units of the range of payoffs.
const LOOSE: f64 = 1.0 / (1u64 << 36) as f64;
/// The outer polygon is wider by this, in units of the range of payoffs.
const MARGIN: f64 = 1.0 / (1u64 << 34) as f64;
/// Corners that differ by less from the line through their neighbours are noise.
const NOISE: f64 = 1e-12;
/// A polygon is widened from its middle if it is so wide around it.
const WIDE: f64 = 0.02;
/// The largest denominator of a corner that is guessed.
const SIMPLE: i64 = 20_000;
/// For the inner polygon: by which part the discount factor is smaller, by which part the polygon
/// is moved to its middle, and the decimal places to which it is rounded. The second is small beside the
/// first, and the last beside the second.
const TRIES: [(f64, f64, i32); 6] = [
    (1e-9, 2e-11, 13),
    (1e-8, 1e-10, 13),
    (1e-7, 1e-9, 12),
    (1e-5, 1e-7, 10),
    (1e-3, 1e-5, 8),
    (1e-2, 1e-4, 7),
];

/// The payoffs of all subgame-perfect equilibria in pure strategies, with public lotteries, between an
/// inner and an outer polygon.
///
/// Where they are polygons with rational corners that are found in few steps, both are the same.
/// Otherwise they are some 1e-8 of the range of payoffs apart, and further where the set changes much at
/// this discount factor: `distance` says how far.
///
/// Each step takes time proportional to the number of profiles that may still be played and the corners
/// of the polygon, at most four for each profile; some 30 to 300 steps, and more for δ near 1. The
/// answer is `None` when the budget is spent.
///
/// # Errors
/// When there are not two players.
///
/// ```
/// use detente::game::{DiscountFactor, NormalForm};
/// use detente::num::Rational;
/// use detente::solve::{Budget, repeated::find_repeated_payoffs};
/// let game = NormalForm::from_integers(&[&[9, 1], &[10, 3]], &[&[9, 10], &[1, 3]]);
/// let discount = DiscountFactor::new(Rational::new(3, 4)).unwrap();
/// let outcome = find_repeated_payoffs(&game, &discount, &Budget::unlimited()).unwrap();
/// let answer = outcome.answer.unwrap();
/// let corners: Vec<String> =
///     answer.outer.iter().map(|[row, column]| format!("({row}, {column})")).collect();
/// assert_eq!(corners, ["(3, 3)", "(39/4, 3)", "(9, 9)", "(3, 39/4)"]);
/// assert!(answer.is_exact());
/// ```
pub fn find_repeated_payoffs(
    game: &NormalForm,
    discount: &DiscountFactor,
    budget: &Budget,
) -> Result<Outcome<Option<RepeatedPayoffs>>, RepeatedPayoffsError> {
    if game.num_players() != 2 {
        return Err(RepeatedPayoffsError::NotTwoPlayers(game.num_players()));
    }
    let stage = Stage::new(game, discount.value());
    let mut work = Work::default();
    let (answer, status) = match polygons(&stage, discount, budget, &mut work) {
        Ok(answer) => (Some(answer), Status::Solved),
        Err(reason) => (None, Status::Partial(reason)),
    };
    Ok(Outcome { answer, status, method: "abreu-sannikov", work, warnings: Vec::new() })
}

fn polygons(
    stage: &Stage,
    discount: &DiscountFactor,
    budget: &Budget,
    work: &mut Work,
) -> Result<RepeatedPayoffs, Exhausted> {
    let loose = LOOSE + f64::EPSILON * 16.0 / (1.0 - stage.discount.to_f64()).max(1e-12);
    let before = work.rounds;
    let descent = float_polygon(stage, stage.discount.to_f64(), -loose, None, budget, work)?;
    let found = without_noise(&descent.outline.corners);
    // What comes to rest soon may do so exactly: no jump comes before.
    if work.rounds - before <= MOST_EXACT_STEPS
        && let Some(exact) = exact_polygon(stage, budget, work)?
        && let Some(inner) = generated_or_empty(stage, exact.clone())
    {
        let distance = Some(Rational::ZERO);
        return Ok(RepeatedPayoffs { discount: discount.clone(), inner, outer: exact, distance });
    }
    let outer = hull(stage.widened(&found));
    let guess = found.iter().map(|point| stage.simple(point)).collect::<Option<Vec<_>>>();
    let inner = match guess.and_then(|points| generated_or_empty(stage, points)) {
        Some(inner) => inner,
        None => inner_polygon(stage, &descent, budget, work)?,
    };
    let corners: Vec<Point<Rational>> = inner.iter().map(|one| one.payoffs.clone()).collect();
    let distance = farthest(&corners, &outer);
    Ok(RepeatedPayoffs { discount: discount.clone(), inner, outer, distance })
}

fn generated_or_empty(stage: &Stage, polygon: Vec<Point<Rational>>) -> Option<Vec<SustainedPoint>> {
    if polygon.is_empty() { Some(Vec::new()) } else { inner::generated(stage, polygon) }
}

/// How far the outer polygon reaches beyond the inner one.
fn farthest(inner: &[Point<Rational>], outer: &[Point<Rational>]) -> Option<Rational> {
    if inner.is_empty() {
        return outer.is_empty().then_some(Rational::ZERO);
    }
    outer
        .iter()
        .map(|point| distance(inner, point))
        .try_fold(Rational::ZERO, |most, one| Some(most.max(one?)))
}

/// The set of equilibrium payoffs, where the operator comes to rest on it in few steps.
fn exact_polygon(
    stage: &Stage,
    budget: &Budget,
    work: &mut Work,
) -> Result<Option<Vec<Point<Rational>>>, Exhausted> {
    let table = stage.exact_table();
    let mut chain = Chain::new(&table, stage.minmax.clone());
    let given = stage.payoffs.iter().flatten().chain([&stage.discount]);
    let longest = LONGEST.0 * given.map(Rational::bit_len).max().unwrap_or(0) + LONGEST.1;
    for _ in 0..MOST_EXACT_STEPS {
        budget.check_now(work.rounds)?;
        work.rounds += 1;
        if !chain.step() {
            return Ok(Some(chain.polygon));
        }
        let long = |point: &Point<Rational>| point.iter().any(|x| x.bit_len() > longest);
        if chain.polygon.iter().any(long) {
            break;
        }
    }
    Ok(None)
}

/// The polygon on which the operator comes to rest in machine numbers, in units of the ranges of payoffs,
/// at a discount factor and with needs that are larger by `tight`; from where another one came to rest with
/// needs that are smaller, if there is one.
fn float_polygon(
    stage: &Stage,
    discount: f64,
    tight: f64,
    from: Option<&Descent>,
    budget: &Budget,
    work: &mut Work,
) -> Result<Descent, Exhausted> {
    let table = stage.float_table(discount, tight);
    let minmax = stage.normalized(&stage.minmax).map(|level| level + tight.min(0.0));
    let mut descent =
        from.map_or_else(|| Descent::new(&table, minmax), |other| Descent::resume(other, minmax));
    let still = (1.0 - discount) * LOOSE / 16.0;
    for _ in 0..MOST_STEPS {
        budget.check_now(work.rounds)?;
        work.rounds += 1;
        let moved = descent.advance(&table);
        if moved <= still || descent.outline.corners.is_empty() {
            break;
        }
    }
    Ok(descent)
}

/// The corners that are no noise on an edge.
fn without_noise(polygon: &[Point<f64>]) -> Vec<Point<f64>> {
    let mut polygon = polygon.to_vec();
    let mut at = 0;
    while polygon.len() > 3 && at < polygon.len() {
        let count = polygon.len();
        let (before, after) = (polygon[(at + count - 1) % count], polygon[(at + 1) % count]);
        if distance(&[before, after], &polygon[at]).is_some_and(|off| off < NOISE) {
            polygon.remove(at);
        } else {
            at += 1;
        }
    }
    polygon
}

/// A polygon that generates itself, the largest that is found.
fn inner_polygon(
    stage: &Stage,
    outer: &Descent,
    budget: &Budget,
    work: &mut Work,
) -> Result<Vec<SustainedPoint>, Exhausted> {
    let discount = stage.discount.to_f64();
    let mut last = outer.clone();
    // Equilibria of the stage game generate themselves, and as threats they need no room.
    let equilibria = inner::of_stage_equilibria(stage);
    for (part, shrink, digits) in TRIES {
        last = float_polygon(stage, discount * (1.0 - part), 0.0, Some(&last), budget, work)?;
        let polygon = without_noise(&last.outline.corners);
        let points = inner::shrunk(stage, &polygon, shrink, digits);
        let fixed = equilibria.iter().map(|one| one.payoffs.clone());
        let found = inner::generated(stage, points.iter().cloned().chain(fixed).collect());
        if let Some(found) = found.or_else(|| inner::generated(stage, points)) {
            return Ok(found);
        }
    }
    Ok(equilibria)
}

/// A payoff to so many decimal places of the range of payoffs.
pub(super) fn rounded(payoff: &Rational, range: &Rational, digits: i32) -> Rational {
    let size = range.to_f64().log10().floor();
    // Powers of ten where the range is a machine number.
    let unit = if size.is_finite() {
        Rational::from(10).pow(size as i32 - digits)
    } else {
        Rational::from(10).pow(-digits).map(|part| part * range)
    };
    rounded_to(payoff, &unit.unwrap_or(Rational::ONE))
}

/// The nearest multiple of a unit.
fn rounded_to(value: &Rational, unit: &Rational) -> Rational {
    let count = (value.checked_div(unit).unwrap_or_default() + Rational::new(1, 2)).floor();
    Rational::from_integers(count, 1.into()) * unit
}

/// The stage game, exactly and in machine numbers.
struct Stage {
    discount: Rational,
    payoffs: Vec<Point<Rational>>,
    /// What each player gains at most by leaving a profile for one period.
    gains: Vec<Point<Rational>>,
    minmax: Point<Rational>,
    /// The least payoff of each player, and the range of his payoffs (1 where it is 0).
    least: Point<Rational>,
    range: Point<Rational>,
    /// Payoffs and gains in these units.
    floats: Vec<Point<f64>>,
    float_gains: Vec<Point<f64>>,
}

impl Stage {
    fn new(game: &NormalForm, discount: &Rational) -> Self {
        let profiles = game.num_profiles();
        let payoffs: Vec<Point<Rational>> =
            (0..profiles).map(|a| [0, 1].map(|player| game.payoff(player, a).clone())).collect();
        let best = [0, 1].map(|player| best_replies(game, player));
        let gains = (0..profiles)
            .map(|a| {
                [0, 1].map(|player| {
                    &best[player][game.action_in(1 - player, a)] - &payoffs[a][player]
                })
            })
            .collect::<Vec<_>>();
        let minmax = [0, 1].map(|player| best[player].iter().min().cloned().unwrap_or_default());
        let extreme = |player: usize, most: bool| {
            let all = payoffs.iter().map(|point| &point[player]);
            if most { all.max() } else { all.min() }.cloned().unwrap_or_default()
        };
        let least = [0, 1].map(|player| extreme(player, false));
        let range = [0, 1].map(|player| {
            let range = extreme(player, true) - &least[player];
            if range.is_zero() { Rational::ONE } else { range }
        });
        let mut stage = Stage {
            discount: discount.clone(),
            payoffs,
            gains,
            minmax,
            least,
            range,
            floats: Vec::new(),
            float_gains: Vec::new(),
        };
        stage.floats = stage.payoffs.iter().map(|point| stage.normalized(point)).collect();
        let gains = stage
            .gains
            .iter()
            .map(|gain| [0, 1].map(|player| ratio(&gain[player], &stage.range[player])));
        stage.float_gains = gains.collect();
        stage
    }

    /// A point in units of the ranges of payoffs.
    fn normalized(&self, point: &Point<Rational>) -> Point<f64> {
        [0, 1].map(|player| ratio(&(&point[player] - &self.least[player]), &self.range[player]))
    }

    /// A point in payoffs, to so many decimal places of the range.
    fn rounded(&self, point: &Point<f64>, digits: i32) -> Point<Rational> {
        [0, 1].map(|player| {
            let exact = Rational::from_f64_exactly(point[player]).unwrap_or_default();
            let range = &self.range[player];
            rounded(&(&self.least[player] + exact * range), range, digits)
        })
    }

    /// The point of simple fractions that is this one in machine numbers.
    fn simple(&self, point: &Point<f64>) -> Option<Point<Rational>> {
        let one = |player: usize| {
            let exact = Rational::from_f64_exactly(point[player])?;
            let payoff = &self.least[player] + exact * &self.range[player];
            simplest(&payoff, &(&self.range[player] * Rational::new(1, 1_000_000_000)), SIMPLE)
        };
        Some([one(0)?, one(1)?])
    }

    /// The corners of a polygon around one: stretched from its middle where it is wide, otherwise of
    /// squares around the points.
    fn widened(&self, polygon: &[Point<f64>]) -> Vec<Point<Rational>> {
        let count = polygon.len() as f64;
        let middle =
            [0, 1].map(|axis| polygon.iter().map(|point| point[axis]).sum::<f64>() / count);
        let width = (0..polygon.len()).map(|at| {
            let (from, to) = (&polygon[at], &polygon[(at + 1) % polygon.len()]);
            let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
            (dx * (middle[1] - from[1]) - dy * (middle[0] - from[0])) / dx.hypot(dy)
        });
        let width = width.fold(f64::INFINITY, f64::min);
        if polygon.len() > 2 && width > WIDE {
            let factor = 1.0 + MARGIN / width;
            let stretched = polygon.iter().map(|point| {
                [0, 1].map(|axis| middle[axis] + (point[axis] - middle[axis]) * factor)
            });
            return stretched.map(|point| self.rounded(&point, 13)).collect();
        }
        let corners = [[-MARGIN, -MARGIN], [-MARGIN, MARGIN], [MARGIN, -MARGIN], [MARGIN, MARGIN]];
        let around =
            polygon.iter().flat_map(|point| corners.map(|by| [point[0] + by[0], point[1] + by[1]]));
        hull(around.collect()).iter().map(|point| self.rounded(point, 13)).collect()
    }

    /// The payoffs of a profile that are at this point.
    fn payoff_near(&self, point: &Point<f64>) -> Option<Point<Rational>> {
        let apart = |a: usize| {
            (self.floats[a][0] - point[0]).abs().max((self.floats[a][1] - point[1]).abs())
        };
        let nearest = (0..self.payoffs.len()).min_by(|&a, &b| apart(a).total_cmp(&apart(b)))?;
        (apart(nearest) < 1e-6).then(|| self.payoffs[nearest].clone())
    }

    fn exact_table(&self) -> Table<Rational> {
        let now = Rational::ONE - &self.discount;
        let weight = now.checked_div(&self.discount);
        let needs = self
            .gains
            .iter()
            .map(|gain| match &weight {
                Some(weight) => Some([0, 1].map(|player| weight * &gain[player])),
                None => {
                    gain.iter().all(Rational::is_zero).then_some([Rational::ZERO, Rational::ZERO])
                }
            })
            .collect();
        Table { payoffs: self.payoffs.clone(), needs, now, later: self.discount.clone() }
    }

    fn float_table(&self, discount: f64, tight: f64) -> Table<f64> {
        let needs = self
            .float_gains
            .iter()
            .map(|gain| {
                let nobody = gain[0] <= 0.0 && gain[1] <= 0.0;
                let need =
                    |gain: f64| if gain > 0.0 { (1.0 - discount) / discount * gain } else { 0.0 };
                (nobody || discount > 0.0).then(|| [need(gain[0]) + tight, need(gain[1]) + tight])
            })
            .collect();
        Table { payoffs: self.floats.clone(), needs, now: 1.0 - discount, later: discount }
    }

    /// What has to follow a profile for these payoffs; at δ = 0 the payoffs themselves, which the
    /// profile has to give.
    fn continuation(&self, profile: usize, payoffs: &Point<Rational>) -> Option<Point<Rational>> {
        if self.discount.is_zero() {
            return (self.payoffs[profile] == *payoffs).then(|| payoffs.clone());
        }
        let now = Rational::ONE - &self.discount;
        let one = |player: usize| {
            (&payoffs[player] - &now * &self.payoffs[profile][player]).checked_div(&self.discount)
        };
        Some([one(0)?, one(1)?])
    }

    /// Whether nobody gains by leaving a profile with this continuation.
    fn deters(
        &self,
        profile: usize,
        continuation: &Point<Rational>,
        threats: &Point<Rational>,
    ) -> bool {
        let now = Rational::ONE - &self.discount;
        (0..2).all(|player| {
            let loses = &self.discount * (&continuation[player] - &threats[player]);
            loses >= &now * &self.gains[profile][player]
        })
    }

    /// Whether machine numbers leave it open that a profile supports these payoffs.
    fn may_support(
        &self,
        profile: usize,
        payoffs: &Point<f64>,
        polygon: &[Point<f64>],
        threats: &Point<f64>,
    ) -> bool {
        const SLACK: f64 = 1e-6;
        let discount = self.discount.to_f64();
        if discount < 1e-3 {
            return true;
        }
        let now = 1.0 - discount;
        let later: Point<f64> =
            [0, 1].map(|player| (payoffs[player] - now * self.floats[profile][player]) / discount);
        let slack = SLACK / discount;
        let deters = (0..2).all(|player| {
            discount * (later[player] - threats[player]) + slack
                >= now * self.float_gains[profile][player]
        });
        deters && distance(polygon, &later).is_some_and(|away| away < slack)
    }
}

/// The fraction with the smallest denominator among the convergents that is within `error` of a value,
/// if its denominator is at most `largest`.
pub(super) fn simplest(value: &Rational, error: &Rational, largest: i64) -> Option<Rational> {
    let (mut before, mut last) = ((0i64, 1i64), (1i64, 0i64));
    let mut rest = value.clone();
    loop {
        let whole = i64::try_from(rest.floor()).ok()?;
        let next = (
            whole.checked_mul(last.0)?.checked_add(before.0)?,
            whole.checked_mul(last.1)?.checked_add(before.1)?,
        );
        if next.1 > largest {
            return None;
        }
        let fraction = Rational::new(next.0, next.1);
        if (&fraction - value).abs() <= *error {
            return Some(fraction);
        }
        rest = (rest - Rational::from(whole)).recip()?;
        (before, last) = (last, next);
    }
}

/// A quotient in machine numbers.
fn ratio(one: &Rational, other: &Rational) -> f64 {
    one.checked_div(other).map_or(0.0, |quotient| quotient.to_f64())
}

/// The best payoff of a player against each action of the other one.
fn best_replies(game: &NormalForm, player: usize) -> Vec<Rational> {
    let mut best: Vec<Option<Rational>> = vec![None; game.num_actions(1 - player)];
    for profile in 0..game.num_profiles() {
        let payoff = game.payoff(player, profile);
        let entry = &mut best[game.action_in(1 - player, profile)];
        if entry.as_ref().is_none_or(|best| payoff > best) {
            *entry = Some(payoff.clone());
        }
    }
    best.into_iter().map(Option::unwrap_or_default).collect()
}
