//! Logit equilibria: the residual of the fixed point, bounded by interval arithmetic.
//!
//! At precision λ the logit response to a profile plays each action with probability
//! exp(λ u_a) / Σ_b exp(λ u_b), where u are the expected payoffs against the others' strategies
//! (McKelvey & Palfrey 1995). The *residual* is the largest distance of a stated probability from
//! it. Payoffs are enclosed by intervals, the largest is subtracted before `exp`, and the bound that
//! follows must not exceed the stated one.

use crate::game::NormalForm;
use crate::game::answer::{LogitEquilibrium, LogitPoint, Quantal};
use crate::num::{Interval, Rational};

use super::approximate::{check_near, check_standing};
use super::enclosed::payoffs;
use super::expected::fits;
use super::meter::{Limits, Meter};
use super::wording::{count, number};
use super::{Certificate, Completeness, Refutation};

/// Checks the residual of every point, payoffs and regret of the equilibria, the limit of the
/// branch, and a fit.
///
/// That the points lie on the principal branch and on no other is not checked.
///
/// # Errors
/// A [`Refutation`] of the first thing that is wrong.
pub fn certify_quantal(
    game: &NormalForm,
    answer: &Quantal,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    let mut checked = Vec::new();
    for one in &answer.points {
        check_equilibrium(game, one, &mut meter)?;
    }
    if !answer.points.is_empty() {
        checked.push(format!(
            "{}: no probability is farther from the logit response to the profile than the stated \
             residual, by interval arithmetic, and no gain from a deviation exceeds the stated \
             regret, exactly",
            count(answer.points.len(), "logit equilibrium", "logit equilibria")
        ));
    }
    let mut worst = Rational::ZERO;
    for point in &answer.path {
        check_point(game, point, &mut meter)?;
        worst = worst.max(point.residual.clone());
    }
    if !answer.path.is_empty() {
        checked.push(format!(
            "{} with residuals of at most {}",
            count(answer.path.len(), "point of the path", "points of the path"),
            upper(&worst)
        ));
    }
    if let Some(limit) = &answer.limit {
        check_near(game, limit, &mut meter)?;
        checked.push(if limit.regret.is_zero() {
            "the limit is an equilibrium, exactly".to_owned()
        } else {
            format!("the regret of the limit is at most {}", upper(&limit.regret))
        });
    }
    if let Some(fit) = &answer.fit {
        check_equilibrium(game, &fit.equilibrium, &mut meter)?;
        let shape: Vec<usize> = fit.counts.iter().map(Vec::len).collect();
        if shape != game.shape() {
            return Err(Refutation::Misfit("the counts do not fit the game".to_owned()));
        }
        let stated = Interval::enclosing(&fit.log_likelihood);
        let slack = Interval::point(1e-9) * (stated.abs() + Interval::point(1.0));
        let found = log_likelihood(&fit.counts, &fit.equilibrium.point);
        let right = found.is_some_and(|found| (found - stated).abs().upper() <= slack.upper());
        if !right {
            return Err(Refutation::WrongNumber(format!(
                "the stated logarithm of the likelihood, {}, is not that of the counts",
                number(&fit.log_likelihood)
            )));
        }
        for point in &answer.path {
            if let Some(other) = log_likelihood(&fit.counts, point)
                && (other - stated).lower() > slack.upper()
            {
                return Err(Refutation::NotOptimal(format!(
                    "the counts are likelier at λ = {}, on the path",
                    number(&point.lambda)
                )));
            }
        }
        checked.push("the likelihood, and that no point of the path has a greater one".to_owned());
    }
    let complete = Completeness::NotChecked(
        "that these points lie on the principal branch, and where it turns, is not checked".into(),
    );
    Ok(Certificate { checked, complete })
}

/// A number in two digits, rounded up.
fn upper(value: &Rational) -> String {
    format!("{:.1e}", value.to_f64() * 1.06)
}

fn check_equilibrium(
    game: &NormalForm,
    one: &LogitEquilibrium,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    check_point(game, &one.point, meter)?;
    check_standing(game, &one.point.profile, &one.payoffs, &one.regret, meter)
}

/// That the residual of a point is at most the stated one.
fn check_point(game: &NormalForm, point: &LogitPoint, meter: &mut Meter) -> Result<(), Refutation> {
    fits(game, &point.profile)?;
    if point.lambda.is_negative() {
        return Err(Refutation::Misfit("λ is negative".to_owned()));
    }
    let lambda = Interval::enclosing(&point.lambda);
    let stated = Interval::enclosing(&point.residual);
    let profile: Vec<Vec<Interval>> = point
        .profile
        .iter()
        .map(|one| one.probabilities().iter().map(Interval::enclosing).collect())
        .collect();
    for (player, probabilities) in profile.iter().enumerate() {
        let values = payoffs(game, player, None, &profile, meter)?;
        let largest = values.iter().map(|value| value.upper()).fold(f64::NEG_INFINITY, f64::max);
        let powers: Vec<Interval> =
            values.iter().map(|&u| (lambda * (u - Interval::point(largest))).exp()).collect();
        let sum = powers.iter().fold(Interval::point(0.0), |sum, &power| sum + power);
        for (&power, &probability) in powers.iter().zip(probabilities) {
            let distance = power
                .checked_div(sum)
                .map_or(f64::INFINITY, |response| (response - probability).abs().upper());
            // Two probabilities are never farther apart than one.
            if distance.min(1.0) > stated.upper() {
                return Err(Refutation::WrongNumber(format!(
                    "at λ = {} a probability of player {} may be {distance:e} away from the logit \
                     response, and the stated residual is {}",
                    number(&point.lambda),
                    super::wording::player(game, player),
                    number(&point.residual)
                )));
            }
        }
    }
    Ok(())
}

/// Σ count · ln probability; `None` where something was seen that has no probability.
fn log_likelihood(counts: &[Vec<u64>], point: &LogitPoint) -> Option<Interval> {
    let mut sum = Interval::point(0.0);
    for (counts, strategy) in counts.iter().zip(&point.profile) {
        for (&count, probability) in counts.iter().zip(strategy.probabilities()) {
            if count > 0 {
                let count = Interval::enclosing(&Rational::from(count));
                sum = sum + count * Interval::enclosing(probability).ln()?;
            }
        }
    }
    Some(sum)
}
