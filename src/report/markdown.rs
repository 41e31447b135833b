//! Tables as GitHub-flavoured Markdown, for README files and issues.

use super::table::{Alignment, Table, cell_text, footnote_mark, one_line};

/// The table with its title, notes and sentences.
#[must_use]
pub fn render(table: &Table) -> String {
    let mut out = String::new();
    if !table.title.is_empty() {
        out.push_str(&format!("**{}**\n\n", escape(&one_line(&table.title))));
    }
    let mut line = |cells: Vec<String>| out.push_str(&format!("| {} |\n", cells.join(" | ")));
    line(
        table
            .columns()
            .iter()
            .map(|column| match &column.unit {
                Some(unit) => escape(&format!("{}, {}", one_line(&column.header), one_line(unit))),
                None => escape(&one_line(&column.header)),
            })
            .collect(),
    );
    line(
        table
            .columns()
            .iter()
            .map(|column| match column.alignment {
                Alignment::Left => ":--".into(),
                _ => "--:".into(),
            })
            .collect(),
    );
    for group in table.groups() {
        if let Some(title) = &group.title {
            let mut cells = vec![String::new(); table.columns().len()];
            if let Some(first) = cells.first_mut() {
                *first = format!("**{}**", escape(&one_line(title)));
            }
            line(cells);
        }
        for row in &group.rows {
            line(
                row.iter()
                    .zip(table.columns())
                    .map(|(cell, column)| {
                        let text = escape(&cell_text(cell, column));
                        match cell.footnote {
                            Some(note) => format!("{text}<sup>{}</sup>", footnote_mark(note)),
                            None => text,
                        }
                    })
                    .collect(),
            );
        }
    }
    if !table.footnotes.is_empty() {
        out.push('\n');
    }
    for (position, note) in table.footnotes.iter().enumerate() {
        let mark = footnote_mark(position);
        out.push_str(&format!("<sup>{mark}</sup> {}  \n", escape(&one_line(note))));
    }
    if !table.sentences.is_empty() {
        out.push('\n');
    }
    for sentence in &table.sentences {
        let text = escape(&one_line(&sentence.text));
        match &sentence.about {
            Some(about) => out.push_str(&format!("- **{}**: {text}\n", escape(&one_line(about)))),
            None => out.push_str(&format!("- {text}\n")),
        }
    }
    out
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '~' | '#' => {
                out.push('\\');
                out.push(character);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{Notation, Rational};
    use crate::report::{Cell, Column};

    #[test]
    fn names_cannot_break_the_table() {
        let mut table = Table::new(
            "",
            vec![
                Column::name("id", "id"),
                Column::number("x", "x", Notation::Places(2)).with_unit("a year"),
            ],
        );
        let note = table.footnote("n");
        table.push(vec!["a|b\n<i>*c*".into(), Cell::from(Rational::ONE).with_footnote(note)]);
        assert_eq!(
            render(&table),
            "| id | x, a year |\n| :-- | --: |\n\
             | a\\|b &lt;i&gt;\\*c\\* | 1.00<sup>a</sup> |\n\n<sup>a</sup> n  \n"
        );
    }
}
