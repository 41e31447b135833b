//! Two players' fictitious play, round by round, in machine integers.
//!
//! Nothing is left out: each round reads the two rows of payoffs against what was played, adds them to
//! the sums, and looks for the first of the greatest. Payoffs and sums are words as short as hold
//! every number of all rounds, which is known beforehand, and rows are padded to whole vectors with
//! sums below all others.

use std::ops::Add;

use dashu_int::IBig;
use pulp::{Arch, Simd, WithSimd};

use crate::game::NormalForm;
use crate::num::Rational;

use super::integers::integer_payoffs;
use super::meter::{Meter, Spent};

/// Sums that are added to at once.
const TOGETHER: usize = 16;

/// A play of two players that goes on in stretches.
pub(super) trait Replay {
    /// Plays so many rounds more.
    fn play(&mut self, rounds: u64, meter: &mut Meter) -> Result<(), Spent>;
    fn counts(&self, player: usize) -> &[u64];
    /// The largest gain of a player from his best action against the other's frequencies.
    fn regret(&self) -> Rational;
}

/// The play of a game of two players, if every number of so many rounds fits machine integers.
pub(super) fn of(game: &NormalForm, alternating: bool, rounds: u64) -> Option<Box<dyn Replay>> {
    if game.num_players() != 2 {
        return None;
    }
    let tables = [integer_payoffs(game, 0)?, integer_payoffs(game, 1)?];
    let payoffs = || tables.iter().flat_map(|(payoffs, _)| payoffs);
    let (least, most) = (*payoffs().min()?, *payoffs().max()?);
    let largest = least.unsigned_abs().max(most.unsigned_abs()).max(1);
    let sum = largest.checked_mul(rounds)?;
    let fits = |bits: u32| largest < 1 << (bits - 1);
    let short = sum < 1 << 29;
    Some(match (short, fits(8), fits(16)) {
        (true, true, _) => Box::new(Play::<i8, i32>::new(game, &tables, alternating)?),
        (true, _, true) => Box::new(Play::<i16, i32>::new(game, &tables, alternating)?),
        (false, _, true) if sum < 1 << 61 => {
            Box::new(Play::<i16, i64>::new(game, &tables, alternating)?)
        }
        _ if sum < 1 << 61 => Box::new(Play::<i64, i64>::new(game, &tables, alternating)?),
        _ => return None,
    })
}

/// A word that payoffs are added up in.
trait Sum: Copy + Ord + Add<Output = Self> + Default + Into<i64> {
    /// Less than any sum of payoffs.
    const BELOW: Self;
}

impl Sum for i32 {
    const BELOW: i32 = i32::MIN / 2;
}

impl Sum for i64 {
    const BELOW: i64 = i64::MIN / 2;
}

struct Play<P, S> {
    /// For each player and each action of the other a row of payoffs.
    rows: [Vec<P>; 2],
    /// What each action would have earned in sum.
    sums: [Vec<S>; 2],
    counts: [Vec<u64>; 2],
    /// The first best replies to what was played; at the beginning the first actions.
    replies: [usize; 2],
    alternating: bool,
    rounds: u64,
    /// A player's payoff is an integer over his unit.
    units: [i64; 2],
}

impl<P: Copy + Default + TryFrom<i64>, S: Sum + From<P>> Play<P, S> {
    fn new(game: &NormalForm, tables: &[(Vec<i64>, i64); 2], alternating: bool) -> Option<Self> {
        let rows = |at: usize| -> Option<Vec<P>> {
            let (own, other) = (game.num_actions(at), game.num_actions(1 - at));
            let width = own.next_multiple_of(TOGETHER);
            let mut rows = vec![P::default(); other * width];
            // Block by block, since one of the two tables is read across.
            for first in (0..other).step_by(TOGETHER) {
                for action in 0..own {
                    for against in first..other.min(first + TOGETHER) {
                        let index = action * game.stride(at) + against * game.stride(1 - at);
                        rows[against * width + action] = P::try_from(tables[at].0[index]).ok()?;
                    }
                }
            }
            Some(rows)
        };
        let sums = [0, 1].map(|at| {
            let mut sums = vec![S::default(); game.num_actions(at)];
            sums.resize(sums.len().next_multiple_of(TOGETHER), S::BELOW);
            sums
        });
        Some(Play {
            rows: [rows(0)?, rows(1)?],
            sums,
            counts: [0, 1].map(|at| vec![0; game.num_actions(at)]),
            replies: [0, 0],
            alternating,
            rounds: 0,
            units: [tables[0].1, tables[1].1],
        })
    }

    /// The other plays an action: what player `at` earns by each of his, and his reply.
    #[inline(always)]
    fn face(&mut self, at: usize, action: usize) {
        let sums = &mut self.sums[at];
        let row = &self.rows[at][action * sums.len()..][..sums.len()];
        let mut greatest = [S::BELOW; TOGETHER];
        for (sums, payoffs) in sums.chunks_exact_mut(TOGETHER).zip(row.chunks_exact(TOGETHER)) {
            // Read all before writing any, or the compiler does one at a time.
            let mut grown = [S::BELOW; TOGETHER];
            for k in 0..TOGETHER {
                grown[k] = sums[k] + S::from(payoffs[k]);
            }
            for k in 0..TOGETHER {
                greatest[k] = greatest[k].max(grown[k]);
            }
            sums.copy_from_slice(&grown);
        }
        let most = greatest.into_iter().fold(S::BELOW, S::max);
        for (block, sums) in sums.chunks_exact(TOGETHER).enumerate() {
            let mut reached = false;
            for sum in sums {
                reached |= *sum == most;
            }
            if reached {
                let earlier = |reply, k| if sums[k] == most { k } else { reply };
                self.replies[at] = block * TOGETHER + (0..TOGETHER).rev().fold(0, earlier);
                return;
            }
        }
    }

    #[inline(always)]
    fn round(&mut self) {
        let [own, mut other] = self.replies;
        self.face(1, own);
        if self.alternating {
            other = self.replies[1];
        }
        self.face(0, other);
        self.counts[0][own] += 1;
        self.counts[1][other] += 1;
    }
}

/// Some rounds, compiled for each width of vectors that processors have.
struct Stretch<'a, P, S> {
    play: &'a mut Play<P, S>,
    rounds: u64,
}

impl<P: Copy + Default + TryFrom<i64>, S: Sum + From<P>> WithSimd for Stretch<'_, P, S> {
    type Output = ();

    #[inline(always)]
    fn with_simd<V: Simd>(self, _: V) {
        for _ in 0..self.rounds {
            self.play.round();
        }
    }
}

impl<P: Copy + Default + TryFrom<i64>, S: Sum + From<P>> Replay for Play<P, S> {
    fn play(&mut self, rounds: u64, meter: &mut Meter) -> Result<(), Spent> {
        /// Units that are taken at a time, so that the clock is looked at between them.
        const UNITS: u64 = 1 << 18;
        // Some sums are added to in the time of one operation on a fraction.
        let each = 2 + (self.sums[0].len() + self.sums[1].len()) / 8;
        let mut left = rounds;
        while left > 0 {
            let rounds = left.min((UNITS / each as u64).max(1));
            meter.spend(rounds as usize * each)?;
            Arch::new().dispatch(Stretch { play: self, rounds });
            self.rounds += rounds;
            left -= rounds;
        }
        Ok(())
    }

    fn counts(&self, player: usize) -> &[u64] {
        &self.counts[player]
    }

    fn regret(&self) -> Rational {
        let all = IBig::from(self.rounds);
        let gain = |at: usize| {
            let (sums, counts) = (&self.sums[at], &self.counts[at]);
            let best = sums.iter().copied().fold(S::BELOW, S::max);
            let sum = |(sum, count): (&S, &u64)| i128::from((*sum).into()) * i128::from(*count);
            let own: i128 = sums.iter().zip(counts).map(sum).sum();
            let gain = IBig::from(best.into()) * &all - IBig::from(own);
            Rational::from_integers(gain, &all * &all * IBig::from(self.units[at]))
        };
        gain(0).max(gain(1))
    }
}
