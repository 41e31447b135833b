//! What is claimed of an automaton beside its values: by how it is said to have been found.

use std::collections::BTreeSet;

use crate::game::answer::{Machine, Objective};
use crate::game::{Lottery, NormalForm, Provenance, RepeatedPayoffs};
use crate::num::Rational;

use super::super::equilibria::pure_equilibria;
use super::super::meter::{Limits, Meter};
use super::super::wording::number;
use super::super::{Refutation, certify_repeated_payoffs};

/// Checks it, and says what was checked.
pub(super) fn certify_origin(
    game: &NormalForm,
    machine: &Machine,
    limits: &Limits,
    meter: &mut Meter,
) -> Result<Vec<String>, Refutation> {
    match &machine.provenance {
        Provenance::Given => Ok(Vec::new()),
        Provenance::Grim => {
            Reversion::of(game, machine, meter)?.reverts(None, meter)?;
            Ok(vec![
                "whoever leaves it meets for ever the pure stage equilibrium that is worst for him"
                    .to_owned(),
            ])
        }
        Provenance::Punishment { periods, least } => {
            // Each period of a punishment is a state.
            if *periods >= machine.automaton.states.len() {
                return Err(misfit("it has fewer states than periods of punishment"));
            }
            let reversion = Reversion::of(game, machine, meter)?;
            reversion.reverts(Some(*periods), meter)?;
            let mut checked = vec![format!(
                "whoever leaves it meets the pure stage equilibrium that is worst for him for {}",
                if *periods == 1 { "1 period".to_owned() } else { format!("{periods} periods") }
            )];
            if *least {
                reversion.fewer_fail(*periods)?;
                checked.push("fewer periods do not deter".to_owned());
            }
            Ok(checked)
        }
        Provenance::CarrotAndStick => {
            returns(game, machine)?;
            Ok(vec!["after each stick the carrot follows".to_owned()])
        }
        Provenance::Optimal { objective, polygon } => {
            if polygon.discount != machine.discount {
                return Err(Refutation::Misfit(
                    "the polygon of payoffs is of another discount factor".to_owned(),
                ));
            }
            let mut checked = certify_repeated_payoffs(game, polygon, limits)?.checked;
            if let Some(objective) = objective {
                checked.push(best(machine, objective, polygon)?);
            }
            Ok(checked)
        }
    }
}

fn misfit(what: &str) -> Refutation {
    Refutation::Misfit(format!("the automaton is not of its kind: {what}"))
}

/// The state that follows for sure after a profile.
fn sure(game: &NormalForm, machine: &Machine, state: usize, played: usize) -> Option<usize> {
    machine.automaton.next(game, state, played).and_then(Lottery::as_sure)
}

fn start(machine: &Machine) -> Result<usize, Refutation> {
    machine.automaton.start.as_sure().ok_or_else(|| misfit("it starts with a lottery"))
}

/// What whoever leaves the start may meet: the pure equilibria of the stage game.
struct Reversion<'a> {
    game: &'a NormalForm,
    machine: &'a Machine,
    start: usize,
    equilibria: Vec<usize>,
    /// The least payoff of each player in one of them.
    worst: Vec<&'a Rational>,
}

impl<'a> Reversion<'a> {
    fn of(
        game: &'a NormalForm,
        machine: &'a Machine,
        meter: &mut Meter,
    ) -> Result<Self, Refutation> {
        let equilibria = pure_equilibria(game, meter)?;
        let worst = |player: usize| equilibria.iter().map(|&at| game.payoff(player, at)).min();
        let worst: Option<Vec<_>> = (0..game.num_players()).map(worst).collect();
        let worst = worst.ok_or_else(|| misfit("there is no pure stage equilibrium"))?;
        Ok(Reversion { game, machine, start: start(machine)?, equilibria, worst })
    }

    /// The state that follows another one whatever one player does, for sure.
    fn whatever(&self, here: usize, meter: &mut Meter) -> Result<usize, Refutation> {
        let game = self.game;
        let played = self.machine.automaton.states[here].play;
        let mut next = None;
        for other in 0..game.num_players() {
            meter.spend(4 * game.num_actions(other))?;
            for action in 0..game.num_actions(other) {
                let to = sure(game, self.machine, here, game.deviation(played, other, action));
                if to.is_none() || next.is_some_and(|next| Some(next) != to) {
                    return Err(misfit("what follows a punishment depends on play"));
                }
                next = to;
            }
        }
        next.ok_or_else(|| misfit("nothing follows a punishment"))
    }

    /// Whether leaving the start leads to stage equilibria that are worst for the deviator, for ever or for
    /// so many periods, whatever is played meanwhile.
    fn reverts(&self, periods: Option<usize>, meter: &mut Meter) -> Result<(), Refutation> {
        let (game, start) = (self.game, self.start);
        let states = &self.machine.automaton.states;
        let play = states[start].play;
        if sure(game, self.machine, start, play) != Some(start) {
            return Err(misfit("the start does not go on while it is kept"));
        }
        let mut seen = BTreeSet::new();
        for player in 0..game.num_players() {
            let kept = game.action_in(player, play);
            for action in (0..game.num_actions(player)).filter(|&action| action != kept) {
                let played = game.deviation(play, player, action);
                let mut here = sure(game, self.machine, start, played)
                    .ok_or_else(|| misfit("a lottery follows a deviation"))?;
                if !seen.insert((player, here)) {
                    continue;
                }
                let mut left = periods;
                loop {
                    let punished = states[here].play;
                    if self.equilibria.binary_search(&punished).is_err()
                        || game.payoff(player, punished) != self.worst[player]
                    {
                        return Err(misfit("a deviator does not meet his worst stage equilibrium"));
                    }
                    let next = self.whatever(here, meter)?;
                    match &mut left {
                        None if next == here => break,
                        None => return Err(misfit("a punishment ends")),
                        Some(1) if next == start => break,
                        Some(left) if *left > 1 && next != start => *left -= 1,
                        Some(_) => return Err(misfit("a punishment has another length")),
                    }
                    here = next;
                }
            }
        }
        Ok(())
    }

    /// With fewer periods of punishment, n, some player gains by another action d: g(d) − g(c) >
    /// (δ + … + δ^n) (g(c) − g(e)).
    fn fewer_fail(&self, periods: usize) -> Result<(), Refutation> {
        let game = self.game;
        let play = self.machine.automaton.states[self.start].play;
        let discount = self.machine.discount.value();
        let mut stakes = Vec::new();
        for (player, worst) in self.worst.iter().enumerate() {
            let here = game.payoff(player, play);
            let kept = game.action_in(player, play);
            let others = (0..game.num_actions(player)).filter(|&action| action != kept);
            let payoffs =
                others.map(|action| game.payoff(player, game.deviation(play, player, action)));
            if let Some(best) = payoffs.max() {
                stakes.push((best - here, here - *worst));
            }
        }
        let mut weight = Rational::ZERO;
        for _ in 1..periods {
            weight = discount * (Rational::ONE + &weight);
            if stakes.iter().all(|(gain, loss)| *gain <= loss * &weight) {
                return Err(Refutation::NotOptimal(
                    "fewer periods of punishment deter as well".to_owned(),
                ));
            }
        }
        Ok(())
    }
}

/// Each state that is not the start leads back to it while it is kept, at once or by a lottery that it is
/// left with.
fn returns(game: &NormalForm, machine: &Machine) -> Result<(), Refutation> {
    let start = start(machine)?;
    for (at, state) in machine.automaton.states.iter().enumerate() {
        let next = machine.automaton.next(game, at, state.play);
        let entries = next.map_or(&[][..], Lottery::entries);
        if entries.iter().any(|(to, _)| *to != start && (*to != at || at == start)) {
            return Err(misfit("a stick leads to another one"));
        }
        if !entries.iter().any(|(to, _)| *to == start) {
            return Err(misfit("a stick never ends"));
        }
    }
    Ok(())
}

/// The greatest worth of a convex polygon: that of a corner, or, of the least payoff of both, where both
/// get the same on a side.
fn greatest<'a>(
    objective: &Objective,
    corners: impl Iterator<Item = &'a [Rational; 2]>,
) -> Option<Rational> {
    let corners: Vec<&[Rational; 2]> = corners.collect();
    let mut found = corners.iter().map(|one| objective.worth(&one[..])).max()?;
    if *objective == Objective::Egalitarian {
        for (at, one) in corners.iter().enumerate() {
            let other = corners[(at + 1) % corners.len()];
            // Where both get x: one + t (other - one) with equal coordinates.
            let across = (&other[0] - &one[0]) - (&other[1] - &one[1]);
            if let Some(share) = (&one[1] - &one[0]).checked_div(&across)
                && !share.is_negative()
                && share <= Rational::ONE
            {
                found = found.max(&one[0] + (&other[0] - &one[0]) * share);
            }
        }
    }
    Some(found)
}

/// By how much, at most, a subgame-perfect equilibrium is better for the objective of an automaton that was
/// found as the best one: the outer polygon of payoffs against those at the start. `None` without an
/// objective.
#[must_use]
pub fn objective_gap(machine: &Machine) -> Option<Rational> {
    let Provenance::Optimal { objective: Some(objective), polygon } = &machine.provenance else {
        return None;
    };
    let stated = objective.worth(&[machine.payoff(0), machine.payoff(1)]);
    Some(greatest(objective, polygon.outer.iter())? - stated)
}

/// The start is as good as every point of the inner polygon; and how far from every one of the outer.
fn best(
    machine: &Machine,
    objective: &Objective,
    polygon: &RepeatedPayoffs,
) -> Result<String, Refutation> {
    let stated = objective.worth(&[machine.payoff(0), machine.payoff(1)]);
    let inner = greatest(objective, polygon.inner.iter().map(|one| &one.payoffs));
    if inner.is_some_and(|inner| inner > stated) {
        return Err(Refutation::NotOptimal(
            "a point of the inner polygon is better for the objective".to_owned(),
        ));
    }
    let gap = objective_gap(machine)
        .filter(|gap| !gap.is_negative())
        .ok_or_else(|| misfit("its start is better than the outer polygon"))?;
    Ok(if gap.is_zero() {
        "no point of the outer polygon is better for the objective".to_owned()
    } else {
        format!(
            "no point of the inner polygon is better for the objective, and none of the outer polygon by more than {}",
            number(&gap)
        )
    })
}
