use proptest::prelude::*;

use super::*;
use crate::solve::testing::{any_game, game};
use crate::solve::{Budget, enumerate_correlated_vertices};

fn found(game: &NormalForm) -> CorrelatedVertices {
    enumerate_correlated_vertices(game, &Budget::unlimited()).unwrap().answer.unwrap()
}

fn chicken() -> NormalForm {
    NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]])
}

#[test]
fn five_vertices_are_certified_and_four_are_not() {
    let game = chicken();
    let right = found(&game);
    let certificate = certify_correlated_vertices(&game, &right, &Limits::default()).unwrap();
    assert!(certificate.complete.is_proved());
    for at in 0..right.vertices.len() {
        let mut short = right.clone();
        short.vertices.remove(at);
        let refutation = certify_correlated_vertices(&game, &short, &Limits::default());
        assert!(matches!(refutation, Err(Refutation::Incomplete(_))), "{at}");
    }
}

#[test]
fn what_is_no_vertex_is_refused() {
    let game = chicken();
    let right = found(&game);
    let half = Rational::new(1, 2);
    let mut wrong = right.clone();
    let middle = |one: &[Rational], other: &[Rational]| -> Vec<Rational> {
        one.iter().zip(other).map(|(one, other)| (one + other) * &half).collect()
    };
    let (first, second) = (&right.vertices[0], &right.vertices[1]);
    wrong.vertices.insert(
        1,
        PolygonVertex {
            payoffs: middle(&first.payoffs, &second.payoffs),
            distribution: middle(&first.distribution, &second.distribution),
        },
    );
    let text = certify_correlated_vertices(&game, &wrong, &Limits::default()).unwrap_err();
    assert!(text.to_string().contains("a mixture of other"), "{text}");
    let mut twice = right.clone();
    twice.vertices.insert(0, right.vertices[0].clone());
    assert!(certify_correlated_vertices(&game, &twice, &Limits::default()).is_err());
    let mut moved = right.clone();
    moved.vertices[0].payoffs[0] += &half;
    assert!(certify_correlated_vertices(&game, &moved, &Limits::default()).is_err());
    let mut disobeyed = right;
    disobeyed.vertices[0].distribution = [1, 0, 0, 0].map(Rational::from).to_vec();
    assert!(certify_correlated_vertices(&game, &disobeyed, &Limits::default()).is_err());
    let none = CorrelatedVertices { vertices: Vec::new() };
    assert!(certify_correlated_vertices(&game, &none, &Limits::default()).is_err());
}

#[test]
fn without_work_completeness_is_not_claimed_to_be_checked() {
    let idle = game(&[3, 3, 3], &[vec![0; 27], vec![0; 27], vec![0; 27]]);
    let right = found(&idle);
    let limits = Limits { work: 4_000, ..Limits::default() };
    let certificate = certify_correlated_vertices(&idle, &right, &limits).unwrap();
    assert!(matches!(certificate.complete, Completeness::NotChecked(_)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_list_is_certified_and_none_without_one_of_several(
        game in any_game(1..4, 3).prop_filter("few profiles", |game| game.num_profiles() <= 12),
        which in 0usize..1000
    ) {
        let right = found(&game);
        let certificate = certify_correlated_vertices(&game, &right, &Limits::default());
        prop_assert!(certificate.unwrap().complete.is_proved());
        let count = right.vertices.len();
        if count > 1 {
            let mut short = right;
            short.vertices.remove(which % count);
            let refutation = certify_correlated_vertices(&game, &short, &Limits::default());
            prop_assert!(matches!(refutation, Err(Refutation::Incomplete(_))));
        }
    }
}
