//! Doctored answers are refused.

use super::*;
use crate::game::public::LiquidityRow;
use crate::game::{DiscountFactor, NormalForm, Player};
use crate::solve::Budget;
use crate::solve::public::find_public_equilibria;

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
