//! The index of equilibria: a test that finds many incomplete lists, and proves none complete.
//!
//! A nondegenerate equilibrium (x, y) plays k actions on each side, every best reply is played, and
//! the payoffs A and B on its supports, made positive by adding a constant, have determinants
//! other than zero. Its index is (−1)^(k+1) · sign(det A · det B), which is +1 or −1 (Shapley 1974).
//! The indices of the components of all equilibria sum to +1. So if every listed equilibrium is
//! nondegenerate and the sum is not 1, some are missing; if it is 1, those that might be missing
//! have indices that sum to zero.

use crate::game::NormalForm;
use crate::game::answer::Equilibrium;
use crate::num::Rational;

use super::expected::payoffs_by_action;
use super::meter::{Limits, Meter};
use super::{Completeness, Refutation};

/// Whether the indices of a list of equilibria of two players can be those of all of them.
pub(super) fn check_index(
    game: &NormalForm,
    list: &[Equilibrium],
) -> Result<Completeness, Refutation> {
    let mut sum = 0i64;
    for member in list {
        match index(game, member)? {
            Some(index) => sum += i64::from(index),
            None => {
                return Ok(Completeness::NotChecked(
                    "the game is too large for an enumeration within the limit, and a degenerate \
                     equilibrium keeps the indices from deciding"
                        .to_owned(),
                ));
            }
        }
    }
    if sum == 1 {
        return Ok(Completeness::Consistent(format!(
            "the game is too large for an enumeration within the limit; the indices of the {} \
             equilibria sum to +1, as those of a complete list do",
            list.len()
        )));
    }
    Err(Refutation::Incomplete(format!(
        "the indices of the {} equilibria, all nondegenerate, sum to {sum}; those of all equilibria \
         sum to 1",
        list.len()
    )))
}

/// The index of a nondegenerate equilibrium of two players; `None` for a degenerate one.
pub(super) fn index(game: &NormalForm, member: &Equilibrium) -> Result<Option<i32>, Refutation> {
    let supports = [member.profile[0].support(), member.profile[1].support()];
    if supports[0].len() != supports[1].len() {
        return Ok(None);
    }
    let mut sign = 1;
    for own in 0..2 {
        let values =
            payoffs_by_action(game, own, &member.profile, &mut Meter::new(&Limits::default()))?;
        let best = values.iter().max();
        if values.iter().filter(|value| Some(*value) == best).count() != supports[own].len() {
            return Ok(None);
        }
        // With every payoff at least one, the payoff at the equilibrium is positive.
        let least = game.payoffs(own).iter().min().cloned().unwrap_or_default();
        let shift = Rational::ONE - least;
        let matrix = supports[0]
            .iter()
            .map(|&i| {
                supports[1]
                    .iter()
                    .map(|&j| game.payoff(own, game.profile_index(&[i, j])) + &shift)
                    .collect()
            })
            .collect();
        sign *= determinant_sign(matrix);
    }
    let parity = if supports[0].len() % 2 == 1 { 1 } else { -1 };
    Ok((sign != 0).then_some(parity * sign))
}

/// The sign of the determinant of a square matrix.
fn determinant_sign(mut rows: Vec<Vec<Rational>>) -> i32 {
    let size = rows.len();
    let mut sign = 1;
    for column in 0..size {
        let Some(pivot) = (column..size).find(|&row| !rows[row][column].is_zero()) else {
            return 0;
        };
        if pivot != column {
            rows.swap(pivot, column);
            sign = -sign;
        }
        let (done, rest) = rows.split_at_mut(column + 1);
        let lead = &done[column];
        sign *= lead[column].signum();
        for row in rest.iter_mut().filter(|row| !row[column].is_zero()) {
            let factor = &row[column] / &lead[column];
            for k in column..size {
                let change = &factor * &lead[k];
                row[k] -= &change;
            }
        }
    }
    sign
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::game::MixedStrategy;

    #[test]
    fn indices_of_a_coordination_game_are_plus_minus_plus() {
        let game = NormalForm::from_integers(&[&[2, 0], &[0, 1]], &[&[2, 0], &[0, 1]]);
        let member = |x: &[(i64, i64)]| {
            let one =
                MixedStrategy::new(x.iter().map(|&(p, q)| Rational::new(p, q)).collect()).unwrap();
            Equilibrium { profile: vec![one.clone(), one], payoffs: vec![], regret: Rational::ZERO }
        };
        let of = |x| index(&game, &member(x)).unwrap();
        assert_eq!(of(&[(1, 1), (0, 1)]), Some(1));
        assert_eq!(of(&[(0, 1), (1, 1)]), Some(1));
        assert_eq!(of(&[(1, 3), (2, 3)]), Some(-1));
    }
}
