//! From which discount factor on equilibria with transfers play a profile of a state.
//!
//! At each point the bounds of both sides are checked as for equilibria with transfers. At the lower end
//! of a bracket the profile is gone after the rounds of elimination, so that no equilibrium plays it, or
//! all profiles of some state are, so that there is no equilibrium; at the upper end what is enforced
//! there is enough to enforce it too.

use crate::game::stochastic::{CriticalProfiles, StochasticGame};
use crate::num::{Rational, scientific_up};

use super::super::meter::{Limits, Meter};
use super::super::wording::{count, number};
use super::super::{Certificate, Completeness, Refutation};
use super::Check;

/// Checks brackets of critical discount factors; the discount factor of the game is not looked at.
///
/// Work: that of [`super::certify_transfers`] at each point.
///
/// # Errors
/// A [`Refutation`] that names the discount factor and the state.
pub fn certify_critical_profiles(
    game: &StochasticGame,
    answer: &CriticalProfiles,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let misfit = |text: &str| Err(Refutation::Misfit(text.to_owned()));
    let known = |at: Option<usize>| at.is_none_or(|at| at < answer.points.len());
    for one in &answer.brackets {
        let state = game.states().get(one.state);
        if state.is_none_or(|state| one.profile >= state.stage.num_profiles())
            || !known(one.below)
            || !known(one.above)
        {
            return misfit("a bracket is about a profile or a point that is not there");
        }
        let at = |at: usize| answer.points[at].discount.value();
        let right = match (one.below, one.above) {
            (Some(below), Some(above)) => at(below) < at(above),
            (None, Some(above)) => at(above).is_zero(),
            (Some(_), None) => true,
            (None, None) => false,
        };
        if !right {
            return misfit("the ends of a bracket are not in order");
        }
    }
    let mut meter = Meter::for_passes(limits);
    for (at, point) in answer.points.iter().enumerate() {
        let game = game.with_discount(point.discount.clone());
        let mut check = Check { game: &game, meter };
        let left = check.rounds(&point.answer)?;
        let empty = left.iter().any(Vec::is_empty);
        let policies = point.answer.policies.as_ref();
        if let Some(policies) = policies {
            check.enforced(policies)?;
        }
        for one in &answer.brackets {
            let refuted = |what: &str| {
                Err(Refutation::WrongNumber(format!(
                    "at the discount factor {} it is not shown that {} is {what} in the state `{}`",
                    number(point.discount.value()),
                    game.profile_name(one.state, one.profile),
                    game.states()[one.state].name
                )))
            };
            if one.below == Some(at) && !empty && left[one.state].contains(&one.profile) {
                return refuted("played in no equilibrium");
            }
            if one.above == Some(at) {
                let enforced = match policies {
                    None => false,
                    Some(p) => check.is_enforced(one.state, one.profile, &p.joint, &p.worst)?,
                };
                if !enforced {
                    return refuted("played in an equilibrium");
                }
            }
        }
        meter = check.meter;
    }
    let widest = answer
        .brackets
        .iter()
        .filter_map(|one| Some((one.below?, one.above?)))
        .map(|(below, above)| {
            answer.points[above].discount.value() - answer.points[below].discount.value()
        })
        .max()
        .unwrap_or(Rational::ZERO);
    Ok(Certificate {
        checked: vec![
            format!(
                "{}: at the upper end payments enforce the profile, and at the lower end no equilibrium plays it, exactly",
                count(answer.brackets.len(), "bracket", "brackets")
            ),
            format!("no bracket is wider than {}", scientific_up(&widest, 2)),
        ],
        complete: Completeness::NotClaimed,
    })
}
