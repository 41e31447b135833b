//! A linear program with every row multiplied to integers and every inequality turned to ≤.

use dashu_base::{Gcd, UnsignedAbs};
use dashu_int::{IBig, UBig};

use super::{LinearProgram, Relation};
use crate::num::Rational;

/// A row a·x ≤ b or a·x = b with integer coefficients without a common factor.
#[derive(Debug, Clone)]
pub(super) struct IntegerRow {
    pub(super) coefficients: Vec<(usize, IBig)>,
    pub(super) bound: IBig,
    pub(super) equality: bool,
    /// This row is the given row times `scale`, which is negative for a row with ≥.
    pub(super) scale: Rational,
}

/// An integer linear program that has the same solutions.
#[derive(Debug, Clone)]
pub(super) struct IntegerForm {
    pub(super) rows: Vec<IntegerRow>,
    pub(super) objective: Vec<IBig>,
    /// The integer objective is the given one times `scale`, which is positive.
    pub(super) objective_scale: Rational,
}

/// The numbers multiplied by a common factor that makes them coprime integers, and the factor.
pub(crate) fn coprime_integers<'a>(
    numbers: impl Iterator<Item = &'a Rational> + Clone,
) -> (Vec<IBig>, Rational) {
    if let Some((words, scale)) = coprime_words(numbers.clone()) {
        return (words.into_iter().map(IBig::from).collect(), scale);
    }
    let mut denominator = UBig::ONE;
    for number in numbers.clone().filter(|number| !number.is_integer()) {
        let other = number.denominator().unsigned_abs();
        let common = (&denominator).gcd(&other);
        denominator *= other / common;
    }
    let mut integers: Vec<IBig> = if denominator.is_one() {
        numbers.map(Rational::numerator).collect()
    } else {
        numbers
            .map(|number| number.numerator() * (&denominator / number.denominator().unsigned_abs()))
            .collect()
    };
    let mut divisor = UBig::ZERO;
    for integer in integers.iter().filter(|integer| !integer.is_zero()) {
        let size = integer.unsigned_abs();
        divisor = if divisor.is_zero() { size } else { divisor.gcd(size) };
        if divisor.is_one() {
            break;
        }
    }
    if divisor.is_zero() {
        return (integers, Rational::ONE);
    }
    let divisor = IBig::from(divisor);
    if !divisor.is_one() {
        for integer in &mut integers {
            *integer = &*integer / &divisor;
        }
    }
    (integers, Rational::from_integers(IBig::from(denominator), divisor))
}

/// The same in machine words, where the numbers over their common denominator fit.
pub(crate) fn coprime_words<'a>(
    numbers: impl Iterator<Item = &'a Rational>,
) -> Option<(Vec<i64>, Rational)> {
    let mut common = 1i64;
    let mut integers: Vec<i64> = Vec::with_capacity(numbers.size_hint().0);
    for number in numbers {
        let (numerator, denominator) = number.as_small()?;
        if denominator != 1 && common % denominator != 0 {
            let shared = common.unsigned_abs().gcd(denominator.unsigned_abs());
            let factor = denominator / i64::try_from(shared).ok()?;
            common = common.checked_mul(factor)?;
            for integer in &mut integers {
                *integer = integer.checked_mul(factor)?;
            }
        }
        integers.push(match (common, denominator) {
            (1, _) => numerator,
            (_, 1) => numerator.checked_mul(common)?,
            _ => numerator.checked_mul(common / denominator)?,
        });
    }
    let mut divisor = 0u64;
    for integer in integers.iter().filter(|integer| **integer != 0) {
        let size = integer.unsigned_abs();
        divisor = if divisor == 0 { size } else { divisor.gcd(size) };
        if divisor == 1 {
            break;
        }
    }
    if divisor == 0 {
        return Some((integers, Rational::ONE));
    }
    let divisor = i64::try_from(divisor).ok()?;
    if divisor != 1 {
        for integer in &mut integers {
            *integer /= divisor;
        }
    }
    Some((integers, Rational::new(common, divisor)))
}

impl IntegerForm {
    /// The integer form of a program.
    pub(super) fn new(program: &LinearProgram) -> Self {
        let rows = program
            .constraints()
            .iter()
            .map(|row| {
                let numbers = row.coefficients.iter().map(|(_, value)| value);
                let (mut integers, mut scale) =
                    coprime_integers(numbers.chain(std::iter::once(&row.bound)));
                if row.relation == Relation::AtLeast {
                    scale = -scale;
                    for integer in &mut integers {
                        *integer = -&*integer;
                    }
                }
                let bound = integers.pop().unwrap_or_default();
                let coefficients =
                    row.coefficients.iter().map(|&(variable, _)| variable).zip(integers).collect();
                IntegerRow { coefficients, bound, equality: row.relation == Relation::Equal, scale }
            })
            .collect();
        let (objective, objective_scale) = coprime_integers(program.objective().iter());
        IntegerForm { rows, objective, objective_scale }
    }

    /// Multipliers of the given rows from those of the integer rows.
    pub(super) fn unscaled(&self, multipliers: Vec<Rational>) -> Vec<Rational> {
        multipliers
            .into_iter()
            .zip(&self.rows)
            .map(
                |(multiplier, row)| {
                    if multiplier.is_zero() { multiplier } else { multiplier * &row.scale }
                },
            )
            .collect()
    }
}
