//! Simulations in files: JSON, and a row for each number as CSV.

use serde_json::{Map, Value, json};

use crate::num::{Interval, Notation, Rational};
use crate::report::table::{Cell, Column, Table};
use crate::solve::{Exhausted, Status};
use crate::study::simulate::{Missing, PathRow, QUANTILES, agreement};

use super::{MOST_LABELS, Shown, middle};

/// A share with its interval and what is expected.
fn share_json((share, interval, expected): (f64, [f64; 2], Option<Interval>)) -> Value {
    let mut object = Map::new();
    object.insert("share".into(), json!(share));
    object.insert("interval".into(), json!(interval));
    if let Some(expected) = expected {
        object.insert("expected".into(), json!([expected.lower(), expected.upper()]));
    }
    Value::Object(object)
}

/// A probability as files state it.
fn level(percent: u8) -> f64 {
    f64::from(percent) / 100.0
}

fn word_of(missing: Option<&Missing>) -> &'static str {
    missing.map_or("computed", |missing| missing.word())
}

/// The longest fraction that is written exactly, in bits.
const LONGEST: usize = 2048;

fn exact_json(value: &Rational) -> Value {
    if value.bit_len() > LONGEST { json!(value.to_f64()) } else { json!(value) }
}

/// One path as JSON.
#[must_use]
pub fn row_json(row: &PathRow, labels: &[String]) -> Value {
    json!({
        "path": row.path,
        "payoff": row.average,
        "discounted": row.discounted,
        "first": row.first,
        "last": labels[row.last],
    })
}

/// What a simulation came to, for its JSON: everything but the model.
#[must_use]
pub fn json(shown: &Shown<'_>) -> Map<String, Value> {
    let simulation = shown.simulation;
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| {
        object.insert(key.to_owned(), value);
    };
    put("scenario", json!(shown.scenario.id));
    put("plan", json!(shown.plan));
    put("play", json!(shown.prepared.kind));
    put("about", json!(shown.prepared.about));
    put("discount", json!(shown.prepared.discount.as_ref().map(|discount| discount.value())));
    put("random", json!("xoshiro256++, a stream for each path seeded by splitmix64"));
    let (status, limit) = match simulation.status {
        Status::Partial(Exhausted::Time) => ("partial", Some("time")),
        Status::Partial(_) => ("partial", Some("cancelled")),
        _ => ("solved", None),
    };
    put("status", json!(status));
    if let Some(limit) = limit {
        put("limit", json!(limit));
    }
    put("arithmetic", json!("float"));
    put("paths", json!(simulation.tally.paths));
    let numbers = shown.comparisons.iter().map(|one| {
        let (quantity, of) = shown.names(one.quantity);
        let mut object = Map::new();
        object.insert("quantity".into(), json!(quantity));
        object.insert("of".into(), json!(of));
        object.insert("simulated".into(), json!(one.found));
        object.insert("interval".into(), json!(one.interval));
        if let Some(expected) = one.expected {
            object.insert("expected".into(), json!([expected.lower(), expected.upper()]));
            object.insert("z".into(), json!(one.z));
        }
        if let Some(value) = &one.for_ever {
            object.insert("for_ever".into(), exact_json(value));
        }
        Value::Object(object)
    });
    put("numbers", Value::Array(numbers.collect()));
    if let Some(reference) = shown.reference {
        put(
            "expected",
            json!({
                "over_time": word_of(reference.over_time.as_ref().err()),
                "for_ever": word_of(reference.for_ever.as_ref().err()),
            }),
        );
    }
    let agreement = agreement(shown.comparisons);
    if shown.over_time().is_some() {
        put(
            "agreement",
            json!({
                "compared": agreement.compared,
                "beyond": agreement.beyond,
                "largest": agreement.largest,
                "exact_numbers_differ": agreement.apart,
            }),
        );
    }
    let events = shown.events().iter().enumerate().map(|(event, name)| {
        let quantiles = QUANTILES.iter().enumerate().map(|(at, &percent)| {
            let found = shown.quantile(event, percent);
            let mut value =
                json!({ "level": level(percent), "time": found.time, "interval": found.interval });
            if let Some(over) = shown.over_time() {
                let [first, last] = over.quantiles[event][at];
                value["expected"] = if first == last { json!(first) } else { json!([first, last]) };
            }
            value
        });
        json!({ "event": name, "quantiles": quantiles.collect::<Vec<_>>() })
    });
    put("events", Value::Array(events.collect()));
    let labels = shown.followed(MOST_LABELS);
    let looks = simulation.looks.iter().enumerate().map(|(look, period)| {
        let events: Map<String, Value> = (shown.events().iter().enumerate())
            .map(|(event, name)| (name.clone(), share_json(shown.event_by(look, event))))
            .collect();
        let shares: Map<String, Value> = labels
            .iter()
            .map(|&label| (shown.labels()[label].clone(), share_json(shown.label_at(look, label))))
            .collect();
        json!({ "period": period, "events": events, shown.prepared.labelled: shares })
    });
    put("by_period", Value::Array(looks.collect()));
    let rows = simulation.sample.iter().map(|row| row_json(row, shown.labels()));
    put("sample", Value::Array(rows.collect()));
    if let Some(reference) = shown.reference {
        put("certificate", json!({ "checked": reference.certificate.checked }));
    }
    put("warnings", json!(shown.prepared.warnings));
    object
}

/// The table of CSV files: a row for each number.
#[must_use]
pub fn tidy(shown: &Shown<'_>) -> Table {
    let names = [
        "quantity",
        "of",
        "period",
        "level",
        "simulated",
        "low",
        "high",
        "expected",
        "z",
        "for_ever",
    ];
    let columns = names.map(|name| Column::number(name, name, Notation::Exact));
    let mut table = Table::new("Simulation", columns.to_vec());
    let missing = Cell::missing;
    let number = |value: Option<u64>| value.map(|time| time as f64);
    for one in shown.comparisons {
        let (quantity, of) = shown.names(one.quantity);
        table.push(vec![
            quantity.into(),
            of.into(),
            missing(),
            missing(),
            one.found.into(),
            one.interval.map(|ends| ends[0]).into(),
            one.interval.map(|ends| ends[1]).into(),
            one.expected.map(middle).into(),
            one.z.into(),
            one.for_ever.as_ref().map(Rational::to_f64).into(),
        ]);
    }
    for (event, name) in shown.events().iter().enumerate() {
        for (at, percent) in QUANTILES.into_iter().enumerate() {
            let found = shown.quantile(event, percent);
            // Where it is between two periods, the cell is empty: one column holds one number.
            let decided = shown
                .over_time()
                .map(|over| over.quantiles[event][at])
                .filter(|[first, last]| first == last);
            table.push(vec![
                "time".into(),
                name.as_str().into(),
                missing(),
                level(percent).into(),
                number(found.time).into(),
                number(found.interval[0]).into(),
                number(found.interval[1]).into(),
                decided.and_then(|[time, _]| number(time)).into(),
                missing(),
                missing(),
            ]);
        }
    }
    for (look, &period) in shown.simulation.looks.iter().enumerate() {
        let events = (shown.events().iter().enumerate())
            .map(|(event, name)| ("happened_by", name, shown.event_by(look, event)));
        let labels = shown.followed(MOST_LABELS).into_iter().map(|label| {
            (shown.prepared.labelled, &shown.labels()[label], shown.label_at(look, label))
        });
        for (quantity, of, (share, interval, expected)) in events.chain(labels) {
            table.push(vec![
                quantity.into(),
                of.as_str().into(),
                (period as f64).into(),
                missing(),
                share.into(),
                interval[0].into(),
                interval[1].into(),
                expected.map(middle).into(),
                missing(),
                missing(),
            ]);
        }
    }
    table
}
