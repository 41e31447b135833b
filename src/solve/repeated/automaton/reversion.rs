//! Reversion to stage equilibria: for ever (grim trigger, Friedman 1971), or for some periods.
//!
//! Whoever leaves the profile c is met by the pure stage equilibrium e that is worst for him. For ever it
//! deters at δ where h ≤ δ/(1 − δ) (g(c) − g(e)), with h the gain of the best deviation; for N
//! periods where h ≤ (δ + δ² + … + δ^N) (g(c) − g(e)) (h is negative where every deviation costs). What is played during a punishment is an
//! equilibrium of the stage game and what follows does not depend on it, so that nobody leaves it.

use crate::game::answer::Machine;
use crate::game::{
    Automaton, DiscountFactor, Lottery, MOST_MACHINE_STATES, MachineState, NormalForm, Provenance,
    Rule, When,
};
use crate::num::Rational;
use crate::solve::Budget;

use super::chain::Chain;
use super::{MachineError, at, best_reply, complete, name, patience};

/// The pure stage equilibrium that is worst for each player: what reversion reverts to.
#[derive(Debug, Clone)]
pub struct Reversion<'g> {
    game: &'g NormalForm,
    worst: Vec<usize>,
}

impl<'g> Reversion<'g> {
    /// Finds the equilibria by a pass over all profiles.
    ///
    /// # Errors
    /// [`MachineError::NoEquilibrium`] without pure stage equilibria.
    pub fn of(game: &'g NormalForm) -> Result<Self, MachineError> {
        Ok(Reversion { game, worst: worst_equilibria(game)? })
    }

    pub(super) fn game(&self) -> &NormalForm {
        self.game
    }

    /// Grim trigger that sustains a profile: whoever leaves it meets his worst equilibrium for ever.
    /// Without a discount factor it is evaluated at the least one at which it is an equilibrium.
    ///
    /// # Errors
    /// [`MachineError::NothingDeters`] when no discount factor is given and none is enough, and when the
    /// budget is spent.
    pub fn grim(
        &self,
        profile: usize,
        discount: Option<&DiscountFactor>,
        budget: &Budget,
    ) -> Result<Machine, MachineError> {
        complete(self.game, self.draft_grim(profile, discount, budget)?, budget)
    }

    /// The same, perhaps without the factors at which it is an equilibrium.
    pub(super) fn draft_grim(
        &self,
        profile: usize,
        discount: Option<&DiscountFactor>,
        budget: &Budget,
    ) -> Result<Machine, MachineError> {
        let automaton = reversion(self.game, profile, &self.worst, None);
        settle(self.game, automaton, profile, discount, Provenance::Grim, budget)
    }

    /// The punishment of `periods` periods that sustains a profile; of the fewest that do at the discount
    /// factor when no number is given.
    ///
    /// # Errors
    /// As [`Reversion::grim`]; [`MachineError::NothingDeters`] too when no number of periods is enough that
    /// an automaton of [`MOST_MACHINE_STATES`] states can count.
    pub fn punish(
        &self,
        profile: usize,
        periods: Option<usize>,
        discount: Option<&DiscountFactor>,
        budget: &Budget,
    ) -> Result<Machine, MachineError> {
        complete(self.game, self.draft_punish(profile, periods, discount, budget)?, budget)
    }

    /// The same, perhaps without the factors at which it is an equilibrium.
    pub(super) fn draft_punish(
        &self,
        profile: usize,
        periods: Option<usize>,
        discount: Option<&DiscountFactor>,
        budget: &Budget,
    ) -> Result<Machine, MachineError> {
        let (periods, least) = match (periods, discount) {
            (Some(periods), _) => (periods, false),
            (None, Some(discount)) => (fewest(self.game, profile, &self.worst, discount)?, true),
            (None, None) => (1, false),
        };
        let automaton = reversion(self.game, profile, &self.worst, Some(periods));
        let provenance = Provenance::Punishment { periods, least };
        settle(self.game, automaton, profile, discount, provenance, budget)
    }
}

/// The automaton at the discount factor; without one at the least one at which it is an equilibrium, of
/// which then all are known.
pub(super) fn settle(
    game: &NormalForm,
    automaton: Automaton,
    profile: usize,
    discount: Option<&DiscountFactor>,
    provenance: Provenance,
    budget: &Budget,
) -> Result<Machine, MachineError> {
    if let Some(discount) = discount {
        return at(game, automaton, discount, provenance, budget);
    }
    automaton.check(game)?;
    let sustained = patience::sustained(game, &automaton, &Chain::new(game, &automaton), budget)?;
    let first = sustained.as_ref().and_then(|all| all.first());
    match first.map(|stretch| stretch.from.inside.clone()).and_then(DiscountFactor::new) {
        Some(least) => {
            Ok(Machine { sustained, ..at(game, automaton, &least, provenance, budget)? })
        }
        None => {
            let half =
                DiscountFactor::new(Rational::new(1, 2)).ok_or(MachineError::NoEquilibrium)?;
            let machine = at(game, automaton, &half, provenance, budget)?;
            let player = machine.binding().map_or(0, |(_, player, _)| player);
            Err(deters_nothing(game, player, profile, "so at any discount factor below 1"))
        }
    }
}

pub(super) fn deters_nothing(
    game: &NormalForm,
    player: usize,
    profile: usize,
    by: &str,
) -> MachineError {
    MachineError::NothingDeters {
        player: game.players()[player].name.clone(),
        profile: name(game, profile),
        by: by.to_owned(),
    }
}

/// For each player the pure stage equilibrium that is worst for him, the first of several.
fn worst_equilibria(game: &NormalForm) -> Result<Vec<usize>, MachineError> {
    let is_equilibrium = |&at: &usize| {
        (0..game.num_players())
            .all(|player| best_reply(game, player, at) == *game.payoff(player, at))
    };
    let equilibria: Vec<usize> = (0..game.num_profiles()).filter(is_equilibrium).collect();
    (0..game.num_players())
        .map(|player| {
            let worst = equilibria.iter().min_by_key(|&&at| game.payoff(player, at));
            worst.copied().ok_or(MachineError::NoEquilibrium)
        })
        .collect()
}

/// The fewest periods of punishment that deter everybody.
fn fewest(
    game: &NormalForm,
    profile: usize,
    worst: &[usize],
    discount: &DiscountFactor,
) -> Result<usize, MachineError> {
    let mut distinct = worst.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let most = (MOST_MACHINE_STATES - 1) / distinct.len().max(1);
    let discount = discount.value();
    // What the best other action gains now, and what each period of punishment costs.
    let stakes: Vec<(usize, Rational, Rational)> = worst
        .iter()
        .enumerate()
        .filter_map(|(player, &worst)| {
            let here = game.payoff(player, profile);
            let kept = game.action_in(player, profile);
            let others = (0..game.num_actions(player)).filter(|&action| action != kept);
            let payoffs =
                others.map(|action| game.payoff(player, game.deviation(profile, player, action)));
            Some((player, payoffs.max()? - here, here - game.payoff(player, worst)))
        })
        .collect();
    let mut weight = Rational::ZERO;
    let mut tempted = 0;
    for periods in 1..=most {
        weight = discount * (Rational::ONE + &weight);
        match stakes.iter().find(|(_, gain, loss)| *gain > loss * &weight) {
            None => return Ok(periods),
            Some((player, ..)) => tempted = *player,
        }
    }
    let by = format!("by reversion for at most {most} periods at this discount factor");
    Err(deters_nothing(game, tempted, profile, &by))
}

/// The profile until somebody leaves it alone, and then his worst equilibrium, for ever or for a while.
fn reversion(
    game: &NormalForm,
    profile: usize,
    worst: &[usize],
    periods: Option<usize>,
) -> Automaton {
    let mut distinct: Vec<usize> = Vec::new();
    for &one in worst {
        if !distinct.contains(&one) {
            distinct.push(one);
        }
    }
    let length = periods.unwrap_or(1);
    let first = |equilibrium: usize| {
        1 + distinct.iter().position(|&one| one == equilibrium).unwrap_or(0) * length
    };
    let rule = |when, next| Rule { when, next: Lottery::sure(next) };
    let keep = if distinct.len() == 1 && game.num_players() > 0 {
        vec![rule(When::Kept, 0), rule(When::Otherwise, 1)]
    } else {
        let left = worst.iter().enumerate();
        let left = left.map(|(player, &one)| rule(When::LeftBy(player), first(one)));
        left.chain([rule(When::Otherwise, 0)]).collect()
    };
    let mut states = vec![MachineState { name: "keep".to_owned(), play: profile, rules: keep }];
    for &equilibrium in &distinct {
        let punished: Vec<&str> = worst
            .iter()
            .zip(game.players())
            .filter(|(one, _)| **one == equilibrium)
            .map(|(_, player)| player.name.as_str())
            .collect();
        let whom = if distinct.len() == 1 {
            String::new()
        } else {
            format!(" {}", punished.join(" and "))
        };
        for period in 1..=length {
            let count = if periods.is_some() { format!(" {period}") } else { String::new() };
            let here = states.len();
            let next = match periods {
                None => here,
                Some(_) if period == length => 0,
                Some(_) => here + 1,
            };
            states.push(MachineState {
                name: format!("punish{whom}{count}"),
                play: equilibrium,
                rules: vec![rule(When::Otherwise, next)],
            });
        }
    }
    Automaton { states, start: Lottery::sure(0) }
}
