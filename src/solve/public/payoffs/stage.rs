//! The stage game in units of the ranges of payoffs, and what its profiles generate.

use crate::game::public::PublicGame;
use crate::num::Rational;
use crate::solve::repeated::payoffs::plane::{cut, hull};
use crate::solve::{Budget, Exhausted, Work};

use super::mixtures::{Mixtures, Row};

pub(super) type Float = [f64; 2];
pub(super) type Exact = [Rational; 2];

/// How a player may leave a profile.
pub(super) struct Deviation {
    pub(super) player: usize,
    pub(super) action: usize,
    /// (1 − δ) / δ times his gain.
    need: f64,
    /// By how much less likely it makes each signal.
    changes: Vec<f64>,
    /// Whether nobody sees it.
    hidden: bool,
}

pub(super) struct Profile {
    /// Its payoffs.
    pub(super) payoffs: Float,
    pub(super) shares: Vec<f64>,
    pub(super) deviations: Vec<Deviation>,
    /// Whether an unseen deviation pays.
    pub(super) hopeless: bool,
    /// Whether nobody gains by leaving it.
    pub(super) is_equilibrium: bool,
}

pub(super) struct Stage<'a> {
    pub(super) game: &'a PublicGame,
    pub(super) discount: &'a Rational,
    pub(super) later: f64,
    pub(super) signals: usize,
    pub(super) profiles: Vec<Profile>,
    /// The least payoff of each player, and the range of his payoffs (1 where it is 0).
    pub(super) least: Exact,
    pub(super) range: Exact,
}

/// A point that a profile generates from a polygon.
#[derive(Debug, Clone)]
pub(super) struct Generated {
    pub(super) payoffs: Float,
    pub(super) profile: usize,
    /// Weights of the corners, by signal and corner.
    pub(super) weights: Vec<f64>,
    /// Of the deviations.
    multipliers: Vec<f64>,
}

/// A bound that is linear in levels: what is there today, and shares of the levels of sides.
pub(super) struct Bound {
    pub(super) today: f64,
    pub(super) by: Vec<(usize, f64)>,
}

impl Bound {
    pub(super) fn at(&self, levels: &[f64]) -> f64 {
        self.today + self.by.iter().map(|&(side, share)| share * levels[side]).sum::<f64>()
    }

    pub(super) fn scale(&mut self, factor: f64) {
        self.today *= factor;
        self.by.iter_mut().for_each(|(_, share)| *share *= factor);
    }
}

/// The sides that touch a polygon, counterclockwise.
struct Sides<'a> {
    directions: &'a [Float],
    /// With their angles.
    order: Vec<(f64, usize)>,
}

impl<'a> Sides<'a> {
    fn new(directions: &'a [Float], levels: &[f64], corners: &[Float]) -> Self {
        let touches = |&k: &usize| highest(corners, &directions[k]) > levels[k] - 1e-11;
        let mut order: Vec<(f64, usize)> = (0..directions.len())
            .filter(touches)
            .map(|k| (directions[k][1].atan2(directions[k][0]), k))
            .collect();
        order.sort_by(|one, other| one.0.total_cmp(&other.0));
        Sides { directions, order }
    }

    /// Weights of the two neighbouring sides that make up a price.
    fn of(&self, price: &Float) -> Option<[(usize, f64); 2]> {
        let last = self.order.len().checked_sub(1)?;
        if price[0].hypot(price[1]) < 1e-14 {
            return Some([(self.order[0].1, 0.0); 2]);
        }
        let angle = price[1].atan2(price[0]);
        let beyond = self.order.partition_point(|one| one.0 <= angle);
        let first = self.order[beyond.checked_sub(1).unwrap_or(last)].1;
        let second = self.order[if beyond > last { 0 } else { beyond }].1;
        let (one, other) = (&self.directions[first], &self.directions[second]);
        let turn = |a: &Float, b: &Float| a[0] * b[1] - a[1] * b[0];
        let whole = turn(one, other);
        (whole > 0.0)
            .then(|| [(first, turn(price, other) / whole), (second, turn(one, price) / whole)])
    }
}

impl<'a> Stage<'a> {
    pub(super) fn new(game: &'a PublicGame, discount: &'a Rational) -> Self {
        let stage = game.stage();
        let all = 0..stage.num_profiles();
        let extreme = |player: usize, most: bool| {
            let payoffs = all.clone().map(|at| stage.payoff(player, at));
            if most { payoffs.max() } else { payoffs.min() }.cloned().unwrap_or_default()
        };
        let least = [0, 1].map(|player| extreme(player, false));
        let range = [0, 1].map(|player| {
            let range = extreme(player, true) - &least[player];
            if range.is_zero() { Rational::ONE } else { range }
        });
        let part = |value: Rational, by: &Rational| value.checked_div(by).unwrap_or_default();
        let weight = part(Rational::ONE - discount, discount);
        let profile = |at: usize| {
            let mut deviations = Vec::new();
            let (mut hopeless, mut is_equilibrium) = (false, true);
            for (player, range) in range.iter().enumerate() {
                for action in 0..stage.num_actions(player) {
                    let to = stage.deviation(at, player, action);
                    if to == at {
                        continue;
                    }
                    let gain = stage.payoff(player, to) - stage.payoff(player, at);
                    let seen = game.distribution(at).iter().zip(game.distribution(to));
                    let hidden = game.distribution(at) == game.distribution(to);
                    hopeless |= hidden && gain.is_positive();
                    is_equilibrium &= !gain.is_positive();
                    deviations.push(Deviation {
                        player,
                        action,
                        need: part(&weight * gain, range).to_f64(),
                        changes: seen.map(|(stay, leave)| (stay - leave).to_f64()).collect(),
                        hidden,
                    });
                }
            }
            let payoffs = [0, 1].map(|player: usize| {
                part(stage.payoff(player, at) - &least[player], &range[player]).to_f64()
            });
            let shares = game.distribution(at).iter().map(Rational::to_f64).collect();
            Profile { payoffs, shares, deviations, hopeless, is_equilibrium }
        };
        Stage {
            game,
            discount,
            later: discount.to_f64(),
            signals: game.num_signals(),
            profiles: all.clone().map(profile).collect(),
            least,
            range,
        }
    }

    /// The pure equilibria of the stage game.
    pub(super) fn equilibria(&self) -> impl Iterator<Item = usize> {
        (0..self.profiles.len()).filter(|&at| self.profiles[at].is_equilibrium)
    }

    /// A point of payoffs in units.
    pub(super) fn in_units(&self, point: &Exact) -> Float {
        [0, 1].map(|player| {
            let above = &point[player] - &self.least[player];
            above.checked_div(&self.range[player]).unwrap_or_default().to_f64()
        })
    }

    /// The payoffs of a profile.
    pub(super) fn payoffs(&self, profile: usize) -> Exact {
        [0, 1].map(|player| self.game.stage().payoff(player, profile).clone())
    }

    /// Mixtures of the corners of a polygon that deter all deviations from a profile by `tight` more than
    /// need be; otherwise multipliers which show that there are none.
    pub(super) fn enforced(
        &self,
        profile: usize,
        corners: &[Float],
        tight: f64,
    ) -> Result<Mixtures, Vec<f64>> {
        let one = &self.profiles[profile];
        if one.hopeless || corners.is_empty() {
            let by = |deviation: &Deviation| {
                if deviation.hidden && deviation.need > 0.0 { 1.0 } else { 0.0 }
            };
            return Err(one.deviations.iter().map(by).collect());
        }
        let row = |deviation: &Deviation| {
            let by = deviation.changes.iter().flat_map(|change| {
                corners.iter().map(move |corner| change * corner[deviation.player])
            });
            let coefficients: Vec<f64> = by.collect();
            // Where what follows is the same to a player he cannot be deterred by more.
            let same = deviation.hidden
                || coefficients
                    .chunks(corners.len())
                    .all(|own| own.iter().all(|by| (by - own[0]).abs() < 1e-13));
            let tight = if same { tight.min(0.0) } else { tight };
            Row { coefficients, need: deviation.need + tight }
        };
        let rows: Vec<Row> = one.deviations.iter().map(row).collect();
        Mixtures::new(self.signals, corners.len(), &rows)
    }

    /// The values of the corners after each signal of a profile in a direction.
    pub(super) fn values(&self, profile: usize, corners: &[Float], direction: &Float) -> Vec<f64> {
        let shares = self.profiles[profile].shares.iter();
        shares
            .flat_map(|share| corners.iter().map(move |one| share * dot(direction, one)))
            .collect()
    }

    /// What the profiles generate from a polygon: in each direction the greatest value and, on demand, the
    /// point; none when no profile generates anything. Profiles that do not are no longer `alive`.
    pub(super) fn generated(
        &self,
        corners: &[Float],
        directions: &[Float],
        tight: f64,
        alive: &mut [bool],
        (budget, work): (&Budget, &mut Work),
    ) -> Result<Option<Vec<(f64, Generated)>>, Exhausted> {
        let mut mixtures: Vec<Option<Mixtures>> = Vec::with_capacity(alive.len());
        for (profile, alive) in alive.iter_mut().enumerate() {
            let found = alive.then(|| self.enforced(profile, corners, tight).ok()).flatten();
            *alive = found.is_some();
            mixtures.push(found);
        }
        if mixtures.iter().all(Option::is_none) {
            return Ok(None);
        }
        let now = 1.0 - self.later;
        let mut found = Vec::with_capacity(directions.len());
        for direction in directions {
            work.nodes += 1;
            budget.check_now(work.nodes)?;
            let follows = highest(corners, direction);
            let reach =
                |at: usize| now * dot(direction, &self.profiles[at].payoffs) + self.later * follows;
            let mut order: Vec<usize> =
                (0..mixtures.len()).filter(|&at| mixtures[at].is_some()).collect();
            order.sort_by(|&a, &b| reach(b).total_cmp(&reach(a)));
            let mut best: Option<(f64, Generated)> = None;
            for at in order {
                if best.as_ref().is_some_and(|best| reach(at) <= best.0) {
                    break;
                }
                let Some(own) = mixtures[at].as_mut() else { continue };
                let (value, multipliers) = own.best(&self.values(at, corners, direction));
                let value = now * dot(direction, &self.profiles[at].payoffs) + self.later * value;
                if best.as_ref().is_none_or(|best| value > best.0) {
                    let weights = own.solution();
                    let payoffs = self.total(at, corners, &weights);
                    best = Some((value, Generated { payoffs, profile: at, weights, multipliers }));
                }
            }
            found.extend(best);
        }
        Ok(Some(found))
    }

    /// What bounds the greatest values that profiles generate from the polygon within levels, for each
    /// direction; none when no profile generates anything.
    pub(super) fn bounds(
        &self,
        corners: &[Float],
        directions: &[Float],
        levels: &[f64],
        tight: f64,
        alive: &mut [bool],
        with: (&Budget, &mut Work),
    ) -> Result<Option<Vec<Bound>>, Exhausted> {
        let Some(found) = self.generated(corners, directions, tight, alive, with)? else {
            return Ok(None);
        };
        let sides = Sides::new(directions, levels, corners);
        let bound = |(direction, (value, one)): (&Float, (f64, Generated))| {
            let mut by: Vec<(usize, f64)> = Vec::with_capacity(2 * self.signals);
            for price in self.prices(one.profile, direction, &one.multipliers) {
                let Some(pair) = sides.of(&price) else {
                    return Bound { today: value, by: Vec::new() };
                };
                by.extend(pair.map(|(side, share)| (side, self.later * share)));
            }
            let after: f64 = by.iter().map(|&(side, share)| share * levels[side]).sum();
            Bound { today: value - after, by }
        };
        Ok(Some(directions.iter().zip(found).map(bound).collect()))
    }

    /// φ(y) λ + Σ ν Δφ for each signal.
    fn prices(&self, profile: usize, direction: &Float, multipliers: &[f64]) -> Vec<Float> {
        let one = &self.profiles[profile];
        let mut prices: Vec<Float> =
            one.shares.iter().map(|share| direction.map(|part| share * part)).collect();
        for (deviation, by) in one.deviations.iter().zip(multipliers) {
            for (price, change) in prices.iter_mut().zip(&deviation.changes) {
                price[deviation.player] += by * change;
            }
        }
        prices
    }

    /// The payoffs of a profile that mixtures follow.
    fn total(&self, profile: usize, corners: &[Float], weights: &[f64]) -> Float {
        let one = &self.profiles[profile];
        [0, 1].map(|player: usize| {
            let after = weights.chunks(corners.len()).zip(&one.shares).map(|(own, share)| {
                share * own.iter().zip(corners).map(|(by, at)| by * at[player]).sum::<f64>()
            });
            (1.0 - self.later) * one.payoffs[player] + self.later * after.sum::<f64>()
        })
    }
}

pub(super) fn dot(one: &Float, other: &Float) -> f64 {
    one[0] * other[0] + one[1] * other[1]
}

pub(super) fn highest(corners: &[Float], direction: &Float) -> f64 {
    corners.iter().map(|corner| dot(direction, corner)).fold(f64::NEG_INFINITY, f64::max)
}

/// Each direction turned a little both ways, in which both ends of a face are the greatest.
pub(super) fn turned(directions: &[Float]) -> Vec<Float> {
    let both = |[x, y]: &Float| [1e-5, -1e-5].map(|by| [x - by * y, y + by * x]);
    directions.iter().flat_map(both).collect()
}

/// The polygon within levels, in units; without corners where it is empty.
pub(super) fn within(directions: &[Float], levels: &[f64]) -> Vec<Float> {
    let mut corners = vec![[-2.0, -2.0], [3.0, -2.0], [3.0, 3.0], [-2.0, 3.0]];
    for (direction, &level) in directions.iter().zip(levels) {
        corners = cut(&corners, direction, level);
    }
    let mut corners = hull(corners);
    // Corners that are noise.
    let mut at = 0;
    while corners.len() > 2 && at < corners.len() {
        let next = corners[(at + 1) % corners.len()];
        if (corners[at][0] - next[0]).abs().max((corners[at][1] - next[1]).abs()) < 1e-12 {
            corners.remove(at);
        } else {
            at += 1;
        }
    }
    corners
}
