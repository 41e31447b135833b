use super::*;
use crate::game::extensive::testing::tree;
use crate::game::extensive::{Beliefs, ReducedForm};
use crate::num::Rational;
use proptest::prelude::*;

/// The gain of every player over his pure strategies in the reduced form: the definition.
fn regret_in_reduced_form(tree: &ExtensiveGame, profile: &[MixedStrategy]) -> Rational {
    let reduced = ReducedForm::of(tree, 1 << 16).unwrap();
    // The probability of a pure strategy is the product over what it does, given that it matters.
    let mixed: Vec<Vec<Rational>> = (0..tree.num_players())
        .map(|player| {
            reduced.strategies[player]
                .iter()
                .map(|strategy| {
                    reduced.sets[player]
                        .iter()
                        .zip(strategy)
                        .filter_map(|(&set, choice)| {
                            choice.map(|a| profile[set].probabilities()[a as usize].clone())
                        })
                        .product()
                })
                .collect()
        })
        .collect();
    let game = &reduced.game;
    let mut worst = Rational::ZERO;
    for player in 0..tree.num_players() {
        let mut by_action = vec![Rational::ZERO; game.num_actions(player)];
        for index in 0..game.num_profiles() {
            let others: Rational = (0..tree.num_players())
                .filter(|&other| other != player)
                .map(|other| mixed[other][game.action_in(other, index)].clone())
                .product();
            by_action[game.action_in(player, index)] += &others * game.payoff(player, index);
        }
        let own: Rational = by_action.iter().zip(&mixed[player]).map(|(v, p)| v * p).sum();
        let best = by_action.into_iter().max().unwrap();
        worst = worst.max(&best - &own);
    }
    worst
}

fn uniform(tree: &ExtensiveGame, weights: &[u8]) -> Vec<MixedStrategy> {
    tree.information_sets()
        .iter()
        .enumerate()
        .map(|(at, set)| {
            let weights: Vec<Rational> = (0..set.actions.len())
                .map(|a| Rational::from(i64::from(weights[(at + 3 * a) % weights.len()] % 4)))
                .collect();
            MixedStrategy::from_weights(&weights)
                .unwrap_or_else(|_| MixedStrategy::pure(0, set.actions.len()))
        })
        .collect()
}

fn payoffs_of(tree: &ExtensiveGame, profile: &[MixedStrategy]) -> Vec<Rational> {
    let mut values = Values::new(tree);
    let mut meter = Meter::for_passes(&Limits::default());
    values.evaluate(tree, &Blocks::whole(tree), 0, profile, &mut meter).unwrap();
    values.of[0].clone()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_regret_of_behaviour_is_that_of_the_reduced_form(
        players in 1usize..4,
        moves in proptest::collection::vec(any::<(u8, u8)>(), 1..16),
        weights in proptest::collection::vec(any::<u8>(), 7),
    ) {
        let tree = tree(players, &moves, false);
        prop_assume!(ReducedForm::of(&tree, 1 << 12).is_ok());
        let profile = uniform(&tree, &weights);
        let payoffs = payoffs_of(&tree, &profile);
        let regret = regret_in_reduced_form(&tree, &profile);
        let limits = Limits::default();
        prop_assert_eq!(certify_behavior(&tree, &profile, &payoffs, &regret, &limits), Ok(()));
        let less = &regret - &Rational::new(1, 1_000_000);
        prop_assert!(certify_behavior(&tree, &profile, &payoffs, &less, &limits).is_err());
        let mut wrong = payoffs.clone();
        wrong[0] += Rational::ONE;
        prop_assert!(certify_behavior(&tree, &profile, &wrong, &regret, &limits).is_err());
    }
}

/// A chooses in or out; after in, B chooses.
fn entry() -> ExtensiveGame {
    let text = r#"EFG 2 R "" { "A" "B" } ""
        p "" 1 1 "" { "in" "out" } 0
        p "" 2 1 "" { "fight" "yield" } 0
        t "" 1 "" { 0 0 } t "" 2 "" { 2 2 } t "" 3 "" { 1 5 }"#;
    match crate::gambit::read("x", text, None).unwrap().game {
        crate::gambit::Game::Extensive(game) => game,
        crate::gambit::Game::Strategic(_) => panic!(),
    }
}

fn stated(
    actions: [usize; 2],
    payoffs: [i64; 2],
    beliefs: Beliefs,
    scope: TreeScope,
) -> TreeAnswer {
    TreeAnswer {
        list: vec![BehaviorEquilibrium {
            profile: actions.iter().map(|&a| MixedStrategy::pure(a, 2)).collect(),
            payoffs: payoffs.iter().map(|&x| Rational::from(x)).collect(),
            regret: Rational::ZERO,
            beliefs,
        }],
        scope,
    }
}

#[test]
fn an_empty_threat_is_nash_and_not_perfect() {
    let tree = entry();
    let check = |answer: &TreeAnswer| certify_tree(&tree, answer, &Limits::default());
    let sure = || Some(vec![Rational::ONE]);
    assert!(check(&stated([1, 0], [1, 5], vec![sure(), None], TreeScope::SomeNash)).is_ok());
    let refutation =
        check(&stated([1, 0], [1, 5], vec![sure(), None], TreeScope::SomeSubgamePerfect));
    assert!(
        matches!(refutation, Err(Refutation::Deviation(ref text)) if text.contains("after `in`"))
    );
    let right = stated([0, 1], [2, 2], vec![sure(), sure()], TreeScope::AllPureSubgamePerfect);
    assert!(check(&right).unwrap().complete.is_proved());
    // Beliefs where play does not lead, missing ones, wrong numbers, wrong lists.
    for (beliefs, payoffs) in [
        (vec![sure(), None], [2, 2]),
        (vec![sure()], [2, 2]),
        (vec![sure(), Some(vec![Rational::new(1, 2)])], [2, 2]),
        (vec![sure(), sure()], [2, 3]),
    ] {
        assert!(check(&stated([0, 1], payoffs, beliefs, TreeScope::SomeSubgamePerfect)).is_err());
    }
    let empty = TreeAnswer { list: vec![], scope: TreeScope::AllPureSubgamePerfect };
    assert!(matches!(check(&empty), Err(Refutation::Incomplete(_))));
    let mut twice = right.clone();
    twice.list.push(right.list[0].clone());
    assert!(matches!(check(&twice), Err(Refutation::WrongList(_))));
    let mut short = right;
    short.list[0].profile.pop();
    assert!(matches!(check(&short), Err(Refutation::Misfit(_))));
}
