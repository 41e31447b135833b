//! All payoffs of subgame-perfect equilibria of a repeated game of several players, between two polytopes.
//!
//! The game is that of [`super::repeated_payoffs`] for any number of players: the stage game is played
//! for ever, everybody sees what was played, payoffs are averages discounted with one factor δ, players
//! use pure strategies and may all see a public lottery before each period. The set V of equilibrium
//! payoffs may have infinitely many extreme points when there are more than two players, so that it is
//! stated by an inner and an outer polytope, each with a proof of its own (Judd, Yeltekin & Conklin 2003).

use crate::num::Rational;

use super::DiscountFactor;

/// A public lottery over corners of the inner polytope: positions and probabilities, which sum to one.
pub type Lottery = Vec<(usize, Rational)>;

/// The payoffs that subgame-perfect equilibria give at one discount factor, from both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedPolytopes {
    /// The discount factor δ.
    pub discount: DiscountFactor,
    /// Payoffs of equilibria, all of whose mixtures are too. Without any no equilibrium is known.
    pub inner: Vec<SustainedCorner>,
    /// Inequalities that the payoffs of all equilibria satisfy. There are none where no equilibrium in
    /// pure strategies exists.
    pub bounds: Vec<PayoffBound>,
    /// The corners of the polytope that the inequalities bound; none where no equilibrium exists.
    pub outer: Vec<OuterCorner>,
    /// No point of the outer polytope differs by more in any coordinate from a point of the inner one
    /// that is near. `None` when the inner polytope has no points and the outer one has some.
    pub distance: Option<Rational>,
}

/// Payoffs of an equilibrium and how it begins: a profile is played, and a lottery over such corners
/// follows. After a deviation the deviator's worst corner follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SustainedCorner {
    /// The payoffs v of all players.
    pub payoffs: Vec<Rational>,
    /// The profile a that is played first, by profile index.
    pub profile: usize,
    /// What follows if nobody deviates: v = (1 − δ) g(a) + δ w, where w is what it pays on average.
    pub continuation: Lottery,
}

/// An inequality Σ `direction_i` `v_i` ≤ level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoffBound {
    /// A coefficient for each player.
    pub direction: Vec<Rational>,
    /// The bound.
    pub level: Rational,
}

/// A corner of the outer polytope, and a lottery over the inner one that pays nearly as much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OuterCorner {
    /// The payoffs of all players.
    pub payoffs: Vec<Rational>,
    /// The lottery; empty where the inner polytope is.
    pub near: Lottery,
}

impl RepeatedPolytopes {
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
