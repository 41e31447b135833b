//! Questions about learning: the rule that a method's name and the options mean.

use crate::game::NormalForm;
use crate::game::answer::Answer;
use crate::linear::LpMethod;
use crate::solve::{
    Budget, FirstOrderMethod, Iteration, LearningOptions, LearningRule, approximate_minimax, learn,
    solve_minimax,
};

use super::concepts::{Found, finished};
use super::{Options, QuestionError, wrong};

/// Variants of fictitious play in machine numbers; `None` for those that are counted in integers.
pub(super) fn solve_by_beliefs(
    game: &NormalForm,
    options: &Options,
    method: &str,
    budget: &Budget,
) -> Option<Found> {
    let rule = match method {
        "weighted" => {
            let factor = options.factor.as_ref().map(|factor| factor.to_f64());
            Ok(LearningRule::Weighted { factor })
        }
        "smooth" => precision(options).map(|precision| LearningRule::Smooth { precision }),
        "sampled" => precision(options)
            .map(|precision| LearningRule::Sampled { precision, seed: options.seed.unwrap_or(1) }),
        "optimistic" => Ok(LearningRule::Optimistic),
        _ => {
            return refuse_idle(options, method).err().map(Err);
        }
    };
    Some(refuse_idle(options, method).and(rule).and_then(|rule| play(game, rule, options, budget)))
}

/// Security levels by linear programs, or a value by iteration.
pub(super) fn solve_levels(
    game: &NormalForm,
    options: &Options,
    method: &str,
    budget: &Budget,
) -> Found {
    let how = match method {
        "prm+" => Iteration::FirstOrder(FirstOrderMethod::Predictive),
        "pdhg" => Iteration::FirstOrder(FirstOrderMethod::PrimalDual),
        "double-oracle" => Iteration::DoubleOracle,
        _ => {
            let found = solve_minimax(game, LpMethod::Auto, budget);
            return finished(found, Answer::Minimax, "linear-program");
        }
    };
    let rounds = options.rounds.unwrap_or(10_000);
    let found = approximate_minimax(game, how, rounds, budget).map_err(wrong)?;
    let name = found.method;
    Ok((found.map(Answer::Learning), name))
}

/// Regret matching in its forms.
pub(super) fn solve_by_regrets(
    game: &NormalForm,
    options: &Options,
    method: &str,
    budget: &Budget,
) -> Found {
    let rule = match method {
        "rm+" => LearningRule::RegretMatchingPlus,
        "prm+" => LearningRule::Predictive,
        _ => LearningRule::RegretMatching,
    };
    play(game, rule, options, budget)
}

fn play(game: &NormalForm, rule: LearningRule, options: &Options, budget: &Budget) -> Found {
    let mut how = LearningOptions::usual(rule, game);
    how.rounds = options.rounds.unwrap_or(how.rounds);
    let found = learn(game, &how, budget).map_err(wrong)?;
    let name = found.method;
    Ok((found.map(Answer::Learning), name))
}

/// The one λ of logit responses.
fn precision(options: &Options) -> Result<f64, QuestionError> {
    match options.lambdas.as_slice() {
        [lambda] => Ok(lambda.to_f64()),
        _ => Err(QuestionError::Wrong(
            "logit responses need their precision, one number: add --lambda, such as `--lambda 10`"
                .to_owned(),
        )),
    }
}

/// Refuses options that another variant looks at.
fn refuse_idle(options: &Options, method: &str) -> Result<(), QuestionError> {
    let idle = [
        ("--factor", options.factor.is_some() && method != "weighted", "weighted"),
        ("--seed", options.seed.is_some() && method != "sampled", "sampled"),
    ];
    match idle.into_iter().find(|(_, idle, _)| *idle) {
        None => Ok(()),
        Some((option, _, owner)) => Err(QuestionError::Wrong(format!(
            "{option} says nothing to `--method {method}`; it belongs to `--method {owner}`"
        ))),
    }
}
