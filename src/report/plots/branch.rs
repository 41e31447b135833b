//! The figure of a logit branch: the probability of each action along the principal branch, over λ on a
//! logarithmic axis, with the places where the branch turns or is crossed.

use serde_json::Value;

use super::super::figure::{Axis, Figure, LineChart, Mark, Plot, Provenance, Series};
use super::{Choice, PlotError, fingerprint};

/// The figure of a result of the concept `qre`; a quantity is the name of the player whose actions are
/// drawn, all players' without one.
///
/// # Errors
/// A [`PlotError`] when the result has no branch or no such player.
pub fn of_branch(result: &Value, choice: &Choice) -> Result<Figure, PlotError> {
    let unusable = |reason: &str| PlotError::Unusable(reason.to_owned());
    if choice.scenario.is_some() {
        return Err(unusable("a branch has no scenarios: leave out --scenario"));
    }
    let path = result["path"].as_array().ok_or_else(|| unusable("it has no path"))?;
    let start = path.first().and_then(|point| point["strategies"].as_object());
    let players = start.ok_or_else(|| unusable("its path has no points"))?;
    if let Some(name) = choice.quantity.as_ref().filter(|name| !players.contains_key(*name)) {
        let known = players.keys().cloned().collect::<Vec<_>>().join(", ");
        return Err(PlotError::NoQuantity { name: name.clone(), known });
    }
    let mut series = Vec::new();
    for (player, strategy) in players {
        if choice.quantity.as_ref().is_some_and(|name| name != player) {
            continue;
        }
        for action in strategy.as_object().into_iter().flat_map(serde_json::Map::keys) {
            let points = path.iter().filter_map(|point| {
                let probability = &point["strategies"][player][action];
                Some((point["lambda"].as_f64()?, probability.as_f64().unwrap_or(0.0)))
            });
            let name = format!("{player}: {action}");
            series.push(Series { name, points: points.collect(), ..Series::default() });
        }
    }
    let marks = result["events"].as_array().into_iter().flatten().filter_map(|event| {
        let label = event["kind"].as_str()?.to_owned();
        Some(Mark::Vertical { at: event["lambda"].as_f64()?, label })
    });
    let model = &result["model"];
    let text = |key: &str| model[key].as_str().unwrap_or_default().to_owned();
    let name = text("name");
    let title = choice
        .title
        .clone()
        .unwrap_or_else(|| "Logit quantal response equilibria by precision".to_owned());
    Ok(Figure {
        description: format!("{title}: the principal branch of {name}"),
        title,
        subtitle: Some(format!("{name}; λ = 0, where all actions are equally likely, is far left")),
        provenance: Provenance {
            model: name,
            parameters: fingerprint(model),
            version: result["detente"].as_str().unwrap_or_default().to_owned(),
            method: Some("principal-branch".to_owned()),
            sources: Vec::new(),
            // Without parameters there are none without a source.
            illustrative: model["parameters"].as_object().is_some_and(|all| !all.is_empty()),
        },
        plot: Plot::Lines(LineChart {
            x: Axis::new("precision λ").with_unit("1/payoff").logarithmic(),
            y: Axis::new("probability").with_range(0.0, 1.0),
            series,
            marks: marks.collect(),
        }),
    })
}
