//! `detente compare` of a model in states.

use serde_json::{Value, json};

use crate::cli::common::{Format, Outcome, Output, model_json, write_result};
use crate::model::Model;
use crate::num::Rational;
use crate::report::{comparison::states, tidy, titles};
use crate::solve::stochastic::MarkovOptions;
use crate::study::compare::{StateComparison, StateRow, compare_states};
use crate::study::scenario::Scenario;

use super::{Arguments, SCHEMA, failed, failures};

/// Paths that are followed when nothing is said.
const STARTS: u64 = 8;
/// The most that may be asked for.
pub(super) const MOST_STARTS: u64 = 1000;

pub(super) fn run(
    arguments: &Arguments,
    model: &Model,
    set: &[(usize, Rational)],
    scenarios: &[Scenario],
    output: &mut Output,
) -> Outcome {
    let budget = arguments.limits.budget();
    let options = MarkovOptions {
        starts: arguments.starts.unwrap_or(STARTS),
        seed: arguments.seed.unwrap_or(MarkovOptions::default().seed),
    };
    let result = compare_states(model, set, scenarios, &options, &budget).map_err(failed)?;
    if arguments.write.format == Format::Text
        && arguments.write.out.is_none()
        && let Some(text) = states::headline(model, &result)
    {
        output.print(&text)?;
    }
    let tables = states::tables(model, &result);
    let json = || document(model, set, &result);
    let tidy = || tidy::states_compared(model, &result);
    write_result(&tables, tidy, json, &arguments.write, output)?;
    if !result.is_complete() && result.failures.is_empty() {
        if result.rows.iter().any(StateRow::lacks_a_probability) {
            say!(
                "warning: the probability of conflict within {} {}s is not stated where its fractions would \
                 be too long; ask about fewer in `years` of [comparison]",
                model.comparison.years,
                model.period()
            );
        } else {
            say!("warning: the limit was reached: not all is known of what is played");
        }
    }
    for failure in &result.failures {
        say!("error: no result for {failure}");
    }
    Ok(u8::from(!result.is_complete()))
}

/// From where a stated comparison looked for equilibria.
pub(in crate::cli) fn options_of(value: &Value) -> Result<MarkovOptions, String> {
    let number = |key: &str| {
        let found = value["paths"][key].as_u64();
        found.ok_or_else(|| format!("`paths.{key}` is missing, or is no number"))
    };
    let options = MarkovOptions { starts: number("starts")?, seed: number("seed")? };
    match options.starts {
        1..=MOST_STARTS => Ok(options),
        other => {
            Err(format!("`paths.starts` is {other}, and is at least 1 and at most {MOST_STARTS}"))
        }
    }
}

/// The result as JSON.
pub(in crate::cli) fn document(
    model: &Model,
    set: &[(usize, Rational)],
    result: &StateComparison,
) -> Value {
    let mut value = json!({
        "schema": SCHEMA,
        "detente": env!("CARGO_PKG_VERSION"),
        "command": "compare",
        "form": "stochastic",
        "model": model_json(model, set),
        "status": if result.is_complete() { "solved" } else { "partial" },
        "arithmetic": if result.is_exact() { "exact" } else { "float" },
        "titles": titles::json(model, &[], result.rows.iter().map(|row| &row.scenario)),
        "discount": result.rows.first().map(|row| row.game.discount().value()),
        "paths": { "starts": result.options.starts, "seed": result.options.seed },
        "periods": model.comparison.years,
        "build_up": result.build_up.map(|at| &result.rows[at].scenario.id),
        "scenarios": result.rows.iter()
            .map(|row| states::row_json(model, row)).collect::<Vec<_>>(),
    });
    if !result.failures.is_empty() {
        value["failures"] = failures(&result.failures);
    }
    value
}
