//! How the quantities of one scenario moved against another, with the sense of each move.

use crate::model::{Better, Model};
use crate::num::Rational;

use super::Row;

/// A quantity that scenarios are compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metric<S = Subject> {
    /// What it is a quantity of.
    pub subject: S,
    /// Its name in machine-readable results, such as `payoff.A`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Which direction is better.
    pub better: Better,
}

/// What a metric measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The critical discount factor of an agreement of the model.
    Critical(usize),
    /// An output of the model, averaged.
    Output(usize),
    /// A hazard over the model's number of periods.
    Cumulative(usize),
    /// A player's average payoff.
    Payoff(usize),
}

/// The sense of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Nothing moved.
    Same,
    /// Towards the better.
    Better,
    /// Towards the worse.
    Worse,
    /// It moved, and the model does not say which way is better; the number went up.
    Up,
    /// It moved, and the model does not say which way is better; the number went down.
    Down,
}

impl Direction {
    /// A sign for tables: `=`, `+` for better, `-` for worse, arrows where there is no better.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Direction::Same => "=",
            Direction::Better => "+",
            Direction::Worse => "-",
            Direction::Up => "↑",
            Direction::Down => "↓",
        }
    }

    /// The word for machine-readable results.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Direction::Same => "same",
            Direction::Better => "better",
            Direction::Worse => "worse",
            Direction::Up => "up",
            Direction::Down => "down",
        }
    }
}

/// How one quantity moved; `None` stands for what lies above every number: "no discount factor is
/// enough", or "never".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<S = Subject> {
    /// The quantity.
    pub metric: Metric<S>,
    /// Its value in the scenario that is compared with.
    pub before: Option<Rational>,
    /// Its value in this scenario.
    pub after: Option<Rational>,
    /// The sense of the move.
    pub direction: Direction,
}

/// The quantities that a model's scenarios are compared by.
fn metrics(model: &Model) -> Vec<Metric> {
    let mut metrics = Vec::new();
    for (at, agreement) in model.agreements().iter().enumerate() {
        metrics.push(Metric {
            subject: Subject::Critical(at),
            id: format!("critical_discount.{}", agreement.id),
            title: format!("critical discount factor of {}", agreement.id),
            better: Better::Lower,
        });
    }
    for (at, output) in model.outputs.iter().enumerate() {
        metrics.push(Metric {
            subject: Subject::Output(at),
            id: output.id.clone(),
            title: output.title.clone(),
            better: output.better,
        });
    }
    for (at, output) in model.outputs.iter().enumerate() {
        if output.kind == crate::model::OutputKind::Hazard {
            metrics.push(Metric {
                subject: Subject::Cumulative(at),
                id: format!("{}.cumulative", output.id),
                title: format!("{} over {} periods", output.title, model.comparison.years),
                better: output.better,
            });
        }
    }
    for (at, player) in model.players.iter().enumerate() {
        metrics.push(Metric {
            subject: Subject::Payoff(at),
            id: format!("payoff.{}", player.id),
            title: format!("payoff of {}", player.id),
            better: Better::Higher,
        });
    }
    metrics
}

impl Row {
    /// The value of a quantity; `None` when no discount factor sustains the agreement, and the
    /// outer `None` when the scenario does not have the quantity at all.
    #[must_use]
    pub fn value(&self, subject: Subject) -> Option<Option<Rational>> {
        let evaluation = &self.evaluation;
        match subject {
            Subject::Critical(agreement) => evaluation
                .agreements
                .iter()
                .find(|result| result.agreement == agreement)
                .map(|result| result.critical.number()),
            Subject::Output(output) => Some(Some(evaluation.outputs[output].clone())),
            Subject::Cumulative(output) => evaluation.cumulative[output].clone().map(Some),
            Subject::Payoff(player) => Some(Some(evaluation.payoffs[player].clone())),
        }
    }
}

/// How every quantity of one row moved against another; quantities that one of them lacks are
/// left out.
pub(super) fn changes(model: &Model, before: &Row, after: &Row) -> Vec<Change> {
    metrics(model)
        .into_iter()
        .filter_map(|metric| {
            let from = before.value(metric.subject)?;
            let to = after.value(metric.subject)?;
            Some(change(metric, from, to, |from, to| from == to))
        })
        .collect()
}

/// How one quantity moved; none lies above every number. `same` says when two numbers are.
pub(super) fn change<S>(
    metric: Metric<S>,
    before: Option<Rational>,
    after: Option<Rational>,
    same: impl Fn(&Rational, &Rational) -> bool,
) -> Change<S> {
    let up = match (&before, &after) {
        (None, None) => None,
        (None, Some(_)) => Some(false),
        (Some(_), None) => Some(true),
        (Some(from), Some(to)) if same(from, to) => None,
        (Some(from), Some(to)) => Some(to > from),
    };
    let direction = match (up, metric.better) {
        (None, _) => Direction::Same,
        (Some(true), Better::Higher) | (Some(false), Better::Lower) => Direction::Better,
        (Some(true), Better::Lower) | (Some(false), Better::Higher) => Direction::Worse,
        (Some(true), Better::None) => Direction::Up,
        (Some(false), Better::None) => Direction::Down,
    };
    Change { metric, before, after, direction }
}
