//! Tables for the terminal: plain columns, decimal point under decimal point.
//!
//! A table that is too wide for the terminal is first narrowed by breaking its columns of text
//! over several lines; then it is cut into blocks that repeat the columns that name the row; and
//! where not even one further column fits, each row becomes a list. Widths are those of a
//! terminal (Unicode Standard Annex 11), not numbers of characters.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::num::abridge;

use super::table::{
    Alignment, Cell, Column, Content, Table, Verdict, cell_text, footnote_mark, one_line,
};

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// The width of the terminal in columns; without it lines are as long as they need to be.
    pub width: Option<usize>,
    /// Bold, dim and colour by escape sequences.
    pub colour: bool,
    /// Only ASCII in what the table adds itself: rules, arrows and marks.
    pub ascii: bool,
}

const GAP: usize = 2;
const INDENT: usize = 2;
/// Further lines of a name are moved in by this.
const HANG: usize = 1;
/// Columns of text are not broken to less than this,
const NARROWEST: usize = 12;
/// nor into more lines than this,
const MOST_LINES: usize = 3;
/// unless they hold prose, which may be broken to this width.
const PROSE: usize = 40;
/// Sentences are not set wider than this, which is hard to read.
const WIDEST_SENTENCE: usize = 100;

/// The table as lines of text that end with a newline.
#[must_use]
pub fn render(table: &Table, style: &Style) -> String {
    let sheet = Sheet::of(table, style);
    let mut out = String::new();
    if !table.title.is_empty() {
        let width = style.width.unwrap_or(usize::MAX).max(NARROWEST);
        for line in wrap(&one_line(&table.title), width) {
            out.push_str(&style.paint(&line, Paint::Bold));
            out.push('\n');
        }
        out.push('\n');
    }
    match sheet.blocks(style) {
        // What has no columns is sentences only.
        _ if table.columns().is_empty() => {}
        Some(blocks) => {
            for (position, block) in blocks.iter().enumerate() {
                if position > 0 {
                    out.push('\n');
                }
                sheet.write_block(block, style, &mut out);
            }
        }
        None => sheet.write_lists(style, &mut out),
    }
    write_below(table, style, &mut out);
    out
}

#[derive(Clone, Copy)]
enum Paint {
    Plain,
    Bold,
    Dim,
    Good,
    Bad,
}

impl Style {
    fn paint(&self, text: &str, paint: Paint) -> String {
        if !self.colour || text.trim().is_empty() {
            return text.to_string();
        }
        let code = match paint {
            Paint::Plain => return text.to_string(),
            Paint::Bold => "1",
            Paint::Dim => "2",
            Paint::Good => "32",
            Paint::Bad => "31",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    fn rule(&self, width: usize) -> String {
        (if self.ascii { "-" } else { "─" }).repeat(width)
    }

    fn mark(&self, position: usize) -> String {
        const RAISED: &str = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖ";
        let letters = footnote_mark(position);
        let raised: Option<String> =
            letters.bytes().map(|letter| RAISED.chars().nth(usize::from(letter - b'a'))).collect();
        match raised {
            Some(raised) if !self.ascii => raised,
            _ => format!("[{letters}]"),
        }
    }

    /// Replaces what this crate writes outside ASCII; names of users stay as they are.
    fn plain(&self, cell: &Cell, text: String) -> String {
        match cell.content {
            Content::Change(..) if self.ascii => text.replace('↓', "-").replace('↑', "+"),
            Content::Missing if self.ascii => "-".into(),
            _ => text,
        }
    }
}

/// The written cells and the width that each column asks for.
struct Sheet<'a> {
    table: &'a Table,
    columns: Vec<Sized>,
    /// Of all groups, in order; rows of a group with a title are indented.
    rows: Vec<Line>,
}

struct Line {
    indent: usize,
    cells: Vec<Written>,
}

struct Written {
    text: String,
    /// Columns of the terminal before the place that is aligned.
    before: usize,
    width: usize,
    /// Whether it takes part in the alignment on the decimal point.
    is_number: bool,
    paint: Paint,
}

struct Sized {
    alignment: Alignment,
    names_row: bool,
    header: Vec<String>,
    before: usize,
    /// The width that nothing has to be broken for.
    natural: usize,
    /// The width below which words would be cut.
    least: usize,
}

struct Block {
    /// Positions of columns and their widths.
    columns: Vec<(usize, usize)>,
}

impl<'a> Sheet<'a> {
    fn of(table: &'a Table, style: &Style) -> Self {
        let mut rows = Vec::new();
        for group in table.groups() {
            let indent = if group.title.is_some() { INDENT } else { 0 };
            for row in &group.rows {
                let cells = row.iter().zip(table.columns());
                let cells = cells.map(|(cell, column)| Written::of(cell, column, style)).collect();
                rows.push(Line { indent, cells });
            }
        }
        let columns = table
            .columns()
            .iter()
            .enumerate()
            .map(|(position, column)| {
                let indents = position == 0 && column.alignment == Alignment::Left;
                Sized::of(
                    column,
                    rows.iter()
                        .map(|row| (if indents { row.indent } else { 0 }, &row.cells[position])),
                )
            })
            .collect();
        Sheet { table, columns, rows }
    }

    /// How the columns are spread over blocks; `None` when rows have to become lists.
    fn blocks(&self, style: &Style) -> Option<Vec<Block>> {
        let all: Vec<usize> = (0..self.columns.len()).collect();
        let Some(width) = style.width else {
            return Some(vec![self.fit(&all, usize::MAX)?]);
        };
        if let Some(block) = self.fit(&all, width) {
            return Some(vec![block]);
        }
        let (names, others): (Vec<usize>, Vec<usize>) =
            all.iter().partition(|&&column| self.columns[column].names_row);
        // All blocks give the names the same room: two fifths of the width, if they need it.
        let share = width * 2 / 5;
        let names: Vec<(usize, usize)> = names
            .iter()
            .map(|&column| {
                let sized = &self.columns[column];
                (column, sized.natural.min(share.max(sized.least)))
            })
            .collect();
        let taken: usize = names.iter().map(|&(_, width)| width + GAP).sum();
        let room = width.checked_sub(taken)?;
        let mut blocks = Vec::new();
        let mut left = others.as_slice();
        while !left.is_empty() {
            // The most columns that fit beside the names.
            let (count, block) = (1..=left.len())
                .rev()
                .find_map(|count| self.fit(&left[..count], room).map(|block| (count, block)))?;
            let columns = names.iter().copied().chain(block.columns).collect();
            blocks.push(Block { columns });
            left = &left[count..];
        }
        if blocks.is_empty() { None } else { Some(blocks) }
    }

    /// Widths for these columns, broken as little as possible; `None` when they do not fit.
    fn fit(&self, chosen: &[usize], width: usize) -> Option<Block> {
        let gaps = GAP * chosen.len().saturating_sub(1);
        let mut widths: Vec<usize> =
            chosen.iter().map(|&column| self.columns[column].natural).collect();
        let mut excess = widths.iter().sum::<usize>().saturating_add(gaps).saturating_sub(width);
        while excess > 0 {
            // Take one from the widest column that can still give.
            let (position, _) = chosen
                .iter()
                .enumerate()
                .filter(|&(position, &column)| widths[position] > self.columns[column].least)
                .max_by_key(|&(position, _)| (widths[position], std::cmp::Reverse(position)))?;
            widths[position] -= 1;
            excess -= 1;
        }
        Some(Block { columns: chosen.iter().copied().zip(widths).collect() })
    }

    fn write_block(&self, block: &Block, style: &Style, out: &mut String) {
        let total = block.columns.iter().map(|&(_, width)| width).sum::<usize>()
            + GAP * block.columns.len().saturating_sub(1);
        let headers: Vec<Vec<String>> = block
            .columns
            .iter()
            .map(|&(column, width)| {
                let sized = &self.columns[column];
                sized.header.iter().flat_map(|line| wrap(line, width)).collect()
            })
            .collect();
        let height = headers.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            let mut text = String::new();
            for (position, &(column, width)) in block.columns.iter().enumerate() {
                let lines = &headers[position];
                // Headers stand on the rule: what is shorter starts lower.
                let cell = (line + lines.len())
                    .checked_sub(height)
                    .and_then(|line| lines.get(line))
                    .map_or("", String::as_str);
                let left = self.columns[column].alignment == Alignment::Left;
                put(&mut text, position, &pad(cell, width, left));
            }
            out.push_str(&style.paint(text.trim_end(), Paint::Bold));
            out.push('\n');
        }
        out.push_str(&style.paint(&style.rule(total), Paint::Dim));
        out.push('\n');
        let mut rows = self.rows.iter();
        for (position, group) in self.table.groups().iter().enumerate() {
            if let Some(title) = &group.title {
                if position > 0 {
                    out.push('\n');
                }
                for line in wrap(&one_line(title), total) {
                    out.push_str(&style.paint(&line, Paint::Bold));
                    out.push('\n');
                }
            }
            for row in rows.by_ref().take(group.rows.len()) {
                self.write_row(row, block, style, out);
            }
        }
    }

    fn write_row(&self, row: &Line, block: &Block, style: &Style, out: &mut String) {
        let cells: Vec<Vec<String>> =
            block.columns.iter().map(|&(column, width)| self.lines(row, column, width)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            let mut text = String::new();
            let mut blank = 0;
            for (position, &(column, width)) in block.columns.iter().enumerate() {
                let Some(cell) = cells[position].get(line).filter(|cell| !cell.is_empty()) else {
                    blank += width + if position > 0 { GAP } else { 0 };
                    continue;
                };
                text.push_str(&" ".repeat(blank + if position > 0 { GAP } else { 0 }));
                blank = width - cell.width().min(width);
                text.push_str(&style.paint(cell, row.cells[column].paint));
            }
            out.push_str(&text);
            out.push('\n');
        }
    }

    /// The lines of one cell, padded on the left only.
    fn lines(&self, row: &Line, column: usize, width: usize) -> Vec<String> {
        let (cell, sized) = (&row.cells[column], &self.columns[column]);
        match sized.alignment {
            Alignment::Left => {
                let indent = if column == 0 { row.indent } else { 0 };
                // Further lines hang, so that the start of a row stays visible.
                let hang = if sized.names_row { HANG } else { 0 };
                let room = width.saturating_sub(indent);
                if cell.width <= room {
                    return vec![" ".repeat(indent) + &cell.text];
                }
                wrap(&cell.text, room.saturating_sub(hang))
                    .into_iter()
                    .enumerate()
                    .map(|(line, text)| {
                        " ".repeat(indent + if line > 0 { hang } else { 0 }) + &text
                    })
                    .collect()
            }
            Alignment::Decimal if cell.is_number => {
                vec![" ".repeat(sized.before.saturating_sub(cell.before)) + &cell.text]
            }
            _ => vec![" ".repeat(width.saturating_sub(cell.width)) + &cell.text],
        }
    }

    fn write_lists(&self, style: &Style, out: &mut String) {
        let width = style.width.unwrap_or(usize::MAX).max(NARROWEST);
        let mut rows = self.rows.iter();
        for group in self.table.groups() {
            if let Some(title) = &group.title {
                for line in wrap(&one_line(title), width) {
                    out.push_str(&style.paint(&line, Paint::Bold));
                    out.push('\n');
                }
                out.push('\n');
            }
            for row in rows.by_ref().take(group.rows.len()) {
                for (cell, (sized, column)) in
                    row.cells.iter().zip(self.columns.iter().zip(self.table.columns()))
                {
                    let header = sized.header.join(" ");
                    if column.names_row {
                        for line in wrap(&cell.text, width) {
                            out.push_str(&style.paint(&line, Paint::Bold));
                            out.push('\n');
                        }
                        continue;
                    }
                    for line in wrap(&format!("{header}: {}", cell.text), width - 2) {
                        out.push_str("  ");
                        out.push_str(&style.paint(&line, cell.paint));
                        out.push('\n');
                    }
                }
                out.push('\n');
            }
        }
        while out.ends_with("\n\n") {
            out.pop();
        }
    }
}

fn write_below(table: &Table, style: &Style, out: &mut String) {
    let width = style.width.unwrap_or(WIDEST_SENTENCE).clamp(NARROWEST, WIDEST_SENTENCE);
    if !table.footnotes.is_empty() {
        out.push('\n');
    }
    for (position, note) in table.footnotes.iter().enumerate() {
        let mark = style.mark(position);
        let hang = mark.width() + 1;
        for (line, text) in wrap(&one_line(note), width - hang).iter().enumerate() {
            let start = if line == 0 { format!("{mark} ") } else { " ".repeat(hang) };
            out.push_str(&style.paint(&format!("{start}{text}"), Paint::Dim));
            out.push('\n');
        }
    }
    if !table.sentences.is_empty() {
        out.push('\n');
    }
    for sentence in &table.sentences {
        let about = sentence.about.as_deref().map(one_line);
        let text = match &about {
            Some(about) => format!("{about}: {}", one_line(&sentence.text)),
            None => one_line(&sentence.text),
        };
        let text = abridge(&text);
        let hang = if about.is_some() { 2 } else { 0 };
        for (line, text) in wrap(&text, width - hang).iter().enumerate() {
            let head = about.as_deref().map_or(0, |about| about.len() + 1);
            match text.split_at_checked(head) {
                Some((start, rest)) if line == 0 => {
                    out.push_str(&style.paint(start, Paint::Bold));
                    out.push_str(rest);
                }
                _ => {
                    out.push_str(&" ".repeat(if line > 0 { hang } else { 0 }));
                    out.push_str(text);
                }
            }
            out.push('\n');
        }
    }
}

impl Written {
    fn of(cell: &Cell, column: &Column, style: &Style) -> Self {
        let mut text = style.plain(cell, cell_text(cell, column));
        let point = decimal_point(&text);
        let is_number =
            matches!(cell.content, Content::Exact(_) | Content::Float(_)) && point.is_some();
        let before = point.map_or(0, |point| text[..point].width());
        if let Some(position) = cell.footnote {
            text.push_str(&style.mark(position));
        }
        let paint = match (cell.verdict, &cell.content) {
            (Verdict::Better, _) => Paint::Good,
            (Verdict::Worse, _) => Paint::Bad,
            (_, Content::Missing) => Paint::Dim,
            _ => Paint::Plain,
        };
        Written { width: text.width(), before, is_number, paint, text }
    }
}

/// The place of the decimal point of a number, or of the end of its integer part: the last point
/// of `2/3 (0.6667)`, the end of `7`, the place before the blank of `12 %`.
fn decimal_point(text: &str) -> Option<usize> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.rfind('.').or_else(|| text.find([' ', 'e'])).or(Some(text.len()))
}

impl Sized {
    fn of<'w>(
        column: &Column,
        indented: impl Iterator<Item = (usize, &'w Written)> + Clone,
    ) -> Self {
        let cells = indented.clone().map(|(_, cell)| cell);
        let mut header = vec![one_line(&column.header)];
        if let Some(unit) = &column.unit {
            header.push(one_line(unit));
        }
        let numbers = cells.clone().filter(|cell| cell.is_number);
        let before = numbers.clone().map(|cell| cell.before).max().unwrap_or(0);
        let after = numbers.map(|cell| cell.width - cell.before).max().unwrap_or(0);
        let widest = indented.clone().map(|(indent, cell)| indent + cell.width).max().unwrap_or(0);
        let content = match column.alignment {
            Alignment::Decimal => widest.max(before + after),
            _ => widest,
        };
        let words = |text: &str| words(text).map(UnicodeWidthStr::width).max().unwrap_or(0);
        let longest_header_word = header.iter().map(|line| words(line)).max().unwrap_or(0);
        // A header may be broken for a column of numbers, and not for a column of text, which has
        // room; but not into more than about three lines.
        let header_width = header.iter().map(|line| line.width()).max().unwrap_or(0);
        let header_needs = match column.alignment {
            Alignment::Left => header_width,
            _ => longest_header_word.max(header_width.div_ceil(3)).max(header_width.min(8)),
        };
        let natural = content.max(header_needs).max(1);
        let least = match column.alignment {
            Alignment::Left => {
                let longest = indented.clone().map(|(indent, cell)| indent + words(&cell.text));
                let longest = longest.max().unwrap_or(0).max(longest_header_word) + HANG;
                let few_lines = |&width: &usize| {
                    indented.clone().all(|(indent, cell)| {
                        let room = width.saturating_sub(indent + HANG);
                        wrap(&cell.text, room).len() <= MOST_LINES
                    })
                };
                (longest.clamp(NARROWEST.min(natural), natural)..PROSE)
                    .find(few_lines)
                    .unwrap_or(PROSE)
                    .min(natural)
            }
            _ => natural,
        };
        Sized {
            alignment: column.alignment,
            names_row: column.names_row,
            header,
            // Numbers end at the right edge, under the end of the header.
            before: natural - after,
            natural,
            least,
        }
    }
}

fn put(line: &mut String, position: usize, cell: &str) {
    if position > 0 {
        line.push_str(&" ".repeat(GAP));
    }
    line.push_str(cell);
}

fn pad(text: &str, width: usize, left: bool) -> String {
    let room = " ".repeat(width.saturating_sub(text.width()));
    if left { format!("{text}{room}") } else { format!("{room}{text}") }
}

/// Breaks text between words so that no line is wider than `width`; a word that is wider is cut.
/// Never empty.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in words(text) {
        let wide = word.width();
        if !line.is_empty() && used + 1 + wide <= width {
            line.push(' ');
            line.push_str(word);
            used += 1 + wide;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        for character in word.chars() {
            let wide = character.width().unwrap_or(0);
            if used + wide > width && used > 0 {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(character);
            used += wide;
        }
    }
    lines.push(line);
    lines
}

/// The pieces between which a line may be broken: a percent sign stays with its number.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end =
            text.match_indices(' ').map(|(at, _)| at).find(|at| !text[at + 1..].starts_with('%'));
        rest = end.map(|end| &text[end + 1..]);
        Some(end.map_or(text, |end| &text[..end]))
    })
}

#[cfg(test)]
mod tests;
