//! A comparison of a model in states as tables and as JSON.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use crate::game::MixedStrategy;
use crate::game::stochastic::PactDeviation;
use crate::model::Model;
use crate::num::{Notation, Rational};
use crate::report::table::{Cell, Column, Table, Verdict};
use crate::study::compare::{
    AgreementInStates, Direction as Move, Outlook, StateChange, StateComparison, StateRow,
    StateSubject, Way,
};
use crate::study::scenario::Kind;

use super::json::changes_json;
use super::{capitalised, in_sections, over, short_header, verdict};

/// The answer in a few lines, before the tables: the risk of conflict in the baseline, and which scenarios
/// lower it, leave it, or raise it, in each way to play.
#[must_use]
pub fn headline(model: &Model, comparison: &StateComparison) -> Option<String> {
    let baseline = comparison.rows.first()?;
    let mut text = String::new();
    for &way in Way::of(model) {
        let subject = StateSubject::Within(way);
        let Some(Some(risk)) = baseline.value(subject) else { continue };
        if text.is_empty() {
            text = format!("{}: {}\n", model.meta.title, model.comparison.baseline);
        }
        let name = baseline.conflict_title(model);
        let percent = |value: &Rational| Notation::Percent(2).exact(value);
        let line = format!(
            "{}: {name} within {} {}",
            way.phrase(),
            over(model.comparison.years, model),
            percent(&risk)
        );
        text.push_str(&format!("  {line}\n"));
        let mut groups = [("lower", Vec::new()), ("the same", Vec::new()), ("higher", Vec::new())];
        for row in comparison.rows.iter().filter(|row| row.scenario.kind != Kind::Lens).skip(1) {
            let Some(change) = row.changes.iter().find(|one| one.metric.subject == subject) else {
                continue;
            };
            let group = match (change.moved(), change.after.cmp(&change.before)) {
                (false, _) | (_, Ordering::Equal) => 1,
                (_, Ordering::Less) => 0,
                (_, Ordering::Greater) => 2,
            };
            let value = change.after.as_ref().map_or_else(String::new, percent);
            groups[group].1.push(if group == 1 {
                row.scenario.id.clone()
            } else {
                format!("{} {value}", row.scenario.id)
            });
        }
        for (title, names) in groups.iter().filter(|(_, names)| !names.is_empty()) {
            let line = format!("{title}: {}", names.join(", "));
            for (at, part) in crate::report::text::wrap(&line, 92).iter().enumerate() {
                let indent = if at == 0 { "    " } else { "        " };
                text.push_str(&format!("{indent}{part}\n"));
            }
        }
    }
    (!text.is_empty()).then(|| {
        text.push_str("  How large and how dear a mechanism is, is the model's choice: do not rank them by this list.\n\n");
        text
    })
}

/// The tables: what each scenario leads to in each way to play, and what is played.
#[must_use]
pub fn tables(model: &Model, comparison: &StateComparison) -> Vec<Table> {
    let mut tables: Vec<Table> =
        Way::of(model).iter().map(|&way| outcomes(model, comparison, way)).collect();
    if !model.agreements().is_empty() {
        tables.insert(1, agreements(model, comparison));
    }
    tables.push(plays(model, comparison));
    if let Some(last) = tables.last_mut() {
        for row in &comparison.rows {
            let text = row.sentences.join(" ");
            last.sentence(
                Some(&row.scenario.id),
                format!("{}. {text}", capitalised(&row.scenario.title)),
            );
        }
        for failure in &comparison.failures {
            last.sentence(Some(&failure.scenario), format!("has no result: {}.", failure.reason));
        }
    }
    tables
}

fn outcomes(model: &Model, comparison: &StateComparison, way: Way) -> Table {
    let mut columns = vec![Column::name("scenario", "scenario")];
    // What the baseline has; where a scenario lacks one the cell is empty.
    let baseline = comparison.rows.first();
    let subjects: Vec<StateSubject> = baseline.map_or_else(Vec::new, |row| {
        let of_way = row.changes.iter().map(|change| change.metric.subject);
        of_way.filter(|subject| subject.way() == way).collect()
    });
    let conflict = baseline.map_or_else(String::new, |row| row.conflict_title(model));
    for &subject in &subjects {
        let notation = subject.notation(model);
        columns.push(match subject {
            StateSubject::Within(_) => {
                Column::number("conflict_within", format!("{conflict} within"), notation)
                    .with_unit(over(model.comparison.years, model))
            }
            StateSubject::Waiting(_) => {
                Column::number("conflict_waiting", format!("until {conflict}"), notation)
                    .with_unit(format!("{}s", model.period()))
            }
            StateSubject::Output(_, at) => {
                let id = &model.outputs[at].id;
                Column::number(id, short_header(id), notation)
            }
            StateSubject::Payoff(_, at) => {
                let id = &model.players[at].id;
                Column::number(format!("payoff_{id}"), format!("payoff {id}"), notation)
            }
            StateSubject::Joint(_) => Column::number("joint", "joint payoff", notation),
        });
    }
    if way == Way::Outcome {
        columns.insert(1, Column::text("kept", "kept"));
    }
    columns.push(Column::text("change", "change"));
    let title = format!("{}: what each scenario leads to {}", model.meta.title, way.phrase());
    let mut table = Table::new(title, columns);
    in_sections(
        &mut table,
        &comparison.rows,
        |row| &row.scenario,
        |row, table| {
            let mut cells = vec![Cell::text(&row.scenario.id)];
            if way == Way::Outcome {
                cells.push(Cell::text(row.kept_name(model).unwrap_or("none")));
            }
            cells.extend(subjects.iter().map(|&subject| cell(row, subject)));
            cells.push(Cell::text(signs(row, &subjects)));
            table.push(cells);
        },
    );
    table.sentence(None, meaning(way));
    table
}

fn change_of(row: &StateRow, subject: StateSubject) -> Option<&StateChange> {
    row.changes.iter().find(|change| change.metric.subject == subject)
}

fn cell(row: &StateRow, subject: StateSubject) -> Cell {
    let mark = change_of(row, subject);
    let mark = verdict(mark.map_or(Move::Same, |change| change.direction));
    match row.value(subject) {
        None => Cell::missing(),
        Some(Some(value)) => Cell::from(value).with_verdict(mark),
        // The expected time is infinite where it is not sure to end.
        Some(None) => {
            let never = row
                .outlook(subject.way())
                .ok()
                .and_then(|outlook| outlook.course.conflict.as_ref())
                .is_some_and(|conflict| conflict.ever.is_zero());
            let text = if never { "never" } else { "maybe never" };
            Cell::text(text).in_files(f64::INFINITY).with_verdict(mark)
        }
    }
}

fn signs(row: &StateRow, subjects: &[StateSubject]) -> String {
    let sign =
        |&subject: &StateSubject| change_of(row, subject).map_or("·", |one| one.direction.sign());
    subjects.iter().map(sign).collect()
}

fn meaning(way: Way) -> &'static str {
    match way {
        Way::Outcome => {
            "The best agreement that holds, until it ends and what is played without promises follows; and that from the start where none holds. Averages are discounted, from the first period. Change from the baseline: + better, - worse, = the same, column by column."
        }
        Way::Markov => {
            "Each looks ahead and acts by the state alone: a Markov perfect equilibrium, the one to which logit equilibria lead from uniform play; there may be others. Averages are discounted, from the first period. Change from the baseline: + better, - worse, = the same, column by column."
        }
        Way::Transfers => {
            "The equilibrium of the largest joint payoff, where the players may pay one another and punish whoever does not pay or play: payments decide how the joint payoff is shared. All that is done is seen, and no promise ends by turnover."
        }
    }
}

/// By how much each agreement holds, and who is the first to leave it.
fn agreements(model: &Model, comparison: &StateComparison) -> Table {
    let mut columns = vec![Column::name("scenario", "scenario"), Column::text("kept", "kept")];
    for agreement in model.agreements() {
        let (id, key) = (&agreement.id, format!("margin_{}", agreement.id));
        columns.push(Column::number(key, format!("margin {id}"), Notation::Places(4)));
    }
    let shown = model.comparison.agreement.unwrap_or(0);
    let header = format!("first to leave {}", model.agreements()[shown].id);
    columns.push(Column::text("first_to_leave", header));
    let title = format!("{}: which agreements hold", model.meta.title);
    let mut table = Table::new(title, columns);
    in_sections(
        &mut table,
        &comparison.rows,
        |row| &row.scenario,
        |row, table| {
            let kept = row.kept_name(model).unwrap_or("none");
            let mut cells = vec![Cell::text(&row.scenario.id), Cell::text(kept)];
            let most = |at: usize| {
                let found = row.agreements.iter().find(|one| one.agreement == at);
                found.and_then(|one| one.value.most.as_ref())
            };
            for at in 0..model.agreements().len() {
                cells.push(most(at).map_or_else(Cell::missing, |most| {
                    let fails = most.gain.is_positive();
                    let verdict = if fails { Verdict::Worse } else { Verdict::Better };
                    Cell::from(-&most.gain).with_verdict(verdict)
                }));
            }
            cells.push(Cell::from(most(shown).map(|most| deviation(model, row, most))));
            table.push(cells);
        },
    );
    table.sentence(
        None,
        "The margin is what the most tempted player loses, in discounted average payoffs, by leaving the agreement for a period in the state where he is tempted most: the agreement holds where it is not negative. Once it has ended they play as without promises for ever.",
    );
    table
}

/// `B to Strong in crisis`.
fn deviation(model: &Model, row: &StateRow, most: &PactDeviation) -> String {
    let player = &row.game.states()[most.state].stage.players()[most.player];
    let state = row.title(model, most.state);
    format!("{} to {} in {state}", player.name, player.actions[most.action])
}

fn agreement_json(model: &Model, row: &StateRow, one: &AgreementInStates) -> Value {
    let exact = row.markov.as_ref().map_or(true, |outlook| outlook.exact);
    let start = row.game.start();
    let names = model.players.iter().map(|player| player.id.clone());
    let kept = one.value.kept.iter().map(|own| number(Some(&own[start]), exact));
    json!({
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
    })
}

/// With more states than this they are rows, and not columns.
const MOST_COLUMNS: usize = 6;

/// What is played in each state.
fn plays(model: &Model, comparison: &StateComparison) -> Table {
    let baseline = comparison.rows.first();
    let states: Vec<usize> = baseline.map_or_else(Vec::new, |row| row.open_states().collect());
    let title = format!("{}: what is played in each state", model.meta.title);
    let mut table = if states.len() > MOST_COLUMNS {
        plays_by_state(model, comparison, &states, title)
    } else {
        plays_by_scenario(model, comparison, &states, title)
    };
    table.sentence(
        None,
        "Where a player mixes, the likeliest of his actions is named with its probability.",
    );
    table
}

/// What is played in a state, as a cell.
fn play_cell(row: &StateRow, way: Way, state: usize) -> Cell {
    row.outlook(way).map_or_else(|_| Cell::missing(), |one| Cell::text(row.play_name(one, state)))
}

fn plays_by_scenario(
    model: &Model,
    comparison: &StateComparison,
    states: &[usize],
    title: String,
) -> Table {
    let mut columns = vec![Column::name("scenario", "scenario"), Column::text("way", "promises")];
    if let Some(row) = comparison.rows.first() {
        columns.extend(states.iter().map(|&state| {
            let name = &row.game.states()[state].name;
            Column::text(format!("in_{name}"), format!("in {}", row.title(model, state)))
        }));
    }
    let mut table = Table::new(title, columns);
    in_sections(
        &mut table,
        &comparison.rows,
        |row| &row.scenario,
        |row, table| {
            for (at, &way) in Way::of(model).iter().enumerate() {
                let id = if at == 0 { row.scenario.id.as_str() } else { "" };
                let word = match way {
                    Way::Outcome if row.kept.is_none() => "none holds",
                    Way::Outcome => "agreement",
                    Way::Markov => "without",
                    Way::Transfers => "payments",
                };
                let mut cells = vec![Cell::text(id), Cell::text(word)];
                cells.extend(states.iter().map(|&state| play_cell(row, way, state)));
                table.push(cells);
            }
        },
    );
    table
}

fn plays_by_state(
    model: &Model,
    comparison: &StateComparison,
    states: &[usize],
    title: String,
) -> Table {
    let mut columns = vec![Column::name("state", "state")];
    columns.extend(Way::of(model).iter().map(|way| Column::text(way.word(), way.phrase())));
    let mut table = Table::new(title, columns);
    for row in &comparison.rows {
        table.start_group(&row.scenario.id);
        for &state in states {
            let mut cells = vec![Cell::text(row.title(model, state))];
            cells.extend(Way::of(model).iter().map(|&way| play_cell(row, way, state)));
            table.push(cells);
        }
    }
    table
}

/// A number: exact as a string, and otherwise as a machine number.
fn number(value: Option<&Rational>, exact: bool) -> Value {
    match value {
        Some(value) if !exact => json!(value.to_f64()),
        other => json!(other),
    }
}

fn outlook_json(model: &Model, row: &StateRow, way: Way) -> Value {
    let outlook = match row.outlook(way) {
        Ok(outlook) => outlook,
        Err(missing) => return json!({ "missing": missing.word() }),
    };
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
    if !model.agreements().is_empty() {
        value["agreements"] =
            row.agreements.iter().map(|one| agreement_json(model, row, one)).collect();
        value["kept"] = json!(row.kept_name(model));
    }
    value
}
