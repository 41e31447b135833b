//! The few elements of SVG that figures need, written as text.

use super::measure::Font;

/// Which point of a text its position is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

const FAMILY: &str = "Helvetica Neue, Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif";

/// An SVG file that grows.
pub(super) struct Svg(String);

/// A coordinate with two decimals at most, without a negative zero.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

/// Text that XML reads back as it is; characters that XML cannot hold are dropped.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if character.is_control() => {}
            _ => out.push(character),
        }
    }
    out
}

impl Svg {
    pub(super) fn new() -> Self {
        Svg(String::new())
    }

    pub(super) fn open_document(&mut self, width: f64, height: f64, title: &str, about: &str) {
        let (width, height) = (number(width), number(height));
        self.0.push_str(&format!(
            "<svg data-generator=\"detente\" xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title description\" \
             font-family=\"{FAMILY}\">\n<title id=\"title\">{}</title>\n\
             <desc id=\"description\">{}</desc>\n",
            escape(title),
            escape(about)
        ));
    }

    pub(super) fn close_document(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }

    pub(super) fn append(&mut self, other: Svg) {
        self.0.push_str(&other.0);
    }

    /// A rectangle whose colours run upwards through these.
    pub(super) fn gradient(&mut self, x: f64, y: f64, width: f64, height: f64, stops: &[String]) {
        self.0.push_str("<linearGradient id=\"shades\" x1=\"0\" y1=\"1\" x2=\"0\" y2=\"0\">");
        let last = stops.len().saturating_sub(1).max(1) as f64;
        for (position, colour) in stops.iter().enumerate() {
            let offset = number(position as f64 / last);
            self.0.push_str(&format!("<stop offset=\"{offset}\" stop-color=\"{colour}\"/>"));
        }
        self.0.push_str("</linearGradient>\n");
        self.rect(x, y, width, height, "url(#shades)", "");
    }

    /// A group whose content is clipped to a rectangle; `id` is unique in the file.
    pub(super) fn open_clip(&mut self, id: &str, x: f64, y: f64, width: f64, height: f64) {
        self.0.push_str(&format!(
            "<clipPath id=\"{id}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>\n\
             <g clip-path=\"url(#{id})\">\n",
            number(x),
            number(y),
            number(width.max(0.0)),
            number(height.max(0.0))
        ));
    }

    pub(super) fn close_group(&mut self) {
        self.0.push_str("</g>\n");
    }

    /// A filled rectangle; `tip` is shown where the reader points at it.
    pub(super) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, fill: &str, tip: &str) {
        let head = format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"",
            number(x),
            number(y),
            number(width.max(0.0)),
            number(height.max(0.0))
        );
        if tip.is_empty() {
            self.0.push_str(&format!("{head}/>\n"));
        } else {
            self.0.push_str(&format!("{head}><title>{}</title></rect>\n", escape(tip)));
        }
    }

    pub(super) fn frame(&mut self, x: f64, y: f64, width: f64, height: f64, colour: &str) {
        self.0.push_str(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" \
             stroke=\"{colour}\"/>\n",
            number(x),
            number(y),
            number(width.max(0.0)),
            number(height.max(0.0))
        ));
    }

    #[allow(clippy::too_many_arguments)] // Four of them are two points.
    pub(super) fn line(
        &mut self,
        x1: f64,
        y1: f64,
        x2: f64,
        y2: f64,
        colour: &str,
        width: f64,
        dashes: &str,
    ) {
        self.0.push_str(&format!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{colour}\" \
             stroke-width=\"{}\"{}/>\n",
            number(x1),
            number(y1),
            number(x2),
            number(y2),
            number(width),
            dash(dashes)
        ));
    }

    /// A path that is stroked and not filled.
    pub(super) fn stroke(&mut self, data: &str, colour: &str, width: f64, dashes: &str, tip: &str) {
        if data.is_empty() {
            return;
        }
        self.0.push_str(&format!(
            "<path d=\"{data}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{}\" \
             stroke-linejoin=\"round\"{}><title>{}</title></path>\n",
            number(width),
            dash(dashes),
            escape(tip)
        ));
    }

    /// A path that is filled and not stroked. `crisp` keeps neighbours without a seam.
    pub(super) fn fill(&mut self, data: &str, colour: &str, opacity: f64, crisp: bool) {
        if data.is_empty() {
            return;
        }
        let opacity = if opacity < 1.0 {
            format!(" fill-opacity=\"{}\"", number(opacity))
        } else {
            String::new()
        };
        let crisp = if crisp { " shape-rendering=\"crispEdges\"" } else { "" };
        self.0.push_str(&format!("<path d=\"{data}\" fill=\"{colour}\"{opacity}{crisp}/>\n"));
    }

    pub(super) fn circle(&mut self, x: f64, y: f64, radius: f64, fill: &str, stroke: &str) {
        self.0.push_str(&format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{fill}\" stroke=\"{stroke}\" \
             stroke-width=\"1.5\"/>\n",
            number(x),
            number(y),
            number(radius)
        ));
    }

    /// A circle that is not seen and says something where the reader points at it.
    pub(super) fn tip_circle(&mut self, x: f64, y: f64, radius: f64, tip: &str) {
        self.0.push_str(&format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"none\" pointer-events=\"all\"><title>{}</title></circle>\n",
            number(x),
            number(y),
            number(radius),
            escape(tip)
        ));
    }

    /// One line of text with its baseline at `y`.
    pub(super) fn text(
        &mut self,
        x: f64,
        y: f64,
        text: &str,
        font: Font,
        colour: &str,
        anchor: Anchor,
    ) {
        self.text_with(x, y, text, font, colour, anchor, "");
    }

    /// Text that reads upwards and ends at the point.
    pub(super) fn text_upwards(&mut self, x: f64, y: f64, text: &str, font: Font, colour: &str) {
        let turn = format!(" transform=\"rotate(-90 {} {})\"", number(x), number(y));
        self.text_with(x, y, text, font, colour, Anchor::End, &turn);
    }

    #[allow(clippy::too_many_arguments)] // The general form of the two above.
    fn text_with(
        &mut self,
        x: f64,
        y: f64,
        text: &str,
        font: Font,
        colour: &str,
        anchor: Anchor,
        extra: &str,
    ) {
        if text.is_empty() {
            return;
        }
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if font.bold { " font-weight=\"bold\"" } else { "" };
        self.0.push_str(&format!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{weight} fill=\"{colour}\"{anchor}{extra}>{}\
             </text>\n",
            number(x),
            number(y),
            number(font.size),
            escape(text)
        ));
    }
}

fn dash(pattern: &str) -> String {
    if pattern.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{pattern}\"") }
}

/// A path of straight lines through points; gaps where there is `None`.
pub(super) fn path(points: impl Iterator<Item = Option<(f64, f64)>>) -> String {
    let mut data = String::new();
    let mut pen_up = true;
    for point in points {
        match point {
            Some((x, y)) => {
                data.push(if pen_up { 'M' } else { 'L' });
                data.push_str(&format!("{} {}", number(x), number(y)));
                pen_up = false;
            }
            None => pen_up = true,
        }
    }
    data
}
