//! One situation, settled on exact numbers: as it is, or with its irrational numbers rounded.

use crate::mechanism::{Situation, apply_mechanisms};
use crate::model::Model;
use crate::num::{NotDecided, Rational, Rounded};
use crate::solve::Budget;

use super::evaluate::{Evaluation, EvaluationFailure, evaluate};
use super::number::Number;

/// A situation and its evaluation, in rationals.
#[derive(Debug, Clone)]
pub(super) struct Settled<'m> {
    /// The situation after all mechanisms.
    pub(super) situation: Situation<'m, Rational>,
    /// What is played and what comes of it.
    pub(super) evaluation: Evaluation<Rational>,
    /// Where formulas use `exp`, `log` or `sqrt`: an upper bound on how far any number of the
    /// evaluation is from the true one, given what is played. Nothing is rounded otherwise.
    pub(super) distance: Option<f64>,
}

/// Evaluates a situation of a model exactly; a model with irrational numbers with these rounded.
///
/// # Errors
/// [`EvaluationFailure`] when a number is not defined, or the rounding cannot be bounded.
pub(super) fn settle<'m>(
    model: &'m Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    budget: &Budget,
) -> Result<Settled<'m>, EvaluationFailure> {
    match settle_on::<Rational>(model, set, mechanisms, budget) {
        Err(failure) if failure.kind() == Some(NotDecided::NotRational) => {
            settle_on::<Rounded>(model, set, mechanisms, budget)
        }
        settled => settled,
    }
}

fn settle_on<'m, S: Number>(
    model: &'m Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    budget: &Budget,
) -> Result<Settled<'m>, EvaluationFailure> {
    let situation = situation_on::<S>(model, set, mechanisms)?;
    let evaluation = evaluate(&situation, budget)?;
    let distance = S::ROUNDED.then(|| evaluation.width());
    if distance.is_some_and(|distance| !distance.is_finite()) {
        return Err(unbounded());
    }
    Ok(Settled {
        situation: situation.map(Number::nearby),
        evaluation: evaluation.map(Number::nearby),
        distance,
    })
}

/// A situation of a model in one kind of number.
///
/// # Errors
/// [`EvaluationFailure::Number`] when a parameter or cost has no value.
pub(super) fn situation_on<'m, S: Number>(
    model: &'m Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
) -> Result<Situation<'m, S>, EvaluationFailure> {
    let set: Vec<(usize, S)> = set.iter().map(|(at, value)| (*at, S::constant(value))).collect();
    Ok(apply_mechanisms(Situation::baseline(model, &set)?, mechanisms)?)
}

/// That rounding went too far to be of use.
pub(super) fn unbounded() -> EvaluationFailure {
    EvaluationFailure::Situation("a number has no finite enclosure at these parameters".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A prisoner's dilemma whose temptation is 3 + 2·√g: 5 at g = 1, and irrational at g = 2.
    const MODEL: &str = r#"
[model]
id = "rooted"
title = "A dilemma with a root"

[parameters]
g = { value = 1, range = [0, 4], meaning = "the gain from surprise", source = "illustrative" }

[[players]]
id = "Row"
actions = ["C", "D"]

[[players]]
id = "Column"
actions = ["C", "D"]

[payoffs.table]
Row = [[3, 0], ["3 + 2*sqrt(g)", 1]]
Column = [[3, "3 + 2*sqrt(g)"], [0, 1]]

[horizon]
kind = "repeated"
discount = "9/10"

[[horizon.agreements]]
id = "Restraint"
profile = { Row = "C", Column = "C" }
"#;

    #[test]
    fn irrational_payoffs_are_rounded_and_the_distance_is_told() {
        let model = Model::read("rooted.toml", MODEL).unwrap();
        let settled = settle(&model, &[(0, Rational::from(2))], &[], &Budget::unlimited()).unwrap();
        let distance = settled.distance.unwrap();
        assert!(distance > 0.0 && distance < 1e-13, "{distance}");
        // (T − R)/(T − P) with T = 3 + 2√2.
        let root = 2.0f64.sqrt();
        let critical = settled.evaluation.agreements[0].critical.number().unwrap().to_f64();
        assert!((critical - 2.0 * root / (2.0 + 2.0 * root)).abs() <= distance + 1e-15);
    }
}
