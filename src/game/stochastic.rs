//! Discounted games in changing states, with transfers between the players.
//!
//! In each period the game is in one of finitely many states. The players of a state play its stage
//! game, which pays them, and the profile that is played decides with what probability each state
//! follows (Shapley 1953). Payoffs are averages discounted with one factor δ. Before each stage game
//! the players may pay one another, and see what was played and paid. Then a state x has a joint
//! payoff U(x) and a worst payoff `v_i`(x) for each player such that exactly the payoffs u with
//! `u_i` ≥ `v_i`(x) and Σu ≤ U(x) are those of subgame-perfect equilibria in pure strategies, money
//! burned included (Goldlücke & Kranz 2017).

mod critical;
mod markov;
mod pact;
mod patience;
mod payoffs;

pub use critical::{CriticalBracket, CriticalPoint, CriticalProfiles};
pub use markov::{MarkovAnswer, MarkovEquilibrium};
pub use pact::{Pact, PactDeviation, PactValue};
pub use patience::{PactPatience, PactStretches, Threat};
pub use payoffs::{StateCorner, StatePolytope, StatePolytopes};

use crate::num::Rational;

use super::{DiscountFactor, NormalForm};

/// A discounted game in changing states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StochasticGame {
    states: Vec<StochasticState>,
    discount: DiscountFactor,
    start: usize,
}

/// A state: its stage game and what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StochasticState {
    /// Its name.
    pub name: String,
    /// The game that is played in it, with the actions that the players have in it.
    pub stage: NormalForm,
    /// For each profile the states that may follow, and with what probability; those left out do not
    /// follow.
    pub transitions: Vec<Vec<(usize, Rational)>>,
}

impl StochasticState {
    /// Whether a payoff or what follows depends on what is played in it.
    #[must_use]
    pub fn depends_on_play(&self) -> bool {
        let differs = |values: &[Rational]| values.iter().any(|value| *value != values[0]);
        (0..self.stage.num_players()).any(|player| differs(self.stage.payoffs(player)))
            || self.transitions.iter().any(|next| *next != self.transitions[0])
    }
}

/// Why states do not make a game.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StochasticError {
    /// There is nowhere to be.
    #[error("a game in states needs a state")]
    NoState,
    /// The state in which play begins is not one of them.
    #[error("the game begins in state {0}, and there are fewer")]
    NoStart(usize),
    /// Every state has the same players.
    #[error("the state `{0}` has other players than the first one")]
    OtherPlayers(String),
    /// The transitions of a state do not fit its profiles.
    #[error("the state `{0}` does not say what follows each of its profiles")]
    NoTransitions(String),
    /// Something follows that is no state.
    #[error("in the state `{state}` after {profile} an unknown state follows")]
    UnknownState {
        /// The name of the state.
        state: String,
        /// The names of the actions.
        profile: String,
    },
    /// Probabilities are not those of a distribution.
    #[error("in the state `{state}` after {profile} the probabilities of what follows {wrong}")]
    NoDistribution {
        /// The name of the state.
        state: String,
        /// The names of the actions.
        profile: String,
        /// `sum to 9/10 and not to 1`, or `include -1/10`.
        wrong: String,
    },
}

impl StochasticGame {
    /// A game of these states, in which play begins in state `start`.
    ///
    /// # Errors
    /// A [`StochasticError`] for what does not fit.
    pub fn new(
        states: Vec<StochasticState>,
        discount: DiscountFactor,
        start: usize,
    ) -> Result<Self, StochasticError> {
        let Some(first) = states.first() else { return Err(StochasticError::NoState) };
        if start >= states.len() {
            return Err(StochasticError::NoStart(start));
        }
        let names = |state: &StochasticState| -> Vec<String> {
            state.stage.players().iter().map(|player| player.name.clone()).collect()
        };
        for state in &states {
            if names(state) != names(first) {
                return Err(StochasticError::OtherPlayers(state.name.clone()));
            }
            if state.transitions.len() != state.stage.num_profiles() {
                return Err(StochasticError::NoTransitions(state.name.clone()));
            }
            for (at, row) in state.transitions.iter().enumerate() {
                check_row(state, at, row, states.len())?;
            }
        }
        Ok(StochasticGame { states, discount, start })
    }

    /// The states.
    #[must_use]
    pub fn states(&self) -> &[StochasticState] {
        &self.states
    }

    /// The number of players.
    #[must_use]
    pub fn num_players(&self) -> usize {
        self.states[0].stage.num_players()
    }

    /// The name of a player.
    #[must_use]
    pub fn player(&self, player: usize) -> &str {
        &self.states[0].stage.players()[player].name
    }

    /// The discount factor.
    #[must_use]
    pub fn discount(&self) -> &DiscountFactor {
        &self.discount
    }

    /// The state in which play begins.
    #[must_use]
    pub fn start(&self) -> usize {
        self.start
    }

    /// The same game with another discount factor.
    #[must_use]
    pub fn with_discount(&self, discount: DiscountFactor) -> Self {
        StochasticGame { discount, ..self.clone() }
    }

    /// The constant to which the payoffs of two players sum in all states and profiles; `None` where
    /// they do not, or there are not two players.
    #[must_use]
    pub fn constant_sum(&self) -> Option<Rational> {
        if self.num_players() != 2 {
            return None;
        }
        let mut sums = self.states.iter().map(|state| state.stage.constant_sum());
        let first = sums.next()??;
        sums.all(|sum| sum.as_ref() == Some(&first)).then_some(first)
    }

    /// The actions of a profile of a state, joined by `|`.
    #[must_use]
    pub fn profile_name(&self, state: usize, profile: usize) -> String {
        name_of(&self.states[state], profile)
    }
}

fn name_of(state: &StochasticState, profile: usize) -> String {
    state.stage.profile_names(&state.stage.profile(profile)).join("|")
}

fn check_row(
    state: &StochasticState,
    profile: usize,
    row: &[(usize, Rational)],
    states: usize,
) -> Result<(), StochasticError> {
    let (name, profile) = (state.name.clone(), || name_of(state, profile));
    if row.iter().any(|(to, _)| *to >= states) {
        return Err(StochasticError::UnknownState { state: name, profile: profile() });
    }
    let wrong = match row.iter().find(|(_, probability)| probability.is_negative()) {
        Some((_, negative)) => format!("include {negative}"),
        None => {
            let sum: Rational = row.iter().map(|(_, probability)| probability).sum();
            if sum == Rational::ONE {
                return Ok(());
            }
            format!("sum to {sum} and not to 1")
        }
    };
    Err(StochasticError::NoDistribution { state: name, profile: profile(), wrong })
}

/// The payoffs that subgame-perfect equilibria with transfers give in each state, from both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferEquilibrium {
    /// What is played and what punishes, with bounds of what it gives; `None` where no equilibrium in
    /// pure strategies is known.
    pub policies: Option<Policies>,
    /// The proof that no equilibrium gives more: rounds in each of which profiles go that nothing can
    /// enforce. Those of the last round are the bounds.
    pub rounds: Vec<Round>,
}

/// What is played in each state, and what punishes each player.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policies {
    /// For each state the profile, by index in its stage game, that is played while nobody deviates.
    pub played: Vec<usize>,
    /// For each player and state the profile that punishes him.
    pub punishing: Vec<Vec<usize>>,
    /// For each state a lower bound of the joint payoff of what is played, which satisfies
    /// L(x) ≤ (1 − δ) G(x) + δ E L.
    pub joint: Vec<Rational>,
    /// For each player and state an upper bound of what he gets when punished, which satisfies
    /// H(x) ≥ (1 − δ) `g_i` + δ E H for all his actions.
    pub worst: Vec<Vec<Rational>>,
}

/// Bounds over the profiles that are left at the start of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// For each state an upper bound of the joint payoff, with U(x) ≥ (1 − δ) G(x, a) + δ E U for all
    /// profiles a that are left.
    pub joint: Vec<Rational>,
    /// For each player and state a lower bound of what he can be held to, with
    /// V(x) ≤ max over his actions of (1 − δ) `g_i` + δ E V for all profiles that are left.
    pub worst: Vec<Vec<Rational>>,
}

impl TransferEquilibrium {
    /// The bounds that no equilibrium exceeds: those of the last round.
    #[must_use]
    pub fn bounds(&self) -> Option<&Round> {
        self.rounds.last()
    }
}

/// A repeated negotiation equilibrium: at the start of each period, with a probability, the players
/// negotiate anew whatever was agreed, and share what cooperation gains over their worst payoffs by
/// bargaining weights (Goldlücke & Kranz 2023). Found backward from what equilibria without
/// negotiation give, so many periods before the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Negotiation {
    /// The bargaining weight of each player; they sum to one.
    pub weights: Vec<Rational>,
    /// The probability with which a period begins with new negotiations.
    pub probability: Rational,
    /// The number of periods T: the last one gives what is given without negotiation, so that T − 1
    /// steps backward are taken.
    pub periods: u64,
    /// What equilibria without negotiation give, from which the steps begin.
    pub without: TransferEquilibrium,
    /// For each state the profile that is played.
    pub played: Vec<usize>,
    /// For each player and state the profile that punishes him.
    pub punishing: Vec<Vec<usize>>,
    /// For each state the joint payoff U.
    pub joint: Vec<f64>,
    /// For each player and state his worst payoff v.
    pub worst: Vec<Vec<f64>>,
    /// For each player and state what he gets by negotiation, r = v + β (U − Σv).
    pub shares: Vec<Vec<f64>>,
    /// No stated payoff is further from the true one of these T periods.
    pub error: f64,
    /// By how much, at least over all steps, what decides whether a profile can be enforced is away from
    /// going the other way, which is when it misses by [`INCENTIVE_TOLERANCE`]: where that is small
    /// beside the error of machine numbers, others may come to other profiles.
    pub closest: f64,
}

/// Profiles that miss being enforced by less than this part of the largest payoff are taken as enforced.
pub const INCENTIVE_TOLERANCE: f64 = 1e-12;
