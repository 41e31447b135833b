//! Profiles near equilibrium: the regret is evaluated exactly, and must not exceed the stated bound.
//!
//! Every finite game has an equilibrium (Nash 1951), but with three players and more it need not be
//! rational. A profile of machine numbers is then held against the definition: its exact regret is
//! at most what is stated. Where a radius is stated, Krawczyk's test must prove that one exact
//! equilibrium, and only one, lies within it (`isolation.rs`).

use crate::game::NormalForm;
use crate::game::answer::{Approximate, ApproximateEquilibrium};
use crate::num::Rational;

use super::expected::{fits, standing};
use super::isolation::isolates;
use super::meter::{Limits, Meter};
use super::wording::{action, count, number, player, profile};
use super::{Certificate, Completeness, Refutation};

/// Whether a stated number is the nearest machine number to an exact one, up to its last place.
pub(super) fn is_near(stated: &Rational, exact: &Rational) -> bool {
    let last_place = Rational::new(1, 1 << 52);
    let least = Rational::from_f64_exactly(f64::MIN_POSITIVE).unwrap_or_default();
    (stated - exact).abs() <= &exact.abs() * &last_place + least
}

/// Checks the exact payoffs and regret of one profile.
pub(super) fn check_near(
    game: &NormalForm,
    answer: &ApproximateEquilibrium,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    fits(game, &answer.profile)?;
    check_standing(game, &answer.profile, &answer.payoffs, &answer.regret, meter)?;
    if let Some(radius) = &answer.radius
        && !isolates(game, &answer.profile, radius, meter)?
    {
        return Err(Refutation::WrongNumber(format!(
            "it is not proved that exactly one equilibrium lies within {} of the profile in which {}",
            number(radius),
            profile(game, &answer.profile)
        )));
    }
    Ok(())
}

/// Checks stated payoffs and a bound on the regret; with the bound 0 the payoffs are exact.
pub(super) fn check_standing(
    game: &NormalForm,
    strategies: &[crate::game::MixedStrategy],
    payoffs: &[Rational],
    regret: &Rational,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    if payoffs.len() != game.num_players() {
        return Err(Refutation::Misfit(format!(
            "{} payoffs for {} players",
            payoffs.len(),
            game.num_players()
        )));
    }
    for (at, stated) in payoffs.iter().enumerate() {
        let standing = standing(game, at, strategies, meter)?;
        let right = if regret.is_zero() {
            standing.payoff == *stated
        } else {
            is_near(stated, &standing.payoff)
        };
        if !right {
            return Err(Refutation::WrongNumber(format!(
                "player {} is said to get {}, and gets {} when {}",
                player(game, at),
                number(stated),
                number(&standing.payoff),
                profile(game, strategies)
            )));
        }
        if standing.gain() > *regret {
            return Err(Refutation::Deviation(format!(
                "player {} gains {} by playing {}, and the stated bound on the regret is {}, when {}",
                player(game, at),
                number(&standing.gain()),
                action(game, at, standing.best_action),
                number(regret),
                profile(game, strategies)
            )));
        }
    }
    Ok(())
}

/// Checks a list of profiles near equilibrium, its order, and the equilibria that they stand for.
///
/// Work: for each profile the product of the supports in exact numbers, and where a radius is stated
/// players² · profiles in intervals.
///
/// # Errors
/// A [`Refutation`] of the first thing that is wrong.
pub fn certify_approximate(
    game: &NormalForm,
    answer: &Approximate,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    for member in &answer.list {
        check_near(game, member, &mut meter)?;
    }
    for (at, pair) in answer.list.windows(2).enumerate() {
        if pair[0].profile <= pair[1].profile {
            return Err(Refutation::WrongList(format!(
                "profile {} does not come before {} in lexicographic order",
                at + 1,
                at + 2
            )));
        }
    }
    let exact = answer.list.iter().filter(|member| member.regret.is_zero()).count();
    let near = answer.list.len() - exact;
    let mut checked = Vec::new();
    if exact > 0 || near == 0 {
        checked.push(format!(
            "{}: probabilities, payoffs, and no gain from any unilateral deviation, exactly",
            count(exact, "equilibrium", "equilibria")
        ));
    }
    if near > 0 {
        checked.push(format!(
            "{} in machine numbers that sum to one exactly, whose regret, evaluated exactly, is at \
             most the stated one",
            count(near, "profile", "profiles")
        ));
    }
    let isolated = answer.list.iter().filter(|member| member.radius.is_some()).count();
    if isolated > 0 {
        checked.push(format!(
            "within the stated radius of {} there is one exact equilibrium and no other (Krawczyk's test)",
            count(isolated, "profile", "profiles")
        ));
    }
    let complete = if answer.complete {
        if let Some(at) = answer
            .list
            .iter()
            .position(|member| !member.regret.is_zero() && member.radius.is_none())
        {
            return Err(Refutation::WrongList(format!(
                "profile {} of a list that claims to be complete stands for no equilibrium: it has \
                 a regret and no radius",
                at + 1
            )));
        }
        Completeness::NotChecked(
            "that there is no other equilibrium was shown by interval subdivision when the list was \
             made, and is not shown again here"
                .to_owned(),
        )
    } else {
        Completeness::NotClaimed
    };
    Ok(Certificate { checked, complete })
}
