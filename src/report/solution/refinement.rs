//! What equilibria withstand, for people.

use crate::game::NormalForm;
use crate::game::answer::{Admissibility, Refinement};
use crate::num::Notation;
use crate::report::table::{Cell, Column, Table};

use super::{MOST_LISTED, strategy};

/// Dominated strategies beyond this many are counted.
const MOST_NAMED: usize = 10;

/// A table with a row for each equilibrium, and sentences about risk and dominated strategies.
pub(super) fn tables(game: &NormalForm, answer: &Refinement, about: &str) -> Vec<Table> {
    let mut columns = vec![Column::name("number", "no.")];
    for player in game.players() {
        columns.push(Column::text(format!("strategy_{}", player.name), player.name.clone()));
    }
    for (id, header) in [
        ("strict", "strict"),
        ("quasi_strict", "quasi-strict"),
        ("payoff_undominated", "payoff-undominated"),
        ("perfect", "perfect"),
        ("proper", "proper"),
    ] {
        columns.push(Column::text(id, header));
    }
    let mut table = Table::new(about, columns);
    let both = answer.equilibria.list.iter().zip(&answer.withstands);
    for (at, (one, flags)) in both.enumerate().take(MOST_LISTED) {
        let mut cells = vec![Cell::text((at + 1).to_string())];
        let strategies = one.profile.iter().enumerate();
        cells.extend(strategies.map(|(player, mixed)| Cell::text(strategy(game, player, mixed))));
        for holds in [flags.strict, flags.quasi_strict, flags.payoff_undominated, flags.perfect] {
            cells.push(Cell::text(if holds { "yes" } else { "no" }));
        }
        cells.push(Cell::text(match answer.proper[at].is_proper() {
            Some(true) => "yes",
            Some(false) => "no",
            None => "not decided",
        }));
        table.push(cells);
    }
    let count = answer.equilibria.list.len();
    if count > MOST_LISTED {
        let more = format!("{} more are in the result with --format json.", count - MOST_LISTED);
        table.sentence(None, more);
    }
    if let Some(risk) = &answer.risk {
        let [first, second] = risk.products.each_ref().map(|one| Notation::Short(4).exact(one));
        let verdict = risk.dominant().map_or_else(
            || "neither is risk dominant".to_owned(),
            |at| format!("no. {} is risk dominant", at + 1),
        );
        table.sentence(
            None,
            format!(
                "Deviating from no. {} costs the players {first} (product of both losses), from no. {} {second}: {verdict}.",
                risk.equilibria[0] + 1,
                risk.equilibria[1] + 1
            ),
        );
    }
    for (player, standings) in answer.standings.iter().enumerate() {
        let dominated: Vec<String> = standings
            .iter()
            .filter_map(|standing| match &standing.proof {
                Admissibility::Undominated(_) => None,
                Admissibility::Dominated(better) => Some(format!(
                    "{} by {}",
                    strategy(game, player, &standing.strategy),
                    strategy(game, player, better)
                )),
            })
            .collect();
        if !dominated.is_empty() {
            let mut named = dominated.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>();
            if dominated.len() > MOST_NAMED {
                named.push(format!("{} more", dominated.len() - MOST_NAMED));
            }
            table.sentence(
                Some(&game.players()[player].name),
                format!("has weakly dominated strategies here: {}.", named.join("; ")),
            );
        }
    }
    vec![table]
}
