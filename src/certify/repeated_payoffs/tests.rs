use super::*;
use crate::game::DiscountFactor;
use crate::solve::Budget;
use crate::solve::repeated::find_repeated_payoffs;

fn factor(numerator: i64, denominator: i64) -> DiscountFactor {
    DiscountFactor::new(Rational::new(numerator, denominator)).unwrap()
}

fn dilemma() -> NormalForm {
    NormalForm::from_integers(&[&[9, 1], &[10, 3]], &[&[9, 10], &[1, 3]])
}

/// The example of Abreu & Sannikov (2014), whose corners are irrational at δ = 3/10.
fn irrational() -> NormalForm {
    NormalForm::from_integers(
        &[&[16, 3, 0], &[21, 10, -1], &[9, 5, -5]],
        &[&[9, 13, 3], &[1, 4, 0], &[0, -4, -15]],
    )
}

fn solved(game: &NormalForm, discount: &DiscountFactor) -> RepeatedPayoffs {
    find_repeated_payoffs(game, discount, &Budget::unlimited()).unwrap().answer.unwrap()
}

fn check(game: &NormalForm, answer: &RepeatedPayoffs) -> Result<Certificate, Refutation> {
    certify_repeated_payoffs(game, answer, &Limits::default())
}

/// Answers to change, each with its game.
fn answers() -> Vec<(NormalForm, RepeatedPayoffs)> {
    [(dilemma(), factor(3, 4)), (irrational(), factor(3, 10))]
        .into_iter()
        .map(|(game, discount)| {
            let answer = solved(&game, &discount);
            assert!(check(&game, &answer).is_ok());
            (game, answer)
        })
        .collect()
}

/// Moves a point away from the middle of others by a part of the way.
fn outward(point: &Point, others: &[Point], part: &Rational) -> Point {
    let count = Rational::from(others.len() as u64);
    [0, 1].map(|axis| {
        let sum: Rational = others.iter().map(|other| other[axis].clone()).sum();
        let middle = sum.checked_div(&count).unwrap();
        &point[axis] + part * (&point[axis] - middle)
    })
}

#[test]
fn an_inner_polygon_that_is_enlarged_is_rejected() {
    let part = Rational::new(1, 1_000_000);
    for (game, mut answer) in answers() {
        let corners: Vec<Point> = answer.inner.iter().map(|one| one.payoffs.clone()).collect();
        let (later, now) =
            (answer.discount.value().clone(), Rational::ONE - answer.discount.value());
        for one in &mut answer.inner {
            one.payoffs = outward(&one.payoffs, &corners, &part);
            let first = [0, 1].map(|player| game.payoff(player, one.profile).clone());
            one.continuation = [0, 1].map(|player| {
                (&one.payoffs[player] - &now * &first[player]).checked_div(&later).unwrap()
            });
        }
        answer.outer =
            answer.outer.iter().map(|corner| outward(corner, &corners, &Rational::ONE)).collect();
        answer.distance = Some(Rational::from(1000));
        assert!(check(&game, &answer).is_err());
    }
}

#[test]
fn an_outer_polygon_that_is_too_small_is_rejected() {
    let part = Rational::new(-1, 1_000_000);
    for (game, answer) in answers() {
        let mut smaller = answer.clone();
        smaller.outer =
            answer.outer.iter().map(|corner| outward(corner, &answer.outer, &part)).collect();
        smaller.inner = Vec::new();
        smaller.distance = None;
        assert!(matches!(check(&game, &smaller), Err(Refutation::NotOptimal(_))));
        for gone in 0..answer.outer.len() {
            let mut fewer = answer.clone();
            fewer.outer.remove(gone);
            assert!(check(&game, &fewer).is_err(), "corner {gone}");
        }
        let mut none = answer.clone();
        none.inner = Vec::new();
        none.outer = Vec::new();
        none.distance = Some(Rational::ZERO);
        assert!(matches!(check(&game, &none), Err(Refutation::NotOptimal(_))));
    }
}

#[test]
fn every_number_of_the_inner_polygon_is_checked() {
    for (game, answer) in answers() {
        for at in 0..answer.inner.len() {
            let change = |change: &dyn Fn(&mut SustainedPoint)| {
                let mut other = answer.clone();
                change(&mut other.inner[at]);
                assert!(check(&game, &other).is_err(), "corner {at}");
            };
            change(&|one| one.payoffs[0] += &Rational::new(1, 1_000_000_000));
            change(&|one| one.continuation[1] += &Rational::new(1, 1_000_000_000));
            change(&|one| one.profile = (one.profile + 1) % game.num_profiles());
            change(&|one| one.profile = game.num_profiles());
        }
    }
}

#[test]
fn the_discount_factor_belongs_to_the_claim() {
    let mut answer = solved(&dilemma(), &factor(3, 4));
    answer.discount = factor(1, 8);
    assert!(matches!(check(&dilemma(), &answer), Err(Refutation::WrongNumber(_))));
    // At a larger factor the corners are the same, and begin otherwise.
    answer.discount = factor(4, 5);
    assert!(check(&dilemma(), &answer).is_err());
}

#[test]
fn the_distance_is_checked() {
    for (game, answer) in answers() {
        let mut other = answer.clone();
        other.distance = Some(answer.distance.unwrap() - Rational::new(1, 1_000_000_000));
        assert!(check(&game, &other).is_err());
        other.distance = None;
        assert!(matches!(check(&game, &other), Err(Refutation::Misfit(_))));
    }
}

#[test]
fn polygons_that_are_none_are_rejected() {
    for (game, answer) in answers() {
        let mut turned = answer.clone();
        turned.outer.reverse();
        assert!(matches!(check(&game, &turned), Err(Refutation::WrongList(_))));
        let mut twice = answer.clone();
        let again = twice.outer.clone();
        twice.outer.extend(again);
        assert!(matches!(check(&game, &twice), Err(Refutation::WrongList(_))));
    }
}

#[test]
fn a_wider_outer_polygon_is_as_right() {
    for (game, mut answer) in answers() {
        answer.outer = answer
            .outer
            .iter()
            .map(|corner| outward(corner, &answer.outer, &Rational::ONE))
            .collect();
        answer.distance = Some(Rational::from(100));
        let certificate = check(&game, &answer).unwrap();
        assert_eq!(certificate.complete, Completeness::NotClaimed);
    }
}

#[test]
fn work_has_a_limit() {
    let (game, answer) = answers().pop().unwrap();
    let limits = Limits { work: 10, ..Limits::default() };
    assert!(matches!(
        certify_repeated_payoffs(&game, &answer, &limits),
        Err(Refutation::OutOfReach(_))
    ));
}
