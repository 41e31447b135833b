//! The payoffs of patient players as tables.

use crate::game::public::{PublicGame, PublicLimit};
use crate::num::Notation;
use crate::report::table::{Cell, Column, Table};

use super::{PLACES, profile};

pub(super) fn tables(game: &PublicGame, answer: &PublicLimit, about: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    if let Some(corners) = &answer.corners {
        let mut columns = vec![Column::name("corner", "corner")];
        columns.extend(game.stage().players().iter().map(|player| {
            let (key, header) =
                (format!("payoff_{}", player.name), format!("payoff {}", player.name));
            Column::number(key, header, Notation::Beside(PLACES))
        }));
        let mut table = Table::new(about, columns);
        for (at, corner) in corners.iter().enumerate() {
            let mut cells = vec![Cell::text((at + 1).to_string())];
            cells.extend(corner.payoffs.iter().map(Cell::from));
            table.push(cells);
        }
        table.sentence(
            None,
            match corners.len() {
                0 => "There is no public perfect equilibrium in pure strategies, whatever the discount factor.",
                1 | 2 => "No public perfect equilibrium in pure strategies gives other payoffs than these and those between them, whatever the discount factor. Since they have no inner point, it is not known here that equilibria come near all of them.",
                _ if answer.is_exact() => "No public perfect equilibrium in pure strategies gives payoffs outside this polygon, whatever the discount factor; and as players become patient the payoffs of such equilibria, with a public lottery, fill it. Mixed strategies may reach more, above all where they hold a player to less.",
                _ => "No public perfect equilibrium in pure strategies gives payoffs outside this polygon, whatever the discount factor. Other directions may cut off more.",
            },
        );
        tables.push(table);
    }
    let mut columns = vec![Column::name("direction", "direction")];
    columns.push(Column::number("score", "score", Notation::Beside(PLACES)));
    columns.push(Column::text("profile", "reached by"));
    let title = if tables.is_empty() { about } else { "Scores: the most that λ · v can be" };
    let mut table = Table::new(title, columns);
    for one in &answer.scores {
        let weights: Vec<String> = one.direction.weights.iter().map(ToString::to_string).collect();
        let mut cells = vec![Cell::text(format!("({})", weights.join(", ")))];
        match (&one.value, &one.reached) {
            (Some(value), Some((at, _))) => {
                cells.push(value.into());
                cells.push(Cell::text(profile(game, *at)));
            }
            _ => cells.extend([Cell::text("none"), Cell::text("")]),
        }
        table.push(cells);
    }
    let never = answer.enforced.iter().enumerate().filter(|(_, one)| !one.is_by_any());
    let names: Vec<String> = never.map(|(at, _)| profile(game, at)).collect();
    if !names.is_empty() {
        table.sentence(
            None,
            format!(
                "A deviation that is not seen and pays keeps these from ever being played: {}.",
                names.join(", ")
            ),
        );
    }
    if tables.is_empty() {
        table.sentence(
            None,
            "No public perfect equilibrium in pure strategies gives more in these directions, whatever the discount factor.",
        );
    }
    tables.push(table);
    tables
}
