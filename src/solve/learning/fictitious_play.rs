//! Fictitious play: each player answers the past frequencies of the others' actions.
//!
//! In each round every player plays a best response to the mixture in which the others have played
//! so far. In Brown's (1951) original the players move in turn and each sees the moves of the round
//! before his own (Berger 2007); moving at once is the form of most textbooks. The empirical
//! mixture tends to an equilibrium in zero-sum games (Robinson 1951), in 2×n games and potential
//! games, and need not otherwise (Shapley 1964): what the program states is therefore its regret,
//! which is exact. Ties go to the first action, and no step is rounded, so the course is the same
//! on every machine.

use dashu_int::IBig;

use super::process::{self, Process};
use crate::game::answer::{Equilibrium, FictitiousPlay};
use crate::game::{MixedStrategy, NormalForm};
use crate::num::Rational;
use crate::solve::{Budget, Outcome, Status, Work, joint};

/// How fictitious play is played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FictitiousPlayOptions {
    /// Whether the players move in turn (Brown 1951) or at once.
    pub alternating: bool,
    /// The number of rounds; at least one is played.
    pub rounds: u64,
    /// The actions of the first round; `None` for the first action of each. Moving in turn, only
    /// the first player plays it, and with more than two players it is also what is believed of
    /// those who have not moved yet.
    pub start: Option<Vec<usize>>,
}

impl Default for FictitiousPlayOptions {
    fn default() -> Self {
        FictitiousPlayOptions { alternating: false, rounds: 10_000, start: None }
    }
}

/// Why a start profile does not fit a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// There is not one action for each player.
    #[error("a start profile needs {players} actions, one for each player: {found}")]
    Length {
        /// The number of players.
        players: usize,
        /// The number of actions given.
        found: usize,
    },
    /// A player has no such action.
    #[error("player {player} has {actions} actions, and no action {action} (counted from 0)")]
    NoSuchAction {
        /// The player, from 0.
        player: usize,
        /// The number of his actions.
        actions: usize,
        /// The action asked for.
        action: usize,
    },
}

/// The course of fictitious play, and the empirical mixture at its end with its exact regret.
///
/// The course notes the largest regret after 1, 2, 5, 10, 20, 50, … rounds and after the last. A
/// step of the budget is a round; what was played when it is spent is returned. Two players with m
/// and n actions: O(m + n) a round, and much less in long runs of the same actions. More players:
/// O(profiles × players) a round.
///
/// # Errors
/// When the start profile is not one of the game.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::solve::{Budget, FictitiousPlayOptions, play_fictitiously};
/// let pennies = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
/// let options = FictitiousPlayOptions { rounds: 1_000_000, ..Default::default() };
/// let play = play_fictitiously(&pennies, &options, &Budget::unlimited()).unwrap().answer;
/// assert!(play.mixture.regret.to_f64() < 0.002);
/// ```
pub fn play_fictitiously(
    game: &NormalForm,
    options: &FictitiousPlayOptions,
    budget: &Budget,
) -> Result<Outcome<FictitiousPlay>, StartError> {
    let start = start_profile(game, options)?;
    let rounds = options.rounds.max(1);
    let (mut process, scales) = process::start(game, options.alternating, &start, rounds);
    let mut course = Vec::new();
    let mut status = Status::Solved;
    for stop in stops(rounds) {
        if let Err(reason) = process.play_to(stop, budget) {
            status = Status::Partial(reason);
            break;
        }
        course.push((stop, regret(process.as_ref(), &scales)));
    }
    let played = process.rounds();
    if course.last().is_none_or(|&(round, _)| round != played) {
        course.push((played, regret(process.as_ref(), &scales)));
    }
    let counts = process.counts().to_vec();
    let mixture = |counts: &Vec<u64>| -> MixedStrategy {
        let all = IBig::from(played);
        let share = |&count: &u64| Rational::from_integers(IBig::from(count), all.clone());
        joint::strategy(counts.iter().map(share).collect())
    };
    let mixture = Equilibrium {
        profile: counts.iter().map(mixture).collect(),
        payoffs: (0..game.num_players())
            .map(|player| standing(process.as_ref(), player, &scales[player]).0)
            .collect(),
        regret: course.last().map(|(_, regret)| regret.clone()).unwrap_or_default(),
    };
    let alternating = options.alternating;
    Ok(Outcome {
        answer: FictitiousPlay { alternating, rounds: played, counts, course, mixture },
        status,
        method: if alternating { "alternating" } else { "simultaneous" },
        work: Work { rounds: played, ..Work::default() },
        warnings: Vec::new(),
    })
}

/// The lengths of the last 64 runs of the same pair of actions that have ended, when two players play
/// fictitiously; empty for more players.
///
/// Where runs grow by a factor, the mixture goes round for ever: in Shapley's (1964) game by the real
/// root of x³ = x² + 1, about 1.46557. A step of the budget is a round.
///
/// # Errors
/// When the start profile is not one of the game.
pub fn runs_of_fictitious_play(
    game: &NormalForm,
    options: &FictitiousPlayOptions,
    budget: &Budget,
) -> Result<Outcome<Vec<u64>>, StartError> {
    let start = start_profile(game, options)?;
    let rounds = options.rounds.max(1);
    let (mut process, _) = process::start(game, options.alternating, &start, rounds);
    let status = match process.play_to(rounds, budget) {
        Ok(()) => Status::Solved,
        Err(reason) => Status::Partial(reason),
    };
    let work = Work { rounds: process.rounds(), ..Work::default() };
    let method = if options.alternating { "alternating" } else { "simultaneous" };
    Ok(Outcome { answer: process.runs(), status, method, work, warnings: Vec::new() })
}

fn start_profile(
    game: &NormalForm,
    options: &FictitiousPlayOptions,
) -> Result<Vec<usize>, StartError> {
    let players = game.num_players();
    let Some(start) = &options.start else { return Ok(vec![0; players]) };
    if start.len() != players {
        return Err(StartError::Length { players, found: start.len() });
    }
    for (player, &action) in start.iter().enumerate() {
        let actions = game.num_actions(player);
        if action >= actions {
            return Err(StartError::NoSuchAction { player, actions, action });
        }
    }
    Ok(start.clone())
}

/// The rounds after which the regret is noted: 1, 2, 5, 10, 20, 50, … and the last.
pub(super) fn stops(rounds: u64) -> impl Iterator<Item = u64> {
    let powers = std::iter::successors(Some(1u64), |power| power.checked_mul(10));
    powers
        .flat_map(|power| [1u64, 2, 5].map(|digit| power.saturating_mul(digit)))
        .take_while(move |&round| round < rounds)
        .chain([rounds])
}

/// A player's expected payoff in the empirical mixture, and his regret there.
fn standing(process: &dyn Process, player: usize, scale: &Rational) -> (Rational, Rational) {
    let sums = process.sums(player);
    let counts = process.counts();
    let rounds = IBig::from(process.rounds());
    let played = sums.iter().zip(&counts[player]).filter(|(_, count)| **count > 0);
    let own: IBig = played.map(|(sum, &count)| sum * IBig::from(count)).sum();
    let most = sums.into_iter().max().unwrap_or_default() * &rounds;
    let all = rounds.pow(counts.len());
    let payoff = Rational::from_integers(own.clone(), all.clone()) / scale;
    let regret = Rational::from_integers(most - own, all) / scale;
    (payoff, regret)
}

fn regret(process: &dyn Process, scales: &[Rational]) -> Rational {
    let regrets =
        scales.iter().enumerate().map(|(player, scale)| standing(process, player, scale).1);
    regrets.max().unwrap_or_default()
}

#[cfg(test)]
mod tests;
