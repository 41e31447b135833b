//! Games of the literature: every method finds exactly the equilibria that are known.
//!
//! `data/classic.json` lists for each game its citation, both payoff matrices, its pure equilibria
//! and its extreme equilibria `x | y`, on which at least two other programs agreed.

// Helpers of tests are outside `#[test]` functions, where clippy's exception does not reach.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use detente::game::NormalForm;
use detente::game::answer::{Equilibria, Scope};
use detente::num::Rational;
use detente::solve::nash::{
    enumerate_extreme_equilibria, enumerate_extreme_equilibria_by_vertices,
    enumerate_pure_equilibria, find_equilibria_from_all_labels,
};
use detente::solve::{Budget, Status};

struct Known {
    id: String,
    game: NormalForm,
    pure: BTreeSet<Vec<usize>>,
    extreme: BTreeSet<(Vec<Rational>, Vec<Rational>)>,
}

fn numbers(text: &str) -> Vec<Rational> {
    text.split_whitespace().map(|number| number.parse().unwrap()).collect()
}

fn classic_games() -> Vec<Known> {
    let games: serde_json::Value = serde_json::from_str(include_str!("data/classic.json")).unwrap();
    let texts = |value: &serde_json::Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    games
        .as_array()
        .unwrap()
        .iter()
        .map(|known| {
            let matrix = |key: &str| -> Vec<Vec<Rational>> {
                texts(&known[key]).iter().map(|row| numbers(row)).collect()
            };
            Known {
                id: known["id"].as_str().unwrap().to_owned(),
                game: NormalForm::bimatrix(&matrix("A"), &matrix("B")).unwrap(),
                pure: serde_json::from_value(known["pure"].clone()).unwrap(),
                extreme: texts(&known["extreme"])
                    .iter()
                    .map(|pair| {
                        let (x, y) = pair.split_once('|').unwrap();
                        (numbers(x), numbers(y))
                    })
                    .collect(),
            }
        })
        .collect()
}

fn pairs(found: &Equilibria) -> Vec<(Vec<Rational>, Vec<Rational>)> {
    found
        .list
        .iter()
        .map(|found| {
            let [x, y] = &found.profile[..] else { panic!("two players") };
            (x.probabilities().to_vec(), y.probabilities().to_vec())
        })
        .collect()
}

#[test]
fn extreme_equilibria_are_exactly_those_of_the_literature() {
    for known in classic_games() {
        let by_search = enumerate_extreme_equilibria(&known.game, &Budget::unlimited()).unwrap();
        let by_vertices =
            enumerate_extreme_equilibria_by_vertices(&known.game, &Budget::unlimited()).unwrap();
        assert_eq!(by_search.status, Status::Solved);
        assert_eq!(by_search.answer.scope, Scope::AllExtreme);
        assert_eq!(by_search.answer, by_vertices.answer, "{}", known.id);
        let listed = pairs(&by_search.answer);
        let sorted: Vec<_> = known.extreme.iter().rev().cloned().collect();
        assert_eq!(listed, sorted, "{}", known.id);
    }
}

#[test]
fn pure_equilibria_are_exactly_those_of_the_literature() {
    for known in classic_games() {
        let found = enumerate_pure_equilibria(&known.game, &Budget::unlimited()).answer;
        let pure: BTreeSet<Vec<usize>> = found
            .list
            .iter()
            .map(|found| found.profile.iter().map(|s| s.as_pure().unwrap()).collect())
            .collect();
        assert_eq!(pure, known.pure, "{}", known.id);
    }
}

#[test]
fn lemke_howson_ends_at_extreme_equilibria_from_every_label() {
    for known in classic_games() {
        let found = find_equilibria_from_all_labels(&known.game, &Budget::unlimited()).unwrap();
        let pairs = pairs(&found.answer);
        assert!(!pairs.is_empty());
        for pair in pairs {
            assert!(known.extreme.contains(&pair), "{}: {pair:?}", known.id);
        }
    }
}
