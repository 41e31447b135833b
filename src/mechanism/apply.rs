//! The operators themselves, and the order in which they are applied.

use crate::model::{Model, Operator, OperatorAction, Phase};
use crate::num::{NotDecided, Scalar, decimal_or_fraction};

use super::situation::{Leadership, LogEntry, Situation};

/// Applies mechanisms, by position in the model, to a situation: all operators of all of them,
/// phase by phase, and their costs.
///
/// # Errors
/// [`NotDecided`] when a formula of an operator or cost has no value.
pub fn apply_mechanisms<'m, S: Scalar>(
    mut situation: Situation<'m, S>,
    mechanisms: &[usize],
) -> Result<Situation<'m, S>, NotDecided> {
    let model: &'m Model = situation.model;
    // Costs are set by the parameters before any operator, so that they do not depend on order.
    for &mechanism in mechanisms {
        for (player, cost) in model.mechanisms[mechanism].cost.iter().enumerate() {
            if let Some(cost) = cost {
                let cost = evaluate(model, cost, &situation.values)?;
                situation.costs[player] = situation.costs[player].plus(&cost);
            }
        }
    }
    for phase in Phase::ALL {
        for &mechanism in mechanisms {
            let mechanism = &model.mechanisms[mechanism];
            for operator in &mechanism.operators {
                if operator.phase == phase {
                    situation = apply_operator(situation, operator, &mechanism.id)?;
                }
            }
        }
    }
    Ok(situation)
}

fn evaluate<S: Scalar>(
    model: &Model,
    formula: &crate::model::Formula,
    values: &[S],
) -> Result<S, NotDecided> {
    model.evaluate(formula, values).map_err(|error| error.kind)
}

fn shown<S: Scalar>(value: &S) -> String {
    crate::num::Rational::from_f64_exactly(value.approximate())
        .map_or_else(|| "not finite".to_owned(), |value| plainly(&decimal_or_fraction(&value, 6)))
}

/// A decimal without zeros at its end.
fn plainly(text: &str) -> String {
    match text.split_once('.') {
        Some((_, places)) if places.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => text.to_owned(),
    }
}

/// Applies one operator: a pure function from a situation to the next.
///
/// # Errors
/// [`NotDecided`] when a formula of the operator has no value.
pub fn apply_operator<'m, S: Scalar>(
    mut situation: Situation<'m, S>,
    operator: &'m Operator,
    mechanism: &str,
) -> Result<Situation<'m, S>, NotDecided> {
    let model: &'m Model = situation.model;
    let names = |player: usize, actions: &[usize]| {
        let ids: Vec<&str> = actions
            .iter()
            .map(|&action| model.players[player].actions[action].id.as_str())
            .collect();
        ids.join(", ")
    };
    // Sweeps apply millions of operators: text is made only where somebody will read it.
    let log = situation.keep_log;
    let change = match &operator.action {
        OperatorAction::SetParameter { parameter, to } => {
            let value = evaluate(model, to, &situation.values)?;
            let before = std::mem::replace(&mut situation.values[*parameter], value);
            model.derive(&mut situation.values).map_err(|error| error.kind)?;
            log.then(|| {
                let name = &model.parameters[*parameter].name;
                format!("{name}: {} → {}", shown(&before), shown(&situation.values[*parameter]))
            })
        }
        OperatorAction::RemoveActions { player, actions } => {
            situation.kept[*player].retain(|action| !actions.contains(action));
            log.then(|| {
                format!("{} gives up {}", model.players[*player].id, names(*player, actions))
            })
        }
        OperatorAction::AddActions { player, actions } => {
            situation.kept[*player].extend(actions);
            situation.kept[*player].sort_unstable();
            situation.kept[*player].dedup();
            log.then(|| format!("{} gains {}", model.players[*player].id, names(*player, actions)))
        }
        OperatorAction::SetSignal { false_alarm, detection } => {
            situation.horizon.false_alarm.extend(false_alarm);
            situation.horizon.detection.extend(detection);
            log.then(|| "the public signal changes".to_owned())
        }
        OperatorAction::SetSurvival { to } => {
            situation.horizon.survival.push(to);
            log.then(|| "the survival of agreements changes".to_owned())
        }
        OperatorAction::AllowTransfers => {
            situation.transfers = true;
            log.then(|| "the parties may pay one another".to_owned())
        }
        OperatorAction::AllowMediation => {
            situation.mediation = true;
            log.then(|| "a mediator may correlate play outside agreements".to_owned())
        }
        OperatorAction::GiveLeadership { leader, mixed, credibility } => {
            let credibility = credibility
                .as_ref()
                .map(|formula| evaluate(model, formula, &situation.values))
                .transpose()?;
            let kind = if *mixed { "mixed" } else { "pure" };
            let text = log.then(|| {
                let leader = &model.players[*leader].id;
                let believed = credibility.as_ref().map_or_else(String::new, |credibility| {
                    format!(", and is believed with probability {}", shown(credibility))
                });
                format!("{leader} commits first, to a {kind} strategy{believed}")
            });
            situation.leadership = Some(Leadership { leader: *leader, mixed: *mixed, credibility });
            text
        }
        OperatorAction::ChooseBy { player, weights } => {
            let weights = weights
                .iter()
                .map(|weight| evaluate(model, weight, &situation.values))
                .collect::<Result<Vec<_>, _>>()?;
            let text = log.then(|| {
                let shares: Vec<String> = weights
                    .iter()
                    .zip(&model.parts)
                    .map(|(weight, part)| format!("{part} {}", shown(weight)))
                    .collect();
                format!("{} chooses by {}", model.players[*player].id, shares.join(", "))
            });
            situation.chooses_by[*player] = Some(weights);
            text
        }
    };
    if let Some(change) = change {
        situation.log.push(LogEntry {
            phase: operator.phase,
            mechanism: mechanism.to_owned(),
            change,
        });
    }
    Ok(situation)
}
