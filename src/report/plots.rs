//! Which figure shows a saved result: sweeps as lines, heat maps or phase diagrams, comparisons
//! as bars.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::num::Notation;
use crate::study::journal::Rows;

use super::figure::{
    Axis, Bar, BarChart, BarGroup, ClassMap, Figure, Grid, HeatMap, LineChart, Plot, Provenance,
    Series, Shades, Shape,
};

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

/// The figure of a file of sweep cells.
///
/// # Errors
/// A [`PlotError`] when the file is no grid over one or two parameters or lacks the quantity.
pub fn of_sweep(rows: &Rows, choice: &Choice) -> Result<Figure, PlotError> {
    let design: Value = serde_json::from_str(&rows.header.design).unwrap_or_default();
    let axes = design["design"]["grid"].as_array().cloned().unwrap_or_default();
    let columns = &rows.header.columns;
    let varied: Vec<String> =
        columns[1..].iter().take_while(|column| *column != "scenario").cloned().collect();
    if axes.is_empty() || varied.is_empty() || varied.len() > 2 {
        return Err(PlotError::Dimensions(varied.len()));
    }
    let quantities: Vec<&String> =
        columns[1 + varied.len()..].iter().filter(|column| *column != "radius").collect();
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
    let table = Table { rows, at, varied: &varied, quantity: &quantity };
    let plot = if varied.len() == 1 { table.lines()? } else { table.map(choice)? };
    let title = choice
        .title
        .clone()
        .unwrap_or_else(|| format!("{} by {}", readable(&quantity), varied.join(" and ")));
    Ok(Figure {
        description: format!("{title}, for the model {}", rows.header.model),
        subtitle: (varied.len() == 2)
            .then(|| choice.scenario.clone().unwrap_or_else(|| "baseline".to_owned())),
        title,
        provenance: Provenance {
            model: rows.header.model.clone(),
            parameters: rows.header.fingerprint().chars().take(12).collect(),
            version: rows.header.detente.clone(),
            method: Some("sweep".to_owned()),
            sources: Vec::new(),
            illustrative: true,
        },
        plot,
    })
}

fn default_quantity(quantities: &[&String]) -> String {
    let first = |test: &dyn Fn(&str) -> bool| quantities.iter().find(|name| test(name));
    first(&|name| name == "risk")
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

struct Table<'a> {
    rows: &'a Rows,
    at: usize,
    varied: &'a [String],
    quantity: &'a str,
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

    /// One line for each scenario over the one parameter that varies.
    fn lines(&self) -> Result<Plot, PlotError> {
        if self.is_words() {
            return self.strip();
        }
        let mut series: Vec<Series> = Vec::new();
        for row in &self.rows.rows {
            let name = &row[self.scenario_column()];
            let at = match series.iter().position(|one| one.name == *name) {
                Some(at) => at,
                None => {
                    let shape = Shape::Line;
                    series.push(Series { name: name.clone(), shape, ..Series::default() });
                    series.len() - 1
                }
            };
            if let (Some(x), Some(y)) = (self.number(row, 1), self.number(row, self.at)) {
                series[at].points.push((x, y));
            }
        }
        Ok(Plot::Lines(LineChart {
            x: Axis::new(&self.varied[0]),
            y: Axis::new(readable(self.quantity)),
            series,
            marks: Vec::new(),
        }))
    }

    /// Words over one parameter: scenarios from top to bottom, the parameter from left to right.
    fn strip(&self) -> Result<Plot, PlotError> {
        let mut names: Vec<String> = Vec::new();
        for row in &self.rows.rows {
            let name = &row[self.scenario_column()];
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        let x = self.axis_values(1);
        let (mut classes, mut cells) = (Vec::new(), vec![vec![None; x.len()]; names.len()]);
        for row in &self.rows.rows {
            let line = names.iter().position(|name| *name == row[self.scenario_column()]);
            let column = self.number(row, 1).and_then(|value| position(&x, value));
            if let (Some(line), Some(column)) = (line, column) {
                cells[line][column] = Some(class_of(&mut classes, &row[self.at]));
            }
        }
        Ok(Plot::Classes(ClassMap {
            x: Grid::Numbers(Axis::new(&self.varied[0]), x),
            y: Grid::Names("scenario".to_owned(), names),
            classes,
            cells,
            overlays: Vec::new(),
        }))
    }

    fn axis_values(&self, column: usize) -> Vec<f64> {
        let mut values: Vec<f64> =
            self.rows.rows.iter().filter_map(|row| self.number(row, column)).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        values
    }

    /// A heat map, or a phase diagram for words, over two parameters in one scenario.
    fn map(&self, choice: &Choice) -> Result<Plot, PlotError> {
        let wanted = choice.scenario.as_deref().unwrap_or("baseline");
        let (x, y) = (self.axis_values(1), self.axis_values(2));
        let rows: Vec<&Vec<String>> =
            self.rows.rows.iter().filter(|row| row[self.scenario_column()] == wanted).collect();
        if rows.is_empty() {
            return Err(PlotError::Unusable(format!("it has no scenario `{wanted}`")));
        }
        let place = |row: &[String]| {
            let column = position(&x, self.number(row, 1)?)?;
            let line = position(&y, self.number(row, 2)?)?;
            Some((line, column))
        };
        let grids = (
            Grid::Numbers(Axis::new(&self.varied[0]), x.clone()),
            Grid::Numbers(Axis::new(&self.varied[1]), y.clone()),
        );
        if self.is_words() {
            let (mut classes, mut cells) = (Vec::new(), vec![vec![None; x.len()]; y.len()]);
            for row in rows {
                if let Some((line, column)) = place(row) {
                    cells[line][column] = Some(class_of(&mut classes, &row[self.at]));
                }
            }
            let (x, y) = grids;
            return Ok(Plot::Classes(ClassMap { x, y, classes, cells, overlays: Vec::new() }));
        }
        let mut values = vec![vec![f64::NAN; x.len()]; y.len()];
        for row in rows {
            if let (Some((line, column)), Some(value)) = (place(row), self.number(row, self.at)) {
                values[line][column] = value;
            }
        }
        let numbers = x.len() * y.len() <= 64;
        let (x, y) = grids;
        Ok(Plot::Heat(HeatMap {
            x,
            y,
            values,
            value: Axis::new(readable(self.quantity)),
            shades: Shades::Sequential,
            numbers,
            overlays: Vec::new(),
        }))
    }
}

fn position(values: &[f64], value: f64) -> Option<usize> {
    values.iter().position(|&known| known == value)
}

fn class_of(classes: &mut Vec<String>, name: &str) -> usize {
    let name = name.replace('|', "/");
    match classes.iter().position(|class| *class == name) {
        Some(at) => at,
        None => {
            classes.push(name);
            classes.len() - 1
        }
    }
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
    let quantity = choice.quantity.clone().unwrap_or_else(|| "risk".to_owned());
    let quantity = match (&choice.quantity, known.contains_key(&quantity)) {
        (None, false) => known.keys().next().cloned().unwrap_or(quantity),
        _ => quantity,
    };
    if !known.contains_key(&quantity) {
        let known = known.into_keys().collect::<Vec<_>>().join(", ");
        return Err(PlotError::NoQuantity { name: quantity, known });
    }
    let number = |value: &Value| -> Option<f64> {
        let exact: crate::num::Rational = value.as_str()?.parse().ok()?;
        Some(exact.to_f64())
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
            None => Bar::missing("never"),
        };
        let section = (last != text("kind")).then(|| text("kind"));
        last = text("kind");
        groups.push(BarGroup { label: text("title"), bars: vec![bar], section });
    }
    let title = choice.title.clone().unwrap_or_else(|| readable(&quantity));
    let model = &result["model"];
    let text = |key: &str| model[key].as_str().unwrap_or_default();
    Ok(Figure {
        description: format!("{title} in each scenario of the model {}", text("name")),
        title,
        subtitle: None,
        provenance: Provenance {
            model: text("name").to_owned(),
            parameters: text("sha256").chars().take(12).collect(),
            version: result["detente"].as_str().unwrap_or_default().to_owned(),
            method: Some("compare".to_owned()),
            sources: Vec::new(),
            illustrative: true,
        },
        plot: Plot::Bars(BarChart {
            axis: Axis::new(readable(&quantity)),
            notation: Some(Notation::Significant(3)),
            series: vec![readable(&quantity)],
            groups,
            reference,
            one_line: false,
        }),
    })
}
