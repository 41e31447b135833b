//! Evaluation of a model: parameters, payoff tables, outputs and the data of repetition.

use std::sync::Arc;

use crate::num::{NotDecided, Rational, Scalar};

use super::formula::run::{Failure, evaluate};
use super::formula::tape::Op;
use super::formula::{Tape, TapeRun};
use super::span::Span;
use super::types::{Horizon, Model, ParameterKind};

/// A formula of parameters, compiled.
#[derive(Debug, Clone)]
pub struct Formula {
    text: String,
    span: Span,
    tape: Arc<Tape>,
    reads: Arc<[usize]>,
}

impl Formula {
    pub(crate) fn new(text: String, span: Span, tape: Tape) -> Self {
        let mut reads: Vec<usize> = tape
            .nodes
            .iter()
            .filter_map(|node| match node.op {
                Op::Parameter(at) => Some(at as usize),
                _ => None,
            })
            .collect();
        reads.sort_unstable();
        Formula { text, span, tape: Arc::new(tape), reads: reads.into() }
    }

    /// The formula as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands in the file.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The parameters that it reads, ascending.
    #[must_use]
    pub fn reads(&self) -> &[usize] {
        &self.reads
    }

    /// Its value when it is a constant.
    #[must_use]
    pub fn constant(&self) -> Option<&Rational> {
        match self.tape.nodes.as_slice() {
            [node] => match node.op {
                Op::Constant(at) => self.tape.constants.get(at as usize),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn is_rational(&self) -> bool {
        self.tape.is_rational()
    }

    /// The value at these parameters; `inputs` are the current values that an operator may name.
    pub(crate) fn value<S: Scalar>(
        &self,
        parameters: &[S],
        inputs: &[S],
    ) -> Result<S, EvaluationError> {
        evaluate(&self.tape, parameters, inputs)
            .map_err(|failure| EvaluationError::of(&self.tape, failure))
    }
}

/// Why a formula has no value, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {} of the model file{}", span.start, at.as_ref().map_or(String::new(), |at| format!(", where {at}")))]
pub struct EvaluationError {
    /// The reason.
    pub kind: NotDecided,
    /// The operation without a value.
    pub span: Span,
    /// What was played where it happened, such as `A plays Strong, B plays Maximum`.
    pub at: Option<String>,
}

impl EvaluationError {
    pub(crate) fn of(tape: &Tape, failure: Failure) -> Self {
        let span = tape.nodes[failure.node as usize].span;
        EvaluationError { kind: failure.kind, span, at: None }
    }
}

/// Everything that is compiled from the formulas of a model.
#[derive(Debug, Clone, Default)]
pub(crate) struct Program {
    /// The derived parameters in an order in which each reads only earlier ones.
    pub(crate) derived: Vec<usize>,
    /// Over players (and, last, states): parts, payoffs, weights, outputs, transitions, signals.
    pub(crate) profile: Tape,
    pub(crate) roots: Roots,
    /// For each player over (agreements, his actions): the detection of a deviation.
    pub(crate) detection: Vec<Tape>,
    /// Whether the last axis of `profile` are states.
    pub(crate) has_states: bool,
    /// Whether all results are rational.
    pub(crate) exact: bool,
}

/// Positions among the roots of the tape over the profile.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roots {
    /// `[player][part]`.
    pub(crate) parts: Vec<Vec<usize>>,
    /// `[player]`.
    pub(crate) payoffs: Vec<usize>,
    /// `[player][part]`.
    pub(crate) weights: Vec<Vec<usize>>,
    /// `[output]`.
    pub(crate) outputs: Vec<usize>,
    /// `[state][k]`, as listed in the state.
    pub(crate) transitions: Vec<Vec<usize>>,
    /// `[signal]`.
    pub(crate) signals: Vec<usize>,
}

/// Payoffs and outputs on the grid of the kept actions.
#[derive(Debug, Clone, PartialEq)]
pub struct Tables<S> {
    /// The number of kept actions of each player.
    pub shape: Vec<usize>,
    /// `[player][part][profile]`: the parts, costs of mechanisms subtracted; profiles row-major,
    /// the last player fastest.
    pub parts: Vec<Vec<Vec<S>>>,
    /// `[player][profile]`: Σ weight · part.
    pub payoffs: Vec<Vec<S>>,
    /// `[player][part]`: the true weights.
    pub weights: Vec<Vec<S>>,
    /// `[output][profile]`.
    pub outputs: Vec<Vec<S>>,
}

/// The numbers of the repetition.
#[derive(Debug, Clone, PartialEq)]
pub struct HorizonValues<S> {
    /// The discount factor, when the model fixes one.
    pub discount: Option<S>,
    /// The probability that an agreement outlives a period.
    pub survival: S,
    /// The probability that the signal ends an agreement that was kept.
    pub false_alarm: S,
    /// The probability that an agreement that has ended stands again after a period; `None` where the
    /// model says nothing of it, so that an end is for good.
    pub renewal: Option<S>,
    /// `[agreement][player][kept action]`: the probability that the agreement ends when the player
    /// plays that action instead of the agreed one.
    pub detection: Vec<Vec<Vec<S>>>,
}

impl<S> Tables<S> {
    /// The same tables in another kind of number.
    #[must_use]
    pub fn map<T>(&self, number: impl Fn(&S) -> T) -> Tables<T> {
        let table = |table: &Vec<S>| table.iter().map(&number).collect::<Vec<T>>();
        let tables = |tables: &[Vec<S>]| tables.iter().map(table).collect::<Vec<_>>();
        Tables {
            shape: self.shape.clone(),
            parts: self.parts.iter().map(|parts| tables(parts)).collect(),
            payoffs: tables(&self.payoffs),
            weights: tables(&self.weights),
            outputs: tables(&self.outputs),
        }
    }
}

impl<S: Scalar> HorizonValues<S> {
    /// The probability that an agreement outlives a period in which all comply.
    #[must_use]
    pub fn outlives(&self) -> S {
        self.survival.times(&S::one().minus(&self.false_alarm))
    }
}

impl<S> HorizonValues<S> {
    /// The same values in another kind of number.
    #[must_use]
    pub fn map<T>(&self, number: impl Fn(&S) -> T) -> HorizonValues<T> {
        let table = |table: &Vec<S>| table.iter().map(&number).collect::<Vec<T>>();
        HorizonValues {
            discount: self.discount.as_ref().map(&number),
            survival: number(&self.survival),
            false_alarm: number(&self.false_alarm),
            renewal: self.renewal.as_ref().map(&number),
            detection: self
                .detection
                .iter()
                .map(|players| players.iter().map(table).collect())
                .collect(),
        }
    }
}

/// Changes to the signal and to survival by mechanisms, in the order in which they act.
#[derive(Debug, Clone, Default)]
pub struct HorizonOverrides<'m> {
    /// New probabilities of a false alarm, each reading the one before as `false_alarm`.
    pub false_alarm: Vec<&'m Formula>,
    /// New probabilities of detection, each reading the one before as `detection`.
    pub detection: Vec<&'m Formula>,
    /// New probabilities of survival, each reading the one before as `survival`.
    pub survival: Vec<&'m Formula>,
}

/// The buffers of all evaluations of one model in one kind of number.
///
/// Make one for each thread and use it again: constants are converted and grids laid out once.
#[derive(Debug, Clone)]
pub struct Workspace<S> {
    profile: TapeRun<S>,
    detection: Vec<TapeRun<S>>,
}

impl<S: Scalar> Workspace<S> {
    /// Empty buffers for this model.
    #[must_use]
    pub fn new(model: &Model) -> Self {
        Workspace {
            profile: TapeRun::new(),
            detection: model.program.detection.iter().map(|_| TapeRun::new()).collect(),
        }
    }
}

impl Model {
    /// The parameters at their base values; derived ones are zero until [`Model::derive`].
    #[must_use]
    pub fn free_values<S: Scalar>(&self) -> Vec<S> {
        self.parameters
            .iter()
            .map(|parameter| match &parameter.kind {
                ParameterKind::Free { value, .. } => S::constant(value),
                ParameterKind::Derived(_) => S::zero(),
            })
            .collect()
    }

    /// All parameters at their base values, derived ones computed.
    ///
    /// # Errors
    /// When a derived parameter has no value in this kind of number.
    pub fn base_values<S: Scalar>(&self) -> Result<Vec<S>, EvaluationError> {
        let mut values = self.free_values();
        self.derive(&mut values)?;
        Ok(values)
    }

    /// Computes the derived parameters from the free ones, in place.
    ///
    /// # Errors
    /// When one has no value in this kind of number.
    pub fn derive<S: Scalar>(&self, values: &mut [S]) -> Result<(), EvaluationError> {
        for &at in &self.program.derived {
            if let ParameterKind::Derived(formula) = &self.parameters[at].kind {
                values[at] = formula.value(values, &[])?;
            }
        }
        Ok(())
    }

    /// The value of a formula of parameters.
    ///
    /// # Errors
    /// When it has none in this kind of number.
    pub fn evaluate<S: Scalar>(
        &self,
        formula: &Formula,
        values: &[S],
    ) -> Result<S, EvaluationError> {
        // Operators' formulas may read the current value of what they change; there is none here.
        formula.value(values, &[S::zero()])
    }

    /// Whether everything the model computes is rational: no `exp`, `log` or `sqrt` is reached.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.program.exact
    }

    /// Payoffs and outputs on the grid of the kept actions.
    ///
    /// `values` are all parameters with derived ones computed, `kept` the actions of each player in
    /// the order wanted, `costs` what mechanisms charge each player. In a game with states this is
    /// the game of the state in which play begins.
    ///
    /// The time is that of one arithmetic operation for each cell of each distinct part of a
    /// formula, on the grid of the players on which that part depends.
    ///
    /// # Errors
    /// When a payoff or an output has no value in this kind of number.
    ///
    /// # Panics
    /// When `values`, `kept` or `costs` do not fit the model: another number of parameters or
    /// players, an action that does not exist, or a player without a kept action.
    pub fn tabulate<S: Scalar>(
        &self,
        values: &[S],
        kept: &[Vec<usize>],
        costs: &[S],
    ) -> Result<Tables<S>, EvaluationError> {
        self.tabulate_in(&mut Workspace::new(self), values, kept, costs)
    }

    /// [`Model::tabulate`] with buffers that are used again.
    ///
    /// # Errors
    /// As [`Model::tabulate`].
    pub fn tabulate_in<S: Scalar>(
        &self,
        workspace: &mut Workspace<S>,
        values: &[S],
        kept: &[Vec<usize>],
        costs: &[S],
    ) -> Result<Tables<S>, EvaluationError> {
        let state = match &self.horizon {
            Horizon::States(states) => states.start,
            _ => 0,
        };
        self.tabulate_state(workspace, values, kept, costs, state)
    }

    /// The game of one state.
    ///
    /// # Errors
    /// As [`Model::tabulate`].
    pub fn tabulate_state<S: Scalar>(
        &self,
        workspace: &mut Workspace<S>,
        values: &[S],
        kept: &[Vec<usize>],
        costs: &[S],
        state: usize,
    ) -> Result<Tables<S>, EvaluationError> {
        let run = self.run_profile(workspace, values, kept, costs, state)?;
        let roots = &self.program.roots;
        let table = |root: usize| self.root(run, kept, root);
        let list = |roots: &[usize]| roots.iter().map(|&root| table(root)).collect();
        Ok(Tables {
            shape: kept.iter().map(Vec::len).collect(),
            parts: roots.parts.iter().map(|parts| list(parts)).collect::<Result<_, _>>()?,
            payoffs: list(&roots.payoffs)?,
            weights: roots
                .weights
                .iter()
                .map(|weights| {
                    weights
                        .iter()
                        .map(|&root| {
                            run.single(&self.program.profile, root).map_err(|failure| {
                                EvaluationError::of(&self.program.profile, failure)
                            })
                        })
                        .collect()
                })
                .collect::<Result<_, _>>()?,
            outputs: list(&roots.outputs)?,
        })
    }

    /// `[k][profile]`: the probability of each state that may follow `state`, in its list's order.
    ///
    /// # Errors
    /// When a probability has no value in this kind of number.
    pub fn transitions<S: Scalar>(
        &self,
        workspace: &mut Workspace<S>,
        values: &[S],
        kept: &[Vec<usize>],
        state: usize,
    ) -> Result<Vec<Vec<S>>, EvaluationError> {
        let costs = vec![S::zero(); self.players.len()];
        let run = self.run_profile(workspace, values, kept, &costs, state)?;
        let roots = self.program.roots.transitions.get(state).map_or(&[][..], Vec::as_slice);
        roots.iter().map(|&root| self.root(run, kept, root)).collect()
    }

    /// `[signal][profile]`: the probability of each public signal.
    ///
    /// # Errors
    /// When a probability has no value in this kind of number.
    pub fn signals<S: Scalar>(
        &self,
        workspace: &mut Workspace<S>,
        values: &[S],
        kept: &[Vec<usize>],
        state: usize,
    ) -> Result<Vec<Vec<S>>, EvaluationError> {
        let costs = vec![S::zero(); self.players.len()];
        let run = self.run_profile(workspace, values, kept, &costs, state)?;
        self.program.roots.signals.iter().map(|&root| self.root(run, kept, root)).collect()
    }

    fn run_profile<'w, S: Scalar>(
        &self,
        workspace: &'w mut Workspace<S>,
        values: &[S],
        kept: &[Vec<usize>],
        costs: &[S],
        state: usize,
    ) -> Result<&'w TapeRun<S>, EvaluationError> {
        let run = &mut workspace.profile;
        let tape = &self.program.profile;
        let result = if self.program.has_states {
            let with_state: Vec<Vec<usize>> =
                kept.iter().cloned().chain(std::iter::once(vec![state])).collect();
            run.run(tape, &with_state, values, costs)
        } else {
            run.run(tape, kept, values, costs)
        };
        result.map_err(|failure| EvaluationError::of(tape, failure))?;
        Ok(run)
    }

    fn root<S: Scalar>(
        &self,
        run: &TapeRun<S>,
        kept: &[Vec<usize>],
        root: usize,
    ) -> Result<Vec<S>, EvaluationError> {
        run.root(&self.program.profile, root).map_err(|(failure, at)| {
            let error = EvaluationError::of(&self.program.profile, failure);
            EvaluationError { at: Some(self.profile_text(kept, at)), ..error }
        })
    }

    /// `A plays Strong, B plays Maximum`, for a profile index on the kept actions.
    pub(crate) fn profile_text(&self, kept: &[Vec<usize>], profile: usize) -> String {
        let mut rest = profile;
        let mut parts: Vec<String> = self
            .players
            .iter()
            .zip(kept)
            .rev()
            .map(|(player, kept)| {
                let action = kept[rest % kept.len()];
                rest /= kept.len();
                format!("{} plays {}", player.id, player.actions[action].id)
            })
            .collect();
        parts.reverse();
        parts.join(", ")
    }

    /// The numbers of the repetition; in a game that is not repeated, those of perfect monitoring.
    ///
    /// # Errors
    /// When one has no value in this kind of number.
    pub fn horizon_values<S: Scalar>(
        &self,
        values: &[S],
        kept: &[Vec<usize>],
        overrides: &HorizonOverrides<'_>,
    ) -> Result<HorizonValues<S>, EvaluationError> {
        self.horizon_values_in(&mut Workspace::new(self), values, kept, overrides)
    }

    /// [`Model::horizon_values`] with buffers that are used again.
    ///
    /// # Errors
    /// As [`Model::horizon_values`].
    pub fn horizon_values_in<S: Scalar>(
        &self,
        workspace: &mut Workspace<S>,
        values: &[S],
        kept: &[Vec<usize>],
        overrides: &HorizonOverrides<'_>,
    ) -> Result<HorizonValues<S>, EvaluationError> {
        let optional = |formula: Option<&Formula>| {
            formula.map(|formula| formula.value(values, &[])).transpose()
        };
        let changed = |start: S, changes: &[&Formula]| {
            changes.iter().try_fold(start, |current, formula| formula.value(values, &[current]))
        };
        let discount = optional(self.horizon.discount())?;
        let Some(promises) = self.horizon.promises() else {
            return Ok(HorizonValues {
                discount,
                survival: S::one(),
                false_alarm: S::zero(),
                renewal: None,
                detection: vec![],
            });
        };
        let survival = optional(promises.survival.as_ref())?.unwrap_or_else(S::one);
        let false_alarm = optional(promises.false_alarm.as_ref())?.unwrap_or_else(S::zero);
        let renewal = optional(promises.renewal.as_ref())?;
        let agreements: Vec<usize> = (0..promises.agreements.len()).collect();
        let mut detection = vec![Vec::with_capacity(self.players.len()); promises.agreements.len()];
        for (player, (tape, run)) in
            self.program.detection.iter().zip(&mut workspace.detection).enumerate()
        {
            let grid = [agreements.clone(), kept[player].clone()];
            run.run(tape, &grid, values, &[])
                .map_err(|failure| EvaluationError::of(tape, failure))?;
            let cells = run.root(tape, 0).map_err(|(failure, at)| {
                let action = kept[player][at % kept[player].len()];
                let at = format!(
                    "{} deviates to {}",
                    self.players[player].id, self.players[player].actions[action].id
                );
                EvaluationError { at: Some(at), ..EvaluationError::of(tape, failure) }
            })?;
            for (agreement, row) in cells.chunks(kept[player].len()).enumerate() {
                let row: Result<Vec<S>, EvaluationError> =
                    row.iter().map(|cell| changed(cell.clone(), &overrides.detection)).collect();
                detection[agreement].push(row?);
            }
        }
        Ok(HorizonValues {
            discount,
            survival: changed(survival, &overrides.survival)?,
            false_alarm: changed(false_alarm, &overrides.false_alarm)?,
            renewal,
            detection,
        })
    }
}
