//! A comparison of a model in states as tables and as JSON.

mod json;

use std::cmp::Ordering;

use crate::game::stochastic::PactDeviation;
use crate::model::Model;
use crate::num::{Notation, Rational};
use crate::report::table::{Cell, Column, Table, Verdict};
use crate::study::compare::{
    Direction as Move, StateChange, StateComparison, StateRow, StateSubject, Way,
};
use crate::study::course::Course;
use crate::study::scenario::Kind;

pub use json::row_json;

use super::{capitalised, in_sections, over, short_header, verdict};

/// The answer in a few lines, before the tables: the risk of conflict in the baseline, and which scenarios
/// lower it, leave it, or raise it, in each way to play.
#[must_use]
pub fn headline(model: &Model, comparison: &StateComparison) -> Option<String> {
    let baseline = comparison.rows.first()?;
    let mut text = String::new();
    for &way in Way::of(model) {
        let subject = StateSubject::Within(way);
        let Some(Some(risk)) = baseline.value(subject) else { continue };
        if text.is_empty() {
            text = format!("{}: {}\n", model.meta.title, model.comparison.baseline);
        }
        let name = baseline.conflict_title(model);
        let percent = |value: &Rational| Notation::Percent(2).exact(value);
        let line = format!(
            "{}: {name} within {} {}",
            way.phrase(),
            over(model.comparison.years, model),
            percent(&risk)
        );
        text.push_str(&format!("  {line}\n"));
        let mut groups =
            vec![("lower", Vec::new()), ("the same", Vec::new()), ("higher", Vec::new())];
        for row in comparison.rows.iter().filter(|row| row.scenario.kind != Kind::Lens).skip(1) {
            let Some(change) = row.changes.iter().find(|one| one.metric.subject == subject) else {
                continue;
            };
            let group = match (change.moved(), change.after.cmp(&change.before)) {
                (false, _) | (_, Ordering::Equal) => 1,
                (_, Ordering::Less) => 0,
                (_, Ordering::Greater) => 2,
            };
            let value = change.after.as_ref().map_or_else(String::new, percent);
            groups[group].1.push(if group == 1 {
                row.scenario.id.clone()
            } else {
                format!("{} {value}", row.scenario.id)
            });
        }
        if way == Way::Markov {
            let unsure =
                comparison.rows[1..].iter().filter(|row| row.depends_on_equilibrium(baseline));
            let unsure = unsure.map(|row| row.scenario.id.clone()).collect();
            groups.push(("depends on which equilibrium is played", unsure));
        }
        for (title, names) in groups.iter().filter(|(_, names)| !names.is_empty()) {
            let line = format!("{title}: {}", names.join(", "));
            for (at, part) in crate::report::text::wrap(&line, 92).iter().enumerate() {
                let indent = if at == 0 { "    " } else { "        " };
                text.push_str(&format!("{indent}{part}\n"));
            }
        }
    }
    (!text.is_empty()).then(|| {
        text.push_str("  How large and how dear a mechanism is, is the model's choice: do not rank them by this list.\n\n");
        text
    })
}

/// The tables: what each scenario leads to in each way to play, and what is played.
#[must_use]
pub fn tables(model: &Model, comparison: &StateComparison) -> Vec<Table> {
    let mut tables: Vec<Table> =
        Way::of(model).iter().map(|&way| outcomes(model, comparison, way)).collect();
    if !model.agreements().is_empty() {
        tables.insert(1, agreements(model, comparison));
    }
    if comparison.rows.iter().any(|row| !row.others.is_empty()) {
        tables.push(alternatives(model, comparison));
    }
    tables.push(plays(model, comparison));
    if let Some(last) = tables.last_mut() {
        for row in &comparison.rows {
            let text = row.sentences.join(" ");
            last.sentence(
                Some(&row.scenario.id),
                format!("{}. {text}", capitalised(&row.scenario.title)),
            );
        }
        for failure in &comparison.failures {
            last.sentence(Some(&failure.scenario), format!("has no result: {}.", failure.reason));
        }
    }
    tables
}

/// The quantities of a way to play: those that the baseline has. Where a scenario lacks one the cell is
/// empty.
fn subjects(comparison: &StateComparison, way: Way) -> Vec<StateSubject> {
    let baseline = comparison.rows.first();
    baseline.map_or_else(Vec::new, |row| {
        let of_way = row.changes.iter().map(|change| change.metric.subject);
        of_way.filter(|subject| subject.way() == way).collect()
    })
}

/// A column for each of them.
fn quantities(
    model: &Model,
    comparison: &StateComparison,
    subjects: &[StateSubject],
) -> Vec<Column> {
    let baseline = comparison.rows.first();
    let conflict = baseline.map_or("", |row| row.conflict_title(model));
    let column = |&subject: &StateSubject| {
        let notation = subject.notation(model);
        match subject {
            StateSubject::Within(_) => {
                Column::number("conflict_within", format!("{conflict} within"), notation)
                    .with_unit(over(model.comparison.years, model))
            }
            StateSubject::Waiting(_) => {
                Column::number("conflict_waiting", format!("until {conflict}"), notation)
                    .with_unit(format!("{}s", model.period()))
            }
            StateSubject::Output(_, at) => {
                let id = &model.outputs[at].id;
                Column::number(id, short_header(id), notation)
            }
            StateSubject::Payoff(_, at) => {
                let id = &model.players[at].id;
                Column::number(format!("payoff_{id}"), format!("payoff {id}"), notation)
            }
            StateSubject::Joint(_) => Column::number("joint", "joint payoff", notation),
        }
    };
    subjects.iter().map(column).collect()
}

fn outcomes(model: &Model, comparison: &StateComparison, way: Way) -> Table {
    let mut columns = vec![Column::name("scenario", "scenario")];
    let subjects = subjects(comparison, way);
    columns.extend(quantities(model, comparison, &subjects));
    if way == Way::Outcome {
        columns.insert(1, Column::text("kept", "kept"));
    }
    columns.push(Column::text("change", "change"));
    let title = format!("{}: what each scenario leads to {}", model.meta.title, way.phrase());
    let mut table = Table::new(title, columns);
    in_sections(
        &mut table,
        &comparison.rows,
        |row| &row.scenario,
        |row, table| {
            let mut cells = vec![Cell::text(&row.scenario.id)];
            if way == Way::Outcome {
                cells.push(Cell::text(row.kept_name(model).unwrap_or("none")));
            }
            cells.extend(subjects.iter().map(|&subject| cell(row, subject)));
            cells.push(Cell::text(signs(row, &subjects)));
            table.push(cells);
        },
    );
    table.sentence(None, meaning(way));
    let first = comparison.rows.first();
    if way == Way::of(model)[0]
        && let Some(text) = first.and_then(|row| row.conflict_meaning(model))
    {
        table.sentence(None, text);
    }
    let lens = |row: &StateRow| row.scenario.kind == Kind::Lens;
    if way == Way::Transfers && comparison.rows.iter().any(lens) {
        table.sentence(
            None,
            "Single-system actors choose the largest joint payoff by their own weights; what is shown is by the true ones.",
        );
    }
    if way == Way::Markov {
        table.sentence(None, others_found(comparison));
    }
    table
}

fn change_of(row: &StateRow, subject: StateSubject) -> Option<&StateChange> {
    row.changes.iter().find(|change| change.metric.subject == subject)
}

fn cell(row: &StateRow, subject: StateSubject) -> Cell {
    let mark = change_of(row, subject);
    let mark = verdict(mark.map_or(Move::Same, |change| change.direction));
    let course = row.outlook(subject.way()).map(|outlook| &outlook.course);
    course.map_or_else(|_| Cell::missing(), |course| cell_of(course, subject)).with_verdict(mark)
}

fn cell_of(course: &Course, subject: StateSubject) -> Cell {
    match subject.of(course) {
        None => Cell::missing(),
        Some(Some(value)) => Cell::from(value),
        // The expected time is infinite where it is not sure to end.
        Some(None) => {
            let never = course.conflict.as_ref().is_some_and(|conflict| conflict.ever.is_zero());
            let text = if never { "never" } else { "maybe never" };
            Cell::text(text).in_files(f64::INFINITY)
        }
    }
}

fn signs(row: &StateRow, subjects: &[StateSubject]) -> String {
    let sign =
        |&subject: &StateSubject| change_of(row, subject).map_or("·", |one| one.direction.sign());
    subjects.iter().map(sign).collect()
}

/// What came of looking for other Markov perfect equilibria.
fn others_found(comparison: &StateComparison) -> String {
    let paths = match comparison.options.starts {
        1 => return "Others were not looked for (--starts).".to_owned(),
        paths => format!("{paths} paths in each scenario, all but one from play drawn at random"),
    };
    match comparison.rows.iter().filter(|row| !row.others.is_empty()).count() {
        0 => format!(
            "Along {paths}, no equilibrium was found that leads to anything else; there may be one."
        ),
        1 => format!(
            "Others were found in one scenario, along {paths}: see the table of other equilibria."
        ),
        more => format!(
            "Others were found in {more} scenarios, along {paths}: see the table of other equilibria."
        ),
    }
}

/// What other Markov perfect equilibria lead to, where some were found.
fn alternatives(model: &Model, comparison: &StateComparison) -> Table {
    let subjects = subjects(comparison, Way::Markov);
    let mut columns =
        vec![Column::name("scenario", "scenario"), Column::text("equilibrium", "equilibrium")];
    columns.extend(quantities(model, comparison, &subjects));
    if !model.agreements().is_empty() {
        columns.push(Column::text("holding", "holds before it"));
    }
    let title = format!("{}: other equilibria without promises", model.meta.title);
    let mut table = Table::new(title, columns);
    let rows: Vec<&StateRow> =
        comparison.rows.iter().filter(|row| !row.others.is_empty()).collect();
    in_sections(
        &mut table,
        &rows,
        |row| &row.scenario,
        |row, table| {
            let Ok(first) = &row.markov else { return };
            let held: Vec<usize> = row.holding().collect();
            let others = row.others.iter().map(|other| (&other.outlook, &other.holding));
            for (at, (outlook, holding)) in
                std::iter::once((first, &held)).chain(others).enumerate()
            {
                let id = if at == 0 { row.scenario.id.as_str() } else { "" };
                let name = if at == 0 { "above".to_owned() } else { format!("other {at}") };
                let mut cells = vec![Cell::text(id), Cell::text(name)];
                cells.extend(subjects.iter().map(|&subject| cell_of(&outlook.course, subject)));
                if !model.agreements().is_empty() {
                    let names: Vec<&str> =
                        holding.iter().map(|&at| model.agreements()[at].id.as_str()).collect();
                    cells.push(Cell::text(if names.is_empty() {
                        "none".to_owned()
                    } else {
                        names.join(", ")
                    }));
                }
                table.push(cells);
            }
        },
    );
    table.sentence(
        None,
        "Each is a Markov perfect equilibrium; the model does not say which of them is played. Those that lead to the same are listed once.",
    );
    if !model.agreements().is_empty() {
        table.sentence(
            None,
            "An agreement holds before an equilibrium if going back to it for ever keeps the players from leaving.",
        );
    }
    table
}

fn meaning(way: Way) -> &'static str {
    match way {
        Way::Outcome => {
            "The best agreement that holds, until it ends and what is played without promises follows; and that from the start where none holds. Averages are discounted, from the first period. Change from the baseline: + better, - worse, = the same, column by column."
        }
        Way::Markov => {
            "Each looks ahead and acts by the state alone: a Markov perfect equilibrium, the one to which logit equilibria lead from uniform play. Averages are discounted, from the first period. Change from the baseline: + better, - worse, = the same, column by column."
        }
        Way::Transfers => {
            "The equilibrium of the largest joint payoff, where the players may pay one another and punish whoever does not pay or play: payments decide how the joint payoff is shared. All that is done is seen, and no promise ends by turnover."
        }
    }
}

/// By how much each agreement holds, and who is the first to leave it.
fn agreements(model: &Model, comparison: &StateComparison) -> Table {
    let mut columns = vec![Column::name("scenario", "scenario"), Column::text("kept", "kept")];
    for agreement in model.agreements() {
        let (id, key) = (&agreement.id, format!("margin_{}", agreement.id));
        columns.push(Column::number(key, format!("margin {id}"), Notation::Places(4)));
    }
    let shown = model.comparison.agreement.unwrap_or(0);
    let header = format!("first to leave {}", model.agreements()[shown].id);
    columns.push(Column::text("first_to_leave", header));
    let title = format!("{}: which agreements hold", model.meta.title);
    let mut table = Table::new(title, columns);
    in_sections(
        &mut table,
        &comparison.rows,
        |row| &row.scenario,
        |row, table| {
            let kept = row.kept_name(model).unwrap_or("none");
            let mut cells = vec![Cell::text(&row.scenario.id), Cell::text(kept)];
            let most = |at: usize| {
                let found = row.agreements.iter().find(|one| one.agreement == at);
                found.and_then(|one| one.value.most.as_ref())
            };
            for at in 0..model.agreements().len() {
                cells.push(most(at).map_or_else(Cell::missing, |most| {
                    let fails = most.gain.is_positive();
                    let verdict = if fails { Verdict::Worse } else { Verdict::Better };
                    Cell::from(-&most.gain).with_verdict(verdict)
                }));
            }
            cells.push(Cell::from(most(shown).map(|most| deviation(model, row, most))));
            table.push(cells);
        },
    );
    table.sentence(
        None,
        "The margin is what the most tempted player loses, in discounted average payoffs, by leaving the agreement for a period in the state where he is tempted most: the agreement holds where it is not negative. Once it has ended they play as without promises for ever.",
    );
    let renewed = comparison.rows.iter().flat_map(|row| &row.agreements);
    if renewed.into_iter().any(|one| one.pact.renewed.is_positive()) {
        table.sentence(
            None,
            "With renewal that is until it stands again; then nobody may gain by leaving what is played after the end either, and the margin is the least of all.",
        );
    }
    table
}

/// `B to Strong in crisis`.
fn deviation(model: &Model, row: &StateRow, most: &PactDeviation) -> String {
    let player = &row.game.states()[most.state].stage.players()[most.player];
    let state = row.title(model, most.state);
    let when = if most.ended { ", after the end" } else { "" };
    format!("{} to {} in {state}{when}", player.name, player.actions[most.action])
}

/// With more states than this they are rows, and not columns.
const MOST_COLUMNS: usize = 6;

/// What is played in each state.
fn plays(model: &Model, comparison: &StateComparison) -> Table {
    let baseline = comparison.rows.first();
    let states: Vec<usize> = baseline.map_or_else(Vec::new, |row| row.open_states().collect());
    let title = format!("{}: what is played in each state", model.meta.title);
    let mut table = if states.len() > MOST_COLUMNS {
        plays_by_state(model, comparison, &states, title)
    } else {
        plays_by_scenario(model, comparison, &states, title)
    };
    table.sentence(
        None,
        "Where a player mixes, the likeliest of his actions is named with its probability.",
    );
    table
}

/// What is played in a state, as a cell.
fn play_cell(row: &StateRow, way: Way, state: usize) -> Cell {
    row.outlook(way).map_or_else(|_| Cell::missing(), |one| Cell::text(row.play_name(one, state)))
}

fn plays_by_scenario(
    model: &Model,
    comparison: &StateComparison,
    states: &[usize],
    title: String,
) -> Table {
    let mut columns = vec![Column::name("scenario", "scenario"), Column::text("way", "promises")];
    if let Some(row) = comparison.rows.first() {
        columns.extend(states.iter().map(|&state| {
            let name = &row.game.states()[state].name;
            Column::text(format!("in_{name}"), format!("in {}", row.title(model, state)))
        }));
    }
    let mut table = Table::new(title, columns);
    in_sections(
        &mut table,
        &comparison.rows,
        |row| &row.scenario,
        |row, table| {
            for (at, &way) in Way::of(model).iter().enumerate() {
                let id = if at == 0 { row.scenario.id.as_str() } else { "" };
                let word = match way {
                    Way::Outcome if row.kept.is_some() => "agreement",
                    Way::Outcome if row.holding().next().is_some() => "none better",
                    Way::Outcome => "none holds",
                    Way::Markov => "without",
                    Way::Transfers => "payments",
                };
                let mut cells = vec![Cell::text(id), Cell::text(word)];
                cells.extend(states.iter().map(|&state| play_cell(row, way, state)));
                table.push(cells);
            }
        },
    );
    table
}

fn plays_by_state(
    model: &Model,
    comparison: &StateComparison,
    states: &[usize],
    title: String,
) -> Table {
    let mut columns = vec![Column::name("state", "state")];
    columns.extend(Way::of(model).iter().map(|way| Column::text(way.word(), way.phrase())));
    let mut table = Table::new(title, columns);
    for row in &comparison.rows {
        table.start_group(&row.scenario.id);
        for &state in states {
            let mut cells = vec![Cell::text(row.title(model, state))];
            cells.extend(Way::of(model).iter().map(|&way| play_cell(row, way, state)));
            table.push(cells);
        }
    }
    table
}
