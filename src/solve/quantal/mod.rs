//! Logit quantal response equilibria (McKelvey & Palfrey 1995, Games and Economic Behavior 10).
//!
//! At precision λ every player plays each action with a probability proportional to exp(λ u), where
//! u is its expected payoff against the others' strategies. At λ = 0 all actions are equally likely;
//! from there one curve of solutions, the *principal branch*, leads to a Nash equilibrium as λ grows
//! (in almost every game), and so selects one. How the curve is followed stands in `path.rs`.

mod fit;
mod path;
mod residual;
#[cfg(test)]
mod tests;

use crate::game::NormalForm;
use crate::game::answer::{BranchEvent, BranchEventKind, LogitEquilibrium, LogitPoint, Quantal};
use crate::num::Rational;

use super::many::polish;
use super::many::verdict::{claim_near, evaluate, nearest, on_grid, round_up};
use super::multilinear::{Multilinear, Scratch};
use super::{Budget, Exhausted, Outcome, Status, Work};
use path::{Curve, Event, Point, Walker};
use residual::Enclosed;

/// What is asked about the principal branch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuantalOptions {
    /// The values of λ at which equilibria are wanted, in units of one over payoff.
    pub lambdas: Vec<Rational>,
    /// How often each player was seen to play each action: asks for the likeliest λ.
    pub counts: Option<Vec<Vec<u64>>>,
}

/// Why a question about the branch has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuantalError {
    /// λ is negative.
    #[error("the precision λ is at least 0: {0}")]
    Negative(Rational),
    /// λ or the payoffs are too large for machine numbers.
    #[error("λ times the range of the payoffs is too large for machine numbers: λ = {0}")]
    TooLarge(Rational),
    /// The counts do not fit the game.
    #[error("the counts should be one number for each action of each player")]
    Counts,
    /// Nothing was counted.
    #[error("the counts are all zero, so that every λ is equally likely")]
    NoCounts,
}

/// λ times the largest range of payoffs goes no further than this on the way to the limit.
const FARTHEST: f64 = 1e9;

/// The method has found the limit when two looks at the curve, λ doubling between them, agree. The
/// first is taken here.
const FIRST_LOOK: f64 = 16.0;

/// The greatest number of points of the path that are kept; beyond it every other one is dropped.
const MOST_POINTS: usize = 512;

/// The name of the method.
const METHOD: &str = "principal-branch";

/// The equilibria of the principal branch at given λ, the branch itself, and its limit.
///
/// The branch may pass a value of λ more than once when it turns; the first time counts. A step of
/// the budget is a step along the curve: O((Σ actions)³ + players² · profiles). Stopped early, the
/// path so far is returned, without the values that it did not reach.
///
/// # Errors
/// A [`QuantalError`] when λ is negative or too large, or the counts do not fit.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::num::Rational;
/// use detente::solve::{Budget, QuantalOptions, trace_principal_branch};
/// // In matching pennies the logit equilibrium is the same at every λ.
/// let pennies = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
/// let options = QuantalOptions { lambdas: vec![Rational::from(2)], counts: None };
/// let found = trace_principal_branch(&pennies, &options, &Budget::unlimited()).unwrap().answer;
/// assert_eq!(found.points[0].point.profile[0].probabilities()[0], Rational::new(1, 2));
/// assert!(found.limit.unwrap().regret.is_zero());
/// ```
pub fn trace_principal_branch(
    game: &NormalForm,
    options: &QuantalOptions,
    budget: &Budget,
) -> Result<Outcome<Quantal>, QuantalError> {
    let form = Multilinear::new(game);
    if let Some(counts) = &options.counts {
        fit::check_counts(game, counts)?;
    }
    let unit = unit_of(&form);
    let targets = options
        .lambdas
        .iter()
        .map(|lambda| scaled(lambda, &unit))
        .collect::<Result<Vec<_>, _>>()?;
    let mut tracer = Tracer::new(game, &form, unit, targets);
    let reached = tracer.trace_carefully(budget);
    let mut outcome = tracer.outcome(&options.lambdas, reached);
    if let Some(counts) = &options.counts {
        match tracer.fit(counts, &mut outcome.warnings) {
            Some(found) => outcome.answer.fit = Some(found),
            None => outcome.warnings.push("no likeliest λ was found".to_owned()),
        }
    }
    Ok(outcome)
}

/// The largest range of payoffs, by which payoffs are divided and λ multiplied.
fn unit_of(form: &Multilinear) -> Rational {
    let largest = form.ranges.iter().max().cloned().unwrap_or_default();
    if largest.is_zero() { Rational::ONE } else { largest }
}

fn scaled(lambda: &Rational, unit: &Rational) -> Result<f64, QuantalError> {
    if lambda.is_negative() {
        return Err(QuantalError::Negative(lambda.clone()));
    }
    let scaled = (lambda * unit).to_f64();
    if scaled <= FARTHEST { Ok(scaled) } else { Err(QuantalError::TooLarge(lambda.clone())) }
}

/// The longest steps of one attempt after the other, each more careful.
const LONGEST_STEPS: [f64; 3] = [f64::INFINITY, 0.2, 0.02];

/// The greatest number of steps of an attempt to come to any equilibrium; some dozens are usual.
const MOST_STEPS: usize = 5000;

/// The greatest number of steps of a walk along the branch; the most careful one takes 25,000.
const MOST_STEPS_ALONG: u64 = 40_000;

/// How the walk along the branch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    /// The limit was found and all values of λ were passed.
    All,
    /// λ became as large as it may without a limit in sight.
    End,
    /// The curve could not be followed any further.
    Stuck,
    /// The walk came to another branch.
    Astray,
    Spent(Exhausted),
}

struct Tracer<'a> {
    game: &'a NormalForm,
    form: &'a Multilinear,
    unit: Rational,
    targets: Vec<f64>,
    at_targets: Vec<Option<Point>>,
    path: Vec<Point>,
    /// Every how many steps a point is kept.
    stride: u64,
    events: Vec<Event>,
    limit: Option<Vec<f64>>,
    /// The last equilibrium that the curve seemed to go to, the distance to it, and λ.
    candidate: Option<(Vec<f64>, f64, f64)>,
    walker: Option<Walker<'a>>,
    steps: u64,
}

impl<'a> Tracer<'a> {
    fn new(game: &'a NormalForm, form: &'a Multilinear, unit: Rational, targets: Vec<f64>) -> Self {
        let weights = form
            .ranges
            .iter()
            .map(|range| range.checked_div(&unit).map_or(0.0, |weight| weight.to_f64()))
            .collect();
        let curve = Curve::new(form, weights);
        let start = curve.start();
        let at_targets =
            targets.iter().map(|&target| (target == 0.0).then(|| start.clone())).collect();
        Tracer {
            game,
            form,
            unit,
            targets,
            at_targets,
            path: vec![start],
            stride: 1,
            events: Vec::new(),
            limit: None,
            candidate: None,
            walker: Walker::new(curve),
            steps: 0,
        }
    }

    /// Traces the branch; when the walk turns out to have left it, again with shorter steps.
    fn trace_carefully(&mut self, budget: &Budget) -> Reached {
        let mut reached = self.trace(budget);
        for longest in LONGEST_STEPS.into_iter().skip(1) {
            let Reached::Astray = reached else { break };
            let Some(walker) = &self.walker else { break };
            let curve = walker.curve.clone();
            let start = curve.start();
            for (found, &target) in self.at_targets.iter_mut().zip(&self.targets) {
                *found = (target == 0.0).then(|| start.clone());
            }
            self.path = vec![start];
            self.stride = 1;
            self.events.clear();
            self.limit = None;
            self.candidate = None;
            self.walker = Walker::with_steps_up_to(curve, longest);
            reached = self.trace(budget);
        }
        reached
    }

    fn trace(&mut self, budget: &Budget) -> Reached {
        let last = self.form.num_actions();
        let mut scratch = Scratch::default();
        for _ in 0..MOST_STEPS_ALONG {
            if let Err(reason) = budget.check_now(self.steps) {
                return Reached::Spent(reason);
            }
            self.steps += 1;
            let Some(walker) = &mut self.walker else { return Reached::Stuck };
            let Some((from, events)) = walker.step() else { return Reached::Stuck };
            let to = walker.point.clone();
            self.events.extend(events);
            for (target, found) in self.targets.iter().zip(&mut self.at_targets) {
                let (a, b) = (from[last], to[last]);
                if found.is_none() && a.min(b) <= *target && *target <= a.max(b) {
                    *found = between(&mut walker.curve, &from, &to, *target);
                }
            }
            let lambda = to[last];
            if walker.is_astray() {
                return Reached::Astray;
            }
            let x = walker.curve.probabilities(&to);
            self.keep(to);
            if self.limit.is_none() {
                self.look(&x, lambda, &mut scratch);
            }
            let passed = self.at_targets.iter().all(Option::is_some);
            if self.limit.is_some() && passed {
                return Reached::All;
            }
            if lambda > FARTHEST {
                return Reached::End;
            }
        }
        Reached::Stuck
    }

    fn keep(&mut self, point: Point) {
        if !self.steps.is_multiple_of(self.stride) {
            return;
        }
        self.path.push(point);
        if self.path.len() >= MOST_POINTS {
            let mut at = 0;
            self.path.retain(|_| {
                at += 1;
                at % 2 == 1
            });
            self.stride *= 2;
        }
    }

    /// Whether the curve goes to an equilibrium: it comes nearer to the same one as λ doubles.
    fn look(&mut self, x: &[f64], lambda: f64, scratch: &mut Scratch) {
        let due = self.candidate.as_ref().map_or(FIRST_LOOK, |(_, _, lambda)| 2.0 * lambda);
        if lambda < due {
            return;
        }
        let Some(near) = equilibrium_near(self.form, x, scratch) else {
            self.candidate = Some((Vec::new(), f64::INFINITY, lambda));
            return;
        };
        let distance = distance(&near, x);
        if let Some((before, far, _)) = &self.candidate
            && !before.is_empty()
            && (distance < 0.75 * far || distance < 1e-9)
            && distance < 0.02
            && self::distance(before, &near) < 1e-9
        {
            self.limit = Some(near);
            return;
        }
        self.candidate = Some((near, distance, lambda));
    }

    /// A point of the curve with what is claimed of it.
    fn claim(&self, enclosed: &Enclosed, point: &[f64], lambda: Rational) -> LogitPoint {
        let x: Vec<f64> = point[..self.form.num_actions()].iter().map(|log| log.exp()).collect();
        let profile = on_grid(&self.form.shape, &x);
        let residual = enclosed.residual(&lambda, &profile);
        LogitPoint { lambda, profile, residual }
    }

    fn equilibrium(
        &self,
        enclosed: &Enclosed,
        point: &[f64],
        lambda: Rational,
    ) -> LogitEquilibrium {
        let point = self.claim(enclosed, point, lambda);
        let (payoffs, regret) = evaluate(self.game, &point.profile);
        LogitEquilibrium {
            point,
            payoffs: payoffs.iter().map(nearest).collect(),
            regret: round_up(&regret),
        }
    }

    /// λ in the units of the game, as a machine number.
    fn unscaled(&self, lambda: f64) -> Rational {
        let exact = Rational::from_f64_exactly(lambda.max(0.0)).unwrap_or_default();
        nearest(&exact.checked_div(&self.unit).unwrap_or_default())
    }

    fn outcome(&self, lambdas: &[Rational], reached: Reached) -> Outcome<Quantal> {
        let last = self.form.num_actions();
        let enclosed = Enclosed::new(self.game);
        let mut warnings = Vec::new();
        let mut points = Vec::new();
        for (lambda, point) in lambdas.iter().zip(&self.at_targets) {
            match point {
                Some(point) => points.push(self.equilibrium(&enclosed, point, lambda.clone())),
                None => warnings.push(format!("the branch was not followed to λ = {lambda}")),
            }
        }
        let path = self
            .path
            .iter()
            .map(|point| self.claim(&enclosed, point, self.unscaled(point[last])))
            .collect();
        let events: Vec<BranchEvent> = self
            .events
            .iter()
            .map(|event| BranchEvent {
                kind: if event.crossing {
                    BranchEventKind::Bifurcation
                } else {
                    BranchEventKind::TurningPoint
                },
                lambda: self.unscaled(event.lambda),
            })
            .collect();
        if events.iter().any(|event| event.kind == BranchEventKind::TurningPoint) {
            warnings.push(
                "λ turns on the principal branch: values of λ that it passes more than once have \
                 several equilibria on it, and the first one is listed"
                    .to_owned(),
            );
        }
        if events.iter().any(|event| event.kind == BranchEventKind::Bifurcation) {
            warnings.push(
                "other branches cross the principal one: which of them is its continuation is a \
                 matter of convention, and the one that goes straight on is followed"
                    .to_owned(),
            );
        }
        // In a continuum of equilibria the nearest one moves with the branch to the last.
        let near_the_end = match &self.candidate {
            Some((near, far, _)) if !near.is_empty() && *far < 1e-5 => Some(near),
            _ => None,
        };
        let limit = self.limit.as_ref().or(near_the_end);
        let limit = limit.map(|x| claim_near(self.game, x));
        let reached = match reached {
            Reached::End | Reached::Stuck if limit.is_some() => Reached::All,
            other => other,
        };
        let status = match reached {
            Reached::All if points.len() < lambdas.len() => Status::Partial(Exhausted::Steps),
            Reached::All => Status::Solved,
            Reached::Spent(reason) => Status::Partial(reason),
            Reached::End | Reached::Stuck | Reached::Astray => {
                warnings.push(match reached {
                    Reached::End => {
                        "no equilibrium was recognised to which the branch tends".to_owned()
                    }
                    _ => "the branch could not be followed any further, so its limit is not known"
                        .to_owned(),
                });
                if points.len() == lambdas.len() && !points.is_empty() {
                    Status::Solved
                } else {
                    Status::Partial(Exhausted::Steps)
                }
            }
        };
        Outcome {
            answer: Quantal { points, path, events, limit, fit: None },
            status,
            method: METHOD,
            work: Work { rounds: self.steps, ..Work::default() },
            warnings,
        }
    }
}

/// The point with a given λ between two points of a curve that lie a step apart.
fn between(curve: &mut Curve<'_>, from: &[f64], to: &[f64], lambda: f64) -> Option<Point> {
    let last = from.len() - 1;
    let share =
        if to[last] == from[last] { 0.0 } else { (lambda - from[last]) / (to[last] - from[last]) };
    let guess = from.iter().zip(to).map(|(a, b)| a + share * (b - a)).collect();
    curve
        .settle(guess, lambda)
        .or_else(|| curve.settle(from.to_vec(), lambda))
        .or_else(|| curve.settle(to.to_vec(), lambda))
        .or_else(|| {
            // Through values of λ that are nearer to each other.
            (1..=16).try_fold(from.to_vec(), |point, part| {
                let share = f64::from(part) / 16.0;
                curve.settle(point, from[last] + share * (lambda - from[last]))
            })
        })
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// The equilibrium that a profile in which every action is played with some probability is near.
fn equilibrium_near(form: &Multilinear, x: &[f64], scratch: &mut Scratch) -> Option<Vec<f64>> {
    // Actions that are best replies in the limit too, though not played there, come first: without
    // them a solution need not be isolated.
    [1e-6, 1e-4, 1e-3, 0.05].iter().find_map(|&least| {
        let support: Vec<bool> = x.iter().map(|&p| p > least).collect();
        polish(form, x, &support, scratch)
    })
}

/// The Nash equilibrium to which the logit branch of the game with scaled payoffs leads, in machine
/// numbers; the walk ends as soon as one is recognised, though the branch may go to another.
pub(super) fn follow_to_equilibrium(
    form: &Multilinear,
    budget: &Budget,
    steps: &mut u64,
) -> Result<Option<Vec<f64>>, Exhausted> {
    let weights = form.ranges.iter().map(|range| if range.is_zero() { 0.0 } else { 1.0 }).collect();
    let curve = Curve::new(form, weights);
    for longest in LONGEST_STEPS {
        let Some(walker) = Walker::with_steps_up_to(curve.clone(), longest) else { break };
        if let Some(found) = follow(walker, form, budget, steps)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn follow(
    mut walker: Walker<'_>,
    form: &Multilinear,
    budget: &Budget,
    steps: &mut u64,
) -> Result<Option<Vec<f64>>, Exhausted> {
    let mut scratch = Scratch::default();
    let mut due = 4.0;
    for _ in 0..MOST_STEPS {
        budget.check_now(*steps)?;
        *steps += 1;
        if walker.step().is_none() || walker.is_astray() || walker.lambda() > FARTHEST {
            return Ok(None);
        }
        if walker.lambda() >= due {
            due *= 2.0;
            let x = walker.curve.probabilities(&walker.point);
            if let Some(found) = equilibrium_near(form, &x, &mut scratch) {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}
