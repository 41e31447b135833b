//! All extreme equilibria of a two-player game, by vertices and labels.
//!
//! For payoffs B of the opponent, the best-response polyhedron of a player with m actions is
//! {(x, v): x ≥ 0, Σx = 1, v ≥ Σ_i x_i B_ij for each j}. A vertex is a strategy x with labels: the
//! actions that x does not play, and the opponent's actions that are best replies to it. A pair of
//! vertices (x, y) is an extreme equilibrium exactly when each action of each player is a label of
//! x or of y (Mangasarian 1964; labels as in von Stengel 2002). All equilibria are convex
//! combinations of these on the maximal Nash subsets (Winkels 1979).
//!
//! The vertices come from [`super::double_description`], which holds for degenerate games too.
//!
//! Actions that are strictly dominated by a pure action are removed first, again and again: no
//! equilibrium plays them, so that the set of equilibria, and with it its extreme points, is the same.

use std::collections::HashMap;

use crate::game::{MixedProfile, MixedStrategy, NormalForm};
use crate::num::Rational;

use super::Refutation;
use super::double_description::{Labels, Vertex, vertices};
use super::expected::payoffs_by_action;
use super::meter::{Meter, Spent};
use super::wording::{player, strategy};

/// Every extreme equilibrium of a two-player game, in no particular order.
pub(super) fn enumerate_equilibria(
    game: &NormalForm,
    meter: &mut Meter,
) -> Result<Vec<MixedProfile>, Spent> {
    let kept = undominated(game, meter)?;
    match kept[0].len() + kept[1].len() {
        0..=64 => enumerate::<1>(game, &kept, meter),
        65..=128 => enumerate::<2>(game, &kept, meter),
        129..=256 => enumerate::<4>(game, &kept, meter),
        257..=1024 => enumerate::<16>(game, &kept, meter),
        _ => Err(Spent),
    }
}

/// The same for kept actions of at most 64·W together.
fn enumerate<const W: usize>(
    game: &NormalForm,
    kept: &[Vec<usize>; 2],
    meter: &mut Meter,
) -> Result<Vec<MixedProfile>, Spent> {
    let (m, n) = (kept[0].len(), kept[1].len());
    // The opponent's payoffs: one row for each own action.
    let table = |own: usize| -> Vec<Vec<Rational>> {
        let other = 1 - own;
        let entry = |i: usize, j: usize| {
            game.payoff(other, i * game.stride(own) + j * game.stride(other)).clone()
        };
        kept[own].iter().map(|&i| kept[other].iter().map(|&j| entry(i, j)).collect()).collect()
    };
    let rows: Vec<Vertex<W>> = vertices(&table(0), meter)?;
    let columns: Vec<Vertex<W>> = vertices(&table(1), meter)?;
    meter.spend((rows.len() + columns.len()) * (m + n))?;
    // What a row leaves open must be a label of the column. The labels of columns have the column
    // player's actions first: both are written in the order of the rows' labels.
    let open: Vec<Labels<W>> = rows
        .iter()
        .map(|row| Labels::of((0..m + n).filter(|&label| !row.labels.has(label))))
        .collect();
    let turned: Vec<Labels<W>> = columns
        .iter()
        .map(|column| {
            let label = |at: usize| if at < m { n + at } else { at - m };
            Labels::of((0..m + n).filter(|&at| column.labels.has(label(at))))
        })
        .collect();
    let mut pairs = Vec::new();
    // A simple row leaves n labels open, and a simple column has n: then they must be the same.
    let simple: HashMap<Labels<W>, usize> =
        turned.iter().copied().zip(0..).filter(|(labels, _)| labels.count() == n).collect();
    let more: Vec<usize> = (0..columns.len()).filter(|&at| turned[at].count() > n).collect();
    for (row, open) in open.iter().enumerate() {
        if open.count() == n {
            pairs.extend(simple.get(open).map(|&column| (row, column)));
            meter.spend(more.len() + 1)?;
            pairs.extend(more.iter().filter(|&&at| open.within(&turned[at])).map(|&at| (row, at)));
        } else {
            meter.spend(columns.len())?;
            let meets = |&at: &usize| open.within(&turned[at]);
            pairs.extend((0..columns.len()).filter(meets).map(|at| (row, at)));
        }
    }
    meter.spend(pairs.len() * (game.num_actions(0) + game.num_actions(1)))?;
    Ok(pairs
        .into_iter()
        .map(|(row, column)| {
            vec![
                embedded(&rows[row].strategy, &kept[0], game.num_actions(0)),
                embedded(&columns[column].strategy, &kept[1], game.num_actions(1)),
            ]
        })
        .collect())
}

/// A strategy of the kept actions as one of all actions.
pub(super) fn embedded(strategy: &[Rational], kept: &[usize], actions: usize) -> MixedStrategy {
    let mut weights = vec![Rational::ZERO; actions];
    for (&action, probability) in kept.iter().zip(strategy) {
        weights[action] = probability.clone();
    }
    // A vertex is scaled to sum one with non-negative entries, so that this cannot fail.
    MixedStrategy::new(weights).unwrap_or_else(|_| MixedStrategy::pure(kept[0], actions))
}

/// The actions that survive iterated elimination of actions strictly dominated by a pure action.
pub(super) fn undominated(game: &NormalForm, meter: &mut Meter) -> Result<[Vec<usize>; 2], Spent> {
    let mut kept = [0, 1].map(|at| (0..game.num_actions(at)).collect::<Vec<usize>>());
    loop {
        let mut removed = false;
        for own in 0..2 {
            let other = 1 - own;
            let payoff = |i: usize, j: usize| {
                game.payoff(own, i * game.stride(own) + j * game.stride(other))
            };
            let (mine, theirs) = (&kept[own], &kept[other]);
            meter.spend(mine.len() * mine.len() * theirs.len())?;
            let left: Vec<usize> = mine
                .iter()
                .copied()
                .filter(|&low| {
                    !mine
                        .iter()
                        .any(|&high| theirs.iter().all(|&j| payoff(high, j) > payoff(low, j)))
                })
                .collect();
            removed |= left.len() < mine.len();
            kept[own] = left;
        }
        if !removed {
            return Ok(kept);
        }
    }
}

/// That both strategies of an equilibrium are vertices of the best-response polyhedra.
///
/// A strategy with support S, to which the opponent's best replies are J, is a vertex exactly when
/// the equations Σ_{i∈S} x_i B_ij = v for j in J leave only multiples of (x, v): when their matrix,
/// with the column of −1 for v, has rank |S|.
pub(super) fn check_extreme(
    game: &NormalForm,
    profile: &[MixedStrategy],
    at: usize,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    for own in 0..2 {
        let other = 1 - own;
        let support = profile[own].support();
        let values = payoffs_by_action(game, other, profile, meter)?;
        let best = values.iter().max();
        let replies = (0..values.len()).filter(|&reply| Some(&values[reply]) == best);
        let equations: Vec<Vec<Rational>> = replies
            .map(|j| {
                let entry =
                    |&i: &usize| game.payoff(other, i * game.stride(own) + j * game.stride(other));
                support.iter().map(entry).cloned().chain([-Rational::ONE]).collect()
            })
            .collect();
        meter.spend(8 * equations.len() * support.len() * support.len())?;
        if rank(equations) < support.len() {
            return Err(Refutation::WrongList(format!(
                "equilibrium {} is not extreme: the strategy {} of player {} lies between others \
                 with the same support and best replies",
                at + 1,
                strategy(game, own, &profile[own]),
                player(game, own)
            )));
        }
    }
    Ok(())
}

/// The rank of a matrix, by elimination in exact numbers.
pub(super) fn rank(mut rows: Vec<Vec<Rational>>) -> usize {
    let width = rows.first().map_or(0, Vec::len);
    let mut rank = 0;
    for column in 0..width {
        let Some(pivot) = (rank..rows.len()).find(|&row| !rows[row][column].is_zero()) else {
            continue;
        };
        rows.swap(rank, pivot);
        let (done, rest) = rows.split_at_mut(rank + 1);
        let lead = &done[rank];
        for row in rest.iter_mut().filter(|row| !row[column].is_zero()) {
            let factor = &row[column] / &lead[column];
            for k in column..width {
                let change = &factor * &lead[k];
                row[k] -= &change;
            }
        }
        rank += 1;
    }
    rank
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certify::Limits;

    fn all(game: &NormalForm) -> Vec<MixedProfile> {
        let mut found = enumerate_equilibria(game, &mut Meter::new(&Limits::default())).unwrap();
        found.sort();
        found
    }

    #[test]
    fn matching_pennies_has_one_mixed_equilibrium() {
        let game = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
        let half = MixedStrategy::new(vec![Rational::new(1, 2); 2]).unwrap();
        assert_eq!(all(&game), [vec![half.clone(), half]]);
    }

    #[test]
    fn a_game_of_zeros_has_every_pure_profile_and_no_other_extreme_one() {
        let zeros: &[&[i64]] = &[&[0; 3], &[0; 3]];
        assert_eq!(all(&NormalForm::from_integers(zeros, zeros)).len(), 6);
    }

    #[test]
    fn one_action_against_many_is_degenerate_and_right() {
        let game = NormalForm::from_integers(&[&[1, 2, 3]], &[&[5, 5, 4]]);
        assert_eq!(all(&game).len(), 2);
    }

    #[test]
    fn wide_games_are_enumerated_alike_with_any_width_of_labels() {
        let mut seed = 1u64;
        let mut table = |m: usize, n: usize| -> Vec<Vec<Rational>> {
            let mut next = || {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                Rational::from((seed >> 33) as i64 % 9)
            };
            (0..m).map(|_| (0..n).map(|_| next()).collect()).collect()
        };
        for (m, n) in [(2, 70), (70, 2), (3, 20)] {
            let game = NormalForm::bimatrix(&table(m, n), &table(m, n)).unwrap();
            let kept = [(0..m).collect::<Vec<_>>(), (0..n).collect()];
            let meter = || Meter::new(&Limits::default());
            let mut wide = enumerate::<4>(&game, &kept, &mut meter()).unwrap();
            let mut wider = enumerate::<16>(&game, &kept, &mut meter()).unwrap();
            wide.sort();
            wider.sort();
            assert_eq!(wide, wider);
            // Removing dominated actions first changes nothing.
            assert_eq!(all(&game), wide);
            assert!(!wide.is_empty());
        }
    }

    #[test]
    fn rank_counts_independent_rows() {
        let row = |values: [i64; 3]| values.map(Rational::from).to_vec();
        assert_eq!(rank(vec![row([1, 2, 3]), row([2, 4, 6]), row([0, 1, 1])]), 2);
        assert_eq!(rank(vec![row([0, 0, 0])]), 0);
    }
}
