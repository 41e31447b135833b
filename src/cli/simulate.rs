//! `detente simulate`: sample paths of play over time, beside what is expected.

use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use crate::model::Model;
use crate::num::{Rational, shortest};
use crate::report::simulation::{self as report, Shown};
use crate::report::titles;
use crate::solve::chain::Counted;
use crate::solve::{Budget, Status};
use crate::study::journal::{Header, Journal, JournalError, Opened};
use crate::study::scenario::{BASELINE, Scenario};
use crate::study::simulate::{
    Asked, PathRow, Plan, Prepared, Simulation, compare, prepare, reference, simulate,
};
use crate::study::solution::QuestionError;

use super::common::{
    Failure, Format, LimitArguments, ModelArguments, Outcome, Output, WriteArguments, counted,
    load_with_warnings, model_json, parse_set, scenario, thread_pool, write_result,
};
use super::destination;

mod again;

pub(super) use again::{verify, verify_paths};

/// The schema that results name.
pub(super) const SCHEMA: &str = "detente/simulation/1";
/// The schema that files of paths name.
pub(super) const PATHS_SCHEMA: &str = "detente/paths/1";

/// The arguments of `detente simulate`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ways to play: agreement (default of models with agreements), stage, grim, tit-for-tat,\ngenerous-tit-for-tat, win-stay-lose-shift, always-cooperate, always-defect, best-response\n(default of other models), spiral, logit, fictitious-play, regret-matching; models with states\nare played by policy.\n\nExamples:\n  detente simulate northeast-asia --mechanism verification --periods 50\n  detente simulate noisy-monitoring --deviate Row=D\n  detente simulate prisoners-dilemma --play tit-for-tat --noise 0.01 --periods 1000\n  detente simulate tension-and-war --start crisis --paths 100000 --paths-out paths.csv\n  detente simulate northeast-asia --play spiral\n\nWith --format csv: one row for each number. Columns: quantity, of, period, level, simulated, low,\nhigh, expected, z, for_ever; docs/results.md explains them, and those of --paths-out."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    model: ModelArguments,
    /// What is played: one way for all, or PLAYER=STRATEGY for each player (repeatable)
    #[arg(long, short, value_name = "PLAY")]
    play: Vec<String>,
    /// Apply a mechanism or bundle first; several are joined by `+`
    #[arg(long, value_name = "ID", default_value = BASELINE)]
    mechanism: String,
    /// The number of periods of a path
    #[arg(long, value_name = "T", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=Plan::MOST_PERIODS))]
    periods: u64,
    /// The number of paths
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=Plan::MOST_PATHS))]
    paths: u64,
    /// Names the random numbers: the same seed gives the same paths
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The agreement that is played; the one that is kept, or the first one, when not given
    #[arg(long, value_name = "ID")]
    agreement: Option<String>,
    /// A player deviates from the agreement in the first period
    #[arg(long, value_name = "PLAYER=ACTION")]
    deviate: Option<String>,
    /// He does so for as long as the agreement stands
    #[arg(long, requires = "deviate")]
    always: bool,
    /// The actions that cooperate, for strategies such as tit-for-tat; those of the agreement when
    /// not given
    #[arg(long, value_name = "A|B")]
    cooperate: Option<String>,
    /// The actions that do not; those that are played without an agreement when not given
    #[arg(long, value_name = "A|B")]
    defect: Option<String>,
    /// With what probability generous-tit-for-tat forgives; the most that cannot be exploited when not
    /// given
    #[arg(long, value_name = "P")]
    generosity: Option<String>,
    /// The probability that a player plays something else than he means to
    #[arg(long, value_name = "P")]
    noise: Option<String>,
    /// The precision of logit responses
    #[arg(long, value_name = "L")]
    lambda: Option<String>,
    /// Who revises after a period: at-once, in-turn or random
    #[arg(long, value_name = "ORDER")]
    moves: Option<String>,
    /// What is played in a state, in place of what equilibria play (repeatable)
    #[arg(long, value_name = "STATE=A|B")]
    policy: Vec<String>,
    /// Where paths begin: a profile (A|B), a state, or random
    #[arg(long, value_name = "PLACE")]
    start: Option<String>,
    /// The event to wait for: an output of the kind hazard, or states; none for nothing
    #[arg(long, value_name = "ID")]
    conflict: Option<String>,
    /// The discount factor, in place of the model's
    #[arg(long, value_name = "D")]
    discount: Option<String>,
    /// The number of threads; all processors when not given
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=256))]
    jobs: Option<u64>,
    #[command(flatten)]
    write: WriteArguments,
    /// Write a row for each path to a CSV file, as they come; an interrupted run is continued
    #[arg(long, value_name = "PATH")]
    paths_out: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitArguments,
}

impl Arguments {
    fn plan(&self) -> Plan {
        Plan {
            play: self.play.clone(),
            agreement: self.agreement.clone(),
            deviate: self.deviate.clone(),
            always: self.always,
            cooperate: self.cooperate.clone(),
            defect: self.defect.clone(),
            generosity: self.generosity.clone(),
            noise: self.noise.clone(),
            lambda: self.lambda.clone(),
            moves: self.moves.clone(),
            policy: self.policy.clone(),
            start: self.start.clone(),
            conflict: self.conflict.clone(),
            discount: self.discount.clone(),
            periods: self.periods,
            paths: self.paths,
            seed: self.seed,
        }
    }
}

fn failure(error: QuestionError) -> Failure {
    match error {
        QuestionError::Wrong(_) => Failure::wrong(error),
        _ => Failure::no(error),
    }
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> Outcome {
    arguments.write.guard(&arguments.model.file)?;
    let input = Path::new(&arguments.model.file);
    destination::guard(arguments.paths_out.as_deref(), arguments.write.force, &[input])?;
    let [paths_out, out] =
        [&arguments.paths_out, &arguments.write.out].map(|path| path.as_deref().map(place));
    if paths_out.is_some() && paths_out == out {
        return Err(Failure::wrong("--out and --paths-out name the same file"));
    }
    if arguments.write.format == Format::Gambit {
        return Err(Failure::wrong("--format gambit lists equilibria: it is for `solve`"));
    }
    let model = load_with_warnings(&arguments.model.file, arguments.limits.quiet)?;
    let set = parse_set(&model, &arguments.model.set)?;
    let scenario = scenario(&model, &arguments.mechanism)?;
    let plan = arguments.plan();
    let budget = arguments.limits.budget();
    let prepared = prepare(&model, &set, &scenario.mechanisms, &plan, &budget).map_err(failure)?;
    // Before the paths, so that a limit on time leaves both some.
    let reference = reference(&prepared, &plan, Asked::ALL, &half(&budget)).map_err(failure)?;
    let header = || header(&model, &set, &scenario, &prepared, &plan);
    let simulation = walk(arguments, header, &prepared, &plan, &budget)?;
    if simulation.tally.paths == 0 {
        return Err(Failure::no(
            "the time limit was reached before one path was at its end: ask for fewer --periods, or allow more time",
        ));
    }
    let comparisons = compare(&prepared, &plan, &simulation.tally, reference.as_ref());
    let shown = Shown {
        title: &model.meta.title,
        scenario: &scenario,
        prepared: &prepared,
        plan: &plan,
        simulation: &simulation,
        reference: reference.as_ref(),
        comparisons: &comparisons,
    };
    let json = || document(&model, &set, &shown);
    write_result(&report::tables(&shown), || report::tidy(&shown), json, &arguments.write, output)?;
    match simulation.status {
        Status::Partial(reason) => Err(Failure::no(format_args!(
            "{reason} after {} of {}{}",
            simulation.tally.paths,
            counted(plan.paths as usize, "path"),
            if arguments.paths_out.is_some() {
                "; the same command continues the file of paths"
            } else {
                ""
            }
        ))),
        _ => Ok(0),
    }
}

/// Half of what is left of a limit on time, for expected values: paths get the rest.
fn half(budget: &Budget) -> Budget {
    match budget.time_left() {
        Some(left) => budget.clone().with_time(left / 2),
        None => budget.clone(),
    }
}

/// Where a file is, whatever the name by which it is called.
fn place(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize();
    match (path.canonicalize(), folder, path.file_name()) {
        (Ok(place), ..) => place,
        (_, Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// Walks the paths, with a file of them where one is asked for.
fn walk(
    arguments: &Arguments,
    header: impl FnOnce() -> Header,
    prepared: &Prepared,
    plan: &Plan,
    budget: &Budget,
) -> Result<Simulation, Failure> {
    let pool = thread_pool(arguments.jobs.unwrap_or(0))?;
    let target = if arguments.limits.quiet {
        ProgressDrawTarget::hidden()
    } else {
        // Hidden by itself when standard error is no terminal.
        ProgressDrawTarget::stderr()
    };
    let bar = ProgressBar::with_draw_target(Some(plan.paths), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} paths, {eta} left") {
        bar.set_style(style);
    }
    let mut journal = match &arguments.paths_out {
        None => None,
        Some(path) => match Journal::open(path, &header()).map_err(Failure::wrong)? {
            Opened::Complete => None,
            Opened::Unfinished(journal) => Some(journal),
        },
    };
    let written = journal.as_ref().map_or(0, |journal| journal.done());
    let labels = &prepared.walk.counted().labels;
    let rows = journal.is_some();
    // All paths are walked again where a file is continued: the sums need them.
    let found = pool.install(|| {
        simulate(prepared, plan, rows, budget, |rows, done| -> Result<(), JournalError> {
            if let Some(journal) = &mut journal {
                let fresh = rows.iter().filter(|row| row.path >= written);
                let fresh: Vec<_> = fresh.map(|row| fields(row, labels)).collect();
                if !fresh.is_empty() {
                    journal.append(&fresh)?;
                }
            }
            bar.set_position(done);
            Ok(())
        })
    });
    bar.finish_and_clear();
    let simulation = found.map_err(Failure::no)?;
    if let Some(journal) = journal
        && simulation.status == Status::Solved
    {
        journal.finish().map_err(Failure::no)?;
    }
    Ok(simulation)
}

/// The result as JSON.
fn document(model: &Model, set: &[(usize, Rational)], shown: &Shown<'_>) -> Value {
    let mut value = json!({
        "schema": SCHEMA,
        "detente": env!("CARGO_PKG_VERSION"),
        "command": "simulate",
        "model": model_json(model, set),
    });
    if let Some(object) = value.as_object_mut() {
        object.append(&mut report::json(shown));
    }
    value
}

fn columns(prepared: &Prepared) -> Vec<String> {
    let Counted { players, events, .. } = prepared.walk.counted();
    let mut columns = vec!["path".to_owned()];
    columns.extend(players.iter().map(|player| format!("payoff.{player}")));
    if prepared.discount.is_some() {
        columns.extend(players.iter().map(|player| format!("discounted.{player}")));
    }
    columns.extend(events.iter().map(|event| format!("period.{event}")));
    columns.push(format!("last.{}", prepared.labelled));
    columns
}

fn fields(row: &PathRow, labels: &[String]) -> Vec<String> {
    let mut fields = vec![row.path.to_string()];
    fields.extend(row.average.iter().chain(&row.discounted).map(|&value| shortest(value)));
    let first = row.first.iter();
    fields.extend(first.map(|first| first.map_or_else(String::new, |at| at.to_string())));
    fields.push(labels[row.last].clone());
    fields
}

fn header(
    model: &Model,
    set: &[(usize, Rational)],
    scenario: &Scenario,
    prepared: &Prepared,
    plan: &Plan,
) -> Header {
    Header {
        schema: PATHS_SCHEMA.to_owned(),
        detente: env!("CARGO_PKG_VERSION").to_owned(),
        model: model.meta.id.clone(),
        model_sha256: model.source.sha256.clone(),
        parameters: model_json(model, set).to_string(),
        design: json!({
            "plan": plan,
            "scenario": scenario.id,
            "titles": titles::json(model, &[], [scenario]),
        })
        .to_string(),
        rows: plan.paths,
        columns: columns(prepared),
    }
}
