//! Payoffs made positive, so that a program may ask for Σ x ≤ 1 in place of Σ x = 1.

use crate::num::Rational;

/// How payoffs are raised, in a unit in which a program looks the same whatever the unit and the zero
/// of the payoffs are: machine numbers that guess its basis depend on that.
pub(super) struct Raise {
    /// What is added.
    pub(super) shift: Rational,
    /// The least of the raised numbers: the distance between the least and the greatest, or one when
    /// all are equal.
    pub(super) unit: Rational,
}

impl Raise {
    /// For the payoffs of a program.
    pub(super) fn of<'a>(values: impl Iterator<Item = &'a Rational>) -> Self {
        let mut range: Option<(&Rational, &Rational)> = None;
        for value in values {
            let (least, greatest) = range.unwrap_or((value, value));
            range = Some((least.min(value), greatest.max(value)));
        }
        let zero = Rational::ZERO;
        let (least, greatest) = range.unwrap_or((&zero, &zero));
        let unit = if least == greatest { Rational::ONE } else { greatest - least };
        Raise { shift: &unit - least, unit }
    }
}
