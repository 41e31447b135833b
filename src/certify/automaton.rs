//! Automata of repeated games: their values, the best deviations, and when they are equilibria.
//!
//! *Values* are put into v = (1 − δ) g + δ P v, which has one solution since δ < 1. *Deviations*: each
//! stated slack is recomputed for every action of every player in every state, whether play gets there or
//! not; where none is negative the automaton is a subgame-perfect equilibrium, since payoffs are
//! discounted (one-shot deviation principle). *Discount factors*: see [`slacks`].

mod origin;
mod slacks;
#[cfg(test)]
mod tests;

pub use origin::objective_gap;

use crate::game::answer::Machine;
use crate::game::{Incentive, NormalForm};
use crate::num::Rational;

use super::bernstein::certify_stretches;
use super::meter::{Limits, Meter, weight};
use super::{Certificate, Completeness, Refutation};

/// Checks an automaton, its values, and the discount factors at which it is said to be an equilibrium.
///
/// Work: for each state and player a pass over the player's actions; for the discount factors the cube of the
/// number of states, and for each deviation the square.
///
/// # Errors
/// A [`Refutation`] that names the state and the player.
pub fn certify_machine(
    game: &NormalForm,
    machine: &Machine,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let automaton = &machine.automaton;
    automaton.check(game).map_err(|error| Refutation::Misfit(error.to_string()))?;
    let (states, players) = (automaton.states.len(), game.num_players());
    let shape = |lengths: Vec<usize>| {
        lengths.len() == states && lengths.iter().all(|&length| length == players)
    };
    if !shape(machine.values.iter().map(Vec::len).collect())
        || !shape(machine.incentives.iter().map(Vec::len).collect())
    {
        return Err(Refutation::Misfit(
            "there is not a value and a deviation for each state and player".to_owned(),
        ));
    }
    let mut meter = Meter::for_passes(limits);
    values(game, machine, &mut meter)?;
    for state in 0..states {
        for player in 0..players {
            incentive(game, machine, state, player, &mut meter)?;
        }
    }
    let mut checked = vec![
        "the values of all states solve v = (1 − δ) g + δ P v, exactly".to_owned(),
        if machine.is_equilibrium() {
            "no player gains by one deviation in any state, so that it is a subgame-perfect equilibrium"
        } else {
            "the best deviation of each player in each state is worth what is stated; one pays, so that it is no subgame-perfect equilibrium"
        }
        .to_owned(),
    ];
    if let Some(sustained) = &machine.sustained {
        let slacks = slacks::slacks(game, machine, limits, &mut meter)?;
        certify_stretches(&slacks, sustained, &mut meter)?;
        checked.push(
            "at each discount factor that is listed no deviation pays, and below, between and above, up to the stated bounds, one does".to_owned(),
        );
    }
    checked.extend(origin::certify_origin(game, machine, limits, &mut meter)?);
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

fn state_name(machine: &Machine, state: usize) -> &str {
    &machine.automaton.states[state].name
}

fn values(game: &NormalForm, machine: &Machine, meter: &mut Meter) -> Result<(), Refutation> {
    let automaton = &machine.automaton;
    let discount = machine.discount.value();
    let now = Rational::ONE - discount;
    for (at, state) in automaton.states.iter().enumerate() {
        let Some(next) = automaton.next(game, at, state.play) else {
            return Err(Refutation::Misfit(format!("nothing follows `{}`", state.name)));
        };
        for player in 0..game.num_players() {
            let mut after = Rational::ZERO;
            for (to, probability) in next.entries() {
                let value = &machine.values[*to][player];
                meter.spend(weight(value))?;
                after += &(probability * value);
            }
            let value = &now * game.payoff(player, state.play) + discount * &after;
            if machine.values[at][player] != value {
                return Err(Refutation::WrongNumber(format!(
                    "the value of `{}` for {}",
                    state.name,
                    game.players()[player].name
                )));
            }
        }
    }
    Ok(())
}

fn incentive(
    game: &NormalForm,
    machine: &Machine,
    state: usize,
    player: usize,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let automaton = &machine.automaton;
    let discount = machine.discount.value();
    let play = automaton.states[state].play;
    let kept = game.action_in(player, play);
    let place =
        || format!("{} in the state `{}`", game.players()[player].name, state_name(machine, state));
    let stated = &machine.incentives[state][player];
    let mut found = false;
    for action in (0..game.num_actions(player)).filter(|&action| action != kept) {
        let played = game.deviation(play, player, action);
        let mut gets = (Rational::ONE - discount) * game.payoff(player, played);
        let next = automaton.next(game, state, played).map_or(&[][..], |next| next.entries());
        for (to, probability) in next {
            let value = &machine.values[*to][player];
            meter.spend(weight(value))?;
            gets += &(discount * probability * value);
        }
        let slack = &machine.values[state][player] - gets;
        let Some(Incentive { action: best, slack: least }) = stated else {
            return Err(Refutation::Misfit(format!("no deviation is stated for {}", place())));
        };
        if slack < *least {
            return Err(Refutation::Deviation(format!(
                "{} does better by {} than is stated",
                place(),
                game.players()[player].actions[action]
            )));
        }
        found |= *best == action && slack == *least;
    }
    match stated {
        None => Ok(()),
        Some(_) if found => Ok(()),
        Some(_) => Err(Refutation::WrongNumber(format!("the best deviation of {}", place()))),
    }
}
