//! Answers about Blotto games with a row for each number.

use crate::game::blotto::{BlottoGame, BlottoSolution};
use crate::num::Rational;
use crate::report::table::Table;

use super::{Record, table};

/// The columns of [`super::solutions`]. The item is a division by its name, or the number of soldiers on
/// a field; `number` is that of the class of fields, in the order of the file.
#[must_use]
pub fn blotto(concept: &str, method: &str, game: &BlottoGame, answer: &BlottoSolution) -> Table {
    let mut records = Vec::new();
    let mut push = |number: Option<u64>,
                    quantity: &str,
                    player: &str,
                    item: Option<&str>,
                    value: &Rational| {
        let mut record = Record::default();
        record.put("concept", concept);
        record.put("method", method);
        record.put("number", number.map(Rational::from));
        record.put("component", None::<Rational>);
        record.put("quantity", quantity);
        record.put("player", player);
        record.put("item", item);
        record.put("value", value);
        record.put("exact", value.to_string());
        records.push(record);
    };
    let sides = game.sides();
    push(None, "payoff", &sides[0], None, &answer.value);
    push(None, "payoff", &sides[1], None, &-&answer.value);
    for (side, lottery) in answer.lotteries.iter().enumerate() {
        for (division, probability) in lottery {
            let name = game.division_name(division);
            push(None, "division", &sides[side], Some(&name), probability);
        }
    }
    for (side, marginals) in answer.marginals.iter().enumerate() {
        for (number, marginal) in (1..).zip(marginals) {
            for (soldiers, share) in marginal.iter().enumerate().filter(|(_, p)| !p.is_zero()) {
                let item = soldiers.to_string();
                push(Some(number), "on_field", &sides[side], Some(&item), share);
            }
        }
    }
    table("Solutions", records)
}
