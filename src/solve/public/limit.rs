//! The payoffs of patient players: scores in directions, and with two players the set that they bound.
//!
//! In each quadrant the score of a profile is concave in the direction, and the dual solution of one
//! direction bounds it in all others. A corner of the polygon of the directions so far is kept in the
//! directions between two ends if one profile is good enough at both. Where none is, the next direction
//! is where the bounds of the best from either side cross: it cuts the corner off, or splits the cone.
//! Bounds are finitely many, so this ends; a side of the set is a direction in which two profiles tie,
//! or an axis.

use crate::game::public::{
    ConeStep, Direction, Enforced, LimitCorner, PublicGame, PublicLimit, Score,
};
use crate::linear::{Limits, coprime_integers};
use crate::num::Rational;
use crate::solve::{Budget, Outcome, Status, Work};

use super::PublicFailure;
use super::scores::{Local, enforced, score};
use super::stop::{Stop, Watch};

type Point = [Rational; 2];

/// The most directions that are tried for a polygon.
const MOST_DIRECTIONS: usize = 400;
/// The most directions of scores with more players.
const MOST_SCORES: usize = 81;

/// The greatest scores in the coordinate and diagonal directions, and with two players all of the set
/// Q that bounds the payoffs of public perfect equilibria in pure strategies, and to which they tend as
/// δ → 1 if it has an inner point.
///
/// Exact; for each direction a linear program for each profile, with N · |Y| variables and a row for
/// each signal and deviation. Fudenberg & Levine (1994). Where more than 400 directions would be needed
/// some corners come without a proof that no other direction cuts them off.
///
/// # Errors
/// [`PublicFailure::Impossible`].
pub fn find_limit_payoffs(
    game: &PublicGame,
    budget: &Budget,
) -> Result<Outcome<Option<PublicLimit>>, PublicFailure> {
    let watch = Watch::new(budget);
    let go_on = |pivots: u64| watch.go_on(pivots);
    let limits = Limits { go_on: &go_on, time: budget.time_left() };
    let mut search = Search {
        game,
        watch: &watch,
        limits,
        enforced: Vec::new(),
        seen: Vec::new(),
        work: Work::default(),
    };
    let found = search.run();
    let work = search.work;
    let (answer, status) = match found {
        Ok(answer) => {
            let empty = answer.scores.iter().any(|one| one.value.is_none())
                || answer.corners.as_ref().is_some_and(Vec::is_empty);
            (Some(answer), if empty { Status::None } else { Status::Solved })
        }
        Err(stop) => (None, Status::Partial(watch.reason(&stop)?)),
    };
    Ok(Outcome { answer, status, method: "scores", work, warnings: Vec::new() })
}

struct Search<'a> {
    game: &'a PublicGame,
    watch: &'a Watch<'a>,
    limits: Limits<'a>,
    enforced: Vec<Enforced>,
    /// Directions that were tried, with the score of each profile that can be enforced.
    seen: Vec<(Direction, Vec<Option<Local>>)>,
    work: Work,
}

pub(super) fn dot(a: &[Rational], b: &[Rational]) -> Rational {
    a.iter().zip(b).map(|(one, other)| one * other).sum()
}

/// Positive where b is counterclockwise from a, by less than half a turn.
fn cross(a: &Point, b: &Point) -> Rational {
    &a[0] * &b[1] - &a[1] * &b[0]
}

fn primitive(direction: &[Rational]) -> Vec<Rational> {
    let (integers, _) = coprime_integers(direction.iter());
    integers.into_iter().map(|one| Rational::from_integers(one, dashu_int::IBig::ONE)).collect()
}

fn pair(direction: &[Rational]) -> Point {
    [direction[0].clone(), direction[1].clone()]
}

impl Search<'_> {
    /// The position of a direction among those that were tried.
    fn look(&mut self, direction: &Direction) -> Result<usize, Stop> {
        if let Some(at) = self.seen.iter().position(|(known, _)| known == direction) {
            return Ok(at);
        }
        let mut locals = Vec::with_capacity(self.enforced.len());
        for profile in 0..self.enforced.len() {
            self.work.nodes += 1;
            self.watch.check(self.work.nodes)?;
            locals.push(match &self.enforced[profile] {
                Enforced::Nothing(_) => None,
                Enforced::By(_) => Some(score(self.game, profile, direction, &self.limits)?),
            });
        }
        self.seen.push((direction.clone(), locals));
        Ok(self.seen.len() - 1)
    }

    fn greatest(&self, at: usize) -> Option<Rational> {
        self.seen[at].1.iter().flatten().map(|local| local.score.value.clone()).max()
    }

    fn score_of(&mut self, weights: &[Rational]) -> Result<Score, Stop> {
        let at = self.look(&Direction::of(primitive(weights)))?;
        let value = self.greatest(at);
        let (direction, locals) = &self.seen[at];
        let best = locals.iter().enumerate().find_map(|(profile, local)| {
            let local = local.as_ref()?;
            (Some(&local.score.value) == value.as_ref())
                .then(|| (profile, local.continuations.clone()))
        });
        Ok(Score {
            direction: direction.clone(),
            value,
            reached: best,
            profiles: locals
                .iter()
                .map(|local| local.as_ref().map(|local| local.score.clone()))
                .collect(),
        })
    }

    fn run(&mut self) -> Result<PublicLimit, Stop> {
        let game = self.game;
        for profile in 0..game.stage().num_profiles() {
            self.work.nodes += 1;
            self.watch.check(self.work.nodes)?;
            let found = enforced(game, profile, &self.limits)?;
            self.enforced.push(found);
        }
        let mut scores = Vec::new();
        for weights in directions(game.num_players()) {
            scores.push(self.score_of(&weights)?);
        }
        let corners = if game.num_players() == 2 { Some(self.polygon(&mut scores)?) } else { None };
        Ok(PublicLimit { enforced: std::mem::take(&mut self.enforced), scores, corners })
    }

    /// The corners of the set of two players, and the scores of its sides.
    fn polygon(&mut self, scores: &mut Vec<Score>) -> Result<Vec<LimitCorner>, Stop> {
        let level = |weights: [i64; 2]| {
            let wanted = weights.map(Rational::from);
            scores
                .iter()
                .find(|one| one.direction.weights == wanted)
                .and_then(|one| one.value.clone())
        };
        let sides = [level([1, 0]), level([0, 1]), level([-1, 0]), level([0, -1])];
        let [Some(right), Some(top), Some(left), Some(bottom)] = sides else {
            return Ok(Vec::new());
        };
        let (left, bottom) = (-left, -bottom);
        if left > right || bottom > top {
            return Ok(Vec::new());
        }
        let corner = |x: &Rational, y: &Rational| [x.clone(), y.clone()];
        let mut polygon = vec![
            corner(&left, &bottom),
            corner(&right, &bottom),
            corner(&right, &top),
            corner(&left, &top),
        ];
        polygon.dedup();
        for one in scores.iter() {
            if let Some(value) = &one.value {
                polygon = clipped(&polygon, &pair(&one.direction.weights), value);
            }
        }
        let mut cuts: Vec<Point> = Vec::new();
        let steps = loop {
            if polygon.len() < 3 {
                break Vec::new();
            }
            match self.cones(&polygon)? {
                Cones::Filled(steps) => break steps,
                Cones::Open(direction) => {
                    if self.seen.len() > MOST_DIRECTIONS {
                        break Vec::new();
                    }
                    let at = self.look(&direction)?;
                    if let Some(value) = self.greatest(at) {
                        let weights = pair(&direction.weights);
                        polygon = clipped(&polygon, &weights, &value);
                        cuts.push(weights);
                    }
                }
            }
        };
        // The scores of sides that other directions gave.
        for (at, from) in polygon.iter().enumerate() {
            let normal = normal(from, &polygon[(at + 1) % polygon.len()]);
            let parallel = cuts
                .iter()
                .find(|cut| cross(cut, &normal).is_zero() && dot(*cut, &normal).is_positive());
            if let Some(cut) = parallel
                && !scores.iter().any(|one| one.direction.weights == *cut)
            {
                scores.push(self.score_of(cut)?);
            }
        }
        if polygon.len() < 3 {
            // Whichever directions made it so: their scores are all there is to say.
            for cut in &cuts {
                if !scores.iter().any(|one| one.direction.weights == *cut) {
                    scores.push(self.score_of(cut)?);
                }
            }
        }
        let mut steps = steps.into_iter();
        Ok(polygon
            .into_iter()
            .map(|payoffs| LimitCorner { payoffs, steps: steps.next().unwrap_or_default() })
            .collect())
    }

    /// For each corner the cones that keep it, or the direction to try next.
    fn cones(&mut self, polygon: &[Point]) -> Result<Cones, Stop> {
        let count = polygon.len();
        let mut all = Vec::with_capacity(count);
        for (at, corner) in polygon.iter().enumerate() {
            let before = normal(&polygon[(at + count - 1) % count], corner);
            let after = normal(corner, &polygon[(at + 1) % count]);
            let mut steps = Vec::new();
            for (first, last) in quadrants(&before, &after) {
                if let Some(direction) = self.fill(corner, &first, &last, &mut steps)? {
                    return Ok(Cones::Open(direction));
                }
            }
            all.push(steps);
        }
        Ok(Cones::Filled(all))
    }

    /// Fills the cone from `first` to `last`, in one quadrant, or says where to look next.
    fn fill(
        &mut self,
        corner: &Point,
        first: &Point,
        last: &Point,
        steps: &mut Vec<ConeStep>,
    ) -> Result<Option<Direction>, Stop> {
        let sign = |at: usize| {
            let sum = &first[at] + &last[at];
            i8::from(sum.is_positive()) - i8::from(sum.is_negative())
        };
        let signs = [sign(0), sign(1)];
        let directed =
            |weights: &[Rational]| Direction { weights: primitive(weights), signs: signs.to_vec() };
        for end in [first, last] {
            self.look(&directed(end))?;
        }
        let mut ends: Vec<usize> = (0..self.seen.len())
            .filter(|&at| {
                let (direction, _) = &self.seen[at];
                let weights = pair(&direction.weights);
                direction.signs == signs
                    && !cross(first, &weights).is_negative()
                    && !cross(&weights, last).is_negative()
            })
            .collect();
        ends.sort_by(|&a, &b| {
            let (a, b) = (pair(&self.seen[a].0.weights), pair(&self.seen[b].0.weights));
            Rational::ZERO.cmp(&cross(&a, &b))
        });
        for two in ends.windows(2) {
            let (one, other) = (&self.seen[two[0]], &self.seen[two[1]]);
            let good = |(direction, locals): &(Direction, Vec<Option<Local>>), profile: usize| {
                locals[profile]
                    .as_ref()
                    .is_some_and(|local| local.score.value >= dot(&direction.weights, corner))
            };
            let found = (0..one.1.len()).find(|&at| good(one, at) && good(other, at));
            let end = |(direction, locals): &(Direction, Vec<Option<Local>>), profile: usize| {
                let local = locals[profile].as_ref()?;
                Some((pair(&direction.weights), local.continuations.clone()))
            };
            let ends = found.and_then(|at| Some((at, [end(one, at)?, end(other, at)?])));
            match ends {
                Some((profile, ends)) => steps.push(ConeStep { profile, signs, ends }),
                None => return Ok(Some(directed(&between(corner, one, other)))),
            }
        }
        Ok(None)
    }
}

enum Cones {
    /// For each corner.
    Filled(Vec<Vec<ConeStep>>),
    Open(Direction),
}

/// The coordinate and diagonal directions.
fn directions(players: usize) -> Vec<Vec<Rational>> {
    let signs = |number: usize| {
        let digit = |place: usize| number / 3usize.pow(place as u32) % 3;
        (0..players).map(|place| Rational::from([0i64, 1, -1][digit(place)])).collect()
    };
    let all = u32::try_from(players).ok().and_then(|players| 3usize.checked_pow(players));
    match all.filter(|&all| all <= MOST_SCORES) {
        Some(all) => (1..all).map(signs).collect(),
        None => {
            let unit = |at: usize, sign: i64| {
                (0..players).map(|own| Rational::from(if own == at { sign } else { 0 })).collect()
            };
            let mut list: Vec<Vec<Rational>> =
                (0..players).flat_map(|at| [unit(at, 1), unit(at, -1)]).collect();
            list.push(vec![Rational::ONE; players]);
            list
        }
    }
}

/// The outer normal of a side of a polygon whose corners go counterclockwise.
fn normal(from: &Point, to: &Point) -> Point {
    [&to[1] - &from[1], &from[0] - &to[0]]
}

/// The part of a convex polygon, of a segment or of a point, where λ · v ≤ k.
pub(super) fn clipped(polygon: &[Point], weights: &Point, level: &Rational) -> Vec<Point> {
    let over: Vec<Rational> = polygon.iter().map(|point| dot(weights, point) - level).collect();
    let mut kept: Vec<Point> = Vec::with_capacity(polygon.len() + 1);
    for (at, point) in polygon.iter().enumerate() {
        let next = (at + 1) % polygon.len();
        if !over[at].is_positive() {
            kept.push(point.clone());
        }
        if (over[at].is_positive() && over[next].is_negative())
            || (over[at].is_negative() && over[next].is_positive())
        {
            let share = &over[at] / (&over[at] - &over[next]);
            let mixed = |k: usize| &point[k] + &share * (&polygon[next][k] - &point[k]);
            kept.push([mixed(0), mixed(1)]);
        }
    }
    kept.dedup();
    if kept.len() > 1 && kept.first() == kept.last() {
        kept.pop();
    }
    kept
}

/// A cone cut at the axes inside it: each part lies in one quadrant.
fn quadrants(first: &Point, last: &Point) -> Vec<(Point, Point)> {
    let axes = [[1i64, 0], [0, 1], [-1, 0], [0, -1]].map(|axis| axis.map(Rational::from));
    let mut inside: Vec<Point> = axes
        .into_iter()
        .filter(|axis| cross(first, axis).is_positive() && cross(axis, last).is_positive())
        .collect();
    inside.sort_by(|a, b| Rational::ZERO.cmp(&cross(a, b)));
    let mut parts = Vec::with_capacity(inside.len() + 1);
    let mut from = first.clone();
    for axis in inside {
        parts.push((from, axis.clone()));
        from = axis;
    }
    parts.push((from, last.clone()));
    parts
}

/// The direction between two where the bounds of the profiles that are good at one end, and go furthest,
/// cross; in the middle where they do not.
fn between(
    corner: &Point,
    one: &(Direction, Vec<Option<Local>>),
    other: &(Direction, Vec<Option<Local>>),
) -> Vec<Rational> {
    let ends = [&one.0.weights, &other.0.weights];
    // A bound less the corner, at both ends; between them it is linear.
    let line = |local: &Local| ends.map(|end| dot(end, &local.point) - dot(end, corner));
    // Of the profiles that are good at one end the line by which the last of them ceases to be.
    let furthest = |from: usize| -> Option<(Rational, [Rational; 2])> {
        let to = 1 - from;
        let mut best: Option<(Rational, [Rational; 2])> = None;
        for (local, opposite) in one.1.iter().zip(&other.1) {
            let (Some(local), Some(opposite)) = (local, opposite) else { continue };
            let here = if from == 0 { local } else { opposite };
            if here.score.value < dot(ends[from], corner) {
                continue;
            }
            let lines = [line(local), line(opposite)];
            let ceases = lines.into_iter().filter(|line| line[to].is_negative()).map(|line| {
                let at = &line[from] / (&line[from] - &line[to]);
                (at, line)
            });
            if let Some(own) = ceases.min_by(|a, b| a.0.cmp(&b.0))
                && best.as_ref().is_none_or(|best| own.0 > best.0)
            {
                best = Some(own);
            }
        }
        best
    };
    let half = Rational::new(1, 2);
    let share = match (furthest(0), furthest(1)) {
        (Some((_, falls)), Some((_, rises))) => {
            let (start, end) = (&falls[0] - &rises[0], &rises[1] - &falls[1]);
            let sum = &start + &end;
            if start.is_positive() && end.is_positive() { start / sum } else { half }
        }
        _ => half,
    };
    let rest = Rational::ONE - &share;
    ends[0].iter().zip(ends[1]).map(|(one, other)| &rest * one + &share * other).collect()
}
