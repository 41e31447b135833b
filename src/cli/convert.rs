//! `detente convert`: between model files, Gambit's files and JSON.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::gambit::{GambitFile, Game, Version, write_efg, write_nfg};
use crate::game::extensive::{MOST_REDUCED_PROFILES, ReducedForm};
use crate::game::{ExtensiveGame, NormalForm};
use crate::model::{Horizon, Model};
use crate::report::result::{game_json, game_toml, read_game};
use crate::solve::Budget;
use crate::study::journal::write_atomically;
use crate::study::scenario::BASELINE;
use crate::study::solution::problem;

use super::common::{
    Failure, Outcome, Output, load_with_warnings, parse_set, pretty, scenario, text_of,
};
use super::destination;
use super::input::open_game;

/// What a game is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Target {
    /// A model file with payoff tables
    Toml,
    /// Gambit's strategic form
    Nfg,
    /// Gambit's extensive form
    Efg,
    /// JSON, exact numbers as strings
    Json,
}

/// The arguments of `detente convert`.
#[derive(Debug, Args)]
#[command(
    after_help = "A tree becomes a strategic game by its reduced strategic form, a strategic game a tree in which\nplayers choose unseen. A model file gives the game that is played once, at the base values."
)]
pub(super) struct Arguments {
    /// A model file (.toml), a Gambit file (.nfg, .efg), a game in JSON, `-` for standard input, or
    /// the id of a built-in model
    #[arg(value_name = "IN")]
    input: String,
    /// The file to write, by its ending .toml, .nfg, .efg or .json; `-` for standard output, with --to
    #[arg(value_name = "OUT")]
    output: PathBuf,
    /// The format, where OUT does not say it
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: Option<Target>,
    /// Write .nfg with a list of outcomes instead of all payoffs
    #[arg(long)]
    outcomes: bool,
    /// Set a parameter of a model file to a number (repeatable)
    #[arg(long = "set", value_name = "P=V")]
    set: Vec<String>,
    /// Apply a mechanism or bundle of a model file first
    #[arg(long, value_name = "ID", default_value = BASELINE)]
    mechanism: String,
    /// Replace OUT if it exists
    #[arg(long)]
    force: bool,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> Outcome {
    let target = target(arguments)?;
    if arguments.outcomes && target != Target::Nfg {
        return Err(Failure::wrong("--outcomes is for .nfg files"));
    }
    if arguments.output != Path::new("-") {
        let input = Path::new(&arguments.input);
        destination::guard(Some(&arguments.output), arguments.force, &[input])?;
    }
    let source = read_source(arguments)?;
    let text = match target {
        Target::Json => pretty(&game_json(&source)),
        Target::Efg => write_efg(&tree(&source)?, &source.title, &source.comment),
        Target::Nfg => {
            let version = if arguments.outcomes { Version::Outcomes } else { Version::Payoffs };
            write_nfg(&strategic(&source, arguments)?, &source.title, &source.comment, version)
        }
        Target::Toml => model_file(&source, &strategic(&source, arguments)?, arguments)?,
    };
    if arguments.output == Path::new("-") {
        output.print(&text)?;
    } else {
        write_atomically(&arguments.output, text.as_bytes()).map_err(Failure::wrong)?;
    }
    Ok(0)
}

fn target(arguments: &Arguments) -> Result<Target, Failure> {
    if let Some(target) = arguments.to {
        return Ok(target);
    }
    let ending = arguments.output.extension().and_then(|ending| ending.to_str());
    match ending {
        Some("toml") => Ok(Target::Toml),
        Some("nfg") => Ok(Target::Nfg),
        Some("efg") => Ok(Target::Efg),
        Some("json") => Ok(Target::Json),
        _ => Err(Failure::wrong(format_args!(
            "`{}` does not say the format: end its name in .toml, .nfg, .efg or .json, or give --to",
            arguments.output.display()
        ))),
    }
}

fn warn(arguments: &Arguments, text: impl std::fmt::Display) {
    if !arguments.quiet {
        say!("warning: {text}");
    }
}

fn read_source(arguments: &Arguments) -> Result<GambitFile, Failure> {
    let plain = arguments.set.is_empty() && arguments.mechanism == BASELINE;
    let only_models =
        || Failure::wrong("--set and --mechanism are for model files, and this is a game");
    if let Some(source) = open_game(&arguments.input)? {
        return if plain { Ok(source.file) } else { Err(only_models()) };
    }
    let (name, text) = text_of(&arguments.input)?;
    if name.ends_with(".json") || text.trim_start().starts_with('{') {
        if !plain {
            return Err(only_models());
        }
        let value: Value = serde_json::from_str(&text)
            .map_err(|error| Failure::wrong(format_args!("`{name}` is not JSON: {error}")))?;
        return read_game(&value)
            .map_err(|error| Failure::wrong(format_args!("`{name}` is not a game: {error}")));
    }
    let model = load_with_warnings(&arguments.input, arguments.quiet)?;
    let set = parse_set(&model, &arguments.set)?;
    let scenario = scenario(&model, &arguments.mechanism)?;
    let problem = problem(&model, &set, &scenario.mechanisms, false, &Budget::unlimited())
        .map_err(Failure::wrong)?;
    if !matches!(model.horizon, Horizon::OneShot) {
        warn(
            arguments,
            "the game that is played in each period is written, without its repetition",
        );
    }
    if let Some(radius) = problem.radius {
        warn(
            arguments,
            format_args!(
                "payoffs use exp, log or sqrt: they are written rounded, within {radius:e}"
            ),
        );
    }
    let title = model.meta.title.clone();
    Ok(GambitFile { title, comment: String::new(), game: Game::Strategic(problem.stage) })
}

fn tree(source: &GambitFile) -> Result<ExtensiveGame, Failure> {
    match &source.game {
        Game::Extensive(tree) => Ok(tree.clone()),
        Game::Strategic(game) if game.num_profiles() > MOST_REDUCED_PROFILES => {
            Err(Failure::wrong(format_args!(
                "the game has {} profiles, and a tree is made of at most {MOST_REDUCED_PROFILES}",
                game.num_profiles()
            )))
        }
        Game::Strategic(game) => Ok(ExtensiveGame::of_strategic_form(game)),
    }
}

fn strategic(source: &GambitFile, arguments: &Arguments) -> Result<NormalForm, Failure> {
    let tree = match &source.game {
        Game::Strategic(game) => return Ok(game.clone()),
        Game::Extensive(tree) => tree,
    };
    let reduced = ReducedForm::of(tree, MOST_REDUCED_PROFILES).map_err(Failure::wrong)?;
    warn(
        arguments,
        "the tree is written as its reduced strategic form: the order of moves and the information sets are lost",
    );
    if tree.perfect_recall().is_err() {
        warn(
            arguments,
            "a player forgets: mixed strategies of the strategic form have no equivalent in behaviour strategies",
        );
    }
    Ok(reduced.game)
}

fn model_file(
    source: &GambitFile,
    game: &NormalForm,
    arguments: &Arguments,
) -> Result<String, Failure> {
    let stem = arguments.output.file_stem().and_then(|stem| stem.to_str());
    let id = match stem {
        Some(stem) if !matches!(stem, "-" | "") => stem,
        _ => "game",
    };
    let from = Path::new(&arguments.input).file_name().and_then(|name| name.to_str());
    let from = format!("converted from {}", from.unwrap_or("standard input"));
    let text = game_toml(game, id, &source.title, &source.comment, &from);
    match Model::read("game.toml", &text) {
        Ok(_) => Ok(text),
        Err(diagnostics) => Err(Failure::wrong(format_args!(
            "the game does not fit a model file: {}",
            diagnostics.list.first().map_or("it is too large", |first| first.message.as_str())
        ))),
    }
}
