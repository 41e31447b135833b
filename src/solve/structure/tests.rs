use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, certify_structure};
use crate::game::Player;
use crate::game::answer::{Improvement, Interests, Ordinal, Potential};
use crate::solve::testing::any_game;

fn structure(game: &NormalForm) -> Structure {
    find_structure(game, &Budget::unlimited()).answer.unwrap()
}

fn two(one: &[&[i64]], other: &[&[i64]]) -> Structure {
    structure(&NormalForm::from_integers(one, other))
}

/// All orders of four payoffs.
fn orders() -> Vec<[i64; 4]> {
    let mut orders = Vec::new();
    for code in 0..256 {
        let order = [code / 64 % 4, code / 16 % 4, code / 4 % 4, code % 4];
        if (0..4).all(|value| order.contains(&value)) {
            orders.push(order);
        }
    }
    orders
}

#[test]
fn strict_ordinal_games_are_78_and_12_of_them_symmetric() {
    // Rapoport & Guyer (1966); the number of pure equilibria as in the enumeration of their list.
    let mut classes = BTreeSet::new();
    let mut pure = std::collections::BTreeMap::new();
    for a in orders() {
        for b in orders() {
            let game = NormalForm::from_integers(
                &[&[a[0], a[1]], &[a[2], a[3]]],
                &[&[b[0], b[1]], &[b[2], b[3]]],
            );
            let mut patterns = structure(&game).ordinal.unwrap().patterns;
            patterns.sort_unstable();
            if classes.insert(patterns) {
                let found =
                    crate::solve::nash::enumerate_pure_equilibria(&game, &Budget::unlimited());
                *pure.entry(found.answer.list.len()).or_insert(0) += 1;
            }
        }
    }
    assert_eq!(classes.len(), 78);
    assert_eq!(classes.iter().filter(|[one, two]| one == two).count(), 12);
    assert_eq!(pure.into_iter().collect::<Vec<_>>(), [(0, 9), (1, 57), (2, 12)]);
}

#[test]
fn interests_and_dominant_actions_divide_the_78_games_as_counted_in_1966() {
    // Rapoport & Guyer (1966): 21 games of no conflict and 3 of complete opposition; both have a
    // dominant action in 21, one in 36, neither in 21.
    let (mut interests, mut dominant) = ([0; 3], [0; 3]);
    for one in 0..12 {
        for two in one..12 {
            let ordinal = Ordinal { patterns: [one, two], conceding: [0, 0] };
            interests[match ordinal.interests() {
                Interests::NoConflict => 0,
                Interests::Mixed => 1,
                Interests::Opposed => 2,
            }] += 1;
            dominant[ordinal.has_dominant_action().into_iter().filter(|&has| has).count()] += 1;
        }
    }
    assert_eq!(interests, [21, 54, 3]);
    assert_eq!(dominant, [21, 36, 21]);
}

#[test]
fn rapoport_guyer_numbers_are_1_to_78_and_go_by_dominance_and_interests() {
    // Their list goes from two dominant actions over one to none, the 9 without a pure equilibrium
    // at its end; the three of complete opposition are 11, 45 and 75.
    let mut numbers = BTreeSet::new();
    let (mut opposed, mut friendly) = (BTreeSet::new(), BTreeSet::new());
    for one in 0..12 {
        for two in 0..12 {
            let ordinal = Ordinal { patterns: [one, two], conceding: [0, 0] };
            let turned = Ordinal { patterns: [two, one], conceding: [0, 0] };
            let number = ordinal.rapoport_guyer();
            assert_eq!(number, turned.rapoport_guyer());
            let dominant = ordinal.has_dominant_action().into_iter().filter(|&has| has).count();
            assert_eq!(dominant, usize::from(number <= 57) + usize::from(number <= 21));
            numbers.insert(number);
            match ordinal.interests() {
                Interests::NoConflict => friendly.insert(number),
                Interests::Mixed => false,
                Interests::Opposed => opposed.insert(number),
            };
        }
    }
    assert_eq!(numbers, (1..=78).collect());
    assert_eq!(opposed, [11, 45, 75].into());
    assert_eq!(friendly, (1..=6).chain(22..=30).chain(58..=63).collect());
}

#[test]
fn games_without_a_pure_equilibrium_are_70_to_78() {
    for a in orders() {
        for b in orders() {
            let game = NormalForm::from_integers(
                &[&[a[0], a[1]], &[a[2], a[3]]],
                &[&[b[0], b[1]], &[b[2], b[3]]],
            );
            let number = structure(&game).ordinal.unwrap().rapoport_guyer();
            let pure = crate::solve::nash::enumerate_pure_equilibria(&game, &Budget::unlimited());
            assert_eq!(pure.answer.list.is_empty(), number >= 70);
            // Those with two are 58 to 69.
            assert_eq!(pure.answer.list.len() == 2, (58..70).contains(&number));
        }
    }
}

#[test]
fn classics_have_the_numbers_under_which_they_are_known() {
    let number =
        |one: &[&[i64]], other: &[&[i64]]| two(one, other).ordinal.unwrap().rapoport_guyer();
    let dilemma = number(&[&[3, 1], &[4, 2]], &[&[3, 4], &[1, 2]]);
    let deadlock = number(&[&[2, 1], &[4, 3]], &[&[2, 4], &[1, 3]]);
    let hunt = number(&[&[4, 1], &[3, 2]], &[&[4, 3], &[1, 2]]);
    let chicken = number(&[&[3, 2], &[4, 1]], &[&[3, 4], &[2, 1]]);
    assert_eq!([dilemma, deadlock, hunt, chicken], [12, 9, 61, 66]);
    let leader = number(&[&[2, 3], &[4, 1]], &[&[2, 4], &[3, 1]]);
    let hero = number(&[&[1, 3], &[4, 2]], &[&[1, 4], &[3, 2]]);
    assert_eq!([leader, hero], [68, 69]);
}

#[test]
fn numbers_of_improving_deviations_are_those_of_the_longest_path() {
    // Dominant actions, and the second player follows the first.
    let found = two(&[&[0, 0], &[1, 1], &[2, 2]], &[&[1, 0], &[0, 1], &[1, 0]]);
    // From the first row and second column: row 2, column stays, row 3, column 1; or column first.
    assert_eq!(found.improvement, Improvement::Ends(vec![4, 5, 3, 2, 0, 1]));
}

#[test]
fn classics_have_their_names_and_kinds() {
    let dilemma = two(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
    assert_eq!(dilemma.ordinal.unwrap().name(), "prisoner's dilemma");
    assert!(matches!(dilemma.potential, Potential::Exact(_)));
    let hunt = two(&[&[4, 0], &[3, 2]], &[&[4, 3], &[0, 2]]);
    assert_eq!(hunt.ordinal.unwrap().name(), "stag hunt");
    let monotone = hunt.monotone.unwrap();
    assert_eq!(monotone.reversed, [false, false]);
    assert_eq!(monotone.extremes, [vec![0, 0], vec![1, 1]]);
    let chicken = two(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
    assert_eq!(chicken.ordinal.unwrap().name(), "chicken");
    // Strategic substitutes become complements when one order is turned round.
    assert_eq!(chicken.monotone.unwrap().reversed, [false, true]);
    let pennies = two(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    assert_eq!(pennies.constant_sum, Some(Rational::ZERO));
    assert_eq!(pennies.strictly_competitive, Some((Rational::ONE, Rational::ZERO)));
    assert!(matches!(pennies.improvement, Improvement::Cycles(_)));
    assert!(matches!(pennies.potential, Potential::Excluded(_)));
    assert_eq!(pennies.monotone, None);
    assert!(!pennies.symmetric && pennies.ordinal.is_none());
    let scaled = two(&[&[1, -1], &[-1, 1]], &[&[1, 5], &[5, 1]]);
    assert_eq!(scaled.strictly_competitive, Some((Rational::from(2), Rational::from(3))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Every property that is stated passes the check that shares no code with this one.
    #[test]
    fn structures_are_certified(game in any_game(1..4, 3)) {
        let answer = structure(&game);
        prop_assert_eq!(crate::certify::certify_structure(&game, &answer, &crate::certify::Limits::default())
            .map(|_| ()), Ok(()));
    }

    /// A team game has the common payoff as potential, and all of it is found.
    #[test]
    fn team_games_are_potential_games(game in any_game(2..4, 3)) {
        let players = game.players().to_vec();
        let table = game.payoffs(0).to_vec();
        let team = NormalForm::new(players, vec![table.clone(); game.num_players()]).unwrap();
        let Potential::Exact(potential) = structure(&team).potential else {
            return Err(TestCaseError::fail("a team game has a potential"));
        };
        prop_assert!(potential.iter().zip(&table).all(|(p, u)| *p == u - &table[0]));
    }
}

#[test]
fn sums_over_pairs_are_told_from_what_needs_three() {
    let players: Vec<Player> =
        (0..3).map(|at| Player::new(at.to_string(), ["stay", "help"])).collect();
    let game = |gain: fn(usize, [usize; 3]) -> i64| {
        let table = |player| {
            (0..8).map(|at| Rational::from(gain(player, [at >> 2, at >> 1 & 1, at & 1]))).collect()
        };
        NormalForm::new(players.clone(), (0..3).map(table).collect()).unwrap()
    };
    // Each gains by helping as much as there are others who help, less one; and from what others do.
    let pairs = game(|own, play| {
        let others: usize = play.iter().sum::<usize>() - play[own];
        play[own] as i64 * (others as i64 - 1) + (others * others) as i64
    });
    assert!(structure(&pairs).polymatrix);
    // Helping is of use when all do.
    let all = game(|own, play| 2 * play.iter().product::<usize>() as i64 - play[own] as i64);
    assert!(!structure(&all).polymatrix);
    for game in [&pairs, &all] {
        let mut wrong = structure(game);
        wrong.polymatrix = !wrong.polymatrix;
        let refuted = certify_structure(game, &wrong, &Limits::default()).unwrap_err();
        assert!(refuted.to_string().contains("polymatrix"), "{refuted}");
    }
}
