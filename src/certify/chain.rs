//! Values of play over time, put back into the equations that define them.
//!
//! - *Discounted payoffs* are the only solution of v = (1 − δ) r + δ P v.
//! - *The long run*: π = πP with Σπ = 1 and π ≥ 0. Let s be a node with π(s) > 0. If what s leads to is
//!   exactly where π is positive, and every node that play can reach leads to s, then these nodes are
//!   the only class that play settles in, and π is its distribution.
//! - *Events*: the probability f that one ever happens is zero where no path of steps sets it off, and
//!   elsewhere f(x) = Σ p · (1 if the step sets it off, f(next) otherwise), which has one solution,
//!   since from there the rest of the equations loses weight. Where f = 1 the expected number of
//!   periods solves h(x) = 1 + Σ p · h(next) over the steps that do not set it off.
//!
//! Source: Kemeny & Snell (1960), chapters 3 and 5; Puterman (1994), chapters 6 and 8.

use crate::game::{Chain, ChainValues, DiscountFactor};
use crate::num::Rational;

use super::meter::{Meter, weight};
use super::{Certificate, Completeness, Limits, Refutation};

/// Checks values of a chain exactly.
///
/// # Errors
/// The [`Refutation`] of the first thing that is wrong.
pub fn certify_chain_values(
    chain: &Chain,
    discount: Option<&DiscountFactor>,
    values: &ChainValues,
) -> Result<Certificate, Refutation> {
    let mut checked = Vec::new();
    if let Some(claimed) = &values.discounted {
        let Some(discount) = discount else {
            return Err(misfit("discounted values without a discount factor"));
        };
        check_discounted(chain, discount.value(), claimed)?;
        checked.push("payoffs discounted for ever satisfy their recursion, exactly".to_owned());
    }
    if let Some(claimed) = &values.stationary {
        check_stationary(chain, claimed)?;
        checked.push(
            "the long-run distribution stays as it is, and play settles nowhere else".to_owned(),
        );
    }
    let events = chain.events().len();
    let lengths = [values.eventually.len(), values.waiting.len()];
    if lengths.iter().any(|&length| length != 0 && length != events) {
        return Err(misfit("another number of events"));
    }
    for (event, claimed) in values.eventually.iter().enumerate() {
        let Some(claimed) = claimed else { continue };
        check_eventually(chain, 1 << event, claimed)?;
        if let Some(Some(waiting)) = values.waiting.get(event) {
            check_waiting(chain, 1 << event, claimed, waiting)?;
        }
        let name = &chain.events()[event];
        checked.push(format!(
            "`{name}`: whether and when it happens satisfies its recursion, exactly"
        ));
    }
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// Checks the probability that an event happens in one of the first `periods` periods.
///
/// The paths on which it has not happened yet are followed forward, by the node they are in; what is
/// left of them after so many periods is the probability that it does not happen.
///
/// # Errors
/// The [`Refutation`] when it is another one, or the work exceeds the limits.
pub fn certify_within(
    chain: &Chain,
    event: usize,
    periods: u64,
    claimed: &Rational,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let Some(name) = chain.events().get(event) else { return Err(misfit("an unknown event")) };
    let (bit, nodes) = (1u8 << event, chain.nodes().len());
    let mut meter = Meter::new(limits);
    let mut now = vec![Rational::ZERO; nodes];
    for (node, probability) in chain.start() {
        now[*node] = &now[*node] + probability;
    }
    for _ in 0..periods {
        let mut next = vec![Rational::ZERO; nodes];
        for (node, there) in now.iter().enumerate().filter(|(_, there)| !there.is_zero()) {
            for step in chain.nodes()[node].iter().filter(|step| step.events & bit == 0) {
                meter.spend(weight(there) + weight(&next[step.next]))?;
                next[step.next] = &next[step.next] + there * &step.probability;
            }
        }
        if next == now {
            break;
        }
        now = next;
    }
    if Rational::ONE - now.iter().sum::<Rational>() != *claimed {
        return Err(Refutation::WrongNumber(format!(
            "the probability that `{name}` happens within {periods} periods"
        )));
    }
    Ok(Certificate {
        checked: vec![format!(
            "the probability that `{name}` happens within {periods} periods, forward over all paths, exactly"
        )],
        complete: Completeness::NotClaimed,
    })
}

fn misfit(what: &str) -> Refutation {
    Refutation::Misfit(what.to_owned())
}

fn wrong(what: &str, node: usize) -> Refutation {
    Refutation::WrongNumber(format!("{what} in node {node}"))
}

fn check_discounted(
    chain: &Chain,
    discount: &Rational,
    claimed: &[Vec<Rational>],
) -> Result<(), Refutation> {
    let nodes = chain.nodes().len();
    if claimed.len() != chain.players().len() || claimed.iter().any(|list| list.len() != nodes) {
        return Err(misfit("not a discounted value for each player and node"));
    }
    for (player, list) in claimed.iter().enumerate() {
        for node in 0..nodes {
            let later: Rational =
                chain.nodes()[node].iter().map(|step| &step.probability * &list[step.next]).sum();
            let now = chain.expected_payoff(node, player);
            if (Rational::ONE - discount) * now + discount * later != list[node] {
                return Err(wrong("the discounted payoff", node));
            }
        }
    }
    Ok(())
}

/// The nodes that some nodes lead to, themselves included.
fn forward(chain: &Chain, mut left: Vec<usize>) -> Vec<bool> {
    let mut seen = vec![false; chain.nodes().len()];
    while let Some(node) = left.pop() {
        if !seen[node] {
            seen[node] = true;
            left.extend(chain.nodes()[node].iter().map(|step| step.next));
        }
    }
    seen
}

/// The nodes that lead to a good node, or have a good step.
fn backward(chain: &Chain, good: impl Fn(usize) -> bool) -> Vec<bool> {
    let nodes = chain.nodes().len();
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); nodes];
    for (node, steps) in chain.nodes().iter().enumerate() {
        steps.iter().for_each(|step| before[step.next].push(node));
    }
    let mut seen: Vec<bool> = (0..nodes).map(&good).collect();
    let mut left: Vec<usize> = (0..nodes).filter(|&node| seen[node]).collect();
    while let Some(node) = left.pop() {
        for &earlier in &before[node] {
            if !seen[earlier] {
                seen[earlier] = true;
                left.push(earlier);
            }
        }
    }
    seen
}

fn check_stationary(chain: &Chain, claimed: &[Rational]) -> Result<(), Refutation> {
    let nodes = chain.nodes().len();
    if claimed.len() != nodes || claimed.iter().any(Rational::is_negative) {
        return Err(misfit("the long-run shares are not a distribution over the nodes"));
    }
    if claimed.iter().sum::<Rational>() != Rational::ONE {
        return Err(Refutation::WrongNumber("the long-run shares do not sum to 1".into()));
    }
    let mut carried = vec![Rational::ZERO; nodes];
    for (steps, share) in chain.nodes().iter().zip(claimed).filter(|(_, share)| !share.is_zero()) {
        for step in steps {
            carried[step.next] = &carried[step.next] + share * &step.probability;
        }
    }
    if let Some(node) = (0..nodes).find(|&node| carried[node] != claimed[node]) {
        return Err(wrong("the long-run share", node));
    }
    let Some(home) = claimed.iter().position(Rational::is_positive) else {
        return Err(misfit("no node has a long-run share"));
    };
    let class = forward(chain, vec![home]);
    let leads = backward(chain, |node| node == home);
    let within = forward(chain, chain.start().iter().map(|(node, _)| *node).collect());
    let is_class = (0..nodes).all(|node| class[node] == claimed[node].is_positive());
    if !is_class || (0..nodes).any(|node| within[node] && !leads[node]) {
        return Err(Refutation::WrongList("play may settle in other nodes".into()));
    }
    Ok(())
}

fn check_eventually(chain: &Chain, bit: u8, claimed: &[Rational]) -> Result<(), Refutation> {
    if claimed.len() != chain.nodes().len() {
        return Err(misfit("not a probability for each node"));
    }
    let sets_off = |node: usize| chain.nodes()[node].iter().any(|step| step.events & bit != 0);
    let possible = backward(chain, sets_off);
    for (node, steps) in chain.nodes().iter().enumerate() {
        let expected: Rational = if possible[node] {
            let of = |step: &crate::game::Step| {
                if step.events & bit != 0 {
                    step.probability.clone()
                } else {
                    &step.probability * &claimed[step.next]
                }
            };
            steps.iter().map(of).sum()
        } else {
            Rational::ZERO
        };
        if expected != claimed[node] {
            return Err(wrong("the probability of an event", node));
        }
    }
    Ok(())
}

fn check_waiting(
    chain: &Chain,
    bit: u8,
    eventually: &[Rational],
    claimed: &[Option<Rational>],
) -> Result<(), Refutation> {
    if claimed.len() != chain.nodes().len() {
        return Err(misfit("not an expected time for each node"));
    }
    for (node, steps) in chain.nodes().iter().enumerate() {
        let Some(stated) = &claimed[node] else { continue };
        if eventually[node] != Rational::ONE {
            return Err(wrong("an expected time for an event that may not happen", node));
        }
        let mut expected = Rational::ONE;
        for step in steps.iter().filter(|step| step.events & bit == 0) {
            let Some(next) = &claimed[step.next] else {
                return Err(wrong("no expected time after the first period", node));
            };
            expected += &step.probability * next;
        }
        if expected != *stated {
            return Err(wrong("the expected time until an event", node));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::game::{ChainOutcome, ChainParts, Step};

    /// Peace ends with probability 1/4 a period, in war for ever.
    fn war() -> Chain {
        let step = |probability, outcome, next, events| Step { probability, outcome, next, events };
        let outcome =
            |label, payoff: i64| ChainOutcome { label, payoffs: vec![Rational::from(payoff)] };
        Chain::new(ChainParts {
            players: vec!["A".into()],
            labels: vec!["peace".into(), "war".into()],
            outcomes: vec![outcome(0, 1), outcome(1, -1)],
            events: vec!["war".into()],
            nodes: vec![
                vec![step(Rational::new(3, 4), 0, 0, 0), step(Rational::new(1, 4), 0, 1, 1)],
                vec![step(Rational::ONE, 1, 1, 0)],
            ],
            start: vec![(0, Rational::ONE)],
        })
        .unwrap()
    }

    fn values() -> ChainValues {
        ChainValues {
            // v = 1/2 + 1/2 (3/4 v - 1/4) at a discount factor of 1/2.
            discounted: Some(vec![vec![Rational::new(3, 5), Rational::from(-1)]]),
            stationary: Some(vec![Rational::ZERO, Rational::ONE]),
            eventually: vec![Some(vec![Rational::ONE, Rational::ZERO])],
            waiting: vec![Some(vec![Some(Rational::from(4)), None])],
        }
    }

    fn check(values: &ChainValues) -> Result<Certificate, Refutation> {
        certify_chain_values(&war(), DiscountFactor::new(Rational::new(1, 2)).as_ref(), values)
    }

    #[test]
    fn right_values_pass() {
        assert_eq!(check(&values()).unwrap().checked.len(), 3);
    }

    #[test]
    fn wrong_values_are_refuted() {
        let doctored: [fn(&mut ChainValues); 6] = [
            |values| values.discounted.as_mut().unwrap()[0][0] = Rational::new(2, 5),
            |values| values.stationary = Some(vec![Rational::new(1, 2), Rational::new(1, 2)]),
            |values| values.eventually[0].as_mut().unwrap()[0] = Rational::new(1, 2),
            |values| values.eventually[0].as_mut().unwrap()[1] = Rational::ONE,
            |values| values.waiting[0].as_mut().unwrap()[0] = Some(Rational::from(3)),
            |values| values.waiting[0].as_mut().unwrap()[1] = Some(Rational::from(3)),
        ];
        for (at, change) in doctored.iter().enumerate() {
            let mut values = values();
            change(&mut values);
            assert!(check(&values).is_err(), "change {at}");
        }
    }

    #[test]
    fn a_distribution_of_one_of_two_classes_is_refuted() {
        let step = |next| vec![Step { probability: Rational::ONE, outcome: 0, next, events: 0 }];
        let chain = Chain::new(ChainParts {
            players: vec![],
            labels: vec!["x".into()],
            outcomes: vec![ChainOutcome { label: 0, payoffs: vec![] }],
            events: vec![],
            nodes: vec![step(0), step(1)],
            start: vec![(0, Rational::new(1, 2)), (1, Rational::new(1, 2))],
        })
        .unwrap();
        let stationary = Some(vec![Rational::ONE, Rational::ZERO]);
        let values = ChainValues { stationary, ..ChainValues::default() };
        assert!(matches!(
            certify_chain_values(&chain, None, &values),
            Err(Refutation::WrongList(_))
        ));
    }
}
