//! What an agreement and what follows its end bring on average, and over a number of periods.
//!
//! An agreement that stands outlives a period with probability k; once it has ended, it stands again after a
//! period with probability ρ, if the model knows renewal.

use crate::certify::{Course, Doubt, certify_average, certify_hazard};
use crate::mechanism::Situation;
use crate::model::{HorizonValues, OutputKind};
use crate::num::{Interval, NotDecided, Scalar};

use super::evaluate::Evaluation;
use super::number::Number;
use super::stage::has_long_numbers;

/// Ω = (1−δ+δρ)/(1−δ(s(1−ε)−ρ)): the discounted share of periods in which the agreement stands, with ρ = 0
/// where its end is for good.
pub(super) fn average_weight<S: Scalar>(values: &HorizonValues<S>) -> Result<S, NotDecided> {
    let Some(discount) = &values.discount else { return Ok(S::one()) };
    let today = S::one().minus(discount);
    let room = S::one().minus(&discount.times(&values.outlives()));
    match &values.renewal {
        None => today.over(&room),
        Some(renewal) => {
            let again = discount.times(renewal);
            today.plus(&again).over(&room.plus(&again))
        }
    }
}

/// The probability that a hazard strikes at least once over the model's number of periods, when
/// the agreement ends as its signal and turnover have it and what is played otherwise follows.
pub(super) fn cumulative_hazards<S: Scalar>(
    situation: &Situation<'_, S>,
    result: &Evaluation<S>,
) -> Vec<Option<S>> {
    let model = situation.model;
    model
        .outputs
        .iter()
        .zip(&result.tables.outputs)
        .map(|(output, table)| {
            if output.kind != OutputKind::Hazard {
                return None;
            }
            let stays = match (&result.horizon, result.outcome) {
                (Some(values), Some(_)) => values.outlives(),
                _ => S::zero(),
            };
            let kept = result.outcome.is_some();
            let renewal = result.horizon.as_ref().and_then(|values| values.renewal.as_ref());
            let renewal = renewal.filter(|_| kept);
            let (inside, mut agreed, mut ended) = match result.outcome {
                Some(at) => (table[result.agreements[at].profile].clone(), S::one(), S::zero()),
                None => (S::zero(), S::zero(), S::one()),
            };
            let calm = S::one().minus(&result.otherwise.expectation(table));
            for _ in 0..model.comparison.years {
                let spared = agreed.times(&S::one().minus(&inside));
                let after = ended.times(&calm);
                let broken = spared.times(&S::one().minus(&stays));
                agreed = spared.times(&stays);
                ended = match renewal {
                    None => after.plus(&broken),
                    Some(renewal) => {
                        agreed = agreed.plus(&after.times(renewal));
                        after.times(&S::one().minus(renewal)).plus(&broken)
                    }
                };
            }
            Some(S::one().minus(&agreed).minus(&ended))
        })
        .collect()
}

/// Checks the averages and the hazards of a result by their recursions: exactly, but for intervals
/// and for numbers that are long to within 1e-9.
pub(super) fn certify_course<S: Number>(
    situation: &Situation<'_, S>,
    result: &Evaluation<S>,
) -> Result<(), Doubt> {
    let long = result.tables.payoffs.iter().any(|table| has_long_numbers(table));
    if long || !S::EXACT {
        let slack = |number: &Interval| Interval::point(1e-9 * (1.0 + number.midpoint().abs()));
        match check_course(situation, result, S::enclosure, slack) {
            Err(Doubt::Open(_)) if S::EXACT => {}
            decided => return decided,
        }
    }
    check_course(situation, result, S::clone, |_| S::zero())
}

fn check_course<S: Number, T: Scalar>(
    situation: &Situation<'_, S>,
    result: &Evaluation<S>,
    number: impl Fn(&S) -> T,
    slack: impl Fn(&T) -> T,
) -> Result<(), Doubt> {
    let kept = result.outcome.map(|at| result.agreements[at].profile).zip(result.horizon.as_ref());
    let outlives = kept.map_or(T::zero(), |(_, values)| {
        number(&values.survival).times(&T::one().minus(&number(&values.false_alarm)))
    });
    let renewal = kept.and_then(|(_, values)| values.renewal.as_ref()).map(&number);
    let discount = kept.and_then(|(_, values)| values.discount.as_ref()).map(&number);
    let renewal = renewal.as_ref();
    let course = Course { discount: discount.as_ref(), outlives: &outlives, renewal };
    let beside = |table: &[S]| {
        let after = number(&result.otherwise.expectation(table));
        let inside = kept.map_or_else(|| after.clone(), |(profile, _)| number(&table[profile]));
        (inside, after)
    };
    let tables = result.tables.payoffs.iter().chain(&result.tables.outputs);
    for (table, average) in tables.zip(result.payoffs.iter().chain(&result.outputs)) {
        let ((inside, after), average) = (beside(table), number(average));
        certify_average(&course, &inside, &after, &average, &slack(&average))?;
    }
    for (table, stated) in result.tables.outputs.iter().zip(&result.cumulative) {
        let Some(stated) = stated.as_ref().map(&number) else { continue };
        let (inside, after) = beside(table);
        let periods = situation.model.comparison.years;
        let hazards = (&inside, &after);
        certify_hazard(&course, hazards, kept.is_some(), periods, &stated, &slack(&stated))?;
    }
    Ok(())
}
