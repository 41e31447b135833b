//! Whether an event of a chain happens within some periods, exactly.

use crate::game::{Chain, Step};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

/// Probabilities of more binary digits are not computed on: each period adds as many as a step has.
const MOST_BITS: usize = 20_000;

/// The probability that an event, by its position, happens in one of the first `periods` periods.
///
/// Backward over the periods left, f(x) = Σ p · (1 if the step sets it off, f(next) otherwise), in
/// periods × steps operations on numbers that grow by the length of a probability in each period.
/// [`crate::certify::certify_within`] goes forward.
///
/// # Errors
/// [`Exhausted::Memory`] where the numbers become too long, and what the budget says.
pub fn happens_within(
    chain: &Chain,
    event: usize,
    periods: u64,
    budget: &Budget,
) -> Result<Rational, Exhausted> {
    let bit = 1u8.checked_shl(event as u32).unwrap_or(0);
    let mut left = vec![Rational::ZERO; chain.nodes().len()];
    for _ in 0..periods {
        budget.check_now(0)?;
        if left.iter().any(|value| value.bit_len() > MOST_BITS) {
            return Err(Exhausted::Memory);
        }
        let happens = |steps: &Vec<Step>| -> Rational {
            let part = |step: &Step| {
                if step.events & bit == 0 {
                    &step.probability * &left[step.next]
                } else {
                    step.probability.clone()
                }
            };
            steps.iter().map(part).sum()
        };
        let next: Vec<Rational> = chain.nodes().iter().map(happens).collect();
        // Nothing changes any more where it cannot happen, or play has settled.
        if next == left {
            break;
        }
        left = next;
    }
    Ok(chain.from_start(&left))
}
