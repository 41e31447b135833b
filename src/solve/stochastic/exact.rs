//! Values of policies in rationals.

use dashu_int::IBig;

use crate::game::stochastic::StochasticGame;
use crate::linear::{coprime_integers, solve_square_with_denominator};
use crate::num::Rational;

/// Improvements of a choice after which it is given up.
const MOST_CHANGES: usize = 200;

/// The values and choices that settle a decision problem.
#[derive(Debug, Clone)]
pub(super) struct Settled {
    pub(super) values: Vec<Rational>,
    pub(super) choice: Vec<usize>,
}

/// A game, with what is often asked of it.
pub(super) struct Exact<'a> {
    game: &'a StochasticGame,
    now: Rational,
    later: &'a Rational,
}

impl<'a> Exact<'a> {
    pub(super) fn new(game: &'a StochasticGame) -> Self {
        Exact::with_discount(game, game.discount().value())
    }

    /// The game with another discount factor.
    pub(super) fn with_discount(game: &'a StochasticGame, later: &'a Rational) -> Self {
        Exact { game, now: Rational::ONE - later, later }
    }

    fn payoff(&self, player: Option<usize>, state: usize, profile: usize) -> Rational {
        let stage = &self.game.states()[state].stage;
        match player {
            Some(player) => stage.payoff(player, profile).clone(),
            None => (0..stage.num_players()).map(|player| stage.payoff(player, profile)).sum(),
        }
    }

    /// (1 − δ) times the payoff plus δ times what is expected to follow; of all players together when
    /// none is named.
    pub(super) fn total(
        &self,
        player: Option<usize>,
        state: usize,
        profile: usize,
        values: &[Rational],
    ) -> Rational {
        let next = &self.game.states()[state].transitions[profile];
        let expected: Rational = next.iter().map(|(to, p)| p * &values[*to]).sum();
        &self.now * self.payoff(player, state, profile) + self.later * expected
    }

    /// The profile that a player makes of one by his best action, and what it gives him.
    pub(super) fn best(
        &self,
        player: usize,
        state: usize,
        profile: usize,
        values: &[Rational],
    ) -> (usize, Rational) {
        let stage = &self.game.states()[state].stage;
        let mut best: Option<(usize, Rational)> = None;
        for action in 0..stage.num_actions(player) {
            let at = stage.deviation(profile, player, action);
            let total = self.total(Some(player), state, at, values);
            if best.as_ref().is_none_or(|(_, most)| total > *most) {
                best = Some((at, total));
            }
        }
        best.unwrap_or((profile, Rational::ZERO))
    }

    /// How much more a profile gives together than what the players get by their best deviations:
    /// it can be enforced where this is not negative.
    pub(super) fn slack(
        &self,
        state: usize,
        profile: usize,
        joint: &[Rational],
        worst: &[Vec<Rational>],
    ) -> Rational {
        let temptation: Rational = worst
            .iter()
            .enumerate()
            .map(|(player, values)| self.best(player, state, profile, values).1)
            .sum();
        self.total(None, state, profile, joint) - temptation
    }

    /// The values when in each state one profile is played for ever.
    fn values(&self, player: Option<usize>, played: &[usize]) -> Option<Vec<Rational>> {
        let count = played.len();
        if self.later.is_zero() {
            let now = played.iter().enumerate();
            return Some(now.map(|(state, &at)| self.payoff(player, state, at)).collect());
        }
        let (mut matrix, mut right) =
            (Vec::with_capacity(count * count), Vec::with_capacity(count));
        for (state, &profile) in played.iter().enumerate() {
            let mut row = vec![Rational::ZERO; count + 1];
            row[state] = Rational::ONE;
            for (to, p) in &self.game.states()[state].transitions[profile] {
                row[*to] = &row[*to] - self.later * p;
            }
            row[count] = &self.now * self.payoff(player, state, profile);
            let (mut integers, _): (Vec<IBig>, _) = coprime_integers(row.iter());
            right.push(integers.pop()?);
            matrix.append(&mut integers);
        }
        let (numerators, denominator) = solve_square_with_denominator(matrix, &right)?;
        Some(
            numerators
                .into_iter()
                .map(|numerator| Rational::from_integers(numerator, denominator.clone()))
                .collect(),
        )
    }

    /// The largest joint payoffs over the profiles that are left, from a choice that is nearly best.
    pub(super) fn most(&self, left: &[Vec<usize>], choice: &[usize]) -> Option<Settled> {
        let mut choice = choice.to_vec();
        for _ in 0..MOST_CHANGES {
            let values = self.values(None, &choice)?;
            let mut changed = false;
            for (state, profiles) in left.iter().enumerate() {
                let mut best = values[state].clone();
                for &profile in profiles {
                    let total = self.total(None, state, profile, &values);
                    if total > best {
                        (best, choice[state], changed) = (total, profile, true);
                    }
                }
            }
            if !changed {
                return Some(Settled { values, choice });
            }
        }
        None
    }

    /// The least payoffs to which the others can hold a player by the profiles that are left, from a
    /// choice that is nearly worst.
    pub(super) fn least(
        &self,
        player: usize,
        left: &[Vec<usize>],
        choice: &[usize],
        about: &[f64],
    ) -> Option<Settled> {
        let mut choice = choice.to_vec();
        let mut values: Vec<Rational> =
            about.iter().map(|&value| Rational::from_f64_exactly(value)).collect::<Option<_>>()?;
        let reply = |choice: &[usize], values: &[Rational]| -> Vec<usize> {
            let best = |(state, &profile)| self.best(player, state, profile, values).0;
            choice.iter().enumerate().map(best).collect()
        };
        let mut played = reply(&choice, &values);
        for _ in 0..MOST_CHANGES {
            values = self.values(Some(player), &played)?;
            let again = reply(&choice, &values);
            let better = |state: usize| {
                self.total(Some(player), state, again[state], &values) > values[state]
            };
            if (0..again.len()).any(better) {
                played = again;
                continue;
            }
            let mut changed = false;
            for (state, profiles) in left.iter().enumerate() {
                let mut least = values[state].clone();
                for &profile in profiles {
                    let (at, total) = self.best(player, state, profile, &values);
                    if total < least {
                        (least, choice[state], played[state], changed) = (total, profile, at, true);
                    }
                }
            }
            if !changed {
                return Some(Settled { values, choice });
            }
        }
        None
    }
}
