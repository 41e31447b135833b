//! A process of fictitious play that can be stopped and looked at, and the integers it runs in.
//!
//! Payoffs are integers here, each player's multiplied by a common factor, which changes no best
//! response. The bound on every sum that can arise is known before the first round, so that the
//! narrowest integers that are sure to hold it are chosen once, and no sum is ever checked.

use dashu_int::IBig;

use super::accumulator::{Accumulator, Entry};
use super::pair::Pair;
use super::several::Several;
use crate::game::NormalForm;
use crate::linear::{coprime_integers, coprime_words};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, joint};

/// A process of fictitious play that can be stopped and looked at after any round.
pub(super) trait Process {
    /// Plays on until `round` rounds are played.
    fn play_to(&mut self, round: u64, budget: &Budget) -> Result<(), Exhausted>;
    fn rounds(&self) -> u64;
    fn counts(&self) -> &[Vec<u64>];
    /// The lengths of the last runs of the same profile that have ended; of two players only.
    fn runs(&self) -> Vec<u64> {
        Vec::new()
    }
    /// The sum of a player's payoffs to each action against all combinations of the others' past
    /// actions: his expected payoffs times rounds^(players − 1).
    fn sums(&self, player: usize) -> Vec<IBig>;
}

/// The process of a game, in the narrowest integers that are sure to hold, and for each player the
/// factor by which his payoffs are multiplied.
pub(super) fn start(
    game: &NormalForm,
    alternating: bool,
    first: &[usize],
    most_rounds: u64,
) -> (Box<dyn Process>, Vec<Rational>) {
    let players = game.num_players();
    let (tables, scales): (Vec<_>, _) = (0..players).map(|player| Table::new(game, player)).unzip();
    let largest = tables.iter().map(|table| table.payoffs.largest()).max().unwrap_or_default();
    let bound = largest.clone().max(IBig::ONE) * IBig::from(most_rounds).pow(players - 1);
    let start = Start { tables: &tables, alternating, first };
    let process = if players != 2 {
        if i64::holds(&bound) {
            start.several::<i64>()
        } else if i128::holds(&bound) {
            start.several::<i128>()
        } else {
            start.several::<IBig>()
        }
    } else if i32::holds(&bound) && i8::try_from(&largest).is_ok() {
        start.pair::<i8, i32>()
    } else if i32::holds(&bound) && i16::try_from(&largest).is_ok() {
        start.pair::<i16, i32>()
    } else if i64::holds(&bound) && i16::try_from(&largest).is_ok() {
        start.pair::<i16, i64>()
    } else if i64::holds(&bound) && i32::try_from(&largest).is_ok() {
        start.pair::<i32, i64>()
    } else if i64::holds(&bound) {
        start.pair::<i64, i64>()
    } else if i128::holds(&bound) {
        start.pair::<i128, i128>()
    } else {
        start.pair::<IBig, IBig>()
    };
    (process, scales)
}

struct Start<'a> {
    tables: &'a [Table],
    alternating: bool,
    first: &'a [usize],
}

impl Start<'_> {
    fn pair<P: Entry<S> + 'static, S: Accumulator + 'static>(&self) -> Box<dyn Process> {
        let rows = [0, 1].map(|player| self.tables[player].rows(S::LANES));
        let actions = [0, 1].map(|player| self.tables[player].actions);
        Box::new(Pair::<P, S>::new(rows, actions, self.alternating, [self.first[0], self.first[1]]))
    }

    fn several<T: Entry<T> + Accumulator + 'static>(&self) -> Box<dyn Process> {
        let tables = self
            .tables
            .iter()
            .map(|table| table.rows(1).chunks(table.actions).map(<[T]>::to_vec).collect())
            .collect();
        Box::new(Several::<T>::new(tables, self.alternating, self.first.to_vec()))
    }
}

/// Coprime integers, in machine words where they fit.
enum Integers {
    Words(Vec<i64>),
    Big(Vec<IBig>),
}

impl Integers {
    /// The largest absolute value.
    fn largest(&self) -> IBig {
        match self {
            Integers::Words(words) => {
                IBig::from(words.iter().map(|word| word.unsigned_abs()).max().unwrap_or(0))
            }
            Integers::Big(integers) => {
                let size = |value: &IBig| if *value < IBig::ZERO { -value } else { value.clone() };
                integers.iter().map(size).max().unwrap_or_default()
            }
        }
    }
}

/// A player's payoffs, by profile index.
struct Table {
    payoffs: Integers,
    /// For each joint action of the others the index at his action 0.
    others: Vec<usize>,
    stride: usize,
    actions: usize,
}

impl Table {
    /// The table of a player, and the factor by which his payoffs are multiplied.
    fn new(game: &NormalForm, player: usize) -> (Table, Rational) {
        let numbers = game.payoffs(player).iter();
        let (payoffs, scale) = match coprime_words(numbers.clone()) {
            Some((words, scale)) => (Integers::Words(words), scale),
            None => {
                let (integers, scale) = coprime_integers(numbers);
                (Integers::Big(integers), scale)
            }
        };
        let others = joint::others(game, player);
        let (stride, actions) = (game.stride(player), game.num_actions(player));
        (Table { payoffs, others, stride, actions }, scale)
    }

    /// A row for each joint action of the others, of his payoff to each own action, padded with
    /// zeros to a multiple of `lanes`.
    fn rows<P: Entry<S>, S>(&self, lanes: usize) -> Vec<P> {
        match &self.payoffs {
            Integers::Words(words) => self.rows_of(lanes, |index| P::of_word(words[index])),
            Integers::Big(integers) => self.rows_of(lanes, |index| P::of_big(&integers[index])),
        }
    }

    fn rows_of<P: Entry<S>, S>(&self, lanes: usize, payoff: impl Fn(usize) -> P) -> Vec<P> {
        /// Rows filled side by side: what one line of the cache holds is used before it is gone.
        const TOGETHER: usize = 16;
        let width = self.actions.next_multiple_of(lanes);
        let mut rows = vec![P::of_word(0); self.others.len() * width];
        for (rows, bases) in rows.chunks_mut(TOGETHER * width).zip(self.others.chunks(TOGETHER)) {
            for action in 0..self.actions {
                for (row, base) in rows.chunks_exact_mut(width).zip(bases) {
                    row[action] = payoff(base + action * self.stride);
                }
            }
        }
        rows
    }
}
