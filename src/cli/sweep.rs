//! `detente sweep`: scenarios over a grid or a sample of parameter points.

use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::model::Model;
use crate::report::{shares as shares_report, tidy, titles};
use crate::solve::Exhausted;
use crate::study::design::{Axis, Design};
use crate::study::journal::{Header, Journal, JournalError, Opened};
use crate::study::scenario::{BASELINE, Kind, Scenario, all_scenarios, baseline};
use crate::study::shares::Shares;
use crate::study::sweep::{Cell, CellFailure, Sweep};

use super::common::{
    Failure, Format, LimitArguments, ModelArguments, Outcome, Output, WriteArguments,
    load_with_warnings, model_json, parameter, parse_set, scenario, thread_pool, write_result,
};
use super::destination;

/// The schema that shares name.
pub(super) const SHARES_SCHEMA: &str = "detente/shares/1";
/// The schema that files of cells name.
pub(super) const CELLS_SCHEMA: &str = "detente/sweep/1";

/// Points are evaluated and written by chunks of this many.
const CHUNK: u64 = 128;

/// The arguments of `detente sweep`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  detente sweep northeast-asia --vary g=0:80:81 --mechanism pledge --out g.csv\n  detente sweep northeast-asia --sample 10000 --mechanism all --shares\n\nWith --shares --format csv: one row for each count. Columns: scenario, against, quantity,\nmeasure, value, count, points; docs/results.md explains them, and those of the cells."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    model: ModelArguments,
    /// Vary a parameter over a grid: FROM:TO:STEPS or a list of values (repeatable)
    #[arg(long, value_name = "P=FROM:TO:STEPS", conflicts_with = "sample")]
    vary: Vec<String>,
    /// Visit this many points of a low-discrepancy sequence over the ranges of the parameters
    #[arg(long, value_name = "POINTS")]
    sample: Option<u64>,
    /// With --sample: the parameters to vary, instead of all that have a range
    #[arg(long, value_name = "P,P,…", value_delimiter = ',', requires = "sample")]
    over: Vec<String>,
    /// Also evaluate a mechanism or bundle at every point (repeatable); `all` for every mechanism,
    /// bundle and test, `lenses` for every distorted actor
    #[arg(long, value_name = "ID")]
    mechanism: Vec<String>,
    /// Count in how much of the range each conclusion holds, and print the shares
    #[arg(long)]
    shares: bool,
    /// The number of threads; all processors when not given
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=256))]
    jobs: Option<u64>,
    #[command(flatten)]
    write: WriteArguments,
    /// Where the shares go while --out takes the cells (with --format json or latex and without
    /// this option, --out takes the shares and no cells are written)
    #[arg(long, value_name = "PATH", requires = "shares")]
    shares_out: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitArguments,
}

/// Cells as a sweep finds them.
type Found = Result<Cell, CellFailure>;

/// What a sweep visited.
#[derive(Debug, Default)]
struct Visited {
    /// Why it ended early, if it did.
    stopped: Option<Exhausted>,
    cells: u64,
    /// How many have no value.
    failed: u64,
    /// The first of them.
    first: Option<CellFailure>,
}

/// Why a sweep fails.
enum Stop {
    Journal(JournalError),
    Output(Failure),
}

impl From<JournalError> for Stop {
    fn from(error: JournalError) -> Self {
        Stop::Journal(error)
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Journal(error) => Failure::wrong(error),
            Stop::Output(failure) => failure,
        }
    }
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> Outcome {
    arguments.write.guard(&arguments.model.file)?;
    let input = Path::new(&arguments.model.file);
    destination::guard(arguments.shares_out.as_deref(), arguments.write.force, &[input])?;
    let model = load_with_warnings(&arguments.model.file, arguments.limits.quiet)?;
    super::common::refuse_succinct(&model)?;
    let set = parse_set(&model, &arguments.model.set)?;
    let design = design(&model, arguments)?;
    let varied = design
        .names()
        .into_iter()
        .map(|name| parameter(&model, name))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(&(both, _)) = set.iter().find(|(at, _)| varied.contains(at)) {
        let name = &model.parameters[both].name;
        return Err(Failure::wrong(format_args!("`{name}` is both set and varied")));
    }
    let scenarios = scenarios(&model, &arguments.mechanism)?;
    if arguments.shares_out.is_some() && arguments.shares_out == arguments.write.out {
        return Err(Failure::wrong("--out and --shares-out name the same file"));
    }
    // JSON and LaTeX are for the shares: then --out is where they go, and no cells are written.
    let shares_alone = arguments.shares
        && (arguments.write.out.is_none()
            || matches!(arguments.write.format, Format::Json | Format::Latex)
                && arguments.shares_out.is_none());
    let sweep = Sweep { model: &model, set, design, varied, scenarios, facts: arguments.shares };
    let pool = thread_pool(arguments.jobs.unwrap_or(0))?;
    let mut shares =
        arguments.shares.then(|| Shares::new(&model, &sweep.scenarios, &sweep.design.names()));
    let visited = if !shares_alone {
        write_cells(&sweep, arguments, &pool, shares.as_mut(), output)?
    } else {
        visit(&sweep, arguments, &pool, 0, |_, cells| {
            if let Some(shares) = &mut shares {
                shares.count(cells);
            }
            Ok(())
        })?
    };
    if visited.cells > 0
        && visited.failed == visited.cells
        && let Some(first) = &visited.first
    {
        return Err(Failure::wrong(format_args!("no cell has a value: {first}")));
    }
    if let Some(shares) = &shares {
        let tables = shares_report::tables(&model, &sweep.scenarios, shares);
        let json = || {
            let mut value = shares_document(&sweep, shares);
            let all = visited.stopped.is_none() && visited.failed == 0;
            value["status"] = if all { "solved" } else { "partial" }.into();
            value
        };
        let out =
            if shares_alone { arguments.write.out.clone() } else { arguments.shares_out.clone() };
        let write = WriteArguments { format: arguments.write.format, out, force: true };
        let tidy = || tidy::shares(&model, &sweep.scenarios, shares);
        write_result(&tables, tidy, json, &write, output)?;
    }
    match (visited.stopped, visited.first) {
        (None, None) => Ok(0),
        (None, Some(first)) => Err(Failure::no(format_args!(
            "{} of {} cells have no value{}; the first: {first}",
            visited.failed,
            visited.cells,
            if shares.is_some() { ", and their points are left out of the shares" } else { "" }
        ))),
        (Some(reason), _) => {
            let resumable = !shares_alone && arguments.write.out.is_some();
            let remedy = if resumable {
                "run the same command again to continue"
            } else {
                "what was visited until then is shown; with --out the cells are kept, and the same command continues"
            };
            Err(Failure::no(format_args!("{reason} before the sweep was complete; {remedy}")))
        }
    }
}

fn design(model: &Model, arguments: &Arguments) -> Result<Design, Failure> {
    if let Some(count) = arguments.sample {
        return sequence(model, &arguments.over, count);
    }
    if arguments.vary.is_empty() {
        return Err(Failure::wrong(
            "no parameter varies: name one with --vary, or visit the ranges of the model's parameters with --sample POINTS",
        ));
    }
    let axes = arguments.vary.iter().map(|text| Axis::parse(text)).collect::<Result<_, _>>();
    axes.and_then(Design::grid).map_err(Failure::wrong)
}

/// A sequence over the ranges of some parameters, or of all that have one.
fn sequence(model: &Model, over: &[String], count: u64) -> Result<Design, Failure> {
    let wanted = over.iter().map(|name| parameter(model, name)).collect::<Result<Vec<_>, _>>()?;
    let mut ranges = Vec::new();
    for (at, parameter) in model.parameters.iter().enumerate() {
        if !wanted.is_empty() && !wanted.contains(&at) {
            continue;
        }
        match parameter.range() {
            Some((low, high)) => {
                ranges.push((parameter.name.clone(), low.to_f64(), high.to_f64()));
            }
            None if wanted.contains(&at) => {
                return Err(Failure::wrong(format_args!(
                    "parameter `{}` has no range in the model file",
                    parameter.name
                )));
            }
            None => {}
        }
    }
    if ranges.is_empty() && count > 0 {
        return Err(Failure::wrong(
            "no parameter of the model has a range to sample: give one in the model file, or name values with --vary",
        ));
    }
    Design::sequence(ranges, count).map_err(Failure::wrong)
}

fn scenarios(model: &Model, names: &[String]) -> Result<Vec<Scenario>, Failure> {
    let mut scenarios = vec![baseline(model)];
    for (name, lenses) in [("all", false), ("lenses", true)] {
        if names.iter().any(|wanted| wanted == name) {
            let more = all_scenarios(model).into_iter().skip(1);
            scenarios.extend(more.filter(|scenario| (scenario.kind == Kind::Lens) == lenses));
        }
    }
    let own = |name: &&String| !["all", "lenses", BASELINE].contains(&name.as_str());
    for name in names.iter().filter(own) {
        let scenario = scenario(model, name)?;
        if !scenarios.iter().any(|known| known.id == scenario.id) {
            scenarios.push(scenario);
        }
    }
    Ok(scenarios)
}

/// The design as data, from which [`design_of`] makes it again.
fn design_json(design: &Design) -> serde_json::Value {
    match design {
        Design::Grid(axes) => {
            json!({ "grid": axes.iter().map(ToString::to_string).collect::<Vec<_>>() })
        }
        Design::Sequence { ranges, count } => json!({
            "sequence": "roberts",
            "points": count,
            "over": ranges.iter().map(|(name, ..)| name).collect::<Vec<_>>(),
        }),
    }
}

/// The design that a result was made with.
pub(super) fn design_of(model: &Model, value: &serde_json::Value) -> Result<Design, Failure> {
    let texts = |key: &str| -> Option<Vec<String>> {
        let list = value.get(key)?.as_array()?;
        list.iter().map(|text| text.as_str().map(str::to_owned)).collect()
    };
    if let Some(axes) = texts("grid") {
        let axes = axes.iter().map(|text| Axis::parse(text)).collect::<Result<_, _>>();
        return axes.and_then(Design::grid).map_err(Failure::wrong);
    }
    match (value.get("points").and_then(serde_json::Value::as_u64), texts("over")) {
        (Some(count), Some(over)) => sequence(model, &over, count),
        _ => Err(Failure::wrong("the result does not say which points were visited")),
    }
}

/// Visits all points from `first` on, chunk by chunk, in order.
fn visit(
    sweep: &Sweep<'_>,
    arguments: &Arguments,
    pool: &rayon::ThreadPool,
    first: u64,
    mut each: impl FnMut(u64, &[Found]) -> Result<(), Stop>,
) -> Result<Visited, Failure> {
    let points = sweep.design.len();
    let target = if arguments.limits.quiet {
        ProgressDrawTarget::hidden()
    } else {
        // Hidden by itself when standard error is no terminal.
        ProgressDrawTarget::stderr()
    };
    let bar = ProgressBar::with_draw_target(Some(points), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} points, {eta} left") {
        bar.set_style(style);
    }
    bar.set_position(first);
    let budget = arguments.limits.budget();
    let width = sweep.scenarios.len();
    let mut visited = Visited::default();
    let mut from = first;
    while from < points {
        let to = points.min(from + CHUNK);
        let found = budget.check(0).and_then(|()| pool.install(|| sweep.cells(from, to, &budget)));
        let cells = match found {
            Ok(cells) => cells,
            Err(reason) => {
                visited.stopped = Some(reason);
                return Ok(visited);
            }
        };
        visited.cells += cells.len() as u64;
        for failure in cells.iter().filter_map(|cell| cell.as_ref().err()) {
            visited.failed += 1;
            visited.first.get_or_insert_with(|| failure.clone());
        }
        for (at, row) in (from..to).zip(cells.chunks(width)) {
            each(at, row)?;
        }
        from = to;
        bar.set_position(from);
    }
    bar.finish_and_clear();
    Ok(visited)
}

/// Writes the cells to a file that can be resumed, or to standard output.
fn write_cells(
    sweep: &Sweep<'_>,
    arguments: &Arguments,
    pool: &rayon::ThreadPool,
    mut shares: Option<&mut Shares>,
    output: &mut Output,
) -> Result<Visited, Failure> {
    if !matches!(arguments.write.format, Format::Csv | Format::Text) && shares.is_none() {
        return Err(Failure::wrong(
            "the cells of a sweep are written as CSV; --format applies to --shares",
        ));
    }
    let columns = sweep.columns();
    let Some(path) = &arguments.write.out else {
        let line = |fields: &[String]| -> String {
            let mut writer = ::csv::Writer::from_writer(Vec::new());
            // Writing to memory does not fail.
            let _ = writer.write_record(fields);
            let bytes = writer.into_inner().unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        output.print(&line(&columns))?;
        return visit(sweep, arguments, pool, 0, |at, cells| {
            for cell in cells {
                output.print(&line(&sweep.fields(at, cell))).map_err(Stop::Output)?;
            }
            Ok(())
        });
    };
    let width = sweep.scenarios.len() as u64;
    let header = Header {
        schema: CELLS_SCHEMA.to_owned(),
        detente: env!("CARGO_PKG_VERSION").to_owned(),
        model: sweep.model.meta.id.clone(),
        model_sha256: sweep.model.source.sha256.clone(),
        parameters: model_json(sweep.model, &sweep.set).to_string(),
        design: json!({
            "design": design_json(&sweep.design),
            "scenarios": sweep.scenarios.iter().map(|one| &one.id).collect::<Vec<_>>(),
            "titles": titles::json(sweep.model, &sweep.varied, &sweep.scenarios),
        })
        .to_string(),
        rows: sweep.design.len() * width,
        columns,
    };
    let mut journal = match Journal::open(path, &header).map_err(Failure::wrong)? {
        Opened::Complete if shares.is_none() => return Ok(Visited::default()),
        Opened::Complete => None,
        Opened::Unfinished(journal) => Some(journal),
    };
    let written = journal.as_ref().map_or(header.rows, |journal| journal.done());
    // Shares need every cell again; without them only the missing rows are computed.
    let first = if shares.is_some() { 0 } else { written / width };
    let mut pending: Vec<Vec<String>> = Vec::new();
    let visited = visit(sweep, arguments, pool, first, |at, cells| {
        if let Some(shares) = shares.as_deref_mut() {
            shares.count(cells);
        }
        if let Some(journal) = &mut journal {
            for (scenario, cell) in (0..width).zip(cells) {
                if at * width + scenario >= written {
                    pending.push(sweep.fields(at, cell));
                }
            }
            if pending.len() as u64 >= CHUNK * width {
                journal.append(&pending)?;
                pending.clear();
            }
        }
        Ok(())
    })?;
    if let Some(mut journal) = journal {
        journal.append(&pending).map_err(Failure::no)?;
        if visited.stopped.is_none() {
            journal.finish().map_err(Failure::no)?;
        }
    }
    Ok(visited)
}

/// The shares of a finished sweep as JSON.
pub(super) fn shares_document(sweep: &Sweep<'_>, shares: &Shares) -> serde_json::Value {
    json!({
        "schema": SHARES_SCHEMA,
        "detente": env!("CARGO_PKG_VERSION"),
        "command": "sweep",
        "model": model_json(sweep.model, &sweep.set),
        "design": design_json(&sweep.design),
        "scenarios": sweep.scenarios.iter().map(|scenario| &scenario.id).collect::<Vec<_>>(),
        "status": "solved",
        "shares": shares_report::json(sweep.model, &sweep.scenarios, shares),
    })
}
