//! What solvers claim about trees: plain data that `certify` can check without any solver.

use crate::num::Rational;

use super::super::MixedStrategy;

/// A behaviour strategy for every player: a distribution over the actions of each information set,
/// by information set.
pub type BehaviorProfile = Vec<MixedStrategy>;

/// By information set: the probability of each of its nodes, given that the set is reached (Bayes);
/// `None` where it is not reached.
pub type Beliefs = Vec<Option<Vec<Rational>>>;

/// An equilibrium in behaviour strategies, and what is claimed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BehaviorEquilibrium {
    /// The strategies.
    pub profile: BehaviorProfile,
    /// The expected payoff of each player.
    pub payoffs: Vec<Rational>,
    /// The largest gain that any player has from a unilateral deviation; zero when exact.
    pub regret: Rational,
    /// What players believe where play leads.
    pub beliefs: Beliefs,
}

/// Which equilibria a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TreeScope {
    /// Every subgame-perfect equilibrium in pure strategies.
    AllPureSubgamePerfect,
    /// Some subgame-perfect equilibria.
    SomeSubgamePerfect,
    /// Some Nash equilibria.
    SomeNash,
}

impl TreeScope {
    /// Whether each of them is an equilibrium in every subgame.
    #[must_use]
    pub fn is_subgame_perfect(self) -> bool {
        self != TreeScope::SomeNash
    }
}

/// A list of equilibria in behaviour strategies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeAnswer {
    /// The equilibria, distinct, in lexicographic order of their strategies, greatest first.
    pub list: Vec<BehaviorEquilibrium>,
    /// Which ones.
    pub scope: TreeScope,
}
