//! The comparison: the baseline of a model against each mechanism and bundle, exactly.
//!
//! Every scenario is solved as a stage game (all equilibria, what best replies lead to, mediation,
//! commitment) and as a repeated game with agreements (critical discount factors, what holds, what
//! it brings on average and over a horizon). Each answer is certified before it is handed out.

mod changes;
mod narrative;
mod states;

use crate::game::answer::{Correlated, Dominance, Equilibria, Repeated, Stackelberg};
use crate::game::{
    Agreement, DiscountFactor, MixedStrategy, NormalForm, PunishmentRule, RepeatedGame,
};
use crate::mechanism::{LogEntry, Situation};
use crate::model::Model;
use crate::num::Rational;
use crate::solve::{Budget, Outcome, Status};

pub use changes::{Change, Direction, Metric, Subject};
pub use narrative::sentences;
pub use states::{
    AgreementInStates, Bounds, Missing, Outlook, StateChange, StateComparison, StateRow,
    StateSubject, Way, compare_states, row_without_payments, state_metrics, state_row,
};

use super::answers::{self, Answered};
use super::evaluate::{Evaluation, Play, choice_game};
use super::number::Number;
use super::scenario::Scenario;
use super::settle::{Settled, settle};
use super::solution::QuestionError;

/// Why a scenario has no result.
#[derive(Debug, Clone, thiserror::Error)]
#[error("scenario `{scenario}`: {reason}")]
pub struct ComparisonFailure {
    /// The id of the scenario.
    pub scenario: String,
    /// What went wrong.
    pub reason: QuestionError,
}

/// What is known of one scenario.
#[derive(Debug, Clone)]
pub struct Row {
    /// The scenario.
    pub scenario: Scenario,
    /// What its operators did, in order.
    pub log: Vec<LogEntry>,
    /// The value of each parameter after them, in the order of the model.
    pub values: Vec<Rational>,
    /// The names of the actions that are left to each player.
    pub actions: Vec<Vec<String>>,
    /// The cost of its mechanisms to each player, a period.
    pub cost: Vec<Rational>,
    /// What is played and what comes of it.
    pub evaluation: Evaluation<Rational>,
    /// Where formulas use `exp`, `log` or `sqrt`: a bound on how far any number of the evaluation is
    /// from the true one, given what is played.
    pub distance: Option<f64>,
    /// The game by which the players choose.
    pub game: NormalForm,
    /// The equilibria of the stage game.
    pub equilibria: Outcome<Equilibria>,
    /// Iterated strict dominance.
    pub dominance: Outcome<Option<Dominance>>,
    /// The repeated game, where the model has one.
    pub repeated_game: Option<RepeatedGame>,
    /// Its agreements.
    pub repeated: Option<Outcome<Repeated>>,
    /// The correlated equilibrium of the largest joint payoff.
    pub correlated: Outcome<Option<Correlated>>,
    /// The first player's best pure and mixed commitments (two players).
    pub commitments: Vec<Stackelberg>,
    /// What was verified, in plain sentences.
    pub certificates: Vec<String>,
    /// How each quantity moved against the baseline.
    pub changes: Vec<Change>,
    /// How each quantity moved against the build-up, where the model names one.
    pub against_build_up: Option<Vec<Change>>,
    /// What the scenario changed, why, and where it hurts.
    pub sentences: Vec<String>,
}

/// The result of a comparison; the first row is the baseline.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// One row for each scenario.
    pub rows: Vec<Row>,
    /// The position of the build-up among the rows.
    pub build_up: Option<usize>,
    /// The scenarios that have no value, and why.
    pub failures: Vec<ComparisonFailure>,
}

impl Row {
    /// Whether iterated strict dominance leaves one profile, where that was found out.
    #[must_use]
    pub fn dominance_solvable(&self) -> Option<bool> {
        let answer = self.dominance.answer.as_ref()?;
        Some(answer.survivors.iter().all(|left| left.len() == 1))
    }
}

impl Comparison {
    /// Where formulas use `exp`, `log` or `sqrt`: the largest distance of a number in any row from
    /// the true one.
    #[must_use]
    pub fn distance(&self) -> Option<f64> {
        self.rows.iter().filter_map(|row| row.distance).reduce(f64::max)
    }

    /// Whether every search ran to its end, so that every list is complete.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty() && self.lists_are_complete()
    }

    /// Whether every search that has a result ran to its end.
    #[must_use]
    pub fn lists_are_complete(&self) -> bool {
        self.rows.iter().all(|row| {
            row.equilibria.status == Status::Solved
                && row.dominance.answer.is_some()
                && row.correlated.answer.is_some()
        })
    }
}

/// Compares scenarios of a model, the first of which is the baseline.
///
/// A scenario that has no value is told of and does not keep the others from theirs.
///
/// # Errors
/// [`ComparisonFailure`] when the baseline cannot be evaluated, or an answer is not certified.
pub fn compare(
    model: &Model,
    set: &[(usize, Rational)],
    scenarios: &[Scenario],
    budget: &Budget,
) -> Result<Comparison, ComparisonFailure> {
    let (mut rows, failures) = in_order(scenarios, |scenario| row(model, set, scenario, budget))?;
    let build_up = model
        .comparison
        .build_up
        .and_then(|mechanism| rows.iter().position(|row| row.scenario.mechanisms == [mechanism]));
    for at in 0..rows.len() {
        rows[at].changes = changes::changes(model, &rows[0], &rows[at]);
        rows[at].against_build_up = build_up
            .filter(|&build_up| build_up != at)
            .map(|build_up| changes::changes(model, &rows[build_up], &rows[at]));
        rows[at].sentences = narrative::sentences(model, &rows, at, build_up);
    }
    Ok(Comparison { rows, build_up, failures })
}

/// The rows of scenarios that have one, and why others have none; the first has to have one.
fn in_order<R>(
    scenarios: &[Scenario],
    row: impl Fn(&Scenario) -> Result<R, QuestionError>,
) -> Result<(Vec<R>, Vec<ComparisonFailure>), ComparisonFailure> {
    let mut rows = Vec::with_capacity(scenarios.len());
    let mut failures = Vec::new();
    for (at, scenario) in scenarios.iter().enumerate() {
        match row(scenario) {
            Ok(row) => rows.push(row),
            Err(reason) => {
                let fatal = at == 0 || matches!(reason, QuestionError::NotCertified(_));
                let failure = ComparisonFailure { scenario: scenario.id.clone(), reason };
                if fatal {
                    return Err(failure);
                }
                failures.push(failure);
            }
        }
    }
    Ok((rows, failures))
}

fn row(
    model: &Model,
    set: &[(usize, Rational)],
    scenario: &Scenario,
    budget: &Budget,
) -> Result<Row, QuestionError> {
    let Settled { situation, evaluation, distance } =
        settle(model, set, &scenario.mechanisms, budget)?;
    let game = choice_game(&situation, &evaluation)?;
    let mut certificates = Vec::new();
    let equilibria = kept(answers::equilibria(&game, budget)?, &mut certificates);
    let dominance = kept(answers::dominance(&game, budget)?, &mut certificates);
    let correlated = kept(answers::correlated(&game, budget)?, &mut certificates);
    let mut commitments = Vec::new();
    if game.num_players() == 2 {
        for mixed in [false, true] {
            let found = answers::commitment(&game, 0, mixed, budget)?;
            commitments.extend(kept(found, &mut certificates).answer);
        }
    }
    let repeated_game = repeated_game(&situation, &evaluation, &game);
    let repeated = repeated_game
        .as_ref()
        .map(|repeated| answers::agreements(repeated, budget))
        .transpose()?
        .map(|found| kept(found, &mut certificates));
    Ok(Row {
        scenario: scenario.clone(),
        log: situation.log.clone(),
        values: situation.values.clone(),
        actions: game.players().iter().map(|player| player.actions.clone()).collect(),
        cost: situation.costs.clone(),
        evaluation,
        distance,
        game,
        equilibria,
        dominance,
        repeated_game,
        repeated,
        correlated,
        commitments,
        certificates,
        changes: Vec::new(),
        against_build_up: None,
        sentences: Vec::new(),
    })
}

/// The outcome of an answer, whose certificate goes to the others.
fn kept<T>(found: Answered<T>, certificates: &mut Vec<String>) -> Outcome<T> {
    certificates.extend(found.checked);
    found.outcome
}

/// The repeated game of an evaluated situation, in the players' choice payoffs.
///
/// Its agreements are those of [`Evaluation::agreements`], in that order.
#[must_use]
pub fn repeated_game<S: Number>(
    situation: &Situation<'_, S>,
    evaluation: &Evaluation<S>,
    game: &NormalForm,
) -> Option<RepeatedGame> {
    let values = evaluation.horizon.as_ref()?;
    if evaluation.agreements.is_empty() {
        return None;
    }
    let model = situation.model;
    let agreements = evaluation
        .agreements
        .iter()
        .map(|result| Agreement {
            name: model.agreements()[result.agreement].id.clone(),
            profile: game.profile(result.profile),
            detection: values.detection[result.agreement]
                .iter()
                .map(|seen| seen.iter().map(Number::nearby).collect())
                .collect(),
        })
        .collect();
    Some(RepeatedGame {
        stage: game.clone(),
        discount: values.discount.as_ref().map(Number::nearby).and_then(DiscountFactor::new),
        survival: values.survival.nearby(),
        false_alarm: values.false_alarm.nearby(),
        renewal: values.renewal.as_ref().map_or(Rational::ZERO, Number::nearby),
        agreements,
        punishment: if model.punishes_by_worst_equilibrium() {
            PunishmentRule::WorstEquilibrium
        } else {
            PunishmentRule::Equilibrium(independent(&evaluation.stage, game))
        },
        transfers: situation.transfers,
    })
}

/// The mixed profile whose product is the play: its marginals, for play by independent strategies.
fn independent(play: &Play, game: &NormalForm) -> Vec<MixedStrategy> {
    match play {
        Play::Pure(profile) => game.pure_profile(&game.profile(*profile)),
        Play::Mixed(parts) => (0..game.num_players())
            .map(|player| {
                let mut marginal = vec![Rational::ZERO; game.num_actions(player)];
                for (profile, probability) in parts {
                    marginal[game.action_in(player, *profile)] += probability;
                }
                // Marginals of a distribution are non-negative and sum to one.
                MixedStrategy::new(marginal)
                    .unwrap_or_else(|_| MixedStrategy::pure(0, game.num_actions(player)))
            })
            .collect(),
    }
}
