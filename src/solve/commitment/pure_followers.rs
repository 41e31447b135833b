//! Pure commitment before several followers, who reply by a pure equilibrium among themselves: the one
//! that is best for the leader, or the one that is worst.

use crate::game::answer::{FollowedCommitment, PureBeforeFollowers};
use crate::game::{MixedStrategy, NormalForm};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work, joint};

use super::followers::accept_leader;
use super::stackelberg::CommitmentError;

/// The best actions of a leader to commit to, if the followers reply by the equilibrium in pure
/// strategies that is best for him, and if they reply by the worst one.
///
/// Two players or more. Work: profiles × the sum of the followers' actions. A step of the budget is a
/// profile. Among equally good actions and profiles the first is taken. The answer is `None` when the
/// budget is spent.
///
/// # Errors
/// When the leader is not one of the players, or has nobody who follows him.
pub fn find_pure_commitment_before_followers(
    game: &NormalForm,
    leader: usize,
    budget: &Budget,
) -> Result<Outcome<Option<PureBeforeFollowers>>, CommitmentError> {
    accept_leader(game, leader)?;
    let (answer, status) = match find(game, leader, budget) {
        Ok(answer) => (Some(answer), Status::Solved),
        Err(reason) => (None, Status::Partial(reason)),
    };
    let work = Work { pivots: 0, nodes: game.num_profiles() as u64, rounds: 0 };
    Ok(Outcome { answer, status, method: "enumeration", work, warnings: Vec::new() })
}

fn find(
    game: &NormalForm,
    leader: usize,
    budget: &Budget,
) -> Result<PureBeforeFollowers, Exhausted> {
    let profiles = joint::others(game, leader);
    let is_equilibrium = |index: usize| {
        (0..game.num_players()).filter(|&player| player != leader).all(|follower| {
            let here = game.payoff(follower, index);
            (0..game.num_actions(follower))
                .all(|other| game.payoff(follower, game.deviation(index, follower, other)) <= here)
        })
    };
    let mut steps = 0;
    // Of each choice what the leader gets, the profile, and the least at the action.
    let mut optimistic: Option<(&Rational, usize, &Rational)> = None;
    let mut pessimistic = optimistic;
    for action in 0..game.num_actions(leader) {
        let mut range: Option<[(&Rational, usize); 2]> = None;
        for &base in &profiles {
            steps += 1;
            budget.check(steps)?;
            let index = base + action * game.stride(leader);
            if !is_equilibrium(index) {
                continue;
            }
            let one = (game.payoff(leader, index), index);
            range = Some(match range {
                None => [one, one],
                Some([worst, best]) => [
                    if one.0 < worst.0 { one } else { worst },
                    if one.0 > best.0 { one } else { best },
                ],
            });
        }
        let Some([worst, best]) = range else { continue };
        if optimistic.is_none_or(|(most, ..)| best.0 > most) {
            optimistic = Some((best.0, best.1, worst.0));
        }
        if pessimistic.is_none_or(|(most, ..)| worst.0 > most) {
            pessimistic = Some((worst.0, worst.1, worst.0));
        }
    }
    let followed = |choice: Option<(&Rational, usize, &Rational)>| {
        choice.map(|(_, index, least)| {
            let action = game.action_in(leader, index);
            FollowedCommitment {
                commitment: MixedStrategy::pure(action, game.num_actions(leader)),
                replies: game.deviation(index, leader, 0),
                payoffs: (0..game.num_players()).map(|at| game.payoff(at, index).clone()).collect(),
                least: least.clone(),
            }
        })
    };
    Ok(PureBeforeFollowers {
        leader,
        optimistic: followed(optimistic),
        pessimistic: followed(pessimistic),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::certify::{Limits, Refutation, certify_pure_before_followers};
    use crate::linear::LpMethod;
    use crate::solve::find_commitment_interval;
    use crate::solve::testing::any_game;

    fn solved(game: &NormalForm, leader: usize) -> PureBeforeFollowers {
        let found = find_pure_commitment_before_followers(game, leader, &Budget::unlimited());
        let answer = found.unwrap().answer.unwrap();
        certify_pure_before_followers(game, &answer, &Limits::default()).unwrap();
        answer
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn one_follower_gives_the_interval_of_pure_commitment(
            game in any_game(2..3, 4),
            leader in 0usize..2,
        ) {
            let answer = solved(&game, leader);
            let (lp, budget) = (LpMethod::Auto, Budget::unlimited());
            let interval =
                find_commitment_interval(&game, leader, false, &Rational::new(1, 100), lp, &budget);
            let interval = interval.unwrap().answer.unwrap();
            let value = |one: &Option<FollowedCommitment>| one.as_ref().unwrap().payoffs[leader].clone();
            prop_assert_eq!(value(&answer.optimistic), interval.leader_value);
            prop_assert_eq!(value(&answer.pessimistic), interval.guaranteed.unwrap().value);
        }

        #[test]
        fn doctored_answers_are_refused(game in any_game(3..4, 2), leader in 0usize..3) {
            let answer = solved(&game, leader);
            let refused = |changed: PureBeforeFollowers| -> Option<Refutation> {
                certify_pure_before_followers(&game, &changed, &Limits::default()).err()
            };
            let none = PureBeforeFollowers { pessimistic: None, ..answer.clone() };
            prop_assert_eq!(refused(none).is_some(), answer.pessimistic.is_some());
            if let (Some(best), Some(worst)) = (&answer.optimistic, &answer.pessimistic) {
                prop_assert!(best.payoffs[leader] >= worst.payoffs[leader]);
                let mut more = worst.clone();
                more.payoffs[leader] += &Rational::ONE;
                let more = PureBeforeFollowers { pessimistic: Some(more), ..answer.clone() };
                prop_assert!(refused(more).is_some());
                let mut least = best.clone();
                least.least -= &Rational::ONE;
                let least = PureBeforeFollowers { optimistic: Some(least), ..answer.clone() };
                prop_assert!(refused(least).is_some());
                if best.payoffs[leader] != worst.payoffs[leader] {
                    let both = PureBeforeFollowers { pessimistic: Some(best.clone()), ..answer.clone() };
                    prop_assert!(refused(both).is_some());
                }
            }
        }
    }
}
