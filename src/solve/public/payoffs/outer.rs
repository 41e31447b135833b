//! Bounds that hold all equilibrium payoffs: found in machine numbers, proved in few exact steps.

use crate::game::public::{Multipliers, OuterStep};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

use super::super::limit::{clipped, dot};
use super::descent::{Descent, loose};
use super::exact::rounded;
use super::stage::{Exact, Float, Stage, highest};

/// The most exact steps that stand for themselves.
const MOST_PLAIN: usize = 60;
/// Units of levels and multipliers: 2^-40.
const BITS: u32 = 40;
/// By which part of the ranges of payoffs the first levels are above the stage game's: 2^-20.
const START: i64 = 1 << 20;

/// Directions, exactly and in units of the ranges of payoffs.
#[derive(Clone, Default)]
pub(super) struct Directions {
    pub(super) exact: Vec<Exact>,
    pub(super) units: Vec<Float>,
}

impl Directions {
    /// Adds a direction, given in units; whether it was new.
    pub(super) fn add(&mut self, stage: &Stage, direction: &Float) -> bool {
        let length = direction[0].hypot(direction[1]);
        let exact = [0, 1].map(|k: usize| {
            let part = rounded(direction[k] / length, 24).checked_div(&stage.range[k]);
            part.unwrap_or_default()
        });
        let units = [0, 1].map(|k: usize| (&exact[k] * &stage.range[k]).to_f64());
        let near = |one: &Float| (one[0] - units[0]).hypot(one[1] - units[1]) < 1e-6;
        if !length.is_normal() || self.units.iter().any(near) {
            return false;
        }
        self.exact.push(exact);
        self.units.push(units);
        true
    }

    /// The same with the axes in payoffs, by which who checks the bounds begins.
    pub(super) fn axes(stage: &Stage) -> Self {
        let mut directions = Directions::default();
        for axis in [[1i64, 0], [0, 1], [-1, 0], [0, -1]] {
            let exact = axis.map(Rational::from);
            directions.units.push([0, 1].map(|k: usize| (&exact[k] * &stage.range[k]).to_f64()));
            directions.exact.push(exact);
        }
        directions
    }

    /// The first levels, in units.
    pub(super) fn start(&self, stage: &Stage) -> Vec<f64> {
        let points: Vec<Float> = stage.profiles.iter().map(|one| one.payoffs).collect();
        let wider = |one: &Float| (one[0].abs() + one[1].abs()) / START as f64;
        self.units.iter().map(|one| highest(&points, one) + wider(one)).collect()
    }
}

/// Exact steps that lead to where a descent does, or as far as they are found.
pub(super) struct Proof<'a> {
    stage: &'a Stage<'a>,
    directions: &'a Directions,
    pub(super) steps: Vec<OuterStep>,
    levels: Vec<Rational>,
    pub(super) corners: Vec<Exact>,
}

impl<'a> Proof<'a> {
    pub(super) fn new(stage: &'a Stage<'a>, directions: &'a Directions) -> Self {
        let points: Vec<Exact> = (0..stage.profiles.len()).map(|at| stage.payoffs(at)).collect();
        let level = |one: &Exact| {
            let most = points.iter().map(|point| dot(one, point)).max().unwrap_or_default();
            let wider = one[0].abs() * &stage.range[0] + one[1].abs() * &stage.range[1];
            most + wider / Rational::from(START)
        };
        let levels: Vec<Rational> = directions.exact.iter().map(level).collect();
        let mut proof = Proof { stage, directions, steps: Vec::new(), levels, corners: Vec::new() };
        proof.corners = proof.within(&proof.levels);
        proof
    }

    fn within(&self, levels: &[Rational]) -> Vec<Exact> {
        // The axes come first.
        let [right, top, left, bottom] = [&levels[0], &levels[1], &levels[2], &levels[3]];
        let (left, bottom) = (-left, -bottom);
        if left > *right || bottom > *top {
            return Vec::new();
        }
        let mut corners = vec![
            [left.clone(), bottom.clone()],
            [right.clone(), bottom],
            [right.clone(), top.clone()],
            [left, top.clone()],
        ];
        corners.dedup();
        for (direction, level) in self.directions.exact.iter().zip(levels) {
            corners = clipped(&corners, direction, level);
        }
        corners
    }

    /// Proves as much of a descent as it can.
    pub(super) fn follow(&mut self, descent: &Descent, budget: &Budget) -> Result<(), Exhausted> {
        let last = descent.levels.len() - 1;
        let (mut at, mut plain) = (0, 0);
        while at < last || (!self.corners.is_empty() && descent.alive[last].iter().all(|one| !one))
        {
            budget.check_now(0)?;
            // As long as the same profiles generate something.
            let same = (at..=last).take_while(|&to| descent.alive[to] == descent.alive[at]);
            let mut to = same.last().unwrap_or(at);
            let mut led = None;
            while to > at + 1 || (to == at + 1 && descent.jumps[to]) {
                budget.check_now(0)?;
                if let Some(step) = self.limit(&descent.levels[to])? {
                    led = Some(step);
                    break;
                }
                // Levels at rest are led to more often than others.
                let jump = (at + 1..to).rev().find(|&before| descent.jumps[before]);
                to = jump.unwrap_or(at + (to - at) / 2);
            }
            if let Some(step) = led {
                self.take(step);
                at = to;
                continue;
            }
            plain += 1;
            if plain > MOST_PLAIN {
                break;
            }
            let step = self.plain();
            self.take(step);
            at = (at + 1).min(last);
        }
        Ok(())
    }

    fn take(&mut self, step: OuterStep) {
        self.levels.clone_from(&step.levels);
        if self.dead(&step.proofs).iter().all(|&dead| dead) {
            self.corners.clear();
        } else {
            self.corners = self.within(&self.levels);
        }
        self.steps.push(step);
    }

    fn is_dead(&self, profile: usize, multipliers: &Multipliers) -> bool {
        if multipliers.iter().flatten().all(Rational::is_zero) {
            return false;
        }
        let nothing = [Rational::ZERO, Rational::ZERO];
        let (today, prices) = self.priced(profile, &nothing, multipliers);
        (today + self.follows(&prices)).is_negative()
    }

    /// The profiles that multipliers, the same in all directions, show to generate nothing.
    fn dead(&self, proofs: &[Vec<Multipliers>]) -> Vec<bool> {
        let is_dead = |profile: usize| {
            let same = proofs.windows(2).all(|pair| pair[0][profile] == pair[1][profile]);
            same && proofs.first().is_some_and(|own| self.is_dead(profile, &own[profile]))
        };
        (0..self.stage.profiles.len()).map(is_dead).collect()
    }

    fn follows(&self, prices: &[Exact]) -> Rational {
        let highest = |price: &Exact| {
            self.corners.iter().map(|corner| dot(price, corner)).max().unwrap_or_default()
        };
        self.stage.discount * prices.iter().map(highest).sum::<Rational>()
    }

    /// (1 − δ) (λ · g − Σ ν gain), and the prices φ(y) λ + Σ ν Δφ of what follows each signal.
    fn priced(
        &self,
        profile: usize,
        direction: &Exact,
        multipliers: &Multipliers,
    ) -> (Rational, Vec<Exact>) {
        let (game, normal) = (self.stage.game, self.stage.game.stage());
        let mut prices: Vec<Exact> = game
            .distribution(profile)
            .iter()
            .map(|share| [share * &direction[0], share * &direction[1]])
            .collect();
        let mut today = dot(direction, &self.stage.payoffs(profile));
        for (player, own) in multipliers.iter().enumerate() {
            for (action, by) in own.iter().enumerate().filter(|(_, by)| !by.is_zero()) {
                let to = normal.deviation(profile, player, action);
                today -= &(by * (normal.payoff(player, to) - normal.payoff(player, profile)));
                let seen = game.distribution(profile).iter().zip(game.distribution(to));
                for (price, (stay, leave)) in prices.iter_mut().zip(seen) {
                    price[player] += &(by * (stay - leave));
                }
            }
        }
        ((Rational::ONE - self.stage.discount) * today, prices)
    }

    /// Multipliers by direction and profile, the best within levels; of profiles that generate nothing
    /// within `before` those which show it.
    fn multipliers(&self, corners: &[Float], before: &[Float]) -> Vec<Vec<Multipliers>> {
        let (stage, looser) = (self.stage, loose(self.stage));
        let count = self.directions.units.len();
        let mut proofs = vec![Vec::with_capacity(stage.profiles.len()); count];
        for (profile, one) in stage.profiles.iter().enumerate() {
            let in_payoffs = |found: &[f64]| -> Multipliers {
                let shape = stage.game.stage().shape();
                let mut all: Multipliers =
                    shape.iter().map(|&actions| vec![Rational::ZERO; actions]).collect();
                for (deviation, &by) in one.deviations.iter().zip(found) {
                    let by = rounded(by, BITS).checked_div(&stage.range[deviation.player]);
                    all[deviation.player][deviation.action] = by.unwrap_or_default();
                }
                all
            };
            let mut mixtures = match stage.enforced(profile, before, -looser) {
                Err(proof) => {
                    let proof = in_payoffs(&proof);
                    proofs.iter_mut().for_each(|own| own.push(proof.clone()));
                    continue;
                }
                Ok(own) if corners == before => Some(own),
                Ok(_) => stage.enforced(profile, corners, -looser).ok(),
            };
            for (own, direction) in proofs.iter_mut().zip(&self.directions.units) {
                let found = mixtures
                    .as_mut()
                    .map(|own| own.best(&stage.values(profile, corners, direction)).1);
                own.push(in_payoffs(&found.unwrap_or_default()));
            }
        }
        proofs
    }

    fn before(&self) -> Vec<Float> {
        self.corners.iter().map(|one| self.stage.in_units(one)).collect()
    }

    /// A step that stands for itself.
    fn plain(&self) -> OuterStep {
        let before = self.before();
        let proofs = self.multipliers(&before, &before);
        let dead = self.dead(&proofs);
        let mut levels = self.levels.clone();
        for (k, (direction, level)) in self.directions.exact.iter().zip(&mut levels).enumerate() {
            let mut most: Option<Rational> = None;
            for (profile, proof) in proofs[k].iter().enumerate() {
                if !dead[profile] {
                    let (today, prices) = self.priced(profile, direction, proof);
                    most = most.max(Some(today + self.follows(&prices)));
                }
            }
            if let Some(most) = most {
                let (least, grid) = (dot(direction, &self.stage.least), 1i64 << BITS);
                let count = ((most - &least) * Rational::from(-grid)).floor();
                let up = least - Rational::from_integers(count, grid.into());
                if up < *level {
                    *level = up;
                }
            }
        }
        OuterStep { limit: false, levels, proofs }
    }

    /// A step to levels from which nothing leads out, and to which all levels between lead.
    fn limit(&self, levels: &[f64]) -> Result<Option<OuterStep>, Exhausted> {
        let stage = self.stage;
        let rounded_up = |(k, level): (usize, &f64)| {
            let least = dot(&self.directions.exact[k], &stage.least);
            let up = rounded(level + 1.0 / (1i64 << BITS) as f64, BITS) + least;
            up.min(self.levels[k].clone())
        };
        let levels: Vec<Rational> = levels.iter().enumerate().map(rounded_up).collect();
        let corners = self.within(&levels);
        if corners.is_empty() {
            return Ok(None);
        }
        let in_units: Vec<Float> = corners.iter().map(|one| stage.in_units(one)).collect();
        let proofs = self.multipliers(&in_units, &self.before());
        let sides = Sides::new(&self.directions.exact, &levels, &corners);
        let dead = self.dead(&proofs);
        for (k, direction) in self.directions.exact.iter().enumerate() {
            // A level that does not fall holds as before.
            if levels[k] == self.levels[k] {
                continue;
            }
            for (profile, proof) in proofs[k].iter().enumerate() {
                if dead[profile] {
                    continue;
                }
                let (today, prices) = self.priced(profile, direction, proof);
                let (mut after, mut before) = (today.clone(), today);
                for price in &prices {
                    let Some(by) = sides.of(price) else { return Ok(None) };
                    for (side, weight) in by {
                        after += &(stage.discount * &weight * &levels[side]);
                        before += &(stage.discount * &weight * &self.levels[side]);
                    }
                }
                if after > levels[k] || before >= self.levels[k] {
                    return Ok(None);
                }
            }
        }
        Ok(Some(OuterStep { limit: true, levels, proofs }))
    }
}

/// The sides of a polygon, counterclockwise.
struct Sides<'a> {
    directions: &'a [Exact],
    order: Vec<usize>,
}

/// Positive where b is counterclockwise from a, by less than half a turn.
fn turn(a: &Exact, b: &Exact) -> Rational {
    &a[0] * &b[1] - &a[1] * &b[0]
}

/// Which of two directions comes first, counterclockwise from the first axis.
fn angle(a: &Exact, b: &Exact) -> std::cmp::Ordering {
    let below = |one: &Exact| one[1].is_negative() || (one[1].is_zero() && one[0].is_negative());
    below(a).cmp(&below(b)).then_with(|| Rational::ZERO.cmp(&turn(a, b)))
}

impl<'a> Sides<'a> {
    fn new(directions: &'a [Exact], levels: &[Rational], corners: &[Exact]) -> Self {
        let tight = |&k: &usize| corners.iter().any(|one| dot(&directions[k], one) == levels[k]);
        let mut order: Vec<usize> = (0..directions.len()).filter(tight).collect();
        order.sort_by(|&a, &b| angle(&directions[a], &directions[b]));
        Sides { directions, order }
    }

    /// Weights of two neighbouring sides that make up a price.
    fn of(&self, price: &Exact) -> Option<Vec<(usize, Rational)>> {
        if price.iter().all(Rational::is_zero) {
            return Some(Vec::new());
        }
        let count = self.order.len();
        let beyond = self.order.partition_point(|&k| angle(&self.directions[k], price).is_le());
        let second = *self.order.get(beyond % count.max(1))?;
        let first = self.order[(beyond + count - 1) % count];
        let (one, other) = (&self.directions[first], &self.directions[second]);
        let whole = turn(one, other);
        let (a, b) = (turn(price, other), turn(one, price));
        let between = whole.is_positive() && !a.is_negative() && !b.is_negative();
        between.then(|| vec![(first, a / &whole), (second, b / &whole)])
    }
}
