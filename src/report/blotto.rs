//! Answers about Blotto games as tables.

use crate::game::blotto::{BlottoGame, BlottoSolution};
use crate::num::{Notation, Rational};

use super::table::{Cell, Column, Table};

/// Places of decimals.
const PLACES: usize = 4;
/// Divisions and numbers of soldiers beyond this many are counted and not printed one by one.
const MOST_LISTED: usize = 200;

/// What an answer is, for headings.
pub const HEADING: &str = "value and optimal strategies";

fn shown(value: &Rational) -> String {
    Notation::Beside(PLACES).exact(value)
}

/// The tables that show an answer: the divisions that are drawn, and how many soldiers are on a field.
#[must_use]
pub fn tables(game: &BlottoGame, answer: &BlottoSolution, about: &str) -> Vec<Table> {
    let mut drawn = Table::new(
        about,
        vec![
            Column::text("division", "division"),
            Column::number("probability", "probability", Notation::Beside(PLACES)),
        ],
    );
    for (side, lottery) in answer.lotteries.iter().enumerate() {
        let soldiers = game.soldiers()[side];
        drawn.start_group(format!("{}, {soldiers} soldiers", game.sides()[side]));
        for (division, probability) in lottery.iter().take(MOST_LISTED) {
            let name = game.division_name(division);
            drawn.push(vec![name.as_str().into(), probability.into()]);
        }
        if lottery.len() > MOST_LISTED {
            let more = lottery.len() - MOST_LISTED;
            let name = &game.sides()[side];
            drawn.sentence(
                None,
                format!("{more} more of {name} are in the result with --format json."),
            );
        }
    }
    let classes = game.classes();
    drawn.sentence(
        Some("Value"),
        format!(
            "{} gets {} and {} loses it.",
            game.sides()[0],
            shown(&answer.value),
            game.sides()[1]
        ),
    );
    let assigned = match (classes.len(), game.values().len()) {
        (_, 1) => None,
        (1, fields) => Some(format!(
            "a division is drawn, and its groups are assigned to the {fields} fields at random, each way with the same probability."
        )),
        (classes, fields) if classes == fields => Some(
            "a division is drawn; fields are of different values, in the order of the file."
                .to_owned(),
        ),
        _ => Some(format!(
            "a division is drawn, and its groups are assigned to the fields of their value at random, each way with the same probability; the values are {}.",
            classes.iter().map(|class| class.value.to_string()).collect::<Vec<_>>().join(" | ")
        )),
    };
    if let Some(text) = assigned {
        drawn.sentence(Some("Draw"), text);
    }
    vec![drawn, marginals(game, answer)]
}

fn marginals(game: &BlottoGame, answer: &BlottoSolution) -> Table {
    let number = |side: usize| {
        let key = ["first", "second"][side];
        Column::number(key, game.sides()[side].as_str(), Notation::Beside(PLACES))
    };
    let columns =
        vec![Column::number("soldiers", "soldiers", Notation::Short(0)), number(0), number(1)];
    let mut table = Table::new("How many soldiers are on a field", columns);
    for (at, class) in game.classes().iter().enumerate() {
        if game.classes().len() > 1 {
            let fields = class.fields.len();
            let plural = if fields == 1 { "" } else { "s" };
            table.start_group(format!("{fields} field{plural} of value {}", class.value));
        }
        let own = [&answer.marginals[0][at], &answer.marginals[1][at]];
        for soldiers in 0..own[0].len().max(own[1].len()) {
            let shares = own.map(|marginal| marginal.get(soldiers));
            if shares.iter().flatten().all(|share| share.is_zero()) {
                continue;
            }
            let cell = |share: Option<&Rational>| share.map_or_else(Cell::missing, Cell::from);
            let count = Rational::from(soldiers as u64);
            table.push(vec![(&count).into(), cell(shares[0]), cell(shares[1])]);
        }
    }
    table
}
