//! What the subcommands share: reading models, options, output, failures.

use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::model::{Model, library};
use crate::num::{Rational, abridge, parse_literal};
use crate::report::text::Style;
use crate::report::{Table, csv, latex, text};
use crate::solve::Budget;
use crate::study::journal::write_atomically;
use crate::study::scenario::{Scenario, find_scenario};

use super::destination;

/// Why a command ends without its result.
#[derive(Debug)]
pub(super) enum Failure {
    /// The input or the call is wrong: status 2. The text is complete, `error: ` included.
    Wrong(String),
    /// The answer is no: status 1.
    No(String),
    /// Whoever reads standard output has gone.
    Closed,
}

impl Failure {
    /// A wrong call or input.
    pub(super) fn wrong(text: impl std::fmt::Display) -> Self {
        Failure::Wrong(format!("error: {}", abridge(&text.to_string())))
    }

    /// An answer in the negative.
    pub(super) fn no(text: impl std::fmt::Display) -> Self {
        Failure::No(format!("error: {}", abridge(&text.to_string())))
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Failure::Wrong(text) | Failure::No(text) => text.trim_end(),
            Failure::Closed => "",
        }
    }

    pub(super) fn status(&self) -> u8 {
        match self {
            Failure::Wrong(_) => 2,
            Failure::No(_) => 1,
            Failure::Closed => 0,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Failure::Closed
        } else {
            Failure::no(format_args!("cannot write the result: {error}"))
        }
    }
}

/// What a command returns: its exit status.
pub(super) type Outcome = Result<u8, Failure>;

/// Standard output with what is known of the terminal behind it.
pub(super) struct Output {
    writer: BufWriter<io::Stdout>,
    style: Style,
}

impl Output {
    pub(super) fn standard() -> Self {
        let terminal = io::stdout().is_terminal();
        let colour = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let width = terminal.then(|| usize::from(console_width()));
        let style = Style { width, colour, ..Style::default() };
        Output { writer: BufWriter::new(io::stdout()), style }
    }

    pub(super) fn style(&self) -> &Style {
        &self.style
    }

    pub(super) fn print(&mut self, text: &str) -> Result<(), Failure> {
        self.writer.write_all(text.as_bytes())?;
        Ok(())
    }

    pub(super) fn line(&mut self, text: impl std::fmt::Display) -> Result<(), Failure> {
        writeln!(self.writer, "{text}")?;
        Ok(())
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        self.writer.flush()?;
        Ok(())
    }
}

/// The width of the terminal, from COLUMNS or the terminal itself; 100 when neither says.
fn console_width() -> u16 {
    std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok())
        .filter(|&width| width >= 20)
        .or_else(|| console::Term::stdout().size_checked().map(|(_, width)| width))
        .unwrap_or(100)
}

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Tables for people
    Text,
    /// JSON, exact numbers as strings
    Json,
    /// Comma-separated values
    Csv,
    /// LaTeX tables (booktabs)
    Latex,
    /// Lines `NE,…` as Gambit's tools print them, exact (solve)
    Gambit,
}

/// The model and what is changed of it.
#[derive(Debug, Args)]
pub(super) struct ModelArguments {
    /// A model file (.toml), a Gambit file (.nfg, .efg; solve), `-` for standard input, or the id of
    /// a built-in model
    #[arg(value_name = "FILE")]
    pub(super) file: String,
    /// Set a parameter to a number, such as --set g=80 or --set w_P=1/5 (repeatable)
    #[arg(long = "set", value_name = "P=V")]
    pub(super) set: Vec<String>,
}

/// How and where the result is written.
#[derive(Debug, Args)]
pub(super) struct WriteArguments {
    /// How the result is written
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
    /// Write the result to a file instead of standard output
    #[arg(long, short, value_name = "PATH")]
    pub(super) out: Option<PathBuf>,
    /// Replace the file of --out even if detente has not written it
    #[arg(long, requires = "out")]
    pub(super) force: bool,
}

impl WriteArguments {
    /// Refuses a file that must not be replaced, before any work is done for it; `input` is what
    /// the command reads, if it is a file.
    pub(super) fn guard(&self, input: &str) -> Result<(), Failure> {
        destination::guard(self.out.as_deref(), self.force, &[Path::new(input)])
    }
}

/// Limits on the work.
#[derive(Debug, Args)]
pub(super) struct LimitArguments {
    /// Stop the search after this many seconds with what was found (exit status 1); the check of it
    /// may take as long again
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(super) time_limit: Option<f64>,
    /// Say nothing but the result
    #[arg(long, short)]
    pub(super) quiet: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|value| value.is_finite() && *value > 0.0 && *value < 1e9)
        .ok_or_else(|| "a positive number of seconds is expected".to_owned())
}

impl LimitArguments {
    pub(super) fn budget(&self) -> Budget {
        match self.time_limit {
            Some(limit) => Budget::unlimited().with_time(Duration::from_secs_f64(limit)),
            None => Budget::unlimited(),
        }
    }
}

/// A pool of so many threads; of all processors for zero.
pub(super) fn thread_pool(threads: u64) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads as usize)
        .build()
        .map_err(|error| Failure::wrong(format_args!("cannot start {threads} threads: {error}")))
}

/// Reads the model that a user names.
pub(super) fn load(file: &str) -> Result<Model, Failure> {
    let (name, text) = text_of(file)?;
    if super::input::is_game(&name, &text) {
        return Err(Failure::wrong(format_args!(
            "`{name}` is a Gambit file, and this command needs a model file: `detente convert {file} game.toml` makes one of it"
        )));
    }
    let model = Model::read(&name, &text)
        .map_err(|diagnostics| Failure::Wrong(diagnostics.render(colour_on_stderr())))?;
    Ok(model)
}

/// Reads the model and prints its warnings to standard error unless told to be quiet.
pub(super) fn load_with_warnings(file: &str, quiet: bool) -> Result<Model, Failure> {
    let model = load(file)?;
    if !quiet {
        for warning in &model.warnings {
            say!("{}", warning.render(&model.source.file, &model.source.text, colour_on_stderr()));
        }
    }
    Ok(model)
}

/// Refuses a model whose game stands in place of players and payoffs, for commands about these.
pub(super) fn refuse_succinct(model: &Model) -> Result<(), Failure> {
    crate::study::succinct::not_here(model).map_or(Ok(()), |reason| Err(Failure::wrong(reason)))
}

pub(super) fn colour_on_stderr() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// The name of a model that came from standard input.
pub(super) const STANDARD_INPUT: &str = "standard input";

/// Standard input, which can be read only once.
static INPUT: OnceLock<String> = OnceLock::new();

/// The name to show and the text of a model or game file.
pub(super) fn text_of(file: &str) -> Result<(String, String), Failure> {
    const LARGEST_MODEL: u64 = 4 << 20;
    const LARGEST_GAME: u64 = crate::gambit::LARGEST_FILE as u64;
    if file == "-" {
        if let Some(text) = INPUT.get() {
            return Ok((STANDARD_INPUT.to_owned(), text.clone()));
        }
        let mut text = String::new();
        io::stdin()
            .take(LARGEST_GAME + 1)
            .read_to_string(&mut text)
            .map_err(|error| Failure::wrong(format_args!("cannot read standard input: {error}")))?;
        return Ok((STANDARD_INPUT.to_owned(), INPUT.get_or_init(|| text).clone()));
    }
    let path = Path::new(file);
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    if matches!(extension, "agg" | "bagg" | "gbt") {
        return Err(Failure::wrong(format_args!(
            "`{file}`: of Gambit's files .nfg and .efg are read, and .{extension} is not"
        )));
    }
    let (what, largest) = match extension {
        "nfg" | "efg" => ("a game", LARGEST_GAME),
        _ => ("a model", LARGEST_MODEL),
    };
    if path.is_dir() {
        return Err(Failure::wrong(format_args!("`{file}` is a folder, and {what} is a file")));
    }
    // Whatever is there is read: a pipe as well, as the shell's `<(...)` names one.
    if path.exists() {
        let unreadable = |error| Failure::wrong(format_args!("cannot read `{file}`: {error}"));
        let mut bytes = Vec::new();
        std::fs::File::open(path)
            .and_then(|opened| opened.take(largest + 1).read_to_end(&mut bytes))
            .map_err(unreadable)?;
        if bytes.len() as u64 > largest {
            return Err(Failure::wrong(format_args!(
                "`{file}` is larger than {largest} bytes, which is the most that {what} file has"
            )));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
            Failure::wrong(format_args!(
                "`{file}` is not UTF-8 text: byte {valid} is not part of a character\n --> {file}:{line}:{column}"
            ))
        })?;
        return Ok((file.to_owned(), text));
    }
    if let Some(model) = library::find(file) {
        return Ok((file.to_owned(), model.text.to_owned()));
    }
    let names = library::all().iter().map(|model| model.id);
    let near = crate::model::nearest(file, names)
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(Failure::wrong(format_args!(
        "there is no file and no built-in model `{file}`{near} (`detente models` lists them)"
    )))
}

/// The parameters that --set names, by position, with their exact values.
pub(super) fn parse_set(model: &Model, set: &[String]) -> Result<Vec<(usize, Rational)>, Failure> {
    let mut values: Vec<(usize, Rational)> = Vec::new();
    for text in set {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            Failure::wrong(format_args!("--set {text}: write a name and a number, as --set g=80"))
        })?;
        let at = parameter(model, name.trim())?;
        let value = parse_literal(value)
            .map_err(|error| Failure::wrong(format_args!("--set {text}: {error}")))?;
        if values.iter().any(|(earlier, _)| *earlier == at) {
            return Err(Failure::wrong(format_args!("--set names `{}` twice", name.trim())));
        }
        values.push((at, value));
    }
    Ok(values)
}

/// The position of a free parameter.
pub(super) fn parameter(model: &Model, name: &str) -> Result<usize, Failure> {
    let names = || model.parameters.iter().map(|parameter| parameter.name.as_str());
    let Some(at) = names().position(|known| known == name) else {
        let remedy = crate::model::remedy(name, names());
        return Err(Failure::wrong(format_args!("the model has no parameter `{name}`{remedy}")));
    };
    if !model.parameters[at].is_free() {
        return Err(Failure::wrong(format_args!(
            "parameter `{name}` is derived by a formula and cannot be set"
        )));
    }
    Ok(at)
}

/// What a result says of the model that it belongs to; `verify` reads it back.
pub(super) fn model_json(model: &Model, set: &[(usize, Rational)]) -> serde_json::Value {
    let mut values: Vec<Rational> = model.free_values();
    for (parameter, value) in set {
        values[*parameter] = value.clone();
    }
    let parameters: serde_json::Map<String, serde_json::Value> = model
        .parameters
        .iter()
        .zip(&values)
        .filter(|(parameter, _)| parameter.is_free())
        .map(|(parameter, value)| (parameter.name.clone(), serde_json::json!(value)))
        .collect();
    let mut json = serde_json::json!({
        "name": model.meta.id,
        "file": model.source.file,
        "sha256": model.source.sha256,
        "parameters": parameters,
    });
    if model.source.file == STANDARD_INPUT {
        // Nothing else could say what was read.
        json["text"] = model.source.text.as_str().into();
    }
    json
}

/// Writes tables in a format to standard output or a file; CSV has room for the first one alone.
pub(super) fn write_tables(
    tables: &[Table],
    json: impl FnOnce() -> serde_json::Value,
    arguments: &WriteArguments,
    output: &mut Output,
) -> Result<(), Failure> {
    let first = || tables.first().cloned().unwrap_or_default();
    write_result(tables, first, json, arguments, output)
}

/// Writes a result in a format to standard output or a file: `tables` for people, `tidy` as CSV.
pub(super) fn write_result(
    tables: &[Table],
    tidy: impl FnOnce() -> Table,
    json: impl FnOnce() -> serde_json::Value,
    arguments: &WriteArguments,
    output: &mut Output,
) -> Result<(), Failure> {
    let style = if arguments.out.is_some() { Style::default() } else { *output.style() };
    let rendered = match arguments.format {
        Format::Json => pretty(&json()),
        Format::Text => {
            tables.iter().map(|table| text::render(table, &style)).collect::<Vec<_>>().join("\n")
        }
        Format::Gambit => {
            return Err(Failure::wrong("--format gambit lists equilibria: it is for `solve`"));
        }
        Format::Csv => csv::render(&tidy(), &csv::Options::default()),
        Format::Latex => tables
            .iter()
            .map(|table| latex::render(table, &latex::Options::default()))
            .collect::<Vec<_>>()
            .join("\n"),
    };
    write_rendered(&rendered, arguments, output)
}

/// Writes what was made in a format to standard output or a file. In a file, text for people
/// begins with a line that says who has written it.
pub(super) fn write_rendered(
    rendered: &str,
    arguments: &WriteArguments,
    output: &mut Output,
) -> Result<(), Failure> {
    let out = arguments.out.as_deref();
    if arguments.format == Format::Text && out.is_some() {
        return write_text(&(destination::first_line() + rendered), out, output);
    }
    write_text(rendered, out, output)
}

/// The scenario that a user names.
pub(super) fn scenario(model: &Model, name: &str) -> Result<Scenario, Failure> {
    let scenario = find_scenario(model, name).map_err(Failure::wrong)?;
    let parts: Vec<&str> = name.split('+').map(str::trim).collect();
    for (at, part) in parts.iter().enumerate() {
        if parts[..at].contains(part) {
            return Err(Failure::wrong(format_args!(
                "`{name}` names `{part}` twice: a mechanism is applied once"
            )));
        }
        // A part that the others hold already would change nothing.
        let own = find_scenario(model, part).map_err(Failure::wrong)?.mechanisms;
        for other in parts.iter().filter(|other| *other != part) {
            let held = find_scenario(model, other).map_err(Failure::wrong)?.mechanisms;
            if own.iter().all(|mechanism| held.contains(mechanism)) {
                return Err(Failure::wrong(format_args!(
                    "in `{name}`, `{part}` is a part of `{other}` already: leave it out"
                )));
            }
        }
    }
    Ok(scenario)
}

/// `1 point`, `2 points`.
pub(super) fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// Writes a text to standard output or, atomically, to a file.
pub(super) fn write_text(
    text: &str,
    out: Option<&Path>,
    output: &mut Output,
) -> Result<(), Failure> {
    match out {
        None => output.print(text),
        Some(path) => write_atomically(path, text.as_bytes()).map_err(Failure::wrong),
    }
}

/// JSON with two spaces of indentation and a newline at the end.
pub(super) fn pretty(value: &serde_json::Value) -> String {
    // A `Value` holds string keys only, which is all that could make this fail.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
