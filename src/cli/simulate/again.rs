//! Saved simulations, played again.

use serde_json::{Value, json};

use crate::model::Model;
use crate::num::Rational;
use crate::report::simulation::Shown;
use crate::solve::Budget;
use crate::study::journal::Rows;
use crate::study::scenario::{Scenario, find_scenario};
use crate::study::simulate::{
    Comparison, PathRow, Plan, Prepared, Reference, Simulation, compare, prepare, reference,
    simulate,
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
) -> Result<Again, Failure> {
    let budget = Budget::unlimited();
    let prepared = prepare(model, set, &scenario.mechanisms, plan, &budget).map_err(refused)?;
    let each = |_: &[PathRow], _| Ok::<(), std::convert::Infallible>(());
    let simulation = match simulate(&prepared, plan, false, &budget, each) {
        Ok(simulation) => simulation,
        Err(never) => match never {},
    };
    let reference = reference(&prepared, plan, &budget).map_err(refused)?;
    let comparisons = compare(&simulation, reference.as_ref());
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
    let found = again(model, set, &scenario, &Plan { paths, ..plan.clone() })?;
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
        keep_sums(&mut computed, value);
    }
    computed["paths"] = json!(done);
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
            "the first {} of {} played again: they agree; sums over the others are not checked",
            counted(paths as usize, "path"),
            counted(done as usize, "path")
        )
    }];
    if let Some(reference) = &found.reference {
        if reference.over_time.is_some() {
            statements.push(
                "expected values computed again, in certified intervals; all agree".to_owned(),
            );
        }
        statements.extend(reference.certificate.checked.iter().cloned());
    }
    Ok(statements)
}

/// Takes over what only all paths can tell, so that the rest is compared. Files may hold anything: what
/// has another form than it should is left as it was computed, and so differs.
fn keep_sums(computed: &mut Value, stated: &Value) {
    /// An object as it is stated, with what is expected as it was computed, where it was.
    fn kept(stated: &Value, computed: Option<&Value>) -> Value {
        let Some(object) = stated.as_object() else { return Value::Null };
        let mut object = object.clone();
        for key in ["quantity", "of", "expected", "for_ever"] {
            if let Some(known) = computed.and_then(|computed| computed.get(key)) {
                object.insert(key.to_owned(), known.clone());
            }
        }
        Value::Object(object)
    }
    /// Shares by the stated names: of what is played those that few paths see most may be others.
    fn shares(stated: &Value, computed: &Value) -> Value {
        let Some(names) = stated.as_object() else { return computed.clone() };
        let all = names.iter().map(|(name, share)| (name.clone(), kept(share, computed.get(name))));
        Value::Object(all.collect())
    }
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let (mut numbers, others) = (list(computed, "numbers"), list(stated, "numbers"));
    let is_same = |one: &Value, other: &Value| {
        one["quantity"] == other["quantity"] && one["of"] == other["of"]
    };
    // In the stated order, and what is missing there at the end.
    let mut all = Vec::new();
    for other in &others {
        let at = numbers.iter().position(|one| is_same(one, other));
        let known = at.map(|at| numbers.remove(at));
        all.push(kept(other, known.as_ref()));
    }
    all.append(&mut numbers);
    computed["numbers"] = all.into();
    let looks = computed["by_period"].as_array_mut().into_iter().flatten();
    for (at, look) in looks.enumerate() {
        let other = &stated["by_period"][at];
        for kind in ["events", "play", "state"] {
            let Some(known) = look.get_mut(kind) else { continue };
            // Every event is in every result.
            let names = |value: &Value| value.as_object().map_or(0, serde_json::Map::len);
            if kind != "events" || names(known) == names(&other[kind]) {
                *known = shares(&other[kind], known);
            }
        }
    }
    let events = computed["events"].as_array_mut().into_iter().flatten();
    for (at, event) in events.enumerate() {
        let quantiles = event["quantiles"].as_array_mut().into_iter().flatten();
        for (place, quantile) in quantiles.enumerate() {
            let known = &stated["events"][at]["quantiles"][place];
            quantile["time"] = known["time"].clone();
            quantile["interval"] = known["interval"].clone();
        }
    }
    if let Some(agreement) = stated.get("agreement") {
        computed["agreement"] = agreement.clone();
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
    if columns(&prepared) != rows.header.columns {
        return Err(refused("the columns are not those of these paths"));
    }
    let count = (rows.rows.len() as u64).min((MOST_REPLAYED / plan.periods).max(1));
    let labels = prepared.walk.labels().to_vec();
    let mut at = 0;
    let walked =
        simulate(&prepared, &Plan { paths: count.max(1), ..plan }, true, &budget, |list, _| {
            for row in list {
                let Some(stated) = rows.rows.get(at) else { return Ok(()) };
                let computed = fields(row, &labels);
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
