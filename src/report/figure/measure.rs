//! How wide text is when no font is at hand.
//!
//! Advance widths are those of DejaVu Sans, the widest of the faces in the stack: text that fits
//! by this measure fits in Helvetica and Arial with room to spare.

/// A size and weight of the one family.
#[derive(Debug, Clone, Copy)]
pub(super) struct Font {
    /// In user units.
    pub(super) size: f64,
    pub(super) bold: bool,
}

/// Hundredths of the size, for the characters from blank to `~`.
const WIDTHS: [u8; 95] = [
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75,
    79, 60, 79, 69, 63, 61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35,
    63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
];

fn character_width(character: char) -> f64 {
    let code = character as usize;
    if let Some(&width) = code.checked_sub(32).and_then(|position| WIDTHS.get(position)) {
        return f64::from(width) / 100.0;
    }
    match character {
        '\u{2070}'..='\u{209c}' | '²' | '³' | '¹' => 0.53,
        '\u{2009}' | '·' => 0.32,
        '–' => 0.5,
        // East Asian characters are as wide as high.
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' => 1.0,
        '\u{ff00}'..='\u{ffef}' | '\u{1f000}'.. => 1.0,
        '\u{300}'..='\u{36f}' => 0.0,
        _ => 0.7,
    }
}

/// The width of a line of text.
pub(super) fn width(text: &str, font: Font) -> f64 {
    let factor = if font.bold { 1.15 } else { 1.0 };
    text.chars().map(character_width).sum::<f64>() * font.size * factor
}

/// The widest of some lines.
pub(super) fn widest<S: AsRef<str>>(lines: &[S], font: Font) -> f64 {
    lines.iter().map(|line| width(line.as_ref(), font)).fold(0.0, f64::max)
}

/// Text on one line, without what XML cannot hold.
fn clean(text: &str) -> String {
    super::super::table::one_line(text)
}

/// Breaks text into at most `most` lines of at most `limit`; what is left over ends in an
/// ellipsis. Never empty.
pub(super) fn wrap(text: &str, limit: f64, font: Font, most: usize) -> Vec<String> {
    let text = clean(text);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let joined = if line.is_empty() { word.to_string() } else { format!("{line} {word}") };
        if width(&joined, font) <= limit || line.is_empty() {
            line = joined;
        } else {
            lines.push(std::mem::replace(&mut line, word.to_string()));
        }
    }
    lines.push(line);
    let cut = lines.len() > most;
    lines.truncate(most.max(1));
    if let Some(last) = lines.last_mut().filter(|_| cut) {
        last.push('…');
    }
    lines.iter().map(|line| shorten(line, limit, font)).collect()
}

/// Text that is cut with an ellipsis where it is wider than the limit.
pub(super) fn shorten(text: &str, limit: f64, font: Font) -> String {
    if width(text, font) <= limit {
        return text.to_string();
    }
    let mut kept = String::new();
    let mut used = width("…", font);
    for character in text.trim_end_matches('…').chars() {
        used += width(character.encode_utf8(&mut [0; 4]), font);
        if used > limit {
            break;
        }
        kept.push(character);
    }
    format!("{}…", kept.trim_end())
}

/// Like [`wrap`], but in lines of about equal length.
pub(super) fn wrap_evenly(text: &str, limit: f64, font: Font, most: usize) -> Vec<String> {
    let greedy = wrap(text, limit, font, most);
    if greedy.len() < 2 || greedy.iter().any(|line| line.ends_with('…')) {
        return greedy;
    }
    let count = greedy.len();
    let mut best = greedy;
    let steps = 12;
    for step in 1..steps {
        let narrower = limit * (1.0 - f64::from(step) / f64::from(steps));
        let lines = wrap(text, narrower, font, most);
        if lines.len() != count || lines.iter().any(|line| line.ends_with('…')) {
            break;
        }
        best = lines;
    }
    best
}
