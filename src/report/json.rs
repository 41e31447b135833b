//! Tables as JSON: exact numbers are strings, machine numbers are numbers, missing values null.

use serde_json::{Map, Value, json};

use super::table::{Cell, Content, Table};

/// `{"title", "columns": [{"key", "header", "unit"}], "rows": [{"group", KEY: value, …}],
/// "notes", "sentences"}`. A change is `{"direction": "lower", "verdict": "better"}`.
#[must_use]
pub fn value(table: &Table) -> Value {
    let columns: Vec<Value> = table
        .columns()
        .iter()
        .map(|column| json!({"key": column.key, "header": column.header, "unit": column.unit}))
        .collect();
    let mut rows = Vec::new();
    for group in table.groups() {
        for row in &group.rows {
            let mut fields = Map::new();
            if let Some(title) = &group.title {
                fields.insert("group".into(), json!(title));
            }
            for (cell, column) in row.iter().zip(table.columns()) {
                fields.insert(column.key.clone(), cell_value(cell));
            }
            rows.push(Value::Object(fields));
        }
    }
    let sentences: Vec<Value> = table
        .sentences
        .iter()
        .map(|sentence| json!({"about": sentence.about, "text": sentence.text}))
        .collect();
    json!({
        "title": table.title,
        "columns": columns,
        "rows": rows,
        "notes": table.footnotes,
        "sentences": sentences,
    })
}

/// One cell. Infinities and NaN, which JSON has no numbers for, are strings.
#[must_use]
pub fn cell_value(cell: &Cell) -> Value {
    match &cell.content {
        Content::Text(text) => json!(text),
        Content::Exact(value) => json!(value.to_string()),
        Content::Float(value) if value.is_finite() => json!(value),
        Content::Float(value) => json!(crate::num::shortest(*value)),
        Content::Change(direction, verdict) => json!({
            "direction": direction.word(),
            "verdict": if verdict.word().is_empty() { "neutral" } else { verdict.word() },
        }),
        Content::Missing => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{Notation, Rational};
    use crate::report::{Column, Direction, Verdict};

    #[test]
    fn exact_numbers_are_strings_and_machine_numbers_are_numbers() {
        let mut table = Table::new(
            "t",
            vec![
                Column::name("id", "id"),
                Column::number("x", "x", Notation::Places(2)),
                Column::number("y", "y", Notation::Places(2)).with_unit("per year"),
            ],
        );
        table.push(vec![
            "a".into(),
            Rational::new(1, 3).into(),
            Cell::change(Direction::Higher, Verdict::Neutral),
        ]);
        table.push(vec!["b".into(), 0.25.into(), Cell::missing()]);
        let json = value(&table);
        assert_eq!(json["rows"][0]["x"], "1/3");
        assert_eq!(json["rows"][0]["y"], json!({"direction": "higher", "verdict": "neutral"}));
        assert_eq!(json["rows"][1], json!({"id": "b", "x": 0.25, "y": null}));
        assert_eq!(json["columns"][2]["unit"], "per year");
    }
}
