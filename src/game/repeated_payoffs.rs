//! All payoffs of subgame-perfect equilibria of a repeated game of two players, between two polygons.
//!
//! The stage game is played for ever, everybody sees what was played, and payoffs are averages
//! discounted with one factor δ. Players use pure strategies and may all see a public lottery before
//! each period. The payoffs of the subgame-perfect equilibria form a compact convex set V: the largest
//! bounded set that generates itself (Abreu, Pearce & Stacchetti 1990). A pair of payoffs v is generated
//! by a set with the least payoffs u when v = (1 − δ) g(a) + δ w for a profile a and a point w of the
//! set, and no player i gains by leaving a once and being held to `u_i` from then on:
//! δ (`w_i` − `u_i`) ≥ (1 − δ) `h_i`(a), where `h_i`(a) is what his best deviation gains in the period.
//! Corners of V may be irrational (Abreu & Sannikov 2014, section 5), so that V is stated by an inner and
//! an outer polygon, each with a proof of its own.

use crate::num::Rational;

use super::DiscountFactor;

/// The payoffs that subgame-perfect equilibria give at one discount factor, from both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedPayoffs {
    /// The discount factor δ.
    pub discount: DiscountFactor,
    /// The extreme points of a polygon all of whose points are payoffs of equilibria,
    /// counterclockwise, from the one with the least payoff of the first player (and of these the least
    /// one of the second). The polygon may be a segment or a point; without points no equilibrium is
    /// known.
    pub inner: Vec<SustainedPoint>,
    /// The extreme points of a polygon that holds the payoffs of all equilibria, alike. Without points
    /// there is no equilibrium in pure strategies.
    pub outer: Vec<[Rational; 2]>,
    /// How far the outer polygon reaches beyond the inner one: no coordinate of a point of the outer
    /// polygon differs by more from that of a point of the inner one which is near. `None` when the
    /// inner polygon has no points and the outer one has some.
    pub distance: Option<Rational>,
}

/// A pair of payoffs and how it begins: a profile is played, and a point of the inner polygon follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SustainedPoint {
    /// The payoffs v of both players.
    pub payoffs: [Rational; 2],
    /// The profile a that is played first, by profile index.
    pub profile: usize,
    /// The payoffs w that follow if nobody deviates. After a deviation the deviator's worst point of
    /// the inner polygon follows.
    pub continuation: [Rational; 2],
}

impl RepeatedPayoffs {
    /// The least payoff of each player in the inner polygon, which deterred deviators get; `None`
    /// without points.
    #[must_use]
    pub fn threats(&self) -> Option<[Rational; 2]> {
        let least =
            |player: usize| self.inner.iter().map(|one| &one.payoffs[player]).min().cloned();
        Some([least(0)?, least(1)?])
    }

    /// Whether both polygons are the same, so that exactly these payoffs are sustained.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.distance.as_ref().is_some_and(Rational::is_zero)
    }
}

/// From which discount factor on each profile can be played for ever, whatever punishes deviations.
///
/// A profile a is sustained at δ where δ (`g_i`(a) − `u_i`) ≥ (1 − δ) `h_i`(a) for both players, with u the
/// worst payoffs of subgame-perfect equilibria at δ (Abreu 1988). The worst payoffs fall as δ rises, so
/// that it is sustained at all larger factors too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriticalDiscounts {
    /// The payoffs of equilibria at some discount factors, ascending.
    pub evidence: Vec<RepeatedPayoffs>,
    /// For each profile, by profile index.
    pub profiles: Vec<Patience>,
}

/// From which discount factor on a profile can be played for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patience {
    /// From 0 on: it is an equilibrium of the stage game.
    Any,
    /// At none: somebody gains by leaving it, and gets no more in it than his pure minmax value.
    None,
    /// Positions in the evidence.
    Between {
        /// The greatest factor there at which it is shown not to be sustained.
        fails: Option<usize>,
        /// The least factor there at which it is shown to be sustained.
        holds: Option<usize>,
    },
}

impl CriticalDiscounts {
    /// The bounds of the critical discount factor of a profile: it is above the first one, and at most
    /// the second one. `None` where no discount factor sustains the profile.
    #[must_use]
    pub fn bounds(&self, profile: usize) -> Option<(Rational, Rational)> {
        let factor = |at: &Option<usize>, otherwise: Rational| {
            at.and_then(|at| self.evidence.get(at))
                .map_or(otherwise, |evidence| evidence.discount.value().clone())
        };
        match &self.profiles[profile] {
            Patience::Any => Some((Rational::ZERO, Rational::ZERO)),
            Patience::None => None,
            Patience::Between { fails, holds } => {
                Some((factor(fails, Rational::ZERO), factor(holds, Rational::ONE)))
            }
        }
    }
}
