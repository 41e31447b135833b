//! The figures of single solutions: what a commitment is worth by its credibility, the payoffs of
//! correlated equilibria, and logit branches.

use serde_json::Value;

use super::super::figure::{Axis, Figure, LineChart, Mark, Plot, Provenance, Series};
use super::{Choice, PlotError, fingerprint, of_branch};
use crate::num::{Notation, Rational};

/// The figure of a result of `solve`.
///
/// # Errors
/// A [`PlotError`] when results of the concept have no figure, or something is missing.
pub fn of_solution(result: &Value, choice: &Choice) -> Result<Figure, PlotError> {
    let concept = result["concept"].as_str().unwrap_or_default();
    if concept == "qre" {
        return of_branch(result, choice);
    }
    if choice.scenario.is_some() || choice.quantity.is_some() {
        return Err(PlotError::Unusable(
            "one figure shows this solution: leave out --quantity and --scenario".to_owned(),
        ));
    }
    let lines = |(title, remark, chart)| (title, remark, Plot::Lines(chart));
    let (title, remark, plot) = match concept {
        "automaton" => {
            let (title, remark, diagram) = super::automaton::diagram(result)?;
            (title, remark, Plot::States(diagram))
        }
        "credibility" => lines(credibility(result)?),
        "correlated-payoffs" => lines(polygon(result, "correlated equilibria")?),
        "coarse-correlated-payoffs" => lines(polygon(result, "coarse correlated equilibria")?),
        "repeated-payoffs" if result["form"] == "stochastic" => lines(payoffs_by_state(result)?),
        "repeated-payoffs" => lines(repeated_payoffs(result, "subgame-perfect")?),
        "public-perfect" if result["method"] == "payoffs" => {
            lines(repeated_payoffs(result, "public perfect")?)
        }
        _ => {
            return Err(PlotError::Unusable(
                "of single solutions those of the concepts `qre`, `automaton`, `credibility`, `correlated-payoffs`, `coarse-correlated-payoffs`, `repeated-payoffs` and `public-perfect --method payoffs` have a figure"
                    .to_owned(),
            ));
        }
    };
    let model = &result["model"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = text(&model["name"]);
    let title = choice.title.clone().unwrap_or(title);
    Ok(Figure {
        description: format!("{title}: {name}"),
        title,
        subtitle: Some(format!("{name}; {remark}")),
        provenance: Provenance {
            model: name,
            parameters: fingerprint(model),
            version: text(&result["detente"]),
            method: result["method"].as_str().map(str::to_owned),
            sources: Vec::new(),
            // Without parameters there are none without a source.
            illustrative: model["parameters"].as_object().is_some_and(|all| !all.is_empty()),
        },
        plot,
    })
}

fn missing(what: &str) -> PlotError {
    PlotError::Unusable(format!("it has no {what}"))
}

fn exact(value: &Value, what: &str) -> Result<Rational, PlotError> {
    value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| missing(what))
}

fn number(value: &Value, what: &str) -> Result<f64, PlotError> {
    Ok(exact(value, what)?.to_f64())
}

/// What the leader gets by the credibility of his commitment, one line for each reply in turn.
fn credibility(result: &Value) -> Result<(String, String, LineChart), PlotError> {
    let leader = result["leader"].as_str().ok_or_else(|| missing("leader"))?;
    let points = result["points"].as_array().ok_or_else(|| missing("points"))?;
    // Credibility, payoff and reply.
    let mut course: Vec<(f64, f64, &Value)> = Vec::new();
    for point in points {
        let at = number(&point["credibility"], "credibility")?;
        course.push((at, number(&point["leader_value"], "leader's payoff")?, &point["reply"]));
    }
    let (without, most) = (number(&result["without"], "payoff without commitment")?, course.last());
    let most = most.map(|&(_, most, _)| most).ok_or_else(|| missing("points"))?;
    let mut marks = vec![Mark::Horizontal { at: without, label: "without commitment".to_owned() }];
    for (key, payoff, label) in
        [("something", without, "worth more from"), ("everything", most, "worth all from")]
    {
        let threshold = &result[key];
        if threshold.is_null() {
            continue;
        }
        let at = exact(&threshold["credibility"], "threshold")?;
        let place = at.to_f64();
        // Where the payoff does not jump, the reply of the threshold gives it as well as the listed one.
        if course.iter().any(|&(q, value, _)| q == place && value == payoff) {
            course.push((place, payoff, &threshold["reply"]));
        }
        if !result["something"].is_null() {
            let label = format!("{label} {}", Notation::Significant(3).exact(&at));
            marks.push(Mark::Vertical { at: place, label });
        }
    }
    course.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut series: Vec<Series> = Vec::new();
    let mut last = &Value::Null;
    let mut line = Series::default();
    for (at, payoff, reply) in course {
        if reply != last {
            // The payoff may jump where the follower replies otherwise.
            line.points.push((f64::NAN, f64::NAN));
        }
        line.points.push((at, payoff));
        last = reply;
    }
    series.push(line);
    Ok((
        format!("What a commitment of {leader} is worth by its credibility"),
        "lines are broken where the reply to the best commitment changes".to_owned(),
        LineChart {
            x: Axis::new("credibility: probability with which the commitment is believed")
                .with_range(0.0, 1.0),
            y: Axis::new(format!("payoff {leader}")),
            series,
            marks,
        },
    ))
}

/// The names of two players for each of whom an object has a payoff.
fn players(payoffs: Option<&Value>) -> Result<[&String; 2], PlotError> {
    let keys = payoffs.and_then(Value::as_object).into_iter().flat_map(serde_json::Map::keys);
    let names: Vec<&String> = keys.collect();
    names.try_into().map_err(|_| missing("payoffs of two players"))
}

/// A line around corners, back to the first.
fn outline<'a>(
    corners: impl Iterator<Item = &'a Value>,
    [row, column]: [&String; 2],
) -> Result<Vec<(f64, f64)>, PlotError> {
    let corner = |payoffs: &Value| -> Result<(f64, f64), PlotError> {
        Ok((number(&payoffs[row], "payoff")?, number(&payoffs[column], "payoff")?))
    };
    let mut around = corners.map(corner).collect::<Result<Vec<_>, _>>()?;
    around.extend(around.first().copied());
    Ok(around)
}

/// The payoffs that a repeated game sustains, within those of the outer polygon.
fn repeated_payoffs(result: &Value, kind: &str) -> Result<(String, String, LineChart), PlotError> {
    if result.get("bounds").is_some() {
        return Err(of_several());
    }
    let list = |key: &str| result[key].as_array().ok_or_else(|| missing(key));
    let (inner, outer) = (list("inner")?, list("outer")?);
    let [row, column] = players(outer.first())?;
    let discount = exact(&result["discount"], "discount factor")?;
    let sustained = outline(inner.iter().map(|one| &one["payoffs"]), [row, column])?;
    let mut series =
        vec![Series { name: "sustained".to_owned(), points: sustained, ..Series::default() }];
    // Where the polygons differ by no more than a line is wide, one line says it.
    let distance = match result.get("distance") {
        Some(distance) => number(distance, "distance")?,
        None => f64::INFINITY,
    };
    let bounds = outline(outer.iter(), [row, column])?;
    let width = |axis: fn(&(f64, f64)) -> f64| {
        let all = bounds.iter().map(axis);
        all.clone().fold(f64::MIN, f64::max) - all.fold(f64::MAX, f64::min)
    };
    let apart = distance > 1e-3 * width(|point| point.0).max(width(|point| point.1));
    if apart {
        let name = "no payoff outside".to_owned();
        series.push(Series { name, points: bounds, ..Series::default() });
    }
    let remark = if apart {
        "all points within the inner outline are sustained, and none outside the outer one"
    } else {
        "exactly the points on and within the outline are sustained, up to the width of the line"
    };
    Ok((
        format!(
            "Payoffs of {kind} equilibria at discount factor {}",
            Notation::Significant(4).exact(&discount)
        ),
        remark.to_owned(),
        LineChart {
            x: Axis::new(format!("payoff {row}")),
            y: Axis::new(format!("payoff {column}")),
            series,
            marks: Vec::new(),
        },
    ))
}

fn of_several() -> PlotError {
    PlotError::Unusable("a polytope of the payoffs of several players has no figure".to_owned())
}

/// The payoffs that are sustained from each state on.
fn payoffs_by_state(result: &Value) -> Result<(String, String, LineChart), PlotError> {
    let states = result["states"].as_object().ok_or_else(|| missing("states"))?;
    let discount = exact(&result["discount"], "discount factor")?;
    let (mut series, mut furthest) = (Vec::new(), 0.0f64);
    let mut names: Option<[&String; 2]> = None;
    for (state, sets) in states {
        let inner = sets["inner"].as_array().ok_or_else(|| missing("inner"))?;
        furthest = furthest.max(match sets.get("distance") {
            Some(Value::Null) | None => f64::INFINITY,
            Some(distance) => number(distance, "distance")?,
        });
        let Some(first) = inner.first() else { continue };
        if first["payoffs"].as_object().is_some_and(|payoffs| payoffs.len() > 2) {
            return Err(of_several());
        }
        let players = *names.get_or_insert(players(Some(&first["payoffs"]))?);
        let corners = inner.iter().map(|one| &one["payoffs"]);
        // Corners of polytopes come in no order.
        let points = outer_line(outline(corners, players)?);
        series.push(Series { name: state.clone(), points, ..Series::default() });
    }
    let [row, column] = names.ok_or_else(|| missing("payoffs that are sustained"))?;
    let remark = if furthest.is_finite() {
        format!(
            "all points on and within an outline are sustained from its state on, and none further outside than {}",
            Notation::Significant(2).float(furthest)
        )
    } else {
        "all points on and within an outline are sustained from its state on".to_owned()
    };
    Ok((
        format!(
            "Payoffs of subgame-perfect equilibria by state at discount factor {}",
            Notation::Significant(4).exact(&discount)
        ),
        remark,
        LineChart {
            x: Axis::new(format!("payoff {row}")),
            y: Axis::new(format!("payoff {column}")),
            series,
            marks: Vec::new(),
        },
    ))
}

/// The line around points, back to the first (Andrew 1979).
fn outer_line(mut points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    points.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
    points.dedup();
    let half = |points: &mut dyn Iterator<Item = &(f64, f64)>| {
        let mut line: Vec<(f64, f64)> = Vec::new();
        for &(x, y) in points {
            while let [.., from, to] = line.as_slice()
                && (to.0 - from.0) * (y - from.1) - (to.1 - from.1) * (x - from.0) <= 0.0
            {
                line.pop();
            }
            line.push((x, y));
        }
        line
    };
    let mut line = half(&mut points.iter());
    line.extend(half(&mut points.iter().rev()).into_iter().skip(1));
    line
}

/// The polygon of payoffs.
fn polygon(result: &Value, kind: &str) -> Result<(String, String, LineChart), PlotError> {
    let vertices = result["vertices"].as_array().ok_or_else(|| missing("vertices"))?;
    let [row, column] = players(vertices.first().map(|one| &one["payoffs"]))?;
    let around = outline(vertices.iter().map(|vertex| &vertex["payoffs"]), [row, column])?;
    let outline = Series { points: around, ..Series::default() };
    let remark = match vertices.len() {
        1 => "all of them pay this point",
        2 => "exactly the points between these two are paid",
        _ => "exactly the points on and within the outline are paid",
    };
    Ok((
        format!("Payoffs of {kind}"),
        remark.to_owned(),
        LineChart {
            x: Axis::new(format!("payoff {row}")),
            y: Axis::new(format!("payoff {column}")),
            series: vec![outline],
            marks: Vec::new(),
        },
    ))
}
