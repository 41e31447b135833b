//! From machine numbers to corners that generate themselves exactly.

use crate::game::repeated_polytopes::{Lottery, SustainedCorner};
use crate::num::Rational;

use super::kernel::Vector;
use super::mixtures::nearest;
use super::outer::Generated;
use super::stage::Stage;

/// What is further from the mixtures of the corners is not tried.
const NEAR: f64 = 1e-7;
/// The largest denominator of a payoff that is guessed.
const SIMPLE: i64 = 20_000;

/// The affine hull of the payoffs of some profiles: each point of it is known by a few coordinates.
pub(super) struct Flat {
    start: Vec<Rational>,
    /// The coordinates that may be chosen, and the rows that give all others.
    free: Vec<usize>,
    rows: Vec<Vec<Rational>>,
}

impl Flat {
    /// That of these profiles, of which there is at least one.
    pub(super) fn of(stage: &Stage, profiles: &[usize]) -> Self {
        let start = stage.payoffs[profiles[0]].clone();
        let mut flat = Flat { start, free: Vec::new(), rows: Vec::new() };
        for &profile in &profiles[1..] {
            if flat.free.len() == stage.players {
                break;
            }
            let mut way: Vec<Rational> = stage.payoffs[profile]
                .iter()
                .zip(&flat.start)
                .map(|(to, from)| to - from)
                .collect();
            for (row, &free) in flat.rows.iter().zip(&flat.free) {
                subtract(&mut way, &row[..], free);
            }
            let Some(pivot) = way.iter().position(|x| !x.is_zero()) else { continue };
            let Some(factor) = way[pivot].recip() else { continue };
            way.iter_mut().for_each(|x| *x = &*x * &factor);
            for row in &mut flat.rows {
                subtract(row, &way, pivot);
            }
            flat.rows.push(way);
            flat.free.push(pivot);
        }
        flat
    }

    /// The point with the chosen coordinates of another one.
    fn point(&self, near: impl Fn(usize) -> Rational) -> Vec<Rational> {
        let mut point = self.start.clone();
        for (row, &free) in self.rows.iter().zip(&self.free) {
            let by = near(free) - &self.start[free];
            for (x, step) in point.iter_mut().zip(row) {
                *x = &*x + &by * step;
            }
        }
        point
    }
}

/// Takes a multiple of a row away, so that nothing is left at a place where the row is 1.
fn subtract(from: &mut [Rational], row: &[Rational], at: usize) {
    let times = from[at].clone();
    if !times.is_zero() {
        from.iter_mut().zip(row).for_each(|(x, y)| *x = &*x - &times * y);
    }
}

/// The points moved towards their middle by the part `shrink`, to so many decimal places of the range of
/// payoffs, in the affine hull of the payoffs.
pub(super) fn shrunk(
    stage: &Stage,
    flat: &Flat,
    points: &[Generated],
    shrink: f64,
    digits: i32,
) -> Vec<Vec<Rational>> {
    let count = points.len() as f64;
    let middle = stage.each(|player| points.iter().map(|one| one.0[player]).sum::<f64>() / count);
    let moved = |one: &Generated| {
        flat.point(|player| {
            let value = one.0[player] + shrink * (middle[player] - one.0[player]);
            rounded(stage, player, value, digits)
        })
    };
    points.iter().map(moved).collect()
}

/// The points with simple fractions for payoffs, where they are so near to such, in units of the ranges.
pub(super) fn simple(stage: &Stage, points: &[Generated], near: f64) -> Option<Vec<Vec<Rational>>> {
    let near = Rational::from_f64_exactly(near)?;
    let one = |point: &Vector, player: usize| {
        let exact = Rational::from_f64_exactly(point[player])?;
        let payoff = &stage.least[player] + exact * &stage.range[player];
        let error = &stage.range[player] * &near;
        crate::solve::repeated::payoffs::simplest(&payoff, &error, SIMPLE)
    };
    points
        .iter()
        .map(|corner| (0..stage.players).map(|player| one(&corner.0, player)).collect())
        .collect()
}

/// A payoff in units of the range, to so many decimal places of it.
fn rounded(stage: &Stage, player: usize, value: f64, digits: i32) -> Rational {
    let exact = Rational::from_f64_exactly(value).unwrap_or_default();
    let range = &stage.range[player];
    let size = range.to_f64().log10().floor() as i32;
    let unit = Rational::from(10).pow(size - digits).unwrap_or(Rational::ONE);
    let payoff = &stage.least[player] + exact * range;
    let count = (payoff.checked_div(&unit).unwrap_or_default() + Rational::new(1, 2)).floor();
    Rational::from_integers(count, 1.into()) * unit
}

/// The corners with what sustains each, where their mixtures generate all of them. `first` are the
/// profiles that are tried first.
pub(super) fn generated(
    stage: &Stage,
    corners: &[Vec<Rational>],
    first: &[usize],
) -> Option<Vec<SustainedCorner>> {
    let threats: Option<Vec<Rational>> = (0..stage.players)
        .map(|player| corners.iter().map(|corner| &corner[player]).min().cloned())
        .collect();
    let threats = threats?;
    let near: Vec<Vector> = corners.iter().map(|corner| stage.normalized(corner)).collect();
    let one = |(at, corner): (usize, &Vec<Rational>)| {
        let own = first.get(at).copied();
        let others = (0..stage.payoffs.len()).filter(|&profile| Some(profile) != own);
        own.into_iter().chain(others).find_map(|profile| {
            let continuation = stage.continuation(profile, corner)?;
            let about = stage.normalized(&continuation);
            // Most are ruled out in machine numbers.
            let reaches = (0..stage.players).all(|player| {
                let least = near.iter().map(|one| one[player]).fold(f64::INFINITY, f64::min);
                about[player] > least - NEAR
            });
            if !reaches || !stage.deters(profile, &continuation, &threats) {
                return None;
            }
            let continuation = mixture(stage, corners, &near, &continuation, &about)?;
            Some(SustainedCorner { payoffs: corner.clone(), profile, continuation })
        })
    };
    corners.iter().enumerate().map(one).collect()
}

/// A lottery over corners that pays this exactly.
fn mixture(
    stage: &Stage,
    corners: &[Vec<Rational>],
    near: &[Vector],
    payoffs: &[Rational],
    about: &Vector,
) -> Option<Lottery> {
    if let Some(at) = corners.iter().position(|corner| corner == payoffs) {
        return Some(vec![(at, Rational::ONE)]);
    }
    let scale = stage.each(|_| 1.0);
    let nearest = nearest(stage.players, &scale, near, about)?;
    if nearest.away > NEAR {
        return None;
    }
    let held: Vec<usize> = nearest.mixture.into_iter().map(|(at, _)| at).collect();
    // Σ λ z = w and Σ λ = 1, by elimination.
    let mut rows: Vec<Vec<Rational>> = (0..stage.players)
        .map(|player| {
            let row = held.iter().map(|&at| corners[at][player].clone());
            row.chain([payoffs[player].clone()]).collect()
        })
        .collect();
    rows.push(vec![Rational::ONE; held.len() + 1]);
    let chances = solved(rows, held.len())?;
    let lottery = held.into_iter().zip(chances).filter(|(_, chance)| !chance.is_zero());
    let lottery: Lottery = lottery.collect();
    lottery.iter().all(|(_, chance)| chance.is_positive()).then_some(lottery)
}

/// A solution of linear equations, each a row of coefficients and what they sum to.
fn solved(mut rows: Vec<Vec<Rational>>, unknowns: usize) -> Option<Vec<Rational>> {
    let mut pivots: Vec<(usize, usize)> = Vec::new();
    for column in 0..unknowns {
        let done = pivots.len();
        let Some(row) = (done..rows.len()).find(|&row| !rows[row][column].is_zero()) else {
            continue;
        };
        rows.swap(done, row);
        let factor = rows[done][column].recip()?;
        rows[done].iter_mut().for_each(|x| *x = &*x * &factor);
        let pivot = rows[done].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            if at != done {
                subtract(row, &pivot, column);
            }
        }
        pivots.push((done, column));
    }
    if rows[pivots.len()..].iter().any(|row| !row[unknowns].is_zero()) {
        return None;
    }
    let mut solution = vec![Rational::ZERO; unknowns];
    for (row, column) in pivots {
        solution[column] = rows[row][unknowns].clone();
    }
    Some(solution)
}

/// The pure equilibria of the stage game, which sustain themselves at every δ.
pub(super) fn of_stage_equilibria(stage: &Stage) -> Vec<SustainedCorner> {
    let mut corners: Vec<SustainedCorner> = Vec::new();
    for profile in 0..stage.payoffs.len() {
        let payoffs = &stage.payoffs[profile];
        let rests = stage.gains[profile].iter().all(Rational::is_zero);
        if rests && !corners.iter().any(|corner| corner.payoffs == *payoffs) {
            let continuation = vec![(corners.len(), Rational::ONE)];
            corners.push(SustainedCorner { payoffs: payoffs.clone(), profile, continuation });
        }
    }
    corners
}
