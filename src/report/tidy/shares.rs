//! The shares of a sweep with a row for each count.

use crate::model::{Horizon, Model};
use crate::num::Rational;
use crate::report::table::{Cell, Table};
use crate::study::scenario::Scenario;
use crate::study::shares::{Against, Moves, Shares};

use super::{Record, table};

/// The shares as one table: a row for each scenario and each thing that is counted of it.
///
/// `measure` says what `value` is: a `share` of the points (then `count` of `points` is given), a
/// `mean` or `median` over the points, or a regression `coefficient` with its `R2`.
#[must_use]
pub fn shares(model: &Model, scenarios: &[Scenario], shares: &Shares) -> Table {
    let mut rows = Rows { points: shares.points, records: Vec::new() };
    let first = scenarios.first().map_or("", |scenario| scenario.id.as_str());
    let build_up = shares.build_up.map(|at| scenarios[at].id.as_str());
    for (at, (scenario, counts)) in scenarios.iter().zip(&shares.scenarios).enumerate() {
        let id = &scenario.id;
        if id != first {
            against(&mut rows, model, (id, first), &counts.against_baseline);
        }
        if let (Some(other), Some(build_up)) = (&counts.against_build_up, build_up)
            && id != build_up
        {
            against(&mut rows, model, (id, build_up), other);
        }
        if counts.against_baseline.conflict.is_some() {
            let mean = counts.conflict_sum / shares.points.max(1) as f64;
            rows.number(id, "conflict.within", "mean", mean);
        }
        for (output, sum) in model.outputs.iter().zip(&counts.output_sums) {
            rows.number(id, &output.id, "mean", sum / shares.points.max(1) as f64);
        }
        if let Some((drivers, explained)) = shares.drivers_of(at) {
            for (parameter, value) in drivers {
                rows.number(id, &format!("driver.{parameter}"), "coefficient", value);
            }
            rows.number(id, "driver", "R2", explained);
        }
    }
    baseline(&mut rows, model, first, shares);
    table("Shares", rows.records)
}

struct Rows {
    points: u64,
    records: Vec<Record>,
}

impl Rows {
    fn push(&mut self, scenario: &str, against: &str, quantity: &str, rest: [Cell; 4]) {
        let mut record = Record::default();
        record.put("scenario", scenario);
        record.put("against", if against.is_empty() { None } else { Some(against) });
        record.put("quantity", quantity);
        for (name, cell) in ["measure", "value", "count", "points"].into_iter().zip(rest) {
            record.put(name, cell);
        }
        self.records.push(record);
    }

    fn count(&mut self, scenario: &str, against: &str, quantity: &str, count: u64) {
        let points = Rational::from(self.points);
        let share = Rational::from(count).checked_div(&points);
        let rest = ["share".into(), share.into(), Rational::from(count).into(), points.into()];
        self.push(scenario, against, quantity, rest);
    }

    fn number(&mut self, scenario: &str, quantity: &str, measure: &str, value: f64) {
        let points = Rational::from(self.points);
        let rest = [measure.into(), value.into(), Cell::missing(), points.into()];
        self.push(scenario, "", quantity, rest);
    }
}

fn against(rows: &mut Rows, model: &Model, (id, other): (&str, &str), counts: &Against) {
    let mut moves = |name: &str, moves: &Moves| {
        for (way, count) in [
            ("lower", moves.lower),
            ("lower_by_tenth", moves.lower_by_tenth),
            ("higher", moves.higher),
            ("higher_by_tenth", moves.higher_by_tenth),
        ] {
            rows.count(id, other, &format!("{name}.{way}"), count);
        }
    };
    for (output, one) in model.outputs.iter().zip(&counts.outputs) {
        moves(&output.id, one);
    }
    for (player, one) in model.players.iter().zip(&counts.payoffs) {
        moves(&format!("payoff.{}", player.id), one);
    }
    if let Some(conflict) = &counts.conflict {
        moves("conflict.within", conflict);
    }
    // Games in states have no critical discount factors.
    if !matches!(model.horizon, Horizon::States(_)) {
        for (agreement, one) in model.agreements().iter().zip(&counts.critical) {
            moves(&format!("critical_discount.{}", agreement.id), one);
        }
    }
    rows.count(id, other, "all_better", counts.all_better);
    rows.count(id, other, "behaviour_changes", counts.behaviour);
}

fn baseline(rows: &mut Rows, model: &Model, id: &str, shares: &Shares) {
    let counts = &shares.baseline;
    rows.count(id, "", "converged", counts.converges);
    rows.count(id, "", "dominance_solvable", counts.dominance_solvable);
    for (number, &points) in counts.pure_equilibria.iter().enumerate() {
        rows.count(id, "", &format!("pure_equilibria.{number}"), points);
    }
    let mut stage: Vec<(String, u64)> = counts
        .stage
        .iter()
        .map(|(actions, points)| (play(model, actions.as_deref()), *points))
        .collect();
    stage.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    for (actions, points) in stage {
        rows.count(id, "", &format!("stage.{actions}"), points);
    }
    for (output, &points) in model.outputs.iter().zip(&counts.stage_positive) {
        rows.count(id, "", &format!("stage_positive.{}", output.id), points);
    }
    let in_states = matches!(model.horizon, Horizon::States(_));
    for (at, agreement) in model.agreements().iter().enumerate() {
        for (fact, points, everywhere) in [
            ("preferred", counts.preferred[at], false),
            ("sustainable", counts.holding[at], true),
            ("kept", counts.kept[at], true),
            ("beyond_patience", counts.impossible[at], false),
            ("at_any_discount", counts.always[at], false),
        ] {
            // The others are told by critical discount factors, or of the stage game.
            if everywhere || !in_states {
                rows.count(id, "", &format!("{fact}.{}", agreement.id), points);
            }
        }
        if let Some(median) = shares.median_critical(at) {
            rows.number(id, &format!("critical_discount.{}", agreement.id), "median", median);
        }
    }
}

/// What is played, as in the cells of a sweep.
fn play(model: &Model, actions: Option<&[usize]>) -> String {
    match actions {
        None => "mixed".to_owned(),
        Some(actions) => {
            let names = model.players.iter().zip(actions);
            let names = names.map(|(player, &action)| player.actions[action].id.as_str());
            names.collect::<Vec<_>>().join("|")
        }
    }
}
