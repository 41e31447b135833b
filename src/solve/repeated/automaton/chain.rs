//! Where play leads while all keep to an automaton, and the values that follow.

use crate::game::{Automaton, NormalForm};
use crate::num::Rational;
use crate::solve::patience::{Solved, solve_system};
use crate::solve::{Budget, Exhausted};

/// The chain of the states while all keep to the automaton.
pub(super) struct Chain {
    /// The profile of each state.
    play: Vec<usize>,
    /// Where each state leads, with what probability.
    next: Vec<Vec<(usize, Rational)>>,
}

impl Chain {
    pub(super) fn new(game: &NormalForm, automaton: &Automaton) -> Self {
        let next = |(at, state): (usize, &crate::game::MachineState)| {
            automaton.next(game, at, state.play).map_or_else(Vec::new, |to| to.entries().to_vec())
        };
        Chain {
            play: automaton.states.iter().map(|state| state.play).collect(),
            next: automaton.states.iter().enumerate().map(next).collect(),
        }
    }

    /// Whether lotteries decide anything.
    pub(super) fn has_lotteries(&self) -> bool {
        self.next.iter().any(|next| next.len() != 1)
    }

    pub(super) fn solve(
        &self,
        game: &NormalForm,
        discount: &Rational,
        budget: &Budget,
    ) -> Result<Solved, Exhausted> {
        if self.has_lotteries() {
            self.eliminate(game, discount, budget)
        } else {
            Ok(self.follow(game, discount))
        }
    }

    fn payoffs<'g>(&self, game: &'g NormalForm, state: usize) -> Vec<&'g Rational> {
        (0..game.num_players()).map(|player| game.payoff(player, self.play[state])).collect()
    }

    /// (1 − δ) g + δ w for each player.
    fn one_step(
        &self,
        game: &NormalForm,
        discount: &Rational,
        state: usize,
        after: &[Rational],
    ) -> Vec<Rational> {
        let now = Rational::ONE - discount;
        let payoffs = self.payoffs(game, state);
        payoffs.iter().zip(after).map(|(&payoff, after)| &now * payoff + discount * after).collect()
    }

    /// Without lotteries: along each path into its cycle.
    fn follow(&self, game: &NormalForm, discount: &Rational) -> Solved {
        let count = self.play.len();
        let successor = |state: usize| self.next[state][0].0;
        let mut values: Vec<Option<Vec<Rational>>> = vec![None; count];
        let mut determinant = Rational::ONE;
        for from in 0..count {
            let mut path: Vec<usize> = Vec::new();
            let mut at = from;
            while values[at].is_none() && !path.contains(&at) {
                path.push(at);
                at = successor(at);
            }
            if values[at].is_none() {
                // A cycle: its first state by the sum over one round, then backwards.
                let cycle: Vec<usize> = path.iter().copied().skip_while(|&one| one != at).collect();
                let zero = vec![Rational::ZERO; game.num_players()];
                let sum = cycle
                    .iter()
                    .rev()
                    .fold(zero, |after, &state| self.one_step(game, discount, state, &after));
                let round = Rational::ONE - power(discount, cycle.len());
                let value = |sum: &Rational| sum.checked_div(&round).unwrap_or_default();
                values[at] = Some(sum.iter().map(value).collect());
                determinant *= &round;
            }
            for &state in path.iter().rev().filter(|&&state| state != at) {
                let after = values[successor(state)].clone().unwrap_or_default();
                values[state] = Some(self.one_step(game, discount, state, &after));
            }
        }
        Solved { values: values.into_iter().map(Option::unwrap_or_default).collect(), determinant }
    }

    /// With lotteries.
    fn eliminate(
        &self,
        game: &NormalForm,
        discount: &Rational,
        budget: &Budget,
    ) -> Result<Solved, Exhausted> {
        let payoffs = |state: usize| self.payoffs(game, state).into_iter().cloned().collect();
        let payoffs: Vec<Vec<Rational>> = (0..self.play.len()).map(payoffs).collect();
        solve_system(&self.next, &payoffs, discount, budget)
    }
}

/// A power of a number.
pub(super) fn power(base: &Rational, exponent: usize) -> Rational {
    let exponent = i32::try_from(exponent).unwrap_or(i32::MAX);
    base.pow(exponent).unwrap_or_default()
}
