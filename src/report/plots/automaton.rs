//! The state diagram of an automaton, as a figure and in the language of Graphviz.

use serde_json::Value;

use super::super::figure::{DiagramArrow, DiagramState, MOST_DRAWN, StateDiagram};
use super::PlotError;
use crate::num::Rational;

fn missing(what: &str) -> PlotError {
    PlotError::Unusable(format!("it has no {what}"))
}

/// The title, a remark and the diagram of a result.
pub(super) fn diagram(result: &Value) -> Result<(String, String, StateDiagram), PlotError> {
    let found = read(result)?;
    if found.states.len() > MOST_DRAWN {
        return Err(PlotError::Unusable(format!(
            "it has {} states, and at most {MOST_DRAWN} are drawn: write a .dot file instead, which Graphviz lays out",
            found.states.len()
        )));
    }
    let title = title(result);
    let remark = "full lines: all keep to the state; broken lines: somebody leaves it".to_owned();
    Ok((title, remark, found))
}

fn title(result: &Value) -> String {
    let kind = match result["origin"]["kind"].as_str() {
        Some("grim") => "Grim trigger",
        Some("n-period") => "Punishment for some periods",
        Some("carrot-and-stick") => "Carrot and stick",
        Some("optimal") => "The best continuations",
        _ => "An automaton of the repeated game",
    };
    let equilibrium =
        if result["equilibrium"] == true { "an equilibrium" } else { "no equilibrium" };
    let discount = result["discount"].as_str().unwrap_or_default();
    format!("{kind}: {equilibrium} at discount factor {discount}")
}

/// The states and arrows of a result.
fn read(result: &Value) -> Result<StateDiagram, PlotError> {
    let list = result["states"].as_array().ok_or_else(|| missing("states"))?;
    let names: Vec<&str> = list.iter().map(|state| state["id"].as_str().unwrap_or("?")).collect();
    let at = |name: &str| names.iter().position(|known| *known == name);
    let starts = lottery(&result["start"]);
    let mut states = Vec::with_capacity(list.len());
    let mut arrows: Vec<DiagramArrow> = Vec::new();
    for (from, state) in list.iter().enumerate() {
        let play = texts(&state["play"]);
        let actions: Vec<&str> = play.iter().map(|(_, action)| *action).collect();
        let values: Vec<String> =
            texts(&state["values"]).iter().map(|(who, value)| format!("{who} {value}")).collect();
        let start =
            starts.iter().find(|(name, _)| name == names[from]).map(|(_, share)| share.clone());
        states.push(DiagramState {
            name: names[from].to_owned(),
            play: actions.join("/"),
            values: values.join(", "),
            start,
        });
        let rules = state["next"].as_array().ok_or_else(|| missing("transitions"))?;
        let keeps = rules.iter().position(|rule| keeps(rule, &actions));
        for (number, rule) in rules.iter().enumerate() {
            let case = case(rule, rules.len() == 1);
            for (name, share) in lottery(&rule["to"]) {
                let to = at(&name).ok_or_else(|| missing("state of that name"))?;
                let text = if share.is_empty() { case.clone() } else { format!("{case} {share}") };
                let kept = keeps == Some(number);
                match arrows.iter_mut().find(|one| (one.from, one.to) == (from, to)) {
                    Some(known) => {
                        known.cases.push(text);
                        known.kept |= kept;
                    }
                    None => arrows.push(DiagramArrow { from, to, cases: vec![text], kept }),
                }
            }
        }
    }
    Ok(StateDiagram { states, arrows })
}

/// An object of texts.
fn texts(value: &Value) -> Vec<(&str, &str)> {
    let entries = value.as_object().into_iter().flatten();
    entries.map(|(name, text)| (name.as_str(), text.as_str().unwrap_or("?"))).collect()
}

/// States with their probabilities, empty where there is only one.
fn lottery(value: &Value) -> Vec<(String, String)> {
    if let Some(name) = value.as_str() {
        return vec![(name.to_owned(), String::new())];
    }
    texts(value)
        .into_iter()
        .map(|(name, share)| {
            let short = share.parse::<Rational>().ok().filter(|_| share.len() > 7);
            let share =
                short.map_or_else(|| share.to_owned(), |share| crate::num::decimal(&share, 3));
            (name.to_owned(), share)
        })
        .collect()
}

/// Whether a rule applies where all keep to the state.
fn keeps(rule: &Value, play: &[&str]) -> bool {
    match rule["when"].as_str() {
        Some("kept" | "otherwise") => true,
        Some("played") => rule["profile"].as_array().is_some_and(|pattern| {
            let fits =
                |(part, action): (&Value, &&str)| part.as_str().is_none_or(|part| part == *action);
            pattern.iter().zip(play).all(fits)
        }),
        _ => false,
    }
}

fn case(rule: &Value, alone: bool) -> String {
    match rule["when"].as_str() {
        Some("kept") => "kept".to_owned(),
        Some("left") => format!("{} leaves", rule["player"].as_str().unwrap_or("?")),
        Some("played") => {
            let parts = rule["profile"].as_array().into_iter().flatten();
            let parts: Vec<&str> = parts.map(|part| part.as_str().unwrap_or("*")).collect();
            parts.join("/")
        }
        _ if alone => "always".to_owned(),
        _ => "else".to_owned(),
    }
}

/// The diagram as a graph in the language of Graphviz (DOT).
///
/// # Errors
/// A [`PlotError`] when the result is not that of an automaton.
pub fn automaton_dot(result: &Value) -> Result<String, PlotError> {
    if result["concept"] != "automaton" {
        return Err(PlotError::Unusable(
            "a graph in the language of Graphviz shows results of the concept `automaton`; name a file that ends in .svg".to_owned(),
        ));
    }
    let found = read(result)?;
    let mut text = String::from("// written by detente\ndigraph automaton {\n");
    text.push_str(&format!("  label={};\n  labelloc=t;\n", quoted(&title(result))));
    text.push_str("  node [shape=circle, fontname=\"Helvetica\"];\n  edge [fontname=\"Helvetica\", fontsize=11];\n");
    for (at, state) in found.states.iter().enumerate() {
        let label = [state.name.as_str(), &state.play, &state.values].join("\n");
        let shape = if state.start.is_some() { ", shape=doublecircle" } else { "" };
        text.push_str(&format!("  s{at} [label={}{shape}];\n", quoted(&label)));
    }
    for arrow in &found.arrows {
        let style = if arrow.kept { "" } else { ", style=dashed" };
        let label = quoted(&arrow.cases.join("\n"));
        text.push_str(&format!("  s{} -> s{} [label={label}{style}];\n", arrow.from, arrow.to));
    }
    text.push_str("}\n");
    Ok(text)
}

/// A text between quotes.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            _ if character.is_control() => {}
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result() -> Value {
        serde_json::json!({
            "concept": "automaton", "discount": "1/3", "equilibrium": true,
            "origin": { "kind": "carrot-and-stick" },
            "start": "carrot",
            "states": [
                { "id": "carrot", "play": { "Row": "L", "Column": "L" }, "values": { "Row": "10", "Column": "10" },
                  "next": [{ "when": "left", "player": "Row", "to": "stick" }, { "when": "otherwise", "to": "carrot" }] },
                { "id": "stick", "play": { "Row": "M \"x\"", "Column": "H" }, "values": { "Row": "0", "Column": "1" },
                  "next": [{ "when": "played", "profile": [null, "H"], "to": { "carrot": "4/5", "stick": "1/5" } },
                           { "when": "otherwise", "to": "stick" }] },
            ],
        })
    }

    #[test]
    fn arrows_join_the_cases_that_lead_the_same_way() {
        let diagram = read(&result()).unwrap();
        let arrows: Vec<_> = diagram
            .arrows
            .iter()
            .map(|one| (one.from, one.to, one.kept, one.cases.join("; ")))
            .collect();
        assert_eq!(
            arrows,
            [
                (0, 1, false, "Row leaves".to_owned()),
                (0, 0, true, "else".to_owned()),
                (1, 0, true, "*/H 4/5".to_owned()),
                (1, 1, true, "*/H 1/5; else".to_owned()),
            ]
        );
        assert_eq!(diagram.states[0].start.as_deref(), Some(""));
    }

    #[test]
    fn names_cannot_break_a_graph() {
        let text = automaton_dot(&result()).unwrap();
        assert!(text.contains("M \\\"x\\\"/H"), "{text}");
        assert!(text.contains("s0 -> s1 [label=\"Row leaves\", style=dashed]"), "{text}");
        assert!(automaton_dot(&serde_json::json!({ "concept": "nash" })).is_err());
    }
}
