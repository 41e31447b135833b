//! Commitment against the worst of the replies that are nearly best as a table for people.

use super::{PLACES, strategy};
use crate::game::NormalForm;
use crate::game::answer::{RobustCommitment, RobustEnd};
use crate::num::{Notation, Rational};
use crate::report::table::{Cell, Column, Table};

pub(super) fn table(game: &NormalForm, answer: &RobustCommitment, about: &str) -> Table {
    let leader = answer.leader;
    let name = &game.players()[leader].name;
    let notation = Notation::Beside(PLACES);
    let single = game.num_players() == 2;
    let mut table = Table::new(
        about,
        vec![
            Column::text("case", if single { "replies at the margin" } else { "followers choose" }),
            Column::text("commitment", format!("{name} commits to")),
            Column::number("value", format!("payoff {name}"), notation),
        ],
    );
    if let Some(optimistic) = &answer.optimistic {
        table.push(match &optimistic.best {
            Some(best) => vec![
                Cell::text("for him"),
                Cell::text(strategy(game, leader, &best.commitment)),
                (&best.payoffs[leader]).into(),
            ],
            None => nothing("for him"),
        });
    }
    if let Some(open) = &answer.open {
        rows(game, leader, open, "for him", &mut table);
    }
    rows(game, leader, &answer.closed, "against him", &mut table);
    table.sentence(None, replies(game, answer));
    let ends = answer.open.iter().chain([&answer.closed]);
    let approached = ends.filter_map(|end| end.best.as_ref()).any(|best| !best.is_attained());
    if approached {
        table.sentence(
            None,
            "What is approached is not reached: commitments on the way from the one to play come as near to it as one likes.",
        );
    }
    for (end, case) in
        answer.open.iter().map(|end| (end, "for")).chain([(&answer.closed, "against")])
    {
        match &end.bound {
            Some(bound) if !end.is_solved() => {
                let bound = notation.exact(bound);
                let which = if single {
                    format!(", replies at the margin {case} him")
                } else {
                    String::new()
                };
                table.sentence(
                    None,
                    format!("No commitment makes sure of more than {bound}{which}."),
                );
            }
            _ => {}
        }
    }
    table
}

fn nothing(case: &str) -> Vec<Cell> {
    vec![Cell::text(case), Cell::text("(nothing)"), Cell::missing()]
}

fn rows(game: &NormalForm, leader: usize, end: &RobustEnd, case: &str, table: &mut Table) {
    let Some(best) = &end.best else {
        table.push(nothing(case));
        return;
    };
    let mut row = |case: String, played: String, value: &Rational| {
        table.push(vec![Cell::text(case), Cell::text(played), value.into()]);
    };
    let commitment = strategy(game, leader, &best.commitment);
    if best.is_attained() {
        row(case.to_owned(), commitment, &best.value);
    } else {
        row(format!("{case}, approached"), commitment, &best.value);
        row(format!("{case}, to play"), strategy(game, leader, &best.played), &best.played_value);
    }
}

/// What the followers see and do.
fn replies(game: &NormalForm, answer: &RobustCommitment) -> String {
    let notation = Notation::Beside(PLACES);
    let name = &game.players()[answer.leader].name;
    let single = game.num_players() == 2;
    let (who, all) =
        if single { ("The follower", "replies") } else { ("The followers", "profiles") };
    let sees = if answer.alpha.is_zero() {
        format!("{who} {} the commitment", if single { "sees" } else { "see" })
    } else {
        format!(
            "{who} {} a mixture of the commitment and, with weight {}, the uniform one",
            if single { "sees" } else { "see" },
            notation.exact(&answer.alpha)
        )
    };
    let near = match (single, answer.epsilon.is_zero()) {
        (true, true) => "replies as well as he can by it".to_owned(),
        (true, false) => format!(
            "may reply by any action that loses at most {} by it",
            notation.exact(&answer.epsilon)
        ),
        (false, true) => "reply by an equilibrium in pure strategies among themselves".to_owned(),
        (false, false) => format!(
            "reply by actions of which nobody loses more than {} by not choosing another",
            notation.exact(&answer.epsilon)
        ),
    };
    let margin = match (single, answer.epsilon.is_zero()) {
        (true, true) => " Replies at the margin are those that tie.".to_owned(),
        (true, false) => format!(
            " Replies at the margin are those that lose just {}.",
            notation.exact(&answer.epsilon)
        ),
        (false, _) => String::new(),
    };
    let worst = if single && answer.epsilon.is_zero() {
        String::new()
    } else {
        format!("; {name} counts on the worst of these {all}")
    };
    format!("{sees}, and {near}{worst}.{margin}")
}
