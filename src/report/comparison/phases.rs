//! Payoffs of a period while an agreement stands, after its end, and in its punishment.

use crate::model::Model;
use crate::num::Notation;
use crate::report::table::{Cell, Column, Table};
use crate::study::compare::{Comparison, Row};
use crate::study::evaluate::Play;

use super::{PLACES, in_sections};

/// What is played at one time.
#[derive(Debug, Clone)]
pub(in crate::report) struct Phase {
    /// `on`: as long as nothing intervenes. `off`: once the agreement that is kept has ended.
    /// `punishment`: what critical discount factors suppose to follow a deviation.
    pub word: &'static str,
    /// The play; in a punishment that which each player would suffer for his own deviation.
    pub plays: Vec<Play>,
}

impl Phase {
    fn of_one(word: &'static str, play: &Play, players: usize) -> Self {
        Phase { word, plays: vec![play.clone(); players] }
    }

    /// The play, or what all plays have in common.
    fn name(&self, row: &Row) -> String {
        match self.plays.as_slice() {
            [first, rest @ ..] if rest.iter().all(|play| play == first) => row.play_name(first),
            _ => "each player's worst equilibrium".to_owned(),
        }
    }
}

/// What is played as long as nothing intervenes.
pub(in crate::report) fn on_the_path(row: &Row) -> Play {
    let evaluation = &row.evaluation;
    match evaluation.outcome {
        Some(at) => Play::Pure(evaluation.agreements[at].profile),
        None => evaluation.otherwise.clone(),
    }
}

/// What is played on the path; after it, where an agreement is kept; and in the punishment, where
/// the model has agreements.
pub(in crate::report) fn phases(model: &Model, row: &Row) -> Vec<Phase> {
    let evaluation = &row.evaluation;
    let players = model.players.len();
    let mut phases = vec![Phase::of_one("on", &on_the_path(row), players)];
    if evaluation.outcome.is_some() {
        phases.push(Phase::of_one("off", &evaluation.otherwise, players));
    }
    if let Some(repeated) = &row.repeated {
        let own = |player: usize| {
            if model.punishes_by_worst_equilibrium() {
                Play::of_profile(&row.game, &repeated.answer.punishments[player])
            } else {
                evaluation.stage.clone()
            }
        };
        phases.push(Phase { word: "punishment", plays: (0..players).map(own).collect() });
    }
    phases
}

/// Payoffs of a period in each phase, with their parts. A punishment that is what is played without
/// an agreement anyway is not shown again.
pub(super) fn table(model: &Model, comparison: &Comparison) -> Table {
    let mut columns = vec![
        Column::name("scenario", "scenario"),
        Column::name("phase", "phase"),
        Column::text("play", "play"),
    ];
    for player in &model.players {
        for part in &model.parts {
            let notation = Notation::Places(PLACES);
            columns.push(Column::number(
                format!("{part}_{}", player.id),
                format!("{} {part}", player.id),
                notation,
            ));
        }
        columns.push(Column::number(
            format!("payoff_{}", player.id),
            format!("{} payoff", player.id),
            Notation::Places(PLACES),
        ));
        columns.push(Column::number(
            format!("cost_{}", player.id),
            format!("{} cost", player.id),
            Notation::Short(PLACES),
        ));
    }
    let mut table =
        Table::new("Payoffs on the path of play and off it, with their parts unweighted", columns);
    let mut punished = false;
    in_sections(&mut table, comparison, |row, table| {
        let evaluation = &row.evaluation;
        for phase in phases(model, row) {
            if phase.word == "punishment" {
                if phase.plays.iter().all(|play| *play == evaluation.otherwise) {
                    continue;
                }
                punished = true;
            }
            let mut cells = vec![
                Cell::text(&row.scenario.id),
                Cell::text(phase.word),
                Cell::text(phase.name(row)),
            ];
            for (player, play) in phase.plays.iter().enumerate() {
                for part in &evaluation.tables.parts[player] {
                    cells.push(play.expectation(part).into());
                }
                cells.push(play.expectation(&evaluation.tables.payoffs[player]).into());
                cells.push((&row.cost[player]).into());
            }
            table.push(cells);
        }
    });
    let punishment = if punished {
        " Punishment: what critical discount factors suppose to follow a deviation, where that is something else."
    } else {
        ""
    };
    table.sentence(
        None,
        format!(
            "On the path: what is played as long as nothing intervenes. Off it: what follows the end of an agreement.{punishment} \
             The cost of the mechanisms is a period's, and already taken from the part that bears it."
        ),
    );
    table
}
