//! What solvers claim about games of incomplete information: plain data that `certify` can check.

use crate::game::MixedStrategy;
use crate::game::answer::Objective;
use crate::num::Rational;

/// An answer of any kind about a game of incomplete information.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BayesianAnswer {
    /// A commitment of a leader against a follower who has types.
    Commitment(BayesianCommitment),
    /// A best communication equilibrium.
    Communication(Communication),
}

/// A commitment of a leader whose follower knows his own type, sees the (mixed) commitment, and
/// replies best; ties are broken for the leader (strong Stackelberg).
///
/// A leader who has types himself commits to a mixture of his strategies, which name an action for
/// each type; his "actions" are then those of [`ex_ante`](super::BayesianGame::ex_ante).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BayesianCommitment {
    /// The leader, 0 or 1; the other player follows.
    pub leader: usize,
    /// Whether the leader may commit to a mixture.
    pub mixed: bool,
    /// The commitment.
    pub commitment: MixedStrategy,
    /// The reply of each type of the follower.
    pub replies: Vec<usize>,
    /// The leader's expected payoff.
    pub leader_value: Rational,
    /// The follower's expected payoff.
    pub follower_value: Rational,
    /// The leader's payoff given each type of the follower.
    pub leader_values: Vec<Rational>,
    /// The payoff of each type of the follower.
    pub follower_values: Vec<Rational>,
    /// No commitment gives the leader more than this. It is `leader_value` where the commitment is
    /// proved to be optimal, and more where a limit stopped the search.
    pub bound: Rational,
    /// The proof of the bound by cases; empty for a pure commitment, where a scan decides.
    pub proof: Vec<CommitmentStep>,
}

impl BayesianCommitment {
    /// Whether the commitment is claimed to be optimal.
    #[must_use]
    pub fn is_optimal(&self) -> bool {
        self.bound == self.leader_value
    }
}

/// A step of the proof that no commitment gives the leader more than a bound.
///
/// A *case* fixes the replies of some types of the follower; the first case fixes none. Each step is
/// about the case that was opened last. Let the follower's type l have probability p_l, and let A^l
/// and B^l be what leader and follower get when the leader plays i and type l replies j.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommitmentStep {
    /// One case becomes as many as there are replies, in their order: this type's reply is fixed.
    Split(usize),
    /// The case is closed by multipliers y ≥ 0, with
    /// max_i Σ_l max_j [p_l A^l_ij + Σ_k y_ljk (B^l_ij − B^l_ik)] ≤ bound, where j is the
    /// fixed reply of type l, or any reply where none is fixed.
    Bound(Vec<ReplyMultiplier>),
}

/// A multiplier y_ljk of the constraint that type l is not better off with reply k than with j.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyMultiplier {
    /// The type l of the follower.
    pub kind: usize,
    /// The reply j.
    pub reply: usize,
    /// The other reply k.
    pub other: usize,
    /// y_ljk, which is not negative.
    pub value: Rational,
}

/// A communication equilibrium that is best for an objective, with the proof that none is better.
///
/// A mediator asks the players for their types, and recommends each an action in private, by known
/// probabilities μ(a | t) that depend on the reports. In equilibrium nobody gains by reporting
/// another type and then doing with what he is told whatever is best for him (Myerson 1982, Forges
/// 1986).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Communication {
    /// What is asked for.
    pub objective: Objective,
    /// By type profile as reported: the probability of each action profile.
    pub recommendations: Vec<Vec<Rational>>,
    /// The players' expected payoffs before types are known.
    pub payoffs: Vec<Rational>,
    /// By player and type: the expected payoff of the type; zero for types without probability.
    pub type_payoffs: Vec<Vec<Rational>>,
    /// The best value of the objective.
    pub value: Rational,
    /// For [`Objective::Egalitarian`] the players' weights in the sum that the proof bounds; empty
    /// for all others.
    pub player_weights: Vec<Rational>,
    /// The dual solution.
    pub multipliers: Vec<DishonestyMultiplier>,
}

/// A multiplier: what is charged when a type that reports `report` and is told `told` plays
/// `deviation`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DishonestyMultiplier {
    /// The player.
    pub player: usize,
    /// His type.
    pub kind: usize,
    /// The type that he reports.
    pub report: usize,
    /// What he is told.
    pub told: usize,
    /// What he does.
    pub deviation: usize,
    /// The multiplier, which is not negative.
    pub value: Rational,
}
