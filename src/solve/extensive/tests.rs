use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, certify_tree};
use crate::gambit::{Game, read};
use crate::game::ExtensiveGame;
use crate::game::extensive::testing::any_tree;
use crate::game::extensive::{ReducedForm, TreeAnswer};
use crate::linear::LpMethod;
use crate::num::Rational;
use crate::solve::{Budget, Outcome, Status, solve_minimax};

fn efg(text: &str) -> ExtensiveGame {
    match read("test.efg", text, None).unwrap().game {
        Game::Extensive(game) => game,
        Game::Strategic(_) => panic!("no tree"),
    }
}

fn certified(tree: &ExtensiveGame, found: &Outcome<TreeAnswer>) -> crate::certify::Certificate {
    match certify_tree(tree, &found.answer, &Limits::default()) {
        Ok(certificate) => certificate,
        Err(refutation) => panic!("{refutation}\n{tree:?}\n{:?}", found.answer),
    }
}

/// One-card poker (Myerson 1991, section 2.1): the first player bluffs with probability 1/3.
const POKER: &str = r#"EFG 2 R "" { "A" "B" } ""
c "" 1 "" { "red" 1/2 "black" 1/2 } 0
p "" 1 1 "" { "raise" "fold" } 0
p "" 2 1 "" { "meet" "pass" } 0
t "" 1 "" { 2, -2 } t "" 2 "" { 1, -1 } t "" 2
p "" 1 2 "" { "raise" "fold" } 0
p "" 2 1 0
t "" 3 "" { -2, 2 } t "" 2 t "" 4 "" { -1, 1 }"#;

#[test]
fn the_poker_player_bluffs_once_in_three_and_is_met_twice_in_three() {
    let tree = efg(POKER);
    let found = find_nash_by_sequence_form(&tree, &Budget::unlimited()).unwrap();
    certified(&tree, &found);
    let one = &found.answer.list[0];
    assert_eq!(one.payoffs[0], Rational::new(1, 3));
    assert_eq!(one.profile[0].probabilities()[0], Rational::ONE);
    assert_eq!(one.profile[2].probabilities()[0], Rational::new(1, 3));
    assert_eq!(one.profile[1].probabilities()[0], Rational::new(2, 3));
    // Who is raised believes in the red card with probability 3/4.
    assert_eq!(one.beliefs[1].as_ref().unwrap()[0], Rational::new(3, 4));
    // Lemke's algorithm finds the same, since the equilibrium is unique.
    let form = sequence::SequenceForm::of(&tree);
    let profile = lemke::solve(&tree, &form, &Budget::unlimited(), &mut 0).unwrap();
    assert_eq!(profile, one.profile);
}

#[test]
fn the_entrant_enters_and_the_threat_is_empty() {
    // Chain store (Selten 1978), one period.
    let tree = efg(r#"EFG 2 R "" { "Entrant" "Monopolist" } ""
        p "" 1 1 "" { "in" "out" } 0
        p "" 2 1 "" { "fight" "accommodate" } 0
        t "" 1 "" { 0 0 } t "" 2 "" { 2 2 } t "" 3 "" { 1 5 }"#);
    let found = enumerate_pure_subgame_perfect(&tree, &Budget::unlimited());
    assert!(certified(&tree, &found).complete.is_proved());
    assert_eq!(found.status, Status::Solved);
    assert_eq!(found.answer.list.len(), 1);
    assert_eq!(found.answer.list[0].payoffs, [Rational::from(2), Rational::from(2)]);
    let same = find_subgame_perfect_by_sequence_form(&tree, &Budget::unlimited()).unwrap();
    assert_eq!(same.answer.list, found.answer.list);
}

#[test]
fn matching_pennies_after_a_move_has_no_pure_perfect_equilibrium_and_one_mixed() {
    let tree = efg(r#"EFG 2 R "" { "A" "B" } ""
        p "" 1 1 "" { "stay" "go" } 0
        t "" 1 "" { -1 1 }
        p "" 1 2 "" { "H" "T" } 0
        p "" 2 1 "" { "H" "T" } 0
        t "" 2 "" { 1 -1 } t "" 3 "" { -1 1 }
        p "" 2 1 0 t "" 3 t "" 2"#);
    let found = enumerate_pure_subgame_perfect(&tree, &Budget::unlimited());
    assert_eq!(found.status, Status::None);
    assert!(certified(&tree, &found).complete.is_proved());
    let mixed = find_subgame_perfect_by_sequence_form(&tree, &Budget::unlimited()).unwrap();
    certified(&tree, &mixed);
    assert_eq!(mixed.answer.list[0].payoffs[0], Rational::ZERO);
}

#[test]
fn a_player_who_forgets_is_refused_by_name() {
    let tree = efg(r#"EFG 2 R "" { "A" "B" } ""
        p "" 1 1 "" { "l" "r" } 0
        p "" 1 2 "" { "l" "r" } 0
        t "" 1 "" { 1 0 } t "" 2 "" { 0 1 }
        p "" 1 2 0 t "" 2 t "" 1"#);
    let error = find_nash_by_sequence_form(&tree, &Budget::unlimited()).unwrap_err();
    assert!(error.to_string().contains("player 1 forgets"), "{error}");
    // Pure equilibria need no recall.
    let found = enumerate_pure_subgame_perfect(&tree, &Budget::unlimited());
    assert!(certified(&tree, &found).complete.is_proved());
    assert_eq!(found.answer.list.len(), 2);
}

#[test]
fn a_long_chain_of_moves_is_solved() {
    // A centipede of 3,000 moves: the first player stops at once.
    let mut text = "EFG 2 R \"\" { \"A\" \"B\" }\n".to_owned();
    let moves = 3_000;
    for k in 0..moves {
        text.push_str(&format!(
            "p \"\" {} {} \"\" {{ \"stop\" \"go\" }} 0\nt \"\" {} \"\" {{ {} {} }}\n",
            k % 2 + 1,
            k + 1,
            k + 1,
            k + 2 * ((k + 1) % 2),
            k + 2 * (k % 2),
        ));
    }
    text.push_str(&format!("t \"\" {} \"\" {{ {moves} {moves} }}", moves + 1));
    let tree = efg(&text);
    let found = enumerate_pure_subgame_perfect(&tree, &Budget::unlimited());
    assert!(certified(&tree, &found).complete.is_proved());
    assert_eq!(found.answer.list.len(), 1);
    assert_eq!(found.answer.list[0].payoffs, [Rational::from(2), Rational::ZERO]);
}

#[test]
fn a_spent_budget_is_a_partial_answer() {
    let tree = efg(POKER);
    let budget = Budget::unlimited().with_steps(0);
    assert!(matches!(enumerate_pure_subgame_perfect(&tree, &budget).status, Status::Partial(_)));
    let found = find_nash_by_sequence_form(&tree, &budget).unwrap();
    assert!(matches!(found.status, Status::Partial(_)) && found.answer.list.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_sequence_form_gives_equilibria(tree in any_tree(2, 24, false)) {
        prop_assert!(tree.perfect_recall().is_ok());
        let found = find_nash_by_sequence_form(&tree, &Budget::unlimited()).unwrap();
        certified(&tree, &found);
        let perfect = find_subgame_perfect_by_sequence_form(&tree, &Budget::unlimited()).unwrap();
        certified(&tree, &perfect);
        prop_assert_eq!(found.answer.list.len() + perfect.answer.list.len(), 2);
        let form = sequence::SequenceForm::of(&tree);
        prop_assert!(lemke::solve(&tree, &form, &Budget::unlimited(), &mut 0).is_ok());
    }

    #[test]
    fn the_linear_program_gives_the_value_of_the_reduced_form(tree in any_tree(2, 24, true)) {
        let found = find_nash_by_sequence_form(&tree, &Budget::unlimited()).unwrap();
        certified(&tree, &found);
        if let Ok(reduced) = ReducedForm::of(&tree, 20_000) {
            let minimax = solve_minimax(&reduced.game, LpMethod::Auto, &Budget::unlimited());
            let value = &minimax.answer.unwrap().levels[0].value;
            prop_assert_eq!(&found.answer.list[0].payoffs[0], value);
        }
        let form = sequence::SequenceForm::of(&tree);
        let profile = lemke::solve(&tree, &form, &Budget::unlimited(), &mut 0).unwrap();
        let other = evaluate::equilibrium(&tree, profile);
        prop_assert_eq!(&other.payoffs, &found.answer.list[0].payoffs);
    }

    #[test]
    fn pure_perfect_equilibria_are_all_listed(
        players in 1usize..4,
        moves in proptest::collection::vec(any::<(u8, u8)>(), 1..14),
    ) {
        let tree = crate::game::extensive::testing::tree(players, &moves, false);
        let found = enumerate_pure_subgame_perfect(&tree, &Budget::unlimited());
        let certificate = certified(&tree, &found);
        if !matches!(found.status, Status::Partial(_)) {
            let reason = certificate.complete.reason().unwrap_or_default().to_owned();
            prop_assert!(certificate.complete.is_proved() || reason.contains("too large"));
        }
    }
}
