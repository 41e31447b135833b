//! Pure equilibria of a game with any number of players.
//!
//! A pure profile is a Nash equilibrium when no player gains by another action. Every player's
//! table is passed over once: for each profile of the others the greatest payoff is found, and the
//! profiles below it are struck out. What is left at the end are the equilibria.

use crate::game::NormalForm;
use crate::game::answer::{Equilibria, Equilibrium, Scope};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

/// The greatest number of probabilities that a list of equilibria may hold in all; a game in which
/// everything is an equilibrium is listed in part.
pub(super) const MOST_PROBABILITIES: usize = 1 << 22;

/// How many profiles of the others are compared at a time.
const TILE: usize = 4096;

/// All pure equilibria, in the order of their profile indices.
///
/// Work: one or two comparisons for each player and pure profile; a step of the budget is a tile
/// of at most 4096 profiles of the others. The status is `None` when it is proved that there is no
/// pure equilibrium, and `Partial` when a limit was reached: time, or the number of equilibria
/// that fit in memory (2²² probabilities in all).
#[must_use]
pub fn enumerate_pure_equilibria(game: &NormalForm, budget: &Budget) -> Outcome<Equilibria> {
    enumerate_at_most(game, budget, MOST_PROBABILITIES)
}

/// The first pure equilibrium, if there is one: as [`enumerate_pure_equilibria`], with a list of at
/// most one, and `Solved` when it has one.
pub(in crate::solve) fn find_pure_equilibrium(
    game: &NormalForm,
    budget: &Budget,
) -> Outcome<Equilibria> {
    let mut found = enumerate_at_most(game, budget, 1);
    if !found.answer.list.is_empty() {
        found.status = Status::Solved;
        found.answer.scope = Scope::Some;
        found.warnings.clear();
    }
    found
}

fn enumerate_at_most(
    game: &NormalForm,
    budget: &Budget,
    probabilities: usize,
) -> Outcome<Equilibria> {
    let mut stable = vec![true; game.num_profiles()];
    let mut steps = 0;
    for player in 0..game.num_players() {
        let payoffs = game.payoffs(player);
        let shape = (game.num_actions(player), game.stride(player));
        let integers: Option<Vec<i64>> = payoffs
            .iter()
            .map(|payoff| payoff.as_small().filter(|&(_, q)| q == 1).map(|(p, _)| p))
            .collect();
        let struck = match integers {
            Some(integers) => strike_out(&integers, shape, &mut stable, budget, &mut steps),
            None => strike_out(payoffs, shape, &mut stable, budget, &mut steps),
        };
        if let Err(reason) = struck {
            // Nothing is an equilibrium before every player was asked.
            return outcome(Vec::new(), Status::Partial(reason), steps);
        }
    }
    let width: usize = game.shape().iter().sum();
    let most = (probabilities / width).max(1);
    let mut found = stable.iter().enumerate().filter(|&(_, &stable)| stable).map(|(at, _)| at);
    let list: Vec<Equilibrium> = found
        .by_ref()
        .take(most)
        .map(|index| Equilibrium {
            profile: game.pure_profile(&game.profile(index)),
            payoffs: (0..game.num_players()).map(|i| game.payoff(i, index).clone()).collect(),
            regret: Rational::ZERO,
        })
        .collect();
    let status = match (list.len(), found.next()) {
        (_, Some(_)) => Status::Partial(Exhausted::Steps),
        (0, None) => Status::None,
        _ => Status::Solved,
    };
    outcome(list, status, steps)
}

fn outcome(list: Vec<Equilibrium>, status: Status, steps: u64) -> Outcome<Equilibria> {
    let scope = if matches!(status, Status::Partial(_)) { Scope::Some } else { Scope::AllPure };
    let mut warnings = Vec::new();
    if scope == Scope::Some && !list.is_empty() {
        warnings.push(format!(
            "only the first {} pure equilibria are listed: there are more than fit in memory",
            list.len()
        ));
    }
    Outcome {
        answer: Equilibria { list, scope, components: None, proof: None },
        status,
        method: "best-response",
        work: Work { rounds: steps, ..Work::default() },
        warnings,
    }
}

/// Marks as not stable the profiles in which one player has a better action. His `actions` lie
/// `stride` profiles apart.
fn strike_out<T: Ord>(
    payoffs: &[T],
    (actions, stride): (usize, usize),
    stable: &mut [bool],
    budget: &Budget,
    steps: &mut u64,
) -> Result<(), Exhausted> {
    if actions == 1 {
        return Ok(());
    }
    let mut best: Vec<&T> = Vec::with_capacity(TILE.min(stride));
    let block = stride * actions;
    for (payoffs, stable) in payoffs.chunks_exact(block).zip(stable.chunks_exact_mut(block)) {
        for from in (0..stride).step_by(TILE) {
            budget.check(*steps)?;
            *steps += 1;
            let to = stride.min(from + TILE);
            best.clear();
            best.extend(&payoffs[from..to]);
            for action in 1..actions {
                let row = &payoffs[action * stride..][from..to];
                for (best, payoff) in best.iter_mut().zip(row) {
                    if payoff > *best {
                        *best = payoff;
                    }
                }
            }
            for action in 0..actions {
                let row = action * stride;
                for (at, best) in best.iter().enumerate() {
                    stable[row + from + at] &= payoffs[row + from + at] == **best;
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::game::Player;

    fn profiles(game: &NormalForm) -> Vec<Vec<usize>> {
        let outcome = enumerate_pure_equilibria(game, &Budget::unlimited());
        outcome
            .answer
            .list
            .iter()
            .map(|found| found.profile.iter().map(|s| s.as_pure().unwrap()).collect())
            .collect()
    }

    #[test]
    fn the_prisoners_dilemma_has_one_and_matching_pennies_none() {
        let dilemma = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
        assert_eq!(profiles(&dilemma), [[1, 1]]);
        let pennies = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
        let none = enumerate_pure_equilibria(&pennies, &Budget::unlimited());
        assert_eq!((none.status, none.answer.scope), (Status::None, Scope::AllPure));
    }

    #[test]
    fn a_game_of_indifference_is_listed_within_the_memory() {
        let players: Vec<Player> = (0..6).map(|k| Player::new(k.to_string(), ["a", "b"])).collect();
        let game = NormalForm::new(players, vec![vec![Rational::ZERO; 1 << 6]; 6]).unwrap();
        let some = enumerate_at_most(&game, &Budget::unlimited(), 120);
        assert_eq!(some.status, Status::Partial(Exhausted::Steps));
        assert_eq!((some.answer.scope, some.answer.list.len()), (Scope::Some, 10));
        assert_eq!(some.warnings.len(), 1);
        let all = enumerate_at_most(&game, &Budget::unlimited(), 64 * 12);
        assert_eq!((all.answer.scope, all.answer.list.len()), (Scope::AllPure, 64));
    }

    proptest! {
        #[test]
        fn pure_equilibria_are_those_without_a_gain_from_deviation(
            shape in prop::collection::vec(1..4usize, 1..5),
            seed in prop::collection::vec(-2..3i64, 4 * 81),
            thirds in any::<bool>(),
        ) {
            let players: Vec<Player> = shape
                .iter()
                .enumerate()
                .map(|(k, &count)| Player::new(k.to_string(), (0..count).map(|a| a.to_string())))
                .collect();
            let size: usize = shape.iter().product();
            let payoffs: Vec<Vec<Rational>> = (0..shape.len())
                .map(|k| {
                    seed[81 * k..][..size]
                        .iter()
                        .map(|&x| Rational::new(x, if thirds { 3 } else { 1 }))
                        .collect()
                })
                .collect();
            let game = NormalForm::new(players, payoffs).unwrap();
            let expected: Vec<Vec<usize>> = (0..size)
                .filter(|&index| {
                    (0..shape.len()).all(|k| {
                        (0..shape[k]).all(|action| {
                            game.payoff(k, game.deviation(index, k, action))
                                <= game.payoff(k, index)
                        })
                    })
                })
                .map(|index| game.profile(index))
                .collect();
            prop_assert_eq!(profiles(&game), expected);
        }
    }
}
