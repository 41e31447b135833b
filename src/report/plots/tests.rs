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

#[test]
fn a_logit_branch_is_drawn_by_action_with_its_events() {
    let point = |lambda: f64, p: f64| serde_json::json!({ "lambda": lambda, "strategies": { "A": { "x": p, "y": 1.0 - p }, "B": { "z": 1.0 } } });
    let result = serde_json::json!({
        "schema": "detente/result/1",
        "concept": "qre",
        "model": { "name": "game.nfg", "parameters": {} },
        "events": [{ "kind": "turning point", "lambda": 2.5 }],
        "path": [point(0.0, 0.5), point(1.0, 0.75), point(3.0, 1.0)],
    });
    let figure = of_branch(&result, &Choice::default()).unwrap();
    let chart = lines(&figure);
    let names: Vec<&str> = chart.series.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["A: x", "A: y", "B: z"]);
    assert_eq!(chart.series[1].points, [(0.0, 0.5), (1.0, 0.25), (3.0, 0.0)]);
    assert_eq!(chart.marks, [Mark::Vertical { at: 2.5, label: "turning point".to_owned() }]);
    assert!(!figure.provenance.illustrative);
    let one = Choice { quantity: Some("B".to_owned()), ..Choice::default() };
    assert_eq!(lines(&of_branch(&result, &one).unwrap()).series.len(), 1);
    let none = Choice { quantity: Some("C".to_owned()), ..Choice::default() };
    let known = "A, B".to_owned();
    assert_eq!(
        of_branch(&result, &none),
        Err(PlotError::NoQuantity { name: "C".to_owned(), known })
    );
    let other = serde_json::json!({ "concept": "nash" });
    assert!(matches!(of_branch(&other, &Choice::default()), Err(PlotError::Unusable(_))));
}

#[test]
fn credibility_is_drawn_with_gaps_where_the_reply_changes() {
    let point = |at: &str, value: &str, reply: &str| serde_json::json!({ "credibility": at, "leader_value": value, "reply": reply });
    let mut result = serde_json::json!({
        "schema": "detente/result/1",
        "concept": "credibility",
        "model": { "name": "game.nfg", "parameters": {} },
        "leader": "A",
        "without": "2",
        "something": { "credibility": "1/2", "reply": "y" },
        "everything": { "credibility": "3/4", "reply": "y" },
        "points": [point("0", "2", "x"), point("1/4", "2", "x"), point("1/2", "2", "x"), point("3/4", "3", "y"), point("1", "3", "y")],
    });
    let figure = of_solution(&result, &Choice::default()).unwrap();
    let chart = lines(&figure);
    let drawn: Vec<(f64, f64)> =
        chart.series[0].points.iter().copied().filter(|(x, _)| x.is_finite()).collect();
    // At 1/2 the payoff does not jump: the line of the second reply begins there.
    let line =
        [(0.0, 2.0), (0.25, 2.0), (0.5, 2.0), (0.5, 2.0), (0.75, 3.0), (0.75, 3.0), (1.0, 3.0)];
    assert_eq!(drawn, line);
    // One before the first reply, one between both.
    assert_eq!(chart.series[0].points.len() - drawn.len(), 2);
    assert_eq!(chart.marks.len(), 3);
    let quantity = Choice { quantity: Some("A".to_owned()), ..Choice::default() };
    assert!(of_solution(&result, &quantity).is_err());
    // Where commitment is worth nothing there is no threshold to mark.
    result["something"] = Value::Null;
    assert_eq!(lines(&of_solution(&result, &Choice::default()).unwrap()).marks.len(), 1);
    result["points"] = serde_json::json!([]);
    assert!(matches!(of_solution(&result, &Choice::default()), Err(PlotError::Unusable(_))));
}

#[test]
fn payoffs_of_correlated_equilibria_are_an_outline_that_closes() {
    let vertex =
        |row: &str, column: &str| serde_json::json!({ "payoffs": { "A": row, "B": column } });
    let result = serde_json::json!({
        "schema": "detente/result/1",
        "concept": "correlated-payoffs",
        "model": { "name": "game.nfg", "parameters": {} },
        "vertices": [vertex("0", "1"), vertex("1/2", "0"), vertex("1", "1")],
    });
    let figure = of_solution(&result, &Choice::default()).unwrap();
    let outline = &lines(&figure).series[0].points;
    assert_eq!(outline[..], [(0.0, 1.0), (0.5, 0.0), (1.0, 1.0), (0.0, 1.0)]);
    let other = serde_json::json!({ "concept": "nash" });
    assert!(matches!(of_solution(&other, &Choice::default()), Err(PlotError::Unusable(_))));
}

#[test]
fn payoffs_by_state_are_drawn_around() {
    let corner = |a: &str, b: &str| serde_json::json!({ "payoffs": { "A": a, "B": b } });
    let sets = |distance: &str| {
        serde_json::json!({
            "inner": [corner("0", "0"), corner("1", "1"), corner("1", "0"), corner("0", "1"), corner("1/2", "1/4")],
            "distance": distance,
        })
    };
    let result = serde_json::json!({
        "schema": "detente/result/1", "concept": "repeated-payoffs", "form": "stochastic",
        "method": "yeltekin-cai-judd", "discount": "1/2", "model": { "name": "two" },
        "states": { "calm": sets("1/100"), "crisis": sets("1/10") },
    });
    let svg = of_solution(&result, &Choice::default()).unwrap().to_svg();
    assert!(svg.contains("calm") && svg.contains("crisis"));
    assert!(svg.contains("none further") || svg.contains("further outside"), "{svg}");
    let mut three = result.clone();
    three["states"]["calm"]["inner"][0]["payoffs"]["C"] = "0".into();
    assert!(of_solution(&three, &Choice::default()).is_err());
}
