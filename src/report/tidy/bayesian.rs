//! Answers about games of incomplete information with a row for each number.

use crate::game::BayesianGame;
use crate::game::bayesian::BayesianAnswer;
use crate::num::Rational;
use crate::report::table::Table;

use super::{Record, table};

/// The columns of [`super::solutions`]. The item of what a type does or gets is the type and the
/// action, as `low: Attack`; that of a recommendation the reported types and the actions, joined by
/// `|`.
#[must_use]
pub fn bayesian(
    concept: &str,
    method: &str,
    game: &BayesianGame,
    answer: &BayesianAnswer,
) -> Table {
    let mut records = Vec::new();
    let mut push = |quantity: &str, player: Option<usize>, item: Option<&str>, value: &Rational| {
        let mut record = Record::default();
        record.put("concept", concept);
        record.put("method", method);
        record.put("number", Some(Rational::ONE));
        record.put("component", None::<Rational>);
        record.put("quantity", quantity);
        record.put("player", player.map(|player| game.players()[player].name.as_str()));
        record.put("item", item);
        record.put("value", value);
        record.put("exact", Some(value.to_string()));
        records.push(record);
    };
    match answer {
        BayesianAnswer::Commitment(answer) => {
            let (leader, follower) = (answer.leader, 1 - answer.leader);
            if let Ok(led) = game.ex_ante(&[leader == 0, leader == 1]) {
                let strategies = led.players()[leader].actions.iter();
                for (name, value) in strategies.zip(answer.commitment.probabilities()) {
                    push("probability", Some(leader), Some(name), value);
                }
            }
            for (kind, &reply) in game.players()[follower].types.iter().zip(&answer.replies) {
                for (action, name) in game.players()[follower].actions.iter().enumerate() {
                    let item = format!("{kind}: {name}");
                    let value = Rational::from(i64::from(action == reply));
                    push("probability", Some(follower), Some(&item), &value);
                }
            }
            push("payoff", Some(leader), None, &answer.leader_value);
            push("payoff", Some(follower), None, &answer.follower_value);
            let types = game.players()[follower].types.iter();
            let values = answer.leader_values.iter().zip(&answer.follower_values);
            for (kind, (lead, follow)) in types.zip(values) {
                push("payoff_against_type", Some(leader), Some(kind), lead);
                push("payoff_of_type", Some(follower), Some(kind), follow);
            }
            push("bound", Some(leader), None, &answer.bound);
        }
        BayesianAnswer::Communication(answer) => {
            for (types, told) in answer.recommendations.iter().enumerate() {
                for (profile, value) in told.iter().enumerate() {
                    if value.is_zero() {
                        continue;
                    }
                    let mut parts = game.type_names(types);
                    parts.extend(
                        game.players().iter().enumerate().map(|(at, player)| {
                            player.actions[game.action_in(at, profile)].as_str()
                        }),
                    );
                    push("recommendation", None, Some(&parts.join("|")), value);
                }
            }
            for (player, payoff) in answer.payoffs.iter().enumerate() {
                push("payoff", Some(player), None, payoff);
            }
            for (player, payoffs) in answer.type_payoffs.iter().enumerate() {
                for (kind, payoff) in game.players()[player].types.iter().zip(payoffs) {
                    push("payoff_of_type", Some(player), Some(kind), payoff);
                }
            }
            push("value", None, None, &answer.value);
        }
    }
    table("Solutions", records)
}
