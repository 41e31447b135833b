//! Repeated games with imperfect public monitoring.
//!
//! Each period the players play a stage game. Nobody sees what the others played; all see a *public
//! signal* y, which comes with probability φ(y | a) after the profile a (Green & Porter 1984; Abreu,
//! Pearce & Stacchetti 1990). A *public perfect equilibrium* lets each player's action depend on the
//! signals so far, and is a Nash equilibrium after every history of them. Payoffs are averages
//! discounted with a common factor δ, and players use pure strategies.
//!
//! *With transfers* the players may pay one another, or burn money, before each stage game, which all
//! see. Then a profile a needs *rewards*: `r_i`(y) ≥ 0 is what player i gets after signal y above his
//! worst continuation, in units of the stage game (the difference times δ/(1 − δ)). They are at most
//! the *liquidity* L together, and deter every deviation d of every player:
//! Σ_y (φ(y | a) − φ(y | d, `a_-i`)) `r_i`(y) ≥ `g_i`(d, `a_-i`) − `g_i`(a). So
//!
//! - U(L | a) = Σ `g_i`(a) − min E (L − Σ `r_i`), the joint payoff less the money that has to be burned,
//! - `v_i`(L | a) = `g_i`(a) + min E `r_i`, to which i can be held,
//!
//! are piecewise linear in L, concave and convex, from the least L on that enforces a. With U(L) and
//! `v_i`(L) the best over all profiles, liquidity L is there exactly where δ ≥ L / (L + U − Σ v), and
//! then all payoffs with u ≥ v and Σ u ≤ U are those of equilibria (Goldlücke & Kranz 2012).
//!
//! In *strongly symmetric* equilibria all players do and get the same after every history. They are the
//! same problem with one reward for all, which deters the deviations of each: `r`(y) is at most
//! L = δ/(1 − δ) times the width of the interval of their payoffs (with a public lottery).

mod limit;
mod payoffs;

pub use limit::{ConeStep, Direction, Enforced, LimitCorner, ProfileScore, PublicLimit, Score};
pub use payoffs::{GeneratedPoint, OuterStep, PublicPayoffs};

use crate::num::Rational;

use super::{DiscountFactor, NormalForm};

/// A stage game with public signals about what was played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicGame {
    stage: NormalForm,
    signals: Vec<String>,
    /// `[profile][signal]`.
    probabilities: Vec<Vec<Rational>>,
}

/// Why signals do not fit a game.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublicError {
    /// There is nothing to be seen.
    #[error("a game with public monitoring needs a signal")]
    NoSignal,
    /// Not every profile has a probability for each signal.
    #[error("the signals do not have a probability for each profile")]
    Length,
    /// Probabilities are not those of a distribution.
    #[error("after {profile} the probabilities of the signals {wrong}")]
    NoDistribution {
        /// The names of the actions.
        profile: String,
        /// `sum to 9/10 and not to 1`, or `include -1/10`.
        wrong: String,
    },
}

impl PublicGame {
    /// A stage game in which signal y comes with probability `probabilities[profile][y]`.
    ///
    /// # Errors
    /// A [`PublicError`] for what does not fit.
    pub fn new(
        stage: NormalForm,
        signals: Vec<String>,
        probabilities: Vec<Vec<Rational>>,
    ) -> Result<Self, PublicError> {
        if signals.is_empty() {
            return Err(PublicError::NoSignal);
        }
        let fits = |row: &Vec<Rational>| row.len() == signals.len();
        if probabilities.len() != stage.num_profiles() || !probabilities.iter().all(fits) {
            return Err(PublicError::Length);
        }
        for (profile, row) in probabilities.iter().enumerate() {
            let wrong = match row.iter().find(|probability| probability.is_negative()) {
                Some(negative) => format!("include {negative}"),
                None => {
                    let sum: Rational = row.iter().sum();
                    if sum == Rational::ONE {
                        continue;
                    }
                    format!("sum to {sum} and not to 1")
                }
            };
            let profile = stage.profile_names(&stage.profile(profile)).join("|");
            return Err(PublicError::NoDistribution { profile, wrong });
        }
        Ok(PublicGame { stage, signals, probabilities })
    }

    /// The game that is played each period.
    #[must_use]
    pub fn stage(&self) -> &NormalForm {
        &self.stage
    }

    /// The names of the signals.
    #[must_use]
    pub fn signals(&self) -> &[String] {
        &self.signals
    }

    /// The number of signals.
    #[must_use]
    pub fn num_signals(&self) -> usize {
        self.signals.len()
    }

    /// The number of players.
    #[must_use]
    pub fn num_players(&self) -> usize {
        self.stage.num_players()
    }

    /// The probability of each signal after a profile.
    #[must_use]
    pub fn distribution(&self, profile: usize) -> &[Rational] {
        &self.probabilities[profile]
    }

    /// The actions of a profile, joined by `|`.
    #[must_use]
    pub fn profile_name(&self, profile: usize) -> String {
        self.stage.profile_names(&self.stage.profile(profile)).join("|")
    }

    /// The profiles in which all players do the same, where strongly symmetric equilibria make sense: all
    /// have equally many actions, and where all play the same they get the same. Their gains by deviating,
    /// and what is seen of it, may differ.
    #[must_use]
    pub fn symmetric_profiles(&self) -> Option<Vec<usize>> {
        let stage = &self.stage;
        let actions = stage.num_actions(0);
        if (1..stage.num_players()).any(|player| stage.num_actions(player) != actions) {
            return None;
        }
        let all = |action: usize| stage.profile_index(&vec![action; stage.num_players()]);
        let profiles: Vec<usize> = (0..actions).map(all).collect();
        let alike = |&profile: &usize| {
            (1..stage.num_players())
                .all(|player| stage.payoff(player, profile) == stage.payoff(0, profile))
        };
        profiles.iter().all(alike).then_some(profiles)
    }
}

/// What the players may do besides playing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicForm {
    /// They may pay one another, and burn money.
    Transfers,
    /// They do the same after every history, and pay nothing. One reward is for all.
    Symmetric,
}

impl PublicForm {
    /// The number of rewards after each signal.
    #[must_use]
    pub fn num_rewards(self, game: &PublicGame) -> usize {
        match self {
            PublicForm::Transfers => game.num_players(),
            PublicForm::Symmetric => 1,
        }
    }

    /// The profiles that may be played; `None` where the game is not symmetric and has to be.
    #[must_use]
    pub fn profiles(self, game: &PublicGame) -> Option<Vec<usize>> {
        match self {
            PublicForm::Transfers => Some((0..game.stage.num_profiles()).collect()),
            PublicForm::Symmetric => game.symmetric_profiles(),
        }
    }
}

/// For each player a weight for each of his actions: multipliers of the conditions that he does not
/// deviate, at least zero, and zero at his own action.
pub type Multipliers = Vec<Vec<Rational>>;

/// Rewards by player (one for all in the symmetric form) and signal.
pub type Rewards = Vec<Vec<Rational>>;

/// A corner of a piecewise linear function of liquidity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurvePoint {
    /// The liquidity.
    pub liquidity: Rational,
    /// The value there.
    pub value: Rational,
    /// Rewards with which it is reached.
    pub rewards: Rewards,
}

/// A piecewise linear function of liquidity, constant from its last corner on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curve {
    /// The corners by liquidity, at least one.
    pub points: Vec<CurvePoint>,
    /// For each corner the proof that nothing better is possible until the next one; the last for all
    /// liquidity beyond.
    pub proofs: Vec<Multipliers>,
}

/// What rewards can do for one profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enforcement {
    /// The profile, by index in the stage game.
    pub profile: usize,
    /// With how much liquidity it can be enforced; `None` where no rewards do.
    pub least: Option<Rational>,
    /// The proof that less is not enough, or that nothing is.
    pub proof: Multipliers,
    /// The joint payoff, and the payoff to which each player can be held; nothing where no rewards
    /// enforce the profile. In the symmetric form the payoff of each player, and one worst.
    pub joint: Option<Curve>,
    /// See `joint`.
    pub worst: Vec<Curve>,
}

/// What liquidity allows, and from which discount factor on it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiquidityRow {
    /// The liquidity.
    pub liquidity: Rational,
    /// The greatest joint payoff.
    pub joint: Rational,
    /// The least payoff of each player.
    pub worst: Vec<Rational>,
    /// The profile that is played, by index in the stage game.
    pub played: usize,
    /// The profile that punishes each player.
    pub punishing: Vec<usize>,
    /// The least discount factor with which this liquidity is there; `None` for no factor below 1.
    pub discount: Option<Rational>,
    /// Whether no greater liquidity is there as early: only then is it ever the best.
    pub optimal: bool,
}

/// Equilibria with transfers, or strongly symmetric ones, for all discount factors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicEquilibria {
    /// Which of the two.
    pub form: PublicForm,
    /// What rewards can do for each profile that may be played.
    pub profiles: Vec<Enforcement>,
    /// Every liquidity at which what it allows changes its slope or jumps, the least that enforces
    /// anything first.
    pub rows: Vec<LiquidityRow>,
    /// What is there at one discount factor, where one was given.
    pub at: Option<AtDiscount>,
}

/// The payoffs at one discount factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtDiscount {
    /// The discount factor.
    pub discount: DiscountFactor,
    /// The greatest liquidity that is there, with what it allows; `None` where there is no equilibrium
    /// in pure strategies.
    pub row: Option<LiquidityRow>,
}
