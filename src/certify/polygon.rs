//! All payoffs of correlated equilibria of two players: that a polygon holds them, and no others.
//!
//! Each vertex is paid by an equilibrium, so that mixtures pay every point of the polygon. Each side
//! is an equilibrium with the [proof](super::device) that none is better in the direction w that
//! points outward, so that no equilibrium pays a point beyond. Where the direction is at right angles
//! to the way from one vertex to the next, both vertices lie on the line that bounds it, and no vertex
//! lies beyond, that line holds an edge of the hull of the vertices; and edges that follow one another
//! with a turn to the left, back to the first, are all of its edges. So the hull is what the lines
//! leave. A segment is what is left between two parallel lines and two that pass its ends; a point
//! what four along the axes leave.

use crate::game::NormalForm;
use crate::game::answer::{
    Mediated, Obedience, Objective, Participation, PayoffPolygon, PolygonVertex,
};
use crate::num::Rational;

use super::coarse::{certify_coarse_correlated, check_deviations};
use super::correlated::{certify_correlated, check_obedience};
use super::device::expected_payoffs;
use super::meter::{Limits, Meter};
use super::plane::{dot, parallel};
use super::wording::number;
use super::{Certificate, Completeness, Refutation};

/// Checks that a polygon holds the payoffs of all correlated equilibria, and no others.
///
/// Work: that of [`certify_correlated`] for each vertex and side.
///
/// # Errors
/// A [`Refutation`] that names the vertex or the side.
pub fn certify_correlated_payoffs(
    game: &NormalForm,
    answer: &PayoffPolygon<Obedience>,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let kind = "correlated equilibrium";
    certify(game, answer, limits, kind, check_obedience, certify_correlated)
}

/// As [`certify_correlated_payoffs`], of coarse correlated equilibria.
///
/// # Errors
/// A [`Refutation`] that names the vertex or the side.
pub fn certify_coarse_correlated_payoffs(
    game: &NormalForm,
    answer: &PayoffPolygon<Participation>,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let kind = "coarse correlated equilibrium";
    certify(game, answer, limits, kind, check_deviations, certify_coarse_correlated)
}

fn certify<M>(
    game: &NormalForm,
    answer: &PayoffPolygon<M>,
    limits: &Limits,
    kind: &str,
    is_equilibrium: impl Fn(&NormalForm, &[Rational], &mut Meter) -> Result<(), Refutation>,
    is_best: impl Fn(&NormalForm, &Mediated<M>, &Limits) -> Result<Certificate, Refutation>,
) -> Result<Certificate, Refutation> {
    let PayoffPolygon { vertices, sides } = answer;
    let needed = match vertices.len() {
        1 | 2 => 4,
        other => other,
    };
    if game.num_players() != 2 || vertices.is_empty() || sides.len() != needed {
        return Err(Refutation::Misfit(format!(
            "a polygon of the payoffs of two players with {} vertices has {needed} sides that are proved: there are {} players and {} sides",
            vertices.len(),
            game.num_players(),
            sides.len()
        )));
    }
    let mut meter = Meter::for_passes(limits);
    for (at, vertex) in vertices.iter().enumerate() {
        is_equilibrium(game, &vertex.distribution, &mut meter)?;
        let payoffs = expected_payoffs(game, &vertex.distribution);
        if payoffs != vertex.payoffs {
            return Err(Refutation::WrongNumber(format!(
                "vertex {} is said to pay {}, and pays {}",
                at + 1,
                shown(&vertex.payoffs),
                shown(&payoffs)
            )));
        }
    }
    let directions: Vec<[Rational; 2]> =
        sides.iter().map(|side| outward(&side.objective)).collect::<Result<_, _>>()?;
    for side in sides {
        is_best(game, side, limits)?;
    }
    for (at, (side, direction)) in sides.iter().zip(&directions).enumerate() {
        let first = &vertices[at % vertices.len()];
        let second = &vertices[(at + 1) % vertices.len()];
        let ahead = way(first, second);
        // The last two sides of a segment pass its ends, the last vertex first.
        let (fits, touches): (bool, &[&PolygonVertex]) = match (vertices.len(), at) {
            (1, _) => (parallel(direction, &AXES[at].map(Rational::from)), &[first]),
            (2, 2..) => (dot(direction, &ahead).is_positive(), &[second]),
            _ => {
                let [dx, dy] = ahead;
                (parallel(direction, &[dy, -dx]), &[first, second])
            }
        };
        let on = touches.iter().all(|vertex| along(direction, vertex) == side.value);
        let beyond = vertices.iter().any(|vertex| along(direction, vertex) > side.value);
        if !fits || !on || beyond {
            return Err(Refutation::NotOptimal(format!(
                "side {} does not bound the polygon where it should",
                at + 1
            )));
        }
    }
    for (at, vertex) in vertices.iter().enumerate() {
        if vertices[..at].iter().any(|other| other.payoffs == vertex.payoffs) {
            return Err(Refutation::Misfit(format!("vertex {} is said twice", at + 1)));
        }
    }
    let corners = if vertices.len() > 2 { vertices.len() } else { 0 };
    for at in 0..corners {
        let [one, two, three] = [0, 1, 2].map(|step| &vertices[(at + step) % vertices.len()]);
        let [dx, dy] = way(one, two);
        if !dot(&[-dy, dx], &way(two, three)).is_positive() {
            return Err(Refutation::NotOptimal(format!(
                "the polygon does not turn left at vertex {}",
                (at + 1) % vertices.len() + 1
            )));
        }
    }
    let checked = vec![
        format!("each vertex is paid by a {kind}, exactly"),
        format!("no {kind} pays a point outside"),
    ];
    let proof = format!("the dual solution of each of the {} sides proves it", sides.len());
    Ok(Certificate { checked, complete: Completeness::Proved(proof) })
}

const AXES: [[i64; 2]; 4] = [[1, 0], [0, 1], [-1, 0], [0, -1]];

fn shown(payoffs: &[Rational]) -> String {
    payoffs.iter().map(number).collect::<Vec<_>>().join(", ")
}

/// The direction in which a side is best.
fn outward(objective: &Objective) -> Result<[Rational; 2], Refutation> {
    match objective {
        Objective::Weighted(weights) => <[Rational; 2]>::try_from(weights.clone()).ok(),
        _ => None,
    }
    .ok_or_else(|| Refutation::Misfit("a side is best for weights of two players".to_owned()))
}

fn way(from: &PolygonVertex, to: &PolygonVertex) -> [Rational; 2] {
    [0, 1].map(|at| &to.payoffs[at] - &from.payoffs[at])
}

fn along(direction: &[Rational; 2], vertex: &PolygonVertex) -> Rational {
    &direction[0] * &vertex.payoffs[0] + &direction[1] * &vertex.payoffs[1]
}

#[cfg(test)]
mod tests;
