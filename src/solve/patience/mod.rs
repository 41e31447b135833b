//! At which discount factors inequalities between discounted values hold.
//!
//! Values of a chain with transition matrix P are quotients of polynomials of δ over det(I − δP), which is
//! positive on [0, 1). So the slack of a deviation, what keeping gives less what deviating gives, times
//! that determinant, over 1 − δ, is a polynomial of at most as high a degree as there are nodes, known from its
//! values at one more point. Its roots in (0, 1) are isolated by Sturm's theorem; between the roots of
//! all slacks nothing changes.

mod polynomial;
mod system;

use crate::game::{Stretch, StretchEnd};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

pub(super) use polynomial::Polynomial;
pub(super) use system::{Solved, solve_system};

/// Roots that are no simple fractions are known within 2 to the minus this.
const HALVINGS: u32 = 44;

/// Where something changes.
enum Change {
    /// At a fraction.
    At(Rational),
    /// Between two: that many polynomials have a root there, by position.
    Between(Rational, Rational, Vec<usize>),
}

impl Change {
    fn low(&self) -> &Rational {
        match self {
            Change::At(at) | Change::Between(at, ..) => at,
        }
    }

    fn high(&self) -> &Rational {
        match self {
            Change::At(at) | Change::Between(_, at, _) => at,
        }
    }
}

/// The slacks of some cases at a discount factor, and the determinant of I − δP there.
pub(super) struct Sample {
    /// One for each case.
    pub(super) slacks: Vec<Rational>,
    /// The determinant, which is positive.
    pub(super) determinant: Rational,
}

/// The polynomials that have to be at least 0, each once. `sample` says what the slacks are at a
/// discount factor; `degree` is the number of nodes of the chain.
pub(super) fn polynomials(
    degree: usize,
    budget: &Budget,
    mut sample: impl FnMut(&Rational) -> Result<Sample, Exhausted>,
) -> Result<Vec<Polynomial>, Exhausted> {
    // At δ = 0, 1/(n + 1), …, n/(n + 1).
    let parts = Rational::from(degree as u64 + 1);
    let mut values: Vec<Vec<Rational>> = Vec::new();
    for part in 0..=degree {
        budget.check_now(part as u64)?;
        let discount = Rational::from(part as u64).checked_div(&parts).unwrap_or_default();
        let Sample { slacks, determinant } = sample(&discount)?;
        let factor = determinant.checked_div(&(Rational::ONE - &discount)).unwrap_or_default();
        values.resize(slacks.len(), Vec::new());
        for (values, slack) in values.iter_mut().zip(slacks) {
            values.push(slack * &factor);
        }
    }
    let mut found: Vec<Polynomial> = Vec::new();
    for values in &values {
        let one = Polynomial::through(values, &parts);
        if !one.is_zero() && !found.contains(&one) {
            found.push(one);
        }
    }
    Ok(found)
}

/// The stretches of discount factors at which no polynomial is negative; `None` where that is not
/// determined, since a root that is no fraction decides nothing alone.
pub(super) fn sustained(
    slacks: &[Polynomial],
    budget: &Budget,
) -> Result<Option<Vec<Stretch>>, Exhausted> {
    let Some(changes) = changes(slacks, budget)? else { return Ok(None) };
    Ok(stretches(slacks, &changes))
}

/// Where any of the polynomials may change its sign in (0, 1), ascending and apart.
fn changes(slacks: &[Polynomial], budget: &Budget) -> Result<Option<Vec<Change>>, Exhausted> {
    let mut list: Vec<Change> = Vec::new();
    for (at, slack) in slacks.iter().enumerate() {
        budget.check_now(at as u64)?;
        let (once, repeated) = slack.without_repetition(budget)?;
        for (low, high) in once.isolate(HALVINGS, budget)? {
            if low == high {
                list.push(Change::At(low));
            } else if repeated.has_root_between(&low, &high, budget)? {
                return Ok(None);
            } else {
                list.push(Change::Between(low, high, vec![at]));
            }
        }
    }
    list.sort_by(|one, other| {
        one.low().cmp(other.low()).then_with(|| one.high().cmp(other.high()))
    });
    let mut apart: Vec<Change> = Vec::new();
    for change in list {
        match (apart.last_mut(), change) {
            (Some(Change::At(known)), Change::At(at)) if *known == at => {}
            (Some(Change::Between(_, known, owners)), Change::Between(low, high, more))
                if low < *known =>
            {
                *known = high.max(known.clone());
                owners.extend(more);
            }
            // A fraction within the bounds of another root.
            (Some(known), change) if *change.low() < *known.high() => return Ok(None),
            (_, change) => apart.push(change),
        }
    }
    Ok(Some(apart))
}

fn stretches(slacks: &[Polynomial], changes: &[Change]) -> Option<Vec<Stretch>> {
    let holds = |at: &Rational| slacks.iter().all(|slack| slack.sign(at).is_ge());
    let zero = Change::At(Rational::ZERO);
    let marks: Vec<&Change> = std::iter::once(&zero).chain(changes).collect();
    let middle = |at: usize| {
        let low = marks[at].high();
        let high = marks.get(at + 1).map_or(&Rational::ONE, |next| next.low());
        (low + high) * Rational::new(1, 2)
    };
    let between: Vec<bool> = (0..marks.len()).map(|at| holds(&middle(at))).collect();
    let mut found = Vec::new();
    for (at, mark) in marks.iter().enumerate() {
        let before = at > 0 && between[at - 1];
        match mark {
            Change::At(point) if !before && !between[at] && holds(point) => {
                let end = StretchEnd { inside: point.clone(), outside: None };
                found.push(Stretch { from: end.clone(), to: Some(end) });
            }
            Change::Between(low, _, owners) if before == between[at] => {
                // Something else has to fail all the way.
                let fails = |(at, slack): (usize, &Polynomial)| {
                    !owners.contains(&at) && slack.sign(low).is_lt()
                };
                if before || !slacks.iter().enumerate().any(fails) {
                    return None;
                }
            }
            _ => {}
        }
        if between[at] {
            let from = match mark {
                Change::At(point) => StretchEnd { inside: point.clone(), outside: None },
                Change::Between(low, high, _) => {
                    StretchEnd { inside: high.clone(), outside: Some(low.clone()) }
                }
            };
            let to = marks.get(at + 1).map(|next| match next {
                Change::At(point) => StretchEnd { inside: point.clone(), outside: None },
                Change::Between(low, high, _) => {
                    StretchEnd { inside: low.clone(), outside: Some(high.clone()) }
                }
            });
            found.push(Stretch { from, to });
        }
    }
    Some(found)
}
