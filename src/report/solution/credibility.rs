//! What a commitment is worth by its credibility as a table for people.

use super::{PLACES, strategy};
use crate::game::NormalForm;
use crate::game::answer::Credibility;
use crate::num::Notation;
use crate::report::table::{Cell, Column, Table};

pub(super) fn table(game: &NormalForm, answer: &Credibility, about: &str) -> Table {
    let (leader, follower) = (answer.leader, 1 - answer.leader.min(1));
    let names = game.players();
    let notation = Notation::Beside(PLACES);
    let payoff = |key: &str, player: usize| {
        Column::number(key, format!("payoff {}", names[player].name), notation)
    };
    let mut table = Table::new(
        about,
        vec![
            Column::number("credibility", "credibility", notation),
            Column::text("commitment", format!("{} commits to", names[leader].name)),
            Column::text("reply", format!("{} replies", names[follower].name)),
            payoff("leader_value", leader),
            payoff("follower_value", follower),
        ],
    );
    for point in &answer.points {
        let one = &point.optimum;
        // Nobody believes it: whatever it is, the fallback is played.
        let committed = if point.credibility.is_zero() {
            "(anything)".to_owned()
        } else {
            strategy(game, leader, &one.commitment)
        };
        table.push(vec![
            (&point.credibility).into(),
            Cell::text(committed),
            Cell::text(&names[follower].actions[one.reply]),
            (&one.leader_value).into(),
            (&one.follower_value).into(),
        ]);
    }
    let fallback = strategy(game, leader, &answer.fallback);
    table.sentence(
        None,
        format!(
            "{} is believed to keep to the commitment with the probability that is called credibility, and to play {fallback} otherwise; without commitment he gets {}.",
            names[leader].name,
            notation.exact(&answer.without)
        ),
    );
    let something = match &answer.something {
        None => "No commitment gives him more, however credible it is.".to_owned(),
        Some(one) if one.credibility.is_zero() => {
            "Any credibility above 0 gives him more.".to_owned()
        }
        Some(one) => {
            let at = answer.points.iter().find(|point| point.credibility == one.credibility);
            let jumps = at.is_some_and(|point| point.optimum.leader_value > answer.without);
            format!(
                "A commitment gives him more only {} a credibility of {}{}.",
                if jumps { "from" } else { "above" },
                notation.exact(&one.credibility),
                if jumps { " on" } else { "" },
            )
        }
    };
    let believed = answer.points.last().map(|point| notation.exact(&point.optimum.leader_value));
    let everything = match believed {
        Some(most) if answer.something.is_some() => format!(
            " All that commitment can give, {most}, is in reach from {} on.",
            notation.exact(&answer.everything.credibility)
        ),
        _ => String::new(),
    };
    table.sentence(Some("Credibility"), something + &everything);
    table
}
