//! One question about one model: a solution concept, solved and certified.
//!
//! [`CONCEPTS`] is the registry: a new solution concept is one file in `solve` and one line here.

use std::sync::Arc;

use crate::certify::{self, Certificate, Limits, Refutation};
use crate::game::answer::{Answer, Objective, Subject};
use crate::game::{MixedStrategy, NormalForm, RepeatedGame, believed_in_part};
use crate::linear::LpMethod;
use crate::mechanism::LogEntry;
use crate::model::{Horizon, Model};
use crate::num::{NotDecided, Rational, Rounded};
use crate::solve::repeated::sustain_agreements;
use crate::solve::{
    Budget, CommitmentError, FictitiousPlayOptions, ManyMethod, Outcome, QuantalOptions, Status,
    Watch, Work, eliminate_strictly_dominated, enumerate_equilibria_by_supports,
    find_any_equilibrium_of_many, find_best_coarse_correlated_equilibrium,
    find_best_correlated_equilibrium, find_coarse_correlated_payoffs,
    find_commitment_before_followers, find_commitment_interval, find_correlated_commitment,
    find_correlated_payoffs, find_credibility, find_mixed_equilibrium_of_many,
    find_one_equilibrium_of_many, find_one_polymatrix_equilibrium, find_optimal_commitment,
    find_refinement, find_structure, find_symmetric_equilibria, nash, play_fictitiously,
    solve_minimax, trace_principal_branch,
};

use super::compare::repeated_game;
use super::evaluate::{EvaluationFailure, STATES, choice_payoffs, evaluate};
use super::number::Number;
use super::settle::{situation_on, unbounded};
use super::stage::game_of;

/// What a user asks for besides the concept.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The method; the concept's first one when not given.
    pub method: Option<String>,
    /// What a correlated equilibrium is to maximise; the sum of payoffs when not given.
    pub objective: Option<Objective>,
    /// The player who commits; the first one when not given.
    pub leader: Option<usize>,
    /// What the leader is expected to play where he does not keep to a commitment; what he plays in
    /// the equilibrium that is best for him when not given.
    pub fallback: Option<MixedStrategy>,
    /// The number of rounds of a learning process.
    pub rounds: Option<u64>,
    /// The precisions at which logit equilibria are wanted.
    pub lambdas: Vec<Rational>,
    /// How often each player was seen to play each action.
    pub counts: Option<Vec<Vec<u64>>>,
    /// Who watches the search for all equilibria of two players.
    pub watch: Option<Arc<dyn Watch>>,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// The call is wrong: an unknown concept or method, or one that does not fit the game.
    #[error("{0}")]
    Wrong(String),
    /// The limit was reached before there was anything to report.
    #[error("the limit was reached before there was anything to report")]
    Unfinished,
    /// The answer did not pass the check. This is a fault of the program.
    #[error("the answer is not certified, which is a fault of this program: {0}")]
    NotCertified(String),
    /// The answer was found, and its check was not completed within the limits.
    #[error("an answer was found, and is not shown since its check was not completed: {0}")]
    NotChecked(String),
}

impl From<Refutation> for QuestionError {
    fn from(refutation: Refutation) -> Self {
        match refutation {
            Refutation::OutOfReach(reason) => QuestionError::NotChecked(reason),
            other => QuestionError::NotCertified(other.to_string()),
        }
    }
}

/// The limits on the check of what was found within a budget.
pub(super) fn limits(budget: &Budget) -> Limits {
    Limits { deadline: budget.check_deadline(), ..Limits::default() }
}

impl From<EvaluationFailure> for QuestionError {
    fn from(failure: EvaluationFailure) -> Self {
        match failure {
            EvaluationFailure::NotCertified(reason) => QuestionError::NotCertified(reason),
            EvaluationFailure::NotChecked(reason) => QuestionError::NotChecked(reason),
            EvaluationFailure::Unfinished => QuestionError::Unfinished,
            other => QuestionError::Wrong(other.to_string()),
        }
    }
}

fn wrong(error: impl std::fmt::Display) -> QuestionError {
    QuestionError::Wrong(error.to_string())
}

/// The game of a question, with mechanisms applied.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The stage game by which the players choose.
    pub stage: NormalForm,
    /// The repeated game, where the model has agreements.
    pub repeated: Option<RepeatedGame>,
    /// Where payoffs are not rational: an upper bound on how far those of `stage` are from them.
    pub radius: Option<f64>,
    /// What the mechanisms did.
    pub log: Vec<LogEntry>,
}

impl Problem {
    /// A game that is given as it is, without a model file.
    #[must_use]
    pub fn of_game(stage: NormalForm) -> Self {
        Problem { stage, repeated: None, radius: None, log: Vec::new() }
    }

    /// What a claim for a concept is about.
    #[must_use]
    pub fn subject(&self, concept: &str) -> Subject<'_> {
        match &self.repeated {
            Some(game) if concept == "repeated" => Subject::Repeated(game),
            _ => Subject::OneShot(&self.stage),
        }
    }
}

/// The game of a model under mechanisms, with parameters set; `with_horizon` asks for the repeated
/// game too, for which it has to be known what is played.
///
/// # Errors
/// [`QuestionError::Wrong`] when the model has no value at these parameters.
pub fn problem(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    with_horizon: bool,
    budget: &Budget,
) -> Result<Problem, QuestionError> {
    if matches!(model.horizon, Horizon::States(_)) {
        return Err(wrong(STATES));
    }
    if model.security.is_some() {
        if with_horizon {
            return Err(wrong("a security game is not repeated: the model has no horizon"));
        }
        return super::security::strategic_form(model, set).map(Problem::of_game);
    }
    if !model.types.is_empty() {
        return ex_ante(model, set, mechanisms);
    }
    let found = problem_on::<Rational>(model, set, mechanisms, with_horizon, budget);
    match found {
        Err(failure) if failure.kind() == Some(NotDecided::NotRational) => {
            problem_on::<Rounded>(model, set, mechanisms, with_horizon, budget)
        }
        found => found,
    }
    .map_err(QuestionError::from)
}

/// The strategic form ex ante of a model with types.
fn ex_ante(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
) -> Result<Problem, QuestionError> {
    let typed = super::bayesian::bayesian_problem(model, set, mechanisms)?;
    let stage = typed.game.strategic_form().map_err(|error| {
        wrong(format_args!(
            "{error}; `--concept stackelberg` and `--concept communication` do without the strategies of all types"
        ))
    })?;
    Ok(Problem { stage, repeated: None, radius: None, log: typed.log })
}

/// The problem in one kind of number; with [`Rounded`] ones its payoffs are rationals near those of
/// the model.
fn problem_on<S: Number>(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    with_horizon: bool,
    budget: &Budget,
) -> Result<Problem, EvaluationFailure> {
    let situation = situation_on::<S>(model, set, mechanisms)?;
    let tables = model
        .tabulate(&situation.values, &situation.kept, &situation.costs)
        .map_err(EvaluationFailure::from)?;
    let choice = choice_payoffs(&situation, &tables);
    let radius = S::ROUNDED.then(|| choice.iter().flatten().map(Number::width).fold(0.0, f64::max));
    if radius.is_some_and(|radius| !radius.is_finite()) {
        return Err(unbounded());
    }
    let stage = game_of(&situation, &choice)?;
    let repeated = if with_horizon && !model.agreements().is_empty() {
        let evaluation = evaluate(&situation, budget)?;
        repeated_game(&situation, &evaluation, &stage)
    } else {
        None
    };
    Ok(Problem { stage, repeated, radius, log: situation.log })
}

/// An answer with its certificate.
#[derive(Debug, Clone)]
pub struct Solution {
    /// The answer.
    pub answer: Answer,
    /// What was verified about it.
    pub certificate: Certificate,
    /// How the solver ended.
    pub status: Status,
    /// The method that was used.
    pub method: String,
    /// What it cost.
    pub work: Work,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// What a solver found, before it is certified.
type Found = Result<(Outcome<Answer>, &'static str), QuestionError>;

/// A solution concept.
pub struct Concept {
    /// Its name, as `--concept` takes it.
    pub id: &'static str,
    /// What it finds, in a few words.
    pub about: &'static str,
    /// Its methods, as `--method` takes them; the first one is the default.
    pub methods: &'static [&'static str],
    solve: fn(&Problem, &Options, &str, &Budget) -> Found,
}

/// Whether an answer by the method `used` is what `--method asked` asks for: `one` asks for whatever
/// finds an equilibrium soonest.
#[must_use]
pub fn is_asked_for(asked: &str, used: &str) -> bool {
    asked == used || asked == "one"
}

impl std::fmt::Debug for Concept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Concept").field("id", &self.id).finish_non_exhaustive()
    }
}

/// All solution concepts.
pub const CONCEPTS: &[Concept] = &[
    Concept {
        id: "pure",
        about: "all equilibria in pure strategies, any number of players",
        methods: &["scan"],
        solve: |problem, _, _, budget| {
            let found = nash::enumerate_pure_equilibria(&problem.stage, budget);
            Ok((found.map(Answer::Equilibria), "scan"))
        },
    },
    Concept {
        id: "nash",
        about: "all extreme equilibria of two players, exact; pure ones of more, or a mixed one",
        methods: &[
            "branch-and-bound",
            "vertex-enumeration",
            "one",
            "lemke-howson",
            "sequence-form",
            "support-enumeration",
            "logit",
            "ipa",
            "polymatrix",
        ],
        solve: solve_nash,
    },
    Concept {
        id: "minimax",
        about: "the security level of each player; the value of a zero-sum game",
        methods: &["linear-program"],
        solve: |problem, _, _, budget| {
            finished(
                solve_minimax(&problem.stage, LpMethod::Auto, budget),
                Answer::Minimax,
                "linear-program",
            )
        },
    },
    Concept {
        id: "correlated",
        about: "the correlated equilibrium that is best for an objective",
        methods: &["linear-program", "good-lp", "exact-simplex"],
        solve: |problem, options, method, budget| {
            let objective = options.objective.as_ref().unwrap_or(&Objective::Welfare);
            let (name, method) = lp_method(method);
            let found = find_best_correlated_equilibrium(&problem.stage, objective, method, budget)
                .map_err(wrong)?;
            finished(found, Answer::Correlated, name)
        },
    },
    Concept {
        id: "coarse-correlated",
        about: "the best distribution that nobody leaves beforehand for one fixed action",
        methods: &["linear-program", "good-lp", "exact-simplex"],
        solve: |problem, options, method, budget| {
            let objective = options.objective.as_ref().unwrap_or(&Objective::Welfare);
            let (name, method) = lp_method(method);
            let found =
                find_best_coarse_correlated_equilibrium(&problem.stage, objective, method, budget)
                    .map_err(wrong)?;
            finished(found, Answer::CoarseCorrelated, name)
        },
    },
    Concept {
        id: "correlated-payoffs",
        about: "all payoffs of correlated equilibria of two players: the corners of a polygon",
        methods: &["linear-program", "good-lp", "exact-simplex"],
        solve: |problem, _, method, budget| {
            let (name, method) = lp_method(method);
            let found = find_correlated_payoffs(&problem.stage, method, budget).map_err(wrong)?;
            finished(found, Answer::CorrelatedPayoffs, name)
        },
    },
    Concept {
        id: "coarse-correlated-payoffs",
        about: "all payoffs of coarse correlated equilibria of two players",
        methods: &["linear-program", "good-lp", "exact-simplex"],
        solve: |problem, _, method, budget| {
            let (name, method) = lp_method(method);
            let found =
                find_coarse_correlated_payoffs(&problem.stage, method, budget).map_err(wrong)?;
            finished(found, Answer::CoarseCorrelatedPayoffs, name)
        },
    },
    Concept {
        id: "stackelberg",
        about: "the optimal commitment of a leader, ties of the follower broken for or against him",
        methods: &[
            "mixed",
            "pure",
            "correlated",
            "branch-and-bound",
            "dobss",
            "origami",
            "linear-programs",
            "quantal",
        ],
        solve: solve_stackelberg,
    },
    Concept {
        id: "credibility",
        about: "what a commitment is worth when it is believed with a probability only",
        methods: &["mixed"],
        solve: |problem, options, _, budget| solve_credibility(&problem.stage, options, budget),
    },
    Concept {
        id: "communication",
        about: "the best equilibrium with a mediator who hears types and advises in private",
        methods: &["linear-program", "good-lp", "exact-simplex"],
        // Models with types are solved by `super::bayesian`.
        solve: |_, _, _, _| {
            Err(QuestionError::Wrong(
                "communication equilibria are about models with [[types]]: where nobody has private information they are the correlated equilibria, `--concept correlated`"
                    .to_owned(),
            ))
        },
    },
    Concept {
        id: "rationalizable",
        about: "iterated elimination of strictly dominated actions",
        methods: &["iterated-dominance"],
        solve: |problem, _, _, budget| {
            let found = eliminate_strictly_dominated(&problem.stage, LpMethod::Auto, budget);
            finished(found, Answer::Dominance, "iterated-dominance")
        },
    },
    Concept {
        id: "fictitious-play",
        about: "learning by best replies to the past, with the exact regret of the mixture",
        methods: &["simultaneous", "alternating"],
        solve: |problem, options, method, budget| {
            let alternating = method == "alternating";
            let rounds = options.rounds.unwrap_or(10_000);
            let options = FictitiousPlayOptions { alternating, rounds, start: None };
            let found = play_fictitiously(&problem.stage, &options, budget).map_err(wrong)?;
            let name = if alternating { "alternating" } else { "simultaneous" };
            Ok((found.map(Answer::FictitiousPlay), name))
        },
    },
    Concept {
        id: "qre",
        about: "logit quantal response equilibria on the principal branch, and its limit",
        methods: &["principal-branch"],
        solve: |problem, options, _, budget| {
            let options =
                QuantalOptions { lambdas: options.lambdas.clone(), counts: options.counts.clone() };
            let found = trace_principal_branch(&problem.stage, &options, budget).map_err(wrong)?;
            Ok((found.map(Answer::Quantal), "principal-branch"))
        },
    },
    Concept {
        id: "repeated",
        about: "critical discount factors of the model's agreements, and their minmax bound",
        methods: &["grim"],
        solve: |problem, _, _, budget| {
            let game = problem.repeated.as_ref().ok_or_else(|| {
                QuestionError::Wrong(
                    "the model has no agreements: add [[horizon.agreements]], or ask for another concept"
                        .to_owned(),
                )
            })?;
            let found = sustain_agreements(game, budget).map_err(wrong)?;
            Ok((found.map(Answer::Repeated), "grim"))
        },
    },
    Concept {
        id: "subgame-perfect",
        about: "equilibria in every subgame of a tree (.efg): all pure ones, or one mixed",
        methods: &["backward-induction", "sequence-form"],
        // Trees are solved by `super::tree`.
        solve: |_, _, _, _| {
            Err(QuestionError::Wrong(
                "subgame perfection is a question about trees (.efg): where all move at once, its equilibria are those of `nash`"
                    .to_owned(),
            ))
        },
    },
    Concept {
        id: "refinement",
        about: "which equilibria of two players are strict, quasi-strict, perfect, risk dominant",
        methods: &["linear-program"],
        solve: |problem, _, _, budget| {
            let found = find_refinement(&problem.stage, budget).map_err(wrong)?;
            finished(found, Answer::Refinement, "linear-program")
        },
    },
    Concept {
        id: "symmetric",
        about: "symmetric equilibria of a symmetric game of two; which are evolutionarily stable",
        methods: &["branch-and-bound"],
        solve: |problem, _, _, budget| {
            let found = find_symmetric_equilibria(&problem.stage, budget).map_err(wrong)?;
            Ok((found.map(Answer::Symmetric), "branch-and-bound"))
        },
    },
    Concept {
        id: "structure",
        about: "the class of the game, with what proves it",
        methods: &["definition"],
        solve: |problem, _, _, budget| {
            finished(find_structure(&problem.stage, budget), Answer::Structure, "definition")
        },
    },
];

/// Concepts of the interface that this version does not have yet.
pub const LATER: &[&str] = &["public-perfect", "markov", "stochastic"];

/// The name of a method of linear programming, and the method.
pub(super) fn lp_method(name: &str) -> (&'static str, LpMethod) {
    match name {
        "good-lp" => ("good-lp", LpMethod::GoodLp),
        "exact-simplex" => ("exact-simplex", LpMethod::Exact),
        _ => ("linear-program", LpMethod::Auto),
    }
}

/// The weight of the strict commitment in one that makes sure of the reply.
fn strict_weight() -> Rational {
    Rational::new(1, 100)
}

fn solve_stackelberg(problem: &Problem, options: &Options, method: &str, budget: &Budget) -> Found {
    // Security games are solved by `super::security`.
    if super::security::METHODS.contains(&method) {
        return Err(wrong(format_args!(
            "the method `{method}` is for models with a security game: `mixed`, `pure` and `correlated` are for this one"
        )));
    }
    // And models with types by `super::bayesian`.
    if matches!(method, "branch-and-bound" | "dobss") {
        return Err(wrong(format_args!(
            "the method `{method}` is for models with [[types]]: without them there is one linear program for each reply, by `--method mixed`"
        )));
    }
    let (game, leader) = (&problem.stage, options.leader.unwrap_or(0));
    if method == "correlated" {
        let found = find_correlated_commitment(game, leader, LpMethod::Auto, budget);
        return finished(found.map_err(wrong)?, Answer::CorrelatedCommitment, "correlated");
    }
    let mixed = method == "mixed";
    if mixed && game.num_players() > 2 {
        let found = find_commitment_before_followers(game, leader, LpMethod::Auto, budget);
        return finished(found.map_err(wrong)?, Answer::SeveralFollowers, "mixed");
    }
    let (epsilon, lp) = (strict_weight(), LpMethod::Auto);
    let found = find_commitment_interval(game, leader, mixed, &epsilon, lp, budget);
    let name = if mixed { "mixed" } else { "pure" };
    finished(found.map_err(wrong)?, Answer::Stackelberg, name)
}

/// How many steps from 0 to 1 the credibility takes.
const CREDIBILITIES: i64 = 10;

fn solve_credibility(game: &NormalForm, options: &Options, budget: &Budget) -> Found {
    let leader = options.leader.unwrap_or(0);
    let (fallback, without, warning) = without_commitment(game, leader, options, budget)?;
    let at: Vec<Rational> =
        (0..=CREDIBILITIES).map(|step| Rational::new(step, CREDIBILITIES)).collect();
    let found = find_credibility(game, leader, &fallback, &without, &at, LpMethod::Auto, budget)
        .map_err(wrong)?;
    let mut found = finished(found, Answer::Credibility, "mixed")?;
    found.0.warnings.extend(warning);
    Ok(found)
}

/// What the leader plays and gets without commitment: the fallback that was given, with the reply to
/// it that is best for him; or the equilibrium that is best for him.
fn without_commitment(
    game: &NormalForm,
    leader: usize,
    options: &Options,
    budget: &Budget,
) -> Result<(MixedStrategy, Rational, Option<String>), QuestionError> {
    if game.num_players() != 2 {
        return Err(wrong(CommitmentError::NotTwoPlayers(game.num_players())));
    }
    if let Some(fallback) = &options.fallback {
        if fallback.len() != game.num_actions(leader) {
            return Err(wrong(CommitmentError::Fallback));
        }
        let only = believed_in_part(game, leader, fallback, &Rational::ZERO).map_err(wrong)?;
        let found = find_optimal_commitment(&only, leader, false, LpMethod::Auto, budget);
        let found = found.map_err(wrong)?.answer.ok_or(QuestionError::Unfinished)?;
        return Ok((fallback.clone(), found.leader_value, None));
    }
    let found = nash::enumerate_equilibria(game, budget);
    let warning = matches!(found.status, Status::Partial(_)).then(|| {
        "the search for equilibria was not completed: there may be one without commitment that is better for the leader".to_owned()
    });
    let best =
        found.answer.list.into_iter().reduce(|best, next| {
            if next.payoffs[leader] > best.payoffs[leader] { next } else { best }
        });
    let best = best.ok_or(QuestionError::Unfinished)?;
    Ok((best.profile[leader].clone(), best.payoffs[leader].clone(), warning))
}

fn finished<T>(found: Outcome<Option<T>>, wrap: fn(T) -> Answer, method: &'static str) -> Found {
    let Outcome { answer, status, work, warnings, .. } = found;
    let answer = answer.ok_or(QuestionError::Unfinished)?;
    Ok((Outcome { answer: wrap(answer), status, method, work, warnings }, method))
}

fn solve_nash(problem: &Problem, options: &Options, method: &str, budget: &Budget) -> Found {
    let game = &problem.stage;
    let (found, name) = match method {
        "sequence-form" => {
            return Err(QuestionError::Wrong(
                "the sequence form is for trees (.efg): this game is in strategic form".to_owned(),
            ));
        }
        "vertex-enumeration" => (
            nash::enumerate_extreme_equilibria_by_vertices(game, budget).map_err(wrong)?,
            "vertex-enumeration",
        ),
        "one" if game.num_players() == 2 => {
            let found = nash::find_any_equilibrium(game, budget).map_err(wrong)?;
            let name = found.method;
            (found, name)
        }
        "one" => {
            let found = find_any_equilibrium_of_many(game, budget);
            let name = found.method;
            return Ok((found.map(Answer::Approximate), name));
        }
        "lemke-howson" => {
            (nash::find_equilibria_from_all_labels(game, budget).map_err(wrong)?, "lemke-howson")
        }
        "support-enumeration" => {
            let found = enumerate_equilibria_by_supports(game, budget);
            return Ok((found.map(Answer::Approximate), "support-enumeration"));
        }
        "polymatrix" => {
            let found = find_one_polymatrix_equilibrium(game, budget).ok_or_else(|| {
                QuestionError::Wrong(
                    "the game is not polymatrix: what a player gains by an action is no sum over \
                     pairs with each of the others"
                        .to_owned(),
                )
            })?;
            (found, "polymatrix")
        }
        "logit" | "ipa" => {
            let method = if method == "ipa" { ManyMethod::Ipa } else { ManyMethod::Logit };
            let found = find_one_equilibrium_of_many(game, method, budget);
            return Ok((found.map(Answer::Approximate), method.name()));
        }
        _ if game.num_players() == 2 => {
            let mut found = match &options.watch {
                Some(watch) => nash::enumerate_extreme_equilibria_watched(game, budget, &**watch),
                None => nash::enumerate_extreme_equilibria(game, budget),
            }
            .map_err(wrong)?;
            if matches!(found.status, Status::Partial(_)) {
                found.warnings.push(
                    "all equilibria were out of reach here: `--method one` finds one, also in games \
                     of hundreds of actions"
                        .to_owned(),
                );
            }
            (found, "branch-and-bound")
        }
        _ => {
            let pure = nash::enumerate_equilibria(game, budget);
            if pure.status == Status::None {
                return Ok(one_mixed(game, budget));
            }
            (pure, "pure-scan")
        }
    };
    Ok((found.map(Answer::Equilibria), name))
}

/// One equilibrium of a game that has none in pure strategies: exact if the game is polymatrix; else
/// by the quickest of the other methods.
fn one_mixed(game: &NormalForm, budget: &Budget) -> (Outcome<Answer>, &'static str) {
    if let Some(mut found) =
        find_one_polymatrix_equilibrium(game, budget).filter(|found| found.status == Status::Solved)
    {
        found.warnings.push(format!(
            "the game has {} players and no equilibrium in pure strategies; payoffs are sums over \
             pairs of players, and one equilibrium in mixed strategies is given: there may be \
             others, and `--method support-enumeration` looks for all",
            game.num_players()
        ));
        return (found.map(Answer::Equilibria), "polymatrix");
    }
    let mut found = find_mixed_equilibrium_of_many(game, budget);
    found.warnings.push(format!(
        "the game has {} players and no equilibrium in pure strategies: one in mixed strategies is \
         given, and there may be others; `--method support-enumeration` looks for all",
        game.num_players()
    ));
    let method = found.method;
    (found.map(Answer::Approximate), method)
}

/// The concept of this name.
///
/// # Errors
/// [`QuestionError::Wrong`] with the nearest name, or the word that it comes later.
pub fn find_concept(name: &str) -> Result<&'static Concept, QuestionError> {
    if let Some(concept) = CONCEPTS.iter().find(|concept| concept.id == name) {
        return Ok(concept);
    }
    if LATER.contains(&name) {
        return Err(QuestionError::Wrong(format!(
            "the concept `{name}` is not in this version of detente; it has {}",
            CONCEPTS.iter().map(|concept| concept.id).collect::<Vec<_>>().join(", ")
        )));
    }
    let near = crate::model::nearest(name, CONCEPTS.iter().map(|concept| concept.id))
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(QuestionError::Wrong(format!("there is no solution concept `{name}`{near}")))
}

/// Solves a problem under a concept, and certifies the answer.
///
/// # Errors
/// A [`QuestionError`].
pub fn solve(
    problem: &Problem,
    concept: &Concept,
    options: &Options,
    budget: &Budget,
) -> Result<Solution, QuestionError> {
    let method = match &options.method {
        None => concept.methods[0],
        Some(name) => concept.methods.iter().find(|known| *known == name).ok_or_else(|| {
            QuestionError::Wrong(format!(
                "the concept `{}` has no method `{name}`; it has {}",
                concept.id,
                concept.methods.join(", ")
            ))
        })?,
    };
    let (found, method) = (concept.solve)(problem, options, method, budget)?;
    let certificate =
        certify::certify(problem.subject(concept.id), &found.answer, &limits(budget))?;
    let mut warnings = found.warnings;
    if let Some(radius) = problem.radius {
        warnings.push(format!(
            "payoffs use exp, log or sqrt: the game that is solved has them rounded, each within {radius:e}; \
             in the model's own payoffs no player gains more than twice that by deviating"
        ));
    }
    Ok(Solution {
        answer: found.answer,
        certificate,
        status: found.status,
        method: method.to_owned(),
        work: found.work,
        warnings,
    })
}
