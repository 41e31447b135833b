//! The figure of a simulation: how the share of paths in which an event has happened, and of what is
//! played, goes over time; simulated with its band, and expected as a thin line.

use serde_json::Value;

use super::super::figure::{Axis, Figure, LineChart, Plot, Provenance, Series, Shape};
use super::{Choice, PlotError, fingerprint};

/// So many quantities are drawn in one figure.
const MOST_DRAWN: usize = 8;

/// The figure of a result of `simulate`. A quantity is the name of an event, or of what is played; all
/// events are drawn without one, or all that is played where there are no events.
///
/// # Errors
/// A [`PlotError`] when the result has no such quantity, or no shares by period.
pub fn of_simulation(result: &Value, choice: &Choice) -> Result<Figure, PlotError> {
    let unusable = |reason: &str| PlotError::Unusable(reason.to_owned());
    if choice.scenario.is_some() {
        return Err(unusable("a simulation is of one scenario: leave out --scenario"));
    }
    let looks = result["by_period"].as_array().ok_or_else(|| unusable("it has no by_period"))?;
    let first = looks.first().ok_or_else(|| unusable("its by_period is empty"))?;
    let names = |kind: &str| -> Vec<String> {
        first[kind].as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default()
    };
    let labelled = if first["state"].is_object() { "state" } else { "play" };
    let (events, labels) = (names("events"), names(labelled));
    let drawn: Vec<(&str, String)> = match &choice.quantity {
        Some(name) if name == labelled => labels.iter().map(|it| (labelled, it.clone())).collect(),
        Some(name) if events.contains(name) => vec![("events", name.clone())],
        Some(name) if labels.contains(name) => vec![(labelled, name.clone())],
        Some(name) => {
            let known: Vec<String> =
                events.into_iter().chain([labelled.to_owned()]).chain(labels).collect();
            return Err(PlotError::NoQuantity { name: name.clone(), known: known.join(", ") });
        }
        None if events.is_empty() => labels.into_iter().map(|it| (labelled, it)).collect(),
        None => events.into_iter().map(|it| ("events", it)).collect(),
    };
    let mut series = Vec::new();
    for (kind, name) in drawn.iter().take(MOST_DRAWN) {
        let (mut points, mut band, mut expected) = (Vec::new(), Vec::new(), Vec::new());
        for look in looks {
            let (at, share) = (look["period"].as_f64(), &look[*kind][name]);
            let (Some(at), Some(value)) = (at, share["share"].as_f64()) else { continue };
            points.push((at, value));
            if let (Some(low), Some(high)) =
                (share["interval"][0].as_f64(), share["interval"][1].as_f64())
            {
                band.push((at, low, high));
            }
            if let (Some(low), Some(high)) =
                (share["expected"][0].as_f64(), share["expected"][1].as_f64())
            {
                expected.push((at, low / 2.0 + high / 2.0));
            }
        }
        let has_reference = !expected.is_empty();
        series.push(Series {
            name: if has_reference { format!("{name}, simulated") } else { name.clone() },
            points,
            band,
            shape: if has_reference { Shape::Points } else { Shape::Line },
        });
        if has_reference {
            let name = format!("{name}, expected");
            series.push(Series { name, points: expected, ..Series::default() });
        }
    }
    let model = &result["model"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = text(&model["name"]);
    let of_events = drawn.first().is_some_and(|(kind, _)| *kind == "events");
    let title = choice.title.clone().unwrap_or_else(|| {
        if of_events {
            "The share of paths in which it has happened".to_owned()
        } else {
            format!("What the {labelled} is, by period")
        }
    });
    let plan = &result["plan"];
    let left_out = if drawn.len() > MOST_DRAWN {
        format!(
            "; the first {MOST_DRAWN} of {} are drawn, --quantity draws another one",
            drawn.len()
        )
    } else {
        String::new()
    };
    let remark = format!(
        "{name}; {} paths, {}, seed {}; bands are 95 % intervals{left_out}",
        result["paths"],
        text(&result["play"]),
        plan["seed"]
    );
    Ok(Figure {
        description: format!("{title}: {name}"),
        title,
        subtitle: Some(remark),
        provenance: Provenance {
            model: name,
            parameters: fingerprint(model),
            version: text(&result["detente"]),
            method: Some(format!("simulation, seed {}", plan["seed"])),
            sources: Vec::new(),
            illustrative: model["parameters"].as_object().is_some_and(|all| !all.is_empty()),
        },
        plot: Plot::Lines(LineChart {
            x: Axis::new("period"),
            y: Axis::new("share of paths").with_range(0.0, 1.0),
            series,
            marks: Vec::new(),
        }),
    })
}
