//! That the stated corners of a polytope are all.

use std::collections::HashMap;

use crate::certify::Refutation;
use crate::certify::meter::Meter;
use crate::game::stochastic::StatePolytope;
use crate::num::Rational;

use super::product;

/// More bounds than this are not tight at one corner.
const MOST_TIGHT: usize = 24;

/// The stated corners are all corners of the polytope that the bounds make, and nothing else.
pub(super) fn complete(
    directions: &[Vec<Rational>],
    state: &StatePolytope,
    tight: &[Vec<usize>],
    within: &str,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let players = directions.first().map_or(0, Vec::len);
    let no_corner = |at: usize| {
        Err(Refutation::WrongList(format!(
            "corner {} of the outer polytope{within} is none",
            at + 1
        )))
    };
    let mut ends: HashMap<Vec<usize>, Vec<usize>> = HashMap::new();
    let mut edges: Vec<(usize, Vec<usize>)> = Vec::new();
    for (at, tight) in tight.iter().enumerate() {
        if tight.len() > MOST_TIGHT {
            return Err(Refutation::OutOfReach(format!(
                "{} bounds are tight at one corner, and at most {MOST_TIGHT} are looked at",
                tight.len()
            )));
        }
        // Bounds whose directions span all are tight at a corner alone: some then cross their line.
        let mut crossed = false;
        for chosen in subsets(tight, players.saturating_sub(1)) {
            meter.spend(64 * players * players * (tight.len() + 1))?;
            let Some(way) = line(directions, &chosen, players) else { continue };
            let mut sides = [false; 2];
            for bound in tight.iter().filter(|bound| !chosen.contains(bound)) {
                let along = product(&directions[*bound], &way);
                sides[0] |= along.is_positive();
                sides[1] |= along.is_negative();
            }
            if sides == [false, false] {
                return no_corner(at);
            }
            crossed = true;
            ends.entry(chosen.clone()).or_default().push(at);
            if sides != [true, true] {
                edges.push((at, chosen));
            }
        }
        if !crossed {
            return no_corner(at);
        }
    }
    for (from, edge) in edges {
        let payoffs = &state.outer[from].payoffs;
        let leads = ends[&edge].iter().any(|&to| state.outer[to].payoffs != *payoffs);
        if !leads {
            return Err(Refutation::WrongList(format!(
                "an edge from corner {} of the outer polytope{within} leads to a corner that is not listed",
                from + 1
            )));
        }
    }
    Ok(())
}

/// All sets of so many of some positions.
fn subsets(all: &[usize], size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let mut found = Vec::new();
    for (at, &first) in all.iter().enumerate() {
        for rest in subsets(&all[at + 1..], size - 1) {
            found.push(std::iter::once(first).chain(rest).collect());
        }
    }
    found
}

/// The direction in which some bounds all stay tight, when there is only one.
fn line(directions: &[Vec<Rational>], chosen: &[usize], players: usize) -> Option<Vec<Rational>> {
    let mut rows: Vec<Vec<Rational>> =
        chosen.iter().map(|&bound| directions[bound].clone()).collect();
    let mut pivots = Vec::new();
    for column in 0..players {
        let done = pivots.len();
        let Some(row) = (done..rows.len()).find(|&row| !rows[row][column].is_zero()) else {
            continue;
        };
        rows.swap(done, row);
        let factor = rows[done][column].recip()?;
        rows[done].iter_mut().for_each(|x| *x = &*x * &factor);
        let pivot = rows[done].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            if at != done && !row[column].is_zero() {
                let times = row[column].clone();
                row.iter_mut().zip(&pivot).for_each(|(x, y)| *x = &*x - &times * y);
            }
        }
        pivots.push(column);
    }
    if pivots.len() + 1 != players {
        return None;
    }
    let free = (0..players).find(|column| !pivots.contains(column))?;
    let mut way = vec![Rational::ZERO; players];
    way[free] = Rational::ONE;
    for (row, &column) in rows.iter().zip(&pivots) {
        way[column] = -&row[free];
    }
    Some(way)
}
