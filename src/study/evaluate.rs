//! One situation, evaluated: what is played, what sustains restraint, and what comes of it.
//!
//! The evaluation is generic over the number: [`Rational`] gives exact answers, and
//! [`crate::num::Interval`] gives certified ones much faster, or says that it cannot decide, upon
//! which the caller repeats the work exactly. Only where a mixed or correlated equilibrium is played
//! does an interval evaluation solve a *nearby* game with rounded payoffs, which `rounded` reports.

use crate::certify::Doubt;
use crate::game::answer::{BindingDeviation, CriticalDiscount};
use crate::game::{MixedProfile, NormalForm};
use crate::mechanism::Situation;
use crate::model::{EvaluationError, Horizon, HorizonValues, OutputKind, Tables, Workspace};
use crate::num::{NotDecided, Rational, Scalar};
use crate::solve::Budget;
use crate::solve::repeated::critical_discount::Stake;

use super::averages::{average_weight, certify_course, cumulative_hazards};
pub use super::number::Number;
use super::solution::QuestionError;
use super::stage::Stage;
use super::sweep::Facts;

/// Why a situation cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationFailure {
    /// A number is not decided, not rational or not defined.
    #[error("{0}")]
    Number(#[from] NotDecided),
    /// A formula has no value; the error says where it stands and what was played.
    #[error("{0}")]
    Formula(EvaluationError),
    /// A mechanism left a player without actions, or the like.
    #[error("{0}")]
    Situation(String),
    /// What was found did not pass its check, which is a fault of this program.
    #[error("an answer is not certified, which is a fault of this program: {0}")]
    NotCertified(String),
    /// The check of an answer was not completed within the limits.
    #[error("an answer was found, and is not shown since its check was not completed: {0}")]
    NotChecked(String),
    /// The limit was reached before it was known what is played.
    #[error("the limit was reached before it was known what is played")]
    Unfinished,
}

impl From<QuestionError> for EvaluationFailure {
    fn from(error: QuestionError) -> Self {
        match error {
            QuestionError::NotCertified(reason) => EvaluationFailure::NotCertified(reason),
            QuestionError::NotChecked(reason) => EvaluationFailure::NotChecked(reason),
            QuestionError::Unfinished | QuestionError::TooLarge(_) => EvaluationFailure::Unfinished,
            other => EvaluationFailure::Situation(other.to_string()),
        }
    }
}

impl From<Doubt> for EvaluationFailure {
    /// What intervals leave open stays open, so that callers repeat exactly.
    fn from(doubt: Doubt) -> Self {
        match doubt {
            Doubt::Open(kind) => EvaluationFailure::Number(kind),
            Doubt::Refuted(refutation) => EvaluationFailure::NotCertified(refutation.to_string()),
        }
    }
}

impl EvaluationFailure {
    /// What is wrong with the number that has no value, if that is the reason.
    #[must_use]
    pub fn kind(&self) -> Option<NotDecided> {
        match self {
            EvaluationFailure::Number(kind) => Some(*kind),
            EvaluationFailure::Formula(error) => Some(error.kind),
            EvaluationFailure::Situation(_)
            | EvaluationFailure::NotCertified(_)
            | EvaluationFailure::NotChecked(_)
            | EvaluationFailure::Unfinished => None,
        }
    }
}

impl From<EvaluationError> for EvaluationFailure {
    /// An open comparison stays what it is, so that callers see it and repeat exactly.
    fn from(error: EvaluationError) -> Self {
        match error.kind {
            NotDecided::TooClose => EvaluationFailure::Number(error.kind),
            _ => EvaluationFailure::Formula(error),
        }
    }
}

/// What is played in one period: a distribution over the profiles of the kept actions.
#[derive(Debug, Clone, PartialEq)]
pub enum Play {
    /// One profile for sure, by index.
    Pure(usize),
    /// Profiles with exact probabilities, ascending by index.
    Mixed(Vec<(usize, Rational)>),
}

impl Play {
    /// The expectation of a quantity that is given by profile.
    pub fn expectation<S: Scalar>(&self, by_profile: &[S]) -> S {
        match self {
            Play::Pure(profile) => by_profile[*profile].clone(),
            Play::Mixed(parts) => parts.iter().fold(S::zero(), |sum, (profile, probability)| {
                sum.plus(&by_profile[*profile].times(&S::constant(probability)))
            }),
        }
    }

    /// The distribution of independent mixed strategies.
    #[must_use]
    pub fn of_profile(game: &NormalForm, profile: &MixedProfile) -> Play {
        let mut parts = vec![(0, Rational::ONE)];
        for (player, strategy) in profile.iter().enumerate() {
            parts = parts
                .into_iter()
                .flat_map(|(index, weight)| {
                    strategy.support().into_iter().map(move |action| {
                        let probability = &weight * &strategy.probabilities()[action];
                        (index + action * game.stride(player), probability)
                    })
                })
                .collect();
        }
        Play::of_parts(parts)
    }

    /// The distribution with a probability for each profile index.
    #[must_use]
    pub fn of_distribution(distribution: &[Rational]) -> Play {
        let positive = |(_, probability): &(usize, Rational)| !probability.is_zero();
        Play::of_parts(distribution.iter().cloned().enumerate().filter(positive).collect())
    }

    pub(super) fn of_parts(mut parts: Vec<(usize, Rational)>) -> Play {
        parts.sort();
        match parts.as_slice() {
            [(profile, _)] => Play::Pure(*profile),
            _ => Play::Mixed(parts),
        }
    }
}

/// How the play outside agreements came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Simultaneous best replies came to rest.
    BestReplies,
    /// They cycled, so that the equilibrium of the lowest joint payoff was taken.
    LowestEquilibrium,
    /// The stage equilibrium that the model asks for.
    Declared,
    /// The best correlated equilibrium, by a mediator.
    Mediator,
    /// One player commits and the others reply.
    Leader,
}

/// One agreement in one situation.
#[derive(Debug, Clone)]
pub struct AgreementResult<S> {
    /// The position of the agreement in the model.
    pub agreement: usize,
    /// Its profile index among the kept actions.
    pub profile: usize,
    /// What each player stands to win and lose.
    pub stakes: Vec<Stake<S>>,
    /// The critical discount factor with the model's punishment.
    pub critical: CriticalDiscount<S>,
    /// The deviation that sets it.
    pub binding: Option<BindingDeviation>,
    /// Whether it holds at the model's discount factor.
    pub holds: bool,
}

/// The result of evaluating one situation.
#[derive(Debug, Clone)]
pub struct Evaluation<S> {
    /// Payoffs, parts and outputs by profile of the kept actions; true weights.
    pub tables: Tables<S>,
    /// The payoffs by which the players choose; the same as the true ones but for misperception.
    pub choice: Vec<Vec<S>>,
    /// What is played in the stage game without an agreement, which is also the punishment.
    pub stage: Play,
    /// How it came about.
    pub stage_origin: Origin,
    /// The profiles that best replies passed through, as indices.
    pub path: Vec<usize>,
    /// What is played when no agreement holds (differs from the stage play with a mediator or leader).
    pub otherwise: Play,
    /// How that came about.
    pub otherwise_origin: Origin,
    /// The data of the repetition.
    pub horizon: Option<HorizonValues<S>>,
    /// Each agreement whose actions are all kept.
    pub agreements: Vec<AgreementResult<S>>,
    /// The position in `agreements` of the one that is kept.
    pub outcome: Option<usize>,
    /// The average weight of the agreement phase; zero when none is kept.
    pub weight: S,
    /// Average payoffs of the players.
    pub payoffs: Vec<S>,
    /// Average outputs, in the order of the model.
    pub outputs: Vec<S>,
    /// For outputs that are hazards: the probability over the model's number of periods.
    pub cumulative: Vec<Option<S>>,
    /// Whether a nearby game with rounded payoffs was solved on the way.
    pub rounded: bool,
}

/// What is said of models with states where games without them are needed.
pub(super) const STATES: &str = "the model has states with transitions: `detente solve` answers `--concept stochastic`, `markov`, `critical-discount` and `repeated-payoffs` about it, and `detente compare`, `sweep`, `reproduce` and `simulate` take it";

/// Evaluates a situation.
///
/// # Errors
/// [`EvaluationFailure`]; with intervals [`NotDecided::TooClose`] asks for an exact repetition.
pub fn evaluate<S: Number>(
    situation: &Situation<'_, S>,
    budget: &Budget,
) -> Result<Evaluation<S>, EvaluationFailure> {
    evaluate_in(&mut Workspace::new(situation.model), situation, budget)
}

/// [`evaluate`] with buffers that are used again for the same model and actions.
///
/// # Errors
/// As [`evaluate`].
pub fn evaluate_in<S: Number>(
    workspace: &mut Workspace<S>,
    situation: &Situation<'_, S>,
    budget: &Budget,
) -> Result<Evaluation<S>, EvaluationFailure> {
    let model = situation.model;
    if matches!(model.horizon, Horizon::States(_)) {
        return Err(EvaluationFailure::Situation(STATES.to_owned()));
    }
    if let Some(reason) = super::succinct::not_here(model) {
        return Err(EvaluationFailure::Situation(reason.to_owned()));
    }
    if !model.types.is_empty() {
        return Err(EvaluationFailure::Situation(super::bayesian::TYPES.to_owned()));
    }
    let tables = model
        .tabulate_in(workspace, &situation.values, &situation.kept, &situation.costs)
        .map_err(EvaluationFailure::from)?;
    let choice = choice_payoffs(situation, &tables);
    let horizon = match &model.horizon {
        Horizon::OneShot | Horizon::States(_) => None,
        Horizon::Repeated(_) => Some(
            model
                .horizon_values_in(
                    workspace,
                    &situation.values,
                    &situation.kept,
                    &situation.horizon,
                )
                .map_err(EvaluationFailure::from)?,
        ),
    };
    check_domains(situation, &tables, horizon.as_ref())?;
    let view = Stage { situation, shape: &tables.shape, choice: &choice };
    let mut rounded = false;
    let (stage, stage_origin, path) = view.stage_play(&mut rounded, budget)?;
    let (otherwise, otherwise_origin) =
        view.play_without_agreement(&stage, stage_origin, &mut rounded, budget)?;
    let mut result = Evaluation {
        weight: S::zero(),
        payoffs: expectations(&otherwise, &tables.payoffs),
        outputs: expectations(&otherwise, &tables.outputs),
        cumulative: Vec::new(),
        agreements: Vec::new(),
        outcome: None,
        tables,
        choice,
        stage,
        stage_origin,
        path,
        otherwise,
        otherwise_origin,
        horizon,
        rounded,
    };
    if let Some(values) = &result.horizon {
        let view = Stage { situation, shape: &result.tables.shape, choice: &result.choice };
        result.agreements =
            view.agreements(values, (&result.stage, result.stage_origin), budget)?;
        result.outcome = view.kept_agreement(&result)?;
    }
    if let (Some(at), Some(values)) = (result.outcome, &result.horizon) {
        let profile = Play::Pure(result.agreements[at].profile);
        let weight = average_weight(values)?;
        let mix = |table: &Vec<S>| {
            let (inside, after) = (profile.expectation(table), result.otherwise.expectation(table));
            weight.times(&inside).plus(&S::one().minus(&weight).times(&after))
        };
        result.payoffs = result.tables.payoffs.iter().map(mix).collect();
        result.outputs = result.tables.outputs.iter().map(mix).collect();
        result.weight = weight;
    }
    result.cumulative = cumulative_hazards(situation, &result);
    certify_course(situation, &result)?;
    Ok(result)
}

/// That probabilities are probabilities at these parameters: a file is checked at its own values,
/// but parameters may be set to others.
pub(super) fn check_domains<S: Number>(
    situation: &Situation<'_, S>,
    tables: &Tables<S>,
    horizon: Option<&HorizonValues<S>>,
) -> Result<(), EvaluationFailure> {
    let (zero, one) = (S::zero(), S::one());
    let within = |name: &str, value: &S, top: bool| {
        let low = value.order(&zero).is_ok_and(std::cmp::Ordering::is_lt);
        let high = match value.order(&one) {
            Ok(order) => order.is_gt() || (!top && order.is_eq()),
            Err(_) => false,
        };
        if low || high {
            let (shown, end) = (value.approximate(), if top { "]" } else { ")" });
            return Err(EvaluationFailure::Situation(format!(
                "{name} is {shown} at these parameters, and should lie in [0, 1{end}"
            )));
        }
        Ok(())
    };
    if let Some(values) = horizon {
        if let Some(discount) = &values.discount {
            within("the discount factor", discount, false)?;
        }
        within("the survival of agreements", &values.survival, true)?;
        if values.survival.sign()?.is_eq() {
            return Err(EvaluationFailure::Situation(
                "the survival of agreements is 0 at these parameters, and should lie in (0, 1]"
                    .to_owned(),
            ));
        }
        within("the probability of a false alarm", &values.false_alarm, false)?;
        if let Some(renewal) = &values.renewal {
            within("the renewal of agreements", renewal, true)?;
        }
        for value in values.detection.iter().flatten().flatten() {
            within("the probability of detection", value, true)?;
        }
    }
    for (output, table) in situation.model.outputs.iter().zip(&tables.outputs) {
        if matches!(output.kind, OutputKind::Hazard | OutputKind::Probability) {
            for value in table {
                within(&format!("the output `{}`", output.id), value, true)?;
            }
        }
    }
    Ok(())
}

impl<S> AgreementResult<S> {
    fn map<T>(&self, number: impl Fn(&S) -> T) -> AgreementResult<T> {
        AgreementResult {
            agreement: self.agreement,
            profile: self.profile,
            stakes: self.stakes.iter().map(|stake| stake.map(&number)).collect(),
            critical: self.critical.map(&number),
            binding: self.binding.clone(),
            holds: self.holds,
        }
    }
}

impl<S: Number> Evaluation<S> {
    /// The same evaluation in another kind of number.
    #[must_use]
    pub fn map<T>(self, number: impl Fn(&S) -> T) -> Evaluation<T> {
        let all = |numbers: &[S]| numbers.iter().map(&number).collect::<Vec<T>>();
        Evaluation {
            tables: self.tables.map(&number),
            choice: self.choice.iter().map(|table| all(table)).collect(),
            stage: self.stage,
            stage_origin: self.stage_origin,
            path: self.path,
            otherwise: self.otherwise,
            otherwise_origin: self.otherwise_origin,
            horizon: self.horizon.as_ref().map(|values| values.map(&number)),
            agreements: self.agreements.iter().map(|result| result.map(&number)).collect(),
            outcome: self.outcome,
            weight: number(&self.weight),
            payoffs: all(&self.payoffs),
            outputs: all(&self.outputs),
            cumulative: self.cumulative.iter().map(|value| value.as_ref().map(&number)).collect(),
            rounded: self.rounded,
        }
    }

    /// The largest distance of any number of the result from what it is shown as.
    #[must_use]
    pub fn width(&self) -> f64 {
        let tables = self.choice.iter().chain(&self.tables.payoffs).chain(&self.tables.outputs);
        let hazards = self.cumulative.iter().flatten();
        let critical: Vec<S> =
            self.agreements.iter().filter_map(|result| result.critical.number()).collect();
        tables
            .flatten()
            .chain(&self.payoffs)
            .chain(&self.outputs)
            .chain(hazards)
            .chain(&critical)
            .map(Number::width)
            .fold(0.0, f64::max)
    }

    /// The actions of a profile index of this evaluation, as positions in the model.
    #[must_use]
    pub fn actions_of(&self, situation: &Situation<'_, S>, profile: usize) -> Vec<usize> {
        let stage = Stage { situation, shape: &self.tables.shape, choice: &self.choice };
        (0..self.tables.shape.len())
            .map(|player| situation.kept[player][stage.action(player, profile)])
            .collect()
    }
}

/// Facts about the stage game of an evaluated situation.
///
/// # Errors
/// [`EvaluationFailure`] when intervals leave a comparison open.
pub fn stage_facts<S: Number>(
    situation: &Situation<'_, S>,
    evaluation: &Evaluation<S>,
) -> Result<Facts, EvaluationFailure> {
    let shape = &evaluation.tables.shape;
    Stage { situation, shape, choice: &evaluation.choice }.facts(evaluation)
}

/// The exact game by which the players choose in an evaluated situation.
///
/// # Errors
/// [`EvaluationFailure`] when a player has no action left.
pub fn choice_game<S: Number>(
    situation: &Situation<'_, S>,
    evaluation: &Evaluation<S>,
) -> Result<NormalForm, EvaluationFailure> {
    let shape = &evaluation.tables.shape;
    Stage { situation, shape, choice: &evaluation.choice }.game()
}

fn expectations<S: Scalar>(play: &Play, tables: &[Vec<S>]) -> Vec<S> {
    tables.iter().map(|table| play.expectation(table)).collect()
}

/// The payoffs by which the players choose.
pub(super) fn choice_payoffs<S: Scalar>(
    situation: &Situation<'_, S>,
    tables: &Tables<S>,
) -> Vec<Vec<S>> {
    (0..tables.payoffs.len())
        .map(|player| match &situation.chooses_by[player] {
            None => tables.payoffs[player].clone(),
            Some(weights) => (0..tables.payoffs[player].len())
                .map(|profile| {
                    weights
                        .iter()
                        .zip(&tables.parts[player])
                        .fold(S::zero(), |sum, (weight, part)| {
                            sum.plus(&weight.times(&part[profile]))
                        })
                })
                .collect(),
        })
        .collect()
}
