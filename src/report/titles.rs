//! What a model calls its quantities: titles and units, which saved results carry so that a figure
//! can be drawn where the model file is not at hand.

use serde_json::{Map, Value, json};

use crate::model::{Horizon, Model, OutputKind};
use crate::study::compare::state_metrics;
use crate::study::scenario::Scenario;

/// The titles of some parameters, of all quantities, and of some scenarios.
#[must_use]
pub fn json<'a>(
    model: &Model,
    varied: &[usize],
    scenarios: impl IntoIterator<Item = &'a Scenario>,
) -> Value {
    let named = |title: &str, unit: &str| json!({ "title": title, "unit": unit });
    let period = model.period();
    let parameters: Map<String, Value> = varied
        .iter()
        .map(|&at| &model.parameters[at])
        .map(|parameter| (parameter.name.clone(), named(&parameter.meaning, &parameter.unit)))
        .collect();
    let mut quantities = Map::new();
    if matches!(model.horizon, Horizon::States(_)) {
        for metric in state_metrics(model) {
            quantities.insert(metric.id, named(&metric.title, ""));
        }
        let years = model.comparison.years;
        let plural = if years == 1 { "" } else { "s" };
        let title = format!("probability of conflict within {years} {period}{plural}");
        quantities.insert("conflict.within".to_owned(), named(&title, ""));
        let unit = format!("{period}s");
        quantities.insert("conflict.waiting".to_owned(), named("time until conflict", &unit));
        for agreement in model.agreements() {
            let title = format!("margin by which {} holds", agreement.title);
            quantities.insert(format!("margin.{}", agreement.id), named(&title, ""));
        }
    }
    for agreement in model.agreements() {
        let title = format!("critical discount factor of {}", agreement.title);
        quantities.insert(format!("critical_discount.{}", agreement.id), named(&title, ""));
    }
    for player in &model.players {
        let title = format!("average payoff of {}", player.title);
        quantities.insert(format!("payoff.{}", player.id), named(&title, ""));
    }
    for output in &model.outputs {
        let hazard = output.kind == OutputKind::Hazard;
        let each = format!("per {period}");
        let unit = if hazard && output.unit.is_empty() { &each } else { &output.unit };
        quantities.insert(output.id.clone(), named(&output.title, unit));
        if hazard {
            let years = model.comparison.years;
            let plural = if years == 1 { "" } else { "s" };
            let title = format!("{} over {years} {period}{plural}", output.title);
            quantities.insert(format!("cumulative.{}", output.id), named(&title, ""));
        }
    }
    let agreements: Map<String, Value> =
        model.agreements().iter().map(|one| (one.id.clone(), json!(one.title))).collect();
    let scenarios: Map<String, Value> =
        scenarios.into_iter().map(|one| (one.id.clone(), json!(one.title))).collect();
    // A number that nobody vouches for.
    let assumed = |source: &str| source.is_empty() || source.contains("illustrative");
    let illustrative = model
        .parameters
        .iter()
        .any(|parameter| parameter.is_free() && assumed(&parameter.source.to_lowercase()));
    json!({
        "model": model.meta.title,
        "parameters": parameters,
        "quantities": quantities,
        "agreements": agreements,
        "scenarios": scenarios,
        "illustrative": illustrative,
    })
}
