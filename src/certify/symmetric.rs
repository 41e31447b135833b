//! Symmetric equilibria of a symmetric game of two players, and evolutionary stability.
//!
//! *The list.* Each member is checked as an equilibrium with both strategies the same; that none is
//! missing by the vertices of the best-response polyhedron ([`super::double_description`]) at which
//! each action is unplayed or best.
//!
//! *Convex sets.* The hull of some strategies consists of symmetric equilibria exactly when each is a
//! best reply to each. The largest such sets are found again by adding one strategy after the other.
//!
//! *Not stable.* The invader y is another best reply to x, and gets at least as much against itself as
//! x gets against it.
//!
//! *Stable.* With k played by x, the matrix Q_ij = −(d_ij + d_ji), d_ij = a_ij − a_ik − a_kj + a_kk, on
//! the other best replies must have wᵀQw > 0 for all w ≠ 0 that are not negative off the support. A
//! positive definite Q is enough: its leading minors are positive (Sylvester). Otherwise the criterion
//! of Keller (Hadeler 1983): with F the played actions, Q_FF must be positive definite, and for each
//! set S of others whose cofactors in the last row of Q_{F∪S} are positive at all of S, so must be
//! det Q_{F∪S}. (With Q_FF > 0 these are, up to its determinant, the cofactors and the determinant of
//! the Schur complement on S, for which Keller states the criterion.)

use std::collections::BTreeSet;

use crate::game::answer::{Equilibrium, Evolutionary, Symmetric};
use crate::game::{MixedStrategy, NormalForm};
use crate::num::Rational;

use super::double_description::{Vertex, vertices};
use super::enumeration::{check_extreme, embedded, undominated};
use super::equilibria::check_one;
use super::meter::{Limits, Meter, Spent, weight};
use super::wording::{count, strategy};
use super::{Certificate, Completeness, Refutation};

/// Checks the list and its order, the convex sets, each proof about stability, and completeness.
///
/// Work: that of the vertices of one polyhedron; for each stable strategy 2ʳ eliminations with r best
/// replies that are not played, unless a matrix is positive definite.
///
/// # Errors
/// A [`Refutation`] that names the equilibrium.
pub fn certify_symmetric(
    game: &NormalForm,
    answer: &Symmetric,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let matrix = symmetric_payoffs(game)?;
    let mut meter = Meter::for_passes(limits);
    check_list(game, answer, &mut meter)?;
    let mut checked = vec![format!(
        "{}: probabilities, payoffs, both strategies the same, and no gain from any unilateral \
         deviation, exactly",
        count(answer.list.len(), "symmetric equilibrium", "symmetric equilibria")
    )];
    if answer.stability.len() != answer.list.len() {
        return Err(Refutation::Misfit(
            "each equilibrium needs a word on its stability".to_owned(),
        ));
    }
    checked.extend(check_stability(game, &matrix, answer, &mut meter)?);
    match (&answer.sets, answer.complete) {
        (Some(sets), true) => checked.push(check_sets(&matrix, &answer.list, sets, limits)?),
        (Some(_), false) => {
            return Err(Refutation::Misfit(
                "without all extreme symmetric equilibria their convex sets are not known"
                    .to_owned(),
            ));
        }
        (None, _) => {}
    }
    let complete = if answer.complete {
        check_complete(game, &answer.list, limits)?
    } else {
        Completeness::NotClaimed
    };
    Ok(Certificate { checked, complete })
}

/// The payoff of each action against each.
fn symmetric_payoffs(game: &NormalForm) -> Result<Vec<Vec<Rational>>, Refutation> {
    let refuse = |text: &str| Err(Refutation::Misfit(text.to_owned()));
    if game.num_players() != 2 || game.num_actions(0) != game.num_actions(1) {
        return refuse("symmetric equilibria are for two players with the same actions");
    }
    let actions = game.num_actions(0);
    for i in 0..actions {
        for j in 0..actions {
            let (here, there) = (game.profile_index(&[i, j]), game.profile_index(&[j, i]));
            if game.payoff(0, here) != game.payoff(1, there) {
                return refuse("the game is not symmetric");
            }
        }
    }
    let payoff = |i: usize, j: usize| game.payoff(0, game.profile_index(&[i, j])).clone();
    Ok((0..actions).map(|i| (0..actions).map(|j| payoff(i, j)).collect()).collect())
}

fn check_list(game: &NormalForm, answer: &Symmetric, meter: &mut Meter) -> Result<(), Refutation> {
    for (at, one) in answer.list.iter().enumerate() {
        check_one(game, one, meter)?;
        if one.profile[0] != one.profile[1] {
            return Err(Refutation::WrongList(format!(
                "equilibrium {} is not symmetric: the strategies are {} and {}",
                at + 1,
                strategy(game, 0, &one.profile[0]),
                strategy(game, 1, &one.profile[1])
            )));
        }
        if !one.regret.is_zero() {
            return Err(Refutation::WrongList(format!(
                "equilibrium {} of an exact list has a regret",
                at + 1
            )));
        }
        check_extreme(game, &one.profile, at, meter)?;
    }
    match answer.list.windows(2).position(|pair| pair[0].profile <= pair[1].profile) {
        Some(at) => Err(Refutation::WrongList(format!(
            "equilibria {} and {} are the same or in the wrong order",
            at + 1,
            at + 2
        ))),
        None => Ok(()),
    }
}

/// What each of all actions gets against a strategy.
fn against(matrix: &[Vec<Rational>], mixed: &MixedStrategy) -> Vec<Rational> {
    let support = mixed.support();
    let value = |row: &Vec<Rational>| -> Rational {
        support.iter().map(|&j| &row[j] * &mixed.probabilities()[j]).sum()
    };
    matrix.iter().map(value).collect()
}

fn average(mixed: &MixedStrategy, payoffs: &[Rational]) -> Rational {
    mixed.probabilities().iter().zip(payoffs).map(|(p, u)| p * u).sum()
}

/// Checks each statement; the sentences say what was found, and what was out of reach.
fn check_stability(
    game: &NormalForm,
    matrix: &[Vec<Rational>],
    answer: &Symmetric,
    meter: &mut Meter,
) -> Result<Vec<String>, Refutation> {
    let (mut stable, mut invaded, mut unchecked) = (0, 0, 0);
    for (at, (one, stated)) in answer.list.iter().zip(&answer.stability).enumerate() {
        let x = &one.profile[0];
        meter.spend(2 * matrix.len() * matrix.len())?;
        match stated {
            Evolutionary::NotDecided => {}
            Evolutionary::Invaded(invader) => {
                check_invader(game, matrix, at, x, invader)?;
                invaded += 1;
            }
            Evolutionary::Stable => match is_stable(matrix, x, meter) {
                Ok(Some(true)) => stable += 1,
                Ok(Some(false)) => {
                    return Err(Refutation::WrongNumber(format!(
                        "equilibrium {} is said to be evolutionarily stable, and is not",
                        at + 1
                    )));
                }
                Ok(None) => {
                    return Err(Refutation::OutOfReach(format!(
                        "equilibrium {} is said to be evolutionarily stable with more than {} best \
                         replies that are not played, and no matrix shows it",
                        at + 1,
                        Evolutionary::MOST_UNPLAYED
                    )));
                }
                Err(Spent) => unchecked += 1,
            },
        }
    }
    let mut said = Vec::new();
    if stable > 0 {
        said.push(format!(
            "{stable} evolutionarily stable: by the minors of a matrix on the best replies"
        ));
    }
    if invaded > 0 {
        said.push(format!("{invaded} not: by another best reply that does as well against itself"));
    }
    if unchecked > 0 {
        said.push(format!(
            "the stability of {unchecked} was not checked again within the limit on the work"
        ));
    }
    Ok(said)
}

fn check_invader(
    game: &NormalForm,
    matrix: &[Vec<Rational>],
    at: usize,
    x: &MixedStrategy,
    y: &MixedStrategy,
) -> Result<(), Refutation> {
    super::expected::on_simplex(game, 0, y)?;
    let said = || format!("{}, which is to invade equilibrium {},", strategy(game, 0, y), at + 1);
    if x == y {
        return Err(Refutation::WrongNumber(format!("{} is the same strategy", said())));
    }
    let payoffs = against(matrix, x);
    if average(y, &payoffs) != average(x, &payoffs) {
        return Err(Refutation::NotOptimal(format!("{} is no best reply to it", said())));
    }
    let payoffs = against(matrix, y);
    if average(x, &payoffs) > average(y, &payoffs) {
        return Err(Refutation::WrongNumber(format!("{} gets less against itself", said())));
    }
    Ok(())
}

/// Whether a strategy that is a best reply to itself is evolutionarily stable; `None` when there are
/// too many best replies that are not played.
fn is_stable(
    matrix: &[Vec<Rational>],
    x: &MixedStrategy,
    meter: &mut Meter,
) -> Result<Option<bool>, Spent> {
    let payoffs = against(matrix, x);
    let best = payoffs.iter().max();
    let support = x.support();
    let Some((&k, played)) = support.split_first() else { return Ok(None) };
    let unplayed: Vec<usize> = (0..matrix.len())
        .filter(|&i| Some(&payoffs[i]) == best && x.probabilities()[i].is_zero())
        .collect();
    let entry = |i: usize, j: usize| {
        let a = |i: usize, j: usize| &matrix[i][j];
        -(a(i, j) + a(j, i)) + (a(i, k) + a(k, i)) + (a(k, j) + a(j, k)) - (a(k, k) + a(k, k))
    };
    let minor = |of: &[usize]| -> Vec<Vec<Rational>> {
        of.iter().map(|&i| of.iter().map(|&j| entry(i, j)).collect()).collect()
    };
    let all: Vec<usize> = played.iter().chain(&unplayed).copied().collect();
    let positive = positive_leading_minors(minor(&all), meter)?;
    if positive == all.len() {
        return Ok(Some(true));
    }
    if positive < played.len() {
        return Ok(Some(false));
    }
    if unplayed.len() > Evolutionary::MOST_UNPLAYED {
        return Ok(None);
    }
    for set in 1u32..1 << unplayed.len() {
        let mut of = played.to_vec();
        of.extend((0..unplayed.len()).filter(|&at| set >> at & 1 == 1).map(|at| unplayed[at]));
        if !keller(minor(&of), played.len(), meter)? {
            return Ok(Some(false));
        }
    }
    Ok(Some(true))
}

/// How many leading principal minors are positive before the first that is not. The determinants are
/// those of Bareiss (1968): in his elimination the pivots are the leading minors themselves.
fn positive_leading_minors(
    mut rows: Vec<Vec<Rational>>,
    meter: &mut Meter,
) -> Result<usize, Spent> {
    let mut before = Rational::ONE;
    for at in 0..rows.len() {
        if !rows[at][at].is_positive() {
            return Ok(at);
        }
        let (done, rest) = rows.split_at_mut(at + 1);
        let lead = &done[at];
        for row in rest.iter_mut() {
            meter.spend(3 * lead.len() * weight(&row[at]))?;
            let factor = row[at].clone();
            for column in at..lead.len() {
                row[column] = (&lead[at] * &row[column] - &factor * &lead[column]) / &before;
            }
        }
        before = lead[at].clone();
    }
    Ok(rows.len())
}

/// Keller's condition on one matrix: when the cofactors in the last row are positive from position
/// `from` on, so is the determinant.
///
/// The cofactor of the last entry is the minor d without it. Where d > 0, the cofactors are d times
/// (y, 1) with y the solution of the rows but the last, and the determinant is the last row's product
/// with them.
fn keller(mut rows: Vec<Vec<Rational>>, from: usize, meter: &mut Meter) -> Result<bool, Spent> {
    let Some(last) = rows.pop() else { return Ok(true) };
    let size = rows.len();
    let mut sign = 1;
    for at in 0..size {
        let Some(pivot) = (at..size).find(|&row| !rows[row][at].is_zero()) else {
            // d = 0.
            return Ok(true);
        };
        if pivot != at {
            rows.swap(at, pivot);
            sign = -sign;
        }
        sign *= rows[at][at].signum();
        let (done, rest) = rows.split_at_mut(at + 1);
        let lead = &done[at];
        for row in rest.iter_mut().filter(|row| !row[at].is_zero()) {
            meter.spend(2 * lead.len() * weight(&row[at]))?;
            let factor = &row[at] / &lead[at];
            for column in at..=size {
                let change = &factor * &lead[column];
                row[column] -= &change;
            }
        }
    }
    if sign < 0 {
        return Ok(true);
    }
    let mut cofactors = vec![Rational::ZERO; size];
    cofactors.push(Rational::ONE);
    for at in (0..size).rev() {
        let sum: Rational =
            (at + 1..=size).map(|column| &rows[at][column] * &cofactors[column]).sum();
        cofactors[at] = -(sum / &rows[at][at]);
    }
    let determinant: Rational = last.iter().zip(&cofactors).map(|(q, c)| q * c).sum();
    Ok(determinant.is_positive() || !cofactors[from..].iter().all(Rational::is_positive))
}

/// That the sets are the largest whose members are best replies to one another.
fn check_sets(
    matrix: &[Vec<Rational>],
    list: &[Equilibrium],
    stated: &[Vec<usize>],
    limits: &Limits,
) -> Result<String, Refutation> {
    let mut meter = Meter::new(limits);
    match largest_sets(matrix, list, &mut meter) {
        Err(Spent) => {
            Ok("the convex sets were not checked within the limit on the work".to_owned())
        }
        Ok(found) if found.len() == stated.len() && found.iter().eq(stated) => Ok(format!(
            "the set of all symmetric equilibria is the union of {}, found again",
            count(stated.len(), "convex set", "convex sets")
        )),
        Ok(_) => Err(Refutation::WrongList(
            "the maximal convex sets of symmetric equilibria are others than those stated"
                .to_owned(),
        )),
    }
}

/// One strategy after the other: a set that is near the new one grows by it, and of each other set
/// those near it may form a new one.
fn largest_sets(
    matrix: &[Vec<Rational>],
    list: &[Equilibrium],
    meter: &mut Meter,
) -> Result<BTreeSet<Vec<usize>>, Spent> {
    let actions = matrix.len();
    meter.spend(list.len() * actions * actions)?;
    let known: Vec<(Vec<usize>, Vec<bool>)> = list
        .iter()
        .map(|one| {
            let payoffs = against(matrix, &one.profile[0]);
            let best = payoffs.iter().max();
            (one.profile[0].support(), payoffs.iter().map(|u| Some(u) == best).collect())
        })
        .collect();
    let replies = |one: usize, two: usize| known[one].0.iter().all(|&i| known[two].1[i]);
    let mut sets: BTreeSet<Vec<usize>> = BTreeSet::new();
    // An equilibrium whose labels are no more than the actions is a vertex that no other point shares.
    for (new, (support, best)) in known.iter().enumerate() {
        let tight = actions - support.len() + best.iter().filter(|&&best| best).count();
        if tight == actions {
            sets.insert(vec![new]);
            continue;
        }
        meter.spend(sets.len() * 4 + new)?;
        let near: Vec<bool> =
            (0..new).map(|other| replies(other, new) && replies(new, other)).collect();
        let mut candidates: BTreeSet<Vec<usize>> = BTreeSet::from([vec![new]]);
        let mut left = BTreeSet::new();
        for set in std::mem::take(&mut sets) {
            let mut with: Vec<usize> = set.iter().copied().filter(|&at| near[at]).collect();
            meter.spend(set.len())?;
            if with.len() < set.len() {
                left.insert(set);
            }
            if !with.is_empty() {
                with.push(new);
                candidates.insert(with);
            }
        }
        let mut largest: Vec<&Vec<usize>> = candidates.iter().collect();
        largest.sort_by_key(|set| std::cmp::Reverse(set.len()));
        let mut kept: Vec<&Vec<usize>> = Vec::new();
        for set in largest {
            meter.spend(kept.len() * set.len() + 1)?;
            if !kept.iter().any(|more| set.iter().all(|at| more.binary_search(at).is_ok())) {
                kept.push(set);
            }
        }
        left.extend(kept.into_iter().cloned());
        sets = left;
    }
    Ok(sets)
}

/// That the list holds every vertex at which each action is unplayed or best.
fn check_complete(
    game: &NormalForm,
    list: &[Equilibrium],
    limits: &Limits,
) -> Result<Completeness, Refutation> {
    let found = match all_symmetric(game, &mut Meter::new(limits)) {
        Ok(found) => found,
        Err(Spent) => {
            return Ok(Completeness::NotChecked(
                "the polyhedron has too many vertices to be enumerated again within the limit"
                    .to_owned(),
            ));
        }
    };
    let stated: BTreeSet<&MixedStrategy> = list.iter().map(|one| &one.profile[0]).collect();
    if let Some(missing) = found.iter().find(|one| !stated.contains(one)) {
        return Err(Refutation::Incomplete(format!(
            "the list lacks the extreme symmetric equilibrium in which both play {}",
            strategy(game, 0, missing)
        )));
    }
    Ok(Completeness::Proved(
        "an enumeration of all vertices of the best-response polyhedron by double description finds \
         the same extreme symmetric equilibria and no other"
            .to_owned(),
    ))
}

fn all_symmetric(game: &NormalForm, meter: &mut Meter) -> Result<Vec<MixedStrategy>, Spent> {
    let [kept, _] = undominated(game, meter)?;
    match kept.len() {
        0..=32 => symmetric_among::<1>(game, &kept, meter),
        33..=64 => symmetric_among::<2>(game, &kept, meter),
        65..=512 => symmetric_among::<16>(game, &kept, meter),
        _ => Err(Spent),
    }
}

fn symmetric_among<const W: usize>(
    game: &NormalForm,
    kept: &[usize],
    meter: &mut Meter,
) -> Result<Vec<MixedStrategy>, Spent> {
    // The opponent's payoffs: a row for each own action.
    let payoff = |i: usize, j: usize| game.payoff(1, game.profile_index(&[i, j])).clone();
    let table: Vec<Vec<Rational>> =
        kept.iter().map(|&i| kept.iter().map(|&j| payoff(i, j)).collect()).collect();
    let found: Vec<Vertex<W>> = vertices(&table, meter)?;
    let n = kept.len();
    meter.spend(found.len() * n)?;
    Ok(found
        .iter()
        .filter(|vertex| (0..n).all(|i| vertex.labels.has(i) || vertex.labels.has(n + i)))
        .map(|vertex| embedded(&vertex.strategy, kept, game.num_actions(0)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: &[&[i64]]) -> Vec<Vec<Rational>> {
        rows.iter().map(|row| row.iter().map(|&x| Rational::from(x)).collect()).collect()
    }

    /// Keller's criterion on all principal submatrices.
    fn strictly_copositive(rows: &[&[i64]]) -> bool {
        let rows = matrix(rows);
        let mut meter = Meter::new(&Limits::default());
        (1u32..1 << rows.len()).all(|set| {
            let of: Vec<usize> = (0..rows.len()).filter(|&at| set >> at & 1 == 1).collect();
            let minor =
                of.iter().map(|&i| of.iter().map(|&j| rows[i][j].clone()).collect()).collect();
            keller(minor, 0, &mut meter).unwrap()
        })
    }

    #[test]
    fn known_matrices_are_strictly_copositive_or_not() {
        assert!(strictly_copositive(&[&[1, 5], &[5, 1]]));
        assert!(!strictly_copositive(&[&[1, -1], &[-1, 1]]));
        assert!(!strictly_copositive(&[&[1, -2], &[-2, 1]]));
        assert!(!strictly_copositive(&[&[0, 1], &[1, 1]]));
        // Horn's matrix is copositive and not strictly so; with more on the diagonal it is, though no
        // sum of a definite and a non-negative matrix gives Horn's (Hall & Newman 1963).
        let horn = |d: i64| -> Vec<Vec<i64>> {
            let entry = |i: usize, j: usize| match (5 + i - j) % 5 {
                0 => d,
                1 | 4 => -10,
                _ => 10,
            };
            (0..5).map(|i| (0..5).map(|j| entry(i, j)).collect()).collect()
        };
        for (diagonal, strictly) in [(9, false), (10, false), (11, true)] {
            let rows = horn(diagonal);
            let rows: Vec<&[i64]> = rows.iter().map(Vec::as_slice).collect();
            assert_eq!(strictly_copositive(&rows), strictly, "{diagonal}");
        }
    }

    #[test]
    fn leading_minors_are_counted_until_one_is_not_positive() {
        let minors = |rows: &[&[i64]]| {
            positive_leading_minors(matrix(rows), &mut Meter::new(&Limits::default())).unwrap()
        };
        assert_eq!(minors(&[&[2, -1, 0], &[-1, 2, -1], &[0, -1, 2]]), 3);
        assert_eq!(minors(&[&[1, 2], &[2, 1]]), 1);
        assert_eq!(minors(&[&[0]]), 0);
    }
}
