//! Repeated negotiation equilibria, backward in time.
//!
//! Source: Goldlücke & Kranz (2023), "Reconciling relational contracting and hold-up: a model of
//! repeated negotiations", Journal of the European Economic Association 21(3).

use crate::game::stochastic::{
    INCENTIVE_TOLERANCE, Negotiation, StochasticGame, TransferEquilibrium,
};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::transfers::find_transfer_equilibrium;
use super::values::Game;

/// How the players negotiate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NegotiationOptions {
    /// The probability with which a period begins with new negotiations, in [0, 1].
    pub probability: Rational,
    /// The bargaining weights; equal ones when there are none.
    pub weights: Vec<Rational>,
    /// The number of periods, at least 1.
    pub periods: u64,
}

/// Why there is no negotiation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NegotiationError {
    /// The probability is none.
    #[error("the probability of negotiations is {0}, and lies in [0, 1]")]
    Probability(Rational),
    /// The weights are no shares.
    #[error(
        "there is a bargaining weight for each of {0} players, none negative, and they sum to 1"
    )]
    Weights(usize),
    /// There is nothing to negotiate about.
    #[error("there is no equilibrium in pure strategies to negotiate about")]
    NoEquilibrium,
    /// The recursion ends.
    #[error("with {left} periods to go nothing can be enforced in the state `{state}`")]
    NothingEnforced {
        /// The name of the state.
        state: String,
        /// The number of periods from the end.
        left: u64,
    },
}

/// The repeated negotiation equilibrium of T periods, in machine numbers.
///
/// Beside the equilibria without negotiation, T − 1 passes over states and profiles. The answer is
/// `None` when the budget is spent.
///
/// # Errors
/// A [`NegotiationError`].
pub fn negotiate(
    game: &StochasticGame,
    options: &NegotiationOptions,
    budget: &Budget,
) -> Result<Outcome<Option<Negotiation>>, NegotiationError> {
    let players = game.num_players();
    if options.probability.is_negative() || options.probability > Rational::ONE {
        return Err(NegotiationError::Probability(options.probability.clone()));
    }
    let equal = Rational::new(1, players as i64);
    let weights =
        if options.weights.is_empty() { vec![equal; players] } else { options.weights.clone() };
    let sum: Rational = weights.iter().sum();
    if weights.len() != players || weights.iter().any(Rational::is_negative) || sum != Rational::ONE
    {
        return Err(NegotiationError::Weights(players));
    }
    let Outcome { answer, status, mut work, .. } = find_transfer_equilibrium(game, budget);
    let outcome = |answer, status, work| {
        Ok(Outcome { answer, status, method: "negotiation", work, warnings: Vec::new() })
    };
    let Some(without) = answer else { return outcome(None, status, work) };
    if without.policies.is_none() {
        return Err(NegotiationError::NoEquilibrium);
    }
    let mut steps = Steps::new(game, options, &weights, &without);
    match steps.run(options.periods, budget, &mut work) {
        Ok(()) => {}
        Err(Stopped::Budget(reason)) => return outcome(None, Status::Partial(reason), work),
        Err(Stopped::Nothing(state, left)) => {
            let state = game.states()[state].name.clone();
            return Err(NegotiationError::NothingEnforced { state, left });
        }
    }
    let shares = steps.shares();
    let answer = Negotiation {
        weights,
        probability: options.probability.clone(),
        periods: options.periods,
        played: steps.played,
        punishing: steps.punishing,
        joint: steps.joint,
        worst: steps.worst,
        shares,
        error: 1e-9 * steps.game.scale,
        closest: steps.closest,
        without,
    };
    outcome(Some(answer), Status::Solved, work)
}

enum Stopped {
    Budget(Exhausted),
    Nothing(usize, u64),
}

/// Steps backward in time.
struct Steps {
    game: Game,
    probability: f64,
    weights: Vec<f64>,
    joint: Vec<f64>,
    worst: Vec<Vec<f64>>,
    played: Vec<usize>,
    punishing: Vec<Vec<usize>>,
    closest: f64,
}

impl Steps {
    fn new(
        game: &StochasticGame,
        options: &NegotiationOptions,
        weights: &[Rational],
        without: &TransferEquilibrium,
    ) -> Self {
        let floats =
            |values: &[Rational]| values.iter().map(Rational::to_f64).collect::<Vec<f64>>();
        let bounds = without.bounds();
        let joint = bounds.map_or_else(Vec::new, |round| floats(&round.joint));
        let worst = bounds.map_or_else(Vec::new, |round| {
            round.worst.iter().map(|values| floats(values)).collect()
        });
        let (played, punishing) = match &without.policies {
            Some(policies) => (policies.played.clone(), policies.punishing.clone()),
            None => (Vec::new(), Vec::new()),
        };
        Steps {
            game: Game::new(game),
            probability: options.probability.to_f64(),
            weights: floats(weights),
            joint,
            worst,
            played,
            punishing,
            closest: f64::INFINITY,
        }
    }

    /// What each player gets by negotiation in each state.
    fn shares(&self) -> Vec<Vec<f64>> {
        let states = 0..self.joint.len();
        let gain = |state: usize| {
            self.joint[state] - self.worst.iter().map(|worst| worst[state]).sum::<f64>()
        };
        let gains: Vec<f64> = states.map(gain).collect();
        self.worst
            .iter()
            .zip(&self.weights)
            .map(|(worst, weight)| {
                worst.iter().zip(&gains).map(|(v, gain)| v + weight * gain).collect()
            })
            .collect()
    }

    fn run(&mut self, periods: u64, budget: &Budget, work: &mut Work) -> Result<(), Stopped> {
        let tolerance = INCENTIVE_TOLERANCE * self.game.scale;
        for step in 1..periods {
            budget.check(step).map_err(Stopped::Budget)?;
            work.rounds += 1;
            let follows = self.followed();
            let (mut joint, mut worst) = (self.joint.clone(), self.worst.clone());
            for state in 0..joint.len() {
                let mut most = f64::NEG_INFINITY;
                let mut least = vec![f64::INFINITY; follows.len()];
                for profile in 0..self.game.states[state].joint.len() {
                    let total = self.game.joint(state, profile, &self.joint);
                    let best: Vec<f64> = follows
                        .iter()
                        .enumerate()
                        .map(|(player, values)| self.game.best(player, state, profile, values))
                        .collect();
                    let slack = total - best.iter().sum::<f64>() + tolerance;
                    self.closest = self.closest.min(slack.abs());
                    if slack < 0.0 {
                        continue;
                    }
                    if total > most + tolerance {
                        (most, self.played[state]) = (total, profile);
                    }
                    for (player, best) in best.into_iter().enumerate() {
                        if best < least[player] - tolerance {
                            (least[player], self.punishing[player][state]) = (best, profile);
                        }
                    }
                }
                if most == f64::NEG_INFINITY {
                    return Err(Stopped::Nothing(state, step + 1));
                }
                joint[state] = most;
                for (worst, least) in worst.iter_mut().zip(least) {
                    worst[state] = least;
                }
            }
            (self.joint, self.worst) = (joint, worst);
        }
        Ok(())
    }

    /// What each player expects at the start of a period after he was punished: his share with new
    /// negotiations, and his worst payoff without.
    fn followed(&self) -> Vec<Vec<f64>> {
        let mix = |(share, worst): (&f64, &f64)| {
            self.probability * share + (1.0 - self.probability) * worst
        };
        let rows = self.shares().into_iter().zip(&self.worst);
        rows.map(|(shares, worst)| shares.iter().zip(worst).map(mix).collect()).collect()
    }
}
