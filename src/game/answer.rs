//! What a solver claims about a game: plain data that `certify` can check without any solver.
//!
//! Strategies and payoffs are exact. Actions and players are positions in the game's own lists;
//! profiles are profile indices as defined in [`super::NormalForm`].

use crate::num::{NotDecided, Rational, Scalar};

pub use super::automaton::Machine;
use super::case_tree::CaseTree;
pub use super::correlated::{
    Advice, Advised, CoarseCorrelated, Correlated, CorrelatedVertices, Mediated, Obedience,
    Objective, Participation, PayoffPolygon, PolygonVertex, RobustDevice,
};
pub use super::credibility::{Credibility, CredibilityPoint, Threshold, ThresholdBound};
pub use super::followers::{
    CorrelatedCommitment, FollowedCommitment, FollowersBound, PureBeforeFollowers, SeveralFollowers,
};
pub use super::learning::{JointPlay, Learning, LearningPoint};
pub use super::matched::{MatchedBest, MatchedBound, MatchedCommitment};
pub use super::refinement::{
    Admissibility, Properness, Refinement, RiskComparison, Standing, Trembles, Withstands,
};
pub use super::repeated_payoffs::{CriticalDiscounts, Patience, RepeatedPayoffs, SustainedPoint};
pub use super::repeated_polytopes::{OuterCorner, PayoffBound, RepeatedPolytopes, SustainedCorner};
pub use super::robust::{RobustBest, RobustCommitment, RobustEnd, RobustMultiplier, RobustStep};
pub use super::sequential::{SequentialCommitment, SequentialOutcome};
pub use super::structure::{
    Improvement, Interests, Monotone, Ordinal, PATTERNS, Potential, Structure,
};
pub use super::symmetric::{Evolutionary, Symmetric};
pub use super::tournament::Tournament;
pub use super::triggers::{Trigger, TriggerLength, Triggers};
use super::{MixedProfile, MixedStrategy, NormalForm, RepeatedGame};

/// An answer of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A list of Nash equilibria.
    Equilibria(Equilibria),
    /// The security level of each player.
    Minimax(Minimax),
    /// A best correlated equilibrium, with what each player is told.
    Correlated(Advised<Correlated>),
    /// The correlated equilibrium with the largest slack, with what each player is told.
    RobustDevice(Advised<RobustDevice>),
    /// A best coarse correlated equilibrium.
    CoarseCorrelated(CoarseCorrelated),
    /// All payoffs of correlated equilibria of two players.
    CorrelatedPayoffs(PayoffPolygon<Obedience>),
    /// All extreme correlated equilibria.
    CorrelatedVertices(CorrelatedVertices),
    /// All payoffs of coarse correlated equilibria of two players.
    CoarseCorrelatedPayoffs(PayoffPolygon<Participation>),
    /// Iterated elimination of strictly dominated actions.
    Dominance(Dominance),
    /// An optimal commitment.
    Stackelberg(Stackelberg),
    /// An optimal commitment before several followers.
    SeveralFollowers(SeveralFollowers),
    /// Optimal pure commitments before several followers.
    PureBeforeFollowers(PureBeforeFollowers),
    /// A commitment against the worst of the replies that are nearly best.
    Robust(RobustCommitment),
    /// A commitment with matched losses.
    Matched(MatchedCommitment),
    /// An optimal correlated commitment.
    CorrelatedCommitment(CorrelatedCommitment),
    /// Commitment of all players to actions, one after the other.
    Sequential(SequentialCommitment),
    /// What a commitment is worth by its credibility.
    Credibility(Credibility),
    /// The course of fictitious play.
    FictitiousPlay(FictitiousPlay),
    /// The course of a learning process in machine numbers.
    Learning(Learning),
    /// What sustains the agreements of a repeated game.
    Repeated(Repeated),
    /// How long a bad signal has to suspend agreements.
    Triggers(Triggers),
    /// The payoffs of subgame-perfect equilibria of a repeated game of two.
    RepeatedPayoffs(RepeatedPayoffs),
    /// The payoffs of subgame-perfect equilibria of a repeated game of several.
    RepeatedPolytopes(RepeatedPolytopes),
    /// From which discount factor on each profile is sustained.
    CriticalDiscounts(CriticalDiscounts),
    /// An automaton of a repeated game.
    Machine(Machine),
    /// A tournament of strategies of a repeated game.
    Tournament(Tournament),
    /// What kind of game it is.
    Structure(Structure),
    /// What each equilibrium withstands.
    Refinement(Refinement),
    /// The symmetric equilibria of a symmetric game, and which are evolutionarily stable.
    Symmetric(Symmetric),
    /// Nash equilibria of any number of players, exact or with a bound on the regret.
    Approximate(Approximate),
    /// Logit quantal response equilibria.
    Quantal(Quantal),
}

/// The game that an answer is about.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// A game that is played once.
    OneShot(&'a NormalForm),
    /// A game with the data of its repetition.
    Repeated(&'a RepeatedGame),
}

impl<'a> Subject<'a> {
    /// The game that is played, once or in each period.
    #[must_use]
    pub fn stage(&self) -> &'a NormalForm {
        match self {
            Subject::OneShot(game) => game,
            Subject::Repeated(game) => &game.stage,
        }
    }
}

/// A strategy profile and what is claimed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Equilibrium {
    /// A mixed strategy for each player.
    pub profile: MixedProfile,
    /// The expected payoff of each player.
    pub payoffs: Vec<Rational>,
    /// The largest gain that any player has from a unilateral deviation; zero when exact.
    pub regret: Rational,
}

/// A list of Nash equilibria. Two lists are equal when they claim the same, whatever the proof.
#[derive(Debug, Clone)]
pub struct Equilibria {
    /// The equilibria, in lexicographic order of their strategies, greatest first.
    pub list: Vec<Equilibrium>,
    /// Which equilibria the list is known to hold.
    pub scope: Scope,
    /// The list grouped into connected sets, where that is known (two players, complete list).
    pub components: Option<Vec<Component>>,
    /// A proof that no extreme equilibrium is missing, where the method gives one.
    pub proof: Option<CaseTree>,
}

impl PartialEq for Equilibria {
    fn eq(&self, other: &Self) -> bool {
        (&self.list, self.scope, &self.components) == (&other.list, other.scope, &other.components)
    }
}

impl Eq for Equilibria {}

/// Which equilibria a list is known to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every pure equilibrium of the game.
    AllPure,
    /// Every extreme equilibrium of a two-player game, and with them all equilibria.
    AllExtreme,
    /// Some equilibria; there may be others.
    Some,
}

/// A connected component of the set of equilibria of a two-player game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Positions in the list of the extreme equilibria that belong to it, ascending.
    pub members: Vec<usize>,
    /// Its maximal Nash subsets: each is the set of all pairs from two lists of extreme
    /// strategies. Every convex combination of the rows with every one of the columns is an
    /// equilibrium (Winkels 1979).
    pub maximal_subsets: Vec<NashSubset>,
}

/// A maximal Nash subset conv(rows) × conv(columns).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NashSubset {
    /// Extreme strategies of player 0.
    pub rows: Vec<MixedStrategy>,
    /// Extreme strategies of player 1.
    pub columns: Vec<MixedStrategy>,
}

/// What one player can secure, and what the others can hold him down to.
///
/// With two players both are equal by the minimax theorem. With more, `punishment` is a
/// *correlated* strategy of the others: the value is the correlated minmax, which is at most the
/// minmax in independent strategies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityLevel {
    /// The player.
    pub player: usize,
    /// The value max over own strategies of min over the others' actions.
    pub value: Rational,
    /// A strategy that secures the value (the primal solution).
    pub strategy: MixedStrategy,
    /// A distribution over the others' joint actions, row-major in the order of the players
    /// without this one, that holds him down to the value (the dual solution).
    pub punishment: Vec<Rational>,
}

/// The security level of each player; in a constant-sum game of two it is the minimax solution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minimax {
    /// One entry for each player, in order.
    pub levels: Vec<SecurityLevel>,
    /// The constant that payoffs sum to, if they do: then the levels solve the game.
    pub constant_sum: Option<Rational>,
}

/// Strategies of both players of a matrix game, and the bounds of its value that they prove.
#[derive(Debug, Clone, PartialEq)]
pub struct MatrixBracket {
    /// The row player's strategy: multiples of 2⁻⁵³ that sum to one exactly. It secures `lower`
    /// against every column.
    pub row: Vec<f64>,
    /// The column player's, alike: against it no row gives more than `upper`.
    pub column: Vec<f64>,
    /// A number that is at most the value.
    pub lower: f64,
    /// A number that is at least the value.
    pub upper: f64,
}

/// An action that was eliminated, and the strategy that strictly dominates it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elimination {
    /// The round, from 1; all actions dominated at the start of a round go in that round.
    pub round: usize,
    /// The player.
    pub player: usize,
    /// The dominated action.
    pub action: usize,
    /// A mixed strategy, over all original actions, that is better against every profile of the
    /// others' actions that were left at the start of the round.
    pub dominated_by: MixedStrategy,
}

/// The result of iterated elimination of strictly dominated actions.
///
/// What survives is what correlated rationalizability allows; with two players these are the
/// rationalizable actions (Bernheim 1984, Pearce 1984).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dominance {
    /// The eliminations in order.
    pub eliminations: Vec<Elimination>,
    /// The actions of each player that are left, ascending.
    pub survivors: Vec<Vec<usize>>,
    /// For each surviving action of each player (in the order of `survivors`) a distribution over
    /// the others' surviving joint actions to which it is a best response: the proof that it
    /// survives. Joint actions are row-major in the order of the players without this one, and
    /// numbered within the survivors.
    pub beliefs: Vec<Vec<Vec<Rational>>>,
}

/// Optimal commitment of a leader whose follower sees the (mixed) commitment and best-responds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stackelberg {
    /// The leader, 0 or 1; the other player follows.
    pub leader: usize,
    /// Whether the leader may commit to a mixed strategy.
    pub mixed: bool,
    /// The optimal commitment.
    pub commitment: MixedStrategy,
    /// The follower's reply; ties are broken for the leader (strong Stackelberg).
    pub reply: usize,
    /// The leader's payoff.
    pub leader_value: Rational,
    /// The follower's payoff.
    pub follower_value: Rational,
    /// One proof for each reply of the follower that no commitment inducing it does better.
    pub bounds: Vec<ReplyBound>,
    /// What the leader gets with ties broken against him, where that was asked.
    pub guaranteed: Option<Guaranteed>,
    /// What the leader secures without commitment (maximin), where that was asked.
    pub security: Option<SecurityLevel>,
}

/// The lower end of the interval of payoffs that a leader can have by commitment: what is
/// guaranteed, or approached as closely as one likes, with ties of the follower broken against him
/// (von Stengel & Zamir 2010).
///
/// A pure commitment is played as it is. A mixed one is approached from inside the region of
/// commitments to which `reply`, or one that pays the follower the same throughout, is the only
/// best reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guaranteed {
    /// The payoff L.
    pub value: Rational,
    /// The commitment x* at which it is had, or near which it is approached.
    pub commitment: MixedStrategy,
    /// The reply j: to x* it is a best one, and to `interior` a strictly best one, beside those that
    /// are payoff-equal to it for the follower. For a pure commitment the worst best reply.
    pub reply: usize,
    /// The commitment that shows that the region of j is full-dimensional. `None` for a pure
    /// commitment.
    pub interior: Option<MixedStrategy>,
    /// The weight ε of `interior` in `epsilon_commitment`; 0 where x* itself guarantees L.
    pub epsilon: Rational,
    /// (1 − ε) x* + ε `interior`.
    pub epsilon_commitment: MixedStrategy,
    /// What `epsilon_commitment` gives the leader against the worst best reply to it.
    pub epsilon_value: Rational,
    /// Why no other region guarantees more, for each class of payoff-equal replies for which
    /// [`Stackelberg::bounds`] leave that open. Empty for pure commitment.
    pub bounds: Vec<ClassBound>,
}

/// Why the commitments that induce a class of payoff-equal replies guarantee no more than a bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassBound {
    /// The first reply j of the class.
    pub reply: usize,
    /// The bound; `None` when the region of the class is not full-dimensional.
    pub bound: Option<Rational>,
    /// With a bound: weights z_e ≥ 0 of the replies of the class, of sum 1. Otherwise all 0.
    pub weights: Vec<Rational>,
    /// Multipliers y_k ≥ 0 of the replies. With a bound v they satisfy
    /// Σ_e z_e A_ie + Σ_k y_k (B_ij − B_ik) ≤ v for every leader action i. Without one they are 0 in
    /// the class, sum to 1 and satisfy Σ_k y_k (B_ij − B_ik) ≤ 0 for every i, so that j is never
    /// the strictly best reply.
    pub multipliers: Vec<Rational>,
}

/// Why the leader cannot get more than a bound by commitments that induce one reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyBound {
    /// The reply j.
    pub reply: usize,
    /// The bound; `None` when no commitment induces the reply.
    pub bound: Option<Rational>,
    /// Multipliers y_k ≥ 0 of the constraints that reply k is no better than j. With a bound v they
    /// satisfy A_ij + Σ_k y_k (B_ij − B_ik) ≤ v for every leader action i; without one they
    /// satisfy Σ_k y_k (B_ij − B_ik) < 0 for every i (Farkas). Empty for pure commitment.
    pub multipliers: Vec<Rational>,
}

/// The course and the result of fictitious play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FictitiousPlay {
    /// Whether the players move in turn (Brown 1951) or at once.
    pub alternating: bool,
    /// The number of rounds played.
    pub rounds: u64,
    /// How often each player played each action.
    pub counts: Vec<Vec<u64>>,
    /// Regret of the empirical mixture of each player after some rounds, exact.
    pub course: Vec<(u64, Rational)>,
    /// The empirical mixture at the end, with its payoffs and its exact regret.
    pub mixture: Equilibrium,
}

/// The least discount factor at which an agreement can be sustained.
///
/// The number is exact in every answer; sweeps work on intervals first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CriticalDiscount<S = Rational> {
    /// Nobody gains by deviating: sustained at every discount factor, 0 included.
    Zero,
    /// Sustained from this discount factor on, which is below 1.
    At(S),
    /// The formula gives a number of at least 1: no discount factor below 1 is enough.
    AboveOne(S),
    /// From no discount factor on is it sustained: a gain goes unpunished, or patient players end it.
    /// Players who are *less* patient may keep it in the second case.
    Never,
}

impl<S> CriticalDiscount<S> {
    /// The same in another kind of number.
    #[must_use]
    pub fn map<T>(&self, number: impl Fn(&S) -> T) -> CriticalDiscount<T> {
        match self {
            CriticalDiscount::Zero => CriticalDiscount::Zero,
            CriticalDiscount::At(value) => CriticalDiscount::At(number(value)),
            CriticalDiscount::AboveOne(value) => CriticalDiscount::AboveOne(number(value)),
            CriticalDiscount::Never => CriticalDiscount::Never,
        }
    }
}

impl<S: Scalar> CriticalDiscount<S> {
    /// Whether the agreement holds at this discount factor; `None` for [`CriticalDiscount::Never`],
    /// which leaves open that players who are not patient keep it.
    ///
    /// # Errors
    /// [`NotDecided::TooClose`] when intervals overlap; never on exact numbers.
    pub fn allows(&self, discount: &S) -> Result<Option<bool>, NotDecided> {
        Ok(match self {
            CriticalDiscount::Zero => Some(true),
            CriticalDiscount::At(critical) => Some(critical.order(discount)?.is_le()),
            CriticalDiscount::AboveOne(_) => Some(false),
            CriticalDiscount::Never => None,
        })
    }

    /// The number, with 0 for [`CriticalDiscount::Zero`]; `None` when no number is enough.
    #[must_use]
    pub fn number(&self) -> Option<S> {
        match self {
            CriticalDiscount::Zero => Some(S::zero()),
            CriticalDiscount::At(critical) | CriticalDiscount::AboveOne(critical) => {
                Some(critical.clone())
            }
            CriticalDiscount::Never => None,
        }
    }
}

/// A deviation that limits an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindingDeviation {
    /// Who deviates.
    pub player: usize,
    /// To which action.
    pub action: usize,
}

/// What sustains one agreement of a repeated game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sustained {
    /// The position of the agreement in the game's list.
    pub agreement: usize,
    /// The critical discount factor with the game's punishment.
    pub critical: CriticalDiscount,
    /// The deviation that sets it, if there is one.
    pub binding: Option<BindingDeviation>,
    /// A lower bound on the critical discount factor of *any* punishment: the same formula with
    /// every player held to the minmax value. A bound, not claimed to be reached.
    pub minmax_bound: CriticalDiscount,
    /// Whether no one-shot deviation pays at the game's discount factor, if it has one.
    pub holds: Option<bool>,
}

/// The answer for a repeated game with agreements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// One entry for each agreement, in order.
    pub agreements: Vec<Sustained>,
    /// For each player the stage equilibrium that punishes his deviation.
    pub punishments: Vec<MixedProfile>,
    /// Each player's payoff in his own punishment.
    pub punishment_payoffs: Vec<Rational>,
    /// The proof of each player's minmax value.
    pub minmax: Vec<SecurityLevel>,
}

/// Nash equilibria of any number of players. Those of three players and more need not be rational:
/// such a one is stated as a profile near it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approximate {
    /// The profiles, in lexicographic order of their strategies, greatest first.
    pub list: Vec<ApproximateEquilibrium>,
    /// Whether the game has no other equilibrium than the listed ones and those that the profiles
    /// with a radius stand for.
    pub complete: bool,
}

/// A profile in which nobody gains more than a stated amount by deviating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproximateEquilibrium {
    /// A mixed strategy for each player. Where the regret is not zero, the probabilities are machine
    /// numbers, and yet sum to one exactly.
    pub profile: MixedProfile,
    /// The expected payoffs: exact where the regret is zero, and the nearest machine numbers else.
    pub payoffs: Vec<Rational>,
    /// An upper bound on the largest gain from a unilateral deviation, as a machine number; zero
    /// when there is none.
    pub regret: Rational,
    /// Where this is known: an exact equilibrium with the same support, and only one, has each
    /// probability within this distance of the profile's.
    pub radius: Option<Rational>,
}

/// Logit equilibria on the principal branch (McKelvey & Palfrey 1995).
///
/// At precision λ each action is played with a probability proportional to exp(λ u), where u is its
/// expected payoff against the others' strategies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantal {
    /// The equilibria at the values of λ that were asked for, in that order.
    pub points: Vec<LogitEquilibrium>,
    /// Points along the branch from λ = 0, in the order in which it passes through them.
    pub path: Vec<LogitPoint>,
    /// Where the branch turns or is crossed, in order.
    pub events: Vec<BranchEvent>,
    /// The Nash equilibrium to which the branch tends.
    pub limit: Option<ApproximateEquilibrium>,
    /// The point of the branch under which observed play is likeliest.
    pub fit: Option<LogitFit>,
}

/// A profile that solves the logit equations at some λ, up to a residual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogitPoint {
    /// The precision λ, in units of one over payoff.
    pub lambda: Rational,
    /// The strategies: machine numbers that sum to one exactly.
    pub profile: MixedProfile,
    /// An upper bound on the distance of any probability from the logit response to the profile.
    pub residual: Rational,
}

/// A logit equilibrium with what it gives the players.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogitEquilibrium {
    /// λ, the strategies and the residual.
    pub point: LogitPoint,
    /// The expected payoffs, as the nearest machine numbers.
    pub payoffs: Vec<Rational>,
    /// An upper bound on the largest gain from a unilateral deviation, as a machine number.
    pub regret: Rational,
}

/// A place on the branch that is not regular.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchEvent {
    /// What happens there.
    pub kind: BranchEventKind,
    /// λ, as a machine number, located by bisection and not certified.
    pub lambda: Rational,
}

/// What happens at a place on the branch that is not regular.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchEventKind {
    /// λ stops to rise and begins to fall, or the other way round.
    TurningPoint,
    /// Other branches cross or fork off.
    Bifurcation,
}

/// The likeliest λ for observed play (maximum likelihood).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogitFit {
    /// How often each player was seen to play each action.
    pub counts: Vec<Vec<u64>>,
    /// The equilibrium at the likeliest λ.
    pub equilibrium: LogitEquilibrium,
    /// The logarithm of the likelihood there, Σ count · ln probability, as a machine number.
    pub log_likelihood: Rational,
}
