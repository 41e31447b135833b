use super::super::figure::Mark;
use super::*;
use crate::study::journal::Header;

/// A sweep over `g` with a kept agreement that ends, a value that is missing, and a jump.
fn sweep(varied: &[&str], titles: Value) -> Rows {
    let design = serde_json::json!({
        "design": { "grid": varied.iter().map(|name| format!("{name}=0:5:6")).collect::<Vec<_>>() },
        "titles": titles,
    });
    let mut columns = vec!["point"];
    columns.extend(varied);
    columns.extend(["scenario", "agreement", "stage", "risk", "radius"]);
    let mut rows = Vec::new();
    for step in 0..6 {
        for scenario in ["baseline", "hotline"] {
            let kept = if step < 3 { "peace" } else { "none" };
            let risk = match step {
                1 => "inf",
                0..3 => "0.01",
                _ => "0.05",
            };
            let mut row = vec![step.to_string()];
            row.extend(varied.iter().map(|_| step.to_string()));
            row.extend([scenario, kept, "D|D", risk, "0"].map(str::to_owned));
            rows.push(row);
        }
    }
    let header = Header {
        schema: "detente/sweep/1".into(),
        detente: "0.1.0".into(),
        model: "border".into(),
        model_sha256: "00".into(),
        parameters: "{}".into(),
        design: design.to_string(),
        rows: rows.len() as u64,
        columns: columns.into_iter().map(str::to_owned).collect(),
    };
    Rows { header, rows }
}

fn titles() -> Value {
    serde_json::json!({
        "model": "Two neighbours",
        "parameters": { "g": { "title": "greed; 0 is none", "unit": "payoff" } },
        "quantities": { "risk": { "title": "probability of war", "unit": "per year" } },
        "agreements": { "peace": "peace treaty" },
        "scenarios": { "baseline": "status quo", "hotline": "a hotline" },
        "illustrative": false,
    })
}

fn lines(figure: &Figure) -> &LineChart {
    match &figure.plot {
        Plot::Lines(chart) => chart,
        other => panic!("{other:?}"),
    }
}

/// Label and unit of an axis.
fn named(axis: &Axis) -> String {
    let unit = axis.unit.as_ref().map_or_else(String::new, |unit| format!(" ({unit})"));
    format!("{}{unit}", axis.label)
}

#[test]
fn axes_and_legends_have_the_titles_and_units_of_the_model() {
    let figure = of_sweep(&sweep(&["g"], titles()), &Choice::default()).unwrap();
    let chart = lines(&figure);
    assert_eq!(named(&chart.x), "g: greed (payoff)");
    assert_eq!(named(&chart.y), "probability of war (per year)");
    assert_eq!(figure.title, "Probability of war, by g");
    assert!(figure.subtitle.as_ref().unwrap().starts_with("Two neighbours"));
    assert!(!figure.provenance.illustrative);
    let names: Vec<&str> = chart.series.iter().map(|series| series.name.as_str()).collect();
    assert_eq!(names, ["status quo", "a hotline"]);
    assert_eq!(chart.marks, Vec::<Mark>::new());

    let agreement = Choice { quantity: Some("agreement".into()), ..Choice::default() };
    let figure = of_sweep(&sweep(&["g", "h"], titles()), &agreement).unwrap();
    let Plot::Classes(map) = figure.plot else { panic!() };
    assert_eq!(map.classes, ["peace treaty", "no agreement"]);
    assert_eq!(figure.subtitle.unwrap(), "Two neighbours; status quo");
}

#[test]
fn without_titles_ids_stand_for_them() {
    let figure = of_sweep(&sweep(&["g"], Value::Null), &Choice::default()).unwrap();
    assert_eq!(named(&lines(&figure).x), "g");
    assert_eq!(figure.title, "Risk, by g");
    assert_eq!(lines(&figure).series[1].name, "hotline");
    assert!(figure.provenance.illustrative);
}

#[test]
fn lines_are_broken_at_missing_values_and_where_something_else_is_played() {
    let figure = of_sweep(&sweep(&["g"], titles()), &Choice::default()).unwrap();
    let points = &lines(&figure).series[0].points;
    let drawn: Vec<Option<f64>> = points.iter().map(|&(x, y)| (!y.is_nan()).then_some(x)).collect();
    let expected = [Some(0.0), None, Some(2.0), None, Some(3.0), Some(4.0), Some(5.0)];
    assert_eq!(drawn, expected);
    assert!(figure.subtitle.unwrap().contains("broken"));
}

#[test]
fn a_scenario_can_be_chosen_and_must_be_there() {
    let choice = |name: &str| Choice { scenario: Some(name.into()), ..Choice::default() };
    let figure = of_sweep(&sweep(&["g"], titles()), &choice("hotline")).unwrap();
    assert_eq!(lines(&figure).series.len(), 1);
    for varied in [&["g"][..], &["g", "h"]] {
        let error = of_sweep(&sweep(varied, titles()), &choice("pledge")).unwrap_err();
        assert!(error.to_string().contains("it has baseline, hotline"), "{error}");
    }
    let comparison = serde_json::json!({ "scenarios": [] });
    assert!(of_comparison(&comparison, &choice("hotline")).is_err());
}
