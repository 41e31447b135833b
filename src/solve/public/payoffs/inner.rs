//! Polygons that generate themselves, exactly.

use crate::game::public::GeneratedPoint;
use crate::linear::{LinearProgram, Relation, Solution, simplex};
use crate::num::Rational;
use crate::solve::repeated::payoffs::plane::{distance, fewer, hull};
use crate::solve::{Budget, Exhausted, Work};

use super::descent::{Way, descend, loose};
use super::exact::{POINTS, TIGHT, exactly, left, rounded};
use super::growth::grown;
use super::stage::{Exact, Float, Stage, highest, turned, within};

/// By which part points are pulled to the middle.
const PULLS: [f64; 7] = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 5e-2];
/// The most steps of a polygon that is pulled step by step.
const MOST_STEPS: usize = 200;
/// The most directions, over all these steps.
const MOST_NODES: u64 = 20_000;
/// The most corners that are tried as simple numbers.
const MOST_SIMPLE: usize = 12;

/// What generates an inner polygon, and its corners.
pub(super) type Inner = (Vec<Exact>, Vec<GeneratedPoint>);

/// The pure equilibria of the stage game for ever.
pub(super) fn for_ever(stage: &Stage) -> Vec<GeneratedPoint> {
    let of = |profile: usize| {
        let payoffs = stage.payoffs(profile);
        let continuations = payoffs.iter().map(|own| vec![own.clone(); stage.signals]).collect();
        GeneratedPoint { payoffs, profile, continuations }
    };
    extreme(stage.equilibria().map(of).collect())
}

/// Those that are corners of the hull of all, counterclockwise from the least.
pub(super) fn extreme(points: Vec<GeneratedPoint>) -> Vec<GeneratedPoint> {
    let corners = hull(points.iter().map(|one| one.payoffs.clone()).collect());
    let with = |corner: Exact| points.iter().find(|one| one.payoffs == corner).cloned();
    corners.into_iter().filter_map(with).collect()
}

pub(super) fn payoffs(points: &[GeneratedPoint]) -> Vec<Exact> {
    points.iter().map(|one| one.payoffs.clone()).collect()
}

/// What is certain: the equilibria of the stage game.
pub(super) fn at_least(stage: &Stage) -> Inner {
    let rest = for_ever(stage);
    (payoffs(&rest), rest)
}

/// The largest polygon that is found to generate itself, with the pure equilibria of the stage game.
pub(super) fn inner(
    stage: &Stage,
    directions: &[Float],
    (levels, alive): (&[f64], &[bool]),
    budget: &Budget,
    work: &mut Work,
) -> Result<Inner, Exhausted> {
    let first = first(stage, directions, (levels, alive), budget, work)?;
    Ok(grown(stage, first, &turned(directions), alive, (budget, work)))
}

/// A polygon that generates itself, a little smaller than the outer one where that is easy to find.
fn first(
    stage: &Stage,
    directions: &[Float],
    (levels, alive): (&[f64], &[bool]),
    budget: &Budget,
    work: &mut Work,
) -> Result<Inner, Exhausted> {
    let fixed: Vec<Float> =
        for_ever(stage).iter().map(|one| stage.in_units(&one.payoffs)).collect();
    let outer = within(directions, levels);
    let near = |corner: &Float| distance(&fixed, corner).is_some_and(|away| away < 1e-7);
    if outer.iter().all(near) {
        return Ok(at_least(stage));
    }
    let count = outer.len().max(1) as f64;
    let middle = [0, 1].map(|k: usize| outer.iter().map(|one| one[k]).sum::<f64>() / count);
    // Which profiles are left when conditions are not looser than they are, and whether they lie on a line.
    let mut alive = alive.to_vec();
    let mut way = Way {
        tight: 0.0,
        above: loose(stage),
        pull: 1e-7 * (1.0 - stage.later),
        middle,
        line: line(stage, &alive),
        fixed: &fixed,
        jumps: true,
    };
    let now = 1.0 - stage.later;
    // How far levels come to rest below those without a pull, at most.
    let error = |pull: f64| (8.0 * (pull + loose(stage)) / now).clamp(1e-7, 1e-3);
    for pull in [PULLS[0] * now, PULLS[0]] {
        way.pull = pull;
        for _ in 0..2 {
            let with = (budget, &mut *work);
            let little = 1e-3 * pull * now;
            let found = descend(stage, directions, levels.to_vec(), little, way, with);
            if let Some(reason) = found.stopped {
                return Err(reason);
            }
            let (Some(levels), Some(last)) = (found.levels.last(), found.alive.last()) else {
                break;
            };
            if last.iter().all(|one| !one) {
                break;
            }
            let corners = way.corners(directions, levels);
            if let Some(found) = simply(stage, &corners, last, error(pull), budget)? {
                return Ok(found);
            }
            alive.clone_from(last);
            let now = line(stage, &alive);
            if std::mem::replace(&mut way.line, now) == now {
                break;
            }
        }
    }
    let around = turned(directions);
    way.tight = TIGHT;
    way.above = 1e-12;
    for pull in PULLS {
        way.pull = pull;
        let little = 1e-3 * pull * now;
        let with = (budget, &mut *work);
        let found = descend(stage, directions, levels.to_vec(), little, way, with);
        if let Some(reason) = found.stopped {
            return Err(reason);
        }
        let (Some(levels), Some(alive)) = (found.levels.last(), found.alive.last()) else {
            continue;
        };
        if alive.iter().all(|one| !one) {
            continue;
        }
        let corners = way.corners(directions, levels);
        if let Some(found) = simply(stage, &corners, alive, error(pull), budget)? {
            return Ok(found);
        }
        let thinned = fewer(&corners, pull / 8.0);
        for polygon in [thinned, corners] {
            let with = (budget, &mut *work);
            if let Some(found) = exactly(stage, &polygon, &around, (pull, alive), with)? {
                return Ok(found);
            }
        }
    }
    let most = work.nodes + MOST_NODES;
    for pull in PULLS {
        let with = (budget, &mut *work);
        if let Some(found) = pulled(stage, &outer, &around, &alive, (pull, most), with)? {
            return Ok(found);
        }
    }
    Ok(at_least(stage))
}

/// Two points of the line of the payoffs of profiles that are left, if there is one.
fn line(stage: &Stage, alive: &[bool]) -> Option<(Float, Float)> {
    match &left(stage, alive)[..] {
        [from, to] => Some((stage.in_units(from), stage.in_units(to))),
        _ => None,
    }
}

/// The corners, known up to an error, as simple numbers, if they generate themselves exactly.
fn simply(
    stage: &Stage,
    corners: &[Float],
    alive: &[bool],
    error: f64,
    budget: &Budget,
) -> Result<Option<Inner>, Exhausted> {
    for tolerance in [error, 1e-5, 1e-6] {
        let simple = |one: &Float| {
            [0, 1].map(|k: usize| {
                let value = stage.least[k].to_f64() + one[k] * stage.range[k].to_f64();
                near_number(value, tolerance * stage.range[k].to_f64())
            })
        };
        let points = corners.iter().map(simple).chain(payoffs(&for_ever(stage)));
        let base = hull(points.collect());
        if base.len() > MOST_SIMPLE {
            continue;
        }
        let mut points = for_ever(stage);
        points.retain(|one| base.contains(&one.payoffs));
        for corner in &base {
            if points.iter().any(|one| one.payoffs == *corner) {
                continue;
            }
            budget.check_now(0)?;
            let generates = |profile: usize| generates(stage, &base, corner, profile);
            let Some(found) = (0..alive.len()).filter(|&at| alive[at]).find_map(generates) else {
                break;
            };
            points.push(found);
        }
        if points.len() == base.len() {
            return Ok(Some((base, extreme(points))));
        }
    }
    Ok(None)
}

/// The number with the smallest denominator near a value, if that is below 10,000; the value otherwise.
fn near_number(value: f64, tolerance: f64) -> Rational {
    let (mut left, mut now, mut before) = (value, (1i64, 0i64), (0i64, 1i64));
    for _ in 0..20 {
        let whole = left.floor();
        let next = (
            (whole as i64).saturating_mul(now.0).saturating_add(before.0),
            (whole as i64).saturating_mul(now.1).saturating_add(before.1),
        );
        if next.1 > 10_000 {
            break;
        }
        if (next.0 as f64 / next.1 as f64 - value).abs() <= tolerance {
            return Rational::new(next.0, next.1);
        }
        (before, now) = (now, next);
        left = 1.0 / (left - whole);
        if !left.is_finite() || left > 1e9 {
            break;
        }
    }
    rounded(value, POINTS)
}

/// How a profile generates a point from a base, exactly, if it does.
fn generates(
    stage: &Stage,
    base: &[Exact],
    point: &Exact,
    profile: usize,
) -> Option<GeneratedPoint> {
    let (game, normal) = (stage.game, stage.game.stage());
    let corners = base.len();
    let today = stage.payoffs(profile);
    let now = Rational::ONE - stage.discount;
    let mut program = LinearProgram::maximize(vec![Rational::ZERO; stage.signals * corners]);
    for signal in 0..stage.signals {
        let own = (0..corners).map(|at| (signal * corners + at, Rational::ONE));
        program.constrain(own, Relation::Equal, Rational::ONE);
    }
    let worth = |player: usize, by: &dyn Fn(usize) -> Rational| {
        let mut row = Vec::with_capacity(stage.signals * corners);
        for signal in 0..stage.signals {
            let share = by(signal);
            let own = base
                .iter()
                .enumerate()
                .map(|(at, one)| (signal * corners + at, &share * &one[player]));
            row.extend(own.filter(|(_, by)| !by.is_zero()));
        }
        row
    };
    let stay = game.distribution(profile);
    for player in 0..2 {
        let after = (&point[player] - &now * &today[player]).checked_div(stage.discount)?;
        program.constrain(worth(player, &|signal| stay[signal].clone()), Relation::Equal, after);
        for action in 0..normal.num_actions(player) {
            let to = normal.deviation(profile, player, action);
            if to != profile {
                let leave = game.distribution(to);
                let gain = normal.payoff(player, to) - normal.payoff(player, profile);
                let need = (&now * gain).checked_div(stage.discount)?;
                let row = worth(player, &|signal| &stay[signal] - &leave[signal]);
                program.constrain(row, Relation::AtLeast, need);
            }
        }
    }
    let solved = simplex::solve(&program, None, &|_| true).ok()?;
    let Solution::Optimal(found) = solved.solution else { return None };
    let continuations = [0, 1].map(|player: usize| {
        let own = found.primal.chunks(corners);
        own.map(|own| own.iter().zip(base).map(|(by, one)| by * &one[player]).sum()).collect()
    });
    Some(GeneratedPoint { payoffs: point.clone(), profile, continuations: continuations.into() })
}

fn pulled(
    stage: &Stage,
    outer: &[Float],
    directions: &[Float],
    alive: &[bool],
    (pull, most): (f64, u64),
    (budget, work): (&Budget, &mut Work),
) -> Result<Option<Inner>, Exhausted> {
    let mut alive = alive.to_vec();
    let rest = for_ever(stage);
    let fixed: Vec<Float> = rest.iter().map(|one| stage.in_units(&one.payoffs)).collect();
    let mut polygon = outer.to_vec();
    let mut next_try = pull / 4.0;
    for _ in 0..MOST_STEPS {
        if work.nodes > most {
            return Ok(None);
        }
        let with = (budget, &mut *work);
        let Some(found) = stage.generated(&polygon, directions, TIGHT, &mut alive, with)? else {
            return Ok(None);
        };
        let points: Vec<Float> = found.iter().map(|one| one.1.payoffs).collect();
        let points = hull(points.into_iter().chain(fixed.iter().copied()).collect());
        let count = points.len() as f64;
        let middle = [0, 1].map(|k: usize| points.iter().map(|one| one[k]).sum::<f64>() / count);
        let nearer =
            points.iter().map(|one| [0, 1].map(|k: usize| one[k] + pull * (middle[k] - one[k])));
        let next = hull(nearer.chain(fixed.iter().copied()).collect());
        let moved = directions
            .iter()
            .map(|one| highest(&polygon, one) - highest(&next, one))
            .fold(0.0, f64::max);
        polygon = next;
        if polygon.len() < 2 {
            return Ok(None);
        }
        if moved < next_try {
            next_try = moved / 2.0;
            let with = (budget, &mut *work);
            let found = exactly(stage, &polygon, directions, (pull, &alive), with)?;
            if found.is_some() || moved < pull * 1e-4 {
                return Ok(found);
            }
        }
    }
    Ok(None)
}
