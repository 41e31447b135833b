//! Which parameter points a sweep visits: grids, and low-discrepancy sequences over the ranges.
//!
//! Every point is exact: a grid has rational steps, and a sequence has machine numbers, which are
//! rational too. A design is a function from a position to a point and holds no points itself, so
//! that a sweep can be cut anywhere and resumed.

use crate::num::{Rational, parse_literal};

/// The largest number of points of a design.
pub const MOST_POINTS: u64 = 100_000_000;

/// Why a design cannot be made from what the user wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DesignError {
    /// The text of an axis does not have the form that is expected.
    #[error("`{0}` is not an axis: write NAME=FROM:TO:STEPS or NAME=VALUE,VALUE,…")]
    Form(String),
    /// A bound is not a number.
    #[error("in `{axis}`: {reason}")]
    Bound {
        /// The axis as written.
        axis: String,
        /// What is wrong with the number.
        reason: String,
    },
    /// The number of steps is not a positive integer.
    #[error("in `{0}`: the number of steps is a positive integer")]
    Steps(String),
    /// The same parameter is varied twice.
    #[error("parameter `{0}` is varied twice")]
    Twice(String),
    /// The design has too many points.
    #[error("the design has more than {MOST_POINTS} points")]
    TooMany,
    /// A sample of no points.
    #[error("a sample needs at least one point")]
    NoPoints,
    /// Nothing varies.
    #[error("no parameter varies: name one with --vary, or give the model's parameters ranges")]
    Nothing,
}

/// One axis of a grid: a parameter and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// The parameter's name.
    pub name: String,
    /// Its values in order.
    pub values: AxisValues,
}

/// The values of an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AxisValues {
    /// Equal steps from the first bound to the second, both included.
    Steps {
        /// The first value.
        from: Rational,
        /// The last value.
        to: Rational,
        /// The number of values.
        count: u64,
    },
    /// The values as listed.
    List(Vec<Rational>),
}

impl Axis {
    /// Reads `NAME=FROM:TO:STEPS` or `NAME=VALUE,VALUE,…`.
    ///
    /// # Errors
    /// A [`DesignError`] that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, DesignError> {
        let (name, rest) =
            text.split_once('=').ok_or_else(|| DesignError::Form(text.to_owned()))?;
        let number = |part: &str| {
            parse_literal(part).map_err(|error| DesignError::Bound {
                axis: text.to_owned(),
                reason: error.to_string(),
            })
        };
        let name = name.trim().to_owned();
        if name.is_empty() || rest.trim().is_empty() {
            return Err(DesignError::Form(text.to_owned()));
        }
        let parts: Vec<&str> = rest.split(':').collect();
        let values = match parts.as_slice() {
            [list] => AxisValues::List(list.split(',').map(number).collect::<Result<_, _>>()?),
            [from, to, steps] => {
                let count = steps
                    .trim()
                    .parse::<u64>()
                    .ok()
                    .filter(|&count| count > 0)
                    .ok_or_else(|| DesignError::Steps(text.to_owned()))?;
                AxisValues::Steps { from: number(from)?, to: number(to)?, count }
            }
            _ => return Err(DesignError::Form(text.to_owned())),
        };
        Ok(Axis { name, values })
    }

    /// The number of values.
    #[must_use]
    pub fn len(&self) -> u64 {
        match &self.values {
            AxisValues::Steps { count, .. } => *count,
            AxisValues::List(values) => values.len() as u64,
        }
    }

    /// Never true: an axis has at least one value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The least and the greatest value, as machine numbers.
    #[must_use]
    pub fn extent(&self) -> (f64, f64) {
        match &self.values {
            AxisValues::Steps { from, to, .. } => {
                let (from, to) = (from.to_f64(), to.to_f64());
                (from.min(to), from.max(to))
            }
            AxisValues::List(values) => {
                let values = values.iter().map(Rational::to_f64);
                values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                    (low.min(value), high.max(value))
                })
            }
        }
    }

    /// The value at a position from 0.
    #[must_use]
    pub fn value(&self, at: u64) -> Rational {
        match &self.values {
            AxisValues::List(values) => values[at as usize].clone(),
            AxisValues::Steps { from, count: 1, .. } => from.clone(),
            AxisValues::Steps { from, to, count } => {
                from + (to - from) * Rational::from(at) / Rational::from(count - 1)
            }
        }
    }
}

impl std::fmt::Display for Axis {
    /// As [`Axis::parse`] reads it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.values {
            AxisValues::Steps { from, to, count } => {
                write!(f, "{}={from}:{to}:{count}", self.name)
            }
            AxisValues::List(values) => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                write!(f, "{}={}", self.name, values.join(","))
            }
        }
    }
}

/// A value of a parameter at a point.
#[derive(Debug, Clone, PartialEq)]
pub enum PointValue {
    /// A rational of a grid.
    Exact(Rational),
    /// A machine number of a sequence.
    Machine(f64),
}

impl PointValue {
    /// The nearest machine number.
    #[must_use]
    pub fn approximate(&self) -> f64 {
        match self {
            PointValue::Exact(value) => value.to_f64(),
            PointValue::Machine(value) => *value,
        }
    }
}

/// The points of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub enum Design {
    /// All combinations of the axes' values; the last axis varies fastest.
    Grid(Vec<Axis>),
    /// The additive recurrence of Roberts (2018): x_kj = frac(1/2 + k·φ^−j), k = 1, 2, …, where φ
    /// is the positive root of x^(d+1) = x + 1, scaled to each parameter's range.
    Sequence {
        /// The parameters with their ranges, in the order of the sequence's dimensions.
        ranges: Vec<(String, f64, f64)>,
        /// The number of points.
        count: u64,
    },
}

impl Design {
    /// The grid of these axes.
    ///
    /// # Errors
    /// When a parameter is named twice, nothing varies, or the grid is too large.
    pub fn grid(axes: Vec<Axis>) -> Result<Self, DesignError> {
        if axes.is_empty() {
            return Err(DesignError::Nothing);
        }
        let mut points = 1u64;
        for (at, axis) in axes.iter().enumerate() {
            if axes[..at].iter().any(|earlier| earlier.name == axis.name) {
                return Err(DesignError::Twice(axis.name.clone()));
            }
            points = points
                .checked_mul(axis.len())
                .filter(|&points| points <= MOST_POINTS)
                .ok_or(DesignError::TooMany)?;
        }
        Ok(Design::Grid(axes))
    }

    /// The sequence over ranges of parameters.
    ///
    /// # Errors
    /// When nothing varies or there are too many points.
    pub fn sequence(ranges: Vec<(String, f64, f64)>, count: u64) -> Result<Self, DesignError> {
        if count == 0 {
            return Err(DesignError::NoPoints);
        }
        if ranges.is_empty() {
            return Err(DesignError::Nothing);
        }
        if count > MOST_POINTS {
            return Err(DesignError::TooMany);
        }
        Ok(Design::Sequence { ranges, count })
    }

    /// The number of points.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Design::Grid(axes) => axes.iter().map(Axis::len).product(),
            Design::Sequence { count, .. } => *count,
        }
    }

    /// Never true: a design has at least one point.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The names of the parameters that vary, in order.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        match self {
            Design::Grid(axes) => axes.iter().map(|axis| axis.name.as_str()).collect(),
            Design::Sequence { ranges, .. } => {
                ranges.iter().map(|(name, ..)| name.as_str()).collect()
            }
        }
    }

    /// Where a point's values lie between the least and the greatest of the design: in [0, 1].
    #[must_use]
    pub fn position(&self, point: &[f64]) -> Vec<f64> {
        let scaled = |value: f64, low: f64, high: f64| {
            if high > low { (value - low) / (high - low) } else { 0.0 }
        };
        match self {
            Design::Sequence { ranges, .. } => {
                let pairs = ranges.iter().zip(point);
                pairs.map(|((_, low, high), &value)| scaled(value, *low, *high)).collect()
            }
            Design::Grid(axes) => {
                let pairs = axes.iter().zip(point);
                pairs
                    .map(|(axis, &value)| {
                        let (low, high) = axis.extent();
                        scaled(value, low, high)
                    })
                    .collect()
            }
        }
    }

    /// The point at a position from 0: a value for each name.
    #[must_use]
    pub fn point(&self, at: u64) -> Vec<PointValue> {
        match self {
            Design::Grid(axes) => {
                let mut left = at;
                let mut values: Vec<PointValue> = axes
                    .iter()
                    .rev()
                    .map(|axis| {
                        let value = axis.value(left % axis.len());
                        left /= axis.len();
                        PointValue::Exact(value)
                    })
                    .collect();
                values.reverse();
                values
            }
            Design::Sequence { ranges, .. } => {
                let root = harmonious_number(ranges.len());
                (1..)
                    .zip(ranges)
                    .map(|(dimension, (_, low, high))| {
                        let position = (at + 1) as f64;
                        let x = (0.5 + position * root.powi(-dimension)).fract();
                        PointValue::Machine(low + (high - low) * x)
                    })
                    .collect()
            }
        }
    }
}

/// The positive root of x^(d+1) = x + 1, by Newton's method from above: 1.618… for d = 1 (the
/// golden ratio), 1.3247… for d = 2 (the plastic number).
#[must_use]
pub fn harmonious_number(dimensions: usize) -> f64 {
    let degree = dimensions as i32 + 1;
    let mut x = 2.0_f64;
    for _ in 0..200 {
        let value = x.powi(degree) - x - 1.0;
        let slope = f64::from(degree) * x.powi(degree - 1) - 1.0;
        let next = x - value / slope;
        if (next - x).abs() <= f64::EPSILON {
            return next;
        }
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grid_points_are_exact_and_ordered() {
        let axes = vec![Axis::parse("g=0:1:4").unwrap(), Axis::parse("r=1/2,0.75").unwrap()];
        let design = Design::grid(axes).unwrap();
        assert_eq!(design.len(), 8);
        let third = Rational::new(1, 3);
        let exact = |value: Rational| PointValue::Exact(value);
        assert_eq!(design.point(3), [exact(third), exact(Rational::new(3, 4))]);
        assert_eq!(design.point(7), [exact(Rational::ONE), exact(Rational::new(3, 4))]);
    }

    #[test]
    fn what_is_no_axis_is_refused() {
        for text in ["", "g", "g=", "=1:2:3", "g=1:2", "g=1:2:0", "g=1:2:x", "g=a:2:3", "g=1:2:3:4"]
        {
            assert!(Axis::parse(text).is_err(), "{text}");
        }
        let twice = vec![Axis::parse("g=0:1:2").unwrap(), Axis::parse("g=0:1:2").unwrap()];
        assert_eq!(Design::grid(twice), Err(DesignError::Twice("g".into())));
        let large: Vec<Axis> =
            (0..3).map(|k| Axis::parse(&format!("p{k}=0:1:10000")).unwrap()).collect();
        assert_eq!(Design::grid(large), Err(DesignError::TooMany));
    }

    #[test]
    fn roberts_sequence_starts_as_documented() {
        assert!((harmonious_number(30) - 1.022_988_508_866_290_7).abs() < 1e-15);
        assert!((harmonious_number(1) - 1.618_033_988_749_895).abs() < 1e-15);
        let ranges = (0..30).map(|k| (format!("p{k}"), 0.0, 1.0)).collect();
        let design = Design::sequence(ranges, 10).unwrap();
        let first: Vec<f64> = design.point(0)[..4]
            .iter()
            .map(|value| match value {
                PointValue::Machine(x) => (x * 1e8).round() / 1e8,
                PointValue::Exact(_) => f64::NAN,
            })
            .collect();
        assert_eq!(first, [0.477_528_09, 0.455_561_16, 0.434_087_87, 0.413_097_13]);
    }
}
