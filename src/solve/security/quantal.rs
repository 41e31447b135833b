//! The best coverage against an attacker who errs: logit quantal response.
//!
//! The attacker strikes t with probability exp(λ A(t)) / Σ exp(λ A(k)), and the defender maximises
//! F(c) = Σ exp(λ A(t)) D(t) / Σ exp(λ A(t)), which is not concave (Yang, Kiekintveld, Ordóñez, Tambe
//! & John 2011 climb it from many starts; Yang, Ordóñez & Tambe 2012, PASAQ, bisect on its value with
//! piecewise linear mixed-integer programs). Here the value r is raised by Dinkelbach's (1967) steps:
//! the best coverage of G_r(c) = Σ exp(λ A(t)) (D(t) − r) gives the next r. G_r is a sum over targets,
//! and with a price μ of a resource each summand h_t(c) − μ c can be maximised by itself. Where
//! coverage helps the defender and hurts the attacker, h_t − μ c rises and then falls on [0, 1]: its
//! only maximum moves continuously with μ, so that some price makes the coverages add up to the
//! resources, and these then maximise G_r over all coverages (Everett 1963). So the maximum is global,
//! up to rounding, and the price proves a bound: see [`crate::certify::certify_security_quantal`].

use crate::game::security::{SecurityGame, SecurityQuantal};
use crate::num::{Interval, Rational};
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::lottery::lottery;

/// Why the best coverage against a quantal response is not looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecurityQuantalError {
    /// Schedules, or coverage that does not help.
    #[error(
        "the quantal response is solved for resources that cover one target each, and targets that the defender prefers covered and the attacker uncovered"
    )]
    NotSimple,
    /// λ is not positive.
    #[error("the precision λ is positive: {0}")]
    Lambda(Rational),
    /// The weights leave the range of machine numbers.
    #[error(
        "λ times the range of the attacker's payoffs is at most {MOST_SPREAD}: λ = {0} is too large here; without λ he answers best"
    )]
    TooPrecise(Rational),
}

/// The largest λ · (greatest − least payoff of the attacker).
pub const MOST_SPREAD: f64 = 600.0;

/// One target in machine numbers: the weight is exp(slope c + start), the payoff base + gain c.
struct Term {
    slope: f64,
    start: f64,
    base: f64,
    gain: f64,
}

impl Term {
    fn weight(&self, c: f64) -> f64 {
        (self.slope * c + self.start).exp()
    }

    /// The derivative of weight · (payoff − r).
    fn derivative(&self, c: f64, r: f64) -> f64 {
        self.weight(c) * (self.slope * (self.base - r + self.gain * c) + self.gain)
    }

    /// Where weight · (payoff − r) − price · c is greatest on [0, 1]: the derivative falls to the price
    /// once, since it is negative from its root on.
    fn best(&self, r: f64, price: f64) -> f64 {
        if self.derivative(0.0, r) <= price {
            return 0.0;
        }
        // The root of the second factor; beyond it the derivative is negative.
        let root = -(self.gain / self.slope + self.base - r) / self.gain;
        let (mut low, mut high) = (0.0, root.min(1.0));
        if high >= 1.0 && self.derivative(1.0, r) >= price {
            return 1.0;
        }
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if self.derivative(middle, r) > price { low = middle } else { high = middle }
        }
        low
    }
}

/// The best coverage against a logit attacker of precision `lambda`, with bounds.
///
/// Each of about ten steps solves for the price by 60 bisections, each of T coverages by as many
/// again: about 40,000 T exponentials. The answer is `None` when the budget is spent.
///
/// # Errors
/// [`SecurityQuantalError`].
pub fn find_quantal_commitment(
    game: &SecurityGame,
    lambda: &Rational,
    budget: &Budget,
) -> Result<Outcome<Option<SecurityQuantal>>, SecurityQuantalError> {
    if game.schedules().is_some() || !game.coverage_helps() {
        return Err(SecurityQuantalError::NotSimple);
    }
    if !lambda.is_positive() {
        return Err(SecurityQuantalError::Lambda(lambda.clone()));
    }
    let attacker = || game.targets().iter().map(|target| &target.attacker);
    let most = attacker().map(|one| one.uncovered.to_f64()).fold(f64::NEG_INFINITY, f64::max);
    let least = attacker().map(|one| one.covered.to_f64()).fold(f64::INFINITY, f64::min);
    let spread = lambda.to_f64() * (most - least);
    if spread.is_nan() || spread > MOST_SPREAD {
        return Err(SecurityQuantalError::TooPrecise(lambda.clone()));
    }
    let reference = 0.5 * (most + least);
    let (answer, status) = match climb(game, lambda, reference, budget) {
        Ok(answer) => (Some(answer), Status::Solved),
        Err(reason) => (None, Status::Partial(reason)),
    };
    let warnings = Vec::new();
    Ok(Outcome { answer, status, method: "quantal", work: Work::default(), warnings })
}

fn climb(
    game: &SecurityGame,
    lambda: &Rational,
    reference: f64,
    budget: &Budget,
) -> Result<SecurityQuantal, Exhausted> {
    let precision = lambda.to_f64();
    let terms: Vec<Term> = game
        .targets()
        .iter()
        .map(|target| Term {
            slope: precision * target.attacker.slope().to_f64(),
            start: precision * (target.attacker.uncovered.to_f64() - reference),
            base: target.defender.uncovered.to_f64(),
            gain: target.defender.slope().to_f64(),
        })
        .collect();
    let resources = game.resources() as f64;
    let mut r = terms.iter().map(|term| term.base).fold(f64::INFINITY, f64::min);
    let scale = terms
        .iter()
        .map(|term| term.base.abs().max((term.base + term.gain).abs()))
        .fold(0.0, f64::max);
    let (mut coverage, mut price) = (Vec::new(), 0.0);
    for _ in 0..100 {
        (coverage, price) = allocate(&terms, r, resources, budget)?;
        let (mut sum, mut total) = (0.0, 0.0);
        for (term, &c) in terms.iter().zip(&coverage) {
            let weight = term.weight(c);
            sum += weight * (term.base + term.gain * c);
            total += weight;
        }
        let next = sum / total;
        let risen = next - r;
        r = next;
        if risen <= 1e-15 * scale {
            break;
        }
    }
    // Multiples of 2^-40, rounded down: short numbers within the resources.
    const UNITS: f64 = (1u64 << 40) as f64;
    let coverage: Vec<Rational> = coverage
        .iter()
        .map(|c| Rational::from((c * UNITS) as u64) / Rational::from(1u64 << 40))
        .collect();
    let (attack, value) = outcome(game, lambda, &coverage);
    Ok(SecurityQuantal {
        lambda: lambda.clone(),
        attack,
        value,
        // What the price proves exceeds the best value by about the rounding.
        bound: value.1 + 1e-9 * scale.max(f64::MIN_POSITIVE),
        price,
        reference,
        lottery: lottery(&coverage),
        coverage,
    })
}

/// The coverage that maximises G_r, and the price that tells it.
fn allocate(
    terms: &[Term],
    r: f64,
    resources: f64,
    budget: &Budget,
) -> Result<(Vec<f64>, f64), Exhausted> {
    let at = |price: f64| -> Vec<f64> { terms.iter().map(|term| term.best(r, price)).collect() };
    let free = at(0.0);
    if free.iter().sum::<f64>() <= resources {
        return Ok((free, 0.0));
    }
    let steepest = terms.iter().map(|term| term.derivative(0.0, r)).fold(0.0, f64::max);
    let (mut low, mut high) = (0.0, steepest);
    for _ in 0..100 {
        budget.check_now(0)?;
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if at(middle).iter().sum::<f64>() > resources { low = middle } else { high = middle }
    }
    // The price from above keeps within the resources.
    Ok((at(high), high))
}

/// How likely each target is attacked, and an enclosure of what the defender gets.
fn outcome(
    game: &SecurityGame,
    lambda: &Rational,
    coverage: &[Rational],
) -> (Vec<f64>, (f64, f64)) {
    let attacker = game.attacker_payoffs(coverage);
    let most = attacker.iter().max().cloned().unwrap_or_default();
    let weights: Vec<Interval> = attacker
        .iter()
        .map(|payoff| Interval::enclosing(&(lambda * &(payoff - &most))).exp())
        .collect();
    let total = weights.iter().fold(Interval::point(0.0), |sum, &weight| sum + weight);
    // D(t) − D(first) keeps the quotient narrow; the total is at least 1.
    let sum = weights
        .iter()
        .zip(game.defender_payoffs(coverage))
        .fold(Interval::point(0.0), |sum, (&weight, payoff)| {
            sum + weight * Interval::enclosing(&payoff)
        });
    let value = sum
        .checked_div(total)
        .map_or((f64::NEG_INFINITY, f64::INFINITY), |value| (value.lower(), value.upper()));
    let attack = weights.iter().map(|weight| weight.midpoint() / total.midpoint()).collect();
    (attack, value)
}
