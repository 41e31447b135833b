//! What public perfect equilibria give patient players, without transfers.
//!
//! For a direction λ the *score* of a profile a is the greatest λ · (g(a) + E x) over continuations x,
//! relative to the payoffs, that deter all deviations and never leave the half-space: λ · x(y) ≤ 0 after
//! every signal. With k(λ) the greatest score, no public perfect equilibrium in pure strategies gives
//! more than λ · v = k(λ), at no discount factor; and where the set Q of all v with λ · v ≤ k(λ) for
//! every λ has an inner point, the payoffs of such equilibria fill it as δ → 1 (Fudenberg & Levine 1994,
//! theorem 3.1; with a public lottery). A larger set may be reached with mixed strategies.
//!
//! Here x is multiplied by λ: `z_i` = `λ_i` `x_i`. Then the conditions are those of a linear program whose right
//! side is linear in λ, as long as no sign changes: with `σ_i` the sign of `λ_i`,
//! `σ_i` Σ_y (φ(y | a) − φ(y | d)) `z_i`(y) ≥ |`λ_i`| gain, and Σ_i `z_i`(y) ≤ 0. So in each quadrant scores are
//! concave in λ. At an axis, where `λ_i` = 0, the score in the sense of λ itself has `σ_i` = 0 and `z_i` = 0;
//! as the limit from a quadrant it keeps that quadrant's `σ_i`.

use crate::num::Rational;

use super::{Multipliers, Rewards};

/// A direction with the signs for which a score is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Direction {
    /// λ, coprime integers.
    pub weights: Vec<Rational>,
    /// For each player σ: 1, −1, or 0 where he has no z. The sign of his weight where that is not zero.
    pub signs: Vec<i8>,
}

impl Direction {
    /// The direction of these weights, each player with the sign of his own.
    #[must_use]
    pub fn of(weights: Vec<Rational>) -> Self {
        let signs = weights
            .iter()
            .map(|weight| i8::from(weight.is_positive()) - i8::from(weight.is_negative()))
            .collect();
        Direction { weights, signs }
    }
}

/// The score of one profile, with the multipliers that show that it is no greater.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileScore {
    /// The score.
    pub value: Rational,
    /// Multipliers of the deviations.
    pub multipliers: Multipliers,
}

/// The greatest score in one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// The direction, with the signs of its weights.
    pub direction: Direction,
    /// The greatest score; `None` where no profile can be enforced by anything.
    pub value: Option<Rational>,
    /// A profile that reaches it, and how: z by player and signal.
    pub reached: Option<(usize, Rewards)>,
    /// The score of each profile; `None` where no continuations deter its deviations.
    pub profiles: Vec<Option<ProfileScore>>,
}

/// A cone of directions in which one profile has a score that is great enough for a corner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConeStep {
    /// The profile, by index in the stage game.
    pub profile: usize,
    /// The signs of the quadrant in which the cone lies.
    pub signs: [i8; 2],
    /// Both ends, counterclockwise, each with z by player and signal.
    pub ends: [([Rational; 2], Rewards); 2],
}

/// A corner of the set of two players' payoffs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitCorner {
    /// The payoffs.
    pub payoffs: [Rational; 2],
    /// Cones that fill the one of all directions in which the corner is extreme, counterclockwise: the
    /// proof that no direction cuts it off. Empty where that is not known.
    pub steps: Vec<ConeStep>,
}

/// Whether continuations enforce a profile, without any bound on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Enforced {
    /// These do, by player and signal: Σ_y (φ(y | a) − φ(y | d)) `x_i`(y) ≥ gain for all deviations of all
    /// players.
    By(Rewards),
    /// None do: multipliers of the deviations of one player, a mixture of which cannot be seen and pays.
    Nothing(Multipliers),
}

impl Enforced {
    /// Whether some do.
    #[must_use]
    pub fn is_by_any(&self) -> bool {
        matches!(self, Enforced::By(_))
    }
}

/// Scores, and with two players the set that they bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicLimit {
    /// For each profile whether any continuations enforce it.
    pub enforced: Vec<Enforced>,
    /// The greatest score in some directions; with two players in those of the sides of the set too.
    pub scores: Vec<Score>,
    /// With two players the corners of the set that the scores bound, counterclockwise; a segment or a
    /// point where the set has no inner point, nothing where it is empty. `None` with other numbers of
    /// players.
    pub corners: Option<Vec<LimitCorner>>,
}

impl PublicLimit {
    /// Whether the corners are those of Q: no other direction cuts anything off, and Q has an inner
    /// point.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.corners.as_ref().is_some_and(|corners| {
            corners.len() > 2 && corners.iter().all(|corner| !corner.steps.is_empty())
        })
    }
}
