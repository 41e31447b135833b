//! Lines over a number: thresholds, courses of play, quantities over a parameter.

use std::cmp::Ordering;

use super::axes::{
    Axis, Frame, Swatch, draw_bottom, draw_left, horizontal_ticks, legend, nothing_to_draw,
    room_for, spread, top_title,
};
use super::measure::{widest, wrap, wrap_evenly};
use super::palette::{self, AXIS, SOFT};
use super::scale::{Scale, is_drawable};
use super::svg::{Anchor, Svg, path};
use super::{MARGIN, TICK, WIDTH};

/// How the points of a series are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// By straight lines.
    #[default]
    Line,
    /// A value holds until the next point.
    Step,
    /// Not at all.
    Points,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its points, in the order in which they are joined; a number that is not finite makes a gap.
    pub points: Vec<(f64, f64)>,
    /// A band around it: for each x a lower and an upper bound.
    pub band: Vec<(f64, f64, f64)>,
    /// How points are joined.
    pub shape: Shape,
}

/// A threshold or a span that is marked in the chart.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A vertical line at a value of x.
    Vertical {
        /// Where.
        at: f64,
        /// What it is.
        label: String,
    },
    /// A horizontal line at a value of y.
    Horizontal {
        /// Where.
        at: f64,
        /// What it is.
        label: String,
    },
    /// The values of x between two bounds.
    Span {
        /// The lower bound.
        from: f64,
        /// The upper bound.
        to: f64,
        /// What it is.
        label: String,
    },
}

/// Lines over a number.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LineChart {
    /// The axis of what varies.
    pub x: Axis,
    /// The axis of the values.
    pub y: Axis,
    /// The lines.
    pub series: Vec<Series>,
    /// Thresholds and spans.
    pub marks: Vec<Mark>,
}

const HEIGHT: f64 = 300.0;
const LINE: f64 = 14.0;
/// Names stand at the ends of at most this many lines; more go into a legend.
const MOST_AT_ENDS: usize = 8;
/// The room for names at the ends of lines.
const NAMES: f64 = 170.0;

/// A label to the right of the frame.
struct EndLabel {
    place: f64,
    lines: Vec<String>,
    colour: &'static str,
    /// Where the line ends.
    from: f64,
}

pub(super) fn draw(chart: &LineChart, svg: &mut Svg, mut y: f64) -> f64 {
    let points = || chart.series.iter().flat_map(|series| series.points.iter().copied());
    let visible =
        |&(x, y): &(f64, f64)| is_drawable(x, chart.x.scale) && is_drawable(y, chart.y.scale);
    let bands = || chart.series.iter().flat_map(|series| series.band.iter().copied());
    let xs = points().filter(visible).map(|(x, _)| x).chain(bands().map(|(x, _, _)| x));
    let ys = points()
        .filter(visible)
        .map(|(_, y)| y)
        .chain(bands().flat_map(|(_, low, high)| [low, high]))
        .chain(chart.marks.iter().filter_map(|mark| match mark {
            Mark::Horizontal { at, .. } => Some(*at),
            _ => None,
        }));
    let (Some(x_scale), Some(y_scale)) =
        (Scale::over(&chart.x, xs, false, (0.0, 1.0)), Scale::over(&chart.y, ys, true, (1.0, 0.0)))
    else {
        return nothing_to_draw(svg, y, "no data");
    };

    let at_ends = names_stand_at_ends(chart, &x_scale);
    if !at_ends && (chart.series.len() > 1 || !chart.series.iter().all(|it| it.name.is_empty())) {
        let entries: Vec<(Swatch, String)> = chart
            .series
            .iter()
            .enumerate()
            .map(|(position, series)| {
                let (colour, dashes) = palette::line(position);
                (Swatch::Line(colour, dashes, has_points(series)), series.name.clone())
            })
            .collect();
        y = legend(svg, y, &entries);
    }
    let y_ticks = y_scale.ticks(6);
    y = top_title(svg, &chart.y.title(y_ticks.exponent), y);

    let left = MARGIN + room_for(&y_ticks);
    let mut labels = end_labels(chart, at_ends, &y_scale);
    let names = labels.iter().map(|label| widest(&label.lines, TICK)).fold(0.0, f64::max);
    let right = WIDTH - MARGIN - if labels.is_empty() { 4.0 } else { names + 16.0 };
    let x_scale = x_scale.between(left, right);
    y = mark_labels(chart, svg, &x_scale, (left, right), y);
    let frame = Frame { left, top: y, right, bottom: y + HEIGHT };
    let y_scale = y_scale.between(frame.bottom, frame.top);

    draw_spans(chart, svg, &x_scale, &frame);
    draw_left(svg, &frame, &y_scale, &y_ticks, true);
    let x_ticks = horizontal_ticks(&x_scale, frame.width());
    let title = chart.x.title(x_ticks.exponent);
    let end = draw_bottom(svg, &frame, &x_scale, &x_ticks, &title, false);
    if y_scale.holds(0.0)
        && chart.y.scale == super::AxisScale::Linear
        && let Some(zero) = y_scale.at(0.0)
    {
        svg.line(frame.left, zero, frame.right, zero, AXIS, 1.0, "");
    }
    svg.line(frame.left, frame.bottom, frame.right, frame.bottom, AXIS, 1.0, "");
    draw_thresholds(chart, svg, (&x_scale, &y_scale), &frame);
    svg.open_clip("plot", frame.left - 4.0, frame.top - 4.0, frame.width() + 8.0, HEIGHT + 8.0);
    for (position, series) in chart.series.iter().enumerate() {
        draw_band(series, position, svg, (&x_scale, &y_scale));
    }
    for (position, series) in chart.series.iter().enumerate() {
        let later = &chart.series[position + 1..];
        let covered = later.iter().filter(|other| coincide(series, other)).count().min(3);
        // A line that others cover shows as a border on both sides of them.
        let width = 2.0 + 2.4 * covered as f64;
        draw_series(series, (position, width), svg, (&x_scale, &y_scale));
    }
    svg.close_group();
    for label in &mut labels {
        label.from = frame.top + label.from * HEIGHT;
        label.place = label.from;
    }
    draw_end_labels(labels, svg, &frame);
    end
}

fn has_points(series: &Series) -> bool {
    let drawn = series.points.iter().filter(|(x, y)| x.is_finite() && y.is_finite()).count();
    series.shape == Shape::Points || drawn <= 12
}

fn last_point(series: &Series) -> Option<(f64, f64)> {
    series.points.iter().copied().rfind(|(x, y)| x.is_finite() && y.is_finite())
}

/// Whether every line ends at the right edge within the frame, and the lines are few.
fn names_stand_at_ends(chart: &LineChart, x_scale: &Scale) -> bool {
    (1..=MOST_AT_ENDS).contains(&chart.series.len())
        && chart.series.iter().all(|series| {
            !series.name.is_empty()
                && series.shape != Shape::Points
                && last_point(series).is_some_and(|(x, y)| {
                    is_drawable(y, chart.y.scale)
                        && x_scale.at(x).is_some_and(|share| (0.97..=1.0 + 1e-9).contains(&share))
                        && chart.y.range.is_none_or(|(low, high)| (low..=high).contains(&y))
                })
        })
}

/// The names of lines and of horizontal thresholds; places are shares of the height.
fn end_labels(chart: &LineChart, at_ends: bool, y_scale: &Scale) -> Vec<EndLabel> {
    let mut labels = Vec::new();
    if at_ends {
        for (position, series) in chart.series.iter().enumerate() {
            if let Some(from) = last_point(series).and_then(|(_, y)| y_scale.at(y)) {
                let lines = wrap_evenly(&series.name, NAMES, TICK, 3);
                let colour = palette::line(position).0;
                labels.push(EndLabel { place: from, lines, colour, from });
            }
        }
    }
    for mark in &chart.marks {
        if let Mark::Horizontal { at, label } = mark
            && let Some(from) = y_scale.at(*at).filter(|_| y_scale.holds(*at))
        {
            let lines = wrap_evenly(label, NAMES, TICK, 3);
            labels.push(EndLabel { place: from, lines, colour: SOFT, from });
        }
    }
    labels
}

fn draw_end_labels(mut labels: Vec<EndLabel>, svg: &mut Svg, frame: &Frame) {
    labels.sort_by(|a, b| a.place.total_cmp(&b.place));
    let wanted: Vec<f64> = labels.iter().map(|label| label.place).collect();
    let heights: Vec<f64> = labels.iter().map(|it| it.lines.len() as f64 * LINE + 3.0).collect();
    let places = spread(&wanted, &heights, frame.top - 8.0, frame.bottom + 12.0);
    for (label, place) in labels.iter().zip(places) {
        let x = frame.right + 14.0;
        if (place - label.from).abs() > 2.0 {
            svg.line(frame.right + 3.0, label.from, x - 2.0, place, label.colour, 0.8, "");
        }
        let first = place - (label.lines.len() as f64 - 1.0) * LINE / 2.0 + 4.2;
        for (line, text) in label.lines.iter().enumerate() {
            let colour = if label.colour == SOFT { SOFT } else { readable(label.colour) };
            svg.text(x, first + line as f64 * LINE, text, TICK, colour, Anchor::Start);
        }
    }
}

/// The colour for text beside a line: darker where the line's own is too light to read.
fn readable(colour: &'static str) -> &'static str {
    match colour {
        "#e69f00" => "#966800",
        "#56b4e9" => "#1c7ab0",
        "#cc79a7" => "#a8507f",
        "#009e73" => "#007a59",
        "#d55e00" => "#b34f00",
        other => other,
    }
}

/// The label of a vertical threshold or of a span, in one of the rows above the frame.
struct TopLabel {
    /// Where its line runs down; `None` for a span, which has none.
    leader: Option<f64>,
    left: f64,
    right: f64,
    row: usize,
    lines: Vec<String>,
}

impl TopLabel {
    /// Whether two labels cover one another, or the line of one runs through the other.
    fn conflicts(&self, other: &TopLabel) -> bool {
        let crosses = |upper: &TopLabel, lower: &TopLabel| {
            upper.leader.is_some_and(|x| lower.left < x && x < lower.right)
        };
        match self.row.cmp(&other.row) {
            Ordering::Equal => self.left < other.right + 8.0 && other.left < self.right + 8.0,
            Ordering::Greater => crosses(self, other),
            Ordering::Less => crosses(other, self),
        }
    }
}

/// Labels of vertical thresholds and spans in rows above the frame; returns where they end.
///
/// From right to left, each label begins at its line and takes the lowest row in which it is clear
/// of the others and of their lines.
fn mark_labels(
    chart: &LineChart,
    svg: &mut Svg,
    x_scale: &Scale,
    (left, right): (f64, f64),
    y: f64,
) -> f64 {
    let mut wanted: Vec<(f64, bool, &str)> = Vec::new();
    for mark in &chart.marks {
        match mark {
            Mark::Vertical { at, label } if x_scale.holds(*at) => {
                wanted.extend(x_scale.at(*at).map(|x| (x, true, label.as_str())));
            }
            Mark::Span { from, to, label } => {
                if let (Some(from), Some(to)) = (x_scale.at(*from), x_scale.at(*to)) {
                    let (from, to) = (from.max(left), to.min(right));
                    if from < to {
                        wanted.push(((from + to) / 2.0, false, label));
                    }
                }
            }
            _ => {}
        }
    }
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut placed: Vec<TopLabel> = Vec::new();
    for (x, has_leader, label) in wanted {
        let lines = wrap(label, 220.0, TICK, 2);
        let wide = widest(&lines, TICK);
        let page = (MARGIN, WIDTH - MARGIN);
        let start = if !has_leader {
            (x - wide / 2.0).clamp(page.0, (page.1 - wide).max(page.0))
        } else if x - 4.0 + wide <= page.1 {
            x - 4.0
        } else {
            (x + 4.0 - wide).max(page.0)
        };
        let leader = has_leader.then_some(x);
        let mut item = TopLabel { leader, left: start, right: start + wide, row: 0, lines };
        // One row more than there are labels is always enough for the labels themselves.
        while item.row <= placed.len() && placed.iter().any(|other| item.conflicts(other)) {
            item.row += 1;
        }
        placed.push(item);
    }
    let count = placed.iter().map(|item| item.row + 1).max().unwrap_or(0);
    let mut heights = vec![0.0_f64; count];
    for item in &placed {
        heights[item.row] = heights[item.row].max(item.lines.len() as f64 * LINE + 3.0);
    }
    let bottom = y + heights.iter().sum::<f64>();
    for item in &placed {
        let above: f64 = heights[..item.row].iter().sum();
        let own = item.lines.len() as f64 * LINE + 3.0;
        let start = bottom - above - own;
        if let Some(x) = item.leader {
            svg.line(x, start + own - 2.0, x, bottom + 2.0, SOFT, 1.2, "4 3");
        }
        for (line, text) in item.lines.iter().enumerate() {
            let baseline = start + 10.5 + line as f64 * LINE;
            svg.text(item.left, baseline, text, TICK, SOFT, Anchor::Start);
        }
    }
    bottom + if count == 0 { 4.0 } else { 2.0 }
}

fn draw_spans(chart: &LineChart, svg: &mut Svg, x_scale: &Scale, frame: &Frame) {
    for mark in &chart.marks {
        let Mark::Span { from, to, .. } = mark else { continue };
        if let (Some(from), Some(to)) = (x_scale.at(*from), x_scale.at(*to)) {
            let (from, to) = (from.max(frame.left), to.min(frame.right));
            if from < to {
                svg.rect(from, frame.top, to - from, frame.height(), "#f0f0f0", "");
            }
        }
    }
}

fn draw_thresholds(
    chart: &LineChart,
    svg: &mut Svg,
    (x_scale, y_scale): (&Scale, &Scale),
    frame: &Frame,
) {
    for mark in &chart.marks {
        match mark {
            Mark::Vertical { at, .. } if x_scale.holds(*at) => {
                if let Some(x) = x_scale.at(*at) {
                    svg.line(x, frame.top, x, frame.bottom, SOFT, 1.2, "4 3");
                }
            }
            Mark::Horizontal { at, .. } if y_scale.holds(*at) => {
                if let Some(y) = y_scale.at(*at) {
                    svg.line(frame.left, y, frame.right, y, SOFT, 1.2, "4 3");
                }
            }
            _ => {}
        }
    }
}

fn draw_band(series: &Series, position: usize, svg: &mut Svg, scales: (&Scale, &Scale)) {
    let bound = |pick: fn(&(f64, f64, f64)) -> f64| {
        series
            .band
            .iter()
            .filter_map(|row| Some((scales.0.at(row.0)?, scales.1.at(pick(row))?)))
            .collect::<Vec<_>>()
    };
    let (lower, upper) = (bound(|row| row.1), bound(|row| row.2));
    if lower.len() < 2 || upper.len() < 2 {
        return;
    }
    let around = lower.into_iter().chain(upper.into_iter().rev()).map(Some);
    svg.fill(&format!("{}Z", path(around)), palette::line(position).0, 0.18, false);
}

/// Whether two lines share a stretch: two neighbouring points of the one are such of the other.
fn coincide(series: &Series, other: &Series) -> bool {
    series.shape != Shape::Points
        && series.points.windows(2).zip(other.points.windows(2)).any(|(one, its)| one == its)
}

fn draw_series(
    series: &Series,
    (position, width): (usize, f64),
    svg: &mut Svg,
    scales: (&Scale, &Scale),
) {
    let (colour, dashes) = palette::line(position);
    let places: Vec<Option<(f64, f64)>> =
        series.points.iter().map(|&(x, y)| Some((scales.0.at(x)?, scales.1.at(y)?))).collect();
    match series.shape {
        Shape::Line => {
            svg.stroke(&path(places.iter().copied()), colour, width, dashes, &series.name);
        }
        Shape::Step => {
            let mut corners = Vec::new();
            let mut before: Option<(f64, f64)> = None;
            for place in &places {
                if let (Some((_, level)), Some((x, _))) = (before, *place) {
                    corners.push(Some((x, level)));
                }
                corners.push(*place);
                before = *place;
            }
            svg.stroke(&path(corners.into_iter()), colour, width, dashes, &series.name);
        }
        Shape::Points => {}
    }
    let drawn = |at: Option<usize>| at.and_then(|at| *places.get(at)?).is_some();
    let all = has_points(series);
    for (at, place) in places.iter().enumerate() {
        // Between two gaps nothing but a point shows that there is a value.
        let alone = !drawn(at.checked_sub(1)) && !drawn(Some(at + 1));
        if let Some((x, y)) = place.filter(|_| all || alone) {
            svg.circle(x, y, if all { 2.6 } else { width / 2.0 + 0.6 }, colour, colour);
        }
    }
}
