//! All payoffs of correlated equilibria of two players: a polygon, side by side.
//!
//! The best equilibrium in a direction is a point of the polygon, with a proof that nothing lies
//! beyond. Between two known points the direction at right angles to the line through them finds a
//! further point, or proves that the line is a side: two linear programs for each vertex at most,
//! beside two for the first points.

use super::objective::Goal;
use super::{best, coarse};
use crate::game::NormalForm;
use crate::game::answer::{
    Mediated, Obedience, Objective, Participation, PayoffPolygon, PolygonVertex,
};
use crate::linear::LpMethod;
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::{Budget, Exhausted, Outcome};

/// Why a game has no polygon of payoffs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the payoffs of correlated equilibria form a polygon for two players, and the game has {0}"
)]
pub struct NotTwoPlayers(pub usize);

/// The polygon of all payoffs of correlated equilibria of two players, with the proof of each side.
///
/// The answer is `None` when the budget is spent or the game is too large. Two linear programs for
/// each vertex, as those of
/// [`find_best_correlated_equilibrium`](super::find_best_correlated_equilibrium).
///
/// # Errors
/// When there are not two players.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::linear::LpMethod;
/// use detente::solve::{Budget, find_correlated_payoffs};
/// // Aumann's game of chicken (1974).
/// let game = NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
/// let outcome = find_correlated_payoffs(&game, LpMethod::Auto, &Budget::unlimited()).unwrap();
/// let polygon = outcome.answer.unwrap();
/// let shown: Vec<String> = polygon.vertices.iter()
///     .map(|vertex| format!("({}, {})", vertex.payoffs[0], vertex.payoffs[1])).collect();
/// assert_eq!(shown, ["(2, 7)", "(18/5, 18/5)", "(7, 2)", "(21/4, 21/4)"]);
/// ```
pub fn find_correlated_payoffs(
    game: &NormalForm,
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<PayoffPolygon<Obedience>>>, NotTwoPlayers> {
    polygon_of(game, method, budget, best::find)
}

/// As [`find_correlated_payoffs`], of coarse correlated equilibria.
///
/// # Errors
/// When there are not two players.
pub fn find_coarse_correlated_payoffs(
    game: &NormalForm,
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<PayoffPolygon<Participation>>>, NotTwoPlayers> {
    polygon_of(game, method, budget, coarse::find)
}

/// What finds a best equilibrium of a kind.
type Find<M> = fn(&NormalForm, &Objective, &Goal, &Meter<'_>) -> Result<Mediated<M>, Exhausted>;

fn polygon_of<M>(
    game: &NormalForm,
    method: LpMethod,
    budget: &Budget,
    find: Find<M>,
) -> Result<Outcome<Option<PayoffPolygon<M>>>, NotTwoPlayers> {
    if game.num_players() != 2 {
        return Err(NotTwoPlayers(game.num_players()));
    }
    let meter = Meter::new(method, budget);
    Ok(meter.outcome(polygon(|normal| {
        let goal = Goal::Sum(normal.to_vec());
        find(game, &Objective::Weighted(normal.to_vec()), &goal, &meter)
    })))
}

fn vertex<M>(best: &Mediated<M>) -> PolygonVertex {
    PolygonVertex { payoffs: best.payoffs.clone(), distribution: best.distribution.clone() }
}

fn axis(x: i64, y: i64) -> [Rational; 2] {
    [Rational::from(x), Rational::from(y)]
}

/// The direction at right angles to the way from one point to another, to its right, scaled so that
/// the larger part is 1 without its sign.
fn to_the_right(from: &PolygonVertex, to: &PolygonVertex) -> [Rational; 2] {
    let [dx, dy] = [0, 1].map(|at| &to.payoffs[at] - &from.payoffs[at]);
    let scale = dx.abs().max(dy.abs());
    [dy / &scale, -(dx / &scale)]
}

fn along(normal: &[Rational; 2], point: &PolygonVertex) -> Rational {
    &normal[0] * &point.payoffs[0] + &normal[1] * &point.payoffs[1]
}

/// The polygon whose point farthest in a direction, with a proof, is given by `farthest`.
fn polygon<M>(
    mut farthest: impl FnMut(&[Rational; 2]) -> Result<Mediated<M>, Exhausted>,
) -> Result<PayoffPolygon<M>, Exhausted> {
    let [mut least, mut most] = [farthest(&axis(-1, 0))?, farthest(&axis(1, 0))?];
    if least.payoffs[0] == most.payoffs[0] {
        let [lower, upper] = [farthest(&axis(0, -1))?, farthest(&axis(0, 1))?];
        if lower.payoffs == upper.payoffs {
            let vertices = vec![vertex(&least)];
            return Ok(PayoffPolygon { vertices, sides: vec![most, upper, least, lower] });
        }
        (least, most) = (lower, upper);
    }
    let first = vertex(&least);
    // What lies ahead on the way around, nearest last.
    let (mut ahead, mut around, mut sides) =
        (vec![first.clone(), vertex(&most)], vec![first], vec![]);
    while let (Some(next), Some(last)) = (ahead.last(), around.last()) {
        let normal = to_the_right(last, next);
        let best = farthest(&normal)?;
        if best.value > along(&normal, next) {
            ahead.push(vertex(&best));
        } else {
            around.extend(ahead.pop());
            sides.push(best);
        }
    }
    // The way has come back to where it began.
    around.pop();
    if around.len() == 2 {
        sides.extend([most, least]);
    }
    let mut polygon = PayoffPolygon { vertices: around, sides };
    straighten(&mut polygon);
    Ok(polygon)
}

/// Leaves vertices out that lie inside a side, and begins with the least one.
fn straighten<M>(polygon: &mut PayoffPolygon<M>) {
    let direction = |side: &Mediated<M>| match &side.objective {
        Objective::Weighted(weights) => weights.clone(),
        _ => Vec::new(),
    };
    let mut at = 0;
    while at < polygon.vertices.len() && polygon.vertices.len() > 2 {
        // Side `before` ends at this vertex, and side `at` begins there.
        let before = (at + polygon.vertices.len() - 1) % polygon.vertices.len();
        if direction(&polygon.sides[before]) == direction(&polygon.sides[at]) {
            polygon.vertices.remove(at);
            polygon.sides.remove(at);
        } else {
            at += 1;
        }
    }
    let least = (0..polygon.vertices.len())
        .min_by(|&one, &other| polygon.vertices[one].payoffs.cmp(&polygon.vertices[other].payoffs));
    let least = least.unwrap_or(0);
    polygon.vertices.rotate_left(least);
    if polygon.vertices.len() > 2 {
        polygon.sides.rotate_left(least);
    } else if least == 1 {
        polygon.sides.swap(0, 1);
        polygon.sides.swap(2, 3);
    }
}

#[cfg(test)]
mod tests;
