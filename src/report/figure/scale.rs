//! From numbers to places on an axis, and the round numbers that stand on it.

use super::axes::{Axis, AxisScale};
use crate::num::Notation;

/// Numbers beyond this are not drawn: differences of such would not be finite.
const LARGEST: f64 = 1e300;
/// The smallest width of an axis, and the smallest number on a logarithmic one.
const SMALLEST: f64 = 1e-290;

/// Whether a number has a place on an axis of this kind.
pub(super) fn is_drawable(value: f64, scale: AxisScale) -> bool {
    value.abs() <= LARGEST && (scale == AxisScale::Linear || value >= SMALLEST)
}

/// A map from an interval of numbers to an interval of places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    kind: AxisScale,
    /// In numbers, or in their logarithms to base 10.
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

/// A mark on an axis: its number and how it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub(super) value: f64,
    pub(super) label: String,
}

/// Ticks, and the power of ten that was taken out of their labels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ticks {
    pub(super) list: Vec<Tick>,
    pub(super) exponent: i32,
}

impl Scale {
    /// The scale over these numbers; `pad` widens it by 4 % and to zero where zero is near.
    pub(super) fn over(
        axis: &Axis,
        values: impl Iterator<Item = f64>,
        pad: bool,
        places: (f64, f64),
    ) -> Option<Scale> {
        let kind = axis.scale;
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|&value| is_drawable(value, kind)) {
            low = low.min(value);
            high = high.max(value);
        }
        let mut fixed = false;
        if let Some((from, to)) = axis.range
            && is_drawable(from, kind)
            && is_drawable(to, kind)
            && from < to
        {
            (low, high, fixed) = (from, to, true);
        }
        if low > high {
            return None;
        }
        if kind == AxisScale::Log {
            (low, high) = (low.log10(), high.log10());
            if high - low < 1e-9 {
                (low, high) = (low - 0.5, high + 0.5);
            } else if pad && !fixed {
                let room = 0.03 * (high - low);
                (low, high) = (low - room, high + room);
            }
        } else if high - low < SMALLEST.max(1e-12 * high.abs().max(low.abs())) {
            // One number alone, or so many times the same one.
            let room = if high == 0.0 { 1.0 } else { (high.abs() / 2.0).max(SMALLEST) };
            (low, high) = (low - room, high + room);
        } else if pad && !fixed {
            if low > 0.0 && low <= 0.5 * high {
                low = 0.0;
            }
            if high < 0.0 && high >= 0.5 * low {
                high = 0.0;
            }
            let room = 0.04 * (high - low);
            // Zero is a floor that lines may lie on.
            if low != 0.0 {
                low -= room;
            }
            if high != 0.0 {
                high += room;
            }
        }
        Some(Scale { kind, low, high, from: places.0, to: places.1 })
    }

    /// The same numbers over other places.
    pub(super) fn between(self, from: f64, to: f64) -> Scale {
        Scale { from, to, ..self }
    }

    /// The place of a number; beyond the ends where the number is.
    pub(super) fn at(&self, value: f64) -> Option<f64> {
        // Ticks may lie beyond the largest drawable number by a rounding error.
        if value.is_nan() || value.abs() > 1e5 * LARGEST {
            return None;
        }
        if self.kind == AxisScale::Log && value <= 0.0 {
            return None;
        }
        let value = if self.kind == AxisScale::Log { value.log10() } else { value };
        let share = (value - self.low) / (self.high - self.low);
        // Far outside, where only the direction counts, coordinates stay small.
        Some(self.from + share.clamp(-10.0, 11.0) * (self.to - self.from))
    }

    /// Whether the number lies within the ends.
    pub(super) fn holds(&self, value: f64) -> bool {
        let value = if self.kind == AxisScale::Log { value.log10() } else { value };
        let slack = 1e-9 * (self.high - self.low);
        value >= self.low - slack && value <= self.high + slack
    }

    /// About `wanted` round numbers within the ends.
    pub(super) fn ticks(&self, wanted: usize) -> Ticks {
        match self.kind {
            AxisScale::Linear => self.linear_ticks(wanted.max(2)),
            AxisScale::Log => self.log_ticks(wanted.max(2)),
        }
    }

    fn linear_ticks(&self, wanted: usize) -> Ticks {
        let slack = 1e-9 * (self.high - self.low);
        let count = |step: f64| {
            let inside = ((self.high + slack) / step).floor() - ((self.low - slack) / step).ceil();
            inside + 1.0
        };
        // The round step whose number of ticks is nearest to the wanted one.
        let rough = ((self.high - self.low) / wanted as f64).log10().floor() as i32;
        let candidates = [(1, rough), (2, rough), (5, rough), (1, rough + 1), (2, rough + 1)];
        let distance = |&(digit, power): &(i32, i32)| {
            let found = count(f64::from(digit) * 10f64.powi(power));
            // Two too many are worse than two too few, but one tick alone shows no scale.
            let wanted = wanted as f64;
            if found < 2.0 { 1e3 } else { (found - wanted).max(0.8 * (wanted - found)) }
        };
        let (digit, power) = candidates
            .into_iter()
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .unwrap_or((1, rough));
        let step = f64::from(digit) * 10f64.powi(power);
        let first = ((self.low - slack) / step).ceil();
        let largest = self.low.abs().max(self.high.abs());
        let exponent = if !(1e-3..1e6).contains(&largest) {
            (largest.log10().floor() as i32).div_euclid(3) * 3
        } else {
            0
        };
        let digits = usize::try_from(exponent - power).unwrap_or(0).min(17);
        let mut list = Vec::new();
        for count in 0..=4 * wanted {
            let value = (first + count as f64) * step;
            if value > self.high + slack {
                break;
            }
            let value = if value.abs() < step / 2.0 { 0.0 } else { value };
            list.push(Tick { value, label: plain(scaled(value, exponent), digits) });
        }
        Ticks { list, exponent }
    }

    fn log_ticks(&self, wanted: usize) -> Ticks {
        let decades = self.high - self.low;
        let mut list = Vec::new();
        if decades < 0.7 {
            // Too narrow for powers of ten: round numbers at equal distances.
            let (low, high) = (10f64.powf(self.low), 10f64.powf(self.high));
            let linear = Scale { kind: AxisScale::Linear, low, high, ..*self };
            return linear.linear_ticks(wanted);
        }
        let every = (decades / wanted as f64).ceil().max(1.0) as i32;
        let digits: &[i32] = if decades * 3.0 <= wanted as f64 {
            &[1, 2, 5]
        } else if decades * 2.0 <= wanted as f64 {
            &[1, 3]
        } else {
            &[1]
        };
        let mut power = (self.low.floor() as i32).div_euclid(every) * every;
        while f64::from(power) <= self.high {
            for &digit in digits {
                let place = f64::from(power) + f64::from(digit).log10();
                if place >= self.low - 1e-9 && place <= self.high + 1e-9 {
                    let value = f64::from(digit) * 10f64.powi(power);
                    list.push(Tick { value, label: power_label(digit, power) });
                }
            }
            power += every;
        }
        Ticks { list, exponent: 0 }
    }
}

/// value / 10^exponent without overflow on the way.
fn scaled(value: f64, exponent: i32) -> f64 {
    if exponent == 0 { value } else { value / 10f64.powi(exponent) }
}

fn plain(value: f64, digits: usize) -> String {
    minus(
        &crate::num::Rational::from_f64_exactly(value)
            .map_or_else(String::new, |value| crate::num::decimal(&value, digits)),
    )
}

fn power_label(digit: i32, power: i32) -> String {
    if (-3..=4).contains(&power) {
        let places = usize::try_from(-power).unwrap_or(0);
        return plain(f64::from(digit) * 10f64.powi(power), places);
    }
    if digit == 1 { power_of_ten(power) } else { format!("{digit}·{}", power_of_ten(power)) }
}

/// `10⁻⁶`.
pub(super) fn power_of_ten(power: i32) -> String {
    let raised = |character: char| match character {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => {
            digit.to_digit(10).and_then(|digit| char::from_u32(0x2070 + digit)).unwrap_or(character)
        }
    };
    format!("10{}", power.to_string().chars().map(raised).collect::<String>())
}

/// A number with a minus sign in place of the hyphen.
pub(super) fn minus(text: &str) -> String {
    text.replace('-', "−")
}

/// A number beside a bar or in a cell, with powers of ten as such.
pub(super) fn value_label(value: f64, notation: Notation) -> String {
    let text = notation.float(value);
    match text.split_once('e').map(|(mantissa, power)| (mantissa, power.parse())) {
        Some((mantissa, Ok(power))) => format!("{} × {}", minus(mantissa), power_of_ten(power)),
        _ => minus(&text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, scale: AxisScale, wanted: usize) -> Vec<String> {
        let axis = Axis { scale, ..Axis::new("x") };
        let scale = Scale::over(&axis, [low, high].into_iter(), false, (0.0, 1.0)).unwrap();
        scale.ticks(wanted).list.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn linear_ticks_are_round_and_have_equal_decimals() {
        use AxisScale::Linear;
        assert_eq!(labels(0.0, 1.0, Linear, 5), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(-7.0, 3.0, Linear, 5), ["−6", "−4", "−2", "0", "2"]);
        assert_eq!(labels(0.0, 80.0, Linear, 4), ["0", "20", "40", "60", "80"]);
        assert_eq!(labels(0.012, 0.034, Linear, 4), ["0.015", "0.020", "0.025", "0.030"]);
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten() {
        use AxisScale::Log;
        assert_eq!(labels(1e-3, 1e3, Log, 7).len(), 7);
        assert_eq!(labels(1e-12, 1e-6, Log, 3), ["10⁻¹²", "10⁻¹⁰", "10⁻⁸", "10⁻⁶"]);
        assert_eq!(labels(1.0, 10.0, Log, 6), ["1", "2", "5", "10"]);
        assert_eq!(labels(1.0, 2.0, Log, 3), ["1.0", "1.5", "2.0"]);
    }

    #[test]
    fn extreme_ranges_have_finite_ticks() {
        for (low, high) in [(-1e300, 1e300), (5e-324, 6e-324), (1e-280, 2e-280), (1e9, 1e9)] {
            for scale in [AxisScale::Linear, AxisScale::Log] {
                let axis = Axis { scale, ..Axis::new("x") };
                for pad in [false, true] {
                    let values = [low, high].into_iter();
                    if let Some(scale) = Scale::over(&axis, values, pad, (0.0, 100.0)) {
                        let ticks = scale.ticks(5);
                        assert!((2..=12).contains(&ticks.list.len()), "{low} {high} {ticks:?}");
                        for tick in ticks.list {
                            assert!(scale.at(tick.value).unwrap().is_finite());
                        }
                    }
                }
            }
        }
    }
}
