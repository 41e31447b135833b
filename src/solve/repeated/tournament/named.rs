//! Strategies by the names that the literature gives them.

use crate::game::{RepeatedStrategy, StrategyState};
use crate::num::{Rational, parse_literal};

/// The names, each with what the strategy does.
pub const NAMES: &[(&str, &str)] = &[
    ("ALLC", "always cooperates"),
    ("ALLD", "always defects"),
    ("RANDOM", "cooperates with probability 1/2"),
    ("TFT", "tit for tat: begins with C, and plays what the other one played"),
    ("STFT", "suspicious tit for tat: begins with D"),
    ("TF2T", "tit for two tats: defects after two defections in a row"),
    ("GTFT", "generous tit for tat: forgives as often as keeps others from exploiting it"),
    ("WSLS", "win-stay, lose-shift (Pavlov): cooperates after CC and DD"),
    ("GRIM", "cooperates after CC only"),
    ("EXTORT-χ", "takes χ times the other one's surplus over P (zero determinant)"),
    ("GENEROUS-χ", "bears χ times the other one's shortfall from R (zero determinant)"),
];

/// Why there is no strategy of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StrategyError {
    /// The name is not known.
    #[error("there is no strategy `{0}`")]
    Unknown(String),
    /// It does not exist in this game.
    #[error("`{name}` is defined where {where_defined}")]
    NotHere {
        /// The name.
        name: String,
        /// Where it is.
        where_defined: &'static str,
    },
}

/// The strategy of this name, for payoffs (R, S, T, P) after CC, CD, DC and DD.
///
/// GTFT cooperates after a defection with probability min {1 − (T − R)/(R − S), (R − P)/(T − P)} (Molander
/// 1985). EXTORT-χ has p = (1, 1, 0, 0) + φ ((R, S, T, P) − P − χ ((R, T, S, P) − P)) with half of the largest
/// possible φ, as the example of Press & Dyson (2012); GENEROUS-χ has R in the place of the reference P
/// and the largest φ (Stewart & Plotkin 2013).
///
/// # Errors
/// A [`StrategyError`].
pub fn named_strategy(
    name: &str,
    stakes: &[Rational; 4],
) -> Result<RepeatedStrategy, StrategyError> {
    let upper = name.to_uppercase();
    let whole = |first: i64, after: [i64; 4]| {
        RepeatedStrategy::memory_one(name, Rational::from(first), after.map(Rational::from))
    };
    if let Some((kind, factor)) = upper.split_once('-') {
        let factor = parse_literal(factor)
            .ok()
            .filter(|factor| *factor >= Rational::ONE)
            .ok_or_else(|| StrategyError::Unknown(name.to_owned()))?;
        return match kind {
            "EXTORT" => zero_determinant(name, stakes, &factor, false),
            "GENEROUS" => zero_determinant(name, stakes, &factor, true),
            _ => Err(StrategyError::Unknown(name.to_owned())),
        };
    }
    Ok(match upper.as_str() {
        "ALLC" => whole(1, [1, 1, 1, 1]),
        "ALLD" => whole(0, [0, 0, 0, 0]),
        "TFT" => whole(1, [1, 0, 1, 0]),
        "STFT" => whole(0, [1, 0, 1, 0]),
        "WSLS" => whole(1, [1, 0, 0, 1]),
        "GRIM" => whole(1, [1, 0, 0, 0]),
        "RANDOM" => {
            let half = Rational::new(1, 2);
            RepeatedStrategy::memory_one(name, half.clone(), [0; 4].map(|_| half.clone()))
        }
        "TF2T" => {
            // One defection is remembered, a second one in a row is answered.
            let state = |cooperate: i64, again: usize| StrategyState {
                cooperate: Rational::from(cooperate),
                next: [0, again, 0, again],
            };
            let states = vec![state(1, 1), state(1, 2), state(0, 2)];
            RepeatedStrategy { name: name.to_owned(), start: 0, states }
        }
        "GTFT" => {
            let generosity = generosity(stakes).ok_or_else(|| StrategyError::NotHere {
                name: name.to_owned(),
                where_defined: "T > R > P, R > S and 2 R > T + S, with R, S, T and P the payoffs after CC, CD, DC and DD",
            })?;
            let sure = Rational::ONE;
            let after = [sure.clone(), generosity.clone(), sure.clone(), generosity];
            RepeatedStrategy::memory_one(name, sure, after)
        }
        _ => return Err(StrategyError::Unknown(name.to_owned())),
    })
}

/// The strategies that a tournament has when none are named: those that exist in the game.
#[must_use]
pub fn usual_strategies(stakes: &[Rational; 4]) -> Vec<RepeatedStrategy> {
    ["ALLC", "ALLD", "TFT", "TF2T", "GTFT", "WSLS", "GRIM", "EXTORT-3"]
        .iter()
        .filter_map(|name| named_strategy(name, stakes).ok())
        .collect()
}

/// min {1 − (T − R)/(R − S), (R − P)/(T − P)}, where it is a probability above 0.
fn generosity([reward, sucker, temptation, punishment]: &[Rational; 4]) -> Option<Rational> {
    if !(temptation > reward && reward > punishment && reward > sucker) {
        return None;
    }
    let tempted = (temptation - reward).checked_div(&(reward - sucker))?;
    let worth = (reward - punishment).checked_div(&(temptation - punishment))?;
    Some((Rational::ONE - tempted).min(worth)).filter(Rational::is_positive)
}

fn zero_determinant(
    name: &str,
    stakes: &[Rational; 4],
    factor: &Rational,
    generous: bool,
) -> Result<RepeatedStrategy, StrategyError> {
    let [reward, sucker, temptation, punishment] = stakes;
    let reference = if generous { reward } else { punishment };
    let others = [reward, temptation, sucker, punishment];
    let direction: Vec<Rational> = stakes
        .iter()
        .zip(others)
        .map(|(own, other)| (own - reference) - factor * (other - reference))
        .collect();
    // p = (1, 1, 0, 0) + φ direction lies in [0, 1]: φ is bounded, and the signs have to be right.
    let not_here = || StrategyError::NotHere {
        name: name.to_owned(),
        where_defined: "T > R > P > S, with R, S, T and P the payoffs after CC, CD, DC and DD",
    };
    let ordered = temptation > reward && reward > punishment && punishment > sucker;
    let steepest = direction.iter().map(Rational::abs).max().unwrap_or_default();
    let most = steepest.recip().filter(|_| ordered).ok_or_else(not_here)?;
    let step = if generous { most } else { most * Rational::new(1, 2) };
    let probability = |at: usize| {
        let before = if at < 2 { Rational::ONE } else { Rational::ZERO };
        before + &step * &direction[at]
    };
    Ok(RepeatedStrategy::memory_one(name, Rational::ONE, [0, 1, 2, 3].map(probability)))
}
