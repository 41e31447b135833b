//! What sustains each agreement.

use crate::game::answer::CriticalDiscount;
use crate::model::Model;
use crate::num::Notation;
use crate::report::table::{Cell, Column, Table, Verdict};
use crate::study::compare::{Comparison, Subject};

use super::{PLACES, change_of, in_sections, verdict};

fn critical_cell(critical: &CriticalDiscount, mark: Verdict) -> Cell {
    match critical {
        CriticalDiscount::Never => Cell::text("never").with_verdict(mark),
        other => Cell::from(other.number()).with_verdict(mark),
    }
}

/// The critical discount factors, what sets them, and which agreements hold.
pub(super) fn table(model: &Model, comparison: &Comparison) -> Table {
    let mut columns = vec![Column::name("scenario", "scenario")];
    for agreement in model.agreements() {
        let notation = Notation::Places(PLACES);
        let id = &agreement.id;
        columns.push(
            Column::number(format!("critical_{id}"), format!("δ* {id}"), notation)
                .with_unit("grim"),
        );
        columns.push(
            Column::number(format!("bound_{id}"), format!("δ* {id}"), notation)
                .with_unit("minmax bound"),
        );
        columns.push(Column::text(format!("binding_{id}"), "binding"));
    }
    columns.push(Column::number("discount", "δ", Notation::Short(4)));
    columns.push(Column::text("holds", "holds"));
    let mut table =
        Table::new("Restraint: the critical discount factor of each agreement", columns);
    in_sections(
        &mut table,
        &comparison.rows,
        |row| &row.scenario,
        |row, table| {
            let mut cells = vec![Cell::text(&row.scenario.id)];
            let mut holding = Vec::new();
            for (at, agreement) in model.agreements().iter().enumerate() {
                let position =
                    row.evaluation.agreements.iter().position(|result| result.agreement == at);
                let Some(position) = position else {
                    cells.extend([Cell::missing(), Cell::missing(), Cell::missing()]);
                    continue;
                };
                let result = &row.evaluation.agreements[position];
                let mark = change_of(row, Subject::Critical(at))
                    .map_or(Verdict::Neutral, |change| verdict(change.direction));
                cells.push(critical_cell(&result.critical, mark));
                let bound = row
                    .repeated
                    .as_ref()
                    .map(|repeated| &repeated.answer.agreements[position].minmax_bound);
                cells
                    .push(bound.map_or_else(Cell::missing, |bound| {
                        critical_cell(bound, Verdict::Neutral)
                    }));
                cells.push(match &result.binding {
                    Some(deviation) => {
                        let player = &row.game.players()[deviation.player];
                        Cell::text(format!(
                            "{} to {}",
                            player.name, player.actions[deviation.action]
                        ))
                    }
                    None => Cell::missing(),
                });
                if result.holds {
                    holding.push(agreement.id.as_str());
                }
            }
            let discount =
                row.evaluation.horizon.as_ref().and_then(|values| values.discount.clone());
            cells.push(discount.into());
            cells.push(Cell::text(if holding.is_empty() {
                "none".to_owned()
            } else {
                holding.join(", ")
            }));
            table.push(cells);
        },
    );
    table.sentence(None, legend(model));
    table
}

/// What the critical discount factor supposes of the end of an agreement.
fn legend(model: &Model) -> String {
    let (followed, valued) = if model.punishes_by_worst_equilibrium() {
        (
            "a deviation that is seen is followed for ever by the stage equilibrium that is worst for the deviator",
            "each player's own worst stage equilibrium",
        )
    } else {
        ("its end is followed by the stage play for ever", "the stage play")
    };
    let renewed = model.horizon.promises().is_some_and(|promises| promises.renewal.is_some());
    let renewed = if renewed {
        " With renewal what follows the end is played until the agreement stands again."
    } else {
        ""
    };
    format!(
        "δ* is the least discount factor from which on the agreement is an equilibrium when {followed}; \
         a number of at least 1 means that no patience is enough, `never` that it is one from no discount factor on. \
         An end without fault (a false alarm, or an agreement that does not survive) is valued at {valued} as well; \
         averages over time take what is played without an agreement from then on. \
         The minmax bound holds for every conceivable punishment and need not be reached.{renewed}"
    )
}
