//! What a chain leads to over finitely many periods, in certified intervals.
//!
//! The distribution over nodes is carried forward period by period: d(t+1) = d(t)·P. The
//! probability that an event has not happened is carried forward on the steps that do not set it
//! off. Every number is an interval that holds the true one; the work is periods × steps.

use crate::game::Chain;
use crate::num::{Interval, Rational};
use crate::solve::{Budget, Exhausted};

/// Expected values over the periods of a [`super::Course`], each as an interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// The payoff a period of each player, and of all together at the end.
    pub average: Vec<Interval>,
    /// (1 − δ) Σ δ^(t−1) `g_i` over the periods, likewise; empty without a discount factor.
    pub discounted: Vec<Interval>,
    /// The share of periods with each label.
    pub labels: Vec<Interval>,
    /// `[look][label]`: the probability of the label in the period that is looked at.
    pub labels_at: Vec<Vec<Interval>>,
    /// `[event][look]`: the probability that the event has happened by the end of that period.
    pub events_by: Vec<Vec<Interval>>,
    /// The probability that it has happened by the last period.
    pub events: Vec<Interval>,
    /// The expected number of periods until the event, or until the end where it does not happen.
    pub waiting: Vec<Interval>,
    /// Standard deviations among paths, in machine numbers, of the payoffs a period.
    pub average_spread: Vec<f64>,
    /// Of the discounted payoffs.
    pub discounted_spread: Vec<f64>,
    /// Of the shares of labels; empty where there are more than twelve.
    pub labels_spread: Vec<f64>,
    /// Of the time until events, or the end.
    pub waiting_spread: Vec<f64>,
    /// `[event][quantile]`: the first period by whose end the event has happened with at least that
    /// probability; `None` beyond the last period.
    pub quantiles: Vec<Vec<Option<u64>>>,
}

/// So many labels have a standard deviation of their share.
const MOST_SPREADS: usize = 12;

/// The steps of a chain in intervals, node by node.
struct Flat {
    offsets: Vec<usize>,
    steps: Vec<(Interval, usize, u8)>,
}

impl Flat {
    fn new(chain: &Chain) -> Self {
        let mut offsets = vec![0];
        let mut steps = Vec::with_capacity(chain.num_steps());
        for node in chain.nodes() {
            let flat = node
                .iter()
                .map(|step| (Interval::enclosing(&step.probability), step.next, step.events));
            steps.extend(flat);
            offsets.push(steps.len());
        }
        Flat { offsets, steps }
    }

    /// One period: what is at the nodes moves on, along steps that set off nothing of `events`.
    fn forward(&self, from: &[Interval], to: &mut [Interval], events: u8) {
        to.fill(Interval::point(0.0));
        for (node, &here) in from.iter().enumerate().filter(|(_, here)| here.upper() > 0.0) {
            for &(probability, next, sets_off) in
                &self.steps[self.offsets[node]..self.offsets[node + 1]]
            {
                if sets_off & events == 0 {
                    to[next] = to[next] + here * probability;
                }
            }
        }
        // Rounding outward may leave [0, 1], and probabilities do not.
        for number in to.iter_mut() {
            *number =
                Interval::hull(number.lower().clamp(0.0, 1.0), number.upper().clamp(0.0, 1.0));
        }
    }
}

fn zero(count: usize) -> Vec<Interval> {
    vec![Interval::point(0.0); count]
}

fn start(chain: &Chain) -> Vec<Interval> {
    let mut weights = zero(chain.nodes().len());
    for (node, probability) in chain.start() {
        weights[*node] = weights[*node] + Interval::enclosing(probability);
    }
    weights
}

/// The expected values over `periods` periods, at these looks, with the first periods by which
/// events have happened with the probabilities `quantiles`, each in (0, 1).
///
/// # Errors
/// [`Exhausted`] when the budget ends first.
pub fn expected_over_time(
    chain: &Chain,
    periods: u64,
    looks: &[u64],
    discount: Option<&Rational>,
    quantiles: &[f64],
    budget: &Budget,
) -> Result<Expected, Exhausted> {
    let flat = Flat::new(chain);
    let nodes = chain.nodes().len();
    let shares = label_shares(chain);
    let factor = discount.map(Interval::enclosing);
    let (mut here, mut next) = (start(chain), zero(nodes));
    let (mut total, mut weighted) = (zero(nodes), zero(nodes));
    let mut weight = factor.map_or(Interval::point(0.0), |factor| Interval::point(1.0) - factor);
    let mut labels_at = Vec::with_capacity(looks.len());
    let mut ahead = looks.iter().peekable();
    for period in 1..=periods {
        budget.check(period)?;
        for node in 0..nodes {
            if here[node].upper() > 0.0 {
                total[node] = total[node] + here[node];
                if weight.upper() > 1e-300 {
                    weighted[node] = weighted[node] + weight * here[node];
                }
            }
        }
        if ahead.next_if(|&&look| look == period).is_some() {
            labels_at.push(weigh(&shares, &here, chain.labels().len()));
        }
        flat.forward(&here, &mut next, 0);
        std::mem::swap(&mut here, &mut next);
        if let Some(factor) = factor {
            weight = weight * factor;
        }
    }
    let count = Interval::point(periods as f64);
    let each = |sum: &Interval| sum.checked_div(count).unwrap_or(*sum);
    let average: Vec<Interval> = total.iter().map(each).collect();
    let payoffs = node_payoffs(chain);
    let value = |weights: &[Interval]| -> Vec<Interval> {
        (payoffs.iter().map(|table| dot(table, weights))).collect()
    };
    let spread = |reward: &dyn Fn(usize) -> f64, factor: Option<f64>| {
        spread_of_sum(chain, reward, periods, factor, budget)
    };
    let paid = |player: usize| {
        move |outcome: usize| -> f64 {
            let paid = &chain.outcomes()[outcome].payoffs;
            let total = || paid.iter().map(Rational::to_f64).sum();
            paid.get(player).map_or_else(total, Rational::to_f64)
        }
    };
    let players = chain.players().len();
    let averages = (0..=players).map(|player| spread(&paid(player), None));
    let discounts = (0..=players).map(|player| match discount {
        Some(factor) => spread(&paid(player), Some(factor.to_f64())),
        None => Ok(0.0),
    });
    let few = chain.labels().len() <= MOST_SPREADS;
    let spreads = (0..if few { chain.labels().len() } else { 0 }).map(|label| {
        let is = |outcome: usize| f64::from(u8::from(chain.outcomes()[outcome].label == label));
        spread(&is, None)
    });
    let mut expected = Expected {
        average_spread: averages.collect::<Result<_, _>>()?,
        discounted_spread: discounts.collect::<Result<_, _>>()?,
        labels_spread: spreads.collect::<Result<_, _>>()?,
        waiting_spread: Vec::new(),
        average: value(&average),
        discounted: if factor.is_some() { value(&weighted) } else { Vec::new() },
        labels: weigh(&shares, &average, chain.labels().len()),
        labels_at,
        events_by: Vec::new(),
        events: Vec::new(),
        waiting: Vec::new(),
        quantiles: Vec::new(),
    };
    for event in 0..chain.events().len() {
        let found = until(chain, &flat, 1 << event, (periods, looks, quantiles), budget)?;
        expected.events_by.push(found.by);
        expected.events.push(found.last);
        expected.waiting.push(found.waiting);
        expected.waiting_spread.push(found.spread);
        expected.quantiles.push(found.quantiles);
    }
    Ok(expected)
}

struct Until {
    by: Vec<Interval>,
    last: Interval,
    waiting: Interval,
    spread: f64,
    quantiles: Vec<Option<u64>>,
}

fn until(
    chain: &Chain,
    flat: &Flat,
    bit: u8,
    (periods, looks, quantiles): (u64, &[u64], &[f64]),
    budget: &Budget,
) -> Result<Until, Exhausted> {
    let (mut here, mut next) = (start(chain), zero(chain.nodes().len()));
    let one = Interval::point(1.0);
    let mut found = Until {
        by: Vec::with_capacity(looks.len()),
        last: Interval::point(0.0),
        waiting: Interval::point(0.0),
        spread: 0.0,
        quantiles: vec![None; quantiles.len()],
    };
    let (mut left, mut square) = (one, 0.0);
    let mut ahead = looks.iter().peekable();
    for period in 1..=periods {
        budget.check(period)?;
        found.waiting = found.waiting + left;
        // The square of a time t is the sum of 2k − 1 over k up to t.
        square += (2.0 * period as f64 - 1.0) * left.midpoint();
        flat.forward(&here, &mut next, bit);
        std::mem::swap(&mut here, &mut next);
        left = here.iter().fold(Interval::point(0.0), |sum, &part| sum + part);
        left = Interval::hull(left.lower().clamp(0.0, 1.0), left.upper().clamp(0.0, 1.0));
        let gone = one - left;
        for (first, &quantile) in found.quantiles.iter_mut().zip(quantiles) {
            if first.is_none() && gone.midpoint() >= quantile {
                *first = Some(period);
            }
        }
        if ahead.next_if(|&&look| look == period).is_some() {
            found.by.push(gone);
        }
        found.last = gone;
    }
    let variance = square - found.waiting.midpoint().powi(2);
    // Dust of rounding is no spread.
    found.spread = if variance > 1e-12 * square { variance.sqrt() } else { 0.0 };
    Ok(found)
}

/// The standard deviation among paths of what is collected over the periods: the mean a period, or the
/// sum discounted by a factor. The first two moments of what is still to come are carried backward
/// (Sobel 1982), in machine numbers; payoffs are taken from near their mean, so that little cancels.
fn spread_of_sum(
    chain: &Chain,
    reward: &dyn Fn(usize) -> f64,
    periods: u64,
    factor: Option<f64>,
    budget: &Budget,
) -> Result<f64, Exhausted> {
    let outcomes: Vec<f64> = (0..chain.outcomes().len()).map(reward).collect();
    let middle = outcomes.iter().sum::<f64>() / outcomes.len().max(1) as f64;
    let (now, later) = match factor {
        Some(factor) => (1.0 - factor, factor),
        None => (1.0 / periods as f64, 1.0),
    };
    let steps: Vec<Vec<(f64, f64, usize)>> = (chain.nodes().iter())
        .map(|node| {
            let flat = node.iter().map(|step| {
                (step.probability.to_f64(), now * (outcomes[step.outcome] - middle), step.next)
            });
            flat.collect()
        })
        .collect();
    let (mut means, mut squares) = (vec![0.0; steps.len()], vec![0.0; steps.len()]);
    let (mut next_means, mut next_squares) = (means.clone(), squares.clone());
    for period in 0..periods {
        budget.check(period)?;
        for (node, steps) in steps.iter().enumerate() {
            let (mut mean, mut square) = (0.0, 0.0);
            for &(probability, paid, next) in steps {
                let after = later * means[next];
                mean += probability * (paid + after);
                square += probability
                    * (paid * paid + 2.0 * paid * after + later * later * squares[next]);
            }
            next_means[node] = mean;
            next_squares[node] = square;
        }
        std::mem::swap(&mut means, &mut next_means);
        std::mem::swap(&mut squares, &mut next_squares);
        // What is discounted this far adds nothing more.
        if factor.is_some() && later.powf(period as f64) < 1e-20 {
            break;
        }
    }
    let at_start = |values: &[f64]| -> f64 {
        chain.start().iter().map(|(node, p)| p.to_f64() * values[*node]).sum()
    };
    let variance = at_start(&squares) - at_start(&means).powi(2);
    // Dust of rounding is no spread.
    let size = at_start(&squares).abs() * 1e-13;
    Ok(if variance > size { variance.sqrt() } else { 0.0 })
}

/// For each node the probability of each label in its period.
fn label_shares(chain: &Chain) -> Vec<Vec<(usize, Interval)>> {
    chain
        .nodes()
        .iter()
        .map(|node| {
            let mut shares: Vec<(usize, Rational)> = Vec::new();
            for step in node {
                let label = chain.outcomes()[step.outcome].label;
                match shares.iter_mut().find(|(known, _)| *known == label) {
                    Some((_, share)) => *share = &*share + &step.probability,
                    None => shares.push((label, step.probability.clone())),
                }
            }
            shares.into_iter().map(|(label, p)| (label, Interval::enclosing(&p))).collect()
        })
        .collect()
}

fn weigh(shares: &[Vec<(usize, Interval)>], weights: &[Interval], labels: usize) -> Vec<Interval> {
    let mut sums = zero(labels);
    for (shares, &weight) in shares.iter().zip(weights).filter(|(_, w)| w.upper() > 0.0) {
        for &(label, share) in shares {
            sums[label] = sums[label] + share * weight;
        }
    }
    sums
}

/// For each player, and for all together at the end, the expected payoff of a period by node.
fn node_payoffs(chain: &Chain) -> Vec<Vec<Interval>> {
    let players = chain.players().len();
    (0..=players)
        .map(|player| {
            let of = |outcome: usize| -> Rational {
                let paid = &chain.outcomes()[outcome].payoffs;
                if player < players { paid[player].clone() } else { paid.iter().sum() }
            };
            let node = |node: &Vec<crate::game::Step>| -> Rational {
                node.iter().map(|step| &step.probability * of(step.outcome)).sum()
            };
            chain.nodes().iter().map(|at| Interval::enclosing(&node(at))).collect()
        })
        .collect()
}

fn dot(one: &[Interval], other: &[Interval]) -> Interval {
    one.iter().zip(other).fold(Interval::point(0.0), |sum, (&a, &b)| sum + a * b)
}
