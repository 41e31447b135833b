//! All payoffs of subgame-perfect equilibria of a game in states without transfers, between two
//! polytopes for each state.
//!
//! Everybody sees what was played and which state follows, players use pure strategies and may all see
//! a public lottery before each period, and payoffs are averages discounted with one factor δ. The sets
//! `V_s` of the payoffs of equilibria that begin in state s generate one another: v is in `V_s` when it is a
//! mixture of points (1 − δ) g(s, a) + δ Σ τ(s'|s, a) `w_s'` with `w_s'` in `V_s'`, where nobody gains by
//! leaving a for the worst that then follows (Yeltekin, Cai & Judd 2017). A repeated game is a game with one
//! state.
//!
//! Equilibria are asked for after every history, also those off the path. So no equilibrium begins in a
//! state from which some play, of whatever profiles, leads to a state without any.

use crate::game::DiscountFactor;
use crate::game::repeated_polytopes::{
    Lottery, OuterCorner, PayoffBound, RepeatedPolytopes, SustainedCorner,
};
use crate::num::Rational;

/// The payoffs that subgame-perfect equilibria without transfers give in each state, from both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatePolytopes {
    /// The discount factor δ.
    pub discount: DiscountFactor,
    /// The directions in which payoffs are bounded, a coefficient for each player. The same for all
    /// states.
    pub directions: Vec<Vec<Rational>>,
    /// The polytopes of each state.
    pub states: Vec<StatePolytope>,
}

/// The payoffs of the equilibria that begin in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatePolytope {
    /// Payoffs of equilibria, all of whose mixtures are too.
    pub inner: Vec<StateCorner>,
    /// The bound in each direction: all payoffs v satisfy h·v ≤ level. Empty where no equilibrium in
    /// pure strategies begins in the state.
    pub levels: Vec<Rational>,
    /// The corners of the polytope that the bounds make; none where no equilibrium exists. Their
    /// lotteries are over the inner corners of the same state.
    pub outer: Vec<OuterCorner>,
    /// No point of the outer polytope differs by more in any coordinate from a point of the inner one
    /// that is near. `None` when the inner polytope has no points and the outer one has some.
    pub distance: Option<Rational>,
}

/// Payoffs of an equilibrium that begins in a state, and how it begins: a profile is played, and in
/// each state that may follow a lottery over that state's corners. After a deviation the deviator's
/// worst corner of the state that follows is played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateCorner {
    /// The payoffs v of all players.
    pub payoffs: Vec<Rational>,
    /// The profile a that is played first, by index in the stage game of the state.
    pub profile: usize,
    /// What follows in each state with τ(s'|s, a) > 0 if nobody deviates:
    /// v = (1 − δ) g(s, a) + δ Σ τ(s'|s, a) `w_s'`, where `w_s'` is what the lottery pays on average.
    pub continuation: Vec<(usize, Lottery)>,
}

impl StatePolytope {
    /// A state in which no equilibrium in pure strategies begins.
    #[must_use]
    pub fn without_equilibria() -> Self {
        StatePolytope {
            inner: Vec::new(),
            levels: Vec::new(),
            outer: Vec::new(),
            distance: Some(Rational::ZERO),
        }
    }

    /// The least payoff of each player in the inner polytope, which deterred deviators get; `None`
    /// without points.
    #[must_use]
    pub fn threats(&self) -> Option<Vec<Rational>> {
        let players = self.inner.first()?.payoffs.len();
        (0..players)
            .map(|player| self.inner.iter().map(|one| &one.payoffs[player]).min().cloned())
            .collect()
    }

    /// What a lottery over the corners of the inner polytope pays each player on average.
    #[must_use]
    pub fn mean(&self, lottery: &Lottery) -> Vec<Rational> {
        let players = self.inner.first().map_or(0, |one| one.payoffs.len());
        let of = |player: usize| {
            lottery.iter().map(|(at, chance)| chance * &self.inner[*at].payoffs[player]).sum()
        };
        (0..players).map(of).collect()
    }

    /// Whether both polytopes are the same, so that exactly these payoffs are sustained.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.distance.as_ref().is_some_and(Rational::is_zero)
    }
}

/// A repeated game has one state, which follows itself.
impl From<&RepeatedPolytopes> for StatePolytopes {
    fn from(one: &RepeatedPolytopes) -> Self {
        let corner = |corner: &SustainedCorner| StateCorner {
            payoffs: corner.payoffs.clone(),
            profile: corner.profile,
            continuation: vec![(0, corner.continuation.clone())],
        };
        StatePolytopes {
            discount: one.discount.clone(),
            directions: one.bounds.iter().map(|bound| bound.direction.clone()).collect(),
            states: vec![StatePolytope {
                inner: one.inner.iter().map(corner).collect(),
                levels: one.bounds.iter().map(|bound| bound.level.clone()).collect(),
                outer: one.outer.clone(),
                distance: one.distance.clone(),
            }],
        }
    }
}

impl StatePolytopes {
    /// The polytopes of a game with one state, as those of a repeated game; `None` with more.
    #[must_use]
    pub fn into_repeated(self) -> Option<RepeatedPolytopes> {
        let mut states = self.states.into_iter();
        let (one, None) = (states.next()?, states.next()) else { return None };
        let corner = |corner: StateCorner| SustainedCorner {
            payoffs: corner.payoffs,
            profile: corner.profile,
            continuation: corner
                .continuation
                .into_iter()
                .flat_map(|(_, lottery)| lottery)
                .collect(),
        };
        let bounds = self.directions.into_iter().zip(one.levels);
        Some(RepeatedPolytopes {
            discount: self.discount,
            inner: one.inner.into_iter().map(corner).collect(),
            bounds: bounds.map(|(direction, level)| PayoffBound { direction, level }).collect(),
            outer: one.outer,
            distance: one.distance,
        })
    }
}
