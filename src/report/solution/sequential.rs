//! Commitment of all players to actions, one after the other, as a table for people.

use super::PLACES;
use crate::game::NormalForm;
use crate::game::answer::SequentialCommitment;
use crate::num::Notation;
use crate::report::table::{Cell, Column, Table};

pub(super) fn table(game: &NormalForm, answer: &SequentialCommitment, about: &str) -> Table {
    let notation = Notation::Beside(PLACES);
    let mut table = Table::new(
        about,
        vec![
            Column::name("player", "commits"),
            Column::text("favourable", "ties for those before"),
            Column::number("payoff", "payoff", notation),
            Column::text("adverse", "ties against them"),
            Column::number("adverse_payoff", "payoff", notation),
            Column::number("least", "at least", notation),
            Column::number("most", "at most", notation),
        ],
    );
    let (favourable, adverse) = (&answer.favourable, &answer.adverse);
    for &at in &answer.order {
        let player = &game.players()[at];
        let plays = |profile: usize| Cell::text(&player.actions[game.action_in(at, profile)]);
        table.push(vec![
            Cell::text(&player.name),
            plays(favourable.profile),
            (&favourable.payoffs[at]).into(),
            plays(adverse.profile),
            (&adverse.payoffs[at]).into(),
            (&answer.least[at]).into(),
            (&answer.most[at]).into(),
        ]);
    }
    let order: Vec<&str> =
        answer.order.iter().map(|&at| game.players()[at].name.as_str()).collect();
    let outcomes = match answer.outcomes.len() {
        1 => "However ties are broken, what is played is the same.".to_owned(),
        count => format!(
            "Whatever way each breaks his ties, what is played is one of {count} outcomes: `at least` and `at most` are over these."
        ),
    };
    table.sentence(
        None,
        format!(
            "They commit to actions in the order {}, each knowing what those before him committed to. Ties are broken for, or against, the players before, the nearest first. {outcomes}",
            order.join(", ")
        ),
    );
    table
}
