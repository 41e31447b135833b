//! Games in states: compiled, solved and certified.

use crate::certify::{
    Certificate, Refutation, certify_critical_profiles, certify_markov, certify_negotiation,
    certify_pact_patience, certify_state_polytopes, certify_transfers,
};
use crate::game::stochastic::{
    CriticalProfiles, MarkovAnswer, Negotiation, Pact, PactPatience, StatePolytopes,
    StochasticError, StochasticGame, StochasticState, TransferEquilibrium,
};
use crate::game::{DiscountFactor, MixedProfile, NormalForm, Player};
use crate::mechanism::{LogEntry, Situation};
use crate::model::{Horizon, HorizonValues, Model, Stochastic, Tables, Workspace};
use crate::num::{NotDecided, Rational};
use crate::solve::repeated::find_state_polytopes;
use crate::solve::stochastic::{
    MarkovOptions, NegotiationOptions, bracket_critical_profiles, find_markov_equilibria,
    find_pact_patience, find_transfer_equilibrium, negotiate, solve_zero_sum,
};
use crate::solve::{Budget, Outcome, Status, Work};

use super::evaluate::{EvaluationFailure, check_domains, choice_payoffs};
use super::settle::situation_on;
use super::solution::{QuestionError, limits};

/// The concepts of games in states.
pub const CONCEPTS: &[&str] = &["stochastic", "markov", "critical-discount", "repeated-payoffs"];
/// The methods for equilibria with transfers.
pub const METHODS: &[&str] = &["transfers", "negotiation"];
/// The methods for critical discount factors: those of profiles with payments, and of agreements that
/// are kept by the threat of going back to what is played without promises.
pub const CRITICAL_METHODS: &[&str] = &["bisection", "agreements"];
/// The methods for Markov perfect equilibria.
pub const MARKOV_METHODS: &[&str] = &["homotopy", "shapley"];
/// The methods for all payoffs without transfers.
pub const PAYOFF_METHODS: &[&str] = &["yeltekin-cai-judd"];

fn wrong(error: impl std::fmt::Display) -> QuestionError {
    QuestionError::Wrong(error.to_string())
}

/// A model in states as a game, and what mechanisms did to it.
#[derive(Debug, Clone)]
pub struct StochasticProblem {
    /// The game.
    pub game: StochasticGame,
    /// `[state][quantity][profile]`: the payoff of each player, by true weights, then each output.
    pub scored: Vec<Vec<Vec<Rational>>>,
    /// The states in which conflict has broken out: those that the model names, or that are never left.
    pub conflict: Vec<usize>,
    /// What the players may agree on, as far as the actions that are left allow it in some state.
    pub promises: Vec<Promise>,
    /// The cost of the mechanisms to each player, a period.
    pub cost: Vec<Rational>,
    /// What was applied.
    pub log: Vec<LogEntry>,
}

/// An agreement of a model in states, but for what follows its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Its position in the model.
    pub agreement: usize,
    /// As in [`Pact::profiles`].
    pub profiles: Vec<Option<usize>>,
    /// As in [`Pact::stays`].
    pub stays: Rational,
    /// As in [`Pact::renewed`].
    pub renewed: Rational,
    /// As in [`Pact::stays_after`].
    pub stays_after: Vec<Vec<Vec<Rational>>>,
}

impl StochasticProblem {
    /// An agreement with what follows its end.
    #[must_use]
    pub fn pact(&self, model: &Model, promise: &Promise, fallback: &[MixedProfile]) -> Pact {
        Pact {
            name: model.agreements()[promise.agreement].id.clone(),
            profiles: promise.profiles.clone(),
            stays: promise.stays.clone(),
            renewed: promise.renewed.clone(),
            stays_after: promise.stays_after.clone(),
            fallback: fallback.to_vec(),
        }
    }

    /// All agreements, but for what follows their end.
    #[must_use]
    pub fn pacts(&self, model: &Model) -> Vec<Pact> {
        self.promises.iter().map(|promise| self.pact(model, promise, &[])).collect()
    }

    /// The names of the states of conflict, joined by `or`.
    #[must_use]
    pub fn conflict_name(&self) -> String {
        let names = self.conflict.iter().map(|&state| self.game.states()[state].name.as_str());
        names.collect::<Vec<_>>().join(" or ")
    }
}

/// The game in states of a model, under mechanisms, with parameters set; `discount` stands for the
/// discount factor of the model.
///
/// # Errors
/// [`QuestionError::Wrong`] when the model has no states, no discount factor, numbers that are not
/// rational, or probabilities that do not sum to one.
pub fn stochastic_problem(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    discount: Option<&DiscountFactor>,
) -> Result<StochasticProblem, QuestionError> {
    let Horizon::States(states) = &model.horizon else {
        return Err(wrong(
            "the model has no states: write [horizon] with kind = \"states\" and [[horizon.states]]",
        ));
    };
    if !model.types.is_empty() {
        return Err(wrong("games in states whose players have types are not solved here"));
    }
    compile(model, states, set, mechanisms, discount).map_err(|failure| match failure.kind() {
        Some(NotDecided::NotRational) => wrong(
            "the payoffs and probabilities of a model with states must be rational, and these use exp, log or sqrt",
        ),
        _ => QuestionError::from(failure),
    })
}

fn said(error: &StochasticError) -> EvaluationFailure {
    EvaluationFailure::Situation(error.to_string())
}

fn compile(
    model: &Model,
    states: &Stochastic,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    discount: Option<&DiscountFactor>,
) -> Result<StochasticProblem, EvaluationFailure> {
    let situation = situation_on::<Rational>(model, set, mechanisms)?;
    let discount = match (discount, &states.discount) {
        (Some(discount), _) => discount.clone(),
        (None, Some(formula)) => {
            let value =
                model.evaluate(formula, &situation.values).map_err(EvaluationFailure::from)?;
            DiscountFactor::new(value.clone()).ok_or_else(|| {
                EvaluationFailure::Situation(format!(
                    "the discount factor is {value}, and has to lie in [0, 1)"
                ))
            })?
        }
        (None, None) => {
            return Err(EvaluationFailure::Situation(
                "the model has no discount factor: say --discount 9/10, or write `discount` in [horizon]"
                    .to_owned(),
            ));
        }
    };
    let mut workspace = Workspace::new(model);
    let horizon = model
        .horizon_values_in(&mut workspace, &situation.values, &situation.kept, &situation.horizon)
        .map_err(EvaluationFailure::from)?;
    let (mut list, mut scored, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for state in 0..states.states.len() {
        let (compiled, tables, here) =
            compile_state(model, states, state, &situation, &mut workspace)?;
        check_domains(&situation, &tables, Some(&horizon))?;
        list.push(compiled);
        scored.push(tables.payoffs.into_iter().chain(tables.outputs).collect());
        kept.push(here);
    }
    let game = StochasticGame::new(list, discount, states.start).map_err(|error| said(&error))?;
    let conflict = states.conflict.clone().unwrap_or_else(|| never_left(&game));
    let promises = (0..model.agreements().len())
        .map(|at| promise(model, at, &game, &conflict, (&situation.kept, &kept), &horizon))
        .filter(|promise| promise.profiles.iter().any(Option::is_some))
        .collect();
    let (cost, log) = (situation.costs, situation.log);
    Ok(StochasticProblem { game, scored, conflict, promises, cost, log })
}

/// The states that are never left, whatever is played, but for the first.
fn never_left(game: &StochasticGame) -> Vec<usize> {
    (0..game.states().len())
        .filter(|&at| at != game.start())
        .filter(|&at| {
            game.states()[at].transitions.iter().all(|row| row.iter().all(|(to, _)| *to == at))
        })
        .collect()
}

/// An agreement by state: over in states of conflict, and where an action that it needs is missing.
/// `kept` are the actions that are left to the players, in all and in each state.
fn promise(
    model: &Model,
    agreement: usize,
    game: &StochasticGame,
    conflict: &[usize],
    (kept, in_state): (&[Vec<usize>], &[Vec<Vec<usize>>]),
    horizon: &HorizonValues<Rational>,
) -> Promise {
    let agreed = &model.agreements()[agreement].profile;
    let profiles = in_state.iter().enumerate().map(|(state, here)| {
        let places =
            here.iter().zip(agreed).map(|(own, action)| own.iter().position(|a| a == action));
        let places: Vec<usize> = places.collect::<Option<_>>()?;
        let profile = places
            .iter()
            .enumerate()
            .map(|(player, place)| place * game.states()[state].stage.stride(player))
            .sum();
        (!conflict.contains(&state)).then_some(profile)
    });
    let lives = |seen: &Rational| &horizon.survival * (Rational::ONE - seen);
    let stays_after = (0..kept.len()).map(|player| {
        let of_state = |here: &Vec<Vec<usize>>| {
            let seen = here[player].iter().map(|action| {
                // Every action of a state is one that is left.
                let place = kept[player].iter().position(|left| left == action);
                let seen = place.and_then(|place| horizon.detection[agreement][player].get(place));
                lives(seen.unwrap_or(&Rational::ONE))
            });
            seen.collect()
        };
        in_state.iter().map(of_state).collect()
    });
    Promise {
        agreement,
        profiles: profiles.collect(),
        stays: lives(&horizon.false_alarm),
        renewed: horizon.renewal.clone().unwrap_or_default(),
        stays_after: stays_after.collect(),
    }
}

/// A state, what is tabulated of it, and the actions that the players have in it.
type Compiled = (StochasticState, Tables<Rational>, Vec<Vec<usize>>);

/// One state, with the actions that its players have in it and that mechanisms leave them.
fn compile_state(
    model: &Model,
    states: &Stochastic,
    state: usize,
    situation: &Situation<'_, Rational>,
    workspace: &mut Workspace<Rational>,
) -> Result<Compiled, EvaluationFailure> {
    let spec = &states.states[state];
    let mut here = situation.clone();
    for (player, kept) in here.kept.iter_mut().enumerate() {
        if let Some(own) = &spec.actions[player] {
            let extra = |action: &usize| model.players[player].actions[*action].extra;
            kept.retain(|action| own.contains(action) || extra(action));
        }
        if kept.is_empty() {
            return Err(EvaluationFailure::Situation(format!(
                "no action is left to {} in the state {}",
                model.players[player].id, spec.id
            )));
        }
    }
    let tables = model
        .tabulate_state(workspace, &here.values, &here.kept, &here.costs, state)
        .map_err(EvaluationFailure::from)?;
    let payoffs = choice_payoffs(&here, &tables);
    let players = model.players.iter().zip(&here.kept).map(|(player, kept)| {
        Player::new(&player.id, kept.iter().map(|&action| player.actions[action].id.as_str()))
    });
    let stage = NormalForm::new(players.collect(), payoffs)
        .map_err(|error| EvaluationFailure::Situation(error.to_string()))?;
    let rows = model
        .transitions(workspace, &here.values, &here.kept, state)
        .map_err(EvaluationFailure::from)?;
    let mut transitions = vec![Vec::new(); stage.num_profiles()];
    for ((to, _), row) in spec.transitions.iter().zip(rows) {
        for (profile, probability) in row.into_iter().enumerate() {
            if !probability.is_zero() {
                transitions[profile].push((*to, probability));
            }
        }
    }
    Ok((StochasticState { name: spec.id.clone(), stage, transitions }, tables, here.kept))
}

/// An answer about a game in states.
#[derive(Debug, Clone, PartialEq)]
pub enum StochasticAnswer {
    /// Equilibria with transfers.
    Transfers(TransferEquilibrium),
    /// A repeated negotiation equilibrium.
    Negotiation(Box<Negotiation>),
    /// Markov perfect equilibria, or the value and optimal strategies of a zero-sum game.
    Markov(MarkovAnswer),
    /// From which discount factor on profiles are played in equilibria with transfers.
    Critical(CriticalProfiles),
    /// At which discount factors agreements are kept by going back to what is played without promises.
    Agreements(PactPatience),
    /// All payoffs of equilibria without transfers, by state.
    Payoffs(StatePolytopes),
}

/// What is asked about a game in states.
#[derive(Debug, Clone)]
pub enum StochasticQuestion {
    /// Equilibria with transfers.
    Transfers,
    /// A repeated negotiation equilibrium.
    Negotiation(NegotiationOptions),
    /// Markov perfect equilibria, by a method of [`MARKOV_METHODS`]; without one by Shapley's iteration
    /// where payoffs have a constant sum and one path is enough.
    Markov {
        /// The method.
        method: Option<String>,
        /// From where paths begin.
        options: MarkovOptions,
    },
    /// Critical discount factors of profiles.
    Critical,
    /// At which discount factors these agreements are kept, whatever their fallback.
    Agreements(Vec<Pact>),
    /// All payoffs of equilibria without transfers.
    Payoffs,
}

impl StochasticQuestion {
    /// Whether Shapley's iteration answers it: it draws nothing at random, and finds one answer.
    #[must_use]
    pub fn is_by_value(&self, game: &StochasticGame) -> bool {
        match self {
            StochasticQuestion::Markov { method: None, options } => {
                options.starts == 1 && game.constant_sum().is_some()
            }
            StochasticQuestion::Markov { method: Some(method), .. } => method == "shapley",
            _ => false,
        }
    }
}

/// An answer with its certificate.
#[derive(Debug, Clone)]
pub struct StochasticSolution {
    /// The answer.
    pub answer: StochasticAnswer,
    /// What was verified about it.
    pub certificate: Certificate,
    /// How the solver ended.
    pub status: Status,
    /// The method that was used.
    pub method: &'static str,
    /// What it cost.
    pub work: Work,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Checks an answer about a game in states.
///
/// # Errors
/// The [`Refutation`] of the first thing that is wrong.
pub fn certify_stochastic(
    game: &StochasticGame,
    answer: &StochasticAnswer,
    limits: &crate::certify::Limits,
) -> Result<Certificate, Refutation> {
    match answer {
        StochasticAnswer::Transfers(answer) => certify_transfers(game, answer, limits),
        StochasticAnswer::Negotiation(answer) => certify_negotiation(game, answer, limits),
        StochasticAnswer::Markov(answer) => certify_markov(game, answer, limits),
        StochasticAnswer::Critical(answer) => certify_critical_profiles(game, answer, limits),
        StochasticAnswer::Agreements(answer) => certify_pact_patience(game, answer, limits),
        StochasticAnswer::Payoffs(answer) => certify_state_polytopes(game, answer, limits),
    }
}

/// Solves a game in states, and certifies the answer.
///
/// # Errors
/// A [`QuestionError`].
pub fn solve_stochastic(
    game: &StochasticGame,
    question: &StochasticQuestion,
    budget: &Budget,
) -> Result<StochasticSolution, QuestionError> {
    let Outcome { answer, status, method, work, warnings } =
        match question {
            StochasticQuestion::Transfers => find_transfer_equilibrium(game, budget)
                .map(|one| one.map(StochasticAnswer::Transfers)),
            StochasticQuestion::Negotiation(options) => negotiate(game, options, budget)
                .map_err(wrong)?
                .map(|one| one.map(|one| StochasticAnswer::Negotiation(Box::new(one)))),
            StochasticQuestion::Markov { options, .. } => {
                let found = if question.is_by_value(game) {
                    solve_zero_sum(game, budget).map_err(wrong)?
                } else {
                    find_markov_equilibria(game, options, budget)
                };
                found.map(|one| one.map(StochasticAnswer::Markov))
            }
            StochasticQuestion::Critical => bracket_critical_profiles(game, budget)
                .map(|one| one.map(StochasticAnswer::Critical)),
            StochasticQuestion::Agreements(pacts) => find_pact_patience(game, pacts, budget)
                .map_err(wrong)?
                .map(|one| one.map(StochasticAnswer::Agreements)),
            StochasticQuestion::Payoffs => find_state_polytopes(game, budget)
                .map_err(wrong)?
                .map(|one| one.map(StochasticAnswer::Payoffs)),
        };
    let answer = answer.ok_or(QuestionError::Unfinished)?;
    let certificate = certify_stochastic(game, &answer, &limits(budget))?;
    Ok(StochasticSolution { answer, certificate, status, method, work, warnings })
}
