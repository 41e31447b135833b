//! Fictitious play of any number of players: sums formed anew each round.
//!
//! Each player believes that the others mix independently, each by his own past frequencies, so that
//! the sum over the others' joint actions, weighted by the products of their counts, changes all over
//! in every round.

use dashu_int::IBig;

use super::accumulator::{Accumulator, first_best};
use super::process::Process;
use crate::solve::{Budget, Exhausted};

/// Work in a round from which on the clock is read in every round.
const LONG_ROUND: usize = 1 << 12;

/// Any number of players; each believes that the others mix independently, each by his own
/// past frequencies.
pub(super) struct Several<T> {
    /// For each player a row for each joint action of the others, in it a payoff for each own action.
    tables: Vec<Vec<Vec<T>>>,
    counts: Vec<Vec<u64>>,
    alternating: bool,
    first: Vec<usize>,
    rounds: u64,
}

impl<T: Accumulator> Several<T> {
    pub(super) fn new(tables: Vec<Vec<Vec<T>>>, alternating: bool, first: Vec<usize>) -> Self {
        let counts = tables.iter().map(|table| vec![0; table[0].len()]).collect();
        Several { tables, counts, alternating, first, rounds: 0 }
    }

    fn sums_against(&self, player: usize, counts: &[Vec<u64>]) -> Vec<T> {
        // The products of the others' counts, over their joint actions.
        let one = T::one();
        let zero = T::zero();
        let mut weights = vec![one];
        for (_, counts) in counts.iter().enumerate().filter(|&(other, _)| other != player) {
            weights = weights
                .iter()
                .flat_map(|weight| {
                    let zero = &zero;
                    counts.iter().map(move |&count| {
                        let mut product = zero.clone();
                        product.add_times(weight, count);
                        product
                    })
                })
                .collect();
        }
        let table = &self.tables[player];
        let mut sums = vec![zero.clone(); table[0].len()];
        for (weight, payoffs) in weights.iter().zip(table).filter(|(weight, _)| **weight != zero) {
            for (sum, payoff) in sums.iter_mut().zip(payoffs) {
                sum.add_product(payoff, weight);
            }
        }
        sums
    }

    fn play_round(&mut self) {
        let players = self.tables.len();
        // Before the first round the start profile stands for those who have not moved.
        let mut beliefs = self.counts.clone();
        if self.rounds == 0 {
            for (belief, &action) in beliefs.iter_mut().zip(&self.first) {
                belief[action] = 1;
            }
        }
        for player in 0..players {
            let opening = self.rounds == 0 && (player == 0 || !self.alternating);
            let action = if opening {
                self.first[player]
            } else {
                first_best(&self.sums_against(player, &beliefs))
            };
            self.counts[player][action] += 1;
            if self.alternating {
                beliefs[player].clone_from(&self.counts[player]);
            }
        }
        self.rounds += 1;
    }
}

impl<T: Accumulator> Process for Several<T> {
    fn play_to(&mut self, round: u64, budget: &Budget) -> Result<(), Exhausted> {
        let long = self.tables.iter().map(Vec::len).sum::<usize>() > LONG_ROUND;
        while self.rounds < round {
            if self.rounds > 0 {
                budget.check(self.rounds)?;
                if long {
                    budget.check_now(self.rounds)?;
                }
            }
            self.play_round();
        }
        Ok(())
    }

    fn rounds(&self) -> u64 {
        self.rounds
    }

    fn counts(&self) -> &[Vec<u64>] {
        &self.counts
    }

    fn sums(&self, player: usize) -> Vec<IBig> {
        self.sums_against(player, &self.counts).iter().map(T::to_big).collect()
    }
}
