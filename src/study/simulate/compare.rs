//! What paths came to, beside what is expected.

use crate::game::Chain;
use crate::num::{Interval, Rational};
use crate::solve::chain::{Counted, Expected};

use super::expectation::Reference;
use super::plan::Plan;
use super::plays::Prepared;
use super::tally::{NORMAL_95, Tally, wilson};

/// What a number of a simulation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// The payoff a period of a player, or of all together.
    Average(Option<usize>),
    /// The discounted payoff, likewise.
    Discounted(Option<usize>),
    /// The share of periods with a label.
    Share(usize),
    /// The number of periods until an event, or the end.
    Waiting(usize),
    /// The share of paths in which an event happened.
    Event(usize),
}

/// What paths came to in one number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sum {
    /// What it is about.
    pub quantity: Quantity,
    /// The mean, or share, of the paths.
    pub found: f64,
    /// Its 95 % interval: by Student's distribution, of shares of paths Wilson's; `None` of one path.
    pub interval: Option<[f64; 2]>,
}

/// A number of a simulation beside what is expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What it is about.
    pub quantity: Quantity,
    /// The mean, or share, of the paths.
    pub found: f64,
    /// Its 95 % interval; `None` of one path, and where all paths are the same by chance.
    pub interval: Option<[f64; 2]>,
    /// The expected value.
    pub expected: Option<Interval>,
    /// The distance in standard errors of the expected distribution; `None` where that is not known,
    /// where nothing varies, and of events so rare or so common that the number of paths in which they
    /// happen is not nearly normal.
    pub z: Option<f64>,
    /// Whether the two differ though nothing varies.
    pub apart: bool,
    /// The expected value for ever, where it is known.
    pub for_ever: Option<Rational>,
}

/// How numbers agree with what is expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// How many vary.
    pub compared: usize,
    /// How many of them are more than 1.96 standard errors away.
    pub beyond: usize,
    /// The largest distance, in standard errors.
    pub largest: f64,
    /// Whether one that does not vary differs.
    pub apart: bool,
}

/// How numbers agree with what is expected.
#[must_use]
pub fn agreement(comparisons: &[Comparison]) -> Agreement {
    let sizes: Vec<f64> = comparisons.iter().filter_map(|one| one.z).map(f64::abs).collect();
    Agreement {
        compared: sizes.len(),
        beyond: sizes.iter().filter(|&&size| size > NORMAL_95).count(),
        largest: sizes.iter().copied().fold(0.0, f64::max),
        apart: comparisons.iter().any(|one| one.apart),
    }
}

/// Fewer paths than this with an event, or without it, are expected where its share has no z (the
/// usual rule for the normal approximation of a binomial distribution).
const FEW: f64 = 5.0;

/// All that simulations of a play count, in the order in which it is stated.
#[must_use]
pub fn quantities(prepared: &Prepared, discounted: bool) -> Vec<Quantity> {
    let counted = prepared.walk.counted();
    let players = || (0..counted.players.len()).map(Some).chain([None]);
    let mut list: Vec<Quantity> = players().map(Quantity::Average).collect();
    if discounted {
        list.extend(players().map(Quantity::Discounted));
    }
    list.extend((0..counted.labels.len()).map(Quantity::Share));
    list.extend((0..counted.events.len()).map(Quantity::Waiting));
    list.extend((0..counted.events.len()).map(Quantity::Event));
    list
}

/// Every number of a simulation, beside what is expected where that is known. Shares of periods are
/// left out of what is neither seen nor expected, and of plays with many labels.
#[must_use]
pub fn compare(
    prepared: &Prepared,
    plan: &Plan,
    tally: &Tally,
    reference: Option<&Reference>,
) -> Vec<Comparison> {
    let players = tally.average.len().saturating_sub(1);
    let mean = |list: &[super::Moments], at: usize| {
        list.get(at).map(|moments| (moments.mean(), moments.interval()))
    };
    // The true mean lies within these bounds, and so does the part of an interval that may hold it.
    let within = |(found, interval): (f64, Option<[f64; 2]>), low: f64, high: f64| {
        (found, interval.map(|ends| ends.map(|end| end.clamp(low.min(found), high.max(found)))))
    };
    let sum = |quantity| {
        let (found, interval) = match quantity {
            Quantity::Average(player) => mean(&tally.average, player.unwrap_or(players))?,
            Quantity::Discounted(player) => mean(&tally.discounted, player.unwrap_or(players))?,
            Quantity::Share(label) => within(mean(&tally.shares, label)?, 0.0, 1.0),
            Quantity::Waiting(event) => {
                within(mean(&tally.waiting, event)?, 1.0, plan.periods as f64)
            }
            Quantity::Event(event) => {
                let (share, interval) = wilson(tally.times[event].len(), tally.paths);
                (share, Some(interval))
            }
        };
        Some(hold(prepared, plan, tally.paths, reference, Sum { quantity, found, interval }))
    };
    let told = |one: &Comparison| match one.quantity {
        Quantity::Share(label) => {
            tally.labels[label] > 0 || one.expected.is_some_and(|value| value.upper() > 1e-12)
        }
        _ => true,
    };
    let all = quantities(prepared, !tally.discounted.is_empty());
    all.into_iter().filter_map(sum).filter(told).collect()
}

/// What is expected of a quantity over time, with its standard deviation among paths where it is known.
fn expected_of(over: &Expected, players: usize, quantity: Quantity) -> (Interval, Option<f64>) {
    let of =
        |values: &[Interval], spreads: &[f64], at: usize| (values[at], spreads.get(at).copied());
    match quantity {
        Quantity::Average(player) => {
            of(&over.average, &over.average_spread, player.unwrap_or(players))
        }
        Quantity::Discounted(player) => {
            of(&over.discounted, &over.discounted_spread, player.unwrap_or(players))
        }
        Quantity::Share(label) => of(&over.labels, &over.labels_spread, label),
        Quantity::Waiting(event) => of(&over.waiting, &over.waiting_spread, event),
        Quantity::Event(event) => {
            let p = over.events[event].midpoint().clamp(0.0, 1.0);
            (over.events[event], Some((p * (1.0 - p)).sqrt()))
        }
    }
}

/// By how much rounding may move a number: a billionth of the range in which it lies, and what machine
/// numbers of the size of payoffs lose.
fn dust(counted: &Counted, periods: u64, quantity: Quantity) -> f64 {
    let player = match quantity {
        Quantity::Average(player) | Quantity::Discounted(player) => player,
        Quantity::Share(_) | Quantity::Event(_) => return 1e-9,
        Quantity::Waiting(_) => return 1e-9 * periods as f64,
    };
    let paid = counted.payoffs.chunks(counted.players.len().max(1)).map(|paid| match player {
        Some(player) => [paid[player]; 2],
        // Sums lose what their greatest part does.
        None => [paid.iter().sum(), paid.iter().fold(0.0, |most: f64, one| most.max(one.abs()))],
    });
    let [mut low, mut high, mut size] = [f64::INFINITY, f64::NEG_INFINITY, 0.0f64];
    for [paid, most] in paid {
        (low, high, size) = (low.min(paid), high.max(paid), size.max(most.abs()));
    }
    1e-9 * (high - low).max(0.0) + 1e-13 * size
}

/// What so many paths came to, beside what is expected.
#[must_use]
pub fn hold(
    prepared: &Prepared,
    plan: &Plan,
    paths: u64,
    reference: Option<&Reference>,
    sum: Sum,
) -> Comparison {
    let Sum { quantity, found, interval } = sum;
    let counted = prepared.walk.counted();
    let for_ever = for_ever(prepared, reference, quantity);
    let mut one =
        Comparison { quantity, found, interval, expected: None, z: None, apart: false, for_ever };
    let Some(over) = reference.and_then(|reference| reference.over_time.as_ref().ok()) else {
        return one;
    };
    let (value, spread) = expected_of(over, counted.players.len(), quantity);
    one.expected = Some(value);
    let Some(spread) = spread else { return one };
    if spread > 0.0 && interval.is_some_and(|[low, high]| low >= high) {
        // All paths are the same, by chance: that says nothing of the error.
        one.interval = None;
    }
    let n = paths as f64;
    let (distance, error) = (found - value.midpoint(), spread / n.sqrt());
    let dust = dust(counted, plan.periods, quantity) + value.radius();
    if error > dust {
        let few = |p: f64| n * p < FEW;
        let rare = match quantity {
            Quantity::Event(event) => {
                let p = over.events[event].midpoint();
                few(p) || few(1.0 - p)
            }
            Quantity::Waiting(event) => few(over.events[event].midpoint()),
            _ => false,
        };
        one.z = (!rare).then(|| distance / error);
    } else {
        one.apart = distance.abs() > 1e3 * dust;
    }
    one
}

/// The value for ever of a quantity, where it is known.
fn for_ever(
    prepared: &Prepared,
    reference: Option<&Reference>,
    quantity: Quantity,
) -> Option<Rational> {
    let chain = prepared.chain.as_ref()?;
    let values = reference?.for_ever.as_ref().ok()?;
    let of = |player: Option<usize>, value: &dyn Fn(usize) -> Rational| match player {
        Some(player) => value(player),
        None => (0..chain.players().len()).map(value).sum(),
    };
    match quantity {
        Quantity::Average(player) => {
            let shares = values.stationary.as_ref()?;
            Some(of(player, &|player| {
                in_the_long_run(shares, |node| chain.expected_payoff(node, player))
            }))
        }
        Quantity::Discounted(player) => {
            let known = values.discounted.as_ref()?;
            Some(of(player, &|player| chain.from_start(&known[player])))
        }
        Quantity::Share(label) => {
            let shares = values.stationary.as_ref()?;
            Some(in_the_long_run(shares, |node| share_of(chain, node, label)))
        }
        Quantity::Event(event) => Some(chain.from_start(values.eventually.get(event)?.as_ref()?)),
        Quantity::Waiting(event) => {
            let known = values.waiting.get(event)?.as_ref()?;
            chain.start().iter().map(|(node, p)| Some(p * known[*node].as_ref()?)).sum()
        }
    }
}

fn in_the_long_run(shares: &[Rational], of: impl Fn(usize) -> Rational) -> Rational {
    let some = shares.iter().enumerate().filter(|(_, share)| !share.is_zero());
    some.map(|(node, share)| share * of(node)).sum()
}

fn share_of(chain: &Chain, node: usize, label: usize) -> Rational {
    let steps = chain.nodes()[node].iter();
    let those = steps.filter(|step| chain.outcomes()[step.outcome].label == label);
    those.map(|step| &step.probability).sum()
}
