//! Distributions over profiles that nobody gains by leaving, best for an objective.
//!
//! A mediator draws a profile from a distribution that all know. In a *correlated equilibrium*
//! (Aumann 1974) each player is told his own action of the profile, and then does not gain by
//! playing another one. In a *coarse correlated equilibrium* (Moulin & Vial 1978; the set of Hannan
//! 1957) a player decides before he is told anything: he lets the mediator play for him, or plays
//! one fixed action himself, against what the others are told; and he does not gain by the latter.
//! Every correlated equilibrium is a coarse one. Both sets are polytopes, so that the best value of
//! a linear objective, or of the least of several, has a proof by multipliers. Of two players the
//! payoffs that such distributions give form a convex polygon.

use crate::num::Rational;

/// What a distribution over profiles is asked for.
///
/// The value of an objective is stated with its natural sign: for the least welfare it is a sum of
/// payoffs, and no equilibrium has a smaller one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objective {
    /// The greatest sum of all players' payoffs.
    Welfare,
    /// The greatest payoff of one player.
    Player(usize),
    /// The greatest weighted sum of the players' payoffs.
    Weighted(Vec<Rational>),
    /// The greatest payoff of the player who gets least.
    Egalitarian,
    /// The least sum of all players' payoffs.
    LeastWelfare,
    /// The least payoff of one player.
    LeastPlayer(usize),
}

impl Objective {
    /// Whether the smallest value is asked for, and not the greatest.
    #[must_use]
    pub fn is_least(&self) -> bool {
        matches!(self, Objective::LeastWelfare | Objective::LeastPlayer(_))
    }

    /// What payoffs are worth, so that more is better: negated where the least is asked for. A player who
    /// has none counts as zero.
    #[must_use]
    pub fn worth(&self, payoffs: &[Rational]) -> Rational {
        let of = |player: &usize| payoffs.get(*player).cloned().unwrap_or_default();
        match self {
            Objective::Welfare => payoffs.iter().sum(),
            Objective::LeastWelfare => -payoffs.iter().sum::<Rational>(),
            Objective::Player(player) => of(player),
            Objective::LeastPlayer(player) => -of(player),
            Objective::Weighted(weights) => {
                payoffs.iter().zip(weights).map(|(payoff, weight)| payoff * weight).sum()
            }
            Objective::Egalitarian => payoffs.iter().min().cloned().unwrap_or_default(),
        }
    }
}

/// A distribution over profiles that is best for an objective among those of its kind, with the proof
/// of optimality: multipliers M of the kind's constraints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mediated<M> {
    /// What is asked for.
    pub objective: Objective,
    /// The probability of each profile, by profile index.
    pub distribution: Vec<Rational>,
    /// The players' expected payoffs.
    pub payoffs: Vec<Rational>,
    /// The best value of the objective.
    pub value: Rational,
    /// For [`Objective::Egalitarian`] weights of the players, none negative, that sum to one: the
    /// proof bounds the sum of payoffs with these weights, which is at least the smallest payoff.
    /// Empty for all other objectives.
    pub player_weights: Vec<Rational>,
    /// Non-negative dual multipliers, each after what names its constraint. They prove by weak
    /// duality that nothing of the kind is better: for each profile the objective plus the weighted
    /// sum of what deviations lose is at most `value`. Where the least is asked for, the objective
    /// minus that sum is at least `value`.
    pub multipliers: Vec<M>,
}

/// A best correlated equilibrium. The obedience constraint (i, a, d) says that player i, told to play
/// a, does not gain by playing d; a multiplier follows each.
pub type Correlated = Mediated<Obedience>;

/// A best coarse correlated equilibrium. The constraint (i, d) says that player i does not gain by
/// playing d whatever the others are told; a multiplier follows each.
pub type CoarseCorrelated = Mediated<Participation>;

/// What a player may be told, and what it means to him: the mediator's distribution as he sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The player.
    pub player: usize,
    /// The action that he is told to play.
    pub told: usize,
    /// The probability of being told so, which is positive.
    pub probability: Rational,
    /// What he then believes: each profile that is possible, by its index, ascending, with its
    /// conditional probability. He plays `told` in all of them.
    pub belief: Vec<(usize, Rational)>,
    /// What he expects when he obeys.
    pub payoff: Rational,
    /// The other action that he would like best, the first of equal ones, and what he loses by it;
    /// `None` where he has no other.
    pub deviation: Option<(usize, Rational)>,
}

/// A distribution D over profiles with what it means to each player.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advised<D> {
    /// The distribution.
    pub device: D,
    /// All that players may be told, by player and then by action.
    pub advice: Vec<Advice>,
}

/// The correlated equilibrium that is obeyed with the largest slack: the least, over all that anybody
/// may be told and all his other actions, of what he then expects to lose by the other action.
///
/// A distribution with slack t is a correlated equilibrium of every game whose payoffs differ by at
/// most t/2 from those of this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobustDevice {
    /// The probability of each profile, by profile index.
    pub distribution: Vec<Rational>,
    /// The players' expected payoffs.
    pub payoffs: Vec<Rational>,
    /// Its slack.
    pub slack: Rational,
    /// No correlated equilibrium has more slack than this. The largest slack need not be rational:
    /// the two are equal where it is known, and next to each other else.
    pub bound: Rational,
    /// The proof of the bound t: rounds of non-negative multipliers of obedience constraints, y for
    /// (player i, told a, deviation d). In each profile that no round before gave weight,
    /// Σ y·(what d loses − t) ≤ 0 over the constraints whose a is played there. A profile has weight
    /// where one of them has y > 0, and the rounds give weight to all.
    pub rounds: Vec<Vec<Obedience>>,
}

/// All pairs of payoffs that correlated, or coarse correlated, equilibria of two players give: a
/// convex polygon, which may be a segment or a point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoffPolygon<M> {
    /// The extreme points, counterclockwise, from the one with the least payoff of the first player
    /// (and of these the least one of the second).
    pub vertices: Vec<PolygonVertex>,
    /// For each edge, from a vertex to the next one, an equilibrium that is best in the direction
    /// that points outward: nothing lies beyond. A segment has its two sides, and then its two ends,
    /// the last vertex first; a point is shut in by the four directions along the axes: right, up,
    /// left, down.
    pub sides: Vec<Mediated<M>>,
}

/// An extreme point of a [`PayoffPolygon`], or of all correlated equilibria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolygonVertex {
    /// The payoffs of the players.
    pub payoffs: Vec<Rational>,
    /// An equilibrium that gives them: the probability of each profile, by profile index.
    pub distribution: Vec<Rational>,
}

/// All extreme correlated equilibria: every correlated equilibrium is a mixture of them, and they of no
/// others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrelatedVertices {
    /// In lexicographic order of their distributions, greatest first.
    pub vertices: Vec<PolygonVertex>,
}

/// The multiplier of an obedience constraint (player, told, deviation).
pub type Obedience = (usize, usize, usize, Rational);

/// The multiplier of a constraint (player, deviation) of coarse correlated equilibria.
pub type Participation = (usize, usize, Rational);
