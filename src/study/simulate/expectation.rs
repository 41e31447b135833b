//! What is expected of a plan, beside its paths.

use crate::certify::{Certificate, certify_chain_values};
use crate::game::{ChainValues, DiscountFactor};
use crate::num::Rational;
use crate::solve::Budget;
use crate::solve::chain::{Expected, expected_over_time, values_for_ever, work_over_time};
use crate::study::solution::QuestionError;

use super::plan::Plan;
use super::plays::Prepared;
use super::times::QUANTILES;

/// Expectations over time take about this many operations at most.
const MOST_WORK: u64 = 800_000_000;

/// Why something is not known of what is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It would take too long.
    TooLong,
    /// The time limit was reached first.
    Time,
}

impl Missing {
    /// The word for it in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Missing::TooLong => "too long",
            Missing::Time => "time limit",
        }
    }
}

/// What is to be computed of the expectations: all, unless an earlier run had no time for a part of
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The values over the periods that are simulated.
    pub over_time: bool,
    /// The values for ever.
    pub for_ever: bool,
}

impl Asked {
    /// Everything.
    pub const ALL: Asked = Asked { over_time: true, for_ever: true };
}

/// What is expected, exactly or in certified intervals.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Over the periods that are simulated.
    pub over_time: Result<Expected, Missing>,
    /// For ever.
    pub for_ever: Result<ChainValues, Missing>,
    /// What was verified of the values for ever.
    pub certificate: Certificate,
}

/// What is expected of a plan, certified; `None` where the whole past counts.
///
/// # Errors
/// [`QuestionError::NotCertified`] when a value does not pass its check.
pub fn reference(
    prepared: &Prepared,
    plan: &Plan,
    asked: Asked,
    budget: &Budget,
) -> Result<Option<Reference>, QuestionError> {
    let Some(chain) = &prepared.chain else { return Ok(None) };
    let discount = prepared.discount.as_ref();
    let for_ever = if asked.for_ever {
        values_for_ever(chain, discount, budget).map_err(|_| Missing::Time)
    } else {
        Err(Missing::Time)
    };
    let known = for_ever.as_ref().cloned().unwrap_or_default();
    let certificate = certify_chain_values(chain, discount, &known)?;
    let looks = super::looks(plan.periods, chain.labels().len());
    let over_time = if work_over_time(chain, plan.periods) > MOST_WORK {
        Err(Missing::TooLong)
    } else if asked.over_time {
        let factor = discount.map(DiscountFactor::value);
        let levels = QUANTILES.map(|percent| Rational::new(i64::from(percent), 100));
        expected_over_time(chain, plan.periods, &looks, factor, &levels, budget)
            .map_err(|_| Missing::Time)
    } else {
        Err(Missing::Time)
    };
    Ok(Some(Reference { over_time, for_ever, certificate }))
}
