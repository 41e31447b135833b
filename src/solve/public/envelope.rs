//! What liquidity allows: the best of all profiles, piece by piece.

use std::cmp::Ordering;

use crate::game::public::{Curve, Enforcement, LiquidityRow};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

/// One of the functions: the joint payoff, or minus a worst payoff, so that the greatest is the best.
struct Function<'a> {
    /// Each profile that can be enforced, with its curve: those that need the least liquidity first, which
    /// come first where others are as good.
    curves: Vec<(usize, &'a Curve)>,
    sign: Rational,
}

/// A piece of a function: from where, at what value, how steep.
#[derive(Clone)]
struct Piece {
    from: Rational,
    value: Rational,
    slope: Rational,
}

impl Piece {
    fn at(&self, liquidity: &Rational) -> Rational {
        &self.value + &self.slope * (liquidity - &self.from)
    }
}

/// The position of the piece of a curve that holds from `liquidity` on; `None` before its start.
fn place(curve: &Curve, liquidity: &Rational) -> Option<usize> {
    curve.points.partition_point(|point| point.liquidity <= *liquidity).checked_sub(1)
}

impl Function<'_> {
    /// Value and slope of a curve from `liquidity` on.
    fn line(&self, curve: &Curve, liquidity: &Rational) -> Option<(Rational, Rational)> {
        let at = place(curve, liquidity)?;
        let here = &curve.points[at];
        let slope = match curve.points.get(at + 1) {
            None => Rational::ZERO,
            Some(next) => {
                &self.sign * (&next.value - &here.value) / (&next.liquidity - &here.liquidity)
            }
        };
        let value = &self.sign * &here.value + &slope * (liquidity - &here.liquidity);
        Some((value, slope))
    }

    /// The pieces of the greatest curve from `from` to `to`, between which all curves are lines.
    fn pieces(&self, from: &Rational, to: Option<&Rational>, pieces: &mut Vec<Piece>) {
        let lines: Vec<Piece> = self
            .curves
            .iter()
            .filter_map(|(_, curve)| {
                let (value, slope) = self.line(curve, from)?;
                Some(Piece { from: from.clone(), value, slope })
            })
            .collect();
        let better =
            |a: &Piece, b: &Piece| a.value.cmp(&b.value).then_with(|| a.slope.cmp(&b.slope));
        let Some(mut best) = lines.iter().max_by(|a, b| better(a, b)).cloned() else { return };
        loop {
            let mut next: Option<(Rational, &Piece)> = None;
            for line in lines.iter().filter(|line| line.slope > best.slope) {
                let over = &line.slope - &best.slope;
                let meet = &best.from + (best.at(&best.from) - line.at(&best.from)) / over;
                let sooner = match &next {
                    None => true,
                    Some((at, other)) => match meet.cmp(at) {
                        Ordering::Less => true,
                        Ordering::Equal => line.slope > other.slope,
                        Ordering::Greater => false,
                    },
                };
                if sooner {
                    next = Some((meet, line));
                }
            }
            pieces.push(best.clone());
            match next {
                Some((meet, line)) if to.is_none_or(|to| meet < *to) => {
                    let value = line.at(&meet);
                    best = Piece { from: meet, value, slope: line.slope.clone() };
                }
                _ => return,
            }
        }
    }
}

/// What all profiles together allow, by liquidity.
pub(super) struct Envelope<'a> {
    /// The joint payoff, and minus the worst payoff of each player.
    functions: Vec<Function<'a>>,
}

impl<'a> Envelope<'a> {
    pub(super) fn new(profiles: &'a [Enforcement], players: usize) -> Self {
        let mut order: Vec<&Enforcement> = profiles.iter().collect();
        order.sort_by(|a, b| a.least.cmp(&b.least));
        let joint = order.iter().filter_map(|one| Some((one.profile, one.joint.as_ref()?)));
        let mut functions = vec![Function { curves: joint.collect(), sign: Rational::ONE }];
        for player in 0..players {
            let worst = order.iter().filter_map(|one| Some((one.profile, one.worst.get(player)?)));
            functions.push(Function { curves: worst.collect(), sign: -Rational::ONE });
        }
        Envelope { functions }
    }

    /// What one liquidity allows; `None` where it enforces nothing.
    pub(super) fn row(&self, liquidity: &Rational) -> Option<LiquidityRow> {
        let mut best = Vec::with_capacity(self.functions.len());
        for function in &self.functions {
            // `max_by` takes the last of equal ones, and the first is wanted.
            let values = function.curves.iter().rev().filter_map(|&(profile, curve)| {
                Some((function.line(curve, liquidity)?.0, profile))
            });
            best.push(values.max_by(|a, b| a.0.cmp(&b.0))?);
        }
        let (joint, played) = best[0].clone();
        let worst: Vec<Rational> = best[1..].iter().map(|(value, _)| -value).collect();
        let surplus = &joint - worst.iter().sum::<Rational>();
        let discount = if liquidity.is_zero() {
            Some(Rational::ZERO)
        } else {
            surplus.is_positive().then(|| liquidity / (liquidity + &surplus))
        };
        Some(LiquidityRow {
            liquidity: liquidity.clone(),
            joint,
            worst,
            played,
            punishing: best[1..].iter().map(|(_, profile)| *profile).collect(),
            discount,
            optimal: true,
        })
    }

    /// Every liquidity at which a function changes its slope or jumps.
    fn corners(&self, budget: &Budget) -> Result<Vec<Rational>, Exhausted> {
        let mut cuts: Vec<Rational> = self
            .functions
            .iter()
            .flat_map(|function| &function.curves)
            .flat_map(|(_, curve)| curve.points.iter().map(|point| point.liquidity.clone()))
            .collect();
        cuts.sort();
        cuts.dedup();
        let mut corners = Vec::new();
        for function in &self.functions {
            let mut pieces: Vec<Piece> = Vec::new();
            for (at, cut) in cuts.iter().enumerate() {
                budget.check_now(0)?;
                function.pieces(cut, cuts.get(at + 1), &mut pieces);
            }
            let mut before: Option<&Piece> = None;
            for piece in &pieces {
                let goes_on = before.is_some_and(|before| {
                    before.slope == piece.slope && before.at(&piece.from) == piece.value
                });
                if !goes_on {
                    corners.push(piece.from.clone());
                    before = Some(piece);
                }
            }
        }
        corners.sort();
        corners.dedup();
        Ok(corners)
    }

    /// The rows of all corners, each marked whether it is ever the best.
    ///
    /// # Errors
    /// When the budget is spent.
    pub(super) fn rows(&self, budget: &Budget) -> Result<Vec<LiquidityRow>, Exhausted> {
        let mut rows = Vec::new();
        for at in &self.corners(budget)? {
            budget.check_now(0)?;
            rows.extend(self.row(at));
        }
        let mut least: Option<Rational> = None;
        for row in rows.iter_mut().rev() {
            row.optimal = row
                .discount
                .as_ref()
                .is_some_and(|own| least.as_ref().is_none_or(|least| own < least));
            if row.optimal {
                least.clone_from(&row.discount);
            }
        }
        Ok(rows)
    }

    /// The greatest liquidity that is there at a discount factor: h(L) = (1 − δ) L − δ (U − Σ v) is zero,
    /// and positive beyond. On each piece h is a line, and where it jumps it falls, so that a piece
    /// whose start has h > 0 can be passed over from above.
    pub(super) fn greatest(
        &self,
        rows: &[LiquidityRow],
        discount: &Rational,
    ) -> Option<LiquidityRow> {
        let now = Rational::ONE - discount;
        for row in rows.iter().rev() {
            let surplus = &row.joint - row.worst.iter().sum::<Rational>();
            let start = &now * &row.liquidity - discount * surplus;
            if start.is_positive() {
                continue;
            }
            let slope: Rational = self
                .functions
                .iter()
                .filter_map(|function| {
                    let lines = function
                        .curves
                        .iter()
                        .filter_map(|(_, curve)| function.line(curve, &row.liquidity));
                    lines.max().map(|(_, slope)| slope)
                })
                .sum();
            let rise = &now - discount * slope;
            if !rise.is_positive() {
                // Then the next row would have been taken.
                return None;
            }
            return self.row(&(&row.liquidity - start / rise));
        }
        None
    }
}
