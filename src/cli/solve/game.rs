//! `detente solve` on Gambit's files.

use serde_json::{Value, json};

use crate::gambit::{Game, behavior_line, strategy_line};
use crate::game::answer::Answer;
use crate::game::extensive::{Forgetting, ReducedForm, TreeNames};
use crate::game::{ExtensiveGame, MixedStrategy};
use crate::report::result::{self, Header};
use crate::report::{Table, solution as report, tidy, tree as tree_report};
use crate::solve::Status;
use crate::study::solution::{
    CONCEPTS, Concept, Problem, Solution, find_concept, is_asked_for, solve,
};
use crate::study::tree::{TreeSolution, solve_nash_by_sequence_form, solve_subgame_perfect};

use super::super::common::{Failure, Format, Outcome, Output, write_rendered, write_result};
use super::super::input::GameSource;
use super::options;
use super::stream::{self, Stream};
use super::{Arguments, failure, given_options, refuse_idle_options, sentence};
use crate::study::scenario::BASELINE;

/// What one concept contributes to the output.
#[derive(Default)]
struct Shown {
    tables: Vec<Table>,
    tidy: Vec<Table>,
    results: Vec<Value>,
    lines: Vec<String>,
    concepts: Vec<&'static str>,
    partial: bool,
}

/// Tables of the same columns as one.
pub(super) fn merged(tables: Vec<Table>) -> Table {
    let mut tables = tables.into_iter().filter(|table| !table.is_empty());
    let mut all = tables.next().unwrap_or_default();
    for table in tables {
        for group in table.groups() {
            group.rows.iter().for_each(|row| all.push(row.clone()));
        }
    }
    all
}

pub(super) fn run(arguments: &Arguments, source: &GameSource, output: &mut Output) -> Outcome {
    if !arguments.model.set.is_empty() || arguments.mechanism != BASELINE {
        return Err(Failure::wrong(
            "a Gambit file has no parameters and no mechanisms: leave --set and --mechanism out, or write the game as a model file",
        ));
    }
    let concepts: Vec<&Concept> = if arguments.all {
        CONCEPTS.iter().collect()
    } else {
        let concept = find_concept(&arguments.concept).map_err(failure)?;
        refuse_idle_options(arguments, concept)?;
        stream::refuse(arguments, concept)?;
        vec![concept]
    };
    if arguments.stream && matches!(source.file.game, Game::Extensive(_)) {
        return Err(Failure::wrong(
            "--stream is for games in strategic form: `detente convert` makes a .nfg of a tree",
        ));
    }
    let solver = Solver::new(arguments, source);
    let mut shown = Shown::default();
    for concept in concepts {
        match solver.solve(concept, &mut shown) {
            Ok(()) => shown.concepts.push(concept.id),
            // Asked for all, a concept that does not fit the game is left out.
            Err(Failure::Wrong(_)) if arguments.all => {}
            Err(failure) => return Err(failure),
        }
    }
    if arguments.all {
        for (option, owner) in given_options(arguments) {
            if !shown.concepts.contains(&owner) {
                return Err(Failure::wrong(format_args!(
                    "{option} is for the concept `{owner}`, which does not fit this game"
                )));
            }
        }
    }
    let Shown { tables, tidy, results, lines, .. } = shown;
    if arguments.stream {
        let json = || results.into_iter().next().unwrap_or_default();
        return stream::close(&tables, json, arguments, shown.partial, output);
    }
    if arguments.write.format == Format::Gambit {
        write_rendered(&gambit_text(&lines), &arguments.write, output)?;
        return Ok(u8::from(shown.partial));
    }
    let json = || {
        if arguments.all {
            json!({ "schema": "detente/results/1", "command": "solve", "results": results })
        } else {
            results.into_iter().next().unwrap_or_default()
        }
    };
    write_result(&tables, || merged(tidy), json, &arguments.write, output)?;
    Ok(u8::from(shown.partial))
}

/// Lines with a newline behind each.
pub(super) fn gambit_text(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The lines of an answer in strategic form.
pub(super) fn gambit_lines(concept: &str, answer: &Answer) -> Result<Vec<String>, Failure> {
    match answer {
        Answer::Equilibria(answer) => {
            Ok(answer.list.iter().map(|one| strategy_line(&one.profile)).collect())
        }
        Answer::Symmetric(answer) => {
            Ok(answer.list.iter().map(|one| strategy_line(&one.profile)).collect())
        }
        Answer::Minimax(answer) if answer.constant_sum.is_some() && answer.levels.len() == 2 => {
            let profile: Vec<MixedStrategy> =
                answer.levels.iter().map(|level| level.strategy.clone()).collect();
            Ok(vec![strategy_line(&profile)])
        }
        _ => Err(Failure::wrong(format_args!(
            "--format gambit lists equilibria, and an answer under `{concept}` is none"
        ))),
    }
}

/// The strategic form of a source.
enum Strategic {
    Itself,
    Reduced(Box<ReducedForm>),
    TooLarge(String),
}

struct Solver<'a> {
    arguments: &'a Arguments,
    source: &'a GameSource,
    strategic: Strategic,
    problem: Option<Problem>,
    forgets: Option<Forgetting>,
}

impl<'a> Solver<'a> {
    fn new(arguments: &'a Arguments, source: &'a GameSource) -> Self {
        // What needs no strategic form should not wait for it.
        let needed = arguments.all
            || !(arguments.concept == "subgame-perfect"
                || arguments.method.as_deref() == Some("sequence-form"));
        let (strategic, problem) = match &source.file.game {
            Game::Strategic(game) => (Strategic::Itself, Some(Problem::of_game(game.clone()))),
            Game::Extensive(_) if !needed => (Strategic::TooLarge(String::new()), None),
            Game::Extensive(_) => match source.reduced() {
                Some(Ok(reduced)) => {
                    let problem = Problem::of_game(reduced.game.clone());
                    (Strategic::Reduced(Box::new(reduced)), Some(problem))
                }
                Some(Err(error)) => (Strategic::TooLarge(error.to_string()), None),
                None => (Strategic::Itself, None),
            },
        };
        let forgets = match &source.file.game {
            Game::Extensive(tree) => tree.perfect_recall().err(),
            Game::Strategic(_) => None,
        };
        Solver { arguments, source, strategic, problem, forgets }
    }

    fn solve(&self, concept: &Concept, shown: &mut Shown) -> Result<(), Failure> {
        let method = self.arguments.method.as_deref();
        let budget = self.arguments.limits.budget();
        if let Game::Extensive(tree) = &self.source.file.game {
            if concept.id == "subgame-perfect" {
                let found = solve_subgame_perfect(tree, method, &budget).map_err(failure)?;
                self.show_tree(concept, tree, found, shown);
                return Ok(());
            }
            if concept.id == "nash" && method == Some("sequence-form") {
                let found = solve_nash_by_sequence_form(tree, &budget).map_err(failure)?;
                self.show_tree(concept, tree, found, shown);
                return Ok(());
            }
            if let Strategic::TooLarge(reason) = &self.strategic {
                if concept.id != "nash" || method.is_some() {
                    return Err(Failure::wrong(format_args!(
                        "{reason}; `--concept subgame-perfect` and `--concept nash --method sequence-form` do without it"
                    )));
                }
                let mut found = solve_nash_by_sequence_form(tree, &budget)
                    .map_err(|error| Failure::wrong(format_args!("{reason}; and {error}")))?;
                found.warnings.push(format!(
                    "{reason}: one equilibrium by the sequence form is given, and there may be others"
                ));
                self.show_tree(concept, tree, found, shown);
                return Ok(());
            }
        }
        let Some(problem) = &self.problem else { return Ok(()) };
        let arguments = self.arguments;
        let mut options = options::options(arguments, "game", problem.stage.players())?;
        options::on_stage(&mut options, arguments, &problem.stage, &[])?;
        let (stream, budget) = Stream::start(arguments, concept, problem, budget, &mut options)?;
        let found = solve(problem, concept, &options, &budget);
        stream.finish()?;
        let mut found = found.map_err(failure)?;
        if let Some(method) = method
            && !is_asked_for(method, &found.method)
        {
            return Err(Failure::wrong(format_args!(
                "the method `{method}` does not fit this game; without --method it is solved by `{}`",
                found.method
            )));
        }
        if let (Game::Extensive(tree), Some(forgets)) = (&self.source.file.game, &self.forgets) {
            let names = TreeNames::of(tree);
            found.warnings.push(format!(
                "player `{}` forgets what he knew or did at information set `{}`: strategies are mixed over whole plans, and have no equivalent in behaviour strategies",
                names.players[forgets.player], names.sets[forgets.set]
            ));
        }
        self.show_strategic(concept, problem, &found, shown)
    }

    fn heading(&self, concept: &Concept) -> String {
        let what = report::heading(concept.id).unwrap_or(concept.about);
        format!("{}: {what}", self.source.title())
    }

    fn warn(&self, warnings: &[String]) {
        if !self.arguments.limits.quiet && self.arguments.write.format != Format::Json {
            warnings.iter().for_each(|warning| say!("warning: {warning}"));
        }
    }

    /// A table of numbers has no place for it.
    fn warn_partial(&self, concept: &Concept, status: Status) {
        if let (Status::Partial(reason), Format::Csv) = (status, self.arguments.write.format) {
            say!(
                "warning: {}: {reason}; what is listed is right, and there may be more",
                concept.id
            );
        }
    }

    fn header(
        &self,
        concept: &Concept,
        method: &str,
        status: Status,
        warnings: &[String],
    ) -> Header {
        Header {
            model: self.source.info(),
            concept: concept.id.to_owned(),
            method: method.to_owned(),
            status,
            warnings: warnings.to_vec(),
        }
    }

    fn show_tree(
        &self,
        concept: &Concept,
        tree: &ExtensiveGame,
        found: TreeSolution,
        shown: &mut Shown,
    ) {
        self.warn(&found.warnings);
        let about = format!("{}: {}", self.source.title(), tree_report::heading(&found.answer));
        let mut tables = tree_report::tables(tree, &found.answer, &about);
        close(tables.last_mut(), &found.certificate.checked, found.status);
        shown.tables.append(&mut tables);
        self.warn_partial(concept, found.status);
        shown.tidy.push(tidy::tree(concept.id, found.method, tree, &found.answer));
        let header = self.header(concept, found.method, found.status, &found.warnings);
        shown.results.push(result::write_tree(
            &header,
            tree,
            &found.answer,
            Some(&found.certificate),
        ));
        shown.lines.extend(found.answer.list.iter().map(|one| behavior_line(tree, &one.profile)));
        shown.partial |= matches!(found.status, Status::Partial(_));
    }

    fn show_strategic(
        &self,
        concept: &Concept,
        problem: &Problem,
        found: &Solution,
        shown: &mut Shown,
    ) -> Result<(), Failure> {
        self.warn(&found.warnings);
        let subject = problem.subject(concept.id);
        let tree = match (&self.source.file.game, &self.strategic) {
            (Game::Extensive(tree), Strategic::Reduced(reduced)) => Some((tree, reduced)),
            _ => None,
        };
        let mut tables = report::tables(subject, &found.answer, &self.heading(concept));
        close(tables.last_mut(), &found.certificate.checked, found.status);
        if let (Some(last), Some((tree, _))) = (tables.last_mut(), tree) {
            last.sentence(Some("Strategies"), legend(tree));
        }
        shown.tables.append(&mut tables);
        self.warn_partial(concept, found.status);
        shown.tidy.push(tidy::solutions(&[tidy::Solved {
            concept: concept.id,
            method: &found.method,
            subject,
            answer: &found.answer,
            regret_bound: None,
        }]));
        let header = self.header(concept, &found.method, found.status, &found.warnings);
        let mut value = result::write(&header, subject, &found.answer, Some(&found.certificate));
        value["form"] = if tree.is_some() { "reduced" } else { "strategic" }.into();
        let profiles: Option<Vec<&[MixedStrategy]>> = match &found.answer {
            Answer::Equilibria(answer) => {
                Some(answer.list.iter().map(|one| one.profile.as_slice()).collect())
            }
            _ => None,
        };
        if let Some((tree, reduced)) = tree {
            value["information_sets"] = information_sets(tree);
            if self.forgets.is_none()
                && let Some(profiles) = &profiles
            {
                let names = TreeNames::of(tree);
                let list = value.get_mut("equilibria").and_then(Value::as_array_mut);
                for (one, profile) in list.into_iter().flatten().zip(profiles) {
                    let behavior = reduced.behavior(tree, profile);
                    one["behavior"] = result::behavior_json(tree, &names, &behavior);
                    shown.lines.push(behavior_line(tree, &behavior));
                }
            }
        }
        let by_behavior = tree.is_some() && self.forgets.is_none() && profiles.is_some();
        if !by_behavior && self.arguments.write.format == Format::Gambit {
            shown.lines.extend(gambit_lines(concept.id, &found.answer)?);
        }
        shown.results.push(value);
        shown.partial |= matches!(found.status, Status::Partial(_));
        Ok(())
    }
}

/// What was certified, and what is missing, below the last table.
fn close(table: Option<&mut Table>, checked: &[String], status: Status) {
    let Some(table) = table else { return };
    table.sentence(Some("Certified"), sentence(checked));
    if let Status::Partial(reason) = status {
        table.sentence(
            Some("Partial"),
            format!("{reason}; what is listed is right, and there may be more."),
        );
    }
}

/// How to read the names of the strategies of a reduced form.
fn legend(tree: &ExtensiveGame) -> String {
    const MOST: usize = 12;
    let names = TreeNames::of(tree);
    let players: Vec<String> = (0..tree.num_players())
        .map(|player| {
            let own = tree.sets_of(player);
            let mut sets: Vec<String> = own
                .iter()
                .take(MOST)
                .map(|&set| format!("{} ({})", names.sets[set], names.actions[set].join(", ")))
                .collect();
            if own.len() > MOST {
                sets.push(format!("and {} more", own.len() - MOST));
            }
            format!("{}: {}", names.players[player], sets.join("; "))
        })
        .collect();
    format!(
        "each digit is the number of the action at one information set, in order; * where no action matters. {}.",
        players.join(". ")
    )
}

/// The information sets with their actions, by player.
fn information_sets(tree: &ExtensiveGame) -> Value {
    let names = TreeNames::of(tree);
    let of_player = |player: usize| -> Value {
        let own = tree.sets_of(player);
        own.iter()
            .map(|&set| json!({ "name": names.sets[set], "actions": names.actions[set] }))
            .collect()
    };
    let players = names.players.iter().cloned().enumerate();
    Value::Object(players.map(|(player, name)| (name, of_player(player))).collect())
}
