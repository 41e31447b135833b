//! A comparison as tables and as JSON.

use serde_json::{Value, json};

use crate::game::answer::{CriticalDiscount, Scope};
use crate::model::{Better, Model, OutputKind};
use crate::num::{Notation, Rational};
use crate::study::compare::{Change, Comparison, Direction as Move, Row, Subject};
use crate::study::evaluate::Play;
use crate::study::scenario::Kind;
use crate::study::shares::headline_risk;

use super::table::{Cell, Column, Direction, Table, Verdict};

/// Places after the point of payoffs and critical discount factors.
const PLACES: usize = 4;

/// The tables of a comparison: outcomes, payoffs in parts, restraint, and the stage games.
#[must_use]
pub fn tables(model: &Model, comparison: &Comparison) -> Vec<Table> {
    let mut tables = vec![outcomes(model, comparison)];
    if !model.agreements().is_empty() {
        tables.push(restraint(model, comparison));
    }
    tables.push(payoffs(model, comparison));
    tables.push(stage_games(comparison));
    tables
}

/// The answer in a few lines, before the tables: what the baseline leads to, and which scenarios
/// lower the headline risk, leave it, or raise it, and for whom they pay.
#[must_use]
pub fn headline(model: &Model, comparison: &Comparison) -> Option<String> {
    let risk = headline_risk(model)?;
    let baseline = comparison.rows.first()?;
    let percent = |value: &Rational| Notation::Percent(2).exact(value);
    let mut groups: Vec<(&str, Vec<String>)> = [
        "lower, and every player is better off",
        "lower, and not every player is better off",
        "unchanged",
        "higher",
    ]
    .map(|title| (title, Vec::new()))
    .into();
    for row in comparison.rows.iter().filter(|row| row.scenario.kind != Kind::Lens).skip(1) {
        let Some(change) = change_of(row, Subject::Output(risk)) else { continue };
        let all = (0..model.players.len()).all(|player| {
            change_of(row, Subject::Payoff(player))
                .is_some_and(|change| change.direction == Move::Better)
        });
        let group = match change.direction {
            Move::Better if all => 0,
            Move::Better => 1,
            Move::Same => 2,
            _ => 3,
        };
        let value = change.after.as_ref().map_or_else(String::new, percent);
        groups[group].1.push(if group == 2 {
            row.scenario.id.clone()
        } else {
            format!("{} {value}", row.scenario.id)
        });
    }
    let output = &model.outputs[risk];
    let mut text = format!(
        "{}: {} leads to {}, with a {} of {} a {}.\n",
        model.meta.title,
        model.comparison.baseline,
        baseline.outcome_name(),
        output.title,
        percent(&baseline.evaluation.outputs[risk]),
        model.period()
    );
    for (title, names) in groups.iter().filter(|(_, names)| !names.is_empty()) {
        let line = format!("{} {title}: {}", output.id, names.join(", "));
        for (at, part) in super::text::wrap(&line, 94).iter().enumerate() {
            let indent = if at == 0 { "  " } else { "      " };
            text.push_str(&format!("{indent}{part}\n"));
        }
    }
    text.push_str("  How large and how dear a mechanism is, is the model's choice: do not rank them by this list.\n\n");
    Some(text)
}

/// The title above the scenarios of a kind.
pub(super) fn section(kind: Kind) -> &'static str {
    match kind {
        Kind::Baseline => "Baseline",
        Kind::BuildUp => "Deterrence build-up",
        Kind::Mechanism => "Cooperative mechanisms",
        Kind::Bundle => "Bundles",
        Kind::Test => "Tests of disarmament",
        Kind::Lens => "Single-system actors (scored by true weights)",
    }
}

/// Fills a table with the rows of a comparison under the titles of their kinds.
fn in_sections(
    table: &mut Table,
    comparison: &Comparison,
    mut rows_of: impl FnMut(&Row, &mut Table),
) {
    let mut last = None;
    for row in &comparison.rows {
        if last != Some(row.scenario.kind) {
            table.start_group(section(row.scenario.kind));
            last = Some(row.scenario.kind);
        }
        rows_of(row, table);
    }
}

fn verdict(direction: Move) -> Verdict {
    match direction {
        Move::Better => Verdict::Better,
        Move::Worse => Verdict::Worse,
        _ => Verdict::Neutral,
    }
}

fn change_of(row: &Row, subject: Subject) -> Option<&Change> {
    row.changes.iter().find(|change| change.metric.subject == subject)
}

/// A value with the sign of its change from the baseline in front: `+` better, `-` worse.
fn signed(row: &Row, subject: Subject, notation: Notation) -> Cell {
    let Some(value) = row.value(subject) else { return Cell::missing() };
    let mark = change_of(row, subject).map_or(Verdict::Neutral, |change| verdict(change.direction));
    match value {
        Some(value) => Cell::from(value).with_notation(notation).with_verdict(mark),
        None => Cell::text("never").with_verdict(mark),
    }
}

fn signs(row: &Row, subjects: &[Subject]) -> String {
    subjects
        .iter()
        .map(|subject| change_of(row, *subject).map_or("·", |change| change.direction.sign()))
        .collect()
}

fn outcomes(model: &Model, comparison: &Comparison) -> Table {
    let years = model.comparison.years;
    let mut columns =
        vec![Column::name("scenario", "scenario"), Column::text("outcome", "what is played")];
    let mut subjects = Vec::new();
    for (at, output) in model.outputs.iter().enumerate() {
        let hazard = output.kind == OutputKind::Hazard;
        let notation = if hazard { Notation::Percent(2) } else { Notation::Places(PLACES) };
        columns.push(
            Column::number(&output.id, short_header(&output.id), notation).with_unit(if hazard {
                format!("a {}", model.period())
            } else {
                String::new()
            }),
        );
        subjects.push((Subject::Output(at), notation));
        if hazard {
            let key = format!("{}_cumulative", output.id);
            columns.push(
                Column::number(key, short_header(&output.id), notation)
                    .with_unit(over(years, model)),
            );
            subjects.push((Subject::Cumulative(at), notation));
        }
    }
    for (at, player) in model.players.iter().enumerate() {
        let notation = Notation::Places(PLACES);
        columns.push(Column::number(
            format!("payoff_{}", player.id),
            format!("payoff {}", player.id),
            notation,
        ));
        subjects.push((Subject::Payoff(at), notation));
    }
    let signed_subjects: Vec<Subject> = subjects
        .iter()
        .map(|(subject, _)| *subject)
        .filter(|subject| match subject {
            Subject::Output(at) => model.outputs[*at].better != Better::None,
            Subject::Payoff(_) => true,
            _ => false,
        })
        .collect();
    columns.push(Column::text("change", "change"));
    let mut table = Table::new(
        format!("{}: what each scenario leads to, on average over time", model.meta.title),
        columns,
    );
    in_sections(&mut table, comparison, |row, table| {
        let mut cells = vec![Cell::text(&row.scenario.id), Cell::text(row.outcome_name())];
        cells.extend(subjects.iter().map(|(subject, notation)| signed(row, *subject, *notation)));
        cells.push(Cell::text(signs(row, &signed_subjects)));
        table.push(cells);
    });
    let order: Vec<String> = signed_subjects
        .iter()
        .filter_map(|subject| {
            comparison.rows.first()?.changes.iter().find(|change| change.metric.subject == *subject)
        })
        .map(|change| change.metric.id.clone())
        .collect();
    table.sentence(
        None,
        format!(
            "Change from the {}: + better, - worse, = the same, for {} in this order.",
            model.comparison.baseline,
            order.join(", ")
        ),
    );
    for row in &comparison.rows {
        let text = row.sentences.join(" ");
        table.sentence(
            Some(&row.scenario.id),
            format!("{}. {text}", capitalised(&row.scenario.title)),
        );
    }
    table
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// `1 year`, `10 years`.
fn over(periods: u32, model: &Model) -> String {
    format!("{periods} {}{}", model.period(), if periods == 1 { "" } else { "s" })
}

fn short_header(id: &str) -> String {
    id.replace('_', " ")
}

fn critical_cell(critical: &CriticalDiscount, mark: Verdict) -> Cell {
    match critical {
        CriticalDiscount::Never => Cell::text("never").with_verdict(mark),
        other => Cell::from(other.number()).with_verdict(mark),
    }
}

fn restraint(model: &Model, comparison: &Comparison) -> Table {
    let mut columns = vec![Column::name("scenario", "scenario")];
    for agreement in model.agreements() {
        let notation = Notation::Places(PLACES);
        let id = &agreement.id;
        columns.push(
            Column::number(format!("critical_{id}"), format!("δ* {id}"), notation)
                .with_unit("grim"),
        );
        columns.push(
            Column::number(format!("bound_{id}"), format!("δ* {id}"), notation)
                .with_unit("minmax bound"),
        );
        columns.push(Column::text(format!("binding_{id}"), "binding"));
    }
    columns.push(Column::number("discount", "δ", Notation::Short(4)));
    columns.push(Column::text("holds", "holds"));
    let mut table =
        Table::new("Restraint: the critical discount factor of each agreement", columns);
    in_sections(&mut table, comparison, |row, table| {
        let mut cells = vec![Cell::text(&row.scenario.id)];
        let mut holding = Vec::new();
        for (at, agreement) in model.agreements().iter().enumerate() {
            let position =
                row.evaluation.agreements.iter().position(|result| result.agreement == at);
            let Some(position) = position else {
                cells.extend([Cell::missing(), Cell::missing(), Cell::missing()]);
                continue;
            };
            let result = &row.evaluation.agreements[position];
            let mark = change_of(row, Subject::Critical(at))
                .map_or(Verdict::Neutral, |change| verdict(change.direction));
            cells.push(critical_cell(&result.critical, mark));
            let bound = row
                .repeated
                .as_ref()
                .map(|repeated| &repeated.answer.agreements[position].minmax_bound);
            cells.push(
                bound.map_or_else(Cell::missing, |bound| critical_cell(bound, Verdict::Neutral)),
            );
            cells.push(match &result.binding {
                Some(deviation) => {
                    let player = &row.game.players()[deviation.player];
                    Cell::text(format!("{} to {}", player.name, player.actions[deviation.action]))
                }
                None => Cell::missing(),
            });
            if result.holds {
                holding.push(agreement.id.as_str());
            }
        }
        let discount = row.evaluation.horizon.as_ref().and_then(|values| values.discount.clone());
        cells.push(discount.into());
        cells.push(Cell::text(if holding.is_empty() {
            "none".to_owned()
        } else {
            holding.join(", ")
        }));
        table.push(cells);
    });
    table.sentence(
        None,
        "δ* is the least discount factor at which the agreement is an equilibrium when its end is followed by the stage play for ever; \
         a number of at least 1 or `never` means that no patience is enough. The minmax bound holds for every conceivable punishment and need not be reached.",
    );
    table
}

fn payoffs(model: &Model, comparison: &Comparison) -> Table {
    let mut columns = vec![
        Column::name("scenario", "scenario"),
        Column::name("phase", "phase"),
        Column::text("play", "play"),
    ];
    for player in &model.players {
        for part in &model.parts {
            let notation = Notation::Places(PLACES);
            columns.push(Column::number(
                format!("{part}_{}", player.id),
                format!("{} {part}", player.id),
                notation,
            ));
        }
        columns.push(Column::number(
            format!("payoff_{}", player.id),
            format!("{} payoff", player.id),
            Notation::Places(PLACES),
        ));
        columns.push(Column::number(
            format!("cost_{}", player.id),
            format!("{} cost", player.id),
            Notation::Short(PLACES),
        ));
    }
    let mut table =
        Table::new("Payoffs on the path of play and off it, with their parts unweighted", columns);
    in_sections(&mut table, comparison, |row, table| {
        let evaluation = &row.evaluation;
        let (on, off) = phases(row);
        for (phase, play) in [("on", Some(on)), ("off", off)] {
            let Some(play) = play else { continue };
            let mut cells = vec![
                Cell::text(&row.scenario.id),
                Cell::text(phase),
                Cell::text(row.play_name(&play)),
            ];
            for player in 0..model.players.len() {
                for part in &evaluation.tables.parts[player] {
                    cells.push(play.expectation(part).into());
                }
                cells.push(play.expectation(&evaluation.tables.payoffs[player]).into());
                cells.push((&row.cost[player]).into());
            }
            table.push(cells);
        }
    });
    table.sentence(
        None,
        "On the path: what is played as long as nothing intervenes. Off it: what follows the end of an agreement. \
         The cost of the mechanisms is a period's, and already taken from the part that bears it.",
    );
    table
}

/// What is played on the path of play, and off it where that is something else.
pub(super) fn phases(row: &Row) -> (Play, Option<Play>) {
    let evaluation = &row.evaluation;
    match evaluation.outcome {
        Some(at) => (Play::Pure(evaluation.agreements[at].profile), Some(evaluation.stage.clone())),
        None => {
            let differs = evaluation.otherwise != evaluation.stage;
            (evaluation.otherwise.clone(), differs.then(|| evaluation.stage.clone()))
        }
    }
}

fn stage_games(comparison: &Comparison) -> Table {
    let columns = vec![
        Column::name("scenario", "scenario"),
        Column::number("equilibria", "equilibria", Notation::Exact),
        Column::text("list", "of the stage game"),
        Column::text("dominance", "dominance"),
        Column::number("correlated", "best correlated sum", Notation::Places(PLACES)),
        Column::text("pure_commitment", "best pure commitment"),
        Column::number("pure_value", "its value", Notation::Places(PLACES)),
        Column::number("mixed_value", "mixed", Notation::Places(PLACES)),
    ];
    let mut table =
        Table::new("The stage games: all equilibria, mediation and commitment", columns);
    in_sections(&mut table, comparison, |row, table| {
        let list = &row.equilibria.answer.list;
        let names: Vec<String> = list
            .iter()
            .take(4)
            .map(|equilibrium| row.play_name(&Play::of_profile(&row.game, &equilibrium.profile)))
            .collect();
        let rest = if list.len() > 4 { "; …" } else { "" };
        let value = |at: usize| row.commitments.get(at).map(|best| best.leader_value.clone());
        let pure = row.commitments.first().map(|answer| {
            let action = answer.commitment.as_pure().unwrap_or(0);
            let (leader, follower) = (answer.leader, 1 - answer.leader);
            format!(
                "{} (reply {})",
                row.game.players()[leader].actions[action],
                row.game.players()[follower].actions[answer.reply]
            )
        });
        table.push(vec![
            Cell::text(&row.scenario.id),
            Rational::from(list.len()).into(),
            Cell::text(format!("{}{rest}", names.join("; "))),
            row.dominance_solvable()
                .map(|solved| if solved { "solves it" } else { "leaves several" })
                .into(),
            row.correlated.answer.as_ref().map(|best| best.value.clone()).into(),
            pure.into(),
            value(0).into(),
            value(1).into(),
        ]);
    });
    let scope =
        |wanted: Scope| comparison.rows.iter().all(|row| row.equilibria.answer.scope == wanted);
    let extent = if scope(Scope::AllExtreme) {
        "The lists of equilibria are complete (all extreme equilibria), and proved so."
    } else if scope(Scope::AllPure) {
        "The lists hold all equilibria in pure strategies; there may be mixed ones."
    } else {
        "A limit cut the search short: the lists of equilibria are not complete."
    };
    table.sentence(
        None,
        format!(
            "{extent} Commitments are those of the first of two players, ties of the follower broken in his favour."
        ),
    );
    table
}

/// The sign of a change for a table of changes.
#[must_use]
pub fn change_cell(change: &Change) -> Cell {
    let direction = match (&change.before, &change.after) {
        (before, after) if before == after => Direction::Same,
        (None, Some(_)) => Direction::Lower,
        (Some(before), Some(after)) if after < before => Direction::Lower,
        _ => Direction::Higher,
    };
    Cell::change(direction, verdict(change.direction))
}

fn critical_json(critical: &CriticalDiscount) -> Value {
    match critical {
        CriticalDiscount::Never => Value::Null,
        other => json!(other.number()),
    }
}

fn changes_json(changes: &[Change]) -> Value {
    changes
        .iter()
        .map(|change| {
            let value = json!({
                "before": change.before,
                "after": change.after,
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
        "changes": changes_json(&row.changes),
        "against_build_up": row.against_build_up.as_deref().map(changes_json),
        "sentences": row.sentences,
        "certificate": row.certificates,
    })
}
