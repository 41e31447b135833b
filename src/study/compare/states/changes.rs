//! How the quantities of one scenario of a model in states moved against another.

use crate::model::{Better, Model, OutputKind};
use crate::num::{Notation, Rational};
use crate::study::compare::changes::{Change, Direction, Metric, change};

use super::{Outlook, StateRow, Way};
use crate::study::course::Course;

/// How a quantity of a game in states moved.
pub type StateChange = Change<StateSubject>;

/// A quantity that scenarios of a game in states are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateSubject {
    /// The probability that conflict breaks out within the model's number of periods.
    Within(Way),
    /// The expected number of periods until it does; none where it is not sure to.
    Waiting(Way),
    /// The discounted average of an output.
    Output(Way, usize),
    /// The discounted average payoff of a player.
    Payoff(Way, usize),
    /// The discounted average payoff of all players together.
    Joint(Way),
}

/// The quantities that scenarios of a model in states are compared by.
#[must_use]
pub fn state_metrics(model: &Model) -> Vec<Metric<StateSubject>> {
    let mut metrics = Vec::new();
    for &way in Way::of(model) {
        let (word, phrase) = (way.word(), way.phrase());
        let years = model.comparison.years;
        let period = model.period();
        let s = if years == 1 { "" } else { "s" };
        metrics.push(Metric {
            subject: StateSubject::Within(way),
            id: format!("{word}.conflict.within"),
            title: format!("conflict within {years} {period}{s} {phrase}"),
            better: Better::Lower,
        });
        metrics.push(Metric {
            subject: StateSubject::Waiting(way),
            id: format!("{word}.conflict.waiting"),
            title: format!("{period}s until conflict {phrase}"),
            better: Better::Higher,
        });
        for (at, output) in model.outputs.iter().enumerate() {
            metrics.push(Metric {
                subject: StateSubject::Output(way, at),
                id: format!("{word}.{}", output.id),
                title: format!("{} {phrase}", output.title),
                better: output.better,
            });
        }
        // With payments only the sum is decided.
        if way == Way::Transfers {
            metrics.push(Metric {
                subject: StateSubject::Joint(way),
                id: format!("{word}.joint"),
                title: format!("joint payoff {phrase}"),
                better: Better::Higher,
            });
            continue;
        }
        for (at, player) in model.players.iter().enumerate() {
            metrics.push(Metric {
                subject: StateSubject::Payoff(way, at),
                id: format!("{word}.payoff.{}", player.id),
                title: format!("payoff of {} {phrase}", player.id),
                better: Better::Higher,
            });
        }
    }
    metrics
}

/// The difference below which two numbers are the same that are not exact, relative to the larger one
/// or to 1.
const SAME: i64 = 1_000_000_000;

fn same(one: &Rational, other: &Rational, exact: bool) -> bool {
    let scale = Rational::ONE.max(one.abs()).max(other.abs());
    one == other || (!exact && (one - other).abs() * Rational::from(SAME) <= scale)
}

/// Whether two Markov perfect equilibria lead to the same, in all that is compared.
pub(super) fn same_course(model: &Model, one: &Outlook, other: &Outlook) -> bool {
    let exact = one.exact && other.exact;
    state_metrics(model).iter().filter(|metric| metric.subject.way() == Way::Markov).all(|metric| {
        match (metric.subject.of(&one.course), metric.subject.of(&other.course)) {
            (Some(Some(one)), Some(Some(other))) => same(&one, &other, exact),
            (one, other) => one == other,
        }
    })
}

/// How every quantity of one row moved against another; those that one of them lacks are left out.
pub(super) fn changes(model: &Model, before: &StateRow, after: &StateRow) -> Vec<StateChange> {
    let exact = |way| {
        [before, after].iter().all(|row| row.outlook(way).map_or(true, |outlook| outlook.exact))
    };
    state_metrics(model)
        .into_iter()
        .filter_map(|metric| {
            let (from, to) = (before.value(metric.subject)?, after.value(metric.subject)?);
            let exact = exact(metric.subject.way());
            Some(change(metric, from, to, |from, to| same(from, to, exact)))
        })
        .collect()
}

impl StateSubject {
    /// Its value in a course: `None` where it is infinite, and the outer `None` where there is none.
    #[must_use]
    pub fn of(self, course: &Course) -> Option<Option<Rational>> {
        match self {
            StateSubject::Within(_) => course.conflict.as_ref()?.within.clone().map(Some),
            StateSubject::Waiting(_) => Some(course.conflict.as_ref()?.waiting.clone()),
            StateSubject::Output(_, at) => Some(Some(course.outputs[at].clone())),
            StateSubject::Payoff(_, at) => Some(Some(course.payoffs[at].clone())),
            StateSubject::Joint(_) => Some(Some(course.payoffs.iter().sum())),
        }
    }

    /// The way to play that it is a quantity of.
    #[must_use]
    pub fn way(self) -> Way {
        match self {
            StateSubject::Within(way)
            | StateSubject::Waiting(way)
            | StateSubject::Output(way, _)
            | StateSubject::Payoff(way, _)
            | StateSubject::Joint(way) => way,
        }
    }

    /// How its values are written.
    #[must_use]
    pub fn notation(self, model: &Model) -> Notation {
        match self {
            StateSubject::Within(_) => Notation::Percent(2),
            StateSubject::Output(_, at) if model.outputs[at].kind == OutputKind::Hazard => {
                Notation::Percent(2)
            }
            StateSubject::Waiting(_) => Notation::Places(2),
            _ => Notation::Places(4),
        }
    }
}

impl StateChange {
    /// A value in words; `never surely` stands for one that is infinite.
    #[must_use]
    pub fn shown(&self, value: Option<&Rational>, model: &Model) -> String {
        value.map_or_else(
            || "no sure end".to_owned(),
            |value| self.metric.subject.notation(model).exact(value),
        )
    }

    /// Whether the quantity moved.
    #[must_use]
    pub fn moved(&self) -> bool {
        self.direction != Direction::Same
    }
}
