//! The best coverage against a logit attacker: its value enclosed, and a bound on any other.
//!
//! With weights W_t(c) = exp(λ (A_t(c) − a)) a coverage gives F = Σ W_t D_t / Σ W_t. If for some price
//! μ ≥ 0 and R resources μ R + Σ_t max over c in [0, 1] of [W_t(c) (D_t(c) − r) − μ c] ≤ 0, then no
//! coverage with Σ c ≤ R has F > r, since Σ W_t (D_t − r) ≤ 0 at each (Lagrange; Everett 1963). The
//! maxima over one variable are bounded by interval arithmetic: [0, 1] is halved again and again where
//! the mean value form h(m) + h'([a, b]) ([a, b] − m) may still exceed the greatest value that is known
//! (Moore, Kearfott & Cloud 2009, chapters 6 and 11).

use crate::game::security::{SecurityGame, SecurityQuantal};
use crate::num::{Interval, Rational};

use super::meter::{Limits, Meter};
use super::security::Check;
use super::{Certificate, Completeness, Refutation};

/// Checks the coverage, what it gives, and that no coverage gives more than the bound.
///
/// # Errors
/// A [`Refutation`]; [`Refutation::OutOfReach`] when the bound is too narrow for the work allowed.
pub fn certify_security_quantal(
    game: &SecurityGame,
    answer: &SecurityQuantal,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    let targets = game.targets();
    meter.spend(targets.len() * 32)?;
    if !answer.lambda.is_positive() || game.schedules().is_some() {
        return Err(Refutation::Misfit(
            "a quantal response has a positive precision, and single targets".to_owned(),
        ));
    }
    let check = Check::new(game)?;
    let mut checked =
        vec![check.feasible(&answer.coverage, answer.lottery.as_deref(), &mut meter)?];
    enclosed(game, answer)?;
    checked.push(format!(
        "the defender gets between {} and {}, by interval arithmetic",
        answer.value.0, answer.value.1
    ));
    bounded(game, answer, &mut meter)?;
    checked.push(format!("no coverage gives the defender more than {}", answer.bound));
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

fn enclosed(game: &SecurityGame, answer: &SecurityQuantal) -> Result<(), Refutation> {
    let attacker = game.attacker_payoffs(&answer.coverage);
    let most = attacker.iter().max().cloned().unwrap_or_default();
    let weights: Vec<Interval> = attacker
        .iter()
        .map(|payoff| Interval::enclosing(&(&answer.lambda * &(payoff - &most))).exp())
        .collect();
    let total = weights.iter().fold(Interval::point(0.0), |sum, &weight| sum + weight);
    // Of what exceeds the least payoff, so that the quotient is narrow wherever zero is.
    let payoffs = game.defender_payoffs(&answer.coverage);
    let sides =
        game.targets().iter().flat_map(|one| [&one.defender.covered, &one.defender.uncovered]);
    let least = sides.min().cloned().unwrap_or_default();
    let sum = weights.iter().zip(&payoffs).fold(Interval::point(0.0), |sum, (&weight, payoff)| {
        sum + weight * Interval::enclosing(&(payoff - &least))
    });
    let found = sum.checked_div(total).map(|mean| mean + Interval::enclosing(&least));
    if !found
        .is_some_and(|found| answer.value.0 <= found.lower() && found.upper() <= answer.value.1)
    {
        return Err(Refutation::WrongNumber(format!(
            "the defender is said to get between {} and {}, which interval arithmetic does not confirm",
            answer.value.0, answer.value.1
        )));
    }
    let near = |(stated, weight): (&f64, &Interval)| {
        weight
            .checked_div(total)
            .is_some_and(|p| *stated >= p.lower() - 1e-12 && *stated <= p.upper() + 1e-12)
    };
    if answer.attack.len() != weights.len() || !answer.attack.iter().zip(&weights).all(near) {
        return Err(Refutation::WrongNumber(
            "the attacker's probabilities are not his quantal response".to_owned(),
        ));
    }
    Ok(())
}

/// One target's summand h(c) = W(c) (D(c) − r) − μ c.
struct Summand {
    slope: Interval,
    start: Interval,
    base: Interval,
    gain: Interval,
    price: Interval,
}

impl Summand {
    /// Enclosures of h and h' on an interval.
    fn at(&self, c: Interval) -> (Interval, Interval) {
        let weight = (self.slope * c + self.start).exp();
        let lead = self.base + self.gain * c;
        let value = weight * lead - self.price * c;
        (value, weight * (self.slope * lead + self.gain) - self.price)
    }

    /// A number that h does not exceed on [0, 1], within about `slack` of the least such.
    fn most(&self, slack: f64, meter: &mut Meter) -> Result<f64, Refutation> {
        let mut known = [0.0, 1.0]
            .map(|c| self.at(Interval::point(c)).0.lower())
            .into_iter()
            .fold(f64::NEG_INFINITY, f64::max);
        let mut greatest = known;
        let mut boxes = vec![(0.0f64, 1.0f64)];
        while let Some((a, b)) = boxes.pop() {
            meter.spend(256)?;
            let (whole, middle) = (Interval::hull(a, b), 0.5 * (a + b));
            let (value, derivative) = self.at(whole);
            let centre = self.at(Interval::point(middle)).0;
            known = known.max(centre.lower());
            let form = centre + derivative * (whole - Interval::point(middle));
            // A monotone function is greatest at an end.
            let end = if derivative.lower() >= 0.0 {
                self.at(Interval::point(b)).0.upper()
            } else if derivative.upper() <= 0.0 {
                self.at(Interval::point(a)).0.upper()
            } else {
                f64::INFINITY
            };
            let upper =
                [value.upper(), form.upper(), end].into_iter().fold(f64::INFINITY, f64::min);
            if upper <= known + slack || middle <= a || middle >= b {
                greatest = greatest.max(upper);
            } else {
                boxes.extend([(a, middle), (middle, b)]);
            }
        }
        Ok(greatest.max(known))
    }
}

fn bounded(
    game: &SecurityGame,
    answer: &SecurityQuantal,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let exact = |value: f64| Rational::from_f64_exactly(value);
    let (Some(reference), Some(bound), Some(_)) =
        (exact(answer.reference), exact(answer.bound), exact(answer.price))
    else {
        return Err(Refutation::Misfit("a number of the proof is not finite".to_owned()));
    };
    if answer.price < 0.0 {
        return Err(Refutation::NotOptimal("the price of a resource is negative".to_owned()));
    }
    if answer.bound <= answer.value.1 {
        return Err(Refutation::NotOptimal(
            "the bound is no more than what the coverage may give".to_owned(),
        ));
    }
    let targets = game.targets();
    let price = Interval::point(answer.price);
    let summands = targets.iter().map(|target| Summand {
        slope: Interval::enclosing(&(&answer.lambda * &target.attacker.slope())),
        start: Interval::enclosing(&(&answer.lambda * &(&target.attacker.uncovered - &reference))),
        base: Interval::enclosing(&(&target.defender.uncovered - &bound)),
        gain: Interval::enclosing(&target.defender.slope()),
        price,
    });
    // What the bound leaves: it exceeds the value by so much, times the weights.
    let weights: f64 = targets
        .iter()
        .zip(&answer.coverage)
        .map(|(target, c)| {
            let exponent = &answer.lambda * &(target.attacker.at(c) - &reference);
            exponent.to_f64().exp()
        })
        .sum();
    let room = (answer.bound - answer.value.1).max(0.0) * weights;
    // Not so little that rounding would hide it.
    let sides = || targets.iter().flat_map(|one| [&one.defender.covered, &one.defender.uncovered]);
    let scale = match (sides().min(), sides().max()) {
        (Some(least), Some(most)) => (most - least).to_f64(),
        _ => 0.0,
    };
    let slack = (0.1 * room / targets.len() as f64).max(1e-14 * weights * scale);
    let mut total = price * Interval::enclosing(&Rational::from(game.resources() as u64));
    for summand in summands {
        total = total + Interval::point(summand.most(slack, meter)?);
    }
    if total.upper() > 0.0 {
        return Err(Refutation::NotOptimal(format!(
            "the price does not prove that no coverage gives the defender more than {}",
            answer.bound
        )));
    }
    Ok(())
}
