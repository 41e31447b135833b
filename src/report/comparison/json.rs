//! A row of a comparison as JSON.

use serde_json::{Value, json};

use crate::game::answer::CriticalDiscount;
use crate::model::Model;
use crate::num::Rational;
use crate::study::compare::{Change, Row};
use crate::study::evaluate::Play;

fn critical_json(critical: &CriticalDiscount) -> Value {
    match critical {
        CriticalDiscount::Never => Value::Null,
        other => json!(other.number()),
    }
}

/// Changes by the names of the quantities; `number` writes a value.
pub(super) fn changes_json<S>(
    changes: &[Change<S>],
    number: impl Fn(&Change<S>, Option<&Rational>) -> Value,
) -> Value {
    changes
        .iter()
        .map(|change| {
            let value = json!({
                "before": number(change, change.before.as_ref()),
                "after": number(change, change.after.as_ref()),
                "direction": change.direction.word(),
            });
            (change.metric.id.clone(), value)
        })
        .collect::<serde_json::Map<String, Value>>()
        .into()
}

fn play_json(row: &Row, play: &Play) -> Value {
    let one = Rational::ONE;
    let parts: Vec<(usize, &Rational)> = match play {
        Play::Pure(profile) => vec![(*profile, &one)],
        Play::Mixed(parts) => parts.iter().map(|(profile, weight)| (*profile, weight)).collect(),
    };
    parts
        .into_iter()
        .map(|(profile, weight)| {
            (row.game.profile_names(&row.game.profile(profile)).join("|"), json!(weight))
        })
        .collect::<serde_json::Map<String, Value>>()
        .into()
}

/// One row of a comparison in JSON: everything that `verify` recomputes.
#[must_use]
pub fn row_json(model: &Model, row: &Row) -> Value {
    let evaluation = &row.evaluation;
    let by_player = |values: &[Rational]| -> Value {
        let names = model.players.iter().map(|player| player.id.clone());
        names.zip(values.iter().map(|value| json!(value))).collect::<serde_json::Map<_, _>>().into()
    };
    let by_output = |values: Vec<Value>| -> Value {
        let names = model.outputs.iter().map(|output| output.id.clone());
        names.zip(values).collect::<serde_json::Map<_, _>>().into()
    };
    let equilibria: Vec<Value> = row
        .equilibria
        .answer
        .list
        .iter()
        .map(|equilibrium| {
            let strategies: serde_json::Map<String, Value> = row
                .game
                .players()
                .iter()
                .zip(&equilibrium.profile)
                .map(|(player, strategy)| {
                    let support: serde_json::Map<String, Value> = strategy
                        .support()
                        .into_iter()
                        .map(|action| {
                            (
                                player.actions[action].clone(),
                                json!(strategy.probabilities()[action]),
                            )
                        })
                        .collect();
                    (player.name.clone(), Value::from(support))
                })
                .collect();
            json!({
                "strategies": strategies,
                "payoffs": by_player(&equilibrium.payoffs),
                "regret": equilibrium.regret,
            })
        })
        .collect();
    let critical: serde_json::Map<String, Value> = evaluation
        .agreements
        .iter()
        .enumerate()
        .map(|(position, result)| {
            let bound = row
                .repeated
                .as_ref()
                .map(|repeated| critical_json(&repeated.answer.agreements[position].minmax_bound));
            let value = json!({
                "upper": critical_json(&result.critical),
                "lower": bound,
                "holds": result.holds,
                "binding": result.binding.as_ref().map(|deviation| {
                    let player = &row.game.players()[deviation.player];
                    json!({ "player": player.name, "action": player.actions[deviation.action] })
                }),
            });
            (model.agreements()[result.agreement].id.clone(), value)
        })
        .collect();
    let changes = |changes: &[Change]| changes_json(changes, |_, value| json!(value));
    json!({
        "id": row.scenario.id,
        "title": row.scenario.title,
        "kind": row.scenario.kind.word(),
        "channel": row.scenario.channel,
        "mechanisms": row.scenario.mechanisms.iter()
            .map(|&at| &model.mechanisms[at].id).collect::<Vec<_>>(),
        "applied": row.log.iter().map(|entry| json!({
            "phase": entry.phase.word(), "mechanism": entry.mechanism, "change": entry.change,
        })).collect::<Vec<_>>(),
        "cost": by_player(&row.cost),
        "equilibria": equilibria,
        "complete": row.equilibria.status == crate::solve::Status::Solved,
        "dominance_solvable": row.dominance_solvable(),
        "stage": play_json(row, &evaluation.stage),
        "otherwise": play_json(row, &evaluation.otherwise),
        "correlated": row.correlated.answer.as_ref().map(|best| json!({
            "value": best.value,
            "distribution": play_json(row, &Play::of_distribution(&best.distribution)),
        })),
        "commitment": row.commitments.iter().map(|best| json!({
            "mixed": best.mixed,
            "leader_value": best.leader_value,
            "follower_value": best.follower_value,
            "strategy": best.commitment.support().into_iter().map(|action| (
                row.game.players()[best.leader].actions[action].clone(),
                json!(best.commitment.probabilities()[action]),
            )).collect::<serde_json::Map<_, _>>(),
            "reply": row.game.players()[1 - best.leader].actions[best.reply],
        })).collect::<Vec<_>>(),
        "critical_discount": critical,
        "outcome": {
            "agreement": evaluation.outcome
                .map(|at| &model.agreements()[evaluation.agreements[at].agreement].id),
            "weight": evaluation.weight,
            "payoffs": by_player(&evaluation.payoffs),
            "outputs": by_output(evaluation.outputs.iter().map(|value| json!(value)).collect()),
            "cumulative": by_output(evaluation.cumulative.iter().map(|value| json!(value)).collect()),
        },
        "changes": changes(&row.changes),
        "against_build_up": row.against_build_up.as_deref().map(changes),
        "sentences": row.sentences,
        "certificate": row.certificates,
    })
}
