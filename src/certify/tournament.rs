//! Tournaments of strategies of a repeated 2 × 2 game: the shares of all outcomes, and the relations.
//!
//! *Shares.* With M the chain of two strategies that meet and f the probabilities of an outcome in each of its
//! states, the discounted share is (1 − δ) e (I − δM)⁻¹ f. Faddeev's and `LeVerrier`'s recursion gives
//! it as a quotient of two polynomials of δ (see [`super::resolvent`]); the average over all periods is its limit for δ
//! → 1 (Abel and Cesàro means of a finite chain agree), which is the quotient of the first coefficients of
//! both around 1 that do not vanish together. Sums over rounds are made again in whole numbers.
//!
//! *Relations.* The vector δ p + (1 − δ) `p_0` − (1, 1, 0, 0) of a memory-one strategy is parallel to the stated
//! combination of payoffs; where no relation is stated it is 0 or no combination of them.

use std::collections::HashMap;

use dashu_base::{DivEuclid, Gcd};
use dashu_int::IBig;

use crate::game::{
    MatchLength, NormalForm, PayoffRelation, RepeatedStrategy, Tournament, symmetric_stakes,
};
use crate::num::Rational;

use super::enumeration::rank;
use super::meter::{Limits, Meter};
use super::resolvent::{Coefficients, Resolvent, resolvent};
use super::{Certificate, Completeness, Refutation};

/// Checks all shares of outcomes, and what each strategy is said to enforce.
///
/// Work: for each pair of strategies the fourth power of the number of pairs of states that they reach.
///
/// # Errors
/// A [`Refutation`] that names the strategies.
pub fn certify_tournament(
    game: &NormalForm,
    answer: &Tournament,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let misfit = |what: &str| Refutation::Misfit(what.to_owned());
    let stakes = symmetric_stakes(game, answer.cooperation)
        .ok_or_else(|| misfit("the game is not a symmetric one of two players with two actions"))?;
    if stakes[3] > stakes[0] {
        return Err(misfit("the action that is called to cooperate is worse for both"));
    }
    if answer.noise.is_negative() || answer.noise > Rational::ONE {
        return Err(misfit("the noise is no probability"));
    }
    if answer.length == MatchLength::Rounds(0) {
        return Err(misfit("there are no rounds"));
    }
    let count = answer.strategies.len();
    if answer.strategies.iter().any(|one| !one.is_valid())
        || answer.outcomes.len() != count
        || answer.outcomes.iter().any(|row| row.len() != count)
        || answer.relations.len() != count
    {
        return Err(misfit("the strategies and the tables of results do not fit together"));
    }
    let mut meter = Meter::for_passes(limits);
    for (i, one) in answer.strategies.iter().enumerate() {
        for (j, other) in answer.strategies.iter().enumerate().skip(i) {
            let pair = Pair::of(one, other, &answer.noise);
            let shares = pair.shares(&answer.length, &mut meter)?;
            let [both, first, second, none] = &answer.outcomes[i][j];
            let turned = [both, second, first, none];
            if answer.outcomes[i][j] != shares
                || answer.outcomes[j][i].iter().zip(turned).any(|(one, other)| one != other)
            {
                return Err(Refutation::WrongNumber(format!(
                    "the outcomes of {} against {}",
                    one.name, other.name
                )));
            }
        }
        relation(one, &stakes, answer, answer.relations[i].as_ref())?;
    }
    Ok(Certificate {
        checked: vec![
            "the shares of all outcomes are those of the chains of both strategies, exactly"
                .to_owned(),
            "each relation between payoffs holds against every strategy, and there is none where none is stated".to_owned(),
        ],
        complete: Completeness::NotClaimed,
    })
}

/// The chain of two strategies that meet.
struct Pair {
    /// Probabilities of the four outcomes in each state.
    outcome: Vec<[Rational; 4]>,
    /// The states that follow them.
    to: Vec<[usize; 4]>,
}

impl Pair {
    fn of(one: &RepeatedStrategy, other: &RepeatedStrategy, noise: &Rational) -> Self {
        let chance = |strategy: &RepeatedStrategy, state: usize| {
            let chosen = &strategy.states[state].cooperate;
            chosen * (Rational::ONE - noise) + (Rational::ONE - chosen) * noise
        };
        let mut number: HashMap<[usize; 2], usize> = HashMap::new();
        let mut queue = vec![[one.start, other.start]];
        number.insert(queue[0], 0);
        let (mut outcome, mut to) = (Vec::new(), Vec::new());
        while let Some(&[a, b]) = queue.get(outcome.len()) {
            let (p, q) = (chance(one, a), chance(other, b));
            let mut probabilities = <[Rational; 4]>::default();
            let mut follows = [0; 4];
            for at in 0..4 {
                let (own_defects, other_defects) = (at >= 2, at % 2 == 1);
                let own = if own_defects { Rational::ONE - &p } else { p.clone() };
                let others = if other_defects { Rational::ONE - &q } else { q.clone() };
                probabilities[at] = own * others;
                if probabilities[at].is_zero() {
                    continue;
                }
                let mirrored = usize::from(other_defects) * 2 + usize::from(own_defects);
                let next = [one.states[a].next[at], other.states[b].next[mirrored]];
                follows[at] = *number.entry(next).or_insert_with(|| {
                    queue.push(next);
                    queue.len() - 1
                });
            }
            outcome.push(probabilities);
            to.push(follows);
        }
        Pair { outcome, to }
    }

    fn shares(&self, length: &MatchLength, meter: &mut Meter) -> Result<[Rational; 4], Refutation> {
        if let MatchLength::Rounds(rounds) = length {
            return self.over_rounds(*rounds, meter);
        }
        let (numerators, determinant) = self.quotients(meter)?;
        let value = |polynomial: &[Rational], at: &Rational| {
            polynomial.iter().rev().fold(Rational::ZERO, |sum, one| sum * at + one)
        };
        let lost = || Refutation::Misfit("a chain has no averages".to_owned());
        let mut shares = <[Rational; 4]>::default();
        for (share, numerator) in shares.iter_mut().zip(&numerators) {
            *share = match length {
                MatchLength::Discounted(discount) => {
                    let at = discount.value();
                    ((Rational::ONE - at) * value(numerator, at))
                        .checked_div(&value(&determinant, at))
                        .ok_or_else(lost)?
                }
                _ => {
                    // With δ = 1 − y: y N/D at y = 0.
                    let below = around_one(&determinant);
                    let above = around_one(numerator);
                    let order = below.iter().position(|one| !one.is_zero()).ok_or_else(lost)?;
                    let order = order.checked_sub(1).ok_or_else(lost)?;
                    if above.iter().take(order).any(|one| !one.is_zero()) {
                        return Err(lost());
                    }
                    let top = above.get(order).cloned().unwrap_or_default();
                    top.checked_div(&below[order + 1]).ok_or_else(lost)?
                }
            };
        }
        Ok(shares)
    }

    /// The first row of adj(I − δM) times the probabilities of each outcome, and det(I − δM).
    fn quotients(
        &self,
        meter: &mut Meter,
    ) -> Result<(Vec<Coefficients>, Coefficients), Refutation> {
        let next: Vec<Vec<(usize, &Rational)>> = self
            .outcome
            .iter()
            .zip(&self.to)
            .map(|(played, to)| {
                let both = to.iter().copied().zip(played);
                both.filter(|(_, probability)| !probability.is_zero()).collect()
            })
            .collect();
        let column = |at: usize| self.outcome.iter().map(|played| &played[at]).collect();
        let columns = [0, 1, 2, 3].map(column);
        let Resolvent { numerators, determinant } = resolvent(&next, &columns, 1, meter)?;
        Ok((numerators.into_iter().flatten().collect(), determinant))
    }

    /// Averages over rounds: round by round in whole numbers over powers of one denominator.
    fn over_rounds(&self, rounds: u64, meter: &mut Meter) -> Result<[Rational; 4], Refutation> {
        let mut unit = IBig::ONE;
        for one in self.outcome.iter().flatten() {
            let denominator = one.denominator();
            let divisor = IBig::from((&unit).gcd(&denominator));
            unit *= denominator.div_euclid(&divisor);
        }
        let scaled = |one: &Rational| one.numerator() * (&unit).div_euclid(&one.denominator());
        let whole: Vec<[IBig; 4]> =
            self.outcome.iter().map(|played| [0, 1, 2, 3].map(|at| scaled(&played[at]))).collect();
        let mut now = HashMap::from([(0, IBig::ONE)]);
        let mut sums = <[IBig; 4]>::default();
        let mut scale = IBig::ONE;
        let bits = dashu_base::BitTest::bit_len(&unit);
        for round in 0..rounds {
            let words = 1 + bits * usize::try_from(round).unwrap_or(usize::MAX) / 64;
            meter.spend(now.len().saturating_mul(4).saturating_mul(words))?;
            let mut after: HashMap<usize, IBig> = HashMap::new();
            sums = sums.map(|sum| sum * &unit);
            for (state, share) in &now {
                let played = whole[*state].iter().zip(&self.to[*state]);
                for (sum, (probability, next)) in sums.iter_mut().zip(played) {
                    if *probability == IBig::ZERO {
                        continue;
                    }
                    let part = share * probability;
                    *sum += &part;
                    *after.entry(*next).or_default() += part;
                }
            }
            now = after;
            scale *= &unit;
        }
        scale *= IBig::from(rounds);
        Ok(sums.map(|sum| Rational::from_integers(sum, scale.clone())))
    }
}

/// The coefficients of a polynomial of δ as one of 1 − δ.
fn around_one(polynomial: &[Rational]) -> Vec<Rational> {
    let mut rest = polynomial.to_vec();
    let mut found = Vec::with_capacity(rest.len());
    let mut sign = Rational::ONE;
    while !rest.is_empty() {
        // Divided by δ − 1; the remainder is the value at 1.
        for at in (0..rest.len() - 1).rev() {
            let above = rest[at + 1].clone();
            rest[at] += &above;
        }
        found.push(&rest.remove(0) * &sign);
        sign = -sign;
    }
    found
}

fn relation(
    strategy: &RepeatedStrategy,
    stakes: &[Rational; 4],
    answer: &Tournament,
    stated: Option<&PayoffRelation>,
) -> Result<(), Refutation> {
    let discount = match &answer.length {
        MatchLength::Average => Some(Rational::ONE),
        MatchLength::Discounted(discount) => Some(discount.value().clone()),
        MatchLength::Rounds(_) => None,
    };
    let name = &strategy.name;
    let (Some(after), Some(discount)) = (strategy.as_memory_one(), discount) else {
        return match stated {
            None => Ok(()),
            Some(_) => Err(Refutation::Misfit(format!("{name} enforces no relation here"))),
        };
    };
    let noise = &answer.noise;
    let chance =
        |chosen: &Rational| chosen * (Rational::ONE - noise) + (Rational::ONE - chosen) * noise;
    let start = chance(strategy.first()) * (Rational::ONE - &discount);
    let vector: Vec<Rational> = after
        .iter()
        .enumerate()
        .map(|(at, chosen)| chance(chosen) * &discount + &start - Rational::from(u64::from(at < 2)))
        .collect();
    let turned = [&stakes[0], &stakes[2], &stakes[1], &stakes[3]];
    let Some(PayoffRelation { own, other, constant }) = stated else {
        let rows: Vec<[Rational; 4]> = (0..4)
            .map(|at| [stakes[at].clone(), turned[at].clone(), Rational::ONE, vector[at].clone()])
            .collect();
        let independent = |columns: &[usize]| {
            let of = |row: &[Rational; 4]| columns.iter().map(|&at| row[at].clone()).collect();
            rank(rows.iter().map(of).collect()) == columns.len()
        };
        let none = vector.iter().all(Rational::is_zero)
            || !independent(&[0, 1, 2])
            || independent(&[0, 1, 2, 3]);
        return if none {
            Ok(())
        } else {
            Err(Refutation::Incomplete(format!("the relation that {name} enforces is missing")))
        };
    };
    let normal = *own == Rational::ONE || (own.is_zero() && *other == Rational::ONE);
    let combined: Vec<Rational> =
        (0..4).map(|at| own * &stakes[at] + other * turned[at] + constant).collect();
    let parallel =
        (0..4).all(|a| (0..4).all(|b| &combined[a] * &vector[b] == &combined[b] * &vector[a]));
    if normal
        && parallel
        && vector.iter().any(|one| !one.is_zero())
        && combined.iter().any(|one| !one.is_zero())
    {
        Ok(())
    } else {
        Err(Refutation::WrongNumber(format!("the relation that {name} enforces")))
    }
}
