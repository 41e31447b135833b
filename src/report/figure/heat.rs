//! A number over two others, as shades with a scale beside them.

use super::axes::{Axis, AxisScale, Swatch, legend, nothing_to_draw, room_for};
use super::grid::{Grid, Layout, Overlay, cells_path, draw_overlays, layout};
use super::measure::{width, wrap};
use super::palette::{AXIS, INK, MISSING, PAPER, SOFT, is_dark, shade};
use super::scale::{Scale, Ticks, is_drawable, value_label};
use super::svg::{Anchor, Svg};
use super::{LABEL, TICK};
use crate::num::Notation;

/// Which shades.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Shades {
    /// From dark to light, for a quantity.
    #[default]
    Sequential,
    /// Blue below and red above a middle, which is white: for a change.
    Around(f64),
}

/// A number over two others.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// The horizontal side.
    pub x: Grid,
    /// The vertical side.
    pub y: Grid,
    /// `values[row][column]`; a number that is not finite, or missing, is grey.
    pub values: Vec<Vec<f64>>,
    /// The quantity; its range, where given, is that of the shades.
    pub value: Axis,
    /// Which shades.
    pub shades: Shades,
    /// Whether each cell shows its number, where there is room.
    pub numbers: bool,
    /// What is drawn on top.
    pub overlays: Vec<Overlay>,
}

const HEIGHT: f64 = 360.0;
/// Numbers of shades that are told apart in a file.
const STEPS: f64 = 64.0;
const BAR: f64 = 16.0;

pub(super) fn draw(map: &HeatMap, svg: &mut Svg, y: f64) -> f64 {
    let cell = |column: usize, row: usize| -> Option<f64> {
        let value = *map.values.get(row)?.get(column)?;
        is_drawable(value, map.value.scale).then_some(value)
    };
    let (columns, rows) = (map.x.len(), map.y.len());
    let all = (0..rows).flat_map(|row| (0..columns).filter_map(move |column| cell(column, row)));
    let axis = centred(&map.value, map.shades, all.clone());
    let Some(scale) = Scale::over(&axis, all, false, (0.0, 1.0)) else {
        return nothing_to_draw(svg, y, "no data");
    };
    let ticks = scale.ticks(6);
    let title = wrap(&map.value.title(ticks.exponent), 130.0, LABEL, 4);
    let bar_room = (BAR + room_for(&ticks))
        .max(title.iter().map(|line| width(line, LABEL)).fold(0.0, f64::max))
        + 16.0;
    let Some(layout) = layout(svg, &map.x, &map.y, y, bar_room, HEIGHT) else {
        return nothing_to_draw(svg, y, "no grid: the numbers along a side have to ascend");
    };
    let diverging = matches!(map.shades, Shades::Around(_));
    // The shade of each cell, once: every shade asks for all of them.
    let shade_of = |column: usize, row: usize| -> Option<u32> {
        let share = scale.at(cell(column, row)?)?.clamp(0.0, 1.0);
        Some((share * STEPS).round() as u32)
    };
    let steps: Vec<Option<u32>> =
        (0..rows * columns).map(|at| shade_of(at % columns, at / columns)).collect();
    let step = |column: usize, row: usize| steps[row * columns + column];
    let frame = layout.frame;
    svg.rect(frame.left, frame.top, frame.width(), frame.height(), MISSING, "");
    for shade_step in 0..=STEPS as u32 {
        let data = cells_path(&layout, |column, row| step(column, row) == Some(shade_step));
        svg.fill(&data, &shade(f64::from(shade_step) / STEPS, diverging), 1.0, true);
    }
    if map.numbers {
        draw_numbers(map, svg, &layout, |column, row| {
            let colour = step(column, row).map_or_else(
                || MISSING.to_string(),
                |step| shade(f64::from(step) / STEPS, diverging),
            );
            Some((cell(column, row)?, colour))
        });
    }
    svg.frame(frame.left, frame.top, frame.width(), frame.height(), AXIS);
    draw_overlays(svg, &layout, &map.overlays, TICK);
    draw_bar(svg, &layout, &scale, &ticks, &title, diverging);
    if steps.iter().all(Option::is_some) {
        return layout.end;
    }
    let missing = (Swatch::Box(MISSING.to_string()), "no value".to_string());
    legend(svg, layout.end + 8.0, &[missing])
}

/// The axis of values, with equal room on both sides of the middle of diverging shades.
fn centred(axis: &Axis, shades: Shades, values: impl Iterator<Item = f64>) -> Axis {
    let Shades::Around(middle) = shades else { return axis.clone() };
    if axis.range.is_some() || axis.scale == AxisScale::Log {
        return axis.clone();
    }
    let reach = values.map(|value| (value - middle).abs()).fold(0.0, f64::max);
    let reach = if reach > 0.0 { reach } else { 1.0 };
    axis.clone().with_range(middle - reach, middle + reach)
}

fn draw_numbers(
    map: &HeatMap,
    svg: &mut Svg,
    layout: &Layout,
    cell: impl Fn(usize, usize) -> Option<(f64, String)>,
) {
    for (row, up) in layout.rows.windows(2).enumerate() {
        for (column, across) in layout.columns.windows(2).enumerate() {
            let Some((value, colour)) = cell(column, row) else { continue };
            let text = value_label(value, Notation::Significant(3));
            let fits = width(&text, TICK) <= across[1] - across[0] - 4.0;
            if map.numbers && fits && (up[1] - up[0]).abs() >= 16.0 {
                let (x, y) = ((across[0] + across[1]) / 2.0, (up[0] + up[1]) / 2.0 + 4.2);
                let ink = if is_dark(&colour) { PAPER } else { INK };
                svg.text(x, y, &text, TICK, ink, Anchor::Middle);
            }
        }
    }
}

/// The shades as a bar to the right of the map, with numbers and the name of the quantity.
fn draw_bar(
    svg: &mut Svg,
    layout: &Layout,
    scale: &Scale,
    ticks: &Ticks,
    title: &[String],
    diverging: bool,
) {
    let frame = layout.frame;
    let x = frame.right + 14.0;
    let mut top = frame.top;
    for line in title {
        svg.text(x, top + 9.0, line, LABEL, INK, Anchor::Start);
        top += 15.0;
    }
    let top = (top + 4.0).min(frame.bottom - 30.0);
    let height = (frame.bottom - top).min(260.0);
    let bottom = top + height;
    let stops: Vec<String> =
        (0..=20).map(|stop| shade(f64::from(stop) / 20.0, diverging)).collect();
    svg.gradient(x, top, BAR, height, &stops);
    svg.frame(x, top, BAR, height, AXIS);
    let places = scale.between(bottom, top);
    for tick in &ticks.list {
        if let Some(y) = places.at(tick.value) {
            svg.line(x + BAR, y, x + BAR + 4.0, y, AXIS, 1.0, "");
            svg.text(x + BAR + 7.0, y + 4.2, &tick.label, TICK, SOFT, Anchor::Start);
        }
    }
}
