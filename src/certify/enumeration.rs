//! All extreme equilibria of a two-player game, by vertices and labels.
//!
//! For payoffs B of the opponent, the best-response polyhedron of a player with m actions is
//! {(x, v): x ≥ 0, Σx = 1, v ≥ Σ_i x_i B_ij for each j}. A vertex is a strategy x with labels: the
//! actions that x does not play, and the opponent's actions that are best replies to it. A pair of
//! vertices (x, y) is an extreme equilibrium exactly when each action of each player is a label of
//! x or of y (Mangasarian 1964; labels as in von Stengel 2002). All equilibria are convex
//! combinations of these on the maximal Nash subsets (Winkels 1979).
//!
//! The vertices are those extreme rays of the cone {(x, v): x ≥ 0, v ≥ x·B_j} that have Σx > 0. They
//! are found by the double description method (Motzkin, Raiffa, Thompson & Thrall 1953): inequalities
//! are added one at a time, and each adjacent pair of rays on different sides of the new one gives a
//! ray on it. Two rays are adjacent when no third one is tight wherever both are (Fukuda & Prodon
//! 1996). This holds for degenerate games too. All numbers are exact.
//!
//! Actions that are strictly dominated by a pure action are removed first, again and again: no
//! equilibrium plays them, so that the set of equilibria, and with it its extreme points, is the same.

use crate::game::{MixedProfile, MixedStrategy, NormalForm};
use crate::num::Rational;

use super::Refutation;
use super::bits::Bits;
use super::expected::payoffs_by_action;
use super::meter::{Limits, Meter, Spent};
use super::wording::{player, strategy};

/// Payoffs of the opponent: one row for each own action, one entry for each of the opponent's.
type Table = Vec<Vec<Rational>>;

/// A vertex of a best-response polyhedron.
struct Vertex {
    /// The probabilities of the actions that were kept.
    strategy: Vec<Rational>,
    /// Own actions that are not played, and the opponent's actions that are best replies: own
    /// actions come first.
    labels: Bits,
}

/// An extreme ray of the cone, by its slacks: x_i for each own action, then v − x·B_j for each of
/// the opponent's actions, and the positions at which they vanish among the inequalities so far.
struct Ray {
    slacks: Vec<Rational>,
    tight: Bits,
}

/// Every extreme equilibrium of a two-player game, in no particular order.
pub(super) fn enumerate_equilibria(
    game: &NormalForm,
    meter: &mut Meter,
) -> Result<Vec<MixedProfile>, Spent> {
    let kept = undominated(game, meter)?;
    let table = |own: usize| -> Table {
        let other = 1 - own;
        let entry = |i: usize, j: usize| {
            game.payoff(other, i * game.stride(own) + j * game.stride(other)).clone()
        };
        kept[own].iter().map(|&i| kept[other].iter().map(|&j| entry(i, j)).collect()).collect()
    };
    let rows = vertices(&table(0), meter)?;
    let columns = vertices(&table(1), meter)?;
    let (m, n) = (kept[0].len(), kept[1].len());
    // The labels of columns have the column player's actions first: bring them into one order.
    let turned: Vec<Bits> = columns
        .iter()
        .map(|vertex| {
            let label = |at: usize| if at < m { n + at } else { at - m };
            Bits::of(m + n, (0..m + n).filter(|&at| vertex.labels.has(label(at))))
        })
        .collect();
    let mut found = Vec::new();
    for row in &rows {
        meter.spend(columns.len())?;
        for (column, labels) in columns.iter().zip(&turned) {
            if row.labels.cover(labels, m + n) {
                meter.spend(game.num_actions(0) + game.num_actions(1))?;
                found.push(vec![
                    embedded(&row.strategy, &kept[0], game.num_actions(0)),
                    embedded(&column.strategy, &kept[1], game.num_actions(1)),
                ]);
            }
        }
    }
    Ok(found)
}

/// A strategy of the kept actions as one of all actions.
fn embedded(strategy: &[Rational], kept: &[usize], actions: usize) -> MixedStrategy {
    let mut weights = vec![Rational::ZERO; actions];
    for (&action, probability) in kept.iter().zip(strategy) {
        weights[action] = probability.clone();
    }
    // A vertex is scaled to sum one with non-negative entries, so that this cannot fail.
    MixedStrategy::new(weights).unwrap_or_else(|_| MixedStrategy::pure(kept[0], actions))
}

/// The actions that survive iterated elimination of actions strictly dominated by a pure action.
fn undominated(game: &NormalForm, meter: &mut Meter) -> Result<[Vec<usize>; 2], Spent> {
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

/// The vertices of the best-response polyhedron for the opponent's payoffs `table`.
fn vertices(table: &Table, meter: &mut Meter) -> Result<Vec<Vertex>, Spent> {
    let (m, n) = (table.len(), table[0].len());
    let mut rays = first_rays(table);
    for column in 1..n {
        rays = with_inequality(rays, m, m + column, meter)?;
    }
    Ok(rays
        .into_iter()
        .filter(|ray| ray.slacks[..m].iter().any(|x| !x.is_zero()))
        .map(|mut ray| {
            ray.slacks.truncate(m);
            Vertex { strategy: ray.slacks, labels: ray.tight }
        })
        .collect())
}

/// The rays of x ≥ 0 and v ≥ x·B_0, which is an orthant in the coordinates x and v − x·B_0: one
/// unit vector for each own action, and the direction in which only v grows.
fn first_rays(table: &Table) -> Vec<Ray> {
    let (m, n) = (table.len(), table[0].len());
    let mut rays: Vec<Ray> = (0..m)
        .map(|action| {
            let mut slacks = vec![Rational::ZERO; m + n];
            slacks[action] = Rational::ONE;
            for (column, payoff) in table[action].iter().enumerate() {
                slacks[m + column] = &table[action][0] - payoff;
            }
            Ray { slacks, tight: Bits::of(m + n, (0..=m).filter(|&at| at != action)) }
        })
        .collect();
    let mut upward = vec![Rational::ZERO; m];
    upward.resize(m + n, Rational::ONE);
    rays.push(Ray { slacks: upward, tight: Bits::of(m + n, 0..m) });
    rays
}

/// The rays after the inequality at position `at` of the slacks is added.
fn with_inequality(
    rays: Vec<Ray>,
    own_actions: usize,
    at: usize,
    meter: &mut Meter,
) -> Result<Vec<Ray>, Spent> {
    let mut made = Vec::new();
    let side = |wanted: i32| -> Vec<usize> {
        (0..rays.len()).filter(|&ray| rays[ray].slacks[at].signum() == wanted).collect()
    };
    let (above, below) = (side(1), side(-1));
    for &p in &above {
        for &q in &below {
            let both = rays[p].tight.and(&rays[q].tight);
            meter.spend(1)?;
            // In a cone of dimension m + 1 an edge of two rays lies on m − 1 inequalities at least.
            if both.count() + 1 < own_actions {
                continue;
            }
            meter.spend(rays.len() / 4)?;
            let between = |r: usize| r != p && r != q && both.within(&rays[r].tight);
            if !(0..rays.len()).any(between) {
                meter.spend(16 * rays[p].slacks.len())?;
                made.push(crossing(&rays[p], &rays[q], own_actions, at, both));
            }
        }
    }
    let mut left: Vec<Ray> = rays.into_iter().filter(|ray| !ray.slacks[at].is_negative()).collect();
    for ray in &mut left {
        if ray.slacks[at].is_zero() {
            ray.tight.insert(at);
        }
    }
    left.append(&mut made);
    Ok(left)
}

/// The ray between two others at which the slack at position `at` vanishes, scaled to Σx = 1.
fn crossing(above: &Ray, below: &Ray, own_actions: usize, at: usize, both: Bits) -> Ray {
    let (up, down) = (&above.slacks[at], -&below.slacks[at]);
    let mix = |k: usize| &down * &above.slacks[k] + up * &below.slacks[k];
    let mut slacks: Vec<Rational> = (0..above.slacks.len()).map(mix).collect();
    let sum: Rational = slacks[..own_actions].iter().sum();
    // Only the upward ray has Σx = 0, and it is above every inequality, so that the sum is positive.
    for slack in &mut slacks {
        *slack = &*slack / &sum;
    }
    let mut tight = both;
    tight.insert(at);
    Ray { slacks, tight }
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
) -> Result<(), Refutation> {
    for own in 0..2 {
        let other = 1 - own;
        let support = profile[own].support();
        let values = payoffs_by_action(game, other, profile, &mut Meter::new(&Limits::default()))?;
        let best = values.iter().max();
        let replies = (0..values.len()).filter(|&reply| Some(&values[reply]) == best);
        let equations: Vec<Vec<Rational>> = replies
            .map(|j| {
                let entry =
                    |&i: &usize| game.payoff(other, i * game.stride(own) + j * game.stride(other));
                support.iter().map(entry).cloned().chain([-Rational::ONE]).collect()
            })
            .collect();
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
fn rank(mut rows: Vec<Vec<Rational>>) -> usize {
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
    fn rank_counts_independent_rows() {
        let row = |values: [i64; 3]| values.map(Rational::from).to_vec();
        assert_eq!(rank(vec![row([1, 2, 3]), row([2, 4, 6]), row([0, 1, 1])]), 2);
        assert_eq!(rank(vec![row([0, 0, 0])]), 0);
    }
}
