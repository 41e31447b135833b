//! Boundaries: the exact values of a parameter at which a best reply changes.
//!
//! Payoffs are evaluated as affine functions of the parameter (see [`crate::num::Affine`]); the best
//! reply to fixed actions of the others is then the upper envelope of lines, and its breakpoints are
//! rational. A parameter in which payoffs curve is refused and not approximated.

use crate::certify::certify_envelope;
use crate::mechanism::{Situation, apply_mechanisms};
use crate::model::{Horizon, Model};
use crate::num::{Affine, NotDecided, Rational, Scalar};

/// Why a boundary cannot be given exactly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BoundaryFailure {
    /// The payoffs are not affine in the parameter.
    #[error(
        "the payoffs are not affine in `{0}`, so that its thresholds are not given exactly; `sweep --vary {0}=FROM:TO:STEPS` shows where replies change"
    )]
    Curved(String),
    /// A formula uses `exp`, `log` or `sqrt`.
    #[error(
        "the payoffs use exp, log or sqrt, whose values are not rational, so that thresholds of `{0}` are not given exactly; `sweep --vary {0}=FROM:TO:STEPS` shows where replies change"
    )]
    Irrational(String),
    /// The model has types.
    #[error("{}", super::bayesian::TYPES)]
    Types,
    /// What is best in a period depends on what follows.
    #[error("{}", super::evaluate::STATES)]
    States,
    /// A formula has no value.
    #[error("{0}")]
    Number(#[from] NotDecided),
    /// What was found did not pass its check, which is a fault of this program.
    #[error("an answer is not certified, which is a fault of this program: {0}")]
    NotCertified(String),
}

/// The best replies of one player to fixed actions of the others, along a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyLine {
    /// The player.
    pub player: usize,
    /// The others' actions, as positions in the model, with the player's own entry unused.
    pub against: Vec<usize>,
    /// The best reply from minus infinity on, then each value of the parameter at which another
    /// action becomes the best reply. Actions are positions in the model.
    pub first: usize,
    /// The breakpoints, ascending.
    pub switches: Vec<(Rational, usize)>,
}

impl ReplyLine {
    /// The first breakpoint above a value, with the action that is the reply from there on.
    #[must_use]
    pub fn above(&self, value: &Rational) -> Option<&(Rational, usize)> {
        self.switches.iter().find(|(at, _)| at > value)
    }

    /// The last breakpoint at or below a value, with the action that is the reply from there on.
    #[must_use]
    pub fn below(&self, value: &Rational) -> Option<&(Rational, usize)> {
        self.switches.iter().rev().find(|(at, _)| at <= value)
    }
}

/// The best replies of every player to every joint action of the others along one parameter, with
/// mechanisms applied and other parameters set.
///
/// # Errors
/// [`BoundaryFailure::Curved`] when payoffs are not affine in the parameter.
pub fn reply_boundaries(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    parameter: usize,
) -> Result<Vec<ReplyLine>, BoundaryFailure> {
    if !model.types.is_empty() {
        return Err(BoundaryFailure::Types);
    }
    if matches!(model.horizon, Horizon::States(_)) {
        return Err(BoundaryFailure::States);
    }
    let name = || model.parameters[parameter].name.clone();
    let curved = |error: NotDecided| match error {
        NotDecided::TooClose => BoundaryFailure::Curved(name()),
        NotDecided::NotRational => BoundaryFailure::Irrational(name()),
        other => BoundaryFailure::Number(other),
    };
    let mut values: Vec<(usize, Affine)> =
        set.iter().map(|(at, value)| (*at, Affine::constant(value))).collect();
    values.push((parameter, Affine::variable()));
    let baseline = Situation::baseline(model, &values).map_err(curved)?;
    let situation = apply_mechanisms(baseline, mechanisms).map_err(curved)?;
    let tables = model
        .tabulate(&situation.values, &situation.kept, &situation.costs)
        .map_err(|error| curved(error.kind))?;
    let choice = super::evaluate::choice_payoffs(&situation, &tables);
    let shape = &tables.shape;
    let mut lines = Vec::new();
    for player in 0..shape.len() {
        let stride: usize = shape[player + 1..].iter().product();
        let profiles: usize = shape.iter().product();
        for base in (0..profiles).filter(|profile| (profile / stride).is_multiple_of(shape[player]))
        {
            let candidates = (0..shape[player])
                .map(|action| {
                    choice[player][base + action * stride]
                        .parts()
                        .map(|(constant, slope)| (constant.clone(), slope.clone()))
                        .ok_or_else(|| BoundaryFailure::Curved(name()))
                })
                .collect::<Result<Vec<_>, _>>()?;
            let (first, switches) = upper_envelope(&candidates);
            certify_envelope(&candidates, first, &switches)
                .map_err(|no| BoundaryFailure::NotCertified(no.to_string()))?;
            let kept = &situation.kept;
            let against = (0..shape.len())
                .map(|other| {
                    let step: usize = shape[other + 1..].iter().product();
                    kept[other][base / step % shape[other]]
                })
                .collect();
            lines.push(ReplyLine {
                player,
                against,
                first: kept[player][first],
                switches: switches
                    .into_iter()
                    .map(|(at, action)| (at, kept[player][action]))
                    .collect(),
            });
        }
    }
    Ok(lines)
}

/// The upper envelope of lines: the topmost at minus infinity, and the breakpoints from left to
/// right. Of equal lines the first counts; at a breakpoint the steeper line is named.
fn upper_envelope(lines: &[(Rational, Rational)]) -> (usize, Vec<(Rational, usize)>) {
    let mut current = 0;
    for (at, (constant, slope)) in lines.iter().enumerate() {
        let (best_constant, best_slope) = &lines[current];
        if slope < best_slope || (slope == best_slope && constant > best_constant) {
            current = at;
        }
    }
    let first = current;
    let mut switches: Vec<(Rational, usize)> = Vec::new();
    loop {
        let (constant, slope) = &lines[current];
        let mut next: Option<(Rational, usize)> = None;
        for (at, (other_constant, other_slope)) in lines.iter().enumerate() {
            if other_slope <= slope {
                continue;
            }
            let crossing = (constant - other_constant) / (other_slope - slope);
            let earlier = match &next {
                None => true,
                // Of lines that cross at one point the steepest goes on.
                Some((so_far, line)) => {
                    crossing < *so_far || (crossing == *so_far && *other_slope > lines[*line].1)
                }
            };
            if earlier {
                next = Some((crossing, at));
            }
        }
        match next {
            None => return (first, switches),
            Some((crossing, line)) => {
                switches.push((crossing, line));
                current = line;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelope_of_three_lines_has_its_breakpoints_in_order() {
        let line = |constant: i64, slope: i64| (Rational::from(constant), Rational::from(slope));
        let (first, switches) = upper_envelope(&[line(0, 1), line(4, 0), line(-10, 3)]);
        assert_eq!(first, 1);
        assert_eq!(switches, [(Rational::from(4), 0), (Rational::from(5), 2)]);
    }
}
