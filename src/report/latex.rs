//! Tables as LaTeX with `booktabs`; the standalone form compiles by itself with pdfLaTeX.
//!
//! Numbers are aligned on the decimal point by invisible digits (`\phantom`), which needs no
//! package. A table that is wider than the text is scaled down to it.

use super::table::{
    Alignment, Cell, Column, Content, Direction, Table, cell_text, footnote_mark, one_line,
};
use super::text::wrap;
use crate::num::abridge;

/// The first line of a table that is to be included in a document.
const FIRST_LINE: &str =
    "% written by detente; needs \\usepackage{booktabs} and \\usepackage{graphicx}\n";
/// So many characters of sentences still stand with their table on a page.
const MOST_BELOW: usize = 3000;

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// A whole document instead of a `table` environment to be included in one.
    pub standalone: bool,
}

/// The table as a `table` environment, or as a document.
///
/// Included in a document of the user's it needs the packages `booktabs` and `graphicx`.
#[must_use]
pub fn render(table: &Table, options: &Options) -> String {
    let mut out = String::new();
    if options.standalone {
        out.push_str("\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n");
        out.push_str("\\usepackage{booktabs}\n\\usepackage{graphicx}\n");
        // Beyond this many characters upright paper would make the letters too small.
        let wide = content_widths(table).iter().map(|width| width + 2).sum::<usize>() > 100;
        let landscape = if wide { ",landscape" } else { "" };
        out.push_str(&format!(
            "\\usepackage[margin=2cm{landscape}]{{geometry}}\n\\begin{{document}}\n"
        ));
    } else {
        out.push_str(FIRST_LINE);
    }
    out.push_str("\\begin{table}[htbp]\n\\centering\n");
    if !table.title.is_empty() {
        out.push_str(&format!("\\caption{{{}}}\n\\medskip\n", escape(&one_line(&table.title))));
    }
    out.push_str("\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%\n");
    tabular(table, &mut out);
    out.push_str("}\n");
    // What floats does not break over pages: much text stands after the table, where it can.
    let long =
        table.sentences.iter().map(|sentence| sentence.text.len()).sum::<usize>() > MOST_BELOW;
    let (mut inside, mut after) = (notes(table), sentences(table));
    if !long {
        inside.append(&mut after);
    }
    if !inside.is_empty() {
        out.push_str("\n\\medskip\n\\begin{minipage}{\\linewidth}\\footnotesize\n");
        out.push_str(&inside.concat());
        out.push_str("\\end{minipage}\n");
    }
    out.push_str("\\end{table}\n");
    if !after.is_empty() {
        out.push_str("\n{\\footnotesize\n");
        out.push_str(&after.concat());
        out.push_str("}\n");
    }
    if options.standalone {
        out.push_str("\\end{document}\n");
    }
    out
}

fn tabular(table: &Table, out: &mut String) {
    let spec: String = table
        .columns()
        .iter()
        .map(|column| if column.alignment == Alignment::Left { 'l' } else { 'r' })
        .collect();
    out.push_str(&format!("\\begin{{tabular}}{{@{{}}{spec}@{{}}}}\n\\toprule\n"));
    let mut line = |cells: Vec<String>| out.push_str(&format!("{} \\\\\n", cells.join(" & ")));
    let widths = content_widths(table);
    let header = |(column, &width): (&Column, &usize)| header(column, width);
    line(table.columns().iter().zip(&widths).map(header).collect());
    out.push_str("\\midrule\n");
    let places: Vec<usize> = (0..table.columns().len())
        .map(|column| {
            let rows = table.groups().iter().flat_map(|group| &group.rows);
            rows.map(|row| tail(&row[column], &table.columns()[column]).len()).max().unwrap_or(0)
        })
        .collect();
    for (position, group) in table.groups().iter().enumerate() {
        if position > 0 {
            out.push_str("\\addlinespace\n");
        }
        if let Some(title) = &group.title {
            out.push_str(&format!(
                "\\multicolumn{{{}}}{{@{{}}l}}{{\\textit{{{}}}}} \\\\\n",
                table.columns().len().max(1),
                escape(&one_line(title))
            ));
        }
        for row in &group.rows {
            let cells: Vec<String> = row
                .iter()
                .zip(table.columns())
                .zip(&places)
                .map(|((cell, column), &places)| write_cell(cell, column, places))
                .collect();
            out.push_str(&format!("{} \\\\\n", cells.join(" & ")));
        }
    }
    out.push_str("\\bottomrule\n\\end{tabular}%\n");
}

/// The widths of columns in characters, without their headers.
fn content_widths(table: &Table) -> Vec<usize> {
    let rows = || table.groups().iter().flat_map(|group| &group.rows);
    let columns = table.columns().iter().enumerate();
    columns
        .map(|(position, column)| {
            rows().map(|row| cell_text(&row[position], column).chars().count()).max().unwrap_or(0)
        })
        .collect()
}

/// A header over as many lines as keep it from being much wider than what stands below.
fn header(column: &Column, width: usize) -> String {
    let text = one_line(&column.header);
    // Words are not cut: a name that is longer than its numbers makes the column wider.
    let longest = text.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
    let left = column.alignment == Alignment::Left;
    let room = if left { text.len() } else { width.max(8).max(longest) };
    let mut lines: Vec<String> = wrap(&text, room).iter().map(|line| escape(line)).collect();
    if let Some(unit) = &column.unit {
        lines.push(format!("\\small {}", escape(&one_line(unit))));
    }
    let side = if column.alignment == Alignment::Left { 'l' } else { 'r' };
    match lines.as_slice() {
        [line] => line.clone(),
        _ => format!("\\shortstack[{side}]{{{}}}", lines.join(" \\\\ ")),
    }
}

/// The footnotes, each a paragraph.
fn notes(table: &Table) -> Vec<String> {
    let notes = table.footnotes.iter().enumerate();
    notes
        .map(|(position, note)| {
            let text = escape(&abridge(&one_line(note)));
            format!("\\textsuperscript{{{}}} {text}\\par\n", footnote_mark(position))
        })
        .collect()
}

/// The sentences, each a paragraph.
fn sentences(table: &Table) -> Vec<String> {
    let sentences = table.sentences.iter();
    sentences
        .map(|sentence| {
            let text = escape(&abridge(&one_line(&sentence.text)));
            match &sentence.about {
                Some(about) => {
                    format!("\\textbf{{{}}}: {text}\\par\n", escape(&one_line(about)))
                }
                None => format!("{text}\\par\n"),
            }
        })
        .collect()
}

/// What stands after the place that is aligned, the point included; empty for other cells.
fn tail(cell: &Cell, column: &Column) -> String {
    let number = matches!(cell.content, Content::Exact(_) | Content::Float(_));
    if column.alignment != Alignment::Decimal || !number {
        return String::new();
    }
    let text = cell_text(cell, column);
    text.rfind('.').map_or_else(String::new, |point| text[point..].to_string())
}

fn write_cell(cell: &Cell, column: &Column, places: usize) -> String {
    let text = cell_text(cell, column);
    let is_number = matches!(cell.content, Content::Exact(_) | Content::Float(_));
    let mut out = match &cell.content {
        Content::Change(direction, verdict) => {
            let symbol = match direction {
                Direction::Lower => "$\\downarrow$",
                Direction::Same => return "$=$ same".into(),
                Direction::Higher => "$\\uparrow$",
            };
            let word = if verdict.word().is_empty() { direction.word() } else { verdict.word() };
            format!("{symbol} {word}")
        }
        Content::Missing => "--".into(),
        // A hyphen before a digit is a minus.
        _ if is_number => escape(&text).replace('-', "$-$"),
        _ => escape(&text),
    };
    if column.alignment == Alignment::Decimal && is_number {
        let own = tail(cell, column).len();
        if own < places {
            let point = if own == 0 { "." } else { "" };
            let zeros = "0".repeat(places - own - point.len());
            out.push_str(&format!("\\phantom{{{point}{zeros}}}"));
        }
    }
    if let Some(note) = cell.footnote {
        // Of no width, so that the mark does not push the number out of line.
        out.push_str(&format!("\\rlap{{\\textsuperscript{{{}}}}}", footnote_mark(note)));
    }
    out
}

/// Characters outside ASCII that pdfLaTeX does not know by itself.
const SYMBOLS: &[(char, &str)] = &[
    ('α', "$\\alpha$"),
    ('β', "$\\beta$"),
    ('γ', "$\\gamma$"),
    ('δ', "$\\delta$"),
    ('ε', "$\\varepsilon$"),
    ('ζ', "$\\zeta$"),
    ('η', "$\\eta$"),
    ('θ', "$\\theta$"),
    ('ι', "$\\iota$"),
    ('κ', "$\\kappa$"),
    ('λ', "$\\lambda$"),
    ('μ', "$\\mu$"),
    ('ν', "$\\nu$"),
    ('ξ', "$\\xi$"),
    ('π', "$\\pi$"),
    ('ρ', "$\\rho$"),
    ('σ', "$\\sigma$"),
    ('τ', "$\\tau$"),
    ('φ', "$\\varphi$"),
    ('χ', "$\\chi$"),
    ('ψ', "$\\psi$"),
    ('ω', "$\\omega$"),
    ('Γ', "$\\Gamma$"),
    ('Δ', "$\\Delta$"),
    ('Λ', "$\\Lambda$"),
    ('Π', "$\\Pi$"),
    ('Σ', "$\\Sigma$"),
    ('Φ', "$\\Phi$"),
    ('Ω', "$\\Omega$"),
    ('−', "$-$"),
    ('×', "$\\times$"),
    ('·', "$\\cdot$"),
    ('≤', "$\\leq$"),
    ('≥', "$\\geq$"),
    ('≠', "$\\neq$"),
    ('≈', "$\\approx$"),
    ('∞', "$\\infty$"),
    ('→', "$\\rightarrow$"),
    ('←', "$\\leftarrow$"),
    ('↑', "$\\uparrow$"),
    ('↓', "$\\downarrow$"),
    ('±', "$\\pm$"),
    ('°', "$^\\circ$"),
    ('²', "$^2$"),
    ('³', "$^3$"),
    ('½', "$1/2$"),
    ('–', "--"),
    ('—', "---"),
    ('‘', "`"),
    ('’', "'"),
    ('“', "``"),
    ('”', "''"),
    ('…', "\\dots{}"),
    ('\u{a0}', "~"),
    ('\u{2009}', "\\,"),
    ('\u{202f}', "\\,"),
];

/// Text that LaTeX sets as it reads; what stands between backticks is set as code.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        escape_plain(before, &mut out);
        rest = match after.split_once('`') {
            Some((code, rest)) => {
                out.push_str("\\texttt{");
                escape_plain(code, &mut out);
                out.push('}');
                rest
            }
            None => {
                out.push_str("\\textasciigrave{}");
                after
            }
        };
    }
    escape_plain(rest, &mut out);
    out
}

fn escape_plain(text: &str, out: &mut String) {
    let mut before = None;
    for character in text.chars() {
        // Two hyphens would become a dash, and two apostrophes a quotation mark.
        if matches!(character, '-' | '\'') && before == Some(character) {
            out.push_str("{}");
        }
        // At the start of a line both would belong to the line break before it.
        let starts = before.is_none() && character == '*';
        before = Some(character);
        match character {
            '[' => out.push_str("{[}"),
            '*' if starts => out.push_str("{*}"),
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            '|' => out.push_str("\\textbar{}"),
            '"' => out.push_str("\\textquotedblright{}"),
            // The command `\$` asks for a font that small installations do not have.
            '$' => out.push_str("\\char36{}"),
            '{' | '}' | '&' | '#' | '%' | '_' => {
                out.push('\\');
                out.push(character);
            }
            _ => match SYMBOLS.iter().find(|(known, _)| *known == character) {
                Some((_, command)) => out.push_str(command),
                None => out.push(character),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{Notation, Rational};
    use crate::report::Verdict;

    #[test]
    fn every_special_character_is_escaped() {
        assert_eq!(
            escape("a_b & 50% #1 {x} $ ~ ^ \\ <δ>"),
            "a\\_b \\& 50\\% \\#1 \\{x\\} \\char36{} \\textasciitilde{} \\textasciicircum{} \
             \\textbackslash{} \\textless{}$\\delta$\\textgreater{}"
        );
    }

    #[test]
    fn code_is_set_as_code_and_signs_stay_signs() {
        assert_eq!(
            escape("[`a_b` of `c`]; --=-+ a`b"),
            "{[}\\texttt{a\\_b} of \\texttt{c}]; -{}-=-+ a\\textasciigrave{}b"
        );
    }

    #[test]
    fn headers_are_broken_between_words_only() {
        let columns = ["δ* Restraint", "best correlated sum", "equilibria"];
        let columns = columns.map(|header| Column::number("x", header, Notation::Places(4)));
        let mut table = Table::new("T", columns.to_vec());
        table.push(vec![1.0.into(), 1.0.into(), 1.0.into()]);
        let text = render(&table, &Options::default());
        assert!(
            text.contains(
                "\\shortstack[r]{$\\delta$* \\\\ Restraint} & \
             \\shortstack[r]{best \\\\ correlated \\\\ sum} & equilibria"
            ),
            "{text}"
        );
    }

    #[test]
    fn a_long_story_does_not_float() {
        let mut table = Table::new("T", vec![Column::name("id", "id")]);
        table.sentence(None, "Short.");
        let short = render(&table, &Options::default());
        assert!(short.find("Short.") < short.find("\\end{table}"));
        table.sentence(None, "Long. ".repeat(1000));
        let long = render(&table, &Options::default());
        assert!(long.find("Short.") > long.find("\\end{table}"));
    }

    #[test]
    fn numbers_are_padded_to_one_length_after_the_point() {
        let mut table = Table::new(
            "T",
            vec![
                Column::name("id", "id"),
                Column::number("x", "x", Notation::Beside(3)).with_unit("%"),
                Column::text("c", "c"),
            ],
        );
        let note = table.footnote("Note");
        table.push(vec!["a".into(), Rational::new(-1, 3).into(), Cell::missing()]);
        table.push(vec![
            "b".into(),
            Cell::from(Rational::from(7)).with_footnote(note),
            Cell::change(Direction::Higher, Verdict::Worse),
        ]);
        let text = render(&table, &Options { standalone: true });
        assert!(text.contains("a & $-$1/3 ($-$0.333) & -- \\\\\n"), "{text}");
        assert!(
            text.contains(
                "b & 7\\phantom{.0000}\\rlap{\\textsuperscript{a}} & $\\uparrow$ worse \\\\\n"
            ),
            "{text}"
        );
        assert_eq!(text.matches("\\begin{").count(), text.matches("\\end{").count());
    }
}
