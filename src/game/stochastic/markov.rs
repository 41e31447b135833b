//! Stationary strategies of games in states, with what they earn and what deviations gain.

use crate::game::MixedProfile;
use crate::num::Rational;

/// Markov perfect equilibria that were found, or a point that comes near one.
///
/// In a Markov perfect equilibrium each player plays in each state one mixed action, whatever
/// happened before, and no strategy of his gains anything from any state on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkovAnswer {
    /// At least one, each different from the others.
    pub equilibria: Vec<MarkovEquilibrium>,
}

/// One stationary strategy for each state and player. All numbers are exact; the bounds are zero
/// where the strategies are an equilibrium exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkovEquilibrium {
    /// For each state a mixed strategy of each player.
    pub strategies: Vec<MixedProfile>,
    /// For each player and state what he gets from there on, within `payoff_error`.
    pub values: Vec<Vec<Rational>>,
    /// How far a stated value is at most from what the strategies give.
    pub payoff_error: Rational,
    /// For each state what any player gains at most by another action in this period alone.
    pub one_shot_regret: Vec<Rational>,
    /// What any player gains at most by any strategy, from any state on.
    pub regret: Rational,
    /// Where the payoffs of two players have a constant sum: for each state a lower and an upper bound
    /// of the value of the game to the first of them, which the strategies guarantee.
    pub value: Option<Vec<(Rational, Rational)>>,
}

impl MarkovEquilibrium {
    /// Whether the strategies are an equilibrium exactly, and the values theirs.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.payoff_error.is_zero() && self.regret.is_zero()
    }

    /// The largest gain by another action in one period, over all states.
    #[must_use]
    pub fn worst_one_shot_regret(&self) -> Rational {
        self.one_shot_regret.iter().max().cloned().unwrap_or_default()
    }
}

impl MarkovAnswer {
    /// Whether all equilibria are exact.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.equilibria.iter().all(MarkovEquilibrium::is_exact)
    }
}
