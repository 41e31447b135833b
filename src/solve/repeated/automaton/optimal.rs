//! The best equilibrium as an automaton, from the polygon of all equilibrium payoffs.
//!
//! Each corner v of the polygon is v = (1 − δ) g(a) + δ w, with w in the polygon, and whoever leaves a is
//! held to his least payoff in the polygon, which is that of a corner too. So the corners are the states:
//! where w is a corner it follows for sure, and otherwise a public lottery over corners with the mean w.
//! The values of the automaton are the corners. Source: Abreu, Pearce & Stacchetti (1990); Abreu (1988).

use crate::game::answer::{Machine, Objective};
use crate::game::{
    Automaton, DiscountFactor, Lottery, MachineState, NormalForm, Provenance, RepeatedPayoffs,
    Rule, When,
};
use crate::num::Rational;
use crate::solve::{Budget, Outcome, Status};

use super::super::find_repeated_payoffs;
use super::{MachineError, evaluate_automaton};

type Point = [Rational; 2];

/// What the automaton is to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptimalTarget {
    /// The best payoffs for an objective.
    Objective(Objective),
    /// These payoffs.
    Payoffs(Point),
}

/// An automaton that gives the best payoffs of all subgame-perfect equilibria in pure strategies with a
/// public lottery, for an objective, or given payoffs.
///
/// # Errors
/// [`MachineError::Polygon`] with another number of players than two, without equilibria, and when the given
/// payoffs are not those of an equilibrium; and when the budget is spent.
pub fn find_optimal_automaton(
    game: &NormalForm,
    discount: &DiscountFactor,
    target: &OptimalTarget,
    budget: &Budget,
) -> Result<Machine, MachineError> {
    let found = find_repeated_payoffs(game, discount, budget)
        .map_err(|error| MachineError::Polygon(error.to_string()))?;
    let polygon = match found {
        Outcome { answer: Some(polygon), .. } => polygon,
        Outcome { status: Status::Partial(reason), .. } => return Err(reason.into()),
        Outcome { .. } => return Err(MachineError::Polygon("nothing was found".to_owned())),
    };
    let corners: Vec<Point> = polygon.inner.iter().map(|one| one.payoffs.clone()).collect();
    if corners.is_empty() {
        return Err(MachineError::Polygon(
            "no subgame-perfect equilibrium in pure strategies is known at this discount factor"
                .to_owned(),
        ));
    }
    let (point, objective) = match target {
        OptimalTarget::Objective(objective) => {
            (best_point(&corners, objective), Some(objective.clone()))
        }
        OptimalTarget::Payoffs(point) => (point.clone(), None),
    };
    let start = mixture(&corners, &point).ok_or_else(|| {
        let [first, second] = &point;
        MachineError::Polygon(format!(
            "{first}, {second} are not payoffs of an equilibrium that is known at this discount factor: `--concept repeated-payoffs` shows which are"
        ))
    })?;
    let automaton = automaton(game, &polygon, &corners, start)?.trimmed(game);
    let provenance = Provenance::Optimal { objective, polygon: Box::new(polygon) };
    evaluate_automaton(game, automaton, discount, provenance, budget)
}

fn automaton(
    game: &NormalForm,
    polygon: &RepeatedPayoffs,
    corners: &[Point],
    start: Lottery,
) -> Result<Automaton, MachineError> {
    let worst = [0, 1].map(|player| {
        (0..corners.len()).min_by(|&one, &other| corners[one][player].cmp(&corners[other][player]))
    });
    let mut states = Vec::with_capacity(corners.len());
    for (at, one) in polygon.inner.iter().enumerate() {
        let kept = mixture(corners, &one.continuation).ok_or_else(|| {
            MachineError::Polygon("a continuation lies outside the polygon".to_owned())
        })?;
        let left = |player: usize| {
            let tempted = game.num_actions(player) > 1;
            worst[player].filter(|_| tempted).map(|worst| (player, Lottery::sure(worst)))
        };
        let left: Vec<(usize, Lottery)> = (0..2).filter_map(left).collect();
        let rules = if left.iter().all(|(_, next)| *next == kept) {
            vec![Rule { when: When::Otherwise, next: kept }]
        } else {
            let left = left.into_iter();
            let rules = left.map(|(player, next)| Rule { when: When::LeftBy(player), next });
            rules.chain([Rule { when: When::Otherwise, next: kept }]).collect()
        };
        let name = format!("corner {}", at + 1);
        states.push(MachineState { name, play: one.profile, rules });
    }
    Ok(Automaton { states, start })
}

/// A lottery over the corners with this mean: the corner itself, two that are neighbours, or three.
fn mixture(corners: &[Point], point: &Point) -> Option<Lottery> {
    if let Some(at) = corners.iter().position(|corner| corner == point) {
        return Some(Lottery::sure(at));
    }
    let count = corners.len();
    for at in 0..count {
        let next = (at + 1) % count;
        if let Some(share) = between(&corners[at], &corners[next], point) {
            return Lottery::new([(at, Rational::ONE - &share), (next, share)]);
        }
    }
    // Triangles from the first corner.
    (1..count.saturating_sub(1)).find_map(|at| {
        let (a, b, c) = (&corners[0], &corners[at], &corners[at + 1]);
        let whole = turn(a, b, c);
        let share = |part: Rational| part.checked_div(&whole);
        let shares =
            [share(turn(point, b, c))?, share(turn(a, point, c))?, share(turn(a, b, point))?];
        let [first, second, third] = shares;
        if [&first, &second, &third].iter().any(|share| share.is_negative()) {
            return None;
        }
        Lottery::new([(0, first), (at, second), (at + 1, third)])
    })
}

/// Twice the area of a triangle, positive where it turns to the left.
fn turn(a: &Point, b: &Point, c: &Point) -> Rational {
    (&b[0] - &a[0]) * (&c[1] - &a[1]) - (&b[1] - &a[1]) * (&c[0] - &a[0])
}

/// Where on the segment from one point to another a point lies.
fn between(from: &Point, to: &Point, point: &Point) -> Option<Rational> {
    if !turn(from, to, point).is_zero() {
        return None;
    }
    let axis = if from[0] == to[0] { 1 } else { 0 };
    let share = (&point[axis] - &from[axis]).checked_div(&(&to[axis] - &from[axis]))?;
    (!share.is_negative() && share <= Rational::ONE).then_some(share)
}

/// The best point of the polygon: a corner, or, for the least payoff of both, where both are equal on a side.
fn best_point(corners: &[Point], objective: &Objective) -> Point {
    let mut candidates: Vec<Point> = corners.to_vec();
    if *objective == Objective::Egalitarian {
        for (at, from) in corners.iter().enumerate() {
            let to = &corners[(at + 1) % corners.len()];
            let (before, after) = (&from[0] - &from[1], &to[0] - &to[1]);
            if before.signum() * after.signum() < 0
                && let Some(share) = before.checked_div(&(&before - &after))
            {
                candidates
                    .push([0, 1].map(|axis| &from[axis] + (&to[axis] - &from[axis]) * &share));
            }
        }
    }
    // The first of several, which is a corner where one is as good.
    let mut best = candidates[0].clone();
    for one in candidates {
        if objective.worth(&one) > objective.worth(&best) {
            best = one;
        }
    }
    best
}
