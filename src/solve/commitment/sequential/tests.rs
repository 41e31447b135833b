use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, certify_sequential};
use crate::linear::LpMethod;
use crate::solve::find_commitment_interval;
use crate::solve::testing::{any_game, game};

fn solved(game: &NormalForm, order: &[usize]) -> SequentialCommitment {
    let found = find_sequential_commitment(game, order, &Budget::unlimited());
    let answer = found.unwrap().answer.unwrap();
    certify_sequential(game, &answer, &Limits::default()).unwrap();
    answer
}

/// The game of three players of Conitzer & Sandholm (2006), section 2.2: the first player chooses the
/// matrix, the second the row, the third the column.
fn published() -> NormalForm {
    let cells = [
        [0, 1, 1, 1, 1, 0, 1, 0, 1, 2, 1, 1, 3, 0, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 3, 3, 0],
        [3, 3, 0, 0, 2, 0, 3, 0, 1, 4, 4, 2, 0, 0, 2, 0, 0, 0, 0, 5, 1, 0, 0, 0, 3, 0, 0],
    ];
    let payoffs: Vec<Vec<i64>> =
        (0..3).map(|player| cells.concat().into_iter().skip(player).step_by(3).collect()).collect();
    game(&[2, 3, 3], &payoffs)
}

#[test]
fn the_published_game_of_three_ends_in_left_middle_left() {
    let game = published();
    let answer = solved(&game, &[0, 1, 2]);
    assert_eq!(game.profile(answer.favourable.profile), [0, 1, 0]);
    assert_eq!(answer.favourable.payoffs, [2, 1, 1].map(Rational::from));
    // The authors note that Right, Middle, Left is better for all, and it is not reached.
    assert!(!answer.outcomes.contains(&game.profile_index(&[1, 1, 0])));
    // With ties broken against him the first player can count on less.
    assert!(answer.least[0] < Rational::from(2));
    assert_eq!(answer.adverse.payoffs[0], answer.least[0]);
}

#[test]
fn an_order_that_leaves_somebody_out_is_refused() {
    let game = published();
    for order in [&[0, 1][..], &[0, 1, 1], &[0, 1, 3], &[]] {
        let refused = find_sequential_commitment(&game, order, &Budget::unlimited());
        assert_eq!(refused.unwrap_err(), CommitmentError::Order(3));
    }
}

#[test]
fn a_spent_budget_is_said() {
    let budget = Budget::unlimited().with_steps(3);
    let found = find_sequential_commitment(&published(), &[0, 1, 2], &budget).unwrap();
    assert_eq!(found.status, Status::Partial(Exhausted::Steps));
    assert_eq!(found.answer, None);
}

/// The outcomes of all subgame-perfect equilibria, by trying every strategy: an action of each player
/// after each history of those before him.
fn by_trying_all(game: &NormalForm, order: &[usize]) -> BTreeSet<usize> {
    let sizes: Vec<usize> = order.iter().map(|&player| game.num_actions(player)).collect();
    // Histories are numbered by their first player's action first; those of each length in turn.
    let lengths: Vec<usize> =
        (0..order.len()).map(|depth| sizes[..depth].iter().product()).collect();
    let nodes: Vec<(usize, usize)> =
        (0..order.len()).flat_map(|depth| (0..lengths[depth]).map(move |at| (depth, at))).collect();
    let at = |depth: usize, history: usize| lengths[..depth].iter().sum::<usize>() + history;
    let mut plan = vec![0; nodes.len()];
    let mut outcomes = BTreeSet::new();
    // Where play ends from a history on.
    let ends = |plan: &[usize], depth: usize, history: usize| {
        let mut history = history;
        for next in depth..order.len() {
            history = history * sizes[next] + plan[at(next, history)];
        }
        let mut profile = vec![0; order.len()];
        for next in (0..order.len()).rev() {
            profile[order[next]] = history % sizes[next];
            history /= sizes[next];
        }
        game.profile_index(&profile)
    };
    loop {
        let is_perfect = nodes.iter().all(|&(depth, history)| {
            let player = order[depth];
            let here = game.payoff(player, ends(&plan, depth, history));
            (0..sizes[depth]).all(|action| {
                let there = ends(&plan, depth + 1, history * sizes[depth] + action);
                game.payoff(player, there) <= here
            })
        });
        if is_perfect {
            outcomes.insert(ends(&plan, 0, 0));
        }
        let Some(next) = (0..nodes.len()).find(|&node| plan[node] + 1 < sizes[nodes[node].0])
        else {
            return outcomes;
        };
        plan[next] += 1;
        plan[..next].fill(0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn outcomes_are_those_of_all_subgame_perfect_equilibria(
        game in any_game(3..4, 2),
        order in Just(vec![0, 1, 2]).prop_shuffle(),
    ) {
        let answer = solved(&game, &order);
        let outcomes: BTreeSet<usize> = answer.outcomes.iter().copied().collect();
        prop_assert_eq!(&outcomes, &by_trying_all(&game, &order));
        for course in [&answer.favourable, &answer.adverse] {
            prop_assert!(outcomes.contains(&course.profile));
        }
    }

    #[test]
    fn two_players_are_a_leader_and_a_follower(game in any_game(2..3, 4), leader in 0usize..2) {
        let answer = solved(&game, &[leader, 1 - leader]);
        let epsilon = Rational::new(1, 100);
        let (lp, budget) = (LpMethod::Auto, Budget::unlimited());
        let interval = find_commitment_interval(&game, leader, false, &epsilon, lp, &budget);
        let interval = interval.unwrap().answer.unwrap();
        prop_assert_eq!(&answer.favourable.payoffs[leader], &interval.leader_value);
        prop_assert_eq!(&answer.most[leader], &interval.leader_value);
        let guaranteed = interval.guaranteed.unwrap().value;
        prop_assert_eq!(&answer.adverse.payoffs[leader], &guaranteed);
        prop_assert_eq!(&answer.least[leader], &guaranteed);
    }
}
