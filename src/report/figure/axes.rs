//! Axes, grid lines and legends, which all charts share.

use super::measure::{shorten, widest, width, wrap};
use super::palette::{AXIS, FAINT, INK, SOFT};
use super::scale::{Scale, Ticks, power_of_ten};
use super::svg::{Anchor, Svg};
use super::{LABEL, MARGIN, TICK, WIDTH};

/// How numbers are spread over an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AxisScale {
    /// Equal differences at equal distances.
    #[default]
    Linear,
    /// Equal ratios at equal distances; numbers that are not positive are left out.
    Log,
}

/// What stands along an axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axis {
    /// The name of the quantity.
    pub label: String,
    /// Its unit.
    pub unit: Option<String>,
    /// Linear or logarithmic.
    pub scale: AxisScale,
    /// The ends; without them the data decide.
    pub range: Option<(f64, f64)>,
}

impl Axis {
    /// A linear axis.
    pub fn new(label: impl Into<String>) -> Self {
        Axis { label: label.into(), ..Axis::default() }
    }

    /// The same axis with a unit.
    #[must_use]
    pub fn with_unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// The same axis, logarithmic.
    #[must_use]
    pub fn logarithmic(mut self) -> Self {
        self.scale = AxisScale::Log;
        self
    }

    /// The same axis with these ends.
    #[must_use]
    pub fn with_range(mut self, from: f64, to: f64) -> Self {
        self.range = Some((from, to));
        self
    }

    /// Label, unit and the power of ten that all tick labels are to be multiplied with.
    pub(super) fn title(&self, exponent: i32) -> String {
        let mut title = self.label.clone();
        if let Some(unit) = &self.unit {
            title.push_str(&format!(" ({unit})"));
        }
        if exponent != 0 {
            title.push_str(&format!(" × {}", power_of_ten(exponent)));
        }
        title
    }
}

/// The rectangle that data are drawn in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Frame {
    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f64 {
        self.bottom - self.top
    }
}

/// The room that tick labels need to the left of a frame.
pub(super) fn room_for(ticks: &Ticks) -> f64 {
    let labels: Vec<&str> = ticks.list.iter().map(|tick| tick.label.as_str()).collect();
    (widest(&labels, TICK) + 10.0).min(0.3 * WIDTH)
}

/// As many ticks as have room for their labels on a horizontal axis of this scale.
pub(super) fn horizontal_ticks(scale: &Scale, room: f64) -> Ticks {
    let most = ((room / 60.0) as usize).clamp(2, 9);
    let mut ticks = scale.ticks(most);
    for wanted in (2..most).rev() {
        let labels: Vec<&str> = ticks.list.iter().map(|tick| tick.label.as_str()).collect();
        let places: Vec<f64> = ticks.list.iter().filter_map(|tick| scale.at(tick.value)).collect();
        let nearest =
            places.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(f64::INFINITY, f64::min);
        if widest(&labels, TICK) + 12.0 <= nearest {
            break;
        }
        ticks = scale.ticks(wanted);
    }
    ticks
}

/// Tick labels and title below a frame; returns where they end.
pub(super) fn draw_bottom(
    svg: &mut Svg,
    frame: &Frame,
    scale: &Scale,
    ticks: &Ticks,
    title: &str,
    grid: bool,
) -> f64 {
    for tick in &ticks.list {
        let Some(x) = scale.at(tick.value) else { continue };
        if grid {
            svg.line(x, frame.top, x, frame.bottom, FAINT, 1.0, "");
        }
        svg.line(x, frame.bottom, x, frame.bottom + 4.0, AXIS, 1.0, "");
        // The first and last label may not leave the page.
        let half = width(&tick.label, TICK) / 2.0;
        let x = x.clamp(half + 2.0, (WIDTH - half - 2.0).max(half + 2.0));
        svg.text(x, frame.bottom + 17.0, &tick.label, TICK, SOFT, Anchor::Middle);
    }
    bottom_title(svg, frame, title, frame.bottom + 20.0)
}

/// The title of a horizontal axis, centred below `y`; returns where it ends.
pub(super) fn bottom_title(svg: &mut Svg, frame: &Frame, title: &str, mut y: f64) -> f64 {
    let centre = (frame.left + frame.right) / 2.0;
    let room = 2.0 * (centre - MARGIN).min(WIDTH - MARGIN - centre);
    for line in wrap(title, room, LABEL, 2) {
        y += 15.0;
        svg.text(centre, y, &line, LABEL, INK, Anchor::Middle);
    }
    y + 4.0
}

/// Tick labels to the left of a frame.
pub(super) fn draw_left(svg: &mut Svg, frame: &Frame, scale: &Scale, ticks: &Ticks, grid: bool) {
    for tick in &ticks.list {
        let Some(y) = scale.at(tick.value) else { continue };
        if grid {
            svg.line(frame.left, y, frame.right, y, FAINT, 1.0, "");
        }
        svg.line(frame.left - 4.0, y, frame.left, y, AXIS, 1.0, "");
        let label = shorten(&tick.label, 0.3 * WIDTH, TICK);
        svg.text(frame.left - 7.0, y + 4.2, &label, TICK, SOFT, Anchor::End);
    }
}

/// The title of a vertical axis, set horizontally above it; returns where it ends.
pub(super) fn top_title(svg: &mut Svg, title: &str, mut y: f64) -> f64 {
    if title.is_empty() {
        return y;
    }
    for line in wrap(title, WIDTH - 2.0 * MARGIN, LABEL, 2) {
        y += 15.0;
        svg.text(MARGIN, y, &line, LABEL, INK, Anchor::Start);
    }
    y + 7.0
}

/// How a thing looks in the legend.
#[derive(Debug, Clone)]
pub(super) enum Swatch {
    /// A line of this colour and dash pattern, with or without a point.
    Line(&'static str, &'static str, bool),
    /// A box of this colour.
    Box(String),
}

/// A legend in as many columns as fit; returns where it ends.
pub(super) fn legend(svg: &mut Svg, y: f64, entries: &[(Swatch, String)]) -> f64 {
    const SAMPLE: f64 = 32.0;
    const GAP: f64 = 18.0;
    const LINE: f64 = 15.5;
    if entries.is_empty() {
        return y;
    }
    let room = WIDTH - 2.0 * MARGIN;
    let widths: Vec<f64> = entries.iter().map(|(_, label)| width(label, TICK) + SAMPLE).collect();
    let total: f64 = widths.iter().sum::<f64>() + GAP * (widths.len() - 1) as f64;
    let one_row = total <= room;
    let widest = widths.iter().copied().fold(0.0, f64::max);
    // At least two columns where there is more than one entry: long names are broken.
    let columns = (((room + GAP) / (widest + GAP)) as usize).clamp(2.min(entries.len()), 4);
    let column = (room + GAP) / columns as f64;
    let (mut x, mut y) = (MARGIN, y);
    for row in entries.chunks(if one_row { entries.len() } else { columns }) {
        let mut height: f64 = 0.0;
        for (position, (swatch, label)) in row.iter().enumerate() {
            if !one_row {
                x = MARGIN + position as f64 * column;
            }
            let middle = y + LINE / 2.0;
            match swatch {
                Swatch::Line(colour, dashes, point) => {
                    svg.line(x, middle, x + 26.0, middle, colour, 2.0, dashes);
                    if *point {
                        svg.circle(x + 13.0, middle, 2.6, colour, colour);
                    }
                }
                Swatch::Box(colour) => svg.rect(x, middle - 5.5, 22.0, 11.0, colour, ""),
            }
            let limit = if one_row { room } else { column - GAP - SAMPLE };
            let lines = wrap(label, limit, TICK, 2);
            for (line, text) in lines.iter().enumerate() {
                let baseline = middle + 4.2 + line as f64 * (LINE - 1.5);
                svg.text(x + SAMPLE, baseline, text, TICK, INK, Anchor::Start);
            }
            height = height.max(lines.len() as f64 * (LINE - 1.5) + 3.0);
            x += widths.get(position).copied().unwrap_or(0.0) + GAP;
        }
        y += height;
    }
    y + 6.0
}

/// A frame with a message, for data that cannot be drawn.
pub(super) fn nothing_to_draw(svg: &mut Svg, y: f64, message: &str) -> f64 {
    let frame = Frame { left: MARGIN, top: y, right: WIDTH - MARGIN, bottom: y + 120.0 };
    svg.frame(frame.left, frame.top, frame.width(), frame.height(), FAINT);
    svg.text(WIDTH / 2.0, y + 64.0, message, LABEL, SOFT, Anchor::Middle);
    frame.bottom
}

/// Places as near as possible to those wanted, in order and with room for each: the least squares
/// solution, by pooling neighbours that overlap (Ayer et al. 1955, pool adjacent violators).
///
/// `wanted` is ascending; each item takes `heights` around its place. The result stays within
/// `low` and `high` where there is room at all.
pub(super) fn spread(wanted: &[f64], heights: &[f64], low: f64, high: f64) -> Vec<f64> {
    // With the heights taken out, the places only have to be in order.
    let mut offsets = Vec::with_capacity(wanted.len());
    let mut used = 0.0;
    for height in heights {
        offsets.push(used + height / 2.0);
        used += height;
    }
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (place, offset) in wanted.iter().zip(&offsets) {
        let mut block = (place - offset, 1);
        while let Some(&(mean, count)) = blocks.last() {
            if mean <= block.0 {
                break;
            }
            let sum = mean * count as f64 + block.0 * block.1 as f64;
            block = (sum / (count + block.1) as f64, count + block.1);
            blocks.pop();
        }
        blocks.push(block);
    }
    let top = (high - used).max(low);
    let starts = blocks.iter().flat_map(|&(mean, count)| std::iter::repeat_n(mean, count));
    starts.zip(&offsets).map(|(start, offset)| start.clamp(low, top) + offset).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_moved_apart_and_no_further_than_needed() {
        assert_eq!(spread(&[10.0, 50.0], &[10.0, 10.0], 0.0, 100.0), [10.0, 50.0]);
        assert_eq!(spread(&[50.0, 50.0], &[10.0, 10.0], 0.0, 100.0), [45.0, 55.0]);
        assert_eq!(spread(&[99.0, 99.0], &[10.0, 10.0], 0.0, 100.0), [85.0, 95.0]);
        assert_eq!(spread(&[0.0, 1.0, 90.0], &[10.0; 3], 0.0, 100.0), [5.0, 15.0, 90.0]);
    }
}
