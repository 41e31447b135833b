//! A phase diagram: which class of outcome holds at each point of a grid.
//!
//! Regions carry their names where there is room, so that no reader depends on colour; whatever
//! is not named in the map is listed in a legend.

use super::TICK;
use super::axes::{Swatch, legend, nothing_to_draw};
use super::grid::{Grid, Layout, Overlay, cells_path, draw_overlays, layout};
use super::measure::{widest, width, wrap_evenly};
use super::palette::{self, AXIS, INK, MISSING, SOFT};
use super::svg::{Anchor, Svg, number};

/// A class over two numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassMap {
    /// The horizontal side.
    pub x: Grid,
    /// The vertical side.
    pub y: Grid,
    /// The names of the classes.
    pub classes: Vec<String>,
    /// `cells[row][column]`: a position in `classes`; `None` is grey.
    pub cells: Vec<Vec<Option<usize>>>,
    /// What is drawn on top.
    pub overlays: Vec<Overlay>,
}

const HEIGHT: f64 = 400.0;
const LINE: f64 = 14.5;
/// Larger maps are not searched for places for names.
const MOST_CELLS: usize = 250_000;

/// A connected region of cells of one class.
struct Region {
    class: usize,
    cells: Vec<(usize, usize)>,
}

pub(super) fn draw(map: &ClassMap, svg: &mut Svg, y: f64) -> f64 {
    let class_at = |column: usize, row: usize| -> Option<usize> {
        let class = (*map.cells.get(row)?.get(column)?)?;
        (class < map.classes.len()).then_some(class)
    };
    let Some(layout) = layout(svg, &map.x, &map.y, y, 0.0, HEIGHT) else {
        let message = if map.x.is_empty() || map.y.is_empty() {
            "no data"
        } else {
            "no grid: the numbers along a side have to ascend"
        };
        return nothing_to_draw(svg, y, message);
    };
    let frame = layout.frame;
    svg.rect(frame.left, frame.top, frame.width(), frame.height(), MISSING, "");
    for class in 0..map.classes.len() {
        let data = cells_path(&layout, |column, row| class_at(column, row) == Some(class));
        svg.fill(&data, colour(class), 1.0, true);
    }
    for class in palette::CLASSES.len()..map.classes.len() {
        hatch(svg, &layout, class, class_at);
    }
    svg.stroke(&borders(&layout, class_at), SOFT, 1.0, "", "");
    svg.frame(frame.left, frame.top, frame.width(), frame.height(), AXIS);

    let (columns, rows) = (map.x.len(), map.y.len());
    let mut unnamed: Vec<bool> = vec![true; map.classes.len()];
    if columns * rows <= MOST_CELLS {
        let regions = regions(columns, rows, class_at);
        unnamed = vec![false; map.classes.len()];
        for region in &regions {
            let name = &map.classes[region.class];
            if !name_region(svg, &layout, region, name) {
                unnamed[region.class] = true;
            }
        }
    }
    draw_overlays(svg, &layout, &map.overlays, TICK);
    let mut entries: Vec<(Swatch, String)> = map
        .classes
        .iter()
        .enumerate()
        .filter(|&(class, _)| unnamed[class])
        .map(|(class, name)| (Swatch::Box(colour(class).to_string()), name.clone()))
        .collect();
    let missing = (0..rows).any(|row| (0..columns).any(|column| class_at(column, row).is_none()));
    if missing {
        entries.push((Swatch::Box(MISSING.to_string()), "no value".into()));
    }
    if entries.is_empty() { layout.end } else { legend(svg, layout.end + 8.0, &entries) }
}

fn colour(class: usize) -> &'static str {
    palette::CLASSES[class % palette::CLASSES.len()]
}

/// Slanted lines over classes whose colour is a repetition.
fn hatch(
    svg: &mut Svg,
    layout: &Layout,
    class: usize,
    class_at: impl Fn(usize, usize) -> Option<usize>,
) {
    let round = class / palette::CLASSES.len();
    let step = 7.0 + 4.0 * (round / 2) as f64;
    let mut data = String::new();
    for (row, up) in layout.rows.windows(2).enumerate() {
        let (top, bottom) = (up[0].min(up[1]), up[0].max(up[1]));
        for (column, across) in layout.columns.windows(2).enumerate() {
            if class_at(column, row) != Some(class) {
                continue;
            }
            // The lines x ± y = k · step, cut to the cell; neighbours continue them.
            let slant = if round % 2 == 1 { 1.0 } else { -1.0 };
            let ends = [across[0] + slant * top, across[1] + slant * bottom];
            let others = [across[0] + slant * bottom, across[1] + slant * top];
            let low = ends.iter().chain(&others).copied().fold(f64::INFINITY, f64::min);
            let high = ends.iter().chain(&others).copied().fold(f64::NEG_INFINITY, f64::max);
            let mut sum = (low / step).ceil() * step;
            while sum <= high {
                let at = |y: f64| (sum - slant * y, y);
                let (from, to) =
                    (clip(at(top), at(bottom), across), clip(at(bottom), at(top), across));
                data.push_str(&format!(
                    "M{} {}L{} {}",
                    number(from.0),
                    number(from.1),
                    number(to.0),
                    number(to.1)
                ));
                sum += step;
            }
        }
    }
    svg.stroke(&data, SOFT, 0.8, "", "");
}

/// The end `a` of a slanted line from a to b, moved along it to between the bounds of a column.
fn clip(a: (f64, f64), b: (f64, f64), across: &[f64]) -> (f64, f64) {
    let x = a.0.clamp(across[0], across[1]);
    if (b.0 - a.0).abs() < 1e-9 {
        return (x, a.1);
    }
    (x, a.1 + (x - a.0) / (b.0 - a.0) * (b.1 - a.1))
}

/// The lines between cells of different classes.
fn borders(layout: &Layout, class_at: impl Fn(usize, usize) -> Option<usize>) -> String {
    let mut data = String::new();
    let (columns, rows) = (layout.columns.len() - 1, layout.rows.len() - 1);
    for row in 0..rows {
        for column in 0..columns {
            let (x, y) = (layout.columns[column + 1], layout.rows[row + 1]);
            if column + 1 < columns && class_at(column, row) != class_at(column + 1, row) {
                data.push_str(&format!(
                    "M{} {}V{}",
                    number(x),
                    number(layout.rows[row]),
                    number(y)
                ));
            }
            if row + 1 < rows && class_at(column, row) != class_at(column, row + 1) {
                data.push_str(&format!(
                    "M{} {}H{}",
                    number(layout.columns[column]),
                    number(y),
                    number(x)
                ));
            }
        }
    }
    data
}

/// The connected regions, in the order of their first cells.
fn regions(
    columns: usize,
    rows: usize,
    class_at: impl Fn(usize, usize) -> Option<usize>,
) -> Vec<Region> {
    let mut seen = vec![false; columns * rows];
    let mut regions = Vec::new();
    for start in 0..columns * rows {
        let Some(class) = class_at(start % columns, start / columns) else { continue };
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        let mut cells = vec![(start % columns, start / columns)];
        let mut next = 0;
        while next < cells.len() {
            let (column, row) = cells[next];
            next += 1;
            let neighbours = [
                (column.wrapping_sub(1), row),
                (column + 1, row),
                (column, row.wrapping_sub(1)),
                (column, row + 1),
            ];
            for (column, row) in neighbours {
                if column < columns
                    && row < rows
                    && class_at(column, row) == Some(class)
                    && !std::mem::replace(&mut seen[row * columns + column], true)
                {
                    cells.push((column, row));
                }
            }
        }
        regions.push(Region { class, cells });
    }
    regions
}

/// Writes the name into a region where it fits, in as few lines as possible; says whether it did.
fn name_region(svg: &mut Svg, layout: &Layout, region: &Region, name: &str) -> bool {
    if name.is_empty() {
        return true;
    }
    let frame = layout.frame;
    for most in 1..=4 {
        // A limit of width for which about this many lines result.
        let limit = match most {
            1 => frame.width(),
            _ => (width(name, TICK) * 1.3 / most as f64).min(frame.width() * 0.6),
        };
        let lines = wrap_evenly(name, limit, TICK, most);
        if lines.iter().any(|line| line.ends_with('…')) {
            continue;
        }
        let wide = widest(&lines, TICK) + 12.0;
        let high = lines.len() as f64 * LINE + 8.0;
        if let Some((x, y)) = place_for(layout, region, wide, high) {
            let first = y - (lines.len() as f64 - 1.0) * LINE / 2.0 + 4.2;
            for (line, text) in lines.iter().enumerate() {
                svg.text(x, first + line as f64 * LINE, text, TICK, INK, Anchor::Middle);
            }
            return true;
        }
    }
    false
}

/// The centre of a free rectangle of this size inside a region, nearest to the region's middle.
fn place_for(layout: &Layout, region: &Region, wide: f64, high: f64) -> Option<(f64, f64)> {
    let (columns, rows) = (layout.columns.len() - 1, layout.rows.len() - 1);
    let mut inside = vec![false; columns * rows];
    let (mut middle_x, mut middle_y, mut area) = (0.0, 0.0, 0.0);
    for &(column, row) in &region.cells {
        inside[row * columns + column] = true;
        let (left, right) = (layout.columns[column], layout.columns[column + 1]);
        let (a, b) = (layout.rows[row], layout.rows[row + 1]);
        let size = (right - left) * (b - a).abs();
        middle_x += size * (left + right) / 2.0;
        middle_y += size * (a + b) / 2.0;
        area += size;
    }
    if area < wide * high {
        return None;
    }
    let middle = (middle_x / area, middle_y / area);
    let mut best: Option<(f64, (f64, f64))> = None;
    let mut free = vec![true; columns];
    for first in 0..rows {
        // Rows from `first` on that together are high enough.
        let mut last = first;
        while last + 1 < rows && (layout.rows[last + 1] - layout.rows[first]).abs() < high {
            last += 1;
        }
        let extent = (layout.rows[last + 1], layout.rows[first]);
        let (top, bottom) = (extent.0.min(extent.1), extent.0.max(extent.1));
        if bottom - top < high {
            break;
        }
        for (column, free) in free.iter_mut().enumerate() {
            *free = (first..=last).all(|row| inside[row * columns + column]);
        }
        let mut start = 0;
        while start < columns {
            if !free[start] {
                start += 1;
                continue;
            }
            let end = (start..columns).find(|&column| !free[column]).unwrap_or(columns);
            let (left, right) = (layout.columns[start], layout.columns[end]);
            if right - left >= wide {
                let x = middle.0.clamp(left + wide / 2.0, right - wide / 2.0);
                let y = middle.1.clamp(top + high / 2.0, bottom - high / 2.0);
                let distance = (x - middle.0).powi(2) + (y - middle.1).powi(2);
                if best.is_none_or(|(least, _)| distance < least) {
                    best = Some((distance, (x, y)));
                }
            }
            start = end;
        }
    }
    best.map(|(_, place)| place)
}
