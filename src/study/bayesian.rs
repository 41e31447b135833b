//! Questions about models whose players have types.

use crate::certify::{Certificate, certify_bayesian};
use crate::game::answer::Objective;
use crate::game::bayesian::BayesianAnswer;
use crate::game::{BayesianGame, TypedPlayer};
use crate::mechanism::LogEntry;
use crate::model::{Horizon, Model, PlayerType, Workspace};
use crate::num::{NotDecided, Rational};
use crate::solve::{
    Budget, CommitmentMethod, Outcome, Status, Work, find_bayesian_commitment,
    find_best_communication_equilibrium,
};

use super::evaluate::{EvaluationFailure, STATES, choice_payoffs};
use super::settle::situation_on;
use super::solution::{Concept, Options, QuestionError, limits, lp_method};

/// The largest number of type profiles of a model.
pub const MOST_TYPE_PROFILES: usize = 4096;

/// What commands say that do not answer for models with types.
pub(super) const TYPES: &str = "the model has types, and only `solve` answers for games of incomplete information: this command does not";

/// The game of a model with types, with mechanisms applied.
#[derive(Debug, Clone)]
pub struct BayesianProblem {
    /// The game by which the players choose.
    pub game: BayesianGame,
    /// What the mechanisms did.
    pub log: Vec<LogEntry>,
}

/// An answer about a game of incomplete information with its certificate.
#[derive(Debug, Clone)]
pub struct BayesianSolution {
    /// The answer.
    pub answer: BayesianAnswer,
    /// What was verified about it.
    pub certificate: Certificate,
    /// How the solver ended.
    pub status: Status,
    /// The method that was used.
    pub method: &'static str,
    /// What it cost.
    pub work: Work,
    /// What the user should know.
    pub warnings: Vec<String>,
}

fn wrong(error: impl std::fmt::Display) -> QuestionError {
    QuestionError::Wrong(error.to_string())
}

/// Whether a concept looks at the types of a model with types by itself. All others are solved on
/// the strategic form ex ante.
#[must_use]
pub fn looks_at_types(concept: &str) -> bool {
    matches!(concept, "stackelberg" | "communication")
}

/// The game of a model with types under mechanisms, with parameters set: the payoffs at each type
/// profile are those of the model with the parameters of the types set. Formulas of types, and their
/// probabilities, are evaluated at the values outside all types.
///
/// # Errors
/// [`QuestionError::Wrong`] when the model has no value at these parameters, numbers that are not
/// rational, or more than [`MOST_TYPE_PROFILES`] type profiles.
pub fn bayesian_problem(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
) -> Result<BayesianProblem, QuestionError> {
    if matches!(model.horizon, Horizon::States(_)) {
        return Err(wrong(STATES));
    }
    compile(model, set, mechanisms).map_err(|failure| match failure.kind() {
        Some(NotDecided::NotRational) => wrong(
            "the payoffs or probabilities of a model with types must be rational, and these use exp, log or sqrt",
        ),
        _ => QuestionError::from(failure),
    })
}

fn compile(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
) -> Result<BayesianProblem, EvaluationFailure> {
    let situation = situation_on::<Rational>(model, set, mechanisms)?;
    let of_player = |player: usize| -> Vec<&PlayerType> {
        model.types.iter().filter(|one| one.player == player).collect()
    };
    let types: Vec<Vec<&PlayerType>> = (0..model.players.len()).map(of_player).collect();
    let counts: Vec<usize> = types.iter().map(|types| types.len().max(1)).collect();
    let total = counts.iter().try_fold(1usize, |total, &count| {
        total.checked_mul(count).filter(|&total| total <= MOST_TYPE_PROFILES)
    });
    let Some(total) = total else {
        return Err(EvaluationFailure::Situation(format!(
            "the types make more than {MOST_TYPE_PROFILES} combinations, which is the limit"
        )));
    };
    for (player, types) in model.players.iter().zip(&types).filter(|(_, types)| !types.is_empty()) {
        let mut sum = Rational::ZERO;
        for kind in types {
            let probability = model
                .evaluate(&kind.probability, &situation.values)
                .map_err(EvaluationFailure::from)?;
            if probability.is_negative() {
                return Err(EvaluationFailure::Situation(format!(
                    "the probability of the type {} of {} is negative: {probability}",
                    kind.id, player.id
                )));
            }
            sum += &probability;
        }
        if sum != Rational::ONE {
            return Err(EvaluationFailure::Situation(format!(
                "the probabilities of the types of {} sum to {sum} and not to 1",
                player.id
            )));
        }
    }
    let players = model.players.iter().zip(&situation.kept).zip(&types);
    let players = players.map(|((player, kept), types)| TypedPlayer {
        name: player.id.clone(),
        actions: kept.iter().map(|&action| player.actions[action].id.clone()).collect(),
        types: if types.is_empty() {
            vec![String::new()]
        } else {
            types.iter().map(|one| one.id.clone()).collect()
        },
    });
    let players: Vec<TypedPlayer> = players.collect();
    let mut workspace = Workspace::new(model);
    let mut prior = Vec::with_capacity(total);
    let mut payoffs = vec![Vec::with_capacity(total); model.players.len()];
    for profile in 0..total {
        let mut rest = profile;
        let mut probability = Rational::ONE;
        let mut here = situation.clone();
        for (types, &count) in types.iter().zip(&counts).rev() {
            let kind = types.get(rest % count);
            rest /= count;
            let Some(kind) = kind else { continue };
            probability *= &model
                .evaluate(&kind.probability, &situation.values)
                .map_err(EvaluationFailure::from)?;
            for (parameter, formula) in &kind.parameters {
                here.values[*parameter] =
                    model.evaluate(formula, &situation.values).map_err(EvaluationFailure::from)?;
            }
        }
        model.derive(&mut here.values).map_err(EvaluationFailure::from)?;
        let tables = model
            .tabulate_in(&mut workspace, &here.values, &here.kept, &here.costs)
            .map_err(EvaluationFailure::from)?;
        for (tables, table) in payoffs.iter_mut().zip(choice_payoffs(&here, &tables)) {
            tables.push(table);
        }
        prior.push(probability);
    }
    let game = BayesianGame::new(players, prior, payoffs)
        .map_err(|error| EvaluationFailure::Situation(error.to_string()))?;
    Ok(BayesianProblem { game, log: situation.log })
}

/// Solves a game of incomplete information under a concept that looks at types, and certifies the
/// answer.
///
/// # Errors
/// A [`QuestionError`].
pub fn solve_bayesian(
    game: &BayesianGame,
    concept: &Concept,
    options: &Options,
    budget: &Budget,
) -> Result<BayesianSolution, QuestionError> {
    let asked = options.method.as_deref();
    let no_method = |name: &str, known: &str| {
        wrong(format_args!(
            "for a model with types the concept `{}` has no method `{name}`; it has {known}",
            concept.id
        ))
    };
    let found: Outcome<BayesianAnswer> = if concept.id == "communication" {
        let name = asked.unwrap_or(concept.methods[0]);
        if !concept.methods.contains(&name) {
            return Err(no_method(name, &concept.methods.join(", ")));
        }
        let objective = options.objective.as_ref().unwrap_or(&Objective::Welfare);
        let (name, method) = lp_method(name);
        let found =
            find_best_communication_equilibrium(game, objective, method, budget).map_err(wrong)?;
        let Outcome { answer, status, work, warnings, .. } = found;
        if status == Status::Partial(crate::solve::Exhausted::Memory) {
            return Err(wrong(
                "the linear program of communication equilibria has too many numbers for this game",
            ));
        }
        let answer = BayesianAnswer::Communication(answer.ok_or(QuestionError::Unfinished)?);
        Outcome { answer, status, method: name, work, warnings }
    } else {
        let method = match asked {
            None | Some("mixed" | "branch-and-bound") => CommitmentMethod::BranchAndBound,
            Some("dobss") => CommitmentMethod::Dobss,
            Some("pure") => CommitmentMethod::Pure,
            Some(name) => return Err(no_method(name, "branch-and-bound, dobss, pure")),
        };
        let leader = options.leader.unwrap_or(0);
        find_bayesian_commitment(game, leader, method, budget)
            .map_err(wrong)?
            .map(BayesianAnswer::Commitment)
    };
    let certificate = certify_bayesian(game, &found.answer, &limits(budget))?;
    Ok(BayesianSolution {
        answer: found.answer,
        certificate,
        status: found.status,
        method: found.method,
        work: found.work,
        warnings: found.warnings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::solution::{find_concept, problem, solve};

    const MODEL: &str = r#"
[model]
id = "typed"
title = "A challenger of unknown resolve"

[parameters]
v = { value = 1, range = [0, 9], meaning = "what the prize is worth to the challenger", source = "illustrative" }
d = { value = 2, range = [0, 9], meaning = "what a fight costs the defender", source = "illustrative" }
twice = { formula = "2*v", meaning = "derived from the type" }

[[players]]
id = "D"
actions = ["Resist", "Yield"]

[[players]]
id = "C"
actions = ["Attack", "Wait"]

[payoffs.table]
D = [["0 - d", 0], [-4, 0]]
C = [["twice - 4", 0], ["twice", 0]]

[[types]]
id = "low"
player = "C"
probability = "3/4"
parameters = { v = 1 }

[[types]]
id = "high"
player = "C"
probability = "1/4"
parameters = { v = "v + 3" }

[horizon]
kind = "one-shot"
"#;

    #[test]
    fn payoffs_follow_the_types_and_derived_parameters_too() {
        let model = Model::read("typed.toml", MODEL).unwrap();
        let typed = bayesian_problem(&model, &[], &[]).unwrap().game;
        assert_eq!(typed.prior(), [Rational::new(3, 4), Rational::new(1, 4)]);
        assert_eq!(typed.payoff(1, 0, 0).to_string(), "-2");
        assert_eq!(typed.payoff(1, 1, 0).to_string(), "4");
        assert_eq!(typed.players()[1].types, ["low", "high"]);
        // And so they do when the parameter is set.
        let typed = bayesian_problem(&model, &[(0, Rational::from(2))], &[]).unwrap().game;
        assert_eq!(typed.payoff(1, 1, 0).to_string(), "6");
    }

    #[test]
    fn other_concepts_are_solved_on_the_strategic_form() {
        let model = Model::read("typed.toml", MODEL).unwrap();
        let budget = Budget::unlimited();
        let stage = problem(&model, &[], &[], false, &budget).unwrap();
        assert_eq!(stage.stage.players()[1].actions[1], "low: Attack, high: Wait");
        let nash = find_concept("nash").unwrap();
        assert!(solve(&stage, nash, &Options::default(), &budget).is_ok());
    }
}
