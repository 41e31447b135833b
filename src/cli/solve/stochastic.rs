//! `detente solve --concept stochastic` on models with states.

use crate::model::{Horizon, Model};
use crate::num::{Rational, parse_literal};
use crate::report::{result, stochastic as report, tidy};
use crate::solve::Status;
use crate::solve::stochastic::NegotiationOptions;
use crate::study::scenario::Scenario;
use crate::study::stochastic::{METHODS, solve_stochastic, stochastic_problem};

use super::super::common::{Failure, Format, Outcome, Output, write_result};
use super::{Arguments, capitalised, failure, header_of, options, sentence};

/// Whether this question is answered here.
pub(super) fn is_asked(arguments: &Arguments, model: &Model) -> bool {
    matches!(model.horizon, Horizon::States(_))
        && (arguments.all || arguments.concept == "stochastic")
}

pub(super) fn run(
    arguments: &Arguments,
    model: &Model,
    set: &[(usize, Rational)],
    scenario: &Scenario,
    output: &mut Output,
) -> Outcome {
    let known = ["--discount", "--negotiation", "--bargaining", "--periods"];
    if let Some((option, _)) =
        super::given_options(arguments).find(|(option, _)| !known.contains(option))
    {
        return Err(Failure::wrong(format_args!("{option} says nothing to a game in states")));
    }
    if arguments.stream || arguments.write.format == Format::Gambit {
        return Err(Failure::wrong(
            "equilibria are listed for games in strategic form, and this is a game in states: try text, json, csv or latex",
        ));
    }
    let negotiation = negotiation(arguments)?;
    let discount = arguments.discount.as_deref().map(options::discount).transpose()?;
    let problem =
        stochastic_problem(model, set, &scenario.mechanisms, discount.as_ref()).map_err(failure)?;
    let game = &problem.game;
    let budget = arguments.limits.budget();
    let found = solve_stochastic(game, negotiation.as_ref(), &budget).map_err(failure)?;
    let titles: Vec<String> = match &model.horizon {
        Horizon::States(states) => states.states.iter().map(|state| state.title.clone()).collect(),
        _ => Vec::new(),
    };
    let with = if scenario.mechanisms.is_empty() {
        String::new()
    } else {
        format!(", with {} ({})", scenario.title, scenario.id)
    };
    let about =
        format!("{}: {}{with}", capitalised(&model.meta.title), report::heading(&found.answer));
    let mut tables = report::tables(game, &titles, &found.answer, &about);
    if let Some(last) = tables.last_mut() {
        last.sentence(Some("Certified"), sentence(&found.certificate.checked));
    }
    let json = || {
        let header = header_of(
            model,
            set,
            &scenario.mechanisms,
            "stochastic",
            found.method,
            found.status,
            &[],
        );
        let value =
            result::write_stochastic(&header, game, &found.answer, Some(&found.certificate));
        if arguments.all {
            serde_json::json!({ "schema": "detente/results/1", "command": "solve", "results": [value] })
        } else {
            value
        }
    };
    let tidy = || tidy::stochastic(found.method, game, &found.answer);
    write_result(&tables, tidy, json, &arguments.write, output)?;
    Ok(u8::from(matches!(found.status, Status::Partial(_))))
}

/// How the players negotiate, where they do.
fn negotiation(arguments: &Arguments) -> Result<Option<NegotiationOptions>, Failure> {
    let method = arguments.method.as_deref();
    if let Some(other) = method.filter(|method| !METHODS.contains(method)) {
        return Err(Failure::wrong(format_args!(
            "the concept `stochastic` has no method `{other}`; it has {}",
            METHODS.join(", ")
        )));
    }
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
