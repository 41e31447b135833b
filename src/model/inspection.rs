//! The inspection game of a model at given parameters.

use crate::game::inspection::{
    InspectionGame, InspectionPayoffs, InspectionRules, InspectionSides, MOST_PERIODS,
};
use crate::num::Rational;

use super::program::Formula;
use super::span::Span;
use super::types::{InspectionPayoffSpec, Model, Succinct};

impl Model {
    /// The kind of game that the model has in place of players and payoffs, if it has one.
    #[must_use]
    pub fn succinct(&self) -> Option<Succinct> {
        if self.security.is_some() {
            Some(Succinct::Security)
        } else if self.inspection.is_some() {
            Some(Succinct::Inspection)
        } else if self.blotto.is_some() {
            Some(Succinct::Blotto)
        } else {
            None
        }
    }

    /// The value of a formula of parameters, or the place and the reason why it has none.
    pub(super) fn value_of(
        &self,
        formula: &Formula,
        values: &[Rational],
    ) -> Result<Rational, (Span, String)> {
        self.evaluate(formula, values).map_err(|error| (error.span, error.kind.to_string()))
    }

    /// The value of a formula that counts something.
    pub(super) fn count_of(
        &self,
        formula: &Formula,
        values: &[Rational],
        what: &str,
        (least, most): (u32, u32),
    ) -> Result<u32, (Span, String)> {
        let value = self.value_of(formula, values)?;
        let whole = u32::try_from(value.floor()).ok().filter(|_| value.is_integer());
        whole.filter(|whole| (least..=most).contains(whole)).ok_or_else(|| {
            let reason = format!("{what} are a whole number between {least} and {most}: {value}");
            (formula.span(), reason)
        })
    }

    /// The inspection game of a model that has one, at these parameters, derived ones computed.
    ///
    /// # Errors
    /// The place and the reason when a number is not defined, not rational, or none of an inspection
    /// game.
    pub fn inspection_game(&self, values: &[Rational]) -> Result<InspectionGame, (Span, String)> {
        let Some(spec) = &self.inspection else {
            return Err((Span::default(), "the model has no inspection game".to_owned()));
        };
        let pair = |spec: &InspectionPayoffSpec| {
            Ok(InspectionPayoffs {
                inspector: self.value_of(&spec.inspector, values)?,
                inspectee: self.value_of(&spec.inspectee, values)?,
            })
        };
        let periods = self.count_of(&spec.periods, values, "periods", (1, MOST_PERIODS))?;
        let inspections =
            self.count_of(&spec.inspections, values, "inspections", (0, MOST_PERIODS))?;
        let legal = spec.legal.as_ref().map(pair).transpose()?.unwrap_or_default();
        let inspected = match &spec.inspected {
            Some(spec) => pair(spec)?,
            None => legal.clone(),
        };
        let (caught, undetected) = (pair(&spec.caught)?, pair(&spec.undetected)?);
        let rules = InspectionRules { legal, inspected, caught, undetected };
        let place = spec.periods.span();
        let mut game = InspectionGame::new(periods, inspections, rules)
            .map_err(|error| (place, error.to_string()))?
            .with_sides(InspectionSides {
                inspector: spec.inspector.clone(),
                inspectee: spec.inspectee.clone(),
            });
        let counted = match &spec.violations {
            Some(formula) => Some((
                self.count_of(formula, values, "violations", (1, MOST_PERIODS))?,
                formula.span(),
            )),
            None => None,
        };
        let stakes = match &spec.stakes {
            None => None,
            Some(list) => {
                let value = |formula| self.value_of(formula, values);
                Some(list.iter().map(value).collect::<Result<Vec<_>, _>>()?)
            }
        };
        let (stakes, place) = match (stakes, counted) {
            (None, None) => (vec![Rational::ONE], place),
            (None, Some((count, place))) => (vec![Rational::ONE; count as usize], place),
            (Some(stakes), None) => (stakes, place),
            (Some(stakes), Some((count, place))) if stakes.len() == count as usize => {
                (stakes, place)
            }
            (Some(stakes), Some((count, place))) => {
                let reason =
                    format!("violations: {count}, and stakes are given for {}", stakes.len());
                return Err((place, reason));
            }
        };
        game = game.with_stakes(stakes).map_err(|error| (place, error.to_string()))?;
        if let Some(formula) = &spec.detection {
            let detection = self.value_of(formula, values)?;
            game = game
                .with_detection(detection)
                .map_err(|error| (formula.span(), error.to_string()))?;
        }
        Ok(game)
    }
}
