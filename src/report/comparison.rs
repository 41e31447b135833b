//! A comparison as tables and as JSON.

mod headline;
mod json;
mod phases;
mod restraint;
mod stage_games;
pub mod states;

use crate::model::{Better, Model, OutputKind};
use crate::num::Notation;
use crate::study::compare::{Change, Comparison, Direction as Move, Row, Subject};
use crate::study::scenario::{Kind, Scenario};

pub use headline::headline;
pub use json::row_json;
pub(super) use phases::{on_the_path, phases};

use super::table::{Cell, Column, Direction, Table, Verdict};

/// Places after the point of payoffs and critical discount factors.
const PLACES: usize = 4;

/// The tables of a comparison: outcomes, payoffs in parts, restraint, and the stage games.
#[must_use]
pub fn tables(model: &Model, comparison: &Comparison) -> Vec<Table> {
    let mut tables = vec![outcomes(model, comparison)];
    if !model.agreements().is_empty() {
        tables.push(restraint::table(model, comparison));
    }
    tables.push(phases::table(model, comparison));
    tables.push(stage_games::table(comparison));
    tables
}

/// The title above the scenarios of a kind.
pub(super) fn section(kind: Kind) -> &'static str {
    match kind {
        Kind::Baseline => "Baseline",
        Kind::BuildUp => "Deterrence build-up",
        Kind::Mechanism => "Cooperative mechanisms",
        Kind::Bundle => "Bundles",
        Kind::Test => "Tests of disarmament",
        Kind::Lens => "Single-system actors (scored by true weights)",
    }
}

/// Fills a table with the rows of a comparison under the titles of their kinds.
fn in_sections<R>(
    table: &mut Table,
    rows: &[R],
    scenario: impl Fn(&R) -> &Scenario,
    mut rows_of: impl FnMut(&R, &mut Table),
) {
    let mut last = None;
    for row in rows {
        let kind = scenario(row).kind;
        if last != Some(kind) {
            table.start_group(section(kind));
            last = Some(kind);
        }
        rows_of(row, table);
    }
}

fn verdict(direction: Move) -> Verdict {
    match direction {
        Move::Better => Verdict::Better,
        Move::Worse => Verdict::Worse,
        _ => Verdict::Neutral,
    }
}

fn change_of(row: &Row, subject: Subject) -> Option<&Change> {
    row.changes.iter().find(|change| change.metric.subject == subject)
}

/// A value with the sign of its change from the baseline in front: `+` better, `-` worse.
fn signed(row: &Row, subject: Subject, notation: Notation) -> Cell {
    let Some(value) = row.value(subject) else { return Cell::missing() };
    let mark = change_of(row, subject).map_or(Verdict::Neutral, |change| verdict(change.direction));
    match value {
        Some(value) => Cell::from(value).with_notation(notation).with_verdict(mark),
        None => Cell::text("never").with_verdict(mark),
    }
}

fn signs(row: &Row, subjects: &[Subject]) -> String {
    subjects
        .iter()
        .map(|subject| change_of(row, *subject).map_or("·", |change| change.direction.sign()))
        .collect()
}

fn outcomes(model: &Model, comparison: &Comparison) -> Table {
    let years = model.comparison.years;
    let mut columns =
        vec![Column::name("scenario", "scenario"), Column::text("outcome", "what is played")];
    let mut subjects = Vec::new();
    for (at, output) in model.outputs.iter().enumerate() {
        let hazard = output.kind == OutputKind::Hazard;
        let notation = if hazard { Notation::Percent(2) } else { Notation::Places(PLACES) };
        columns.push(
            Column::number(&output.id, short_header(&output.id), notation).with_unit(if hazard {
                format!("a {}", model.period())
            } else {
                String::new()
            }),
        );
        subjects.push((Subject::Output(at), notation));
        if hazard {
            let key = format!("{}_cumulative", output.id);
            columns.push(
                Column::number(key, short_header(&output.id), notation)
                    .with_unit(over(years, model)),
            );
            subjects.push((Subject::Cumulative(at), notation));
        }
    }
    for (at, player) in model.players.iter().enumerate() {
        let notation = Notation::Places(PLACES);
        columns.push(Column::number(
            format!("payoff_{}", player.id),
            format!("payoff {}", player.id),
            notation,
        ));
        subjects.push((Subject::Payoff(at), notation));
    }
    let signed_subjects: Vec<Subject> = subjects
        .iter()
        .map(|(subject, _)| *subject)
        .filter(|subject| match subject {
            Subject::Output(at) => model.outputs[*at].better != Better::None,
            Subject::Payoff(_) => true,
            _ => false,
        })
        .collect();
    columns.push(Column::text("change", "change"));
    let mut table = Table::new(
        format!("{}: what each scenario leads to, on average over time", model.meta.title),
        columns,
    );
    in_sections(
        &mut table,
        &comparison.rows,
        |row| &row.scenario,
        |row, table| {
            let mut cells = vec![Cell::text(&row.scenario.id), Cell::text(row.outcome_name())];
            cells.extend(
                subjects.iter().map(|(subject, notation)| signed(row, *subject, *notation)),
            );
            cells.push(Cell::text(signs(row, &signed_subjects)));
            table.push(cells);
        },
    );
    let order: Vec<String> = signed_subjects
        .iter()
        .filter_map(|subject| {
            comparison.rows.first()?.changes.iter().find(|change| change.metric.subject == *subject)
        })
        .map(|change| change.metric.id.clone())
        .collect();
    table.sentence(
        None,
        format!(
            "Change from the {}: + better, - worse, = the same, for {} in this order.",
            model.comparison.baseline,
            order.join(", ")
        ),
    );
    for row in &comparison.rows {
        let text = row.sentences.join(" ");
        table.sentence(
            Some(&row.scenario.id),
            format!("{}. {text}", capitalised(&row.scenario.title)),
        );
    }
    for failure in &comparison.failures {
        table.sentence(Some(&failure.scenario), format!("has no result: {}.", failure.reason));
    }
    table
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// `1 year`, `10 years`.
fn over(periods: u32, model: &Model) -> String {
    format!("{periods} {}{}", model.period(), if periods == 1 { "" } else { "s" })
}

fn short_header(id: &str) -> String {
    id.replace('_', " ")
}

/// The sign of a change for a table of changes.
#[must_use]
pub fn change_cell(change: &Change) -> Cell {
    let direction = match (&change.before, &change.after) {
        (before, after) if before == after => Direction::Same,
        (None, Some(_)) => Direction::Lower,
        (Some(before), Some(after)) if after < before => Direction::Lower,
        _ => Direction::Higher,
    };
    Cell::change(direction, verdict(change.direction))
}
