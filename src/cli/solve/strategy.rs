//! Mixed strategies as options take them.

use crate::game::MixedStrategy;
use crate::num::{Rational, parse_literal};

use super::super::common::Failure;

/// An action, or `Hold=1/3,Build=2/3`.
pub(super) fn strategy(
    option: &str,
    text: &str,
    actions: &[&str],
) -> Result<MixedStrategy, Failure> {
    let position = |name: &str| {
        actions.iter().position(|action| *action == name).ok_or_else(|| {
            let near = crate::model::nearest(name, actions.iter().copied())
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            Failure::wrong(format_args!("{option} {text}: the leader has no action `{name}`{near}"))
        })
    };
    if let Ok(action) = position(text.trim()) {
        return Ok(MixedStrategy::pure(action, actions.len()));
    }
    let mut probabilities = vec![Rational::ZERO; actions.len()];
    for part in text.split(',') {
        let Some((name, number)) = part.rsplit_once('=') else {
            // The message names the action that does not exist.
            position(part.trim())?;
            return Err(Failure::wrong(format_args!(
                "{option} {text}: a mixture names a probability after each action, such as `Hold=1/3,Build=2/3`"
            )));
        };
        let at = position(name.trim())?;
        probabilities[at] += &parse_literal(number.trim())
            .map_err(|error| Failure::wrong(format_args!("{option} {text}: {error}")))?;
    }
    MixedStrategy::new(probabilities)
        .map_err(|error| Failure::wrong(format_args!("{option} {text}: {error}")))
}
