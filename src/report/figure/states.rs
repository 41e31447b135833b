//! Diagrams of states: circles with what is played in them, and arrows to what follows.

use super::measure::{Font, shorten, widest, width, wrap_evenly};
use super::palette::{self, INK, PAPER, SOFT};
use super::svg::{Anchor, Svg, number};
use super::{LABEL, MARGIN, TICK, WIDTH};

/// The largest number of states that are drawn.
pub const MOST_DRAWN: usize = 24;

/// A state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DiagramState {
    /// Its name.
    pub name: String,
    /// What is played in it.
    pub play: String,
    /// The values, shown where the reader points at it.
    pub values: String,
    /// Whether play may start there, and how likely where it is not sure.
    pub start: Option<String>,
}

/// An arrow from one state to another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DiagramArrow {
    /// The position of the state where it begins.
    pub from: usize,
    /// The position of the state where it ends.
    pub to: usize,
    /// When play goes that way, a line for each case.
    pub cases: Vec<String>,
    /// Whether play goes that way while all keep to their actions; the others are broken lines.
    pub kept: bool,
}

/// States and arrows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StateDiagram {
    /// The states, on a circle in this order.
    pub states: Vec<DiagramState>,
    /// The arrows; at most one from a state to another.
    pub arrows: Vec<DiagramArrow>,
}

type Point = (f64, f64);

const NAME: Font = Font { size: 12.5, bold: true };
const LINE: f64 = 14.0;
/// The gap between a line's end and a state.
const GAP: f64 = 2.0;

struct Layout {
    centres: Vec<Point>,
    radius: f64,
    middle: Point,
    bottom: f64,
}

/// Draws the diagram below `top`, and returns where it ends.
pub(super) fn draw(diagram: &StateDiagram, svg: &mut Svg, top: f64) -> f64 {
    if diagram.states.is_empty() || diagram.states.len() > MOST_DRAWN {
        svg.text(MARGIN, top + 24.0, "There are no states to draw.", LABEL, SOFT, Anchor::Start);
        return top + 40.0;
    }
    let layout = layout(diagram, top);
    let mut labels: Vec<(Point, &DiagramArrow)> = Vec::new();
    for arrow in &diagram.arrows {
        let (Some(&from), Some(&to)) =
            (layout.centres.get(arrow.from), layout.centres.get(arrow.to))
        else {
            continue;
        };
        let at = if arrow.from == arrow.to {
            draw_loop(svg, &layout, arrow, from)
        } else {
            let back =
                diagram.arrows.iter().any(|one| (one.from, one.to) == (arrow.to, arrow.from));
            draw_arrow(svg, &layout, arrow, (from, to), back)
        };
        labels.push((at, arrow));
    }
    for (at, state) in diagram.states.iter().enumerate() {
        draw_state(svg, &layout, state, layout.centres[at]);
    }
    for (at, arrow) in labels {
        draw_cases(svg, &layout, at, &arrow.cases);
    }
    layout.bottom
}

fn layout(diagram: &StateDiagram, top: f64) -> Layout {
    let count = diagram.states.len();
    let longest = diagram
        .states
        .iter()
        .map(|state| width(&state.name, NAME).max(width(&state.play, TICK)) / 2.0 + 9.0);
    let most = match count {
        1..=4 => 58.0,
        5..=8 => 46.0,
        9..=14 => 34.0,
        _ => 25.0,
    };
    let radius = longest.fold(24.0, f64::max).min(most);
    let centre = WIDTH / 2.0;
    if count <= 2 {
        let y = top + radius + 78.0;
        let centres = if count == 1 {
            vec![(centre, y)]
        } else {
            vec![(centre - 150.0, y), (centre + 150.0, y)]
        };
        return Layout { centres, radius, middle: (centre, y), bottom: y + radius + 64.0 };
    }
    let (wide, high) = match count {
        3 => (190.0, 130.0),
        4..=6 => (205.0, 175.0),
        _ => (225.0, 215.0),
    };
    let y = top + 78.0 + radius + high;
    // The first state at the top, the others clockwise.
    let centres = (0..count)
        .map(|at| {
            let turn = std::f64::consts::TAU * at as f64 / count as f64;
            (centre + wide * turn.sin(), y - high * turn.cos())
        })
        .collect::<Vec<Point>>();
    let lowest = centres.iter().map(|point| point.1).fold(0.0, f64::max);
    Layout { centres, radius, middle: (centre, y), bottom: lowest + radius + 74.0 }
}

fn colours(arrow: &DiagramArrow) -> (&'static str, &'static str) {
    if arrow.kept { (palette::BETTER, "") } else { (palette::WORSE, "5 3") }
}

fn tip(arrow: &DiagramArrow) -> String {
    arrow.cases.join("; ")
}

/// A curve to another state, bent to one side where there is one back; the place of its label.
fn draw_arrow(
    svg: &mut Svg,
    layout: &Layout,
    arrow: &DiagramArrow,
    (from, to): (Point, Point),
    back: bool,
) -> Point {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1.0);
    let bend = if back { 34.0 + length * 0.06 } else { 14.0 };
    // To the left of the way: with y downwards that is (dy, -dx).
    let (nx, ny) = (dy / length, -dx / length);
    let control =
        ((from.0 + to.0) / 2.0 + nx * 2.0 * bend, (from.1 + to.1) / 2.0 + ny * 2.0 * bend);
    let point = |t: f64| {
        let s = 1.0 - t;
        (
            s * s * from.0 + 2.0 * s * t * control.0 + t * t * to.0,
            s * s * from.1 + 2.0 * s * t * control.1 + t * t * to.1,
        )
    };
    let outside =
        |at: Point, centre: Point| (at.0 - centre.0).hypot(at.1 - centre.1) >= layout.radius + GAP;
    let steps = 200;
    let at = |step: i32| point(f64::from(step) / f64::from(steps));
    let begin = (0..=steps).find(|&step| outside(at(step), from)).unwrap_or(0);
    let end = (0..=steps).rev().find(|&step| outside(at(step), to)).unwrap_or(steps);
    let (colour, dashes) = colours(arrow);
    let drawn: Vec<Point> = (begin..=(end - 4).max(begin))
        .step_by(4)
        .map(at)
        .chain([at((end - 6).max(begin))])
        .collect();
    let data = super::svg::path(drawn.into_iter().map(Some));
    svg.stroke(&data, colour, 1.6, dashes, &tip(arrow));
    head(svg, at((end - 6).max(0)), at(end), colour);
    point(0.5)
}

/// A loop away from the middle; the place of its label.
fn draw_loop(svg: &mut Svg, layout: &Layout, arrow: &DiagramArrow, centre: Point) -> Point {
    let (dx, dy) = (centre.0 - layout.middle.0, centre.1 - layout.middle.1);
    let length = dx.hypot(dy);
    // Where the state is in the middle or beside it, upwards.
    let level = layout.centres.len() <= 2;
    let (nx, ny) = if length < 1.0 || level { (0.0, -1.0) } else { (dx / length, dy / length) };
    let size = layout.radius.mul_add(0.45, 8.0);
    let away = layout.radius + size * 0.62;
    let middle = (centre.0 + nx * away, centre.1 + ny * away);
    let turn = ny.atan2(nx);
    let steps = 60;
    let point = |part: f64| {
        let angle = turn + std::f64::consts::PI + (0.5 + part * (std::f64::consts::TAU - 1.0));
        (middle.0 + size * angle.cos(), middle.1 + size * angle.sin())
    };
    let outside = |at: Point| (at.0 - centre.0).hypot(at.1 - centre.1) >= layout.radius + GAP;
    let points: Vec<Point> = (0..=steps)
        .map(|step| point(f64::from(step) / f64::from(steps)))
        .filter(|&at| outside(at))
        .collect();
    let (colour, dashes) = colours(arrow);
    let kept = points.len().saturating_sub(4);
    let data = super::svg::path(points[..kept].iter().copied().map(Some));
    svg.stroke(&data, colour, 1.6, dashes, &tip(arrow));
    if let [.., before, _, _, _, last] = points.as_slice() {
        head(svg, *before, *last, colour);
    }
    let further = layout.radius + size * 1.62 + 4.0;
    let shown = shown(layout, &arrow.cases);
    let lines = shown.len() as f64;
    let wide = widest(&shown, TICK) / 2.0;
    (centre.0 + nx * (further + wide), centre.1 + ny * (further + 8.0 + (lines - 1.0) * LINE * 0.5))
}

/// An arrowhead that ends at a point.
fn head(svg: &mut Svg, from: Point, to: Point, colour: &str) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1e-6);
    let (dx, dy) = (dx / length, dy / length);
    let back = (to.0 - dx * 9.0, to.1 - dy * 9.0);
    let data = format!(
        "M{} {}L{} {}L{} {}Z",
        number(to.0),
        number(to.1),
        number(back.0 - dy * 4.2),
        number(back.1 + dx * 4.2),
        number(back.0 + dy * 4.2),
        number(back.1 - dx * 4.2)
    );
    svg.fill(&data, colour, 1.0, false);
}

fn draw_state(svg: &mut Svg, layout: &Layout, state: &DiagramState, (x, y): Point) {
    svg.circle(x, y, layout.radius, PAPER, INK);
    if let Some(start) = &state.start {
        svg.circle(x, y, layout.radius - 3.5, "none", INK);
        let text = if start.is_empty() { "start".to_owned() } else { format!("start {start}") };
        let text = shorten(&text, 120.0, TICK);
        let below = y + layout.radius + LINE;
        let side = width(&text, TICK) / 2.0 + 2.0;
        svg.rect(x - side, below - 11.0, 2.0 * side, LINE, PAPER, "");
        svg.text(x, below, &text, TICK, SOFT, Anchor::Middle);
    }
    let room = 2.0 * layout.radius - 10.0;
    svg.text(x, y - 3.0, &shorten(&state.name, room, NAME), NAME, INK, Anchor::Middle);
    svg.text(x, y + 12.0, &shorten(&state.play, room, TICK), TICK, SOFT, Anchor::Middle);
    if !state.values.is_empty() {
        // An invisible cover carries the values.
        svg.tip_circle(x, y, layout.radius, &format!("{}: {}", state.name, state.values));
    }
}

/// The cases of an arrow on paper, so that no line runs through them.
fn draw_cases(svg: &mut Svg, layout: &Layout, (x, y): Point, cases: &[String]) {
    if cases.is_empty() {
        return;
    }
    let lines = shown(layout, cases);
    let wide = widest(&lines, TICK);
    let x = x.clamp(MARGIN + wide / 2.0, WIDTH - MARGIN - wide / 2.0);
    let high = lines.len() as f64 * LINE;
    let first = y - high / 2.0;
    svg.rect(x - wide / 2.0 - 2.0, first, wide + 4.0, high + 1.0, PAPER, "");
    for (at, line) in lines.iter().enumerate() {
        let baseline = first + (at as f64 + 1.0) * LINE - 3.0;
        svg.text(x, baseline, line, TICK, INK, Anchor::Middle);
    }
}

/// The lines of a label: cases in the room that there is.
fn shown(layout: &Layout, cases: &[String]) -> Vec<String> {
    const MOST: usize = 4;
    let room = if layout.centres.len() > 8 { 90.0 } else { 150.0 };
    let mut lines: Vec<String> =
        cases.iter().flat_map(|case| wrap_evenly(case, room, TICK, 2)).collect();
    if lines.len() > MOST {
        lines.truncate(MOST - 1);
        lines.push("…".to_owned());
    }
    lines
}
