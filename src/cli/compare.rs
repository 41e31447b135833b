//! `detente compare`: the baseline against each mechanism and bundle.

pub(super) mod states;

use clap::Args;
use serde_json::json;

use crate::model::{Horizon, Model};
use crate::num::Rational;
use crate::report::{comparison, tidy, titles};
use crate::study::compare::{Comparison, ComparisonFailure, compare};
use crate::study::scenario::{Scenario, all_scenarios, baseline};
use crate::study::solution::QuestionError;

use super::common::{
    Failure, Format, LimitArguments, ModelArguments, Outcome, Output, WriteArguments,
    load_with_warnings, model_json, parse_set, scenario, write_result,
};

/// The schema that results name.
pub(super) const SCHEMA: &str = "detente/comparison/1";

/// The arguments of `detente compare`.
#[derive(Debug, Args)]
#[command(
    after_help = "With --format csv: one row for each scenario. Columns: scenario, title, kind, channel,\nmechanisms, agreement, outcome, otherwise, stage, payoff.PLAYER, outputs, cumulative.OUTPUT,\ndiscount, critical_discount.AGREEMENT, …, change.QUANTITY; for models with states outcome.QUANTITY,\nmarkov.QUANTITY and transfers.QUANTITY; docs/results.md explains each."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    model: ModelArguments,
    /// Compare only these mechanisms or bundles with the baseline (repeatable; `a+b` applies both)
    #[arg(long, value_name = "ID")]
    mechanism: Vec<String>,
    /// Paths along which Markov perfect equilibria are looked for, from play drawn at random but for the
    /// first (models in states); 8 when not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=states::MOST_STARTS))]
    starts: Option<u64>,
    /// Names the draws of --starts; 1 when not given
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    write: WriteArguments,
    #[command(flatten)]
    limits: LimitArguments,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> Outcome {
    arguments.write.guard(&arguments.model.file)?;
    let model = load_with_warnings(&arguments.model.file, arguments.limits.quiet)?;
    super::common::refuse_succinct(&model)?;
    let set = parse_set(&model, &arguments.model.set)?;
    let scenarios: Vec<Scenario> = if arguments.mechanism.is_empty() {
        all_scenarios(&model)
    } else {
        let mut scenarios = vec![baseline(&model)];
        for name in &arguments.mechanism {
            let scenario = scenario(&model, name)?;
            if !scenarios.iter().any(|known| known.id == scenario.id) {
                scenarios.push(scenario);
            }
        }
        scenarios
    };
    if matches!(model.horizon, Horizon::States(_)) {
        return states::run(arguments, &model, &set, &scenarios, output);
    }
    for (option, given) in [("--starts", arguments.starts), ("--seed", arguments.seed)] {
        if given.is_some() {
            return Err(Failure::wrong(format!(
                "{option} is for models in states (`kind = \"states\"` in [horizon]), whose Markov \
                 perfect equilibria are looked for along paths; `{}` has none: leave it out",
                model.meta.id
            )));
        }
    }
    let result = compare(&model, &set, &scenarios, &arguments.limits.budget()).map_err(failed)?;
    let json = || document(&model, &set, &result);
    let tables = comparison::tables(&model, &result);
    if arguments.write.format == Format::Text
        && arguments.write.out.is_none()
        && let Some(text) = comparison::headline(&model, &result)
    {
        output.print(&text)?;
    }
    let tidy = || tidy::comparison(&model, &result);
    write_result(&tables, tidy, json, &arguments.write, output)?;
    if let Some(distance) = result.distance()
        && !arguments.limits.quiet
    {
        say!(
            "warning: payoffs use exp, log or sqrt: they were rounded, and all else is exact for the \
             rounded game; given what is played, no payoff, output, probability or critical discount \
             factor is more than {distance:e} off (equilibria, commitments and bounds are those of \
             the rounded game)"
        );
    }
    if !result.lists_are_complete() {
        say!("warning: the limit was reached: lists of equilibria are not complete");
    }
    for failure in &result.failures {
        say!("error: no result for {failure}");
    }
    Ok(u8::from(!result.is_complete()))
}

fn failed(failure: ComparisonFailure) -> Failure {
    match failure.reason {
        QuestionError::Wrong(_) => Failure::wrong(failure),
        _ => Failure::no(failure),
    }
}

/// The scenarios that have no result, as JSON.
fn failures(list: &[ComparisonFailure]) -> serde_json::Value {
    let failure =
        |one: &ComparisonFailure| json!({ "id": one.scenario, "reason": one.reason.to_string() });
    list.iter().map(failure).collect()
}

/// The result as JSON.
pub(super) fn document(
    model: &Model,
    set: &[(usize, Rational)],
    result: &Comparison,
) -> serde_json::Value {
    let mut value = json!({
        "schema": SCHEMA,
        "detente": env!("CARGO_PKG_VERSION"),
        "command": "compare",
        "model": model_json(model, set),
        "status": if result.is_complete() { "solved" } else { "partial" },
        "arithmetic": if result.distance().is_some() { "float" } else { "exact" },
        "titles": titles::json(model, &[], result.rows.iter().map(|row| &row.scenario)),
        "periods": model.comparison.years,
        "build_up": result.build_up.map(|at| &result.rows[at].scenario.id),
        "scenarios": result.rows.iter()
            .map(|row| comparison::row_json(model, row)).collect::<Vec<_>>(),
    });
    if let Some(distance) = result.distance() {
        value["distance"] = distance.into();
    }
    if !result.failures.is_empty() {
        value["failures"] = failures(&result.failures);
    }
    value
}
