//! Fictitious play of two players: running sums, and long runs in leaps.
//!
//! The payoff of each action against all past actions of the other is a running sum, to which each
//! round adds one row of payoffs. Runs of the same pair of actions grow long. Each sum is linear along
//! a run, so an action that is the first best response now and after k more rounds of it is so at
//! every round between: a leap of k rounds is tried, taken where both best responses are the same
//! after it, and k is doubled while that works and halved when it does not. A run of k rounds then
//! takes O(log k) passes over the sums, and none of it is rounded.

use std::collections::VecDeque;

use dashu_int::IBig;

use super::accumulator::{Accumulator, Entry};
use super::process::Process;
use crate::linear::lanes;
use crate::solve::{Budget, Exhausted};

/// Rounds of the same pair of actions after which leaps are tried.
const SHORT_RUN: u64 = 4;

/// The length of the first leap.
const FIRST_LEAP: u64 = 4;

/// Runs whose length is remembered.
const REMEMBERED: usize = 64;

/// Sums that are updated between two looks at the clock, about.
const SUMS_BETWEEN_LOOKS: usize = 1 << 18;

/// Two players, their payoffs stored as `P` and added up in `S`.
pub(super) struct Pair<P, S> {
    /// `rows[i]` has for each action of the other a row of player i's payoffs, padded to the length
    /// of `sums[i]`.
    rows: [Vec<P>; 2],
    sums: [Vec<S>; 2],
    /// Where a leap leads.
    after: [Vec<S>; 2],
    counts: [Vec<u64>; 2],
    alternating: bool,
    /// The first best responses to what was played; at first what is played first.
    best: [usize; 2],
    /// The pair played last, and how many rounds in a row.
    last: [usize; 2],
    run: u64,
    /// The lengths of the last runs that have ended.
    runs: VecDeque<u64>,
    /// The length of the next leap, and whether none failed in this run.
    leap: u64,
    rising: bool,
    rounds: u64,
}

impl<P: Entry<S>, S: Accumulator> Pair<P, S> {
    pub(super) fn new(
        rows: [Vec<P>; 2],
        actions: [usize; 2],
        alternating: bool,
        first: [usize; 2],
    ) -> Self {
        let sums = actions.map(|actions| {
            let mut sums = vec![S::zero(); actions];
            sums.resize(actions.next_multiple_of(S::LANES), S::lowest());
            sums
        });
        Pair {
            rows,
            after: sums.clone(),
            sums,
            counts: actions.map(|actions| vec![0; actions]),
            alternating,
            best: first,
            last: first,
            run: 0,
            runs: VecDeque::new(),
            leap: FIRST_LEAP,
            rising: true,
            rounds: 0,
        }
    }

    /// Where a player's payoffs against an action of the other stand.
    #[inline(always)]
    fn row(&self, player: usize, action: usize) -> std::ops::Range<usize> {
        let width = self.sums[player].len();
        action * width..(action + 1) * width
    }

    /// Plays to `until`, or until about `passes` passes over the sums were made.
    #[inline(always)]
    fn play(&mut self, until: u64, passes: usize) {
        for _ in 0..passes {
            if self.rounds >= until {
                return;
            }
            if self.run >= SHORT_RUN && self.leap > 1 {
                self.try_leap(until);
            } else {
                self.play_round();
            }
        }
    }

    #[inline(always)]
    fn play_round(&mut self) {
        let own = self.best[0];
        let row = self.row(1, own);
        let reply = P::add_row(&mut self.sums[1], &self.rows[1][row]);
        // In turn, the second player sees what the first plays in this round.
        let other = if self.alternating { reply } else { self.best[1] };
        let row = self.row(0, other);
        self.best = [P::add_row(&mut self.sums[0], &self.rows[0][row]), reply];
        self.counts[0][own] += 1;
        self.counts[1][other] += 1;
        self.rounds += 1;
        if self.last == [own, other] {
            self.run += 1;
        } else {
            self.last = [own, other];
            self.remember();
            (self.run, self.leap, self.rising) = (1, FIRST_LEAP, true);
        }
    }

    /// Keeps the length of the run that has just ended, of the last ones.
    #[inline(always)]
    fn remember(&mut self) {
        if self.run > 0 {
            if self.runs.len() == REMEMBERED {
                self.runs.pop_front();
            }
            self.runs.push_back(self.run);
        }
    }

    /// Plays the last pair for some rounds more, if it is the one of all of them and of the next.
    #[inline(always)]
    fn try_leap(&mut self, until: u64) {
        let times = self.leap.min(until - self.rounds);
        let stays = self.best == self.last && self.lasts(0, times) && self.lasts(1, times);
        if !stays {
            (self.leap, self.rising) = (times / 2, false);
            return;
        }
        std::mem::swap(&mut self.sums, &mut self.after);
        for player in [0, 1] {
            self.counts[player][self.last[player]] += times;
        }
        self.run += times;
        self.rounds += times;
        if times == self.leap {
            self.leap = if self.rising { self.leap.saturating_mul(2) } else { self.leap / 2 };
        }
    }

    /// Whether a player's action is still his best response after some rounds more of the last pair.
    #[inline(always)]
    fn lasts(&mut self, player: usize, times: u64) -> bool {
        let row = self.row(player, self.last[1 - player]);
        let (row, after) = (&self.rows[player][row], &mut self.after[player]);
        P::leap(&self.sums[player], row, times, after) == self.last[player]
    }
}

impl<P: Entry<S>, S: Accumulator> Process for Pair<P, S> {
    fn play_to(&mut self, round: u64, budget: &Budget) -> Result<(), Exhausted> {
        let size = self.sums[0].len() + self.sums[1].len();
        let passes = (SUMS_BETWEEN_LOOKS / size).max(1);
        while self.rounds < round {
            if self.rounds > 0 {
                budget.check_now(self.rounds)?;
            }
            let until =
                round.min(self.rounds.saturating_add(budget.steps_after(self.rounds).max(1)));
            // Inlined, or it would be compiled for the narrowest processor.
            lanes::widest(
                #[inline(always)]
                || self.play(until, passes),
            );
        }
        Ok(())
    }

    fn rounds(&self) -> u64 {
        self.rounds
    }

    fn runs(&self) -> Vec<u64> {
        self.runs.iter().copied().collect()
    }

    fn counts(&self) -> &[Vec<u64>] {
        &self.counts
    }

    fn sums(&self, player: usize) -> Vec<IBig> {
        let actions = self.counts[player].len();
        self.sums[player][..actions].iter().map(S::to_big).collect()
    }
}
