use super::*;
use crate::game::repeated_polytopes::OuterCorner;
use crate::game::stochastic::StochasticState;
use crate::game::{DiscountFactor, Player};
use crate::solve::Budget;
use crate::solve::repeated::{find_repeated_polytopes, find_state_polytopes};

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

#[test]
fn a_corner_too_many_is_refused() {
    let (game, right) = answer();
    let half = Rational::new(1, 2);
    let [one, other] = [&right.outer[0], &right.outer[right.outer.len() - 1]];
    let middle = one.payoffs.iter().zip(&other.payoffs).map(|(x, y)| (x + y) * &half).collect();
    let mut wrong = right.clone();
    wrong.outer.push(OuterCorner { payoffs: middle, near: vec![(0, Rational::ONE)] });
    wrong.distance = Some(Rational::from(100));
    assert!(matches!(refused(&game, &wrong), Refutation::WrongList(_)));
}

/// Prisoner's dilemmas with a bonus in the second state; the states change more often where the players
/// do the same.
fn states() -> (StochasticGame, StatePolytopes) {
    let player = |name: &str| Player {
        name: name.to_owned(),
        actions: vec!["C".to_owned(), "D".to_owned()],
    };
    let state = |at: usize| {
        let bonus = Rational::from(2 * at as i64);
        let payoffs = [[2, -1, 3, 0], [2, 3, -1, 0]]
            .map(|row| row.map(|payoff: i64| Rational::from(payoff) + &bonus).to_vec())
            .to_vec();
        let follows = |profile: usize| {
            let stays =
                if [0, 3].contains(&profile) { Rational::new(1, 3) } else { Rational::new(1, 2) };
            vec![(1 - at, Rational::ONE - &stays), (at, stays)]
        };
        StochasticState {
            name: format!("s{at}"),
            stage: NormalForm::new(vec![player("A"), player("B")], payoffs).unwrap(),
            transitions: (0..4).map(follows).collect(),
        }
    };
    let discount = DiscountFactor::new(Rational::new(7, 10)).unwrap();
    let game = StochasticGame::new(vec![state(0), state(1)], discount, 0).unwrap();
    let found = find_state_polytopes(&game, &Budget::unlimited()).unwrap();
    (game, found.answer.unwrap())
}

#[test]
fn what_is_changed_is_refused_in_states() {
    let (game, right) = states();
    let check =
        |answer: &StatePolytopes| certify_state_polytopes(&game, answer, &Limits::default());
    check(&right).unwrap();
    let bit = Rational::new(1, 1_000_000);
    let is_refused = |change: &dyn Fn(&mut StatePolytopes)| {
        let mut wrong = right.clone();
        change(&mut wrong);
        assert_ne!(wrong, right);
        check(&wrong).unwrap_err()
    };
    let directions = &right.directions;
    for state in 0..2 {
        let right = &right.states[state];
        assert!(
            right.inner.len() > 2 && right.distance.as_ref().unwrap() < &Rational::new(1, 1000)
        );
        for at in 0..right.inner.len() {
            for player in 0..2 {
                is_refused(&|wrong| {
                    let payoff = &mut wrong.states[state].inner[at].payoffs[player];
                    *payoff = &*payoff + &bit;
                });
            }
            is_refused(&|wrong| wrong.states[state].inner[at].profile ^= 1);
            is_refused(&|wrong| wrong.states[state].inner[at].profile = 4);
            for follows in 0..2 {
                is_refused(&|wrong| {
                    drop(wrong.states[state].inner[at].continuation.remove(follows));
                });
                is_refused(&|wrong| {
                    wrong.states[state].inner[at].continuation[follows].1[0].1 = Rational::from(2);
                });
                is_refused(&|wrong| {
                    wrong.states[state].inner[at].continuation[follows].1[0].0 = 99;
                });
            }
            is_refused(&|wrong| {
                let continuation = &mut wrong.states[state].inner[at].continuation;
                let twice = continuation[0].clone();
                continuation.push(twice);
            });
        }
        for (at, direction) in directions.iter().enumerate() {
            let reaches =
                |corner: &OuterCorner| product(direction, &corner.payoffs) == right.levels[at];
            if at < 4 && right.outer.iter().any(reaches) {
                is_refused(&|wrong| {
                    let level = &mut wrong.states[state].levels[at];
                    *level = &*level - &bit;
                });
            }
        }
        for at in 0..right.outer.len() {
            is_refused(&|wrong| drop(wrong.states[state].outer.remove(at)));
        }
        is_refused(&|wrong| wrong.states[state].distance = None);
        is_refused(&|wrong| {
            let distance = wrong.states[state].distance.as_mut().unwrap();
            *distance = &*distance * Rational::new(99, 100);
        });
        let none = is_refused(&|wrong| wrong.states[state] = StatePolytope::without_equilibria());
        assert!(matches!(none, Refutation::Misfit(_) | Refutation::NotOptimal(_)), "{none}");
    }
    let none = is_refused(&|wrong| {
        wrong.directions.clear();
        wrong.states = vec![StatePolytope::without_equilibria(); 2];
    });
    assert!(matches!(none, Refutation::NotOptimal(_)), "{none}");
    is_refused(&|wrong| drop(wrong.states.pop()));
    is_refused(&|wrong| drop(wrong.directions.pop()));
    is_refused(&|wrong| wrong.discount = DiscountFactor::new(Rational::new(1, 2)).unwrap());
}
