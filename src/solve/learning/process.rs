//! One round after another of fictitious play, in exact integers.
//!
//! Payoffs are integers here, each player's multiplied by a common factor, which changes no best
//! response. With two players the payoff of each action against all past actions of the other is a
//! running sum, updated by one column of the matrix a round. Runs of the same pair of actions grow
//! long, so after a short run the length of the rest of it is computed, and it is played in one
//! step. With more players the sum over the others' joint actions, weighted by the products of
//! their counts, is formed anew each round.

use dashu_int::IBig;

use super::accumulator::Accumulator;
use crate::solve::{Budget, Exhausted};

/// Rounds of the same pair of actions after which the rest of the run is computed.
const SHORT_RUN: u64 = 16;

/// Work in a round from which on the clock is read in every round.
const LONG_ROUND: usize = 1 << 12;

/// Integer payoffs: for each player a row for each joint action of the others (row-major in the
/// order of the players without him), in it a payoff for each own action.
pub(super) type Tables = Vec<Vec<Vec<IBig>>>;

/// A process of fictitious play that can be stopped and looked at after any round.
pub(super) trait Process {
    /// Plays on until `round` rounds are played.
    fn play_to(&mut self, round: u64, budget: &Budget) -> Result<(), Exhausted>;
    fn rounds(&self) -> u64;
    fn counts(&self) -> &[Vec<u64>];
    /// The sum of a player's payoffs to each action against all combinations of the others' past
    /// actions: his expected payoffs times rounds^(players − 1).
    fn sums(&self, player: usize) -> Vec<IBig>;
}

/// The process for these payoffs, in the narrowest integers that are sure to hold.
pub(super) fn start(
    tables: &Tables,
    alternating: bool,
    first: &[usize],
    most_rounds: u64,
) -> Box<dyn Process> {
    let size = |value: &IBig| if *value < IBig::ZERO { -value } else { value.clone() };
    let largest = tables.iter().flatten().flatten().map(size).max().unwrap_or_default();
    let bound = largest.max(IBig::ONE) * IBig::from(most_rounds).pow(tables.len() - 1);
    if i64::holds(&bound) {
        start_in::<i64>(tables, alternating, first)
    } else if i128::holds(&bound) {
        start_in::<i128>(tables, alternating, first)
    } else {
        start_in::<IBig>(tables, alternating, first)
    }
}

fn start_in<T: Accumulator + 'static>(
    tables: &Tables,
    alternating: bool,
    first: &[usize],
) -> Box<dyn Process> {
    let converted = |table: &Vec<Vec<IBig>>| -> Vec<Vec<T>> {
        table.iter().map(|row| row.iter().map(T::from_big).collect()).collect()
    };
    let counts: Vec<Vec<u64>> = tables.iter().map(|table| vec![0; table[0].len()]).collect();
    if let [one, other] = &tables[..] {
        let zero = T::from_big(&IBig::ZERO);
        return Box::new(Pair {
            tables: [converted(one), converted(other)],
            sums: [vec![zero.clone(); one[0].len()], vec![zero; other[0].len()]],
            counts,
            alternating,
            first: [first[0], first[1]],
            last: [first[0], first[1]],
            run: 0,
            rounds: 0,
        });
    }
    let tables: Vec<Vec<Vec<T>>> = tables.iter().map(converted).collect();
    Box::new(Several { tables, counts, alternating, first: first.to_vec(), rounds: 0 })
}

/// The first of the greatest.
fn best<T: Ord>(sums: &[T]) -> usize {
    let mut best = 0;
    for (action, sum) in sums.iter().enumerate().skip(1) {
        if *sum > sums[best] {
            best = action;
        }
    }
    best
}

fn add<T: Accumulator>(sums: &mut [T], column: &[T]) {
    for (sum, payoff) in sums.iter_mut().zip(column) {
        sum.add(payoff);
    }
}

/// Two players, with running sums.
struct Pair<T> {
    /// `tables[i][b]` are the payoffs of player i's actions when the other plays b.
    tables: [Vec<Vec<T>>; 2],
    sums: [Vec<T>; 2],
    counts: Vec<Vec<u64>>,
    alternating: bool,
    first: [usize; 2],
    /// The pair played last, and how many rounds in a row.
    last: [usize; 2],
    run: u64,
    rounds: u64,
}

impl<T: Accumulator> Pair<T> {
    fn play_round(&mut self) {
        let opening = self.rounds == 0;
        let own = if opening { self.first[0] } else { best(&self.sums[0]) };
        let other = if self.alternating {
            add(&mut self.sums[1], &self.tables[1][own]);
            best(&self.sums[1])
        } else {
            let other = if opening { self.first[1] } else { best(&self.sums[1]) };
            add(&mut self.sums[1], &self.tables[1][own]);
            other
        };
        add(&mut self.sums[0], &self.tables[0][other]);
        self.counts[0][own] += 1;
        self.counts[1][other] += 1;
        self.run = if self.last == [own, other] { self.run + 1 } else { 1 };
        self.last = [own, other];
        self.rounds += 1;
    }

    /// For how many further rounds the pair played last is sure to be played again.
    fn rest_of_run(&self) -> u64 {
        let [own, other] = self.last;
        let one = self.rounds_until_better(0, own, &self.tables[0][other]);
        let two = self.rounds_until_better(1, other, &self.tables[1][own]);
        match (one, two) {
            (Some(one), Some(two)) => {
                // In turn, the second player has seen one more round when he chooses.
                one.saturating_add(1).min(if self.alternating {
                    two
                } else {
                    two.saturating_add(1)
                })
            }
            _ => 0,
        }
    }

    /// The largest k such that after k more rounds with these payoffs `action` is still the first
    /// best one; `None` when it is not even now.
    fn rounds_until_better(&self, player: usize, action: usize, payoffs: &[T]) -> Option<u64> {
        let sums = &self.sums[player];
        if best(sums) != action {
            return None;
        }
        let mut rounds = u64::MAX;
        for (rival, (sum, payoff)) in sums.iter().zip(payoffs).enumerate() {
            if *payoff <= payoffs[action] {
                continue;
            }
            let (gap, rate) = (sums[action].minus(sum), payoff.minus(&payoffs[action]));
            let mut within = T::times_within(&gap, &rate);
            // A rival before the action wins a tie.
            let mut reached = T::from_big(&IBig::ZERO);
            reached.add_times(&rate, within);
            if rival < action && reached == gap {
                within = within.checked_sub(1)?;
            }
            rounds = rounds.min(within);
        }
        Some(rounds)
    }

    fn repeat(&mut self, times: u64) {
        let [own, other] = self.last;
        for (sum, payoff) in self.sums[0].iter_mut().zip(&self.tables[0][other]) {
            sum.add_times(payoff, times);
        }
        for (sum, payoff) in self.sums[1].iter_mut().zip(&self.tables[1][own]) {
            sum.add_times(payoff, times);
        }
        self.counts[0][own] += times;
        self.counts[1][other] += times;
        self.run += times;
        self.rounds += times;
    }
}

impl<T: Accumulator> Process for Pair<T> {
    fn play_to(&mut self, round: u64, budget: &Budget) -> Result<(), Exhausted> {
        let stopped_in_run = self.run;
        while self.rounds < round {
            if self.rounds > 0 {
                budget.check(self.rounds)?;
            }
            // Once in each run, and once more in a run that the last call broke off.
            if self.run == SHORT_RUN || (self.run > SHORT_RUN && self.run == stopped_in_run) {
                budget.check_now(self.rounds)?;
                let times = self
                    .rest_of_run()
                    .min(round - self.rounds)
                    .min(budget.steps_after(self.rounds));
                if times > 0 {
                    self.repeat(times);
                    continue;
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
        self.sums[player].iter().map(T::to_big).collect()
    }
}

/// Any number of players; each believes that the others mix independently, each by his own
/// past frequencies.
struct Several<T> {
    tables: Vec<Vec<Vec<T>>>,
    counts: Vec<Vec<u64>>,
    alternating: bool,
    first: Vec<usize>,
    rounds: u64,
}

impl<T: Accumulator> Several<T> {
    fn sums_against(&self, player: usize, counts: &[Vec<u64>]) -> Vec<T> {
        // The products of the others' counts, over their joint actions.
        let one = T::from_big(&IBig::ONE);
        let zero = T::from_big(&IBig::ZERO);
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
                best(&self.sums_against(player, &beliefs))
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
