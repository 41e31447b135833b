//! The shares of a sweep as tables and as JSON.

use serde_json::{Value, json};

use crate::model::{Horizon, Model};
use crate::num::{Notation, Rational, decimal, shortest};
use crate::study::scenario::Scenario;
use crate::study::shares::{Moves, SAME, Shares, headline_risk, headline_welfare};

use super::table::{Cell, Column, Table};

/// A share of the points, exact, for display in per cent.
fn share(count: u64, points: u64) -> Rational {
    Rational::from(count).checked_div(&Rational::from(points)).unwrap_or(Rational::ZERO)
}

/// Places after the point of a share in per cent; a share that would look like none or all of the
/// points, and is not, has as many as it takes.
fn share_cell(count: u64, points: u64, places: usize) -> Cell {
    let share = share(count, points);
    let hundred = Rational::from(100);
    let percent = &share * &hundred;
    let misleads = |&places: &usize| {
        let shown: Option<Rational> = decimal(&percent, places).parse().ok();
        let is_end = |value: &Rational| value.is_zero() || *value == hundred;
        !is_end(&percent) && shown.as_ref().is_some_and(is_end)
    };
    let places = (places..12).find(|places| !misleads(places)).unwrap_or(12);
    Cell::from(share).with_notation(Notation::Percent(places))
}

/// `1 point`, `2 points`.
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The tables: scenarios against the baseline and the build-up, and the baseline itself.
#[must_use]
pub fn tables(model: &Model, scenarios: &[Scenario], shares: &Shares) -> Vec<Table> {
    let mut tables = vec![scenario_table(model, scenarios, shares), baseline_table(model, shares)];
    tables.extend(drivers_table(model, scenarios, shares));
    tables
}

/// How many drivers are named for a scenario.
const DRIVERS: usize = 4;

/// What drives whether a scenario lowers the risk.
fn drivers_table(model: &Model, scenarios: &[Scenario], shares: &Shares) -> Option<Table> {
    let conflict = shares.scenarios.iter().any(|one| one.against_baseline.conflict.is_some());
    let risk = if conflict { "conflict" } else { model.outputs[headline_risk(model)?].id.as_str() };
    let mut table = Table::new(
        format!("What drives whether a scenario lowers {risk}"),
        vec![
            Column::name("scenario", "scenario"),
            Column::text("drivers", "standardised regression coefficients"),
            Column::number("explained", "R²", Notation::Places(2)),
        ],
    );
    for (at, scenario) in scenarios.iter().enumerate() {
        let Some((drivers, explained)) = shares.drivers_of(at) else { continue };
        let named: Vec<String> = drivers
            .iter()
            .take(DRIVERS)
            .map(|(name, value)| format!("{name} {value:+.2}"))
            .collect();
        table.push(vec![Cell::text(&scenario.id), Cell::text(named.join(", ")), explained.into()]);
    }
    if table.is_empty() {
        return None;
    }
    table.sentence(
        None,
        "A linear picture (Saltelli et al. 2008, section 1.2.5): the coefficient is the change, in standard deviations, \
         of the indicator that the risk falls, per standard deviation of the parameter. A small R² says that thresholds and interactions matter more.",
    );
    Some(table)
}

fn scenario_table(model: &Model, scenarios: &[Scenario], shares: &Shares) -> Table {
    let percent = Notation::Percent(1);
    let mut columns = vec![Column::name("scenario", "scenario")];
    let risk = headline_risk(model);
    let welfare = headline_welfare(model);
    // Games in states have no critical discount factors.
    let in_states = matches!(model.horizon, Horizon::States(_));
    let agreement = model.comparison.agreement.filter(|_| !in_states);
    let mut add = |key: &str, header: &str| columns.push(Column::number(key, header, percent));
    let conflict = shares.scenarios.iter().any(|one| one.against_baseline.conflict.is_some());
    if conflict {
        add("conflict_lower", "conflict ↓");
        add("conflict_lower_by_tenth", "conflict ↓ ≥10 %");
        add("conflict_higher", "conflict ↑");
    }
    if risk.is_some() {
        add("risk_lower", "risk ↓");
        add("risk_lower_by_tenth", "risk ↓ ≥10 %");
        add("risk_higher", "risk ↑");
    }
    if let Some(at) = welfare {
        add("welfare_higher", &format!("{} ↑", model.outputs[at].id));
    }
    add("all_better", "all players ↑");
    for player in &model.players {
        add(&format!("payoff_{}_higher", player.id), &format!("{} ↑", player.id));
    }
    if let Some(at) = agreement {
        let id = &model.agreements()[at].id;
        add("critical_lower", &format!("δ* {id} ↓"));
        add("critical_higher", &format!("δ* {id} ↑"));
    }
    add("behaviour", "behaviour changes");
    if shares.build_up.is_some() {
        if conflict {
            add("conflict_below_build_up", "conflict < build-up");
        }
        if risk.is_some() {
            add("risk_below_build_up", "risk < build-up");
        }
        if let Some(at) = welfare {
            add("welfare_above_build_up", &format!("{} > build-up", model.outputs[at].id));
        }
        if agreement.is_some() {
            add("critical_below_build_up", "δ* < build-up");
        }
    }
    if conflict {
        let (key, header) = ("mean_conflict", "mean conflict");
        columns.push(Column::number(key, header, Notation::Places(4)));
    }
    if risk.is_some() {
        columns.push(Column::number("mean_risk", "mean risk", Notation::Places(4)));
    }
    let mut table = Table::new(
        format!(
            "In how much of the range ({}) each conclusion holds",
            counted(shares.points, "point", "points")
        ),
        columns,
    );
    for (scenario, counts) in scenarios.iter().zip(&shares.scenarios) {
        let against = &counts.against_baseline;
        let mut cells = vec![Cell::text(&scenario.id)];
        let mut push = |count: u64| cells.push(share_cell(count, shares.points, 1));
        if conflict {
            let moves = against.conflict.unwrap_or_default();
            push(moves.lower);
            push(moves.lower_by_tenth);
            push(moves.higher);
        }
        if let Some(at) = risk {
            push(against.outputs[at].lower);
            push(against.outputs[at].lower_by_tenth);
            push(against.outputs[at].higher);
        }
        if let Some(at) = welfare {
            push(against.outputs[at].higher);
        }
        push(against.all_better);
        for moves in &against.payoffs {
            push(moves.higher);
        }
        if let Some(at) = agreement {
            push(against.critical[at].lower);
            push(against.critical[at].higher);
        }
        push(against.behaviour);
        if let Some(against) = &counts.against_build_up {
            if conflict {
                push(against.conflict.unwrap_or_default().lower);
            }
            if let Some(at) = risk {
                push(against.outputs[at].lower);
            }
            if let Some(at) = welfare {
                push(against.outputs[at].higher);
            }
            if let Some(at) = agreement {
                push(against.critical[at].lower);
            }
        }
        if conflict {
            cells.push((counts.conflict_sum / shares.points.max(1) as f64).into());
        }
        if let Some(at) = risk {
            cells.push((counts.output_sums[at] / shares.points.max(1) as f64).into());
        }
        table.push(cells);
    }
    let [certified, exact, rounded] = shares.arithmetic;
    let how = if in_states {
        format!("Cells in exact numbers: {exact}; with strategies in machine numbers: {rounded}.")
    } else {
        format!(
            "Cells decided by certified intervals: {certified}; by exact numbers: {exact}; with mixed or correlated play of a game whose payoffs were rounded: {rounded}. \
             The widest enclosure of a payoff or output is {}.",
            shortest(shares.radius)
        )
    };
    table.sentence(
        None,
        format!(
            "Shares of {}, against the {} unless said otherwise; numbers within {} of one another (relative) count as the same. {how}",
            counted(shares.points, "point", "points"),
            model.comparison.baseline,
            shortest(SAME),
        ),
    );
    if shares.left_out > 0 {
        let points = counted(shares.left_out, "point", "points");
        table.sentence(
            None,
            format!("Left out of all shares: {points} at which some scenario has no value."),
        );
    }
    table
}

fn baseline_table(model: &Model, shares: &Shares) -> Table {
    let mut table = Table::new(
        format!("The {} over the range", model.comparison.baseline),
        vec![Column::name("fact", "fact"), Column::number("share", "share", Notation::Percent(2))],
    );
    let counts = &shares.baseline;
    let mut push = |fact: String, count: u64| {
        table.push(vec![Cell::text(fact), share_cell(count, shares.points, 2)]);
    };
    let in_states = matches!(model.horizon, Horizon::States(_));
    if !in_states {
        push("best replies come to rest".to_owned(), counts.converges);
        push("solved by strict dominance (pure)".to_owned(), counts.dominance_solvable);
    }
    for (number, points) in counts.pure_equilibria.iter().enumerate() {
        push(counted(number as u64, "pure equilibrium", "pure equilibria"), *points);
    }
    let mut stage = counts.stage.clone();
    stage.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    for (actions, points) in stage {
        let what = if in_states { "without promises, in the first state" } else { "stage play" };
        push(format!("{what} {}", play_name(model, actions.as_deref())), points);
    }
    let what = if in_states { "without promises" } else { "in the stage play" };
    for (at, points) in counts.stage_positive.iter().enumerate() {
        push(format!("{} positive {what}", model.outputs[at].id), *points);
    }
    for (player, rows) in counts.best_replies.iter().enumerate() {
        for (against, row) in rows.iter().enumerate() {
            for (action, &points) in row.iter().enumerate().filter(|(_, points)| **points > 0) {
                push(
                    format!(
                        "{} replies {} to {}",
                        model.players[player].id,
                        model.players[player].actions[action].id,
                        others_name(model, player, against)
                    ),
                    points,
                );
            }
        }
    }
    for (at, agreement) in model.agreements().iter().enumerate() {
        let id = &agreement.id;
        if !in_states {
            push(format!("all prefer {id} to the stage play"), counts.preferred[at]);
        }
        push(format!("{id} can be sustained at the point's δ"), counts.holding[at]);
        push(format!("{id} is kept"), counts.kept[at]);
        if !in_states {
            push(format!("{id} beyond any patience"), counts.impossible[at]);
            push(format!("{id} holds at any δ"), counts.always[at]);
        }
    }
    for (at, agreement) in model.agreements().iter().enumerate() {
        if let Some(median) = shares.median_critical(at) {
            table.push(vec![
                Cell::text(format!("median δ* of {}", agreement.id)),
                Cell::from(median).with_notation(Notation::Places(4)),
            ]);
        }
    }
    table
}

fn play_name(model: &Model, actions: Option<&[usize]>) -> String {
    match actions {
        None => "mixed".to_owned(),
        Some(actions) => {
            let names = model.players.iter().zip(actions);
            let names = names.map(|(player, &action)| player.actions[action].id.as_str());
            names.collect::<Vec<_>>().join("/")
        }
    }
}

/// The names of the others' actions in a joint action, numbered row-major among the kept ones.
fn others_name(model: &Model, player: usize, mut joint: usize) -> String {
    let mut names = Vec::new();
    for other in (0..model.players.len()).rev().filter(|&other| other != player) {
        let count = model.base_actions()[other].len();
        names.push(model.players[other].actions[joint % count].id.as_str());
        joint /= count;
    }
    names.reverse();
    names.join("/")
}

fn moves_json(moves: &Moves) -> Value {
    json!({
        "lower": moves.lower,
        "higher": moves.higher,
        "lower_by_tenth": moves.lower_by_tenth,
        "higher_by_tenth": moves.higher_by_tenth,
    })
}

/// The counts in JSON: numbers of points, so that any share can be formed.
#[must_use]
pub fn json(model: &Model, scenarios: &[Scenario], shares: &Shares) -> Value {
    let named = |ids: Vec<&str>, moves: &[Moves]| -> Value {
        let pairs = ids.into_iter().zip(moves);
        pairs
            .map(|(id, moves)| (id.to_owned(), moves_json(moves)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let against = |against: &crate::study::shares::Against| {
        let mut value = json!({
            "outputs": named(model.outputs.iter().map(|o| o.id.as_str()).collect(), &against.outputs),
            "payoffs": named(model.players.iter().map(|p| p.id.as_str()).collect(), &against.payoffs),
            "critical_discount":
                named(model.agreements().iter().map(|a| a.id.as_str()).collect(), &against.critical),
            "all_better": against.all_better,
            "behaviour": against.behaviour,
        });
        if let Some(conflict) = &against.conflict {
            value["conflict"] = moves_json(conflict);
        }
        value
    };
    let list: Vec<Value> = scenarios
        .iter()
        .zip(&shares.scenarios)
        .enumerate()
        .map(|(position, (scenario, counts))| {
            let means: serde_json::Map<String, Value> = model
                .outputs
                .iter()
                .zip(&counts.output_sums)
                .map(|(output, sum)| (output.id.clone(), json!(sum / shares.points.max(1) as f64)))
                .collect();
            let drivers = shares.drivers_of(position).map(|(drivers, explained)| {
                let named: serde_json::Map<String, Value> = drivers
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), json!(value)))
                    .collect();
                json!({ "coefficients": named, "explained": explained })
            });
            let mut value = json!({
                "id": scenario.id,
                "drivers": drivers,
                "against_baseline": against(&counts.against_baseline),
                "against_build_up": counts.against_build_up.as_ref().map(against),
                "means": means,
            });
            if counts.against_baseline.conflict.is_some() {
                let mean = counts.conflict_sum / shares.points.max(1) as f64;
                value["mean_conflict"] = json!(mean);
            }
            value
        })
        .collect();
    let counts = &shares.baseline;
    let per_agreement: serde_json::Map<String, Value> = model
        .agreements()
        .iter()
        .enumerate()
        .map(|(at, agreement)| {
            let value = json!({
                "preferred": counts.preferred[at],
                "holding": counts.holding[at],
                "kept": counts.kept[at],
                "impossible": counts.impossible[at],
                "always": counts.always[at],
                "median": shares.median_critical(at).filter(|median| median.is_finite()),
            });
            (agreement.id.clone(), value)
        })
        .collect();
    let stage: serde_json::Map<String, Value> = counts
        .stage
        .iter()
        .map(|(actions, points)| (play_name(model, actions.as_deref()), json!(points)))
        .collect();
    let positive: serde_json::Map<String, Value> = model
        .outputs
        .iter()
        .zip(&counts.stage_positive)
        .map(|(output, points)| (output.id.clone(), json!(points)))
        .collect();
    json!({
        "points": shares.points,
        "left_out": shares.left_out,
        "baseline": {
            "converges": counts.converges,
            "dominance_solvable": counts.dominance_solvable,
            "pure_equilibria": counts.pure_equilibria,
            "stage": stage,
            "stage_positive": positive,
            "best_replies": counts.best_replies,
            "agreements": per_agreement,
        },
        "scenarios": list,
        "cells": {
            "certified": shares.arithmetic[0],
            "exact": shares.arithmetic[1],
            "rounded": shares.arithmetic[2],
        },
        "radius": shares.radius,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_share_is_neither_none_nor_in_powers_of_ten() {
        let column = Column::number("share", "share", Notation::Percent(1));
        let shown =
            |count, points| super::super::table::cell_text(&share_cell(count, points, 1), &column);
        assert_eq!(shown(4, 10_000), "0.04 %");
        assert_eq!(shown(9_999, 10_000), "99.99 %");
        assert_eq!(shown(1, 1_000_000), "0.0001 %");
        assert_eq!(shown(0, 10_000), "0.0 %");
        assert_eq!(shown(3, 3), "100.0 %");
        assert_eq!(shown(1, 3), "33.3 %");
    }
}
