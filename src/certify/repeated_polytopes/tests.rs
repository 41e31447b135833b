use super::*;
use crate::game::repeated_polytopes::OuterCorner;
use crate::game::{DiscountFactor, Player};
use crate::solve::{Budget, repeated::find_repeated_polytopes};

/// Each of three gives or keeps: all give from δ = 1/4 on.
fn answer() -> (NormalForm, RepeatedPolytopes) {
    let player = |name: &str| Player {
        name: name.to_owned(),
        actions: vec!["give".to_owned(), "keep".to_owned()],
    };
    let payoff = |player: usize, profile: usize| {
        let keeps = |one: usize| (profile >> (2 - one) & 1) as i64;
        let given: i64 = (0..3).map(|one| 1 - keeps(one)).sum();
        Rational::from(2 * given) - Rational::from(3 * (1 - keeps(player)))
    };
    let payoffs = (0..3).map(|one| (0..8).map(|a| payoff(one, a)).collect()).collect();
    let players = vec![player("A"), player("B"), player("C")];
    let game = NormalForm::new(players, payoffs).unwrap();
    let discount = DiscountFactor::new(Rational::new(2, 5)).unwrap();
    let found = find_repeated_polytopes(&game, &discount, &Budget::unlimited()).unwrap();
    (game, found.answer.unwrap())
}

fn refused(game: &NormalForm, answer: &RepeatedPolytopes) -> Refutation {
    certify_repeated_polytopes(game, answer, &Limits::default()).unwrap_err()
}

#[test]
fn what_is_changed_is_refused() {
    let (game, right) = answer();
    certify_repeated_polytopes(&game, &right, &Limits::default()).unwrap();
    let bit = Rational::new(1, 1_000_000);

    // An inner polytope that is larger.
    for at in 0..right.inner.len() {
        let mut wrong = right.clone();
        wrong.inner[at].payoffs[0] = &wrong.inner[at].payoffs[0] + &bit;
        refused(&game, &wrong);
    }
    // Another profile, another lottery.
    let mut wrong = right.clone();
    wrong.inner[0].profile ^= 1;
    refused(&game, &wrong);
    let mut wrong = right.clone();
    wrong.inner[0].profile = 8;
    assert!(matches!(refused(&game, &wrong), Refutation::Misfit(_)));
    let mut wrong = right.clone();
    wrong.inner[0].continuation[0].1 = Rational::new(3, 2);
    assert!(matches!(refused(&game, &wrong), Refutation::WrongNumber(_)));
    let mut wrong = right.clone();
    wrong.inner[0].continuation[0].0 = right.inner.len();
    assert!(matches!(refused(&game, &wrong), Refutation::Misfit(_)));

    // Bounds that are tighter than corners allow.
    for (at, bound) in right.bounds.iter().enumerate() {
        let tight =
            |corner: &OuterCorner| product(&bound.direction, &corner.payoffs) == bound.level;
        if !right.outer.iter().any(tight) {
            continue;
        }
        let mut wrong = right.clone();
        wrong.bounds[at].level = &wrong.bounds[at].level - &bit;
        refused(&game, &wrong);
    }
    // A bound, a corner and a lottery less; a smaller distance.
    let mut wrong = right.clone();
    wrong.bounds.remove(0);
    refused(&game, &wrong);
    for at in 0..right.outer.len() {
        let mut wrong = right.clone();
        wrong.outer.remove(at);
        assert!(matches!(refused(&game, &wrong), Refutation::WrongList(_)));
        let mut wrong = right.clone();
        wrong.outer[at].near.clear();
        assert!(matches!(refused(&game, &wrong), Refutation::WrongNumber(_)));
    }
    let mut wrong = right.clone();
    wrong.distance = wrong.distance.map(|distance| distance * Rational::new(99, 100));
    assert!(matches!(refused(&game, &wrong), Refutation::WrongNumber(_)));
    let mut wrong = right.clone();
    wrong.distance = None;
    assert!(matches!(refused(&game, &wrong), Refutation::Misfit(_)));

    // No equilibrium, where there are some.
    let nothing = RepeatedPolytopes {
        discount: right.discount.clone(),
        inner: Vec::new(),
        bounds: Vec::new(),
        outer: Vec::new(),
        distance: Some(Rational::ZERO),
    };
    assert!(matches!(refused(&game, &nothing), Refutation::NotOptimal(_)));
}

#[test]
fn a_point_within_an_edge_is_no_corner() {
    let (game, right) = answer();
    let mut wrong = right.clone();
    let half = Rational::new(1, 2);
    let middle: Vec<Rational> = right.outer[0]
        .payoffs
        .iter()
        .zip(&right.outer[1].payoffs)
        .map(|(x, y)| (x + y) * &half)
        .collect();
    wrong.outer[0].payoffs = middle;
    refused(&game, &wrong);
}
