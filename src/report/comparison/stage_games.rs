//! The stage game of each scenario.

use crate::game::answer::Scope;
use crate::num::{Notation, Rational};
use crate::report::table::{Cell, Column, Table};
use crate::study::compare::Comparison;
use crate::study::evaluate::Play;

use super::{PLACES, in_sections};

/// All equilibria, dominance, the best correlated equilibrium, and the best commitments.
pub(super) fn table(comparison: &Comparison) -> Table {
    // Commitments need a leader and one follower.
    let led = comparison.rows.iter().any(|row| !row.commitments.is_empty());
    let mut columns = vec![
        Column::name("scenario", "scenario"),
        Column::number("equilibria", "equilibria", Notation::Exact),
        Column::text("list", "of the stage game"),
        Column::text("dominance", "dominance"),
        Column::number("correlated", "best correlated sum", Notation::Places(PLACES)),
    ];
    if led {
        columns.extend([
            Column::text("pure_commitment", "best pure commitment"),
            Column::number("pure_value", "its value", Notation::Places(PLACES)),
            Column::number("mixed_value", "mixed", Notation::Places(PLACES)),
        ]);
    }
    let concepts = if led { "mediation and commitment" } else { "and mediation" };
    let comma = if led { "," } else { "" };
    let mut table =
        Table::new(format!("The stage games: all equilibria{comma} {concepts}"), columns);
    in_sections(
        &mut table,
        &comparison.rows,
        |row| &row.scenario,
        |row, table| {
            let list = &row.equilibria.answer.list;
            let names: Vec<String> = list
                .iter()
                .take(4)
                .map(|equilibrium| {
                    row.play_name(&Play::of_profile(&row.game, &equilibrium.profile))
                })
                .collect();
            let rest = if list.len() > 4 { "; …" } else { "" };
            let value = |at: usize| row.commitments.get(at).map(|best| best.leader_value.clone());
            let pure = row.commitments.first().map(|answer| {
                let action = answer.commitment.as_pure().unwrap_or(0);
                let (leader, follower) = (answer.leader, 1 - answer.leader);
                format!(
                    "{} (reply {})",
                    row.game.players()[leader].actions[action],
                    row.game.players()[follower].actions[answer.reply]
                )
            });
            let mut cells = vec![
                Cell::text(&row.scenario.id),
                Rational::from(list.len()).into(),
                Cell::text(format!("{}{rest}", names.join("; "))),
                row.dominance_solvable()
                    .map(|solved| if solved { "solves it" } else { "leaves several" })
                    .into(),
                row.correlated.answer.as_ref().map(|best| best.value.clone()).into(),
            ];
            if led {
                cells.extend([pure.into(), value(0).into(), value(1).into()]);
            }
            table.push(cells);
        },
    );
    let scope =
        |wanted: Scope| comparison.rows.iter().all(|row| row.equilibria.answer.scope == wanted);
    let extent = if scope(Scope::AllExtreme) {
        "The lists of equilibria are complete (all extreme equilibria), and proved so."
    } else if scope(Scope::AllPure) {
        "The lists hold all equilibria in pure strategies; there may be mixed ones."
    } else {
        "A limit cut the search short: the lists of equilibria are not complete."
    };
    let commitments = if led {
        " Commitments are those of the first of two players, ties of the follower broken in his favour."
    } else {
        ""
    };
    table.sentence(None, format!("{extent}{commitments}"));
    table
}
