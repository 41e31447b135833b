use super::*;
use crate::game::answer::Mediated;
use crate::linear::LpMethod;
use crate::solve::{Budget, find_correlated_payoffs};

fn solved(game: &NormalForm) -> PayoffPolygon<Obedience> {
    let found = find_correlated_payoffs(game, LpMethod::Auto, &Budget::unlimited()).unwrap();
    found.answer.unwrap()
}

fn chicken() -> NormalForm {
    NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]])
}

fn check(game: &NormalForm, answer: &PayoffPolygon<Obedience>) -> Result<Certificate, Refutation> {
    certify_correlated_payoffs(game, answer, &Limits::default())
}

#[test]
fn right_polygons_pass() {
    for game in [
        chicken(),
        NormalForm::from_integers(&[&[2, 0], &[3, 1]], &[&[2, 3], &[0, 1]]),
        NormalForm::from_integers(&[&[0, 1, 5]], &[&[2, 2, 2]]),
        NormalForm::from_integers(&[&[2], &[2], &[2]], &[&[0], &[1], &[5]]),
    ] {
        let certificate = check(&game, &solved(&game)).unwrap();
        assert!(certificate.complete.is_proved());
    }
}

#[test]
fn vertex_left_out_is_missed() {
    let game = chicken();
    for gone in 0..4 {
        let mut answer = solved(&game);
        answer.vertices.remove(gone);
        answer.sides.remove(gone);
        assert!(check(&game, &answer).is_err());
    }
    // A segment or a point where there is more.
    let mut answer = solved(&game);
    answer.vertices.truncate(2);
    assert!(check(&game, &answer).is_err());
    answer.vertices.truncate(1);
    assert!(check(&game, &answer).is_err());
}

#[test]
fn moved_vertex_and_changed_probability_are_noticed() {
    let game = chicken();
    let mut answer = solved(&game);
    answer.vertices[3].payoffs[0] += &Rational::new(1, 1_000_000_000);
    assert!(matches!(check(&game, &answer), Err(Refutation::WrongNumber(_))));
    let mut answer = solved(&game);
    let best = Mediated::clone(&answer.sides[0]);
    answer.vertices[3].distribution.clone_from(&best.distribution);
    assert!(check(&game, &answer).is_err());
    let mut answer = solved(&game);
    answer.vertices[3].distribution =
        vec![Rational::ONE, Rational::ZERO, Rational::ZERO, Rational::ZERO];
    answer.vertices[3].payoffs = vec![Rational::from(6), Rational::from(6)];
    assert!(matches!(check(&game, &answer), Err(Refutation::Deviation(_))));
}

#[test]
fn order_and_sides_count() {
    let game = chicken();
    let mut answer = solved(&game);
    answer.vertices.reverse();
    assert!(check(&game, &answer).is_err());
    let mut answer = solved(&game);
    answer.sides.swap(0, 1);
    assert!(matches!(check(&game, &answer), Err(Refutation::NotOptimal(_))));
    let mut answer = solved(&game);
    answer.sides[0].value -= &Rational::new(1, 1000);
    assert!(check(&game, &answer).is_err());
    // Twice around is not a polygon of eight vertices.
    let once = solved(&game);
    let mut twice = once.clone();
    twice.vertices.extend(once.vertices);
    twice.sides.extend(once.sides);
    assert!(matches!(check(&game, &twice), Err(Refutation::Misfit(_))));
}

#[test]
fn segment_needs_its_ends() {
    let game = NormalForm::from_integers(&[&[0, 1, 5]], &[&[2, 2, 2]]);
    let mut answer = solved(&game);
    answer.vertices[1].distribution = vec![Rational::ZERO, Rational::ONE, Rational::ZERO];
    answer.vertices[1].payoffs = vec![Rational::ONE, Rational::from(2)];
    assert!(matches!(check(&game, &answer), Err(Refutation::NotOptimal(_))));
    let mut answer = solved(&game);
    answer.sides.swap(2, 3);
    assert!(matches!(check(&game, &answer), Err(Refutation::NotOptimal(_))));
}
