//! Sweeps: every scenario at every point of a design.
//!
//! Each cell (a point and a scenario) is evaluated on certified intervals first, and exactly where
//! those leave a comparison open. Cells are independent; the result is a function of the design
//! alone, whatever the number of threads.

mod states;

pub use states::ConflictCell;

use rayon::prelude::*;

use crate::game::answer::CriticalDiscount;
use crate::mechanism::{Situation, apply_mechanisms};
use crate::model::{Model, OutputKind, Workspace};
use crate::num::{Interval, NotDecided, Rational, Rounded, Scalar, shortest};
use crate::solve::{Budget, Exhausted};

use super::design::{Design, PointValue};
use super::evaluate::{
    Evaluation, EvaluationFailure, Number, Origin, Play, evaluate_in, stage_facts,
};
use super::scenario::Scenario;

/// How the numbers of a cell were obtained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// Machine intervals decided every comparison with certainty.
    Certified,
    /// Exact rationals, because intervals left a comparison open.
    Exact,
    /// Payoffs were rounded to rationals: to play a mixed or correlated equilibrium, or because
    /// intervals left a comparison open of numbers that are not rational.
    Rounded,
}

impl Arithmetic {
    /// The word for it in a file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Arithmetic::Certified => "certified",
            Arithmetic::Exact => "exact",
            Arithmetic::Rounded => "rounded",
        }
    }
}

/// What is reported of one cell; numbers are the midpoints of enclosures.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The point's values, in the order of the design's names.
    pub point: Vec<f64>,
    /// The point's position within the design, each value scaled to [0, 1].
    pub position: Vec<f64>,
    /// The scenario by position.
    pub scenario: usize,
    /// The agreement that is kept, by position in the model.
    pub agreement: Option<usize>,
    /// What is played in the stage game: an action of each player by position in the model, or
    /// `None` when the play is mixed.
    pub stage: Option<Vec<usize>>,
    /// Whether simultaneous best replies came to rest there.
    pub converged: bool,
    /// For each agreement of the model its critical discount factor; infinite when none is
    /// enough, and `None` when a mechanism removed one of its actions.
    pub critical: Vec<Option<f64>>,
    /// In games in states, for each agreement of the model what the most tempted player loses by leaving
    /// it; negative where it does not hold.
    pub margins: Vec<Option<f64>>,
    /// For each agreement of the model, whether it holds at the point's discount factor.
    pub holds: Vec<bool>,
    /// Average payoffs of the players.
    pub payoffs: Vec<f64>,
    /// Average outputs.
    pub outputs: Vec<f64>,
    /// Outputs of the stage play alone.
    pub stage_outputs: Vec<f64>,
    /// Hazards over the model's number of periods.
    pub cumulative: Vec<Option<f64>>,
    /// In games in states, whether and when conflict breaks out; `None` where no state is one of conflict.
    pub conflict: Option<ConflictCell>,
    /// Facts about the stage game, for the baseline only.
    pub facts: Option<Facts>,
    /// How the numbers were obtained.
    pub arithmetic: Arithmetic,
    /// The largest half-width of the enclosures of payoffs and outputs.
    pub radius: f64,
}

/// Facts about a stage game that a study of its structure counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The number of pure equilibria.
    pub pure_equilibria: usize,
    /// Whether iterated strict dominance by pure strategies leaves one profile (two players).
    pub dominance_solvable: bool,
    /// For each player and each joint action of the others (row-major) the lowest best reply, as
    /// positions in the model.
    pub best_replies: Vec<Vec<usize>>,
    /// For each agreement of the model, whether every player prefers it to the stage play.
    pub preferred: Vec<bool>,
}

/// A cell that has no value, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at point {point}, scenario `{scenario}`: {reason}")]
pub struct CellFailure {
    /// The position of the point from 0.
    pub point: u64,
    /// The id of the scenario.
    pub scenario: String,
    /// Why.
    pub reason: EvaluationFailure,
}

/// A sweep: a model, parameters that are set throughout, a design, and scenarios.
#[derive(Debug)]
pub struct Sweep<'m> {
    /// The model.
    pub model: &'m Model,
    /// Parameters set to the same value everywhere, by position.
    pub set: Vec<(usize, Rational)>,
    /// The points.
    pub design: Design,
    /// The parameters of the design by position, in the design's order.
    pub varied: Vec<usize>,
    /// The scenarios; the first is the baseline when shares are asked for.
    pub scenarios: Vec<Scenario>,
    /// Whether to collect facts about the baseline's stage game.
    pub facts: bool,
}

impl Sweep<'_> {
    /// The names of the columns of the sweep's file.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        let model = self.model;
        let mut columns = vec!["point".to_owned()];
        columns.extend(self.design.names().into_iter().map(str::to_owned));
        columns.extend(["scenario", "agreement", "stage", "converged"].map(str::to_owned));
        let ids = |prefix: &'static str, ids: Vec<&str>| {
            ids.into_iter().map(|id| format!("{prefix}{id}")).collect::<Vec<_>>()
        };
        let agreements = model.agreements().iter().map(|agreement| agreement.id.as_str()).collect();
        let in_states = states::is_in_states(model);
        columns.extend(ids(if in_states { "margin." } else { "critical_discount." }, agreements));
        let players = model.players.iter().map(|player| player.id.as_str()).collect();
        columns.extend(ids("payoff.", players));
        columns.extend(ids("", model.outputs.iter().map(|output| output.id.as_str()).collect()));
        if in_states {
            columns.extend(["conflict.within", "conflict.waiting"].map(str::to_owned));
        } else {
            let hazards = self.hazards().map(|at| model.outputs[at].id.as_str()).collect();
            columns.extend(ids("cumulative.", hazards));
        }
        columns.extend(["arithmetic", "radius", "reason"].map(str::to_owned));
        columns
    }

    fn hazards(&self) -> impl Iterator<Item = usize> + '_ {
        let outputs = self.model.outputs.iter().enumerate();
        outputs.filter(|(_, output)| output.kind == OutputKind::Hazard).map(|(at, _)| at)
    }

    /// The fields of a cell in the order of [`Sweep::columns`]; of one without a value, where it is
    /// and the reason.
    #[must_use]
    pub fn fields(&self, point: u64, cell: &Result<Cell, CellFailure>) -> Vec<String> {
        let model = self.model;
        let mut fields = vec![point.to_string()];
        let cell = match cell {
            Ok(cell) => cell,
            Err(failure) => {
                fields.extend(self.design.point(point).iter().map(|x| shortest(x.approximate())));
                fields.push(failure.scenario.clone());
                fields.resize(self.columns().len() - 1, String::new());
                fields.push(failure.reason.to_string());
                return fields;
            }
        };
        fields.extend(cell.point.iter().map(|value| shortest(*value)));
        fields.push(self.scenarios[cell.scenario].id.clone());
        let agreement = cell.agreement.map(|at| model.agreements()[at].id.clone());
        fields.push(agreement.unwrap_or_else(|| "none".to_owned()));
        fields.push(match &cell.stage {
            None => "mixed".to_owned(),
            Some(actions) => {
                let names = model.players.iter().zip(actions);
                let names = names.map(|(player, &action)| player.actions[action].id.as_str());
                names.collect::<Vec<_>>().join("|")
            }
        });
        fields.push(cell.converged.to_string());
        let or_empty = |value: &Option<f64>| value.map_or_else(String::new, shortest);
        let in_states = states::is_in_states(model);
        let by_agreement = if in_states { &cell.margins } else { &cell.critical };
        fields.extend(by_agreement.iter().map(or_empty));
        fields.extend(cell.payoffs.iter().chain(&cell.outputs).map(|value| shortest(*value)));
        if in_states {
            let conflict = cell.conflict;
            fields.push(or_empty(&conflict.and_then(|conflict| conflict.within)));
            fields.push(or_empty(&conflict.map(|conflict| conflict.waiting)));
        } else {
            fields.extend(self.hazards().map(|at| or_empty(&cell.cumulative[at])));
        }
        fields.push(cell.arithmetic.word().to_owned());
        fields.push(shortest(cell.radius));
        fields.push(String::new());
        fields
    }

    /// The cells of points `from..to`, in order, by the threads of the current pool: each with its
    /// value, or with the reason why it has none.
    ///
    /// # Errors
    /// [`Exhausted`] when the limit was reached before all were known.
    pub fn cells(
        &self,
        from: u64,
        to: u64,
        budget: &Budget,
    ) -> Result<Vec<Result<Cell, CellFailure>>, Exhausted> {
        let rows: Vec<Vec<Result<Cell, CellFailure>>> = (from..to)
            .into_par_iter()
            .map_init(|| self.workspaces(), |spaces, at| self.point_cells(spaces, at, budget))
            .collect::<Result<_, Exhausted>>()?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Buffers for every scenario, since each may leave other actions.
    fn workspaces(&self) -> Vec<Workspace<Interval>> {
        self.scenarios.iter().map(|_| Workspace::new(self.model)).collect()
    }

    /// The cells of one point, one for each scenario in order.
    fn point_cells(
        &self,
        workspaces: &mut [Workspace<Interval>],
        at: u64,
        budget: &Budget,
    ) -> Result<Vec<Result<Cell, CellFailure>>, Exhausted> {
        let point = self.design.point(at);
        let mut cells = Vec::with_capacity(workspaces.len());
        for (scenario, workspace) in workspaces.iter_mut().enumerate() {
            let found = self.cell(workspace, &point, scenario, budget);
            if matches!(found, Err(EvaluationFailure::Unfinished)) {
                return Err(budget.check_now(0).err().unwrap_or(Exhausted::Time));
            }
            cells.push(found.map_err(|reason| self.failure(at, scenario, reason)));
        }
        Ok(cells)
    }

    fn failure(&self, point: u64, scenario: usize, reason: EvaluationFailure) -> CellFailure {
        CellFailure { point, scenario: self.scenarios[scenario].id.clone(), reason }
    }

    fn cell(
        &self,
        workspace: &mut Workspace<Interval>,
        point: &[PointValue],
        scenario: usize,
        budget: &Budget,
    ) -> Result<Cell, EvaluationFailure> {
        let open = |error: &EvaluationFailure| match error {
            EvaluationFailure::Number(kind) => {
                matches!(kind, NotDecided::TooClose | NotDecided::DivisionByZero)
            }
            // An interval that holds zero need not be zero.
            EvaluationFailure::Formula(error) => error.kind == NotDecided::DivisionByZero,
            EvaluationFailure::Situation(_)
            | EvaluationFailure::NotCertified(_)
            | EvaluationFailure::NotChecked(_)
            | EvaluationFailure::Unfinished => false,
        };
        if states::is_in_states(self.model) {
            return self.cell_in_states(point, scenario, budget);
        }
        match self.cell_on(workspace, point, scenario, budget) {
            Err(error) if open(&error) => self.exactly(point, scenario, budget),
            decided => decided,
        }
    }

    /// One cell by exact arithmetic throughout, numbers that are not rational rounded.
    ///
    /// # Errors
    /// When it has no value.
    pub fn exact_cell(&self, at: u64, scenario: usize) -> Result<Cell, CellFailure> {
        self.exactly(&self.design.point(at), scenario, &Budget::unlimited())
            .map_err(|reason| self.failure(at, scenario, reason))
    }

    fn exactly(
        &self,
        point: &[PointValue],
        scenario: usize,
        budget: &Budget,
    ) -> Result<Cell, EvaluationFailure> {
        if states::is_in_states(self.model) {
            return self.cell_in_states(point, scenario, budget);
        }
        match self.cell_on::<Rational>(&mut Workspace::new(self.model), point, scenario, budget) {
            Err(error) if error.kind() == Some(NotDecided::NotRational) => {
                self.cell_on::<Rounded>(&mut Workspace::new(self.model), point, scenario, budget)
            }
            decided => decided,
        }
    }

    fn cell_on<S: Number>(
        &self,
        workspace: &mut Workspace<S>,
        point: &[PointValue],
        scenario: usize,
        budget: &Budget,
    ) -> Result<Cell, EvaluationFailure> {
        let machine = |value: &PointValue| match value {
            PointValue::Exact(value) => S::constant(value),
            PointValue::Machine(value) => S::of_machine(*value),
        };
        let mut set: Vec<(usize, S)> =
            self.set.iter().map(|(parameter, value)| (*parameter, S::constant(value))).collect();
        set.extend(self.varied.iter().copied().zip(point.iter().map(machine)));
        let baseline = Situation::baseline(self.model, &set)?.without_log();
        let situation = apply_mechanisms(baseline, &self.scenarios[scenario].mechanisms)?;
        let evaluation = evaluate_in(workspace, &situation, budget)?;
        let facts = (self.facts && scenario == 0)
            .then(|| stage_facts(&situation, &evaluation))
            .transpose()?;
        let point: Vec<f64> = point.iter().map(PointValue::approximate).collect();
        let position = if self.facts { self.design.position(&point) } else { Vec::new() };
        let mut cell = cell_of(point, scenario, &situation, &evaluation, facts);
        cell.position = position;
        Ok(cell)
    }
}

fn cell_of<S: Number>(
    point: Vec<f64>,
    scenario: usize,
    situation: &Situation<'_, S>,
    evaluation: &Evaluation<S>,
    facts: Option<Facts>,
) -> Cell {
    let near = |values: &[S]| values.iter().map(Scalar::approximate).collect::<Vec<f64>>();
    let stage = match evaluation.stage {
        Play::Pure(profile) => Some(evaluation.actions_of(situation, profile)),
        Play::Mixed(_) => None,
    };
    let agreements = situation.model.agreements().len();
    let mut critical = vec![None; agreements];
    let mut holds = vec![false; agreements];
    for result in &evaluation.agreements {
        holds[result.agreement] = result.holds;
        critical[result.agreement] = Some(match &result.critical {
            CriticalDiscount::Zero => 0.0,
            CriticalDiscount::At(value) | CriticalDiscount::AboveOne(value) => value.approximate(),
            CriticalDiscount::Never => f64::INFINITY,
        });
    }
    let widths = evaluation.payoffs.iter().chain(&evaluation.outputs).map(Number::width);
    Cell {
        point,
        position: Vec::new(),
        scenario,
        agreement: evaluation.outcome.map(|at| evaluation.agreements[at].agreement),
        stage,
        converged: evaluation.stage_origin != Origin::LowestEquilibrium,
        critical,
        margins: Vec::new(),
        holds,
        payoffs: near(&evaluation.payoffs),
        outputs: near(&evaluation.outputs),
        stage_outputs: evaluation
            .tables
            .outputs
            .iter()
            .map(|table| evaluation.stage.expectation(table).approximate())
            .collect(),
        cumulative: evaluation
            .cumulative
            .iter()
            .map(|value| value.as_ref().map(Scalar::approximate))
            .collect(),
        conflict: None,
        facts,
        arithmetic: match (evaluation.rounded || S::ROUNDED, S::EXACT) {
            (true, _) => Arithmetic::Rounded,
            (false, true) => Arithmetic::Exact,
            (false, false) => Arithmetic::Certified,
        },
        radius: widths.fold(0.0, f64::max),
    }
}
