//! The security game of a model at given parameters.

use crate::game::security::{Schedule, SecurityGame, Sides, Target, TargetPayoffs};
use crate::num::Rational;

use super::program::Formula;
use super::span::Span;
use super::types::Model;

/// The largest number of resources of a model file.
pub const MOST_RESOURCES: u64 = 1_000_000;

impl Model {
    /// The security game of a model that has one, at these parameters, derived ones computed.
    ///
    /// # Errors
    /// The place and the reason when a number is not defined or not rational, or the resources are no
    /// whole number between 0 and a million.
    pub fn security_game(&self, values: &[Rational]) -> Result<SecurityGame, (Span, String)> {
        let Some(spec) = &self.security else {
            return Err((Span::default(), "the model has no security game".to_owned()));
        };
        let value = |formula: &Formula| {
            self.evaluate(formula, values).map_err(|error| (error.span, error.kind.to_string()))
        };
        let resources = value(&spec.resources)?;
        let whole = u64::try_from(resources.floor()).ok().filter(|_| resources.is_integer());
        let Some(resources) = whole.filter(|&whole| whole <= MOST_RESOURCES) else {
            return Err((
                spec.resources.span(),
                format!("resources are a whole number between 0 and {MOST_RESOURCES}: {resources}"),
            ));
        };
        let side = |(covered, uncovered): &(Formula, Formula)| {
            Ok(TargetPayoffs { covered: value(covered)?, uncovered: value(uncovered)? })
        };
        let targets = spec.targets.iter().map(|target| {
            Ok(Target {
                name: target.id.clone(),
                defender: side(&target.defender)?,
                attacker: side(&target.attacker)?,
            })
        });
        let targets = targets.collect::<Result<Vec<_>, (Span, String)>>()?;
        let place = spec.resources.span();
        let sides = Sides { defender: spec.defender.clone(), attacker: spec.attacker.clone() };
        let game = SecurityGame::new(targets, resources as usize)
            .map_err(|error| (place, error.to_string()))?
            .with_sides(sides);
        let Some(schedules) = &spec.schedules else { return Ok(game) };
        let schedules = schedules
            .iter()
            .map(|(name, targets)| Schedule { name: name.clone(), targets: targets.clone() });
        game.with_schedules(schedules.collect()).map_err(|error| (place, error.to_string()))
    }
}
