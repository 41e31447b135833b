//! Tables as CSV (RFC 4180), one line a row, for spreadsheets and scripts.
//!
//! Numbers are the shortest decimals that read back as the nearest machine number; on request each
//! exact number has a second column `…_exact` with its fraction. Missing values are empty, and a
//! number beyond every other is `inf`. Names of columns are unique: a second `a` is `a_2`.
//! Sentences and footnotes are left out.

use std::collections::BTreeSet;

use super::table::{Cell, Content, Table, one_line};
use crate::num::{scientific, shortest};

/// What a CSV file holds beside the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// A column `KEY_exact` after each column that holds an exact number.
    pub exact: bool,
}

/// The table as CSV with a header of column keys. When a group has a title the first column is
/// `group`.
#[must_use]
pub fn render(table: &Table, options: &Options) -> String {
    let grouped = table.groups().iter().any(|group| group.title.is_some());
    let exact: Vec<bool> = (0..table.columns().len())
        .map(|column| {
            let mut rows = table.groups().iter().flat_map(|group| &group.rows);
            options.exact && rows.any(|row| matches!(row[column].content, Content::Exact(_)))
        })
        .collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut record = Vec::new();
    if grouped {
        record.push("group".to_string());
    }
    for (column, exact) in table.columns().iter().zip(&exact) {
        record.push(column.key.clone());
        if *exact {
            record.push(format!("{}_exact", column.key));
        }
    }
    make_unique(&mut record);
    // Writing to memory fails only when records differ in length, and these do not.
    let _ = writer.write_record(&record);
    for group in table.groups() {
        for row in &group.rows {
            record.clear();
            if grouped {
                record.push(group.title.as_deref().map(one_line).unwrap_or_default());
            }
            for (cell, exact) in row.iter().zip(&exact) {
                record.push(field(cell));
                if *exact {
                    record.push(match &cell.content {
                        Content::Exact(value) => value.to_string(),
                        _ => String::new(),
                    });
                }
            }
            let _ = writer.write_record(&record);
        }
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// Numbers the later ones of equal names: `a`, `a_2`, `a_3`.
fn make_unique(names: &mut [String]) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for name in names {
        let mut unique = name.clone();
        let mut count = 1;
        while !taken.insert(unique.clone()) {
            count += 1;
            unique = format!("{name}_{count}");
        }
        *name = unique;
    }
}

fn field(cell: &Cell) -> String {
    if let Some(value) = cell.in_files {
        return shortest(value);
    }
    match &cell.content {
        Content::Text(text) => one_line(text),
        Content::Exact(value) => {
            let nearest = value.to_f64();
            // Beyond the range of machine numbers, where a fraction has hundreds of digits.
            if nearest.is_finite() && (nearest != 0.0 || value.is_zero()) {
                shortest(nearest)
            } else {
                scientific(value, 17)
            }
        }
        Content::Float(value) => shortest(*value),
        Content::Change(direction, verdict) => match verdict.word() {
            "" => direction.word().into(),
            verdict => format!("{} ({verdict})", direction.word()),
        },
        Content::Missing => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{Notation, Rational};
    use crate::report::{Cell, Column, Direction, Verdict};

    #[test]
    fn columns_have_names_of_their_own_and_numbers_only() {
        let names = ["a", "a", "b", "a"];
        let columns = names.map(|key| Column::number(key, "x", Notation::Places(2)));
        let mut table = Table::new("t", columns.to_vec());
        let huge = Rational::from(10).pow(4000).unwrap();
        table.push(vec![
            Cell::text("never").in_files(f64::INFINITY),
            Cell::missing(),
            huge.clone().into(),
            huge.recip().unwrap().into(),
        ]);
        assert_eq!(
            render(&table, &Options::default()),
            "a,a_2,b,a_3\ninf,,1.0000000000000000e4000,1.0000000000000000e-4000\n"
        );
    }

    #[test]
    fn exact_numbers_have_a_column_of_their_own_where_asked() {
        let mut table = Table::new(
            "t",
            vec![
                Column::name("id", "id"),
                Column::number("risk", "risk", Notation::Places(2)),
                Column::text("change", "change"),
            ],
        );
        table.push(vec![
            "a \"b\", c".into(),
            Rational::new(9, 259).into(),
            Cell::change(Direction::Lower, Verdict::Better),
        ]);
        table.start_group("tests");
        table.push(vec!["d".into(), 0.5.into(), Cell::missing()]);
        assert_eq!(
            render(&table, &Options { exact: true }),
            "group,id,risk,risk_exact,change\n\
             ,\"a \"\"b\"\", c\",0.03474903474903475,9/259,lower (better)\n\
             tests,d,0.5,,\n"
        );
        assert!(render(&table, &Options::default()).starts_with("group,id,risk,change\n"));
    }
}
