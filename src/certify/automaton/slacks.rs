//! What deviations from an automaton lose, as polynomials of the discount factor: see
//! [`bernstein`](super::super::bernstein).

use crate::game::answer::Machine;
use crate::game::{Lottery, NormalForm};
use crate::num::Rational;

use super::super::Refutation;
use super::super::meter::{Limits, Meter, weight};
use super::super::resolvent::{Coefficients, Resolvent, resolvent};

/// The polynomials of the slacks, each once.
pub(super) fn slacks(
    game: &NormalForm,
    machine: &Machine,
    limits: &Limits,
    meter: &mut Meter,
) -> Result<Vec<Coefficients>, Refutation> {
    let automaton = &machine.automaton;
    let (count, players) = (automaton.states.len(), game.num_players());
    let none = Lottery::sure(0);
    let kept: Vec<&Lottery> = automaton
        .states
        .iter()
        .enumerate()
        .map(|(at, state)| automaton.next(game, at, state.play).unwrap_or(&none))
        .collect();
    let next: Vec<Vec<(usize, &Rational)>> = kept
        .iter()
        .map(|next| next.entries().iter().map(|(to, share)| (*to, share)).collect())
        .collect();
    let columns: Vec<Vec<&Rational>> = (0..players)
        .map(|player| automaton.states.iter().map(|one| game.payoff(player, one.play)).collect())
        .collect();
    // `numerators[i][s]`: of the value of state s for player i. Passes are not of this order.
    let mut own = Meter::new(limits);
    let Resolvent { numerators, determinant } = resolvent(&next, &columns, count, &mut own)?;
    let longest = numerators.iter().flatten().flatten().map(weight).max().unwrap_or(1);
    let mut found: Vec<Coefficients> = Vec::new();
    for (at, state) in automaton.states.iter().enumerate() {
        for (player, numerators) in numerators.iter().enumerate() {
            let kept = game.action_in(player, state.play);
            for action in (0..game.num_actions(player)).filter(|&action| action != kept) {
                let played = game.deviation(state.play, player, action);
                let next = automaton.next(game, at, played).unwrap_or(&none);
                meter.spend(count * (2 + next.entries().len()) * longest)?;
                let mut slack = vec![Rational::ZERO; count + 1];
                for (sum, one) in slack.iter_mut().zip(&numerators[at]) {
                    *sum += one;
                }
                let payoff = game.payoff(player, played);
                for (sum, one) in slack.iter_mut().zip(&determinant) {
                    *sum -= &(one * payoff);
                }
                for (to, probability) in next.entries() {
                    for (sum, one) in slack.iter_mut().skip(1).zip(&numerators[*to]) {
                        *sum -= &(probability * one);
                    }
                }
                if !found.contains(&slack) {
                    found.push(slack);
                }
            }
        }
    }
    Ok(found)
}
