//! Which equilibria of two players stand up to more than a single deviation, with the proofs.

use crate::num::Rational;

use super::MixedStrategy;
use super::answer::Equilibria;

/// All extreme equilibria of a game of two players, and what each of them withstands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refinement {
    /// All extreme equilibria.
    pub equilibria: Equilibria,
    /// For each of them, in order, what it withstands.
    pub withstands: Vec<Withstands>,
    /// For each player the strategies that occur in the list, in the order of first occurrence, with
    /// the proof that each is or is not undominated.
    pub standings: [Vec<Standing>; 2],
    /// For each of the equilibria, in order, whether it is proper.
    pub proper: Vec<Properness>,
    /// The comparison of two strict equilibria of a 2 × 2 game.
    pub risk: Option<RiskComparison>,
}

/// What one equilibrium withstands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withstands {
    /// Every deviation of one player loses: both strategies are the only best replies (Harsanyi 1973).
    pub strict: bool,
    /// Every pure best reply is played with positive probability (Harsanyi 1973).
    pub quasi_strict: bool,
    /// No other equilibrium gives neither player less and somebody more.
    pub payoff_undominated: bool,
    /// It is perfect (Selten 1975), which with two players means that no strategy of it is weakly
    /// dominated (van Damme 1991, Theorem 3.2.2).
    pub perfect: bool,
}

/// Whether an equilibrium is proper (Myerson 1978): a limit of totally mixed pairs in which an action
/// that is worse than another has at most ε times its probability, ε → 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Properness {
    /// It is, since it is regular: extreme and quasi-strict (van Damme 1991).
    Regular,
    /// It is, as these trembles show.
    Trembles(Box<Trembles>),
    /// It is not: it is not perfect, or no order of the actions goes with it.
    No,
    /// So many actions tie that not all pairs of orders were tried.
    NotDecided,
}

impl Properness {
    /// As many orders of each player's actions, and as many pairs of them, are tried.
    pub const MOST_ORDERS: usize = 10_000;

    /// Whether it is proper, where that is known.
    #[must_use]
    pub fn is_proper(&self) -> Option<bool> {
        match self {
            Properness::Regular | Properness::Trembles(_) => Some(true),
            Properness::No => Some(false),
            Properness::NotDecided => None,
        }
    }
}

/// Why an equilibrium is proper: mistakes that are the rarer the more they cost.
///
/// The pair of x + εp¹ + ε²p² + … and y + εq¹ + ε²q² + …, scaled, is the limit's sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trembles {
    /// For each player his actions in levels; the first holds the support of the equilibrium
    /// strategy.
    pub levels: [Vec<Vec<usize>>; 2],
    /// For each player and level a strategy whose support is this level with all before it. Against
    /// each, and against the equilibrium strategy, the other player is indifferent within his levels
    /// and prefers no level to one before it.
    pub strategies: [Vec<MixedStrategy>; 2],
}

/// A strategy and whether it is weakly dominated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The strategy.
    pub strategy: MixedStrategy,
    /// The proof.
    pub proof: Admissibility,
}

/// Why a strategy is weakly dominated, or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admissibility {
    /// A belief in which each action of the other has positive probability, and to which the strategy
    /// is a best reply: what dominates it would be better against this belief.
    Undominated(Vec<Rational>),
    /// A strategy that is never worse, and better against some action.
    Dominated(MixedStrategy),
}

impl Admissibility {
    /// Whether the strategy is undominated.
    #[must_use]
    pub fn is_undominated(&self) -> bool {
        matches!(self, Admissibility::Undominated(_))
    }
}

/// The two strict equilibria of a 2 × 2 game by the product of what deviating from each costs the two
/// players; the greater product is risk dominant (Harsanyi & Selten 1988).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskComparison {
    /// Positions in the list, ascending.
    pub equilibria: [usize; 2],
    /// The products.
    pub products: [Rational; 2],
}

impl RiskComparison {
    /// The position of the risk-dominant equilibrium, unless the products are equal.
    #[must_use]
    pub fn dominant(&self) -> Option<usize> {
        match self.products[0].cmp(&self.products[1]) {
            std::cmp::Ordering::Greater => Some(self.equilibria[0]),
            std::cmp::Ordering::Less => Some(self.equilibria[1]),
            std::cmp::Ordering::Equal => None,
        }
    }
}
