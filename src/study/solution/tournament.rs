//! Tournaments of strategies of a repeated game.

use crate::game::answer::Answer;
use crate::game::{MatchLength, RepeatedStrategy, symmetric_stakes};
use crate::num::Rational;
use crate::solve::repeated::{
    NAMES, StrategyError, TournamentError, find_cooperation, named_strategy, play_tournament,
    usual_strategies,
};
use crate::solve::{Budget, Exhausted, Outcome, Work};

use super::concepts::Found;
use super::{Options, Problem, QuestionError, wrong};

/// A strategy as a user asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StrategyChoice {
    /// By its name.
    Named(String),
    /// By its probabilities: its name, those at first, and after CC, CD, DC and DD.
    Given(String, Rational, [Rational; 4]),
}

pub(super) fn solve_tournament(
    problem: &Problem,
    options: &Options,
    _: &str,
    budget: &Budget,
) -> Found {
    let game = &problem.stage;
    let cooperation = find_cooperation(game).map_err(wrong)?;
    let stakes = symmetric_stakes(game, cooperation).ok_or_else(|| wrong("not symmetric"))?;
    let strategies = if options.strategies.is_empty() {
        usual_strategies(&stakes)
    } else {
        let mut list: Vec<RepeatedStrategy> = Vec::with_capacity(options.strategies.len());
        for choice in &options.strategies {
            let one = strategy(choice, &stakes)?;
            if list.iter().any(|known| known.name == one.name) {
                return Err(wrong(format_args!("two strategies are called `{}`", one.name)));
            }
            list.push(one);
        }
        list
    };
    let length = match (options.rounds, &options.discount) {
        (Some(_), Some(_)) => {
            return Err(wrong(
                "--rounds asks for averages over so many periods, and --discount for discounted ones: leave out one of the two",
            ));
        }
        (Some(rounds), None) => MatchLength::Rounds(rounds),
        (None, Some(discount)) => MatchLength::Discounted(discount.clone()),
        (None, None) => MatchLength::Average,
    };
    let noise = options.noise.clone().unwrap_or_default();
    let found = play_tournament(game, strategies, &noise, &length, budget);
    let tournament = found.map_err(|error| match error {
        TournamentError::Exhausted(reason @ Exhausted::Memory) => QuestionError::TooLarge(reason),
        TournamentError::Exhausted(_) => QuestionError::Unfinished,
        other => wrong(other),
    })?;
    Ok((Outcome::solved(Answer::Tournament(tournament), "exact", Work::default()), "exact"))
}

fn strategy(
    choice: &StrategyChoice,
    stakes: &[Rational; 4],
) -> Result<RepeatedStrategy, QuestionError> {
    match choice {
        StrategyChoice::Given(name, first, after) => {
            let one = RepeatedStrategy::memory_one(name.clone(), first.clone(), after.clone());
            if one.is_valid() {
                Ok(one)
            } else {
                Err(wrong(format_args!("the numbers of `{name}` are probabilities, in [0, 1]")))
            }
        }
        StrategyChoice::Named(name) => named_strategy(name, stakes).map_err(|error| match error {
            StrategyError::Unknown(_) => {
                let known = NAMES.iter().map(|(known, _)| *known);
                let near = crate::model::nearest(&name.to_uppercase(), known.clone());
                wrong(match near {
                    Some(near) => format!("{error}; did you mean `{near}`?"),
                    None => format!(
                        "{error}; there are {}, with a number of at least 1 for χ; others are given by their probabilities, such as `mine=1:0.9:0:1/3:0`",
                        known.collect::<Vec<_>>().join(", ")
                    ),
                })
            }
            other => wrong(other),
        }),
    }
}
