//! The payoffs of public perfect equilibria of two players at one discount factor: an outer polygon by
//! the operator of Abreu, Pearce & Stacchetti (1990), and an inner one that generates itself (Judd,
//! Yeltekin & Conklin 2003).
//!
//! *Outer.* Bounds of λ · v in some directions λ hold all payoffs, and so do the greatest λ · v that what
//! lies within them generates. A profile is bounded by a linear program over mixtures of the corners after
//! each signal, in machine numbers. Where corners of the bounds are not generated, directions of faces
//! that cut them off are added, so that in the end bounds nearly generate themselves. They are proved by
//! the multipliers of the programs, exactly and in few steps: one step stands for all those in which the
//! same profiles generate something, as bounds between its first and last ones lead towards the last.
//!
//! *Inner.* Continuations and deviations both bind at corners, so neither can be rounded. Hence deviations
//! are deterred by a little more than need be (if what follows differs to the player at all), and what is
//! generated is pulled to its middle in each step, by the smallest part of 10⁻⁷, …, 1/20 that works; pure
//! equilibria of the stage game, which generate themselves, stay where they are. Where this comes to rest,
//! points can be rounded: what they generate with rounded mixtures after each signal holds them, exactly.
//! Where nothing else is found the equilibria of the stage game are left.

use crate::game::DiscountFactor;
use crate::game::public::{PublicGame, PublicPayoffs};
use crate::num::Rational;
use crate::solve::repeated::payoffs::plane::{distance, holds, hull};
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use descent::{Way, descend, loose};
use outer::{Directions, Proof};
use stage::{Exact, Float, Stage, highest, turned, within};

mod descent;
mod exact;
mod growth;
mod inner;
mod mixtures;
mod outer;
mod stage;
#[cfg(test)]
mod tests;
mod thin;

/// A proof that ends further from where its descent does was not followed to the end, in units.
const FAR: f64 = 1e-5;
/// The most directions.
const MOST_DIRECTIONS: usize = 160;
/// Directions that are added at a time, at most.
const ADDED: usize = 24;
/// The most times that directions are added.
const MOST_ROUNDS: usize = 24;
/// How far bounds may be beyond what they generate, in units of the ranges of payoffs.
const AIM: f64 = 2e-8;

/// Why payoffs at a discount factor are not looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayoffsFailure {
    /// Polygons are those of two players.
    #[error(
        "the payoffs at one discount factor are polygons of two players; `--method transfers` and `--method scores` are for any number"
    )]
    NotTwoPlayers,
    /// Then the stage game is all there is.
    #[error(
        "with a discount factor of 0 the payoffs are those of the stage game's pure equilibria: `--concept pure`"
    )]
    Impatient,
}

/// Payoffs of public perfect equilibria in pure strategies at a discount factor, with a public lottery,
/// without transfers, between an inner and an outer polygon.
///
/// Each step solves up to a linear program for each direction and profile, with |Y| + (number of
/// deviations) rows. Steps to where bounds come to rest make their number nearly independent of δ. When
/// the budget is spent the answer is what is shown by then: the outer polygon holds all payoffs, and the
/// inner one is at least that of the pure equilibria of the stage game.
///
/// # Errors
/// [`PayoffsFailure`].
pub fn find_public_payoffs(
    game: &PublicGame,
    discount: &DiscountFactor,
    budget: &Budget,
) -> Result<Outcome<Option<PublicPayoffs>>, PayoffsFailure> {
    if game.num_players() != 2 {
        return Err(PayoffsFailure::NotTwoPlayers);
    }
    if discount.value().is_zero() {
        return Err(PayoffsFailure::Impatient);
    }
    let stage = Stage::new(game, discount.value());
    let mut work = Work::default();
    let (answer, stopped) = polygons(&stage, discount, budget, &mut work);
    let status = match stopped {
        _ if answer.outer.is_empty() => Status::None,
        Some(reason) => Status::Partial(reason),
        None => Status::Solved,
    };
    Ok(Outcome { answer: Some(answer), status, method: "payoffs", work, warnings: Vec::new() })
}

/// Both polygons, and why they are not those that would be found with more time: then the outer one holds
/// what has been shown so far, and the inner one may be that of the equilibria of the stage game.
fn polygons(
    stage: &Stage,
    discount: &DiscountFactor,
    budget: &Budget,
    work: &mut Work,
) -> (PublicPayoffs, Option<Exhausted>) {
    let (directions, mut stopped) = refined(stage, &budget.with_part_of_time(0.4), work);
    let still = loose(stage) / 8.0;
    let mut shown = |jumps: bool, stopped: &mut Option<Exhausted>| {
        let way = Way { jumps, ..Way::outer(stage) };
        let (start, soon) = (directions.start(stage), budget.with_part_of_time(0.3));
        let descent = descend(stage, &directions.units, start, still, way, (&soon, &mut *work));
        *stopped = stopped.or(descent.stopped);
        let mut proof = Proof::new(stage, &directions);
        *stopped = stopped.or(proof.follow(&descent, &budget.with_part_of_time(0.5)).err());
        let reached =
            descent.levels.last().map_or_else(Vec::new, |levels| within(&directions.units, levels));
        let corners = proof.corners.iter().map(|corner| stage.in_units(corner));
        let beyond = corners.filter_map(|corner| distance(&reached, &corner)).fold(0.0, f64::max);
        (descent, proof, beyond)
    };
    let (mut descent, mut proof, beyond) = shown(true, &mut stopped);
    // Where the proof does not come to where jumps lead, plain steps may be easier to follow.
    if beyond > FAR && stopped.is_none() {
        let (plain, by_steps, far) = shown(false, &mut stopped);
        if far < beyond {
            (descent, proof) = (plain, by_steps);
        }
    }
    let outer = thin::outwards(hull(proof.corners), &stage.range);
    let steps = proof.steps;
    let (base, inner) = match (descent.levels.last(), descent.alive.last()) {
        (Some(levels), Some(alive)) if !outer.is_empty() => {
            let from = (levels.as_slice(), alive.as_slice());
            match inner::inner(stage, &directions.units, from, budget, work) {
                Ok(found) => found,
                Err(reason) => {
                    stopped = stopped.or(Some(reason));
                    inner::at_least(stage)
                }
            }
        }
        _ => (Vec::new(), Vec::new()),
    };
    let corners: Vec<Exact> = inner.iter().map(|one| one.payoffs.clone()).collect();
    let away = outer.iter().map(|corner| distance(&corners, corner));
    let distance = away
        .collect::<Option<Vec<Rational>>>()
        .and_then(|away| away.into_iter().max())
        .map(|most| crate::num::rounded_up(&most, 12));
    let answer = PublicPayoffs {
        discount: discount.clone(),
        inner,
        base,
        outer,
        directions: directions.exact,
        steps,
        distance,
    };
    (answer, stopped)
}

/// Directions in which bounds nearly generate themselves, or those that were found in time.
fn refined(stage: &Stage, budget: &Budget, work: &mut Work) -> (Directions, Option<Exhausted>) {
    let mut directions = Directions::axes(stage);
    let basic = directions.units.len();
    for way in [[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]] {
        directions.add(stage, &way);
    }
    let mut levels = directions.start(stage);
    let fixed: Vec<Float> =
        stage.equilibria().map(|at| stage.in_units(&stage.payoffs(at))).collect();
    let (mut gap, mut best) = (1.0f64, (f64::INFINITY, directions.clone()));
    for _ in 0..MOST_ROUNDS {
        let still = (1.0 - stage.later) * (gap / 64.0).clamp(AIM / 64.0, 1e-3);
        let with = (budget, &mut *work);
        let descent = descend(stage, &directions.units, levels, still, Way::outer(stage), with);
        if descent.stopped.is_some() {
            return (best.1, descent.stopped);
        }
        let (Some(last), Some(alive)) = (descent.levels.last(), descent.alive.last()) else {
            break;
        };
        levels = last.clone();
        let corners = within(&directions.units, &levels);
        let mut alive = alive.clone();
        let with = (budget, &mut *work);
        let around = turned(&directions.units);
        let found = match stage.generated(&corners, &around, 0.0, &mut alive, with) {
            Ok(Some(found)) => found,
            Ok(None) => return (directions, None),
            Err(reason) => return (best.1, Some(reason)),
        };
        let points = found.iter().map(|one| one.1.payoffs).chain(fixed.iter().copied());
        let beyond = beyond(&hull(points.collect()), &corners);
        gap = beyond.first().map_or(0.0, |one| one.0);
        if gap < best.0 {
            best = (gap, directions.clone());
        }
        if gap <= AIM {
            break;
        }
        let mut kept = Directions::default();
        let mut kept_levels = Vec::new();
        for (k, direction) in directions.units.iter().enumerate() {
            if k < basic || highest(&corners, direction) > levels[k] - 1e-11 {
                kept.exact.push(directions.exact[k].clone());
                kept.units.push(*direction);
                kept_levels.push(levels[k]);
            }
        }
        let mut added = 0;
        for (_, direction) in beyond {
            let full = added >= ADDED || kept.units.len() >= MOST_DIRECTIONS;
            if !full && kept.add(stage, &direction) {
                added += 1;
            }
        }
        for direction in &kept.units[kept_levels.len()..] {
            kept_levels.push(highest(&corners, direction));
        }
        if added == 0 {
            break;
        }
        (directions, levels) = (kept, kept_levels);
    }
    (best.1, None)
}

/// How far corners lie outside a polygon, and in which directions, the farthest first.
fn beyond(polygon: &[Float], corners: &[Float]) -> Vec<(f64, Float)> {
    let mut found = Vec::new();
    for corner in corners.iter().filter(|corner| !holds(polygon, corner)) {
        let mut nearest: Option<(f64, Float)> = None;
        for (at, from) in polygon.iter().enumerate() {
            let to = &polygon[(at + 1) % polygon.len()];
            let way = [to[0] - from[0], to[1] - from[1]];
            let off = [corner[0] - from[0], corner[1] - from[1]];
            let square = way[0] * way[0] + way[1] * way[1];
            let ahead = off[0] * way[0] + off[1] * way[1];
            let (away, direction) = if square > 0.0 && ahead > 0.0 && ahead < square {
                let side = (off[0] * way[1] - off[1] * way[0]).signum();
                let away = (off[0] * way[1] - off[1] * way[0]).abs() / square.sqrt();
                (away, [side * way[1], -side * way[0]])
            } else {
                (off[0].hypot(off[1]), off)
            };
            let direction = {
                let length = direction[0].hypot(direction[1]).max(f64::MIN_POSITIVE);
                direction.map(|part| part / length)
            };
            if nearest.is_none_or(|(least, _)| away < least) {
                nearest = Some((away, direction));
            }
        }
        found.extend(nearest);
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found
}
