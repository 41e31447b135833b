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
    if let Some((integers, divisor)) = small_coprime_integers(numbers.clone()) {
        return (integers, Rational::new(1, divisor));
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

/// The same for numbers that are all small integers, and the divisor.
fn small_coprime_integers<'a>(
    numbers: impl Iterator<Item = &'a Rational> + Clone,
) -> Option<(Vec<IBig>, i64)> {
    let small = |number: &Rational| match number.as_small() {
        Some((integer, 1)) => Some(integer),
        _ => None,
    };
    let mut divisor = 0u64;
    for number in numbers.clone() {
        let size = small(number)?.unsigned_abs();
        if divisor != 1 && size != 0 {
            divisor = if divisor == 0 { size } else { divisor.gcd(size) };
        }
    }
    let divisor = i64::try_from(divisor.max(1)).ok()?;
    let divided = |number: &Rational| small(number).map(|integer| IBig::from(integer / divisor));
    Some((numbers.map(divided).collect::<Option<_>>()?, divisor))
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
