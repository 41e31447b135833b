//! Play over time as a Markov chain: nodes, and what may happen in a period that begins in one.
//!
//! A *node* is all that the past says about the future: the state of the world, the states of the
//! players' [machines](super::PlayerMachine), whose turn it is. In each period one *step* out of the node
//! happens, with known probabilities; it has an *outcome* (what is played, and what it pays each
//! player), may set off *events* (a conflict, the end of an agreement), and leads to the next node.
//! Source: Puterman (1994), *Markov Decision Processes*, chapters 6 and 8, for one fixed policy.

use super::NormalForm;
use crate::num::Rational;

/// What may happen in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its probability given the node, above 0.
    pub probability: Rational,
    /// The position of what is played and paid, in [`Chain::outcomes`].
    pub outcome: usize,
    /// The node in which the next period begins.
    pub next: usize,
    /// The events that it sets off: bit e for event e.
    pub events: u8,
}

/// What is played in a period, and what it pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainOutcome {
    /// The position of its name in [`Chain::labels`]; several outcomes may share one.
    pub label: usize,
    /// The payoff of each player.
    pub payoffs: Vec<Rational>,
}

/// The parts of a chain, before they are checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainParts {
    /// The names of the players.
    pub players: Vec<String>,
    /// The names under which what happens is counted.
    pub labels: Vec<String>,
    /// What may be played.
    pub outcomes: Vec<ChainOutcome>,
    /// The names of the events, at most [`Chain::MOST_EVENTS`].
    pub events: Vec<String>,
    /// For each node what may happen in a period that begins in it; probabilities sum to one.
    pub nodes: Vec<Vec<Step>>,
    /// Where the first period begins, with probabilities that sum to one.
    pub start: Vec<(usize, Rational)>,
}

impl ChainParts {
    /// The parts of a chain whose outcomes are the profiles of a game, each with a label of its own
    /// and paid by `payoffs`; no events.
    #[must_use]
    pub fn of_game(
        game: &NormalForm,
        payoffs: &[Vec<Rational>],
        nodes: Vec<Vec<Step>>,
        start: Vec<(usize, Rational)>,
    ) -> Self {
        let (labels, outcomes) = profile_outcomes(game, payoffs);
        ChainParts {
            players: game.players().iter().map(|player| player.name.clone()).collect(),
            labels,
            outcomes,
            events: Vec::new(),
            nodes,
            start,
        }
    }
}

/// The profiles of a game as outcomes: labels such as `C/D`, and these payoffs of each player.
#[must_use]
pub fn profile_outcomes(
    game: &NormalForm,
    payoffs: &[Vec<Rational>],
) -> (Vec<String>, Vec<ChainOutcome>) {
    let all = 0..game.num_profiles();
    let labels = all.clone().map(|at| game.profile_names(&game.profile(at)).join("/")).collect();
    let outcome = |at: usize| ChainOutcome {
        label: at,
        payoffs: payoffs.iter().map(|table| table[at].clone()).collect(),
    };
    (labels, all.map(outcome).collect())
}

/// A Markov chain of finitely many nodes, valid by construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain(ChainParts);

/// Why parts do not make a chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Something points to nothing.
    #[error("{0} does not exist")]
    Unknown(String),
    /// Probabilities are not those of a distribution.
    #[error("the probabilities {0} are not positive, or do not sum to 1")]
    NoDistribution(String),
    /// An outcome does not pay every player.
    #[error("outcome {0} does not have a payoff for each player")]
    Payoffs(usize),
    /// More nodes or steps than one computation may take.
    #[error("play over time has more than {most} {what}")]
    TooLarge {
        /// `nodes` or `steps`.
        what: &'static str,
        /// The limit.
        most: usize,
    },
}

impl Chain {
    /// The largest number of events.
    pub const MOST_EVENTS: usize = 8;
    /// The largest number of nodes.
    pub const MOST_NODES: usize = 200_000;
    /// The largest number of steps out of all nodes.
    pub const MOST_STEPS: usize = 4_000_000;

    /// The chain of these parts.
    ///
    /// # Errors
    /// A [`ChainError`] for what does not fit.
    pub fn new(parts: ChainParts) -> Result<Self, ChainError> {
        let too_large = |what, most| Err(ChainError::TooLarge { what, most });
        if parts.nodes.len() > Self::MOST_NODES {
            return too_large("nodes", Self::MOST_NODES);
        }
        if parts.nodes.iter().map(Vec::len).sum::<usize>() > Self::MOST_STEPS {
            return too_large("steps", Self::MOST_STEPS);
        }
        if parts.events.len() > Self::MOST_EVENTS {
            return too_large("events", Self::MOST_EVENTS);
        }
        for (at, outcome) in parts.outcomes.iter().enumerate() {
            if outcome.payoffs.len() != parts.players.len() {
                return Err(ChainError::Payoffs(at));
            }
            if outcome.label >= parts.labels.len() {
                return Err(ChainError::Unknown(format!("the label of outcome {at}")));
            }
        }
        let known = 1u16 << parts.events.len();
        for (at, node) in parts.nodes.iter().enumerate() {
            for step in node {
                let fits = step.outcome < parts.outcomes.len()
                    && step.next < parts.nodes.len()
                    && u16::from(step.events) < known;
                if !fits {
                    return Err(ChainError::Unknown(format!("what a step out of node {at} names")));
                }
            }
            distribution(node.iter().map(|step| &step.probability), || {
                format!("out of node {at}")
            })?;
        }
        if parts.start.iter().any(|(node, _)| *node >= parts.nodes.len()) {
            return Err(ChainError::Unknown("a node of the start".to_owned()));
        }
        distribution(parts.start.iter().map(|(_, p)| p), || "of the start".to_owned())?;
        Ok(Chain(parts))
    }

    /// The names of the players.
    #[must_use]
    pub fn players(&self) -> &[String] {
        &self.0.players
    }

    /// The names under which what happens is counted.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.0.labels
    }

    /// What may be played.
    #[must_use]
    pub fn outcomes(&self) -> &[ChainOutcome] {
        &self.0.outcomes
    }

    /// The names of the events.
    #[must_use]
    pub fn events(&self) -> &[String] {
        &self.0.events
    }

    /// What may happen, by node.
    #[must_use]
    pub fn nodes(&self) -> &[Vec<Step>] {
        &self.0.nodes
    }

    /// Where the first period begins.
    #[must_use]
    pub fn start(&self) -> &[(usize, Rational)] {
        &self.0.start
    }

    /// The number of steps out of all nodes.
    #[must_use]
    pub fn num_steps(&self) -> usize {
        self.0.nodes.iter().map(Vec::len).sum()
    }

    /// The same chain with one more event, which each outcome sets off with its own probability,
    /// independently of all else.
    ///
    /// # Errors
    /// A [`ChainError`] when a probability is outside [0, 1] or missing, or there are too many
    /// events or steps.
    pub fn with_hazard(self, name: &str, by_outcome: &[Rational]) -> Result<Self, ChainError> {
        let mut parts = self.0;
        let event = parts.events.len();
        if event >= Self::MOST_EVENTS {
            return Err(ChainError::TooLarge { what: "events", most: Self::MOST_EVENTS });
        }
        parts.events.push(name.to_owned());
        for node in &mut parts.nodes {
            let mut steps = Vec::with_capacity(2 * node.len());
            for step in node.drain(..) {
                let Some(hazard) = by_outcome.get(step.outcome) else {
                    return Err(ChainError::Unknown(format!(
                        "the hazard of outcome {}",
                        step.outcome
                    )));
                };
                let strikes = &step.probability * hazard;
                let spares = &step.probability - &strikes;
                for (probability, bit) in [(spares, 0), (strikes, 1 << event)] {
                    if !probability.is_zero() {
                        steps.push(Step { probability, events: step.events | bit, ..step.clone() });
                    }
                }
            }
            *node = steps;
        }
        Chain::new(parts)
    }

    /// The same chain with one more event, which is set off when a step leads into one of some
    /// nodes from another one.
    ///
    /// # Errors
    /// As [`Chain::new`].
    pub fn with_arrival(self, name: &str, arrives: &[bool]) -> Result<Self, ChainError> {
        let mut parts = self.0;
        let bit = 1u8.checked_shl(parts.events.len() as u32).unwrap_or(0);
        parts.events.push(name.to_owned());
        let is = |node: usize| arrives.get(node).copied().unwrap_or(false);
        for (at, node) in parts.nodes.iter_mut().enumerate() {
            for step in node.iter_mut().filter(|step| is(step.next) && !is(at)) {
                step.events |= bit;
            }
        }
        Chain::new(parts)
    }

    /// The same chain with one more event, which some outcomes set off.
    ///
    /// # Errors
    /// As [`Chain::new`].
    pub fn with_outcome_event(self, name: &str, sets_off: &[bool]) -> Result<Self, ChainError> {
        let mut parts = self.0;
        let bit = 1u8.checked_shl(parts.events.len() as u32).unwrap_or(0);
        parts.events.push(name.to_owned());
        for step in parts.nodes.iter_mut().flatten() {
            if sets_off.get(step.outcome).copied().unwrap_or(false) {
                step.events |= bit;
            }
        }
        Chain::new(parts)
    }
}

/// What a chain leads to for ever, node by node, as far as it is claimed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainValues {
    /// `[player][node]`: the payoff discounted for ever, v = (1 − δ) r + δ P v.
    pub discounted: Option<Vec<Vec<Rational>>>,
    /// The share of periods in each node in the long run, wherever play begins: the only
    /// distribution π = πP on nodes that play can reach.
    pub stationary: Option<Vec<Rational>>,
    /// `[event][node]`: the probability that the event ever happens.
    pub eventually: Vec<Option<Vec<Rational>>>,
    /// `[event][node]`: the expected number of periods until it happens, where that is sure.
    pub waiting: Vec<Option<Vec<Option<Rational>>>>,
}

impl Chain {
    /// The expectation of numbers by node over where the first period begins.
    #[must_use]
    pub fn from_start(&self, by_node: &[Rational]) -> Rational {
        self.0.start.iter().map(|(node, probability)| probability * &by_node[*node]).sum()
    }

    /// The expected payoff of a player in a period that begins in a node.
    #[must_use]
    pub fn expected_payoff(&self, node: usize, player: usize) -> Rational {
        let steps = self.0.nodes[node].iter();
        steps.map(|step| &step.probability * &self.0.outcomes[step.outcome].payoffs[player]).sum()
    }
}

fn distribution<'a>(
    probabilities: impl Iterator<Item = &'a Rational>,
    what: impl Fn() -> String,
) -> Result<(), ChainError> {
    let mut sum = Rational::ZERO;
    for probability in probabilities {
        if !probability.is_positive() {
            return Err(ChainError::NoDistribution(what()));
        }
        sum += probability;
    }
    if sum == Rational::ONE { Ok(()) } else { Err(ChainError::NoDistribution(what())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coin(heads: Rational) -> ChainParts {
        let step = |probability, outcome| Step { probability, outcome, next: 0, events: 0 };
        let outcome = |label| ChainOutcome { label, payoffs: vec![Rational::from(label as i64)] };
        ChainParts {
            players: vec!["A".into()],
            labels: vec!["heads".into(), "tails".into()],
            outcomes: vec![outcome(0), outcome(1)],
            events: vec![],
            nodes: vec![vec![step(Rational::new(1, 3), 0), step(heads, 1)]],
            start: vec![(0, Rational::ONE)],
        }
    }

    #[test]
    fn probabilities_must_sum_to_one() {
        assert!(Chain::new(coin(Rational::new(2, 3))).is_ok());
        let wrong = Chain::new(coin(Rational::new(1, 2))).unwrap_err();
        assert!(wrong.to_string().contains("out of node 0"), "{wrong}");
    }

    #[test]
    fn a_hazard_splits_what_may_happen() {
        let chain = Chain::new(coin(Rational::new(2, 3))).unwrap();
        let chain = chain.with_hazard("war", &[Rational::ZERO, Rational::new(1, 2)]).unwrap();
        let steps: Vec<(String, u8)> = chain.nodes()[0]
            .iter()
            .map(|step| (step.probability.to_string(), step.events))
            .collect();
        assert_eq!(steps, [("1/3".into(), 0), ("1/3".into(), 0), ("1/3".into(), 1)]);
        assert!(chain.with_hazard("two", &[Rational::from(2), Rational::ZERO]).is_err());
    }
}
