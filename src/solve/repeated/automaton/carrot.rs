//! Carrot and stick: whoever deviates meets a profile that is bad for him, and then the carrot again.
//!
//! The sticks are found over all profiles, one for each player, such that the least discount factor at
//! which the automaton is an equilibrium is as small as can be. With c the carrot, `s^i` the stick of
//! player i, g payoffs, d payoffs of best replies and h = d − g:
//!
//! *Once.* The stick is played once. All conditions are `h_i(c)` ≤ δ `D_i` and `h_i(s^j)` ≤ δ `D_i` with
//! `D_i` = `g_i(c)` − `g_i(s^i)`, linear in δ.
//!
//! *With a lottery.* After his stick a player returns to the carrot with such a probability that the stick
//! is worth to him just what he gets by leaving it, `d_i(s^i)`: no stick of that profile is harsher. It is
//! a mixture of `s^i` and c with the weight ω = `h_i(s^i)`/`D_i` on c whatever δ is, so that
//! again all conditions are linear in δ. A stick that its player does not want to leave, h = 0, would never
//! end; that is reversion, and no carrot follows, so that it is used once or not at all.
//!
//! Sources: Abreu (1986), "Extremal equilibria of oligopolistic supergames", Journal of Economic Theory
//! 39; Abreu (1988), Econometrica 56.

use crate::game::answer::Machine;
use crate::game::{
    Automaton, DiscountFactor, Lottery, MachineState, NormalForm, Provenance, Rule, When,
};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

use super::reversion::{deters_nothing, settle};
use super::{MachineError, best_reply, complete};

/// The carrot-and-stick automaton that sustains a profile with the sticks of least critical discount
/// factor: sticks that are used once if they do at the discount factor, otherwise with a public lottery.
/// Without a discount factor, the automaton of the least one at which one of the two is an equilibrium.
///
/// Work: in the worst case the pairs of profiles; those that cannot be better are passed over.
///
/// # Errors
/// [`MachineError::NothingDeters`] when no sticks sustain the profile at any discount factor below 1, and
/// when the budget is spent.
pub fn find_carrot_and_stick(
    game: &NormalForm,
    profile: usize,
    discount: Option<&DiscountFactor>,
    budget: &Budget,
) -> Result<Machine, MachineError> {
    Sticks::of(game, budget)?.sustain(profile, discount, budget)
}

/// What players get by best replies to all profiles, from which sticks are found for any carrot.
#[derive(Debug, Clone)]
pub struct Sticks<'g> {
    game: &'g NormalForm,
    /// Payoffs of best replies, by player and profile.
    best: Vec<Vec<Rational>>,
}

impl<'g> Sticks<'g> {
    /// Finds them by a pass over all profiles.
    ///
    /// # Errors
    /// When the budget is spent.
    pub fn of(game: &'g NormalForm, budget: &Budget) -> Result<Self, Exhausted> {
        let mut best = Vec::with_capacity(game.num_players());
        for player in 0..game.num_players() {
            let mut own = Vec::with_capacity(game.num_profiles());
            for at in 0..game.num_profiles() {
                budget.check(at as u64)?;
                own.push(best_reply(game, player, at));
            }
            best.push(own);
        }
        Ok(Sticks { game, best })
    }

    pub(super) fn game(&self) -> &NormalForm {
        self.game
    }

    /// As [`find_carrot_and_stick`].
    ///
    /// # Errors
    /// As [`find_carrot_and_stick`].
    pub fn sustain(
        &self,
        profile: usize,
        discount: Option<&DiscountFactor>,
        budget: &Budget,
    ) -> Result<Machine, MachineError> {
        complete(self.game, self.draft(profile, discount, budget)?, budget)
    }

    /// The same, perhaps without the factors at which it is an equilibrium.
    pub(super) fn draft(
        &self,
        profile: usize,
        discount: Option<&DiscountFactor>,
        budget: &Budget,
    ) -> Result<Machine, MachineError> {
        let game = self.game;
        let once = Search::new(self, profile, false, budget)?.best(budget)?;
        let within = |found: &Option<Found>| match (found, discount) {
            (Some(found), Some(discount)) => found.critical <= *discount.value(),
            _ => false,
        };
        let mended = if within(&once) {
            None
        } else {
            Search::new(self, profile, true, budget)?.best(budget)?
        };
        let lottery = match (&once, &mended) {
            _ if within(&once) => false,
            _ if within(&mended) => true,
            (Some(once), Some(mended)) => mended.critical < once.critical,
            (None, Some(_)) => true,
            (_, None) => false,
        };
        let Some(found) = (if lottery { mended } else { once }) else {
            let gain = |&player: &usize| self.gain(player, profile);
            let player = (0..game.num_players()).max_by_key(gain).unwrap_or(0);
            let by = "by a stick at any discount factor below 1";
            return Err(deters_nothing(game, player, profile, by));
        };
        let critical = DiscountFactor::new(found.critical.clone());
        let at = match (discount, &critical) {
            (Some(discount), _) => Some(discount),
            (None, critical) => critical.as_ref(),
        };
        // A lottery may not hold at a smaller factor than the critical one: it is the one of that.
        let value = at.map_or(Rational::ZERO, |at| at.value().clone().max(found.critical.clone()));
        let automaton = self.automaton(profile, &found.sticks, lottery.then_some(&value));
        settle(game, automaton, profile, at, Provenance::CarrotAndStick, budget)
    }

    fn gain(&self, player: usize, profile: usize) -> Rational {
        &self.best[player][profile] - self.game.payoff(player, profile)
    }

    /// How much worse a stick is than the carrot.
    fn drop(&self, player: usize, carrot: usize, stick: usize) -> Rational {
        self.game.payoff(player, carrot) - self.game.payoff(player, stick)
    }

    /// The weight of the carrot in what a stick with a lottery is worth.
    fn weight(&self, player: usize, carrot: usize, stick: usize) -> Rational {
        let (gain, drop) = (self.gain(player, stick), self.drop(player, carrot, stick));
        gain.checked_div(&drop).unwrap_or_default()
    }

    /// The automaton of these sticks; `lottery` is the discount factor at which they are worth just what
    /// leaving them is.
    fn automaton(
        &self,
        carrot: usize,
        sticks: &[Option<usize>],
        lottery: Option<&Rational>,
    ) -> Automaton {
        let game = self.game;
        // Sticks with the same profile and the same probability of the carrot are one state.
        let mut distinct: Vec<(usize, Rational, Vec<usize>)> = Vec::new();
        let mut state_of: Vec<Option<usize>> = Vec::new();
        for (player, stick) in sticks.iter().enumerate() {
            let Some(stick) = *stick else {
                state_of.push(None);
                continue;
            };
            let back = lottery.map_or(Rational::ONE, |discount| {
                let weight = self.weight(player, carrot, stick);
                let stay = discount * (Rational::ONE - &weight);
                (weight * (Rational::ONE - discount)).checked_div(&stay).unwrap_or_default()
            });
            let same = |(profile, known, _): &(usize, Rational, Vec<usize>)| {
                *profile == stick && *known == back
            };
            let at = distinct.iter().position(same).unwrap_or_else(|| {
                distinct.push((stick, back, Vec::new()));
                distinct.len() - 1
            });
            distinct[at].2.push(player);
            state_of.push(Some(at + 1));
        }
        let left = |kept: Lottery| -> Vec<Rule> {
            let punished = state_of.iter().enumerate();
            let mut rules: Vec<Rule> = punished
                .filter_map(|(player, state)| {
                    let next = Lottery::sure((*state)?);
                    Some(Rule { when: When::LeftBy(player), next })
                })
                .collect();
            rules.push(Rule { when: When::Otherwise, next: kept });
            rules
        };
        let mut states = vec![MachineState {
            name: "carrot".to_owned(),
            play: carrot,
            rules: left(Lottery::sure(0)),
        }];
        for (at, (stick, back, players)) in distinct.iter().enumerate() {
            let names: Vec<&str> =
                players.iter().map(|&player| game.players()[player].name.as_str()).collect();
            let name = if distinct.len() == 1 {
                "stick".to_owned()
            } else {
                format!("stick {}", names.join(" and "))
            };
            let next = Lottery::new([(0, back.clone()), (at + 1, Rational::ONE - back)]);
            let next = next.unwrap_or_else(|| Lottery::sure(0));
            states.push(MachineState { name, play: *stick, rules: left(next) });
        }
        Automaton { states, start: Lottery::sure(0) }
    }
}

/// Sticks and the least discount factor at which they do.
struct Found {
    /// For each player; `None` where nothing tempts him.
    sticks: Vec<Option<usize>>,
    critical: Rational,
}

struct Search<'a> {
    sticks: &'a Sticks<'a>,
    carrot: usize,
    lottery: bool,
    /// Sticks of each player with the least factor by his own conditions, ascending.
    own: Vec<Vec<(Rational, Option<usize>)>>,
}

/// The quotient, if it is below 1: a discount factor.
fn factor(part: &Rational, whole: &Rational) -> Option<Rational> {
    if !whole.is_positive() {
        return None;
    }
    part.checked_div(whole).filter(|factor| *factor < Rational::ONE)
}

impl<'a> Search<'a> {
    fn new(
        sticks: &'a Sticks<'a>,
        carrot: usize,
        lottery: bool,
        budget: &Budget,
    ) -> Result<Self, Exhausted> {
        let game = sticks.game;
        let mut search = Search { sticks, carrot, lottery, own: Vec::new() };
        for player in 0..game.num_players() {
            let mut list = Vec::new();
            for stick in std::iter::once(None).chain((0..game.num_profiles()).map(Some)) {
                budget.check(list.len() as u64)?;
                if let Some(least) = search.of_own(player, stick) {
                    list.push((least, stick));
                }
            }
            list.sort();
            search.own.push(list);
        }
        Ok(search)
    }

    fn payoff(&self, player: usize, profile: usize) -> &Rational {
        self.sticks.game.payoff(player, profile)
    }

    fn gain(&self, player: usize, profile: usize) -> Rational {
        self.sticks.gain(player, profile)
    }

    fn drop(&self, player: usize, stick: usize) -> Rational {
        self.sticks.drop(player, self.carrot, stick)
    }

    /// The least factor at which a player keeps to the carrot and to his own stick.
    fn of_own(&self, player: usize, stick: Option<usize>) -> Option<Rational> {
        let tempted = self.gain(player, self.carrot);
        let Some(stick) = stick else { return tempted.is_zero().then_some(Rational::ZERO) };
        let (drop, own) = (self.drop(player, stick), self.gain(player, stick));
        if !self.lottery {
            return factor(&tempted.max(own), &drop);
        }
        if own.is_zero() {
            return None;
        }
        let kept = factor(&own, &drop)?;
        if tempted.is_zero() {
            return Some(kept);
        }
        let loss = self.payoff(player, self.carrot) - &self.sticks.best[player][stick];
        Some(factor(&tempted, &(&tempted + &loss))?.max(kept))
    }

    /// The least factor at which a player keeps to the stick of another one.
    fn of_other(
        &self,
        player: usize,
        own: Option<usize>,
        other: usize,
        stick: Option<usize>,
    ) -> Option<Rational> {
        let Some(stick) = stick else { return Some(Rational::ZERO) };
        let tempted = self.gain(player, stick);
        if own == Some(stick) && !self.lottery {
            return Some(Rational::ZERO);
        }
        let Some(own) = own else {
            // Without a stick of his own nothing keeps him.
            return tempted.is_zero().then_some(Rational::ZERO);
        };
        if !self.lottery {
            return factor(&tempted, &self.drop(player, own));
        }
        let weight = self.sticks.weight(other, self.carrot, stick);
        let here = self.payoff(player, stick);
        let worth = here + (self.payoff(player, self.carrot) - here) * weight;
        let (deviating, after) = (&self.sticks.best[player][stick], &self.sticks.best[player][own]);
        if *after > worth {
            return None;
        }
        if *deviating <= worth {
            return Some(Rational::ZERO);
        }
        factor(&(deviating - &worth), &(deviating - after))
    }

    fn best(&self, budget: &Budget) -> Result<Option<Found>, Exhausted> {
        let mut best = None;
        let mut steps = 0;
        self.extend(&mut Vec::new(), Rational::ZERO, &mut best, &mut steps, budget)?;
        Ok(best)
    }

    /// Sticks for the players from the next one on, passed over where they are no better.
    fn extend(
        &self,
        chosen: &mut Vec<Option<usize>>,
        so_far: Rational,
        best: &mut Option<Found>,
        steps: &mut u64,
        budget: &Budget,
    ) -> Result<(), Exhausted> {
        let player = chosen.len();
        let Some(list) = self.own.get(player) else {
            *best = Some(Found { sticks: chosen.clone(), critical: so_far });
            return Ok(());
        };
        for (least, stick) in list {
            *steps += 1;
            budget.check(*steps)?;
            let beaten = |value: &Rational| best.as_ref().is_some_and(|one| *value >= one.critical);
            let mut value = least.clone().max(so_far.clone());
            if beaten(least) || beaten(&so_far) {
                return Ok(());
            }
            let mut fits = true;
            for (other, &of_other) in chosen.iter().enumerate() {
                let pair = self
                    .of_other(player, *stick, other, of_other)
                    .zip(self.of_other(other, of_other, player, *stick));
                match pair {
                    Some((one, two)) => value = value.max(one).max(two),
                    None => fits = false,
                }
                if !fits || beaten(&value) {
                    fits = false;
                    break;
                }
            }
            if fits {
                chosen.push(*stick);
                self.extend(chosen, value, best, steps, budget)?;
                chosen.pop();
            }
        }
        Ok(())
    }
}

/// The least critical factor of sticks that are used once.
#[cfg(test)]
pub(super) fn critical_once(game: &NormalForm, profile: usize) -> Option<Rational> {
    let budget = Budget::unlimited();
    let sticks = Sticks::of(game, &budget).ok()?;
    let found = Search::new(&sticks, profile, false, &budget).ok()?.best(&budget);
    found.ok().flatten().map(|found| found.critical)
}
