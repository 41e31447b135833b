//! Horizontal bars for named things: what each mechanism changes.

use super::axes::{Axis, Frame, Swatch, draw_bottom, horizontal_ticks, legend, nothing_to_draw};
use super::measure::{Font, shorten, width, wrap};
use super::palette::{self, AXIS, BETTER, INK, NEUTRAL, SOFT, WORSE};
use super::scale::{Scale, is_drawable, value_label};
use super::svg::{Anchor, Svg};
use super::{MARGIN, TICK, WIDTH};
use crate::num::Notation;
use crate::report::Verdict;

/// One bar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bar {
    /// Where it ends; `None`, or a number that is not finite, shows the note alone.
    pub value: Option<f64>,
    /// Where it starts; zero, or the end of the axis that is next to zero, if not given.
    pub from: Option<f64>,
    /// What is written beside it in place of the number.
    pub note: Option<String>,
    /// Coloured by this where the chart has one series; grey without it, where others have one.
    pub verdict: Option<Verdict>,
}

impl Bar {
    /// A bar from zero.
    #[must_use]
    pub fn to(value: f64) -> Self {
        Bar { value: Some(value), ..Bar::default() }
    }

    /// No bar, and a reason.
    pub fn missing(note: impl Into<String>) -> Self {
        Bar { note: Some(note.into()), ..Bar::default() }
    }
}

/// The bars of one thing, one for each series.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BarGroup {
    /// The name of the thing.
    pub label: String,
    /// Its bars, in the order of the series.
    pub bars: Vec<Bar>,
    /// The section that it belongs to; its title stands above the first of a run of equals.
    pub section: Option<String>,
}

/// Horizontal bars.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BarChart {
    /// The axis of the values, linear or logarithmic.
    pub axis: Axis,
    /// How the numbers beside bars are written; four significant digits if not given.
    pub notation: Option<Notation>,
    /// The names of the series; with one, its name may be empty.
    pub series: Vec<String>,
    /// The things.
    pub groups: Vec<BarGroup>,
    /// A value to compare with, drawn as a line through all bars.
    pub reference: Option<(f64, String)>,
    /// Whether the bars of a thing lie on one line: for those that start where the others do and
    /// go to different sides (a tornado).
    pub one_line: bool,
}

const BAR: f64 = 13.0;
/// The room for what is written beside a bar.
const NOTE: f64 = 190.0;
const SECTION: Font = Font { size: 12.5, bold: true };

pub(super) fn draw(chart: &BarChart, svg: &mut Svg, mut y: f64) -> f64 {
    let bars = || chart.groups.iter().flat_map(|group| &group.bars);
    let kind = chart.axis.scale;
    let drawable = |value: &f64| is_drawable(*value, kind);
    let log = kind == super::AxisScale::Log;
    let values = bars()
        .flat_map(|bar| [bar.value, bar.from])
        .flatten()
        .chain(chart.reference.iter().map(|(value, _)| *value))
        .filter(drawable);
    let zero = (!log && bars().any(|bar| bar.from.is_none())).then_some(0.0);
    let Some(scale) = Scale::over(&chart.axis, values.chain(zero), true, (0.0, 1.0)) else {
        return nothing_to_draw(svg, y, "no data");
    };
    if chart.groups.is_empty() {
        return nothing_to_draw(svg, y, "no data");
    }
    if chart.series.len() > 1 {
        let entries: Vec<(Swatch, String)> = chart
            .series
            .iter()
            .enumerate()
            .map(|(position, name)| {
                (Swatch::Box(palette::line(position).0.to_string()), name.clone())
            })
            .collect();
        y = legend(svg, y, &entries);
    } else if by_verdict(chart) {
        let entries = [(BETTER, "better"), (WORSE, "worse"), (NEUTRAL, "neither")]
            .into_iter()
            .filter(|(colour, _)| bars().any(|bar| verdict_colour(bar) == *colour))
            .map(|(colour, word)| (Swatch::Box(colour.to_string()), word.to_string()))
            .collect::<Vec<_>>();
        y = legend(svg, y, &entries);
    }

    let limit = 0.36 * WIDTH;
    let names: Vec<Vec<String>> =
        chart.groups.iter().map(|group| wrap(&group.label, limit, TICK, 3)).collect();
    let widest =
        names.iter().flatten().map(|line| width(line, TICK)).fold(0.0, f64::max).min(limit);
    let left = MARGIN + widest + 10.0;
    // Notes in place of a bar have the whole line, and need no room beside it.
    let note_room = bars()
        .filter(|bar| bar.value.is_some_and(|value| drawable(&value)))
        .map(|bar| width(&note(bar, chart), TICK))
        .fold(0.0, f64::max)
        .min(NOTE)
        + 8.0;
    let inset = if bars().any(points_left) { note_room } else { 0.0 };
    let right = WIDTH - MARGIN - note_room;
    let scale = scale.between(left + inset, right.max(left + inset + 120.0));
    if let Some((value, label)) = &chart.reference
        && let Some(x) = scale.at(*value)
    {
        let text = shorten(label, WIDTH - 2.0 * MARGIN, TICK);
        let half = width(&text, TICK) / 2.0;
        let centre = x.clamp(MARGIN + half, (WIDTH - MARGIN - half).max(MARGIN + half));
        svg.text(centre, y + 11.0, &text, TICK, SOFT, Anchor::Middle);
        y += 16.0;
    }
    let top = y;
    let heights: Vec<f64> = chart
        .groups
        .iter()
        .zip(&names)
        .map(|(group, lines)| {
            let count = if chart.one_line { 1 } else { group.bars.len().max(1) };
            let bars = count as f64 * (BAR + 2.0);
            bars.max(lines.len() as f64 * 13.5) + 9.0
        })
        .collect();
    let sections = (0..chart.groups.len()).filter_map(|at| new_section(chart, at)).count() as f64;
    let bottom = top + heights.iter().sum::<f64>() + sections * 24.0 + 2.0;
    let frame = Frame { left, top, right: WIDTH - MARGIN, bottom };
    let ticks = horizontal_ticks(&scale, right - left - inset);
    let title = chart.axis.title(ticks.exponent);
    let axis_frame = Frame { left: left + inset, right, ..frame };
    let end = draw_bottom(svg, &axis_frame, &scale, &ticks, &title, true);
    // Without a place for zero (a logarithmic axis, or a range that leaves it out) bars start at
    // the end of the axis.
    let base = scale.at(0.0).unwrap_or(left + inset).clamp(left + inset, right);
    if let Some(x) = chart.reference.as_ref().and_then(|(value, _)| scale.at(*value)) {
        svg.line(x, top, x, bottom, SOFT, 1.2, "4 3");
    }
    if log || scale.holds(0.0) {
        svg.line(base, top, base, bottom, AXIS, 1.0, "");
    }
    draw_groups(chart, svg, (&scale, base), (top, left), (&names, &heights));
    end
}

fn draw_groups(
    chart: &BarChart,
    svg: &mut Svg,
    (scale, base): (&Scale, f64),
    (top, left): (f64, f64),
    (names, heights): (&[Vec<String>], &[f64]),
) {
    let mut y = top + 4.0;
    let groups = chart.groups.iter().enumerate().zip(names).zip(heights);
    for (((position, group), lines), height) in groups {
        if let Some(section) = new_section(chart, position) {
            y += 15.0;
            let text = shorten(section, WIDTH - 2.0 * MARGIN, SECTION);
            svg.rect(MARGIN, y - 12.0, width(&text, SECTION) + 4.0, 16.0, palette::PAPER, "");
            svg.text(MARGIN, y, &text, SECTION, INK, Anchor::Start);
            y += 9.0;
        }
        let middle = y + (height - 9.0) / 2.0;
        let first = middle - (lines.len() as f64 - 1.0) * 6.75 + 4.2;
        for (line, text) in lines.iter().enumerate() {
            let baseline = first + line as f64 * 13.5;
            svg.text(left - 8.0, baseline, text, TICK, INK, Anchor::End);
        }
        let step = if chart.one_line { 0.0 } else { BAR + 2.0 };
        let start = middle - BAR / 2.0 - (group.bars.len() as f64 - 1.0).max(0.0) * step / 2.0;
        for (position, bar) in group.bars.iter().enumerate() {
            let top = start + position as f64 * step;
            let series = chart.series.get(position).map_or("", String::as_str);
            draw_bar(chart, svg, (scale, base), (position, series, group, bar), (top, left));
        }
        y += height;
    }
}

fn draw_bar(
    chart: &BarChart,
    svg: &mut Svg,
    (scale, base): (&Scale, f64),
    (position, series, group, bar): (usize, &str, &BarGroup, &Bar),
    (top, left): (f64, f64),
) {
    let text = note(bar, chart);
    let end = bar.value.and_then(|value| scale.at(value));
    let Some(end) = end else {
        // From where bars start, or as far to the left as it takes.
        let text = shorten(&text, WIDTH - MARGIN - left, TICK);
        let x = (base + 5.0).min(WIDTH - MARGIN - width(&text, TICK)).max(left);
        beside(svg, x, top, &text, SOFT, Anchor::Start);
        return;
    };
    let from = bar.from.and_then(|from| scale.at(from)).unwrap_or(base);
    let colour = if by_verdict(chart) { verdict_colour(bar) } else { palette::line(position).0 };
    let (low, high) = (from.min(end), from.max(end));
    let tip = [group.label.as_str(), series, &text]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(": ");
    // A value of zero is still a hair, so that it does not look forgotten.
    svg.rect(low, top, (high - low).max(1.2), BAR, colour, &tip);
    let text = shorten(&text, NOTE, TICK);
    if points_left(bar) {
        beside(svg, low - 5.0, top, &text, INK, Anchor::End);
    } else {
        beside(svg, high.max(low + 1.2) + 5.0, top, &text, INK, Anchor::Start);
    }
}

/// Whether a bar goes to the left of where it starts.
fn points_left(bar: &Bar) -> bool {
    bar.value.is_some_and(|value| value < bar.from.unwrap_or(0.0))
}

/// Text at the end of a bar, on paper, so that no line runs through it.
fn beside(svg: &mut Svg, x: f64, top: f64, text: &str, colour: &str, anchor: Anchor) {
    let wide = width(text, TICK);
    let left = if anchor == Anchor::End { x - wide } else { x };
    svg.rect(left - 2.0, top - 0.5, wide + 4.0, BAR + 1.0, palette::PAPER, "");
    svg.text(x, top + BAR - 2.6, text, TICK, colour, anchor);
}

/// The title of the section that starts with this group, if one does.
fn new_section(chart: &BarChart, position: usize) -> Option<&str> {
    let section = |at: usize| chart.groups.get(at)?.section.as_deref();
    let before = position.checked_sub(1).and_then(section);
    section(position).filter(|section| before != Some(section))
}

/// Whether colours are verdicts: one series, and a verdict on some of its bars.
fn by_verdict(chart: &BarChart) -> bool {
    let mut bars = chart.groups.iter().flat_map(|group| &group.bars);
    chart.series.len() <= 1 && bars.any(|bar| bar.verdict.is_some())
}

/// The colour of the verdict; without one it is neutral.
fn verdict_colour(bar: &Bar) -> &'static str {
    match bar.verdict {
        Some(Verdict::Better) => BETTER,
        Some(Verdict::Worse) => WORSE,
        Some(Verdict::Neutral) | None => NEUTRAL,
    }
}

/// What is written beside a bar.
fn note(bar: &Bar, chart: &BarChart) -> String {
    if let Some(note) = &bar.note {
        return note.clone();
    }
    let notation = chart.notation.unwrap_or(Notation::Significant(4));
    bar.value.map_or_else(|| "–".into(), |value| value_label(value, notation))
}
