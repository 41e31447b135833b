//! A comparison of a model in states with a row for each scenario.

use crate::model::Model;
use crate::num::Rational;
use crate::report::table::{Cell, Table};
use crate::study::compare::{StateComparison, StateRow, Way};

use super::{Record, table};

/// The comparison as one table: a row for each scenario, the baseline first.
#[must_use]
pub fn states_compared(model: &Model, comparison: &StateComparison) -> Table {
    let first = comparison.rows.first();
    let records =
        comparison.rows.iter().filter_map(|row| Some(record(model, row, first?))).collect();
    table("Comparison", records)
}

fn record(model: &Model, row: &StateRow, baseline: &StateRow) -> Record {
    let mut record = Record::default();
    let scenario = &row.scenario;
    let mechanisms: Vec<&str> =
        scenario.mechanisms.iter().map(|&at| model.mechanisms[at].id.as_str()).collect();
    record.put("scenario", scenario.id.as_str());
    record.put("title", scenario.title.as_str());
    record.put("kind", scenario.kind.word());
    record.put("channel", scenario.channel.as_deref());
    record.put("mechanisms", mechanisms.join("+"));
    if !model.agreements().is_empty() {
        record.put("agreement", row.kept_name(model).unwrap_or("none"));
        for (at, agreement) in model.agreements().iter().enumerate() {
            let found = row.agreements.iter().find(|one| one.agreement == at);
            let margin = found.and_then(|one| one.value.most.as_ref()).map(|most| -&most.gain);
            record.put(format!("margin.{}", agreement.id), margin);
        }
    }
    for &way in Way::of(model) {
        let word = way.word();
        for state in baseline.open_states() {
            let name = &row.game.states()[state].name;
            let played = row.outlook(way).ok().map(|outlook| row.play_name(outlook, state));
            record.put(format!("{word}.play.{name}"), played);
        }
        // Quantities that the baseline has; where a scenario lacks one the field is empty.
        let metrics = baseline.changes.iter().map(|change| &change.metric);
        for metric in metrics.filter(|metric| metric.subject.way() == way) {
            record.put(
                metric.id.as_str(),
                match row.value(metric.subject) {
                    Some(Some(value)) => Cell::from(value),
                    Some(None) => Cell::text("never").in_files(f64::INFINITY),
                    None => Cell::missing(),
                },
            );
        }
        if way == Way::Markov {
            let known = u64::from(row.markov.is_ok()) + row.others.len() as u64;
            record.put("markov.equilibria", Rational::from(known));
            let (least, most) = row.range_of_risk().unzip();
            record.put("markov.conflict.within.least", least);
            record.put("markov.conflict.within.most", most);
        }
        let bounds = row.outlook(way).ok().and_then(|outlook| outlook.bounds.as_ref());
        if way == Way::Transfers {
            record.put("transfers.joint_bound", bounds.map(|bounds| &bounds.joint));
            for (at, player) in model.players.iter().enumerate() {
                let worst = bounds.map(|bounds| &bounds.worst[at]);
                record.put(format!("transfers.worst.{}", player.id), worst);
            }
        }
    }
    for change in &baseline.changes {
        let metric = &change.metric;
        let own = row.changes.iter().find(|one| one.metric.subject == metric.subject);
        record.put(format!("change.{}", metric.id), own.map(|one| one.direction.word()));
    }
    record
}
