//! Colours that stay apart with any common form of colour blindness.
//!
//! Lines: Okabe & Ito (2008), Color universal design, without yellow, which is too light on
//! paper. Classes: the light scheme of Tol (2021), Colour schemes, made for dark labels on top.
//! Shades: viridis (Smith & van der Walt 2015) for a quantity, Tol's BuRd for one with a middle.

pub(super) const PAPER: &str = "#ffffff";
pub(super) const INK: &str = "#1a1a1a";
pub(super) const SOFT: &str = "#595959";
pub(super) const AXIS: &str = "#8c8c8c";
pub(super) const FAINT: &str = "#e3e3e3";
/// Cells without a value.
pub(super) const MISSING: &str = "#d4d4d4";

pub(super) const LINES: [&str; 7] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#4d4d4d"];

/// Dash patterns; a line has its own pair of colour and pattern up to 35 of them.
pub(super) const DASHES: [&str; 5] = ["", "7 3", "2 3", "9 3 2 3", "14 4"];

pub(super) const BETTER: &str = "#0072b2";
pub(super) const WORSE: &str = "#d55e00";
pub(super) const NEUTRAL: &str = "#8c8c8c";

pub(super) const CLASSES: [&str; 9] = [
    "#77aadd", "#ee8866", "#eedd88", "#44bb99", "#ffaabb", "#99ddff", "#bbcc33", "#aaaa00",
    "#dddddd",
];

/// The colour of a line and its dash pattern.
pub(super) fn line(position: usize) -> (&'static str, &'static str) {
    let colour = LINES[position % LINES.len()];
    (colour, DASHES[(position / LINES.len()) % DASHES.len()])
}

const VIRIDIS: [[u8; 3]; 11] = [
    [0x44, 0x01, 0x54],
    [0x48, 0x24, 0x75],
    [0x41, 0x44, 0x87],
    [0x35, 0x5f, 0x8d],
    [0x2a, 0x78, 0x8e],
    [0x21, 0x91, 0x8c],
    [0x22, 0xa8, 0x84],
    [0x44, 0xbf, 0x70],
    [0x7a, 0xd1, 0x51],
    [0xbd, 0xdf, 0x26],
    [0xfd, 0xe7, 0x25],
];

const DIVERGING: [[u8; 3]; 9] = [
    [0x21, 0x66, 0xac],
    [0x43, 0x93, 0xc3],
    [0x92, 0xc5, 0xde],
    [0xd1, 0xe5, 0xf0],
    [0xf7, 0xf7, 0xf7],
    [0xfd, 0xdb, 0xc7],
    [0xf4, 0xa5, 0x82],
    [0xd6, 0x60, 0x4d],
    [0xb2, 0x18, 0x2b],
];

/// The shade at `share` in [0, 1] of a scale, as `#rrggbb`.
pub(super) fn shade(share: f64, diverging: bool) -> String {
    let stops: &[[u8; 3]] = if diverging { &DIVERGING } else { &VIRIDIS };
    let place = share.clamp(0.0, 1.0) * (stops.len() - 1) as f64;
    let below = (place.floor() as usize).min(stops.len() - 2);
    let part = place - below as f64;
    let mut colour = String::from("#");
    for (&low, &high) in stops[below].iter().zip(&stops[below + 1]) {
        let mixed = f64::from(low) + part * (f64::from(high) - f64::from(low));
        colour.push_str(&format!("{:02x}", mixed.round() as u8));
    }
    colour
}

/// Whether text on this colour has to be white.
pub(super) fn is_dark(colour: &str) -> bool {
    let channel = |range| {
        colour.get(range).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(255)
    };
    let [red, green, blue] = [channel(1..3), channel(3..5), channel(5..7)].map(f64::from);
    0.299 * red + 0.587 * green + 0.114 * blue < 140.0
}
