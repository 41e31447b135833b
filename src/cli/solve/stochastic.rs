//! `detente solve --concept stochastic`, `markov`, `critical-discount` and `repeated-payoffs` on models with
//! states.

use crate::game::DiscountFactor;
use crate::game::stochastic::StochasticGame;
use crate::model::{Horizon, Model};
use crate::num::{Rational, parse_literal};
use crate::report::{Table, result, stochastic as report, tidy};
use crate::solve::Status;
use crate::solve::stochastic::{MarkovOptions, NegotiationOptions};
use crate::study::scenario::Scenario;
use crate::study::solution::find_concept;
use crate::study::stochastic::{
    CONCEPTS, CRITICAL_METHODS, MARKOV_METHODS, METHODS, PAYOFF_METHODS, StochasticAnswer,
    StochasticQuestion, StochasticSolution, solve_stochastic, stochastic_problem,
};

use super::super::common::{Failure, Format, Outcome, Output, write_result};
use super::{Arguments, capitalised, failure, header_of, options, sentence};

/// The options that a concept looks at.
fn known(concept: &str, method: Option<&str>) -> &'static [&'static str] {
    match concept {
        "critical-discount" if method == Some("agreements") => &["--discount"],
        "stochastic" => &["--discount", "--negotiation", "--bargaining", "--periods"],
        "markov" => &["--discount", "--starts", "--seed"],
        "repeated-payoffs" => &["--discount"],
        _ => &[],
    }
}

/// With more profiles in all states together `--all` leaves the sets of payoffs out.
const MOST_PROFILES: usize = 200;

/// Whether this question is answered here.
pub(super) fn is_asked(arguments: &Arguments, model: &Model) -> bool {
    matches!(model.horizon, Horizon::States(_))
        && (arguments.all || CONCEPTS.contains(&arguments.concept.as_str()))
}

pub(super) fn run(
    arguments: &Arguments,
    model: &Model,
    set: &[(usize, Rational)],
    scenario: &Scenario,
    output: &mut Output,
) -> Outcome {
    let concepts = if arguments.all { CONCEPTS } else { &[arguments.concept.as_str()][..] };
    let looks = |option: &str| {
        concepts.iter().any(|concept| known(concept, arguments.method.as_deref()).contains(&option))
    };
    if let Some((option, _)) = super::given_options(arguments).find(|(option, _)| !looks(option)) {
        let about = match concepts {
            [one] if *one != "stochastic" => format!("the concept `{one}` on a game in states"),
            _ => "a game in states".to_owned(),
        };
        return Err(Failure::wrong(format_args!("{option} says nothing to {about}")));
    }
    if arguments.stream || arguments.write.format == Format::Gambit {
        return Err(Failure::wrong(
            "equilibria are listed for games in strategic form, and this is a game in states: try text, json, csv or latex",
        ));
    }
    let stated = arguments.discount.as_deref().map(options::discount).transpose()?;
    let mut answers = Vec::new();
    for concept in concepts {
        let question = question(arguments, concept)?;
        // Critical discount factors are not about one.
        let without = matches!(&model.horizon, Horizon::States(own) if own.discount.is_none());
        let discount = match question {
            StochasticQuestion::Critical => DiscountFactor::new(Rational::ZERO),
            StochasticQuestion::Agreements(_) if stated.is_none() && without => {
                DiscountFactor::new(Rational::ZERO)
            }
            _ => stated.clone(),
        };
        let problem = stochastic_problem(model, set, &scenario.mechanisms, discount.as_ref());
        let problem = problem.map_err(failure)?;
        let question = match question {
            StochasticQuestion::Agreements(_) => {
                StochasticQuestion::Agreements(problem.pacts(model))
            }
            other => other,
        };
        let game = problem.game;
        let profiles: usize = game.states().iter().map(|one| one.stage.num_profiles()).sum();
        if arguments.all && *concept == "repeated-payoffs" && profiles > MOST_PROFILES {
            if !arguments.limits.quiet {
                say!(
                    "warning: repeated-payoffs is left out, since it may take minutes with {profiles} profiles in all states: ask for it with -c repeated-payoffs"
                );
            }
            continue;
        }
        if arguments.seed.is_some() && question.is_by_value(&game) {
            return Err(Failure::wrong(
                "--seed says nothing to a game whose payoffs have a constant sum: Shapley's iteration draws nothing at random; --seed belongs to --method homotopy",
            ));
        }
        let budget = arguments.limits.budget();
        let found = solve_stochastic(&game, &question, &budget).map_err(failure)?;
        if !arguments.limits.quiet && arguments.write.format != Format::Json {
            for warning in &found.warnings {
                say!("warning: {warning}");
            }
        }
        answers.push(Answer { concept, game, found });
    }
    let tables: Vec<Table> =
        answers.iter().flat_map(|answer| answer.tables(model, scenario)).collect();
    let json = || {
        let mut results: Vec<_> =
            answers.iter().map(|answer| answer.json(model, set, scenario)).collect();
        if arguments.all {
            serde_json::json!({ "schema": "detente/results/1", "command": "solve", "results": results })
        } else {
            results.pop().unwrap_or_default()
        }
    };
    let tidy = || {
        let one = |answer: &Answer<'_>| {
            tidy::stochastic(
                answer.concept,
                answer.found.method,
                &answer.game,
                &answer.found.answer,
            )
        };
        super::game::merged(answers.iter().map(one).collect())
    };
    write_result(&tables, tidy, json, &arguments.write, output)?;
    let partial = |answer: &Answer<'_>| matches!(answer.found.status, Status::Partial(_));
    Ok(u8::from(answers.iter().any(partial)))
}

/// An answer under a concept.
struct Answer<'a> {
    concept: &'a str,
    game: StochasticGame,
    found: StochasticSolution,
}

impl Answer<'_> {
    fn tables(&self, model: &Model, scenario: &Scenario) -> Vec<Table> {
        let titles: Vec<String> = match &model.horizon {
            Horizon::States(states) => {
                states.states.iter().map(|state| state.title.clone()).collect()
            }
            _ => Vec::new(),
        };
        let with = if scenario.mechanisms.is_empty() {
            String::new()
        } else {
            format!(", with {} ({})", scenario.title, scenario.id)
        };
        let heading = report::heading(&self.found.answer);
        let about = format!("{}: {heading}{with}", capitalised(&model.meta.title));
        let mut tables = report::tables(&self.game, &titles, &self.found.answer, &about);
        if let Some(last) = tables.last_mut() {
            last.sentence(Some("Certified"), sentence(&self.found.certificate.checked));
            if matches!(self.found.answer, StochasticAnswer::Critical(_))
                && !model.agreements().is_empty()
            {
                last.sentence(
                    None,
                    "For the agreements of the model, kept by the threat of going back to play without promises, ask with --method agreements.",
                );
            }
            if let (Status::Partial(reason), true) =
                (self.found.status, self.concept != "stochastic")
            {
                last.sentence(Some("Partial"), format!("{reason}; the stated bounds are right."));
            }
        }
        tables
    }

    fn json(
        &self,
        model: &Model,
        set: &[(usize, Rational)],
        scenario: &Scenario,
    ) -> serde_json::Value {
        let StochasticSolution { answer, certificate, status, method, warnings, .. } = &self.found;
        let ids = &scenario.mechanisms;
        let header = header_of(model, set, ids, self.concept, method, *status, warnings);
        result::write_stochastic(&header, &self.game, answer, Some(certificate))
    }
}

/// What is asked under a concept.
fn question(arguments: &Arguments, concept: &str) -> Result<StochasticQuestion, Failure> {
    let method = arguments.method.as_deref();
    let methods = match concept {
        "stochastic" => METHODS,
        "markov" => MARKOV_METHODS,
        "repeated-payoffs" => PAYOFF_METHODS,
        _ => CRITICAL_METHODS,
    };
    if let Some(other) = method.filter(|method| !methods.contains(method)) {
        find_concept(concept).map_err(failure)?;
        return Err(Failure::wrong(format_args!(
            "the concept `{concept}` has no method `{other}`{}; it has {}",
            if matches!(concept, "critical-discount" | "repeated-payoffs") {
                " for games in states"
            } else {
                ""
            },
            methods.join(", ")
        )));
    }
    match concept {
        "stochastic" => Ok(negotiation(arguments)?
            .map_or(StochasticQuestion::Transfers, StochasticQuestion::Negotiation)),
        "markov" => {
            let unread = [
                ("--starts", arguments.starts.is_some_and(|starts| starts > 1)),
                ("--seed", arguments.seed.is_some()),
            ];
            if method == Some("shapley")
                && let Some((option, _)) = unread.iter().find(|(_, given)| *given)
            {
                return Err(Failure::wrong(format_args!("{option} belongs to --method homotopy")));
            }
            let options = MarkovOptions {
                starts: arguments.starts.unwrap_or(1),
                seed: arguments.seed.unwrap_or(1),
            };
            Ok(StochasticQuestion::Markov { method: arguments.method.clone(), options })
        }
        "repeated-payoffs" => Ok(StochasticQuestion::Payoffs),
        _ if method == Some("agreements") => Ok(StochasticQuestion::Agreements(Vec::new())),
        _ => Ok(StochasticQuestion::Critical),
    }
}

/// How the players negotiate, where they do.
fn negotiation(arguments: &Arguments) -> Result<Option<NegotiationOptions>, Failure> {
    let method = arguments.method.as_deref();
    if method != Some("negotiation") {
        let given = super::given_options(arguments)
            .find(|(option, _)| ["--negotiation", "--bargaining", "--periods"].contains(option));
        return match given {
            Some((option, _)) => {
                Err(Failure::wrong(format_args!("{option} belongs to --method negotiation")))
            }
            None => Ok(None),
        };
    }
    let number = |option: &str, text: &str| {
        parse_literal(text.trim())
            .map_err(|error| Failure::wrong(format_args!("{option} {text}: {error}")))
    };
    let Some(probability) = &arguments.negotiation else {
        return Err(Failure::wrong(
            "--method negotiation needs the probability of new negotiations: --negotiation 0.65",
        ));
    };
    let weights = match &arguments.bargaining {
        None => Vec::new(),
        Some(text) => text
            .split(',')
            .map(|part| number("--bargaining", part))
            .collect::<Result<Vec<_>, _>>()?,
    };
    Ok(Some(NegotiationOptions {
        probability: number("--negotiation", probability)?,
        weights,
        periods: arguments.periods.unwrap_or(1000),
    }))
}
