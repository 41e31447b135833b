use super::super::table::Direction;
use super::*;
use crate::num::{Notation, Rational};

fn mechanisms() -> Table {
    let mut table = Table::new(
        "What each mechanism changes",
        vec![
            Column::name("mechanism", "mechanism"),
            Column::number("critical", "critical discount", Notation::Beside(4)),
            Column::number("risk", "risk", Notation::Places(5)).with_unit("per year"),
            Column::text("change", "change"),
        ],
    );
    let note = table.footnote("By construction: what it adds exists only inside it.");
    table.push(vec![
        "status quo".into(),
        Rational::new(2, 3).into(),
        Rational::new(9, 259).into(),
        Cell::missing(),
    ]);
    table.start_group("cooperative");
    table.push(vec![
        "hotline that works only while Moderate is kept".into(),
        Rational::from(1).into(),
        Cell::from(1e-9).with_footnote(note),
        Cell::change(Direction::Lower, Verdict::Better),
    ]);
    table.push(vec![
        "arms limitation".into(),
        "never".into(),
        Cell::from(Rational::new(-157, 100)),
        Cell::change(Direction::Same, Verdict::Neutral),
    ]);
    table.sentence(Some("arms limitation"), "Maximum is gone, so that the punishment is too.");
    table
}

#[test]
fn numbers_stand_with_their_points_in_one_column() {
    let expected = "\
What each mechanism changes

                                                      critical      risk
mechanism                                             discount  per year  change
──────────────────────────────────────────────────────────────────────────────────
status quo                                        2/3 (0.6667)   0.03475  –

cooperative
  hotline that works only while Moderate is kept       1         1.0e-9ᵃ  ↓ better
  arms limitation                                        never  -1.57000  = same

ᵃ By construction: what it adds exists only inside it.

arms limitation: Maximum is gone, so that the punishment is too.
";
    assert_eq!(render(&mechanisms(), &Style::default()), expected);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in 20..90 {
        for ascii in [false, true] {
            let style = Style { width: Some(width), ascii, colour: false };
            for line in render(&mechanisms(), &style).lines() {
                assert!(line.width() <= width, "{width}: {line}");
                assert_eq!(line, line.trim_end());
            }
        }
    }
}

#[test]
fn names_are_repeated_where_a_table_is_cut_into_blocks() {
    let text = render(&mechanisms(), &Style { width: Some(40), ..Style::default() });
    let headers = text.lines().filter(|line| line.starts_with("mechanism")).count();
    assert!(headers >= 2, "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("  arms")).count(), headers);
}

#[test]
fn colour_changes_nothing_but_escapes() {
    let plain = render(&mechanisms(), &Style { width: Some(60), ..Style::default() });
    let coloured =
        render(&mechanisms(), &Style { width: Some(60), colour: true, ..Style::default() });
    let mut stripped = coloured.clone();
    for code in ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[32m", "\u{1b}[31m"] {
        stripped = stripped.replace(code, "");
    }
    assert!(coloured.contains("\u{1b}[32m↓ better\u{1b}[0m"));
    assert_eq!(stripped, plain);
}

#[test]
fn ascii_style_writes_ascii() {
    assert!(render(&mechanisms(), &Style { ascii: true, ..Style::default() }).is_ascii());
}

#[test]
fn an_empty_table_is_its_header() {
    let table = Table::new("", vec![Column::name("a", "A"), Column::text("b", "B")]);
    assert_eq!(render(&table, &Style::default()), "A  B\n────\n");
}

#[test]
fn wide_characters_count_double() {
    assert_eq!(wrap("高坂 正堯", 5), ["高坂", "正堯"]);
    assert_eq!(wrap("abcdef", 4), ["abcd", "ef"]);
    assert_eq!(wrap("", 4), [""]);
}

#[test]
fn a_percent_sign_stays_with_its_number() {
    assert_eq!(wrap("from 3.47 % to", 8), ["from", "3.47 %", "to"]);
}
