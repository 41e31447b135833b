//! `detente verify`: a saved result, checked again.
//!
//! An answer of `solve` is read back and certified from the model and the answer alone, by code
//! that shares nothing with the solvers. The results of studies (comparisons, boundaries, shares)
//! are computed again, each answer in them certified anew, and held against the file; of the cells of
//! a sweep as many as [`MOST_CELLS`] are computed again by exact arithmetic.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use crate::certify::{Limits, certify, certify_bayesian};
use crate::model::{Horizon, Model};
use crate::num::Rational;
use crate::report::result::{self, Origin};
use crate::solve::Budget;
use crate::study::bayesian::bayesian_problem;
use crate::study::boundary::reply_boundaries;
use crate::study::compare::{compare, compare_states};
use crate::study::journal::Rows;
use crate::study::public::{by_triggers, certify_public, public_problem};
use crate::study::scenario::{Scenario, find_scenario};
use crate::study::shares::Shares;
use crate::study::solution::{Problem, problem};
use crate::study::stochastic::{certify_stochastic, stochastic_problem};
use crate::study::sweep::{Arithmetic, Sweep};

use super::common::{Failure, Outcome, Output, counted, load, parameter};
use super::{
    boundary, compare as compare_command, simulate as simulate_command, sweep as sweep_command,
    verify_beside,
};

/// The largest number of cells of a sweep that are computed again.
const MOST_CELLS: u64 = 400;

/// The arguments of `detente verify`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A saved result (JSON), or a file of sweep cells or of paths (CSV)
    #[arg(value_name = "RESULT")]
    result: PathBuf,
    /// The model file, when it is not where the result says
    #[arg(long, value_name = "FILE")]
    model: Option<String>,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> Outcome {
    let path = &arguments.result;
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::wrong(format_args!("cannot read `{}`: {error}", path.display()))
    })?;
    let statements = if text.starts_with("# ") {
        verify_cells(arguments, path, &text)?
    } else {
        let value: Value = serde_json::from_str(&text).map_err(|error| {
            Failure::wrong(format_args!("`{}` is not JSON: {error}", path.display()))
        })?;
        let schema = value.get("schema").and_then(Value::as_str).unwrap_or_default();
        match schema {
            result::SCHEMA => verify_solution(arguments, &value)?,
            "detente/results/1" => {
                let list = value.get("results").and_then(Value::as_array);
                let list = list.ok_or_else(|| Failure::wrong("the key `results` is missing"))?;
                let mut statements = Vec::new();
                for one in list {
                    statements.extend(verify_solution(arguments, one)?);
                }
                statements
            }
            compare_command::SCHEMA => verify_comparison(arguments, &value)?,
            boundary::SCHEMA => verify_boundary(arguments, &value)?,
            sweep_command::SHARES_SCHEMA => verify_shares(arguments, &value)?,
            simulate_command::SCHEMA => {
                let (model, set) = study_model(arguments, &value["model"])?;
                simulate_command::verify(&model, &set, &value)?
            }
            "" => {
                return Err(Failure::wrong(format_args!(
                    "`{}` is not a result of detente: it names no schema",
                    path.display()
                )));
            }
            other => {
                return Err(Failure::wrong(format_args!(
                    "results of the schema `{other}` are not verified: repeat the command instead"
                )));
            }
        }
    };
    if !arguments.quiet {
        output.line(format_args!("verified: {}", path.display()))?;
        for statement in statements {
            output.line(format_args!("  {statement}"))?;
        }
    }
    Ok(0)
}

pub(super) fn refused(reason: impl std::fmt::Display) -> Failure {
    Failure::No(format!("not verified: {reason}"))
}

/// The model, after its text was found to be the one that the result names.
fn model_of(arguments: &Arguments, file: &str, sha256: &str) -> Result<Model, Failure> {
    let model =
        load(arguments.model.as_deref().unwrap_or(file)).map_err(|failure| match failure {
            Failure::Wrong(text) if arguments.model.is_none() => {
                Failure::Wrong(format!("{text}\nhelp: name the model file with --model"))
            }
            other => other,
        })?;
    if model.source.sha256 != sha256 {
        return Err(refused(format_args!(
            "`{}` is not the model of the result: its SHA-256 is {} and not {sha256}",
            model.source.file, model.source.sha256
        )));
    }
    Ok(model)
}

fn verify_solution(arguments: &Arguments, value: &Value) -> Result<Vec<String>, Failure> {
    // A game with rounded payoffs is exact by itself; what the rounding means is checked below.
    let mut exact = value.clone();
    let float = value.get("arithmetic").and_then(Value::as_str) == Some("float");
    // Machine numbers with bounds are what some methods find: nothing was rounded before them.
    let bounded = matches!(value["scope"].as_str(), Some("all" | "near"))
        || value["concept"].as_str() == Some("qre")
        || matches!(value["form"].as_str(), Some("security" | "stochastic" | "public"));
    if float && !bounded {
        exact["arithmetic"] = "exact".into();
        if let Some(list) = exact.get_mut("equilibria").and_then(Value::as_array_mut) {
            for equilibrium in list {
                if equilibrium["regret"] != value["regret_bound"] {
                    return Err(refused(
                        "a stated regret is not the bound that the rounding gives",
                    ));
                }
                equilibrium["regret"] = "0".into();
            }
        }
    }
    let header = result::read_header(&exact).map_err(Failure::wrong)?;
    if let Some(statements) =
        super::verify_game::verify(&exact, &header, arguments.model.as_deref())?
    {
        return Ok(statements);
    }
    let model = match &header.model.origin {
        Origin::Input(text) => {
            let model = Model::read(super::common::STANDARD_INPUT, text)
                .map_err(|diagnostics| Failure::Wrong(diagnostics.render(false)))?;
            if model.source.sha256 != header.model.sha256 {
                return Err(refused(
                    "the text of the model does not have the SHA-256 that is stated",
                ));
            }
            model
        }
        Origin::BuiltIn(file) | Origin::File(file) => {
            model_of(arguments, file, &header.model.sha256)?
        }
    };
    if header.model.name != model.meta.id {
        return Err(refused(format_args!(
            "the model is `{}` and not `{}`",
            model.meta.id, header.model.name
        )));
    }
    let set = header
        .model
        .parameters
        .iter()
        .map(|(name, value)| Ok((parameter(&model, name)?, value.clone())))
        .collect::<Result<Vec<_>, Failure>>()?;
    let mechanisms = header
        .model
        .mechanisms
        .iter()
        .map(|id| {
            let known = model.mechanisms.iter().position(|mechanism| mechanism.id == *id);
            known.ok_or_else(|| refused(format_args!("the model has no mechanism `{id}`")))
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    if value["form"] == "stochastic" {
        let discount = result::read_discount(value).map_err(refused)?;
        let problem = stochastic_problem(&model, &set, &mechanisms, Some(&discount));
        let problem = problem.map_err(refused)?;
        let (game, pacts) = (&problem.game, problem.pacts(&model));
        let answer = result::read_stochastic(value, game, &pacts).map_err(refused)?;
        let certificate = certify_stochastic(game, &answer, &Limits::default()).map_err(refused)?;
        verify_beside::stochastic(value, &header, game, &answer, &certificate)?;
        return Ok(certificate.checked);
    }
    if value["form"] == "public" {
        let discount = result::read_public_discount(value).map_err(refused)?;
        let problem = public_problem(&model, &set, &mechanisms, discount.as_ref());
        let game = problem.map_err(refused)?.game;
        let answer = result::read_public(value, &game).map_err(refused)?;
        let certificate = certify_public(&game, &answer, &Limits::default()).map_err(refused)?;
        verify_beside::public(value, &header, &game, &answer, &certificate)?;
        let mut statements = certificate.checked;
        statements.extend(certificate.complete.reason().map(str::to_owned));
        return Ok(statements);
    }
    if let Some(verified) = super::verify_succinct::verify(value, &header, &model, &set) {
        return verified;
    }
    if exact["form"].as_str() == Some("bayesian") {
        let game = bayesian_problem(&model, &set, &mechanisms).map_err(refused)?.game;
        let answer = result::read_bayesian(&exact, &game).map_err(refused)?;
        let certificate = certify_bayesian(&game, &answer, &Limits::default()).map_err(refused)?;
        return Ok(certificate.checked);
    }
    let with_horizon =
        header.concept == "repeated" || by_triggers(&header.concept, Some(&header.method));
    let game =
        problem(&model, &set, &mechanisms, with_horizon, &Budget::unlimited()).map_err(refused)?;
    if !bounded || game.radius.is_some() {
        check_rounding(&game, value, float)?;
    }
    let subject = game.subject(&header.concept);
    let answer = result::read_answer(&exact, subject).map_err(refused)?;
    let certificate = certify(subject, &answer, &Limits::default()).map_err(refused)?;
    let mut statements = certificate.checked;
    statements.extend(certificate.complete.reason().map(str::to_owned));
    Ok(statements)
}

/// The stated radius of rounded payoffs and the bound on regret that follows from it.
fn check_rounding(game: &Problem, value: &Value, float: bool) -> Result<(), Failure> {
    match (game.radius, float) {
        (None, false) => Ok(()),
        (Some(radius), true) => {
            let number = |key: &str| value.get(key).and_then(Value::as_f64);
            if number("payoff_radius") != Some(radius)
                || number("regret_bound") != Some((2.0 * radius).next_up())
            {
                return Err(refused("the stated rounding of the payoffs is not the right one"));
            }
            Ok(())
        }
        _ => Err(refused("the stated arithmetic is not that of the model")),
    }
}

/// The model, parameters and design of a study's result.
fn study_model(
    arguments: &Arguments,
    stated: &Value,
) -> Result<(Model, Vec<(usize, Rational)>), Failure> {
    let text = |key: &str| stated.get(key).and_then(Value::as_str);
    let missing = || Failure::wrong("the result does not say which model it belongs to");
    let sha256 = text("sha256").ok_or_else(missing)?;
    let model = match text("text") {
        Some(text) => Model::read(super::common::STANDARD_INPUT, text)
            .map_err(|diagnostics| Failure::Wrong(diagnostics.render(false)))?,
        None => model_of(arguments, text("file").ok_or_else(missing)?, sha256)?,
    };
    let parameters = stated.get("parameters").and_then(Value::as_object).ok_or_else(missing)?;
    let mut set = Vec::new();
    for (name, value) in parameters {
        let at = parameter(&model, name)?;
        let value: Rational =
            value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| {
                refused(format_args!("the value of parameter `{name}` is not a number"))
            })?;
        set.push((at, value));
    }
    Ok((model, set))
}

fn scenarios_of(model: &Model, names: Vec<&str>) -> Result<Vec<Scenario>, Failure> {
    names.into_iter().map(|name| find_scenario(model, name).map_err(refused)).collect()
}

/// Holds a result against what was computed again, and names the first difference.
pub(super) fn same(stated: &Value, computed: &Value, at: &str) -> Result<(), Failure> {
    match (stated, computed) {
        (Value::Object(stated), Value::Object(computed)) => {
            for key in computed.keys().chain(stated.keys()) {
                let here = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                // The place of the model file may differ, and so may the version.
                if matches!(key.as_str(), "file" | "detente") {
                    continue;
                }
                match (stated.get(key), computed.get(key)) {
                    (Some(one), Some(other)) => same(one, other, &here)?,
                    (None, _) => return Err(refused(format_args!("`{here}` is missing"))),
                    (_, None) => {
                        return Err(refused(format_args!("`{here}` does not belong there")));
                    }
                }
            }
            Ok(())
        }
        (Value::Array(stated), Value::Array(computed)) => {
            if stated.len() != computed.len() {
                return Err(refused(format_args!(
                    "`{at}` has {} entries and not {}",
                    computed.len(),
                    stated.len()
                )));
            }
            let mut pairs = stated.iter().zip(computed).enumerate();
            pairs.try_for_each(|(position, (one, other))| {
                same(one, other, &format!("{at}[{position}]"))
            })
        }
        _ if stated == computed => Ok(()),
        _ => Err(refused(format_args!("`{at}` is stated as {stated} and computed as {computed}"))),
    }
}

fn ids(value: &Value, key: &str) -> Vec<String> {
    let list = value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    list.iter()
        .filter_map(|one| one.as_str().or_else(|| one.get("id")?.as_str()).map(str::to_owned))
        .collect()
}

fn verify_comparison(arguments: &Arguments, value: &Value) -> Result<Vec<String>, Failure> {
    if value["status"] != "solved" && value.get("failures").is_none() {
        return Err(refused("the comparison was cut short by a limit; repeat it without one"));
    }
    let (model, set) = study_model(arguments, &value["model"])?;
    let mut names = ids(value, "scenarios");
    names.extend(ids(value, "failures"));
    if let Some(twice) = (1..names.len()).find(|&at| names[..at].contains(&names[at])) {
        return Err(refused(format_args!("the scenario `{}` is listed twice", names[twice])));
    }
    let scenarios = scenarios_of(&model, names.iter().map(String::as_str).collect())?;
    let budget = Budget::unlimited();
    let (rows, checked): (usize, usize) = if matches!(model.horizon, Horizon::States(_)) {
        let options = compare_command::states::options_of(value).map_err(refused)?;
        let again = compare_states(&model, &set, &scenarios, &options, &budget).map_err(refused)?;
        same(value, &compare_command::states::document(&model, &set, &again), "")?;
        (again.rows.len(), again.rows.iter().map(|row| row.certificates.len()).sum())
    } else {
        let again = compare(&model, &set, &scenarios, &budget).map_err(refused)?;
        same(value, &compare_command::document(&model, &set, &again), "")?;
        (again.rows.len(), again.rows.iter().map(|row| row.certificates.len()).sum())
    };
    Ok(vec![format!(
        "{} computed again, with {} certified; every number agrees",
        counted(rows, "scenario"),
        counted(checked, "statement")
    )])
}

fn verify_boundary(arguments: &Arguments, value: &Value) -> Result<Vec<String>, Failure> {
    let (model, set) = study_model(arguments, &value["model"])?;
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let along = parameter(&model, text("parameter"))?;
    let scenario = find_scenario(&model, text("scenario")).map_err(refused)?;
    let lines = reply_boundaries(&model, &set, &scenario.mechanisms, along).map_err(refused)?;
    same(value, &boundary::document(&model, &set, &scenario, along, &lines), "")?;
    let lines = counted(lines.len(), "best-reply line");
    Ok(vec![format!("{lines} computed again; every number agrees")])
}

/// A sweep as a saved result describes it; parameters that vary are not set.
fn sweep_of<'m>(
    model: &'m Model,
    set: Vec<(usize, Rational)>,
    design: &Value,
    names: &[String],
    facts: bool,
) -> Result<Sweep<'m>, Failure> {
    let design = sweep_command::design_of(model, design)?;
    let varied = design
        .names()
        .into_iter()
        .map(|name| parameter(model, name))
        .collect::<Result<Vec<_>, _>>()?;
    let set = set.into_iter().filter(|(at, _)| !varied.contains(at)).collect();
    let scenarios = scenarios_of(model, names.iter().map(String::as_str).collect())?;
    Ok(Sweep { model, set, design, varied, scenarios, facts })
}

fn verify_shares(arguments: &Arguments, value: &Value) -> Result<Vec<String>, Failure> {
    let (model, set) = study_model(arguments, &value["model"])?;
    let sweep = sweep_of(&model, set.clone(), &value["design"], &ids(value, "scenarios"), true)?;
    if sweep.scenarios.is_empty() {
        return Err(refused("the result names no scenario"));
    }
    let mut shares = Shares::new(&model, &sweep.scenarios, &sweep.design.names());
    let points = sweep.design.len();
    for from in (0..points).step_by(256) {
        let cells =
            sweep.cells(from, points.min(from + 256), &Budget::unlimited()).map_err(refused)?;
        for point in cells.chunks(sweep.scenarios.len()) {
            shares.count(point);
        }
    }
    let mut computed = sweep_command::shares_document(&sweep, &shares);
    computed["model"] = value["model"].clone();
    same(value, &computed, "")?;
    Ok(vec![format!("{} computed again; every count agrees", counted(points as usize, "point"))])
}

fn verify_cells(arguments: &Arguments, path: &Path, text: &str) -> Result<Vec<String>, Failure> {
    let rows = Rows::parse(path, text).map_err(Failure::wrong)?;
    if rows.header.schema == simulate_command::PATHS_SCHEMA {
        let data = |text: &str| serde_json::from_str::<Value>(text).map_err(Failure::wrong);
        let (model, set) = study_model(arguments, &data(&rows.header.parameters)?)?;
        let design = data(&rows.header.design)?;
        return simulate_command::verify_paths(&model, &set, &design, &rows);
    }
    if rows.header.schema != sweep_command::CELLS_SCHEMA {
        return Err(Failure::wrong(format_args!(
            "`{}` is not a file of sweep cells or paths",
            path.display()
        )));
    }
    let data = |text: &str| serde_json::from_str::<Value>(text).map_err(Failure::wrong);
    let (model, set) = study_model(arguments, &data(&rows.header.parameters)?)?;
    let design = data(&rows.header.design)?;
    let sweep = sweep_of(&model, set, &design["design"], &ids(&design, "scenarios"), false)?;
    if sweep.scenarios.is_empty() || sweep.columns() != rows.header.columns {
        return Err(refused("the columns are not those of the sweep"));
    }
    let width = sweep.scenarios.len() as u64;
    let count = rows.rows.len() as u64;
    let step = count.div_ceil(MOST_CELLS).max(1);
    let mut by = [0u64; 3];
    let mut exactly = 0;
    // Every row as the sweep decides it, and as many as are quick by exact arithmetic.
    for from in (0..count.div_ceil(width)).step_by(256) {
        let to = sweep.design.len().min(from + 256);
        let cells = sweep.cells(from, to, &Budget::unlimited()).map_err(refused)?;
        for (row, cell) in (from * width..).zip(&cells).take_while(|(row, _)| *row < count) {
            same_cell(&rows, row, &sweep.fields(row / width, cell))?;
            if let Ok(cell) = cell {
                by[cell.arithmetic as usize] += 1;
            }
        }
    }
    for row in (0..count).step_by(step as usize) {
        let fitting = sweep.exact_cell(row / width, (row % width) as usize);
        if fitting.is_err() {
            continue;
        }
        same_cell(&rows, row, &sweep.fields(row / width, &fitting))?;
        exactly += u64::from(fitting.is_ok_and(|cell| cell.arithmetic == Arithmetic::Exact));
    }
    let missing = if rows.is_complete() { "" } else { " (the file is not finished)" };
    let agree = if count == 1 { "it agrees" } else { "all agree" };
    let mut statements = vec![format!(
        "{} computed again: {}; {agree}{missing}",
        if count == 1 { "1 cell".to_owned() } else { format!("all {count} cells") },
        ways(by)
    )];
    if exactly > 0 {
        statements.push(format!(
            "{} computed once more by exact arithmetic throughout",
            counted(exactly as usize, "cell")
        ));
    }
    Ok(statements)
}

/// In how many cells each [`Arithmetic`] decided, in words.
fn ways(by: [u64; 3]) -> String {
    let words = [
        "by certified intervals",
        "by exact numbers",
        "with payoffs that were rounded (not certified)",
    ];
    let named = by.iter().zip(words).filter(|(count, _)| **count > 0);
    named.map(|(count, way)| format!("{count} {way}")).collect::<Vec<_>>().join(", ")
}

/// Holds a row of a file of cells against the fields that were computed again.
fn same_cell(rows: &Rows, row: u64, fields: &[String]) -> Result<(), Failure> {
    let stated_row = &rows.rows[row as usize];
    // What is exactly zero may stand as the dust of an enclosure of this width.
    let radius = rows
        .column("radius")
        .and_then(|at| stated_row[at].parse::<f64>().ok())
        .filter(|radius| (0.0..1e-6).contains(radius))
        .unwrap_or(0.0);
    // Mixed play of a game with rounded payoffs is off by about the rounding, 2^-36 a payoff.
    let rounded = rows.column("arithmetic").is_some_and(|at| stated_row[at] == "rounded");
    let slack = radius + if rounded { 1e-8 } else { 1e-12 };
    for ((column, stated), computed) in rows.header.columns.iter().zip(stated_row).zip(fields) {
        if matches!(column.as_str(), "arithmetic" | "radius") || stated == computed {
            continue;
        }
        let close = match (stated.parse::<f64>(), computed.parse::<f64>()) {
            (Ok(one), Ok(other)) => {
                (one - other).abs() <= 1e-9 * one.abs().max(other.abs()) + slack
            }
            _ => false,
        };
        if !close {
            return Err(refused(format_args!(
                "row {row}, column `{column}`: stated {stated}, computed {computed}"
            )));
        }
    }
    Ok(())
}
