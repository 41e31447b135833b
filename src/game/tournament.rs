//! Strategies of a repeated symmetric game of two players with two actions, each against each.
//!
//! One action is called to cooperate (C), the other one to defect (D). A strategy is a machine of one
//! player: in each state he cooperates with a probability, and what both played leads to the next state.
//! A *memory-one* strategy remembers the last period only: it cooperates with a probability of its own after
//! each of CC, CD, DC and DD, his own action first (Nowak & Sigmund 1992). With *noise* ε each action that is
//! chosen is exchanged for the other one with probability ε, by the hand that trembles and not by the
//! eye: both see what was played.

use crate::num::Rational;

use super::{DiscountFactor, NormalForm};

/// The largest number of strategies of a tournament.
pub const MOST_STRATEGIES: usize = 64;
/// The largest number of states of one of its strategies.
pub const MOST_STRATEGY_STATES: usize = 16;

/// A state of a strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrategyState {
    /// The probability with which the player chooses to cooperate.
    pub cooperate: Rational,
    /// The next states after CC, CD, DC and DD, his own action first.
    pub next: [usize; 4],
}

/// A strategy of one player.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedStrategy {
    /// Its name.
    pub name: String,
    /// The state of the first period.
    pub start: usize,
    /// The states.
    pub states: Vec<StrategyState>,
}

impl RepeatedStrategy {
    /// The memory-one strategy that cooperates with probability `first` in the first period, and with
    /// those of `after` after CC, CD, DC and DD.
    #[must_use]
    pub fn memory_one(name: impl Into<String>, first: Rational, after: [Rational; 4]) -> Self {
        let state = |cooperate: Rational| StrategyState { cooperate, next: [1, 2, 3, 4] };
        let states = std::iter::once(first).chain(after).map(state).collect();
        RepeatedStrategy { name: name.into(), start: 0, states }
    }

    /// The probabilities after CC, CD, DC and DD, where nothing else counts but the first period.
    #[must_use]
    pub fn as_memory_one(&self) -> Option<[&Rational; 4]> {
        let fits = self.start == 0
            && self.states.len() == 5
            && self.states.iter().all(|state| state.next == [1, 2, 3, 4]);
        fits.then(|| [1, 2, 3, 4].map(|at| &self.states[at].cooperate))
    }

    /// The probability with which it cooperates in the first period.
    #[must_use]
    pub fn first(&self) -> &Rational {
        &self.states[self.start].cooperate
    }

    /// Whether states and probabilities are such.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let count = self.states.len();
        let fits = |state: &StrategyState| {
            !state.cooperate.is_negative()
                && state.cooperate <= Rational::ONE
                && state.next.iter().all(|&to| to < count)
        };
        (1..=MOST_STRATEGY_STATES).contains(&count)
            && self.start < count
            && self.states.iter().all(fits)
    }
}

/// How long two strategies play, and what their payoffs are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchLength {
    /// For ever: averages over all periods, limits of those of the first T.
    Average,
    /// For ever: averages that are discounted.
    Discounted(DiscountFactor),
    /// So many periods: averages over them.
    Rounds(u64),
}

/// A linear relation between the average payoffs s of both that a strategy enforces whatever the other
/// one does: own · `s_own` + other · `s_other` + constant = 0 (Press & Dyson 2012; with discounting Hilbe,
/// Traulsen & Sigmund 2015).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoffRelation {
    /// The coefficient of the player's own payoff: 1, or 0.
    pub own: Rational,
    /// The coefficient of the other one's payoff; 1 where that of the player's own is 0.
    pub other: Rational,
    /// The constant.
    pub constant: Rational,
}

/// How a population of one strategy fares against a few of another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invasion {
    /// The few do worse.
    Resists,
    /// They do as well.
    Neutral,
    /// They do better.
    Invaded,
}

/// A round-robin tournament.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tournament {
    /// The action that is called to cooperate.
    pub cooperation: usize,
    /// The probability ε with which an action is exchanged for the other one.
    pub noise: Rational,
    /// How long each pair plays.
    pub length: MatchLength,
    /// The strategies.
    pub strategies: Vec<RepeatedStrategy>,
    /// `outcomes[i][j]`: the average shares of periods with CC, CD, DC and DD when strategy i meets j, the
    /// action of i first.
    pub outcomes: Vec<Vec<[Rational; 4]>>,
    /// The relation that each strategy enforces, if it does.
    pub relations: Vec<Option<PayoffRelation>>,
}

/// Payoffs (R, S, T, P) after CC, CD, DC and DD, where the game is symmetric and has two players with two
/// actions.
#[must_use]
pub fn symmetric_stakes(game: &NormalForm, cooperation: usize) -> Option<[Rational; 4]> {
    if game.shape() != [2, 2] || cooperation > 1 {
        return None;
    }
    let payoff = |player: usize, own: usize, other: usize| {
        let profile = if player == 0 { [own, other] } else { [other, own] };
        game.payoff(player, game.profile_index(&profile))
    };
    let (c, d) = (cooperation, 1 - cooperation);
    let cases = [(c, c), (c, d), (d, c), (d, d)];
    let symmetric =
        cases.iter().all(|&(own, other)| payoff(0, own, other) == payoff(1, own, other));
    symmetric.then(|| cases.map(|(own, other)| payoff(0, own, other).clone()))
}

impl Tournament {
    /// What strategy i gets against j, on average, with these payoffs.
    #[must_use]
    pub fn payoff(&self, stakes: &[Rational; 4], i: usize, j: usize) -> Rational {
        self.outcomes[i][j].iter().zip(stakes).map(|(share, payoff)| share * payoff).sum()
    }

    /// The mean payoff of a strategy against all, itself included.
    #[must_use]
    pub fn score(&self, stakes: &[Rational; 4], i: usize) -> Rational {
        let count = Rational::from(self.strategies.len() as u64);
        let sum: Rational = (0..self.strategies.len()).map(|j| self.payoff(stakes, i, j)).sum();
        sum.checked_div(&count).unwrap_or_default()
    }

    /// Positions of the strategies by their score, the highest first; equal ones in their order.
    #[must_use]
    pub fn ranking(&self, stakes: &[Rational; 4]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.strategies.len()).collect();
        order.sort_by_cached_key(|&at| std::cmp::Reverse(self.score(stakes, at)));
        order
    }

    /// Whether a few of strategy j do better than strategy i in a population of i (Maynard Smith & Price
    /// 1973): first by what they get against i, and where that is equal by what they get against j.
    #[must_use]
    pub fn invasion(&self, stakes: &[Rational; 4], i: usize, j: usize) -> Invasion {
        let against =
            |other: usize| self.payoff(stakes, j, other).cmp(&self.payoff(stakes, i, other));
        match against(i).then_with(|| against(j)) {
            std::cmp::Ordering::Less => Invasion::Resists,
            std::cmp::Ordering::Equal => Invasion::Neutral,
            std::cmp::Ordering::Greater => Invasion::Invaded,
        }
    }
}
