//! Cells of models in states: what is played, the best agreement that holds or without promises, and what
//! comes of it.

use crate::model::{Horizon, Model};
use crate::num::{Rational, parse_literal};
use crate::solve::Budget;
use crate::study::compare::{Missing, StateRow, Way, row_without_payments};
use crate::study::design::PointValue;
use crate::study::evaluate::EvaluationFailure;

use super::{Arithmetic, Cell, Sweep};

/// Whether and when conflict breaks out, in a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConflictCell {
    /// The probability that it does within the model's number of periods; `None` where it is not computed.
    pub within: Option<f64>,
    /// The expected number of periods until it does; infinite where it is not sure to.
    pub waiting: f64,
}

/// Whether a model is one in states.
pub(super) fn is_in_states(model: &Model) -> bool {
    matches!(model.horizon, Horizon::States(_))
}

impl Sweep<'_> {
    /// One cell of a model in states, in rationals throughout.
    pub(super) fn cell_in_states(
        &self,
        point: &[PointValue],
        scenario: usize,
        budget: &Budget,
    ) -> Result<Cell, EvaluationFailure> {
        let values: Vec<Rational> = point.iter().map(short).collect();
        let point: Vec<f64> = values.iter().map(Rational::to_f64).collect();
        let mut set = self.set.clone();
        set.extend(self.varied.iter().copied().zip(values));
        let row = row_without_payments(self.model, &set, &self.scenarios[scenario], budget)?;
        let position = if self.facts { self.design.position(&point) } else { Vec::new() };
        cell_of(self.model, &row, point, position, scenario)
    }
}

/// A value of a point: one of a grid as it is, one of a sequence to six significant digits, so that
/// fractions that are made of several stay short.
fn short(value: &PointValue) -> Rational {
    match value {
        PointValue::Exact(value) => value.clone(),
        PointValue::Machine(value) => {
            let rounded = parse_literal(&format!("{value:.5e}")).ok();
            rounded.or_else(|| Rational::from_f64_exactly(*value)).unwrap_or_default()
        }
    }
}

fn cell_of(
    model: &Model,
    row: &StateRow,
    point: Vec<f64>,
    position: Vec<f64>,
    scenario: usize,
) -> Result<Cell, EvaluationFailure> {
    let outlook = |way| {
        row.outlook(way).map_err(|missing| match missing {
            Missing::Limit => EvaluationFailure::Unfinished,
            Missing::Nothing => {
                EvaluationFailure::Situation("no Markov perfect equilibrium was found".to_owned())
            }
        })
    };
    let (outcome, markov) = (outlook(Way::Outcome)?, outlook(Way::Markov)?);
    let near = |values: &[Rational]| values.iter().map(Rational::to_f64).collect::<Vec<f64>>();
    let start = row.game.start();
    let first = &row.game.states()[start].stage;
    let stage = markov.play[start].iter().enumerate().map(|(player, strategy)| {
        let action = strategy.as_pure()?;
        let name = &first.players()[player].actions[action];
        model.players[player].actions.iter().position(|known| known.id == *name)
    });
    let agreements = model.agreements().len();
    let (mut margins, mut holds) = (vec![None; agreements], vec![false; agreements]);
    for one in &row.agreements {
        holds[one.agreement] = one.value.holds();
        margins[one.agreement] = one.value.most.as_ref().map(|most| -most.gain.to_f64());
    }
    let conflict = outcome.course.conflict.as_ref().map(|conflict| ConflictCell {
        within: conflict.within.as_ref().map(Rational::to_f64),
        waiting: conflict.waiting.as_ref().map_or(f64::INFINITY, Rational::to_f64),
    });
    Ok(Cell {
        point,
        position,
        scenario,
        agreement: row.kept.map(|at| row.agreements[at].agreement),
        stage: stage.collect(),
        converged: true,
        critical: vec![None; agreements],
        margins,
        holds,
        payoffs: near(&outcome.course.payoffs),
        outputs: near(&outcome.course.outputs),
        stage_outputs: near(&markov.course.outputs),
        cumulative: vec![None; model.outputs.len()],
        conflict,
        facts: None,
        arithmetic: if markov.exact { Arithmetic::Exact } else { Arithmetic::Rounded },
        radius: 0.0,
    })
}
