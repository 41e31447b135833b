//! What a chain leads to over finitely many periods, in certified intervals.
//!
//! The distribution over nodes is carried forward period by period: d(t+1) = d(t)·P. The
//! probability that an event has not happened is carried forward on the steps that do not set it
//! off, once for each event. Every number is an interval that holds the true one. Work:
//! periods × steps × (1 + events), and that of the standard deviations.

use super::spread::{spread_of_times, spreads_of_sums};
use crate::game::{Chain, ChainOutcome};
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
    /// Of the shares of labels; empty where there are more than 24.
    pub labels_spread: Vec<f64>,
    /// Of the time until events, or the end.
    pub waiting_spread: Vec<f64>,
    /// `[event][quantile]`: between which two periods the first one lies by whose end the event has
    /// happened with at least that probability; `None` beyond the last period. Both are the same
    /// where the intervals, or exact fractions, decide it.
    pub quantiles: Vec<Vec<[Option<u64>; 2]>>,
}

/// So many labels have a standard deviation of their share.
const MOST_SPREADS: usize = 24;

/// About how many operations [`expected_over_time`] takes.
#[must_use]
pub fn work_over_time(chain: &Chain, periods: u64) -> u64 {
    let (events, players) = (chain.events().len(), chain.players().len());
    let labels = if chain.labels().len() <= MOST_SPREADS { chain.labels().len() } else { 0 };
    // The distributions in intervals, and a mean and a variance for each number.
    let passes = 4 * (1 + events) + 2 * (2 * (players + 1) + labels + events);
    periods.saturating_mul(chain.num_steps() as u64).saturating_mul(passes as u64)
}

/// So often exact fractions are asked for an event.
const MOST_EXACT: u32 = 32;

/// Discounted so far that a machine number shows no more of it.
const NOTHING: f64 = 1e-300;

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
    quantiles: &[Rational],
    budget: &Budget,
) -> Result<Expected, Exhausted> {
    let flat = Flat::new(chain);
    let nodes = chain.nodes().len();
    let shares = label_shares(chain);
    let factor = discount.map(Interval::enclosing);
    let (mut here, mut next) = (start(chain), zero(nodes));
    let (mut total, mut weighted) = (zero(nodes), zero(nodes));
    let one = Interval::point(1.0);
    // The weight of this period, (1 − δ) δ^(t−1), for as long as it matters.
    let mut weight = factor.map(|factor| one - factor);
    let mut labels_at = Vec::with_capacity(looks.len());
    let mut ahead = looks.iter().peekable();
    for period in 1..=periods {
        budget.check(period)?;
        for node in 0..nodes {
            if here[node].upper() > 0.0 {
                total[node] = total[node] + here[node];
                if let Some(weight) = weight {
                    weighted[node] = weighted[node] + weight * here[node];
                }
            }
        }
        if ahead.next_if(|&&look| look == period).is_some() {
            labels_at.push(weigh(&shares, &here, chain.labels().len()));
        }
        flat.forward(&here, &mut next, 0);
        std::mem::swap(&mut here, &mut next);
        if let (Some(factor), Some(so_far)) = (factor, weight) {
            weight = Some(so_far * factor);
            // All periods that follow weigh δ^t together, and no node has more than that of them.
            let rest = (so_far * factor).checked_div(one - factor);
            if let Some(rest) = rest.filter(|rest| rest.upper() < NOTHING) {
                let rest = Interval::hull(0.0, rest.upper());
                weighted.iter_mut().for_each(|sum| *sum = *sum + rest);
                weight = None;
            }
        }
    }
    let count = Interval::point(periods as f64);
    let each = |sum: &Interval| sum.checked_div(count).unwrap_or(*sum);
    let average: Vec<Interval> = total.iter().map(each).collect();
    let payoffs = node_payoffs(chain);
    let value = |weights: &[Interval]| -> Vec<Interval> {
        (payoffs.iter().map(|table| dot(table, weights))).collect()
    };
    let players = chain.players().len();
    let mut rewards: Vec<Vec<f64>> = (0..=players).map(|player| paid(chain, player)).collect();
    let discounted_spread = match discount {
        Some(factor) => spreads_of_sums(chain, &rewards, periods, Some(factor.to_f64()), budget)?,
        None => vec![0.0; rewards.len()],
    };
    if chain.labels().len() <= MOST_SPREADS {
        rewards.extend((0..chain.labels().len()).map(|label| {
            let is = |outcome: &ChainOutcome| f64::from(u8::from(outcome.label == label));
            chain.outcomes().iter().map(is).collect()
        }));
    }
    let mut average_spread = spreads_of_sums(chain, &rewards, periods, None, budget)?;
    let mut expected = Expected {
        labels_spread: average_spread.split_off(players + 1),
        average_spread,
        discounted_spread,
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
        expected.waiting_spread.push(spread_of_times(chain, 1 << event, periods, budget)?);
        expected.quantiles.push(found.quantiles);
    }
    Ok(expected)
}

/// What a player is paid, or all together, by outcome.
fn paid(chain: &Chain, player: usize) -> Vec<f64> {
    let of = |outcome: &ChainOutcome| {
        let total = || outcome.payoffs.iter().sum::<Rational>().to_f64();
        outcome.payoffs.get(player).map_or_else(total, Rational::to_f64)
    };
    chain.outcomes().iter().map(of).collect()
}

struct Until {
    by: Vec<Interval>,
    last: Interval,
    waiting: Interval,
    quantiles: Vec<[Option<u64>; 2]>,
}

fn until(
    chain: &Chain,
    flat: &Flat,
    bit: u8,
    (periods, looks, quantiles): (u64, &[u64], &[Rational]),
    budget: &Budget,
) -> Result<Until, Exhausted> {
    let (mut here, mut next) = (start(chain), zero(chain.nodes().len()));
    let one = Interval::point(1.0);
    let mut found = Until {
        by: Vec::with_capacity(looks.len()),
        last: Interval::point(0.0),
        waiting: Interval::point(0.0),
        quantiles: vec![[None; 2]; quantiles.len()],
    };
    let levels: Vec<Interval> = quantiles.iter().map(Interval::enclosing).collect();
    let (mut left, mut asked) = (one, 0);
    let mut ahead = looks.iter().peekable();
    for period in 1..=periods {
        budget.check(period)?;
        found.waiting = found.waiting + left;
        flat.forward(&here, &mut next, bit);
        std::mem::swap(&mut here, &mut next);
        left = here.iter().fold(Interval::point(0.0), |sum, &part| sum + part);
        left = Interval::hull(left.lower().clamp(0.0, 1.0), left.upper().clamp(0.0, 1.0));
        let gone = one - left;
        for (at, [first, last]) in found.quantiles.iter_mut().enumerate() {
            if last.is_some() || gone.upper() < levels[at].lower() {
                continue;
            }
            let sure = gone.lower() >= levels[at].upper();
            // Where the intervals do not decide it, exact fractions may.
            let exact = if sure || asked >= MOST_EXACT {
                None
            } else {
                asked += 1;
                gone_exactly(chain, bit, period)
            };
            match exact.map(|gone| gone >= quantiles[at]) {
                Some(false) => {}
                None if !sure => *first = first.or(Some(period)),
                _ => (*first, *last) = (first.or(Some(period)), Some(period)),
            }
        }
        if ahead.next_if(|&&look| look == period).is_some() {
            found.by.push(gone);
        }
        found.last = gone;
    }
    Ok(found)
}

/// The probability that the event has happened by the end of a period, as a fraction; `None` where
/// that is long.
fn gone_exactly(chain: &Chain, bit: u8, period: u64) -> Option<Rational> {
    const MOST_STEPS: u64 = 20_000;
    const LONGEST: usize = 4096;
    if period.saturating_mul(chain.num_steps() as u64) > MOST_STEPS {
        return None;
    }
    let mut here = vec![Rational::ZERO; chain.nodes().len()];
    for (node, probability) in chain.start() {
        here[*node] += probability;
    }
    for _ in 0..period {
        let mut next = vec![Rational::ZERO; here.len()];
        for (node, weight) in here.iter().enumerate().filter(|(_, weight)| !weight.is_zero()) {
            if weight.bit_len() > LONGEST {
                return None;
            }
            for step in chain.nodes()[node].iter().filter(|step| step.events & bit == 0) {
                next[step.next] += &(weight * &step.probability);
            }
        }
        here = next;
    }
    Some(Rational::ONE - here.iter().sum::<Rational>())
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
