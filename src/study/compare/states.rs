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

use crate::certify::certify_pact;
use crate::game::stochastic::{Pact, PactValue, Policies, StochasticGame};
use crate::game::{MixedProfile, MixedStrategy};
use crate::mechanism::LogEntry;
use crate::model::{Better, Horizon, Model, OutputKind};
use crate::num::{Notation, Rational};
use crate::solve::stochastic::{MarkovOptions, value_pact};
use crate::solve::{Budget, Exhausted, Status};

use super::changes::{Change, Direction, Metric, change};
use super::{ComparisonFailure, in_order};
use crate::study::course::{Course, course};
use crate::study::scenario::Scenario;
use crate::study::solution::{QuestionError, limits};
use crate::study::stochastic::{
    StochasticAnswer, StochasticProblem, StochasticQuestion, StochasticSolution, solve_stochastic,
    stochastic_problem,
};

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

/// The result of a comparison; the first row is the baseline.
#[derive(Debug, Clone)]
pub struct StateComparison {
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
        self.failures.is_empty() && !self.rows.iter().any(limited)
    }

    /// Whether all that is stated is exact.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.rows.iter().all(|row| row.markov.as_ref().map_or(true, |outlook| outlook.exact))
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
        let course = |way| self.outlook(way).ok().map(|outlook| &outlook.course);
        match subject {
            StateSubject::Within(way) => course(way)?.conflict.as_ref()?.within.clone().map(Some),
            StateSubject::Waiting(way) => Some(course(way)?.conflict.as_ref()?.waiting.clone()),
            StateSubject::Output(way, at) => Some(Some(course(way)?.outputs[at].clone())),
            StateSubject::Payoff(way, at) => Some(Some(course(way)?.payoffs[at].clone())),
            StateSubject::Joint(way) => Some(Some(course(way)?.payoffs.iter().sum())),
        }
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

    /// The titles of the states of conflict, joined by `or`.
    #[must_use]
    pub fn conflict_title(&self, model: &Model) -> String {
        let titles: Vec<&str> =
            self.conflict.iter().map(|&state| self.title(model, state)).collect();
        titles.join(" or ")
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

/// Compares scenarios of a model in states, the first of which is the baseline.
///
/// # Errors
/// As [`super::compare`].
pub fn compare_states(
    model: &Model,
    set: &[(usize, Rational)],
    scenarios: &[Scenario],
    budget: &Budget,
) -> Result<StateComparison, ComparisonFailure> {
    let (mut rows, failures) =
        in_order(scenarios, |scenario| state_row(model, set, scenario, budget))?;
    let build_up = model
        .comparison
        .build_up
        .and_then(|mechanism| rows.iter().position(|row| row.scenario.mechanisms == [mechanism]));
    for at in 0..rows.len() {
        rows[at].changes = changes(model, &rows[0], &rows[at]);
        rows[at].against_build_up = build_up
            .filter(|&build_up| build_up != at)
            .map(|build_up| changes(model, &rows[build_up], &rows[at]));
        rows[at].sentences = super::states_narrative::sentences(model, &rows, at, build_up);
    }
    Ok(StateComparison { rows, build_up, failures })
}

/// What is known of one scenario, but for how it differs from others.
///
/// # Errors
/// A [`QuestionError`].
pub fn state_row(
    model: &Model,
    set: &[(usize, Rational)],
    scenario: &Scenario,
    budget: &Budget,
) -> Result<StateRow, QuestionError> {
    row(model, set, scenario, true, budget)
}

/// [`state_row`] without the equilibrium with transfers.
///
/// # Errors
/// A [`QuestionError`].
pub fn row_without_payments(
    model: &Model,
    set: &[(usize, Rational)],
    scenario: &Scenario,
    budget: &Budget,
) -> Result<StateRow, QuestionError> {
    row(model, set, scenario, false, budget)
}

fn row(
    model: &Model,
    set: &[(usize, Rational)],
    scenario: &Scenario,
    payments: bool,
    budget: &Budget,
) -> Result<StateRow, QuestionError> {
    let problem = stochastic_problem(model, set, &scenario.mechanisms, None)?;
    let mut certificates = Vec::new();
    let periods = u64::from(model.comparison.years);
    let markov = without_promises(&problem, periods, budget, &mut certificates)?;
    let mut agreements = Vec::new();
    if let Ok(markov) = &markov {
        for promise in &problem.promises {
            let pact = problem.pact(model, promise, &markov.play);
            let value = match value_pact(&problem.game, &pact, budget) {
                Ok(value) => value,
                Err(Exhausted::Memory) => continue,
                Err(_) => return Err(QuestionError::Unfinished),
            };
            let certificate = certify_pact(&problem.game, &pact, &value, &limits(budget))?;
            certificates.extend(certificate.checked);
            agreements.push(AgreementInStates { agreement: promise.agreement, pact, value });
        }
    }
    let kept = kept(&problem.game, &agreements);
    let agreed = match (kept.and_then(|at| agreements.get(at)), &markov) {
        (Some(one), Ok(markov)) => {
            let (course, checked) =
                course(&problem, &markov.play, Some(&one.pact), periods, budget)?;
            certificates.extend(checked);
            let play = while_kept(&problem.game, &one.pact);
            Some(Outlook { play, course, ..markov.clone() })
        }
        _ => None,
    };
    let transfers = if payments {
        with_payments(&problem, periods, budget, &mut certificates)?
    } else {
        Err(Missing::Nothing)
    };
    Ok(StateRow {
        agreements,
        kept,
        agreed,
        scenario: scenario.clone(),
        log: problem.log,
        cost: problem.cost,
        game: problem.game,
        conflict: problem.conflict,
        markov,
        transfers,
        certificates,
        changes: Vec::new(),
        against_build_up: None,
        sentences: Vec::new(),
    })
}

/// The best agreement that holds, if it is better than what is played without promises for all together
/// where the game begins; of equals the first.
fn kept(game: &StochasticGame, agreements: &[AgreementInStates]) -> Option<usize> {
    let start = game.start();
    let sum = |values: &[Vec<Rational>]| values.iter().map(|own| &own[start]).sum::<Rational>();
    let mut best: Option<(usize, Rational)> = None;
    for (at, one) in agreements.iter().enumerate() {
        let joint = sum(&one.value.kept);
        let least = best.as_ref().map_or_else(|| sum(&one.value.after), |(_, most)| most.clone());
        if one.value.holds() && joint > least {
            best = Some((at, joint));
        }
    }
    best.map(|(at, _)| at)
}

/// What is played in each state while an agreement is kept.
fn while_kept(game: &StochasticGame, pact: &Pact) -> Vec<MixedProfile> {
    let states = pact.profiles.iter().zip(&pact.fallback).enumerate();
    let play = |(state, (agreed, after)): (usize, (&Option<usize>, &MixedProfile))| {
        let stage = &game.states()[state].stage;
        agreed.map_or_else(|| after.clone(), |at| stage.pure_profile(&stage.profile(at)))
    };
    states.map(play).collect()
}

/// A Markov perfect equilibrium, certified, and what comes of it.
fn without_promises(
    problem: &StochasticProblem,
    periods: u64,
    budget: &Budget,
    certificates: &mut Vec<String>,
) -> Result<Result<Outlook, Missing>, QuestionError> {
    let method = Some("homotopy".to_owned());
    let question = StochasticQuestion::Markov { method, options: MarkovOptions::default() };
    let Some(found) = solved(&problem.game, &question, budget)? else {
        return Ok(Err(Missing::Limit));
    };
    let StochasticAnswer::Markov(answer) = found.answer else { return Ok(Err(Missing::Nothing)) };
    // A point that comes near an equilibrium is not what is played.
    let (Status::Solved, Some(one)) = (found.status, answer.equilibria.into_iter().next()) else {
        let late = budget.check_now(0).is_err();
        return Ok(Err(if late { Missing::Limit } else { Missing::Nothing }));
    };
    let (course, checked) = course(problem, &one.strategies, None, periods, budget)?;
    certificates.extend(found.certificate.checked);
    certificates.extend(checked);
    let exact = one.is_exact();
    Ok(Ok(Outlook { play: one.strategies, exact, regret: one.regret, course, bounds: None }))
}

/// The best equilibrium with transfers, certified, and what comes of it.
fn with_payments(
    problem: &StochasticProblem,
    periods: u64,
    budget: &Budget,
    certificates: &mut Vec<String>,
) -> Result<Result<Outlook, Missing>, QuestionError> {
    let game = &problem.game;
    let Some(found) = solved(game, &StochasticQuestion::Transfers, budget)? else {
        return Ok(Err(Missing::Limit));
    };
    let StochasticAnswer::Transfers(answer) = found.answer else {
        return Ok(Err(Missing::Nothing));
    };
    let Some(Policies { played, joint, worst, .. }) = &answer.policies else {
        return Ok(Err(Missing::Nothing));
    };
    let pure = |(state, &profile): (usize, &usize)| {
        let stage = &game.states()[state].stage;
        stage.pure_profile(&stage.profile(profile))
    };
    let play: Vec<MixedProfile> = played.iter().enumerate().map(pure).collect();
    let start = game.start();
    let most = answer.bounds().map_or(&joint[start], |round| &round.joint[start]);
    let bounds = Some(Bounds {
        joint: most.clone(),
        worst: worst.iter().map(|by_state| by_state[start].clone()).collect(),
    });
    let (course, checked) = course(problem, &play, None, periods, budget)?;
    certificates.extend(found.certificate.checked);
    certificates.extend(checked);
    Ok(Ok(Outlook { play, exact: true, regret: Rational::ZERO, course, bounds }))
}

/// A certified answer; `None` where the limit was reached first.
fn solved(
    game: &StochasticGame,
    question: &StochasticQuestion,
    budget: &Budget,
) -> Result<Option<StochasticSolution>, QuestionError> {
    match solve_stochastic(game, question, budget) {
        Err(QuestionError::Unfinished | QuestionError::TooLarge(_)) => Ok(None),
        found => found.map(Some),
    }
}

/// The quantities that scenarios are compared by.
fn metrics(model: &Model) -> Vec<Metric<StateSubject>> {
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

/// How every quantity of one row moved against another; those that one of them lacks are left out.
fn changes(model: &Model, before: &StateRow, after: &StateRow) -> Vec<StateChange> {
    let exact = |way| {
        [before, after].iter().all(|row| row.outlook(way).map_or(true, |outlook| outlook.exact))
    };
    metrics(model)
        .into_iter()
        .filter_map(|metric| {
            let (from, to) = (before.value(metric.subject)?, after.value(metric.subject)?);
            let exact = exact(metric.subject.way());
            Some(change(metric, from, to, |from, to| {
                let scale = Rational::ONE.max(from.abs()).max(to.abs());
                from == to || (!exact && (from - to).abs() * Rational::from(SAME) <= scale)
            }))
        })
        .collect()
}

impl StateSubject {
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
