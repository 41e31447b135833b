use proptest::prelude::*;

use super::*;
use crate::linear::{LinearProgram, Relation, Solution, simplex};
use crate::solve::testing::{any_game, game};

fn eliminated(game: &NormalForm) -> Dominance {
    let outcome = eliminate_strictly_dominated(game, LpMethod::Auto, &Budget::unlimited());
    outcome.answer.unwrap()
}

fn expected(game: &NormalForm, player: usize, mixture: &[Rational], base: usize) -> Rational {
    let stride = game.stride(player);
    mixture.iter().enumerate().map(|(a, x)| x * game.payoff(player, base + a * stride)).sum()
}

/// The profiles of the others, each with action 0 of the player, that use only these actions.
fn joint_within(game: &NormalForm, player: usize, left: &[Vec<usize>]) -> Vec<usize> {
    let within = |&base: &usize| {
        (0..game.num_players())
            .all(|other| other == player || left[other].contains(&game.action_in(other, base)))
    };
    joint::others(game, player).into_iter().filter(within).collect()
}

/// Panics unless every elimination and every belief is right by the definitions.
fn assert_right(game: &NormalForm, dominance: &Dominance) {
    let mut left: Vec<Vec<usize>> =
        game.shape().into_iter().map(|actions| (0..actions).collect()).collect();
    let last = dominance.eliminations.iter().map(|gone| gone.round).max().unwrap_or(0);
    for round in 1..=last {
        let before = left.clone();
        for gone in dominance.eliminations.iter().filter(|gone| gone.round == round) {
            assert!(left[gone.player].contains(&gone.action));
            for base in joint_within(game, gone.player, &before) {
                let better = expected(game, gone.player, gone.dominated_by.probabilities(), base);
                let own = base + gone.action * game.stride(gone.player);
                assert!(better > *game.payoff(gone.player, own));
            }
            left[gone.player].retain(|&action| action != gone.action);
        }
    }
    assert_eq!(left, dominance.survivors);
    for player in 0..game.num_players() {
        let joint = joint_within(game, player, &left);
        for (&action, belief) in left[player].iter().zip(&dominance.beliefs[player]) {
            assert_eq!(belief.iter().sum::<Rational>(), Rational::ONE);
            assert!(belief.iter().all(|p| !p.is_negative()));
            let value = |action: usize| -> Rational {
                let at = |base: usize| game.payoff(player, base + action * game.stride(player));
                joint.iter().zip(belief).map(|(&base, p)| p * at(base)).sum()
            };
            let own = value(action);
            assert!((0..game.num_actions(player)).all(|other| value(other) <= own));
        }
    }
}

#[test]
fn mixture_dominates_where_no_pure_action_does() {
    // Fudenberg & Tirole (1991), section 1.1.2: D is dominated by half U and half M.
    let game =
        NormalForm::from_integers(&[&[2, -1], &[-1, 2], &[0, 0]], &[&[0, 0], &[0, 0], &[0, 0]]);
    let dominance = eliminated(&game);
    assert_right(&game, &dominance);
    assert_eq!(dominance.survivors, [vec![0, 1], vec![0, 1]]);
    assert_eq!(dominance.eliminations[0].action, 2);
    assert_eq!(dominance.eliminations[0].dominated_by.probabilities()[0], Rational::new(1, 2));
}

#[test]
fn rounds_are_counted() {
    // Gibbons (1992), figure 1.1.1: Right, then Down, then Left.
    let game = NormalForm::from_integers(&[&[1, 1, 0], &[0, 0, 2]], &[&[0, 2, 1], &[3, 1, 0]]);
    let dominance = eliminated(&game);
    assert_right(&game, &dominance);
    let order: Vec<_> =
        dominance.eliminations.iter().map(|gone| (gone.round, gone.player, gone.action)).collect();
    assert_eq!(order, [(1, 1, 2), (2, 0, 1), (3, 1, 0)]);
}

#[test]
fn belief_of_a_survivor_may_have_to_be_correlated() {
    // After Osborne & Rubinstein (1994), figure 58.1: M₂ is a best response to a correlated belief
    // only, and survives. Player 2 chooses the matrix; payoffs of all are his.
    let matrices = [[8, 0, 0, 0], [4, 0, 0, 4], [0, 0, 0, 8], [3, 3, 3, 3]];
    let table: Vec<i64> =
        (0..4).flat_map(|joint| matrices.iter().map(move |matrix| matrix[joint])).collect();
    let game = game(&[2, 2, 4], &vec![table; 3]);
    let dominance = eliminated(&game);
    assert_right(&game, &dominance);
    assert_eq!(dominance.survivors, [vec![0, 1], vec![0, 1], vec![0, 1, 2, 3]]);
    let half = Rational::new(1, 2);
    assert_eq!(dominance.beliefs[2][1], [half.clone(), Rational::ZERO, Rational::ZERO, half]);
}

#[test]
fn a_spent_budget_is_a_status() {
    let game =
        NormalForm::from_integers(&[&[2, -1], &[-1, 2], &[0, 0]], &[&[0, 0], &[0, 0], &[0, 0]]);
    let budget = Budget::unlimited().with_steps(0);
    let outcome = eliminate_strictly_dominated(&game, LpMethod::Auto, &budget);
    assert!(outcome.answer.is_none());
    assert_eq!(outcome.status, crate::solve::Status::Partial(Exhausted::Steps));
}

/// Whether an action is dominated within these actions, by a program posed differently: maximise ε
/// subject to Σ x_a u(a, s) − ε ≥ u(d, s) for all s, Σ x = 1, ε free.
fn dominated(game: &NormalForm, player: usize, action: usize, left: &[Vec<usize>]) -> bool {
    let own = &left[player];
    let mut objective = vec![Rational::ZERO; own.len()];
    objective.push(Rational::ONE);
    let mut program = LinearProgram::maximize(objective);
    program.set_free(own.len());
    let payoff = |action: usize, base: usize| {
        game.payoff(player, base + action * game.stride(player)).clone()
    };
    for base in joint_within(game, player, left) {
        let row = own.iter().enumerate().map(|(at, &other)| (at, payoff(other, base)));
        let row = row.chain([(own.len(), -Rational::ONE)]);
        program.constrain(row, Relation::AtLeast, payoff(action, base));
    }
    let total = (0..own.len()).map(|at| (at, Rational::ONE));
    program.constrain(total, Relation::Equal, Rational::ONE);
    match simplex::solve(&program, None, &|_| true).unwrap().solution {
        Solution::Optimal(optimum) => optimum.value.is_positive(),
        other => panic!("{other:?}"),
    }
}

/// The survivors when actions go one at a time, the last of the last player first.
fn survivors_one_by_one(game: &NormalForm) -> Vec<Vec<usize>> {
    let mut left: Vec<Vec<usize>> =
        game.shape().into_iter().map(|actions| (0..actions).collect()).collect();
    'again: loop {
        for player in (0..left.len()).rev() {
            for at in (0..left[player].len()).rev() {
                if dominated(game, player, left[player][at], &left) {
                    left[player].remove(at);
                    continue 'again;
                }
            }
        }
        return left;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn survivors_do_not_depend_on_the_order(game in any_game(1..4, 4)) {
        let dominance = eliminated(&game);
        assert_right(&game, &dominance);
        prop_assert_eq!(dominance.survivors, survivors_one_by_one(&game));
    }
}
