//! What is checked by computing: every formula once at the base values, at every profile.

use std::cmp::Ordering;

use super::{Lower, MOST_CELLS};
use crate::model::codes::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::program::{EvaluationError, Formula, HorizonOverrides, Workspace};
use crate::model::span::Span;
use crate::model::syntax::Node;
use crate::model::types::{Horizon, Model, OperatorAction, OutputKind, ParameterKind};
use crate::num::{Interval, NotDecided, Rational, Scalar};

/// Exact numbers do not suffice: a value is not rational.
struct NotRational;

/// Which numbers a value may take.
#[derive(Clone, Copy)]
enum Bounds {
    /// [0, 1].
    Closed,
    /// (0, 1].
    Positive,
    /// [0, 1).
    BelowOne,
}

impl Bounds {
    fn text(self) -> &'static str {
        match self {
            Bounds::Closed => "between 0 and 1",
            Bounds::Positive => "above 0 and at most 1",
            Bounds::BelowOne => "at least 0 and below 1",
        }
    }

    /// Whether a number certainly lies outside.
    fn exclude<S: Scalar>(self, value: &S) -> bool {
        let below = value.order(&S::zero());
        let above = value.order(&S::one());
        below == Ok(Ordering::Less)
            || above == Ok(Ordering::Greater)
            || matches!(self, Bounds::Positive) && below == Ok(Ordering::Equal)
            || matches!(self, Bounds::BelowOne) && above == Ok(Ordering::Equal)
    }
}

/// Places of numbers that are not formulas of their own, for messages.
pub(super) struct Places {
    pub(super) outputs: Vec<Span>,
    pub(super) weights: Span,
    pub(super) detection: Span,
    pub(super) transitions: Vec<Span>,
    pub(super) signals: Span,
    pub(super) types: Span,
}

impl Places {
    /// The places in a file.
    pub(super) fn of(file: &crate::model::syntax::Table) -> Self {
        let place = |node: Option<&Node>| node.map_or(Span::default(), |node| node.span);
        let horizon = file.table("horizon");
        let in_horizon = |key: &str| place(horizon.and_then(|table| table.get(key)));
        let states = super::horizon::declared_states(horizon);
        Places {
            outputs: file
                .list("outputs")
                .iter()
                .map(|node| place(node.table().and_then(|table| table.get("formula"))))
                .collect(),
            weights: place(file.table("payoffs").and_then(|table| table.get("weights"))),
            detection: in_horizon("detection"),
            transitions: states
                .iter()
                .map(|node| place(node.table().and_then(|table| table.get("transitions"))))
                .collect(),
            signals: place(horizon.and_then(|table| table.list("signals").first())),
            types: place(file.list("types").first()),
        }
    }
}

impl Lower<'_, '_> {
    /// Evaluates everything at the base values, and notes whether all of it is rational.
    pub(super) fn check_at_base(&mut self, model: &mut Model, places: &Places) {
        let cells = model.program.profile.num_cells();
        if cells > MOST_CELLS {
            let message = format!(
                "the formulas need {cells} numbers at once on all profiles, and the limit is \
                 {MOST_CELLS}"
            );
            self.error(Code::E030, places.weights, message, "too many actions for these formulas");
            return;
        }
        model.program.exact = rational_by_form(model);
        let mark = self.sink.mark();
        let exact = model.program.exact && self.check_in::<Rational>(model, places).is_ok();
        if !exact {
            model.program.exact = false;
            self.sink.roll_back(mark);
            // What intervals cannot decide is left open here.
            let _ = self.check_in::<Interval>(model, places);
        }
    }

    fn check_in<S: Scalar>(&mut self, model: &Model, places: &Places) -> Result<(), NotRational> {
        let mut values: Vec<S> = model.free_values();
        if let Err(error) = model.derive(&mut values) {
            return self.no_value(&error);
        }
        self.check_horizon(model, &values, places)?;
        self.check_types(model, &values, places)?;
        self.check_mechanisms(model, &values)?;
        self.check_tables(model, &values, places)
    }

    /// Reports that something has no value, unless other numbers may give it one.
    fn no_value(&mut self, error: &EvaluationError) -> Result<(), NotRational> {
        match error.kind {
            NotDecided::NotRational => return Err(NotRational),
            NotDecided::TooClose => return Ok(()),
            _ => {}
        }
        let label = match &error.at {
            Some(at) => format!("{} where {at}", error.kind),
            None => error.kind.to_string(),
        };
        let message = "a formula has no value at the base values of the parameters";
        let diagnostic = Diagnostic::new(Code::E028, error.span, message, label);
        self.sink.push(match error.kind {
            NotDecided::DivisionByZero => {
                diagnostic.help("`if(x == 0, 0, 1 / x)` would give it one")
            }
            _ => diagnostic,
        });
        Ok(())
    }

    /// The value of a formula; `None` when it has none, which is then reported.
    fn value<S: Scalar>(
        &mut self,
        formula: &Formula,
        values: &[S],
        inputs: &[S],
    ) -> Result<Option<S>, NotRational> {
        match formula.value(values, inputs) {
            Ok(value) => Ok(Some(value)),
            Err(error) => self.no_value(&error).map(|()| None),
        }
    }

    fn within<S: Scalar>(&mut self, value: &S, bounds: Bounds, what: &str, span: Span) -> bool {
        if bounds.exclude(value) {
            let message = format!("{what} lies outside its bounds: {}", shown(value));
            self.error(Code::E026, span, message, format!("must be {}", bounds.text()));
            return false;
        }
        true
    }

    fn sum_to_one<S: Scalar>(&mut self, sum: &S, what: &str, span: Span) -> bool {
        let wrong = !matches!(sum.order(&S::one()), Ok(Ordering::Equal) | Err(_));
        if wrong {
            let message = format!("{what} do not sum to one: {}", shown(sum));
            self.sink.push(Diagnostic::new(Code::E027, span, message, "the sum must be 1").help(
                "write the last as `1 - ...` of the others; numbers are exact, so thirds are \
                     written \"1/3\"",
            ));
        }
        !wrong
    }

    fn check_horizon<S: Scalar>(
        &mut self,
        model: &Model,
        values: &[S],
        places: &Places,
    ) -> Result<(), NotRational> {
        let Some(promises) = model.horizon.promises() else { return Ok(()) };
        let (survival, false_alarm) = (promises.survival.as_ref(), promises.false_alarm.as_ref());
        let numbers = [
            (model.horizon.discount(), Bounds::BelowOne, "the discount factor"),
            (survival, Bounds::Positive, "the survival of agreements"),
            (false_alarm, Bounds::BelowOne, "the probability of a false alarm"),
            (promises.renewal.as_ref(), Bounds::Closed, "the renewal of agreements"),
        ];
        let mut broken = false;
        for (formula, bounds, what) in numbers {
            let Some(formula) = formula else { continue };
            match self.value(formula, values, &[])? {
                Some(value) => {
                    self.within(&value, bounds, what, formula.span());
                }
                None => broken = true,
            }
        }
        if broken {
            return Ok(());
        }
        let all = all_actions(model);
        match model.horizon_values(values, &all, &HorizonOverrides::default()) {
            Err(error) => self.no_value(&error),
            Ok(horizon) => {
                for (agreement, rows) in model.agreements().iter().zip(&horizon.detection) {
                    for (player, row) in model.players.iter().zip(rows) {
                        for (action, value) in player.actions.iter().zip(row) {
                            let what = format!(
                                "the detection of {} deviating from {} to {}",
                                player.id, agreement.id, action.id
                            );
                            if !self.within(value, Bounds::Closed, &what, places.detection) {
                                return Ok(());
                            }
                        }
                    }
                }
                Ok(())
            }
        }
    }

    fn check_types<S: Scalar>(
        &mut self,
        model: &Model,
        values: &[S],
        places: &Places,
    ) -> Result<(), NotRational> {
        let mut sums: Vec<Option<S>> = vec![None; model.players.len()];
        let mut broken = false;
        for kind in &model.types {
            match self.value(&kind.probability, values, &[])? {
                None => broken = true,
                Some(value) => {
                    let what = format!("the probability of the type {}", kind.id);
                    self.within(&value, Bounds::Closed, &what, kind.probability.span());
                    let sum = &mut sums[kind.player];
                    *sum = Some(sum.as_ref().map_or(value.clone(), |sum| sum.plus(&value)));
                }
            }
            for (_, formula) in &kind.parameters {
                self.value(formula, values, &[])?;
            }
        }
        for (player, sum) in sums.iter().enumerate() {
            if let (Some(sum), false) = (sum, broken) {
                let what =
                    format!("the probabilities of the types of {}", model.players[player].id);
                self.sum_to_one(sum, &what, places.types);
            }
        }
        Ok(())
    }

    /// Costs and operators, each mechanism by itself.
    fn check_mechanisms<S: Scalar>(
        &mut self,
        model: &Model,
        values: &[S],
    ) -> Result<(), NotRational> {
        for mechanism in &model.mechanisms {
            let mut own = values.to_vec();
            for cost in mechanism.cost.iter().flatten() {
                self.value(cost, &own, &[])?;
            }
            for operator in &mechanism.operators {
                match &operator.action {
                    OperatorAction::SetParameter { parameter, to } => {
                        if let Some(value) = self.value(to, &own, &[])? {
                            self.check_new_value(model, *parameter, &value, to.span());
                            own[*parameter] = value;
                            if let Err(error) = model.derive(&mut own) {
                                self.no_value(&error)?;
                            }
                        }
                    }
                    OperatorAction::SetSignal { false_alarm, detection } => {
                        for formula in [false_alarm, detection].into_iter().flatten() {
                            self.value(formula, &own, &[S::zero()])?;
                        }
                    }
                    OperatorAction::SetSurvival { to } => {
                        if let Some(value) = self.value(to, &own, &[S::one()])? {
                            let what = "the survival of agreements";
                            self.within(&value, Bounds::Closed, what, to.span());
                        }
                    }
                    OperatorAction::GiveLeadership { credibility: Some(credibility), .. } => {
                        if let Some(value) = self.value(credibility, &own, &[])? {
                            let what = "the credibility of the commitment";
                            self.within(&value, Bounds::Closed, what, credibility.span());
                        }
                    }
                    OperatorAction::ChooseBy { weights, .. } => {
                        for weight in weights {
                            self.value(weight, &own, &[])?;
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// A mechanism must not give a probability an impossible value.
    fn check_new_value<S: Scalar>(
        &mut self,
        model: &Model,
        parameter: usize,
        value: &S,
        span: Span,
    ) {
        let parameter = &model.parameters[parameter];
        if super::parameters::in_unit_interval(&parameter.unit).is_some() {
            let what = format!("the new value of `{}`", parameter.name);
            self.within(value, Bounds::Closed, &what, span);
        }
    }

    fn check_tables<S: Scalar>(
        &mut self,
        model: &Model,
        values: &[S],
        places: &Places,
    ) -> Result<(), NotRational> {
        let free = vec![S::zero(); model.players.len()];
        let mut workspace = Workspace::new(model);
        let states = match &model.horizon {
            Horizon::States(states) => states.states.len(),
            _ => 1,
        };
        for state in 0..states {
            let all = actions_in(model, state);
            let tables = match model.tabulate_state(&mut workspace, values, &all, &free, state) {
                Ok(tables) => tables,
                Err(error) => return self.no_value(&error),
            };
            if state == 0 {
                self.check_weights(model, &tables.weights, places);
            }
            for (at, output) in model.outputs.iter().enumerate() {
                if !matches!(output.kind, OutputKind::Hazard | OutputKind::Probability) {
                    continue;
                }
                let wrong =
                    tables.outputs[at].iter().position(|value| Bounds::Closed.exclude(value));
                if let Some(profile) = wrong {
                    let message = format!(
                        "the output `{}` is a probability and lies outside [0, 1]: {}",
                        output.id,
                        shown(&tables.outputs[at][profile])
                    );
                    let label = format!("where {}", model.profile_text(&all, profile));
                    self.error(Code::E026, places.outputs[at], message, label);
                }
            }
            if let Horizon::States(_) = model.horizon {
                match model.transitions(&mut workspace, values, &all, state) {
                    Ok(rows) => {
                        let what = format!("the transitions of state {}", state_name(model, state));
                        let place = places.transitions[state];
                        self.check_distribution(model, &rows, &what, place, &all);
                    }
                    Err(error) => self.no_value(&error)?,
                }
            }
            if !model.program.roots.signals.is_empty() {
                match model.signals(&mut workspace, values, &all, state) {
                    Ok(rows) => {
                        let what = "the probabilities of signals";
                        self.check_distribution(model, &rows, what, places.signals, &all);
                    }
                    Err(error) => self.no_value(&error)?,
                }
            }
        }
        Ok(())
    }

    fn check_weights<S: Scalar>(&mut self, model: &Model, weights: &[Vec<S>], places: &Places) {
        for (player, weights) in model.players.iter().zip(weights) {
            let sum = weights.iter().fold(S::zero(), |sum, weight| sum.plus(weight));
            let what = format!("the weights of player {}", player.id);
            // One list of weights for all players is wrong once.
            if !self.sum_to_one(&sum, &what, places.weights) {
                return;
            }
        }
    }

    /// Whether rows over the profile are distributions.
    fn check_distribution<S: Scalar>(
        &mut self,
        model: &Model,
        rows: &[Vec<S>],
        what: &str,
        place: Span,
        all: &[Vec<usize>],
    ) {
        let profiles = all.iter().map(Vec::len).product();
        for profile in 0..profiles {
            let mut sum = S::zero();
            for row in rows {
                let value = &row[profile];
                if Bounds::Closed.exclude(value) {
                    let message = format!("{what} lie outside [0, 1]: {}", shown(value));
                    let label = format!("where {}", model.profile_text(all, profile));
                    self.error(Code::E026, place, message, label);
                    return;
                }
                sum = sum.plus(value);
            }
            let wrong = !matches!(sum.order(&S::one()), Ok(Ordering::Equal) | Err(_));
            if wrong {
                let message = format!("{what} do not sum to one: {}", shown(&sum));
                let label = format!("where {}", model.profile_text(all, profile));
                self.error(Code::E027, place, message, label);
                return;
            }
        }
    }
}

fn state_name(model: &Model, state: usize) -> &str {
    match &model.horizon {
        Horizon::States(states) => &states.states[state].id,
        _ => "",
    }
}

/// The actions that the players may have in a state, those that mechanisms add included.
fn actions_in(model: &Model, state: usize) -> Vec<Vec<usize>> {
    let mut all = all_actions(model);
    if let Horizon::States(states) = &model.horizon {
        for (player, actions) in all.iter_mut().enumerate() {
            if let Some(own) = &states.states[state].actions[player] {
                let extra = |action: &usize| model.players[player].actions[*action].extra;
                actions.retain(|action| own.contains(action) || extra(action));
            }
        }
    }
    all
}

/// All actions, those that mechanisms add included.
fn all_actions(model: &Model) -> Vec<Vec<usize>> {
    model.players.iter().map(|player| (0..player.actions.len()).collect()).collect()
}

/// A number for messages: exact where it is short.
fn shown<S: Scalar>(value: &S) -> String {
    let text = format!("{value:?}");
    if text.len() <= 24 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'/') {
        text
    } else {
        format!("{}", value.approximate())
    }
}

/// Whether no formula of the model leaves the rational numbers.
fn rational_by_form(model: &Model) -> bool {
    let program = &model.program;
    let derived = model.parameters.iter().all(|parameter| match &parameter.kind {
        ParameterKind::Derived(formula) => formula.is_rational(),
        ParameterKind::Free { .. } => true,
    });
    let promises = model.horizon.promises();
    let promises =
        promises.map(|promises| [&promises.survival, &promises.false_alarm, &promises.renewal]);
    let horizon = model
        .horizon
        .discount()
        .into_iter()
        .chain(promises.into_iter().flatten().flatten())
        .all(Formula::is_rational);
    derived
        && horizon
        && program.profile.is_rational()
        && program.detection.iter().all(|tape| tape.is_rational())
}
