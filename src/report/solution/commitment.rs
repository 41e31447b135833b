//! Optimal commitment of one of two players as tables for people.

use super::{PLACES, strategy};
use crate::game::answer::{Guaranteed, Stackelberg};
use crate::game::{MixedStrategy, NormalForm};
use crate::num::{Notation, Rational};
use crate::report::table::{Cell, Column, Table};

pub(super) fn tables(game: &NormalForm, answer: &Stackelberg, about: &str) -> Vec<Table> {
    let (leader, follower) = (answer.leader, 1 - answer.leader);
    let names = game.players();
    let mut table = Table::new(
        about,
        vec![
            Column::name("leader", "leader"),
            Column::text("commitment", "commits to"),
            Column::text("reply", format!("{} replies", names[follower].name)),
            Column::number(
                "leader_value",
                format!("payoff {}", names[leader].name),
                Notation::Beside(PLACES),
            ),
            Column::number(
                "follower_value",
                format!("payoff {}", names[follower].name),
                Notation::Beside(PLACES),
            ),
        ],
    );
    table.push(vec![
        Cell::text(&names[leader].name),
        Cell::text(strategy(game, leader, &answer.commitment)),
        Cell::text(&names[follower].actions[answer.reply]),
        (&answer.leader_value).into(),
        (&answer.follower_value).into(),
    ]);
    table.sentence(
        None,
        if answer.mixed {
            "Strong Stackelberg: ties of the follower are broken for the leader. For every reply a dual solution proves that no commitment inducing it does better."
        } else {
            "Strong Stackelberg in pure strategies: ties of the follower are broken for the leader."
        },
    );
    let mut tables = vec![table];
    tables.extend(answer.guaranteed.as_ref().map(|one| guaranteed(game, answer, one)));
    tables
}

/// What ties are worth, and commitment.
fn guaranteed(game: &NormalForm, answer: &Stackelberg, one: &Guaranteed) -> Table {
    let leader = answer.leader;
    let name = &game.players()[leader].name;
    let notation = Notation::Beside(PLACES);
    let mut table = Table::new(
        format!("What commitment is worth to {name}"),
        vec![
            Column::text("case", "ties of the follower"),
            Column::text("strategy", "strategy"),
            Column::number("value", format!("payoff {name}"), notation),
        ],
    );
    let mut row = |case: String, mixed: &MixedStrategy, value: &Rational| {
        let played = strategy(game, leader, mixed);
        table.push(vec![Cell::text(case), Cell::text(played), value.into()]);
    };
    row("for the leader".to_owned(), &answer.commitment, &answer.leader_value);
    if one.epsilon.is_zero() {
        row("against him".to_owned(), &one.commitment, &one.value);
    } else {
        row("against him, approached".to_owned(), &one.commitment, &one.value);
        row(format!("no ties, ε = {}", one.epsilon), &one.epsilon_commitment, &one.epsilon_value);
    }
    if let Some(level) = &answer.security {
        row("no commitment: maximin".to_owned(), &level.strategy, &level.value);
    }
    let (low, high) = (notation.exact(&one.value), notation.exact(&answer.leader_value));
    let kind = if answer.mixed { "" } else { " pure" };
    let is_had = one.epsilon.is_zero();
    let (interval, against) = match (one.value == answer.leader_value, is_had) {
        (true, true) => (format!("the point {high}"), "it does not depend on how ties are broken"),
        (true, false) => (
            format!("the point {high}"),
            "with ties broken against him he comes as near to it as he likes",
        ),
        (false, true) => (
            format!("from {low} to {high}"),
            "ties matter, and its lower end is what he can rely on",
        ),
        (false, false) => (
            format!("from {low} to {high}"),
            "ties matter, and he can rely on what is as near to its lower end as he likes",
        ),
    };
    table.sentence(
        None,
        format!("The interval of what{kind} commitment gives {name} is {interval}: {against}."),
    );
    if !is_had {
        table.sentence(
            None,
            "The commitment without ties has weight ε on one to which the reply is strictly best.",
        );
    }
    if let Some(level) = &answer.security {
        let gain = |value: &Rational| notation.exact(&(value - &level.value));
        let (least, most) = (gain(&one.value), gain(&answer.leader_value));
        let gains = if least == most { least } else { format!("{least} to {most}") };
        table.sentence(None, format!("Its value against his maximin: {gains}."));
    }
    table
}
