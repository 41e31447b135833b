//! Figures as SVG: one value in, one self-contained file out.
//!
//! Text is left to the reader's fonts (a stack of common sans-serif faces) and is measured with
//! the widths of a wide one, so that it fits in all. Colours can be told apart with any of the
//! common forms of colour blindness, and never carry a meaning alone. Each figure has a title, a
//! description for readers who do not see it, and a caption that says where its numbers come from.
//! The same figure gives the same bytes.

mod axes;
mod bars;
mod classes;
mod grid;
mod heat;
mod lines;
mod measure;
mod palette;
mod scale;
mod states;
mod svg;

pub use axes::{Axis, AxisScale};
pub use bars::{Bar, BarChart, BarGroup};
pub use classes::ClassMap;
pub use grid::{Grid, Overlay};
pub use heat::{HeatMap, Shades};
pub use lines::{LineChart, Mark, Series, Shape};
pub use states::{DiagramArrow, DiagramState, MOST_DRAWN, StateDiagram};

use measure::{Font, wrap};
use palette::{FAINT, INK, PAPER, SOFT};
use svg::{Anchor, Svg};

/// A figure: what is drawn, and the words around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The title: what is shown, or better what it says.
    pub title: String,
    /// A second line, smaller: at which point, under which assumption.
    pub subtitle: Option<String>,
    /// What a reader who does not see the figure should know of it.
    pub description: String,
    /// Where the numbers come from.
    pub provenance: Provenance,
    /// What is drawn.
    pub plot: Plot,
}

/// What a figure draws.
#[derive(Debug, Clone, PartialEq)]
pub enum Plot {
    /// Lines over a number.
    Lines(LineChart),
    /// A number over two others, as shades.
    Heat(HeatMap),
    /// A class over two numbers: a phase diagram.
    Classes(ClassMap),
    /// Horizontal bars for named things.
    Bars(BarChart),
    /// States and what follows.
    States(StateDiagram),
}

/// Where the numbers of a figure come from; the caption is made of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// The id of the model.
    pub model: String,
    /// A hash of the parameters, in hexadecimal digits; its first 12 are shown.
    pub parameters: String,
    /// The version of detente.
    pub version: String,
    /// How the numbers were computed: `exact`, `8,192 points, Sobol, seed 1`.
    pub method: Option<String>,
    /// Publications, as short citations.
    pub sources: Vec<String>,
    /// Whether parameters without a source enter: tagged `[illustrative]`.
    pub illustrative: bool,
}

impl Provenance {
    /// The caption: `northeast-asia · parameters 3f2a9c01b7de · exact · detente 0.1.0 ·
    /// [illustrative]`.
    #[must_use]
    pub fn caption(&self) -> String {
        let mut parts = Vec::new();
        if !self.model.is_empty() {
            parts.push(self.model.clone());
        }
        if !self.parameters.is_empty() {
            let short: String = self.parameters.chars().take(12).collect();
            parts.push(format!("parameters {short}"));
        }
        parts.extend(self.method.clone());
        if !self.version.is_empty() {
            parts.push(format!("detente {}", self.version));
        }
        parts.extend(self.sources.iter().cloned());
        if self.illustrative {
            parts.push("[illustrative]".into());
        }
        parts.join(" · ")
    }
}

/// The width of every figure; at 600 pixels the smallest text is still ten pixels high.
const WIDTH: f64 = 640.0;
const MARGIN: f64 = 16.0;

const TITLE: Font = Font { size: 16.0, bold: true };
const SUBTITLE: Font = Font { size: 13.0, bold: false };
const LABEL: Font = Font { size: 12.5, bold: false };
const TICK: Font = Font { size: 12.0, bold: false };
const CAPTION: Font = Font { size: 11.0, bold: false };

impl Figure {
    /// The figure as an SVG file, UTF-8, ending with a newline.
    ///
    /// Never fails: data that cannot be drawn (no points, infinities) give a frame that says so.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let mut body = Svg::new();
        let mut y = MARGIN;
        for line in wrap(&self.title, WIDTH - 2.0 * MARGIN, TITLE, 3) {
            y += TITLE.size * 1.25;
            body.text(MARGIN, y - 4.0, &line, TITLE, INK, Anchor::Start);
        }
        if let Some(subtitle) = &self.subtitle {
            for line in wrap(subtitle, WIDTH - 2.0 * MARGIN, SUBTITLE, 3) {
                y += SUBTITLE.size * 1.35;
                body.text(MARGIN, y - 3.0, &line, SUBTITLE, SOFT, Anchor::Start);
            }
        }
        y += 8.0;
        y = match &self.plot {
            Plot::Lines(chart) => lines::draw(chart, &mut body, y),
            Plot::Heat(map) => heat::draw(map, &mut body, y),
            Plot::Classes(map) => classes::draw(map, &mut body, y),
            Plot::Bars(chart) => bars::draw(chart, &mut body, y),
            Plot::States(diagram) => states::draw(diagram, &mut body, y),
        };
        let caption = self.provenance.caption();
        if !caption.is_empty() {
            y += 14.0;
            body.line(MARGIN, y, WIDTH - MARGIN, y, FAINT, 1.0, "");
            y += 2.0;
            for line in wrap(&caption, WIDTH - 2.0 * MARGIN, CAPTION, 4) {
                y += CAPTION.size * 1.35;
                body.text(MARGIN, y, &line, CAPTION, SOFT, Anchor::Start);
            }
        }
        let height = (y + 12.0).ceil();
        let mut out = Svg::new();
        out.open_document(WIDTH, height, &self.title, &self.description);
        out.rect(0.0, 0.0, WIDTH, height, PAPER, "");
        out.append(body);
        out.close_document()
    }
}

#[cfg(test)]
mod tests;
