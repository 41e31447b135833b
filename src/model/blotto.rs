//! The Blotto game of a model at given parameters.

use crate::game::blotto::{BlottoGame, MOST_FIELDS, MOST_SOLDIERS};
use crate::num::Rational;

use super::span::Span;
use super::types::Model;

impl Model {
    /// The Blotto game of a model that has one, at these parameters, derived ones computed.
    ///
    /// # Errors
    /// The place and the reason when a number is not defined, not rational, or none of a Blotto game.
    pub fn blotto_game(&self, values: &[Rational]) -> Result<BlottoGame, (Span, String)> {
        let Some(spec) = &self.blotto else {
            return Err((Span::default(), "the model has no Blotto game".to_owned()));
        };
        let soldiers = |side: usize| {
            self.count_of(&spec.soldiers[side], values, "soldiers", (0, MOST_SOLDIERS))
        };
        let soldiers = [soldiers(0)?, soldiers(1)?];
        let most = u32::try_from(MOST_FIELDS).unwrap_or(u32::MAX);
        let fields = match &spec.fields {
            Some(formula) => Some((
                self.count_of(formula, values, "fields", (1, most))? as usize,
                formula.span(),
            )),
            None => None,
        };
        let worth = match &spec.values {
            Some(list) => {
                let value = |formula| self.value_of(formula, values);
                Some(list.iter().map(value).collect::<Result<Vec<_>, _>>()?)
            }
            None => None,
        };
        let first = spec.values.iter().flatten().next();
        let place = first.or(spec.fields.as_ref()).unwrap_or(&spec.soldiers[0]).span();
        let worth = match (worth, fields) {
            (Some(worth), Some((fields, place))) if worth.len() != fields => {
                let reason = format!("fields: {fields}, and values are given for {}", worth.len());
                return Err((place, reason));
            }
            (Some(worth), _) => worth,
            (None, Some((fields, _))) => vec![Rational::ONE; fields],
            (None, None) => vec![],
        };
        BlottoGame::new(soldiers, worth, spec.payoff)
            .and_then(|game| game.with_sides(spec.sides.clone()))
            .map_err(|error| (place, error.to_string()))
    }
}
