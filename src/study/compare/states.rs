//! The comparison of a model in states: the baseline against each mechanism and bundle.
//!
//! Ways to play are held beside one another in each scenario. *Without promises* players look ahead and
//! condition on the state alone: a Markov perfect equilibrium, the end of the path that begins at uniform
//! play. *With an agreement* a profile is kept by the threat of going back to that, as far as survival,
//! false alarms and detection let it live; *what is played* is the best agreement that holds, and without
//! one the Markov perfect equilibrium, as in a repeated game. *With payments* they pay one another and punish
//! whoever does not pay or play: the equilibrium with transfers of the largest joint payoff (Goldlücke &
//! Kranz 2017). Of each it is computed exactly what play leads to, and whether and when conflict breaks
//! out.

mod changes;
mod narrative;
mod solved;
#[cfg(test)]
mod tests;

use crate::game::stochastic::{Pact, PactValue, StochasticGame};
use crate::game::{MixedProfile, MixedStrategy};
use crate::mechanism::LogEntry;
use crate::model::{Horizon, Model};
use crate::num::{Notation, Rational};
use crate::solve::Budget;
use crate::solve::stochastic::MarkovOptions;

use super::{ComparisonFailure, in_order};
use crate::study::course::Course;
use crate::study::scenario::Scenario;

pub use changes::{StateChange, StateSubject, state_metrics};
pub use solved::{row_without_payments, state_row};

/// A way to play a game in states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// What is played: the best agreement that holds, and without one a Markov perfect equilibrium.
    Outcome,
    /// Without promises: a Markov perfect equilibrium.
    Markov,
    /// With promises and payments: the best equilibrium with transfers.
    Transfers,
}

impl Way {
    /// Those of a model: what is played is told apart where something can be agreed on.
    #[must_use]
    pub fn of(model: &Model) -> &'static [Way] {
        if model.agreements().is_empty() {
            &[Way::Markov, Way::Transfers]
        } else {
            &[Way::Outcome, Way::Markov, Way::Transfers]
        }
    }

    /// The word for it in machine-readable results.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Way::Outcome => "outcome",
            Way::Markov => "markov",
            Way::Transfers => "transfers",
        }
    }

    /// The words for it at the start of a sentence.
    #[must_use]
    pub fn opening(self) -> &'static str {
        match self {
            Way::Outcome => "With agreements",
            Way::Markov => "Without promises",
            Way::Transfers => "With promises and payments",
        }
    }

    /// The words for it within a sentence.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Way::Outcome => "with agreements",
            Way::Markov => "without promises",
            Way::Transfers => "with promises and payments",
        }
    }
}

/// What is played in one way, and what comes of it.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// For each state a mixed strategy of each player.
    pub play: Vec<MixedProfile>,
    /// Whether these are an equilibrium exactly; otherwise what follows is exact for the strategies, which
    /// are one up to `regret`.
    pub exact: bool,
    /// What any player gains at most by any other strategy, from any state on.
    pub regret: Rational,
    /// What play leads to.
    pub course: Course,
    /// With transfers: what holds of all equilibria.
    pub bounds: Option<Bounds>,
}

/// Another Markov perfect equilibrium, of which something differs that is compared.
#[derive(Debug, Clone)]
pub struct Alternative {
    /// What is played, and what comes of it.
    pub outlook: Outlook,
    /// The positions in the model of the agreements that hold where it is what follows their end.
    pub holding: Vec<usize>,
}

/// An agreement in one scenario.
#[derive(Debug, Clone)]
pub struct AgreementInStates {
    /// Its position in the model.
    pub agreement: usize,
    /// The agreement, and the play without promises that follows its end.
    pub pact: Pact,
    /// What it gives, and what leaving it would.
    pub value: PactValue,
}

/// Bounds of what equilibria with transfers give from where the game begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// No equilibrium gives the players more together.
    pub joint: Rational,
    /// What each player gets at most when punished.
    pub worst: Vec<Rational>,
}

/// Why there is no way to play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The limit was reached first.
    Limit,
    /// With transfers, there is no equilibrium in pure strategies, or none is known; without promises, no
    /// path came to an equilibrium.
    Nothing,
}

impl Missing {
    /// The word for it in machine-readable results.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Missing::Limit => "limit",
            Missing::Nothing => "no equilibrium is known",
        }
    }
}

/// What is known of one scenario.
#[derive(Debug, Clone)]
pub struct StateRow {
    /// The scenario.
    pub scenario: Scenario,
    /// What its operators did, in order.
    pub log: Vec<LogEntry>,
    /// The cost of its mechanisms to each player, a period.
    pub cost: Vec<Rational>,
    /// The game by which the players choose.
    pub game: StochasticGame,
    /// The states of conflict.
    pub conflict: Vec<usize>,
    /// What is played without promises.
    pub markov: Result<Outlook, Missing>,
    /// Other Markov perfect equilibria that were found: which of them is played is not for the model to say.
    pub others: Vec<Alternative>,
    /// Whether all paths were followed along which others were looked for.
    pub searched: bool,
    /// What may be agreed on with the actions that are left, where it is known what follows its end.
    pub agreements: Vec<AgreementInStates>,
    /// The position in `agreements` of the one that is kept.
    pub kept: Option<usize>,
    /// What comes of that one.
    pub agreed: Option<Outlook>,
    /// What is played with promises and payments.
    pub transfers: Result<Outlook, Missing>,
    /// What was verified, in plain sentences.
    pub certificates: Vec<String>,
    /// How each quantity moved against the baseline.
    pub changes: Vec<StateChange>,
    /// How each quantity moved against the build-up, where the model names one.
    pub against_build_up: Option<Vec<StateChange>>,
    /// What the scenario changed, and where it hurts.
    pub sentences: Vec<String>,
}

/// The result of a comparison; the first row is the baseline.
#[derive(Debug, Clone)]
pub struct StateComparison {
    /// From where Markov perfect equilibria were looked for.
    pub options: MarkovOptions,
    /// One row for each scenario.
    pub rows: Vec<StateRow>,
    /// The position of the build-up among the rows.
    pub build_up: Option<usize>,
    /// The scenarios that have no value, and why.
    pub failures: Vec<ComparisonFailure>,
}

impl StateComparison {
    /// Whether every scenario was solved.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let limited = |row: &StateRow| {
            [&row.markov, &row.transfers].iter().any(|one| matches!(one, Err(Missing::Limit)))
        };
        let searched = self.rows.iter().all(|row| row.searched);
        let stated = !self.rows.iter().any(StateRow::lacks_a_probability);
        self.failures.is_empty() && searched && stated && !self.rows.iter().any(limited)
    }

    /// Whether all that is stated is exact.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        let exact = |row: &StateRow| {
            let first = row.markov.as_ref().map_or(true, |outlook| outlook.exact);
            first && row.others.iter().all(|other| other.outlook.exact)
        };
        self.rows.iter().all(exact)
    }
}

impl StateRow {
    /// What is played in one way.
    ///
    /// # Errors
    /// Why nothing is.
    pub fn outlook(&self, way: Way) -> Result<&Outlook, Missing> {
        match (way, &self.agreed) {
            (Way::Outcome, Some(agreed)) => Ok(agreed),
            (Way::Outcome | Way::Markov, _) => self.markov.as_ref(),
            (Way::Transfers, _) => self.transfers.as_ref(),
        }
        .map_err(|&missing| missing)
    }

    /// The value of a quantity: `None` where it is infinite, and the outer `None` where there is none.
    #[must_use]
    pub fn value(&self, subject: StateSubject) -> Option<Option<Rational>> {
        subject.of(&self.outlook(subject.way()).ok()?.course)
    }

    /// Whether a probability of conflict is not stated since its fractions would be too long.
    #[must_use]
    pub fn lacks_a_probability(&self) -> bool {
        let ways = [Way::Outcome, Way::Markov, Way::Transfers];
        ways.iter().filter_map(|&way| self.outlook(way).ok()).any(|outlook| {
            outlook.course.conflict.as_ref().is_some_and(|conflict| conflict.within.is_none())
        })
    }

    /// The least and the largest risk of conflict, within the model's number of periods, of the Markov
    /// perfect equilibria that are known.
    #[must_use]
    pub fn range_of_risk(&self) -> Option<(Rational, Rational)> {
        let first = self.markov.as_ref().ok();
        let all = first.into_iter().chain(self.others.iter().map(|other| &other.outlook));
        let risks: Option<Vec<&Rational>> =
            all.map(|one| one.course.conflict.as_ref()?.within.as_ref()).collect();
        let risks = risks?;
        Some(((*risks.iter().min()?).clone(), (*risks.iter().max()?).clone()))
    }

    /// Whether it depends on which of the Markov perfect equilibria that are known is played, here and in the
    /// baseline, if the risk of conflict is larger than there, the same, or less.
    #[must_use]
    pub fn depends_on_equilibrium(&self, baseline: &StateRow) -> bool {
        let (Some(here), Some(there)) = (self.range_of_risk(), baseline.range_of_risk()) else {
            return false;
        };
        let one_of_each = here.0 == here.1 && there.0 == there.1;
        !one_of_each && here.0 <= there.1 && there.0 <= here.1
    }

    /// The states in which something may be chosen that matters: those without conflict.
    pub fn open_states(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.game.states().len()).filter(|state| !self.conflict.contains(state))
    }

    /// The title of a state.
    #[must_use]
    pub fn title<'a>(&'a self, model: &'a Model, state: usize) -> &'a str {
        match &model.horizon {
            Horizon::States(states) => &states.states[state].title,
            _ => &self.game.states()[state].name,
        }
    }

    /// The title of the state of conflict, and the word where there are several.
    #[must_use]
    pub fn conflict_title<'a>(&'a self, model: &'a Model) -> &'a str {
        match self.conflict.as_slice() {
            [only] => self.title(model, *only),
            _ => "conflict",
        }
    }

    /// Which states are those of conflict, in a sentence, where there are several.
    #[must_use]
    pub fn conflict_meaning(&self, model: &Model) -> Option<String> {
        let titles: Vec<&str> =
            self.conflict.iter().map(|&state| self.title(model, state)).collect();
        let (last, others) = titles.split_last()?;
        (!others.is_empty()).then(|| {
            format!(
                "Conflict comes with the first of these states: {} or {last}.",
                others.join(", ")
            )
        })
    }

    /// The agreements of the model that hold.
    pub fn holding(&self) -> impl Iterator<Item = usize> + '_ {
        self.agreements.iter().filter(|one| one.value.holds()).map(|one| one.agreement)
    }

    /// The name of the agreement that is kept.
    #[must_use]
    pub fn kept_name<'a>(&self, model: &'a Model) -> Option<&'a str> {
        let one = self.agreements.get(self.kept?)?;
        Some(&model.agreements()[one.agreement].id)
    }

    /// What is played in a state, in words: `restrain/build`, or with `restrain 63 %/build` for a player
    /// who mixes the likeliest of his actions.
    #[must_use]
    pub fn play_name(&self, outlook: &Outlook, state: usize) -> String {
        let stage = &self.game.states()[state].stage;
        let one = |(player, strategy): (usize, &MixedStrategy)| {
            let probabilities = strategy.probabilities();
            let likeliest = (0..probabilities.len())
                .rev()
                .max_by(|&one, &other| probabilities[one].cmp(&probabilities[other]))
                .unwrap_or(0);
            let name = &stage.players()[player].actions[likeliest];
            let probability = &probabilities[likeliest];
            if *probability == Rational::ONE {
                name.clone()
            } else {
                format!("{name} {}", Notation::Percent(1).exact(probability))
            }
        };
        outlook.play[state].iter().enumerate().map(one).collect::<Vec<_>>().join("/")
    }
}

/// Compares scenarios of a model in states, the first of which is the baseline. What is played without
/// promises is the equilibrium of the first path of `options`; the others are looked at for other ones.
///
/// # Errors
/// As [`super::compare`].
pub fn compare_states(
    model: &Model,
    set: &[(usize, Rational)],
    scenarios: &[Scenario],
    options: &MarkovOptions,
    budget: &Budget,
) -> Result<StateComparison, ComparisonFailure> {
    let (mut rows, failures) =
        in_order(scenarios, |scenario| state_row(model, set, scenario, budget))?;
    // What every row needs comes before what some may have beside it.
    for row in &mut rows {
        solved::look_for_others(model, set, row, options, budget)
            .map_err(|reason| ComparisonFailure { scenario: row.scenario.id.clone(), reason })?;
    }
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
    Ok(StateComparison { options: options.clone(), rows, build_up, failures })
}
