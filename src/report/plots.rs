//! Which figure shows a saved result: sweeps as lines, heat maps or phase diagrams, comparisons
//! as bars, logit branches as lines over λ.

mod automaton;
mod branch;
mod simulation;
mod solution;

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::num::Notation;
use crate::study::journal::Rows;
use crate::study::scenario::Kind;

use super::comparison::section;
use super::figure::{
    Axis, Bar, BarChart, BarGroup, ClassMap, Figure, Grid, HeatMap, LineChart, Plot, Provenance,
    Series, Shades, Shape,
};

pub use automaton::automaton_dot;
pub use branch::of_branch;
pub use simulation::of_simulation;
pub use solution::of_solution;

/// Why a result cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlotError {
    /// There is no such quantity.
    #[error("the result has no quantity `{name}`; it has {known}")]
    NoQuantity {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The sweep varies more than two parameters, or samples them.
    #[error("a figure needs a grid over one or two parameters, and the sweep has {0} that vary")]
    Dimensions(usize),
    /// Something is missing in the file.
    #[error("the result cannot be drawn: {0}")]
    Unusable(String),
}

/// What a user may choose of a figure.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The quantity; the first hazard or payoff when not given.
    pub quantity: Option<String>,
    /// The scenario of a map; the baseline when not given.
    pub scenario: Option<String>,
    /// The title; made from the quantity when not given.
    pub title: Option<String>,
}

/// Columns that name things and are not numbers.
const WORDS: &[&str] = &["scenario", "agreement", "stage", "converged", "arithmetic"];

/// The longest part of a parameter's meaning that stands along an axis, in characters.
const LONGEST_MEANING: usize = 90;

/// What the model calls things, as the result says; ids where it does not.
struct Titles<'a>(&'a Value);

impl Titles<'_> {
    fn text(&self, kind: &str, id: &str, key: &str) -> Option<String> {
        let text = self.0[kind][id][key].as_str().filter(|text| !text.is_empty());
        text.map(str::to_owned)
    }

    /// A parameter along an axis: `g: greed (interests)`.
    fn parameter(&self, id: &str) -> Axis {
        let meaning = self.text("parameters", id, "title");
        // Remarks after a semicolon have no room.
        let meaning = meaning.as_deref().and_then(|text| text.split(';').next()).map(str::trim);
        let label = match meaning {
            Some(text) if text.chars().count() <= LONGEST_MEANING => format!("{id}: {text}"),
            _ => id.to_owned(),
        };
        Axis { unit: self.text("parameters", id, "unit"), ..Axis::new(label) }
    }

    /// A quantity along an axis: `probability of conflict (per year)`.
    fn quantity(&self, id: &str) -> Axis {
        let known =
            |id: &str| self.text("quantities", id, "title").map(|title| (id.to_owned(), title));
        // Comparisons say `risk.cumulative` for what sweeps call `cumulative.risk`.
        let turned = || known(&format!("cumulative.{}", id.strip_suffix(".cumulative")?));
        let words = match id {
            "agreement" => "agreement that is kept",
            "stage" => "play without an agreement",
            "converged" => "best replies come to rest",
            _ => "",
        };
        match known(id).or_else(turned) {
            Some((id, title)) => {
                Axis { unit: self.text("quantities", &id, "unit"), ..Axis::new(title) }
            }
            None if words.is_empty() => Axis::new(readable(id)),
            None => Axis::new(words),
        }
    }

    /// A scenario in a legend; with its id where another has the same title.
    fn scenario(&self, id: &str) -> String {
        let Some(title) = self.0["scenarios"][id].as_str() else { return id.to_owned() };
        let all = self.0["scenarios"].as_object();
        let twins = all.map_or(0, |all| all.values().filter(|other| **other == title).count());
        if twins > 1 { format!("{title} ({id})") } else { title.to_owned() }
    }

    /// A value of a column of words, in a region of a map.
    fn class(&self, quantity: &str, name: &str) -> String {
        match (quantity, name) {
            ("agreement", "none") => "no agreement".to_owned(),
            ("agreement", id) => self.0["agreements"][id].as_str().unwrap_or(id).to_owned(),
            _ => name.replace('|', "/"),
        }
    }

    /// The title of the model, and what else the reader must know.
    fn subtitle(&self, more: Option<String>) -> Option<String> {
        let parts = [self.0["model"].as_str().map(str::to_owned), more];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    fn illustrative(&self) -> bool {
        self.0["illustrative"].as_bool().unwrap_or(true)
    }
}

/// The figure of a file of sweep cells.
///
/// # Errors
/// A [`PlotError`] when the file is no grid over one or two parameters or lacks the quantity or the
/// scenario.
pub fn of_sweep(rows: &Rows, choice: &Choice) -> Result<Figure, PlotError> {
    let design: Value = serde_json::from_str(&rows.header.design).unwrap_or_default();
    let axes = design["design"]["grid"].as_array().cloned().unwrap_or_default();
    let columns = &rows.header.columns;
    let varied: Vec<String> =
        columns[1..].iter().take_while(|column| *column != "scenario").cloned().collect();
    if axes.is_empty() || varied.is_empty() || varied.len() > 2 {
        return Err(PlotError::Dimensions(varied.len()));
    }
    let quantities: Vec<&String> = columns[1 + varied.len()..]
        .iter()
        .filter(|column| !["radius", "reason"].contains(&column.as_str()))
        .collect();
    let quantity = match &choice.quantity {
        Some(name) => name.clone(),
        None => default_quantity(&quantities),
    };
    let at =
        rows.column(&quantity).filter(|_| quantities.contains(&&quantity)).ok_or_else(|| {
            PlotError::NoQuantity {
                name: quantity.clone(),
                known: quantities.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", "),
            }
        })?;
    let titles = Titles(&design["titles"]);
    let table = Table { rows, at, varied: &varied, quantity: &quantity, titles: &titles };
    let scenarios = table.scenarios(choice)?;
    let (plot, remark) = match varied.as_slice() {
        [_] if table.is_words() => (table.strip(&scenarios), None),
        [_] => table.lines(&scenarios),
        _ => (table.map(&scenarios[0]), Some(titles.scenario(&scenarios[0]))),
    };
    let what = titles.quantity(&quantity).label;
    let title = choice
        .title
        .clone()
        .unwrap_or_else(|| format!("{}, by {}", capitalised(&what), varied.join(" and ")));
    Ok(Figure {
        description: format!("{title}, for the model {}", rows.header.model),
        subtitle: titles.subtitle(remark),
        title,
        provenance: Provenance {
            model: rows.header.model.clone(),
            parameters: rows.header.fingerprint().chars().take(12).collect(),
            version: rows.header.detente.clone(),
            method: Some("sweep".to_owned()),
            sources: Vec::new(),
            illustrative: titles.illustrative(),
        },
        plot,
    })
}

fn default_quantity(quantities: &[&String]) -> String {
    let first = |test: &dyn Fn(&str) -> bool| quantities.iter().find(|name| test(name));
    first(&|name| name == "conflict.within")
        .or_else(|| first(&|name| name == "risk"))
        .or_else(|| first(&|name| name.starts_with("critical_discount.")))
        .or_else(|| first(&|name| name.starts_with("payoff.")))
        .map_or_else(|| "stage".to_owned(), |name| (*name).clone())
}

fn readable(quantity: &str) -> String {
    let text = quantity.replace('_', " ");
    match text.split_once('.') {
        Some((what, of)) => format!("{what} of {of}"),
        None => text,
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}

struct Table<'a> {
    rows: &'a Rows,
    at: usize,
    varied: &'a [String],
    quantity: &'a str,
    titles: &'a Titles<'a>,
}

impl Table<'_> {
    fn number(&self, row: &[String], column: usize) -> Option<f64> {
        row[column].parse::<f64>().ok().filter(|value| value.is_finite())
    }

    fn scenario_column(&self) -> usize {
        1 + self.varied.len()
    }

    fn is_words(&self) -> bool {
        WORDS.contains(&self.quantity)
    }

    /// The scenarios that are drawn, in the order of the file: all of them as lines, and one, the
    /// baseline if none is named, as a map.
    fn scenarios(&self, choice: &Choice) -> Result<Vec<String>, PlotError> {
        let mut known: Vec<String> = Vec::new();
        for row in &self.rows.rows {
            let name = &row[self.scenario_column()];
            if !known.contains(name) {
                known.push(name.clone());
            }
        }
        let wanted = match &choice.scenario {
            Some(name) => name.as_str(),
            None if self.varied.len() == 1 && !known.is_empty() => return Ok(known),
            None => "baseline",
        };
        if !known.iter().any(|name| name == wanted) {
            let known = known.join(", ");
            return Err(PlotError::Unusable(format!(
                "it has no scenario `{wanted}`; it has {known}"
            )));
        }
        Ok(vec![wanted.to_owned()])
    }

    fn rows_of(&self, scenario: &str) -> impl Iterator<Item = &Vec<String>> {
        let column = self.scenario_column();
        self.rows.rows.iter().filter(move |row| row[column] == scenario)
    }

    /// One line for each scenario over the one parameter that varies; a remark where lines are
    /// broken.
    fn lines(&self, scenarios: &[String]) -> (Plot, Option<String>) {
        // A number may jump where something else is played: there a line would be made up.
        let played: Vec<usize> =
            ["agreement", "stage"].iter().filter_map(|name| self.rows.column(name)).collect();
        let mut broken = false;
        let mut series = Vec::new();
        for scenario in scenarios {
            let mut points: Vec<(f64, f64)> = Vec::new();
            let mut before: Option<&Vec<String>> = None;
            for row in self.rows_of(scenario) {
                let Some(x) = self.number(row, 1) else { continue };
                let changes =
                    before.is_some_and(|before| played.iter().any(|&at| before[at] != row[at]));
                before = Some(row);
                if changes {
                    broken = true;
                    points.push((x, f64::NAN));
                }
                // Without a number it is a gap, too.
                points.push((x, self.number(row, self.at).unwrap_or(f64::NAN)));
            }
            let shape = Shape::Line;
            let name = self.titles.scenario(scenario);
            series.push(Series { name, points, shape, ..Series::default() });
        }
        let x = self.titles.parameter(&self.varied[0]);
        let y = self.titles.quantity(self.quantity);
        let remark = "lines are broken where something else is played";
        let plot = Plot::Lines(LineChart { x, y, series, marks: Vec::new() });
        (plot, broken.then(|| remark.to_owned()))
    }

    /// Words over one parameter: scenarios from top to bottom, the parameter from left to right.
    fn strip(&self, scenarios: &[String]) -> Plot {
        let x = self.axis_values(1);
        let (mut classes, mut cells) = (Vec::new(), vec![vec![None; x.len()]; scenarios.len()]);
        for (line, scenario) in scenarios.iter().enumerate() {
            for row in self.rows_of(scenario) {
                let column = self.number(row, 1).and_then(|value| position(&x, value));
                if let Some(column) = column {
                    cells[line][column] = Some(self.class(&mut classes, &row[self.at]));
                }
            }
        }
        let names = scenarios.iter().map(|id| self.titles.scenario(id)).collect();
        Plot::Classes(ClassMap {
            x: Grid::Numbers(self.titles.parameter(&self.varied[0]), x),
            y: Grid::Names(String::new(), names),
            classes,
            cells,
            overlays: Vec::new(),
        })
    }

    fn axis_values(&self, column: usize) -> Vec<f64> {
        let mut values: Vec<f64> =
            self.rows.rows.iter().filter_map(|row| self.number(row, column)).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        values
    }

    /// A heat map, or a phase diagram for words, over two parameters in one scenario.
    fn map(&self, scenario: &str) -> Plot {
        let (x, y) = (self.axis_values(1), self.axis_values(2));
        let place = |row: &[String]| {
            let column = position(&x, self.number(row, 1)?)?;
            let line = position(&y, self.number(row, 2)?)?;
            Some((line, column))
        };
        let grids = (
            Grid::Numbers(self.titles.parameter(&self.varied[0]), x.clone()),
            Grid::Numbers(self.titles.parameter(&self.varied[1]), y.clone()),
        );
        if self.is_words() {
            let (mut classes, mut cells) = (Vec::new(), vec![vec![None; x.len()]; y.len()]);
            for row in self.rows_of(scenario) {
                if let Some((line, column)) = place(row) {
                    cells[line][column] = Some(self.class(&mut classes, &row[self.at]));
                }
            }
            let (x, y) = grids;
            return Plot::Classes(ClassMap { x, y, classes, cells, overlays: Vec::new() });
        }
        let mut values = vec![vec![f64::NAN; x.len()]; y.len()];
        for row in self.rows_of(scenario) {
            if let (Some((line, column)), Some(value)) = (place(row), self.number(row, self.at)) {
                values[line][column] = value;
            }
        }
        let numbers = x.len() * y.len() <= 64;
        let (x, y) = grids;
        Plot::Heat(HeatMap {
            x,
            y,
            values,
            value: self.titles.quantity(self.quantity),
            shades: Shades::Sequential,
            numbers,
            overlays: Vec::new(),
        })
    }

    fn class(&self, classes: &mut Vec<String>, name: &str) -> usize {
        let name = self.titles.class(self.quantity, name);
        match classes.iter().position(|class| *class == name) {
            Some(at) => at,
            None => {
                classes.push(name);
                classes.len() - 1
            }
        }
    }
}

fn position(values: &[f64], value: f64) -> Option<usize> {
    values.iter().position(|&known| known == value)
}

/// The figure of a comparison: one bar for each scenario, with the baseline as reference.
///
/// # Errors
/// A [`PlotError`] when the file lacks the quantity.
pub fn of_comparison(result: &Value, choice: &Choice) -> Result<Figure, PlotError> {
    let scenarios = result["scenarios"]
        .as_array()
        .ok_or_else(|| PlotError::Unusable("it has no scenarios".to_owned()))?;
    let mut known: BTreeMap<String, ()> = BTreeMap::new();
    for scenario in scenarios {
        if let Some(changes) = scenario["changes"].as_object() {
            known.extend(changes.keys().map(|key| (key.clone(), ())));
        }
    }
    let usual = ["risk", "outcome.conflict.within", "markov.conflict.within"];
    let usual = usual.iter().find(|name| known.contains_key(**name)).unwrap_or(&usual[0]);
    let quantity = choice.quantity.clone().unwrap_or_else(|| (*usual).to_owned());
    // Sweeps call `cumulative.risk` what comparisons call `risk.cumulative`.
    let turned = quantity.strip_prefix("cumulative.").map(|of| format!("{of}.cumulative"));
    let quantity = match (&choice.quantity, known.contains_key(&quantity)) {
        (None, false) => known.keys().next().cloned().unwrap_or(quantity),
        (Some(_), false) => turned.filter(|name| known.contains_key(name)).unwrap_or(quantity),
        _ => quantity,
    };
    if !known.contains_key(&quantity) {
        let known = known.into_keys().collect::<Vec<_>>().join(", ");
        return Err(PlotError::NoQuantity { name: quantity, known });
    }
    if choice.scenario.is_some() {
        return Err(PlotError::Unusable(
            "the figure of a comparison shows all its scenarios: leave out --scenario".to_owned(),
        ));
    }
    let titles = Titles(&result["titles"]);
    // Exact numbers are texts, and others machine numbers.
    let number = |value: &Value| -> Option<f64> {
        let exact = || value.as_str()?.parse::<crate::num::Rational>().ok();
        value.as_f64().or_else(|| Some(exact()?.to_f64()))
    };
    let mut groups = Vec::new();
    let mut reference = None;
    let mut last = String::new();
    for scenario in scenarios {
        let change = &scenario["changes"][&quantity];
        let value = number(&change["after"]);
        let text = |key: &str| scenario[key].as_str().unwrap_or_default().to_owned();
        if text("kind") == "baseline" {
            reference = value.map(|value| (value, text("title")));
        }
        let verdict = match change["direction"].as_str() {
            Some("better") => Some(super::Verdict::Better),
            Some("worse") => Some(super::Verdict::Worse),
            _ => Some(super::Verdict::Neutral),
        };
        let bar = match value {
            Some(value) => Bar { verdict, ..Bar::to(value) },
            // Without an entry there is nothing to be reached: an action of it was removed.
            None if change.is_null() => Bar::missing("no value"),
            None => Bar::missing("never"),
        };
        let kind = text("kind");
        let section = (last != kind).then(|| section_of(&kind));
        last = kind;
        groups.push(BarGroup { label: text("title"), bars: vec![bar], section });
    }
    let axis = titles.quantity(&quantity);
    let title = choice
        .title
        .clone()
        .unwrap_or_else(|| format!("{}, by scenario", capitalised(&axis.label)));
    let model = &result["model"];
    let text = |key: &str| model[key].as_str().unwrap_or_default();
    Ok(Figure {
        description: format!("{title} in each scenario of the model {}", text("name")),
        title,
        subtitle: titles.subtitle(None),
        provenance: Provenance {
            model: text("name").to_owned(),
            parameters: fingerprint(model),
            version: result["detente"].as_str().unwrap_or_default().to_owned(),
            method: Some("compare".to_owned()),
            sources: Vec::new(),
            illustrative: titles.illustrative(),
        },
        plot: Plot::Bars(BarChart {
            notation: Some(Notation::Significant(3)),
            series: vec![axis.label.clone()],
            axis,
            groups,
            reference,
            one_line: false,
        }),
    })
}

/// The title above the scenarios of a kind, named by its word in results.
fn section_of(kind: &str) -> String {
    let kinds =
        [Kind::Baseline, Kind::BuildUp, Kind::Mechanism, Kind::Bundle, Kind::Test, Kind::Lens];
    let known = kinds.into_iter().find(|known| known.word() == kind);
    known.map_or_else(|| kind.to_owned(), |kind| section(kind).to_owned())
}

/// The first digits of a hash of the model's text and the values of its parameters.
fn fingerprint(model: &Value) -> String {
    let mut hash = Sha256::new();
    hash.update(model["sha256"].as_str().unwrap_or_default());
    hash.update(model["parameters"].to_string());
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
