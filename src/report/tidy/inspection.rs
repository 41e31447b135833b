//! Answers about inspection games with a row for each number.

use crate::game::inspection::{InspectionAnswer, InspectionGame, InspectionStage};
use crate::num::Rational;
use crate::report::table::Table;

use super::{Record, table};

/// The columns of [`super::solutions`]. The item is the state: the periods, inspections and violations
/// that are left, joined by `/`.
#[must_use]
pub fn inspection(method: &str, game: &InspectionGame, answer: &InspectionAnswer) -> Table {
    let (concept, stages, without) = match answer {
        InspectionAnswer::Equilibrium(answer) => ("nash", &answer.stages, None),
        InspectionAnswer::Leadership(answer) => {
            ("stackelberg", &answer.stages, Some(&answer.equilibrium.stages))
        }
    };
    let mut records = Vec::new();
    let mut push = |quantity: &str, player: &str, item: &str, value: &Rational| {
        let mut record = Record::default();
        record.put("concept", concept);
        record.put("method", method);
        record.put("number", None::<Rational>);
        record.put("component", None::<Rational>);
        record.put("quantity", quantity);
        record.put("player", player);
        record.put("item", item);
        record.put("value", value);
        record.put("exact", value.to_string());
        records.push(record);
    };
    let sides = game.sides();
    let mut list = |stages: &[InspectionStage], prefix: &str| {
        for stage in stages {
            let state = &stage.state;
            let item = format!("{}/{}/{}", state.periods, state.inspections, state.violations);
            let payoff = format!("{prefix}payoff");
            push(&format!("{prefix}inspect"), &sides.inspector, &item, &stage.inspect);
            push(&format!("{prefix}violate"), &sides.inspectee, &item, &stage.violate);
            push(&payoff, &sides.inspector, &item, &stage.values.inspector);
            push(&payoff, &sides.inspectee, &item, &stage.values.inspectee);
        }
    };
    list(stages, "");
    if let Some(without) = without {
        list(without, "nash_");
    }
    table("Solutions", records)
}
