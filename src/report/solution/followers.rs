//! Commitment before several followers as a table for people.

use super::{PLACES, strategy};
use crate::game::NormalForm;
use crate::game::answer::{PureBeforeFollowers, SeveralFollowers};
use crate::num::Notation;
use crate::report::table::{Cell, Column, Table};

pub(super) fn table(game: &NormalForm, answer: &SeveralFollowers, about: &str) -> Table {
    let names = game.players();
    let leader = &names[answer.leader].name;
    let mut table = Table::new(
        about,
        vec![
            Column::name("player", "player"),
            Column::text("strategy", "plays"),
            Column::number("payoff", "payoff", Notation::Beside(PLACES)),
        ],
    );
    let Some(best) = &answer.best else {
        table.sentence(
            None,
            format!(
                "Whatever {leader} commits to, the followers have no equilibrium in pure strategies among themselves; for each of their profiles a dual solution proves it."
            ),
        );
        return table;
    };
    for (at, player) in names.iter().enumerate() {
        let plays = if at == answer.leader {
            format!("commits to {}", strategy(game, at, &best.commitment))
        } else {
            player.actions[game.action_in(at, best.replies)].clone()
        };
        table.push(vec![Cell::text(&player.name), Cell::text(plays), (&best.payoffs[at]).into()]);
    }
    let value = &best.payoffs[answer.leader];
    let choice = if best.least == *value {
        format!("At this commitment every pure equilibrium among them gives {leader} as much.")
    } else {
        format!(
            "At this commitment the one that is worst for {leader} gives him {}.",
            Notation::Beside(PLACES).exact(&best.least)
        )
    };
    table.sentence(
        None,
        format!(
            "The followers reply by an equilibrium in pure strategies among themselves, of several the one that is best for {leader}. {choice} For each of their profiles a dual solution proves that no commitment under which it is an equilibrium does better."
        ),
    );
    table
}

/// Pure commitment before several followers.
pub(super) fn pure(game: &NormalForm, answer: &PureBeforeFollowers, about: &str) -> Table {
    let names = game.players();
    let leader = &names[answer.leader].name;
    let mut columns =
        vec![Column::name("case", "followers choose"), Column::text("commitment", "commits to")];
    let followers: Vec<usize> = (0..names.len()).filter(|&at| at != answer.leader).collect();
    for &at in &followers {
        columns.push(Column::text(format!("reply_{at}"), format!("{} replies", names[at].name)));
    }
    for (at, player) in names.iter().enumerate() {
        let header = format!("payoff {}", player.name);
        columns.push(Column::number(format!("payoff_{at}"), header, Notation::Beside(PLACES)));
    }
    let mut table = Table::new(about, columns);
    for (case, one) in [("for him", &answer.optimistic), ("against him", &answer.pessimistic)] {
        let Some(one) = one else { continue };
        let mut row =
            vec![Cell::text(case), Cell::text(strategy(game, answer.leader, &one.commitment))];
        row.extend(
            followers
                .iter()
                .map(|&at| Cell::text(&names[at].actions[game.action_in(at, one.replies)])),
        );
        row.extend(one.payoffs.iter().map(Cell::from));
        table.push(row);
    }
    table.sentence(
        None,
        match &answer.optimistic {
            None => format!(
                "Whatever action {leader} commits to, the followers have no equilibrium in pure strategies among themselves."
            ),
            Some(_) => format!(
                "{leader} commits to an action, and the followers reply by an equilibrium in pure strategies among themselves: of several the one that is best for him, or the one that is worst."
            ),
        },
    );
    table
}
