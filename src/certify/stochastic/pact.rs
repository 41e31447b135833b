//! Agreements in states: what they give, and whether anybody gains by leaving them.
//!
//! The stated values are put back into the recursions that have them as their only solutions, and every
//! deviation in one period is valued anew; the one that is stated has to gain as stated, and no other more.

use crate::game::stochastic::{Pact, PactValue, StochasticGame};
use crate::num::Rational;

use crate::certify::meter::{Meter, weight};
use crate::certify::{Certificate, Completeness, Limits, Refutation};

/// Checks what an agreement gives, and by how much it holds or fails.
///
/// That it is an equilibrium where nobody gains needs, beside this, that what follows its end is one;
/// where it is renewed, that is checked here.
///
/// # Errors
/// The [`Refutation`] of the first thing that is wrong.
pub fn certify_pact(
    game: &StochasticGame,
    pact: &Pact,
    value: &PactValue,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let states = game.states().len();
    let misfit = |what: &str| Err(Refutation::Misfit(what.to_owned()));
    let tables = [&value.kept, &value.after];
    if tables.iter().any(|table| {
        table.len() != game.num_players() || table.iter().any(|own| own.len() != states)
    }) {
        return misfit("not a value for each player and state");
    }
    if pact.profiles.len() != states || pact.fallback.len() != states {
        return misfit("not a profile for each state");
    }
    let mut check = Check { game, pact, value, meter: Meter::new(limits) };
    let mut greatest: Option<Rational> = None;
    for state in 0..states {
        for player in 0..game.num_players() {
            check.recursions(player, state)?;
            check.deviations(player, state, &mut greatest)?;
            if pact.renewed.is_positive() {
                check.deviations_after(player, state, &mut greatest)?;
            }
        }
    }
    if greatest.as_ref() != value.most.as_ref().map(|most| &most.gain) {
        return Err(Refutation::Deviation(format!(
            "the most that a deviation from `{}` gains is another number than is stated",
            pact.name
        )));
    }
    Ok(Certificate {
        checked: vec![format!(
            "`{}`: what it gives satisfies its recursion, and no deviation in one period gains more than is stated, exactly",
            pact.name
        )],
        complete: Completeness::NotClaimed,
    })
}

struct Check<'a> {
    game: &'a StochasticGame,
    pact: &'a Pact,
    value: &'a PactValue,
    meter: Meter,
}

impl Check<'_> {
    /// What a player gets in a state from a profile and what follows it, by the part of the probability
    /// with which the agreement lives on.
    fn total(
        &mut self,
        player: usize,
        state: usize,
        profile: usize,
        stays: &Rational,
    ) -> Result<Rational, Refutation> {
        let here = &self.game.states()[state];
        let mut later = Rational::ZERO;
        for (to, probability) in &here.transitions[profile] {
            let (kept, after) = (&self.value.kept[player][*to], &self.value.after[player][*to]);
            self.meter.spend(weight(kept) + weight(after) + weight(probability))?;
            later += probability * (after + stays * (kept - after));
        }
        let discount = self.game.discount().value();
        let now = here.stage.payoff(player, profile);
        Ok(now + discount * (later - now))
    }

    fn recursions(&mut self, player: usize, state: usize) -> Result<(), Refutation> {
        let wrong = |game: &StochasticGame, what: &str| {
            Err(Refutation::WrongNumber(format!(
                "{what} in the state {}",
                game.states()[state].name
            )))
        };
        // Over the profiles of the state, each with the product of its probabilities.
        let mut after = Rational::ZERO;
        let renewed = self.pact.renewed.clone();
        let stage = &self.game.states()[state].stage;
        if self.pact.fallback[state].len() != stage.num_players() {
            return Err(Refutation::Misfit("not a strategy for each player".to_owned()));
        }
        for profile in 0..stage.num_profiles() {
            let mut probability = Rational::ONE;
            for (own, strategy) in self.pact.fallback[state].iter().enumerate() {
                let action = stage.action_in(own, profile);
                let Some(part) = strategy.probabilities().get(action) else {
                    return Err(Refutation::Misfit("a strategy lacks an action".to_owned()));
                };
                if part.is_zero() {
                    probability = Rational::ZERO;
                    break;
                }
                probability *= part;
            }
            if !probability.is_zero() {
                let total = self.total(player, state, profile, &renewed)?;
                after += probability * total;
            }
        }
        if after != self.value.after[player][state] {
            return wrong(self.game, "what follows the end");
        }
        let kept = match self.pact.profiles[state] {
            None => after,
            Some(agreed) if agreed >= stage.num_profiles() => {
                return Err(Refutation::Misfit("an unknown profile".to_owned()));
            }
            Some(agreed) => {
                let stays = self.pact.stays.clone();
                self.total(player, state, agreed, &stays)?
            }
        };
        if kept != self.value.kept[player][state] {
            return wrong(self.game, "what the agreement gives");
        }
        Ok(())
    }

    /// Deviations from what is played after the end, where the agreement may stand again.
    fn deviations_after(
        &mut self,
        player: usize,
        state: usize,
        greatest: &mut Option<Rational>,
    ) -> Result<(), Refutation> {
        let stage = &self.game.states()[state].stage;
        let renewed = self.pact.renewed.clone();
        let mut gives = vec![Rational::ZERO; stage.num_actions(player)];
        for profile in 0..stage.num_profiles() {
            let mut probability = Rational::ONE;
            for (other, strategy) in self.pact.fallback[state].iter().enumerate() {
                if other != player {
                    probability *= &strategy.probabilities()[stage.action_in(other, profile)];
                }
            }
            if !probability.is_zero() {
                let total = self.total(player, state, profile, &renewed)?;
                gives[stage.action_in(player, profile)] += &(probability * total);
            }
        }
        let own = &self.pact.fallback[state][player];
        for (action, gives) in gives.into_iter().enumerate() {
            if own.as_pure() == Some(action) {
                continue;
            }
            let gain = gives - &self.value.after[player][state];
            let stated = self.value.most.as_ref();
            let is_stated = stated.is_some_and(|most| {
                (most.player, most.state, most.ended, most.action) == (player, state, true, action)
            });
            if is_stated && stated.is_some_and(|most| most.gain != gain) {
                return Err(Refutation::WrongNumber(format!(
                    "the gain of the deviation after the end of `{}` that is stated",
                    self.pact.name
                )));
            }
            *greatest = Some(greatest.take().map_or(gain.clone(), |most| most.max(gain)));
        }
        Ok(())
    }

    fn deviations(
        &mut self,
        player: usize,
        state: usize,
        greatest: &mut Option<Rational>,
    ) -> Result<(), Refutation> {
        let Some(agreed) = self.pact.profiles[state] else { return Ok(()) };
        let stage = &self.game.states()[state].stage;
        let stays = self.pact.stays_after.get(player).and_then(|own| own.get(state));
        let Some(stays) = stays.filter(|stays| stays.len() == stage.num_actions(player)) else {
            return Err(Refutation::Misfit("not a probability for each deviation".to_owned()));
        };
        for (action, stays) in stays.iter().enumerate() {
            if action == stage.action_in(player, agreed) {
                continue;
            }
            let profile = stage.deviation(agreed, player, action);
            let gain = self.total(player, state, profile, stays)? - &self.value.kept[player][state];
            let stated = self.value.most.as_ref();
            let is_stated = stated.is_some_and(|most| {
                (most.player, most.state, most.ended, most.action) == (player, state, false, action)
            });
            if is_stated && stated.is_some_and(|most| most.gain != gain) {
                return Err(Refutation::WrongNumber(format!(
                    "the gain of the deviation from `{}` that is stated",
                    self.pact.name
                )));
            }
            *greatest = Some(greatest.take().map_or(gain.clone(), |most| most.max(gain)));
        }
        Ok(())
    }
}
