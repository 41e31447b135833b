//! Symmetric equilibria and their stability, for people.

use crate::game::NormalForm;
use crate::game::answer::{Evolutionary, Symmetric};
use crate::num::Notation;
use crate::report::table::{Cell, Column, Table};

use super::{MOST_LISTED, PLACES, strategy};

/// Convex sets beyond this many are counted.
const MOST_NAMED: usize = 10;

/// A table with a row for each equilibrium, and sentences about what they span.
pub(super) fn table(game: &NormalForm, answer: &Symmetric, about: &str) -> Table {
    let mut table = Table::new(
        about,
        vec![
            Column::name("number", "no."),
            Column::text("strategy", "both play"),
            Column::number("payoff", "payoff", Notation::Beside(PLACES)),
            Column::text("evolutionarily_stable", "evolutionarily stable"),
            Column::text("invader", "invaded by"),
        ],
    );
    let both = answer.list.iter().zip(&answer.stability);
    for (at, (one, stability)) in both.enumerate().take(MOST_LISTED) {
        let (stable, invader) = match stability {
            Evolutionary::Stable => ("yes", None),
            Evolutionary::Invaded(invader) => ("no", Some(strategy(game, 0, invader))),
            Evolutionary::NotDecided => ("not decided", None),
        };
        table.push(vec![
            Cell::text((at + 1).to_string()),
            Cell::text(strategy(game, 0, &one.profile[0])),
            (&one.payoffs[0]).into(),
            Cell::text(stable),
            invader.into(),
        ]);
    }
    let count = answer.list.len();
    if count > MOST_LISTED {
        let more = format!("{} more are in the result with --format json.", count - MOST_LISTED);
        table.sentence(None, more);
    }
    let number =
        if count == 1 { "1 equilibrium".to_owned() } else { format!("{count} equilibria") };
    let shared: Vec<String> = answer
        .sets
        .iter()
        .flatten()
        .filter(|set| set.len() > 1)
        .map(|set| {
            let numbers: Vec<String> = set.iter().map(|at| (at + 1).to_string()).collect();
            numbers.join(", ")
        })
        .collect();
    table.sentence(
        None,
        match (&answer.sets, answer.complete) {
            (_, false) => format!("{number}; there may be others."),
            (Some(_), true) if shared.is_empty() => {
                format!("{number}: these are all symmetric equilibria.")
            }
            _ => format!("{number}: all extreme symmetric equilibria."),
        },
    );
    if !shared.is_empty() {
        let mut named: Vec<String> =
            shared.iter().take(MOST_NAMED).map(|set| format!("no. {set}")).collect();
        if shared.len() > MOST_NAMED {
            named.push(format!("{} more such sets", shared.len() - MOST_NAMED));
        }
        table.sentence(
            None,
            format!(
                "Every mixture of these is a symmetric equilibrium too, and there is no other: {}.",
                named.join("; ")
            ),
        );
    }
    if answer.stability.contains(&Evolutionary::NotDecided) {
        table.sentence(
            None,
            format!(
                "Stability is not always decided where more than {} best replies are not played, or where a limit is reached.",
                Evolutionary::MOST_UNPLAYED
            ),
        );
    }
    table
}
