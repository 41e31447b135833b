//! Doctored answers are refused.

use super::*;
use crate::game::public::{Enforced, LiquidityRow, PublicLimit};
use crate::game::{DiscountFactor, NormalForm, Player};
use crate::solve::Budget;
use crate::solve::public::{find_limit_payoffs, find_public_equilibria};

fn game() -> PublicGame {
    let numbers = |text: &str| text.split(' ').map(|one| one.parse().unwrap()).collect();
    let players = vec![Player::new("Row", ["C", "D"]), Player::new("Column", ["C", "D"])];
    let payoffs = vec![numbers("1 -1.5 2 0"), numbers("1 2 -1.5 0")];
    let signals = ["yC", "yD", "y1", "y2"].map(str::to_owned).to_vec();
    let rows = ["0.7 0.1 0.1 0.1", "0.3 0.3 0.1 0.3", "0.3 0.3 0.3 0.1", "0 1 0 0"];
    let stage = NormalForm::new(players, payoffs).unwrap();
    PublicGame::new(stage, signals, rows.iter().map(|row| numbers(row)).collect()).unwrap()
}

fn answer(discount: &str) -> PublicEquilibria {
    let discount = DiscountFactor::new(discount.parse().unwrap()).unwrap();
    let form = PublicForm::Transfers;
    find_public_equilibria(&game(), form, Some(&discount), &Budget::unlimited())
        .unwrap()
        .answer
        .unwrap()
}

fn check(answer: &PublicEquilibria) -> Result<Certificate, Refutation> {
    certify_public_equilibria(&game(), answer, &Limits::default())
}

/// That the answer passes, and does not after the change.
fn refused(discount: &str, change: impl Fn(&mut PublicEquilibria)) -> Refutation {
    let mut answer = answer(discount);
    assert!(check(&answer).is_ok());
    change(&mut answer);
    check(&answer).unwrap_err()
}

fn little() -> Rational {
    Rational::new(1, 1_000_000)
}

fn joint(answer: &mut PublicEquilibria) -> &mut Curve {
    answer.profiles[0].joint.as_mut().unwrap()
}

#[test]
fn rewards_that_do_not_deter_or_are_not_there_are_refused() {
    let found = refused("4/5", |answer| {
        let reward = &mut joint(answer).points[0].rewards[0][0];
        *reward -= &little();
    });
    assert!(matches!(found, Refutation::Deviation(_)), "{found}");
    let found = refused("4/5", |answer| {
        let reward = &mut joint(answer).points[0].rewards[0][0];
        *reward += little();
    });
    assert!(matches!(found, Refutation::WrongNumber(_)), "{found}");
    let found = refused("4/5", |answer| {
        joint(answer).points[0].rewards[1][2] = -little();
    });
    assert!(matches!(found, Refutation::Misfit(_)), "{found}");
}

#[test]
fn multipliers_that_prove_nothing_are_refused() {
    for at in [0, 1] {
        let found = refused("4/5", |answer| {
            let weight = joint(answer).proofs[at][0].iter_mut().find(|weight| !weight.is_zero());
            match weight {
                Some(weight) => *weight += little(),
                None => joint(answer).proofs[at][0][1] = little(),
            }
        });
        assert!(matches!(found, Refutation::NotOptimal(_)), "{at}: {found}");
    }
    let found = refused("4/5", |answer| answer.profiles[0].least = Some(Rational::from(6)));
    assert!(matches!(found, Refutation::NotOptimal(_)), "{found}");
    let found = refused("4/5", |answer| answer.profiles[0].proof[0][1] = -Rational::ONE);
    assert!(matches!(found, Refutation::Misfit(_)), "{found}");
    // A profile that can be enforced is said not to be.
    let found = refused("4/5", |answer| {
        answer.profiles[0].least = None;
        answer.profiles[0].joint = None;
        answer.profiles[0].worst.clear();
    });
    assert!(matches!(found, Refutation::NotOptimal(_)), "{found}");
}

#[test]
fn rows_that_are_missing_or_wrong_are_refused() {
    for at in 0..4 {
        refused("4/5", |answer| drop(answer.rows.remove(at)));
        refused("4/5", |answer| answer.rows[at].joint += little());
        refused("4/5", |answer| answer.rows[at].worst[1] -= &little());
        refused("4/5", |answer| answer.rows[at].optimal = !answer.rows[at].optimal);
        refused("4/5", |answer| answer.rows[at].discount = None);
    }
    refused("4/5", |answer| answer.rows[2].played = 3);
    refused("4/5", |answer| answer.rows[2].punishing[0] = 2);
    refused("4/5", |answer| answer.rows[2].punishing[0] = 17);
    refused("4/5", |answer| drop(answer.profiles.pop()));
}

#[test]
fn another_liquidity_at_the_discount_factor_is_refused() {
    let row = |answer: &PublicEquilibria, at: usize| -> Option<LiquidityRow> {
        let mut row = answer.rows[at].clone();
        row.optimal = true;
        Some(row)
    };
    for discount in ["0", "1/2", "10/13", "4/5", "5/6", "9/10"] {
        let right = answer(discount).at.unwrap().row.unwrap();
        for at in 0..4 {
            let other = row(&answer(discount), at).unwrap();
            if other.liquidity != right.liquidity {
                refused(discount, |answer| answer.at.as_mut().unwrap().row = row(answer, at));
            }
        }
        refused(discount, |answer| answer.at.as_mut().unwrap().row = None);
        if discount != "0" {
            refused(discount, |answer| {
                answer.at.as_mut().unwrap().discount = DiscountFactor::new(Rational::ZERO).unwrap();
                answer.at.as_mut().unwrap().row = row(answer, 2);
            });
        }
    }
}

/// One player who can choose, and no signal of what he did: nothing enforces C, where A gets 10 and not 0.
fn unseen(players: usize) -> PublicGame {
    let named = ["A", "B", "Z"].map(|name| {
        Player::new(name, if name == "B" { &["C", "D"][..] } else { &["x"] }.iter().copied())
    });
    let payoffs: Vec<Vec<Rational>> =
        [[10, 0], [1, 2], [0, 0]].map(|own| own.map(Rational::from).to_vec()).into();
    let stage = NormalForm::new(named[..players].to_vec(), payoffs[..players].to_vec()).unwrap();
    PublicGame::new(stage, vec!["y".to_owned()], vec![vec![Rational::ONE]; 2]).unwrap()
}

fn limit(game: &PublicGame) -> PublicLimit {
    find_limit_payoffs(game, &Budget::unlimited()).unwrap().answer.unwrap()
}

#[test]
fn a_profile_that_nothing_enforces_reaches_no_score() {
    for players in [2, 3] {
        let game = unseen(players);
        let right = limit(&game);
        let check = |answer: &PublicLimit| certify_limit_payoffs(&game, answer, &Limits::default());
        assert!(check(&right).is_ok());
        // Without the proof that nothing enforces C, and with the score that it would reach.
        for by in
            [vec![vec![Rational::ZERO]; players], vec![vec![Rational::from(5)]; players], vec![]]
        {
            let mut wrong = right.clone();
            wrong.enforced[0] = Enforced::By(by.clone());
            for score in &mut wrong.scores {
                let weights = &score.direction.weights;
                let mut own = score.profiles[1].clone().unwrap();
                let payoffs = [10, 1, 0].map(Rational::from);
                own.value = weights.iter().zip(&payoffs).map(|(one, payoff)| one * payoff).sum();
                if score.value.as_ref().is_some_and(|value| *value < own.value) {
                    score.value = Some(own.value.clone());
                    score.reached = Some((0, score.reached.clone().unwrap().1));
                }
                score.profiles[0] = Some(own);
            }
            let found = check(&wrong).unwrap_err();
            let fits = if by.is_empty() {
                matches!(found, Refutation::Misfit(_))
            } else {
                matches!(found, Refutation::Deviation(_))
            };
            assert!(fits, "{found}");
        }
    }
}

#[test]
fn wrong_scores_and_corners_are_refused() {
    let game = game();
    let right = limit(&game);
    let check = |answer: &PublicLimit| certify_limit_payoffs(&game, answer, &Limits::default());
    assert!(check(&right).is_ok() && right.is_exact());
    let refused = |change: &dyn Fn(&mut PublicLimit)| {
        let mut answer = right.clone();
        change(&mut answer);
        assert!(check(&answer).is_err(), "{answer:?}");
    };
    for at in 0..right.scores.len() {
        refused(&|answer| answer.scores[at].value = Some(Rational::from(100)));
        refused(&|answer| answer.scores[at].value = None);
        refused(&|answer| answer.scores[at].reached = None);
        refused(&|answer| {
            let own = answer.scores[at].profiles[0].as_mut().unwrap();
            own.value -= &little();
        });
    }
    for at in 0..right.corners.as_ref().unwrap().len() {
        let corners = |answer: &mut PublicLimit| answer.corners.take().unwrap();
        refused(&|answer| {
            let mut list = corners(answer);
            list[at].payoffs[0] += little();
            answer.corners = Some(list);
        });
        refused(&|answer| {
            let mut list = corners(answer);
            list.remove(at);
            answer.corners = Some(list);
        });
    }
    for profile in 0..right.enforced.len() {
        refused(&|answer| {
            let nobody = vec![vec![Rational::ZERO; 2]; 2];
            answer.enforced[profile] = Enforced::Nothing(nobody);
        });
    }
    refused(&|answer| drop(answer.enforced.pop()));
}
