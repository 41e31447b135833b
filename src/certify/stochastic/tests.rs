use super::*;
use crate::game::stochastic::{Negotiation, StochasticState};
use crate::game::{DiscountFactor, NormalForm};
use crate::solve::Budget;
use crate::solve::stochastic::{NegotiationOptions, find_transfer_equilibrium, negotiate};

/// Two dilemmas between which play moves, the second one better.
fn game(discount: Rational) -> StochasticGame {
    let third = |first: i64| vec![(0, Rational::new(first, 3)), (1, Rational::new(3 - first, 3))];
    let half = || vec![(0, Rational::new(1, 2)), (1, Rational::new(1, 2))];
    let state = |name: &str, bonus: i64, first: i64| StochasticState {
        name: name.to_owned(),
        stage: NormalForm::from_integers(
            &[&[2 + bonus, bonus - 1], &[3 + bonus, bonus]],
            &[&[2 + bonus, 3 + bonus], &[bonus - 1, bonus]],
        ),
        transitions: vec![third(first), half(), half(), third(first)],
    };
    let discount = DiscountFactor::new(discount).unwrap();
    StochasticGame::new(vec![state("1", 0, 1), state("2", 2, 2)], discount, 0).unwrap()
}

fn solved(game: &StochasticGame) -> TransferEquilibrium {
    find_transfer_equilibrium(game, &Budget::unlimited()).answer.unwrap()
}

fn check(game: &StochasticGame, answer: &TransferEquilibrium) -> Result<Certificate, Refutation> {
    certify_transfers(game, answer, &Limits::default())
}

/// The smallest change that is tried.
fn little() -> Rational {
    Rational::new(1, 1_000_000_000)
}

#[test]
fn right_answers_are_proved_to_be_all() {
    for discount in [Rational::new(7, 10), Rational::new(356, 1000), Rational::ZERO] {
        let game = game(discount);
        let certificate = check(&game, &solved(&game)).unwrap();
        assert!(certificate.complete.is_proved());
    }
}

#[test]
fn every_number_of_the_policies_is_checked() {
    let game = game(Rational::new(7, 10));
    let answer = solved(&game);
    let change = |change: &dyn Fn(&mut Policies)| {
        let mut other = answer.clone();
        change(other.policies.as_mut().unwrap());
        assert!(check(&game, &other).is_err());
    };
    for state in 0..2 {
        change(&|policies| policies.joint[state] += &little());
        change(&|policies| policies.worst[1][state] -= &little());
        change(&|policies| policies.played[state] = 3);
        change(&|policies| policies.punishing[0][state] = 0);
        change(&|policies| policies.played[state] = 4);
    }
    change(&|policies| {
        policies.joint.pop();
    });
    change(&|policies| {
        policies.punishing.pop();
    });
}

#[test]
fn every_bound_is_checked() {
    let game = game(Rational::new(7, 10));
    let answer = solved(&game);
    for round in 0..answer.rounds.len() {
        for state in 0..2 {
            let mut other = answer.clone();
            other.rounds[round].joint[state] -= &little();
            assert!(check(&game, &other).is_err());
            let mut other = answer.clone();
            other.rounds[round].worst[0][state] += &little();
            assert!(check(&game, &other).is_err());
        }
    }
    let none = TransferEquilibrium { policies: None, rounds: Vec::new() };
    assert!(matches!(check(&game, &none), Err(Refutation::Misfit(_))));
}

#[test]
fn what_a_smaller_factor_enforces_not_is_not_enforced() {
    // Cooperation, claimed where it is not sustained.
    let patient = solved(&game(Rational::new(7, 10)));
    assert!(check(&game(Rational::new(356, 1000)), &patient).is_err());
}

fn negotiated(game: &StochasticGame) -> Negotiation {
    let options =
        NegotiationOptions { probability: Rational::new(1, 2), weights: Vec::new(), periods: 40 };
    negotiate(game, &options, &Budget::unlimited()).unwrap().answer.unwrap()
}

#[test]
fn negotiation_is_taken_again() {
    let game = game(Rational::new(9, 10));
    let answer = negotiated(&game);
    let check = |answer: &Negotiation| certify_negotiation(&game, answer, &Limits::default());
    check(&answer).unwrap();
    let change = |change: &dyn Fn(&mut Negotiation)| {
        let mut other = answer.clone();
        change(&mut other);
        assert!(check(&other).is_err());
    };
    for state in 0..2 {
        change(&|answer| answer.joint[state] += 1e-6);
        change(&|answer| answer.worst[0][state] -= 1e-6);
        change(&|answer| answer.shares[1][state] += 1e-6);
        change(&|answer| answer.joint[state] = f64::NAN);
        change(&|answer| answer.played[state] = 3);
        change(&|answer| answer.punishing[0][state] = 0);
    }
    change(&|answer| answer.error = f64::NAN);
    change(&|answer| answer.weights[0] = Rational::ONE);
    change(&|answer| answer.probability = Rational::from(2));
    change(&|answer| answer.without.rounds.clear());
}

#[test]
fn work_has_a_limit() {
    let game = game(Rational::new(7, 10));
    let limits = Limits { work: 1, ..Limits::default() };
    let refused = certify_transfers(&game, &solved(&game), &limits);
    assert!(matches!(refused, Err(Refutation::OutOfReach(_))));
}
