use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::solve::Status;
use crate::solve::testing::{any_game, game, number};

fn all(game: &NormalForm) -> Vec<Vec<Rational>> {
    let outcome = enumerate_correlated_vertices(game, &Budget::unlimited()).unwrap();
    assert_eq!(outcome.status, Status::Solved);
    outcome.answer.unwrap().vertices.into_iter().map(|one| one.distribution).collect()
}

fn named(vertices: &[&[&str]]) -> Vec<Vec<Rational>> {
    vertices.iter().map(|one| one.iter().map(|text| number(text)).collect()).collect()
}

#[test]
fn chicken_has_five() {
    // Aumann (1974); a hexahedron, as Nau, Gomez Canovas & Hansen (2004) show of such games: three
    // equilibria and two devices.
    let chicken = NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
    let expected = named(&[
        &["1/2", "1/4", "1/4", "0"],
        &["4/9", "2/9", "2/9", "1/9"],
        &["0", "1", "0", "0"],
        &["0", "2/5", "2/5", "1/5"],
        &["0", "0", "1", "0"],
    ]);
    assert_eq!(all(&chicken), expected);
}

#[test]
fn battle_of_the_sexes_has_five_and_matching_pennies_one() {
    let battle = NormalForm::from_integers(&[&[2, 0], &[0, 1]], &[&[1, 0], &[0, 2]]);
    assert_eq!(all(&battle).len(), 5);
    let pennies = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    assert_eq!(all(&pennies), named(&[&["1/4", "1/4", "1/4", "1/4"]]));
}

#[test]
fn where_nobody_cares_every_profile_is_one() {
    let idle = game(&[2, 2, 2], &[vec![0; 8], vec![1; 8], vec![2; 8]]);
    assert_eq!(all(&idle).len(), 8);
    assert_eq!(all(&game(&[1, 1], &[vec![3], vec![4]])), named(&[&["1"]]));
}

#[test]
fn too_large_games_are_refused() {
    let square: Vec<i64> = (0..900).map(|at| at * 7919 % 1009).collect();
    let large = game(&[30, 30], &[square.clone(), square.into_iter().rev().collect()]);
    let refused = enumerate_correlated_vertices(&large, &Budget::unlimited());
    assert!(matches!(refused, Err(TooManyVertices::Profiles(more)) if more > MOST_PROFILES));
    // Few profiles, and many vertices: four regiments against three on two posts (Blackett 1954).
    let posts = [[4, 2, 1, 0], [1, 3, 0, -1], [-2, 2, 2, -2], [-1, 0, 3, 1], [0, 1, 2, 4]].concat();
    let against = posts.iter().map(|u| -u).collect();
    let regiments = game(&[5, 4], &[posts, against]);
    let refused = enumerate_correlated_vertices(&regiments, &Budget::unlimited());
    assert_eq!(refused.unwrap_err(), TooManyVertices::Rays);
    let chicken = NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
    let stopped = enumerate_correlated_vertices(&chicken, &Budget::unlimited().with_steps(0));
    let stopped = stopped.unwrap();
    assert!(stopped.answer.is_none() && stopped.status == Status::Partial(Exhausted::Steps));
}

/// Every basis of as many tight constraints as there are profiles but one, tried.
fn by_bases(game: &NormalForm) -> BTreeSet<Vec<Rational>> {
    let profiles = game.num_profiles();
    let mut rows: Vec<Vec<Rational>> = (0..profiles)
        .map(|at| (0..profiles).map(|other| Rational::from(u64::from(at == other))).collect())
        .collect();
    rows.extend(constraints(game).unwrap().iter().map(|row| {
        row.iter().map(|value| Rational::from_integers(value.clone(), IBig::ONE)).collect()
    }));
    let mut found = BTreeSet::new();
    let mut chosen: Vec<usize> = (0..profiles - 1).collect();
    loop {
        let system: Vec<&[Rational]> = chosen.iter().map(|&row| rows[row].as_slice()).collect();
        if let Some(point) = solved(&system, profiles) {
            let inside = |row: &Vec<Rational>| {
                let sum: Rational = row.iter().zip(&point).map(|(a, p)| a * p).sum();
                !sum.is_negative()
            };
            if rows.iter().all(inside) {
                found.insert(point);
            }
        }
        // The next combination.
        let Some(at) =
            (0..chosen.len()).rev().find(|&at| chosen[at] + chosen.len() - at < rows.len())
        else {
            return found;
        };
        chosen[at] += 1;
        for later in at + 1..chosen.len() {
            chosen[later] = chosen[later - 1] + 1;
        }
    }
}

/// The point of sum one where these rows vanish, if there is exactly one.
fn solved(rows: &[&[Rational]], size: usize) -> Option<Vec<Rational>> {
    let mut table: Vec<Vec<Rational>> = vec![vec![Rational::ONE; size + 1]];
    table.extend(
        rows.iter()
            .map(|row| row.iter().cloned().chain([Rational::ZERO]).collect::<Vec<Rational>>()),
    );
    for column in 0..size {
        let pivot = (column..size).find(|&row| !table[row][column].is_zero())?;
        table.swap(column, pivot);
        let scale = table[column][column].clone();
        table[column].iter_mut().for_each(|value| *value = &*value / &scale);
        for row in (0..size).filter(|&row| row != column) {
            let factor = table[row][column].clone();
            let pivot = table[column].clone();
            table[row].iter_mut().zip(pivot).for_each(|(value, p)| *value = &*value - &factor * p);
        }
    }
    Some(table.into_iter().map(|row| row[size].clone()).collect())
}

fn small_game() -> impl Strategy<Value = NormalForm> {
    any_game(1..4, 3).prop_filter("few profiles", |game| game.num_profiles() <= 6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn all_bases_give_the_same_list(game in small_game()) {
        let list = all(&game);
        let set: BTreeSet<Vec<Rational>> = list.iter().cloned().collect();
        prop_assert_eq!(set.len(), list.len());
        prop_assert_eq!(set, by_bases(&game));
    }
}
