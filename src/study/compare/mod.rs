//! The comparison: the baseline of a model against each mechanism and bundle, exactly.
//!
//! Every scenario is solved as a stage game (all equilibria, what best replies lead to, mediation,
//! commitment) and as a repeated game with agreements (critical discount factors, what holds, what
//! it brings on average and over a horizon). Each answer is certified before it is handed out.

mod changes;
mod narrative;

use crate::certify::{self, Limits};
use crate::game::answer::{Correlated, Dominance, Equilibria, Objective, Repeated, Stackelberg};
use crate::game::{
    Agreement, DiscountFactor, MixedStrategy, NormalForm, PunishmentRule, RepeatedGame,
};
use crate::linear::LpMethod;
use crate::mechanism::{LogEntry, Situation, apply_mechanisms};
use crate::model::Model;
use crate::num::{NotDecided, Rational};
use crate::solve::repeated::sustain_agreements;
use crate::solve::{
    Budget, Outcome, Status, eliminate_strictly_dominated, find_best_correlated_equilibrium,
    find_optimal_commitment, nash,
};

pub use changes::{Change, Direction, Metric, Subject};
pub use narrative::sentences;

use super::evaluate::{Evaluation, EvaluationFailure, Play, choice_game, evaluate};
use super::scenario::Scenario;

/// Why a scenario has no result.
#[derive(Debug, thiserror::Error)]
#[error("scenario `{scenario}`: {reason}")]
pub struct ComparisonFailure {
    /// The id of the scenario.
    pub scenario: String,
    /// What went wrong.
    pub reason: String,
    /// Whether an answer did not pass its check, which is a fault of this program.
    pub not_certified: bool,
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
    /// Whether every search ran to its end, so that every list is complete.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.rows.iter().all(|row| {
            row.equilibria.status == Status::Solved
                && row.dominance.answer.is_some()
                && row.correlated.answer.is_some()
        })
    }
}

/// Compares scenarios of a model, the first of which is the baseline.
///
/// # Errors
/// [`ComparisonFailure`] when a scenario cannot be evaluated, or an answer is not certified.
pub fn compare(
    model: &Model,
    set: &[(usize, Rational)],
    scenarios: &[Scenario],
    budget: &Budget,
) -> Result<Comparison, ComparisonFailure> {
    let mut rows = scenarios
        .iter()
        .map(|scenario| {
            row(model, set, scenario, budget).map_err(|reason| ComparisonFailure {
                scenario: scenario.id.clone(),
                not_certified: reason.starts_with(NOT_CERTIFIED),
                reason: if reason.starts_with(&NotDecided::NotRational.to_string()) {
                    "payoffs with exp, log or sqrt are not compared; `solve` and `sweep` take them"
                        .to_owned()
                } else {
                    reason
                },
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
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
    Ok(Comparison { rows, build_up })
}

const NOT_CERTIFIED: &str = "an answer is not certified";

fn row(
    model: &Model,
    set: &[(usize, Rational)],
    scenario: &Scenario,
    budget: &Budget,
) -> Result<Row, String> {
    let failed = |error: EvaluationFailure| error.to_string();
    let baseline = Situation::baseline(model, set).map_err(|error| error.to_string())?;
    let situation =
        apply_mechanisms(baseline, &scenario.mechanisms).map_err(|error| error.to_string())?;
    let evaluation = evaluate(&situation).map_err(failed)?;
    let game = choice_game(&situation, &evaluation).map_err(failed)?;
    let mut certificates = Vec::new();
    let two = game.num_players() == 2;

    let equilibria = nash::enumerate_equilibria(&game, budget);
    let limits = Limits::default();
    let mut certified = |outcome: Result<certify::Certificate, certify::Refutation>| match outcome {
        Ok(certificate) => {
            certificates.extend(certificate.checked);
            Ok(())
        }
        Err(refutation) => Err(format!("{NOT_CERTIFIED}: {refutation}")),
    };
    certified(certify::certify_equilibria(&game, &equilibria.answer, &limits))?;
    let dominance = eliminate_strictly_dominated(&game, LpMethod::Auto, budget);
    if let Some(answer) = &dominance.answer {
        certified(certify::certify_dominance(&game, answer, &limits))?;
    }
    let correlated =
        find_best_correlated_equilibrium(&game, &Objective::Welfare, LpMethod::Auto, budget)
            .map_err(|error| error.to_string())?;
    if let Some(answer) = &correlated.answer {
        certified(certify::certify_correlated(&game, answer, &limits))?;
    }
    let mut commitments = Vec::new();
    if two {
        for mixed in [false, true] {
            let found = find_optimal_commitment(&game, 0, mixed, LpMethod::Auto, budget)
                .map_err(|error| error.to_string())?;
            if let Some(best) = found.answer {
                certified(certify::certify_stackelberg(&game, &best, &limits))?;
                commitments.push(best);
            }
        }
    }
    let repeated_game = repeated_game(&situation, &evaluation, &game);
    let repeated = repeated_game
        .as_ref()
        .map(|repeated| {
            let sustained =
                sustain_agreements(repeated, budget).map_err(|error| error.to_string())?;
            certified(certify::certify_repeated(repeated, &sustained.answer, &limits))?;
            Ok::<_, String>(sustained)
        })
        .transpose()?;
    Ok(Row {
        scenario: scenario.clone(),
        log: situation.log.clone(),
        values: situation.values.clone(),
        actions: game.players().iter().map(|player| player.actions.clone()).collect(),
        cost: situation.costs.clone(),
        evaluation,
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

/// The repeated game of an evaluated situation, in the players' choice payoffs.
///
/// Its agreements are those of [`Evaluation::agreements`], in that order.
#[must_use]
pub fn repeated_game(
    situation: &Situation<'_, Rational>,
    evaluation: &Evaluation<Rational>,
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
            detection: values.detection[result.agreement].clone(),
        })
        .collect();
    Some(RepeatedGame {
        stage: game.clone(),
        discount: values.discount.clone().and_then(DiscountFactor::new),
        survival: values.survival.clone(),
        false_alarm: values.false_alarm.clone(),
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
