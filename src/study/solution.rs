//! One question about one model: a solution concept, solved and certified.

mod automaton;
mod commitment;
mod concepts;
mod learning;
mod nash;
mod tournament;

use std::sync::Arc;

use crate::certify::{self, Certificate, Limits, Refutation};
use crate::game::answer::{Answer, Objective, Subject};
use crate::game::{Automaton, DiscountFactor, MixedStrategy, NormalForm, RepeatedGame};
use crate::mechanism::{LogEntry, Situation};
use crate::model::{Horizon, Model};
use crate::num::{NotDecided, Rational, Rounded};
use crate::solve::{Budget, Exhausted, Status, Watch, Work};

pub(super) use concepts::lp_method;
pub use concepts::{CONCEPTS, Concept, find_concept};
pub use tournament::StrategyChoice;

use super::compare::repeated_game;
use super::evaluate::{EvaluationFailure, STATES, choice_payoffs, evaluate};
use super::number::Number;
use super::settle::{situation_on, unbounded};
use super::stage::game_of;

/// What a user asks for besides the concept.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The method; the concept's first one when not given.
    pub method: Option<String>,
    /// What a correlated equilibrium is to maximise; the sum of payoffs when not given.
    pub objective: Option<Objective>,
    /// Whether the correlated equilibrium is to be the one with the largest slack, whatever it pays.
    pub robust: bool,
    /// The player who commits; the first one when not given.
    pub leader: Option<usize>,
    /// The weight of the uniform mixture in what followers see of a commitment; 0 when not given.
    pub alpha: Option<Rational>,
    /// What a follower may lose by his reply; 0 when not given.
    pub epsilon: Option<Rational>,
    /// What the leader may lose by an error of the follower, in units of what the follower loses.
    pub beta: Option<Rational>,
    /// The order in which all players commit to actions.
    pub order: Option<Vec<usize>>,
    /// What the leader is expected to play where he does not keep to a commitment; what he plays in
    /// the equilibrium that is best for him when not given.
    pub fallback: Option<MixedStrategy>,
    /// The discount factor of a repeated game; the model's own when not given.
    pub discount: Option<DiscountFactor>,
    /// An automaton of the repeated game; one is found when not given.
    pub automaton: Option<Automaton>,
    /// The profile that an automaton is to sustain, by profile index; the best one that it does when not
    /// given.
    pub play: Option<usize>,
    /// For how many periods deviators are punished; as few as do when not given.
    pub punish: Option<usize>,
    /// The payoffs that an automaton is to give.
    pub payoff: Option<[Rational; 2]>,
    /// The probability with which an action is exchanged for the other one in a tournament; 0 when not
    /// given.
    pub noise: Option<Rational>,
    /// The strategies of a tournament; the usual ones when not given.
    pub strategies: Vec<StrategyChoice>,
    /// The number of rounds of a learning process, or of a tournament.
    pub rounds: Option<u64>,
    /// How much a round counts beside the next one in weighted fictitious play; each by its number
    /// when not given.
    pub factor: Option<Rational>,
    /// Names the draws of a learning process that draws.
    pub seed: Option<u64>,
    /// The precisions at which logit equilibria are wanted.
    pub lambdas: Vec<Rational>,
    /// How often each player was seen to play each action.
    pub counts: Option<Vec<Vec<u64>>>,
    /// Who watches the search for all equilibria of two players.
    pub watch: Option<Arc<dyn Watch>>,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// The call is wrong: an unknown concept or method, or one that does not fit the game.
    #[error("{0}")]
    Wrong(String),
    /// The limit was reached before there was anything to report.
    #[error("the limit was reached before there was anything to report")]
    Unfinished,
    /// The problem is too large for the method, and nothing was found.
    #[error("nothing was found: {0}")]
    TooLarge(Exhausted),
    /// The answer did not pass the check. This is a fault of the program.
    #[error("the answer is not certified, which is a fault of this program: {0}")]
    NotCertified(String),
    /// The answer was found, and its check was not completed within the limits.
    #[error("an answer was found, and is not shown since its check was not completed: {0}")]
    NotChecked(String),
}

impl From<Refutation> for QuestionError {
    fn from(refutation: Refutation) -> Self {
        match refutation {
            Refutation::OutOfReach(reason) => QuestionError::NotChecked(reason),
            other => QuestionError::NotCertified(other.to_string()),
        }
    }
}

/// The limits on the check of what was found within a budget.
pub(in crate::study) fn limits(budget: &Budget) -> Limits {
    Limits { deadline: budget.check_deadline(), ..Limits::default() }
}

impl From<EvaluationFailure> for QuestionError {
    fn from(failure: EvaluationFailure) -> Self {
        match failure {
            EvaluationFailure::NotCertified(reason) => QuestionError::NotCertified(reason),
            EvaluationFailure::NotChecked(reason) => QuestionError::NotChecked(reason),
            EvaluationFailure::Unfinished => QuestionError::Unfinished,
            other => QuestionError::Wrong(other.to_string()),
        }
    }
}

fn wrong(error: impl std::fmt::Display) -> QuestionError {
    QuestionError::Wrong(error.to_string())
}

/// The game of a question, with mechanisms applied.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The stage game by which the players choose.
    pub stage: NormalForm,
    /// The repeated game, where the model has agreements.
    pub repeated: Option<RepeatedGame>,
    /// The discount factor, where the model is repeated and fixes one.
    pub discount: Option<DiscountFactor>,
    /// Where payoffs are not rational: an upper bound on how far those of `stage` are from them.
    pub radius: Option<f64>,
    /// What the mechanisms did.
    pub log: Vec<LogEntry>,
}

impl Problem {
    /// A game that is given as it is, without a model file.
    #[must_use]
    pub fn of_game(stage: NormalForm) -> Self {
        Problem { stage, repeated: None, discount: None, radius: None, log: Vec::new() }
    }

    /// What a claim for a concept is about.
    #[must_use]
    pub fn subject(&self, concept: &str) -> Subject<'_> {
        match &self.repeated {
            Some(game) if matches!(concept, "repeated" | "public-perfect") => {
                Subject::Repeated(game)
            }
            _ => Subject::OneShot(&self.stage),
        }
    }
}

/// The game of a model under mechanisms, with parameters set; `with_horizon` asks for the repeated
/// game too, for which it has to be known what is played.
///
/// # Errors
/// [`QuestionError::Wrong`] when the model has no value at these parameters.
pub fn problem(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    with_horizon: bool,
    budget: &Budget,
) -> Result<Problem, QuestionError> {
    if matches!(model.horizon, Horizon::States(_)) {
        return Err(wrong(STATES));
    }
    if let Some(form) = super::succinct::strategic_form(model, set, with_horizon)? {
        return Ok(Problem::of_game(form));
    }
    if !model.types.is_empty() {
        if with_horizon && !model.agreements().is_empty() {
            return Err(wrong(
                "the model has types, and games of incomplete information are not repeated here: leave out [[types]], or ask for another concept",
            ));
        }
        return ex_ante(model, set, mechanisms);
    }
    let found = problem_on::<Rational>(model, set, mechanisms, with_horizon, budget);
    match found {
        Err(failure) if failure.kind() == Some(NotDecided::NotRational) => {
            problem_on::<Rounded>(model, set, mechanisms, with_horizon, budget)
        }
        found => found,
    }
    .map_err(QuestionError::from)
}

/// The strategic form ex ante of a model with types.
fn ex_ante(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
) -> Result<Problem, QuestionError> {
    let typed = super::bayesian::bayesian_problem(model, set, mechanisms)?;
    let stage = typed.game.strategic_form().map_err(|error| {
        wrong(format_args!(
            "{error}; `--concept stackelberg` and `--concept communication` do without the strategies of all types"
        ))
    })?;
    Ok(Problem { stage, repeated: None, discount: None, radius: None, log: typed.log })
}

/// The problem in one kind of number; with [`Rounded`] ones its payoffs are rationals near those of
/// the model.
fn problem_on<S: Number>(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    with_horizon: bool,
    budget: &Budget,
) -> Result<Problem, EvaluationFailure> {
    let situation = situation_on::<S>(model, set, mechanisms)?;
    let tables = model
        .tabulate(&situation.values, &situation.kept, &situation.costs)
        .map_err(EvaluationFailure::from)?;
    let choice = choice_payoffs(&situation, &tables);
    let radius = S::ROUNDED.then(|| choice.iter().flatten().map(Number::width).fold(0.0, f64::max));
    if radius.is_some_and(|radius| !radius.is_finite()) {
        return Err(unbounded());
    }
    let stage = game_of(&situation, &choice)?;
    let repeated = if with_horizon && !model.agreements().is_empty() {
        let evaluation = evaluate(&situation, budget)?;
        repeated_game(&situation, &evaluation, &stage)
    } else {
        None
    };
    let discount = discount_of(model, &situation)?;
    Ok(Problem { stage, repeated, discount, radius, log: situation.log })
}

/// The discount factor of a repeated model.
fn discount_of<S: Number>(
    model: &Model,
    situation: &Situation<'_, S>,
) -> Result<Option<DiscountFactor>, EvaluationFailure> {
    if !matches!(model.horizon, Horizon::Repeated(_)) {
        return Ok(None);
    }
    let values = model
        .horizon_values(&situation.values, &situation.kept, &situation.horizon)
        .map_err(EvaluationFailure::from)?;
    Ok(values.discount.as_ref().map(Number::nearby).and_then(DiscountFactor::new))
}

/// An answer with its certificate.
#[derive(Debug, Clone)]
pub struct Solution {
    /// The answer.
    pub answer: Answer,
    /// What was verified about it.
    pub certificate: Certificate,
    /// How the solver ended.
    pub status: Status,
    /// The method that was used.
    pub method: String,
    /// What it cost.
    pub work: Work,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Whether an answer by the method `used` is what `--method asked` asks for: `one` asks for whatever
/// finds an equilibrium soonest.
#[must_use]
pub fn is_asked_for(asked: &str, used: &str) -> bool {
    asked == used || asked == "one"
}

/// Solves a problem under a concept, and certifies the answer.
///
/// # Errors
/// A [`QuestionError`].
pub fn solve(
    problem: &Problem,
    concept: &Concept,
    options: &Options,
    budget: &Budget,
) -> Result<Solution, QuestionError> {
    let method = match &options.method {
        None => concept.methods[0],
        Some(name) => concept.methods.iter().find(|known| *known == name).ok_or_else(|| {
            let near = crate::model::nearest(name, concept.methods.iter().copied())
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            QuestionError::Wrong(format!(
                "the concept `{}` has no method `{name}`; it has {}{near}",
                concept.id,
                concept.methods.join(", ")
            ))
        })?,
    };
    let (found, method) = (concept.solve)(problem, options, method, budget)?;
    let certificate =
        certify::certify(problem.subject(concept.id), &found.answer, &limits(budget))?;
    let mut warnings = found.warnings;
    if let Some(radius) = problem.radius {
        warnings.push(format!(
            "payoffs use exp, log or sqrt: the game that is solved has them rounded, each within {radius:e}; \
             in the model's own payoffs no player gains more than twice that by deviating"
        ));
    }
    Ok(Solution {
        answer: found.answer,
        certificate,
        status: found.status,
        method: method.to_owned(),
        work: found.work,
        warnings,
    })
}
