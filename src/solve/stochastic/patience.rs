//! At which discount factors agreements in states are kept.
//!
//! A stationary threat that is held fixed makes an agreement a chain of states, before and after its end;
//! by how much a player loses by one deviation, from the agreement or from the threat, is an
//! inequality of polynomials of the discount factor (see [`crate::solve::patience`]). So all places
//! at which it begins or ceases to be a subgame-perfect equilibrium are found. Threats are the Markov
//! perfect equilibria that are found at some discount factors; where another one is played, it is
//! another chain.

use crate::game::stochastic::{Pact, PactPatience, PactStretches, StochasticGame, Threat};
use crate::game::{DiscountFactor, MixedProfile, MixedStrategy, Stretch};
use crate::num::Rational;
use crate::solve::patience::{Sample, polynomials, solve_system, sustained};
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::markov::{MarkovOptions, find_markov_equilibria};
use super::pact::{next, product};

/// The name of the method.
const METHOD: &str = "agreements";
/// Equilibria are looked for at the multiples of one over this, and near 1.
const GRID: i64 = 20;
/// Not determined beyond so many states before and after the end.
const MOST_NODES: usize = 24;
/// Not determined beyond so many deviations.
const MOST_DEVIATIONS: usize = 2000;

/// Why it is not found at which discount factors agreements are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatienceError {
    /// There is no agreement.
    #[error("no agreement can be played in a state: write [[horizon.agreements]]")]
    NoAgreement,
    /// The equations are too large.
    #[error(
        "at which discount factors agreements hold is determined for up to {MOST_NODES} states, each counted twice where an agreement has a say in it, and here these are {0}; `compare` says whether they hold at one, and `sweep` along a parameter"
    )]
    TooLarge(usize),
}

/// At which discount factors agreements are kept by the threat of going back to what is played without
/// promises. What the fallback of `pacts` is does not count.
///
/// Threats are looked for at the multiples of 1/20, at 0.99, at the discount factor of the game if that is
/// not 0, and twice in the middle of each stretch in which none that is known is an equilibrium; a step of
/// the budget is one discount factor. Where it is spent the status is [`Status::Partial`], and what is stated is right. Work: for each
/// agreement and threat a linear system for each of as many discount factors as there are nodes, and a
/// Sturm chain for each deviation.
///
/// # Errors
/// A [`PatienceError`].
pub fn find_pact_patience(
    game: &StochasticGame,
    pacts: &[Pact],
    budget: &Budget,
) -> Result<Outcome<Option<PactPatience>>, PatienceError> {
    if pacts.is_empty() {
        return Err(PatienceError::NoAgreement);
    }
    let nodes = pacts.iter().map(nodes_of).max().unwrap_or(0);
    if nodes > MOST_NODES || pacts.iter().any(|pact| cases(game, pact).len() > MOST_DEVIATIONS) {
        return Err(PatienceError::TooLarge(nodes));
    }
    let mut search = Search { game, budget, threats: Vec::new(), open: Vec::new(), steps: 0 };
    let mut grid: Vec<Rational> = (1..GRID).map(|part| Rational::new(part, GRID)).collect();
    grid.push(Rational::new(99, 100));
    let own = game.discount().value();
    if own.is_positive() && !grid.contains(own) {
        grid.push(own.clone());
    }
    grid.sort();
    let stopped = search.through(grid).err();
    let work = Work { nodes: search.steps, ..Work::default() };
    let Search { mut threats, mut open, .. } = search;
    open.sort();
    let partial = |reason| Outcome {
        answer: None,
        status: Status::Partial(reason),
        method: METHOD,
        work,
        warnings: Vec::new(),
    };
    let mut agreements = Vec::with_capacity(pacts.len());
    for pact in pacts {
        let own = threats.iter().map(|threat| stretches(game, pact, &threat.play, budget));
        match own.collect::<Result<Vec<_>, _>>() {
            Ok(own) => agreements.push(own),
            Err(reason) => return Ok(partial(reason)),
        }
    }
    for threat in &mut threats {
        threat.found.sort();
    }
    Ok(Outcome {
        answer: Some(PactPatience { threats, open, agreements }),
        status: stopped.map_or(Status::Solved, Status::Partial),
        method: METHOD,
        work,
        warnings: Vec::new(),
    })
}

/// Stretches without a known threat that are narrower than one part of this are not looked into.
const NARROW: i64 = 500;
/// How often the stretches without a known threat are looked into.
const ROUNDS: usize = 2;

/// The threats that are known so far.
struct Search<'a> {
    game: &'a StochasticGame,
    budget: &'a Budget,
    threats: Vec<Threat>,
    open: Vec<Rational>,
    steps: u64,
}

impl Search<'_> {
    /// A grid, and then what it leaves open.
    fn through(&mut self, grid: Vec<Rational>) -> Result<(), Exhausted> {
        for discount in grid {
            self.look(discount)?;
        }
        for _ in 0..ROUNDS {
            for discount in self.between()? {
                self.look(discount)?;
            }
        }
        Ok(())
    }

    /// The middles of the stretches in which no known threat is an equilibrium.
    fn between(&mut self) -> Result<Vec<Rational>, Exhausted> {
        let nothing = Pact {
            name: String::new(),
            profiles: vec![None; self.game.states().len()],
            stays: Rational::ZERO,
            renewed: Rational::ZERO,
            stays_after: vec![Vec::new(); self.game.num_players()],
            fallback: Vec::new(),
        };
        let mut known: Vec<(Rational, Rational)> = Vec::new();
        for threat in &self.threats {
            let found = stretches(self.game, &nothing, &threat.play, self.budget)?.threat;
            let ends =
                |one: Stretch| (one.from.inside, one.to.map_or(Rational::ONE, |to| to.inside));
            known.extend(found.into_iter().flatten().map(ends));
        }
        known.sort();
        known.push((Rational::ONE, Rational::ONE));
        let (mut reached, mut middles) = (Rational::ZERO, Vec::new());
        for (from, to) in known {
            if &from - &reached > Rational::new(1, NARROW) {
                let middle = (&from + &reached) * Rational::new(1, 2);
                let looked = self.threats.iter().flat_map(|threat| &threat.found);
                if !looked.chain(&self.open).any(|known| *known == middle) {
                    middles.push(middle);
                }
            }
            reached = reached.max(to);
        }
        Ok(middles)
    }

    /// What is played without promises at a discount factor.
    fn look(&mut self, at: Rational) -> Result<(), Exhausted> {
        self.budget.check_now(self.steps)?;
        self.steps += 1;
        let Some(discount) = DiscountFactor::new(at.clone()) else { return Ok(()) };
        let game = self.game.with_discount(discount);
        let found = find_markov_equilibria(&game, &MarkovOptions::default(), self.budget);
        self.budget.check_now(self.steps)?;
        let equilibria = found.answer.map(|answer| answer.equilibria).unwrap_or_default();
        match equilibria.into_iter().next().filter(|one| one.is_exact()) {
            None => self.open.push(at),
            Some(one) => match self.threats.iter_mut().find(|known| known.play == one.strategies) {
                Some(known) => known.found.push(at),
                None => self.threats.push(Threat { play: one.strategies, found: vec![at] }),
            },
        }
        Ok(())
    }
}

/// The states, and again those in which the agreement has a say.
fn nodes_of(pact: &Pact) -> usize {
    pact.profiles.len() + pact.profiles.iter().flatten().count()
}

/// A deviation in one period.
struct Case {
    /// Whether the agreement stands.
    stands: bool,
    player: usize,
    state: usize,
    action: usize,
}

/// All deviations: those from the agreement first.
fn cases(game: &StochasticGame, pact: &Pact) -> Vec<Case> {
    let mut cases = Vec::new();
    for stands in [true, false] {
        for (state, agreed) in pact.profiles.iter().enumerate() {
            let stage = &game.states()[state].stage;
            for player in 0..game.num_players() {
                for action in 0..stage.num_actions(player) {
                    let is_own = match (stands, agreed) {
                        (true, None) => true,
                        (true, Some(agreed)) => stage.action_in(player, *agreed) == action,
                        (false, _) => false,
                    };
                    if !is_own {
                        cases.push(Case { stands, player, state, action });
                    }
                }
            }
        }
    }
    cases
}

/// A pact with a threat as a chain: the states after its end, then those in which it has a say.
struct Chain<'a> {
    game: &'a StochasticGame,
    pact: &'a Pact,
    /// The node in which the agreement stands, by state.
    standing: Vec<Option<usize>>,
    next: Vec<Vec<(usize, Rational)>>,
    payoffs: Vec<Vec<Rational>>,
}

impl<'a> Chain<'a> {
    fn new(game: &'a StochasticGame, pact: &'a Pact) -> Self {
        let states = game.states().len();
        let mut count = states;
        let number = |agreed: &Option<usize>| {
            agreed.map(|_| {
                count += 1;
                count - 1
            })
        };
        let standing = pact.profiles.iter().map(number).collect();
        let mut chain = Chain { game, pact, standing, next: Vec::new(), payoffs: Vec::new() };
        let agreed = pact.profiles.iter().enumerate().filter_map(|(state, agreed)| {
            agreed.map(|agreed| (state, vec![(agreed, Rational::ONE)], true))
        });
        let after =
            (0..states).map(|state| (state, product(game, state, &pact.fallback[state]), false));
        for (state, parts, stands) in after.chain(agreed) {
            let lives = if stands { &pact.stays } else { &pact.renewed };
            chain.next.push(chain.follows(&next(game, state, &parts), lives));
            let stage = &game.states()[state].stage;
            let average = |player: usize| -> Rational {
                parts.iter().map(|(at, weight)| weight * stage.payoff(player, *at)).sum()
            };
            chain.payoffs.push((0..game.num_players()).map(average).collect());
        }
        chain
    }

    /// The nodes that follow where these states do and the agreement stands next with this probability.
    fn follows(&self, states: &[Rational], stands: &Rational) -> Vec<(usize, Rational)> {
        let mut nodes = Vec::new();
        for (state, probability) in states.iter().enumerate().filter(|(_, one)| !one.is_zero()) {
            match self.standing[state] {
                Some(node) => {
                    nodes.push((node, probability * stands));
                    nodes.push((state, probability * (Rational::ONE - stands)));
                }
                None => nodes.push((state, probability.clone())),
            }
        }
        nodes.retain(|(_, probability)| !probability.is_zero());
        nodes
    }

    /// What is lost by a deviation in one period.
    fn slack(&self, case: &Case, discount: &Rational, values: &[Vec<Rational>]) -> Rational {
        let Case { stands, player, state, action } = *case;
        let stage = &self.game.states()[state].stage;
        let (node, stays, played) = match (stands, self.pact.profiles[state]) {
            (true, Some(agreed)) => (
                self.standing[state].unwrap_or(state),
                self.pact.stays_after[player][state][action].clone(),
                vec![(stage.deviation(agreed, player, action), Rational::ONE)],
            ),
            _ => {
                let mut profile = self.pact.fallback[state].clone();
                profile[player] = MixedStrategy::pure(action, stage.num_actions(player));
                (state, self.pact.renewed.clone(), product(self.game, state, &profile))
            }
        };
        let follows = self.follows(&next(self.game, state, &played), &stays);
        let later: Rational = follows.iter().map(|(to, p)| p * &values[*to][player]).sum();
        let now: Rational = played.iter().map(|(at, p)| p * stage.payoff(player, *at)).sum();
        &values[node][player] - (&now + discount * (later - &now))
    }
}

/// Where an agreement holds with a threat, where the threat is an equilibrium, and where both.
pub(super) fn stretches(
    game: &StochasticGame,
    pact: &Pact,
    threat: &[MixedProfile],
    budget: &Budget,
) -> Result<PactStretches, Exhausted> {
    let pact = Pact { fallback: threat.to_vec(), ..pact.clone() };
    let chain = Chain::new(game, &pact);
    let cases = cases(game, &pact);
    let of = |stands: bool| {
        polynomials(chain.next.len(), budget, |discount| {
            let solved = solve_system(&chain.next, &chain.payoffs, discount, budget)?;
            let own = cases.iter().filter(|case| case.stands == stands);
            Ok(Sample {
                slacks: own.map(|case| chain.slack(case, discount, &solved.values)).collect(),
                determinant: solved.determinant,
            })
        })
    };
    let mut slacks = of(true)?;
    let held = sustained(&slacks, budget)?;
    let after = of(false)?;
    let threat = sustained(&after, budget)?;
    slacks.extend(after);
    let kept = sustained(&slacks, budget)?;
    Ok(PactStretches { pact, held, threat, kept })
}
