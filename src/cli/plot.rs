//! `detente plot`: the figure of a saved result, as SVG.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use crate::report::plots::{
    Choice, PlotError, automaton_dot, of_comparison, of_simulation, of_solution, of_sweep,
};
use crate::report::result;
use crate::study::journal::Rows;

use super::common::{Failure, Outcome, Output, write_text};
use super::{compare, destination, simulate, sweep};

/// The arguments of `detente plot`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  detente sweep northeast-asia --vary g=0:80:41 --mechanism pledge --out g.csv\n  detente plot g.csv --quantity risk -o risk.svg\n  detente sweep northeast-asia --vary g=0:80:33 --vary delta=0.4:0.9:26 --out map.csv\n  detente plot map.csv --quantity agreement -o phase.svg\n  detente solve prisoners-dilemma -c qre --format json --out branch.json\n  detente plot branch.json -o branch.svg\n  detente solve northeast-asia -c credibility --format json --out worth.json\n  detente plot worth.json -o worth.svg\n  detente simulate noisy-monitoring --format json --out paths.json\n  detente plot paths.json -o survival.svg"
)]
pub(super) struct Arguments {
    /// A file of sweep cells (CSV), a comparison, a simulation, or a result of `solve` under `qre`, `automaton`, `credibility`,
    /// `correlated-payoffs`, `coarse-correlated-payoffs`, `repeated-payoffs` or `public-perfect --method payoffs` (JSON)
    #[arg(value_name = "RESULT")]
    result: PathBuf,
    /// The file to write; its ending names the format (.svg; .dot for automata)
    #[arg(long, short, value_name = "FIG")]
    out: Option<PathBuf>,
    /// The quantity to draw, by its column or name (risk, payoff.A, agreement, stage, …); of a logit
    /// branch the player, of a simulation an event, what is played, or `play` or `state` for all of it
    #[arg(long, value_name = "NAME")]
    quantity: Option<String>,
    /// The scenario of a sweep that is drawn; without it lines show all, and a map the baseline
    #[arg(long, value_name = "ID")]
    scenario: Option<String>,
    /// Replace the file of --out even if detente has not written it
    #[arg(long, requires = "out")]
    force: bool,
    /// The title of the figure
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> Outcome {
    if let Some(path) = &arguments.out {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if !["svg", "dot"].iter().any(|known| ending.eq_ignore_ascii_case(known)) {
            return Err(Failure::wrong(format_args!(
                "`{}`: figures are written as SVG in this version, and automata as graphs of Graphviz too; name a file that ends in .svg or .dot",
                path.display()
            )));
        }
    }
    let ending = arguments.out.as_deref().and_then(std::path::Path::extension);
    let is_dot = ending.is_some_and(|ending| ending.eq_ignore_ascii_case("dot"));
    let path = &arguments.result;
    destination::guard(arguments.out.as_deref(), arguments.force, &[path])?;
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::wrong(format_args!("cannot read `{}`: {error}", path.display()))
    })?;
    let choice = Choice {
        quantity: arguments.quantity.clone(),
        scenario: arguments.scenario.clone(),
        title: arguments.title.clone(),
    };
    let drawn: Result<_, PlotError> = if text.starts_with("# ") {
        let rows = Rows::parse(path, &text).map_err(Failure::wrong)?;
        if rows.header.schema != sweep::CELLS_SCHEMA {
            return Err(Failure::wrong(format_args!(
                "`{}` is not a file of sweep cells",
                path.display()
            )));
        }
        of_sweep(&rows, &choice)
    } else {
        let value: Value = serde_json::from_str(&text).map_err(|error| {
            Failure::wrong(format_args!(
                "`{}` is neither JSON nor a file of sweep cells: {error}",
                path.display()
            ))
        })?;
        match value["schema"].as_str() {
            Some(result::SCHEMA) if is_dot => {
                let text = automaton_dot(&value).map_err(Failure::wrong)?;
                write_text(&text, arguments.out.as_deref(), output)?;
                return Ok(0);
            }
            _ if is_dot => {
                return Err(Failure::wrong(
                    "a .dot file shows an automaton, a result of `solve` under the concept `automaton`",
                ));
            }
            Some(compare::SCHEMA) => of_comparison(&value, &choice),
            Some(result::SCHEMA) => of_solution(&value, &choice),
            Some(simulate::SCHEMA) => of_simulation(&value, &choice),
            other => {
                return Err(Failure::wrong(format_args!(
                    "there is no figure for results of the schema `{}`: draw a comparison, the cells of a sweep, a simulation or a solution",
                    other.unwrap_or("none")
                )));
            }
        }
    };
    let figure = drawn.map_err(Failure::wrong)?;
    write_text(&figure.to_svg(), arguments.out.as_deref(), output)?;
    Ok(0)
}
