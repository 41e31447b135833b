//! Answers about security games with a row for each number.

use crate::game::security::{SecurityAnswer, SecurityGame};
use crate::num::Rational;
use crate::report::table::Table;

use super::{Cell, Record, table};

/// The columns of [`super::solutions`]. The item is a target, or an allocation by its name.
#[must_use]
pub fn security(method: &str, game: &SecurityGame, answer: &SecurityAnswer) -> Table {
    let mut records = Vec::new();
    let mut push_cell = |quantity: &str,
                         player: Option<&str>,
                         item: Option<&str>,
                         value: Cell,
                         exact: Option<String>| {
        let mut record = Record::default();
        record.put("concept", "stackelberg");
        record.put("method", method);
        record.put("number", None::<Rational>);
        record.put("component", None::<Rational>);
        record.put("quantity", quantity);
        record.put("player", player);
        record.put("item", item);
        record.put("value", value);
        record.put("exact", exact);
        records.push(record);
    };
    let (targets, sides) = (game.targets(), game.sides());
    let (defender, attacker) = (sides.defender.as_str(), sides.attacker.as_str());
    let answer = match answer {
        SecurityAnswer::Commitment(answer) => answer,
        SecurityAnswer::Quantal(answer) => {
            let mut float = |quantity: &str, player: &str, item: Option<&str>, value: f64| {
                push_cell(quantity, Some(player), item, value.into(), None);
            };
            float("lambda", attacker, None, answer.lambda.to_f64());
            for (at, target) in targets.iter().enumerate() {
                float("coverage", defender, Some(&target.name), answer.coverage[at].to_f64());
                float("attack", attacker, Some(&target.name), answer.attack[at]);
            }
            float("payoff", defender, None, answer.value.0);
            float("bound", defender, None, answer.bound);
            return table("Solutions", records);
        }
    };
    let mut push = |quantity: &str, player: Option<&str>, item: Option<&str>, value: &Rational| {
        push_cell(quantity, player, item, value.into(), Some(value.to_string()));
    };
    for (target, coverage) in targets.iter().zip(&answer.coverage) {
        push("coverage", Some(defender), Some(&target.name), coverage);
    }
    let truth = |truth: bool| if truth { Rational::ONE } else { Rational::ZERO };
    for (at, target) in targets.iter().enumerate() {
        let best = truth(answer.attack_set.binary_search(&at).is_ok());
        push("attack_set", Some(attacker), Some(&target.name), &best);
    }
    let attacked = &targets[answer.attacked].name;
    push("attacked", Some(attacker), Some(attacked), &Rational::ONE);
    push("payoff", Some(defender), None, &answer.defender_value);
    push("payoff", Some(attacker), None, &answer.attacker_value);
    for draw in answer.lottery.iter().flatten() {
        let name = game.allocation_name(&draw.units);
        push("allocation", Some(defender), Some(&name), &draw.probability);
    }
    if let Some(nash) = &answer.nash {
        for (target, probability) in targets.iter().zip(&nash.attack) {
            push("nash_attack", Some(attacker), Some(&target.name), probability);
        }
        push("nash_payoff", Some(defender), None, &nash.defender_value);
    }
    if let Some(maximin) = &answer.maximin {
        for (target, coverage) in targets.iter().zip(&maximin.coverage) {
            push("maximin_coverage", Some(defender), Some(&target.name), coverage);
        }
        push("maximin", Some(defender), None, &maximin.value);
    }
    table("Solutions", records)
}
