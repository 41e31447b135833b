//! Exact numbers: rationals that widen, certified intervals, literals and their formatting.
//!
//! Everything that detente claims is decided on [`Rational`], which is exact. [`Interval`] encloses
//! a real number between two machine numbers; it serves formulas with `exp`, `log` and `sqrt`, and
//! it is the fast filter of parameter sweeps. [`Scalar`] is what both have in common, so that one
//! evaluator serves both.

mod affine;
mod convergent;
mod format;
mod interval;
mod literal;
mod rational;
mod rounded;
mod scalar;

pub use affine::Affine;
pub use convergent::convergent_near;
pub use format::{
    Notation, abridge, decimal, decimal_or_fraction, exact_beside_decimal, honest_decimal, plain,
    rounded_down, rounded_up, scientific, scientific_up, shortest,
};
pub use interval::Interval;
pub use literal::{LiteralError, parse_literal};
pub use rational::Rational;
pub use rounded::Rounded;
pub use scalar::{NotDecided, Scalar};
