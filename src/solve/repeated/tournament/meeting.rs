//! Two strategies that meet: how often each of the four outcomes is played.

use std::collections::BTreeMap;

use dashu_base::{BitTest, DivEuclid, Gcd};
use dashu_int::IBig;

use crate::game::{MatchLength, RepeatedStrategy};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

use super::trembling;

/// The pairs of states that are reached, from the first one on.
struct Meeting {
    /// For each pair the probabilities of CC, CD, DC and DD.
    played: Vec<[Rational; 4]>,
    /// For each pair and outcome the pair that follows; its own where the outcome cannot be.
    next: Vec<[usize; 4]>,
}

/// The average shares of CC, CD, DC and DD, the action of the first strategy first.
pub(super) fn shares(
    first: &RepeatedStrategy,
    second: &RepeatedStrategy,
    noise: &Rational,
    length: &MatchLength,
    budget: &Budget,
) -> Result<[Rational; 4], Exhausted> {
    let meeting = Meeting::of(first, second, noise);
    let weights = match length {
        MatchLength::Rounds(rounds) => return meeting.sum(*rounds, budget),
        MatchLength::Average => meeting.averages(),
        MatchLength::Discounted(discount) => meeting.discounted(discount.value()),
    };
    let mut shares = <[Rational; 4]>::default();
    for (weight, played) in weights.iter().zip(&meeting.played) {
        for (share, probability) in shares.iter_mut().zip(played) {
            *share += &(weight * probability);
        }
    }
    Ok(shares)
}

/// What it costs to add up so many rounds, in operations on machine words: the numbers grow with each.
pub(super) fn cost(
    first: &RepeatedStrategy,
    second: &RepeatedStrategy,
    noise: &Rational,
    rounds: u64,
) -> u64 {
    let meeting = Meeting::of(first, second, noise);
    let bits = meeting.common().bit_len() as u64;
    let words = bits.saturating_mul(rounds).saturating_mul(rounds) / 128;
    (4 * meeting.len() as u64).saturating_mul(rounds.saturating_add(words))
}

impl Meeting {
    fn of(first: &RepeatedStrategy, second: &RepeatedStrategy, noise: &Rational) -> Self {
        let mut known: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut order = vec![(first.start, second.start)];
        known.insert(order[0], 0);
        let mut meeting = Meeting { played: Vec::new(), next: Vec::new() };
        let mut at = 0;
        while let Some(&(own, other)) = order.get(at) {
            let one = trembling(&first.states[own].cooperate, noise);
            let two = trembling(&second.states[other].cooperate, noise);
            let (not_one, not_two) = (Rational::ONE - &one, Rational::ONE - &two);
            let played = [&one * &two, &one * &not_two, &not_one * &two, not_one * not_two];
            let mut next = [at; 4];
            for (outcome, probability) in played.iter().enumerate() {
                if probability.is_zero() {
                    continue;
                }
                // The second player sees CD as DC.
                let seen = [0, 2, 1, 3][outcome];
                let pair = (first.states[own].next[outcome], second.states[other].next[seen]);
                let fresh = known.len();
                next[outcome] = *known.entry(pair).or_insert_with(|| {
                    order.push(pair);
                    fresh
                });
            }
            meeting.played.push(played);
            meeting.next.push(next);
            at += 1;
        }
        meeting
    }

    fn len(&self) -> usize {
        self.played.len()
    }

    /// Where a pair leads, with positive probability.
    fn leads(&self, at: usize) -> impl Iterator<Item = (usize, &Rational)> {
        let both = self.next[at].iter().zip(&self.played[at]);
        both.filter(|(_, probability)| !probability.is_zero()).map(|(&to, share)| (to, share))
    }

    /// How often each pair is met on average over all periods.
    fn averages(&self) -> Vec<Rational> {
        let count = self.len();
        let reach = self.reachable();
        // A class is closed where all that is reached leads back.
        let closed: Vec<bool> =
            (0..count).map(|at| (0..count).all(|to| !reach[at][to] || reach[to][at])).collect();
        let visits = self.visits(&closed);
        let mut weights = vec![Rational::ZERO; count];
        let mut done = vec![false; count];
        for at in (0..count).filter(|&at| closed[at]) {
            if done[at] {
                continue;
            }
            let class: Vec<usize> = (0..count).filter(|&to| to == at || reach[at][to]).collect();
            class.iter().for_each(|&member| done[member] = true);
            let ending = if closed[0] {
                Rational::from(u64::from(class.contains(&0)))
            } else {
                visits
                    .iter()
                    .flat_map(|(from, often)| {
                        let into = self.leads(*from).filter(|(to, _)| class.contains(to));
                        into.map(move |(_, share)| often * share)
                    })
                    .sum()
            };
            for (member, share) in class.iter().zip(self.stationary(&class)) {
                weights[*member] = &ending * share;
            }
        }
        weights
    }

    fn reachable(&self) -> Vec<Vec<bool>> {
        let count = self.len();
        let mut reach = vec![vec![false; count]; count];
        for (at, row) in reach.iter_mut().enumerate() {
            let mut open: Vec<usize> = self.leads(at).map(|(to, _)| to).collect();
            while let Some(to) = open.pop() {
                if !std::mem::replace(&mut row[to], true) {
                    open.extend(self.leads(to).map(|(next, _)| next));
                }
            }
        }
        reach
    }

    /// The stationary distribution of a closed class.
    fn stationary(&self, class: &[usize]) -> Vec<Rational> {
        let size = class.len();
        let place = |at: usize| class.iter().position(|&member| member == at);
        // π (M − I) = 0, with the last equation replaced by Σ π = 1.
        let mut rows = vec![vec![Rational::ZERO; size + 1]; size];
        for (column, &member) in class.iter().enumerate() {
            rows[column][column] -= &Rational::ONE;
            for (to, share) in self.leads(member) {
                if let Some(row) = place(to) {
                    rows[row][column] += share;
                }
            }
        }
        if let Some(last) = rows.last_mut() {
            last.fill(Rational::ONE);
        }
        solve(rows)
    }

    /// How often each pair outside closed classes is met, in expectation: ν = e + ν T, with T among these.
    fn visits(&self, closed: &[bool]) -> Vec<(usize, Rational)> {
        if closed[0] {
            return Vec::new();
        }
        // The first pair, from which play starts, comes first.
        let open: Vec<usize> = (0..self.len()).filter(|&at| !closed[at]).collect();
        let place = |at: usize| open.iter().position(|&member| member == at);
        let mut rows = vec![vec![Rational::ZERO; open.len() + 1]; open.len()];
        for (column, &member) in open.iter().enumerate() {
            rows[column][column] += &Rational::ONE;
            for (to, share) in self.leads(member) {
                if let Some(row) = place(to) {
                    rows[row][column] -= share;
                }
            }
        }
        rows[0][open.len()] = Rational::ONE;
        open.into_iter().zip(solve(rows)).collect()
    }

    /// μ = (1 − δ) ν + δ μ M.
    fn discounted(&self, discount: &Rational) -> Vec<Rational> {
        let count = self.len();
        let mut rows = vec![vec![Rational::ZERO; count + 1]; count];
        // Row `to` says what flows into it.
        for (to, row) in rows.iter_mut().enumerate() {
            row[to] += &Rational::ONE;
            for (at, entry) in row.iter_mut().take(count).enumerate() {
                for (_, share) in self.leads(at).filter(|(next, _)| *next == to) {
                    *entry -= &(discount * share);
                }
            }
        }
        rows[0][count] = Rational::ONE - discount;
        solve(rows)
    }

    /// The least common denominator of all probabilities.
    fn common(&self) -> IBig {
        let mut common = IBig::ONE;
        for probability in self.played.iter().flatten() {
            let denominator = probability.denominator();
            let shared = IBig::from((&common).gcd(&denominator));
            common *= denominator.div_euclid(&shared);
        }
        common
    }

    /// Averages over a number of rounds, in whole numbers over powers of a common denominator.
    fn sum(&self, rounds: u64, budget: &Budget) -> Result<[Rational; 4], Exhausted> {
        let common = self.common();
        let whole: Vec<[IBig; 4]> = self
            .played
            .iter()
            .map(|played| {
                [0, 1, 2, 3].map(|at| {
                    played[at].numerator() * (&common).div_euclid(&played[at].denominator())
                })
            })
            .collect();
        let mut weights = vec![IBig::ZERO; self.len()];
        weights[0] = IBig::ONE;
        let mut sums = <[IBig; 4]>::default();
        let mut power = IBig::ONE;
        for round in 0..rounds {
            budget.check_now(round)?;
            let mut next = vec![IBig::ZERO; self.len()];
            for sum in &mut sums {
                *sum *= &common;
            }
            for (at, weight) in weights.iter().enumerate().filter(|(_, one)| **one != IBig::ZERO) {
                for outcome in 0..4 {
                    let part = weight * &whole[at][outcome];
                    sums[outcome] += &part;
                    next[self.next[at][outcome]] += part;
                }
            }
            weights = next;
            power *= &common;
        }
        power *= IBig::from(rounds);
        Ok(sums.map(|sum| Rational::from_integers(sum, power.clone())))
    }
}

/// The solution of a regular linear system, by elimination; the last column is the right-hand side.
fn solve(mut rows: Vec<Vec<Rational>>) -> Vec<Rational> {
    let count = rows.len();
    for pivot in 0..count {
        let Some(found) = (pivot..count).find(|&row| !rows[row][pivot].is_zero()) else { continue };
        rows.swap(pivot, found);
        let inverse = rows[pivot][pivot].recip().unwrap_or_default();
        for entry in &mut rows[pivot] {
            *entry *= &inverse;
        }
        let pivot_row = rows[pivot].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            if at == pivot || row[pivot].is_zero() {
                continue;
            }
            let factor = row[pivot].clone();
            for (entry, by) in row.iter_mut().zip(&pivot_row).skip(pivot) {
                *entry -= &(&factor * by);
            }
        }
    }
    rows.into_iter().map(|row| row[count].clone()).collect()
}
