//! Which profile to sustain, where none is named.

use crate::game::answer::Machine;
use crate::game::{DiscountFactor, NormalForm};
use crate::num::Rational;
use crate::solve::Budget;

use super::{MachineError, Reversion, Sticks, complete};

/// So many profiles are looked at for all that are tried.
const MOST_LOOKED_AT: usize = 2_000_000;
/// So many are tried at most.
const MOST_TRIED: usize = 1000;

/// What whoever leaves a profile meets.
#[derive(Debug, Clone)]
pub enum Punishing<'g> {
    /// His worst stage equilibrium, for ever.
    Grim(Reversion<'g>),
    /// The same for so many periods; for the fewest that do where no number is given.
    Periods(Reversion<'g>, Option<usize>),
    /// A stick, and the carrot again.
    Sticks(Sticks<'g>),
}

/// The automaton that was found where no profile was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BestMachine {
    /// It.
    pub machine: Machine,
    /// The profile with the greatest sum of payoffs, where that is another one, and what there is of it:
    /// an automaton that is no equilibrium at the discount factor, or why there is none.
    pub passed_over: Option<(usize, Result<Machine, MachineError>)>,
}

impl Punishing<'_> {
    /// The automaton that sustains a profile.
    ///
    /// # Errors
    /// As [`Reversion::grim`], [`Reversion::punish`] and [`Sticks::sustain`].
    pub fn sustain(
        &self,
        profile: usize,
        discount: Option<&DiscountFactor>,
        budget: &Budget,
    ) -> Result<Machine, MachineError> {
        complete(self.game(), self.draft(profile, discount, budget)?, budget)
    }

    fn game(&self) -> &NormalForm {
        match self {
            Punishing::Grim(reversion) | Punishing::Periods(reversion, _) => reversion.game(),
            Punishing::Sticks(sticks) => sticks.game(),
        }
    }

    fn draft(
        &self,
        profile: usize,
        discount: Option<&DiscountFactor>,
        budget: &Budget,
    ) -> Result<Machine, MachineError> {
        match self {
            Punishing::Grim(reversion) => reversion.draft_grim(profile, discount, budget),
            Punishing::Periods(reversion, periods) => {
                reversion.draft_punish(profile, *periods, discount, budget)
            }
            Punishing::Sticks(sticks) => sticks.draft(profile, discount, budget),
        }
    }

    /// The automaton of the first profile, by the sum of payoffs, that it sustains; of the first one where
    /// it sustains none.
    ///
    /// Work: up to 1000 profiles are tried, fewer in a game with more than 2000.
    ///
    /// # Errors
    /// As [`Punishing::sustain`].
    pub fn best(
        &self,
        discount: Option<&DiscountFactor>,
        budget: &Budget,
    ) -> Result<BestMachine, MachineError> {
        let game = self.game();
        let tried = (MOST_LOOKED_AT / game.num_profiles()).clamp(1, MOST_TRIED);
        let sum = |profile: &usize| -> Rational {
            (0..game.num_players()).map(|player| game.payoff(player, *profile)).sum()
        };
        let mut order: Vec<usize> = (0..game.num_profiles()).collect();
        order.sort_by_cached_key(|profile| std::cmp::Reverse(sum(profile)));
        let mut first: Option<(usize, Result<Machine, MachineError>)> = None;
        let mut usable = None;
        for &profile in order.iter().take(tried) {
            let found = self.draft(profile, discount, budget);
            match found {
                Ok(machine) if machine.is_equilibrium() => {
                    let machine = complete(game, machine, budget)?;
                    let passed_over = match first {
                        Some((at, Ok(other))) => Some((at, complete(game, other, budget))),
                        other => other,
                    };
                    return Ok(BestMachine { machine, passed_over });
                }
                Err(error @ MachineError::NothingDeters { .. }) => {
                    first.get_or_insert((profile, Err(error)));
                }
                Ok(machine) => {
                    // Without a discount factor an automaton that is found holds at its own.
                    if usable.is_none() && discount.is_some() {
                        usable = Some(machine.clone());
                    }
                    first.get_or_insert((profile, Ok(machine)));
                }
                Err(error) => return Err(error),
            }
        }
        let machine = match (usable, first) {
            (Some(machine), _) | (None, Some((_, Ok(machine)))) => machine,
            (None, Some((_, Err(error)))) => return Err(error),
            (None, None) => return Err(MachineError::NoEquilibrium),
        };
        Ok(BestMachine { machine: complete(game, machine, budget)?, passed_over: None })
    }
}
