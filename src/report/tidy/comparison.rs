//! A comparison with a row for each scenario.

use crate::model::{Model, OutputKind};
use crate::num::Rational;
use crate::report::comparison::{on_the_path, phases};
use crate::report::table::{Cell, Table};
use crate::solve::Status;
use crate::study::compare::{Comparison, Row, Subject};
use crate::study::evaluate::Play;

use super::{Record, critical, table, truth};

/// The comparison as one table: a row for each scenario, the baseline first.
#[must_use]
pub fn comparison(model: &Model, comparison: &Comparison) -> Table {
    // Quantities that the baseline has; where a scenario lacks one the field is empty.
    let moved: Vec<Subject> = comparison.rows.first().map_or_else(Vec::new, |row| {
        row.changes.iter().map(|change| change.metric.subject).collect()
    });
    let records = comparison.rows.iter().map(|row| record(model, row, &moved)).collect();
    table("Comparison", records)
}

fn record(model: &Model, row: &Row, moved: &[Subject]) -> Record {
    let mut record = Record::default();
    let scenario = &row.scenario;
    let mechanisms: Vec<&str> =
        scenario.mechanisms.iter().map(|&at| model.mechanisms[at].id.as_str()).collect();
    record.put("scenario", scenario.id.as_str());
    record.put("title", scenario.title.as_str());
    record.put("kind", scenario.kind.word());
    record.put("channel", scenario.channel.as_deref());
    record.put("mechanisms", mechanisms.join("+"));
    outcome(&mut record, model, row);
    restraint(&mut record, model, row);
    payoffs(&mut record, model, row);
    stage_game(&mut record, row);
    for &subject in moved {
        let change = row.changes.iter().find(|change| change.metric.subject == subject);
        let word = change.map(|change| change.direction.word());
        record.put(format!("change.{}", name(model, subject)), word);
    }
    record
}

/// The name of a quantity in files.
fn name(model: &Model, subject: Subject) -> String {
    match subject {
        Subject::Critical(at) => format!("critical_discount.{}", model.agreements()[at].id),
        Subject::Output(at) => model.outputs[at].id.clone(),
        Subject::Cumulative(at) => format!("cumulative.{}", model.outputs[at].id),
        Subject::Payoff(at) => format!("payoff.{}", model.players[at].id),
    }
}

fn play(row: &Row, play: &Play) -> Cell {
    match play {
        Play::Pure(profile) => {
            Cell::text(row.game.profile_names(&row.game.profile(*profile)).join("|"))
        }
        Play::Mixed(_) => Cell::text("mixed"),
    }
}

fn outcome(record: &mut Record, model: &Model, row: &Row) {
    let evaluation = &row.evaluation;
    let kept = evaluation.outcome.map(|at| evaluation.agreements[at].agreement);
    let kept = kept.map_or("none", |at| model.agreements()[at].id.as_str());
    record.put("agreement", kept);
    record.put("outcome", play(row, &on_the_path(row)));
    record.put("otherwise", play(row, &evaluation.otherwise));
    record.put("stage", play(row, &evaluation.stage));
    let outputs = 0..model.outputs.len();
    let hazards = outputs.clone().filter(|&at| model.outputs[at].kind == OutputKind::Hazard);
    let subjects = (0..model.players.len())
        .map(Subject::Payoff)
        .chain(outputs.map(Subject::Output))
        .chain(hazards.map(Subject::Cumulative));
    for subject in subjects {
        record.put(name(model, subject), row.value(subject).flatten());
    }
}

fn restraint(record: &mut Record, model: &Model, row: &Row) {
    let evaluation = &row.evaluation;
    if model.agreements().is_empty() {
        return;
    }
    let discount = evaluation.horizon.as_ref().and_then(|values| values.discount.clone());
    record.put("discount", discount);
    for (at, agreement) in model.agreements().iter().enumerate() {
        let position = evaluation.agreements.iter().position(|result| result.agreement == at);
        let result = position.map(|position| &evaluation.agreements[position]);
        let bound = position.and_then(|position| {
            Some(&row.repeated.as_ref()?.answer.agreements[position].minmax_bound)
        });
        let binding = result.and_then(|result| result.binding.as_ref()).map(|deviation| {
            let player = &row.game.players()[deviation.player];
            format!("{} to {}", player.name, player.actions[deviation.action])
        });
        let id = &agreement.id;
        record.put(format!("critical_discount.{id}"), result.map(|one| critical(&one.critical)));
        record.put(format!("minmax_bound.{id}"), bound.map(critical));
        record.put(format!("binding.{id}"), binding);
        record.put(format!("holds.{id}"), result.map(|one| truth(one.holds)));
    }
}

fn payoffs(record: &mut Record, model: &Model, row: &Row) {
    let phases = phases(model, row);
    let tables = &row.evaluation.tables;
    let mut words = vec!["on", "off"];
    if !model.agreements().is_empty() {
        words.push("punishment");
    }
    for word in words {
        let phase = phases.iter().find(|phase| phase.word == word);
        for (at, player) in model.players.iter().enumerate() {
            let value = |table: &[Rational]| phase.map(|phase| phase.plays[at].expectation(table));
            if model.parts.len() > 1 {
                for (part, table) in model.parts.iter().zip(&tables.parts[at]) {
                    record.put(format!("{word}.{part}.{}", player.id), value(table));
                }
            }
            record.put(format!("{word}.payoff.{}", player.id), value(&tables.payoffs[at]));
        }
    }
    for (player, cost) in model.players.iter().zip(&row.cost) {
        record.put(format!("cost.{}", player.id), cost);
    }
}

fn stage_game(record: &mut Record, row: &Row) {
    record.put("equilibria", Rational::from(row.equilibria.answer.list.len()));
    record.put("equilibria_complete", truth(row.equilibria.status == Status::Solved));
    record.put("dominance_solvable", row.dominance_solvable().map(truth));
    record.put("correlated_value", row.correlated.answer.as_ref().map(|best| best.value.clone()));
    let best = |mixed: bool| row.commitments.iter().find(|best| best.mixed == mixed);
    let actions = |player: usize| &row.game.players()[player].actions;
    let pure = best(false);
    let action = pure.and_then(|best| Some(&actions(best.leader)[best.commitment.as_pure()?]));
    record.put("commitment", action.map(String::as_str));
    let reply = pure.map(|best| actions(1 - best.leader)[best.reply].as_str());
    record.put("commitment_reply", reply);
    record.put("commitment_value", pure.map(|best| best.leader_value.clone()));
    record.put("mixed_commitment_value", best(true).map(|best| best.leader_value.clone()));
}
