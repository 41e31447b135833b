//! Round-robin tournaments of strategies of a repeated 2 × 2 game, in exact expectation.
//!
//! Two strategies that meet make a Markov chain of pairs of states. Averages over all periods are those of
//! its closed classes, weighted with the probabilities of ending in each; discounted ones solve a linear
//! system; those of a number of periods are summed up. Nothing is drawn.
//!
//! Sources: Axelrod (1984); Nowak & Sigmund (1993), "A strategy of win-stay, lose-shift that
//! outperforms tit-for-tat in the Prisoner's Dilemma game", Nature 364; Press & Dyson (2012),
//! "Iterated Prisoner's Dilemma contains strategies that dominate any evolutionary opponent", PNAS 109.

mod meeting;
mod named;
mod relation;
#[cfg(test)]
mod tests;

use crate::game::{
    MOST_STRATEGIES, MatchLength, NormalForm, RepeatedStrategy, Tournament, symmetric_stakes,
};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

pub use named::{NAMES, StrategyError, named_strategy, usual_strategies};

/// The largest number of rounds.
pub const MOST_ROUNDS: u64 = 2000;

/// So many operations on machine words may all rounds cost: more would not be checked either.
const MOST_WORK: u64 = 3_000_000_000;

/// Why there is no tournament.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TournamentError {
    /// Strategies speak of one's own action and of the other one's.
    #[error(
        "a tournament needs a symmetric game of two players with two actions each, so that a strategy can play in both places; this one has {0}"
    )]
    NotSymmetric(String),
    /// A probability, a number of rounds or of strategies lies outside its range.
    #[error("{0}")]
    Outside(String),
    /// A limit was reached.
    #[error("{0}")]
    Exhausted(#[from] Exhausted),
}

/// The action that is better for both when both play it is to cooperate; the first one where they are
/// equal.
///
/// # Errors
/// [`TournamentError::NotSymmetric`].
pub fn find_cooperation(game: &NormalForm) -> Result<usize, TournamentError> {
    let Some([together, _, _, apart]) = symmetric_stakes(game, 0) else {
        let shape: Vec<String> = game.shape().iter().map(ToString::to_string).collect();
        return Err(TournamentError::NotSymmetric(if game.shape() == [2, 2] {
            "other payoffs when the players change places".to_owned()
        } else {
            format!("{} actions", shape.join(" × "))
        }));
    };
    Ok(usize::from(apart > together))
}

/// Lets each strategy meet each, itself included.
///
/// Work: for each pair the cube of the number of pairs of states that are reached, at most some hundred; for
/// a number of rounds that number for each round, on numbers that grow with the rounds.
///
/// # Errors
/// A [`TournamentError`].
///
/// ```
/// use detente::game::{MatchLength, NormalForm, symmetric_stakes};
/// use detente::num::Rational;
/// use detente::solve::Budget;
/// use detente::solve::repeated::{named_strategy, play_tournament};
/// let game = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
/// let stakes = symmetric_stakes(&game, 0).unwrap();
/// let list = ["WSLS", "ALLD"].map(|name| named_strategy(name, &stakes).unwrap()).to_vec();
/// let noise = Rational::new(1, 100);
/// let found =
///     play_tournament(&game, list, &noise, &MatchLength::Average, &Budget::unlimited()).unwrap();
/// // Win-stay, lose-shift with itself, and against somebody who always defects.
/// assert_eq!(found.payoff(&stakes, 0, 0).to_f64(), 2.951092);
/// assert_eq!(found.payoff(&stakes, 0, 1).to_f64(), 0.535);
/// ```
pub fn play_tournament(
    game: &NormalForm,
    strategies: Vec<RepeatedStrategy>,
    noise: &Rational,
    length: &MatchLength,
    budget: &Budget,
) -> Result<Tournament, TournamentError> {
    let cooperation = find_cooperation(game)?;
    let outside = |text: String| Err(TournamentError::Outside(text));
    if noise.is_negative() || *noise > Rational::ONE {
        return outside(format!("noise is a probability, and lies in [0, 1]: {noise}"));
    }
    if let MatchLength::Rounds(rounds) = length
        && !(1..=MOST_ROUNDS).contains(rounds)
    {
        return outside(format!("a tournament has 1 to {MOST_ROUNDS} rounds: {rounds}"));
    }
    if strategies.is_empty() || strategies.len() > MOST_STRATEGIES {
        let count = strategies.len();
        return outside(format!("a tournament has 1 to {MOST_STRATEGIES} strategies: {count}"));
    }
    if let Some(bad) = strategies.iter().find(|one| !one.is_valid()) {
        return outside(format!("`{}` is no strategy", bad.name));
    }
    let Some(stakes) = symmetric_stakes(game, cooperation) else {
        return outside("the game is not symmetric".to_owned());
    };
    let count = strategies.len();
    if let MatchLength::Rounds(rounds) = length {
        let mut work = 0u64;
        for (i, one) in strategies.iter().enumerate() {
            for other in &strategies[i..] {
                budget.check_now(0)?;
                work = work.saturating_add(meeting::cost(one, other, noise, *rounds));
            }
        }
        if work > MOST_WORK {
            return outside(format!(
                "{rounds} rounds of {count} strategies with these probabilities are too much work: exact shares grow by some digits in each round; ask for fewer rounds or strategies, for shorter fractions, or for averages over all periods"
            ));
        }
    }
    let mut outcomes = vec![vec![<[Rational; 4]>::default(); count]; count];
    let mut steps = 0;
    for i in 0..count {
        for j in i..count {
            steps += 1;
            budget.check_now(steps)?;
            let shares = meeting::shares(&strategies[i], &strategies[j], noise, length, budget)?;
            let [both, own, other, none] = shares.clone();
            outcomes[i][j] = shares;
            outcomes[j][i] = [both, other, own, none];
        }
    }
    let relations =
        strategies.iter().map(|one| relation::relation(one, &stakes, noise, length)).collect();
    let (noise, length) = (noise.clone(), length.clone());
    Ok(Tournament { cooperation, noise, length, strategies, outcomes, relations })
}

/// The probability with which a player cooperates who chooses to with probability p: p (1 − ε) + (1 − p) ε.
fn trembling(probability: &Rational, noise: &Rational) -> Rational {
    probability + noise * (Rational::ONE - Rational::from(2) * probability)
}
