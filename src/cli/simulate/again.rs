//! Saved simulations, played again.

use serde_json::{Value, json};

use crate::model::Model;
use crate::num::Rational;
use crate::report::simulation::{MOST_LABELS, Shown, names};
use crate::solve::Budget;
use crate::study::journal::Rows;
use crate::study::scenario::{Scenario, find_scenario};
use crate::study::simulate::{
    Asked, Comparison, Missing, PathRow, Plan, Prepared, Quantity, Reference, Simulation, Sum,
    Tally, compare, hold, prepare, quantities, reference, simulate, wilson,
};

use super::super::common::{Failure, counted};
use super::super::verify::{refused, same};
use super::{columns, document, fields};

/// A result of at most so many periods in all is played again by `verify`; of longer ones the first
/// paths, as far as they are no longer.
const MOST_REPLAYED: u64 = 300_000_000;

/// A plan and scenario as a saved result states them.
fn stated(model: &Model, value: &Value) -> Result<(Plan, Scenario), Failure> {
    let plan: Plan = serde_json::from_value(value["plan"].clone())
        .map_err(|error| refused(format_args!("the plan cannot be read: {error}")))?;
    let fits = (1..=Plan::MOST_PERIODS).contains(&plan.periods)
        && (1..=Plan::MOST_PATHS).contains(&plan.paths);
    if !fits {
        return Err(refused("the plan has no periods or paths, or too many"));
    }
    let name = value["scenario"].as_str().unwrap_or_default();
    let scenario = find_scenario(model, name).map_err(refused)?;
    Ok((plan, scenario))
}

/// A simulation played again for a plan.
struct Again {
    prepared: Prepared,
    simulation: Simulation,
    reference: Option<Reference>,
    comparisons: Vec<Comparison>,
}

fn again(
    model: &Model,
    set: &[(usize, Rational)],
    scenario: &Scenario,
    plan: &Plan,
    asked: Asked,
) -> Result<Again, Failure> {
    let budget = Budget::unlimited();
    let prepared = prepare(model, set, &scenario.mechanisms, plan, &budget).map_err(refused)?;
    let each = |_: &[PathRow], _| Ok::<(), std::convert::Infallible>(());
    let simulation = match simulate(&prepared, plan, false, &budget, each) {
        Ok(simulation) => simulation,
        Err(never) => match never {},
    };
    let reference = reference(&prepared, plan, asked, &budget).map_err(refused)?;
    let comparisons = compare(&prepared, plan, &simulation.tally, reference.as_ref());
    Ok(Again { prepared, simulation, reference, comparisons })
}

/// Checks a saved simulation: short ones are played again wholly; of longer ones the first paths, and
/// what is expected is computed and certified again.
pub(in crate::cli) fn verify(
    model: &Model,
    set: &[(usize, Rational)],
    value: &Value,
) -> Result<Vec<String>, Failure> {
    let (plan, scenario) = stated(model, value)?;
    let done = value["paths"].as_u64().filter(|&done| done >= 1 && done <= plan.paths);
    let done =
        done.ok_or_else(|| refused("`paths` is not the number of paths that were walked"))?;
    let whole = done.saturating_mul(plan.periods) <= MOST_REPLAYED;
    let sampled = (MOST_REPLAYED / plan.periods).min(crate::study::simulate::SAMPLE).min(done);
    let paths = if whole { done } else { sampled.max(1) };
    if !whole && sampled == 0 {
        return Err(refused("a path is too long to be played again"));
    }
    // What an earlier run had no time for is not stated, and so not computed.
    let had_time = |part: &str| value["expected"][part] != Missing::Time.word();
    let asked = Asked { over_time: had_time("over_time"), for_ever: had_time("for_ever") };
    let mut found = again(model, set, &scenario, &Plan { paths, ..plan.clone() }, asked)?;
    if !whole {
        take_sums(&mut found, &plan, value, done);
    }
    let shown = Shown {
        title: &model.meta.title,
        scenario: &scenario,
        prepared: &found.prepared,
        plan: &plan,
        simulation: &found.simulation,
        reference: found.reference.as_ref(),
        comparisons: &found.comparisons,
    };
    let mut computed = document(model, set, &shown);
    computed["model"] = value["model"].clone();
    if !whole {
        take_quantiles(&mut computed, value, plan.periods);
    }
    if value["status"] == "partial" {
        // A limit on time stopped it: what was walked is right.
        computed["status"] = value["status"].clone();
        if done == plan.paths {
            return Err(refused("all paths were walked, and the status is `partial`"));
        }
        computed["limit"] = value["limit"].clone();
    } else if done != plan.paths {
        return Err(refused("not all paths were walked, and the status is not `partial`"));
    }
    same(value, &computed, "")?;
    let mut statements = vec![if whole {
        format!(
            "{} of {} played again: every number agrees",
            counted(done as usize, "path"),
            counted(plan.periods as usize, "period")
        )
    } else {
        format!(
            "the first {} of {} played again: they agree; sums over the others are as stated, and only what follows from them is checked",
            counted(paths as usize, "path"),
            counted(done as usize, "path")
        )
    }];
    if let Some(reference) = &found.reference {
        if reference.over_time.is_ok() {
            statements.push(
                "expected values computed again, in certified intervals; all agree".to_owned(),
            );
        }
        statements.extend(reference.certificate.checked.iter().cloned());
    }
    Ok(statements)
}

/// Takes over what only all paths can tell, for quantities that there are: means with their intervals,
/// and numbers of paths. All else that is stated of them follows from these, and is computed. Files may
/// hold anything: what has another form than it should is left as it was computed, and so differs.
fn take_sums(found: &mut Again, plan: &Plan, stated: &Value, done: u64) {
    let Again { prepared, simulation, reference, comparisons } = found;
    let tally = &mut simulation.tally;
    tally.paths = done;
    let count = |share: &Value| {
        let share = share["share"].as_f64().filter(|share| (0.0..=1.0).contains(share));
        share.map_or(0, |share| (share * done as f64).round() as u64)
    };
    let counted = prepared.walk.counted();
    let (labels, labelled) = (counted.labels.len(), prepared.labelled);
    // Of what is played those are followed that all paths see most.
    let followed = |name: &String| stated["by_period"][0][labelled].get(name).is_some();
    let few = stated["by_period"][0][labelled].as_object().map_or(0, serde_json::Map::len);
    for (name, seen) in counted.labels.iter().zip(&mut tally.labels) {
        *seen = u64::from(followed(name) || (*seen > 0 && few < MOST_LABELS));
    }
    for look in 0..simulation.looks.len() {
        let other = &stated["by_period"][look];
        for (label, name) in counted.labels.iter().enumerate() {
            tally.labels_at[look * labels + label] = count(&other[labelled][name]);
        }
        for (event, name) in counted.events.iter().enumerate() {
            let before: u64 = tally.events_at[event][..look].iter().sum();
            tally.events_at[event][look] = count(&other["events"][name]).saturating_sub(before);
        }
    }
    let numbers = stated["numbers"].as_array().map_or(&[][..], Vec::as_slice);
    let mut ahead = numbers.iter().peekable();
    let sampled = std::mem::take(comparisons);
    for quantity in quantities(prepared, !tally.discounted.is_empty()) {
        let (word, of) = names(prepared, quantity);
        let known = sampled.iter().find(|one| one.quantity == quantity);
        let next = ahead.next_if(|next| next["quantity"] == word && next["of"] == of);
        let (sum, known) = match (next, known) {
            (Some(next), known) => (stated_sum(tally, quantity, next), known),
            (None, Some(known)) => (None, Some(known)),
            (None, None) => continue,
        };
        match sum {
            Some(sum) => comparisons.push(hold(prepared, plan, done, reference.as_ref(), sum)),
            None => comparisons.extend(known.cloned()),
        }
    }
}

/// The mean or share that is stated; `None` of another form.
fn stated_sum(tally: &Tally, quantity: Quantity, stated: &Value) -> Option<Sum> {
    if let Quantity::Event(event) = quantity {
        // As many as by the last period.
        let (found, interval) = wilson(tally.events_at[event].iter().sum(), tally.paths);
        return Some(Sum { quantity, found, interval: Some(interval) });
    }
    let found = stated["simulated"].as_f64()?;
    let interval = match &stated["interval"] {
        Value::Null => None,
        ends => {
            let ends = [ends[0].as_f64()?, ends[1].as_f64()?];
            (ends[0] <= found && found <= ends[1]).then_some(())?;
            Some(ends)
        }
    };
    Some(Sum { quantity, found, interval })
}

/// Takes over the times by which events have happened, where they are times in order.
fn take_quantiles(computed: &mut Value, stated: &Value, periods: u64) {
    let events = computed["events"].as_array_mut().into_iter().flatten();
    for (at, event) in events.enumerate() {
        let quantiles = event["quantiles"].as_array_mut().into_iter().flatten();
        for (place, quantile) in quantiles.enumerate() {
            let known = &stated["events"][at]["quantiles"][place];
            let order = [&known["interval"][0], &known["time"], &known["interval"][1]];
            // Beyond the last period there is none.
            let times =
                order.map(|time| if time.is_null() { Some(u64::MAX) } else { time.as_u64() });
            let fits = |time: &Option<u64>| {
                time.is_some_and(|time| (1..=periods).contains(&time) || time == u64::MAX)
            };
            if times.iter().all(fits) && times.is_sorted() {
                quantile["time"] = known["time"].clone();
                quantile["interval"] = json!([order[0], order[2]]);
            }
        }
    }
}

/// Checks a file of paths: as many of them as is quick are walked again.
pub(in crate::cli) fn verify_paths(
    model: &Model,
    set: &[(usize, Rational)],
    design: &Value,
    rows: &Rows,
) -> Result<Vec<String>, Failure> {
    let (plan, scenario) = stated(model, design)?;
    let budget = Budget::unlimited();
    let prepared = prepare(model, set, &scenario.mechanisms, &plan, &budget).map_err(refused)?;
    if rows.header.rows != plan.paths {
        return Err(refused(format_args!(
            "the file is said to have {} rows, and the plan has {} paths",
            rows.header.rows, plan.paths
        )));
    }
    if columns(&prepared) != rows.header.columns {
        return Err(refused("the columns are not those of these paths"));
    }
    let count = (rows.rows.len() as u64).min((MOST_REPLAYED / plan.periods).max(1));
    let labels = &prepared.walk.counted().labels;
    let mut at = 0;
    let walked =
        simulate(&prepared, &Plan { paths: count.max(1), ..plan }, true, &budget, |list, _| {
            for row in list {
                let Some(stated) = rows.rows.get(at) else { return Ok(()) };
                let computed = fields(row, labels);
                if *stated != computed {
                    return Err(refused(format_args!(
                        "path {at}: stated {}, computed {}",
                        stated.join(","),
                        computed.join(",")
                    )));
                }
                at += 1;
            }
            Ok(())
        });
    walked?;
    let missing = if rows.is_complete() { "" } else { " (the file is not finished)" };
    Ok(vec![format!(
        "{} of {} walked again: they agree{missing}",
        counted(at, "path"),
        rows.rows.len()
    )])
}
