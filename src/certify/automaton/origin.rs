//! What is claimed of an automaton beside its values: by how it is said to have been found.

use crate::game::answer::{Machine, Objective};
use crate::game::{Lottery, NormalForm, Provenance, RepeatedPayoffs};
use crate::num::Rational;

use super::super::{Limits, Refutation, certify_repeated_payoffs};

/// Checks it, and says what was checked.
pub(super) fn certify_origin(
    game: &NormalForm,
    machine: &Machine,
    limits: &Limits,
) -> Result<Vec<String>, Refutation> {
    match &machine.provenance {
        Provenance::Given => Ok(Vec::new()),
        Provenance::Grim => {
            reverts(game, machine, None)?;
            Ok(vec![
                "whoever leaves it meets for ever the pure stage equilibrium that is worst for him"
                    .to_owned(),
            ])
        }
        Provenance::Punishment { periods, least } => {
            reverts(game, machine, Some(*periods))?;
            let mut checked = vec![format!(
                "whoever leaves it meets the pure stage equilibrium that is worst for him for {}",
                if *periods == 1 { "1 period".to_owned() } else { format!("{periods} periods") }
            )];
            if *least {
                fewer_fail(game, machine, *periods)?;
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
                best(machine, objective, polygon)?;
                checked
                    .push("no point of the inner polygon is better for the objective".to_owned());
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

fn best_reply(game: &NormalForm, player: usize, profile: usize) -> Option<&Rational> {
    (0..game.num_actions(player))
        .map(|action| game.payoff(player, game.deviation(profile, player, action)))
        .max()
}

fn is_equilibrium(game: &NormalForm, profile: usize) -> bool {
    (0..game.num_players())
        .all(|player| best_reply(game, player, profile) == Some(game.payoff(player, profile)))
}

/// The least payoff of a player in a pure equilibrium of the stage game.
fn worst(game: &NormalForm, player: usize) -> Option<&Rational> {
    (0..game.num_profiles())
        .filter(|&at| is_equilibrium(game, at))
        .map(|at| game.payoff(player, at))
        .min()
}

/// Whether leaving the start leads to stage equilibria that are worst for the deviator, for ever or for so
/// many periods, whatever is played meanwhile.
fn reverts(game: &NormalForm, machine: &Machine, periods: Option<usize>) -> Result<(), Refutation> {
    let start = start(machine)?;
    let states = &machine.automaton.states;
    let play = states[start].play;
    if sure(game, machine, start, play) != Some(start) {
        return Err(misfit("the start does not go on while it is kept"));
    }
    for player in 0..game.num_players() {
        let worst =
            worst(game, player).ok_or_else(|| misfit("there is no pure stage equilibrium"))?;
        let kept = game.action_in(player, play);
        for action in (0..game.num_actions(player)).filter(|&action| action != kept) {
            let mut at = sure(game, machine, start, game.deviation(play, player, action));
            let mut left = periods;
            loop {
                let here = at.ok_or_else(|| misfit("a lottery follows a deviation"))?;
                let punished = states[here].play;
                if !is_equilibrium(game, punished) || game.payoff(player, punished) != worst {
                    return Err(misfit("a deviator does not meet his worst stage equilibrium"));
                }
                let mut next = None;
                for other in 0..game.num_players() {
                    for played in 0..game.num_actions(other) {
                        let to = sure(game, machine, here, game.deviation(punished, other, played));
                        if to.is_none() || next.is_some_and(|next| Some(next) != to) {
                            return Err(misfit("what follows a punishment depends on play"));
                        }
                        next = to;
                    }
                }
                match &mut left {
                    None if next == Some(here) => break,
                    None => return Err(misfit("a punishment ends")),
                    Some(1) if next == Some(start) => break,
                    Some(left) if *left > 1 && next != Some(start) => *left -= 1,
                    Some(_) => return Err(misfit("a punishment has another length")),
                }
                at = next;
            }
        }
    }
    Ok(())
}

/// With fewer periods of punishment, n, some player gains by another action d: g(d) − g(c) >
/// (δ + … + δ^n) (g(c) − g(e)).
fn fewer_fail(game: &NormalForm, machine: &Machine, periods: usize) -> Result<(), Refutation> {
    let play = machine.automaton.states[start(machine)?].play;
    let discount = machine.discount.value();
    let mut stakes = Vec::new();
    for player in 0..game.num_players() {
        let here = game.payoff(player, play);
        let kept = game.action_in(player, play);
        let worst =
            worst(game, player).ok_or_else(|| misfit("there is no pure stage equilibrium"))?;
        let others = (0..game.num_actions(player)).filter(|&action| action != kept);
        let payoffs =
            others.map(|action| game.payoff(player, game.deviation(play, player, action)));
        if let Some(best) = payoffs.max() {
            stakes.push((best - here, here - worst));
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

/// Each state that is not the start leads back to it, or to itself, while it is kept.
fn returns(game: &NormalForm, machine: &Machine) -> Result<(), Refutation> {
    let start = start(machine)?;
    for (at, state) in machine.automaton.states.iter().enumerate() {
        let next = machine.automaton.next(game, at, state.play);
        let entries = next.map_or(&[][..], Lottery::entries);
        if entries.iter().any(|(to, _)| *to != start && (*to != at || at == start)) {
            return Err(misfit("a stick leads to another one"));
        }
    }
    Ok(())
}

fn value(objective: &Objective, first: &Rational, second: &Rational) -> Rational {
    match objective {
        Objective::Welfare => first + second,
        Objective::LeastWelfare => -(first + second),
        Objective::Player(0) => first.clone(),
        Objective::Player(_) => second.clone(),
        Objective::LeastPlayer(0) => -first,
        Objective::LeastPlayer(_) => -second,
        Objective::Weighted(weights) => {
            let weight = |at: usize| weights.get(at).cloned().unwrap_or_default();
            first * weight(0) + second * weight(1)
        }
        Objective::Egalitarian => {
            if first < second {
                first.clone()
            } else {
                second.clone()
            }
        }
    }
}

/// The start is as good as every corner of the inner polygon; for the least payoff of both, as every point
/// of a side at which both get the same.
fn best(
    machine: &Machine,
    objective: &Objective,
    polygon: &RepeatedPayoffs,
) -> Result<(), Refutation> {
    let stated = value(objective, &machine.payoff(0), &machine.payoff(1));
    let corners: Vec<&[Rational; 2]> = polygon.inner.iter().map(|one| &one.payoffs).collect();
    let mut better = corners.iter().any(|one| value(objective, &one[0], &one[1]) > stated);
    if *objective == Objective::Egalitarian {
        for (at, one) in corners.iter().enumerate() {
            let other = corners[(at + 1) % corners.len()];
            // Where both get x: one + t (other - one) with equal coordinates.
            let across = (&other[0] - &one[0]) - (&other[1] - &one[1]);
            if let Some(share) = (&one[1] - &one[0]).checked_div(&across)
                && !share.is_negative()
                && share <= Rational::ONE
            {
                better |= &one[0] + (&other[0] - &one[0]) * share > stated;
            }
        }
    }
    if better {
        Err(Refutation::NotOptimal(
            "a corner of the polygon is better for the objective".to_owned(),
        ))
    } else {
        Ok(())
    }
}
