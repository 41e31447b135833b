//! The state that operators act on.

use crate::model::{HorizonOverrides, Model, Phase};
use crate::num::{NotDecided, Rational, Scalar};

/// Who commits first, and to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leadership<S> {
    /// The position of the leading player.
    pub leader: usize,
    /// Whether the leader may commit to a mixed strategy.
    pub mixed: bool,
    /// With what probability he is believed to keep to his commitment; for sure if there is none.
    pub credibility: Option<S>,
}

/// One step that was applied: a plain account of what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// The phase in which it was applied.
    pub phase: Phase,
    /// The id of the mechanism that it belongs to.
    pub mechanism: String,
    /// What changed, as `k0: 1/2 → 1/8`.
    pub change: String,
}

/// A model at given parameter values, with all that mechanisms can change.
#[derive(Debug, Clone)]
pub struct Situation<'m, S> {
    /// The model.
    pub model: &'m Model,
    /// The value of each parameter in file order; derived ones are kept up to date.
    pub values: Vec<S>,
    /// The actions left to each player, as positions in the model's list, ascending.
    pub kept: Vec<Vec<usize>>,
    /// The cost of all mechanisms to each player, a period.
    pub costs: Vec<S>,
    /// Changes to the public signal and to the survival of agreements.
    pub horizon: HorizonOverrides<'m>,
    /// Whether the parties of an agreement may pay one another.
    pub transfers: bool,
    /// Whether a mediator may correlate play outside agreements.
    pub mediation: bool,
    /// Whether one player commits first outside agreements.
    pub leadership: Option<Leadership<S>>,
    /// The weights by which a player chooses, where they differ from the true ones.
    pub chooses_by: Vec<Option<Vec<S>>>,
    /// What was applied, in order.
    pub log: Vec<LogEntry>,
    /// Whether to write the log; sweeps do without.
    pub(super) keep_log: bool,
}

impl<'m, S: Scalar> Situation<'m, S> {
    /// The model as its file describes it, with some parameters set to other values.
    ///
    /// # Errors
    /// [`NotDecided`] when a derived parameter cannot be computed, by division by zero for example.
    pub fn baseline(model: &'m Model, set: &[(usize, S)]) -> Result<Self, NotDecided> {
        let mut values: Vec<S> = model.free_values();
        for (parameter, value) in set {
            values[*parameter] = value.clone();
        }
        model.derive(&mut values).map_err(|error| error.kind)?;
        Ok(Situation {
            model,
            values,
            kept: model.base_actions(),
            costs: vec![S::zero(); model.players.len()],
            horizon: HorizonOverrides::default(),
            transfers: false,
            mediation: false,
            leadership: None,
            chooses_by: vec![None; model.players.len()],
            log: Vec::new(),
            keep_log: true,
        })
    }

    /// The same situation in another kind of number.
    #[must_use]
    pub fn map<T>(self, number: impl Fn(&S) -> T) -> Situation<'m, T> {
        let all = |numbers: &[S]| numbers.iter().map(&number).collect::<Vec<T>>();
        Situation {
            model: self.model,
            values: all(&self.values),
            kept: self.kept,
            costs: all(&self.costs),
            horizon: self.horizon,
            transfers: self.transfers,
            mediation: self.mediation,
            leadership: self.leadership.map(|leadership| Leadership {
                leader: leadership.leader,
                mixed: leadership.mixed,
                credibility: leadership.credibility.as_ref().map(&number),
            }),
            chooses_by: self
                .chooses_by
                .iter()
                .map(|weights| weights.as_ref().map(|weights| all(weights)))
                .collect(),
            log: self.log,
            keep_log: self.keep_log,
        }
    }

    /// The same situation, which will not record what is applied to it.
    #[must_use]
    pub fn without_log(mut self) -> Self {
        self.keep_log = false;
        self
    }
}

/// The exact baseline at the file's own values; a shorthand for the library's users.
impl<'m> Situation<'m, Rational> {
    /// The value of a parameter by name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Rational> {
        let at = self.model.parameters.iter().position(|parameter| parameter.name == name)?;
        Some(&self.values[at])
    }
}
