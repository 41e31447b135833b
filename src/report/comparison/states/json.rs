//! A comparison of a model in states as JSON.

use serde_json::{Map, Value, json};

use crate::game::MixedStrategy;
use crate::model::Model;
use crate::num::Rational;
use crate::report::comparison::json::changes_json;
use crate::study::compare::{AgreementInStates, Outlook, StateChange, StateRow, Way};

fn agreement_json(model: &Model, row: &StateRow, one: &AgreementInStates) -> Value {
    let exact = row.markov.as_ref().map_or(true, |outlook| outlook.exact);
    let start = row.game.start();
    let names = model.players.iter().map(|player| player.id.clone());
    let kept = one.value.kept.iter().map(|own| number(Some(&own[start]), exact));
    let mut value = json!({
        "id": model.agreements()[one.agreement].id,
        "holds": one.value.holds(),
        "payoffs": names.zip(kept).collect::<Map<_, _>>(),
        "stays": one.pact.stays,
        "first_to_leave": one.value.most.as_ref().map(|most| {
            let state = &row.game.states()[most.state];
            let player = &state.stage.players()[most.player];
            json!({
                "player": player.name,
                "state": state.name,
                "action": player.actions[most.action],
                "gain": number(Some(&most.gain), exact),
            })
        }),
    });
    if one.pact.renewed.is_positive() {
        value["renewed"] = json!(one.pact.renewed);
        if let Some(most) = &one.value.most {
            value["first_to_leave"]["after_the_end"] = json!(most.ended);
        }
    }
    value
}

/// A number: exact as a string, and otherwise as a machine number.
fn number(value: Option<&Rational>, exact: bool) -> Value {
    match value {
        Some(value) if !exact => json!(value.to_f64()),
        other => json!(other),
    }
}

fn outlook_json(model: &Model, row: &StateRow, way: Way) -> Value {
    match row.outlook(way) {
        Ok(outlook) => of_outlook(model, row, outlook),
        Err(missing) => json!({ "missing": missing.word() }),
    }
}

fn of_outlook(model: &Model, row: &StateRow, outlook: &Outlook) -> Value {
    let Outlook { exact, course, .. } = outlook;
    let named = |names: Vec<&String>, values: &[Rational]| -> Map<String, Value> {
        let values = values.iter().map(|value| number(Some(value), *exact));
        names.into_iter().cloned().zip(values).collect()
    };
    let states = row.game.states().iter().zip(&outlook.play).map(|(state, profile)| {
        let strategies = state.stage.players().iter().zip(profile);
        let strategies = strategies.map(|(player, strategy): (_, &MixedStrategy)| {
            let support = strategy.support().into_iter().map(|action| {
                let probability = &strategy.probabilities()[action];
                (player.actions[action].clone(), number(Some(probability), *exact))
            });
            (player.name.clone(), Value::from(support.collect::<Map<String, Value>>()))
        });
        (state.name.clone(), Value::from(strategies.collect::<Map<String, Value>>()))
    });
    let players: Vec<&String> = model.players.iter().map(|player| &player.id).collect();
    let mut value = json!({
        "arithmetic": if *exact { "exact" } else { "float" },
        "strategies": states.collect::<Map<String, Value>>(),
        "payoffs": named(players.clone(), &course.payoffs),
        "outputs": named(model.outputs.iter().map(|output| &output.id).collect(), &course.outputs),
        "conflict": course.conflict.as_ref().map(|conflict| json!({
            "states": row.conflict.iter()
                .map(|&state| &row.game.states()[state].name).collect::<Vec<_>>(),
            "within": number(conflict.within.as_ref(), *exact),
            "ever": number(Some(&conflict.ever), *exact),
            "waiting": number(conflict.waiting.as_ref(), *exact),
        })),
    });
    match &outlook.bounds {
        Some(bounds) => {
            value["joint"] = json!(course.payoffs.iter().sum::<Rational>());
            value["joint_bound"] = json!(bounds.joint);
            value["worst"] = named(players, &bounds.worst).into();
        }
        None => {
            value["regret"] =
                if *exact { json!("0") } else { json!(outlook.regret.to_f64().next_up()) };
        }
    }
    value
}

/// One row of a comparison of a model in states in JSON: everything that `verify` recomputes.
#[must_use]
pub fn row_json(model: &Model, row: &StateRow) -> Value {
    let names = model.players.iter().map(|player| player.id.clone());
    let cost: Map<String, Value> = names.zip(row.cost.iter().map(|cost| json!(cost))).collect();
    let changes = |changes: &[StateChange]| {
        changes_json(changes, |change, value| {
            let exact = row.outlook(change.metric.subject.way()).map_or(true, |one| one.exact);
            number(value, exact)
        })
    };
    let mut value = json!({
        "id": row.scenario.id,
        "title": row.scenario.title,
        "kind": row.scenario.kind.word(),
        "channel": row.scenario.channel,
        "mechanisms": row.scenario.mechanisms.iter()
            .map(|&at| &model.mechanisms[at].id).collect::<Vec<_>>(),
        "applied": row.log.iter().map(|entry| json!({
            "phase": entry.phase.word(), "mechanism": entry.mechanism, "change": entry.change,
        })).collect::<Vec<_>>(),
        "cost": cost,
        "changes": changes(&row.changes),
        "against_build_up": row.against_build_up.as_deref().map(changes),
        "sentences": row.sentences,
        "certificate": row.certificates,
    });
    for &way in Way::of(model) {
        value[way.word()] = outlook_json(model, row, way);
    }
    value["others"] = row
        .others
        .iter()
        .map(|other| {
            let mut value = of_outlook(model, row, &other.outlook);
            if !model.agreements().is_empty() {
                value["agreements"] =
                    other.holding.iter().map(|&at| model.agreements()[at].id.as_str()).collect();
            }
            value
        })
        .collect();
    if !model.agreements().is_empty() {
        value["agreements"] =
            row.agreements.iter().map(|one| agreement_json(model, row, one)).collect();
        value["kept"] = json!(row.kept_name(model));
    }
    value
}
