use super::*;
use crate::certify::certify_chain_values;
use crate::game::{
    Chain, ChainOutcome, ChainParts, ChainValues, DiscountFactor, MixedStrategy, NormalForm,
    PlayerMachine, PlayerMachineState, Step,
};
use crate::num::Rational;
use crate::random::PathRandom;
use crate::solve::Budget;

fn for_ever(chain: &Chain, discount: Option<&DiscountFactor>) -> ChainValues {
    values_for_ever(chain, discount, &Budget::unlimited()).unwrap()
}

/// A chain with random numbers of nodes, steps and events.
fn random_chain(seed: u64) -> Chain {
    let mut random = PathRandom::new(seed, 0);
    let nodes = 2 + random.below(5);
    let outcome = |label, random: &mut PathRandom| ChainOutcome {
        label,
        payoffs: (0..2).map(|_| Rational::from(random.below(21) as i64 - 10)).collect(),
    };
    let outcomes: Vec<_> = (0..4).map(|at| outcome(at % 3, &mut random)).collect();
    let list = (0..nodes)
        .map(|_| {
            let weights: Vec<i64> =
                (0..1 + random.below(4)).map(|_| 1 + random.below(9) as i64).collect();
            let sum: i64 = weights.iter().sum();
            weights
                .iter()
                .map(|&weight| Step {
                    probability: Rational::new(weight, sum),
                    outcome: random.below(4),
                    next: random.below(nodes),
                    events: u8::from(random.below(4) == 0),
                })
                .collect()
        })
        .collect();
    Chain::new(ChainParts {
        players: vec!["A".into(), "B".into()],
        labels: vec!["x".into(), "y".into(), "z".into()],
        outcomes,
        events: vec!["e".into()],
        nodes: list,
        start: vec![(0, Rational::new(1, 3)), (1, Rational::new(2, 3))],
    })
    .unwrap()
}

#[test]
fn values_for_ever_satisfy_their_equations() {
    let discount = DiscountFactor::new(Rational::new(9, 10)).unwrap();
    let mut settled = 0;
    for seed in 0..200 {
        let chain = random_chain(seed);
        let values = for_ever(&chain, Some(&discount));
        assert!(values.discounted.is_some() && values.eventually[0].is_some(), "{seed}");
        settled += u32::from(values.stationary.is_some());
        certify_chain_values(&chain, Some(&discount), &values).unwrap();
    }
    assert!(settled > 100, "{settled}");
}

#[test]
fn values_over_time_approach_those_for_ever() {
    let factor = Rational::new(9, 10);
    let discount = DiscountFactor::new(factor.clone()).unwrap();
    for seed in 0..50 {
        let chain = random_chain(seed);
        let values = for_ever(&chain, Some(&discount));
        let over =
            expected_over_time(&chain, 400, &[400], Some(&factor), &[], &Budget::unlimited())
                .unwrap();
        for (player, exact) in values.discounted.unwrap().iter().enumerate() {
            let exact = chain.from_start(exact).to_f64();
            assert!((over.discounted[player].midpoint() - exact).abs() < 1e-9, "{seed}");
        }
        let eventually = chain.from_start(values.eventually[0].as_ref().unwrap()).to_f64();
        assert!(over.events[0].lower() <= eventually + 1e-12, "{seed}");
        assert!(over.average[0].radius() < 1e-11);
    }
}

/// Paths of random chains agree with the expected values: of 60 chains with four comparisons each,
/// none is five standard errors away.
#[test]
fn sample_paths_agree_with_expected_values() {
    let factor = Rational::new(4, 5);
    for seed in 0..60 {
        let chain = random_chain(seed);
        let sampler = Sampler::new(&chain);
        let course = Course::new(30, vec![7, 30], Some(0.8));
        let expected =
            expected_over_time(&chain, 30, &[7, 30], Some(&factor), &[], &Budget::unlimited())
                .unwrap();
        let paths = 4000;
        let mut record = PathRecord::default();
        let (mut average, mut discounted) = (Moments::default(), Moments::default());
        let (mut happened, mut labelled) = (0.0, 0.0);
        for path in 0..paths {
            let mut random = PathRandom::new(seed, path);
            sampler.walk(&course, &mut random, &Budget::unlimited(), &mut record).unwrap();
            let paid = record.outcomes.iter().enumerate();
            average.add(
                paid.map(|(at, &n)| n as f64 * sampler.counted().payoffs[2 * at]).sum::<f64>()
                    / 30.0,
            );
            discounted.add(record.discounted[1]);
            happened += f64::from(u8::from(record.first[0] != 0));
            labelled +=
                f64::from(u8::from(sampler.counted().label_of[record.looks[0] as usize] == 0));
        }
        let close = |found: f64, exact: f64, error: f64| {
            assert!((found - exact).abs() <= 5.0 * error + 1e-9, "{seed}: {found} {exact} {error}");
        };
        let count = paths as f64;
        let share = |p: f64| (p.max(0.0) * (1.0 - p).max(0.0) / count).sqrt();
        close(average.mean, expected.average[0].midpoint(), average.error());
        close(discounted.mean, expected.discounted[1].midpoint(), discounted.error());
        let p = expected.events[0].midpoint();
        close(happened / count, p, share(p));
        let p = expected.labels_at[0][0].midpoint();
        close(labelled / count, p, share(p));
    }
}

#[derive(Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        let before = value - self.mean;
        self.mean += before / self.count;
        self.squares += before * (value - self.mean);
    }

    fn error(&self) -> f64 {
        (self.squares / (self.count - 1.0) / self.count).sqrt()
    }
}

/// The prisoner's dilemma of Axelrod's tournaments.
fn dilemma() -> NormalForm {
    NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]])
}

/// A strategy by what was played last, in the player's own view: CC, CD, DC, DD; it begins with
/// the first state.
fn memory_one(player: usize, cooperate: [Rational; 4]) -> PlayerMachine {
    let state = |at: usize| PlayerMachineState {
        play: MixedStrategy::new(vec![
            cooperate[at].clone(),
            Rational::ONE - cooperate[at].clone(),
        ])
        .unwrap(),
        // Profiles run CC, CD, DC, DD by the first player's view.
        next: if player == 0 { vec![0, 1, 2, 3] } else { vec![0, 2, 1, 3] },
    };
    PlayerMachine { states: (0..4).map(state).collect(), start: 0 }
}

/// The long-run payoff of the first player when both play a strategy with mistakes.
fn against_itself(cooperate: [i64; 4], generosity: Rational, noise: Rational) -> Rational {
    let play = cooperate.map(|c| if c < 0 { generosity.clone() } else { Rational::from(c) });
    let game = dilemma();
    let machines: Vec<PlayerMachine> = (0..2)
        .map(|player| memory_one(player, play.clone()).with_noise(&noise, &[0, 1]).unwrap())
        .collect();
    let payoffs = [game.payoffs(0).to_vec(), game.payoffs(1).to_vec()];
    let chain = play_machines(&game, &payoffs, &machines, &Budget::unlimited()).unwrap();
    let values = for_ever(&chain, None);
    certify_chain_values(&chain, None, &values).unwrap();
    let shares = values.stationary.unwrap();
    shares.iter().enumerate().map(|(node, share)| share * chain.expected_payoff(node, 0)).sum()
}

/// Molander (1985) and Nowak & Sigmund (1992): with the slightest noise tit for tat gets the mean of
/// the four payoffs from itself; the other numbers follow from the stationary distributions.
#[test]
fn noise_in_tit_for_tat() {
    let third = Rational::new(1, 3);
    for (noise, wsls, generous, grim) in [
        (Rational::new(1, 1000), 2.995_010_992, 2.997_003_023_8, 1.003_997),
        (Rational::new(1, 100), 2.951_092, 2.970_321_745_6, 1.0397),
        (Rational::new(1, 20), 2.7765, 2.859_375, 1.1925),
    ] {
        let value = |cooperate| against_itself(cooperate, third.clone(), noise.clone());
        assert_eq!(value([1, 0, 1, 0]), Rational::new(9, 4));
        assert!((value([1, 0, 0, 1]).to_f64() - wsls).abs() < 1e-9);
        assert!((value([1, -1, 1, -1]).to_f64() - generous).abs() < 1e-9);
        assert!((value([1, 0, 0, 0]).to_f64() - grim).abs() < 1e-9);
    }
}

#[test]
fn a_limit_on_time_stops_a_long_path() {
    let chain = random_chain(3);
    let sampler = Sampler::new(&chain);
    let course = Course::new(1 << 40, vec![], None);
    let budget = Budget::unlimited().with_time(std::time::Duration::from_millis(20));
    let mut record = PathRecord::default();
    let ended = sampler.walk(&course, &mut PathRandom::new(0, 0), &budget, &mut record);
    assert!(ended.is_err());
}

/// A chain of labelled nodes, each of which pays nothing and leads on with these probabilities.
fn labelled(labels: &[&str], nodes: Vec<(usize, Vec<(usize, Rational)>)>) -> Chain {
    let outcomes = (0..labels.len()).map(|label| ChainOutcome { label, payoffs: vec![] }).collect();
    let steps = |(label, ways): (usize, Vec<(usize, Rational)>)| {
        let step = |(next, probability)| Step { probability, outcome: label, next, events: 0 };
        ways.into_iter().map(step).collect()
    };
    Chain::new(ChainParts {
        players: vec![],
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        outcomes,
        events: vec![],
        nodes: nodes.into_iter().map(steps).collect(),
        start: vec![(0, Rational::ONE)],
    })
    .unwrap()
}

/// The cycles of Acemoglu & Wolitzky (2014): misperception (1/20 a period) sets off a conflict that
/// lasts until the tenth period, when one side tries peace again. The share of time in conflict is
/// 1 − (1/T) Σ (1 − π)^k over k below T.
#[test]
fn cycles_of_conflict_take_their_share_of_time() {
    let (length, bad) = (10, Rational::new(1, 20));
    // Node k is period k of a cycle at peace, and node T + k the same in conflict.
    let nodes = (0..2 * length).map(|node| {
        let (at_war, next) = (node / length, (node + 1) % length);
        let ways = match (at_war, next) {
            (_, 0) => vec![(0, Rational::ONE)],
            (0, _) => vec![(next, Rational::ONE - &bad), (length + next, bad.clone())],
            _ => vec![(length + next, Rational::ONE)],
        };
        // Nobody is in conflict at the start of a cycle.
        (usize::from(at_war == 1), ways)
    });
    let chain = labelled(&["peace", "conflict"], nodes.collect());
    let values = for_ever(&chain, None);
    certify_chain_values(&chain, None, &values).unwrap();
    let shares = values.stationary.unwrap();
    let share: Rational = shares[length..].iter().sum();
    assert!((share.to_f64() - 0.197_473_878_477).abs() < 1e-12, "{share}");
    // The first ten cycles from the first on have it exactly.
    let over = expected_over_time(&chain, 100, &[], None, &[], &Budget::unlimited()).unwrap();
    assert!((over.labels[1].midpoint() - share.to_f64()).abs() < 1e-12);
}

/// Inadvertent war (after Barrett, Baum & Hostetler 2013, with illustrative numbers): 0.896 % a year
/// are 23.66 % in thirty years.
#[test]
fn risks_a_year_add_up() {
    for (hazard, thirty) in [
        (0.008_959_621_227, 0.236_620_505_663),
        (0.004_489_890_17, 0.126_284_088_312),
        (0.000_899_595_121, 0.026_638_758_476),
    ] {
        let chain = labelled(&["year"], vec![(0, vec![(0, Rational::ONE)])]);
        let hazard = Rational::from_f64_exactly(hazard).unwrap();
        let chain = chain.with_hazard("war", &[hazard]).unwrap();
        let over = expected_over_time(&chain, 30, &[], None, &[], &Budget::unlimited()).unwrap();
        assert!((over.events[0].midpoint() - thirty).abs() < 1e-10);
    }
}

/// One node in which an event strikes with a probability a period, worth 1 to one player and then 0.
fn struck(hazard: Rational) -> Chain {
    let outcome = |label| ChainOutcome { label, payoffs: vec![Rational::from(label as i64)] };
    let step = |probability, outcome, events| Step { probability, outcome, next: 0, events };
    Chain::new(ChainParts {
        players: vec!["A".into()],
        labels: vec!["spared".into(), "struck".into()],
        outcomes: vec![outcome(0), outcome(1)],
        events: vec!["e".into()],
        nodes: vec![vec![step(Rational::ONE - &hazard, 0, 0), step(hazard, 1, 1)]],
        start: vec![(0, Rational::ONE)],
    })
    .unwrap()
}

/// Independent periods: the mean of n of them has the standard deviation √(p (1 − p) / n), and the
/// time of an event, cut off at n, that of a geometric distribution where p n is large. Differences of
/// squares would have lost both over so many periods.
#[test]
fn standard_deviations_of_long_paths_do_not_cancel() {
    let (p, periods) = (1e-4f64, 300_000u64);
    let chain = struck(Rational::new(1, 10_000));
    let found = expected_over_time(&chain, periods, &[], None, &[], &Budget::unlimited()).unwrap();
    let right = (p * (1.0 - p) / periods as f64).sqrt();
    for spread in [found.average_spread[0], found.average_spread[1], found.labels_spread[1]] {
        assert!((spread / right - 1.0).abs() < 1e-9, "{spread} {right}");
    }
    let geometric = (1.0 - p).sqrt() / p;
    let spread = found.waiting_spread[0];
    assert!((spread / geometric - 1.0).abs() < 1e-9, "{spread} {geometric}");
    // Payoffs that differ by less than their size shows: 10^9 and 10^9 + 1, each with one half.
    let large =
        |more| ChainOutcome { label: 0, payoffs: vec![Rational::from(1_000_000_000 + more)] };
    let step = |outcome| Step { probability: Rational::new(1, 2), outcome, next: 0, events: 0 };
    let parts = ChainParts {
        players: vec!["A".into()],
        labels: vec!["x".into()],
        outcomes: vec![large(0), large(1)],
        events: vec![],
        nodes: vec![vec![step(0), step(1)]],
        start: vec![(0, Rational::ONE)],
    };
    let chain = Chain::new(parts).unwrap();
    let found = expected_over_time(&chain, 100_000, &[], None, &[], &Budget::unlimited()).unwrap();
    let right = 0.5 / 100_000f64.sqrt();
    assert!((found.average_spread[0] / right - 1.0).abs() < 1e-9, "{found:?}");
}

/// A probability, a node, payoffs, discounted payoffs, the time of an event.
type Path = (f64, usize, f64, f64, f64);

/// The standard deviations that are carried backward are those of all paths, listed one by one.
#[test]
fn standard_deviations_are_those_of_all_paths() {
    let (periods, factor) = (5u64, 0.8f64);
    for seed in 0..40 {
        let chain = random_chain(seed);
        // Every path with its probability: payoffs of A, discounted, and the time of the event.
        let mut paths: Vec<Path> =
            chain.start().iter().map(|(node, p)| (p.to_f64(), *node, 0.0, 0.0, 0.0)).collect();
        for period in 1..=periods {
            let weight = (1.0 - factor) * factor.powi(period as i32 - 1);
            paths = paths
                .iter()
                .flat_map(|&(p, node, sum, discounted, time)| {
                    chain.nodes()[node].iter().map(move |step| {
                        let paid = step.outcome;
                        let happened = time < 0.0 || step.events != 0;
                        // Negative once it has happened.
                        let time = if time < 0.0 {
                            time
                        } else if happened {
                            -(period as f64)
                        } else {
                            period as f64
                        };
                        (p * step.probability.to_f64(), step.next, sum, discounted, time, paid)
                    })
                })
                .map(|(p, node, sum, discounted, time, paid)| {
                    let paid = chain.outcomes()[paid].payoffs[0].to_f64();
                    (p, node, sum + paid / periods as f64, discounted + weight * paid, time)
                })
                .collect();
        }
        let spread = |of: fn(&Path) -> f64| {
            let mean: f64 = paths.iter().map(|path| path.0 * of(path)).sum();
            paths.iter().map(|path| path.0 * (of(path) - mean).powi(2)).sum::<f64>().sqrt()
        };
        let exact = Rational::new(4, 5);
        let budget = Budget::unlimited();
        let found = expected_over_time(&chain, periods, &[], Some(&exact), &[], &budget).unwrap();
        for (found, right) in [
            (found.average_spread[0], spread(|path| path.2)),
            (found.discounted_spread[0], spread(|path| path.3)),
            (found.waiting_spread[0], spread(|path| path.4.abs())),
        ] {
            assert!((found - right).abs() < 1e-10, "{seed}: {found} {right}");
        }
    }
}

/// At a hazard of 9/10 the level 9/10 is reached in the first period, which only fractions show; at a
/// little less it is not.
#[test]
fn quantiles_of_times_are_decided_exactly_or_left_open() {
    let levels = [Rational::new(9, 10), Rational::new(99, 100)];
    let times = |hazard: Rational, periods| {
        let chain = struck(hazard);
        let budget = Budget::unlimited();
        expected_over_time(&chain, periods, &[], None, &levels, &budget)
            .unwrap()
            .quantiles
            .remove(0)
    };
    assert_eq!(times(Rational::new(9, 10), 5), [[Some(1); 2], [Some(2); 2]]);
    let less = Rational::new(9, 10) - Rational::new(1, 1_000_000_000_000_000_000);
    assert_eq!(times(less, 5), [[Some(2); 2], [Some(3); 2]]);
    assert_eq!(times(Rational::new(1, 10), 5), [[None; 2]; 2]);
    assert_eq!(times(Rational::new(1, 2), 50), [[Some(4); 2], [Some(7); 2]]);
    // Late in a path of many steps fractions would take long: the event strikes in period 300 with
    // probability 9/10, or never, and whether the level is reached stays open.
    let last = 300;
    let nodes = (0..=last).map(|at| {
        let step = |probability, next, events| Step { probability, outcome: 0, next, events };
        if at + 1 == last {
            return vec![step(Rational::new(9, 10), last, 1), step(Rational::new(1, 10), last, 0)];
        }
        vec![step(Rational::ONE, (at + 1).min(last), 0)]
    });
    let chain = Chain::new(ChainParts {
        players: vec![],
        labels: vec!["x".into()],
        outcomes: vec![ChainOutcome { label: 0, payoffs: vec![] }],
        events: vec!["e".into()],
        nodes: nodes.collect(),
        start: vec![(0, Rational::ONE)],
    })
    .unwrap();
    let budget = Budget::unlimited();
    let found = expected_over_time(&chain, 400, &[], None, &levels, &budget).unwrap();
    assert_eq!(found.quantiles[0], [[Some(300), None], [None; 2]]);
}

/// What is paid after a thousand periods at the discount factor 1/2 is small, and not zero.
#[test]
fn intervals_hold_what_is_discounted_very_far() {
    let last = 1200;
    let nodes = (0..=last).map(|at| {
        let step = Step {
            probability: Rational::ONE,
            outcome: usize::from(at > 1010),
            next: (at + 1).min(last),
            events: 0,
        };
        vec![step]
    });
    let outcome = |paid| ChainOutcome { label: 0, payoffs: vec![Rational::from(paid)] };
    let chain = Chain::new(ChainParts {
        players: vec!["A".into()],
        labels: vec!["x".into()],
        outcomes: vec![outcome(0), outcome(1)],
        events: vec![],
        nodes: nodes.collect(),
        start: vec![(0, Rational::ONE)],
    })
    .unwrap();
    let half = Rational::new(1, 2);
    let found =
        expected_over_time(&chain, 1100, &[], Some(&half), &[], &Budget::unlimited()).unwrap();
    // Periods 1012 to 1100 have the weight 2^-1011 − 2^-1100.
    let value = found.discounted[0];
    let right = Rational::new(1, 2).pow(1011).unwrap() - Rational::new(1, 2).pow(1100).unwrap();
    let bound = |end: f64| Rational::from_f64_exactly(end).unwrap();
    assert!(bound(value.lower()) <= right && right <= bound(value.upper()), "{value:?}");
}

#[test]
fn a_limit_on_time_stops_values_for_ever() {
    let budget = Budget::unlimited().with_time(std::time::Duration::ZERO);
    let discount = DiscountFactor::new(Rational::new(9, 10)).unwrap();
    assert!(values_for_ever(&random_chain(1), Some(&discount), &budget).is_err());
    assert!(values_for_ever(&random_chain(1), None, &budget).is_err());
}

/// The longest paths that are allowed take no memory before they are walked, and halt where they are
/// looked at.
#[test]
fn a_walk_halts_at_looks_and_at_the_clock() {
    let looks = vec![1, 7, 1 << 21, 3_000_000];
    let chain = struck(Rational::new(1, 2));
    let sampler = Sampler::new(&chain);
    let mut record = PathRecord::default();
    let walk = |looks: Vec<u64>, record: &mut PathRecord| {
        let course = Course::new(3_000_000, looks, Some(0.99));
        sampler.walk(&course, &mut PathRandom::new(1, 0), &Budget::unlimited(), record).unwrap();
    };
    walk(looks, &mut record);
    assert_eq!(record.looks.len(), 4);
    assert_eq!(record.outcomes.iter().sum::<u64>(), 3_000_000);
    let mut other = PathRecord::default();
    walk(vec![3_000_000], &mut other);
    assert_eq!(
        (record.outcomes, record.discounted, record.first),
        (other.outcomes, other.discounted, other.first)
    );
}
