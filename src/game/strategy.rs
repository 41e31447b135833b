//! Mixed strategies and profiles of them: points of simplices, valid by construction.

use dashu_int::IBig;
use serde::Serialize;

use crate::num::Rational;

/// Why a vector is not a mixed strategy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StrategyError {
    /// A strategy needs at least one action.
    #[error("a strategy of no actions")]
    Empty,
    /// A probability is negative.
    #[error("the probability of action {action} is negative: {value}")]
    Negative {
        /// The position of the action, from 0.
        action: usize,
        /// The offending number.
        value: Rational,
    },
    /// The probabilities do not sum to one.
    #[error("the probabilities sum to {sum} and not to 1")]
    Sum {
        /// Their sum.
        sum: Rational,
    },
}

/// A probability for each action of one player, exact: non-negative and of sum one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct MixedStrategy(Vec<Rational>);

impl MixedStrategy {
    /// The strategy with these probabilities.
    ///
    /// # Errors
    /// When a probability is negative or the sum is not one.
    pub fn new(probabilities: Vec<Rational>) -> Result<Self, StrategyError> {
        if probabilities.is_empty() {
            return Err(StrategyError::Empty);
        }
        if let Some(action) = probabilities.iter().position(Rational::is_negative) {
            return Err(StrategyError::Negative { action, value: probabilities[action].clone() });
        }
        let sum: Rational = probabilities.iter().sum();
        if sum != Rational::ONE {
            return Err(StrategyError::Sum { sum });
        }
        Ok(MixedStrategy(probabilities))
    }

    /// The strategy proportional to non-negative weights of positive sum.
    ///
    /// # Errors
    /// When a weight is negative or all are zero.
    pub fn from_weights(weights: &[Rational]) -> Result<Self, StrategyError> {
        let sum: Rational = weights.iter().sum();
        if !sum.is_positive() {
            return Err(StrategyError::Sum { sum });
        }
        Self::new(weights.iter().map(|weight| weight / &sum).collect())
    }

    /// The strategy proportional to non-negative integers of positive sum, without a sum of fractions.
    ///
    /// # Errors
    /// When an integer is negative or all are zero.
    pub fn from_integers(weights: &[IBig]) -> Result<Self, StrategyError> {
        if let Some(action) = weights.iter().position(|weight| *weight < IBig::ZERO) {
            let value = Rational::from_integers(weights[action].clone(), IBig::ONE);
            return Err(StrategyError::Negative { action, value });
        }
        let sum: IBig = weights.iter().filter(|weight| !weight.is_zero()).sum();
        if sum.is_zero() {
            return Err(StrategyError::Sum { sum: Rational::ZERO });
        }
        let small = i64::try_from(&sum).ok();
        let share = |weight: &IBig| match (small, i64::try_from(weight)) {
            _ if weight.is_zero() => Rational::ZERO,
            (Some(sum), Ok(weight)) => Rational::new(weight, sum),
            _ => Rational::from_integers(weight.clone(), sum.clone()),
        };
        Ok(MixedStrategy(weights.iter().map(share).collect()))
    }

    /// The strategy that plays `action` for sure, of `actions` actions.
    ///
    /// # Panics
    /// When `action` is not below `actions`.
    #[must_use]
    pub fn pure(action: usize, actions: usize) -> Self {
        let mut probabilities = vec![Rational::ZERO; actions];
        probabilities[action] = Rational::ONE;
        MixedStrategy(probabilities)
    }

    /// The probabilities in the order of the actions.
    #[must_use]
    pub fn probabilities(&self) -> &[Rational] {
        &self.0
    }

    /// The number of actions, played or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Never true: a strategy has at least one action.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The actions of positive probability, ascending.
    #[must_use]
    pub fn support(&self) -> Vec<usize> {
        (0..self.0.len()).filter(|&action| !self.0[action].is_zero()).collect()
    }

    /// The action that is played for sure, if there is one.
    #[must_use]
    pub fn as_pure(&self) -> Option<usize> {
        self.0.iter().position(|probability| *probability == Rational::ONE)
    }
}

/// One mixed strategy for each player, in the order of the players.
pub type MixedProfile = Vec<MixedStrategy>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_points_of_the_simplex_are_strategies() {
        let half = Rational::new(1, 2);
        assert!(MixedStrategy::new(vec![half.clone(), half.clone()]).is_ok());
        assert!(MixedStrategy::new(vec![]).is_err());
        assert!(MixedStrategy::new(vec![half.clone()]).is_err());
        assert!(MixedStrategy::new(vec![-&half, Rational::new(3, 2)]).is_err());
        assert_eq!(MixedStrategy::pure(1, 3).support(), [1]);
        let weights = [Rational::from(2), Rational::from(6)];
        assert_eq!(
            MixedStrategy::from_weights(&weights).unwrap().probabilities()[1],
            Rational::new(3, 4)
        );
        let integers = [2, 6].map(IBig::from);
        let strategy = MixedStrategy::from_integers(&integers).unwrap();
        assert_eq!(strategy, MixedStrategy::from_weights(&weights).unwrap());
        assert!(MixedStrategy::from_integers(&[IBig::ZERO]).is_err());
        assert!(MixedStrategy::from_integers(&[IBig::ONE, IBig::NEG_ONE]).is_err());
    }
}
