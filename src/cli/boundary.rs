//! `detente boundary`: where best replies change along a parameter, exactly.

use clap::Args;
use serde_json::json;

use crate::model::Model;
use crate::num::{Notation, Rational};
use crate::report::{Cell, Column, Table};
use crate::study::boundary::{BoundaryFailure, ReplyLine, reply_boundaries};
use crate::study::scenario::{BASELINE, Scenario};

use super::common::{
    Failure, ModelArguments, Outcome, Output, WriteArguments, load_with_warnings, model_json,
    parameter, parse_set, scenario, write_tables,
};

/// The schema that results name.
pub(super) const SCHEMA: &str = "detente/boundary/1";

/// The arguments of `detente boundary`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    model: ModelArguments,
    /// The parameter along which best replies are followed
    #[arg(long, short, value_name = "NAME")]
    parameter: String,
    /// Apply a mechanism or bundle first; several are joined by `+`
    #[arg(long, value_name = "ID", default_value = BASELINE)]
    mechanism: String,
    #[command(flatten)]
    write: WriteArguments,
    /// Say nothing but the result
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> Outcome {
    arguments.write.guard(&arguments.model.file)?;
    let model = load_with_warnings(&arguments.model.file, arguments.quiet)?;
    super::common::refuse_succinct(&model)?;
    let set = parse_set(&model, &arguments.model.set)?;
    let along = parameter(&model, &arguments.parameter)?;
    if set.iter().any(|(at, _)| *at == along) {
        let name = &arguments.parameter;
        return Err(Failure::wrong(format_args!(
            "`{name}` is set, and best replies are followed along it: leave --set {name} out"
        )));
    }
    let scenario = scenario(&model, &arguments.mechanism)?;
    let found = reply_boundaries(&model, &set, &scenario.mechanisms, along);
    let lines = found.map_err(|failure| match failure {
        BoundaryFailure::Types | BoundaryFailure::States => Failure::wrong(failure),
        _ => Failure::no(failure),
    })?;
    let name = &arguments.parameter;
    let mut table = Table::new(
        format!("Best replies along {name} ({}, {})", model.meta.id, scenario.id),
        vec![
            Column::name("player", "player"),
            Column::name("against", "against"),
            Column::number("from", format!("from {name} ="), Notation::Beside(4)),
            Column::text("best_reply", "best reply"),
        ],
    );
    for line in &lines {
        let player = &model.players[line.player];
        let others = others_of(&model, line);
        let mut push = |from: Option<&Rational>, action: usize| {
            table.push(vec![
                player.id.as_str().into(),
                others.as_str().into(),
                from.map_or_else(
                    || Cell::text("any lower").in_files(f64::NEG_INFINITY),
                    Into::into,
                ),
                player.actions[action].id.as_str().into(),
            ]);
        };
        push(None, line.first);
        for (from, action) in &line.switches {
            push(Some(from), *action);
        }
    }
    let json = || document(&model, &set, &scenario, along, &lines);
    write_tables(&[table], json, &arguments.write, output)?;
    Ok(0)
}

/// The result as JSON.
pub(super) fn document(
    model: &Model,
    set: &[(usize, Rational)],
    scenario: &Scenario,
    along: usize,
    lines: &[ReplyLine],
) -> serde_json::Value {
    let list: Vec<_> = lines
        .iter()
        .map(|line| {
            let player = &model.players[line.player];
            json!({
                "player": player.id,
                "against": others_of(model, line),
                "first": player.actions[line.first].id,
                "switches": line.switches.iter().map(|(from, action)| json!({
                    "from": from,
                    "best_reply": player.actions[*action].id,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "schema": SCHEMA,
        "detente": env!("CARGO_PKG_VERSION"),
        "command": "boundary",
        "model": model_json(model, set),
        "parameter": model.parameters[along].name,
        "scenario": scenario.id,
        "arithmetic": "exact",
        "boundaries": list,
    })
}

/// The others' actions of a line, joined by `|`.
fn others_of(model: &Model, line: &ReplyLine) -> String {
    let others: Vec<&str> = (0..model.players.len())
        .filter(|&other| other != line.player)
        .map(|other| model.players[other].actions[line.against[other]].id.as_str())
        .collect();
    others.join("|")
}
