//! The answer of a comparison in a few lines.

use std::cmp::Ordering;

use crate::model::Model;
use crate::num::{Notation, Rational};
use crate::study::compare::{Comparison, Direction as Move, Subject};
use crate::study::scenario::Kind;
use crate::study::shares::headline_risk;

use super::change_of;

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
        // By the numbers: a model need not say which way its risk is better.
        let group = match change.after.cmp(&change.before) {
            Ordering::Less if all => 0,
            Ordering::Less => 1,
            Ordering::Equal => 2,
            Ordering::Greater => 3,
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
        for (at, part) in crate::report::text::wrap(&line, 94).iter().enumerate() {
            let indent = if at == 0 { "  " } else { "      " };
            text.push_str(&format!("{indent}{part}\n"));
        }
    }
    text.push_str("  How large and how dear a mechanism is, is the model's choice: do not rank them by this list.\n\n");
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::Budget;
    use crate::study::compare::compare;
    use crate::study::scenario::all_scenarios;

    const RISKY: &str = r#"
[model]
id = "risky"
title = "Risky"
[parameters]
p = { value = "1/10", range = [0, 1], meaning = "risk", source = "illustrative" }
[[players]]
id = "A"
actions = ["x"]
[[players]]
id = "B"
actions = ["x"]
[payoffs.table]
A = [[1]]
B = [[1]]
[[outputs]]
id = "risk"
formula = "p"
kind = "hazard"
BETTER
[[mechanisms]]
id = "calm"
operators = [{ op = "set-parameter", parameter = "p", to = "p / 2" }]
[[mechanisms]]
id = "stir"
operators = [{ op = "set-parameter", parameter = "p", to = "2 * p" }]
[[mechanisms]]
id = "idle"
operators = [{ op = "set-parameter", parameter = "p", to = "p" }]
"#;

    #[test]
    fn a_risk_that_falls_is_called_lower_whatever_the_model_calls_better() {
        for better in ["", "better = \"none\"", "better = \"lower\"", "better = \"higher\""] {
            let text = RISKY.replace("BETTER", better);
            let model = Model::read("risky.toml", &text).unwrap();
            let scenarios = all_scenarios(&model);
            let result = compare(&model, &[], &scenarios, &Budget::unlimited()).unwrap();
            let text = headline(&model, &result).unwrap();
            for line in [
                "risk lower, and not every player is better off: calm 5.00 %\n",
                "risk unchanged: idle\n",
                "risk higher: stir 20.00 %\n",
            ] {
                assert!(text.contains(line), "{better}: {text}");
            }
        }
    }
}
