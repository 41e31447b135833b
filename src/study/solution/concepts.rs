//! The registry of solution concepts.
//!
//! [`CONCEPTS`] is the list: a new solution concept is one file in `solve` and one entry here.

use crate::game::answer::{Advised, Answer, Objective};
use crate::linear::LpMethod;
use crate::num::Rational;
use crate::solve::repeated::{
    find_critical_discounts, find_repeated_payoffs, find_repeated_polytopes, find_triggers,
    sustain_agreements,
};
use crate::solve::{
    Budget, Exhausted, FictitiousPlayOptions, Outcome, QuantalOptions, Status, advise,
    eliminate_strictly_dominated, enumerate_correlated_vertices,
    find_best_coarse_correlated_equilibrium, find_best_correlated_equilibrium,
    find_coarse_correlated_payoffs, find_correlated_payoffs, find_most_robust_device,
    find_refinement, find_structure, find_symmetric_equilibria, nash, play_fictitiously,
    trace_principal_branch,
};

use super::automaton::solve_automaton;
use super::commitment::{solve_credibility, solve_stackelberg};
use super::learning::{solve_by_beliefs, solve_by_regrets, solve_levels};
use super::nash::solve_nash;
use super::tournament::solve_tournament;
use super::{Options, Problem, QuestionError, wrong};

/// What a solver found, before it is certified.
pub(super) type Found = Result<(Outcome<Answer>, &'static str), QuestionError>;

/// A solution concept.
pub struct Concept {
    /// Its name, as `--concept` takes it.
    pub id: &'static str,
    /// What it finds, in a few words.
    pub about: &'static str,
    /// Its methods, as `--method` takes them; the first one is the default.
    pub methods: &'static [&'static str],
    pub(super) solve: fn(&Problem, &Options, &str, &Budget) -> Found,
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
        methods: &["linear-program", "prm+", "pdhg", "double-oracle"],
        solve: |problem, options, method, budget| {
            solve_levels(&problem.stage, options, method, budget)
        },
    },
    Concept {
        id: "correlated",
        about: "the correlated equilibrium that is best for an objective, or obeyed with most slack",
        methods: &["linear-program", "good-lp", "exact-simplex"],
        solve: |problem, options, method, budget| {
            let (name, method) = lp_method(method);
            if options.robust {
                let found = find_most_robust_device(&problem.stage, method, budget);
                let found = found.map_err(wrong)?.map(|best| {
                    best.map(|device| advised(problem, device, |device| &device.distribution))
                });
                return finished(found, Answer::RobustDevice, name);
            }
            let objective = options.objective.as_ref().unwrap_or(&Objective::Welfare);
            let found = find_best_correlated_equilibrium(&problem.stage, objective, method, budget)
                .map_err(wrong)?;
            finished(
                found
                    .map(|best| best.map(|best| advised(problem, best, |best| &best.distribution))),
                Answer::Correlated,
                name,
            )
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
        id: "correlated-vertices",
        about: "all extreme correlated equilibria of a game with few profiles",
        methods: &["double-description"],
        solve: |problem, _, _, budget| {
            let found = enumerate_correlated_vertices(&problem.stage, budget).map_err(wrong)?;
            finished(found, Answer::CorrelatedVertices, "double-description")
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
            "sequential",
            "pessimistic",
            "cobra",
            "match",
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
        methods: &["simultaneous", "alternating", "weighted", "smooth", "sampled", "optimistic"],
        solve: |problem, options, method, budget| {
            if let Some(found) = solve_by_beliefs(&problem.stage, options, method, budget) {
                return found;
            }
            let alternating = method == "alternating";
            let rounds = options.rounds.unwrap_or(10_000);
            let options = FictitiousPlayOptions { alternating, rounds, start: None };
            let found = play_fictitiously(&problem.stage, &options, budget).map_err(wrong)?;
            let name = if alternating { "alternating" } else { "simultaneous" };
            Ok((found.map(Answer::FictitiousPlay), name))
        },
    },
    Concept {
        id: "regret-matching",
        about: "learning without regret: the value of a zero-sum game; coarse correlated play",
        methods: &["rm", "rm+", "prm+"],
        solve: |problem, options, method, budget| {
            solve_by_regrets(&problem.stage, options, method, budget)
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
        id: "repeated-payoffs",
        about: "all payoffs of subgame-perfect equilibria of a repeated game, from inside and outside",
        methods: &["abreu-sannikov", "judd-yeltekin-conklin"],
        solve: solve_repeated_payoffs,
    },
    Concept {
        id: "critical-discount",
        about: "from which discount factor on each profile of two players can be played for ever",
        methods: &["abreu-sannikov"],
        solve: |problem, _, _, budget| {
            let found = find_critical_discounts(&problem.stage, budget).map_err(wrong)?;
            Ok((found.map(Answer::CriticalDiscounts), "abreu-sannikov"))
        },
    },
    Concept {
        id: "automaton",
        about: "strategies of the repeated game as an automaton: found, or checked when given",
        methods: super::automaton::METHODS,
        solve: solve_automaton,
    },
    Concept {
        id: "tournament",
        about: "strategies of a repeated symmetric 2 x 2 game, each against each, in exact expectation",
        methods: &["exact"],
        solve: solve_tournament,
    },
    Concept {
        id: "stochastic",
        about: "equilibria in changing states, with payments or negotiations between the players",
        methods: super::super::stochastic::METHODS,
        // Models with states are solved by `super::super::stochastic`.
        solve: |_, _, _, _| {
            Err(QuestionError::Wrong(
                "the concept `stochastic` is about games in states: write [horizon] with kind = \"states\" and [[horizon.states]]"
                    .to_owned(),
            ))
        },
    },
    Concept {
        id: "markov",
        about: "Markov perfect equilibria in changing states; the value of a zero-sum game in them",
        methods: super::super::stochastic::MARKOV_METHODS,
        // Models with states are solved by `super::super::stochastic`.
        solve: |_, _, _, _| {
            Err(QuestionError::Wrong(
                "the concept `markov` is about games in states: write [horizon] with kind = \"states\" and [[horizon.states]]"
                    .to_owned(),
            ))
        },
    },
    Concept {
        id: super::super::public::CONCEPT,
        about: "repeated games with public signals: payoffs with payments, symmetric ones, patience",
        methods: super::super::public::METHODS,
        // Models with public signals are solved by `super::super::public`.
        solve: |problem, options, method, budget| {
            if method == super::super::public::TRIGGER {
                return solve_triggers(problem, options, budget);
            }
            Err(QuestionError::Wrong(
                "public perfect equilibria are about models with [horizon] of kind \"repeated\" and [[horizon.signals]]"
                    .to_owned(),
            ))
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

/// The name of a method of linear programming, and the method.
pub(in crate::study) fn lp_method(name: &str) -> (&'static str, LpMethod) {
    match name {
        "good-lp" => ("good-lp", LpMethod::GoodLp),
        "exact-simplex" => ("exact-simplex", LpMethod::Exact),
        _ => ("linear-program", LpMethod::Auto),
    }
}

/// The concept of this name.
///
/// # Errors
/// [`QuestionError::Wrong`] with the nearest name.
pub fn find_concept(name: &str) -> Result<&'static Concept, QuestionError> {
    if let Some(concept) = CONCEPTS.iter().find(|concept| concept.id == name) {
        return Ok(concept);
    }
    if let Some(concept) = CONCEPTS.iter().find(|concept| concept.methods.contains(&name)) {
        return Err(QuestionError::Wrong(format!(
            "there is no solution concept `{name}`; it is a method: `--concept {} --method {name}`",
            concept.id
        )));
    }
    let near = crate::model::nearest(name, CONCEPTS.iter().map(|concept| concept.id))
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(QuestionError::Wrong(format!("there is no solution concept `{name}`{near}")))
}

pub(super) fn finished<T>(
    found: Outcome<Option<T>>,
    wrap: fn(T) -> Answer,
    method: &'static str,
) -> Found {
    let Outcome { answer, status, work, warnings, .. } = found;
    let answer = answer.ok_or(match status {
        Status::Partial(reason @ Exhausted::Memory) => QuestionError::TooLarge(reason),
        _ => QuestionError::Unfinished,
    })?;
    Ok((Outcome { answer: wrap(answer), status, method, work, warnings }, method))
}

/// A distribution with what each player is told.
fn advised<D>(problem: &Problem, device: D, shares: fn(&D) -> &[Rational]) -> Advised<D> {
    let advice = advise(&problem.stage, shares(&device));
    Advised { device, advice }
}

/// How long an alarm has to suspend the model's agreements.
fn solve_triggers(problem: &Problem, options: &Options, budget: &Budget) -> Found {
    let Some(game) = &problem.repeated else {
        return Err(QuestionError::Wrong(
            "triggers suspend agreements, and the model has none: add [[horizon.agreements]]"
                .to_owned(),
        ));
    };
    let Some(discount) = options.discount.as_ref().or(problem.discount.as_ref()) else {
        return Err(QuestionError::Wrong(
            "how long an agreement has to be suspended depends on the discount factor, and none is given: say --discount 9/10, or write `discount` in [horizon]"
                .to_owned(),
        ));
    };
    let found = find_triggers(game, discount, budget).map_err(wrong)?;
    finished(found, Answer::Triggers, super::super::public::TRIGGER)
}

/// The payoffs of the repeated game at the discount factor that is asked for, or the model's own.
fn solve_repeated_payoffs(
    problem: &Problem,
    options: &Options,
    method: &str,
    budget: &Budget,
) -> Found {
    let Some(discount) = options.discount.as_ref().or(problem.discount.as_ref()) else {
        return Err(QuestionError::Wrong(
            "the payoffs of a repeated game depend on the discount factor, and none is given: say --discount 9/10, or write `discount` in [horizon]"
                .to_owned(),
        ));
    };
    if problem.stage.num_players() != 2 || method == "judd-yeltekin-conklin" {
        let mut found = find_repeated_polytopes(&problem.stage, discount, budget).map_err(wrong)?;
        if found.answer.as_ref().is_some_and(|answer| answer.outer.is_empty()) {
            found.status = Status::None;
        }
        return finished(found, Answer::RepeatedPolytopes, "judd-yeltekin-conklin");
    }
    let mut found = find_repeated_payoffs(&problem.stage, discount, budget).map_err(wrong)?;
    if found.answer.as_ref().is_some_and(|answer| answer.outer.is_empty()) {
        found.status = Status::None;
    }
    finished(found, Answer::RepeatedPayoffs, "abreu-sannikov")
}
