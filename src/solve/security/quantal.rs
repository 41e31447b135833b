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
//! resources, and these then maximise G_r over all coverages (Everett 1963); where the maxima of
//! several targets move from one end to the other at one price, as far as machine numbers tell, a
//! mixture of both does. So the maximum is global up to rounding, and the price proves a bound, without
//! which no answer is shown: see [`crate::certify::certify_security_quantal`].

use crate::game::security::{SecurityGame, SecurityQuantal};
use crate::num::{Interval, Rational};
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::lottery::lottery;
use crate::solve::raised::Raise;

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
    /// The payoffs leave the range of machine numbers.
    #[error("the quantal response is solved for payoffs of ordinary size: {0} is too large here")]
    TooLarge(String),
    /// The weights leave the range of machine numbers.
    #[error(
        "λ times the range of the attacker's payoffs is at most {MOST_SPREAD}: λ = {0} is too large here; without λ he answers best"
    )]
    TooPrecise(Rational),
}

/// The largest λ · (greatest − least payoff of the attacker).
pub const MOST_SPREAD: f64 = 600.0;

/// The largest payoff, without its sign.
const LARGEST_PAYOFF: f64 = 1e100;
/// The largest number of steps of the value.
const MOST_STEPS: usize = 1000;

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
/// Each of some ten to two hundred steps solves for the price by a hundred bisections, each of T
/// coverages by as many again. The answer is `None` when the budget or the number of steps is spent.
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
    let sides = game.targets().iter().flat_map(|target| [&target.defender, &target.attacker]);
    let mut payoffs = sides.flat_map(|side| [&side.covered, &side.uncovered]);
    if let Some(large) = payoffs.find(|payoff| payoff.to_f64().abs() > LARGEST_PAYOFF) {
        let shown = large.to_f64();
        return Err(SecurityQuantalError::TooLarge(format!("{shown:e}")));
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

/// The least payoff of the defender, and the distance to the greatest, or one.
fn defender_range(game: &SecurityGame) -> (Rational, Rational) {
    let payoffs =
        game.targets().iter().flat_map(|one| [&one.defender.covered, &one.defender.uncovered]);
    let Raise { shift, unit } = Raise::of(payoffs);
    (&unit - &shift, unit)
}

fn climb(
    game: &SecurityGame,
    lambda: &Rational,
    reference: f64,
    budget: &Budget,
) -> Result<SecurityQuantal, Exhausted> {
    let precision = lambda.to_f64();
    let (least, range) = defender_range(game);
    let terms: Vec<Term> = game
        .targets()
        .iter()
        .map(|target| Term {
            slope: precision * target.attacker.slope().to_f64(),
            start: precision * (target.attacker.uncovered.to_f64() - reference),
            // In units of the defender's own: the rest is the same whatever they are.
            base: ((&target.defender.uncovered - &least) / &range).to_f64(),
            gain: (target.defender.slope() / &range).to_f64(),
        })
        .collect();
    let resources = game.resources() as f64;
    let value_of = |coverage: &[f64]| {
        let (mut sum, mut total) = (0.0, 0.0);
        for (term, &c) in terms.iter().zip(coverage) {
            let weight = term.weight(c);
            sum += weight * (term.base + term.gain * c);
            total += weight;
        }
        sum / total
    };
    let share = (resources / terms.len() as f64).min(1.0);
    let mut r = value_of(&vec![share; terms.len()]);
    let mut steps = 0;
    let (coverage, price) = loop {
        let (coverage, price) = allocate(&terms, r, resources, budget)?;
        let next = value_of(&coverage);
        let risen = next - r;
        r = r.max(next);
        if risen <= 1e-15 {
            break (coverage, price);
        }
        steps += 1;
        if steps > MOST_STEPS {
            return Err(Exhausted::Steps);
        }
    };
    let coverage = in_units(&coverage, game.resources());
    let (attack, value) = outcome(game, lambda, &coverage);
    Ok(SecurityQuantal {
        lambda: lambda.clone(),
        attack,
        value,
        // What the price proves exceeds the best value by about the rounding.
        bound: (value.1 + 1e-9 * range.to_f64()).max(value.1.next_up()),
        price: price * range.to_f64(),
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
    // Prices differ by hundreds of powers of ten: their logarithms are halved, and then they.
    let (mut low, mut high) = (f64::MIN_POSITIVE, steepest);
    let enough = |price: f64| at(price).iter().sum::<f64>() <= resources;
    for logarithms in [true, false] {
        for _ in 0..100 {
            budget.check_now(0)?;
            let middle = if logarithms { low.sqrt() * high.sqrt() } else { 0.5 * (low + high) };
            if !(middle > low && middle < high) {
                break;
            }
            if enough(middle) { high = middle } else { low = middle }
        }
    }
    // Between two prices that are next to each other the coverages may jump: what is left of the
    // resources is used by a mixture of both.
    let (most, least) = (at(low), at(high));
    let (over, under) = (most.iter().sum::<f64>(), least.iter().sum::<f64>());
    let share =
        if over > under { ((resources - under) / (over - under)).clamp(0.0, 1.0) } else { 0.0 };
    let mixed = most.iter().zip(&least).map(|(most, least)| least + share * (most - least));
    Ok((mixed.collect(), high))
}

/// Coverages in multiples of 2⁻⁴⁰, so that the numbers are short, within the resources: rounded down,
/// and what that leaves over given to those that lost most.
fn in_units(coverage: &[f64], resources: usize) -> Vec<Rational> {
    const UNITS: f64 = (1u64 << 40) as f64;
    let mut units: Vec<u64> = coverage.iter().map(|c| (c * UNITS) as u64).collect();
    let wanted = (coverage.iter().sum::<f64>() * UNITS).round() as u128;
    let all = (resources as u128) << 40;
    let used: u128 = units.iter().map(|&units| u128::from(units)).sum();
    let left = wanted.min(all).saturating_sub(used).min(units.len() as u128) as usize;
    let lost = |at: usize| (coverage[at] * UNITS).fract();
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by(|&one, &other| lost(other).total_cmp(&lost(one)));
    for &at in order.iter().take(left) {
        units[at] = (units[at] + 1).min(1 << 40);
    }
    units.into_iter().map(|units| Rational::from(units) / Rational::from(1u64 << 40)).collect()
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
    // What exceeds the least payoff keeps the quotient narrow; the total is at least 1.
    let (least, _) = defender_range(game);
    let sum = weights
        .iter()
        .zip(game.defender_payoffs(coverage))
        .fold(Interval::point(0.0), |sum, (&weight, payoff)| {
            sum + weight * Interval::enclosing(&(payoff - &least))
        });
    let value = sum.checked_div(total).map(|value| value + Interval::enclosing(&least));
    let value =
        value.map_or((f64::NEG_INFINITY, f64::INFINITY), |value| (value.lower(), value.upper()));
    let attack = weights.iter().map(|weight| weight.midpoint() / total.midpoint()).collect();
    (attack, value)
}
