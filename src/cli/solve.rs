//! `detente solve`: equilibria under a solution concept.

mod bayesian;
mod blotto;
mod game;
mod idle;
mod inspection;
mod objective;
mod options;
mod public;
mod security;
mod stochastic;
mod strategy;
mod stream;
mod succinct;

use clap::Args;

use crate::game::Player;
use crate::model::Model;
use crate::num::Rational;
use crate::report::result::{self, Header, ModelInfo, Origin};
use crate::report::solution as report;
use crate::report::tidy;
use crate::solve::Status;
use crate::study::bayesian::{bayesian_problem, looks_at_types};
use crate::study::public::has_signals;
use crate::study::scenario::{BASELINE, Scenario};
use crate::study::solution::{
    CONCEPTS, Concept, Problem, QuestionError, Solution, find_concept, is_asked_for, problem, solve,
};

use super::common::{
    Failure, Format, LimitArguments, ModelArguments, Outcome, Output, STANDARD_INPUT,
    WriteArguments, load_with_warnings, parse_set, scenario, thread_pool, write_rendered,
    write_result,
};
use idle::{given_options, refuse_idle_options, refuse_options_of_methods};
use stream::Stream;

/// The arguments of `detente solve`.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub(super) struct Arguments {
    #[command(flatten)]
    model: ModelArguments,
    /// The solution concept
    #[arg(long, short, value_name = "CONCEPT", default_value = "nash")]
    concept: String,
    /// Solve under every concept that fits the model
    #[arg(long, conflicts_with_all = ["concept", "method"])]
    all: bool,
    /// The method, where the concept has several
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// Apply a mechanism or bundle first; several are joined by `+`
    #[arg(long, value_name = "ID", default_value = BASELINE)]
    mechanism: String,
    /// What a correlated, coarse correlated or communication equilibrium is best for: welfare, egalitarian (the
    /// greatest least payoff), a player, weights such as 1,2, min-welfare, or min-PLAYER; robust asks for the correlated equilibrium that
    /// is obeyed with the largest slack
    #[arg(long, value_name = "OBJECTIVE")]
    objective: Option<String>,
    /// The player who commits (stackelberg); the first one when not given
    #[arg(long, value_name = "PLAYER")]
    leader: Option<String>,
    /// The players in the order in which they commit to actions, joined by commas
    /// (stackelberg --method sequential); those not named follow in the order of the model
    #[arg(long, value_name = "PLAYERS", conflicts_with = "leader")]
    order: Option<String>,
    /// The weight of the uniform mixture in what followers see of the commitment, from 0 to 1
    /// (stackelberg --method cobra or pessimistic); 0 when not given
    #[arg(long, value_name = "ALPHA", allow_negative_numbers = true)]
    alpha: Option<String>,
    /// What a follower may lose by his reply (stackelberg --method cobra or pessimistic); 0 when not
    /// given
    #[arg(long, value_name = "EPSILON", allow_negative_numbers = true)]
    epsilon: Option<String>,
    /// How much the leader may lose by an error of the follower, in units of what the follower loses by
    /// it (stackelberg --method match)
    #[arg(long, value_name = "BETA", allow_negative_numbers = true)]
    beta: Option<String>,
    /// What the leader is expected to play where he does not keep to a commitment (credibility):
    /// an action, or a mixture such as `Hold=1/3,Build=2/3`; what he plays in the equilibrium that is
    /// best for him when not given
    #[arg(long, value_name = "STRATEGY")]
    fallback: Option<String>,
    /// The discount factor, in [0, 1) (repeated-payoffs, automaton, stochastic, markov, public-perfect), the
    /// model's own when not given; or of a tournament, which has averages over all periods when not given
    #[arg(long, value_name = "DELTA")]
    discount: Option<String>,
    /// An automaton to evaluate and check (automaton): a TOML file of its states
    #[arg(long, value_name = "FILE")]
    automaton: Option<String>,
    /// The profile that an automaton is to sustain (automaton): actions joined by `|` in the order of the
    /// players, or the id of an agreement; the one with the greatest sum of payoffs that it does when
    /// not given
    #[arg(long, value_name = "PROFILE")]
    play: Option<String>,
    /// For how many periods deviators are punished (automaton --method n-period); as few as do when
    /// not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=255))]
    punish: Option<u64>,
    /// The payoffs that an automaton is to give (automaton --method optimal), such as 5/2,2
    #[arg(long, value_name = "PAYOFFS", allow_hyphen_values = true)]
    payoff: Option<String>,
    /// The probability with which an action is exchanged for the other one by mistake (tournament)
    #[arg(long, value_name = "PROBABILITY")]
    noise: Option<String>,
    /// The strategies of a tournament, joined by commas: names such as TFT, WSLS, EXTORT-3, or the
    /// probabilities of cooperation at first and after CC, CD, DC and DD, such as mine=1:0.9:0:1/3:0
    /// (four numbers begin with the first one); the usual ones when not given
    #[arg(long, value_name = "LIST")]
    strategies: Option<String>,
    /// The probability with which a period begins with new negotiations (stochastic, by negotiation)
    #[arg(long, value_name = "PROBABILITY")]
    negotiation: Option<String>,
    /// The bargaining weights of the players, joined by commas; equal ones when not given
    #[arg(long, value_name = "WEIGHTS")]
    bargaining: Option<String>,
    /// The number of periods of negotiation; 1000 when not given
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    periods: Option<u64>,
    /// The number of paths, one from uniform play and the others from play drawn at random (markov);
    /// one when not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    starts: Option<u64>,
    /// The number of rounds (fictitious-play, regret-matching, minimax by iteration, and tournament)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    rounds: Option<u64>,
    /// How much a round counts beside the next one (fictitious-play --method weighted), such as
    /// 99/100; without it round t counts t times
    #[arg(long, value_name = "FACTOR")]
    factor: Option<String>,
    /// Names the draws (fictitious-play --method sampled, markov --starts); 1 when not given
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The precision λ of logit equilibria (qre), several joined by commas, or of logit responses
    /// (fictitious-play --method smooth or sampled)
    #[arg(long, value_name = "LAMBDA")]
    lambda: Option<String>,
    /// How often each action was played, to fit λ to (qre): `3,7;5,5`, players in order
    #[arg(long, value_name = "COUNTS")]
    counts: Option<String>,
    /// Write each equilibrium as soon as it is found and checked (nash, two players)
    #[arg(long, conflicts_with = "all")]
    stream: bool,
    /// The number of threads; all processors when not given
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=256))]
    jobs: Option<u64>,
    #[command(flatten)]
    write: WriteArguments,
    #[command(flatten)]
    limits: LimitArguments,
}

fn after_help() -> String {
    let mut text = "Concepts:\n".to_owned();
    for concept in CONCEPTS {
        text.push_str(&format!("  {:<17} {}\n", concept.id, concept.about));
        if concept.methods.len() > 1 {
            text.push_str(&format!("  {:<17}   --method {}\n", "", concept.methods.join(" | ")));
        }
    }
    text.push_str(
        "\nWith --format csv: one row for each number. Columns: concept, method, number, component,\n\
         quantity, player, item, value, exact; docs/results.md explains each.",
    );
    text
}

fn failure(error: QuestionError) -> Failure {
    match error {
        QuestionError::Wrong(text) => Failure::wrong(text),
        other => Failure::no(other),
    }
}

/// Asked for all, a concept that does not fit the game is left out, and one that a limit stops does not
/// keep the others from being shown.
fn excuse(
    error: QuestionError,
    concept: &Concept,
    all: bool,
    partial: &mut bool,
) -> Result<(), Failure> {
    match error {
        QuestionError::Wrong(_) if all => Ok(()),
        QuestionError::Unfinished | QuestionError::TooLarge(_) | QuestionError::NotChecked(_)
            if all =>
        {
            say!("error: {}: {error}", concept.id);
            *partial = true;
            Ok(())
        }
        error => Err(failure(error)),
    }
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> Outcome {
    match arguments.jobs {
        Some(threads) => thread_pool(threads)?.install(|| run_here(arguments, output)),
        None => run_here(arguments, output),
    }
}

fn run_here(arguments: &Arguments, output: &mut Output) -> Outcome {
    arguments.write.guard(&arguments.model.file)?;
    refuse_options_of_methods(arguments)?;
    if let Some(source) = super::input::open_game(&arguments.model.file)? {
        return game::run(arguments, &source, output);
    }
    let model = load_with_warnings(&arguments.model.file, arguments.limits.quiet)?;
    let set = parse_set(&model, &arguments.model.set)?;
    let scenario = scenario(&model, &arguments.mechanism)?;
    if stochastic::is_asked(arguments, &model) {
        return stochastic::run(arguments, &model, &set, &scenario, output);
    }
    if let Some(outcome) = succinct::run(arguments, &model, &set, output) {
        return outcome;
    }
    let concepts: Vec<&Concept> = if arguments.all {
        CONCEPTS.iter().collect()
    } else {
        let concept = find_concept(&arguments.concept).map_err(failure)?;
        refuse_idle_options(arguments, concept)?;
        stream::refuse(arguments, concept)?;
        vec![concept]
    };
    // Asked for all, games that are not repeated go without the concept that needs a horizon.
    let once = model.succinct().is_some() || !model.types.is_empty();
    let with_horizon = concepts
        .iter()
        .any(|concept| concept.id == "repeated" || public::by_triggers(arguments, concept))
        && !(arguments.all && once);
    let budget = arguments.limits.budget();
    let typed = if model.types.is_empty() {
        None
    } else {
        Some(bayesian_problem(&model, &set, &scenario.mechanisms).map_err(failure)?)
    };
    let by_types = |concept: &Concept| typed.is_some() && looks_at_types(concept.id);
    let stage = if concepts.iter().all(|concept| by_types(concept)) {
        None
    } else {
        match problem(&model, &set, &scenario.mechanisms, with_horizon, &budget) {
            Ok(problem) => Some(problem),
            // The strategies of all types may be too many.
            Err(error) if arguments.all && typed.is_some() => {
                say!("warning: {error}");
                None
            }
            Err(error) => return Err(failure(error)),
        }
    };
    // Mechanisms may have taken actions away, or added some.
    let players = match (&stage, &typed) {
        (Some(problem), _) => problem.stage.players().to_vec(),
        (None, Some(typed)) => {
            let players = typed.game.players().iter();
            players.map(|player| Player::new(&player.name, &player.actions)).collect()
        }
        (None, None) => Vec::new(),
    };
    let mut options = options::options(arguments, "model", &players)?;
    if let Some(problem) = &stage {
        options::on_stage(&mut options, arguments, &problem.stage, &agreements(&model))?;
    }
    let (mut tables, mut solved) = (Vec::new(), Vec::new());
    let mut partial = false;
    for concept in concepts {
        if let Some(typed) = typed.as_ref().filter(|_| by_types(concept)) {
            let about = (&model, set.as_slice(), &scenario);
            match bayesian::show(arguments, about, typed, concept, &options) {
                Ok(mut shown) => {
                    partial |= shown.partial;
                    tables.append(&mut shown.tables);
                    solved.push((concept, Solved::Typed(Box::new(shown))));
                }
                Err(error) => excuse(error, concept, arguments.all, &mut partial)?,
            }
            continue;
        }
        if concept.id == crate::study::public::CONCEPT
            && !public::by_triggers(arguments, concept)
            && (has_signals(&model) || !arguments.all)
        {
            let about = (&model, set.as_slice(), &scenario);
            match public::show(arguments, about, options.discount.as_ref()) {
                Ok(mut shown) => {
                    partial |= shown.partial;
                    tables.append(&mut shown.tables);
                    solved.push((concept, Solved::Typed(Box::new(shown))));
                }
                Err(error) => excuse(error, concept, arguments.all, &mut partial)?,
            }
            continue;
        }
        let Some(problem) = &stage else { continue };
        let budget = arguments.limits.budget();
        let (stream, budget) = Stream::start(arguments, concept, problem, budget, &mut options)?;
        let ended = solve(problem, concept, &options, &budget);
        stream.finish()?;
        let solution = match ended {
            Ok(solution) => solution,
            Err(error) => {
                excuse(error, concept, arguments.all, &mut partial)?;
                continue;
            }
        };
        if let Some(method) = &arguments.method
            && !is_asked_for(method, &solution.method)
        {
            return Err(Failure::wrong(format_args!(
                "the method `{method}` does not fit this game; without --method it is solved by `{}`",
                solution.method
            )));
        }
        partial |= matches!(solution.status, Status::Partial(_));
        if !arguments.limits.quiet && arguments.write.format != Format::Json {
            for warning in &solution.warnings {
                say!("warning: {warning}");
            }
        }
        let about = heading(&model, &scenario, concept);
        let subject = problem.subject(concept.id);
        let mut shown = report::tables(subject, &solution.answer, &about);
        if let Some(last) = shown.last_mut() {
            last.sentence(Some("Certified"), sentence(&solution.certificate.checked));
            if let Status::Partial(reason) = solution.status {
                last.sentence(
                    Some("Partial"),
                    format!("{reason}; what is listed is right, and there may be more."),
                );
            }
        }
        if let (Status::Partial(reason), Format::Csv) = (solution.status, arguments.write.format) {
            // A table of numbers has no place for it.
            say!(
                "warning: {}: {reason}; what is listed is right, and there may be more",
                concept.id
            );
        }
        tables.extend(shown);
        solved.push((concept, Solved::Plain(Box::new(solution), problem)));
    }
    if arguments.all {
        for (option, owner) in given_options(arguments) {
            if !solved.iter().any(|(concept, _)| concept.id == owner) {
                return Err(Failure::wrong(format_args!(
                    "{option} is for the concept `{owner}`, which does not fit this model so: try `--concept {owner}` to see why"
                )));
            }
        }
    }
    let json = || {
        let result = |(concept, solved): &(&Concept, Solved<'_>)| match solved {
            Solved::Plain(solution, problem) => {
                let header = header(&model, &set, &scenario.mechanisms, concept.id, solution);
                json(&header, problem, concept, solution)
            }
            Solved::Typed(shown) => shown.json.clone(),
        };
        let mut results: Vec<_> = solved.iter().map(result).collect();
        if arguments.all {
            serde_json::json!({ "schema": "detente/results/1", "command": "solve", "results": results })
        } else {
            results.pop().unwrap_or_default()
        }
    };
    let tidy = || {
        let table = |(concept, solved): &(&Concept, Solved<'_>)| match solved {
            Solved::Plain(solution, problem) => {
                tidy::solutions(&[answer_of(problem, concept, solution)])
            }
            Solved::Typed(shown) => shown.tidy.clone(),
        };
        game::merged(solved.iter().map(table).collect())
    };
    if arguments.stream {
        return stream::close(&tables, json, arguments, partial, output);
    }
    if arguments.write.format == Format::Gambit {
        let mut lines = Vec::new();
        for (concept, solved) in &solved {
            let Solved::Plain(solution, _) = solved else {
                if arguments.all {
                    continue;
                }
                return Err(Failure::wrong(format_args!(
                    "--format gambit lists equilibria, and an answer under `{}` is none",
                    concept.id
                )));
            };
            match game::gambit_lines(concept.id, &solution.answer) {
                Ok(list) => lines.extend(list),
                Err(_) if arguments.all => {}
                Err(failure) => return Err(failure),
            }
        }
        write_rendered(&game::gambit_text(&lines), &arguments.write, output)?;
    } else {
        write_result(&tables, tidy, json, &arguments.write, output)?;
    }
    Ok(u8::from(partial))
}

/// Each agreement of a model with the names of its actions.
fn agreements(model: &Model) -> Vec<(&str, Vec<&str>)> {
    let named = |profile: &[usize]| {
        let players = model.players.iter().zip(profile);
        players.map(|(player, &action)| player.actions[action].id.as_str()).collect()
    };
    model.agreements().iter().map(|one| (one.id.as_str(), named(&one.profile))).collect()
}

/// What was found under a concept.
enum Solved<'a> {
    /// On a game in strategic form.
    Plain(Box<Solution>, &'a Problem),
    /// On a game with types, or with public signals.
    Typed(Box<bayesian::Shown>),
}

/// An answer for the table of numbers.
fn answer_of<'a>(
    problem: &'a Problem,
    concept: &'a Concept,
    solution: &'a Solution,
) -> tidy::Solved<'a> {
    tidy::Solved {
        concept: concept.id,
        method: &solution.method,
        subject: problem.subject(concept.id),
        answer: &solution.answer,
        regret_bound: problem.radius.map(regret_bound),
    }
}

/// What the regret is at most in the game itself when payoffs are off by at most `radius`: twice
/// the radius, rounded up.
fn regret_bound(radius: f64) -> f64 {
    (2.0 * radius).next_up()
}

/// `Stag hunt: Nash equilibria`, with the mechanisms that are applied.
fn heading(model: &Model, scenario: &Scenario, concept: &Concept) -> String {
    let with = if scenario.mechanisms.is_empty() {
        String::new()
    } else {
        format!(", with {} ({})", scenario.title, scenario.id)
    };
    let what = report::heading(concept.id).unwrap_or(concept.about);
    format!("{}: {what}{with}", capitalised(&model.meta.title))
}

/// Statements as one sentence.
fn sentence(statements: &[String]) -> String {
    format!("{}.", statements.join("; "))
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// What the result says of the model and the question.
fn header(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    concept: &str,
    solution: &Solution,
) -> Header {
    let Solution { method, status, warnings, .. } = solution;
    header_of(model, set, mechanisms, concept, method, *status, warnings)
}

fn header_of(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    concept: &str,
    method: &str,
    status: Status,
    warnings: &[String],
) -> Header {
    Header {
        model: model_info(model, set, mechanisms),
        concept: concept.to_owned(),
        method: method.to_owned(),
        status,
        warnings: warnings.to_vec(),
    }
}

/// What the result says of the model.
fn model_info(model: &Model, set: &[(usize, Rational)], mechanisms: &[usize]) -> ModelInfo {
    let mut values: Vec<Rational> = model.free_values();
    for (parameter, value) in set {
        values[*parameter] = value.clone();
    }
    let parameters = model
        .parameters
        .iter()
        .zip(values)
        .filter(|(parameter, _)| parameter.is_free())
        .map(|(parameter, value)| (parameter.name.clone(), value))
        .collect();
    let file = &model.source.file;
    let origin = if file == STANDARD_INPUT {
        Origin::Input(model.source.text.clone())
    } else if std::path::Path::new(file).is_file() {
        Origin::File(file.clone())
    } else {
        Origin::BuiltIn(file.clone())
    };
    ModelInfo {
        name: model.meta.id.clone(),
        origin,
        sha256: model.source.sha256.clone(),
        parameters,
        mechanisms: mechanisms.iter().map(|&at| model.mechanisms[at].id.clone()).collect(),
    }
}

fn json(
    header: &Header,
    problem: &Problem,
    concept: &Concept,
    solution: &Solution,
) -> serde_json::Value {
    let subject = problem.subject(concept.id);
    let mut value = result::write(header, subject, &solution.answer, Some(&solution.certificate));
    if let Some(radius) = problem.radius {
        value["arithmetic"] = "float".into();
        value["payoff_radius"] = radius.into();
        let bound = regret_bound(radius);
        value["regret_bound"] = bound.into();
        // In the rounded game the regret is zero; in the model's own it is at most this. Machine
        // numbers keep the regret that they have in the rounded game.
        if result::is_exact(&solution.answer)
            && let Some(list) =
                value.get_mut("equilibria").and_then(serde_json::Value::as_array_mut)
        {
            for equilibrium in list {
                equilibrium["regret"] = bound.into();
            }
        }
    }
    value
}
