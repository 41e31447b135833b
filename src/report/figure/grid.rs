//! The two sides of a map: numbers or names, cell by cell.

use super::axes::{Axis, AxisScale, Frame, bottom_title, draw_bottom, draw_left, horizontal_ticks};
use super::axes::{room_for, top_title};
use super::measure::{Font, shorten, width, wrap};
use super::palette::{INK, PAPER};
use super::scale::{Scale, Ticks, is_drawable};
use super::svg::{Anchor, Svg, path};
use super::{MARGIN, TICK, WIDTH};

/// One side of a map.
#[derive(Debug, Clone, PartialEq)]
pub enum Grid {
    /// A cell for each of these numbers, ascending; cells meet half way between neighbours.
    Numbers(Axis, Vec<f64>),
    /// A cell for each of these names, under a title.
    Names(String, Vec<String>),
}

impl Grid {
    /// The number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Grid::Numbers(_, values) => values.len(),
            Grid::Names(_, names) => names.len(),
        }
    }

    /// Whether there are no cells.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Something drawn on top of a map with two numerical sides.
#[derive(Debug, Clone, PartialEq)]
pub enum Overlay {
    /// A point with a name: the base point of a study.
    Point {
        /// Its place.
        at: (f64, f64),
        /// Its name.
        label: String,
    },
    /// A line: a boundary that is known in closed form.
    Line {
        /// Its points, in order.
        points: Vec<(f64, f64)>,
    },
}

/// A side with its cells laid out along a scale.
pub(super) struct Side {
    scale: Option<Scale>,
    ticks: Ticks,
    /// The bounds of cells as shares of the length, one more than cells.
    shares: Vec<f64>,
}

/// A map's two sides, laid out.
pub(super) struct Layout {
    pub(super) frame: Frame,
    /// Bounds of columns from left to right, and of rows from the bottom up for numbers and from
    /// the top down for names.
    pub(super) columns: Vec<f64>,
    pub(super) rows: Vec<f64>,
    scales: (Option<Scale>, Option<Scale>),
    /// Where the labels of the horizontal side end.
    pub(super) end: f64,
}

impl Side {
    /// `None` without cells, or with numbers that cannot be drawn or do not ascend.
    fn of(grid: &Grid) -> Option<Side> {
        match grid {
            Grid::Names(_, names) => {
                let count = names.len();
                let shares = (0..=count).map(|cell| cell as f64 / count as f64).collect();
                let ticks = Ticks { list: Vec::new(), exponent: 0 };
                (count > 0).then_some(Side { scale: None, ticks, shares })
            }
            Grid::Numbers(axis, values) => {
                let drawable = values.iter().all(|&value| is_drawable(value, axis.scale));
                let ascending = values.windows(2).all(|pair| pair[0] < pair[1]);
                if values.is_empty() || !drawable || !ascending {
                    return None;
                }
                let bounds = bounds(values, axis.scale);
                let whole = Axis { range: None, ..axis.clone() };
                let scale = Scale::over(&whole, bounds.iter().copied(), false, (0.0, 1.0))?;
                let shares = bounds
                    .iter()
                    .map(|&bound| scale.at(bound).map(|share| share.clamp(0.0, 1.0)))
                    .collect::<Option<Vec<f64>>>()?;
                let ticks = scale.ticks(7);
                Some(Side { scale: Some(scale), ticks, shares })
            }
        }
    }
}

/// Bounds of cells around ascending numbers: half way between neighbours, and as far beyond the
/// first and last.
fn bounds(values: &[f64], scale: AxisScale) -> Vec<f64> {
    let forth = |value: f64| if scale == AxisScale::Log { value.log10() } else { value };
    let back = |value: f64| if scale == AxisScale::Log { 10f64.powf(value) } else { value };
    let places: Vec<f64> = values.iter().map(|&value| forth(value)).collect();
    let middle = |a: f64, b: f64| a / 2.0 + b / 2.0;
    let inner: Vec<f64> = places.windows(2).map(|pair| middle(pair[0], pair[1])).collect();
    let (first, last) = (places[0], places[places.len() - 1]);
    let alone = if first == 0.0 || scale == AxisScale::Log { 0.5 } else { first.abs() / 2.0 };
    let before = inner.first().map_or(alone, |next| next - first);
    let after = inner.last().map_or(alone, |previous| last - previous);
    let mut all = vec![back(first - before)];
    all.extend(inner.into_iter().map(back));
    all.push(back(last + after));
    all
}

/// Draws the sides of a map and returns where its cells are; `None` when it cannot be drawn.
pub(super) fn layout(
    svg: &mut Svg,
    x: &Grid,
    y: &Grid,
    top: f64,
    right_room: f64,
    height: f64,
) -> Option<Layout> {
    let (across, up) = (Side::of(x)?, Side::of(y)?);
    let title = match y {
        Grid::Numbers(axis, _) => axis.title(up.ticks.exponent),
        Grid::Names(title, _) => title.clone(),
    };
    let top = top_title(svg, &title, top) + 2.0;
    let names_room = 0.36 * WIDTH;
    let (left, height) = match y {
        Grid::Numbers(..) => (MARGIN + room_for(&up.ticks), height),
        Grid::Names(_, names) => {
            let widest = names
                .iter()
                .flat_map(|name| wrap(name, names_room, TICK, 2))
                .map(|line| width(&line, TICK))
                .fold(0.0, f64::max);
            (MARGIN + widest + 9.0, (names.len() as f64 * 32.0).clamp(64.0, 3000.0))
        }
    };
    let frame =
        Frame { left, top, right: WIDTH - MARGIN - right_room.max(4.0), bottom: top + height };
    let columns: Vec<f64> =
        across.shares.iter().map(|share| frame.left + share * frame.width()).collect();
    let upwards = matches!(y, Grid::Numbers(..));
    let rows: Vec<f64> = up
        .shares
        .iter()
        .map(
            |share| {
                if upwards { frame.bottom - share * height } else { frame.top + share * height }
            },
        )
        .collect();
    let x_scale = across.scale.map(|scale| scale.between(frame.left, frame.right));
    let y_scale = up.scale.map(|scale| scale.between(frame.bottom, frame.top));
    match (y, &y_scale) {
        (Grid::Numbers(..), Some(scale)) => draw_left(svg, &frame, scale, &up.ticks, false),
        (Grid::Names(_, names), _) => names_left(svg, &frame, names, &rows, names_room),
        _ => {}
    }
    let end = match (x, &x_scale) {
        (Grid::Numbers(axis, _), Some(scale)) => {
            let ticks = horizontal_ticks(scale, frame.width());
            draw_bottom(svg, &frame, scale, &ticks, &axis.title(ticks.exponent), false)
        }
        (Grid::Names(title, names), _) => names_below(svg, &frame, title, names, &columns),
        _ => frame.bottom,
    };
    Some(Layout { frame, columns, rows, scales: (x_scale, y_scale), end })
}

fn names_left(svg: &mut Svg, frame: &Frame, names: &[String], rows: &[f64], room: f64) {
    for (name, bounds) in names.iter().zip(rows.windows(2)) {
        let middle = (bounds[0] + bounds[1]) / 2.0;
        let lines = if bounds[1] - bounds[0] < 26.0 {
            vec![shorten(name, room, TICK)]
        } else {
            wrap(name, room, TICK, 2)
        };
        let first = middle - (lines.len() as f64 - 1.0) * 6.5 + 4.2;
        for (line, text) in lines.iter().enumerate() {
            let y = first + line as f64 * 13.0;
            svg.text(frame.left - 7.0, y, text, TICK, INK, Anchor::End);
        }
    }
}

/// Names under their columns where they fit in three lines, and otherwise reading upwards.
fn names_below(
    svg: &mut Svg,
    frame: &Frame,
    title: &str,
    names: &[String],
    columns: &[f64],
) -> f64 {
    let room = frame.width() / names.len() as f64 - 8.0;
    let longest_word = names
        .iter()
        .flat_map(|name| name.split(' '))
        .map(|word| width(word, TICK))
        .fold(0.0, f64::max);
    let flat =
        longest_word <= room && names.iter().all(|name| wrap(name, room, TICK, 4).len() <= 3);
    let mut deepest: f64 = 0.0;
    for (name, bounds) in names.iter().zip(columns.windows(2)) {
        let middle = (bounds[0] + bounds[1]) / 2.0;
        if flat {
            let lines = wrap(name, room, TICK, 3);
            for (line, text) in lines.iter().enumerate() {
                let y = frame.bottom + 16.0 + line as f64 * 13.5;
                svg.text(middle, y, text, TICK, INK, Anchor::Middle);
            }
            deepest = deepest.max(16.0 + lines.len() as f64 * 13.5);
        } else {
            // As many lines as the column is wide, read upwards.
            let most = (((bounds[1] - bounds[0]) / 13.5) as usize).clamp(1, 3);
            let lines = wrap(name, 150.0, TICK, most);
            let first = middle - (lines.len() as f64 - 1.0) * 6.5 + 4.0;
            for (line, text) in lines.iter().enumerate() {
                let x = first + line as f64 * 13.0;
                svg.text_upwards(x, frame.bottom + 7.0, text, TICK, INK);
                deepest = deepest.max(width(text, TICK) + 12.0);
            }
        }
    }
    let end = frame.bottom + deepest;
    if title.is_empty() { end } else { bottom_title(svg, frame, title, end - 4.0) }
}

/// Draws what lies on top of the cells.
pub(super) fn draw_overlays(svg: &mut Svg, layout: &Layout, overlays: &[Overlay], font: Font) {
    let (Some(x_scale), Some(y_scale)) = layout.scales else { return };
    let frame = &layout.frame;
    let is_line = |overlay: &&Overlay| matches!(overlay, Overlay::Line { .. });
    // Points and their names lie on top of lines.
    let order = overlays.iter().filter(is_line);
    for overlay in order.chain(overlays.iter().filter(|overlay| !is_line(overlay))) {
        match overlay {
            Overlay::Line { points } => {
                let places = points.iter().map(|&(x, y)| Some((x_scale.at(x)?, y_scale.at(y)?)));
                let data = path(places);
                svg.open_clip("map", frame.left, frame.top, frame.width(), frame.height());
                svg.stroke(&data, PAPER, 4.0, "", "");
                svg.stroke(&data, INK, 1.8, "6 3", "");
                svg.close_group();
            }
            Overlay::Point { at, label } => {
                let (Some(x), Some(y)) = (x_scale.at(at.0), y_scale.at(at.1)) else { continue };
                if !x_scale.holds(at.0) || !y_scale.holds(at.1) {
                    continue;
                }
                svg.circle(x, y, 5.5, PAPER, INK);
                svg.circle(x, y, 2.0, INK, INK);
                let text = shorten(label, 0.45 * frame.width(), font);
                let long = width(&text, font);
                let on_right = x + 12.0 + long <= frame.right;
                let start = if on_right { x + 11.0 } else { x - 11.0 - long };
                svg.rect(start - 3.0, y - 8.5, long + 6.0, 17.0, PAPER, "");
                svg.text(start + long / 2.0, y + 4.2, &text, font, INK, Anchor::Middle);
            }
        }
    }
}

/// Cells of one colour, as one path: neighbours in a row are joined.
pub(super) fn cells_path(layout: &Layout, is_inside: impl Fn(usize, usize) -> bool) -> String {
    use super::svg::number;
    let mut data = String::new();
    for (row, bounds) in layout.rows.windows(2).enumerate() {
        let (top, bottom) = (bounds[0].min(bounds[1]), bounds[0].max(bounds[1]));
        let mut start = None;
        for column in 0..layout.columns.len() {
            let inside = column + 1 < layout.columns.len() && is_inside(column, row);
            match (inside, start) {
                (true, None) => start = Some(column),
                (false, Some(first)) => {
                    let (left, right) = (layout.columns[first], layout.columns[column]);
                    data.push_str(&format!(
                        "M{} {}H{}V{}H{}Z",
                        number(left),
                        number(top),
                        number(right),
                        number(bottom),
                        number(left)
                    ));
                    start = None;
                }
                _ => {}
            }
        }
    }
    data
}
