//! `detente boundary`: where best replies change along a parameter, exactly.

use clap::Args;
use serde_json::json;

use crate::num::Notation;
use crate::report::{Column, Table};
use crate::study::boundary::reply_boundaries;
use crate::study::scenario::{BASELINE, find_scenario};

use super::common::{
    Failure, ModelArguments, Outcome, Output, WriteArguments, load_with_warnings, parameter,
    parse_set, write_tables,
};

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
    let model = load_with_warnings(&arguments.model.file, arguments.quiet)?;
    let set = parse_set(&model, &arguments.model.set)?;
    let along = parameter(&model, &arguments.parameter)?;
    let scenario = find_scenario(&model, &arguments.mechanism).map_err(Failure::wrong)?;
    let lines = reply_boundaries(&model, &set, &scenario.mechanisms, along).map_err(Failure::no)?;
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
    let mut list = Vec::new();
    for line in &lines {
        let player = &model.players[line.player];
        let others: Vec<&str> = (0..model.players.len())
            .filter(|&other| other != line.player)
            .map(|other| model.players[other].actions[line.against[other]].id.as_str())
            .collect();
        let others = others.join("|");
        let mut push = |from: Option<&crate::num::Rational>, action: usize| {
            table.push(vec![
                player.id.as_str().into(),
                others.as_str().into(),
                from.map_or_else(|| "any lower".into(), Into::into),
                player.actions[action].id.as_str().into(),
            ]);
        };
        push(None, line.first);
        for (from, action) in &line.switches {
            push(Some(from), *action);
        }
        list.push(json!({
            "player": player.id,
            "against": others,
            "first": player.actions[line.first].id,
            "switches": line.switches.iter().map(|(from, action)| json!({
                "from": from,
                "best_reply": player.actions[*action].id,
            })).collect::<Vec<_>>(),
        }));
    }
    let json = || {
        json!({
            "schema": "detente/boundary/1",
            "detente": env!("CARGO_PKG_VERSION"),
            "command": "boundary",
            "model": { "name": model.meta.id, "sha256": model.source.sha256 },
            "parameter": name,
            "scenario": scenario.id,
            "arithmetic": "exact",
            "boundaries": list,
        })
    };
    write_tables(&[table], json, &arguments.write, output)?;
    Ok(0)
}
